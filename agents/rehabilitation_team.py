"""The rehabilitation team: employment, social, health and education sectors decide a case together.

One team a municipality since 2013 (004_107fd277d1b391d8.txt:5496-5503), with a limited number of cases a month. In small
runs municipalities share a practice district and its team.
"""

import numpy as np

from agents.column import Column, ColumnAgent


class RehabilitationTeam(ColumnAgent):
    """The team of a municipality or practice district; the row is the district."""

    share = Column(np.float32, unit="share", doc="Share of the population it decides for.")
    planned = Column(np.float64, unit="cases", doc="Cases a month that meetings are planned for.")
    slots = Column(np.float64, unit="cases", doc="Cases it can decide in a month, fractions included.")
    carried = Column(np.float64, unit="cases", doc="Fraction of a case carried over from last month.")
    queue = Column(np.int32, unit="cases", doc="Cases that wait.")
