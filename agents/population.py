"""Population synthesis: a start population whose counts agree with margins that come as an argument.

Within a status every characteristic gets its documented number of persons exactly (quotas by largest remainder) and is
matched to persons by keyed luck; time in status is drawn from seniority bands. With a lived history this is the
population at its first month, and :func:`rake_cells` and :func:`take_evenly` choose the start population from those who lived.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from agents.calendar import Month, month
from agents.citizen import ORIGINS, Citizen
from agents.household import HouseholdMargins, draw_households
from agents.luck import Luck, Stream
from agents.statuses import CODE, STATUSES

Floats = npt.NDArray[np.float64]

ADULT_MONTHS = 18 * 12
AGES = np.arange(18, 65)
"""Ages of the start population, in years."""
SENIORITY_EDGES = np.array([0, 3, 12, 24, 36, 60, 120, 240])
"""Months in the spell: edges of the seven seniority bands."""
STREAMS = ("birth_month", "person_class", "sex", "municipality")
RAKING_ROUNDS = 30



@dataclass(frozen=True)
class Margins:
    """What the start population must agree with. S = number of statuses; rows of statuses without stock are unused.

    Attributes:
        stock: persons nationally, shape (S,).
        age: share of each year of age given status, shape (S, len(AGES)).
        sex_origin: share of each sex and origin given status, shape (S, 2, len(ORIGINS)).
        municipality: share of each municipality given status, shape (S, municipalities).
        seniority: share of each seniority band given status, shape (S, 7).
        person_class: share of each person class given status and seniority band, shape (S, 7, len(CLASSES)).
        household: household types, partners' incomes and wealth.
        regions, region_of: names of the regions, and the region of each municipality, shape (municipalities,).
        entrants: persons who turn 18 in a month, nationally.
        entrant_sex_origin, entrant_municipality, entrant_class: composition of entrants.
    """

    stock: Floats
    age: Floats
    sex_origin: Floats
    municipality: Floats
    seniority: Floats
    person_class: Floats
    entrants: float
    entrant_sex_origin: Floats
    entrant_municipality: Floats
    entrant_class: Floats
    household: HouseholdMargins
    regions: tuple[str, ...]
    region_of: npt.NDArray[np.int64]

    def barred(self) -> Floats:
        """Share of people barred from kontanthjælp by the means test, given status, shape (S,)."""
        young = self.age[:, AGES < 30].sum(axis=1)
        by_age = self.household.barred(after_change=False)
        return np.asarray(young * by_age[:, 0] + (1 - young) * by_age[:, 1])


@dataclass(frozen=True)
class StartPopulation:
    """Columns of everybody, now and later: adults first, then the 18-year-olds of each month.

    The person in cohort ``c`` (turning 18 in month ``start + c``) with sequence ``i`` has the id
    ``adults + c * cohort_size + i``, whatever the length of the run and the policies.
    """

    columns: dict[str, npt.NDArray[Any]]
    adults: int
    cohort_size: int
    scale: float

    @property
    def size(self) -> int:
        """Number of rows."""
        return len(self.columns["status"])


def largest_remainder(shares: Floats, total: int) -> npt.NDArray[np.int64]:
    """Whole numbers proportional to ``shares`` that add up to ``total`` exactly."""
    ideal = shares / shares.sum() * total
    counts = np.floor(ideal).astype(np.int64)
    missing = total - int(counts.sum())
    counts[np.argsort(counts - ideal, kind="stable")[:missing]] += 1
    return counts


def synthesise(margins: Margins, *, scale: float, start: Month, cohorts: int, luck: Luck) -> StartPopulation:
    """Make a start population of ``scale`` x Denmark as it is just before month ``start``, without a past.

    Args:
        margins: what to agree with.
        scale: share of the population simulated, 0.001 to 1.
        start: first simulated month.
        cohorts: number of months for which future 18-year-olds are needed.
        luck: where draws come from.
    """
    counts = largest_remainder(margins.stock, round(margins.stock.sum() * scale))
    columns = _blank(int(counts.sum()))
    streams = {name: luck.stream(f"population.{name}") for name in (*STREAMS, "seniority", "household")}
    first = 0
    for status in STATUSES:
        rows = slice(first, first + int(counts[status.code]))
        if counts[status.code]:
            _fill_status(columns, rows, status.code, margins, start - 1, streams)
        first = rows.stop
    return add_entrants(columns, margins, scale=scale, start=start, cohorts=cohorts, luck=luck)


def add_entrants(
    adults: dict[str, npt.NDArray[Any]], margins: Margins, *, scale: float, start: Month, cohorts: int, luck: Luck
) -> StartPopulation:
    """A start population of these adults and the 18-year-olds of ``cohorts`` months to come."""
    number = adults["status"].size
    cohort_size = max(1, round(margins.entrants * scale))
    young = _blank(cohorts * cohort_size)
    ids = np.arange(number, number + cohorts * cohort_size)
    streams = {name: luck.stream(f"entrants.{name}") for name in STREAMS}
    _fill_entrants(young, ids, start + (ids - number) // cohort_size, margins, start, streams)
    columns = {name: np.concatenate([adults[name], young[name]]) for name in young}
    return StartPopulation(columns, number, cohort_size, scale)


def _blank(size: int) -> dict[str, npt.NDArray[Any]]:
    return {name: np.full(size, column.default, column.dtype) for name, column in Citizen.columns().items()}


def rake_cells(codes: list[npt.NDArray[np.int64]], shares: list[Floats]) -> Floats:
    """Weights of persons, equal within a cell, with which each characteristic has its shares (iterative proportional
    fitting). Categories that nobody has are left out.

    Args:
        codes: category of each person, one array a characteristic.
        shares: share asked of each category, one array a characteristic.
    """
    cell, sizes = _cells(codes, shares)
    persons = np.bincount(cell, minlength=int(np.prod(sizes))).reshape(sizes).astype(np.float64)
    weight = np.ones(sizes)
    for _ in range(RAKING_ROUNDS):
        for axis, share in enumerate(shares):
            others = tuple(a for a in range(len(sizes)) if a != axis)
            have = (persons * weight).sum(axis=others)
            goal = np.where(have > 0, share, 0.0)
            factor = np.divide(goal / goal.sum(), have, out=np.zeros(have.size), where=have > 0)
            weight = weight * factor.reshape([-1 if a == axis else 1 for a in range(len(sizes))])
    return np.asarray(weight.ravel()[cell])


def take_evenly(
    weights: Floats, codes: list[npt.NDArray[np.int64]], count: int, luck: npt.NDArray[np.uint64]
) -> npt.NDArray[np.int64]:
    """How often each person is taken so that ``count`` are taken in all and nobody's number is off by one from the share
    of the weights: at even steps along persons in order of cell and, within it, of luck."""
    cell, _ = _cells(codes, [np.zeros(int(c.max(initial=0)) + 1) for c in codes])
    order = np.lexsort((luck, cell))
    reached = np.cumsum(weights[order])
    steps = np.floor(reached / reached[-1] * count + 0.5).astype(np.int64)
    taken = np.empty(weights.size, np.int64)
    taken[order] = np.diff(steps, prepend=0)
    return taken


def _cells(codes: list[npt.NDArray[np.int64]], shares: list[Floats]) -> tuple[npt.NDArray[np.int64], tuple[int, ...]]:
    sizes = tuple(share.size for share in shares)
    return np.ravel_multi_index(tuple(codes), sizes).astype(np.int64), sizes


def draw_time_in_status(code: int, margins: Margins, ids: npt.NDArray[np.int64], stream: Stream) -> Floats:
    """Months since the spell began for each person, by the seniority bands of the status."""
    shares = margins.seniority[code]
    edges = np.concatenate([[0.0], np.cumsum(shares) / shares.sum()])
    months = np.interp(_evenly(ids.size), edges, SENIORITY_EDGES.astype(np.float64))
    return matched(np.floor(months), ids, stream)


def _fill_status(
    columns: dict[str, npt.NDArray[Any]], rows: slice, code: int, margins: Margins, now: Month,
    streams: dict[str, Stream],
) -> None:
    ids = np.arange(rows.start, rows.stop)
    cumulated = np.concatenate([[0.0], np.cumsum(margins.age[code])])
    edges = np.arange(AGES[0], AGES[-1] + 2) * 12.0
    age_months = np.floor(np.interp(_evenly(ids.size), cumulated / cumulated[-1], edges))
    birth = now - matched(age_months, ids, streams["birth_month"]).astype(np.int64)

    time = draw_time_in_status(code, margins, ids, streams["seniority"]).astype(np.int64)
    spell_since = np.minimum(np.maximum(now - time, birth + ADULT_MONTHS), now)
    begins = STATUSES[code].begins
    since = np.maximum(spell_since, month(begins)) if begins else spell_since
    if begins and not STATUSES[code].continues_spell:
        spell_since = since
    band = np.searchsorted(SENIORITY_EDGES, now - spell_since, side="right") - 1

    columns["status"][rows] = code
    columns["birth_month"][rows] = birth
    columns["since"][rows] = since
    columns["spell_since"][rows] = spell_since
    columns["person_class"][rows] = _drawn(
        margins.person_class[code][np.minimum(band, len(SENIORITY_EDGES) - 2)], ids, streams["person_class"]
    )
    under_30 = now - birth < 30 * 12
    status = np.full(ids.size, code, np.uint8)
    drawn = draw_households(margins.household, status, under_30, 0, ids, streams["household"], after_change=False)
    for name in ("household", "partner_income", "wealthy"):
        columns[name][rows] = drawn[name]
    columns["household_until"][rows] = now + drawn["wait"]
    _fill_fixed(columns, rows, ids, margins.sex_origin[code], margins.municipality[code], streams)


def _fill_fixed(
    columns: dict[str, npt.NDArray[Any]], rows: slice, ids: npt.NDArray[np.int64], sex_origin: Floats,
    municipality: Floats, streams: dict[str, Stream],
) -> None:
    cells = matched(quota(sex_origin.ravel(), ids.size), ids, streams["sex"])
    columns["sex"][rows] = cells // len(ORIGINS)
    columns["origin"][rows] = cells % len(ORIGINS)
    columns["municipality"][rows] = 1 + matched(quota(municipality, ids.size), ids, streams["municipality"])


def _fill_entrants(
    columns: dict[str, npt.NDArray[Any]], ids: npt.NDArray[np.int64], turns_18: npt.NDArray[np.int64], margins: Margins,
    start: Month, streams: dict[str, Stream],
) -> None:
    """Future 18-year-olds: characteristics are drawn, not matched, so they do not depend on how many will come."""

    def drawn(shares: Floats, name: str) -> npt.NDArray[np.int64]:
        return _drawn(np.broadcast_to(shares, (ids.size, shares.size)), ids, streams[name], start)

    columns["status"][:] = CODE["entry"]
    columns["birth_month"][:] = turns_18 - ADULT_MONTHS
    columns["since"][:] = columns["spell_since"][:] = start - 1
    columns["household_until"][:] = turns_18
    cells = drawn(margins.entrant_sex_origin.ravel(), "sex")
    columns["sex"][:] = cells // len(ORIGINS)
    columns["origin"][:] = cells % len(ORIGINS)
    columns["municipality"][:] = 1 + drawn(margins.entrant_municipality, "municipality")
    columns["person_class"][:] = drawn(margins.entrant_class, "person_class")


def _evenly(n: int) -> Floats:
    """The n quantiles in the middle of n equal steps."""
    return (np.arange(n) + 0.5) / n


def quota(shares: Floats, n: int) -> npt.NDArray[np.int64]:
    """n cell numbers in the proportions of ``shares``, sorted."""
    return np.repeat(np.arange(shares.size), largest_remainder(shares, n))


def matched(
    values: npt.NDArray[Any], ids: npt.NDArray[np.int64], stream: Stream, month: Month = 0
) -> npt.NDArray[Any]:
    """Give each person one of the values, matched by luck; every value is used once."""
    out = np.empty_like(values)
    out[np.argsort(stream.bits(month, ids))] = values
    return out


def _drawn(shares: Floats, ids: npt.NDArray[np.int64], stream: Stream, month: Month = 0) -> npt.NDArray[np.int64]:
    """Draw a cell for each person from rows of shares, shape (n, cells), in pieces that fit the cache."""
    u = stream.uniform(month, ids)
    out = np.empty(ids.size, np.int64)
    for first in range(0, ids.size, 65536):
        piece = slice(first, first + 65536)
        cumulated = np.cumsum(shares[piece], axis=1)
        cumulated /= cumulated[:, -1:]
        out[piece] = np.minimum((cumulated <= u[piece, None]).sum(axis=1), shares.shape[1] - 1)
    return out
