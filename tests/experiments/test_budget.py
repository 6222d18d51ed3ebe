"""Budgets and gains by group on made-up tables: what is immediate, what behaviour adds, and whose purse it is.

No test here is one of chance.
"""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from agents.money import ACCOUNTS, BUDGET_LINES, PUBLIC
from experiments.budget import LAST_YEARS, PERMANENT, PURSES, REFUNDS, STAGES, TOTALS, budgets, interactions, spending
from experiments.groups import SMALLEST, group_effects
from sim.groups import DIMENSIONS, INCOME, MONTHS, OUTCOMES, RESIDENTS

MILLION = 100_000_000
POSTINGS = [
    ("municipalities", "citizens", "benefits"), ("state", "citizens", "state_benefits"), ("citizens", "municipalities", "sanctions"),
    ("citizens", "state", "offset"), ("municipalities", "citizens", "supplement"), ("municipalities", "employers", "fleksjob_subsidy"),
    ("municipalities", "employers", "wage_subsidy"), ("municipalities", "providers", "measures"), ("municipalities", "providers", "support"),
    ("municipalities", "staff", "caseworkers"), ("municipalities", "staff", "teams"), ("regions", "providers", "certificates"),
    ("municipalities", "providers", "certificates"), ("municipalities", "staff", "outreach"), ("state", "municipalities", "benefit_refund"),
    ("municipalities", "state", "benefit_refund"), ("state", "municipalities", "operation_refund"), ("employers", "citizens", "wages"),
    ("citizens", "municipalities", "income_tax"), ("citizens", "state", "income_tax"), ("citizens", "state", "clawback"),
]
CAPACITY = ("municipalities", "staff", "capacity")
PROPERTY = settings(derandomize=True, database=None, deadline=None, max_examples=4)


def months_of(n):
    return pd.date_range("2014-05-01", periods=n, freq="MS")


def accounts_of(rng, scenario, replications=3, months=62, scale=1.0, postings=POSTINGS):
    """Random books."""
    tables = [
        pd.DataFrame({
            "scenario": scenario, "replication": np.int16(r), "month": months_of(months), "payer": payer, "receiver": receiver,
            "account": account, "oere": np.rint(rng.normal(50, 10, months) * scale * MILLION).astype(np.int64),
        })
        for r in range(replications) for payer, receiver, account in postings
    ]
    return pd.concat(tables, ignore_index=True)


def unit(folder, scenario, replication, static=None):
    place = folder / "units" / f"{scenario}-{replication}"
    place.mkdir(parents=True)
    (place / "unit.json").write_text(json.dumps({"scenario": scenario, "replication": replication}))
    if static is not None:
        static.to_parquet(place / "static.parquet")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A base and two reforms over five years and two months, with books of the base's people under the reforms' laws."""
    rng, folder = np.random.default_rng(2), tmp_path_factory.mktemp("run")
    base = accounts_of(rng, "base")
    reforms = [accounts_of(rng, "ant", postings=[*POSTINGS, CAPACITY]), accounts_of(rng, "zebra")]
    at_rest = {name: accounts_of(rng, "base").assign(reform=name) for name in ("ant", "zebra")}
    for r in range(3):
        unit(folder, "base", r, pd.concat([t[t["replication"] == r] for t in at_rest.values()]))
        unit(folder, "ant", r)
    everything = pd.concat([base, *reforms], ignore_index=True)
    return folder, everything, at_rest, budgets(folder, everything, "base")


def at(budget, **keys):
    for key, value in keys.items():
        budget = budget[budget[key] == value]
    return budget


def net_of(purse, payer, receiver):
    """+1 when the purse pays, -1 when it receives, added up for the public."""
    purses = PUBLIC if purse == "public" else (purse,)
    return int(payer in purses) - int(receiver in purses)


def by_hand(accounts, scenario, replication, year, purse, line):
    """Spending in million DKK in plain Python."""
    lines = {a.name: a.line or REFUNDS for a in ACCOUNTS}
    chosen = accounts[(accounts["scenario"] == scenario) & (accounts["replication"] == replication)]
    first = accounts["month"].min()
    total = 0
    for row in chosen.itertuples():
        if (row.month.year - first.year) * 12 + row.month.month - first.month not in range(12 * year - 12, 12 * year):
            continue
        if row.account != "wages" and lines[row.account] == line:
            total += net_of(purse, row.payer, row.receiver) * row.oere
    return total / MILLION


class TestAdditions:
    def test_immediate_and_behaviour_make_the_whole(self, made):
        """If this fails a line's immediate effect and behaviour do not add up to the whole."""
        wide = made[3].pivot_table(index=["reform", "purse", "line", "year"], columns="stage", values="estimate")
        assert set(wide.columns) == set(STAGES)
        assert (wide["immediate"] + wide["behaviour"]).to_numpy() == pytest.approx(wide["whole"].to_numpy(), abs=1e-6)

    def test_purses_make_the_public(self, made):
        """If this fails municipalities, state and regions together are not the public, line by line."""
        wide = made[3].pivot_table(index=["reform", "line", "stage", "year"], columns="purse", values="estimate")
        assert set(wide.columns) == set(PURSES)
        assert wide[list(PUBLIC)].sum(axis=1).to_numpy() == pytest.approx(wide["public"].to_numpy(), abs=1e-6)

    def test_refunds_sum_to_zero(self, made):
        """If this fails what purses pay each other makes the public richer or poorer."""
        refunds = at(made[3], line=REFUNDS)
        assert at(refunds, purse="public")["estimate"].to_numpy() == pytest.approx(0, abs=1e-6)
        sums = refunds[refunds["purse"].isin(PUBLIC)].groupby(["reform", "stage", "year"])["estimate"].sum()
        assert sums.to_numpy() == pytest.approx(0, abs=1e-6)
        assert at(refunds, purse="state")["estimate"].abs().max() > 1

    def test_lines_make_the_totals(self, made):
        """If this fails gross, after tax or net are not the sums of their lines (for a purse: and of refunds)."""
        wide = made[3].pivot_table(index=["reform", "purse", "stage", "year"], columns="line", values="estimate")
        for total, members in TOTALS.items():
            lines = wide[[*members, REFUNDS]].sum(axis=1)
            assert wide[total].to_numpy() == pytest.approx(lines.to_numpy(), abs=1e-6)

    def test_every_row_once(self, made):
        """If this fails a line, purse, stage or year is missing or stands twice, or the year that is not whole is shown."""
        budget = made[3]
        keys = ["reform", "purse", "line", "stage", "year"]
        assert not budget.duplicated(keys).any()
        assert len(budget) == 2 * len(PURSES) * (len(BUDGET_LINES) + 1 + len(TOTALS)) * len(STAGES) * 6
        assert set(budget["year"]) == {PERMANENT, 1, 2, 3, 4, 5}
        assert (budget["replications"] == 3).all()


class TestByHand:
    @pytest.mark.parametrize(("purse", "line"), [("municipalities", "benefits"), ("state", REFUNDS), ("public", "tax"), ("regions", "administration")])
    @pytest.mark.parametrize("year", [1, 4])
    def test_whole_and_its_interval(self, made, purse, line, year):
        """If this fails a whole effect is not the mean of paired differences, or its interval not Student's t of three pairs."""
        _, accounts, _, budget = made
        pairs = np.array([by_hand(accounts, "zebra", r, year, purse, line) - by_hand(accounts, "base", r, year, purse, line) for r in range(3)])
        row = at(budget, reform="zebra", purse=purse, line=line, year=year, stage="whole").iloc[0]
        half = 4.302652729911275 * pairs.std(ddof=1) / np.sqrt(3)  # t of 0.975 with 2 degrees of freedom
        assert row[["estimate", "low", "high"]].tolist() == pytest.approx([pairs.mean(), pairs.mean() - half, pairs.mean() + half])

    @pytest.mark.parametrize(("purse", "line"), [("municipalities", "benefits"), ("public", "clawback"), ("municipalities", "measures")])
    def test_immediate(self, made, purse, line):
        """If this fails the immediate effect is not the base's people under the reform's law against the base's own."""
        _, accounts, at_rest, budget = made
        pairs = [
            by_hand(at_rest["ant"], "base", r, 2, purse, line) - by_hand(accounts, "base", r, 2, purse, line) for r in range(3)
        ]
        row = at(budget, reform="ant", purse=purse, line=line, year=2, stage="immediate").iloc[0]
        assert row["estimate"] == pytest.approx(np.mean(pairs))

    def test_permanent_level(self, made):
        """If this fails the permanent level is not the mean of the last three whole years, pair by pair."""
        _, accounts, _, budget = made
        pairs = np.array([
            np.mean([by_hand(accounts, "zebra", r, y, "public", "tax") - by_hand(accounts, "base", r, y, "public", "tax") for y in (3, 4, 5)])
            for r in range(3)
        ])
        row = at(budget, reform="zebra", purse="public", line="tax", year=PERMANENT, stage="whole").iloc[0]
        half = stats.t.ppf(0.975, 2) * pairs.std(ddof=1) / np.sqrt(3)
        assert LAST_YEARS == 3
        assert row[["estimate", "low", "high"]].tolist() == pytest.approx([pairs.mean(), pairs.mean() - half, pairs.mean() + half])

    def test_hours_that_a_reform_adds_are_immediate(self, made):
        """If this fails hours that a reform pays for count as behaviour."""
        folder, accounts, at_rest, budget = made
        added = [by_hand(accounts[accounts["account"] == "capacity"], "ant", r, 3, "public", "administration") for r in range(3)]
        rest = [
            by_hand(at_rest["ant"], "base", r, 3, "public", "administration") - by_hand(accounts, "base", r, 3, "public", "administration")
            for r in range(3)
        ]
        for line in ("administration",):
            row = at(budget, reform="ant", purse="public", line=line, year=3, stage="immediate").iloc[0]
            assert row["estimate"] == pytest.approx(np.mean(added) + np.mean(rest))
        assert np.mean(added) > 100
        assert folder.exists()


class TestSigns:
    @pytest.mark.parametrize(
        ("posting", "purse", "line", "sign"),
        [
            (("municipalities", "citizens", "benefits"), "municipalities", "benefits", 1),
            (("citizens", "municipalities", "sanctions"), "municipalities", "benefits", -1),
            (("citizens", "state", "income_tax"), "state", "tax", -1), (("citizens", "state", "clawback"), "public", "clawback", -1),
            (("state", "municipalities", "benefit_refund"), "municipalities", REFUNDS, -1),
            (("state", "municipalities", "benefit_refund"), "state", REFUNDS, 1),
            (("regions", "providers", "certificates"), "regions", "administration", 1),
            (("municipalities", "employers", "fleksjob_subsidy"), "public", "subsidies", 1),
        ],
    )
    def test_plus_is_money_spent(self, posting, purse, line, sign):
        """If this fails income counts as spending, or a saving as a cost."""
        table = accounts_of(np.random.default_rng(1), "base", 1, 1, postings=[posting])
        found = spending(table, ["scenario"]).set_index(["purse", "line"])["million"]
        assert found[purse, line] == pytest.approx(sign * table["oere"].sum() / MILLION)

    def test_wages_are_nobodys_budget(self):
        """If this fails wages that employers pay are public money."""
        table = accounts_of(np.random.default_rng(1), "base", 1, 3, postings=[("employers", "citizens", "wages")])
        assert spending(table, ["scenario"]).empty

    def test_every_public_account_has_a_line(self):
        """If this fails a new account of public money falls out of the budget."""
        for account in ACCOUNTS:
            assert account.line in BUDGET_LINES or account.name in ("benefit_refund", "operation_refund", "wages")


class TestShortAndSmall:
    def test_without_books_at_rest(self, tmp_path):
        """If this fails a run without books of people who stay is refused, or all of its effect is immediate."""
        rng = np.random.default_rng(4)
        accounts = pd.concat([accounts_of(rng, "base", 2, 14), accounts_of(rng, "ant", 2, 14)], ignore_index=True)
        budget = budgets(tmp_path, accounts, "base")
        assert (at(budget, stage="immediate")["estimate"] == 0).all()
        assert set(budget["year"]) == {PERMANENT, 1}

    def test_one_replication(self, tmp_path):
        """If this fails one pair has an interval."""
        rng = np.random.default_rng(4)
        accounts = pd.concat([accounts_of(rng, "base", 1, 12), accounts_of(rng, "ant", 1, 12)], ignore_index=True)
        budget = budgets(tmp_path, accounts, "base")
        assert budget[["low", "high"]].isna().all(axis=None)
        assert budget["estimate"].notna().all()

    def test_less_than_a_year(self, tmp_path):
        """If this fails a run of some months has no budget; its one year is what there is."""
        rng = np.random.default_rng(4)
        accounts = pd.concat([accounts_of(rng, "base", 2, 5), accounts_of(rng, "ant", 2, 5)], ignore_index=True)
        budget = budgets(tmp_path, accounts, "base")
        year, level = (at(budget, year=y, stage="whole").set_index(["purse", "line"])["estimate"] for y in (1, PERMANENT))
        assert set(budget["year"]) == {PERMANENT, 1}
        assert level.to_numpy() == pytest.approx(year.to_numpy())

    def test_a_reform_that_changes_nothing(self, tmp_path):
        """If this fails chance makes a budget where there is no difference."""
        base = accounts_of(np.random.default_rng(4), "base", 3, 12)
        budget = budgets(tmp_path, pd.concat([base, base.assign(scenario="same")], ignore_index=True), "base")
        assert (budget[["estimate", "low", "high"]] == 0).all(axis=None)

    def test_an_account_that_only_one_has(self, tmp_path):
        """If this fails an account missing from one side counts as missing and not as 0."""
        rng = np.random.default_rng(4)
        base, reform = accounts_of(rng, "base", 2, 12), accounts_of(rng, "ant", 2, 12)
        budget = budgets(tmp_path, pd.concat([base[base["account"] != "clawback"], reform]), "base")
        whole = at(budget, line="clawback", purse="state", stage="whole", year=1)["estimate"].iloc[0]
        assert whole == pytest.approx(-reform[reform["account"] == "clawback"]["oere"].sum() / MILLION / 2)

    @PROPERTY
    @given(scale=st.floats(0.1, 10), seed=st.integers(0, 1000))
    def test_twice_the_money_is_twice_the_budget(self, tmp_path_factory, scale, seed):
        """If this fails a budget is not linear in money."""
        tables = [
            pd.concat([accounts_of(np.random.default_rng(seed), "base", 2, 12, s), accounts_of(np.random.default_rng(seed + 1), "ant", 2, 12, s)])
            for s in (1.0, scale)
        ]
        one, more = (budgets(tmp_path_factory.getbasetemp(), t, "base")["estimate"].to_numpy() for t in tables)
        assert more == pytest.approx(one * scale, abs=1e-4)


def test_interactions(made):
    """If this fails what policies do together is not the whole less each alone."""
    table = interactions(made[3].assign(reform=made[3]["reform"].replace({"zebra": "both"})), "both", ["ant"]).set_index("reform")
    assert list(table.columns) == list(STAGES)
    assert table.loc["interaction"].to_numpy() == pytest.approx((table.loc["both"] - table.loc["ant"]).to_numpy())


def groups_of(numbers, citizens=SMALLEST):
    """Groups from (replications,) arrays by scenario and outcome, for one group of a dimension."""
    rows = [
        {"scenario": name, "replication": np.int16(r), "month": pd.Timestamp("2015-04-01"), "dimension": "sex", "group": "m", "outcome": outcome,
         "citizens": citizens, "value": float(value)}
        for name, outcomes in numbers.items() for outcome, values in outcomes.items() for r, value in enumerate(values)
    ]
    return pd.DataFrame(rows)


NUMBERS = {
    "base": {RESIDENTS: [100, 110, 120, 130], "employment": [50, 60, 55, 65], MONTHS: [500, 560, 610, 600], INCOME: [1.0e6, 1.1e6, 1.3e6, 1.2e6]},
    "ant": {RESIDENTS: [100, 112, 120, 128], "employment": [52, 61, 58, 70], MONTHS: [480, 560, 600, 590], INCOME: [1.1e6, 1.1e6, 1.2e6, 1.3e6]},
}


class TestGroupEffects:
    def test_totals_by_hand(self):
        """If this fails the effect on people in work is not the mean paired difference with Student's t of four pairs."""
        row = group_effects(groups_of(NUMBERS), "base", "2014-05").set_index("outcome").loc["employment"]
        pairs = np.array([2, 1, 3, 5])
        half = 3.182446305284263 * pairs.std(ddof=1) / 2
        assert row[["base", "estimate", "low", "high"]].tolist() == pytest.approx([57.5, 2.75, 2.75 - half, 2.75 + half])
        assert row["horizon_months"] == 12
        assert row["citizens"] == 4 * SMALLEST

    @pytest.mark.parametrize("outcome", [MONTHS, INCOME])
    def test_means_by_hand(self, outcome):
        """If this fails months of support or income are not means a person, each by its own number of persons."""
        row = group_effects(groups_of(NUMBERS), "base", "2014-05").set_index("outcome").loc[outcome]
        means = [np.array(NUMBERS[s][outcome]) / np.array(NUMBERS[s][RESIDENTS]) for s in ("base", "ant")]
        pairs = means[1] - means[0]
        half = stats.t.ppf(0.975, 3) * pairs.std(ddof=1) / 2
        assert row[["base", "estimate", "low", "high"]].tolist() == pytest.approx(
            [means[0].mean(), pairs.mean(), pairs.mean() - half, pairs.mean() + half]
        )

    @pytest.mark.parametrize(("citizens", "suppressed"), [(24, True), (25, False)])
    def test_few_are_suppressed(self, citizens, suppressed):
        """If this fails a group of fewer than a hundred citizens over all replications is shown, or one of a hundred is not."""
        found = group_effects(groups_of(NUMBERS, citizens), "base", "2014-05")
        assert (found["citizens"] == 4 * citizens).all()
        assert (found["suppressed"] == suppressed).all()
        assert found[["base", "estimate", "low", "high"]].isna().all(axis=None) == suppressed

    def test_a_group_of_nobody(self):
        """If this fails a mean over nobody is a number or stops the comparison."""
        empty = {s: {outcome: [0, 0] for outcome in (RESIDENTS, INCOME)} for s in ("base", "ant")}
        found = group_effects(groups_of(empty, 0), "base", "2014-05")
        assert found["estimate"].isna().all()

    def test_names(self):
        """If this fails outcomes or dimensions have changed their names under reports."""
        assert OUTCOMES[0] == RESIDENTS
        assert {"age", "income", "sex"} <= set(DIMENSIONS)
