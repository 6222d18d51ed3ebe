"""The page of one citizen, on the register of the shipped result and without a browser."""

import json

import numpy as np
import pandas as pd
import pytest

from agents.calendar import month
from agents.flags import FLAGS
from agents.household import HOUSEHOLDS, PARTNER_INCOMES
from agents.risk_types import TYPES
from agents.statuses import CODE
from agents.traits import YES_NO
from dashboard.amounts import amounts, benefits_of
from dashboard.lives import ALL, CHANGED, Citizens, _types
from dashboard.one_life import TRAITS
from dashboard.page import Services, View
from dashboard.pages.citizen import PAGE
from dashboard.reasons import told
from dashboard.results import Results
from dashboard.words import Words
from experiments.result import RunResult
from sim.benefit_law import FAMILY_OF, LawBook
from sim.parameters import load

END = pd.Timestamp("2024-05-01")


@pytest.fixture(scope="module")
def citizens(opened) -> Citizens:
    return Citizens.read(opened.result)


def test_whose_life_a_reform_changes_is_found(opened, citizens):
    """Wrong if people whose life differs were missed, others were offered, or the largest change did not come first."""
    spells = opened.result.register("spells", kind="status")
    for reform in opened.reforms:
        found = citizens.of(CHANGED, reform, 10_000)
        assert len(found) == citizens.number_of(CHANGED, reform) > 0
        ran = spells[spells["end"].isna() | (spells["end"] > citizens.start)]
        lives = {
            name: {person: list(zip(own["value"].astype(str), own["start"], strict=True)) for person, own in here.groupby("person_id")}
            for name, here in ran[ran["scenario"].isin([opened.base, reform])].groupby("scenario", observed=True)
        }
        other = [person for person, life in lives[opened.base].items() if life != lives[reform][person]]
        assert set(found) == set(other) - {person for person in other if person < 0}
        changed = citizens.table.loc[found, f"changed:{reform}"]
        assert list(changed) == sorted(changed, reverse=True)


def test_status_at_the_start_is_that_of_the_spell_that_runs(opened, citizens):
    """Wrong if people were listed under a status that they had in another month."""
    spells = opened.result.register("spells", kind="status", scenario=opened.base)
    runs = spells[(spells["start"] <= citizens.start) & (spells["end"].isna() | (spells["end"] > citizens.start)) & (spells["person_id"] >= 0)]
    expected = runs.set_index("person_id")["value"].astype(str)
    assert (citizens.table.loc[expected.index, "at_start"] == expected).all()


@pytest.mark.parametrize("language", ["en", "da"])
def test_every_move_has_its_reason_in_words(opened, language):
    """Wrong if a kind, value or cause of a register were without words in a language."""
    spells = opened.result.register("spells", scenario=[opened.base, opened.reforms[0]])
    different = spells.drop_duplicates(["kind", "value", "cause"])
    policies = {"job_goal_under_30": "A policy"}
    words = told(different, Words(language), policies, END)
    assert len(words) == len(different)
    assert not words["why"].str.contains(r"[{}_]").any()
    assert (words["why"].str.len() > 4).all()
    own = pd.DataFrame({"kind": ["status"], "value": ["employment"], "cause": ["policy:job_goal_under_30: found"], "start": [citizens_start()], "end": [pd.NaT]})
    assert "A policy" in told(own, Words(language), policies, END)["why"].iloc[0]


def citizens_start() -> pd.Timestamp:
    return pd.Timestamp("2014-05-01")


def test_who_takes_over_a_position_is_told_from_another_position():
    """Wrong if a caseworker who left were told as a move to another caseworker, or the other way round."""
    dates = pd.to_datetime(["2014-05-01", "2014-07-01", "2014-09-01", "2014-12-01"])
    spells = pd.DataFrame({"kind": "caseworker", "value": ["7-0", "7-1", "9-0", "7-1"], "cause": ["assigned", "changed caseworker", "changed caseworker", "assigned"],
                           "start": dates, "end": [*dates[1:3], dates[2] + pd.DateOffset(months=1), pd.NaT]})
    w = Words("en")
    assert list(told(spells, w, {}, END)["why"]) == [
        w("citizen_why_assigned"), w("citizen_why_caseworker_left"), w("citizen_why_caseworker_other"), w("citizen_why_assigned"),
    ]


def test_an_interview_is_late_from_the_month_after_it_was_due():
    """Wrong if an interview held in time were shown as late, or a late one as held in time."""
    months = {n: pd.Timestamp("2014-05-01") + pd.DateOffset(months=n) for n in range(12)}
    spells = pd.DataFrame([
        ("contact", "2014-07", "asked", months[0], months[2]), ("contact", "2014-10", "new date", months[2], months[8]), ("contact", "2024-03", "new date", months[8], pd.NaT),
    ], columns=["kind", "value", "cause", "start", "end"])
    w = Words("en")
    found = told(spells, w, {}, END)
    assert list(found["late"]) == [0, 3, 1]
    assert found["text"].iloc[1].endswith(w("citizen_contact_late", months=w.horizon(3)))


def test_types_follow_from_what_was_lived():
    """Wrong if the examples of the four types were people who do not belong to them."""
    flags = ("poor_physical_health", "psychotropic_medicine", "sentence_served", "placed_as_child", "addiction", "homeless", "poor_mental_health", "poor_physical_health_self_rated")
    persons = pd.DataFrame(False, index=pd.Index(range(4), name="person_id"), columns=list(flags))
    persons.loc[0, ["addiction", "homeless"]] = True
    persons.loc[3, "addiction"] = True
    status = np.full((4, 60 + 36), CODE["employment"], np.int8)
    status[0] = CODE["kontanthjaelp_aktivitetsparat"]
    status[1, 10:60] = status[1, 60:] = CODE["kontanthjaelp_jobparat"]
    start, end = pd.Timestamp("2014-05-01"), pd.Timestamp("2017-05-01")
    months = [start + pd.DateOffset(months=n) for n in range(37)]
    cases = pd.DataFrame([
        (2, "foertidspension unseen", months[0], months[6]), (2, "foertidspension documented", months[6], months[13]),
        (3, "fleksjob unseen", months[0], months[3]), (3, "fleksjob ready", months[3], months[20]), (3, "fleksjob queued", months[20], pd.NaT),
    ], columns=["person_id", "value", "start", "end"])
    found = {kind: list(np.flatnonzero(belongs)) for kind, belongs in _types(persons, status, cases, end).items()}
    assert found == {"multiple_problems": [0], "low_work_identity": [0, 1], "diffuse": [2], "grey_zone": [3]}
    assert tuple(found) == TYPES


def test_benefits_are_those_of_the_law(opened):
    """Wrong if a life showed another amount than the accounts count for such a person."""
    told_of = opened.summary["scenarios"][0]
    law = benefits_of(told_of, opened.summary["start"], 24)
    person = {"birth_month": pd.Timestamp("1985-02-01"), "household": "single", "partner_income": "no_spouse"}
    start = pd.Timestamp(opened.summary["start"])
    status = pd.DataFrame({"value": ["kontanthjaelp_jobparat", "fleksjob", "employment"], "start": [pd.Timestamp("2010-01-01"), start + pd.DateOffset(months=18), start + pd.DateOffset(months=20)]})
    got = amounts(person, status, law, start)["amount"]
    family = FAMILY_OF[HOUSEHOLDS.index("single"), PARTNER_INCOMES.index("no_spouse")]
    book = LawBook(load())
    assert got[0] == book.at(month("2014-05")).benefit[CODE["kontanthjaelp_jobparat"], 1, family, 0] > 0
    assert got[9] == book.at(month("2015-02")).benefit[CODE["kontanthjaelp_jobparat"], 2, family, 0] > got[0]
    assert got[18:20].isna().all()
    assert (got[20:] == 0).all()


@pytest.mark.parametrize("query", [
    {}, {"person": "999999999999999999"}, {"person": "-3"}, {"person": "<script>"}, {"person": "²"}, {"group": "start:nowhere", "reform": "..", "span": "life"},
    {"group": ALL, "span": "life"}, {"group": TYPES[0]},
])
def test_any_address_gives_a_page(services, query):
    """Wrong if a broken or hostile link ended in an error."""
    language = "da" if len(query) % 2 else "en"
    assert len(PAGE.layout(View(Words(language), query, services, "reforms"))) == 3


def test_a_result_without_register_says_so(services, opened, tmp_path):
    """Wrong if a run without a register ended in an error here."""
    (tmp_path / "runs" / "thin").mkdir(parents=True)
    for name, text in (("manifest.json", "{}"), ("summary.json", json.dumps(opened.summary))):
        (tmp_path / "runs" / "thin" / name).write_text(text, encoding="utf-8")
    assert not RunResult(tmp_path / "runs" / "thin").has_register
    w = Words("en")
    view = View(w, {}, Services(Results(tmp_path / "runs", tmp_path / "none"), services.jobs), "thin")
    assert PAGE.layout(view).children == w("citizen_no_register")


def test_every_trait_of_a_register_is_told():
    """Wrong if a barrier that a register holds were left out of who somebody is."""
    assert set(TRAITS) == {*FLAGS[1:], *YES_NO} - {"public_debt"}
