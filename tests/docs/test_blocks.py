"""Every block that pages show: commands, Python, TOML. What takes seconds is run, what takes minutes is read by the command line."""

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from reading import PAGES, ROOT, blocks_of, commands_in, files_in

from borgerflow import main
from experiments.batch.experiment import Experiment, shipped_experiments
from experiments.scenario import Scenario, shipped_scenarios
from policies.registry import Registry

SMALL = ("--scale", "0.001", "--months", "14", "--jobs", "1", "--progress", "none")
TINY = {"run": SMALL, "compare": (*SMALL, "--replications", "2")}
"""Options that make a command small, by command; the last of an option counts."""
QUICK = {"scenarios", "statuses", "policies", "parameters", "experiments", "outcomes", "income", "measure", "report"}
LONG = {"batch", "sensitivity", "solve", "trial", "validate", "calibrate", "dashboard"}
"""Commands that take minutes, and are run by tests of their own: here their names and options are read, and the files that they name."""
SIZES = {"--scale", "--months", "--replications", "--out"}
LONG_OPTIONS = {"--selection-ends", "--draws"}
"""Options of ``compare`` that multiply the work, tested elsewhere likewise."""

with_commands = pytest.mark.parametrize("page", [page for page in PAGES if commands_in(page)], ids=lambda page: page.name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the runs that pages speak of, small."""
    here = tmp_path_factory.mktemp("reader")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(here)
        succeed(small(["compare", "baseline", "job_goal_under_30"], "runs/main"))
        succeed(small(["run", "baseline", "--register"], "runs/register"))
    return here


@pytest.fixture
def reader(folder: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    """The folder, with the files that the page shows in it."""
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(folder)
    for name, text in files_in(request.getfixturevalue("page")).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def succeed(words: list[str]) -> str:
    """Run a command in this process; what it printed. A mistake fails the test with what the user would see."""
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, f"borgerflow {shlex.join(words)}\n{done.output}\n{done.exception!r}"
    return done.output


def form(words: list[str]) -> frozenset[str]:
    """A command and its options, those of size and place aside: one command of each form is run, the others are read."""
    return frozenset({words[0], *(word for word in words if word.startswith("--"))} - SIZES)


def is_run(words: list[str]) -> bool:
    """Whether commands of this kind are run here: not those that take minutes, and not several reforms at once, whose scenarios have tests."""
    several = len(read_by_the_command_line(words).params.get("reforms") or ()) > 1
    return words[0] not in LONG and not several and not LONG_OPTIONS & set(words)


def small(words: list[str], out: str) -> list[str]:
    """The command at a size that takes seconds, with results in a folder of their own."""
    return [*words, *TINY[words[0]], "--out", out] if words[0] in TINY else words


def read_by_the_command_line(words: list[str]) -> click.Context:
    """Names and options of a command, read as when it runs. Raises click's error for what it does not know."""
    command = main.commands[words[0]]
    return command.make_context(words[0], list(words[1:]))


@with_commands
def test_commands_are_known(page: Path, reader: Path) -> None:
    """If this fails a page shows a command, option, scenario, experiment, policy or file that does not exist."""
    known = {*shipped_scenarios(), *shipped_experiments(), *Registry()}
    for words in commands_in(page):
        if words[0].startswith("-"):
            continue
        values = read_by_the_command_line(words).params
        for key in ("scenario", "base", "reform", "experiment"):
            if isinstance(values.get(key), str):
                assert values[key] in known or Path(values[key]).exists(), words
        for name in (*(values.get("reforms") or ()), *(values.get("policy_files") or ())):
            assert name in known or Path(name).exists(), words


@with_commands
def test_commands_run(page: Path, reader: Path) -> None:
    """If this fails a reader who types what a page shows gets an error."""
    done = {frozenset({"compare"}), frozenset({"run", "--register"})}  # the folder's
    for number, words in enumerate(words for words in commands_in(page) if not words[0].startswith("-")):
        assert words[0] in {*TINY, *QUICK, *LONG}, f"say here how {words[0]} is tested"
        if is_run(words) and (words[0] in QUICK or form(words) not in done):
            assert succeed(small(words, f"runs/{page.stem}-{number}")).strip()
            done.add(form(words))


@pytest.mark.parametrize(
    "page", [p for p in PAGES if p.name != "experiments.md" and any(b.language == "python" for b in blocks_of(p))], ids=lambda page: page.name
)
def test_python_runs(page: Path, reader: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If this fails a reader who copies the Python of a page, from its top to its end, gets an error.

    (docs/experiments.md has tests of its own.)"""
    names: dict[str, Any] = {"__name__": "page"}
    for number, block in enumerate(b for b in blocks_of(page) if b.language == "python"):
        text = re.sub(r"replications=\d+", "replications=2", re.sub(r"scale=0\.\d+", "scale=0.001", block.text))
        exec(compile(text, f"{page.name}, python block {number}", "exec"), names)


@pytest.mark.parametrize("page", [p for p in PAGES if any(b.language == "toml" for b in blocks_of(p))], ids=lambda page: page.name)
def test_toml_is_accepted(page: Path, reader: Path) -> None:
    """If this fails a scenario or an experiment that a page shows is refused."""
    registry = Registry([name for name in files_in(page) if name.endswith(".py") and "policies" in files_in(page)[name]])
    for block in (b for b in blocks_of(page) if b.language == "toml"):
        table = tomllib.loads(block.text)
        if "levers" in table:
            Experiment.model_validate(table)
        elif "project" not in table:
            Scenario.model_validate({"name": "shown", **table}).make_policies(registry)


def test_every_command_is_described() -> None:
    """If this fails a command exists that docs/commands.md does not show."""
    (page,) = (page for page in PAGES if page.name == "commands.md")
    assert set(main.commands) == {words[0] for words in commands_in(page)}


def test_make_knows_its_targets() -> None:
    """If this fails a page says `make something` and there is no such target."""
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))
    for page in (*PAGES, ROOT / "CONTRIBUTING.md"):
        text = page.read_text(encoding="utf-8")
        said = set(re.findall(r"`make (\w+)`", text)) | set(re.findall(r"^make (\w+)", text, flags=re.M))
        assert said <= targets, (page.name, said - targets)


def test_the_reader_of_blocks_reads() -> None:
    """If this fails the tests above look at nothing."""
    assert sum(len(commands_in(page)) for page in PAGES) > 40
    assert sum(block.language == "python" for page in PAGES for block in blocks_of(page)) >= 8
    with pytest.raises(click.UsageError):
        read_by_the_command_line(["compare", "baseline", "--no-such-option"])
