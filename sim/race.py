"""Racing clocks: every exit of every citizen has a clock of its own; the first that rings inside the month wins.

The clock of an exit rings at ``-log(1 - u) / h`` months, with ``u`` a keyed draw for (citizen, month, exit) and ``h``
the monthly intensity. That is exact for competing risks, and it couples two rule sets so that only lives change that
the changed exit concerns.

Exact thinning makes it fast. One 64-bit draw gives each of eight exits its top eight bits; a citizen whose top bits are
not below the bound of his status, profile and exit cannot move and is done. Only the few candidates look up their
intensity and draw the other 53 bits. Blocks of citizens run in threads; the result does not depend on either.
"""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agents.calendar import Month
from agents.column import Rows, Store
from agents.luck import Luck, draw_bits
from agents.mistake import Mistake
from agents.statuses import STATUSES
from sim.intensities import BAND_OF_MONTH, BANDS, PROFILES, SLOTS

Floats = npt.NDArray[np.float64]

BLOCK = 262_144
"""Citizens in a block: large enough that a second thread pays, small enough for the cache."""
Bounds = tuple[list[npt.NDArray[np.uint64]], Floats]
"""Bounds on the top bits, a word of lanes per eight exits, and the chances they stand for, by (status, profile)."""

LANES = 8
LANE_BITS = 3
WORDS = SLOTS // LANES
HIGHEST = float(-np.log1p(-255 / 256))
"""Largest monthly intensity that thinning can bound: about 5.5 a month."""


@dataclass(frozen=True)
class RowFactor:
    """A factor on one exit that differs between citizens: one number per row of the population, none above
    ``largest``."""

    source: int
    slot: int
    factor: npt.NDArray[np.floating]
    largest: float


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
        self._ids = np.arange(store.size, dtype=np.uint64)
        self._threads = threads
        self._local = threading.local()
        self._kept: tuple[Floats, Bounds] | None = None

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
        raised = [f for f in factors if f.largest > 1]
        bounds = _bounds(table, raised) if raised else self._bounds_of(table)
        month_ = _Month(now, np.ascontiguousarray(table).reshape(-1), *bounds, profile, factors)
        firsts = range(0, self._store.size, self._block)
        if self._threads == 1 or len(firsts) == 1:
            parts = [self._race_block(month_, first) for first in firsts]
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                parts = list(pool.map(lambda first: self._race_block(month_, first), firsts))
        return Winners(np.concatenate([w.rows for w in parts]), np.concatenate([w.slots for w in parts]))

    def _bounds_of(self, table: Floats) -> Bounds:
        """Bounds of a table whose row factors raise nothing, kept while the same table comes back."""
        if self._kept is None or self._kept[0] is not table:
            self._kept = (table, _bounds(table, []))
        return self._kept[1]

    def _race_block(self, month_: "_Month", first: int) -> Winners:
        rows, slots, u = self._candidates(month_, first)
        store, now = self._store, month_.now
        source = store["status"][rows].astype(np.int64)
        months = np.minimum(now - store["spell_since"][rows].astype(np.int64), BAND_OF_MONTH.size - 1)
        cell = (source * BANDS + BAND_OF_MONTH[months]) * PROFILES + month_.profile[rows]
        h = month_.table[cell * SLOTS + slots]
        for f in month_.factors:
            concerned = np.flatnonzero((source == f.source) & (slots == f.slot))
            h[concerned] *= f.factor[rows[concerned]]

        rings = np.flatnonzero((u < -np.expm1(-h)) & (store["since"][rows] != now))
        rows, slots = rows[rings], slots[rings]
        time = np.log1p(-u[rings]) / -h[rings]
        order = np.lexsort((slots, time, rows))
        rows, slots = rows[order], slots[order]
        earliest = np.ones(rows.size, bool)
        earliest[1:] = rows[1:] != rows[:-1]
        return Winners(rows[earliest], slots[earliest])

    def _candidates(self, month_: "_Month", first: int) -> tuple[Rows, npt.NDArray[np.int64], Floats]:
        """Citizens and exits whose draw lies below the bound of their status and profile: rows, slots, draws."""
        last = min(first + self._block, self._store.size)
        z, spare, bound, cell, below = (buffer[: last - first] for buffer in self._buffers())
        np.multiply(self._store["status"][first:last], np.uint16(PROFILES), out=cell, dtype=np.uint16)
        np.add(cell, month_.profile[first:last], out=cell)
        found: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]] = []
        for word, stream in enumerate(self._words):
            draw_bits(stream.key(month_.now), self._ids[first:last], z, spare)
            np.take(month_.words[word], cell, out=bound, mode="clip")
            lanes = below.reshape(-1)
            np.less(z.view(np.uint8), bound.view(np.uint8), out=lanes)
            hit = np.flatnonzero(lanes)
            found.append((hit >> LANE_BITS, (hit & (LANES - 1)) + word * LANES, z.view(np.uint8)[hit].astype(np.int64)))
        local, slots, top = (np.concatenate(part) for part in zip(*found, strict=True))
        rows = first + local
        u = (top + self._low.uniform(month_.now, rows * SLOTS + slots)) / 256.0
        near = np.flatnonzero(u < month_.chance[cell[local].astype(np.int64) * SLOTS + slots])
        return rows[near], slots[near], u[near]

    def _buffers(self) -> Iterator[npt.NDArray[np.uint64]]:
        """Scratch arrays of this thread: allocated once, since fresh memory costs more than the arithmetic."""
        if not hasattr(self._local, "buffers"):
            n = self._block
            self._local.buffers = [
                np.empty(n, np.uint64), np.empty(n, np.uint64), np.empty(n, np.uint64), np.empty(n, np.uint16),
                np.empty((n, LANES), bool),
            ]
        return iter(self._local.buffers)


@dataclass(frozen=True)
class _Month:
    """What all blocks of a month share: intensities, their bounds as words of lanes and as chances, profiles."""

    now: Month
    table: Floats
    words: list[npt.NDArray[np.uint64]]
    chance: Floats
    profile: npt.NDArray[np.uint8]
    factors: list[RowFactor]


def _bounds(table: Floats, factors: list[RowFactor]) -> Bounds:
    """Largest chance of each exit by (status, profile), and the bound on its top eight bits, a word per eight exits.

    An exit whose intensity is 0 gets bound 0, so it never has a candidate.
    """
    largest = table.max(axis=1)
    for f in factors:
        largest[f.source, :, f.slot] *= f.largest
    if largest.max() >= HIGHEST:
        status, _, slot = np.unravel_index(int(largest.argmax()), largest.shape)
        raise Mistake(
            f"the intensity of exit {slot} from {STATUSES[status].name!r} is {largest.max() * 12:.3g} a year; "
            f"the largest that a month can carry is {HIGHEST * 12:.3g}"
        )
    chance = np.where(largest > 0, -np.expm1(-largest) * (1 + 1e-9), 0.0)
    bound = np.where(largest > 0, np.floor(chance * 256) + 1, 0).astype(np.uint8)
    by_word = np.ascontiguousarray(bound.reshape(-1, WORDS, LANES).swapaxes(0, 1))
    return [word.reshape(-1).view(np.uint64) for word in by_word], chance.reshape(-1)
