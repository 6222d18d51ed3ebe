"""What people have that a move can end. Compiled: a month asks for everybody who moves, in several phases."""

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
