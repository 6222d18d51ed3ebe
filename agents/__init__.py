"""Who acts: citizens and, in later floors of work, caseworkers, teams, municipalities and employers.

Also the common tongue of the house: :mod:`agents.statuses`, :mod:`agents.calendar`, :mod:`agents.luck` and
:mod:`agents.column`. Nothing here knows policies, runs or parameter files.
"""

from agents.citizen import Citizen
from agents.column import Column, ColumnSet, vectorised

__all__ = ["Citizen", "Column", "ColumnSet", "vectorised"]
