"""Where a policy is in force: all municipalities at once, chosen ones, some drawn at random, or one after another."""

import numpy as np
import numpy.typing as npt

from agents.calendar import Month
from agents.luck import ALWAYS, Luck
from agents.mistake import Mistake
from policies.protocol import Policy

_NEVER = 2**15


def joins(policy: Policy, district: npt.NDArray[np.int64], begins: Month) -> npt.NDArray[np.int64]:
    """Month in which each municipality joins a policy, shape of ``district``; a month that never comes for those that do not.

    Who takes part in a trial, and in which order municipalities join, is drawn by practice district (in small runs municipalities
    share caseworkers, and a district cannot be half in a trial) with ``policy.trial_seed``: the same in every replication, under
    every seed of the run.

    Args:
        district: practice district of each municipality, shape (municipalities,).
        begins: first month in force.

    Raises:
        Mistake: for a trial where all municipalities share one district.
    """
    districts = np.unique(district)
    luck = Luck(policy.trial_seed).stream(f"coverage.{policy.name}").uniform(ALWAYS, districts)
    order = districts[np.argsort(luck)]
    takes_part = np.isin(np.arange(1, district.size + 1), policy.municipalities) if policy.municipalities else np.ones(district.size, bool)
    if policy.trial_share < 1:
        if order.size < 2:
            raise Mistake(
                f"policy {policy.name!r}: trial_share = {policy.trial_share:g} needs municipalities with caseworkers of their own; at this scale all share "
                "them: raise the scale (0.1 gives every larger municipality its own)"
            )
        chosen = order[: min(max(1, round(policy.trial_share * order.size)), order.size - 1)]
        takes_part &= np.isin(district, chosen)
    order = order[np.isin(order, district[takes_part])]
    place = {code: number for number, code in enumerate(order.tolist())}
    waits = np.array([place.get(code, 0) * policy.phase_in // max(len(place), 1) for code in district.tolist()])
    return np.where(takes_part, begins + waits, _NEVER)
