"""Who responds to money, in which direction, and that nobody does when nothing has changed."""

import numpy as np
import pytest

from agents.calendar import month
from agents.measures import MEASURES
from agents.statuses import CODE
from policies.money import BenefitLevel, EarningsOffset, OperationRefund, ParticipationBonus
from sim.benefit_law import LawBook
from sim.incentives import LARGEST, RESPONDS, Responses
from sim.model import BenefitModel
from sim.parameters import load
from sim.tally import PERSON_CELLS

NOW = month("2014-06")
STATUS = np.arange(PERSON_CELLS) // (PERSON_CELLS // len(RESPONDS))


def under(policy=None, now=NOW, p=None):
    """Incentives in a month under a policy."""
    p = p or load()
    own = p.unchanged()
    responses = Responses(p, LawBook(own).at(own.month("vintage.first_month")))
    return responses.to(LawBook(p, [policy] if policy else []).at(now))


def test_the_law_at_which_rates_were_fitted_changes_nothing() -> None:
    """If this fails money moves people though no amount has changed since the rates were fitted."""
    assert under().is_neutral
    assert under(now=month("2015-12")).is_neutral
    model = BenefitModel(scale=0.002, months=2, seed=1).run()
    assert (model.money.to_work == 1).all() and (model.money.to_far == 1).all()


@pytest.mark.parametrize("policy", [BenefitLevel(factor=0.8), OperationRefund(), EarningsOffset(share=0), ParticipationBonus(cut=500.0)])
def test_without_elasticities_no_law_changes_anything(policy) -> None:
    """If this fails a range that includes 0 does not include nothing."""
    p = load().changed({f"incentive.{name}": 0.0 for name in ("work", "hours", "instrument", "submission", "visitation")})
    assert under(policy, p=p).is_neutral


def test_higher_benefits_slow_exits_to_work_and_lower_ones_speed_them() -> None:
    """If this fails people work more when benefits rise."""
    kh = CODE["kontanthjaelp_jobparat"] == STATUS
    assert (under(BenefitLevel(factor=1.1)).work[kh] < 1).all()
    assert (under(BenefitLevel(factor=0.9)).work[kh] > 1).all()
    assert (under(BenefitLevel(factor=0.9)).work[CODE["sygedagpenge"] == STATUS] == 1).all()


def test_a_scenario_that_changes_a_rate_acts_too() -> None:
    """If this fails a benefit changed as a parameter counts as the law at which rates were fitted."""
    p = load().changed({"benefit.kontanthjaelp_jobparat.from_30": 9000.0})
    found = under(p=p).work[CODE["kontanthjaelp_jobparat"] == STATUS]
    assert found.max() > 1


def test_less_offset_means_more_paid_hours() -> None:
    """If this fails small jobs beside kontanthjælp do not respond to what they leave."""
    assert under(EarningsOffset(share=0.3)).hours[CODE["kontanthjaelp_jobparat"]] > 1
    assert under(EarningsOffset(share=0.3)).hours[CODE["ressourceforloeb"]] == 1


def test_municipalities_choose_what_has_become_cheaper() -> None:
    """If this fails guidance without a refund is chosen more often, or the reform of 2016 makes company measures cheaper."""
    names = [m.name for m in MEASURES]
    kh = CODE["kontanthjaelp_aktivitetsparat"]
    refund = under(OperationRefund()).instrument[kh]
    assert refund[names.index("vejledning")] < 1 and refund[names.index("praktik_privat")] == 1
    ladder = under(now=month("2016-02")).instrument[kh]
    assert ladder[names.index("praktik_privat")] / ladder[names.index("vejledning")] < 1


def test_job_ready_are_matched_down_less_when_that_brings_no_refund() -> None:
    """If this fails the incentive to match down does not go with the difference in refunds."""
    assert under(OperationRefund()).visitation < 1


def test_no_factor_leaves_its_bounds() -> None:
    """If this fails an incentive can multiply an exit without end."""
    p = load().changed({"incentive.work": 0.6, "incentive.hours": 1.0, "incentive.instrument": 1.0})
    found = under(BenefitLevel(factor=0.5), p=p)
    for table in (found.work, found.hours, found.instrument):
        assert (table <= LARGEST).all() and (table >= 1 / LARGEST).all() and np.isfinite(table).all()
