"""Reads the facts of the documents: one fact a row, with source lines and confidence."""

import csv
import math
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Literal

from agents.mistake import Mistake, unknown

FOLDER = Path(__file__).parent

UNITS = frozenset(
    ["pct", "count", "DKK_million", "persons", "years", "months", "DKK", "weeks", "fulltime_persons", "sign", "hours_per_week", "pct_points", "evidence_level_0_3", "children", "cases", "ratio", "yyyymm", "contacts_per_year", "jobcentres", "yyyymmdd", "municipalities", "weeks_per_year", "hours", "year", "firms", "fulltime_places", "places", "persons_per_month", "days", "DKK_million_per_year", "spells", "interviews", "rank", "jobs", "employees", "EUR", "fiscal_years", "count_per_case", "school_grade", "hours_per_person", "km", "grade_7_step_scale", "points", "meetings", "couples", "no_shows", "hours_per_year", "types"]
)
"""Units that facts may have."""


@dataclass(frozen=True)
class Fact:
    """One documented fact. ``value`` is in ``unit``; ``low`` and ``high`` bound it where the source gives a range."""

    id: str
    kind: str
    topic: str
    measure: str
    value: float
    low: float | None
    high: float | None
    unit: str
    population: str
    from_state: str
    to_state: str
    period: str
    horizon: str
    breakdown: str
    seed: str
    lines: str
    confidence: Literal["high", "medium", "low"]
    note: str

    @property
    def citation(self) -> str:
        """Seed file and lines."""
        return f"{self.seed}:{self.lines.replace(' ', '')}"


@lru_cache(maxsize=2)
def facts(folder: Path = FOLDER) -> dict[str, Fact]:
    """All facts by id. Raises Mistake naming file and row for a unit, number or id that cannot be used."""
    found: dict[str, Fact] = {}
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as text:
            for number, row in enumerate(csv.DictReader(text), start=2):
                fact = _read(row, f"{file.name}, line {number}")
                if fact.id in found:
                    raise Mistake(f"{file.name}, line {number}: the id {fact.id!r} stands twice")
                found[fact.id] = fact
    return found


def fact(id_: str) -> Fact:
    """The fact with an id. Raises Mistake with the nearest id when there is none."""
    known = facts()
    if id_ not in known:
        raise unknown("fact", id_, known)
    return known[id_]


def _read(row: dict[str, str], where: str) -> Fact:
    columns = {field.name for field in fields(Fact)}
    if set(row) != columns or None in row.values():
        raise Mistake(f"{where}: the row must have the columns {', '.join(sorted(columns))}, no more and no fewer")
    if row["unit"] not in UNITS:
        raise unknown("unit", row["unit"], UNITS, where=where)
    numbers: dict[str, float | None] = {}
    for key in ("value", "low", "high"):
        try:
            numbers[key] = float(row[key]) if row[key] else None
        except ValueError:
            raise Mistake(f"{where}: {key} = {row[key]!r} is not a number") from None
        if not math.isfinite(numbers[key] or 0.0):
            raise Mistake(f"{where}: {key} = {row[key]!r} is not a finite number")
    value = numbers["value"]
    if value is None:
        raise Mistake(f"{where}: value is missing")
    if row["confidence"] not in ("high", "medium", "low"):
        raise unknown("confidence", row["confidence"], ("high", "medium", "low"), where=where)
    texts = {k: v for k, v in row.items() if k not in numbers}
    return Fact(value=value, low=numbers["low"], high=numbers["high"], **texts)  # type: ignore[arg-type]
