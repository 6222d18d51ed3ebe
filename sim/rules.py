"""Rules in force: what falls due because a limit is reached, not because a clock rings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from agents.calendar import Month
from agents.column import Rows, Store
from agents.luck import Luck
from agents.mistake import Mistake, unknown
from agents.statuses import BY_NAME, CODE, NAMES, STATUSES, entered_instead, is_open
from sim.parameters import Parameters
from sim.thinning import find_reached


@dataclass(frozen=True)
class TimeLimit:
    """The longest stay on a benefit, and what follows.

    After ``months`` in the status, and every ``again`` months after that, each recipient is assessed: a share
    ``extended`` stays, the others go to a destination with chances proportional to ``destinations``. (Whom the means test
    bars from a destination becomes self-supporting when moves are settled.)
    """

    status: str
    months: int
    destinations: Mapping[str, float]
    extended: float = 0.0
    again: int | None = None

    def __post_init__(self) -> None:
        for name in (self.status, *self.destinations):
            if name not in BY_NAME:
                raise unknown("status", name, BY_NAME, where="time limit")
        if self.months < 1 or (self.again is not None and self.again < 1):
            raise Mistake(f"time limit of {self.status!r}: months and again must be at least 1")
        shares = list(self.destinations.values())
        if not shares or min(shares) < 0 or not 0 < sum(shares) < float("inf"):
            raise Mistake(f"time limit of {self.status!r}: destinations need shares of 0 or more with a sum above 0")
        if not 0 <= self.extended <= 1:
            raise Mistake(f"time limit of {self.status!r}: extended = {self.extended} is not a share")

    def changed(self, **values: Any) -> "TimeLimit":
        """This limit with other values, checked like a new one."""
        return replace(self, **values)

    def due_after(self, months_in_status: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Whether an assessment falls due after this many months in the status."""
        beyond = months_in_status - self.months
        return (beyond >= 0) & (beyond % (self.again or self.months) == 0)


def read_limit(p: Parameters, name: str) -> TimeLimit:
    """The time limit ``limit.<name>`` from parameters; a year suffix (``sygedagpenge_2014``) marks a version."""
    table = p.below(f"limit.{name}")
    length = next(key for key in ("months", "weeks", "years") if key in table)
    stem, _, suffix = name.rpartition("_")
    return TimeLimit(
        status=stem if suffix.isdigit() else name,
        months=p.months(f"limit.{name}.{length}"),
        again=p.months(f"limit.{name}.again") if "again" in table else None,
        extended=p.share(f"limit.{name}.extended") if "extended" in table else 0.0,
        destinations={d: p.share(f"limit.{name}.destinations.{d}") for d in p.below(f"limit.{name}.destinations")},
    )


def read_instead(p: Parameters) -> dict[str, float]:
    """Where the share of a closed scheme goes."""
    return {d: p.share(f"closed_scheme.destinations.{d}") for d in p.below("closed_scheme.destinations")}


def open_shares(limit: TimeLimit, instead: Mapping[str, float], now: Month) -> dict[str, float]:
    """Shares of a limit's destinations in month ``now``: the share of a scheme that has not begun goes to its predecessor,
    that of a closed one to ``instead``."""
    shares = dict.fromkeys((*limit.destinations, *instead), 0.0)
    closed = 0.0
    for destination, share in limit.destinations.items():
        entered = NAMES[entered_instead(CODE[destination], now)]
        if is_open(CODE[entered], now):
            shares[entered] = shares.get(entered, 0.0) + share
        else:
            closed += share
    for destination, share in instead.items():
        shares[destination] += closed * share
    return shares


@dataclass(frozen=True)
class Due:
    """Citizens for whom a rule falls due this month: rows in order, destination codes, name of the rule."""

    rows: Rows
    to: npt.NDArray[np.uint8]
    cause: str


@dataclass(frozen=True)
class Moved:
    """All moves of a phase of the month, in which nobody moves twice: rows, from and to, the number of each move's cause, and the
    causes in order."""

    rows: Rows
    source: npt.NDArray[np.uint8]
    to: npt.NDArray[np.uint8]
    cause: npt.NDArray[np.int64]
    causes: tuple[str, ...]

    @classmethod
    def from_here(cls, moves: Iterable[Due], status: npt.NDArray[np.uint8]) -> "Moved":
        """Moves that are about to happen; ``status`` of each row of the population."""
        these = [move for move in moves if move.rows.size]
        if not these:
            return _NOBODY
        rows, to = np.concatenate([move.rows for move in these]), np.concatenate([move.to for move in these])
        cause = np.repeat(np.arange(len(these)), [move.rows.size for move in these])
        return cls(rows, status[rows], to, cause, tuple(move.cause for move in these))

    def only(self, which: npt.NDArray[np.bool_]) -> "Moved":
        """Some of the moves."""
        return Moved(self.rows[which], self.source[which], self.to[which], self.cause[which], self.causes)


_NOBODY = Moved(np.zeros(0, np.int64), np.zeros(0, np.uint8), np.zeros(0, np.uint8), np.zeros(0, np.int64), ())

VERSIONS = {"sygedagpenge": ("sygedagpenge_2013", "sygedagpenge_2014"), "dagpenge": ("dagpenge_2012", "dagpenge")}
"""Limits that a reform changed (``law.<name>_reform``): names of the parameters before and after it."""


class Rules:
    """The time limits in force; a policy may replace one and restore it."""

    NAMES = (
        "sygedagpenge", "jobafklaring", "dagpenge", "arbejdsmarkedsydelse", "saerlig_uddannelsesydelse",
        "ressourceforloeb", "revalidering",
    )

    def __init__(self, p: Parameters, luck: Luck) -> None:
        self._law = {name: read_limit(p, name) for names in VERSIONS.values() for name in names}
        self._law |= {name: read_limit(p, name) for name in self.NAMES if name not in VERSIONS}
        self._reform = {name: p.month(f"law.{name}_reform") for name in VERSIONS}
        self._barsel_ends = p.months("age_limit.barsel")
        self._replaced: dict[str, TimeLimit] = {}
        self._instead = read_instead(p)
        self._extend = {n: luck.stream(f"rule.{n}.extended") for n in self.NAMES}
        self._choose = {n: luck.stream(f"rule.{n}.destination") for n in self.NAMES}

    def law(self, name: str) -> TimeLimit:
        """A limit as the law has it, by the name of its parameters, for example ``sygedagpenge_2013``."""
        if name not in self._law:
            raise unknown("time limit", name, self._law)
        return self._law[name]

    def limit(self, name: str, now: Month) -> TimeLimit:
        """The time limit ``name`` in force in month ``now``."""
        if name in self._replaced:
            return self._replaced[name]
        if name in VERSIONS:
            return self._law[VERSIONS[name][now >= self._reform[name]]]
        return self._law[name]

    def replace(self, name: str, limit: TimeLimit) -> None:
        """Put another time limit in force, until :meth:`restore`."""
        if name not in self.NAMES:
            raise unknown("rule", name, self.NAMES)
        if not isinstance(limit, TimeLimit):
            raise Mistake(f"rule {name!r}: {limit!r} is not a time limit; change one from rules.law(...)")
        self._replaced[name] = limit

    def restore(self, name: str) -> None:
        """Put the law's own time limit back in force."""
        self._replaced.pop(name, None)

    @property
    def replaced(self) -> list[str]:
        """Statuses whose limit is not the law's."""
        return [limit.status for limit in self._replaced.values()]

    def due(self, now: Month, store: Store) -> list[Due]:
        """Everybody for whom a time limit falls due in month ``now``."""
        limits = {name: self.limit(name, now) for name in self.NAMES}
        rows = _reached(now, store, limits.values())
        status = store["status"][rows]
        found = []
        for name, limit in limits.items():
            reached = rows[status == CODE[limit.status]]
            if not reached.size:
                continue
            leaving = reached[self._extend[name].uniform(now, reached) >= limit.extended]
            if leaving.size:
                too_old = now - store["birth_month"][leaving].astype(np.int64) >= self._barsel_ends
                found.append(Due(leaving, self._destinations(name, limit, leaving, now, too_old), f"rule:{name}"))
        return found

    def _destinations(
        self, name: str, limit: TimeLimit, rows: Rows, now: Month, too_old_for_barsel: npt.NDArray[np.bool_]
    ) -> npt.NDArray[np.uint8]:
        shares = open_shares(limit, self._instead, now)
        codes = np.array([CODE[d] for d in shares], np.uint8)
        barred = too_old_for_barsel[:, None] & (codes == CODE["barsel"])
        weights = np.where(barred, 0.0, list(shares.values()))
        return codes[self._choose[name].choose(now, rows, weights)]


def _reached(now: Month, store: Store, limits: Iterable[TimeLimit]) -> Rows:
    """Rows of everybody whose time limit is reached in month ``now``, in order."""
    months, again = np.zeros((2, len(STATUSES)), np.int64)
    for limit in limits:
        code = CODE[limit.status]
        months[code], again[code] = limit.months, limit.again or limit.months
    room = 1024 + store.size // 64
    while True:
        rows = np.empty(room, np.int64)
        found = find_reached(now, store["status"], store["since"], months, again, rows)
        if found <= room:
            return rows[:found]
        room = found
