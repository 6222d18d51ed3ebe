"""What the model says about every target, fitted or held out, misses first.

``python -m calibration.validation`` runs the baseline with a register, measures all targets and writes
``sim/parameters/2014/measured.csv``, which every report shows. Run it after a fit (``make fit`` does).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from agents.calendar import label
from calibration.register import OutsideRegister, Register, from_spells
from calibration.targets import Target, read_targets
from sim.parameters import DEFAULT_VINTAGE, FOLDER
from sim.whole_file import write_table

MEASURED = FOLDER / DEFAULT_VINTAGE / "measured.csv"
SCALE, MONTHS, SEED = 0.2, 36, 1
"""The run behind the shipped table: a fifth of Denmark for three years."""


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


def write(file: Path = MEASURED) -> None:
    """Run the baseline and write the table of targets, asked and got."""
    from sim.model import BenefitModel

    model = BenefitModel(scale=SCALE, months=MONTHS, seed=SEED, register=True).run()
    register = from_spells(model.spells(), persons=model.persons(), last=model.month, weight=model.weight)
    rows = []
    for row in measure_all(register):
        t = row.target
        got, miss = ("", "") if math.isnan(row.miss) else (f"{row.got:.{0 if t.unit == 'persons' else 4}f}", f"{row.miss:.2f}")
        rows.append([t.target, t.pattern, t.role, t.unit, f"{t.asked:g}", got, f"{t.tolerance:g}", miss, t.fact, t.note])
    write_table(file, ["target", "pattern", "role", "unit", "asked", "got", "tolerance", "miss", "fact", "note"], rows)
    print(f"wrote {file}: baseline to {label(model.month)}, scale {SCALE:g}, seed {SEED}")


if __name__ == "__main__":
    write()
