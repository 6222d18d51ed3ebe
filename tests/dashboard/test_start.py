"""Start: the first picture says what the table under it says."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from dashboard.charts_reforms import OUTCOMES, reforms_side_by_side
from dashboard.page import Services, View
from dashboard.pages.start import PAGE
from dashboard.results import Opened
from dashboard.words import Words

TITLES = {"mild": "A mild reform", "bold": "A bold reform", "none": "Nothing"}


def effects(**on_benefits: tuple[float, float, float]) -> pd.DataFrame:
    """Effects of reforms at two horizons: as given after 24 months, ten times that after 12; work gains as much as benefits lose."""
    rows = [
        {"reform": reform, "outcome": "persons", "status": status, "horizon_months": months, "estimate": sign * by * one[0],
         "low": by * min(sign * one[1], sign * one[2]), "high": by * max(sign * one[1], sign * one[2]), "includes": "luck"}
        for reform, one in on_benefits.items() for status, sign in zip(OUTCOMES, (1, -1), strict=True) for months, by in ((12, 10), (24, 1))
    ]  # fmt: skip
    return pd.DataFrame(rows)


class TestReformsSideBySide:
    def chart(self, language: str = "en", **on_benefits: tuple[float, float, float]):
        return reforms_side_by_side(effects(**on_benefits), TITLES, 24, Words(language), scale=0.05, pairs=4)

    def test_the_title_names_the_largest_fall_that_is_no_chance(self) -> None:
        """If this fails, the first sentence that a minister reads names the wrong reform, or the wrong horizon's number."""
        chart = self.chart(mild=(-1500, -1900, -1100), bold=(-9000, -19000, 1000), none=(0, 0, 0))
        assert chart.title == "After 2 years, persons on benefits are fewest with “A mild reform”: −1,500 (−1,900 to −1,100); the fall is more than chance in 1 of 3 reforms"
        danish = self.chart("da", mild=(-1500, -1900, -1100), bold=(-9000, -9500, -8500), none=(0, 0, 0)).title
        assert "i 2 af 3 reformer" in danish
        assert "“A bold reform”: −9.000 (−9.500 til −8.500)" in danish

    def test_no_reform_is_praised_for_luck(self) -> None:
        """If this fails, Start names a winner where no interval leaves out 0."""
        chart = self.chart(mild=(-1500, -4000, 1000), bold=(900, 500, 1300), none=(0, 0, 0))
        assert chart.title == "After 2 years, none of the reforms leaves fewer persons on benefits than chance explains"

    @pytest.mark.parametrize(("language", "share", "pairs"), [("en", "5 % of the population", "4 pairs"), ("da", "5 % af befolkningen", "4 par")])
    def test_the_note_tells_how_large_the_run_was(self, services: Services, language: str, share: str, pairs: str) -> None:
        """If this fails, a reader who finds other numbers in the README cannot tell that they come from a run of another size."""
        shown = PAGE.layout(View(Words(language), {}, services))[-1]
        note = shown.children[1].children
        assert share in note
        assert pairs in note

    def test_picture_and_table_say_the_same(self) -> None:
        """If this fails, a reader of the table sees other numbers, or another order, than a reader of the picture."""
        chart = self.chart(bold=(-9000, -9500, -8500), none=(0, 0, 0), mild=(-1500, -1900, -1100))
        for trace, outcome in zip(chart.figure.data, OUTCOMES, strict=True):
            here = chart.table[chart.table["status"] == outcome]
            assert trace["x"] == here["estimate"].tolist()
            assert trace["y"] == [TITLES[reform] for reform in here["reform"]] == list(TITLES.values())
            ends = zip(trace["x"], trace["error_x"]["arrayminus"], trace["error_x"]["array"], strict=True)
            assert [(x - below, x + above) for x, below, above in ends] == list(zip(here["low"], here["high"], strict=True))
        assert set(chart.table["horizon_months"]) == {24}

    @pytest.mark.parametrize("language", ["en", "da"])
    def test_the_shipped_result_has_it(self, opened: Opened, language: str) -> None:
        """If this fails, Start has no picture, or leaves out a shipped reform."""
        w = Words(language)
        titles = {name: w.text(opened.scenarios[name]) for name in opened.reforms}
        months = int(opened.comparison.persons_effects["horizon_months"].max())
        chart = reforms_side_by_side(opened.comparison.persons_effects, titles, months, w, scale=0.05, pairs=4)
        assert set(chart.table["reform"]) == set(opened.reforms)
        assert len(chart.figure.data[0]["y"]) == len(opened.reforms)


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("da", 390)])
def test_no_name_touches_an_interval(served: Any, tab: Callable[..., Any], language: str, width: int) -> None:
    """If this fails, names and intervals of the first picture run into each other."""
    page = tab(width).page
    page.goto(f"{served.address}/?lang={language}")
    page.wait_for_selector("#chart-reforms .errorbar path")
    page.wait_for_function("!document.querySelector('.dash-graph--pending')")
    boxes = "all => all.map(one => { const b = one.getBoundingClientRect(); return [b.left, b.right, b.top, b.bottom]; })"
    names = page.locator("#chart-reforms .annotation").evaluate_all(boxes)
    intervals = page.locator("#chart-reforms .errorbar path").evaluate_all(boxes)
    assert len(intervals) == 6
    for left, right, top, bottom in names:
        for start, end, above, below in intervals:
            assert right < start or end < left or bottom + 5 < above or below + 5 < top
