"""One life as a strip: a lane for status, measures, support, case, caseworker, sanctions and employer, a strip a scenario, and money."""

from typing import Any

import pandas as pd

from agents.statuses import BY_NAME
from dashboard.reasons import KINDS
from dashboard.words import Words
from experiments.charts.chart import COLOURS, DASHES, Chart, finish, months_across
from experiments.charts.figure import Figure
from experiments.charts.panels import folded
from experiments.charts.validation import records

_LANE, _MONEY = 34, 150
_FAMILY = {
    "employment": "#0072B2", "education": "#56B4E9", "self_support": "#BFBFBF", "dagpenge": "#E69F00", "barsel": "#CC79A7", "efterloen": "#9E9E9E",
    "temporary": "#F0E442", "sickness": "#D55E00", "kontanthjaelp": "#8C564B", "uddannelseshjaelp": "#B07D62", "rehabilitation": "#009E73",
    "fleksjob": "#66C2A5", "pension": "#6B4C9A",
}  # fmt: skip
_DARK = {"#0072B2", "#8C564B", "#6B4C9A", "#4D4D4D", "#007A5A", "#A64600"}
_OTHER = {"programme": "#999999", "measure": "#009E73", "support": "#66C2A5", "case": "#E69F00", "caseworker": "#C9D4E3", "contact": "#E3E9C9", "sanction": "#A64600", "employer": "#56B4E9"}

_LATE = "#D55E00"
"""An interview that was overdue."""


def strip(
    lives: dict[str, pd.DataFrame], titles: dict[str, str], money: dict[str, pd.DataFrame], first: pd.Timestamp, end: pd.Timestamp,
    differs: pd.Timestamp | None, finding: str, w: Words,
) -> Chart:
    """The life of one person under each scenario, one above the other on one scale of time.

    Args:
        lives: what began when (:func:`dashboard.reasons.told`) by scenario. titles: of scenarios.
        money: benefits by month by scenario; empty when they are not known.
        first, end: months shown. differs: the first month in which the lives differ.
    """
    shown = {name: life[(life["start"] < end) & (life["end"].isna() | (life["end"] > first))] for name, life in lives.items()}
    kinds = [kind for kind in KINDS if any((life["kind"] == kind).any() for life in shown.values())]
    heights = [_LANE * len(kinds)] * len(shown) + ([_MONEY] if money else [])
    gap = 44
    inner = sum(heights) + gap * (len(heights) - 1)
    names = [folded(titles[name], 90) for name in shown] + ([w("citizen_money")] if money else [])
    figure = Figure.grid(len(heights), 1, row_heights=heights, vertical_spacing=gap / inner, shared_xaxes=True, titles=names)
    for row, life in enumerate(shown.values(), start=1):
        _lanes(figure, life, kinds, first, end, row, w)
    for j, (name, amounts) in enumerate(money.items()):
        line = {"color": COLOURS[j], "dash": DASHES[j], "width": 2, "shape": "hv"}
        figure.add("scatter", x=amounts["month"], y=amounts["amount"], mode="lines", name=titles[name], line=line, row=len(heights), col=1)
    finish(figure, inner + 110, w)
    months_across(figure)
    figure.update_xaxes(type="date", range=[first, end])
    for row in range(1, len(shown) + 1):
        figure.update_yaxes(type="category", categoryorder="array", categoryarray=[w(f"citizen_kind_{k}") for k in reversed(kinds)], tickformat="", row=row,
                            range=[-0.5, len(kinds) - 0.5], automargin=True)
    if money:
        figure.update_yaxes(rangemode="tozero", row=len(heights), title={"text": "DKK"})
    if differs is not None:
        figure.add_line(x=differs, line={"color": "#000", "width": 2, "dash": "dot"})
    figure.update_layout(
        barmode="overlay", bargap=0.15, uniformtext={"minsize": 10, "mode": "hide"}, margin={"l": 10, "r": 10, "t": 40, "b": 70}, showlegend=len(money) > 1,
        legend={"y": -45 / inner, "yanchor": "top"},
    )  # fmt: skip
    table = pd.concat([life.assign(scenario=name) for name, life in shown.items()], ignore_index=True)
    return Chart("life", finding, w("citizen_strip_note"), figure, table[["scenario", "start", "end", "kind", "value", "text", "why", "late"]])


def _lanes(figure: Figure, life: pd.DataFrame, kinds: list[str], first: pd.Timestamp, end: pd.Timestamp, row: int, w: Words) -> None:
    """One strip: a bar a spell, with its text where there is room."""
    start, until = life["start"].where(life["start"] > first, first), life["end"].where(life["end"] < end, end)
    spells = records(life)
    colours = [_colour(spell["kind"], spell["value"], spell["late"]) for spell in spells]
    hover = [f"{s['text']}<br>{s['start']:%Y-%m} – {_month(s['end'])}<br>{folded(s['why'], 60)}" for s in spells]
    figure.add(
        "bar", orientation="h", base=start, x=(until - start).dt.total_seconds() * 1000, y=[w(f"citizen_kind_{kind}") for kind in life["kind"]],
        text=list(life["text"]), textposition="inside", insidetextanchor="start", textangle=0, hovertext=hover, hoverinfo="text", showlegend=False,
        insidetextfont={"color": ["#fff" if colour in _DARK else "#1a1a1a" for colour in colours]}, marker={"color": colours, "line": {"color": "#fff", "width": 1}},
        row=row, col=1,
    )  # fmt: skip


def _month(date: Any) -> str:
    return "" if pd.isna(date) else f"{date:%Y-%m}"


def _colour(kind: str, value: str, late: int) -> str:
    if late:
        return _LATE
    return _FAMILY.get(BY_NAME[value].family, "#4D4D4D") if kind == "status" else _OTHER[kind]
