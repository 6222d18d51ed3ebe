"""Outcomes that experiments look at, by name, and how one run's tables give them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from agents.mistake import unknown
from agents.statuses import FAMILIES, RESIDENT, family_members, group_members
from experiments.budget import LAST_YEARS, net_cost
from experiments.institution import PARTS, SOURCES, institution_outcomes

UnitOfMeasure = Literal["persons", "million_a_year", "million", "person_years", "months", "share", "persons_each", "cases_a_month", "sanctions_a_year"]

EDGE_TOTAL = "edge_total"
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
    by_kind: dict[str, list[str]] = {}
    for name in names:
        by_kind.setdefault(name.partition(".")[0], []).append(name)
    values: dict[tuple[str, int], float] = {}
    for kind, these in by_kind.items():
        if kind in PARTS:
            continue
        make = {"persons": _persons, "net_cost": _net_cost, "net_cost_so_far": _net_cost_so_far, "years_on_benefit": _years_on_benefit}[kind]
        values |= {(name, h): make(tables, name, h) for name in these for h in at}
    values |= _institution(tables, [n for kind, these in by_kind.items() if kind in PARTS for n in these], at, scale)
    rows = [(name, h, values[name, h]) for name in names for h in at]
    return pd.DataFrame(rows, columns=["outcome", "horizon_months", "value"]).astype({"horizon_months": "int64", "value": "float64"})


def _months(table: pd.DataFrame, last: int, first: int = 1) -> pd.DataFrame:
    """Rows of the months ``first`` to ``last`` after the start, of a table that begins with the first simulated month."""
    months = table["month"].unique()
    return table[table["month"].isin(months[max(first, 1) - 1 : last])]


def _persons(tables: Mapping[str, pd.DataFrame], name: str, horizon: int) -> float:
    stocks = tables["stocks"]
    here = stocks[stocks["month"] == stocks["month"].unique()[horizon]]  # stocks begin before the first month
    return float(here.loc[here["status"].isin(_PERSONS[name.partition(".")[2]]), "persons"].sum())


def _net_cost(tables: Mapping[str, pd.DataFrame], _name: str, horizon: int) -> float:
    months = min(12 * LAST_YEARS, horizon)
    return _net(_months(tables["accounts"], horizon, horizon - months + 1)) / (months / 12)


def _net_cost_so_far(tables: Mapping[str, pd.DataFrame], _name: str, horizon: int) -> float:
    return _net(_months(tables["accounts"], horizon))


def _net(accounts: pd.DataFrame) -> float:
    return float(net_cost(accounts, "scenario").iloc[0])


def _years_on_benefit(tables: Mapping[str, pd.DataFrame], _name: str, horizon: int) -> float:
    stocks = tables["stocks"]
    after = stocks["month"].isin(stocks["month"].unique()[1 : horizon + 1])
    return float(stocks.loc[after & stocks["status"].isin(ON_BENEFIT), "persons"].sum()) / 12


def _institution(tables: Mapping[str, pd.DataFrame], names: Sequence[str], at: Sequence[int], scale: float) -> dict[tuple[str, int], float]:
    wanted = {name.partition(".")[0] for name in names}
    found: dict[tuple[str, int], float] = {}
    for horizon in at if names else ():
        year = {source: _months(tables[source], horizon, horizon - 11) for source in SOURCES}
        made = institution_outcomes(year, scale, wanted)
        last = made[made["month"] == made["month"].max()].set_index(["outcome", "status"])["value"]
        found |= {(name, horizon): float(last.get(tuple(name.split(".")), 0.0)) for name in names}
    return found
