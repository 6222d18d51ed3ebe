"""The synthetic register as a statistician sees it: who had which status in which month, who they are, what they met."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from agents.calendar import Month, label, month
from agents.mistake import Mistake, unknown
from agents.statuses import CODE
from calibration.spells import STATUS, Integers, Spells, months, spells_from

Codes = npt.NDArray[np.uint8]


class Unmeasurable(Mistake):
    """The register holds no spells of a kind that a figure needs. Measurement functions answer NaN."""


class OutsideRegister(Mistake):
    """A month that the register does not know."""


@dataclass(frozen=True)
class Register:
    """Status by person and month, attributes of the persons, and spells of other kinds.

    Attributes:
        status: status code, shape (persons, months); a month ends with this status. Months before a person is known
            (not yet 18, or before the spell with which the run begins) have the code of ``entry``.
        first: the first month of the table.
        weight: persons that one row stands for.
        persons: attributes by name, each of shape (persons,): ``birth_month`` in months since 2000-01, ``sex``,
            ``origin``, ``municipality``, ``education``, flags, whatever else ``persons.parquet`` holds.
        spells: spells by kind; ``status`` spells are there for what began them.
        since: column (zero or negative) in which the status of the first month began, shape (persons,).
        complete_from: the first month in which everybody is known; earlier months cannot be measured.
    """

    status: Codes
    first: Month
    weight: float
    persons: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)
    spells: Mapping[str, Spells] = field(default_factory=dict)
    since: Integers | None = None
    complete_from: Month | None = None

    @property
    def last(self) -> Month:
        """The last month of the table."""
        return self.first + self.status.shape[1] - 1

    @property
    def complete(self) -> Month:
        """The first month that can be measured."""
        return self.first if self.complete_from is None else self.complete_from

    @cached_property
    def began(self) -> npt.NDArray[np.int32]:
        """Column in which the status of each person and month began, shape (persons, months)."""
        return began_in(self.status)

    def at(self, when: Month) -> Codes:
        """Status of everybody at the end of a month. Raises Mistake outside the table."""
        return self.status[:, self.column(when)]

    def column(self, when: Month) -> int:
        """Column of a month. Raises OutsideRegister outside the months that are known."""
        if not self.complete <= when <= self.last:
            known = f"{label(self.complete)} to {label(self.last)}"
            raise OutsideRegister(f"month {label(when)} is outside the register ({known})")
        return when - self.first

    def attribute(self, name: str) -> npt.NDArray[Any]:
        """An attribute of the persons, shape (persons,). Raises Mistake when the register does not have it."""
        if name not in self.persons:
            raise unknown("attribute of persons", name, self.persons, where="register")
        return self.persons[name]

    def of_kind(self, kind: str) -> Spells:
        """The spells of a kind. Raises Unmeasurable when there is none in the whole register."""
        if kind not in self.spells or not self.spells[kind].row.size:
            raise Unmeasurable(f"the register holds no spells of kind {kind!r}")
        return self.spells[kind]


def began_in(status: npt.NDArray[Any]) -> npt.NDArray[np.int32]:
    """For each row and column, the column in which the current run of equal values began."""
    columns = np.arange(status.shape[1], dtype=np.int32)
    changed = np.ones(status.shape, bool)
    changed[:, 1:] = status[:, 1:] != status[:, :-1]
    return np.maximum.accumulate(np.where(changed, columns, 0), axis=1)


def read_register(folder: Path | str, scenario: str | None = None, replication: int = 0) -> Register:
    """The register of one scenario and replication from a run folder written with ``--register``.

    Raises:
        Mistake: when the folder has no register, or not that scenario or replication.
    """
    file = Path(folder) / "spells.parquet"
    if not file.exists():
        raise Mistake(f"{folder} holds no register (spells.parquet); make the run with --register")
    here = [("replication", "==", replication)]
    spells = pd.read_parquet(file, read_dictionary=["scenario", "kind", "value", "cause"], filters=here)
    known = [str(name) for name in spells["scenario"].unique()]
    name = scenario if scenario is not None else known[0] if known else "any"
    chosen = spells[spells["scenario"] == name]
    if chosen.empty:
        has = f"replication {replication} has {', '.join(known)}" if known else f"it has no replication {replication}"
        raise Mistake(f"{folder} holds no scenario {name!r} with replication {replication}; {has}")
    persons = pd.read_parquet(Path(folder) / "persons.parquet", filters=here)
    last = int(months(pd.read_parquet(Path(folder) / "stocks.parquet", columns=["month"])["month"]).max())
    return from_tables(persons[persons["scenario"] == name], chosen, last=last)


def from_tables(persons: pd.DataFrame, spells: pd.DataFrame, *, last: Month) -> Register:
    """A register from the tables of a run. It is complete from the month before anybody first changed status."""
    status = spells[spells["kind"] == STATUS]
    start = months(status["start"])
    begun = pd.Series(start).groupby(status["person_id"].to_numpy()).transform("min").to_numpy()
    later = start[start > begun]
    complete = int(later.min()) - 1 if later.size else last
    weight = float(persons["weight"].iloc[0])
    return from_spells(spells, last=last, weight=weight, persons=persons, complete_from=complete)


def from_spells(
    spells: pd.DataFrame, *, last: Month, weight: float, first: str = "2008-01", persons: pd.DataFrame | None = None,
    complete_from: Month | None = None,
) -> Register:
    """A register from a table of spells (person_id, value, start, end; half-open, missing end = running).

    Without a column ``kind`` all are spells of status. ``persons`` (person_id and attributes) must hold everybody who
    has a spell of status; spells of other kinds of people without status are left out.

    Raises:
        Mistake: for an unknown status, or a person whose attributes are missing.
    """
    begin = month(first)
    columns = last + 1 - begin
    statuses = spells if "kind" not in spells else spells[spells["kind"] == STATUS]
    person, row = np.unique(statuses["person_id"].to_numpy(), return_inverse=True)
    laid = spells_from(statuses, row.astype(np.int32), begin, columns)
    status, since = _lay(laid, person.size, columns)
    kinds = {STATUS: laid} if "cause" in spells else {}
    if "kind" in spells:
        others = spells[(spells["kind"] != STATUS) & spells["person_id"].isin(person)]
        for kind, table in others.groupby("kind", observed=True):
            rows = np.searchsorted(person, table["person_id"].to_numpy())
            kinds[str(kind)] = spells_from(table, rows.astype(np.int32), begin, columns)
    known = {} if persons is None else _attributes(persons, person)
    complete = None if complete_from is None else max(complete_from, begin)
    return Register(status, begin, weight, known, kinds, since, complete)


def _lay(spells: Spells, persons: int, columns: int) -> tuple[Codes, Integers]:
    """Status by person and column, and where the status of the first column began."""
    wrong = next((name for name in spells.values if name not in CODE), None)
    if wrong is not None:
        raise unknown("status", wrong, CODE, where="spells")
    codes = np.array([CODE[name] for name in spells.values], np.uint8)[spells.value]
    start, end = np.clip(spells.start, 0, columns), np.clip(spells.end, 0, columns)
    length = end - start
    status = np.full(persons * columns, CODE["entry"], np.uint8)
    offset = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    status[np.repeat(spells.row.astype(np.int64) * columns + start, length) + offset] = np.repeat(codes, length)
    since = np.zeros(persons, np.int32)
    at_first = (spells.start <= 0) & (spells.end > 0)
    since[spells.row[at_first]] = spells.start[at_first]
    return status.reshape(persons, columns), since


def _attributes(persons: pd.DataFrame, person: npt.NDArray[np.int64]) -> dict[str, npt.NDArray[Any]]:
    """Attributes of the persons of the register, in their order."""
    ids = persons["person_id"].to_numpy()
    order = np.argsort(ids)
    place = np.minimum(np.searchsorted(ids, person, sorter=order), ids.size - 1)
    rows = order[place]
    missing = person[ids[rows] != person]
    if missing.size:
        raise Mistake(f"persons: person_id {missing[0]} has spells but no row")
    table = persons.iloc[rows].drop(columns=["person_id", "scenario", "replication", "weight"], errors="ignore")
    return {
        str(name): months(column) if pd.api.types.is_datetime64_any_dtype(column) else column.to_numpy()
        for name, column in table.items()
    }
