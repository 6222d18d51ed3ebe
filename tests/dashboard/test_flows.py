"""The page of flows, on the shipped result and without a browser."""

import numpy as np
import pytest

from dashboard.charts_flows import differences, matrix, sankey
from dashboard.moves import Moves, place_name
from dashboard.page import View
from dashboard.pages.flows import PAGE
from dashboard.words import Words


@pytest.fixture(scope="module")
def moves(opened) -> Moves:
    return Moves.read(opened.result)


def test_nobody_who_moves_is_lost(opened, moves):
    """Wrong if a year, a status or a replication were left out, or counted twice."""
    flows = opened.result.flows
    here = flows[flows["scenario"] == opened.base]
    expected = here["persons"].sum() / here["replication"].nunique()
    assert moves.table(opened.base, 1, moves.years, "status", "")["persons"].sum() == pytest.approx(expected)
    by_year = sum(moves.table(opened.base, n, n, "status", "")["persons"].sum() for n in range(1, moves.years + 1))
    assert by_year == pytest.approx(expected)


def test_a_year_has_its_own_twelve_months(opened, moves):
    """Wrong if the period shown were not the period counted."""
    first, last = moves.span(2, 2)
    flows = opened.result.flows
    here = flows[(flows["scenario"] == opened.base) & flows["month"].between(first, last) & (flows["to_status"] == "foertidspension")]
    table = moves.table(opened.base, 2, 2, "status", "")
    assert here["month"].nunique() == 12
    assert table.loc[table["to"] == "foertidspension", "persons"].sum() == pytest.approx(here["persons"].sum() / here["replication"].nunique())


def test_the_difference_is_reform_minus_base(opened, moves):
    """Wrong if the sign were turned, or replications were not paired."""
    reform, asked = opened.reforms[0], (1, 3, "family", "")
    base, other = (moves.table(name, *asked).set_index(["source", "to"])["persons"] for name in (opened.base, reform))
    for row in moves.differences(reform, *asked).itertuples():
        pair = (row.source, row.to)
        assert row.estimate == pytest.approx(other.get(pair, 0.0) - base.get(pair, 0.0))
        assert row.low <= row.estimate <= row.high


def test_only_keeps_moves_from_or_to_a_place(opened, moves):
    """Wrong if the filter hid moves of the status that was asked for, or showed others."""
    table = moves.table(opened.base, 1, 2, "status", "ressourceforloeb")
    everything = moves.table(opened.base, 1, 2, "status", "")
    wanted = everything[(everything["source"] == "ressourceforloeb") | (everything["to"] == "ressourceforloeb")]
    assert len(table) == len(wanted) > 0
    assert table["persons"].sum() == pytest.approx(wanted["persons"].sum())


@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize("level", ["family", "status"])
def test_the_table_says_what_the_picture_says(opened, moves, language, level):
    """Wrong if a reader of the matrix saw other numbers than a reader of the diagram."""
    w, asked = Words(language), (1, 2, level, "")
    chart = sankey(moves, opened.base, "base", asked, w)
    numbers = matrix(moves, None, asked, w)
    for row in chart.table.head(10).itertuples():
        cell = numbers.loc[numbers.iloc[:, 0] == place_name(row.source, w), place_name(row.to, w)].iloc[0]
        assert cell == w.number(row.persons)
    drawn = sum(chart.figure.data[0]["link"]["value"])
    assert 0.9 * chart.table["persons"].sum() < drawn <= chart.table["persons"].sum() + 1e-6


def test_a_reform_that_changes_nothing_says_so(opened, moves):
    """Wrong if a chart claimed a finding where every difference is zero."""
    same = Moves(moves.months, ["a", "b"], np.stack([moves.persons[0]] * 2), moves.design)
    w = Words("en")
    assert differences(same, "b", "B", (1, 2, "family", ""), w).title == w("flows_difference_none", reform="B")


@pytest.mark.parametrize("query", [
    {}, {"reform": "../../x", "first": "-1", "last": "99999999", "level": "<script>", "only": "nobody"},
    {"first": "10", "last": "2", "level": "status", "only": "arbejdsmarkedsydelse"}, {"only": "entry", "first": "", "last": "x"},
])
def test_any_address_gives_a_page(services, query):
    """Wrong if a broken or hostile link ended in an error."""
    for language in ("en", "da"):
        assert len(PAGE.layout(View(Words(language), query, services, "reforms"))) == 2
