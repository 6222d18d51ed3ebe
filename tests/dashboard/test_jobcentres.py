"""The page of the institution, on the shipped result and without a browser."""

import numpy as np
import pandas as pd
import pytest

from calibration.evidence import facts
from dashboard.charts_districts import RANKED, by_district, documented_sanctions, ranking, twin
from dashboard.page import View
from dashboard.pages.jobcentres import PAGE
from dashboard.topics import TOPICS
from dashboard.words import Words
from experiments.institution import COUNTRY, SOURCES, institution_outcomes


def last_year(table):
    return [pd.Timestamp(m) for m in np.sort(table["month"].unique())[-12:]]


def test_the_country_is_what_the_report_says(opened):
    """Wrong if districts were ranked by another figure than the one that reports and headlines give for the country."""
    r = opened.result
    outcomes = institution_outcomes({name: getattr(r, name) for name in SOURCES}, opened.summary["scale"])
    here = outcomes[(outcomes["scenario"] == opened.base) & (outcomes["month"] == outcomes["month"].max())]
    asked = {"caseload": ("citizens_per_caseworker", COUNTRY, 1), "late": ("overdue_share", COUNTRY, 100), "hours": ("use_of_hours", COUNTRY, 100), "team_wait": ("wait_months", "team", 1)}
    for key, (outcome, status, times) in asked.items():
        table = getattr(r, RANKED[key].table)
        rows = by_district(table[table["scenario"] == opened.base], RANKED[key], last_year(table))
        expected = here[(here["outcome"] == outcome) & (here["status"] == status)]["value"].mean()
        assert rows.loc[rows["municipality"] == COUNTRY, "mean"].iloc[0] == pytest.approx(times * expected, rel=0.02), key


@pytest.mark.parametrize("key", list(RANKED))
def test_districts_are_ranked_and_anonymous(opened, key):
    """Wrong if the order were not that of the numbers, or a district had the name of a real municipality."""
    w, table = Words("en"), getattr(opened.result, RANKED[key].table)
    titles = {name: name for name in (opened.base, opened.reforms[0])}
    chart = ranking(table, RANKED[key], last_year(table), titles, w)
    assert chart is not None
    own = chart.table[(chart.table["scenario"] == opened.base) & (chart.table["municipality"] != COUNTRY)]
    assert own["mean"].is_monotonic_decreasing
    assert (own["low"] <= own["high"]).all()
    assert own["municipality"].str.fullmatch(r"M\d\d").all()
    names = set(documented_sanctions(w)[0].table["municipality"])
    said = " ".join([chart.title, chart.note, *twin(chart, titles, w).iloc[:, 0]])
    assert not {name for name in names if name in said}


def test_real_names_stand_only_beside_documented_figures():
    """Wrong if a named municipality had a figure that is not the document's, or one without a source."""
    chart, words = documented_sanctions(Words("da"))
    by_name = {(f.breakdown.removeprefix("municipality="), f.value, f.citation) for f in facts().values() if f.measure == "share_recipients_sanctioned"}
    assert set(chart.table.itertuples(index=False, name=None)) <= by_name
    assert len(words) == len(chart.table) > 90


def test_one_district_is_no_ranking(opened):
    """Wrong if a run with one district ended in an error, or in a ranking of one."""
    table = opened.result.caseworkers
    one = table[table["municipality"].isin([COUNTRY, "M01"])]
    assert ranking(one, RANKED["late"], last_year(one), {opened.base: "base"}, Words("en")) is None


@pytest.mark.parametrize("topic", list(TOPICS))
def test_every_topic_is_shown(services, topic):
    """Wrong if a topic had no chart or failed, in either language."""
    view = View(Words("da" if len(topic) % 2 else "en"), {"topic": topic, "year": "first" if topic == "late" else "last"}, services, "reforms")
    assert len(PAGE.layout(view)[1].children) >= 1


def test_a_hostile_address_gives_the_first_topic(services):
    """Wrong if a broken link ended in an error."""
    assert PAGE.layout(View(Words("en"), {"topic": "../..", "reform": "'", "year": "0"}, services, "reforms"))[1].children
