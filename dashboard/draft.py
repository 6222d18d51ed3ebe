"""A reform as it is being built: in the address of the page, in a TOML file, and as a scenario that can be run.

Drafts come from outside: from links, uploads and the browser. They are small tables of plain values. They name policies of the house and
parameters; never a vintage, a file or a folder. Nothing of them is executed.
"""

import json
import re
import tomllib
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any, NoReturn

import tomli_w
from pydantic import ValidationError

from dashboard.words import Trouble
from experiments.scenario import Scenario
from policies.protocol import Text
from policies.registry import Registry
from sim.parameters import DEFAULT_VINTAGE

BASE = "baseline"
"""The scenario that reforms are compared with."""
LONGEST_LINK, LARGEST_FILE = 8_000, 60_000
"""Most characters of a link's draft, most bytes of a file."""
MOST_POLICIES, MOST_PARAMETERS, LONGEST_TITLE = 60, 100, 160
LARGEST_NUMBER = 1e12
_LEFT_ASIDE = {"start", "months"}
"""Keys of a scenario file that the page asks for itself."""
_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa"})


@lru_cache(maxsize=1)
def registry() -> Registry:
    """The policies of the house and of installed plug-ins; never files."""
    return Registry()


@dataclass(frozen=True)
class Draft:
    """A reform being built.

    Attributes:
        name: as in tables. title: as people read it.
        policies: tables with ``use``, dates, and the parameters that are not left at their defaults.
        parameters: changed parameters of the model by dotted path.
    """

    name: str = ""
    title: str = ""
    policies: list[dict[str, Any]] = field(default_factory=list)
    parameters: dict[str, Any] = field(default_factory=dict)

    def scenario(self, months: int) -> Scenario:
        """The scenario that is run. Raises Trouble or Mistake when it cannot be one."""
        if not self.policies and not self.parameters:
            raise Trouble("build_empty")
        if self.name == BASE:
            raise Trouble("build_name_taken", name=BASE)
        title = Text(en=self.title, da=self.title) if self.title else None
        try:
            values = {"name": self.name or "my_reform", "title": title, "months": months, "policies": self.policies, "parameters": self.parameters}
            return Scenario.model_validate(values)
        except ValidationError as error:
            first = error.errors()[0]
            raise Trouble("build_wrong_value", what=".".join(map(str, first["loc"]))[:80], value=repr(first["input"])[:80]) from error

    def link(self) -> str:
        """What stands in the address; empty for an empty draft."""
        told = {key: value for key, value in asdict(self).items() if value}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")) if self.policies or self.parameters else ""

    def toml(self, months: int) -> str:
        """The scenario as a file for the command line."""
        table: dict[str, Any] = {"name": self.name or "my_reform", "months": months}
        if self.title:
            table["title"] = {"en": self.title, "da": self.title}
        if self.parameters:
            table["parameters"] = self.parameters
        return tomli_w.dumps({**table, "policies": self.policies})


def name_of(title: str) -> str:
    """A name for a title: letters, digits and underscores."""
    return re.sub(r"[^A-Za-z0-9]+", "_", title.translate(_LETTERS)).strip("_").lower()[:60] or "my_reform"


def read_link(text: str) -> Draft:
    """The draft in an address. Raises Trouble when there is none to be read."""
    if len(text) > LONGEST_LINK:
        raise Trouble("build_link_long", most=LONGEST_LINK)
    try:
        return read_table(json.loads(text, parse_constant=_no_number))
    except (ValueError, RecursionError) as error:
        raise Trouble("build_link_broken") from error


def read_file(content: bytes) -> Draft:
    """The draft in a scenario file (TOML). Raises Trouble when it cannot be read or asks for what a page does not do."""
    if len(content) > LARGEST_FILE:
        raise Trouble("build_file_large", most=LARGEST_FILE // 1000)
    try:
        return read_table(tomllib.loads(content.decode("utf-8")))
    except (ValueError, RecursionError) as error:
        raise Trouble("build_file_broken", message=str(error)[:200]) from error


def read_table(table: Any) -> Draft:
    """The draft that a table tells of. Raises Trouble naming what is wrong with it."""
    if not isinstance(table, dict):
        raise Trouble("build_link_broken")
    own = {key: value for key, value in table.items() if key not in _LEFT_ASIDE}
    if own.pop("vintage", DEFAULT_VINTAGE) != DEFAULT_VINTAGE or own.pop("draw", None) is not None:
        raise Trouble("build_no_vintage")
    for key in own:
        if key not in Draft.__dataclass_fields__:
            raise Trouble("build_unknown_key", what=str(key)[:40], allowed=", ".join(Draft.__dataclass_fields__))
    title, name = own.get("title", ""), own.get("name", "")
    if isinstance(title, dict):
        title = title.get("da") or title.get("en") or ""
    policies, parameters = own.get("policies", []), _flat(own.get("parameters", {}))
    if not isinstance(title, str) or not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9_.-]{0,80}", name):
        raise Trouble("build_wrong_value", what="name", value=repr(name)[:80])
    if not isinstance(policies, list) or len(policies) > MOST_POLICIES or len(parameters) > MOST_PARAMETERS:
        raise Trouble("build_too_much", policies=MOST_POLICIES, parameters=MOST_PARAMETERS)
    for policy in policies:
        if not isinstance(policy, dict) or not isinstance(policy.get("use"), str) or policy["use"] not in registry():
            raise Trouble("build_unknown_policy", policy=str(policy.get("use", "") if isinstance(policy, dict) else policy)[:80])
        if not all(_is_plain(value) for value in policy.values()):
            raise Trouble("build_wrong_value", what=policy["use"], value="…")
        if wrong := next((key for key in policy if key != "use" and key not in registry()[policy["use"]].model_fields), None):
            raise Trouble("build_unknown_parameter", policy=policy["use"], what=str(wrong)[:80])
    if not all(_is_plain(value) for value in parameters.values()):
        raise Trouble("build_wrong_value", what="parameters", value="…")
    return Draft(name, title[:LONGEST_TITLE], policies, parameters)


def _is_plain(value: Any) -> bool:
    """Whether a value is a number, a short text, or a short list of those."""
    if isinstance(value, list):
        return len(value) <= 200 and all(isinstance(one, bool | int | float | str) and _is_plain(one) for one in value)
    if isinstance(value, bool | int | float):
        return abs(value) < LARGEST_NUMBER
    return isinstance(value, str) and len(value) <= 200


def _flat(table: Any, prefix: str = "") -> dict[str, Any]:
    """Dotted paths of a nested table."""
    if not isinstance(table, dict):
        raise Trouble("build_wrong_value", what="parameters", value=repr(table)[:80])
    flat: dict[str, Any] = {}
    for key, value in table.items():
        flat.update(_flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value})
    return flat


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)
