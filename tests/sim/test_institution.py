"""The institution as a whole: nobody is lost in a queue, nobody gets an award without a decision, lives change through scarce
hours and slots only."""

from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest

from agents.caseworker import GROUP_OF, GROUPS, NO_GROUP, NOBODY, OTHERS, Caseworker
from agents.citizen import DOCUMENTING, GRANTED, HAS_CERTIFICATE, NEVER, QUEUED, READY, UNSEEN, Citizen
from agents.employer import Employer
from agents.mistake import Mistake
from agents.municipality import Municipality
from agents.rehabilitation_team import RehabilitationTeam
from agents.statuses import CODE, NAMES
from policies.casework import CaseloadCap, CaseworkerHours, TeamCapacity
from policies.protocol import Policy, Text
from sim.decisions import DECIDED
from sim.institution_record import QUEUES
from sim.model import BenefitModel
from sim.parameters import load

LABEL = Text(en="x", da="x")
SCALE = 0.01
KEPT = ("status", "since", "caseworker", "trust", "documented", "need", "stage", "contact_due", "certificate", "label_need")


class Endless(Policy):
    """Hours and slots without end."""

    name: ClassVar[str] = "endless"
    label: ClassVar[Text] = LABEL

    def each_month(self, world):
        world.scale_hours(1e5)
        world.scale_slots(1e6)


class EverySecond(Policy):
    """Needs and moves of every second person made more frequent."""

    name: ClassVar[str] = "every_second"
    label: ClassVar[Text] = LABEL

    def adjust(self, moves):
        rows = np.arange(0, moves.world.population_size, 2)
        for source, to in (
            ("sygedagpenge", "employment"), ("kontanthjaelp_aktivitetsparat", "foertidspension"), ("employment", "sygedagpenge"),
            ("kontanthjaelp_jobparat", "kontanthjaelp_aktivitetsparat"),
        ):
            moves.scale(source, to, 2.5, rows=rows)


def model_of(months=12, seed=5, **settings: Any) -> BenefitModel:
    return BenefitModel(**{"scale": SCALE, "months": months, "seed": seed, **settings})


def film(**settings: Any) -> list[dict[str, np.ndarray]]:
    model, frames = model_of(**settings), []
    while model.running:
        model.step()
        frames.append({name: model.population[name].copy() for name in KEPT})
    return frames


def changed_rows(a, b) -> np.ndarray:
    return np.flatnonzero(np.any([one[n] != other[n] for one, other in zip(a, b, strict=True) for n in KEPT], axis=0))


@pytest.fixture(scope="module")
def finished() -> BenefitModel:
    return model_of(months=36, register=True).run()


@pytest.fixture(scope="module")
def base() -> list[dict[str, np.ndarray]]:
    return film()


@pytest.fixture(scope="module", params=[SCALE, 0.002])
def months(request):
    model = model_of(scale=request.param)
    seen = []
    while model.running:
        model.step()
        store, staff = model.population, model.institution.staff
        seen.append((model.month, {n: a.copy() for n, a in store.arrays.items()}, staff.clients.copy(), staff.cell.copy(),
                     {n: a.copy() for n, a in staff.caseworkers.arrays.items()}))
    return model, seen


class TestEveryMonth:
    def test_every_client_has_one_caseworker_of_the_own_cell(self, months):
        """If this fails a citizen has nobody, somebody of another municipality or target group, or a closed position."""
        model, seen = months
        cell_of = model.institution.staff.cell_of
        for _, citizens, clients, cell, staff in seen:
            has = citizens["caseworker"][clients].astype(int)
            assert (has != NOBODY).all()
            assert (cell_of[has] == cell).all()
            assert (staff["is_open"][has] == 1).all()
            assert np.array_equal(np.bincount(has, minlength=cell_of.size), staff["caseload"])

    def test_nobody_else_has_one(self, months):
        """If this fails people in work are on somebody's caseload."""
        _, seen = months
        for _, citizens, clients, _, _ in seen:
            others = np.setdiff1d(np.arange(citizens["caseworker"].size), clients)
            assert (citizens["caseworker"][others] == NOBODY).all()

    def test_a_case_has_a_need_and_papers(self, months):
        """If this fails a case is before the team without a need, or a certificate is on its way to nobody."""
        _, seen = months
        for now, citizens, *_ in seen:
            stage, need, certificate = citizens["stage"], citizens["need"], citizens["certificate"]
            assert (need[stage > UNSEEN] > 0).all()
            assert (stage[need == 0] == UNSEEN).all()
            waits = certificate > HAS_CERTIFICATE
            assert (stage[waits] == DOCUMENTING).all()
            assert (certificate[waits] > now).all()
            papers = (stage >= READY) & (need != CODE["revalidering"])
            assert (certificate[papers] == HAS_CERTIFICATE).all()
            assert (citizens["queued"][stage == QUEUED] != NEVER).all()
            assert (citizens["documented"] <= 100).all()

    def test_no_more_time_is_used_than_there_is(self, months):
        """If this fails caseworkers work more than their hours: over a year the last acts of a month must be made up for."""
        model, _ = months
        table = model.casework().query("municipality != 'all'")
        used = table.filter(like="minutes_").drop(columns="minutes_available").sum(axis=1)
        by_cell = pd.DataFrame({"used": used, "there": table["minutes_available"], "n": table["caseworkers"]}).groupby(
            [table["municipality"], table["target_group"]]
        ).sum()
        longest = 4000  # minutes of the longest piece of work a caseworker can have begun in the last month
        assert (by_cell["used"] <= by_cell["there"] + by_cell["n"] / 12 * longest).all()


class TestConservation:
    def test_team_queues(self, finished):
        """If this fails a case is lost or invented before a team (whole numbers, every month and every team)."""
        table = finished.queues().query("queue == 'team'")
        for _, team in table.groupby("municipality"):
            length = team["length"].to_numpy()
            change = (team["entered"] - team["left"] - team["withdrawn"]).to_numpy()
            assert np.array_equal(np.diff(length), change[1:])

    def test_the_country_is_the_sum_of_its_districts(self, finished):
        """If this fails national figures are not those of the districts."""
        casework, queues = finished.casework(), finished.queues()
        for table, key, columns in (
            (casework, "target_group", ["clients", "caseworkers", "minutes_contact", "contacts_late", "citizens_changed_caseworker"]),
            (queues, "queue", ["length", "entered", "left", "withdrawn", "months_waited"]),
        ):
            country = table[table["municipality"] == "all"].set_index(["month", key])[columns].sort_index()
            districts = table[table["municipality"] != "all"].groupby(["month", key])[columns].sum().sort_index()
            pd.testing.assert_frame_equal(country, districts)

    def test_decisions_add_up(self, finished):
        """If this fails what teams decide is not what leaves their queues."""
        decided = finished.decisions().groupby("month")["citizens"].sum()
        left = finished.queues().query("municipality == 'all' and queue == 'team'").set_index("month")["left"]
        assert (decided == left).all()
        assert set(finished.queues()["queue"]) == set(QUEUES)


class TestAwards:
    def test_nobody_gets_an_award_without_a_decision(self, finished):
        """If this fails somebody moves to an award by a clock or a rule, past caseworkers and team."""
        awards = 0
        for _, _, source, to, cause in finished.recorder.log:
            decided = DECIDED[source, to]
            assert not decided.any() or cause.startswith("team:"), cause
            awards += int(decided.sum())
        assert awards > 500

    def test_a_decision_takes_effect_the_month_after(self, finished):
        """If this fails an award begins in the month of its decision, or a case before the team is decided the month it came."""
        spells = finished.spells()
        cases = spells[(spells["kind"] == "case") & spells["end"].notna()]
        granted = cases[cases["value"].str.endswith("granted")]
        assert len(granted) > 300
        next_month = granted["start"] + pd.DateOffset(months=1)
        later = granted[granted["end"] > next_month]
        assert (granted["end"] >= next_month).all() and len(later) < 0.03 * len(granted)
        moves = set(spells.query("kind == 'status'")[["person_id", "start"]].itertuples(index=False, name=None))
        assert all((one.person_id, one.start + pd.DateOffset(months=1)) in moves for one in later.itertuples())  # moved that month
        queued = cases[cases["value"].str.endswith("queued")]
        assert (queued["end"] > queued["start"]).all()
        starts = spells[(spells["kind"] == "status") & spells["cause"].str.startswith("team:") & (spells["start"] >= "2014-06")]
        ends = set(zip(granted["person_id"], granted["end"], strict=True))
        assert all(key in ends for key in zip(starts["person_id"], starts["start"], strict=True))

    def test_visitation_groups_change_at_interviews(self, finished):
        """If this fails a clock moves people between visitation groups, with no caseworker in the room."""
        causes = {
            cause for _, _, source, to, cause in finished.recorder.log
            for a, b in {(int(x), int(y)) for x, y in zip(source, to, strict=True)}
            if {NAMES[a], NAMES[b]} == {"kontanthjaelp_jobparat", "kontanthjaelp_aktivitetsparat"}
        }
        assert causes == {"caseworker:visitation group"}

    def test_rules_come_before_the_team(self):
        """If this fails what falls due by a policy bypasses the team, or is not decided as it is due."""

        class Straight(Policy):
            name: ClassVar[str] = "straight"
            label: ClassVar[Text] = LABEL
            start: str | None = "2014-05"
            end: str | None = "2014-05"

            def adjust(self, moves):
                moves.due(moves.world.rows_in("ressourceforloeb"), "foertidspension", "straight")

        model = model_of(months=9, policies=[Straight()])
        rows = model.rows_in("ressourceforloeb")
        model.step()
        free = rows[model.population["status"][rows] == CODE["ressourceforloeb"]]
        assert (model.population["need"][free] > 0).all()
        assert (model.population["documented"][free] == 100).mean() > 0.8  # others had a case that was further on
        model.run()
        now = model.population["status"][free]
        assert (now == CODE["foertidspension"]).mean() > 0.6


class TestLuck:
    @pytest.mark.parametrize("settings", [{"threads": 2, "block": 1000}, {"register": True}])
    def test_technical_settings_change_nobody(self, base, settings):
        """If this fails the institution depends on processors, blocks or on whether a log is kept."""
        assert changed_rows(base, film(**settings)).size == 0

    def test_scarce_hours_spill_over(self, base):
        """If this fails nothing is scarce: a reform for some changes nobody else."""
        changed = changed_rows(base, film(policies=[EverySecond()]))
        assert (changed % 2 == 1).sum() > 10

    def test_without_scarcity_nobody_elses_life_changes(self):
        """If this fails lives change for other reasons than scarce hours, slots and staff."""
        fixed = load().changed({
            "casework.follows": 0, "team.follows": 0, "outreach.hours": 2e6, "employers.many_places": 1, "employers.few_places": 5,
            "practice.employer_cooperation.mean": 0.5, "employers.good": 0, "employers.bad": 0, "employers.fleks_places": 5,
            "employers.fleks_willing": 3,
        })
        one = film(parameters=fixed, policies=[Endless()], months=24)
        other = film(parameters=fixed, policies=[Endless(), EverySecond()], months=24)
        changed = changed_rows(one, other)
        assert changed.size > 500
        assert (changed % 2 == 0).all()

    def test_who_is_touched(self):
        """If this fails effects are put down to congestion that are the policy's own, or the other way round."""
        for policies, some in (([EverySecond()], True), ([CaseworkerHours()], False), ([], False)):
            model = model_of(months=3, policies=policies).run()
            assert model.touched.any() == some
            assert (np.flatnonzero(model.touched) % 2 == 0).all()


def yearly(months: int = 24, **settings: Any) -> pd.Series:
    """National figures of the last year: overdue share, months late, months to decision, changes of caseworker, trust."""
    model = model_of(months=months, scale=0.02, **settings).run()
    work = model.casework().query("municipality == 'all'").groupby("month").sum(numeric_only=True).iloc[-12:].sum()
    team = model.queues().query("municipality == 'all' and queue == 'team'").iloc[-12:][["left", "months_since_need", "length"]].sum()
    clients = model.institution.staff.clients
    return pd.Series({
        "overdue": work["contacts_late"] / work["clients"], "months_late": work["months_late"] / max(work["contacts_held"], 1),
        "to_decision": team["months_since_need"] / max(team["left"], 1), "left": team["left"], "length": team["length"],
        "changed": work["citizens_changed_caseworker"] / work["clients"], "held": work["contacts_held"],
        "trust": model.population["trust"][clients].mean(), "caseload": work["clients"] / work["caseworkers"],
    })


@pytest.fixture(scope="module")
def today() -> pd.Series:
    return yearly()


class TestDirection:
    """Same luck on both sides; the differences are many times their Monte Carlo error at this scale."""

    def test_hours(self):
        """If this fails more hours do not shorten lateness and the way to a decision, or fewer do not lengthen them. (After five
        years: at first more hours bring the oldest cases to a decision.)"""
        fewer, today, more = (yearly(months=60, policies=[CaseworkerHours(factor=f)]) for f in (0.5, 1.0, 2.0))
        for figure in ("overdue", "months_late", "to_decision"):
            assert more[figure] < today[figure] < fewer[figure], figure
        assert more["trust"] > fewer["trust"]

    def test_no_hours(self):
        """If this fails an unstaffed country crashes, loses people, or somebody is met by nobody."""
        none = yearly(policies=[CaseworkerHours(factor=0)])
        assert none["held"] == 0
        assert none["overdue"] > 0.8

    def test_no_team(self, today):
        """If this fails teams that never meet decide cases, or the queue does not grow."""
        none = yearly(policies=[TeamCapacity(factor=0)])
        assert none["left"] == 0
        assert none["length"] > 5 * today["length"]

    def test_caseload_cap(self, today):
        """If this fails the cap does not hold, or more caseworkers do not help."""
        capped = yearly(policies=[CaseloadCap(cap=25, groups=["activity_ready", "sickness", "job_ready", "young"])])
        assert capped["caseload"] < today["caseload"] * 0.75
        assert capped["overdue"] < today["overdue"]

    def test_turnover(self, today):
        """If this fails turnover does not cost continuity and trust, or colleagues who know the case do not keep it."""
        p = load()
        much = yearly(parameters=p.changed({"turnover.job_change": 1.0}))
        buddies = yearly(parameters=p.changed({"turnover.job_change": 1.0, "trust.kept_by_colleagues": 100}))
        assert much["changed"] > 1.5 * today["changed"]
        assert much["trust"] < today["trust"] < buddies["trust"] + 5
        assert buddies["trust"] > much["trust"]

    def test_weekly_contacts_are_counts(self):
        """If this fails a cadence of weeks is met once a month, or takes no more time than a monthly one."""
        weekly = load().changed({"contacts.kontanthjaelp_jobparat": [52, 52, 52], "turnover.vacancy": 0})
        monthly = load().changed({"contacts.kontanthjaelp_jobparat": [12, 12, 12], "turnover.vacancy": 0})
        each = []
        for p in (weekly, monthly):
            table = model_of(months=6, parameters=p, policies=[Endless()]).run().casework()
            row = table.query("municipality == 'all' and target_group == 'job_ready'")[["minutes_contact", "clients"]].sum()
            each.append(row["minutes_contact"] / row["clients"])
        assert each[0] == pytest.approx(52 / 12 * each[1], rel=0.1)


class TestBadInput:
    @pytest.mark.parametrize(
        ("path", "value"),
        [
            ("casework.hours", -1.0), ("caseload.young", 0.0), ("contacts.sygedagpenge", [53.0, 53.0, 53.0]), ("team.capacity", -0.1),
            ("documentation.seen", 1.5), ("turnover.vacancy", -1.0), ("effect.need", 2.0),
        ],
    )
    def test_impossible_numbers_are_refused(self, path, value):
        """If this fails an impossible number runs, or the message does not say what is allowed."""
        with pytest.raises(Mistake, match=rf"{path}.*allowed"):
            load().changed({path: value})

    def test_verbs_of_policies(self):
        """If this fails a policy's slip is a Python error or is swallowed."""
        model = model_of(months=1)
        with pytest.raises(Mistake, match=r"'yuong'.*young"):
            model.world.scale_hours(2, "yuong")
        for verb, value in ((model.world.scale_hours, -1), (model.world.scale_slots, float("nan")), (model.world.cap_caseload, 0)):
            with pytest.raises(Mistake, match="must be a number"):
                verb(value)

    def test_without_institution(self):
        """If this fails a model without caseworkers pretends to have some."""
        model = model_of(months=1, decide_at_once=True).run()
        assert model.institution is None
        for ask in (model.casework, model.queues, model.decisions, model.at_risk, lambda: model.caseworkers):
            with pytest.raises(Mistake, match="decide_at_once"):
                ask()


class TestMesa:
    def test_agents_of_every_kind(self):
        """If this fails caseworkers, municipalities and teams are not agents like others."""
        model = model_of(months=2).run()
        assert set(model.agent_types) == {Citizen, Caseworker, Municipality, RehabilitationTeam, Employer}
        assert len(model.municipalities) == 98
        assert len(model.caseworkers) == int((model.institution.staff.caseworkers["is_open"] == 1).sum())
        ids = [agent.unique_id for agent in model.agents]
        assert len(set(ids)) == len(ids) == len(model.agents)
        worker = model.caseworkers[0]
        worker.stress = 2.5
        assert model.institution.staff.caseworkers["stress"][worker.row] == 2.5
        assert {name: len(group) for name, group in model.caseworkers.groupby("group")}.keys() == set(range(GROUPS))
        assert model.caseworkers.agg("caseload", sum) == model.institution.staff.clients.size
        assert model.municipalities.agg("share", sum) == pytest.approx(1)

    def test_groups_of_statuses(self):
        """If this fails a status has two target groups or a case without benefit has none."""
        assert GROUP_OF[CODE["employment"]] == NO_GROUP
        assert 0 <= OTHERS < GROUPS
        assert GROUP_OF[CODE["sygedagpenge"]] == GROUP_OF[CODE["jobafklaring"]]
        assert DOCUMENTING < READY < QUEUED < GRANTED
