"""Carry out a plan: simulate the units that are missing, in several processes if asked, and put their tables together."""

import json
import os
import platform
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, wait
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from agents.mistake import Mistake
from experiments.again import Asked, copies
from experiments.executors import processes
from experiments.result import RunResult
from experiments.store import MANIFEST, Store
from experiments.units import REGISTER_TABLES, TABLES, Unit, number_of_draws, scenario_digest
from policies.registry import Registry
from sim.fingerprint import ROOT, digest, source_digest

Progress = Callable[[int, int], None]
"""Called with months done and months in all, over all units."""


def carry_out(
    asked: Asked, units: list[Unit], out: Path, jobs: int, threads: int, progress: Progress | None,
    finish: Callable[[Store, list[Unit]], dict[str, Any]], **more: Any,
) -> RunResult:
    """Simulate what is missing, put the tables together, and write summary and manifest last."""
    if jobs < 1 or threads < 1:
        raise Mistake(f"--jobs {jobs} --threads {threads}: both must be at least 1")
    began = time.perf_counter()
    first = units[0]
    plugins = Registry(first.files).digest()
    rules = {(u.scenario.name, u.scenario.draw): u.scenario for u in units}
    digests = {key: scenario_digest(scenario, plugins) for key, scenario in rules.items()}
    hashes = {unit.hash(digests[unit.scenario.name, unit.scenario.draw]): unit for unit in units}
    plan = {
        "command": asked.command, "scenarios": list(dict.fromkeys(u.scenario.name for u in units)),
        "replications": 1 + max(u.replication for u in units), "draws": number_of_draws(units), "seed": first.seed, "scale": first.scale,
        "months": first.scenario.months, "register": first.register, "source": source_digest(),
        "policy_files": plugins, "units": sorted(hashes), **more,
    }
    store = Store(out)
    store.begin(plan)
    if store.finished:
        return RunResult(out)
    store.clean()
    missing = {h: u for h, u in hashes.items() if not store.unit(h).exists()}
    try:
        _simulate_all(missing, store, jobs, threads, progress, hashes)
    except BaseException:  # Ctrl-C ends workers in the middle of a file
        store.remove_parts()
        raise
    for table in (*TABLES, *(REGISTER_TABLES if first.register else ())):
        _gather(store, table, hashes)
    summary = finish(store, units)
    store.write_text("summary.json", json.dumps(summary, indent=1, ensure_ascii=False))
    asked.keep(store, first.files)
    line = asked.line(plan, out, first.files)
    store.write_text(MANIFEST, json.dumps(manifest(plan, line, time.perf_counter() - began, copies(first.files)), indent=1, default=str))
    return RunResult(out)


def _simulate_all(
    missing: dict[str, Unit], store: Store, jobs: int, threads: int, progress: Progress | None, everything: dict[str, Unit]
) -> None:
    """Simulate the missing units; those that share a past one after the other in one process, which lives it once."""
    groups: dict[str, dict[str, Unit]] = {}
    for hash_, unit in missing.items():
        groups.setdefault(unit.past, {})[hash_] = unit
    pasts = {unit.past: unit.past_months for unit in everything.values()}
    whole = sum(pasts.values()) + sum(unit.scenario.months for unit in everything.values())
    done = whole - sum(pasts[past] for past in groups) - sum(unit.scenario.months for unit in missing.values())

    def advance(by: int = 1) -> None:
        nonlocal done
        done += by
        if progress is not None:
            progress(done, whole)

    if jobs == 1 or len(groups) <= 1:
        for group in groups.values():
            _simulate_group(group, store.folder, threads, advance)
        return
    months = get_context("spawn").SimpleQueue()
    with processes(min(jobs, len(groups)), _tell_months_to, months) as pool:
        waiting = {pool.submit(_simulate_group, group, store.folder, threads) for group in groups.values()}
        while waiting:
            finished, waiting = wait(waiting, timeout=0.3, return_when=FIRST_COMPLETED)
            for future in finished:
                future.result()
            while not months.empty():
                advance(months.get())


_months: Any = None
"""In a worker process: where it tells how many months it has simulated."""


def _tell_months_to(months: Any) -> None:
    global _months  # noqa: PLW0603
    _months = months


def _simulate_group(
    group: dict[str, Unit], folder: Path, threads: int, tick: Callable[[int], None] | None = None
) -> None:
    """Simulate units that share a past. Every month is told once; those of a past lived before all at the end."""
    told = 0

    def tell(by: int = 1) -> None:
        nonlocal told
        told += by
        (tick or _months.put)(by)

    for hash_, unit in group.items():
        _simulate_unit(unit, hash_, folder, threads, tell)
    tell(sum(unit.scenario.months for unit in group.values()) + next(iter(group.values())).past_months - told)


def _simulate_unit(
    unit: Unit, hash_: str, folder: Path, threads: int, tick: Callable[[], None] | None = None
) -> None:
    """Simulate one unit and write its folder."""
    store = Store(folder)
    began = time.perf_counter()
    try:
        tables = unit.simulate(threads, tick)
    except Exception as error:
        store.write_error(hash_, {"unit": unit.scenario.name, "replication": unit.replication, "error": str(error)})
        raise

    def write(part: Path) -> None:
        for name, table in tables.items():
            write_table(table, part / f"{name}.parquet")
        facts = {"scenario": unit.scenario.name, "replication": unit.replication, "seconds": time.perf_counter() - began}
        (part / "unit.json").write_text(json.dumps(facts), encoding="utf-8")

    store.write_unit(hash_, write)


def write_table(table: pd.DataFrame, file: Path) -> None:
    """Write a table as Parquet, with plain strings and without pandas' own metadata."""
    arrow = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
    for i, field in enumerate(arrow.schema):
        if pa.types.is_large_string(field.type) or pa.types.is_dictionary(field.type):
            arrow = arrow.set_column(i, field.name, arrow.column(i).cast(pa.string()))
    pq.write_table(arrow, file, compression="zstd")


def _gather(store: Store, table: str, hashes: Iterable[str]) -> None:
    """The run's table is its units' tables, one after the other, in the order of the plan."""
    parts = [pq.read_table(store.unit(h) / f"{table}.parquet") for h in hashes]
    store.replace(f"{table}.parquet", lambda file: pq.write_table(pa.concat_tables(parts), file, compression="zstd"))


def manifest(plan: dict[str, Any], command: str, seconds: float, policy_files: Mapping[str, str]) -> dict[str, Any]:
    """What a finished run says of itself: the command that makes it again, files of the user's own policies with their copies, versions, hashes, machine, commit
    and wall time."""
    versions = {}
    for package in ("borgerflow", "mesa", "numpy", "scipy", "pandas", "pyarrow", "pydantic", "plotly"):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "not installed"
    return {
        "hash": digest(plan), "plan": plan,
        "command": command, "policy_files": dict(policy_files),
        "versions": versions, "python": platform.python_version(),
        "machine": platform.machine(), "commit": _commit(),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"), "wall_seconds": round(seconds, 2),
        "processors": os.cpu_count(),
    }


def _commit() -> str | None:
    """The commit of a checkout, or None for an installed package."""
    if not (ROOT / ".git").exists():
        return None
    try:
        asked = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "HEAD"], capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.SubprocessError):
        return None
    return asked.stdout.strip() or None
