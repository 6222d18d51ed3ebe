"""One citizen: a simulated life, month by month and with the reason of every move, under the base and under a reform with the same luck."""

from functools import partial
from typing import Any

import dash_mantine_components as dmc
import pandas as pd
from dash import Dash, Input, Output, State, ctx, html, no_update

from agents.mistake import Mistake
from dashboard import frame, one_life
from dashboard.amounts import amounts, benefits_of
from dashboard.lives import ALL, CHANGED, REPLICATION, Citizens
from dashboard.one_life import Life
from dashboard.page import Page, Services, View, remember
from dashboard.results import Opened
from dashboard.words import Words

_MOST = 200
"""People offered in the list of a group."""
_SPANS = ("run", "life")


def _layout(view: View) -> Any:
    w, opened = view.w, view.opened
    if not opened.result.has_register:
        return frame.notice(w("citizen_no_register"), kind="info")
    citizens = _citizens(opened)
    reform = view.choice("reform", opened.reforms) or ""
    group = view.choice("group", citizens.groups) or ALL
    people = _people(citizens, group, reform, w)
    asked = _number(view.query.get("person"))
    known = asked is not None and asked in citizens.table.index
    person = asked if known else int(people[0]["value"]) if people else None
    span = view.choice("span", list(_SPANS)) or _SPANS[0]
    if person is not None and str(person) not in {one["value"] for one in people}:
        people = [*_listed(citizens, [person], reform, w), *people]
    lost = frame.notice(w("citizen_unknown", number=view.query["person"][:20])) if view.query.get("person") and not known else None
    return [
        _controls(opened, citizens, reform, group, people, person, span, w), html.Div(lost, id="citizen-lost", role="status"),
        html.Div(_body(opened, person, reform, span, w), id="citizen-body"),
    ]


def _citizens(opened: Opened) -> Citizens:
    return opened.remember(("citizens",), lambda: Citizens.read(opened.result))


def _number(text: Any) -> int | None:
    return int(text) if isinstance(text, str | int) and str(text).isdecimal() and len(str(text)) < 10 else None


def _controls(
    opened: Opened, citizens: Citizens, reform: str, group: str, people: list[dict[str, str]], person: int | None, span: str, w: Words
) -> Any:
    keep = {"keepMounted": False}
    return html.Div([
        dmc.Select(id="citizen-reform", label=w("citizen_reform"), value=reform or None, allowDeselect=False, comboboxProps=keep,
                   data=[{"value": r, "label": opened.title(r, w)} for r in opened.reforms]),
        dmc.Select(id="citizen-group", label=w("citizen_group"), value=group, allowDeselect=False, searchable=True, comboboxProps=keep,
                   data=_groups(citizens, reform, w)),
        dmc.Select(id="citizen-person", label=w("citizen_person"), description=w("citizen_person_help"), value=str(person) if person is not None else None, className="broad",
                   allowDeselect=False, searchable=True, limit=_MOST, data=people, comboboxProps=keep, nothingFoundMessage=w("citizen_nobody")),
        dmc.TextInput(id="citizen-number", label=w("citizen_number"), description=w("citizen_number_help"), debounce=True, inputProps={"inputMode": "numeric"}),
        dmc.Select(id="citizen-span", label=w("citizen_span"), value=span, allowDeselect=False, comboboxProps=keep,
                   data=[{"value": s, "label": w(f"citizen_span_{s}")} for s in _SPANS]),
    ], className="controls")  # fmt: skip


def _groups(citizens: Citizens, reform: str, w: Words) -> list[dict[str, str]]:
    found = []
    for group in citizens.groups:
        if group.startswith("start:"):
            label = w("citizen_group_start", status=w.status(group.removeprefix("start:")))
        else:
            label = w(f"citizen_group_{group}") if group in (ALL, CHANGED) else w("citizen_group_type", type=w(f"type_{group}"))
        found.append({"value": group, "label": f"{label} ({w.number(citizens.number_of(group, reform))})"})
    return found


def _people(citizens: Citizens, group: str, reform: str, w: Words) -> list[dict[str, str]]:
    return _listed(citizens, citizens.of(group, reform, _MOST), reform, w)


def _listed(citizens: Citizens, numbers: list[int], reform: str, w: Words) -> list[dict[str, str]]:
    """People as the list offers them."""
    return [_label(row, citizens.scenarios[0], reform, w) for row in citizens.rows(numbers)]


def _label(row: dict[str, Any], base: str, reform: str, w: Words) -> dict[str, str]:
    number, changed = row["person_id"], int(row[f"changed:{reform}"]) if reform else 0
    text = w(
        "citizen_label", number=number, sex=w(f"citizen_sex_{row['sex']}"), born=row["birth_month"].year, start=w.status(row["at_start"]),
        end=w.status(row[f"end:{base}"]),
    )
    return {"value": str(number), "label": text + (w("citizen_label_changed", n=changed) if changed else "")}


def _body(opened: Opened, person: int | None, reform: str, span: str, w: Words) -> Any:
    """Who the person is, the strip of the life, and every event in words."""
    if person is None:
        return frame.notice(w("citizen_nobody"), kind="info")
    citizens = _citizens(opened)
    spells = opened.remember(("spells", person), lambda: opened.result.register("spells", replication=REPLICATION, person_id=[person]))
    scenarios = [opened.base, *([reform] if reform else [])]
    policies = {p["name"]: w.text(p["label"]) for s in opened.summary["scenarios"] for p in s["policies"]}
    life = Life(
        person, citizens.rows([person])[0], {name: spells[spells["scenario"] == name] for name in scenarios},
        {name: opened.title(name, w) for name in scenarios}, policies, citizens.start, citizens.months,
    )  # fmt: skip
    return one_life.shown(life, _money(opened, life), span == "life", w)


def _money(opened: Opened, life: Life) -> dict[str, pd.DataFrame]:
    """Benefits by month by scenario; nothing when a policy of the run is not known here, as one of an own file."""
    told = {s["name"]: s for s in opened.summary["scenarios"]}
    found = {}
    for name, spells in life.spells.items():
        try:
            law = opened.remember(("benefits", name), partial(benefits_of, told[name], opened.summary["start"], life.months))
        except Mistake:
            return {}
        found[name] = amounts(life.row, spells[spells["kind"] == "status"], law, life.start)
    return found


def _register(app: Dash, services: Services) -> None:
    @app.callback(  # type: ignore[untyped-decorator]
        Output("citizen-group", "data"), Output("citizen-person", "data"), Output("citizen-person", "value"), Output("citizen-lost", "children"),
        Output("citizen-number", "value"), Input("citizen-reform", "value"), Input("citizen-group", "value"), Input("citizen-number", "value"),
        State("citizen-person", "value"), State("language", "data"), State("run", "data"), prevent_initial_call=True,
    )  # fmt: skip
    def choose(reform: Any, group: Any, number: Any, person: Any, language: str, run: str) -> tuple[Any, ...]:
        w, opened = Words(language), services.results.open(run)
        citizens = _citizens(opened)
        reform = reform if reform in opened.reforms else ""
        people = _people(citizens, group if group in citizens.groups else ALL, reform, w)
        groups = _groups(citizens, reform, w)
        if ctx.triggered_id == "citizen-number":
            if not number:
                return (no_update,) * 5
            asked = _number(str(number).strip())
            if asked not in citizens.table.index:
                return groups, no_update, no_update, frame.notice(w("citizen_unknown", number=str(number)[:20])), no_update
            person = str(asked)
        listed = {one["value"] for one in people}
        if ctx.triggered_id == "citizen-group":
            person = people[0]["value"] if people else None
        elif person not in listed and _number(person) in citizens.table.index:
            people = [*_listed(citizens, [int(person)], reform, w), *people]
        return groups, people, person, None, ""

    @app.callback(  # type: ignore[untyped-decorator]
        Output("citizen-body", "children"), Input("citizen-person", "value"), Input("citizen-reform", "value"), Input("citizen-span", "value"),
        State("language", "data"), State("run", "data"), prevent_initial_call=True,
    )  # fmt: skip
    def show(person: Any, reform: Any, span: Any, language: str, run: str) -> Any:
        opened = services.results.open(run)
        number = _number(person)
        known = number if number in _citizens(opened).table.index else None
        return _body(opened, known, reform if reform in opened.reforms else "", span if span in _SPANS else _SPANS[0], Words(language))

    remember(app, **{name: Input(f"citizen-{name}", "value") for name in ("reform", "group", "person", "span")})


PAGE = Page(key="citizen", path="/citizen", layout=_layout, register=_register, shows_run=True)
