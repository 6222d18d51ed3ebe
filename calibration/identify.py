"""What can be known: which directions of the parameters the figures tell apart, and which parameters they say nothing of.

Slopes are scaled: misses in tolerances by prior standard deviations. A direction whose singular value is above 1 is better
known from the figures than from the prior.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

LITTLE, MUCH = 0.05, 0.5
"""Shares of the prior variance: a parameter of which the figures take away less is not informed, more is informed."""
LEADING = 3


def directions(slopes: Floats, names: Sequence[str]) -> pd.DataFrame:
    """Singular values, the best-known direction first: direction, singular_value, parameters (those that lead it, with sign)."""
    _, values, rows = np.linalg.svd(slopes, full_matrices=False)
    leading = []
    for row in rows:
        order = np.argsort(-np.abs(row))[:LEADING]
        leading.append(" ".join(f"{'+' if row[i] > 0 else '-'}{names[i]}" for i in order))
    return pd.DataFrame({"direction": np.arange(1, values.size + 1), "singular_value": values, "parameters": leading})


def parameters(slopes: Floats, names: Sequence[str], figures: Sequence[str], robust: Floats | None = None) -> pd.DataFrame:
    """One row a parameter: what the figures say of it, and what it cannot be told apart from.

    Columns: parameter; informed (share of the prior variance that the figures take away); verdict (``informed``, ``partly``,
    ``not``); figure and slope (the figure that it moves most: tolerances for one prior standard deviation); with and
    correlation (the parameter it is most confused with); sd (posterior, in prior standard deviations) and robust_sd (the
    same from the sandwich, if given).
    """
    covariance = np.linalg.inv(slopes.T @ slopes + np.eye(slopes.shape[1]))
    sd = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(sd, sd)
    np.fill_diagonal(correlation, 0.0)
    confused = np.abs(correlation).argmax(axis=1)
    strongest = np.abs(slopes).argmax(axis=0)
    each = np.arange(sd.size)
    informed = 1 - sd**2
    slope = slopes[strongest, each]
    return pd.DataFrame({
        "parameter": names, "informed": informed, "verdict": np.select([informed >= MUCH, informed >= LITTLE], ["informed", "partly"], "not"),
        "figure": np.where(np.abs(slope) > 0, np.array(figures, object)[strongest], ""), "slope": slope,
        "with": np.array(names, object)[confused], "correlation": correlation[each, confused],
        "sd": sd, "robust_sd": sd if robust is None else robust,
    })  # fmt: skip


def sandwich(slopes: Floats, misses: Floats, groups: Sequence[str]) -> Floats:
    """Standard deviations in prior ones when misses of one group may have one cause and count as large as they are.

    The sandwich of the method of simulated moments with clusters: bread is the curvature with the prior, meat the sums of
    scores by group plus the prior.
    """
    bread = np.linalg.inv(slopes.T @ slopes + np.eye(slopes.shape[1]))
    names = np.array(groups)
    scores = slopes * misses[:, None]
    sums = np.array([scores[names == name].sum(axis=0) for name in dict.fromkeys(groups)])
    meat = sums.T @ sums + np.eye(slopes.shape[1])
    return np.asarray(np.sqrt(np.diag(bread @ meat @ bread)))
