"""Recording: stocks and flows of every month as whole numbers of citizens, and the log of moves when asked for."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from agents.calendar import Month, timestamps
from agents.column import Store
from agents.statuses import COUNT, NAMES, RESIDENT
from sim.moves import count_flows
from sim.rules import Moved

_RESIDENT_CODES = np.array([s.code for s in RESIDENT])


class Recorder:
    """Keeps what happened.

    Attributes:
        stocks: citizens by month and status, shape (months + 1, statuses); the first row is before the first month.
        flows: moves by month, from and to, shape (months, statuses, statuses).
        log: with ``keep_log``, the moves as (month, rows, from, to, cause).
    """

    def __init__(self, store: Store, start: Month, months: int, *, keep_log: bool = False) -> None:
        self._store = store
        self.start = start
        self.done = 0
        self.stocks = np.zeros((months + 1, COUNT), np.int64)
        self.flows = np.zeros((months, COUNT, COUNT), np.int64)
        self.stocks[0] = self.count()
        self.log: list[tuple[Month, npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any], str]] = []
        self._keep_log = keep_log

    def count(self) -> npt.NDArray[np.int64]:
        """Citizens by status, counted one by one."""
        status = self._store["status"]
        pieces = (np.bincount(status[i : i + 65536], minlength=COUNT) for i in range(0, status.size, 65536))
        return np.sum(list(pieces), axis=0, dtype=np.int64)

    def moved(self, now: Month, moved: Moved) -> None:
        """Note the moves of a phase."""
        self.flows[self.done] += count_flows(moved.source, moved.to)
        if self._keep_log:
            for number, name in enumerate(moved.causes):
                these = moved.only(moved.cause == number)
                self.log.append((now, these.rows, these.source, these.to, name))

    def close_month(self) -> None:
        """Book the month: stock = stock before + in - out."""
        flow = self.flows[self.done]
        self.stocks[self.done + 1] = self.stocks[self.done] + flow.sum(axis=0) - flow.sum(axis=1)
        self.done += 1

    def check(self) -> None:
        """Raise RuntimeError unless the books agree with the citizens, counted one by one."""
        booked, counted = self.stocks[self.done], self.count()
        if not np.array_equal(booked, counted):
            wrong = {NAMES[i]: (int(booked[i]), int(counted[i])) for i in np.flatnonzero(booked != counted)}
            raise RuntimeError(f"persons are not conserved, (booked, counted): {wrong}")

    def stocks_table(self, weight: float) -> pd.DataFrame:
        """Tidy stocks: month, status, citizens, persons, full_time_persons.

        Full-time persons of a month are the mean of the stocks before and after it (moves are spread over the month);
        the month before the first has its stock.
        """
        counts = self.stocks[: self.done + 1, _RESIDENT_CODES]
        full_time = counts.astype(np.float64)
        full_time[1:] = (counts[1:] + counts[:-1]) / 2
        months = timestamps(np.arange(self.start - 1, self.start + self.done))
        return pd.DataFrame(
            {
                "month": np.repeat(months, _RESIDENT_CODES.size),
                "status": np.tile([NAMES[c] for c in _RESIDENT_CODES], months.size),
                "citizens": counts.ravel(),
                "persons": counts.ravel() * weight,
                "full_time_persons": full_time.ravel() * weight,
            }
        )

    def flows_table(self, weight: float) -> pd.DataFrame:
        """Tidy flows: month, from_status, to_status, citizens, persons; only moves that happened."""
        month, source, to = np.nonzero(self.flows[: self.done])
        citizens = self.flows[month, source, to]
        names = np.array(NAMES)
        return pd.DataFrame(
            {
                "month": timestamps(self.start + month),
                "from_status": names[source],
                "to_status": names[to],
                "citizens": citizens,
                "persons": citizens * weight,
            }
        )
