"""What the institution did, month by month: workloads, lateness, turnover, queues and waiting times.

Everything summed is a whole number of citizens or minutes. Row 0 of a table by place is the country, then come the districts.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from agents.at_risk import types_of
from agents.calendar import Month, timestamps
from agents.caseworker import GROUPS
from agents.column import Rows, Store
from agents.mistake import Mistake
from agents.risk_types import TYPES
from agents.target_groups import TARGET_GROUPS
from sim.casework import ACTS, MonthOfWork
from sim.documentation import Documentation
from sim.queues import QUEUES, QueueBook
from sim.staff import Changes, Staff
from sim.teams import OUTCOMES, Teams

Counts = npt.NDArray[np.int64]

_NOBODY = np.zeros(0, np.int64)
COUNTRY = "all"
"""Municipality in rows of the whole country."""
ANY_TYPE = "any"
"""Clients of at least one of the types at risk."""
_TENTHS = (0.1, 0.5, 0.9)
_CASEWORK = (
    "clients", "caseworkers", "caseload_p10", "caseload_p50", "caseload_p90", "caseload_max", "minutes_available",
    *(f"minutes_{act}" for act in ACTS), "contacts_due", "contacts_held", "contacts_late", "months_late", "contacts_missed",
    "sanction_cases", "revisited", "referred", "caseworkers_left", "citizens_changed_caseworker",
)
_QUEUE = ("length", "entered", "left", "withdrawn", "wait_p50", "wait_p90", "wait_max", "months_waited", "months_since_need")


class InstitutionRecorder:
    """Keeps what the institution did. Place 0 is the country, then come the districts of staff or the teams.

    Attributes:
        casework: shape (months, places x groups, measures): rows 0 to GROUPS - 1 are the country's groups.
        queues: shape (months, places, queues, measures).
        decided: cases decided for the country by outcome, shape (months, OUTCOMES).
        at_risk: clients of the country by type (:mod:`agents.at_risk`), then of any type, shape (months, GROUPS, TYPES + 1).
    """

    def __init__(
        self, municipalities: Store, staff: Staff, documentation: Documentation, teams: Teams, start: Month, months: int, *, of_clients: bool
    ) -> None:
        """``of_clients``: whether to book what caseworkers did and who is at risk; queues and decisions are booked in any case, since
        municipalities pay for them."""
        self._municipalities, self._staff, self._teams = municipalities, staff, teams
        self._start = start
        self._of_clients = of_clients
        self.done = 0
        self.casework = np.zeros((months, (staff.districts + 1) * GROUPS, len(_CASEWORK)), np.int64)
        self.queues = np.zeros((months, teams.teams.size + 1, len(QUEUES), len(_QUEUE)), np.int64)
        self.decided = np.zeros((months, len(OUTCOMES)), np.int64)
        self.at_risk = np.zeros((months, GROUPS, len(TYPES) + 1), np.int64)
        self._length = self._by_place(documentation.waiting().__getitem__)[0]

    def close_month(self, changes: Changes, work: MonthOfWork, documentation: Documentation) -> None:
        """Book a month."""
        self._book_queues(documentation.waiting(), documentation.close_month())
        outcome = self._teams.month.outcome
        self.decided[self.done] = np.bincount(outcome, minlength=len(OUTCOMES))
        if self._of_clients:
            self._book_casework(changes, work)
            self._book_types()
        self.done += 1

    def entered(self, queue: str) -> int:
        """Cases that came to a queue in the last month booked."""
        return int(self.queues[self.done - 1, 0, QUEUES.index(queue), _QUEUE.index("entered")])

    def _book_types(self) -> None:
        types = types_of(self._staff.citizens, self._staff.clients)
        group = self._staff.cell % GROUPS
        columns = [*types.values(), np.logical_or.reduce(list(types.values()))]
        self.at_risk[self.done] = np.column_stack([np.bincount(group[is_one], minlength=GROUPS) for is_one in columns])

    def _book_casework(self, changes: Changes, work: MonthOfWork) -> None:
        staff, cells = self._staff, self._staff.cells
        positions = np.flatnonzero(staff.caseworkers["is_open"] == 1)
        load, cell = staff.caseworkers["caseload"][positions], staff.cell_of[positions]
        quantiles = quantiles_by(cell, load, cells, (*_TENTHS, 1.0))
        minutes = np.bincount(staff.cell_of, staff.caseworkers["minutes"], cells).astype(np.int64)
        here = np.column_stack([
            np.bincount(staff.cell, minlength=cells), np.bincount(cell, minlength=cells), quantiles, minutes, work.minutes,
            work.due, work.held, work.late, work.months_late, work.missed, work.sanctioned, work.revisited, work.referred,
            changes.left, changes.changed,
        ])
        table = self.casework[self.done]
        table[GROUPS:] = here
        table[:GROUPS] = here.reshape(-1, GROUPS, here.shape[1]).sum(axis=0)
        first = _CASEWORK.index("caseload_p10")
        table[:GROUPS, first : first + 4] = quantiles_by(cell % GROUPS, load, GROUPS, (*_TENTHS, 1.0))

    def _book_queues(self, waiting: dict[str, Counts], book: QueueBook) -> None:
        """Refuses a month in which cases get lost between queues."""
        table = self.queues[self.done]
        length, *flows = self._by_place(waiting.__getitem__, book.entered, lambda queue: book.left(queue)[0], book.withdrawn)
        for measure, counts in zip(("length", "entered", "left", "withdrawn"), (length, *flows), strict=True):
            table[:, :, _QUEUE.index(measure)] = counts
        lost = self._length + flows[0] - flows[1] - flows[2] - length
        if lost.any():
            place, k = (int(index[0]) for index in np.nonzero(lost))
            raise RuntimeError(f"cases are not conserved in the queue {QUEUES[k]!r} of place {place}: {int(lost[place, k])} lost")
        self._length = length
        self._book_waits(book)

    def _book_waits(self, book: QueueBook) -> None:
        """Months waited by those who left, and by those whose case was decided: since their need arose."""
        table, places = self.queues[self.done], self._teams.teams.size + 1
        left, waited = zip(*map(book.left, QUEUES), strict=True)
        cell, months = self._cells(left), np.concatenate(waited)
        everywhere = cell // places * places
        first, quantiles = _QUEUE.index("wait_p50"), (0.5, 0.9, 1.0)
        both = quantiles_by(np.concatenate([everywhere, cell]), np.concatenate([months, months]), places * len(QUEUES), quantiles)
        table[:, :, first : first + len(quantiles)] = both.reshape(len(QUEUES), places, -1).swapaxes(0, 1)
        decided = self._teams.month
        table[:, :, _QUEUE.index("months_waited")] = self._by_cell(cell, months)
        cases = self._cells([decided.rows if queue == "team" else _NOBODY for queue in QUEUES])
        table[:, :, _QUEUE.index("months_since_need")] = self._by_cell(cases, decided.since_need)

    def _by_place(self, *rows_of: Callable[[str], Rows]) -> Counts:
        """Citizens of each kind by place (the country, then each team) and queue, shape (kinds, places, QUEUES)."""
        cell = self._cells([of(queue) for of in rows_of for queue in QUEUES])
        found = self._by_cell(cell, queues=len(rows_of) * len(QUEUES))
        return np.moveaxis(found.reshape(-1, len(rows_of), len(QUEUES)), 1, 0)

    def _cells(self, by_queue: Sequence[Rows]) -> Counts:
        """Queue and team of citizens, as one number: places x queue + 1 + team."""
        queue = np.repeat(np.arange(len(by_queue)), [rows.size for rows in by_queue])
        return queue * (self._teams.teams.size + 1) + 1 + self._teams.team_of(np.concatenate(by_queue))

    def _by_cell(self, cell: Counts, number: Counts | None = None, queues: int = len(QUEUES)) -> Counts:
        """Citizens, or a number summed over them, by place and queue: the country (place 0) is the sum of the teams."""
        places = self._teams.teams.size + 1
        found = np.bincount(cell, number, places * queues).astype(np.int64).reshape(queues, places).T
        found[0] = found.sum(axis=0)
        return found

    # ---------------------------------------------------------------- tables
    def _must_be_booked(self) -> None:
        if not self._of_clients:
            raise Mistake("this model keeps no records of what the institution did (records=False)")

    def casework_table(self) -> pd.DataFrame:
        """Tidy casework: month, municipality, municipalities (how many share the district), target_group, then counts of
        citizens simulated, and minutes. Raises Mistake when they are not booked."""
        self._must_be_booked()
        names, shared = self._places("district")
        months = np.repeat(timestamps(np.arange(self._start, self._start + self.done)), len(names) * GROUPS)
        groups = [g.name for g in TARGET_GROUPS]
        found = {
            "month": months, "municipality": np.tile(np.repeat(names, GROUPS), self.done),
            "municipalities": np.tile(np.repeat(shared, GROUPS), self.done),
            "target_group": np.tile(groups, self.done * len(names)),
        }
        values = self.casework[: self.done].reshape(-1, len(_CASEWORK))
        return pd.DataFrame(found | {name: values[:, i] for i, name in enumerate(_CASEWORK)})

    def queues_table(self) -> pd.DataFrame:
        """Tidy queues: month, municipality, municipalities, queue, then counts of citizens simulated and waiting times in
        months of those who left (0 where nobody did); ``months_waited`` and ``months_since_need`` are summed over them."""
        names, shared = self._places("team_district")
        found: dict[str, Any] = {
            "month": np.repeat(timestamps(np.arange(self._start, self._start + self.done)), len(names) * len(QUEUES)),
            "municipality": np.tile(np.repeat(names, len(QUEUES)), self.done),
            "municipalities": np.tile(np.repeat(shared, len(QUEUES)), self.done),
            "queue": np.tile(QUEUES, self.done * len(names)),
        }
        values = self.queues[: self.done].reshape(-1, len(_QUEUE))
        return pd.DataFrame(found | {name: values[:, i] for i, name in enumerate(_QUEUE)})

    def decisions_table(self) -> pd.DataFrame:
        """Cases decided in the country by month and outcome, as citizens simulated."""
        months = timestamps(np.arange(self._start, self._start + self.done))
        return pd.DataFrame({
            "month": np.repeat(months, len(OUTCOMES)), "outcome": np.tile(OUTCOMES, self.done),
            "citizens": self.decided[: self.done].ravel(),
        })

    def at_risk_table(self) -> pd.DataFrame:
        """Clients at risk of staying by month, target group and type (the last: of any type), as citizens simulated. Raises Mistake when they are not
        booked."""
        self._must_be_booked()
        months = timestamps(np.arange(self._start, self._start + self.done))
        types = (*TYPES, ANY_TYPE)
        return pd.DataFrame({
            "month": np.repeat(months, GROUPS * len(types)),
            "target_group": np.tile(np.repeat([g.name for g in TARGET_GROUPS], len(types)), self.done),
            "type": np.tile(types, self.done * GROUPS), "citizens": self.at_risk[: self.done].ravel(),
        })

    def _places(self, kind: str) -> tuple[list[str], list[int]]:
        """The country, then each district (of caseworkers or teams) by its largest municipality; and how many municipalities
        each has."""
        district, share = (self._municipalities[name] for name in (kind, "share"))
        names, shared = [COUNTRY], [district.size]
        for number in range(int(district.max()) + 1):
            members = np.flatnonzero(district == number)
            names.append(f"M{int(members[np.argmax(share[members])]) + 1:02d}")
            shared.append(members.size)
        return names, shared


def quantiles_by(
    group: npt.NDArray[np.integer], value: npt.NDArray[np.integer], groups: int, quantiles: tuple[float, ...]
) -> Counts:
    """Quantiles of whole numbers by group, shape (groups, quantiles): the smallest value that so large a share does not
    exceed; 0 in empty groups."""
    if not value.size:  # most queues of most months in small runs
        return np.zeros((groups, len(quantiles)), np.int64)
    order = np.lexsort((value, group))
    ordered = np.append(value[order], 0)
    size = np.bincount(group, minlength=groups)
    first = np.cumsum(size) - size
    of, first = size[:, None], first[:, None]
    place = np.clip(np.ceil(np.array(quantiles) * of).astype(np.int64) - 1, 0, np.maximum(of - 1, 0))
    return np.where(of > 0, ordered[np.minimum(first + place, value.size)], 0)
