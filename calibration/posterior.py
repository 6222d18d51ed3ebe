"""What the figures say of all uncertain parameters: history matching with an emulator, then importance weights of probes.

Everything is a miss in tolerances. A figure's error has three parts: its own (standard deviation 1: definition, rounding,
season), the emulator's, and the luck of a run. Where the best point misses more than these allow, the model is wrong by that
much, and all widths grow by one factor, the ``misfit`` (the Birge ratio of metrology): a likelihood to the power 1 / misfit.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.stats import qmc

from calibration.emulator import Emulator

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

TOO_FAR = 3.0
"""Standard deviations from what is asked beyond which a point is ruled out (Pukelsheim's three sigma)."""
FORGIVEN = 2
"""Figures that may be too far before a point is ruled out: among many some are by chance."""
SMOOTH = 0.3
"""Part of the spread that draws get round the probe they are of; the rest is taken from the probes."""
FEWEST = 0.25
"""Effective draws, as a share of the probes, under which weights are evened out."""


@dataclass(frozen=True)
class Gaussian:
    """A normal distribution of points."""

    mean: Floats
    covariance: Floats

    @cached_property
    def root(self) -> Floats:
        """A square root of the covariance."""
        values, vectors = np.linalg.eigh(self.covariance)
        return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))

    @property
    def sd(self) -> Floats:
        """Standard deviation of each coordinate."""
        return np.sqrt(np.diag(self.covariance))

    def sample(self, count: int, rng: np.random.Generator) -> Floats:
        """Points, shape (count, coordinates)."""
        return self.mean + rng.standard_normal((count, self.mean.size)) @ self.root.T

    def spread_out(self, count: int, seed: int) -> Floats:
        """Points that fill the distribution evenly (a Latin hypercube), shape (count, coordinates)."""
        from scipy.stats import norm

        cube = qmc.LatinHypercube(self.mean.size, rng=seed).random(count)
        return np.asarray(self.mean + norm.ppf(np.clip(cube, 1e-9, 1 - 1e-9)) @ self.root.T)


def update(prior: Gaussian, slopes: Floats, level: Floats, centre: Floats, variance: Floats) -> Gaussian:
    """The distribution of points after linear figures were seen to miss by 0 with the given error variances."""
    precision = np.linalg.inv(prior.covariance)
    weighted = slopes / variance[:, None]
    covariance = np.linalg.inv(precision + slopes.T @ weighted)
    seen = precision @ (prior.mean - centre) - weighted.T @ level
    return Gaussian(centre + covariance @ seen, (covariance + covariance.T) / 2)


@dataclass(frozen=True)
class Matched:
    """What the emulator leaves.

    Attributes:
        points: the distribution of points, with misfit.
        misfit: factor on error variances, at least 1.
        variance: error variance of each figure asked (before misfit), shape (asked,).
        reachable: figures that some point near the fit comes within ``TOO_FAR`` of, shape (asked,).
        ruled_out: share of the points that the probes were drawn from which the reachable figures rule out.
    """

    points: Gaussian
    misfit: float
    variance: Floats
    reachable: Bools
    ruled_out: float


def match(emulator: Emulator, asked: Bools, luck: Floats, prior: Gaussian, wave: Gaussian, seed: int) -> Matched:
    """Rule out points and find the distribution that is left.

    Args:
        emulator: of all figures.
        asked: which of them count, shape (figures,).
        luck: standard deviation of one run's luck, shape (figures,).
        prior: what was believed of points before any figure.
        wave: what the probes were drawn from.
        seed: of the candidates.
    """
    off, terms = emulator.off[asked], emulator.terms[asked]
    probes = emulator.unseen.shape[0]
    bent = np.maximum(off**2 - luck[asked] ** 2, 0.0)
    variance = 1 + bent + off**2 * (1 + terms) / probes
    level, slopes = emulator.level[asked], emulator.slopes[asked]
    misfit, points = 1.0, prior
    for _ in range(5):
        points = update(prior, slopes, level, emulator.centre, misfit * variance)
        at = level + slopes @ (points.mean - emulator.centre)
        misfit = max(1.0, float((at**2 / variance).mean()))
    candidates = np.vstack([wave.sample(4000, np.random.default_rng(seed)), points.mean])
    far = np.abs(level + (candidates - emulator.centre) @ slopes.T) / np.sqrt(variance)
    reachable = np.asarray(far.min(axis=0) <= TOO_FAR)
    ruled_out = float((np.sort(far[:-1, reachable], axis=1)[:, -1 - FORGIVEN] > TOO_FAR).mean())
    return Matched(points, misfit, variance, reachable, ruled_out)


def next_wave(emulator: Emulator, asked: Bools, matched: Matched, count: int, seed: int) -> Floats:
    """Points drawn from what is left that no reachable figure rules out, shape (count, coordinates).

    Figures that hardly any of them reaches cannot rule out the others: their limit is the 95th percentile of the draws.
    """
    rng = np.random.default_rng(seed)
    level, slopes = emulator.level[asked], emulator.slopes[asked]
    points = matched.points.sample(20 * count, rng)
    far = np.abs(level + (points - emulator.centre) @ slopes.T) / np.sqrt(matched.variance)
    limit = np.maximum(TOO_FAR, np.quantile(far, 0.95, axis=0))
    kept = points[(far[:, matched.reachable] <= limit[matched.reachable]).all(axis=1)]
    return kept[:count] if kept.shape[0] >= count else points[np.argsort(far[:, matched.reachable].max(axis=1))[:count]]


@dataclass(frozen=True)
class Weighed:
    """Probes with weights.

    Attributes:
        weights: shape (probes,); they sum to 1.
        evened: power that the weights were raised to, 1 when they were even enough.
    """

    weights: Floats
    evened: float

    @property
    def effective(self) -> float:
        """Effective number of draws (Kish)."""
        return 1 / float((self.weights**2).sum())


def weigh(before: Floats, after: Floats, matched: Matched) -> Weighed:
    """Importance weights: how likely the figures are by what is known after the probes were run, against what the emulator that
    they were drawn by foretold. Both are predictions, shape (probes, asked): what a single run finds is mostly its luck."""
    logs = -0.5 * ((after**2 - before**2) / matched.variance).sum(axis=1) / matched.misfit
    logs = logs - logs.max()

    def at(power: float) -> Weighed:
        weights = np.exp(power * logs)
        return Weighed(weights / weights.sum(), power)

    if at(1.0).effective >= FEWEST * logs.size:
        return at(1.0)
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if at(middle).effective >= FEWEST * logs.size else (low, middle)
    return at(low)


def draw(points: Floats, weighed: Weighed, matched: Matched, count: int, seed: int) -> Floats:
    """Draws of the posterior, shape (count, coordinates): probes by weight (systematically), smoothed so that no two are equal
    and the spread stays what it is (Liu and West)."""
    rng = np.random.default_rng(seed)
    ladder = (np.arange(count) + rng.random()) / count
    chosen = np.minimum(np.searchsorted(np.cumsum(weighed.weights), ladder), points.shape[0] - 1)
    mean = weighed.weights @ points
    noise = rng.standard_normal((count, mean.size)) @ matched.points.root.T
    return np.asarray(mean + np.sqrt(1 - SMOOTH**2) * (points[chosen] - mean) + SMOOTH * noise)
