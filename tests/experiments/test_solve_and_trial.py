"""Searching for a parameter's value, and reforms on trial."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from agents.mistake import Mistake
from borgerflow import main
from experiments.scenario import Scenario, read_scenario
from experiments.solve import Goal, Solution, solve
from experiments.split import LIVES, units_of
from experiments.trial import Trial, try_out

SMALL: dict[str, Any] = {"scale": 0.002, "replications": 2}


@pytest.fixture(scope="module")
def base() -> Scenario:
    """The baseline, a year."""
    return read_scenario("baseline").with_months(12)


class TestSolve:
    @pytest.fixture(scope="class")
    @classmethod
    def neutral(cls, base: Scenario, tmp_path_factory: pytest.TempPathFactory) -> tuple[Solution, Path]:
        """The level of benefits that costs nothing: today's, 1."""
        folder = tmp_path_factory.mktemp("solve")
        return solve(base, "benefit_level", "factor", Goal("net_budget", 0), out=folder, between=(0.9, 1.13), **SMALL), folder

    def test_the_neutral_value_is_found(self, neutral: tuple[Solution, Path]) -> None:
        """If this fails the search does not arrive: benefits as they are cost nothing more than they do."""
        found, _ = neutral
        assert found.value == pytest.approx(1, abs=0.01)
        assert found.low <= found.value <= found.high

    def test_steps_have_the_same_luck(self, neutral: tuple[Solution, Path]) -> None:
        """If this fails steps differ by chance: with common luck costs rise with the level of benefits from step to step."""
        costs = [step.estimate for step in neutral[0].steps]
        assert costs == sorted(costs)

    def test_a_search_goes_on_where_it_stopped(self, neutral: tuple[Solution, Path], base: Scenario) -> None:
        """If this fails a search that was stopped begins anew, or ends elsewhere."""
        found, folder = neutral
        times = {file: file.stat().st_mtime_ns for file in folder.rglob("stocks.parquet")}
        again = solve(base, "benefit_level", "factor", Goal("net_budget", 0), out=folder, between=(0.9, 1.13), **SMALL)
        assert again == found
        assert times == {file: file.stat().st_mtime_ns for file in folder.rglob("stocks.parquet")}

    @pytest.mark.parametrize(
        ("policy", "parameter", "goal", "between", "says"),
        [
            ("benefit_levl", "factor", "net_budget=0", None, "benefit_level"),
            ("benefit_level", "facto", "net_budget=0", None, "factor"),
            ("caseworker_hours", "groups", "net_budget=0", None, "only a number"),
            ("benefit_level", "factor", "net_budget=0", (1.1, 0.9), "the smaller first"),
            ("benefit_level", "factor", "net_budget=0", (1.0, 9.0), "less than or equal"),
            ("benefit_level", "factor", "net_budget", None, "difference it shall have"),
            ("benefit_level", "factor", "budget=0", None, "net_budget"),
        ],
    )
    def test_impossible_searches(
        self, base: Scenario, tmp_path: Path, policy: str, parameter: str, goal: str, between: tuple[float, float] | None, says: str
    ) -> None:
        """If this fails a search that cannot be made simulates first, or ends in a traceback."""
        with pytest.raises(Mistake, match=says):
            solve(base, policy, parameter, Goal.read(goal), out=tmp_path, between=between, **SMALL)
        assert not list(tmp_path.rglob("*.parquet"))

    def test_a_goal_out_of_reach(self, neutral: tuple[Solution, Path], base: Scenario) -> None:
        """If this fails a search ends at an end of its range as if that were an answer."""
        with pytest.raises(Mistake, match="is not reached between"):
            solve(base, "benefit_level", "factor", Goal("net_budget", 1e6), out=neutral[1], between=(0.9, 1.13), **SMALL)

    def test_the_command_says_what_is_wrong(self) -> None:
        """If this fails a typing error on the command line ends in a traceback or with another exit code."""
        done = CliRunner().invoke(main, ["solve", "--policy", "caseload_cap", "--parameter", "cap", "--for", "employmnt=5"])
        assert done.exit_code == 2 and "employment" in done.output


class TestTrial:
    @pytest.fixture(scope="class")
    @classmethod
    def tried(cls, base: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Trial:
        """A job goal for all the young, on trial in half of the municipalities, drawn twice."""
        table = {"use": "job_goal_under_30", "coverage": 1.0, "job_ratio": 3.0}
        reform = base.model_copy(update={"name": "goal", "policies": (table,)})
        return try_out(base, reform, share=0.5, assignments=2, out=tmp_path_factory.mktemp("trial"), scale=0.01, replications=2)

    def lives(self, tried: Trial) -> dict[tuple[str, int], pd.DataFrame]:
        return {key: pd.read_parquet(folder / LIVES) for key, folder in units_of(tried.folder)}

    def test_the_true_effect_is_that_of_the_comparison(self, tried: Trial) -> None:
        """If this fails the trial is compared with something else than what the reform does."""
        effects = pd.read_parquet(tried.folder / "effects.parquet")
        here = effects[(effects["reform"] == "goal") & (effects["outcome"] == "persons") & (effects["status"] == "employment") & (effects["horizon_months"] == 12)]
        true = tried.table.query("outcome == 'employment' and horizon_months == 12")["true"].item()
        assert true == pytest.approx(here["estimate"].item())

    def test_nobody_outside_the_trial_is_touched(self, tried: Trial) -> None:
        """If this fails the reform acts on people in municipalities that are not in the trial."""
        for (name, _), table in self.lives(tried).items():
            if name.startswith("goal.trial"):
                inside = table["covered_12"].to_numpy()
                assert 0.3 < inside.mean() < 0.7
                assert not table["touched_12"].to_numpy()[~inside].any()
                assert table["touched_12"].to_numpy()[inside].any()

    def test_assignments_differ_and_stay(self, tried: Trial) -> None:
        """If this fails every trial is in the same municipalities, or another one in each replication."""
        inside = {key: table["covered_12"].to_numpy() for key, table in self.lives(tried).items()}
        assert not np.array_equal(inside["goal.trial1", 0], inside["goal.trial2", 0])
        assert tried.table["assignments"].eq(2).all()

    def test_a_trial_in_too_small_a_country(self, base: Scenario, tmp_path: Path) -> None:
        """If this fails a trial in which all municipalities share their caseworkers ends with everybody in it."""
        reform = base.model_copy(update={"name": "reform", "policies": ({"use": "caseload_cap"},)})
        with pytest.raises(Mistake, match="raise the scale"):
            try_out(base, reform, assignments=2, out=tmp_path, **SMALL)

    @pytest.mark.parametrize(
        ("table", "share", "assignments", "says"),
        [
            ({"use": "benefit_level"}, 0.5, 2, "whole country"), ({"use": "caseload_cap"}, 1.0, 2, "--share"), ({"use": "caseload_cap"}, 0.5, 1, "--assignments"),
            (None, 0.5, 2, "needs policies"),
        ],
    )
    def test_impossible_trials(self, base: Scenario, tmp_path: Path, table: dict[str, Any] | None, share: float, assignments: int, says: str) -> None:
        """If this fails a trial that cannot be made is simulated, or ends in a traceback."""
        reform = base.model_copy(update={"name": "reform", "policies": (table,) if table else ()})
        with pytest.raises(Mistake, match=says):
            try_out(base, reform, share=share, assignments=assignments, out=tmp_path / "x", **SMALL)
        assert not (tmp_path / "x").exists()
