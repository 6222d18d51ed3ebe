"""Paired differences and their intervals."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats as distributions

from agents.mistake import Mistake
from agents.statuses import RESIDENT, group_members
from experiments import compare, read_scenario
from experiments.compare import TOTAL, paired_effects, with_totals
from experiments.scenario import Scenario

MONTHS = pd.to_datetime(["2014-04-01", "2014-05-01", "2014-06-01"])


def books(numbers: dict[str, np.ndarray]) -> pd.DataFrame:
    """Stocks from arrays (replications, months, statuses), by scenario."""
    rows = [
        {"scenario": name, "replication": np.int16(r), "month": MONTHS[m], "status": status.name, "citizens": 1,
         "persons": float(array[r, m, s]), "full_time_persons": 1.0}
        for name, array in numbers.items()
        for r in range(array.shape[0])
        for m in range(array.shape[1])
        for s, status in enumerate(RESIDENT)
    ]
    return pd.DataFrame(rows)


@pytest.fixture
def numbers() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(5)
    base = rng.normal(1000, 100, (4, 3, len(RESIDENT)))
    return {"base": base, "zebra": base + rng.normal(10, 3, base.shape), "ant": base - 5}


def test_the_interval_is_students_t_of_the_pairs(numbers: dict[str, np.ndarray]) -> None:
    """If this fails, an interval is not mean +- t(n - 1) s / sqrt(n) of the paired differences."""
    effects = paired_effects(books(numbers), "base").set_index(["reform", "status", "horizon_months"])
    for s, status in enumerate(RESIDENT):
        for m in (1, 2):
            d = numbers["zebra"][:, m, s] - numbers["base"][:, m, s]
            half = 3.182446305284263 * d.std(ddof=1) / 2  # t(0.975, 3); n = 4
            row = effects.loc[("zebra", status.name, m)]
            assert row["estimate"] == pytest.approx(d.mean())
            assert (row["low"], row["high"]) == pytest.approx((d.mean() - half, d.mean() + half))
            low, high = distributions.t.interval(0.95, 3, d.mean(), distributions.sem(d))
            assert (row["low"], row["high"]) == pytest.approx((low, high))
            assert row["replications"] == 4


def test_rows_and_order_do_not_matter(numbers: dict[str, np.ndarray]) -> None:
    """If this fails, a difference pairs the wrong replications, months or statuses when rows come in another order."""
    table = books(numbers)
    keys = ["reform", "status", "horizon_months"]
    straight = paired_effects(table, "base").sort_values(keys, ignore_index=True)
    shuffled = paired_effects(table.sample(frac=1, random_state=1), "base").sort_values(keys, ignore_index=True)
    pd.testing.assert_frame_equal(straight, shuffled)


def test_a_constant_difference_is_certain(numbers: dict[str, np.ndarray]) -> None:
    """If this fails, common luck does not cancel: a difference of exactly 5 in each pair gets an interval."""
    effects = paired_effects(books(numbers), "base")
    ant = effects[(effects["reform"] == "ant") & ~effects["status"].str.contains(":|total")]
    for column in ("estimate", "low", "high"):
        np.testing.assert_allclose(ant[column], -5, atol=1e-9)


def test_families_and_total_are_sums(numbers: dict[str, np.ndarray]) -> None:
    """If this fails, a family or the edge total does not add up its statuses, or counts one twice."""
    effects = paired_effects(books(numbers), "base").set_index(["reform", "status", "horizon_months"])["estimate"]
    young = [s.name for s in RESIDENT if s.family == "uddannelseshjaelp"]
    assert effects["zebra", "family:uddannelseshjaelp", 2] == pytest.approx(sum(effects["zebra", s, 2] for s in young))
    edge = group_members("edge", "temporary")
    assert effects["zebra", TOTAL, 1] == pytest.approx(sum(effects["zebra", s, 1] for s in edge))
    assert len(edge) == 14
    total = with_totals(books(numbers))
    assert not total.duplicated(["scenario", "replication", "month", "status"]).any()


def test_the_start_is_not_an_effect(numbers: dict[str, np.ndarray]) -> None:
    """If this fails, the month before the first is reported as a horizon."""
    effects = paired_effects(books(numbers), "base")
    assert set(effects["horizon_months"]) == {1, 2}
    assert list(effects["reform"].unique()) == ["zebra", "ant"]
    assert "base" not in set(effects["reform"])


def test_the_interval_holds_what_it_promises() -> None:
    """If this fails, the 95 % interval covers the truth clearly more or less often than 95 %.

    20 statuses x 2 months x 25 tables of 4 pairs = 1,000 intervals; coverage has standard error 0.7 %: false alarm of
    +-3 % below 1e-4; the generator's seed is fixed, so it cannot come and go.
    """
    rng = np.random.default_rng(1)
    covered = []
    for _ in range(25):
        base = rng.normal(0, 50, (4, 3, len(RESIDENT)))
        effects = paired_effects(books({"base": base, "reform": base + rng.normal(7, 3, base.shape)}), "base")
        single = effects[effects["status"].isin([s.name for s in RESIDENT])]
        covered.append(((single["low"] <= 7) & (single["high"] >= 7)).mean())
    assert abs(np.mean(covered) - 0.95) < 0.03


def small(name: str, **more: object) -> Scenario:
    return Scenario(name=name, months=3, **more)


def test_identical_scenarios_differ_by_exactly_nothing(tmp_path: Path) -> None:
    """If this fails, two runs of the same rules differ: luck is not common, or a name matters."""
    result = compare(small("a"), [small("b"), small("c")], out=tmp_path / "o", scale=0.002, replications=2)
    assert (result.effects[["estimate", "low", "high"]] == 0).all(axis=None)
    assert result.summary["changes_nothing"] == ["b", "c"]
    by = {name: t.drop(columns="scenario").reset_index(drop=True) for name, t in result.flows.groupby("scenario")}
    pd.testing.assert_frame_equal(by["a"], by["b"])


def test_a_real_reform_is_not_called_silent(tmp_path: Path) -> None:
    """If this fails, the warning 'changes nothing' cries wolf."""
    reform = small("r", policies=({"use": "job_goal_under_30", "coverage": 1, "job_ratio": 3},))
    result = compare(small("a"), [reform], out=tmp_path / "o", scale=0.01, replications=2)
    assert result.summary["changes_nothing"] == []
    assert result.summary["includes"] == "monte_carlo"
    assert set(result.effects["includes"]) == {"monte_carlo"}


def test_replications_differ(tmp_path: Path) -> None:
    """If this fails, all replications have the same luck: intervals would be zero wide."""
    result = compare(small("a"), [small("b")], out=tmp_path / "o", scale=0.002, replications=3)
    first, second, third = (t["citizens"].tolist() for _, t in result.stocks[result.stocks["scenario"] == "a"].groupby("replication"))
    assert first != second != third != first


def test_luck_of_a_replication_depends_on_seed_and_number_alone() -> None:
    """If this fails, (seed 1, replication 2) shares luck with (seed 2, replication 1), or with another scenario's pair."""
    from experiments.units import Unit

    seeds = {(s, r): Unit(small("a"), r, s, 0.01).luck_seed for s in range(30) for r in range(30)}
    assert len(set(seeds.values())) == 900
    assert Unit(small("b", parameters={"means_test": {"partner_income": 0.5}}), 3, 4, 0.5).luck_seed == seeds[4, 3]


@pytest.mark.parametrize(("change", "text"), [({"reforms": []}, "at least one"), ({"replications": 1}, "at least 2")])
def test_a_comparison_needs_something_to_compare(tmp_path: Path, change: dict[str, object], text: str) -> None:
    """If this fails, an empty comparison or one without variation runs."""
    more: dict[str, object] = {"reforms": [small("b")], "out": tmp_path / "o", "scale": 0.001, "replications": 2, **change}
    with pytest.raises(Mistake, match=text):
        compare(small("a"), **more)  # type: ignore[arg-type]
    assert not (tmp_path / "o").exists()


def test_shipped_scenarios_can_be_compared() -> None:
    """If this fails, shipped scenarios have different lengths: `compare baseline X` would be refused."""
    from experiments.scenario import shipped_scenarios

    assert len({(s.months, s.start) for s in map(read_scenario, shipped_scenarios())}) == 1
