"""Whose lives a reform changes: persons on whom it acts, and the others, whose lives change through scarce hours and slots.

Persons are compared with themselves: the same person, with the same luck, lives under both rule sets.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from agents.statuses import CODE, RESIDENT

LIVES = "lives.parquet"
"""File of a unit: status and whether a policy has acted on the person so far, one row a person, by horizon."""
DEEDS = "deeds.parquet"
"""File of a unit: what each policy's verbs came to (:data:`sim.moves.Deed`)."""
DIRECT, CONGESTION = "persons_directly_affected", "persons_through_congestion"
"""Outcomes: the difference among persons on whose moves or rules a policy acted, and among all others."""


@dataclass(frozen=True)
class Lives:
    """Everybody at a horizon: status code, whether touched, whether a local policy is in force where they live."""

    status: np.ndarray
    touched: np.ndarray
    covered: np.ndarray


def lives_table(lives: dict[int, Lives]) -> pd.DataFrame:
    """Columns of :class:`Lives` by months after the start."""
    return pd.DataFrame({f"{name}_{horizon}": column for horizon, here in lives.items() for name, column in vars(here).items()})


def split_effects(folder: Path, base: str, scale: float) -> pd.DataFrame:
    """Differences reform minus base in persons, long: scenario (the reform), replication, horizon_months, outcome (DIRECT or
    CONGESTION), status, value. The two add up to the whole difference."""
    units = {key: unit / LIVES for key, unit in units_of(folder)}
    rows = []
    for (scenario, replication), file in units.items():
        if scenario == base:
            continue
        here, there = pd.read_parquet(file), pd.read_parquet(units[base, replication])
        for horizon in sorted(int(c.removeprefix("status_")) for c in here.columns if c.startswith("status_") and c != "status_0"):
            touched = (here[f"touched_{horizon}"] | there[f"touched_{horizon}"]).to_numpy()
            after, before = (table[f"status_{horizon}"].to_numpy() for table in (here, there))
            for outcome, who in ((DIRECT, touched), (CONGESTION, ~touched)):
                change = _count(after[who]) - _count(before[who])
                rows += [(scenario, replication, horizon, outcome, s.name, change[CODE[s.name]] / scale) for s in RESIDENT]
    return pd.DataFrame(rows, columns=["scenario", "replication", "horizon_months", "outcome", "status", "value"])


def persons_affected(folder: Path, base: str, scale: float) -> dict[str, float]:
    """Persons on whose moves, rules or amounts each reform acted until the last horizon, beyond the base, mean over replications."""
    units = {key: unit / LIVES for key, unit in units_of(folder)}
    found: dict[str, list[float]] = {}
    for (scenario, replication), file in units.items():
        if scenario != base:
            touched = [_last_touched(f) for f in (file, units[base, replication])]
            found.setdefault(scenario, []).append(float((touched[0] & ~touched[1]).sum()) / scale)
    return {scenario: float(np.mean(values)) for scenario, values in found.items()}


def deeds_of(folder: Path, scenario: str) -> dict[str, set[str]]:
    """What the policies of a scenario came to, over all replications, by policy."""
    found: dict[str, set[str]] = {}
    for (name, _), unit in units_of(folder):
        if name == scenario:
            for policy, deed in pd.read_parquet(unit / DEEDS).itertuples(index=False):
                found.setdefault(policy, set()).add(deed)
    return found


def _last_touched(file: Path) -> np.ndarray:
    last = max(int(c.removeprefix("touched_")) for c in pq.read_schema(file).names if c.startswith("touched_"))
    return pd.read_parquet(file, columns=[f"touched_{last}"])[f"touched_{last}"].to_numpy()


def _count(codes: np.ndarray) -> np.ndarray:
    return np.bincount(codes, minlength=256)


def units_of(folder: Path) -> Iterator[tuple[tuple[str, int], Path]]:
    """Scenario and replication of each unit of a run, and its folder."""
    for unit in sorted((folder / "units").glob("[!.]*/unit.json")):
        facts = json.loads(unit.read_text(encoding="utf-8"))
        yield (facts["scenario"], facts["replication"]), unit.parent
