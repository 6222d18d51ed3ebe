"""Sanctions: who breaches, what is sanctioned, and what follows. Citizens' columns are set by hand.

Tests of chance have a false alarm of 1e-6 each.
"""

import numpy as np
import pytest
from scipy import stats

from agents.calendar import month
from agents.citizen import NEVER, TRUST
from agents.luck import Luck
from agents.measures import SANCTIONS
from agents.mistake import Mistake
from agents.statuses import CODE, NAMES, STATUSES
from policies.casework import CaseworkerHours
from sim.casework import SANCTION
from sim.change_log import sanction_values
from sim.model import BenefitModel
from sim.parameters import load
from sim.rules import Due
from sim.sanctions import Sanctions

ALARM = 1e-6
NOW = month("2014-06")
PERIOD, POINT, TERMINATION, TIGHTENED = range(1, len(SANCTIONS) + 1)
JOB_READY, ACTIVITY_READY, OBVIOUS, READY, YOUNG_FAR, RF, WAITING, SELF, WORK = (
    CODE[n] for n in (
        "kontanthjaelp_jobparat", "kontanthjaelp_aktivitetsparat", "uddannelseshjaelp_aabenlyst_parat", "uddannelseshjaelp_parat",
        "uddannelseshjaelp_aktivitetsparat", "ressourceforloeb", "ledighedsydelse", "self_support", "employment",
    )
)
RATED = [n for n in NAMES if f"sanctions.rate.{n}" in load()]
QUIET = {f"sanctions.rate.{n}": 1e-9 for n in RATED}
"""Nothing is a breach but missed interviews and places broken off."""
ALIKE = {"sanctions.clustering": 0.0}
"""Everybody is equally prone."""
ONLY_PERIODS = {"sanctions.types": [1.0, 0.0, 0.0]}
CERTAIN = {"sanctions.tightened": 1.0}
NONE = np.zeros(0, np.int64)


def model_of(changes=None, **settings):
    p = load().changed(changes or {})
    return BenefitModel(**{"scale": 0.006, "months": 12, "seed": 4, "start": "2008-01", "parameters": p, **settings})


def plain(model, number, status, now=NOW, **columns):
    """People of 40 of some status since two years, never sanctioned; everybody else whose benefit has sanctions is in work. Everybody
    lives where strictness is 1. Rows."""
    c, s = model.population, model.institution.sanctions
    c["status"][s.sanctioned_statuses[c["status"]]] = WORK
    rows = model.rows_in("employment")[:number]
    assert rows.size == number
    s._strictness = np.ones_like(s._strictness)
    given = {
        "status": status, "since": now - 24, "spell_since": now - 24, "birth_month": now - 40 * 12, "sanction": 0, "sanctioned": NEVER,
        "sanction_until": NEVER, "sanctions": 0, "trust": TRUST, **columns,
    }
    for name, value in given.items():
        c[name][rows] = value
    return rows


@pytest.fixture(scope="module")
def made():
    """Models in which everybody is equally prone: as shipped, and with missed interviews and broken places only."""
    return {"alike": model_of(ALIKE), "quiet": model_of({**ALIKE, **QUIET})}


def decide(model, now=NOW, missed=NONE, broken=NONE, has_time=True):
    """Sanctions of a month: rows, and rows whose benefit ends."""
    at_work = np.full(model.population.size, has_time) if isinstance(has_time, bool) else has_time
    rows, moves = model.institution.sanctions.decide(missed, broken, at_work, now)
    assert all((m.to == SELF).all() for m in moves)
    return rows, np.concatenate([NONE, *(m.rows for m in moves)])


class TestProneness:
    def test_everybody_has_one(self):
        """If this fails somebody has no proneness, it changes over months, or some ranks are more frequent (chi-square)."""
        model = model_of(months=3)
        before = model.population["proneness"].copy()
        assert before.min() >= 1
        assert stats.chisquare(np.bincount(before, minlength=256)[1:]).pvalue > ALARM
        model.run()
        assert np.array_equal(before, model.population["proneness"])

    @pytest.mark.parametrize("clustering", [0.3, 1.0, 4.0, 8.0])
    def test_mean_and_variance(self, clustering):
        """If this fails proneness over persons has not the mean 1 or not the variance asked for (a tenth is lost in 255 ranks)."""
        values = model_of({"sanctions.clustering": clustering}, scale=0.001).institution.sanctions._proneness[1:]
        assert values.mean() == pytest.approx(1)
        assert values.var() == pytest.approx(clustering, rel=0.1)
        assert (np.diff(values) >= 0).all()

    def test_no_clustering(self):
        """If this fails people differ though the variance asked for is 0."""
        assert model_of(ALIKE, scale=0.001).institution.sanctions._proneness[1:] == pytest.approx(1, abs=0.01)

    def test_by_hand(self):
        """If this fails age, strictness or the contact duty act otherwise than the parameters say."""
        model, p = model_of(), load()
        s, c = model.institution.sanctions, model.population
        rows = plain(model, 6, JOB_READY)
        s._strictness = np.linspace(0.5, 2, 98)
        c["municipality"][rows] = [1, 98, 1, 1, 1, 1]
        c["proneness"][rows] = [10, 10, 200, 10, 10, 10]
        c["birth_month"][rows] = NOW - np.array([360, 360, 360, 359, 360, 360])
        c["status"][rows[4:]] = ACTIVITY_READY
        own, young, duty = s._proneness, p.value("sanctions.young"), p.value("sanctions.contact_duty")
        expected = [own[10] * 0.5, own[10] * 2, own[200] * 0.5, own[10] * 0.5 * young, own[10] * 0.5 * duty, own[10] * 0.5 * duty]
        assert s.proneness(rows, NOW).tolist() == pytest.approx(expected)

    @pytest.mark.parametrize(("status", "begins"), [(ACTIVITY_READY, "2014-01"), (YOUNG_FAR, "2014-01"), (RF, "2013-01")])
    def test_contact_duty_from_its_date(self, made, status, begins):
        """If this fails the contact duty lowers sanctions before it was law, or does not from its first month on."""
        model = made["alike"]
        rows = plain(model, 1, status)
        first, factor = month(begins), load().value("sanctions.contact_duty")
        before, after, later = (float(model.institution.sanctions.proneness(rows, now)[0]) for now in (first - 1, first, first + 20))
        assert after / before == pytest.approx(factor)
        assert later == after
        model.population["status"][rows] = JOB_READY
        assert model.institution.sanctions.proneness(rows, first - 1) == model.institution.sanctions.proneness(rows, first)

    def test_date_of_the_duty_is_a_parameter(self):
        """If this fails another date of the contact duty changes nothing."""
        model = model_of({"sanctions.contact_duty_from": 201512})
        rows = plain(model, 1, ACTIVITY_READY)
        at = model.institution.sanctions.proneness
        assert at(rows, month("2015-12"))[0] / at(rows, month("2015-11"))[0] == pytest.approx(load().value("sanctions.contact_duty"))

    def test_no_date(self):
        """If this fails a month that is none stops the run without saying which number is wrong."""
        model = model_of({"sanctions.contact_duty_from": 201413})
        rows = plain(model, 1, ACTIVITY_READY)
        with pytest.raises(Mistake, match="contact_duty_from"):
            model.institution.sanctions.proneness(rows, NOW)


class TestRates:
    @pytest.mark.parametrize("name", RATED)
    @pytest.mark.parametrize("young", [False, True], ids=["40", "20"])
    def test_by_status(self, made, name, young):
        """If this fails more or fewer are sanctioned in a month than the rate of the benefit, the age and the duties say
        (binomial, everybody equally prone and lives where practice is average)."""
        model, p = made["alike"], load()
        rows = plain(model, 9000, CODE[name], birth_month=NOW - (20 if young else 40) * 12)
        got, _ = decide(model)
        rate = p.value(f"sanctions.rate.{name}") / 12
        if young:
            rate *= p.value("sanctions.young")
        if name.endswith("aktivitetsparat") or name == "ressourceforloeb":
            rate *= p.value("sanctions.contact_duty")
        if name == "uddannelseshjaelp_parat":
            rate *= p.value("sanctions.registration_duty")
        assert np.isin(got, rows).all()
        assert stats.binomtest(got.size, rows.size, -np.expm1(-rate)).pvalue > ALARM

    @pytest.mark.parametrize(("status", "name", "how"), [
        (JOB_READY, "of_missed", "missed"), (READY, "of_missed", "missed"), (ACTIVITY_READY, "of_missed_far", "missed"),
        (WAITING, "of_missed_far", "missed"), (JOB_READY, "of_broken", "broken"), (ACTIVITY_READY, "of_broken", "broken"),
    ])
    def test_missed_and_broken(self, made, status, name, how):
        """If this fails another share of missed interviews or of places broken off is sanctioned (binomial), or somebody else is."""
        model, p = made["quiet"], load()
        rows = plain(model, 9000, status)
        got, _ = decide(model, **{how: rows[:6000]})
        share = p.share(f"sanctions.{name}") * (p.value("sanctions.contact_duty") if status == ACTIVITY_READY else 1)
        assert np.isin(got, rows[:6000]).all()
        assert stats.binomtest(got.size, 6000, share).pvalue > ALARM

    def test_no_sanctions_elsewhere(self):
        """If this fails somebody in work, on dagpenge or in a fleksjob is sanctioned, even for a missed interview."""
        model = model_of()
        others = [s.code for s in STATUSES if s.name not in RATED and s.group != "entry"]
        rows = plain(model, 2000, SELF)
        model.population["status"][rows] = np.resize(others, 2000)
        got, ends = decide(model, missed=rows, broken=rows)
        assert got.size == ends.size == 0

    def test_other_breaches_do_not_decide_missed_ones(self):
        """If this fails missed interviews are never sanctioned on a benefit that has no other breaches."""
        model = model_of({**ALIKE, "sanctions.rate.kontanthjaelp_jobparat": 0.0, "sanctions.of_missed": 1.0})
        rows = plain(model, 50, JOB_READY)
        got, _ = decide(model, missed=rows)
        assert np.array_equal(got, np.sort(rows))

    def test_one_a_month(self):
        """If this fails somebody with several breaches is sanctioned twice in a month."""
        model = model_of({**ALIKE, "sanctions.of_missed": 1.0, "sanctions.of_broken": 1.0})
        rows = plain(model, 500, JOB_READY)
        got, _ = decide(model, missed=rows, broken=rows)
        assert np.array_equal(got, np.sort(rows))
        assert (model.population["sanctions"][rows] == 1).all()
        assert model.institution.sanctions.cases.sum() == 500

    def test_strictness(self):
        """If this fails a strict municipality sanctions no more than its factor says (binomial in the strictest and the mildest),
        or the country's mean is not 1."""
        model, p = model_of(ALIKE), load()
        strictness = model.institution.municipalities["sanction_strictness"].astype(float)
        share = model.institution.municipalities["share"].astype(float)
        assert strictness @ share / share.sum() == pytest.approx(1, abs=1e-4)
        rows = plain(model, 8000, JOB_READY)
        model.institution.sanctions._strictness = strictness
        ends = [int(np.argmin(strictness)), int(np.argmax(strictness))]
        model.population["municipality"][rows] = np.repeat(ends, 4000) + 1
        got, _ = decide(model)
        for half, where in zip(np.array_split(rows, 2), ends, strict=True):
            chance = -np.expm1(-p.value("sanctions.rate.kontanthjaelp_jobparat") / 12 * strictness[where])
            assert stats.binomtest(int(np.isin(got, half).sum()), 4000, chance).pvalue > ALARM

    def test_clustering(self):
        """If this fails sanctions do not gather on few persons: over a year the persons with most of them hold the share that
        their own chances say (six standard errors)."""
        model = model_of(ONLY_PERIODS)
        rows = plain(model, 6000, JOB_READY)
        s, c = model.institution.sanctions, model.population
        counts = np.zeros(c.size, int)
        chance = -np.expm1(-load().value("sanctions.rate.kontanthjaelp_jobparat") / 12 * s._proneness[c["proneness"][rows]])
        for now in range(NOW, NOW + 12):
            counts[decide(model, now)[0]] += 1
        top = np.argsort(c["proneness"][rows], kind="stable")[-600:]
        for group in (top, np.arange(6000)):
            expected, error = 12 * chance[group].sum(), np.sqrt(12 * (chance[group] * (1 - chance[group])).sum())
            assert abs(counts[rows[group]].sum() - expected) < 6 * error
        assert counts[rows[top]].sum() > 0.5 * counts[rows].sum()

    def test_nobody_has_time(self):
        """If this fails somebody is sanctioned though nobody is there to do it, or the breach of one is noted."""
        model = model_of({**ALIKE, "sanctions.of_missed": 1.0})
        rows = plain(model, 400, JOB_READY)
        has_time = np.zeros(model.population.size, bool)
        has_time[rows[:100]] = True
        got, _ = decide(model, missed=rows, has_time=has_time)
        assert np.array_equal(got, np.sort(rows[:100]))
        assert (model.population["sanctions"][rows[100:]] == 0).all()
        assert (model.population["sanctioned"][rows[100:]] == NEVER).all()


class TestTypes:
    def test_shares(self):
        """If this fails types of sanctions are other shares than documented (chi-square)."""
        model = model_of({**ALIKE, "sanctions.of_missed": 1.0})
        rows = plain(model, 8000, JOB_READY)
        decide(model, missed=rows)
        counts = np.bincount(model.population["sanction"][rows], minlength=5)
        shares = load().values_of("sanctions.types")
        assert counts[0] < 80  # proneness is 1 within a part in a hundred
        assert counts[TIGHTENED] == 0
        assert stats.chisquare(counts[1:4], shares / shares.sum() * counts[1:4].sum()).pvalue > ALARM

    def breach(self, model, rows, months):
        """Kinds of sanctions of breaches in some months, shape (breaches, rows)."""
        kinds = []
        for now in months:
            decide(model, now, missed=rows)
            kinds.append(model.population["sanction"][rows].copy())
        return np.array(kinds)

    def always(self, **changes):
        return model_of({**ALIKE, **QUIET, **ONLY_PERIODS, "sanctions.of_missed": 1.0, "sanctions.of_missed_far": 1.0, **changes})

    def test_tightened_only_after_repeated_breaches(self):
        """If this fails a first or second breach is tightened, or a third within a year of the one before is not though always."""
        model = self.always(**CERTAIN)
        rows = plain(model, 20, JOB_READY)
        kinds = self.breach(model, rows, [NOW, NOW + 12, NOW + 24, NOW + 37, NOW + 38])
        assert kinds.T.tolist() == [[PERIOD, PERIOD, TIGHTENED, PERIOD, PERIOD]] * 20
        assert (model.population["sanctions"][rows] == 2).all()

    @pytest.mark.parametrize(("status", "kind"), [(JOB_READY, TIGHTENED), (OBVIOUS, TIGHTENED), (READY, TIGHTENED), (ACTIVITY_READY, PERIOD), (WAITING, PERIOD)])
    def test_for_whom(self, status, kind):
        """If this fails the activity-ready get tightened sanctions, or the job-ready never do."""
        model = self.always(**{**CERTAIN, "sanctions.contact_duty": 1.0})
        rows = plain(model, 20, status)
        assert (self.breach(model, rows, range(NOW, NOW + 3))[2] == kind).all()

    def test_from_its_date(self):
        """If this fails tightened sanctions come before their law, or not from its first month."""
        model = self.always(**CERTAIN)
        rows = plain(model, 20, JOB_READY)
        kinds = self.breach(model, rows, range(month("2013-10"), month("2014-02")))
        assert kinds.T.tolist() == [[PERIOD, PERIOD, PERIOD, TIGHTENED]] * 20

    def test_how_often(self):
        """If this fails another share of repeated breaches is tightened (binomial)."""
        model = self.always()
        rows = plain(model, 8000, JOB_READY, sanctions=5, sanctioned=NOW - 4)
        kinds = self.breach(model, rows, [NOW])
        assert stats.binomtest(int((kinds == TIGHTENED).sum()), 8000, load().share("sanctions.tightened")).pvalue > ALARM

    def test_how_long(self):
        """If this fails a sanction runs for another time than a month, a tightened one for another than the law's."""
        model = self.always(**CERTAIN)
        rows = plain(model, 20, JOB_READY, sanctions=2, sanctioned=NOW - 3)
        decide(model, missed=rows)
        assert (model.population["sanction_until"][rows] == NOW + load().months("sanctions.tightened_months")).all()
        fresh = plain(model, 20, JOB_READY)
        decide(model, missed=fresh)
        assert (model.population["sanction_until"][fresh] == NOW + 1).all()

    def test_a_further_breach_shortens_nothing(self):
        """If this fails who breaches again during a tightened sanction has his benefit back earlier than who does not."""
        model = self.always(**{"sanctions.tightened": 0.0})
        rows = plain(model, 20, JOB_READY, sanction=TIGHTENED, sanctions=3, sanctioned=NOW - 1, sanction_until=NOW + 2)
        decide(model, missed=rows)
        assert (model.population["sanction_until"][rows] >= NOW + 2).all()

    def test_many(self):
        """If this fails the number of sanctions of one person runs over."""
        model = self.always()
        rows = plain(model, 5, JOB_READY, sanctions=254, sanctioned=NOW - 1)
        self.breach(model, rows, range(NOW, NOW + 3))
        assert (model.population["sanctions"][rows] == 255).all()


class TestTermination:
    def test_ends_the_benefit(self):
        """If this fails somebody whose benefit is terminated stays on it, goes elsewhere than to self-support, or others go."""
        model = model_of({**ALIKE, **QUIET, "sanctions.of_missed": 1.0, "sanctions.types": [0.5, 0.0, 0.5]})
        rows = plain(model, 1000, JOB_READY)
        got, ends = decide(model, missed=rows)
        kind = model.population["sanction"][got]
        assert np.array_equal(ends, got[kind == TERMINATION])
        assert stats.binomtest(ends.size, 1000, 0.5).pvalue > ALARM

    def test_who_has_moved_this_month_stays(self):
        """If this fails somebody moves twice in a month: who came this month gets a period sanction instead."""
        model = model_of({**ALIKE, **QUIET, "sanctions.of_missed": 1.0, "sanctions.types": [0.0, 0.0, 1.0]})
        rows = plain(model, 100, JOB_READY)
        model.population["since"][rows[:50]] = NOW
        _, ends = decide(model, missed=rows)
        assert np.array_equal(ends, np.sort(rows[50:]))
        assert (model.population["sanction"][rows[:50]] == PERIOD).all()

    def test_in_a_run(self):
        """If this fails terminations in the table and moves to self-support by sanction differ, somebody else than a client of a
        rated benefit is moved, or somebody moves twice in a month."""
        model = model_of({"sanctions.types": [0.6, 0.1, 0.3]}, months=8, register=True).run()
        log = [(m, r, s, t) for m, r, s, t, cause in model.recorder.log if cause == "sanction:termination"]
        moved = sum(r.size for _, r, *_ in log)
        assert moved == model.sanctions().query("type == 'termination'")["begun"].sum()
        assert moved > 20
        assert all((t == SELF).all() and set(s.tolist()) <= {CODE[n] for n in RATED} for *_, s, t in log)
        who = np.concatenate([np.stack([r, np.full(r.size, m)], axis=1) for m, r, *_ in model.recorder.log])
        assert np.unique(who, axis=0).shape == who.shape


class TestTimeAndTrust:
    def test_minutes_and_trust(self):
        """If this fails a sanction takes its caseworker another time than its minutes, the wrong caseworker's, or another part
        of the trust than the parameter says."""
        model = model_of()
        model.step()
        work, staff, c, p = model.institution.casework, model.institution.staff, model.population, load()
        rows = staff.clients[::7]
        owed, trust, booked = staff.caseworkers["owed"].astype(int), c["trust"].astype(float), work.month.minutes[:, SANCTION].sum()
        work.book_sanctions(rows)
        minutes = round(p.value("minutes.sanction"))
        assert np.array_equal(owed - staff.caseworkers["owed"], minutes * np.bincount(c["caseworker"][rows], minlength=owed.size))
        assert work.month.minutes[:, SANCTION].sum() - booked == rows.size * minutes
        assert np.array_equal(c["trust"][rows], np.round(trust[rows] * (1 - p.share("trust.lost_at_sanction"))).astype(int))
        assert work.month.sanctioned.sum() == rows.size

    def test_no_hours_no_sanctions(self):
        """If this fails caseworkers without hours sanction, or give offers at interviews."""
        model = model_of(months=4, policies=[CaseworkerHours(factor=0)]).run()
        table = model.casework()
        assert model.sanctions()["begun"].sum() == 0
        assert table[["sanction_cases", "minutes_sanction", "referred", "minutes_referral"]].to_numpy().sum() == 0
        assert model.measures().query("status == 'kontanthjaelp_jobparat'")["begun"].sum() == 0
        assert model.measures().query("status == 'dagpenge'")["begun"].sum() > 0

    def test_in_a_run(self):
        """If this fails sanctions in the tables of casework and of sanctions differ, minutes are not booked, or somebody is
        sanctioned whose caseworker is away, or who has none."""
        model = model_of({"turnover.job_change": 3.0}, months=8)
        sanctions, c, staff = model.institution.sanctions, model.population, model.institution.staff
        decide_, away = sanctions.decide, []

        def watched(missed, broken, has_time, now):
            rows, moves = decide_(missed, broken, has_time, now)
            assert np.isin(rows, staff.clients).all()
            assert (c["caseworker"][rows] >= 0).all()
            at = c["caseworker"][rows]
            assert (staff.caseworkers["is_open"][at] == 1).all()
            assert (staff.caseworkers["absent_until"][at] <= now).all()
            away.append((staff.caseworkers["absent_until"][c["caseworker"][staff.clients]] > now).sum())
            return rows, moves

        sanctions.decide = watched
        model.run()
        assert sum(away) > 100
        table = model.casework()
        country = table[table["municipality"] == "all"].groupby("month")[["sanction_cases", "minutes_sanction"]].sum()
        begun = model.sanctions().groupby("month")["begun"].sum()
        assert np.array_equal(country["sanction_cases"], begun)
        assert np.array_equal(country["minutes_sanction"], begun * round(load().value("minutes.sanction")))
        assert begun.sum() > 100


class TestEffect:
    def test_months(self):
        """If this fails the effect of a sanction on exits to work begins or ends in another month, or is another size."""
        model = model_of({**ALIKE, **QUIET, "sanctions.of_missed": 1.0, "sanctions.of_missed_far": 1.0, "sanctions.effect_far": 0.8})
        rows = plain(model, 200, JOB_READY)
        model.population["status"][rows[100:]] = ACTIVITY_READY
        s, p, seen = model.institution.sanctions, load(), []
        hit, _ = decide(model, missed=rows)
        for now in range(NOW, NOW + 5):
            s._reckon(now)
            seen.append(s.to_work[hit].astype(float))
        size = np.where(model.population["status"][hit] == JOB_READY, p.value("sanctions.effect"), 0.8)
        months = p.months("sanctions.effect_months")
        assert np.array(seen) == pytest.approx(np.array([size if k < months else np.ones(hit.size) for k in range(5)]))
        assert s.to_work.max() <= s.factor.largest
        assert (s.to_work[np.setdiff1d(np.arange(s.to_work.size), hit)] == 1).all()

    def test_as_from_scratch(self):
        """If this fails effects of sanctions depend on whether they were reckoned month by month or anew from the columns."""
        model = model_of(months=12)
        s, c, seen = model.institution.sanctions, model.population, []
        reckon = s._reckon

        def watched(now):
            reckon(now)
            fresh = Sanctions(c, model.in_force, Luck(9), model.intensities.to, np.ones(98))
            fresh._reckon(now)
            assert np.array_equal(fresh.to_work, s.to_work)
            seen.append(int((s.to_work != 1).sum()))

        s._reckon = watched
        model.run()
        assert sum(seen) > 100

    def test_on_which_exits(self):
        """If this fails a sanction changes other exits than those to work."""
        model = model_of(scale=0.001)
        source, slot = np.nonzero(model.institution.sanctions.factor.exits)
        assert (model.intensities.to[source, slot] == WORK).all()
        assert {NAMES[s] for s in source} <= {s.name for s in STATUSES if s.group == "edge"}
        assert {JOB_READY, ACTIVITY_READY} <= set(source.tolist())

    def test_no_sanction_without_the_benefit(self):
        """If this fails a sanction runs on somebody who has died or is in work."""
        model = model_of()
        model.month = NOW
        rows = plain(model, 4, JOB_READY, sanction=TIGHTENED, sanctioned=NOW - 1, sanction_until=NOW + 2)
        model._apply([Due(rows, np.array([CODE["dead"], WORK] * 2, np.uint8), "x")])
        c = model.population
        values = sanction_values(c["sanction"][rows], c["sanctioned"][rows], c["sanction_until"][rows], NOW)
        assert (values < 0).all()


class TestBadInput:
    @pytest.mark.parametrize(("path", "value"), [
        ("sanctions.of_missed", 1.5), ("sanctions.rate.kontanthjaelp_jobparat", -0.1), ("sanctions.types", [1.0, 0.0]), ("sanctions.effect", 0.5),
        ("sanctions.contact_duty", 0.0), ("sanctions.clustering", -1.0), ("sanctions.tightened", 2.0), ("sanctions.effect_months", 0.0),
    ])
    def test_refused(self, path, value):
        """If this fails a number that means nothing is simulated."""
        with pytest.raises(Mistake, match=path.replace(".", r"\.")):
            load().changed({path: value})

    def test_types_of_zero(self):
        """If this fails types whose shares are all 0 stop the run: all are then period sanctions."""
        model = model_of({"sanctions.types": [0.0, 0.0, 0.0]}, months=3).run()
        by_type = model.sanctions().groupby("type")["begun"].sum()
        assert by_type["period"] == by_type.sum() > 10

    def test_nobody_breaches(self):
        """If this fails rates of 0 sanction somebody, or stop the run."""
        zero = {f"sanctions.rate.{n}": 0.0 for n in RATED}
        model = model_of({**zero, "sanctions.of_missed": 0.0, "sanctions.of_missed_far": 0.0, "sanctions.of_broken": 0.0}, months=3).run()
        assert model.sanctions()["begun"].sum() == 0
