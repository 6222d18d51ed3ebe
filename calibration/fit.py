"""Least squares on the analytic twin, which lives the past as the simulation does.

The twin measures only approximately what the register measures exactly; so after a first fit the simulation is run and
measured, and the twin is fitted again to what was asked less the difference (:func:`differences`).
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares

from calibration.asked import Asked, asked, falls_at
from calibration.identify import sandwich
from calibration.priors import Prior
from calibration.twin_path import TwinPath, twin_path
from sim.parameters import Parameters, load

Floats = npt.NDArray[np.float64]

ENDS = (0.2, 1.0)
"""Ends of the range of the selection share, at which rates are fitted too."""
_STEP = 1e-3
Tell = Callable[[int, int], None]
"""Told how many runs of the twin are done and how many there are."""


@dataclass(frozen=True)
class Problem:
    """What is fitted to what.

    Attributes:
        priors: of the parameters, those held fixed included.
        share: the selection share.
        left_out: names of targets that are not asked.
        less: what the simulation finds more than the twin, by name (:func:`differences`).
        falls: how much exits fall at the default selection share, at the ends of its range.
        others: values of other parameters by path that differ from the vintage's (offers and sanctions).
    """

    priors: tuple[Prior, ...]
    share: float
    left_out: frozenset[str] = frozenset()
    less: Mapping[str, float] = field(default_factory=dict)
    falls: Mapping[str, float] = field(default_factory=dict)
    others: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def asked(self) -> list[Asked]:
        """Everything asked."""
        return asked(self.share, self.falls, self.left_out)

    @property
    def start(self) -> Floats:
        """All parameters at their priors."""
        return np.zeros(len(self.priors))

    def values(self, x: Floats) -> dict[str, Any]:
        """Values by path ``x`` prior standard deviations from the priors, and of the others."""
        return {**self.others} | {prior.path: prior.value(float(xi)) for prior, xi in zip(self.priors, x, strict=True)}

    def parameters(self, x: Floats) -> Parameters:
        """The vintage's parameters with those to be fitted ``x`` prior standard deviations from their priors."""
        return load().drawn(self.values(x))

    def misses(self, path: TwinPath) -> Floats:
        """How far the path is from everything asked, in tolerances."""
        return np.array([one.miss(one.measure(path), self.less.get(one.name, 0.0)) for one in self.asked])

    def residuals(self, x: Floats) -> Floats:
        """Misses in tolerances, then distances from the priors in standard deviations."""
        return np.concatenate([self.misses(twin_path(self.parameters(x))), x])

    def __getstate__(self) -> dict[str, object]:
        """Without what is worked out: measures of the twin cannot be sent to another process."""
        return {key: value for key, value in self.__dict__.items() if key != "asked"}


def slopes(
    problem: Problem, x: Floats, pool: ProcessPoolExecutor, here: Floats | None = None, tell: Tell | None = None
) -> Floats:
    """The Jacobian of the residuals at ``x`` by differences, shape (asked + parameters, parameters)."""
    here = problem.residuals(x) if here is None else here
    free = [i for i, prior in enumerate(problem.priors) if not prior.is_held]
    nudged = [x + _STEP * np.eye(x.size)[i] for i in free]
    columns = pool.map(problem.residuals, nudged, chunksize=4)
    jac = np.vstack([np.zeros((here.size - x.size, x.size)), np.eye(x.size)])
    for done, (i, there) in enumerate(zip(free, columns, strict=True), start=1):
        jac[:, i] = (there - here) / _STEP
        if tell is not None:
            tell(done, len(free))
    return jac


@dataclass
class _Slopes:
    """The Jacobian: by differences ``fresh`` times, else brought up to date by Broyden's formula from where it was ``known`` last. It
    is asked for where residuals have just been worked out, so the last ones are kept."""

    problem: Problem
    pool: ProcessPoolExecutor
    fresh: int
    tell: Tell | None = None
    known: tuple[Floats, Floats, Floats] | None = None
    last: tuple[Floats, Floats] | None = None

    def residuals(self, x: Floats) -> Floats:
        """Those of the problem."""
        if self.last is None or not np.array_equal(self.last[0], x):
            self.last = (x.copy(), self.problem.residuals(x))
        return self.last[1].copy()

    def __call__(self, x: Floats) -> Floats:
        here = self.residuals(x)
        if self.known is not None and np.array_equal(self.known[0], x):
            return self.known[2]
        if self.known is None or self.fresh > 0:
            self.fresh -= 1
            jac = slopes(self.problem, x, self.pool, here, self.tell)
        else:
            before, then, jac = self.known
            step = x - before
            jac = jac + np.outer(here - then - jac @ step, step) / max(float(step @ step), 1e-12)
        self.known = (x.copy(), here, jac)
        return jac


@dataclass(frozen=True)
class Fitted:
    """A solution in prior standard deviations.

    Attributes:
        x: where it is, shape (parameters,).
        jac: the slopes of the residuals there, shape (asked + parameters, parameters).
        misses: of everything asked, in tolerances, less the differences of the simulation.
    """

    x: Floats
    jac: Floats
    misses: Floats

    @cached_property
    def covariance(self) -> Floats:
        """Of the parameters in prior standard deviations, as the error model has it, shape (parameters, parameters)."""
        return np.asarray(np.linalg.inv(self.jac.T @ self.jac))

    @property
    def sd(self) -> Floats:
        """Standard deviations, in prior ones: 1 means that nothing was learned."""
        return np.sqrt(np.diag(self.covariance))

    def robust_sd(self, groups: Sequence[str]) -> Floats:
        """Standard deviations of the sandwich; ``groups`` has one name for everything asked."""
        return sandwich(self.jac[: self.misses.size], self.misses, groups)


def fit(
    problem: Problem, pool: ProcessPoolExecutor, start: Floats, *, fresh: int, most: int = 8, jac: Floats | None = None,
    tell: Tell | None = None,
) -> Fitted:
    """Fit all free parameters.

    Args:
        start: where to begin, in prior standard deviations.
        fresh: how often the slopes are worked out by differences, before they are brought up to date only.
        most: residuals worked out at most, those for slopes apart.
        jac: slopes at ``start``, where they are known already.
    """
    slope = _Slopes(problem, pool, fresh, tell)
    if jac is not None:
        slope.known = (start.copy(), slope.residuals(start), jac)
    found = least_squares(slope.residuals, start, jac=slope, x_scale=5.0, max_nfev=most, ftol=1e-3)
    return Fitted(np.asarray(found.x), np.asarray(found.jac), np.asarray(found.fun)[: len(problem.asked)])


def differences(problem: Problem, x: Floats, simulated: Mapping[str, float]) -> dict[str, float]:
    """What the simulation finds more than the twin at ``x``, by name: differences of shares, of logarithms for persons."""
    path = twin_path(problem.parameters(x))
    more: dict[str, float] = {}
    for one in problem.asked:
        got = simulated.get(one.name, np.nan)
        if np.isfinite(got) and got > 0:
            twin = one.measure(path)
            more[one.name] = float(np.log(got / twin) if one.log else got - twin)
    return more


def at_ends(problem: Problem, x: Floats, pool: ProcessPoolExecutor, *, fresh: int, tell: Tell | None = None) -> list[Fitted]:
    """Fits at both ends of the range of the selection share that explain the fall of exits found at ``x``. The ends ask for other values of
    the same figures, so the slopes at ``x`` are the same, and worked out once; then ``fresh`` times for each end."""
    falls = falls_at(twin_path(problem.parameters(x)))
    ends = [replace(problem, share=end, falls=falls) for end in ENDS]
    jac = slopes(ends[0], x, pool, tell=tell)
    return [fit(end, pool, x, fresh=fresh, jac=jac, tell=tell) for end in ends]
