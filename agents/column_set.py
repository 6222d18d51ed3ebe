"""Sets of agents kept as columns: Mesa's ``AgentSet`` over rows of a store, and all agents of a model together."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from agents.column import ColumnAgent, Rows, Store

try:
    from mesa.agentset import AgentSet, GroupBy  # Mesa 3.4 and later
except ImportError:
    from mesa.agent import AgentSet, GroupBy


class ColumnSet(AgentSet):  # type: ignore[misc]  # mesa is untyped
    """An ``AgentSet`` over rows of a :class:`Store`.

    Reading a column gives the array of the selection (int64 or float64, as one agent gives int or float); assigning one
    writes it. ``rows`` may be a function, then the
    set is live: it always holds who qualifies now.
    """

    _OWN: ClassVar[set[str]] = {"store", "_where"}

    def __init__(self, store: Store, where: Rows | Callable[[], Rows]) -> None:
        object.__setattr__(self, "store", store)
        object.__setattr__(self, "_where", where)

    # ---- what it holds
    @property
    def rows(self) -> Rows:
        """Row numbers of the members, in order."""
        where = self._where
        return where() if callable(where) else where

    @property
    def model(self) -> Any:
        """The model that owns the population."""
        return self.store.model

    @property
    def random(self) -> Any:
        """The model's Mesa random generator."""
        return self.store.model.random

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[ColumnAgent]:
        return (self.store.view(row) for row in self.rows)

    def __contains__(self, agent: object) -> bool:
        return isinstance(agent, ColumnAgent) and agent.store is self.store and bool(np.any(self.rows == agent.row))

    def __getitem__(self, item: Any) -> Any:
        rows = self.rows[item]
        return [self.store.view(row) for row in rows] if isinstance(item, slice) else self.store.view(rows)

    # ---- columns of the selection
    def __getattr__(self, name: str) -> Any:
        kind = self.store.kind
        if name == "row":
            return self.rows
        if name == "unique_id":
            return self.store.first_id + self.rows
        if name in self.store.arrays:
            return _widened(self.store[name][self.rows])
        derived: Any = getattr(kind, name, None)
        if isinstance(derived, property) and derived.fget is not None:
            one_for_all = getattr(derived.fget, "vectorised", False)
            return derived.fget(self) if one_for_all else np.array([derived.fget(agent) for agent in self])
        if getattr(derived, "vectorised", False):
            return lambda *args, **kwargs: derived(self, *args, **kwargs)
        raise AttributeError(f"{kind.__name__} has no column {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self.store.arrays:
            raise AttributeError(f"{self.store.kind.__name__} has no column {name!r}; declare it with Column(...)")
        column = self.store[name]
        given = np.asarray(value)
        if column.dtype.kind in "iu" and given.size:
            allowed = np.iinfo(column.dtype)
            if given.min() < allowed.min or given.max() > allowed.max:
                raise OverflowError(f"column {name!r} holds {allowed.min} to {allowed.max}, got {given.min()} to {given.max()}")
        column[self.rows] = given

    def get(self, attr_names: Any, handle_missing: str = "error", default_value: Any = None) -> Any:
        """One attribute as an array, or several as a list of tuples (as in Mesa)."""
        if isinstance(attr_names, str):
            return self._read(attr_names, handle_missing, default_value)
        return list(zip(*(self._read(n, handle_missing, default_value) for n in attr_names), strict=True))

    def _read(self, name: str, handle_missing: str, default_value: Any) -> Any:
        try:
            return getattr(self, name)
        except AttributeError:
            if handle_missing != "default":
                raise
            return [default_value] * len(self)

    def set(self, attr_name: str, value: Any) -> Self:
        """Write one attribute of every member."""
        setattr(self, attr_name, value)
        return self

    # ---- acting
    def _call(self, method: Any, rows: Rows | None, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
        function = getattr(self.store.kind, method) if isinstance(method, str) else method
        if getattr(function, "vectorised", False):
            return [function(self, *args, **kwargs)]
        members = self if rows is None else map(self.store.view, rows)
        return [function(agent, *args, **kwargs) for agent in members]

    def do(self, method: Any, *args: Any, **kwargs: Any) -> Self:
        """Let every member act; a vectorised method acts once for all."""
        self._call(method, None, args, kwargs)
        return self

    def shuffle_do(self, method: Any, *args: Any, **kwargs: Any) -> Self:
        """Let the members act in random order. A vectorised method has no order: all act at once."""
        self._call(method, self.model.rng.permutation(self.rows), args, kwargs)
        return self

    def map(self, method: Any, *args: Any, **kwargs: Any) -> list[Any]:
        """Results of a method for every member; for a vectorised method one result for all."""
        return self._call(method, None, args, kwargs)

    def agg(self, attribute: str, func: Any) -> Any:
        """Aggregate one attribute; several functions give a list."""
        values = getattr(self, attribute)
        quick: dict[Any, Callable[[Any], Any]] = {sum: np.sum, min: np.min, max: np.max}
        if callable(func):
            return quick.get(func, func)(values)
        return [quick.get(f, f)(values) for f in func]

    # ---- choosing
    def _subset(self, rows: Rows) -> "ColumnSet":
        return ColumnSet(self.store, rows)

    def _values(self, key: Any) -> npt.NDArray[Any]:
        return np.asarray(getattr(self, key) if isinstance(key, str) else [key(agent) for agent in self])

    def select(
        self, filter_func: Any = None, at_most: float = float("inf"), inplace: bool = False,
        agent_type: type | None = None,
    ) -> "ColumnSet":
        """Members that pass a filter: a boolean array (fast), or a function of one agent (as in Mesa)."""
        self._refuse_inplace(inplace)
        rows = self.rows
        if agent_type is not None and not issubclass(self.store.kind, agent_type):
            rows = rows[:0]
        if filter_func is not None and len(rows):
            keep = filter_func if isinstance(filter_func, np.ndarray) else [bool(filter_func(a)) for a in self]
            rows = rows[np.asarray(keep, bool)]
        if at_most != float("inf"):
            share = isinstance(at_most, float) and at_most <= 1  # as in Mesa
            rows = rows[: int(len(self) * at_most) if share else int(at_most)]
        return self._subset(rows)

    def shuffle(self, inplace: bool = False) -> "ColumnSet":
        """The same members in random order."""
        self._refuse_inplace(inplace)
        return self._subset(self.model.rng.permutation(self.rows))

    def sort(self, key: Any, ascending: bool = False, inplace: bool = False) -> "ColumnSet":
        """The members sorted by an attribute or a function; ties keep their order."""
        self._refuse_inplace(inplace)
        values = self._values(key)
        order = sorted(range(len(values)), key=values.tolist().__getitem__, reverse=not ascending)
        return self._subset(self.rows[order])

    def groupby(self, by: Any, result_type: str = "agentset") -> GroupBy:
        """Groups by an attribute or a function, each a ColumnSet (or a list of agents)."""
        keys, group = np.unique(self._values(by), return_inverse=True)
        order = np.argsort(group, kind="stable")
        cuts = np.searchsorted(group[order], np.arange(len(keys) + 1))
        rows = self.rows[order]
        groups = {k.item(): self._subset(rows[cuts[i] : cuts[i + 1]]) for i, k in enumerate(keys)}
        return GroupBy({k: list(g) for k, g in groups.items()} if result_type == "list" else groups)

    @classmethod
    def _from_iterable(cls, members: Iterable[ColumnAgent]) -> Any:
        """Sets from ``a & b``, ``a | b`` and ``a - b``."""
        found = list(members)
        if not found:
            return AgentSet([], random=None)
        rows = dict.fromkeys(agent.row for agent in found)
        return ColumnSet(found[0].store, np.array(list(rows), np.int64))

    @staticmethod
    def _refuse_inplace(inplace: bool) -> None:
        if inplace:
            raise TypeError("a set of citizens is not changed in place; use the set that is returned")

    # ---- membership is decided by the columns
    def add(self, agent: Any) -> None:
        """Not allowed: membership is decided by the columns."""
        raise TypeError("membership of a set of citizens is decided by their columns; use select(...)")

    discard = add
    remove = add

    def __getstate__(self) -> dict[str, Any]:
        return {"store": self.store, "_where": self._where}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name in self._OWN:
            object.__setattr__(self, name, state[name])


def _widened(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Whole numbers as int64 and others as float64: arithmetic on a selection then equals arithmetic on one agent."""
    if values.dtype.kind in "iu":
        return values.astype(np.int64)
    return values.astype(np.float64) if values.dtype.kind == "f" else values


class MixedAgentSet(AgentSet):  # type: ignore[misc]  # mesa is untyped
    """``model.agents``: ordinary Mesa agents first, then the columns, with the AgentSet verbs."""

    def __init__(self, ordinary: AgentSet, columns: list[ColumnSet]) -> None:
        self._parts: list[AgentSet] = [ordinary, *columns]
        self.random = ordinary.random

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def __iter__(self) -> Iterator[Any]:
        for part in self._parts:
            yield from part

    def __contains__(self, agent: object) -> bool:
        return any(agent in part for part in self._parts)

    def __getitem__(self, item: Any) -> Any:
        if isinstance(item, slice):
            return list(self)[item]
        index = item + len(self) if item < 0 else item
        for part in self._parts:
            if index < len(part):
                return part[index]
            index -= len(part)
        raise IndexError(item)

    def do(self, method: Any, *args: Any, **kwargs: Any) -> Self:
        """Let every agent of every kind act."""
        for part in self._parts:
            part.do(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: Any, *args: Any, **kwargs: Any) -> Self:
        """Let every agent act, each kind in random order."""
        for part in self._parts:
            part.shuffle_do(method, *args, **kwargs)
        return self

    def map(self, method: Any, *args: Any, **kwargs: Any) -> list[Any]:
        """Results over all kinds."""
        return [result for part in self._parts for result in part.map(method, *args, **kwargs)]

    def get(self, attr_names: Any, handle_missing: str = "error", default_value: Any = None) -> list[Any]:
        """Attributes over all kinds."""
        return [v for part in self._parts for v in part.get(attr_names, handle_missing, default_value)]

    def agg(self, attribute: str, func: Any) -> Any:
        """Aggregate an attribute over all kinds."""
        values = self.get(attribute)
        return func(values) if callable(func) else [f(values) for f in func]

    def select(
        self, filter_func: Any = None, at_most: float = float("inf"), inplace: bool = False,
        agent_type: type | None = None,
    ) -> Any:
        """Members that pass, of every kind that is an ``agent_type``."""
        parts = [part.select(filter_func, inplace=inplace, agent_type=agent_type) for part in self._parts]
        if at_most != float("inf"):
            share = isinstance(at_most, float) and at_most <= 1  # as in Mesa
            room = int(len(self) * at_most) if share else int(at_most)
            for i, part in enumerate(parts):
                parts[i] = part.select(at_most=room)
                room -= len(parts[i])
        kinds = [part for part in parts if len(part)]
        return kinds[0] if len(kinds) == 1 else MixedAgentSet(parts[0], parts[1:])

    def groupby(self, by: Any, result_type: str = "agentset") -> GroupBy:
        """Groups of agents of every kind, as lists (a plain AgentSet would hold citizens weakly and lose them)."""
        groups: dict[Any, list[Any]] = {}
        for agent in self:
            groups.setdefault(getattr(agent, by) if isinstance(by, str) else by(agent), []).append(agent)
        return GroupBy(groups)

    def shuffle(self, inplace: bool = False) -> Any:
        """All agents in random order, as a list: kinds cannot be mixed in a set of columns."""
        agents = list(self)
        self.random.shuffle(agents)
        return agents

    def sort(self, key: Any, ascending: bool = False, inplace: bool = False) -> Any:
        """All agents sorted by an attribute or a function, as a list."""
        value = (lambda agent: getattr(agent, key)) if isinstance(key, str) else key
        return sorted(self, key=value, reverse=not ascending)

    def add(self, agent: Any) -> None:
        """Register an ordinary agent."""
        self._parts[0].add(agent)

    def discard(self, agent: Any) -> None:
        """Forget an ordinary agent."""
        self._parts[0].discard(agent)

    def remove(self, agent: Any) -> None:
        """Remove an ordinary agent."""
        self._parts[0].remove(agent)

    def __getstate__(self) -> dict[str, Any]:
        return {"parts": self._parts}

    def __setstate__(self, state: dict[str, Iterable[Any]]) -> None:
        self._parts = list(state["parts"])
        self.random = self._parts[0].random
