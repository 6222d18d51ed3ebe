"""What people have that a move can end, and how measures are left. Compiled: a month asks for everybody who moves, in several phases."""

import numba as nb
import numpy as np


@nb.njit(nogil=True, cache=True)
def find_active(rows, now, measure, seeking, paid_hours, employer, support_until):  # type: ignore[no-untyped-def]
    """Who of ``rows`` has a measure or a place sought, paid hours, an employer or support, and who has support.

    Args:
        rows: people.
        now: the month; support lasts until after it.
        measure, seeking, paid_hours, employer: columns of everybody; below 0 for no employer.
        support_until: a column of everybody for each kind of support.

    Returns:
        Both answers, one a row.
    """
    active, supported = np.zeros(rows.size, np.bool_), np.zeros(rows.size, np.bool_)
    for i in range(rows.size):
        row = rows[i]
        for until in support_until:
            supported[i] |= until[row] > now
        active[i] = supported[i] or measure[row] > 0 or seeking[row] > 0 or paid_hours[row] > 0 or employer[row] >= 0
    return active, supported


@nb.njit(nogil=True, cache=True)
def leave_measures(rows, source, never, measure, measure_hours, measure_until, employer, paid_hours, is_company, used, left):  # type: ignore[no-untyped-def]
    """End the measures of those of ``rows`` who have one, and their places with employers; who has paid hours there stays with them.

    Args:
        rows: people.
        source: status that each leaves.
        never: ``measure_until`` of those without a measure.
        measure, measure_hours, measure_until, employer, paid_hours: columns of everybody.
        is_company: whether a measure is at an employer's, by code.
        used: supported places used, by employer; written.
        left: measures left by status and measure; counted up.

    Returns:
        The employer whose place each has left; below 0 where there is none.
    """
    placed = np.full(rows.size, -1, np.int64)
    for i in range(rows.size):
        row = rows[i]
        kind = measure[row]
        if kind == 0:
            continue
        left[source[i], kind] += 1
        if is_company[kind]:
            placed[i] = employer[row]
            used[employer[row]] -= 1
        measure[row] = measure_hours[row] = 0
        measure_until[row] = never
        if paid_hours[row] == 0:
            employer[row] = -1
    return placed
