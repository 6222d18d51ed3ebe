"""The synthetic register as a statistician sees it: who had which status in which month."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from agents.calendar import Month, month
from agents.mistake import Mistake
from agents.statuses import CODE

Codes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Register:
    """Status by person and month.

    Attributes:
        status: status code, shape (persons, months); a month ends with this status. Months before a person is known
            (not yet 18, or before the spell with which the run begins) have the code of ``entry``.
        first: the first month of the table.
        weight: persons that one row stands for.
    """

    status: Codes
    first: Month
    weight: float

    @property
    def last(self) -> Month:
        """The last month of the table."""
        return self.first + self.status.shape[1] - 1

    @cached_property
    def began(self) -> npt.NDArray[np.int32]:
        """Column in which the status of each person and month began, shape (persons, months)."""
        return began_in(self.status)

    def at(self, when: Month) -> Codes:
        """Status of everybody at the end of a month. Raises Mistake outside the table."""
        return self.status[:, self.column(when)]

    def column(self, when: Month) -> int:
        """Column of a month. Raises Mistake outside the table."""
        if not self.first <= when <= self.last:
            raise Mistake(f"month {when} is outside the register ({self.first} to {self.last})")
        return when - self.first


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
    spells = pd.read_parquet(file)
    known = list(spells["scenario"].unique())
    name = known[0] if scenario is None else scenario
    chosen = spells[(spells["scenario"] == name) & (spells["replication"] == replication) & (spells["kind"] == "status")]
    if chosen.empty:
        raise Mistake(f"{folder} holds no scenario {name!r} with replication {replication}; it has {', '.join(known)}")
    weight = float(pd.read_parquet(Path(folder) / "persons.parquet", columns=["weight"])["weight"].iloc[0])
    last = int(_months(pd.read_parquet(Path(folder) / "stocks.parquet", columns=["month"])["month"]).max())
    return from_spells(chosen, last=last, weight=weight)


def from_spells(spells: pd.DataFrame, *, last: Month, weight: float, first: str = "2008-01") -> Register:
    """A register from a table of status spells (person_id, value, start, end; half-open, missing end = running)."""
    begin = month(first)
    person, row = np.unique(spells["person_id"].to_numpy(), return_inverse=True)
    start = np.clip(_months(spells["start"]) - begin, 0, last + 1 - begin)
    running = spells["end"].isna().to_numpy()
    end = np.full(len(spells), last + 1 - begin)
    end[~running] = np.clip(_months(spells.loc[~running, "end"]) - begin, 0, last + 1 - begin)
    codes = spells["value"].map(CODE).to_numpy(np.uint8)
    status = np.full((person.size, last + 1 - begin), CODE["entry"], np.uint8)
    length = end - start
    offset = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    status[np.repeat(row, length), np.repeat(start, length) + offset] = np.repeat(codes, length)
    return Register(status, begin, weight)


def _months(dates: pd.Series) -> npt.NDArray[np.int64]:
    return ((dates.dt.year - 2000) * 12 + dates.dt.month - 1).to_numpy(np.int64)
