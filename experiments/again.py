"""How a result is made again: what was asked for lies beside it as files, and the command line that names them.

A scenario that is shipped is named; any other is read from the file beside the results, so that the command still makes the same numbers
when the user's own file has changed, or when there never was one.
"""

import json
import shlex
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import tomli_w
from pydantic import BaseModel

from experiments.scenario import Scenario, read_scenario, shipped_scenarios
from experiments.store import Store
from policies.registry import Registry
from sim.fingerprint import digest

SCENARIOS = "scenarios"
"""Folder of a result that holds the scenarios asked for, and policy files."""


class _Named(Protocol):
    @property
    def name(self) -> str: ...


Told = TypeVar("Told", bound=_Named)


@dataclass(frozen=True)
class Asked:
    """What the user asked for.

    Attributes:
        command: ``run``, ``compare`` or ``trial``.
        scenarios: as they came, before they were taken apart or given draws.
        flags: what else decides about the result, as the command line has it.
    """

    command: str
    scenarios: tuple[Scenario, ...]
    flags: tuple[str, ...] = ()

    def keep(self, store: Store, policy_files: Sequence[str]) -> None:
        """Write the scenarios, and the user's own policies, beside the results."""
        (store.folder / SCENARIOS).mkdir(exist_ok=True)
        for scenario in self.scenarios:
            store.write_text(f"{SCENARIOS}/{scenario.name}.toml", as_toml(scenario))
        for file, copy in copies(policy_files).items():
            store.write_text(copy, Path(file).read_text(encoding="utf-8"))

    def line(self, plan: dict[str, Any], folder: Path, policy_files: Sequence[str]) -> str:
        """The command line that carries out this ``plan`` again, run where it was run before."""
        replications = plan["replications"] // max(1, plan["draws"])
        numbers = {key: plan[key] for key in ("scale", "months", "seed")} | {"replications": replications}
        words = ["borgerflow", self.command, *(_word(scenario, folder) for scenario in self.scenarios)]
        words += [word for key, number in numbers.items() for word in (f"--{key}", f"{number}")]
        words += [word for copy in copies(policy_files).values() for word in ("--policy", str(folder / copy))]
        return shlex.join([*words, *self.flags, *(["--register"] if plan["register"] else [])])


def copies(policy_files: Sequence[str]) -> dict[str, str]:
    """Where the copies of policy files lie in a result's folder, by file: under the file's name, with a number where another has that name."""
    found: dict[str, str] = {}
    for file in policy_files:
        name, number = Path(file).name, 1
        while f"{SCENARIOS}/{name}".lower() in {copy.lower() for copy in found.values()}:
            number += 1
            name = f"{Path(file).stem}_{number}.py"
        found[file] = f"{SCENARIOS}/{name}"
    return found


def _word(scenario: Scenario, folder: Path) -> str:
    """How a scenario is named on the command line."""
    return scenario.name if _as_shipped(scenario) else str(folder / SCENARIOS / f"{scenario.name}.toml")


def _as_shipped(scenario: Scenario) -> bool:
    """Whether a scenario is as it is shipped, its length aside."""
    return is_shipped(scenario, shipped_scenarios(), lambda name: read_scenario(name).with_months(scenario.months))


def is_shipped(told: Told, shipped: Collection[str], read: Callable[[str], Told]) -> bool:
    """Whether a scenario or an experiment is what ``read`` reads under its name, if that is among the names of the ``shipped``."""
    return told.name in shipped and read(told.name) == told


def mark(scenarios: Sequence[Scenario], policy_files: Sequence[str]) -> str:
    """What a default folder's name ends in, so that a scenario or policy that was edited gets results of its own: a few letters that its content
    decides; nothing where everything is shipped. Raises Mistake for a policy file that cannot be read."""
    own = [as_toml(scenario) for scenario in scenarios if not _as_shipped(scenario)]
    return f"-{digest([own, Registry(policy_files).digest()])[:6]}" if own or policy_files else ""


def as_toml(told: BaseModel) -> str:
    """The file that reads as this scenario or experiment."""
    values = told.model_dump(exclude_none=True, exclude_defaults=True)
    return tomli_w.dumps(json.loads(json.dumps(values)))
