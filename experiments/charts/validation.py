"""Charts of a validation: what was asked beside what was simulated, a chart a pattern; the model beside a memoryless chain."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from experiments.charts.chart import COLOURS, Chart, finish, interval
from experiments.charts.figure import Figure
from experiments.charts.panels import folded
from experiments.words import Words
from experiments.words.targets import pattern_label, target_label

GROUPS = ("holdout", "fit", "near_mechanical", "identity")
"""What a figure counts as, in the order in which counts are shown."""
_LOGARITHMIC_FROM = 8
"""Ratio of the largest to the smallest number of persons in a chart from which the scale is logarithmic."""
_ALIKE = 0.05
"""Interval scores that differ by less are alike: a twentieth of a tolerance."""
_ROW, _LABEL = 34, 46
"""Height of a row in pixels, and width of its label in characters."""
_GREY, _HIT, _MISSED = "#8a8a8a", COLOURS[0], COLOURS[1]


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table by column."""
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


@dataclass(frozen=True)
class Figures:
    """Targets with what was measured, and the words in which they are shown."""

    table: pd.DataFrame
    w: Words

    def grouped(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows with a column ``group``: by construction, near-mechanical, or their role."""
        group = np.select([rows["identity"], rows["near_mechanical"]], ["identity", "near_mechanical"], rows["role"])
        return rows.assign(group=group)

    def written(self, value: float, unit: str) -> str:
        """A number of persons, or a share as a percentage with one decimal; a dash when it is not known."""
        if pd.isna(value):
            return "–"
        return self.w.number(value) if unit == "persons" else f"{self.w.number(100 * value, decimals=1)} %"

    def interval(self, row: dict[str, Any]) -> str:
        """The predictive interval of a figure."""
        return f"{self.written(row['low'], row['unit'])} – {self.written(row['high'], row['unit'])}"

    def readable(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Target, asked, simulated, interval, miss and whether it is hit, as people write them."""
        w = self.w
        shown = [
            [
                target_label(r["target"], w.language), self.written(r["asked"], r["unit"]), self.written(r["simulated"], r["unit"]),
                self.interval(r) if r["replications"] else "–", "–" if pd.isna(r["miss"]) else w.number(r["miss"], sign=True, decimals=1),
                w("validation_yes" if r["passed"] else "validation_no"),
            ]
            for r in records(rows)
        ]  # fmt: skip
        return pd.DataFrame(shown, columns=[w(c) for c in ("target", "asked", "simulated", "validation_interval", "miss", "validation_hit")])


def pattern_charts(figures: Figures, patterns: pd.DataFrame) -> Iterator[tuple[str, list[tuple[Chart, pd.DataFrame]]]]:
    """Parts of the page with a chart a pattern and its table: held out, fitted, and patterns without a figure that is
    neither near-mechanical nor an identity. The worst pattern comes first."""
    judged = patterns[~patterns["near_mechanical"]]
    for part in ("holdout", "fit"):
        yield part, [_pattern_chart(figures, name) for name in judged.loc[judged["role"] == part, "pattern"]]
    rest = [p for p in figures.table["pattern"].unique() if p not in set(judged["pattern"])]
    yield "mechanical", [_pattern_chart(figures, name) for name in rest]


def _pattern_chart(figures: Figures, pattern: str) -> tuple[Chart, pd.DataFrame]:
    w, rows = figures.w, figures.table[figures.table["pattern"] == pattern]
    panels = [rows[rows["unit"] == unit] for unit in ("share", "persons") if (rows["unit"] == unit).any()]
    heights = [_ROW * len(panel) + 40 for panel in panels]
    figure = Figure.grid(len(panels), 1, row_heights=heights, vertical_spacing=80 / sum(heights) if len(panels) > 1 else 0)
    notes = [w("validation_chart_note"), w("validation_chart_role", role=w(f"role_{rows['role'].iloc[0]}"))]
    drawn: set[str] = set()
    height = sum(heights) + 150 + 80 * (len(panels) - 1)
    finish(figure, height, w)
    for place, panel in enumerate(panels, start=1):
        if _panel(figure, panel, place, figures, drawn):
            notes.append(w("validation_chart_scale"))
    figure.update_layout(margin={"l": 20, "r": 20, "t": 20, "b": 110}, legend={"y": -70 / (height - 130), "yanchor": "top"})
    if (unmeasured := int(rows["miss"].isna().sum())):
        notes.append(w("validation_chart_unmeasured", n=unmeasured))
    columns = ["target", "unit", "asked", "tolerance", "simulated", "low", "high", "miss", "passed"]
    key = f"pattern-{list(figures.table['pattern'].unique()).index(pattern) + 1}"
    chart = Chart(key, _finding(figures, pattern, rows), " ".join(notes), figure, rows[columns])
    return chart, figures.readable(rows)


def _finding(figures: Figures, pattern: str, rows: pd.DataFrame) -> str:
    w, label, passed = figures.w, pattern_label(pattern, figures.w.language), int(rows["passed"].sum())
    if passed == len(rows):
        return w("validation_chart_all", pattern=label, n=passed) if passed > 1 else w("validation_chart_one", pattern=label)
    worst = records(rows)[int(rows["miss"].abs().fillna(-1.0).to_numpy().argmax())]
    return w(
        "validation_chart", pattern=label, passed=passed, n=len(rows), worst=_within(target_label(worst["target"], w.language)),
        got=figures.written(worst["simulated"], worst["unit"]), asked=figures.written(worst["asked"], worst["unit"]),
    )


def _within(label: str) -> str:
    """A label within a sentence."""
    return label[:1].lower() + label[1:]


def _panel(figure: Figure, panel: pd.DataFrame, place: int, figures: Figures, drawn: set[str]) -> bool:
    """Draw figures of one unit, a row each from the top; returns whether the scale is logarithmic."""
    w, at = figures.w, {"row": place, "col": 1}
    persons = bool(panel["unit"].iloc[0] == "persons")
    y = np.arange(len(panel), dtype=float)
    asked, width = panel["asked"].to_numpy(), 2 * panel["tolerance"].to_numpy()
    low, high = (asked * np.exp(-width), asked * np.exp(width)) if persons else (asked - width, asked + width)
    names = [target_label(name, w.language) for name in panel["target"]]

    def marks(key: str, x: Any, low: Any, high: Any, y: Any, marker: dict[str, Any], bar: dict[str, Any], text: list[str]) -> None:
        if len(x):
            figure.add(
                "scatter", x=x, y=y, mode="markers", name=w(key), legendgroup=key, showlegend=key not in drawn, marker=marker,
                error_x=interval(x, low, high, **bar), hovertext=text, hoverinfo="text", **at,
            )
            drawn.add(key)

    told = [f"{name}<br>{w('asked')}: {figures.written(a, u)}" for name, a, u in zip(names, asked, panel["unit"], strict=True)]
    marks("validation_asked_with", asked, low, high, y - 0.17, {"symbol": "diamond-open", "size": 10, "color": "#333", "line": {"width": 2}},
          {"thickness": 7, "width": 0, "color": "rgba(138,138,138,0.55)"}, told)  # fmt: skip
    for key, hit, symbol, colour in (("validation_hit_with", True, "circle", _HIT), ("validation_missed_with", False, "x", _MISSED)):
        chosen = ((panel["passed"] == hit) & panel["miss"].notna()).to_numpy()
        here = panel[chosen]
        told = [
            f"{name}<br>{w('simulated')}: {figures.written(r['simulated'], r['unit'])} ({figures.interval(r)})"
            for name, r in zip(np.array(names)[chosen], records(here), strict=True)
        ]
        bar = {"thickness": 2, "width": 5, "color": colour}
        marks(key, here["simulated"].to_numpy(), here["low"].to_numpy(), here["high"].to_numpy(), y[chosen] + 0.17, {"symbol": symbol, "size": 9, "color": colour}, bar, told)
    ticks = [folded(name, _LABEL) for name in names]
    figure.update_yaxes(tickvals=y, ticktext=ticks, tickformat="", range=[len(panel) - 0.4, -0.6], automargin=True, zeroline=False, **at)
    logarithmic = persons and float(asked.max() / asked.min()) > _LOGARITHMIC_FROM
    axis = {"type": "log", "dtick": 1} if logarithmic else {"rangemode": "tozero"}
    figure.update_xaxes(title={"text": w("validation_unit_persons" if persons else "validation_unit_share")}, tickformat="," if persons else ".0%", **axis, **at)
    return logarithmic


def against_memoryless(patterns: pd.DataFrame, w: Words) -> list[tuple[Chart, Words, pd.DataFrame]]:
    """The model's interval score beside the memoryless chain's, by pattern; nothing when no pattern can be compared."""
    here = patterns[(patterns["compared"] > 0) & ~patterns["near_mechanical"]]
    if here.empty:
        return []
    here = here.sort_values("memoryless_score", ascending=False, ignore_index=True)
    difference = here["memoryless_score"] - here["score_compared"]
    better, worse = int((difference > _ALIKE).sum()), int((difference < -_ALIKE).sum())
    names = [pattern_label(p, w.language) for p in here["pattern"]]
    figure = Figure()
    for a, b, name in zip(here["score_compared"], here["memoryless_score"], range(len(here)), strict=True):
        figure.add("scatter", x=[a, b], y=[name, name], mode="lines", line={"color": _GREY, "width": 2}, showlegend=False, hoverinfo="skip")
    for key, column, symbol, colour in (("model", "score_compared", "circle", COLOURS[0]), ("memoryless", "memoryless_score", "diamond-open", COLOURS[1])):
        marker = {"symbol": symbol, "size": 11, "color": colour, "line": {"width": 2}}
        told = [f"{name}: {w.number(v, decimals=1)}" for name, v in zip(names, here[column], strict=True)]
        figure.add("scatter", x=here[column], y=np.arange(len(here)), mode="markers", name=w(f"validation_{key}"), marker=marker, hovertext=told, hoverinfo="text")
    height = 160 + _ROW * len(here)
    finish(figure, height, w)
    ticks = [folded(name, _LABEL) for name in names]
    figure.update_yaxes(tickvals=np.arange(len(here)), ticktext=ticks, tickformat="", range=[len(here) - 0.5, -0.5], automargin=True, zeroline=False)
    figure.update_xaxes(type="log", title={"text": w("validation_score")}, tickvals=[3, 5, 10, 20, 50, 100, 200], tickformat="")
    figure.update_layout(margin={"l": 20, "r": 20, "t": 20, "b": 110}, legend={"y": -70 / (height - 130), "yanchor": "top"})
    title = w("validation_chain_title", better=better, worse=worse, n=len(here))
    columns = ["pattern", "role", "compared", "score_compared", "memoryless_score", "passed_compared", "memoryless_passed"]
    twin = pd.DataFrame(
        {
            w("validation_pattern"): names, w("role"): [w(f"role_{r}") for r in here["role"]], w("validation_compared"): [w.number(n) for n in here["compared"]],
            w("validation_model"): [w.number(v, decimals=1) for v in here["score_compared"]],
            w("validation_memoryless"): [w.number(v, decimals=1) for v in here["memoryless_score"]],
        }
    )  # fmt: skip
    return [(Chart("memoryless", title, w("validation_chain_note"), figure, here[columns]), w, twin)]
