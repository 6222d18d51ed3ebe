"""What begins and ends in people's columns: a status, a measure, a place with an employer, paid hours, support, a sanction. Compiled: a month
asks for everybody who moves, in several phases."""

import numba as nb
import numpy as np


@nb.njit(nogil=True, cache=True)
def enter_statuses(now, rows, source, to, is_support, continues_spell, window, status, since, spell_since, support):  # type: ignore[no-untyped-def]
    """Change statuses, and remember who had public support (:mod:`agents.past_support`).

    Args:
        now: the month.
        rows, source, to: people, the status that each leaves and the one that each enters.
        is_support, continues_spell: whether a status is public support, and whether a move between two that have it goes on with the
            spell.
        window: months of support that are remembered.
        status, since, spell_since, support: columns of everybody; written.
    """
    one = np.uint64(1)
    remembered = (one << np.uint64(window)) - one
    for i in range(rows.size):
        row = rows[i]
        months = np.uint64(min(now - since[row], window))
        mask = support[row] << months
        if is_support[source[i]]:
            mask |= (one << months) - one
        support[row] = mask & remembered
        status[row], since[row] = to[i], now
        if not (continues_spell[source[i]] and continues_spell[to[i]]):
            spell_since[row] = now


@nb.njit(inline="always")
def _leave_measure(row, source, never, measure, measure_hours, measure_until, employer, is_company, used, left):  # type: ignore[no-untyped-def]
    """End one person's measure; the employer whose place it was, or below 0. Who has paid hours there stays with them."""
    kind = measure[row]
    if kind == 0:
        return -1
    left[source, kind] += 1
    placed = -1
    if is_company[kind]:
        placed = employer[row]
        used[placed] -= 1
    measure[row] = measure_hours[row] = 0
    measure_until[row] = never
    return placed


@nb.njit(nogil=True, cache=True)
def begin_measures(  # type: ignore[no-untyped-def]
    now, rows, kind, length_luck, week_luck, version_of, p, dagpenge, revalidering, education, full_time, status, programme_until, municipality,
    seeking, measure, measure_until, measure_hours, begun,
):
    """Begin measures: a month, and an exponential time beyond, up to what the law allows, in whole months and hours a week.

    Args:
        now: the month.
        rows, kind: people, and the measure (code) of each.
        length_luck, week_luck: a draw for each.
        version_of, p: version by municipality, and the numbers of :class:`sim.measures._Lengths`.
        dagpenge, revalidering, education, full_time: codes of two statuses and of a measure, and hours of a full week.
        status, programme_until, municipality, seeking, measure, measure_until, measure_hours: columns of everybody; the last four are
            written.
        begun: measures begun by status and measure; counted up.
    """
    for i in range(rows.size):
        row, k = rows[i], kind[i]
        here, v = status[row], version_of[municipality[row] - 1]
        mean = p.in_revalidering[v] if k == education and here == revalidering else p.mean[v, k]
        most = p.longest_insured[v, k] if here == dagpenge else p.longest[v, k]
        beyond = -np.log1p(-length_luck[i]) * max(mean - 1, 0.0)
        hours = p.of_programme[v] if programme_until[row] > now else p.of_benefit[v, here]
        seeking[row] = 0
        measure[row] = k
        measure_until[row] = now + np.int64(max(1.0, min(1 + np.floor(beyond + 0.5), most)))
        measure_hours[row] = np.int64(min(max(np.floor(hours * p.hours[v, k] + week_luck[i]), 1.0), full_time))
        begun[here, k] += 1


@nb.njit(nogil=True, cache=True)
def over_or_broken(now, rows, luck, usual_trust, status, measure, measure_until, trust, municipality, version_of, chances, far, is_company):  # type: ignore[no-untyped-def]
    """Whose measure is over, and whose place with an employer is broken off.

    Args:
        now: the month.
        rows, luck: people with a measure, and a draw for each.
        usual_trust: trust at which the chance is the usual one.
        status, measure, measure_until, trust, municipality: columns of everybody.
        version_of, chances: version by municipality, and the numbers of ``sim.measures._broken`` by version.
        far, is_company: whether people with a status are far from work, and whether a measure is at an employer's, by code.

    Returns:
        Both answers, one a person.
    """
    over, breaks = np.zeros(rows.size, np.bool_), np.zeros(rows.size, np.bool_)
    for i in range(rows.size):
        row = rows[i]
        of = chances[version_of[municipality[row] - 1]]
        over[i] = measure_until[row] <= now
        chance = (of[1] if far[status[row]] else of[0]) - of[2] * (trust[row] - usual_trust) / 100
        breaks[i] = is_company[measure[row]] and not over[i] and luck[i] < chance
    return over, breaks


@nb.njit(nogil=True, cache=True)
def begin_fleksjob(rows, source, found, never, measure, measure_hours, measure_until, employer, paid_hours, seeking, is_company, used, left):  # type: ignore[no-untyped-def]
    """Begin a fleksjob: what a person did before ends.

    Args:
        rows: people; source: status that each leaves; found: employer of each.
        never: ``measure_until`` of those without a measure.
        measure, measure_hours, measure_until, employer, paid_hours, seeking: columns of everybody; written.
        is_company: whether a measure is at an employer's, by code.
        used: supported places used, by employer; written.
        left: measures left by status and measure; counted up.

    Returns:
        The employer whose supported place each has left; below 0 where there is none.
    """
    placed = np.full(rows.size, -1, np.int64)
    for i in range(rows.size):
        row = rows[i]
        placed[i] = _leave_measure(row, source[i], never, measure, measure_hours, measure_until, employer, is_company, used, left)
        paid_hours[row] = seeking[row] = 0
        employer[row] = found[i]
    return placed


@nb.njit(nogil=True, cache=True)
def leave_with_move(  # type: ignore[no-untyped-def]
    now, rows, source, to, measure, measure_hours, measure_until, employer, paid_hours, seeking, mentor_until, others_until,
    never, fleksjob, continues_spell, is_company, cannot, mentor_stays, mentor_months, used, fleks_used, left,
):
    """End what a move ends: everything, unless it is between visitation groups of one benefit.

    Args:
        now: the month.
        rows, source, to: people, the status that each leaves and the one that each has now.
        measure, measure_hours, measure_until, employer, paid_hours, seeking: columns of everybody; written.
        mentor_until, others_until: columns of everybody for the mentor, and for each other support; written.
        never: ``measure_until`` of those without a measure.
        fleksjob: code of the status.
        continues_spell: whether a move between two statuses that have it goes on with the spell, and with measures.
        is_company: whether a measure is at an employer's, by code.
        cannot: whether people with a status cannot seek a measure, shape (statuses, measures).
        mentor_stays: whether a mentor stays for some months after a move, shape (statuses, statuses).
        mentor_months: how long, by person.
        used, fleks_used: supported places and fleksjob used, by employer; written.
        left: measures left by status and measure; counted up.

    Returns:
        The employer whose supported place each has left; below 0 where there is none.
    """
    placed = np.full(rows.size, -1, np.int64)
    for i in range(rows.size):
        row = rows[i]
        if source[i] == fleksjob and employer[row] >= 0:
            fleks_used[employer[row]] -= 1
            employer[row] = -1
        if continues_spell[source[i]] and continues_spell[to[i]]:
            if cannot[to[i], seeking[row]]:
                seeking[row] = 0
            continue
        if to[i] != fleksjob:
            seeking[row] = 0
            if measure[row] != 0 or paid_hours[row] > 0:
                placed[i] = _leave_measure(row, source[i], never, measure, measure_hours, measure_until, employer, is_company, used, left)
                paid_hours[row] = 0
                employer[row] = -1
        mentor_until[row] = min(mentor_until[row], max(now, now + mentor_months[i] * mentor_stays[source[i], to[i]]))
        for until in others_until:
            until[row] = min(until[row], now)
    return placed


@nb.njit(nogil=True, cache=True)
def end_sanctions(now, rows, source, to, continues_spell, sanctioned, sanction_until):  # type: ignore[no-untyped-def]
    """Who leaves the benefit is no longer under a sanction that began before.

    Args:
        now: the month.
        rows, source, to: people, the status that each leaves and the one that each has now.
        continues_spell: whether a move between two statuses that have it goes on with the spell.
        sanctioned, sanction_until: columns of everybody; the second is written.
    """
    for i in range(rows.size):
        row = rows[i]
        if not (continues_spell[source[i]] and continues_spell[to[i]]):
            sanction_until[row] = min(sanction_until[row], max(now, sanctioned[row] + 1))
