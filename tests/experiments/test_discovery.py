"""Where a reform fails: conditions as people write them, planted boxes, and boxes that chance makes."""

import numpy as np
import pandas as pd
import pytest

from agents.mistake import Mistake
from experiments.analysis.condition import Condition
from experiments.analysis.discovery import discover
from experiments.charts.discovery import sentence
from experiments.words import LANGUAGES, Words
from experiments.words.labels import Labels

KNOWN = ("net_cost", "persons.employment", "wait.team")
VALUES = {"net_cost": np.array([-1.0, 0, 5, 5]), "persons.employment": np.array([1.0, -1, -1, 1]), "wait.team": np.array([0.0, 0, 0, 9])}


class TestCondition:
    @pytest.mark.parametrize(
        ("text", "holds"),
        [
            ("net_cost > 0", [0, 0, 1, 1]), ("net_cost >= 0 and persons.employment < 0", [0, 1, 1, 0]), ("0 < net_cost", [0, 0, 1, 1]),
            ("net_cost > 0 or persons.employment < 0 and wait.team > 1", [0, 0, 1, 1]), ("not (net_cost > 0)", [1, 1, 0, 0]),
            ("-2 < net_cost <= 0", [1, 1, 0, 0]), ("wait.team > net_cost", [1, 0, 0, 1]), ("net_cost == -1.0", [1, 0, 0, 0]),
            ("  wait.team != 0 ", [0, 0, 0, 1]),
        ],
    )  # fmt: skip
    def test_holds(self, text, holds):
        """If this fails, failures are counted by another condition than the one written."""
        assert Condition.read(text, KNOWN).holds(VALUES).astype(int).tolist() == holds

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("net_cots > 0", "did you mean 'net_cost'"), ("persons.employ < 0", "did you mean 'persons.employment'"), ("net_cost", "no comparison"),
            ("net_cost >", "cannot be read"), ("1 > 0", "no comparison of an outcome"), ("net_cost + 1 > 0", "neither an outcome nor a number"),
            ("__import__('os').getpid() > 0", "neither an outcome nor a number"), ("net_cost in (1, 2)", "no comparison"), ("", "cannot be read"),
            ("net_cost > 'a'", "neither"), ("net_cost > True", "neither"), ("not " * 5000 + "net_cost > 0", "cannot be read|too long"),
        ],
    )  # fmt: skip
    def test_mistakes(self, text, message):
        """If this fails, a condition is executed as a program, ends in a traceback, or does not say what is wrong."""
        with pytest.raises(Mistake, match=message):
            Condition.read(text, KNOWN)

    def test_the_place_is_named(self):
        """If this fails, nobody knows in which file the condition is wrong."""
        with pytest.raises(Mistake, match=r"^mine\.toml: .*nett"):
            Condition.read("nett > 0", KNOWN, where="mine.toml")


def planted(n: int, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Six parameters; failures are dense where a > 0.6 and b < 0.5."""
    rng = np.random.default_rng(seed)
    inputs = pd.DataFrame(rng.random((n, 6)), columns=list("abcdef")).assign(fixed=1.0)
    return inputs, rng.random(n) < np.where((inputs["a"] > 0.6) & (inputs["b"] < 0.5), 0.85, 0.1)


class TestBox:
    def test_a_planted_box_is_found(self):
        """If this fails, the report names other parameters or limits than those in which a reform fails."""
        inputs, failed = planted(500, seed=4)
        found = discover(inputs, failed, seed=1, shuffles=19)
        bounds = found.bounds.set_index("parameter")
        assert set(bounds.index) == {"a", "b"}
        assert bounds.loc["a", "low"] == pytest.approx(0.6, abs=0.02) and np.isnan(bounds.loc["a", "high"])
        assert bounds.loc["b", "high"] == pytest.approx(0.5, abs=0.02) and np.isnan(bounds.loc["b", "low"])
        assert (bounds["quasi_p"] < 1e-6).all()
        assert found.chance == 0.05
        inside = ((inputs["a"] > bounds.loc["a", "low"]) & (inputs["b"] < bounds.loc["b", "high"])).to_numpy()
        assert (found.inside == inside).all()
        assert found.density == pytest.approx(failed[inside].mean()) and found.coverage == pytest.approx(failed[inside].sum() / failed.sum())

    def test_a_box_on_a_grid(self):
        """If this fails, values that many cases share are torn apart, or bounds do not lie between the grid's values."""
        grid = np.stack(np.meshgrid(range(5), range(5), range(5)), axis=-1).reshape(-1, 3)
        inputs = pd.DataFrame(grid, columns=list("abc"))
        found = discover(inputs, ((inputs["a"] >= 3) & (inputs["b"] <= 1)).to_numpy(), seed=1, shuffles=0)
        bounds = found.bounds.set_index("parameter")
        assert bounds["low"].dropna().to_dict() == {"a": 2.5} and bounds["high"].dropna().to_dict() == {"b": 1.5}
        assert found.coverage == found.density == 1.0
        assert found.chance is None

    def test_boxes_are_found_again_and_again(self):
        """If this fails, whether a reform's failures are explained depends on luck: a box that is there is missed, or parameters without meaning bound it."""
        found = [set(discover(*planted(300, seed), seed=1, shuffles=0).bounds["parameter"]) for seed in range(20)]
        assert sum({"a", "b"} <= names for names in found) == 20
        assert sum(len(names - {"a", "b"}) for names in found) <= 1

    def test_between_two_limits(self):
        """If this fails, a reform that fails in the middle of a range is said to fail above or below only."""
        inputs = pd.DataFrame({"a": np.linspace(0, 1, 300), "b": np.random.default_rng(1).random(300)})
        found = discover(inputs, inputs["a"].between(0.3, 0.5).to_numpy(), seed=1, shuffles=0)
        (row,) = found.bounds.itertuples()
        assert row.parameter == "a"
        assert (row.low, row.high) == pytest.approx((0.3, 0.5), abs=0.02)

    def test_peeling_goes_from_everything_to_the_smallest(self):
        """If this fails, the figure of coverage against density does not begin with all cases, or boxes grow while they are peeled."""
        inputs, failed = planted(200, seed=4)
        peeling = discover(inputs, failed, seed=1, shuffles=0).peeling
        assert peeling.iloc[0].tolist() == pytest.approx([1, failed.mean(), 1, 0])
        assert peeling["share"].is_monotonic_decreasing and peeling["coverage"].is_monotonic_decreasing
        assert peeling["share"].iloc[-1] >= 0.05

    def test_chance(self):
        """If this fails, boxes in mere noise are called findings more often than the 5 % that are promised (3 % of 300 when measured)."""
        rng = np.random.default_rng(2)
        alarms = 0
        for k in range(12):
            inputs, failed = pd.DataFrame(rng.random((40, 2)), columns=["a", "b"]), rng.random(40) < 0.3
            chance = discover(inputs, failed, seed=k, shuffles=19).chance
            alarms += chance is not None and chance <= 0.05
        assert alarms <= 3

    def test_too_few(self):
        """If this fails, a box is made of a handful of cases."""
        with pytest.raises(Mistake, match="19 cases are too few"):
            discover(pd.DataFrame({"a": np.arange(19.0)}), np.arange(19) > 9, seed=1)


@pytest.mark.parametrize("language", LANGUAGES)
class TestSentence:
    def test_a_finding(self, language):
        """If this fails, the sentence has other counts than the box, or lacks the condition."""
        inputs, failed = planted(300, seed=4)
        found = discover(inputs, failed, seed=1, shuffles=0)
        labels = Labels(Words(language), {"a": "Alpha"}, {"b": "kr."})
        text = sentence(found, "net_cost > 0", labels)
        inside = int(failed[found.inside].sum())
        assert f"{inside} {'of' if language == 'en' else 'af'} {failed.sum()}" in text
        assert "net_cost > 0" in text and "Alpha" in text and " kr." in text and f"{100 * found.density:.0f} %" in text
        assert ("above" in text and "below" in text) if language == "en" else ("over" in text and "under" in text)

    def test_chance_is_no_finding(self, language):
        """If this fails, a box that chance finds too is told as where the reform fails."""
        inputs, failed = planted(300, seed=4)
        found = discover(inputs, failed, seed=1, shuffles=3)
        assert found.chance == 0.25
        assert ("no finding" if language == "en" else "ikke et fund") in sentence(found, "c", Labels(Words(language)))

    @pytest.mark.parametrize("failing", [0, 30])
    def test_all_or_none(self, language, failing):
        """If this fails, a reform that always or never fails is said to fail somewhere, or ends the report."""
        found = discover(pd.DataFrame({"a": np.arange(30.0)}), np.arange(30) < failing, seed=1)
        text = sentence(found, "c", Labels(Words(language)))
        assert "30" in text and found.bounds.empty and found.chance is None

    def test_no_box(self, language):
        """If this fails, failures that nothing explains get an explanation."""
        found = discover(pd.DataFrame({"a": np.arange(60.0)}), np.arange(60) % 2 == 0, seed=1, shuffles=0)
        assert found.bounds.empty
        assert "30" in sentence(found, "c", Labels(Words(language)))
