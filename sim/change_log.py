"""What changes beside the status, as spells of the register: caseworkers, cases, measures, support, sanctions, employers, contacts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from agents.calendar import Month, label, timestamps
from agents.citizen import NEVER, STAGES
from agents.measures import MEASURES, SANCTIONS, SUPPORTS
from agents.statuses import NAMES
from agents.workplaces import SECTORS, SIZE_CLASSES

Values = npt.NDArray[np.int64]

NOTHING = -1
"""Value of those who have none: no caseworker, no case, no measure."""
_HOLDERS, _STAGES, _KINDS = 2**16, 2**4, 2**4


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


def measure_values(measure: npt.NDArray[Any], begun: npt.NDArray[Any]) -> Values:
    """A number for each citizen's active measure and the month it was offered in; NOTHING for none."""
    return np.where(measure > 0, (begun.astype(np.int64) - NEVER) * _KINDS + measure, NOTHING)


def support_values(until: list[npt.NDArray[Any]], now: Month) -> Values:
    """A number for the support beside measures that each citizen has, one bit each; NOTHING for none."""
    bits = sum((column > now).astype(np.int64) << bit for bit, column in enumerate(until))
    return np.where(np.asarray(bits) > 0, bits, NOTHING)


def sanction_values(sanction: npt.NDArray[Any], begun: npt.NDArray[Any], until: npt.NDArray[Any], now: Month) -> Values:
    """A number for each citizen's sanction and the month it began in; NOTHING for none."""
    return np.where(until > now, (begun.astype(np.int64) - NEVER) * _KINDS + sanction, NOTHING)


def employer_values(employer: npt.NDArray[Any], sector: npt.NDArray[Any], size_class: npt.NDArray[Any]) -> Values:
    """A number for the employer where each citizen has a place, hours or a fleksjob, with sector and size; NOTHING for none."""
    at = np.maximum(employer.astype(np.int64), 0)
    if not sector.size:
        return np.full(employer.size, NOTHING)
    return np.where(employer >= 0, (at * _KINDS + sector[at]) * _KINDS + size_class[at], NOTHING)


def contact_values(due: npt.NDArray[Any]) -> Values:
    """A number for the month in which each citizen's next interview is due; NOTHING for none."""
    return np.where(due != NEVER, due.astype(np.int64) - NEVER, NOTHING)


def _caseworker_name(code: int) -> str:
    return f"{code // _HOLDERS}-{code % _HOLDERS}"


def _case_name(code: int) -> str:
    return f"{NAMES[code // _STAGES]} {STAGES[code % _STAGES]}"


def _measure_name(code: int) -> str:
    return MEASURES[code % _KINDS - 1].register


def _support_name(code: int) -> str:
    return "+".join(name for bit, name in enumerate(SUPPORTS) if code >> bit & 1)


def _sanction_name(code: int) -> str:
    return list(SANCTIONS)[code % _KINDS - 1]


def _employer_name(code: int) -> str:
    sector, size_class = code // _KINDS % _KINDS, code % _KINDS
    return f"{code // _KINDS**2} {list(SECTORS)[sector]} {list(SIZE_CLASSES)[size_class]}"


def _contact_name(code: int) -> str:
    return label(code + NEVER)


@dataclass(frozen=True)
class _Kind:
    """How spells of a kind are written: the name of a value, and the causes of a first and of a further one."""

    name: Callable[[int], str]
    begins: str
    goes_on: str


KINDS = {
    "caseworker": _Kind(_caseworker_name, "assigned", "changed caseworker"),
    "case": _Kind(_case_name, "need", "case"),
    "measure": _Kind(_measure_name, "offer", "next offer"),
    "support": _Kind(_support_name, "given", "changed"),
    "sanction": _Kind(_sanction_name, "breach", "further breach"),
    "employer": _Kind(_employer_name, "placed", "changed employer"),
    "contact": _Kind(_contact_name, "asked", "new date"),
}
"""Kinds of spells beside the status."""


def change_table(kind: str, events: Events) -> pd.DataFrame:
    """Spells of one kind: person_id, kind, value, cause, start, end (half-open; missing = running). Values are
    ``<position>-<number of the holder>`` for caseworkers, ``<award> <stage>`` for cases, ``<number> <sector> <size>`` for
    employers, several joined by ``+`` for support; of a contact the month in which the next interview is due."""
    goes_on = np.flatnonzero(events.person[1:] == events.person[:-1])
    end = np.full(events.person.size, np.datetime64("NaT"), "datetime64[ms]")
    end[goes_on] = timestamps(events.start[goes_on + 1])
    before = np.full(events.person.size, NOTHING)
    before[goes_on + 1] = events.value[goes_on]
    is_one = events.value != NOTHING
    value, first = events.value[is_one], before[is_one] == NOTHING
    codes, inverse = np.unique(value, return_inverse=True)
    names = np.array([KINDS[kind].name(code) for code in codes.tolist()], dtype=object)[inverse]
    return pd.DataFrame(
        {
            "person_id": events.person[is_one], "kind": kind, "value": names,
            "cause": np.where(first, KINDS[kind].begins, KINDS[kind].goes_on),
            "start": timestamps(events.start[is_one]), "end": end[is_one],
        }
    )
