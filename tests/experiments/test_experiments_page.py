"""The page on experiments: its batches run, and it names what there is. Its other blocks are run with those of all pages."""

import re
import tomllib
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from borgerflow import main
from experiments.batch.experiment import Design, Experiment, make_experiment, read_experiment
from experiments.batch.run import Batch
from experiments.batch_command import with_options

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "experiments.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, flags=re.S)
COMMANDS = [line.split("#")[0].split()[1:] for kind, block in BLOCKS if kind == "console" for line in block.splitlines() if " batch " in line]
SMALL = ["--scale", "0.001", "--months", "1", "--replications", "1", "--jobs", "1", "--progress", "none"]


def carried_out(sign: str, folder: Path) -> Path:
    """Carry out the page's command with this sign, small, in a folder; where it leaves its results."""
    (command,) = (c for c in COMMANDS if sign in c)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        done = CliRunner().invoke(main, [*command, *SMALL])
    assert done.exit_code == 0, done.output
    assert done.stdout.strip()
    return folder / command[command.index("--out") + 1]


@pytest.fixture(scope="module")
def guarantee(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the command on running leaves."""
    return carried_out("runs/guarantee", tmp_path_factory.mktemp("page"))


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_commands_fit_their_experiments(command: list[str]) -> None:
    """If this fails a command of the page names an experiment that cannot be run in so many months, or at such a size."""
    options = main.commands["batch"].make_context("batch", command[1:]).params
    assert Batch(with_options(read_experiment(options["experiment"]), options)).units


def test_a_cluster_on_this_machine_gives_the_same(guarantee: Path, tmp_path: Path) -> None:
    """If this fails the page's command for a cluster on this machine gives an error, or other effects than without."""
    effects = pd.read_parquet(carried_out("dask", tmp_path) / "effects.parquet")
    pd.testing.assert_frame_equal(effects, pd.read_parquet(guarantee / "effects.parquet"), check_exact=True)


def test_the_experiment_of_the_page_can_be_run() -> None:
    """If this fails a reader who starts from the page's file gets an error."""
    (text,) = (block for kind, block in BLOCKS if kind == "toml")
    batch = Batch(make_experiment(tomllib.loads(text)))
    assert len(batch.points) == 2 * 3 * 2


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
    assert len(left) == 9
    for file in left:
        assert file.name in rows, file.name
        if file.suffix == ".parquet":
            columns = [c for c in pd.read_parquet(file).columns if "." not in c]
            assert all(f"`{column}`" in rows[file.name] for column in columns), (file.name, columns)
