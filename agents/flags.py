"""Five register flags that mark what stands between a person and work; they cluster in persons.

A combination of flags is a number from 0 to 31, one bit a flag. Joint distributions are made by raking (iterative
proportional fitting): of all distributions with the documented shares of each flag, and of persons with none, one, two and
more, or four, the one nearest to independence.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from agents.mistake import Mistake

Floats = npt.NDArray[np.float64]

FLAGS = ("no_qualification", "poor_physical_health", "psychotropic_medicine", "sentence_served", "placed_as_child")
"""No qualifying education; more than 30 contacts with a doctor in a year; antidepressants or antipsychotics in a year; a
sentence served in five years; placed outside the home as a child (004_107fd277d1b391d8.txt:1459-1462)."""

COMBINATIONS = 2 ** len(FLAGS)
HAS = (np.arange(COMBINATIONS)[:, None] >> np.arange(len(FLAGS)) & 1).astype(bool)
"""Whether a combination has a flag, shape (COMBINATIONS, flags)."""
COUNT_OF = HAS.sum(axis=1)
"""Number of flags of each combination."""

_ROUNDS = 2000


def independent(shares: Floats) -> Floats:
    """Shares of the combinations if flags did not cluster, from the share of each flag."""
    return np.asarray(np.where(HAS, shares, 1 - shares).prod(axis=1))


def rake(
    start: Floats, shares: Floats, none: float | None = None, two_or_more: float | None = None, four: float | None = None
) -> Floats:
    """The distribution nearest to ``start`` with these shares of each flag, and of persons with so many flags.

    Args:
        start: shares of the combinations, shape (COMBINATIONS,).
        shares: share with each flag, shape (flags,).
        none, two_or_more, four: share with no flag, with two and more, with exactly four; None asks for nothing.

    Raises Mistake when no distribution has them.
    """
    return _raked(tuple(start.tolist()), tuple(shares.tolist()), none, two_or_more, four).copy()


@lru_cache(maxsize=64)
def _raked(
    start: tuple[float, ...], shares: tuple[float, ...], none: float | None, two_or_more: float | None, four: float | None
) -> Floats:
    """What :func:`rake` finds; every model of the same parameters asks for the same."""
    joint = np.array(start) / np.sum(start)
    asked: list[tuple[npt.NDArray[np.bool_], float]] = list(zip(HAS.T, shares, strict=True))
    numbers = ((COUNT_OF == 0, none), (COUNT_OF >= 2, two_or_more), (COUNT_OF == 4, four))
    asked += [(group, share) for group, share in numbers if share is not None]
    for _ in range(_ROUNDS):
        before = joint
        for group, share in asked:
            inside = joint[group].sum()
            with_it = share / inside if inside else 0.0
            without_it = (1 - share) / (1 - inside) if inside < 1 else 0.0
            joint = joint * np.where(group, with_it, without_it)
        joint /= joint.sum()
        if np.abs(joint - before).max() < 1e-10:
            break
    worst = max(abs(joint[group].sum() - share) for group, share in asked)
    if not worst < 0.005:
        raise Mistake(f"no distribution of flags has these shares and counts: a share is missed by {worst:.3f}")
    return joint


def clustering(joint: Floats) -> Floats:
    """How much more often each number of flags occurs than if they were independent, by combination."""
    alone = independent(joint @ HAS)
    ratio = np.array([joint[n == COUNT_OF].sum() / alone[n == COUNT_OF].sum() for n in range(len(FLAGS) + 1)])
    return np.asarray(ratio[COUNT_OF])
