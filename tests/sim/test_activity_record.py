"""Tables of measures, sanctions and employers, and the register's spells, against columns watched month by month."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from agents.calendar import timestamps
from agents.citizen import REGIONS
from agents.employer import NO_EMPLOYER
from agents.luck import Luck
from agents.measures import IS_COMPANY, MEASURES, NO_MEASURE, SANCTIONS, SUPPORTS
from agents.mistake import Mistake
from agents.statuses import CODE, NAMES, STATUSES
from agents.workplaces import SECTORS, SIZE_CLASSES
from sim.activity_record import NO_MEASURE_NAME
from sim.change_log import (
    NOTHING,
    ChangeLog,
    change_table,
    employer_values,
    measure_values,
    sanction_values,
    support_values,
)
from sim.fleksjob import FLEKSJOB
from sim.model import BenefitModel
from sim.parameters import load
from sim.race import BLOCK

COLUMNS = (
    "status", "since", "measure", "measure_until", "measure_hours", "seeking", "referred", "employer", "paid_hours", "sanction", "sanctioned",
    "sanction_until", "fleks_hours", "trust", "proneness", *(f"{s}_until" for s in SUPPORTS),
)
ACTIVE = np.array([s.group == "edge" or s.name == "dagpenge" for s in STATUSES])
LIVELY = {"placement.broken": 0.2, "placement.hours_after": 0.5, "sanctions.types": [0.5, 0.2, 0.3]}
TABLES = ("measures", "sanctions", "employer_places", "casework", "stocks", "flows", "queues")


def model_of(changes=None, **settings):
    p = load().changed(changes or {})
    return BenefitModel(**{"scale": 0.006, "months": 18, "seed": 4, "start": "2008-01", "parameters": p, **settings})


def film_of(model):
    """Columns as they are after each month of a model that is run."""
    frames = []
    while model.running:
        model.step()
        frames.append({name: model.population[name].astype(np.int64) for name in COLUMNS} | {"month": model.month})
    return frames


class Watched:
    """A lively run with a register: its film, and every measure that began, counted where it is decided."""

    def __init__(self, **settings):
        self.model = model_of(LIVELY, register=True, **settings)
        self.begun = []
        measures, c = self.model.institution.measures, self.model.population
        begin = measures._begin

        def watched(rows, kind, now):
            self.begun += [(now, int(r), int(k), int(s)) for r, k, s in zip(rows, np.asarray(kind), c["status"][rows], strict=True)]
            begin(rows, kind, now)

        measures._begin = watched
        self.film = film_of(self.model)
        self.spells = self.model.spells()

    def of(self, kind):
        return self.spells[self.spells["kind"] == kind]


@pytest.fixture(scope="module")
def run():
    """A run from 2008 without a past."""
    return Watched()


@pytest.fixture(scope="module")
def after_history():
    """A run whose people have lived a history."""
    return Watched(start=None, scale=0.003, months=10)


class TestMeasuresTable:
    def test_stocks_by_hand(self, run):
        """If this fails citizens in measures, their hours, those who wait or have support are not those of the columns."""
        table = run.model.measures().set_index(["month", "status", "measure"])
        for frame in run.film:
            at = table.loc[timestamps([frame["month"]])[0]]
            for status in np.flatnonzero(ACTIVE).tolist():
                here = at.loc[NAMES[status]]
                who = frame["status"] == status
                for code, name in enumerate([NO_MEASURE_NAME, *(m.name for m in MEASURES)]):
                    rows = who & (frame["measure"] == code)
                    assert here.loc[name, "citizens"] == rows.sum()
                    assert here.loc[name, "hours"] == frame["measure_hours"][rows].sum()
                    assert here.loc[name, "waiting"] == (0 if code == NO_MEASURE else (who & (frame["seeking"] == code)).sum())
                for name in SUPPORTS:
                    assert here.loc[name, "citizens"] == (who & (frame[f"{name}_until"] > frame["month"])).sum()

    def test_everybody_on_a_benefit_is_in_one_row(self, run):
        """If this fails people on benefits are missing from the table of measures, or counted twice."""
        table = run.model.measures()
        table = table[~table["measure"].isin(SUPPORTS)]
        stocks = run.model.stocks().set_index(["month", "status"])["citizens"]
        for (month, status), citizens in table.groupby(["month", "status"])["citizens"].sum().items():
            assert citizens == stocks.loc[month, status]

    def test_begun(self, run):
        """If this fails measures that begin are booked in another month, for another benefit or measure, or twice."""
        table = run.model.measures().set_index(["month", "status", "measure"])["begun"]
        counted = Counter((timestamps([now])[0], NAMES[status], MEASURES[kind - 1].name) for now, _, kind, status in run.begun)
        assert {tuple(key): n for key, n in table[table > 0].items()} == {(pd.Timestamp(t), s, m): n for (t, s, m), n in counted.items()}

    def test_conserved_in_the_country(self, run):
        """If this fails citizens get lost between measures: who was in one and who began one is in it, completed it, broke it
        off, or left it for another status (all statuses together, work and death among them)."""
        values = run.model.institution.activity.measures[:, :, 1 : len(MEASURES) + 1].sum(axis=1)
        citizens, _, begun, completed, broken, left = values[..., :6].transpose(2, 0, 1)
        before = np.concatenate([np.zeros((1, len(MEASURES)), int), citizens[:-1]])
        assert np.array_equal(citizens, before + begun - completed - broken - left)
        assert min(begun.sum(), completed.sum(), broken.sum(), left.sum()) > 30

    def test_conserved_in_the_table(self, run):
        """If this fails the rows of the table of measures do not add up: who left for work is in none."""
        table = run.model.measures()
        by_month = table[table["measure"].isin([m.name for m in MEASURES])].groupby("month")[["citizens", "begun", "completed", "broken", "left"]].sum()
        before = by_month["citizens"].shift(fill_value=0)
        assert np.array_equal(by_month["citizens"], before + by_month["begun"] - by_month["completed"] - by_month["broken"] - by_month["left"])

    def test_what_cannot_break(self, run):
        """If this fails guidance is broken off by an employer, or support is counted as a measure."""
        table = run.model.measures()
        course = table["measure"].isin([m.name for m in MEASURES if not m.is_company])
        assert table.loc[course, ["broken", "waiting"]].to_numpy().sum() == 0
        assert table.loc[table["measure"].isin(SUPPORTS), ["hours", "begun", "completed", "broken", "left", "waiting", "overdue"]].to_numpy().sum() == 0

    def test_overdue(self, run):
        """If this fails people past the deadline are counted for a benefit that has none, or more than there are without a measure."""
        table = run.model.measures()
        rows = table[table["overdue"] > 0]
        assert (rows["measure"] == NO_MEASURE_NAME).all()
        assert {f"deadline.first_offer.{s}" for s in rows["status"] if s != "dagpenge"} <= set(load())
        assert (rows["status"] == "dagpenge").any()
        assert (rows["overdue"] <= rows["citizens"]).all()
        assert rows["overdue"].sum() > 0


class TestSanctionsTable:
    def test_by_hand(self, run):
        """If this fails sanctions begun or running are not those of the columns."""
        table = run.model.sanctions().set_index(["month", "status", "type"])
        for frame in run.film:
            at = table.loc[timestamps([frame["month"]])[0]]
            for code, name in enumerate(SANCTIONS, start=1):
                begun = (frame["sanctioned"] == frame["month"]) & (frame["sanction"] == code)
                assert at.xs(name, level="type")["begun"].sum() == begun.sum()
                runs = (frame["sanction_until"] > frame["month"]) & (frame["sanction"] == code)
                by_status = np.bincount(frame["status"][runs], minlength=len(NAMES))
                assert all(at.loc[(NAMES[s], name), "running"] == by_status[s] for s in np.flatnonzero(ACTIVE))
        assert table["begun"].sum() > 200


class TestEmployersTable:
    def test_by_hand(self, run):
        """If this fails the table of employers is not what employers and citizens say, by region, sector and size."""
        model = run.model
        e, region = model.institution.employers.employers, model.institution.municipalities["region"]
        last = model.employer_places()
        last = last[last["month"] == last["month"].max()].set_index(["region", "sector", "size_class"])
        frame = run.film[-1]
        where = region[e["municipality"].astype(int) - 1]
        for r, region_name in enumerate(REGIONS):
            for s, sector in enumerate(SECTORS):
                for k, size in enumerate(SIZE_CLASSES):
                    here = np.flatnonzero((where == r) & (e["sector"] == s) & (e["size_class"] == k))
                    row = last.loc[(region_name, sector, size)]
                    at = np.isin(frame["employer"], here)
                    assert row["employers"] == here.size
                    assert row["cooperating"] == (e["willingness"][here] >= e["reserve"][here]).sum()
                    assert row["places_allowed"] == e["cap"][here].sum()
                    assert row["places_used"] == (at & IS_COMPANY[frame["measure"]]).sum()
                    assert row["fleksjob"] == (at & (frame["status"] == FLEKSJOB)).sum()
                    assert row["fleksjob_hours"] == frame["fleks_hours"][at & (frame["status"] == FLEKSJOB)].sum()
        assert last["places_used"].sum() > 20
        assert last["fleksjob"].sum() > 50

    def test_every_month(self, run):
        """If this fails more places are used than are offered or allowed, or the table of employers and that of measures differ."""
        employers = run.model.employer_places()
        assert (employers["places_used"] <= employers["places_offered"]).all()
        assert (employers["places_offered"] <= employers["places_allowed"]).all()
        assert (employers["cooperating"] <= employers["employers"]).all()
        measures = run.model.measures()
        company = measures[measures["measure"].isin([m.name for m in MEASURES if m.is_company])]
        assert np.array_equal(employers.groupby("month")["places_used"].sum(), company.groupby("month")["citizens"].sum())
        public = company[company["measure"].isin([m.name for m in MEASURES if m.is_public])]
        at_public = employers[employers["sector"] == "public"]
        assert np.array_equal(at_public.groupby("month")["places_used"].sum(), public.groupby("month")["citizens"].sum())

    def test_double_booking_is_noticed(self):
        """If this fails a place that two have stays unnoticed."""
        model = model_of(months=9)
        for _ in range(5):
            model.step()
        e = model.institution.employers.employers
        e["used"][int(np.argmax(e["used"]))] -= 1
        with pytest.raises(RuntimeError, match="double-booked"):
            model.step()

    def test_a_lost_measure_is_noticed(self):
        """If this fails a measure that vanishes stays unnoticed."""
        model = model_of(months=9)
        for _ in range(5):
            model.step()
        c = model.population
        c["measure"][np.flatnonzero((c["measure"] != NO_MEASURE) & ~IS_COMPANY[c["measure"]])[0]] = NO_MEASURE
        with pytest.raises(RuntimeError, match="not conserved"):
            model.step()


def running(spells, month):
    """Spells that run in a month, by person."""
    when = timestamps([month])[0]
    return spells[(spells["start"] <= when) & (spells["end"].isna() | (spells["end"] > when)) & (spells["person_id"] >= 0)]


class TestRegister:
    def check(self, run, kind, value_of):
        """Spells of a kind are what columns said in every month: one a person at the most."""
        spells = run.of(kind)
        assert (spells["end"].isna() | (spells["end"] > spells["start"])).all()
        total = 0
        for frame in run.film:
            here = running(spells, frame["month"])
            assert not here["person_id"].duplicated().any()
            asked = value_of(frame)
            assert dict(zip(here["person_id"].tolist(), here["value"].tolist(), strict=True)) == asked
            total += len(asked)
        assert total > 50

    @pytest.mark.parametrize("which", ["run", "after_history"])
    def test_measures(self, request, which):
        """If this fails the register's measures are not those that citizens had."""
        self.check(request.getfixturevalue(which), "measure", lambda f: {
            int(r): MEASURES[f["measure"][r] - 1].register for r in np.flatnonzero(f["measure"])
        })

    @pytest.mark.parametrize("which", ["run", "after_history"])
    def test_support(self, request, which):
        """If this fails the register's support is not that which citizens had."""
        def value_of(f):
            has = {name: f[f"{name}_until"] > f["month"] for name in SUPPORTS}
            rows = np.flatnonzero(np.any(list(has.values()), axis=0))
            return {int(r): "+".join(name for name in SUPPORTS if has[name][r]) for r in rows}

        self.check(request.getfixturevalue(which), "support", value_of)

    @pytest.mark.parametrize("which", ["run", "after_history"])
    def test_sanctions(self, request, which):
        """If this fails the register's sanctions are not those that citizens had."""
        self.check(request.getfixturevalue(which), "sanction", lambda f: {
            int(r): list(SANCTIONS)[f["sanction"][r] - 1] for r in np.flatnonzero(f["sanction_until"] > f["month"])
        })

    @pytest.mark.parametrize("which", ["run", "after_history"])
    def test_employers(self, request, which):
        """If this fails the register's employers are not those where citizens were, or have another sector or size."""
        run = request.getfixturevalue(which)
        e = run.model.institution.employers.employers

        def name(row):
            return f"{row} {list(SECTORS)[e['sector'][row]]} {list(SIZE_CLASSES)[e['size_class'][row]]}"

        self.check(run, "employer", lambda f: {int(r): name(f["employer"][r]) for r in np.flatnonzero(f["employer"] != NO_EMPLOYER)})

    def test_measures_begun(self, run):
        """If this fails another number of measures begins in the register than in the table: one spell for each that still runs at
        the end of the month in which it began; who begins and leaves in one month has none."""
        spells = run.of("measure")
        began = spells.groupby("start").size()
        table = run.model.measures().groupby("month")["begun"].sum()
        for frame in run.film:
            begun = [(row, kind) for now, row, kind, _ in run.begun if now == frame["month"]]
            gone = sum(frame["measure"][row] != kind for row, kind in begun)
            when = timestamps([frame["month"]])[0]
            assert began.get(when, 0) == table.loc[when] - gone
            assert gone <= 0.3 * len(begun)

    def test_sanctions_begun(self, run):
        """If this fails another number of sanctions begins in the register than in the table."""
        began = run.of("sanction").groupby("start").size()
        table = run.model.sanctions().groupby("month")["begun"].sum()
        assert began.sum() == table.sum()
        assert all(began.get(when, 0) == n for when, n in table.items())
        assert set(run.of("sanction")["value"]) <= set(SANCTIONS)
        by_type = run.model.sanctions().groupby("type")["begun"].sum()
        counts = run.of("sanction")["value"].value_counts()
        assert all(counts.get(name, 0) == n for name, n in by_type.items())

    def test_causes(self, run):
        """If this fails a first spell says that one went before, or the other way round."""
        first = {"measure": "offer", "support": "given", "sanction": "breach", "employer": "placed"}
        for kind, cause in first.items():
            spells = run.of(kind).sort_values(["person_id", "start"])
            follows = (spells["person_id"] == spells["person_id"].shift()) & (spells["start"] == spells["end"].shift())
            assert np.array_equal(spells["cause"] != cause, follows), kind

    def test_measures_on_benefits_only(self, run):
        """If this fails the register has a measure of somebody in work or dead."""
        for frame in run.film:
            assert ACTIVE[frame["status"][frame["measure"] != NO_MEASURE]].all()
            assert ACTIVE[frame["status"][frame["paid_hours"] > 0]].all()

    def test_fleksjob_and_employer(self, run):
        """If this fails a fleksjob runs in the register without an employer, or the employer is given up before its end."""
        model = run.model
        statuses = model.spells().query("kind == 'status' and value == 'fleksjob'")
        for frame in run.film:
            have = set(running(run.of("employer"), frame["month"])["person_id"])
            assert set(running(statuses, frame["month"])["person_id"]) <= have

    def test_the_past_goes_on(self, after_history):
        """If this fails the run forgets measures of the past, or spells of one person overlap where past and run meet."""
        first = timestamps([after_history.model.start])[0]
        for kind in ("measure", "support", "sanction", "employer"):
            spells = after_history.of(kind)
            assert (spells["start"] < first).any(), kind
            assert kind == "sanction" or ((spells["start"] < first) & (spells["end"].isna() | (spells["end"] > first))).any(), kind
            ordered = spells.sort_values(["person_id", "start"])
            same = ordered["person_id"] == ordered["person_id"].shift()
            assert (ordered["start"][same] >= ordered["end"].shift()[same]).all(), kind


class TestValues:
    def test_next_measure_is_another_spell(self):
        """If this fails two measures of one kind in a row are one spell, or one measure is two."""
        log = ChangeLog(measure_values(np.array([0, 3]), np.array([-(2**15), 9])))
        for now, measure, offered in ((10, [3, 3], [10, 9]), (11, [3, 3], [10, 9]), (12, [3, 4], [12, 12]), (13, [0, 4], [12, 12])):
            log.note(now, measure_values(np.array(measure), np.array(offered)))
        table = change_table("measure", log.events())
        assert table["person_id"].tolist() == [0, 0, 1]
        assert table["value"].tolist() == ["virksomhedspraktik"] * 3
        assert table["cause"].tolist() == ["offer", "next offer", "offer"]
        assert table["end"].tolist()[:2] == timestamps([12, 13]).tolist()

    def test_sanctions_in_a_row(self):
        """If this fails two sanctions in two months are one spell, or one of three months is several."""
        log = ChangeLog(sanction_values(np.zeros(2, int), np.zeros(2, int), np.zeros(2, int), 9))
        for now, begun, until in ((10, [10, 10], [11, 13]), (11, [11, 10], [12, 13]), (12, [11, 10], [12, 13]), (13, [11, 10], [12, 13])):
            log.note(now, sanction_values(np.array([1, 4]), np.array(begun), np.array(until), now))
        table = change_table("sanction", log.events())
        assert table["value"].tolist() == ["period", "period", "tightened"]
        assert table["end"].tolist() == timestamps([11, 12, 13]).tolist()

    def test_support_joined(self):
        """If this fails several kinds of support at a time cannot be read back."""
        until = [np.array(u) for u in ([5, 5, 0], [0, 5, 0], [5, 0, 4], [0, 0, 0])]
        values = support_values(until, 4)
        log = ChangeLog(np.full(3, NOTHING))
        log.note(4, values)
        assert change_table("support", log.events())["value"].tolist() == ["mentor+sundhedsindsats", "mentor+brobygning"]

    def test_employers(self):
        """If this fails employer, sector or size is mixed up, or a country without employers has one."""
        values = employer_values(np.array([-1, 0, 2]), np.array([1, 2, 6], np.uint8), np.array([3, 0, 1], np.uint8))
        log = ChangeLog(np.full(3, NOTHING))
        log.note(4, values)
        assert change_table("employer", log.events())["value"].tolist() == ["0 industry 250+", "2 public 10-49"]
        nothing = employer_values(np.array([-1, -1]), np.zeros(0, np.uint8), np.zeros(0, np.uint8))
        assert nothing.tolist() == [NOTHING, NOTHING]


def same(a, b):
    return all(np.array_equal(x[name], y[name]) for x, y in zip(a, b, strict=True) for name in x)


@pytest.fixture(scope="module")
def base():
    """A small lively run and its film."""
    model = model_of(LIVELY, scale=0.002, months=12)
    return model, film_of(model)


class TestLuck:
    @pytest.mark.parametrize("settings", [{"threads": 2, "block": 1000}, {"block": 777}, {"register": True}], ids=["threads", "blocks", "register"])
    def test_technical_settings(self, base, settings):
        """If this fails places, measures or sanctions depend on processors, block size or whether a register is kept."""
        assert BLOCK > 1000
        model = model_of(LIVELY, scale=0.002, months=12, **settings)
        assert same(base[1], film_of(model))
        for name in TABLES:
            pd.testing.assert_frame_equal(getattr(base[0], name)(), getattr(model, name)(), check_exact=True)
        for name, column in base[0].institution.employers.employers.arrays.items():
            assert np.array_equal(column, model.institution.employers.employers[name]), name

    def test_after_a_history(self):
        """If this fails the start from a lived history depends on threads or on a register."""
        ways = [model_of(scale=0.001, months=4, start=None, seed=seed, **s) for seed, s in ((31, {}), (31, {"threads": 2, "block": 500, "register": True}))]
        assert same(*(film_of(m) for m in ways))

    def test_another_stream_changes_nobody(self, base):
        """If this fails adding a stream of draws, or drawing from it, changes who is placed, offered or sanctioned."""
        model = model_of(LIVELY, scale=0.002, months=12)
        stream = model.luck.stream("something new")
        frames = []
        while model.running:
            stream.uniform(model.month, np.arange(1000))
            model.step()
            frames.append({name: model.population[name].astype(np.int64) for name in COLUMNS} | {"month": model.month})
        assert same(base[1], frames)

    def test_streams_are_apart(self):
        """If this fails two decisions about one citizen in one month share a draw."""
        model = model_of(scale=0.001)
        inst = model.institution
        streams = [s for part in (inst.employers, inst.measures, inst.measures.offers, inst.measures.fleksjob_hours, inst.sanctions) for s in part._streams.values()]
        draws = [s.uniform(100, np.arange(50)).tobytes() for s in streams]
        assert len(set(draws)) == len(draws) > 25
        assert draws[0] == Luck(4).stream(streams[0].name).uniform(100, np.arange(50)).tobytes()

    def test_seeds_differ(self):
        """If this fails replications have the same measures."""
        a, b = (film_of(model_of(scale=0.002, months=3, seed=seed))[-1] for seed in (1, 2))
        assert not np.array_equal(a["measure"], b["measure"])

    def test_decide_at_once_has_none(self):
        """If this fails a model without caseworkers has measures, sanctions or employers."""
        model = model_of(scale=0.001, months=3, decide_at_once=True).run()
        c = model.population
        assert not c["measure"].any()
        assert not c["sanction"].any()
        assert (c["employer"] == NO_EMPLOYER).all()
        assert CODE["dagpenge"] in c["status"]


def test_records_are_only_looked_at():
    """If this fails what a run keeps changes what happens in it, or a table of zeros passes for one that nobody kept."""
    kept, bare = (BenefitModel(scale=0.002, months=5, seed=3, records=records).run() for records in (True, False))
    assert np.array_equal(kept.population["status"], bare.population["status"])
    for table in ("stocks", "flows", "pensions", "queues", "decisions", "accounts"):
        assert getattr(kept, table)().equals(getattr(bare, table)()), table
    for table in ("casework", "at_risk", "measures", "sanctions", "employer_places", "groups"):
        assert len(getattr(kept, table)())
        with pytest.raises(Mistake, match="keeps no records"):
            getattr(bare, table)()
