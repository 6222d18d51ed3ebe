"""The start population against its margins, counted person by person."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agents.citizen import CLASSES, ORIGINS
from agents.luck import Luck
from agents.population import AGES, SENIORITY_EDGES, largest_remainder, synthesise
from agents.statuses import CODE, COUNT, RESIDENT, STATUSES
from sim.intensities import Intensities, select_classes
from sim.margins import read_margins
from sim.model import BenefitModel

SCALES = (0.001, 0.0037, 0.02)
START = 14 * 12 + 4
STOCKED = [s for s in STATUSES if s.group in ("outside", "temporary", "edge") or s.name == "abroad"]


@pytest.fixture(scope="module")
def margins(parameters):
    raw = read_margins(parameters)
    return select_classes(raw, Intensities(parameters, raw))


@pytest.fixture(scope="module", params=SCALES)
def population(request, margins):
    return synthesise(margins, scale=request.param, start=START, cohorts=12, luck=Luck(11))


def adults(population):
    return {name: values[: population.adults] for name, values in population.columns.items()}


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40), st.integers(0, 10**7))
def test_largest_remainder(shares, total):
    """If this fails quotas do not add up, are off by one or more, or give persons to a share of nothing."""
    shares = np.array(shares)
    assume(shares.sum() > 1e-3)
    counts = largest_remainder(shares, total)
    ideal = shares / shares.sum() * total
    assert counts.sum() == total
    assert (counts >= 0).all()
    assert np.abs(counts - ideal).max() < 1 + 1e-6
    assert (counts[shares == 0] == 0).all()
    clearly = shares[:, None] > shares[None, :] * (1 + 1e-6)
    assert (counts[:, None] >= counts[None, :])[clearly].all()


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.lists(st.integers(0, 1000), min_size=1, max_size=12), st.integers(0, 500))
def test_largest_remainder_by_hand(shares, total):
    """If this fails the persons left over do not go to the largest remainders (exact fractions; ties either way)."""
    assume(sum(shares))
    exact = [Fraction(share, sum(shares)) * total for share in shares]
    extra = [int(n) - int(x) for n, x in zip(largest_remainder(np.array(shares, float), total), exact, strict=True)]
    rest = [x - int(x) for x in exact]
    assert set(extra) <= {0, 1}
    assert sum(extra) == sum(rest)
    gets = [r for r, more in zip(rest, extra, strict=True) if more]
    gets_not = [r for r, more in zip(rest, extra, strict=True) if not more]
    assert not gets or not gets_not or min(gets) >= max(gets_not)


def test_largest_remainder_leaves_exact_quotas_alone():
    """If this fails whole quotas are changed by rounding."""
    assert largest_remainder(np.array([3.0, 0.0, 5.0, 2.0]), 10).tolist() == [3, 0, 5, 2]
    assert largest_remainder(np.array([1.0, 1.0, 1.0]), 2).sum() == 2


class TestQuotas:
    def test_status(self, population, margins):
        """If this fails the start stocks are not those of week 20: every result begins wrong."""
        counts = np.bincount(adults(population)["status"], minlength=COUNT)
        ideal = margins.stock * population.scale
        assert counts.sum() == round(ideal.sum()) == population.adults
        assert np.abs(counts - ideal).max() < 1
        assert counts[CODE["entry"]] == counts[CODE["jobafklaring"]] == counts[CODE["dead"]] == 0

    def test_documented_stocks(self, parameters, population):
        """If this fails a documented stock was lost on the way from parameter to person (off by a whole citizen)."""
        counts = np.bincount(adults(population)["status"], minlength=COUNT)
        for name, parameter in parameters.below("stock").items():
            assert abs(counts[CODE[name]] - parameter.value * population.scale) < 1

    def test_sex_and_origin(self, population, margins):
        """If this fails the mix of women and origins in some status is not the documented one."""
        columns = adults(population)
        for status in STOCKED:
            here = columns["status"] == status.code
            cell = columns["sex"][here].astype(int) * len(ORIGINS) + columns["origin"][here]
            ideal = margins.sex_origin[status.code].ravel() * here.sum()
            assert np.abs(np.bincount(cell, minlength=2 * len(ORIGINS)) - ideal).max(initial=0) < 1 + 1e-9

    def test_municipality(self, population, margins):
        """If this fails people of a status live in the wrong municipalities, or in one that does not exist."""
        columns = adults(population)
        assert columns["municipality"].min() >= 1
        assert columns["municipality"].max() <= 98
        for status in STOCKED:
            here = columns["status"] == status.code
            got = np.bincount(columns["municipality"][here], minlength=99)[1:]
            assert np.abs(got - margins.municipality[status.code] * here.sum()).max() < 1 + 1e-9

    def test_mean_age(self, population, parameters):
        """If this fails the mean age of a status is more than 0.1 years from the documented one."""
        columns = adults(population)
        for name, parameter in parameters.below("mean_age").items():
            here = columns["status"] == CODE.get(name, CODE["entry"])
            if here.sum() >= 100:
                age = (START - 1 - columns["birth_month"][here].astype(int)) // 12
                assert abs(age.mean() - parameter.value) < 0.1, name

    def test_ages(self, population, margins):
        """If this fails a whole year of age is over- or under-filled in a status, not only by rounding."""
        columns = adults(population)
        for status in STOCKED:
            here = columns["status"] == status.code
            age = (START - 1 - columns["birth_month"][here].astype(int)) // 12
            ideal = np.cumsum(margins.age[status.code]) * here.sum()
            got = np.cumsum(np.bincount(age, minlength=AGES[-1] + 1)[AGES[0] :])
            assert np.abs(got - ideal).max(initial=0) < 1 + 1e-9
            if not here.any():
                continue
            assert age.min() >= AGES[0]
            assert age.max() <= AGES[-1]

    def test_seniority(self, population, margins):
        """If this fails time in the spell is not that of the seniority tables, among those old enough to have it."""
        columns = adults(population)
        for status in STOCKED:
            here = columns["status"] == status.code
            if status.begins or here.sum() < 50:
                continue
            months = START - 1 - columns["spell_since"][here].astype(int)
            age = START - 1 - columns["birth_month"][here].astype(int)
            ideal = np.cumsum(margins.seniority[status.code]) * here.sum()
            got = np.cumsum(np.histogram(months, SENIORITY_EDGES)[0])
            young = ((age - 18 * 12) < SENIORITY_EDGES[-1]).sum()  # only theirs may have been cut
            assert (got >= ideal - 1.001).all()
            assert (got <= ideal + 1.001 + young).all()


def test_nobody_is_impossible(population):
    """If this fails someone began a status before 18, in the future, or before the benefit existed."""
    columns = {name: values.astype(int) for name, values in adults(population).items()}
    assert (columns["since"] < START).all()
    assert (columns["spell_since"] <= columns["since"]).all()
    assert (columns["spell_since"] >= columns["birth_month"] + 216).all()
    assert (columns["person_class"] < len(CLASSES)).all()
    for status in STATUSES:
        if status.begins:
            year, month_ = map(int, status.begins.split("-"))
            assert (columns["since"][columns["status"] == status.code] >= (year - 2000) * 12 + month_ - 1).all()
    on_youth_benefit = np.isin(columns["status"], [s.code for s in STATUSES if s.family == "uddannelseshjaelp"])
    assert (START - 1 - columns["birth_month"][on_youth_benefit] < 30 * 12).all()
    early = columns["status"] == CODE["efterloen"]
    assert (START - 1 - columns["birth_month"][early] >= 60 * 12).all()


def test_characteristics_are_matched_by_luck_not_by_row(margins):
    """If this fails people in one row after another share age, sex and place: matching by row, not by luck.

    Correlations of 20,000 pairs lie within 6 standard errors (false alarm 2e-9 each, three pairs).
    """
    big = synthesise(margins, scale=0.02, start=START, cohorts=1, luck=Luck(1))
    here = big.columns["status"][: big.adults] == CODE["employment"]
    table = [big.columns[n][: big.adults][here].astype(float) for n in ("birth_month", "municipality", "spell_since")]
    n = here.sum()
    assert n > 20_000
    assert abs(np.corrcoef(table[0], table[1])[0, 1]) < 6 / np.sqrt(n)
    for values in table:
        assert abs(np.corrcoef(values[1:], values[:-1])[0, 1]) < 6 / np.sqrt(n)


class TestIdentity:
    @pytest.mark.parametrize("scale", SCALES[:2])
    def test_run_length_changes_nobody(self, margins, scale):
        """If this fails a person is another person in a longer run, so runs cannot be compared or prolonged."""
        short, long = (synthesise(margins, scale=scale, start=START, cohorts=n, luck=Luck(1)) for n in (12, 24))
        assert (short.adults, short.cohort_size) == (long.adults, long.cohort_size)
        assert short.size == short.adults + 12 * short.cohort_size
        assert long.size - short.size == 12 * short.cohort_size
        for name, values in short.columns.items():
            assert np.array_equal(values, long.columns[name][: short.size]), name

    def test_cohorts(self, margins):
        """If this fails id = adults + cohort x cohort_size + sequence does not hold: people turn 18 at other times."""
        people = synthesise(margins, scale=0.0037, start=START, cohorts=24, luck=Luck(1))
        future = slice(people.adults, people.size)
        cohort = np.arange(people.size - people.adults) // people.cohort_size
        assert (people.columns["status"][future] == CODE["entry"]).all()
        assert np.array_equal(people.columns["birth_month"][future], START + cohort - 216)
        assert people.cohort_size == round(margins.entrants * 0.0037)

    def test_seed(self, margins):
        """If this fails replications share their people, or one seed gives two populations."""
        a, b, c = (synthesise(margins, scale=0.0037, start=START, cohorts=3, luck=Luck(s)) for s in (1, 1, 2))
        assert all(np.array_equal(a.columns[n], b.columns[n]) for n in a.columns)
        assert not np.array_equal(a.columns["birth_month"], c.columns["birth_month"])
        assert np.array_equal(a.columns["status"], c.columns["status"])  # quotas are no luck

    def test_policies_and_threads_do_not_touch_it(self):
        """If this fails the start population depends on settings that have nothing to do with it."""
        a, b = (BenefitModel(scale=0.002, months=m, threads=t, block=k) for m, t, k in ((6, 1, 4096), (9, 2, 1000)))
        for name in a.population.arrays:
            assert np.array_equal(a.population[name], b.population[name][: a.population.size])


def test_entrants_composition(margins):
    """If this fails future 18-year-olds have another mix of origins than the margins (z of 5.5: false alarm 4e-7)."""
    people = synthesise(margins, scale=0.02, start=START, cohorts=120, luck=Luck(1))
    future = slice(people.adults, people.size)
    n = people.size - people.adults
    cell = people.columns["sex"][future].astype(int) * len(ORIGINS) + people.columns["origin"][future]
    p = margins.entrant_sex_origin.ravel() / margins.entrant_sex_origin.sum()
    z = (np.bincount(cell, minlength=p.size) - n * p) / np.sqrt(n * p * (1 - p))
    assert np.abs(z).max() < 5.5


def test_everybody_of_working_age(margins, parameters):
    """If this fails residents aged 18-64 and the coming 18-year-olds are not the documented population of 16-64."""
    residents = margins.stock[[s.code for s in RESIDENT]].sum()
    assert residents + 24 * margins.entrants == pytest.approx(parameters.value("population.age_16_64"), rel=1e-9)
