"""One assumption at a time: which settings are compared, what is read of a comparison, and that the shipped table is of these rates."""

import csv
import re
from pathlib import Path

import pytest

from experiments.assumptions import DEFAULTS, FOUND, STATUSES, effects_of, settings
from experiments.compare import Comparison
from experiments.scenario import read_scenario
from experiments.words import Words

README = Path(__file__).parents[2] / "README.md"


def shipped() -> list[dict[str, str]]:
    """The rows of the shipped table."""
    with FOUND.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def test_settings_are_ends_of_ranges() -> None:
    """If this fails an assumption is compared at a value outside its range, at one end only, or the reform's parameters refuse it."""
    found = list(settings())
    parameters = read_scenario("baseline").read_parameters()
    assert found[0]["assumption"] == DEFAULTS and not found[0]["changes"]
    for low, high in zip(found[1::2], found[2::2], strict=True):
        assert low["assumption"] == high["assumption"] and low["value"] < high["value"]
        for setting in (low, high):
            for path, value in setting["changes"].items():
                bounds = parameters[path].bounds
                assert bounds[0] <= value <= bounds[1]
                assert read_scenario("without_sygedagpenge_reform").with_parameter(path, value).read_parameters()[path].value == value


def test_the_shipped_table_is_of_the_shipped_ranges() -> None:
    """If this fails ranges or assumptions have changed since the documentation's table was made: `python -m experiments.assumptions`."""
    asked = {(s["assumption"], s["text"], str(s["value"])) for s in settings()}
    assert asked == {(row["assumption"], row["text"], row["value"]) for row in shipped()}
    assert {row["outcome"] for row in shipped()} == {*STATUSES, "net_cost"}


def test_differences_are_those_at_the_end(half_hours: Comparison) -> None:
    """If this fails the documentation shows the difference of another month, status or purse."""
    found = {row["outcome"]: row for row in effects_of(half_hours)}
    stocks = half_hours.stocks
    last = stocks[stocks["month"] == stocks["month"].max()]
    persons = last[last["status"] == "employment"].groupby("scenario")["persons"].mean()
    assert float(found["employment"]["estimate"]) == pytest.approx(persons["half_caseworker_hours"] - persons["baseline"], abs=1)
    assert float(found["net_cost"]["low"]) < float(found["net_cost"]["high"])


def test_the_readme_tells_the_same_range() -> None:
    """If this fails the README names another range of the effect on employment than the documentation's table."""
    effects = [float(row["estimate"]) for row in shipped() if row["outcome"] == "employment"]
    low, high = (Words("en").number(value, sign=True) for value in (min(effects), max(effects)))
    assert re.search(rf"from\s+{re.escape(low)}\s+to\s+{re.escape(high)}", README.read_text(encoding="utf-8"))
