"""Racing clocks: every exit of every citizen has a clock of its own; the first that rings inside the month wins.

The clock of an exit rings at ``-log(1 - u) / h`` months, with ``u`` a keyed draw for (citizen, month, exit) and ``h``
the monthly intensity. That is exact for competing risks, and it couples two rule sets so that only lives change that
the changed exit concerns.

Exact thinning makes it fast. One 64-bit draw gives each of eight exits its top eight bits; a citizen whose top bits are
not below the bound of his status, profile and exit cannot move and is done. Only the few candidates look up their
intensity and draw the other 53 bits. Blocks of citizens run in threads; the result does not depend on either.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from operator import is_not
from typing import Any

import numpy as np
import numpy.typing as npt

from agents.calendar import Month
from agents.column import Rows, Store
from agents.luck import Luck
from agents.mistake import Mistake
from agents.statuses import COUNT
from sim.intensities import BAND_OF_MONTH, HIGHEST, SLOTS, refuse_too_fast
from sim.thinning import LANES, apply_factor, find_candidates

Floats = npt.NDArray[np.float64]

BLOCK = 262_144
"""Citizens in a block: large enough that a second thread pays, small enough for the cache."""
Bounds = tuple[npt.NDArray[np.uint64], Floats]
"""Bounds on the top bits, a word of lanes per eight exits, and the chances they stand for, by (status, profile)."""

WORDS = SLOTS // LANES


@dataclass(frozen=True)
class RowFactor:
    """A factor on some exits that differs between citizens: one number per row of the population, none above
    ``largest``. ``exits`` says which exits, shape (statuses, slots). No factor raises an intensity above ``HIGHEST``."""

    exits: npt.NDArray[np.bool_]
    factor: npt.NDArray[np.floating]
    largest: float

    @classmethod
    def on_one(cls, source: int, slot: int, factor: npt.NDArray[np.floating], largest: float) -> "RowFactor":
        """A factor on one exit."""
        exits = np.zeros((COUNT, SLOTS), bool)
        exits[source, slot] = True
        return cls(exits, factor, largest)

    def up_to(self, largest: float) -> "RowFactor":
        """The same factor with another largest value; itself where that is the same, so that what is kept for it stays good."""
        return self if largest == self.largest else replace(self, largest=largest)


@dataclass(frozen=True)
class Winners:
    """Citizens whose first clock rang this month, in row order, and the exit that won."""

    rows: Rows
    slots: npt.NDArray[np.int64]


class Race:
    """Runs the clocks of one population."""

    def __init__(self, store: Store, luck: Luck, *, threads: int = 1, block: int = BLOCK) -> None:
        if threads < 1:
            raise Mistake(f"threads = {threads}: at least 1")
        self._store = store
        self._block = block
        self._words = [luck.stream(f"exit.word{w}") for w in range(WORDS)]
        self._low = luck.stream("exit.low")
        self._threads = threads
        self._kept: tuple[Floats, list[RowFactor], Bounds] | None = None

    def run(
        self, now: Month, table: Floats, profile: npt.NDArray[np.uint8], row_factors: list[RowFactor] | None = None
    ) -> Winners:
        """One month.

        Args:
            now: the month.
            table: monthly intensities, shape (statuses, BANDS, PROFILES, SLOTS).
            profile: profile number of each row.
            row_factors: further factors on single exits, by row.

        Citizens who moved earlier in the month (``since == now``) do not move again.
        """
        factors = row_factors or []
        bounds = self._bounds_of(table, [f for f in factors if f.largest > 1])
        word_keys, low_key = np.array([s.key(now) for s in self._words]), np.array(self._low.key(now))
        month_ = _Month(now, table, *bounds, word_keys, low_key, profile, factors)
        firsts = range(0, self._store.size, self._block)
        if self._threads == 1 or len(firsts) == 1:
            parts = [self._race_block(month_, first) for first in firsts]
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                parts = list(pool.map(lambda first: self._race_block(month_, first), firsts))
        return Winners(np.concatenate([w.rows for w in parts]), np.concatenate([w.slots for w in parts]))

    def _bounds_of(self, table: Floats, raised: list[RowFactor]) -> Bounds:
        """Bounds of a table and of row factors that raise something, kept while the same objects come back."""
        kept = self._kept
        if kept is None or kept[0] is not table or len(kept[1]) != len(raised) or any(map(is_not, kept[1], raised)):
            self._kept = kept = (table, raised, _bounds(table, raised))
        return kept[2]

    def _race_block(self, month_: "_Month", first: int) -> Winners:
        rows, slots, sources, u, h = self._candidates(month_, first)
        exits = sources * SLOTS + slots
        for f in month_.factors:
            apply_factor(f.exits.ravel(), f.factor, rows, exits, HIGHEST, h)
        rings = np.flatnonzero(u < -np.expm1(-h))
        rows, slots, u, h = rows[rings], slots[rings], u[rings], h[rings]

        same = rows[1:] == rows[:-1]
        if not same.any():
            return Winners(rows, slots)
        several = np.zeros(rows.size, bool)  # citizens with more than one ringing clock: the earliest wins
        several[1:] |= same
        several[:-1] |= same
        among = np.flatnonzero(several)
        order = among[np.lexsort((slots[among], np.log1p(-u[among]) / -h[among], rows[among]))]
        slots[among] = slots[order]
        first_of_row = np.concatenate([[True], ~same])
        return Winners(rows[first_of_row], slots[first_of_row])

    def _candidates(self, month_: "_Month", first: int) -> tuple[npt.NDArray[Any], ...]:
        """Exits whose draw lies below the bound: rows, slots, sources, draws and intensities, in order of row."""
        last = min(first + self._block, self._store.size)
        room = max(1024, (last - first) // 8)
        while True:
            found = [np.empty(room, dtype) for dtype in (np.int64, np.int64, np.int64, np.float64, np.float64)]
            n = find_candidates(
                first, last, month_.now, self._store["status"], self._store["since"], self._store["spell_since"],
                month_.profile, month_.words, month_.chance, month_.table, BAND_OF_MONTH, month_.word_keys,
                month_.low_key, *found,
            )
            if n <= room:
                return tuple(array[:n] for array in found)
            room = n


@dataclass(frozen=True)
class _Month:
    """What all blocks of a month share: intensities, their bounds as words of lanes and as chances, profiles."""

    now: Month
    table: Floats
    words: npt.NDArray[np.uint64]
    chance: Floats
    word_keys: npt.NDArray[np.uint64]
    low_key: npt.NDArray[np.uint64]
    profile: npt.NDArray[np.uint8]
    factors: list[RowFactor]


def _bounds(table: Floats, factors: list[RowFactor]) -> Bounds:
    """Largest chance of each exit by (status, profile), and the bound on its top eight bits, a word per eight exits.

    An exit whose intensity is 0 gets bound 0, so it never has a candidate.
    """
    largest = table.max(axis=1)
    refuse_too_fast(largest)
    for f in factors:
        largest *= np.where(f.exits, f.largest, 1.0)[:, None, :]
    largest = np.minimum(largest, HIGHEST)
    chance = np.where(largest > 0, -np.expm1(-largest) * (1 + 1e-9), 0.0)
    bound = np.where(largest > 0, np.minimum(np.floor(chance * 256) + 1, 255), 0).astype(np.uint8)
    by_word = np.ascontiguousarray(np.moveaxis(bound.reshape(*chance.shape[:2], WORDS, LANES), 2, 0))
    return by_word.view(np.uint64).reshape(WORDS, *chance.shape[:2]), chance
