"""Charts of the evidence page: which patterns are missed, and how far off each figure of a pattern is."""

import numpy as np
import pandas as pd

from dashboard import evidence
from dashboard.words import Words
from experiments.charts.chart import COLOURS, Chart, finish
from experiments.charts.figure import Figure
from experiments.charts.panels import folded
from experiments.charts.validation import Figures, records
from experiments.words.targets import pattern_label, target_label

_ROW, _FURTHEST = 30, 12
"""Height of a row in pixels; misses beyond so many tolerances are drawn at the edge."""


def missed_patterns(w: Words) -> tuple[Chart, pd.DataFrame]:
    """The share of figures hit by pattern, the worst first, held out and fitted apart by colour and hatch."""
    table = evidence.patterns()
    shown = table.iloc[::-1]
    figure = Figure()
    for j, role in enumerate(("holdout", "fit")):
        own = shown[shown["role"] == role]
        labels = [folded(pattern_label(p, w.language), 44) for p in own["pattern"]]
        figure.add(
            "bar", x=100 * own["share"], y=labels, orientation="h", name=w(f"evidence_group_{role}"), marker={"color": COLOURS[j], "pattern": {"shape": ("", "/")[j], "solidity": 0.3}},
            text=[f"{n} / {all_}" for n, all_ in zip(own["passed"], own["n"], strict=True)], textposition="outside", cliponaxis=False,
        )  # fmt: skip
    order = [folded(pattern_label(p, w.language), 44) for p in shown["pattern"]]
    height = 150 + 24 * len(shown)
    finish(figure, height, w)
    figure.update_yaxes(automargin=True, categoryorder="array", categoryarray=order, tickfont={"size": 12}, dtick=1, tickformat="")
    figure.update_xaxes(ticksuffix=" %", range=[0, 112], tickvals=[0, 25, 50, 75, 100])
    figure.update_layout(margin={"l": 10, "t": 10, "b": 90}, legend={"y": -50 / (height - 100), "yanchor": "top"})
    none = int((table["passed"] == 0).sum())
    full = int((table["passed"] == table["n"]).sum())
    title = w("evidence_patterns", n=len(table), full=full, none=none, worst=pattern_label(str(table["pattern"].iloc[0]), w.language))
    words = pd.DataFrame({
        w("validation_pattern"): [pattern_label(p, w.language) for p in table["pattern"]], w("role"): [w(f"evidence_group_{r}") for r in table["role"]],
        w("validation_count"): table["n"], w("validation_passed"): table["passed"], w("validation_largest"): [w.number(v, decimals=1) for v in table["worst"]],
    })  # fmt: skip
    return Chart("evidence-patterns", title, w("evidence_patterns_note"), figure, table), words


def misses(pattern: str, w: Words) -> tuple[Chart, pd.DataFrame]:
    """How far off each figure of a pattern is, in tolerances."""
    table = evidence.targets()
    rows = table[(table["pattern"] == pattern) & table["miss"].notna()].iloc[::-1]
    figures = Figures(rows, w)
    names = [folded(target_label(t, w.language), 52) for t in rows["target"]]
    y = np.arange(len(rows))
    figure = Figure()
    for key, hit, symbol, colour in (("evidence_hit", True, "circle", COLOURS[0]), ("evidence_missed", False, "x", COLOURS[1])):
        at = (rows["passed"] == hit).to_numpy()
        own = rows[at]
        told = [
            f"{name}<br>{w('asked')}: {figures.written(r['asked'], r['unit'])}<br>{w('simulated')}: {figures.written(r['got'], r['unit'])}"
            for name, r in zip(np.array(names)[at], records(own), strict=True)
        ]
        figure.add("scatter", x=own["miss"].clip(-_FURTHEST, _FURTHEST), y=y[at], mode="markers", name=w(key), marker={"symbol": symbol, "size": 10, "color": colour}, text=told, hoverinfo="text")
    for x, dash in ((0, "solid"), (-evidence.TOLERANCES, "dot"), (evidence.TOLERANCES, "dot")):
        figure.add_line(x=x, line={"color": "#555", "width": 1, "dash": dash})
    height = 160 + _ROW * len(rows)
    finish(figure, height, w)
    figure.update_yaxes(tickvals=y, ticktext=names, tickformat="", range=[-0.6, len(rows) - 0.4], automargin=True, zeroline=False)
    figure.update_xaxes(title={"text": w("evidence_miss_axis")}, range=[-_FURTHEST - 0.7, _FURTHEST + 0.7], tickformat="")
    figure.update_layout(margin={"l": 10, "t": 10, "b": 110}, legend={"y": -75 / (height - 120), "yanchor": "top"})
    numbers = pd.DataFrame({
        w("target"): [target_label(t, w.language) for t in rows["target"]], w("asked"): [figures.written(a, u) for a, u in zip(rows["asked"], rows["unit"], strict=True)],
        w("simulated"): [figures.written(g, u) for g, u in zip(rows["got"], rows["unit"], strict=True)], w("miss"): [w.number(m, sign=True, decimals=1) for m in rows["miss"]],
        w("validation_source"): rows["source"], w("note"): rows["note"],
    })[::-1]  # fmt: skip
    columns = ["target", "role", "unit", "asked", "got", "tolerance", "miss", "passed", "source"]
    return Chart("evidence-misses", _finding(rows, figures, pattern, w), w("evidence_misses_note"), figure, rows[columns][::-1]), numbers


def _finding(rows: pd.DataFrame, figures: Figures, pattern: str, w: Words) -> str:
    label, passed = pattern_label(pattern, w.language), int(rows["passed"].sum())
    if passed == len(rows):
        return w("validation_chart_all", pattern=label, n=passed) if passed > 1 else w("validation_chart_one", pattern=label)
    worst = records(rows)[int(rows["miss"].abs().to_numpy().argmax())]
    name = target_label(worst["target"], w.language)
    return w(
        "validation_chart", pattern=label, passed=passed, n=len(rows), worst=name[:1].lower() + name[1:], got=figures.written(worst["got"], worst["unit"]),
        asked=figures.written(worst["asked"], worst["unit"]),
    )  # fmt: skip
