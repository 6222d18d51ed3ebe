"""Charts of a run or comparison. Every chart has a finding as its title, units, intervals and a table twin."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from agents.statuses import BY_NAME, FAMILIES, RESIDENT, STATUSES, family_members
from experiments.charts.figure import Figure
from experiments.words import Words

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Okabe and Ito's colours, told apart by the colour-blind; scenarios also differ by dash."""
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
_FONT = {"family": "system-ui, -apple-system, Segoe UI, Roboto, sans-serif", "size": 13, "color": "#1a1a1a"}
_COLUMNS = 3


@dataclass(frozen=True)
class Chart:
    """A figure with its finding, a note on units and intervals, and the same numbers as a table.

    ``part`` is the part of the report it stands in ("" = the first, without a heading of its own), ``decimals`` how many
    the table's numbers are shown with.
    """

    key: str
    title: str
    note: str
    figure: Figure
    table: pd.DataFrame
    part: str = ""
    decimals: int = 0


def stocks_over_time(stocks: pd.DataFrame, titles: dict[str, str], w: Words) -> Chart:
    """Small multiples: persons by family over time, a line a scenario with the band of the replications."""
    families = list(FAMILIES)
    figure = Figure.grid(
        -(-len(families) // _COLUMNS), _COLUMNS, horizontal_spacing=0.07, vertical_spacing=0.06,
        titles=[FAMILIES[f][w.language == "da"] for f in families],
    )
    members = {status: family for family in families for status in family_members(family)}
    here = stocks[stocks["status"].isin(members)]
    by_run = here["persons"].groupby([here["status"].map(members).rename("family"), here["scenario"], here["replication"], here["month"]], observed=True).sum()
    tables, changes = [], {}
    for i, family in enumerate(families):
        for j, (name, title) in enumerate(titles.items()):
            runs = by_run.loc[family, name].unstack("month")
            mean = runs.mean(axis=0)
            low, high = (pd.Series(q, mean.index) for q in np.quantile(runs, (0.025, 0.975), axis=0))
            place = {"row": i // _COLUMNS + 1, "col": i % _COLUMNS + 1}
            band(figure, mean.index, low, high, j, place)
            line = {"color": COLOURS[j % 7], "dash": DASHES[j % 6], "width": 2}
            figure.add(
                "scatter", x=mean.index, y=mean, mode="lines", line=line, name=title, legendgroup=name, showlegend=i == 0, **place
            )
            tables.append(
                pd.DataFrame({"family": family, "scenario": name, "month": mean.index, "mean": mean.to_numpy(),
                              "low": low.to_numpy(), "high": high.to_numpy()})
            )
            if j == 0:
                changes[family] = (float(mean.iloc[0]), float(mean.iloc[-1]))
    table = pd.concat(tables, ignore_index=True)
    largest = max(changes, key=lambda f: abs(changes[f][1] - changes[f][0]))
    first, last = changes[largest]
    title = w(
        "chart_stocks", family=FAMILIES[largest][w.language == "da"], first=w.number(first), last=w.number(last)
    )
    finish(figure, 5 * 210, w)
    months_across(figure)
    return Chart("stocks", title, w("chart_stocks_note"), figure, yearly(table))


def difference_over_time(effects: pd.DataFrame, start: str, titles: dict[str, str], w: Words) -> Chart:
    """Difference in all on edge and temporary benefits, and in employment, over time."""
    outcomes = ("edge_total", "employment")
    figure = Figure.grid(1, 2, horizontal_spacing=0.1, titles=[w.status(o) for o in outcomes])
    months = pd.period_range(start, periods=int(effects["horizon_months"].max()), freq="M").to_timestamp()
    findings = []
    reforms = list(effects["reform"].unique())
    for column, outcome in enumerate(outcomes, start=1):
        for j, reform in enumerate(reforms, start=1):
            here = effects[(effects["status"] == outcome) & (effects["reform"] == reform)].sort_values("horizon_months")
            place = {"row": 1, "col": column}
            band(figure, months, here["low"], here["high"], j, place)
            figure.add(
                "scatter", x=months, y=here["estimate"], mode="lines", name=titles[reform], legendgroup=reform,
                showlegend=column == 1, line={"color": COLOURS[j % 7], "dash": DASHES[j % 6], "width": 2}, **place,
            )
            last = here.iloc[-1]
            if outcome == "edge_total":
                value = w.number(last["estimate"], sign=True)
                findings.append(f"{reform} {value} ({w.number(last['low'], sign=True)} – {w.number(last['high'], sign=True)})")
    figure.update_yaxes(title={"text": w("persons")}, col=1)
    finish(figure, 420, w)
    months_across(figure)
    when = w("after", years=w.horizon(len(months))).lower()
    table = effects[effects["status"].isin(outcomes)].drop(columns=["outcome", "includes"])
    title = w("chart_total", when=when, findings="; ".join(findings))
    shown = (table["horizon_months"] % 12 == 0) | (table["horizon_months"] == table["horizon_months"].max())
    return Chart("difference", title, w("chart_total_note", includes=w.includes(str(effects["includes"].iloc[0]))), figure, table[shown])


def difference_by_status(effects: pd.DataFrame, reform: str, horizon: int, w: Words) -> Chart:
    """Difference by status at one horizon, with intervals."""
    names = [s.name for s in RESIDENT]
    here = effects[(effects["reform"] == reform) & (effects["horizon_months"] == horizon)].set_index("status")
    table = here.loc[names, ["estimate", "low", "high"]].reset_index()
    shown = table.iloc[::-1]
    figure = Figure()
    figure.add(
        "scatter", x=shown["estimate"], y=[w.status(n) for n in shown["status"]], mode="markers",
        marker={"size": 9, "color": COLOURS[0]},
        error_x=interval(shown["estimate"], shown["low"], shown["high"], thickness=2),
    )
    figure.add_line(x=0, line={"width": 1, "color": "#555"})
    figure.update_xaxes(title={"text": f"{w('difference')}, {w('persons').lower()}"})
    figure.update_yaxes(automargin=True)
    finish(figure, 620, w)
    figure.update_layout(showlegend=False)
    when = w("after", years=w.horizon(horizon))
    largest = table.iloc[int(table["estimate"].abs().to_numpy().argmax())]
    if largest["estimate"] == 0:
        title = w("chart_effects_none", when=when, reform=reform)
    else:
        title = w(
            "chart_effects", when=when, reform=reform, status=w.status(str(largest["status"])),
            value=w.number(largest["estimate"], sign=True), low=w.number(largest["low"], sign=True),
            high=w.number(largest["high"], sign=True),
        )
    return Chart(f"effects-{reform}", title, w("chart_effects_note", includes=w.includes(str(effects["includes"].iloc[0]))), figure, table)


def flows_between_families(flows: pd.DataFrame, base: str, w: Words) -> Chart:
    """Sankey of a year's moves between families in the base scenario."""
    here = flows[flows["scenario"] == base]
    months = np.sort(here["month"].unique())
    year = months[12:24] if months.size >= 24 else months
    here = here[here["month"].isin(year)]
    family = {s.name: ("entry" if s.group == "entry" else s.name if s.group == "gone" else s.family) for s in STATUSES}
    pairs = here.assign(source=here["from_status"].map(family), to=here["to_status"].map(family))
    pairs = pairs[pairs["source"] != pairs["to"]]
    runs = here["replication"].nunique()
    table = (pairs.groupby(["source", "to"], observed=True)["persons"].sum() / runs).reset_index()
    table = table.sort_values("persons", ascending=False, ignore_index=True)
    moved = float(table["persons"].sum())
    shown = table[table["persons"] >= moved / 1000]

    def name(key: str) -> str:
        return FAMILIES[key][w.language == "da"] if key in FAMILIES else str(getattr(BY_NAME[key], w.language))

    sources, ends = list(dict.fromkeys(shown["source"])), list(dict.fromkeys(shown["to"]))
    colour = {f: COLOURS[i % 6] for i, f in enumerate(dict.fromkeys([*sources, *ends]))}
    figure = Figure()
    figure.add(
        "sankey",
        node={"label": [name(f) for f in sources + ends], "color": [colour[f] for f in sources + ends], "pad": 12},
        link={
            "source": [sources.index(s) for s in shown["source"]],
            "target": [len(sources) + ends.index(t) for t in shown["to"]],
            "value": shown["persons"], "color": [_faint(colour[s]) for s in shown["source"]],
        },
    )
    finish(figure, 640, w)
    top = table.iloc[0]
    title = w(
        "chart_flows" if months.size >= 24 else "chart_flows_short", months=len(year), n=w.number(moved), source=name(top["source"]), to=name(top["to"]), value=w.number(top["persons"])
    )
    return Chart("flows", title, w("chart_flows_note"), figure, table)


def pensions_running_off(pensions: pd.DataFrame, flows: pd.DataFrame, base: str, w: Words) -> Chart:
    """Førtidspension in the base scenario: awarded before the start and awarded since."""
    awarded = flows[(flows["scenario"] == base) & (flows["to_status"] == "foertidspension")]
    awards = float(awarded["persons"].sum()) / pensions["replication"].nunique()
    here = pensions[pensions["scenario"] == base].groupby("month", observed=True)[["awarded_before", "awarded_since"]]
    table = here.mean().reset_index()
    figure = Figure()
    for j, column in enumerate(("awarded_before", "awarded_since")):
        figure.add(
            "scatter", x=table["month"], y=table[column], stackgroup="all", mode="lines", name=w(column), line={"color": COLOURS[j]}
        )
    figure.update_yaxes(title={"text": w("persons")}, rangemode="tozero")
    finish(figure, 380, w)
    months_across(figure)
    first, last = table.iloc[0], table.iloc[-1]
    fall = first["awarded_before"] - last["awarded_before"] - last["awarded_since"]
    key = "chart_pensions" if fall >= 0 else "chart_pensions_rise"
    title = w(key, fall=w.number(abs(fall)), when=w.horizon(len(table) - 1))
    note = w(
        "chart_pensions_note", first=w.number(first["awarded_before"]), left=w.number(last["awarded_before"]),
        awards=w.number(awards), monthly=w.number(awards / max(1, len(table) - 1)), new=w.number(last["awarded_since"]),
    )
    return Chart("pensions", title, note, figure, yearly(table))


def interval(middle: Any, low: Any, high: Any, **look: Any) -> dict[str, Any]:
    """What Plotly draws an interval from ``low`` to ``high`` with, round dots or bars at ``middle`` (``error_x`` or ``error_y``); ``look`` is
    Plotly's thickness, width and colour."""
    return {"type": "data", "symmetric": False, "array": high - middle, "arrayminus": middle - low, "thickness": 1.5, **look}


def band(
    figure: Figure, x: "pd.Index | pd.Series", low: pd.Series, high: pd.Series, j: int, place: dict[str, int]
) -> None:
    """Draw the area between two lines in the faint colour of scenario ``j``: as one closed outline, or, where numbers are missing, as the
    filling between two lines, which has gaps."""
    outline: dict[str, Any] = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    above, below = np.asarray(high, float), np.asarray(low, float)
    if np.isfinite(above).all() and np.isfinite(below).all():
        along = np.asarray(x)
        there_and_back = {"x": np.concatenate([along, along[::-1]]), "y": np.concatenate([above, below[::-1]])}
        figure.add("scatter", fill="toself", fillcolor=_faint(COLOURS[j % 7]), **{**there_and_back, **outline, **place})
        return
    figure.add("scatter", x=x, y=high, **outline, **place)
    figure.add("scatter", x=x, y=low, fill="tonexty", fillcolor=_faint(COLOURS[j % 7]), **outline, **place)


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.25)"


def yearly(table: pd.DataFrame) -> pd.DataFrame:
    """First month, then one a year, and the last: a table one can read."""
    months = np.sort(table["month"].unique())
    keep = {*months[::12], months[-1]}
    return table[table["month"].isin(keep)].reset_index(drop=True)


def finish(figure: Figure, height: int, w: Words) -> None:
    """Give a figure the report's look and the language's numbers."""
    figure.update_layout(
        font=_FONT, height=height, margin={"l": 70, "r": 20, "t": 50, "b": 40},
        legend={"orientation": "h", "y": -0.06, "x": 0}, separators=".," if w.language == "en" else ",.",
        hovermode="closest",
    )
    figure.update_yaxes(tickformat=",")
    if any(trace["type"] == "scatter" and "error_x" in trace for trace in figure.data):
        figure.update_xaxes(tickformat=",")


def months_across(figure: Figure, ticks: int = 0) -> None:
    """Write months as numbers over their year (Plotly's names of months are English), and only years where these do.

    ``ticks``: how many there may be; 0 leaves it to Plotly.
    """
    years = {"dtickrange": ["M12", None], "value": "%Y"}
    figure.update_xaxes(tickformat="%m\n%Y", tickformatstops=[years], hoverformat="%Y-%m", nticks=ticks, tickangle=0)
