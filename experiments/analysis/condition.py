"""Conditions on outcomes as people write them: ``net_cost > 0 or persons.employment < 0``. Read, never executed."""

import ast
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from agents.mistake import Mistake, unknown

Bools = npt.NDArray[np.bool_]
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Eq: operator.eq, ast.NotEq: operator.ne,
}
_EXAMPLE = "write for example: net_cost > 0 or persons.employment < 0"


@dataclass(frozen=True)
class Condition:
    """A condition that holds or not, case by case.

    Attributes:
        text: as it was written. names: the outcomes it speaks of.
    """

    text: str
    names: tuple[str, ...]
    _tree: ast.expr

    @classmethod
    def read(cls, text: str, known: Iterable[str], where: str = "") -> "Condition":
        """Read comparisons of outcomes with numbers, joined by ``and``, ``or``, ``not`` and brackets.

        Args:
            text: the condition. known: outcomes there are. where: the file or key it stands in, for messages.

        Raises:
            Mistake: for an unknown outcome, or anything but comparisons.
        """
        place = f"{where}: " if where else ""
        try:
            tree = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise Mistake(f"{place}{text!r} cannot be read as a condition; {_EXAMPLE}") from None
        try:
            names = tuple(dict.fromkeys(_names(tree)))
        except (_Unreadable, RecursionError) as error:
            raise Mistake(f"{place}{text!r}: {error or 'too long'}; {_EXAMPLE}") from None
        allowed = list(known)
        for name in names:
            if name not in allowed:
                raise unknown("outcome", name, allowed, where=where or repr(text))
        return cls(text, names, tree)

    def holds(self, values: Mapping[str, Any]) -> Bools:
        """In which cases it holds; ``values`` has an array an outcome, all of one shape."""
        return _holds(self._tree, {name: np.asarray(values[name], np.float64) for name in self.names})


class _Unreadable(Exception):
    """Something that is no comparison."""


def _names(node: ast.expr) -> Iterable[str]:
    """Names of a condition. Raises _Unreadable for what it may not hold."""
    if isinstance(node, ast.BoolOp):
        for part in node.values:
            yield from _names(part)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield from _names(node.operand)
    elif isinstance(node, ast.Compare):
        found = [side for side in (node.left, *node.comparators) if _number(side) is None]
        if not found or not all(type(op) in _COMPARISONS for op in node.ops):
            raise _Unreadable(f"{ast.unparse(node)!r} is no comparison of an outcome with a number")
        for side in found:
            yield _dotted(side)
    else:
        raise _Unreadable(f"{ast.unparse(node)!r} is no comparison")


def _holds(node: ast.expr, values: Mapping[str, Any]) -> Bools:
    if isinstance(node, ast.BoolOp):
        parts = [_holds(part, values) for part in node.values]
        return np.asarray((np.logical_and if isinstance(node.op, ast.And) else np.logical_or).reduce(parts))
    if isinstance(node, ast.UnaryOp):
        return np.logical_not(_holds(node.operand, values))
    assert isinstance(node, ast.Compare)
    sides = [_value(side, values) for side in (node.left, *node.comparators)]
    pairs = zip(node.ops, sides, sides[1:], strict=False)
    return np.asarray(np.logical_and.reduce([_COMPARISONS[type(op)](a, b) for op, a, b in pairs]))


def _value(node: ast.expr, values: Mapping[str, Any]) -> Any:
    number = _number(node)
    return values[_dotted(node)] if number is None else number


def _number(node: ast.expr) -> float | None:
    """A number with or without a sign; None for anything else."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        inner = _number(node.operand)
        return None if inner is None else -inner if isinstance(node.op, ast.USub) else inner
    is_number = isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool)
    return float(node.value) if is_number else None  # type: ignore[attr-defined]


def _dotted(node: ast.expr) -> str:
    """A name with dots, as outcomes have them."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    raise _Unreadable(f"{ast.unparse(node)!r} is neither an outcome nor a number")
