"""The employer: a workplace of a size and sector that may hold places for citizens.

Supported persons (virksomhedspraktik, nytteindsats, løntilskud) are limited by law to one per five ordinary staff up to fifty,
then one per ten, and at least one (004_107fd277d1b391d8.txt:3897-3909).
"""

import numpy as np
import numpy.typing as npt

from agents.column import Column, ColumnAgent
from agents.workplaces import SECTORS

NO_EMPLOYER = -1
"""The number of the employer of those who have none."""

SIZE_EDGES = (1, 10, 50, 250, 2000)
"""Smallest staff of each size class, and the end of the last."""
PUBLIC = len(SECTORS) - 1
"""The sector that is public: the last."""


def most_supported(staff: npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
    """Supported persons that the law allows at workplaces with so many ordinary staff."""
    small = np.minimum(staff, 50) // 5
    return np.maximum(1, small + np.maximum(staff.astype(np.int64) - 50, 0) // 10)


class Employer(ColumnAgent):
    """One workplace."""

    municipality = Column(np.uint8, unit="code", doc="Municipality, 1-98 (anonymous).")
    sector = Column(np.uint8, unit="code", doc="Sector, see agents.workplaces.SECTORS.")
    size_class = Column(np.uint8, unit="code", doc="Size class, see agents.workplaces.SIZE_CLASSES.")
    staff = Column(np.int16, unit="persons", doc="Ordinary staff.")
    cap = Column(np.int16, unit="places", doc="Supported persons that the law allows.")
    wanted = Column(np.int16, unit="places", doc="Supported persons the employer would take at a time.")
    fleks_wanted = Column(np.int16, unit="places", doc="Persons in fleksjob the employer would have.")
    base = Column(np.float32, unit="share", doc="Willingness without experience.")
    willingness = Column(np.float32, unit="share", doc="Willingness to cooperate: grows with good courses, falls with bad ones.")
    reserve = Column(np.float32, unit="share", doc="Willingness from which the employer cooperates.")
    offered = Column(np.int16, unit="places", doc="Places offered this month, those in use included.")
    used = Column(np.int16, unit="places", doc="Supported persons now.")
    fleks_used = Column(np.int16, unit="places", doc="Persons in fleksjob now.")
    last_citizen = Column(np.int16, unit="month", default=-(2**15), doc="Month in which a place or fleksjob was last taken.")
    good = Column(np.int32, unit="number", doc="Courses that were completed.")
    bad = Column(np.int32, unit="number", doc="Courses that were broken off.")

    @property
    def cooperates(self) -> bool:
        """Whether the employer offers places (one employer at a time)."""
        return bool(self.willingness >= self.reserve)
