"""What the institution did, month by month: workloads, lateness, turnover, queues and waiting times.

Everything summed is a whole number of citizens or minutes. Row 0 of a table by place is the country, then come the districts.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from agents.at_risk import TYPES, types_of
from agents.calendar import Month, timestamps
from agents.caseworker import GROUPS
from agents.citizen import DOCUMENTING, QUEUED
from agents.column import Store
from agents.target_groups import TARGET_GROUPS
from sim.casework import ACTS, MonthOfWork
from sim.documentation import Documentation
from sim.staff import Changes, Staff
from sim.teams import OUTCOMES, Teams

Counts = npt.NDArray[np.int64]

COUNTRY = "all"
"""Municipality in rows of the whole country."""
ANY_TYPE = "any"
"""Clients of at least one of the types at risk."""
QUEUES = ("certificate", "psychiatry", "documentation", "team")
"""Queues: doctors' certificates, psychiatry, open cases that are being documented and prepared, the rehabilitation team."""
_TENTHS = (0.1, 0.5, 0.9)
_CASEWORK = (
    "clients", "caseworkers", "caseload_p10", "caseload_p50", "caseload_p90", "caseload_max", "minutes_available",
    *(f"minutes_{act}" for act in ACTS), "contacts_due", "contacts_held", "contacts_late", "months_late", "contacts_missed",
    "sanction_cases", "revisited", "referred", "caseworkers_left", "citizens_changed_caseworker",
)
_QUEUE = ("length", "entered", "left", "withdrawn", "wait_p50", "wait_p90", "wait_max", "months_waited", "months_since_need")


class InstitutionRecorder:
    """Keeps what the institution did.

    Attributes:
        casework: shape (months, places x groups, measures): rows 0 to GROUPS - 1 are the country's groups.
        queues: shape (months, places, queues, measures).
        decided: cases decided for the country by outcome, shape (months, OUTCOMES).
        at_risk: clients of the country by type (:mod:`agents.at_risk`), then of any type, shape (months, GROUPS, TYPES + 1).
    """

    def __init__(self, municipalities: Store, staff: Staff, teams: Teams, start: Month, months: int) -> None:
        self._municipalities, self._staff, self._teams = municipalities, staff, teams
        self._start = start
        self.done = 0
        self.casework = np.zeros((months, (staff.districts + 1) * GROUPS, len(_CASEWORK)), np.int64)
        self.queues = np.zeros((months, teams.teams.size + 1, len(QUEUES), len(_QUEUE)), np.int64)
        self.decided = np.zeros((months, len(OUTCOMES)), np.int64)
        self.at_risk = np.zeros((months, GROUPS, len(TYPES) + 1), np.int64)
        self._team_queue = self._queue_now()

    def close_month(
        self, now: Month, changes: Changes, work: MonthOfWork, documentation: Documentation, withdrawn: Counts
    ) -> None:
        """Book a month."""
        self._book_casework(changes, work)
        self._book_queues(now, documentation, withdrawn)
        outcome = self._teams.month.outcome
        self.decided[self.done] = np.bincount(outcome, minlength=len(OUTCOMES))
        self._book_types()
        self.done += 1

    def _book_types(self) -> None:
        types = types_of(self._staff.citizens, self._staff.clients)
        group = self._staff.cell % GROUPS
        columns = [*types.values(), np.any(list(types.values()), axis=0)]
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

    def _book_queues(self, now: Month, documentation: Documentation, withdrawn: Counts) -> None:
        teams, n = self._teams, self._teams.teams.size
        health, decided = documentation.month, teams.month
        clients = self._staff.clients
        stage = self._staff.citizens["stage"][clients]
        doctors, psychiatry = documentation.lengths()
        poor = self._staff.citizens["poor_mental_health"]
        for k, waits in enumerate((doctors, psychiatry)):
            asked, came = (rows[poor[rows] == k] for rows in (health.asked, health.came))
            self._book(k, waits, asked, came, health.waited[poor[health.came] == k])
        self._book_withdrawn(QUEUES.index("psychiatry"), np.bincount(teams.team_of(health.closed), minlength=n))
        open_ = clients[(stage >= DOCUMENTING) & (stage < QUEUED)]
        self._book(QUEUES.index("documentation"), open_, documentation.seen, documentation.submitted, np.zeros(documentation.submitted.size, np.int64))
        queue = clients[stage == QUEUED]
        self._book(QUEUES.index("team"), queue, documentation.submitted, decided.rows, decided.waited, decided.since_need)
        length = self._team_queue
        entered = np.bincount(teams.team_of(documentation.submitted), minlength=n)
        left = np.bincount(teams.team_of(decided.rows), minlength=n)
        self._team_queue = self._queue_now()
        lost = length + entered - left - withdrawn - self._team_queue
        if lost.any():
            raise RuntimeError(f"cases are not conserved in the queue of team {int(np.flatnonzero(lost)[0])}: {int(lost[lost != 0][0])} lost")
        self._book_withdrawn(QUEUES.index("team"), withdrawn)

    def _book_withdrawn(self, queue: int, by_team: Counts) -> None:
        table = self.queues[self.done, :, queue, _QUEUE.index("withdrawn")]
        table[1:], table[0] = by_team, by_team.sum()

    def _book(self, queue: int, waits: Counts, entered: Counts, left: Counts, waited: Counts, since: Counts | None = None) -> None:
        n = self._teams.teams.size
        at = [self._teams.team_of(rows) for rows in (waits, entered, left)]
        table = self.queues[self.done, :, queue]
        for measure, place in zip(("length", "entered", "left"), at, strict=True):
            column = _QUEUE.index(measure)
            table[1:, column] = np.bincount(place, minlength=n)
            table[0, column] = place.size
        first = _QUEUE.index("wait_p50")
        for rows, group in ((slice(1, None), at[2]), (slice(0, 1), np.zeros_like(at[2]))):
            places = n if rows.start == 1 else 1
            table[rows, first : first + 3] = quantiles_by(group, waited, places, (0.5, 0.9, 1.0))
            table[rows, _QUEUE.index("months_waited")] = np.bincount(group, waited, places).astype(np.int64)
            if since is not None:
                table[rows, _QUEUE.index("months_since_need")] = np.bincount(group, since, places).astype(np.int64)

    def _queue_now(self) -> Counts:
        rows = np.flatnonzero(self._staff.citizens["stage"] == QUEUED)
        return np.bincount(self._teams.team_of(rows), minlength=self._teams.teams.size)

    # ---------------------------------------------------------------- tables
    def casework_table(self) -> pd.DataFrame:
        """Tidy casework: month, municipality, municipalities (how many share the district), target_group, then counts of
        citizens simulated, and minutes."""
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
        """Clients at risk of staying by month, target group and type (the last: of any type), as citizens simulated."""
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
    order = np.lexsort((value, group))
    ordered = np.append(value[order], 0)
    size = np.bincount(group, minlength=groups)
    first = np.cumsum(size) - size
    found = np.zeros((groups, len(quantiles)), np.int64)
    for i, q in enumerate(quantiles):
        place = np.clip(np.ceil(q * size).astype(np.int64) - 1, 0, np.maximum(size - 1, 0))
        found[:, i] = np.where(size > 0, ordered[np.minimum(first + place, value.size)], 0)
    return found
