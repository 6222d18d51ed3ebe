"""Five register flags that mark what stands between a person and work; they cluster in persons.

A combination of flags is a number from 0 to 31, one bit a flag. Joint distributions are made by raking (iterative
proportional fitting): of all distributions with the documented shares of each flag, and of persons with none, one, or two
and more, the one nearest to independence.
"""

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


def rake(start: Floats, shares: Floats, none: float | None = None, two_or_more: float | None = None) -> Floats:
    """The distribution nearest to ``start`` with these shares of each flag, and of persons with no and with several flags.

    Raises Mistake when no distribution has them.
    """
    joint = start / start.sum()
    groups = [COUNT_OF == 0, COUNT_OF == 1, COUNT_OF >= 2]
    wanted = [none, None if none is None or two_or_more is None else 1 - none - two_or_more, two_or_more]
    for _ in range(_ROUNDS):
        before = joint
        for flag, share in enumerate(shares):
            inside = joint[HAS[:, flag]].sum()
            with_it = share / inside if inside else 0.0
            without_it = (1 - share) / (1 - inside) if inside < 1 else 0.0
            joint = joint * np.where(HAS[:, flag], with_it, without_it)
        for group, share in zip(groups, wanted, strict=True):
            if share is not None:
                joint[group] *= share / joint[group].sum()
        joint /= joint.sum()
        if np.abs(joint - before).max() < 1e-10:
            break
    worst = np.abs(joint @ HAS - shares).max()
    if not worst < 0.005:
        raise Mistake(f"no distribution of flags has these shares and counts: a share is missed by {worst:.3f}")
    return joint


def clustering(joint: Floats) -> Floats:
    """How much more often each number of flags occurs than if they were independent, by combination."""
    alone = independent(joint @ HAS)
    ratio = np.array([joint[n == COUNT_OF].sum() / alone[n == COUNT_OF].sum() for n in range(len(FLAGS) + 1)])
    return np.asarray(ratio[COUNT_OF])
