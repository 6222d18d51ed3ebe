"""Common random numbers: the same citizen has the same luck, whatever else is added to the world."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from agents.luck import Luck
from agents.statuses import CODE
from policies import Policy, Text
from sim.model import BenefitModel
from sim.race import BLOCK

LABEL = Text(en="x", da="x")


class Bystander(Policy):
    """Draws, looks, changes nothing."""

    name = "bystander"
    label = LABEL

    def each_month(self, world):
        world.draw("curious", world.rows_in("employment"))

    def adjust(self, moves):
        world = moves.world
        rows = world.rows_in("dagpenge")
        world.draw_once("trait", rows)
        moves.scale("dagpenge", "employment", 1.0, rows=rows[world.draw("who", rows) < 0.5])
        moves.scale("employment", "dagpenge", 1.0)
        moves.due(rows[:0], "employment", "nobody")
        moves.redirect("employment", "dagpenge", "dagpenge")


class Another(Bystander):
    """The same under a name that sorts before."""

    name = "another"


class Scaled(Policy):
    """One exit made faster or slower, for the rows of some persons or for all."""

    name = "scaled"
    label = LABEL
    source: str = "sygedagpenge"
    to: str = "employment"
    factor: float = 2.0
    every: int = 1

    def adjust(self, moves):
        rows = None if self.every == 1 else np.arange(0, moves.world.population_size, self.every)
        moves.scale(self.source, self.to, self.factor, rows=rows)


def same(a, b):
    return len(a) == len(b) and all(np.array_equal(x[n], y[n]) for x, y in zip(a, b, strict=True) for n in x)


def paths(**settings):
    """The log of all moves: row -> {month: (from, to, cause)}."""
    model = BenefitModel(**{"scale": 0.01, "months": 24, "seed": 5, "register": True, **settings}).run()
    lives = {}
    for month, rows, source, to, cause in model.recorder.log:
        for row, a, b in zip(rows.tolist(), source.tolist(), to.tolist(), strict=True):
            lives.setdefault(row, {})[month] = (a, b, cause)
    return model, lives


@pytest.fixture(scope="module")
def base(film):
    return film()


@pytest.fixture(scope="module")
def at_once(film):
    return film(decide_at_once=True)


class TestSameLuck:
    def test_same_seed_same_everything(self, film, base):
        """If this fails a run cannot be repeated."""
        assert same(base, film())

    def test_other_seed_other_lives(self, film, base, changed_rows):
        """If this fails replications are not replications."""
        assert changed_rows(base, film(seed=6)).size > 0.9 * base[0]["status"].size

    @pytest.mark.parametrize("settings", [{"threads": 2, "block": 1000}, {"block": 4096}, {"register": True}])
    def test_technical_settings_change_nobody(self, film, base, settings):
        """If this fails results depend on processors, block size or whether a log is kept."""
        assert BLOCK > 4096
        assert same(base, film(**settings))

    def test_tables_are_equal_too(self):
        """If this fails equal columns give unequal result tables."""
        ways = ((1, BLOCK), (2, 999))
        a, b = (BenefitModel(scale=0.002, months=12, seed=1, threads=t, block=k).run() for t, k in ways)
        pd.testing.assert_frame_equal(a.stocks(), b.stocks(), check_exact=True)
        pd.testing.assert_frame_equal(a.flows(), b.flows(), check_exact=True)

    def test_model_before_does_not_matter(self, film, base):
        """If this fails something of an earlier model in the same process leaks into the next."""
        BenefitModel(scale=0.003, months=5, seed=99, policies=[Scaled(factor=3)]).run()
        assert same(base, film())


class TestUnrelated:
    @pytest.mark.parametrize("policies", [[Bystander()], [Bystander(), Another()]], ids=["one", "two"])
    def test_a_policy_that_does_nothing_changes_nobody(self, film, base, policies):
        """If this fails adding an unrelated policy shifts other people's luck."""
        assert same(base, film(policies=policies))

    def test_order_of_policies_does_not_matter(self, film):
        """If this fails a scenario depends on the order in which its policies are listed."""
        chosen = [Scaled(), Bystander(), Another()]
        assert same(film(policies=chosen), film(policies=chosen[::-1]))

    def test_before_the_reform_nobody_differs(self, film, base, changed_rows):
        """If this fails a reform has effects before it begins."""
        later = film(policies=[Scaled(start="2015-05", factor=3)])
        assert changed_rows(base[:12], later[:12]).size == 0
        assert changed_rows(base, later).size > 0

    def test_after_a_reform_that_ended_rules_are_back(self):
        """If this fails a policy leaves something behind: who never met it lives on as in the baseline."""

        class Gone(Scaled):
            name = "gone"

            def enact(self, world):
                world.rules.replace("dagpenge", world.rules.law("dagpenge").changed(months=60))

            def repeal(self, world):
                world.rules.restore("dagpenge")

        model = BenefitModel(scale=0.002, months=6, policies=[Gone(start="2014-06", end="2014-08")])
        months = []
        while model.running:
            model.step()
            months.append(model.rules.limit("dagpenge", model.month).months)
        assert months == [24, 60, 60, 60, 24, 24]

    def test_more_people_change_nobody(self, film, base, changed_rows):
        """If this fails a longer run (with more cohorts of 18-year-olds) gives today's citizens other lives."""
        longer = film(months=40)
        assert longer[0]["status"].size > base[0]["status"].size
        assert changed_rows(base, longer[:24]).size == 0

    def test_streams_of_policies_are_apart(self, model):
        """If this fails two policies that call a draw by the same name share luck, or one draw depends on the hook."""
        rows = model.citizens.rows
        draws = {}
        for name in ("a", "b"):
            model.world._acting = SimpleNamespace(name=name)
            draws[name] = model.world.draw("x", rows)
            assert np.array_equal(draws[name], model.world.draw("x", rows))
            assert np.array_equal(model.world.draw_once("t", rows[:50]), model.world.draw_once("t", rows)[:50])
        assert not np.array_equal(draws["a"], draws["b"])
        assert np.array_equal(draws["a"], Luck(3).stream("policy.a.x").uniform(model.month, rows))
        before = model.world.draw_once("t", rows)
        model.step()
        model.world._acting = SimpleNamespace(name="b")
        assert np.array_equal(before, model.world.draw_once("t", rows))
        assert not np.array_equal(draws["b"], model.world.draw("x", rows))


class TestCoupling:
    """Coupling of lives where nothing is scarce: needs are decided at once."""

    @pytest.mark.parametrize("factor", [0.0, 0.4, 3.0])
    def test_nobody_elses_life_changes(self, film, at_once, changed_rows, factor):
        """If this fails a reform for some changes the lives of others, though nothing is scarce."""
        for source in ("sygedagpenge", "employment"):
            other = film(decide_at_once=True, policies=[Scaled(source=source, to="dagpenge", factor=factor, every=2)])
            changed = changed_rows(at_once, other)
            assert changed.size > 5
            assert (changed % 2 == 0).all()

    def test_only_those_who_met_the_exit_change(self, film, at_once, changed_rows):
        """If this fails a reform changes people who never were where it applies."""
        changed = changed_rows(at_once, film(decide_at_once=True, policies=[Scaled(source="sygedagpenge", to="employment", factor=2.0)]))
        met = np.zeros(at_once[0]["status"].size, bool)
        for frame in at_once:
            met |= frame["status"] == CODE["sygedagpenge"]
        start = BenefitModel(scale=0.005, months=24, seed=5, decide_at_once=True).population["status"] == CODE["sygedagpenge"]
        assert (met | start)[changed].all()

    @pytest.mark.parametrize(
        ("source", "to"), [("sygedagpenge", "employment"), ("employment", "dagpenge"), ("abroad", "employment")]
    )
    def test_raising_one_exit(self, source, to):
        """If this fails lives differ for reasons that have nothing to do with the reform: whoever first diverges when
        one exit is raised diverges by taking that exit."""
        _, before = paths(decide_at_once=True)
        _, after = paths(decide_at_once=True, policies=[Scaled(source=source, to=to, factor=2.5)])
        diverged = 0
        for row in set(before) | set(after):
            a, b = before.get(row, {}), after.get(row, {})
            if a == b:
                continue
            first = min(m for m in set(a) | set(b) if a.get(m) != b.get(m))
            assert b.get(first) == (CODE[source], CODE[to], "clock"), (row, a.get(first), b.get(first))
            diverged += 1
        assert diverged > 20

    def test_lowering_one_exit(self):
        """If this fails lowering an exit changes somebody who would not have taken it."""
        _, before = paths(decide_at_once=True)
        _, after = paths(decide_at_once=True, policies=[Scaled(source="dagpenge", to="employment", factor=0.5)])
        diverged = 0
        for row in set(before) | set(after):
            a, b = before.get(row, {}), after.get(row, {})
            if a != b:
                first = min(m for m in set(a) | set(b) if a.get(m) != b.get(m))
                assert a.get(first) == (CODE["dagpenge"], CODE["employment"], "clock")
                diverged += 1
        assert diverged > 20
