"""Scenario discovery by PRIM (patient rule induction): the box of parameters in which a reform fails.

Friedman and Fisher (1999): peel thin slices off a box so that the rest holds as many failures as possible, then paste back what was
peeled too much. Bryant and Lempert (2010): coverage, density, and quasi-p values for the parameters that bound it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import binom

from agents.mistake import Mistake

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
PEEL = 0.05
"""Share of a box's cases in a slice."""
SMALLEST = 0.05
"""Share of all cases that a box holds at least."""
DOUBTFUL = 0.05
"""A bound with a larger quasi-p value is taken away."""
FEWEST = 20
"""So few cases tell nothing."""


@dataclass(frozen=True)
class Discovery:
    """Where failures lie.

    Attributes:
        bounds: a row a bounded parameter: ``parameter``, ``low``, ``high`` (NaN = not bounded on this side), ``quasi_p``: chance of so many
            failures in the box if this parameter's bounds did not matter. Empty when no box was found, or none is needed.
        inside: by case, whether it lies in the box.
        failed: by case, whether it fails.
        peeling: all boxes on the way: ``coverage``, ``density``, ``share`` (of cases), ``parameters`` (number bounded).
        chance: chance of a box that good when failures are dealt to cases at random; None when that was not tried.
    """

    bounds: pd.DataFrame
    inside: Bools
    failed: Bools
    peeling: pd.DataFrame
    chance: float | None

    @property
    def coverage(self) -> float:
        """Share of failures that lie in the box."""
        return float(self.failed[self.inside].sum() / max(1, self.failed.sum()))

    @property
    def density(self) -> float:
        """Share of the box's cases that fail."""
        return float(self.failed[self.inside].mean()) if self.inside.any() else 0.0


def discover(inputs: pd.DataFrame, failed: Bools, seed: int, shuffles: int = 99) -> Discovery:
    """Find the box that goes best together with failing (correlation of lying in it with failing).

    Args:
        inputs: a row a case, a column a parameter (numbers); those that never vary are left aside.
        failed: by case.
        seed: of the shuffles.
        shuffles: how often failures are dealt at random, to learn how good a box chance finds; 0 = never.

    Raises:
        Mistake: for too few cases.
    """
    if len(inputs) < FEWEST:
        raise Mistake(f"{len(inputs)} cases are too few to say where failures lie; {FEWEST} are needed, 200 and more are good")
    varied = inputs.loc[:, inputs.nunique() > 1]
    x, failed = varied.to_numpy(np.float64), np.asarray(failed, bool)
    everything = np.ones(failed.size, bool)
    if failed.all() or not failed.any() or x.shape[1] == 0:
        return Discovery(_bounds([], np.empty((0, 2)), []), everything, failed, _peeling([], failed, []), None)
    box, boxes = _search(x, failed)
    inside = _inside(x, box)
    bounded = _bounded(box)
    quasi = [_quasi_p(x, failed, box, j) for j in bounded]
    table = _bounds([str(varied.columns[j]) for j in bounded], box[bounded], quasi)
    masks, counts = [_inside(x, one) for one in boxes], [len(_bounded(one)) for one in boxes]
    chance = None
    if shuffles:
        rng, found = np.random.default_rng(seed), _together(inside, failed)
        dealt = (rng.permutation(failed) for _ in range(shuffles))
        chance = (1 + sum(_together(_inside(x, _search(x, other)[0]), other) >= found for other in dealt)) / (shuffles + 1)
    return Discovery(table, inside, failed, _peeling(masks, failed, counts), chance)


def _search(x: Floats, failed: Bools) -> tuple[Floats, list[Floats]]:
    """The best box (parameters x [low, high]) after pasting and without doubtful bounds, and all boxes of the peeling."""
    boxes = _peel(x, failed)
    box = max(boxes, key=lambda one: _together(_inside(x, one), failed))
    return _clear(x, failed, _paste(x, failed, box)), boxes


def _peel(x: Floats, failed: Bools) -> list[Floats]:
    """Boxes from everything to the smallest, each without the slice whose going raises the share of failures most per case."""
    box = np.tile([-np.inf, np.inf], (x.shape[1], 1))
    boxes, inside, least = [box], np.ones(failed.size, bool), max(FEWEST / 2, SMALLEST * failed.size)
    while True:
        here, now = x[inside], failed[inside]
        best, chosen = -np.inf, None
        for j in range(x.shape[1]):
            for side, limit in enumerate(_slices(here[:, j])):
                kept = here[:, j] >= limit if side == 0 else here[:, j] <= limit
                if least <= kept.sum() < kept.size:
                    gain = (now[kept].mean() - now.mean()) / (kept.size - kept.sum())
                    if gain > best:
                        best, chosen = gain, (j, side, limit)
        if chosen is None or now.all():
            return boxes
        box = box.copy()
        box[chosen[0], chosen[1]] = chosen[2]
        inside = _inside(x, box)
        boxes.append(box)


def _slices(values: Floats) -> tuple[float, float]:
    """Limits that take the lowest and the highest slice away, half-way between what goes and what stays; ties go together."""
    sorted_values = np.sort(values)
    k = max(1, round(PEEL * values.size))
    low, high = sorted_values[k - 1], sorted_values[-k]
    above, below = sorted_values[sorted_values > low], sorted_values[sorted_values < high]
    return (low + above[0]) / 2 if above.size else np.inf, (high + below[-1]) / 2 if below.size else -np.inf


def _paste(x: Floats, failed: Bools, box: Floats) -> Floats:
    """Put slices back as long as a box with one goes better together with failing."""
    best = _together(_inside(x, box), failed)
    while True:
        tried = [_wider(x, box, j, side) for j, side in np.argwhere(np.isfinite(box))]
        scores = [_together(_inside(x, one), failed) for one in tried]
        if not scores or max(scores) <= best:
            return box
        best, box = max(scores), tried[int(np.argmax(scores))]


def _wider(x: Floats, box: Floats, parameter: int, side: int) -> Floats:
    """The box with one slice more on one side; without the bound where nothing lies beyond."""
    sign = 2 * side - 1
    wider = box.copy()
    wider[parameter, side] = sign * np.inf
    beyond = np.sort(sign * x[_inside(x, wider) & ~_inside(x, box), parameter])
    slice_size = max(1, round(PEEL * _inside(x, box).sum()))
    if beyond.size > slice_size and (further := beyond[beyond > beyond[slice_size - 1]]).size:
        wider[parameter, side] = sign * (beyond[slice_size - 1] + further[0]) / 2
    return wider


def _clear(x: Floats, failed: Bools, box: Floats) -> Floats:
    """Take bounds of doubtful parameters away, the most doubtful first."""
    while True:
        doubts = {j: _quasi_p(x, failed, box, j) for j in _bounded(box)}
        worst = max(doubts, key=lambda j: doubts[j], default=None)
        if worst is None or doubts[worst] <= DOUBTFUL:
            return box
        box = box.copy()
        box[worst] = -np.inf, np.inf


def _quasi_p(x: Floats, failed: Bools, box: Floats, parameter: int) -> float:
    """Chance of at least so many failures in the box if its cases were any of the box without this parameter's bounds."""
    without = box.copy()
    without[parameter] = -np.inf, np.inf
    inside = _inside(x, box)
    return float(binom.sf(failed[inside].sum() - 1, inside.sum(), failed[_inside(x, without)].mean()))


def _bounded(box: Floats) -> list[int]:
    """Parameters that bound a box."""
    return [int(j) for j in np.flatnonzero(np.isfinite(box).any(axis=1))]


def _inside(x: Floats, box: Floats) -> Bools:
    return np.asarray(((x >= box[:, 0]) & (x <= box[:, 1])).all(axis=1))


def _together(inside: Bools, failed: Bools) -> float:
    """Correlation of lying in a box with failing; 0 for a box with everything."""
    a, b = inside.mean(), failed.mean()
    spread = np.sqrt(a * (1 - a) * b * (1 - b))
    return float(((inside & failed).mean() - a * b) / spread) if spread else 0.0


def _bounds(names: list[str], box: Floats, quasi: list[float]) -> pd.DataFrame:
    finite = np.where(np.isfinite(box), box, np.nan)
    return pd.DataFrame({"parameter": names, "low": finite[:, 0], "high": finite[:, 1], "quasi_p": quasi})


def _peeling(masks: list[Bools], failed: Bools, counts: list[int]) -> pd.DataFrame:
    rows = [((m & failed).sum() / failed.sum(), failed[m].mean(), m.mean(), n) for m, n in zip(masks, counts, strict=True)]
    return pd.DataFrame(rows, columns=["coverage", "density", "share", "parameters"])
