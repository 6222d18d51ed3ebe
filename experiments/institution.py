"""What the institution did, as outcomes that scenarios are compared by: national, over the last twelve months of each month."""

import pandas as pd

COUNTRY = "all"
"""Municipality in rows of the whole country (:mod:`sim.institution_record`)."""
YEAR = 12
"""Months over which outcomes are averaged: single months are noisy."""
KEYS = ["scenario", "replication", "month"]

OUTCOMES = (
    "overdue_share", "months_late", "citizens_per_caseworker", "use_of_hours", "queue_length", "wait_months", "months_to_decision",
    "decided_a_month", "at_risk",
)
"""Share of clients whose interview is overdue; months late of interviews held; citizens per caseworker; hours used over hours
available; persons in a queue; months waited by those who left it; months from need to decision; cases decided a month; persons of
a type at risk of staying."""


def institution_outcomes(
    caseworkers: pd.DataFrame, queues: pd.DataFrame, decisions: pd.DataFrame, at_risk: pd.DataFrame, scale: float
) -> pd.DataFrame:
    """Outcomes by month in long form: scenario, replication, month, outcome, status (target group, queue, decision or type;
    ``all`` = the country), value. Tables are those of a run."""
    tables = [_casework(caseworkers), _queues(queues, scale), _decided(decisions), _types(at_risk)]
    return pd.concat(tables, ignore_index=True)


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


def _casework(caseworkers: pd.DataFrame) -> pd.DataFrame:
    here = country(caseworkers).rename(columns={"target_group": "status"})
    minutes = [c for c in here.columns if c.startswith("minutes_") and c != "minutes_available"]
    columns = {
        "clients": here["clients"], "late": here["contacts_late"], "months_late": here["months_late"],
        "held": here["contacts_held"], "caseworkers": here["caseworkers"], "used": here[minutes].sum(axis=1),
        "available": here["minutes_available"],
    }
    counts = here[[*KEYS, "status"]].assign(**columns)
    whole = counts.drop(columns="status").groupby(KEYS, observed=True, sort=True).sum().reset_index().assign(status=COUNTRY)
    year = _last_year(pd.concat([counts, whole], ignore_index=True))
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


def _decided(decisions: pd.DataFrame) -> pd.DataFrame:
    counts = decisions.rename(columns={"outcome": "status"})[[*KEYS, "status", "persons"]].assign(months=1)
    return _ratio(_last_year(counts), "decided_a_month", "persons", "months")


def _types(at_risk: pd.DataFrame) -> pd.DataFrame:
    counts = at_risk.groupby([*KEYS, "type"], observed=True, sort=True)["persons"].sum().reset_index()
    return _ratio(_last_year(counts.rename(columns={"type": "status"}).assign(months=1)), "at_risk", "persons", "months")


def _last_year(counts: pd.DataFrame) -> pd.DataFrame:
    return last_year(counts.set_index(["status", *KEYS]), "status").reset_index()


def _ratio(year: pd.DataFrame, outcome: str, above: str, below: str) -> pd.DataFrame:
    """An outcome as a ratio of two sums; 0 where there is nothing to divide by."""
    value = (year[above] / year[below].where(year[below] > 0)).fillna(0.0)
    return year[[*KEYS, "status"]].assign(outcome=outcome, value=value)

