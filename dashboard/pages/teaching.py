"""Teaching: a guided tour of five exercises that can be answered from the app."""

from functools import partial
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html

from dashboard import frame
from dashboard.exercises import EXERCISES, Asked
from dashboard.page import Page, Services, View
from dashboard.parts import page_link
from dashboard.results import Opened, Results
from dashboard.words import Trouble, Words

_DONE = "teaching-done"


def _layout(view: View) -> Any:
    w = view.w
    try:
        opened = _shipped(view.services.results)
    except Trouble as trouble:
        return frame.notice(trouble.told(w))
    return [
        dcc.Store(id=_DONE, storage_type="session"),
        html.P(w("teaching_progress", n=0, all=len(EXERCISES)), id="teaching-progress", role="status", className="progress"),
        html.Ol([html.Li(_exercise(key, opened, w), className="exercise") for key in EXERCISES], className="exercises"),
        html.H2(w("teaching_more")), html.P(w("teaching_more_text"), className="note"),
    ]


def _shipped(results: Results) -> Opened:
    """The result that comes with the program: all exercises are about it."""
    name = next((name for name in results.folders() if results.is_shipped(name)), None)
    if name is None:
        raise Trouble("teaching_no_result")
    return results.open(name)


def _asked(key: str, opened: Opened, w: Words) -> Asked:
    return opened.remember(("exercise", key, w.language), partial(EXERCISES[key], opened, w))


def _exercise(key: str, opened: Opened, w: Words) -> Any:
    """One exercise: question, where to look, the answer, and what is said to it."""
    heading = html.H2(w(f"teaching_{key}_title"), id=f"teaching-heading-{key}")
    try:
        asked = _asked(key, opened, w)
    except Trouble as trouble:
        return html.Section([heading, frame.notice(trouble.told(w), kind="info")], className="card")
    return html.Section(
        [
            heading, html.P(asked.question, className="question-text"),
            html.P([asked.look, " ", page_link(w("teaching_look"), asked.path, f"{asked.query}&run={opened.name}")]),
            html.Div([_control(key, asked, w), html.Button(w("teaching_check"), id=f"teaching-check-{key}", n_clicks=0, className="plain-button",
                                                            **{"aria-label": w("teaching_check_of", title=w(f"teaching_{key}_title"))})], className="controls answer"),
            html.Div(id=f"teaching-said-{key}", role="status"),
        ],
        className="card", **{"aria-labelledby": f"teaching-heading-{key}"},
    )  # fmt: skip


def _control(key: str, asked: Asked, w: Words) -> Any:
    kept: dict[str, Any] = {"id": f"teaching-answer-{key}", "persistence": True, "persistence_type": "session"}
    if not asked.choices:
        return dmc.NumberInput(label=w("teaching_number"), allowDecimal=False, min=-10_000, max=10_000, hideControls=True, **kept)
    data = [{"value": value, "label": label} for value, label in asked.choices.items()]
    return dmc.Select(label=w("teaching_answer"), data=data, placeholder=w("teaching_choose"), comboboxProps={"keepMounted": False}, **kept)


def _said(key: str, answer: Any, opened: Opened, w: Words) -> tuple[Any, bool]:
    """What is said to an answer, and whether it is one."""
    asked = _asked(key, opened, w)
    right = asked.is_right(answer)
    if right is None:
        return frame.notice(w("teaching_no_answer"), kind="info"), False
    verdict = w("teaching_right") if right else w("teaching_wrong", right=asked.told())
    return html.Div([html.P(html.Strong(verdict)), html.P(asked.why)], className=f"notice {'info' if right else 'warning'}"), True


def _register(app: Dash, services: Services) -> None:
    for key in EXERCISES:

        @app.callback(  # type: ignore[untyped-decorator]
            Output(f"teaching-said-{key}", "children"), Output(_DONE, "data", allow_duplicate=True), Input(f"teaching-check-{key}", "n_clicks"),
            State(f"teaching-answer-{key}", "value"), State(_DONE, "data"), State("language", "data"), prevent_initial_call=True,
        )  # fmt: skip
        def check(clicks: Any, answer: Any, done: Any, language: str, key: str = key) -> tuple[Any, Any]:
            said, answered = _said(key, answer, _shipped(services.results), Words(language))
            before = [one for one in done if one in EXERCISES] if isinstance(done, list) else []
            return said, [*before, key] if answered and key not in before else before

    @app.callback(Output("teaching-progress", "children"), Input(_DONE, "modified_timestamp"), State(_DONE, "data"), State("language", "data"))  # type: ignore[untyped-decorator]
    def progress(when: Any, done: Any, language: str) -> str:
        n = len({one for one in done if one in EXERCISES}) if isinstance(done, list) else 0
        return Words(language)("teaching_progress", n=n, all=len(EXERCISES))


PAGE = Page(key="teaching", path="/teaching", layout=_layout, register=_register)
