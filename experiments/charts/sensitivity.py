"""Charts of what an outcome depends on: Morris, Sobol, interactions, a tornado."""

import numpy as np
import pandas as pd

from experiments.analysis.sensitivity import Sensitivity
from experiments.charts.chart import COLOURS, Chart, finish
from experiments.charts.panels import folded
from experiments.charts.rows import Shown, dots, heat_map, row_names, rows_figure, rows_finish, spans
from experiments.words.labels import Labels

MOST = 15
"""So many parameters are drawn; the table has all."""


def importance(found: Sensitivity, outcome: str, labels: Labels) -> Shown:
    """Morris: how far each parameter's range moves an outcome, with 95 % intervals, and what luck alone does."""
    w, table = labels.w, found.of("mu_star")
    top = table.iloc[0]
    above = int((table["value"] > table["parameter"].map(dict(found.floor)).fillna(0)).sum())
    if found.varies and above:
        title = w(
            "analysis_morris", parameter=labels(top["parameter"]), outcome=labels(outcome), value=labels.span(top["value"], top["low"], top["high"]),
            unit=labels.unit(outcome), n=above, all=len(table),
        )
    else:
        title = w("analysis_morris_luck" if found.varies else "analysis_constant", outcome=labels(outcome))
    figure = rows_figure(len(table.head(MOST)))
    dots(figure, table.head(MOST), labels, w("analysis_mu_star"), 0)
    if found.floor:
        shown = table.head(MOST)
        figure.add(
            "scatter", mode="markers", name=w("analysis_floor"), x=shown["parameter"].map(dict(found.floor)), y=row_names(shown["parameter"], labels),
            marker={"symbol": "line-ns-open", "size": 14, "color": COLOURS[1], "line": {"width": 2}},
        )
    rows_finish(figure, len(table.head(MOST)), labels.axis(outcome), labels)
    wide = found.indices.pivot(index="parameter", columns="index", values="value").loc[table["parameter"]].reset_index()
    twin = pd.DataFrame({
        w("analysis_parameter"): [labels(p) for p in table["parameter"]],
        w("analysis_mu_star"): spans(table, labels),
        w("analysis_mu"): [labels.number(v, sign=True) for v in wide["mu"]], w("analysis_sigma"): [labels.number(v) for v in wide["sigma"]],
        w("analysis_floor"): [labels.number(found.floor.get(p, np.nan)) for p in table["parameter"]],
    })  # fmt: skip
    return Chart(f"morris-{outcome}", title, w("analysis_morris_note", luck=_luck(found, labels)), figure, found.indices, decimals=3), twin


def variance(found: Sensitivity, outcome: str, labels: Labels) -> Shown:
    """Sobol: shares of an outcome's variance, alone and with interactions, with 95 % intervals, and the share that is luck."""
    w, total, first = labels.w, found.of("ST"), found.of("S1").set_index("parameter")
    shown = total.head(MOST)
    figure = rows_figure(len(shown))
    if found.varies:
        for j, (key, part) in enumerate((("analysis_S1", first.loc[shown["parameter"]].reset_index()), ("analysis_ST", shown))):
            dots(figure, part, labels, w(key), j)
        if found.luck is not None:
            figure.add_line(x=found.luck, line={"color": "#555", "dash": "dash", "width": 1})
        top = total.iloc[0]
        title = w(
            "analysis_sobol", parameter=labels(top["parameter"]), outcome=labels(outcome), share=labels.share(top["value"]),
            low=labels.share(max(0.0, top["low"])), high=labels.share(top["high"]), alone=labels.share(max(0.0, first.loc[top["parameter"], "value"])),
        )
    else:
        title = w("analysis_constant", outcome=labels(outcome))
    rows_finish(figure, len(shown), w("analysis_share_of_variance"), labels)
    twin = pd.DataFrame({
        w("analysis_parameter"): [labels(p) for p in total["parameter"]],
        w("analysis_S1"): spans(first.loc[total["parameter"]], labels), w("analysis_ST"): spans(total, labels),
    })  # fmt: skip
    return Chart(f"sobol-{outcome}", title, w("analysis_sobol_note", luck=_luck(found, labels)), figure, found.indices, decimals=3), twin


def interactions(found: Sensitivity, outcome: str, labels: Labels) -> Shown:
    """Sobol: what pairs of parameters do beyond each alone, as a heat map with each alone on the diagonal."""
    w, pairs, first = labels.w, found.of("S2"), found.of("S1")
    names = list(found.of("ST")["parameter"].head(MOST))
    cells = pd.concat([pairs, pairs.rename(columns={"parameter": "other", "other": "parameter"}), first.assign(other=first["parameter"])])
    square = cells.pivot(index="parameter", columns="other", values="value").reindex(index=names, columns=names)
    figure = heat_map(square.to_numpy(np.float64), [folded(labels(n), 20) for n in names], [folded(labels(n), 30) for n in names], labels, middle=0.0)
    finish(figure, 200 + 34 * len(names), w)
    figure.update_yaxes(autorange="reversed", automargin=True)
    told = pairs[pairs["low"] > 0]
    if not found.varies:
        title = w("analysis_constant", outcome=labels(outcome))
    elif len(told):
        top = told.iloc[0]
        title = w(
            "analysis_pairs", one=labels(top["parameter"]), other=labels(top["other"]), outcome=labels(outcome), share=labels.share(top["value"]),
            low=labels.share(top["low"]), high=labels.share(top["high"]),
        )
    else:
        title = w("analysis_pairs_none", outcome=labels(outcome))
    twin = pd.DataFrame({
        w("analysis_parameter"): [labels(p) for p in pairs["parameter"]], w("analysis_other"): [labels(p) for p in pairs["other"]],
        w("analysis_S2"): spans(pairs, labels),
    })  # fmt: skip
    return Chart(f"pairs-{outcome}", title, w("analysis_pairs_note"), figure, pairs, decimals=3), twin


def tornado(table: pd.DataFrame, outcome: str, labels: Labels) -> Shown:
    """How far an outcome swings between the ends of each parameter (:func:`experiments.analysis.swings.swings`), with 95 % intervals."""
    w, shown = labels.w, table.head(MOST)
    figure, names = rows_figure(len(shown)), row_names(shown["parameter"], labels)
    for name, r in zip(names, shown.itertuples(), strict=True):
        figure.add("scatter", mode="lines", x=[r.lowest, r.highest], y=[name, name], line={"color": "#b5b5b5", "width": 8}, showlegend=False, hoverinfo="skip")
    for j, end in enumerate(("lowest", "highest")):
        part = shown[["parameter", end, f"{end}_low", f"{end}_high"]].set_axis(["parameter", "value", "low", "high"], axis=1)
        dots(figure, part, labels, w(f"analysis_{end}"), j)
    rows_finish(figure, len(shown), labels.axis(outcome), labels)
    told = table[(table["swing_low"] > 0) | (table["swing_high"] < 0)]
    if len(told):
        top = told.iloc[0]
        title = w(
            "analysis_tornado", outcome=labels(outcome), parameter=labels(top["parameter"]), lowest=labels.number(top["lowest"]),
            highest=labels.number(top["highest"]), unit=labels.unit(outcome), n=len(told), all=len(table),
        )
    else:
        title = w("analysis_tornado_none", outcome=labels(outcome))
    twin = pd.DataFrame({
        w("analysis_parameter"): [labels(p) for p in table["parameter"]],
        **{w(f"analysis_{c}"): spans(table, labels, c, f"{c}_low", f"{c}_high", sign=c == "swing") for c in ("lowest", "highest", "swing")},
    })  # fmt: skip
    return Chart(f"tornado-{outcome}", title, w("analysis_tornado_note"), figure, table, decimals=3), twin


def _luck(found: Sensitivity, labels: Labels) -> str:
    if found.luck is None:
        return labels.w("analysis_luck_unknown")
    return labels.w("analysis_luck", share=labels.share(found.luck))
