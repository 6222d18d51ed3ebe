"""What the page of the institution shows of each topic: charts over time (those of reports), and what districts are ranked by."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

from dashboard.words import Words
from experiments.charts.casework import caseload_over_time, late_over_time, where_hours_go
from experiments.charts.chart import Chart, yearly
from experiments.charts.employers import fleksjob_held, places_over_time, who_cooperates
from experiments.charts.panels import multiples, over_replications
from experiments.charts.queues import at_risk_of_staying, decisions_over_time, queues_over_time
from experiments.charts.sanctions import sanctions_by_type, sanctions_over_time
from experiments.institution import country, last_year
from experiments.result import RunResult
from experiments.summary import scenario_of
from experiments.words import Words as ReportWords

_TURNOVER = "jobcentres_turnover"
"""Column of the two rates of turnover; its labels are texts of the page."""


@dataclass(frozen=True)
class Shown:
    """A result, and the scenarios of it that are shown (titles by name, the base first)."""

    result: RunResult
    titles: dict[str, str]

    def table(self, name: str) -> pd.DataFrame:
        """A table of the run, of these scenarios."""
        whole: pd.DataFrame = getattr(self.result, name)
        return whole[whole["scenario"].isin(self.titles)]

    @property
    def scale(self) -> float:
        """Share of the population simulated."""
        return float(self.result.summary["scale"])

    @property
    def base(self) -> str:
        """Name of the base."""
        return next(iter(self.titles))


Charts = Iterator[Chart]


def _caseload(s: Shown, w: Words) -> Charts:
    summary = s.result.summary
    yield caseload_over_time(s.table("caseworkers"), s.titles, scenario_of(summary["scenarios"][0], summary["months"]).read_parameters(), w)


def _late(s: Shown, w: Words) -> Charts:
    yield late_over_time(s.table("caseworkers"), s.titles, w)


def _hours(s: Shown, w: Words) -> Charts:
    yield where_hours_go(s.table("caseworkers"), s.base, s.scale, w)


def _queues(s: Shown, w: Words) -> Charts:
    yield queues_over_time(s.table("queues"), s.titles, s.scale, w)


def _decisions(s: Shown, w: Words) -> Charts:
    yield decisions_over_time(s.table("decisions"), s.titles, s.scale, w)
    yield at_risk_of_staying(s.table("at_risk"), s.table("caseworkers"), s.titles, s.scale, w)


def _sanctions(s: Shown, w: Words) -> Charts:
    yield sanctions_over_time(s.table("sanctions"), s.titles, s.scale, w)
    yield sanctions_by_type(s.table("sanctions"), s.titles, s.scale, w)


def _employers(s: Shown, w: Words) -> Charts:
    summary = s.result.summary
    p = scenario_of(summary["scenarios"][0], summary["months"]).read_parameters()
    yield places_over_time(s.table("employers"), s.table("measures"), s.titles, p, s.scale, w)
    yield who_cooperates(s.table("employers"), s.titles, p, s.scale, w)
    yield fleksjob_held(s.table("employers"), s.titles, s.scale, w)


def _turnover(s: Shown, w: ReportWords) -> Charts:
    """How many caseworkers leave a year, and how many clients change caseworker."""
    here = country(s.table("caseworkers"))
    counts = here.groupby(["scenario", "replication", "month"], observed=True)[["caseworkers_left", "caseworkers", "citizens_changed_caseworker", "clients"]].sum()
    year = last_year(pd.concat({"all": counts.assign(months=1)}, names=["of"]), "of").droplevel("of")
    parts = {"left": ("caseworkers_left", "caseworkers"), "changed": ("citizens_changed_caseworker", "clients")}
    rates = {name: 100 * 12 * year[above] / year[below].where(year[below] > 0) for name, (above, below) in parts.items()}
    table = over_replications(pd.concat(rates, names=[_TURNOVER]), _TURNOVER)
    figure = multiples(table, _TURNOVER, s.titles, w)
    figure.update_yaxes(ticksuffix=" %")
    last = table[(table["scenario"] == s.base) & (table["month"] == table["month"].max())].set_index(_TURNOVER)["mean"]
    title = w("jobcentres_turnover_title", left=w.number(float(last["left"])), changed=w.number(float(last["changed"])))
    yield Chart("turnover", title, w("jobcentres_turnover_note"), figure, yearly(table), decimals=1)


@dataclass(frozen=True)
class Topic:
    """A topic: its charts over time, and what districts can be ranked by (keys of :data:`dashboard.charts_districts.RANKED`)."""

    charts: Callable[[Shown, Words], Charts]
    ranked: tuple[str, ...] = ()


TOPICS = {
    "caseload": Topic(_caseload, ("caseload",)), "late": Topic(_late, ("late",)), "hours": Topic(_hours, ("hours",)),
    "turnover": Topic(_turnover, ("left", "changed")), "queues": Topic(_queues, ("team_wait", "certificate_wait")),
    "decisions": Topic(_decisions, ("decision",)), "sanctions": Topic(_sanctions, ("sanctions",)), "employers": Topic(_employers),
}  # fmt: skip
"""All topics, in the order in which they are offered."""
