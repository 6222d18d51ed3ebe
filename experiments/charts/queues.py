"""Charts of queues, decisions and citizens at risk of staying."""

from collections.abc import Iterator

import pandas as pd

from experiments.charts.chart import COLOURS, Chart, finish, months_across, yearly
from experiments.charts.figure import Figure
from experiments.charts.panels import documented, draw, first_year, folded, in_order, multiples, over_replications
from experiments.institution import country, last_year
from experiments.words import Words

PART = "queues"
PENSIONS, FLEKSJOB = "koch_5_crosssector-067b0589", "koch_5_crosssector-cbf55e57"
"""Evidence: awards of førtidspension, and entries to the fleksjob scheme, in the autumn of 2014."""
_AUTUMN = ("2014-09-01", "2014-10-01", "2014-11-01")
_FLEKSJOB = ("fleksjob", "ledighedsydelse")
_WITHOUT_WAIT = "documentation"
"""The queue whose waiting time nobody notes."""
_TEAM = "team"


def queue_charts(
    queues: pd.DataFrame, decisions: pd.DataFrame, at_risk: pd.DataFrame, caseworkers: pd.DataFrame, titles: dict[str, str],
    scale: float, w: Words,
) -> Iterator[Chart]:
    """The charts of a run's queues and decisions, in the order in which they are read."""
    yield queues_over_time(queues, titles, scale, w)
    yield decisions_over_time(decisions, titles, scale, w)
    yield at_risk_of_staying(at_risk, caseworkers, titles, scale, w)


def queues_over_time(queues: pd.DataFrame, titles: dict[str, str], scale: float, w: Words) -> Chart:
    """Persons in each queue, and how long those waited who left it in the last 12 months.

    Nobody notes how long documentation takes: beside it stand the months from need to the team's decision.
    """
    here = country(queues)
    names = list(here["queue"].unique())
    by = here.set_index(["queue", "scenario", "replication", "month"])
    length = over_replications(by["length"] / scale, "queue")
    sums = last_year(by[["months_waited", "months_since_need", "left"]], "queue")
    left = sums["left"].where(sums["left"] > 0)
    waits, since = (over_replications(sums[c] / left, "queue") for c in ("months_waited", "months_since_need"))
    waits, since = waits[waits["queue"] != _WITHOUT_WAIT], since[since["queue"] == _TEAM]
    beside = {name: since if name == _WITHOUT_WAIT else waits[waits["queue"] == name] for name in names}
    figure = Figure.grid(
        len(names), 2, horizontal_spacing=0.09, vertical_spacing=0.08,
        titles=[
            w(text, queue=w.name("queue", name)) for name in names
            for text in ("queue_length", "queue_since" if name == _WITHOUT_WAIT else "queue_wait")
        ],
    )
    finish(figure, 200 * len(names) + 60, w)
    months_across(figure)
    figure.update_layout(legend={"y": -0.05, "yanchor": "top"})
    for row, name in enumerate(names, start=1):
        for col, table in enumerate((length[length["queue"] == name], beside[name]), start=1):
            draw(figure, table, titles, {"row": row, "col": col}, legend=row == col == 1)
    figure.update_yaxes(rangemode="tozero")
    figure.update_yaxes(tickformat=",.1f", col=2)
    table = pd.concat([length.assign(measure="persons"), waits.assign(measure="months"), since.assign(measure="since")])
    table = in_order(table, "queue", names)[["queue", "measure", "scenario", "month", "mean", "low", "high"]]
    return Chart("queues", _waits_found(here, next(iter(titles)), w), w("chart_queues_note"), figure, yearly(table), PART, 1)


def _waits_found(queues: pd.DataFrame, base: str, w: Words) -> str:
    team = first_year(queues, base)
    team = team[team["queue"] == _TEAM]
    decided = team["left"].sum()
    if not decided:
        return w("chart_queues_none")
    waited, since = (w.number(team[c].sum() / decided, decimals=1) for c in ("months_waited", "months_since_need"))
    return w("chart_queues", wait=waited, since=since)


def decisions_over_time(decisions: pd.DataFrame, titles: dict[str, str], scale: float, w: Words) -> Chart:
    """Cases decided a month by outcome, as means of the last 12 months."""
    outcomes = list(decisions["outcome"].unique())
    by = decisions.set_index(["outcome", "scenario", "replication", "month"])[["citizens"]]
    months = last_year(by.assign(months=1), "outcome")
    table = over_replications(months["citizens"] / months["months"] / scale, "outcome")
    table = in_order(table, "outcome", outcomes)
    figure = multiples(table, "outcome", titles, w)
    here = decisions[decisions["scenario"] == next(iter(titles))]
    autumn = here[here["month"].isin(pd.to_datetime(list(_AUTUMN)))]
    whole = autumn["month"].nunique() == len(_AUTUMN)
    found = autumn if whole else first_year(decisions, next(iter(titles)))
    units = found["month"].nunique() * found["replication"].nunique()

    def monthly(*names: str) -> str:
        return w.number(found[found["outcome"].isin(names)]["citizens"].sum() / units / scale)

    title = w(
        "chart_decisions" if whole else "chart_decisions_first", pensions=monthly("foertidspension"),
        pensions_asked=_monthly(PENSIONS, w), fleksjob=monthly(*_FLEKSJOB), fleksjob_asked=_monthly(FLEKSJOB, w),
    )
    return Chart("decisions", title, w("chart_decisions_note"), figure, yearly(table), PART)


def _monthly(fact: str, w: Words) -> str:
    """A documented figure a year, as one a month."""
    asked = documented(fact)
    return "–" if asked is None else w.number(asked / 12)


def at_risk_of_staying(
    at_risk: pd.DataFrame, caseworkers: pd.DataFrame, titles: dict[str, str], scale: float, w: Words
) -> Chart:
    """Persons at risk of staying at the end, by type and target group, with their share of the group's clients."""
    last = at_risk[at_risk["month"] == at_risk["month"].max()]
    keys = ["target_group", "type", "scenario"]
    persons = last.groupby(keys, observed=True, sort=False)["citizens"].sum() / last["replication"].nunique() / scale
    clients = country(caseworkers)
    clients = clients[clients["month"] == at_risk["month"].max()]
    of = clients.groupby(["target_group", "scenario"], observed=True)["clients"].sum() / clients["replication"].nunique() / scale
    table = persons.rename("persons").reset_index()
    own = of.reindex(pd.MultiIndex.from_frame(table[["target_group", "scenario"]])).to_numpy()
    table["share_of_clients"] = (100 * table["persons"] / own).where(own > 0)
    base = table[table["scenario"] == next(iter(titles))]
    figure = Figure()
    for j, kind in enumerate(base["type"].unique()):
        here = base[base["type"] == kind]
        groups = [folded(w.name("target_group", g), 34) for g in here["target_group"]]
        figure.add("bar", x=here["persons"], y=groups, orientation="h", name=w.name("type", kind), marker={"color": COLOURS[j % 7]})
    finish(figure, 640, w)
    figure.update_layout(barmode="group", bargap=0.25, legend={"y": -0.12, "yanchor": "top", "traceorder": "normal"}, margin={"b": 100})
    figure.update_xaxes(title={"text": w("persons")}, tickformat=",")
    figure.update_yaxes(autorange="reversed", automargin=True)
    single = base[base["type"] != "any"].groupby("type", sort=False)["persons"].sum()
    title = w(
        "chart_at_risk", n=w.number(base[base["type"] == "any"]["persons"].sum()),
        share=w.number(100 * base[base["type"] == "any"]["persons"].sum() / max(of.xs(next(iter(titles)), level="scenario").sum(), 1)),
        type=w.name("type", str(single.idxmax())), largest=w.number(float(single.max())),
    )
    return Chart("at-risk", title, w("chart_at_risk_note"), figure, table, PART, decimals=1)
