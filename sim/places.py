"""Pairing people with places in the order of a queue. Compiled: what the next one gets depends on what those before him got."""

import numba as nb
import numpy as np


@nb.njit(nogil=True, cache=True)
def pair(order, at, wants_public, commutes, region, municipality, sector, public, free, luck, hours, found, taken):  # type: ignore[no-untyped-def]
    """Give everybody in a queue the next place in his municipality, then (to those who commute) in his region, as far as the hours of his
    municipality go. Employers' first places come before anybody's second, by luck. A place that there are no hours for stays free, and
    those behind get the ones after it.

    Args:
        order: the queue: numbers of people.
        at, wants_public, commutes: of each person: municipality, whether the place must be with a public employer, whether it may be
            elsewhere in the region.
        region: of each municipality, by its code less 1.
        municipality, sector, free, luck: of each employer: code of where it is, sector, places free, 48 random bits.
        public: sector that counts as public; none below 0.
        hours: places that each municipality can still find; what is used is taken off.
        found: written for those who get a place: the employer; below 0 for all others.
        taken: written: places taken by employer.
    """
    place_of = np.arange(region.size)
    for in_region in (False, True):
        if in_region:
            place_of = region
        asks, has = 2 * place_of[at] + wants_public, 2 * place_of[municipality.astype(np.int64) - 1] + (sector == public)
        queue = order[(found[order] < 0) & (commutes[order] | (not in_region))]
        asked = np.zeros(2 * region.size, np.bool_)
        asked[asks[queue]] = True
        places, first = _in_turn(has, asked, free, taken, luck)
        following = first[:-1].copy()
        given = np.zeros(hours.size, np.int64)
        for i in queue:
            here, kind = at[i], asks[i]
            if following[kind] == first[kind + 1]:
                continue
            place = places[following[kind]]
            following[kind] += 1
            if given[here] < np.floor(hours[here] + 1e-9):
                given[here] += 1
                found[i] = place
                taken[place] += 1
        hours -= given


@nb.njit(nogil=True)
def _in_turn(has, asked, free, taken, luck):  # type: ignore[no-untyped-def]
    """Employers of the places that are left, by kind (those ``asked`` for): every employer's first before anybody's second, by luck; and
    where each kind begins."""
    first = np.zeros(asked.size + 1, np.int64)
    for e in range(free.size):
        if asked[has[e]]:
            first[has[e] + 1] += max(free[e] - taken[e], 0)
    first = np.cumsum(first)
    places, rank = np.empty(first[-1], np.int64), np.empty(first[-1], np.uint64)
    following = first[:-1].copy()
    for e in range(free.size):
        if asked[has[e]]:
            for number in range(taken[e], free[e]):
                here = following[has[e]]
                places[here], rank[here] = e, (np.uint64(number) << np.uint64(48)) | luck[e]
                following[has[e]] += 1
    for kind in range(asked.size):
        here = slice(first[kind], first[kind + 1])
        places[here] = places[here][np.argsort(rank[here])]
    return places, first
