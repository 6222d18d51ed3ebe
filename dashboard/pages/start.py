"""Start: three questions that are answered with one click, what the model is and is not, and where to go on."""

from collections.abc import Iterator
from typing import Any

from dash import html

from dashboard import frame
from dashboard.charts_reforms import reforms_side_by_side
from dashboard.headlines import headline_card, headlines, horizons_of
from dashboard.page import Page, View
from dashboard.parts import cards, chart_card, page_link
from dashboard.results import SHIPPED_NAME, Opened
from dashboard.words import Trouble, Words

QUESTIONS = (("young", "job_goal_under_30", "time"), ("casework", "social_workers_2022", "time"), ("package", "expert_group_package", "money"))
"""Question, the reform that answers it, and what Compare shows of it."""
READERS = (("analyst", "/build"), ("student", "/teaching"), ("researcher", "/evidence"))


def _layout(view: View) -> Any:
    w = view.w
    try:
        opened = view.services.results.open(SHIPPED_NAME)
        answers, picture = [_question(opened, *one, w) for one in QUESTIONS], list(_picture(opened, w))
    except Trouble as trouble:
        answers, picture = [frame.notice(trouble.told(w))], []
    readers = [html.Div([html.P(w(f"start_{who}"), className="label"), html.P(page_link(w(f"start_{who}_link"), path))], className="card") for who, path in READERS]
    return [
        html.Section([html.H2(w("start_questions")), html.P(w("start_questions_note"), className="note"), *answers]),
        html.Section([html.H2(w("start_what")), html.Ul([html.Li(text) for text in w.all("start_sentences")], className="sentences")]),
        html.Section([html.H2(w("start_go_on")), cards(readers)]),
        *picture,
    ]


def _question(opened: Opened, key: str, reform: str, show: str, w: Words) -> Any:
    """A question; a click on it opens the answer."""
    horizon = horizons_of(opened)[-1]
    found = headlines(opened, reform, horizon, w)
    shown = cards([headline_card(name, found[name], w) for name in ("work", "benefits", "cost", "waiting")])
    when = w("start_answer", reform=opened.title(reform, w), when=w.horizon(horizon))
    more = page_link(w("start_more"), "/compare", f"run={SHIPPED_NAME}&reform={reform}&show={show}")
    return html.Details(
        [html.Summary(w(f"start_{key}_question")), html.Div([html.P(when), shown, html.P(w(f"start_{key}_why")), html.P(more)])], className="question"
    )


def _picture(opened: Opened, w: Words) -> Iterator[Any]:
    """The first picture: what each shipped reform changes in the end."""
    horizon = horizons_of(opened)[-1]
    titles = {name: opened.title(name, w) for name in opened.reforms}
    size = {"scale": opened.summary["scale"], "pairs": opened.summary["replications"]}
    chart = opened.remember(("reforms", horizon, w.language), lambda: reforms_side_by_side(opened.comparison.persons_effects, titles, horizon, w, **size))
    yield chart_card(chart, w)


PAGE = Page(key="start", path="/", layout=_layout)
