"""Rows of costings: a published figure, what the model says, and where the figure stands.

A row is of one kind:

- ``reproduction``: rates, prices and activity do not come from the published figure that they are compared with;
- ``identity``: a price was taken from that figure, or it holds by arithmetic: no test of the model;
- ``check``: neither; an assumption was made with the figure in view, or the figure is of activity and not of money.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from calibration.evidence import fact, facts

ACCOUNTS, BY_TYPE, PACKAGE, PACKAGE_RUN, IPS, VALUE, REVALIDERING, BONUS = (
    "accounts_2013", "active_spend_2013", "package_2015", "package_run", "ips", "value_of_a_year", "revalidering", "participation_bonus",
)
"""Costings: groups of rows, in the order of the report."""
MILLION, DKK, PERSONS, WEEKS, YEARS = "million DKK", "DKK", "full-time persons", "weeks", "years"
COLUMNS = ("costing", "row", "row_da", "published", "modelled", "low", "high", "unit", "kind", "fact", "note")


@dataclass(frozen=True)
class Costing:
    """One published figure and what the model says. ``low`` and ``high``: over replications, or over what the note says."""

    costing: str
    row: str
    row_da: str
    published: float
    modelled: float | None
    unit: str
    kind: str
    fact: str
    note: str = ""
    low: float | None = None
    high: float | None = None

    def cells(self) -> list[str]:
        """The row as text."""
        decimals = 2 if self.unit in (WEEKS, YEARS) else 0
        numbers = ["" if n is None else f"{n:.{decimals}f}" for n in (self.modelled, self.low, self.high)]
        return [self.costing, self.row, self.row_da, f"{self.published:g}", *numbers, self.unit, self.kind, self.fact, self.note]


# ---------------------------------------------------------------- facts
@lru_cache(maxsize=1)
def index() -> dict[tuple[str, str, str, str], list[str]]:
    """Ids of facts by topic, measure, population and breakdown."""
    table: dict[tuple[str, str, str, str], list[str]] = {}
    for f in facts().values():
        table.setdefault((f.topic, f.measure, f.population, f.breakdown), []).append(f.id)
    return table


def fact_id(topic: str, measure: str, population: str, breakdown: str = "") -> str:
    """The id of the only fact with these."""
    found = index()[topic, measure, population, breakdown]
    assert len(found) == 1, found
    return found[0]


def published(ids: str) -> float:
    """The published figure of a row: a fact, or facts added and subtracted (``a - b``)."""
    total, sign = 0.0, 1.0
    for word in ids.split():
        if word in ("+", "-"):
            sign = 1.0 if word == "+" else -1.0
        else:
            total += sign * fact(word).value
    return total


def over_replications(row: Costing, values: Iterable[float]) -> Costing:
    """The row with mean and range over replications."""
    numbers = [float(v) for v in values]
    return replace(row, modelled=float(np.mean(numbers)), low=min(numbers), high=max(numbers))


def compared(costing: str, labels: tuple[str, str], ids: str, values: Iterable[float], unit: str = MILLION, kind: str = "reproduction", note: str = "") -> Costing:
    """A row of a published figure and one of each replication."""
    return over_replications(Costing(costing, *labels, published(ids), None, unit, kind, ids, note), values)
