"""Traits of the start population that do not yet change anybody's moves: register flags and what clusters with them.

Traits are drawn after statuses are known, given the status. Among adults every number of persons is a quota, matched to
persons by keyed luck; 18-year-olds to come are drawn, so that none of them depends on how many will come.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import expit, gammaincinv

from agents.flags import COMBINATIONS, HAS
from agents.luck import Luck, Stream
from agents.population import largest_remainder
from agents.statuses import CODE

Floats = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]

YES_NO = ("addiction", "public_debt", "homeless", "poor_mental_health", "poor_physical_health_self_rated")
"""Traits that a person has or has not; they stand outside the five flags and cluster with them."""

STREAMS = ("flags", *YES_NO, "public_debt_amount")

_BITS_OF_FLAGS = np.uint64(5)
_BITS_LEFT = np.uint64(59)
_FAR = 800.0
"""Log odds beyond which a chance is 0 or 1 in floating point."""


class Amount(NamedTuple):
    """A generalised gamma distribution: ``scale * G ** (1 / power)``, G gamma distributed with this shape. Scale in DKK."""

    shape: float
    power: float
    scale: float


@dataclass(frozen=True)
class TraitMargins:
    """What traits must agree with, by status code. S = number of statuses.

    Statuses without a stock (``entry``, ``abroad`` and those who are gone) hold the whole population's shares.

    Attributes:
        flags: share of each combination of register flags given status, shape (S, COMBINATIONS).
        share: by trait of YES_NO: share who have it given status, shape (S,).
        log_odds: by trait of YES_NO: what each flag adds to the log odds within a status, shape (flags,).
        amount: public debt of debtors on kontanthjælp, DKK.
        amount_ratio: debt of the status's debtors against ``amount``, shape (S,).
    """

    flags: Floats
    share: Mapping[str, Floats]
    log_odds: Mapping[str, Floats]
    amount: Amount
    amount_ratio: Floats


def draw_traits(
    margins: TraitMargins, status: npt.NDArray[np.uint8], ids: npt.ArrayLike, luck: Luck
) -> dict[str, npt.NDArray[Any]]:
    """Traits of all given persons. Call it once per ``luck``: it registers its streams.

    Args:
        margins: what to agree with.
        status: status codes, shape (n,); ``entry`` marks the 18-year-olds to come.
        ids: whole numbers that name the persons, shape (n,). Traits depend on seed, id and, for adults, on who else has
            the status: not on the order of the rows nor on the number of those to come.
        luck: where draws come from.

    Returns:
        Columns of shape (n,): ``flags`` (uint8, bit mask of agents.flags.FLAGS), the traits of YES_NO (bool), and
        ``public_debt`` in place of its bool: int32, DKK, 0 = none.

    Raises:
        ValueError: when status and ids differ in length, or the streams of this luck are taken.
    """
    people = np.ascontiguousarray(ids, np.int64)
    if people.shape != status.shape:
        raise ValueError(f"{status.size} statuses for {people.size} persons")
    streams = {name: luck.stream(f"population.{name}") for name in STREAMS}
    columns: dict[str, npt.NDArray[Any]] = {"flags": np.zeros(people.size, np.uint8)}
    columns |= {name: np.zeros(people.size, bool) for name in YES_NO}
    columns["public_debt"] = np.zeros(people.size, np.int32)
    for code in np.unique(status):
        rows = np.flatnonzero(status == code)
        for name, values in _traits_of_status(margins, int(code), people[rows], streams).items():
            columns[name][rows] = values
    return columns


def chances(share: float, log_odds: Floats, weight: npt.ArrayLike) -> Floats:
    """The chance of a trait given each combination of flags, so that a given share of all have it.

    Args:
        share: share of all persons, 0 to 1.
        log_odds: what each flag adds to the log odds, shape (flags,).
        weight: persons with each combination, in any unit, shape (COMBINATIONS,); not all 0.

    Returns:
        Chances of shape (COMBINATIONS,): ``weight @ chances`` is ``share`` of the sum of ``weight``.
    """
    if not 0 < share < 1:
        return np.full(COMBINATIONS, float(share))
    of_all = np.asarray(weight, np.float64)
    of_all = of_all / of_all.sum()
    added = HAS @ log_odds
    return np.asarray(expit(_level(share, tuple(added.tolist()), tuple(of_all.tolist())) + added))


@lru_cache(maxsize=4096)  # all scenarios of a replication ask for the same
def _level(share: float, added: tuple[float, ...], of_all: tuple[float, ...]) -> float:
    """The log odds without flags with which so large a share of all have the trait."""
    more, weight = np.array(added), np.array(of_all)
    reach = _FAR + float(np.abs(more).max())
    return float(brentq(lambda a: float(weight @ expit(a + more)) - share, -reach, reach, xtol=1e-13))


def owed(luck: npt.ArrayLike, amount: Amount, ratio: float = 1.0) -> npt.NDArray[np.int32]:
    """Public debt at the given quantiles: whole DKK, at least 1. Same shape as ``luck`` (0 to 1)."""
    dkk = ratio * amount.scale * gammaincinv(amount.shape, np.asarray(luck, np.float64)) ** (1 / amount.power)
    return np.clip(np.rint(dkk), 1, np.iinfo(np.int32).max).astype(np.int32)


def _traits_of_status(
    margins: TraitMargins, code: int, ids: Ids, streams: Mapping[str, Stream]
) -> dict[str, npt.NDArray[Any]]:
    drawn = code == CODE["entry"]
    flags = (_flags_drawn if drawn else _flags_matched)(margins.flags[code], ids, streams["flags"])
    traits: dict[str, npt.NDArray[Any]] = {"flags": flags}
    for name in YES_NO:
        share, log_odds = float(margins.share[name][code]), margins.log_odds[name]
        if drawn:
            traits[name] = streams[name].uniform(0, ids) < chances(share, log_odds, margins.flags[code])[flags]
        else:
            traits[name] = _trait_matched(share, log_odds, flags, ids, streams[name])
    debtors = ids[traits["public_debt"]]
    stream = streams["public_debt_amount"]
    quantiles = stream.uniform(0, debtors) if drawn else _even_quantiles(debtors, stream)
    traits["public_debt"] = traits["public_debt"].astype(np.int32)
    traits["public_debt"][traits["public_debt"] > 0] = owed(quantiles, margins.amount, float(margins.amount_ratio[code]))
    return traits


def _flags_drawn(shares: Floats, ids: Ids, stream: Stream) -> npt.NDArray[np.uint8]:
    edges = np.cumsum(shares / shares.sum())[:-1]
    return np.searchsorted(edges, stream.uniform(0, ids), side="right").astype(np.uint8)


def _flags_matched(shares: Floats, ids: Ids, stream: Stream) -> npt.NDArray[np.uint8]:
    flags = np.empty(ids.size, np.uint8)
    quota = largest_remainder(shares, ids.size)
    flags[np.argsort(stream.bits(0, ids))] = np.repeat(np.arange(COMBINATIONS, dtype=np.uint8), quota)
    return flags


def _trait_matched(
    share: float, log_odds: Floats, flags: npt.NDArray[np.uint8], ids: Ids, stream: Stream
) -> npt.NDArray[np.bool_]:
    """Exactly the rounded share of all have the trait; within each combination its chance, off by less than one person."""
    persons = np.bincount(flags, minlength=COMBINATIONS)
    chance = chances(np.floor(share * ids.size + 0.5) / ids.size, log_odds, persons)
    quota = np.diff(np.floor(np.cumsum(persons * chance) + 0.5), prepend=0.0)
    # By combination, and within it by luck: the first of each combination have the trait.
    order = np.argsort((flags.astype(np.uint64) << _BITS_LEFT) | (stream.bits(0, ids) >> _BITS_OF_FLAGS))
    place = np.arange(ids.size) - np.repeat(np.cumsum(persons) - persons, persons)
    has = np.zeros(ids.size, bool)
    has[order] = place < np.repeat(quota, persons)
    return has


def _even_quantiles(ids: Ids, stream: Stream) -> Floats:
    """The middles of n equal steps from 0 to 1, one for each of n persons, matched by luck."""
    quantiles = np.empty(ids.size)
    quantiles[np.argsort(stream.bits(0, ids))] = (np.arange(ids.size) + 0.5) / max(ids.size, 1)
    return quantiles
