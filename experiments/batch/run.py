"""A batch: an experiment carried out unit by unit, in any order, by any executor, and put together as tidy tables."""

import json
import math
import shlex
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from agents.mistake import Mistake
from experiments.again import as_toml, is_shipped
from experiments.batch.experiment import LARGEST, Experiment, read_experiment, shipped_experiments
from experiments.batch.outcomes import outcomes_digest
from experiments.batch.place import Place, open_place
from experiments.batch.points import Point, lay_out
from experiments.batch.result import BatchResult
from experiments.batch.tables import write_tables
from experiments.batch.worker import FACTS, Task, carry_out_task, plain, sound
from experiments.carry_out import manifest
from experiments.executors import Crew, Kind, crew
from experiments.scenario import Scenario
from experiments.store import MANIFEST
from experiments.units import Unit, check_draws, check_parameters, scenario_digest
from policies.registry import Registry
from sim.fingerprint import digest

Progress = Callable[[int, int, int], None]
"""Called with units done, units that failed, and units in all."""

LONGEST_TASK = 32
"""Most units of a task, so that workers that come later find something to do."""
EXPERIMENT = "experiment.toml"
"""The experiment, beside its results."""
WORTH_AN_ESTIMATE = 40
"""Units from which time and disk are estimated before the work begins."""


@dataclass(frozen=True)
class Estimate:
    """What a batch will take, measured on its first two units by the workers that do the rest.

    Attributes:
        units: units still to be simulated; pasts: histories that they share.
        seconds: time left on all workers; bytes: of disk, all units.
    """

    units: int
    pasts: int
    seconds: float
    bytes: int


@dataclass
class Batch:
    """An experiment laid out: points, and units by hash. Everything is checked when it is made; nothing is written.

    Raises Mistake for anything in the experiment that cannot be run.
    """

    experiment: Experiment
    points: list[Point] = field(init=False)
    units: dict[str, Unit] = field(init=False)
    _plugins: str = field(init=False)

    def __post_init__(self) -> None:
        e = self.experiment
        registry = Registry(e.policy_files)
        self.points = lay_out(e, registry)
        scenarios = self.scenarios
        number = len(scenarios) * max(1, e.draws) * e.replications
        if number > LARGEST:
            raise Mistake(f"experiment {e.name!r} has {number:,} units, more than {LARGEST:,}; take fewer values, draws or replications")
        if e.draws:
            check_draws([self.points[0].base, *{p.of: p.reform for p in self.points}.values()], e.draws)
        for world in {repr(sorted(s.changed_parameters.items())): s for s in scenarios.values()}.values():
            check_parameters(world.read_parameters(), where=f"experiment {e.name!r}, scenario {world.name!r}")
        self._plugins = registry.digest()
        files = tuple(str(Path(f).resolve()) for f in e.policy_files)
        self.units = {}
        for own in scenarios.values():
            for draw in range(1, e.draws + 1) if e.draws else (None,):
                scenario = own if draw is None else own.model_copy(update={"draw": draw})
                rules = digest([scenario_digest(scenario, self._plugins), outcomes_digest()])
                for r in range(e.replications):
                    unit = Unit(scenario, ((draw or 1) - 1) * e.replications + r, e.seed, e.scale, files=files)
                    self.units[unit.hash(rules)] = unit

    @property
    def scenarios(self) -> dict[str, Scenario]:
        """Bases and reforms by name, in the order of the points."""
        return {s.name: s for p in self.points for s in (p.base, p.reform)}

    def plan(self, **more: Any) -> dict[str, Any]:
        """What the place of the batch is claimed for; ``more`` says how many replications it has, or until when they are added."""
        return {
            "command": "batch", "experiment": self.experiment.model_dump(mode="json", exclude={"title", "replications"}), "source": outcomes_digest(),
            "policy_files": self._plugins,
            "scenarios": {name: s.model_dump(mode="json", exclude={"title"}) for name, s in self.scenarios.items()}, **more,
        }


def run(
    experiment: Experiment, *, out: Path | str | None = None, jobs: int = 1, executor: Kind = "local", scheduler: str | None = None,
    progress: Progress | None = None, estimated: Callable[[Estimate], None] | None = None,
) -> BatchResult:
    """Run an experiment and return its tables. A finished batch of the same plan returns at once, a stopped one goes on, and what
    failed is tried again.

    Args:
        experiment: what is run.
        out: folder, or an address that fsspec knows (default: ``runs/batch-<name>``).
        jobs: processes on this machine.
        executor, scheduler: ``dask`` works on the cluster whose scheduler has this address, or on a cluster of its own here.
        progress: told of units done, failed and in all.
        estimated: told what the batch will take, once that is known.

    Raises:
        Mistake: for anything in the experiment that cannot be run, before anything is written; for a place that holds something else;
            when every unit failed, or the disk is too small.
    """
    return run_batch(Batch(experiment), out=out, jobs=jobs, executor=executor, scheduler=scheduler, progress=progress, estimated=estimated)


def run_batch(
    batch: Batch, *, out: Path | str | None = None, jobs: int = 1, executor: Kind = "local", scheduler: str | None = None,
    progress: Progress | None = None, estimated: Callable[[Estimate], None] | None = None,
) -> BatchResult:
    """The same for an experiment that is laid out already."""
    began = time.perf_counter()
    plan = batch.plan(replications=batch.experiment.replications)
    place = claim(plan, out or Path("runs") / f"batch-{batch.experiment.name}", jobs)
    if (there := BatchResult(place)).is_whole:
        return there
    with crew(executor, jobs, scheduler) as workers:
        told = work_off(batch, place, workers, progress, estimated)
    return finish(batch, place, plan, told, began, line_of(batch.experiment, place))


def claim(plan: dict[str, Any], out: Path | str, jobs: int) -> Place:
    """The place of a batch, claimed for its plan. Raises Mistake, before anything is written, where it cannot be had."""
    if jobs < 1:
        raise Mistake(f"--jobs {jobs}: must be at least 1")
    place = open_place(str(out))
    place.begin(plan)
    return place


def line_of(experiment: Experiment, place: Place, flags: Sequence[str] = ()) -> str:
    """The command line that makes a batch again; the experiment is written beside its results, and read from there unless it is shipped as it
    is."""
    place.replace(EXPERIMENT, lambda file: file.write_text(as_toml(experiment), encoding="utf-8"))
    named = experiment.name if is_shipped(experiment, shipped_experiments(), read_experiment) else f"{place.name.rstrip('/')}/{EXPERIMENT}"
    return shlex.join(["borgerflow", "batch", named, *flags])


def finish(batch: Batch, place: Place, plan: dict[str, Any], told: dict[str, Any], began: float, line: str) -> BatchResult:
    """Put the tables together from the units' facts, and write the manifest last; ``line`` is the command that makes the batch again."""
    write_tables(place, batch.points, batch.units, told, batch.experiment)
    facts = manifest(plan, line, time.perf_counter() - began, {file: file for file in next(iter(batch.units.values())).files})
    place.replace(MANIFEST, lambda file: file.write_text(json.dumps(facts, indent=1, default=str), encoding="utf-8"))
    return BatchResult(place)


def work_off(
    batch: Batch, place: Place, workers: Crew, progress: Progress | None = None, estimated: Callable[[Estimate], None] | None = None
) -> dict[str, Any]:
    """Simulate what is missing or damaged; every unit's facts by hash, without those of units that failed."""
    place.clean()
    done, damaged = _read_finished(batch, place)
    for hash_ in damaged:
        place.set_aside(hash_)
    missing = {h: u for h, u in batch.units.items() if h not in done}
    whole = len(batch.units)

    def tell() -> None:
        if progress is not None:
            finished, failed = place.count_units()
            progress(min(finished, whole), failed, whole)

    if missing:
        tell()
        tasks = list(_tasks(missing, workers.workers, _task_maker(batch, place)))
        pasts, worth_it = len({unit.past for unit in missing.values()}), len(missing) >= WORTH_AN_ESTIMATE

        def watch() -> None:
            nonlocal worth_it
            tell()
            if worth_it and (estimate := _estimate(tasks, pasts, place, workers)) is not None:
                worth_it = False
                if estimated is not None:
                    estimated(estimate)
                _check_disk(estimate, place)

        _simulate(tasks, workers, watch)
        done, damaged = _read_finished(batch, place)
        if damaged:
            raise OSError(f"{len(damaged)} units were damaged while they were written in {place.name}, for example {damaged[0]}")
    lost = whole - len(done) - place.count_units()[1]
    if lost > 0:
        raise Mistake(f"--out {place.name}: {lost} of {whole} runs were made and are not there; name a place that all workers reach")
    if not done:
        raise Mistake(f"every unit of the experiment failed; see {place.name}/units/*.error.json")
    return done


def _task_maker(batch: Batch, place: Place) -> Callable[[Mapping[str, Unit]], Task]:
    e = batch.experiment

    def make(units: Mapping[str, Unit]) -> Task:
        return Task(place.name, outcomes_digest(), {h: plain(u) for h, u in units.items()}, e.outcomes, e.at, e.tables)

    return make


def _tasks(missing: Mapping[str, Unit], workers: int, make: Callable[[Mapping[str, Unit]], Task]) -> Iterator[Task]:
    """Units that share a past in one task, since a worker lives it once for each, as far as every worker gets as many pasts as the
    others; the units of the pasts that are left are shared out. The first task has two units: they tell what the rest will take."""
    by_past: dict[str, list[str]] = {}
    for hash_, unit in missing.items():
        by_past.setdefault(unit.past, []).append(hash_)
    groups = sorted(by_past.values(), key=len, reverse=True)
    even = len(groups) // workers * workers
    left = groups[even:]
    pieces = [1] * even + [_pieces(len(group), len(left), workers, missing[group[0]]) for group in left]
    first, rest = groups[0][:2], groups[0][2:]
    yield make({h: missing[h] for h in first})
    for group, number in zip([*groups[1:], rest], [*pieces[1:], pieces[0]], strict=True):
        size = math.ceil(len(group) / max(number, math.ceil(len(group) / LONGEST_TASK))) if group else 1
        for begin in range(0, len(group), size):
            yield make({h: missing[h] for h in group[begin : begin + size]})


def _pieces(units: int, groups: int, workers: int, unit: Unit) -> int:
    """In how many pieces each of so many groups is done soonest, by so many workers that each live the past of a piece first."""
    past = unit.past_months / unit.scenario.months
    return min(range(1, min(units, workers) + 1), key=lambda n: math.ceil(groups * n / workers) * (math.ceil(units / n) + past))


def _simulate(tasks: Sequence[Task], workers: Crew, tell: Callable[[], None]) -> None:
    """Have all tasks carried out, so many at a time that no worker waits and little lies in its queue."""
    waiting = iter(tasks)
    flying: set[Future[int]] = set()
    while True:
        at_once = workers.workers * 3 // 2
        for task in islice(waiting, max(0, at_once - len(flying))):
            flying.add(workers.executor.submit(carry_out_task, task))
        if not flying:
            return
        finished, flying = wait(flying, timeout=1.0, return_when=FIRST_COMPLETED)
        tell()
        for future in finished:
            future.result()


def _estimate(tasks: Sequence[Task], pasts: int, place: Place, workers: Crew) -> Estimate | None:
    """What all takes, reckoned from the units of the first task; None as long as they are not there."""
    found = [facts for h in tasks[0].units if (facts := place.read_unit(h, FACTS)) is not None and isinstance(facts[0], dict)]
    if len(found) < len(tasks[0].units):
        return None
    rest = sum(len(task.units) for task in tasks[1:])
    seconds = [facts["seconds"] for facts, _ in found]
    each = sum(sum(sizes.values()) + 600 for _, sizes in found) / len(found)
    lived = max(0.0, seconds[0] - seconds[-1])
    return Estimate(rest, pasts, (seconds[-1] * rest + lived * (len(tasks) - 1)) / workers.workers, round(each * (rest + len(found))))


def _check_disk(estimate: Estimate, place: Place) -> None:
    """Raises Mistake where the place has too little room."""
    free = place.free()
    if free is not None and estimate.bytes > free:
        raise Mistake(f"--out {place.name}: the batch needs about {estimate.bytes / 1e9:.1f} GB and {free / 1e9:.1f} GB are free; keep fewer tables, or name another place")


def _read_finished(batch: Batch, place: Place) -> tuple[dict[str, Any], list[str]]:
    """Facts of finished units, and hashes of those that are not what their worker wrote."""
    done: dict[str, Any] = {}
    damaged = []
    for hash_ in batch.units:
        found = place.read_unit(hash_, FACTS)
        if found is None:
            continue
        if sound(*found):
            done[hash_] = found[0]
        else:
            damaged.append(hash_)
    return done, damaged
