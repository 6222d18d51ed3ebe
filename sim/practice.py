"""Practice of municipalities from parameters, and the districts that share it in small runs.

Nothing is drawn: the values of a practice are evenly spaced quantiles of its distribution, dealt to the municipalities in
an order that the name of the practice fixes. So practice is the same in every replication, under every seed and policy.
Practices are dealt independently of each other, of size and of region: no document says how they go together.
"""

from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import expit, logit, ndtri

from agents.mistake import Mistake
from agents.municipality import FACTORS, PRACTICES, SHARES
from agents.population import Margins
from agents.statuses import RESIDENT
from sim.parameters import Parameters

Floats = npt.NDArray[np.float64]

SMALLEST_DISTRICT = 0.0022
"""Population share times scale that a practice district has at least: about two caseworkers in each of six target groups
(5,500 x 0.0022 = 12). With fewer, rounding to whole caseworkers would decide how many citizens each has. At scale 1 the smallest
municipality is large enough; small runs share districts."""

_NEGLIGIBLE = 1e-12
"""A share so near 0 or 1 is the same everywhere."""
WIDEST = 3.0
"""Largest spread that can be used: beyond it one municipality would have thousands of times what another has."""


def read_practice(p: Parameters, margins: Margins) -> dict[str, npt.NDArray[Any]]:
    """Columns of ``agents.municipality.Municipality``, each of shape (municipalities,); ``district`` is left to
    :func:`districts`, which needs the scale.

    Factors are lognormal with weighted mean 1, shares logit-normal with the weighted mean ``practice.<name>.mean``;
    ``practice.<name>.spread`` is the standard deviation of the logarithm or the log-odds over municipalities. Weights are
    shares of the population. Raises Mistake when the vintage lacks a practice or gives it an impossible number.
    """
    _demand_all(p)
    share = _population_share(margins)
    columns: dict[str, npt.NDArray[Any]] = {
        "share": share.astype(np.float32), "region": margins.region_of.astype(np.uint8)
    }
    for name in FACTORS:
        columns[name] = factors(name, share, _spread(p, name)).astype(np.float32)
    for name in SHARES:
        path = f"practice.{name}.mean"
        mean = p.share(path)
        if not 0 < mean < 1:
            raise Mistake(f"parameter {path!r} = {mean:g} must lie between 0 and 1, both excluded")
        columns[name] = shares(name, share, mean, _spread(p, name)).astype(np.float32)
    return columns


def factors(name: str, share: Floats, spread: float) -> Floats:
    """A lognormal practice by municipality, shape of ``share``: its mean weighted by ``share`` is 1."""
    values = np.exp(spread * _dealt(name, share.size))
    return np.asarray(values / (share @ values) * share.sum())


def shares(name: str, share: Floats, mean: float, spread: float) -> Floats:
    """A logit-normal practice by municipality, shape of ``share``: its mean weighted by ``share`` is ``mean``."""
    return shares_around(mean, spread * _dealt(name, share.size), share)


def shares_around(mean: float, steps: Floats, share: Floats) -> Floats:
    """Shares whose log-odds differ by ``steps`` and whose mean weighted by ``share`` is ``mean``; shape of ``steps``."""
    if not _NEGLIGIBLE < mean < 1 - _NEGLIGIBLE:
        return np.full(steps.shape, mean)
    weight = share / share.sum()
    low, high = logit(mean) - steps.max() - 1, logit(mean) - steps.min() + 1
    middle = brentq(lambda x: float(weight @ expit(x + steps)) - mean, low, high, xtol=1e-13)
    return np.asarray(expit(middle + steps))


def districts(share: npt.ArrayLike, order_by: npt.ArrayLike, scale: float) -> npt.NDArray[np.uint8]:
    """Practice district of each municipality, numbered from 0, shape (municipalities,).

    Municipalities that are each large enough are districts of their own. Else those that are alike share one: sorted by
    ``order_by`` (the caseload against the speed of the team, say) they are cut into as many consecutive districts as can
    each have ``SMALLEST_DISTRICT``, the smallest of them as large as possible. No chance, no seed.

    Args:
        share: share of the population, above 0, shape (municipalities,).
        order_by: what makes municipalities alike, same shape; equal ones keep the order of their codes.
        scale: share of the population simulated, above 0 to 1.

    Raises Mistake for anything else.
    """
    size, order = np.asarray(share, np.float64), np.asarray(order_by, np.float64)
    _check_districts(size, order, scale)
    if size.min() * scale >= SMALLEST_DISTRICT:
        return np.arange(size.size, dtype=np.uint8)
    rows = np.argsort(order, kind="stable")
    smallest = SMALLEST_DISTRICT / scale
    most = _cut(size[rows], smallest)[-1]
    enough, too_much = smallest, float(size.sum()) + smallest
    for _ in range(60):  # bisection: the largest least size that leaves as many districts
        middle = (enough + too_much) / 2
        enough, too_much = (middle, too_much) if _cut(size[rows], middle)[-1] == most else (enough, middle)
    district = np.empty(size.size, np.uint8)
    district[rows] = _cut(size[rows], enough)
    return district


def _cut(size: Floats, least: float) -> npt.NDArray[np.int64]:
    """Numbers of consecutive districts that each have ``least`` (the last takes what is left over, however little there is)."""
    found, district, filled = np.zeros(size.size, np.int64), 0, 0.0
    for row, here in enumerate(size):
        found[row] = district
        filled += here
        if filled >= least:
            district, filled = district + 1, 0.0
    return np.minimum(found, max(district - 1, 0))


def _dealt(name: str, count: int) -> Floats:
    """Evenly spaced normal quantiles with standard deviation 1, dealt in the order that hashes of name and code have."""
    steps = np.atleast_1d(ndtri((np.arange(count) + 0.5) / count))
    keys = [blake2b(f"practice|{name}|{code}".encode(), digest_size=8).digest() for code in range(1, count + 1)]
    dealt = np.zeros(count)
    dealt[sorted(range(count), key=keys.__getitem__)] = steps / steps.std() if count > 1 else steps
    return dealt


def _population_share(margins: Margins) -> Floats:
    """Share of the resident population by municipality, shape (municipalities,)."""
    residents = [s.code for s in RESIDENT]
    persons = margins.stock[residents] @ margins.municipality[residents]
    return np.asarray(persons / persons.sum())


def _demand_all(p: Parameters) -> None:
    asked = [f"practice.{name}.spread" for name in PRACTICES] + [f"practice.{name}.mean" for name in SHARES]
    missing = [path for path in asked if path not in p]
    if missing:
        raise Mistake(
            f"vintage {p.vintage!r}: parameter {missing[0]!r} is missing ({len(missing)} in all); "
            "the practice of municipalities stands in municipalities.toml"
        )


def _spread(p: Parameters, name: str) -> float:
    path = f"practice.{name}.spread"
    spread = p.value(path)
    if not 0 <= spread <= WIDEST:
        raise Mistake(f"parameter {path!r} = {spread:g} must lie between 0 and {WIDEST:g}")
    return spread


def _check_districts(size: Floats, order: Floats, scale: float) -> None:
    if not 0 < scale <= 1:
        raise Mistake(f"scale = {scale:g} must be above 0 and at most 1 (1 = all of Denmark)")
    if size.ndim != 1 or not 1 <= size.size <= 255:
        raise Mistake(f"share has shape {size.shape}; it must have one value for each of 1 to 255 municipalities")
    if order.shape != size.shape:
        raise Mistake(f"order_by has shape {order.shape}; it must have that of share, {size.shape}")
    if not (np.isfinite(size) & (size > 0)).all():
        raise Mistake(f"share = {size[~(np.isfinite(size) & (size > 0))][0]:g}: every share must be a number above 0")
    if not np.isfinite(order).all():
        raise Mistake(f"order_by = {order[~np.isfinite(order)][0]:g}: every value must be a finite number")
