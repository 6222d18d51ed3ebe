"""Sanctions: which rules each policy changes, and for whom."""

import pytest

from policies.protocol import Policy
from policies.sanctions import (
    CvDuty,
    NoSanctionWithoutGain,
    SanctionForAbsence,
    SanctionStrictness,
    WithoutSanctionRules2014,
)
from sim.model import BenefitModel
from sim.parameters import Parameters, load

P = load()
FAR = ("kontanthjaelp_aktivitetsparat", "uddannelseshjaelp_aktivitetsparat", "ressourceforloeb", "ledighedsydelse")
READY = ("kontanthjaelp_jobparat", "uddannelseshjaelp_aabenlyst_parat", "uddannelseshjaelp_parat")


def under(policy: Policy) -> Parameters:
    """The numbers in force in the first month."""
    model = BenefitModel(scale=0.002, months=1, seed=5, policies=[policy])
    model._open_month()
    model.world.bring_into_force()
    return model.in_force.versions[0]


def ratio(now: Parameters, name: str) -> float:
    return now.value(f"sanctions.{name}") / P.value(f"sanctions.{name}")


def test_rules_are_apart() -> None:
    """If this fails the lever for the contact duty takes out the tightened sanction too, or the other way round."""
    duty, tightened = under(WithoutSanctionRules2014(rules=["contact_duty"])), under(WithoutSanctionRules2014(rules=["tightened"]))
    assert duty.value("sanctions.contact_duty") == 1
    assert ratio(duty, "tightened") == 1
    assert tightened.value("sanctions.tightened") == 0
    assert ratio(tightened, "contact_duty") == 1


def test_without_gain_spares_those_far_from_work_only() -> None:
    """If this fails job-ready people are spared, or somebody far from work is not."""
    now = under(NoSanctionWithoutGain(dropped=0.25))
    assert [ratio(now, f"rate.{s}") for s in FAR] == pytest.approx([0.75] * 4)
    assert ratio(now, "of_missed_far") == pytest.approx(0.75)
    assert {ratio(now, f"rate.{s}") for s in READY} | {ratio(now, "of_missed"), ratio(now, "of_broken")} == {1}


def test_absence_concerns_ledighedsydelse() -> None:
    """If this fails others than recipients of ledighedsydelse are sanctioned more for absence."""
    now = under(SanctionForAbsence(start="2014-05"))
    assert [ratio(now, f"rate.{s}") for s in FAR] == pytest.approx([1, 1, 1, 1.3])


def test_a_wider_cv_duty() -> None:
    """If this fails the duty for half of them is not half way to that of all."""
    without = P.value("sanctions.registration_duty")
    assert under(CvDuty()).value("sanctions.registration_duty") == 1
    assert under(CvDuty(share=0.5)).value("sanctions.registration_duty") == pytest.approx((1 + without) / 2)


def test_strictness_multiplies_every_breach() -> None:
    """If this fails a kind of breach is left out, or missed interviews go without sanction in a strict municipality."""
    now = under(SanctionStrictness(factor=1.5))
    names = [f"rate.{s}" for s in (*FAR, *READY)] + ["of_missed", "of_missed_far", "of_broken"]
    assert [ratio(now, name) for name in names] == pytest.approx([1.5] * len(names))
    assert {f"rate.{s}" for s in (*FAR, *READY)} == {f"rate.{s}" for s in P.below("sanctions.rate")}


def test_nobody_is_sanctioned_where_nothing_is() -> None:
    """If this fails there are sanctions that no factor reaches."""
    model = BenefitModel(scale=0.005, months=4, seed=5, policies=[SanctionStrictness(factor=0.0)]).run()
    assert model.sanctions()["begun"].sum() == 0
