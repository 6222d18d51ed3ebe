"""Population synthesis: a start population whose counts agree with margins that come as an argument.

Within a status every characteristic gets its documented number of persons exactly (quotas by largest remainder) and is
matched to persons by keyed luck. Time in status goes through one door, :func:`draw_time_in_status`, which a lived
history can replace.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from agents.calendar import Month, month
from agents.citizen import CLASSES, ORIGINS
from agents.flags import COMBINATIONS
from agents.luck import Luck, Stream
from agents.statuses import CODE, STATUSES

Floats = npt.NDArray[np.float64]

ADULT_MONTHS = 18 * 12
AGES = np.arange(18, 65)
"""Ages of the start population, in years."""
SENIORITY_EDGES = np.array([0, 3, 12, 24, 36, 60, 120, 240])
"""Months in the spell: edges of the seven seniority bands."""
STREAMS = ("birth_month", "seniority", "person_class", "sex", "municipality", "flags")



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
        flags: share of each combination of register flags given status, shape (S, COMBINATIONS).
        entrants: persons who turn 18 in a month, nationally.
        entrant_sex_origin, entrant_municipality, entrant_class, entrant_flags: composition of entrants.
    """

    stock: Floats
    age: Floats
    sex_origin: Floats
    municipality: Floats
    seniority: Floats
    person_class: Floats
    flags: Floats
    entrants: float
    entrant_sex_origin: Floats
    entrant_municipality: Floats
    entrant_class: Floats
    entrant_flags: Floats


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
    """Make the start population of ``scale`` x Denmark as it is just before month ``start``.

    Args:
        margins: what to agree with.
        scale: share of the population simulated, 0.001 to 1.
        start: first simulated month.
        cohorts: number of months for which future 18-year-olds are needed.
        luck: where draws come from.
    """
    counts = largest_remainder(margins.stock, round(margins.stock.sum() * scale))
    cohort_size = max(1, round(margins.entrants * scale))
    adults = int(counts.sum())
    size = adults + cohorts * cohort_size
    blank: dict[str, npt.DTypeLike] = {
        "status": np.uint8, "since": np.int16, "spell_since": np.int16, "birth_month": np.int16, "sex": np.uint8, "origin": np.uint8,
        "municipality": np.uint8, "person_class": np.uint8, "flags": np.uint8,
    }
    columns: dict[str, npt.NDArray[Any]] = {name: np.zeros(size, dtype) for name, dtype in blank.items()}
    streams = {name: luck.stream(f"population.{name}") for name in STREAMS}
    first = 0
    for status in STATUSES:
        rows = slice(first, first + int(counts[status.code]))
        if counts[status.code]:
            _fill_status(columns, rows, status.code, margins, start - 1, streams)
        first = rows.stop
    _fill_entrants(columns, slice(adults, size), cohort_size, margins, start, streams)
    return StartPopulation(columns, adults, cohort_size, scale)


def draw_time_in_status(code: int, margins: Margins, ids: npt.NDArray[np.int64], stream: Stream) -> Floats:
    """Months since the spell began for each person, by the seniority bands of the status: the one door to the past."""
    shares = margins.seniority[code]
    edges = np.concatenate([[0.0], np.cumsum(shares) / shares.sum()])
    months = np.interp(_evenly(ids.size), edges, SENIORITY_EDGES.astype(np.float64))
    return _matched(np.floor(months), ids, stream)


def _fill_status(
    columns: dict[str, npt.NDArray[Any]], rows: slice, code: int, margins: Margins, now: Month,
    streams: dict[str, Stream],
) -> None:
    ids = np.arange(rows.start, rows.stop)
    cumulated = np.concatenate([[0.0], np.cumsum(margins.age[code])])
    edges = np.arange(AGES[0], AGES[-1] + 2) * 12.0
    age_months = np.floor(np.interp(_evenly(ids.size), cumulated / cumulated[-1], edges))
    birth = now - _matched(age_months, ids, streams["birth_month"]).astype(np.int64)

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
    columns["flags"][rows] = _matched(_quota(margins.flags[code], ids.size), ids, streams["flags"])
    _fill_fixed(columns, rows, ids, margins.sex_origin[code], margins.municipality[code], streams)


def _fill_fixed(
    columns: dict[str, npt.NDArray[Any]], rows: slice, ids: npt.NDArray[np.int64], sex_origin: Floats,
    municipality: Floats, streams: dict[str, Stream],
) -> None:
    cells = _matched(_quota(sex_origin.ravel(), ids.size), ids, streams["sex"])
    columns["sex"][rows] = cells // len(ORIGINS)
    columns["origin"][rows] = cells % len(ORIGINS)
    columns["municipality"][rows] = 1 + _matched(_quota(municipality, ids.size), ids, streams["municipality"])


def _fill_entrants(
    columns: dict[str, npt.NDArray[Any]], rows: slice, cohort_size: int, margins: Margins, start: Month,
    streams: dict[str, Stream],
) -> None:
    """Future 18-year-olds: characteristics are drawn, not matched, so they do not depend on how many will come."""
    ids = np.arange(rows.start, rows.stop)
    turns_18 = start + (ids - rows.start) // cohort_size
    columns["status"][rows] = CODE["entry"]
    columns["birth_month"][rows] = turns_18 - ADULT_MONTHS
    columns["since"][rows] = start - 1
    columns["spell_since"][rows] = start - 1
    cells = _drawn(np.broadcast_to(margins.entrant_sex_origin.ravel(), (ids.size, 2 * len(ORIGINS))), ids, streams["sex"])
    columns["sex"][rows] = cells // len(ORIGINS)
    columns["origin"][rows] = cells % len(ORIGINS)
    municipality = np.broadcast_to(margins.entrant_municipality, (ids.size, margins.entrant_municipality.size))
    columns["municipality"][rows] = 1 + _drawn(municipality, ids, streams["municipality"])
    person_class = np.broadcast_to(margins.entrant_class, (ids.size, len(CLASSES)))
    columns["person_class"][rows] = _drawn(person_class, ids, streams["person_class"])
    flags = np.broadcast_to(margins.entrant_flags, (ids.size, COMBINATIONS))
    columns["flags"][rows] = _drawn(flags, ids, streams["flags"])


def _evenly(n: int) -> Floats:
    """The n quantiles in the middle of n equal steps."""
    return (np.arange(n) + 0.5) / n


def _quota(shares: Floats, n: int) -> npt.NDArray[np.int64]:
    """n cell numbers in the proportions of ``shares``, sorted."""
    return np.repeat(np.arange(shares.size), largest_remainder(shares, n))


def _matched(values: npt.NDArray[Any], ids: npt.NDArray[np.int64], stream: Stream) -> npt.NDArray[Any]:
    """Give each person one of the values, matched by luck; every value is used once."""
    out = np.empty_like(values)
    out[np.argsort(stream.bits(0, ids))] = values
    return out


def _drawn(shares: Floats, ids: npt.NDArray[np.int64], stream: Stream) -> npt.NDArray[np.int64]:
    """Draw a cell for each person from rows of shares, shape (n, cells), in pieces that fit the cache."""
    u = stream.uniform(0, ids)
    out = np.empty(ids.size, np.int64)
    for first in range(0, ids.size, 65536):
        piece = slice(first, first + 65536)
        cumulated = np.cumsum(shares[piece], axis=1)
        cumulated /= cumulated[:, -1:]
        out[piece] = np.minimum((cumulated <= u[piece, None]).sum(axis=1), shares.shape[1] - 1)
    return out
