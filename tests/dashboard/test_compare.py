"""Compare: scenarios are called by their titles, and headline figures fill their rows."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboard.pages.compare import PARTS, _part
from dashboard.results import Opened
from dashboard.titles import Titles
from dashboard.words import Words
from experiments.result import RunResult


class Told(RunResult):
    """A result of which nothing but the titles of its scenarios is known."""

    def __init__(self, *scenarios: tuple[str, str]) -> None:
        super().__init__(Path("told"))
        self.__dict__["summary"] = {"scenarios": [{"name": name, "title": {"en": title, "da": title}} for name, title in scenarios]}


def test_a_title_stands_alone_unless_another_one_is_the_same() -> None:
    """Wrong if readers met names of files, or could not tell two reforms with the same title apart."""
    opened, w = Opened("told", Told(("base", "Law"), ("mild", "A reform"), ("bold", "A reform"), ("own", "Mine"))), Words("en")
    assert [opened.title(name, w) for name in opened.scenarios] == ["Law", "A reform (mild)", "A reform (bold)", "Mine"]


def test_a_legend_folds_what_a_sentence_calls_in_full() -> None:
    """Wrong if a long title ran out of its figure, or a line of a legend belonged to another scenario than its chart draws."""
    titles = Titles({"mine": "A title that is so long that no legend has room for it in one line"})
    assert list(titles.legend) == [titles.sentence("mine")] == ["“A title that is so long that no legend has room for it in one line”"]
    lines = titles.legend[titles.sentence("mine")].split("<br>")
    assert len(lines) == 2
    assert " ".join(lines) == titles.titles["mine"]


@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize("part", [part for part in PARTS if part != "table"])
def test_charts_call_reforms_by_their_titles(opened: Opened, part: str, language: str) -> None:
    """Wrong if findings, legends or tables under charts said job_goal_under_30, or left a reform's title out."""
    w, reforms = Words(language), opened.reforms[:2]
    shown = _part(opened, part, reforms, 120, w)
    headings = [section.children[0].children for section in shown]
    drawn = [trace.get("name") or "" for section in shown for trace in section.children[2].children.children.figure["data"]]
    tables = [section.children[3].children[2].to_plotly_json()["props"]["data-table"] for section in shown]
    said = [*headings, *drawn, *tables]
    assert not [one for one in said for reform in reforms if reform in one]
    assert {reform for reform in reforms if any(opened.title(reform, w) in one for one in said)} == set(reforms)


@pytest.mark.browser
def test_headline_figures_fill_their_rows(served: Any, tab: Callable[..., Any]) -> None:
    """Wrong if a headline figure stood alone beside an empty place, or its text ran out of its card, in any width of window."""
    page = tab().page
    page.goto(f"{served.address}/compare?reform=job_goal_under_30")
    page.wait_for_selector(".headlines .figure")
    for width in (1280, 800, 400):
        page.set_viewport_size({"width": width, "height": 900})
        look_at_headlines(page)


def look_at_headlines(page: Any) -> None:
    """That the cards of a page fill its rows."""
    cards = page.locator(".headlines > .cards > .card").evaluate_all("all => all.map(one => { const b = one.getBoundingClientRect(); return [b.top, b.left, b.right, one.scrollWidth - one.clientWidth]; })")
    rows = {round(top): [one for one in cards if round(one[0]) == round(top)] for top, *_ in cards}
    left, right = min(one[1] for one in cards), max(one[2] for one in cards)
    assert len(cards) == 5
    for row in rows.values():
        assert abs(min(one[1] for one in row) - left) < 1
        assert abs(max(one[2] for one in row) - right) < 1
    assert max(one[3] for one in cards) <= 0
