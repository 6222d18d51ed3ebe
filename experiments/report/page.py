"""What every page is made of: charts with their numbers beside them, and tables that a screen reader can read."""

import base64
import html
from collections.abc import Collection
from typing import Any

import pandas as pd
from markupsafe import Markup

from agents.statuses import FAMILIES
from experiments.charts.chart import Chart
from experiments.words import Words

PLOTLY_CONFIG = {"showSendToCloud": False, "displaylogo": False, "responsive": True}
"""Nothing leaves the machine: Plotly's own sharing stays off."""

_NAMES = (
    "target_group", "act", "queue", "type", "outcome", "measure", "kind", "became", "unit", "quantity", "by", "employers_of", "sanction",
    "dimension", "group", "step", "item", "result",
)
"""Columns of charts' tables that hold names."""


def chart_section(chart: Chart, w: Words, twin: pd.DataFrame | None = None) -> dict[str, Any]:
    """What ``parts.html.j2`` shows of a chart: figure, finding, note, and its numbers as CSV and as a table (``twin``, or the
    chart's own table as people write it)."""
    figure = chart.figure.to_html(PLOTLY_CONFIG, chart.key)
    csv = base64.b64encode(chart.table.to_csv(index=False).encode()).decode()
    return {
        "key": chart.key, "title": chart.title, "note": chart.note, "part": chart.part, "html": Markup(figure),
        "csv": f"data:text/csv;base64,{csv}", "twin": html_table(readable(chart.table, w, chart.decimals) if twin is None else twin),
    }


def readable(table: pd.DataFrame, w: Words, decimals: int = 0) -> pd.DataFrame:
    """A table with names and numbers as people write them."""
    shown = table.copy()
    for column in shown.columns:
        if pd.api.types.is_datetime64_any_dtype(shown[column]):
            shown[column] = shown[column].dt.strftime("%Y-%m")
        elif pd.api.types.is_float_dtype(shown[column]):
            shown[column] = ["" if pd.isna(v) else w.number(v, decimals=decimals) for v in shown[column]]
        elif column in ("status", "family", "source", "to"):
            shown[column] = [_name(v, w) for v in shown[column]]
        elif column in _NAMES:
            shown[column] = [w.name(column, v) for v in shown[column]]
    return shown.rename(columns={column: w(column) for column in shown.columns})


def _name(key: str, w: Words) -> str:
    """Label of a status or family."""
    return w.status(f"family:{key}") if key in FAMILIES else w.status(key)


def html_table(frame: pd.DataFrame, *, strong_last: bool = False, prose: Collection[str] = ()) -> Markup:
    """An accessible HTML table: column headers, the first column as row headers, columns of ``prose`` to the left and wrapped."""
    kinds = [' class="prose"' if column in prose else "" for column in frame.columns]
    head = "".join(f'<th scope="col"{kind}>{html.escape(str(c))}</th>' for c, kind in zip(frame.columns, kinds, strict=True))
    rows = []
    for number, row in enumerate(frame.itertuples(index=False), start=1):
        first, *rest = (html.escape(str(v)) for v in row)
        strong = ' class="strong"' if strong_last and number == len(frame) else ""
        cells = "".join(f"<td{kind}>{v}</td>" for v, kind in zip(rest, kinds[1:], strict=True))
        rows.append(f'<tr{strong}><th scope="row">{first}</th>{cells}</tr>')
    return Markup(f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>")
