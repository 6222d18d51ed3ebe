"""Offers of active measures and of support: who is given one at an interview, of which kind, and when the law wants one.

An offer needs an interview, so caseworkers' hours decide how many there are (dagpenge has its own jobcentre staff and a monthly
chance). What comes of an offer is for :mod:`sim.measures`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agents.calendar import Month
from agents.citizen import ORIGINS
from agents.column import Rows, Store
from agents.luck import Luck
from agents.measures import IS_COMPANY, MEASURES, NO_MEASURE, OFFERED, SUPPORTS
from agents.municipality import row_of
from agents.statuses import CODE, CONTINUES_SPELL, COUNT, STATUSES
from sim.in_force import InForce
from sim.parameters import Parameters

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

OFFER = "offer"
"""What :meth:`Offers.at_least` calls an offer of a measure, beside the names of support."""
BRIDGE_FROM = 13 * 12
"""Month from which there is brobygning (January 2013)."""
DAGPENGE = CODE["dagpenge"]
FAR = np.array([s.name.endswith("aktivitetsparat") or s.name in ("ressourceforloeb", "jobafklaring") for s in STATUSES])
"""Whether people with a status are far from work."""
_UDDANNELSESPARAT = np.array([s.name in ("uddannelseshjaelp_parat", "uddannelseshjaelp_aabenlyst_parat") for s in STATUSES])
_RESSOURCEFORLOEB = np.array([s.name in ("ressourceforloeb", "jobafklaring") for s in STATUSES])
_NON_WESTERN = np.array([name == "non_western_immigrant" for name in ORIGINS])
_SUPPORT_MONTHS = dict(zip(SUPPORTS, ("mentor_months", "brobygning_months", "intervention_months", "intervention_months"), strict=True))
"""Parameter of the length of each support."""


@dataclass(frozen=True)
class _Replaced:
    """One measure offered instead of another."""

    of: int
    to: int
    share: Floats
    policy: str


class Offers:
    """What caseworkers offer at interviews.

    Attributes:
        has_offers: whether practice offers measures on a benefit, by status code.
        instrument: factor on the choice of each measure, by status, shape (COUNT, measures): what money does (:mod:`sim.incentives`).
        touched: whether a policy ever gave each citizen another measure.
        supported: rows of those who were met this month and may have been given support.
    """

    def __init__(self, citizens: Store, p: InForce, luck: Luck, company_use: Floats) -> None:
        """``company_use``: factor on the share of offers that are at employers', by municipality."""
        self._citizens, self._p = citizens, p
        self._company_use = company_use
        self._streams = {name: luck.stream(f"measures.{name}") for name in ("offer", "kind", "support", "instead", "reach")}
        new = np.flatnonzero(citizens["reach"] == 0)
        citizens["reach"][new] = self._streams["reach"].ranks(new)
        self.has_offers = (by_status(p.own, "offers.first") > 0) | (by_status(p.own, "offers.next") > 0)
        self.instrument = np.ones((COUNT, len(MEASURES)))
        self.touched = np.zeros(citizens.size, bool)
        self.supported = np.zeros(0, np.int64)
        self._replaced: list[_Replaced] = []
        self._at_least: dict[str, Floats] = {}

    def close_month(self) -> None:
        """What policies asked for holds for this month only."""
        self._replaced, self._at_least = [], {}

    # ---------------------------------------------------------------- whether, and what
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

    def kinds(self, rows: Rows, now: Month) -> Integers:
        """Kind of the offer (code of the measure) that each citizen is given."""
        c = self._citizens
        status = c["status"][rows]
        programme = self._p.look_up(_programme_mix, rows)
        mix = np.where((c["programme_until"][rows] > now)[:, None], programme, self._p.look_up(_mix, rows, status))
        company = IS_COMPANY[1 : len(OFFERED) + 1]
        mix = mix * np.where(company, self._company_use[row_of(c, rows)][:, None], 1.0) * self.instrument[status, : len(OFFERED)]
        return self._instead(rows, 1 + self._streams["kind"].choose(now, rows, mix), now)

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
        rf, far = _RESSOURCEFORLOEB[status], FAR[status]
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
        self.supported = rows

    def _by_status(self, prefix: str, rows: Rows) -> Floats:
        """A number of the table ``prefix`` for each citizen, by status."""
        return np.asarray(self._p.look_up(by_status, rows, self._citizens["status"][rows], key=(prefix,)))


def by_status(p: Parameters, prefix: str) -> Floats:
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
