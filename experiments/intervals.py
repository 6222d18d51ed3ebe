"""Intervals of paired differences over replications, and over draws of the uncertain parameters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtrit

LEVEL = 0.95
MONTE_CARLO, PARAMETERS = "monte_carlo", "monte_carlo+parameters"

T = TypeVar("T")


def half_width(spread: T, n: int) -> T:
    """Half of the 95 % interval of a mean of ``n`` pairs with standard deviation ``spread`` (Student's t), of the same kind."""
    return spread * _quantile(n) / np.sqrt(n)  # type: ignore[operator]


def _quantile(n: int) -> float:
    return float(stdtrit(max(n - 1, 1), (1 + LEVEL) / 2))


@dataclass(frozen=True)
class Design:
    """How pairs were made: ``draws`` parameter draws (0 = the vintage's own values), each with as many replications.

    Without draws the interval is that of the mean: it holds Monte Carlo error. With draws it says where the effect lies when
    the parameters are as uncertain as the draws have them: its variance is that of the draws' effects, less what is only luck
    (known when a draw has two replications and more, else left in), and the error of their mean on top.
    """

    draws: int = 0

    @property
    def includes(self) -> str:
        """Which uncertainty the interval holds."""
        return PARAMETERS if self.draws else MONTE_CARLO

    def half(self, pairs: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Half of the interval of differences, shape (pairs, ...) in, (...) out; pairs of one draw stand together."""
        n = pairs.shape[0]
        if not self.draws:
            return np.asarray(half_width(pairs.std(axis=0, ddof=1), n))
        by_draw = pairs.reshape(self.draws, n // self.draws, *pairs.shape[1:])
        whole = by_draw.mean(axis=1).var(axis=0, ddof=1)
        luck = by_draw.var(axis=1, ddof=1).mean(axis=0) / by_draw.shape[1] if by_draw.shape[1] > 1 else 0.0
        return np.asarray(np.sqrt(np.maximum(whole - luck, 0.0) + whole / self.draws) * _quantile(self.draws))

    def half_of(self, table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
        """The same for a table with a level ``replication`` and the levels ``by`` in its index: one row for each of ``by``."""

        groups = table.groupby(level=list(by), sort=False)
        if not self.draws:
            return half_width(groups.std(ddof=1), int(table.index.get_level_values("replication").nunique()))

        def half(group: pd.DataFrame) -> pd.Series:
            pairs = group.sort_index(level="replication").to_numpy(np.float64)
            return pd.Series(self.half(pairs), index=table.columns)

        return pd.DataFrame(groups.apply(half))


def crossed_half(pairs: npt.NDArray[np.float64], draws: int) -> float:
    """Half of the interval of a mean over points that share their luck: settings of uncertain parameters, all run with the same replications.

    Luck that points share does not average out over them, so it is judged on their means, column by column; what the points leave open beyond
    luck of their own comes on top, as draws do in :class:`Design`.

    Args:
        pairs: differences, shape (points, draws x replications), the replications of a draw side by side.
        draws: 1 where the parameters have their own values.

    Returns:
        NaN for a single column, which says nothing about luck.
    """
    points, columns = pairs.shape
    if columns == 1:
        return float("nan")
    shared = float(Design(draws if draws > 1 else 0).half(pairs.mean(axis=0)))
    if points == 1:
        return shared
    parts = np.split(pairs, draws, axis=1)
    replications = columns // draws
    whole = float(np.mean([part.mean(axis=1).var(ddof=1) for part in parts]))
    luck = float(np.mean([left_over(part) for part in parts])) / replications if replications > 1 else 0.0
    open_ = max(whole - luck, 0.0) + whole / points
    return float(np.hypot(shared, np.sqrt(open_) * _quantile(points)))


def left_over(values: npt.NDArray[np.float64]) -> float:
    """Variance that neither point (row) nor replication (column) explains: luck that points do not share."""
    rest = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0, keepdims=True) + values.mean()
    return float((rest**2).sum()) / ((values.shape[0] - 1) * (values.shape[1] - 1))


PLAIN = Design()
"""Pairs at the vintage's own values."""
