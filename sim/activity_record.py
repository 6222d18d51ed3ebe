"""What became of offers, places and breaches, month by month: measures, sanctions and employers.

Everything is a whole number of citizens, hours or places, and every month is checked: nobody gets lost between measures, and
each employer has as many supported persons as citizens say.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array

from agents.calendar import Month, timestamps
from agents.citizen import REGIONS
from agents.column import Store
from agents.measures import IS_COMPANY, KINDS, MEASURES, NO_MEASURE, SANCTIONS, SUPPORTS
from agents.statuses import COUNT, NAMES, STATUSES
from agents.workplaces import SECTORS, SIZE_CLASSES
from sim.employers import Employers
from sim.fleksjob import FLEKSJOB
from sim.measures import Measures, MonthOfMeasures
from sim.sanctions import TYPES
from sim.thinning import rows_with

Counts = npt.NDArray[np.int64]

NO_MEASURE_NAME = "none"
"""Measure in rows of those who have none."""
_MEASURES = (NO_MEASURE_NAME, *(m.name for m in MEASURES), *SUPPORTS)
_OF_MEASURES = ("citizens", "hours", "begun", "completed", "broken", "left", "waiting", "overdue")
_OF_SANCTIONS = ("begun", "running")
_OF_EMPLOYERS = ("employers", "cooperating", "places_allowed", "places_offered", "places_used", "fleksjob", "fleksjob_hours", "with_citizen")
_ACTIVE = [s.code for s in STATUSES if s.group == "edge" or s.name == "dagpenge"]
"""Statuses with measures or sanctions, by code."""
_TWO_YEARS = 24
_IS_ACTIVE = np.isin(np.arange(COUNT), _ACTIVE)


class ActivityRecorder:
    """Keeps measures, sanctions and employers.

    Attributes:
        measures: shape (months, statuses, measures and support, columns).
        sanctions: shape (months, statuses, types, columns).
        employers: shape (months, regions, sectors, size classes, columns).
    """

    def __init__(
        self, citizens: Store, measures: Measures, employers: Employers, region: npt.NDArray[np.integer],
        start: Month, months: int,
    ) -> None:
        """``region`` of each municipality."""
        self._citizens, self._measures, self._employers = citizens, measures, employers
        self._start, self.done = start, 0
        self.measures = np.zeros((months, COUNT, len(_MEASURES), len(_OF_MEASURES)), np.int64)
        self.sanctions = np.zeros((months, COUNT, TYPES, len(_OF_SANCTIONS)), np.int64)
        shape = (len(REGIONS), len(SECTORS), len(SIZE_CLASSES))
        self.employers = np.zeros((months, *shape, len(_OF_EMPLOYERS)), np.int64)
        e = employers.employers
        where = (region[e["municipality"].astype(np.int64) - 1].astype(np.int64), e["sector"].astype(np.int64), e["size_class"].astype(np.int64))
        ones, numbers = np.ones(e.size), np.arange(e.size)
        self._of_cell = csr_array((ones, (np.ravel_multi_index(where, shape), numbers)), shape=(int(np.prod(shape)), e.size))
        self._active = self._in_measures()

    def close_month(self, now: Month, month: MonthOfMeasures, sanctioned: Counts) -> None:
        """Book a month: what happened to measures in it, and whom sanctions struck, shape (COUNT, TYPES)."""
        self._book_measures(now, month)
        self._book_sanctions(now, sanctioned)
        self._book_employers(now)
        self.done += 1

    def _book_measures(self, now: Month, month: MonthOfMeasures) -> None:
        c, table = self._citizens, self.measures[self.done]
        rows = rows_with(_IS_ACTIVE, c["status"])
        status = c["status"][rows].astype(np.int64)
        key = status * KINDS + c["measure"][rows]
        active = np.bincount(key, minlength=COUNT * KINDS).reshape(COUNT, KINDS)
        table[:, :KINDS, 0] = active
        table[:, :KINDS, 1] = np.bincount(key, c["measure_hours"][rows], COUNT * KINDS).reshape(COUNT, KINDS)
        for i, counts in enumerate((month.begun, month.completed, month.broken, month.left), start=2):
            table[:, :KINDS, i] = counts
        waits = status * KINDS + c["seeking"][rows]
        table[:, 1:KINDS, 6] = np.bincount(waits, minlength=COUNT * KINDS).reshape(COUNT, KINDS)[:, 1:]
        may_get = rows[self._measures.offers.chances.has_offers[status]]
        table[:, NO_MEASURE, 7] = np.bincount(c["status"][may_get[self._measures.offers.chances.is_overdue(may_get, now)]], minlength=COUNT)
        for i, name in enumerate(SUPPORTS, start=KINDS):
            table[:, i, 0] = np.bincount(status[c[f"{name}_until"][rows] > now], minlength=COUNT)
        begun, completed, broken, left = (table[:, 1:KINDS, i].sum(axis=0) for i in range(2, 6))
        now_active = self._in_measures()
        lost = self._active + begun - completed - broken - left - now_active
        if lost.any() or (active.sum(axis=0)[1:] != now_active).any():
            raise RuntimeError(f"citizens are not conserved in measures: {lost.tolist()} lost")
        self._active = now_active

    def _in_measures(self) -> Counts:
        """Citizens in each measure, whatever their status."""
        measure = self._citizens["measure"]
        return np.bincount(measure[measure != NO_MEASURE], minlength=KINDS)[1:]

    def _book_sanctions(self, now: Month, sanctioned: Counts) -> None:
        c, table = self._citizens, self.sanctions[self.done]
        table[:, :, 0] = sanctioned
        rows = np.flatnonzero(c["sanction_until"] > now)
        key = c["status"][rows].astype(np.int64) * TYPES + c["sanction"][rows]
        table[:, :, 1] = np.bincount(key, minlength=COUNT * TYPES).reshape(COUNT, TYPES)

    def _book_employers(self, now: Month) -> None:
        c, e = self._citizens, self._employers.employers
        in_measure = np.flatnonzero(c["measure"] != NO_MEASURE)
        placed = c["employer"][in_measure[IS_COMPANY[c["measure"][in_measure]]]].astype(np.int64)
        if (np.bincount(placed, minlength=e.size) != e["used"]).any() or (e["used"] > self._employers.allowed).any():
            raise RuntimeError("places with employers are double-booked")
        in_fleksjob = np.flatnonzero(c["status"] == FLEKSJOB)
        in_fleksjob = in_fleksjob[c["employer"][in_fleksjob] >= 0]
        hours = np.bincount(c["employer"][in_fleksjob], c["fleks_hours"][in_fleksjob], e.size)
        cooperates = e["willingness"] >= e["reserve"]
        with_citizen = (e["last_citizen"] > now - _TWO_YEARS) | (e["used"] > 0) | (e["fleks_used"] > 0)
        columns = (np.ones(e.size), cooperates, e["cap"], e["offered"], e["used"], e["fleks_used"], hours, with_citizen)
        self.employers[self.done] = (self._of_cell @ np.column_stack(columns)).reshape(self.employers.shape[1:])

    # ---------------------------------------------------------------- tables
    def measures_table(self) -> pd.DataFrame:
        """Tidy measures: month, status, measure (or support; ``none`` = without), citizens in it at the end of the month, their
        hours a week, then those who began, completed, broke off, left this status for another, wait for a place, and are past
        the law's deadline for an offer (rows of ``none``), as citizens simulated."""
        names = [NAMES[code] for code in _ACTIVE]
        return self._tidy(self.measures[: self.done][:, _ACTIVE], _OF_MEASURES, status=names, measure=list(_MEASURES))

    def sanctions_table(self) -> pd.DataFrame:
        """Tidy sanctions: month, status, type, begun this month, running at its end, as citizens simulated."""
        names = [NAMES[code] for code in _ACTIVE]
        return self._tidy(self.sanctions[: self.done][:, _ACTIVE, 1:], _OF_SANCTIONS, status=names, type=list(SANCTIONS))

    def employers_table(self) -> pd.DataFrame:
        """Tidy employers: month, region, sector, size_class, employers simulated, those who cooperate, supported places the law
        allows, offered and used, persons in fleksjob and their hours a week, employers who had somebody within two years."""
        return self._tidy(
            self.employers[: self.done], _OF_EMPLOYERS, region=list(REGIONS), sector=list(SECTORS), size_class=list(SIZE_CLASSES)
        )

    def _tidy(self, values: Counts, columns: tuple[str, ...], **axes: list[str]) -> pd.DataFrame:
        months = timestamps(np.arange(self._start, self._start + self.done))
        index = pd.MultiIndex.from_product([months, *axes.values()], names=["month", *axes])
        found: dict[str, Any] = {name: values[..., i].ravel() for i, name in enumerate(columns)}
        return pd.DataFrame(found, index=index).reset_index()
