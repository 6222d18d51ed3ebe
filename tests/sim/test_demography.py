"""Birthdays."""

from itertools import product

import numpy as np
import pytest

from agents.calendar import month
from agents.luck import Luck
from agents.statuses import CODE
from sim.demography import Demography
from sim.model import BenefitModel
from sim.profiles import PROFILES, profile_of

BANDS = (18, 25, 30, 40, 50, 60)


def profile_by_hand(model):
    """Profile number of everybody, from scratch: age band x sex x non-western x class."""
    birth = model.population["birth_month"].astype(int)
    years = (model.month - birth) // 12
    band = np.zeros(birth.size, int)
    for i, first in enumerate(BANDS):
        band[years >= first] = i
    non_western = (model.population["origin"] >= 3).astype(int)
    barred = ((model.population["partner_income"] == 2) | (model.population["wealthy"] == 1)).astype(int)
    return (((band * 2 + model.population["sex"]) * 2 + non_western) * 2 + barred) * 3 + model.population["person_class"]


@pytest.mark.parametrize("start", ["2014-05", "2016-02"])
def test_profile_is_kept_current(start):
    """If this fails people keep the intensities of an age band they have left, or leave it too early."""
    model = BenefitModel(scale=0.003, months=30, seed=4, start=start)
    assert np.array_equal(model.demography.profile, profile_by_hand(model))
    while model.running:
        model.step()
        assert np.array_equal(model.demography.profile, profile_by_hand(model))
    assert model.demography.profile.max() < PROFILES


def test_profiles_are_all_different():
    """If this fails two kinds of people share intensities by mistake."""
    cells = list(product(range(6), range(2), range(5), range(2), range(3)))
    numbers = profile_of(*map(np.array, zip(*cells, strict=True)))
    by_kind = {}
    for (a, s, o, b, c), number in zip(cells, numbers.tolist(), strict=True):
        by_kind.setdefault((a, s, o >= 3, b, c), set()).add(number)
    assert all(len(found) == 1 for found in by_kind.values())
    assert sorted(number for found in by_kind.values() for number in found) == list(range(PROFILES))


@pytest.mark.parametrize(
    ("born", "retires"),
    [("1949-06", "2014-06"), ("1953-12", "2018-12"), ("1954-01", "2019-07"), ("1954-06", "2019-12"),
     ("1954-07", "2020-07"), ("1954-12", "2020-12"), ("1955-01", "2021-07"), ("1955-06", "2021-12"),
     ("1955-07", "2022-07"), ("1962-12", "2029-12"), ("1963-01", "2031-01"), ("1975-03", "2043-03")],
)
def test_pension_age_by_cohort(model, parameters, born, retires):
    """If this fails a cohort retires in another month than the law says (months of 2014-2044)."""
    row = int(model.citizens.rows[0])
    model.population["birth_month"][row] = month(born)
    demography = Demography(model.population, parameters, Luck(1), now=month("2014-04"))
    when = [
        now for now in range(month("2014-05"), month("2045-01"))
        if any(due.cause == "rule:pension age" and row in due.rows for due in demography.live(now))
    ]
    assert when == [month(retires)]


def test_eighteen_year_olds(model):
    """If this fails children are asked to retire, or a cohort enters in another month than its birthday's."""
    size, adults = model.start_population.cohort_size, model.start_population.adults
    for cohort in range(model.months):
        model.step()
        status = model.population["status"]
        came = slice(adults + cohort * size, adults + (cohort + 1) * size)
        assert (status[came] != CODE["entry"]).all()
        assert (model.population["since"][came] == model.month).all()
        assert (status[came.stop :] == CODE["entry"]).all()


def test_first_status_of_eighteen_year_olds(finished, parameters):
    """If this fails 18-year-olds begin elsewhere than the shares say (z of 5.5: false alarm 4e-8 each, 5 statuses)."""
    n = finished.months * finished.start_population.cohort_size
    came = finished.recorder.flows[:, CODE["entry"]].sum(axis=0)
    assert came.sum() == n
    whole = sum(parameters.share(f"entry.{name}") for name in parameters.below("entry"))
    for name in parameters.below("entry"):
        p = parameters.share(f"entry.{name}") / whole
        assert abs(came[CODE[name]] - n * p) < 5.5 * np.sqrt(n * p * (1 - p)) + 1, name


def test_the_dead_and_those_abroad_do_not_retire():
    """If this fails somebody goes from death or from abroad to folkepension."""
    model = BenefitModel(scale=0.005, months=24, seed=2).run()
    to_pension = model.recorder.flows.sum(axis=0)[:, CODE["folkepension"]]
    assert to_pension[[CODE["dead"], CODE["abroad"], CODE["entry"], CODE["folkepension"]]].sum() == 0
    assert to_pension[CODE["employment"]] > 0


def test_deaths(finished, parameters):
    """If this fails people die more or less often than the rates say (one comparison, 5.5 standard deviations)."""
    model = BenefitModel(scale=0.02, months=12, seed=6)
    expected = 0.0
    while model.running:
        table = model.intensities.table[..., 15]
        model.step()
        rows = model.citizens.rows
        status, profile = model.population["status"][rows], model.demography.profile[rows]
        expected += -np.expm1(-table[status, 0, profile]).sum()
    dead = model.recorder.flows.sum(axis=0)[:, CODE["dead"]].sum()
    assert abs(dead - expected) < 5.5 * np.sqrt(expected) + 0.02 * expected
    assert expected > 50
