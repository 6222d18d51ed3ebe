"""Needs become documented cases: on citizens whose columns are set by hand.

Tests of chance have a false alarm of 1e-6 each (exact binomial).
"""

import numpy as np
import pytest
from scipy import stats

from agents.citizen import DOCUMENTING, GRANTED, HAS_CERTIFICATE, NEVER, QUEUED, READY, TRUST, UNSEEN
from agents.statuses import CODE
from sim.documentation import BEYOND_DOUBT
from sim.model import BenefitModel
from sim.parameters import load

ALARM = 1e-6
AT_MOST = 99
FJ, FP, RV = (CODE[n] for n in ("fleksjob", "foertidspension", "revalidering"))


def model_of(changes=None, **settings):
    model = BenefitModel(**{"scale": 0.02, "months": 6, "seed": 4, "parameters": load().changed(changes or {}), **settings})
    model.month += 1
    model.institution.staff.keep(model.month)
    return model


def cases(model, number=1000, **columns):
    """Clients without a case, given an open one (or other columns); rows."""
    c = model.population
    clients = model.institution.staff.clients
    rows = clients[(c["need"][clients] == 0)][:number]
    assert rows.size == number
    given = {
        "need": FP, "need_since": model.month - 5, "stage": DOCUMENTING, "documented": 0, "certificate": NEVER, "unread": 0,
        "trust": TRUST, "poor_mental_health": 0, "missed_exams": 0, "asked": NEVER, **columns,
    }
    for name, value in given.items():
        c[name][rows] = value
    return rows


@pytest.fixture
def model():
    return model_of()


def meet(model, rows, asks=False):
    model.institution.documentation.meet(rows, np.full(rows.size, asks), model.month)


class TestInterviews:
    @pytest.mark.parametrize(("stage", "most"), [(DOCUMENTING, AT_MOST), (READY, 40), (UNSEEN, 40)])
    def test_never_beyond_what_interviews_can_document(self, model, stage, most):
        """If this fails interviews alone document a case beyond 99, everyday ones beyond 40, or documentation shrinks."""
        rows = cases(model, need=0 if stage == UNSEEN else FP, stage=stage)
        before = model.population["documented"][rows].copy()
        for _ in range(60):
            meet(model, rows)
            now = model.population["documented"][rows].copy()
            assert (now >= before).all()
            before = now
        assert before.max() == before.min() == most

    def test_an_interview_by_hand(self, model):
        """If this fails a contact documents another amount than ability, trust and the parameter say."""
        for trust in (0, TRUST, 100):
            rows = cases(model, documented=10, trust=trust)
            able = model.institution.staff.ability(model.population["caseworker"][rows], model.month)
            meet(model, rows)
            added = model.parameters.value("documentation.by_contact") * able * (0.5 + trust / (2 * TRUST))
            assert np.array_equal(model.population["documented"][rows], np.round(10 + added).astype(int))
            model.institution.documentation.drop(rows)

    def test_an_unread_case_stands_still(self, model):
        """If this fails a caseworker who has not read a case documents it, or sees a need in it."""
        rows = cases(model, documented=33, unread=1)
        meet(model, rows)
        assert (model.population["documented"][rows] == 33).all()
        unseen = cases(model, stage=UNSEEN, unread=1)
        meet(model, unseen)
        assert (model.population["stage"][unseen] == UNSEEN).all()

    def test_what_is_documented_already_stays(self, model):
        """If this fails an everyday interview takes documentation away that a case had brought."""
        rows = cases(model, stage=UNSEEN, need=0, documented=80)
        meet(model, rows)
        assert (model.population["documented"][rows] == 80).all()

    def test_needs_are_seen(self, model):
        """If this fails a need is seen more or less often than ability times ``documentation.seen`` (binomial at equal ability,
        1e-6), or a case is opened for somebody without one."""
        staff = model.institution.staff.caseworkers
        staff["ability"][:], staff["hired"][:] = 0.8, model.month - 60
        rows = cases(model, 2000, stage=UNSEEN)
        none = cases(model, 500, need=0, stage=UNSEEN)
        meet(model, np.concatenate([rows, none]))
        seen = model.population["stage"][rows] == DOCUMENTING
        chance = model.parameters.share("documentation.seen") * 0.8
        assert stats.binomtest(int(seen.sum()), rows.size, chance).pvalue > ALARM
        assert np.array_equal(np.sort(model.institution.documentation.book.entered("documentation")), rows[seen])
        assert (model.population["stage"][none] == UNSEEN).all()


class TestNeeds:
    def test_a_need_that_is_there_stays(self, model):
        """If this fails a second clock changes a case that is under way, or makes it younger."""
        rows = cases(model, 10)
        model.institution.documentation.raise_needs(rows, np.full(10, FJ, np.uint8), model.month, beyond_doubt=False)
        assert (model.population["need"][rows] == FP).all()
        assert (model.population["need_since"][rows] == model.month - 5).all()

    def test_beyond_doubt_overtakes(self, model):
        """If this fails what a course has clarified waits for papers, or a case before the team is changed under its hands."""
        documentation = model.institution.documentation
        open_ = cases(model, 10)
        further = {stage: cases(model, 5, stage=stage, certificate=HAS_CERTIFICATE, documented=70) for stage in (READY, QUEUED, GRANTED)}
        fresh = cases(model, 10, need=0, stage=UNSEEN, need_since=NEVER)
        rows = np.concatenate([open_, fresh, *further.values()])
        documentation.raise_needs(rows, np.full(rows.size, FJ, np.uint8), model.month, beyond_doubt=True)
        c = model.population
        for some, since in ((open_, model.month - 5), (fresh, model.month)):
            assert (c["need"][some] == FJ).all()
            assert (c["stage"][some] == READY).all()
            assert (c["documented"][some] == BEYOND_DOUBT).all()
            assert (c["certificate"][some] == HAS_CERTIFICATE).all()
            assert (c["need_since"][some] == since).all()
        for stage, some in further.items():
            assert (c["need"][some] == FP).all()
            assert (c["stage"][some] == stage).all()
            assert (c["documented"][some] == 70).all()

    def test_a_case_that_is_over_leaves_no_trace_but_documents(self, model):
        """If this fails a closed case goes on somewhere, or its documents are forgotten entirely."""
        rows = cases(model, 10, stage=QUEUED, queued=model.month, documented=81, certificate=HAS_CERTIFICATE, missed_exams=2)
        model.institution.documentation.drop(rows)
        c = model.population
        for name, value in {"need": 0, "stage": UNSEEN, "need_since": NEVER, "queued": NEVER, "certificate": NEVER,
                            "missed_exams": 0, "documented": 40}.items():
            assert (c[name][rows] == value).all(), name


class TestReady:
    def test_who_is_ready(self, model):
        """If this fails a case goes to the team with too little, without a certificate, or revalidering waits for a doctor."""
        c, p = model.population, model.parameters
        demand = model.institution.municipalities["documentation_demand"].astype(float) * 100
        for need, certificate, factor in (
            (FP, HAS_CERTIFICATE, 1.0), (RV, NEVER, p.value("documentation.demanded_for_revalidering")), (FJ, NEVER, np.inf),
            (FJ, model.month + 3, np.inf),
        ):
            rows = cases(model, 1500, need=need, certificate=certificate)
            c["documented"][rows] = np.arange(rows.size) % (AT_MOST + 1)
            model.institution.documentation.progress(model.month)
            ready = c["stage"][rows] == READY
            wanted = demand[c["municipality"][rows].astype(int) - 1] * factor
            assert np.array_equal(ready, c["documented"][rows] >= wanted)
            assert ready.any() == (factor < np.inf)
            assert (c["queued"][rows[ready]] == model.month).all()
            model.institution.documentation.drop(rows)

    @pytest.mark.parametrize(("mean", "spread"), [(0.9, 0.7), (0.6, 1.4), (0.9, 1.4)])
    def test_every_demand_can_be_met(self, mean, spread):
        """If this fails there are municipalities in which nobody ever gets an award, within the ranges of the parameters."""
        p = load().changed({"practice.documentation_demand.mean": mean, "practice.documentation_demand.spread": spread})
        demand = BenefitModel(scale=0.001, months=1, start="2008-01", parameters=p).institution.documentation._demand
        assert demand.size == 98
        assert 90 < demand.max() <= AT_MOST

    def test_returned_cases(self, model):
        """If this fails a returned case is not documented again, or loses more than is lost."""
        rows = cases(model, 10, stage=QUEUED, queued=model.month - 1, documented=60, certificate=HAS_CERTIFICATE)
        low = cases(model, 10, stage=QUEUED, queued=model.month - 1, documented=5, certificate=HAS_CERTIFICATE)
        model.institution.documentation.returned(np.concatenate([rows, low]))
        c = model.population
        lost = round(model.parameters.value("documentation.lost_on_return"))
        assert (c["documented"][rows] == 60 - lost).all()
        assert (c["documented"][low] == 0).all()
        assert (c["stage"][rows] == DOCUMENTING).all()
        assert (c["queued"][rows] == NEVER).all()


@pytest.mark.usefixtures("shipped_past")
class TestCertificates:
    @pytest.mark.parametrize("longest", [0, 1, 4, 6])
    @pytest.mark.parametrize("poor", [0, 1])
    def test_they_come_in_time(self, longest, poor):
        """If this fails a certificate comes in the month it was asked for, or later than the longest wait."""
        model = model_of({"certificate.longest": longest})
        rows = cases(model, 1500, poor_mental_health=poor)
        meet(model, rows, asks=True)
        wait = model.population["certificate"][rows].astype(int) - model.month
        assert wait.min() == 1
        assert wait.max() == max(1, longest)
        assert (model.population["asked"][rows] == model.month).all()

    def test_mean_wait(self):
        """If this fails the wait is not one month and a whole exponential beyond, by health and the municipality's cooperation
        (six standard errors, normal approximation: below 1e-8)."""
        model = model_of({"practice.health_cooperation.spread": 0.0, "certificate.longest": 120})
        for poor, name in ((0, "wait"), (1, "wait_psychiatry")):
            rows = cases(model, 4000, poor_mental_health=poor)
            wait = model.institution.documentation._wait(rows, model.month)
            mean = model.parameters.value(f"certificate.{name}")
            expected = 1 + 1 / np.expm1(1 / mean)  # of a geometric number
            assert abs(wait.mean() - expected) < 6 * wait.std() / np.sqrt(rows.size)
            model.institution.documentation.drop(rows)

    def test_a_usable_one_adds(self):
        """If this fails a certificate adds another amount than the parameter, goes beyond 95, or takes away."""
        model = model_of({"certificate.unusable": 0.0, "attendance.missed": 0.0, "attendance.missed_per_trust": 0.0})
        rows = cases(model, 1000, certificate=model.month, asked=model.month - 2)
        before = np.arange(rows.size) % 101
        model.population["documented"][rows] = before
        model.institution.documentation._examine(rows, model.month)
        added = np.minimum(before + model.parameters.value("documentation.by_certificate"), AT_MOST)
        assert np.array_equal(model.population["documented"][rows], np.maximum(before, added))
        assert (model.population["certificate"][rows] == HAS_CERTIFICATE).all()
        assert (model.institution.documentation.book.left("certificate")[1] == 2).all()

    def test_unusable_ones_are_asked_for_again(self):
        """If this fails a certificate that cannot be used helps, ends the case, or is not asked for again; share by binomial."""
        model = model_of({"attendance.missed": 0.0, "attendance.missed_per_trust": 0.0})
        rows = cases(model, 2000, certificate=model.month, asked=model.month - 1, documented=20)
        documentation, c = model.institution.documentation, model.population
        documentation._examine(rows, model.month)
        useless = rows[c["certificate"][rows] == NEVER]
        assert stats.binomtest(useless.size, rows.size, model.parameters.share("certificate.unusable")).pvalue > ALARM
        assert documentation.book.left("certificate")[0].size == rows.size
        assert (c["documented"][useless] == 20).all()
        assert (c["stage"][rows] == DOCUMENTING).all()
        assert documentation.asks(useless).all()
        assert not documentation.asks(rows[c["certificate"][rows] != NEVER]).any()

    @pytest.mark.parametrize("poor", [0, 1])
    def test_psychiatry_closes_after_two_or_three(self, poor):
        """If this fails psychiatry closes a case after other than two or three missed appointments, an ordinary doctor closes
        one at all, or a closed one is not asked for again with a clean slate."""
        model = model_of({"attendance.missed": 0.4, "attendance.missed_per_trust": 1.0, "certificate.longest": 1})
        rows = cases(model, 1500, poor_mental_health=poor, trust=0)  # 0.4 + 0.6: nobody comes
        documentation, c = model.institution.documentation, model.population
        meet(model, rows, asks=True)
        closed_after, open_ = np.zeros(rows.size, int), np.ones(rows.size, bool)
        for missed in range(1, 6):
            model.month += 1
            due = rows[open_]
            assert (c["certificate"][due] == model.month).all()
            documentation._examine(due, model.month)
            assert (c["missed_exams"][due] == missed).all()
            now_closed = open_ & (c["certificate"][rows] == NEVER)
            assert np.array_equal(np.sort(documentation.close_month().withdrawn("psychiatry")), rows[now_closed])
            closed_after[now_closed] = missed
            open_ &= ~now_closed
        if poor:
            assert set(closed_after.tolist()) == {2, 3}
            assert stats.binomtest(int((closed_after == 2).sum()), rows.size, 0.5).pvalue > ALARM
            assert documentation.asks(rows).all()
            meet(model, rows, asks=True)
            assert (c["missed_exams"][rows] == 0).all()
        else:
            assert closed_after.max() == 0
        assert (c["stage"][rows] == DOCUMENTING).all()

    def test_books_of_certificates(self):
        """If this fails people vanish from the queue of doctors or psychiatry: what comes in, leaves or is withdrawn does not
        add up to the length, as it does before the team."""
        table = BenefitModel(scale=0.02, months=12, seed=4).run().queues().query("municipality == 'all'")
        for name in ("certificate", "psychiatry"):
            one = table[table["queue"] == name]
            change = (one["entered"] - one["left"] - one["withdrawn"]).to_numpy()
            assert np.array_equal(np.diff(one["length"]), change[1:]), name
