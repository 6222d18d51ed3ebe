"""Active measures: offers, lengths, ends, fleksjob and effects, on citizens whose columns are set by hand.

Tests of chance have a false alarm of 1e-6 each.
"""

import numpy as np
import pytest
from scipy import stats

from agents.calendar import month
from agents.citizen import CLASSES, GRANTED, NEVER, ORIGINS, TRUST
from agents.employer import NO_EMPLOYER
from agents.luck import Luck
from agents.measures import FULL_TIME, GUIDANCE, IS_COMPANY, MEASURE_CODE, MEASURES, NO_MEASURE, OFFERED, SUPPORTS
from agents.mistake import Mistake
from agents.statuses import CODE, NAMES, STATUSES
from sim.effects import Effects
from sim.measures import Measures
from sim.model import BenefitModel
from sim.parameters import load
from sim.rules import Due, Moved

ALARM = 1e-6
JOB_READY, ACTIVITY_READY, DAGPENGE, FLEKSJOB, WAITING, WORK, EDUCATION = (
    CODE[n] for n in ("kontanthjaelp_jobparat", "kontanthjaelp_aktivitetsparat", "dagpenge", "fleksjob", "ledighedsydelse", "employment", "education")
)
YOUNG_READY, REVALIDERING, SICK, RF = (CODE[n] for n in ("uddannelseshjaelp_parat", "revalidering", "sygedagpenge", "ressourceforloeb"))
PRAKTIK, PUBLIC_PRAKTIK, NYTTE, WAGE, PUBLIC_WAGE, COURSE = (
    MEASURE_CODE[n] for n in ("praktik_privat", "praktik_offentlig", "nytteindsats", "loentilskud_privat", "loentilskud_offentlig", "uddannelse")
)
DANE, NON_WESTERN = ORIGINS.index("danish"), ORIGINS.index("non_western_immigrant")
NOW = month("2014-06")
NOBODY = np.zeros(0, np.int64)
HAVE_OFFERS = [n for n in NAMES if f"offers.first.{n}" in load()]
CALM = {"placement.broken": 0.0, "placement.broken_far": 0.0, "placement.broken_per_trust": 0.0, "placement.hours_after": 0.0}
"""No place is broken off and nobody stays with paid hours."""


def model_of(changes=None, **settings):
    p = load().changed(changes or {})
    return BenefitModel(**{"scale": 0.006, "months": 12, "seed": 4, "start": "2008-01", "parameters": p, **settings})


@pytest.fixture(scope="module")
def made():
    """A model before its first month, as it was made."""
    return model_of()


@pytest.fixture
def model(made):
    """The shared model; whatever a test does to its columns and factors is undone."""
    measures, employers = made.institution.measures, made.institution.employers
    stores = (made.population.arrays, employers.employers.arrays)
    arrays = [*(a for store in stores for a in store.values()), measures.effects.to_work, measures.effects.to_education, measures.effects._lasts, measures.fleksjob_hours.to_fleksjob, employers._carried]
    kept, state = [a.copy() for a in arrays], {n: getattr(measures, n) for n in ("broken",)}
    month_, carried, supported = made.month, employers._carried, measures.offers.supported
    yield made
    for array, before in zip(arrays, kept, strict=True):
        array[:] = before
    for name, value in state.items():
        setattr(measures, name, value)
    made.month, employers._carried, measures.offers.supported = month_, carried, supported
    measures.close_month()


def plain(model, number, status, now=NOW, **columns):
    """Danes of 40 of some status since two months ago, without anything else; rows."""
    c = model.population
    rows = model.rows_in("employment")[:number]
    assert rows.size == number
    given = {
        "status": status, "since": now - 2, "spell_since": now - 2, "birth_month": now - 40 * 12, "origin": DANE, "referred": NEVER,
        "measure": NO_MEASURE, "seeking": NO_MEASURE, "programme_until": NEVER, "measure_ended": NEVER, "last_measure": 0, "trust": TRUST,
        "paid_hours": 0, "employer": NO_EMPLOYER, "person_class": CLASSES.index("middle"), **{f"{s}_until": NEVER for s in SUPPORTS}, **columns,
    }
    for name, value in given.items():
        c[name][rows] = value
    return rows


def put(model, rows, kind, until):
    """Give citizens a measure until a month; at an employer's if it needs one (beyond the law's quota if need be)."""
    c, e = model.population, model.institution.employers.employers
    c["measure"][rows], c["measure_until"][rows], c["measure_hours"][rows] = kind, until, 20
    company = rows[IS_COMPANY[c["measure"][rows]]]
    c["employer"][company] = np.arange(company.size) % e.size
    np.add.at(e["used"], c["employer"][company], 1)


def used(model):
    return int(model.institution.employers.employers["used"].sum())


class TestChance:
    def chance(self, model, rows, now=NOW):
        return model.institution.measures.offers.chance(rows, now)

    @pytest.mark.parametrize("name", HAVE_OFFERS)
    def test_first_and_next(self, model, name):
        """If this fails a first offer has the chance of a further one, or of another benefit."""
        rows, p = plain(model, 3, CODE[name]), load()
        model.population["referred"][rows] = [NEVER, NOW - 2, NOW - 1]  # never; in its first month, so on the benefit before; on this one
        first, later = p.value(f"offers.first.{name}"), p.value(f"offers.next.{name}")
        assert self.chance(model, rows).tolist() == pytest.approx([first, first, later])

    def test_groups_with_fewer(self, model):
        """If this fails the chance does not fall by the documented factor for non-western immigrants or from 50 on."""
        rows, p = plain(model, 7, JOB_READY), load()
        c = model.population
        c["birth_month"][rows] = NOW - np.array([40, 50, 49, 40, 50, 40, 64]) * 12 - np.array([0, 0, 11, 0, 0, 0, 0])
        c["origin"][rows] = [DANE, DANE, DANE, NON_WESTERN, NON_WESTERN, ORIGINS.index("non_western_descendant"), DANE]
        base, old, foreign = (p.value(f"offers.{n}") for n in ("first.kontanthjaelp_jobparat", "over_50", "non_western"))
        assert self.chance(model, rows).tolist() == pytest.approx([base, base * old, base, base * foreign, base * old * foreign, base, base * old])

    def test_the_longer_the_fewer(self, model):
        """If this fails the chance falls within two years on the benefit, at another speed beyond, or where nothing says so."""
        months = np.array([0, 12, 24, 36, 120])
        rows, p = plain(model, 5, ACTIVITY_READY), load()
        model.population["spell_since"][rows] = NOW - months
        years = np.maximum(months / 12 - 2, 0)
        base = p.value("offers.first.kontanthjaelp_aktivitetsparat")
        expected = base * np.exp(-years * p.value("offers.declines.kontanthjaelp_aktivitetsparat"))
        assert self.chance(model, rows) == pytest.approx(expected)
        model.population["status"][rows] = JOB_READY
        assert np.ptp(self.chance(model, rows)) == 0

    def test_integration_programme(self, model):
        """If this fails non-western immigrants in the programme get fewer offers than it asks for, or keep it after its end."""
        rows, p = plain(model, 3, ACTIVITY_READY, origin=NON_WESTERN), load()
        model.population["programme_until"][rows] = [NOW - 1, NOW, NOW + 1]
        outside = p.value("offers.first.kontanthjaelp_aktivitetsparat") * p.value("offers.non_western")
        assert self.chance(model, rows).tolist() == pytest.approx([outside, outside, p.value("offers.programme")])

    def test_none_to_who_has_or_seeks_one(self, model):
        """If this fails somebody gets an offer beside a measure, while a place is sought, or on a benefit without offers."""
        rows = plain(model, 4, JOB_READY)
        c = model.population
        c["measure"][rows[0]], c["seeking"][rows[1]], c["status"][rows[2]] = GUIDANCE, PRAKTIK, FLEKSJOB
        assert (self.chance(model, rows) > 0).tolist() == [False, False, False, True]

    @pytest.mark.parametrize("name", ["kontanthjaelp_jobparat", "uddannelseshjaelp_parat", "dagpenge"])
    def test_the_draw(self, model, name):
        """If this fails more or fewer get an offer than their chance says (binomial)."""
        rows = plain(model, 4000, CODE[name])
        got = int(model.institution.measures.offers.offered(rows, NOW).sum())
        assert stats.binomtest(got, rows.size, load().value(f"offers.first.{name}")).pvalue > ALARM

    def test_never_above_one(self):
        """If this fails parameters at the end of their range give a chance that is none."""
        model = model_of({"offers.programme": 1.0, "deadline.kept": 1.0, "offers.over_50": 1.0, "offers.non_western": 1.0})
        rows = plain(model, 500, JOB_READY, spell_since=NOW - 50, programme_until=NOW + 5)
        assert (self.chance(model, rows) == 1).all()


class TestDeadlines:
    @pytest.mark.parametrize(
        ("age", "now", "months"),
        [
            (29, "2015-06", 3), (30, "2015-06", 9), (59, "2015-06", 9), (61, "2015-06", 6), (29, "2015-07", 3), (49, "2015-07", 6),
            (51, "2015-07", 3),
        ],
    )
    def test_first_offers_on_dagpenge(self, age, now, months):
        """If this fails a deadline on dagpenge is that of another age or of another date."""
        model, when = model_of(), month(now)
        rows = plain(model, 2, CODE["dagpenge"], birth_month=when - 12 * age - 6)
        model.population["since"][rows] = [when - months, when - months - 1]
        assert model.institution.measures.offers.chances.is_overdue(rows, when).tolist() == [False, True]

    def test_next_offers_on_dagpenge(self):
        """If this fails the duty of a next offer on dagpenge outlives 2014, or had another length."""
        model = model_of()
        rows = plain(model, 2, CODE["dagpenge"], since=NOW - 60)
        for now, overdue in (("2014-12", [False, True]), ("2015-01", [False, False])):
            when = month(now)
            model.population["referred"][rows] = model.population["measure_ended"][rows] = [when - 6, when - 7]
            assert model.institution.measures.offers.chances.is_overdue(rows, when).tolist() == overdue

    @pytest.mark.parametrize("name", [n for n in NAMES if f"deadline.first_offer.{n}" in load()])
    def test_when_an_offer_is_overdue(self, model, name):
        """If this fails an offer counts as overdue before the law's deadline has passed, or not after it."""
        p = load()
        first, later = p.months(f"deadline.first_offer.{name}"), p.months(f"deadline.next_offer.{name}")
        rows = plain(model, 6, CODE[name])
        c = model.population
        c["spell_since"][rows] = NOW - np.array([first, first + 1, 60, 60, 60, 60])
        c["referred"][rows] = [NEVER, NEVER, NOW - 30, NOW - 30, NOW - 30, NOW - 30]
        c["measure_ended"][rows] = [NEVER, NEVER, NOW - later, NOW - later - 1, NOW - later - 1, NOW - later - 1]
        c["measure"][rows[4]], c["seeking"][rows[5]] = GUIDANCE, PRAKTIK
        assert model.institution.measures.offers.chances.is_overdue(rows, NOW).tolist() == [False, True, False, True, False, False]

    @pytest.mark.parametrize("kept", [0.0, 0.7, 1.0])
    def test_kept(self, kept):
        """If this fails the chance past the deadline is not at least the one asked for, or it acts before the deadline."""
        model = model_of({"deadline.kept": kept})
        rows = plain(model, 2, ACTIVITY_READY)
        limit, base = load().months("deadline.first_offer.kontanthjaelp_aktivitetsparat"), load().value("offers.first.kontanthjaelp_aktivitetsparat")
        model.population["spell_since"][rows] = NOW - np.array([limit - 1, limit + 1])
        assert model.institution.measures.offers.chance(rows, NOW).tolist() == pytest.approx([base, max(base, kept)])

    def test_kept_means_kept(self):
        """If this fails an interview in the last month of the deadline leaves the citizen without an offer that would be in time."""
        model = model_of({"deadline.kept": 1.0})
        rows = plain(model, 1, ACTIVITY_READY, spell_since=NOW - load().months("deadline.first_offer.kontanthjaelp_aktivitetsparat"))
        assert model.institution.measures.offers.chance(rows, NOW).tolist() == [1.0]

    def test_in_a_run(self):
        """If this fails somebody past the deadline leaves an interview without an offer though ``deadline.kept`` = 1."""
        model = model_of({"deadline.kept": 1.0}, months=10)
        work, measures, seen = model.institution.casework, model.institution.measures, []
        hold = work._hold

        def watched(pieces, done, now):
            rows = pieces.rows[done & ~pieces.is_case & pieces.comes]
            late = rows[measures.offers.chances.is_overdue(rows, now) & measures.offers.chances.has_offers[model.population["status"][rows]]]
            moves = hold(pieces, done, now)
            assert (model.population["referred"][late] == now).all()
            seen.append(late.size)
            return moves

        work._hold = watched
        model.run()
        assert sum(seen) > 50


class TestWhenOffersAreGiven:
    def test_only_at_interviews(self):
        """If this fails an offer is given to somebody who was not met, who stayed away, who has a measure or seeks one: apart
        from dagpenge and from what follows a measure that was completed this month."""
        model = model_of(months=15)
        work, measures, c = model.institution.casework, model.institution.measures, model.population
        hold, give, end, kept, completed, given = work._hold, measures.give, measures._end, [], [], []

        def held(pieces, done, now):
            kept[:] = [pieces.rows[done & ~pieces.is_case & pieces.comes]]
            moves = hold(pieces, done, now)
            assert np.isin(np.flatnonzero(c["referred"] == now), kept[0]).all()
            return moves

        def ended(now):
            completed[:] = [end(now)]
            return completed[0]

        def gave(rows, now):
            assert (c["measure"][rows] == NO_MEASURE).all()
            assert (c["seeking"][rows] == NO_MEASURE).all()
            assert measures.offers.chances.has_offers[c["status"][rows]].all()
            assert np.unique(rows).size == rows.size
            given.append((now, rows.copy(), c["status"][rows].copy()))
            give(rows, now)

        work._hold, measures._end, measures.give = held, ended, gave
        numbers = np.zeros(3, int)
        while model.running:
            given.clear()
            model.step()
            (_, at_interviews, _), (_, others, status) = given
            insured = status == DAGPENGE
            assert np.isin(at_interviews, kept[0]).all()
            assert np.isin(others[~insured], completed[0]).all()
            numbers += [at_interviews.size, (~insured).sum(), insured.sum()]
        assert (numbers > 100).all()

    def test_referrals_take_time(self):
        """If this fails offers at interviews and minutes of referral differ."""
        model = model_of(months=6)
        minutes = round(load().value("minutes.referral"))
        give, given = model.institution.measures.give, []
        hold = model.institution.casework._hold

        def held(pieces, done, now):
            model.institution.measures.give = lambda rows, when: (given.append(rows.size), give(rows, when))
            moves = hold(pieces, done, now)
            model.institution.measures.give = give
            return moves

        model.institution.casework._hold = held
        table = model.run().casework()
        country = table[table["municipality"] == "all"]
        assert country["referred"].sum() == sum(given)
        assert country["minutes_referral"].sum() == minutes * sum(given)
        assert sum(given) > 100

    def test_one_chance_a_month_on_dagpenge(self):
        """If this fails dagpenge recipients who have just completed a measure get a further one more often than the monthly
        chance says (binomial)."""
        model = model_of(CALM)
        rows = plain(model, 4000, DAGPENGE, referred=NOW - 1)
        put(model, rows, GUIDANCE, NOW)
        model.institution.measures.run(NOW)
        got = int((model.population["referred"][rows] == NOW).sum())
        assert stats.binomtest(got, rows.size, load().value("offers.next.dagpenge")).pvalue > ALARM


class TestKinds:
    @pytest.mark.parametrize("name", ["dagpenge", "kontanthjaelp_jobparat", "revalidering", "programme"])
    def test_mix(self, model, name):
        """If this fails the kinds of offers are not those of the benefit, company places times the municipality's use (chi-square)."""
        in_programme = name == "programme"
        rows = plain(model, 6000, JOB_READY if in_programme else CODE[name], programme_until=NOW + 9 if in_programme else NEVER)
        model.institution.measures.give(rows, NOW)
        c = model.population
        kind = np.where(c["seeking"][rows] != NO_MEASURE, c["seeking"][rows], c["measure"][rows])
        mix = load().values_of(f"offers.mix.{name}")
        use = model.institution.municipalities["company_places"].astype(float) / load().share("practice.company_places.mean")
        weights = mix * np.where(IS_COMPANY[1 : mix.size + 1], use[c["municipality"][rows].astype(int) - 1][:, None], 1)
        expected = (weights / weights.sum(axis=1, keepdims=True)).sum(axis=0)
        counts = np.bincount(kind, minlength=mix.size + 1)[1:]
        assert counts[expected == 0].sum() == 0
        often = expected > 8
        assert stats.chisquare(counts[often], expected[often] * counts[often].sum() / expected[often].sum()).pvalue > ALARM

    def test_what_begins_at_once(self, model):
        """If this fails guidance waits for an employer, or a company place begins without one."""
        rows = plain(model, 3000, JOB_READY)
        model.institution.measures.give(rows, NOW)
        c = model.population
        seeks = c["seeking"][rows] != NO_MEASURE
        assert np.array_equal(seeks, c["measure"][rows] == NO_MEASURE)
        assert IS_COMPANY[c["seeking"][rows[seeks]]].all()
        assert not IS_COMPANY[c["measure"][rows[~seeks]]].any()
        assert (c["referred"][rows] == NOW).all()
        assert (c["seeking_since"][rows[seeks]] == NOW).all()
        assert (c["employer"][rows] == NO_EMPLOYER).all()

    def test_no_kind_at_all(self):
        """If this fails a benefit whose shares are all 0 stops the run: the first kind, guidance, is then given."""
        model = model_of({"offers.mix.kontanthjaelp_jobparat": [0.0] * 7})
        rows = plain(model, 50, JOB_READY)
        model.institution.measures.give(rows, NOW)
        assert (model.population["measure"][rows] == GUIDANCE).all()


LONGEST = {
    (DAGPENGE, PRAKTIK): 1, (DAGPENGE, PUBLIC_PRAKTIK): 1, (JOB_READY, PRAKTIK): 6, (JOB_READY, PUBLIC_PRAKTIK): 6, (JOB_READY, NYTTE): 3,
    (DAGPENGE, NYTTE): 3, (DAGPENGE, PUBLIC_WAGE): 4, (DAGPENGE, WAGE): 6, (JOB_READY, WAGE): 6, (JOB_READY, PUBLIC_WAGE): 6,
}
"""Months that the law allows: 4, 13 and 26 weeks are 1, 3 and 6 months."""


def lengths(model, rows, kind, now=NOW):
    """Months of measures of a kind that begin now."""
    model.institution.measures._begin(rows, np.full(rows.size, kind), now)
    return model.population["measure_until"][rows].astype(int) - now


class TestLengths:
    @pytest.mark.parametrize(("status", "kind"), LONGEST, ids=str)
    def test_the_law(self, status, kind):
        """If this fails a measure is longer than the law allows or shorter than a month, even at the longest means."""
        means = {f"measure_length.{n}": load()[f"measure_length.{n}"].bounds[1] for n in ("praktik", "nytteindsats", "loentilskud")}
        model = model_of(means)
        rows = plain(model, 3000, status)
        found = np.concatenate([lengths(model, rows, kind, NOW + k) for k in range(3)])
        assert found.min() == 1
        assert found.max() == LONGEST[status, kind]

    @pytest.mark.parametrize(("name", "mean"), [("vejledning", 1.0), ("vejledning", 3.0), ("uddannelse", 6.0), ("uddannelse", 24.0)])
    def test_means(self, name, mean):
        """If this fails measures last longer or shorter on average than their parameter (six standard errors; rounding to whole
        months moves the mean of the exponential part by less than a fiftieth of a month)."""
        model = model_of({f"measure_length.{name}": mean})
        rows = plain(model, 8000, JOB_READY)
        found = lengths(model, rows, MEASURE_CODE[name])
        assert abs(found.mean() - mean) <= 6 * found.std() / np.sqrt(found.size) + 0.05

    def test_in_revalidering(self, model):
        """If this fails education in revalidering is as short as elsewhere, or other measures are as long."""
        rows = plain(model, 4000, REVALIDERING)
        course, praktik = (lengths(model, rows, kind) for kind in (COURSE, PRAKTIK))
        assert course.mean() == pytest.approx(load().value("measure_length.uddannelse_revalidering"), rel=0.1)
        assert praktik.max() <= 6

    def test_a_mean_beyond_the_law(self):
        """If this fails a mean longer than the law allows is not cut to what it allows."""
        model = model_of({"measure_length.nytteindsats": 3.0, "measure_longest.nytteindsats": 4.0})  # weeks
        rows = plain(model, 500, JOB_READY)
        assert (lengths(model, rows, NYTTE) == 1).all()

    @pytest.mark.parametrize("hours", [0.0, 0.4, 12.6, 37.0, 500.0])
    def test_hours(self, hours):
        """If this fails hours a week lie outside 1 to 37, or are on average other than those of benefit and kind (four
        thousand draws between two neighbouring whole numbers: 0.05 is six standard errors)."""
        model = model_of({"offers.hours.kontanthjaelp_jobparat": hours})
        rows = plain(model, 4000, JOB_READY)
        model.institution.measures._begin(rows, np.full(rows.size, GUIDANCE), NOW)
        found = model.population["measure_hours"][rows].astype(int)
        asked = hours * load().value("measure_hours.vejledning")
        assert found.min() >= 1
        assert found.max() <= FULL_TIME
        assert abs(found.mean() - np.clip(asked, 1, FULL_TIME)) < 0.05

    def test_in_a_run(self):
        """If this fails a measure begins in a run that is too long for its benefit, has no hours, or an old one was not over."""
        model = model_of(months=18)
        measures, c = model.institution.measures, model.population
        begin, seen = measures._begin, set()
        longest = dict(LONGEST)

        def watched(rows, kind, now):
            assert (c["measure"][rows] == NO_MEASURE).all()
            begin(rows, kind, now)
            for status, code, length in zip(c["status"][rows].tolist(), np.asarray(kind).tolist(), (c["measure_until"][rows] - now).tolist(), strict=True):
                most = longest.get((status if status == DAGPENGE else JOB_READY, code), np.inf)
                assert 1 <= length <= most, (NAMES[status], code, length)
                seen.add(code)

        measures._begin = watched
        while model.running:
            model.step()
            active = c["measure"] != NO_MEASURE
            assert (c["measure_until"][active] > model.month).all()
            assert ((c["measure_hours"][active] >= 1) & (c["measure_hours"][active] <= FULL_TIME)).all()
            assert (c["measure_hours"][~active] == 0).all()
        assert seen == set(range(1, len(OFFERED) + 1))


class TestEnds:
    @pytest.mark.parametrize("kind", [GUIDANCE, COURSE, PRAKTIK, WAGE])
    def test_over(self, kind):
        """If this fails a measure goes on beyond its month or ends before it, keeps its place, or is not remembered."""
        model = model_of(CALM)
        rows = plain(model, 40, SICK)
        put(model, rows[:20], kind, NOW)
        put(model, rows[20:], kind, NOW + 1)
        c, e = model.population, model.institution.employers.employers
        done = model.institution.measures._end(NOW)
        assert done.tolist() == rows[:20].tolist()
        assert (c["measure"][rows] == np.repeat([NO_MEASURE, kind], 20)).all()
        assert (c["last_measure"][rows[:20]] == kind).all()
        assert (c["measure_ended"][rows] == np.repeat([NOW, NEVER], 20)).all()
        at_employers = 20 if IS_COMPANY[kind] else 0
        assert used(model) == at_employers
        assert e["good"].sum() == at_employers
        assert (c["employer"][rows[:20]] == NO_EMPLOYER).all()

    @pytest.mark.parametrize(("status", "name"), [(JOB_READY, "broken"), (DAGPENGE, "broken"), (ACTIVITY_READY, "broken_far"), (RF, "broken_far")])
    @pytest.mark.parametrize("trust", [0, TRUST, 100])
    def test_broken_off(self, model, status, name, trust):
        """If this fails more or fewer places are broken off than group and trust say (binomial), or guidance is."""
        p = load()
        rows = plain(model, 4000, status, trust=trust)
        put(model, rows[:3000], PRAKTIK, NOW + 3)
        put(model, rows[3000:], GUIDANCE, NOW + 3)
        bad = model.institution.employers.employers["bad"]
        assert model.institution.measures._end(NOW).size == 0
        broken = model.institution.measures.broken
        chance = p.share(f"placement.{name}") - p.share("placement.broken_per_trust") * (trust - TRUST) / 100
        assert stats.binomtest(broken.size, 3000, chance).pvalue > ALARM
        assert np.isin(broken, rows[:3000]).all()
        assert used(model) == 3000 - broken.size
        assert bad.sum() == broken.size
        c = model.population
        assert (c["measure"][broken] == NO_MEASURE).all()
        assert (c["employer"][broken] == NO_EMPLOYER).all()
        assert (c["last_measure"][broken] == 0).all()

    def test_between_visitation_groups(self, model):
        """If this fails a measure, a place, paid hours, support or the search for a place end when only the visitation group
        changes, or nytteindsats is still sought for somebody who is not able to work for the benefit."""
        c = model.population
        rows = plain(model, 6, JOB_READY, mentor_until=NOW + 6)
        put(model, rows[:1], GUIDANCE, NOW + 3)
        put(model, rows[1:2], PRAKTIK, NOW + 3)
        c["seeking"][rows[2:4]] = [PRAKTIK, NYTTE]
        c["paid_hours"][rows[4]], c["employer"][rows[4]] = 8, 0
        model._apply([Due(rows, np.full(6, ACTIVITY_READY, np.uint8), "x")])
        assert c["measure"][rows].tolist() == [GUIDANCE, PRAKTIK, 0, 0, 0, 0]
        assert c["seeking"][rows].tolist() == [0, 0, PRAKTIK, NO_MEASURE, 0, 0]
        assert c["paid_hours"][rows[4]] == 8
        assert (c["mentor_until"][rows] == NOW + 6).all()
        assert used(model) == 1

    @pytest.mark.parametrize("to", ["employment", "dead", "sygedagpenge", "ressourceforloeb", "foertidspension", "self_support", "dagpenge"])
    def test_the_benefit_is_left(self, model, to):
        """If this fails somebody keeps a measure, a place, paid hours or support on another benefit, in work or after death."""
        model.month = NOW
        c = model.population
        rows = plain(model, 5, JOB_READY, mentor_until=NOW + 6)
        put(model, rows[:1], GUIDANCE, NOW + 3)
        put(model, rows[1:2], PRAKTIK, NOW + 3)
        c["seeking"][rows[2]] = NYTTE
        c["paid_hours"][rows[3]], c["employer"][rows[3]] = 8, 0
        model._apply([Due(rows, np.full(5, CODE[to], np.uint8), "x")])
        for name, none in (("measure", 0), ("seeking", 0), ("measure_hours", 0), ("paid_hours", 0), ("employer", NO_EMPLOYER)):
            assert (c[name][rows] == none).all(), name
        assert (c["mentor_until"][rows] <= NOW).all()
        assert used(model) == 0
        assert model.institution.measures.month.left.sum() == 2

    def test_who_left_is_booked_where_he_was(self, model):
        """If this fails measures that were left are counted for another benefit than the one they were on."""
        rows = plain(model, 5, JOB_READY)
        put(model, rows, GUIDANCE, NOW + 3)
        model._apply([Due(rows, np.full(5, WORK, np.uint8), "clock")])
        left = model.institution.measures.month.left
        assert {NAMES[s]: int(left[s].sum()) for s in np.flatnonzero(left.sum(axis=1)).tolist()} == {"kontanthjaelp_jobparat": 5}

    def test_a_course_that_led_to_work(self, model):
        """If this fails an employer from whose place somebody went to work learns nothing from it."""
        rows = plain(model, 1, JOB_READY)
        put(model, rows, WAGE, NOW + 3)
        e = model.institution.employers.employers
        before = float(e["willingness"][0])
        model._apply([Due(rows, np.full(1, WORK, np.uint8), "clock")])
        assert e["good"][0] == 1
        assert e["willingness"][0] > before

    def test_paid_hours(self):
        """If this fails another share stays with paid hours where they were placed (binomial), after another measure than
        virksomhedspraktik, on dagpenge, or the place stays taken."""
        model = model_of({**CALM, "placement.hours_after": 0.3})
        c = model.population
        rows = plain(model, 5000, JOB_READY)
        put(model, rows[:3000], PRAKTIK, NOW)
        put(model, rows[3000:4000], WAGE, NOW)
        put(model, rows[4000:], PRAKTIK, NOW)
        c["status"][rows[4000:]] = DAGPENGE
        where = c["employer"][rows].copy()
        model.institution.measures._end(NOW)
        stays = c["paid_hours"][rows] > 0
        assert stats.binomtest(int(stays[:3000].sum()), 3000, 0.3).pvalue > ALARM
        assert not stays[3000:].any()
        assert np.array_equal(c["employer"][rows] != NO_EMPLOYER, stays)
        assert np.array_equal(c["employer"][rows[stays]], where[stays])
        assert (c["paid_hours"][rows[stays]] == load().value("placement.hours")).all()
        assert used(model) == 0

    def test_paid_hours_end_or_give_way(self, model):
        """If this fails paid hours end at another rate (binomial), leave an employer behind, or go on beside a company place."""
        c, measures = model.population, model.institution.measures
        rows = plain(model, 4000, JOB_READY, paid_hours=8, employer=0)
        measures._hours_beside(NOW)
        ended = c["paid_hours"][rows] == 0
        assert stats.binomtest(int(ended.sum()), 4000, load().share("placement.hours_end")).pvalue > ALARM
        assert np.array_equal(c["employer"][rows] == NO_EMPLOYER, ended)
        still = rows[~ended][:40]
        c["seeking"][still], c["seeking_since"][still] = PRAKTIK, NOW
        measures.employers.open_month()
        measures._find_places(NOW)
        placed = still[c["measure"][still] == PRAKTIK]
        assert placed.size > 5
        assert (c["paid_hours"][placed] == 0).all()
        assert (c["employer"][placed] != NO_EMPLOYER).all()


class TestSupport:
    @pytest.mark.parametrize(("name", "status", "share"), [
        ("mentor", ACTIVITY_READY, 1.0), ("mentor", RF, 1.0), ("mentor", JOB_READY, 0.0), ("brobygning", YOUNG_READY, 1.0),
        ("brobygning", ACTIVITY_READY, 0.0), ("sundhedsindsats", RF, 1.0), ("social_indsats", RF, 1.0), ("sundhedsindsats", ACTIVITY_READY, 0.25),
        ("social_indsats", JOB_READY, 0.0),
    ])
    def test_given(self, model, name, status, share):
        """If this fails support is given more or less often than documented for the group (binomial), or to another group."""
        rows = plain(model, 6000, status)
        model.institution.measures.offers.support(rows, NOW)
        got = model.population[f"{name}_until"][rows] > NOW
        assert stats.binomtest(int(got.sum()), rows.size, share * load().share(f"support.{name}")).pvalue > ALARM
        months = "intervention" if "indsats" in name else name
        assert (model.population[f"{name}_until"][rows[got]] == NOW + load().months(f"support.{months}_months")).all()

    def test_no_bridge_before_2013(self, model):
        """If this fails there is brobygning before it began."""
        rows = plain(model, 4000, YOUNG_READY)
        model.institution.measures.offers.support(rows, month("2012-12"))
        assert (model.population["brobygning_until"][rows] == NEVER).all()

    def test_who_has_it_keeps_its_end(self, model):
        """If this fails support is prolonged at every interview."""
        rows = plain(model, 4000, RF, mentor_until=NOW + 1)
        model.institution.measures.offers.support(rows, NOW)
        assert (model.population["mentor_until"][rows] == NOW + 1).all()


class TestFleksjob:
    def approved(self, model, number=30):
        """People on kontanthjælp whom the team has granted a fleksjob."""
        model.month += 1
        rows = plain(model, number, JOB_READY, now=model.month, need=FLEKSJOB, stage=GRANTED)
        return rows

    def test_only_with_an_employer(self):
        """If this fails a fleksjob that was granted begins without an employer instead of as ledighedsydelse."""
        model = model_of({"employers.number": [0.0] * 4})
        rows = self.approved(model)
        model._apply(model.institution.take_effect(model.month))
        c = model.population
        assert (c["status"][rows] == WAITING).all()
        assert (c["employer"][rows] == NO_EMPLOYER).all()
        assert (c["fleks_hours"][rows] > 0).all()

    def test_begins_and_ends(self, model):
        """If this fails a fleksjob with an employer does not begin, a measure goes on beside it, or the place is not freed when
        it ends (in work, in death, in ledighedsydelse)."""
        e, c = model.institution.employers.employers, model.population
        before = int(e["fleks_used"].sum())
        rows = self.approved(model)
        put(model, rows[:5], PRAKTIK, model.month + 3)
        c["seeking"][rows[5:8]] = PRAKTIK
        c["paid_hours"][rows[8]], c["employer"][rows[8]] = 8, 0
        model._apply(model.institution.take_effect(model.month))
        begun = rows[c["status"][rows] == FLEKSJOB]
        assert begun.size > 20
        assert (c["employer"][begun] != NO_EMPLOYER).all()
        assert e["fleks_used"].sum() == before + begun.size
        assert used(model) == 0
        for name in ("measure", "seeking", "paid_hours"):
            assert (c[name][rows] == 0).all()
        for to, some in zip((WORK, CODE["dead"], WAITING), np.array_split(begun, 3), strict=True):
            model._apply([Due(some, np.full(some.size, to, np.uint8), "x")])
            assert (c["employer"][some] == NO_EMPLOYER).all()
        assert e["fleks_used"].sum() == before

    def test_who_finds_none_goes_on_waiting(self):
        """If this fails a clock begins a fleksjob without an employer, or moves who stays on ledighedsydelse."""
        model = model_of({"employers.number": [0.0] * 4})
        rows = plain(model, 20, WAITING, fleks_hours=12)
        move = model.institution.take(Due(rows, np.full(20, FLEKSJOB, np.uint8), "clock"), np.full(20, WAITING, np.uint8), np.zeros(20, np.uint8), model.month)
        assert move.rows.size == 0

    def test_hours(self, model):
        """If this fails hours of people approved are other shares than documented (chi-square), or very small fleksjob come
        before their law."""
        rows, p = plain(model, 8000, WAITING, fleks_hours=0), load()
        measures, c = model.institution.measures, model.population
        measures.fleksjob_hours.approve(rows, NOW)
        counts = np.unique(c["fleks_hours"][rows], return_counts=True)[1]
        shares = p.values_of("fleksjob.hours")
        assert stats.chisquare(counts, shares / shares.sum() * rows.size).pvalue > ALARM
        had = c["fleks_hours"][rows].copy()
        measures.fleksjob_hours.approve(rows, NOW + 1)
        assert np.array_equal(c["fleks_hours"][rows], had), "hours are drawn again"
        c["fleks_hours"][rows] = 0
        measures.fleksjob_hours.approve(rows, p.month("fleksjob.hours_from") - 1)
        assert c["fleks_hours"][rows].min() >= 10

    def test_who_is_taken(self, model):
        """If this fails the hours somebody can work do not decide how readily he is taken, or the mean over all is not 1."""
        rows = plain(model, 5, WAITING)
        model.population["fleks_hours"][rows] = [2, 6, 12, 20, 30]
        measures, p = model.institution.measures, load()
        measures.fleksjob_hours._reckon_taken(rows)
        taken, shares = p.values_of("fleksjob.taken"), p.values_of("fleksjob.hours")
        assert measures.fleksjob_hours.to_fleksjob[rows] == pytest.approx(taken / (taken @ shares / shares.sum()), rel=1e-6)

    def test_on_which_exits(self, model):
        """If this fails hours decide another move than that from ledighedsydelse to fleksjob."""
        source, slot = np.nonzero(model.institution.measures.factors[2].exits)
        assert set(source.tolist()) == {WAITING}
        assert set(model.intensities.to[source, slot].tolist()) == {FLEKSJOB}

    def test_growth(self, model):
        """If this fails small fleksjob grow at another rate (binomial), by more than a step, or beyond the last."""
        rows = plain(model, 5000, FLEKSJOB)
        c = model.population
        steps = np.array([2, 6, 12, 20, 30])
        c["fleks_hours"][rows] = np.repeat(steps, 1000)
        model.institution.measures.fleksjob_hours.grow(NOW)
        after = np.searchsorted(steps, c["fleks_hours"][rows]) - np.repeat(np.arange(5), 1000)
        assert set(after.tolist()) == {0, 1}
        assert after[4000:].sum() == 0
        assert stats.binomtest(int(after.sum()), 4000, -np.expm1(-load().value("fleksjob.grows") / 12)).pvalue > ALARM

    def test_growth_is_known_when_looking_again(self, model):
        """If this fails who lost a larger fleksjob is as hard to place as with the few hours of the first one."""
        rows = plain(model, 3000, FLEKSJOB, fleks_hours=2)
        measures = model.institution.measures
        measures.fleksjob_hours._reckon_taken(rows)
        measures.fleksjob_hours.grow(NOW)
        grown = rows[model.population["fleks_hours"][rows] == 6]
        waiting = Due(grown, np.full(grown.size, WAITING, np.uint8), "x")
        measures.moved(Moved.from_here([waiting], np.full(model.population.size, FLEKSJOB, np.uint8)), NOW)
        now_, fresh = measures.fleksjob_hours.to_fleksjob[grown].copy(), Measures(
            model.population, measures.employers, model.in_force, Luck(9), model.intensities.to, np.ones(98)
        ).fleksjob_hours.to_fleksjob[grown]
        assert grown.size > 5
        assert now_ == pytest.approx(fresh)

    def test_support_ends_when_a_fleksjob_begins(self, model):
        """If this fails somebody in a fleksjob still has the mentor of the benefit that was left."""
        rows = self.approved(model)
        c = model.population
        c["mentor_until"][rows] = model.month + 6
        model._apply(model.institution.take_effect(model.month))
        begun = rows[c["status"][rows] == FLEKSJOB]
        assert begun.size
        assert (c["mentor_until"][begun] <= model.month).all()


def reckoned_by_hand(c, p, row, now):
    """Factors on work and education of one citizen, as the parameters say them."""
    months, get = p.months("effect_of.months"), lambda name: int(c[name][row])
    status = STATUSES[get("status")]
    if status.group != "edge" and status.name != "dagpenge":
        return 1.0, 1.0
    work = education = 1.0
    if get("measure"):
        work *= p.value(f"lock_in.{MEASURES[get('measure') - 1].name}")
    elif get("last_measure") and now - get("measure_ended") < months:
        last = MEASURES[get("last_measure") - 1]
        weak = p.share("effect_of.weak")
        strength = {"near": 1 - weak, "middle": 1.0, "far": 1 + weak}[CLASSES[get("person_class")]]
        effect = p.value(f"after.{last.name}") ** strength
        if last.is_company and now - get("sundhedsindsats_until") < months:
            effect *= p.value("effect_of.health_with_company")
        work *= effect
        education *= effect if last.name == "uddannelse" else 1.0
    if get("paid_hours"):
        work *= p.value("effect_of.paid_hours")
    if get("seeking") == NYTTE and status.name in ("kontanthjaelp_jobparat", "uddannelseshjaelp_aabenlyst_parat"):
        work *= p.value("effect_of.threat")
    if now - get("mentor_until") < months:
        young = now - get("birth_month") < 360
        work *= p.value("effect_of.mentor_work" if young else "effect_of.mentor_others")
        education *= p.value("effect_of.mentor_education" if young else "effect_of.mentor_others")
    if now - get("brobygning_until") < months:
        work *= p.value("effect_of.brobygning_work")
        education *= p.value("effect_of.brobygning_education")
    return min(work, 3.0), min(education, 3.0)


class TestEffects:
    @pytest.mark.parametrize("changes", [
        {}, {"effect_of.months": 3.0, "effect_of.weak": 1.0}, {"effect_of.weak": 0.0, "after.loentilskud_privat": 2.0, "effect_of.paid_hours": 3.0, "effect_of.mentor_work": 2.0},
    ], ids=["shipped", "short", "strong"])
    def test_by_hand(self, changes):
        """If this fails a measure, support or hours act otherwise than the parameters say on a thousand citizens made by luck, or
        beyond the largest factor."""
        model = model_of(changes)
        c, p, measures = model.population, model.parameters, model.institution.measures
        luck, n = np.random.default_rng(3), 1000
        rows = plain(model, n, JOB_READY)
        dates = np.array([NEVER, NOW - 30, NOW - 12, NOW - 11, NOW - 3, NOW - 2, NOW, NOW + 2])
        for name in ("measure_ended", "sundhedsindsats_until", "mentor_until", "brobygning_until"):
            c[name][rows] = luck.choice(dates, n)
        c["measure_ended"][rows] = np.minimum(c["measure_ended"][rows], NOW)
        c["last_measure"][rows] = np.where(c["measure_ended"][rows] > NEVER, luck.integers(0, 8, n), 0)
        c["measure"][rows] = luck.choice([0, 0, *range(1, 8)], n)
        c["seeking"][rows] = np.where(c["measure"][rows] == 0, luck.choice([0, 0, NYTTE, PRAKTIK], n), 0)
        c["paid_hours"][rows] = luck.choice([0, 8], n) * (c["measure"][rows] <= COURSE)
        c["birth_month"][rows] = NOW - luck.choice([20, 29, 30, 50], n) * 12
        c["person_class"][rows] = luck.integers(0, 3, n)
        c["status"][rows] = luck.choice([JOB_READY, ACTIVITY_READY, DAGPENGE, YOUNG_READY, SICK, WORK, EDUCATION], n)
        measures.effects._lasts[:] = True
        measures.effects.reckon(NOBODY, NOW)
        expected = np.array([reckoned_by_hand(c, p, row, NOW) for row in rows.tolist()])
        assert measures.effects.to_work[rows] == pytest.approx(expected[:, 0], rel=1e-5)
        assert measures.effects.to_education[rows] == pytest.approx(expected[:, 1], rel=1e-5)
        assert measures.effects.to_work.min() > 0
        assert max(measures.effects.to_work.max(), measures.effects.to_education.max()) <= max(f.largest for f in measures.factors)
        others = np.setdiff1d(np.arange(c.size), rows)
        assert (measures.effects.to_work[others] == 1).all()

    @pytest.mark.parametrize("kind", range(1, len(MEASURES) + 1))
    def test_one_life(self, kind):
        """If this fails lock-in or after-effect of a measure begin or end in another month, guidance has an after-effect, or
        something is left when the effect is over."""
        model = model_of({**CALM, "offers.next.sygedagpenge": 0.0, "offers.first.sygedagpenge": 0.0})
        measures, p, name = model.institution.measures, load(), MEASURES[kind - 1].name
        row = plain(model, 1, SICK)
        put(model, row, kind, NOW + 2)
        seen = []
        for now in range(NOW, NOW + 17):
            measures.run(now)
            seen.append(float(measures.effects.to_work[row[0]]))
        lock_in, after = p.value(f"lock_in.{name}"), p.value(f"after.{name}")
        assert seen == pytest.approx([lock_in] * 2 + [after] * 12 + [1.0] * 3)
        assert kind != GUIDANCE or after == 1

    def test_on_which_exits(self, model):
        """If this fails factors act on other exits than those to work and education, or on people in no benefit."""
        to = model.intensities.to
        for factor, name in zip(model.institution.measures.factors[:2], ("employment", "education"), strict=True):
            source, slot = np.nonzero(factor.exits)
            assert source.size
            assert (to[source, slot] == CODE[name]).all()
            assert all(STATUSES[s].group == "edge" or s == DAGPENGE for s in source.tolist())
            every = [(s.code, k) for s in STATUSES if s.group == "edge" or s.name == "dagpenge" for k in np.flatnonzero(to[s.code] == CODE[name]).tolist()]
            assert sorted(every) == sorted(zip(source.tolist(), slot.tolist(), strict=True))

    def test_they_act(self):
        """If this fails effects are reckoned but do not reach the clocks: with strong effects of paid hours more go to work, in
        common luck everybody who does without them does with them or earlier (one-sided comparison of counts, no chance)."""
        counts = []
        for factor in (1.0, 3.0):
            model = model_of({"effect_of.paid_hours": factor, "placement.hours_end": 0.0}, months=1)
            rows = plain(model, 3000, JOB_READY, now=model.month, paid_hours=8, employer=0)
            model.step()
            counts.append(int((model.population["status"][rows] == WORK).sum()))
        assert counts[1] > 1.5 * counts[0] > 0

    def test_a_broken_place_renews_nothing(self):
        """If this fails breaking off a place brings back the effect of a measure that was completed years ago."""
        model = model_of({"placement.broken": 0.5})
        measures, c = model.institution.measures, model.population
        rows = plain(model, 200, JOB_READY, last_measure=WAGE, measure_ended=NOW - 36)
        put(model, rows, PRAKTIK, NOW + 4)
        measures.effects.reckon(NOBODY, NOW - 1)
        measures._end(NOW)
        broken = measures.broken
        assert broken.size > 50
        assert (c["measure"][broken] == NO_MEASURE).all()
        measures.effects.reckon(NOBODY, NOW)
        assert (measures.effects.to_work[broken] == 1).all()

    def test_back_within_the_year(self):
        """If this fails the effect of a measure is gone for who was in work for a month and came back within the year."""
        model = model_of(CALM)
        measures, c = model.institution.measures, model.population
        row = plain(model, 1, SICK, last_measure=WAGE, measure_ended=NOW - 1)
        measures.effects._lasts[row] = True
        measures.effects.reckon(NOBODY, NOW)
        assert measures.effects.to_work[row[0]] == load().value("after.loentilskud_privat")
        for now, status in ((NOW + 1, WORK), (NOW + 2, SICK)):
            c["status"][row] = status
            measures.effects.reckon(NOBODY, now)
        assert measures.effects.to_work[row[0]] == load().value("after.loentilskud_privat")

    def compare(self, months, **settings):
        """Rows whose factors differ between a model that has run and measures made anew from its columns, with the factors of
        all and the last month in which each was on no benefit with measures: one entry a month."""
        model = model_of(months=months, **settings)
        measures, c, wrong = model.institution.measures, model.population, []
        reckon, away = measures.effects.reckon, np.full(c.size, NEVER)
        acts = np.array([s.group == "edge" or s.name == "dagpenge" for s in STATUSES])

        def watched(supported, now):
            reckon(supported, now)
            away[~acts[c["status"]]] = now
            fresh = Effects(c, model.in_force, model.intensities.to)
            fresh.reckon(NOBODY, now)
            differs = (fresh.to_work != measures.effects.to_work) | (fresh.to_education != measures.effects.to_education)
            wrong.append((np.flatnonzero(differs), measures.effects.to_work.copy(), away.copy()))

        measures.effects.reckon = watched
        model.run()
        return wrong

    def test_as_from_scratch(self):
        """If this fails effects depend on whether they were reckoned month by month or anew from the columns."""
        wrong = self.compare(30)
        assert [rows.size for rows, *_ in wrong] == [0] * 30

    def test_as_from_scratch_without_going_away(self):
        """If this fails effects reckoned month by month differ from those reckoned anew also for people who were on benefits all
        the time: only who was elsewhere meanwhile may differ (see test_back_within_the_year)."""
        wrong = self.compare(24)
        assert sum(int((to_work != 1).sum()) for _, to_work, _ in wrong) > 1000
        for rows, to_work, away in wrong:
            assert (to_work[rows] == 1).all()  # forgotten, never invented
            assert (away[rows] > NEVER).all()


class TestSettle:
    def test_too_many(self, model):
        """If this fails more are with an employer at the start than the law allows, who is too many is not looked for again, or
        fleksjob have no employer or no hours."""
        measures, c, e = model.institution.measures, model.population, model.institution.employers.employers
        e["used"][:] = 0
        rows = plain(model, 60, JOB_READY, employer=0)
        c["measure"][rows], c["measure_until"][rows], c["measure_hours"][rows] = PRAKTIK, NOW + 3, 20
        new = plain(model, 90, FLEKSJOB, fleks_hours=0)[60:]
        c["status"][rows], c["measure"][rows], c["employer"][rows] = JOB_READY, PRAKTIK, 0
        c["measure_until"][rows] = NOW + 3
        measures.settle(NOW)
        cap = int(e["cap"][0])
        assert e["used"][0] == cap == (c["measure"][rows] == PRAKTIK).sum()
        again = rows[c["measure"][rows] == NO_MEASURE]
        assert (c["seeking"][again] == PRAKTIK).all()
        assert (c["seeking_since"][again] == NOW).all()
        assert (c["employer"][again] == NO_EMPLOYER).all()
        assert (c["measure_hours"][again] == 0).all()
        assert (c["employer"][new] != NO_EMPLOYER).all()
        assert (c["fleks_hours"][new] > 0).all()
        assert e["fleks_used"].sum() == (c["status"] == FLEKSJOB).sum()


class TestBadInput:
    @pytest.mark.parametrize(("path", "value"), [
        ("offers.hours.dagpenge", -1.0), ("offers.first.dagpenge", 1.2), ("lock_in.vejledning", 0.0), ("after.loentilskud_privat", 2.5),
        ("after.vejledning", 1.5), ("effect_of.months", 0.0), ("effect_of.paid_hours", 0.5), ("measure_length.nytteindsats", 4.0),
        ("measure_length.praktik", 0.5), ("measure_hours.loentilskud", 0.0), ("placement.broken", 0.9), ("placement.hours", 0.0),
        ("offers.mix.dagpenge", [1.0]), ("deadline.kept", 1.1), ("fleksjob.hours", [1.0, 0.0, 0.0, 0.0, -0.1]), ("offers.programme_hours", 38.0),
        ("support.mentor", -0.1),
    ])
    def test_refused(self, path, value):
        """If this fails a number that means nothing is simulated."""
        with pytest.raises(Mistake, match=path.replace(".", r"\.")):
            load().changed({path: value})

    @pytest.mark.parametrize("changes", [
        {f"offers.{n}.{s}": 0.0 for n in ("first", "next") for s in HAVE_OFFERS}, {"fleksjob.hours": [0.0] * 5}, {"fleksjob.taken": [0.0] * 5},
        {"placement.waits": 0.0, "placement.broken": 0.5, "placement.broken_per_trust": 0.3},
        {"effect_of.paid_hours": 3.0, "after.loentilskud_privat": 2.0, "effect_of.health_with_company": 2.0, "effect_of.mentor_work": 2.0},
    ], ids=["no offers", "no hours", "nobody taken", "impatient", "strong"])
    def test_ends_of_ranges(self, changes):
        """If this fails a number within its range stops a run."""
        model = model_of(changes, scale=0.002, months=5).run()
        if "offers.first.dagpenge" in changes:
            assert model.measures()["begun"].sum() == 0
