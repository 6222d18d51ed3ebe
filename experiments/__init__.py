"""Scenarios, replications, comparisons, experiments, and where results lie."""

from experiments.batch.experiment import Experiment, read_experiment
from experiments.batch.morris_then_sobol import morris_then_sobol
from experiments.batch.precision import Precision, run_until
from experiments.batch.result import BatchResult
from experiments.batch.run import run
from experiments.compare import Comparison, compare
from experiments.result import RunResult
from experiments.results import open_result, write_report
from experiments.run_scenario import run_scenario
from experiments.scenario import Scenario, read_scenario
from experiments.solve import Goal, solve
from experiments.trial import try_out

__all__ = [
    "BatchResult", "Comparison", "Experiment", "Goal", "Precision", "RunResult", "Scenario", "compare", "morris_then_sobol", "open_result",
    "read_experiment", "read_scenario", "run", "run_scenario", "run_until", "solve", "try_out", "write_report",
]
