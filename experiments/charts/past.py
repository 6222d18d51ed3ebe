"""Charts of past reforms: simulated quarters beside documented ones, and what rule and practice did."""

from typing import Any

import numpy as np
import pandas as pd

from experiments.charts.chart import COLOURS, DASHES, Chart, band, finish, months_across
from experiments.charts.figure import Figure
from experiments.charts.panels import folded
from experiments.charts.validation import records
from experiments.words import Words

EXPLAINED = "explained"
PARTS = {"rule": COLOURS[0], "practice": COLOURS[1], "interaction": COLOURS[3], "new_benefit": COLOURS[0], "sanction_rules": COLOURS[5], "between_rules": COLOURS[3]}
"""Effects shown as bars, each with its colour; those of one reform never share one."""
_HATCH = {"practice": "/", "interaction": "x", "between_rules": "x", "sanction_rules": ".", "other": "-"}
_OTHER = "#b5b5b5"
_PIXELS, _LABEL = 34, 44
PENSION, SANCTIONS, SHARE = "inflow_foertidspension", "sanctions_system", "sanctioned_kontanthjaelp"
JOB_READY = "sanctioned_kontanthjaelp_jobparat"
"""Outcomes and series that titles speak of."""
_PANELS = (("foertidspension_2013", "persons"), ("dagpenge_2013", "persons"), ("kontanthjaelp_2014", "persons"), ("kontanthjaelp_2014", "share"))


def written(value: float | None, unit: str, w: Words, *, sign: bool = False) -> str:
    """Persons as a number, a share in per cent with one decimal; a dash when it is not known."""
    if value is None or pd.isna(value):
        return "–"
    return w.number(value, sign=sign) if unit == "persons" else f"{w.number(100 * value, sign=sign, decimals=1)} %"


def spanned(row: dict[str, Any], name: str, w: Words, *, sign: bool = True) -> str:
    """A value with its interval, as people write it."""
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    value = written(row[name], row["unit"], w, sign=sign)
    if value == "–" or pd.isna(low):
        return value
    return f"{value} ({written(low, row['unit'], w, sign=sign)} – {written(high, row['unit'], w, sign=sign)})"


def past_charts(document: dict[str, Any], w: Words) -> list[tuple[Chart, pd.DataFrame]]:
    """The charts of past reforms with their tables, in reading order: inflows, sanctions, rule and practice."""
    table, shown = pd.DataFrame(document["outcomes"]), pd.DataFrame(document["series"])
    inflows, sanctions = shown[shown["unit"] == "persons"], shown[shown["unit"] == "share"]
    pension = shown[shown["series"] == PENSION]
    year = pension[pension["first"].str.startswith("2012")]
    title = w(
        "past_inflow_title", before=w.number(float(year["simulated"].mean()) / 12), after=w.number(float(pension["simulated"].iloc[-1]) / 12),
        without=w.number(float(pension["without"].iloc[-1]) / 12),
    )
    ready = row_of(table, JOB_READY)
    said = {key: written(ready[name], "share", w) for key, name in (
        ("after", "simulated_after"), ("asked", "documented_after"), ("before", "simulated_before"), ("asked_before", "documented_before"),
    )}
    return [
        series_chart("past-inflow", inflows, title, w("past_inflow_note"), w),
        series_chart("past-sanctions", sanctions, w("past_sanctions_title", **said), w("past_sanctions_note"), w),
        parts_chart(table, w),
    ]


def series_chart(key: str, table: pd.DataFrame, title: str, note: str, w: Words) -> tuple[Chart, pd.DataFrame]:
    """Quarters of some series, simulated with the reforms and without the one they belong to, and documented. Persons are
    shown a month."""
    unit = str(table["unit"].iloc[0])
    divided = 12.0 if unit == "persons" else 1.0
    figure, seen = Figure(), set()
    for i, (name, here) in enumerate(table.groupby("series", sort=False)):
        x = pd.to_datetime(here["first"]) + pd.DateOffset(months=1)
        colour, label = COLOURS[i % 7], str(here[w.language].iloc[0])
        band(figure, x, here["low"] / divided, here["high"] / divided, i, {})
        figure.add("scatter", x=x, y=here["simulated"] / divided, mode="lines", name=label, line={"color": colour, "width": 2.5}, legendgroup=str(name))
        without = here["without"].notna().to_numpy()
        if without.any():
            figure.add(
                "scatter", x=x[without], y=here["without"][without] / divided, mode="lines", name=w("past_without"), legendgroup="without", showlegend="without" not in seen,
                line={"color": colour, "dash": DASHES[2], "width": 2}, hovertemplate=f"{label}, {w('past_without')}: %{{y}}<extra></extra>",
            )
            seen.add("without")
        for basis, symbol in ((EXPLAINED, "diamond-open"), ("predicted", "star")):
            chosen = (here["basis"] == basis).to_numpy()
            if chosen.any():
                figure.add(
                    "scatter", x=x[chosen], y=here["documented"][chosen] / divided, mode="markers", name=w(f"past_documented_{basis}"), legendgroup=basis,
                    showlegend=basis not in seen, marker={"symbol": symbol, "size": 10, "color": colour, "line": {"width": 2, "color": colour}},
                    hovertemplate=f"{label}, {w(f'past_documented_{basis}')}: %{{y}}<extra></extra>",
                )
                seen.add(basis)
    finish(figure, 470, w)
    figure.update_layout(margin={"l": 70, "r": 20, "t": 45, "b": 120}, legend={"y": -0.16, "yanchor": "top"})
    for begins in ("2013-01", "2014-01"):
        figure.add_line(x=pd.Timestamp(begins), line={"color": "#444", "width": 1.5, "dash": "dash"})
        figure.add_text(x=pd.Timestamp(begins), y=1.0, yref="paper", yanchor="bottom", text=w(f"past_line_{begins[:4]}"), font={"size": 12})
    figure.update_yaxes(title={"text": w("past_unit_month" if unit == "persons" else "past_unit_share")}, tickformat="," if unit == "persons" else ".0%", rangemode="tozero")
    months_across(figure)
    columns = ["series", "unit", "first", "last", "documented", "basis", "simulated", "low", "high", "without", "without_low", "without_high", "source"]
    return Chart(key, title, note, figure, table[columns]), _series_twin(table, w)


def _series_twin(table: pd.DataFrame, w: Words) -> pd.DataFrame:
    rows = [
        [
            r[w.language], f"{r['first']} – {r['last']}", written(r["documented"], r["unit"], w), w(f"past_{r['basis']}") if r["basis"] else "–",
            f"{written(r['simulated'], r['unit'], w)} ({written(r['low'], r['unit'], w)} – {written(r['high'], r['unit'], w)})",
            written(r["without"], r["unit"], w), r["source"],
        ]
        for r in records(table)
    ]  # fmt: skip
    columns = ("past_series", "past_months", "documented", "past_basis", "past_simulated", "past_without", "validation_source")
    return pd.DataFrame(rows, columns=[w(c) for c in columns])


def parts_chart(table: pd.DataFrame, w: Words) -> tuple[Chart, pd.DataFrame]:
    """What each part of a reform and everything else did to the figures that can be compared with a world without it, in the
    figure's own unit; beside the whole change, simulated and documented."""
    here = table[table["total"].notna()].reset_index(drop=True)
    panels = [(r, u, here[(here["reform"] == r) & (here["unit"] == u)]) for r, u in _PANELS]
    panels = [(r, u, rows) for r, u, rows in panels if len(rows)]
    heights = [_PIXELS * len(rows) + 40 for *_, rows in panels]
    gap = 86 / sum(heights)
    figure = Figure.grid(len(panels), 1, row_heights=heights, vertical_spacing=gap)
    height = sum(heights) + 86 * (len(panels) - 1) + 190
    finish(figure, height, w)
    seen: set[str] = set()
    for place, (reform, unit, rows) in enumerate(panels, start=1):
        _panel(figure, rows, place, unit, seen, w)
        figure.update_xaxes(title={"text": f"{w(f'past_short_{reform}')}: {w('past_unit_change' if unit == 'persons' else 'past_unit_points')}"}, row=place, col=1)
    figure.update_layout(barmode="relative", margin={"l": 20, "r": 20, "t": 20, "b": 150}, legend={"y": -80 / (height - 170), "yanchor": "top"})
    pension = row_of(table, PENSION)
    title = w(
        "past_parts_title", total=written(pension["total"], "persons", w, sign=True), rule=written(pension["rule"], "persons", w, sign=True),
        practice=written(pension["practice"], "persons", w, sign=True), both=written(pension["interaction"], "persons", w, sign=True),
    )
    names = ["documented_change", "simulated_change", "total", *PARTS, "other"]
    columns = ["reform", "outcome", "unit", "basis", *(c for n in names for c in ((n,) if n == "documented_change" else (n, f"{n}_low", f"{n}_high")))]
    return Chart("past-parts", title, w("past_parts_note"), figure, here[columns]), parts_twin(here, w)


def _panel(figure: Figure, rows: pd.DataFrame, place: int, unit: str, seen: set[str], w: Words) -> None:
    at, y = {"row": place, "col": 1}, np.arange(len(rows), dtype=float)
    names = [str(n) for n in rows[w.language]]
    shown = [p for p in (*PARTS, "other") if rows[p].notna().any() and not (p == "rule" and rows["new_benefit"].notna().any())]
    for part in shown:
        told = [f"{n}<br>{w(f'past_{part}')}: {spanned(r, part, w)}" for n, r in zip(names, records(rows), strict=True)]
        figure.add(
            "bar", x=rows[part].fillna(0.0), y=y, orientation="h", name=w(f"past_{part}"), legendgroup=part, showlegend=part not in seen, width=0.5,
            marker={"color": PARTS.get(part, _OTHER), "pattern": {"shape": _HATCH.get(part, ""), "fgcolor": "white"}}, hovertext=told, hoverinfo="text", **at,
        )
        seen.add(part)
    for column, symbol, colour in (("simulated_change", "circle", "#000000"), ("documented_change", "diamond-open", "#000000")):
        known = rows[column].notna().to_numpy()
        if known.any():
            told = [f"{n}<br>{w(f'past_{column}')}: {written(v, unit, w, sign=True)}" for n, v in zip(np.array(names)[known], rows[column][known], strict=True)]
            figure.add(
                "scatter", x=rows[column][known], y=y[known], mode="markers", name=w(f"past_{column}"), legendgroup=column, showlegend=column not in seen,
                marker={"symbol": symbol, "size": 10, "color": colour, "line": {"width": 2}}, hovertext=told, hoverinfo="text", **at,
            )
            seen.add(column)
    figure.update_yaxes(tickvals=y, ticktext=[folded(n, _LABEL) for n in names], tickformat="", range=[len(rows) - 0.4, -0.6], automargin=True, zeroline=False, **at)
    figure.update_xaxes(tickformat="," if unit == "persons" else ".0%", zeroline=True, zerolinecolor="#444", zerolinewidth=1.5, **at)


def parts_twin(rows: pd.DataFrame, w: Words) -> pd.DataFrame:
    """Changes and what made them, as people write them."""
    names = ("simulated_change", "total", "rule", "practice", "interaction", "new_benefit", "sanction_rules", "between_rules", "other")
    found = [
        [r[w.language], written(r["documented_change"], r["unit"], w, sign=True), *(spanned(r, n, w) for n in names)] for r in records(rows)
    ]
    return pd.DataFrame(found, columns=[w("outcome"), w("past_documented_change"), *(w(f"past_{n}") for n in names)])


def row_of(table: pd.DataFrame, outcome: str) -> dict[str, Any]:
    """The row of an outcome."""
    return records(table[table["outcome"] == outcome])[0]
