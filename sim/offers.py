"""Offers of active measures and of support: who is given one at an interview, and of which kind.

An offer needs an interview, so caseworkers' hours decide how many there are (dagpenge has its own jobcentre staff and a monthly
chance). What comes of an offer is for :mod:`sim.measures`.
"""

from dataclasses import dataclass

import numba as nb
import numpy as np
import numpy.typing as npt

from agents.calendar import Month
from agents.column import Rows, Store
from agents.luck import Luck
from agents.measures import IS_COMPANY, MEASURES, OFFERED, SUPPORTS
from agents.municipality import row_of
from agents.statuses import CODE, COUNT, STATUSES
from sim.in_force import InForce
from sim.offer_chances import OfferChances
from sim.parameters import Parameters

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

OFFER = "offer"
"""What :meth:`Offers.at_least` calls an offer of a measure, beside the names of support."""
BRIDGE_FROM = 13 * 12
"""Month from which there is brobygning (January 2013)."""
FAR = np.array([s.name.endswith("aktivitetsparat") or s.name in ("ressourceforloeb", "jobafklaring") for s in STATUSES])
"""Whether people with a status are far from work."""
_UDDANNELSESPARAT = np.array([s.name in ("uddannelseshjaelp_parat", "uddannelseshjaelp_aabenlyst_parat") for s in STATUSES])
_RESSOURCEFORLOEB = np.array([s.name in ("ressourceforloeb", "jobafklaring") for s in STATUSES])
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
        chances: how likely each citizen is to be offered a measure.
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
        self.chances = OfferChances(citizens, p)
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
        """Chance that each citizen met is given an offer (:meth:`sim.offer_chances.OfferChances.at_interview`)."""
        return self.chances.at_interview(rows, self._at_least.get(OFFER), now)

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
        usual = p.look_up(_support_chances, rows, c["status"][rows])
        if now < BRIDGE_FROM:
            usual[:, list(SUPPORTS).index("brobygning")] = 0
        asked = np.zeros_like(usual)
        for k, name in enumerate(SUPPORTS):
            if name in self._at_least:
                asked[:, k] = self._at_least[name][rows]
        draws = self._streams["support"].uniform(now, rows[:, None] * len(SUPPORTS) + np.arange(len(SUPPORTS)))
        until = tuple(c[f"{name}_until"] for name in SUPPORTS)
        _give_support(now, rows, draws, usual, asked, c["municipality"], p.version_of, p.stacked(_support_months), until, self.touched)
        self.supported = rows


@nb.njit(nogil=True, cache=True)
def _give_support(now, rows, draws, usual, asked, municipality, version_of, months, until, touched):  # type: ignore[no-untyped-def]
    """Give support to those who have none: with the ``usual`` chance, or the one that policies have ``asked`` for, shape (rows, supports).
    Marks whom a policy gave it (``touched``)."""
    for i in range(rows.size):
        row = rows[i]
        for k in range(len(until)):
            if draws[i, k] < max(usual[i, k], asked[i, k]) and until[k][row] <= now:
                until[k][row] = now + months[version_of[municipality[row] - 1], k]
                touched[row] |= draws[i, k] >= usual[i, k]


def _support_chances(p: Parameters) -> Floats:
    """Chances of support at an interview, shape (COUNT, supports)."""
    intervention = np.where(_RESSOURCEFORLOEB, 1.0, np.where(FAR, p.value("support.aktivitetsparate"), 0.0))
    chances = {
        "mentor": np.where(FAR, p.share("support.mentor"), 0.0), "brobygning": np.where(_UDDANNELSESPARAT, p.share("support.brobygning"), 0.0),
        "sundhedsindsats": intervention * p.share("support.sundhedsindsats"), "social_indsats": intervention * p.share("support.social_indsats"),
    }
    return np.stack([chances[name] for name in SUPPORTS], axis=1)


def _support_months(p: Parameters) -> Integers:
    """Months that each support lasts."""
    return np.array([p.months(f"support.{_SUPPORT_MONTHS[name]}") for name in SUPPORTS])


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
