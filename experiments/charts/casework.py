"""Charts of caseworkers: how many citizens each has, where their hours go, and who waits for an interview."""

from collections.abc import Iterator

import pandas as pd

from experiments.charts.chart import COLOURS, Chart, finish, yearly
from experiments.charts.figure import Figure
from experiments.charts.panels import first_year, folded, in_order, multiples, over_replications
from experiments.institution import COUNTRY, country
from experiments.words import Words
from sim.parameters import Parameters

PART = "caseworkers"
_KEYS = ["target_group", "scenario", "replication", "month"]


def casework_charts(
    caseworkers: pd.DataFrame, titles: dict[str, str], p: Parameters, scale: float, w: Words
) -> Iterator[Chart]:
    """The charts of a run's caseworkers, in the order in which they are read."""
    yield caseload_over_time(caseworkers, titles, p, w)
    yield where_hours_go(caseworkers, next(iter(titles)), scale, w)
    yield late_over_time(caseworkers, titles, w)


def caseload_over_time(caseworkers: pd.DataFrame, titles: dict[str, str], p: Parameters, w: Words) -> Chart:
    """Citizens a caseworker by target group: the median, with the middle 80 % of caseworkers in the base scenario."""
    here = country(caseworkers)
    tenths = {"mean": "caseload_p50", "low": "caseload_p10", "high": "caseload_p90"}
    mean = here.groupby(["target_group", "scenario", "month"], observed=True)[list(tenths.values())].mean()
    table = mean.reset_index().rename(columns={column: name for name, column in tenths.items()})
    table = in_order(table, "target_group", list(here["target_group"].unique()))
    figure = multiples(table, "target_group", titles, w, bands=False)
    base = first_year(here, next(iter(titles)))
    medians = base.groupby("target_group", observed=True)["caseload_p50"].mean()
    asked = p["casework.mean_caseload"]
    title = w(
        "chart_caseload", group=w.name("target_group", str(medians.idxmax())), median=w.number(float(medians.max())),
        mean=w.number(float(base["clients"].sum() / base["caseworkers"].sum())), asked=w.number(p.value(asked.path)),
    )
    note = w("chart_caseload_note", survey=asked.en if w.language == "en" else asked.da)
    shown = yearly(table).rename(columns={"mean": "median", "low": "caseload_p10", "high": "caseload_p90"})
    return Chart("caseload", title, note, figure, shown, PART, decimals=1)


def where_hours_go(caseworkers: pd.DataFrame, base: str, scale: float, w: Words) -> Chart:
    """Working time used in the first 12 months, by act and target group, and how much of all it is."""
    here = first_year(country(caseworkers), base)
    columns = [c for c in here.columns if c.startswith("minutes_") and c != "minutes_available"]
    groups = here.groupby("target_group", observed=True, sort=False)[[*columns, "minutes_available"]].sum()
    used = groups[columns].sum(axis=1)
    use = 100 * used / groups["minutes_available"]
    months = here["month"].nunique() * here["replication"].nunique()
    figure = Figure()
    tables = []
    labels = [f"{folded(w.name('target_group', g), 34)}<br>{w('hours_used', use=w.number(use[g]))}" for g in groups.index]
    for j, column in enumerate(columns):
        act = column.removeprefix("minutes_")
        share = (100 * groups[column] / used.where(used > 0)).fillna(0.0)
        pattern = {"shape": "/" if j >= len(COLOURS) else "", "solidity": 0.5}
        figure.add(
            "bar", x=share, y=labels, orientation="h", name=w.name("act", act),
            marker={"color": COLOURS[j % len(COLOURS)], "pattern": pattern, "line": {"color": "white", "width": 1}},
        )
        hours = groups[column] / 60 / months / scale
        tables.append(pd.DataFrame({"target_group": groups.index, "act": act, "hours_a_month": hours, "share_of_used": share}))
    figure.update_layout(barmode="stack")
    figure.update_xaxes(title={"text": w("share_of_used")}, range=[0, 100])
    figure.update_yaxes(autorange="reversed", automargin=True)
    finish(figure, 520, w)
    figure.update_layout(legend={"y": -0.2, "yanchor": "top", "traceorder": "normal"}, margin={"b": 130})
    table = in_order(pd.concat(tables, ignore_index=True), "target_group", list(groups.index))
    total = groups[columns].sum()
    title = w(
        "chart_hours", act=w.name("act", str(total.idxmax()).removeprefix("minutes_")),
        share=w.number(100 * total.max() / max(total.sum(), 1)),
        use=w.number(100 * total.sum() / groups["minutes_available"].sum()),
    )
    return Chart("hours", title, w("chart_hours_note"), figure, table, PART, decimals=1)


def late_over_time(caseworkers: pd.DataFrame, titles: dict[str, str], w: Words) -> Chart:
    """Clients whose interview is overdue, by target group, and how far districts differ in the first 12 months."""
    here = country(caseworkers)
    by = here.set_index(_KEYS)
    table = over_replications(100 * by["contacts_late"] / by["clients"].where(by["clients"] > 0), "target_group")
    table = in_order(table, "target_group", list(here["target_group"].unique()))
    figure = multiples(table, "target_group", titles, w)
    figure.update_yaxes(ticksuffix=" %")
    base = first_year(caseworkers, next(iter(titles)))
    sums = base[base["municipality"] == COUNTRY].groupby("target_group", observed=True)[["contacts_late", "clients"]].sum()
    groups = (100 * sums["contacts_late"] / sums["clients"].where(sums["clients"] > 0)).fillna(0.0)
    places = base[base["municipality"] != COUNTRY].groupby("municipality", observed=True)[["contacts_late", "clients"]].sum()
    places = places[places["clients"] > 0]
    share = 100 * places["contacts_late"] / places["clients"]
    low, high = (w.number(float(share.quantile(q)), decimals=1) for q in (0.1, 0.9))
    title = w(
        "chart_late" if len(places) > 1 else "chart_late_one", group=w.name("target_group", str(groups.idxmax())), value=w.number(float(groups.max()), decimals=1),
        low=low, high=high, districts=len(places),
    )
    return Chart("late", title, w("chart_late_note"), figure, yearly(table), PART, decimals=1)
