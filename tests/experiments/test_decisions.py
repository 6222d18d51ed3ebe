"""Decisions: regret, satisficing and Pareto's front done by hand, and the value of information where it is known."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from agents.mistake import Mistake
from experiments.analysis.cases import BASE, Decision, decision
from experiments.analysis.condition import Condition
from experiments.analysis.decisions import pareto, regret, satisficing
from experiments.analysis.information import value_of_information


def made(**outcomes: list[list[float]]) -> Decision:
    """A decision from tables worlds x options, with one replication."""
    arrays = {name: np.array(table, float)[:, :, None] for name, table in outcomes.items()}
    worlds, options, _ = next(iter(arrays.values())).shape
    reforms = pd.DataFrame({"reform": [BASE, *(f"r{i}" for i in range(1, options))]})
    return Decision(reforms, pd.DataFrame({"x": np.arange(float(worlds))}), arrays, 0)


class TestByHand:
    @pytest.fixture
    @classmethod
    def three(cls) -> Decision:
        """Costs of doing nothing, a gamble and a hedge in four worlds; persons in work."""
        return made(
            cost=[[0, -10, -2], [0, -10, -2], [0, 30, 1], [0, -10, 1]], work=[[0, 5, 4], [0, 5, 4], [0, 5, 6], [0, 5, 4]],
        )  # fmt: skip

    def test_regret(self, three):
        """If this fails, an option's loss against the best of each world is wrong, or less cost counts as worse."""
        table = regret(three, "cost", better=-1)
        assert table["mean"].tolist() == [7.5, 7.5, 7.0]
        assert table["max"].tolist() == [10, 30, 11]
        assert table["p90"].tolist() == pytest.approx([10, 21, 10.1])
        assert table["worst_world"].tolist() == [0, 2, 3]
        assert table["best"].tolist() == [0.25, 0.75, 0]
        assert table["luck"].isna().all()

    def test_regret_shares_the_first_place(self):
        """If this fails, where options are alike only one of them is called the best."""
        assert regret(made(y=[[0, 0], [0, 1]]), "y", better=1)["best"].tolist() == [0.25, 0.75]

    def test_satisficing(self, three):
        """If this fails, the share of worlds in which an option does enough is wrong, or its interval is not Wilson's."""
        table = satisficing(three, Condition.read("cost <= 0 and work > 3", ["cost", "work"]))
        assert table["share"].tolist() == [0, 0.75, 0.5]
        assert table.loc[1, ["low", "high"]].tolist() == pytest.approx([0.3006, 0.9544], abs=1e-4)
        assert table.loc[0, ["low", "high"]].tolist() == pytest.approx([0, 0.4899], abs=1e-4)

    def test_pareto(self, three):
        """If this fails, an option that another beats on everything counts as efficient, or directions are mixed up."""
        table = pareto(three, {"cost": -1, "work": 1})
        cost = table[table["outcome"] == "cost"].set_index("option")
        assert cost["mean"].tolist() == [0, 0, -0.5]
        assert cost["efficient"].tolist() == [False, True, True]
        assert cost["dominated"].tolist() == [0.75, 0.25, 0.75]
        again = pareto(three, {"cost": 1, "work": 1})
        assert again[again["outcome"] == "work"]["efficient"].tolist() == [False, True, False]

    def test_luck_of_regret(self):
        """If this fails, the reader cannot tell regret from luck, or luck that options share counts."""
        rng = np.random.default_rng(1)
        shared, own = 100 * rng.standard_normal((500, 1, 4)), rng.standard_normal((500, 2, 4))
        both = Decision(pd.DataFrame({"reform": [BASE, "r"]}), pd.DataFrame(), {"y": shared + own}, 0)
        table = regret(both, "y", better=1)
        worse = np.sqrt(2 / 4) * np.sqrt(1 - table["best"])  # an option has luck only against another
        assert table["luck"].tolist() == pytest.approx(worse.tolist(), rel=0.1)


class TestOptionsAndWorlds:
    @classmethod
    def tables(cls) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """Two levers' values x two uncertainties' values x two draws; a difference says where it comes from. Replications are counted
        through all draws, as batches do."""
        points = [(p, "r", cap, hours) for p, (cap, hours) in enumerate([("none", 1.0), ("20", 1.0), ("none", 2.0), ("20", 2.0)])]
        design = pd.DataFrame(points, columns=["point", "reform", "cap.cap", "hours"])
        inputs = pd.DataFrame([
            {"point": p, "draw": d, "hours": h, "drawn": 10.0 * d, "cap.size": d / 2 if cap != "none" else np.nan, "odd": float(p)}
            for p, _, cap, h in points for d in (1, 2)
        ])  # fmt: skip
        rows = [
            (p, d, 2 * (d - 1) + r, "y", m, 1000.0 * (cap != "none") + 100 * h + 10 * d + r + (0.5 if m == 12 else 0)) for p, _, cap, h in points
            for d in (1, 2) for r in (0, 1) for m in (12, 24)
        ]  # fmt: skip
        return design, inputs, pd.DataFrame(rows, columns=["point", "draw", "replication", "outcome", "horizon_months", "difference"])

    def test_every_option_in_every_world(self):
        """If this fails, options are compared in different worlds, or what could be known lacks a parameter."""
        found = decision(*self.tables(), levers=["cap.cap"])
        assert found.options["reform"].tolist() == [BASE, "r", "r"] and found.options["cap.cap"].tolist()[1:] == ["none", "20"]
        assert found.worlds.to_dict("list") == {"hours": [1, 1, 2, 2], "drawn": [10, 20, 10, 20], "cap.size": [0.5, 1, 0.5, 1]}
        assert found.left_out == 0
        assert found.of("y")[:, 0].tolist() == [[0, 0]] * 4
        assert found.of("y")[:, 1].tolist() == [[110, 111], [120, 121], [210, 211], [220, 221]]
        assert found.of("y")[:, 2].tolist() == [[1110, 1111], [1120, 1121], [1210, 1211], [1220, 1221]]
        assert decision(*self.tables(), levers=["cap.cap"], horizon=12).of("y")[0, 1].tolist() == [110.5, 111.5]

    def test_a_lever_at_none_that_changes_nothing_is_no_option_of_its_own(self):
        """If this fails, "no change" stands twice among the options, and half of the worlds in which it is best are counted for each; or an
        option that changes something goes missing."""
        design, inputs, differences = self.tables()
        none = differences["point"].isin(design.loc[design["cap.cap"] == "none", "point"])
        found = decision(design, inputs, differences.assign(difference=differences["difference"].where(~none, 0.0)), levers=["cap.cap"])
        assert found.options["reform"].tolist() == [BASE, "r"] and found.options["cap.cap"].tolist()[1:] == ["20"]
        assert found.of("y")[:, 1].tolist() == [[1110, 1111], [1120, 1121], [1210, 1211], [1220, 1221]]
        capped = differences.assign(difference=differences["difference"].where(none, 0.0))
        assert decision(design, inputs, capped, levers=["cap.cap"]).options["cap.cap"].tolist()[1:] == ["none", "20"]

    def test_worlds_with_a_failed_run_are_left_out(self):
        """If this fails, an option looks best in a world because the others' runs failed there."""
        design, inputs, differences = self.tables()
        lost = (differences["point"] == 3) & (differences["draw"] == 2) & (differences["replication"] == 3)
        found = decision(design, inputs, differences[~lost], levers=["cap.cap"])
        assert found.left_out == 1 and len(found.worlds) == 3 and found.of("y").shape == (3, 3, 2)

    def test_mistakes(self):
        """If this fails, regret is told for a design that cannot tell it, or a wrong name ends in a traceback."""
        design, inputs, differences = self.tables()
        with pytest.raises(Mistake, match="no world has every option"):
            decision(design.assign(hours=[1.0, 2.0, 3.0, 4.0]), inputs, differences, levers=["cap.cap"])
        with pytest.raises(Mistake, match=r"did you mean 'cap\.cap'"):
            decision(design, inputs, differences, levers=["cap.cup"])
        with pytest.raises(Mistake, match="outcome 'z'"):
            decision(design, inputs, differences, levers=["cap.cap"]).payoffs("z", 1)


def normal_decision(n: int, mean: float, seed: int, luck: float = 1.0) -> Decision:
    """Do nothing, or get mean + a + b / 2 with a, b normal; ``idle`` has no meaning."""
    rng = np.random.default_rng(seed)
    worlds = pd.DataFrame(rng.standard_normal((n, 3)), columns=["a", "b", "idle"])
    brings = (mean + worlds["a"] + worlds["b"] / 2).to_numpy()[:, None] + luck * rng.standard_normal((n, 3))
    return Decision(pd.DataFrame({"reform": [BASE, "r"]}), worlds, {"y": np.stack([np.zeros_like(brings), brings], axis=1)}, 0)


def worth(mean: float, spread: float) -> float:
    """Expected value of knowing a normal payoff before deciding between it and nothing."""
    return float(spread * norm.pdf(mean / spread) + mean * norm.cdf(mean / spread) - max(0.0, mean))


class TestInformation:
    @pytest.mark.parametrize("mean", [0.0, 0.5])
    def test_closed_form(self, mean):
        """If this fails, the worth of knowing a parameter is wrong where it is known, or a parameter without meaning matters."""
        found = value_of_information(normal_decision(600, mean, seed=3), "y", 1, seed=1, resamples=50)
        table = found.table.set_index("parameter")
        assert found.best == (1 if mean else int(normal_decision(600, mean, seed=3).payoffs("y", 1).mean(axis=0).argmax()))
        for name, truth in (("a", worth(mean, 1)), ("b", worth(mean, 0.5)), ("idle", 0.0)):
            assert abs(table.loc[name, "value"] - truth) <= max(2.5 * table.loc[name, "se"], 0.01), name
        assert table["matters"].to_dict() == {"a": True, "b": True, "idle": False}
        assert table.index[0] == "a"
        assert table.loc["a", "changes"] == pytest.approx(norm.cdf(-abs(mean)), abs=0.1)
        assert found.perfect_low < worth(mean, np.sqrt(1.25)) < found.perfect_high

    def test_less_is_better_is_the_mirror_image(self):
        """If this fails, the worth of knowing what drives a cost is not that of knowing what drives a gain of the same size."""
        gain = normal_decision(60, 0.3, seed=2)
        cost = Decision(gain.options, gain.worlds, {"y": -gain.of("y")}, 0)
        one, other = (value_of_information(d, "y", sign, seed=1, resamples=10) for d, sign in ((gain, 1), (cost, -1)))
        pd.testing.assert_frame_equal(one.table, other.table)

    def test_without_meaning(self):
        """If this fails, luck makes parameters without meaning matter in more than about 5 % of cases (5 % of 500 when measured)."""
        matters = [
            row.matters for k in range(20) for row in value_of_information(
                normal_decision(50, 0.0, seed=k), "y", 1, seed=k, resamples=40
            ).table.itertuples() if row.parameter == "idle"
        ]  # fmt: skip
        assert sum(matters) <= 3

    def test_many_without_meaning(self):
        """If this fails, the luckiest of many parameters without meaning is a finding, and a report names one although nothing can be known.

        Of 10 experiments with 30 such parameters each, at most 3 may have a finding: false alarm 0.1 % at a rate of 5 %."""
        alarms = 0
        for k in range(10):
            rng = np.random.default_rng(100 + k)
            worlds = pd.DataFrame(rng.standard_normal((40, 30))).rename(columns=str)
            brings = rng.standard_normal((40, 2))
            choice = Decision(pd.DataFrame({"reform": [BASE, "r"]}), worlds, {"y": np.stack([np.zeros_like(brings), brings], axis=1)}, 0)
            alarms += bool(value_of_information(choice, "y", 1, seed=k, resamples=39).table["matters"].any())
        assert alarms <= 3

    def test_perfect_information_without_luck(self):
        """If this fails, the bounds of knowing everything differ where there is no luck, or luck counts as something to be known."""
        found = value_of_information(normal_decision(40, 0.5, seed=1, luck=0.0), "y", 1, seed=1, resamples=5)
        assert found.perfect_low == pytest.approx(found.perfect_high)
        only_luck = normal_decision(400, 0.0, seed=1, luck=50.0)
        found = value_of_information(only_luck, "y", 1, seed=1, resamples=5)
        assert found.perfect_low < 3 < found.perfect_high

    def test_mistakes(self):
        """If this fails, a handful of worlds, or worlds that do not differ, give a worth of information."""
        few = normal_decision(19, 0.0, seed=1)
        with pytest.raises(Mistake, match="19 worlds are too few"):
            value_of_information(few, "y", 1, seed=1)
        enough = normal_decision(30, 0.0, seed=1)
        with pytest.raises(Mistake, match="nothing to know"):
            value_of_information(Decision(enough.options, pd.DataFrame(index=range(30)), enough.differences, 0), "y", 1, seed=1)
