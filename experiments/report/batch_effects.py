"""The effects of a batch's points as tables for people."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from experiments.analysis.discovery import FEWEST as FEWEST_CASES
from experiments.batch.result import BatchResult
from experiments.report.headline import Block
from experiments.summary import FEW, SMALLEST_VALID
from experiments.words import Words
from experiments.words.outcomes import outcome_label, outcome_number, outcome_unit

SHOWN = 30
"""Most points in a table."""


def cautions(result: BatchResult, w: Words) -> list[str]:
    """What a reader must know before the first number: runs that failed or are small, few replications, a condition that is not looked into."""
    e, summary = result.summary["experiment"], result.summary
    failed, units = (w.number(summary[key]) for key in ("failed", "units"))
    runs = e["replications"] * max(1, e["draws"])
    cases = int(result.design["reform"].value_counts().max()) * max(1, e["draws"])
    found = {
        "batch_failed": summary["failed"] > 0, "small": e["scale"] < SMALLEST_VALID, "few": runs < FEW,
        "batch_fails_few": e["fails"] is not None and cases < FEWEST_CASES,
    }
    facts = {
        "failed": failed, "units": units, "folder": result.folder, "smallest": w.number(SMALLEST_VALID, decimals=2), "n": runs, "fails": e["fails"],
        "cases": w.number(cases), "needed": FEWEST_CASES,
    }
    return [w(key, **facts) for key, holds in found.items() if holds]


def effect_blocks(result: BatchResult, w: Words, *, last_only: bool = False) -> Iterator[Block]:
    """For each outcome, the differences of the points at each horizon, or at the last one only."""
    effects = result.effects
    horizons = sorted(effects["horizon_months"].unique())[-1 if last_only else 0 :]
    for outcome in result.summary["outcomes"]:
        for horizon in horizons:
            yield _block(result, effects[effects["horizon_months"] == horizon], str(outcome), w("after", years=w.horizon(int(horizon))).lower(), w)


def _block(result: BatchResult, effects: pd.DataFrame, outcome: str, when: str, w: Words) -> Block:
    inputs = [c for c in result.design.columns if c not in ("point", "reform")]
    here = effects[effects["outcome"] == outcome]
    rows = here.head(SHOWN)
    cells = {w("batch_table_point"): [str(p) for p in rows["point"]], w("batch_table_reform"): [str(r) for r in rows["reform"]]}
    cells |= {name: [value if isinstance(value, str) else _short(w, value) for value in rows[name]] for name in inputs}
    cells[f"{w('difference')} ({w('interval')})"] = [_interval(w, outcome, row) for row in rows.to_dict("records")]
    if len(here) > SHOWN:
        for name, column in cells.items():
            column.append(w("batch_more", n=len(here) - SHOWN, folder=result.folder) if name == w("batch_table_reform") else "")
    return Block(f"{outcome_label(w, outcome)}, {outcome_unit(w, outcome)}, {when}", pd.DataFrame(cells), has_total=False)


def _short(w: Words, value: float) -> str:
    """A number with as many decimals as four digits leave it."""
    return w.number(value, decimals=len(f"{float(f'{value:.4g}'):.10f}".rstrip("0").partition(".")[2]))


def _interval(w: Words, outcome: str, row: Mapping[Any, Any]) -> str:
    estimate, *ends = (outcome_number(w, outcome, row[key], sign=True) for key in ("estimate", "low", "high") if pd.notna(row[key]))
    return f"{estimate} ({' – '.join(ends)})" if ends else estimate
