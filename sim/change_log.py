"""What changes beside the status, as spells of the register: who is whose caseworker, and how far a case has come."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from agents.calendar import Month, timestamps
from agents.citizen import STAGES
from agents.statuses import NAMES

Values = npt.NDArray[np.int64]

NOTHING = -1
"""Value of those who have no caseworker, or no case."""
_HOLDERS, _STAGES = 2**16, 2**4


@dataclass(frozen=True)
class Events:
    """New values by person and month, as columns of one length, in this order."""

    person: Values
    start: Values
    value: Values

    def followed_by(self, later: "Events") -> "Events":
        """These events and later ones of the same persons."""
        parts = [np.concatenate(both) for both in ((self.person, later.person), (self.start, later.start), (self.value, later.value))]
        order = np.lexsort((parts[1], parts[0]))
        return Events(*(part[order] for part in parts))

    def taken(self, positions: npt.NDArray[np.int64], person: Values) -> "Events":
        """The events at some positions, of the persons given."""
        return replace(self, person=person, start=self.start[positions], value=self.value[positions])


class ChangeLog:
    """Notes every change of one number per citizen."""

    def __init__(self, values: Values) -> None:
        self._last = values
        self._log: list[tuple[Month, npt.NDArray[np.int64], Values]] = []

    def note(self, now: Month, values: Values) -> None:
        """Note who has another value at the end of month ``now``."""
        rows = np.flatnonzero(values != self._last)
        self._log.append((now, rows, values[rows]))
        self._last = values

    def events(self) -> Events:
        """All changes, by person and month."""
        nobody = np.zeros(0, np.int64)
        person = np.concatenate([nobody, *(rows for _, rows, _ in self._log)])
        start = np.concatenate([nobody, *(np.full(rows.size, now) for now, rows, _ in self._log)])
        value = np.concatenate([nobody, *(values for *_, values in self._log)])
        order = np.lexsort((start, person))
        return Events(person[order], start[order], value[order])


def caseworker_values(caseworker: npt.NDArray[Any], holder: npt.NDArray[Any]) -> Values:
    """A number for each citizen's caseworker: the position and who holds it; NOTHING for none."""
    known = caseworker.astype(np.int64)
    return np.where(known >= 0, known * _HOLDERS + holder[np.maximum(known, 0)], NOTHING)


def case_values(need: npt.NDArray[Any], stage: npt.NDArray[Any]) -> Values:
    """A number for each citizen's case: what it calls for and its stage; NOTHING for none."""
    return np.where(need > 0, need.astype(np.int64) * _STAGES + stage, NOTHING)


def change_table(kind: str, events: Events) -> pd.DataFrame:
    """Spells of one kind: person_id, kind, value, cause, start, end (half-open; missing = running). Values are
    ``<position>-<number of the holder>`` for caseworkers, ``<award> <stage>`` for cases."""
    goes_on = np.flatnonzero(events.person[1:] == events.person[:-1])
    end = np.full(events.person.size, np.datetime64("NaT"), "datetime64[ms]")
    end[goes_on] = timestamps(events.start[goes_on + 1])
    before = np.full(events.person.size, NOTHING)
    before[goes_on + 1] = events.value[goes_on]
    is_one = events.value != NOTHING
    value, first = events.value[is_one], before[is_one] == NOTHING
    names = {"caseworker": _caseworker_names, "case": _case_names}[kind](value)
    begins, goes = {"caseworker": ("assigned", "changed caseworker"), "case": ("need", "case")}[kind]
    return pd.DataFrame(
        {
            "person_id": events.person[is_one], "kind": kind, "value": names, "cause": np.where(first, begins, goes),
            "start": timestamps(events.start[is_one]), "end": end[is_one],
        }
    )


def _caseworker_names(value: Values) -> npt.NDArray[Any]:
    codes, inverse = np.unique(value, return_inverse=True)
    return np.array([f"{code // _HOLDERS}-{code % _HOLDERS}" for code in codes.tolist()], dtype=object)[inverse]


def _case_names(value: Values) -> npt.NDArray[Any]:
    codes, inverse = np.unique(value, return_inverse=True)
    return np.array([f"{NAMES[code // _STAGES]} {STAGES[code % _STAGES]}" for code in codes.tolist()], dtype=object)[inverse]
