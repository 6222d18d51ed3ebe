"""The table of everything that was compared, for those who want the numbers themselves."""

from typing import Any

import pandas as pd

from dashboard.headlines import effects_at, level
from dashboard.results import Opened
from dashboard.words import Words
from experiments.batch.outcomes import UNITS
from experiments.institution import COUNTRY
from experiments.summary import PERSONS

_BY = {
    "overdue_share": "target_group", "months_late": "target_group", "citizens_per_caseworker": "target_group", "use_of_hours": "target_group",
    "decided_a_month": "outcome", "share_active": "status", "sanctions_a_year": "status", "company_places": "", "months_to_decision": "",
}
"""What the rows of an outcome are told apart by (a kind of :meth:`experiments.words.Words.name`)."""
COLUMNS = ("reform", "part", "what", "base", "estimate", "low", "high")


def differences(opened: Opened, reforms: list[str], horizon: int, w: Words) -> pd.DataFrame:
    """A row an outcome and reform after so many months: reform, part, what, base (its level), estimate (the difference), low, high."""
    rows = []
    for reform in reforms:
        for (outcome, status), effect in effects_at(opened, reform, horizon).items():
            what = _named(outcome, status, w)
            if what:
                factor = 100 if UNITS.get(outcome) == "share" else 1
                base = level(opened, horizon, outcome, status)
                values = {key: factor * float(effect[key]) for key in ("estimate", "low", "high")}
                part = w("compare_part_persons" if outcome == PERSONS else "compare_part_institution")
                rows.append((opened.title(reform, w), part, what, None if base is None else factor * base, *values.values()))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def columns(w: Words) -> list[dict[str, Any]]:
    """Columns of the table as AG Grid shows them."""
    texts = [{"field": key, "headerName": w(f"compare_column_{key}"), "minWidth": width, "flex": 2, "wrapText": True, "autoHeight": True} for key, width in (("what", 220), ("reform", 160), ("part", 130))]
    formatter = {"function": f"borgerflowNumber(params.value, '{w.language}')"}
    numbers = [
        {"field": key, "headerName": w(f"compare_column_{key}"), "type": "rightAligned", "valueFormatter": formatter, "filter": "agNumberColumnFilter", "minWidth": 110, "flex": 1}
        for key in ("base", "estimate", "low", "high")
    ]
    return [*texts, *numbers]


def _named(outcome: str, status: str, w: Words) -> str:
    """An outcome in words; empty for what the report alone tells of (the split into those acted on and others)."""
    if outcome == PERSONS:
        return w.status(status)
    if outcome in ("queue_length", "wait_months"):
        return w("queue_length" if outcome == "queue_length" else "queue_wait", queue=w.name("queue", status))
    if outcome == "at_risk":
        return w("outcome_at_risk") if status == "any" else w("compare_at_risk", type=w.name("type", status))
    if outcome not in _BY:
        return ""
    name = w(f"outcome_{outcome}") + (" (%)" if UNITS.get(outcome) == "share" else "")
    return name if status == COUNTRY or not _BY[outcome] else f"{name}: {w.name(_BY[outcome], status)}"
