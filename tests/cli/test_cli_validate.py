"""`borgerflow validate`: what it writes, what it says, and with which code it ends."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from borgerflow import main
from calibration.targets import read_targets

TINY = ("validate", "--scale", "0.001", "--replications", "1", "--jobs", "1", "--progress", "none")


@pytest.fixture(scope="module")
def validated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A validation of one tiny replication and what it printed."""
    folder = tmp_path_factory.mktemp("validation") / "out"
    return folder, CliRunner().invoke(main, [*TINY, "--out", str(folder)])


def test_failures_are_reported_and_the_code_is_0(validated: tuple[Path, Result]) -> None:
    """If this fails, misses end the command with an error, or are not told."""
    folder, result = validated
    assert result.exit_code == 0, result.output
    assert "held-out and" in result.stdout.splitlines()[0]
    assert f"Validation: {folder / 'validation.html'}" in result.stdout
    assert "Small run" in result.stderr
    assert "Only 1 replications" in result.stderr


def test_page_data_and_table_are_written(validated: tuple[Path, Result]) -> None:
    """If this fails, a file is missing, or holds other figures than the others."""
    folder, result = validated
    assert {f.name for f in folder.iterdir()} == {
        "validation.html", "validation.json", "validation.parquet", "past_reforms.parquet", "past_series.parquet", "baseline-s0.001-r1-seed1",
    }
    document = json.loads((folder / "validation.json").read_text(encoding="utf-8"))
    table = pd.read_parquet(folder / "validation.parquet")
    assert table["target"].tolist() == [t.target for t in read_targets()]
    assert len(document["targets"]) == len(table)
    for key, name, column in (("outcomes", "past_reforms.parquet", "simulated_after"), ("series", "past_series.parquet", "simulated")):
        past = pd.read_parquet(folder / name)
        assert [row[column] for row in document["past_reforms"][key]] == [None if pd.isna(v) else v for v in past[column]]
    missed = [t["target"] for t in document["targets"] if not t["passed"]]
    assert set(missed) == set(table.loc[~table["passed"], "target"])
    assert [t["target"] for t in document["targets"]][: len(missed)] == missed
    about = document["about"]
    assert (about["scale"], about["replications"], about["seed"], about["start"]) == (0.001, 1, 1, "2014-05")
    assert about["command"] == "borgerflow validate --scale 0.001 --replications 1 --seed 1"
    page = (folder / "validation.html").read_text(encoding="utf-8")
    assert result.stdout.splitlines()[0] in page


def test_strict_ends_with_1_and_a_finished_run_is_used_again(validated: tuple[Path, Result]) -> None:
    """If this fails, `--strict` passes a model that misses, the same command simulates twice or says something else, or
    `--json` prints more than JSON."""
    folder, _ = validated
    before = (folder / "validation.json").read_bytes()
    run = folder / "baseline-s0.001-r1-seed1" / "manifest.json"
    made = run.stat().st_mtime_ns
    result = CliRunner().invoke(main, [*TINY, "--out", str(folder), "--strict", "--json", "--language", "da"])
    assert result.exit_code == 1
    assert json.loads(result.stdout) == json.loads(before)
    assert (folder / "validation.json").read_bytes() == before
    assert run.stat().st_mtime_ns == made
    assert (folder / "validation.da.html").exists()


@pytest.mark.parametrize(
    ("option", "value", "named"),
    [
        ("--scale", "0", ["--scale 0", "0.001"]),
        ("--replications", "0", ["--replications 0", "1 to 10000"]),
        ("--seed", "-1", ["--seed -1"]),
        ("--jobs", "0", ["--jobs 0", "at least 1"]),
        ("--language", "sv", ["'sv'", "'da'"]),
        ("--months", "3", ["--months"]),
        ("--out", "taken", ["taken", "cannot be written"]),
    ],
)
def test_mistakes_are_refused_with_one_line(mistake: Callable[..., str], tmp_path: Path, option: str, value: str, named: list[str]) -> None:
    """If this fails, a value out of range starts a run, shows a traceback, or ends with another code than 2."""
    (tmp_path / "taken").write_text("a file")
    line = mistake("validate", "--progress", "none", option, value)
    assert all(text in line for text in named), line
