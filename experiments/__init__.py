"""Scenarios, replications, comparisons, and where results lie."""

from experiments.compare import Comparison, compare
from experiments.result import RunResult
from experiments.run_scenario import run_scenario
from experiments.scenario import Scenario, read_scenario

__all__ = ["Comparison", "RunResult", "Scenario", "compare", "read_scenario", "run_scenario"]
