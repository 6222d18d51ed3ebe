"""Start: the first picture says what the table under it says."""

import pandas as pd
import pytest

from dashboard.charts_reforms import OUTCOMES, reforms_side_by_side
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
        return reforms_side_by_side(effects(**on_benefits), TITLES, 24, Words(language))

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
        chart = reforms_side_by_side(opened.comparison.persons_effects, titles, months, w)
        assert set(chart.table["reform"]) == set(opened.reforms)
        assert len(chart.figure.data[0]["y"]) == len(opened.reforms)
