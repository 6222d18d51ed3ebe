"""Households from parameters, and how they change: a partner's income may end kontanthjælp, or open it again."""

import numpy as np
import numpy.typing as npt

from agents.calendar import Month
from agents.column import Store
from agents.household import HOUSEHOLDS, MARRIED, MEANS_TESTED, HouseholdMargins, draw_households, is_barred
from agents.luck import Luck
from agents.mistake import Mistake
from agents.population import AGES
from agents.statuses import CODE, COUNT, NAMES, mask
from sim.parameters import Parameters
from sim.profiles import AGE_STEP, BARRED_STEP, UNDER_30
from sim.rules import Due

Floats = npt.NDArray[np.float64]

_GONE = mask(["dead", "folkepension"])


def read_households(p: Parameters, age: Floats) -> HouseholdMargins:
    """Household margins; ``age`` is the share of each year of age by status, shape (statuses, len(AGES))."""
    whole = np.zeros((COUNT, len(HOUSEHOLDS)))
    for code, name in enumerate(NAMES):
        table = name if f"household.{name}.single" in p else "population"
        whole[code] = [p.share(f"household.{table}.{h}") for h in HOUSEHOLDS]
    empty = np.flatnonzero(whole.sum(axis=1) <= 0)
    if empty.size:
        raise Mistake(f"the shares of household.* of {NAMES[empty[0]]} (or of population) must sum to more than 0")
    whole /= whole.sum(axis=1, keepdims=True)
    years = p.value("household_change.years")
    if years < 1 / 6:
        raise Mistake(f"household_change.years = {years:g}: at least 1/6 (two months)")
    young = age[:, AGES < 30].sum(axis=1)
    return HouseholdMargins(
        shares=_by_age(whole, young, p.value("household_change.married_under_30")),
        high_income=p.share("means_test.partner_income"),
        wealthy=np.where(MEANS_TESTED, 0.0, p.share("means_test.wealth")),
        change=1 / (12 * years),
    )


def _by_age(whole: Floats, young: Floats, odds_ratio: float) -> Floats:
    """Household shares under 30 and from 30 whose mix is ``whole``: the odds of being married differ by a ratio."""
    married = whole[:, MARRIED]
    low, high = np.zeros(COUNT), np.ones(COUNT)
    for _ in range(50):  # bisection on the share married from 30
        older = (low + high) / 2
        younger = odds_ratio * older / (1 - older + odds_ratio * older)
        too_many = young * younger + (1 - young) * older > married
        low, high = np.where(too_many, low, older), np.where(too_many, older, high)
    parts = []
    for share in (younger, older):
        part = whole * ((1 - share) / np.maximum(1 - married, 1e-12))[:, None]
        part[:, MARRIED] = share
        parts.append(part)
    return np.stack(parts, axis=1)


class Households:
    """Changes of households, by the month in which they come."""

    def __init__(self, store: Store, margins: HouseholdMargins, luck: Luck) -> None:
        self._store = store
        self._margins = margins
        self._stream = luck.stream("household")

    def live(self, now: Month, profile: npt.NDArray[np.uint8]) -> list[Due]:
        """Let this month's changes happen and bring ``profile`` up to date; returns who loses a means-tested benefit."""
        store = self._store
        rows = np.flatnonzero(store["household_until"] == now)
        status = store["status"][rows]
        rows, status = rows[~_GONE[status]], status[~_GONE[status]]
        before = profile[rows]
        settled = store["since"][rows] != now  # whoever got a benefit this month has passed the means test
        drawn = draw_households(
            self._margins, status, UNDER_30[before // AGE_STEP], now, rows, self._stream, after_change=settled
        )
        for name in ("household", "partner_income", "wealthy"):
            store[name][rows] = drawn[name]
        store["household_until"][rows] = now + drawn["wait"]
        barred = is_barred(drawn["partner_income"], drawn["wealthy"])
        profile[rows] = before + np.uint8(BARRED_STEP) * (barred.astype(np.uint8) - before // BARRED_STEP % 2)
        loses = rows[MEANS_TESTED[status] & barred]
        return [Due(loses, np.full(loses.size, CODE["self_support"], np.uint8), "rule:means test")] if loses.size else []
