"""What a citizen's benefit is a month under the law of a scenario, policies included."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from agents.calendar import month
from agents.household import HOUSEHOLDS, PARTNER_INCOMES
from agents.statuses import CODE
from experiments.summary import scenario_of
from policies.registry import Registry
from sim.benefit_law import AGE_CLASSES, FAMILY_OF, LawBook

_FROM_AGE = (25, 30)
_CHILDREN = "cohabiting_common_children"
"""The one household type of which a register knows that children live there."""


def benefits_of(told: dict[str, Any], start: str, months: int) -> npt.NDArray[np.float64]:
    """Benefits before tax in DKK a month: shape (months, statuses, age classes, families, provider or not).

    ``told`` is what a summary tells of the scenario. Raises Mistake when one of its policies is not known here.
    """
    scenario = scenario_of(told, months)
    p = scenario.read_parameters()
    laws = LawBook(p, scenario.make_policies(_registry()))
    first = month(start[:7])
    return np.stack([laws.at(first + m).benefit for m in range(months)])


@lru_cache(maxsize=1)
def _registry() -> Registry:
    return Registry()


def amounts(person: Mapping[str, Any], status: pd.DataFrame, benefits: npt.NDArray[np.float64], start: pd.Timestamp) -> pd.DataFrame:
    """What a person gets in benefits before tax, by month of the run: month, amount (0 without a benefit of one's own).

    The household is that of the end of the run; children are known of couples with common children only. A fleksjob's subsidy depends on
    hours that the register does not hold: missing.

    Args:
        person: attributes. status: the person's spells of status. benefits: see :func:`benefits_of`.
    """
    months = pd.date_range(start, periods=len(benefits), freq="MS")
    spells = status.sort_values("start")
    at = np.searchsorted(spells["start"].to_numpy(), months.to_numpy(), side="right") - 1
    code = np.array([CODE[str(v)] for v in spells["value"]])[np.maximum(at, 0)]
    years = (months.year - person["birth_month"].year) - (months.month < person["birth_month"].month)
    age = np.digitize(years, _FROM_AGE)
    assert len(AGE_CLASSES) == len(_FROM_AGE) + 1
    family = FAMILY_OF[HOUSEHOLDS.index(person["household"]), PARTNER_INCOMES.index(person["partner_income"])]
    amount = benefits[np.arange(len(months)), code, age, family, int(person["household"] == _CHILDREN)]
    return pd.DataFrame({"month": months, "amount": np.where((at < 0) | (code == CODE["fleksjob"]), np.nan, amount)})
