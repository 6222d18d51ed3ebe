"""Exploring the space round the fit with probes: history matching in two waves, draws of the posterior, and what they are worth.

First some probes at the fit with different luck: how much one run's luck moves each figure. Then a wave of probes drawn from what
the twin leaves (wider), an emulator, and a second wave drawn from what the emulator leaves. The second wave is weighed by what
the emulator of both waves says, and the draws are made of it.
"""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm

from calibration import identify
from calibration.asked import LIVED, Asked, fit_targets
from calibration.calibration_store import CalibrationStore, Progress
from calibration.emulator import Emulator, emulate
from calibration.fit import Fitted, Problem
from calibration.posterior import Gaussian, Matched, Weighed, draw, match, next_wave, update, weigh
from calibration.probe import Plan, Summary, lived_name
from calibration.space import Space
from calibration.targets import Target, read_targets
from calibration.vintage import Z90
from sim.parameters import load

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

WIDER = 1.3
"""How much wider than what the twin leaves the first wave is drawn."""
LUCK_PROBES = 16
THIRDS = 30
"""Times that a third of the figures is left out and foretold."""


@dataclass(frozen=True)
class Figures:
    """What is compared, in the order of the emulator's figures: all targets, what those who lived must end up with, and what is
    asked of the twin only.

    Attributes:
        names, groups: of the figures.
        asked: which of them rates may be fitted to.
        by_twin: which of them only the twin says.
        twin: slopes of the twin, shape (figures, coordinates).
        twin_level: misses of the twin at the fit, for those that only it says.
    """

    names: list[str]
    groups: list[str]
    asked: Bools
    by_twin: Bools
    twin: Floats
    twin_level: Floats
    targets: list[Target]
    lived: list[Asked]

    @classmethod
    def of(cls, problem: Problem, best: Fitted, space: Space) -> "Figures":
        """All figures of a problem whose fit is ``best``."""
        targets = list(read_targets())
        names_of_lived = {lived_name(status) for status in LIVED}
        lived = [one for one in problem.asked if one.name in names_of_lived]
        rest = [one for one in problem.asked if one.target is None and one not in lived]
        names = [*(t.target for t in targets), *(one.name for one in (*lived, *rest))]
        fitted = {t.target for t in fit_targets()} - problem.left_out
        row = {one.name: i for i, one in enumerate(problem.asked)}
        twin, level = np.zeros((len(names), len(space.names))), np.zeros(len(names))
        for i, name in enumerate(names):
            if name in row:
                twin[i, : space.fitted] = best.jac[row[name], space.free]
                level[i] = best.misses[row[name]]
        only = np.array([name in {one.name for one in rest} for name in names])
        asked = np.array([name in fitted for name in names]) | np.array([i >= len(targets) for i in range(len(names))])
        groups = [*(t.pattern for t in targets), *(one.group for one in (*lived, *rest))]
        return cls(names, groups, asked, only, twin, level, targets, lived)

    def misses(self, summary: Summary, point: Floats, middle: Floats) -> Floats:
        """Misses of a probe in tolerances, shape (figures,); what only the twin says is the twin's."""
        found = summary.asked()
        half = summary.weight / 2
        values = [t.miss(t.counted(found[t.target], half)) for t in self.targets]
        values += [one.miss(max(found[one.name], half)) for one in self.lived]
        by_twin = self.twin_level + self.twin @ (point - middle)
        return np.concatenate([values, by_twin[len(values) :]])


@dataclass(frozen=True)
class Wave:
    """Probes and what they miss by, shapes (probes, coordinates) and (probes, figures)."""

    points: Floats
    misses: Floats

    def __add__(self, other: "Wave") -> "Wave":
        return Wave(np.vstack([self.points, other.points]), np.vstack([self.misses, other.misses]))


@dataclass(frozen=True)
class Explored:
    """Everything that the probes say.

    Attributes:
        draws: shape (draws, coordinates).
        emulator, matched, weighed: behind them, of the second wave.
        luck: one run's luck in each figure, in tolerances.
        numbers: what it is worth, as plain data.
        identified, directions, predictive: tables.
    """

    draws: Floats
    emulator: Emulator
    matched: Matched
    weighed: Weighed
    luck: Floats
    numbers: dict[str, Any]
    identified: pd.DataFrame
    directions: pd.DataFrame
    predictive: pd.DataFrame


def explore(
    problem: Problem, best: Fitted, space: Space, store: CalibrationStore, pool: ProcessPoolExecutor, *,
    probes: int, scale: float, months: int, seed: int, draws: int, progress: Callable[[str, str], AbstractContextManager[Progress | None]],
) -> Explored:
    """Run both waves (``probes`` in each), match, weigh and draw; every probe is kept in the store."""
    figures = Figures.of(problem, best, space)

    def wave(name: str, drawn: Floats, first: int) -> Wave:
        different, which = np.unique(drawn, axis=0, return_inverse=True)
        points = np.array([space.possible(z) for z in different])[which]
        plans = [Plan({**problem.others, **space.values(z)}, first + i, scale, months) for i, z in enumerate(points)]
        with progress(name, "run") as tell:
            found = store.probes(plans, pool, tell)
        return Wave(points, np.array([figures.misses(s, z, space.middle) for s, z in zip(found, points, strict=True)]))

    still = wave("luck", np.tile(space.middle, (LUCK_PROBES, 1)), seed * 10_000)
    luck = np.where(figures.by_twin, 0.0, still.misses.std(axis=0, ddof=1))
    wide = _wide(best, space)
    first = wave("first wave", wide.spread_out(probes, seed), seed * 10_000 + 1_000)
    emulator = emulate(first.points, first.misses, space.middle, figures.twin)
    usable = figures.asked & np.isfinite(emulator.level)
    prior = Gaussian(np.zeros(len(space.names)), np.eye(len(space.names)))
    matched = match(emulator, usable, luck, prior, wide, seed)
    second = wave("second wave", next_wave(emulator, usable, matched, probes, seed), seed * 10_000 + 5_000)
    both = first + second
    final = emulate(both.points, both.misses, space.middle, figures.twin)
    weighed = weigh(emulator(second.points)[:, usable], final(second.points)[:, usable], matched)
    chosen = np.array([space.possible(z) for z in draw(second.points, weighed, matched, draws, seed)])
    slopes = final.slopes[usable] / np.sqrt(matched.misfit * matched.variance)[:, None]
    at = (final.level[usable] + final.slopes[usable] @ (matched.points.mean - final.centre)) / np.sqrt(matched.misfit * matched.variance)
    robust = identify.sandwich(slopes, at, [g for g, used in zip(figures.groups, usable, strict=True) if used])
    names = [n for n, used in zip(figures.names, usable, strict=True) if used]
    explained = final.explained(both.misses)[usable & ~figures.by_twin]
    numbers = {
        "probes": probes, "luck_probes": LUCK_PROBES, "scale": scale, "months": months, "draws": draws, "figures_asked": int(usable.sum()),
        "fitted": space.fitted, "ranges": len(space.ranges), "drawn_assumed": sum(load()[path].kind == "assumed" for path in space.names),
        "misfit": matched.misfit, "ruled_out": matched.ruled_out,
        "unreachable": [n for n, ok in zip(names, matched.reachable, strict=True) if not ok],
        "effective": weighed.effective, "evened": weighed.evened,
        "explained": {f"{q:g}": float(np.nanquantile(explained, q)) for q in (0.1, 0.5, 0.9)},
        "recovery": recovery(first, second, matched, figures, usable, luck, space, seed),
        "left_out": left_out(final, figures, usable, matched, prior, seed),
    }  # fmt: skip
    return Explored(
        chosen, final, matched, weighed, luck, numbers,
        identify.parameters(slopes, space.names, names, robust), identify.directions(slopes, space.names),
        predictive(figures, second, weighed, luck),
    )


def _wide(best: Fitted, space: Space) -> Gaussian:
    """What the twin leaves, wider; assumptions as their ranges have them."""
    covariance = np.eye(len(space.names))
    fitted = slice(0, space.fitted)
    covariance[fitted, fitted] = WIDER**2 * best.covariance[np.ix_(space.free, space.free)]
    return Gaussian(space.middle, covariance)


def recovery(
    first: Wave, second: Wave, matched: Matched, figures: Figures, usable: Bools, luck: Floats, space: Space, seed: int
) -> dict[str, float]:
    """Known parameters found again: each probe of half of the second wave is taken for the documents (with errors as the error
    model has them), and the parameters it was run with must lie in the 95 % regions found from it. The emulator has not seen
    them. What was believed before is what the probes were drawn from.

    Regions are intervals of each parameter that the figures inform (a fifth of the variance and more), and the joint region of
    all.
    """
    half = second.points.shape[0] // 2
    known = first + Wave(second.points[:half], second.misses[:half])
    emulator = emulate(known.points, known.misses, space.middle, figures.twin)
    rng = np.random.default_rng(seed)
    by_run = usable & ~figures.by_twin
    variance = matched.variance[by_run[usable]] + luck[by_run] ** 2
    slopes, level = emulator.slopes[by_run], emulator.level[by_run]
    before = matched.points
    covered, joint, told = [], [], 0
    for point, misses in zip(second.points[half:], second.misses[half:, by_run], strict=True):
        data = misses + rng.standard_normal(misses.size)
        after = update(before, slopes, level - data, emulator.centre, variance)
        told_of = after.sd**2 < 0.8 * before.sd**2
        covered.append(np.abs(point - after.mean)[told_of] <= 1.96 * after.sd[told_of])
        distance = (point - after.mean) @ np.linalg.solve(after.covariance, point - after.mean)
        joint.append(bool(distance <= _chi2_95(point.size)))
        told = int(told_of.sum())
    rate = float(np.concatenate(covered).mean()) if told else float("nan")
    n = len(joint)
    return {"data_sets": n, "parameters": told, "inside": rate, "inside_joint": float(np.mean(joint)), "error": float(np.sqrt(0.95 * 0.05 / n))}


def _chi2_95(dimensions: int) -> float:
    from scipy.stats import chi2

    return float(chi2.ppf(0.95, dimensions))


def left_out(
    emulator: Emulator, figures: Figures, usable: Bools, matched: Matched, prior: Gaussian, seed: int
) -> dict[str, float]:
    """A third of the fitted targets removed at random, the rest fitted, and the removed foretold: how many lie within two
    tolerances and inside the 90 % interval, and how many do when nothing is removed."""
    rng = np.random.default_rng(seed)
    rows = np.flatnonzero(usable)
    targets = np.flatnonzero(rows < len(figures.targets))
    slopes, level, variance = emulator.slopes[rows], emulator.level[rows], matched.misfit * matched.variance

    def foretold(kept: npt.NDArray[np.int64], asked: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
        after = update(prior, slopes[kept], level[kept], emulator.centre, variance[kept])
        mean = level[asked] + slopes[asked] @ (after.mean - emulator.centre)
        return mean, np.sqrt(np.einsum("td,de,te->t", slopes[asked], after.covariance, slopes[asked]) + variance[asked])

    everything = np.arange(rows.size)
    whole, _ = foretold(everything, targets)
    near, inside = [], []
    for _ in range(THIRDS):
        gone = rng.choice(targets, size=targets.size // 3, replace=False)
        mean, sd = foretold(np.setdiff1d(everything, gone), gone)
        near.append(np.abs(mean) <= 2)
        inside.append(np.abs(mean) <= Z90 * sd)
    return {
        "times": THIRDS, "figures": int(targets.size), "removed": int(targets.size // 3),
        "within_two": float(np.concatenate(near).mean()), "inside_90": float(np.concatenate(inside).mean()),
        "within_two_when_kept": float((np.abs(whole) <= 2).mean()),
    }  # fmt: skip


def predictive(figures: Figures, wave: Wave, weighed: Weighed, luck: Floats) -> pd.DataFrame:
    """The posterior predictive check: what the draws say that the source would have printed, for every target.

    Columns: target, pattern, role, unit, asked, simulated (mean over draws), low, high (90 % interval of what the source could
    have printed: its own error and the parameters), parameters (standard deviation that the parameters alone make, in
    tolerances), tail (probability of a figure at most as large as the documented one) and inside.
    """
    rows = []
    for i, t in enumerate(figures.targets):
        misses = wave.misses[:, i]
        if not np.isfinite(misses).all():
            continue
        mean = float(weighed.weights @ misses)
        spread = float(np.sqrt(max(weighed.weights @ (misses - mean) ** 2 - luck[i] ** 2, 0.0)))
        sd = float(np.sqrt(1 + spread**2))
        low, middle, high = (_back(t, m) for m in (mean - Z90 * sd, mean, mean + Z90 * sd))
        rows.append({
            "target": t.target, "pattern": t.pattern, "role": t.role, "unit": t.unit, "asked": t.asked, "simulated": middle,
            "low": low, "high": high, "parameters": spread, "tail": float(norm.cdf(-mean / sd)), "inside": low <= t.asked <= high,
        })  # fmt: skip
    return pd.DataFrame(rows)


def _back(target: Target, miss: float) -> float:
    """The figure that misses by so much."""
    if target.unit == "persons":
        return float(target.asked * np.exp(miss * target.tolerance))
    value = target.asked + miss * target.tolerance
    return float(value if target.measure == "group_gap" else np.clip(value, 0.0, 1.0))
