"""Plots with a row a parameter or option, and heat maps: what charts of experiments are made of."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from experiments.charts.chart import COLOURS, Chart, finish, interval
from experiments.charts.figure import Figure
from experiments.charts.panels import folded
from experiments.words.labels import Labels

Shown = tuple[Chart, pd.DataFrame]
"""A chart with its table as people write it."""
_WIDTH = 40


def heat_map(values: npt.NDArray[np.float64], across: list[str], up: list[str], labels: Labels, middle: float | None = None) -> Figure:
    """Cells with their numbers; blue to orange around ``middle``, else light to dark."""
    figure = Figure()
    scale = [[0, COLOURS[0]], [0.5, "#ffffff"], [1, COLOURS[1]]] if middle is not None else "Cividis"
    text = [["" if np.isnan(v) else labels.number(v) for v in row] for row in values]
    centre: dict[str, Any] = {"zmid": middle} if middle is not None else {}
    figure.add("heatmap", x=across, y=up, z=values, text=text, texttemplate="%{text}", colorscale=scale, hoverongaps=False, **centre)
    return figure


def rows_figure(rows: int) -> Figure:
    """An empty plot with a line at 0 under what will be drawn; ``rows`` may be none."""
    figure = Figure()
    if rows:
        figure.update_layout(shapes=[{"type": "line", "x0": 0, "x1": 0, "xref": "x", "y0": 0, "y1": 1, "yref": "y domain", "line": {"width": 1, "color": "#888"}}])
    return figure


def dots(figure: Figure, table: pd.DataFrame, labels: Labels, name: str, number: int) -> None:
    """A dot with its interval for each parameter; the ``number`` of the series decides colour and symbol."""
    value = table["value"]
    spread = interval(value, table["low"].clip(upper=value), table["high"].clip(lower=value), thickness=2)
    marker = {"size": 9, "color": COLOURS[number], "symbol": ("circle", "diamond", "square")[number]}
    figure.add("scatter", mode="markers", name=name, x=value, y=row_names(table["parameter"], labels), error_x=spread, marker=marker)


def row_names(keys: Iterable[str], labels: Labels) -> list[str]:
    """Labels beside rows."""
    return [folded(labels(key), _WIDTH) for key in keys]


def rows_finish(figure: Figure, rows: int, axis: str, labels: Labels) -> None:
    """The report's look for a plot with a row a parameter, the first on top."""
    lines = max([2, *(str(name).count("<br>") + 1 for trace in figure.data for name in trace["y"])])
    inner = (4 + 17 * lines) * max(1, rows)
    finish(figure, inner + 130, labels.w)
    figure.update_layout(legend={"y": -52 / inner, "yanchor": "top"}, margin={"t": 30, "b": 100})
    figure.update_xaxes(title={"text": axis}, tickformat=",")
    figure.update_yaxes(autorange="reversed", automargin=True, type="category", tickformat="")


def spans(table: pd.DataFrame, labels: Labels, value: str = "value", low: str = "low", high: str = "high", *, sign: bool = False) -> list[str]:
    """Values with their intervals, as people write them."""
    return [labels.span(v, a, b, sign=sign) for v, a, b in zip(table[value], table[low], table[high], strict=True)]
