"""Who acts: citizens, caseworkers, rehabilitation teams, municipalities and employers.

Also the common tongue of the house: :mod:`agents.statuses`, :mod:`agents.calendar`, :mod:`agents.luck` and
:mod:`agents.column`. Nothing here knows policies, runs or parameter files.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agents.citizen import Citizen
    from agents.column import Column, vectorised
    from agents.column_set import ColumnSet

__all__ = ["Citizen", "Column", "ColumnSet", "vectorised"]


def __getattr__(name: str) -> Any:
    """Import on first use: importing Mesa takes about two seconds and sets multiprocessing's start method."""
    if name == "Citizen":
        from agents.citizen import Citizen

        return Citizen
    if name in __all__:
        from agents import column, column_set

        return getattr(column_set if name == "ColumnSet" else column, name)
    raise AttributeError(f"module 'agents' has no attribute {name!r}")
