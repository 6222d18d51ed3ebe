"""Scenarios, replications, comparisons, and where results lie."""

from experiments.compare import Comparison, compare
from experiments.run import RunResult, run
from experiments.scenario import Scenario, read_scenario

__all__ = ["Comparison", "RunResult", "Scenario", "compare", "read_scenario", "run"]
