"""Pairing people with places in the order of a queue. Compiled: what the next one gets depends on what those before him got.

Everybody looks in a place of his (a municipality, a region), for a private or a public employer: together the *kind* that he asks for.
"""

import numba as nb
import numpy as np


@nb.njit(nogil=True, cache=True)
def places_asked_for(queue, asks, has, kinds, free, taken, luck):  # type: ignore[no-untyped-def]
    """Places that are left of the kinds that somebody asks for.

    Args:
        queue: numbers of people.
        asks: kind that each person asks for; has: kind of each employer's places; kinds: how many there are.
        free, taken, luck: of each employer: places free, how many of them are taken already, 48 random bits.

    Returns:
        Employer of each place, its kind, and its turn: every employer's first place comes before anybody's second, by luck.
    """
    asked = np.zeros(kinds, np.bool_)
    for i in queue:
        asked[asks[i]] = True
    number = 0
    for e in range(free.size):
        if asked[has[e]]:
            number += max(free[e] - taken[e], 0)
    employer, kind, turn = np.empty(number, np.int64), np.empty(number, np.int64), np.empty(number, np.uint64)
    found = 0
    for e in range(free.size):
        if asked[has[e]]:
            for place in range(taken[e], free[e]):
                employer[found], kind[found] = e, has[e]
                turn[found] = (np.uint64(place) << np.uint64(48)) | luck[e]
                found += 1
    return employer, kind, turn


@nb.njit(nogil=True, cache=True)
def hand_out(queue, asks, at, kinds, employer, kind, hours, found, taken):  # type: ignore[no-untyped-def]
    """Give everybody in a queue the next place of the kind that he asks for, as far as the hours of his municipality go. A place that
    there are no hours for stays free, and those behind get the ones after it.

    Args:
        queue: numbers of people, in order.
        asks, at: kind that each person asks for, and his municipality.
        kinds: how many kinds there are.
        employer, kind: of each place, in order of kind and turn.
        hours: places that each municipality can still find; what is used is taken off.
        found: employer of each person; written for those who get a place.
        taken: places taken by employer; counted up.
    """
    first = np.zeros(kinds + 1, np.int64)
    for k in kind:
        first[k + 1] += 1
    for k in range(kinds):
        first[k + 1] += first[k]
    following = first[:-1].copy()
    given = np.zeros(hours.size, np.int64)
    for i in queue:
        here, k = at[i], asks[i]
        if following[k] == first[k + 1]:
            continue
        place = employer[following[k]]
        following[k] += 1
        if given[here] < np.floor(hours[here] + 1e-9):
            given[here] += 1
            found[i] = place
            taken[place] += 1
    for here in range(hours.size):
        hours[here] -= given[here]
