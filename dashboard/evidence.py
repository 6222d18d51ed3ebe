"""What the evidence page shows: targets, parameters with their sources, what is not modelled, the model description. Nothing is run."""

import re
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import pandas as pd

from calibration.evidence import facts
from calibration.known import read_calibration
from dashboard.words import Words
from experiments.charts.known import last_known
from experiments.charts.validation import Figures, records
from experiments.words import Language
from experiments.words.targets import pattern_label, target_label
from sim.parameters import Parameter, load, read_fit, read_measured

TOLERANCES = 2
"""A figure is hit when the simulation is at most so many tolerances off."""
GROUPS = ("holdout", "fit", "open", "identity")
"""What a figure counts as: held out, fitted, open to fitting but not fitted, by construction."""
_DESCRIPTION = "model.md"


@lru_cache(maxsize=1)
def targets() -> pd.DataFrame:
    """All targets of the shipped vintage, the largest miss first, those not measured last: target, pattern, group, unit, asked, got,
    tolerance, miss, passed, source, note."""
    table = pd.DataFrame(read_measured())
    for column in ("asked", "got", "tolerance", "miss"):
        table[column] = pd.to_numeric(table[column].replace("", None))
    fitted = {row["target"] for row in read_fit()}
    table["group"] = [
        "identity" if row["note"].startswith("Identity") else "open" if row["role"] == "fit" and row["target"] not in fitted else row["role"]
        for row in records(table)
    ]  # fmt: skip
    table["passed"] = table["miss"].abs() <= TOLERANCES
    table["source"] = [facts()[fact].citation if fact in facts() else "" for fact in table["fact"]]
    order = table["miss"].abs().fillna(-1).sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def counts() -> pd.DataFrame:
    """Figures by group (index): n, passed, not_measured."""
    table = targets()
    by = table.assign(n=1, not_measured=table["miss"].isna()).groupby("group")[["n", "passed", "not_measured"]].sum()
    return by.reindex([group for group in GROUPS if group in by.index]).astype(int)


def patterns() -> pd.DataFrame:
    """Patterns, those with the smallest share hit first: pattern, group, n, passed; identities and what is not measured left out."""
    table = targets()
    judged = table[(table["group"] != "identity") & table["miss"].notna()]
    by = judged.assign(n=1, worst=judged["miss"].abs()).groupby(["pattern", "role"]).agg(n=("n", "sum"), passed=("passed", "sum"), worst=("worst", "max"))
    return by.assign(share=by["passed"] / by["n"]).sort_values(["share", "worst"], ascending=[True, False], kind="stable").reset_index()


def target_rows(w: Words) -> pd.DataFrame:
    """Targets as the table shows them: numbers to sort by, and as people write them (``..._text``)."""
    table, figures = targets(), Figures(targets(), w)
    return pd.DataFrame({
        "target": [target_label(t, w.language) for t in table["target"]], "pattern": [pattern_label(p, w.language) for p in table["pattern"]],
        "group": [w(f"evidence_group_{g}") for g in table["group"]], "hit": [_hit(row, w) for row in records(table)],
        "asked": table["asked"], "asked_text": [figures.written(a, u) for a, u in zip(table["asked"], table["unit"], strict=True)],
        "got": table["got"], "got_text": [figures.written(g, u) for g, u in zip(table["got"], table["unit"], strict=True)],
        "miss": table["miss"], "miss_text": ["–" if pd.isna(m) else w.number(m, sign=True, decimals=1) for m in table["miss"]],
        "source": table["source"], "note": table["note"],
    })  # fmt: skip


def _hit(row: dict[str, Any], w: Words) -> str:
    return "–" if pd.isna(row["miss"]) else w("validation_yes" if row["passed"] else "validation_no")


@lru_cache(maxsize=1)
def known() -> dict[str, Any] | None:
    """What the calibration of the shipped vintage says of itself; None when it does not."""
    return read_calibration()


@lru_cache(maxsize=2)
def parameter_rows(language: Language) -> pd.DataFrame:
    """Every parameter of the shipped vintage with kind, value, unit, range, source, what is known of it, and its note."""
    w = Words(language)
    calibration = known()
    verdicts: dict[str, str] = {}
    if calibration:
        identified = last_known(pd.DataFrame(calibration["identified"]))
        verdicts = dict(zip(identified["parameter"], identified["verdict"], strict=True))
    return pd.DataFrame([_parameter_row(p, verdicts.get(path, ""), w) for path, p in load().items()])


def _parameter_row(p: Parameter, verdict: str, w: Words) -> dict[str, str]:
    values = p.value if isinstance(p.value, list) else [p.value]
    span = f"{p.low:g} – {p.high:g}" if p.low is not None and p.high is not None else f"± {p.se:g}" if p.se is not None else ""
    fact = facts().get(p.fact or "")
    source = "; ".join(text for text in (p.source or "", fact.citation if fact else "") if text)
    return {
        "path": p.path, "label": str(getattr(p, w.language)), "value": ", ".join(f"{v:g}" for v in values), "unit": w(f"evidence_unit_{p.unit}"), "kind": w(f"kind_{p.kind}"),
        "range": span, "source": source, "known": w(f"known_{verdict}") if verdict else "", "note": p.note or "",
    }  # fmt: skip


def description() -> str | None:
    """The model description as Markdown, with headings a level lower and without links to files; None when it is not here."""
    file = _file()
    if file is None:
        return None
    text = re.sub(r"\[([^\]]+)\]\((?!https?:)[^)]*\)", r"\1", file.read_text(encoding="utf-8"))
    return re.sub(r"^#", "##", text, flags=re.MULTILINE)


def _file() -> Path | None:
    """Where the description lies: beside the code, or where a wheel puts it."""
    beside = Path(__file__).parents[1] / "docs" / _DESCRIPTION
    if beside.is_file():
        return beside
    try:
        installed = distribution("borgerflow").files or []
    except PackageNotFoundError:
        return None
    found = (Path(str(file.locate())) for file in installed if file.name == _DESCRIPTION)
    return next((file for file in found if file.is_file()), None)
