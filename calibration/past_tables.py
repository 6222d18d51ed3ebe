"""What the reforms of 2013 and 2014 did in the model beside what the documents say happened, and what each figure rests on.

A documented figure is *explained* when a parameter or a fit target rests on it, or when it follows from one that does; it is
*predicted* when nothing was set from it. Effects are differences between worlds with the same luck
(:mod:`calibration.past_reform`), intervals 95 % over replications (Student's t).
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import t as student

from agents.mistake import Mistake
from calibration.evidence import Fact, facts
from calibration.past_figures import Figure, Outcome, outcomes, series
from calibration.past_reform import BOTH, BY_NAME, COLUMNS, FILE, LAST, NEITHER, REFORMS, SCALE, SEED, figures_of
from calibration.targets import in_unit, read_targets
from sim.parameters import Parameter, load

Floats = npt.NDArray[np.float64]
Worlds = dict[tuple[str, ...], Floats]
"""Measured values of the replications, by reform, world, figure, first and last month of its window."""

LEVEL = 0.95
"""Of the intervals."""
EXPLAINED, PREDICTED = "explained", "predicted"
_PARTS = ("total", "rule", "practice", "interaction", "new_benefit", "sanction_rules", "between_rules")
"""Effects of a reform; the last three split the rules of one that has no practice."""
_CITED = re.compile(r"(\d{3}_[0-9a-f]{16}\.txt):(\d+(?:-\d+)?(?:; ?\d+(?:-\d+)?)*)")


def read_worlds(file: Path = FILE) -> Worlds:
    """What was measured in each world. Raises Mistake when something that is asked for is missing."""
    table = pd.read_csv(file, dtype=dict.fromkeys(COLUMNS, str))
    columns = [c for c in table.columns if c not in COLUMNS]
    values = table[columns].to_numpy(np.float64)
    found = {tuple(map(str, key)): values[i] for i, key in enumerate(table[list(COLUMNS)].to_numpy())}
    for reform in REFORMS:
        for world in reform.worlds:
            for figure in figures_of(reform.name, world):
                if _key(reform.name, world, figure) not in found:
                    raise Mistake(f"{file.name} has no {figure.name} ({figure.first} to {figure.last}) of {reform.name}, world {world}; run python -m calibration.past_reform")
    return found


def _key(reform: str, world: str, figure: Figure) -> tuple[str, ...]:
    return (reform, world, figure.name, figure.first, figure.last)


# ---------------------------------------------------------------- what is documented, and what rests on it
def documented(figure: Figure | None) -> float:
    """The documented value of a figure in its unit; NaN when there is none."""
    if figure is None or not figure.facts:
        return float("nan")
    return sum(in_unit(facts()[id_], figure.unit) for id_ in figure.facts)


def rests_on(id_: str) -> tuple[str, ...]:
    """What was set from a fact: fit targets that ask for it, parameters that name it, and calibrated or assumed parameters that
    cite its lines. A date in the same lines says nothing of a number."""
    fact = facts()[id_]
    fitted = [f"target {t.target}" for t in read_targets() if t.role == "fit" and t.fact == id_]
    return (*fitted, *(f"parameter {p.path}" for p in load().values() if _uses(p, fact)))


def _uses(parameter: Parameter, fact: Fact) -> bool:
    words = f"{parameter.source or ''} {parameter.note or ''}"
    if parameter.fact == fact.id or fact.id in words:
        return True
    if parameter.kind not in ("calibrated", "assumed") or parameter.unit == "yyyymm":
        return False
    lines = _lines(fact.lines)
    return any(seed == fact.seed and lines & _lines(cited) for seed, cited in _CITED.findall(words))


@lru_cache
def _lines(cited: str) -> frozenset[int]:
    """Line numbers of ``"12-14; 20"``."""
    spans = [part.strip().split("-") for part in cited.split(";")]
    return frozenset(line for span in spans for line in range(int(span[0]), int(span[-1]) + 1))


def supports(figure: Figure | None) -> tuple[str, ...]:
    """What the documented value of a figure was used for, and what was used that all but decides it."""
    if figure is None:
        return ()
    direct = [use for id_ in figure.facts for use in rests_on(id_)]
    return tuple(dict.fromkeys([*direct, *(use for id_ in figure.follows_from for use in rests_on(id_))]))


def basis(figure: Figure | None) -> str:
    """Whether a figure is explained or predicted; nothing when no document says it."""
    if figure is None or not figure.facts:
        return ""
    return EXPLAINED if supports(figure) else PREDICTED


# ---------------------------------------------------------------- tables
def interval(values: Floats) -> tuple[float, float, float]:
    """Mean over replications and its interval; the interval of a single one is not known."""
    mean, n = float(values.mean()), values.size
    if n < 2:
        return mean, float("nan"), float("nan")
    half = float(student.ppf((1 + LEVEL) / 2, n - 1) * values.std(ddof=1) / n**0.5)
    return mean, mean - half, mean + half


def effects(outcome: Outcome, worlds: Worlds) -> dict[str, Floats]:
    """Effects on the figure after a reform, by replication: total = both parts minus neither; each part alone minus neither; and
    what they do together beyond that. Parts that the model does not have are missing."""
    reform = BY_NAME[outcome.reform]
    both, first, second, neither = (worlds[_key(reform.name, world, outcome.after)] for world in reform.worlds)
    total, one, other = both - neither, first - neither, second - neither
    names = [part.name for part in reform.parts]
    if reform.has_practice:
        return {"total": total, names[0]: one, names[1]: other, "interaction": total - one - other}
    return {"total": total, "rule": total, names[0]: one, names[1]: other, "between_rules": total - one - other}


def outcome_table(worlds: Worlds) -> pd.DataFrame:
    """Every outcome before and after its reform, documented and simulated, with the effect of rule and practice; one row an
    outcome. Columns are described in docs/files.md."""
    return pd.DataFrame([_outcome_row(o, worlds) for o in outcomes()])


def _outcome_row(outcome: Outcome, worlds: Worlds) -> dict[str, Any]:
    before, after, reform = outcome.before, outcome.after, BY_NAME[outcome.reform]
    now = worlds[_key(outcome.reform, BOTH, after)]
    then = np.full(now.size, np.nan) if before is None else worlds[_key(outcome.reform, BOTH, before)]
    found = effects(outcome, worlds)
    nothing = np.full(now.size, np.nan)
    numbers = {
        "simulated_before": then, "simulated_after": now, "simulated_change": now - then,
        **{part: found.get(part, nothing) for part in _PARTS}, "other": now - then - found["total"],
    }
    return {
        "reform": outcome.reform, "begins": reform.begins, "outcome": after.name, "en": outcome.en, "da": outcome.da, "unit": after.unit,
        "before_first": before.first if before else "", "before_last": before.last if before else "", "after_first": after.first, "after_last": after.last,
        "documented_before": documented(before), "documented_after": documented(after), "documented_change": documented(after) - documented(before),
        **{column: value for name, values in numbers.items() for column, value in zip((name, f"{name}_low", f"{name}_high"), interval(values), strict=True)},
        "basis_before": basis(before), "basis": basis(after), "rests_on": "; ".join(supports(after)),
        "facts_before": "; ".join(before.facts) if before else "", "facts_after": "; ".join(after.facts),
        "source_before": _sources(before), "source_after": _sources(after), "replications": now.size,
        "note_en": outcome.note_en, "note_da": outcome.note_da,
    }  # fmt: skip


def _sources(figure: Figure | None) -> str:
    return "" if figure is None else "; ".join(dict.fromkeys(facts()[id_].citation for id_ in figure.facts))


def series_table(worlds: Worlds) -> pd.DataFrame:
    """Figures quarter by quarter with and without their reform, and what the documents say; one row a series and quarter."""
    rows = []
    for one in series():
        for figure in one.figures:
            here = interval(worlds[_key(one.reform, BOTH, figure)])
            without = worlds.get(_key(one.reform, NEITHER, figure))
            rows.append({
                "reform": one.reform, "series": one.name, "en": one.en, "da": one.da, "unit": figure.unit, "first": figure.first, "last": figure.last,
                "documented": documented(figure), "basis": basis(figure), "facts": "; ".join(figure.facts), "source": _sources(figure),
                **dict(zip(("simulated", "low", "high"), here, strict=True)),
                **dict(zip(("without", "without_low", "without_high"), interval(without) if without is not None else (np.nan,) * 3, strict=True)),
            })  # fmt: skip
    return pd.DataFrame(rows)


def past_document(worlds: Worlds, records: Callable[[pd.DataFrame], list[dict[str, Any]]]) -> dict[str, Any]:
    """Everything a page says of past reforms, as plain data; ``records`` writes a table."""
    return {
        "about": {
            "scale": SCALE, "replications": _replications(worlds.values()), "seed": SEED, "last_month": LAST, "level": LEVEL,
            "command": "python -m calibration.past_reform", "file": FILE.name,
        },
        "reforms": [
            {
                "reform": r.name, "en": r.en, "da": r.da, "begins": r.begins, "fact": r.fact, "source": facts()[r.fact].citation, "practice": r.has_practice,
                "parts": [{"part": p.name, "kind": p.kind, "en": p.en, "da": p.da} for p in r.parts],
            }
            for r in REFORMS
        ],
        "outcomes": records(outcome_table(worlds)),
        "series": records(series_table(worlds)),
    }  # fmt: skip


def _replications(values: Iterable[Floats]) -> int:
    return next(iter(values)).size
