"""Active measures: offered at interviews, found a place for, lived through, ended, and what comes of them.

An offer needs an interview, so caseworkers' hours decide how many there are (dagpenge has its own jobcentre staff and a monthly
chance). What needs an employer waits for a place; who waits too long gets guidance instead. Effects act on the monthly
chances of work and of education, during a measure (lock-in) and for a while after one that was completed.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from agents.calendar import Month
from agents.citizen import NEVER, ORIGINS, TRUST
from agents.column import Rows, Store
from agents.employer import NO_EMPLOYER
from agents.luck import Luck
from agents.measures import FULL_TIME, GUIDANCE, MEASURE_CODE, MEASURES, NO_MEASURE, SUPPORTS
from agents.municipality import row_of
from agents.statuses import CODE, CONTINUES_SPELL, COUNT, NAMES, STATUSES
from sim.employers import Employers
from sim.intensities import SLOTS
from sim.parameters import Parameters
from sim.race import RowFactor

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

KINDS = len(MEASURES) + 1
IS_COMPANY = np.array([False, *(m.is_company for m in MEASURES)])
"""Whether a measure is at an employer's, by code."""
IS_PUBLIC = np.array([False, *(bool(m.is_public) for m in MEASURES)])
_NYTTEINDSATS = MEASURE_CODE["nytteindsats"]
_EDUCATION = MEASURE_CODE["uddannelse"]
DAGPENGE, FLEKSJOB, LEDIGHEDSYDELSE = CODE["dagpenge"], CODE["fleksjob"], CODE["ledighedsydelse"]
_REVALIDERING = CODE["revalidering"]
_FAR = np.array([s.name.endswith("aktivitetsparat") or s.name in ("ressourceforloeb", "jobafklaring") for s in STATUSES])
_UDDANNELSESPARAT = np.array([s.name in ("uddannelseshjaelp_parat", "uddannelseshjaelp_aabenlyst_parat") for s in STATUSES])
_JOB_READY = np.array([s.name in ("kontanthjaelp_jobparat", "uddannelseshjaelp_aabenlyst_parat") for s in STATUSES])
_RESSOURCEFORLOEB = np.array([s.name in ("ressourceforloeb", "jobafklaring") for s in STATUSES])
_ON_BENEFIT = np.array([s.group == "edge" or s.name == "dagpenge" for s in STATUSES])
"""Whether measures act on the exits of people with a status."""
_LARGEST = 3.0
"""Largest factor that measures together can have on an exit."""
_PRIVATE = 2 / 3
"""Private part of company places (004_107fd277d1b391d8.txt:4117-4119)."""
BRIDGE_FROM = 13 * 12
"""Month from which there is brobygning (January 2013)."""
_NON_WESTERN = np.array([name == "non_western_immigrant" for name in ORIGINS])
_HOUR_CLASSES = np.array([2, 6, 12, 20, 30])
"""Hours a week in a fleksjob, by class of ``fleksjob.hours``."""


@dataclass
class MonthOfMeasures:
    """What happened in a month, by status and measure (code), shape (COUNT, KINDS): begun, completed, broken off, and left for
    another status (counted under the one that is left)."""

    begun: Integers = field(default_factory=lambda: np.zeros((COUNT, KINDS), np.int64))
    completed: Integers = field(default_factory=lambda: np.zeros((COUNT, KINDS), np.int64))
    broken: Integers = field(default_factory=lambda: np.zeros((COUNT, KINDS), np.int64))
    left: Integers = field(default_factory=lambda: np.zeros((COUNT, KINDS), np.int64))


class Measures:
    """Offers, places and measures.

    Attributes:
        employers: who holds the places.
        to_work, to_education: factors on each row's exits.
        month: what happened this month.
        broken: rows of those whose place was broken off this month.
        company_first: share of this month's offers of guidance that are offers of virksomhedspraktik instead.
        instrument: factor on the choice of each measure, by status, shape (COUNT, measures); hours_gain: on paid hours after a
            placement, by status: what money does (:mod:`sim.incentives`).
        touched: whether a policy ever gave each citizen another measure.
    """

    def __init__(
        self, citizens: Store, employers: Employers, p: Parameters, luck: Luck, exits_to: npt.NDArray[np.uint8], company_use: Floats
    ) -> None:
        """``exits_to``: destination of each exit, shape (statuses, slots); ``company_use``: factor on the share of offers that
        are at employers', by municipality."""
        self._citizens, self.employers, self._p = citizens, employers, p
        self._company_use = company_use
        names = ("offer", "kind", "length", "breaks", "support", "hours", "hours_end", "fleks_hours", "grows", "follows", "week", "instead", "private", "reach")
        self._streams = {name: luck.stream(f"measures.{name}") for name in names}
        self._first, self._next, self._hours = (self._by_status(f"offers.{name}") for name in ("first", "next", "hours"))
        self._mix = np.zeros((COUNT, len(MEASURES)))
        for name in p.below("offers.mix"):
            if name in CODE:
                self._mix[CODE[name]] = p.values_of(f"offers.mix.{name}")
        self._programme_mix = p.values_of("offers.mix.programme")
        self._declines, self._passive = self._by_status("offers.declines"), self._by_status("offers.passive")
        new = np.flatnonzero(citizens["reach"] == 0)
        citizens["reach"][new] = self._streams["reach"].ranks(new)
        self.has_offers = (self._first > 0) | (self._next > 0)
        self._deadline_first, self._deadline_next = (self._months_by_status(f"deadline.{name}_offer") for name in ("first", "next"))
        self.to_work, self.to_education = (np.ones(citizens.size, np.float32) for _ in range(2))
        to = np.minimum(exits_to, COUNT - 1)
        acts = _ON_BENEFIT[:, None] & (exits_to < COUNT)
        self.factors = [
            RowFactor(acts & (to == CODE[name]), factor, _LARGEST)
            for name, factor in (("employment", self.to_work), ("education", self.to_education))
        ]
        self._taken, self._hour_shares = p.values_of("fleksjob.taken"), p.values_of("fleksjob.hours")
        self.to_fleksjob = np.ones(citizens.size, np.float32)
        waits = np.zeros((COUNT, SLOTS), bool)
        waits[LEDIGHEDSYDELSE] = exits_to[LEDIGHEDSYDELSE] == FLEKSJOB
        self._reckon_taken(np.flatnonzero(citizens["fleks_hours"] > 0))
        self.factors.append(RowFactor(waits, self.to_fleksjob, _LARGEST))
        self._touched = np.flatnonzero(np.max([citizens[n] for n in ("measure_ended", "mentor_until", "brobygning_until")], axis=0) > NEVER)
        self._supported = np.zeros(0, np.int64)
        self._read_effects()
        self.month = MonthOfMeasures()
        self.broken = np.zeros(0, np.int64)
        self.company_first = 0.0
        self.instrument = np.ones((COUNT, len(MEASURES)))
        self.hours_gain = np.ones(COUNT)
        self.touched = np.zeros(citizens.size, bool)

    def _by_status(self, prefix: str) -> Floats:
        found = np.zeros(COUNT)
        for name, one in self._p.below(prefix).items():
            if name in CODE and not isinstance(one.value, list):
                found[CODE[name]] = one.value
        return found

    def _months_by_status(self, prefix: str) -> Floats:
        found = np.full(COUNT, np.inf)
        for name in self._p.below(prefix):
            found[CODE[name]] = self._p.months(f"{prefix}.{name}")
        return found

    def _read_effects(self) -> None:
        p = self._p
        self._hours_of = np.array([1.0, *(p.value(f"measure_hours.{_length_name(m.name)}") for m in MEASURES)])
        self._lock_in = np.array([1.0, *(p.value(f"lock_in.{m.name}") for m in MEASURES)])
        self._after = np.array([1.0, *(p.value(f"after.{m.name}") for m in MEASURES)])
        weak = p.share("effect_of.weak")
        self._strength = np.array([1 - weak, 1.0, 1 + weak])
        self._mean_length = np.array([0.0, *(p.value(f"measure_length.{_length_name(m.name)}") for m in MEASURES)])
        self._longest, self._longest_dagpenge = (
            np.array([0.0, *(self._read_longest(m.name, group) for m in MEASURES)]) for group in ("", "_dagpenge")
        )

    # ---------------------------------------------------------------- offers
    def offered(self, rows: Rows, now: Month) -> Bools:
        """Who of those met is given an offer: as practice is for the benefit, less for groups that get fewer."""
        return np.asarray(self._streams["offer"].uniform(now, rows) < self.chance(rows, now))

    def chance(self, rows: Rows, now: Month) -> Floats:
        """Chance that each citizen met is given an offer; 0 for those who have a measure, or wait for one."""
        c, p = self._citizens, self._p
        status = c["status"][rows]
        begun = self._benefit_began(rows)
        is_first = c["referred"][rows] <= begun  # an offer in its first month was given on the benefit before
        chance = np.where(is_first, self._first[status], self._next[status])
        age = (now - c["birth_month"][rows].astype(np.int64)) // 12
        chance = chance * np.where(age >= 50, p.value("offers.over_50"), 1.0)
        chance = chance * np.where(_NON_WESTERN[c["origin"][rows]], p.value("offers.non_western"), 1.0)
        years = np.maximum((now - begun) / 12 - 2, 0)
        chance = chance * np.exp(-self._declines[status] * years)
        in_programme = c["programme_until"][rows] > now
        chance = np.where(in_programme, np.maximum(chance, p.share("offers.programme")), chance)
        kept = p.share("deadline.kept")
        if kept:
            chance = np.where(self._past_deadline(rows, now) >= 0, np.maximum(chance, kept), chance)
        idle = (c["measure"][rows] == NO_MEASURE) & (c["seeking"][rows] == NO_MEASURE) & self.has_offers[status]
        idle &= in_programme | (c["reach"][rows] > 255 * self._passive[status])
        return np.where(idle, np.minimum(chance, 1.0), 0.0)

    def is_overdue(self, rows: Rows, now: Month) -> Bools:
        """Who has no offer though the law's deadline for the first, or the next, has passed."""
        c = self._citizens
        idle = (c["measure"][rows] == NO_MEASURE) & (c["seeking"][rows] == NO_MEASURE)
        return np.asarray(idle & (self._past_deadline(rows, now) > 0))

    def _past_deadline(self, rows: Rows, now: Month) -> Floats:
        """Months since the deadline for the first, or the next, offer; below 0 before it."""
        c = self._citizens
        status = c["status"][rows]
        begun = self._benefit_began(rows)
        last = np.maximum(c["measure_ended"][rows], c["referred"][rows]).astype(np.int64)
        is_first = last <= begun
        limit = np.where(is_first, self._deadline_first[status], self._deadline_next[status])
        insured = np.flatnonzero(status == DAGPENGE)
        limit[insured] = self._dagpenge_limit(rows[insured], is_first[insured], now)
        return np.asarray(now - np.where(is_first, begun, last) - limit)

    def _dagpenge_limit(self, rows: Rows, is_first: Bools, now: Month) -> Floats:
        """Months within which an offer on dagpenge is due: by age, and by date."""
        p = self._p
        age = (now - self._citizens["birth_month"][rows].astype(np.int64)) // 12
        later, last_band = ("_later", 50) if now >= p.month("deadline.dagpenge.changes") else ("", 60)
        young, middle, old = (p.months(f"deadline.dagpenge.{band}{later}") for band in ("under_30", "from_30", f"over_{last_band}"))
        first = np.select([age < 30, age < last_band], [young, middle], old)
        next_ = p.months("deadline.dagpenge.next_offer") if now <= p.month("deadline.dagpenge.next_offer_until") else np.inf
        return np.where(is_first, first, next_)

    def _benefit_began(self, rows: Rows) -> Integers:
        """Month in which the benefit began: visitation groups of the kontanthjælp system are one."""
        c = self._citizens
        return np.where(CONTINUES_SPELL[c["status"][rows]], c["spell_since"][rows], c["since"][rows]).astype(np.int64)

    def give(self, rows: Rows, now: Month) -> None:
        """Offers given at interviews (or, on dagpenge, by the jobcentre): what needs no employer begins, the rest is sought."""
        c = self._citizens
        if not rows.size:
            return
        status = c["status"][rows]
        mix = np.where((c["programme_until"][rows] > now)[:, None], self._programme_mix, self._mix[status])
        mix = mix * np.where(IS_COMPANY[1:], self._company_use[row_of(c, rows)][:, None], 1.0) * self.instrument[status]
        kind = self._instead(rows, 1 + self._streams["kind"].choose(now, rows, mix), now)
        c["referred"][rows] = now
        seeks = IS_COMPANY[kind]
        c["seeking"][rows[seeks]] = kind[seeks]
        c["seeking_since"][rows[seeks]] = now
        self._begin(rows[~seeks], kind[~seeks], now)

    def _instead(self, rows: Rows, kind: Integers, now: Month) -> Integers:
        """Some offers of guidance are offers of virksomhedspraktik instead, two in three of them private."""
        if not self.company_first:
            return kind
        changes = (kind == GUIDANCE) & (self._streams["instead"].uniform(now, rows) < self.company_first)
        self.touched[rows[changes]] = True
        private = self._streams["private"].uniform(now, rows) < _PRIVATE
        praktik = np.where(private, MEASURE_CODE["praktik_privat"], MEASURE_CODE["praktik_offentlig"])
        return np.where(changes, praktik, kind)

    def support(self, rows: Rows, now: Month) -> None:
        """Mentor, brobygning, health and social interventions, given at interviews to those who have none."""
        c, p = self._citizens, self._p
        status = c["status"][rows]
        rf, far = _RESSOURCEFORLOEB[status], _FAR[status]
        share = np.where(rf, 1.0, np.where(far, p.value("support.aktivitetsparate"), 0.0))
        chances = {
            "mentor": np.where(far, p.share("support.mentor"), 0.0),
            "brobygning": np.where(_UDDANNELSESPARAT[status] & (now >= BRIDGE_FROM), p.share("support.brobygning"), 0.0),
            "sundhedsindsats": share * p.share("support.sundhedsindsats"),
            "social_indsats": share * p.share("support.social_indsats"),
        }
        months = {
            "mentor": p.months("support.mentor_months"), "brobygning": p.months("support.brobygning_months"),
            "sundhedsindsats": p.months("support.intervention_months"), "social_indsats": p.months("support.intervention_months"),
        }
        for number, (name, chance) in enumerate(chances.items()):
            draw = self._streams["support"].uniform(now, rows * len(SUPPORTS) + number)
            begins = rows[(draw < chance) & (c[f"{name}_until"][rows] <= now)]
            c[f"{name}_until"][begins] = now + months[name]
        self._supported = rows

    # ---------------------------------------------------------------- the month
    def run(self, now: Month) -> None:
        """Measures end or are broken off, the next follow, dagpenge recipients get offers, places are found, effects are
        reckoned. What follows a measure was planned before it ended and needs no interview."""
        completed = self._end(now)
        completed = completed[self._citizens["status"][completed] != DAGPENGE]
        follows = completed[self._streams["follows"].uniform(now, completed) < self.chance(completed, now)]
        self.give(follows, now)
        idle = np.flatnonzero(self._citizens["status"] == DAGPENGE)
        self.give(idle[self.offered(idle, now)], now)
        self.company_first = 0.0
        self.employers.open_month()
        self._find_places(now)
        self._hours_beside(now)
        self._grow(now)
        self._reckon(now)

    def _end(self, now: Month) -> Rows:
        """Measures that are over or broken off; returns who completed one."""
        c, p = self._citizens, self._p
        rows = np.flatnonzero(c["measure"] != NO_MEASURE)
        over = c["measure_until"][rows] <= now
        status, kind = c["status"][rows], c["measure"][rows]
        chance = np.where(_FAR[status], p.share("placement.broken_far"), p.share("placement.broken"))
        chance = chance - p.share("placement.broken_per_trust") * (c["trust"][rows].astype(np.float64) - TRUST) / 100
        breaks = IS_COMPANY[kind] & ~over & (self._streams["breaks"].uniform(now, rows) < chance)
        done = rows[over | breaks]
        completed = over[over | breaks]
        at_employer = IS_COMPANY[c["measure"][done]]
        self.employers.leave(c["employer"][done[at_employer]].astype(np.int64), completed=completed[at_employer])
        self._stay_with_hours(done[completed & at_employer], now)
        self.broken = rows[breaks]
        self._count(self.month.completed, rows[over])
        self._count(self.month.broken, self.broken)
        c["last_measure"][rows[over]] = c["measure"][rows[over]]
        c["measure_ended"][rows[over]] = now
        self._clear(done)
        return rows[over]

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
        is_praktik = np.array([False, *(m.register == "virksomhedspraktik" for m in MEASURES)])[c["measure"][rows]]
        rows = rows[is_praktik & (c["status"][rows] != DAGPENGE)]
        share = p.share("placement.hours_after") * self.hours_gain[c["status"][rows]]
        stays = rows[self._streams["hours"].uniform(now, rows) < share]
        c["paid_hours"][stays] = round(p.value("placement.hours"))

    def _hours_beside(self, now: Month) -> None:
        c, p = self._citizens, self._p
        rows = np.flatnonzero(c["paid_hours"] > 0)
        ends = rows[self._streams["hours_end"].uniform(now, rows) < p.share("placement.hours_end")]
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
        self._begin(rows[got], kind[got].astype(np.int64), now)
        tired = rows[~got & (now - since.astype(np.int64) >= p.months("placement.waits"))]
        self._begin(tired, np.full(tired.size, GUIDANCE), now)

    def _begin(self, rows: Rows, kind: Integers, now: Month) -> None:
        c = self._citizens
        c["seeking"][rows] = NO_MEASURE
        c["measure"][rows] = kind
        c["measure_until"][rows] = now + self._length(rows, kind, now)
        in_programme = c["programme_until"][rows] > now
        hours = np.where(in_programme, self._p.value("offers.programme_hours"), self._hours[c["status"][rows]])
        whole = np.floor(hours * self._hours_of[kind] + self._streams["week"].uniform(now, rows))
        c["measure_hours"][rows] = np.clip(whole, 1, FULL_TIME)
        self._count(self.month.begun, rows)

    def _length(self, rows: Rows, kind: Integers, now: Month) -> Integers:
        """Whole months: one, and an exponential time beyond, up to what the law allows."""
        c, p = self._citizens, self._p
        status = c["status"][rows]
        in_revalidering = (kind == _EDUCATION) & (status == _REVALIDERING)
        mean = np.where(in_revalidering, p.value("measure_length.uddannelse_revalidering"), self._mean_length[kind])
        most = np.where(status == DAGPENGE, self._longest_dagpenge[kind], self._longest[kind])
        beyond = -np.log1p(-self._streams["length"].uniform(now, rows)) * np.maximum(mean - 1, 0)
        return np.asarray(np.maximum(1, np.minimum(1 + np.floor(beyond + 0.5), most)).astype(np.int64))

    def _read_longest(self, name: str, group: str) -> float:
        for key in (f"{name}{group}", f"{_length_name(name)}{group}", _length_name(name)):
            if f"measure_longest.{key}" in self._p:
                return float(self._p.months(f"measure_longest.{key}"))
        return np.inf

    def _count(self, table: Integers, rows: Rows) -> None:
        c = self._citizens
        np.add.at(table, (c["status"][rows], c["measure"][rows]), 1)

    # ---------------------------------------------------------------- fleksjob
    def begin_fleksjob(self, rows: Rows, now: Month) -> Bools:
        """Find employers for people who are to begin a fleksjob; whoever finds none does not begin it."""
        employer = self.employers.place_fleksjob(rows, now)
        found = employer != NO_EMPLOYER
        begins = rows[found]
        self._leave_measure(begins, self._citizens["status"][begins], np.ones(begins.size, bool))
        self._end_hours(begins)
        self._citizens["seeking"][begins] = NO_MEASURE
        self._citizens["employer"][begins] = employer[found]
        return found

    def _draw_hours(self, rows: Rows, now: Month) -> None:
        c = self._citizens
        if not rows.size:
            return
        shares = self._hour_shares.copy()
        if now < self._p.month("fleksjob.hours_from"):
            shares[:2] = 0
        c["fleks_hours"][rows] = _HOUR_CLASSES[self._streams["fleks_hours"].choose(now, rows, shares)]
        self._reckon_taken(rows)

    def _reckon_taken(self, rows: Rows) -> None:
        """How readily employers take people approved for a fleksjob, by the hours they can work; 1 on average."""
        step = np.searchsorted(_HOUR_CLASSES, self._citizens["fleks_hours"][rows])
        mean = float(self._taken @ self._hour_shares) / max(float(self._hour_shares.sum()), 1e-9)
        self.to_fleksjob[rows] = np.minimum(self._taken[step] / max(mean, 1e-9), _LARGEST)

    def _grow(self, now: Month) -> None:
        """Small fleksjob grow to the next step of hours, or park."""
        c, p = self._citizens, self._p
        rows = np.flatnonzero((c["status"] == FLEKSJOB) & (c["fleks_hours"] < _HOUR_CLASSES[-1]) & (c["fleks_hours"] > 0))
        grows = rows[self._streams["grows"].uniform(now, rows) < -np.expm1(-p.value("fleksjob.grows") / 12)]
        c["fleks_hours"][grows] = _HOUR_CLASSES[np.searchsorted(_HOUR_CLASSES, c["fleks_hours"][grows], side="right")]
        self._reckon_taken(grows)

    # ---------------------------------------------------------------- moves
    def moved(self, rows: Rows, source: npt.NDArray[np.uint8], to: npt.NDArray[np.uint8], now: Month) -> None:
        """Citizens have moved: measures end unless the move is between visitation groups; fleksjob are left and begun."""
        c = self._citizens
        leaves_fleks = rows[(source == FLEKSJOB) & (c["employer"][rows] != NO_EMPLOYER)]
        self.employers.leave_fleksjob(c["employer"][leaves_fleks].astype(np.int64))
        c["employer"][leaves_fleks] = NO_EMPLOYER
        goes_on = CONTINUES_SPELL[source] & CONTINUES_SPELL[to]
        if goes_on.any():
            unable = rows[goes_on & (c["seeking"][rows] == _NYTTEINDSATS) & _FAR[to]]
            c["seeking"][unable] = NO_MEASURE
        stops = ~goes_on & (to != FLEKSJOB)
        ends = rows[stops]
        c["seeking"][ends] = NO_MEASURE
        self._leave_measure(ends, source[stops], to[stops] == CODE["employment"])
        self._end_hours(ends[c["paid_hours"][ends] > 0])
        for name in SUPPORTS:
            column = c[f"{name}_until"]
            column[rows[~goes_on]] = np.minimum(column[rows[~goes_on]], now)
        approved = rows[((to == FLEKSJOB) | (to == LEDIGHEDSYDELSE)) & (c["fleks_hours"][rows] == 0)]
        self._draw_hours(approved, now)

    def _leave_measure(self, rows: Rows, source: npt.NDArray[np.uint8], to_work: Bools) -> None:
        """Measures that end because the citizen moves, counted under the status they were given in (``source``): a course that
        led to work is a good one for the employer."""
        c = self._citizens
        active = c["measure"][rows] != NO_MEASURE
        if not active.any():
            return
        rows = rows[active]
        np.add.at(self.month.left, (source[active], c["measure"][rows]), 1)
        placed = IS_COMPANY[c["measure"][rows]]
        for good in (True, False):
            these = rows[placed & (to_work[active] == good)]
            verdict = np.ones(these.size, bool) if good else None
            self.employers.leave(c["employer"][these].astype(np.int64), completed=verdict)
        c["measure"][rows] = NO_MEASURE
        c["measure_hours"][rows] = 0
        c["measure_until"][rows] = NEVER
        free = rows[c["paid_hours"][rows] == 0]
        c["employer"][free] = NO_EMPLOYER

    # ---------------------------------------------------------------- effects
    def _reckon(self, now: Month) -> None:
        """Factors on exits to work and education of everybody whom a measure, support or paid hours concern."""
        c, p = self._citizens, self._p
        months = p.months("effect_of.months")
        self.to_work[self._touched] = 1
        self.to_education[self._touched] = 1
        concerned = (c["measure"] | c["seeking"] | c["paid_hours"]) > 0
        concerned[self._touched] = True
        concerned[self._supported] = True
        rows = np.flatnonzero(concerned)
        goes_on = np.max([c[name][rows] for name in ("measure_ended", "mentor_until", "brobygning_until")], axis=0) > now - months
        rows = rows[goes_on | ((c["measure"][rows] | c["seeking"][rows] | c["paid_hours"][rows]) > 0)]
        strength = self._strength[c["person_class"][rows]]
        measure = c["measure"][rows]
        recent = c["measure_ended"][rows] > now - months
        health = np.where(c["sundhedsindsats_until"][rows] > now - months, p.value("effect_of.health_with_company"), 1.0)
        last = np.where(recent, c["last_measure"][rows], NO_MEASURE)
        after = self._after[last] ** strength * np.where(IS_COMPANY[last], health, 1.0)
        work = np.where(measure != NO_MEASURE, self._lock_in[measure], after)
        education = np.where((measure == NO_MEASURE) & (last == _EDUCATION), after, 1.0)
        hours = c["paid_hours"][rows] > 0
        work = work * np.where(hours, p.value("effect_of.paid_hours"), 1.0)
        threatened = (c["seeking"][rows] == _NYTTEINDSATS) & _JOB_READY[c["status"][rows]]
        work = work * np.where(threatened, p.value("effect_of.threat"), 1.0)
        young = now - c["birth_month"][rows].astype(np.int64) < 12 * 30
        mentor = c["mentor_until"][rows] > now - months
        others = p.value("effect_of.mentor_others")
        work = work * np.where(mentor, np.where(young, p.value("effect_of.mentor_work"), others), 1.0)
        education = education * np.where(mentor, np.where(young, p.value("effect_of.mentor_education"), others), 1.0)
        bridge = c["brobygning_until"][rows] > now - months
        work = work * np.where(bridge, p.value("effect_of.brobygning_work"), 1.0)
        education = education * np.where(bridge, p.value("effect_of.brobygning_education"), 1.0)
        on_benefit = _ON_BENEFIT[c["status"][rows]]
        self.to_work[rows] = np.where(on_benefit, np.minimum(work, _LARGEST), 1)
        self.to_education[rows] = np.where(on_benefit, np.minimum(education, _LARGEST), 1)
        self._touched = rows

    # ---------------------------------------------------------------- the beginning, and what others read
    def settle(self, now: Month) -> None:
        """Before the first month: everybody in a fleksjob has an employer and hours; nobody is double-booked."""
        c = self._citizens
        approved = np.flatnonzero(np.isin(c["status"], [FLEKSJOB, LEDIGHEDSYDELSE]) & (c["fleks_hours"] == 0))
        self._draw_hours(approved, now)
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



def _length_name(name: str) -> str:
    """Measures of both sectors share their lengths."""
    return name.removesuffix("_privat").removesuffix("_offentlig")


assert len(NAMES) == COUNT
