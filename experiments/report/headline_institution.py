"""Tables of what the institution did, and of whose lives a reform changes."""

from typing import Any

import pandas as pd

from agents.statuses import BY_NAME
from experiments.institution import COUNTRY, SOURCES, institution_outcomes
from experiments.report.headline import ROWS, Block, difference
from experiments.result import RunResult
from experiments.split import CONGESTION, DIRECT
from experiments.units import horizons
from experiments.words import Words
from experiments.words.outcomes import outcome_number

SHOWN = (
    ("overdue_share", COUNTRY), ("months_late", COUNTRY), ("use_of_hours", COUNTRY), ("citizens_per_caseworker", COUNTRY),
    ("wait_months", "team"), ("queue_length", "team"), ("months_to_decision", "team"), ("decided_a_month", "foertidspension"),
    ("decided_a_month", "fleksjob"), ("decided_a_month", "ledighedsydelse"), ("decided_a_month", "ressourceforloeb"),
    ("decided_a_month", "revalidering"), ("at_risk", "any"), ("share_active", COUNTRY), ("company_places", COUNTRY),
    ("sanctions_a_year", COUNTRY),
)
"""Outcomes shown, with their status: those by which one sees whether people are met and decided about in time."""


def institution_block(result: RunResult, w: Words) -> Block:
    """What the institution did in the base scenario in the year up to each horizon, mean over replications, and at the last
    horizon how each reform differs."""
    summary = result.summary
    base, *reforms = [s["name"] for s in summary["scenarios"]]
    outcomes = institution_outcomes({name: getattr(result, name) for name in SOURCES}, summary["scale"])
    base_only = outcomes[outcomes["scenario"] == base]
    mean = base_only.groupby(["outcome", "status", "month"], observed=True)["value"].mean()
    months = sorted(base_only["month"].unique())
    at = horizons(summary["months"])
    columns: dict[str, list[str]] = {w("outcome"): [label(w, *row) for row in SHOWN]}
    for horizon in at:
        title = f"{base}, {w('after', years=w.horizon(horizon)).lower()}"
        columns[title] = [outcome_number(w, f"{name}.{status}", mean[name, status, months[horizon - 1]]) for name, status in SHOWN]
    effects = {(e["reform"], e["outcome"], e["status"]): e for e in summary.get("other_effects", []) if e["horizon_months"] == at[-1]}
    for reform in reforms:
        title = f"{reform}: {w('difference').lower()} {w('after', years=w.horizon(at[-1])).lower()}"
        columns[title] = [_change(w, f"{name}.{status}", effects[reform, name, status]) for name, status in SHOWN]
    return Block(w("institution_title"), pd.DataFrame(columns))


def split_blocks(summary: dict[str, Any], w: Words) -> list[Block]:
    """For each reform at the last horizon: the whole difference, among persons on whom it acts, and among all others."""
    last = summary["months"]
    whole = {(e["reform"], e["status"]): e for e in summary.get("effects", []) if e["horizon_months"] == last}
    parts = {
        (e["reform"], e["outcome"], e["status"]): e for e in summary.get("other_effects", []) if e["horizon_months"] == last
    }
    blocks = []
    for reform in dict.fromkeys(reform for reform, _ in whole):
        columns = {w("status"): [w.status(row) for row in ROWS], w("split_whole"): [difference(whole[reform, row], w) for row in ROWS]}
        for outcome in (DIRECT, CONGESTION):
            columns[w(outcome)] = [difference(parts[reform, outcome, row], w) for row in ROWS]
        title = f"{reform}: {w('difference').lower()} {w('after', years=w.horizon(last)).lower()} ({w('interval')})"
        blocks.append(Block(title, pd.DataFrame(columns)))
    return blocks


def label(w: Words, outcome: str, status: str) -> str:
    """An outcome in words."""
    name = w(f"outcome_{outcome}")
    return f"{name}: {w.status(status)}" if status in BY_NAME else name


def _change(w: Words, outcome: str, effect: dict[str, Any]) -> str:
    estimate, low, high = (outcome_number(w, outcome, effect[k], sign=True) for k in ("estimate", "low", "high"))
    return f"{estimate} ({low} – {high})"
