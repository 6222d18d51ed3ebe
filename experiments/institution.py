"""What the institution did, as outcomes that scenarios are compared by: national, over the last twelve months of each month."""

from collections.abc import Callable, Collection, Mapping

import pandas as pd

from agents.measures import FULL_TIME, MEASURES, SUPPORTS
from agents.risk_types import TYPES as RISK_TYPES
from agents.statuses import STATUSES
from agents.target_groups import TARGET_GROUPS

COUNTRY = "all"
"""Municipality in rows of the whole country (:mod:`sim.institution_record`)."""
YEAR = 12
"""Months over which outcomes are averaged: single months are noisy."""
KEYS = ["scenario", "replication", "month"]
WITHOUT_MEASURE = "none"
"""Measure in rows of those who have none (:mod:`sim.activity_record`)."""
HAS_MEASURES = tuple(
    s.name for s in STATUSES if s.name == "dagpenge" or (s.group == "edge" and s.name not in ("fleksjob", "foertidspension"))
)
"""Benefits whose recipients are offered measures."""
COMPANY = tuple(m.name for m in MEASURES if m.is_company)
"""Measures at an employer's."""
QUEUES = ("certificate", "psychiatry", "documentation", "team")
DECISIONS = ("foertidspension", "fleksjob", "ledighedsydelse", "ressourceforloeb", "revalidering", "back", "returned")
"""Queues and decisions: said here again, since where they are at home Mesa is imported."""
TYPES = ("any", *RISK_TYPES)
"""Types of clients at risk of staying, and whoever is of at least one."""

_GROUPS = (COUNTRY, *(g.name for g in TARGET_GROUPS))
PARTS: dict[str, tuple[str, ...]] = {
    "overdue_share": _GROUPS, "months_late": _GROUPS, "citizens_per_caseworker": _GROUPS, "use_of_hours": _GROUPS,
    "queue_length": QUEUES, "wait_months": tuple(q for q in QUEUES if q != "documentation"), "months_to_decision": ("team",),
    "decided_a_month": DECISIONS, "at_risk": TYPES, "share_active": (COUNTRY, *HAS_MEASURES), "company_places": (COUNTRY,),
    "sanctions_a_year": (COUNTRY, *(s.name for s in STATUSES if s.group in ("edge", "temporary") or s.name == "dagpenge")),
}
OUTCOMES = tuple(PARTS)
"""Share of clients whose interview is overdue; months late of interviews held; citizens per caseworker; hours used over hours
available; persons in a queue; months waited by those who left it; months from need to decision; cases decided a month; persons of
a type at risk of staying; share of persons with the benefit who are in a measure; full-time persons in measures at employers;
sanctions begun a year."""


def institution_outcomes(tables: Mapping[str, pd.DataFrame], scale: float, wanted: Collection[str] = OUTCOMES) -> pd.DataFrame:
    """Outcomes by month in long form: scenario, replication, month, outcome, status (benefit, target group, queue, decision or
    type; ``all`` = the country), value. ``tables`` are those of a run, by name (:data:`SOURCES`); only the ``wanted`` are made."""
    made = [_MAKERS[source][0](tables[source], scale) for source in SOURCES if source in sources_of(wanted)]
    return pd.concat(made, ignore_index=True)


def sources_of(wanted: Collection[str]) -> set[str]:
    """Tables of a run, by name, that these outcomes are made from."""
    return {source for source, (_, names) in _MAKERS.items() if not set(names).isdisjoint(wanted)}


def country(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of the whole country."""
    return table[table["municipality"] == COUNTRY]


def last_year(values: pd.DataFrame, by: str) -> pd.DataFrame:
    """Sums over the last twelve months of each month (fewer at the beginning) of every column.

    Args:
        values: numbers by ``by``, scenario, replication and month (the index).
    """
    ordered = values.sort_index()
    keys = [by, "scenario", "replication"]
    sums = ordered.groupby(level=keys, sort=False).rolling(YEAR, min_periods=1).sum()
    return sums.droplevel(list(range(len(keys))))


def _casework(caseworkers: pd.DataFrame, _scale: float) -> pd.DataFrame:
    here = country(caseworkers).rename(columns={"target_group": "status"})
    minutes = [c for c in here.columns if c.startswith("minutes_") and c != "minutes_available"]
    columns = {
        "clients": here["clients"], "late": here["contacts_late"], "months_late": here["months_late"],
        "held": here["contacts_held"], "caseworkers": here["caseworkers"], "used": here[minutes].sum(axis=1),
        "available": here["minutes_available"],
    }
    year = _last_year(_with_country(here[[*KEYS, "status"]].assign(**columns), list(columns)))
    return pd.concat([
        _ratio(year, "overdue_share", "late", "clients"), _ratio(year, "months_late", "months_late", "held"),
        _ratio(year, "citizens_per_caseworker", "clients", "caseworkers"), _ratio(year, "use_of_hours", "used", "available"),
    ])


def _queues(queues: pd.DataFrame, scale: float) -> pd.DataFrame:
    here = country(queues).rename(columns={"queue": "status"})
    counts = here[[*KEYS, "status", "length", "left", "months_waited", "months_since_need"]].assign(months=1 * scale)
    year = _last_year(counts)
    waited = year[year["status"] != "documentation"]
    return pd.concat([
        _ratio(year, "queue_length", "length", "months"), _ratio(waited, "wait_months", "months_waited", "left"),
        _ratio(year[year["status"] == "team"], "months_to_decision", "months_since_need", "left"),
    ])


def _decided(decisions: pd.DataFrame, _scale: float) -> pd.DataFrame:
    counts = decisions.rename(columns={"outcome": "status"})[[*KEYS, "status", "persons"]].assign(months=1)
    return _ratio(_last_year(counts), "decided_a_month", "persons", "months")


def _types(at_risk: pd.DataFrame, _scale: float) -> pd.DataFrame:
    counts = at_risk.groupby([*KEYS, "type"], observed=True, sort=True)["persons"].sum().reset_index()
    return _ratio(_last_year(counts.rename(columns={"type": "status"}).assign(months=1)), "at_risk", "persons", "months")


def counted(measures: pd.DataFrame) -> pd.DataFrame:
    """Rows of measures (support aside) of the benefits that have them: citizens in a measure, full-time persons and, as
    ``persons``, all with the benefit, as citizens simulated."""
    here = measures[measures["status"].isin(HAS_MEASURES) & ~measures["measure"].isin(SUPPORTS)]
    in_one = here["measure"] != WITHOUT_MEASURE
    return here.assign(
        persons=here["citizens"], citizens=here["citizens"].where(in_one, 0), full_time=here["hours"] / FULL_TIME
    )


def _active(measures: pd.DataFrame, scale: float) -> pd.DataFrame:
    here = counted(measures)
    here["company"] = here["full_time"].where(here["measure"].isin(COMPANY), 0.0)
    year = _last_year(_with_country(here, ["citizens", "persons", "company"]).assign(months=1 * scale))
    places = year[year["status"] == COUNTRY]
    return pd.concat([_ratio(year, "share_active", "citizens", "persons"), _ratio(places, "company_places", "company", "months")])


def _sanctioned(sanctions: pd.DataFrame, scale: float) -> pd.DataFrame:
    year = _last_year(_with_country(sanctions, ["begun"]).assign(years=scale / YEAR))
    return _ratio(year, "sanctions_a_year", "begun", "years")


def _with_country(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Sums by status and, as ``all``, over all of them."""
    by_status, whole = (
        table.groupby(keys, observed=True, sort=True)[columns].sum().reset_index() for keys in (["status", *KEYS], KEYS)
    )
    return pd.concat([by_status, whole.assign(status=COUNTRY)], ignore_index=True)


def _last_year(counts: pd.DataFrame) -> pd.DataFrame:
    return last_year(counts.set_index(["status", *KEYS]), "status").reset_index()


def _ratio(year: pd.DataFrame, outcome: str, above: str, below: str) -> pd.DataFrame:
    """An outcome as a ratio of two sums; 0 where there is nothing to divide by."""
    value = (year[above] / year[below].where(year[below] > 0)).fillna(0.0)
    return year[[*KEYS, "status"]].assign(outcome=outcome, value=value)


_MAKERS: dict[str, tuple[Callable[[pd.DataFrame, float], pd.DataFrame], tuple[str, ...]]] = {
    "caseworkers": (_casework, ("overdue_share", "months_late", "citizens_per_caseworker", "use_of_hours")),
    "queues": (_queues, ("queue_length", "wait_months", "months_to_decision")),
    "decisions": (_decided, ("decided_a_month",)),
    "at_risk": (_types, ("at_risk",)),
    "measures": (_active, ("share_active", "company_places")),
    "sanctions": (_sanctioned, ("sanctions_a_year",)),
}
SOURCES = tuple(_MAKERS)
"""Tables of a run that outcomes are made from."""
