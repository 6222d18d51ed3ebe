"""Charts of active measures: who is in one and for how many hours, how they end, and who waits past the law's deadline."""

from collections.abc import Iterator

import pandas as pd

from agents.measures import FULL_TIME, MEASURES, SUPPORTS
from experiments.charts.chart import COLOURS, Chart, finish, interval, yearly
from experiments.charts.figure import Figure
from experiments.charts.panels import (
    at_the_end,
    bars,
    first_year,
    folded,
    in_order,
    multiples,
    over_replications,
    side_by_side,
)
from experiments.institution import COMPANY, KEYS, counted, last_year
from experiments.words import Words
from sim.parameters import Parameters

PART = "measures"
_ENDS = ("completed", "broken", "left")


def measure_charts(measures: pd.DataFrame, titles: dict[str, str], p: Parameters, scale: float, w: Words) -> Iterator[Chart]:
    """The charts of a run's measures, in the order in which they are read."""
    yield active_over_time(measures, titles, w)
    yield full_time_over_time(measures, titles, w)
    yield what_people_are_in(measures, titles, scale, w)
    yield how_measures_end(measures, titles, scale, w)
    yield past_the_deadline(measures, titles, p, scale, w)


def active_over_time(measures: pd.DataFrame, titles: dict[str, str], w: Words) -> Chart:
    """Persons in a measure at the end of the month, of all with the benefit, %."""
    table, first, whole = _shares(measures, "citizens", titles)
    title = w(
        "chart_active", all=w.number(whole), most=w.status(str(first.idxmax())), high=w.number(float(first.max())),
        least=w.status(str(first.idxmin())), low=w.number(float(first.min())),
    )
    return Chart("active", title, w("chart_active_note"), _percent(table, titles, w), yearly(table), PART, decimals=1)


def full_time_over_time(measures: pd.DataFrame, titles: dict[str, str], w: Words) -> Chart:
    """Hours in measures of all hours there could be, at 37 a week for everybody with the benefit, %."""
    table, first, whole = _shares(measures, "full_time", titles)
    active = _shares(measures, "citizens", titles)[2]
    title = w(
        "chart_full_time", all=w.number(whole), hours=w.number(FULL_TIME * whole / active if active else 0.0),
        most=w.status(str(first.idxmax())), high=w.number(float(first.max())),
    )
    return Chart("full-time", title, w("chart_full_time_note"), _percent(table, titles, w), yearly(table), PART, decimals=1)


def _shares(measures: pd.DataFrame, column: str, titles: dict[str, str]) -> tuple[pd.DataFrame, pd.Series, float]:
    """Shares by benefit over time, %; those of the base scenario's first 12 months; and of all benefits together."""
    here = counted(measures)
    counts = here.groupby(["status", *KEYS], observed=True, sort=False)[[column, "persons"]].sum()
    table = over_replications(100 * counts[column] / counts["persons"].where(counts["persons"] > 0), "status")
    table = in_order(table, "status", list(here["status"].unique()))
    base = first_year(here, next(iter(titles))).groupby("status", observed=True, sort=False)[[column, "persons"]].sum()
    base = base[base["persons"] > 0]
    return table, 100 * base[column] / base["persons"], float(100 * base[column].sum() / max(base["persons"].sum(), 1))


def _percent(table: pd.DataFrame, titles: dict[str, str], w: Words) -> Figure:
    figure = multiples(table, "status", titles, w)
    figure.update_yaxes(ticksuffix=" %")
    return figure


def what_people_are_in(measures: pd.DataFrame, titles: dict[str, str], scale: float, w: Words) -> Chart:
    """Persons and full-time persons in each kind of measure and support, mean of the last 12 months."""
    kinds = [m.name for m in MEASURES] + list(SUPPORTS)
    by = _by_kind(measures, kinds)
    by["full_time"] = by["hours"] / FULL_TIME
    year = last_year(by[["citizens", "full_time"]].assign(months=1), "kind")
    tables = {
        column: in_order(at_the_end(year[column] / year["months"] / scale, "kind"), "kind", kinds)
        for column in ("citizens", "full_time")
    }
    hours = tables["full_time"]
    tables["full_time"] = hours[~hours["kind"].isin(SUPPORTS)]
    figure = side_by_side([w("unit_persons"), w("unit_full_time")], [len(kinds)], len(titles), w)
    for col, table in enumerate(tables.values(), start=1):
        bars(figure, table, "kind", titles, {"row": 1, "col": col}, w, legend=col == 1)
    base = {
        column: t[(t["scenario"] == next(iter(titles))) & ~t["kind"].isin(SUPPORTS)].set_index("kind")["mean"]
        for column, t in tables.items()
    }
    title = w(
        "chart_kinds", n=w.number(base["citizens"].sum()), full_time=w.number(base["full_time"].sum()),
        kind=w.name("kind", str(base["citizens"].idxmax())), most=w.number(base["citizens"].max()),
        company=w.number(base["citizens"][list(COMPANY)].sum()), places=w.number(base["full_time"][list(COMPANY)].sum()),
    )
    shown = pd.concat([tables["citizens"].assign(unit="persons"), tables["full_time"].assign(unit="full_time")])
    shown = in_order(shown, "kind", kinds)[["kind", "unit", "scenario", "mean", "low", "high"]]
    return Chart("kinds", title, w("chart_kinds_note"), figure, shown, PART)


def _by_kind(measures: pd.DataFrame, kinds: list[str]) -> pd.DataFrame:
    """Sums over benefits by kind of measure, scenario, replication and month, as citizens simulated and their hours a week."""
    here = measures[measures["measure"].isin(kinds)].rename(columns={"measure": "kind"})
    columns = ["citizens", "hours", "begun", *_ENDS]
    return here.groupby(["kind", *KEYS], observed=True, sort=False)[columns].sum()


def how_measures_end(measures: pd.DataFrame, titles: dict[str, str], scale: float, w: Words) -> Chart:
    """Measures begun a year by kind, and how many are completed, broken off or left, in the last 12 months."""
    kinds = [m.name for m in MEASURES]
    year = last_year(_by_kind(measures, kinds)[["begun", *_ENDS]].assign(months=1), "kind")
    tables = [at_the_end(12 * year[c] / year["months"] / scale, "kind").assign(became=c) for c in ("begun", *_ENDS)]
    table = in_order(pd.concat(tables, ignore_index=True), "kind", kinds)
    base = table[table["scenario"] == next(iter(titles))]
    labels = {kind: folded(w.name("kind", kind), 36) for kind in kinds}
    figure = Figure()
    for j, end in enumerate(_ENDS):
        here = base[base["became"] == end]
        figure.add(
            "bar", x=here["mean"], y=[labels[k] for k in here["kind"]], orientation="h", name=w.name("became", end),
            marker={"color": COLOURS[j], "line": {"color": "white", "width": 1}},
        )
    begun = base[base["became"] == "begun"]
    figure.add(
        "scatter", x=begun["mean"], y=[labels[k] for k in begun["kind"]], mode="markers", name=w.name("became", "begun"),
        error_x=interval(begun["mean"], begun["low"], begun["high"]), marker={"symbol": "diamond", "size": 9, "color": COLOURS[6]},
    )
    finish(figure, 480, w)
    figure.update_layout(barmode="stack", legend={"y": -0.2, "yanchor": "top", "traceorder": "normal"}, margin={"b": 100})
    figure.update_xaxes(title={"text": w("measures_a_year")}, tickformat=",", rangemode="tozero")
    figure.update_yaxes(autorange="reversed", automargin=True)
    sums = base.groupby("became")["mean"].sum()
    ended = max(float(sums[list(_ENDS)].sum()), 1.0)
    title = w("chart_ends", begun=w.number(sums["begun"]), **{end: w.number(100 * sums[end] / ended) for end in _ENDS})
    shown = table[["kind", "became", "scenario", "mean", "low", "high"]]
    return Chart("ends", title, w("chart_ends_note"), figure, shown, PART)


def past_the_deadline(measures: pd.DataFrame, titles: dict[str, str], p: Parameters, scale: float, w: Words) -> Chart:
    """Persons who have no offer though the law's deadline has passed, by benefit that has one."""
    here = counted(measures)
    here = here[here["status"].isin(p.below("deadline.first_offer"))]
    by = here.groupby(["status", *KEYS], observed=True, sort=False)["overdue"].sum()
    table = in_order(over_replications(by / scale, "status"), "status", list(here["status"].unique()))
    base = first_year(here, next(iter(titles)))
    months = base["month"].nunique() * base["replication"].nunique()
    sums = base.groupby("status", observed=True)[["overdue", "persons"]].sum()
    overdue = sums["overdue"] / months / scale
    title = w(
        "chart_deadline", n=w.number(overdue.sum()), status=w.status(str(overdue.idxmax())), most=w.number(float(overdue.max())),
        share=w.number(100 * sums["overdue"].sum() / max(sums["persons"].sum(), 1)),
    )
    return Chart("deadline", title, w("chart_deadline_note"), multiples(table, "status", titles, w), yearly(table), PART)
