"""Keyed luck: is it luck, and is it keyed?

Statistical tests use fixed seeds; each check would fail on true randomness with probability 1e-6 (``ALARM``), the
file makes about 60 of them, so a true generator would fail somewhere with probability 6e-5.
"""

import hashlib
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from agents.luck import Luck, Stream, draw_bits, stream_key

ALARM = 1e-6
N = 200_000
IDS = np.arange(N)
SEEDS = (0, 1, 2, 12345)
_MASK = 2**64 - 1


def reference_mix(z: int) -> int:
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


def reference_bits(seed: int, stream: str, month: int, person: int) -> int:
    """The documented draw, once more, in plain Python integers."""
    digest = hashlib.blake2b(f"{seed}|{stream}|{month}".encode(), digest_size=16).digest()
    first, second = int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")
    return reference_mix(reference_mix((person * 0x9E3779B97F4A7C15 + first) & _MASK) ^ second)


def pair_p(a: np.ndarray, b: np.ndarray, bins: int = 16) -> float:
    """p of the chi-square test that pairs of draws fill all cells of a grid alike."""
    cells = (a * bins).astype(int) * bins + (b * bins).astype(int)
    return float(stats.chisquare(np.bincount(cells, minlength=bins * bins)).pvalue)


class TestReference:
    @settings(max_examples=300, deadline=None, derandomize=True, database=None)
    @given(
        seed=st.integers(-(2**40), 2**40),
        stream=st.text(min_size=1, max_size=20).filter(str.isprintable),
        month=st.integers(-(2**15), 2**15 - 1),
        person=st.integers(0, 2**64 - 1),
    )
    def test_bit_for_bit(self, seed, stream, month, person):
        """If this fails the draw is not the documented hash: runs of another version or language cannot be repeated."""
        assert int(Stream(seed, stream).bits(month, [person])[0]) == reference_bits(seed, stream, month, person)

    def test_uniform_is_top_53_bits(self):
        """If this fails uniform draws are not the documented function of the bits (or can reach 1)."""
        stream = Stream(4, "u")
        expected = [(reference_bits(4, "u", 9, i) >> 11) * 2.0**-53 for i in range(500)]
        assert stream.uniform(9, np.arange(500)).tolist() == expected

    def test_published_splitmix_value(self):
        """If this fails the finaliser is not splitmix64: its first output for state 0 is published."""
        zero = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0))
        ids = np.zeros(1, np.uint64)
        once = reference_mix(0x9E3779B97F4A7C15)
        assert once == 0xE220A8397B1DCDAF
        assert int(draw_bits(zero, ids)[0]) == reference_mix(once)

    def test_writes_only_where_told(self):
        """If this fails drawing changes the ids of the population."""
        ids = np.arange(50, dtype=np.uint64)
        before = ids.copy()
        assert not np.shares_memory(draw_bits(stream_key(1, "a", 2), ids), ids)
        assert np.array_equal(ids, before)


class TestUniform:
    @pytest.mark.parametrize("seed", SEEDS)
    def test_chi_square_and_ks(self, seed):
        """If this fails draws are not uniform (false alarm 2e-6 for each seed)."""
        u = Stream(seed, "exit").uniform(172, IDS)
        assert stats.chisquare(np.bincount((u * 1000).astype(int), minlength=1000)).pvalue > ALARM
        assert stats.kstest(u, "uniform").pvalue > ALARM
        assert u.min() >= 0
        assert u.max() < 1

    @pytest.mark.parametrize("seed", SEEDS[:2])
    def test_every_byte(self, seed):
        """If this fails a lane of the race is loaded: some exit fires too often (false alarm 8e-6)."""
        lanes = Stream(seed, "exit.word0").bits(172, IDS).view(np.uint8).reshape(-1, 8)
        for lane in range(8):
            assert stats.chisquare(np.bincount(lanes[:, lane], minlength=256)).pvalue > ALARM

    def test_bytes_of_one_draw_are_independent(self):
        """If this fails two exits of one citizen ring together (28 pairs, false alarm 3e-5)."""
        lanes = Stream(1, "exit.word0").bits(172, IDS).view(np.uint8).reshape(-1, 8) / 256
        for a, b in combinations(range(8), 2):
            assert pair_p(lanes[:, a], lanes[:, b]) > ALARM

    def test_one_person_over_many_months(self):
        """If this fails a person's luck over time is not uniform: lucky and unlucky lives (false alarm 2e-6)."""
        stream = Stream(1, "exit")
        for person in (0, 3_000_000):
            u = np.array([stream.uniform(m, [person])[0] for m in range(-2000, 2000)])
            assert stats.kstest(u, "uniform").pvalue > ALARM


class TestIndependence:
    @pytest.mark.parametrize("other", ["exit.word1", "exit.low", "exit.word", "rule.means_test"])
    def test_streams(self, other):
        """If this fails two decisions share luck (false alarm 1e-6 for each pair)."""
        assert pair_p(Stream(1, "exit.word0").uniform(172, IDS), Stream(1, other).uniform(172, IDS)) > ALARM

    @pytest.mark.parametrize("lag", [1, 2, 12, 24])
    def test_months(self, lag):
        """If this fails this month's luck foretells another month's (false alarm 1e-6 for each lag)."""
        stream = Stream(1, "exit")
        assert pair_p(stream.uniform(172, IDS), stream.uniform(172 + lag, IDS)) > ALARM

    @pytest.mark.parametrize("lag", [1, 2, 16, 98, 1000, 4096])
    def test_persons(self, lag):
        """If this fails neighbours in the population share luck (false alarm 1e-6 for each lag)."""
        u = Stream(1, "exit").uniform(172, np.arange(2 * N))
        keep = np.arange(N) + (np.arange(N) // lag) * lag  # disjoint pairs, so that they are independent
        keep = keep[keep + lag < 2 * N]
        assert pair_p(u[keep], u[keep + lag]) > ALARM

    @pytest.mark.parametrize("other", [2, 3, 1001, -1])
    def test_seeds(self, other):
        """If this fails replications with other seeds are not new luck (false alarm 1e-6 for each seed)."""
        assert pair_p(Stream(1, "exit").uniform(172, IDS), Stream(other, "exit").uniform(172, IDS)) > ALARM

    def test_no_sequence_repeats_another(self):
        """If this fails a key close by walks through the same numbers, shifted: one mix alone does that."""
        seen = [set(Stream(s, "exit").bits(m, np.arange(20_000)).tolist()) for s in (1, 2) for m in (172, 173)]
        for a, b in combinations(seen, 2):
            assert not a & b
        assert all(len(s) == 20_000 for s in seen)

    def test_seed_and_stream_do_not_run_together(self):
        """If this fails (1, "1|a") and (1, "a") or the like have one key, so two streams are one."""
        keys = [stream_key(s, n, m) for s in (1, 11) for n in ("a", "1|a", "a|1", "a|11") for m in (1, 11)]
        assert len({(int(a), int(b)) for a, b in keys}) == len(keys)


def test_avalanche():
    """If this fails ids that differ in one bit get related luck.

    Each of 64 output bits must flip in half of the cases for each flipped bit of the id: 22 x 64 proportions with 4,000
    cases each, bound 6.5 standard deviations (false alarm 8e-11 each, 1e-7 in all).
    """
    ids = np.arange(4000, dtype=np.uint64) * np.uint64(7) + np.uint64(11)
    stream = Stream(1, "exit")
    base = stream.bits(172, ids)
    for bit in range(22):
        flipped = base ^ stream.bits(172, ids ^ np.uint64(1 << bit))
        ones = np.unpackbits(flipped.view(np.uint8).reshape(-1, 8), axis=1).mean(axis=0)
        assert np.abs(ones - 0.5).max() < 6.5 * 0.5 / np.sqrt(ids.size)


class TestKeyed:
    def test_order_and_subset_do_not_matter(self):
        """If this fails the same citizen has other luck when others are asked before, after or not at all."""
        whole = Stream(1, "x").uniform(5, IDS)
        some = np.random.default_rng(0).permutation(N)[:5000]
        again = Stream(1, "x")
        again.uniform(5, np.arange(10))
        assert np.array_equal(again.uniform(5, some), whole[some])
        assert again.uniform(5, [int(some[0])])[0] == whole[some[0]]

    def test_integer_type_of_ids_does_not_matter(self):
        """If this fails luck depends on how row numbers are stored."""
        for dtype in (np.int32, np.int64, np.uint64):
            assert np.array_equal(Stream(1, "x").bits(5, np.arange(99, dtype=dtype)), Stream(1, "x").bits(5, range(99)))

    def test_registered_twice_raises(self):
        """If this fails two parts of the model can share draws by accident."""
        luck = Luck(1)
        luck.stream("a")
        with pytest.raises(ValueError, match=r"'a' is registered already"):
            luck.stream("a")
        luck.stream("b")
        Luck(1).stream("a")

    def test_registering_others_changes_nothing(self):
        """If this fails adding a policy with draws of its own changes other people's luck."""
        alone, crowd = Luck(3), Luck(3)
        for i in range(20):
            crowd.stream(f"other{i}").uniform(1, IDS[:10])
        assert np.array_equal(alone.stream("a").bits(1, IDS[:100]), crowd.stream("a").bits(1, IDS[:100]))


class TestChoose:
    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize("shares", [[1, 1, 1], [0.7, 0.2, 0.1], [5, 0, 3, 0.02]])
    def test_proportions(self, seed, shares):
        """If this fails choices are not made in the proportions of the shares (false alarm 1e-6 each)."""
        shares = np.array(shares)
        got = np.bincount(Stream(seed, "c").choose(1, IDS, shares), minlength=shares.size)
        assert (got[shares == 0] == 0).all()
        some = shares > 0
        assert stats.chisquare(got[some], N * shares[some] / shares.sum()).pvalue > ALARM

    def test_scale_of_shares_does_not_matter(self):
        """If this fails shares in per cent choose otherwise than shares of one."""
        stream = Stream(1, "c")
        assert np.array_equal(stream.choose(1, IDS, [0.7, 0.2, 0.1]), stream.choose(1, IDS, [70, 20, 10]))

    @settings(max_examples=40, deadline=None, derandomize=True, database=None)
    @given(
        shares=st.lists(st.floats(0.01, 10), min_size=2, max_size=7),
        which=st.integers(0, 6),
        factor=st.floats(1.01, 20),
    )
    def test_raising_one_share_changes_only_choices_it_wins(self, shares, which, factor):
        """If this fails a reform of one destination moves people between two others."""
        which %= len(shares)
        stream = Stream(1, "c")
        raised = np.array(shares)
        raised[which] *= factor
        before, after = stream.choose(1, IDS[:3000], shares), stream.choose(1, IDS[:3000], raised)
        assert (after[before != after] == which).all()
        assert (after[before == which] == which).all()

    def test_a_new_option_at_the_end_keeps_ids_apart(self):
        """If this fails draws of one person for one option are draws of another person for another option."""
        u = np.stack([Stream(1, "c").uniform(1, IDS * 3 + k) for k in range(3)])
        assert np.unique(u).size == u.size

    def test_shares_by_person(self):
        """If this fails shares of one's own (n, k) give another choice than the same shares for all (k,)."""
        stream = Stream(1, "c")
        one, two = stream.choose(1, IDS, [0.2, 0.8]), stream.choose(1, IDS, [0.9, 0.1])
        mixed = np.where((IDS % 2 == 0)[:, None], [0.2, 0.8], [0.9, 0.1])
        assert np.array_equal(stream.choose(1, IDS, mixed), np.where(IDS % 2 == 0, one, two))

    def test_nobody(self):
        """If this fails a month in which nobody must choose stops the run."""
        assert Stream(1, "c").choose(1, np.zeros(0, np.int64), [0.5, 0.5]).size == 0
