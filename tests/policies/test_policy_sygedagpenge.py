"""Sickness benefit: waiting for hospital puts off the assessment, and only that."""

import numpy as np

from agents.calendar import label
from agents.statuses import CODE
from policies.sygedagpenge import HospitalWaitingOutsideLimit, WithoutSygedagpengeReform2014
from sim.model import BenefitModel


def assessed(model: BenefitModel) -> list[int]:
    """Months on sygedagpenge at the moves to jobafklaring."""
    spells = model.spells().query("kind == 'status'")
    before = spells["value"].shift() == "sygedagpenge"
    begun = spells[before & (spells["value"] == "jobafklaring") & (spells["person_id"].shift() == spells["person_id"])]
    start, since = begun["start"], spells["start"].shift()[begun.index]
    return ((start.dt.year - since.dt.year) * 12 + start.dt.month - since.dt.month).tolist()


def test_those_who_wait_are_assessed_later() -> None:
    """If this fails somebody who waits is sent to jobafklaring within the 22 weeks and the wait, or nobody ever is."""
    model = BenefitModel(scale=0.002, months=18, seed=5, policies=[HospitalWaitingOutsideLimit(share=1.0, months=2)], register=True).run()
    first = [m for m in assessed(model) if m < 11]
    assert first
    assert set(first) == {7}  # 22 weeks are five months; two of waiting


def test_the_assessment_is_no_harder() -> None:
    """If this fails those who waited are extended more or less often than others are. (Seeds are fixed.)"""
    plain, waited = (
        len([m for m in assessed(BenefitModel(scale=0.004, months=20, seed=5, policies=p, register=True).run()) if m < 11])
        for p in ([], [HospitalWaitingOutsideLimit(share=1.0, months=1)])
    )
    assert 0.5 < waited / plain <= 1.1  # some have left sygedagpenge before the later assessment


def test_nothing_happens_where_the_right_does_not_lead_to_jobafklaring() -> None:
    """If this fails people are sent to jobafklaring before there is any, or without the reform that brought it."""
    policies = [HospitalWaitingOutsideLimit(start="2014-05", share=1.0), WithoutSygedagpengeReform2014()]
    model = BenefitModel(scale=0.002, months=10, seed=5, policies=policies).run()
    assert (model.recorder.stocks[:, CODE["jobafklaring"]] == 0).all()


def test_a_later_end_moves_the_reform_in_time() -> None:
    """If this fails jobafklaring begins before the end of its absence, or never."""
    model = BenefitModel(scale=0.002, months=12, seed=5, policies=[WithoutSygedagpengeReform2014(end="2014-12")]).run()
    has = model.recorder.stocks[: model.recorder.done + 1, CODE["jobafklaring"]] > 0
    first = int(np.flatnonzero(has)[0])
    assert label(model.start + first - 1) == "2015-01"
