"""Figures of who is on a benefit: heads, full-time persons, persons seen, time on it, composition, support."""

import numpy as np

from agents.calendar import Month
from agents.statuses import group_members, mask
from calibration.figures import Bools, Names, ever, figure, of_seniority, on, share, time_on, window
from calibration.groups import members
from calibration.register import Register

SUPPORTED = (*group_members("edge", "temporary"), "dagpenge")
"""Public support in the 80 % measures (004_107fd277d1b391d8.txt:1153-1155)."""


@figure
def heads(register: Register, statuses: Names, when: Month, who: str = "") -> float:
    """Persons with one of the statuses at the end of a month (a count in one week)."""
    return float(on(register, statuses, when, when, who).sum() * register.weight)


@figure
def full_time_persons(register: Register, statuses: Names, first: Month, last: Month, who: str = "") -> float:
    """Mean full-time persons over the months ``first`` to ``last``: moves are spread over their month."""
    inside = on(register, statuses, first - 1, last, who)
    both = (inside[:, 1:].sum() + inside[:, :-1].sum()) / 2
    return float(both / (last - first + 1) * register.weight)


@figure
def lowest_month(register: Register, statuses: Names, first: Month, last: Month, who: str = "") -> float:
    """Full-time persons in the month of the window that has fewest."""
    return float(_by_month(register, statuses, first, last, who).min())


@figure
def highest_month(register: Register, statuses: Names, first: Month, last: Month, who: str = "") -> float:
    """Full-time persons in the month of the window that has most."""
    return float(_by_month(register, statuses, first, last, who).max())


@figure
def growth(register: Register, statuses: Names, first: Month, last: Month, who: str = "") -> float:
    """Persons with the statuses at the end of month ``last`` as a ratio to those at the end of ``first``."""
    before = on(register, statuses, first, first, who).sum()
    return float(on(register, statuses, last, last, who).sum() / before) if before else float("nan")


@figure
def persons_seen(register: Register, statuses: Names, first: Month, last: Month, who: str = "") -> float:
    """Persons who had one of the statuses at some time in the months ``first`` to ``last``."""
    return float(on(register, statuses, first - 1, last, who).any(axis=1).sum() * register.weight)


@figure
def persons_touched(
    register: Register, statuses: Names, first: Month, last: Month, at_least: int, max_gap: int = 1,
    counted_on: Names | None = None, who: str = "",
) -> float:
    """Persons seen in the window who then had been on the benefit for at least so many months.

    Pauses of up to ``max_gap`` months do not break the time (Tabel 3.2 and 4.1, 004_107fd277d1b391d8.txt:1767-1792;4013-4030).
    """
    touched = touched_in(register, statuses, first, last, at_least, max_gap, counted_on, who)
    return float(touched.sum() * register.weight)


@figure
def share_with_seniority(
    register: Register, statuses: Names, when: Month, at_least: int, below: int | None = None,
    counted_on: Names | None = None, who: str = "",
) -> float:
    """Share of the stock whose unbroken time on the statuses is at least so many months (and below so many)."""
    stock, chosen = of_seniority(register, statuses, when, at_least, below, counted_on, who)
    return share(chosen, stock)


@figure
def persons_with_seniority(
    register: Register, statuses: Names, when: Month, at_least: int, below: int | None = None,
    counted_on: Names | None = None, who: str = "",
) -> float:
    """Persons of the stock whose unbroken time on the statuses is at least so many months (and below so many)."""
    return float(of_seniority(register, statuses, when, at_least, below, counted_on, who)[1].sum() * register.weight)


@figure
def composition(register: Register, part: Names, whole: Names, when: Month, who: str = "") -> float:
    """Share of those on ``whole`` at the end of a month who are on ``part``."""
    return share(on(register, part, when, when), on(register, whole, when, when, who))


@figure
def composition_seen(register: Register, part: Names, whole: Names, first: Month, last: Month, who: str = "") -> float:
    """Share of the persons seen on ``whole`` in the window who were seen on ``part``."""
    seen = ever(on(register, part, first - 1, last, who))
    return share(seen, ever(on(register, whole, first - 1, last, who)))


@figure
def share_of_group(register: Register, statuses: Names, group: str, when: Month, who: str = "") -> float:
    """Share of those on the statuses at the end of a month who belong to ``group``."""
    return share(members(register, group, when, when), on(register, statuses, when, when, who))


@figure
def supported(
    register: Register, statuses: Names, when: Month, months: int = 12, threshold: float = 0.8,
    support: Names = SUPPORTED, who: str = "",
) -> float:
    """Share of those on the statuses who had public support in at least ``threshold`` of the last ``months`` months."""
    stock = on(register, statuses, when, when, who)[:, 0]
    time = mask(list(support))[window(register, when - months + 1, when)].mean(axis=1)
    return share(time >= threshold - 1e-9, stock)


def touched_in(
    register: Register, statuses: Names, first: Month, last: Month, at_least: int, max_gap: int,
    counted_on: Names | None, who: str,
) -> Bools:
    """Who was seen in the window when on the benefit for at least so many months, shape (persons,)."""
    seen = on(register, statuses, first - 1, last, who)
    touched = ever(seen)
    rows = np.flatnonzero(touched)
    if at_least:
        months = time_on(register, counted_on or statuses, rows, first - 1, last, max_gap)
        touched[rows] = ever(seen[rows] & (months >= at_least))
    return touched


def _by_month(register: Register, statuses: Names, first: Month, last: Month, who: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    stock = on(register, statuses, first - 1, last, who).sum(axis=0) * register.weight
    return (stock[1:] + stock[:-1]) / 2
