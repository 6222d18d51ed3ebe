"""The folder of a run: resumed, refused, never half-written, the same bytes whatever happened on the way."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from borgerflow import main

pytestmark = pytest.mark.usefixtures("short_report")  # runs differ from the shared ones, whose reports are drawn, in what happened on the way
Cli = Callable[..., Result]
COMMAND = Path(sys.executable).with_name("borgerflow")
SMALL = ("--scale", "0.001", "--months", "3", "--replications", "2", "--progress", "none", "--out", "o")
RUN = ("run", "baseline", *SMALL, "--jobs", "1", "--threads", "1")
LONG = (
    "compare", "baseline", "job_goal_under_30", "--scale", "0.001", "--months", "12", "--replications", "3",
    "--threads", "1", "--progress", "none", "--out", "o",
)


def tables(folder: Path) -> dict[str, bytes]:
    return {f.name: f.read_bytes() for f in sorted(folder.glob("*.parquet"))}


def times(folder: Path) -> dict[str, int]:
    return {str(p.relative_to(folder)): p.stat().st_mtime_ns for p in folder.rglob("*") if "report" not in p.name}


def units(folder: Path) -> list[Path]:
    return sorted(p for p in (folder / "units").iterdir() if p.is_dir() and not p.name.startswith("."))


def half_written(folder: Path) -> list[str]:
    return [str(p.relative_to(folder)) for p in folder.rglob("*") if p.name.endswith((".part", ".error.json"))]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished run. Shared: copy it, do not change it."""
    folder = tmp_path_factory.mktemp("finished") / "o"
    done = CliRunner().invoke(main, [*RUN, "--out", str(folder)])
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def run_folder(finished: Path, tmp_path: Path) -> Path:
    """A copy of it in the folder in which the command line is called: what the command would have left there."""
    return shutil.copytree(finished, tmp_path / "o")


def test_threads_and_jobs_give_the_same_bytes(cli: Cli, tmp_path: Path) -> None:
    """If this fails, a result depends on the machine it was computed on."""
    what = ("compare", "baseline", "job_goal_under_30")
    found = []
    for i, (jobs, threads) in enumerate((("1", "1"), ("1", "3"), ("2", "1"))):
        result = cli(*what, "--scale", "0.002", "--months", "10", "--replications", "2", "--progress", "none", "--register",
                     "--jobs", jobs, "--threads", threads, "--out", str(i))
        assert result.exit_code == 0, result.output
        found.append(tables(tmp_path / str(i)))
        assert not half_written(tmp_path / str(i))
    named = ("stocks", "flows", "effects", "spells", "persons")
    assert {f"{table}.parquet" for table in named} <= set(found[0])
    assert found[0] == found[1] == found[2]


def test_a_register_changes_nothing_else(cli: Cli, finished: Path, tmp_path: Path) -> None:
    """If this fails, keeping the register changes lives."""
    cli(*RUN, "--register", "--out", "r")
    plain, register = tables(finished), tables(tmp_path / "r")
    assert {name: register[name] for name in plain} == plain
    assert set(register) - set(plain) == {"persons.parquet", "spells.parquet"}


def test_another_seed_is_another_run(cli: Cli, finished: Path, tmp_path: Path) -> None:
    """If this fails, `--seed` does nothing: every 'replication' of a user's own would be the same."""
    cli(*RUN, "--seed", "2", "--out", "p")
    assert tables(finished)["flows.parquet"] != tables(tmp_path / "p")["flows.parquet"]


def test_a_finished_run_returns_at_once(cli: Cli, tmp_path: Path) -> None:
    """If this fails, a finished run is simulated again, or its files are rewritten."""
    first = cli(*RUN)
    before = times(tmp_path / "o")
    again = cli(*RUN)
    assert again.exit_code == 0
    assert times(tmp_path / "o") == before
    assert first.stdout.rpartition("Report:")[0] == again.stdout.rpartition("Report:")[0]
    assert cli(*RUN, "--jobs", "2", "--threads", "2", "--language", "da").exit_code == 0
    assert times(tmp_path / "o") == before


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("--seed", "2"), "seed"), (("--scale", "0.002"), "scale"), (("--months", "4"), "months"),
        (("--replications", "3"), "replications"), (("--register",), "register"),
    ],
)
def test_another_runs_folder_is_refused(cli: Cli, run_folder: Path, change: tuple[str, ...], named: str) -> None:
    """If this fails, tables of two different runs end in one folder."""
    before = times(run_folder)
    result = cli(*RUN, *change)
    assert result.exit_code == 2
    last = result.stderr.splitlines()[-1]
    assert last.startswith("Error: --out o holds another run")
    assert named in last
    assert times(run_folder) == before


def test_a_changed_policy_file_is_another_run(cli: Cli, tmp_path: Path) -> None:
    """If this fails, a user changes a policy and gets the results of the old one."""
    text = (
        "from typing import ClassVar\nfrom policies import Policy, Text\n\nclass Mine(Policy):\n"
        '    name: ClassVar[str] = "mine"\n    label: ClassVar[Text] = Text(en="Mine", da="Min")\n'
        "    def adjust(self, moves):\n        moves.scale('sygedagpenge', 'employment', {factor})\n"
    )
    (tmp_path / "s.toml").write_text('name = "x"\n[[policies]]\nuse = "mine"\n')
    (tmp_path / "p.py").write_text(text.format(factor=2))
    args = ("run", "s.toml", *SMALL, "--jobs", "1", "--policy", "p.py")
    assert cli(*args).exit_code == 0
    (tmp_path / "p.py").write_text(text.format(factor=3))
    result = cli(*args)
    assert result.exit_code == 2
    assert "policy_files" in result.stderr


@pytest.mark.parametrize("content", ["notes.txt", "plan.json"])
def test_a_folder_with_other_files_is_refused(cli: Cli, tmp_path: Path, content: str) -> None:
    """If this fails, results are mixed with a user's own files."""
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / content).write_text("mine")
    result = cli(*RUN)
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1].startswith("Error: --out o holds other files")
    assert [p.name for p in (tmp_path / "o").rglob("*")] == [content]
    assert (tmp_path / "o" / content).read_text() == "mine"


def test_an_empty_folder_is_fine(cli: Cli, tmp_path: Path) -> None:
    """If this fails, a user has to delete the folder they just made."""
    (tmp_path / "o").mkdir()
    assert cli(*RUN).exit_code == 0


@pytest.mark.parametrize("out", ["file", "file/below", "file/below/deeper"])
def test_a_place_that_cannot_be_written_is_refused(cli: Cli, tmp_path: Path, out: str) -> None:
    """If this fails, a run is simulated first and lost afterwards, or ends with a traceback."""
    (tmp_path / "file").write_text("mine")
    result = cli(*RUN, "--out", out)
    assert result.exit_code == 2
    last = result.stderr.splitlines()[-1]
    assert last.startswith(f"Error: --out {out} ")
    assert [p.name for p in tmp_path.rglob("*")] == ["file"]
    assert (tmp_path / "file").read_text() == "mine"


def test_a_full_disk_is_one_clear_line(cli: Cli, monkeypatch: pytest.MonkeyPatch, finished: Path, tmp_path: Path) -> None:
    """If this fails, a full disk while units are written leaves half a unit that the next run takes for whole."""
    module = sys.modules["experiments.carry_out"]
    whole = module.write_table
    calls: list[Path] = []

    def full(table: object, file: Path) -> None:
        calls.append(file)
        if len(calls) == 5:
            file.write_bytes(b"PAR1 half")
            raise OSError(28, "No space left on device")
        whole(table, file)

    with monkeypatch.context() as patched:
        patched.setattr(module, "write_table", full)
        result = cli(*RUN)
    assert result.exit_code in (1, 2)
    assert result.stderr.splitlines()[-1].startswith("Error: ")
    assert not (tmp_path / "o" / "manifest.json").exists()
    assert cli(*RUN).exit_code == 0
    assert tables(tmp_path / "o") == tables(finished)
    assert not half_written(tmp_path / "o")


def test_what_a_killed_run_left_is_cleaned(cli: Cli, run_folder: Path) -> None:
    """If this fails, litter of killed runs stays for ever or gets into results."""
    folder = run_folder
    whole = tables(folder)
    (folder / "manifest.json").unlink()
    lost = units(folder)[0]
    half = lost.with_name(f".{lost.name}.0123abcd.part")
    lost.rename(half)
    (half / "stocks.parquet").write_bytes(b"PAR1 half")
    (folder / "units" / ".deadbeef.error.json.0123abcd.part").write_text("half")
    (folder / "units" / "deadbeef.error.json").write_text("{}")
    (folder / ".stocks.parquet.0123abcd.part").write_bytes(b"half")
    assert cli(*RUN).exit_code == 0
    assert tables(folder) == whole
    assert not half_written(folder)


def test_a_removed_unit_is_simulated_again(cli: Cli, run_folder: Path) -> None:
    """If this fails, a run goes on without a unit, or simulates units that are there."""
    whole = tables(run_folder)
    (run_folder / "manifest.json").unlink()
    lost, kept = units(run_folder)
    stamp = (kept / "stocks.parquet").stat().st_mtime_ns
    shutil.rmtree(lost)
    assert cli(*RUN).exit_code == 0
    assert tables(run_folder) == whole
    assert (kept / "stocks.parquet").stat().st_mtime_ns == stamp


@pytest.mark.parametrize("damage", ["truncated", "missing file", "empty folder"])
def test_a_damaged_unit_is_named_or_made_again(cli: Cli, run_folder: Path, damage: str) -> None:
    """If this fails, a damaged unit gets into the results, or the error does not say which folder to delete."""
    whole = tables(run_folder)
    (run_folder / "manifest.json").unlink()
    unit = units(run_folder)[0]
    if damage == "truncated":
        (unit / "stocks.parquet").write_bytes((unit / "stocks.parquet").read_bytes()[:100])
    elif damage == "missing file":
        (unit / "flows.parquet").unlink()
    else:
        shutil.rmtree(unit)
        unit.mkdir()
    result = cli(*RUN)
    if result.exit_code == 0:
        assert tables(run_folder) == whole
    else:
        last = result.stderr.splitlines()[-1]
        assert last.startswith("Error: ")
        assert unit.name in last
        assert not (run_folder / "manifest.json").exists()


@pytest.mark.parametrize("left", ["units", ".plan.json.0123abcd.part", "both"])
def test_a_run_killed_before_its_plan_is_written_goes_on(cli: Cli, tmp_path: Path, left: str) -> None:
    """If this fails, a run killed in its first moment blocks its own folder: the same command is refused."""
    if left in ("units", "both"):
        (tmp_path / "o" / "units").mkdir(parents=True)
    if left != "units":
        (tmp_path / "o").mkdir(exist_ok=True)
        (tmp_path / "o" / ".plan.json.0123abcd.part").write_text('{"ha')
    result = cli(*RUN)
    assert result.exit_code == 0, result.stderr
    assert not half_written(tmp_path / "o")


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Tables of the long comparison when nothing happens to it."""
    folder = tmp_path_factory.mktemp("whole")
    done = CliRunner().invoke(main, [*LONG, "--jobs", "1", "--out", str(folder / "o")])
    assert done.exit_code == 0, done.output
    return tables(folder / "o")


@pytest.mark.usefixtures("heeds_interrupts")
@pytest.mark.parametrize(("how", "jobs"), [("kill", "1"), ("interrupt", "2")])
def test_a_stopped_run_goes_on_where_it_was(
    cli: Cli, tmp_path: Path, uninterrupted: dict[str, bytes], how: str, jobs: str
) -> None:
    """If this fails, Ctrl-C or a crash of the machine costs the whole run, or changes its results."""
    command = [str(COMMAND), *LONG, "--jobs", jobs]
    process = subprocess.Popen(
        command, cwd=tmp_path, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    folder = tmp_path / "o"
    while process.poll() is None and not ((folder / "units").is_dir() and units(folder)):
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL if how == "kill" else signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert not (folder / "manifest.json").exists(), "the run was over before it could be stopped"
    if how == "interrupt":
        assert process.returncode == 130, errors
        assert errors.strip().splitlines() == ["stopped; run the same command again to go on"]
        assert not half_written(folder)
    done = {u.name: (u / "stocks.parquet").stat().st_mtime_ns for u in units(folder)}
    assert 0 < len(done) < 6
    again = cli(*LONG, "--jobs", "1")  # in this process, whose pasts are those of the whole run
    assert again.exit_code == 0, again.stderr
    assert tables(folder) == uninterrupted
    assert not half_written(folder)
    assert done.items() <= {u.name: (u / "stocks.parquet").stat().st_mtime_ns for u in units(folder)}.items()


def test_a_manifest_says_what_was_run(finished: Path) -> None:
    """If this fails, a result cannot be traced to versions, seed, scale, months and command."""
    manifest = json.loads((finished / "manifest.json").read_text())
    plan = manifest["plan"]
    assert (plan["seed"], plan["scale"], plan["months"], plan["replications"]) == (1, 0.001, 3, 2)
    assert {"borgerflow", "mesa", "numpy", "pandas", "pyarrow"} <= set(manifest["versions"])
    assert sorted(plan["units"]) == [u.name for u in units(finished)]
    assert manifest["hash"] == json.loads((finished / "plan.json").read_text())["hash"]
    assert manifest["wall_seconds"] >= 0
