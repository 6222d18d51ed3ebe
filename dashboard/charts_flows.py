"""Charts of moves: a Sankey diagram a scenario, bars of what a reform changes, and the matrix that says the same in numbers."""

from typing import Any

import numpy as np
import pandas as pd

from dashboard.moves import Moves, place_name
from experiments.charts.chart import COLOURS, Chart, finish, interval
from experiments.charts.figure import Figure
from experiments.charts.panels import folded
from experiments.words import Words

_SMALLEST = 1000
"""One part of so many of all moves is the smallest flow drawn."""
_BARS, _PAD = 15, 16
_LEFT, _RIGHT = 0.001, 0.999
"""Places at the very edge: Plotly takes 0 for not given."""
_PALETTE = (*COLOURS[:6], "#7A6A00", "#6B4C9A", "#8C564B", "#4D4D4D", "#117A65", "#A04000", "#1F618D", "#873600", "#5B2C6F")


def period(moves: Moves, first: int, last: int, w: Words) -> str:
    """The span of years in words."""
    begin, end = moves.span(first, last)
    return w("flows_period", first=w.month(f"{begin:%Y-%m}"), last=w.month(f"{end:%Y-%m}"))


def sankey(moves: Moves, scenario: str, title: str, asked: tuple[Any, ...], w: Words) -> Chart:
    """Who moves from where to where in one scenario; ``asked`` is first and last year, level and the place looked at."""
    table = moves.table(scenario, *asked)
    moved = float(table["persons"].sum())
    shown = table[table["persons"] >= moved / _SMALLEST]
    places = moves.between(scenario, *asked)[0]
    sources, ends = ([p for p in places if p in set(shown[column])] for column in ("source", "to"))
    colour = {place: _PALETTE[i % len(_PALETTE)] for i, place in enumerate(places)}
    height = 720 if len(places) < 20 else 1000
    between = _PAD / (height - 40)
    pad = between, 1 - between * (max(len(sources), len(ends)) - 1)
    figure = Figure()
    figure.add(
        "sankey", valueformat=",.0f", arrangement="snap",
        node={"label": [place_name(p, w) for p in sources + ends], "color": [colour[p] for p in sources + ends], "pad": _PAD, "thickness": 14,
              "x": [_LEFT] * len(sources) + [_RIGHT] * len(ends), "y": _heights(shown, "source", sources, pad) + _heights(shown, "to", ends, pad)},
        link={
            "source": [sources.index(s) for s in shown["source"]], "target": [len(sources) + ends.index(t) for t in shown["to"]],
            "value": shown["persons"], "color": [_faint(colour[s]) for s in shown["source"]],
        },
    )  # fmt: skip
    finish(figure, height, w)
    figure.update_layout(margin={"l": 10, "r": 10, "t": 20, "b": 20})
    largest = table.iloc[0]
    finding = w(
        "flows_sankey", scenario=title, n=w.number(moved), source=place_name(largest["source"], w), to=place_name(largest["to"], w),
        value=w.number(largest["persons"]),
    )
    return Chart(f"flows-{scenario}", finding, w("flows_sankey_note", period=period(moves, asked[0], asked[1], w)), figure, table)


def _heights(table: pd.DataFrame, column: str, places: list[str], pad: tuple[float, float]) -> list[float]:
    """Where the middle of each place is, from the top: in the same order in every diagram, so that two can be compared. ``pad`` is the room
    between two places, and what it leaves of the height."""
    size = table.groupby(column)["persons"].sum().reindex(places)
    middle = (size.cumsum() - size / 2) / size.sum() * pad[1] + pad[0] * np.arange(len(places))
    return [float(v) for v in middle.clip(_LEFT, _RIGHT)]


def differences(moves: Moves, reform: str, title: str, asked: tuple[Any, ...], w: Words) -> Chart:
    """The flows that a reform changes most, with intervals."""
    table = moves.differences(reform, *asked)
    shown = table[table["estimate"] != 0].head(_BARS).iloc[::-1]
    figure = Figure()
    figure.add(
        "bar", x=shown["estimate"], y=[folded(_between(row, w), 52) for row in shown.itertuples()], orientation="h",
        marker={"color": [COLOURS[0] if v > 0 else COLOURS[1] for v in shown["estimate"]], "pattern": {"shape": ["" if v > 0 else "/" for v in shown["estimate"]], "solidity": 0.3}},
        error_x=interval(shown["estimate"], shown["low"], shown["high"], width=4, color="#333"),
    )  # fmt: skip
    figure.add_line(x=0, line={"width": 1, "color": "#555"})
    finish(figure, 130 + 34 * max(len(shown), 3), w)
    figure.update_xaxes(title={"text": w("flows_difference_axis")}, tickformat=",")
    figure.update_yaxes(automargin=True)
    figure.update_layout(showlegend=False, margin={"l": 10, "t": 20, "b": 60})
    if shown.empty:
        finding = w("flows_difference_none", reform=title)
    else:
        first = table.iloc[0]
        sure = first["low"] * first["high"] > 0
        finding = w(
            "flows_difference" if sure else "flows_difference_unsure", reform=title, flow=_between(first, w), value=w.number(first["estimate"], sign=True),
            low=w.number(first["low"], sign=True), high=w.number(first["high"], sign=True),
        )
    note = w("flows_difference_note", period=period(moves, asked[0], asked[1], w), includes=w.includes(moves.design.includes))
    return Chart(f"flows-difference-{reform}", finding, note, figure, table)


def _between(row: Any, w: Words) -> str:
    return f"{place_name(row.source, w)} → {place_name(row.to, w)}"


def matrix(moves: Moves, reform: str | None, asked: tuple[Any, ...], w: Words) -> pd.DataFrame:
    """The transition matrix as people read it: rows from, columns to, persons in the base and, in brackets, what the reform changes."""
    base = moves.table(moves.scenarios[0], *asked)
    places = moves.between(moves.scenarios[0], *asked)[0]
    changes = {} if reform is None else _by_pair(moves.differences(reform, *asked), "estimate")
    persons = _by_pair(base, "persons")
    pairs = persons.keys() | changes.keys()
    rows, columns = ([p for p in places if any(pair[side] == p for pair in pairs)] for side in (0, 1))

    def cell(pair: tuple[str, str]) -> str:
        if pair not in pairs:
            return "–"
        change = round(changes.get(pair, 0.0))
        return w.number(persons.get(pair, 0.0)) + (f" ({w.number(change, sign=True)})" if change else "")

    found = pd.DataFrame([[place_name(a, w), *(cell((a, b)) for b in columns)] for a in rows])
    found.columns = pd.Index([w("flows_from_to"), *(place_name(b, w) for b in columns)])
    return found


def _by_pair(table: pd.DataFrame, column: str) -> dict[tuple[str, str], float]:
    return dict(zip(zip(table["source"], table["to"], strict=True), table[column].to_list(), strict=True))


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.4)"
