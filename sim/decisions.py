"""What the institution decides, and how: awards by the rehabilitation team, visitation groups by the caseworker.

A clock of the table that rings for such a move does not move the citizen. It raises a *need*: a lasting loss of work
capacity, or another visitation group. People with limited hours then see it, document it and decide it. How a documented
case is decided is here, as shares: granted as documented, a ressourceforløb instead, or back to the ordinary effort.
"""

import numpy as np
import numpy.typing as npt

from agents.calendar import Month
from agents.citizen import AGE_BANDS
from agents.statuses import CODE, COUNT, STATUSES, is_open
from sim.parameters import Parameters
from sim.profiles import N_AGE, PROFILES

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint8]

AWARDS = ("ressourceforloeb", "revalidering", "ledighedsydelse", "fleksjob", "foertidspension")
"""Statuses that a team or the municipality awards."""
_NOT_DECIDED = (("ledighedsydelse", "fleksjob"), ("fleksjob", "ledighedsydelse"))
"""A fleksjob found or lost: the right to one has been awarded before."""
PUT_OFF_BELOW = 40
"""Age, in years, below which a pension is put off by a ressourceforløb."""
IS_SICK = np.array([s.family == "sickness" for s in STATUSES])
"""Whether people with a status are sick-listed (sygedagpenge, jobafklaring), by code."""
UNDER_40 = np.repeat(np.array(AGE_BANDS) < PUT_OFF_BELOW, PROFILES // N_AGE)
"""Whether people of each profile are under 40."""


def _decided() -> npt.NDArray[np.bool_]:
    table = np.zeros((COUNT, COUNT), bool)
    lives_here = [s.code for s in STATUSES if s.group in ("outside", "temporary", "edge")]
    table[np.ix_(lives_here, [CODE[name] for name in AWARDS])] = True
    for source, to in _NOT_DECIDED:
        table[CODE[source], CODE[to]] = False
    np.fill_diagonal(table, False)
    return table


IS_AWARD = np.array([s.name in AWARDS for s in STATUSES])
"""Whether a status is awarded, by code."""
DECIDED = _decided()
"""Moves (from, to) that are an award."""
REVISITED = np.array(
    [[a.family == b.family and a.code != b.code and a.continues_spell for b in STATUSES] for a in STATUSES]
)
"""Moves (from, to) that are another visitation group on the same benefit."""


class Decisions:
    """How documented cases are decided, on average over municipalities."""

    def __init__(self, p: Parameters, exits_to: Codes) -> None:
        """``exits_to``: destination of each exit, shape (statuses, slots): a ressourceforløb is open from statuses that the
        table knows a way from."""
        self._reform = p.month("team.from")
        self._granted = np.zeros(COUNT)
        self._instead = np.zeros(COUNT)
        for name in AWARDS:
            self._granted[CODE[name]] = p.share(f"team.granted.{name}")
        for name in p.below("team.ressourceforloeb_instead"):
            self._instead[CODE[name]] = p.share(f"team.ressourceforloeb_instead.{name}")
        self._tightening = p.share("team.tightening")
        self._pension_under_40 = p.share("team.pension_under_40")
        self._instead_open = (exits_to == CODE["ressourceforloeb"]).any(axis=1)
        self._known: dict[tuple[bool, bool], tuple[Floats, Floats]] = {}

    def at(self, now: Month) -> tuple[Floats, Floats]:
        """Shares of cases granted, and given a ressourceforløb instead, in month ``now``: both of shape (statuses from,
        statuses asked for, 2), the last axis: from 40, under 40."""
        regime = self.regime(now)
        if regime not in self._known:
            self._known[regime] = self._shares(*regime)
        return self._known[regime]

    def regime(self, now: Month) -> tuple[bool, bool]:
        """What decisions hang on in month ``now``: whether practice is that since 2013, whether ressourceforløb exists."""
        return now >= self._reform, is_open(CODE["ressourceforloeb"], now)

    def _shares(self, reformed: bool, has_instead: bool) -> tuple[Floats, Floats]:
        granted = np.tile(self._granted[None, :, None], (COUNT, 1, 2))
        pension = CODE["foertidspension"]
        may_go = self._instead_open & has_instead
        if reformed:
            granted[:, pension] *= 1 - self._tightening
        whole = granted[:, pension, 1].copy()
        put_off = may_go & reformed
        granted[put_off, pension, 1] *= self._pension_under_40
        put_off_share = np.where(put_off, whole - granted[:, pension, 1], 0.0)
        instead = np.where(may_go[:, None, None], (1 - granted) * self._instead[None, :, None], 0.0)
        left = np.where(may_go, (1 - whole) * self._instead[pension], 0.0)
        instead[:, pension, 1] = put_off_share + left
        for table in (granted, instead):
            table[~DECIDED] = 0
        return granted, instead

    def kept(self, table: Floats, to: Codes, now: Month) -> tuple[Floats, Floats]:
        """Intensities of moves that come about, when every need is met at once: those of awards times the share that is not
        refused; and the share of them that gets a ressourceforløb instead, shape (statuses, PROFILES, slots).

        Args:
            table: intensities, shape (statuses, bands, PROFILES, slots).
            to: destination of each slot, shape (statuses, slots); 255 where there is none.
        """
        granted, instead = self.at(now)
        source = np.arange(COUNT)[:, None]
        asked = np.minimum(to, COUNT - 1)
        decided = (to < COUNT) & DECIDED[source, asked]
        age = UNDER_40.astype(np.int64)
        by_slot = [np.moveaxis(shares[source, asked], 2, 1)[:, age] for shares in (granted, instead)]
        met = np.where(decided[:, None], by_slot[0] + by_slot[1], 1.0)
        diverted = np.where(decided[:, None], np.divide(by_slot[1], met, out=np.zeros_like(met), where=met > 0), 0.0)
        return table * met[:, None], diverted
