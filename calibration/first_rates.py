"""First rates: least squares on the analytic twin, with priors where the documents are silent.

Run ``python -m calibration.first_rates`` to fit again; it writes ``sim/parameters/2014/moves.toml`` (intensities and
duration exponents with standard errors) and ``fit.csv`` beside it (asked and got). Both are reproducible: the
twin has no luck.

A rate counts as *calibrated* when the targets at least halve its prior variance; otherwise it stays *assumed* with the
prior's 90 % range, and says so.
"""

import csv
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares
from tqdm import tqdm

from calibration.first_targets import TARGETS, outcome
from sim.parameters import DEFAULT_VINTAGE, FOLDER, Parameters, load

Floats = npt.NDArray[np.float64]

PRIORS = Path(__file__).with_name("first_priors.csv")
MOVES = FOLDER / DEFAULT_VINTAGE / "moves.toml"
FIT = FOLDER / DEFAULT_VINTAGE / "fit.csv"
_Z90 = 1.645
_STEP = 1e-3


@dataclass(frozen=True)
class Prior:
    """What is believed of a parameter before the fit: a rate on the log scale, an exponent on its own."""

    path: str
    slot: int | None
    prior: float
    sd: float
    en: str
    da: str

    def value(self, x: float) -> float:
        """The parameter ``x`` prior standard deviations from the prior."""
        return self.prior * float(np.exp(x * self.sd)) if self.slot is not None else self.prior + x * self.sd


def read_priors() -> list[Prior]:
    """Priors in file order."""
    with PRIORS.open(encoding="utf-8", newline="") as text:
        return [
            Prior(r["path"], int(r["slot"]) if r["slot"] else None, float(r["prior"]), float(r["sd"]), r["en"], r["da"])
            for r in csv.DictReader(text)
        ]


def residuals(x: Floats) -> Floats:
    """Misses in tolerances, then distances from the priors in standard deviations."""
    got = outcome(parameters_at(x))
    return np.concatenate([[target.miss(target.measure(got)) for target in TARGETS], x])


def parameters_at(x: Floats) -> Parameters:
    """The vintage's parameters with rates and exponents ``x`` prior standard deviations from the priors."""
    base = load()
    entries = {path: base[path] for path in base}
    for prior, xi in zip(read_priors(), x, strict=True):
        changed = {"value": prior.value(float(xi)), "low": None, "high": None}
        entries[prior.path] = base[prior.path].model_copy(update=changed)
    return Parameters(entries, base.vintage)


def fit(jobs: int | None = None) -> tuple[Floats, Floats]:
    """Fit all rates. Returns the solution and its standard deviations, both in prior standard deviations."""
    size = len(read_priors())
    with ProcessPoolExecutor(jobs or os.cpu_count(), mp_context=get_context("spawn")) as pool:

        def jacobian(x: Floats) -> Floats:
            nudged = [x + _STEP * step for step in np.eye(size)]
            rows = tqdm(pool.map(residuals, nudged, chunksize=8), total=size, desc="Jacobian", unit="run", leave=False)
            return (np.array(list(rows)) - residuals(x)).T / _STEP

        found = least_squares(residuals, np.zeros(size), jac=jacobian, max_nfev=12, ftol=1e-4, verbose=2)
    jac = np.asarray(found.jac)
    covariance = np.linalg.inv(jac.T @ jac)
    return np.asarray(found.x), np.sqrt(np.diag(covariance))


def write(x: Floats, sd: Floats) -> None:
    """Write the fitted parameters and the table of asked and got."""
    lines = [
        "# Intensities of all legal moves (per year, at nine months in the spell) and duration exponents.",
        "# Written by `python -m calibration.first_rates`; priors stand in calibration/first_priors.csv.",
        "# Award rates to ressourceforløb, fleksjob and førtidspension are provisional: later a team decides.",
    ]
    section = ""
    for prior, xi, si in zip(read_priors(), x, sd, strict=True):
        head, key = prior.path.rsplit(".", 1)
        if prior.slot is None:
            head, key = "duration", prior.path.removeprefix("duration.")
        if head != section:
            section = head
            lines += ["", f"[{head}]"]
            if prior.slot is None:
                lines += ['_unit = "exponent"']
            else:
                lines += ['_unit = "per_year"', '_en = "Intensity: {1} to {0}"', '_da = "Intensitet: {1} til {0}"']
            lines += ['_kind = "assumed"', '_source = "calibration/first_rates.py"']
            lines += ['_note = "Prior of the first fit; the targets took away less than half of its variance"']
        lines.append(_leaf(key, prior, float(xi), float(si)))
    MOVES.write_text("\n".join(lines) + "\n", encoding="utf-8")

    got = outcome(load.__wrapped__())
    with FIT.open("w", encoding="utf-8", newline="") as text:
        table = csv.writer(text, lineterminator="\n")
        table.writerow(["target", "asked", "got", "tolerance", "miss", "facts"])
        for t in TARGETS:
            value = t.measure(got)
            table.writerow([t.name, t.asked, f"{value:.4g}", t.tolerance, f"{t.miss(value):.2f}", " ".join(t.facts)])


def _leaf(key: str, prior: Prior, x: float, sd: float) -> str:
    value = prior.value(x)
    parts = [] if prior.slot is None else [f"slot = {prior.slot}"]
    parts.append(f"value = {value:.4g}")
    if sd < 0.5**0.5:
        se = value * prior.sd * sd if prior.slot is not None else prior.sd * sd
        parts += ['kind = "calibrated"', f"se = {se:.2g}"]
    else:
        reach = _Z90 * sd
        parts += [f"low = {prior.value(x - reach):.3g}", f"high = {prior.value(x + reach):.3g}"]
    if prior.en:
        parts += [f'en = "{prior.en}"', f'da = "{prior.da}"']
    return f"{key} = {{ {', '.join(parts)} }}"


if __name__ == "__main__":
    write(*fit())
    print(f"wrote {MOVES} and {FIT}")
