"""The path of the analytic twin through the lived history and past the count, and documented figures read off it.

The measures bear the names and take the arguments of :mod:`calibration.measure`. On the twin most are approximations (it
knows expected persons, not lives); what they miss is measured on the register and taken off what is asked
(:mod:`calibration.fit`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from agents.calendar import Month, month
from agents.luck import Luck
from agents.population import Margins
from agents.statuses import BY_NAME, CODE, COUNT, family_members, group_members, mask
from sim.decisions import Decisions
from sim.history import inflow_factors, obviously_ready
from sim.intensities import BAND_OF_MONTH, Intensities, select_classes
from sim.margins import at_the_beginning, read_margins
from sim.parameters import Parameters
from sim.profiles import N_AGE, PROFILE_SHAPE, PROFILES, by_age_band, by_origin_group
from sim.rules import Rules
from sim.twin import Twin, entrants_by_profile, expected_start

Floats = npt.NDArray[np.float64]
Names = Sequence[str]

DEPTH = 122
"""Months in the spell that the past distinguishes: ten years and more are one cell."""
AFTER = 24
"""Months followed after the count."""
FOLLOWED = 36
"""Months that cohorts of new spells are followed."""
_LIVING = mask(group_members("outside", "temporary", "edge"))
_RAKING_ROUNDS = 8


@dataclass(frozen=True)
class TwinPath:
    """Expected persons from the first month of the history to ``AFTER`` months past the count.

    Attributes:
        p, intensities: what it was made with.
        first: the first month; row 0 of the tables by month is the month before it.
        stocks: shape (months + 1, statuses); from the count on under the rules before it (for balance).
        flows: shape (months, statuses, statuses).
        new_spells: shape (months, statuses, PROFILES).
        exhausted: persons whose right to dagpenge ran out, shape (months,).
        count: position of the count's month in ``stocks``.
        lived: expected persons at the count before the choice of the start population, shape (statuses, PROFILES, DEPTH).
        chosen: and after it.
    """

    p: Parameters
    intensities: Intensities
    first: Month
    stocks: Floats
    flows: Floats
    new_spells: Floats
    exhausted: Floats
    count: int
    lived: Floats
    chosen: Floats

    def row(self, when: Month) -> int:
        """Row of a month in ``stocks``; the flows of that month have the row before."""
        return when - self.first + 1

    def flow(self, first: Month, last: Month) -> Floats:
        """Moves in the months ``first`` to ``last``, shape (statuses, statuses)."""
        return np.asarray(self.flows[self.row(first) - 1 : self.row(last)].sum(axis=0))

    def cohort(self, statuses: Names, first: Month, last: Month) -> Floats:
        """New spells on the statuses in the months, by status and profile, shape (statuses, PROFILES)."""
        new = self.new_spells[self.row(first) - 1 : self.row(last)].sum(axis=0)
        return np.where(mask(list(statuses))[:, None], new, 0.0)

    def follow(self, persons: Floats, when: Month, months: int) -> "Twin":
        """Let persons, shape (statuses, PROFILES) or (statuses, PROFILES, depth), live on without births and ageing."""
        start = persons
        if persons.ndim == 2:
            start = np.zeros((COUNT, PROFILES, FOLLOWED + 2))
            start[:, :, 0] = persons
        rules = Rules(self.p, Luck(0))
        limits = {name: rules.limit(name, when) for name in Rules.NAMES}
        twin = Twin(self.p, self.intensities, start, when, limits=limits, household=self.margins.household)
        twin.run(months)
        return twin

    @cached_property
    def margins(self) -> Margins:
        """Margins of the count."""
        return read_margins(self.p)


def twin_path(p: Parameters) -> TwinPath:
    """Let the twin live the past, choose the start population, and go on under the rules before the count."""
    margins = read_margins(p)
    intensities = Intensities(p, margins)
    margins = select_classes(margins, intensities)
    begin, first = p.month("vintage.history_from"), p.month("vintage.first_month")
    rules = Rules(p, Luck(0))
    twin = Twin(
        p, intensities, expected_start(at_the_beginning(p, margins), DEPTH), begin - 1, ageing=True,
        entrants=entrants_by_profile(margins), household=margins.household,
    )
    stocks, flows, new_spells, exhausted = [twin.stocks], [], [], []
    lived = chosen = twin.persons
    for now in range(begin, first + AFTER):
        if now == first:
            lived = twin.persons
            chosen = twin.persons = choose(twin.persons, margins)
            stocks[-1] = twin.stocks
        for name in Rules.NAMES:
            twin.replace_limit(name, rules.limit(name, min(now, first)))
        twin.scale_inflow(_factors(p, now) if now < first else [])
        if now == _month_of_uddannelseshjaelp():
            _uddannelseshjaelp_begins(p, twin)
        twin.step()
        stocks.append(twin.stocks)
        flows.append(twin.flows)
        new_spells.append(twin.new_spells)
        exhausted.append(twin.fallen_due["dagpenge"])
    return TwinPath(
        p, intensities, begin, np.array(stocks), np.array(flows), np.array(new_spells), np.array(exhausted),
        first - begin, lived, chosen,
    )


def _factors(p: Parameters, now: Month) -> list[tuple[int, int, float]]:
    return [
        (CODE[a], CODE[b], factor) for source, to, factor in inflow_factors(p, now) for a in source for b in to if a != b
    ]


def _month_of_uddannelseshjaelp() -> Month:
    return month(BY_NAME["uddannelseshjaelp_parat"].begins or "")


def _uddannelseshjaelp_begins(p: Parameters, twin: Twin) -> None:
    """The under-30s without a qualifying education go from kontanthjælp to uddannelseshjælp."""
    share = obviously_ready(p)
    by_age = twin.persons.reshape(COUNT, N_AGE, PROFILES // N_AGE, -1)
    for old in family_members("kontanthjaelp"):
        moving = p.share("young.without_education") * by_age[CODE[old], :2]
        by_age[CODE[old], :2] -= moving
        if old.endswith("aktivitetsparat"):
            by_age[CODE["uddannelseshjaelp_aktivitetsparat"], :2] += moving
        else:
            by_age[CODE["uddannelseshjaelp_aabenlyst_parat"], :2] += share * moving
            by_age[CODE["uddannelseshjaelp_parat"], :2] += (1 - share) * moving


def choose(persons: Floats, margins: Margins) -> Floats:
    """Expected persons with the stocks, ages, sexes, origins and households of the count, as
    :func:`sim.history.choose` takes them."""
    wanted_age = by_age_band(margins.age)
    wanted_origin = by_origin_group(margins.sex_origin)
    barred = margins.barred()
    here = persons.reshape(COUNT, *PROFILE_SHAPE, -1).copy()
    goals = (
        ((1,), margins.stock[:, None] * wanted_age),
        ((2, 3), margins.stock[:, None, None] * wanted_origin),
        ((4,), margins.stock[:, None] * np.stack([1 - barred, barred], axis=1)),
    )
    for _ in range(_RAKING_ROUNDS):
        for axes, goal in goals:
            others = tuple(a for a in range(1, here.ndim) if a not in axes)
            have = here.sum(axis=others)
            factor = np.divide(goal, have, out=np.zeros_like(goal), where=have > 0)
            shape = [COUNT] + [here.shape[a] if a in axes else 1 for a in range(1, here.ndim)]
            here *= factor.reshape(shape)
    return np.asarray(here.reshape(persons.shape))


# ---------------------------------------------------------------- figures: names and arguments as in calibration.measure
def heads(path: TwinPath, statuses: Names, when: Month) -> float:
    """Expected persons with one of the statuses at the end of a month."""
    return float(path.stocks[path.row(when), mask(list(statuses))].sum())


def persons_seen(path: TwinPath, statuses: Names, first: Month, last: Month) -> float:
    """Persons on the statuses before the first month and those who come, a twentieth of whom were seen before."""
    inside = mask(list(statuses))
    return float(path.stocks[path.row(first - 1), inside].sum() + 0.95 * path.flow(first, last)[~inside][:, inside].sum())


def inflow(path: TwinPath, statuses: Names, first: Month, last: Month, source: Names | None = None) -> float:
    """Persons a year who move onto the statuses from elsewhere or from ``source``."""
    return float(_into(path, statuses, first, last, source) * 12 / (last - first + 1))


def inflow_share(path: TwinPath, statuses: Names, source: Names, first: Month, last: Month) -> float:
    """Share of the moves onto the statuses that come from ``source``."""
    return _into(path, statuses, first, last, source) / _into(path, statuses, first, last, None)


def outcome_of_new_spells(
    path: TwinPath, statuses: Names, outcome: Names, first: Month, last: Month, after: int = 12
) -> float:
    """Share of new spells with the outcome ``after`` months later, among those who live here and are of working age."""
    later = path.follow(path.cohort(statuses, first, last), last, after).stocks
    return float(later[mask(list(outcome))].sum() / later[_LIVING].sum())


def prior_status(
    path: TwinPath, statuses: Names, source: Names, when: Month, at_least: int = 0, below: int | None = None
) -> float:
    """The share of moves onto the statuses from ``source`` when those with so much seniority came."""
    first = when - (below if below is not None else at_least + 24) + 1
    return inflow_share(path, statuses, source, max(first, path.first), when - at_least)


def exit_status(
    path: TwinPath, statuses: Names, to: Names, out: Names, when: Month, at_least: int = 0, below: int | None = None
) -> float:
    """Of the exits of the stock with so much seniority to ``to`` or ``out``: the share ``to``."""
    assert path.row(when) == path.count, "the twin keeps time in the spell at the count only"
    last = min(below if below is not None else DEPTH, DEPTH)
    bands = BAND_OF_MONTH[np.minimum(np.arange(at_least, last), BAND_OF_MONTH.size - 1)]
    exits = np.zeros(COUNT + 1)
    table, _ = Decisions(path.p, path.intensities.to).kept(path.intensities.table, path.intensities.to, when)
    for name in statuses:
        stock = path.chosen[CODE[name]][:, at_least:last]
        by_slot = np.einsum("pd,dps->s", stock, table[CODE[name]][bands])
        np.add.at(exits, np.minimum(path.intensities.to[CODE[name]], COUNT), by_slot)
    wanted, others = exits[:COUNT][mask(list(to))].sum(), exits[:COUNT][mask(list(out))].sum()
    return float(wanted / (wanted + others))


def persons_with_seniority(
    path: TwinPath, statuses: Names, when: Month, at_least: int, below: int | None = None, counted_on: Names | None = None
) -> float:
    """Persons of the stock at the count whose time in the spell is at least so many months (and below so many)."""
    assert path.row(when) == path.count, "the twin keeps time in the spell at the count only"
    here = path.chosen[mask(list(statuses))].sum(axis=(0, 1))
    return float(here[at_least : below if below is not None else None].sum())


def event_starts(path: TwinPath, kind: str, first: Month, last: Month) -> float:
    """Persons a year who begin the integration programme: non-western people who arrive to kontanthjælp."""
    assert kind == "programme"
    non_western = path.p.share("arrivals.non_western_on_kontanthjaelp")
    return non_western * inflow(path, family_members("kontanthjaelp"), first, last, ("abroad",))


def persons_changing(path: TwinPath, source: Names, first: Month, last: Month, cause: str) -> float:
    """Persons whose right to dagpenge ran out in the window."""
    assert cause == "rule:dagpenge"
    return float(path.exhausted[path.row(first) - 1 : path.row(last)].sum())


def _into(path: TwinPath, statuses: Names, first: Month, last: Month, source: Names | None) -> float:
    inside = mask(list(statuses))
    rows = ~inside if source is None else mask(list(source))
    return float(path.flow(first, last)[rows][:, inside].sum())


MEASURES: dict[str, Callable[..., float]] = {
    f.__name__: f
    for f in (heads, persons_seen, inflow, inflow_share, outcome_of_new_spells, prior_status, exit_status, persons_with_seniority,
              event_starts, persons_changing)
}
"""Figures by the name of their measurement function."""


def falling_exits(path: TwinPath, statuses: Names, first: Month, last: Month) -> tuple[float, float]:
    """How much exits from new spells to work, education and self-support fall from months 3-5 to months 24-35: the logarithm
    of the ratio, and the part of it that is duration itself (the rest is selection: who stays)."""
    inside, out = mask(list(statuses)), mask(["employment", "education", "self_support"])
    twin = path.follow(path.cohort(statuses, first, last), last, 0)
    left, stayed = np.zeros(FOLLOWED), np.zeros(FOLLOWED)
    bare = np.zeros(FOLLOWED)
    for k in range(FOLLOWED):
        table = path.intensities.in_force(twin.now + 1)
        here = twin.persons[inside].copy()
        stayed[k] = here.sum()
        rate = table[inside][:, BAND_OF_MONTH[min(k, BAND_OF_MONTH.size - 1)]] * out[np.minimum(path.intensities.to[inside], COUNT - 1)][:, None]
        at_nine = table[inside][:, 2] * out[np.minimum(path.intensities.to[inside], COUNT - 1)][:, None]
        weight = here.sum(axis=2)
        left[k] = (weight[:, :, None] * rate).sum()
        bare[k] = (weight[:, :, None] * at_nine).sum()
        twin.step()
        twin.persons[~inside] = 0
    early, late = slice(3, 6), slice(24, 36)
    fall = np.log(left[early].sum() / stayed[early].sum()) - np.log(left[late].sum() / stayed[late].sum())
    selection = np.log(bare[early].sum() / stayed[early].sum()) - np.log(bare[late].sum() / stayed[late].sum())
    return float(fall), float(fall - selection)
