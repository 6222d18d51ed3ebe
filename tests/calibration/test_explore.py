"""Draws of the posterior on a world whose answer is known: figures that are linear in the parameters, with luck."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sklearn
from scipy.stats import binom

from agents.mistake import Mistake
from calibration import identify
from calibration.asked import fit_targets
from calibration.calibration_store import CalibrationStore
from calibration.emulator import emulate
from calibration.explore import Explored, Figures, explore, left_out
from calibration.fit import Fitted, Problem
from calibration.posterior import Gaussian, update, weigh
from calibration.priors import held, read_priors
from calibration.probe import Plan, Summary
from calibration.space import Space, read_ranges
from calibration.targets import read_targets
from sim.parameters import load

FREE = ["rate.dagpenge.employment", "rate.kontanthjaelp_jobparat.employment", "rate.sygedagpenge.employment"]
LUCK = 0.5
"""Standard deviation of a run's luck, in tolerances."""


class World:
    """A world in which misses are linear in the coordinates of the space, and which needs no simulation.

    Attributes:
        slopes, level: of all targets and lived stocks.
    """

    def __init__(self, problem: Problem, space: Space, level: float = 0.0) -> None:
        self.problem, self.space = problem, space
        self.targets = read_targets()
        rng = np.random.default_rng(4)
        self.slopes = np.where(rng.random((len(self.targets), len(space.names))) < 0.3, rng.normal(0, 2, (len(self.targets), len(space.names))), 0.0)
        self.level = np.full(len(self.targets), level)

    def summary(self, plan: Plan) -> Summary:
        """What a run of a plan would find."""
        z = np.array([self._coordinate(i, plan.values[path]) for i, path in enumerate(self.space.names)])
        luck = LUCK * np.random.default_rng(plan.seed).standard_normal(len(self.targets))
        misses = self.level + self.slopes @ (z - self.space.middle) + luck
        figures = {
            t.target: float(t.asked * np.exp(m * t.tolerance)) if t.unit == "persons" else float(t.asked + m * t.tolerance)
            for t, m in zip(self.targets, misses, strict=True)
        }
        lived = {one.name.partition(":")[0]: one.value for one in self.problem.asked if one.name.endswith("lived to the count")}
        return Summary(plan, 1.0, figures, lived, {}, {})

    def _coordinate(self, i: int, value: float) -> float:
        if i < self.space.fitted:
            return self.space.priors[self.space.free[i]].position(value)
        one = self.space.ranges[i - self.space.fitted]
        from scipy.stats import norm

        reach = one.high - one.middle if value > one.middle else one.middle - one.low
        return float(norm.ppf(np.clip(((value - one.middle) / reach + 1) / 2, 1e-6, 1 - 1e-6)))


class Told(CalibrationStore):
    """A store that asks the world instead of running probes."""

    def __init__(self, world: World) -> None:
        super().__init__(Path("nowhere"))
        self.world = world

    def probes(self, plans: Sequence[Plan], pool: Any, progress: Any = None) -> list[Summary]:
        """What the world says of all plans."""
        return [self.world.summary(plan) for plan in plans]


@contextmanager
def silent(name: str, unit: str) -> Iterator[None]:
    """No progress."""
    yield None


@pytest.fixture(scope="module", autouse=True)
def fewer_targets() -> Iterator[None]:
    """Every fifth target: emulating all of them takes a minute. The arguments of thousands of regressions are not checked each time."""
    few = read_targets()[::5]
    with pytest.MonkeyPatch.context() as patch, sklearn.config_context(assume_finite=True, skip_parameter_validation=True):
        for place in ("calibration.explore.read_targets", "calibration.asked.read_targets", f"{__name__}.read_targets"):
            patch.setattr(place, lambda: few)
        yield


@pytest.fixture(scope="module", autouse=True)
def points_tried_before() -> Iterator[None]:
    """Whether a point is possible is asked once: the worlds of this file share their first wave."""
    tried: dict[bytes, np.ndarray] = {}
    own = Space.possible

    def possible(space: Space, z: np.ndarray) -> np.ndarray:
        key = z.tobytes()
        if key not in tried:
            tried[key] = own(space, z)
        return tried[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Space, "possible", possible)
        yield


@pytest.fixture(scope="module")
def space() -> Space:
    """Three rates and five assumptions."""
    priors = held(read_priors(), load(), free=FREE)
    ranges = [one for one in read_ranges(load(), priors) if one.path.startswith("lock_in.")][:5]
    x = np.array([prior.position(load().value(prior.path)) for prior in priors])
    return Space(priors, x, (x, x), tuple(ranges))


@pytest.fixture(scope="module")
def problem(space: Space) -> Problem:
    """What is asked of them."""
    return Problem(space.priors, 0.6)


@pytest.fixture(scope="module")
def best(space: Space, problem: Problem) -> Fitted:
    """A fit of which the twin knows nothing but the priors."""
    asked = len(problem.asked)
    return Fitted(space.best, np.vstack([np.zeros((asked, space.best.size)), np.eye(space.best.size)]), np.zeros(asked))


def explored(problem: Problem, best: Fitted, space: Space, world: World, draws: int = 200) -> Explored:
    """Everything the probes of a world say."""
    return explore(problem, best, space, Told(world), None, probes=80, scale=0.02, months=40, seed=3, draws=draws, progress=silent)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def found(problem: Problem, best: Fitted, space: Space) -> Explored:
    """What is found in a world in which the shipped parameters are right."""
    return explored(problem, best, space, World(problem, space))


class TestDraws:
    def test_they_are_what_the_world_says(self, problem: Problem, space: Space, found: Explored) -> None:
        """If this fails, draws are not the posterior: in this world it is known exactly. Means within a half, spreads within a
        third of the true ones (200 draws of at least 20 effective: four standard errors)."""
        world = World(problem, space)
        fitted = {t.target for t in fit_targets()}
        used = np.array([t.target in fitted for t in world.targets])
        prior = Gaussian(np.zeros(len(space.names)), np.eye(len(space.names)))
        true = update(prior, world.slopes[used], world.level[used], space.middle, np.full(used.sum(), found.matched.misfit))
        assert found.numbers["effective"] >= 20
        assert np.abs((found.draws.mean(axis=0) - true.mean) / true.sd).max() < 1.0
        assert np.log(found.draws.std(axis=0) / true.sd) == pytest.approx(0, abs=0.6)

    def test_no_two_are_equal(self, found: Explored) -> None:
        """If this fails, a comparison over draws counts some of them twice."""
        assert np.unique(found.draws, axis=0).shape[0] == found.draws.shape[0] == 200

    def test_the_misfit_is_that_of_the_world(self, problem: Problem, best: Fitted, space: Space, found: Explored) -> None:
        """If this fails, a model that cannot reach the figures has as narrow draws as one that can."""
        wrong = World(problem, space)
        wrong.level = np.random.default_rng(1).normal(0, 4, wrong.level.size)
        worse = explored(problem, best, space, wrong, draws=60)
        assert found.matched.misfit == pytest.approx(1.0)
        assert worse.matched.misfit > 2
        assert worse.draws.std(axis=0).mean() > 1.3 * found.draws.std(axis=0).mean()
        assert len(worse.numbers["unreachable"]) > len(found.numbers["unreachable"]) == 0

    def test_known_parameters_are_found_again(self, found: Explored) -> None:
        """If this fails, the 95 % regions do not hold the truth at their rate. False alarm: under 1 in 1,000 for the joint
        region of 40 data sets; regions of single parameters may differ by five points."""
        recovery = found.numbers["recovery"]
        assert recovery["data_sets"] == 40
        assert binom.ppf(0.0005, 40, 0.95) / 40 <= recovery["inside_joint"] <= 1
        assert recovery["inside"] == pytest.approx(0.95, abs=0.05)

    def test_what_is_left_out_is_foretold(self, found: Explored) -> None:
        """If this fails, the intervals of figures that were not fitted are too narrow or too wide in a world without misfit:
        here every figure misses by exactly 0."""
        assert found.numbers["left_out"]["inside_90"] > 0.97
        assert found.numbers["left_out"]["removed"] == found.numbers["left_out"]["figures"] // 3

    def test_the_check_of_every_target_is_there(self, found: Explored) -> None:
        """If this fails, a target has no posterior predictive check."""
        table = found.predictive.set_index("target")
        assert set(table.index) == {t.target for t in read_targets()}
        assert table["low"].le(table["simulated"]).all()
        assert table["simulated"].le(table["high"]).all()
        assert table["tail"].between(0, 1).all()


class TestEmulator:
    def test_it_finds_the_slopes(self, problem: Problem, best: Fitted, space: Space) -> None:
        """If this fails, probes are not read right: with little luck the slopes of a linear world are found within 0.2."""
        world = World(problem, space)
        points = space.middle + np.random.default_rng(2).standard_normal((150, len(space.names)))
        misses = (points - space.middle) @ world.slopes.T + 0.1 * np.random.default_rng(5).standard_normal((150, len(world.targets)))
        emulator = emulate(points, misses, space.middle, np.zeros_like(world.slopes))
        assert np.abs(emulator.slopes - world.slopes).max() < 0.2
        moved = np.abs(world.slopes).max(axis=1) > 0.5
        assert emulator.explained(misses)[moved].min() > 0.9

    def test_figures_without_a_value_are_left_out(self, space: Space) -> None:
        """If this fails, a figure that some probe cannot measure poisons the others."""
        points = np.random.default_rng(2).standard_normal((60, len(space.names)))
        misses = np.column_stack([points[:, 0], np.where(np.arange(60) == 7, np.nan, points[:, 1])])
        emulator = emulate(points, misses, np.zeros(len(space.names)), np.zeros((2, len(space.names))))
        assert np.isnan(emulator.level[1])
        assert emulator.slopes[0, 0] == pytest.approx(1, abs=0.05)


class TestWeights:
    def test_equal_evidence_gives_equal_weights(self, found: Explored) -> None:
        """If this fails, probes that agree with the emulator are not weighed alike."""
        figures = np.random.default_rng(0).normal(size=(30, found.matched.variance.size))
        one = weigh(figures, figures, found.matched)
        assert one.weights == pytest.approx(1 / 30)
        assert one.effective == pytest.approx(30)

    def test_uneven_weights_are_evened_and_say_so(self, found: Explored) -> None:
        """If this fails, a handful of probes stand for the whole posterior and nobody is told."""
        size = found.matched.variance.size
        wild = weigh(np.zeros((40, size)), np.random.default_rng(0).normal(0, 9, (40, size)), found.matched)
        assert wild.evened < 1
        assert wild.effective >= 0.25 * 40 - 0.01


class TestIdentified:
    def test_what_is_confused_is_named(self) -> None:
        """If this fails, two parameters that no figure tells apart, or one that no figure sees, look known."""
        slopes = np.array([[3.0, 3.0, 0.0], [3.1, 3.0, 0.0]])
        table = identify.parameters(slopes, ["a", "b", "c"], ["first", "second"]).set_index("parameter")
        assert table.loc["c", "verdict"] == "not"
        assert table.loc["c", "informed"] == pytest.approx(0)
        assert table.loc["a", "with"] == "b"
        assert table.loc["a", "correlation"] < -0.9
        lines = identify.directions(slopes, ["a", "b", "c"])
        assert lines["singular_value"].to_numpy() == pytest.approx(np.linalg.svd(slopes)[1])
        assert set(lines.loc[0, "parameters"].replace("+", "").replace("-", "").split()[:2]) == {"a", "b"}

    def test_the_sandwich_sees_common_causes(self) -> None:
        """If this fails, ten figures of one table that all miss alike count as ten independent ones."""
        slopes, misses = np.full((10, 1), 1.0), np.full(10, 2.0)
        alone = identify.sandwich(slopes, misses, [str(i) for i in range(10)])
        together = identify.sandwich(slopes, misses, ["one"] * 10)
        assert together[0] > 2 * alone[0]


class TestBadInput:
    @pytest.mark.parametrize(
        ("row", "told"),
        [
            ("rate.dagpenge.employment,factor,0.5,2,x", "fitted"),
            ("age_limit.uddannelseshjaelp,range,20,40,x", "documented"),
            ("lock_in.uddannelse,factr,0.5,2,x", "did you mean 'factor'"),
            ("lock_in.uddanelse,factor,0.5,2,x", "did you mean 'lock_in.uddannelse'"),
            ("lock_in.uddannelse,range,0.9,1,x", "is not in"),
            ("lock_in.uddannelse,range,low,1,x", "must be numbers"),
        ],
    )
    def test_ranges_are_checked(self, tmp_path: Path, row: str, told: str) -> None:
        """If this fails, a range that cannot be meant is drawn from, or the message does not say where it stands."""
        file = tmp_path / "ranges.csv"
        file.write_text(f"path,by,low,high,reason\n{row}\n")
        with pytest.raises(Mistake) as mistake:
            read_ranges(load(), read_priors(), file)
        assert told in str(mistake.value)
        assert f"{file}, line 2" in str(mistake.value)

    def test_fixed_and_free_is_refused(self) -> None:
        """If this fails, a parameter that is both fixed and free is silently one of them."""
        with pytest.raises(Mistake, match=r"'rate\.dagpenge\.employment' is both fixed \(--fix rate\.dagpenge\.\*\) and free"):
            held(read_priors(), load(), fix=["rate.dagpenge.*"], free=["rate.*.employment"])

    def test_unknown_patterns_are_named(self) -> None:
        """If this fails, a misspelt parameter is not held fixed and nobody is told."""
        with pytest.raises(Mistake, match=r"--fix.*did you mean 'rate\.dagpenge\.employment'"):
            held(read_priors(), load(), fix=["rate.dagpenge.employmen"])


def test_thirds_are_of_the_fitted_targets(problem: Problem, best: Fitted, space: Space, found: Explored) -> None:
    """If this fails, what is removed and foretold is not a third of the fitted figures, or luck decides which."""
    figures = Figures.of(problem, best, space)
    usable = figures.asked & np.isfinite(found.emulator.level)
    prior = Gaussian(np.zeros(len(space.names)), np.eye(len(space.names)))
    assert left_out(found.emulator, figures, usable, found.matched, prior, 3) == found.numbers["left_out"]
