"""How far an outcome swings between the lowest and the highest fifth of a parameter's values: what a tornado shows."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtrit

from agents.mistake import Mistake
from experiments.intervals import LEVEL, half_width

FIFTH = 0.2
FEWEST = 3
"""So many cases an end has at least."""


def swings(inputs: pd.DataFrame, values: pd.Series) -> pd.DataFrame:
    """Mean of an outcome at both ends of each parameter that varies, the others as they happen to be.

    Args:
        inputs: ``point``, ``draw`` and a column a parameter. values: of the outcome, by (point, draw).

    Returns:
        The largest swing first: ``parameter``, ``lowest``, ``lowest_low``, ``lowest_high``, ``highest``, ``highest_low``,
        ``highest_high`` (means with 95 % intervals), ``swing`` (highest less lowest), ``swing_low``, ``swing_high``. The swings'
        intervals hold all together with 95 %: when no parameter matters, one of them leaves 0 out in 5 % of experiments.

    Raises:
        Mistake: when nothing varies, or cases are too few.
    """
    table = inputs.set_index(["point", "draw"])
    table = table.loc[values.index].dropna(axis=1)
    table = table.loc[:, table.nunique() > 1]
    if table.shape[1] == 0:
        raise Mistake("no parameter varies in this experiment")
    together = LEVEL ** (1 / table.shape[1])
    y, rows = values.to_numpy(np.float64), []
    for name, column in table.items():
        x = column.to_numpy(np.float64)
        low, high = y[x <= np.quantile(x, FIFTH)], y[x >= np.quantile(x, 1 - FIFTH)]
        if min(low.size, high.size) < FEWEST:
            raise Mistake(f"{y.size} cases are too few to compare the ends of {name}; {round(FEWEST / FIFTH)} are needed")
        rows.append({"parameter": name, **_end("lowest", low), **_end("highest", high), **_swing(low, high, together)})
    found = pd.DataFrame(rows)
    return found.sort_values("swing", key=np.abs, ascending=False, kind="stable", ignore_index=True)


def _end(name: str, values: npt.NDArray[np.float64]) -> dict[str, Any]:
    mean, half = float(values.mean()), half_width(float(values.std(ddof=1)), values.size)
    return {name: mean, f"{name}_low": mean - half, f"{name}_high": mean + half}


def _swing(low: npt.NDArray[np.float64], high: npt.NDArray[np.float64], level: float) -> dict[str, float]:
    """Difference of two means with Welch's interval."""
    a, b = low.var(ddof=1) / low.size, high.var(ddof=1) / high.size
    freedom = (a + b) ** 2 / (a**2 / (low.size - 1) + b**2 / (high.size - 1)) if a + b else 1.0
    mean, half = float(high.mean() - low.mean()), float(stdtrit(freedom, (1 + level) / 2) * np.sqrt(a + b))
    return {"swing": mean, "swing_low": mean - half, "swing_high": mean + half}
