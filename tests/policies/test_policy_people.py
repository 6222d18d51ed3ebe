"""Modules of the young, education and health: whom they choose, what the rule is, and what it costs."""

import numpy as np
import pytest

from agents.calendar import month
from agents.flags import COUNT_OF, FLAGS
from agents.measures import IS_COMPANY, MEASURE_CODE
from agents.statuses import CODE, family_members
from policies.chosen import FAR, months_on_support
from policies.education import AdaptedEducation, AdultApprentice, SkillAssessment, TargetedRevalidering
from policies.health import GradualReturn, HealthPurchase, IndividualPlacement, PartlyFitStaff
from policies.young import WorkExperienceForEducation, YouthTransition
from sim.model import BenefitModel

YOUNG = family_members("uddannelseshjaelp")
EDUCATION, PRAKTIK = MEASURE_CODE["uddannelse"], MEASURE_CODE["praktik_privat"]


@pytest.fixture(scope="module")
def base():
    """A short run without policies. Look at it, do not change it."""
    return BenefitModel(scale=0.01, seed=3, months=3).run()


# ---------------------------------------------------------------- the young
def test_whose_case_is_there_at_18(watch, base):
    """If this fails, cases of people over 18, or without problems, are clarified."""
    ((rows,), _), = watch.each_month(YouthTransition(problems=1, recognised=1.0), base).of("clarify")
    assert rows.size
    assert (base.column("age", rows) == 18).all()
    assert (COUNT_OF[base.population["flags"][rows]] >= 1).all()
    assert np.isin(base.population["status"][rows], [CODE[n] for n in YOUNG]).all()
    ((fewer,), _), = watch.each_month(YouthTransition(problems=1, recognised=0.5), base).of("clarify")
    assert np.isin(fewer, rows).all()
    assert fewer.size < rows.size, "papers do not show every need"


def test_work_experience_opens_education(watch, base):
    """If this fails, education opens before the placement is over, or to those who did not need it."""
    policy = WorkExperienceForEducation(need=0.5, subsidy=0.2, opens=1.5)
    offers = watch.each_month(policy, base).of("offer_instead")
    assert [(args[1], args[2]) for args, _ in offers] == [("loentilskud_privat", 0.2), ("praktik_privat", 0.8)]
    need = offers[0][0][3]
    (_, _, factor, rows), = watch.moves_of(policy, base).scaled
    assert factor == 1.5
    assert rows.size
    assert np.isin(rows, need).all()
    c = base.population
    assert (c["measure"][rows] == 0).all()
    assert IS_COMPANY[c["last_measure"][rows]].all()
    assert (c["measure_ended"][rows] > base.month - 12).all()


# ---------------------------------------------------------------- education
@pytest.fixture(scope="module")
def targeted():
    """Revalidering as education from 2014-06 to 2015-03, watched: the limit by month, and a model after it."""
    policy = TargetedRevalidering(start="2014-06", end="2015-03", years=3)
    model = BenefitModel(scale=0.01, seed=3, months=14, policies=[policy])
    limits, courses = {}, None
    while model.running:
        model.step()
        limits[model.month] = model.rules.limit("revalidering", model.month).months
        if model.month == month("2015-03"):
            c = model.population
            in_it = c["status"] == CODE["revalidering"]
            new = in_it & (c["referred"] >= month("2014-06"))
            began = in_it & (c["since"] > month("2014-06"))  # what teams granted in May takes effect in June
            assert began.any()
            assert ((c["since"][began] - c["birth_month"][began]) // 12 >= 30).all(), "teams award it to the young"
            courses = (c["need"].copy(), c["need_since"].copy(), (model.month - c["birth_month"]) // 12, c["measure"][new], c["seeking"][new])
    return limits, courses


def test_the_limit_of_revalidering(targeted):
    """If this fails, the shorter limit is not in force, or stays after the last month."""
    limits, _ = targeted
    for now, months in limits.items():
        assert months == (36 if month("2014-06") <= now <= month("2015-03") else 60), now


def test_nobody_young_begins_revalidering(targeted):
    """If this fails, needs of people under 30 are raised for revalidering after the rule is in force."""
    _, (need, since, age, _, _) = targeted
    asked = (need == CODE["revalidering"]) & (since >= month("2014-06"))
    assert asked.sum() > 5
    assert age[asked].min() >= 30


def test_offers_in_revalidering_are_education(targeted):
    """If this fails, people in revalidering are still sent to employers."""
    _, (_, _, _, measure, seeking) = targeted
    assert (measure == EDUCATION).any()
    assert not (seeking > 0).any()
    assert not IS_COMPANY[measure].any()


def test_as_many_apprentices_as_the_money_pays_for(watch, base):
    """If this fails, more begin than 10 million a year pay for at 50 DKK an hour over two years, or the wrong people."""
    policy = AdultApprentice()
    assert policy.a_year == pytest.approx(10e6 / (50 * 37 * 52) / 2)
    assert watch.law_of(policy).grants == 10e6
    assert watch.law_of(AdultApprentice(start="2016-01")).grants == pytest.approx(10e6 * 6 / 24), "the scheme fills up"
    assert watch.law_of(AdultApprentice(start="2014-06")).grants == 10e6
    many = AdultApprentice(grant=1000.0, subsidy=5.0)  # enough to see
    (rows, to), = watch.moves_of(many, base).due_rows
    assert to == "employment"
    expected = many.a_year / 12 * 0.01
    assert abs(rows.size - expected) < 5 * np.sqrt(expected)
    assert (base.column("age", rows) > 25).all()
    assert (months_on_support(base.world, rows) > 24).all()


def test_whom_education_is_adapted_to(watch, base):
    """If this fails, moves of people without poor mental health, or of 30 and more, are scaled."""
    scaled = watch.moves_of(AdaptedEducation(), base).scaled
    assert [(factor, to == "education") for _, to, factor, _ in scaled] == [(1.1, True), (0.9, False)]
    rows = scaled[0][3]
    assert (base.population["poor_mental_health"][rows] == 1).all()
    assert (base.column("age", rows) < 30).all()


def test_whose_skills_are_assessed(watch, base):
    """If this fails, skilled people or those under 30 are counted as the target group."""
    rows = watch.moves_of(SkillAssessment(), base).scaled[0][3]
    assert (base.population["flags"][rows] >> FLAGS.index("no_qualification") & 1 == 1).all()
    assert (base.column("age", rows) >= 30).all()
    assert watch.law_of(SkillAssessment()).grants == 10e6


# ---------------------------------------------------------------- health
def test_ips_holds_the_documented_ratio(watch):
    """If this fails, the default factor is not what 58 against 23-24 in work of 100 imply, or the cost is not 55,000 DKK a
    year in 18 months for each who begins."""
    policy = IndividualPlacement()
    assert policy.work == pytest.approx(np.log(1 - 0.58) / np.log(1 - 0.235), abs=0.01)
    assert watch.law_of(policy).grants == pytest.approx(2000 * 1.5 * 55_000)
    assert watch.law_of(IndividualPlacement(a_year=0)).grants == 0


def test_ips_places_are_limited(watch, base):
    """If this fails, IPS reaches people without poor mental health or near work, or more than its places."""
    (source, to, factor, rows), = watch.moves_of(IndividualPlacement(a_year=6000), base).scaled
    assert (source, to, factor) == (FAR, "employment", 3.24)
    assert (base.population["poor_mental_health"][rows] == 1).all()
    expected = 6000 / 12 * 3 / base.weight  # three months after it began
    assert abs(rows.size - expected) < 5 * np.sqrt(expected)


def test_the_pool_buys_as_much_as_it_pays_for(watch, base):
    """If this fails, treatment goes to people in good health or without a place, or is not limited by the pool."""
    rows = watch.moves_of(HealthPurchase(pool=600), base).scaled[0][3]
    c = base.population
    assert ((c["poor_mental_health"][rows] == 1) | (c["poor_physical_health_self_rated"][rows] == 1)).all()
    near = IS_COMPANY.copy()
    near[EDUCATION] = True
    assert (near[c["measure"][rows]] | (near[c["last_measure"][rows]] & (c["measure_ended"][rows] > base.month - 12))).all()
    expected = 600e6 / 24_000 / 12 * 3 / base.weight
    assert abs(rows.size - expected) < 5 * np.sqrt(expected)
    assert watch.law_of(HealthPurchase()).grants == 60e6


def test_the_trial_of_2016_costs_what_it_says(watch, base):
    """If this fails, the trial of municipal staff costs another amount, or reaches more than its share."""
    policy = PartlyFitStaff()
    assert (policy.start, policy.end, watch.law_of(policy).grants) == ("2016-01", "2016-12", 10e6)
    rows = watch.moves_of(policy, base).scaled[0][3]
    sick = base.rows_in("sygedagpenge").size
    assert abs(rows.size / sick - 0.1) < 5 * np.sqrt(0.09 / sick)


def test_gradual_return_begins_after_eight_weeks(watch, base):
    """If this fails, people who have just become ill are counted, or interviews come later."""
    rows = watch.moves_of(GradualReturn(coverage=1.0), base).scaled[0][3]
    assert (base.column("months_in_status", rows) >= 2).all()
    assert rows.size
    assert watch.each_month(GradualReturn(first_interview=0.5), base).factor("first_interview.sygedagpenge") == 0.5
