"""The effects of a batch's points as tables for people."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from experiments.batch.result import BatchResult
from experiments.report.headline import Block
from experiments.words import Words
from experiments.words.outcomes import outcome_label, outcome_number, outcome_unit

SHOWN = 30
"""Most points in a table."""


def effect_blocks(result: BatchResult, w: Words) -> Iterator[Block]:
    """For each outcome, the differences of the points at the last horizon."""
    effects = result.effects
    last = effects[effects["horizon_months"] == effects["horizon_months"].max()]
    inputs = [c for c in result.design.columns if c not in ("point", "reform")]
    for outcome in result.summary["outcomes"]:
        here = last[last["outcome"] == outcome]
        rows = here.head(SHOWN)
        cells = {w("batch_table_point"): [str(p) for p in rows["point"]], w("batch_table_reform"): [str(r) for r in rows["reform"]]}
        cells |= {name: [value if isinstance(value, str) else _short(w, value) for value in rows[name]] for name in inputs}
        cells[f"{w('difference')} ({w('interval')})"] = [_interval(w, outcome, row) for row in rows.to_dict("records")]
        if len(here) > SHOWN:
            for name, column in cells.items():
                column.append(w("batch_more", n=len(here) - SHOWN, folder=result.folder) if name == w("batch_table_reform") else "")
        yield Block(f"{outcome_label(w, outcome)}, {outcome_unit(w, outcome)}", pd.DataFrame(cells), has_total=False)


def _short(w: Words, value: float) -> str:
    """A number with as many decimals as four digits leave it."""
    return w.number(value, decimals=len(f"{float(f'{value:.4g}'):.10f}".rstrip("0").partition(".")[2]))


def _interval(w: Words, outcome: str, row: Mapping[str, Any]) -> str:
    estimate, *ends = (outcome_number(w, outcome, row[key], sign=True) for key in ("estimate", "low", "high") if pd.notna(row[key]))
    return f"{estimate} ({' – '.join(ends)})" if ends else estimate
