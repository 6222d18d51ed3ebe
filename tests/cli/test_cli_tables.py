"""The files of a run against contracts.md, column by column, and against each other."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from agents.statuses import RESIDENT
from experiments.institution import OUTCOMES

NO_STOCK = {"entry", "dead", "folkepension", "abroad"}
TEXT, MONTH, SMALL, WHOLE, REAL = pa.string(), pa.timestamp("ms"), pa.int16(), pa.int64(), pa.float64()
SCHEMAS = {
    "stocks": {
        "scenario": TEXT, "replication": SMALL, "month": MONTH, "status": TEXT, "citizens": WHOLE, "persons": REAL,
        "full_time_persons": REAL,
    },
    "flows": {
        "scenario": TEXT, "replication": SMALL, "month": MONTH, "from_status": TEXT, "to_status": TEXT,
        "citizens": WHOLE, "persons": REAL,
    },
    "effects": {
        "reform": TEXT, "outcome": TEXT, "status": TEXT, "horizon_months": WHOLE, "estimate": REAL, "low": REAL,
        "high": REAL, "replications": WHOLE, "includes": TEXT,
    },
    "persons": {
        "person_id": WHOLE, "birth_month": MONTH, "sex": TEXT, "origin": TEXT, "municipality": TEXT, "weight": REAL,
    },
    "spells": {
        "person_id": WHOLE, "kind": TEXT, "value": TEXT, "cause": TEXT, "start": MONTH, "end": MONTH, "scenario": TEXT,
        "replication": SMALL,
    },
}
WEEK_20 = {
    "kontanthjaelp_jobparat": 28_400, "kontanthjaelp_aktivitetsparat": 75_400, "uddannelseshjaelp_aabenlyst_parat": 3_900,
    "uddannelseshjaelp_parat": 15_500, "uddannelseshjaelp_aktivitetsparat": 25_100, "sygedagpenge": 82_100,
    "ressourceforloeb": 4_000, "revalidering": 8_100, "ledighedsydelse": 13_700, "fleksjob": 56_600,
    "foertidspension": 229_300, "arbejdsmarkedsydelse": 8_100, "saerlig_uddannelsesydelse": 3_700, "jobafklaring": 0,
}
"""Tabel 3.1: persons in week 20 of 2014 (004_107fd277d1b391d8.txt)."""


@pytest.mark.parametrize(
    ("run", "table"),
    [
        ("register_run", "stocks"), ("register_run", "flows"), ("register_run", "persons"), ("register_run", "spells"),
        ("comparison", "stocks"), ("comparison", "flows"), ("comparison", "effects"),
    ],
)
def test_columns_types_and_nothing_null(run: str, table: str, request: pytest.FixtureRequest) -> None:
    """If this fails, a program written against contracts.md cannot read the file."""
    read = pq.read_table(request.getfixturevalue(run) / f"{table}.parquet")
    found = {field.name: field.type for field in read.schema}
    assert {k: found.get(k) for k in SCHEMAS[table]} == SCHEMAS[table]
    if table in ("stocks", "flows", "effects"):
        assert list(found) == list(SCHEMAS[table])
    nulls = {name: read.column(name).null_count for name in found}
    assert {name for name, n in nulls.items() if n} <= ({"end"} if table == "spells" else set())
    for name, kind in found.items():
        if pa.types.is_floating(kind):
            assert np.isfinite(read.column(name).to_numpy()).all(), name
    assert read.schema.metadata is None


@pytest.fixture(params=["register_run", "comparison"])
def books(request: pytest.FixtureRequest) -> Iterator[tuple[Path, pd.DataFrame, pd.DataFrame]]:
    """Stocks and flows of a run."""
    folder: Path = request.getfixturevalue(request.param)
    yield folder, pd.read_parquet(folder / "stocks.parquet"), pd.read_parquet(folder / "flows.parquet")


def test_months_are_complete(books: tuple[Path, pd.DataFrame, pd.DataFrame]) -> None:
    """If this fails, a status or month is missing, stands twice, or is not the first of its month."""
    _, stocks, flows = books
    months = pd.date_range("2014-04-01", periods=15, freq="MS")
    keys = ["scenario", "replication", "month", "status"]
    assert not stocks.duplicated(keys).any()
    for _, here in stocks.groupby(["scenario", "replication", "status"]):
        assert here["month"].tolist() == months.tolist()
    assert set(stocks["status"]) == {s.name for s in RESIDENT}
    assert not NO_STOCK & set(stocks["status"])
    assert flows["month"].isin(months[1:]).all()
    assert not flows.duplicated(["scenario", "replication", "month", "from_status", "to_status"]).any()
    assert (flows["citizens"] > 0).all()
    assert (stocks["citizens"] >= 0).all()


def test_flows_go_somewhere(books: tuple[Path, pd.DataFrame, pd.DataFrame]) -> None:
    """If this fails, somebody moves to where they are, into `entry`, or out of death or old age."""
    _, _, flows = books
    assert (flows["from_status"] != flows["to_status"]).all()
    assert "entry" not in set(flows["to_status"])
    assert not {"dead", "folkepension"} & set(flows["from_status"])
    names = {s.name for s in RESIDENT}
    assert set(flows["from_status"]) <= names | {"entry", "abroad"}
    assert set(flows["to_status"]) <= names | {"dead", "folkepension", "abroad"}


def test_stocks_follow_from_flows(books: tuple[Path, pd.DataFrame, pd.DataFrame]) -> None:
    """If this fails, persons appear or vanish between two months."""
    _, stocks, flows = books
    keys = ["scenario", "replication", "month"]
    wide = stocks.pivot(index=keys, columns="status", values="citizens")
    come = flows.pivot_table(index=keys, columns="to_status", values="citizens", aggfunc="sum")
    go = flows.pivot_table(index=keys, columns="from_status", values="citizens", aggfunc="sum")
    net = come.reindex_like(wide).fillna(0) - go.reindex_like(wide).fillna(0)
    for _, here in wide.groupby(level=["scenario", "replication"]):
        change = here.diff().iloc[1:]
        pd.testing.assert_frame_equal(change, net.loc[change.index], check_dtype=False)


def test_persons_are_citizens_times_weight(books: tuple[Path, pd.DataFrame, pd.DataFrame]) -> None:
    """If this fails, national figures are not the counted citizens."""
    folder, stocks, flows = books
    weight = {"register": 200, "comparison": 500}[folder.parent.name.rstrip("0123456789")]
    for table in (stocks, flows):
        assert (table["persons"] == table["citizens"] * weight).all()


def test_full_time_persons_are_month_averages(books: tuple[Path, pd.DataFrame, pd.DataFrame]) -> None:
    """If this fails, full-time persons are not the mean of the stock before and after the month."""
    _, stocks, _ = books
    for _, here in stocks.groupby(["scenario", "replication", "status"]):
        persons, full = here["persons"].to_numpy(), here["full_time_persons"].to_numpy()
        assert full[0] == persons[0]
        np.testing.assert_allclose(full[1:], (persons[1:] + persons[:-1]) / 2, rtol=1e-12)


def test_tables_are_their_units_one_after_the_other(register_run: Path, comparison: Path) -> None:
    """If this fails, the top-level tables hold something that no unit simulated."""
    for folder in (register_run, comparison):
        for table in ("stocks", "flows", "pensions"):
            whole = pd.read_parquet(folder / f"{table}.parquet")
            units = [pd.read_parquet(u / f"{table}.parquet") for u in (folder / "units").iterdir()]
            keys = ["scenario", "replication"]
            assert len(whole) == sum(map(len, units))
            for unit in units:
                here = whole[(whole[keys] == unit[keys].iloc[0]).all(axis=1)].reset_index(drop=True)
                pd.testing.assert_frame_equal(here, unit)


@pytest.mark.parametrize("run", ["register_run", "comparison"])
def test_the_start_is_week_20_of_2014(run: str, request: pytest.FixtureRequest) -> None:
    """If this fails, the start population is not the one that was counted (Tabel 3.1)."""
    stocks = pd.read_parquet(request.getfixturevalue(run) / "stocks.parquet")
    weight = (stocks["persons"] / stocks["citizens"]).dropna().iloc[0]
    start = stocks[stocks["month"] == "2014-04-01"]
    for _, here in start.groupby(["scenario", "replication"]):
        persons = here.set_index("status")["persons"]
        off = {s: persons[s] - asked for s, asked in WEEK_20.items() if abs(persons[s] - asked) > weight}
        assert not off
        assert abs(persons[list(WEEK_20)].sum() - 553_900) < 14 * weight / 2
        assert abs(persons.sum() - 3_562_700 * 47 / 49) < 60_000  # 16- and 17-year-olds wait as entrants


def test_scenarios_share_start_and_luck(comparison: Path) -> None:
    """If this fails, base and reform do not start from the same people, so their difference is partly luck."""
    stocks = pd.read_parquet(comparison / "stocks.parquet")
    assert list(stocks["scenario"].unique()) == ["baseline", "job_goal_under_30", "without_sygedagpenge_reform"]
    by = {name: here.drop(columns="scenario").reset_index(drop=True) for name, here in stocks.groupby("scenario")}
    before = {
        name: here[here["month"] < ("2015-01-01" if name.startswith("job") else "2014-07-01")] for name, here in by.items()
    }
    for name in ("job_goal_under_30", "without_sygedagpenge_reform"):
        pd.testing.assert_frame_equal(before[name], by["baseline"].loc[before[name].index])
    assert not by["job_goal_under_30"].equals(by["baseline"])


def test_effects_are_the_differences_of_the_stocks(comparison: Path) -> None:
    """If this fails, effects.parquet is not reform minus base of stocks.parquet."""
    stocks, effects = (pd.read_parquet(comparison / f"{t}.parquet") for t in ("stocks", "effects"))
    effects = effects[effects["outcome"] == "persons"]
    mean = stocks.groupby(["scenario", "month", "status"])["persons"].mean()
    months = sorted(stocks["month"].unique())
    for reform in ("job_goal_under_30", "without_sygedagpenge_reform"):
        for horizon in (1, 8, 14):
            for status in ("employment", "sygedagpenge", "jobafklaring"):
                e = effects[(effects["reform"] == reform) & (effects["status"] == status)]
                e = e[e["horizon_months"] == horizon].iloc[0]
                difference = mean[reform, months[horizon], status] - mean["baseline", months[horizon], status]
                assert e["estimate"] == pytest.approx(difference)
                assert e["low"] <= e["estimate"] <= e["high"]
    assert (effects["replications"] == 2).all()
    assert set(effects["includes"]) == {"monte_carlo"}
    assert set(effects["horizon_months"]) == set(range(1, 15))
    total = effects[effects["status"] == "edge_total"].set_index(["reform", "horizon_months"])["estimate"]
    parts = effects[effects["status"].isin(list(WEEK_20))].groupby(["reform", "horizon_months"])["estimate"].sum()
    np.testing.assert_allclose(parts.loc[total.index], total, atol=1e-6)


# ---------------------------------------------------------------- the register
@pytest.fixture(scope="module")
def spells(register_run: Path) -> pd.DataFrame:
    """All spells of status, by replication, person and start."""
    table = pd.read_parquet(register_run / "spells.parquet")
    return table[table["kind"] == "status"].sort_values(["replication", "person_id", "start"], ignore_index=True)


def test_spells_are_half_open_and_contiguous(spells: pd.DataFrame) -> None:
    """If this fails, a person is nowhere or in two places for a month, or has an empty spell."""
    person = ["replication", "person_id"]
    following = spells.groupby(person)["start"].shift(-1)
    last = following.isna()
    assert spells.loc[last, "end"].isna().all()
    pd.testing.assert_series_equal(spells.loc[~last, "end"], following[~last], check_names=False)
    assert (spells["end"].fillna(pd.Timestamp.max.floor("D").as_unit("ms")) > spells["start"]).all()
    same = spells["value"] == spells.groupby(person)["value"].shift(-1)
    assert not same.any(), "a spell is followed by one of the same status"


def test_every_spell_has_a_cause(spells: pd.DataFrame) -> None:
    """If this fails, nobody can say why a spell began: clock, rule, birthday or policy."""
    assert (spells["cause"].str.len() > 0).all()
    before = spells["start"] < "2008-01-01"
    assert set(spells.loc[before, "cause"]) == {"start population"}
    begins = spells["cause"] == "policy:history: uddannelseshjælp begins"
    assert set(spells.loc[begins, "start"]) == {pd.Timestamp("2014-01-01")}
    before |= spells["start"] < "2014-05-01"
    later = set(spells.loc[~before, "cause"])
    assert "start population" not in later
    assert {"clock", "turned 18", "rule:pension age"} <= later
    policies = {cause for cause in later if cause.startswith("policy:")}
    assert policies == {"policy:revisitation_after_12_months: re-visited after 12 months"}
    revisited = spells[spells["cause"].isin(policies)]
    assert set(revisited["value"]) == {"uddannelseshjaelp_aktivitetsparat"}
    assert revisited["start"].min() == pd.Timestamp("2015-01-01")


def test_spells_reproduce_the_stocks(spells: pd.DataFrame, register_run: Path) -> None:
    """If this fails, register and tables tell two different stories."""
    stocks = pd.read_parquet(register_run / "stocks.parquet")
    asked = stocks.pivot(index=["replication", "month"], columns="status", values="citizens")
    for (replication, month), row in asked.iterrows():
        here = spells[(spells["replication"] == replication) & (spells["person_id"] >= 0)]
        running = here[(here["start"] <= month) & (here["end"].isna() | (here["end"] > month))]
        assert not running["person_id"].duplicated().any()
        counted = running["value"].value_counts().reindex(row.index, fill_value=0)
        assert counted.tolist() == row.tolist()


def test_spells_reproduce_the_flows(spells: pd.DataFrame, register_run: Path) -> None:
    """If this fails, a move is in the register and not in the flows, or the other way round."""
    flows = pd.read_parquet(register_run / "flows.parquet")
    before = spells.groupby(["replication", "person_id"])["value"].shift(1)
    moves = spells.assign(before=before)
    moves = moves[moves["before"].notna() & (moves["start"] >= "2014-05-01") & (moves["person_id"] >= 0)]
    counted = moves.groupby(["replication", "start", "before", "value"]).size()
    asked = flows[flows["from_status"] != "entry"].set_index(["replication", "month", "from_status", "to_status"])["citizens"]
    assert counted.to_dict() == asked.to_dict()


def test_persons_are_those_of_the_spells(spells: pd.DataFrame, register_run: Path) -> None:
    """If this fails, a spell belongs to nobody, or a person who never lived here is listed."""
    persons = pd.read_parquet(register_run / "persons.parquet")
    assert not persons.duplicated(["replication", "person_id"]).any()
    for replication, here in spells.groupby("replication"):
        ids = set(persons.loc[persons["replication"] == replication, "person_id"])
        assert set(here["person_id"]) == ids
    assert (persons["weight"] == 200).all()
    assert set(persons["sex"]) == {"m", "f"}
    gone = persons["person_id"] < 0  # before the start: dead, or past the pension age
    assert gone.any()
    born = persons.loc[~gone, "birth_month"]
    assert born.between("1947-01-01", "1997-06-01").all()


def test_nobody_gets_benefits_before_18_or_after_the_pension_age(spells: pd.DataFrame, register_run: Path) -> None:
    """If this fails, a child or a pensioner is in the working-age stocks."""
    persons = pd.read_parquet(register_run / "persons.parquet").set_index(["replication", "person_id"])["birth_month"]
    born = persons.loc[pd.MultiIndex.from_frame(spells[["replication", "person_id"]])].to_numpy()
    months = (spells["start"].dt.year * 12 + spells["start"].dt.month).to_numpy() - (
        pd.DatetimeIndex(born).year * 12 + pd.DatetimeIndex(born).month
    ).to_numpy()
    assert months.min() >= 18 * 12
    resident = spells["value"].isin([s.name for s in RESIDENT]).to_numpy()
    assert months[resident].max() < 65 * 12
    young = spells["value"].str.startswith("uddannelseshjaelp").to_numpy()
    assert months[young].max() < 30 * 12


def test_the_split_adds_up(comparison: Path) -> None:
    """If this fails, persons directly affected and the rest are not everybody, or somebody is counted twice."""
    effects = pd.read_parquet(comparison / "effects.parquet").set_index(["reform", "status", "horizon_months"])
    whole = effects[effects["outcome"] == "persons"]["estimate"]
    parts = [effects[effects["outcome"] == name]["estimate"] for name in ("persons_directly_affected", "persons_through_congestion")]
    both = parts[0] + parts[1]
    assert set(both.index.get_level_values("horizon_months")) == {12, 14}
    np.testing.assert_allclose(both, whole.loc[both.index], atol=1e-6)
    assert parts[0].abs().max() > 0


def test_what_the_institution_did_is_compared(comparison: Path) -> None:
    """If this fails, effects.parquet does not say how lateness, waiting or decisions differ, or not what the tables say."""
    effects = pd.read_parquet(comparison / "effects.parquet")
    assert set(OUTCOMES) <= set(effects["outcome"])
    work = pd.read_parquet(comparison / "caseworkers.parquet").query("municipality == 'all'")
    first = sorted(work["month"].unique())[:12]
    year = work[work["month"].isin(first)].groupby(["scenario", "replication"])[["contacts_late", "clients"]].sum()
    share = (year["contacts_late"] / year["clients"]).groupby("scenario").mean()
    for reform in ("job_goal_under_30", "without_sygedagpenge_reform"):
        one = effects[(effects["reform"] == reform) & (effects["outcome"] == "overdue_share") & (effects["status"] == "all")]
        got = one.set_index("horizon_months")["estimate"].loc[12]
        assert got == pytest.approx(share[reform] - share["baseline"])
