"""Charts of employers: places allowed, offered and used, who cooperates, and fleksjob."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from agents.measures import FULL_TIME, GUIDANCE, MEASURES
from agents.workplaces import SECTORS, SIZE_CLASSES
from experiments.charts.chart import COLOURS, Chart, yearly
from experiments.charts.panels import at_the_end, bars, in_order, multiples, over_replications, side_by_side
from experiments.institution import COMPANY, KEYS, last_year
from experiments.words import Words
from sim.parameters import Parameters

PART = "employers"
DOCUMENTED_IN = pd.Timestamp("2014-05-01")
"""Month of the documented full-time persons at employers and in guidance."""
_QUANTITIES = ("allowed", "offered", "used", "waiting", "company", "guidance")
_BY = ("sector", "size_class", "region")


def employer_charts(
    employers: pd.DataFrame, measures: pd.DataFrame, titles: dict[str, str], p: Parameters, scale: float, w: Words
) -> Iterator[Chart]:
    """The charts of a run's employers, in the order in which they are read."""
    yield places_over_time(employers, measures, titles, p, scale, w)
    yield who_cooperates(employers, titles, p, scale, w)
    yield fleksjob_held(employers, titles, scale, w)


def places_over_time(
    employers: pd.DataFrame, measures: pd.DataFrame, titles: dict[str, str], p: Parameters, scale: float, w: Words
) -> Chart:
    """Supported places allowed, offered and used, who waits for one, and full-time persons at employers and in guidance, each
    beside what is documented."""
    table = over_replications(_places(employers, measures) / scale, "quantity")
    table = in_order(table, "quantity", list(_QUANTITIES))
    figure = multiples(table, "quantity", titles, w)
    months = table["month"].agg(["min", "max"])
    room = max(0.03 * (months["max"] - months["min"]), pd.Timedelta(days=15))  # for a diamond in the first month
    figure.update_xaxes(range=[months["min"] - room, months["max"]])
    asked = documented_places(p)
    for name, value in asked.items():
        number = _QUANTITIES.index(name)
        place = {"row": number // 3 + 1, "col": number % 3 + 1}
        if name == "allowed":  # of no month: a line through all
            line = {"color": COLOURS[6], "dash": "dot", "width": 1.5}
            figure.add("scatter", x=months, y=[value, value], mode="lines", line=line, name=w("documented"), **place)
        elif months["min"] <= DOCUMENTED_IN <= months["max"]:
            look: dict[str, Any] = {"marker": {"symbol": "diamond", "size": 9, "color": COLOURS[6]}, "showlegend": False}
            figure.add("scatter", x=[DOCUMENTED_IN], y=[value], mode="markers", name=w("documented"), **look, **place)
    base = table[table["scenario"] == next(iter(titles))]
    first = base[base["month"] == base["month"].min()].set_index("quantity")["mean"]
    title = w(
        "chart_places", used=w.number(first["used"]), offered=w.number(first["offered"]), allowed=w.number(first["allowed"]),
        asked=w.number(asked["allowed"]), full_time=w.number(first["company"]), company_asked=w.number(asked["company"]),
    )
    note = w("chart_places_note", guidance=w.number(asked["guidance"]), places=w.number(asked["guidance"] + asked["company"]))
    return Chart("places", title, note, figure, yearly(table), PART)


def documented_places(p: Parameters) -> dict[str, float]:
    """What is documented of places: allowed if all workplaces filled the quota; full-time persons at employers (places if all
    guidance were there less the guidance) and in guidance, May 2014."""
    guidance = p.value("employers.guidance_full_time")
    return {
        "allowed": p.value("employers.legal_places"), "company": p.value("employers.guidance_and_places") - guidance,
        "guidance": guidance,
    }


def _places(employers: pd.DataFrame, measures: pd.DataFrame) -> pd.Series:
    """Places and persons by quantity, scenario, replication and month, as simulated."""
    sums = employers.groupby(KEYS, observed=True, sort=False)[["places_allowed", "places_offered", "places_used"]].sum()
    found = {name: sums[f"places_{name}"] for name in ("allowed", "offered", "used")}
    found["waiting"] = measures.groupby(KEYS, observed=True, sort=False)["waiting"].sum()
    for name, kinds in (("company", COMPANY), ("guidance", (MEASURES[GUIDANCE - 1].name,))):
        here = measures[measures["measure"].isin(kinds)]
        found[name] = here.groupby(KEYS, observed=True, sort=False)["hours"].sum() / FULL_TIME
    return pd.concat(found, names=["quantity"])


def who_cooperates(employers: pd.DataFrame, titles: dict[str, str], p: Parameters, scale: float, w: Words) -> Chart:
    """Employers who cooperate, %, and supported places used, by sector, size and region, mean of the last 12 months."""
    keys = {"sector": list(SECTORS), "size_class": list(SIZE_CLASSES), "region": list(employers["region"].unique())}
    figure = side_by_side([w("unit_cooperate"), w("unit_used")], [len(keys[by]) for by in _BY], len(titles), w)
    tables = []
    for row, by in enumerate(_BY, start=1):
        counts = employers.rename(columns={by: "employers_of"}).groupby(["employers_of", *KEYS], observed=True, sort=False)
        year = last_year(counts[["employers", "cooperating", "places_used"]].sum().assign(months=1), "employers_of")
        share = 100 * year["cooperating"] / year["employers"].where(year["employers"] > 0)
        for col, (unit, values) in enumerate((("cooperate", share), ("used", year["places_used"] / year["months"] / scale)), start=1):
            table = in_order(at_the_end(values, "employers_of"), "employers_of", keys[by])
            bars(figure, table, "employers_of", titles, {"row": row, "col": col}, w, legend=row == col == 1)
            tables.append(table.assign(by=by, unit=unit))
    asked = p.value("employers.cooperating")
    figure.add_line(x=asked, line={"color": COLOURS[6], "dash": "dot", "width": 1.5}, col=1)
    figure.update_xaxes(ticksuffix=" %", col=1)
    table = pd.concat(tables, ignore_index=True)[["by", "employers_of", "unit", "scenario", "mean", "low", "high"]]
    return Chart("employers-by", _cooperation_found(employers, table, titles, asked, w), w("chart_cooperate_note"), figure, table, PART, 1)


def _cooperation_found(employers: pd.DataFrame, table: pd.DataFrame, titles: dict[str, str], asked: float, w: Words) -> str:
    base = table[table["scenario"] == next(iter(titles))]
    share = base[(base["by"] == "sector") & (base["unit"] == "cooperate")].set_index("employers_of")["mean"]
    used = base[(base["by"] == "size_class") & (base["unit"] == "used")].set_index("employers_of")["mean"]
    last = employers[(employers["scenario"] == next(iter(titles))) & (employers["month"] == employers["month"].max())]
    return w(
        "chart_cooperate", all=w.number(100 * last["cooperating"].sum() / max(last["employers"].sum(), 1)), asked=w.number(asked),
        most=w.name("employers_of", str(share.idxmax())), high=w.number(float(share.max())),
        least=w.name("employers_of", str(share.idxmin())), low=w.number(float(share.min())),
        size=w.name("employers_of", str(used.idxmax())), places=w.number(100 * float(used.max()) / max(float(used.sum()), 1.0)),
    )


def fleksjob_held(employers: pd.DataFrame, titles: dict[str, str], scale: float, w: Words) -> Chart:
    """Persons in fleksjob with an employer, their mean hours a week, and full-time persons."""
    sums = employers.groupby(KEYS, observed=True, sort=False)[["fleksjob", "fleksjob_hours"]].sum()
    values = {
        "fleksjob": sums["fleksjob"] / scale,
        "fleksjob_hours": sums["fleksjob_hours"] / sums["fleksjob"].where(sums["fleksjob"] > 0),
        "fleksjob_full_time": sums["fleksjob_hours"] / FULL_TIME / scale,
    }
    table = in_order(over_replications(pd.concat(values, names=["quantity"]), "quantity"), "quantity", list(values))
    figure = multiples(table, "quantity", titles, w)
    base = table[table["scenario"] == next(iter(titles))].set_index(["quantity", "month"])["mean"].unstack("month")
    first, last = base.iloc[:, 0], base.iloc[:, -1]
    title = w(
        "chart_fleksjob", first=w.number(first["fleksjob"]), last=w.number(last["fleksjob"]),
        hours=w.number(last["fleksjob_hours"], decimals=1), full_time=w.number(last["fleksjob_full_time"]),
        before=w.number(first["fleksjob_hours"], decimals=1),
    )
    return Chart("fleksjob", title, w("chart_fleksjob_note"), figure, yearly(table), PART, decimals=1)
