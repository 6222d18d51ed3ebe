"""The space of uncertain parameters: those that are fitted, and assumptions that are drawn from their ranges (``ranges.csv``).

A point has one coordinate for each, with a standard normal prior: the distance from the prior in standard deviations for a
fitted parameter; for an assumption the normal score of where it lies in its range. The vintage's value is the median, and half
of the draws lie on either side of it, evenly.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from agents.mistake import Mistake, unknown
from agents.statuses import STATUSES
from calibration.priors import Prior
from sim.intensities import HIGHEST, Intensities
from sim.margins import read_margins
from sim.parameters import SELECTION, Parameters, load

Floats = npt.NDArray[np.float64]

RANGES = Path(__file__).with_name("ranges.csv")
COLUMNS = ("path", "by", "low", "high", "reason")
BY = ("range", "factor")


@dataclass(frozen=True)
class Range:
    """An assumption that is drawn: uniformly on either side of the vintage's value, which is the median."""

    path: str
    low: float
    middle: float
    high: float
    reason: str

    def value(self, z: float) -> float:
        """The parameter at a normal score."""
        part = 2 * float(norm.cdf(z)) - 1
        return self.middle + part * ((self.high - self.middle) if part > 0 else (self.middle - self.low))


def read_ranges(p: Parameters, priors: Sequence[Prior], file: Path = RANGES) -> list[Range]:
    """Ranges round the values of ``p``, in file order: as written, or as factors on the value.

    Raises:
        Mistake: naming file, line and key for an unknown or doubled parameter, one that is fitted or documented, or a range
            that does not hold its value.
    """
    fitted = {prior.path for prior in priors}
    found: dict[str, Range] = {}
    with file.open(encoding="utf-8", newline="") as text:
        rows = csv.DictReader(text)
        if tuple(rows.fieldnames or ()) != COLUMNS:
            raise Mistake(f"{file}, line 1: columns are {','.join(rows.fieldnames or ())}, expected {','.join(COLUMNS)}")
        for row in rows:
            where = f"{file}, line {rows.line_num}"
            one = _read(row, p, where)
            if one.path in fitted:
                raise Mistake(f"{where}: parameter {one.path!r} is fitted (priors.csv) and cannot be drawn from a range too; delete one line")
            if one.path in found:
                raise Mistake(f"{where}: parameter {one.path!r} stands twice")
            found[one.path] = one
    return list(found.values())


def _read(row: dict[str, str], p: Parameters, where: str) -> Range:
    path = row["path"]
    if path not in p:
        raise unknown("parameter", path, p, where=where)
    parameter = p[path]
    if parameter.kind in ("documented", "statute"):
        raise Mistake(f"{where}: parameter {path!r} is {parameter.kind}, so it is fixed and cannot be drawn; delete the line")
    if row["by"] not in BY:
        raise unknown("by", row["by"], BY, where=where)
    if isinstance(parameter.value, list):
        raise Mistake(f"{where}: parameter {path!r} is a list; only single numbers can be drawn")
    try:
        low, high = float(row["low"]), float(row["high"])
    except (TypeError, ValueError):
        raise Mistake(f"{where}: low and high must be numbers, got {row['low']!r} and {row['high']!r}") from None
    if row["by"] == "factor":
        low, high = parameter.value * low, min(parameter.value * high, parameter.most)
    if not low <= parameter.value <= high or low == high:
        raise Mistake(f"{where}: parameter {path!r} = {parameter.value:g} is not in {low:g} to {high:g}")
    return Range(path, low, parameter.value, high, row["reason"])


@dataclass(frozen=True)
class Space:
    """Coordinates: fitted parameters first, then assumptions.

    Attributes:
        priors: of the fitted ones; those held fixed have no coordinate.
        best: where the fit ended, in prior standard deviations, one for each of ``priors``.
        ends: the same at both ends of the selection share.
        ranges: of the assumptions.
    """

    priors: tuple[Prior, ...]
    best: Floats
    ends: tuple[Floats, Floats]
    ranges: tuple[Range, ...]

    @cached_property
    def free(self) -> npt.NDArray[np.int64]:
        """Positions in ``priors`` of those that have a coordinate."""
        return np.flatnonzero([not prior.is_held for prior in self.priors])

    @cached_property
    def names(self) -> list[str]:
        """Paths of the parameters, one for each coordinate."""
        return [self.priors[i].path for i in self.free] + [one.path for one in self.ranges]

    @cached_property
    def fitted(self) -> int:
        """How many coordinates are fitted parameters."""
        return int(self.free.size)

    @cached_property
    def middle(self) -> Floats:
        """The shipped vintage: where the fit ended, assumptions at their values."""
        return np.concatenate([self.best[self.free], np.zeros(len(self.ranges))])

    def values(self, z: Floats) -> dict[str, float]:
        """Values by path at a point. Another selection share takes along what was fitted at its ends."""
        drawn = {one.path: one.value(float(zi)) for one, zi in zip(self.ranges, z[self.fitted :], strict=True)}
        x = self.best + self._moved(drawn.get(SELECTION))
        x[self.free] += z[: self.fitted] - self.best[self.free]
        fitted = {prior.path: prior.value(float(xi)) for prior, xi in zip(self.priors, x, strict=True)}
        return {path: float(f"{value:.6g}") for path, value in {**fitted, **drawn}.items()}

    def possible(self, z: Floats) -> Floats:
        """The point, or, when some status would be left faster than a month can carry, one whose coordinates of that status are
        nearer to the middle."""
        z = z.copy()
        while (status := _too_fast(load().drawn(self.values(z)))) is not None:
            of_status = np.array([status in name.split(".") for name in self.names])
            z[of_status] = self.middle[of_status] + 0.7 * (z - self.middle)[of_status]
        return z

    def _moved(self, share: float | None) -> Floats:
        default = load().value(SELECTION)
        if share is None or share == default:
            return np.zeros_like(self.best)
        low, high = load()[SELECTION].bounds
        end, weight = (self.ends[1], (share - default) / (high - default)) if share > default else (self.ends[0], (default - share) / (default - low))
        return np.asarray(weight * (end - self.best))


def _too_fast(p: Parameters) -> str | None:
    """The status that is left faster than a month can carry, if there is one."""
    largest = Intensities(p, read_margins(p)).table.max(axis=(1, 2, 3))
    return STATUSES[int(largest.argmax())].name if largest.max() >= HIGHEST else None
