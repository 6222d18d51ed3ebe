"""Contacts: what is done first, how long it takes, what comes of it. Work is made by hand.

Tests of chance have a false alarm of 1e-6 each.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from agents.citizen import DOCUMENTING, HAS_CERTIFICATE, NEVER, READY, TRUST, UNSEEN
from agents.statuses import CODE
from policies.casework import CaseworkerHours
from sim.casework import (
    ACTS,
    CERTIFICATE,
    CONTACT,
    FIRST,
    MISSED,
    PLAN,
    READING,
    REFERRAL,
    SANCTION,
    TEAM_CASE,
    _minutes_by_act,
    _Work,
)
from sim.model import BenefitModel
from sim.parameters import load

ALARM = 1e-6


def model_of(changes=None, **settings):
    return BenefitModel(**{"scale": 0.005, "months": 6, "seed": 4, "parameters": load().changed(changes or {}), **settings})


@pytest.fixture(scope="module")
def shared():
    """A model after one month. Only its caseworkers' minutes are changed."""
    model = model_of()
    model.step()
    return model


def work_of(rows, caseworker, minutes, due, first, is_case=None):
    rows, n = np.asarray(rows, np.int64), len(rows)
    return _Work(
        rows, np.zeros(n, np.int64), np.asarray(caseworker, np.int64), np.zeros(n, bool) if is_case is None else np.asarray(is_case),
        np.ones(n, bool), np.zeros((n, len(ACTS)), np.int64), np.asarray(minutes, np.int64), np.asarray(due, np.int64), np.asarray(first),
    )


def desk(model, **minutes):
    """Everybody at work with so many minutes, nothing owed: minutes by number of the caseworker."""
    staff = model.institution.staff.caseworkers
    staff["minutes"][:], staff["owed"][:], staff["absent_until"][:] = 0, 0, NEVER
    for name, time in minutes.items():
        staff["minutes"][int(name[1:])] = time
    return staff


class TestOrder:
    """Who is late is decided by first interviews and deadlines, then due date, then luck."""

    def test_first_then_due(self, shared):
        """If this fails an interview that is due later, or is no first one, is held before one that is not."""
        desk(shared, w0=250)
        now = shared.month
        work = work_of([1, 2, 3, 4], [0] * 4, [100] * 4, [now - 9, now - 2, now, now - 5], [False, False, True, False])
        done = shared.institution.casework._within_hours(work, now)
        assert done.tolist() == [True, False, True, True]  # the third act begins within the hours and goes on

    def test_rows_do_not_count(self, shared):
        """If this fails who is late depends on the order in which citizens are kept."""
        desk(shared, w0=1000, w1=1000)
        now, n = shared.month, 60
        luck = np.random.default_rng(1)
        rows, who, due = np.arange(n) * 7, luck.integers(0, 2, n), np.full(n, now - 3)
        first = luck.random(n) < 0.1
        found = []
        for order in (np.arange(n), luck.permutation(n), np.arange(n)[::-1]):
            desk(shared, w0=1000, w1=1000)
            work = work_of(rows[order], who[order], [110] * n, due[order], first[order])
            done = shared.institution.casework._within_hours(work, now)
            found.append(set(rows[order][done].tolist()))
        assert found[0] == found[1] == found[2]
        assert 18 <= len(found[0]) <= 22

    def test_low_rows_have_no_advantage(self, shared):
        """If this fails citizens with low numbers are met first: Mann-Whitney over 40 months, false alarm 1e-6."""
        rows, held = np.arange(2000), []
        for k in range(40):
            desk(shared, w0=5000)
            work = work_of(rows, [0] * rows.size, [100] * rows.size, [shared.month] * rows.size, [False] * rows.size)
            held.append(rows[shared.institution.casework._within_hours(work, shared.month + k)])
        assert [h.size for h in held] == [50] * 40
        met = np.concatenate(held)
        assert stats.kstest((met + 0.5) / rows.size, "uniform").pvalue > ALARM

    def test_a_case_and_an_interview_have_luck_of_their_own(self, shared):
        """If this fails a citizen's interview and case always stand side by side in the queue."""
        bits = shared.institution.casework._streams["order"].bits(shared.month, np.arange(200))
        assert np.unique(bits >> np.uint64(33)).size == 200

    @settings(max_examples=80, deadline=None, derandomize=True, database=None)
    @given(
        st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1500), st.integers(0, 5), st.booleans()), max_size=40),
        st.lists(st.integers(0, 3000), min_size=4, max_size=4), st.lists(st.integers(-1000, 0), min_size=4, max_size=4),
    )
    def test_hours(self, shared, pieces, hours, owed):
        """If this fails more time is used than there is and one act, an act waits while there is time, a queue is jumped, or
        owed minutes are lost."""
        staff = desk(shared)
        staff["minutes"][:4], staff["owed"][:4] = hours, owed
        who, minutes, due, first = (list(c) for c in zip(*pieces, strict=True)) if pieces else ([], [], [], [])
        now = shared.month
        work = work_of(np.arange(len(pieces)), who, minutes, now - np.array(due, int), np.array(first, bool))
        done = shared.institution.casework._within_hours(work, now)
        for w in range(4):
            mine = np.flatnonzero(work.caseworker == w)
            took, time = work.minutes[mine], hours[w] + owed[w]
            used = int(took[done[mine]].sum())
            left = mine[~done[mine]]
            if used:
                assert used < time + took[done[mine]].max() + 1
            if left.size:
                assert used >= time
                worst = max((not work.first[i], work.due[i]) for i in mine[done[mine]]) if done[mine].any() else (False, -1)
                assert all((not work.first[i], work.due[i]) >= worst for i in left)
            assert staff["owed"][w] == min(time - used, 0)


class TestOverMonths:
    @pytest.mark.parametrize("factor", [0.3, 1.0])
    def test_no_minute_is_used_twice(self, factor):
        """If this fails caseworkers work more than their hours: what was used since the start is at most what there was, and
        the time still owed (position by position, every month)."""
        model = model_of({"casework.follows": 0.0, "turnover.job_change": 0.0, "turnover.leave": 0.0}, months=14,
                         policies=[CaseworkerHours(factor=factor)])
        work, staff = model.institution.casework, model.institution.staff.caseworkers
        asked, used, there = work._within_hours, np.zeros(staff.size, np.int64), staff["owed"].astype(np.int64)

        def watched(pieces, now):
            done = asked(pieces, now)
            np.add.at(used, pieces.caseworker[done], pieces.minutes[done])
            there[:] += np.where(staff["absent_until"] <= now, staff["minutes"], 0)
            return done

        work._within_hours = watched
        while model.running:
            model.step()
            assert (used <= there - staff["owed"]).all()
        assert used.sum() > 0

    def test_books_of_lateness(self):
        """If this fails contacts are held that were not due, or are booked as late and held at once."""
        table = model_of(months=8).run().casework()
        assert (table["contacts_held"] + table["contacts_late"] <= table["contacts_due"]).all()
        assert (table["contacts_missed"] <= table["contacts_held"]).all()
        assert (table["contacts_due"] <= table["clients"]).all()


@pytest.mark.usefixtures("shipped_past")
class TestActs:
    @pytest.fixture
    def one(self):
        """A model with a citizen whose columns are those of a client without anything open."""
        model = model_of({"offers.first.kontanthjaelp_jobparat": 1.0, "offers.next.kontanthjaelp_jobparat": 1.0})
        model.step()
        row = int(model.rows_in("kontanthjaelp_jobparat")[0])
        for name, value in {
            "is_new": 0, "has_plan": 1, "unread": 0, "referred": model.month, "stage": UNSEEN, "need": 0, "certificate": NEVER,
            "measure": 1, "seeking": 0, "origin": 0, "birth_month": model.month - 400, "flags": 0, "support": 0, "since": model.month - 1, "contact_due": model.month,
        }.items():
            model.population[name][row] = value
        return model, row

    def acts(self, model, row, *, comes=True, is_case=False):
        found = model.institution.casework._acts_of(np.array([row]), np.array([is_case]), np.array([comes]), model.month)[0]
        return {ACTS[i]: int(found[i]) for i in np.flatnonzero(found)}

    def test_by_hand(self, one):
        """If this fails an interview takes time for something that does not happen at it, or none for what does."""
        model, row = one
        c = model.population
        assert self.acts(model, row) == {"contact": 1}
        c["measure"][row] = 0
        assert self.acts(model, row) == {"contact": 1, "referral": 1}
        c["measure"][row], c["has_plan"][row] = 1, 0
        assert self.acts(model, row) == {"contact": 1, "plan": 1}
        c["unread"][row], c["is_new"][row] = 1, 1
        assert self.acts(model, row) == {"first_interview": 1, "plan": 1, "reading": 1}
        c["flags"][row] = 0b11
        assert self.acts(model, row)["reading"] == 2
        c["stage"][row], c["need"][row] = DOCUMENTING, CODE["fleksjob"]
        assert "certificate" not in self.acts(model, row)  # the case has to be read first
        c["unread"][row] = 0
        assert self.acts(model, row)["certificate"] == 1
        c["certificate"][row] = HAS_CERTIFICATE
        assert "certificate" not in self.acts(model, row)
        assert self.acts(model, row, comes=False) == {"missed": 1}
        c["stage"][row] = READY
        assert self.acts(model, row, is_case=True) == {"team_case": 1}

    def test_acts_have_their_parameters(self):
        """If this fails the time of one act is booked as that of another."""
        order = (FIRST, CONTACT, MISSED, PLAN, READING, CERTIFICATE, TEAM_CASE, SANCTION, REFERRAL)
        assert order == tuple(range(len(ACTS)))
        assert _minutes_by_act(load()).tolist() == [round(load().value(f"minutes.{act}")) for act in ACTS]

    def test_who_misses(self, one):
        """If this fails trust keeps nobody from coming, or the share missed is another (two-sided binomial, 1e-6)."""
        model, _ = one
        rows, p = np.arange(8000), model.parameters
        for trust in (0, TRUST, 100):
            model.population["trust"][rows] = trust
            missed = int((~model.institution.casework._comes(rows, model.month)).sum())
            share = p.share("attendance.missed") - p.share("attendance.missed_per_trust") * (trust - TRUST) / 100
            assert stats.binomtest(missed, rows.size, share).pvalue > ALARM

    @pytest.mark.parametrize("a_year", [0.5, 4, 8, 13, 30, 52])
    def test_contacts_a_year(self, a_year):
        """If this fails a cadence is met too often or too seldom: contacts held in a month over months to the next are the
        cadence / 12 up to 13 a year, the wait being at least a month (normal approximation, six standard errors, 1e-8)."""
        model = model_of({"contacts.kontanthjaelp_jobparat": [a_year] * 3}, scale=0.02)
        model.step()
        work, rows = model.institution.casework, model.rows_in("kontanthjaelp_jobparat")
        rows = rows[model.population["is_new"][rows] == 0]
        ways = np.array([
            [work._acts_of(rows, np.zeros(rows.size, bool), np.ones(rows.size, bool), now)[:, CONTACT].mean(), work._interval(rows, now).mean()]
            for now in range(model.month, model.month + 40)
        ])
        times, wait = ways.mean(axis=0)
        error = 0.5 / np.sqrt(rows.size * 40)  # a whole number between two neighbours has a standard deviation of at most 0.5
        assert abs(times - max(1, a_year / 12)) < 6 * error
        assert abs(wait - max(1, 12 / a_year)) < 6 * error


class TestAfterwards:
    @pytest.fixture
    def met(self):
        """A model with hours without end after one interview month, the rows that were met and those that stayed away."""
        model = model_of(policies=[CaseworkerHours(factor=10)])
        model.step()
        work, found = model.institution.casework, {}
        hold = work._hold

        def watched(pieces, done, now):
            found["trust"] = model.population["trust"].copy()
            found["work"], found["done"] = pieces, done
            found["moves"] = hold(pieces, done, now)
            found["trust after"] = model.population["trust"].copy()
            return found["moves"]

        work._hold = watched
        model.step()
        return model, found

    def test_trust_grows_at_interviews(self, met):
        """If this fails an interview builds another part of the missing trust than the parameters say."""
        model, found = met
        work, done = found["work"], found["done"]
        rows = work.rows[done & ~work.is_case & work.comes]
        before, after = found["trust"][rows].astype(float), found["trust after"][rows].astype(float)
        assert np.array_equal(after, np.round(before + model.parameters.share("trust.gain") * (100 - before)))
        assert rows.size > 100

    def test_who_stays_away_is_asked_again(self, met):
        """If this fails a missed interview is not due again the next month."""
        model, found = met
        work, done = found["work"], found["done"]
        missed = work.rows[done & ~work.is_case & ~work.comes]
        assert missed.size > 5
        assert (model.population["contact_due"][missed] == model.month + 1).all()
        sanctioned = work.rows[(work.acts[:, SANCTION] > 0) & done]
        assert np.isin(sanctioned, missed).all()

    def test_service_by_hand(self, met):
        """If this fails contact acts on exits otherwise than the four parameters say, or on people without a caseworker."""
        model, _ = met
        work, c, p, now = model.institution.casework, model.population, model.parameters, model.month
        work._serve(now)
        clients = model.institution.staff.clients
        overdue = (c["contact_due"][clients] <= now) & (c["contact_due"][clients] != NEVER)
        expected = (
            (1 + p.share("effect.trust") * (c["trust"][clients].astype(float) - TRUST) / 100)
            * (1 + p.share("effect.plan") * c["has_plan"][clients]) * np.where(c["need"][clients] > 0, p.value("effect.need"), 1)
            * (1 - p.share("effect.overdue") * overdue)
        )
        assert work.service[clients] == pytest.approx(expected, rel=1e-6)
        others = np.setdiff1d(np.arange(c.size), clients)
        assert (work.service[others] == 1).all()
        assert work.service.max() <= work.factor.largest + 1e-6


@pytest.mark.usefixtures("shipped_past")
class TestVisitation:
    def test_recognised(self):
        """If this fails somebody in the wrong group is recognised more or less often (binomial, 1e-6), moves to a group of
        another benefit, or stays wrong though recognised."""
        model = model_of(scale=0.02)
        model.step()
        work, c = model.institution.casework, model.population
        rows = model.rows_in("kontanthjaelp_jobparat")
        rows = rows[(c["since"][rows] != model.month) & (c["programme_until"][rows] != model.month)]
        c["label_need"][rows] = CODE["kontanthjaelp_aktivitetsparat"]
        c["label_need"][rows[:20]] = CODE["uddannelseshjaelp_parat"]  # of another benefit: of no use any more
        (move,) = work._revisit(rows, model.month)
        assert (move.to == CODE["kontanthjaelp_aktivitetsparat"]).all()
        assert not np.isin(move.rows, rows[:20]).any()
        seen = rows[20:][c["label_need"][rows[20:]] == 0]
        assert np.array_equal(np.sort(move.rows), seen)
        assert stats.binomtest(seen.size, rows.size - 20, model.parameters.share("visitation.recognised")).pvalue > ALARM

    def test_who_has_moved_waits(self):
        """If this fails the right visitation group of a citizen who has moved this month is forgotten instead of waiting."""
        model = model_of({"visitation.recognised": 100})
        model.step()
        work, c = model.institution.casework, model.population
        rows = model.rows_in("kontanthjaelp_jobparat")[:30]
        c["since"][rows], c["label_need"][rows] = model.month, CODE["kontanthjaelp_aktivitetsparat"]
        assert work._revisit(rows, model.month) == []
        assert (c["label_need"][rows] > 0).all()


class TestCadence:
    @pytest.mark.usefixtures("shipped_past")
    def test_by_date(self):
        """If this fails the cadence of a year holds in another."""
        model = model_of({"contacts.kontanthjaelp_jobparat": [2.0, 5.0, 9.0]})
        work, rows = model.institution.casework, model.rows_in("kontanthjaelp_jobparat")[:1]
        found = [work._a_year(rows, year * 12 + month)[0] for year, month in ((8, 0), (13, 11), (14, 0), (14, 11), (15, 0), (40, 0))]
        assert found == [2, 2, 5, 5, 9, 9]

    def test_no_contacts_at_all(self):
        """If this fails people whom nobody is to meet are due, late or met."""
        model = model_of({"contacts.kontanthjaelp_jobparat": [0.0] * 3}, months=6).run()
        table = model.casework().query("target_group == 'job_ready'")
        assert table["clients"].sum() > 100
        assert table[["contacts_due", "contacts_held", "contacts_late"]].to_numpy().sum() == 0

    def test_contacts_that_begin_again(self):
        """If this fails people met under a cadence of nothing (2014) are not met when there is one again (2015): after ten months
        of 2015 at four contacts a year and hours without end nobody's next contact lies more than three months ahead."""
        model = model_of({"contacts.kontanthjaelp_jobparat": [4.0, 0.0, 4.0]}, months=18, policies=[CaseworkerHours(factor=10)]).run()
        due = model.population["contact_due"][model.rows_in("kontanthjaelp_jobparat")].astype(int)
        assert (due[due != NEVER] - model.month).max() <= 3
