"""The first picture: what each of several reforms changes in the end, with intervals."""

import pandas as pd

from dashboard.words import Words
from experiments.charts.chart import COLOURS, Chart, finish
from experiments.charts.figure import Figure
from experiments.charts.panels import folded

OUTCOMES = ("edge_total", "employment")


def reforms_side_by_side(effects: pd.DataFrame, titles: dict[str, str], horizon: int, w: Words) -> Chart:
    """Persons on benefits and persons in work, a row a reform, at one horizon.

    Args:
        effects: ``Comparison.persons_effects`` (reform, status, horizon_months, estimate, low, high, includes).
        titles: reforms by name, in the order of the rows.
        horizon: months after the start.
    """
    table = effects[effects["status"].isin(OUTCOMES) & (effects["horizon_months"] == horizon)]
    table = table.set_index(["status", "reform"]).loc[[(outcome, reform) for outcome in OUTCOMES for reform in titles]].reset_index()
    figure = Figure.grid(1, 2, horizontal_spacing=0.06, titles=[w.status(outcome) for outcome in OUTCOMES], shared_yaxes=True)
    for column, outcome in enumerate(OUTCOMES, start=1):
        here = table[table["status"] == outcome]
        spread = {"type": "data", "symmetric": False, "array": here["high"] - here["estimate"], "arrayminus": here["estimate"] - here["low"], "thickness": 2}
        names = [folded(titles[reform], 30) for reform in here["reform"]]
        figure.add("scatter", x=here["estimate"], y=names, mode="markers", marker={"size": 9, "color": COLOURS[0]}, error_x=spread, row=1, col=column)
    figure.add_line(x=0, line={"width": 1, "color": "#555"})
    finish(figure, 90 + 44 * len(titles), w)
    figure.update_xaxes(title={"text": f"{w('difference')}, {w('persons').lower()}"}, nticks=5)
    figure.update_yaxes(autorange="reversed", automargin=True, type="category", tickformat="")
    figure.update_layout(showlegend=False, margin={"l": 10, "t": 30, "b": 60})
    return Chart("reforms", _finding(table, titles, w("after", years=w.horizon(horizon)), w), w("start_reforms_note", includes=w.includes(str(table["includes"].iloc[0]))), figure, table.drop(columns=["outcome", "includes"]))


def _finding(table: pd.DataFrame, titles: dict[str, str], when: str, w: Words) -> str:
    """The reform that surely lowers the number of persons on benefits most, or that none does."""
    sure = table[(table["status"] == OUTCOMES[0]) & (table["high"] < 0)]
    if sure.empty:
        return w("start_reforms_none", when=when)
    most = sure.sort_values("estimate").iloc[0]
    low, high = (w.number(most[end], sign=True) for end in ("low", "high"))
    return w("start_reforms_finding", when=when, n=len(sure), all=len(titles), reform=titles[str(most["reform"])], value=w.number(most["estimate"], sign=True), low=low, high=high)
