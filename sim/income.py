"""What a type case has left a month, on a benefit and at work: the gain from working, hour by hour.

The same law and the same tables as the accounts (:mod:`sim.benefit_law`); debt, transport and what is lost of housing support and
day-care subsidies come on top and are assumptions (parameters ``life``).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from agents.measures import FULL_TIME
from agents.mistake import Mistake, unknown
from agents.statuses import CODE
from sim.benefit_law import AGE_CLASSES, BENEFITS, FAMILIES, BenefitLaw
from sim.parameters import Parameters

Floats = npt.NDArray[np.float64]

COLUMNS = ("hours", "pay", "benefit", "tax", "costs", "disposable", "gain", "gain_per_hour", "participation_tax_rate")


@dataclass(frozen=True)
class TypeCase:
    """Somebody: which benefit, how old, in which household, with what besides.

    Attributes:
        status: benefit, by the name of its status.
        age: years.
        family: one of ``sim.benefit_law.FAMILIES``.
        children: whether children live at home.
        debt: whether the person owes the public.
        hourly: wage an hour in DKK; None for that of the parameters.
    """

    status: str = "kontanthjaelp_jobparat"
    age: int = 35
    family: str = "single"
    children: bool = False
    debt: bool = False
    hourly: float | None = None

    def check(self) -> None:
        """Raises Mistake for a type case that cannot be."""
        if self.status not in BENEFITS:
            raise unknown("benefit", self.status, BENEFITS)
        if self.family not in FAMILIES:
            raise unknown("family", self.family, FAMILIES)
        if not 18 <= self.age <= 66:
            raise Mistake(f"age {self.age}: must be 18 to 66")
        if self.hourly is not None and not 50 <= self.hourly <= 1000:
            raise Mistake(f"hourly wage {self.hourly:g}: must be 50 to 1000 DKK")

    def benefit(self, law: BenefitLaw) -> float:
        """Benefit before tax a month without earnings, DKK."""
        age = 0 if self.age < 25 else 1 if self.age < 30 else 2
        assert len(AGE_CLASSES) == 3
        return float(law.benefit[CODE[self.status], age, FAMILIES.index(self.family), int(self.children)])


def income_by_hours(case: TypeCase, law: BenefitLaw, p: Parameters, *, hours: npt.ArrayLike = tuple(range(FULL_TIME + 1)), at_work: bool = False) -> pd.DataFrame:
    """What is left a month by paid hours a week: columns COLUMNS, amounts in DKK a month, rates as shares.

    Args:
        case: who.
        law: the law of the month.
        p: parameters of what else costs.
        hours: paid hours a week, 0 to 37.
        at_work: the benefit has been left: with any hours there is none. Otherwise the hours are beside it.

    ``gain`` is against no hours, ``gain_per_hour`` that an hour paid; the participation tax rate is the part of the pay that does not
    reach the disposable income.
    """
    case.check()
    week = np.ravel(np.asarray(hours, np.float64))
    if not ((week >= 0) & (week <= FULL_TIME)).all():
        raise Mistake(f"hours must lie between 0 and {FULL_TIME} a week")
    month = week * law.month_hours / FULL_TIME
    pay = month * (law.hour if case.hourly is None else case.hourly)
    full = case.benefit(law)
    beside = full - law.offset(np.full(week.size, CODE[case.status]), np.full(week.size, full), month, case.hourly)
    benefit = np.where(week > 0, 0.0, full) if at_work else beside
    municipal, state = law.tax.taxes(pay, benefit)
    taxed = municipal + state
    after = pay + benefit - taxed
    transport = p.value("life.transport") * week / FULL_TIME
    lost = p.share("life.support_lost") * pay
    repaid = p.share("life.debt_share") * np.maximum(after - transport - lost, 0) if case.debt and at_work else np.zeros(week.size)
    costs = transport + lost + np.where(week > 0, repaid, 0.0)
    disposable = after - costs
    idle = float(law.tax.after_tax(0.0, full))
    gain = disposable - idle
    with np.errstate(divide="ignore", invalid="ignore"):
        per_hour = np.where(month > 0, gain / month, np.nan)
        rate = np.where(pay > 0, 1 - gain / pay, np.nan)
    values = (week, pay, benefit, taxed, costs, disposable, gain, per_hour, rate)
    return pd.DataFrame(dict(zip(COLUMNS, values, strict=True)))


def value_of_a_year(case: TypeCase, law: BenefitLaw, pay: float, activation: float = 0.0) -> dict[str, float]:
    """What the public gains when somebody works a year for ``pay`` a month instead of having a benefit, DKK a year (``activation`` too): benefit saved, activation saved, taxes
    gained, clawback gained, and all together."""
    benefit = case.benefit(law)
    taxes = sum(float(t) for t in law.tax.taxes(pay, 0.0)) - sum(float(t) for t in law.tax.taxes(0.0, benefit))
    left = float(law.tax.after_tax(pay, 0.0) - law.tax.after_tax(0.0, benefit))
    parts = {"benefit": 12 * benefit, "activation": activation, "tax": 12 * taxes, "clawback": 12 * left * law.consumption}
    return parts | {"all": sum(parts.values())}
