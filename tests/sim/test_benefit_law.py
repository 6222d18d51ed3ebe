"""The law of money: single citizens computed by hand, refunds, periods of law, what policies may amend, and taxes.

No test here is one of chance.
"""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.calendar import month
from agents.measures import MEASURES, SUPPORTS
from agents.mistake import Mistake
from agents.statuses import CODE, COUNT
from policies.protocol import Policy, Text
from sim.accounts import Accountant, Books
from sim.benefit_law import (
    ACTIVITIES,
    AGE_CLASSES,
    BENEFITS,
    DURATIONS,
    FAMILIES,
    GRANTS,
    LONGEST_FREE,
    PERSON_SHAPE,
    REFUND_SHAPE,
    STEPS,
    BenefitLaw,
    LawBook,
)
from sim.parameters import Parameters, load
from sim.tally import PERSON_CELLS, RANKS, REFUND_CELLS, Tally

BEFORE, AFTER, START = month("2015-12"), month("2016-01"), month("2014-05")
PROPERTY = settings(derandomize=True, database=None, deadline=None, max_examples=60)
FAR, READY = "kontanthjaelp_aktivitetsparat", "kontanthjaelp_jobparat"
IDLE = {"minutes": 0.0, "minutes_added": 0.0, "outreach_hours": 0.0, "outreach_added": 0.0, "decided": 0.0, "certificates": 0.0, "examinations": 0.0}
P = load()
LAW = BenefitLaw(P, START)


def amount(law, status, age="from_30", family="single", provider=False):
    return float(law.benefit[CODE[status], AGE_CLASSES.index(age), FAMILIES.index(family), int(provider)])


def refund(law, status, activity="passive", duration="later", step="weeks_53", grant="new"):
    return float(
        law.refund[CODE[status], ACTIVITIES.index(activity), DURATIONS.index(duration), STEPS.index(step), GRANTS.index(grant)]
    )


def tally_of(status, age="from_30", family="single", provider=False, *, hours=None, fleksjob=None, wage=None, sanction=0):
    """One citizen who is passive, long on support and newly granted; ``hours`` beside the benefit, ``fleksjob`` (old, hours), ``wage``
    (class, rank)."""
    person = np.ravel_multi_index((CODE[status], AGE_CLASSES.index(age), FAMILIES.index(family), int(provider)), PERSON_SHAPE)
    what = np.ravel_multi_index((0, 3, 3, 0), REFUND_SHAPE) if status != "employment" else 0
    cells, wages, empty = np.zeros((PERSON_CELLS, REFUND_CELLS), np.int64), np.zeros((3, RANKS), np.int64), np.zeros((0, 4), np.int64)
    cells[person, what] = 1
    if wage:
        wages[wage] = 1
    cell = int(person) * REFUND_CELLS + int(what)
    beside = np.array([[cell, hours or 0, sanction, 1]]) if hours or sanction else empty
    flex = np.array([[cell, *fleksjob, 1]]) if fleksjob else empty
    kinds = np.zeros((COUNT, len(MEASURES), LONGEST_FREE + 1), np.int64)
    return Tally(cells, wages, beside, flex, kinds, kinds[..., 0].copy(), np.zeros((COUNT, len(SUPPORTS)), np.int64), dict(IDLE))


def books_of(law, tally, p=P):
    """Postings of one citizen that are not 0."""
    return {key: oere for key, oere in Accountant(p).close(law, tally).entries.items() if oere}


def taxes_by_hand(p, pay, benefit):
    """Tax to the municipality and to the state a month in plain Python."""
    v = p.value
    contribution = v("tax.labour_contribution") * pay
    personal = pay - contribution + benefit
    allowance = v("tax.allowance") / 12
    deduction = min(v("tax.work_deduction") * pay, v("tax.work_deduction_most") / 12)
    municipal = v("tax.municipal") * max(personal - allowance - deduction, 0)
    health = v("tax.health") * max(personal - allowance - deduction, 0)
    state = health + v("tax.state") * max(personal - allowance, 0) + v("tax.top") * max(personal - v("tax.top_from") / 12, 0)
    return municipal, contribution + state


def oere(dkk):
    return round(100 * dkk)


class Amending(Policy):
    name = "amending"
    label = Text(en="x", da="x")

    def amend(self, law):
        raise RuntimeError("no such law")


class TestCitizensByHand:
    """A citizen's month, written out from parameter values, in øre."""

    @pytest.mark.parametrize(
        ("status", "age", "family", "provider", "by_hand"),
        [
            ("kontanthjaelp_jobparat", "from_30", "single", False, lambda v: v("benefit.kontanthjaelp_jobparat.from_30")),
            ("kontanthjaelp_jobparat", "from_30", "married_low", True, lambda v: v("benefit.kontanthjaelp_jobparat.from_30_provider")),
            ("kontanthjaelp_jobparat", "under_25", "single", False, lambda v: v("benefit.kontanthjaelp_jobparat.under_25")),
            (
                "kontanthjaelp_aktivitetsparat", "from_25", "cohabiting", False,
                lambda v: v("benefit.kontanthjaelp_aktivitetsparat.from_25") * (1 - v("mutual_support.effect") * v("mutual_support.share")),
            ),
            (
                "uddannelseshjaelp_parat", "under_25", "single", False,  # a quarter lives with the parents, at 43 %
                lambda v: v("benefit.uddannelseshjaelp_parat.from_30") * (1 - v("benefit_of.at_home") * (1 - v("benefit_of.at_home_rate"))),
            ),
            ("uddannelseshjaelp_parat", "under_25", "cohabiting", False, lambda v: v("benefit.uddannelseshjaelp_parat.from_30")),
            ("uddannelseshjaelp_parat", "under_25", "single", True, lambda v: v("benefit.uddannelseshjaelp_parat.from_30_provider")),
            ("sygedagpenge", "under_25", "single", False, lambda v: v("benefit.sygedagpenge.from_30") * v("benefit_of.sygedagpenge")),
            ("sygedagpenge", "from_30", "married_high", True, lambda v: v("benefit.sygedagpenge.from_30") * v("benefit_of.sygedagpenge")),
            ("ledighedsydelse", "from_30", "single", False, lambda v: v("benefit.ledighedsydelse.from_30")),
            ("revalidering", "from_25", "single", True, lambda v: v("benefit.revalidering.from_25_provider")),
            ("ressourceforloeb", "from_25", "cohabiting", False, lambda v: v("benefit.ressourceforloeb.from_30")),
            ("foertidspension", "from_30", "single", False, lambda v: v("benefit.foertidspension.from_30") * v("benefit_of.pension")),
            (
                "foertidspension", "from_30", "married_low", False,
                lambda v: v("benefit.foertidspension.from_30") * v("benefit_of.pension") * v("benefit_of.pension_couple"),
            ),
        ],
    )
    def test_on_a_benefit(self, status, age, family, provider, by_hand):
        """If this fails benefit, refund, tax or what is left of somebody on a benefit is not what the parameters say, to the øre."""
        benefit = by_hand(P.value) * P.value("price.to_2015")
        assert amount(LAW, status, age, family, provider) == pytest.approx(benefit, abs=1e-8)
        municipal, state = (oere(t) for t in taxes_by_hand(P, 0, benefit))
        left = oere(benefit) - municipal - state
        share = {"sygedagpenge": "refund.sygedagpenge_long", "foertidspension": "refund.pension"}.get(status, "refund.passive")
        expected = {
            ("municipalities", "citizens", "benefits"): oere(benefit),
            ("state", "municipalities", "benefit_refund"): round(oere(benefit) * P.value(share) / 100),
            ("citizens", "municipalities", "income_tax"): municipal,
            ("citizens", "state", "income_tax"): state,
            ("citizens", "state", "clawback"): round(left * P.value("tax.consumption")),
        }
        assert books_of(LAW, tally_of(status, age, family, provider)) == {k: n for k, n in expected.items() if n}
        assert float(LAW.tax.after_tax(0, benefit)) == pytest.approx(left / 100, abs=0.016)

    @pytest.mark.parametrize("hours", [0, 6, 12, 20, 30])
    def test_fleksjob_of_today(self, hours):
        """If this fails wage, flekslønstilskud, its offset at or above the threshold, or its refund differs from the law's arithmetic."""
        v, price = P.value, P.value("price.to_2015")
        wage = hours * v("wage.month_hours") / 37 * v("wage.fleksjob") * price
        threshold = v("fleksjob_pay.threshold") * price
        offset = v("fleksjob_pay.offset") * min(wage, threshold) + v("fleksjob_pay.offset_above") * max(wage - threshold, 0)
        subsidy = max(v("fleksjob_pay.subsidy") * price - offset, 0)
        municipal, state = (oere(t) for t in taxes_by_hand(P, wage, subsidy))
        left = oere(wage + subsidy) - municipal - state
        expected = {
            ("employers", "citizens", "wages"): oere(wage),
            ("municipalities", "citizens", "benefits"): oere(subsidy),
            ("state", "municipalities", "benefit_refund"): round(oere(subsidy) * v("refund.fleksjob") / 100),
            ("citizens", "municipalities", "income_tax"): municipal,
            ("citizens", "state", "income_tax"): state,
            ("citizens", "state", "clawback"): round(left * v("tax.consumption")),
        }
        assert books_of(LAW, tally_of("fleksjob", fleksjob=(0, hours))) == {k: n for k, n in expected.items() if n}

    def test_fleksjob_of_before_2013(self):
        """If this fails the old scheme pays the citizen a subsidy, or the employer's is not the parameter's."""
        v, price = P.value, P.value("price.to_2015")
        wage, subsidy = v("fleksjob_pay.old_wage") * price, v("fleksjob_pay.old_subsidy") * price
        municipal, state = (oere(t) for t in taxes_by_hand(P, wage, 0))
        assert books_of(LAW, tally_of("fleksjob", fleksjob=(1, 12))) == {
            ("employers", "citizens", "wages"): oere(wage),
            ("municipalities", "employers", "fleksjob_subsidy"): oere(subsidy),
            ("state", "municipalities", "benefit_refund"): round(oere(subsidy) * v("refund.fleksjob") / 100),
            ("citizens", "municipalities", "income_tax"): municipal,
            ("citizens", "state", "income_tax"): state,
            ("citizens", "state", "clawback"): round((oere(wage) - municipal - state) * v("tax.consumption")),
        }

    @pytest.mark.parametrize(("class_", "rank"), [(0, 1), (0, 128), (1, 200), (2, 60), (0, 255)])
    def test_in_work(self, class_, rank):
        """If this fails wages are not lognormal by class, or their tax (the last one pays top tax) is wrong by an øre."""
        v = P.value
        level = v("wage.median") * v("price.to_2015") * v("wage.hours") * P.values_of("wage.classes")[class_]
        wage = level * math.exp(v("wage.spread") * NormalDist().inv_cdf((rank - 0.5) / 255))
        municipal, state = (oere(t) for t in taxes_by_hand(P, wage, 0))
        if rank == 255:
            assert wage * (1 - v("tax.labour_contribution")) > v("tax.top_from") / 12
        assert books_of(LAW, tally_of("employment", wage=(class_, rank))) == {
            ("employers", "citizens", "wages"): oere(wage),
            ("citizens", "municipalities", "income_tax"): municipal,
            ("citizens", "state", "income_tax"): state,
            ("citizens", "state", "clawback"): round((oere(wage) - municipal - state) * v("tax.consumption")),
        }

    @pytest.mark.parametrize("hours", [3, 8, 20, 37])
    def test_hours_beside_kontanthjaelp(self, hours):
        """If this fails the offset krone for krone beyond the disregard, its refund, or the tax of both together is wrong."""
        v, price = P.value, P.value("price.to_2015")
        benefit = v(f"benefit.{FAR}.from_30") * price
        month_hours = hours * v("wage.month_hours") / 37
        pay = month_hours * v("wage.hourly") * price
        offset = min(v("offset.kontanthjaelp") * (pay - v("offset.disregard") * price * month_hours), benefit)
        found = books_of(LAW, tally_of(FAR, hours=hours))
        assert found["citizens", "municipalities", "offset"] == oere(offset)
        assert found["employers", "citizens", "wages"] == oere(pay)
        back = round(oere(offset) * v("refund.passive") / 100)
        assert found["state", "municipalities", "benefit_refund"] == round(oere(benefit) * v("refund.passive") / 100)
        assert found["municipalities", "state", "benefit_refund"] == back
        municipal, state = taxes_by_hand(P, pay, benefit - offset)
        assert found["citizens", "municipalities", "income_tax"] == oere(municipal)
        assert found["citizens", "state", "income_tax"] == oere(state)

    def test_hours_beside_benefits_paid_by_time(self):
        """If this fails sygedagpenge are not reduced by the share of full time worked, or ressourceforløb not by 30 % of the pay."""
        v, price = P.value, P.value("price.to_2015")
        benefit = v("benefit.sygedagpenge.from_30") * v("benefit_of.sygedagpenge") * price
        found = books_of(LAW, tally_of("sygedagpenge", hours=10))
        assert found["citizens", "municipalities", "offset"] == oere(benefit * 10 / 37)
        pay = 10 * v("wage.month_hours") / 37 * v("wage.hourly") * price
        found = books_of(LAW, tally_of("ressourceforloeb", hours=10))
        assert found["citizens", "municipalities", "offset"] == oere(v("offset.ressourceforloeb") * pay)

    @pytest.mark.parametrize(("kind", "name"), [(1, "period"), (2, "point"), (4, "tightened")])
    def test_sanctions(self, kind, name):
        """If this fails a sanction does not take its share of the month's benefit, or tax is paid of what was withheld."""
        benefit = P.value(f"benefit.{READY}.from_30") * P.value("price.to_2015")
        withheld = P.value(f"sanction_cost.{name}") * benefit
        found = books_of(LAW, tally_of(READY, sanction=kind))
        assert found["citizens", "municipalities", "sanctions"] == oere(withheld)
        municipal, state = taxes_by_hand(P, 0, benefit - withheld)
        assert found.get(("citizens", "municipalities", "income_tax"), 0) == oere(municipal)
        assert found.get(("citizens", "state", "income_tax"), 0) == oere(state)

    def test_nobody_gets_what_has_no_benefit(self):
        """If this fails people in work or self-support have a benefit."""
        for name in ("employment", "self_support", "fleksjob", "dead", "entry"):
            assert (LAW.benefit[CODE[name]] == 0).all()


class TestRefunds:
    @pytest.mark.parametrize("activity", ACTIVITIES)
    @pytest.mark.parametrize("duration", DURATIONS)
    def test_before_2016(self, activity, duration):
        """If this fails the old refund by activity and time is not that of the parameters, or hangs on the ladder."""
        law, v = BenefitLaw(P, BEFORE), P.value
        plain = v("refund.passive") if activity == "passive" else v("refund.active")
        sick = {"first_month": v("refund.sygedagpenge_first"), "second_month": v("refund.sygedagpenge_second"), "later": v("refund.sygedagpenge_long")}
        expected = {
            FAR: plain, "ressourceforloeb": plain, "ledighedsydelse": plain,
            "revalidering": v("refund.revalidering_praktik") if activity == "company" else plain,
            "sygedagpenge": sick.get(duration, plain), "dagpenge": 100 if duration == "first_month" else plain,
            "fleksjob": v("refund.fleksjob"), "foertidspension": v("refund.pension"),
        }
        for step in STEPS:
            for grant in GRANTS:
                found = {name: refund(law, name, activity, duration, step, grant) for name in expected}
                assert found == pytest.approx({name: rate / 100 for name, rate in expected.items()}), (step, grant)

    @pytest.mark.parametrize(("step", "rung"), [*zip(STEPS, (1, 2, 3, 4), strict=True)])
    def test_from_2016(self, step, rung):
        """If this fails the ladder of 2016 depends on activity or benefit, or grants of before July 2014 have lost the old refund."""
        law, rate = BenefitLaw(P, AFTER), P.value(f"refund.ladder_{rung}") / 100
        for name in (FAR, "sygedagpenge", "dagpenge", "foertidspension", "fleksjob", "revalidering"):
            for activity in ACTIVITIES:
                for duration in DURATIONS:
                    assert refund(law, name, activity, duration, step) == pytest.approx(rate)
                    old = {"foertidspension": P.value("refund.pension"), "fleksjob": P.value("refund.fleksjob")}.get(name, rate * 100) / 100
                    assert refund(law, name, activity, duration, step, "old") == pytest.approx(old)

    def test_date_is_a_parameter(self):
        """If this fails the ladder begins at another month than the parameter's."""
        book = LawBook(P.changed({"refund.ladder_from": 201507}))
        assert refund(book.own(month("2015-06")), FAR) == pytest.approx(P.share("refund.passive"))
        assert refund(book.own(month("2015-07")), FAR) == pytest.approx(P.share("refund.ladder_4"))

    @pytest.mark.parametrize(("now", "share"), [(BEFORE, "refund.passive"), (AFTER, "refund.ladder_4")])
    def test_dagpenge_are_the_states_with_a_municipal_part(self, now, share):
        """If this fails municipalities pay dagpenge themselves, or not the part that the state's share leaves."""
        found = books_of(BenefitLaw(P, now), tally_of("dagpenge"))
        whole = oere(amount(LAW, "dagpenge"))
        assert found["state", "citizens", "state_benefits"] == whole
        assert found["municipalities", "state", "benefit_refund"] == whole - round(whole * P.share(share))
        assert ("state", "municipalities", "benefit_refund") not in found

    def test_the_municipal_part_falls_with_the_dagpenge(self):
        """If this fails municipalities pay their part of dagpenge that were offset."""
        found = books_of(BenefitLaw(P, BEFORE), tally_of("dagpenge", hours=10))
        lost = oere(amount(LAW, "dagpenge") * 10 / 37)
        assert found["citizens", "state", "offset"] == lost
        assert found["state", "municipalities", "benefit_refund"] == lost - round(lost * P.share("refund.passive"))

    @pytest.mark.parametrize("name", ["education", "efterloen", "barsel"])
    def test_the_states_own(self, name):
        """If this fails municipalities take part in SU, efterløn or parental benefit."""
        for now in (BEFORE, AFTER):
            found = books_of(BenefitLaw(P, now), tally_of(name))
            assert {account for *_, account in found} == {"state_benefits", "income_tax", "clawback"}


class TestPeriods:
    def test_mutual_support(self):
        """If this fails cohabitants from 25 on do not lose half the offset in 2014-15 only, or others do."""
        book = LawBook(P)
        left = 1 - P.share("mutual_support.effect") * P.share("mutual_support.share")
        before, during, after = (book.own(month(m)) for m in ("2013-12", "2014-01", "2016-01"))
        assert np.array_equal(during.benefit, book.own(BEFORE).benefit)
        assert np.array_equal(before.benefit, after.benefit)
        ratio = during.benefit / np.where(after.benefit > 0, after.benefit, 1)
        hit = np.zeros(PERSON_SHAPE, bool)
        for name in (READY, FAR, "uddannelseshjaelp_aabenlyst_parat", "uddannelseshjaelp_parat", "uddannelseshjaelp_aktivitetsparat"):
            hit[CODE[name], 1:, FAMILIES.index("cohabiting")] = True
        assert ratio[hit] == pytest.approx(left)
        assert (during.benefit[~hit] == after.benefit[~hit]).all()

    def test_dates_the_wrong_way_round(self):
        """If this fails a repeal before the law began is silently ignored."""
        with pytest.raises(Mistake, match=r"mutual_support\.repealed.*201312.*mutual_support\.from.*201401|overlap"):
            LawBook(P.changed({"mutual_support.repealed": 201312}))

    def test_repealed_as_it_begins(self):
        """If this fails a law of no months is refused, or in force."""
        book = LawBook(P.changed({"mutual_support.repealed": 201401}))
        assert np.array_equal(book.own(month("2014-06")).benefit, LawBook(P).own(AFTER).benefit)

    @pytest.mark.parametrize("path", ["mutual_support.from", "mutual_support.repealed", "refund.ladder_from"])
    def test_no_month(self, path):
        """If this fails a month that is none is used, or refused without its name."""
        with pytest.raises(Mistake, match=path):
            LawBook(P.changed({path: 201513}))

    def test_missing_rate(self):
        """If this fails a benefit without a rate pays 0 without a word."""
        entries = {path: P[path] for path in P if path != "benefit.ledighedsydelse.from_30"}
        with pytest.raises(Mistake, match=r"benefit\.ledighedsydelse\.from_30"):
            LawBook(Parameters(entries, "2014"))

    @pytest.mark.parametrize("path", ["benefit.sygedagpenge.from_30", "refund.passive", "tax.municipal", "cost.vejledning", "wage.median"])
    def test_negative_rate(self, path):
        """If this fails a negative amount or rate is taken."""
        with pytest.raises(Mistake, match=path):
            P.changed({path: -1})

    def test_the_law_of_a_month_says_its_month(self):
        """If this fails a policy that looks at ``law.month`` sees another month."""
        seen = []

        class Looks(Policy):
            name = "looks"
            label = Text(en="x", da="x")

            def amend(self, law):
                seen.append(law.month)

        book = LawBook(P, [Looks()])
        for now in (START, START + 7, AFTER):
            assert book.at(now).month == now
        assert seen == [START, START + 7, AFTER]


class TestAmending:
    @pytest.mark.parametrize("error", [RuntimeError("no such law"), SystemExit(3), Mistake("wrong name")])
    def test_an_error_names_the_policy(self, error):
        """If this fails a user does not learn which policy's amend went wrong, or a policy ends the program."""

        class Wrong(Amending):
            def amend(self, law):
                raise error

        with pytest.raises(Mistake, match="'amending', amend: ") as found:
            LawBook(P, [Wrong()]).at(START)
        assert ("Mistake" in str(found.value)) is False

    def test_only_while_in_force(self):
        """If this fails an amendment acts before or after its months, or outlives them in the law that is kept."""

        class Half(Amending):
            def amend(self, law):
                law.scale_benefit(FAR, 0.5)

        book = LawBook(P, [Half(start="2014-07", end="2014-08")])
        found = [amount(book.at(month(m)), FAR) / amount(LAW, FAR) for m in ("2014-06", "2014-07", "2014-08", "2014-09")]
        assert found == [1, 0.5, 0.5, 1]

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            (lambda law: law.scale_benefit("kontanthjaelp_jobparrat", 1), "kontanthjaelp_jobparat"),
            (lambda law: law.scale_benefit(FAR, -0.1), "factor"),
            (lambda law: law.scale_benefit(FAR, float("nan")), "factor"),
            (lambda law: law.scale_benefit(FAR, 1, ages="under25"), "under_25"),
            (lambda law: law.add_to_benefit(FAR, 1e6), "amount"),
            (lambda law: law.set_offset(FAR, 1.1), "share"),
            (lambda law: law.set_offset(FAR, 0.5, -1), "disregard"),
            (lambda law: law.set_refund(FAR, 1.01), "share"),
            (lambda law: law.set_refund(FAR, 0.5, activity="compagny"), "company"),
            (lambda law: law.set_operation_refund("vejledningg", 0.5), "vejledning"),
            (lambda law: law.set_operation_refund("mentor", -0.5), "share"),
            (lambda law: law.set_supplement(FAR, "mentor", 100), "measure"),
            (lambda law: law.set_supplement(FAR, "nytteindsats", -100), "amount"),
        ],
    )
    def test_refuses(self, change, says):
        """If this fails an amendment with a wrong name or an impossible number goes through."""
        with pytest.raises(Mistake, match=says):
            change(BenefitLaw(P, START))

    @pytest.mark.parametrize("months", [-3, 2.5, float("nan")])
    def test_refuses_free_months_that_are_none(self, months):
        """If this fails a number of months below 0, or no whole number, goes through."""
        with pytest.raises(Mistake, match="month"):
            BenefitLaw(P, START).set_operation_refund("vejledning", 0.5, free_months=months)

    @pytest.mark.parametrize(
        "change",
        [
            lambda law: law.scale_benefit("fleksjob", 0.5),
            lambda law: law.set_refund("efterloen", 0.5),
            lambda law: law.add_to_benefit("fleksjob", 500),
        ],
    )
    def test_refuses_what_does_nothing(self, change):
        """If this fails a user believes in a reform of a benefit that the law has not."""
        with pytest.raises(Mistake):
            change(BenefitLaw(P, START))

    def test_ages_and_providers(self):
        """If this fails a change for some ages or providers reaches others."""
        law = BenefitLaw(P, START)
        law.scale_benefit([READY, FAR], 0.5, ages=["from_25", "from_30"], provider=True)
        changed = law.benefit != LAW.benefit
        expected = np.zeros(PERSON_SHAPE, bool)
        expected[[CODE[READY], CODE[FAR]], 1:, :, 1] = True
        assert np.array_equal(changed, expected)

    def test_a_benefit_does_not_fall_below_zero(self):
        """If this fails a cut makes people pay."""
        law = BenefitLaw(P, START)
        law.add_to_benefit([FAR], -50_000)
        assert (law.benefit[CODE[FAR]] == 0).all()

    @PROPERTY
    @given(factors=st.lists(st.floats(0, 3), min_size=2, max_size=4), order=st.randoms(use_true_random=False))
    def test_factors_commute(self, factors, order):
        """If this fails what several policies do to a benefit hangs on their order."""
        ones, others = BenefitLaw(P, START), BenefitLaw(P, START)
        for factor in factors:
            ones.scale_benefit(FAR, factor)
        order.shuffle(factors)
        for factor in factors:
            others.scale_benefit(FAR, factor)
        assert ones.benefit == pytest.approx(others.benefit, rel=1e-12)


class TestOffsetsAndTaxes:
    @PROPERTY
    @given(
        status=st.sampled_from([CODE[name] for name in BENEFITS]), benefit=st.floats(0, 40_000), hours=st.floats(0, 400), hourly=st.none() | st.floats(0, 1000),
        share=st.floats(0, 1), disregard=st.floats(0, 1000),
    )
    def test_offset_within_the_benefit(self, status, benefit, hours, hourly, share, disregard):
        """If this fails more is offset than the benefit, or an offset is paid out."""
        law = BenefitLaw(P, START)
        codes = np.array([status])
        for _ in range(2):
            found = float(law.offset(codes, np.array([benefit]), np.array([hours]), hourly)[0])
            assert 0 <= found <= benefit
            law = BenefitLaw(P, START)
            law.set_offset([n for n, code in CODE.items() if code == status], share, disregard)

    @PROPERTY
    @given(
        status=st.sampled_from([READY, FAR, "ressourceforloeb", "sygedagpenge", "revalidering", "dagpenge", "foertidspension"]),
        hours=st.lists(st.floats(0, 37), min_size=2, max_size=2),
    )
    def test_an_hour_more_beside_the_benefit_never_costs_money(self, status, hours):
        """If this fails somebody who works more beside a benefit has less left before costs."""
        few, many = sorted(hours)
        own = np.full(2, amount(LAW, status))
        month_hours = np.array([few, many]) * LAW.month_hours / 37
        left = LAW.tax.after_tax(month_hours * LAW.hour, own - LAW.offset(np.full(2, CODE[status]), own, month_hours))
        assert left[1] >= left[0] - 1e-6

    @PROPERTY
    @given(pays=st.lists(st.floats(0, 300_000), min_size=2, max_size=2), benefit=st.floats(0, 40_000))
    def test_more_pay_is_more_left_and_more_tax(self, pays, benefit):
        """If this fails the marginal tax is above 100 % or below 0 somewhere."""
        low, high = sorted(pays)
        left = LAW.tax.after_tax(np.array([low, high]), benefit)
        assert left[1] >= left[0] - 1e-6
        (municipal_0, state_0), (municipal_1, state_1) = (LAW.tax.taxes(pay, benefit) for pay in (low, high))
        assert municipal_1 >= municipal_0 - 1e-6
        assert state_1 >= state_0 - 1e-6

    @PROPERTY
    @given(pay=st.floats(0, 300_000), benefits=st.lists(st.floats(0, 60_000), min_size=2, max_size=2))
    def test_more_benefit_is_more_left_and_more_tax(self, pay, benefits):
        """If this fails a higher benefit leaves less, or is taxed less."""
        low, high = sorted(benefits)
        assert LAW.tax.after_tax(pay, high) >= LAW.tax.after_tax(pay, low) - 1e-6
        assert sum(LAW.tax.taxes(pay, high)) >= sum(LAW.tax.taxes(pay, low)) - 1e-6

    @PROPERTY
    @given(pay=st.floats(0, 300_000), benefit=st.floats(0, 40_000))
    def test_taxes_by_hand(self, pay, benefit):
        """If this fails the vectorised tax differs from the arithmetic in plain Python."""
        assert [float(t) for t in LAW.tax.taxes(pay, benefit)] == pytest.approx(list(taxes_by_hand(P, pay, benefit)), abs=1e-6)

    def test_nothing_is_taxed_nothing(self):
        """If this fails somebody without income pays tax."""
        assert [float(t) for t in LAW.tax.taxes(0, 0)] == [0, 0]
        allowance = P.value("tax.allowance") / 12
        assert [float(t) for t in LAW.tax.taxes(0, allowance)] == [0, 0]

    @PROPERTY
    @given(hours=st.lists(st.integers(0, 37), min_size=2, max_size=2))
    def test_an_hour_more_in_a_fleksjob_never_costs_money(self, hours):
        """If this fails somebody in a fleksjob has less left with more hours, or the subsidy is below 0."""
        wage, subsidy, _ = LAW.fleksjob(np.array(sorted(hours)), np.array([False, False]))
        left = LAW.tax.after_tax(wage, subsidy)
        assert left[1] >= left[0] - 1e-6
        assert (subsidy >= 0).all()


class TestPosting:
    @pytest.mark.parametrize(
        ("posting", "says"),
        [
            (("citizen", "state", "income_tax"), "unknown sector 'citizen'; did you mean 'citizens'"),
            (("citizens", "stat", "income_tax"), "unknown sector 'stat'; did you mean 'state'"),
            (("citizens", "state", "incometax"), "unknown account 'incometax'; did you mean 'income_tax'"),
        ],
    )
    def test_unknown_names(self, posting, says):
        """If this fails a misspelt sector or account opens a book of its own."""
        with pytest.raises(Mistake, match=says):
            Books().post(*posting, 1)

    def test_whole_oere(self):
        """If this fails books hold parts of an øre, or a second posting replaces the first."""
        books = Books()
        books.post("citizens", "state", "income_tax", 10.4)
        books.post("citizens", "state", "income_tax", 2)
        assert books.entries == {("citizens", "state", "income_tax"): 12}
