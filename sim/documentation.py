"""Work capacity becomes documented: by interviews and by doctors' certificates, until the team can take the case.

A need that nobody has seen waits for an interview that sees it. Then a certificate is asked for, from psychiatry for those
with poor mental health; it takes its time, some cannot be used, and psychiatry closes the case of who stays away
(M8-M10). How much must be documented is for the municipality to say. Revalidering asks for a job goal instead of a certificate
(004_107fd277d1b391d8.txt:8225-8233), and for less.
"""

from typing import NamedTuple

import numba as nb
import numpy as np
import numpy.typing as npt

from agents.calendar import Month
from agents.citizen import DOCUMENTING, HAS_CERTIFICATE, NEVER, QUEUED, READY, TRUST, UNSEEN
from agents.column import Rows, Store
from agents.luck import ALWAYS, Luck
from agents.municipality import row_of
from agents.statuses import CODE
from sim.in_force import InForce
from sim.parameters import Parameters
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
        self._citizens, self._staff, self._p = citizens, staff, p
        self._demand = np.minimum(demand * 100, _AT_MOST)
        self._mean_demand = float(share @ self._demand / share.sum())
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

    def clarify(self, rows: Rows, now: Month) -> None:
        """Needs are decided on the evidence at hand: cases that nobody has seen or documented are ready to be prepared."""
        c = self._citizens
        self._make_ready(rows[(c["need"][rows] > 0) & (c["stage"][rows] < READY)], now)

    def meet(self, rows: Rows, asks: npt.NDArray[np.bool_], now: Month) -> None:
        """Interviews held: needs are seen, cases documented, certificates asked for. A case that the caseworker has still
        to read stands still."""
        c, p = self._citizens, self._p
        able = self._staff.ability(c["caseworker"][rows], now)
        luck = self._streams["see"].uniform(now, rows)
        columns = (c[name] for name in ("need", "stage", "unread", "trust", "documented", "municipality"))
        sees = _document(rows, able, luck, (UNSEEN, DOCUMENTING, TRUST, _AT_MOST), *columns, p.version_of, p.numbers(_read))
        seen = rows[sees]
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
        codes = (DOCUMENTING, READY, HAS_CERTIFICATE, _REVALIDERING, _RESSOURCEFORLOEB, _AT_MOST)
        columns = (c[name] for name in ("need", "stage", "certificate", "documented", "queued", "municipality"))
        _find_ready(now, clients, self._is_waived(clients), codes, self._demand, self._mean_demand, *columns, self._p.version_of, self._p.numbers(_read))

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


class _Numbers(NamedTuple):
    """Parameters of documentation, each by version (:mod:`sim.in_force`).

    Attributes:
        seen: chance that a need is seen at an interview; by_contact, by_everyday_contact: what one documents, with a case and without;
            everyday_at_most: as far as contact without a case goes.
        by_certificate: what a certificate documents.
        demanded, for_revalidering, for_ressourceforloeb: factors on what a case must have; differences: on those of municipalities.
    """

    seen: Floats
    by_contact: Floats
    by_everyday_contact: Floats
    everyday_at_most: Floats
    by_certificate: Floats
    demanded: Floats
    for_revalidering: Floats
    for_ressourceforloeb: Floats
    differences: Floats


def _read(p: Parameters) -> _Numbers:
    names = ("by_contact", "by_everyday_contact", "everyday_at_most", "by_certificate", "demanded", "demanded_for_revalidering", "demanded_for_ressourceforloeb")
    by_contact, by_everyday, at_most, by_certificate, demanded, goal, course = (np.asarray(p.value(f"documentation.{name}")) for name in names)
    return _Numbers(
        np.asarray(p.share("documentation.seen")), by_contact, by_everyday, at_most, by_certificate, demanded, goal, course,
        np.asarray(p.value("practice.differences")),
    )


@nb.njit(nogil=True, cache=True)
def _document(rows, able, luck, codes, need, stage, unread, trust, documented, municipality, version_of, p):  # type: ignore[no-untyped-def]
    """Document the cases of those met, as far as their caseworker is ``able`` to and has read them; returns whose need is seen (by a draw
    each, ``luck``), and sets their stage. ``codes``: stages unseen and documenting, usual trust, and most that can be documented."""
    unseen, documenting, usual_trust, at_most = codes
    sees = np.zeros(rows.size, np.bool_)
    for i in range(rows.size):
        row = rows[i]
        if unread[row] != 0:
            continue
        v = version_of[municipality[row] - 1]
        is_open = stage[row] == documenting
        by = p.by_contact[v] if is_open else p.by_everyday_contact[v]
        most = at_most if is_open else p.everyday_at_most[v]
        known = np.float64(documented[row])
        documented[row] = np.uint8(np.rint(min(known + by * able[i] * (0.5 + trust[row] / (2.0 * usual_trust)), max(most, known))))
        sees[i] = need[row] > 0 and stage[row] == unseen and luck[i] < p.seen[v] * able[i]
        if sees[i]:
            stage[row] = documenting
    return sees


@nb.njit(nogil=True, cache=True)
def _find_ready(  # type: ignore[no-untyped-def]
    now, rows, is_waived, codes, demand, mean_demand, need, stage, certificate, documented, queued, municipality, version_of, p,
):
    """Make cases ready that are documented as well as their municipality demands (``demand`` by municipality, and its mean).
    ``is_waived``: whose case needs no new certificate; ``codes``: of stages, certificates and needs, and most that can be documented."""
    documenting, ready, there_already, revalidering, ressourceforloeb, at_most = codes
    for i in range(rows.size):
        row = rows[i]
        is_goal, has_certificate = need[row] == revalidering, certificate[row] == there_already
        if stage[row] != documenting or not (has_certificate or is_goal or is_waived[i]):
            continue
        here = municipality[row] - 1
        v = version_of[here]
        demanded = min((demand[here] + (p.differences[v] - 1) * (demand[here] - mean_demand)) * p.demanded[v], at_most)
        if is_goal:
            demanded *= p.for_revalidering[v]
        if need[row] == ressourceforloeb:
            demanded *= p.for_ressourceforloeb[v]
        known = documented[row] + (p.by_certificate[v] if is_waived[i] and not has_certificate and not is_goal else 0.0)
        if known >= demanded:
            stage[row], queued[row] = ready, now
