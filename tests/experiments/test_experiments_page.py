"""The page on experiments: every block of it works."""

import re
import tomllib
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from borgerflow import main
from experiments.batch import Batch
from experiments.experiment import Design, Experiment, make_experiment

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "experiments.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, flags=re.S)
COMMANDS = [line.split("#")[0].split()[1:] for kind, block in BLOCKS if kind == "console" for line in block.splitlines()]
SMALL = ["--scale", "0.001", "--months", "1", "--replications", "1", "--jobs", "1", "--progress", "none"]


def test_the_page_has_its_commands() -> None:
    """If this fails the tests below run nothing."""
    assert {command[0] for command in COMMANDS} == {"experiments", "outcomes", "batch"}
    assert any("dask" in command for command in COMMANDS)


def carried_out(command: list[str], folder: Path) -> Path | None:
    """Carry out a command of the page in a folder; where it leaves its results, if it says so."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        done = CliRunner().invoke(main, [*command, *(SMALL if command[0] == "batch" else [])])
    assert done.exit_code == 0, done.output
    assert done.stdout.strip()
    return folder / command[command.index("--out") + 1] if "--out" in command else None


@pytest.fixture(scope="module")
def guarantee(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the command on running leaves."""
    (command,) = (c for c in COMMANDS if "runs/guarantee" in c)
    out = carried_out(command, tmp_path_factory.mktemp("page"))
    assert out is not None
    return out


@pytest.mark.parametrize("command", [c for c in COMMANDS if "runs/guarantee" not in c], ids=" ".join)
def test_the_commands_run(command: list[str], tmp_path: Path) -> None:
    """If this fails a reader who copies a command of the page gets an error."""
    out = carried_out(command, tmp_path)
    assert out is None or (out / "report.html").exists()


def test_the_experiment_of_the_page_can_be_run() -> None:
    """If this fails a reader who starts from the page's file gets an error."""
    (text,) = (block for kind, block in BLOCKS if kind == "toml")
    batch = Batch(make_experiment(tomllib.loads(text)))
    assert len(batch.points) == 2 * 3 * 2


def test_the_scripts_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """If this fails a notebook that follows the page does not work."""
    monkeypatch.chdir(tmp_path)
    made: dict[str, object] = {}
    for block in (block for kind, block in BLOCKS if kind == "python"):
        exec(compile(block, "experiments.md", "exec"), made)
    assert "estimate" in capsys.readouterr().out
    moves = made["moves"]
    assert len(moves) == 3  # type: ignore[arg-type]


def test_the_page_names_every_key_and_its_default() -> None:
    """If this fails a key cannot be found on the page, or stands there and is gone, or has another default."""
    named = {key.strip("` ") for row in re.findall(r"^\| (`.+?) \|", PAGE, flags=re.M) for key in row.split(",")}
    keys = {*Experiment.model_fields, "title.en", "title.da", *(f"design.{key}" for key in Design.model_fields)} - {"title", "design"}
    assert keys <= named, keys - named
    defaults = {key: Experiment.model_fields[key].default for key in ("months", "scale", "seed", "replications", "draws", "base")}
    row = next(line for line in PAGE.splitlines() if line.startswith("| `months`, `scale`, `seed`"))
    assert row.endswith(f"| {defaults['months']}, {defaults['scale']}, {defaults['seed']} |")
    assert f"| {defaults['replications']} |" in next(line for line in PAGE.splitlines() if line.startswith("| `replications`"))
    assert f"| {Design.model_fields['samples'].default}, {Design.model_fields['seed'].default} |" in PAGE


def test_the_page_names_every_file_and_column(guarantee: Path) -> None:
    """If this fails a reader looks for a file or column that is not there, or one that is goes unmentioned."""
    rows = {file: text for files, text in re.findall(r"^\| (`[^|]+`) \| (.+) \|$", PAGE, flags=re.M) for file in re.findall(r"`(.+?)`", files)}
    left = [file for file in guarantee.iterdir() if file.is_file() and file.name != "plan.json"]
    assert len(left) == 8
    for file in left:
        assert file.name in rows, file.name
        if file.suffix == ".parquet":
            columns = [c for c in pd.read_parquet(file).columns if "." not in c]
            assert all(f"`{column}`" in rows[file.name] for column in columns), (file.name, columns)
