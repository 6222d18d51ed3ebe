"""Scenarios as files, the headline table, and texts in two languages."""

import json
import string
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from agents.mistake import Mistake
from agents.statuses import FAMILIES, RESIDENT
from experiments import read_scenario, run_scenario
from experiments.report.headline import ROWS, headline
from experiments.scenario import KEPT, Scenario, shipped_scenarios
from experiments.summary import horizons
from experiments.words import LANGUAGES, Words, catalogues
from policies.registry import Registry
from sim.parameters import load_vintage


# ---------------------------------------------------------------- scenarios
@pytest.mark.parametrize("name", list(shipped_scenarios()))
def test_a_shipped_scenario_is_sound(name: str) -> None:
    """If this fails, a shipped scenario has another name than its file, no title, or cannot be run."""
    scenario = read_scenario(name)
    assert scenario.name == name
    assert scenario.title
    assert scenario.title.en != scenario.title.da
    made = scenario.make_policies(Registry())
    assert len(made) == len(scenario.policies)
    assert (name == "baseline") == (not made)
    scenario.read_parameters()


def test_parameters_are_made_once_for_all_scenarios_that_have_them() -> None:
    """If this fails base and reforms of a world each work out what their parameters decide, or one of them runs with the parameters of
    another world, draw or vintage; or a long batch keeps the parameters of all its worlds in memory."""

    def world(rate: float, name: str = "a", **more: Any) -> Scenario:
        return Scenario(name=name, parameters={"rate": {"dagpenge": {"employment": rate}}}, **more)

    one = world(0.5).read_parameters()
    assert world(0.5, "b", months=7).read_parameters() is one
    assert one.value("rate.dagpenge.employment") == 0.5
    others = [world(0.51).read_parameters(), world(0.5, draw=1).read_parameters(), world(0.5).with_parameter("limit.dagpenge.years", 1).read_parameters()]
    assert [p.value("rate.dagpenge.employment") for p in others] == [0.51, 0.5, 0.5]
    assert len({p.value("limit.dagpenge.years") for p in others}) == 2
    assert others[1].value("rate.employment.dagpenge") != one.value("rate.employment.dagpenge")
    assert Scenario(name="a").read_parameters() is load_vintage("2014")
    for number in range(KEPT):
        world(0.6 + number / 100).read_parameters()
    assert world(0.5).read_parameters() is not one
    with pytest.raises(Mistake, match="scenario 'c'"):
        world(-1, "c").read_parameters()


def test_a_scenario_survives_a_round_trip(tmp_path: Path) -> None:
    """If this fails, what a file says is not what is run."""
    text = """
name = "mine"
start = "2014-05"
months = 30
[title]
en = "Mine"
da = "Min"
[parameters]
means_test.partner_income = 0.5
"rate.sygedagpenge.employment" = 1.5
[[policies]]
use = "job_goal_under_30"
start = "2015-01"
end = "2016-01"
coverage = 0.4
"""
    (tmp_path / "mine.toml").write_text(text)
    scenario = read_scenario(tmp_path / "mine.toml")
    assert Scenario.model_validate_json(scenario.model_dump_json()) == scenario
    changed = scenario.read_parameters()
    assert changed.value("means_test.partner_income") == 0.5
    assert changed.value("rate.sygedagpenge.employment") == 1.5
    from sim.parameters import load

    assert {path for path in changed if changed[path] != load()[path]} == {"means_test.partner_income", "rate.sygedagpenge.employment"}
    (policy,) = scenario.make_policies(Registry())
    assert policy.values == {
        "start": "2015-01", "end": "2016-01", "coverage": 0.4, "job_ratio": 1.5, "education_ratio": 0.8,
    }


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_line_ends_and_danish_letters(tmp_path: Path, newline: str) -> None:
    """If this fails, a file written on Windows or with æ, ø, å is refused."""
    text = newline.join(['name = "x"', "[title]", 'en = "Young"', 'da = "Unge på uddannelseshjælp, ø og å"', ""])
    (tmp_path / "x.toml").write_bytes(text.encode("utf-8"))
    title = read_scenario(tmp_path / "x.toml").title
    assert title is not None
    assert title.da.endswith("ø og å")


def test_with_months_keeps_the_rest() -> None:
    """If this fails, another length changes more than the length, or an impossible one passes."""
    scenario = read_scenario("job_goal_under_30")
    assert scenario.with_months(None) == scenario
    assert scenario.with_months(7).model_dump(exclude={"months"}) == scenario.model_dump(exclude={"months"})
    assert scenario.months == 120
    for months in (0, -1, 601):
        with pytest.raises(Mistake, match=str(months)):
            scenario.with_months(months)


@pytest.mark.parametrize(("months", "past"), [(20, False), (21, True)])
def test_the_law_is_frozen_at_january_2016(months: int, past: bool) -> None:
    """If this fails, a run past the documents is not labelled, or one within them is."""
    assert read_scenario("baseline").with_months(months).law_frozen == ("2016-01" if past else None)


@pytest.mark.parametrize(
    ("months", "expected"), [(1, [1]), (12, [12]), (13, [12, 13]), (60, [12, 60]), (120, [12, 60, 120]), (121, [12, 60, 120, 121])]
)
def test_horizons_reach_the_end(months: int, expected: list[int]) -> None:
    """If this fails, the end of a run is not reported, or a horizon beyond it is."""
    assert horizons(months) == expected


# ---------------------------------------------------------------- summary and headline
@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A run of two replications."""
    scenario = Scenario(name="mine", months=13, parameters={"means_test": {"partner_income": 0.5}})
    return run_scenario(scenario, out=tmp_path_factory.mktemp("run") / "o", scale=0.002, replications=2)


def test_the_summary_says_what_was_run(finished: Any) -> None:
    """If this fails, headline figures come without what is needed to understand them."""
    summary = finished.summary
    assert summary["kind"] == "run"
    assert (summary["start"], summary["months"], summary["last_month"]) == ("2014-05", 13, "2015-05")
    assert (summary["scale"], summary["replications"], summary["seed"]) == (0.002, 2, 1)
    (scenario,) = summary["scenarios"]
    assert scenario["changed_parameters"] == {"means_test": {"partner_income": 0.5}}
    assert set(scenario["parameter_kinds"]) == {"documented", "statute", "calibrated", "assumed"}
    assert summary == json.loads((finished.folder / "summary.json").read_text(encoding="utf-8"))


def test_the_summary_is_the_mean_of_the_stocks(finished: Any) -> None:
    """If this fails, the headline does not agree with the tables."""
    mean = finished.stocks.groupby(["month", "status"])["persons"].mean()
    months = sorted(finished.stocks["month"].unique())
    assert [s["horizon_months"] for s in finished.summary["stocks"]] == [0, 12, 13]
    for entry in finished.summary["stocks"]:
        here = mean[months[entry["horizon_months"]]]
        shown = {k: v for k, v in entry["persons"].items() if k != "edge_total"}
        assert shown == pytest.approx(here.to_dict(), abs=0.05)
        edge = [s.name for s in RESIDENT if s.group in ("edge", "temporary")]
        assert entry["persons"]["edge_total"] == pytest.approx(here[edge].sum(), abs=1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_headline_table(finished: Any, language: Any) -> None:
    """If this fails, a row is missing, misnamed or misaligned, or the total is not last."""
    words = Words(language)
    (block,) = headline(finished.summary, words)
    assert len(block.table) == len(FAMILIES) + 1 == len(ROWS)
    assert block.table.iloc[-1, 0] == words("total")
    lines = block.text().splitlines()
    assert len({len(line) for line in lines}) == 1
    assert lines[1] == lines[-2] == "-" * len(lines[0])
    first = finished.summary["stocks"][0]["persons"]
    sick = words.number(first["sygedagpenge"] + first["jobafklaring"])
    assert any(line.startswith(words.status("family:sickness")) and sick in line for line in lines)


def test_the_headline_of_a_comparison_shows_intervals() -> None:
    """If this fails, a difference is shown without its interval, or with a hyphen for a minus."""
    persons = {s.name: 0.0 for s in RESIDENT} | {"edge_total": 0.0}
    summary = {
        "scenarios": [{"name": "a"}, {"name": "b"}],
        "stocks": [{"scenario": "a", "horizon_months": h, "persons": persons} for h in (0, 12)],
        "effects": [
            {"reform": "b", "status": row, "horizon_months": 12, "estimate": -1234.4, "low": -2000.0, "high": 0.2} for row in ROWS
        ],
    }
    english, danish = (headline(summary, Words(language))[1].text() for language in LANGUAGES)
    assert "\u22121,234 (\u22122,000 \u2013 0)" in english
    assert "\u22121.234 (\u22122.000 \u2013 0)" in danish
    assert "-1" not in english


# ---------------------------------------------------------------- words
@pytest.mark.parametrize(
    ("value", "more", "english", "danish"),
    [
        (0, {}, "0", "0"),
        (1234.5, {"decimals": 1}, "1,234.5", "1.234,5"),
        (1234567, {}, "1,234,567", "1.234.567"),
        (-1234.5, {"decimals": 1}, "\u22121,234.5", "\u22121.234,5"),
        (12, {"sign": True}, "+12", "+12"),
        (-12, {"sign": True}, "\u221212", "\u221212"),
        (0, {"sign": True}, "0", "0"),
        (-0.4, {"sign": True}, "0", "0"),
        (0.4, {"sign": True}, "0", "0"),
        (-0.04, {"decimals": 1}, "0.0", "0,0"),
    ],
)
def test_numbers_as_the_language_writes_them(value: float, more: dict[str, Any], english: str, danish: str) -> None:
    """If this fails, thousands and decimals are mixed up, or zero has a sign."""
    assert Words("en").number(value, **more) == english
    assert Words("da").number(value, **more) == danish


@pytest.mark.parametrize("share", [0.001, 0.0015, 0.0025, 0.01, 0.02, 0.05, 0.1, 0.125, 0.25, 0.333, 1.0])
def test_a_percentage_is_near_the_truth(share: float) -> None:
    """If this fails, the report says `0.1 % of the population` when 0.15 % were simulated."""
    shown = Words("en").percent(share)
    assert shown.endswith(" %")
    assert float(shown.removesuffix(" %")) / 100 == pytest.approx(share, rel=0.02)
    assert Words("da").percent(share) == shown.replace(".", ",")


@pytest.mark.parametrize(
    ("months", "english", "danish"),
    [(1, "1 month", "1 måned"), (6, "6 months", "6 måneder"), (12, "1 year", "1 år"), (120, "10 years", "10 år")],
)
def test_lengths_of_time(months: int, english: str, danish: str) -> None:
    """If this fails, the table says `1 months`."""
    assert Words("en").horizon(months) == english
    assert Words("da").horizon(months) == danish


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_texts() -> None:
    """If this fails, a text is missing in one language, or lacks a figure that the other shows."""
    english, danish = (catalogues()[language] for language in LANGUAGES)
    assert set(english) == set(danish)
    for key, text in english.items():
        assert type(danish[key]) is type(text)
        if isinstance(text, str):
            assert placeholders(text) == placeholders(danish[key]), key
        else:
            assert len(text) == len(danish[key]), key
    same = {key for key, text in english.items() if text == danish[key] and isinstance(text, str)}
    assert same <= {"status", "start", "type", "median", "act_plan", "by_region", "analysis_parameter", "batch_table_reform"}


def test_every_status_and_family_has_a_name_in_both() -> None:
    """If this fails, a table shows a code instead of a name."""
    for name in [*(s.name for s in RESIDENT), *(f"family:{f}" for f in FAMILIES), "edge_total"]:
        shown = {Words(language).status(name) for language in LANGUAGES}
        assert all(text.strip() and "_" not in text for text in shown)


def test_tables_are_read_only_when_asked_for(finished: Any) -> None:
    """If this fails, opening a result reads all its tables."""
    again = type(finished)(finished.folder)
    assert set(vars(again)) == {"folder"}
    assert isinstance(again.pensions, pd.DataFrame)
    pensions, stocks = again.pensions, again.stocks
    total = stocks[stocks["status"] == "foertidspension"].groupby(["replication", "month"])["persons"].sum()
    split = pensions.groupby(["replication", "month"])[["awarded_before", "awarded_since"]].sum().sum(axis=1)
    assert split.to_dict() == total.to_dict()


def test_a_reform_is_a_scenario_with_a_policy_more() -> None:
    """If this fails who builds a reform in a notebook changes the base itself, or runs another policy than the one named."""
    base = read_scenario("baseline").with_months(6)
    reform = base.with_policy("caseload_cap", cap=20, start="2014-09")
    assert not base.policies
    assert (reform.name, reform.months, reform.vintage) == ("baseline.caseload_cap", 6, base.vintage)
    made = reform.with_policy("job_goal_under_30", name="both").make_policies(Registry())
    assert [policy.name for policy in made] == ["caseload_cap", "job_goal_under_30"]
    assert made[0].values["cap"] == 20
    with pytest.raises(Mistake, match="name 'a b'"):
        base.with_policy("caseload_cap", name="a b")
    with pytest.raises(Mistake, match=r"baseline\.caseload_cap.*kap.*did you mean 'cap'"):
        base.with_policy("caseload_cap", kap=20).make_policies(Registry())
