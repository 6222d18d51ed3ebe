"""Time limits: when they fall due, who is extended, where the others go.

Shares are compared by exact binomial tests at 1e-6 (``ALARM``); the file makes about 40 of them.
"""

import numpy as np
import pytest
from scipy import stats

from agents.calendar import month
from agents.citizen import Citizen
from agents.column import Store
from agents.luck import Luck
from agents.mistake import Mistake
from agents.statuses import CODE, NAMES
from policies import Policy, Text
from sim.model import BenefitModel
from sim.rules import Rules, TimeLimit, read_limit

ALARM = 1e-6
N = 30_000


def on(status, months, now, n=N):
    """A population of one status, everybody the same number of months in it."""
    since = np.full(n, now - np.asarray(months))
    return Store(None, Citizen, n, {"status": np.full(n, CODE[status]), "since": since, "spell_since": since})


def fits(count, n, share):
    return stats.binomtest(int(count), int(n), share).pvalue > ALARM


@pytest.fixture
def rules(parameters):
    return Rules(parameters, Luck(1))


class TestTimeLimit:
    @pytest.mark.parametrize(
        ("months", "again", "due"),
        [(5, 6, {5, 11, 17, 23, 29, 35}), (12, None, {12, 24, 36}), (1, 1, set(range(1, 40))), (24, 30, {24})],
    )
    def test_due_months(self, months, again, due):
        """If this fails assessments come a month early or late, or do not come back."""
        limit = TimeLimit("dagpenge", months, {"employment": 1.0}, again=again)
        assert set(np.flatnonzero(limit.due_after(np.arange(40))).tolist()) == due

    def test_negative_time_is_never_due(self):
        """If this fails somebody whose status begins later is assessed already (-5 % 5 = 0)."""
        assert not TimeLimit("dagpenge", 5, {"employment": 1.0}).due_after(np.arange(-30, 5)).any()

    @pytest.mark.parametrize(
        "values", [{"status": "dagpengs"}, {"destinations": {"employmnt": 1.0}}, {"months": 0}, {"again": 0},
                   {"extended": -0.1}, {"extended": 1.1}, {"extended": float("nan")}],
    )
    def test_impossible_limits_are_refused(self, values):
        """If this fails a policy can put a meaningless rule in force."""
        good = TimeLimit("dagpenge", 24, {"employment": 1.0})
        with pytest.raises(Mistake):
            good.changed(**values)

    @pytest.mark.parametrize("destinations", [{}, {"employment": 0.0}, {"employment": -1.0, "education": 2.0}])
    def test_destinations_that_lead_nowhere_are_refused(self, destinations):
        """If this fails people whose right ends are sent to a status that nobody named."""
        with pytest.raises(Mistake):
            TimeLimit("dagpenge", 24, destinations)

    def test_law_of_the_papers(self, rules):
        """If this fails a documented limit was misread: 22 weeks, 2 years, 5 years."""
        assert rules.limit("sygedagpenge", month("2014-06")).months == 12
        assert rules.limit("sygedagpenge", month("2014-07")).months == 5
        assert rules.limit("dagpenge", month("2014-07")).months == rules.limit("dagpenge", month("2013-01")).months == 24
        assert rules.limit("dagpenge", month("2012-12")).months == 48
        assert rules.limit("ressourceforloeb", month("2014-07")).months == 60
        assert rules.limit("jobafklaring", month("2014-07")).months == 24

    @pytest.mark.parametrize("name", [*sorted(set(Rules.NAMES) - {"sygedagpenge"}), "sygedagpenge_2013", "sygedagpenge_2014", "dagpenge_2012"])
    def test_destinations_add_up(self, parameters, name):
        """If this fails shares of destinations leave somebody without a place to go."""
        limit = read_limit(parameters, name)
        assert sum(limit.destinations.values()) == pytest.approx(1)
        assert limit.status in NAMES
        assert limit.status not in limit.destinations

    def test_unknown_rule(self, rules):
        """If this fails a misspelt rule is replaced silently and the law stays in force."""
        with pytest.raises(Mistake, match="did you mean 'sygedagpenge'"):
            rules.replace("sygedagpeng", TimeLimit("dagpenge", 1, {"employment": 1.0}))
        with pytest.raises(Mistake, match="unknown time limit"):
            rules.law("sygedagpenge")

    def test_replace_and_restore(self, rules):
        """If this fails a policy's rule outlives it."""
        law = rules.limit("dagpenge", 180)
        rules.replace("dagpenge", law.changed(months=3))
        assert rules.limit("dagpenge", 180).months == 3
        rules.restore("dagpenge")
        rules.restore("dagpenge")
        assert rules.limit("dagpenge", 180) == law


class TestDue:
    NOW = month("2014-09")

    def due(self, rules, store, now=None):
        return {d.cause: d for d in rules.due(self.NOW if now is None else now, store)}

    def test_only_those_whose_month_it_is(self, rules):
        """If this fails people are assessed in the wrong month."""
        months = np.arange(N) % 40
        found = self.due(rules, on("sygedagpenge", months, self.NOW))
        assert set(found) == {"rule:sygedagpenge"}
        rows = found["rule:sygedagpenge"].rows
        assert set(months[rows].tolist()) == {5, 11, 17, 23, 29, 35}
        assert (np.diff(rows) > 0).all()

    def test_extension_share(self, rules):
        """If this fails more or fewer people are extended than the parameter says."""
        leaving = self.due(rules, on("sygedagpenge", 5, self.NOW))["rule:sygedagpenge"]
        assert fits(leaving.rows.size, N, 1 - rules.limit("sygedagpenge", self.NOW).extended)
        assert (leaving.to == CODE["jobafklaring"]).all()

    @pytest.mark.parametrize(("extended", "expected"), [(0.0, N), (1.0, 0)])
    def test_nobody_and_everybody(self, rules, extended, expected):
        """If this fails "all are extended" still stops somebody, or "nobody" spares somebody."""
        rules.replace("dagpenge", TimeLimit("dagpenge", 3, {"employment": 1.0}, extended=extended))
        found = self.due(rules, on("dagpenge", 3, self.NOW))
        assert sum(d.rows.size for d in found.values()) == expected

    def test_extension_is_new_luck_each_time(self, rules):
        """If this fails who was extended once is extended for ever."""
        first = self.due(rules, on("sygedagpenge", 5, self.NOW))["rule:sygedagpenge"].rows
        later = self.due(rules, on("sygedagpenge", 11, self.NOW + 6), self.NOW + 6)["rule:sygedagpenge"].rows
        share = 1 - rules.limit("sygedagpenge", self.NOW).extended
        assert fits(np.intersect1d(first, later).size, N, share**2)

    def test_destinations(self, rules):
        """If this fails those who lose sygedagpenge go elsewhere than the shares say."""
        now = month("2014-06")
        limit = rules.limit("sygedagpenge", now)
        leaving = self.due(rules, on("sygedagpenge", 12, now), now)["rule:sygedagpenge"]
        expected = {
            "employment": 0.20, "dagpenge": 0.25,
            "kontanthjaelp_jobparat": limit.destinations["kontanthjaelp_jobparat"],
            "kontanthjaelp_aktivitetsparat": limit.destinations["kontanthjaelp_aktivitetsparat"],
        }
        counts = np.bincount(leaving.to, minlength=len(NAMES))
        assert sum(expected.values()) == pytest.approx(1)
        for name, share in expected.items():
            assert fits(counts[CODE[name]], leaving.rows.size, share), name
        assert counts.sum() == sum(counts[CODE[name]] for name in expected)

    @pytest.mark.parametrize(
        ("when", "open_", "closed"),
        [("2014-06", {"arbejdsmarkedsydelse", "saerlig_uddannelsesydelse"}, set()),
         ("2014-07", {"arbejdsmarkedsydelse"}, {"saerlig_uddannelsesydelse"}),
         ("2016-06", {"arbejdsmarkedsydelse"}, {"saerlig_uddannelsesydelse"}),
         ("2016-07", set(), {"arbejdsmarkedsydelse", "saerlig_uddannelsesydelse"})],
    )
    def test_closed_schemes(self, rules, when, open_, closed):
        """If this fails exhausted dagpenge leads into a scheme that is closed, or its share is lost or misplaced."""
        now = month(when)
        leaving = self.due(rules, on("dagpenge", 24, now), now)["rule:dagpenge"]
        counts = np.bincount(leaving.to, minlength=len(NAMES))
        assert leaving.rows.size == N
        assert all(counts[CODE[name]] == 0 for name in closed)
        shares = dict(rules.limit("dagpenge", now).destinations)
        moved = sum(shares[name] for name in closed)
        for name in open_:
            assert fits(counts[CODE[name]], N, shares[name]), name
        assert fits(counts[CODE["kontanthjaelp_jobparat"]], N, shares["kontanthjaelp_jobparat"] + 0.4 * moved)
        assert fits(counts[CODE["self_support"]], N, shares["self_support"] + 0.6 * moved)
        assert fits(counts[CODE["employment"]], N, shares["employment"])

    def test_luck_does_not_depend_on_others(self, rules):
        """If this fails who is extended, and where one goes, depends on how many others fall due."""
        all_ = self.due(rules, on("dagpenge", 24, self.NOW))["rule:dagpenge"]
        months = np.where(np.arange(N) % 3 == 0, 24, 7)
        some = self.due(rules, on("dagpenge", months, self.NOW))["rule:dagpenge"]
        assert np.array_equal(some.rows, np.arange(0, N, 3))
        assert np.array_equal(some.to, all_.to[::3])

    def test_statuses_without_limit(self, rules):
        """If this fails employment or kontanthjælp ends by the calendar."""
        for name in ("employment", "kontanthjaelp_jobparat", "fleksjob", "foertidspension", "dead"):
            assert not rules.due(self.NOW, on(name, np.arange(N) % 100, self.NOW))


class TestInTheMonth:
    @pytest.mark.parametrize("by", ["rule", "redirect", "due"])
    def test_whom_the_means_test_bars_becomes_self_supporting(self, by):
        """If this fails a rule or a policy puts people on kontanthjælp whom a spouse's income or own wealth bars."""

        class ToKontanthjaelp(Policy):
            name = "to_kontanthjaelp"
            label = Text(en="x", da="x")

            def enact(self, world):
                if by == "rule":
                    world.rules.replace("dagpenge", TimeLimit("dagpenge", 1, {"kontanthjaelp_jobparat": 1.0}))

            def adjust(self, moves):
                if by == "redirect":
                    moves.scale("dagpenge", "employment", 30.0)
                    moves.redirect("dagpenge", "employment", "kontanthjaelp_jobparat")
                if by == "due":
                    moves.due(moves.world.rows_in("dagpenge"), "kontanthjaelp_jobparat", "test")

        model = BenefitModel(scale=0.01, months=1, seed=3, policies=[ToKontanthjaelp()])
        rows = model.rows_in("dagpenge")
        model.step()
        store = model.population
        barred = (store["partner_income"][rows] == 2) | (store["wealthy"][rows] == 1)
        to = store["status"][rows]
        assert (to[~barred] == CODE["kontanthjaelp_jobparat"]).mean() > 0.4
        assert not (to[barred] == CODE["kontanthjaelp_jobparat"]).any()
        assert (to[barred] == CODE["self_support"]).mean() > 0.4

    def test_clock_comes_before_the_limit(self):
        """If this fails a citizen whose clock rang is moved by the rule as well, or instead."""

        class AtOnce(Policy):
            name = "at_once"
            label = Text(en="x", da="x")

            def enact(self, world):
                world.rules.replace("dagpenge", TimeLimit("dagpenge", 1, {"education": 1.0}))

            def adjust(self, moves):
                moves.scale("dagpenge", "employment", 30.0)

        model = BenefitModel(scale=0.02, months=1, seed=3, policies=[AtOnce()], register=True)
        before = model.rows_in("dagpenge")
        model.step()
        to = model.population["status"][before]
        age = model.population["birth_month"][before]
        assert (to != CODE["dagpenge"])[age > age.min()].mean() > 0.95
        assert (to == CODE["employment"]).mean() > 0.4
        assert (to == CODE["education"]).mean() > 0.05

    def test_clock_that_is_redirected_home_does_not_cancel_a_limit(self):
        """If this fails a citizen whose move is redirected to where he is escapes his time limit."""

        class Home(Policy):
            name = "home"
            label = Text(en="x", da="x")

            def enact(self, world):
                world.rules.replace("dagpenge", TimeLimit("dagpenge", 1, {"education": 1.0}))

            def adjust(self, moves):
                moves.scale("dagpenge", "employment", 30.0)
                moves.redirect("dagpenge", "employment", "dagpenge")

        model = BenefitModel(scale=0.005, months=1, seed=3, policies=[Home()])
        rows = model.rows_in("dagpenge")
        long = rows[model.month + 1 - model.population["since"][rows] >= 1]
        model.step()
        assert (model.population["status"][long] == CODE["dagpenge"]).mean() < 0.01

    def test_two_rules_for_one_citizen(self):
        """If this fails of several rules that fall due the law's does not come first, or policies not by name."""

        class Due(Policy):
            name = "b_due"
            label = Text(en="x", da="x")
            to: str = "employment"

            def adjust(self, moves):
                moves.due(moves.world.rows_in("foertidspension"), self.to, "test")

        class Earlier(Due):
            name = "a_due"
            to: str = "self_support"

        model = BenefitModel(scale=0.005, months=1, seed=3, policies=[Due(), Earlier()])
        rows = model.rows_in("foertidspension")
        model.step()
        status = model.population["status"][rows]
        assert (status == CODE["self_support"]).mean() > 0.95
        assert not (status == CODE["employment"]).any()
