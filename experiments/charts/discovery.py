"""Where a reform fails, in words and as a figure: the box among all cases, and what its peeling traded."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.discovery import Discovery
from experiments.charts.chart import COLOURS, Chart, finish
from experiments.charts.figure import Figure
from experiments.charts.panels import folded
from experiments.charts.rows import Shown
from experiments.words.labels import Labels

CHANCE = 0.05
"""A box that chance finds more often than this is no finding."""

SMALLEST_P = 1e-4
"""Smaller quasi-p values are not told apart."""


def sentence(found: Discovery, condition: str, labels: Labels) -> str:
    """The result in one sentence."""
    w, n, failures = labels.w, found.failed.size, int(found.failed.sum())
    if failures in (0, n):
        return w("analysis_never_fails" if failures == 0 else "analysis_always_fails", condition=condition, n=w.number(n))
    if found.bounds.empty:
        return w("analysis_no_box", condition=condition, failures=w.number(failures), n=w.number(n))
    bounds = w("analysis_and").join(_bound(r, labels) for r in found.bounds.to_dict("records"))
    values = {
        "bounds": bounds, "inside": w.number(int(found.failed[found.inside].sum())), "failures": w.number(failures),
        "density": labels.share(found.density), "share": labels.share(failures / n), "condition": condition,
    }
    if found.chance is not None and found.chance > CHANCE:
        return w("analysis_box_by_chance", chance=labels.share(found.chance), **values)
    return w("analysis_box", **values)


def box_figure(found: Discovery, inputs: pd.DataFrame, condition: str, labels: Labels) -> Shown:
    """Cases by the two parameters that bound the box most surely, failures apart, with the box; beside it coverage against density."""
    w, key = labels.w, "box"
    title = sentence(found, condition, labels)
    figure = Figure.grid(1, 2, horizontal_spacing=0.12, titles=[w("analysis_cases"), w("analysis_peeling")])
    bounds = found.bounds.sort_values("quasi_p", kind="stable").set_index("parameter")
    named = [*bounds.index, *(c for c in inputs if c not in bounds.index and inputs[c].nunique() > 1)][:2]
    if named:
        _cases(figure, found, inputs, named, bounds, labels)
    peeling = found.peeling
    figure.add(
        "scatter", row=1, col=2, mode="lines+markers", x=100 * peeling["coverage"], y=100 * peeling["density"], name=w("analysis_boxes"),
        text=[w("analysis_bounded", n=n) for n in peeling["parameters"]], marker={"size": 5, "color": COLOURS[2]}, line={"color": COLOURS[2], "width": 1},
    )
    figure.add(
        "scatter", row=1, col=2, mode="markers", x=[100 * found.coverage], y=[100 * found.density], name=w("analysis_chosen"),
        marker={"symbol": "star", "size": 14, "color": COLOURS[6]},
    )
    finish(figure, 470, w)
    figure.update_layout(legend={"y": -0.2}, margin={"b": 90})
    figure.update_xaxes(col=2, title={"text": w("analysis_coverage")}, range=[0, 103])
    figure.update_yaxes(col=2, title={"text": w("analysis_density")}, range=[0, 103])
    table = found.bounds.assign(coverage=found.coverage, density=found.density)
    twin = pd.DataFrame({
        w("analysis_parameter"): [labels(p) for p in table["parameter"]],
        w("analysis_above"): [labels.number(v) for v in table["low"]], w("analysis_below"): [labels.number(v) for v in table["high"]],
        w("analysis_quasi_p"): [w.number(v, decimals=4) if v >= SMALLEST_P else f"< {w.number(SMALLEST_P, decimals=4)}" for v in table["quasi_p"]],
    })  # fmt: skip
    chance = w("analysis_chance", chance=labels.share(found.chance)) if found.chance is not None else w("analysis_chance_unknown")
    return Chart(key, title, w("analysis_box_note", chance=chance), figure, table, decimals=3), twin


def _cases(figure: Figure, found: Discovery, inputs: pd.DataFrame, named: list[str], bounds: pd.DataFrame, labels: Labels) -> None:
    """Left: cases, and the box in the two parameters as far as it is bounded."""
    w = labels.w
    across = inputs[named[0]]
    up = inputs[named[1]] if len(named) > 1 else pd.Series(0.0, index=inputs.index)
    for failed, symbol, colour in ((False, "circle-open", COLOURS[5]), (True, "x", COLOURS[1])):
        here = found.failed == failed
        marker = {"symbol": symbol, "size": 6, "color": colour}
        figure.add("scatter", row=1, col=1, mode="markers", x=across[here], y=up[here], name=w("analysis_fails" if failed else "analysis_holds"), marker=marker)
    if len(bounds):
        x0, x1 = _limits(named[0], across, bounds)
        y0, y1 = _limits(named[1], up, bounds) if len(named) > 1 else (-1.0, 1.0)
        line = {"color": COLOURS[6], "width": 2}
        figure.layout.setdefault("shapes", []).append(
            {"type": "rect", "xref": "x", "yref": "y", "x0": x0, "x1": x1, "y0": y0, "y1": y1, "line": line}
        )
    figure.update_xaxes(col=1, title={"text": labels.axis(named[0])}, tickformat=",")
    figure.update_yaxes(col=1, title={"text": folded(labels.axis(named[1]), 36) if len(named) > 1 else ""})


def _limits(parameter: str, values: pd.Series, bounds: pd.DataFrame) -> tuple[float, float]:
    """Limits of a box in a parameter, where it has none those of all cases."""
    low, high = bounds[["low", "high"]].reindex([parameter]).to_numpy(np.float64)[0]
    return float(values.min() if np.isnan(low) else low), float(values.max() if np.isnan(high) else high)


def _bound(row: Mapping[Any, Any], labels: Labels) -> str:
    """A parameter's bounds in words."""
    low, high = row["low"], row["high"]
    key = "analysis_is_above" if np.isnan(high) else "analysis_is_below" if np.isnan(low) else "analysis_is_between"
    name = str(row["parameter"])
    return labels.w(key, parameter=labels(name), low=labels.number(low), high=labels.number(high), unit=labels.unit(name))
