"""One run: a scenario with replications, from scenario to tables on disk."""

import json
import os
import platform
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from agents.luck import Luck
from agents.mistake import Mistake
from experiments.scenario import Scenario
from experiments.split import Lives, lives_table
from experiments.store import MANIFEST, Store
from policies.registry import Registry
from sim.draws import count_draws
from sim.fingerprint import ROOT, digest, source_digest
from sim.parameters import SELECTION, Parameters

Progress = Callable[[int, int], None]
"""Called with months done and months in all, over all units."""

HORIZONS = (12, 60, 120)
"""Months after which differences are reported."""


def horizons(months: int) -> list[int]:
    """The reporting horizons that a run reaches, and its end."""
    return sorted({*(h for h in HORIZONS if h <= months), months})


TABLES = ("stocks", "flows", "pensions", "selection", "caseworkers", "queues", "decisions", "at_risk", "measures", "sanctions", "employers", "accounts", "groups")
REGISTER_TABLES = ("persons", "spells")


@dataclass(frozen=True)
class Unit:
    """One unit of work: a scenario (with its parameter draw, if any) and a replication, counted over all draws."""

    scenario: Scenario
    replication: int
    seed: int
    scale: float
    register: bool = False
    files: tuple[str, ...] = ()
    lives: bool = False
    """Keep everybody's status at the horizons, so that scenarios can be compared person by person."""
    others: tuple[Scenario, ...] = ()
    """Scenarios whose law of money is applied to this unit's people too: what they would cost if everybody stayed put."""

    @cached_property
    def luck_seed(self) -> int:
        """Seed of this replication, the same for all scenarios, different for every (seed, replication)."""
        return int(digest([self.seed, self.replication])[:15], 16)

    def hash(self, rules: str) -> str:
        """Name of the unit's folder; ``rules`` is the digest of its scenario (:func:`scenario_digest`)."""
        others = [scenario_digest(other, "") for other in self.others]
        return digest([rules, self.replication, self.seed, self.scale, self.register, self.lives, *others])

    @cached_property
    def past(self) -> str:
        """Name of the past that this unit's people have lived: units of the same name share it."""
        from sim.history import past_digest

        return f"{past_digest(self.scenario.read_parameters())}|{self.replication}"

    @cached_property
    def past_months(self) -> int:
        """Months of history that are lived before the run."""
        p = self.scenario.read_parameters()
        return p.month("vintage.first_month") - p.month("vintage.history_from")

    def simulate(self, threads: int, tick: Callable[[], None] | None = None) -> dict[str, pd.DataFrame]:
        """Run the model and return its tables."""
        from sim.model import BenefitModel  # Mesa takes two seconds to import

        registry = Registry(self.files)
        model = BenefitModel(
            scale=self.scale,
            months=self.scenario.months,
            start=self.scenario.start,
            seed=self.luck_seed,
            policies=self.scenario.make_policies(registry),
            parameters=self.scenario.read_parameters(),
            threads=threads,
            register=self.register,
            progress=tick,
            other_laws={other.name: (other.read_parameters(), other.make_policies(registry)) for other in self.others},
        )
        lives: dict[int, Lives] = {0: _lives(model)} if self.lives else {}
        while model.running:
            model.step()
            if self.lives and model.recorder.done in horizons(self.scenario.months):
                lives[model.recorder.done] = _lives(model)
            if tick is not None:
                tick()
        model.recorder.check()
        tables = {
            "stocks": model.stocks(), "flows": model.flows(), "pensions": model.pensions(), "selection": model.selection(),
            "caseworkers": model.casework(), "queues": model.queues(), "decisions": model.decisions(), "at_risk": model.at_risk(),
            "measures": model.measures(), "sanctions": model.sanctions(), "employers": model.employer_places(),
            "accounts": model.accounts(), "groups": model.groups(),
        }
        if self.others:
            tables["static"] = model.static_accounts()
        if self.register:
            tables |= {"persons": model.persons(), "spells": model.spells()}
        for table in tables.values():
            table.insert(0, "replication", np.int16(self.replication))
            table.insert(0, "scenario", self.scenario.name)
        return tables | ({"lives": lives_table(lives), "deeds": _deeds(model)} if self.lives else {})


def _deeds(model: Any) -> pd.DataFrame:
    """What each policy's verbs came to."""
    return pd.DataFrame([(name, deed) for name, deeds in model.deeds.items() for deed in sorted(deeds)], columns=["policy", "deed"], dtype=str)


def _lives(model: Any) -> Lives:
    return Lives(model.population["status"].copy(), model.touched.copy(), model.covered())


@dataclass(frozen=True)
class RunResult:
    """A finished run or comparison on disk; tables are read when asked for."""

    folder: Path

    @cached_property
    def stocks(self) -> pd.DataFrame:
        """Stocks by scenario, replication, month and status."""
        return pd.read_parquet(self.folder / "stocks.parquet")

    @cached_property
    def flows(self) -> pd.DataFrame:
        """Flows by scenario, replication, month, from_status and to_status."""
        return pd.read_parquet(self.folder / "flows.parquet")

    @cached_property
    def pensions(self) -> pd.DataFrame:
        """Førtidspension by month: awarded before the start and awarded since."""
        return pd.read_parquet(self.folder / "pensions.parquet")

    @cached_property
    def selection(self) -> pd.DataFrame:
        """How start populations were chosen from those who lived: asked, lived and got by status and characteristic."""
        return pd.read_parquet(self.folder / "selection.parquet")

    @cached_property
    def caseworkers(self) -> pd.DataFrame:
        """What caseworkers did by month, municipality ("all" = the country) and target group, in citizens simulated."""
        return pd.read_parquet(self.folder / "caseworkers.parquet")

    @cached_property
    def queues(self) -> pd.DataFrame:
        """Queues by month and municipality ("all" = the country), in citizens simulated; waiting times in months."""
        return pd.read_parquet(self.folder / "queues.parquet")

    @cached_property
    def decisions(self) -> pd.DataFrame:
        """Cases decided by rehabilitation teams, by month and outcome."""
        return pd.read_parquet(self.folder / "decisions.parquet")

    @cached_property
    def at_risk(self) -> pd.DataFrame:
        """Clients at risk of staying, by month, target group and type."""
        return pd.read_parquet(self.folder / "at_risk.parquet")

    @cached_property
    def measures(self) -> pd.DataFrame:
        """Active measures and support by month, status and measure, in citizens simulated."""
        return pd.read_parquet(self.folder / "measures.parquet")

    @cached_property
    def sanctions(self) -> pd.DataFrame:
        """Sanctions by month, status and type, in citizens simulated."""
        return pd.read_parquet(self.folder / "sanctions.parquet")

    @cached_property
    def employers(self) -> pd.DataFrame:
        """Employers and their places by month, region, sector and size, as simulated."""
        return pd.read_parquet(self.folder / "employers.parquet")

    @cached_property
    def accounts(self) -> pd.DataFrame:
        """Who paid whom how much, by month and account, in øre for all of Denmark."""
        return pd.read_parquet(self.folder / "accounts.parquet")

    @cached_property
    def groups(self) -> pd.DataFrame:
        """Outcomes by group of people at the horizons: sums for all of Denmark, and citizens simulated."""
        return pd.read_parquet(self.folder / "groups.parquet")

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Versions, hashes, seed, scale, months, wall time."""
        return dict(json.loads((self.folder / MANIFEST).read_text(encoding="utf-8")))

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Headline figures."""
        return dict(json.loads((self.folder / "summary.json").read_text(encoding="utf-8")))


def run(
    scenario: Scenario, *, out: Path | str, scale: float = 0.05, replications: int = 1, seed: int = 1, jobs: int = 1,
    threads: int = 1, register: bool = False, files: Sequence[str] = (), progress: Progress | None = None,
    named: Sequence[str] = (),
) -> RunResult:
    """Run a scenario and write its tables to ``out``. A finished run of the same plan returns at once.

    ``named`` is how the scenario was named (a file, say), for the line in the report that repeats the run.
    """
    from experiments.summary import summarise_run

    units = plan_units([scenario], scale, replications, seed, register, files)
    return carry_out("run", units, Path(out), jobs, threads, progress, summarise_run, named)


def plan_units(
    scenarios: Sequence[Scenario], scale: float, replications: int, seed: int, register: bool, files: Sequence[str],
    lives: bool = False, with_others: bool = False, draws: int = 0,
) -> list[Unit]:
    """All units of a run or comparison, checked before anything is simulated. With ``lives`` everybody's status is kept at the
    horizons; ``with_others`` applies the other scenarios' law of money to the first one's people too. With ``draws`` every
    replication is made for each of so many draws of the uncertain parameters."""
    if not 0.001 <= scale <= 1:
        raise Mistake(f"--scale {scale:g}: must lie between 0.001 and 1 (1 = all of Denmark)")
    if not 1 <= replications <= 10_000:
        raise Mistake(f"--replications {replications}: must be 1 to 10000")
    if not 0 <= seed < 2**63:
        raise Mistake(f"--seed {seed}: must be a whole number from 0 to 2^63 - 1")
    names = [s.name for s in scenarios]
    twice = next((n for n in names if names.count(n) > 1), None)
    if twice:
        raise Mistake(f"two scenarios are called {twice!r}; give each a name of its own")
    if draws:
        check_draws(scenarios, draws)
    registry = Registry(files)
    for scenario in scenarios:
        scenario.make_policies(registry)
        check_parameters(scenario.read_parameters(), where=f"scenario {scenario.name!r}")
    paths = tuple(str(Path(f).resolve()) for f in files)
    by_draw = [[s.with_draw(number + 1) for s in scenarios] for number in range(draws)] or [list(scenarios)]
    return [
        Unit(s, number * replications + r, seed, scale, register, paths, lives, tuple(drawn[1:]) if with_others and s is drawn[0] else ())
        for number, drawn in enumerate(by_draw) for r in range(replications) for s in drawn
    ]


def check_draws(scenarios: Sequence[Scenario], draws: int) -> None:
    """Raises Mistake when a scenario has not so many draws, or chooses what draws choose."""
    for scenario in scenarios:
        there = count_draws(scenario.vintage)
        if not 2 <= draws <= there:
            raise Mistake(f"--draws {draws}: must be 2 to {there}, the draws of vintage {scenario.vintage!r}" if there else f"--draws {draws}: vintage {scenario.vintage!r} has no draws; `borgerflow calibrate` makes them")
        if scenario.draw is not None:
            raise Mistake(f"--draws {draws}: scenario {scenario.name!r} sets draw = {scenario.draw} itself; leave it out")
        if SELECTION in scenario.changed_parameters:
            raise Mistake(f"--draws {draws}: scenario {scenario.name!r} sets {SELECTION} itself, which draws hold; leave it out")


def check_parameters(p: Parameters, *, where: str) -> None:
    """Build everything that parameters decide, so that an impossible one is refused before anything is written."""
    from sim.benefit_law import LawBook
    from sim.history import history_months  # these import Mesa, which takes two seconds
    from sim.intensities import Intensities
    from sim.margins import at_the_beginning, read_margins
    from sim.rules import Rules

    try:
        history_months(p)
        margins = read_margins(p)
        Intensities(p, margins).refuse_too_fast()
        at_the_beginning(p, margins)
        Rules(p, Luck(0))
        LawBook(p)
    except Mistake as mistake:
        raise Mistake(f"{where}: {mistake}") from None


def number_of_draws(units: Sequence[Unit]) -> int:
    """Parameter draws over which units go; 0 when they have the vintage's own values."""
    return len({u.scenario.draw for u in units} - {None})


def scenario_digest(scenario: Scenario, plugins: str) -> str:
    """A hash of everything but luck and size that decides a run: scenario, numbers, code and plug-ins."""
    numbers = {path: p.value for path, p in scenario.read_parameters().items()}
    return digest([scenario.model_dump(exclude={"title"}), numbers, source_digest(), plugins])


def carry_out(
    command: str, units: list[Unit], out: Path, jobs: int, threads: int, progress: Progress | None,
    finish: Callable[[Store, list[Unit]], dict[str, Any]], named: Sequence[str] = (), **more: Any,
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
        "command": command, "scenarios": list(dict.fromkeys(u.scenario.name for u in units)),
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
    store.write_text(MANIFEST, json.dumps(_manifest(plan, units, named, time.perf_counter() - began), indent=1, default=str))
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
    context = get_context("spawn")
    months = context.SimpleQueue()
    workers = min(jobs, len(groups))
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_prepare, initargs=(months,)) as pool:
        waiting = {pool.submit(_simulate_group, group, store.folder, threads) for group in groups.values()}
        try:
            while waiting:
                finished, waiting = wait(waiting, timeout=0.3, return_when=FIRST_COMPLETED)
                for future in finished:
                    future.result()
                while not months.empty():
                    advance(months.get())
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for child in active_children():
                child.terminate()
            raise


_months: Any = None
"""In a worker process: where it tells how many months it has simulated."""


def _prepare(months: Any) -> None:
    """Set up a worker process. Ctrl-C ends it at once and without a traceback: what it was doing is done again."""
    global _months  # noqa: PLW0603
    _months = months
    signal.signal(signal.SIGINT, signal.SIG_DFL)


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


def _manifest(plan: dict[str, Any], units: list[Unit], named: Sequence[str], seconds: float) -> dict[str, Any]:
    versions = {}
    for package in ("borgerflow", "mesa", "numpy", "scipy", "pandas", "pyarrow", "pydantic", "plotly"):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "not installed"
    return {
        "hash": digest(plan), "plan": plan,
        "scenario_files": list(named) or plan["scenarios"], "policy_files": list(units[0].files),
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

