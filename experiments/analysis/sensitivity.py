"""Sensitivity of outcomes to levers and uncertainties: Sobol indices (SALib), after Morris' screening (:mod:`experiments.analysis.screening`).

What is analysed is the mean paired difference of an outcome at each point of the design. Luck is no parameter, but it moves results:
how much of their variance is luck is told from the replications, and indices are read against it.

SALib is imported when it is asked: with scipy.stats behind it, it takes a second that no run should wait for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from agents.mistake import Mistake
from experiments.intervals import LEVEL, left_over

Floats = npt.NDArray[np.float64]
LEVELS = 4
"""Levels of Morris' grid: a step is two thirds of a range."""
RESAMPLES = 200
"""Resamples behind an interval."""


@dataclass(frozen=True)
class Problem:
    """Parameters and the ranges in which they are varied, all values of a range alike."""

    ranges: Mapping[str, tuple[float, float]]

    def __post_init__(self) -> None:
        """Raises Mistake without two parameters, or for a range that is none."""
        if len(self.ranges) < 2:
            raise Mistake("a sensitivity analysis needs at least two parameters with ranges")
        for name, (low, high) in self.ranges.items():
            if not (np.isfinite([low, high]).all() and low < high):
                raise Mistake(f"{name}: {low:g} to {high:g} is no range; the first must be below the second")

    @property
    def names(self) -> list[str]:
        """The parameters, in order."""
        return list(self.ranges)

    def for_salib(self) -> dict[str, Any]:
        """The same as SALib reads it; it writes into what it is given, so every call makes a new one."""
        return {"num_vars": len(self.ranges), "names": self.names, "bounds": [list(pair) for pair in self.ranges.values()]}

    def morris(self, trajectories: int, seed: int) -> pd.DataFrame:
        """Points on so many random trajectories: trajectories x (parameters + 1) rows, a column a parameter."""
        if trajectories < 2:
            raise Mistake(f"{trajectories} trajectories: an interval needs at least 2, a ranking 10 and more")
        from SALib.sample import morris as morris_sample

        return self._points(morris_sample.sample(self.for_salib(), trajectories, num_levels=LEVELS, seed=seed))

    def sobol(self, n: int, seed: int) -> pd.DataFrame:
        """Saltelli's points for indices up to the second order: n x (2 parameters + 2) rows; n is a power of 2."""
        if n < 2 or n & (n - 1):
            raise Mistake(f"n = {n}: Sobol's sequence is balanced for powers of 2 only (64, 128, 256, ...)")
        from SALib.sample import sobol as sobol_sample

        return self._points(sobol_sample.sample(self.for_salib(), n, calc_second_order=True, seed=np.random.default_rng(seed)))

    def _points(self, samples: Floats) -> pd.DataFrame:
        return pd.DataFrame(np.asarray(samples, np.float64), columns=self.names)


@dataclass(frozen=True)
class Sensitivity:
    """What an outcome depends on.

    Attributes:
        indices: ``parameter``, ``other`` ("" but for second order), ``index``, ``value``, ``low``, ``high`` (95 %). Of Morris ``mu``
            (effect of the whole range), ``mu_star`` (its size) and ``sigma`` (how much it depends on where one stands), in the
            outcome's unit; of Sobol ``S1``, ``ST`` and ``S2``, shares of the variance.
        varies: whether results differ between points at all. If not there is no variance to share: Sobol has no rows, Morris zeros.
        luck: share of the variance between points that is luck; None when it cannot be told (one replication, or nothing varies).
        floor: by parameter, how large ``mu_star`` is by luck alone (Morris, with two replications and more).
    """

    indices: pd.DataFrame
    varies: bool
    luck: float | None
    floor: Mapping[str, float]

    def of(self, index: str) -> pd.DataFrame:
        """Rows of one index, the largest first."""
        here = self.indices[self.indices["index"] == index]
        return here.sort_values("value", ascending=False, kind="stable", ignore_index=True)


def sobol(problem: Problem, samples: pd.DataFrame, results: pd.DataFrame, seed: int) -> Sensitivity:
    """First-order, total and second-order indices with SALib's resampled intervals.

    Luck makes ``S1`` smaller by its share of the variance, and gives every parameter, even an idle one, that share in ``ST``.

    Args:
        samples: what :meth:`Problem.sobol` gave (before any rounding to whole numbers).
        results: a row a point, a column a pair with its own luck (:func:`experiments.analysis.cases.by_luck`).
        seed: of the resampling.

    Raises:
        Mistake: when points lack results.
    """
    values, luck, varies = mean_and_luck(samples, results)
    if not varies:
        return Sensitivity(as_table([]), False, luck, {})
    from SALib.analyze import sobol as sobol_analysis

    found = sobol_analysis.analyze(
        problem.for_salib(), values, calc_second_order=True, num_resamples=RESAMPLES, conf_level=LEVEL,
        seed=np.random.default_rng(seed),  # a bare 0 would count as no seed
    )
    names, rows = problem.names, []
    for key in ("S1", "ST"):
        rows += [(name, "", key, *_around(value, half)) for name, value, half in zip(names, found[key], found[f"{key}_conf"], strict=True)]
    for i, j in zip(*np.triu_indices(len(names), 1), strict=True):
        rows.append((names[i], names[j], "S2", *_around(found["S2"][i, j], found["S2_conf"][i, j])))
    return Sensitivity(as_table(rows), True, luck, {})


def mean_and_luck(samples: pd.DataFrame, results: pd.DataFrame) -> tuple[Floats, float | None, bool]:
    """Mean of each point, the share of their variance that is luck, and whether they differ at all.

    Luck that moves all points alike, because they share it, is no variance between points and left out.
    """
    if len(results) != len(samples):
        raise Mistake(f"the design has {len(samples)} points, {len(results)} have results; finish the experiment first")
    means = results.to_numpy(np.float64).mean(axis=1)
    if np.ptp(means) <= 1e-12 * np.abs(means).max():
        return means, None, False
    parts = by_draw(results)
    if any(part.shape[1] < 2 for part in parts):
        return means, None, True
    errors = [left_over(part) / part.shape[1] for part in parts]
    return means, min(1.0, sum(errors) / len(parts) ** 2 / float(means.var(ddof=1))), True


def by_draw(results: pd.DataFrame) -> list[Floats]:
    """Results of each draw of the uncertain parameters: points x replications."""
    return [results[draw].to_numpy(np.float64) for draw in results.columns.unique(0)]


def as_table(rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    """Rows of indices as a tidy table."""
    return pd.DataFrame(rows, columns=["parameter", "other", "index", "value", "low", "high"])


def _around(value: Any, half: Any) -> tuple[float, float, float]:
    return float(value), float(value - half), float(value + half)
