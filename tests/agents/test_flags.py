"""Register flags: documented shares and documented counts of flags per person both hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.flags import COUNT_OF, HAS, clustering, independent, rake
from agents.mistake import Mistake


def counted(joint: np.ndarray) -> np.ndarray:
    """Shares with no, one, and two or more flags."""
    return np.array([joint[COUNT_OF == 0].sum(), joint[COUNT_OF == 1].sum(), joint[COUNT_OF >= 2].sum()])


@settings(deadline=None, derandomize=True, database=None)
@given(st.lists(st.floats(0.01, 0.99), min_size=5, max_size=5))
def test_independent_flags_have_their_shares(shares: list[float]) -> None:
    """Wrong if a combination were not the product of its flags."""
    joint = independent(np.array(shares))
    assert joint.sum() == pytest.approx(1)
    assert joint @ HAS == pytest.approx(shares)
    assert clustering(joint) == pytest.approx(np.ones(32))


def test_raking_gives_shares_and_counts() -> None:
    """Wrong if either the shares or the counts were given up for the other."""
    shares = np.array([0.58, 0.09, 0.32, 0.027, 0.13])
    joint = rake(independent(shares), shares, 0.22, 0.34)
    assert joint @ HAS == pytest.approx(shares, abs=1e-6)
    assert counted(joint) == pytest.approx([0.22, 0.44, 0.34], abs=1e-6)


def test_impossible_shares_and_counts_are_refused() -> None:
    """Wrong if a contradiction were settled in silence: nobody has a flag, but half have two."""
    shares = np.full(5, 0.01)
    with pytest.raises(Mistake, match="no distribution"):
        rake(independent(shares), shares, 0.25, 0.5)


@settings(deadline=None, derandomize=True, database=None)
@given(
    st.lists(st.floats(0.01, 0.99), min_size=32, max_size=32), st.lists(st.floats(0.02, 0.98), min_size=5, max_size=5)
)
def test_raking_finds_what_exists(start: list[float], weight: list[float]) -> None:
    """Wrong if raking missed shares and counts that a distribution is known to have."""
    known = independent(np.array(weight)) * np.array(start)
    known /= known.sum()
    none, several, four = (known[group].sum() for group in (COUNT_OF == 0, COUNT_OF >= 2, COUNT_OF == 4))
    joint = rake(independent(known @ HAS), known @ HAS, none, several, four)
    assert joint.min() >= 0
    assert joint.sum() == pytest.approx(1)
    assert joint @ HAS == pytest.approx(known @ HAS, abs=0.005)
    assert counted(joint) == pytest.approx(counted(known), abs=0.01)
    assert joint[COUNT_OF == 4].sum() == pytest.approx(four, abs=0.005)


def test_raking_without_constraints_on_counts_changes_no_clustering() -> None:
    """Wrong if independent flags with their own shares did not stay independent."""
    shares = np.array([0.41, 0.02, 0.09, 0.009, 0.04])
    assert rake(independent(shares), shares) == pytest.approx(independent(shares))


def test_an_impossible_count_is_refused() -> None:
    """Wrong if shares held and a count was given up in silence: all have one flag and more, but a tenth shall have none."""
    with pytest.raises(Mistake, match="no distribution"):
        rake(independent(np.array([1.0, 0.1, 0.1, 0.1, 0.1])), np.array([1.0, 0.1, 0.1, 0.1, 0.1]), none=0.1)
