"""Measurement: one function per kind of documented figure, each computing it from the register as the source defines it.

The documents mix heads in one week, full-time persons, persons seen in a window, outcomes of new spells, statuses sampled
from the stock, and shares with an event. Comparing a raw stock with any of these is a mistake; every target names its
function here.

Weeks become months: week 20 is the end of the month before the first simulated one, "weeks 21-32" the three months after it,
twelve weeks three months. A pause shorter than a month cannot occur, so the sources' tolerance of three weeks holds by
itself. Functions return persons (weighted) or shares; a share whose base is empty is NaN, and so is a figure of a kind of
spell that the register does not hold. ``who`` chooses a group (:mod:`calibration.groups`).
"""

from calibration.figures import MEASURES
from calibration.measure_events import (
    event_persons,
    event_starts,
    events_begun,
    first_offer,
    group_gap,
    outcome_of_starters,
    share_active,
    share_active_before,
    share_of_active,
    share_of_events,
    share_with_event,
)
from calibration.measure_spells import (
    exit_status,
    inflow,
    inflow_share,
    outcome_of_new_spells,
    persons_changing,
    prior_status,
    retention,
    share_returning,
    status_after_change,
)
from calibration.measure_stocks import (
    SUPPORTED,
    composition,
    composition_seen,
    full_time_persons,
    growth,
    heads,
    highest_month,
    lowest_month,
    persons_seen,
    persons_touched,
    persons_with_seniority,
    share_of_group,
    share_with_seniority,
    supported,
)

__all__ = [
    "MEASURES", "SUPPORTED", "composition", "composition_seen", "event_persons", "event_starts", "events_begun", "exit_status",
    "first_offer", "full_time_persons", "group_gap", "growth", "heads", "highest_month", "inflow", "inflow_share", "lowest_month",
    "outcome_of_new_spells", "outcome_of_starters", "persons_changing", "persons_seen", "persons_touched",
    "persons_with_seniority", "prior_status", "retention", "share_active", "share_active_before", "share_of_active",
    "share_of_events", "share_of_group", "share_returning",
    "share_with_event", "share_with_seniority", "status_after_change", "supported",
]
