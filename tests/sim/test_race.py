"""Racing clocks against a slow reference: no thinning, no lanes read in bulk, plain Python integers and floats."""

import hashlib
import math

import numpy as np
import pytest

from agents.citizen import Citizen
from agents.column import Store
from agents.luck import Luck
from agents.mistake import Mistake
from agents.statuses import CODE, COUNT
from sim.intensities import BANDS, HIGHEST, SLOTS
from sim.model import BenefitModel
from sim.profiles import PROFILES
from sim.race import BLOCK, Race, RowFactor

MASK = 2**64 - 1
EDGES = (0, 3, 6, 12, 24, 36, 60)


def mix(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def key(seed, stream, month):
    digest = hashlib.blake2b(f"{seed}|{stream}|{month}".encode(), digest_size=16).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")


def bits(k, n):
    return mix(mix((n * 0x9E3779B97F4A7C15 + k[0]) & MASK) ^ k[1])


def race_by_hand(store, seed, now, table, profile, factors=()):
    """Winners of one month: every clock of every citizen is drawn in full, the first below one month wins."""
    words, low = [key(seed, f"exit.word{w}", now) for w in (0, 1)], key(seed, "exit.low", now)
    winners = {}
    status, since, spell = (store[c].tolist() for c in ("status", "since", "spell_since"))
    exits = [[k for k in range(SLOTS) if table[s, :, :, k].any()] for s in range(COUNT)]
    for person in range(store.size):
        if since[person] == now or not exits[status[person]]:
            continue
        band = max(b for b, edge in enumerate(EDGES) if now - spell[person] >= edge)
        drawn = [bits(k, person) for k in words]
        first = math.inf
        for slot in exits[status[person]]:
            h = float(table[status[person], band, profile[person], slot])
            for source, of_slot, factor in factors:
                if source == status[person] and of_slot == slot:
                    h *= float(factor[person])
            if h == 0:
                continue
            top = (drawn[slot // 8] >> (8 * (slot % 8))) & 255
            u = (top + (bits(low, person * 16 + slot) >> 11) * 2.0**-53) / 256
            rings = -math.log1p(-u) / h
            if rings < 1 and rings < first:
                first, winners[person] = rings, slot
    return winners


def as_dict(winners):
    return dict(zip(winners.rows.tolist(), winners.slots.tolist(), strict=True))


@pytest.fixture(scope="module")
def stage():
    """A tiny model after two months: some citizens have moved this month, spells have many lengths."""
    model = BenefitModel(scale=0.001, months=3, seed=21)
    model.step()
    model.step()
    return model


def raised(table, times):
    """All intensities several times higher, as far as a month can carry them."""
    return np.minimum(table * times, 0.9 * HIGHEST)


def row_factor(source, slot, factor):
    return RowFactor.on_one(CODE[source], slot, factor, float(np.max(factor)))


@pytest.mark.parametrize(("times", "months_later"), [(1, 1), (1, 2), (12, 1), (12, 70), (60, 1)])
def test_same_winners_as_by_hand(stage, times, months_later):
    """If this fails thinning is not exact: exits are lost or invented, or another clock wins."""
    now, table = stage.month + months_later, raised(stage.intensities.table, times)
    got = Race(stage.population, Luck(21)).run(now, table, stage.demography.profile)
    expected = race_by_hand(stage.population, 21, now, table, stage.demography.profile)
    assert as_dict(got) == expected
    assert len(expected) > 30
    assert (np.diff(got.rows) > 0).all()


def test_row_factors_above_and_below_one(stage):
    """If this fails a policy's factor on some rows changes other rows, or the bound does not rise with it."""
    rng = np.random.default_rng(0)
    n, now = stage.population.size, stage.month + 1
    factors = [
        row_factor("employment", 0, rng.choice([0.0, 0.3, 1.0, 7.0, 40.0], n)),
        row_factor("employment", 0, rng.uniform(0.5, 2, n)),
        row_factor("dagpenge", 9, rng.choice([0.0, 500.0], n)),
        row_factor("education", 0, np.full(n, 0.1)),
        row_factor("foertidspension", 15, np.full(n, 30.0)),
        row_factor("self_support", 0, rng.choice([0.0, 1.0], n).astype(np.float32)),
    ]
    table = stage.intensities.table
    by_hand = [(*np.argwhere(f.exits)[0].tolist(), f.factor) for f in factors]
    expected = race_by_hand(stage.population, 21, now, table, stage.demography.profile, by_hand)
    got = Race(stage.population, Luck(21)).run(now, table, stage.demography.profile, factors)
    assert as_dict(got) == expected
    assert expected != race_by_hand(stage.population, 21, now, table, stage.demography.profile)


@pytest.mark.parametrize("block", [1000, 4096, BLOCK])
@pytest.mark.parametrize("threads", [1, 2])
def test_blocks_and_threads_do_not_matter(block, threads):
    """If this fails results depend on how many processors the machine has."""
    model = BenefitModel(scale=0.004, months=1, seed=2)
    half = np.where(np.arange(model.population.size) % 2, 0.2, 5.0)
    factors = [row_factor("employment", 0, half)]
    runs = []
    for settings in ({"threads": threads, "block": block}, {"threads": 1, "block": 10**6}):
        race = Race(model.population, Luck(2), **settings)
        table, profile = raised(model.intensities.table, 5), model.demography.profile
        runs += [as_dict(race.run(now, table, profile, factors)) for now in (172, 173)]
    assert runs[:2] == runs[2:]
    assert runs[0] != runs[1]


def test_intensities_changed_in_place():
    """If this fails bounds kept from an earlier month are used for other numbers: moves are lost without a word.

    Refusing the change (a read-only table) is as good as honouring it.
    """
    model = BenefitModel(scale=0.001, months=6, seed=21)
    for _ in range(4):
        model.step()
    now = model.month + 1
    table = model.intensities.in_force(now)
    try:
        table[:] = raised(table, 10)
    except ValueError:
        return
    got = model.race.run(now, table, model.demography.profile)
    assert as_dict(got) == race_by_hand(model.population, 21, now, table, model.demography.profile)


class TestExtremes:
    @pytest.fixture
    def one_exit(self):
        """20,000 citizens in employment, profile 0, and an empty table."""
        n = 20_000
        values = {"status": np.full(n, CODE["employment"]), "spell_since": np.zeros(n), "since": np.zeros(n)}
        return Store(None, Citizen, n, values), np.zeros((COUNT, BANDS, PROFILES, SLOTS)), np.zeros(n, np.uint8)

    def test_zero_never_rings(self, stage):
        """If this fails people make moves that no law allows."""
        table = raised(stage.intensities.table, 20)
        race = Race(stage.population, Luck(21))
        shut = table.copy()
        shut[CODE["employment"], :, :, 0] = 0
        for now in range(stage.month + 1, stage.month + 20):
            winners = race.run(now, shut, stage.demography.profile)
            source = stage.population["status"][winners.rows]
            assert (table[source, :, :, winners.slots].max(axis=(1, 2)) > 0).all()
            assert not ((source == CODE["employment"]) & (winners.slots == 0)).any()
        assert race.run(stage.month + 1, table * 0, stage.demography.profile).rows.size == 0

    def test_factor_zero_never_rings(self, stage):
        """If this fails a policy cannot stop a move."""
        stop = row_factor("employment", 0, np.zeros(stage.population.size))
        race = Race(stage.population, Luck(21))
        winners = race.run(stage.month + 1, raised(stage.intensities.table, 20), stage.demography.profile, [stop])
        source = stage.population["status"][winners.rows]
        assert not ((source == CODE["employment"]) & (winners.slots == 0)).any()

    @pytest.mark.parametrize("slot", [0, 7, 8, 15])
    @pytest.mark.parametrize("h", [1e-4, 1 / 256, 0.05, 1.0, 5.0, HIGHEST * (1 - 1e-6)])
    def test_frequency(self, one_exit, slot, h):
        """If this fails an exit rings too often or never (5.5 standard deviations, false alarm 4e-8 each, 24 cases)."""
        store, table, profile = one_exit
        table[CODE["employment"], :, :, slot] = h
        race, months = Race(store, Luck(5)), 10
        rung = sum(race.run(now, table, profile).rows.size for now in range(1, 1 + months))
        n, p = store.size * months, -math.expm1(-h)
        assert abs(rung - n * p) < 5.5 * math.sqrt(n * p * (1 - p)) + 1

    def test_largest_intensity_that_is_accepted(self, one_exit):
        """If this fails the bound of an exit just below the largest wraps to 0, and the surest exit never rings."""
        store, table, profile = one_exit
        table[CODE["employment"], :, :, 0] = np.nextafter(HIGHEST, 0)
        assert Race(store, Luck(5)).run(1, table, profile).rows.size > 0.98 * store.size

    def test_shares_of_competing_exits(self, one_exit):
        """If this fails exits do not win in proportion to their intensities (5.5 standard deviations)."""
        store, table, profile = one_exit
        rates = {0: 0.8, 3: 0.4, 8: 0.2, 14: 0.1}
        for slot, h in rates.items():
            table[CODE["employment"], :, :, slot] = h
        winners = Race(store, Luck(5)).run(1, table, profile)
        leave = -math.expm1(-1.5)
        for slot, h in rates.items():
            p = leave * h / 1.5
            assert abs((winners.slots == slot).sum() - store.size * p) < 5.5 * math.sqrt(store.size * p * (1 - p))

    def test_too_large_is_refused(self, stage):
        """If this fails an intensity that thinning cannot bound is cut off silently. (Factors of policies are refused where
        policies set them.)"""
        table = stage.intensities.table.copy()
        table[CODE["employment"], 2, 5, 0] = HIGHEST
        with pytest.raises(Mistake, match="exit 0 from 'employment'"):
            Race(stage.population, Luck(21)).run(stage.month + 1, table, stage.demography.profile, [])

    def test_factors_raise_to_the_largest_at_most(self, one_exit):
        """If this fails measures and contact on top of a fast exit stop the run, or do more than the fastest exit can."""
        store, table, profile = one_exit
        table[CODE["employment"], :, :, 0] = 0.9 * HIGHEST
        ones, fast = np.ones(store.size), np.full(store.size, 3.0)
        once, raised = (Race(store, Luck(5)).run(1, table, profile, [row_factor("employment", 0, f)]).rows for f in (ones, fast))
        table[CODE["employment"], :, :, 0] = np.nextafter(HIGHEST, 0)
        assert np.isin(once, raised).all()
        assert np.array_equal(raised, Race(store, Luck(5)).run(1, table, profile).rows)

    def test_who_moved_this_month_stays(self, one_exit):
        """If this fails a citizen moves twice in a month."""
        store, table, profile = one_exit
        table[CODE["employment"], :, :, 0] = 5.0
        store["since"][::2] = 9
        winners = Race(store, Luck(5)).run(9, table, profile)
        assert winners.rows.size > 9000
        assert (winners.rows % 2 == 1).all()

    def test_bands(self, one_exit):
        """If this fails time in the spell is looked up in the wrong band, or 60 months and more are not alike."""
        store, table, profile = one_exit
        months = np.arange(store.size) % 80
        store["spell_since"][:] = 100 - months
        for band, edge in enumerate(EDGES):
            table[:] = 0
            table[CODE["employment"], band, :, 0] = 5.0
            upper = EDGES[band + 1] if band + 1 < len(EDGES) else 80
            found = Race(store, Luck(5)).run(100, table, profile).rows
            assert set((months[found]).tolist()) == set(range(edge, upper))
