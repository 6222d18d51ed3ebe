"""Measurement: one function per kind of documented figure, each computing it from the register as the source defines it.

The documents mix heads in one week, full-time persons, persons seen in a window, outcomes of new spells, and statuses
sampled from the stock. Comparing a raw stock with any of these is a mistake; every target names its function here.

Weeks become months: week 20 is the end of the month before the first simulated one, "weeks 21-32" the three months after it,
twelve weeks three months. A pause shorter than a month cannot occur, so the sources' tolerance of three weeks holds by
itself. Functions return persons (weighted) or shares; a share whose base is empty is NaN.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from agents.calendar import Month
from agents.statuses import COUNT, group_members, mask
from calibration.register import Register, began_in

Names = Sequence[str]
Bools = npt.NDArray[np.bool_]

SUPPORTED = tuple(
    n for n in (*group_members("edge", "temporary"), "dagpenge")
)
"""Public support in the 80 % measures (004_107fd277d1b391d8.txt:1153-1155)."""


def heads(register: Register, statuses: Names, when: Month) -> float:
    """Persons with one of the statuses at the end of a month (a count in one week)."""
    return float(_inside(statuses)[register.at(when)].sum() * register.weight)


def full_time_persons(register: Register, statuses: Names, first: Month, last: Month) -> float:
    """Mean full-time persons over the months ``first`` to ``last``: moves are spread over their month."""
    inside = _inside(statuses)[_window(register, first - 1, last)]
    both = (inside[:, 1:].sum() + inside[:, :-1].sum()) / 2
    return float(both / (last - first + 1) * register.weight)


def persons_seen(register: Register, statuses: Names, first: Month, last: Month) -> float:
    """Persons who had one of the statuses at some time in the months ``first`` to ``last``."""
    return float(_inside(statuses)[_window(register, first - 1, last)].any(axis=1).sum() * register.weight)


def share_with_seniority(
    register: Register, statuses: Names, when: Month, at_least: int, below: int | None = None
) -> float:
    """Share of the stock whose unbroken time on the statuses is at least so many months (and below so many)."""
    on = _inside(statuses)[register.at(when)]
    months = _months_on(register, statuses, when)
    return _share(on & _between(months, at_least, below), on)


def outcome_of_new_spells(
    register: Register, statuses: Names, outcome: Names, first: Month, last: Month, after: int = 12
) -> float:
    """Share of new spells on the statuses, begun in ``first`` to ``last``, with the outcome ``after`` months later.

    A spell is new when the person was not on the statuses the month before. People who have died, left the country or
    reached the pension age are left out.
    """
    inside, wanted = _inside(statuses), _inside(outcome)
    living = _inside(group_members("outside", "temporary", "edge"))
    base = hits = 0
    for start in range(first, last + 1):
        new = inside[register.at(start)] & ~inside[register.at(start - 1)] & (register.at(start - 1) != 0)
        later = register.at(start + after)[new]
        base += int(living[later].sum())
        hits += int(wanted[later].sum())
    return hits / base if base else float("nan")


def prior_status(
    register: Register, statuses: Names, source: Names, when: Month, at_least: int = 0, below: int | None = None
) -> float:
    """Share of the stock, by time on the statuses, whose most common status in the three months before was in ``source``."""
    on = _inside(statuses)[register.at(when)] & _between(_months_on(register, statuses, when), at_least, below)
    rows = np.flatnonzero(on)
    began = _began(register, statuses, when)[rows]
    known = began >= 3
    rows, began = rows[known], began[known]
    before = register.status[rows[:, None], began[:, None] - np.array([1, 2, 3])]
    observed = before[:, 0] != 0
    modal = _most_common(before[observed])
    return float(_inside(source)[modal].mean()) if modal.size else float("nan")


def exit_status(
    register: Register, statuses: Names, to: Names, out: Names, when: Month, at_least: int = 0, below: int | None = None
) -> float:
    """Of those on the statuses whose most common status in the next three months is ``to`` or ``out``: the share ``to``."""
    on = _inside(statuses)[register.at(when)] & _between(_months_on(register, statuses, when), at_least, below)
    modal = _most_common(_window(register, when + 1, when + 3)[on])
    wanted, others = _inside(to)[modal], _inside(out)[modal]
    return _share(wanted, wanted | others)


def supported(
    register: Register, statuses: Names, when: Month, months: int = 12, threshold: float = 0.8,
    support: Names = SUPPORTED,
) -> float:
    """Share of those on the statuses who had public support in at least ``threshold`` of the last ``months`` months."""
    on = _inside(statuses)[register.at(when)]
    time = _inside(support)[_window(register, when - months + 1, when)].mean(axis=1)
    return _share(on & (time >= threshold - 1e-9), on)


def inflow(register: Register, statuses: Names, first: Month, last: Month, source: Names | None = None) -> float:
    """Persons a year who move onto the statuses from elsewhere (or from ``source``) in the months ``first`` to ``last``."""
    moves = _moves_into(register, statuses, first, last, source)
    return float(moves * 12 / (last - first + 1) * register.weight)


def inflow_share(register: Register, statuses: Names, source: Names, first: Month, last: Month) -> float:
    """Share of the moves onto the statuses that come from ``source``."""
    all_ = _moves_into(register, statuses, first, last, None)
    return _moves_into(register, statuses, first, last, source) / all_ if all_ else float("nan")


def retention(register: Register, statuses: Names, when: Month, at_least: int, below: int, after: int = 12) -> float:
    """Share of the stock with so much time on the statuses that never leaves them in the next ``after`` months."""
    on = _inside(statuses)[register.at(when)] & _between(_months_on(register, statuses, when), at_least, below)
    stays = _inside(statuses)[_window(register, when, when + after)].all(axis=1)
    return _share(on & stays, on)


def _inside(names: Names) -> Bools:
    table = mask(list(names))
    assert table.size == COUNT
    return table


def _window(register: Register, first: Month, last: Month) -> npt.NDArray[np.uint8]:
    return register.status[:, register.column(first) : register.column(last) + 1]


def _began(register: Register, statuses: Names, when: Month) -> npt.NDArray[np.int32]:
    """Column in which the unbroken time on (or off) the statuses began, shape (persons,)."""
    until = register.column(when) + 1
    return began_in(_inside(statuses)[register.status[:, :until]])[:, -1]


def _months_on(register: Register, statuses: Names, when: Month) -> npt.NDArray[np.int64]:
    return (register.column(when) - _began(register, statuses, when)).astype(np.int64)


def _between(months: npt.NDArray[np.int64], at_least: int, below: int | None) -> Bools:
    return (months >= at_least) & (months < (below if below is not None else np.inf))


def _moves_into(register: Register, statuses: Names, first: Month, last: Month, source: Names | None) -> int:
    inside, window = _inside(statuses), _window(register, first - 1, last)
    came = inside[window[:, 1:]] & ~inside[window[:, :-1]]
    if source is not None:
        came &= _inside(source)[window[:, :-1]]
    return int(came.sum())


def _most_common(statuses: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Most common of three statuses per row; of three different ones the first (nearest in time)."""
    first, second, third = statuses[:, 0], statuses[:, 1], statuses[:, 2]
    return np.where(second == third, second, first)


def _share(part: Bools, whole: Bools) -> float:
    return float(part.sum() / whole.sum()) if whole.any() else float("nan")
