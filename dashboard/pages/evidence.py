"""Evidence and validation: targets with misses first, every parameter with its source, sensitivity, what is not modelled, the model."""

from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, html

from dashboard import evidence, evidence_parts
from dashboard.evidence_parts import PARTS
from dashboard.page import Page, Services, View, remember
from dashboard.words import Trouble, Words

_LONGEST = 80
"""Characters of a search that are kept."""


def _layout(view: View) -> Any:
    w = view.w
    part = view.choice("part", PARTS) or ""
    return [
        html.Div(dmc.Select(
            id="evidence-part", label=w("evidence_part"), value=part, allowDeselect=False, comboboxProps={"keepMounted": False},
            data=[{"value": p, "label": w(f"evidence_part_{p}")} for p in PARTS],
        ), className="controls"),
        html.Div(PARTS[part](w, _chosen(view), view.services.results), id="evidence-body"),
    ]  # fmt: skip


def _chosen(view: View) -> dict[str, str]:
    return {key: view.query.get(key, "")[:_LONGEST] for key in ("pattern", "kind", "search", "batch")}


def _register(app: Dash, services: Services) -> None:
    @app.callback(Output("evidence-body", "children"), Input("evidence-part", "value"), State("language", "data"), prevent_initial_call=True)  # type: ignore[untyped-decorator]
    def show(part: Any, language: str) -> Any:
        if str(part) not in PARTS:
            raise Trouble("evidence_no_such_part")
        return PARTS[str(part)](Words(language), dict.fromkeys(("pattern", "kind", "search", "batch"), ""), services.results)

    @app.callback(Output("evidence-misses", "children"), Input("evidence-pattern", "value"), State("language", "data"), prevent_initial_call=True)  # type: ignore[untyped-decorator]
    def pattern(chosen: Any, language: str) -> Any:
        if str(chosen) not in set(evidence.patterns()["pattern"]):
            raise Trouble("evidence_no_such_part")
        return evidence_parts.one_pattern(chosen, Words(language))

    @app.callback(Output("evidence-batch-body", "children"), Input("evidence-batch", "value"), State("language", "data"), prevent_initial_call=True)  # type: ignore[untyped-decorator]
    def batch(chosen: Any, language: str) -> Any:
        return evidence_parts.one_batch(services.results, str(chosen), Words(language))

    @app.callback(Output("evidence-parameters", "rowData"), Input("evidence-kind", "value"), State("language", "data"), prevent_initial_call=True)  # type: ignore[untyped-decorator]
    def kind(chosen: Any, language: str) -> Any:
        w = Words(language)
        return evidence_parts.of_kind(evidence.parameter_rows(w.language), str(chosen), w).to_dict("records")

    app.clientside_callback(
        "function(text, options) { return {...options, quickFilterText: text || ''}; }",
        Output("evidence-parameters", "dashGridOptions"), Input("evidence-search", "value"), State("evidence-parameters", "dashGridOptions"),
    )
    app.clientside_callback(
        "function(clicks) { return clicks > 0; }", Output("evidence-parameters", "exportDataAsCsv"), Input("evidence-csv", "n_clicks"), prevent_initial_call=True,
    )
    for name in ("part", "pattern", "kind", "search", "batch"):  # apart: controls of other parts are not on the page
        remember(app, **{name: Input(f"evidence-{name}", "value")})


PAGE = Page(key="evidence", path="/evidence", layout=_layout, register=_register)
