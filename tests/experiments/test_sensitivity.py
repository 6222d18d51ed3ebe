"""What outcomes depend on: Sobol and Morris against known functions, and how often luck is taken for an effect."""

import numpy as np
import pandas as pd
import pytest
from SALib.analyze import morris as salib_morris
from SALib.test_functions import Ishigami

from agents.mistake import Mistake
from experiments.analysis.cases import by_luck
from experiments.analysis.screening import morris, screen
from experiments.analysis.sensitivity import LEVELS, Problem, sobol
from experiments.analysis.swings import swings

ISHIGAMI = Problem({f"x{i}": (-np.pi, np.pi) for i in (1, 2, 3)})
FIVE = Problem({f"x{i}": (0.0, 10.0) for i in range(5)})


def runs(values: np.ndarray, replications: int = 1, luck: float = 0.0, seed: int = 0, shared: float = 0.0) -> pd.DataFrame:
    """Results of points: values with luck of their own, and luck that all points share."""
    rng = np.random.default_rng(seed)
    columns = pd.MultiIndex.from_product([[0], range(replications)], names=["draw", "replication"])
    own = luck * rng.standard_normal((len(values), replications))
    return pd.DataFrame(np.asarray(values)[:, None] + own + shared * rng.standard_normal(replications), columns=columns)


class TestSobol:
    def test_ishigami(self):
        """If this fails, shares of variance are wrong for a function whose shares are known, or intervals miss them."""
        samples = ISHIGAMI.sobol(1024, seed=1)
        found = sobol(ISHIGAMI, samples, runs(Ishigami.evaluate(samples.to_numpy())), seed=1)
        assert found.varies
        known = {
            ("x1", "", "S1"): 0.3139, ("x2", "", "S1"): 0.4424, ("x3", "", "S1"): 0.0, ("x1", "", "ST"): 0.5576, ("x2", "", "ST"): 0.4424,
            ("x3", "", "ST"): 0.2437, ("x1", "x2", "S2"): 0.0, ("x1", "x3", "S2"): 0.2437, ("x2", "x3", "S2"): 0.0,
        }
        rows = found.indices.set_index(["parameter", "other", "index"])
        assert set(rows.index) == set(known)
        for key, truth in known.items():
            assert rows.loc[key, "value"] == pytest.approx(truth, abs=0.03), key
            assert rows.loc[key, "low"] <= truth <= rows.loc[key, "high"], key

    def test_luck_is_told(self):
        """If this fails, the reader is not told how much of the variance is luck, or luck that moves all points alike counts."""
        samples = ISHIGAMI.sobol(256, seed=1)
        values = Ishigami.evaluate(samples.to_numpy())
        found = sobol(ISHIGAMI, samples, runs(values, replications=4, luck=4.0, shared=100.0), seed=1)
        truth = 4.0 / (4.0 + values.var())
        assert found.luck == pytest.approx(truth, rel=0.1)
        assert sobol(ISHIGAMI, samples, runs(values), seed=1).luck is None

    def test_an_idle_parameter_has_the_share_of_luck(self):
        """If this fails, the dashed line of luck in the chart is not where a parameter without effect lies."""
        problem = Problem({"a": (0, 1), "idle": (0, 1)})
        samples = problem.sobol(512, seed=2)
        found = sobol(problem, samples, runs(samples["a"].to_numpy(), replications=2, luck=0.2), seed=1)
        (idle,) = found.of("ST").query("parameter == 'idle'")["value"]
        assert found.luck is not None
        assert idle == pytest.approx(found.luck, rel=0.15)

    def test_nothing_varies(self):
        """If this fails, an experiment without any effect shows NaN or made-up shares."""
        samples = ISHIGAMI.sobol(8, seed=1)
        found = sobol(ISHIGAMI, samples, runs(np.full(len(samples), 3.3), replications=2), seed=1)
        assert not found.varies and found.indices.empty and found.luck is None

    @pytest.mark.parametrize("seed", [0, 7])
    def test_again_the_same(self, seed):
        """If this fails, two reports of one experiment show different samples or intervals (a seed of 0 counts as none in the library)."""
        samples = ISHIGAMI.sobol(16, seed)
        pd.testing.assert_frame_equal(samples, ISHIGAMI.sobol(16, seed))
        pd.testing.assert_frame_equal(ISHIGAMI.morris(4, seed), ISHIGAMI.morris(4, seed))
        results = runs(Ishigami.evaluate(samples.to_numpy()))
        first, second = (sobol(ISHIGAMI, samples, results, seed).indices for _ in range(2))
        pd.testing.assert_frame_equal(first, second)
        assert not samples.equals(ISHIGAMI.sobol(16, seed + 1))


class TestMorris:
    def test_a_linear_function(self):
        """If this fails, an effect is not that of the parameter's whole range with its sign, or a linear one seems to depend on others."""
        samples = FIVE.morris(6, seed=1)
        found = morris(FIVE, samples, runs(samples.to_numpy() @ [5, -2, 1, 0.1, 0]), seed=1)
        rows = found.indices.pivot(index="parameter", columns="index", values="value")
        assert rows["mu"].tolist() == pytest.approx([50, -20, 10, 1, 0])
        assert rows["mu_star"].tolist() == pytest.approx([50, 20, 10, 1, 0])
        assert rows["sigma"].tolist() == pytest.approx([0] * 5, abs=1e-9)

    def test_as_the_library_has_it(self):
        """If this fails, effects of a function with interactions differ from SALib's own."""
        samples = ISHIGAMI.morris(20, seed=3)
        values = Ishigami.evaluate(samples.to_numpy())
        found = morris(ISHIGAMI, samples, runs(values), seed=1)
        theirs = salib_morris.analyze(ISHIGAMI.for_salib(), samples.to_numpy(), values, num_levels=LEVELS, seed=1)
        rows = found.indices.pivot(index="parameter", columns="index", values="value")
        for key in ("mu", "mu_star", "sigma"):
            assert rows[key].tolist() == pytest.approx(list(theirs[key])), key
        assert (found.indices["low"] <= found.indices["value"]).all() and (found.indices["value"] <= found.indices["high"]).all()

    def test_luck_alone(self):
        """If this fails, luck is taken for an effect in more (or far fewer) than 5 % of parameters without one, or a real effect is missed."""
        above = []
        for k in range(60):
            samples = FIVE.morris(10, seed=k)
            results = runs(samples.to_numpy() @ [0.4, 0, 0, 0, 0], replications=3, luck=1.0, seed=1000 + k, shared=5.0)
            found = morris(FIVE, samples, results, seed=k)
            above.append([row.value > found.floor[row.parameter] for row in found.of("mu_star").sort_values("parameter").itertuples()])
        shares = np.mean(above, axis=0)
        assert shares[0] == 1.0
        assert 0.015 < shares[1:].mean() < 0.09

    def test_nothing_varies(self):
        """If this fails, a screening of an outcome that nothing changes shows NaN or lets parameters go on."""
        samples = FIVE.morris(3, seed=1)
        found = morris(FIVE, samples, runs(np.zeros(len(samples)), replications=2), seed=1)
        assert not found.varies and (found.indices[["value", "low", "high"]] == 0).all(axis=None)
        assert not screen({"y": found})["goes_on"].any()

    def test_who_goes_on(self):
        """If this fails, a parameter that matters for one outcome only is dropped, or one that does nothing is kept."""
        samples = FIVE.morris(10, seed=1)
        x = samples.to_numpy()
        found = {
            name: morris(FIVE, samples, runs(x @ slopes, replications=3, luck=0.1, seed=k), seed=1, false_alarm=0.025)
            for k, (name, slopes) in enumerate({"cost": [5, 0, 0, 0.01, 0], "work": [0, 0, 2, 0, 0]}.items())
        }
        table = screen(found).set_index("parameter")
        assert table["goes_on"].to_dict() == {"x0": True, "x2": True, "x1": False, "x3": False, "x4": False}
        assert table.loc[["x0", "x2"], "outcome"].tolist() == ["cost", "work"]


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Problem({"a": (0, 1)}), "two parameters"), (lambda: Problem({"a": (1, 1), "b": (0, 1)}), "a: 1 to 1"),
        (lambda: Problem({"a": (0, np.nan), "b": (0, 1)}), "no range"), (lambda: FIVE.sobol(100, 1), "powers of 2"),
        (lambda: FIVE.morris(1, 1), "at least 2"), (lambda: sobol(FIVE, FIVE.sobol(2, 1), runs(np.arange(3.0)), 1), "24 points, 3 have results"),
    ],
)  # fmt: skip
def test_mistakes(make, text):
    """If this fails, an impossible analysis ends in a traceback or in numbers."""
    with pytest.raises(Mistake, match=text):
        make()


def cases(values: np.ndarray) -> pd.Series:
    return pd.Series(values, index=pd.MultiIndex.from_product([range(len(values)), [0]], names=["point", "draw"]))


class TestSwings:
    def test_by_hand(self):
        """If this fails, the tornado's ends are not the means of the lowest and highest fifth."""
        inputs = pd.DataFrame({"point": range(20), "draw": 0, "x": np.arange(20.0), "fixed": 1.0})
        table = swings(inputs, cases(np.arange(20.0) * 3))
        assert table["parameter"].tolist() == ["x"]
        assert table.loc[0, ["lowest", "highest", "swing"]].tolist() == pytest.approx([4.5, 52.5, 48])
        assert table.loc[0, "swing_low"] < 48 < table.loc[0, "swing_high"]

    def test_chance(self):
        """If this fails, some parameter seems to matter in more than 5 % of experiments in which none does, or a real one is missed."""
        rng = np.random.default_rng(1)
        alarms = []
        for _ in range(60):
            inputs = pd.DataFrame(rng.random((60, 4)), columns=list("abcd")).assign(point=range(60), draw=0)
            noise = rng.standard_normal(60)
            table = swings(inputs, cases(noise))
            alarms.append(((table["swing_low"] > 0) | (table["swing_high"] < 0)).any())
        assert np.mean(alarms) < 0.12
        top = swings(inputs, cases(noise + 5 * inputs["c"].to_numpy())).loc[0]
        assert top["parameter"] == "c" and top["swing_low"] > 0


def test_a_failed_replication_is_left_out_everywhere():
    """If this fails, points are compared with different luck after a run failed, or one failed run ends the report."""
    rows = [(p, d, r, "y", 24, 10.0 * p + d + r) for p in range(3) for d in (1, 2) for r in range(3) if (p, d, r) != (1, 2, 0)]
    table = pd.DataFrame(rows, columns=["point", "draw", "replication", "outcome", "horizon_months", "difference"])
    wide = by_luck(table, "y")
    assert wide.columns.tolist() == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert wide.loc[1].tolist() == [12, 13, 13, 14]
    with pytest.raises(Mistake, match="point 1 lacks"):
        by_luck(table[table["replication"] == 0], "y")
    with pytest.raises(Mistake, match="did you mean 'y'"):
        by_luck(table, "yy")
    with pytest.raises(Mistake, match="no results after 12 months; there are: 24"):
        by_luck(table, "y", horizon=12)
