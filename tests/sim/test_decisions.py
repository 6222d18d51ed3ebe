"""How documented cases are decided: by hand, and in every range of the parameters."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.calendar import month
from agents.statuses import CODE, COUNT, STATUSES
from sim.decisions import AWARDS, DECIDED, REVISITED, UNDER_40, Decisions
from sim.intensities import Intensities
from sim.margins import read_margins
from sim.parameters import load

BEFORE, AFTER = month("2012-06"), month("2014-06")
KH, RF, FP = (CODE[n] for n in ("kontanthjaelp_aktivitetsparat", "ressourceforloeb", "foertidspension"))


@pytest.fixture(scope="module")
def intensities() -> Intensities:
    return Intensities(load(), read_margins(load()))


def test_what_is_decided():
    """If this fails an award comes without a decision, or a fleksjob found or a job is somebody's to decide."""
    assert DECIDED[KH, FP] and DECIDED[CODE["employment"], CODE["fleksjob"]] and DECIDED[RF, FP]
    assert not DECIDED[CODE["ledighedsydelse"], CODE["fleksjob"]] and not DECIDED[CODE["fleksjob"], CODE["ledighedsydelse"]]
    assert not DECIDED[CODE["abroad"]].any() and not DECIDED[CODE["entry"]].any()
    assert {STATUSES[i].name for i in np.flatnonzero(DECIDED.any(axis=0))} == set(AWARDS)
    assert REVISITED[KH, CODE["kontanthjaelp_jobparat"]] and not REVISITED[KH, KH]
    assert not REVISITED[CODE["uddannelseshjaelp_parat"], KH]
    assert not (DECIDED & REVISITED).any()


def test_by_hand(intensities):
    """If this fails the under-40 rule or tighter practice is applied twice, not at all, or before 2013."""
    p, decisions = load(), Decisions(load(), intensities.to)
    whole, tight = p.share("team.granted.foertidspension"), 1 - p.share("team.tightening")
    under, other = p.share("team.pension_under_40"), p.share("team.ressourceforloeb_instead.foertidspension")
    granted, instead = decisions.at(AFTER)
    assert granted[KH, FP, 0] == pytest.approx(whole * tight)
    assert instead[KH, FP, 0] == pytest.approx((1 - whole * tight) * other)
    assert granted[KH, FP, 1] == pytest.approx(whole * tight * under)
    assert instead[KH, FP, 1] == pytest.approx(whole * tight * (1 - under) + (1 - whole * tight) * other)
    assert granted[RF, FP, 1] == granted[RF, FP, 0]  # a ressourceforløb has been tried
    assert instead[RF, FP].max() == 0
    before, nothing = decisions.at(BEFORE)
    assert before[KH, FP].tolist() == pytest.approx([whole, whole])
    assert nothing.max() == 0


def test_kept_is_what_comes_about(intensities):
    """If this fails the twin and the model without queues do not decide as the teams do on average."""
    decisions = Decisions(load(), intensities.to)
    kept, diverted = decisions.kept(intensities.table, intensities.to, AFTER)
    granted, instead = decisions.at(AFTER)
    slot = intensities.slot("kontanthjaelp_aktivitetsparat", "foertidspension")
    for person in (0, 40, 100, 143):
        age = int(UNDER_40[person])
        share = granted[KH, FP, age] + instead[KH, FP, age]
        assert kept[KH, 3, person, slot] == pytest.approx(intensities.table[KH, 3, person, slot] * share)
        assert diverted[KH, person, slot] == pytest.approx(instead[KH, FP, age] / share)
    work = intensities.slot("kontanthjaelp_aktivitetsparat", "employment")
    assert np.array_equal(kept[KH, :, :, work], intensities.table[KH, :, :, work])
    assert diverted[KH, :, work].max() == 0


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.lists(st.floats(0, 1), min_size=8, max_size=8), st.floats(0, 0.5), st.floats(0, 0.7), st.booleans())
def test_shares_are_shares(intensities, shares, tightening, under, after):
    """If this fails a case has chances above one or below none somewhere in the parameters' ranges."""
    paths = [f"team.granted.{name}" for name in AWARDS]
    paths += [f"team.ressourceforloeb_instead.{name}" for name in ("foertidspension", "fleksjob", "ledighedsydelse")]
    p = load().changed({**dict(zip(paths, shares, strict=True)), "team.tightening": tightening, "team.pension_under_40": under})
    granted, instead = Decisions(p, intensities.to).at(AFTER if after else BEFORE)
    assert granted.shape == instead.shape == (COUNT, COUNT, 2)
    assert granted.min() >= 0 and instead.min() >= -1e-12
    assert (granted + instead).max() <= 1 + 1e-12
    assert granted[~DECIDED].max() == 0
