"""Flows: who moves from status to status in a chosen span of years, the baseline beside a reform."""

from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, html

from dashboard import charts_flows, frame
from dashboard.moves import LEVELS, Moves, place_name
from dashboard.page import Page, Services, View, remember
from dashboard.parts import chart_card, download, table
from dashboard.results import Opened
from dashboard.words import Words

_CONTROLS = ("reform", "first", "last", "level", "only")


def _layout(view: View) -> Any:
    w, opened = view.w, view.opened
    moves = _moves(opened)
    years = [str(n) for n in range(1, moves.years + 1)]
    level = view.choice("level", list(LEVELS)) or LEVELS[0]
    places = moves.between(opened.base, 1, moves.years, level)[0]
    chosen = {
        "reform": view.choice("reform", opened.reforms) or "", "first": view.choice("first", years, years[min(1, len(years) - 1)]) or "1",
        "last": view.choice("last", years, years[min(1, len(years) - 1)]) or "1", "level": level, "only": view.choice("only", places, "") or "",
    }
    return [_controls(view, moves, chosen), html.Div(_body(opened, w, **chosen), id="flows-body", **{"aria-live": "polite"})]


def _controls(view: View, moves: Moves, chosen: dict[str, str]) -> Any:
    w, opened = view.w, view.opened
    spans = {n: moves.span(n, n) for n in range(1, moves.years + 1)}
    years = [{"value": str(n), "label": w("flows_year", n=n, first=f"{a:%Y-%m}", last=f"{b:%Y-%m}")} for n, (a, b) in spans.items()]
    places = moves.between(opened.base, 1, moves.years, chosen["level"])[0]
    keep = {"keepMounted": False}
    return html.Div([
        dmc.Select(id="flows-reform", label=w("flows_reform"), value=chosen["reform"] or None, allowDeselect=False, comboboxProps=keep,
                   data=[{"value": r, "label": opened.title(r, w)} for r in opened.reforms]),
        dmc.Select(id="flows-first", label=w("flows_first"), data=years, value=chosen["first"], allowDeselect=False, comboboxProps=keep),
        dmc.Select(id="flows-last", label=w("flows_last"), data=years, value=chosen["last"], allowDeselect=False, comboboxProps=keep),
        dmc.Select(id="flows-level", label=w("flows_level"), value=chosen["level"], allowDeselect=False, comboboxProps=keep,
                   data=[{"value": level, "label": w(f"flows_level_{level}")} for level in LEVELS]),
        dmc.Select(id="flows-only", label=w("flows_only"), value=chosen["only"] or None, clearable=True, searchable=True, placeholder=w("flows_all"),
                   data=_places(places, w), comboboxProps=keep, clearButtonProps={"aria-label": w("flows_all")}),
    ], className="controls")  # fmt: skip


def _places(places: list[str], w: Words) -> list[dict[str, str]]:
    return [{"value": place, "label": place_name(place, w)} for place in places]


def _moves(opened: Opened) -> Moves:
    return opened.remember(("moves",), lambda: Moves.read(opened.result))


def _body(opened: Opened, w: Words, *, reform: str, first: str, last: str, level: str, only: str) -> list[Any]:
    """Everything below the controls. The years are put in order: nobody has to choose the first one first."""
    moves = _moves(opened)
    begin, end = sorted((int(first), int(last)))
    asked = (begin, end, level, only)
    if moves.table(opened.base, *asked).empty:
        return [frame.notice(w("flows_nobody"), kind="info")]
    title = {name: opened.title(name, w) for name in opened.scenarios}
    shown = [opened.base, *([reform] if reform else [])]
    sankeys = [chart_card(charts_flows.sankey(moves, name, title[name], asked, w), w) for name in shown]
    body: list[Any] = [html.Div(sankeys, className="two")]
    if reform:
        body.append(chart_card(charts_flows.differences(moves, reform, title[reform], asked, w), w))
    numbers = charts_flows.matrix(moves, reform or None, asked, w)
    heading = w("flows_matrix", period=charts_flows.period(moves, begin, end, w))
    body.append(html.Section([
        html.H2(heading), html.P(w("flows_matrix_note" if reform else "flows_matrix_note_base"), className="note"),
        html.P(download(numbers, "flows.csv", w)), table(numbers, label=heading),
    ], className="card chart"))  # fmt: skip
    return body


def _register(app: Dash, services: Services) -> None:
    inputs = [Input(f"flows-{name}", "value") for name in _CONTROLS]

    @app.callback(  # type: ignore[untyped-decorator]
        Output("flows-body", "children"), Output("flows-only", "data"), Output("flows-only", "value"), *inputs,
        State("language", "data"), State("run", "data"), prevent_initial_call=True,
    )  # fmt: skip
    def show(reform: Any, first: Any, last: Any, level: Any, only: Any, language: str, run: str) -> tuple[Any, ...]:
        w, opened = Words(language), services.results.open(run)
        moves = _moves(opened)
        years = [str(n) for n in range(1, moves.years + 1)]
        level = level if level in LEVELS else LEVELS[0]
        places = moves.between(opened.base, 1, moves.years, level)[0]
        only = only if only in places else ""
        chosen = {"reform": reform if reform in opened.reforms else "", "first": first if first in years else "1", "last": last if last in years else "1"}
        return _body(opened, w, level=level, only=only, **chosen), _places(places, w), only or None

    remember(app, **{name: Input(f"flows-{name}", "value") for name in _CONTROLS})


PAGE = Page(key="flows", path="/flows", layout=_layout, register=_register, shows_run=True)
