"""Numbers of practice as they are in force this month, in each municipality.

Policies may change how the institution works: how long doctors take, what an interview adds, how many cases a team returns.
They do it by changing parameters, for the months in which they are in force and the municipalities that they cover.
Municipalities with the same numbers share a *version* of the parameters; as long as no policy changes anything there is one,
and reading a number costs what reading a parameter costs.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from operator import is_not
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

from agents.column import Rows, Store
from agents.mistake import Mistake, unknown
from agents.municipality import row_of
from sim.parameters import Parameter, Parameters

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Found = TypeVar("Found")
Number = float | Floats
"""One number, or one for each row asked for."""

CHANGEABLE = (
    "after", "attendance", "casework.hours", "certificate", "contacts", "deadline", "documentation", "effect", "effect_of",
    "employers.bad", "employers.fleks_willing", "employers.forgets", "employers.good", "employers.readiness", "first_interview", "fleksjob.grows",
    "fleksjob.hours", "incentive.submission", "integration.years", "lock_in", "measure_hours", "measure_length", "measure_longest", "minutes", "offers", "outreach",
    "placement", "practice.differences", "sanctions.contact_duty", "sanctions.effect", "sanctions.effect_far", "sanctions.effect_months",
    "sanctions.of_broken", "sanctions.of_missed", "sanctions.of_missed_far", "sanctions.rate", "sanctions.registration_duty",
    "sanctions.tightened", "sanctions.tightened_months", "sanctions.types", "sanctions.young", "support", "team.granted",
    "team.pension_under_40", "team.ressourceforloeb_instead", "team.returned", "team.tightening", "trust", "turnover", "visitation",
)
"""Parameters, or tables of them, that the institution reads anew every month. The others are read once, when a run begins."""
_MONEY = ("certificate.price", "support.mentor_hours")
"""What stands among them and belongs to the law of money, or is a description."""


@dataclass(frozen=True)
class _Change:
    path: str
    factor: Any
    value: Any
    where: Bools
    policy: str


class InForce:
    """Parameters by version, and which municipality has which.

    Attributes:
        own: the run's own parameters.
        versions: what is in force, the first where nothing is changed; one in most months.
        version_of: version of each municipality, shape (municipalities,).
    """

    def __init__(self, p: Parameters, citizens: Store, municipalities: int) -> None:
        self.own = p
        self._citizens = citizens
        self.versions: list[Parameters] = [p]
        self.version_of = np.zeros(municipalities, np.int64)
        self._changes: list[_Change] = []
        self._known: dict[Hashable, Parameters] = {}
        self._tables: dict[tuple[Callable[..., Any], Hashable, int], Any] = {}
        self._numbers: dict[tuple[Callable[..., float], str], Number] = {}
        self._stacked: dict[tuple[Callable[..., Any], Hashable], Any] = {}

    # ---------------------------------------------------------------- what policies do
    def change(self, path: str, *, factor: Any = None, value: Any = None, where: Bools | None = None, policy: str = "") -> None:
        """Multiply a parameter, or set it, this month in some municipalities (or in all). Factors of several policies multiply, on
        top of a value that one of them sets; no share rises above 1.

        Raises:
            Mistake: for a parameter that is unknown or read once, for a number that is none, for both or neither of the two, and
                for two policies that set the same parameter to different values.
        """
        check_changeable(path, self.own)
        if (factor is None) == (value is None):
            raise Mistake(f"parameter {path!r}: give either factor or value")
        given = np.atleast_1d(np.asarray(value if factor is None else factor, np.float64))
        size = np.atleast_1d(np.asarray(self.own[path].value)).size
        if given.size not in (1, size) or not (np.isfinite(given) & (given >= 0)).all():
            raise Mistake(f"parameter {path!r}: {value if factor is None else factor!r} must be {'one number' if size == 1 else f'one number or {size}'} of 0 or more")
        everywhere = np.ones(self.version_of.size, bool)
        here = everywhere if where is None else np.asarray(where, bool)
        for other in self._changes:
            clash = other.path == path and value is not None and other.value is not None and (other.where & here).any()
            if clash and not np.array_equal(np.atleast_1d(other.value), given):
                raise Mistake(f"policies {other.policy!r} and {policy!r} set parameter {path!r} to different values")
        self._changes.append(_Change(path, None if factor is None else given, None if value is None else given, here, policy))

    def settle(self) -> None:
        """Put this month's changes in force; those of the month before are no longer."""
        changes, self._changes = self._changes, []
        before = self.versions
        if not changes:
            self.versions, self.version_of = [self.own], np.zeros_like(self.version_of)
        else:
            self._divide(changes)
        if len(before) != len(self.versions) or any(map(is_not, before, self.versions)):
            self._numbers, self._stacked = {}, {}

    def _divide(self, changes: list[_Change]) -> None:
        """Municipalities with the same changes share a version."""
        applies = np.stack([change.where for change in changes])
        sets, version_of = np.unique(applies, axis=1, return_inverse=True)
        self.versions = [self._version([c for c, used in zip(changes, column, strict=True) if used]) for column in sets.T]
        self.version_of = version_of.reshape(-1).astype(np.int64)

    def _version(self, changes: list[_Change]) -> Parameters:
        ordered = sorted(changes, key=lambda c: (c.path, c.value is None, c.policy))
        key = tuple((c.path, *(None if x is None else x.tobytes() for x in (c.value, c.factor))) for c in ordered)
        if not key:
            return self.own
        if key not in self._known:
            values: dict[str, Floats] = {}
            for change in ordered:
                old = values.get(change.path, np.atleast_1d(np.asarray(self.own[change.path].value, np.float64)))
                values[change.path] = np.broadcast_to(change.value, old.shape) if change.value is not None else old * change.factor
            self._known[key] = self.own.drawn({path: _within(self.own[path], value) for path, value in values.items()})
        return self._known[key]

    # ---------------------------------------------------------------- what the institution reads
    def __contains__(self, path: object) -> bool:
        return path in self.own

    def below(self, prefix: str) -> dict[str, Parameter]:
        """The run's own parameters under a dotted prefix, by the rest of their path."""
        return self.own.below(prefix)

    def month(self, path: str) -> int:
        """A month written as yyyymm; no policy changes one."""
        return self.own.month(path)

    def months_listed(self, path: str) -> list[int]:
        """Months written as yyyymm; no policy changes them."""
        return self.own.months_listed(path)

    def value(self, path: str, rows: Rows | None = None) -> Any:
        """The number of a parameter in its own unit: one for all, or one for each citizen of ``rows`` where it differs between
        municipalities. Without rows it is the national one, weighted by municipalities alike."""
        return self._read(Parameters.value, path, rows)

    def share(self, path: str, rows: Rows | None = None) -> Any:
        """A percentage or share as a share, read as :meth:`value`."""
        return self._read(Parameters.share, path, rows)

    def months(self, path: str, rows: Rows | None = None) -> Any:
        """A length of time in whole months, read as :meth:`value`."""
        return self._read(Parameters.months, path, rows)

    def values_of(self, path: str) -> Floats:
        """The numbers of a list parameter, the run's own."""
        return self.own.values_of(path)

    def table(self, build: Callable[[Parameters], Found], *key: Hashable) -> list[Found]:
        """What ``build(parameters, *key)`` makes of each version; kept, since versions seldom change."""
        found = []
        for version in self.versions:
            at = (build, key, id(version))
            if at not in self._tables:
                self._tables[at] = build(version, *key)
            found.append(self._tables[at])
        return found

    def look_up(self, build: Callable[..., Any], rows: Rows, *index: Any, key: tuple[Hashable, ...] = ()) -> Any:
        """Entries of a table for citizens, each from the version of his municipality: ``table[index]``."""
        found = self._stacked.get((build, key))
        if found is None:
            found = self.stacked(build, *key)
        return found[0][index] if len(self.versions) == 1 else found[(self.version(rows), *index)]

    def stacked(self, build: Callable[..., Any], *key: Hashable) -> npt.NDArray[Any]:
        """What a kernel reads: a table with the versions as its first axis."""
        found = self._stacked.get((build, key))
        if found is None:
            found = self._stacked[build, key] = np.stack(self.table(build, *key))
        return cast(npt.NDArray[Any], found)

    def numbers(self, read: Callable[[Parameters], Found]) -> Found:
        """What a kernel reads: a NamedTuple of numbers and tables, each with the versions as its first axis."""
        found = self._stacked.get((read, ()))
        if found is None:
            tables: list[Any] = self.table(read)
            found = self._stacked[read, ()] = type(tables[0])(*(np.stack(parts) for parts in zip(*tables, strict=True)))
        return cast(Found, found)

    def version(self, rows: Rows) -> npt.NDArray[np.int64]:
        """Version in force where each citizen lives."""
        return self.version_of[row_of(self._citizens, rows)]

    def by_municipality(self, read: Callable[[Parameters, str], float], path: str) -> Floats:
        """A number by municipality, shape (municipalities,)."""
        return np.array([read(version, path) for version in self.versions])[self.version_of]

    def _read(self, read: Callable[[Parameters, str], float], path: str, rows: Rows | None) -> Any:
        found = self._numbers.get((read, path))
        if found is None:
            by_version = [read(version, path) for version in self.versions]
            found = self._numbers[read, path] = by_version[0] if len(set(by_version)) == 1 else np.array(by_version)
        if not isinstance(found, np.ndarray):
            return found
        return found[self.version(rows)] if rows is not None else float(found[self.version_of].mean())


def check_changeable(path: str, p: Parameters) -> None:
    """Raise Mistake for a parameter that a policy cannot change from month to month."""
    if path not in p:
        raise unknown("parameter", path, [one for one in p if is_changeable(one)])
    if not is_changeable(path):
        raise Mistake(
            f"parameter {path!r} is read once, when a run begins, so no policy can change it; set it under [parameters], or change one of "
            f"{', '.join(CHANGEABLE)}"
        )


def is_changeable(path: str) -> bool:
    """Whether a policy can change a parameter from month to month."""
    named = any(path == name or path.startswith(name + ".") for name in CHANGEABLE)
    return named and path not in _MONEY and not path.endswith(("_from", ".from", "_until", ".changes"))


def _within(parameter: Parameter, value: Floats) -> Any:
    """A changed value inside what its unit allows (a range is what is believed, not what is possible)."""
    kept = np.clip(value, 0.0, parameter.most)
    return kept.tolist() if isinstance(parameter.value, list) else float(kept[0])
