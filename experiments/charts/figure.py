"""Figures as Plotly's script reads them: traces and layout as plain dictionaries.

Plotly's own Python objects check and copy every value, which took more time than the rest of a report together. That figures
are what they would accept is asserted in the tests.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import plotly.io

Options = dict[str, Any]


class Figure:
    """Traces in one plot, or in a grid of plots.

    Attributes:
        data: traces. layout: everything else.
    """

    def __init__(self) -> None:
        self.data: list[Options] = []
        self.layout: Options = {}
        self._columns = self._rows = 0

    @classmethod
    def grid(
        cls, rows: int, columns: int, *, horizontal_spacing: float = 0.0, vertical_spacing: float = 0.0, row_heights: list[int] | None = None,
        titles: Sequence[str] = (), column_titles: Sequence[str] = (), shared_xaxes: bool = False, shared_yaxes: bool = False,
    ) -> "Figure":
        """Empty plots in a grid, numbered along the rows from the top left.

        Args:
            rows, columns: how many.
            horizontal_spacing, vertical_spacing: room between plots, in shares of the whole.
            row_heights: heights of the rows against each other, from the top.
            titles: of the plots, along the rows (the last may have none); column_titles: of the columns.
            shared_xaxes: plots of a column have one scale, written under the last; shared_yaxes: those of a row, beside the first.
        """
        figure = cls()
        figure._rows, figure._columns = rows, columns
        width = (1 - horizontal_spacing * (columns - 1)) / columns
        shares = np.array(row_heights or [1] * rows, float)
        heights = (1 - vertical_spacing * (rows - 1)) * shares / shares.sum()
        for row in range(rows):
            bottom = float(heights[row + 1 :].sum() + vertical_spacing * (rows - 1 - row))
            across_y = [bottom, bottom + float(heights[row])]
            for column in range(columns):
                n = figure._number(row + 1, column + 1)
                left = column * (width + horizontal_spacing)
                x: Options = {"anchor": f"y{n}", "domain": [left, left + width]}
                y: Options = {"anchor": f"x{n}", "domain": across_y}
                if shared_xaxes and row < rows - 1:
                    x |= {"matches": f"x{figure._number(rows, column + 1)}", "showticklabels": False}
                if shared_yaxes and column:
                    y |= {"matches": f"y{figure._number(row + 1, 1)}", "showticklabels": False}
                figure.layout |= {f"xaxis{n}": x, f"yaxis{n}": y}
                if (number := row * columns + column) < len(titles):
                    figure._title(titles[number], left + width / 2, across_y[1])
        for column, text in enumerate(column_titles):
            figure._title(text, column * (width + horizontal_spacing) + width / 2, 1.0)
        return figure

    def _number(self, row: int, column: int) -> str:
        """What Plotly writes after ``x`` and ``y`` in the names of a plot's axes: nothing for the first."""
        number = (row - 1) * self._columns + column
        return "" if number <= 1 else str(number)

    def _title(self, text: str, x: float, y: float) -> None:
        self.add_text(text=text, x=x, y=y, xref="paper", yref="paper", xanchor="center", yanchor="bottom", font={"size": 13})

    def add(self, kind: str, *, row: int = 1, col: int = 1, **options: Any) -> None:
        """Draw a trace of some kind (scatter, bar, ...) in a plot of the grid. Options are Plotly's."""
        n = self._number(row, col)
        place = {"xaxis": f"x{n}", "yaxis": f"y{n}"} if self._rows else {}
        self.data.append({"type": kind, **place, **_plain(options)})

    def add_line(self, *, col: int | None = None, line: Options, x: Any = None, y: Any = None) -> None:
        """A line at ``x`` from bottom to top, or at ``y`` across, in all plots of a column or in all, where something is drawn."""
        drawn = dict.fromkeys((trace.get("xaxis", "x"), trace.get("yaxis", "y")) for trace in self.data)
        chosen = {f"x{self._number(row, col)}" for row in range(1, self._rows + 1)} if col else {place for place, _ in drawn}
        for at_x, at_y in drawn:
            if at_x in chosen:
                across = {"x0": 0, "x1": 1, "xref": f"{at_x} domain"} if x is None else {"x0": x, "x1": x, "xref": at_x}
                along = {"y0": 0, "y1": 1, "yref": f"{at_y} domain"} if y is None else {"y0": y, "y1": y, "yref": at_y}
                self.layout.setdefault("shapes", []).append(_plain({"type": "line", "line": line, **across, **along}))

    def add_text(self, **options: Any) -> None:
        """Write a text in or beside the plots. Options are those of Plotly's annotations."""
        self.layout.setdefault("annotations", []).append({"showarrow": False, **_plain(options)})

    def update_layout(self, **options: Any) -> None:
        """Set options of the layout; what stands beside them in a dictionary stays."""
        _merge(self.layout, _plain(options))

    def update_xaxes(self, *, row: int | None = None, col: int | None = None, **options: Any) -> None:
        """Set options of the axes across: of all plots, of a row, a column, or one plot."""
        self._update("xaxis", row, col, options)

    def update_yaxes(self, *, row: int | None = None, col: int | None = None, **options: Any) -> None:
        """Set options of the axes up: of all plots, of a row, a column, or one plot."""
        self._update("yaxis", row, col, options)

    def _update(self, axis: str, row: int | None, col: int | None, options: Options) -> None:
        rows, columns = ([one] if one else range(1, max(n, 1) + 1) for one, n in ((row, self._rows), (col, self._columns)))
        for r in rows:
            for c in columns:
                _merge(self.layout.setdefault(f"{axis}{self._number(r, c)}", {}), _plain(options))

    def axes(self, letter: str) -> list[Options]:
        """Options of all axes across (``x``) or up (``y``)."""
        return [options for name, options in self.layout.items() if name.startswith(f"{letter}axis")]

    def to_dict(self) -> Options:
        """What Plotly draws."""
        return {"data": self.data, "layout": {**self.layout, "template": _template()}}

    def to_html(self, config: Options, name: str) -> str:
        """A part of a page, without Plotly's script; ``name`` tells it from the page's other figures, and is the same every time."""
        return str(plotly.io.to_html(self.to_dict(), config=config, full_html=False, include_plotlyjs=False, validate=False, div_id=f"plot-{name}"))


@lru_cache(maxsize=1)
def _template() -> Options:
    return dict(plotly.io.templates["plotly_white"].to_plotly_json())


def _merge(into: Options, options: Options) -> None:
    for key, value in options.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = value


def _plain(value: Any) -> Any:
    """A value as JSON has it: arrays and tables' columns as lists, months as text, None for what is not a number."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, pd.Series | pd.Index):
        value = value.to_numpy()
    if isinstance(value, np.ndarray):
        value = np.datetime_as_string(value, unit="s") if value.dtype.kind == "M" else value
        if value.dtype.kind in "iubU" or (value.dtype.kind == "f" and np.isfinite(value).all()):
            return value.tolist()
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%dT%H:%M:%S")
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value
