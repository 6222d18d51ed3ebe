"""Targets: documented figures with the function that measures them on the register, and one role for each pattern.

Roles are frozen: a *fit* target may be used to choose rates, a *holdout* target may not. A change of role needs a line in
CHANGELOG.md.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from agents.mistake import Mistake, unknown
from calibration.evidence import Fact, facts
from calibration.measure import MEASURES
from calibration.register import Register
from calibration.target_arguments import EVENTS, GROUPS, read_arguments

__all__ = ["EVENTS", "GROUPS", "MEASURES", "Target", "read_targets"]

COLUMNS = ("target", "pattern", "role", "unit", "asked", "tolerance", "fact", "measure", "arguments", "note")
FILE = Path(__file__).with_name("targets.csv")

_NOT_THE_FACT = ("Derived: ", "Assumption: ")
"""How the note begins when the value is not the fact's own; only an assumption may do without a fact."""
_SAME: dict[str, dict[str, float]] = {
    "share": {"pct": 0.01},
    "persons": {"persons": 1, "fulltime_persons": 1, "spells": 1, "count": 1, "persons_per_month": 12},
}
"""What a fact's unit becomes in the unit of a target: persons a month as persons a year."""


@dataclass(frozen=True)
class Target:
    """One documented figure.

    Attributes:
        target: what it is, in words.
        pattern: figures that belong together; a pattern has one role.
        role: ``fit`` or ``holdout``.
        unit: ``share`` (misses are differences) or ``persons`` (misses are log ratios).
        asked: the documented value.
        tolerance: one standard deviation of how far definition, rounding and season may part model and source.
        fact: id of the evidence row; empty for an assumption, whose note begins with ``Assumption:``.
        measure, arguments: the measurement function and what it is called with.
        note: how model and source differ.
    """

    target: str
    pattern: str
    role: Literal["fit", "holdout"]
    unit: Literal["share", "persons"]
    asked: float
    tolerance: float
    fact: str
    measure: str
    arguments: dict[str, Any]
    note: str

    @property
    def is_identity(self) -> bool:
        """Whether the figure holds by construction."""
        return self.note.startswith("Identity")

    def measured(self, register: Register) -> float:
        """The figure computed from a register."""
        return MEASURES[self.measure](register, **self.arguments)

    def counted(self, got: float, half: float) -> float:
        """What a miss is taken of: persons by the logarithm, so nobody at all is ``half`` a citizen."""
        return max(got, half) if self.unit == "persons" else got

    def miss(self, got: float) -> float:
        """Distance from what is asked, in tolerances."""
        return float((np.log(got / self.asked) if self.unit == "persons" else got - self.asked) / self.tolerance)


@lru_cache(maxsize=2)
def read_targets(file: Path = FILE) -> tuple[Target, ...]:
    """All targets. Raises Mistake naming file and row for anything that cannot be used."""
    roles: dict[str, tuple[str, int]] = {}
    found: dict[str, tuple[Target, int]] = {}
    with file.open(encoding="utf-8", newline="") as text:
        rows = csv.DictReader(text)
        _check_columns(rows.fieldnames or (), f"{file.name}, line 1")
        for row in rows:
            where = f"{file.name}, line {rows.line_num}"
            target = _read(row, where)
            if target.target in found:
                raise Mistake(f"{where}: target {target.target!r} stands twice (first in line {found[target.target][1]})")
            role, first = roles.setdefault(target.pattern, (target.role, rows.line_num))
            if role != target.role:
                raise Mistake(
                    f"{where}: pattern {target.pattern!r} has two roles, {role} in line {first} and {target.role} here; a pattern has one"
                )
            found[target.target] = (target, rows.line_num)
    return tuple(target for target, _ in found.values())


def _check_columns(columns: Sequence[str], where: str) -> None:
    """Every column once, under its own name: of one that stands twice the first would be lost."""
    twice = next((c for c in columns if columns.count(c) > 1), None)
    if twice is not None:
        raise Mistake(f"{where}: the column {twice!r} stands twice; columns are {', '.join(COLUMNS)}")
    wrong = next((c for c in columns if c not in COLUMNS), None)
    if wrong is not None:
        raise unknown("column", wrong, COLUMNS, where=where)


def _read(row: dict[str, str], where: str) -> Target:
    if set(row) != set(COLUMNS) or None in row.values():
        raise Mistake(f"{where}: the row must have the columns {', '.join(COLUMNS)}, no more and no fewer")
    if row["role"] not in ("fit", "holdout"):
        raise unknown("role", row["role"], ("fit", "holdout"), where=where)
    if row["unit"] not in _SAME:
        raise unknown("unit", row["unit"], _SAME, where=where)
    if row["measure"] not in MEASURES:
        raise unknown("measurement function", row["measure"], MEASURES, where=where)
    asked, tolerance = _number(row, "asked", where), _number(row, "tolerance", where)
    if tolerance <= 0:
        raise Mistake(f"{where}: tolerance {tolerance:g} must be above 0")
    if row["unit"] == "persons" and asked <= 0:
        raise Mistake(f"{where}: asked = {asked:g} must be above 0 for persons")
    _compare_with_fact(row, asked, where)
    rest = {key: row[key] for key in ("target", "pattern", "fact", "measure", "note")}
    return Target(
        role="fit" if row["role"] == "fit" else "holdout", unit="share" if row["unit"] == "share" else "persons",
        asked=asked, tolerance=tolerance, arguments=read_arguments(row, where), **rest,
    )


def _number(row: dict[str, str], key: str, where: str) -> float:
    try:
        number = float(row[key])
    except ValueError:
        raise Mistake(f"{where}: {key} = {row[key]!r} is not a number") from None
    if not np.isfinite(number):
        raise Mistake(f"{where}: {key} = {row[key]!r} is not a finite number")
    return number


def in_unit(fact: Fact, unit: str, where: str = "facts") -> float:
    """The value of a fact in a unit of targets. Raises Mistake when they cannot be compared."""
    same = _SAME[unit]
    if fact.unit not in same:
        raise Mistake(f"{where}: the fact {fact.id!r} is in {fact.unit}; {unit} are compared with {', '.join(same)}")
    return fact.value * same[fact.unit]


def _compare_with_fact(row: dict[str, str], asked: float, where: str) -> None:
    """What is asked is what the fact says, in the target's unit, unless the note says how it comes to differ."""
    if not row["fact"]:
        if not row["note"].startswith(_NOT_THE_FACT[1]):
            raise Mistake(f"{where}: fact is empty; name one, or begin the note with {_NOT_THE_FACT[1]!r}")
        return
    if row["fact"] not in facts():
        raise Mistake(f"{unknown('fact', row['fact'], facts(), where=where)} (allowed: ids in calibration/evidence)")
    if row["note"].startswith(_NOT_THE_FACT):
        return
    fact = facts()[row["fact"]]
    if not np.isclose(asked, in_unit(fact, row["unit"], where), rtol=1e-4):
        raise Mistake(
            f"{where}: asked = {asked:g} is not what the fact {fact.id!r} says ({fact.value:g} {fact.unit}); "
            "mend it, or begin the note with 'Derived: ' and say how it follows"
        )
