"""Active measures: found a place for, lived through, ended, and what comes of them (who is offered one: :mod:`sim.offers`).

What needs an employer waits for a place; who waits too long gets guidance instead. What measures do to exits: :mod:`sim.effects`.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from agents.calendar import Month
from agents.citizen import NEVER, TRUST
from agents.column import Rows, Store
from agents.employer import NO_EMPLOYER
from agents.luck import Luck
from agents.measures import (
    FULL_TIME,
    GUIDANCE,
    IS_COMPANY,
    IS_PUBLIC,
    KINDS,
    MEASURE_CODE,
    MEASURES,
    NO_MEASURE,
    SUPPORTS,
)
from agents.statuses import CODE, CONTINUES_SPELL, COUNT
from sim.begin_and_end import begin_fleksjob, begin_measures, leave_with_move, over_or_broken
from sim.effects import ON_BENEFIT, Effects
from sim.employers import Employers
from sim.fleksjob import FLEKSJOB, LEDIGHEDSYDELSE, FleksjobHours
from sim.in_force import InForce
from sim.offer_chances import DAGPENGE, by_status
from sim.offers import FAR, Offers
from sim.parameters import Parameters
from sim.rules import Moved

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_NYTTEINDSATS = MEASURE_CODE["nytteindsats"]
_EDUCATION = MEASURE_CODE["uddannelse"]
_REVALIDERING = CODE["revalidering"]
_IS_PRAKTIK = np.array([False, *(m.register == "virksomhedspraktik" for m in MEASURES)])
_APPROVED = np.isin(np.arange(COUNT), [FLEKSJOB, LEDIGHEDSYDELSE])
"""Whether people with a status are approved for a fleksjob."""
_CANNOT = FAR[:, None] & (np.arange(KINDS) == _NYTTEINDSATS)
"""Whether people with a status cannot go on seeking a measure."""
_MENTOR_STAYS = ON_BENEFIT[:, None] & np.isin(np.arange(COUNT), [CODE["employment"], CODE["education"]])
"""Whether the mentor stays for some months after a move, from a benefit to work or education."""
_AT_EMPLOYERS = ("measure", "measure_hours", "measure_until", "employer", "paid_hours", "seeking")
"""Columns of what a move can end."""


@dataclass
class MonthOfMeasures:
    """What happened in a month, by status and measure (code), shape (COUNT, KINDS): begun, completed, broken off, and left for
    another status (counted under the one that is left)."""

    begun: Integers = field(default_factory=lambda: np.zeros((COUNT, KINDS), np.int64))
    completed: Integers = field(default_factory=lambda: np.zeros((COUNT, KINDS), np.int64))
    broken: Integers = field(default_factory=lambda: np.zeros((COUNT, KINDS), np.int64))
    left: Integers = field(default_factory=lambda: np.zeros((COUNT, KINDS), np.int64))


class Measures:
    """Places and measures.

    Attributes:
        employers: who holds the places.
        offers: who is offered what; fleksjob_hours: hours of those approved for a fleksjob.
        effects: what measures do to exits; factors: on each row's exits.
        month: what happened this month.
        broken: rows of those whose place was broken off this month.
        hours_gain: factor on paid hours after a placement, by status: what money does (:mod:`sim.incentives`).
    """

    def __init__(
        self, citizens: Store, employers: Employers, p: InForce, luck: Luck, exits_to: npt.NDArray[np.uint8], company_use: Floats
    ) -> None:
        """``exits_to``: destination of each exit, shape (statuses, slots); ``company_use``: factor on the share of offers that
        are at employers', by municipality."""
        self._citizens, self.employers, self._p = citizens, employers, p
        self.offers = Offers(citizens, p, luck, company_use)
        self.fleksjob_hours = FleksjobHours(citizens, p, luck, exits_to)
        names = ("length", "breaks", "hours", "hours_end", "follows", "week")
        self._streams = {name: luck.stream(f"measures.{name}") for name in names}
        self.effects = Effects(citizens, p, exits_to)
        self.factors = [*self.effects.factors, self.fleksjob_hours.factor]
        self.month = MonthOfMeasures()
        self.broken = np.zeros(0, np.int64)
        self.hours_gain = np.ones(COUNT)

    def give(self, rows: Rows, now: Month) -> None:
        """Offers given at interviews (or, on dagpenge, by the jobcentre): what needs no employer begins, the rest is sought."""
        c = self._citizens
        if not rows.size:
            return
        kind = self.offers.kinds(rows, now)
        c["referred"][rows] = now
        seeks = IS_COMPANY[kind]
        c["seeking"][rows[seeks]] = kind[seeks]
        c["seeking_since"][rows[seeks]] = now
        self._begin(rows[~seeks], kind[~seeks], now)

    # ---------------------------------------------------------------- the month
    def run(self, now: Month) -> None:
        """Measures end or are broken off, the next follow, dagpenge recipients get offers, places are found, effects are
        reckoned. What follows a measure was planned before it ended and needs no interview."""
        completed = self._end(now)
        completed = completed[self._citizens["status"][completed] != DAGPENGE]
        follows = completed[self._streams["follows"].uniform(now, completed) < self.offers.chance(completed, now)]
        insured = np.flatnonzero(self._citizens["status"] == DAGPENGE)
        self.give(np.concatenate([follows, insured[self.offers.offered(insured, now)]]), now)
        self.offers.close_month()
        self.employers.open_month()
        self._find_places(now)
        self._hours_beside(now)
        self.fleksjob_hours.grow(now)
        self.effects.reckon(self.offers.supported, now)

    def _end(self, now: Month) -> Rows:
        """Measures that are over or broken off; returns who completed one."""
        c, p = self._citizens, self._p
        rows = np.flatnonzero(c["measure"] != NO_MEASURE)
        luck = self._streams["breaks"].uniform(now, rows)
        columns = (c[name] for name in ("status", "measure", "measure_until", "trust", "municipality"))
        over, breaks = over_or_broken(now, rows, luck, TRUST, *columns, p.version_of, p.stacked(_broken), FAR, IS_COMPANY)
        done, completed = rows[over | breaks], over[over | breaks]
        at_employer = IS_COMPANY[c["measure"][done]]
        employer, is_good = c["employer"][done[at_employer]].astype(np.int64), completed[at_employer]
        self.employers.leave(employer)
        self.employers.learn(employer[is_good], good=True)
        self.employers.learn(employer[~is_good], good=False)
        self._stay_with_hours(done[completed & at_employer], now)
        self.broken, finished = rows[breaks], rows[over]
        self._count(self.month.completed, finished)
        self._count(self.month.broken, self.broken)
        c["last_measure"][finished] = c["measure"][finished]
        c["measure_ended"][finished] = now
        self._clear(done)
        return finished

    def _clear(self, rows: Rows) -> None:
        c = self._citizens
        c["measure"][rows] = NO_MEASURE
        c["measure_hours"][rows] = 0
        c["measure_until"][rows] = NEVER
        keeps = (c["paid_hours"][rows] > 0) | (c["status"][rows] == FLEKSJOB)
        c["employer"][rows[~keeps]] = NO_EMPLOYER

    def _stay_with_hours(self, rows: Rows, now: Month) -> None:
        """Some get paid hours, beside the benefit, where they were in virksomhedspraktik."""
        c, p = self._citizens, self._p
        rows = rows[_IS_PRAKTIK[c["measure"][rows]] & (c["status"][rows] != DAGPENGE)]
        share = p.share("placement.hours_after", rows) * self.hours_gain[c["status"][rows]]
        stays = rows[self._streams["hours"].uniform(now, rows) < share]
        c["paid_hours"][stays] = np.round(p.value("placement.hours", stays))

    def _hours_beside(self, now: Month) -> None:
        c, p = self._citizens, self._p
        rows = np.flatnonzero(c["paid_hours"] > 0)
        ends = rows[self._streams["hours_end"].uniform(now, rows) < p.share("placement.hours_end", rows)]
        self._end_hours(ends)

    def _end_hours(self, rows: Rows) -> None:
        c = self._citizens
        c["paid_hours"][rows] = 0
        free = rows[~IS_COMPANY[c["measure"][rows]] & (c["status"][rows] != FLEKSJOB)]
        c["employer"][free] = NO_EMPLOYER

    def _find_places(self, now: Month) -> None:
        c, p = self._citizens, self._p
        rows = np.flatnonzero(c["seeking"] != NO_MEASURE)
        kind, since = c["seeking"][rows], c["seeking_since"][rows]
        employer = self.employers.place(rows, IS_PUBLIC[kind], since, now)
        got = employer != NO_EMPLOYER
        self._end_hours(rows[got])  # who has hours with another employer gives them up for the place
        c["employer"][rows[got]] = employer[got]
        begins = got | (now - since.astype(np.int64) >= p.months("placement.waits", rows))
        self._begin(rows[begins], np.where(got, kind, GUIDANCE)[begins].astype(np.int64), now)

    def _begin(self, rows: Rows, kind: Integers, now: Month) -> None:
        c, p = self._citizens, self._p
        luck = (self._streams[name].uniform(now, rows) for name in ("length", "week"))
        columns = (c[name] for name in ("status", "programme_until", "municipality", "seeking", "measure", "measure_until", "measure_hours"))
        begin_measures(now, rows, kind, *luck, p.version_of, p.numbers(_read_lengths), DAGPENGE, _REVALIDERING, _EDUCATION, FULL_TIME, *columns, self.month.begun)

    def _count(self, table: Integers, rows: Rows) -> None:
        table += _by_status_and_measure(self._citizens["status"][rows], self._citizens["measure"][rows])

    # ---------------------------------------------------------------- moves
    def begin_fleksjob(self, rows: Rows, now: Month) -> Bools:
        """Find employers for people who are to begin a fleksjob; whoever finds none does not begin it."""
        c = self._citizens
        employer = self.employers.place_fleksjob(rows, now)
        found = employer != NO_EMPLOYER
        begins = rows[found]
        left = begin_fleksjob(
            begins, c["status"][begins], employer[found], NEVER, *(c[name] for name in _AT_EMPLOYERS), IS_COMPANY, self.employers.employers["used"],
            self.month.left,
        )
        self.employers.learn(left[left != NO_EMPLOYER], good=True)
        return found

    def moved(self, moved: Moved, now: Month) -> None:
        """Citizens have moved: measures end unless the move is between visitation groups; fleksjob are left and begun. A course that
        led to work is a good one for the employer, who learns from one cause of moves after the other."""
        c, employers = self._citizens, self.employers.employers
        self.fleksjob_hours.approve(moved.rows[_APPROVED[moved.to]], now)
        left = leave_with_move(
            now, moved.rows, moved.source, moved.to, *(c[name] for name in _AT_EMPLOYERS), c["mentor_until"],
            tuple(c[f"{name}_until"] for name in SUPPORTS if name != "mentor"), NEVER, FLEKSJOB, CONTINUES_SPELL, IS_COMPANY, _CANNOT,
            _MENTOR_STAYS, np.full(moved.rows.size, self._p.months("support.mentor_after", moved.rows), np.int64), employers["used"],
            employers["fleks_used"], self.month.left,
        )
        teaches = np.flatnonzero((left != NO_EMPLOYER) & (moved.to == CODE["employment"]))
        for cause in np.flatnonzero(np.bincount(moved.cause[teaches])):
            self.employers.learn(left[teaches[moved.cause[teaches] == cause]], good=True)

    # ---------------------------------------------------------------- the beginning, and what others read
    def settle(self, now: Month) -> None:
        """Before the first month: everybody in a fleksjob has an employer and hours; nobody is double-booked."""
        c = self._citizens
        self.fleksjob_hours.approve(np.flatnonzero(np.isin(c["status"], [FLEKSJOB, LEDIGHEDSYDELSE])), now)
        in_fleksjob = np.flatnonzero(c["status"] == FLEKSJOB)
        without = in_fleksjob[c["employer"][in_fleksjob] == NO_EMPLOYER]
        c["employer"][without] = self.employers.anywhere(without, now)
        in_fleksjob = in_fleksjob[c["employer"][in_fleksjob] != NO_EMPLOYER]
        placed = np.flatnonzero(IS_COMPANY[c["measure"]])
        too_many = self.employers.count(c["employer"][placed].astype(np.int64), c["employer"][in_fleksjob].astype(np.int64))
        again = placed[too_many]
        c["seeking"][again] = c["measure"][again]
        c["seeking_since"][again] = now
        self._clear(again)

    def close_month(self) -> MonthOfMeasures:
        """What happened this month; the next one begins."""
        month, self.month = self.month, MonthOfMeasures()
        return month


def _by_status_and_measure(status: npt.NDArray[np.uint8], measure: npt.NDArray[np.uint8]) -> Integers:
    """How many there are of each status and measure, shape (COUNT, KINDS)."""
    return np.bincount(status.astype(np.int64) * KINDS + measure, minlength=COUNT * KINDS).reshape(COUNT, KINDS)


def _broken(p: Parameters) -> Floats:
    """Chance that a place is broken off in a month: usually, far from work, and less for each point of trust."""
    return np.array([p.share("placement.broken"), p.share("placement.broken_far"), p.share("placement.broken_per_trust")])


class _Lengths(NamedTuple):
    """Parameters of measures, each by version (:mod:`sim.in_force`).

    Attributes:
        mean: months by measure (code); in_revalidering: of an education there.
        longest, longest_insured: most months that the law allows, by measure, and on dagpenge; endless where it says nothing.
        hours: factor on hours a week by measure; of_benefit: hours a week by status; of_programme: in the integration programme.
    """

    mean: Floats
    in_revalidering: Floats
    longest: Floats
    longest_insured: Floats
    hours: Floats
    of_benefit: Floats
    of_programme: Floats


def _read_lengths(p: Parameters) -> _Lengths:
    mean, hours = (np.array([1.0, *(p.value(f"{table}.{_length_name(m.name)}") for m in MEASURES)]) for table in ("measure_length", "measure_hours"))
    return _Lengths(
        mean, np.asarray(p.value("measure_length.uddannelse_revalidering")), _longest(p, ""), _longest(p, "_dagpenge"), hours,
        by_status(p, "offers.hours"), np.asarray(p.value("offers.programme_hours")),
    )


def _longest(p: Parameters, group: str) -> Floats:
    """Most months that the law allows, by measure (code); endless where it says nothing."""
    found = [0.0]
    for m in MEASURES:
        keys = (f"{m.name}{group}", f"{_length_name(m.name)}{group}", _length_name(m.name))
        found.append(next((float(p.months(f"measure_longest.{key}")) for key in keys if f"measure_longest.{key}" in p), np.inf))
    return np.array(found)


def _length_name(name: str) -> str:
    """Measures of both sectors share their lengths."""
    return name.removesuffix("_privat").removesuffix("_offentlig")
