"""The caseworker: works with one target group in one municipality (or practice district), with limited hours.

A row is a position; who holds it changes. Positions of a cell (district x target group) stand together.
"""

from typing import Any

import numpy as np

from agents.column import Column, ColumnAgent, vectorised
from agents.statuses import COUNT, STATUSES
from agents.target_groups import TARGET_GROUPS

GROUPS = len(TARGET_GROUPS)
NO_GROUP = -1
OTHERS = next(i for i, g in enumerate(TARGET_GROUPS) if g.name == "rehabilitation")
GROUP_OF = np.array(
    [next((i for i, g in enumerate(TARGET_GROUPS) if s.name in g.statuses), NO_GROUP) for s in STATUSES], np.int8
)
"""Target group of each status; NO_GROUP where citizens have no caseworker unless they have a case."""
assert GROUP_OF.size == COUNT

NOBODY = -1
"""The number of the caseworker of those who have none."""


class Caseworker(ColumnAgent):
    """A caseworker's position, and who holds it now."""

    district = Column(np.uint8, unit="code", doc="Practice district (agents.municipality.Municipality.district).")
    group = Column(np.uint8, unit="code", doc="Target group, see agents.target_groups.TARGET_GROUPS.")
    is_open = Column(np.uint8, unit="0 or 1", doc="Whether the position is open.")
    holder = Column(np.int16, unit="number", doc="How many have held the position before.")
    hired = Column(np.int16, unit="month", doc="Month in which the holder began.")
    absent_until = Column(np.int16, unit="month", doc="The position stands empty before this month.")
    trained = Column(np.uint8, unit="0 or 1", doc="Whether the holder is a trained social worker.")
    ability = Column(np.float32, unit="ratio", doc="How much of a case a contact documents, 1 on average, before experience.")
    minutes = Column(np.int32, unit="minutes", doc="Working time with citizens in a month.")
    owed = Column(np.int32, unit="minutes", doc="Time already used for acts that went on into this month; 0 or below.")
    caseload = Column(np.int32, unit="citizens", doc="Citizens who have this caseworker.")
    stress = Column(np.float32, unit="ratio", doc="Work that waits over working time, smoothed over half a year.")

    @property
    @vectorised
    def tenure(self) -> Any:
        """Months that the holder has been here."""
        return self.model.month - self.hired

    @property
    def group_name(self) -> str:
        """Name of the target group (one caseworker at a time)."""
        return TARGET_GROUPS[self.group].name
