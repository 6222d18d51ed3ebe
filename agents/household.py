"""Households: who lives with whom, and whom a partner's income or own wealth bars from kontanthjælp.

Spouses support each other before kontanthjælp does, so the means test is a gate in front of kontanthjælp and
uddannelseshjælp, and a new job of a partner ends them: the documented cause of pauses (004_107fd277d1b391d8.txt:2140-2142).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

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

_STEPS = 2**16
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

    @cached_property
    def edges(self) -> npt.NDArray[np.uint16]:
        """Shares added up along household types in steps of a draw, a row by status and age group, shape (2 S, types - 1)."""
        whole = np.cumsum(self.shares.reshape(-1, len(HOUSEHOLDS)), axis=1)
        return np.asarray(whole[:, :-1] / whole[:, -1:] * _STEPS).round().clip(0, _STEPS - 1).astype(np.uint16)

    @cached_property
    def waits(self) -> npt.NDArray[np.int16]:
        """Months to the next change by draw, shape (_STEPS,): geometric."""
        months = np.log((np.arange(_STEPS) + 0.5) / _STEPS) / np.log1p(-self.change)
        return 1 + np.minimum(months, LONGEST_WAIT).astype(np.int16)

    def barred(self, *, after_change: bool) -> Floats:
        """Share barred by status, under 30 and from 30, shape (S, 2): of those settled in the status (nobody where it is
        means-tested), or right after a change."""
        high = np.where(MEANS_TESTED & (not after_change), 0.0, self.high_income)[:, None]
        by_partner = self.shares[:, :, MARRIED] * high
        return np.asarray(by_partner + (1 - by_partner) * self.wealthy[:, None])


def draw_households(
    margins: HouseholdMargins, status: Codes, under_30: npt.NDArray[np.bool_], month: int, ids: npt.ArrayLike,
    stream: Stream, *, after_change: npt.NDArray[np.bool_] | bool,
) -> dict[str, npt.NDArray[Any]]:
    """Household, partner's income, wealth and months to the next change for each person, as columns.

    With ``after_change`` (for all, or by person) a spouse's income may bar people on means-tested benefits too: they then
    lose the benefit. Without it they have just passed the means test. One draw of 64 bits gives four of 16.
    """
    type_, income, wealth, wait = stream.bits(month, ids).view(np.uint16).reshape(-1, 4).T
    row = margins.edges[status.astype(np.intp) * 2 + ~under_30]
    household = (row[:, 0] <= type_).astype(np.uint8) + (row[:, 1] <= type_) + (row[:, 2] <= type_)
    high = (after_change | ~MEANS_TESTED[status]) & (income < round(margins.high_income * _STEPS))
    return {
        "household": household,
        "partner_income": np.where(household == MARRIED, 1 + high, 0).astype(np.uint8),
        "wealthy": (wealth < (margins.wealthy * _STEPS).round()[status]).astype(np.uint8),
        "wait": margins.waits[wait],
    }


def is_barred(partner_income: Codes, wealthy: Codes) -> npt.NDArray[np.bool_]:
    """Whether the means test bars people from kontanthjælp and uddannelseshjælp."""
    return (partner_income == HIGH) | (wealthy != 0)
