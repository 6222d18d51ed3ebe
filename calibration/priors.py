"""What is believed of the parameters before a fit (``priors.csv``), and which of them a fit leaves as they are."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from agents.mistake import Mistake, unknown
from sim.parameters import Parameters, load

Floats = npt.NDArray[np.float64]

PRIORS = Path(__file__).with_name("priors.csv")
COLUMNS = ("path", "slot", "prior", "sd", "en", "da")


@dataclass(frozen=True)
class Prior:
    """What is believed of a parameter before the fit: a rate or the spread on the log scale, an exponent on its own.

    Attributes:
        path, slot: the parameter, and its slot when it is an intensity.
        prior, sd: median and standard deviation (of the logarithm when ``is_log``). A standard deviation of 0 holds it fixed.
        en, da: its label, when the vintage's files take it from here.
    """

    path: str
    slot: int | None
    prior: float
    sd: float
    en: str
    da: str

    @property
    def is_log(self) -> bool:
        """Whether it is fitted on the log scale."""
        return not self.path.startswith("duration.")

    @property
    def is_held(self) -> bool:
        """Whether a fit leaves it as it is."""
        return self.sd == 0

    def value(self, x: float) -> float:
        """The parameter ``x`` prior standard deviations from the prior."""
        return self.prior * float(np.exp(x * self.sd)) if self.is_log else self.prior + x * self.sd

    def position(self, value: float) -> float:
        """How many prior standard deviations a value lies from the prior."""
        if self.is_held:
            return 0.0
        return float(np.log(value / self.prior) if self.is_log else value - self.prior) / self.sd


def read_priors(file: Path = PRIORS) -> list[Prior]:
    """Priors in file order.

    Raises:
        Mistake: naming file, line and key for an unknown or doubled parameter, one that is documented (it is fixed), or
            numbers that make no prior.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Mistake(f"priors {file} cannot be read: {error}") from None
    rows = csv.DictReader(text.splitlines())
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise Mistake(f"{file}, line 1: columns are {','.join(rows.fieldnames or ())}, expected {','.join(COLUMNS)}")
    priors: dict[str, Prior] = {}
    for row in rows:
        where = f"{file}, line {rows.line_num}"
        prior = _read(row, where)
        if prior.path in priors:
            raise Mistake(f"{where}: parameter {prior.path!r} stands twice")
        priors[prior.path] = prior
    return list(priors.values())


def _read(row: dict[str, Any], where: str) -> Prior:
    shipped = load()
    path = row["path"]
    if path not in shipped:
        raise unknown("parameter", path, shipped, where=where)
    if shipped[path].kind in ("documented", "statute"):
        raise Mistake(f"{where}: parameter {path!r} is {shipped[path].kind}, so it is fixed and cannot be free; delete the line")
    try:
        slot = int(row["slot"]) if row["slot"] else None
        prior, sd = float(row["prior"]), float(row["sd"])
    except (TypeError, ValueError):
        raise Mistake(f"{where}: slot, prior and sd must be numbers, got {row['slot']!r}, {row['prior']!r}, {row['sd']!r}") from None
    found = Prior(path, slot, prior, sd, row["en"] or "", row["da"] or "")
    if not (np.isfinite(prior) and np.isfinite(sd) and sd > 0 and (prior > 0 or not found.is_log)):
        raise Mistake(f"{where}: prior = {prior:g} and sd = {sd:g}: both must be above 0 (the prior of an exponent may be any number)")
    return found


def held(priors: Sequence[Prior], p: Parameters, fix: Sequence[str] = (), free: Sequence[str] = ()) -> tuple[Prior, ...]:
    """The priors with those held at their value in ``p`` that match ``fix``, or, when ``free`` is given, do not match ``free``.

    Both are paths or patterns such as ``duration.*``.

    Raises:
        Mistake: for a pattern that no prior matches, or a parameter that is both fixed and free.
    """
    paths = [prior.path for prior in priors]
    for option, patterns in (("--fix", fix), ("--free", free)):
        for pattern in patterns:
            if not any(fnmatchcase(path, pattern) for path in paths):
                raise unknown("parameter with a prior", pattern, paths, where=option)
    found = []
    for prior in priors:
        fixed, freed = (next((p for p in patterns if fnmatchcase(prior.path, p)), None) for patterns in (fix, free))
        if fixed and freed:
            raise Mistake(f"parameter {prior.path!r} is both fixed (--fix {fixed}) and free (--free {freed}); drop one of them")
        is_held = bool(fixed or (free and not freed))
        found.append(replace(prior, prior=p.value(prior.path), sd=0.0) if is_held else prior)
    return tuple(found)
