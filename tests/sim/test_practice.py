"""Practice of municipalities: exact means, stated spreads, nothing drawn; and districts that are neither empty nor tiny."""

import math
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.caseworker import GROUPS
from agents.column import Store
from agents.mistake import Mistake
from agents.municipality import FACTORS, PRACTICES, SHARES, Municipality
from agents.population import Margins
from agents.statuses import CODE
from sim.margins import read_margins
from sim.parameters import FOLDER, Parameters, load, load_vintage
from sim.practice import SMALLEST_DISTRICT, districts, factors, read_practice, shares

SHARE = np.arange(1, 99) ** -0.8
SHARE /= SHARE.sum()
FIRST_TEAMS = [1, 91, 53, 17, 60]
"""Rows of the slowest teams, as dealt when practices came to be."""


@pytest.fixture(scope="module")
def margins() -> Margins:
    return read_margins(load())


@pytest.fixture(scope="module")
def practice(margins: Margins) -> dict[str, np.ndarray]:
    return read_practice(load(), margins)


def log_of(name: str, values: np.ndarray) -> np.ndarray:
    """Logarithms of factors, log-odds of shares."""
    wide = values.astype(float)
    return np.log(wide if name in FACTORS else wide / (1 - wide))


class TestPractice:
    def test_columns_fit_the_municipality(self, practice):
        """If this fails the municipalities cannot be made, or a practice is missing among them."""
        kept = Store(SimpleNamespace(), Municipality, 98, practice)
        assert set(practice) == {"share", "region", *PRACTICES}
        for name, values in practice.items():
            assert values.dtype == Municipality.columns()[name].dtype
            assert np.array_equal(kept[name], values)

    @pytest.mark.parametrize("name", PRACTICES)
    def test_the_weighted_mean_is_the_national_one(self, practice, name):
        """If this fails, switching practices on changes the national level: every calibrated rate would be off."""
        asked = 1.0 if name in FACTORS else load().value(f"practice.{name}.mean")
        assert practice["share"].astype(float) @ practice[name].astype(float) == pytest.approx(asked, rel=3e-7)

    @pytest.mark.parametrize("name", PRACTICES)
    def test_the_spread_is_the_stated_one(self, practice, name):
        """If this fails municipalities differ more or less than the parameter says."""
        assert log_of(name, practice[name]).std() == pytest.approx(load().value(f"practice.{name}.spread"), rel=1e-4)

    @pytest.mark.parametrize("name", PRACTICES)
    def test_values_are_quantiles(self, practice, name):
        """If this fails two municipalities share a value, or the values have gaps and lumps as drawn ones have."""
        steps = np.diff(np.sort(log_of(name, practice[name])))
        assert (steps > 0).all()
        assert steps == pytest.approx(steps[::-1], rel=0.02)  # the normal distribution is symmetric
        assert steps[48] == steps.min() or steps[48] < 1.01 * steps.min()  # densest in the middle

    @pytest.mark.parametrize("name", FACTORS)
    def test_factors_are_skewed_to_the_right(self, practice, name):
        """If this fails the heavy side is the wrong one: some caseloads are several times the mean, none is negative."""
        values = practice[name].astype(float)
        assert values.min() > 0
        assert np.median(values) < values.mean()
        assert values.max() - np.median(values) > np.median(values) - values.min()

    def test_no_seed_and_no_memory(self, margins, practice):
        """If this fails practice differs between replications: what was drawn would look like an effect."""
        np.random.seed(1)  # noqa: NPY002
        again = read_practice(load(), margins)
        assert all(np.array_equal(again[name], practice[name]) for name in practice)

    def test_the_order_is_the_one_of_the_name(self):
        """If this fails the deal has changed, and with it the results of every run: it needs a line in the changelog."""
        assert np.argsort(factors("team_speed", SHARE, 0.3))[:5].tolist() == FIRST_TEAMS
        assert np.argsort(factors("caseload", SHARE, 0.3))[:5].tolist() != FIRST_TEAMS

    def test_the_order_does_not_depend_on_the_spread(self):
        """If this fails a changed spread makes strict municipalities mild: effects would come from reshuffling."""
        narrow, wide = (np.argsort(factors("caseload", SHARE, spread)) for spread in (0.01, 1.0))
        assert np.array_equal(narrow, wide)
        assert np.array_equal(np.argsort(shares("caseload", SHARE, 0.2, 0.5)), wide)

    def test_practices_go_together_with_nothing(self, practice):
        """If this fails two practices, or one and size, are tied though no document says so (0.26 is one pair in a hundred)."""
        table = np.corrcoef([log_of(n, practice[n]) for n in PRACTICES] + [practice["share"]])
        assert np.abs(table[np.triu_indices(len(table), 1)]).max() < 0.26

    def test_municipalities_hold_everybody(self, practice, margins):
        """If this fails shares leave people out, count the dead or those abroad, or a region lies elsewhere."""
        assert practice["share"].sum() == pytest.approx(1, abs=1e-6)
        assert np.bincount(practice["region"]).tolist() == [29, 17, 22, 19, 11]
        gone = ("abroad", "dead", "folkepension", "entry")
        persons = sum(margins.stock[code] * margins.municipality[code] for name, code in CODE.items() if name not in gone)
        assert practice["share"] == pytest.approx(persons / persons.sum(), rel=1e-6)
        abroad = margins.stock.copy()
        abroad[CODE["abroad"]] *= 100
        assert np.array_equal(read_practice(load(), replace(margins, stock=abroad))["share"], practice["share"])

    @settings(max_examples=60, deadline=None, derandomize=True, database=None)
    @given(st.integers(1, 250), st.floats(0, 3), st.floats(0.001, 0.999), st.integers(0, 9))
    def test_any_number_any_spread(self, count, spread, mean, seed):
        """If this fails some allowed setting has a wrong mean, an impossible share, or no solution."""
        size = np.random.default_rng(seed).exponential(size=count) + 1e-6
        size /= size.sum()
        one, other = factors("caseload", size, spread), shares("trained_share", size, mean, spread)
        assert size @ one == pytest.approx(1)
        assert size @ other == pytest.approx(mean, rel=1e-6)
        assert (one > 0).all() and (other > 0).all() and (other < 1).all()
        if count > 1:
            assert np.log(one).std() == pytest.approx(spread, abs=1e-9)

    def test_no_spread_no_difference(self, margins):
        """If this fails practices cannot be switched off: alike municipalities still differ."""
        flat = read_practice(load().changed({f"practice.{name}.spread": 0 for name in PRACTICES}), margins)
        for name in FACTORS:
            assert (flat[name] == 1).all()
        for name in SHARES:
            assert flat[name] == pytest.approx(np.full(98, load().value(f"practice.{name}.mean")), rel=1e-6)


class TestMistakes:
    def test_a_vintage_without_the_file_says_so(self, tmp_path: Path, margins: Margins):
        """If this fails an older vintage of one's own ends in a Python error, or in practices out of nowhere."""
        shutil.copytree(FOLDER / "2014", tmp_path / "mine")
        (tmp_path / "mine" / "municipalities.toml").unlink()
        with pytest.raises(Mistake, match=r"practice\.(differences|\w+\.spread|\w+\.mean)' is missing \(16 in all\)"):
            load_vintage(f"{tmp_path}/mine")
        with pytest.raises(Mistake, match=r"'mine'.*'practice\.sanction_strictness\.spread' is missing \(15.*municipalities\.toml"):
            read_practice(load("mine", tmp_path), margins)

    @pytest.mark.parametrize(
        ("changes", "named"),
        [
            ({"practice.caseload.spread": -0.1}, ["practice.caseload.spread", "-0.1", "0 to 0.7"]),
            ({"practice.caseload.spread": 7}, ["practice.caseload.spread", "7", "0 to 0.7"]),
            ({"practice.trained_share.mean": 1.2}, ["practice.trained_share.mean", "1.2", "0.3 to 0.9"]),
            ({"practice.trained_shares.mean": 0.5}, ["practice.trained_shares.mean", "practice.trained_share.mean"]),
            ({"practice.caseload.mean": 2}, ["practice.caseload.mean", "did you mean"]),
        ],
    )
    def test_a_scenario_cannot_set_nonsense(self, changes: Mapping[str, float], named: list[str]):
        """If this fails a scenario sets an impossible practice, or moves the mean of a factor that is 1 by definition."""
        with pytest.raises(Mistake) as refused:
            load().changed(changes)
        assert all(text in str(refused.value) for text in named)

    @pytest.mark.parametrize(
        ("path", "value", "allowed"),
        [
            ("practice.team_speed.spread", -1.0, "between 0 and 3"),
            ("practice.team_speed.spread", 50.0, "between 0 and 3"),
            ("practice.company_places.mean", 0.0, "between 0 and 1"),
            ("practice.company_places.mean", 1.0, "between 0 and 1"),
        ],
    )
    def test_a_vintage_with_wider_ranges_is_checked_too(self, margins: Margins, path: str, value: float, allowed: str):
        """If this fails a vintage of one's own with a range as wide as it likes gives infinite or no numbers."""
        loose = load()[path].model_copy(update={"value": value})
        with pytest.raises(Mistake, match=rf"{path}' = {value:g} must lie {allowed}"):
            read_practice(Parameters({**dict(load()), path: loose}, "mine"), margins)


class TestDistricts:
    @pytest.mark.parametrize("scale", [0.7, 1.0])
    def test_large_runs_share_nothing(self, scale):
        """If this fails municipalities share caseworkers in a run large enough for everybody's own."""
        assert districts(SHARE, SHARE, scale).tolist() == list(range(98))

    @settings(max_examples=150, deadline=None, derandomize=True, database=None)
    @given(st.integers(1, 120), st.floats(0.0001, 0.0999), st.integers(0, 10**6))
    def test_districts_are_whole_and_large_enough(self, count, scale, seed):
        """If this fails a district has no or almost no caseworkers, a municipality has no district, or alike ones are apart."""
        rng = np.random.default_rng(seed)
        size = rng.exponential(size=count) + 1e-4
        size /= size.sum()
        load_ = rng.lognormal(size=count)
        found = districts(size, load_, scale)
        assert found.dtype == np.uint8
        assert np.unique(found).tolist() == list(range(found.max() + 1))
        persons = np.bincount(found, weights=size)
        if len(persons) < count:  # shared: alike ones stand together
            assert (np.diff(found[np.argsort(load_)].astype(int)) >= 0).all()
        least = SMALLEST_DISTRICT / scale
        assert len(persons) == 1 or persons.min() >= least * (1 - 1e-9)
        assert persons.max() <= 2 * max(persons.min(), least) + 2 * size.max()  # roughly equal

    @pytest.mark.parametrize("scale", [0.001, 0.002, 0.01, 0.03])
    def test_the_cut_is_the_best(self, scale):
        """If this fails there could be more districts, or as many and the smallest larger: checked against all cuts."""
        size, load_ = SHARE[:12] / SHARE[:12].sum(), np.cos(np.arange(12))
        rows = np.argsort(load_)
        best = (0, 0.0)
        for cuts in range(2**11):
            ends = [i + 1 for i in range(11) if cuts >> i & 1]
            parts = [part.sum() for part in np.split(size[rows], ends)]
            if len(parts) == 1 or min(parts) >= SMALLEST_DISTRICT / scale:
                best = max(best, (len(parts), min(parts)))
        persons = np.bincount(districts(size, load_, scale), weights=size)
        assert (len(persons), persons.min()) == (best[0], pytest.approx(best[1]))

    def test_small_runs_have_few_and_large_runs_many(self, practice):
        """If this fails scale 0.01 has as few districts as 0.001: differences between municipalities vanish needlessly."""
        order = practice["caseload"] / practice["team_speed"]
        numbers = [int(districts(practice["share"], order, s).max()) + 1 for s in (0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 1)]
        assert numbers == sorted(numbers)
        assert numbers[0] == 1 and numbers[-1] == 98
        assert 6 <= numbers[3] <= 10 and 30 <= numbers[5] <= 60

    def test_the_constant_is_two_caseworkers_a_target_group(self):
        """If this fails the reason that stands beside the constant is not true."""
        assert math.isclose(SMALLEST_DISTRICT * 5500 / GROUPS, 2, rel_tol=0.05)

    def test_alike_municipalities_keep_the_order_of_their_codes(self):
        """If this fails districts of equal municipalities hang on how a machine sorts."""
        found = districts(SHARE, np.ones(98), 0.01).astype(int)
        assert (np.diff(found) >= 0).all()

    @pytest.mark.parametrize(
        ("share", "order", "scale", "named"),
        [
            (SHARE, SHARE, 0.0, "scale = 0 must be above 0"),
            (SHARE, SHARE, -0.01, "scale = -0.01"),
            (SHARE, SHARE, 1.5, "scale = 1.5.*at most 1"),
            (SHARE, SHARE, float("nan"), "scale = nan"),
            (SHARE, SHARE[:50], 0.01, r"order_by has shape \(50,\).*\(98,\)"),
            (SHARE, np.where(SHARE > 0.1, np.nan, SHARE), 0.01, "order_by = nan"),
            (SHARE - SHARE.min(), SHARE, 0.01, "share = 0: every share"),
            (np.append(SHARE[:-1], np.inf), SHARE, 0.5, "share = inf"),
            (np.array([]), np.array([]), 0.01, r"share has shape \(0,\)"),
            (np.ones(256), np.ones(256), 0.5, r"\(256,\).*1 to 255"),
            (np.ones((2, 2)), np.ones((2, 2)), 0.5, r"shape \(2, 2\)"),
        ],
    )
    def test_nonsense_is_refused_by_name(self, share, order, scale, named):
        """If this fails wrong input gives districts all the same, or a Python error, or wraps round in a uint8."""
        with pytest.raises(Mistake, match=named):
            districts(share, order, scale)
