"""Who had public support in which of the last 60 months, kept as bits and written only when a person moves.

Bit k of a person's mask is set when the person had public support k + 1 months before the current status began. The
months of the current status itself follow from when it began, so nobody's mask changes while nothing happens (written by
:func:`sim.begin_and_end.enter_statuses`).
"""

from typing import Any

import numpy as np

from agents.statuses import STATUSES

WINDOW = 60
"""Months that are remembered."""
IS_SUPPORT = np.array([s.is_support for s in STATUSES])
"""Whether a status is public support, by code."""


def months_supported(support: Any, months: Any, is_support: Any, window: int) -> Any:
    """Months with public support among the last ``window``, the current month included.

    Args:
        support: mask from before the current status began.
        months: months since the current status began.
        is_support: whether the current status is public support.
        window: months to look back, 1 to 60.

    Raises:
        ValueError: for a window that is not remembered.
    """
    if not 1 <= window <= WINDOW:
        raise ValueError(f"window = {window}: 1 to {WINDOW} months are remembered")
    here = np.minimum(np.asarray(months) + 1, window)
    seen = np.uint64(2**window - 1) >> here.astype(np.uint64)
    before = np.bitwise_count(np.asarray(support).astype(np.uint64) & seen).astype(np.int64)
    found = before + np.where(is_support, here, 0)
    return found if found.ndim else int(found)
