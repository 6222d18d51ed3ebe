"""Months."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.calendar import label, month, timestamps


def test_known_months():
    """If this fails the epoch is not 2000-01 or months are counted from 1."""
    assert month("2000-01") == 0
    assert month("2014-05") == 14 * 12 + 4
    assert month("1999-12") == -1
    assert label(0) == "2000-01"
    assert label(-1) == "1999-12"


@settings(deadline=None, derandomize=True, database=None)
@given(st.integers(-2000 * 12, 7999 * 12))
def test_there_and_back(m):
    """If this fails a month written to a file is read back as another."""
    assert month(label(m)) == m


@pytest.mark.parametrize(
    "text",
    ["2014-13", "2014-00", "2014-5", "14-05", "2014", "2014-05-01", " 2014-05", "2014-05\n", "", "may 2014", "2014/05"],
)
def test_refuses_what_is_not_a_month(text):
    """If this fails a misspelt month is taken for another, or the message does not say what is allowed."""
    with pytest.raises(ValueError, match="write YYYY-MM"):
        month(text)


def test_timestamps():
    """If this fails files hold other months than the model, or another type than the contract (timestamp[ms])."""
    got = timestamps([month("2014-05"), month("1999-12"), month("1950-02")])
    assert got.dtype == np.dtype("datetime64[ms]")
    assert got.astype(str).tolist() == [f"{d}T00:00:00.000" for d in ("2014-05-01", "1999-12-01", "1950-02-01")]


def test_timestamps_of_int16():
    """If this fails a column of months (int16) overflows on its way to a file."""
    assert str(timestamps(np.array([32767], np.int16))[0])[:7] == "4730-08"
