"""The municipality as a kind of agent: rows, codes and columns."""

from types import SimpleNamespace

import numpy as np
import pytest

from agents.column import Store
from agents.column_set import ColumnSet
from agents.municipality import FACTORS, PRACTICES, SHARES, Municipality


def store(size: int = 3, **values: list[float]) -> Store:
    return Store(SimpleNamespace(), Municipality, size, {name: np.array(v) for name, v in values.items()})


def test_every_practice_is_a_column_and_every_column_is_known() -> None:
    """Wrong if a practice could not be kept, or a column were in no list and so never filled."""
    assert set(Municipality.columns()) == {"share", "region", "district", "team_district", *PRACTICES}
    assert len(set(PRACTICES)) == len(PRACTICES) == 11
    assert not set(FACTORS) & set(SHARES)


def test_columns_say_what_they_are() -> None:
    """Wrong if a factor were called a share, or a column had no description."""
    for name, column in Municipality.columns().items():
        assert column.dtype == (np.uint8 if name in ("region", "district", "team_district") else np.float32), name
        assert len(column.__doc__ or "") > 20, name
    assert {n for n, c in Municipality.columns().items() if c.unit == "factor"} == set(FACTORS)


def test_without_a_practice_a_municipality_is_as_the_nation() -> None:
    """Wrong if a municipality whose practice is not given never sanctioned anybody, or had no team."""
    for name in FACTORS:
        assert getattr(store().view(0), name) == 1.0


def test_a_view_reads_and_writes_its_row() -> None:
    """Wrong if one municipality's practice were another's."""
    kept = store(caseload=[0.5, 1.0, 2.0])
    kept.view(1).caseload = 1.5
    assert ColumnSet(kept, np.arange(3)).caseload.tolist() == [0.5, 1.5, 2.0]
    assert kept.view(2).unique_id == 2  # code 3


def test_a_municipality_has_no_name_and_no_column_by_accident() -> None:
    """Wrong if drawn practice could be given a real name, or a mistyped column were made up."""
    with pytest.raises(AttributeError, match="no column 'name'"):
        store().view(0).name = "somewhere"
    with pytest.raises(AttributeError, match="declares no column 'strictness'"):
        store(strictness=[1.0, 1.0, 1.0])
