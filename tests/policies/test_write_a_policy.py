"""The page for authors of policies: every block of it works."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "write_a_policy.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, flags=re.S)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the files of the page."""
    for _, block in BLOCKS:
        named = re.match(r"# ([\w.]+)\n", block)
        if named:
            (tmp_path / named[1]).write_text(block, encoding="utf-8")
    return tmp_path


def test_the_page_has_its_files(folder: Path) -> None:
    """If this fails the page has lost its example."""
    assert sorted(f.name for f in folder.iterdir()) == ["shorter.toml", "shorter_waits.py"]


def test_the_commands_run(folder: Path) -> None:
    """If this fails a reader who copies the commands of the page gets an error."""
    (commands,) = (block for language, block in BLOCKS if language == "sh")
    for command in commands.splitlines():
        words = command.replace("borgerflow ", f"{sys.executable} -m borgerflow ", 1).split()
        done = subprocess.run([*words, *(["--progress", "none", "--jobs", "1"] if "compare" in command else [])], check=False, cwd=folder, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr


def test_the_test_of_the_page_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails the test kit does not work as the page says."""
    monkeypatch.syspath_prepend(folder)
    (block,) = (block for language, block in BLOCKS if language == "python" and "check_policy" in block)
    exec(compile(block, "write_a_policy.md", "exec"), {})


def test_the_page_names_verbs_that_exist() -> None:
    """If this fails the page names a verb that no policy has."""
    from policies import Law, Moves, World

    known = {name for protocol in (World, Moves, Law) for name in dir(protocol)} | {"replace", "restore"}
    verbs = {name for line in PAGE.splitlines() if line.startswith("| `") for name in re.findall(r"`(?:rules\.)?(\w+)\(", line)}
    assert verbs and verbs <= known, verbs - known
