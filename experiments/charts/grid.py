"""Effects over a grid of levers: a line with its interval for one lever, a heat map for two."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from agents.mistake import Mistake
from experiments.charts.chart import COLOURS, Chart, band, finish
from experiments.charts.figure import Figure
from experiments.charts.rows import Shown, heat_map, spans
from experiments.intervals import crossed_half
from experiments.words.labels import Labels


def over_levers(design: pd.DataFrame, results: pd.DataFrame, levers: Sequence[str]) -> pd.DataFrame:
    """Mean difference at each combination of one or two levers, with its 95 % interval.

    The interval holds Monte Carlo error; where points of a combination differ in uncertainties, or there are draws, it says where the
    effect lies when these are as uncertain as the design has them.

    Args:
        results: of one outcome, a row a point, a column a (draw, replication) (:func:`experiments.analysis.cases.by_luck`).

    Returns:
        A column a lever, then ``value``, ``low``, ``high``.
    """
    if not 1 <= len(levers) <= 2:
        raise Mistake(f"{len(levers)} levers: effects are shown over one or two; choose with levers")
    points = design.set_index("point").loc[results.index]
    draws = len(results.columns.unique(0))
    rows = []
    for values, here in points.groupby(list(levers), sort=True, dropna=False):
        pairs = results.loc[here.index].to_numpy(np.float64)
        half, mean = crossed_half(pairs, draws), float(pairs.mean())
        rows.append((*values, mean, mean - half, mean + half))
    return pd.DataFrame(rows, columns=[*levers, "value", "low", "high"])


def effects(table: pd.DataFrame, outcome: str, better: int, labels: Labels) -> Shown:
    """The chart of :func:`over_levers`; ``better`` is +1, -1, or 0 where neither more nor less is better (the highest is named)."""
    w, levers = labels.w, [str(c) for c in table.columns[:-3]]
    figure = _line(table, levers[0], labels) if len(levers) == 1 else _map(table, levers, labels)
    finish(figure, 460, w)
    figure.update_xaxes(title={"text": labels.axis(levers[0])})
    figure.update_yaxes(title={"text": labels.axis(outcome if len(levers) == 1 else levers[1])}, automargin=True)
    figure.update_layout(showlegend=False, margin={"b": 70})
    top = table.iloc[int((table["value"].to_numpy() * (better or 1)).argmax())]
    title = w(
        "analysis_grid" if better else "analysis_grid_highest", outcome=labels(outcome), unit=labels.unit(outcome),
        where=", ".join(f"{labels(lever)} {labels.value(top[lever])}" for lever in levers), value=labels.span(top["value"], top["low"], top["high"], sign=True),
    )
    twin = pd.DataFrame({
        **{labels.axis(lever): [labels.value(v) for v in table[lever]] for lever in levers}, labels.axis(outcome): spans(table, labels, sign=True),
    })  # fmt: skip
    return Chart(f"grid-{outcome}", title, w("analysis_grid_note"), figure, table, decimals=3), twin


def _line(table: pd.DataFrame, lever: str, labels: Labels) -> Figure:
    figure = Figure()
    x = table[lever] if pd.api.types.is_numeric_dtype(table[lever]) else pd.Series([labels.value(v) for v in table[lever]])
    band(figure, x, table["low"], table["high"], 0, {})
    figure.add("scatter", mode="lines+markers", x=x, y=table["value"], line={"color": COLOURS[0], "width": 2}, marker={"size": 8})
    figure.add_line(y=0, line={"width": 1, "color": "#555"})
    return figure


def _map(table: pd.DataFrame, levers: Sequence[str], labels: Labels) -> Figure:
    wide = table.pivot(index=levers[1], columns=levers[0], values="value")
    figure = heat_map(
        wide.to_numpy(np.float64), [labels.value(v) for v in wide.columns], [labels.value(v) for v in wide.index], labels, middle=0.0
    )
    figure.update_xaxes(type="category")
    figure.update_yaxes(type="category")
    return figure
