"""Adaptive precision: replications are added until the interval of an outcome's difference is narrow enough."""

import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from agents.mistake import Mistake, unknown
from experiments.batch.experiment import Experiment
from experiments.batch.result import BatchResult
from experiments.batch.run import Batch, Progress, claim, finish, line_of, work_off
from experiments.batch.tables import outcomes_table, paired
from experiments.executors import Kind, crew
from experiments.intervals import half_width

FEWEST = 8
"""Replications of the first round: with fewer the spread is hardly known, and one could stop by chance."""
MOST = 400
"""Replications at which one gives up, unless told otherwise."""
GROWTH = 3.0
"""A round has at most so many times the replications of the last."""
FILE = "precision.json"


@dataclass(frozen=True)
class Precision:
    """What is asked for: half the 95 % interval of a difference, as a share of it or in the outcome's unit."""

    outcome: str
    half: float
    is_share: bool

    @classmethod
    def read(cls, text: str, outcome: str, known: Sequence[str]) -> "Precision":
        """Read ``5%`` or ``500``. Raises Mistake for anything else, or an outcome that the experiment does not look at."""
        if outcome not in known:
            raise unknown("outcome", outcome, known, where="--of")
        share = text.strip().endswith("%")
        try:
            half = float(text.strip().removesuffix("%"))
        except ValueError:
            half = math.nan
        if not (math.isfinite(half) and half > 0):
            raise Mistake(f"--precision {text}: write a share of the difference such as 5%, or a number in the outcome's unit such as 500")
        return cls(outcome, half / 100 if share else half, share)

    def __str__(self) -> str:
        """As it is read."""
        return f"{100 * self.half:g}%" if self.is_share else f"{self.half:g}"

    def half_of(self, estimate: float) -> float:
        """Half the interval that a difference may have, in the outcome's unit."""
        return self.half * abs(estimate) if self.is_share else self.half


@dataclass(frozen=True)
class Reached:
    """How precisely a point's difference is known.

    Attributes:
        point: of the design; estimate: mean difference at the last horizon; half: of its 95 % interval.
        replications: with common luck; apart: so many would be needed for the same interval if base and reform had luck of their own
            (None where the pairs do not vary).
        reached: whether the interval is as narrow as asked.
    """

    point: int
    estimate: float
    half: float
    replications: int
    apart: float | None
    reached: bool


def run_until(
    experiment: Experiment, precision: Precision, *, out: Path | str | None = None, most: int = MOST, jobs: int = 1, executor: Kind = "local",
    scheduler: str | None = None, progress: Progress | None = None, told: Callable[[Sequence[Reached]], None] | None = None,
) -> tuple[BatchResult, list[Reached]]:
    """Run an experiment with ever more replications until every point's difference is known as precisely as asked, or ``most``
    replications are made.

    A difference near zero never reaches a share of itself; then the result says so.

    Raises:
        Mistake: as :func:`experiments.batch.run.run`, and for an experiment over draws, where an interval is not a matter of luck alone.
    """
    if experiment.draws:
        raise Mistake("--precision is about luck; over draws of the parameters no number of replications makes the interval narrow")
    if most < FEWEST:
        raise Mistake(f"--most {most}: must be at least {FEWEST}")
    began = time.perf_counter()
    batch = Batch(experiment.model_copy(update={"replications": min(most, max(FEWEST, experiment.replications))}))
    plan = batch.plan(precision=asdict(precision), most=most)
    place = claim(plan, out or Path("runs") / f"batch-{experiment.name}-precise", jobs)
    if (there := BatchResult(place)).is_whole:
        with place.open(FILE) as file:
            return there, [Reached(**row) for row in json.loads(file.read())]
    with crew(executor, jobs, scheduler) as workers:
        while True:
            facts = work_off(batch, place, workers, progress)
            outcomes = outcomes_table([facts[h] for h in batch.units if h in facts])
            found = judge(paired(outcomes, batch.points), precision)
            if told is not None:
                told(found)
            more = wanted(found, precision, batch.experiment.replications, most)
            if more is None:
                break
            batch = Batch(batch.experiment.model_copy(update={"replications": more}))
    place.replace(FILE, lambda file: file.write_text(json.dumps([asdict(r) for r in found], indent=1), encoding="utf-8"))
    flags = ("--precision", f"{precision}", "--of", precision.outcome, "--most", f"{most}")
    return finish(batch, place, plan, facts, began, line_of(experiment, place, flags)), found


def judge(differences: pd.DataFrame, precision: Precision) -> list[Reached]:
    """How precisely each point's difference at the last horizon is known."""
    last = differences[(differences["outcome"] == precision.outcome) & (differences["horizon_months"] == differences["horizon_months"].max())]
    found = []
    for point, pairs in last.groupby("point"):
        n = len(pairs)
        if n < 2:
            raise Mistake(f"point {point} has {n} pairs left; too many of its units failed")
        estimate, spread = float(pairs["difference"].mean()), float(pairs["difference"].std(ddof=1))
        half = float(half_width(spread, n))
        own = float(pairs["base"].var(ddof=1) + pairs["value"].var(ddof=1))
        apart = n * own / spread**2 if spread > 0 else None
        found.append(Reached(int(str(point)), estimate, half, n, apart, half <= precision.half_of(estimate)))
    return found


def wanted(found: Sequence[Reached], precision: Precision, made: int, most: int) -> int | None:
    """Replications of the next round; None when all points are known well enough, or no more may be made."""
    open_ones = [r for r in found if not r.reached]
    if not open_ones or made >= most:
        return None
    asked = [precision.half_of(r.estimate) for r in open_ones]
    times = [r.half / half if half else math.inf for r, half in zip(open_ones, asked, strict=True)]
    needed = made * 1.1 * max(times) * max(times)
    return min(most, math.ceil(min(made * GROWTH, max(made + 1, needed))))
