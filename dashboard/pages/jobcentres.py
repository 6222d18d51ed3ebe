"""The institution: caseworkers, lateness, queues, turnover, teams, sanctions and employers, over time and by practice district."""

from typing import Any

import dash_mantine_components as dmc
import numpy as np
import pandas as pd
from dash import Dash, Input, Output, State, html

from dashboard import charts_districts, frame
from dashboard.charts_districts import RANKED
from dashboard.page import Page, Services, View, remember
from dashboard.parts import chart_card
from dashboard.results import Opened
from dashboard.topics import TOPICS, Shown
from dashboard.words import Words
from experiments.institution import YEAR

_YEARS = ("last", "first")
_CONTROLS = ("topic", "reform", "year")
_NO_REFORM = "none"


def _layout(view: View) -> Any:
    w, opened = view.w, view.opened
    chosen = {
        "topic": view.choice("topic", TOPICS) or "", "reform": view.choice("reform", [*opened.reforms, _NO_REFORM]) or "",
        "year": view.choice("year", list(_YEARS)) or "",
    }
    keep = {"keepMounted": False}
    reforms = [{"value": r, "label": opened.title(r, w)} for r in opened.reforms] + [{"value": _NO_REFORM, "label": w("jobcentres_base_only")}]
    return [
        html.Div([
            dmc.Select(id="jobcentres-topic", label=w("jobcentres_topic"), value=chosen["topic"], allowDeselect=False, comboboxProps=keep,
                       data=[{"value": t, "label": w(f"jobcentres_topic_{t}")} for t in TOPICS]),
            dmc.Select(id="jobcentres-reform", label=w("jobcentres_reform"), value=chosen["reform"], data=reforms, allowDeselect=False, comboboxProps=keep),
            dmc.Select(id="jobcentres-year", label=w("jobcentres_year"), value=chosen["year"], allowDeselect=False, comboboxProps=keep,
                       data=[{"value": y, "label": w(f"jobcentres_year_{y}")} for y in _YEARS]),
        ], className="controls"),
        html.Div(_body(opened, w, **chosen), id="jobcentres-body"),
    ]  # fmt: skip


def _body(opened: Opened, w: Words, topic: str, reform: str, year: str) -> Any:
    return opened.remember(("jobcentres", topic, reform, year, w.language), lambda: _make(opened, w, topic, reform, year))


def _make(opened: Opened, w: Words, topic: str, reform: str, year: str) -> list[Any]:
    """Districts of a topic, then its charts over time."""
    names = [opened.base, *([reform] if reform in opened.reforms else [])]
    shown = Shown(opened.result, {name: opened.title(name, w) for name in names})
    body: list[Any] = []
    for key in TOPICS[topic].ranked:
        table = shown.table(RANKED[key].table)
        months = np.sort(table["month"].unique())
        chosen = [pd.Timestamp(m) for m in (months[-YEAR:] if year == "last" else months[:YEAR])]
        chart = charts_districts.ranking(table, RANKED[key], chosen, shown.titles, w)
        body.append(frame.notice(w("jobcentres_one_district"), kind="info") if chart is None
                    else chart_card(chart, w, twin=charts_districts.twin(chart, shown.titles, w)))
    body += [chart_card(chart, w) for chart in TOPICS[topic].charts(shown, w)]
    if topic == "sanctions":
        documented, words = charts_districts.documented_sanctions(w)
        body.append(chart_card(documented, w, twin=words))
    return body


def _register(app: Dash, services: Services) -> None:
    @app.callback(  # type: ignore[untyped-decorator]
        Output("jobcentres-body", "children"), *(Input(f"jobcentres-{name}", "value") for name in _CONTROLS), State("language", "data"),
        State("run", "data"), prevent_initial_call=True,
    )  # fmt: skip
    def show(topic: Any, reform: Any, year: Any, language: str, run: str) -> Any:
        opened = services.results.open(run)
        reform = reform if reform in opened.reforms else _NO_REFORM
        return _body(opened, Words(language), str(topic) if str(topic) in TOPICS else "caseload", reform, year if year in _YEARS else "last")

    remember(app, **{name: Input(f"jobcentres-{name}", "value") for name in _CONTROLS})


PAGE = Page(key="jobcentres", path="/institution", layout=_layout, register=_register, shows_run=True)
