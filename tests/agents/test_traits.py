"""Traits given status: exact numbers of persons, the right people, and nobody who depends on who else will come."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.flags import COMBINATIONS, COUNT_OF, HAS, independent
from agents.luck import Luck
from agents.population import largest_remainder
from agents.statuses import CODE, COUNT
from agents.traits import YES_NO, Amount, TraitMargins, chances, draw_traits, owed

AMOUNT = Amount(shape=8.0, power=0.175, scale=0.2)
KONTANTHJAELP, PENSION, ENTRY = CODE["kontanthjaelp_aktivitetsparat"], CODE["foertidspension"], CODE["entry"]
shares = st.floats(0, 1)


def margins(share: float = 0.3, odds: float = 2.0) -> TraitMargins:
    flags = np.tile(independent(np.array([0.7, 0.1, 0.35, 0.05, 0.2])), (COUNT, 1))
    return TraitMargins(
        flags=flags,
        share={name: np.full(COUNT, share) for name in YES_NO},
        log_odds={name: np.full(5, np.log(odds)) for name in YES_NO},
        amount=AMOUNT,
        amount_ratio=np.linspace(0.5, 1.5, COUNT),
    )


def people(*numbers: tuple[int, int]) -> np.ndarray:
    """Status codes: pairs of (code, persons)."""
    return np.concatenate([np.full(n, code, np.uint8) for code, n in numbers])


def drawn(m: TraitMargins, status: np.ndarray, ids: np.ndarray | None = None, seed: int = 1) -> dict[str, np.ndarray]:
    return draw_traits(m, status, np.arange(status.size) if ids is None else ids, Luck(seed))


class TestQuotas:
    @settings(max_examples=100, deadline=None, derandomize=True, database=None)
    @given(st.integers(1, 3000), shares, st.floats(1, 10), st.integers(0, 5))
    def test_everything_is_counted(self, n, share, odds, seed):
        """If this fails a combination of flags or a trait has more or fewer persons than its quota, at some size or share."""
        m = margins(share, odds)
        got = drawn(m, people((KONTANTHJAELP, n)), seed=seed)
        cells = np.bincount(got["flags"], minlength=COMBINATIONS)
        assert cells.tolist() == largest_remainder(m.flags[KONTANTHJAELP], n).tolist()
        for name in YES_NO:
            assert (got[name] > 0).sum() == int(np.floor(share * n + 0.5))

    def test_within_each_combination(self):
        """If this fails the trait has its share of the status, but among the wrong people: a cell is off by a person or more."""
        m, n = margins(0.21, 1.5), 5000
        got = drawn(m, people((KONTANTHJAELP, n)))
        cells = np.bincount(got["flags"], minlength=COMBINATIONS)
        chance = chances(0.21, m.log_odds["addiction"], cells)
        with_it = np.bincount(got["flags"][got["addiction"]], minlength=COMBINATIONS)
        assert np.abs(with_it - cells * chance).max() < 1
        assert (with_it <= cells).all()

    def test_statuses_have_their_own(self):
        """If this fails one status gets another's shares."""
        m = margins()
        m.share["homeless"][:] = np.linspace(0, 1, COUNT)
        status = people((PENSION, 400), (KONTANTHJAELP, 300), (PENSION, 100))
        got = drawn(m, status)["homeless"]
        for code, n in ((PENSION, 500), (KONTANTHJAELP, 300)):
            assert got[status == code].sum() == int(np.floor(m.share["homeless"][code] * n + 0.5))

    def test_types_and_an_empty_population(self):
        """If this fails columns do not fit the citizen's, or nobody at all is an error."""
        for status in (people((PENSION, 10), (ENTRY, 5)), np.empty(0, np.uint8)):
            got = drawn(margins(), status)
            assert {name: values.dtype.name for name, values in got.items()} == {
                "flags": "uint8", **dict.fromkeys(YES_NO, "bool"), "public_debt": "int32",
            }
            assert all(values.shape == status.shape for values in got.values())

    def test_lengths_must_agree(self):
        """If this fails traits are given to the wrong persons without a word."""
        with pytest.raises(ValueError, match="10 statuses for 9 persons"):
            drawn(margins(), people((PENSION, 10)), np.arange(9))


class TestIdentity:
    def test_those_to_come_change_nobody(self):
        """If this fails a person has other traits in a longer run: runs cannot be prolonged or compared."""
        short, long = (drawn(margins(), people((PENSION, 700), (ENTRY, n))) for n in (50, 900))
        for name, values in short.items():
            assert np.array_equal(values, long[name][: values.size]), name

    def test_order_of_rows(self):
        """If this fails traits depend on where a person stands in the table, not on who it is."""
        status, ids = people((PENSION, 300), (ENTRY, 60), (KONTANTHJAELP, 200)), np.arange(560) * 7 + 3
        order = np.random.default_rng(1).permutation(560)
        straight, mixed = drawn(margins(), status, ids), drawn(margins(), status[order], ids[order])
        for name, values in straight.items():
            assert np.array_equal(values[order], mixed[name]), name

    def test_other_statuses_change_nobody(self):
        """If this fails a person's traits depend on people with another status."""
        alone = drawn(margins(), people((PENSION, 300)))
        beside = drawn(margins(), people((PENSION, 300), (KONTANTHJAELP, 40)))
        for name, values in alone.items():
            assert np.array_equal(values, beside[name][:300]), name

    def test_seed(self):
        """If this fails one seed gives two populations, or two replications share their people."""
        status = people((PENSION, 2000), (ENTRY, 500))
        a, b, c = (drawn(margins(), status, seed=s) for s in (1, 1, 2))
        for name, values in a.items():
            assert np.array_equal(values, b[name]), name
            assert not np.array_equal(values, c[name]), name

    def test_traits_do_not_share_luck(self):
        """If this fails two traits with the same shares fall on the same people (correlation beyond 6 standard errors of
        20,000 pairs: false alarm 2e-9 for each of 10 pairs)."""
        got = drawn(margins(0.3, odds=1.0), people((PENSION, 20_000)))
        table = np.corrcoef([got[name] > 0 for name in YES_NO])
        assert np.abs(table - np.eye(len(YES_NO))).max() < 6 / np.sqrt(20_000)


class TestEntrants:
    def test_they_have_the_shares(self):
        """If this fails those to come are other people than the margins say (z of 5.5 for 37 shares: false alarm 1.4e-6)."""
        m, n = margins(0.25, 2.0), 40_000
        got = drawn(m, people((ENTRY, n)))
        seen = np.bincount(got["flags"], minlength=COMBINATIONS)
        p = m.flags[ENTRY]
        often = n * p > 30  # where a normal approximation holds
        assert (np.abs(seen - n * p) / np.sqrt(n * p * (1 - p)))[often].max() < 5.5
        for name in YES_NO:
            assert abs((got[name] > 0).sum() - 0.25 * n) < 5.5 * np.sqrt(n * 0.25 * 0.75), name

    def test_they_cluster(self):
        """If this fails the traits of those to come do not go with their flags: mean flags with and without addiction are
        closer than a quarter of what the odds imply (more than 10 standard errors: false alarm below 1e-20)."""
        m = margins(0.25, 2.0)
        got = drawn(m, people((ENTRY, 40_000)))
        p, chance = m.flags[ENTRY], chances(0.25, m.log_odds["addiction"], m.flags[ENTRY])
        implied = (p * chance) @ COUNT_OF / 0.25 - (p * (1 - chance)) @ COUNT_OF / 0.75
        number = COUNT_OF[got["flags"]]
        assert number[got["addiction"]].mean() - number[~got["addiction"]].mean() > implied * 0.75 > 0.1


class TestChances:
    @settings(max_examples=200, deadline=None, derandomize=True, database=None)
    @given(shares, st.lists(st.floats(-3, 3), min_size=5, max_size=5), st.lists(st.integers(0, 9), min_size=32, max_size=32))
    def test_the_share_is_kept(self, share, log_odds, weight):
        """If this fails clustering changes how many have the trait."""
        of_all = np.array(weight) + 1e-3
        chance = chances(share, np.array(log_odds), of_all)
        assert ((chance >= 0) & (chance <= 1)).all()
        assert of_all @ chance / of_all.sum() == pytest.approx(share, abs=1e-9)

    def test_odds_ratio(self):
        """If this fails the parameter is not what it says: the odds with a flag against without."""
        chance = chances(0.2, np.log([1.5, 1.0, 2.0, 1.0, 1.0]), np.ones(COMBINATIONS))
        odds = chance / (1 - chance)
        for flag, ratio in ((0, 1.5), (1, 1.0), (2, 2.0)):
            with_it = np.flatnonzero(HAS[:, flag])
            assert odds[with_it] / odds[with_it - 2**flag] == pytest.approx(np.full(16, ratio))

    @pytest.mark.parametrize("odds", [1.0, 1.5, 5.0])
    def test_clustering_has_its_direction(self, odds):
        """If this fails people with more flags have the trait less often, or an odds ratio of 1 still clusters."""
        got = drawn(margins(0.2, odds), people((KONTANTHJAELP, 20_000)))
        rate = [got["addiction"][COUNT_OF[got["flags"]] == k].mean() for k in range(4)]
        if odds == 1:
            assert np.ptp(rate) < 0.01  # quotas: each of 32 cells is off by less than a person
        else:
            assert (np.diff(rate) > 0).all()


class TestDebt:
    def test_amounts_are_quantiles(self):
        """If this fails the debts of a status are not those of its distribution, times its ratio."""
        m = margins(0.5)
        debt = drawn(m, people((PENSION, 9000)))["public_debt"]
        owing = np.sort(debt[debt > 0])
        assert owing.size == 4500
        middles = (np.arange(4500) + 0.5) / 4500
        assert np.array_equal(owing, owed(middles, AMOUNT, float(m.amount_ratio[PENSION])))

    @settings(max_examples=50, deadline=None, derandomize=True, database=None)
    @given(st.lists(st.floats(0, 1), min_size=2, max_size=20), st.floats(0.1, 2))
    def test_more_luck_more_debt(self, luck, ratio):
        """If this fails a debt is 0, negative or overflows, or quantiles are out of order."""
        debts = owed(np.sort(luck), AMOUNT, ratio)
        assert debts.min() >= 1
        assert (np.diff(debts.astype(np.int64)) >= 0).all()
