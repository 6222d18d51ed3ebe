"""Sensitivity in two steps: Morris' screening of everything that has a range, then Sobol indices of what moves an outcome."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.analysis.cases import by_luck
from experiments.analysis.screening import morris, screen
from experiments.analysis.sensitivity import Sensitivity, sobol
from experiments.batch.experiment import Experiment, Range, make_experiment
from experiments.batch.points import problem_of, sample
from experiments.batch.result import BatchResult
from experiments.batch.run import Progress, run
from experiments.carry_out import write_table
from experiments.executors import Kind

FILE = "sensitivity.parquet"
SEED = 1
"""Of the resampling; the designs have the experiment's own."""


@dataclass(frozen=True)
class Found:
    """What the outcomes depend on.

    Attributes:
        screening: a row a parameter (:func:`experiments.analysis.screening.screen`).
        indices: outcome, method (``morris``, ``sobol``), parameter, other, index, value, low, high, luck (share of the variance between
            points that is luck).
        morris, sobol: the batches behind it; no ``sobol`` where fewer than two parameters went on.
    """

    screening: pd.DataFrame
    indices: pd.DataFrame
    morris: BatchResult
    sobol: BatchResult | None


def morris_then_sobol(
    experiment: Experiment, *, out: Path | str, trajectories: int = 10, samples: int = 64, jobs: int = 1, executor: Kind = "local",
    scheduler: str | None = None, progress: Callable[[str], Any] | None = None,
) -> Found:
    """Screen all ranges of an experiment with Morris' trajectories, then share out the variance among those that matter.

    What is screened out keeps its middle value if it is a lever, and the vintage's own if it is a parameter of the world.

    Args:
        out: folder or address; the batches lie in ``morris`` and ``sobol`` below it.
        trajectories: of Morris; samples: base samples of Sobol, a power of 2.
        progress: gives a progress for each step by its name.

    Raises:
        Mistake: where fewer than two levers and uncertainties have ranges, or anything else cannot be run.
    """
    work: dict[str, Any] = {"jobs": jobs, "executor": executor, "scheduler": scheduler}

    def carried_out(step: Experiment, name: str) -> BatchResult:
        if progress is None:
            return run(step, out=f"{out}/{name}", **work)
        with progress(name) as tell:
            tells: Progress | None = tell
            return run(step, out=f"{out}/{name}", progress=tells, **work)

    problem_of(experiment)
    first = _with_design(experiment, "morris", trajectories, experiment.levers, experiment.uncertainties)
    screened = carried_out(first, "morris")
    false_alarm = 0.05 / len(experiment.outcomes)
    effects = {name: morris(problem_of(first), sample(first), by_luck(screened.differences, name), SEED, false_alarm) for name in first.outcomes}
    table = screen(effects)
    rows = [_rows(found, name, "morris") for name, found in effects.items()]
    kept = set(table.loc[table["goes_on"], "parameter"])
    shared = None
    if len(kept) > 1:
        levers = {name: axis if name in kept else _middle(axis) for name, axis in experiment.levers.items()}
        second = _with_design(experiment, "sobol", samples, levers, {n: a for n, a in experiment.uncertainties.items() if n in kept or not isinstance(a, Range)})
        shared = carried_out(second, "sobol")
        shares = {name: sobol(problem_of(second), sample(second), by_luck(shared.differences, name), SEED) for name in second.outcomes}
        rows += [_rows(found, name, "sobol") for name, found in shares.items()]
    indices = pd.concat(rows, ignore_index=True)
    screened.place.replace(FILE, lambda file: write_table(indices, file))
    return Found(table, indices, screened, shared)


def _with_design(experiment: Experiment, kind: str, samples: int, levers: Any, uncertainties: Any) -> Experiment:
    changed = {"design": {"kind": kind, "samples": samples, "seed": experiment.design.seed}, "levers": levers, "uncertainties": uncertainties}
    return make_experiment({**experiment.model_dump(), **changed}, where=f"experiment {experiment.name!r}")


def _middle(axis: Any) -> Any:
    if not isinstance(axis, Range):
        return axis
    middle = (axis.low + axis.high) / 2
    return (round(middle) if axis.whole else middle,)


def _rows(found: Sensitivity, outcome: str, method: str) -> pd.DataFrame:
    table = found.indices.assign(outcome=outcome, method=method, luck=found.luck)
    return table[["outcome", "method", "parameter", "other", "index", "value", "low", "high", "luck"]].astype({"luck": "float64"})
