"""Who gains, and what a type case has left."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.calendar import month
from agents.mistake import Mistake
from agents.statuses import CODE, RESIDENT
from sim.benefit_law import BENEFITS, FAMILIES, LawBook
from sim.groups import DIMENSIONS, LATER
from sim.income import TypeCase, income_by_hours, value_of_a_year
from sim.model import BenefitModel
from sim.parameters import load

LAW = LawBook(load()).at(month("2015-06"))


@pytest.fixture(scope="module")
def model() -> BenefitModel:
    """A small country for a year."""
    return BenefitModel(scale=0.003, months=12, seed=4).run()


def test_groups_of_each_dimension_add_up_to_everybody(model: BenefitModel) -> None:
    """If this fails somebody is in no group of a dimension, or in two."""
    table = model.groups()
    for outcome, asked in (
        ("residents", sum(model.recorder.stocks[-1, s.code] for s in RESIDENT)), ("employment", model.recorder.stocks[-1, CODE["employment"]]),
    ):
        sums = table[table["outcome"] == outcome].groupby("dimension")["value"].sum() * model.scale
        assert set(sums.index) == set(DIMENSIONS)
        assert sums.to_numpy() == pytest.approx(np.full(len(DIMENSIONS), float(asked)))


def test_deciles_are_equal_at_the_start(model: BenefitModel) -> None:
    """If this fails income deciles are not tenths of those who were there at the start."""
    codes = model.money.groups._group["income"]
    sizes = np.bincount(codes, minlength=11)[:10]
    assert sizes.max() - sizes.min() <= 1 and sizes.sum() == sum(model.recorder.stocks[0, s.code] for s in RESIDENT)
    assert DIMENSIONS["income"][10] == LATER


def test_incomes_add_up_to_the_same_in_every_dimension(model: BenefitModel) -> None:
    """If this fails income is lost between groups."""
    table = model.groups()
    sums = table[table["outcome"] == "disposable_income"].groupby("dimension")["value"].sum()
    assert sums.max() - sums.min() < 1e-6 * sums.max()


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(st.sampled_from(BENEFITS), st.integers(18, 66), st.sampled_from(FAMILIES), st.booleans(), st.floats(60, 400))
def test_offsets_and_taxes_keep_their_order(status: str, age: int, family: str, children: bool, hourly: float) -> None:
    """If this fails an offset takes more than the benefit or gives to it, tax falls when pay rises at work, or tax is negative."""
    case = TypeCase(status, age, family, children, hourly=hourly)
    beside = income_by_hours(case, LAW, load())
    assert (beside["benefit"] >= -1e-9).all() and (np.diff(beside["benefit"]) <= 1e-6).all()
    assert beside["benefit"].iloc[0] == pytest.approx(case.benefit(LAW))
    at_work = income_by_hours(case, LAW, load(), at_work=True)
    assert (np.diff(at_work["tax"].iloc[1:]) >= -1e-9).all() and (at_work["tax"] >= 0).all()
    assert (at_work["benefit"].iloc[1:] == 0).all()
    rate = at_work["participation_tax_rate"].iloc[1:]
    assert (1 - rate).to_numpy() * at_work["pay"].iloc[1:].to_numpy() == pytest.approx(at_work["gain"].iloc[1:].to_numpy())


def test_ressourceforloeb_pays_better_an_hour_than_kontanthjaelp() -> None:
    """If this fails the documented difference in offsets (M19) is not in the law of money."""
    kh, rf = (income_by_hours(TypeCase(status), LAW, load())["gain_per_hour"].iloc[10] for status in ("kontanthjaelp_jobparat", "ressourceforloeb"))
    assert rf > kh


def test_a_type_case_that_cannot_be_is_refused() -> None:
    """If this fails `borgerflow income` answers nonsense for nonsense."""
    for case, match in (
        (TypeCase("kontanthjælp"), "unknown benefit"), (TypeCase(age=12), "must be 18 to 66"), (TypeCase(family="married"), "unknown family"),
        (TypeCase(hourly=5.0), "must be 50 to 1000"),
    ):
        with pytest.raises(Mistake, match=match):
            income_by_hours(case, LAW, load())
    with pytest.raises(Mistake, match="hours must lie"):
        income_by_hours(TypeCase(), LAW, load(), hours=[38])


def test_the_value_of_a_year_adds_up() -> None:
    """If this fails saved benefits, taxes and clawback are not what the public gains together."""
    found = value_of_a_year(TypeCase(), LAW, 22000.0, activation=10000.0)
    benefit = 10689 * 1.015 * 12
    assert found["benefit"] == pytest.approx(benefit)
    assert found["all"] == pytest.approx(sum(v for k, v in found.items() if k != "all"))
    assert 150_000 < found["all"] < 350_000
