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
from agents.measures import FULL_TIME, GUIDANCE, MEASURE_CODE, MEASURES, NO_MEASURE, OFFERED, SUPPORTS
from agents.municipality import row_of
from agents.statuses import CODE, CONTINUES_SPELL, COUNT, STATUSES
from sim.employers import Employers
from sim.in_force import InForce
from sim.intensities import SLOTS
from sim.leaving import find_active, leave_measures
from sim.parameters import Parameters
from sim.race import RowFactor
from sim.rules import Moved

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
_SUPPORT_MONTHS = dict(zip(SUPPORTS, ("mentor_months", "brobygning_months", "intervention_months", "intervention_months"), strict=True))
"""Parameter of the length of each support."""
_IS_PRAKTIK = np.array([False, *(m.register == "virksomhedspraktik" for m in MEASURES)])
OFFER = "offer"
"""What :meth:`Measures.at_least` calls an offer of a measure, beside the names of support."""
_LARGEST = 3.0
"""Largest factor that measures together can have on an exit."""
_NOT_TO_WORK = -1
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


@dataclass(frozen=True)
class _Replaced:
    """One measure offered instead of another."""

    of: int
    to: int
    share: Floats
    policy: str


class Measures:
    """Offers, places and measures.

    Attributes:
        employers: who holds the places.
        to_work, to_education: factors on each row's exits.
        month: what happened this month.
        broken: rows of those whose place was broken off this month.
        instrument: factor on the choice of each measure, by status, shape (COUNT, measures); hours_gain: on paid hours after a
            placement, by status: what money does (:mod:`sim.incentives`).
        touched: whether a policy ever gave each citizen another measure.
    """

    def __init__(
        self, citizens: Store, employers: Employers, p: InForce, luck: Luck, exits_to: npt.NDArray[np.uint8], company_use: Floats
    ) -> None:
        """``exits_to``: destination of each exit, shape (statuses, slots); ``company_use``: factor on the share of offers that
        are at employers', by municipality."""
        self._citizens, self.employers, self._p = citizens, employers, p
        self._company_use = company_use
        names = ("offer", "kind", "length", "breaks", "support", "hours", "hours_end", "fleks_hours", "grows", "follows", "week", "instead", "reach")
        self._streams = {name: luck.stream(f"measures.{name}") for name in names}
        new = np.flatnonzero(citizens["reach"] == 0)
        citizens["reach"][new] = self._streams["reach"].ranks(new)
        self.has_offers = (_by_status(p.own, "offers.first") > 0) | (_by_status(p.own, "offers.next") > 0)
        self.to_work, self.to_education = (np.ones(citizens.size, np.float32) for _ in range(2))
        to = np.minimum(exits_to, COUNT - 1)
        acts = _ON_BENEFIT[:, None] & (exits_to < COUNT)
        self.factors = [
            RowFactor(acts & (to == CODE[name]), factor, _LARGEST)
            for name, factor in (("employment", self.to_work), ("education", self.to_education))
        ]
        self._taken = _taken(p.own)
        self.to_fleksjob = np.ones(citizens.size, np.float32)
        waits = np.zeros((COUNT, SLOTS), bool)
        waits[LEDIGHEDSYDELSE] = exits_to[LEDIGHEDSYDELSE] == FLEKSJOB
        self._reckon_taken(np.flatnonzero(citizens["fleks_hours"] > 0))
        self.factors.append(RowFactor(waits, self.to_fleksjob, _LARGEST))
        self._touched = np.flatnonzero(np.max([citizens[n] for n in ("measure_ended", "mentor_until", "brobygning_until")], axis=0) > NEVER)
        self._supported = np.zeros(0, np.int64)
        self.month = MonthOfMeasures()
        self.broken = np.zeros(0, np.int64)
        self._replaced: list[_Replaced] = []
        self._at_least: dict[str, Floats] = {}
        self.instrument = np.ones((COUNT, len(MEASURES)))
        self.hours_gain = np.ones(COUNT)
        self.touched = np.zeros(citizens.size, bool)

    def _by_status(self, prefix: str, rows: Rows) -> Floats:
        """A number of the table ``prefix`` for each citizen, by status."""
        return np.asarray(self._p.look_up(_by_status, rows, self._citizens["status"][rows], key=(prefix,)))

    # ---------------------------------------------------------------- offers
    def offered(self, rows: Rows, now: Month) -> Bools:
        """Who of those met is given an offer: as practice is for the benefit, less for groups that get fewer."""
        given = np.asarray(self._streams["offer"].uniform(now, rows) < self.chance(rows, now))
        if OFFER in self._at_least:
            self.touched[rows[given & (self._at_least[OFFER][rows] > 0)]] = True
        return given

    def chance(self, rows: Rows, now: Month) -> Floats:
        """Chance that each citizen met is given an offer; 0 for those who have a measure, or wait for one, and for those whom offers
        pass by."""
        c = self._citizens
        idle = (c["measure"][rows] == NO_MEASURE) & (c["seeking"][rows] == NO_MEASURE) & self.has_offers[c["status"][rows]]
        reached = (c["programme_until"][rows] > now) | (c["reach"][rows] > 255 * self._by_status("offers.passive", rows))
        if OFFER in self._at_least:
            reached |= self._at_least[OFFER][rows] > 0
        asked = np.flatnonzero(idle & reached)
        chance = np.zeros(rows.size)
        chance[asked] = np.minimum(self._chance_of(rows[asked], now), 1.0)
        return chance

    def _chance_of(self, rows: Rows, now: Month) -> Floats:
        """Chance of those whom offers reach."""
        c, p = self._citizens, self._p
        begun = self._benefit_began(rows)
        is_first = c["referred"][rows] <= begun  # an offer in its first month was given on the benefit before
        chance = np.where(is_first, self._by_status("offers.first", rows), self._by_status("offers.next", rows))
        age = (now - c["birth_month"][rows].astype(np.int64)) // 12
        chance = chance * np.where(age >= 50, p.value("offers.over_50", rows), 1.0)
        chance = chance * np.where(_NON_WESTERN[c["origin"][rows]], p.value("offers.non_western", rows), 1.0)
        years = np.maximum((now - begun) / 12 - 2, 0)
        chance = chance * np.exp(-self._by_status("offers.declines", rows) * years)
        in_programme = c["programme_until"][rows] > now
        chance = np.where(in_programme, np.maximum(chance, p.share("offers.programme", rows)), chance)
        kept = np.where(c["status"][rows] == DAGPENGE, p.share("deadline.dagpenge.kept", rows), p.share("deadline.kept", rows))
        if kept.any():
            chance = np.where(self._past_deadline(rows, now) >= 0, np.maximum(chance, kept), chance)
        return np.maximum(chance, self._at_least[OFFER][rows]) if OFFER in self._at_least else chance

    def is_overdue(self, rows: Rows, now: Month) -> Bools:
        """Who has no offer though the law's deadline for the first, or the next, has passed."""
        c = self._citizens
        idle = np.flatnonzero((c["measure"][rows] | c["seeking"][rows]) == NO_MEASURE)
        overdue = np.zeros(rows.size, bool)
        overdue[idle] = self._past_deadline(rows[idle], now) > 0
        return overdue

    def _past_deadline(self, rows: Rows, now: Month) -> Floats:
        """Months since the deadline for the first, or the next, offer; below 0 before it."""
        c = self._citizens
        status = c["status"][rows]
        begun = self._benefit_began(rows)
        last = np.maximum(c["measure_ended"][rows], c["referred"][rows]).astype(np.int64)
        is_first = last <= begun
        first, later = (self._p.look_up(_months_by_status, rows, status, key=(f"deadline.{name}_offer",)) for name in ("first", "next"))
        limit = np.where(is_first, first, later)
        insured = np.flatnonzero(status == DAGPENGE)
        limit[insured] = self._dagpenge_limit(rows[insured], is_first[insured], now)
        return np.asarray(now - np.where(is_first, begun, last) - limit)

    def _dagpenge_limit(self, rows: Rows, is_first: Bools, now: Month) -> Floats:
        """Months within which an offer on dagpenge is due: by age, and by date."""
        p = self._p
        age = (now - self._citizens["birth_month"][rows].astype(np.int64)) // 12
        later, last_band = ("_later", 50) if now >= p.month("deadline.dagpenge.changes") else ("", 60)
        young, middle, old = (p.months(f"deadline.dagpenge.{band}{later}", rows) for band in ("under_30", "from_30", f"over_{last_band}"))
        first = np.where(age < 30, young, np.where(age < last_band, middle, old))
        next_ = p.months("deadline.dagpenge.next_offer", rows) if now <= p.month("deadline.dagpenge.next_offer_until") else np.inf
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
        programme = self._p.look_up(_programme_mix, rows)
        mix = np.where((c["programme_until"][rows] > now)[:, None], programme, self._p.look_up(_mix, rows, status))
        company = IS_COMPANY[1 : len(OFFERED) + 1]
        mix = mix * np.where(company, self._company_use[row_of(c, rows)][:, None], 1.0) * self.instrument[status, : len(OFFERED)]
        kind = self._instead(rows, 1 + self._streams["kind"].choose(now, rows, mix), now)
        c["referred"][rows] = now
        seeks = IS_COMPANY[kind]
        c["seeking"][rows[seeks]] = kind[seeks]
        c["seeking_since"][rows[seeks]] = now
        self._begin(rows[~seeks], kind[~seeks], now)

    def _instead(self, rows: Rows, kind: Integers, now: Month) -> Integers:
        """What policies offer instead. Where their shares of a kind of offer add up to more than all, each gets its part."""
        if not self._replaced:
            return kind
        replaced = sorted(self._replaced, key=lambda r: (r.policy, r.of, r.to))
        shares = np.stack([np.where(kind == r.of, r.share[rows], 0.0) for r in replaced], axis=1)
        shares /= np.maximum(shares.sum(axis=1, keepdims=True), 1.0)
        chosen = (self._streams["instead"].uniform(now, rows)[:, None] >= np.cumsum(shares, axis=1)).sum(axis=1)
        changes = chosen < len(replaced)
        self.touched[rows[changes]] = True
        to = np.array([r.to for r in replaced] + [0])
        return np.where(changes, to[chosen], kind)

    def offer_instead(self, of: int, to: int, share: Floats, policy: str) -> None:
        """Offer one measure instead of another to a share of those who would be offered it this month.

        Args:
            of, to: codes of measures.
            share: by citizen, shape (population,).
        """
        self._replaced.append(_Replaced(of, to, share, policy))

    def at_least(self, what: str, chance: Floats) -> None:
        """Give those met this month an offer (``OFFER``), or a support, with at least this chance.

        Args:
            what: ``OFFER`` or a name of SUPPORTS.
            chance: by citizen, shape (population,).
        """
        self._at_least[what] = np.maximum(self._at_least.get(what, 0.0), chance)

    def support(self, rows: Rows, now: Month) -> None:
        """Mentor, brobygning, health and social interventions, given at interviews to those who have none."""
        c, p = self._citizens, self._p
        status = c["status"][rows]
        rf, far = _RESSOURCEFORLOEB[status], _FAR[status]
        share = np.where(rf, 1.0, np.where(far, p.value("support.aktivitetsparate", rows), 0.0))
        chances = {
            "mentor": np.where(far, p.share("support.mentor", rows), 0.0),
            "brobygning": np.where(_UDDANNELSESPARAT[status] & (now >= BRIDGE_FROM), p.share("support.brobygning", rows), 0.0),
            "sundhedsindsats": share * p.share("support.sundhedsindsats", rows),
            "social_indsats": share * p.share("support.social_indsats", rows),
        }
        for number, (name, usual) in enumerate(chances.items()):
            chance = np.maximum(usual, self._at_least[name][rows]) if name in self._at_least else usual
            draw = self._streams["support"].uniform(now, rows * len(SUPPORTS) + number)
            begins = (draw < chance) & (c[f"{name}_until"][rows] <= now)
            new = rows[begins]
            c[f"{name}_until"][new] = now + p.months(f"support.{_SUPPORT_MONTHS[name]}", new)
            if name in self._at_least:
                self.touched[rows[begins & (draw >= usual)]] = True
        self._supported = rows

    # ---------------------------------------------------------------- the month
    def run(self, now: Month) -> None:
        """Measures end or are broken off, the next follow, dagpenge recipients get offers, places are found, effects are
        reckoned. What follows a measure was planned before it ended and needs no interview."""
        completed = self._end(now)
        completed = completed[self._citizens["status"][completed] != DAGPENGE]
        follows = completed[self._streams["follows"].uniform(now, completed) < self.chance(completed, now)]
        insured = np.flatnonzero(self._citizens["status"] == DAGPENGE)
        self.give(np.concatenate([follows, insured[self.offered(insured, now)]]), now)
        self._replaced, self._at_least = [], {}
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
        chance = np.where(_FAR[status], p.share("placement.broken_far", rows), p.share("placement.broken", rows))
        chance = chance - p.share("placement.broken_per_trust", rows) * (c["trust"][rows].astype(np.float64) - TRUST) / 100
        breaks = IS_COMPANY[kind] & ~over & (self._streams["breaks"].uniform(now, rows) < chance)
        done = rows[over | breaks]
        completed = over[over | breaks]
        at_employer = IS_COMPANY[c["measure"][done]]
        employer, is_good = c["employer"][done[at_employer]].astype(np.int64), completed[at_employer]
        self.employers.leave(employer)
        self.employers.learn(employer[is_good], good=True)
        self.employers.learn(employer[~is_good], good=False)
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
        c = self._citizens
        c["seeking"][rows] = NO_MEASURE
        c["measure"][rows] = kind
        c["measure_until"][rows] = now + self._length(rows, kind, now)
        in_programme = c["programme_until"][rows] > now
        hours = np.where(in_programme, self._p.value("offers.programme_hours", rows), self._by_status("offers.hours", rows))
        whole = np.floor(hours * self._p.look_up(_of_measure, rows, kind, key=("measure_hours",)) + self._streams["week"].uniform(now, rows))
        c["measure_hours"][rows] = np.minimum(np.maximum(whole, 1), FULL_TIME)
        self._count(self.month.begun, rows)

    def _length(self, rows: Rows, kind: Integers, now: Month) -> Integers:
        """Whole months: one, and an exponential time beyond, up to what the law allows."""
        c, p = self._citizens, self._p
        status = c["status"][rows]
        in_revalidering = (kind == _EDUCATION) & (status == _REVALIDERING)
        usual = p.look_up(_of_measure, rows, kind, key=("measure_length",))
        mean = np.where(in_revalidering, p.value("measure_length.uddannelse_revalidering", rows), usual)
        insured, others = (p.look_up(_longest, rows, kind, key=(group,)) for group in ("_dagpenge", ""))
        most = np.where(status == DAGPENGE, insured, others)
        beyond = -np.log1p(-self._streams["length"].uniform(now, rows)) * np.maximum(mean - 1, 0)
        return np.asarray(np.maximum(1, np.minimum(1 + np.floor(beyond + 0.5), most)).astype(np.int64))

    def _count(self, table: Integers, rows: Rows) -> None:
        table += _by_status_and_measure(self._citizens["status"][rows], self._citizens["measure"][rows])

    # ---------------------------------------------------------------- fleksjob
    def begin_fleksjob(self, rows: Rows, now: Month) -> Bools:
        """Find employers for people who are to begin a fleksjob; whoever finds none does not begin it."""
        employer = self.employers.place_fleksjob(rows, now)
        found = employer != NO_EMPLOYER
        begins = rows[found]
        self._leave_measure(begins, self._citizens["status"][begins], np.zeros(begins.size, np.int64))
        self._end_hours(begins)
        self._citizens["seeking"][begins] = NO_MEASURE
        self._citizens["employer"][begins] = employer[found]
        return found

    def _draw_hours(self, rows: Rows, now: Month) -> None:
        c = self._citizens
        if not rows.size:
            return
        shares = np.array(self._p.look_up(_fleksjob_hours, rows))
        if now < self._p.month("fleksjob.hours_from"):
            shares[..., :2] = 0
        c["fleks_hours"][rows] = _HOUR_CLASSES[self._streams["fleks_hours"].choose(now, rows, shares)]
        self._reckon_taken(rows)

    def _reckon_taken(self, rows: Rows) -> None:
        """How readily employers take people approved for a fleksjob, by the hours they can work."""
        step = np.searchsorted(_HOUR_CLASSES, self._citizens["fleks_hours"][rows])
        self.to_fleksjob[rows] = self._taken[step]

    def _grow(self, now: Month) -> None:
        """Small fleksjob grow to the next step of hours, or park."""
        c, p = self._citizens, self._p
        rows = np.flatnonzero(c["status"] == FLEKSJOB)
        rows = rows[(c["fleks_hours"][rows] < _HOUR_CLASSES[-1]) & (c["fleks_hours"][rows] > 0)]
        grows = rows[self._streams["grows"].uniform(now, rows) < -np.expm1(-p.value("fleksjob.grows", rows) / 12)]
        c["fleks_hours"][grows] = _HOUR_CLASSES[np.searchsorted(_HOUR_CLASSES, c["fleks_hours"][grows], side="right")]
        self._reckon_taken(grows)

    # ---------------------------------------------------------------- moves
    def moved(self, moved: Moved, now: Month) -> None:
        """Citizens have moved: measures end unless the move is between visitation groups; fleksjob are left and begun."""
        c = self._citizens
        approved = (moved.to == FLEKSJOB) | (moved.to == LEDIGHEDSYDELSE)
        self._draw_hours(moved.rows[approved & (c["fleks_hours"][moved.rows] == 0)], now)
        active, supported = find_active(
            moved.rows, now, c["measure"], c["seeking"], c["paid_hours"], c["employer"], tuple(c[f"{name}_until"] for name in SUPPORTS)
        )
        moved, supported = moved.only(active), supported[active]
        rows, source, to = moved.rows, moved.source, moved.to
        if not rows.size:
            return
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
        to_work = to[stops] == CODE["employment"]
        self._leave_measure(ends, source[stops], np.where(to_work, moved.cause[stops], _NOT_TO_WORK))
        self._end_hours(ends[c["paid_hours"][ends] > 0])
        changes = supported & ~goes_on
        if not changes.any():
            return
        rows = rows[changes]
        for name in SUPPORTS:
            column = c[f"{name}_until"]
            stays = self._mentor_stays(rows, source[changes], to[changes]) if name == "mentor" else 0
            column[rows] = np.minimum(column[rows], now + stays)

    def _mentor_stays(self, rows: Rows, source: npt.NDArray[np.uint8], to: npt.NDArray[np.uint8]) -> Integers:
        """Months that the mentor of each citizen who moves stays: some after a move from a benefit to work or education."""
        to_work = _ON_BENEFIT[source] & ((to == CODE["employment"]) | (to == CODE["education"]))
        return np.where(to_work, self._p.months("support.mentor_after", rows), 0).astype(np.int64)

    def _leave_measure(self, rows: Rows, source: npt.NDArray[np.uint8], to_work: Integers) -> None:
        """Measures that end because the citizen moves, counted under the status they were given in (``source``): a course that
        led to work is a good one for the employer, who learns from one cause after the other (``to_work``: number of the cause,
        ``_NOT_TO_WORK`` for moves elsewhere)."""
        c = self._citizens
        employer = leave_measures(
            rows, source, NEVER, *(c[name] for name in ("measure", "measure_hours", "measure_until", "employer", "paid_hours")),
            IS_COMPANY, self.employers.employers["used"], self.month.left,
        )
        teaches = (employer != NO_EMPLOYER) & (to_work != _NOT_TO_WORK)
        for cause in np.flatnonzero(np.bincount(to_work[teaches])):
            self.employers.learn(employer[teaches & (to_work == cause)], good=True)

    # ---------------------------------------------------------------- effects
    def _reckon(self, now: Month) -> None:
        """Factors on exits to work and education of everybody whom a measure, support or paid hours concern."""
        c, p = self._citizens, self._p
        self.to_work[self._touched] = 1
        self.to_education[self._touched] = 1
        concerned = (c["measure"] | c["seeking"] | c["paid_hours"]) > 0
        concerned[self._touched] = True
        concerned[self._supported] = True
        rows = np.flatnonzero(concerned)
        months = p.months("effect_of.months", rows)
        latest = np.maximum(c["measure_ended"][rows], np.maximum(c["mentor_until"][rows], c["brobygning_until"][rows]))
        goes_on = latest > now - months
        rows = rows[goes_on | ((c["measure"][rows] | c["seeking"][rows] | c["paid_hours"][rows]) > 0)]
        months = p.months("effect_of.months", rows)
        measure = c["measure"][rows]
        recent = c["measure_ended"][rows] > now - months
        health = np.where(c["sundhedsindsats_until"][rows] > now - months, p.value("effect_of.health_with_company", rows), 1.0)
        last = np.where(recent, c["last_measure"][rows], NO_MEASURE)
        after = p.look_up(_after, rows, last, c["person_class"][rows]) * np.where(IS_COMPANY[last], health, 1.0)
        work = np.where(measure != NO_MEASURE, p.look_up(_of_measure, rows, measure, key=("lock_in",)), after)
        education = np.where((measure == NO_MEASURE) & (last == _EDUCATION), after, 1.0)
        hours = c["paid_hours"][rows] > 0
        work = work * np.where(hours, p.value("effect_of.paid_hours", rows), 1.0)
        threatened = (c["seeking"][rows] == _NYTTEINDSATS) & _JOB_READY[c["status"][rows]]
        work = work * np.where(threatened, p.value("effect_of.threat", rows), 1.0)
        young = now - c["birth_month"][rows].astype(np.int64) < 12 * 30
        mentor = c["mentor_until"][rows] > now - months
        others = p.value("effect_of.mentor_others", rows)
        work = work * np.where(mentor, np.where(young, p.value("effect_of.mentor_work", rows), others), 1.0)
        education = education * np.where(mentor, np.where(young, p.value("effect_of.mentor_education", rows), others), 1.0)
        bridge = c["brobygning_until"][rows] > now - months
        work = work * np.where(bridge, p.value("effect_of.brobygning_work", rows), 1.0)
        education = education * np.where(bridge, p.value("effect_of.brobygning_education", rows), 1.0)
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


def _by_status_and_measure(status: npt.NDArray[np.uint8], measure: npt.NDArray[np.uint8]) -> Integers:
    """How many there are of each status and measure, shape (COUNT, KINDS)."""
    return np.bincount(status.astype(np.int64) * KINDS + measure, minlength=COUNT * KINDS).reshape(COUNT, KINDS)


def _by_status(p: Parameters, prefix: str) -> Floats:
    """Numbers of a table by status; 0 where it has none."""
    found = np.zeros(COUNT)
    for name, one in p.below(prefix).items():
        if name in CODE and not isinstance(one.value, list):
            found[CODE[name]] = one.value
    return found


def _months_by_status(p: Parameters, prefix: str) -> Floats:
    """Months of a table by status; endless where it has none."""
    found = np.full(COUNT, np.inf)
    for name in p.below(prefix):
        found[CODE[name]] = p.months(f"{prefix}.{name}")
    return found


def _mix(p: Parameters) -> Floats:
    """Kinds of offers by status, shape (COUNT, measures that practice offers)."""
    mix = np.zeros((COUNT, len(OFFERED)))
    for name in p.below("offers.mix"):
        if name in CODE:
            mix[CODE[name]] = p.values_of(f"offers.mix.{name}")
    return mix


def _programme_mix(p: Parameters) -> Floats:
    """Kinds of offers in the integration programme."""
    return p.values_of("offers.mix.programme")


def _of_measure(p: Parameters, table: str) -> Floats:
    """Numbers of a table by measure (code); 1 for none."""
    name_in = (lambda name: name) if table in ("after", "lock_in") else _length_name
    return np.array([1.0, *(p.value(f"{table}.{name_in(m.name)}") for m in MEASURES)])


def _longest(p: Parameters, group: str) -> Floats:
    """Most months that the law allows, by measure (code); endless where it says nothing."""
    found = [0.0]
    for m in MEASURES:
        keys = (f"{m.name}{group}", f"{_length_name(m.name)}{group}", _length_name(m.name))
        found.append(next((float(p.months(f"measure_longest.{key}")) for key in keys if f"measure_longest.{key}" in p), np.inf))
    return np.array(found)


def _after(p: Parameters) -> Floats:
    """Factor on work after a measure by measure (code) and unobserved class: more for those whose chance is low from the start."""
    weak = p.share("effect_of.weak")
    return np.asarray(_of_measure(p, "after")[:, None] ** np.array([1 - weak, 1.0, 1 + weak]))


def _taken(p: Parameters) -> Floats:
    """How readily employers take people approved for a fleksjob, by class of hours; 1 on average."""
    taken, shares = p.values_of("fleksjob.taken"), _fleksjob_hours(p)
    mean = float(taken @ shares) / max(float(shares.sum()), 1e-9)
    return np.minimum(taken / max(mean, 1e-9), _LARGEST)


def _fleksjob_hours(p: Parameters) -> Floats:
    """Hours of those approved for a fleksjob, shares by class."""
    return p.values_of("fleksjob.hours")


def _length_name(name: str) -> str:
    """Measures of both sectors share their lengths."""
    return name.removesuffix("_privat").removesuffix("_offentlig")
