"""The command that a report gives makes the same numbers again, whatever was asked for and however."""

import shlex
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

from borgerflow import main
from experiments import (
    BatchResult,
    Experiment,
    Scenario,
    compare,
    open_result,
    read_experiment,
    read_scenario,
    run,
    run_scenario,
)
from experiments.again import as_toml
from experiments.batch.experiment import shipped_experiments
from experiments.batch.precision import Precision, run_until
from experiments.scenario import shipped_scenarios

SMALL: dict[str, Any] = {"scale": 0.001, "seed": 3}
CAP = {"use": "caseload_cap", "cap": 20, "start": "2014-06"}


def repeated(command: str, out: Path) -> None:
    """Carry out the line that a report shows, from the command line, with the results in another place."""
    words = shlex.split(command)
    assert words[0] == "borgerflow"
    found = CliRunner().invoke(main, [*words[1:], "--out", str(out), "--jobs", "1", "--progress", "none"])
    assert found.exit_code == 0, found.output
    assert not words[2].endswith("baseline.toml") or words[1] == "run", "a shipped scenario is not named"


def same(one: Path, other: Path, *tables: str) -> bool:
    return all(pd.read_parquet(one / f"{t}.parquet").equals(pd.read_parquet(other / f"{t}.parquet")) for t in tables)


@pytest.mark.parametrize(
    "scenario",
    [
        read_scenario("baseline").with_months(2).with_parameter("rate.dagpenge.employment", 0.3),
        read_scenario("baseline").with_months(2).with_draw(3),
        Scenario.model_validate({"name": "own", "months": 2, "title": {"en": "A cap", "da": "Et loft"}, "policies": [CAP]}),
    ],
    ids=["changed under its name", "a draw", "made in Python"],
)
def test_a_run(scenario: Scenario, tmp_path: Path) -> None:
    """If this fails the command in a report ends in an error, or runs another world under the same name."""
    first = run_scenario(scenario, out=tmp_path / "first result", **SMALL)
    repeated(first.manifest["command"], tmp_path / "again")
    assert same(first.folder, tmp_path / "again", "stocks", "flows", "accounts")


@pytest.mark.parametrize("how", [{"decompose": True, "selection_ends": True}, {"draws": 2}], ids=str)
def test_a_comparison(how: dict[str, Any], tmp_path: Path) -> None:
    """If this fails the command in a report leaves out what was compared: draws, ends, or each policy alone."""
    base = read_scenario("baseline").with_months(2)
    reform = Scenario.model_validate({"name": "two", "months": 2, "policies": [CAP, {"use": "job_goal_under_30"}]})
    replications = 1 if "draws" in how else 2
    first = compare(base, [reform], out=tmp_path / "first", replications=replications, **how, **SMALL)
    repeated(first.manifest["command"], tmp_path / "again")
    tables = ["effects", "budget", *(["effects_selection"] if "selection_ends" in how else [])]
    assert same(first.folder, tmp_path / "again", *tables)


def test_a_batch(tmp_path: Path) -> None:
    """If this fails the command in a batch's report makes another batch, or asks for less precision."""
    small: dict[str, Any] = {"levers": {"caseload_cap.cap": [20]}, "months": 2, "replications": 2, "outcomes": ["persons.employment"], **SMALL}
    experiment = Experiment(name="own", **small)
    first = run(experiment, out=tmp_path / "first")
    repeated(first.manifest["command"], tmp_path / "again")
    assert same(tmp_path / "first", tmp_path / "again", "effects")
    opened = open_result(tmp_path / "again")
    assert isinstance(opened, BatchResult)
    assert opened.effects.equals(first.effects)
    told = CliRunner().invoke(main, ["report", str(tmp_path / "again"), "--language", "da"])
    assert told.exit_code == 0, told.output
    assert (tmp_path / "again" / "report.da.html").stat().st_size > 1e6
    precise, _ = run_until(experiment, Precision.read("5e6", "persons.employment", experiment.outcomes), out=tmp_path / "precise")
    assert precise.manifest["command"].endswith("precise/experiment.toml --precision 5e+06 --of persons.employment --most 400")


def test_files_read_as_what_was_asked_for(tmp_path: Path) -> None:
    """If this fails a scenario or experiment that is written beside its results is another one when it is read."""
    for name in shipped_scenarios():
        (tmp_path / f"{name}.toml").write_text(as_toml(read_scenario(name)), encoding="utf-8")
        assert read_scenario(tmp_path / f"{name}.toml") == read_scenario(name)
    for name in shipped_experiments():
        (tmp_path / f"{name}.toml").write_text(as_toml(read_experiment(name)), encoding="utf-8")
        assert read_experiment(tmp_path / f"{name}.toml") == read_experiment(name)
