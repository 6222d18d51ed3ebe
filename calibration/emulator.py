"""An emulator: what probes would say at any point of the space, from those that were run.

What a run says of each figure is taken as linear in the point near the fit, on the scale of misses (logarithms for persons).
The twin's slopes are where the regression starts, for figures that the twin can measure; what it leaves is found by the lasso
from the probes. How far the emulator is off is measured on probes that it has not seen.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import Lasso, LassoCV
from sklearn.model_selection import KFold

Floats = npt.NDArray[np.float64]
FOLDS = 10


@dataclass(frozen=True)
class Emulator:
    """Linear predictions of misses, in tolerances.

    Attributes:
        centre: the point round which it is linear, shape (coordinates,).
        level: predictions there, shape (figures,); NaN for a figure that no probe could measure.
        slopes: shape (figures, coordinates).
        off: standard deviation of probes it has not seen round its predictions, shape (figures,).
        unseen: predictions for the probes, each by an emulator that has not seen it, shape (probes, figures).
        terms: slopes that the probes decided, shape (figures,).
    """

    centre: Floats
    level: Floats
    slopes: Floats
    off: Floats
    unseen: Floats
    terms: npt.NDArray[np.int64]

    def __call__(self, points: Floats) -> Floats:
        """Predicted misses, shape (..., figures)."""
        return np.asarray(self.level + (points - self.centre) @ self.slopes.T)

    def explained(self, misses: Floats) -> Floats:
        """Share of the variance between probes that it foretells unseen, shape (figures,): at most 1, below 0 when it is worse than the mean."""
        return np.asarray(1 - ((misses - self.unseen) ** 2).mean(axis=0) / np.maximum(misses.var(axis=0), 1e-12))


def folds(probes: int) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Probes to learn from and to foretell, by fold; always the same ones."""
    yield from KFold(min(FOLDS, probes), shuffle=True, random_state=0).split(np.zeros(probes))


def emulate(points: Floats, misses: Floats, centre: Floats, twin: Floats) -> Emulator:
    """Learn from probes.

    Args:
        points: shape (probes, coordinates).
        misses: shape (probes, figures).
        centre: shape (coordinates,).
        twin: slopes of the twin, shape (figures, coordinates); 0 where it says nothing.
    """
    size = points.std(axis=0)
    moves = np.where(size > 0, (points - centre) / np.where(size > 0, size, 1.0), 0.0)
    left = misses - (points - centre) @ twin.T
    figures = misses.shape[1]
    level, slopes, off = np.full(figures, np.nan), np.zeros_like(twin), np.full(figures, np.nan)
    unseen, terms = np.full_like(misses, np.nan), np.zeros(figures, np.int64)
    splits = list(folds(points.shape[0]))
    for t in range(figures):
        y = left[:, t]
        if not np.isfinite(y).all():
            continue
        if y.std() < 1e-9:
            level[t], off[t], unseen[:, t], slopes[t] = y[0], 0.0, misses[:, t], twin[t]
            continue
        found = LassoCV(cv=5, alphas=25, eps=1e-2, max_iter=5000, tol=1e-3, precompute=False).fit(moves, y)  # its checks take longer than they save
        level[t], slopes[t] = found.intercept_, twin[t] + np.where(size > 0, found.coef_ / np.where(size > 0, size, 1.0), 0.0)
        terms[t] = np.count_nonzero(found.coef_)
        for seen, other in splits:
            fold = Lasso(alpha=found.alpha_, max_iter=5000, tol=1e-3).fit(moves[seen], y[seen])
            unseen[other, t] = fold.predict(moves[other]) + (points[other] - centre) @ twin[t]
        off[t] = np.sqrt(((misses[:, t] - unseen[:, t]) ** 2).mean())
    return Emulator(centre, level, slopes, off, unseen, terms)
