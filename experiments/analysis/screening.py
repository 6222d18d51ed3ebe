"""Morris' screening: which parameters move an outcome at all, at a cost that grows with their number and not with its square."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from experiments.analysis.sensitivity import RESAMPLES, Problem, Sensitivity, as_table, by_draw, mean_and_luck
from experiments.intervals import LEVEL

Floats = npt.NDArray[np.float64]
INDICES = ("mu", "mu_star", "sigma")
_TRIALS = 10_000
"""Trials that tell how large an effect is by luck alone."""


def morris(problem: Problem, samples: pd.DataFrame, results: pd.DataFrame, seed: int, false_alarm: float = 0.05) -> Sensitivity:
    """Elementary effects. Intervals are quantiles over resampled trajectories.

    Args:
        samples: what :meth:`Problem.morris` gave (before any rounding to whole numbers).
        results: a row a point, a column a pair with its own luck (:func:`experiments.analysis.cases.by_luck`).
        seed: of the resampling.
        false_alarm: chance that a parameter without effect is above its ``floor``.

    Raises:
        Mistake: when points lack results.
    """
    values, luck, varies = mean_and_luck(samples, results)
    effects = elementary_effects(problem, samples, values[:, None])[:, :, 0]
    n, rng = len(effects), np.random.default_rng(seed)
    again = _measures(effects[rng.integers(n, size=(RESAMPLES, n))])
    low, high = np.quantile(again, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=1)
    found = _measures(effects)
    rows = [
        (name, "", key, float(found[i, j]), float(low[i, j]), float(high[i, j]))
        for i, key in enumerate(INDICES) for j, name in enumerate(problem.names)
    ]  # fmt: skip
    return Sensitivity(as_table(rows), varies, luck, _floors(problem, samples, results, false_alarm, rng) if varies else {})


def elementary_effects(problem: Problem, samples: pd.DataFrame, values: Floats) -> Floats:
    """What each step of a trajectory changes, scaled to the parameter's whole range.

    Args:
        samples: points x parameters. values: shape (points, k).

    Returns:
        Shape (trajectories, parameters, k).
    """
    size = len(problem.names) + 1
    width = np.array([high - low for low, high in problem.ranges.values()])
    steps = np.diff((samples[problem.names].to_numpy(np.float64) / width).reshape(-1, size, size - 1), axis=1)
    moved = np.abs(steps).argmax(axis=2)[:, :, None]
    changes = np.diff(values.reshape(-1, size, values.shape[1]), axis=1) / np.take_along_axis(steps, moved, axis=2)
    return np.take_along_axis(changes, moved.argsort(axis=1), axis=1)


def screen(found: Mapping[str, Sensitivity], share: float = 0.05) -> pd.DataFrame:
    """Which parameters go on to Sobol: those whose effect on some outcome is larger than luck alone makes it, and may reach ``share`` of
    the largest effect there (by the upper end of its interval).

    Args:
        found: what :func:`morris` gave, by outcome; give it a ``false_alarm`` divided by the number of outcomes.

    Returns:
        A row a parameter, the most important first: ``parameter``, ``outcome`` (where it matters most), ``relative`` (its mu_star
        there over the largest), ``above_luck``, ``goes_on``.
    """
    rows: list[dict[str, Any]] = []
    for outcome, sensitivity in found.items():
        here = sensitivity.of("mu_star")
        largest = float(here["value"].max())
        for name, value, high in zip(here["parameter"], here["value"], here["high"], strict=True):
            above = bool(value > sensitivity.floor.get(str(name), 0.0))
            rows.append({
                "parameter": name, "outcome": outcome, "relative": value / largest if largest else 0.0, "above_luck": above,
                "goes_on": above and bool(high >= share * largest),
            })  # fmt: skip
    order = ["goes_on", "above_luck", "relative"]
    table = pd.DataFrame(rows).sort_values(order, ascending=False, kind="stable")
    return table.drop_duplicates("parameter").reset_index(drop=True)


def _measures(effects: Floats) -> Floats:
    """:data:`INDICES` over trajectories: shape (..., trajectories, parameters) in, (3, ..., parameters) out."""
    return np.array([effects.mean(axis=-2), np.abs(effects).mean(axis=-2), effects.std(axis=-2, ddof=1)])


def _floors(
    problem: Problem, samples: pd.DataFrame, results: pd.DataFrame, false_alarm: float, rng: np.random.Generator
) -> dict[str, float]:
    """By parameter, what mu_star stays under with probability 1 - ``false_alarm`` when only luck, normally distributed, makes its
    effects; how well so few replications tell the size of luck is part of it."""
    parts = by_draw(results)
    if any(part.shape[1] < 2 for part in parts):
        return {}
    each = [elementary_effects(problem, samples, part) for part in parts]
    variance = np.sum([(e.var(axis=2, ddof=1) / e.shape[2]).mean(axis=0) for e in each], axis=0) / len(each) ** 2
    trajectories, freedom = len(each[0]), sum(len(e) * (e.shape[2] - 1) for e in each)
    sizes = np.abs(rng.standard_normal((_TRIALS, trajectories))).mean(axis=1)
    size = float(np.quantile(sizes / np.sqrt(rng.chisquare(freedom, _TRIALS) / freedom), 1 - false_alarm))
    return {name: float(np.sqrt(v)) * size for name, v in zip(problem.names, variance, strict=True)}
