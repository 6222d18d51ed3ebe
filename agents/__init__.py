"""Who acts: citizens and, in later floors of work, caseworkers, teams, municipalities and employers.

Also the common tongue of the house: :mod:`agents.statuses`, :mod:`agents.calendar`, :mod:`agents.luck` and
:mod:`agents.column`. Nothing here knows policies, runs or parameter files.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agents.citizen import Citizen
    from agents.column import Column, ColumnSet, vectorised

__all__ = ["Citizen", "Column", "ColumnSet", "vectorised"]


def __getattr__(name: str) -> Any:
    """Import on first use: importing Mesa takes about two seconds and sets multiprocessing's start method."""
    if name == "Citizen":
        from agents.citizen import Citizen

        return Citizen
    if name in __all__:
        from agents import column

        return getattr(column, name)
    raise AttributeError(f"module 'agents' has no attribute {name!r}")
