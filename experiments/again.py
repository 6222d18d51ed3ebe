"""How a result is made again: what was asked for lies beside it as files, and the command line that names them.

A scenario that is shipped is named; any other is read from the file beside the results, so that the command still makes the same numbers
when the user's own file has changed, or when there never was one.
"""

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import BaseModel

from experiments.scenario import Scenario, read_scenario, shipped_scenarios
from experiments.store import Store

SCENARIOS = "scenarios"
"""Folder of a result that holds the scenarios asked for."""


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

    def keep(self, store: Store) -> None:
        """Write the scenarios beside the results."""
        (store.folder / SCENARIOS).mkdir(exist_ok=True)
        for scenario in self.scenarios:
            store.write_text(f"{SCENARIOS}/{scenario.name}.toml", as_toml(scenario))

    def line(self, plan: dict[str, Any], folder: Path, policy_files: Sequence[str]) -> str:
        """The command line that carries out this ``plan`` again, run where it was run before."""
        replications = plan["replications"] // max(1, plan["draws"])
        numbers = {key: plan[key] for key in ("scale", "months", "seed")} | {"replications": replications}
        words = ["borgerflow", self.command, *(_word(scenario, folder) for scenario in self.scenarios)]
        words += [word for key, number in numbers.items() for word in (f"--{key}", f"{number}")]
        words += [word for file in policy_files for word in ("--policy", file)]
        return shlex.join([*words, *self.flags, *(["--register"] if plan["register"] else [])])


def _word(scenario: Scenario, folder: Path) -> str:
    """How a scenario is named on the command line."""
    is_shipped = scenario.name in shipped_scenarios() and read_scenario(scenario.name).with_months(scenario.months) == scenario
    return scenario.name if is_shipped else str(folder / SCENARIOS / f"{scenario.name}.toml")


def as_toml(told: BaseModel) -> str:
    """The file that reads as this scenario or experiment."""
    values = told.model_dump(exclude_none=True, exclude_defaults=True)
    return tomli_w.dumps(json.loads(json.dumps(values)))
