"""Charts and checks of caseworkers, queues and decisions: the same numbers as the tables of the run, in both languages."""

from pathlib import Path

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from experiments.charts.casework import casework_charts
from experiments.charts.queues import queue_charts
from experiments.compare import Comparison, compare
from experiments.report.checks_casework import casework_checks
from experiments.report.headline_institution import SHOWN, institution_block, split_blocks
from experiments.report.run_report import write_run_report
from experiments.run_scenario import run_scenario
from experiments.scenario import read_scenario
from experiments.words import Words
from sim.parameters import load

SCALE = 0.005


@pytest.fixture
def result(half_hours: Comparison) -> Comparison:
    return half_hours


@pytest.fixture
def titles(result: Comparison) -> dict[str, str]:
    return {s["name"]: s["name"] for s in result.summary["scenarios"]}


def all_charts(result: Comparison, titles: dict[str, str], w: Words):
    tables = (result.queues, result.decisions, result.at_risk, result.caseworkers)
    yield from casework_charts(result.caseworkers, titles, load(), SCALE, w)
    yield from queue_charts(*tables, titles, SCALE, w)


@pytest.mark.parametrize("language", ["en", "da"])
def test_every_chart_has_finding_note_and_table(result, titles, language):
    """If this fails a chart says nothing, lacks a word in one language, is no figure of Plotly's, or has no table twin."""
    charts = list(all_charts(result, titles, Words(language)))
    assert [c.key for c in charts] == ["caseload", "hours", "late", "queues", "decisions", "at-risk"]
    for chart in charts:
        assert len(chart.title) > 20 and chart.note and "{" not in chart.title + chart.note
        assert len(chart.table) > 0 and len(chart.figure.data) > 0
        go.Figure(chart.figure.to_dict())  # refuses what Plotly does not know
        assert {"baseline"} <= set(chart.table.get("scenario", pd.Series(["baseline"])))


def test_late_is_what_the_tables_say(result, titles):
    """If this fails the chart of lateness shows another share than the table of caseworkers holds."""
    chart = next(c for c in all_charts(result, titles, Words("en")) if c.key == "late")
    here = result.caseworkers.query("municipality == 'all' and scenario == 'half_caseworker_hours' and target_group == 'young'")
    last = here[here["month"] == here["month"].max()]
    by_hand = float(np.mean(100 * last["contacts_late"] / last["clients"]))
    row = chart.table.query("scenario == 'half_caseworker_hours' and target_group == 'young'").iloc[-1]
    assert row["mean"] == pytest.approx(by_hand)


def test_hours_add_up(result, titles):
    """If this fails shares of acts are not of all the time used, or hours are not national hours a month."""
    chart = next(c for c in all_charts(result, titles, Words("en")) if c.key == "hours")
    assert np.allclose(chart.table.groupby("target_group")["share_of_used"].sum(), 100)
    base = result.caseworkers.query("municipality == 'all' and scenario == 'baseline'")
    base = base[base["month"].isin(sorted(base["month"].unique())[:12])]
    minutes = base.filter(like="minutes_").drop(columns="minutes_available").to_numpy().sum()
    assert chart.table["hours_a_month"].sum() == pytest.approx(minutes / 60 / 12 / 2 / SCALE)


def test_decisions_in_persons_a_month(result, titles):
    """If this fails the chart of decisions does not say how many persons a month."""
    chart = next(c for c in all_charts(result, titles, Words("en")) if c.key == "decisions")
    here = result.decisions.query("scenario == 'baseline' and outcome == 'back'")
    months = sorted(here["month"].unique())[-12:]
    row = chart.table.query("scenario == 'baseline' and outcome == 'back'").iloc[-1]
    assert row["mean"] == pytest.approx(here[here["month"].isin(months)]["persons"].sum() / 12 / 2)


def test_checks(result):
    """If this fails caseworkers cost another sum than positions times cost, or the loop has no gain."""
    administration, loop = casework_checks(result.caseworkers, "baseline", load(), SCALE, Words("en"))
    base = result.caseworkers.query("municipality == 'all' and scenario == 'baseline'")
    base = base[base["month"].isin(sorted(base["month"].unique())[:12])]
    positions = base["caseworkers"].sum() / 12 / 2 / SCALE
    assert administration.table.iloc[0, 1] == f"{positions:,.0f}"
    assert administration.table.iloc[0, 2] == f"{positions * load().value('casework.cost') / 1e6:,.0f}"
    asked_for = base["minutes_certificate"].sum() / load().value("minutes.certificate") / 2 / SCALE
    assert administration.table.iloc[2, 1] == f"{asked_for:,.0f}"
    assert float(loop.table.iloc[0, 1]) > 0
    assert float(loop.table.iloc[-2, 1]) <= float(loop.table.iloc[0, 1]) <= float(loop.table.iloc[-1, 1])


@pytest.mark.parametrize("language", ["en", "da"])
def test_tables_of_the_institution_and_the_split(result, language):
    """If this fails the report lacks an outcome, or the two parts of a difference are shown for another horizon."""
    w = Words(language)
    table = institution_block(result, w).table
    assert len(table) == len(SHOWN) and next(iter(table.columns)) == w("outcome")
    (split,) = split_blocks(result.summary, w)
    direct = split.table[w("persons_directly_affected")]
    assert set(direct) == {"0 (0 – 0)"}  # hours act on nobody's own rules
    whole, rest = split.table[w("split_whole")], split.table[w("persons_through_congestion")]
    assert (whole == rest).all()
    assert len(set(whole)) > 3


def test_the_report_has_the_parts(result):
    """If this fails the report forgets caseworkers or queues, or warns of nothing in a run that is too small."""
    for language, words in (("en", ("Caseworkers", "Queues and decisions", "Small run")), ("da", ("Sagsbehandlere", "Køer og afgørelser"))):
        text = Path(write_run_report(result, language)).read_text(encoding="utf-8")
        for word in words:
            assert word in text


def test_a_run_of_three_months_in_which_no_team_meets(tmp_path):
    """If this fails a report of a short run, or one in which a queue never moves, ends in an error."""
    base = read_scenario("baseline").with_months(3).with_parameter("team.capacity", 0.0)
    reform = read_scenario("without_sygedagpenge_reform").with_months(3).with_parameter("team.capacity", 0.0)
    result = compare(base, [reform], out=tmp_path / "o", scale=0.002, replications=2)
    text = Path(write_run_report(result, "en")).read_text(encoding="utf-8")
    assert "No rehabilitation team decided a case" in text


def test_waiting_is_of_all_who_left_in_twelve_months(result, titles):
    """If this fails the chart of queues shows months that are not those of the cases that left, or lengths not in persons."""
    table = next(c for c in all_charts(result, titles, Words("en")) if c.key == "queues").table
    here = result.queues.query("municipality == 'all' and scenario == 'baseline' and queue == 'team'")
    months = sorted(here["month"].unique())[-12:]
    row = table.query("scenario == 'baseline' and queue == 'team'").set_index(["measure", "month"])["mean"]
    for measure, column in (("months", "months_waited"), ("since", "months_since_need")):
        by_run = [g[column].sum() / g["left"].sum() for _, g in here[here["month"].isin(months)].groupby("replication")]
        assert row[measure, months[-1]] == pytest.approx(np.mean(by_run))
    last = here[here["month"] == months[-1]]
    assert row["persons", months[-1]] == pytest.approx(last["length"].sum() / 2 / SCALE)


def test_caseload_is_the_median_and_its_range(result, titles):
    """If this fails the chart of caseloads shows another median or band than caseworkers have, or of a district."""
    table = next(c for c in all_charts(result, titles, Words("en")) if c.key == "caseload").table
    here = result.caseworkers.query("municipality == 'all' and scenario == 'baseline' and target_group == 'sickness'")
    first = here[here["month"] == here["month"].min()]
    row = table.query("scenario == 'baseline' and target_group == 'sickness'").iloc[0]
    for shown, column in (("median", "caseload_p50"), ("caseload_p10", "caseload_p10"), ("caseload_p90", "caseload_p90")):
        assert row[shown] == pytest.approx(first[column].mean())


def test_types_at_risk_are_shares_of_the_clients(result, titles):
    """If this fails shares at risk are not of the group's clients in the same month, or types are added up though they overlap."""
    table = next(c for c in all_charts(result, titles, Words("en")) if c.key == "at-risk").table
    last = result.at_risk["month"].max()
    at_risk = result.at_risk.query("scenario == 'baseline' and target_group == 'activity_ready'")
    clients = result.caseworkers.query("municipality == 'all' and scenario == 'baseline' and target_group == 'activity_ready'")
    of = clients[clients["month"] == last]["clients"].sum()
    mine = table.query("scenario == 'baseline' and target_group == 'activity_ready'").set_index("type")
    for kind, here in at_risk[at_risk["month"] == last].groupby("type"):
        assert mine.loc[kind, "persons"] == pytest.approx(here["citizens"].sum() / 2 / SCALE)
        assert mine.loc[kind, "share_of_clients"] == pytest.approx(100 * here["citizens"].sum() / of)
    single = mine.drop(index="any")["persons"]
    assert single.max() <= mine.loc["any", "persons"] < single.sum()


def test_no_month_has_an_english_name(result, titles):
    """If this fails a Danish chart says `Jul 2014` or `May 2015`: Plotly names months in English."""
    for chart in all_charts(result, titles, Words("da")):
        if "month" in chart.table:
            assert all(axis["tickformat"] == "%m\n%Y" and axis["hoverformat"] == "%Y-%m" for axis in chart.figure.axes("x"))


def test_a_scenario_may_nest_its_parameters(tmp_path):
    """If this fails a scenario file with `turnover.vacancy = 4` (which TOML reads as nested) is simulated and not reported."""
    file = tmp_path / "s.toml"
    file.write_text('name = "nested"\nmonths = 1\n[parameters]\nturnover.vacancy = 4\n', encoding="utf-8")
    result = run_scenario(read_scenario(file), out=tmp_path / "o", scale=0.001)
    assert write_run_report(result).exists()
