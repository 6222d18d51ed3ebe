"""A mistake of the user: something that can be put right by changing the input. Never shown with a traceback."""

from collections.abc import Iterable
from difflib import get_close_matches

_FEW = 6
"""So many names are listed beside the nearest one."""


class Mistake(ValueError):
    """Input that cannot be used. Its text names the place, the value and what is allowed."""


def unknown(what: str, name: str, allowed: Iterable[str], *, where: str = "") -> Mistake:
    """A name that does not exist, with the nearest that does; where there are few, with all that do.

    ``what`` is the kind of thing ("policy", "parameter"), ``where`` the file or table it stands in.
    """
    names = sorted(allowed)
    near = get_close_matches(name, names, n=1, cutoff=0.5)
    known = f"known: {', '.join(names[:12])}{' ...' if len(names) > 12 else ''}"
    hint = f"did you mean {near[0]!r}?{f' ({known})' if len(names) <= _FEW else ''}" if near else known
    place = f"{where}: " if where else ""
    return Mistake(f"{place}unknown {what} {name!r}; {hint}")
