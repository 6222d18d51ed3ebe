"""Who gains: work, benefits, months of support and disposable income by group of people, at the months that reports show.

Groups are fixed at the start (age, time on support and income decile are those of then), so a reform changes what becomes of a group and
not who is in it. Who comes later (18-year-olds, immigrants) is a group of its own by age, support and income.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from agents.calendar import Month, timestamps
from agents.citizen import AGE_BANDS, ORIGINS, REGIONS, SEXES
from agents.column import Store
from agents.flags import COUNT_OF, FLAGS
from agents.measures import FULL_TIME, NO_MEASURE
from agents.money import OERE
from agents.past_support import IS_SUPPORT, months_supported
from agents.statuses import CODE, COUNT, FAMILIES, STATUSES
from sim.accounts import read_wages
from sim.benefit_law import BenefitLaw, LawBook
from sim.parameters import Parameters
from sim.tally import REFUND_CELLS

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint8]

REPORTED = (12, 60, 120)
"""Months after which groups are counted, besides the last."""
LATER = "came_later"
RESIDENTS, MONTHS, INCOME = "residents", "months_supported", "disposable_income"
OUTCOMES = (RESIDENTS, *FAMILIES, MONTHS, INCOME)
"""Persons there, persons by family of statuses, months of support in the last twelve, and disposable income a month in DKK."""

DIMENSIONS: dict[str, tuple[str, ...]] = {
    "sex": SEXES,
    "age": (*(f"{low}-{high - 1}" for low, high in zip(AGE_BANDS, (*AGE_BANDS[1:], 66), strict=True)), LATER),
    "origin": ("danish", "western", "non_western"),
    "education": ("qualified", "no_qualification"),
    "region": REGIONS,
    "barriers": ("0", "1", "2", "3+"),
    "support": ("none", "up_to_1_year", "1_to_4_years", "over_4_years", LATER),
    "income": (*(str(decile) for decile in range(1, 11)), LATER),
}
"""Groups by dimension: age, months supported in the five years before and income decile are those at the start."""
_FAMILY_OF = np.array([list(FAMILIES).index(s.family) if s.family in FAMILIES else len(FAMILIES) for s in STATUSES])
_EMPLOYMENT, _FLEKSJOB = CODE["employment"], CODE["fleksjob"]


class Groups:
    """Counts outcomes by group."""

    def __init__(
        self, citizens: Store, cell: npt.NDArray[np.int32], p: Parameters, region: npt.NDArray[np.integer],
        tie: Floats, start: Month, months: int, weight: float,
    ) -> None:
        """``cell`` of each row at the start, ``region`` of each municipality, ``tie``: a draw a row that orders equal incomes. Deciles
        are those under the vintage's own law, so that a reform changes nobody's."""
        self._citizens, self._weight = citizens, weight
        self._wages = read_wages(p.unchanged()).astype(np.float32)
        self._old_scheme = p.month("fleksjob_pay.old_until")
        self._start, self._when = start, {*(m for m in REPORTED if m <= months), months}
        self._counted: list[tuple[Month, str, Floats]] = []
        self._group = self._grouped(cell, LawBook(p.unchanged()).at(start), region, tie)
        self._wages = read_wages(p).astype(np.float32)

    def _grouped(self, cell: npt.NDArray[np.int32], law: BenefitLaw, region: npt.NDArray[np.integer], tie: Floats) -> dict[str, Codes]:
        c, there = self._citizens, cell >= 0
        age = (self._start - c["birth_month"].astype(np.int64)) // 12
        band = np.clip(np.searchsorted(AGE_BANDS, age, side="right") - 1, 0, len(AGE_BANDS) - 1)
        supported = months_supported(c["support"], self._start - 1 - c["since"].astype(np.int64), IS_SUPPORT[c["status"]], 60)
        steps = np.digitize(supported, [1, 13, 49])
        income = self.income(cell, law)
        decile = np.full(c.size, 10)
        rows = np.flatnonzero(there)
        order = rows[np.lexsort((tie[rows], income[rows]))]
        decile[order] = np.arange(order.size) * 10 // max(order.size, 1)
        origin = np.array([0, 1, 1, 2, 2])[c["origin"]]
        assert len(ORIGINS) == 5
        found = {
            "sex": c["sex"], "age": np.where(there, band, len(AGE_BANDS)), "origin": origin,
            "education": (c["flags"] >> FLAGS.index("no_qualification")) & 1,
            "region": region[c["municipality"].astype(np.int64) - 1], "barriers": np.minimum(COUNT_OF[c["flags"]], 3),
            "support": np.where(there, steps, 4), "income": decile,
        }
        return {name: np.asarray(codes, np.uint8) for name, codes in found.items()}

    def income(self, cell: npt.NDArray[np.int32], law: BenefitLaw) -> npt.NDArray[np.float32]:
        """Disposable income of each row a month, DKK; 0 for those who are not there and for self-support. Sanctions of the month
        are left out."""
        c = self._citizens
        there = cell >= 0
        benefit = law.benefit.ravel()
        by_cell = law.tax.after_tax(np.zeros(benefit.size), benefit).astype(np.float32)
        found = np.where(there, by_cell[np.maximum(cell, 0) // REFUND_CELLS], np.float32(0))
        rows = np.flatnonzero(c["status"] == _EMPLOYMENT)
        after_tax = law.tax.after_tax(self._wages, np.zeros_like(self._wages)).astype(np.float32)
        found[rows] = after_tax[c["person_class"][rows], c["wage_rank"][rows]]
        rows = np.flatnonzero(c["status"] == _FLEKSJOB)
        wage, subsidy, _ = law.fleksjob(c["fleks_hours"][rows], c["since"][rows] <= self._old_scheme)
        found[rows] = law.tax.after_tax(wage, subsidy)
        rows = np.flatnonzero((c["paid_hours"] > 0) & there)
        hours = c["paid_hours"][rows] * law.month_hours / FULL_TIME
        own = benefit[cell[rows] // REFUND_CELLS]
        found[rows] = law.tax.after_tax(hours * law.hour, own - law.offset(c["status"][rows], own, hours))
        rows = np.flatnonzero((c["measure"] != NO_MEASURE) & there)
        supplement = law.supplement[c["status"][rows], c["measure"][rows].astype(np.int64) - 1]
        found[rows] += supplement * (1 - sum(law.tax.on_top))
        return found

    def close_month(self, now: Month, cell: npt.NDArray[np.int32], law: BenefitLaw) -> None:
        """Count, in months that are reported."""
        if now - self._start + 1 not in self._when:
            return
        c, there = self._citizens, cell >= 0
        rows = np.flatnonzero(there)
        status = c["status"][rows]
        family = _FAMILY_OF[status]
        months = months_supported(c["support"][rows], now - c["since"][rows].astype(np.int64), IS_SUPPORT[status], 12)
        oere = np.rint(self.income(cell, law)[rows].astype(np.float64) * OERE)
        for name, groups in DIMENSIONS.items():
            group = self._group[name][rows].astype(np.int64)
            table = np.zeros((len(groups), len(OUTCOMES)))
            counts = np.bincount(group * (len(FAMILIES) + 1) + family, minlength=len(groups) * (len(FAMILIES) + 1))
            by_family = counts.reshape(len(groups), -1)
            table[:, 0] = by_family.sum(axis=1)
            table[:, 1 : len(FAMILIES) + 1] = by_family[:, :-1]
            table[:, -2] = np.bincount(group, months, len(groups))
            table[:, -1] = np.bincount(group, oere, len(groups)) / OERE
            self._counted.append((now, name, table))

    def table(self) -> pd.DataFrame:
        """Tidy groups: month, dimension, group, outcome, citizens simulated in the group, value (a sum, for all of Denmark)."""
        columns = ["month", "dimension", "group", "outcome", "citizens", "value"]
        if not self._counted:
            return pd.DataFrame(columns=columns)
        keys = [(now, name, group) for now, name, table in self._counted for group in DIMENSIONS[name]]
        months, dimensions, groups = (np.repeat(key, len(OUTCOMES)) for key in zip(*keys, strict=True))
        values = np.concatenate([table for *_, table in self._counted])
        found = (
            timestamps(months), dimensions, groups, np.tile(OUTCOMES, len(keys)),
            np.repeat(values[:, 0].astype(np.int64), len(OUTCOMES)), (values * self._weight).ravel(),
        )
        return pd.DataFrame(dict(zip(columns, found, strict=True)))


assert len(STATUSES) == COUNT
