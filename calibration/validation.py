"""What the model says about every target, fitted or held out, misses first.

``python -m calibration.validation`` runs the baseline with a register, measures all targets and writes
``sim/parameters/2014/measured.csv``, which every report shows. Run it after a fit (``make fit`` does).
"""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.calendar import label
from calibration.register import OutsideRegister, Register, from_spells
from calibration.targets import Target, read_targets
from sim.fingerprint import digest
from sim.parameters import DEFAULT_VINTAGE, FOLDER
from sim.whole_file import write_table, write_text

MEASURED = FOLDER / DEFAULT_VINTAGE / "measured.csv"
BASELINE = FOLDER / DEFAULT_VINTAGE / "baseline.json"
"""Fingerprint of a small run, written with the table: as long as it is the same, the table is what the model says."""
SCALE, MONTHS, SEED = 0.2, 36, 1
"""The run behind the shipped table: a fifth of Denmark for three years."""
SMALL_SCALE, SMALL_MONTHS = 0.01, 30
"""The run behind the fingerprint."""


@dataclass(frozen=True)
class Measured:
    """A target and what the register says. ``got`` and ``miss`` are NaN where it cannot be measured yet: the run does
    not reach those months, or the model has no spells of that kind."""

    target: Target
    got: float
    miss: float


def measure_all(register: Register, targets: Iterable[Target] | None = None) -> list[Measured]:
    """Measure targets on a register, the largest miss first; those that cannot be measured yet come last.

    Nobody at all is half a citizen in misses of persons, which compare logarithms.
    """
    rows = []
    for target in read_targets() if targets is None else targets:
        try:
            got = target.measured(register)
        except OutsideRegister:  # the run does not reach the months that the figure needs
            got = math.nan
        rows.append(Measured(target, got, math.nan if math.isnan(got) else target.miss(target.counted(got, register.weight / 2))))
    return sorted(rows, key=lambda row: -1 if math.isnan(row.miss) else abs(row.miss), reverse=True)


def fingerprint() -> dict[str, str]:
    """Hashes of what a small run says, bit for bit: its tables, and every target measured on it."""
    model, register = _run(SMALL_SCALE, SMALL_MONTHS)
    names = ("stocks", "flows", "casework", "queues", "decisions", "measures", "sanctions", "employer_places", "accounts", "spells")
    found = {name: digest(getattr(model, name)().to_csv(index=False)) for name in names}
    figures = sorted((row.target.target, f"{row.got:.9g}") for row in measure_all(register))
    return {**found, "targets": digest(figures)}


def _run(scale: float, months: int) -> tuple[Any, Register]:
    from sim.model import BenefitModel

    model = BenefitModel(scale=scale, months=months, seed=SEED, register=True).run()
    return model, from_spells(model.spells(), persons=model.persons(), last=model.month, weight=model.weight)


def write(file: Path = MEASURED, baseline: Path = BASELINE) -> None:
    """Run the baseline and write the table of targets, asked and got, and the fingerprint of the model that said so."""
    model, register = _run(SCALE, MONTHS)
    rows = []
    for row in measure_all(register):
        t = row.target
        got, miss = ("", "") if math.isnan(row.miss) else (f"{row.got:.0f}" if t.unit == "persons" else f"{row.got:.5g}", f"{row.miss:.2f}")
        rows.append([t.target, t.pattern, t.role, t.unit, f"{t.asked:g}", got, f"{t.tolerance:g}", miss, t.fact, t.note])
    write_table(file, ["target", "pattern", "role", "unit", "asked", "got", "tolerance", "miss", "fact", "note"], rows)
    write_text(baseline, json.dumps(fingerprint(), indent=1) + "\n")
    print(f"wrote {file}: baseline to {label(model.month)}, scale {SCALE:g}, seed {SEED}")


if __name__ == "__main__":
    write()
