"""The first picture: what each of several reforms changes in the end, with intervals."""

import pandas as pd

from dashboard.words import Words
from experiments.charts.chart import COLOURS, Chart, finish, interval
from experiments.charts.figure import Figure
from experiments.charts.panels import folded

OUTCOMES = ("edge_total", "employment")
_WIDTH = 42
"""Letters in a line of a name: what a phone shows."""
_CLEAR = 14
"""Pixels between a name and the interval under it."""


def reforms_side_by_side(effects: pd.DataFrame, titles: dict[str, str], horizon: int, w: Words, *, scale: float, pairs: int) -> Chart:
    """Persons on benefits and persons in work at one horizon, a row a reform, on one scale.

    Args:
        effects: ``Comparison.persons_effects`` (reform, status, horizon_months, estimate, low, high, includes).
        titles: reforms by name, in the order of the rows.
        horizon: months after the start.
        scale, pairs: share of the population and number of replications of the result, which the note tells.
    """
    table = effects[effects["status"].isin(OUTCOMES) & (effects["horizon_months"] == horizon)]
    table = table.set_index(["status", "reform"]).loc[[(outcome, reform) for outcome in OUTCOMES for reform in titles]].reset_index()
    names = [folded(title, _WIDTH) for title in titles.values()]
    lines = max(name.count("<br>") + 1 for name in names)
    figure = Figure.grid(2, 1, vertical_spacing=0.12, titles=[folded(w.status(outcome), _WIDTH) for outcome in OUTCOMES], shared_xaxes=True)
    for number, outcome in enumerate(OUTCOMES, start=1):
        here = table[table["status"] == outcome]
        spread = interval(here["estimate"], here["low"], here["high"], thickness=2)
        figure.add("scatter", x=here["estimate"], y=names, mode="markers", marker={"size": 9, "color": COLOURS[0]}, error_x=spread, row=number)
        for row, name in enumerate(names):  # above its interval: beside it, names would leave a phone no room
            axis = "y" if number == 1 else f"y{number}"
            figure.add_text(text=name, xref="paper", x=0, xanchor="left", yref=axis, y=row, yanchor="bottom", yshift=_CLEAR, align="left", font={"size": 12})
    figure.add_line(x=0, line={"width": 1, "color": "#555"})
    finish(figure, 135 + 2 * len(names) * (28 + _CLEAR + 15 * lines), w)
    figure.update_xaxes(row=2, title={"text": f"{w('difference')}, {w('persons').lower()}"}, tickangle=0)
    figure.update_yaxes(range=[len(names) - 0.6, -0.95], type="category", showticklabels=False, tickformat="")
    figure.update_layout(showlegend=False, margin={"l": 10, "t": 45, "b": 50})
    finding = _finding(table, titles, w("after", years=w.horizon(horizon)), w)
    note = w("start_reforms_note", includes=w.includes(str(table["includes"].iloc[0])), share=w.percent(scale), n=pairs)
    return Chart("reforms", finding, note, figure, table.drop(columns=["outcome", "includes"]))


def _finding(table: pd.DataFrame, titles: dict[str, str], when: str, w: Words) -> str:
    """The reform that surely lowers the number of persons on benefits most, or that none does."""
    sure = table[(table["status"] == OUTCOMES[0]) & (table["high"] < 0)]
    if sure.empty:
        return w("start_reforms_none", when=when)
    most = sure.sort_values("estimate").iloc[0]
    low, high = (w.number(most[end], sign=True) for end in ("low", "high"))
    value, reform = w.number(most["estimate"], sign=True), titles[str(most["reform"])]
    return w("start_reforms_finding", when=when, n=len(sure), all=len(titles), reform=reform, value=value, low=low, high=high)
