"""Scenarios, replications, comparisons, experiments, and where results lie."""

from experiments.batch.experiment import Experiment, read_experiment
from experiments.batch.result import BatchResult
from experiments.batch.run import run
from experiments.compare import Comparison, compare
from experiments.result import RunResult
from experiments.run_scenario import run_scenario
from experiments.scenario import Scenario, read_scenario

__all__ = [
    "BatchResult", "Comparison", "Experiment", "RunResult", "Scenario", "compare", "read_experiment", "read_scenario", "run", "run_scenario",
]
