"""Rates from documented figures: least squares on the analytic twin, which lives the past as the simulation does.

``python -m calibration.fit`` (``make fit``) fits all rates, duration exponents and the spread of the person classes, at the
default selection share and at both ends of its range, and writes ``moves.toml`` (values with standard errors or ranges),
``selection.csv`` (values at the ends) and ``fit.csv`` (asked, twin, simulated) of the vintage.

What is asked are the fit targets of ``targets.csv`` that the twin can measure, that everybody who lived ends up with the
stocks of the count, and that main stocks stay in balance for two years under the rules before it. The twin measures only
approximately what the register measures exactly; so after a first fit the simulation is run and measured, and the twin is
fitted again to what was asked less the difference (``ROUNDS`` times).

A parameter counts as *calibrated* when the targets at least halve its prior variance; otherwise it stays *assumed* with the
90 % range of its prior, and says so.
"""

import csv
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares
from tqdm import tqdm

from agents.statuses import CODE, family_members
from calibration.register import from_spells
from calibration.targets import Target, read_targets
from calibration.twin_path import AFTER, MEASURES, TwinPath, falling_exits, twin_path
from sim.margins import read_margins
from sim.parameters import DEFAULT_VINTAGE, FOLDER, Parameters, load

Floats = npt.NDArray[np.float64]

PRIORS = Path(__file__).with_name("priors.csv")
ENDS = (0.2, 1.0)
"""Ends of the range of the selection share, at which rates are fitted too."""
ROUNDS = 4
"""Times the twin is fitted: once plainly, then to what is asked less what the simulation measures otherwise."""
SCALE, SEED = 0.2, 1
"""The simulation that is measured between the rounds."""
_Z90 = 1.645
_STEP = 1e-3

LIVED = {
    "employment": 0.01, "education": 0.03, "self_support": 0.04, "dagpenge": 0.06, "barsel": 0.04, "efterloen": 0.05,
    "arbejdsmarkedsydelse": 0.3, "saerlig_uddannelsesydelse": 0.3, "sygedagpenge": 0.03, "kontanthjaelp_jobparat": 0.04,
    "kontanthjaelp_aktivitetsparat": 0.03, "uddannelseshjaelp_aabenlyst_parat": 0.08, "uddannelseshjaelp_parat": 0.06,
    "uddannelseshjaelp_aktivitetsparat": 0.06, "ressourceforloeb": 0.15, "revalidering": 0.05, "ledighedsydelse": 0.06,
    "fleksjob": 0.04, "foertidspension": 0.03, "abroad": 0.05,
}
"""How nearly those who lived must have the stock of each status at the count: one standard deviation of the logarithm."""
BALANCE = {
    "employment": 0.02, "education": 0.06, "self_support": 0.10, "dagpenge": 0.08, "barsel": 0.10, "sygedagpenge": 0.06,
    "kontanthjaelp_jobparat": 0.08, "kontanthjaelp_aktivitetsparat": 0.06, "uddannelseshjaelp_aabenlyst_parat": 0.16,
    "uddannelseshjaelp_parat": 0.10, "uddannelseshjaelp_aktivitetsparat": 0.10, "revalidering": 0.16,
    "ledighedsydelse": 0.16, "fleksjob": 0.06, "abroad": 0.10,
}
"""How nearly stocks stay where they are in the two years after the count under the rules before it: the edge group was
stable for ten years (004_107fd277d1b391d8.txt:1041-1049); that each status was is an assumption."""
SELECTION = {"kontanthjælp": (*family_members("kontanthjaelp"), *family_members("uddannelseshjaelp")), "sygedagpenge": ("sygedagpenge",)}
"""Statuses whose falling exits the selection share divides."""


@dataclass(frozen=True)
class Asked:
    """One number asked of the twin. ``log`` compares ratios (for persons), else differences (for shares).

    Attributes:
        name, value, tolerance, log: what is asked; the tolerance is one standard deviation.
        measure: reads it off the twin's path.
        facts: ids of the facts it rests on; empty for an assumption.
        target: the target of ``targets.csv``, or None for assumptions.
    """

    name: str
    value: float
    tolerance: float
    log: bool
    measure: Callable[[TwinPath], float]
    facts: tuple[str, ...] = ()
    target: Target | None = None

    def miss(self, got: float, less: float = 0.0) -> float:
        """Distance of ``got`` from what is asked less ``less`` (in the logarithm for persons), in tolerances."""
        difference = np.log(got / self.value) if self.log else got - self.value
        return float((difference + less) / self.tolerance)


def asked(selection_share: float, falls: Mapping[str, float] | None = None) -> list[Asked]:
    """Everything asked of the twin at a selection share; at the ends of its range with the ``falls`` of the default."""
    return [*_targets(), *_lived(), *_balanced(), *_selected(selection_share, falls or {})]


def _targets() -> list[Asked]:
    def reading(target: Target) -> Callable[[TwinPath], float]:
        return lambda path: MEASURES[target.measure](path, **target.arguments)

    return [
        Asked(t.target, t.asked, t.tolerance, t.unit == "persons", reading(t), (t.fact,) if t.fact else (), t)
        for t in read_targets() if t.role == "fit" and t.measure in MEASURES and not t.is_identity
    ]


def _lived() -> list[Asked]:
    def reading(code: int) -> Callable[[TwinPath], float]:
        return lambda path: float(path.lived[code].sum())

    return [
        Asked(f"{name}: lived to the count", float(_stocks()[CODE[name]]), tolerance, True, reading(CODE[name]))
        for name, tolerance in LIVED.items()
    ]


@lru_cache(maxsize=1)
def _stocks() -> Floats:
    """Stocks of the count, by status code."""
    return read_margins(load()).stock


def _balanced() -> list[Asked]:
    def reading(code: int) -> Callable[[TwinPath], float]:
        return lambda path: float(path.stocks[path.count + AFTER, code] / path.stocks[path.count, code])

    return [
        Asked(f"{name}: two years after the count, rules before it", 1.0, tolerance, True, reading(CODE[name]))
        for name, tolerance in BALANCE.items()
    ]


def _selected(share: float, falls: Mapping[str, float]) -> list[Asked]:
    """The part of falling exits that is selection; with ``falls``, that exits fall as much as at the default share."""

    def part(statuses: Sequence[str]) -> Callable[[TwinPath], float]:
        def measure(path: TwinPath) -> float:
            fall, duration = _fall(path, statuses)
            return 1 - duration / fall

        return measure

    def whole(statuses: Sequence[str]) -> Callable[[TwinPath], float]:
        return lambda path: _fall(path, statuses)[0]

    parts = [Asked(f"selection share of falling exits from {name}", share, 0.03, False, part(s)) for name, s in SELECTION.items()]
    return parts + [
        Asked(f"fall of exits from {name} as at the default", falls[name], 0.03, False, whole(SELECTION[name])) for name in falls
    ]


def _fall(path: TwinPath, statuses: Sequence[str]) -> tuple[float, float]:
    """How much exits from new spells of the calendar year before last fall, and the part that is duration itself."""
    last = path.p.month("vintage.first_month") - 17
    return falling_exits(path, statuses, last - 11, last)


def falls_at(p: Parameters) -> dict[str, float]:
    """How much exits fall with these parameters, by benefit: what both ends of the selection share must explain."""
    path = twin_path(p)
    return {name: _fall(path, statuses)[0] for name, statuses in SELECTION.items()}


# ---------------------------------------------------------------- parameters to be fitted
@dataclass(frozen=True)
class Prior:
    """What is believed of a parameter before the fit: a rate or the spread on the log scale, an exponent on its own."""

    path: str
    slot: int | None
    prior: float
    sd: float
    en: str
    da: str

    @property
    def is_log(self) -> bool:
        """Whether it is fitted on the log scale."""
        return not self.path.startswith("duration.")

    def value(self, x: float) -> float:
        """The parameter ``x`` prior standard deviations from the prior."""
        return self.prior * float(np.exp(x * self.sd)) if self.is_log else self.prior + x * self.sd


def read_priors() -> list[Prior]:
    """Priors in file order."""
    with PRIORS.open(encoding="utf-8", newline="") as text:
        return [
            Prior(r["path"], int(r["slot"]) if r["slot"] else None, float(r["prior"]), float(r["sd"]), r["en"], r["da"])
            for r in csv.DictReader(text)
        ]


def parameters_at(x: Floats) -> Parameters:
    """The vintage's parameters with those to be fitted ``x`` prior standard deviations from their priors."""
    base = load()
    entries = dict(base.items())
    for prior, xi in zip(read_priors(), x, strict=True):
        changed = {"value": prior.value(float(xi)), "low": None, "high": None}
        entries[prior.path] = base[prior.path].model_copy(update=changed)
    return Parameters(entries, base.vintage)


def residuals(
    x: Floats, share: float, less: Mapping[str, float], falls: Mapping[str, float] | None = None
) -> Floats:
    """Misses in tolerances, then distances from the priors in standard deviations."""
    p = parameters_at(x)
    path = twin_path(p)
    misses = [one.miss(one.measure(path), less.get(one.name, 0.0)) for one in asked(share, falls)]
    return np.concatenate([misses, x])


@dataclass
class _Slopes:
    """The Jacobian: by differences where it is far from the last one, else brought up to date by Broyden's formula."""

    pool: ProcessPoolExecutor
    share: float
    less: Mapping[str, float]
    falls: Mapping[str, float] | None
    fresh: int = 2
    known: tuple[Floats, Floats, Floats] | None = field(default=None)

    def __call__(self, x: Floats) -> Floats:
        here = residuals(x, self.share, self.less, self.falls)
        if self.known is None or self.fresh > 0:
            self.fresh -= 1
            nudged = [(x + _STEP * step, self.share, self.less, self.falls) for step in np.eye(x.size)]
            rows = tqdm(self.pool.map(_residuals, nudged, chunksize=4), total=x.size, desc="slopes", unit="run", leave=False)
            slopes = (np.array(list(rows)) - here).T / _STEP
        else:
            before, then, slopes = self.known
            step = x - before
            slopes = slopes + np.outer(here - then - slopes @ step, step) / max(float(step @ step), 1e-12)
        self.known = (x.copy(), here, slopes)
        return slopes


def _residuals(arguments: tuple[Floats, float, Mapping[str, float], Mapping[str, float] | None]) -> Floats:
    return residuals(*arguments)


@dataclass(frozen=True)
class Fitted:
    """A solution and its standard deviations, both in prior standard deviations, and the slopes there."""

    x: Floats
    sd: Floats


def fit(
    pool: ProcessPoolExecutor, share: float, less: Mapping[str, float], start: Floats | None = None,
    falls: Mapping[str, float] | None = None,
) -> Fitted:
    """Fit all parameters at a selection share; see :func:`asked` for ``falls`` and :func:`differences` for ``less``."""
    slopes = _Slopes(pool, share, less, falls, fresh=2 if start is None or falls else 1)
    began = np.zeros(len(read_priors())) if start is None else start
    found = least_squares(
        partial(residuals, share=share, less=less, falls=falls), began, jac=slopes, x_scale=5.0, max_nfev=12 if start is None else 8, ftol=1e-3, verbose=2
    )
    jac = np.asarray(found.jac)
    return Fitted(np.asarray(found.x), np.sqrt(np.diag(np.linalg.inv(jac.T @ jac))))


# ---------------------------------------------------------------- the simulation beside the twin
def simulated(p: Parameters) -> dict[str, float]:
    """What a run of the baseline says of everything asked that a run can say, by name."""
    from sim.model import BenefitModel

    model = BenefitModel(scale=SCALE, months=AFTER, seed=SEED, parameters=p, register=True, threads=os.cpu_count() or 1).run()
    register = from_spells(model.spells(), persons=model.persons(), last=model.month, weight=model.weight)
    found = {one.name: one.target.measured(register) for one in _targets() if one.target is not None}
    lived = model.selection()
    stock = lived[(lived["margin"] == "stock") & (lived["category"] == "persons")].set_index("status")["lived"]
    return found | {f"{name}: lived to the count": float(stock.get(name, 0)) * model.weight for name in LIVED}


def differences(p: Parameters, found: Mapping[str, float]) -> dict[str, float]:
    """What the simulation finds more than the twin, by name: differences of shares, of logarithms for persons."""
    path = twin_path(p)
    more: dict[str, float] = {}
    for one in asked(p.value("selection.share")):
        got = found.get(one.name, np.nan)
        if np.isfinite(got) and got > 0:
            twin = one.measure(path)
            more[one.name] = float(np.log(got / twin) if one.log else got - twin)
    return more


def fit_all(jobs: int | None = None) -> None:
    """Fit, compare with the simulation, fit again, then at both ends of the selection share; write the vintage's files."""
    share = load().value("selection.share")
    with ProcessPoolExecutor(jobs or os.cpu_count(), mp_context=get_context("spawn")) as pool:
        best = fit(pool, share, {})
        less: dict[str, float] = {}
        for _ in range(1, ROUNDS):
            less = differences(parameters_at(best.x), simulated(parameters_at(best.x)))
            best = fit(pool, share, less, best.x)
        falls = falls_at(parameters_at(best.x))
        ends = [fit(pool, end, less, best.x, falls).x for end in ENDS]
    write(best, ends, share)
    write_fit(load.__wrapped__())


# ---------------------------------------------------------------- writing the vintage
def write(best: Fitted, ends: Sequence[Floats], share: float, folder: Path = FOLDER / DEFAULT_VINTAGE) -> None:
    """Write ``moves.toml`` and ``selection.csv``."""
    lines = [
        "# Intensities of all legal moves (per year, at nine months in the spell), duration exponents and the spread of the",
        "# person classes. Written by `python -m calibration.fit`; priors stand in calibration/priors.csv.",
        "# Intensities to an award are those of needs: a rehabilitation team decides what comes of them (casework.toml).",
    ]
    section = ""
    for prior, xi, si in zip(read_priors(), best.x, best.sd, strict=True):
        head, key = prior.path.rsplit(".", 1)
        if prior.path.startswith("duration."):
            head, key = "duration", prior.path.removeprefix("duration.")
        if head != section:
            section = head
            lines += ["", f"[{head}]", *_section(prior)]
        if head == "selection":
            lines.append(_share_line(share))
        lines.append(_leaf(key, prior, float(xi), float(si)))
    (folder / "moves.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with (folder / "selection.csv").open("w", encoding="utf-8", newline="") as text:
        table = csv.writer(text, lineterminator="\n")
        table.writerow(["path", *(f"at_{at:g}" for at in (ENDS[0], share, ENDS[1]))])
        for i, prior in enumerate(read_priors()):
            table.writerow([prior.path, *(f"{prior.value(float(x[i])):.4g}" for x in (ends[0], best.x, ends[1]))])


def _section(prior: Prior) -> list[str]:
    unit = "exponent" if not prior.is_log else "ratio" if prior.slot is None else "per_year"
    labels = ['_en = "Intensity: {1} to {0}"', '_da = "Intensitet: {1} til {0}"'] if prior.slot is not None else []
    note = "Prior of the fit; the targets took away less than half of its variance"
    return [f'_unit = "{unit}"', *labels, '_kind = "assumed"', '_source = "calibration/fit.py"', f'_note = "{note}"']


def _share_line(share: float) -> str:
    note = "Not identified by the documents; rates are fitted at both ends and at the default, and interpolated between"
    return (
        f'share = {{ value = {share:g}, unit = "share", low = {ENDS[0]:g}, high = {ENDS[1]:g}, note = "{note}", '
        'en = "Part of falling exits that is selection: who stays", '
        'da = "Del af de faldende afgangsrater, der er selektion: hvem der bliver" }'
    )


def _leaf(key: str, prior: Prior, x: float, sd: float) -> str:
    value = prior.value(x)
    parts = [] if prior.slot is None else [f"slot = {prior.slot}"]
    parts.append(f"value = {value:.4g}")
    if sd < 0.5**0.5:
        se = value * prior.sd * sd if prior.is_log else prior.sd * sd
        parts += ['kind = "calibrated"', f"se = {se:.2g}"]
    else:
        reach = _Z90 * sd
        parts += [f"low = {prior.value(x - reach):.3g}", f"high = {prior.value(x + reach):.3g}"]
    if prior.en:
        parts += [f'en = "{prior.en}"', f'da = "{prior.da}"']
    return f"{key} = {{ {', '.join(parts)} }}"


def write_fit(p: Parameters, folder: Path = FOLDER / DEFAULT_VINTAGE) -> None:
    """Write ``fit.csv``: what was asked, what the twin and the simulation say, misses of the simulation in tolerances (of
    the twin where a run cannot say it)."""
    path, found = twin_path(p), simulated(p)
    with (folder / "fit.csv").open("w", encoding="utf-8", newline="") as text:
        table = csv.writer(text, lineterminator="\n")
        table.writerow(["target", "asked", "twin", "simulated", "tolerance", "miss", "facts"])
        for one in asked(p.value("selection.share")):
            twin, run = one.measure(path), found.get(one.name, float("nan"))
            miss = one.miss(run if np.isfinite(run) else twin)
            shown = f"{run:.4g}" if np.isfinite(run) else ""
            table.writerow([one.name, f"{one.value:.6g}", f"{twin:.4g}", shown, f"{one.tolerance:g}", f"{miss:.2f}", " ".join(one.facts)])


if __name__ == "__main__":
    fit_all()
