"""Small multiples over time and what they are made of: tables by panel, scenario and month over the replications."""

from textwrap import wrap
from typing import Any

import numpy as np
import pandas as pd

from experiments.charts.chart import COLOURS, DASHES, band, finish, interval, months_across
from experiments.charts.figure import Figure
from experiments.institution import YEAR
from experiments.words import Words
from sim.parameters import read_measured

_PATTERNS = ("", "/", ".", "x", "\\", "-")
"""Beside colours, what tells the bars of scenarios apart."""


def first_year(table: pd.DataFrame, scenario: str) -> pd.DataFrame:
    """A scenario's first 12 months, or all of a shorter run."""
    here = table[table["scenario"] == scenario]
    return here[here["month"].isin(np.sort(here["month"].unique())[:YEAR])]


def over_replications(values: pd.Series, by: str) -> pd.DataFrame:
    """Mean over replications with the range of 95 % of them: columns ``by``, scenario, month, mean, low, high.

    Args:
        values: one number by ``by``, scenario, replication and month (the index); missing where there is nothing to tell.
    """
    wide = values.unstack("replication")
    ends = wide.quantile([0.025, 0.975], axis=1)
    found = pd.DataFrame({"mean": wide.mean(axis=1), "low": ends.loc[0.025], "high": ends.loc[0.975]})
    return found.reset_index()[[by, "scenario", "month", "mean", "low", "high"]]


def at_the_end(values: pd.Series, by: str) -> pd.DataFrame:
    """The same in the last month: columns ``by``, scenario, mean, low, high."""
    found = over_replications(values, by)
    return found[found["month"] == found["month"].max()].drop(columns="month").reset_index(drop=True)


def documented(fact: str) -> float | None:
    """A figure of the documents that the simulation is measured against, as it stands there."""
    return next((float(row["asked"]) for row in read_measured() if row["fact"] == fact), None)


def grid(names: list[str], columns: int, w: Words) -> Figure:
    """Empty small multiples, one a name, read along the rows, with room for names of several lines and months of two."""
    rows = -(-len(names) // columns)
    titles = [folded(name, 64 // columns) for name in names]
    of_titles = 17 * (1 + max(title.count("<br>") for title in titles))
    between = 46 + of_titles
    inner = 165 * rows + between * (rows - 1)
    figure = Figure.grid(
        rows, columns, horizontal_spacing=0.07, vertical_spacing=between / inner if rows > 1 else 0, titles=titles
    )
    top, bottom = 26 + of_titles, 84
    finish(figure, inner + top + bottom, w)
    figure.update_layout(margin={"t": top, "b": bottom}, legend={"y": -46 / inner, "yanchor": "top"})
    figure.update_yaxes(rangemode="tozero")
    months_across(figure, ticks=4)
    return figure


def draw(
    figure: Figure, table: pd.DataFrame, titles: dict[str, str], place: dict[str, int], *, legend: bool, bands: bool = True
) -> None:
    """One panel: a line a scenario, its colour and dash as everywhere, with the band from low to high.

    Without ``bands`` only the first scenario has one: for ranges that are wide and would hide each other.
    """
    for j, (name, title) in enumerate(titles.items()):
        here = table[table["scenario"] == name]
        if bands or j == 0:
            band(figure, here["month"], here["low"], here["high"], j, place)
        line: dict[str, Any] = {"color": COLOURS[j % 7], "dash": DASHES[j % 6], "width": 2}
        figure.add(
            "scatter", x=here["month"], y=here["mean"], mode="lines", line=line, name=title, legendgroup=name, showlegend=legend, **place
        )


def side_by_side(names: list[str], labels: list[int], scenarios: int, w: Words) -> Figure:
    """Empty panels of bars that share labels along a row and the scale down a column: a column a name, a row for each number of
    ``labels``, as high as so many scenarios need."""
    figure = Figure.grid(
        len(labels), len(names), shared_yaxes=True, shared_xaxes=True, horizontal_spacing=0.05, vertical_spacing=0.03,
        row_heights=labels, column_titles=names,
    )
    height = 140 + sum(labels) * (18 + 8 * scenarios)
    finish(figure, height, w)
    figure.update_layout(barmode="group", bargap=0.25, legend={"y": -40 / height, "yanchor": "top", "traceorder": "normal"})
    figure.update_layout(margin={"t": 40, "b": 80})
    return figure


def bars(
    figure: Figure, table: pd.DataFrame, by: str, titles: dict[str, str], place: dict[str, int], w: Words, *, legend: bool
) -> None:
    """One panel of bars that lie: a bar a scenario for each of ``by``, from the top, with the range from low to high."""
    for j, (name, title) in enumerate(titles.items()):
        here = table[table["scenario"] == name]
        visible = bool((here["high"] > here["low"]).any())
        spread = interval(here["mean"], here["low"], here["high"], width=3, color="#333", visible=visible)
        marker = {"color": COLOURS[j % 7], "pattern": {"shape": _PATTERNS[j % 6], "solidity": 0.3}}
        labels = [folded(w.name(by, key), 36) for key in here[by]]
        figure.add(
            "bar", x=here["mean"], y=labels, orientation="h", error_x=spread, marker=marker, name=title, legendgroup=name,
            showlegend=legend, **place,
        )
    figure.update_yaxes(autorange="reversed", automargin=True, **place)
    figure.update_xaxes(rangemode="tozero", tickformat=",", **place)


def multiples(table: pd.DataFrame, by: str, titles: dict[str, str], w: Words, *, bands: bool = True) -> Figure:
    """Small multiples of a table by ``by``, three in a row."""
    keys = list(table[by].unique())
    figure = grid([w.name(by, key) for key in keys], 3, w)
    for i, key in enumerate(keys):
        draw(figure, table[table[by] == key], titles, {"row": i // 3 + 1, "col": i % 3 + 1}, legend=i == 0, bands=bands)
    return figure


def in_order(table: pd.DataFrame, by: str, keys: list[str]) -> pd.DataFrame:
    """A table with the rows of its keys in a given order."""
    place = table[by].map({key: i for i, key in enumerate(keys)})
    return table.iloc[np.argsort(place.to_numpy(), kind="stable")].reset_index(drop=True)


def folded(text: str, width: int) -> str:
    """A text in lines of some width, as figures write them."""
    return "<br>".join(wrap(text, width, break_on_hyphens=False))
