"""The integration programme: three years (as long as ``integration.years`` says at arrival) for those who arrive from non-western countries to kontanthjælp.

Taking part is a flag beside the status: paid as kontanthjælp, also under 30 (004_107fd277d1b391d8.txt:12756-12788;
13320-13321). It ends after three years even when ill or on leave.
"""

import numpy as np
import numpy.typing as npt

from agents.calendar import Month
from agents.citizen import ORIGINS
from agents.column import Store
from agents.luck import Luck
from agents.statuses import CODE, STATUSES, group_members, is_open, mask
from sim.demography import AFTER_UDDANNELSESHJAELP
from sim.in_force import InForce
from sim.register import Programmes
from sim.rules import Due, Moved

_KONTANTHJAELP = np.array([s.family == "kontanthjaelp" for s in STATUSES])
_GONE = mask(group_members("gone"))
_NON_WESTERN = ORIGINS.index("non_western_immigrant")
_UDDANNELSESHJAELP = {after: before for before, after in AFTER_UDDANNELSESHJAELP.items()}
"""Status on uddannelseshjælp of those under 30 for whom kontanthjælp was only the programme's pay, by code."""


class IntegrationProgramme:
    """Who takes part, from when to when."""

    def __init__(self, store: Store, p: InForce, luck: Luck) -> None:
        self._store = store
        self._p = p
        self._under = p.months("age_limit.uddannelseshjaelp")
        self._unqualified = p.share("young.without_education")
        self._has_education = luck.stream("integration.has_education")
        self._log: list[tuple[npt.NDArray[np.int64], Month, npt.NDArray[np.int64]]] = []

    def begin(self, now: Month, moved: Moved) -> None:
        """Enrol those who arrive to kontanthjælp in month ``now``; those who leave the country or die are no longer in it."""
        gone = _GONE[moved.to]
        if gone.any():
            leaves = moved.rows[gone]
            self._store["programme_until"][leaves] = np.minimum(self._store["programme_until"][leaves], now)
        arrives = moved.source == CODE["abroad"]
        if not arrives.any():
            return
        rows = moved.rows[arrives & _KONTANTHJAELP[moved.to]]
        rows = rows[self._store["origin"][rows] == _NON_WESTERN]
        if not rows.size:
            return
        ends = np.broadcast_to(now + self._p.months("integration.years", rows), rows.size).astype(np.int64)
        self._store["programme_until"][rows] = ends
        self._log.append((rows, now, ends))

    def end(self, now: Month) -> list[Due]:
        """Those whose programme ends in month ``now`` and who are under 30 without an education go to uddannelseshjælp."""
        store = self._store
        rows = np.flatnonzero(store["programme_until"] == now)
        young = now - store["birth_month"][rows].astype(np.int64) < self._under
        rows = rows[young & _KONTANTHJAELP[store["status"][rows]]]
        rows = rows[self._has_education.uniform(now, rows) < self._unqualified]
        to = np.array([_UDDANNELSESHJAELP[code] for code in store["status"][rows].tolist()], np.uint8)
        if not rows.size or not is_open(int(to[0]), now):
            return []
        return [Due(rows, to, "rule:integration programme ends")]

    def spells(self) -> Programmes:
        """Persons, first months and planned ends of all programmes begun."""
        nobody = np.zeros(0, np.int64)
        rows, begun, ends = (np.concatenate([nobody, *part]) for part in (
            (r for r, _, _ in self._log), (np.full(r.size, m) for r, m, _ in self._log), (e for _, _, e in self._log),
        ))
        return rows, begun, ends
