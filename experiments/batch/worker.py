"""What a worker of a batch does, in this process or on another machine: it gets a plain specification, simulates its units one by
one, and leaves each in the store when it is done."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from agents.mistake import Mistake
from experiments.batch.outcomes import outcomes_digest, outcomes_of, tables_for
from experiments.batch.place import open_place
from experiments.carry_out import write_table
from experiments.scenario import Scenario
from experiments.units import Unit
from policies.registry import Registry
from sim.fingerprint import digest

FACTS = "unit.json"
"""File of a unit: what it was, its outcomes, and how large its other files are. It is written last."""


@dataclass(frozen=True)
class Task:
    """Units that one worker simulates one after the other, since they share a past. Everything is plain, so it can travel.

    Attributes:
        place: where the batch lies: a folder, or an address that fsspec knows.
        source: digest of the code that planned it; a worker with other code refuses.
        units: by hash: scenario (as a table), replication, seed, scale, policy files.
        outcomes, at: what is looked at, and months after the start.
        tables: tables that are kept.
    """

    place: str
    source: str
    units: Mapping[str, Mapping[str, Any]]
    outcomes: tuple[str, ...]
    at: tuple[int, ...]
    tables: tuple[str, ...]


def plain(unit: Unit) -> dict[str, Any]:
    """A unit as it travels."""
    return {
        "scenario": unit.scenario.model_dump(), "replication": unit.replication, "seed": unit.seed, "scale": unit.scale, "files": list(unit.files),
    }


def carry_out_task(task: Task) -> int:
    """Simulate a task's units; the number of those that failed, each with a note beside the units. Raises OSError when results
    cannot be written, and Mistake when the worker runs other code than the plan."""
    if outcomes_digest() != task.source:
        raise Mistake("a worker runs another version of the simulation than this machine; install the same one everywhere")
    place = open_place(task.place)
    known, wanted = lru_cache(maxsize=1)(Registry), tables_for(task.outcomes) | set(task.tables)
    failed = 0
    for hash_, told in task.units.items():
        unit = Unit(Scenario(**told["scenario"]), told["replication"], told["seed"], told["scale"], files=tuple(told["files"]))
        began = time.perf_counter()
        try:
            tables = unit.simulate(threads=1, registry=known(unit.files), only=wanted)
            seconds = round(time.perf_counter() - began, 3)
            outcomes = outcomes_of(tables, task.outcomes, task.at, unit.scale)
        except Exception as error:
            place.write_error(hash_, {"unit": unit.scenario.name, "draw": unit.scenario.draw, "replication": unit.replication, "error": f"{type(error).__name__}: {error}"})
            failed += 1
            continue
        facts = {
            "scenario": unit.scenario.name, "draw": unit.scenario.draw or 0, "replication": unit.replication,
            "outcomes": outcomes.to_dict("list"), "seconds": seconds,
        }

        def write(folder: Path, tables: Any = tables, facts: dict[str, Any] = facts) -> None:
            for name in task.tables:
                write_table(tables[name], folder / f"{name}.parquet")
            sizes = {file.name: file.stat().st_size for file in sorted(folder.iterdir())}
            whole = {**facts, "sizes": sizes}
            (folder / FACTS).write_text(json.dumps({**whole, "digest": digest(_timeless(whole))}), encoding="utf-8")

        place.write_unit(hash_, write)
    return failed


def sound(facts: Any, sizes: Mapping[str, int]) -> bool:
    """Whether a unit is what its worker wrote: its facts are whole and its other files (name to size) are as large as they were."""
    if not isinstance(facts, dict) or "digest" not in facts:
        return False
    content = {key: value for key, value in facts.items() if key != "digest"}
    return bool(digest(_timeless(content)) == facts["digest"] and facts.get("sizes") == dict(sizes))


def _timeless(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if key != "seconds"}
