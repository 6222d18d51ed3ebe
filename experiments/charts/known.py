"""Charts of what can be known: directions that figures tell apart, parameters that they inform, and the check of the draws."""

from typing import Any

import numpy as np
import pandas as pd

from experiments.charts.chart import COLOURS, Chart, finish
from experiments.charts.figure import Figure
from experiments.charts.past import written
from experiments.words import Words
from experiments.words.targets import target_label

SYMBOLS = {"twin": "circle-open", "simulation": "diamond"}
VERDICTS = ("informed", "partly", "not")
CONFUSED = 0.8
"""Correlation (either sign) from which two parameters count as confused."""


def known_charts(calibration: dict[str, Any], w: Words) -> list[tuple[Chart, pd.DataFrame]]:
    """The charts with their tables, in reading order: directions, parameters, the posterior predictive check."""
    return [
        _directions(pd.DataFrame(calibration["directions"]), w), _parameters(pd.DataFrame(calibration["identified"]), w),
        _predictive(pd.DataFrame(calibration["predictive"]), w),
    ]


def _directions(table: pd.DataFrame, w: Words) -> tuple[Chart, pd.DataFrame]:
    figure = Figure()
    for i, (by, here) in enumerate(table.groupby("by", sort=False)):
        shown = here[here["singular_value"] > 1e-3]
        figure.add(
            "scatter", x=shown["direction"], y=shown["singular_value"], mode="markers", name=w(f"known_by_{by}"), text=shown["parameters"],
            marker={"symbol": SYMBOLS[str(by)], "size": 7, "color": COLOURS[i]},
        )
    _reference(figure, 1, w("known_as_prior"))
    figure.update_xaxes(title={"text": w("known_direction")})
    figure.update_yaxes(title={"text": w("known_singular_value")}, type="log")
    finish(figure, 420, w)
    known = {str(by): int((here["singular_value"] > 1).sum()) for by, here in table.groupby("by")}
    twin = table[["by", "direction", "singular_value", "parameters"]].assign(by=[w(f"known_by_{by}") for by in table["by"]])
    twin.columns = [w(f"known_{c}") for c in twin.columns]
    last = "simulation" if "simulation" in known else "twin"
    title = w("known_directions_title", n=known[last], before=known.get("twin", 0))
    return Chart("known-directions", title, w("known_directions_note"), figure, table), twin


def _parameters(table: pd.DataFrame, w: Words) -> tuple[Chart, pd.DataFrame]:
    here = last_known(table).sort_values("informed", ascending=False, ignore_index=True)
    figure = Figure()
    for i, verdict in enumerate(VERDICTS):
        shown = here[here["verdict"] == verdict]
        figure.add(
            "scatter", x=shown.index + 1, y=100 * shown["informed"].clip(lower=0), mode="markers", name=w(f"known_{verdict}"),
            text=shown["parameter"], marker={"symbol": ("circle", "diamond", "x")[i], "size": 6, "color": COLOURS[i]},
        )
    figure.update_xaxes(title={"text": w("known_rank")})
    figure.update_yaxes(title={"text": w("known_taken_away")})
    finish(figure, 420, w)
    counts = here["verdict"].value_counts()
    confused = int((here["correlation"].abs() >= CONFUSED).sum())
    title = w("known_parameters_title", all=len(here), confused=confused, **{v: int(counts.get(v, 0)) for v in VERDICTS if v != "not"}, none=int(counts.get("not", 0)))
    twin = pd.DataFrame({
        w("known_parameter"): here["parameter"], w("known_label"): here[w.language], w("known_verdict"): [w(f"known_{v}") for v in here["verdict"]],
        w("known_taken_away"): [w.number(100 * v, decimals=0) for v in here["informed"]],
        w("known_sd"): [w.number(v, decimals=2) for v in here["sd"]], w("known_robust_sd"): [w.number(v, decimals=2) for v in here["robust_sd"]],
        w("known_figure"): here["figure"].where(here["slope"].abs() > 0.05, "–"), w("known_slope"): [w.number(v, sign=True, decimals=2) for v in here["slope"]],
        w("known_with"): here["with"].where(here["correlation"].abs() >= 0.3, "–"), w("known_correlation"): [w.number(v, sign=True, decimals=2) for v in here["correlation"]],
    })  # fmt: skip
    return Chart("known-parameters", title, w("known_parameters_note"), figure, here), twin


def _reference(figure: Figure, y: float, text: str) -> None:
    """A dashed line at ``y`` with what it stands for."""
    figure.add_line(y=y, line={"color": "#555", "dash": "dash", "width": 1})
    figure.add_text(text=text, x=1, xref="x domain", xanchor="right", y=y, yref="y", yanchor="bottom", font={"size": 13})


def last_known(table: pd.DataFrame) -> pd.DataFrame:
    """What the simulation says can be known, or the twin when no probes were run."""
    return table[table["by"] == ("simulation" if (table["by"] == "simulation").any() else "twin")]


def _predictive(table: pd.DataFrame, w: Words) -> tuple[Chart, pd.DataFrame]:
    figure = Figure()
    edges = np.linspace(0, 1, 11)
    rows = []
    for i, role in enumerate(("fit", "holdout")):
        tails = table.loc[table["role"] == role, "tail"]
        count, _ = np.histogram(tails, edges)
        share = 100 * count / max(count.sum(), 1)
        figure.add("bar", x=(edges[:-1] + edges[1:]) / 2, y=share, name=w(f"role_{role}"), marker={"color": COLOURS[i], "pattern": {"shape": ("", "/")[i]}})
        rows += [{"role": role, "from": edges[k], "to": edges[k + 1], "figures": int(count[k])} for k in range(10)]
    _reference(figure, 10, w("known_as_said"))
    figure.update_xaxes(title={"text": w("known_tail")}, dtick=0.2)
    figure.update_yaxes(title={"text": w("known_share_of_figures")})
    finish(figure, 420, w)
    inside = {role: table.loc[table["role"] == role, "inside"] for role in ("fit", "holdout")}
    title = w(
        "known_predictive_title", fit=int(inside["fit"].sum()), fits=inside["fit"].size, holdout=int(inside["holdout"].sum()), holdouts=inside["holdout"].size,
    )
    worst = table.assign(far=(table["tail"] - 0.5).abs()).sort_values("far", ascending=False)

    def told(column: str) -> list[str]:
        return [written(v, unit, w) for v, unit in zip(worst[column], worst["unit"], strict=True)]

    twin = pd.DataFrame({
        w("known_figure"): [target_label(t, w.language) for t in worst["target"]], w("role"): [w(f"role_{r}") for r in worst["role"]],
        w("asked"): told("asked"), w("known_simulated"): told("simulated"),
        w("validation_interval"): [f"{a} – {b}" for a, b in zip(told("low"), told("high"), strict=True)],
        w("known_tail"): [w.number(v, decimals=2) for v in worst["tail"]],
        w("known_by_parameters"): [w.number(v, decimals=2) for v in worst["parameters"]],
    })  # fmt: skip
    return Chart("known-predictive", title, w("known_predictive_note"), figure, worst.drop(columns="far")), twin
