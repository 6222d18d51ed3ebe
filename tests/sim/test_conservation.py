"""Nobody is lost, nobody is doubled, nobody is where the law does not allow."""

import numpy as np
import pandas as pd
import pytest

from agents.calendar import month, timestamps
from agents.statuses import BY_NAME, CODE, NAMES, RESIDENT, family_members
from policies import Policy, Text
from sim.change_log import KINDS
from sim.decisions import AWARDS
from sim.model import BenefitModel

RESIDENT_CODES = [s.code for s in RESIDENT]


class Turmoil(Policy):
    """Uses all verbs at once."""

    name = "turmoil"
    label = Text(en="t", da="t")

    def adjust(self, moves):
        world = moves.world
        moves.scale("employment", ("dagpenge", "sygedagpenge"), 4.0)
        moves.scale("dagpenge", "employment", 3.0, rows=world.rows_in("dagpenge")[::2])
        moves.redirect("employment", "dagpenge", "self_support", rows=world.rows_in("employment")[::3])
        moves.due(world.rows_in("education")[::50], "employment", "leaves school")
        moves.due(world.rows_in("education")[::50], "self_support", "leaves school too")


def pension_age(birth):
    """Pension age in months by month of birth, as the law of 2011 and 2015 has it."""
    for before, years in (("1954-01", 65), ("1954-07", 65.5), ("1955-01", 66), ("1955-07", 66.5), ("1963-01", 67)):
        if birth < month(before):
            return int(years * 12)
    return 68 * 12


@pytest.fixture(scope="module")
def log(finished):
    """All moves as one table: month, row, from, to, cause, age in months."""
    parts = [
        pd.DataFrame({"month": m, "row": rows, "from": source, "to": to, "cause": cause})
        for m, rows, source, to, cause in finished.recorder.log
    ]
    table = pd.concat(parts, ignore_index=True)
    table["age"] = table["month"] - finished.population["birth_month"][table["row"]]
    return table


@pytest.mark.parametrize("policies", [(), (Turmoil(),)], ids=["baseline", "turmoil"])
def test_books_and_heads_agree_every_month(policies):
    """If this fails a status changed without being booked, or was booked without changing."""
    model = BenefitModel(scale=0.005, months=30, seed=8, policies=policies)
    everybody = model.population.size
    while model.running:
        model.step()
        done = model.recorder.done
        counted = np.bincount(model.population["status"], minlength=len(NAMES))
        assert np.array_equal(model.recorder.stocks[done], counted)
        assert np.array_equal(model.recorder.count(), counted)
        assert counted.sum() == everybody
        assert (counted >= 0).all()
    model.recorder.check()
    flows = model.recorder.flows
    change = flows.sum(axis=1) - flows.sum(axis=2)
    assert np.array_equal(np.diff(model.recorder.stocks, axis=0), change)
    assert not np.einsum("mii->mi", flows).any()


def test_check_finds_a_lost_person(model):
    """If this fails the run's own check of its books is blind."""
    model.step()
    model.recorder.check()
    model.population["status"][model.citizens.rows[0]] = CODE["dead"]
    with pytest.raises(RuntimeError, match="not conserved"):
        model.recorder.check()


def test_tables_balance(finished):
    """If this fails stocks.parquet and flows.parquet of a run contradict each other: stocks(m-1) + in - out."""
    stocks = finished.stocks().pivot(index="month", columns="status", values="citizens")
    flows = finished.flows()
    inflow = flows.pivot_table(index="month", columns="to_status", values="citizens", aggfunc="sum")
    outflow = flows.pivot_table(index="month", columns="from_status", values="citizens", aggfunc="sum")
    change = sum(
        sign * table.reindex(index=stocks.index[1:], columns=stocks.columns).fillna(0)
        for sign, table in ((1, inflow), (-1, outflow))
    )
    assert (stocks.diff().iloc[1:] == change).all().all()
    assert len(stocks) == finished.months + 1
    assert stocks.index[0] == timestamps([finished.start - 1])[0]
    assert (flows["from_status"] != flows["to_status"]).all()
    assert (flows["citizens"] > 0).all()
    assert not finished.stocks().isna().any().any()
    assert not flows.isna().any().any()


def test_tables_keep_the_contract(finished):
    """If this fails a table of the run lacks a column or has another type than contracts.md promises."""
    stocks, flows = finished.stocks(), finished.flows()
    assert list(stocks) == ["month", "status", "citizens", "persons", "full_time_persons"]
    assert list(flows) == ["month", "from_status", "to_status", "citizens", "persons"]
    for table in (stocks, flows):
        assert table["month"].dtype == "datetime64[ms]"
        assert table["citizens"].dtype == np.int64
        assert np.allclose(table["persons"], table["citizens"] / finished.scale)
    assert set(stocks["status"]) == {s.name for s in RESIDENT}
    assert set(flows["from_status"]) <= {s.name for s in RESIDENT} | {"entry", "abroad"}
    assert set(flows["to_status"]) <= {s.name for s in RESIDENT} | {"folkepension", "dead", "abroad"}


def test_at_most_one_move_a_month(log):
    """If this fails somebody moves twice in a month: a granted decision and a clock both took effect."""
    assert not log.duplicated(["month", "row"]).any()
    assert len(log) > 10_000


def test_every_move_starts_where_the_last_one_ended(finished, log):
    """If this fails a path in the register has a gap: a status changed without a logged move."""
    ordered = log.sort_values(["row", "month"])
    follows = ordered["row"].to_numpy()[1:] == ordered["row"].to_numpy()[:-1]
    assert (ordered["from"].to_numpy()[1:][follows] == ordered["to"].to_numpy()[:-1][follows]).all()
    last = ordered.groupby("row").tail(1)
    assert (finished.population["status"][last["row"]] == last["to"]).all()
    assert (finished.population["since"][last["row"]] == last["month"]).all()


def test_no_diagonal_flows_and_no_return_of_the_dead(log):
    """If this fails somebody moves to where he is, or comes back from death or pension."""
    assert (log["from"] != log["to"]).all()
    assert not log["from"].isin([CODE["dead"], CODE["folkepension"]]).any()
    assert not log["to"].isin([CODE["entry"]]).any()


def test_every_clock_move_is_legal(finished, log):
    """If this fails a clock moves people along a line that is not in the table of transitions."""
    legal = {(e.source, e.to) for e in finished.intensities.exits}
    clock = log[log["cause"] == "clock"]
    assert set(zip(clock["from"], clock["to"], strict=True)) <= legal
    assert len(clock) > 5000


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [("jobafklaring", "2014-07", None), ("saerlig_uddannelsesydelse", None, "2014-06"),
     ("arbejdsmarkedsydelse", None, "2016-06")],
)
def test_closed_statuses(log, name, first, last):
    """If this fails people enter a benefit that has not begun or has been abolished."""
    entered = log.loc[log["to"] == CODE[name], "month"]
    if last == "2014-06":  # few enter in the last two months: more in the years before; a year and a half later nobody does
        past = BenefitModel(scale=0.01, start="2008-01", months=96, seed=7, register=True).run()
        entered = pd.Series([m for m, _, _, to, _ in past.recorder.log for code in to if code == CODE[name]])
        assert (entered >= month("2014-01")).any()
    assert len(entered) > 0
    assert first is None or entered.min() >= month(first)
    assert last is None or entered.max() <= month(last)
    assert BY_NAME[name].begins is None or entered.min() >= month(BY_NAME[name].begins)


def test_closed_statuses_run_empty(finished):
    """If this fails somebody is still on arbejdsmarkedsydelse long after the last right has ended (15 months)."""
    model = BenefitModel(scale=0.01, months=45, seed=1).run()
    stocks = model.recorder.stocks
    assert stocks[0, CODE["arbejdsmarkedsydelse"]] > 0
    assert stocks[-1, CODE["arbejdsmarkedsydelse"]] == 0
    assert stocks[20, CODE["saerlig_uddannelsesydelse"]] == 0
    assert finished.recorder.stocks[-1, CODE["jobafklaring"]] > 0


def test_ages_month_by_month():
    """If this fails children, pensioners or 30-year-olds on uddannelseshjælp are among the residents."""
    model = BenefitModel(scale=0.005, months=40, seed=2)
    young = [CODE[n] for n in family_members("uddannelseshjaelp")]
    limit = np.array([pension_age(int(b)) for b in model.population["birth_month"]])
    while model.running:
        model.step()
        age = model.month - model.population["birth_month"].astype(int)
        status = model.population["status"]
        resident = np.isin(status, RESIDENT_CODES)
        assert age[resident].min() >= 18 * 12
        assert (age < limit)[resident].all()
        assert age[np.isin(status, young)].max(initial=0) < 30 * 12
        assert (age[status == CODE["entry"]] < 18 * 12).all()
        assert (age[status == CODE["efterloen"]] >= 60 * 12).all()


def test_birthdays_in_the_log(finished, log):
    """If this fails people retire, turn 18 or leave uddannelseshjælp in another month than their birthday's."""
    retired = log[log["to"] == CODE["folkepension"]]
    assert len(retired) > 500
    assert (retired["cause"] == "rule:pension age").all()
    births = finished.population["birth_month"][retired["row"]]
    assert (retired["age"].to_numpy() == [pension_age(int(b)) for b in births]).all()
    came = log[log["from"] == CODE["entry"]]
    assert (came["age"] == 18 * 12).all()
    assert (came.groupby("month").size() == finished.start_population.cohort_size).all()
    thirty = log[log["cause"] == "rule:uddannelseshjælp ends at 30"]
    assert (thirty["age"] == 30 * 12).all()
    weak = thirty["from"] == CODE["uddannelseshjaelp_aktivitetsparat"]
    assert (thirty.loc[weak, "to"] == CODE["kontanthjaelp_aktivitetsparat"]).all()
    assert (thirty.loc[~weak, "to"] == CODE["kontanthjaelp_jobparat"]).all()
    assert weak.any()
    assert not weak.all()


def test_efterloen_age_by_cohort(finished, log):
    """If this fails people take efterløn before their cohort may (60 for those born before 1954, then later)."""
    took = log[log["to"] == CODE["efterloen"]]
    assert len(took) > 50
    births = finished.population["birth_month"][took["row"]].astype(int)
    lowest = np.full(births.size, 720)
    for born_from, age in (("1954-01", 726), ("1954-07", 732), ("1955-01", 738), ("1955-07", 744), ("1956-01", 750)):
        lowest[births >= month(born_from)] = age
    assert (took["age"].to_numpy() >= lowest).all()


def test_months_in_status_and_spell(finished):
    """If this fails time runs backwards, or moves within the kontanthjælp system begin a new spell."""
    since, spell = finished.population["since"].astype(int), finished.population["spell_since"].astype(int)
    assert (since <= finished.month).all()
    assert (spell <= since).all()
    status = finished.population["status"]
    system = np.isin(status, [s.code for s in RESIDENT if s.continues_spell])
    assert (spell < since)[system].any()
    moved = since >= finished.start
    assert (spell == since)[moved & ~system].all()


def test_spells_in_the_kontanthjaelp_system():
    """If this fails a move within the kontanthjælp system begins a new spell, or a move into or out of it does not."""
    model = BenefitModel(scale=0.01, months=12, seed=7, register=True)
    kept = begun = 0
    while model.running:
        before = model.population["spell_since"].copy()
        model.step()
        after = model.population["spell_since"]
        for month_, rows, source, to, _ in model.recorder.log:
            if month_ == model.month:
                within = [BY_NAME[NAMES[a]].continues_spell and BY_NAME[NAMES[b]].continues_spell
                          for a, b in zip(source.tolist(), to.tolist(), strict=True)]
                stays, starts = rows[np.array(within, bool)], rows[~np.array(within, bool)]
                assert np.array_equal(after[stays], before[stays])
                assert (after[starts] == model.month).all()
                kept, begun = kept + stays.size, begun + starts.size
    assert kept > 50
    assert begun > 1000


def test_a_birthday_is_the_only_move_of_its_month():
    """If this fails who turned 18 or 30 this month is moved again by a rule that falls due in the same month."""

    class Everybody(Policy):
        name = "everybody"
        label = Text(en="x", da="x")

        def adjust(self, moves):
            moves.due(moves.world.citizens, "self_support", "everybody")

    model = BenefitModel(scale=0.005, months=8, seed=8, policies=[Everybody()], register=True).run()
    rows = np.concatenate([rows for _, rows, *_ in model.recorder.log])
    months = np.concatenate([np.full(rows.size, m) for m, rows, *_ in model.recorder.log])
    assert np.unique(np.stack([rows, months]), axis=1).shape[1] == rows.size
    causes = [cause for *_, cause in model.recorder.log]
    assert causes.count("turned 18") == 8
    assert "policy:everybody: everybody" in causes


class TestRegister:
    def test_spells_add_up_to_stocks(self, finished):
        """If this fails the synthetic register and the stocks tell two stories."""
        spells = finished.spells().query("kind == 'status'")
        stocks = finished.stocks().pivot(index="month", columns="status", values="citizens")
        for now in (stocks.index[0], stocks.index[1], stocks.index[17], stocks.index[-1]):
            here = spells[(spells["start"] <= now) & (spells["end"].isna() | (spells["end"] > now))]
            counts = here.loc[here["person_id"] >= 0, "value"].value_counts()
            assert (counts.reindex(stocks.columns).fillna(0) == stocks.loc[now]).all(), now
            assert not here["person_id"].duplicated().any()

    def test_spells_follow_each_other(self, finished):
        """If this fails a person has two spells at once, a hole between two, or a spell of no length."""
        assert set(finished.spells()["kind"]) == {"status", "programme", *KINDS}
        assert not finished.spells().drop(columns="end").isna().any().any()
        spells = finished.spells().query("kind == 'status'")
        same = spells["person_id"].to_numpy()[1:] == spells["person_id"].to_numpy()[:-1]
        assert (spells["end"].to_numpy()[:-1][same] == spells["start"].to_numpy()[1:][same]).all()
        assert spells["end"][:-1][~same].isna().all()
        ended = spells.dropna(subset=["end"])
        assert (ended["end"] > ended["start"]).all()

    def test_causes(self, finished):
        """If this fails the register does not say why a spell began, or says nonsense."""
        spells = finished.spells()
        causes = set(spells.query("kind in ('status', 'programme')")["cause"])
        rules = {c for c in causes if c.startswith("rule:")}
        teams = {c for c in causes if c.startswith("team:")}
        assert causes - rules - teams == {
            "start population", "clock", "turned 18", "arrival", "policy:history: uddannelseshjælp begins",
            "caseworker:visitation group", "sanction:termination",
        }
        assert teams == {f"team:{name}" for name in AWARDS}
        for kind, named in KINDS.items():
            assert set(spells[spells["kind"] == kind]["cause"]) == {named.begins, named.goes_on}, kind
        assert {"rule:sygedagpenge", "rule:dagpenge", "rule:pension age", "rule:means test"} <= rules

    def test_persons(self, finished):
        """If this fails persons.parquet lacks somebody who has a spell, or lists one twice."""
        persons, spells = finished.persons(), finished.spells()
        assert not persons["person_id"].duplicated().any()
        assert set(persons["person_id"]) == set(spells["person_id"])
        assert not persons.isna().any().any()
        assert persons["person_id"].dtype == np.int64

    def test_pensions_split(self, finished):
        """If this fails old and new pensions do not add up to the stock, or old ones are awarded anew."""
        table = finished.pensions()
        stock = finished.recorder.stocks[:, CODE["foertidspension"]] / finished.scale
        assert np.allclose(table["awarded_before"] + table["awarded_since"], stock)
        assert (table["awarded_before"].diff().dropna() <= 0).all()
        assert table["awarded_since"].iloc[0] == 0
        assert (table["awarded_since"] >= 0).all()
