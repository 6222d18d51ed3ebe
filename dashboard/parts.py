"""What pages are made of: charts with their finding, their numbers beside them, cards, and tables."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import dash_ag_grid as dag
import pandas as pd
from dash import dcc, html

from dashboard.words import Words
from experiments.charts.chart import Chart
from experiments.report.page import PLOTLY_CONFIG, readable

_GRID_WORDS = (
    "filterOoo", "contains", "notContains", "equals", "notEqual", "startsWith", "endsWith", "blank", "notBlank", "lessThan", "greaterThan",
    "lessThanOrEqual", "greaterThanOrEqual", "inRange", "inRangeStart", "inRangeEnd", "andCondition", "orCondition", "noRowsToShow",
    "ariaFilterMenuOpen", "ariaFilterInput", "ariaFilteringOperator",
)
"""AG Grid's own words that are shown or read out."""


def chart_card(chart: Chart, w: Words, *, level: int = 2, twin: pd.DataFrame | None = None) -> Any:
    """A chart under its finding, with its note, and its numbers as a table and as CSV.

    Args:
        level: of the heading, 2 or 3.
        twin: the table as people read it; without it the chart's own.
    """
    heading = html.H2 if level == 2 else html.H3
    return html.Section(
        [
            heading(chart.title),
            html.P(chart.note, className="note"),
            drawing(chart, w),
            html.Details(
                [
                    html.Summary(w("frame_table")),
                    html.P(download(chart.table, f"{chart.key}.csv", w)),
                    table(readable(chart.table, w, chart.decimals) if twin is None else twin, label=chart.title),
                ]
            ),
        ],
        className="card chart", id=f"chart-{chart.key}",
    )  # fmt: skip


def drawing(chart: Chart, w: Words) -> Any:
    """The figure alone; on a narrow screen one can scroll in it sideways."""
    figure = chart.figure.to_dict()
    graph = dcc.Graph(figure=figure, config=PLOTLY_CONFIG, responsive=True, style={"height": f"{figure['layout'].get('height', 450)}px"})
    return html.Div(html.Div(graph, className="drawing"), className="wide", tabIndex=0, role="region", **{"aria-label": w("frame_chart", title=chart.title)})


def download(frame: pd.DataFrame, file: str, w: Words) -> Any:
    """A link with which a table is saved as CSV; the browser has the data already."""
    return html.A(w("frame_csv"), href=f"data:text/csv;charset=utf-8,{quote(frame.to_csv(index=False))}", download=file)


def table(frame: pd.DataFrame, *, label: str) -> Any:
    """A table of texts as people read it, in a region of its own that one can scroll in. Cells are shown as they are.

    The browser writes it (``assets/tables.js``), and one that is folded in only when somebody opens it: many cells take much time as
    components, and none as text.
    """
    data = {"head": [str(c) for c in frame.columns], "body": [[str(v) for v in row] for row in frame.itertuples(index=False)]}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return html.Div(className="scroll", tabIndex=0, role="region", **{"aria-label": label, "data-table": text})


def grid(frame: pd.DataFrame, columns: Sequence[dict[str, Any]], *, name: str, label: str, w: Words, height: int = 420) -> Any:
    """A table that can be sorted and filtered (AG Grid, community). ``columns`` are its column definitions, ``name`` its id."""
    return html.Div(
        dag.AgGrid(
            id=name, rowData=frame.to_dict("records"), columnDefs=list(columns), className="ag-theme-quartz",
            defaultColDef={"sortable": True, "filter": True, "resizable": True, "wrapHeaderText": True, "autoHeaderHeight": True},
            dashGridOptions={"animateRows": False, "suppressColumnVirtualisation": False, "ensureDomOrder": True, "localeText": {key: w(f"frame_grid_{key}") for key in _GRID_WORDS}},
            style={"height": f"{height}px", "width": "100%"},
        ),
        role="region", **{"aria-label": label},
    )  # fmt: skip


def card(label: str, figure: str, interval: str = "", note: str = "", unit: str = "") -> Any:
    """A headline figure with its unit and interval."""
    more = [html.P(interval, className="interval")] if interval else []
    more += [html.P(note, className="small")] if note else []
    return html.Div([html.P(label, className="label"), html.P([figure, html.Span(f" {unit}", className="unit")], className="figure"), *more], className="card")


def cards(shown: Sequence[Any]) -> Any:
    """Cards side by side."""
    return html.Div(list(shown), className="cards")


def page_link(text: str, path: str, query: str = "") -> Any:
    """A link to another page, which takes language and result along; ``query`` is what else stands in its address."""
    return html.A(text, href=f"{path}{f'?{query}' if query else ''}", **{"data-page": path, "data-with": query})
