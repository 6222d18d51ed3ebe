"""A calibration from priors to a vintage, in stages that can be resumed (``borgerflow calibrate``).

1. ``known``: what the figures can tell of the rates, before any fit (the twin's slopes at the priors).
2. ``twin``: least squares on the analytic twin.
3. ``polish``: the simulation is run and measured, offers and sanctions are fitted by it, and the twin is fitted again to what was
   asked less what the simulation finds more (``ROUNDS`` times).
4. ``ends``: the same at both ends of the selection share.
5. ``explore``: history matching, posterior draws, recovery and what is left out foretold (:mod:`calibration.explore`).

What comes out is a vintage folder that a scenario can name, and that replaces the shipped one when asked to.
"""

import json
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from threadpoolctl import threadpool_limits

from agents.mistake import Mistake
from calibration import identify, offers
from calibration.asked import fit_targets
from calibration.calibration_store import CalibrationStore, Progress
from calibration.explore import Explored, explore
from calibration.fit import ENDS, Fitted, Problem, at_ends, differences, fit, slopes
from calibration.known import CALIBRATION, DIRECTIONS, IDENTIFIED, PREDICTIVE
from calibration.priors import held, read_priors
from calibration.probe import Plan, Summary
from calibration.space import Space, read_ranges
from calibration.targets import read_targets
from calibration.twin_path import AFTER, MEASURES, twin_path
from calibration.validate import months_needed
from calibration.vintage import write_fit, write_moves
from sim import whole_file
from sim.draws import DRAWS
from sim.fingerprint import digest, source_digest
from sim.parameters import DEFAULT_VINTAGE, FOLDER, SELECTION, Parameters, load

Floats = npt.NDArray[np.float64]
Shown = Callable[[str, str], AbstractContextManager[Progress | None]]
"""Shows progress of something with a name and a unit."""

ROUNDS = 3
"""Times that the twin is fitted again to what was asked less what the simulation finds more."""
VINTAGE = "vintage"
FILES = ("moves.toml", "selection.csv", "fit.csv", "offers.toml", "sanctions.toml", CALIBRATION, IDENTIFIED, DIRECTIONS, PREDICTIVE, DRAWS)
"""What a full calibration writes into its vintage."""


_OPTION = {"left_out": "leave-out"}


@dataclass(frozen=True)
class Settings:
    """How a calibration is made.

    Attributes:
        quick: twin, ends and one polish only: no offers, no draws.
        keep_rates: leave the shipped rates as they are, and only find what can be known of them and draw round them.
        probes: in each of the two waves.
        scale: of the probes in the waves.
        draws: of the posterior.
        seed: of probes and draws.
        left_out: share of the fitted targets removed at random.
        fix, free: patterns of parameters held fixed, or the only ones fitted.
    """

    quick: bool = False
    keep_rates: bool = False
    probes: int = 240
    scale: float = 0.02
    draws: int = 200
    seed: int = 1
    left_out: float = 0.0
    fix: tuple[str, ...] = ()
    free: tuple[str, ...] = ()

    def check(self) -> None:
        """Raises Mistake for a setting that cannot be used."""
        limits: dict[str, tuple[float, float]] = {"probes": (40, 100_000), "scale": (0.01, 1), "draws": (2, 100_000), "seed": (0, 10**9), "left_out": (0, 0.9)}
        for key, (low, high) in limits.items():
            value = getattr(self, key)
            if not low <= value <= high:
                raise Mistake(f"--{_OPTION.get(key, key)} {value:g}: must be {low:g} to {high:g}")
        if self.keep_rates and (self.quick or self.left_out or self.fix or self.free):
            raise Mistake("--keep-rates fits nothing, so it does not go with --quick, --leave-out, --fix or --free")

    @property
    def polish_scale(self) -> float:
        """Scale of the runs between the fits."""
        return 0.05 if self.quick else 0.2

    @property
    def rounds(self) -> int:
        """Fits after the first."""
        return 1 if self.quick else ROUNDS


def left_out(share: float, seed: int) -> frozenset[str]:
    """Names of fitted targets that are removed at random, of those that the twin measures: offers and sanctions have rates of
    their own, each fitted to its own table."""
    names = sorted(t.target for t in fit_targets() if t.measure in MEASURES)
    return frozenset(np.random.default_rng(seed).choice(names, size=round(share * len(names)), replace=False).tolist())


@dataclass(frozen=True)
class Calibrated:
    """A finished calibration.

    Attributes:
        folder: its vintage.
        problem, best: what was fitted and where the fit ended.
        simulated: what the simulation says of everything asked, by name.
    """

    folder: Path
    problem: Problem
    best: Fitted
    simulated: Mapping[str, float]

    @property
    def misses(self) -> dict[str, float]:
        """Misses of all targets in tolerances, by name; NaN where the run cannot say it."""
        found = {}
        for t in read_targets():
            got = self.simulated.get(t.target, float("nan"))
            found[t.target] = t.miss(got) if got > 0 or t.unit == "share" else float("nan")
        return found


def calibrate(out: Path, settings: Settings, *, jobs: int, resume: bool, shown: Shown) -> Calibrated:
    """Calibrate; what is finished in ``out`` is not done again."""
    settings.check()
    if jobs < 1:
        raise Mistake(f"--jobs {jobs}: must be at least 1")
    base = load()
    priors = held(read_priors(), base, settings.fix, settings.free)
    read_ranges(base, priors)
    problem = Problem(priors, base.value(SELECTION), left_out(settings.left_out, settings.seed))
    store = CalibrationStore(out)
    targets = [[t.target, t.role, t.asked, t.tolerance] for t in read_targets()]
    store.begin({**asdict(settings), "source": source_digest(), "targets": digest(targets)}, resume=resume)
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        try:
            return _stages(problem, settings, store, pool, shown)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _stages(problem: Problem, settings: Settings, store: CalibrationStore, pool: ProcessPoolExecutor, shown: Shown) -> Calibrated:
    def fitted(name: str, problem: Problem, start: Floats, **how: Any) -> Fitted:
        def work() -> dict[str, Any]:
            with shown(f"fit: {name}", "twin") as tell:
                return _plain(fit(problem, pool, start, tell=tell, **how))

        return _fitted(store.stage(name, work))

    def simulated(problem: Problem, x: Floats) -> dict[str, float]:
        plans = [Plan(problem.values(x), settings.seed + i, settings.polish_scale, AFTER) for i in range(2)]
        with shown("simulate", "run") as tell:
            return _mean(store.probes(plans, pool, tell))

    def known() -> list[list[float]]:
        with shown("what can be known", "twin") as tell:
            return list(slopes(problem, problem.start, pool, tell=tell).tolist())

    before = np.array(store.stage("known", known))
    if settings.keep_rates:
        best, at = _kept(problem, simulated, store, pool, shown)
    else:
        best = fitted("twin", problem, problem.start, fresh=0 if settings.quick else 1, most=12, jac=before)
        for number in range(1, settings.rounds + 1):
            if not settings.quick:
                work = partial(_offers, problem.parameters(best.x), shown, number)
                problem = replace(problem, others=store.stage(f"offers {number}", work))
            problem = replace(problem, less=differences(problem, best.x, simulated(problem, best.x)))
            best = fitted(f"polish {number}", problem, best.x, fresh=1)

        def ends() -> list[list[float]]:
            with shown("fit: ends of the selection share", "twin") as tell:
                return [end.x.tolist() for end in at_ends(problem, best.x, pool, fresh=0 if settings.quick else 1, tell=tell)]

        at = [np.array(x) for x in store.stage("ends", ends)]
    found = simulated(problem, best.x)
    folder = store.folder / VINTAGE
    shutil.copytree(FOLDER / DEFAULT_VINTAGE, folder, dirs_exist_ok=True)
    for name in (CALIBRATION, DIRECTIONS, IDENTIFIED, PREDICTIVE, DRAWS):
        (folder / name).unlink(missing_ok=True)
    if not settings.keep_rates:
        write_moves(problem, best, at, folder)
        offers.write(problem.others, folder)
    write_fit(problem, best.x, found, folder)
    tables = _known_tables(problem, before[: len(problem.asked)])
    numbers: dict[str, Any] = {"settings": asdict(settings), "source": source_digest()}
    if not settings.quick:
        space = Space(problem.priors, best.x, (at[0], at[1]), tuple(read_ranges(load().drawn(problem.others), problem.priors)))
        with threadpool_limits(1):  # the last digits of linear algebra, and so the draws, hang on the number of threads
            explored = explore(
                problem, best, space, store, pool, probes=settings.probes, scale=settings.scale,
                months=months_needed(load().month("vintage.first_month")), seed=settings.seed, draws=settings.draws, progress=shown,
            )
        numbers |= explored.numbers
        _write_explored(explored, problem, space, tables, folder)
    else:
        _write_known(tables, folder)
    whole_file.write_text(folder / CALIBRATION, json.dumps(numbers, indent=1))
    return Calibrated(folder, problem, best, found)


def _kept(
    problem: Problem, simulated: Callable[[Problem, Floats], dict[str, float]], store: CalibrationStore, pool: ProcessPoolExecutor, shown: Shown
) -> tuple[Fitted, list[Floats]]:
    """The shipped rates as if they had just been fitted, and those at both ends of the selection share."""
    base = load()

    def at(p: Parameters) -> Floats:
        return np.array([prior.position(p.value(prior.path)) for prior in problem.priors])

    x = at(base)
    less = differences(problem, x, simulated(problem, x))

    def work() -> dict[str, Any]:
        here = replace(problem, less=less)
        with shown("slopes at the shipped rates", "twin") as tell:
            jac = slopes(here, x, pool, tell=tell)
        return _plain(Fitted(x, jac, here.misses(twin_path(here.parameters(x)))))

    return _fitted(store.stage("kept", work)), [at(base.changed({SELECTION: end})) for end in ENDS]


def _offers(p: Parameters, shown: Shown, number: int) -> dict[str, Any]:
    found = offers.Fit(p)
    rounds = offers.ROUNDS if number == 1 else 2
    with shown("offers and sanctions", "round") as tell:
        for done in range(rounds):
            found.round()
            if tell is not None:
                tell(done + 1, rounds)
    return {path: offers.rounded(value) for path, value in found.values.items()}


def _mean(summaries: list[Summary]) -> dict[str, float]:
    """Means over runs, by name; NaN where none can say it."""
    tables = [summary.asked() for summary in summaries]
    return {name: float(np.mean([table[name] for table in tables])) for name in tables[0]}


def _plain(fitted: Fitted) -> dict[str, Any]:
    return {"x": fitted.x.tolist(), "jac": fitted.jac.tolist(), "misses": fitted.misses.tolist()}


def _fitted(read: dict[str, Any]) -> Fitted:
    return Fitted(*(np.array(read[key]) for key in ("x", "jac", "misses")))


# ---------------------------------------------------------------- what is told
def report(found: Calibrated) -> dict[str, Any]:
    """What came out, as plain data: the numbers of ``calibration.json``, fitted figures within two tolerances, those left out,
    and misses of all figures asked, the largest first."""
    numbers = json.loads((found.folder / CALIBRATION).read_text(encoding="utf-8"))
    misses = {name: miss for name, miss in found.misses.items() if np.isfinite(miss)}
    fitted = [t.target for t in fit_targets() if t.target in misses]
    kept = [name for name in fitted if name not in found.problem.left_out]
    gone = [name for name in fitted if name in found.problem.left_out]
    counted = {key: {"figures": len(names), "within_two": sum(abs(misses[n]) <= 2 for n in names)} for key, names in (("fitted", kept), ("left_out", gone))}
    worst = sorted(((name, round(misses[name], 2)) for name in fitted), key=lambda item: -abs(item[1]))
    return {**numbers, "counted": counted, "misses": [{"target": name, "miss": miss, "left_out": name in gone} for name, miss in worst]}


def text_of(told: Mapping[str, Any]) -> str:
    """What came out, as text."""
    kept, gone = told["counted"]["fitted"], told["counted"]["left_out"]
    lines = [f"fitted figures within two tolerances: {kept['within_two']} of {kept['figures']}"]
    if gone["figures"]:
        lines.append(f"left out and foretold within two tolerances: {gone['within_two']} of {gone['figures']}")
    lines += [f"{one['miss']:+6.1f}  {one['target']}{' (left out)' if one['left_out'] else ''}" for one in told["misses"] if abs(one["miss"]) > 2]
    if "effective" in told:
        r, left = told["recovery"], told["left_out"]
        lines += [
            f"draws: {told['draws']} from {told['probes']} probes of the second wave ({told['effective']:.0f} effective, weights to the power {told['evened']:.2g}), misfit {told['misfit']:.2f}",
            f"known parameters inside their 95 % regions: {r['inside']:.1%} of {r['parameters']} informed ones, jointly {r['inside_joint']:.1%} of {r['data_sets']} data sets (standard error {r['error']:.1%})",
            f"a third of the figures removed and foretold: {left['inside_90']:.0%} inside the 90 % interval, {left['within_two']:.0%} within two tolerances ({left['within_two_when_kept']:.0%} when kept)",
            f"figures that no point near the fit reaches: {len(told['unreachable'])} of {told['figures_asked']}",
        ]
    return "\n".join(lines)


# ---------------------------------------------------------------- tables of the vintage
def _known_tables(problem: Problem, before: Floats) -> dict[str, pd.DataFrame]:
    """What the twin says can be known of the rates before any fit."""
    free = [i for i, prior in enumerate(problem.priors) if not prior.is_held]
    names = [problem.priors[i].path for i in free]
    figures = [one.name for one in problem.asked]
    return {
        "identified": identify.parameters(before[:, free], names, figures).assign(by="twin"),
        "directions": identify.directions(before[:, free], names).assign(by="twin"),
    }


def _write_known(tables: dict[str, pd.DataFrame], folder: Path) -> None:
    tables["identified"].to_csv(folder / IDENTIFIED, index=False, float_format="%.4g")
    tables["directions"].to_csv(folder / DIRECTIONS, index=False, float_format="%.4g")


def _write_explored(explored: Explored, problem: Problem, space: Space, tables: dict[str, pd.DataFrame], folder: Path) -> None:
    both = {
        "identified": pd.concat([tables["identified"], explored.identified.assign(by="simulation")], ignore_index=True),
        "directions": pd.concat([tables["directions"], explored.directions.assign(by="simulation")], ignore_index=True),
    }
    _write_known(both, folder)
    explored.predictive.to_csv(folder / PREDICTIVE, index=False, float_format="%.6g")
    pd.DataFrame([space.values(z) for z in explored.draws]).to_parquet(folder / DRAWS, index=False, compression="zstd")


def ship(folder: Path, to: Path = FOLDER / DEFAULT_VINTAGE) -> None:
    """Let a calibration's vintage replace the shipped one. Raises Mistake when it was a quick one, or the place cannot be written."""
    missing = [name for name in FILES if not (folder / name).exists()]
    if missing:
        raise Mistake(f"--ship: {folder} has no {missing[0]}; only a full calibration can be shipped, without --quick")
    try:
        for name in FILES:
            whole_file.replace(to / name, partial(shutil.copyfile, folder / name))
    except OSError as error:
        raise Mistake(f"--ship: {to} cannot be written: {error.strerror or error}") from None


__all__ = ["ENDS", "Calibrated", "Settings", "calibrate", "ship"]
