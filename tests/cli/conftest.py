"""A command line to call, and finished runs to look at."""

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from borgerflow import main

SMALL = ("--scale", "0.001", "--months", "2", "--jobs", "1", "--threads", "1", "--progress", "none")
COMMAND = Path(sys.executable).with_name("borgerflow")


def invoke(*args: str) -> Result:
    """Call the command line in this process."""
    return CliRunner().invoke(main, list(args))


def without_report(*args: str) -> Result:
    """Call it, and write one line instead of the report."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("experiments.report.run_report.render", lambda result, words: "<p>the report</p>")
        return invoke(*args)


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command line, called in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BORGERFLOW_TRACEBACK", raising=False)
    return invoke


@pytest.fixture
def mistake(cli: Callable[..., Result], tmp_path: Path) -> Callable[..., str]:
    """Call the command line, insist on a clean refusal, and return its last line."""

    def call(*args: str, leaves: bool = False) -> str:
        before = {p.relative_to(tmp_path) for p in tmp_path.rglob("*")}
        result = cli(*args)
        lines = result.stderr.strip().splitlines() or ["(nothing on stderr)"]
        assert result.exit_code == 2, f"exit {result.exit_code}: {lines[-1]}"
        assert "Traceback" not in result.output
        assert lines[-1].startswith("Error: "), lines
        if not leaves:
            left = {p.relative_to(tmp_path) for p in tmp_path.rglob("*")} - before
            assert not left, f"left behind: {sorted(map(str, left))}"
        return lines[-1]

    return call


def start(*args: str, cwd: Path) -> "subprocess.Popen[str]":
    """Start the installed command as a process of its own."""
    return subprocess.Popen(
        [str(COMMAND), *args], cwd=cwd, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


def tables(folder: Path) -> dict[str, str]:
    """Digest of every top-level table."""
    return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in sorted(folder.glob("*.parquet"))}


def parts(folder: Path) -> list[str]:
    """Half-written things in a run folder."""
    return [str(p) for p in folder.rglob("*.part")]


@pytest.fixture(scope="session")
def register_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run with register: two replications, 14 months, a policy in force from the ninth."""
    folder = tmp_path_factory.mktemp("register")
    scenario = folder / "revisit.toml"
    scenario.write_text('name = "revisit"\n[[policies]]\nuse = "revisitation_after_12_months"\nstart = "2015-01"\n')
    result = without_report(
        "run", str(scenario), "--scale", "0.005", "--months", "14", "--replications", "2", "--jobs", "1", "--register",
        "--progress", "none", "--out", str(folder / "out"),
    )
    assert result.exit_code == 0, result.output
    return folder / "out"


@pytest.fixture(scope="session")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished comparison: baseline against two reforms, two replications, 14 months."""
    folder = tmp_path_factory.mktemp("comparison") / "out"
    result = without_report(
        "compare", "baseline", "job_goal_under_30", "without_sygedagpenge_reform", "--scale", "0.002", "--months", "14",
        "--replications", "2", "--jobs", "1", "--progress", "none", "--out", str(folder),
    )
    assert result.exit_code == 0, result.output
    return folder
