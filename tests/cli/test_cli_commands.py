"""The commands as a user meets them: what they print, where, and with which exit code."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from borgerflow import main

Cli = Callable[..., Result]
COMMAND = Path(sys.executable).with_name("borgerflow")
SMALL = ("--scale", "0.001", "--months", "2", "--jobs", "1", "--threads", "1")
COMMANDS = ("run", "compare", "report", "scenarios", "policies", "parameters")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """The folder of a finished run of the baseline, and what the command printed. Shared: copy it, do not change it."""
    folder = tmp_path_factory.mktemp("plain") / "o"
    return folder, CliRunner().invoke(main, ["run", "baseline", *SMALL, "--progress", "none", "--out", str(folder)])


@pytest.fixture
def run_folder(plain: tuple[Path, Result], tmp_path: Path) -> Path:
    """A copy of it in the folder in which the command line is called: what the command would have left there."""
    assert plain[1].exit_code == 0, plain[1].output
    return Path(shutil.copytree(plain[0], tmp_path / "o"))


@pytest.mark.parametrize("command", [(), *((c,) for c in COMMANDS)])
def test_help_is_help(cli: Cli, command: tuple[str, ...]) -> None:
    """If this fails, asking for help ends with an error."""
    result = cli(*command, "--help")
    assert result.exit_code == 0, result.stderr
    assert not result.stderr
    assert "Usage:" in result.stdout


def test_the_installed_command_answers() -> None:
    """If this fails, the package's command is not installed or `--version` does not agree with the package."""
    answer = subprocess.run([str(COMMAND), "--version"], capture_output=True, text=True, check=False)
    assert answer.returncode == 0
    assert answer.stdout.startswith("borgerflow, version ")


def test_a_users_own_policies_folder_is_named(tmp_path: Path) -> None:
    """If this fails, a folder `policies/` beside a notebook hides ours and the error speaks of something else."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "__init__.py").touch()
    answer = subprocess.run(
        [sys.executable, "-m", "borgerflow", "scenarios"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 2
    assert answer.stderr.splitlines()[-1].startswith("Error: the package 'policies' is found in ")


def test_a_closed_pipe_is_no_error() -> None:
    """If this fails, `borgerflow parameters | head -1` ends with a traceback."""
    with subprocess.Popen([str(COMMAND), "parameters"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        errors = process.stderr.read() if process.stderr else b""
    assert process.returncode == 0
    assert not errors


def test_scenarios_lists_baseline(cli: Cli) -> None:
    """If this fails, a user cannot see what can be run."""
    listed = cli("scenarios").stdout
    as_json = json.loads(cli("scenarios", "--json").stdout)
    names = [s["name"] for s in as_json]
    assert "baseline" in names
    assert all(name in listed for name in names)
    assert all({"en", "da"} == set(s["title"]) for s in as_json)


def test_policies_lists_and_shows_one(cli: Cli) -> None:
    """If this fails, a user cannot see which policies there are, or their parameters, bounds and sources."""
    as_json = json.loads(cli("policies", "--json").stdout)
    assert {"job_goal_under_30", "revisitation_after_12_months", "without_sygedagpenge_reform_2014"} <= {
        p["name"] for p in as_json
    }
    for policy in as_json:
        assert policy["citation"]
        assert {"en", "da"} == set(policy["label"])
        assert policy["from"].startswith("policies/")
        shown = cli("policies", policy["name"]).stdout
        assert policy["citation"] in shown
        assert all(key in shown for key in policy["parameters"])


def test_parameters_finds_by_path_and_label(cli: Cli) -> None:
    """If this fails, a parameter cannot be found, or is shown without value, kind and source."""
    found = json.loads(cli("parameters", "means_test", "--json").stdout)
    assert [p["path"] for p in found] == ["means_test.partner_income", "means_test.wealth"]
    assert found[0]["kind"] == "assumed"
    line = cli("parameters", "means_test").stdout
    for text in ("means_test.partner_income = 0.7 share [0.4, 0.9]", "assumed"):
        assert text in line
    everything = json.loads(cli("parameters", "--json").stdout)
    last = cli("parameters").stdout.splitlines()[-1]
    counted = {kind: int(n) for kind, n in (part.split(": ") for part in last.split("  "))}
    assert counted == {kind: sum(p["kind"] == kind for p in everything) for kind in counted}
    assert sum(counted.values()) == len(everything)


def test_run_prints_a_table_with_the_total_last(plain: tuple[Path, Result]) -> None:
    """If this fails, the table on the terminal does not agree with the file, or says nothing of law and report."""
    folder, result = plain
    assert result.exit_code == 0
    stocks = pd.read_parquet(folder / "stocks.parquet")
    employed = stocks[stocks["status"] == "employment"].sort_values("month")["persons"].tolist()
    row = next(line for line in result.stdout.splitlines() if line.startswith("Employment"))
    assert row.split()[-2:] == [f"{employed[0]:,.0f}", f"{employed[-1]:,.0f}"]
    assert "All on edge and temporary benefits" in result.stdout
    assert "Law: documented law." in result.stdout
    assert "report.html" in result.stdout


def test_a_run_past_2015_names_the_frozen_law(cli: Cli) -> None:
    """If this fails, a run beyond the documents does not say that it is."""
    frozen = "documented law frozen at January 2016"
    assert frozen in cli("run", "baseline", *SMALL, "--progress", "none", "--months", "21", "--out", "a").stdout
    assert frozen not in cli("run", "baseline", *SMALL, "--progress", "none", "--months", "20", "--out", "b").stdout


@pytest.mark.usefixtures("short_report")
def test_json_is_json_and_nothing_else(cli: Cli, tmp_path: Path) -> None:
    """If this fails, a program that reads our output meets text that is not JSON (or NaN, which JSON has not)."""

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    result = cli("compare", "baseline", "job_goal_under_30", *SMALL, "--months", "9", "--replications", "2", "--json",
                 "--progress", "json", "--out", "o")
    assert result.exit_code == 0
    read = json.loads(result.stdout, parse_constant=refuse)
    assert read["kind"] == "comparison"
    assert Path(read["folder"]) == Path("o")
    on_disk = json.loads((tmp_path / "o" / "summary.json").read_text(encoding="utf-8"), parse_constant=refuse)
    assert {k: v for k, v in read.items() if k not in ("folder", "report")} == on_disk
    effects = pd.read_parquet(tmp_path / "o" / "effects.parquet")
    effects = effects[effects["horizon_months"] == 9]
    at_end = effects[effects["outcome"] == "persons"].set_index("status")["estimate"]
    shown = {e["status"]: e["estimate"] for e in read["effects"] if e["horizon_months"] == 9}
    assert shown == at_end.to_dict()
    others = {(e["outcome"], e["status"]): e["estimate"] for e in read["other_effects"]}
    assert others == effects[effects["outcome"] != "persons"].set_index(["outcome", "status"])["estimate"].to_dict()


@pytest.mark.usefixtures("short_report")
def test_progress_json_counts_to_the_end(cli: Cli) -> None:
    """If this fails, a screen that follows a run never sees it finish, or reads lines that are not JSON."""
    args = ("run", "baseline", "--scale", "0.001", "--months", "3", "--replications", "2", "--out", "o")
    result = cli(*args, "--jobs", "1", "--progress", "json")
    lines = [json.loads(line) for line in result.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["progress"] * len(lines)
    done = [line["done"] for line in lines]
    assert done == sorted(done)
    assert done[-1] == lines[-1]["total"] == 2 * (76 + 3)  # the history is lived month by month too
    assert all(line["seconds"] >= 0 for line in lines)


def test_progress_none_is_silent(plain: tuple[Path, Result]) -> None:
    """If this fails, a log of a batch job fills with progress bars."""
    assert not plain[1].stderr


def test_danish(cli: Cli, tmp_path: Path) -> None:
    """If this fails, `--language da` gives English words or English number formats."""
    result = cli("run", "baseline", *SMALL, "--progress", "none", "--language", "da", "--out", "o")
    assert "Beskæftigelse" in result.stdout
    assert "Employment" not in result.stdout
    stocks = pd.read_parquet(tmp_path / "o" / "stocks.parquet")
    start = stocks.loc[(stocks["status"] == "employment") & (stocks["month"] == "2014-04-01"), "persons"].iloc[0]
    assert f"{start:,.0f}".replace(",", ".") in result.stdout
    assert not re.search(r"\b(Report|tables in|Status:|persons)\b", result.stdout)
    assert (tmp_path / "o" / "report.da.html").exists()
    assert 'lang="da"' in (tmp_path / "o" / "report.da.html").read_text(encoding="utf-8")[:200]


def test_report_again_in_danish(cli: Cli, run_folder: Path, tmp_path: Path) -> None:
    """If this fails, a finished run cannot be reported in the other language, or its tables are touched."""
    before = {p.name: p.stat().st_mtime_ns for p in run_folder.iterdir()}
    result = cli("report", "o", "--language", "da")
    assert result.exit_code == 0
    assert "report.da.html" in result.stdout
    assert {p.name: p.stat().st_mtime_ns for p in (tmp_path / "o").iterdir() if p.name != "report.da.html"} == before


def test_a_report_of_an_unfinished_run_is_refused(cli: Cli, run_folder: Path) -> None:
    """If this fails, half a run is reported as if it were one."""
    (run_folder / "manifest.json").unlink()
    result = cli("report", "o")
    assert result.exit_code == 2
    assert "not finished" in result.stderr


def test_a_reform_that_changes_nothing_says_so(cli: Cli, tmp_path: Path) -> None:
    """If this fails, a reform without any effect (here: 0 % coverage) looks like a finding of zero."""
    (tmp_path / "s.toml").write_text('name = "nobody"\n[[policies]]\nuse = "job_goal_under_30"\ncoverage = 0\n')
    result = cli(
        "compare", "baseline", "s.toml", *SMALL, "--months", "3", "--replications", "2", "--progress", "none", "--out", "o"
    )
    assert result.exit_code == 0
    assert "nobody changes nothing in this run" in result.stderr
    assert (pd.read_parquet(tmp_path / "o" / "effects.parquet")[["estimate", "low", "high"]] == 0).all(axis=None)


@pytest.mark.usefixtures("short_report")
def test_months_override_the_scenario(cli: Cli, tmp_path: Path) -> None:
    """If this fails, `--months` is ignored or bent."""
    (tmp_path / "s.toml").write_text('name = "x"\nmonths = 7\n')
    cli("run", "s.toml", "--scale", "0.001", "--jobs", "1", "--progress", "none", "--out", "a")
    cli("run", "s.toml", *SMALL, "--progress", "none", "--out", "b")
    months = [pd.read_parquet(tmp_path / out / "stocks.parquet")["month"].nunique() for out in "ab"]
    assert months == [8, 3]


def test_a_failure_of_ours_ends_with_one_line(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails, a bug shows a traceback to the user, or passes as the user's mistake (exit 2) or success."""
    cli("scenarios")

    def broken(*args: object, **more: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(sys.modules["experiments.run_scenario"], "carry_out", broken)
    result = cli("run", "baseline", *SMALL, "--progress", "none", "--out", "o")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith("Error: ZeroDivisionError: a bug")


def test_a_policy_file_shows_up_in_the_list(cli: Cli, tmp_path: Path) -> None:
    """If this fails, a user cannot look at the parameters of a policy of their own."""
    (tmp_path / "p.py").write_text(
        "from typing import ClassVar\nfrom pydantic import Field\nfrom policies import Policy, Text\n\n"
        'class Mine(Policy):\n    """What it does."""\n    name: ClassVar[str] = "mine"\n'
        '    label: ClassVar[Text] = Text(en="Mine", da="Min")\n    citation: ClassVar[str] = "me"\n'
        '    factor: float = Field(2, ge=0, le=5, description="How much [ratio]")\n'
    )
    listed = cli("policies", "--policy", "p.py").stdout
    assert "mine" in listed
    shown = cli("policies", "mine", "--policy", "p.py").stdout
    for text in ("from p.py", "What it does.", "factor = 2, 0 to 5  How much [ratio]"):
        assert text in shown


@pytest.mark.usefixtures("short_report")
def test_nothing_of_the_user_environment_changes_results(cli: Cli, tmp_path: Path) -> None:
    """If this fails, results depend on hash randomisation, locale or time zone of the machine."""
    args = ("run", "baseline", *SMALL, "--progress", "none", "--register", "--out")
    assert cli(*args, "here").exit_code == 0
    strange = {**os.environ, "PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONOPTIMIZE": "1"}
    done = subprocess.run(
        [str(COMMAND), *args, "there"], cwd=tmp_path, env=strange, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    here, there = ({f.name: f.read_bytes() for f in (tmp_path / out).glob("*.parquet")} for out in ("here", "there"))
    assert here == there
