"""A reform on trial: what a trial in some municipalities would have found, beside what the reform does when all have it.

The trial is simulated like everything else: municipalities are drawn, theirs alone get the reform, and its evaluator compares them
with the others, before and after (difference in differences). What the evaluator cannot see is here: the world in which nobody
got the reform and the one in which all did, with the same luck. The two differ by chance in who was drawn, and by what a
trial does to the others: places, and what municipalities share.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from agents.mistake import Mistake
from agents.statuses import RESIDENT, group_members, mask
from experiments.again import Asked
from experiments.carry_out import Progress
from experiments.compare import compare
from experiments.intervals import half_width
from experiments.scenario import Scenario
from experiments.split import LIVES, units_of
from experiments.units import horizons
from policies.registry import Registry

OUTCOMES: dict[str, tuple[str, ...]] = {
    "employment": ("employment",), "education": ("education",), "edge": group_members("edge", "temporary"), "foertidspension": ("foertidspension",),
}
"""Outcomes that an evaluator looks at: statuses counted."""
_RESIDENT = mask([s.name for s in RESIDENT])


@dataclass(frozen=True)
class Trial:
    """What a trial found.

    Attributes:
        table: outcome, horizon_months, true (difference in persons when all municipalities have the reform), estimate (what the trial's
            evaluator says for all of Denmark, mean over assignments and replications), low, high (95 % interval of one trial's estimate), on_others (persons' difference among those
            outside the trial, against nobody having the reform), assignments, replications.
        folder: of the comparison behind it.
    """

    table: pd.DataFrame
    folder: Path


def try_out(
    base: Scenario, reform: Scenario, *, share: float = 0.5, assignments: int = 4, out: Path, scale: float = 0.1, replications: int = 2, seed: int = 1,
    jobs: int = 1, threads: int = 1, files: Sequence[str] = (), progress: Progress | None = None,
) -> Trial:
    """Put a reform on trial in a ``share`` of the municipalities, drawn ``assignments`` times.

    Raises:
        Mistake: when the reform has no policy of its own, or one that changes the law of the whole country.
    """
    if not 0 < share < 1:
        raise Mistake(f"--share {share:g}: must lie between 0 and 1")
    if not 2 <= assignments <= 100:
        raise Mistake(f"--assignments {assignments}: must be 2 to 100")
    own = [table for table in reform.policies if table not in base.policies]
    if not own or reform.changed_parameters != base.changed_parameters:
        raise Mistake(f"scenario {reform.name!r}: a trial needs policies beyond those of {base.name!r}, and the same parameters")
    trials = []
    for number in range(assignments):
        tables = tuple({**t, "trial_share": share, "trial_seed": number} if t in own else t for t in reform.policies)
        trial = reform.model_copy(update={"name": f"{reform.name}.trial{number + 1}", "title": None, "policies": tables})
        trial.make_policies(Registry(files))
        trials.append(trial)
    result = compare(
        base, [reform, *trials], out=out, scale=scale, replications=replications, seed=seed, jobs=jobs, threads=threads, files=files, progress=progress,
        asked=Asked("trial", (base, reform), ("--share", f"{share:g}", "--assignments", f"{assignments}")),
    )
    units = {key: pd.read_parquet(folder / LIVES) for key, folder in units_of(result.folder)}
    names = {"base": base.name, "reform": reform.name}
    rows = [
        _row(units, names, [t.name for t in trials], outcome, statuses, horizon, scale)
        for horizon in horizons(base.months) for outcome, statuses in OUTCOMES.items()
    ]
    return Trial(pd.DataFrame(rows), result.folder)


def _row(
    units: dict[tuple[str, int], pd.DataFrame], names: dict[str, str], trials: list[str], outcome: str, statuses: tuple[str, ...], horizon: int, scale: float
) -> dict[str, Any]:
    counted = mask(statuses)
    replications = sorted({r for _, r in units})
    true, estimates, on_others = [], [], []
    for r in replications:
        before, after = (units[names[which], r][f"status_{horizon}"].to_numpy() for which in ("base", "reform"))
        true.append((counted[after].sum() - counted[before].sum()) / scale)
        for name in trials:
            table = units[name, r]
            inside, start, end = (table[column].to_numpy() for column in (f"covered_{horizon}", "status_0", f"status_{horizon}"))
            share = {
                (when, part): counted[status[who]].sum() / max(_RESIDENT[status[who]].sum(), 1)
                for when, status in (("start", start), ("end", end)) for part, who in (("in", inside), ("out", ~inside))
            }
            gain = (share["end", "in"] - share["start", "in"]) - (share["end", "out"] - share["start", "out"])
            estimates.append(gain * _RESIDENT[end].sum() / scale)
            on_others.append((counted[end[~inside]].sum() - counted[before[~inside]].sum()) / scale)
    spread = float(np.std(estimates, ddof=1))
    half = float(half_width(spread, len(estimates))) * np.sqrt(len(estimates))
    mean = float(np.mean(estimates))
    return {
        "outcome": outcome, "horizon_months": horizon, "true": float(np.mean(true)), "estimate": mean, "low": mean - half, "high": mean + half,
        "on_others": float(np.mean(on_others)), "assignments": len(trials), "replications": len(replications),
    }
