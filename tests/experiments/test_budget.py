"""Budgets from made-up books, added up by hand."""

import numpy as np
import pandas as pd
import pytest

from experiments.budget import PERMANENT, PURSES, REFUNDS, budgets, interactions, spending
from experiments.groups import SMALLEST, group_effects

MILLION = 100 * 10**6
MONTHS = pd.date_range("2014-05-01", periods=60, freq="MS")


def books(amounts: dict[tuple[str, str, str], float], scenario: str, replication: int, factor: float = 1.0) -> pd.DataFrame:
    """The same amounts in every month, million DKK."""
    rows = [
        {"scenario": scenario, "replication": replication, "month": m, "payer": a, "receiver": b, "account": c, "oere": round(v * factor * MILLION)}
        for m in MONTHS for (a, b, c), v in amounts.items()
    ]
    return pd.DataFrame(rows)


BASE = {
    ("municipalities", "citizens", "benefits"): 100.0, ("state", "municipalities", "benefit_refund"): 30.0, ("citizens", "state", "income_tax"): 25.0,
    ("citizens", "state", "clawback"): 18.0, ("citizens", "municipalities", "offset"): 4.0, ("employers", "citizens", "wages"): 999.0,
}


def test_spending_counts_income_negative_and_leaves_wages_out() -> None:
    """If this fails taxes count as spending, wages as public money, or refunds do not cancel."""
    first = books(BASE, "base", 0).groupby("month").get_group(MONTHS[0])
    table = spending(first, ["scenario"]).set_index(["purse", "line"])["million"]
    assert table["public", "benefits"] == pytest.approx(96)
    assert table["municipalities", REFUNDS] == pytest.approx(-30) and table["state", REFUNDS] == pytest.approx(30)
    assert table["public", REFUNDS] == pytest.approx(0)
    assert table["public", "tax"] == pytest.approx(-25) and table["state", "clawback"] == pytest.approx(-18)


@pytest.fixture
def run(tmp_path):
    """A base and a reform with two replications; the reform pays 10 % more, and 5 less of it in the second half of the years."""
    import json

    parts = []
    for replication in (0, 1):
        base = books(BASE, "base", replication)
        more = {**BASE, ("municipalities", "citizens", "benefits"): 110.0 + replication}
        reform = books(more, "reform", replication)
        parts += [base, reform]
        unit = tmp_path / "units" / f"u{replication}"
        unit.mkdir(parents=True)
        static = books({**BASE, ("municipalities", "citizens", "benefits"): 108.0}, "base", replication).assign(reform="reform")
        static.to_parquet(unit / "static.parquet")
        (unit / "unit.json").write_text(json.dumps({"scenario": "base", "replication": replication}))
    return tmp_path, pd.concat(parts, ignore_index=True)


def test_immediate_effect_and_behaviour_make_the_whole(run) -> None:
    """If this fails a budget's stages do not add up, or purses do not add up to the public."""
    folder, accounts = run
    found = budgets(folder, accounts, "base").set_index(["purse", "line", "stage", "year"])
    at = found["estimate"]
    assert at["public", "gross", "immediate", PERMANENT] == pytest.approx(8 * 12)
    assert at["public", "gross", "whole", PERMANENT] == pytest.approx(10.5 * 12)
    assert at["public", "benefits", "behaviour", 1] == pytest.approx(2.5 * 12)
    for line in ("gross", "net", "after_tax", REFUNDS):
        for stage in ("immediate", "behaviour", "whole"):
            parts = sum(at[purse, line, stage, 3] for purse in PURSES[:-1])
            assert parts == pytest.approx(at["public", line, stage, 3])
    half = 12.706204736 * np.std([120, 132], ddof=1) / np.sqrt(2)  # t(0.975, 1)
    row = found.loc[("public", "gross", "whole", PERMANENT)]
    assert (row["low"], row["high"]) == pytest.approx((126 - half, 126 + half))
    assert set(at.index.get_level_values("year")) == {PERMANENT, 1, 2, 3, 4, 5}


def test_the_interaction_is_what_is_left(run) -> None:
    """If this fails policies together are not each alone plus the interaction."""
    folder, accounts = run
    budget = budgets(folder, accounts, "base")
    twice = pd.concat([budget, budget.assign(reform="reform.only_a"), budget.assign(reform="reform.only_b", estimate=budget["estimate"] / 4)])
    found = interactions(twice, "reform", ["reform.only_a", "reform.only_b"]).set_index("reform")
    assert found.loc["interaction", "whole"] == pytest.approx(-found.loc["reform", "whole"] / 4)


def test_small_groups_are_suppressed_and_means_are_per_person() -> None:
    """If this fails a group of few simulated citizens is told about, or income is not a person's."""
    rows = []
    for scenario, income in (("base", 10_000.0), ("reform", 10_100.0)):
        for replication in (0, 1):
            for group, n in (("m", SMALLEST), ("f", SMALLEST // 4)):
                for outcome, value in (("residents", n * 50.0), ("employment", n * 20.0), ("disposable_income", n * 50.0 * (income + replication))):
                    rows.append((scenario, replication, pd.Timestamp("2015-04-01"), "sex", group, outcome, n, value))
    table = pd.DataFrame(rows, columns=["scenario", "replication", "month", "dimension", "group", "outcome", "citizens", "value"])
    found = group_effects(table, "base", "2014-05").set_index(["group", "outcome"])
    assert found.loc[("m", "disposable_income"), "estimate"] == pytest.approx(100)
    assert found.loc[("m", "disposable_income"), "base"] == pytest.approx(10_000.5)
    assert found.loc[("m", "disposable_income"), "horizon_months"] == 12
    assert bool(found.loc[("f", "disposable_income"), "suppressed"]) and np.isnan(found.loc[("f", "disposable_income"), "estimate"])
    assert not bool(found.loc[("m", "employment"), "suppressed"])
