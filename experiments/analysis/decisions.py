"""Decisions under deep uncertainty: regret, satisficing, and the options that nothing beats on all outcomes.

Every world counts alike. Where worlds are draws of the uncertain parameters their shares estimate probabilities; where they are a grid
they are shares of the grid.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from experiments.analysis.cases import Decision
from experiments.analysis.condition import Condition
from experiments.intervals import LEVEL

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def regret(decision: Decision, outcome: str, better: int) -> pd.DataFrame:
    """What each option loses against the best one of each world, in the outcome's unit.

    Args:
        better: +1 when more of the outcome is better, -1 when less is.

    Returns:
        A row an option (:attr:`Decision.options`): ``option``, ``mean``, ``p90`` (90 % of worlds have at most that), ``max``,
        ``worst_world`` (row of :attr:`Decision.worlds` in which it is largest), ``best`` (share of worlds in which it is the best, shared
        where several are), ``luck`` (standard error that luck gives the regret in one world; NaN with one replication).
    """
    payoffs = decision.payoffs(outcome, better)
    lost = payoffs.max(axis=1, keepdims=True) - payoffs
    is_best = lost <= 1e-12 * np.abs(payoffs).max()
    return pd.DataFrame({
        "option": np.arange(payoffs.shape[1]), "mean": lost.mean(axis=0), "p90": np.quantile(lost, 0.9, axis=0), "max": lost.max(axis=0),
        "worst_world": lost.argmax(axis=0), "best": (is_best / is_best.sum(axis=1, keepdims=True)).mean(axis=0),
        "luck": _luck(decision.of(outcome), payoffs.argmax(axis=1)),
    })  # fmt: skip


def satisficing(decision: Decision, enough: Condition) -> pd.DataFrame:
    """Share of worlds in which each option does enough, with its 95 % interval (Wilson's, of worlds that are draws).

    Returns:
        A row an option: ``option``, ``share``, ``low``, ``high``.
    """
    holds = enough.holds({name: decision.of(name).mean(axis=2) for name in enough.names})
    share, n = holds.mean(axis=0), len(holds)
    z2 = float(ndtri((1 + LEVEL) / 2)) ** 2 / n
    middle, half = (share + z2 / 2) / (1 + z2), np.sqrt(z2 * (share * (1 - share) + z2 / 4)) / (1 + z2)
    return pd.DataFrame({"option": np.arange(share.size), "share": share, "low": middle - half, "high": middle + half})


def pareto(decision: Decision, better: Mapping[str, int]) -> pd.DataFrame:
    """Which options nothing beats: no other is at least as good on every outcome and better on one.

    Args:
        better: by outcome that counts, +1 or -1.

    Returns:
        A row each (option, outcome): ``option``, ``outcome``, ``mean`` over worlds, ``low``, ``high`` (where 95 % of worlds lie),
        ``efficient`` (nothing beats the option's means) and ``dominated`` (share of worlds in which something beats it).
    """
    worlds = np.stack([decision.payoffs(outcome, sign) for outcome, sign in better.items()], axis=2)
    efficient, dominated = ~_beaten(worlds.mean(axis=0)[None])[0], _beaten(worlds).mean(axis=0)
    tables = []
    for outcome in better:
        values = decision.payoffs(outcome, 1)
        low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
        tables.append(pd.DataFrame({
            "option": np.arange(values.shape[1]), "outcome": outcome, "mean": values.mean(axis=0), "low": low, "high": high,
            "efficient": efficient, "dominated": dominated,
        }))  # fmt: skip
    return pd.concat(tables, ignore_index=True)


def _luck(differences: Floats, best: npt.NDArray[np.int64]) -> Floats:
    """Standard error of an option's distance from the best of a world (root mean square over worlds); options share their luck."""
    replications = differences.shape[2]
    if replications < 2:
        return np.full(differences.shape[1], np.nan)
    distance = np.take_along_axis(differences, best[:, None, None], axis=1) - differences
    return np.asarray(np.sqrt(distance.var(axis=2, ddof=1).mean(axis=0) / replications))


def _beaten(values: Floats) -> Bools:
    """Whether another option is at least as good on all outcomes and better on one: (worlds, options, outcomes) in, (worlds, options) out."""
    mine, others = values[:, :, None], values[:, None]
    beats = np.asarray((others >= mine).all(axis=3)) & np.asarray((others > mine).any(axis=3))
    return np.asarray(beats.any(axis=2))
