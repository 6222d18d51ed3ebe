"""The moves of one month: what policies do to them, and how they are settled."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from agents.calendar import Month, label
from agents.column import Rows, Store
from agents.column_set import ColumnSet
from agents.household import MEANS_TESTED, is_barred
from agents.mistake import Mistake, unknown
from agents.statuses import BY_NAME, CODE, COUNT, STATUSES, group_members, is_open, mask
from sim.intensities import HIGHEST, Intensities
from sim.race import Race, RowFactor
from sim.rules import Due

Floats = npt.NDArray[np.float64]
Names = str | Iterable[str]
Deed = Literal["neutral", "nobody", "acted"]
"""What a verb of a policy came to: a factor of 1, or a value that is in force already; no rows; something."""


class Decides(Protocol):
    """What becomes of moves that are somebody's to decide (:mod:`sim.institution`)."""

    def thin(self, table: Floats, to: npt.NDArray[np.uint8], now: Month) -> Floats:
        """The intensities that clocks run on; ``to`` is the destination of each slot, shape (statuses, slots)."""
        ...

    def take(self, move: Due, source: npt.NDArray[np.uint8], profile: npt.NDArray[np.uint8], now: Month) -> Due:
        """Take over what is to be decided; returns what happens at once. ``source`` and ``profile`` of the rows of the move."""
        ...


DESTINATIONS = frozenset(group_members("outside", "temporary", "edge"))
"""Statuses a policy may send people to, and from."""
_ENOUGH = 1e9
"""A factor that is too large for any intensity that is not 0; larger ones say no more."""
_LAW = "law"
"""Cause of all that the law's rules ask for, while it is settled."""
_LIVES_HERE = mask(sorted(DESTINATIONS))


@dataclass(frozen=True)
class _Redirect:
    source: int
    old_to: int
    new_to: int
    rows: Rows | None
    policy: str


class MonthMoves:
    """What policies do to the moves of one month; implements :class:`policies.protocol.Moves`.

    The order of policies does not matter: factors are applied in the order of policy names, redirections act on the
    destination that the clock or the rule chose (never on each other), and of several rules that fall due for a
    citizen the law's come first, then those of policies by name.
    """

    def __init__(self, world: Any, intensities: Intensities, now: Month, touched: npt.NDArray[np.bool_]) -> None:
        """``touched``: marked for citizens whose moves a policy acts on, one value per row of the population."""
        self.world = world
        self._touched = touched
        self.policy = ""
        self.covered: npt.NDArray[np.bool_] | None = None
        self._intensities = intensities
        self._now = now
        self._factors: dict[tuple[int, int], list[tuple[str, float, Rows | None]]] = {}
        self._redirects: list[_Redirect] = []
        self._due: list[Due] = []

    # ---- the verbs of a policy
    def scale(self, source: Names, to: Names, factor: float, rows: Any = None) -> None:
        """Multiply the intensity of moves from ``source`` to ``to``, for some rows or for all.

        Raises Mistake for a move that no law allows, or a factor that is not a number of 0 or more. With several
        sources or destinations the moves that do not exist are passed over, but one must exist.
        """
        check_factor(factor)
        sources, destinations = _names(source), _names(to)
        single = len(sources) == 1 and len(destinations) == 1
        chosen = self._chosen(rows)
        legal = 0
        for a in sources:
            for b in destinations:
                if not (single or self._intensities.is_legal(a, b)):
                    continue
                slot = self._intensities.slot(a, b)
                legal += 1
                self.world.note("neutral" if factor == 1 else "nobody" if chosen is not None and not chosen.size else "acted")
                if factor != 1:
                    self._touch(CODE[a], chosen)
                self._factors.setdefault((CODE[a], slot), []).append((self.policy, min(float(factor), _ENOUGH), chosen))
        if not legal:
            raise Mistake(f"none of the moves from {', '.join(sources)} to {', '.join(destinations)} is legal")

    def redirect(self, source: Names, old_to: Names, new_to: str, rows: Any = None) -> None:
        """Send those who would move from ``source`` to ``old_to`` to ``new_to``; citizens already there stay."""
        self._check_destination(new_to)
        chosen = self._chosen(rows)
        for a in _names(source):
            for b in _names(old_to):
                for name in (a, b):
                    if name not in BY_NAME:
                        raise unknown("status", name, BY_NAME)
                self.world.note("nobody" if chosen is not None and not chosen.size else "acted")
                self._redirects.append(_Redirect(CODE[a], CODE[b], CODE[new_to], chosen, self.policy))
            if a != new_to:
                self._touch(CODE[a], chosen)

    def due(self, rows: Any, to: str, cause: str) -> None:
        """A rule falls due: after the clocks, those of ``rows`` who live here and have not moved this month go to ``to``."""
        chosen = self._covered(self._rows(rows))
        self._check_destination(to)
        chosen = chosen[_LIVES_HERE[self.world.column("status", chosen)]]
        self._touched[chosen] = True
        self.world.note("acted" if chosen.size else "nobody")
        if chosen.size:
            codes = np.full(chosen.size, CODE[to], np.uint8)
            self._due.append(Due(chosen, codes, f"policy:{self.policy}: {cause}"))

    def _chosen(self, rows: Any) -> Rows | None:
        """Rows on which the acting policy acts; None for everybody."""
        if rows is not None:
            return self._covered(self._rows(rows))
        return None if self.covered is None else np.flatnonzero(self.covered)

    def _covered(self, rows: Rows) -> Rows:
        return rows if self.covered is None else rows[self.covered[rows]]

    def _touch(self, source: int, rows: Rows | None) -> None:
        status = self.world.column("status", rows) if rows is not None else self.world.population["status"]
        if rows is None:
            self._touched |= status == source
        else:
            self._touched[rows[status == source]] = True

    # ---- settling the month
    def settle(
        self, race: Race, store: Store, profile: npt.NDArray[np.uint8], gates: list[RowFactor], law: list[Due],
        decides: Decides,
    ) -> list[Due]:
        """Run the clocks, then what falls due; returns the moves by cause, each citizen at most once.

        ``gates`` are factors on exits that hold whatever policies do, ``law`` what falls due by the law's rules, ``decides``
        takes over what is somebody's to decide.
        """
        table, row_factors = self._scaled(store.size)
        destinations = self._intensities.destinations(self._now)
        winners = race.run(self._now, decides.thin(table, destinations, self._now), profile, [*gates, *row_factors])
        to = destinations[store["status"][winners.rows], winners.slots]
        moved = store["since"] == self._now
        settled = []
        clocks = Due(winners.rows, to, "clock")
        for cause in (clocks, *_together(law), *sorted(self._due, key=lambda d: d.cause)):
            still = ~moved[cause.rows]
            move = self._redirected(Due(cause.rows[still], cause.to[still], cause.cause), store)
            move = decides.take(move, store["status"][move.rows], profile[move.rows], self._now)
            move = _means_tested(move, store)
            moved[move.rows] = True
            settled.extend(_apart(move, law, store.size) if cause.cause == _LAW else [move])
        return settled

    def _scaled(self, size: int) -> tuple[npt.NDArray[np.float64], list[RowFactor]]:
        ordered = {exit_: sorted(factors, key=lambda f: f[0]) for exit_, factors in sorted(self._factors.items())}
        on_all = tuple((exit_, tuple(by for _, by, rows in factors if rows is None)) for exit_, factors in ordered.items())
        table, largest = self._intensities.scaled(self._now, on_all)
        row_factors = []
        for (source, slot), factors in ordered.items():
            row_factor = 1.0
            some = [(by, rows) for _, by, rows in factors if rows is not None]
            if some:
                by_row = np.ones(size)
                for by, rows in some:
                    by_row[rows] *= by
                row_factor = float(by_row.max())
                row_factors.append(RowFactor.on_one(source, slot, by_row, row_factor))
            self._refuse_too_fast(source, slot, float(largest[source, slot]) * max(1.0, row_factor))
        return table, row_factors

    def _refuse_too_fast(self, source: int, slot: int, intensity: float) -> None:
        if intensity >= HIGHEST:
            names = " and ".join(repr(name) for name in sorted({f[0] for f in self._factors[source, slot]}))
            to = STATUSES[self._intensities.to[source, slot]].name
            raise Mistake(
                f"policy {names}, adjust, {label(self._now)}: the factor raises the intensity from "
                f"{STATUSES[source].name!r} to {to!r} to {intensity * 12:.3g} a year; the largest is {HIGHEST * 12:.3g}"
            )

    def _redirected(self, move: Due, store: Store) -> Due:
        source, to = store["status"][move.rows], move.to.copy()
        sent_by = np.full(move.rows.size, -1)
        for i, r in enumerate(self._redirects):
            concerned = (source == r.source) & (move.to == r.old_to)
            if r.rows is not None:
                concerned &= np.isin(move.rows, r.rows)
            clash = concerned & (sent_by >= 0) & (to != r.new_to)
            if clash.any():
                other = self._redirects[int(sent_by[clash][0])].policy
                raise Mistake(
                    f"policies {other!r} and {r.policy!r} redirect the same move from {STATUSES[r.source].name!r} "
                    f"to {STATUSES[r.old_to].name!r} to different places"
                )
            to[concerned] = r.new_to
            sent_by[concerned] = i
        stays = to == source
        return Due(move.rows[~stays], to[~stays], move.cause)

    # ---- checks
    def _rows(self, rows: Any) -> Rows:
        """Row numbers from row numbers, a boolean array over the population, or a set of citizens."""
        size = self.world.population_size
        found = rows.rows if isinstance(rows, ColumnSet) else np.asarray(rows)
        if found.dtype == bool:
            if found.shape != (size,):
                raise Mistake(f"a selection of {found.size} true/false values does not fit {size} citizens")
            found = np.flatnonzero(found)
        if found.size == 0:
            return np.zeros(0, np.int64)
        if found.dtype.kind not in "iu" or found.ndim != 1:
            raise Mistake(f"rows must be row numbers, got {found.dtype}")
        if found.min() < 0 or found.max() >= size:
            raise Mistake(f"rows must lie in 0 to {size - 1}, got {int(found.min())} to {int(found.max())}")
        return np.unique(found.astype(np.int64))

    def _check_destination(self, name: str) -> None:
        if name not in DESTINATIONS:
            raise unknown("destination", name, DESTINATIONS)
        if not is_open(CODE[name], self._now):
            begins, ends = BY_NAME[name].begins or "ever", BY_NAME[name].ends or "ever"
            raise Mistake(f"nobody may enter {name!r} in {label(self._now)}; it is open from {begins} to {ends}")


def check_factor(factor: float) -> None:
    """Raise Mistake unless a policy's factor is a number of 0 or more."""
    if not 0 <= factor < np.inf:
        raise Mistake(f"factor {factor!r} must be a number of 0 or more")


def _means_tested(move: Due, store: Store) -> Due:
    """The move with those self-supporting whom a spouse's income or own wealth bars from where they would go."""
    enters = MEANS_TESTED[move.to] & ~MEANS_TESTED[store["status"][move.rows]]
    if not enters.any():
        return move
    barred = enters & is_barred(store["partner_income"][move.rows], store["wealthy"][move.rows])
    to = np.where(barred, np.uint8(CODE["self_support"]), move.to)
    stays = to == store["status"][move.rows]
    return Due(move.rows[~stays], to[~stays], move.cause)


def _together(law: list[Due]) -> list[Due]:
    """What falls due by the law's rules, as one cause: nobody is concerned by two rules, so they can be settled together."""
    if not law:
        return []
    return [Due(np.concatenate([due.rows for due in law]), np.concatenate([due.to for due in law]), _LAW)]


def _apart(move: Due, law: list[Due], size: int) -> list[Due]:
    """The same by rule, in the order in which they were put together; ``size`` of the population."""
    rule_of = np.zeros(size, np.uint8)
    for number, due in enumerate(law):
        rule_of[due.rows] = number
    ends = np.searchsorted(rule_of[move.rows], np.arange(len(law)), side="right").tolist()
    return [Due(move.rows[a:b], move.to[a:b], due.cause) for due, a, b in zip(law, [0, *ends], ends, strict=False)]


def _names(names: Names) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def count_flows(source: npt.NDArray[np.uint8], to: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Number of moves by from and to, shape (statuses, statuses)."""
    pairs = source.astype(np.int64) * COUNT + to
    return np.bincount(pairs, minlength=COUNT * COUNT).reshape(COUNT, COUNT)
