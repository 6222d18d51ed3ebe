"""Solve for a parameter of a policy: budget neutrality, or so many persons more in work.

Bisection between two values, every step with the luck of the base: what moves from step to step is the parameter. Each run lies in
a folder of its own, so a search that was stopped goes on where it was.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from agents.mistake import Mistake, unknown
from agents.statuses import RESIDENT
from experiments.budget import LAST_YEARS, net_cost
from experiments.compare import TOTAL, with_totals
from experiments.intervals import half_width
from experiments.result import RunResult
from experiments.run_scenario import run_scenario
from experiments.scenario import Scenario
from policies.registry import Registry
from sim.whole_file import write_text

Floats = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]

NET_BUDGET = "net_budget"
"""Goal: net public cost, million DKK a year, at the permanent level."""
STEPS = 12
"""Most steps of the bisection after both ends."""
NEAR = 0.01
"""The search ends when the value is known within this part of the range, or the goal is hit within half this part of what the range
brings about."""


@dataclass(frozen=True)
class Goal:
    """What is asked for: an outcome and the difference from the base that it shall have."""

    outcome: str
    target: float

    @classmethod
    def read(cls, text: str) -> "Goal":
        """Read ``outcome=difference``. Raises Mistake for an unknown outcome or a difference that is no number."""
        name, equals, value = text.partition("=")
        known = [NET_BUDGET, TOTAL, *(s.name for s in RESIDENT)]
        if name not in known:
            raise unknown("outcome", name, known, where="--for")
        try:
            target = float(value)
        except ValueError:
            target = np.nan
        if not equals or not np.isfinite(target):
            raise Mistake(f"--for {text}: write an outcome and the difference it shall have from the base, for example {NET_BUDGET}=0 or employment=5000")
        return cls(name, target)

    @property
    def is_money(self) -> bool:
        """Whether it is million DKK a year; else persons at the end."""
        return self.outcome == NET_BUDGET


@dataclass(frozen=True)
class Step:
    """One value tried: the difference from the base, with its 95 % interval over pairs of the same luck."""

    value: float
    estimate: float
    low: float
    high: float


@dataclass(frozen=True)
class Solution:
    """What a search found.

    Attributes:
        value: the parameter's value, between the last two that were tried; low, high: where it lies as far as luck lets it be known.
        steps: everything that was tried, in order of value.
        goal: what was asked for.
    """

    value: float
    low: float
    high: float
    steps: Sequence[Step]
    goal: Goal


def solve(
    base: Scenario, policy: str, parameter: str, goal: Goal, *, out: Path, between: tuple[float, float] | None = None,
    others: dict[str, Any] | None = None, scale: float = 0.02, replications: int = 4, seed: int = 1, jobs: int = 1, threads: int = 1,
    files: Sequence[str] = (), progress: Progress | None = None,
) -> Solution:
    """Find the value of a policy's parameter that brings the goal about.

    Args:
        base: the scenario that the policy is added to.
        policy, parameter: what is varied; ``others`` are its other parameters and dates.
        between: values to search between; the parameter's bounds by default.
        out: folder of all runs.

    Raises:
        Mistake: for an unknown policy or parameter, one that is no number, values out of bounds, or a goal that lies outside what
            the two ends bring about.
    """
    registry = Registry(files)
    low, high, is_whole = _range(registry, policy, parameter, between)
    if replications < 2:
        raise Mistake(f"--replications {replications}: an interval needs at least 2")
    done = 0

    def result(scenario: Scenario) -> RunResult:
        nonlocal done
        found = run_scenario(
            scenario, out=out / scenario.name, scale=scale, replications=replications, seed=seed, jobs=jobs, threads=threads, files=files
        )
        done += 1
        if progress is not None:
            progress(min(done, STEPS + 3), STEPS + 3)
        return found

    def with_value(value: float) -> Scenario:
        values = {**(others or {}), parameter: round(value) if is_whole else value}
        scenario = base.with_policy(policy, name=f"{policy}.{parameter}_{value:.6g}", **values)
        scenario.make_policies(registry)
        return scenario

    for end in (low, high):
        with_value(end)
    reference = _outcome(result(base), goal)
    steps: dict[float, Step] = {}

    def tried(value: float) -> Step:
        if value not in steps:
            pairs = _outcome(result(with_value(value)), goal) - reference
            half = float(half_width(float(pairs.std(ddof=1)), pairs.size))
            mean = float(pairs.mean())
            steps[value] = Step(value, mean, mean - half, mean + half)
            write_text(out / "steps.json", json.dumps([vars(step) for step in sorted(steps.values(), key=lambda s: s.value)], indent=1))
        return steps[value]

    a, b = tried(low), tried(high)
    if (a.estimate - goal.target) * (b.estimate - goal.target) > 0:
        raise Mistake(
            f"{goal.outcome} = {goal.target:g} is not reached between {parameter} = {a.value:g} (there {a.estimate:+,.0f}) and {b.value:g} "
            f"(there {b.estimate:+,.0f}); widen --between or ask for something between the two"
        )
    for _ in range(STEPS):
        middle = (a.value + b.value) / 2
        middle = float(round(middle)) if is_whole else middle
        if middle in (a.value, b.value) or abs(b.value - a.value) <= NEAR * (high - low):
            break
        m = tried(middle)
        if abs(m.estimate - goal.target) <= NEAR / 2 * abs(tried(high).estimate - tried(low).estimate):
            a = b = m
            break
        a, b = (m, b) if (m.estimate - goal.target) * (b.estimate - goal.target) <= 0 else (a, m)
    return _solution(a, b, sorted(steps.values(), key=lambda s: s.value), goal)


def _solution(a: Step, b: Step, steps: Sequence[Step], goal: Goal) -> Solution:
    rise = b.estimate - a.estimate
    found = (goal.target - a.estimate) / rise if rise else 0.5
    value = a.value + (b.value - a.value) * found
    reached = [s.value for s in steps if s.low <= goal.target <= s.high]
    return Solution(value, min([value, *reached]), max([value, *reached]), steps, goal)


def _range(registry: Registry, policy: str, parameter: str, between: tuple[float, float] | None) -> tuple[float, float, bool]:
    kind = registry[policy]
    own = kind.own_parameters()
    if parameter not in own:
        raise unknown(f"parameter of policy {policy!r}", parameter, own, where="--parameter")
    field = kind.model_fields[parameter]
    if field.annotation not in (int, float):
        raise Mistake(f"--parameter {parameter}: only a number can be searched for; {parameter!r} of {policy!r} is none")
    least, most = kind.bounds(parameter)
    low, high = between or (least, most)
    if low is None or high is None or not np.isfinite([low, high]).all() or not low < high:
        raise Mistake(
            f"--between: {policy}.{parameter} needs two values, the smaller first; its bounds are {'none' if least is None else least} to "
            f"{'none' if most is None else most}"
        )
    return float(low), float(high), field.annotation is int


def _outcome(result: RunResult, goal: Goal) -> Floats:
    """The goal's outcome by replication: million DKK a year over the last years, or persons after the last month."""
    if goal.is_money:
        accounts = result.accounts
        months = np.sort(accounts["month"].unique())
        last = accounts[accounts["month"] >= months[-min(12 * LAST_YEARS, months.size)]]
        years = last["month"].nunique() / 12
        return np.asarray(net_cost(last, "replication") / years, np.float64)
    stocks: pd.DataFrame = with_totals(result.stocks)
    at_end = stocks[(stocks["month"] == stocks["month"].max()) & (stocks["status"] == goal.outcome)]
    return np.asarray(at_end.set_index("replication")["persons"].sort_index(), np.float64)
