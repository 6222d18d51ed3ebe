"""Charts of decisions: regret, doing enough, what nothing beats, and what knowing would be worth."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.cases import Decision
from experiments.analysis.information import Information
from experiments.charts.beside import sides
from experiments.charts.chart import COLOURS, Chart, finish, interval
from experiments.charts.figure import Figure
from experiments.charts.panels import folded
from experiments.charts.rows import Shown, dots, row_names, rows_figure, rows_finish, spans
from experiments.words.labels import Labels


def regret_bars(table: pd.DataFrame, decision: Decision, outcome: str, labels: Labels) -> Shown:
    """What each option loses against the best of each world: mean as bars, 90 % and largest as marks."""
    w = labels.w
    named = table.assign(name=labels.options(decision.options)).sort_values("max", kind="stable", ignore_index=True)
    names, figure = row_names(named["name"], labels), Figure()
    figure.add("bar", orientation="h", x=named["mean"], y=names, name=w("analysis_mean"), marker={"color": COLOURS[0]})
    for key, symbol, colour in (("p90", "diamond", COLOURS[1]), ("max", "line-ns-open", COLOURS[6])):
        marker = {"symbol": symbol, "size": 11, "color": colour, "line": {"width": 2}}
        figure.add("scatter", mode="markers", x=named[key], y=names, name=w(f"analysis_{key}"), marker=marker)
    rows_finish(figure, len(named), f"{w('analysis_regret')}, {labels.axis(outcome)}", labels)
    least, mean = named.iloc[0], named.iloc[int(named["mean"].to_numpy().argmin())]
    title = w(
        "analysis_regret_title", option=least["name"], most=labels.number(least["max"]), unit=labels.unit(outcome), other=mean["name"],
        mean=labels.number(mean["mean"]), outcome=labels(outcome),
    )
    columns = ["mean", "p90", "max", "luck_error"]
    twin = pd.DataFrame({
        w("analysis_option"): named["name"],
        **{w(f"analysis_{c}"): [labels.number(v) for v in named[c.removesuffix("_error")]] for c in columns},
        w("analysis_best"): [labels.share(v) for v in named["best"]],
    })  # fmt: skip
    note = w("analysis_regret_note", worlds=len(decision.worlds), left=decision.left_out)
    return Chart(f"regret-{outcome}", title, note, figure, named.drop(columns="option"), decimals=3), twin


def enough_bars(table: pd.DataFrame, decision: Decision, condition: str, labels: Labels) -> Shown:
    """In how many worlds each option does enough, with 95 % intervals."""
    w = labels.w
    named = table.assign(parameter=labels.options(decision.options)).sort_values("share", ascending=False, kind="stable", ignore_index=True)
    figure = rows_figure(len(named))
    dots(figure, named.assign(value=100 * named["share"], low=100 * named["low"], high=100 * named["high"]), labels, w("analysis_share"), 0)
    rows_finish(figure, len(named), w("analysis_share_of_worlds"), labels)
    figure.update_xaxes(range=[0, 101])
    top = named.iloc[0]
    title = w(
        "analysis_enough", option=top["parameter"], share=labels.share(top["share"]), low=labels.share(top["low"]), high=labels.share(top["high"]),
        condition=condition,
    )
    shown = [f"{labels.share(share)} ({labels.share(low)} – {labels.share(high)})" for share, low, high in named[["share", "low", "high"]].to_numpy().tolist()]
    twin = pd.DataFrame({w("analysis_option"): named["parameter"], w("analysis_share"): shown})
    found = named.rename(columns={"parameter": "name"}).drop(columns="option")
    return Chart("enough", title, w("analysis_enough_note", worlds=len(decision.worlds)), figure, found, decimals=3), twin


def pareto_points(table: pd.DataFrame, decision: Decision, better: Mapping[str, int], labels: Labels) -> Shown:
    """Options by the first two outcomes (further ones in the table): those that nothing beats apart, with where 95 % of worlds lie."""
    w, (across, up, *_) = labels.w, list(better)
    names = labels.options(decision.options)
    by = {outcome: table[table["outcome"] == outcome].set_index("option") for outcome in better}
    figure = Figure()
    written = _written(by[across], by[up], names)
    for j, efficient in enumerate((True, False)):
        x, y = (by[o][by[o]["efficient"] == efficient] for o in (across, up))
        bars: dict[str, Any] = {f"error_{axis}": _spread(part) if efficient else {"visible": False} for axis, part in (("x", x), ("y", y))}
        marker = {"size": 11 if efficient else 8, "color": COLOURS[0] if efficient else "#8a8a8a", "symbol": ("circle", "x")[j]}
        figure.add(
            "scatter", mode="markers+text" if efficient else "markers", x=x["mean"], y=y["mean"], text=[names[i] if written.get(i) else "" for i in x.index],
            textposition=[written.get(i) or "top right" for i in x.index], hovertext=[names[i] for i in x.index], name=w("analysis_efficient" if efficient else "analysis_beaten"), marker=marker, **bars,
        )
    finish(figure, 520, w)
    figure.update_layout(legend={"y": -0.16})
    figure.update_xaxes(title={"text": labels.axis(across)}, tickformat=",")
    figure.update_yaxes(title={"text": folded(labels.axis(up), 40)})
    first = by[across]
    sure = first[first["efficient"]].sort_values("dominated", kind="stable")
    title = w(
        "analysis_pareto", n=len(sure), all=len(first), outcomes=len(better),
        option=names[sure.index[0]], share=labels.share(float(sure["dominated"].iloc[0])),
    )
    order = first.sort_values(["efficient", "dominated"], ascending=[False, True], kind="stable").index
    twin = pd.DataFrame({
        w("analysis_option"): [names[i] for i in order], **{labels.axis(o): spans(by[o].loc[order], labels, "mean") for o in better},
        w("analysis_beaten_by_none"): [w("validation_yes" if v else "validation_no") for v in first.loc[order, "efficient"]],
        w("analysis_dominated"): [labels.share(v) for v in first.loc[order, "dominated"]],
    })  # fmt: skip
    named = table.assign(name=[names[i] for i in table["option"]]).drop(columns="option")
    outcomes = "; ".join(_with_direction(o, better, labels) for o in better)
    return Chart("pareto", title, w("analysis_pareto_note", worlds=len(decision.worlds), outcomes=outcomes), figure, named, decimals=3), twin


def information_bars(found: Information, decision: Decision, outcome: str, labels: Labels) -> Shown:
    """What it would be worth to know each parameter, with a 90 % interval, beside what the best of as many without meaning would get."""
    w, table = labels.w, found.table
    shown = table.head(15).assign(low=(table["value"] - 1.645 * table["se"]).clip(lower=0), high=table["value"] + 1.645 * table["se"])
    figure = rows_figure(len(shown))
    dots(figure, shown, labels, w("analysis_evppi"), 0)
    figure.add(
        "scatter", mode="markers", name=w("analysis_zero"), x=[found.zero] * len(shown), y=row_names(shown["parameter"], labels),
        marker={"symbol": "line-ns-open", "size": 14, "color": COLOURS[1], "line": {"width": 2}},
    )
    rows_finish(figure, len(shown), labels.axis(outcome), labels)
    top, best = table.iloc[0], labels.options(decision.options)[found.best]
    if top["matters"]:
        title = w(
            "analysis_information", parameter=labels(top["parameter"]), value=labels.number(top["value"]), unit=labels.unit(outcome),
            se=labels.number(top["se"]), outcome=labels(outcome), option=best, share=labels.share(top["changes"]),
        )
    else:
        title = w("analysis_information_none", outcome=labels(outcome), option=best)
    twin = pd.DataFrame({
        w("analysis_parameter"): [labels(p) for p in table["parameter"]],
        **{w(f"analysis_{key}"): [labels.number(v) for v in table[c]] for key, c in (("evppi", "value"), ("se", "se"))},
        w("analysis_changes"): [labels.share(v) for v in table["changes"]],
    })  # fmt: skip
    zero = f"{labels.number(found.zero)}{labels.unit(outcome)}"
    perfect = w("analysis_perfect", low=labels.number(found.perfect_low), high=labels.number(found.perfect_high), unit=labels.unit(outcome))
    note = w("analysis_information_note", perfect=perfect, zero=zero, n=len(table), worlds=len(decision.worlds))
    return Chart(f"information-{outcome}", title, note, figure, table, decimals=3), twin


def _written(across: pd.DataFrame, up: pd.DataFrame, names: Sequence[str]) -> dict[int, str | None]:
    """On which side of its dot the name of each option stands that nothing beats; names without room are in the table and under the pointer."""
    best = across["efficient"]
    lows, highs = (np.array([[*one["mean"], *one.loc[best, end]] for one in (across, up)]) for end in ("low", "high"))
    (left, bottom), (right, top) = lows.min(axis=1), highs.max(axis=1)
    dots = np.column_stack([across["mean"], up["mean"]])
    chosen = [int(option) for option in across.index[best]]
    found = sides(dots[best, 0], dots[best, 1], [names[option] for option in chosen], dots[~best], (left, bottom, right, top))
    return dict(zip(chosen, found, strict=True))


def _spread(part: pd.DataFrame) -> dict[str, Any]:
    return interval(part["mean"], part["low"], part["high"], thickness=1, color="#9ec3de")


def _with_direction(outcome: str, better: Mapping[str, int], labels: Labels) -> str:
    return f"{labels(outcome)} ({labels.w('analysis_more' if better[outcome] > 0 else 'analysis_less')})"
