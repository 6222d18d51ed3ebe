"""Scenario discovery by PRIM (patient rule induction): the box of parameters in which a reform fails.

Friedman and Fisher (1999): peel thin slices off a box so that the rest holds as many failures as possible. Pasting back what was peeled
too much is done with every bound at once, in either direction. Bryant and Lempert (2010): coverage, density, and quasi-p values for the
parameters that bound it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from agents.mistake import Mistake
from experiments.analysis.box import LEAST, bounded_by, lies_in, quasi_p, search, together

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
FEWEST = 2 * LEAST
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
    box, boxes = search(x, failed)
    inside = lies_in(x, box)
    bounded = bounded_by(box)
    quasi = [quasi_p(x, failed, box, j) for j in bounded]
    table = _bounds([str(varied.columns[j]) for j in bounded], box[bounded], quasi)
    masks, counts = [lies_in(x, one) for one in boxes], [len(bounded_by(one)) for one in boxes]
    chance = None
    if shuffles:
        rng, found = np.random.default_rng(seed), together(inside, failed)
        dealt = (rng.permutation(failed) for _ in range(shuffles))
        as_good = sum(bool(together(lies_in(x, search(x, other)[0]), other) >= found) for other in dealt)
        chance = (1 + as_good) / (shuffles + 1)
    return Discovery(table, inside, failed, _peeling(masks, failed, counts), chance)


def _bounds(names: list[str], box: Floats, quasi: list[float]) -> pd.DataFrame:
    finite = np.where(np.isfinite(box), box, np.nan)
    return pd.DataFrame({"parameter": names, "low": finite[:, 0], "high": finite[:, 1], "quasi_p": quasi})


def _peeling(masks: list[Bools], failed: Bools, counts: list[int]) -> pd.DataFrame:
    rows = [((m & failed).sum() / failed.sum(), failed[m].mean(), m.mean(), n) for m, n in zip(masks, counts, strict=True)]
    return pd.DataFrame(rows, columns=["coverage", "density", "share", "parameters"])
