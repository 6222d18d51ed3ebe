"""Figures of programmes, measures and sanctions, time on a benefit and groups, on hand-made registers."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from agents.calendar import month
from agents.mistake import Mistake
from agents.statuses import CODE
from calibration import measure
from calibration.figures import fill_gaps
from calibration.groups import members, read_group
from calibration.register import Register, from_spells, from_tables
from calibration.spells import Spells

LETTERS = {
    "e": "employment", "k": "kontanthjaelp_jobparat", "a": "kontanthjaelp_aktivitetsparat", "s": "sygedagpenge",
    "x": "dead", "b": "abroad", ".": "entry",
}
JOBPARAT, AKTIVITETSPARAT = ["kontanthjaelp_jobparat"], ["kontanthjaelp_aktivitetsparat"]
KH = [*JOBPARAT, *AKTIVITETSPARAT]
JAN, FEB, MAR, APR = (month(f"2014-0{i}") for i in (1, 2, 3, 4))


def lived(*lives: str, kind: str = "sanction", events: tuple[tuple[int, int, int, str], ...] = (), **persons: list) -> Register:
    """A register of strings, a letter a month from 2014-01, ten persons a row; events are row, start, end, value."""
    codes = np.array([[CODE[LETTERS[letter]] for letter in life] for life in lives], np.uint8)
    row, start, end = (np.array([e[i] for e in events], np.int32) for i in range(3))
    values = sorted({e[3] for e in events})
    value = np.array([values.index(e[3]) for e in events], np.int32)
    spells = {kind: Spells(row, start, end, value, np.zeros_like(row), tuple(values), ("clock",))} if events else {}
    return Register(codes, JAN, 10.0, {name: np.array(column) for name, column in persons.items()}, spells)


def test_a_sanction_counts_for_the_status_in_which_it_happened() -> None:
    """Wrong if a sanction of a jobparat person also counted among the aktivitetsparate of the same quarter."""
    register = lived("kkaa", "aaaa", events=((0, 1, 2, "period"),))
    assert measure.share_with_event(register, "sanction", JOBPARAT, FEB, APR) == 1
    assert measure.share_with_event(register, "sanction", AKTIVITETSPARAT, FEB, APR) == 0
    assert measure.events_begun(register, "sanction", FEB, APR, statuses=JOBPARAT) == 10
    assert measure.events_begun(register, "sanction", FEB, APR, statuses=AKTIVITETSPARAT) == 0


def test_sanctions_are_counted_persons_once() -> None:
    """Wrong if the share counted sanctions, or the count persons."""
    register = lived("kkkk", "kkkk", events=((0, 1, 2, "period"), (0, 2, 3, "point"), (0, 0, 1, "period")))
    assert measure.share_with_event(register, "sanction", KH, FEB, APR) == pytest.approx(1 / 2)
    assert measure.events_begun(register, "sanction", FEB, APR) == 20
    assert measure.events_begun(register, "sanction", FEB, APR, values=["point"]) == 10


def test_those_who_had_the_status_only_when_the_window_opened() -> None:
    """Wrong if people whom a reform moves in the first month could not be left out of the base."""
    register = lived("kaaa", "kkkk", "eeee", events=((1, 1, 2, "period"),))
    assert measure.share_with_event(register, "sanction", JOBPARAT, FEB, APR) == pytest.approx(1 / 2)
    assert measure.share_with_event(register, "sanction", JOBPARAT, FEB, APR, opening=False) == 1


def test_a_kind_that_never_occurs_is_not_zero() -> None:
    """Wrong if a part of the model that does not exist yet came out as 0, or if 0 came out as unknown."""
    nothing, other = lived("kkkk"), lived("kkkk", "eeee", events=((1, 1, 2, "period"),))
    for call in (
        lambda r: measure.share_with_event(r, "sanction", KH, FEB, APR),
        lambda r: measure.share_active(r, "sanction", KH, FEB, APR),
        lambda r: measure.share_active_before(r, "sanction", KH, APR),
        lambda r: measure.events_begun(r, "sanction", FEB, APR, statuses=KH),
        lambda r: measure.event_persons(r, "sanction", FEB, APR, statuses=KH),
    ):
        assert np.isnan(call(nothing))
        assert call(other) == 0
    assert np.isnan(measure.share_of_events(nothing, "sanction", "sex=f", FEB, APR))
    assert np.isnan(measure.share_of_active(nothing, "sanction", KH, ["period"], FEB, APR))
    assert np.isnan(measure.heads(nothing, KH, FEB, who="in=programme"))


def test_an_empty_base_is_unknown() -> None:
    """Wrong if a share of nobody were 0."""
    register = lived("eeee", events=((0, 1, 2, "period"),), sex=["f"])
    assert np.isnan(measure.share_with_event(register, "sanction", KH, FEB, APR))
    assert np.isnan(measure.share_active_before(register, "sanction", KH, APR))
    assert np.isnan(measure.share_of_events(register, "sanction", "sex=f", MAR, APR))
    assert np.isnan(measure.first_offer(register, "sanction", KH, FEB, FEB, within=1))


def test_share_active_after_six_months_counts_time_on_other_statuses() -> None:
    """Wrong if a move between groups of the same benefit began the time anew, or a pause of a month broke it."""
    register = lived("kkka", "eeka", "keka", kind="measure", events=((0, 3, 4, "praktik"),))
    assert np.isnan(measure.share_active(register, "measure", AKTIVITETSPARAT, APR, APR, at_least=2))
    assert measure.share_active(register, "measure", AKTIVITETSPARAT, APR, APR, at_least=2, counted_on=KH) == pytest.approx(1 / 2)
    assert measure.share_active(register, "measure", AKTIVITETSPARAT, APR, APR) == pytest.approx(1 / 3)


def test_share_of_active_is_among_the_activated() -> None:
    """Wrong if those without any measure were in the base, or a measure outside the window counted."""
    register = lived("kkkk", "kkkk", "kkkk", "kkkk", kind="measure", events=(
        (0, 1, 4, "praktik"), (1, 2, 4, "course"), (2, 0, 1, "praktik"), (1, 0, 1, "praktik"),
    ))
    assert measure.share_of_active(register, "measure", KH, ["praktik"], FEB, APR) == pytest.approx(1 / 2)


def test_active_before_looks_back_and_by_time_on_the_benefit() -> None:
    """Wrong if the months before the window counted, or people with another time on the benefit."""
    register = lived("kkkk", "kkkk", "eekk", kind="measure", events=((0, 1, 2, "a"), (1, 3, 4, "a"), (2, 3, 4, "a")))
    assert measure.share_active_before(register, "measure", KH, APR, months=2) == pytest.approx(2 / 3)
    assert measure.share_active_before(register, "measure", KH, APR, months=3, at_least=2) == 1
    assert measure.share_active_before(register, "measure", KH, APR, months=2, below=2) == 1


def test_events_of_a_group_are_of_the_month_in_which_they_began() -> None:
    """Wrong if somebody who turned 30 within the window counted on both sides."""
    register = lived("kkkk", "kkkk", events=((0, 1, 2, "a"), (0, 3, 4, "a"), (1, 3, 4, "a")), birth_month=[MAR - 360, JAN - 600])
    assert measure.share_of_events(register, "sanction", "age=18-29", FEB, APR) == pytest.approx(1 / 3)
    assert measure.event_starts(register, "sanction", FEB, APR, who="age=18-29") == 10 * 4
    assert measure.event_starts(register, "sanction", FEB, APR, who="age=30-") == 20 * 4


def test_first_offer_by_the_group_at_the_start_of_the_spell() -> None:
    """Wrong if the group were taken at another time, or the gap had the wrong sign."""
    register = lived(
        "ekkk", "ekkk", "ekkk", kind="measure", events=((0, 3, 4, "a"), (1, 0, 1, "a")), origin=["danish", "danish", "non_western_immigrant"],
    )
    assert measure.first_offer(register, "measure", KH, FEB, FEB, within=2, who="origin=danish") == pytest.approx(1 / 2)
    gap = measure.group_gap(
        register, "first_offer", "origin=danish", "origin=non_western_immigrant", kind="measure", statuses=KH, first=FEB, last=FEB, within=2,
    )
    assert gap == pytest.approx(1 / 2)


def test_starters_who_left_the_country_are_left_out() -> None:
    """Wrong if people who died or emigrated were in the base, or the horizon were off by one."""
    register = lived("kkke", "kkkb", "kkkx", "kkkk", kind="programme", events=((0, 1, 4, "i"), (1, 1, 4, "i"), (2, 1, 4, "i"), (3, 1, 4, "i")))
    assert measure.outcome_of_starters(register, "programme", ["employment"], FEB, FEB, after=2) == pytest.approx(1 / 2)
    assert measure.outcome_of_starters(register, "programme", ["employment"], FEB, FEB, after=1) == 0


def test_a_group_in_a_programme_is_that_of_the_month() -> None:
    """Wrong if people counted as participants before their programme began or after it ended."""
    register = lived("kkkk", "kkkk", kind="programme", events=((0, 1, 3, "i"),))
    assert [measure.heads(register, KH, m, who="in=programme") for m in (JAN, FEB, MAR, APR)] == [0, 10, 10, 0]
    assert [measure.heads(register, KH, m, who="not_in=programme") for m in (JAN, FEB)] == [20, 10]
    assert measure.persons_seen(register, KH, FEB, APR, who="in=programme") == 10


def test_groups_by_attributes() -> None:
    """Wrong if conditions did not all have to hold, alternatives did, or an age were off by a month."""
    register = lived(
        "kkkk", "kkkk", "kkkk", sex=["f", "f", "m"], origin=["danish", "western_immigrant", "danish"],
        birth_month=[FEB - 360, FEB - 359, FEB - 600], addiction=[True, False, True], psychotropic_medicine=[True, False, True],
    )
    assert members(register, "sex=f; origin=danish", FEB, FEB).ravel().tolist() == [True, False, False]
    assert members(register, "origin=danish|western_immigrant", FEB, FEB).all()
    assert members(register, "age=30-49", FEB, MAR).tolist() == [[True, True], [False, True], [False, False]]
    assert members(register, "age=50-", FEB, FEB).ravel().tolist() == [False, False, True]
    assert members(register, "psychotropic_medicine=no", FEB, FEB).ravel().tolist() == [False, True, False]
    assert members(register, "", FEB, FEB).all()


@pytest.mark.parametrize(
    ("who", "named"),
    [("orign=danish", "did you mean 'origin'"), ("origin=danis", "did you mean 'danish'"), ("sex=x", "unknown sex"),
     ("age=30", "range of whole years"), ("age=30-20", "lower age first"), ("in=status", "unknown in"), ("psychotropic_medicine=1", "yes")],
)
def test_a_wrong_group_is_refused(who: str, named: str) -> None:
    """Wrong if a misspelt group were everybody, or nobody."""
    with pytest.raises(Mistake, match=named):
        read_group(who)


def test_a_group_by_something_the_register_lacks_is_refused() -> None:
    """Wrong if a hand-made register without attributes answered for a group."""
    with pytest.raises(Mistake, match="origin"):
        measure.heads(lived("kk"), KH, FEB, who="origin=danish")


def test_pauses_are_filled_up_to_their_length_only() -> None:
    """Wrong if a longer pause, or the months before and after, were filled."""
    inside = np.array([[0, 1, 0, 1, 0, 0, 1, 0]], bool)
    assert fill_gaps(inside, 0).astype(int).tolist() == [[0, 1, 0, 1, 0, 0, 1, 0]]
    assert fill_gaps(inside, 1).astype(int).tolist() == [[0, 1, 1, 1, 0, 0, 1, 0]]
    assert fill_gaps(inside, 2).astype(int).tolist() == [[0, 1, 1, 1, 1, 1, 1, 0]]


def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Persons and spells as a run writes them: person 4 is on kontanthjælp since 2001, 9 left before the start."""
    spells = pd.DataFrame(
        [(4, "status", "kontanthjaelp_jobparat", "start population", "2001-01", None), (9, "status", "employment", "start population", "2005-01", "2012-05"),
         (9, "status", "dagpenge", "clock", "2012-05", "2012-08"), (9, "status", "self_support", "rule:dagpenge", "2012-08", None),
         (4, "sanction", "period", "clock", "2013-01", "2013-02"), (7, "sanction", "period", "clock", "2013-01", "2013-02")],
        columns=["person_id", "kind", "value", "cause", "start", "end"],
    )
    for key in ("start", "end"):
        spells[key] = pd.to_datetime(spells[key], format="%Y-%m").astype("datetime64[ms]")
    persons = pd.DataFrame(
        {"person_id": [9, 4, 1], "replication": 0, "birth_month": pd.to_datetime(["1970-03-01", "1990-01-01", "1950-01-01"]).astype("datetime64[ms]"),
         "sex": ["m", "f", "m"], "weight": 25.0}
    )
    return persons, spells


def test_tables_of_a_run_become_a_register() -> None:
    """Wrong if attributes went to the wrong person, other kinds or causes were lost, or dates were off."""
    register = from_tables(*tables(), last=month("2013-12"))
    assert register.weight == 25
    assert register.attribute("sex").tolist() == ["f", "m"]
    assert register.attribute("birth_month").tolist() == [month("1990-01"), month("1970-03")]
    sanctions = register.of_kind("sanction")
    assert (sanctions.row.tolist(), sanctions.start.tolist(), sanctions.end.tolist()) == ([0], [60], [61])
    assert register.complete == month("2012-04")  # the month before anybody first changed status
    assert measure.persons_changing(register, ["dagpenge"], month("2012-06"), month("2013-12"), cause="rule:dagpenge") == 25
    assert measure.persons_changing(register, ["dagpenge"], month("2012-06"), month("2013-12"), cause="rule:sygedagpenge") == 0


def test_time_on_a_benefit_reaches_back_before_the_table() -> None:
    """Wrong if nobody could have been on kontanthjælp for more than the months of the register."""
    register = from_tables(*tables(), last=month("2013-12"))
    december = month("2013-12")
    assert measure.persons_with_seniority(register, JOBPARAT, december, 12 * 12) == 25
    assert measure.persons_with_seniority(register, JOBPARAT, december, december - month("2001-01") + 1) == 0


def test_months_before_the_register_is_complete_are_refused() -> None:
    """Wrong if figures of years in which only the later start population is known were measured."""
    register = from_tables(*tables(), last=month("2013-12"))
    with pytest.raises(Mistake, match=r"2012-03 is outside the register \(2012-04 to 2013-12\)"):
        measure.heads(register, JOBPARAT, month("2012-03"))


def test_a_person_without_attributes_is_named() -> None:
    """Wrong if attributes were taken from somebody else."""
    persons, spells = tables()
    with pytest.raises(Mistake, match="person_id 4"):
        from_spells(spells, last=month("2013-12"), weight=1.0, persons=persons[persons["person_id"] != 4])


def test_the_manual_lists_every_function() -> None:
    """Wrong if a measurement function could only be found in the code, or the manual named one that is gone."""
    manual = (Path(measure.__file__).parents[1] / "docs" / "files.md").read_text(encoding="utf-8")
    table = manual[manual.index("### Measurement functions"):]
    assert {name for row in table.splitlines() if row.startswith("| ") for name in re.findall(r"`([a-z_]+)`", row)} == set(measure.MEASURES)


def test_an_unknown_status_is_named() -> None:
    """Wrong if a misspelt status in a table became another one."""
    spells = tables()[1].replace("kontanthjaelp_jobparat", "kontanthjaelp_jobparrat")
    with pytest.raises(Mistake, match="did you mean 'kontanthjaelp_jobparat'"):
        from_spells(spells, last=month("2013-12"), weight=1.0)
