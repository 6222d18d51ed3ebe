"""Tutorials: each runs from top to bottom, at a scale that takes seconds."""

import ast
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from reading import TUTORIALS, cells_of

TINY = {"scale": 0.001, "months": 9, "replications": 2}
"""What the tests put in place of a tutorial's own size."""


def test_there_are_five_tutorials() -> None:
    """If this fails a tutorial is missing, or the tests look at nothing."""
    assert [tutorial.name[0] for tutorial in TUTORIALS] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("tutorial", TUTORIALS, ids=lambda t: t.stem)
def test_the_tutorial_runs(tutorial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails a newcomer's first half hour ends with an error."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "tutorial"}
    with mpl.rc_context({"backend": "agg"}):
        for number, cell in enumerate(cell for cell in cells_of(tutorial) if cell.is_code):
            exec(compile(ast.parse(cell.text), f"{tutorial.name}, code cell {number}", "exec"), names)
            if "parameters" in cell.kind:
                sizes = {name for name in names if name in TINY}
                names.update({name: TINY[name] for name in sizes})
        plt.close("all")
    assert "scale" in names and names["scale"] == TINY["scale"], "the tutorial has no cell with the tag parameters"


@pytest.mark.parametrize("tutorial", TUTORIALS, ids=lambda t: t.stem)
def test_a_tutorial_takes_five_minutes(tutorial: Path) -> None:
    """If this fails a tutorial is longer than what can be read and tried in about five minutes."""
    words = sum(len(cell.text.split()) for cell in cells_of(tutorial))
    assert words < 800
