"""Targets: documented figures with the function that measures them on the register, and one role for each pattern.

Roles are frozen: a *fit* target may be used to choose rates, a *holdout* target may not. A change of role needs a line in
CHANGELOG.md.
"""

import csv
import inspect
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from agents.calendar import month
from agents.mistake import Mistake, unknown
from agents.statuses import BY_NAME, family_members, group_members
from calibration.evidence import facts
from calibration.groups import read_group
from calibration.measure import MEASURES, SUPPORTED
from calibration.register import Register
from calibration.spells import KINDS

FILE = Path(__file__).with_name("targets.csv")

_SYSTEM = family_members("kontanthjaelp") + family_members("uddannelseshjaelp")
_SICKNESS = ("sygedagpenge", "jobafklaring")
_OUT = ("employment", "education", "self_support")
_ANY_SUPPORT = (*group_members("edge", "temporary"), "dagpenge", "barsel", "efterloen")

GROUPS: dict[str, tuple[str, ...]] = {
    "kontanthjaelp": family_members("kontanthjaelp"),
    "uddannelsesparate": ("uddannelseshjaelp_aabenlyst_parat", "uddannelseshjaelp_parat"),
    "system": _SYSTEM,
    "sickness": _SICKNESS,
    "system_or_sickness": (*_SYSTEM, *_SICKNESS),
    "fleksjob_scheme": ("fleksjob", "ledighedsydelse"),
    "uddannelseshjaelp": family_members("uddannelseshjaelp"),
    "aktivitetsparate": ("kontanthjaelp_aktivitetsparat", "uddannelseshjaelp_aktivitetsparat"),
    "out": _OUT,
    "job_or_education": ("employment", "education"),
    "other_support": tuple(n for n in _ANY_SUPPORT if n not in _SYSTEM),
    "other_support_sickness": tuple(n for n in _ANY_SUPPORT if n not in _SICKNESS),
    "supported": SUPPORTED,
    "edge": group_members("edge", "temporary"),
}
"""Groups of statuses that targets name."""

_TEXTS = ("who", "against", "kind", "cause", "values", "figure_name")
"""Arguments that are texts, not months or groups of statuses."""
_SAME = (1.0, 0.01, 12.0)
"""What is asked is the fact, a percentage as a share, or a figure a month as one a year."""


@dataclass(frozen=True)
class Target:
    """One documented figure.

    Attributes:
        target: what it is, in words.
        pattern: figures that belong together; a pattern has one role.
        role: ``fit`` or ``holdout``.
        unit: ``share`` (misses are differences) or ``persons`` (misses are log ratios).
        asked: the documented value.
        tolerance: one standard deviation of how far definition, rounding and season may part model and source.
        fact: id of the evidence row.
        measure, arguments: the measurement function and what it is called with.
        note: how model and source differ.
    """

    target: str
    pattern: str
    role: Literal["fit", "holdout"]
    unit: Literal["share", "persons"]
    asked: float
    tolerance: float
    fact: str
    measure: str
    arguments: dict[str, Any]
    note: str

    @property
    def is_identity(self) -> bool:
        """Whether the figure holds by construction."""
        return self.note.startswith("Identity")

    def measured(self, register: Register) -> float:
        """The figure computed from a register."""
        return MEASURES[self.measure](register, **self.arguments)

    def miss(self, got: float) -> float:
        """Distance from what is asked, in tolerances."""
        return float((np.log(got / self.asked) if self.unit == "persons" else got - self.asked) / self.tolerance)


@lru_cache(maxsize=2)
def read_targets(file: Path = FILE) -> tuple[Target, ...]:
    """All targets. Raises Mistake naming file and row for anything that cannot be used."""
    roles: dict[str, str] = {}
    found: list[Target] = []
    with file.open(encoding="utf-8", newline="") as text:
        for number, row in enumerate(csv.DictReader(text), start=2):
            target = _read(row, f"{file.name}, line {number}")
            if any(t.target == target.target for t in found):
                raise Mistake(f"{file.name}, line {number}: target {target.target!r} stands twice")
            if roles.setdefault(target.pattern, target.role) != target.role:
                raise Mistake(f"{file.name}, line {number}: pattern {target.pattern!r} has two roles, fit and holdout")
            found.append(target)
    return tuple(found)


def _read(row: dict[str, str], where: str) -> Target:
    if row["role"] not in ("fit", "holdout"):
        raise unknown("role", row["role"], ("fit", "holdout"), where=where)
    if row["unit"] not in ("share", "persons"):
        raise unknown("unit", row["unit"], ("share", "persons"), where=where)
    if row["fact"] not in facts():
        raise unknown("fact", row["fact"], facts(), where=where)
    if row["measure"] not in MEASURES:
        raise unknown("measurement function", row["measure"], MEASURES, where=where)
    try:
        asked, tolerance = float(row["asked"]), float(row["tolerance"])
        written = json.loads(row["arguments"])
    except ValueError as error:
        raise Mistake(f"{where}: {error}") from None
    if tolerance <= 0:
        raise Mistake(f"{where}: tolerance {tolerance:g} must be above 0")
    function = MEASURES[row["measure"]]
    if not np.isclose(asked, [f * facts()[row["fact"]].value for f in _SAME]).any():
        raise Mistake(f"{where}: asked = {asked:g} is not what the fact {row['fact']!r} says ({facts()[row['fact']].value:g})")
    arguments = {key: value if key in _TEXTS else _argument(value, where) for key, value in written.items()}
    for key in ("who", "against"):
        if key in written:
            read_group(written[key])
    if written.get("kind", KINDS[-1]) not in KINDS:
        raise unknown("kind of spell", written["kind"], KINDS, where=where)
    try:
        inspect.signature(function).bind(None, **arguments)
    except TypeError as error:
        raise Mistake(f"{where}: {row['measure']}: {error}") from None
    rest = {key: row[key] for key in ("target", "pattern", "fact", "measure", "note")}
    return Target(
        role="fit" if row["role"] == "fit" else "holdout", unit="share" if row["unit"] == "share" else "persons",
        asked=asked, tolerance=tolerance, arguments=arguments, **rest,
    )


def _argument(value: Any, where: str) -> Any:
    """Months and groups of statuses by name; numbers as they are."""
    if not isinstance(value, str):
        return value
    if value[:2].isdigit():
        try:
            return month(value)
        except ValueError as error:
            raise Mistake(f"{where}: {error}") from None
    if value in GROUPS:
        return GROUPS[value]
    if value in BY_NAME:
        return (value,)
    raise unknown("population", value, [*GROUPS, *BY_NAME], where=where)
