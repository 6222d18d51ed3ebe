"""Scenarios, replications, comparisons, experiments, and where results lie."""

from experiments.batch import run
from experiments.batch_result import BatchResult
from experiments.compare import Comparison, compare
from experiments.experiment import Experiment, read_experiment
from experiments.result import RunResult
from experiments.run_scenario import run_scenario
from experiments.scenario import Scenario, read_scenario

__all__ = [
    "BatchResult", "Comparison", "Experiment", "RunResult", "Scenario", "compare", "read_experiment", "read_scenario", "run", "run_scenario",
]
