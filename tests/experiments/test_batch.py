"""Batches: the same tables whoever does the work and however often it was stopped, and nothing lost or overwritten."""

import errno
import gc
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import distributed
import fsspec
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from scipy.stats import t as student

import experiments.batch.outcomes
import experiments.batch.run
import experiments.executors
from agents.mistake import Mistake
from borgerflow import main
from experiments.batch.experiment import Experiment, read_experiment
from experiments.batch.place import Address, Folder
from experiments.batch.result import BatchResult
from experiments.batch.run import Batch, Estimate, run
from experiments.batch.worker import FACTS, Task, carry_out_task
from experiments.executors import crew, processes
from experiments.units import Unit

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 240
"""Seconds after which a test gives up waiting for another process."""
POLICY = '''
import os, time
from pathlib import Path
from typing import ClassVar

from policies import Policy, Text, World, parameter

FOLDER = Path({folder!r})


class Patient(Policy):
    """Other hours; half the hours wait while there is a file `hold`, and fail while there is a file `fail`."""

    name: ClassVar[str] = "patient"
    label: ClassVar[Text] = Text(en="Patient", da="Tålmodig")
    hours: float = parameter(1.0, low=0, high=9, unit="ratio", en="Hours", da="Timer")

    def each_month(self, world: World) -> None:
        world.scale_hours(self.hours)
        if self.hours == 0.5 and (FOLDER / "fail").exists():
            raise RuntimeError("no hours at all")
        if self.hours == 0.5 and (FOLDER / "hold").exists():
            (FOLDER / f"held.{{os.getpid()}}").touch()
            while (FOLDER / "hold").exists():
                time.sleep(0.05)
'''
EXPERIMENT = '''
name = "small"
outcomes = ["persons.employment", "net_cost", "overdue_share.all"]
horizons = [1, 2]
months = 2
scale = 0.001
replications = 2
tables = ["stocks"]
policy_files = [{policy!r}]

[levers]
patient.hours = [4.0, 0.5]
'''
UNITS = 6


@dataclass(frozen=True)
class Desk:
    """Where the experiment lies, and the switches of its policy."""

    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "small.toml"

    @property
    def experiment(self) -> Experiment:
        return read_experiment(self.file)

    @property
    def once(self) -> Experiment:
        """The same with one replication: a worker lives one past."""
        return self.experiment.model_copy(update={"replications": 1})

    def held(self) -> set[int]:
        """Processes that wait, or waited."""
        return {int(file.suffix[1:]) for file in self.folder.glob("held.*")}

    def switch(self, name: str, on: bool) -> None:
        if on:
            (self.folder / name).touch()
        else:
            (self.folder / name).unlink(missing_ok=True)


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("desk")
    (folder / "patient.py").write_text(POLICY.format(folder=str(folder)), encoding="utf-8")
    (folder / "small.toml").write_text(EXPERIMENT.format(policy=str(folder / "patient.py")), encoding="utf-8")
    return Desk(folder)


@pytest.fixture
def desk(workshop: Desk) -> Iterator[Desk]:
    """The desk, and its switches off before and after."""
    yield workshop
    for file in itertools.chain(workshop.folder.glob("held.*"), (workshop.folder / "hold", workshop.folder / "fail")):
        file.unlink(missing_ok=True)


@pytest.fixture(scope="module")
def whole(workshop: Desk, tmp_path_factory: pytest.TempPathFactory) -> BatchResult:
    """The batch, never stopped, by this process. Look at it, do not change it."""
    return run(workshop.experiment, out=tmp_path_factory.mktemp("whole") / "o")


@pytest.fixture(scope="module")
def whole_once(workshop: Desk, whole: BatchResult, tmp_path_factory: pytest.TempPathFactory) -> BatchResult:
    """The batch with one replication."""
    return run(workshop.once, out=tmp_path_factory.mktemp("once") / "o")


@pytest.fixture
def unfinished(whole: BatchResult, tmp_path: Path) -> Path:
    """A copy of it, as if stopped before its tables were written."""
    folder = tmp_path / "unfinished"
    shutil.copytree(whole.folder, folder)
    for file in (*folder.glob("*.parquet"), folder / "manifest.json", folder / "summary.json"):
        file.unlink()
    return folder


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The scheduler of a Dask cluster of two processes."""
    with crew("dask", 2) as workers:
        client: Any = workers.executor
        yield client._client.scheduler.address


def content(result: BatchResult) -> dict[str, bytes]:
    """Everything that a batch leaves, but how long it took."""
    units = sorted(Batch(Experiment.model_validate(result.summary["experiment"])).units)
    names = [*(f"{name}.parquet" for name in ("design", "inputs", "outcomes", "differences", "effects")), "summary.json", "plan.json"]
    files = {}
    for name in (*names, *(f"units/{unit}/{file}" for unit in units for file in (FACTS, "stocks.parquet"))):
        with result.place.open(name) as file:
            files[name] = file.read()
        if name.endswith(FACTS):
            files[name] = json.dumps({k: v for k, v in json.loads(files[name]).items() if k != "seconds"}).encode()
    return files


def differing(one: BatchResult, other: BatchResult) -> list[str]:
    """Files in which two batches differ."""
    a, b = content(one), content(other)
    return [name for name in a.keys() | b.keys() if a.get(name) != b.get(name)]


def units_in(folder: Path) -> list[Path]:
    return sorted(file for file in (folder / "units").glob("[!.]*") if file.is_dir())


def until(holds: Callable[[], Any], process: "subprocess.Popen[str] | None" = None) -> None:
    """Wait for something. Fails when it does not come, or the process has ended before."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not come"
        if process is not None and process.poll() is not None:
            raise AssertionError(process.communicate()[1])
        time.sleep(0.05)


class TestTables:
    def test_differences_and_effects_are_those_of_the_runs(self, whole: BatchResult) -> None:
        """If this fails a reform is compared with the wrong base or other luck, or its interval is wrong."""
        runs = [json.loads((unit / FACTS).read_text()) for unit in units_in(Path(whole.folder))]
        values = {
            (r["scenario"], r["replication"], o, h): v
            for r in runs for o, h, v in zip(r["outcomes"]["outcome"], r["outcomes"]["horizon_months"], r["outcomes"]["value"], strict=True)
        }
        assert len(values) == 3 * 2 * 3 * 2
        found = whole.differences.set_index(["point", "replication", "outcome", "horizon_months"])
        for point, r, outcome, h in itertools.product((0, 1), (0, 1), ("persons.employment", "net_cost", "overdue_share.all"), (1, 2)):
            row = found.loc[point, r, outcome, h]
            reform, base = values[f"small.{point:05d}", r, outcome, h], values["baseline", r, outcome, h]
            assert (row["value"], row["base"], row["difference"]) == (reform, base, reform - base)
        assert (whole.differences["difference"] != 0).sum() > 12
        for row in whole.effects.to_dict("records"):
            pair = [found.loc[row["point"], r, row["outcome"], row["horizon_months"]]["difference"] for r in (0, 1)]
            half = student.ppf(0.975, 1) * np.std(pair, ddof=1) / np.sqrt(2)
            assert row["estimate"] == pytest.approx(np.mean(pair))
            assert (row["low"], row["high"]) == pytest.approx((np.mean(pair) - half, np.mean(pair) + half))
            assert row["patient.hours"] == {0: 4.0, 1: 0.5}[row["point"]] and row["pairs"] == 2

    def test_outcomes_are_those_of_the_tables_that_are_kept(self, whole: BatchResult) -> None:
        """If this fails kept tables are another run's, or an outcome is of another month."""
        for unit in units_in(Path(whole.folder)):
            facts = json.loads((unit / FACTS).read_text())
            stocks = pd.read_parquet(unit / "stocks.parquet")
            assert set(stocks["scenario"]) == {facts["scenario"]} and set(stocks["replication"]) == {facts["replication"]}
            employed = stocks[stocks["status"] == "employment"].sort_values("month")["persons"].to_numpy()
            assert [employed[1], employed[2]] == [v for o, v in zip(facts["outcomes"]["outcome"], facts["outcomes"]["value"], strict=True) if o == "persons.employment"]

    def test_a_finished_batch_is_read_and_not_run(self, whole: BatchResult, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """If this fails asking again costs the whole batch again."""
        monkeypatch.setattr(experiments.batch.run, "work_off", lambda *_: pytest.fail("it ran again"))
        assert not differing(run(desk.experiment, out=whole.folder), whole)

    def test_damaged_tables_are_put_together_again(self, whole: BatchResult, tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """If this fails a finished batch whose tables a disk has spoiled can neither be read nor made again, or is simulated again."""
        folder = tmp_path / "spoiled"
        shutil.copytree(whole.folder, folder)
        (folder / "effects.parquet").write_bytes((folder / "effects.parquet").read_bytes()[:100])
        (folder / "outcomes.parquet").unlink()
        monkeypatch.setattr(experiments.batch.run, "_simulate", lambda *_: pytest.fail("it ran again"))
        assert not differing(run(desk.experiment, out=folder), whole)


@pytest.mark.parametrize(("pasts", "each", "workers", "most"), [(4, 10, 2, 23), (5, 10, 2, 31), (1, 100, 4, 30), (40, 1000, 100, 430), (7, 1, 3, 7), (3, 5, 1, 20)])
def test_work_is_shared_out(pasts: int, each: int, workers: int, most: float, desk: Desk) -> None:
    """If this fails runs are lost or made twice, or processes wait for one another: the last ends later than ``most`` runs and pasts
    (a past takes as long as a run here)."""
    unit = next(iter(Batch(desk.experiment).units.values()))

    class Pretended:
        scenario, past_months = unit.scenario, unit.scenario.months

        def __init__(self, past: int) -> None:
            self.past = str(past)

    missing: Any = {f"{past}.{number}": Pretended(past) for past in range(pasts) for number in range(each)}
    make: Any = tuple
    tasks: Any = list(experiments.batch.run._tasks(missing, workers, make))
    assert sorted(h for task in tasks for h in task) == sorted(missing)
    assert len(tasks[0]) == min(2, each)
    busy, lived = [0.0] * workers, [""] * workers
    for task in tasks:
        one = busy.index(min(busy))
        (past,) = {h.partition(".")[0] for h in task}
        busy[one] += len(task) + (past != lived[one])
        lived[one] = past
    assert max(busy) <= most


class TestExecutors:
    def test_an_address_and_another_order_give_the_same(self, whole: BatchResult, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """If this fails results depend on where they lie, or in which order runs came; or a damaged run far away is believed."""
        own = experiments.batch.run._tasks
        monkeypatch.setattr(experiments.batch.run, "_tasks", lambda *args: reversed(list(own(*args))))
        seen: list[tuple[int, int, int]] = []
        result = run(desk.experiment, out="memory://small", progress=lambda *told: seen.append(told))
        assert not differing(result, whole)
        assert seen == sorted(seen) and {told[1:] for told in seen} == {(0, UNITS)} and (seen[0][0], seen[-1][0]) == (0, UNITS)

        files = fsspec.filesystem("memory")
        hurt = next(iter(Batch(desk.experiment).units))
        files.pipe_file(f"/small/units/{hurt}/stocks.parquet", b"not what it was")
        files.rm("/small/manifest.json")
        assert not differing(run(desk.experiment, out="memory://small"), whole)
        assert files.cat_file(f"/small/damaged/{hurt}/stocks.parquet") == b"not what it was"

        with pytest.raises(Mistake, match=r"memory://small holds another batch \(different: experiment, scenarios\)"):
            run(desk.experiment.model_copy(update={"months": 3, "horizons": ()}), out="memory://small")

    def test_a_worker_of_a_cluster_that_dies_is_not_missed(self, whole_once: BatchResult, desk: Desk, cluster: str, tmp_path: Path) -> None:
        """If this fails a node that dies takes the sweep with it, or changes its results."""
        desk.switch("hold", True)
        killed: list[int] = []

        def kill_one() -> None:
            until(desk.held)
            killed.append(min(desk.held()))
            os.kill(killed[0], signal.SIGKILL)
            desk.switch("hold", False)

        killer = threading.Thread(target=kill_one)
        killer.start()
        result = run(desk.once, out=tmp_path / "o", executor="dask", scheduler=cluster)
        killer.join()
        assert killed and not differing(result, whole_once)

    def test_a_worker_with_other_code_refuses(self, tmp_path: Path) -> None:
        """If this fails a cluster whose nodes were not all updated gives numbers of two models."""
        task = Task(str(tmp_path), "another digest", {"x": {}}, (), (), ())
        with crew("local", 1) as workers, pytest.raises(Mistake, match="another version"):
            workers.executor.submit(carry_out_task, task).result()
        assert not list(tmp_path.iterdir())

    @pytest.mark.parametrize(
        ("scheduler", "kind", "named"),
        [("tcp://127.0.0.1:9", "dask", "no Dask scheduler answers there"), ("nonsense", "dask", "no Dask scheduler answers there"), ("tcp://127.0.0.1:9", "local", "--executor dask")],
    )
    def test_a_scheduler_that_is_not_there_is_told(
        self, scheduler: str, kind: Any, named: str, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """If this fails a wrong address hangs, or gives a traceback, or leaves results of a batch that never ran."""
        monkeypatch.setattr(experiments.executors, "PATIENCE", 1)
        with pytest.raises(Mistake, match=named) as told:
            run(desk.experiment, out=tmp_path / "o", executor=kind, scheduler=scheduler)
        assert f"--scheduler {scheduler}" in str(told.value)
        assert not units_in(tmp_path / "o")

    def test_a_wrong_address_does_not_block_the_next_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """If this fails a client that never connected is collected while the next one begins, and both wait for each other for ever."""
        monkeypatch.setattr(experiments.executors, "PATIENCE", 1)
        gc.disable()  # so that nothing is collected by chance
        with pytest.raises(Mistake), crew("dask", 1, "nonsense"):
            pass
        left: list[int] = []
        begin = distributed.Client.__init__

        def watched(*args: Any, **how: Any) -> None:
            left.append(sum(isinstance(o, distributed.Client) and o is not args[0] and o.status not in ("running", "closed") for o in gc.get_objects()))
            begin(*args, **how)

        monkeypatch.setattr(distributed.Client, "__init__", watched)
        with distributed.LocalCluster(n_workers=1, processes=False, dashboard_address="127.0.0.1:0") as here, crew("dask", 1, here.scheduler_address):
            gc.enable()
            assert left == [0]

    def test_a_cluster_without_workers_is_told_and_one_that_grows_is_used(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """If this fails a batch waits forever for nodes that never start, or leaves those idle that start after it."""
        monkeypatch.setattr(experiments.executors, "PATIENCE_WITH_WORKERS", 0.2)
        with distributed.LocalCluster(n_workers=0, processes=False, dashboard_address="127.0.0.1:0") as empty:
            with pytest.raises(Mistake, match="the cluster has no workers"), crew("dask", 1, empty.scheduler_address):
                pass
            empty.scale(1)
            empty.wait_for_workers(1)
            with crew("dask", 1, empty.scheduler_address) as workers:
                first = workers.workers
                empty.scale(2)
                until(lambda: workers.workers > first)

    def test_results_that_do_not_arrive_are_told(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """If this fails a place that workers do not share says that all runs failed, and why is to be sought for hours."""
        monkeypatch.setattr(Address, "write_unit", lambda *_: None)
        with pytest.raises(Mistake, match="memory://lost: 3 of 3 runs were made and are not there"):
            run(desk.once, out="memory://lost")


@pytest.mark.usefixtures("heeds_interrupts")
def test_a_process_that_ends_on_its_own_is_named() -> None:
    """If this fails a worker that runs out of memory, or a script without a guard, ends in a traceback of the standard library."""
    with pytest.raises(Mistake, match="ended on its own"), processes(1) as pool:
        pool.submit(os._exit, 1).result()


def test_kill_and_interrupt_lose_the_run_in_flight_alone(whole_once: BatchResult, desk: Desk, tmp_path: Path) -> None:
    """If this fails a crash costs finished runs, leaves processes behind or half a file, or changes the result."""
    out = tmp_path / "o"
    command = [sys.executable, "-m", "borgerflow", "batch", str(desk.file), "--replications", "1", "--jobs", "2", "--out", str(out), "--progress", "none"]

    def start() -> "subprocess.Popen[str]":
        """Start it, and wait until all runs are done but one, in which a worker waits."""
        for file in desk.folder.glob("held.*"):
            file.unlink()
        process = subprocess.Popen(command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        until(lambda: desk.held() and len(units_in(out)) == 2, process)
        return process

    def alive(pid: int) -> bool:
        try:
            return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
        except OSError:
            return False

    desk.switch("hold", True)
    process = start()
    process.kill()
    process.communicate()
    until(lambda: not any(alive(pid) for pid in desk.held()))
    kept = {unit: (unit / FACTS).read_bytes() for unit in units_in(out)}
    assert len(kept) == 2
    assert not (out / "manifest.json").exists()

    process = start()
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, told
    assert "run the same command again" in told and "Traceback" not in told
    assert {unit: (unit / FACTS).read_bytes() for unit in units_in(out)} == kept

    desk.switch("hold", False)
    seen: list[tuple[int, int, int]] = []
    result = run(desk.once, out=out, progress=lambda *told: seen.append(told))
    assert seen[0] == (2, 0, 3)
    assert not differing(result, whole_once)
    assert not list(out.rglob("*.part"))


class TestFailures:
    def test_a_failed_run_is_kept_apart_and_tried_again(self, whole_once: BatchResult, desk: Desk, tmp_path: Path) -> None:
        """If this fails one bad run ends the batch, hides in its means, or is never made good."""
        out = tmp_path / "o"
        command = ["batch", str(desk.file), "--replications", "1", "--out", str(out), "--jobs", "1", "--progress", "none"]
        desk.switch("fail", True)
        first = CliRunner().invoke(main, command)
        assert first.exit_code == 1, first.output
        assert "1 of 3 runs failed" in first.stderr
        notes = [json.loads(file.read_text()) for file in sorted((out / "units").glob("*.error.json"))]
        assert [(n["unit"], n["error"]) for n in notes] == [("small.00001", "Mistake: policy 'patient', each_month, 2014-05: RuntimeError: no hours at all")]
        assert set(pd.read_parquet(out / "effects.parquet")["point"]) == {0}
        desk.switch("fail", False)
        again = CliRunner().invoke(main, command)
        assert again.exit_code == 0, again.output
        assert not list((out / "units").glob("*.error.json"))
        assert not differing(BatchResult(Folder(out)), whole_once)

    def test_a_batch_of_which_nothing_is_left_says_so(self, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """If this fails a batch in which every run fails ends in a traceback, or with empty tables."""

        def fails(*_: Any, **__: Any) -> Any:
            raise ZeroDivisionError("by nobody")

        monkeypatch.setattr(Unit, "simulate", fails)
        with pytest.raises(Mistake, match="every unit of the experiment failed"):
            run(desk.experiment, out=tmp_path / "o")
        assert len(list((tmp_path / "o" / "units").glob("*.error.json"))) == UNITS

    def test_damaged_runs_are_set_aside_and_made_again(self, whole: BatchResult, desk: Desk, unfinished: Path) -> None:
        """If this fails a damaged disk changes results, or ends a resumed batch in a traceback."""
        cut, changed, gone = units_in(unfinished)[:3]
        (cut / "stocks.parquet").write_bytes((cut / "stocks.parquet").read_bytes()[:100])
        (changed / FACTS).write_text((changed / FACTS).read_text().replace('"replication": ', '"replication": 1'))
        (gone / FACTS).unlink()
        assert not differing(run(desk.experiment, out=unfinished), whole)
        assert {file.name for file in (unfinished / "damaged").iterdir()} == {cut.name, changed.name, gone.name}
        assert (unfinished / "damaged" / cut.name / "stocks.parquet").stat().st_size == 100


class TestDisk:
    def test_time_and_disk_are_estimated_from_the_first_runs(self, whole: BatchResult, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """If this fails one learns after days that the disk is too small, or a batch that fits is refused."""
        monkeypatch.setattr(experiments.batch.run, "WORTH_AN_ESTIMATE", UNITS)
        told: list[Estimate] = []
        with monkeypatch.context() as patch:
            patch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 1000))  # type: ignore[attr-defined]
            with pytest.raises(Mistake, match=r"o: the batch needs about .* GB .* are free"):
                run(desk.experiment, out=tmp_path / "o", estimated=told.append)
        assert len(units_in(tmp_path / "o")) == 2
        assert [(e.units, e.pasts) for e in told] == [(UNITS - 2, 2)] and told[0].seconds > 0
        used = sum(file.stat().st_size for unit in units_in(Path(whole.folder)) for file in unit.iterdir())
        assert told[0].bytes == pytest.approx(used, rel=0.25)

    def test_a_full_disk_ends_in_one_line_and_goes_on_later(self, whole: BatchResult, desk: Desk, unfinished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """If this fails a full disk leaves half a run that is believed, or cannot be gone on from."""
        for unit in units_in(unfinished)[:2]:
            shutil.rmtree(unit)

        def full(*_: Any) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(experiments.batch.worker, "write_table", full)
            ended = CliRunner().invoke(main, ["batch", str(desk.file), "--out", str(unfinished), "--jobs", "1", "--progress", "none"])
        assert ended.exit_code == 1 and "No space left on device" in ended.stderr.splitlines()[-1]
        assert len(units_in(unfinished)) == UNITS - 2 and not list(unfinished.rglob("*.part")) and not (unfinished / "manifest.json").exists()
        assert not differing(run(desk.experiment, out=unfinished), whole)


class TestOtherPlaces:
    def test_the_folder_of_another_experiment_is_left_alone(self, whole: BatchResult, desk: Desk) -> None:
        """If this fails a batch overwrites the results of another."""
        before = {file: file.read_bytes() for file in Path(whole.folder).rglob("*") if file.is_file()}
        for change in ({"seed": 2}, {"replications": 3}, {"levers": {"patient.hours": (3.0,)}}, {"tables": ()}):
            with pytest.raises(Mistake, match=r"holds another run \(different: .*\); name a new folder"):
                run(desk.experiment.model_copy(update=change), out=whole.folder)
        assert {file: file.read_bytes() for file in Path(whole.folder).rglob("*") if file.is_file()} == before

    def test_another_definition_of_an_outcome_makes_the_runs_again(self, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """If this fails a batch mixes runs whose outcomes were made by different definitions, or a worker with another one adds its own."""
        before, plan = Batch(desk.experiment), Batch(desk.experiment).plan()
        for file in experiments.batch.outcomes.DEFINED_IN:
            changed = tmp_path / file.name
            changed.write_bytes(file.read_bytes().replace(b"sum(", b"mean(", 1))
            assert changed.read_bytes() != file.read_bytes()
            here = [changed if other == file else other for other in experiments.batch.outcomes.DEFINED_IN]
            with monkeypatch.context() as patch:
                patch.setattr(experiments.batch.outcomes, "DEFINED_IN", tuple(here))
                after = Batch(desk.experiment)
                assert not set(before.units) & set(after.units) and plan["source"] != after.plan()["source"]
                with pytest.raises(Mistake, match="another version"):
                    carry_out_task(Task(str(tmp_path), plan["source"], {}, (), (), ()))
        assert len(set(experiments.batch.outcomes.DEFINED_IN)) == 3

    def test_a_changed_policy_file_makes_another_batch(self, whole: BatchResult, desk: Desk, tmp_path: Path) -> None:
        """If this fails runs of a policy before and after a change are mixed."""
        other = tmp_path / "patient.py"
        other.write_text((desk.folder / "patient.py").read_text(encoding="utf-8") + "\n# other\n", encoding="utf-8")
        with pytest.raises(Mistake, match=r"different: .*policy_files"):
            run(desk.experiment.model_copy(update={"policy_files": (str(other),)}), out=whole.folder)

    @pytest.mark.parametrize(("out", "named"), [("file", "is a file"), ("others", "holds other files"), ("foo://bar", "foo"), ("nowhere/o", "cannot be written")])
    def test_a_place_that_cannot_be_used_is_told(self, out: str, named: str, desk: Desk, tmp_path: Path) -> None:
        """If this fails a batch is written over somebody's files, or a wrong place gives a traceback."""
        (tmp_path / "file").write_text("mine")
        (tmp_path / "others").mkdir()
        (tmp_path / "others" / "notes.txt").write_text("mine")
        (tmp_path / "nowhere").symlink_to("/proc/1/nothing")
        with pytest.raises(Mistake, match=named) as told:
            run(desk.experiment, out=out if "://" in out else tmp_path / out)
        assert "--out" in str(told.value)
        assert (tmp_path / "others" / "notes.txt").read_text() == (tmp_path / "file").read_text() == "mine"


class TestCommand:
    @pytest.mark.parametrize(
        ("options", "named"),
        [
            (["--resume", "--out", "nothing_here"], "--resume: there is no batch in nothing_here"),
            (["--of", "net_cost"], "--of net_cost goes with --precision"),
            (["--precision", "five"], "--precision five: write a share"),
            (["--precision", "5%", "--of", "net_costs"], "'net_cost'"),
            (["--precision", "5%", "--most", "3"], "--most 3"),
            (["--jobs", "0"], "--jobs 0"),
            (["--scale", "7"], "scale = 7"),
            (["--draws", "1", "--replications", "1"], "--draws 1"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else "",
    )
    def test_mistakes_are_one_line_and_exit_code_two(self, options: list[str], named: str, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """If this fails a mistyped command gives a traceback, or leaves a folder that then stands in the way."""
        monkeypatch.chdir(tmp_path)
        done = CliRunner().invoke(main, ["batch", str(desk.file), "--progress", "none", *options])
        assert done.exit_code == 2, done.output
        assert named in done.stderr.splitlines()[-1] and "Traceback" not in done.output
        assert not list(tmp_path.iterdir())

    def test_a_shorter_run_looks_at_its_end(self, desk: Desk) -> None:
        """If this fails an experiment with horizons cannot be tried in fewer months."""
        from experiments.batch_command import with_options

        assert with_options(desk.experiment, {"months": 1}).at == (1,)
        assert with_options(desk.experiment, {"months": 24}).at == (1, 2)
        assert with_options(read_experiment("caseload_and_guarantee"), {"months": 30}).at == (24, 30)
