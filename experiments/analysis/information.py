"""Value of information: what it would be worth, in the outcome's own unit, to know an uncertain parameter before deciding.

The expected value of perfect information on one parameter (EVPPI) follows Strong, Oakley and Brennan (2014): payoffs are regressed on
the parameter by a spline, for what an option is expected to bring once the parameter is known. Cross-validation keeps the spline from
fitting luck, whose largest values would count as worth; what luck is still worth says a zero line: the most that any of the parameters
gets with payoffs dealt to worlds at random, since of hundreds of parameters some look valuable by luck alone. With few worlds values are rather too low than too high, since the spline is smoothed, and what is decided without
knowing more is chosen in the same worlds.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from agents.mistake import Mistake
from experiments.analysis.cases import Decision

Floats = npt.NDArray[np.float64]
FEWEST = 20
"""So few worlds tell nothing."""
_KNOTS = 5
_PENALTIES = np.logspace(-3, 4, 15)


@dataclass(frozen=True)
class Information:
    """What knowing would be worth.

    Attributes:
        best: the option that is best on average: what is decided without knowing more (row of :attr:`Decision.options`).
        perfect_low, perfect_high: the value of knowing everything (EVPI) lies between these; they differ by what luck leaves open (the
            upper one takes luck for something that could be known). The lower is NaN with one replication.
        table: a row an uncertain parameter, the most valuable first: ``parameter``, ``value`` (EVPPI), ``se`` (standard
            error), ``matters`` (value above ``zero``), ``changes`` (share of worlds in which another option would be taken).
        zero: what the most valuable of as many parameters without meaning stays under in 95 % of cases.
    """

    best: int
    perfect_low: float
    perfect_high: float
    table: pd.DataFrame
    zero: float


def value_of_information(decision: Decision, outcome: str, better: int, seed: int, resamples: int = 100) -> Information:
    """EVPI and each parameter's EVPPI for a decision on one outcome.

    Args:
        better: +1 when more of the outcome is better, -1 when less is.
        seed, resamples: of the bootstrap and of the zero line.

    Raises:
        Mistake: for too few worlds, or when no uncertain parameter differs between them.
    """
    payoffs = decision.payoffs(outcome, better)
    if len(payoffs) < FEWEST:
        raise Mistake(f"{len(payoffs)} worlds are too few for the value of information; {FEWEST} are needed, 200 and more are good")
    if decision.worlds.shape[1] == 0:
        raise Mistake("no uncertain parameter differs between worlds: there is nothing to know")
    best = int(payoffs.mean(axis=0).argmax())
    against = payoffs - payoffs[:, [best]]
    rng = np.random.default_rng(seed)
    deals = rng.permuted(np.tile(np.arange(len(payoffs)), (resamples, 1)), axis=1).T
    found = {name: _evppi(column.to_numpy(np.float64), against, deals, rng) for name, column in decision.worlds.items()}
    table = pd.DataFrame([(name, *row) for name, (row, _) in found.items()], columns=["parameter", "value", "se", "changes"])
    largest = np.sort(np.max([dealt for _, dealt in found.values()], axis=0))
    zero = float(largest[min(resamples, int(np.ceil(0.95 * (resamples + 1)))) - 1])  # one more value is above in at most 5 %
    table.insert(3, "matters", table["value"] > zero)
    low = _without_luck(better * decision.of(outcome))
    return Information(best, low, float(against.max(axis=1).mean()), table.sort_values("value", ascending=False, kind="stable", ignore_index=True), zero)


def _evppi(parameter: Floats, payoffs: Floats, deals: npt.NDArray[np.int64], rng: np.random.Generator) -> tuple[tuple[float, float, float], Floats]:
    """Value, standard error and how often the decision changes; and the values with payoffs dealt to worlds as ``deals`` says (worlds,
    resamples). ``payoffs`` (worlds, options) are against the best."""
    worlds, resamples = deals.shape
    basis = _basis(parameter)
    expected = _fit(basis, payoffs)
    rest = payoffs - expected
    gains = expected.max(axis=1) - expected[:, expected.mean(axis=0).argmax()]

    def values(many: Floats) -> Floats:
        """EVPPI of resampled payoffs, shape (worlds, resamples, options)."""
        fitted = _fit(basis, many.reshape(worlds, -1)).reshape(many.shape)
        return np.asarray(fitted.max(axis=2).mean(axis=0) - fitted.mean(axis=0).max(axis=1))

    again = values(expected[:, None] + rest[rng.integers(worlds, size=(worlds, resamples))])
    error = np.hypot(again.std(ddof=1), gains.std(ddof=1) / np.sqrt(worlds))
    return (float(gains.mean()), float(error), float((gains > 0).mean())), values(payoffs[deals])


def _basis(parameter: Floats) -> Floats:
    """Cubic splines over the parameter's ranks, so that neither its scale nor its shape matters: (worlds, functions)."""
    from scipy.stats import rankdata
    from sklearn.preprocessing import SplineTransformer

    ranks = rankdata(parameter)[:, None]
    return np.asarray(SplineTransformer(_KNOTS, include_bias=False).fit_transform(ranks))


def _fit(basis: Floats, values: Floats) -> Floats:
    """Values (worlds, targets) smoothed over the basis, each target with its own penalty by cross-validation."""
    from sklearn.linear_model import RidgeCV

    model = RidgeCV(_PENALTIES, alpha_per_target=True).fit(basis, values)
    return np.asarray(model.predict(basis)).reshape(values.shape)


def _without_luck(payoffs: Floats) -> float:
    """EVPI with the option of each world chosen by other replications than those that tell what it brings: never too large on average."""
    replications = payoffs.shape[2]
    if replications < 2:
        return float("nan")
    others = (payoffs.sum(axis=2, keepdims=True) - payoffs) / (replications - 1)
    chosen = np.take_along_axis(payoffs, others.argmax(axis=1)[:, None], axis=1)[:, 0]
    return max(0.0, float(chosen.mean() - payoffs.mean(axis=(0, 2)).max()))
