"""Points of an experiment: which values are combined, and what base and reform each comes to."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.mistake import Mistake
from experiments.batch.experiment import Experiment, make_experiment
from experiments.batch.points import Point, design_table, lay_out, sample
from experiments.batch.run import Batch
from experiments.batch.tables import inputs_table
from experiments.scenario import Scenario
from policies.registry import Registry
from sim.parameters import load

REGISTRY = Registry()
MINUTES = "outreach.minutes"
RANGES: dict[str, Any] = {"caseload_cap.cap": {"low": 10, "high": 40, "whole": True}, "benefit_level.factor": {"low": 0.8, "high": 1.2}}


def points_of(**keys: Any) -> list[Point]:
    """The points of an experiment."""
    return lay_out(experiment(**keys), REGISTRY)


def experiment(**keys: Any) -> Experiment:
    return make_experiment({"name": "small", "months": 12, **keys})


def sizes(point: Point, policy: str = "caseload_cap") -> list[Any]:
    """Caps (say) of a point's reform."""
    return [table.get("cap") for table in point.reform.policies if table["use"] == policy]


def minutes(scenario: Scenario) -> Any:
    """A parameter of the world, as the run has it."""
    return scenario.read_parameters()[MINUTES].value


def write(folder: Path, name: str, text: str, file: str = "") -> str:
    """A scenario's file."""
    path = folder / f"{file or name}.toml"
    path.write_text(f'name = "{name}"\n{text}', encoding="utf-8")
    return str(path)


class TestGrid:
    def test_every_combination_is_there_once(self) -> None:
        """If this fails a grid lacks points, or has some twice."""
        points = points_of(levers={"caseload_cap.cap": [20, 40], "benefit_level.factor": [0.9, 1.0, 1.1]})
        table = design_table(points)
        assert list(table.columns) == ["point", "reform", "caseload_cap.cap", "benefit_level.factor"]
        assert list(table["point"]) == list(range(6))
        assert list(zip(table["caseload_cap.cap"], table["benefit_level.factor"], strict=True)) == [(c, f) for c in (20, 40) for f in (0.9, 1.0, 1.1)]
        for point in points:
            assert sizes(point) == [point.values["caseload_cap.cap"]]

    def test_points_in_one_world_share_the_base(self) -> None:
        """If this fails every point pays for a base of its own, or is compared with another's."""
        points = points_of(levers={"caseload_cap.cap": [20, 40]}, uncertainties={MINUTES: [480, 960]})
        bases = {point.values[MINUTES]: point.base.name for point in points}
        assert len({point.base.name for point in points}) == 2
        assert all(point.base.name == bases[point.values[MINUTES]] for point in points)
        assert len(Batch(experiment(levers={"caseload_cap.cap": [20, 40]}, uncertainties={MINUTES: [480, 960]}, replications=3)).units) == (4 + 2) * 3

    def test_levers_are_laid_on_each_reform(self, tmp_path: Path) -> None:
        """If this fails a lever replaces a reform instead of changing it, or leaves some reform as it was."""
        has = write(tmp_path, "has", '[[policies]]\nuse = "caseload_cap"\ncap = 60\nstart = "2014-10"\n[[policies]]\nuse = "benefit_level"\nfactor = 0.9\n')
        lacks = write(tmp_path, "lacks", '[[policies]]\nuse = "benefit_level"\nfactor = 1.1\n')
        changed, added = points_of(reforms=[has, lacks], levers={"caseload_cap.cap": [20]})
        assert changed.of == "has" and changed.reform.policies[0] == {"use": "caseload_cap", "cap": 20, "start": "2014-10"}
        assert changed.reform.policies[1]["factor"] == 0.9
        assert added.of == "lacks" and sizes(added) == [20] and sizes(added, "benefit_level") == [None]

    def test_none_leaves_the_policy_out(self, tmp_path: Path) -> None:
        """If this fails "none" is run as something, or the reform keeps the policy that it should be without."""
        reform = write(tmp_path, "has", '[[policies]]\nuse = "caseload_cap"\ncap = 60\n')
        without, with_it = points_of(reforms=[reform], levers={"caseload_cap.cap": ["none", 20]})
        assert sizes(without) == [] and sizes(with_it) == [20]
        assert list(design_table([without, with_it])["caseload_cap.cap"]) == ["none", "20"]

    def test_the_same_reform_twice_is_refused(self) -> None:
        """If this fails runs are paid for twice, and regret counts one option as two."""
        levers = {"caseworker_hours.factor": ["none", 0.5], "caseworker_hours.support": ["none", 1.2]}
        with pytest.raises(Mistake, match=r"the same reform.*'none' to one lever"):
            points_of(levers=levers)


class TestWorlds:
    def test_uncertainties_reach_base_and_reform_alike_and_levers_the_reform_alone(self) -> None:
        """If this fails a difference holds what the world does, or base and reform live in different worlds."""
        for point in points_of(levers={"caseload_cap.cap": [20, 40]}, uncertainties={MINUTES: [480, 960]}):
            assert minutes(point.base) == minutes(point.reform) == point.values[MINUTES]
            assert not point.base.policies and len(point.reform.policies) == 1

    def test_a_world_holds_for_base_and_reform(self, tmp_path: Path) -> None:
        """If this fails the boom is part of what the reform does."""
        boom = write(tmp_path, "busy", f'[parameters]\n{MINUTES} = 960\n[[policies]]\nuse = "labour_market"\nopenings = [1.1, 1.2]\n')
        plain, busy = points_of(worlds=["baseline", boom], levers={"caseload_cap.cap": [20]})
        assert [p.values["world"] for p in (plain, busy)] == ["baseline", "busy"]
        assert minutes(plain.base) == minutes(plain.reform) == load()[MINUTES].value != 960
        assert minutes(busy.base) == minutes(busy.reform) == 960
        assert not plain.base.policies and [p["use"] for p in plain.reform.policies] == ["caseload_cap"]
        assert [p["use"] for p in busy.base.policies] == ["labour_market"]
        assert [p["use"] for p in busy.reform.policies] == ["caseload_cap", "labour_market"]

    def test_two_worlds_of_one_name_are_refused(self, tmp_path: Path) -> None:
        """If this fails reforms in the second world are compared with the base of the first."""
        one = write(tmp_path, "busy", f"[parameters]\n{MINUTES} = 960\n", file="one")
        two = write(tmp_path, "busy", f"[parameters]\n{MINUTES} = 480\n", file="two")
        with pytest.raises(Mistake, match="two scenarios are called 'busy'"):
            points_of(worlds=[one, two], levers={"caseload_cap.cap": [20]})

    def test_a_world_that_starts_after_the_end_is_told_by_its_name(self) -> None:
        """If this fails a short try of an experiment speaks of a scenario that the user never wrote."""
        with pytest.raises(Mistake, match=r"experiment 'small' at world = bust, caseload_cap.cap = 20.*2015-01, after the last month 2014-07"):
            points_of(months=3, worlds=["bust"], levers={"caseload_cap.cap": [20]})


class TestRanges:
    def test_a_latin_hypercube_fills_each_range_evenly(self) -> None:
        """If this fails a sample leaves part of a range out."""
        made = experiment(levers=RANGES, design={"samples": 20, "seed": 3})
        table = sample(made)
        for name, (low, high) in {"caseload_cap.cap": (10, 40), "benefit_level.factor": (0.8, 1.2)}.items():
            assert sorted(np.floor((table[name] - low) / (high - low) * 20).astype(int)) == list(range(20))
        caps = [p.values["caseload_cap.cap"] for p in lay_out(made, REGISTRY)]
        assert caps == [round(x) for x in table["caseload_cap.cap"]] and all(isinstance(c, int) for c in caps)

    def test_the_sample_is_the_seed_s(self) -> None:
        """If this fails a batch cannot be resumed, since its points change, or other luck gives the same sample."""
        one, again, other = (sample(experiment(levers=RANGES, design={"seed": seed})) for seed in (1, 1, 2))
        assert one.equals(again) and not one.equals(other)

    @pytest.mark.parametrize(("kind", "samples", "points"), [("sobol", 4, 4 * 6), ("morris", 5, 5 * 3), ("latin_hypercube", 7, 7)])
    def test_a_design_has_its_points_and_one_value_is_kept(self, kind: str, samples: int, points: int) -> None:
        """If this fails the number of runs said before is not the number made, or what has one value varies."""
        made = experiment(levers={**RANGES, "caseworker_hours.factor": [0.5]}, design={"kind": kind, "samples": samples})
        laid = lay_out(made, REGISTRY)
        assert len(laid) == made.size == points
        assert {p.values["caseworker_hours.factor"] for p in laid} == {0.5}

    def test_inputs_hold_every_number_that_differs(self) -> None:
        """If this fails an analysis misses a parameter, or reads a draw's number for another's."""
        made = experiment(levers={"caseload_cap.cap": [20, 40]}, uncertainties={MINUTES: [480, 960]}, draws=2, replications=1)
        points = lay_out(made, REGISTRY)
        table = inputs_table(points, made)
        assert list(table["point"]) == [0, 0, 1, 1, 2, 2, 3, 3] and list(table["draw"]) == [1, 2] * 4
        assert list(table["caseload_cap.cap"]) == [p.values["caseload_cap.cap"] for p in points for _ in range(2)]
        drawn = next(c for c in table.columns if c.startswith("selection."))
        assert table.groupby("draw")[drawn].nunique().eq(1).all() and table[drawn].nunique() == 2
        reform = points[0].reform.with_draw(2)
        assert table.loc[1, drawn] == reform.read_parameters()[drawn].value


@pytest.mark.parametrize(
    ("keys", "named"),
    [
        ({"levers": {"caseload_capp.cap": [20]}}, ("[levers]", "'caseload_capp'", "'caseload_cap'")),
        ({"levers": {"caseload_cap.cup": [20]}}, ("[levers]", "'cup'", "'cap'")),
        ({"levers": {"caseload_cap.cap": [20, -4]}}, ("at caseload_cap.cap = -4", "greater than or equal to 5")),
        ({"levers": {"caseload_cap.cap": [20]}, "uncertainties": {"outreach.minutez": [1]}}, ("at caseload_cap.cap = 20, outreach.minutez = 1", "'outreach.minutes'")),
        ({"levers": {"caseload_cap.cap": [20]}, "uncertainties": {MINUTES: ["none"]}}, (f"{MINUTES} = none", "one number")),
        ({"reforms": ["baselin"]}, ("'baselin'", "'baseline'")),
        ({"reforms": ["baseline"]}, ("two scenarios are called 'baseline'",)),
        ({"reforms": ["half_caseworker_hours"], "worlds": ["bomb"]}, ("'bomb'", "'boom'")),
        ({"levers": {"caseload_cap.cap": [20]}, "draws": 100_000, "replications": 1}, ("100000", "draws")),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_what_cannot_be_run_is_told_before_anything_runs(keys: dict[str, Any], named: tuple[str, ...]) -> None:
    """If this fails a mistake in a lever or world shows after hours of work, or without the value that is wrong."""
    with pytest.raises(Mistake) as told:
        Batch(experiment(**keys))
    assert all(name in str(told.value) for name in named), str(told.value)
