"""Build a reform: choose policies, set them, see what is wrong with it, run it, and keep or share it."""

from typing import Any
from urllib.parse import quote

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update

from dashboard import frame
from dashboard.checks import remarks
from dashboard.draft import LARGEST_FILE, Draft, name_of, read_link, read_table, registry
from dashboard.form import entered, form
from dashboard.jobs import SIZES, Jobs
from dashboard.library import library
from dashboard.live import live_runs, register_runs, states
from dashboard.page import Page, Services, View, remember
from dashboard.sources import draft_of, sources, uploaded
from dashboard.words import Trouble, Words

_VALUES = {"type": "build-value", "row": ALL, "policy": ALL, "key": ALL}


def _layout(view: View) -> Any:
    w = view.w
    draft, trouble = _asked_for(view)
    size = view.choice("size", list(SIZES), "standard")
    return [
        html.Div(frame.notice(trouble.told(w)) if trouble else None, id="build-note", role="status"),
        dcc.Store(id="build-draft", data=vars(draft)), dcc.Store(id="build-link"), dcc.Store(id="build-share-text", data=w("build_shared")), dcc.Store(id="build-saved", storage_type="local"),
        dcc.Store(id="build-states", data=states(view.services.jobs)), dcc.Interval(id="build-tick", interval=1500),
        html.Div([_library(w), html.Div([_reform(draft, w), _run(size, view.services.jobs, w)])], className="workbench"),
    ]  # fmt: skip


def _asked_for(view: View) -> tuple[Draft, Trouble | None]:
    """The draft that the address holds; an empty one, and why, when it cannot be read."""
    try:
        if text := view.query.get("scenario"):
            return read_link(text), None
        return (draft_of(f"shipped:{name}", None, view.w) if (name := view.query.get("from")) else Draft()), None
    except Trouble as trouble:
        return Draft(), trouble


def _library(w: Words) -> Any:
    search = dmc.TextInput(id="build-search", label=w("build_search"), description=w("build_search_note"), debounce=250)
    return html.Section([html.H2(w("build_library")), search, html.Div(library(w), id="build-library")])


def _reform(draft: Draft, w: Words) -> Any:
    buttons = html.Div(
        [
            dmc.Button(w("build_save"), id="build-save", variant="default"),
            dmc.Button(w("build_share"), id="build-share", variant="default"),
            html.A(w("build_download"), id="build-download", className="button"),
            dcc.Upload(html.Button(w("build_upload"), className="button"), id="build-upload", max_size=LARGEST_FILE, accept=".toml", multiple=False),
            dmc.Button(w("build_clear"), id="build-clear", variant="subtle", className="away"),
            dmc.Button(w("build_forget"), id="build-forget", variant="subtle", className="away"),
        ], className="buttons",
    )  # fmt: skip
    return html.Section(
        [
            html.H2(w("build_reform")),
            html.Div(
                [
                    dmc.TextInput(id="build-title", label=w("build_name_it"), value=draft.title, debounce=400),
                    dmc.Select(id="build-load", label=w("build_load"), placeholder=w("build_load_hint"), data=sources(None, w), searchable=True, value=None),
                ], className="controls",
            ),
            html.Div(form(draft, w), id="build-form"),
            html.Div(id="build-remarks", role="status"),
            buttons,
            html.P(id="build-done", role="status", className="note"),
        ]
    )  # fmt: skip


def _run(size: str | None, jobs: Jobs, w: Words) -> Any:
    sizes = [{"value": name, "label": w(f"build_size_{name}")} for name in SIZES]
    return html.Section(
        [
            html.H2(w("build_run_title")),
            html.Div(
                [
                    dmc.Select(id="build-size", label=w("build_size"), description=_size_note(size, w), data=sizes, value=size, allowDeselect=False),
                    dmc.MultiSelect(id="build-beside", label=w("build_beside"), description=w("build_beside_note"), data=sources(None, w), maxValues=3),
                ], className="controls below",
            ),
            dmc.Button(w("build_run"), id="build-run", disabled=True),
            html.Div(live_runs(jobs, w), id="build-runs"),
        ]
    )  # fmt: skip


def _size_note(name: str | None, w: Words) -> str:
    """What a size is for, and how large it is."""
    name = name if name in SIZES else "standard"
    size = SIZES[name]
    return w("build_size_note", use=w(f"build_size_for_{name}"), share=w.percent(size.scale), months=size.months, n=size.replications)


def _register(app: Dash, services: Services) -> None:
    remember(app, scenario=Input("build-link", "data"), size=Input("build-size", "value"))
    _register_draft(app)
    _register_checks(app)
    register_runs(app, services.jobs)
    app.clientside_callback(
        "function(n, text) { if (n) { navigator.clipboard.writeText(window.location.href); return text; } return window.dash_clientside.no_update; }",
        Output("build-done", "children", allow_duplicate=True), Input("build-share", "n_clicks"), State("build-share-text", "data"), prevent_initial_call=True,
    )  # fmt: skip


def _register_draft(app: Dash) -> None:
    @app.callback(  # type: ignore[untyped-decorator]
        Output("build-library", "children"), Input("build-search", "value"), State("language", "data"), prevent_initial_call=True
    )
    def search(text: str | None, language: str) -> Any:
        return library(Words(language), str(text or ""))

    @app.callback(  # type: ignore[untyped-decorator]
        Output("build-draft", "data"), Output("build-form", "children"), Output("build-title", "value"), Output("build-note", "children"),
        Input({"type": "build-add", "policy": ALL}, "n_clicks"), Input({"type": "build-remove", "row": ALL}, "n_clicks"),
        Input("build-load", "value"), Input("build-upload", "contents"), Input("build-clear", "n_clicks"),
        State("build-draft", "data"), State("build-saved", "data"), State("language", "data"), prevent_initial_call=True,
    )  # fmt: skip
    def change(add: Any, remove: Any, load: Any, contents: Any, clear: Any, table: dict[str, Any], saved: Any, language: str) -> Any:
        w, draft, asked = Words(language), read_table(table), ctx.triggered_id
        if not ctx.triggered or not ctx.triggered[0]["value"]:  # a button that has just come up
            return [no_update] * 4
        policies, note = list(draft.policies), None
        try:
            if asked == "build-load":
                draft = draft_of(str(load), saved, w)
            elif asked == "build-upload":
                draft = uploaded(contents)
            elif asked == "build-clear":
                draft = Draft()
            elif asked["type"] == "build-add":
                draft = Draft(draft.name, draft.title, [*policies, {"use": str(asked["policy"])}], draft.parameters)
            elif asked["row"] < len(policies):
                draft = Draft(draft.name, draft.title, policies[: asked["row"]] + policies[asked["row"] + 1 :], draft.parameters)
        except Trouble as trouble:
            return no_update, no_update, no_update, frame.notice(trouble.told(w))
        return vars(draft), form(draft, w), draft.title, note

    @app.callback(  # type: ignore[untyped-decorator]
        Output("build-draft", "data", allow_duplicate=True), Input(_VALUES, "value"), Input("build-title", "value"), State("build-draft", "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    def edit(values: Any, title: str | None, table: dict[str, Any]) -> Any:
        draft = read_table(table)
        policies = [dict(policy) for policy in draft.policies]
        for control in ctx.inputs_list[0]:
            row, use, key = (control["id"][part] for part in ("row", "policy", "key"))
            if row < len(policies) and policies[row].get("use") == use and use in registry():
                value = entered(registry()[use], key, control.get("value"))
                policies[row].pop(key, None)
                policies[row] |= {} if value is None else {key: value}
        title = str(title or "")
        name = draft.name if title == draft.title else name_of(title)
        changed = vars(Draft(name, title, policies, draft.parameters))
        return no_update if changed == table else changed


def _register_checks(app: Dash) -> None:
    @app.callback(  # type: ignore[untyped-decorator]
        Output("build-remarks", "children"), Output("build-run", "disabled"), Output("build-link", "data"), Output("build-download", "href"),
        Output("build-download", "download"), Output("build-size", "description"),
        Input("build-draft", "data"), Input("build-size", "value"), State("language", "data"),
    )  # fmt: skip
    def check(table: dict[str, Any], size: str, language: str) -> Any:
        w, draft, chosen = Words(language), read_table(table), SIZES.get(size, SIZES["standard"])
        note = _size_note(size, w)
        if not draft.link():
            return None, True, "", None, None, note
        found = remarks(draft, chosen.months, w)
        stopped = any(one.stops for one in found)
        shown = [frame.notice(one.text, kind="warning" if one.stops else "info") for one in found] or [frame.notice(w("build_fine"), kind="fine")]
        href = f"data:application/toml;charset=utf-8,{quote(draft.toml(chosen.months))}"
        return shown, stopped, draft.link(), href, f"{draft.name or 'my_reform'}.toml", note

    @app.callback(  # type: ignore[untyped-decorator]
        Output("build-saved", "data"), Output("build-done", "children"), Input("build-save", "n_clicks"), Input("build-forget", "n_clicks"),
        State("build-draft", "data"), State("build-saved", "data"), State("language", "data"), prevent_initial_call=True,
    )  # fmt: skip
    def keep(save: int, forget: int, table: dict[str, Any], saved: dict[str, str] | None, language: str) -> Any:
        w, draft, kept = Words(language), read_table(table), dict(saved or {})
        name = draft.title or draft.name or "my_reform"
        if ctx.triggered_id == "build-forget":
            told = "build_forgotten" if kept.pop(name, None) else "build_nothing_to_forget"
            return kept, w(told, name=name)
        if not save or not draft.link():
            return no_update, w("build_nothing_to_save")
        return {**kept, name: draft.link()}, w("build_saved", name=name)

    @app.callback(  # type: ignore[untyped-decorator]
        Output("build-load", "data"), Output("build-beside", "data"), Input("build-saved", "data"), State("language", "data")
    )
    def offer(saved: dict[str, str] | None, language: str) -> Any:
        offered = sources(saved, Words(language))
        return offered, offered


PAGE = Page(key="build", path="/build", layout=_layout, register=_register)
