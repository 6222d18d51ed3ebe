"""Chances of an offer at an interview, and when the law wants one. Compiled: a rule with many cases, asked for thousands of people a month."""

from typing import NamedTuple

import numba as nb
import numpy as np
import numpy.typing as npt

from agents.calendar import Month
from agents.citizen import ORIGINS
from agents.column import Rows, Store
from agents.statuses import CODE, CONTINUES_SPELL, COUNT
from sim.in_force import InForce
from sim.parameters import Parameters

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

DAGPENGE = CODE["dagpenge"]
_NOBODY = np.zeros(0)


class _Numbers(NamedTuple):
    """Parameters of offers, each by version (:mod:`sim.in_force`).

    Attributes:
        passive: share whom offers pass by; first, next: chance of the first and of a later one at an interview; declines: how fast it
            falls with years on the benefit: all by status.
        over_50, non_western: factors; programme: chance in the integration programme.
        kept, kept_insured: chance that a deadline is kept, and on dagpenge.
        first_within, next_within: months to the deadlines by status; endless where there is none.
        insured_within: months to the first deadline on dagpenge, before and after the rules changed, by age; insured_next: to later ones.
    """

    passive: Floats
    first: Floats
    next: Floats
    declines: Floats
    over_50: Floats
    non_western: Floats
    programme: Floats
    kept: Floats
    kept_insured: Floats
    first_within: Floats
    next_within: Floats
    insured_within: npt.NDArray[np.int64]
    insured_next: Floats


class _Rules(NamedTuple):
    """What holds for everybody in a month, and the codes that it speaks of (a compiled cache does not see them change).

    Attributes:
        now: the month; has_changed: whether deadlines on dagpenge have; has_next: whether there is one for later offers.
        dagpenge, non_western: codes.
    """

    now: Month
    has_changed: bool
    has_next: bool
    dagpenge: int = DAGPENGE
    non_western: int = ORIGINS.index("non_western_immigrant")


class OfferChances:
    """How likely each citizen is to be offered a measure.

    Attributes:
        has_offers: whether practice offers measures on a benefit, by status code.
    """

    def __init__(self, citizens: Store, p: InForce) -> None:
        self._p = p
        self._columns = tuple(citizens[name] for name in (
            "status", "measure", "seeking", "programme_until", "reach", "referred", "since", "spell_since", "birth_month", "origin",
            "measure_ended", "municipality",
        ))
        self.has_offers = (by_status(p.own, "offers.first") > 0) | (by_status(p.own, "offers.next") > 0)

    def at_interview(self, rows: Rows, at_least: Floats | None, now: Month) -> Floats:
        """Chance that each citizen met is given an offer; 0 for those who have a measure, or wait for one, and for those whom offers
        pass by. ``at_least``: chance that policies ask for, of everybody."""
        p = self._p
        chance = np.zeros(rows.size)
        _chances(
            rows, self._rules(now), *self._columns, p.version_of, p.numbers(_read), CONTINUES_SPELL, self.has_offers,
            _NOBODY if at_least is None else at_least, chance,
        )
        return chance

    def is_overdue(self, rows: Rows, now: Month) -> Bools:
        """Who has no offer though the law's deadline for the first, or the next, has passed."""
        overdue = np.zeros(rows.size, bool)
        _overdue(rows, self._rules(now), *self._columns, self._p.version_of, self._p.numbers(_read), CONTINUES_SPELL, overdue)
        return overdue

    def _rules(self, now: Month) -> _Rules:
        p = self._p
        return _Rules(now, now >= p.month("deadline.dagpenge.changes"), now <= p.month("deadline.dagpenge.next_offer_until"))


@nb.njit(inline="always")
def _past_deadline(rules, begun, last, status, age, p, v):  # type: ignore[no-untyped-def]
    """Months since the deadline for the first offer, or for the next after one in month ``last``; below 0 before it."""
    is_first = last <= begun
    if status != rules.dagpenge:
        within = p.first_within[v, status] if is_first else p.next_within[v, status]
    elif is_first:
        old = 50 if rules.has_changed else 60
        within = np.float64(p.insured_within[v, int(rules.has_changed), 0 if age < 30 else 1 if age < old else 2])
    else:
        within = p.insured_next[v] if rules.has_next else np.inf
    return rules.now - (begun if is_first else last) - within


@nb.njit(nogil=True, cache=True)
def _chances(  # type: ignore[no-untyped-def]
    rows, rules, status, measure, seeking, programme_until, reach, referred, since, spell_since, birth_month, origin, measure_ended,
    municipality, version_of, p, continues_spell, has_offers, at_least, chances,
):
    for i in range(rows.size):
        row, now = rows[i], rules.now
        here, v = status[row], version_of[municipality[row] - 1]
        asked_for = at_least[row] if at_least.size else 0.0
        in_programme = programme_until[row] > now
        is_reached = in_programme or reach[row] > 255 * p.passive[v, here] or asked_for > 0
        if measure[row] > 0 or seeking[row] > 0 or not has_offers[here] or not is_reached:
            continue
        begun = np.int64(spell_since[row] if continues_spell[here] else since[row])  # visitation groups of the kontanthjælp system are one benefit
        age = (now - birth_month[row]) // 12
        # an offer in the benefit's first month was given on the benefit before
        chance = p.first[v, here] if referred[row] <= begun else p.next[v, here]
        if age >= 50:
            chance *= p.over_50[v]
        if origin[row] == rules.non_western:
            chance *= p.non_western[v]
        chance *= np.exp(-p.declines[v, here] * max((now - begun) / 12 - 2, 0.0))
        if in_programme:
            chance = max(chance, p.programme[v])
        kept = p.kept_insured[v] if here == rules.dagpenge else p.kept[v]
        if kept > 0:
            last = np.int64(max(measure_ended[row], referred[row]))
            if _past_deadline(rules, begun, last, here, age, p, v) >= 0:
                chance = max(chance, kept)
        chances[i] = min(max(chance, asked_for), 1.0)


@nb.njit(nogil=True, cache=True)
def _overdue(  # type: ignore[no-untyped-def]
    rows, rules, status, measure, seeking, programme_until, reach, referred, since, spell_since, birth_month, origin, measure_ended,
    municipality, version_of, p, continues_spell, overdue,
):
    for i in range(rows.size):
        row = rows[i]
        here, v = status[row], version_of[municipality[row] - 1]
        if measure[row] == 0 and seeking[row] == 0:
            begun = np.int64(spell_since[row] if continues_spell[here] else since[row])
            last, age = np.int64(max(measure_ended[row], referred[row])), (rules.now - birth_month[row]) // 12
            overdue[i] = _past_deadline(rules, begun, last, here, age, p, v) > 0


def _read(p: Parameters) -> _Numbers:
    ages = (("under_30", "from_30", "over_60"), ("under_30_later", "from_30_later", "over_50_later"))
    passive, first, later, declines = (by_status(p, f"offers.{name}") for name in ("passive", "first", "next", "declines"))
    return _Numbers(
        passive, first, later, declines, np.asarray(p.value("offers.over_50")), np.asarray(p.value("offers.non_western")),
        np.asarray(p.share("offers.programme")), np.asarray(p.share("deadline.kept")), np.asarray(p.share("deadline.dagpenge.kept")),
        _months_by_status(p, "deadline.first_offer"), _months_by_status(p, "deadline.next_offer"),
        np.array([[p.months(f"deadline.dagpenge.{age}") for age in these] for these in ages]),
        np.asarray(float(p.months("deadline.dagpenge.next_offer"))),
    )


def by_status(p: Parameters, prefix: str) -> Floats:
    """Numbers of a table by status; 0 where it has none."""
    found = np.zeros(COUNT)
    for name, one in p.below(prefix).items():
        if name in CODE and not isinstance(one.value, list):
            found[CODE[name]] = one.value
    return found


def _months_by_status(p: Parameters, prefix: str) -> Floats:
    """Months of a table by status; endless where it has none."""
    found = np.full(COUNT, np.inf)
    for name in p.below(prefix):
        found[CODE[name]] = p.months(f"{prefix}.{name}")
    return found
