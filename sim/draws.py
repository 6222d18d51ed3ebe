"""Draws of the uncertain parameters: sets of values that the documents leave possible (``draws.parquet`` of a vintage)."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from agents.mistake import Mistake, unknown
from sim.parameters import FOLDER, Parameters, load_vintage

DRAWS = "draws.parquet"


def count_draws(vintage: str) -> int:
    """How many draws a vintage has; 0 when it has none."""
    file = _file(vintage)
    return pq.read_metadata(file).num_rows if file.exists() else 0


@lru_cache(maxsize=2)
def drawn(vintage: str, number: int) -> Parameters:
    """The vintage's parameters with one draw of the uncertain ones, counted from 1.

    Raises Mistake when the vintage has no such draw, or its file does not fit its parameters.
    """
    p, draws = load_vintage(vintage), _read(vintage)
    if not 1 <= number <= len(draws):
        raise Mistake(f"draw = {number}: vintage {vintage!r} has draws 1 to {len(draws)}")
    return p.drawn(draws[number - 1])


def draws_table(vintage: str) -> list[Mapping[str, Any]]:
    """All draws of a vintage: the drawn parameters' values by path. Raises Mistake when it has none, or its file does not fit."""
    return _read(vintage)


@lru_cache(maxsize=4)
def _read(vintage: str) -> list[Mapping[str, Any]]:
    file, p = _file(vintage), load_vintage(vintage)
    if not file.exists():
        raise Mistake(f"vintage {vintage!r} has no {DRAWS}; `borgerflow calibrate` makes one")
    try:
        table = pq.read_table(file)
    except (OSError, pa.ArrowInvalid) as error:
        raise Mistake(f"{file} cannot be read: {error}") from None
    for path in table.column_names:
        if path not in p:
            raise unknown("parameter", path, p, where=str(file))
        if isinstance(p[path].value, list):
            raise Mistake(f"{file}: parameter {path!r} is a list; only single numbers are drawn")
        if not np.isfinite(table[path].to_numpy()).all():
            raise Mistake(f"{file}: parameter {path!r} has a value that is no number")
    return list(table.to_pylist())


def _file(vintage: str) -> Path:
    return (FOLDER / vintage if "/" not in vintage else Path(vintage)) / DRAWS
