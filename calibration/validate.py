"""Validation: what replications of the baseline say of every target, with intervals, scores and plain worlds beside them.

Everything here is a table or plain data; pages that show it stand elsewhere.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import t as student

from agents.calendar import Month
from agents.luck import Luck
from calibration.benchmarks import IDENTITIES, memoryless, still
from calibration.coverage import read_coverage, statuses, topics
from calibration.evidence import facts
from calibration.known import read_calibration
from calibration.past_tables import past_document, read_worlds
from calibration.register import OutsideRegister, Register, read_register
from calibration.targets import Target, read_targets
from sim.parameters import load

Floats = npt.NDArray[np.float64]

LEVEL = 0.9
"""Of the predictive intervals."""
HIT = 2.0
"""Tolerances within which a figure is hit, here as everywhere."""


def months_needed(first: Month) -> int:
    """Months that a run beginning in ``first`` must have for every target to be measured."""
    ends = [t.arguments[key] + t.arguments.get("after", 0) for t in read_targets() for key in ("last", "when") if key in t.arguments]
    return int(max(ends)) - first + 1


@dataclass(frozen=True)
class Replication:
    """One replication's figures, in the order of the targets: of the model, of the memoryless chain, and of a world in
    which nobody moves; NaN where they cannot be measured."""

    model: list[float]
    memoryless: list[float]
    still: list[float]
    weight: float


def measure_run(
    folder: Path, replications: int, seed: int, jobs: int = 1, progress: Callable[[int, int], None] | None = None
) -> list[Replication]:
    """Measure every target on every replication's register in a run folder, ``jobs`` at a time; ``progress`` is told how many
    are done and how many there are.

    Raises Mistake when the folder holds no register.
    """
    one = partial(_measure, folder, seed)
    if jobs == 1 or replications == 1:
        return _told(map(one, range(replications)), replications, progress)
    with ProcessPoolExecutor(min(jobs, replications), mp_context=get_context("spawn")) as pool:
        return _told(pool.map(one, range(replications)), replications, progress)


def _told(
    measured: Iterable[Replication], replications: int, progress: Callable[[int, int], None] | None
) -> list[Replication]:
    """All of them, each told when it is there."""
    found = []
    for one in measured:
        found.append(one)
        if progress is not None:
            progress(len(found), replications)
    return found


def _measure(folder: Path, seed: int, replication: int) -> Replication:
    return measure_replication(read_register(folder, replication=replication), Luck(seed + replication))


def measure_replication(register: Register, luck: Luck) -> Replication:
    """Measure every target on a register and on the plain worlds made from it; ``luck`` shuffles the memoryless one."""
    chain, frozen = memoryless(register, luck), still(register, load().month("vintage.first_month") - 1)
    targets = read_targets()
    return Replication(
        [_figure(t, register) for t in targets],
        [float("nan") if set(IDENTITIES) & set(t.arguments) else _figure(t, chain) for t in targets],
        [_figure(t, frozen) for t in targets],
        register.weight,
    )


def _figure(target: Target, register: Register) -> float:
    try:
        return target.measured(register)
    except OutsideRegister:
        return float("nan")


# ---------------------------------------------------------------- intervals and scores
@dataclass(frozen=True)
class Predicted:
    """What replications say of a documented figure.

    Attributes:
        value: mean over the replications that could measure it; NaN when none could.
        low, high: the predictive interval of what the source could have printed.
        miss: distance of the mean from what is asked, in tolerances.
        noise: standard error of the mean as a forecast of one country, in tolerances (0 from one replication).
        score: interval score in tolerances, smaller is better.
        replications: how many could measure it.
    """

    value: float
    low: float
    high: float
    miss: float
    noise: float
    score: float
    replications: int


def predict(target: Target, values: Sequence[float], weight: float) -> Predicted:
    """The predictive interval and its score, from one value for each replication.

    The variance is the square of the tolerance (definition, rounding, season), plus the variance between replications
    times ``1 / replications`` (the mean is not known exactly) and ``1 / weight`` (Denmark is one outcome, that much
    less noisy than a replication of its size divided by ``weight``). Quantiles are Student's t with the degrees of
    freedom that Welch and Satterthwaite give such a sum. Misses of persons are logarithms; nobody at all is half a
    citizen in all replications together.
    """
    known = np.array([v for v in values if not np.isnan(v)])
    n, nan = known.size, float("nan")
    if not n:
        return Predicted(nan, nan, nan, nan, nan, nan, 0)
    value = float(known.mean())
    is_log = target.unit == "persons"
    counted = target.counted(value, weight / (2 * n))
    miss = target.miss(counted)
    spread = float(known.std(ddof=1)) / (counted if is_log else 1.0) if n > 1 else 0.0
    variance = (spread / target.tolerance) ** 2 * (1 / n + 1 / weight)
    freedom = (1 + variance) ** 2 * (n - 1) / variance**2 if variance else np.inf
    half = float(student.ppf((1 + LEVEL) / 2, freedom)) * (1 + variance) ** 0.5
    step = half * target.tolerance
    low, high = (counted * np.exp(-step), counted * np.exp(step)) if is_log else (value - step, value + step)
    if not is_log and target.measure != "group_gap":
        low, high = max(low, 0.0), min(high, 1.0)
    return Predicted(value, float(low), float(high), miss, variance**0.5, interval_score(miss - half, miss + half, 0.0), n)


def interval_score(low: float, high: float, observed: float, level: float = LEVEL) -> float:
    """The score of an interval by Gneiting and Raftery (2007, section 6.2): its length, and 2 / (1 - level) for each unit
    that the observation lies outside. Smaller is better."""
    return high - low + 2 / (1 - level) * (max(low - observed, 0.0) + max(observed - high, 0.0))


# ---------------------------------------------------------------- tables
def validation_table(measured: Sequence[Replication]) -> pd.DataFrame:
    """Every target with its source, what the model says, and what the plain worlds say; one row a target, in the order of
    ``targets.csv``. Columns are described in docs/files.md."""
    weight = measured[0].weight
    rows = []
    for i, t in enumerate(read_targets()):
        model = predict(t, [m.model[i] for m in measured], weight)
        chain = predict(t, [m.memoryless[i] for m in measured], weight)
        frozen = predict(t, [m.still[i] for m in measured], weight)
        fact = facts()[t.fact] if t.fact else None
        rows.append({
            "target": t.target, "pattern": t.pattern, "role": t.role, "unit": t.unit, "asked": t.asked, "tolerance": t.tolerance,
            "simulated": model.value, "low": model.low, "high": model.high, "noise": model.noise, "miss": model.miss,
            "passed": abs(model.miss) <= HIT, "inside": model.low <= t.asked <= model.high, "score": model.score,
            "replications": model.replications, "identity": t.is_identity,
            "near_mechanical": not t.is_identity and abs(frozen.miss) <= HIT,
            "memoryless": chain.value, "memoryless_miss": chain.miss, "memoryless_score": chain.score, "still": frozen.value,
            "fact": t.fact, "source": fact.citation if fact else "", "confidence": fact.confidence if fact else "",
            "measure": t.measure, "note": t.note,
        })  # fmt: skip
    return pd.DataFrame(rows)


def pattern_table(targets: pd.DataFrame) -> pd.DataFrame:
    """Patterns of a validation table, the worst first: how many figures they have, how many are hit and lie inside their
    interval, mean scores, and the memoryless chain on the figures that it can measure and that it does not get by
    construction (``compared`` of them). Near-mechanical figures are a row of their own; identities are left out."""
    judged = targets[~targets["identity"]]
    rows = []
    for (pattern, role, mechanical), here in judged.groupby(["pattern", "role", "near_mechanical"], sort=False):
        seen = here[here["miss"].notna()]
        compared = seen[seen["memoryless_score"].notna() & ~np.isclose(seen["memoryless"], seen["simulated"], rtol=1e-9)]
        rows.append({
            "pattern": pattern, "role": role, "near_mechanical": mechanical, "figures": len(here), "measured": len(seen),
            "passed": int(here["passed"].sum()), "inside": int(here["inside"].sum()), "score": seen["score"].mean(),
            "largest_miss": seen["miss"].abs().max(), "compared": len(compared), "score_compared": compared["score"].mean(),
            "memoryless_score": compared["memoryless_score"].mean(), "memoryless_passed": int((compared["memoryless_miss"].abs() <= HIT).sum()),
            "passed_compared": int(compared["passed"].sum()),
        })  # fmt: skip
    return pd.DataFrame(rows).sort_values(["near_mechanical", "score"], ascending=[True, False], ignore_index=True)


def headline(targets: pd.DataFrame) -> dict[str, dict[str, int]]:
    """How many figures there are, are hit, lie inside their interval and could not be measured: fitted and held out,
    near-mechanical ones apart, and identities."""
    group = np.select([targets["identity"], targets["near_mechanical"]], ["identity", "near_mechanical"], targets["role"])
    found = {}
    for name in ("holdout", "fit", "near_mechanical", "identity"):
        here = targets[group == name]
        found[name] = {
            "figures": len(here), "passed": int(here["passed"].sum()), "inside": int(here["inside"].sum()),
            "not_measured": int(here["miss"].isna().sum()),
        }
    return found


def misses_first(targets: pd.DataFrame) -> pd.DataFrame:
    """A validation table with the figures that are not hit first, the largest miss before the others; those that could not
    be measured close them. Then those that are hit, likewise."""
    size = targets["miss"].abs().fillna(-1.0)
    return targets.iloc[np.lexsort((-size, targets["passed"]))]


def document(targets: pd.DataFrame, about: dict[str, Any]) -> dict[str, Any]:
    """Everything a page says, as plain data (docs/files.md): ``about`` the run, headline, patterns, targets with misses first,
    what past reforms did and what the calibration says of itself (read from the shipped files), what is modelled and what is
    not, parameters by kind, and what the intervals hold."""
    return {
        "about": about,
        "interval": {"level": LEVEL, "holds": ["tolerance", "monte_carlo"], "leaves_out": ["parameters", "missing_mechanisms"]},
        "headline": headline(targets),
        "patterns": _records(pattern_table(targets)),
        "targets": _records(misses_first(targets)),
        "past_reforms": past_document(read_worlds(), _records),
        "calibration": read_calibration(),
        "coverage": {"mechanisms": [asdict(m) for m in read_coverage()], "statuses": statuses(), "topics": topics()},
        "parameters": load().count_by_kind(),
    }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """A table as plain data, None for what is not known."""
    return [
        {str(key): None if isinstance(value, float) and np.isnan(value) else value for key, value in row.items()}
        for row in table.to_dict("records")
    ]
