"""Reforms in force taken out, deadlines kept and local practice: what each of them replaces, and where it stops."""

from typing import Any

import numpy as np
import pytest

from agents.calendar import label, month
from agents.statuses import CODE, family_members
from policies.history import (
    JobFocusedProjects,
    LocalScreening,
    OfferDeadlinesKept,
    WithoutContactRules2015,
    WithoutDagpengeCut,
    WithoutKontanthjaelpReform2014,
    WithoutPensionReform2013,
    WithoutRefundReform2016,
)
from policies.protocol import Law, Policy, Text
from sim.benefit_law import AGE_CLASSES, FAMILIES, BenefitLaw, LawBook
from sim.model import BenefitModel
from sim.moves import MonthMoves
from sim.parameters import load

P = load()
YOUNG = family_members("uddannelseshjaelp")


def run(*policies: Policy, **settings: Any) -> BenefitModel:
    return BenefitModel(**{"scale": 0.002, "months": 8, "seed": 5, "policies": list(policies), **settings}).run()


@pytest.fixture(scope="module")
def base() -> BenefitModel:
    """A baseline of eight months. Shared: look at it, do not change it."""
    return run()


def started(model: BenefitModel, status: str) -> dict[str, int]:
    """People who entered a status, by month."""
    flows = model.flows()
    to = flows[flows["to_status"] == status]
    return {str(m)[:7]: int(n) for m, n in to.groupby("month")["citizens"].sum().items() if n}


def in_force(policy: Policy, when: str = "2014-05", **settings: Any) -> BenefitModel:
    """A model after the month ``when``, run with a policy."""
    model = BenefitModel(**{"scale": 0.002, "months": 60, "seed": 5, "policies": [policy], **settings})
    while label(model.month) < when:
        model.step()
    return model


def amount(law: BenefitLaw, status: str, age: str, family: str = "single", provider: int = 0) -> float:
    return float(law.benefit[CODE[status], AGE_CLASSES.index(age), FAMILIES.index(family), provider]) / P.value("price.to_2015")


class TestPension2013:
    def test_nobody_begins_a_ressourceforloeb_until_the_reform_comes(self):
        """If this fails ressourceforløb goes on beside its absence, or an end date does not move the reform in time."""
        settings = {"scale": 0.005, "months": 16}
        absent = {f"2014-{m:02d}" for m in range(6, 11)}  # what was granted before takes effect in the first month
        assert len(absent & set(started(run(**settings), "ressourceforloeb"))) > 2
        found = started(run(WithoutPensionReform2013(end="2014-10"), **settings), "ressourceforloeb")
        assert not absent & set(found)
        assert max(found) > "2014-11"

    def test_parts(self):
        """If this fails a lever that is one part of the reform takes out another."""
        now = in_force(WithoutPensionReform2013(parts=["fleksjob"])).in_force.versions[0]
        assert now.values_of("fleksjob.hours")[:2].tolist() == [0, 0]
        assert now.values_of("fleksjob.hours")[2:].tolist() == P.values_of("fleksjob.hours")[2:].tolist()
        assert now.value("team.granted.fleksjob") == pytest.approx(P.value("team.granted.fleksjob") * (1 - 0.5 * P.values_of("fleksjob.hours")[:2].sum()))
        assert now.value("team.pension_under_40") == P.value("team.pension_under_40")
        now = in_force(WithoutPensionReform2013(parts=["pension"])).in_force.versions[0]
        assert now.share("team.pension_under_40") == 1
        assert now.share("team.tightening") == 0
        assert now.value("team.granted.ressourceforloeb") == P.value("team.granted.ressourceforloeb")
        assert now.values_of("fleksjob.hours").tolist() == P.values_of("fleksjob.hours").tolist()

    def test_nobody_changes_system_without_a_ressourceforloeb(self, monkeypatch):
        """If this fails a person under 30 on uddannelseshjælp goes to kontanthjælp for want of a ressourceforløb, or others stay though
        their right runs out."""
        model = BenefitModel(scale=0.002, months=2, seed=5, policies=[WithoutPensionReform2013(parts=["ressourceforloeb"])])
        redirected: dict[str, str] = {}
        own = MonthMoves.redirect
        monkeypatch.setattr(MonthMoves, "redirect", lambda self, a, b, to, rows=None: (redirected.update({a: to}), own(self, a, b, to, rows))[1])
        model.step()
        system = {*YOUNG, *family_members("kontanthjaelp")}
        assert redirected["uddannelseshjaelp_aktivitetsparat"] == "uddannelseshjaelp_aktivitetsparat"
        assert all(to == (source if source in system else "kontanthjaelp_aktivitetsparat") for source, to in redirected.items())
        assert set(redirected) - system

    def test_nobody_is_newly_approved_for_few_hours(self):
        """If this fails small fleksjob are approved without the reform that opened them."""
        model = run(WithoutPensionReform2013(parts=["fleksjob"]))
        approved = model.rows_in("fleksjob", "ledighedsydelse")
        new = approved[model.population["since"][approved] > model.start]
        came = new[~np.isin(new, np.flatnonzero(np.isin(run(months=1).population["status"][: model.population.size], [CODE["fleksjob"], CODE["ledighedsydelse"]])))]
        assert came.size
        assert (model.population["fleks_hours"][came] >= 10).all()


class TestKontanthjaelp2014:
    def test_the_young_are_paid_as_kontanthjaelp_was(self):
        """If this fails a rate of before 2014 is wrong: 6,889 under 25, 10,689 from 25, 14,203 for providers, cohabitants in full."""
        law = LawBook(P, [WithoutKontanthjaelpReform2014()]).at(month("2014-06"))
        for status in (*YOUNG, "kontanthjaelp_jobparat"):
            assert amount(law, status, "from_25") == pytest.approx(10_689)
            assert amount(law, status, "from_25", "cohabiting") == pytest.approx(10_689)
            assert amount(law, status, "under_25", "married_low") == pytest.approx(6_889)
            assert amount(law, status, "under_25", provider=1) == pytest.approx(14_203)

    def test_parts_of_the_law_are_apart(self):
        """If this fails cohabitants are exempted though only the benefit is taken out, or the other way round."""
        only = LawBook(P, [WithoutKontanthjaelpReform2014(parts=["benefit"])]).at(month("2014-06"))
        assert amount(only, YOUNG[0], "from_25", "cohabiting") < amount(only, YOUNG[0], "from_25") == pytest.approx(10_689)
        only = LawBook(P, [WithoutKontanthjaelpReform2014(parts=["mutual_support"])]).at(month("2014-06"))
        assert amount(only, YOUNG[0], "from_25", "cohabiting") == pytest.approx(amount(only, YOUNG[0], "from_25")) == pytest.approx(5_857)

    def test_practice_is_that_of_2013(self):
        """If this fails sanctions, interviews or nytteindsats of the reform go on without it."""
        model = in_force(WithoutKontanthjaelpReform2014(), "2014-10")
        now = model.in_force.versions[0]
        assert now.value("sanctions.contact_duty") == 1
        assert now.value("sanctions.tightened") == 0
        assert now.values_of("contacts.kontanthjaelp_aktivitetsparat").tolist() == [4, 4, 4]
        measures = model.measures()
        late = measures[(measures["month"] > "2014-08") & (measures["measure"] == "nytteindsats")]
        assert late["begun"].sum() == 0

    def test_the_education_order_concerns_those_of_25_to_29(self):
        """If this fails the under-25s, who had an education order before the reform, lose it too."""
        model = in_force(WithoutKontanthjaelpReform2014(parts=["education_order"]))
        touched = np.flatnonzero(model.touched)
        assert touched.size
        age = (model.month - model.population["birth_month"][touched].astype(int)) // 12
        assert age.min() >= 25
        assert age.max() <= 30


class TestMoneyAndLimits:
    def test_contact_rules(self):
        """If this fails the cadence of 2014 does not go on, or that of 2014 itself is changed."""
        now = in_force(WithoutContactRules2015(start="2014-05")).in_force.versions[0]
        assert now.values_of("contacts.uddannelseshjaelp_aktivitetsparat").tolist() == [4, 6, 6]
        assert now.values_of("contacts.kontanthjaelp_jobparat").tolist() == [4, 4, 4]

    def test_refund_of_before_2016(self):
        """If this fails the ladder of 2016 acts without the reform, or a refund that another policy sets is lost in one order."""

        class Pays(Policy):
            """Sets one refund."""

            label = Text(en="Pays", da="Betaler")
            name = "a"

            def amend(self, law: Law) -> None:
                law.set_refund("kontanthjaelp_jobparat", 0.9, activity="company")

        class PaysLast(Pays):
            """The same, last in order."""

            name = "z"

        old, at = LawBook(P).at(month("2015-12")), month("2016-03")
        assert (LawBook(P, [WithoutRefundReform2016()]).at(at).refund == old.refund).all()
        for order in ([Pays(), WithoutRefundReform2016()], [WithoutRefundReform2016(), PaysLast()]):
            found = LawBook(P, order).at(at).refund[CODE["kontanthjaelp_jobparat"]]
            assert (found[2] == 0.9).all()
            assert (found[0] == old.refund[CODE["kontanthjaelp_jobparat"], 0]).all()

    def test_dagpenge_for_four_years(self):
        """If this fails the right is not four years, or stays so after the end."""
        policy = WithoutDagpengeCut(end="2014-06")
        assert in_force(policy).rules.limit("dagpenge", month("2014-05")).months == 48
        assert in_force(policy, "2014-07").rules.limit("dagpenge", month("2014-07")).months == 24


class TestPractice:
    def test_deadlines_of_dagpenge_are_apart(self):
        """If this fails keeping the deadlines of kontanthjælp gives the insured offers, or the other way round."""
        chances = []
        for policy in (OfferDeadlinesKept(kept=0.0), OfferDeadlinesKept(), OfferDeadlinesKept(kept=0.0, kept_dagpenge=1.0)):
            model = BenefitModel(scale=0.002, months=2, seed=5, policies=[policy])
            model._open_month()
            model.world.bring_into_force()
            assert model.institution is not None
            chances.append({s: model.institution.measures.offers.chance(model.rows_in(s), model.month).sum() for s in ("dagpenge", "kontanthjaelp_aktivitetsparat")})
        none, system, insured = chances
        assert system["dagpenge"] == none["dagpenge"] < insured["dagpenge"]
        assert insured["kontanthjaelp_aktivitetsparat"] == none["kontanthjaelp_aktivitetsparat"] < system["kontanthjaelp_aktivitetsparat"]

    def test_screening_asks_for_more_documents(self, base):
        """If this fails a case comes before the team as easily as without screening. (Seeds are fixed.)"""
        screened = run(LocalScreening(demanded=2.0))
        assert screened.decisions()["citizens"].sum() < 0.9 * base.decisions()["citizens"].sum()

    def test_projects_concern_part_of_the_activity_ready(self, monkeypatch):
        """If this fails a project gives places to others, to all, or to other people every month."""
        model = BenefitModel(scale=0.002, months=3, seed=5, policies=[JobFocusedProjects()])
        seen = []
        monkeypatch.setattr(model.world, "offer_instead", lambda *what, rows: seen.append((what, rows, model.rows_in("kontanthjaelp_aktivitetsparat"))))
        model.step()
        model.step()
        (what, rows, everybody), (_, later, everybody_later) = seen
        assert what == ("vejledning", "praktik_privat", 1.0)
        assert 0.2 < rows.size / everybody.size < 0.4  # 0.3 of about 150: 2.7 standard errors; the seed is fixed
        both = np.intersect1d(everybody, everybody_later)
        assert (np.isin(both, rows) == np.isin(both, later)).all()

    @pytest.mark.parametrize(("reach", "factor"), [(0.0, 1.0), (0.5, 1.25), (1.0, 1.5)])
    def test_the_dose_of_a_project_follows_its_reach(self, reach, factor):
        """If this fails a project that reaches nobody gives more hours, or one that reaches few as many paid hours as one for all."""
        hours: list[tuple[Any, ...]] = []
        model = BenefitModel(scale=0.002, months=3, seed=5, policies=[JobFocusedProjects(reach=reach, hours=1.5, paid_hours=1.5)])
        model.world.scale_hours = lambda *what: hours.append(what)
        model._open_month()
        model.world.bring_into_force()
        assert hours == [(factor, "activity_ready")]
        assert model.in_force.versions[0].value("placement.hours_after") == pytest.approx(factor * P.value("placement.hours_after"))
