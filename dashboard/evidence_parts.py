"""The parts of the evidence page: validation, parameters, sensitivity, what is not modelled, the model description."""

import logging
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import dash_mantine_components as dmc
import pandas as pd
from dash import dcc, html

from agents.mistake import Mistake
from calibration.coverage import read_coverage
from dashboard import charts_evidence, evidence, frame
from dashboard.parts import card, cards, chart_card, grid, table
from dashboard.results import Results
from dashboard.words import Trouble, Words
from experiments.charts.known import known_charts, last_known
from experiments.report.batch_parts import dependence
from experiments.report.checks_measures import trials_check
from experiments.report.checks_money import costing_checks
from experiments.words import Language
from experiments.words.targets import pattern_label

KINDS = ("documented", "statute", "calibrated", "assumed")
_log = logging.getLogger(__name__)
_KEEP = {"keepMounted": False}


def validation(w: Words, chosen: dict[str, str], results: Results) -> list[Any]:
    """How many figures are hit, misses first, patterns, one pattern's figures, trials and costings."""
    names = list(evidence.patterns()["pattern"])
    return _validation(w.language, chosen["pattern"] if chosen["pattern"] in names else names[0])


@lru_cache(maxsize=8)
def _validation(language: Language, pattern: str) -> list[Any]:
    w = Words(language)
    counts, rows = evidence.counts(), evidence.target_rows(w)
    shown = [
        card(w(f"evidence_group_{group}"), w("evidence_of", n=w.number(row["passed"]), all=w.number(row["n"])),
             note=w("evidence_not_measured", n=row["not_measured"]) if row["not_measured"] else "")
        for group, row in counts.to_dict("index").items()
    ]  # fmt: skip
    names = list(evidence.patterns()["pattern"])
    missed = evidence.targets().query("not passed and group != 'identity' and miss == miss")
    heading = w("evidence_misses", n=len(missed), largest=w.number(float(missed["miss"].abs().max()), decimals=1)) if len(missed) else w("validation_misses_none")
    patterns, pattern_words = charts_evidence.missed_patterns(w)
    found: list[Any] = [
        html.H2(w("evidence_counts")), cards(shown), html.P(w("evidence_counts_note"), className="note"),
        html.Section([html.H2(heading), html.P(w("evidence_table_note"), className="note"),
                      grid(rows, _target_columns(w), name="evidence-targets", label=heading, w=w, height=520)], className="card chart"),
        chart_card(patterns, w, twin=pattern_words),
        html.Div(dmc.Select(id="evidence-pattern", label=w("evidence_pattern"), value=pattern, searchable=True, allowDeselect=False, comboboxProps=_KEEP,
                            data=[{"value": p, "label": pattern_label(p, w.language)} for p in names]), className="controls"),
        html.Div(one_pattern(pattern, w), id="evidence-misses"),
    ]  # fmt: skip
    calibration = evidence.known()
    if calibration:
        found.append(_with_twin(known_charts(calibration, w)[2], w))
    checks = (trials_check(w), *costing_checks(w))
    return [*found, *(html.Section([html.H2(c.title), html.P(c.note, className="note"), table(c.table, label=c.title)], className="card chart") for c in checks)]


def one_pattern(pattern: str, w: Words) -> Any:
    """The figures of one pattern."""
    return _with_twin(charts_evidence.misses(pattern, w), w)


def _with_twin(shown: tuple[Any, pd.DataFrame], w: Words) -> Any:
    return chart_card(shown[0], w, twin=shown[1])


def _target_columns(w: Words) -> list[dict[str, Any]]:
    written = [
        {"field": name, "headerName": w(label), "valueFormatter": {"function": f"params.data.{name}_text"}, "filter": "agNumberColumnFilter", "width": 120}
        for name, label in (("asked", "asked"), ("got", "simulated"), ("miss", "miss"))
    ]
    return [
        {"field": "target", "headerName": w("target"), "minWidth": 320, "flex": 2, "wrapText": True, "autoHeight": True},
        {"field": "hit", "headerName": w("validation_hit"), "width": 90}, *written, {"field": "group", "headerName": w("role"), "width": 170, "wrapText": True, "autoHeight": True},
        {"field": "pattern", "headerName": w("validation_pattern"), "minWidth": 220, "wrapText": True, "autoHeight": True},
        {"field": "source", "headerName": w("validation_source"), "minWidth": 220}, {"field": "note", "headerName": w("note"), "minWidth": 260, "wrapText": True, "autoHeight": True},
    ]  # fmt: skip


def parameters(w: Words, chosen: dict[str, str], results: Results) -> list[Any]:
    """Every parameter with kind and source; searched in the browser, chosen by kind on the server."""
    rows = evidence.parameter_rows(w.language)
    kinds = rows["kind"].value_counts()
    columns = [
        {"field": "label", "headerName": w("evidence_label"), "minWidth": 320, "flex": 2, "wrapText": True, "autoHeight": True},
        {"field": "value", "headerName": w("evidence_value"), "width": 130}, {"field": "unit", "headerName": w("evidence_unit"), "width": 140},
        {"field": "kind", "headerName": w("evidence_kind"), "width": 150}, {"field": "range", "headerName": w("evidence_range"), "width": 140},
        {"field": "source", "headerName": w("validation_source"), "minWidth": 240, "tooltipField": "source"},
        {"field": "known", "headerName": w("known_verdict"), "width": 110},
        {"field": "note", "headerName": w("note"), "minWidth": 300, "tooltipField": "note"}, {"field": "path", "headerName": w("known_parameter"), "minWidth": 240},
    ]  # fmt: skip
    kind = chosen["kind"] if chosen["kind"] in KINDS else ""
    heading = w("evidence_parameters", n=w.number(len(rows)))
    return [
        html.H2(heading), cards([card(w(f"kind_{k}"), w.number(int(kinds.get(w(f"kind_{k}"), 0))), note=w(f"evidence_kind_{k}")) for k in KINDS]),
        html.Div([
            dmc.TextInput(id="evidence-search", label=w("evidence_search"), value=chosen["search"], debounce=200, className="broad"),
            dmc.Select(id="evidence-kind", label=w("evidence_kind"), value=kind or None, clearable=True, placeholder=w("evidence_all"), comboboxProps=_KEEP,
                       clearButtonProps={"aria-label": w("evidence_all")}, data=[{"value": k, "label": w(f"kind_{k}")} for k in KINDS]),
        ], className="controls"),
        html.P(html.Button(w("frame_csv"), id="evidence-csv", n_clicks=0, className="plain-button")),
        html.P(w("evidence_parameters_note"), className="note"),
        grid(of_kind(rows, kind, w), columns, name="evidence-parameters", label=heading, w=w, height=640),
    ]  # fmt: skip


def of_kind(rows: pd.DataFrame, kind: str, w: Words) -> pd.DataFrame:
    """The parameters of one kind, or all."""
    return rows[rows["kind"] == w(f"kind_{kind}")] if kind in KINDS else rows


def sensitivity(w: Words, chosen: dict[str, str], results: Results) -> list[Any]:
    """What the figures know of the parameters, and what outcomes depend on where a batch lies in the results folder."""
    batches = list(results.batches())
    found: list[Any] = [html.H2(w("evidence_depends")), html.P(w("evidence_depends_note"), className="note")]
    if batches:
        batch = chosen["batch"] if chosen["batch"] in batches else batches[0]
        found += [
            html.Div(dmc.Select(id="evidence-batch", label=w("evidence_batch"), value=batch, data=batches, allowDeselect=False, comboboxProps=_KEEP), className="controls"),
            html.Div(one_batch(results, batch, w), id="evidence-batch-body"),
        ]  # fmt: skip
    else:
        found.append(frame.notice(w("evidence_no_batch"), kind="info"))
    return [*found, *_known(w.language)]


@lru_cache(maxsize=2)
def _known(language: Language) -> list[Any]:
    """What the figures know of the parameters."""
    w, calibration = Words(language), evidence.known()
    if calibration is None:
        return [frame.notice(w("evidence_not_known"), kind="info")]
    last = last_known(pd.DataFrame(calibration["identified"]))
    counts = last["verdict"].value_counts()
    title = w("known_title", all=len(last), **{name: int(counts.get(verdict, 0)) for name, verdict in (("informed", "informed"), ("partly", "partly"), ("none", "not"))})
    return [html.H2(title), *(_with_twin(shown, w) for shown in known_charts(calibration, w)[:2])]


def one_batch(results: Results, name: str, w: Words) -> list[Any]:
    """What the outcomes of a batch depend on."""
    try:
        charts = dependence(results.open_batch(name), w)
    except Trouble:
        raise
    except (Mistake, OSError, KeyError, ValueError) as error:
        _log.warning("batch %s cannot be shown: %r", name, error)
        raise Trouble("frame_incomplete", run=name) from error
    return [_with_twin(shown, w) for shown in charts] or [frame.notice(w("evidence_no_dependence"), kind="info")]


def not_modelled(w: Words, chosen: dict[str, str], results: Results) -> list[Any]:
    """Mechanisms that the documents name, those that are not modelled first, and the honest limits."""
    mechanisms = read_coverage()
    order = sorted(mechanisms, key=lambda m: ("no", "partly", "yes").index(m.modelled))
    count = {answer: sum(m.modelled == answer for m in mechanisms) for answer in ("yes", "partly", "no")}
    rows = pd.DataFrame([
        {"mechanism": getattr(m, w.language), "modelled": w(f"validation_modelled_{m.modelled}"), "reason": getattr(m, f"reason_{w.language}"), "where": m.where, "source": m.source}
        for m in order
    ])  # fmt: skip
    columns: list[dict[str, Any]] = [
        {"field": "mechanism", "headerName": w("validation_mechanism"), "minWidth": 260, "flex": 1, "wrapText": True, "autoHeight": True},
        {"field": "modelled", "headerName": w("validation_modelled"), "width": 140},
        {"field": "reason", "headerName": w("validation_reason"), "minWidth": 360, "flex": 2, "wrapText": True, "autoHeight": True},
        {"field": "where", "headerName": w("validation_where"), "minWidth": 200}, {"field": "source", "headerName": w("validation_source"), "minWidth": 240},
    ]  # fmt: skip
    heading = w("validation_coverage", n=len(rows), **count)
    return [
        html.H2(heading), html.P(w("validation_coverage_note"), className="note"),
        grid(rows, columns, name="evidence-mechanisms", label=heading, w=w, height=640),
        html.H2(w("limits_title")), html.Ul([html.Li(limit) for limit in w.all("limits")], className="limits"),
    ]  # fmt: skip


def model(w: Words, chosen: dict[str, str], results: Results) -> list[Any]:
    """The model description."""
    text = evidence.description()
    if text is None:
        return [frame.notice(w("evidence_no_description"), kind="info")]
    said = [html.P(w("evidence_description_note"), className="note")] if w.language != "en" else []
    return [*said, html.Div(dcc.Markdown(text, link_target="_self"), className="description", lang="en")]


PARTS: dict[str, Callable[[Words, dict[str, str], Results], list[Any]]] = {
    "validation": validation, "parameters": parameters, "sensitivity": sensitivity, "not_modelled": not_modelled, "model": model,
}
"""Parts by name, in the order in which they are offered."""
