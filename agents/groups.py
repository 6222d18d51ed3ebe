"""Groups of people by which results are told, and what is told of them."""

from agents.citizen import AGE_BANDS, REGIONS, SEXES
from agents.statuses import FAMILIES

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
