"""Outcomes that experiments look at, by name, and how one run's tables give them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from inspect import getsourcefile
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from agents.mistake import unknown
from agents.statuses import FAMILIES, RESIDENT, family_members, group_members
from experiments.budget import LAST_YEARS, net_cost
from experiments.institution import PARTS, institution_outcomes, sources_of
from sim.fingerprint import source_digest

UnitOfMeasure = Literal["persons", "million_a_year", "million", "person_years", "months", "share", "persons_each", "cases_a_month", "sanctions_a_year"]

EDGE_TOTAL = "edge_total"
DEFINED_IN = (Path(__file__), *(Path(str(getsourcefile(made_by))) for made_by in (net_cost, institution_outcomes)))
"""Files that say what an outcome is."""
ON_BENEFIT = group_members("edge", "temporary")
_PERSONS: dict[str, tuple[str, ...]] = {
    **{s.name: (s.name,) for s in RESIDENT},
    **{f"family:{f}": family_members(f) for f in FAMILIES if len(family_members(f)) > 1},
    EDGE_TOTAL: ON_BENEFIT,
}
UNITS: dict[str, UnitOfMeasure] = {
    "overdue_share": "share", "months_late": "months", "citizens_per_caseworker": "persons_each", "use_of_hours": "share",
    "queue_length": "persons", "wait_months": "months", "months_to_decision": "months", "decided_a_month": "cases_a_month",
    "at_risk": "persons", "share_active": "share", "company_places": "persons", "sanctions_a_year": "sanctions_a_year",
}
"""Units of what the institution did, by kind."""
_LESS_IS_BETTER = ("overdue_share", "months_late", "wait_months", "months_to_decision", "queue_length", "at_risk")


@dataclass(frozen=True)
class Outcome:
    """A number by which scenarios are compared.

    Attributes:
        name: ``kind.part``, for example ``persons.employment`` or ``wait_months.team``.
        unit: what it is counted in.
        better: 1 when more is better, -1 when less is, 0 when that is for the reader to say.
    """

    name: str
    unit: UnitOfMeasure
    better: Literal[-1, 0, 1] = 0


def _known() -> dict[str, Outcome]:
    better: dict[str, Literal[-1, 0, 1]] = {"employment": 1, EDGE_TOTAL: -1}
    persons = [Outcome(f"persons.{name}", "persons", better.get(name, 0)) for name in _PERSONS]
    money = [Outcome("net_cost", "million_a_year", -1), Outcome("net_cost_so_far", "million", -1)]
    time = [Outcome("years_on_benefit", "person_years", -1)]
    institution = [
        Outcome(f"{name}.{part}", UNITS[name], -1 if name in _LESS_IS_BETTER else 0) for name, parts in PARTS.items() for part in parts
    ]
    return {o.name: o for o in (*persons, *money, *time, *institution)}


OUTCOMES = _known()
"""All outcomes by name. Persons are those with a status (or family, or all on the benefits of the edge) after the horizon's last
month; ``net_cost`` is what the public pays on balance a year, mean of the last three years up to the horizon, and
``net_cost_so_far`` its sum since the start; ``years_on_benefit`` are the person-years spent on the benefits of the edge since the
start; what the institution did is the mean of the last twelve months (:data:`experiments.institution.OUTCOMES`)."""


def outcomes_digest() -> str:
    """A hash of everything that decides what happens in a run and what its outcomes are: units of another one are made again."""
    return source_digest(*DEFINED_IN)


def check_outcomes(names: Iterable[str], *, where: str = "") -> None:
    """Raises Mistake, with the nearest name, for an outcome that does not exist."""
    for name in names:
        if name not in OUTCOMES:
            raise unknown("outcome", name, OUTCOMES, where=where)


def outcomes_of(tables: Mapping[str, pd.DataFrame], names: Collection[str], at: Sequence[int], scale: float) -> pd.DataFrame:
    """Outcomes of one run: outcome, horizon_months, value; in the order of ``names``, then of horizons.

    Args:
        tables: the run's tables by name, of one scenario and replication.
        names: outcomes, of :data:`OUTCOMES`.
        at: horizons, months after the start.
        scale: share of the population simulated.
    """
    run, values = _Run(tables), dict[tuple[str, int], float]()
    for name in names:
        kind, _, part = name.partition(".")
        if kind in _READ:
            values |= {(name, h): _READ[kind][1](run, part, h) for h in at}
    values |= _institution(tables, [name for name in names if name.partition(".")[0] in PARTS], at, scale)
    rows = [(name, h, values[name, h]) for name in names for h in at]
    return pd.DataFrame(rows, columns=["outcome", "horizon_months", "value"]).astype({"horizon_months": "int64", "value": "float64"})


@dataclass(frozen=True)
class _Run:
    """The tables of one run, each read once. Every month has every status in the same order, the first is that before the run."""

    tables: Mapping[str, pd.DataFrame]

    @cached_property
    def _stocks(self) -> npt.NDArray[np.float64]:
        """Persons by month and status, shape (months + 1, statuses)."""
        stocks = self.tables["stocks"]
        return stocks["persons"].to_numpy(np.float64).reshape(stocks["month"].nunique(), -1)

    @cached_property
    def _statuses(self) -> list[str]:
        return self.tables["stocks"]["status"].iloc[: self._stocks.shape[1]].tolist()

    @cached_property
    def _costs(self) -> npt.NDArray[np.float64]:
        """Net public cost by month."""
        return net_cost(self.tables["accounts"], "month").to_numpy(np.float64)

    def _sum(self, statuses: Collection[str], first: int, last: int) -> float:
        return float(self._stocks[first : last + 1, [status in statuses for status in self._statuses]].sum())

    def persons(self, part: str, horizon: int) -> float:
        """Persons with a status, or a group of them, after the horizon's last month."""
        return self._sum(_PERSONS[part], horizon, horizon)

    def years_on_benefit(self, _part: str, horizon: int) -> float:
        """Person-years on the benefits of the edge since the start."""
        return self._sum(ON_BENEFIT, 1, horizon) / 12

    def net_cost(self, _part: str, horizon: int) -> float:
        """Net public cost a year, mean of the last years."""
        months = min(12 * LAST_YEARS, horizon)
        return float(self._costs[horizon - months : horizon].sum()) / (months / 12)

    def net_cost_so_far(self, _part: str, horizon: int) -> float:
        """Net public cost since the start."""
        return float(self._costs[:horizon].sum())


_READ: dict[str, tuple[str, Callable[[_Run, str, int], float]]] = {
    "persons": ("stocks", _Run.persons), "years_on_benefit": ("stocks", _Run.years_on_benefit),
    "net_cost": ("accounts", _Run.net_cost), "net_cost_so_far": ("accounts", _Run.net_cost_so_far),
}
"""Table that a kind of outcome is made from, and how; the others are those of the institution."""


def tables_for(names: Iterable[str]) -> set[str]:
    """Tables of a run, by name, that these outcomes are made from."""
    kinds = {name.partition(".")[0] for name in names}
    return {table for kind, (table, _) in _READ.items() if kind in kinds} | sources_of(kinds)


def _months(table: pd.DataFrame, last: int, first: int = 1) -> pd.DataFrame:
    """Rows of the months ``first`` to ``last`` after the start, of a table that begins with the first simulated month."""
    months = table["month"].unique()
    return table[table["month"].isin(months[max(first, 1) - 1 : last])]


def _institution(tables: Mapping[str, pd.DataFrame], names: Sequence[str], at: Sequence[int], scale: float) -> dict[tuple[str, int], float]:
    wanted = {name.partition(".")[0] for name in names}
    found: dict[tuple[str, int], float] = {}
    for horizon in at if names else ():
        year = {source: _months(tables[source], horizon, horizon - 11) for source in sources_of(wanted)}
        made = institution_outcomes(year, scale, wanted)
        last = made[made["month"] == made["month"].max()].set_index(["outcome", "status"])["value"]
        found |= {(name, horizon): float(last.get(tuple(name.split(".")), 0.0)) for name in names}
    return found
