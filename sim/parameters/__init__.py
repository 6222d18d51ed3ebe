"""Parameters are data with a source.

Every number with meaning stands in ``sim/parameters/<vintage>/*.toml`` with value, unit, labels in two languages, kind
and source. Keys that begin with ``_`` are defaults for everything below them. A parameter is named by its dotted path,
for example ``rate.sygedagpenge.employment``.
"""

import csv
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, StrictFloat, ValidationError, model_validator

from agents.calendar import Month, month
from agents.mistake import Mistake, unknown
from agents.statuses import BY_NAME

Found = TypeVar("Found")
Kind = Literal["documented", "statute", "calibrated", "assumed"]
Unit = Literal[
    "persons", "pct", "share", "per_year", "years", "months", "weeks", "ratio", "log_ratio", "exponent", "yyyymm", "DKK", "DKK_million", "hours", "minutes", "cases"
]

FOLDER = Path(__file__).parent
SELECTION = "selection.share"
"""How much of falling exits is who stays: the rates were fitted at several values of it."""
DEFAULT_VINTAGE = "2014"

_OPEN = ("rate.", "entry.", "limit.", "closed_scheme.")
"""Tables in which a vintage of one's own may have other rows than the shipped one: other moves, other outcomes."""

_LARGEST = {"pct": 100.0, "share": 1.0}
"""Natural upper bounds by unit; every unit but log_ratio and exponent is at least 0."""


class Parameter(BaseModel):
    """One number (or list of numbers) with its unit, labels, kind, source and range."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str
    value: StrictFloat | list[StrictFloat]
    unit: Unit
    en: str
    da: str
    kind: Kind
    source: str | None = None
    fact: str | None = None
    low: float | None = None
    high: float | None = None
    se: float | None = None
    note: str | None = None
    slot: int | None = None

    @model_validator(mode="after")
    def _has_what_its_kind_asks(self) -> Self:
        if self.kind in ("documented", "statute") and not (self.source or self.fact):
            raise ValueError(f"a {self.kind} parameter names its source or fact")
        if self.kind == "assumed" and (self.low is None or self.high is None or not self.note):
            raise ValueError("an assumed parameter has low, high and a note with the reason")
        if self.kind == "calibrated" and (not self.source or self.se is None):
            raise ValueError("a calibrated parameter has a source (which calibration) and a standard error (se)")
        self._check_range(self.value)
        return self

    @property
    def most(self) -> float:
        """Largest value that the unit allows."""
        return _LARGEST.get(self.unit, np.inf)

    @property
    def bounds(self) -> tuple[float, float]:
        """Lowest and highest value that may be set: the range if there is one, else what the unit allows."""
        signed = self.unit in ("log_ratio", "exponent")
        low = self.low if self.low is not None else (-np.inf if signed else 0.0)
        high = self.high if self.high is not None else self.most
        return float(low), float(high)

    def _check_range(self, value: float | list[float]) -> None:
        low, high = self.bounds
        if isinstance(value, list) and not value:
            raise ValueError("a list needs at least one number")
        for number in value if isinstance(value, list) else [value]:
            if not (low <= number <= high and np.isfinite(number)):
                raise ValueError(f"{number:g} is outside the allowed {low:g} to {high:g} {self.unit}")

    def changed(self, value: Any, *, where: str) -> "Parameter":
        """This parameter with another value. Raises Mistake when type, length or range do not fit."""
        wants_list = isinstance(self.value, list)
        numbers = value if isinstance(value, list) else [value]
        if isinstance(value, list) != wants_list or not all(
            isinstance(n, int | float) and not isinstance(n, bool) for n in numbers
        ):
            form = f"a list of {len(self.value)} numbers" if isinstance(self.value, list) else "one number"
            raise Mistake(f"{where}: parameter {self.path!r} = {value!r} must be {form} ({self.unit})")
        if isinstance(self.value, list) and len(numbers) != len(self.value):
            raise Mistake(f"{where}: parameter {self.path!r} needs {len(self.value)} numbers, got {len(numbers)}")
        try:
            self._check_range(value)
        except ValueError as error:
            raise Mistake(f"{where}: parameter {self.path!r}: {error}") from None
        return self.model_copy(update={"value": value})


class Parameters(Mapping[str, Parameter]):
    """All parameters of a vintage, by dotted path, with the changes a scenario makes."""

    def __init__(
        self, entries: Mapping[str, Parameter], vintage: str, ends: Mapping[str, tuple[float, float]] | None = None,
        changes: Mapping[str, Parameter] | None = None,
    ) -> None:
        self._vintage = entries
        self._changes = dict(changes or {})
        self._ends = ends or {}
        self._entries = {**entries, **self._at_selection(), **self._changes}
        self._below: dict[str, dict[str, Parameter]] = {}
        self._worked_out: dict[Callable[..., Any], Any] = {}
        self.vintage = vintage

    def __getitem__(self, path: str) -> Parameter:
        try:
            return self._entries[path]
        except KeyError:
            raise unknown("parameter", path, self._entries) from None

    def __contains__(self, path: object) -> bool:
        return path in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def value(self, path: str) -> float:
        """The number of a parameter, in its own unit."""
        return _number(self[path])

    def values_of(self, path: str) -> npt.NDArray[np.float64]:
        """The numbers of a list parameter."""
        return np.asarray(self[path].value, np.float64)

    def share(self, path: str) -> float:
        """A percentage or share as a share; nothing else is one (a rate a year taken for a probability ends here, in a KeyError)."""
        return self.value(path) / _LARGEST[self[path].unit]

    def months(self, path: str) -> int:
        """A length of time in whole months (weeks and years are converted; weeks round to the nearest month)."""
        months_each = {"weeks": 12 / 52, "months": 1.0, "years": 12.0}[self[path].unit]
        return round(self.value(path) * months_each)

    def month(self, path: str) -> Month:
        """A month written as yyyymm. Raises Mistake when it is none."""
        return _month(path, self.value(path))

    def months_listed(self, path: str) -> list[Month]:
        """The months of a list parameter, written as yyyymm. Raises Mistake when one is none."""
        return [_month(path, number) for number in self.values_of(path)]

    def below(self, prefix: str) -> dict[str, Parameter]:
        """Parameters under a dotted prefix, by the rest of their path."""
        found = self._below.get(prefix)
        if found is None:  # models ask every month, and parameters do not change
            start = prefix + "."
            found = self._below[prefix] = {path[len(start) :]: p for path, p in self._entries.items() if path.startswith(start)}
        return found.copy()

    def once(self, work_out: Callable[["Parameters"], Found]) -> Found:
        """What ``work_out`` makes of these parameters, worked out once, since they do not change. Look at it, do not change it."""
        if work_out not in self._worked_out:
            self._worked_out[work_out] = work_out(self)
        found: Found = self._worked_out[work_out]
        return found

    def changed(self, values: Mapping[str, Any], *, where: str = "parameters") -> "Parameters":
        """These parameters with the given values. Raises Mistake for an unknown path or an impossible value.

        Another ``selection.share`` takes along everything that was fitted at it (see :meth:`_at_selection`); values given
        for single parameters come on top, whatever the order. Without values they are these, with what was worked out from them.
        """
        if not values:
            return self
        changes = dict(self._changes)
        for path, value in values.items():
            if path not in self._vintage:
                raise unknown("parameter", path, self._vintage, where=where)
            changes[path] = self._vintage[path].changed(value, where=where)
        if SELECTION in values and not self._ends and changes[SELECTION].value != self._vintage[SELECTION].value:
            raise Mistake(f"{where}: {SELECTION}: these parameters have no rates fitted at other shares (no selection.csv, or they are drawn)")
        return Parameters(self._vintage, self.vintage, self._ends, changes)

    def drawn(self, values: Mapping[str, Any]) -> "Parameters":
        """A vintage of its own with these values, which may lie outside a range (that is a 90 % interval); changes of a
        scenario come on top. The selection share cannot be changed any more: rates were drawn at one."""
        entries = {path: self._vintage[path].model_copy(update={"value": value}) for path, value in values.items()}
        return Parameters({**self._vintage, **entries}, self.vintage, changes=self._changes)

    def unchanged(self) -> "Parameters":
        """The vintage's own values: these parameters without the changes of a scenario."""
        return Parameters(self._vintage, self.vintage, self._ends) if self._changes else self

    def _at_selection(self) -> dict[str, Parameter]:
        """What was fitted at both ends of the selection share, between the default's values and those of the nearer end:
        on the log scale, exponents on their own. Nothing at the default."""
        if SELECTION not in self._changes or not self._ends:
            return {}
        own = self._vintage[SELECTION]
        share, default = (_number(p) for p in (self._changes[SELECTION], own))
        side = int(share > default)
        weight = (share - default) / (own.bounds[side] - default) if share != default else 0.0
        moved = {}
        for path, ends in self._ends.items():
            value, end = _number(self._vintage[path]), ends[side]
            additive = self._vintage[path].unit == "exponent"
            between = value + weight * (end - value) if additive else value ** (1 - weight) * end**weight
            moved[path] = self._vintage[path].model_copy(update={"value": between})
        return moved

    def count_by_kind(self) -> dict[str, int]:
        """How many parameters there are of each kind."""
        kinds: dict[str, int] = {"documented": 0, "statute": 0, "calibrated": 0, "assumed": 0}
        for parameter in self._entries.values():
            kinds[parameter.kind] += 1
        return kinds


def _month(path: str, yyyymm: float) -> Month:
    number = int(yyyymm)
    try:
        return month(f"{number // 100:04d}-{number % 100:02d}")
    except ValueError:
        raise Mistake(f"parameter {path!r} = {number} is not a month (yyyymm)") from None


def _number(parameter: Parameter) -> float:
    assert not isinstance(parameter.value, list), f"{parameter.path} is a list"
    return parameter.value


def load_vintage(name_or_folder: str) -> Parameters:
    """A shipped vintage by name, or one's own by folder (a path with at least one ``/``)."""
    if "/" not in name_or_folder:
        return load(name_or_folder)
    folder = Path(name_or_folder)
    if not folder.is_dir():
        raise Mistake(f"vintage folder {folder} does not exist or is not a folder")
    own, shipped = load(folder.name, folder.parent), load()
    for path in own:
        if path not in shipped and not path.startswith(_OPEN):
            raise unknown("parameter", path, shipped, where=f"vintage {folder}")
        if path.startswith(_OPEN) and path.startswith(("rate.", "entry.")) and not set(path.split(".")[1:]) <= set(BY_NAME):
            raise Mistake(f"vintage {folder}: parameter {path!r} names a status that does not exist")
    for path in own:
        if path in shipped and isinstance(own[path].value, list) != isinstance(shipped[path].value, list):
            form = "a list of numbers" if isinstance(shipped[path].value, list) else "one number"
            raise Mistake(f"vintage {folder}: parameter {path!r} = {own[path].value!r} must be {form}")
    missing = [path for path in shipped if path not in own and not path.startswith(_OPEN)]
    if missing:
        raise Mistake(f"vintage {folder}: parameter {missing[0]!r} is missing ({len(missing)} in all)")
    return own


def read_fit(vintage: str = DEFAULT_VINTAGE) -> list[dict[str, str]]:
    """What the calibrated parameters were fitted to: target, asked, got, tolerance, miss (in tolerances), facts."""
    with (FOLDER / vintage / "fit.csv").open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def read_measured(vintage: str = DEFAULT_VINTAGE) -> list[dict[str, str]]:
    """What a run of the baseline says about every target: target, pattern, role, unit, asked, got, tolerance, miss.

    Written by ``calibration.validation``; got and miss are empty where the run does not reach far enough.
    """
    with (FOLDER / vintage / "measured.csv").open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def read_trials(vintage: str = DEFAULT_VINTAGE) -> list[dict[str, str]]:
    """What measures come to after a year: trial, outcome, months, persons, control, treated, effect, low, high, found, fact.

    Written by ``calibration.trials``; shares, and ``found`` is empty where the documents give no size.
    """
    with (FOLDER / vintage / "trials.csv").open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def read_costings(vintage: str = DEFAULT_VINTAGE) -> list[dict[str, str]]:
    """Published costings next to the model's: costing, row, row_da, published, modelled, low, high, unit, kind, fact, note.

    Written by ``calibration.costings``; modelled, low and high are empty where there is none.
    """
    with (FOLDER / vintage / "costings.csv").open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def vintages(folder: Path = FOLDER) -> list[str]:
    """Names of the vintages in a folder, by default those that are shipped."""
    return sorted(p.name for p in folder.iterdir() if p.is_dir() and any(p.glob("*.toml")))


@lru_cache(maxsize=8)
def load(vintage: str = DEFAULT_VINTAGE, folder: Path = FOLDER) -> Parameters:
    """Read one vintage. Raises Mistake naming file and parameter when something in it is wrong."""
    if not (folder / vintage).is_dir():
        raise unknown("vintage", vintage, vintages(folder))
    entries: dict[str, Parameter] = {}
    for file in sorted((folder / vintage).glob("*.toml")):
        try:
            table = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise Mistake(f"{file}: not valid TOML (UTF-8): {error}") from None
        for path, leaf in _leaves(table, (), {}, file):
            if path in entries:
                raise Mistake(f"{file}: parameter {path!r} stands twice")
            try:
                entries[path] = Parameter(path=path, **leaf)
            except ValidationError as error:
                first = error.errors()[0]
                key = ".".join(map(str, first["loc"])) or "value"
                raise Mistake(f"{file}: parameter {path!r}: {key}: {first['msg']}") from None
    return Parameters(entries, vintage, _read_ends(folder / vintage / "selection.csv", entries))


def _read_ends(file: Path, entries: Mapping[str, Parameter]) -> dict[str, tuple[float, float]]:
    """Values fitted at both ends of the selection share, by path; empty when there is no such file.

    The header names the shares: lowest, default, highest. Raises Mistake naming the line when they are not those of
    ``selection.share``, or the default's values are not the vintage's: the file is then of another fit.
    """
    if not file.exists():
        return {}
    own = entries[SELECTION]
    asked = ["path", *(f"at_{share:g}" for share in (own.bounds[0], _number(own), own.bounds[1]))]
    stale = "fit again, or delete the file (selection.share can then not be changed)"
    ends: dict[str, tuple[float, float]] = {}
    with file.open(encoding="utf-8", newline="") as text:
        for number, row in enumerate(csv.reader(text), start=1):
            where = f"{file}, line {number}"
            if number == 1:
                if row != asked:
                    raise Mistake(f"{where}: columns are {','.join(row)}, {SELECTION} asks for {','.join(asked)}; {stale}")
                continue
            if len(row) != len(asked):
                raise Mistake(f"{where}: {len(row)} values, expected {len(asked)}")
            if row[0] not in entries:
                raise unknown("parameter", row[0], entries, where=where)
            ends[row[0]] = _read_end(entries[row[0]], row[1:], where, stale)
    return ends


def _read_end(parameter: Parameter, row: list[str], where: str, stale: str) -> tuple[float, float]:
    try:
        low, default, high = map(float, row)
        positive = parameter.unit == "exponent" or (low > 0 and high > 0)
    except ValueError as error:
        raise Mistake(f"{where}: {error}") from None
    if isinstance(parameter.value, list) or not positive or not np.isfinite([low, high]).all():
        raise Mistake(f"{where}: {parameter.path!r} needs single numbers above 0, got {', '.join(row)}")
    if abs(default - parameter.value) > 1e-6 * abs(parameter.value):
        raise Mistake(f"{where}: {parameter.path!r} is {parameter.value:g} in the vintage and {default:g} here; {stale}")
    return low, high


def _leaves(
    table: dict[str, Any], path: tuple[str, ...], defaults: dict[str, Any], file: Path
) -> Iterator[tuple[str, dict[str, Any]]]:
    here = {**defaults, **{key[1:]: value for key, value in table.items() if key.startswith("_")}}
    for key, value in table.items():
        if key.startswith("_"):
            continue
        if not isinstance(value, dict):
            raise Mistake(f"{file}: parameter {'.'.join((*path, key))!r}: expected a table with 'value', got {value!r}")
        if "value" in value:
            leaf = {**here, **value}
            if leaf.get("kind") != "assumed":  # defaults of range and reason are meant for assumptions
                leaf = {k: v for k, v in leaf.items() if k in value or k not in ("low", "high", "note")}
            yield ".".join((*path, key)), _labelled(leaf, (*path, key))
        else:
            yield from _leaves(value, (*path, key), here, file)


def _labelled(leaf: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    """Fill {0} (last key) and {1} (the key before) in the labels with the names of statuses."""
    last, before = path[-1], path[-2] if len(path) > 1 else ""
    for language in ("en", "da"):
        template = leaf.get(language, "{1}: {0}")
        names = [getattr(BY_NAME[k], language) if k in BY_NAME else k.replace("_", " ") for k in (last, before)]
        leaf[language] = template.format(*names)
    return leaf
