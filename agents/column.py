"""Mesa agents kept as columns.

A plain Mesa agent costs about 500 bytes and ten microseconds a month. Here a population is a struct of arrays, one
small dtype each, and an agent is a *view*: an object with its population and its row, made on demand, whose
attributes read and write the columns. Users meet ordinary Mesa: agents, ``AgentSet``, ``DataCollector``.

Three things differ from plain Mesa, on purpose:

- an attribute must be declared as a :class:`Column`; setting another one raises AttributeError;
- a method marked :func:`vectorised` runs once for a whole selection, so ``shuffle_do`` of it has no order;
- a plain ``mesa.agent.AgentSet`` holds its agents weakly, so views that nobody else holds vanish from it. Selections
  of a :class:`ColumnSet` are ColumnSets and do not have this trap.
"""

from collections.abc import Callable
from typing import Any, Self, TypeVar, overload

import mesa
import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]
F = TypeVar("F", bound=Callable[..., Any])


def vectorised(method: F) -> F:
    """Mark a method whose body works on one citizen (scalars) and on a selection (arrays) alike."""
    method.vectorised = True  # type: ignore[attr-defined]
    return method


class Column:
    """Declares an attribute kept in an array: the declaration documents, allocates and checks.

    On a view the attribute is a Python scalar, on a :class:`agents.column_set.ColumnSet` an array, on the class the declaration.
    """

    def __init__(self, dtype: npt.DTypeLike, *, unit: str, doc: str, default: float = 0) -> None:
        self.dtype: np.dtype[Any] = np.dtype(dtype)
        self.unit = unit
        self.default = default
        self.__doc__ = f"{doc} [{unit}]"
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, agent: None, owner: type) -> Self: ...
    @overload
    def __get__(self, agent: "ColumnAgent", owner: type) -> Any: ...
    def __get__(self, agent: "ColumnAgent | None", owner: type | None = None) -> Any:
        if agent is None:
            return self
        return agent.store[self.name][agent.row].item()

    def __set__(self, agent: "ColumnAgent", value: float) -> None:
        agent.store[self.name][agent.row] = value


class ColumnAgent(mesa.Agent):  # type: ignore[misc]  # mesa is untyped
    """A Mesa agent that is a view of one row. Subclass it and declare columns; do not call it yourself.

    Two views of the same row are equal and hash alike. Rows are never reused, so a row is an identity and
    ``unique_id`` is the row number.
    """

    store: "Store"
    row: int
    pos = None

    def __init__(self, model: mesa.Model, *args: object, **kwargs: object) -> None:
        raise TypeError(
            f"{type(self).__name__} lives in columns: the population is synthesised with the model. "
            "Take one with model.citizens[i] or model.citizens.select(...)"
        )

    @classmethod
    def view(cls, store: "Store", row: int) -> Self:
        """The agent in ``row`` of ``store``."""
        agent = cls.__new__(cls)
        object.__setattr__(agent, "store", store)
        object.__setattr__(agent, "row", int(row))
        return agent

    @property
    def model(self) -> Any:
        """The model that owns the population."""
        return self.store.model

    @property
    def unique_id(self) -> int:
        """The row number plus the first id of the kind: stable for the whole run and the same under every scenario of a
        replication. Citizens come first, so a citizen's is the row."""
        return self.store.first_id + self.row

    def __setattr__(self, name: str, value: Any) -> None:
        if not hasattr(type(self), name):
            raise AttributeError(f"{type(self).__name__} has no column {name!r}; declare it with Column(...)")
        object.__setattr__(self, name, value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ColumnAgent) and other.store is self.store and other.row == self.row

    def __hash__(self) -> int:
        return hash((id(self.store), self.row))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.unique_id}>"

    def remove(self) -> None:
        """Not allowed: persons are conserved, so a person leaves only by a move (``dead``, ``abroad``)."""
        raise TypeError("persons are conserved: a citizen leaves by a move to 'dead' or 'abroad', not by remove()")

    @classmethod
    def columns(cls) -> dict[str, Column]:
        """All declared columns, base classes first."""
        found: dict[str, Column] = {}
        for base in reversed(cls.__mro__):
            found.update({name: value for name, value in vars(base).items() if isinstance(value, Column)})
        return found


class Store:
    """The columns of one kind of agent in one model."""

    def __init__(
        self, model: Any, kind: type[ColumnAgent], size: int, values: dict[str, npt.NDArray[Any]], *, first_id: int = 0
    ) -> None:
        declared = kind.columns()
        unknown = sorted(set(values) - set(declared))
        if unknown:
            raise AttributeError(f"{kind.__name__} declares no column {unknown[0]!r}; it has {', '.join(declared)}")
        self.model = model
        self.kind = kind
        self.size = size
        self.first_id = first_id
        self.arrays: dict[str, npt.NDArray[Any]] = {}
        for name, column in declared.items():
            if name in values:
                array = np.ascontiguousarray(values[name], column.dtype)
                if array.shape != (size,):
                    raise ValueError(f"column {name!r} has shape {array.shape}, expected ({size},)")
            else:
                array = np.full(size, column.default, column.dtype)
            self.arrays[name] = array

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        return self.arrays[name]

    def view(self, row: int) -> ColumnAgent:
        """The agent in one row."""
        return self.kind.view(self, row)
