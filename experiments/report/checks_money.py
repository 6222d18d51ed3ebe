"""Published costings next to what the model says: accounts, the package of 2015, and cases."""

from collections.abc import Iterator

import pandas as pd

from experiments.charts.money import PART
from experiments.report.checks_casework import Check
from experiments.words import Words
from sim.parameters import read_costings

NEAR = 0.1
"""Share of the published figure within which a modelled one is called near."""
HEADLINES = {
    "accounts_2013": "Income support: all",
    "active_spend_2013": "Operation: all",
    "package_2015": "Cost now: guidance, education and mentors",
    "package_run": "Activity with the package: all",
    "ips": "After 7 years: all public",
    "value_of_a_year": "Benefit, tax and clawback",
    "revalidering": "More work a year that pays it back",
    "participation_bonus": "Bonus less cut, after tax and clawback",
}
"""The row in each costing's title (calibration.costings), in the order of the report."""
_UNITS = {"million DKK": "million", "DKK": "dkk", "full-time persons": "full_time", "weeks": "weeks", "years": "years"}


def costing_checks(w: Words) -> Iterator[Check]:
    """A table for each costing (``calibration/costings.py``)."""
    rows = read_costings()
    for costing, headline in HEADLINES.items():
        here = [r for r in rows if r["costing"] == costing]
        main = next(r for r in here if r["row"] == headline)
        near, of = within(here)
        title = w(f"costing_{costing}", got=_number(main, "modelled", w), asked=_number(main, "published", w), near=near, of=of)
        yield Check(PART, f"costing-{costing.replace('_', '-')}", title, w("costing_note", share=w.percent(NEAR)), _table(here, w))


def within(rows: list[dict[str, str]]) -> tuple[int, int]:
    """How many figures are near the published ones, and of how many: identities, published zeros and what the model does not
    have are left out."""
    tested = [r for r in rows if r["kind"] != "identity" and r["modelled"] and float(r["published"])]
    return sum(abs(_deviation(r)) <= NEAR for r in tested), len(tested)


def _deviation(row: dict[str, str]) -> float:
    return float(row["modelled"]) / float(row["published"]) - 1


def _number(row: dict[str, str], key: str, w: Words) -> str:
    return w.number(float(row[key]), decimals=1 if row["unit"] == "weeks" else 0) if row[key] else "–"


def _table(rows: list[dict[str, str]], w: Words) -> pd.DataFrame:
    label = "row" if w.language == "en" else "row_da"

    def line(r: dict[str, str]) -> list[str]:
        between = f"{_number(r, 'low', w)} – {_number(r, 'high', w)}" if r["low"] or r["high"] else "–"
        off = w.number(100 * _deviation(r), sign=True) if r["modelled"] and float(r["published"]) and r["unit"] != "years" else "–"
        kind, unit = w(f"costing_kind_{r['kind']}"), w(f"costing_unit_{_UNITS[r['unit']]}")
        return [r[label], _number(r, "published", w), _number(r, "modelled", w), between, off, unit, kind]

    columns = [w(f"costing_{c}") for c in ("row", "published", "modelled", "range", "deviation", "unit", "kind")]
    return pd.DataFrame([line(r) for r in rows], columns=columns)
