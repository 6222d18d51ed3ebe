"""Names beside dots: on which side each stands, so that none lies over another name or a dot."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Box = tuple[float, float, float, float]

_PLOT = (800.0, 320.0)
"""Pixels of a plot, across and up: less than it has on a screen, so that names have room."""
_LETTER, _LINE, _DOT = 7.0, 18.0, 7.0
"""Pixels of a letter across, of a line up, and from the middle of a dot to its edge."""
_RIGHT = ("top right", "bottom right", "middle right", "top left", "bottom left", "middle left")
_LEFT = ("top left", "bottom left", "middle left", "top right", "bottom right", "middle right")


def sides(x: Floats, y: Floats, names: Sequence[str], others: Floats, reach: Box) -> list[str | None]:
    """Plotly's ``textposition`` of each name, towards the middle of the plot where there is room; None for a name that has none.

    Args:
        x, y: dots that have names.
        others: dots without, shape (dots, 2).
        reach: what the axes hold: left, bottom, right, top.
    """
    left, bottom, right, top = reach
    scale = np.array(_PLOT) / np.maximum([right - left, top - bottom], 1e-300)
    dots = (np.column_stack([x, y]) - (left, bottom)) * scale
    taken = [_round(dot) for dot in (*dots, *((others - (left, bottom)) * scale))]
    found: list[str | None] = []
    for dot, name in zip(dots, names, strict=True):
        boxes = {side: _box(dot, side, name) for side in (_LEFT if dot[0] > _PLOT[0] / 2 else _RIGHT)}
        free = (side for side, box in boxes.items() if box[0] >= -_LINE and box[2] <= _PLOT[0] + _LINE and not any(_overlap(box, one) for one in taken))
        side = next(free, None)
        found.append(side)
        if side is not None:
            taken.append(boxes[side])
    return found


def _round(dot: Floats) -> Box:
    return (dot[0] - _DOT, dot[1] - _DOT, dot[0] + _DOT, dot[1] + _DOT)


def _box(dot: Floats, side: str, name: str) -> Box:
    """Where a name stands that is on this side of its dot."""
    height, way = side.split()
    x = dot[0] + (_DOT + 1 if way == "right" else -_DOT - 1 - _LETTER * len(name))
    y = dot[1] + {"top": _DOT + 1, "middle": -_LINE / 2, "bottom": -_DOT - 1 - _LINE}[height]
    return (x, y, x + _LETTER * len(name), y + _LINE)


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
