"""Intervals of paired differences over replications."""

from typing import TypeVar

import numpy as np
from scipy import stats

LEVEL = 0.95

T = TypeVar("T")


def half_width(spread: T, n: int) -> T:
    """Half of the 95 % interval of a mean of ``n`` pairs with standard deviation ``spread`` (Student's t), of the same kind."""
    return spread * float(stats.t.ppf((1 + LEVEL) / 2, max(n - 1, 1))) / np.sqrt(n)  # type: ignore[operator]
