"""The employer: what the law allows, and what an employer shows of itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.column import Store
from agents.employer import PUBLIC, SIZE_EDGES, Employer, most_supported
from agents.measures import GUIDANCE, MEASURE_CODE, MEASURES, SANCTIONS, SUPPORTS
from agents.workplaces import SECTORS, SIZE_CLASSES

PROPERTY = settings(max_examples=200, deadline=None, derandomize=True, database=None)


def by_hand(staff):
    """The legal cap counted place by place: one for every full five of the first fifty, one for every full ten after."""
    places = sum(1 for person in range(1, staff + 1) if (person <= 50 and person % 5 == 0) or (person > 50 and person % 10 == 0))
    return max(1, places)


class TestLegalCap:
    @pytest.mark.parametrize(
        ("staff", "places"),
        [(0, 1), (1, 1), (4, 1), (5, 1), (9, 1), (10, 2), (14, 2), (15, 3), (49, 9), (50, 10), (51, 10), (59, 10), (60, 11), (100, 15), (1999, 204)],
    )
    def test_by_hand(self, staff, places):
        """If this fails an employer may have more or fewer supported persons than the law says."""
        assert most_supported(np.array([staff])).tolist() == [places] == [by_hand(staff)]

    @PROPERTY
    @given(st.lists(st.integers(0, 2**15 - 1), min_size=1, max_size=40), st.sampled_from([np.int16, np.int32, np.int64]))
    def test_any_staff(self, staff, dtype):
        """If this fails the cap depends on the type of the column, on the neighbours, or is not one per five, then per ten."""
        found = most_supported(np.array(staff, dtype))
        assert found.tolist() == [by_hand(s) for s in staff]
        assert (found >= 1).all()

    @PROPERTY
    @given(st.integers(0, 30000), st.integers(0, 500))
    def test_more_staff_never_fewer_places(self, staff, more):
        """If this fails an employer that grows loses a place, or gains more than one for each five."""
        before, after = most_supported(np.array([staff, staff + more]))
        assert before <= after <= before + more / 5 + 1


class TestView:
    def test_cooperates(self):
        """If this fails an employer cooperates below the willingness from which it would, or not at it."""
        columns = {"willingness": np.array([0.3, 0.5, 0.7]), "reserve": np.array([0.5, 0.5, 0.5])}
        store = Store(None, Employer, 3, columns)
        assert [store.view(row).cooperates for row in range(3)] == [False, True, True]

    def test_sizes_and_sectors_fit_their_columns(self):
        """If this fails a size class has no edges, classes overlap, or public is not the last sector."""
        assert len(SIZE_EDGES) == len(SIZE_CLASSES) + 1
        assert list(SIZE_EDGES) == sorted(set(SIZE_EDGES))
        assert list(SECTORS)[PUBLIC] == "public"
        for name, low, end in zip(SIZE_CLASSES, SIZE_EDGES[:-1], SIZE_EDGES[1:], strict=True):
            assert name in (f"{low}-{end - 1}", f"{low}+")
        assert SIZE_EDGES[-1] - 1 <= np.iinfo(Employer.columns()["staff"].dtype).max

    def test_codes_of_measures(self):
        """If this fails codes do not fit the bits kept in the register, or guidance needs an employer."""
        assert sorted(MEASURE_CODE.values()) == list(range(1, len(MEASURES) + 1))
        assert len(MEASURES) < 16 > len(SANCTIONS)
        assert len(SUPPORTS) < 16
        assert not MEASURES[GUIDANCE - 1].is_company
        assert all((m.is_public is None) == (not m.is_company) for m in MEASURES)
