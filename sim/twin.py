"""The analytic twin: the expected path of the population, without luck, by status x profile x months in the spell.

It uses the same intensities and rules as the simulation, so it is the oracle of the tests: with births, ageing and
retirement off (or played no role) the mean of the simulation equals the twin within Monte Carlo error. With ``ageing``
people move between age bands at the mean pace and retire at 65 (an approximation: within a band everybody is alike, and
the pension age does not rise), which is good enough to calibrate first rates on for two or three years.
"""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from agents.calendar import Month
from agents.citizen import AGE_BANDS
from agents.population import SENIORITY_EDGES, Margins
from agents.statuses import CODE, COUNT, STATUSES, group_members, mask
from sim.demography import AFTER_UDDANNELSESHJAELP, read_ages
from sim.intensities import BAND_OF_MONTH, N_AGE, PROFILES, Intensities, by_age_band, by_origin_group
from sim.parameters import Parameters
from sim.rules import TimeLimit, open_shares, read_instead

Floats = npt.NDArray[np.float64]

_TOP_AGE = 65
_RETIRES = mask(group_members("outside", "temporary", "edge"))
_SAME_SPELL = np.array([s.continues_spell for s in STATUSES])


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

    Attributes:
        persons: shape (statuses, PROFILES, depth); the last months-in-spell cell is open and has no time limits.
        flows: expected moves of the last month, shape (statuses, statuses).
        new_spells: expected spells begun in the last month, shape (statuses, PROFILES).
        fallen_due: expected persons who left through each time limit in the last month, by limit.
    """

    def __init__(
        self, p: Parameters, intensities: Intensities, start: Floats, now: Month, *,
        limits: Mapping[str, TimeLimit] | None = None, ageing: bool = False, entrants: Floats | None = None,
    ) -> None:
        self._p = p
        self._intensities = intensities
        self.persons = start.copy()
        self.now = now
        self._limits = dict(limits or {})
        self._ageing = ageing
        self._entrants = np.zeros(PROFILES) if entrants is None else entrants
        self._depth = start.shape[2]
        self._instead = read_instead(p)
        self._efterloen_ages = read_ages(p, "efterloen_age")
        self._band = BAND_OF_MONTH[np.minimum(np.arange(self._depth), BAND_OF_MONTH.size - 1)]
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

    def step(self) -> None:
        """One month: time passes, birthdays, clocks, then what falls due, as in :class:`sim.model.BenefitModel`."""
        self.now += 1
        self.flows = np.zeros((COUNT, COUNT))
        self._pass_time()
        arrivals = np.zeros_like(self.persons)
        if self._ageing:
            self._grow_older(arrivals)
        table = self._intensities.in_force(self.now)
        if self._ageing:
            table = self._efterloen_gate(table)
        for source in np.flatnonzero(self.stocks > 0):
            self._race(int(source), table[source], arrivals)
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
        moved = np.zeros_like(self.persons)
        moved[:, :, 1:] = self.persons[:, :, :-1]
        moved[:, :, -1] += self.persons[:, :, -1]
        self.persons = moved

    def _efterloen_gate(self, table: Floats) -> Floats:
        """The table with the intensity of efterløn scaled by the share of the oldest age band that may take it."""
        births = [self.now - months for months in range(AGE_BANDS[-1] * 12, _TOP_AGE * 12)]
        open_to = np.mean([birth + self._efterloen_age(birth) <= self.now for birth in births])
        gated = table.copy()
        source, slot = np.nonzero(self._intensities.to == CODE["efterloen"])
        gated[source, :, :, slot] *= open_to
        return gated

    def _efterloen_age(self, birth: Month) -> int:
        return next(age for before, age in self._efterloen_ages if birth < before)

    def _race(self, source: int, table: Floats, arrivals: Floats) -> None:
        """Clocks of one status; ``table`` has shape (bands, PROFILES, slots)."""
        here = self.persons[source]
        total = table.sum(axis=2)
        leave = np.where(total > 0, -np.expm1(-total) / np.where(total > 0, total, 1.0), 0.0)
        chance = table * leave[:, :, None]
        by_band = np.zeros((PROFILES, table.shape[0]))
        np.add.at(by_band.T, self._band, here.T)
        for slot in np.flatnonzero(table.any(axis=(0, 1))):
            to = int(self._intensities.to[source, slot])
            if _SAME_SPELL[source] and _SAME_SPELL[to]:
                out = here * chance[self._band, :, slot].T
                arrivals[to] += out
                self.flows[source, to] += out.sum()
            else:
                out = (by_band * chance[:, :, slot].T).sum(axis=1)
                arrivals[to, :, 0] += out
                self.flows[source, to] += out.sum()
        here *= np.exp(-total)[self._band].T

    def _assess(self, limit: TimeLimit, arrivals: Floats) -> float:
        """Those whose time limit falls due leave; returns how many."""
        source = CODE[limit.status]
        due = limit.due_after(np.arange(self._depth)) & (np.arange(self._depth) < self._depth - 1)
        leaving = self.persons[source] * due * (1 - limit.extended)
        self.persons[source] -= leaving
        by_profile = leaving.sum(axis=1)
        passes = self._p.share("means_test.passes")
        for name, share in self._destinations(limit).items():
            through = passes if STATUSES[CODE[name]].family == "kontanthjaelp" else 1.0
            for to, part in ((CODE[name], share * through), (CODE["self_support"], share * (1 - through))):
                arrivals[to, :, 0] += part * by_profile
                self.flows[source, to] += part * by_profile.sum()
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
            share = self._p.share(f"entry.{name}")
            arrivals[CODE[name], :, 0] += share * self._entrants
            self.flows[CODE["entry"], CODE[name]] += share * self._entrants.sum()

    def _leave_uddannelseshjaelp(self, leaving: Floats) -> None:
        for source, to in AFTER_UDDANNELSESHJAELP.items():
            self.flows[source, to] += leaving[source].sum()
            leaving[to] += leaving[source]
            leaving[source] = 0


def expected_start(margins: Margins, depth: int = 61) -> Floats:
    """Expected start population by status, profile and months in the spell, shape (statuses, PROFILES, depth)."""
    age, origin = by_age_band(margins.age), by_origin_group(margins.sex_origin)
    months = np.zeros((SENIORITY_EDGES.size - 1, depth))
    for band, (first, last) in enumerate(pairwise(SENIORITY_EDGES)):
        cells = np.minimum(np.arange(first, last), depth - 1)
        np.add.at(months[band], cells, 1 / (last - first))
    spread = np.einsum("s,sa,sxo,sb,sbc,bd->saxocd", margins.stock, age, origin, margins.seniority, margins.person_class, months)
    return np.asarray(spread.reshape(COUNT, PROFILES, depth))


def entrants_by_profile(margins: Margins) -> Floats:
    """Persons who turn 18 in a month by profile, shape (PROFILES,)."""
    origin = by_origin_group(margins.entrant_sex_origin)
    young = np.zeros((N_AGE, 2, 2, margins.entrant_class.size))
    young[0] = margins.entrants * origin[:, :, None] * margins.entrant_class
    return young.ravel()

