"""Boxes of patient rule induction: peeling, and bounds that are dropped or moved, all as limits (parameters x [low, high])."""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
PEEL = 0.05
"""Share of a box's cases in a slice."""
SMALLEST = 0.05
"""Share of all cases that a box holds at least."""
DOUBTFUL = 0.05
"""A bound with a larger quasi-p value is taken away."""
LEAST = 10
"""So many cases at least, too."""


def search(x: Floats, failed: Bools) -> tuple[Floats, list[Floats]]:
    """The best box (parameters x [low, high]), and all boxes of the peeling.

    Slices go by chance too, and what went never comes back: so bounds that do nothing are dropped, and the others moved to where they
    do most, before and after."""
    boxes = _peel(x, failed)
    box = boxes[int(np.argmax([together(lies_in(x, one), failed) for one in boxes]))]
    box = _adjusted(x, failed, _simplified(x, failed, box))
    return _clear(x, failed, _simplified(x, failed, box)), boxes


def _simplified(x: Floats, failed: Bools, box: Floats) -> Floats:
    """Drop bounds, the least useful first, as long as the box goes at least as well together with failing without."""
    box = box.copy()
    outside = np.stack([x < box[:, 0], x > box[:, 1]], axis=2)  # cases x parameters x sides
    broken = outside.sum(axis=(1, 2))
    while np.isfinite(box).any():
        without = together(broken[:, None, None] == outside, failed)  # inside, or outside by this bound alone
        without[~np.isfinite(box)] = -np.inf
        if without.max() < together(broken == 0, failed):
            break
        parameter, side = np.unravel_index(int(without.argmax()), without.shape)
        box[parameter, side] = (-np.inf, np.inf)[side]
        broken = broken - outside[:, parameter, side]
        outside[:, parameter, side] = False
    return box


def _peel(x: Floats, failed: Bools) -> list[Floats]:
    """Boxes from everything to the smallest, each without the slice whose going raises the share of failures most per case."""
    box = np.tile([-np.inf, np.inf], (x.shape[1], 1))
    boxes = [box]
    here, now = x, failed
    while not now.all():
        limits = _slices(here)
        kept = np.stack([here >= limits[0], here <= limits[1]], axis=1)  # cases x sides x parameters
        counts = kept.sum(axis=0)
        allowed = (counts >= _least(failed)) & (counts < now.size)
        if not allowed.any():
            break
        with np.errstate(divide="ignore", invalid="ignore"):
            gains = np.where(allowed, (kept[now].sum(axis=0) / counts - now.mean()) / (now.size - counts), -np.inf)
        side, parameter = np.unravel_index(int(gains.argmax()), gains.shape)
        box = box.copy()
        box[parameter, side] = limits[side, parameter]
        boxes.append(box)
        here, now = here[kept[:, side, parameter]], now[kept[:, side, parameter]]
    return boxes


def _slices(values: Floats) -> Floats:
    """Limits, shape (2, parameters), that take each parameter's lowest and highest slice away, half-way between what goes and what stays;
    ties go together."""
    k = max(1, round(PEEL * len(values)))
    ordered = np.sort(values, axis=0)
    low, high = ordered[k - 1], ordered[-k]
    above, below = np.where(values > low, values, np.inf).min(axis=0), np.where(values < high, values, -np.inf).max(axis=0)
    return np.array([(low + above) / 2, (high + below) / 2])


def _adjusted(x: Floats, failed: Bools, box: Floats) -> Floats:
    """Move one bound at a time, in or out, to where the box goes best together with failing, until none makes it better."""
    best = float(together(lies_in(x, box), failed))
    while True:
        moved = [_moved(x, failed, box, j, side) for j in range(x.shape[1]) for side in (0, 1)]
        score, j, side, limit = max(moved)
        if score <= best + 1e-12:
            return box
        best, box = score, box.copy()
        box[j, side] = limit


def _moved(x: Floats, failed: Bools, box: Floats, parameter: int, side: int) -> tuple[float, int, int, float]:
    """How well the box can go together with failing with another bound on one side, and that bound."""
    sign = 1 - 2 * side
    free = box.copy()
    free[parameter, side] = -sign * np.inf
    inside = lies_in(x, free)
    order = np.argsort(-sign * x[inside, parameter], kind="stable")  # those that stay longest first
    values = x[inside, parameter][order]
    counts, hits = np.arange(1, values.size + 1), np.cumsum(failed[inside][order])
    scores = _correlation(counts, hits, failed)
    scores[:-1][values[:-1] == values[1:]] = -np.inf
    scores[counts < _least(failed)] = -np.inf
    k = int(scores.argmax())
    limit = (values[k] + values[k + 1]) / 2 if k + 1 < values.size else -sign * np.inf
    return float(scores[k]), parameter, side, float(limit)


def _clear(x: Floats, failed: Bools, box: Floats) -> Floats:
    """Take bounds of doubtful parameters away, the most doubtful first."""
    while True:
        doubts = {j: quasi_p(x, failed, box, j) for j in bounded_by(box)}
        worst = max(doubts, key=lambda j: doubts[j], default=None)
        if worst is None or doubts[worst] <= DOUBTFUL:
            return box
        box = box.copy()
        box[worst] = -np.inf, np.inf


def quasi_p(x: Floats, failed: Bools, box: Floats, parameter: int) -> float:
    """Chance of at least so many failures in the box if its cases were any of the box without this parameter's bounds."""
    from scipy.stats import binom

    without = box.copy()
    without[parameter] = -np.inf, np.inf
    inside = lies_in(x, box)
    return float(binom.sf(failed[inside].sum() - 1, inside.sum(), failed[lies_in(x, without)].mean()))


def bounded_by(box: Floats) -> list[int]:
    """Parameters that bound a box."""
    return [int(j) for j in np.flatnonzero(np.isfinite(box).any(axis=1))]


def lies_in(x: Floats, box: Floats) -> Bools:
    """Which cases (rows of ``x``) lie in a box."""
    return np.asarray(((x >= box[:, 0]) & (x <= box[:, 1])).all(axis=1))


def together(inside: Bools, failed: Bools) -> Floats:
    """Correlation of lying in a box with failing, for boxes along the axes after the first."""
    return _correlation(inside.sum(axis=0), inside[failed].sum(axis=0), failed)


def _correlation(counts: Any, hits: Any, failed: Bools) -> Floats:
    """The same from the cases and the failures in boxes; 0 for a box with everything or nothing."""
    a, b = counts / failed.size, failed.mean()
    spread = np.sqrt(a * (1 - a) * b * (1 - b))
    return np.asarray(np.where(spread > 0, (hits / failed.size - a * b) / np.where(spread > 0, spread, 1.0), 0.0))


def _least(failed: Bools) -> float:
    """So many cases a box holds at least."""
    return max(LEAST, SMALLEST * failed.size)
