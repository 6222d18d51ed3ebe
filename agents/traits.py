"""Traits of a person that no move depends on yet: register flags, addiction, debt, homelessness, how one rates one's health.

They are drawn for the people of the start population given their status, so that what is documented of a status holds,
and they cluster: whoever has many register flags more often has the others too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import gammaincinv

from agents.flags import COMBINATIONS, COUNT_OF
from agents.luck import Luck
from agents.population import matched, quota, take_evenly
from agents.statuses import STATUSES

Floats = npt.NDArray[np.float64]

BINARY = ("addiction", "debtor", "homeless", "poor_mental_health", "poor_physical_health_rated")
"""Ever misused alcohol or drugs; owes the public sector; homeless; rates the own mental, the own physical health as poor."""
_NOT_BELOW = 1e-12


@dataclass(frozen=True)
class TraitMargins:
    """What traits agree with. S = number of statuses.

    Attributes:
        flags: share of each combination of register flags given status, shape (S, COMBINATIONS).
        shares: share of people with each trait of ``BINARY`` given status, each of shape (S,).
        odds: how much a register flag multiplies the odds of each trait of ``BINARY``.
        debt: scale, shape and power of the debt of debtors: scale x G ** (1 / power) DKK, G a gamma variable of the shape.
    """

    flags: Floats
    shares: Mapping[str, Floats]
    odds: float
    debt: tuple[float, float, float]

    def chances(self, trait: str, code: int) -> Floats:
        """Chance of a trait by combination of flags for people of a status; its mean over them is the share."""
        weight, share = self.flags[code], float(self.shares[trait][code])
        factor = self.odds**COUNT_OF
        low, high = 0.0, 1e6
        for _ in range(100):
            base = np.sqrt(max(low, _NOT_BELOW) * high)
            too_many = float(weight @ (base * factor / (1 + base * factor))) > share * weight.sum()
            low, high = (low, base) if too_many else (base, high)
        return np.asarray(base * factor / (1 + base * factor))


def debt_quantile(margins: TraitMargins, u: Floats) -> Floats:
    """Debt in DKK below which a share ``u`` of debtors lies."""
    scale, shape, power = margins.debt
    return np.asarray(scale * gammaincinv(shape, u) ** (1 / power))


def draw_traits(
    margins: TraitMargins, status: npt.NDArray[np.uint8], adults: int, luck: Luck, month: int = 0
) -> dict[str, npt.NDArray[Any]]:
    """Columns ``flags``, ``public_debt`` and those of ``BINARY`` but debtor for everybody.

    Args:
        margins: what to agree with.
        status: status code of each person.
        adults: how many come first for whom numbers are matched to the margins within their status; for the others, the
            18-year-olds to come, traits are drawn, so that nobody depends on how many will come.
        luck: where draws come from.
        month: key of the draws.
    """
    ids = np.arange(status.size)
    streams = {name: luck.stream(f"traits.{name}") for name in ("flags", *BINARY, "debt")}
    has = {name: np.zeros(status.size, bool) for name in BINARY}
    flags = np.zeros(status.size, np.uint8)
    for code in range(len(STATUSES)):
        rows = np.flatnonzero(status[:adults] == code)
        if rows.size:
            flags[rows] = matched(quota(margins.flags[code], rows.size), rows, streams["flags"], month)
        later = adults + np.flatnonzero(status[adults:] == code)
        if later.size:
            edges = np.cumsum(margins.flags[code]) / margins.flags[code].sum()
            found = np.searchsorted(edges, streams["flags"].uniform(month, later), side="right")
            flags[later] = np.minimum(found, COMBINATIONS - 1)
        for name in BINARY:
            chance = margins.chances(name, code)
            if rows.size:
                count = round(float(margins.shares[name][code]) * rows.size)
                groups = [flags[rows].astype(np.int64)]
                taken = take_evenly(chance[flags[rows]], groups, count, streams[name].bits(month, rows))
                has[name][rows] = taken > 0
            has[name][later] = streams[name].uniform(month, later) < chance[flags[later]]
    debt = np.where(has["debtor"], debt_quantile(margins, streams["debt"].uniform(month, ids)), 0.0)
    columns = {name: has[name].astype(np.uint8) for name in BINARY if name != "debtor"}
    return {"flags": flags, "public_debt": np.ceil(debt).astype(np.int32), **columns}
