"""Charts of sanctions: how many, of which type, and how often for each benefit."""

from collections.abc import Iterator

import pandas as pd

from agents.measures import SANCTIONS, SUPPORTS
from agents.statuses import family_members
from experiments.charts.chart import Chart, yearly
from experiments.charts.panels import (
    at_the_end,
    bars,
    documented,
    first_year,
    in_order,
    multiples,
    over_replications,
    side_by_side,
)
from experiments.institution import KEYS, last_year
from experiments.words import Words
from sim.parameters import Parameters

PART = "sanctions"
KONTANTHJAELP, UDDANNELSESHJAELP = "koch_3_sanctions-076b24ce", "koch_3_sanctions-58895684"
"""Evidence: sanctions of kontanthjælp and of uddannelseshjælp in the second quarter of 2014."""
_COUNTED = family_members("kontanthjaelp") + family_members("uddannelseshjaelp")


def sanction_charts(
    sanctions: pd.DataFrame, measures: pd.DataFrame, titles: dict[str, str], p: Parameters, scale: float, w: Words
) -> Iterator[Chart]:
    """The charts of a run's sanctions, in the order in which they are read."""
    here = sanctions[sanctions["status"].isin(p.below("sanctions.rate"))]
    yield sanctions_over_time(here, titles, scale, w)
    yield sanctions_by_type(here, titles, scale, w)
    yield sanctions_per_person(here, measures, titles, w)


def sanctions_over_time(sanctions: pd.DataFrame, titles: dict[str, str], scale: float, w: Words) -> Chart:
    """Sanctions begun a month by benefit, as means of the last 12 months."""
    by = sanctions.groupby(["status", *KEYS], observed=True, sort=False)[["begun"]].sum()
    year = last_year(by.assign(months=1), "status")
    table = over_replications(year["begun"] / year["months"] / scale, "status")
    table = in_order(table, "status", list(sanctions["status"].unique()))
    base = first_year(sanctions, next(iter(titles)))
    months = base["month"].nunique() * base["replication"].nunique()
    first = base.groupby("status", observed=True)["begun"].sum() / months / scale
    asked = [documented(fact) for fact in (KONTANTHJAELP, UDDANNELSESHJAELP)]
    title = w(
        "chart_sanctions", n=w.number(first[first.index.isin(_COUNTED)].sum()), status=w.status(str(first.idxmax())),
        asked=w.number(sum(a or 0.0 for a in asked) / 3) if None not in asked else "–", most=w.number(float(first.max())),
    )
    return Chart("sanctions", title, w("chart_sanctions_note"), multiples(table, "status", titles, w), yearly(table), PART)


def sanctions_by_type(sanctions: pd.DataFrame, titles: dict[str, str], scale: float, w: Words) -> Chart:
    """Sanctions begun a year by type, and persons under one at a time, mean of the last 12 months."""
    by = sanctions.rename(columns={"type": "sanction"}).groupby(["sanction", *KEYS], observed=True, sort=False)
    year = last_year(by[["begun", "running"]].sum().assign(months=1), "sanction")
    a_month = year[["begun", "running"]].div(year["months"] * scale, axis=0)
    values = {"begun": 12 * a_month["begun"], "running": a_month["running"]}
    tables = {unit: in_order(at_the_end(v, "sanction"), "sanction", list(SANCTIONS)) for unit, v in values.items()}
    figure = side_by_side([w("unit_begun"), w("unit_running")], [len(SANCTIONS)], len(titles), w)
    for col, table in enumerate(tables.values(), start=1):
        bars(figure, table, "sanction", titles, {"row": 1, "col": col}, w, legend=col == 1)
    base = {u: t[t["scenario"] == next(iter(titles))].set_index("sanction")["mean"] for u, t in tables.items()}
    largest = str(base["begun"].idxmax())
    title = w(
        "chart_types", n=w.number(base["begun"].sum()), type=w.name("sanction", largest).lower(), under=w.number(base["running"].sum()),
        share=w.number(100 * base["begun"][largest] / max(base["begun"].sum(), 1)), ends=w.number(base["begun"]["termination"]),
    )
    table = in_order(pd.concat([t.assign(unit=u) for u, t in tables.items()]), "sanction", list(SANCTIONS))
    return Chart("types", title, w("chart_types_note"), figure, table[["sanction", "unit", "scenario", "mean", "low", "high"]], PART)


def sanctions_per_person(sanctions: pd.DataFrame, measures: pd.DataFrame, titles: dict[str, str], w: Words) -> Chart:
    """Sanctions in the last 12 months per 100 persons who had the benefit, by benefit."""
    persons = measures[~measures["measure"].isin(SUPPORTS) & measures["status"].isin(sanctions["status"].unique())]
    keys = ["status", *KEYS]
    counts = pd.DataFrame({
        "begun": sanctions.groupby(keys, observed=True, sort=False)["begun"].sum(),
        "persons": persons.groupby(keys, observed=True, sort=False)["citizens"].sum(),
    })
    year = last_year(counts, "status")
    per_person = 100 * 12 * year["begun"] / year["persons"].where(year["persons"] > 0)
    table = in_order(over_replications(per_person, "status"), "status", list(sanctions["status"].unique()))
    base = first_year(counts.reset_index(), next(iter(titles))).groupby("status", observed=True)[["begun", "persons"]].sum()
    rates = 1200 * base["begun"] / base["persons"].where(base["persons"] > 0)
    rates = rates.fillna(0.0)
    title = w(
        "chart_per_person", most=w.status(str(rates.idxmax())), high=w.number(float(rates.max())),
        least=w.status(str(rates.idxmin())), low=w.number(float(rates.min())),
        all=w.number(1200 * base["begun"].sum() / max(base["persons"].sum(), 1)),
    )
    return Chart("per-person", title, w("chart_per_person_note"), multiples(table, "status", titles, w), yearly(table), PART, decimals=1)
