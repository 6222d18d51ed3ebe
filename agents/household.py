"""Households: who lives with whom, and whom a partner's income or own wealth bars from kontanthjælp.

Spouses support each other before kontanthjælp does, so the means test is a gate in front of kontanthjælp and
uddannelseshjælp, and a new job of a partner ends them: the documented cause of pauses (004_107fd277d1b391d8.txt:2140-2142).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from agents.column import Rows, Store
from agents.luck import Stream
from agents.statuses import STATUSES

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint8]

HOUSEHOLDS = ("single", "cohabiting_no_common_children", "cohabiting_common_children", "married")
"""Household types of Bilag 3.8 (004_107fd277d1b391d8.txt:2267-2270;2334-2337)."""
MARRIED = HOUSEHOLDS.index("married")
PARTNER_INCOMES = ("no_spouse", "low", "high")
"""Income of a spouse: ``high`` bars kontanthjælp."""
HIGH = PARTNER_INCOMES.index("high")

MEANS_TESTED = np.array([s.family in ("kontanthjaelp", "uddannelseshjaelp") for s in STATUSES])
"""Statuses that only those may have whom the means test does not bar, by code."""

STREAMS = ("household", "partner_income", "wealth", "change")
LONGEST_WAIT = 1200
"""Months: nobody's household stays as it is for longer."""


@dataclass(frozen=True)
class HouseholdMargins:
    """What households agree with. S = number of statuses.

    Attributes:
        shares: share of each household type by status, under 30 and from 30, shape (S, 2, len(HOUSEHOLDS)).
        high_income: share of spouses whose income bars kontanthjælp.
        wealthy: share barred by own wealth by status, shape (S,); 0 where the benefit is means-tested.
        change: chance in a month that the household or a partner's income changes.
    """

    shares: Floats
    high_income: float
    wealthy: Floats
    change: float

    def barred(self, *, after_change: bool) -> Floats:
        """Share barred by status, under 30 and from 30, shape (S, 2): of those settled in the status (nobody where it is
        means-tested), or right after a change."""
        high = np.where(MEANS_TESTED & (not after_change), 0.0, self.high_income)[:, None]
        by_partner = self.shares[:, :, MARRIED] * high
        return np.asarray(by_partner + (1 - by_partner) * self.wealthy[:, None])


def draw_households(
    margins: HouseholdMargins, status: Codes, under_30: npt.NDArray[np.bool_], month: int, ids: npt.ArrayLike,
    streams: Mapping[str, Stream], *, after_change: npt.NDArray[np.bool_] | bool,
) -> dict[str, npt.NDArray[Any]]:
    """Household, partner's income, wealth and months to the next change for each person, as columns.

    With ``after_change`` (for all, or by person) a spouse's income may bar people on means-tested benefits too: they then
    lose the benefit. Without it they have just passed the means test.
    """
    cumulated = np.cumsum(margins.shares[status, np.where(under_30, 0, 1)], axis=1)
    u = streams["household"].uniform(month, ids)[:, None] * cumulated[:, -1:]
    household = np.minimum((cumulated <= u).sum(axis=1), len(HOUSEHOLDS) - 1)
    may_be_high = after_change | ~MEANS_TESTED[status]
    high = may_be_high & (streams["partner_income"].uniform(month, ids) < margins.high_income)
    wait = np.log1p(-streams["change"].uniform(month, ids)) / np.log1p(-margins.change)
    return {
        "household": household.astype(np.uint8),
        "partner_income": np.where(household == MARRIED, 1 + high, 0).astype(np.uint8),
        "wealthy": (streams["wealth"].uniform(month, ids) < margins.wealthy[status]).astype(np.uint8),
        "wait": 1 + np.minimum(np.floor(wait), LONGEST_WAIT).astype(np.int16),
    }


def is_barred(store: Store, rows: Rows) -> npt.NDArray[np.bool_]:
    """Whether the means test bars each of the rows from kontanthjælp and uddannelseshjælp."""
    return (store["partner_income"][rows] == HIGH) | (store["wealthy"][rows] != 0)
