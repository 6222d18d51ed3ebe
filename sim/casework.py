"""Contacts and case preparation: what caseworkers do with their hours, and what comes of it.

Every act costs minutes. What is due waits in line at the citizen's caseworker: first interviews and the deadlines of
sick-listed citizens first, then by due date, then by keyed luck. Whoever is not reached before the hours run out is late.
The last act of a month may run into the next one (its time is owed), so no fraction of an hour is lost at any scale.
"""

from dataclasses import dataclass

import numba as nb
import numpy as np
import numpy.typing as npt

from agents.calendar import Month
from agents.caseworker import GROUP_OF, NO_GROUP, NOBODY
from agents.citizen import NEVER, READY, TRUST
from agents.column import Rows, Store
from agents.luck import Luck
from agents.statuses import CODE, COUNT, NAMES, STATUSES
from sim.decisions import IS_SICK, REVISITED
from sim.documentation import Documentation
from sim.in_force import InForce
from sim.intensities import SLOTS
from sim.measures import Measures
from sim.parameters import Parameters
from sim.race import RowFactor
from sim.rules import Due
from sim.staff import Staff

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

ACTS = ("first_interview", "contact", "missed", "plan", "reading", "certificate", "team_case", "sanction", "referral")
"""What costs time, by the name of its parameter ``minutes.*``."""
FIRST, CONTACT, MISSED, PLAN, READING, CERTIFICATE, TEAM_CASE, SANCTION, REFERRAL = range(len(ACTS))
_COUNTED = ("due", "held", "late", "months_late", "missed", "revisited", "referred")
"""What is counted of contacts, in the order of the kernel's counts."""
_TO_WORK = np.array([s.name in ("employment", "education") for s in STATUSES])


@dataclass(frozen=True)
class MonthOfWork:
    """What caseworkers did in a month.

    Attributes:
        minutes: working time by cell and act, shape (cells, ACTS).
        due, held, late: contacts that were due, that were held, and that were not held and are past their month, by cell.
        months_late: months late of those held, summed, by cell.
        missed, sanctioned, revisited, referred: citizens, by cell.
    """

    minutes: Counts
    due: Counts
    held: Counts
    late: Counts
    months_late: Counts
    missed: Counts
    sanctioned: Counts
    revisited: Counts
    referred: Counts


class Casework:
    """Contacts with citizens and the preparation of cases, month by month.

    Attributes:
        service: factor on each row's exits to work and education: overdue contacts, trust, plan, a need that is not met.
        month: what was done in the last month.
        missed: rows of those who missed an interview this month.
    """

    def __init__(
        self, citizens: Store, staff: Staff, documentation: Documentation, measures: Measures, p: InForce, luck: Luck,
        exits_to: npt.NDArray[np.uint8], now: Month,
    ) -> None:
        """``exits_to``: destination of each exit, shape (statuses, slots)."""
        self._citizens, self._staff, self._documentation, self._p = citizens, staff, documentation, p
        self._measures = measures
        self.missed = np.zeros(0, np.int64)
        names = ("due", "interval", "attend", "recognise", "order", "spread")
        self._streams = {name: luck.stream(f"casework.{name}") for name in names}
        self._from = p.months_listed("contacts.from")
        helps = np.zeros((COUNT, SLOTS), bool)
        served = np.flatnonzero(GROUP_OF != NO_GROUP)
        to = np.minimum(exits_to, COUNT - 1)
        helps[served] = ((exits_to < COUNT) & _TO_WORK[to])[served]
        self.service = np.ones(citizens.size, np.float32)
        self.factor = RowFactor(helps, self.service, self._largest())
        self._served_before = np.zeros(0, np.int64)
        self._released = np.zeros(0, np.int64)
        self.month: MonthOfWork
        self._started = now

    # ---------------------------------------------------------------- the month
    def meet(self, now: Month) -> list[Due]:
        """Caseworkers do what their hours allow; returns citizens who get another visitation group."""
        self._schedule(now)
        self._citizens["contact_due"][self._released] = now + 1
        self._released = np.zeros(0, np.int64)
        work = self._work_of(now)
        done = self._within_hours(work, now)
        moves = self._hold(work, done, now)
        self._serve(now)
        return moves

    def _schedule(self, now: Month) -> None:
        """Due dates for citizens who have none: those new to a target group, and everybody in the first month."""
        c, clients = self._citizens, self._staff.clients
        rows = clients[c["contact_due"][clients] == NEVER]
        status = c["status"][rows]
        since = c["since"][rows].astype(np.int64)
        if now == self._started + 1 and rows.size == clients.size:  # nobody has met anybody before
            c["is_new"][rows] = 0
            interval = 12 / np.maximum(self._a_year(rows, now), 1e-9)
            spread = self._streams["spread"].uniform(now, rows) * np.minimum(interval, 12)
            c["contact_due"][rows] = now + spread.astype(np.int64)
        else:
            c["contact_due"][rows] = np.maximum(now, since + self._p.look_up(_first_interviews, rows, status))
        never = rows[self._a_year(rows, now) <= 0]
        c["contact_due"][never] = NEVER

    def _a_year(self, rows: Rows, now: Month) -> Floats:
        """Interviews a year of each citizen in month ``now``."""
        period = max(i for i, first in enumerate(self._from) if first <= now)
        return np.asarray(self._p.look_up(_cadence, rows, self._citizens["status"][rows], key=(period,)))

    def _work_of(self, now: Month) -> "_Work":
        """Everything that waits: interviews due, then cases to be prepared."""
        c, clients, cell = self._citizens, self._staff.clients, self._staff.cell
        contact_due = c["contact_due"][clients]
        meets = np.flatnonzero((contact_due <= now) & (contact_due != NEVER))
        prepares = np.flatnonzero((c["stage"][clients] == READY) & (c["caseworker"][clients] >= 0))
        where = np.concatenate([meets, prepares])
        rows = clients[where]
        is_case = np.arange(where.size) >= meets.size
        comes = np.ones(where.size, bool)
        comes[: meets.size] = self._comes(rows[: meets.size], now)
        acts = self._acts_of(rows, is_case, comes, now)
        due = np.where(is_case, c["queued"][rows], c["contact_due"][rows]).astype(np.int64)
        first = np.where(is_case, IS_SICK[c["status"][rows]], c["is_new"][rows] == 1)
        return _Work(rows, cell[where], c["caseworker"][rows].astype(np.int64), is_case, comes, acts, self._minutes(rows, acts), due, first)

    def _comes(self, rows: Rows, now: Month) -> npt.NDArray[np.bool_]:
        return np.asarray(self._streams["attend"].uniform(now, rows) >= self._documentation.chance_missed(rows))

    def _acts_of(self, rows: Rows, is_case: npt.NDArray[np.bool_], comes: npt.NDArray[np.bool_], now: Month) -> Counts:
        """How many of each act every piece of work takes, shape (work, ACTS)."""
        c = self._citizens
        acts = np.zeros((rows.size, len(ACTS)), np.int64)
        acts[is_case, TEAM_CASE] = 1
        meets = ~is_case
        a_month = self._a_year(rows, now) / 12
        times = np.maximum(1, np.floor(a_month + self._streams["due"].uniform(now, rows))).astype(np.int64)
        is_new = c["is_new"][rows] == 1
        acts[:, FIRST] = meets & comes & is_new
        acts[:, CONTACT] = np.where(meets & comes, times - is_new, 0)
        acts[:, MISSED] = meets & ~comes
        kept = meets & comes
        acts[:, PLAN] = kept & (c["has_plan"][rows] == 0)
        unread = np.flatnonzero(kept & (c["unread"][rows] == 1))
        acts[unread, READING] = 1 + self._staff.is_complex(rows[unread])
        acts[:, REFERRAL] = kept & self._measures.offers.offered(rows, now)
        acts[:, CERTIFICATE] = kept & self._documentation.asks(rows)
        return acts

    def _within_hours(self, work: "_Work", now: Month) -> npt.NDArray[np.bool_]:
        """What each caseworker gets done: in order, as long as time is left when an act begins."""
        staff = self._staff.caseworkers
        rank = (~work.first).astype(np.uint64)
        luck = self._streams["order"].bits(now, work.rows * 2 + work.is_case) >> np.uint64(40)
        when = np.minimum(np.maximum(work.due, 0), 2**14 - 1).astype(np.uint64)
        key = (work.caseworker.astype(np.uint64) << np.uint64(39)) | (rank << np.uint64(38)) | (when << np.uint64(24)) | luck
        order = np.argsort(key, kind="stable")
        present = staff["absent_until"] <= now
        time = np.where(present, staff["minutes"] + staff["owed"], 0)
        done, used, waiting = np.zeros(work.rows.size, bool), np.zeros(staff.size, np.int64), np.zeros(staff.size, np.int64)
        _work_off(order, work.caseworker, work.minutes, time, done, used, waiting)
        staff["owed"][:] = np.where(present, np.minimum(time - used, 0), staff["owed"])
        hours = np.maximum(staff["minutes"], 1)
        self._staff.feel(np.where(staff["is_open"] == 1, np.where(staff["minutes"] > 0, waiting / hours, 0.0), 0.0))
        return done

    def _hold(self, work: "_Work", done: npt.NDArray[np.bool_], now: Month) -> list[Due]:
        c = self._citizens
        meets, kept = done & ~work.is_case, done & ~work.is_case & work.comes
        self._documentation.prepared(work.rows[done & work.is_case], now)
        p = self._p
        self.missed = work.rows[meets & ~work.comes]
        c["contact_due"][self.missed] = now + 1
        rows = work.rows[kept]
        self._documentation.meet(rows, work.acts[kept, CERTIFICATE] > 0, now)
        trust = c["trust"][rows].astype(np.float64)
        c["trust"][rows] = np.round(trust + p.share("trust.gain", rows) * (100 - trust)).astype(np.uint8)
        c["is_new"][rows] = 0
        c["unread"][rows] = 0
        c["has_plan"][rows] = 1
        referred = work.rows[kept & (work.acts[:, REFERRAL] > 0)]
        self._measures.give(referred, now)
        self._measures.offers.support(rows, now)
        c["contact_due"][rows] = now + self._interval(rows, now)
        moves = self._revisit(rows, now)
        revisited = np.zeros(c.size, bool)
        for move in moves:
            revisited[move.rows] = True
        self.month = self._booked(work, done, revisited, now)
        return moves

    def _booked(self, work: "_Work", done: npt.NDArray[np.bool_], revisited: npt.NDArray[np.bool_], now: Month) -> MonthOfWork:
        """What was done in the month; ``revisited``: who gets another visitation group, one value a row of the population."""
        cells, p = self._staff.cells, self._p
        minutes, counts = np.zeros((cells, len(ACTS)), np.int64), np.zeros((len(_COUNTED), cells), np.int64)
        _count_work(
            now, work.rows, work.cell, work.is_case, work.comes, work.acts, work.due, done, revisited, self._citizens["municipality"],
            p.version_of, p.stacked(_minutes_by_act), REFERRAL, minutes, counts,
        )
        by_name = dict(zip(_COUNTED, counts, strict=True))
        return MonthOfWork(minutes, **by_name, sanctioned=np.zeros(cells, np.int64))

    def release(self, rows: Rows) -> None:
        """Ask those of ``rows`` who have a caseworker to no interview this month."""
        has = self._citizens["caseworker"][rows] != NOBODY
        self._released = np.union1d(self._released, rows[has])

    def invite(self, rows: Rows, now: Month) -> None:
        """Ask those of ``rows`` who have a caseworker to an interview this month; who is new has the law's date."""
        c = self._citizens
        asked = rows[(c["caseworker"][rows] != NOBODY) & (c["contact_due"][rows] > now)]
        c["contact_due"][asked] = now

    def book_sanctions(self, rows: Rows) -> None:
        """Sanction cases of the month: each takes its caseworker's time, out of the next month's if this one's is used up,
        and costs trust (M11)."""
        c, staff = self._citizens, self._staff
        caseworker = c["caseworker"][rows].astype(np.int64)
        minutes = np.broadcast_to(self._p.look_up(_minutes_by_act, rows)[..., SANCTION], rows.size)
        np.add.at(staff.caseworkers["owed"], caseworker, -minutes)
        np.add.at(self.month.minutes[:, SANCTION], staff.cell_of[caseworker], minutes)
        self.month.sanctioned[:] = np.bincount(staff.cell_of[caseworker], minlength=staff.cells)
        c["trust"][rows] = np.round(c["trust"][rows] * (1 - self._p.share("trust.lost_at_sanction", rows))).astype(np.uint8)

    def _interval(self, rows: Rows, now: Month) -> Counts:
        """Whole months to the next contact: on average 12 / contacts a year, at least one."""
        a_year = self._a_year(rows, now)
        months = np.where(a_year > 0, 12 / np.maximum(a_year, 1e-2), 1)  # where none is due, ask again next month
        whole = np.floor(months + self._streams["interval"].uniform(now, rows)).astype(np.int64)
        return np.maximum(1, whole)

    def _revisit(self, rows: Rows, now: Month) -> list[Due]:
        """Citizens in the wrong visitation group who are recognised get the right one (M29)."""
        c = self._citizens
        wrong = rows[c["label_need"][rows] > 0]
        seen = wrong[self._streams["recognise"].uniform(now, wrong) < self._p.share("visitation.recognised", wrong)]
        seen = seen[(c["since"][seen] != now) & (c["programme_until"][seen] != now)]  # who has moved this month waits
        to = c["label_need"][seen].copy()
        c["label_need"][seen] = 0
        moves = REVISITED[c["status"][seen], to]
        return [Due(seen[moves], to[moves], "caseworker:visitation group")] if moves.any() else []

    def _serve(self, now: Month) -> None:
        """What contact does to each client's chances of work and education."""
        c, p, clients = self._citizens, self._p, self._staff.clients
        self.service[self._served_before] = 1
        due = c["contact_due"][clients]
        overdue = (due <= now) & (due != NEVER)
        trust = 1 + p.share("effect.trust", clients) * (c["trust"][clients].astype(np.float64) - TRUST) / 100
        plan = 1 + p.share("effect.plan", clients) * c["has_plan"][clients]
        need = np.where(c["need"][clients] > 0, p.value("effect.need", clients), 1.0)
        self.service[clients] = trust * plan * need * (1 - p.share("effect.overdue", clients) * overdue)
        self._served_before = clients
        self.factor = self.factor.up_to(self._largest())

    def _largest(self) -> float:
        """The largest factor that contact can have on an exit."""
        return max(
            (1 + p.share("effect.trust") * (1 - TRUST / 100)) * (1 + p.share("effect.plan")) * max(1.0, p.value("effect.need"))
            for p in self._p.versions
        )

    def _minutes(self, rows: Rows, acts: Counts) -> Counts:
        """Minutes that each piece of work takes."""
        minutes = self._p.look_up(_minutes_by_act, rows)
        return np.asarray(acts @ minutes if minutes.ndim == 1 else (acts * minutes).sum(axis=1))


@nb.njit(nogil=True, cache=True)
def _work_off(order, caseworker, minutes, time, done, used, waiting):  # type: ignore[no-untyped-def]
    """Mark the work that is done, in order: all that begins while its caseworker has time. Adds up the minutes used, and those of all the
    work that waits, by caseworker."""
    for i in order:
        who = caseworker[i]
        if waiting[who] < time[who]:
            done[i] = True
            used[who] += minutes[i]
        waiting[who] += minutes[i]


@nb.njit(nogil=True, cache=True)
def _count_work(  # type: ignore[no-untyped-def]
    now, rows, cell, is_case, comes, acts, due, done, revisited, municipality, version_of, minutes_of, referral, minutes, counts,
):
    """Add up the work of a month by cell: minutes by act, and the counts of ``_COUNTED``."""
    for i in range(rows.size):
        row, here = rows[i], cell[i]
        if done[i]:
            of = minutes_of[version_of[municipality[row] - 1]]
            for act in range(of.size):
                minutes[here, act] += acts[i, act] * of[act]
        if is_case[i]:
            continue
        kept = done[i] and comes[i]
        counts[0, here] += 1
        counts[1, here] += done[i]
        counts[2, here] += not done[i] and due[i] < now
        counts[3, here] += (now - due[i]) * done[i]
        counts[4, here] += done[i] and not comes[i]
        counts[5, here] += kept and revisited[row]
        counts[6, here] += kept and acts[i, referral] > 0


def _minutes_by_act(p: Parameters) -> Counts:
    """Minutes of each act."""
    return np.array([round(p.value(f"minutes.{act}")) for act in ACTS])


def _first_interviews(p: Parameters) -> Counts:
    """Months until the first interview is due, by status."""
    first = np.zeros(COUNT, np.int64)
    for name in p.below("first_interview"):
        first[CODE[name]] = p.months(f"first_interview.{name}")
    return first


def _cadence(p: Parameters, period: int) -> Floats:
    """Interviews a year by status in a period of the law."""
    others = p.values_of("contacts.without_benefit")[period]
    return np.array([p.values_of(f"contacts.{name}")[period] if f"contacts.{name}" in p else others for name in NAMES])


@dataclass(frozen=True)
class _Work:
    """Work that waits, one entry a piece: whose, where, with whom, what it takes, when it is due, whether it comes first."""

    rows: Rows
    cell: Counts
    caseworker: Counts
    is_case: npt.NDArray[np.bool_]
    comes: npt.NDArray[np.bool_]
    acts: Counts
    minutes: Counts
    due: Counts
    first: npt.NDArray[np.bool_]
