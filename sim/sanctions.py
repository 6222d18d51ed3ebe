"""Sanctions: a breach of the duty to be available, a municipality that sanctions it, and what follows.

Breaches are missed interviews, places broken off, and all others (registration, CV, job search, refusals), which happen at a
rate by benefit. They cluster on persons: everybody has a proneness of his own (a gamma distribution), twice as much and more
under 30. Strictness is the municipality's. A sanction costs its caseworker time, and the citizen trust and money.
"""

from typing import NamedTuple

import numba as nb
import numpy as np
import numpy.typing as npt
from scipy.special import gammaincinv

from agents.calendar import Month
from agents.column import Rows, Store
from agents.luck import Luck
from agents.measures import SANCTIONS
from agents.statuses import CODE, CONTINUES_SPELL, COUNT, NAMES, STATUSES
from sim.begin_and_end import end_sanctions
from sim.in_force import InForce
from sim.intensities import SLOTS
from sim.parameters import Parameters
from sim.race import RowFactor
from sim.rules import Due, Moved
from sim.thinning import rows_with

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

TYPES = len(SANCTIONS) + 1
_PERIOD, _TERMINATION, _TIGHTENED = 1, 3, 4
_RANKS = 256
_READY = np.array([s.name in ("kontanthjaelp_jobparat", "uddannelseshjaelp_aabenlyst_parat", "uddannelseshjaelp_parat") for s in STATUSES])
_JOB_READY = np.array([s.name == "kontanthjaelp_jobparat" for s in STATUSES])
_UNREGISTERED = np.array([s.name == "uddannelseshjaelp_parat" for s in STATUSES])
_CONTACT_FIRST = np.array([s.name.endswith("aktivitetsparat") for s in STATUSES])
_IN_RESSOURCEFORLOEB = np.array([s.name == "ressourceforloeb" for s in STATUSES])
_RESSOURCEFORLOEB_FROM = 13 * 12
"""Month from which the contact duty holds in ressourceforløb (January 2013, when it began)."""


class Sanctions:
    """Who is sanctioned, and for what it counts.

    Attributes:
        to_work: factor on each row's exits to work in the months after a sanction.
        cases: sanctions begun this month by status and type (code), shape (COUNT, TYPES).
    """

    def __init__(
        self, citizens: Store, p: InForce, luck: Luck, exits_to: npt.NDArray[np.uint8], strictness: Floats
    ) -> None:
        """``exits_to``: destination of each exit, shape (statuses, slots); ``strictness``: factor by municipality."""
        self._citizens, self._p, self._strictness = citizens, p, strictness
        self._streams = {name: luck.stream(f"sanctions.{name}") for name in ("proneness", "acts", "missed", "broken", "type", "tightened")}
        self.sanctioned_statuses = np.isin(NAMES, list(p.below("sanctions.rate")))
        shape = 1 / max(p.value("sanctions.clustering"), 1e-6)
        self._proneness = gammaincinv(shape, (np.arange(_RANKS) - 0.5).clip(0.5) / (_RANKS - 1)) / shape
        self._proneness /= self._proneness[1:].mean()
        new = np.flatnonzero(citizens["proneness"] == 0)
        citizens["proneness"][new] = self._streams["proneness"].ranks(new)
        acts = np.array([s.group == "edge" for s in STATUSES])[:, None] & (np.minimum(exits_to, COUNT - 1) == CODE["employment"])
        self.to_work = np.ones(citizens.size, np.float32)
        self.factor = RowFactor(acts & (exits_to < COUNT) & np.ones(SLOTS, bool), self.to_work, self._largest())
        self._touched = np.zeros(0, np.int64)
        self.cases = np.zeros((COUNT, TYPES), np.int64)

    def proneness(self, rows: Rows, now: Month) -> Floats:
        """How often each citizen breaches against the mean: own proneness, more under 30, times the municipality's strictness
        and what the law asks before a sanction."""
        c, p = self._citizens, self._p
        duty = (_CONTACT_FIRST & (now >= p.month("sanctions.contact_duty_from"))) | (_IN_RESSOURCEFORLOEB & (now >= _RESSOURCEFORLOEB_FROM))
        factors = np.empty(rows.size)
        columns = (c[name] for name in ("status", "birth_month", "proneness", "municipality"))
        _breaches(now, rows, *columns, p.version_of, p.numbers(_read_factors), self._proneness, self._strictness, duty, factors)
        return factors

    def decide(self, missed: Rows, broken: Rows, has_time: Bools, now: Month) -> tuple[Rows, list[Due]]:
        """Sanctions of a month.

        Args:
            missed: citizens who missed an interview, broken: whose place was broken off.
            has_time: whether each citizen's caseworker is there and at work, one value a row of the population.

        Returns:
            Rows sanctioned, and those whose benefit ends.
        """
        c, p = self._citizens, self._p
        others = rows_with(self.sanctioned_statuses, c["status"])
        status = c["status"][others]
        rate = p.look_up(_rates, others, status) / 12 * np.where(_UNREGISTERED[status], p.value("sanctions.registration_duty", others), 1.0)
        hit = [others[self._streams["acts"].uniform(now, others) < -np.expm1(-rate * self.proneness(others, now))]]
        for name, breached in (("missed", missed), ("broken", broken)):
            rows = breached[self.sanctioned_statuses[c["status"][breached]]]
            share = p.share("sanctions.of_broken", rows) if name == "broken" else np.where(
                _READY[c["status"][rows]], p.share("sanctions.of_missed", rows), p.share("sanctions.of_missed_far", rows)
            )
            hit.append(rows[self._streams[name].uniform(now, rows) < share * self.proneness(rows, now)])
        rows = np.unique(np.concatenate(hit))
        rows = rows[has_time[rows]]
        ends = self._sanction(rows, now)
        self._reckon(now)
        to = np.full(ends.size, CODE["self_support"], np.uint8)
        return rows, [Due(ends, to, "sanction:termination")] if ends.size else []

    def _sanction(self, rows: Rows, now: Month) -> Rows:
        """Begin a sanction for each of ``rows``; returns those whose benefit ends."""
        c, p = self._citizens, self._p
        again = now - c["sanctioned"][rows].astype(np.int64) <= 12
        c["sanctions"][rows] = np.where(again, np.minimum(c["sanctions"][rows], 254) + 1, 1)
        kind = 1 + self._streams["type"].choose(now, rows, np.asarray(p.look_up(_types, rows)))
        status = c["status"][rows]
        repeated = (c["sanctions"][rows] >= 3) & _READY[status] & (now >= p.month("sanctions.tightened_from"))
        tightened = repeated & (self._streams["tightened"].uniform(now, rows) < p.share("sanctions.tightened", rows))
        kind = np.where(tightened, _TIGHTENED, kind)
        moved = c["since"][rows] == now
        kind = np.where((kind == _TERMINATION) & moved, _PERIOD, kind)  # who has moved this month stays
        until = now + np.where(tightened, p.months("sanctions.tightened_months", rows), 1)
        runs_on = c["sanction_until"][rows] > until  # a further breach does not shorten a tightened sanction
        c["sanction"][rows] = np.where(runs_on, c["sanction"][rows], kind)
        c["sanctioned"][rows] = now
        c["sanction_until"][rows] = np.maximum(c["sanction_until"][rows], until)
        np.add.at(self.cases, (status, kind), 1)
        return rows[kind == _TERMINATION]

    def _reckon(self, now: Month) -> None:
        c, p = self._citizens, self._p
        self.to_work[self._touched] = 1
        rows = np.flatnonzero(c["sanctioned"] > now - max(v.months("sanctions.effect_months") for v in p.versions))
        rows = rows[c["sanctioned"][rows] > now - p.months("sanctions.effect_months", rows)]
        ready = _JOB_READY[c["status"][rows]]
        self.to_work[rows] = np.where(ready, p.value("sanctions.effect", rows), p.value("sanctions.effect_far", rows))
        self._touched = rows
        self.factor = self.factor.up_to(self._largest())

    def _largest(self) -> float:
        """The largest factor that a sanction can have on an exit."""
        return max(1.0, *(v.value(f"sanctions.{name}") for name in ("effect", "effect_far") for v in self._p.versions))

    def moved(self, moved: Moved, now: Month) -> None:
        """Citizens have moved: who leaves the benefit is no longer under a sanction that began before."""
        c = self._citizens
        end_sanctions(now, moved.rows, moved.source, moved.to, CONTINUES_SPELL, c["sanctioned"], c["sanction_until"])

    def close_month(self) -> Integers:
        """Sanctions begun this month by status and type; the next month begins."""
        cases, self.cases = self.cases, np.zeros_like(self.cases)
        return cases


class _Factors(NamedTuple):
    """Factors on breaches of those under 30 and of those under the duty of contact, by version (:mod:`sim.in_force`)."""

    young: Floats
    contact_duty: Floats


def _read_factors(p: Parameters) -> _Factors:
    return _Factors(np.asarray(p.value("sanctions.young")), np.asarray(p.value("sanctions.contact_duty")))


@nb.njit(nogil=True, cache=True)
def _breaches(  # type: ignore[no-untyped-def]
    now, rows, status, birth_month, proneness, municipality, version_of, p, by_rank, strictness, duty, factors,
):
    """Write how often each of ``rows`` breaches against the mean. ``by_rank``: by rank of proneness, ``strictness`` by municipality,
    ``duty``: whether a duty of contact holds, by status."""
    for i in range(rows.size):
        row = rows[i]
        here = municipality[row] - 1
        factor = by_rank[proneness[row]] * strictness[here]
        if now - birth_month[row] < 12 * 30:
            factor *= p.young[version_of[here]]
        if duty[status[row]]:
            factor *= p.contact_duty[version_of[here]]
        factors[i] = factor


def _rates(p: Parameters) -> Floats:
    """Other sanctioned breaches a year, by status."""
    rates = np.zeros(COUNT)
    for name in p.below("sanctions.rate"):
        rates[CODE[name]] = p.value(f"sanctions.rate.{name}")
    return rates


def _types(p: Parameters) -> Floats:
    """Sanctions by type."""
    return p.values_of("sanctions.types")
