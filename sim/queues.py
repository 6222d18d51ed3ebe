"""Who enters and leaves the queues of a month, so that no case is lost between them."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from agents.column import Rows

Months = npt.NDArray[np.int64]

QUEUES = ("certificate", "psychiatry", "documentation", "team")
"""Queues: doctors' certificates, psychiatry, open cases that are being documented and prepared, the rehabilitation team."""


def _lists() -> dict[str, list[npt.NDArray[np.int64]]]:
    return {queue: [] for queue in QUEUES}


@dataclass
class QueueBook:
    """A month's book, kept by those who move cases: rows of citizens by queue.

    Those who *left* have what they waited for; those *withdrawn* have left without it (the case is over, psychiatry has
    closed it, a rule has decided it).
    """

    _entered: dict[str, list[Rows]] = field(default_factory=_lists)
    _left: dict[str, list[Rows]] = field(default_factory=_lists)
    _waited: dict[str, list[Months]] = field(default_factory=_lists)
    _withdrawn: dict[str, list[Rows]] = field(default_factory=_lists)

    def enter(self, queue: str, rows: Rows) -> None:
        """Citizens who begin to wait."""
        self._entered[queue].append(rows)

    def leave(self, queue: str, rows: Rows, waited: Months | None = None) -> None:
        """Citizens who have what they waited for, after so many months where that is kept."""
        self._left[queue].append(rows)
        self._waited[queue].append(np.zeros(rows.size, np.int64) if waited is None else waited)

    def withdraw(self, queue: str, rows: Rows) -> None:
        """Citizens who no longer wait, though they have not got it."""
        self._withdrawn[queue].append(rows)

    def entered(self, queue: str) -> Rows:
        """Rows of those who began to wait this month."""
        return _joined(self._entered[queue])

    def left(self, queue: str) -> tuple[Rows, Months]:
        """Rows of those who have what they waited for, and months waited."""
        return _joined(self._left[queue]), _joined(self._waited[queue])

    def withdrawn(self, queue: str) -> Rows:
        """Rows of those who no longer wait."""
        return _joined(self._withdrawn[queue])


def _joined(parts: list[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    return np.concatenate([np.zeros(0, np.int64), *parts])
