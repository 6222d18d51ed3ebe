"""Caseworkers come, go and have citizens: on small models whose columns are set by hand.

Tests of chance have a false alarm of 1e-6 each (exact binomial).
"""

from typing import ClassVar

import numpy as np
import pytest
from scipy import stats

from agents.caseworker import GROUPS, NOBODY
from agents.citizen import NEVER
from agents.statuses import CODE
from agents.target_groups import TARGET_GROUPS
from policies.casework import CaseloadCap
from policies.protocol import Policy, Text
from sim.model import BenefitModel
from sim.parameters import load

ALARM = 1e-6
STILL = {"turnover.job_change": 0.0, "turnover.leave": 0.0, "turnover.reorganisation": 0.0, "casework.follows": 0.0}
"""Nobody leaves, nothing is reorganised, staff stays as it is."""
JOB_READY = next(i for i, g in enumerate(TARGET_GROUPS) if g.name == "job_ready")


def model_of(changes=None, **settings):
    p = load().changed(changes or {})
    return BenefitModel(**{"scale": 0.005, "months": 6, "seed": 4, "parameters": p, **settings})


def keep(model):
    """One month of phase 5 alone: returns what changed."""
    model.month += 1
    return model.institution.staff.keep(model.month)


class TestHours:
    @pytest.mark.parametrize("scale", [0.002, 0.01])
    def test_hours_are_those_of_the_plan(self, scale):
        """If this fails hours are rounded away with positions: half a minute a position is all that rounding may cost."""
        model = model_of(STILL, scale=scale)
        staff = model.institution.staff
        keep(model)
        planned = staff._plan * model.parameters.value("casework.hours") * 60
        given = np.bincount(staff.cell_of, staff.caseworkers["minutes"], staff.cells)
        assert (np.abs(planned - given) <= staff._number / 2 + 1e-6).all()
        assert (staff._number >= 1).all()

    def test_one_group_gets_more(self):
        """If this fails hours of one target group reach another, or last longer than the month they were given for."""
        model = model_of(STILL)
        keep(model)
        staff = model.institution.staff
        usual = staff.caseworkers["minutes"].copy()
        model.world.scale_hours(2.0, "job_ready")
        model.world.scale_hours(3.0, "job_ready")
        keep(model)
        is_one = staff.caseworkers["group"] == JOB_READY
        assert (np.abs(staff.caseworkers["minutes"] - usual * np.where(is_one, 6, 1)) <= 3).all()
        keep(model)
        assert np.array_equal(staff.caseworkers["minutes"], usual)

    def test_empty_positions_have_no_hours(self):
        """If this fails hours that are reported as available stand empty (``Staff._give_hours`` says there are none)."""
        model = model_of({"turnover.job_change": 4.0})
        keep(model)
        keep(model)
        staff = model.institution.staff.caseworkers
        empty = (staff["is_open"] == 1) & (staff["absent_until"] > model.month)
        assert empty.any()
        assert staff["minutes"][empty].sum() == 0

    def test_very_many_hours(self):
        """If this fails a policy that makes hours unlimited takes them away. (At positions that stand empty nobody is met.)"""

        class Unlimited(Policy):
            name: ClassVar[str] = "unlimited"
            label: ClassVar[Text] = Text(en="x", da="x")

            def each_month(self, world):
                world.scale_hours(self.factor)

            factor: float = 1e4

        much, more = (model_of(months=1, policies=[Unlimited(factor=f)]).run().casework() for f in (1e4, 1e6))
        assert more["minutes_available"].min() >= 0
        assert more["contacts_late"].sum() == much["contacts_late"].sum()


@pytest.mark.usefixtures("shipped_past")
class TestWhoHasWhom:
    def test_very_many_caseworkers(self):
        """If this fails a caseload within its range gives citizens a caseworker who does not exist."""
        few = {f"caseload.{g.name}": 1.0 for g in TARGET_GROUPS}
        model = model_of(few, scale=0.08, months=1, start="2008-01").run()
        assert model.institution.staff.caseworkers.size > 2**15
        assert model.population["caseworker"].min() >= NOBODY

    def test_who_stays_keeps_the_caseworker(self):
        """If this fails caseworkers change though nobody left, nothing was reorganised and staff did not change."""
        model = model_of(STILL)
        keep(model)
        staff, c = model.institution.staff, model.population
        before = {n: c[n].copy() for n in ("caseworker", "trust", "unread")}
        assert keep(model).changed.sum() == 0
        assert all(np.array_equal(before[n], c[n]) for n in before)
        assert (c["caseworker"][staff.clients] != NOBODY).all()

    def test_another_target_group(self):
        """If this fails a citizen who comes to another target group keeps the old caseworker, plan or date."""
        model = model_of(STILL)
        keep(model)
        staff, c = model.institution.staff, model.population
        row = model.rows_in("kontanthjaelp_jobparat")[0]
        c["has_plan"][row], c["is_new"][row], c["contact_due"][row], c["trust"][row] = 1, 0, model.month + 3, 80
        c["status"][row] = CODE["sygedagpenge"]
        changed = keep(model).changed
        assert staff.caseworkers["group"][c["caseworker"][row]] == next(
            i for i, g in enumerate(TARGET_GROUPS) if g.name == "sickness"
        )
        assert (c["has_plan"][row], c["is_new"][row], c["contact_due"][row]) == (0, 1, NEVER)
        assert changed.sum() == 1
        assert c["trust"][row] < 80
        c["status"][row], c["need"][row] = CODE["employment"], 0
        keep(model)
        assert (c["caseworker"][row], c["contact_due"][row], c["unread"][row]) == (NOBODY, NEVER, 0)
        c["need"][row] = CODE["fleksjob"]
        keep(model)
        assert TARGET_GROUPS[staff.caseworkers["group"][c["caseworker"][row]]].name == "rehabilitation"

    def test_leavers_and_those_who_follow_them(self):
        """If this fails the position of who left is not empty as long as it should be, or clients are told of it late."""
        model = model_of({**STILL, "turnover.vacancy": 3})
        keep(model)
        staff, c = model.institution.staff, model.population
        gone = int(c["caseworker"][staff.clients[0]])
        leaves = np.array([gone])
        staff._leave = lambda now: (_left(staff, leaves, now), leaves)[1]
        holder, trust = int(staff.caseworkers["holder"][gone]), c["trust"].copy()
        changes = keep(model)
        theirs = staff.clients[c["caseworker"][staff.clients] == gone]
        assert changes.left.sum() == 1
        assert changes.changed.sum() == theirs.size > 0
        assert staff.caseworkers["holder"][gone] == holder + 1
        assert staff.caseworkers["absent_until"][gone] == model.month + 3
        assert (c["unread"][theirs] == 1).all()
        assert (c["trust"][theirs] < trust[theirs]).all()

    @pytest.mark.parametrize(("kept", "losses"), [(0, (0.25, 0.40)), (100, (0.0, 0.0)), (50, (0.125, 0.2))])
    def test_trust_that_is_lost(self, kept, losses):
        """If this fails a change of caseworker costs another share of trust than the parameters say, or colleagues who know
        the case keep none of it."""
        model = model_of({"trust.kept_by_colleagues": kept})
        staff, c = model.institution.staff, model.population
        simple, hard = np.arange(2)
        for row, flags in ((simple, 0), (hard, 0b11)):
            c["flags"][row], c["support"][row], c["since"][row] = flags, 0, model.month
            c["status"][row], c["trust"][row] = CODE["kontanthjaelp_jobparat"], 80
        staff._start_over(np.array([simple, hard]))
        assert c["trust"][:2].tolist() == [round(80 * (1 - lost)) for lost in losses]
        assert c["unread"][:2].tolist() == [1, 1]

    def test_a_reorganisation_that_changes_nothing(self):
        """If this fails citizens who keep their caseworker lose trust in a stranger (with one position in a cell: all)."""
        model = model_of({**STILL, "turnover.reorganisation": 4.0, "turnover.reassigned": 1.0}, scale=0.002)
        keep(model)
        c, clients = model.population, model.institution.staff.clients
        for _ in range(6):
            before, trust = c["caseworker"].copy(), c["trust"].copy()
            keep(model)
            same = clients[before[clients] == c["caseworker"][clients]]
            assert np.array_equal(trust[same], c["trust"][same])


def _left(staff, rows, now):
    """What a caseworker who leaves leaves behind (as ``Staff._leave`` without its dice)."""
    back = now + staff._p.months("turnover.vacancy")
    staff.caseworkers["holder"][rows] += 1
    staff.caseworkers["absent_until"][rows] = back
    staff.caseworkers["hired"][rows] = back


@pytest.mark.usefixtures("shipped_past")
class TestTurnover:
    @pytest.mark.parametrize("stress", [0.5, 1.0, 3.0])
    def test_leavers_by_load(self, stress):
        """If this fails caseworkers leave at another rate than the parameters say at a load (two-sided binomial, 1e-6)."""
        model = model_of(scale=0.02)
        staff, p = model.institution.staff, model.parameters
        keep(model)
        tried = left = 0
        for _ in range(60):
            model.month += 1
            staff.caseworkers["stress"][:] = stress
            staff.caseworkers["absent_until"][:] = NEVER
            tried += int((staff.caseworkers["is_open"] == 1).sum())
            left += staff._leave(model.month).size
        a_year = (p.value("turnover.job_change") + p.value("turnover.leave")) * max(1, stress) ** p.value("turnover.load_elasticity")
        assert stats.binomtest(left, tried, -np.expm1(-a_year / 12)).pvalue > ALARM

    def test_nobody_leaves_an_empty_position(self):
        """If this fails somebody who is gone leaves again."""
        model = model_of({"turnover.job_change": 4.0, "turnover.vacancy": 2})
        staff = model.institution.staff
        for _ in range(8):
            before = staff.caseworkers["absent_until"].copy()
            left = np.flatnonzero(keep(model).left)
            now_gone = np.flatnonzero(staff.caseworkers["absent_until"] == model.month + 2)
            assert (before[now_gone] <= model.month).all()
            assert np.array_equal(np.unique(staff.cell_of[now_gone]), left)

    def test_ability_by_hand(self):
        """If this fails training or experience do another thing to documentation than the parameters say."""
        model = model_of()
        staff = model.institution.staff
        untrained, new = (model.parameters.value(f"documentation.{n}") for n in ("untrained", "new_in_the_job"))
        staff.caseworkers["ability"][:3] = [1, untrained, 1]
        staff.caseworkers["hired"][:3] = model.month - np.array([24, 100, 12])
        found = staff.ability(np.arange(3), model.month)
        assert found == pytest.approx([1.0, untrained, (1 + new) / 2], rel=1e-6)
        staff.caseworkers["hired"][0] = model.month + 2  # begins in two months
        assert staff.ability(np.array([0]), model.month) == pytest.approx([new], rel=1e-6)

    def test_stress_follows_load(self):
        """If this fails load does not become stress at the pace of ``turnover.stress_months``, or has no end."""
        model = model_of()
        staff = model.institution.staff
        staff.caseworkers["stress"][:] = 1.0
        staff.feel(np.full(staff.caseworkers.size, 4.0))
        step = 1 / model.parameters.months("turnover.stress_months")
        assert staff.caseworkers["stress"] == pytest.approx(1 + 3 * step)
        for _ in range(400):
            staff.feel(np.full(staff.caseworkers.size, 1e9))
        assert staff.caseworkers["stress"].max() <= 10.01


@pytest.mark.usefixtures("shipped_past")
class TestFollowing:
    def test_staff_that_never_changes(self):
        """If this fails staff follows clients though it is not to."""
        model = model_of(STILL)
        staff = model.institution.staff
        plan, number = staff._plan.copy(), staff._number.copy()
        rows = model.rows_in("employment")[:300]
        model.population["status"][rows] = CODE["kontanthjaelp_jobparat"]
        for _ in range(4):
            keep(model)
        assert np.array_equal(staff._plan, plan)
        assert np.array_equal(staff._number, number)

    def test_new_positions_get_their_clients(self):
        """If this fails staff that grows does not relieve anybody: those who are handed over have a new caseworker, the others
        keep theirs, and each cell still has all its clients."""
        model = model_of({**STILL, "casework.follows": 12.0}, scale=0.01)
        staff, c = model.institution.staff, model.population
        keep(model)
        rows = model.rows_in("employment")[:2000]
        c["status"][rows] = CODE["kontanthjaelp_jobparat"]
        opened = 0
        for _ in range(6):
            before, number, old = c["caseworker"].copy(), staff._number.copy(), staff.clients
            changed = int(keep(model).changed.sum())
            both = np.intersect1d(old, staff.clients)
            differs = (before[both] != NOBODY) & (before[both] != c["caseworker"][both])
            assert differs.sum() == changed
            opened += int((staff._number > number).sum())
            assert staff.caseworkers["caseload"].sum() == staff.clients.size
        assert opened > 3
        assert (staff._number <= staff._last - staff._first).all()

    def test_a_cap_that_is_proposed(self):
        """If this fails units have more citizens a caseworker than the cap allows. Positions are whole, so a unit may be a
        position short of its plan (hysteresis): the country's mean is compared."""
        model = model_of(scale=0.02, months=6, policies=[CaseloadCap(cap=20, groups=["job_ready", "activity_ready"])]).run()
        table = model.casework().query("municipality == 'all'").groupby("target_group").last()
        mean = (table["clients"] / table["caseworkers"])[["job_ready", "activity_ready"]]
        assert (mean <= 20.5).all(), mean.to_dict()


class TestPast:
    def test_a_kept_past_and_a_fresh_one(self, forget_pasts):
        """If this fails the second model of a process starts with other caseworkers or queues than the first, or a model
        changes the past that the next one starts from."""

        def run(**settings):
            model = model_of(months=8, **settings).run()
            staff = model.institution.staff
            return {**model.population.arrays, **{f"staff {n}": a for n, a in staff.caseworkers.arrays.items()},
                    **{f"team {n}": a for n, a in model.institution.teams.teams.arrays.items()}, "plan": staff._plan,
                    **{f"table {i}": t.select_dtypes("number").to_numpy() for i, t in enumerate((model.casework(), model.queues()))}}

        forget_pasts()
        fresh, kept = run(), run()
        forget_pasts()
        other = run(threads=2, block=999)
        for name in fresh:
            assert np.array_equal(fresh[name], kept[name]), name
            assert np.array_equal(fresh[name], other[name]), name

    def test_no_hours_ever(self):
        """If this fails a country that never had a caseworker at work crashes, or somebody there is met."""
        model = model_of({"casework.hours": 0.0}, months=6).run()
        table = model.casework()
        assert table["contacts_held"].sum() == 0
        assert table.filter(like="minutes_").to_numpy().sum() == 0
        assert model.decisions()["citizens"].sum() == 0
        last = table[(table["month"] == table["month"].max()) & (table["municipality"] == "all")]
        waits = model.population["contact_due"][model.institution.staff.clients] > model.month  # sick-listed for less than 8 weeks
        assert last["contacts_due"].sum() == last["clients"].sum() - waits.sum()
        assert last["contacts_late"].sum() > 0.8 * last["clients"].sum()

    def test_target_groups_have_positions(self):
        """If this fails a target group of a district has nobody to turn to."""
        model = model_of(scale=0.001)
        staff = model.institution.staff
        keep(model)
        assert np.unique(staff.cell_of[staff.open_positions()]).size == staff.districts * GROUPS
