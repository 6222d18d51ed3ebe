"""One run: a scenario with replications, from scenario to tables on disk."""

from collections.abc import Sequence
from pathlib import Path

from experiments.again import Asked
from experiments.carry_out import Progress, carry_out
from experiments.result import RunResult
from experiments.scenario import Scenario
from experiments.summary import summarise_run
from experiments.units import plan_units


def run_scenario(
    scenario: Scenario, *, out: Path | str, scale: float = 0.05, replications: int = 1, seed: int = 1, jobs: int = 1,
    threads: int = 1, register: bool = False, files: Sequence[str] = (), progress: Progress | None = None,
) -> RunResult:
    """Run a scenario and write its tables to ``out``. A finished run of the same plan returns at once."""
    units = plan_units([scenario], scale, replications, seed, register, files)
    return carry_out(Asked("run", (scenario,)), units, Path(out), jobs, threads, progress, summarise_run)
