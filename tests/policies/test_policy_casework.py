"""Policies of casework, clarification and fleksjob: whom they choose, and what they change by how much."""

from typing import Any

import numpy as np
import pytest

from agents.calendar import month
from agents.citizen import DOCUMENTING, HAS_CERTIFICATE, NEVER, QUEUED, READY, UNSEEN
from agents.mistake import Mistake
from agents.statuses import CODE
from policies.casework import (
    ContactCadence,
    EarlyJobTalks,
    LessPaperwork,
    MicroTeam,
    OptionalMeetings,
    Supervision,
    TrainedCaseworkers,
    WaivedInterviews,
)
from policies.clarification import (
    ClarificationGuarantee,
    EconomyFirewall,
    FewerCertificates,
    JointUnit,
    PsychiatryGuarantee,
    TeamAuthority,
    WithoutNewRessourceforloeb,
)
from policies.fleksjob import DevelopmentFleksjob, SupportedFleksjob
from policies.registry import refuse_conflicts
from sim.benefit_law import BenefitLaw
from sim.institution import Institution
from sim.model import BenefitModel
from sim.parameters import load

RF, FJ = "ressourceforloeb", "fleksjob"


class Spy:
    """A world that gives the columns it was made with, and writes down what a policy does to it."""

    def __init__(self, now: str = "2014-05", draw: float = 0.0, **columns: Any) -> None:
        self.month, self.parameters = month(now), load()
        self._columns, self._draw = {name: np.asarray(column) for name, column in columns.items()}, draw
        self.changed: dict[str, Any] = {}
        self.done: list[tuple[str, list[int]]] = []

    @property
    def world(self) -> "Spy":
        return self

    def rows_in(self, *names: str) -> Any:
        return np.flatnonzero(np.isin(self._columns["status"], names))

    def column(self, name: str, rows: Any) -> Any:
        return self._columns[name][rows]

    def draw(self, name: str, rows: Any) -> Any:
        return np.full(len(rows), self._draw)

    draw_once = draw

    def change(self, path: str, *, factor: Any = None, value: Any = None) -> None:
        self.changed[path] = factor if value is None else value

    def __getattr__(self, verb: str) -> Any:
        return lambda *args: self.done.append((verb, *[a.tolist() if isinstance(a, np.ndarray) else a for a in args]))


SCALE = 0.006
"""One scale for all models: they share a lived history."""


def begun(*policies: Any) -> tuple[BenefitModel, Institution]:
    """A model in its first month, when caseworkers have their citizens and nobody has met yet."""
    model = BenefitModel(scale=SCALE, months=2, seed=9, policies=policies)
    assert model.institution is not None
    model.month += 1
    model.institution.staff.keep(model.month)
    return model, model.institution


def seen(policy: Any, **columns: Any) -> Spy:
    world = Spy(**columns)
    policy.each_month(world)
    return world


# ---------------------------------------------------------------- who meets
def test_only_the_ill_who_cannot_improve_are_released() -> None:
    """If this fails activity-ready people without poor mental health, or others, are no longer met."""
    status = ["kontanthjaelp_aktivitetsparat"] * 2 + ["uddannelseshjaelp_aktivitetsparat", "kontanthjaelp_jobparat"]
    who = {"status": status, "poor_mental_health": [1, 0, 1, 1]}
    assert seen(WaivedInterviews(share=0.3), draw=0.2, **who).done == [("release", [0, 2])]
    assert seen(WaivedInterviews(share=0.3), draw=0.4, **who).done == [("release", [])]


def test_optional_meetings_come_after_the_first_and_from_25() -> None:
    """If this fails the young, those who have not had their first interview, or those less ready than they seemed are no longer met."""
    who = {"status": ["kontanthjaelp_jobparat"] * 5, "age": [24, 25, 40, 40, 40], "is_new": [0, 0, 1, 0, 0], "need": [0, 0, 0, 1, 0], "label_need": [0, 0, 0, 0, 1], "months_in_spell": [5] * 5}
    assert seen(OptionalMeetings(meets=0.4, reached=1.0), draw=0.9, **who).done == [("release", [1])]
    assert seen(OptionalMeetings(meets=0.4, reached=0.8), draw=0.9, **who).done == [("release", [1, 3, 4])]
    assert seen(OptionalMeetings(meets=0.4), draw=0.3, **who).done == [("release", [])]


def test_optional_meetings_leave_the_guarantee_its_interviews() -> None:
    """If this fails those whom the clarification guarantee invites after each full year are asked to no interview."""
    stayed = [0, 11, 12, 13, 24]
    who = {"status": ["kontanthjaelp_jobparat"] * 5, "age": [30] * 5, "is_new": [0] * 5, "need": [0] * 5, "label_need": [0] * 5, "months_in_spell": stayed}
    assert seen(OptionalMeetings(meets=0.4), draw=0.9, **who).done == [("release", [0, 1, 3])]


def test_six_talks_in_six_months_are_one_a_month() -> None:
    """If this fails talks go to people past the first half year, or are fewer than six."""
    who = {"status": ["kontanthjaelp_jobparat"] * 3, "months_in_spell": [5, 6, 0], "is_new": [0, 0, 1]}
    assert seen(EarlyJobTalks(), draw=0.999, **who).done == [("invite", [0])]
    assert seen(EarlyJobTalks(talks=3), draw=0.6, **who).done == [("invite", [])]


def test_an_invitation_falls_due_and_a_new_citizen_keeps_his_date() -> None:
    """If this fails the verb invites people without a caseworker, or postpones an interview that is overdue."""
    model, institution = begun()
    c, rows = model.population, institution.staff.clients[:4]
    c["contact_due"][rows] = [NEVER, model.month - 2, model.month + 3, model.month + 1]
    stranger = np.flatnonzero(c["status"] == CODE["employment"])[:1]
    before = c["contact_due"][stranger].copy()
    model.world.invite(np.concatenate([rows, stranger]))
    assert c["contact_due"][rows].tolist() == [NEVER, model.month - 2, model.month, model.month]
    assert c["contact_due"][stranger] == before


# ---------------------------------------------------------------- sizes
def test_cadence_of_some_groups_only() -> None:
    """If this fails the cadence of other groups changes too, or no group means none instead of all."""
    world = seen(ContactCadence(factor=0.5, groups=["sickness"]))
    assert world.changed == {"contacts.sygedagpenge": 0.5, "contacts.jobafklaring": 0.5}
    assert len(seen(ContactCadence(groups=[])).changed) == 10


def test_training_closes_the_gap_and_no_more() -> None:
    """If this fails caseworkers with the training would be better than trained: 0.8 becomes 1, and half the gap 0.9."""
    own = load().value("documentation.untrained")
    for share, able in ((1.0, 1.0), (0.5, (1 + own) / 2), (0.0, own)):
        assert seen(TrainedCaseworkers(share=share)).changed["documentation.untrained"] * own == pytest.approx(able)


def test_supervision_takes_time_from_every_act() -> None:
    """If this fails supervision is free, or saves money: 3 of 105 hours make every act a 35th longer."""
    changed = seen(Supervision(hours=3.0)).changed
    acts = {path: by for path, by in changed.items() if path.startswith("minutes.")}
    assert set(acts) == {f"minutes.{act}" for act in load().below("minutes")}
    assert set(acts.values()) == {1 + 3 / load().value("casework.hours")}


def test_what_colleagues_keep_is_not_lost() -> None:
    """If this fails a micro-team that keeps all trust loses some, or a pair on complex cases keeps that of ordinary ones."""
    changed = seen(MicroTeam(kept=0.0, kept_complex=1.0)).changed
    assert (changed["trust.lost_at_change"], changed["trust.lost_at_change_complex"]) == (1, 0)


def test_fewer_duty_lists_leave_the_papers_alone() -> None:
    """If this fails STAR-C6 is the same as DS14-A3."""
    changed = seen(LessPaperwork(team_case=1.0, registration=1.0, interview=0.9)).changed
    assert {path for path, by in changed.items() if by != 1 and path.startswith("minutes.")} == {"minutes.first_interview", "minutes.contact"}


@pytest.mark.parametrize(("now", "beyond"), [("2015-08", 1 - np.exp(-0.5)), ("2015-09", 0.0)])
def test_guarantee_by_hand(now: str, beyond: float) -> None:
    """If this fails a kept guarantee lets people wait longer than it says: of a mean of 2 months beyond the first, an exponential
    wait cut off at one leaves 1 - exp(-1/2) of it, one cut off at the first month nothing."""
    assert load().value("certificate.wait_psychiatry") == 2
    for kept in (0.0, 0.5, 1.0):
        factor = seen(PsychiatryGuarantee(kept=kept), now=now).changed["certificate.wait_psychiatry"]
        assert factor == pytest.approx(1 - kept + kept * beyond)


@pytest.mark.parametrize(("now", "million"), [("2014-12", 0), ("2015-12", 200), ("2016-01", 300)])
def test_capacity_costs_what_the_source_says(now: str, million: float) -> None:
    """If this fails the pool is another one than 200 million in 2015 and 300 million a year from 2016."""
    law = BenefitLaw(load(), month(now))
    PsychiatryGuarantee().amend(law)
    assert law.grants == million * 1e6


def test_the_firewall_leaves_the_refund_unless_it_is_given() -> None:
    """If this fails independence changes the law of money, or decisions still answer to prices."""
    own, law = BenefitLaw(load(), month("2016-06")), BenefitLaw(load(), month("2016-06"))
    EconomyFirewall().amend(law)
    assert np.array_equal(law.refund, own.refund)
    EconomyFirewall(pension_refund=0.8).amend(law)
    assert (law.refund[CODE["foertidspension"]] == 0.8).all()
    assert seen(EconomyFirewall()).changed["incentive.submission"] == 0


# ---------------------------------------------------------------- the year of clarification
def test_who_is_due_within_a_year() -> None:
    """If this fails people under 25 or on other benefits are clarified, those past the limit all come in one month, or those whose
    capacity is not lost go to the team."""
    who = {
        "status": ["kontanthjaelp_jobparat"] * 7 + ["sygedagpenge"],
        "age": [30, 30, 24, 30, 30, 30, 30, 30],
        "months_in_spell": [12, 12, 12, 13, 24, 11, 36, 12],
        "need": [1, 0, 1, 1, 1, 1, 1, 1],
    }
    assert seen(ClarificationGuarantee(), **who).done == [("clarify", [0, 4, 6]), ("invite", [1])]
    # half a year on: of those past the limit at the beginning, who reaches the next full year; of others, who reaches the first
    later = seen(ClarificationGuarantee(), now="2014-11", **who)
    assert later.done == [("clarify", [0, 4, 6]), ("invite", [1])]
    # two years on: 24 months were decided after 12, and 36 at the beginning, when they were 12, unless there is a new assessment
    # every year that they claim
    after = "2016-05"
    assert seen(ClarificationGuarantee(), now=after, **who).done == [("clarify", [0]), ("invite", [1])]
    again = {draw: seen(ClarificationGuarantee(again=12, recognised=1.0), now=after, draw=draw, **who).done[0][1] for draw in (0.1, 0.9)}
    assert again[0.1] == [0, 4, 6]
    assert again[0.9] == [0]
    # whose need nobody recognises on the evidence at hand is called to an interview like the others
    assert seen(ClarificationGuarantee(recognised=0.8), draw=0.9, **who).done == [("clarify", []), ("invite", [0, 1, 4, 6])]


def test_a_case_past_the_year_skips_the_documents() -> None:
    """If this fails a guarantee leaves cases waiting for doctors, or touches those on other benefits."""
    model, _ = begun(ClarificationGuarantee(recognised=1.0))
    c, now = model.population, model.month
    rows = model.rows_in("kontanthjaelp_aktivitetsparat")
    rows = rows[(c["caseworker"][rows] >= 0) & (model.column("age", rows) >= 26)][:40]
    late, early = rows[:20], rows[20:]
    c["need"][rows], c["stage"][rows], c["certificate"][rows] = CODE["foertidspension"], UNSEEN, NEVER
    c["need_since"][rows], c["unread"][rows] = now - 3, 1
    c["spell_since"][late], c["spell_since"][early] = now - 12, now - 11
    model.world.bring_into_force()
    assert (c["stage"][late] == READY).all()
    assert (c["certificate"][late] == HAS_CERTIFICATE).all()
    assert (c["stage"][early] == UNSEEN).all()
    assert model.touched[late].all()


# ---------------------------------------------------------------- certificates
def test_a_waived_certificate_documents_what_it_would_have() -> None:
    """If this fails a case that needs no certificate has to be documented by interviews alone, and waits longer for the waiver."""
    model, institution = begun()
    for path, value in (("certificate.waived", 1.0), ("practice.differences", 0.0)):
        model.in_force.change(path, value=value)
    model.in_force.settle()
    c, rows = model.population, institution.staff.clients[:30]
    demand = institution.documentation._mean_demand
    by = load().value("documentation.by_certificate")
    for documented, stage in ((demand - by + 1, READY), (demand - by - 1, DOCUMENTING)):
        c["need"][rows], c["stage"][rows], c["certificate"][rows] = CODE["foertidspension"], DOCUMENTING, NEVER
        c["documented"][rows] = documented
        institution.documentation.progress(model.month)
        assert (c["stage"][rows] == stage).all()


def test_two_ways_to_do_without_certificates_conflict() -> None:
    """If this fails two policies set the same share, or abolish and redirect the same awards, and the order would decide."""
    from policies.clarification import SocialEvidence

    for pair in ((FewerCertificates(), SocialEvidence()), (JointUnit(), SupportedFleksjob()), (JointUnit(), WithoutNewRessourceforloeb())):
        with pytest.raises(Mistake, match="both set"):
            refuse_conflicts(pair)


def test_authority_moves_no_returns_by_default() -> None:
    """If this fails a gain in processing time that the source claims is put into the cases that teams return."""
    changed = seen(TeamAuthority()).changed
    assert changed["team.returned"] == 1
    assert changed["minutes.team_case"] < 1
    low, high = TeamAuthority.assumed()["returned"]
    assert low < 1 < high


# ---------------------------------------------------------------- instead of ressourceforløb
@pytest.mark.parametrize("groups", [["activity_ready", "rehabilitation"], ["activity_ready", "rehabilitation", "sickness", "young"]])
def test_the_unit_caps_the_groups_that_are_chosen(groups: list[Any]) -> None:
    """If this fails the cap on caseloads of the unit reaches other groups than those named."""
    assert seen(JointUnit(cap=35, groups=groups), status=[]).done[0] == ("cap_caseload", 35, *groups)
    assert JointUnit().groups == ["activity_ready", "rehabilitation"]


@pytest.fixture(scope="module")
def unit() -> BenefitModel:
    """A joint unit that is given up after nine months of eighteen."""
    return BenefitModel(scale=SCALE, months=18, seed=9, policies=[JointUnit(end="2015-01")]).run()


def test_no_new_ressourceforloeb_while_there_is_a_unit(unit: BenefitModel) -> None:
    """If this fails teams, clocks or the law still give a ressourceforløb (what was granted before takes effect in the first
    month), or none begins when the unit is gone."""
    flows = unit.flows().query(f"to_status == '{RF}'").groupby("month")["citizens"].sum()
    by = {str(at)[:7]: n for at, n in flows.items()}
    assert not [m for m, n in by.items() if n and "2014-05" < m <= "2015-01"]
    assert sum(n for m, n in by.items() if m > "2015-02") > 5


def test_the_unit_returns_nothing_and_lets_nobody_wait(unit: BenefitModel) -> None:
    """If this fails cases are returned or wait for slots though there is no team."""
    decisions = unit.decisions()
    decisions["at"] = decisions["month"].astype(str).str[:7]
    within = decisions[(decisions["at"] > "2014-05") & (decisions["at"] <= "2015-01")]
    outcome = within.groupby("outcome")["citizens"].sum()
    assert outcome.get("returned", 0) == 0
    assert outcome.get(RF, 0) == 0
    assert outcome.sum() > 20
    after = decisions[decisions["at"] > "2015-02"].groupby("outcome")["citizens"].sum()
    assert after["returned"] > 0
    assert after[RF] > 0


def test_closed_to_some_only() -> None:
    """If this fails an award closed to those on kontanthjælp is closed to the sick as well, or to nobody; it stays closed; or what one
    policy gives instead opens it to those to whom another one has closed it."""
    model, institution = begun()
    c = model.population
    rows = np.concatenate([model.rows_in("kontanthjaelp_aktivitetsparat")[:60], model.rows_in("sygedagpenge")[:40]])
    c["need"][rows], c["stage"][rows], c["documented"][rows] = CODE[RF], QUEUED, 100
    c["queued"][rows] = c["need_since"][rows] = model.month - 2
    model.world.scale_slots(1000)
    model.world.close_award(RF, rows[:40])
    model.world.close_award(RF, rows[20:60], instead=FJ)
    institution.teams.decide(model.month)
    assert (c["need"][rows[:40]] == 0).all()
    assert (c["need"][rows[40:60]] == CODE[FJ]).all()
    assert (c["need"][rows[60:]] == CODE[RF]).all()
    assert not institution.teams._closed
    with pytest.raises(Mistake, match="award"):
        model.world.close_award("kontanthjaelp_jobparat")


def test_who_wishes_gets_a_case_for_a_fleksjob() -> None:
    """If this fails a wish for a fleksjob leaves the need for a ressourceforløb as it was, or sends people there without a team."""
    base, wished = (
        BenefitModel(scale=SCALE, months=4, seed=9, policies=policies).run() for policies in ([], [SupportedFleksjob(wishes=1.0)])
    )
    raised = [(m.population["need_since"] >= base.start) & (m.population["stage"] < QUEUED) for m in (base, wished)]
    here = np.isin(base.population["status"], [CODE[n] for n in ("kontanthjaelp_aktivitetsparat", "sygedagpenge", "jobafklaring")])
    course = np.flatnonzero(raised[0] & raised[1] & here & (base.population["need"] == CODE[RF]))
    assert course.size
    assert (wished.population["need"][course] == CODE[FJ]).all()
    assert not (raised[1] & here & (wished.population["need"] == CODE[RF])).any()


def test_who_chooses_a_fleksjob_comes_before_the_team_undocumented() -> None:
    """If this fails people under 25, or with a need of their own, are taken; or the choice skips the team."""
    model = BenefitModel(scale=SCALE, months=1, seed=9, policies=[DevelopmentFleksjob(chooses=0.5)])
    before = model.population["need"].copy()
    model.step()
    c = model.population
    rows = np.flatnonzero((c["need"] == CODE[FJ]) & (c["documented"] == 100) & (before == 0))
    assert rows.size > 5
    assert (model.column("age", rows) >= 25).all()
    assert np.isin(c["status"][rows], [CODE[n] for n in ("kontanthjaelp_aktivitetsparat", RF, "jobafklaring")]).all()
    assert (c["stage"][rows] == READY).all()
