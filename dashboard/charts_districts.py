"""Practice districts side by side: one bar a district, ranked, the base beside a reform; and municipalities where the documents name them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from calibration.evidence import facts
from dashboard.words import Words
from experiments.charts.chart import COLOURS, Chart, finish, interval
from experiments.charts.figure import Figure
from experiments.charts.validation import records
from experiments.institution import COUNTRY, YEAR

_ROW = 26
_LEAST = 20
"""Cases (in all replications) below which a district's ratio is more luck than practice: it is left out."""


@dataclass(frozen=True)
class Ranked:
    """A ratio by which districts are ranked.

    Attributes:
        key: its name, in texts ``jobcentres_rank_<key>``.
        table: ``caseworkers`` or ``queues``. queue: which queue, "" for none.
        above, below: columns that are summed over months; the ratio is ``above`` over ``below`` times ``times``.
        percent: whether it is written in per cent. decimals: how many.
    """

    key: str
    table: str
    above: tuple[str, ...]
    below: str
    times: float = 1.0
    percent: bool = False
    decimals: int = 1
    queue: str = ""


_MINUTES = ("first_interview", "contact", "missed", "plan", "reading", "certificate", "team_case", "sanction", "referral")
RANKED = {
    r.key: r for r in (
        Ranked("caseload", "caseworkers", ("clients",), "caseworkers"),
        Ranked("late", "caseworkers", ("contacts_late",), "clients", 100, True),
        Ranked("hours", "caseworkers", tuple(f"minutes_{act}" for act in _MINUTES), "minutes_available", 100, True),
        Ranked("left", "caseworkers", ("caseworkers_left",), "caseworkers", 100 * YEAR, True, 0),
        Ranked("changed", "caseworkers", ("citizens_changed_caseworker",), "clients", 100 * YEAR, True, 0),
        Ranked("sanctions", "caseworkers", ("sanction_cases",), "clients", 100 * YEAR, False, 0),
        Ranked("team_wait", "queues", ("months_waited",), "left", queue="team"),
        Ranked("certificate_wait", "queues", ("months_waited",), "left", queue="certificate"),
        Ranked("decision", "queues", ("months_since_need",), "left", queue="team"),
    )
}  # fmt: skip
"""What districts can be ranked by; ratios of sums over a year."""


def by_district(table: pd.DataFrame, ranked: Ranked, months: list[pd.Timestamp]) -> pd.DataFrame:
    """The ratio by scenario and district in some months: scenario, municipality, municipalities, mean, low, high.

    ``mean`` is of the sums over replications, ``low`` and ``high`` hold 95 % of the replications. Districts with too few cases are left out.
    """
    here = table[table["month"].isin(months)]
    here = here[here["queue"] == ranked.queue] if ranked.queue else here
    counted = here[["scenario", "replication", "municipality", "municipalities"]].assign(above=here[list(ranked.above)].sum(axis=1), below=here[ranked.below])
    keys = ["scenario", "municipality"]
    each = counted.groupby([*keys, "replication"], observed=True)[["above", "below"]].sum()
    share = ranked.times * each["above"] / each["below"].where(each["below"] > 0)
    low, high = (share.groupby(level=keys).quantile(q) for q in (0.025, 0.975))
    whole = counted.groupby(keys, observed=True).agg(above=("above", "sum"), below=("below", "sum"), municipalities=("municipalities", "first"))
    found = whole[["municipalities"]].assign(mean=ranked.times * whole["above"] / whole["below"].where(whole["below"] > 0), low=low, high=high)
    return found[whole["below"] >= _LEAST].reset_index()


def ranking(table: pd.DataFrame, ranked: Ranked, months: list[pd.Timestamp], titles: dict[str, str], w: Words) -> Chart | None:
    """Districts ranked in the base, the reform as a second mark; None where there are fewer than two districts.

    ``titles``: of the scenarios, the base first.
    """
    rows = by_district(table[table["scenario"].isin(titles)], ranked, months)
    base = next(iter(titles))
    here = rows[(rows["scenario"] == base) & (rows["municipality"] != COUNTRY)].sort_values("mean", ignore_index=True)
    if len(here) < 2:
        return None
    names = [district(row, w) for row in records(here)]
    place = {code: i for i, code in enumerate(here["municipality"])}
    figure = Figure()
    for j, (name, title) in enumerate(titles.items()):
        own = rows[(rows["scenario"] == name) & rows["municipality"].isin(place)]
        at = own["municipality"].map(place).astype(float)
        error = interval(own["mean"], own["low"], own["high"], width=4, color=COLOURS[j])
        y = at + 0.12 - 0.24 * j if len(titles) > 1 else at
        marker = {"size": 10, "symbol": ("circle", "diamond-open")[j % 2], "color": COLOURS[j], "line": {"width": 2, "color": COLOURS[j]}}
        figure.add("scatter", x=own["mean"], y=y, mode="markers", name=title, marker=marker, error_x=error, text=[district(r, w) for r in records(own)])
    country = rows[(rows["scenario"] == base) & (rows["municipality"] == COUNTRY)]["mean"]
    mean = float(country.iloc[0]) if len(country) else float("nan")
    figure.add_line(x=mean, line={"color": "#333", "width": 1.5, "dash": "dot"})
    finish(figure, 150 + _ROW * len(here), w)
    figure.update_yaxes(tickvals=list(range(len(here))), ticktext=names, tickformat="", range=[-0.7, len(here) - 0.3], automargin=True, zeroline=False)
    figure.update_xaxes(rangemode="tozero", title={"text": w(f"jobcentres_rank_{ranked.key}")}, ticksuffix=" %" if ranked.percent else "", tickformat=",")
    figure.update_layout(margin={"l": 10, "t": 20, "b": 90}, legend={"y": -70 / (40 + _ROW * len(here)), "yanchor": "top"})
    told = {key: w.number(value, decimals=ranked.decimals) + (" %" if ranked.percent else "") for key, value in
            (("low", here["mean"].iloc[0]), ("high", here["mean"].iloc[-1]), ("mean", mean))}
    title = w("jobcentres_ranking", what=w(f"jobcentres_rank_{ranked.key}"), least=here["municipality"].iloc[0], most=here["municipality"].iloc[-1], n=len(here), **told)
    note = w("jobcentres_ranking_note", first=f"{months[0]:%Y-%m}", last=f"{months[-1]:%Y-%m}")
    order = rows.assign(order=rows["municipality"].map(place).fillna(len(place)), which=rows["scenario"].map({name: j for j, name in enumerate(titles)}))
    order = order.sort_values(["which", "order"], ascending=[True, False])
    return Chart(f"rank-{ranked.key}", title, note, figure, order[["scenario", "municipality", "municipalities", "mean", "low", "high"]], decimals=ranked.decimals)


def district(row: dict[str, object], w: Words) -> str:
    """Name of a practice district."""
    return w("jobcentres_country") if row["municipality"] == COUNTRY else w("jobcentres_district", code=row["municipality"], n=row["municipalities"])


def twin(chart: Chart, titles: dict[str, str], w: Words) -> pd.DataFrame:
    """A ranking as people read it."""
    write: Callable[[float], str] = lambda v: "–" if np.isnan(v) else w.number(v, decimals=chart.decimals)  # noqa: E731
    return pd.DataFrame({
        w("jobcentres_place"): [district(row, w) for row in records(chart.table)], w("scenario"): [titles[name] for name in chart.table["scenario"]],
        w("mean"): [write(v) for v in chart.table["mean"]], w("low"): [write(v) for v in chart.table["low"]], w("high"): [write(v) for v in chart.table["high"]],
    })  # fmt: skip


def documented_sanctions(w: Words) -> tuple[Chart, pd.DataFrame]:
    """Municipalities by their real names, with the share of recipients sanctioned in 2013 as the source prints it: nothing simulated."""
    named = {
        fact.breakdown.removeprefix("municipality="): fact for fact in facts().values()
        if fact.topic == "sanctions_municipal" and fact.measure == "share_recipients_sanctioned" and fact.breakdown.startswith("municipality=")
    }  # fmt: skip
    table = pd.DataFrame({"municipality": list(named), "share": [f.value for f in named.values()], "source": [f.citation for f in named.values()]})
    table = table.sort_values("share", ignore_index=True)
    figure = Figure()
    figure.add("bar", x=table["share"], y=table["municipality"], orientation="h", marker={"color": "#595959"}, hovertext=table["source"])
    finish(figure, 120 + 17 * len(table), w)
    figure.update_yaxes(automargin=True, tickfont={"size": 11}, dtick=1, tickformat="")
    figure.update_xaxes(ticksuffix=" %", rangemode="tozero")
    figure.update_layout(margin={"l": 10, "t": 10, "b": 40}, showlegend=False)
    first, last = table.iloc[0], table.iloc[-1]
    title = w(
        "jobcentres_documented", n=len(table), most=last["municipality"], high=w.number(last["share"], decimals=1), least=first["municipality"],
        low=w.number(first["share"], decimals=1),
    )
    words = pd.DataFrame({
        w("jobcentres_municipality"): table["municipality"][::-1], w("jobcentres_sanctioned"): [f"{w.number(v, decimals=1)} %" for v in table["share"][::-1]],
        w("jobcentres_source"): table["source"][::-1],
    })  # fmt: skip
    return Chart("documented-sanctions", title, w("jobcentres_documented_note"), figure, table[::-1]), words
