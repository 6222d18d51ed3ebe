"""Work capacity becomes documented: by interviews and by doctors' certificates, until the team can take the case.

A need that nobody has seen waits for an interview that sees it. Then a certificate is asked for, from psychiatry for those
with poor mental health; it takes its time, some cannot be used, and psychiatry closes the case of who stays away
(M8-M10). How much must be documented is for the municipality to say. Revalidering asks for a job goal instead of a certificate
(004_107fd277d1b391d8.txt:8225-8233), and for less.
"""

import numpy as np
import numpy.typing as npt

from agents.calendar import Month
from agents.citizen import DOCUMENTING, HAS_CERTIFICATE, NEVER, QUEUED, READY, TRUST, UNSEEN
from agents.column import Rows, Store
from agents.luck import ALWAYS, Luck
from agents.municipality import row_of
from agents.statuses import CODE
from sim.in_force import InForce
from sim.queues import QueueBook
from sim.staff import Staff

Floats = npt.NDArray[np.float64]

BEYOND_DOUBT = 100
"""Documentation of a case that a long course has clarified: it is decided as documented."""
_REVALIDERING, _RESSOURCEFORLOEB = CODE["revalidering"], CODE["ressourceforloeb"]
_AT_MOST = 99
"""What interviews and certificates alone can document, and a municipality can demand."""


class Documentation:
    """What is known of citizens' work capacity.

    Attributes:
        book: who entered and left the queues this month.
    """

    def __init__(
        self, citizens: Store, staff: Staff, p: InForce, luck: Luck, *, share: Floats, demand: Floats,
        health_cooperation: Floats,
    ) -> None:
        """``share`` of the population, ``demand``: share that must be documented, ``health_cooperation``: factor on waiting for
        doctors, by municipality."""
        self._share = share
        self._citizens, self._staff, self._p = citizens, staff, p
        self._demand = np.minimum(demand * 100, _AT_MOST)
        self._health = health_cooperation
        names = ("see", "wait", "usable", "exam", "closes", "waived")
        self._streams = {name: luck.stream(f"documentation.{name}") for name in names}
        self.book = QueueBook()

    # ---------------------------------------------------------------- needs
    def raise_needs(self, rows: Rows, to: npt.NDArray[np.uint8], now: Month, *, beyond_doubt: bool) -> None:
        """Citizens whose work capacity calls for an award. A need that is there already stays, unless the new one follows
        from a course that has clarified it."""
        c = self._citizens
        takes = c["stage"][rows] < READY if beyond_doubt else c["need"][rows] == 0
        rows, to = rows[takes], to[takes]
        fresh = c["need"][rows] == 0
        c["need"][rows] = to
        c["need_since"][rows[fresh]] = now
        if beyond_doubt:
            c["documented"][rows] = BEYOND_DOUBT
            self._make_ready(rows, now)

    def _make_ready(self, rows: Rows, now: Month) -> None:
        """Cases, seen or not, that need nothing more before they are prepared."""
        c = self._citizens
        self._withdraw_certificates(rows)
        self.book.enter("documentation", rows[c["stage"][rows] == UNSEEN])
        c["certificate"][rows] = HAS_CERTIFICATE
        c["stage"][rows] = READY
        c["queued"][rows] = now

    def drop(self, rows: Rows) -> None:
        """Cases that are over: decided, withdrawn or overtaken by events."""
        if not rows.size:
            return
        c = self._citizens
        stage = c["stage"][rows]
        self._withdraw_certificates(rows)
        self.book.withdraw("documentation", rows[(stage == DOCUMENTING) | (stage == READY)])
        self.book.withdraw("team", rows[stage == QUEUED])
        c["need"][rows] = 0
        c["stage"][rows] = UNSEEN
        c["need_since"][rows] = NEVER
        c["queued"][rows] = NEVER
        c["certificate"][rows] = NEVER
        c["missed_exams"][rows] = 0
        c["documented"][rows] = c["documented"][rows] // 2

    def _withdraw_certificates(self, rows: Rows) -> None:
        waits = rows[self._citizens["certificate"][rows] > HAS_CERTIFICATE]
        for queue, who in self._by_doctor(waits):
            self.book.withdraw(queue, who)

    def _by_doctor(self, rows: Rows) -> list[tuple[str, Rows]]:
        """Citizens by the queue in which they wait for a certificate."""
        psychiatry = self._citizens["poor_mental_health"][rows] == 1
        return [("certificate", rows[~psychiatry]), ("psychiatry", rows[psychiatry])]

    # ---------------------------------------------------------------- at an interview
    def chance_missed(self, rows: Rows) -> Floats:
        """Chance that each citizen misses an appointment, with a caseworker or a doctor: the smaller, the more trust."""
        p, trust = self._p, self._citizens["trust"][rows].astype(np.float64)
        return np.asarray(p.share("attendance.missed", rows) - p.share("attendance.missed_per_trust", rows) * (trust - TRUST) / 100)

    def asks(self, rows: Rows) -> npt.NDArray[np.bool_]:
        """Whether an interview would ask for a certificate: a case is open and read, and none is there or on its way."""
        c = self._citizens
        open_ = (c["stage"][rows] == DOCUMENTING) & (c["need"][rows] != _REVALIDERING) & (c["unread"][rows] == 0)
        return np.asarray(open_ & (c["certificate"][rows] == NEVER) & ~self._is_waived(rows))

    def _is_waived(self, rows: Rows) -> npt.NDArray[np.bool_]:
        """Whose case needs no new certificate: what is there already will do, and documents as much."""
        share = self._p.share("certificate.waived", rows)
        return np.asarray(self._streams["waived"].uniform(ALWAYS, rows) < share) if np.any(share) else np.zeros(rows.size, bool)

    def _demanded(self, rows: Rows) -> Floats:
        """How well each citizen's case must be documented where he lives."""
        mean = float(self._share @ self._demand / self._share.sum())
        own = self._demand[row_of(self._citizens, rows)]
        return np.asarray(own + (self._p.value("practice.differences", rows) - 1) * (own - mean))

    def clarify(self, rows: Rows, now: Month) -> None:
        """Needs are decided on the evidence at hand: cases that nobody has seen or documented are ready to be prepared."""
        c = self._citizens
        self._make_ready(rows[(c["need"][rows] > 0) & (c["stage"][rows] < READY)], now)

    def meet(self, rows: Rows, asks: npt.NDArray[np.bool_], now: Month) -> None:
        """Interviews held: needs are seen, cases documented, certificates asked for. A case that the caseworker has still
        to read stands still."""
        c, p = self._citizens, self._p
        able = self._staff.ability(c["caseworker"][rows], now)
        has_read = c["unread"][rows] == 0
        may_see = np.flatnonzero((c["need"][rows] > 0) & (c["stage"][rows] == UNSEEN) & has_read)
        sees = self._streams["see"].uniform(now, rows[may_see]) < p.share("documentation.seen", rows[may_see]) * able[may_see]
        seen = rows[may_see[sees]]
        open_ = (c["stage"][rows] == DOCUMENTING) & has_read
        by = np.where(open_, p.value("documentation.by_contact", rows), p.value("documentation.by_everyday_contact", rows))
        cooperates = 0.5 + c["trust"][rows] / (2.0 * TRUST)
        most = np.where(open_, _AT_MOST, p.value("documentation.everyday_at_most", rows))
        known = c["documented"][rows].astype(np.float64)
        grown = np.minimum(known + by * able * cooperates, np.maximum(most, known))
        c["documented"][rows] = np.where(has_read, np.round(grown), known).astype(np.uint8)
        c["stage"][seen] = DOCUMENTING
        self.book.enter("documentation", seen)
        self._ask(rows[asks], now)

    def _ask(self, rows: Rows, now: Month) -> None:
        c = self._citizens
        for queue, who in self._by_doctor(rows):
            self.book.enter(queue, who)
        c["asked"][rows] = now
        c["missed_exams"][rows] = 0
        c["certificate"][rows] = now + self._wait(rows, now)

    def _wait(self, rows: Rows, now: Month) -> npt.NDArray[np.int64]:
        """Whole months until a certificate comes: one, and an exponential wait beyond."""
        c, p = self._citizens, self._p
        psychiatry = c["poor_mental_health"][rows] == 1
        mean = np.where(psychiatry, p.value("certificate.wait_psychiatry", rows), p.value("certificate.wait", rows))
        mean = mean * self._health[row_of(c, rows)]
        beyond = -np.log1p(-self._streams["wait"].uniform(now, rows)) * mean
        return np.asarray(np.minimum(1 + np.floor(beyond), np.maximum(1.0, p.value("certificate.longest", rows))).astype(np.int64))

    # ---------------------------------------------------------------- month by month
    def progress(self, now: Month) -> None:
        """Certificates come; cases that are documented well enough are ready to be prepared."""
        c, clients = self._citizens, self._staff.clients
        come = clients[c["certificate"][clients] == now]
        self._examine(come, now)
        is_goal = c["need"][clients] == _REVALIDERING
        has_certificate, is_waived = c["certificate"][clients] == HAS_CERTIFICATE, self._is_waived(clients)
        waiting = (c["stage"][clients] == DOCUMENTING) & (has_certificate | is_goal | is_waived)
        waits = clients[waiting]
        demand = np.minimum(self._demanded(waits) * self._p.value("documentation.demanded", waits), _AT_MOST)
        demand = demand * np.where(is_goal[waiting], self._p.value("documentation.demanded_for_revalidering", waits), 1.0)
        for_course = c["need"][waits] == _RESSOURCEFORLOEB
        demand = demand * np.where(for_course, self._p.value("documentation.demanded_for_ressourceforloeb", waits), 1.0)
        in_its_place = is_waived[waiting] & ~has_certificate[waiting] & ~is_goal[waiting]
        there = c["documented"][waits] + np.where(in_its_place, self._p.value("documentation.by_certificate", waits), 0.0)
        enough = there >= demand
        ready = waits[enough]
        c["stage"][ready] = READY
        c["queued"][ready] = now

    def _examine(self, rows: Rows, now: Month) -> None:
        """Appointments of this month: some stay away, some certificates cannot be used."""
        c, p = self._citizens, self._p
        away = self._streams["exam"].uniform(now, rows) < self.chance_missed(rows)
        missed = rows[away]
        c["missed_exams"][missed] += 1
        closes = np.floor(p.value("certificate.closes_after", missed) + self._streams["closes"].uniform(now, missed))
        psychiatry = c["poor_mental_health"][missed] == 1
        closed = missed[psychiatry & (c["missed_exams"][missed] >= closes)]
        c["certificate"][missed] = now + self._wait(missed, now)
        c["certificate"][closed] = NEVER
        self.book.withdraw("psychiatry", closed)
        came = rows[~away]
        unusable = self._streams["usable"].uniform(now, came) < p.share("certificate.unusable", came)
        usable = came[~unusable]
        c["certificate"][came[unusable]] = NEVER
        c["certificate"][usable] = HAS_CERTIFICATE
        known = c["documented"][usable].astype(np.float64)
        c["documented"][usable] = np.maximum(known, np.minimum(known + p.value("documentation.by_certificate", usable), _AT_MOST)).astype(np.uint8)
        for queue, who in self._by_doctor(came):
            self.book.leave(queue, who, now - c["asked"][who].astype(np.int64))

    def prepared(self, rows: Rows, now: Month) -> None:
        """Cases that a caseworker has prepared come before the team."""
        self._citizens["stage"][rows] = QUEUED
        self._citizens["queued"][rows] = now
        self.book.leave("documentation", rows)
        self.book.enter("team", rows)

    def returned(self, rows: Rows) -> None:
        """Cases that the team sends back for more documents."""
        c, p = self._citizens, self._p
        c["stage"][rows] = DOCUMENTING
        c["queued"][rows] = NEVER
        self.book.enter("documentation", rows)
        lost = np.round(p.value("documentation.lost_on_return", rows)).astype(np.int64)
        c["documented"][rows] = np.maximum(c["documented"][rows].astype(np.int64) - lost, 0)

    def waiting(self) -> dict[str, Rows]:
        """Citizens in each queue now."""
        c = self._citizens
        rows = np.flatnonzero(c["stage"] > UNSEEN)
        stage = c["stage"][rows]
        return {
            **dict(self._by_doctor(rows[c["certificate"][rows] > HAS_CERTIFICATE])),
            "documentation": rows[(stage == DOCUMENTING) | (stage == READY)], "team": rows[stage == QUEUED],
        }

    def close_month(self) -> QueueBook:
        """The month's book; the next one begins."""
        book, self.book = self.book, QueueBook()
        return book
