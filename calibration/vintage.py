"""Writing the files of a vintage that a fit decides."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from calibration.fit import ENDS, Fitted, Problem
from calibration.priors import Prior
from calibration.twin_path import twin_path
from sim.parameters import load
from sim.whole_file import write_table, write_text

Floats = npt.NDArray[np.float64]
Z90 = 1.645
INFORMED = 0.5**0.5
"""Standard deviation, in prior ones, under which a parameter counts as calibrated."""


def write_moves(problem: Problem, best: Fitted, ends: Sequence[Floats], folder: Path) -> None:
    """Write ``moves.toml`` and ``selection.csv`` of the vintage in ``folder``; parameters held fixed keep what they have there.

    A parameter counts as *calibrated* when the targets at least halve its prior variance, by the posterior and by the sandwich, whose
    standard error it has; otherwise it stays *assumed*, with the 90 % range of the larger of both.
    """
    lines = [
        "# Intensities of all legal moves (per year, at nine months in the spell), duration exponents and the spread of the",
        "# person classes. Written by `borgerflow calibrate`; priors stand in calibration/priors.csv.",
        "# Intensities to an award are those of needs: a rehabilitation team decides what comes of them (casework.toml).",
    ]
    section = ""
    robust = best.robust_sd([one.group for one in problem.asked])
    for prior, xi, si, ri in zip(problem.priors, best.x, best.sd, robust, strict=True):
        head, key = prior.path.rsplit(".", 1)
        if prior.path.startswith("duration."):
            head, key = "duration", prior.path.removeprefix("duration.")
        if head != section:
            section = head
            lines += ["", f"[{head}]", *_section(prior)]
        if head == "selection":
            lines.append(_share_line(problem.share))
        lines.append(_leaf(key, prior, float(xi), float(si), float(ri)))
    write_text(folder / "moves.toml", "\n".join(lines) + "\n")
    header = ["path", *(f"at_{at:g}" for at in (ENDS[0], problem.share, ENDS[1]))]
    rows = [
        [prior.path, *(f"{prior.value(float(x[i])):.4g}" for x in (ends[0], best.x, ends[1]))] for i, prior in enumerate(problem.priors)
    ]
    write_table(folder / "selection.csv", header, rows)


def _section(prior: Prior) -> list[str]:
    unit = "exponent" if not prior.is_log else "ratio" if prior.slot is None else "per_year"
    labels = ['_en = "Intensity: {1} to {0}"', '_da = "Intensitet: {1} til {0}"'] if prior.slot is not None else []
    note = "Prior of the fit; the targets took away less than half of its variance"
    return [f'_unit = "{unit}"', *labels, '_kind = "assumed"', '_source = "borgerflow calibrate"', f'_note = "{note}"']


def _share_line(share: float) -> str:
    note = "Not identified by the documents; rates are fitted at both ends and at the default, and interpolated between"
    return (
        f'share = {{ value = {share:g}, unit = "share", low = {ENDS[0]:g}, high = {ENDS[1]:g}, note = "{note}", '
        'en = "Part of falling exits that is selection: who stays", '
        'da = "Del af de faldende afgangsrater, der er selektion: hvem der bliver" }'
    )


def _leaf(key: str, prior: Prior, x: float, sd: float, robust: float) -> str:
    value = prior.value(x)
    parts = [] if prior.slot is None else [f"slot = {prior.slot}"]
    parts.append(f"value = {value:.4g}")
    own, known = load()[prior.path], max(sd, robust)
    if prior.is_held and own.kind == "calibrated":
        parts += ['kind = "calibrated"', f"se = {own.se:.2g}"]
    elif prior.is_held:
        parts += [f"low = {own.low:.3g}", f"high = {own.high:.3g}"]
    elif known < INFORMED:
        se = value * prior.sd * robust if prior.is_log else prior.sd * robust
        parts += ['kind = "calibrated"', f"se = {se:.2g}"]
    else:
        reach = Z90 * known
        parts += [f"low = {prior.value(x - reach):.3g}", f"high = {prior.value(x + reach):.3g}"]
    if prior.en:
        parts += [f'en = "{prior.en}"', f'da = "{prior.da}"']
    return f"{key} = {{ {', '.join(parts)} }}"


def write_fit(problem: Problem, x: Floats, simulated: Mapping[str, float], folder: Path) -> None:
    """Write ``fit.csv``: what was asked, what the twin and the simulation say at ``x``, misses of the simulation in tolerances
    (of the twin where a run cannot say it)."""
    path = twin_path(problem.parameters(x))
    rows = []
    for one in problem.asked:
        twin, run = one.measure(path), simulated.get(one.name, float("nan"))
        miss = one.miss(run if np.isfinite(run) else twin)
        shown = f"{run:.4g}" if np.isfinite(run) else ""
        rows.append([one.name, f"{one.value:.6g}", f"{twin:.4g}", shown, f"{one.tolerance:g}", f"{miss:.2f}", " ".join(one.facts)])
    write_table(folder / "fit.csv", ["target", "asked", "twin", "simulated", "tolerance", "miss", "facts"], rows)
