"""What measurement functions share: the list of them, who is where in which months, and time in a spell."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import ParamSpec

import numpy as np
import numpy.typing as npt

from agents.calendar import Month
from agents.statuses import group_members, mask
from calibration.groups import members
from calibration.register import Register, Unmeasurable

Names = Sequence[str]
Bools = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
_P = ParamSpec("_P")

NAN = float("nan")
LIVING = group_members("outside", "temporary", "edge")
"""Statuses of people who live in Denmark and have not reached the pension age."""

MEASURES: dict[str, Callable[..., float]] = {}
"""Measurement functions by name."""


def figure(function: Callable[_P, float]) -> Callable[_P, float]:
    """Make a measurement function known; where a kind of spell is missing from the register it answers NaN."""

    @wraps(function)
    def measured(*args: _P.args, **kwargs: _P.kwargs) -> float:
        try:
            return function(*args, **kwargs)
        except Unmeasurable:
            return NAN

    MEASURES[function.__name__] = measured
    return measured


def window(register: Register, first: Month, last: Month) -> npt.NDArray[np.uint8]:
    """Status in the months ``first`` to ``last``, shape (persons, months). Raises Mistake outside the register."""
    return register.status[:, register.column(first) : register.column(last) + 1]


def on(register: Register, statuses: Names, first: Month, last: Month, who: str = "") -> Bools:
    """Who of the group has one of the statuses at the end of each month, shape (persons, months)."""
    inside = mask(list(statuses))[window(register, first, last)]
    return inside & members(register, who, first, last) if who else inside


def time_on(
    register: Register, statuses: Names, rows: Counts, first: Month, last: Month, max_gap: int = 0
) -> Counts:
    """Months since the unbroken time on the statuses began, shape (rows, months); -1 where not on them.

    A time that runs over the first month of the register counts from its true start. Pauses of up to ``max_gap`` months
    do not break it. Months before the register is complete count as far as they are known.
    """
    begin, end = register.column(first), register.column(last)
    inside = fill_gaps(mask(list(statuses))[register.status[rows, : end + 1]], max_gap)
    columns = np.arange(end + 1)
    off = np.maximum.accumulate(np.where(inside, -1, columns), axis=1)[:, begin:]
    since = np.zeros(rows.size, np.int64) if register.since is None else register.since[rows].astype(np.int64)
    began = np.where(off < 0, since[:, None], off + 1)
    return np.where(inside[:, begin:], columns[begin:] - began, -1)


def fill_gaps(inside: Bools, max_gap: int) -> Bools:
    """Pauses of up to ``max_gap`` columns between two times count as part of them, shape kept."""
    filled = inside.copy()
    for gap in range(1, max_gap + 1):
        both = inside[:, : -gap - 1] & inside[:, gap + 1 :]
        for step in range(1, gap + 1):
            filled[:, step : step + both.shape[1]] |= both
    return filled


def of_seniority(
    register: Register, statuses: Names, when: Month, at_least: int, below: int | None, counted_on: Names | None, who: str
) -> tuple[Bools, Bools]:
    """Who has the statuses, and who of them for so many months, both of shape (persons,).

    ``counted_on`` are the statuses whose time counts together (the statuses themselves when None).
    """
    stock = on(register, statuses, when, when, who)[:, 0]
    rows = np.flatnonzero(stock)
    months = time_on(register, counted_on or statuses, rows, when, when)[:, 0]
    chosen = np.zeros_like(stock)
    chosen[rows] = between(months, at_least, below)
    return stock, chosen


def between(months: Counts, at_least: int, below: int | None) -> Bools:
    """Which numbers of months lie in the band; no upper end when ``below`` is None."""
    return (months >= at_least) & (months < (below if below is not None else np.inf))


def most_common(statuses: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Most common of three statuses per row; of three different ones the first (nearest in time)."""
    first, second, third = statuses[:, 0], statuses[:, 1], statuses[:, 2]
    return np.where(second == third, second, first)


def ever(table: Bools) -> Bools:
    """Who is marked in any of the months, shape (persons,), from a table (persons, months)."""
    return np.asarray(table.any(axis=1))


def share(part: Bools, whole: Bools) -> float:
    """Share of the whole that is part; NaN when there is nobody."""
    return float((part & whole).sum() / whole.sum()) if whole.any() else NAN
