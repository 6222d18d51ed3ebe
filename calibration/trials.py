"""What effects on monthly chances come to after a year: each measure given to everybody of a group, against nobody.

``python -m calibration.trials`` (part of ``make fit``) runs the baseline twice with the same luck, once with one more offer (or
mentor, or brobygning) for everybody of a group in the first month, and compares the same persons afterwards. It writes
``trials.csv`` of the vintage, which every report shows: what is simulated next to what the trial or study found. Nothing here
is fitted; sizes are parameters with ranges (``effect_of``, ``after``, ``lock_in``).
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats
from tqdm import tqdm

from agents.measures import MEASURE_CODE, NO_MEASURE, OFFERED
from agents.statuses import family_members, mask
from calibration.evidence import facts
from sim.parameters import DEFAULT_VINTAGE, FOLDER, load

Rows = npt.NDArray[np.int64]
TRIALS = FOLDER / DEFAULT_VINTAGE / "trials.csv"
SCALE, SEEDS = 0.2, (1, 2, 3)
COLUMNS = ("trial", "outcome", "months", "persons", "control", "treated", "effect", "low", "high", "found", "fact")


@dataclass(frozen=True)
class Trial:
    """A trial: who is in it, what they get, after how many months they are looked at, and the facts of what was found by
    outcome (points)."""

    name: str
    eligible: Callable[[Any], Rows]
    give: Callable[[Any, Rows], None]
    months: int
    found: dict[str, str]
    changes: dict[str, float]


def _young_far(model: Any) -> Rows:
    """Under 30, activity-ready, without a qualifying education: nearest to match group 2 of the trial."""
    rows = model.rows_in("kontanthjaelp_aktivitetsparat", "uddannelseshjaelp_aktivitetsparat")
    return np.asarray(rows[(model.column("age", rows) < 30) & (model.population["flags"][rows] & 1 == 1)])


def _educable(model: Any) -> Rows:
    return np.asarray(model.rows_in("uddannelseshjaelp_aabenlyst_parat", "uddannelseshjaelp_parat"))


def _idle(model: Any) -> Rows:
    rows = model.rows_in(*family_members("kontanthjaelp"))
    c = model.population
    return np.asarray(rows[(c["measure"][rows] == NO_MEASURE) & (c["seeking"][rows] == NO_MEASURE)])


def _support(name: str, months: int) -> Callable[[Any, Rows], None]:
    def give(model: Any, rows: Rows) -> None:
        model.population[f"{name}_until"][rows] = model.month + 1 + months

    return give


def _offer(name: str) -> Callable[[Any, Rows], None]:
    def give(model: Any, rows: Rows) -> None:
        c = model.population
        c["seeking"][rows] = MEASURE_CODE[name]
        c["seeking_since"][rows] = model.month

    return give


def _fact(topic: str, measure: str, breakdown: str = "") -> str:
    return next(f.id for f in facts().values() if (f.topic, f.measure, f.breakdown or "") == (topic, measure, breakdown))


def trials() -> list[Trial]:
    """All trials. Measures without a documented size have none to compare with."""
    found = [
        Trial(
            "mentor", _young_far, _support("mentor", 8), 12,
            {"education": _fact("mentor_rct", "effect_on_starting_SU_education"), "employment": _fact("mentor_rct", "effect_on_job")},
            {"support.mentor": 0.0},
        ),
        Trial(
            "brobygning", _educable, _support("brobygning", 6), 14,
            {"education": _fact("brobygning", "effect_on_starting_SU_education"), "employment": _fact("brobygning", "effect_on_exit_to_job")},
            {"support.brobygning": 0.0},
        ),
    ]
    plenty = {"outreach.hours": 2e6, "employers.many_places": 1.0, "employers.few_places": 5.0}
    found += [Trial(m.name, _idle, _offer(m.name), 12, {}, plenty if m.is_company else {}) for m in OFFERED if m.is_company]
    return found


def outcomes(trial: Trial, seed: int) -> dict[str, tuple[float, float, int]]:
    """Share with each outcome without and with the treatment, and how many persons, on the same luck."""
    from sim.model import BenefitModel

    arms: list[dict[str, float]] = []
    size = 0
    for treated in (False, True):
        model = BenefitModel(scale=SCALE, months=trial.months, seed=seed, parameters=load().changed(trial.changes))
        rows = trial.eligible(model)
        if treated:
            trial.give(model, rows)
        model.run()
        status = model.population["status"][rows]
        alive = ~mask(["dead", "folkepension", "abroad"])[status]
        arms.append({name: float(mask([name])[status[alive]].mean()) for name in ("employment", "education")})
        size = round(rows.size * model.weight)
    return {name: (arms[0][name], arms[1][name], size) for name in arms[0]}


def write() -> None:
    """Run all trials and write the table."""
    rows = []
    for trial in tqdm(trials(), unit="trial"):
        by_seed = [outcomes(trial, seed) for seed in SEEDS]
        for outcome in by_seed[0]:
            control, treated, size = (np.array([one[outcome][i] for one in by_seed]) for i in range(3))
            effect = treated - control
            half = stats.t.ppf(0.95, len(SEEDS) - 1) * effect.std(ddof=1) / np.sqrt(len(SEEDS))
            fact = trial.found.get(outcome, "")
            found = f"{facts()[fact].value / 100:.3f}" if fact else ""
            numbers = (control.mean(), treated.mean(), effect.mean(), effect.mean() - half, effect.mean() + half)
            rows.append([trial.name, outcome, trial.months, round(size.mean()), *(f"{n:.4f}" for n in numbers), found, fact])
    with TRIALS.open("w", encoding="utf-8", newline="") as text:
        table = csv.writer(text, lineterminator="\n")
        table.writerows([COLUMNS, *rows])
    tqdm.write(f"wrote {TRIALS}")


if __name__ == "__main__":
    write()
