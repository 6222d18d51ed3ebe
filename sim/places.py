"""Handing out places in the order of a queue. Compiled: what the next one gets depends on what those before him got."""

import numba as nb
import numpy as np


@nb.njit(nogil=True, cache=True)
def hand_out(asks, at, places, first, hours, found):  # type: ignore[no-untyped-def]
    """Give everybody in a queue the next place of the kind that he asks for, as far as the hours of his municipality go. A place that
    there are no hours for stays free, and those behind get the ones after it.

    Args:
        asks: kind of place that each asks for, in the order of the queue.
        at: municipality of each.
        places: who has places (a number for each place), by kind.
        first: where the places of each kind begin; one more says where the last kind ends.
        hours: places that each municipality can still find.
        found: written for those who get a place: who has it.

    Returns:
        Places given by municipality.
    """
    following = first[:-1].copy()
    given = np.zeros(hours.size, np.int64)
    for i in range(asks.size):
        kind, here = asks[i], at[i]
        if following[kind] == first[kind + 1]:
            continue
        place = places[following[kind]]
        following[kind] += 1
        if given[here] < np.floor(hours[here] + 1e-9):
            given[here] += 1
            found[i] = place
    return given
