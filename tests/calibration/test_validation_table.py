"""The shipped table of targets is what the model says today."""

import csv
import json
from pathlib import Path

from calibration.targets import read_targets
from calibration.validation import BASELINE, MEASURED, fingerprint
from experiments.report.run_report import _measured
from experiments.words import Words
from sim.fingerprint import digest


def test_the_shipped_table_is_what_the_model_says() -> None:
    """Wrong if results changed, in any table of a small run or any target measured on it, and the reports went on showing the old
    misses. Mend it with `make fit`, or with `python -m calibration.validation` when rates stay as they are."""
    assert fingerprint() == json.loads(BASELINE.read_text(encoding="utf-8"))


def test_a_change_of_results_is_in_the_changelog() -> None:
    """Wrong if results without a policy change and nobody is told: write a line that ends in the new fingerprint."""
    text = Path(__file__).resolve().parents[2].joinpath("CHANGELOG.md").read_text(encoding="utf-8")
    assert digest(json.loads(BASELINE.read_text(encoding="utf-8"))) in text


def test_the_shipped_table_lists_every_target_with_its_role() -> None:
    """Wrong if a target that is missed could be left out of the reports, or change its role there."""
    with MEASURED.open(newline="") as text:
        rows = {r["target"]: r for r in csv.DictReader(text)}
    assert {t.target: t.role for t in read_targets()} == {name: r["role"] for name, r in rows.items()}
    for t in read_targets():
        if rows[t.target]["got"]:
            assert abs(t.miss(float(rows[t.target]["got"])) - float(rows[t.target]["miss"])) < 0.02


def test_the_report_says_how_many_are_missed() -> None:
    """Wrong if the finding counted identities, or hid a miss."""
    with MEASURED.open(newline="") as text:
        rows = [r for r in csv.DictReader(text) if r["miss"] and "Identity" not in r["note"]]
    held = [abs(float(r["miss"])) for r in rows if r["role"] == "holdout"]
    finding = _measured(Words("en"))["finding"]
    assert f"{sum(m <= 2 for m in held)} of {len(held)} held-out figures" in finding
