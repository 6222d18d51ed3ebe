"""Figures of spells beside the status: the integration programme, and (once the model has them) measures and sanctions.

Where a kind does not occur in the register at all, the figure cannot be measured and is NaN, not 0.
"""

import numpy as np

from agents.calendar import Month
from agents.statuses import mask
from calibration.figures import LIVING, NAN, Names, ever, figure, on, share
from calibration.groups import members
from calibration.measure_spells import new_spells
from calibration.measure_stocks import touched_in
from calibration.register import Register


@figure
def event_starts(
    register: Register, kind: str, first: Month, last: Month, values: Names | None = None, who: str = ""
) -> float:
    """Persons a year who begin a spell of the kind in the months ``first`` to ``last``."""
    begun = register.of_kind(kind).having(values).begun(register.column(first), register.column(last))
    if who:
        begun = begun.where(ever(members(register, who, first, last))[begun.row])
    return float(begun.row.size * 12 / (last - first + 1) * register.weight)


@figure
def event_persons(
    register: Register, kind: str, first: Month, last: Month, statuses: Names | None = None, values: Names | None = None,
    who: str = "",
) -> float:
    """Persons in a spell of the kind at some time in the window (while on one of the statuses, when given)."""
    begin, end = register.column(first), register.column(last)
    active = register.of_kind(kind).having(values).active(register.status.shape[0], begin, end)
    if statuses is not None:
        active &= on(register, statuses, first, last)
    if who:
        active &= members(register, who, first, last)
    return float(active.any(axis=1).sum() * register.weight)


@figure
def share_with_event(
    register: Register, kind: str, statuses: Names, first: Month, last: Month, values: Names | None = None, who: str = ""
) -> float:
    """Share of those who had one of the statuses in the window (a quarter, a year) with at least one spell of the kind
    that began in it."""
    seen = ever(on(register, statuses, first - 1, last, who))
    begun = register.of_kind(kind).having(values).begun(register.column(first), register.column(last))
    met = np.zeros_like(seen)
    met[begun.row] = True
    return share(met, seen)


@figure
def share_active(
    register: Register, kind: str, statuses: Names, first: Month, last: Month, at_least: int = 0,
    values: Names | None = None, who: str = "",
) -> float:
    """Share in a spell of the kind at some time in the window, among those touched in it after ``at_least`` months on the
    benefit (Tabel 3.2 and 4.1)."""
    touched = touched_in(register, statuses, first, last, at_least, 1, None, who)
    spells = register.of_kind(kind).having(values)
    active = ever(spells.active(register.status.shape[0], register.column(first), register.column(last)))
    return share(active, touched)


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
    active = register.of_kind(kind).active(register.status.shape[0], 0, register.status.shape[1] - 1)
    offered = ever(active[rows[:, None], steps])
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
    begun = register.of_kind(kind).having(values).begun(register.column(first), register.column(until))
    if who:
        begun = begun.where(members(register, who, first, until)[begun.row, begun.start - register.column(first)])
    later = register.status[begun.row, begun.start + after]
    return share(mask(list(outcome))[later], mask(LIVING)[later])


@figure
def group_gap(register: Register, figure_name: str, who: str, against: str, **arguments: object) -> float:
    """Difference of a figure between two groups, ``who`` minus ``against``."""
    from calibration.figures import MEASURES

    measured = MEASURES[figure_name]
    return measured(register, who=who, **arguments) - measured(register, who=against, **arguments)
