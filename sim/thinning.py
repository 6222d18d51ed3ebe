"""The hot spot: which exits of which citizens may ring this month, and whose time limit is reached. Compiled, since it
looks at everybody every month.

In plain numpy the same work costs about three times as much processor time. Everything the kernel calls stands in this file: a compiled
cache would go stale when a callee in another file changes. The draws are those of :mod:`agents.luck`, bit for bit.
"""

import numba as nb
import numpy as np

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FACTOR_1 = np.uint64(0xBF58476D1CE4E5B9)
_FACTOR_2 = np.uint64(0x94D049BB133111EB)
_S27, _S30, _S31, _S11 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(11)
_HIGH = np.uint64(0x8080808080808080)
_LOW = np.uint64(0x7F7F7F7F7F7F7F7F)
_BYTE = np.uint64(255)
_UNIT = 2.0**-53

_CHUNK = 1024
"""Rows looked at together: few enough for the first-level cache, many enough for the processor's wide registers."""

LANES = 8
"""Exits that share one 64-bit draw: each gets eight of its bits."""


@nb.njit(inline="always")
def _mix(z):  # type: ignore[no-untyped-def]
    z = (z ^ (z >> _S30)) * _FACTOR_1
    z = (z ^ (z >> _S27)) * _FACTOR_2
    return z ^ (z >> _S31)


@nb.njit(inline="always")
def _bits(id_, key):  # type: ignore[no-untyped-def]
    return _mix(_mix(id_ * _GOLDEN + key[0]) ^ key[1])


@nb.njit(nogil=True)
def _draw(begin, key, z):  # type: ignore[no-untyped-def]
    """Draws of the rows from ``begin`` on: a loop of its own, so that the compiler uses the wide registers."""
    for i in range(z.size):
        z[i] = _bits(np.uint64(begin + i), key)


@nb.njit(nogil=True)
def _compare(z, bounds, status, profile, below):  # type: ignore[no-untyped-def]
    """Mark in the high bit of each byte whether the draw's byte is below the bound's.

    The low seven bits are compared by a subtraction without borrow, then the high bit decides.
    """
    for i in range(z.size):
        bound = bounds[status[i], profile[i]]
        low_part = (z[i] | _HIGH) - (bound & _LOW)
        below[i] = ((~z[i] & bound) | (~(z[i] ^ bound) & ~low_part)) & _HIGH


@nb.njit(nogil=True, cache=True)
def find_candidates(  # type: ignore[no-untyped-def]
    first, last, now, status, since, spell_since, profile, words, chance, table, band_of_month, word_keys, low_key,
    rows, slots, sources, draws, intensities,
):
    """Exits whose draw lies below the bound of the citizen's status and profile.

    Args:
        first, last: rows to look at.
        now: the month; citizens with ``since == now`` have moved already and are passed over.
        status, since, spell_since, profile: columns of every row.
        words: bounds on the top eight bits, eight exits a word, shape (words, statuses, profiles), uint64.
        chance: bounds as chances, shape (statuses, profiles, slots).
        table: monthly intensities, shape (statuses, bands, profiles, slots).
        band_of_month: band by months in the spell; the last holds for all longer times.
        word_keys: key of the stream of each word, shape (words, 2), uint64.
        low_key: key of the stream of the other 53 bits, shape (2,), uint64.
        rows, slots, sources, draws, intensities: written for each candidate, in order of row and slot.

    Returns:
        The number of candidates; when it is larger than the arrays hold, call again with larger ones.
    """
    found = 0
    n_slots = table.shape[3]
    longest = band_of_month.size - 1
    n_words = words.shape[0]
    z, below = np.empty((n_words, _CHUNK), np.uint64), np.empty((n_words, _CHUNK), np.uint64)
    hit = np.empty(_CHUNK, np.int64)
    for begin in range(first, last, _CHUNK):
        size = min(_CHUNK, last - begin)
        for word in range(n_words):
            _draw(begin, word_keys[word], z[word, :size])
            _compare(z[word, :size], words[word], status[begin:begin + size], profile[begin:begin + size], below[word, :size])
        n_hit = 0
        for i in range(size):  # without a branch: which rows are hit cannot be foreseen
            any_below = below[0, i]
            for word in range(1, n_words):
                any_below |= below[word, i]
            hit[n_hit] = i
            n_hit += any_below != 0
        for i in hit[:n_hit]:
            row = begin + i
            if since[row] == now:
                continue
            source, person = status[row], profile[row]
            for word in range(n_words):
                for lane in range(LANES):
                    shift = np.uint64(lane * 8)
                    if (below[word, i] >> shift) & _BYTE == 0:
                        continue
                    slot = word * LANES + lane
                    low = _bits(np.uint64(row * n_slots + slot), low_key) >> _S11
                    u = (np.float64((z[word, i] >> shift) & _BYTE) + np.float64(low) * _UNIT) / 256.0
                    if u < chance[source, person, slot]:
                        if found < rows.size:
                            band = band_of_month[min(now - spell_since[row], longest)]
                            rows[found], slots[found], sources[found], draws[found] = row, slot, source, u
                            intensities[found] = table[source, band, person, slot]
                        found += 1
    return found


@nb.njit(nogil=True, cache=True)
def apply_factor(concerned, factor, rows, exits, highest, intensities):  # type: ignore[no-untyped-def]
    """Multiply intensities by a factor of each citizen's, up to ``highest``.

    Args:
        concerned: whether the factor acts on an exit, shape (statuses * slots,).
        factor: of every row.
        rows, exits: citizen and exit of each intensity.
        highest: largest intensity.
        intensities: written.
    """
    for i in range(rows.size):
        if concerned[exits[i]]:
            intensities[i] = min(intensities[i] * factor[rows[i]], highest)


@nb.njit(nogil=True, cache=True)
def find_reached(now, status, since, months, again, rows):  # type: ignore[no-untyped-def]
    """Rows whose time limit is reached this month.

    Args:
        now: the month.
        status, since: columns of every row.
        months, again: length of the limit and time to the next assessment by status; 0 where there is no limit.
        rows: written: the rows, in order.

    Returns:
        The number of rows; when it is larger than the array holds, call again with a larger one.
    """
    found = 0
    for row in range(status.size):
        limit = months[status[row]]
        if limit == 0:
            continue
        beyond = now - since[row] - limit
        if beyond >= 0 and beyond % again[status[row]] == 0:
            if found < rows.size:
                rows[found] = row
            found += 1
    return found


@nb.njit(nogil=True, cache=True)
def rows_with(wanted, status):  # type: ignore[no-untyped-def]
    """Rows whose status is ``wanted`` (a table over codes), in order. In one pass without a branch: a look-up for everybody and then
    a search costs three times as much."""
    rows = np.empty(status.size, np.int64)
    found = 0
    for row in range(status.size):
        rows[found] = row
        found += wanted[status[row]]
    return rows[:found].copy()
