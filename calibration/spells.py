"""Spells of one kind as arrays: who had what, from which month to which, and what began it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from agents.calendar import Month

Integers = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]

STATUS = "status"
KINDS = (STATUS, "programme", "measure", "support", "sanction", "caseworker", "case", "employer")
"""Kinds of spells that ``spells.parquet`` may hold. One row is one spell; a sanction lasts at least its month."""


@dataclass(frozen=True)
class Spells:
    """Spells of one kind.

    Attributes:
        row: row of the person in the register, shape (spells,).
        start, end: columns of the register, half-open; before the table ``start`` is negative, running spells end
            at the table's width.
        value, cause: position in ``values`` and ``causes``.
        values, causes: the names.
    """

    row: Integers
    start: Integers
    end: Integers
    value: Integers
    cause: Integers
    values: tuple[str, ...]
    causes: tuple[str, ...]

    def having(self, values: Sequence[str] | None = None, cause: str | None = None) -> "Spells":
        """The spells with one of the values, or with the cause."""
        keep = np.ones(self.row.size, bool)
        if values is not None:
            keep &= np.isin(self.value, [i for i, name in enumerate(self.values) if name in values])
        if cause is not None:
            keep &= np.isin(self.cause, [i for i, name in enumerate(self.causes) if name == cause])
        return self.where(keep)

    def where(self, keep: Bools) -> "Spells":
        """The spells for which ``keep`` is True, shape (spells,)."""
        row, start, end, value, cause = (
            array[keep] for array in (self.row, self.start, self.end, self.value, self.cause)
        )
        return Spells(row, start, end, value, cause, self.values, self.causes)

    def active(self, persons: int, first: int, last: int) -> Bools:
        """Whether a person is in one of the spells in each column ``first`` to ``last``, shape (persons, columns)."""
        ends = np.maximum(self.end, self.start + 1)
        here = (self.start <= last) & (ends > first)
        row, begin, end = self.row[here], np.maximum(self.start[here], first) - first, np.minimum(ends[here], last + 1) - first
        steps = np.zeros((persons, last - first + 2), np.int16)
        np.add.at(steps, (row, begin), 1)
        np.add.at(steps, (row, end), -1)
        return np.cumsum(steps, axis=1, dtype=np.int16)[:, :-1] > 0

    def begun(self, first: int, last: int) -> "Spells":
        """The spells that begin in the columns ``first`` to ``last``."""
        return self.where((self.start >= first) & (self.start <= last))


def spells_from(table: pd.DataFrame, row: Integers, first: Month, columns: int) -> Spells:
    """Spells from a table (value, start, end; cause where known) whose persons have the given rows.

    Months are laid on the columns of a register that begins in ``first`` and has ``columns`` months.
    """
    start = months(table["start"]) - first
    end = np.full(len(table), columns, np.int64)
    ended = table["end"].notna().to_numpy()
    end[ended] = months(table.loc[ended, "end"]) - first
    value, values = pd.factorize(table["value"])
    cause, causes = pd.factorize(table["cause"]) if "cause" in table else (np.zeros(len(table)), [""])
    return Spells(
        row.astype(np.int32), start.astype(np.int32), end.astype(np.int32), value.astype(np.int32),
        cause.astype(np.int32), tuple(map(str, values)), tuple(map(str, causes)),
    )


def months(dates: pd.Series) -> npt.NDArray[np.int64]:
    """Months since 2000-01 of timestamps, shape (rows,). Dates must not be missing."""
    since_1970 = dates.to_numpy("datetime64[M]").astype(np.int64)
    return since_1970 - (2000 - 1970) * 12
