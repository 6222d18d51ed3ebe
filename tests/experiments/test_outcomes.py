"""Outcomes that experiments look at: the same numbers as comparisons give, and every name there is."""

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import agents.risk_types
import sim.institution_record
from agents.mistake import Mistake
from borgerflow import main
from experiments.batch.outcomes import OUTCOMES, check_outcomes, outcomes_of
from experiments.compare import Comparison
from experiments.institution import DECISIONS, PARTS, QUEUES, SOURCES, TYPES
from experiments.words import Words
from experiments.words.outcomes import outcome_label, outcome_number, outcome_unit

AT = (1, 6, 12, 14)


@pytest.fixture(scope="module")
def values(half_hours: Comparison) -> pd.DataFrame:
    """Every outcome of every run of a comparison, from its tables."""
    tables = {name: pd.read_parquet(half_hours.folder / f"{name}.parquet") for name in ("stocks", "accounts", *SOURCES)}
    runs = tables["stocks"][["scenario", "replication"]].drop_duplicates().itertuples(index=False)
    found = []
    for scenario, replication in runs:
        own = {name: t[(t["scenario"] == scenario) & (t["replication"] == replication)] for name, t in tables.items()}
        found.append(outcomes_of(own, tuple(OUTCOMES), AT, 0.005).assign(scenario=scenario, replication=replication))
    return pd.concat(found, ignore_index=True)


@pytest.fixture(scope="module")
def differences(values: pd.DataFrame) -> pd.Series:
    """Mean differences by outcome and horizon."""
    wide = values.pivot_table(index=["outcome", "horizon_months"], columns=["scenario", "replication"], values="value")
    return (wide["half_caseworker_hours"] - wide["baseline"]).mean(axis=1)


def test_every_name_gives_a_number_at_every_horizon(values: pd.DataFrame) -> None:
    """If this fails a batch breaks, or has holes, for an outcome that the list offers."""
    assert np.isfinite(values["value"]).all()
    assert len(values) == len(OUTCOMES) * len(AT) * 4
    one = values[(values["scenario"] == "baseline") & (values["replication"] == 0)]
    assert list(one["outcome"]) == [name for name in OUTCOMES for _ in AT] and list(one["horizon_months"]) == list(AT) * len(OUTCOMES)


def test_differences_are_those_of_a_comparison(differences: pd.Series, half_hours: Comparison) -> None:
    """If this fails a batch and a comparison of the same scenarios tell different effects."""
    effects = half_hours.effects
    effects = effects.assign(name=effects["outcome"] + "." + effects["status"])
    compared = effects[effects["horizon_months"].isin(AT) & effects["name"].isin(OUTCOMES)].set_index(["name", "horizon_months"])["estimate"]
    assert (compared != 0).sum() > 100 and compared.index.is_unique
    np.testing.assert_allclose(differences[compared.index], compared, rtol=1e-9, atol=1e-9)
    without = set(OUTCOMES) - set(compared.index.get_level_values(0))
    assert {name.partition(".")[0] for name in without} <= {"net_cost", "net_cost_so_far", "years_on_benefit", "sanctions_a_year"}


def test_money_is_that_of_the_budget(differences: pd.Series, half_hours: Comparison) -> None:
    """If this fails net cost in a batch is not what the budget of a comparison says."""
    budget = half_hours.budget
    net = budget[(budget["purse"] == "public") & (budget["line"] == "net") & (budget["stage"] == "whole") & (budget["year"] == 1)]
    assert differences["net_cost", 12] == pytest.approx(net["estimate"].item()) and net["estimate"].item() != 0
    assert differences["net_cost_so_far", 12] == pytest.approx(differences["net_cost", 12])
    assert differences["net_cost_so_far", 14] == pytest.approx(differences["net_cost", 14] * 14 / 12)


def test_years_on_benefit_are_the_sum_of_months(values: pd.DataFrame, half_hours: Comparison) -> None:
    """If this fails person-years count the month before the start, or miss one."""
    stocks = pd.read_parquet(half_hours.folder / "stocks.parquet")
    own = {"stocks": stocks[(stocks["scenario"] == "baseline") & (stocks["replication"] == 1)]}
    each = outcomes_of(own, ("persons.edge_total",), range(1, 7), 0.005)["value"]
    here = values[(values["scenario"] == "baseline") & (values["replication"] == 1) & (values["horizon_months"] == 6)]
    assert here.set_index("outcome")["value"]["years_on_benefit"] == pytest.approx(each.sum() / 12)


class TestParts:
    def test_a_run_has_no_part_that_the_list_lacks(self, half_hours: Comparison) -> None:
        """If this fails something that the institution does cannot be looked at in a batch."""
        made = half_hours.effects[half_hours.effects["outcome"].isin(PARTS)]
        for outcome, table in made.groupby("outcome"):
            assert set(table["status"]) <= set(PARTS[str(outcome)]), outcome

    def test_parts_are_called_as_where_they_are_at_home(self) -> None:
        """If this fails an outcome of a queue or type is always 0, since its name has changed in the simulation."""
        assert set(QUEUES) == set(sim.institution_record.QUEUES)
        assert set(TYPES) == {*agents.risk_types.TYPES, sim.institution_record.ANY_TYPE}

    def test_decisions_are_those_of_the_table(self, half_hours: Comparison) -> None:
        """If this fails cases decided in some way cannot be looked at."""
        assert set(pd.read_parquet(half_hours.folder / "decisions.parquet")["outcome"]) <= set(DECISIONS)


class TestNames:
    def test_the_list_can_be_searched(self) -> None:
        """If this fails `borgerflow outcomes wait` shows what is not asked for, or nothing."""
        listed = CliRunner().invoke(main, ["outcomes", "wait"]).output
        assert [line.split()[0] for line in listed.splitlines()] == [name for name in OUTCOMES if "wait" in name]

    def test_an_unknown_outcome_is_told_with_the_nearest(self) -> None:
        """If this fails a mistyped outcome leaves the user to search in a hundred names."""
        with pytest.raises(Mistake, match=r"unknown outcome 'wait_months.teem'; did you mean 'wait_months.team'"):
            check_outcomes(["net_cost", "wait_months.teem"])

    @pytest.mark.parametrize("language", ["en", "da"])
    def test_every_outcome_has_a_name_a_unit_and_a_number_for_people(self, language: str) -> None:
        """If this fails a table or report breaks on some outcome, or two outcomes have one name."""
        w = Words(language)
        labels = {name: outcome_label(w, name) for name in OUTCOMES}
        assert all(labels.values()) and all(outcome_unit(w, name) for name in OUTCOMES)
        twice = [name for name, label in labels.items() if list(labels.values()).count(label) > 1]
        assert not twice, twice
        assert outcome_number(w, "wait_months.team", 1234.56) == {"en": "1,234.6", "da": "1.234,6"}[language]
        assert outcome_number(w, "overdue_share.all", 0.25) == {"en": "25.0 %", "da": "25,0 %"}[language]
