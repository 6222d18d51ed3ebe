"""The first screen: look at the finished runs in a folder. Nothing leaves the machine; mesa is never imported."""

import logging
from pathlib import Path
from typing import Any

from dash import Dash, Input, Output, dcc, html

from agents.mistake import Mistake
from experiments.charts import Chart
from experiments.headline import Block, headline
from experiments.page import PLOTLY_CONFIG
from experiments.report import charts_of, open_result
from experiments.result import RunResult
from experiments.words import Words


def finished_runs(results: Path) -> list[str]:
    """Names of the finished runs in the results folder, newest first."""
    manifests = sorted(results.glob("*/manifest.json"), key=lambda file: file.stat().st_mtime, reverse=True)
    return [file.parent.name for file in manifests]


def make_app(results: Path) -> Dash:
    """The Dash app over a results folder. Raises Mistake when the folder does not exist."""
    if not results.is_dir():
        raise Mistake(f"--results {results} does not exist; make a run first, for example with: make run")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # no line for every request
    app = Dash(__name__, title="Borgerflow", update_title="", serve_locally=True)
    runs = finished_runs(results)
    app.layout = html.Main(
        [
            html.H1("Borgerflow"),
            html.Label(["Run / Kørsel ", dcc.Dropdown(runs, runs[0] if runs else None, id="run", clearable=False)]),
            dcc.RadioItems({"en": "English", "da": "Dansk"}, "en", id="language", inline=True),
            html.Div(id="page"),
        ],
        style={"maxWidth": "1180px", "margin": "0 auto", "fontFamily": "system-ui, sans-serif", "padding": "1rem"},
    )

    @app.callback(Output("page", "children"), Input("run", "value"), Input("language", "value"))  # type: ignore[untyped-decorator]
    def show(run: str | None, language: str) -> Any:
        words = Words("da" if language == "da" else "en")
        if run is None:
            return html.P("No finished run here yet. / Her er ingen færdig kørsel endnu.")
        if run not in finished_runs(results):  # the only folder that is read is the results folder
            return html.P("This run is not there any more. / Kørslen findes ikke længere.")
        return _page(open_result(results / run), words)

    return app


def _page(result: RunResult, w: Words) -> list[Any]:
    summary = result.summary
    blocks = [_table(block) for block in headline(summary, w)]
    shown = [
        html.Section([html.H2(c.title, style={"fontSize": "1.1rem"}), html.P(c.note), _graph(c)]) for c in charts_of(result, w)
    ]
    return [html.P(html.Strong(w("law_short", law=w.law(summary["law_frozen"])))), *blocks, *shown]


def _graph(chart: Chart) -> Any:
    return dcc.Graph(figure=chart.figure.to_dict(), config=PLOTLY_CONFIG)


def _table(block: Block) -> Any:
    cell = {"textAlign": "right", "padding": ".2rem .7rem", "whiteSpace": "nowrap"}
    head = html.Thead(html.Tr([html.Th(c, scope="col", style=cell) for c in block.table.columns]))
    rows = [
        html.Tr([html.Th(first, scope="row", style={"textAlign": "left", "fontWeight": 500}), *(html.Td(v, style=cell) for v in rest)])
        for first, *rest in block.table.itertuples(index=False)
    ]
    return html.Div([html.H2(block.title, style={"fontSize": "1.1rem"}), html.Table([head, html.Tbody(rows)])], style={"overflowX": "auto"})
