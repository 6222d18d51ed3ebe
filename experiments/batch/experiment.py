"""Experiments: many scenarios that a file describes - reforms with levers, worlds with uncertainties, and a design over both.

A *lever* is a parameter of a policy (``policy.parameter``) and changes the reforms alone; an *uncertainty* is a parameter of the
world (a dotted path, as in a scenario's ``[parameters]``) and changes the base and the reforms alike.
"""

import math
import tomllib
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from agents.mistake import Mistake, unknown
from experiments.analysis.condition import Condition
from experiments.batch.outcomes import OUTCOMES, check_outcomes
from experiments.scenario import LONGEST, Scenario, read_scenario
from experiments.units import TABLES
from policies.protocol import Text
from sim import SMALLEST_SCALE

FOLDER = Path(__file__).parent / "shipped"
LARGEST = 1_000_000
"""Most units of an experiment."""
NONE = "none"
"""Value of a lever where the reform is without its policy."""

Kind = Literal["grid", "latin_hypercube", "sobol", "morris"]
Value = bool | int | float | str


class Range(BaseModel):
    """A range from which a design takes values."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    low: float
    high: float
    whole: bool = False
    """Whole numbers only."""

    @model_validator(mode="after")
    def _is_a_range(self) -> "Range":
        if not (np.isfinite([self.low, self.high]).all() and self.low < self.high):
            raise ValueError(f"low = {self.low:g} must be less than high = {self.high:g}")
        return self


Axis = Range | tuple[Value, ...]


class Design(BaseModel):
    """How values are combined.

    Attributes:
        kind: every combination of listed values (``grid``), or a sample of the ranges (what has one value keeps it):
            ``latin_hypercube``, ``sobol`` (a Sobol' sequence laid out for variance shares) or ``morris`` (trajectories that move one
            value at a time). Without any, a grid where nothing has a range, else a Latin hypercube.
        samples: points of a Latin hypercube; base samples or trajectories of the other two.
        seed: luck of the sample.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind | None = None
    samples: int = Field(16, ge=2, le=LARGEST)
    seed: int = Field(1, ge=0, lt=2**31)


class Experiment(BaseModel):
    """What is run, and what is looked at.

    Attributes:
        name: short name, used for the folder.
        title: title in both languages.
        base: scenario that all differences are taken from, by name or file.
        reforms: scenarios that are compared with it; without any, the levers are laid on the base.
        worlds: scenarios whose policies and parameters hold for the base and the reforms alike (a boom, say); what they do is no part
            of a difference.
        levers: values or a range for parameters of policies, by ``policy.parameter``; a policy that a reform does not have is added.
        uncertainties: values or a range for parameters of the world, by path.
        design: how they are combined.
        draws: draws of the uncertain parameters of the vintage over which everything is run; 0 = the vintage's own values.
        replications: repetitions with other luck (of every draw).
        months, scale, seed: length [months], share of the population simulated, luck.
        outcomes: what is looked at, by name (:data:`experiments.batch.outcomes.OUTCOMES`).
        horizons: months after the start at which it is looked at; the end without any.
        tables: tables of each run to keep, for queries in place; outcomes are kept always.
        decide_by: outcome by which one option is better than another, in regret and value of information; the first that has a better
            direction without it.
        fails: when a reform fails, a condition on differences such as ``net_cost > 0 or persons.employment < 0``; PRIM looks for where.
        enough: when it does well enough, for the share of worlds in which it does.
        policy_files: Python files with policies of one's own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[A-Za-z0-9_-]{1,60}$")
    title: Text | None = None
    base: str = "baseline"
    reforms: tuple[str, ...] = ()
    worlds: tuple[str, ...] = ()
    levers: dict[str, Axis] = Field(default_factory=dict)
    uncertainties: dict[str, Axis] = Field(default_factory=dict)
    design: Design = Field(default_factory=lambda: Design.model_validate({}))
    draws: int = Field(0, ge=0)
    replications: int = Field(4, ge=1, le=10_000)
    months: int = Field(60, ge=1, le=LONGEST)
    scale: float = Field(0.02, ge=SMALLEST_SCALE, le=1)
    seed: int = Field(1, ge=0, lt=2**63)
    outcomes: tuple[str, ...] = Field(("persons.employment", "persons.edge_total", "net_cost"), min_length=1)
    horizons: tuple[int, ...] = ()
    tables: tuple[str, ...] = ()
    decide_by: str | None = None
    fails: str | None = None
    enough: str | None = None
    policy_files: tuple[str, ...] = ()

    @field_validator("levers", "uncertainties", mode="before")
    @classmethod
    def _by_path(cls, value: Any) -> Any:
        return _flat(value) if isinstance(value, dict) else value

    @field_validator("levers", "uncertainties")
    @classmethod
    def _has_values(cls, value: dict[str, Axis]) -> dict[str, Axis]:
        for name, axis in value.items():
            if "." not in name:
                raise ValueError(f"{name!r}: write policy.parameter or a parameter's path")
            if isinstance(axis, Range):
                continue
            if not axis:
                raise ValueError(f"{name!r} has no values: the grid is empty")
            twice = next((v for v in axis if axis.count(v) > 1), None)
            if twice is not None:
                raise ValueError(f"{name!r} has the value {twice!r} twice")
        return value

    @field_validator("outcomes", "reforms", "worlds", "tables", "horizons")
    @classmethod
    def _once(cls, value: tuple[Any, ...]) -> tuple[Any, ...]:
        twice = next((v for v in value if value.count(v) > 1), None)
        if twice is not None:
            raise ValueError(f"{twice!r} stands twice")
        return value

    @field_validator("outcomes")
    @classmethod
    def _are_outcomes(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        check_outcomes(value)
        return value

    @field_validator("tables")
    @classmethod
    def _are_tables(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if name not in TABLES:
                raise unknown("table", name, TABLES)
        return value

    @model_validator(mode="after")
    def _fits(self) -> "Experiment":
        if not self.reforms and not self.levers:
            raise ValueError("the experiment needs reforms or levers: nothing differs from the base")
        late = next((h for h in self.horizons if not 1 <= h <= self.months), None)
        if late is not None:
            raise ValueError(f"horizons: {late} must lie within 1 and months = {self.months}")
        both = next((name for name in self.levers if name in self.uncertainties), None)
        if both:
            raise ValueError(f"{both!r} is a lever and an uncertainty")
        for name, axis in {**self.levers, **self.uncertainties}.items():
            if self.kind == "grid" and isinstance(axis, Range):
                raise ValueError(f"{name!r}: a grid needs a list of values, not a range")
            if self.kind != "grid" and not isinstance(axis, Range) and len(axis) > 1:
                raise ValueError(f"{name!r}: a design of kind {self.kind!r} needs a range, {{ low = ..., high = ... }}, or one value")
        if self.kind != "grid" and not self.ranges:
            raise ValueError(f"design {self.kind!r} needs levers or uncertainties with ranges")
        if self.kind == "sobol" and self.design.samples & (self.design.samples - 1):
            raise ValueError(f"design.samples = {self.design.samples}: a Sobol' sequence is balanced for powers of 2 only (64, 128, 256, ...)")
        runs = self.size * self.replications * max(1, self.draws)
        if runs > LARGEST:
            raise ValueError(f"{runs:,} runs and more, the most is {LARGEST:,}; take fewer values, draws or replications")
        return self

    @model_validator(mode="after")
    def _can_be_judged(self) -> "Experiment":
        for key in ("fails", "enough"):
            text = getattr(self, key)
            if text is not None:
                Condition.read(text, self.outcomes, key)
        if self.decide_by is not None and self.decide_by not in self.outcomes:
            raise unknown("outcome", self.decide_by, self.outcomes, where="decide_by")
        if self.decide_by is not None and not OUTCOMES[self.decide_by].better:
            raise ValueError(f"decide_by: neither more nor less of {self.decide_by!r} is better by itself; take another outcome")
        return self

    @property
    def kind(self) -> Kind:
        """How values are combined."""
        return self.design.kind or ("latin_hypercube" if self.ranges else "grid")

    @property
    def axes(self) -> dict[str, Axis]:
        """Levers, then uncertainties."""
        return {**self.levers, **self.uncertainties}

    @property
    def ranges(self) -> dict[str, Range]:
        """Levers and uncertainties that have a range."""
        return {name: axis for name, axis in self.axes.items() if isinstance(axis, Range)}

    @property
    def size(self) -> int:
        """How many points there are."""
        values = math.prod(len(axis) for axis in self.axes.values() if not isinstance(axis, Range))
        each = {"grid": values, "latin_hypercube": 1, "sobol": 2 * len(self.ranges) + 2, "morris": len(self.ranges) + 1}[self.kind]
        return each * (1 if self.kind == "grid" else self.design.samples) * max(1, len(self.reforms)) * max(1, len(self.worlds))

    @property
    def at(self) -> tuple[int, ...]:
        """Months after the start at which outcomes are looked at, in order."""
        return tuple(sorted(self.horizons)) or (self.months,)

    def scenario(self, name: str) -> Scenario:
        """A scenario of the experiment with the experiment's length."""
        return read_scenario(name).with_months(self.months)


def _flat(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Dotted names of a nested table, down to lists and ranges."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        is_table = isinstance(value, dict) and not {"low", "high"} & value.keys()
        flat.update(_flat(value, f"{prefix}{key}.") if is_table else {f"{prefix}{key}": value})
    return flat


def shipped_experiments() -> dict[str, Path]:
    """Files of the experiments that are shipped, by name."""
    return {file.stem: file for file in sorted(FOLDER.glob("*.toml"))}


def read_experiment(name_or_file: str | Path) -> Experiment:
    """A shipped experiment by name, or one from a TOML file. Raises Mistake naming file, key, value and what is allowed."""
    shipped = shipped_experiments()
    text = str(name_or_file)
    if text not in shipped and not (text.endswith(".toml") or "/" in text):
        raise unknown("experiment", text, shipped)
    file = shipped.get(text, Path(text))
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise Mistake(f"experiment {file} cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Mistake(f"experiment {file}: not valid TOML: {error}") from None
    return make_experiment(table, where=f"experiment {file}")


def make_experiment(table: dict[str, Any], *, where: str = "experiment") -> Experiment:
    """An experiment from its keys. Raises Mistake like :func:`read_experiment`."""
    for key in table:
        if key not in Experiment.model_fields:
            raise unknown("key", key, Experiment.model_fields, where=where)
    try:
        return Experiment.model_validate(table)
    except ValidationError as error:
        raise Mistake(f"{where}: {_in_words(error)}") from None


def _in_words(error: ValidationError) -> str:
    """What is wrong first: an unknown key before what it leaves missing; with the key, its value and what is allowed."""
    found = error.errors()
    first = next((e for e in found if e["type"] == "extra_forbidden"), found[0])
    path = [str(part) for part in first["loc"] if not str(part).startswith(("tuple", "Range", "function"))]
    if first["type"] == "extra_forbidden":
        kinds: dict[str, type[BaseModel]] = {"design": Design, "title": Text}
        allowed = kinds.get(path[0], Range).model_fields
        return str(unknown("key", path[-1], allowed, where=".".join(path[:-1])))
    shown = "" if first["type"] in ("missing", "value_error") else f" = {first['input']!r}"
    is_axis = path[:1] in (["levers"], ["uncertainties"]) and len(path) == 2 and first["type"] != "value_error"
    message = "write values in a list, [20, 40], or a range, { low = 20, high = 40 }" if is_axis else first["msg"].removeprefix("Value error, ")
    return f"{'.'.join(path)}{shown}: {message}" if path else message
