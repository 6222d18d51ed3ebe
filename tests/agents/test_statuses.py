"""Statuses are data: are the data sound?"""

import numpy as np
import pytest

from agents.calendar import month
from agents.mistake import Mistake
from agents.statuses import (
    BY_NAME,
    CODE,
    COUNT,
    FAMILIES,
    NAMES,
    RESIDENT,
    STATUSES,
    entered_instead,
    family_members,
    group_members,
    is_open,
    mask,
    withheld,
    withheld_now,
)

IN_MODEL = {
    "employment", "education", "self_support", "dagpenge", "barsel", "efterloen", "arbejdsmarkedsydelse",
    "saerlig_uddannelsesydelse", "sygedagpenge", "jobafklaring", "kontanthjaelp_jobparat",
    "kontanthjaelp_aktivitetsparat", "uddannelseshjaelp_aabenlyst_parat", "uddannelseshjaelp_parat",
    "uddannelseshjaelp_aktivitetsparat", "ressourceforloeb", "revalidering", "ledighedsydelse", "fleksjob",
    "foertidspension",
}


def test_codes_and_names_are_unique():
    """If this fails two statuses share a code, so people of one are counted in the other."""
    assert [s.code for s in STATUSES] == list(range(COUNT))
    assert len(set(NAMES)) == len(BY_NAME) == len(CODE) == COUNT
    assert COUNT < 255  # uint8, and 255 stands for "no destination"


def test_statuses_of_the_design():
    """If this fails a status of the model paper is missing, or one was invented."""
    assert {s.name for s in RESIDENT} == IN_MODEL
    assert set(NAMES) - IN_MODEL == {"entry", "folkepension", "dead", "abroad"}


@pytest.mark.parametrize("status", STATUSES, ids=NAMES)
def test_labels_and_dates(status):
    """If this fails a reader sees an empty label, one label twice, or a date that is no month stops a run."""
    assert status.en.strip()
    assert status.da.strip()
    assert sum(s.en == status.en for s in STATUSES) == 1
    assert sum(s.da == status.da for s in STATUSES) == 1
    assert status.name.isascii()
    assert status.name == status.name.lower()
    if status.begins and status.ends:
        assert month(status.begins) <= month(status.ends)
    for date in filter(None, (status.begins, status.ends)):
        month(date)


def test_dates_of_the_law():
    """If this fails a benefit can be entered outside its months of law (model.md)."""
    assert BY_NAME["jobafklaring"].begins == "2014-07"
    assert BY_NAME["saerlig_uddannelsesydelse"].ends == "2014-06"
    assert BY_NAME["arbejdsmarkedsydelse"].ends == "2016-06"
    assert {s.begins for s in STATUSES if s.family == "uddannelseshjaelp"} == {"2014-01"}


def test_families_cover_residents():
    """If this fails a family chart leaves people out or counts them twice."""
    listed = [name for family in FAMILIES for name in family_members(family)]
    assert sorted(listed) == sorted(s.name for s in RESIDENT)
    assert all(en and da for en, da in FAMILIES.values())


def test_groups():
    """If this fails the totals 552,000 and 553,900 are sums over the wrong statuses."""
    assert set(group_members("temporary")) == {"arbejdsmarkedsydelse", "saerlig_uddannelsesydelse"}
    assert len(group_members("edge")) == 12
    assert set(group_members("outside", "temporary", "edge")) == IN_MODEL
    assert set(group_members("gone")) == {"folkepension", "dead", "abroad"}


def test_one_spell_of_kontanthjaelp():
    """If this fails moves within the kontanthjælp system begin new spells, so seniority falls back to zero."""
    assert {s.name for s in STATUSES if s.continues_spell} == set(
        family_members("kontanthjaelp") + family_members("uddannelseshjaelp")
    )


def test_mask():
    """If this fails a look-up by code selects other statuses than named."""
    table = mask(["dagpenge", "fleksjob"])
    assert table.shape == (COUNT,)
    assert table.dtype == bool
    assert {NAMES[c] for c in np.flatnonzero(table)} == {"dagpenge", "fleksjob"}
    assert not mask([]).any()


def test_a_withheld_benefit_never_begins_and_its_predecessor_is_entered():
    """If this fails a world without a past reform has its benefit all the same, or goes on without it after it ends."""
    code, now = CODE["ressourceforloeb"], month("2014-01")
    assert is_open(code, now)
    with withheld("ressourceforloeb"):
        assert not is_open(code, now)
        assert not is_open(code, month("2050-01"))
        assert NAMES[entered_instead(code, now)] == "kontanthjaelp_aktivitetsparat"
        assert is_open(CODE["uddannelseshjaelp_parat"], now)
        with withheld("uddannelseshjaelp_parat"):
            assert withheld_now() == ("uddannelseshjaelp_parat", "ressourceforloeb")
            assert NAMES[entered_instead(CODE["uddannelseshjaelp_parat"], now)] == "kontanthjaelp_jobparat"
        assert withheld_now() == ("ressourceforloeb",)
    assert withheld_now() == ()
    assert is_open(code, now)
    assert entered_instead(code, now) == code


def test_withholding_ends_when_something_goes_wrong():
    """If this fails one world that stops with an error takes a benefit away from every model made after it."""
    with pytest.raises(ZeroDivisionError), withheld("jobafklaring"):
        1 / 0  # noqa: B018
    assert withheld_now() == ()


@pytest.mark.parametrize("name", ["ressourceforløb", "foertidspension"])
def test_what_has_no_predecessor_cannot_be_withheld(name):
    """If this fails people of a benefit that is withheld have nowhere to go."""
    with pytest.raises(Mistake), withheld(name):
        pass
