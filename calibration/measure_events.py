"""Figures of spells beside the status: the integration programme, and (once the model has them) measures and sanctions.

Where a kind does not occur in the register at all, the figure cannot be measured and is NaN, not 0.
"""

import numpy as np

from agents.calendar import Month
from agents.statuses import mask
from calibration.figures import LIVING, MEASURES, NAN, Bools, Names, ever, figure, of_seniority, on, share
from calibration.groups import members
from calibration.measure_spells import new_spells
from calibration.measure_stocks import touched_in
from calibration.register import Register
from calibration.spells import Spells


@figure
def event_starts(
    register: Register, kind: str, first: Month, last: Month, values: Names | None = None, who: str = ""
) -> float:
    """Persons a year who begin a spell of the kind in the months ``first`` to ``last`` (in the group in that month)."""
    return float(_begun(register, kind, first, last, None, values, who).row.size * 12 / (last - first + 1) * register.weight)


@figure
def events_begun(
    register: Register, kind: str, first: Month, last: Month, statuses: Names | None = None,
    values: Names | None = None, who: str = "",
) -> float:
    """Spells of the kind begun in the window (while on one of the statuses): a count, not a year's rate."""
    return float(_begun(register, kind, first, last, statuses, values, who).row.size * register.weight)


@figure
def share_of_events(
    register: Register, kind: str, group: str, first: Month, last: Month, statuses: Names | None = None,
    values: Names | None = None, who: str = "",
) -> float:
    """Share of the spells of the kind begun in the window that persons of ``group`` began (as they are in that month)."""
    begun = _begun(register, kind, first, last, statuses, values, who)
    inside = members(register, group, first, last)[begun.row, begun.start - register.column(first)]
    return float(inside.mean()) if inside.size else NAN


@figure
def event_persons(
    register: Register, kind: str, first: Month, last: Month, statuses: Names | None = None, values: Names | None = None,
    who: str = "",
) -> float:
    """Persons in a spell of the kind at some time in the window (while on one of the statuses, when given)."""
    active = _active(register, kind, values, first, last)
    if statuses is not None:
        active &= on(register, statuses, first, last)
    if who:
        active &= members(register, who, first, last)
    return float(ever(active).sum() * register.weight)


@figure
def share_with_event(
    register: Register, kind: str, statuses: Names, first: Month, last: Month, values: Names | None = None,
    who: str = "", opening: bool = True,
) -> float:
    """Share of those who had one of the statuses in the window (a quarter, a year) with at least one spell of the kind
    that began in it while they had it, as "sanctioned at least once" (004_107fd277d1b391d8.txt:3051-3076).

    Without ``opening`` those who had it only when the window opened are left out: where a reform moves people that month.
    """
    begun = _begun(register, kind, first, last, statuses, values, who)
    met = np.zeros(register.status.shape[0], bool)
    met[begun.row] = True
    return share(met, ever(on(register, statuses, first - 1 if opening else first, last, who)))


@figure
def share_active(
    register: Register, kind: str, statuses: Names, first: Month, last: Month, at_least: int = 0,
    values: Names | None = None, counted_on: Names | None = None, who: str = "",
) -> float:
    """Share in a spell of the kind at some time in the window, among those touched in it after ``at_least`` months on the
    benefit (Tabel 3.2 and 4.1: pauses of a month do not break them; 004_107fd277d1b391d8.txt:1767-1806;4013-4030)."""
    touched = touched_in(register, statuses, first, last, at_least, 1, counted_on, who)
    return share(ever(_active(register, kind, values, first, last)), touched)


@figure
def share_of_active(
    register: Register, kind: str, statuses: Names, values: Names, first: Month, last: Month, who: str = ""
) -> float:
    """Of those seen on the statuses and in any spell of the kind in the window: the share in one of ``values``."""
    seen = ever(on(register, statuses, first - 1, last, who))
    active = ever(_active(register, kind, None, first, last))
    return share(ever(_active(register, kind, values, first, last)), seen & active)


@figure
def share_active_before(
    register: Register, kind: str, statuses: Names, when: Month, months: int = 3, at_least: int = 0,
    below: int | None = None, values: Names | None = None, counted_on: Names | None = None, who: str = "",
) -> float:
    """Share of the stock, by time on the statuses, in a spell of the kind in the ``months`` that end with ``when``."""
    chosen = of_seniority(register, statuses, when, at_least, below, counted_on, who)[1]
    return share(ever(_active(register, kind, values, when - months + 1, when)), chosen)


@figure
def first_offer(
    register: Register, kind: str, statuses: Names, first: Month, last: Month, within: int, who: str = ""
) -> float:
    """Share of new spells on the statuses that get a spell of the kind within so many months, among those that last
    so long: spells that end before are left out, as in the source (004_107fd277d1b391d8.txt:1876-1877)."""
    rows, columns = new_spells(register, statuses, first, last, who)
    register.column(last + within)
    steps = columns[:, None] + np.arange(within + 1)
    lasts = np.asarray(mask(list(statuses))[register.status[rows[:, None], steps]].all(axis=1))
    active = _active(register, kind, None, first, last + within)
    offered = ever(active[rows[:, None], steps - register.column(first)])
    return share(offered, lasts)


@figure
def outcome_of_starters(
    register: Register, kind: str, outcome: Names, first: Month, last: Month, after: int, values: Names | None = None,
    who: str = "",
) -> float:
    """Share of those who begin a spell of the kind in the window who have the outcome ``after`` months later, among those
    who then live here and are of working age; starters whom the register does not follow so long are left out."""
    until = min(last, register.last - after)
    if until < first:
        return NAN
    begun = _begun(register, kind, first, until, None, values, who)
    later = register.status[begun.row, begun.start + after]
    return share(mask(list(outcome))[later], mask(LIVING)[later])


@figure
def group_gap(register: Register, figure_name: str, who: str, against: str, **arguments: object) -> float:
    """Difference of a figure between two groups, ``who`` minus ``against``."""
    measured = MEASURES[figure_name]
    return measured(register, who=who, **arguments) - measured(register, who=against, **arguments)


def _begun(
    register: Register, kind: str, first: Month, last: Month, statuses: Names | None, values: Names | None, who: str
) -> Spells:
    """Spells begun in the window by people who had one of the statuses in that month and were in the group at its end."""
    begin, end = register.column(first), register.column(last)
    begun = register.of_kind(kind).having(values).begun(begin, end)
    keep = np.ones(begun.row.size, bool)
    if statuses is not None:
        inside = mask(list(statuses))
        before = register.status[begun.row, np.maximum(begun.start - 1, 0)]
        keep &= inside[register.status[begun.row, begun.start]] | inside[before]
    if who:
        keep &= members(register, who, first, last)[begun.row, begun.start - begin]
    return begun.where(keep)


def _active(register: Register, kind: str, values: Names | None, first: Month, last: Month) -> Bools:
    """Who is in a spell of the kind in each month of the window, shape (persons, months)."""
    spells = register.of_kind(kind).having(values)
    return spells.active(register.status.shape[0], register.column(first), register.column(last))
