"""Figures of spells: where people came from, where they went, who came back."""

import numpy as np

from agents.calendar import Month
from agents.statuses import CODE, mask
from calibration.figures import (
    LIVING,
    NAN,
    Bools,
    Counts,
    Names,
    figure,
    most_common,
    of_seniority,
    on,
    share,
    time_on,
    window,
)
from calibration.groups import members
from calibration.register import Register
from calibration.spells import STATUS

Places = tuple[Counts, Counts]
"""Rows and columns of the register."""


@figure
def outcome_of_new_spells(
    register: Register, statuses: Names, outcome: Names, first: Month, last: Month, after: int = 12, who: str = ""
) -> float:
    """Share of new spells on the statuses, begun in ``first`` to ``last``, with the outcome ``after`` months later.

    A spell is new when the person was not on the statuses the month before. People who have died, left the country or
    reached the pension age are left out.
    """
    rows, columns = new_spells(register, statuses, first, last, who)
    return _status_after(register, (rows, columns), outcome, last, after)


@figure
def share_returning(
    register: Register, statuses: Names, first: Month, last: Month, within: int, who: str = ""
) -> float:
    """Share of the spells begun in ``first`` to ``last`` by people who were on the statuses in the ``within`` months before."""
    register.column(first - within)
    rows, columns = new_spells(register, statuses, first, last, who)
    before = register.status[rows[:, None], columns[:, None] - np.arange(1, within + 1)]
    return float(mask(list(statuses))[before].any(axis=1).mean()) if rows.size else NAN


@figure
def prior_status(
    register: Register, statuses: Names, source: Names, when: Month, at_least: int = 0, below: int | None = None,
    counted_on: Names | None = None, who: str = "",
) -> float:
    """Share of the stock, by time on the statuses, whose most common status in the three months before was in ``source``.

    People who were not known before (turned 18, or before the register is complete) are left out. With ``below=60`` only
    spells under five years count, as in the source (004_107fd277d1b391d8.txt:2117-2127).
    """
    rows = np.flatnonzero(of_seniority(register, statuses, when, at_least, below, counted_on, who)[1])
    months = time_on(register, counted_on or statuses, rows, when, when)[:, 0]
    began = register.column(when) - months
    known = began - 3 >= register.complete - register.first
    rows, began = rows[known], began[known]
    before = register.status[rows[:, None], began[:, None] - np.array([1, 2, 3])]
    modal = most_common(before[before[:, 0] != CODE["entry"]])
    return float(mask(list(source))[modal].mean()) if modal.size else NAN


@figure
def exit_status(
    register: Register, statuses: Names, to: Names, out: Names, when: Month, at_least: int = 0, below: int | None = None,
    counted_on: Names | None = None, who: str = "",
) -> float:
    """Of those on the statuses whose most common status in the next three months is ``to`` or ``out``: the share ``to``."""
    chosen = of_seniority(register, statuses, when, at_least, below, counted_on, who)[1]
    modal = most_common(window(register, when + 1, when + 3)[chosen])
    wanted, others = mask(list(to))[modal], mask(list(out))[modal]
    return share(wanted, wanted | others)


@figure
def retention(
    register: Register, statuses: Names, when: Month, at_least: int, below: int, after: int = 12,
    counted_on: Names | None = None, who: str = "",
) -> float:
    """Share of the stock with so much time on the statuses that never leaves them in the next ``after`` months.

    With ``counted_on`` it may move among those statuses.
    """
    chosen = of_seniority(register, statuses, when, at_least, below, counted_on, who)[1]
    stays = np.asarray(on(register, counted_on or statuses, when, when + after).all(axis=1))
    return share(stays, chosen)


@figure
def inflow(
    register: Register, statuses: Names, first: Month, last: Month, source: Names | None = None, who: str = ""
) -> float:
    """Persons a year who move onto the statuses from elsewhere (or from ``source``) in the months ``first`` to ``last``."""
    moves = _moves_into(register, statuses, first, last, source, who)
    return float(moves * 12 / (last - first + 1) * register.weight)


@figure
def inflow_share(
    register: Register, statuses: Names, source: Names, first: Month, last: Month, who: str = ""
) -> float:
    """Share of the moves onto the statuses that come from ``source``."""
    all_ = _moves_into(register, statuses, first, last, None, who)
    return _moves_into(register, statuses, first, last, source, who) / all_ if all_ else NAN


@figure
def persons_changing(
    register: Register, source: Names, first: Month, last: Month, to: Names | None = None, cause: str | None = None,
    who: str = "",
) -> float:
    """Persons who left ``source`` in the window (for ``to``; for the cause, as ``rule:dagpenge``): changes, not a year's rate."""
    return float(_changes(register, source, first, last, to, cause, who)[0].size * register.weight)


@figure
def status_after_change(
    register: Register, source: Names, outcome: Names, first: Month, last: Month, after: int,
    to: Names | None = None, cause: str | None = None, who: str = "",
) -> float:
    """Of those who left ``source`` in the window: the share with the outcome ``after`` months later.

    People who have died, left the country or reached the pension age are left out.
    """
    return _status_after(register, _changes(register, source, first, last, to, cause, who), outcome, last, after)


def new_spells(register: Register, statuses: Names, first: Month, last: Month, who: str = "") -> Places:
    """Spells on the statuses begun in the window by people already known, as rows and columns."""
    before = window(register, first - 1, last)
    inside = mask(list(statuses))[before]
    new = inside[:, 1:] & ~inside[:, :-1] & (before[:, :-1] != CODE["entry"])
    return _places(register, new, first, last, who)


def _changes(
    register: Register, source: Names, first: Month, last: Month, to: Names | None, cause: str | None, who: str
) -> Places:
    """Moves out of ``source`` in the window, as rows and columns."""
    before = window(register, first - 1, last)
    left = mask(list(source))[before]
    changed = left[:, :-1] & ~left[:, 1:]
    if to is not None:
        changed &= mask(list(to))[before[:, 1:]]
    if cause is not None:
        begun = register.of_kind(STATUS).having(cause=cause).begun(register.column(first), register.column(last))
        caused = np.zeros_like(changed)
        caused[begun.row, begun.start - register.column(first)] = True
        changed &= caused
    return _places(register, changed, first, last, who)


def _places(register: Register, found: Bools, first: Month, last: Month, who: str) -> Places:
    if who:
        found = found & members(register, who, first, last)
    rows, columns = np.nonzero(found)
    return rows, columns + register.column(first)


def _status_after(register: Register, places: Places, outcome: Names, last: Month, after: int) -> float:
    """Share with the outcome some months after the given places, among those who then live here and are of working age."""
    register.column(last + after)
    later = register.status[places[0], places[1] + after]
    return share(mask(list(outcome))[later], mask(LIVING)[later])


def _moves_into(
    register: Register, statuses: Names, first: Month, last: Month, source: Names | None, who: str
) -> int:
    inside = mask(list(statuses))[window(register, first - 1, last)]
    came = inside[:, 1:] & ~inside[:, :-1]
    if source is not None:
        came &= on(register, source, first - 1, last)[:, :-1]
    return int(_places(register, came, first, last, who)[0].size)
