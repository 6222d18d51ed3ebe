"""The analytic twin: the expected path of the population, without luck, by status x profile x months in the spell.

Needs are decided at once (:class:`sim.institution.AtOnce`): it knows no hours and no queues. It uses the same intensities and
rules as the simulation, so it is the oracle of the tests: with births, ageing and
retirement off (or played no role) the mean of the simulation equals the twin within Monte Carlo error. With ``ageing``
people move between age bands at the mean pace and retire at 65 (an approximation: within a band everybody is alike, and
the pension age does not rise), which is good enough to calibrate first rates on for two or three years.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from agents.calendar import Month
from agents.citizen import AGE_BANDS
from agents.household import MEANS_TESTED, HouseholdMargins
from agents.population import SENIORITY_EDGES, Margins
from agents.statuses import CODE, CONTINUES_SPELL, COUNT, entered_instead, group_members, mask
from sim.decisions import Decisions
from sim.demography import AFTER_UDDANNELSESHJAELP, read_ages
from sim.intensities import BAND_OF_MONTH, Intensities
from sim.parameters import Parameters
from sim.profiles import BARRED, N_AGE, PROFILE_SHAPE, PROFILES, UNDER_30, by_age_band, by_origin_group
from sim.rules import TimeLimit, open_shares, read_instead

Floats = npt.NDArray[np.float64]

_TOP_AGE = 65
_RETIRES = mask(group_members("outside", "temporary", "edge"))


class Twin:
    """Expected persons, month by month.

    Args:
        p: parameters.
        intensities: the table of moves, as the simulation uses it.
        start: expected persons by status, profile and months in the spell, shape (statuses, PROFILES, depth).
        now: the month before the first step.
        limits: time limits that hold throughout; none by default.
        ageing: whether people grow older, turn 18 and retire.
        entrants: persons who turn 18 in a month, by profile (first age band), shape (PROFILES,).
        household: how households change; by default they do not.

    Attributes:
        persons: shape (statuses, PROFILES, depth); the last months-in-spell cell is open and has no time limits.
        flows: expected moves of the last month, shape (statuses, statuses).
        new_spells: expected spells begun in the last month, shape (statuses, PROFILES).
        fallen_due: expected persons who left through each time limit in the last month, by limit.
    """

    def __init__(
        self, p: Parameters, intensities: Intensities, start: Floats, now: Month, *,
        limits: Mapping[str, TimeLimit] | None = None, ageing: bool = False, entrants: Floats | None = None,
        household: HouseholdMargins | None = None,
    ) -> None:
        self._p = p
        self._intensities = intensities
        self.persons = start.copy()
        self.now = now
        self._limits = dict(limits or {})
        self._ageing = ageing
        self._entrants = np.zeros(PROFILES) if entrants is None else entrants
        self._household = household
        self._decisions = Decisions(p, intensities.to)
        self._depth = start.shape[2]
        self._instead = read_instead(p)
        self._efterloen_ages = read_ages(p, "efterloen_age")
        self._band = BAND_OF_MONTH[np.minimum(np.arange(self._depth), BAND_OF_MONTH.size - 1)]
        self._first_of_band = np.flatnonzero(np.diff(self._band, prepend=-1))
        self._inflow: tuple[tuple[int, int, float], ...] = ()
        self._chances: dict[tuple[Any, ...], _Chances] = {}
        self.flows = np.zeros((COUNT, COUNT))
        self.new_spells = np.zeros((COUNT, PROFILES))
        self.fallen_due: dict[str, float] = {}

    @property
    def stocks(self) -> Floats:
        """Expected persons by status."""
        return np.asarray(self.persons.sum(axis=(1, 2)))

    def replace_limit(self, name: str, limit: TimeLimit) -> None:
        """Put a time limit in force from the next step on."""
        self._limits[name] = limit

    def scale_inflow(self, factors: Iterable[tuple[int, int, float]]) -> None:
        """From the next step on multiply the intensities of moves (from, to) by factors."""
        self._inflow = tuple(factors)

    def step(self) -> None:
        """One month: time passes, birthdays, households, clocks, then what falls due, as in
        :class:`sim.model.BenefitModel`."""
        self.now += 1
        self.flows = np.zeros((COUNT, COUNT))
        self._pass_time()
        arrivals = np.zeros_like(self.persons)
        if self._ageing:
            self._grow_older(arrivals)
        if self._household is not None:
            self._change_households(self._household, arrivals)
        self._race(arrivals)
        for name, limit in self._limits.items():
            self.fallen_due[name] = self._assess(limit, arrivals)
        self.new_spells = arrivals[:, :, 0].copy()
        self.persons += arrivals

    def run(self, months: int) -> Floats:
        """Stocks before and after each of ``months`` months, shape (months + 1, statuses)."""
        path = [self.stocks]
        for _ in range(months):
            self.step()
            path.append(self.stocks)
        return np.array(path)

    def _pass_time(self) -> None:
        moved = np.empty_like(self.persons)
        moved[:, :, 0] = 0
        moved[:, :, 1:] = self.persons[:, :, :-1]
        moved[:, :, -1] += self.persons[:, :, -1]
        self.persons = moved

    def _change_households(self, margins: HouseholdMargins, arrivals: Floats) -> None:
        """Households change: who is barred by the means test is drawn anew; whom it now bars loses the benefit."""
        here = self.persons.reshape(COUNT, *PROFILE_SHAPE, self._depth)
        barred = margins.barred(after_change=True)[:, np.where(UNDER_30, 0, 1)]  # (statuses, age bands)
        free, shut = here[:, :, :, :, 0], here[:, :, :, :, 1]
        changing = margins.change * (free + shut)
        here *= 1 - margins.change
        now_barred = changing * barred[:, :, None, None, None, None]
        free += changing - now_barred
        shut[~MEANS_TESTED] += now_barred[~MEANS_TESTED]
        lost = now_barred[MEANS_TESTED].sum(axis=-1)
        to = CODE["self_support"]
        arrivals.reshape(COUNT, *PROFILE_SHAPE, self._depth)[to, :, :, :, 1, :, 0] += lost.sum(axis=0)
        self.flows[MEANS_TESTED, to] += lost.sum(axis=(1, 2, 3, 4))

    def _race(self, arrivals: Floats) -> None:
        """Clocks of all statuses."""
        c = self._chances_now()
        by_band = np.add.reduceat(self.persons, self._first_of_band, axis=2)
        bands = by_band.shape[2]
        out = np.einsum("spb,sbpl->slp", by_band, c.chance[:, :bands])
        source, slot = np.nonzero(c.to < COUNT)
        to = c.to[source, slot]
        by_exit = out[source, slot]
        diverted = by_exit * c.diverted[source, :, slot]
        by_exit = by_exit - diverted
        instead = CODE["ressourceforloeb"]
        np.add.at(self.flows, (source, np.full_like(source, instead)), diverted.sum(axis=1))
        arrivals[instead, :, 0] += diverted.sum(axis=0)
        np.add.at(self.flows, (source, to), by_exit.sum(axis=1))
        begins = ~(CONTINUES_SPELL[source] & CONTINUES_SPELL[to])
        np.add.at(arrivals[:, :, 0], to[begins], by_exit[begins])
        for one, destination, chance in c.within:
            arrivals[destination] += self.persons[one] * chance
        self.persons *= c.stay

    def _chances_now(self) -> "_Chances":
        """Chances of this month, kept as long as the table and its factors stay the same."""
        table = self._intensities.in_force(self.now)
        gate = self._efterloen_open() if self._ageing else 1.0
        key = (id(table), gate, self._inflow, self._decisions.regime(self.now))
        if key not in self._chances:
            if gate != 1.0 or self._inflow:
                table = table.copy()
            to = self._intensities.destinations(self.now)
            source, slot = np.nonzero(self._intensities.to == CODE["efterloen"])
            if gate != 1.0:
                table[source, :, :, slot] *= gate
            for a, b, factor in self._inflow:
                for k in np.flatnonzero(self._intensities.to[a] == b):
                    table[a, :, :, k] *= factor
            table, diverted = self._decisions.kept(table, to, self.now)
            total = table.sum(axis=3)
            leave = np.where(total > 0, -np.expm1(-total) / np.where(total > 0, total, 1.0), 0.0)
            chance, open_to = table * leave[:, :, :, None], np.where(table.any(axis=(1, 2)), to, 255)
            within = [
                (s, t, self._by_month(chance[s, :, :, k]))
                for s, k in np.argwhere((open_to < COUNT) & CONTINUES_SPELL[:, None]).tolist()
                if CONTINUES_SPELL[t := int(open_to[s, k])]
            ]
            self._chances = {key: _Chances(chance, self._by_month(np.exp(-total)), open_to, diverted, within)}
        return self._chances[key]

    def _by_month(self, by_band: Floats) -> Floats:
        """Of shape (..., bands, PROFILES) the value of each month in the spell, shape (..., PROFILES, depth)."""
        return np.ascontiguousarray(np.take(by_band, self._band, axis=-2).swapaxes(-2, -1))

    def _efterloen_open(self) -> float:
        """Share of the oldest age band whose cohort may take efterløn."""
        births = [self.now - months for months in range(AGE_BANDS[-1] * 12, _TOP_AGE * 12)]
        return float(np.mean([birth + self._efterloen_age(birth) <= self.now for birth in births]))

    def _efterloen_age(self, birth: Month) -> int:
        return next(age for before, age in self._efterloen_ages if birth < before)

    def _assess(self, limit: TimeLimit, arrivals: Floats) -> float:
        """Those whose time limit falls due leave; returns how many."""
        source = CODE[limit.status]
        due = np.flatnonzero(limit.due_after(np.arange(self._depth - 1)))
        if not due.size:
            return 0.0
        here = self.persons[source]
        leaving = here[:, due] * (1 - limit.extended)
        here[:, due] -= leaving
        by_profile = leaving.sum(axis=1)
        for name, share in self._destinations(limit).items():
            if CODE[name] == source:  # stays after all
                here[:, due] += share * leaving
                continue
            barred = share * np.where(MEANS_TESTED[CODE[name]] & BARRED, by_profile, 0.0)
            for to, part in ((CODE[name], share * by_profile - barred), (CODE["self_support"], barred)):
                arrivals[to, :, 0] += part
                self.flows[source, to] += part.sum()
        return float(by_profile.sum())

    def _destinations(self, limit: TimeLimit) -> dict[str, float]:
        shares = open_shares(limit, self._instead, self.now)
        whole = sum(shares.values())
        return {name: share / whole for name, share in shares.items()}

    def _grow_older(self, arrivals: Floats) -> None:
        by_age = self.persons.reshape(COUNT, N_AGE, PROFILES // N_AGE, self._depth)
        edges = (*AGE_BANDS, _TOP_AGE)
        steps = [by_age[:, band] / (12.0 * (edges[band + 1] - edges[band])) for band in range(N_AGE)]
        steps[-1][~_RETIRES] = 0
        for band, leaving in enumerate(steps):
            by_age[:, band] -= leaving
            if band + 1 < N_AGE:
                if AGE_BANDS[band + 1] == int(self._p.value("age_limit.uddannelseshjaelp")):
                    self._leave_uddannelseshjaelp(leaving)
                by_age[:, band + 1] += leaving
        retiring = steps[-1].sum(axis=(1, 2))
        self.flows[:, CODE["folkepension"]] += retiring
        arrivals[CODE["folkepension"], 0, 0] += retiring.sum()
        for name in self._p.below("entry"):
            share, to = self._p.share(f"entry.{name}"), entered_instead(CODE[name], self.now)
            arrivals[to, :, 0] += share * self._settled_entrants(to)
            self.flows[CODE["entry"], to] += share * self._entrants.sum()

    def _settled_entrants(self, to: int) -> Floats:
        """18-year-olds by profile, once it is drawn who is barred by the means test."""
        if self._household is None:
            return self._entrants
        barred = self._household.barred(after_change=False)[to, 0]
        split = self._entrants.reshape(PROFILE_SHAPE).sum(axis=3, keepdims=True) * np.array([1 - barred, barred])[:, None]
        return np.asarray(split.ravel())

    def _leave_uddannelseshjaelp(self, leaving: Floats) -> None:
        for source, to in AFTER_UDDANNELSESHJAELP.items():
            self.flows[source, to] += leaving[source].sum()
            leaving[to] += leaving[source]
            leaving[source] = 0


@dataclass(frozen=True)
class _Chances:
    """Chances of a month: of each exit, shape (statuses, bands, PROFILES, slots); to stay, shape (statuses, PROFILES, depth);
    destinations, shape (statuses, slots), 255 for none; share of each exit that gets a ressourceforløb instead, shape
    (statuses, PROFILES, slots); and exits within a spell: from, to, chance of shape (PROFILES, depth)."""

    chance: Floats
    stay: Floats
    to: npt.NDArray[np.uint8]
    diverted: Floats
    within: list[tuple[int, int, Floats]]


def expected_start(margins: Margins, depth: int = 61) -> Floats:
    """Expected start population by status, profile and months in the spell, shape (statuses, PROFILES, depth)."""
    age, origin = by_age_band(margins.age), by_origin_group(margins.sex_origin)
    by_age = margins.household.barred(after_change=False)[:, np.where(UNDER_30, 0, 1)]
    barred = np.stack([1 - by_age, by_age], axis=2)
    months = np.zeros((SENIORITY_EDGES.size - 1, depth))
    for band, (first, last) in enumerate(pairwise(SENIORITY_EDGES)):
        cells = np.minimum(np.arange(first, last), depth - 1)
        np.add.at(months[band], cells, 1 / (last - first))
    spread = np.einsum(
        "s,sa,sxo,sae,sb,sbc,bd->saxoecd", margins.stock, age, origin, barred, margins.seniority, margins.person_class, months,
        optimize=True,
    )
    return np.asarray(spread.reshape(COUNT, PROFILES, depth))


def entrants_by_profile(margins: Margins) -> Floats:
    """Persons who turn 18 in a month by profile, shape (PROFILES,)."""
    origin = by_origin_group(margins.entrant_sex_origin)
    young = np.zeros(PROFILE_SHAPE)
    young[0, :, :, 0] = margins.entrants * origin[:, :, None] * margins.entrant_class
    return young.ravel()
