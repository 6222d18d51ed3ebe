"""Scenarios: a list of policies and parameter changes, read from TOML and checked before anything runs."""

import tomllib
from collections import OrderedDict
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from agents.calendar import label, month
from agents.mistake import Mistake, unknown
from policies.protocol import Policy, Text
from policies.registry import Registry, refuse_conflicts
from sim.draws import drawn
from sim.parameters import DEFAULT_VINTAGE, Parameters, load_vintage

FOLDER = Path(__file__).parent / "scenarios"
LONGEST = 600
"""Most months a run may have."""
KEPT = 4
"""Different parameters, changes of one vintage or draw, that are kept."""


class Scenario(BaseModel):
    """One rule set: what is run.

    Attributes:
        name: short name, used in tables.
        title: title in both languages.
        vintage: the bundle of stocks, rules and rates: a shipped one by name, or one's own by folder.
        start: first simulated month: that of the vintage, whose population is counted just before it.
        months: number of months.
        draw: which draw of the vintage's uncertain parameters, and of the assumed sizes of policies that the scenario does not set,
            counted from 1; none gives the vintage's own values and the defaults.
        parameters: changed parameters by dotted path.
        policies: tables with ``use`` (the policy's name), ``start``, ``end`` and the policy's parameters.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: str = Field(pattern=r"^[A-Za-z0-9_.-]{1,80}$")
    title: Text | None = None
    vintage: str = DEFAULT_VINTAGE
    start: str = Field("", validate_default=True)
    months: int = Field(120, ge=1, le=LONGEST)
    draw: int | None = Field(None, ge=1)
    parameters: dict[str, Any] = Field(default_factory=dict)
    policies: tuple[dict[str, Any], ...] = Field((), strict=False)

    @field_validator("vintage")
    @classmethod
    def _is_a_vintage(cls, value: str) -> str:
        load_vintage(value)
        return value

    @field_validator("start")
    @classmethod
    def _is_the_first_month(cls, value: str, info: ValidationInfo) -> str:
        first = label(load_vintage(info.data.get("vintage", DEFAULT_VINTAGE)).month("vintage.first_month"))
        if value:
            month(value)
            if value != first:
                raise ValueError(f"the population is counted just before {first}, so a run starts there")
        return first

    def with_months(self, months: int | None) -> "Scenario":
        """The same scenario with another length. Raises Mistake when the length is impossible."""
        if months is None:
            return self
        if not 1 <= months <= LONGEST:
            raise Mistake(f"--months {months}: must be 1 to {LONGEST}")
        return self.model_copy(update={"months": months})

    def with_draw(self, number: int) -> "Scenario":
        """The same scenario with a draw of the uncertain parameters. Raises Mistake when its vintage has no such draw."""
        changed = self.model_copy(update={"draw": number})
        changed.read_parameters()
        return changed

    @property
    def changed_parameters(self) -> dict[str, Any]:
        """Changed parameters by dotted path."""
        return _flat(self.parameters)

    def with_parameter(self, path: str, value: float) -> "Scenario":
        """The same scenario with a parameter changed. Raises Mistake when it cannot have the value."""
        changed = self.model_copy(update={"parameters": {**self.changed_parameters, path: value}})
        changed.read_parameters()
        return changed

    def with_policy(self, use: str, *, name: str | None = None, **values: Any) -> "Scenario":
        """A reform: this scenario with one policy more, in force with these dates and parameters.

        Args:
            use: name of the policy.
            name: of the reform; by default this one's and the policy's.
            values: ``start``, ``end`` and parameters of the policy; they are checked when the scenario is run.

        Raises:
            Mistake: for a name that cannot be one.
        """
        told = {"name": name or f"{self.name}.{use}", "title": None, "policies": (*self.policies, {"use": use, **values})}
        try:
            return Scenario.model_validate({**self.model_dump(), **told})
        except ValidationError:
            raise Mistake(f"scenario name {told['name']!r}: use at most 80 letters, digits, '_', '.' or '-'") from None

    @property
    def last_month(self) -> int:
        """The last simulated month."""
        return month(self.start) + self.months - 1

    @property
    def law_frozen(self) -> str | None:
        """The month at which the law is frozen, when the run goes beyond the last law in the documents."""
        frozen = load_vintage(self.vintage).month("law.frozen")
        return label(frozen) if self.last_month >= frozen else None

    def read_parameters(self) -> Parameters:
        """Parameters of the run: the vintage's, or one draw of them, with the scenario's changes on top.

        The last few are kept, with what was worked out from them: a base and its reforms in one world have the same.
        """
        own = load_vintage(self.vintage) if self.draw is None else drawn(self.vintage, self.draw)
        changes = self.changed_parameters
        if not changes:
            return own
        kept, key = own.once(_variants), repr(sorted(changes.items()))
        found = kept.get(key)
        if found is None:
            found = kept[key] = own.changed(changes, where=f"scenario {self.name!r} [parameters]")
            while len(kept) > KEPT:
                kept.popitem(last=False)
        return found

    def make_policies(self, registry: Registry) -> list[Policy]:
        """Policies of the run. Raises Mistake for an unknown name, a wrong value, a conflict or impossible dates."""
        made = []
        for number, table in enumerate(self.policies, start=1):
            where = f"scenario {self.name!r} [[policies]] {number}"
            values = dict(table)
            use = values.pop("use", None)
            if not isinstance(use, str):
                raise Mistake(f"{where}: key 'use' is missing; it names a policy, for example {next(iter(registry))!r}")
            if self.draw is not None and use in registry:
                values = {**registry[use].drawn_sizes(self.draw), **values}
            policy = registry.make(use, values, where=where)
            if policy.start and month(policy.start) > self.last_month:
                raise Mistake(
                    f"{where}: policy {use!r} starts {policy.start}, after the last month {label(self.last_month)}"
                )
            if policy.end and month(policy.end) < month(self.start):
                raise Mistake(f"{where}: policy {use!r} ends {policy.end}, before the first month {self.start}")
            made.append(policy)
        refuse_conflicts(made)
        return made


def _variants(_own: Parameters) -> OrderedDict[str, Parameters]:
    """Parameters with changes on top, by what is changed."""
    return OrderedDict()


def shipped_scenarios() -> dict[str, Path]:
    """Files of the scenarios that are shipped, by name."""
    return {file.stem: file for file in sorted(FOLDER.glob("*.toml"))}


def read_scenario(name_or_file: str | Path) -> Scenario:
    """A shipped scenario by name, or one from a TOML file. Raises Mistake naming file, key, value and what is allowed."""
    text = str(name_or_file)
    shipped = shipped_scenarios()
    if text in shipped:
        file = shipped[text]
    elif text.endswith(".toml") or "/" in text or _exists(text):
        file = Path(text)
    else:
        raise unknown("scenario", text, shipped)
    return _parse(_read_text(file), file)


def _exists(text: str) -> bool:
    try:
        return Path(text).exists()
    except OSError:  # too long for a file name
        return False


def _read_text(file: Path) -> str:
    if file.is_dir():
        raise Mistake(f"scenario {file} is a folder; name a TOML file in it")
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Mistake(f"scenario {file} cannot be read: {error.strerror}") from None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise Mistake(f"scenario {file} is not a text file (UTF-8)") from None


def _parse(text: str, file: Path) -> Scenario:
    if not text.strip():
        raise Mistake(f"scenario {file} is empty; the least it needs is: name = \"my_scenario\"")
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Mistake(f"scenario {file}: not valid TOML: {error}") from None
    for key in table:
        if key not in Scenario.model_fields:
            raise unknown("key", key, Scenario.model_fields, where=f"scenario {file}")
    try:
        return Scenario(**table)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"])) or "scenario"
        message = first["msg"].removeprefix("Value error, ")
        shown = "" if first["type"] == "missing" else f" = {first['input']!r}"
        raise Mistake(f"scenario {file}: {key}{shown}: {message}") from None


def _flat(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Dotted paths of a nested table: TOML reads ``a.b = 1`` as nested."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        path = f"{prefix}{key}"
        flat.update(_flat(value, path + ".") if isinstance(value, dict) else {path: value})
    return flat
