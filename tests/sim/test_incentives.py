"""What money does to people and municipalities: nothing under the vintage's own law, and the right way round otherwise.

No test here is one of chance.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.calendar import month
from agents.measures import IS_COMPANY, MEASURES
from agents.statuses import CODE, COUNT, NAMES, STATUSES
from policies.money import BenefitLevel, EarningsOffset, OperationRefund, ParticipationBonus
from policies.protocol import Policy, Text
from sim.benefit_law import AGE_CLASSES, BENEFITS, FAMILIES, JOB_READY, PERSON_SHAPE, SHARED, BenefitLaw, LawBook
from sim.incentives import LARGEST, RESPONDS, Responses
from sim.model import BenefitModel
from sim.parameters import load
from sim.tally import REFUND_CELLS

P = load()
START, LADDER = P.month("vintage.first_month"), month("2016-01")
REFERENCE = LawBook(P).own(START)
RESPONSES = Responses(P, REFERENCE)
NAMES_OF = [m.name for m in MEASURES]
GUIDANCE, EDUCATION = NAMES_OF.index("vejledning"), NAMES_OF.index("uddannelse")
COMPANY = np.flatnonzero(IS_COMPANY[1:])
SYSTEM = [s.code for s in STATUSES if s.family in ("kontanthjaelp", "uddannelseshjaelp")]
KONTANTHJAELP = [s.code for s in STATUSES if s.family == "kontanthjaelp"]
OTHERS = [c for c in range(COUNT) if c not in SYSTEM]
FAR, READY = "kontanthjaelp_aktivitetsparat", "kontanthjaelp_jobparat"
ELASTICITIES = [f"incentive.{name}" for name in ("work", "hours", "instrument", "visitation", "submission")]
PROPERTY = settings(derandomize=True, database=None, deadline=None, max_examples=40)


class Amend(Policy):
    """Any change."""

    name = "amend_anything"
    label = Text(en="x", da="x")
    change: object = None

    def amend(self, law):
        self.change(law)


def under(*policies, p=P, now=START, responses=RESPONSES):
    return responses.to(LawBook(p, policies).at(now))


def after(change, **more):
    law = BenefitLaw(more.pop("p", P), more.pop("now", START))
    change(law)
    return more.pop("responses", RESPONSES).to(law)


def work_of(incentives):
    """By status, age, family, provider and class."""
    return incentives.work.reshape(*PERSON_SHAPE, -1)


class TestNeutral:
    def test_under_the_law_of_the_fit(self):
        """If this fails the baseline of the fitted rates is moved by money in its first month."""
        assert RESPONSES.to(REFERENCE).is_neutral
        assert RESPONSES.to(BenefitLaw(P, START)).is_neutral
        assert RESPONSES.to(LawBook(P).own(month("2015-12"))).is_neutral

    def test_every_model_begins_neutral(self):
        """If this fails the baseline's first month is not that of its rates."""
        model = BenefitModel(scale=0.002, months=6, seed=3)
        assert model.money.open_month(model.start).is_neutral
        assert all((f.factor == 1).all() for f in model.money.factors)

    @pytest.mark.parametrize(
        "change",
        [
            lambda law: law.scale_benefit(NAMES[SYSTEM[0]], 0.5), lambda law: law.set_offset(FAR, 0.0), lambda law: law.set_refund(FAR, 0.0),
            lambda law: law.set_operation_refund("vejledning", 1.0, free_months=0),
            lambda law: law.add_to_benefit("foertidspension", 9000), lambda law: law.set_refund("fleksjob", 0.0),
        ],
    )
    def test_elasticity_of_zero(self, change):
        """If this fails money acts on people or municipalities that do not respond to it."""
        p = P.changed(dict.fromkeys(ELASTICITIES, 0.0))
        responses = Responses(p, REFERENCE)
        assert after(change, responses=responses).is_neutral
        assert after(change, responses=responses, now=LADDER).is_neutral
        assert not after(change).is_neutral

    @pytest.mark.parametrize("path", ELASTICITIES)
    def test_ranges_hold_zero(self, path):
        """If this fails an assumed response cannot be switched off."""
        assert P[path].kind == "assumed"
        assert P[path].bounds[0] == 0


class TestWork:
    @pytest.mark.parametrize("factor", [0.8, 0.95, 1.05, 1.3])
    def test_level_of_benefits(self, factor):
        """If this fails a higher benefit does not lower exits to work, or moves others than those who have it."""
        found = under(BenefitLevel(factor=factor))
        work = work_of(found)
        system = work[SYSTEM] if factor > 1 else 1 / work[SYSTEM]
        assert (system <= 1).all()
        assert (system[..., 0, :] < 1).all()
        assert (system[..., 0] < 1).all()
        assert (work[OTHERS] == 1).all()

    def test_who_gains_nothing_responds_too(self):
        """If this fails people far from work with children, who have little more at work than on the benefit, do not respond to a rise."""
        far_provider = work_of(under(BenefitLevel(factor=1.05)))[CODE[READY], 2, 0, 1, 2]
        assert 0.9 < far_provider < 1

    def test_by_hand(self):
        """If this fails the factor is not the ratio of incomes on the benefit, before and after, to the power of the elasticity."""
        v = P.value
        benefit, more = (v(f"benefit.{FAR}.from_30") * v("price.to_2015") * f for f in (1, 1.05))
        tax = REFERENCE.tax
        ratio = float(tax.after_tax(0, benefit) / tax.after_tax(0, more))
        found = work_of(under(BenefitLevel(factor=1.05)))[CODE[FAR], AGE_CLASSES.index("from_30"), FAMILIES.index("single"), 0]
        assert found == pytest.approx(np.full(3, ratio ** v("incentive.work")))
        assert (found < 1).all()

    @PROPERTY
    @given(factors=st.lists(st.floats(0, 5), min_size=2, max_size=2))
    def test_monotone_and_bounded(self, factors):
        """If this fails a higher benefit raises exits to work somewhere, or a factor leaves its bounds."""
        low, high = sorted(factors)
        a, b = (after(lambda law, f=f: law.scale_benefit(BENEFITS, f)).work for f in (low, high))
        assert (a >= b - 1e-12).all()
        assert (a <= LARGEST).all()
        assert (b >= 1 / LARGEST).all()

    def test_a_benefit_above_any_wage(self):
        """If this fails a gain below zero makes a factor that is no number."""
        strong = Responses(P.changed({"incentive.work": P["incentive.work"].bounds[1]}), REFERENCE)
        work = after(lambda law: law.add_to_benefit(FAR, 90_000), responses=strong).work
        assert np.isfinite(work).all()
        assert work.min() >= 1 / LARGEST

    def test_changed_rates_of_a_scenario(self):
        """If this fails a scenario that changes rates as parameters is its own yardstick, so nobody responds."""
        p = P.changed({f"benefit.{FAR}.from_30": 13_000.0})
        model = BenefitModel(scale=0.002, months=6, seed=3, parameters=p)
        found = work_of(model.money.open_month(model.start))
        assert (found[CODE[FAR], 2, :, 0] < 1).all()
        assert (found[CODE[FAR], :2] == 1).all()
        assert (found[OTHERS] == 1).all()

    def test_reaches_the_rows_it_should(self):
        """If this fails factors reach other people than those whose benefit changed, or are not those of their age and class."""
        policy = ParticipationBonus(cut=500.0)
        model = BenefitModel(scale=0.002, months=3, seed=3, policies=[policy])
        c, now = model.population, model.start
        before = {name: c[name].copy() for name in ("status", "birth_month")}
        found = model.money.open_month(now)
        person = model.money._tallier.cell // REFUND_CELLS
        for i in range(c.size):
            expected = 1.0
            if before["status"][i] in KONTANTHJAELP and (now - 1 - before["birth_month"][i]) // 12 >= 30:
                expected = found.work[person[i], c["person_class"][i]]
                assert expected >= 1
            assert model.money.to_work[i] == np.float32(expected)
        assert (model.money.to_work > 1).sum() > 50
        factor = model.money.factors[0]
        assert not factor.exits[~RESPONDS].any()
        for code in np.flatnonzero(RESPONDS):
            assert np.array_equal(factor.exits[code], model.intensities.to[code] == CODE["employment"])

    def test_forgets(self):
        """If this fails a factor outlives the policy that made it."""
        model = BenefitModel(scale=0.002, months=4, seed=3, policies=[BenefitLevel(factor=1.2, end="2014-06")])
        seen = []
        while model.running:
            model.step()
            seen.append(bool((model.money.to_work != 1).any()))
        assert seen == [True, True, False, False]


class TestHours:
    def test_less_offset(self):
        """If this fails hours beside the benefit do not rise when less is offset, or exits to full-time work move."""
        found = under(EarningsOffset(share=0.3))
        assert (found.hours[SYSTEM] > 1).all()
        assert (found.hours[OTHERS] == 1).all()
        assert (found.work == 1).all()
        assert (found.instrument == 1).all()

    def test_more_offset(self):
        """If this fails hours do not fall when more is offset."""
        found = after(lambda law: law.set_offset("ressourceforloeb", 1.0))
        assert found.hours[CODE["ressourceforloeb"]] < 1


class TestMunicipalities:
    def test_operation_refund(self):
        """If this fails guidance without a refund is not chosen less, or visitation to activity-ready does not fall when the job-ready
        have a refund as others have."""
        found = under(OperationRefund())
        refunded = [code for code in SYSTEM if not JOB_READY[code]]  # the job-ready have no refund to lose
        assert (found.instrument[refunded, GUIDANCE] < 1).all()
        assert (found.instrument[SYSTEM][:, [*COMPANY, EDUCATION]] >= found.instrument[SYSTEM, GUIDANCE][:, None]).all()
        assert found.visitation < 1
        assert (found.work == 1).all()
        assert (found.hours == 1).all()

    def test_refund_of_company_measures(self):
        """If this fails a higher refund of benefits at employers' does not move choices to them, or moves those of others."""
        found = after(lambda law: law.set_refund(FAR, 0.9, activity="company")).instrument
        assert (found[CODE[FAR], COMPANY] > 1).all()
        assert (found[CODE[FAR], [GUIDANCE, EDUCATION]] == 1).all()
        assert (np.delete(found, CODE[FAR], axis=0) == 1).all()
        lower = after(lambda law: law.set_refund(FAR, 0.1, activity="company")).instrument
        assert (lower[CODE[FAR], COMPANY] < 1).all()

    def test_the_ladder_moves_choices_to_guidance(self):
        """If this fails the reform of 2016, which pays as much for passive months, makes company measures more attractive."""
        found = under(now=LADDER).instrument
        assert (found[SYSTEM][:, COMPANY] < found[SYSTEM, GUIDANCE][:, None]).all()

    def test_participation_bonus(self):
        """If this fails the cut from 30 does not raise exits of those it hits, or hits others; or municipalities respond to a bonus that the
        cut pays for."""
        found = under(ParticipationBonus())
        work = work_of(found)
        assert (work[KONTANTHJAELP, 2] >= 1).all()
        assert (work[KONTANTHJAELP, 2, :, :, :2] > 1).all()
        assert (work[KONTANTHJAELP, :2] == 1).all()
        assert (np.delete(work, KONTANTHJAELP, axis=0) == 1).all()
        assert under(ParticipationBonus(cut=0.0)).is_neutral

    @pytest.mark.parametrize("name", ["foertidspension", "ressourceforloeb", "fleksjob"])
    def test_awards(self, name):
        """If this fails teams grant less of what costs the municipality less, or other awards move."""
        found = after(lambda law: law.set_refund(name, 1.0)).awards
        assert found[name] > 1
        assert {award for award, odds in found.items() if odds != 1} == {name}
        assert after(lambda law: law.set_refund(name, 0.0)).awards[name] < 1

    def test_awards_against_kontanthjaelp(self):
        """If this fails dearer kontanthjælp does not make every award cheaper against it."""
        found = after(lambda law: law.scale_benefit(FAR, 1.2)).awards
        assert min(found.values()) > 1

    def test_refund_of_guidance_raises_what_the_job_ready_cost(self):
        """If this fails a higher refund for others alone does not draw people into their group."""
        assert after(lambda law: law.set_operation_refund("vejledning", 0.9)).visitation > 1
        assert after(lambda law: law.set_operation_refund("vejledning", 0.1)).visitation < 1

    def test_the_job_ready_have_no_refund_to_lose(self):
        """If this fails municipalities choose less guidance for job-ready people because a refund falls that they never had for them in
        the first 24 months."""
        found = after(lambda law: law.set_operation_refund("vejledning", 0.0)).instrument
        assert found[CODE[READY], GUIDANCE] == 1
        assert found[CODE[FAR], GUIDANCE] < 1

    @PROPERTY
    @given(share=st.floats(0, 1), refund=st.floats(0, 1), supplement=st.floats(0, 20_000))
    def test_bounds(self, share, refund, supplement):
        """If this fails some law makes a factor that is no number or beyond the bounds of the race."""

        def change(law):
            law.set_refund(SHARED, share)
            law.set_operation_refund("vejledning", refund)
            law.set_supplement(BENEFITS, "nytteindsats", supplement)

        p = P.changed({path: P[path].bounds[1] for path in ELASTICITIES})
        found = after(change, responses=Responses(p, REFERENCE))
        for table in (found.work, found.hours, found.instrument, [*found.awards.values()], [found.visitation]):
            assert (np.asarray(table) >= 1 / LARGEST).all()
            assert (np.asarray(table) <= LARGEST).all()


class TestInTheModel:
    def test_the_institution_hears_it(self):
        """If this fails municipalities and teams decide by last month's, or no, prices."""
        model = BenefitModel(scale=0.002, months=2, seed=3, policies=[OperationRefund(start="2014-06")])
        model.step()
        assert (model.institution.measures.offers.instrument == 1).all()
        model.step()
        assert (model.institution.measures.offers.instrument != 1).any()
        assert (model.money.to_far < 1).all()

    def test_guidance_is_chosen_less(self):
        """If this fails choices of measures do not follow their prices: the same people with the same luck, so only choices that
        the price moves differ."""
        strong = P.changed({"incentive.instrument": P["incentive.instrument"].bounds[1], "incentive.visitation": 0.0, "incentive.submission": 0.0})
        hours = []
        for policies in ([], [OperationRefund()]):
            model = BenefitModel(scale=0.005, months=9, seed=3, parameters=strong, policies=policies).run()
            table = model.measures().groupby("measure")
            column = next(c for c in ("hours", "citizens", "persons") if c in model.measures())
            hours.append(table[column].sum())
        assert hours[1]["vejledning"] < hours[0]["vejledning"]
