"""The command that a report gives makes the same numbers again, whatever was asked for and however."""

import shlex
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

from agents.mistake import Mistake
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
from experiments.again import as_toml, mark
from experiments.batch.experiment import shipped_experiments
from experiments.batch.precision import Precision, run_until
from experiments.charts.money import income_curves
from experiments.scenario import shipped_scenarios
from experiments.words import Words

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


def test_a_batch_warns(tmp_path: Path) -> None:
    """If this fails the report and the terminal show numbers of a toy run, or leave out what was asked for, without a word."""
    small: dict[str, Any] = {"levers": {"caseload_cap.cap": [20]}, "months": 2, "horizons": [1, 2], "replications": 2, "outcomes": ["persons.employment"], **SMALL}
    (tmp_path / "tiny.toml").write_text(as_toml(Experiment(name="tiny", fails="persons.employment < 0", **small)), encoding="utf-8")
    told = CliRunner().invoke(main, ["batch", str(tmp_path / "tiny.toml"), "--out", str(tmp_path / "o"), "--jobs", "1", "--progress", "none"])
    assert told.exit_code == 0, told.output
    page = (tmp_path / "o" / "report.html").read_text(encoding="utf-8")
    for text in ("Small run: below a scale of 0.02", "Only 2 replications", "When a reform fails (persons.employment &lt; 0) is not looked into"):
        assert text in page
        assert text.replace("&lt;", "<") in told.stderr
    assert "after 1 month<" in page and "after 2 months<" in page
    assert "after 2 months" in told.stdout and "after 1 month\n" not in told.stdout


OWN = '''
from typing import ClassVar
from policies import Moves, Policy, Text, parameter

class OwnPolicy(Policy):
    """People leave dagpenge for work more or less often."""
    name: ClassVar[str] = "own_policy"
    label: ClassVar[Text] = Text(en="Own", da="Egen")
    citation: ClassVar[str] = "test"
    factor: float = parameter(1.5, unit="ratio", en="Factor", da="Faktor", low=0, high=10)

    def adjust(self, moves: Moves) -> None:
        moves.scale("dagpenge", "employment", self.factor)
'''


def test_an_own_policy_that_was_edited(tmp_path: Path) -> None:
    """If this fails the command in a report runs what a policy file says today, not what the report's numbers were made with; or an edited file
    is refused because its results would lie where the old ones are."""
    file, scenario = tmp_path / "own.py", read_scenario("baseline").with_months(2).with_policy("own_policy", name="own")
    file.write_text(OWN, encoding="utf-8")
    first = run_scenario(scenario, out=tmp_path / "first", files=[str(file)], **SMALL)
    before = mark([scenario], [str(file)])
    file.write_text(OWN.replace("1.5,", "9.0,"), encoding="utf-8")
    repeated(first.manifest["command"], tmp_path / "again")
    assert same(first.folder, tmp_path / "again", "stocks", "flows")
    assert before != mark([scenario], [str(file)]) != mark([scenario.with_parameter("rate.dagpenge.employment", 0.3)], [str(file)])
    assert mark([read_scenario("baseline").with_months(3)], []) == ""


def test_own_policies_are_kept_as_they_were(tmp_path: Path) -> None:
    """If this fails a report that is written later shows the law of a policy file as it is by then, or ends in an error when it is gone; or of
    two policy files of the same name in two folders one is kept in place of the other."""
    files = [tmp_path / folder / "own.py" for folder in ("a", "b")]
    for file, name in zip(files, ("own_policy", "another_policy"), strict=True):
        file.parent.mkdir()
        file.write_text(OWN.replace('"own_policy"', f'"{name}"'), encoding="utf-8")
    scenario = read_scenario("baseline").with_months(2).with_policy("own_policy", name="own").with_policy("another_policy", name="both")
    first = run_scenario(scenario, out=tmp_path / "first", files=[str(file) for file in files], **SMALL)
    kept = [first.folder / first.manifest["policy_files"][str(file)] for file in files]
    assert [copy.read_text(encoding="utf-8") for copy in kept] == [file.read_text(encoding="utf-8") for file in files]
    chart = income_curves(first, Words("en"))
    for file in files:
        file.unlink()
    later = income_curves(open_result(first.folder), Words("en"))  # type: ignore[arg-type]
    assert later.figure.to_dict() == chart.figure.to_dict()
    repeated(first.manifest["command"], tmp_path / "again")
    assert same(first.folder, tmp_path / "again", "stocks", "flows")


def test_a_policy_that_reads_a_file_beside_itself(tmp_path: Path) -> None:
    """If this fails a run with a policy that reads its numbers from a file of its own ends in an error when its report is drawn."""
    file, scenario = tmp_path / "own.py", read_scenario("baseline").with_months(2).with_policy("own_policy", name="own")
    (tmp_path / "numbers.txt").write_text("1.5", encoding="utf-8")
    file.write_text(f'from pathlib import Path\nassert (Path(__file__).parent / "numbers.txt").read_text()\n{OWN}', encoding="utf-8")
    first = run_scenario(scenario, out=tmp_path / "first", files=[str(file)], **SMALL)
    assert "own_policy" in first.registry()
    (tmp_path / "numbers.txt").unlink()
    with pytest.raises(Mistake):
        first.registry()
