"""Rehabilitation teams: the queue, the slots and what comes of a case, on cases made by hand.

Tests of chance have a false alarm of 1e-6 each (exact binomial).
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from agents.citizen import DOCUMENTING, GRANTED, HAS_CERTIFICATE, NEVER, QUEUED, TRUST, UNSEEN
from agents.luck import Luck
from agents.statuses import CODE, NAMES
from policies.casework import TeamCapacity
from sim.decisions import Decisions
from sim.in_force import InForce
from sim.model import BenefitModel
from sim.parameters import load
from sim.teams import OUTCOMES, Practice, Teams

ALARM = 1e-6
KH, SD, FP, FJ, RV, RF = (
    CODE[n] for n in ("kontanthjaelp_aktivitetsparat", "sygedagpenge", "foertidspension", "fleksjob", "revalidering", "ressourceforloeb")
)
SAME_PRACTICE = {f"practice.{n}.spread": 0.0 for n in ("pension_restrictiveness", "fleksjob_restrictiveness", "revalidering_use")}


def model_of(changes=None, **settings):
    return BenefitModel(**{"scale": 0.02, "months": 6, "seed": 4, "parameters": load().changed(changes or {}), **settings})


def queue_up(model, number=1000, *, status=KH, need=FP, age=50, waited=1, documented=80):
    """Nobody is before the teams but so many citizens, who have waited so many months in the month that comes; rows."""
    c, teams = model.population, model.institution.teams
    c["stage"][(c["stage"] == QUEUED) | (c["stage"] == GRANTED)] = UNSEEN
    model.month += 1
    rows = np.flatnonzero((c["status"] == CODE["employment"]) & (c["need"] == 0))[:number]
    assert rows.size == number
    for name, value in {
        "status": status, "since": model.month - 9, "need": need, "need_since": model.month - 9, "stage": QUEUED,
        "queued": model.month - waited, "documented": documented, "certificate": HAS_CERTIFICATE, "trust": TRUST,
        "birth_month": model.month - 12 * age - 3,
    }.items():
        c[name][rows] = value
    teams.teams["carried"][:] = 0
    return rows


def decide(model, slots=None):
    """One month of phase 8's last act; ``slots`` for every team, without end when left out."""
    teams = model.institution.teams
    speed = teams._speed * model.parameters.value("team.capacity")
    teams.teams["planned"][:] = (1e6 if slots is None else slots) / speed
    teams.decide(model.month)
    return teams.month


def outcomes(month):
    return np.bincount(month.outcome, minlength=len(OUTCOMES))


@pytest.mark.usefixtures("shipped_past")
class TestQueue:
    def test_deadline_comes_first(self):
        """If this fails a case that is due later is decided before one that is due earlier (sick-listed: four weeks after eight)."""
        model = model_of()
        rows = queue_up(model, 900)
        c, teams = model.population, model.institution.teams
        c["queued"][rows] = model.month - 1 - np.arange(rows.size) % 5
        sick = rows[::3]
        c["status"][sick] = SD
        p = model.parameters
        late = np.where(c["status"][rows] == SD, p.months("team.deadline_sick_listed"), p.months("team.deadline"))
        deadline = dict(zip(rows.tolist(), (c["queued"][rows] + late).tolist(), strict=True))
        decided = set(decide(model, slots=6).rows.tolist())
        team = teams.team_of(rows)
        for k in range(teams.teams.size):
            taken = [deadline[r] for r in rows[team == k].tolist() if r in decided]
            left = [deadline[r] for r in rows[team == k].tolist() if r not in decided]
            assert len(taken) == 6
            assert max(taken) <= min(left)

    def test_luck_and_not_rows(self):
        """If this fails of cases due at once those of citizens with low numbers are decided (Kolmogorov-Smirnov, 1e-6), or the
        order is that of another seed."""
        found = {}
        for seed in (4, 5):
            model = model_of()
            rows = queue_up(model, 1500)
            model.institution.teams._streams["order"] = Luck(seed).stream("team.order")
            found[seed] = decide(model, slots=30).rows
        place = {seed: np.searchsorted(rows, f) for seed, f in found.items()}
        assert not np.array_equal(np.sort(found[4]), np.sort(found[5]))
        for places in place.values():
            assert stats.kstest((places + 0.5) / rows.size, "uniform").pvalue > ALARM

    @settings(max_examples=60, deadline=None, derandomize=True, database=None)
    @given(st.lists(st.tuples(st.integers(0, 9), st.floats(0, 6, allow_nan=False)), min_size=1, max_size=15))
    def test_slots_carry_over(self, shared, months):
        """If this fails fractions of a case are lost while cases wait, more is decided than there is room for, or an idle team
        saves up more than a case."""
        teams = shared.institution.teams
        n = teams.teams.size
        teams.teams["carried"][:] = 0
        waiting, room = 0, 0.0
        for come, slots in months:
            waiting += come
            teams.teams["planned"][:] = slots / (teams._speed * shared.parameters.value("team.capacity"))
            taken = teams._taken(np.repeat(np.arange(n), waiting))
            each = np.bincount(np.repeat(np.arange(n), waiting)[taken], minlength=n)
            room += slots
            expected = min(waiting, int(np.floor(room + 1e-6)))
            assert set(each.tolist()) <= ({expected} if abs(room - round(room)) > 1e-5 else {expected, expected - 1})
            waiting -= int(each[0])
            room = min(room - int(each[0]), 1.0)
            assert (teams.teams["queue"] == waiting).all() or len(set(each.tolist())) > 1
            if len(set(each.tolist())) > 1:
                return  # a fraction on the edge of rounding: teams have gone apart

    def test_nothing_is_decided_in_the_month_it_comes(self):
        """If this fails a case is decided without having waited for a meeting."""
        model = model_of()
        rows = queue_up(model, 300, waited=0)
        assert decide(model).rows.size == 0
        assert (model.population["stage"][rows] == QUEUED).all()
        model.month += 1
        assert decide(model).rows.size == 300

    def test_plans_follow_what_comes(self):
        """If this fails meetings are not planned after submissions and queue: at ten new cases a month and team the plan
        settles at ten, and with ``follows`` = 0 it never changes."""
        for follows, settled in ((12.0, True), (0.0, False)):
            model = model_of({"team.follows": follows})
            teams = model.institution.teams
            teams.teams["planned"][:], teams.teams["queue"][:] = 3.0, 0
            for _ in range(40):
                teams._plan(np.full(teams.teams.size, 10))
                teams.teams["queue"][:] = 0
            assert teams.teams["planned"] == pytest.approx(10.0 if settled else 3.0, rel=1e-3)


@pytest.fixture(scope="module")
def shared():
    return model_of()


class TestNoTeam:
    def test_nobody_is_awarded_and_nobody_is_lost(self):
        """If this fails teams without slots decide, or cases vanish from their queues."""
        model = model_of({"team.capacity": 0.0}, months=8, scale=0.005, register=True).run()
        assert model.decisions()["citizens"].sum() == 0
        assert not [cause for *_, cause in model.recorder.log if cause.startswith("team:")]
        queue = model.queues().query("municipality == 'all' and queue == 'team'")
        assert (queue["length"].diff().iloc[1:] == (queue["entered"] - queue["withdrawn"]).iloc[1:]).all()
        assert queue["entered"].sum() > 0

    def test_from_the_first_month(self):
        """If this fails teams that no longer meet still decide cases in the first month."""
        model = model_of(months=2, policies=[TeamCapacity(factor=0)]).run()
        assert model.decisions()["citizens"].sum() == 0


@pytest.mark.usefixtures("shipped_past")
class TestOutcomes:
    @pytest.mark.parametrize(
        ("status", "need", "age"), [(KH, FP, 50), (KH, FP, 30), (SD, FJ, 45), (RF, FP, 30), (KH, RV, 35), (KH, RF, 35), (SD, FP, 25)]
    )
    def test_shares(self, status, need, age):
        """If this fails cases are granted, put off, sent back or returned at other shares than the parameters say."""
        model = model_of(SAME_PRACTICE)
        queue_up(model, 4000, status=status, need=need, age=age)
        month = decide(model)
        n = month.rows.size
        granted, instead = (float(t[status, need, int(age < 40)]) for t in Decisions(model.parameters, model.intensities.to).at(model.month))
        returned = model.parameters.share("team.returned")
        counts = dict(zip(OUTCOMES, outcomes(month).tolist(), strict=True))
        expected = {"returned": returned, "back": (1 - returned) * (1 - granted - instead)}
        expected[NAMES[need]] = (1 - returned) * granted
        expected["ressourceforloeb"] = expected.get("ressourceforloeb", 0) + (1 - returned) * instead
        assert n == 4000 == sum(counts.values())
        for name, count in counts.items():
            chance = expected.get(name, 0.0)
            assert (count == 0 if chance <= 0 else stats.binomtest(count, n, min(1.0, chance)).pvalue > ALARM), name
        if need == FP and age >= 40:
            assert counts["foertidspension"] > counts["ressourceforloeb"]

    def test_beyond_doubt(self):
        """If this fails a case that a course has clarified is refused, put off or returned."""
        model = model_of()
        rows = queue_up(model, 500, age=25, documented=100)
        month = decide(model)
        assert outcomes(month)[OUTCOMES.index("foertidspension")] == rows.size
        assert (model.population["stage"][rows] == GRANTED).all()

    def test_what_becomes_of_the_case(self):
        """If this fails a refused case stays open, a returned one is forgotten, or an award is another than was decided."""
        model = model_of()
        rows = queue_up(model, 2000, age=30)
        month = decide(model)
        c = model.population
        name = np.array(OUTCOMES)[month.outcome]
        assert np.array_equal(np.sort(month.rows), rows)
        back, returned = month.rows[name == "back"], month.rows[name == "returned"]
        assert min(back.size, returned.size) > 50
        assert (c["need"][back] == 0).all()
        assert (c["stage"][back] == UNSEEN).all()
        assert (c["stage"][returned] == DOCUMENTING).all()
        assert (c["need"][returned] == FP).all()
        assert (c["queued"][returned] == NEVER).all()
        for award in ("foertidspension", "ressourceforloeb"):
            some = month.rows[name == award]
            assert some.size > 50
            assert (c["need"][some] == CODE[award]).all()
            assert (c["stage"][some] == GRANTED).all()
        model.month += 1
        moves = {move.cause: move for move in model.institution.teams.granted(model.month)}
        for award in ("foertidspension", "ressourceforloeb"):
            assert np.array_equal(np.sort(moves[f"team:{award}"].rows), np.sort(month.rows[name == award]))
        assert (c["need"][rows[~np.isin(rows, returned)]] == 0).all()

    def test_who_has_moved_this_month_waits(self):
        """If this fails an award makes somebody move twice in a month, or is forgotten."""
        model = model_of()
        rows = queue_up(model, 100, documented=100)
        decide(model)
        model.month += 1
        model.population["since"][rows[:40]] = model.month
        assert sum(move.rows.size for move in model.institution.teams.granted(model.month)) == 60
        model.month += 1
        (move,) = model.institution.teams.granted(model.month)
        assert np.array_equal(np.sort(move.rows), rows[:40])

    def test_a_granted_decision_wins_over_a_clock(self):
        """If this fails an award that has been decided is lost because its citizen moves by a clock before it takes effect."""
        model = model_of(months=18, register=True)
        lost = 0
        while model.running:
            model.step()
            c = model.population
            granted = np.flatnonzero(c["stage"] == GRANTED)
            month = model.institution.teams.month
            awards = month.rows[month.outcome < OUTCOMES.index("back")]
            gone = np.setdiff1d(awards, granted)
            by_clock = [rows for m, rows, _, _, cause in model.recorder.log if m == model.month and cause == "clock"]
            lost += int(np.isin(gone, np.concatenate(by_clock)[c["status"][np.concatenate(by_clock)] != CODE["dead"]]).sum())
        assert lost == 0


class TestPractice:
    @settings(max_examples=100, deadline=None, derandomize=True, database=None)
    @given(
        st.floats(0.05, 20), st.floats(0.05, 20), st.floats(0.05, 20), st.lists(st.floats(0, 1), min_size=8, max_size=8),
        st.floats(0, 0.5), st.floats(0, 0.7),
    )
    def test_chances_are_chances(self, shared, pension, fleksjob, revalidering, shares, tightening, under_40):
        """If this fails a municipality's practice gives chances above one or below none somewhere in the parameters' ranges."""
        paths = [f"team.granted.{n}" for n in ("foertidspension", "fleksjob", "ledighedsydelse", "revalidering", "ressourceforloeb")]
        paths += [f"team.ressourceforloeb_instead.{n}" for n in ("foertidspension", "fleksjob", "ledighedsydelse")]
        p = load().changed({**dict(zip(paths, shares, strict=True)), "team.tightening": tightening, "team.pension_under_40": under_40})
        teams, c = shared.institution.teams, shared.population
        before = teams._odds, teams._p, teams._known
        steps = np.geomspace(0.1, 10, 98)
        odds = Practice(steps * pension, steps * fleksjob, steps * revalidering).odds()
        teams._odds, teams._p, teams._known = odds, InForce(p, c, 98), {}
        try:
            rows = np.flatnonzero(np.isin(c["status"], [KH, SD, RF, CODE["employment"]]))[:400]
            for asked in ("foertidspension", "fleksjob", "ledighedsydelse", "revalidering", "ressourceforloeb"):
                legal = rows[c["status"][rows] != CODE[asked]]
                granted, instead = teams._chances(legal, np.full(legal.size, CODE[asked], np.uint8), shared.month)
                assert np.isfinite(granted).all()
                assert np.isfinite(instead).all()
                assert granted.min() >= -1e-12
                assert instead.min() >= -1e-12
                assert (granted + instead).max() <= 1 + 1e-9
        finally:
            teams._odds, teams._p, teams._known = before

    @pytest.mark.parametrize("need", [FP, FJ, RV])
    def test_direction(self, shared, need):
        """If this fails a restrictive municipality grants more than a generous one, or practice changes another award."""
        teams = shared.institution.teams
        rows = np.flatnonzero(shared.population["status"] == KH)
        local, _ = teams._chances(rows, np.full(rows.size, need, np.uint8), shared.month)
        where = shared.population["municipality"][rows].astype(int) - 1
        old = shared.population["birth_month"][rows] < shared.month - 480
        name = {FP: "foertidspension", FJ: "fleksjob", RV: "revalidering"}[need]
        order = np.argsort(teams._odds[name][where[old]], kind="stable")
        assert (np.diff(local[old][order]) >= -1e-12).all()
        assert local[old].max() > local[old].min()

    @pytest.mark.parametrize("need", [RV, FP, FJ])
    def test_the_countrys_mean(self, shared, need):
        """If this fails practice that differs changes how many are granted in the country: weighted by population the mean
        chance over municipalities must be the national share (no chance is involved)."""
        teams: Teams = shared.institution.teams
        row = int(np.flatnonzero((shared.population["status"] == KH) & (shared.population["birth_month"] < shared.month - 500))[0])
        rows = np.full(98, row)
        c, here = shared.population, int(shared.population["municipality"][row])
        chances = []
        for code in range(1, 99):
            c["municipality"][row] = code
            chances.append(float(teams._chances(rows[:1], np.array([need], np.uint8), shared.month)[0][0]))
        c["municipality"][row] = here
        share = shared.institution.municipalities["share"].astype(float)
        national = float(Decisions(shared.parameters, shared.intensities.to).at(shared.month)[0][KH, need, 0])
        assert abs(share @ np.array(chances) / share.sum() - national) < 1e-6
