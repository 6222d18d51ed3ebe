"""Employers and their places: on small towns whose columns are set by hand, and in whole runs.

Tests of chance have a false alarm of 1e-6 each.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import sim.history
from agents.citizen import NEVER, Citizen
from agents.column import Store
from agents.employer import NO_EMPLOYER, PUBLIC, SIZE_EDGES, most_supported
from agents.luck import Luck
from agents.measures import GUIDANCE, IS_COMPANY, NO_MEASURE
from agents.mistake import Mistake
from agents.statuses import CODE
from agents.workplaces import SECTORS
from sim.employers import Employers
from sim.fleksjob import FLEKSJOB
from sim.in_force import InForce
from sim.model import BenefitModel
from sim.parameters import load

ALARM = 1e-6
NOW = 170
REGION = np.array([0, 0, 1, 1])
"""Region of each of the four municipalities of a town made by hand."""
NOBODY_WORKS = {"employers.number": [0.0, 0.0, 0.0, 0.0]}
SMALL = settings(max_examples=150, deadline=None, derandomize=True, database=None)


def model_of(changes=None, **settings):
    p = load().changed(changes or {})
    return BenefitModel(**{"scale": 0.005, "months": 12, "seed": 4, "start": "2008-01", "parameters": p, **settings})


def town(places, people, *, hours=1000.0, changes=None, seed=1):
    """Four municipalities with employers of given (municipality, is public, places offered) and people who live in given
    municipalities (all from 0). Nobody is placed; so many places can be found in each municipality."""
    places = list(places)
    p = load().changed({"employers.number": [float(len(places)), 0.0, 0.0, 0.0], **(changes or {})})
    citizens = Store(None, Citizen, len(people), {"municipality": np.asarray(people, int) + 1})
    quarter = np.full(4, 0.25)
    found = Employers(
        None, citizens, InForce(p, citizens, 4), Luck(seed), share=quarter, region=REGION, cooperation=np.full(4, 0.4), outreach=np.ones(4), scale=1.0, first_id=0,
    )
    e = found.employers
    for i, (where, public, offered) in enumerate(places):
        e["municipality"][i], e["sector"][i], e["offered"][i] = where + 1, PUBLIC if public else 0, offered
        e["wanted"][i] = e["cap"][i] = e["fleks_wanted"][i] = offered
    e["willingness"][:], e["reserve"][:] = 1, 0
    found._carried = np.broadcast_to(np.asarray(hours, float), (4,)).copy()
    return found


def ask(found, public, waited):
    """Everybody looks for a place; returns the employer of each."""
    rows = np.arange(len(public))
    return found.place(rows, np.asarray(public, bool), np.asarray(NOW - np.asarray(waited), np.int16), NOW)


PLACES = st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.integers(0, 3)), max_size=12)
PEOPLE = st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.integers(0, 6)), min_size=1, max_size=25)


class TestWhoThereIs:
    def test_columns(self):
        """If this fails employers are smaller or larger than their class, allow other than the law, or want more than it allows."""
        e = model_of(scale=0.02).institution.employers.employers
        low, end = (np.array(edges)[e["size_class"]] for edges in (SIZE_EDGES[:-1], SIZE_EDGES[1:]))
        assert ((e["staff"] >= low) & (e["staff"] < end)).all()
        assert np.array_equal(e["cap"], most_supported(e["staff"]))
        assert ((e["wanted"] >= 1) & (e["wanted"] <= e["cap"])).all()
        assert (e["fleks_wanted"] >= 1).all()
        assert ((e["base"] >= 0) & (e["base"] <= 1)).all()
        assert np.array_equal(e["base"], e["willingness"])
        assert e["used"].sum() == 0

    def test_numbers(self):
        """If this fails there are other employers than the parameters say, or they stand where nobody lives: each municipality
        has its share of each size within one employer."""
        model = model_of(scale=0.02)
        e, share = model.institution.employers.employers, model.institution.municipalities["share"].astype(float)
        asked = np.round(load().values_of("employers.number") * 0.02)
        assert np.bincount(e["size_class"], minlength=4).tolist() == asked.tolist()
        for size, number in enumerate(asked):
            here = np.bincount(e["municipality"][e["size_class"] == size].astype(int) - 1, minlength=98)
            assert (np.abs(here - share / share.sum() * number) <= 1).all()

    def test_sectors(self):
        """If this fails public workplaces, private sectors or those that want few are other shares than documented (binomial)."""
        p = load()
        e = model_of(scale=0.02).institution.employers.employers
        public = e["sector"] == PUBLIC
        for size, share in enumerate(p.values_of("employers.public")):
            among = e["size_class"] == size
            assert stats.binomtest(int((public & among).sum()), int(among.sum()), share).pvalue > ALARM
        names = list(SECTORS)[:PUBLIC]
        private = np.array([p.value(f"employers.sectors.{n}") for n in names])
        for code, share in enumerate(private / private.sum()):
            assert stats.binomtest(int((e["sector"] == code).sum()), int((~public).sum()), share).pvalue > ALARM
        asks = ~public & (e["cap"] >= 6)  # who would give half of the quota then gives more than one place
        few = int((e["wanted"][asks] == p.value("employers.few_places")).sum())
        assert stats.binomtest(few, int(asks.sum()), p.share("employers.few")).pvalue > ALARM

    def test_who_cooperates(self):
        """If this fails the share that cooperates without experience is not that of the municipalities: the mean over employers
        of ``base`` (binomial at the mean base is conservative)."""
        found = model_of(scale=0.02).institution.employers
        e = found.employers
        found.open_month()
        cooperating = e["offered"] > 0
        assert stats.binomtest(int(cooperating.sum()), e.size, float(e["base"].mean())).pvalue > ALARM
        assert np.array_equal(cooperating, e["willingness"] >= e["reserve"])
        assert e["base"].mean() == pytest.approx(load().share("practice.employer_cooperation.mean"), abs=0.02)


class TestMatching:
    @SMALL
    @given(PLACES, PEOPLE, st.lists(st.integers(0, 8), min_size=4, max_size=4), st.sampled_from([0.0, 1.0]))
    def test_properties(self, places, people, hours, commute):
        """If this fails a place is double-booked, is of the wrong sector or too far away, more are found than outreach hours
        allow, hours are charged wrongly, or somebody stays without though place and hours are there."""
        where, public, waited = (np.array(c) for c in zip(*people, strict=True))
        found = town(places, where, hours=hours, changes={"outreach.commute": commute})
        e = found.employers
        got = ask(found, public, waited)
        placed = got != NO_EMPLOYER
        assert np.array_equal(np.bincount(got[placed], minlength=e.size), e["used"])
        assert (e["used"] <= e["offered"]).all()
        assert np.array_equal(e["sector"][got[placed]] == PUBLIC, public[placed])
        there = e["municipality"][got[placed]].astype(int) - 1
        assert np.array_equal(REGION[there], REGION[where[placed]])
        if not commute:
            assert np.array_equal(there, where[placed])
        by_town = np.bincount(where[placed], minlength=4)
        assert (by_town <= np.array(hours)).all()
        assert np.array_equal(found._carried, np.array(hours) - by_town)
        for who in np.flatnonzero(~placed):
            if (where == where[who]).sum() <= hours[where[who]]:  # hours for everybody here
                near = (e["municipality"].astype(int) - 1 == where[who]) if not commute else REGION[e["municipality"].astype(int) - 1] == REGION[where[who]]
                free = near & ((e["sector"] == PUBLIC) == public[who]) & (e["used"] < e["offered"])
                assert not free.any()
            later = (where == where[who]) & (public == public[who]) & (waited < waited[who]) & placed
            assert not later.any(), "somebody of the same town who waited less long was served first"

    def test_own_municipality_first(self):
        """If this fails citizens are sent through the region while there is a place next door, or never leave town."""
        found = town([(0, False, 2), (1, False, 2)], [0, 0, 0, 1])
        got = ask(found, [False] * 4, [3, 3, 3, 0])
        assert got[3] == 1
        assert sorted(got[:3].tolist()) == [0, 0, 1]

    def test_neighbours_come_second(self):
        """If this fails somebody from elsewhere takes the place of one who lives there, even if he has waited longer."""
        found = town([(1, False, 1)], [0, 1])
        assert ask(found, [False, False], [50, 0]).tolist() == [NO_EMPLOYER, 0]

    def test_no_other_region(self):
        """If this fails a place is found in another region."""
        found = town([(2, False, 9)], [0, 1, 3])
        assert ask(found, [False] * 3, [1, 1, 1]).tolist() == [NO_EMPLOYER, NO_EMPLOYER, 0]

    def test_sectors_do_not_mix(self):
        """If this fails who is to have a private place gets a public one, or the other way round."""
        found = town([(0, True, 5), (0, False, 1)], [0, 0, 0, 0])
        got = ask(found, [True, False, False, True], [1, 1, 2, 1])
        assert got.tolist() == [0, NO_EMPLOYER, 1, 0]

    @pytest.mark.parametrize("places", [1, 3, 7])
    def test_who_waited_longest_first(self, places):
        """If this fails a place goes to somebody who waited less long."""
        waited = np.random.default_rng(places).permutation(20)
        found = town([(0, False, places)], np.zeros(20, int))
        got = ask(found, [False] * 20, waited)
        assert set(waited[got != NO_EMPLOYER].tolist()) == set(range(20 - places, 20))

    def test_who_waited_longest_first_in_the_region(self):
        """If this fails free places elsewhere in the region go to those whose municipality has a low code."""
        region = np.zeros(4, int)
        found = town([(3, False, 1)], [0, 1, 2])
        found._region = region
        assert ask(found, [False] * 3, [1, 2, 9]).tolist() == [NO_EMPLOYER, NO_EMPLOYER, 0]

    def test_fleksjob_in_the_region_by_luck(self):
        """If this fails people approved for fleksjob in a municipality with a high code get nothing in the region while those
        of a low code do: of two towns with one competitor each both must win sometimes (50 months, chance 2e-15)."""
        winners = set()
        for month in range(50):
            found = town([(3, False, 1)], [0, 1])
            found._region = np.zeros(4, int)
            got = found.place_fleksjob(np.arange(2), NOW + month)
            winners.add(int(np.flatnonzero(got != NO_EMPLOYER)[0]))
        assert winners == {0, 1}

    def test_luck_decides_among_equals(self):
        """If this fails low numbers are served first: ranks of those served over 60 months (Kolmogorov-Smirnov)."""
        served = []
        for month in range(60):
            found = town([(0, False, 10)], np.zeros(100, int))
            got = found.place(np.arange(100), np.zeros(100, bool), np.full(100, NOW + month, np.int16), NOW + month)
            served.append(np.flatnonzero(got != NO_EMPLOYER))
        assert all(s.size == 10 for s in served)
        assert stats.kstest((np.concatenate(served) + 0.5) / 100, "uniform").pvalue > ALARM

    def test_first_places_before_second_ones(self):
        """If this fails one employer is filled up while others who offer places have nobody."""
        found = town([(0, False, 5)] * 6, np.zeros(8, int))
        ask(found, [False] * 8, [0] * 8)
        assert sorted(found.employers["used"].tolist()) == [1, 1, 1, 1, 2, 2]

    def test_commuters(self):
        """If this fails another share than ``outreach.commute`` may be placed elsewhere in the region (binomial)."""
        found = town([(1, False, 2000)], np.zeros(2000, int), hours=5000, changes={"outreach.commute": 0.3})
        got = ask(found, [False] * 2000, [0] * 2000)
        assert stats.binomtest(int((got != NO_EMPLOYER).sum()), 2000, 0.3).pvalue > ALARM

    def test_nobody_asks(self):
        """If this fails a month without citizens who look for a place stops the run."""
        found = town([(0, False, 1)], [0])
        nobody = np.zeros(0, np.int64)
        assert found.place(nobody, np.zeros(0, bool), np.zeros(0, np.int16), NOW).size == 0
        assert found.place_fleksjob(nobody, NOW).size == 0

    def test_no_employer_at_all(self):
        """If this fails a country without employers stops the run instead of leaving everybody without a place."""
        found = town([], [0, 1, 2])
        found.open_month()
        assert (ask(found, [False, True, False], [1, 2, 3]) == NO_EMPLOYER).all()
        assert (found.place_fleksjob(np.arange(3), NOW) == NO_EMPLOYER).all()
        assert (found.anywhere(np.arange(3), NOW) == NO_EMPLOYER).all()

    def test_order_of_rows_does_not_count(self):
        """If this fails who gets which place depends on the order in which citizens are passed."""
        luck = np.random.default_rng(2)
        where, public, waited = luck.integers(0, 4, 60), luck.random(60) < 0.4, luck.integers(0, 4, 60)
        places = [(int(w), bool(b), int(n)) for w, b, n in zip(luck.integers(0, 4, 15), luck.random(15) < 0.4, luck.integers(1, 3, 15), strict=True)]
        results = []
        for order in (np.arange(60), luck.permutation(60)):
            found = town(places, where, hours=5)
            got = np.empty(60, int)
            got[order] = found.place(order, public[order], (NOW - waited[order]).astype(np.int16), NOW)
            results.append(got)
        assert np.array_equal(*results)


class TestFleksjob:
    @SMALL
    @given(PLACES, st.lists(st.integers(0, 3), min_size=1, max_size=25))
    def test_properties(self, places, where):
        """If this fails more are in fleksjob than an employer would have, a sector is asked for, or the supported places or the
        outreach hours of others are used."""
        found = town(places, where, hours=0)
        e = found.employers
        got = found.place_fleksjob(np.arange(len(where)), NOW)
        placed = got != NO_EMPLOYER
        assert np.array_equal(np.bincount(got[placed], minlength=e.size), e["fleks_used"])
        assert (e["fleks_used"] <= e["fleks_wanted"]).all()
        assert e["used"].sum() == 0
        assert (found._carried == 0).all()
        where = np.array(where)
        for who in np.flatnonzero(~placed):
            near = REGION[e["municipality"].astype(int) - 1] == REGION[where[who]]
            assert not (near & (e["fleks_used"] < e["fleks_wanted"])).any()

    def test_only_willing_employers(self):
        """If this fails an employer who is not willing takes somebody in fleksjob, or one who is willing does not: willingness
        times ``employers.fleks_willing`` against the reserve."""
        willing = load().value("employers.fleks_willing")
        found = town([(0, False, 5), (0, False, 5)], [0] * 20)
        e = found.employers
        e["reserve"][:] = 0.5
        e["willingness"][:] = 0.5 / willing * np.array([0.99, 1.01])
        found.place_fleksjob(np.arange(20), NOW)
        assert e["fleks_used"].tolist() == [0, 5]


class TestOutreach:
    def test_zero_hours(self):
        """If this fails places are found without anybody looking for them."""
        found = town([(0, False, 9)], [0] * 5, hours=0)
        assert (ask(found, [False] * 5, [9] * 5) == NO_EMPLOYER).all()
        assert found.employers["used"].sum() == 0

    def test_parts_of_a_place_wait(self):
        """If this fails half a place is found, or the hours for it are lost."""
        found = town([(0, False, 9)], [0] * 5, hours=1.75)
        assert (ask(found, [False] * 5, [9] * 5) != NO_EMPLOYER).sum() == 1
        assert found._carried[0] == pytest.approx(0.75)

    @pytest.mark.parametrize("a_month", [0.0, 0.03, 0.4, 1.0, 3.7, 40.0])
    def test_saved_up_to_the_bound(self, a_month):
        """If this fails unused hours are saved beyond two months (beyond two places where a month finds less than one), or the
        hours of a month are not all there."""
        found = town([(0, False, 9)], [0], hours=0)
        found._places = lambda: np.full(4, a_month)
        for month in range(1, 200):
            found.open_month()
            assert found._carried == pytest.approx(min(month * a_month, 2 * max(a_month, 1)))

    def test_what_a_place_takes(self):
        """If this fails the hours of the country do not find the places that hours and minutes say."""
        model, p = model_of(scale=0.02), load()
        outreach = model.institution.employers._places()
        assert outreach.sum() == pytest.approx(p.value("outreach.hours") * 60 / p.value("outreach.minutes") * 0.02, rel=1e-4)

    def test_factor_holds_one_month(self):
        """If this fails a policy's factor on hours or quota lasts longer than its month, or reaches other municipalities."""
        found = town([(0, False, 9)], [0], hours=0)
        found._places = lambda: np.full(4, 4.0)
        found.outreach_factor[:], found.quota_factor[:] = [0.0, 0.5, 1.0, 1.5], 0.5
        found.open_month()
        assert found._carried.tolist() == [0, 2, 4, 6]
        found.open_month()
        assert found._carried.tolist() == pytest.approx([4, 6, 8, 8])

    def test_a_month_without_hours_takes_nothing_away(self):
        """If this fails a policy that pauses outreach for a month destroys hours that had been saved."""
        found = town([(0, False, 9)], [0], hours=8)
        found._places = lambda: np.full(4, 6.0)
        found.outreach_factor[:] = 0.0
        found.open_month()
        assert (found._carried == 8).all()

    def test_who_cannot_be_placed_does_not_hold_up_others(self):
        """If this fails hours are left, a place is free and somebody waits for it, but those before him want another sector."""
        found = town([(0, True, 1)], [0, 0], hours=1)
        got = ask(found, [False, True], [5, 1])
        assert found._carried[0] < 1
        assert got.tolist() == [NO_EMPLOYER, 0]


class TestWillingness:
    @pytest.mark.parametrize(("willingness", "offers"), [(0.0, 0), (1.0, 3)])
    def test_none_and_all(self, willingness, offers):
        """If this fails an employer without any willingness offers places, or one with all of it does not."""
        found = town([(0, False, 3)] * 50, [0])
        e = found.employers
        e["base"][:] = e["willingness"][:] = willingness
        e["reserve"][:] = np.linspace(0.001, 1, 50)
        found.open_month()
        assert (e["offered"] == offers).all()
        found.place_fleksjob(np.arange(1), NOW)
        assert e["fleks_used"].sum() == (offers > 0)

    def test_who_is_there_stays(self):
        """If this fails an employer who no longer cooperates throws people out, or takes new ones."""
        found = town([(0, False, 3)], [0, 0])
        e = found.employers
        e["used"][:], e["base"][:], e["willingness"][:], e["reserve"][:] = 2, 0, 0, 0.5
        found.open_month()
        assert e["offered"].tolist() == [2]
        assert (ask(found, [False, False], [1, 1]) == NO_EMPLOYER).all()

    @pytest.mark.parametrize(("factor", "places"), [(0.0, 1), (0.5, 5), (0.29, 2), (1.0, 10), (3.0, 30)])
    def test_quota(self, factor, places):
        """If this fails a policy's quota is not that part of the law's (never below one place), or a larger one lets those who fill a part of
        it take no more."""
        found = town([(0, False, 10)], [0])
        found.quota_factor[:] = factor
        found.open_month()
        assert found.employers["offered"].tolist() == [places]

    def test_a_smaller_quota_takes_no_new_people(self):
        """If this fails places beyond a lowered quota are filled, or those in use are counted as free."""
        found = town([(0, False, 10)], [0] * 9)
        found.employers["used"][:] = 7
        found.quota_factor[:] = 0.5
        found.open_month()
        assert (ask(found, [False] * 9, [1] * 9) == NO_EMPLOYER).all()
        assert found.employers["used"].tolist() == [7]

    @SMALL
    @given(st.floats(0, 1), st.lists(st.booleans(), max_size=12), st.floats(0, 0.5), st.floats(0, 0.5))
    def test_experience(self, willingness, courses, good, bad):
        """If this fails good courses lower willingness, bad ones raise it, it leaves 0 to 1, the step is another than the
        parameters say, or courses are miscounted."""
        found = town([(0, False, 20), (0, False, 20)], [0], changes={"employers.good": good, "employers.bad": bad})
        e = found.employers
        e["willingness"][:], e["used"][:] = willingness, [len(courses), 7]
        found.leave(np.zeros(len(courses), np.int64))
        found.learn(np.zeros(sum(courses), np.int64), good=True)
        found.learn(np.zeros(len(courses) - sum(courses), np.int64), good=False)
        n_good, n_bad = sum(courses), len(courses) - sum(courses)
        expected = (1 - (1 - willingness) * (1 - good) ** n_good) * (1 - bad) ** n_bad
        assert e["willingness"][0] == pytest.approx(expected, abs=1e-6)
        assert 0 <= e["willingness"][0] <= 1
        assert e["willingness"][1] == np.float32(willingness)
        assert e["used"].tolist() == [0, 7]
        assert (e["good"][0], e["bad"][0], e["good"][1], e["bad"][1]) == (n_good, n_bad, 0, 0)

    def test_leaving_without_a_verdict(self):
        """If this fails who leaves for reasons of his own changes what the employer thinks, or keeps the place."""
        found = town([(0, False, 5)], [0])
        e = found.employers
        e["used"][:], e["willingness"][:] = 3, 0.5
        found.leave(np.array([0, 0]))
        assert (e["used"][0], e["willingness"][0], e["good"][0], e["bad"][0]) == (1, 0.5, 0, 0)

    @pytest.mark.parametrize("now", [0.0, 0.9])
    def test_forgetting(self, now):
        """If this fails experience is forgotten at another speed than ``employers.forgets``, or away from the base."""
        found = town([(0, False, 5)], [0])
        e = found.employers
        e["base"][:], e["willingness"][:] = 0.4, now
        for _ in range(24):
            found.open_month()
        assert e["willingness"][0] == pytest.approx(0.4 + (now - 0.4) * np.exp(-2 * load().value("employers.forgets")), abs=1e-5)

    def test_no_forgetting(self):
        """If this fails a memory without end forgets."""
        found = town([(0, False, 5)], [0], changes={"employers.forgets": 0.0})
        found.employers["willingness"][:] = 0.125
        found.open_month()
        assert found.employers["willingness"][0] == 0.125


class TestCounting:
    @SMALL
    @given(st.lists(st.integers(0, 4), max_size=30), st.lists(st.integers(0, 4), max_size=30), st.lists(st.integers(1, 6), min_size=5, max_size=5))
    def test_count(self, supported, in_fleksjob, caps):
        """If this fails more are counted with an employer than the law allows, places are left empty while people are sent
        away, or fleksjob count in the quota."""
        found = town([(0, False, c) for c in caps], [0])
        e = found.employers
        too_many = found.count(np.array(supported, np.int64), np.array(in_fleksjob, np.int64))
        there = np.bincount(np.array(supported, int), minlength=5)
        assert np.array_equal(e["used"], np.minimum(there, caps))
        assert too_many.sum() == np.maximum(there - caps, 0).sum()
        assert np.array_equal(np.bincount(np.array(supported, int)[too_many], minlength=5), np.maximum(there - caps, 0))
        assert np.array_equal(e["fleks_used"], np.bincount(np.array(in_fleksjob, int), minlength=5))

    def test_anywhere(self):
        """If this fails somebody in fleksjob before the first month is put with an employer elsewhere though his municipality has
        one, or one municipality without employers stops the run."""
        found = town([(0, False, 5), (0, False, 5), (2, False, 5)], [0] * 200 + [1] * 200 + [2] * 10)
        got = found.anywhere(np.arange(410), NOW)
        assert set(got[:200].tolist()) == {0, 1}
        assert set(got[200:400].tolist()) == {0, 1, 2}
        assert set(got[400:].tolist()) == {2}


def placed_by_employer(model):
    c, e = model.population, model.institution.employers.employers
    in_company, in_fleksjob = IS_COMPANY[c["measure"]], (c["status"] == FLEKSJOB) & (c["employer"] != NO_EMPLOYER)
    return [np.bincount(c["employer"][who], minlength=e.size) for who in (in_company, in_fleksjob)]


def check_places(model):
    """Places and people agree, nobody is anywhere without a reason, nobody is in two places."""
    c, e = model.population, model.institution.employers.employers
    used, fleks = placed_by_employer(model)
    assert np.array_equal(used, e["used"])
    assert np.array_equal(fleks, e["fleks_used"])
    assert (e["used"] <= e["cap"]).all()
    company, paid, in_fleksjob = IS_COMPANY[c["measure"]], c["paid_hours"] > 0, c["status"] == FLEKSJOB
    assert (c["employer"][company | paid] != NO_EMPLOYER).all()
    assert (company.astype(int) + paid + in_fleksjob <= 1).all()
    assert (c["employer"][~(company | paid | in_fleksjob)] == NO_EMPLOYER).all()
    assert ((c["measure"] == NO_MEASURE) | (c["seeking"] == NO_MEASURE)).all()


class TestRuns:
    @pytest.mark.parametrize("changes", [
        {}, {"placement.broken": 0.4, "placement.hours_after": 1.0, "placement.hours_end": 0.3}, {"outreach.hours": 2e6, "employers.forgets": 4.0},
    ], ids=["shipped", "short courses", "many places"])
    def test_places_are_conserved(self, changes):
        """If this fails a place is lost or double-booked in some month, or somebody has an employer for no reason."""
        model = model_of(changes, months=15)
        while model.running:
            model.step()
            check_places(model)
        assert model.institution.employers.employers["used"].sum() > 30

    def test_over_the_start(self):
        """If this fails places are lost or double-booked when the start population is chosen from those who lived, or employers
        forget what they lived through."""
        model = model_of(scale=0.002, seed=8, start=None, months=3)
        check_places(model)
        e = model.institution.employers.employers
        assert e["good"].sum() > 20
        assert (e["willingness"] != e["base"]).any()
        lived = model.lived.institution
        assert np.array_equal(e["willingness"], lived["employer.willingness"])
        assert np.array_equal(model.institution.employers._carried, lived["outreach_carried"])
        again = np.flatnonzero((model.population["seeking"] != NO_MEASURE) & (model.population["seeking_since"] == model.month))
        assert (model.population["employer"][again[model.population["paid_hours"][again] == 0]] == NO_EMPLOYER).all()
        while model.running:
            model.step()
            check_places(model)

    def test_chosen_into_another_status(self, monkeypatch):
        """If this fails somebody who lives in a small run's past, and is chosen to fill a status that nobody reached (see
        sim.history.choose), brings a measure, a place or a fleksjob into it."""
        real = sim.history.choose

        def filled(columns, *args, **settings):
            rows, status, table = real(columns, *args, **settings)
            at = np.flatnonzero(status == CODE["arbejdsmarkedsydelse"])
            busy = np.flatnonzero((columns["measure"] > 0) | (columns["status"] == FLEKSJOB))
            rows[at] = np.resize(busy, at.size)
            return rows, status, table

        monkeypatch.setattr(sim.history, "choose", filled)
        model = model_of(scale=0.002, seed=77, start=None, months=1)
        rows = model.rows_in("arbejdsmarkedsydelse")
        assert rows.size > 5
        assert (model.population["measure"][rows] == NO_MEASURE).all()
        check_places(model)

    def test_smallest_scale_runs(self):
        """If this fails a run at the smallest scale stops in its first month, because somebody who was chosen into a status that
        nobody had lived is still in a measure."""
        model = model_of(scale=0.001, seed=77, start=None, months=1)
        try:
            model.run()
        except RuntimeError as error:
            raise AssertionError(f"the run stopped: {error}") from error

    def test_never_beyond_outreach(self):
        """If this fails more places are found in a municipality, from the start to any month, than hours came in."""
        model = model_of({"outreach.hours": 60000.0}, months=12)
        found = model.institution.employers
        asked, taken = found._matched, np.zeros(98)

        def watched(rows, is_public, order, used, now, hours):
            got = asked(rows, is_public, order, used, now, hours)
            if used == "used":
                at = model.population["municipality"][rows].astype(int) - 1
                taken[:] += np.bincount(at[got != NO_EMPLOYER], minlength=98)
            return got

        found._matched = watched
        for month in range(1, 13):
            model.step()
            assert (taken <= month * found._places() + 1e-6).all()
        assert taken.sum() > 20

    def test_no_outreach(self):
        """If this fails somebody is in a company place though nobody looks for places, or waits for one beyond the limit."""
        model = model_of({"outreach.hours": 0.0}, months=8).run()
        c = model.population
        table = model.measures().groupby("measure")["begun"].sum()
        assert table[["praktik_privat", "praktik_offentlig", "nytteindsats", "loentilskud_privat", "loentilskud_offentlig"]].sum() == 0
        assert table["vejledning"] > 100
        seeks = c["seeking"] != NO_MEASURE
        assert (model.month - c["seeking_since"][seeks] < load().months("placement.waits")).all()
        assert (c["employer"][(c["status"] != FLEKSJOB)] == NO_EMPLOYER).all()

    def test_no_employers(self):
        """If this fails a country without employers cannot be run, or has places."""
        model = model_of(NOBODY_WORKS, months=4, register=True, scale=0.002).run()
        assert (model.population["employer"] == NO_EMPLOYER).all()
        assert model.employer_places()[["employers", "places_used", "places_offered", "fleksjob"]].to_numpy().sum() == 0
        assert model.flows().query("to_status == 'fleksjob'")["citizens"].sum() == 0
        assert len(model.employers) == 0
        assert not (model.spells()["kind"] == "employer").any()

    def test_one_municipality_without_employers(self):
        """If this fails citizens of a municipality without employers stop the run, or cannot go to a neighbour."""
        model = model_of(months=6)
        c, e = model.population, model.institution.employers.employers
        largest = int(np.argmax(model.institution.municipalities["share"])) + 1
        other = largest % 98 + 1
        e["municipality"][e["municipality"] == largest] = other
        model.run()
        check_places(model)
        assert (c["employer"][(c["municipality"] == largest) & IS_COMPANY[c["measure"]]] != NO_EMPLOYER).any()

    @pytest.mark.parametrize("months", [0.0, 1.0, 4.0])
    def test_guidance_after_waiting(self, months):
        """If this fails who finds no place waits longer or shorter than ``placement.waits`` before guidance is given instead."""
        model = model_of({"outreach.hours": 0.0, "placement.waits": months}, months=8)
        measures = model.institution.measures
        asked, seen = measures._find_places, []

        def watched(now):
            c = model.population
            rows = np.flatnonzero(c["seeking"] != NO_MEASURE)
            since = c["seeking_since"][rows].astype(int)
            asked(now)
            tired = c["seeking"][rows] == NO_MEASURE
            assert (c["measure"][rows[tired]] == GUIDANCE).all()
            assert np.array_equal(tired, now - since >= months)
            seen.append(int(tired.sum()))

        measures._find_places = watched
        model.run()
        assert sum(seen) > 50


class TestAgents:
    def test_everybody_has_an_own_number(self):
        """If this fails two agents of different kinds have the same number, or employers cannot be looked at one by one."""
        model = model_of(scale=0.001, start="2008-01")
        ids = [agent.unique_id for agents in model.agents_by_type.values() for agent in agents]
        assert len(ids) == len(set(ids))
        e = model.institution.employers.employers
        assert len(model.employers) == e.size
        assert sum(employer.cooperates for employer in model.employers) == (e["willingness"] >= e["reserve"]).sum()


class TestBadInput:
    @pytest.mark.parametrize(("path", "value"), [
        ("outreach.hours", -1.0), ("outreach.minutes", 0.0), ("employers.few_places", 0.0), ("employers.many_places", 0.0),
        ("employers.number", [-1.0, 0.0, 0.0, 0.0]), ("employers.number", [1.0]), ("employers.fleks_places", 0.0), ("employers.good", 0.7),
        ("employers.forgets", float("nan")), ("employers.willing.public", 0.0), ("outreach.commute", 1.5),
    ])
    def test_refused(self, path, value):
        """If this fails a number that means nothing is simulated."""
        with pytest.raises(Mistake, match=path.replace(".", r"\.")):
            load().changed({path: value})

    def test_no_private_sector_named(self):
        """If this fails shares of sectors that are all 0 stop the run, or make private employers public."""
        zero = {f"employers.sectors.{name}": 0.0 for name in list(SECTORS)[:PUBLIC]}
        e = model_of(zero, scale=0.002).institution.employers.employers
        assert set(e["sector"].tolist()) == {PUBLIC - 1, PUBLIC}

    def test_codes_used_here(self):
        """If this fails the tests above look at another status than they say."""
        assert CODE["fleksjob"] == FLEKSJOB
        assert NEVER < 0
