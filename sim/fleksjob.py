"""Hours of those approved for a fleksjob: drawn at the award, grown by parking slowly, and what they mean for finding one."""

import numpy as np
import numpy.typing as npt

from agents.calendar import Month, chance_in_a_month
from agents.column import Rows, Store
from agents.luck import Luck
from agents.statuses import CODE, COUNT
from sim.in_force import InForce
from sim.intensities import SLOTS
from sim.parameters import Parameters
from sim.race import RowFactor

Floats = npt.NDArray[np.float64]

FLEKSJOB, LEDIGHEDSYDELSE = CODE["fleksjob"], CODE["ledighedsydelse"]
_HOUR_CLASSES = np.array([2, 6, 12, 20, 30])
"""Hours a week in a fleksjob, by class of ``fleksjob.hours``."""
_LARGEST = 3.0
"""Largest factor that hours can have on how soon a fleksjob is found."""


class FleksjobHours:
    """Hours a week that people approved for a fleksjob can work.

    Attributes:
        to_fleksjob: factor on each row's exit from ledighedsydelse to a fleksjob; factor: the same as the race reads it.
    """

    def __init__(self, citizens: Store, p: InForce, luck: Luck, exits_to: npt.NDArray[np.uint8]) -> None:
        """``exits_to``: destination of each exit, shape (statuses, slots)."""
        self._citizens, self._p = citizens, p
        self._streams = {name: luck.stream(f"measures.{name}") for name in ("fleks_hours", "grows")}
        self._taken = _taken(p.own)
        self.to_fleksjob = np.ones(citizens.size, np.float32)
        waits = np.zeros((COUNT, SLOTS), bool)
        waits[LEDIGHEDSYDELSE] = exits_to[LEDIGHEDSYDELSE] == FLEKSJOB
        self._reckon_taken(np.flatnonzero(citizens["fleks_hours"] > 0))
        self.factor = RowFactor(waits, self.to_fleksjob, _LARGEST)

    def approve(self, rows: Rows, now: Month) -> None:
        """Draw the hours of those who are approved and have none yet."""
        c = self._citizens
        rows = rows[c["fleks_hours"][rows] == 0]
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

    def grow(self, now: Month) -> None:
        """Small fleksjob grow to the next step of hours, or park."""
        c, p = self._citizens, self._p
        rows = np.flatnonzero(c["status"] == FLEKSJOB)
        rows = rows[(c["fleks_hours"][rows] < _HOUR_CLASSES[-1]) & (c["fleks_hours"][rows] > 0)]
        grows = rows[self._streams["grows"].uniform(now, rows) < chance_in_a_month(p.value("fleksjob.grows", rows))]
        c["fleks_hours"][grows] = _HOUR_CLASSES[np.searchsorted(_HOUR_CLASSES, c["fleks_hours"][grows], side="right")]
        self._reckon_taken(grows)


def _taken(p: Parameters) -> Floats:
    """How readily employers take people approved for a fleksjob, by class of hours; 1 on average."""
    taken, shares = p.values_of("fleksjob.taken"), _fleksjob_hours(p)
    mean = float(taken @ shares) / max(float(shares.sum()), 1e-9)
    return np.minimum(taken / max(mean, 1e-9), _LARGEST)


def _fleksjob_hours(p: Parameters) -> Floats:
    """Hours of those approved for a fleksjob, shares by class."""
    return p.values_of("fleksjob.hours")
