"""Months: the only clock of the model. A month is an integer, counted from 2000-01 (= 0); it may be negative."""

import re
from functools import lru_cache
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Month = int
"""Months since 2000-01. Kept in columns as int16, so the calendar reaches from year -730 to 4730."""

Rates = TypeVar("Rates", float, npt.NDArray[np.float64])

_PATTERN = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_EPOCH = (2000 - 1970) * 12


@lru_cache(maxsize=4096)  # the same dates of law are read month after month
def month(text: str) -> Month:
    """Read ``"YYYY-MM"``. Raises ValueError with what is allowed when the text is anything else."""
    match = _PATTERN.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a month; write YYYY-MM, for example 2014-05")
    return (int(match[1]) - 2000) * 12 + int(match[2]) - 1


def label(m: Month) -> str:
    """Write a month as ``"YYYY-MM"``."""
    return f"{2000 + m // 12:04d}-{m % 12 + 1:02d}"


def timestamps(months: npt.ArrayLike) -> npt.NDArray[np.datetime64]:
    """First day of each month as ``datetime64[ms]``, the form used in every file."""
    since_1970 = np.asarray(months, np.int64) + _EPOCH
    return since_1970.astype("datetime64[M]").astype("datetime64[ms]")


def chance_in_a_month(a_year: Rates) -> Rates:
    """Chance that what happens at a rate a year happens within a month."""
    return -np.expm1(-a_year / 12)
