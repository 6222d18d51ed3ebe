"""Groups of persons that figures are given for, written as text: ``origin=danish; age=18-29; in=programme``.

Conditions are joined by ``;`` and must all hold. A value may be several, joined by ``|``. ``age=16-29`` is in whole years,
both ends included (``50-`` has no upper end); ``in`` and ``not_in`` name a kind of spell that runs in the month.
Flags take ``yes`` and ``no``. An empty text is everybody.
"""

import re
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from agents.calendar import Month
from agents.citizen import ORIGINS, SEXES
from agents.flags import FLAGS
from agents.mistake import Mistake, unknown
from calibration.register import Register
from calibration.spells import KINDS, STATUS

Bools = npt.NDArray[np.bool_]
Condition = Callable[[Register, int, int], Bools]
"""Register, first and last column: who fulfils it in which of these months, broadcastable to (persons, months)."""

_ALLOWED: dict[str, tuple[str, ...]] = {
    "sex": SEXES,
    "origin": ORIGINS,
    "education": ("qualifying", "none"),
    "municipality": tuple(f"M{number:02d}" for number in range(1, 99)),
    "in": tuple(k for k in KINDS if k != STATUS),
    "not_in": tuple(k for k in KINDS if k != STATUS),
    **dict.fromkeys(FLAGS[1:], ("yes", "no")),
}
_YEARS = re.compile(r"(\d+)-(\d*)")


def members(register: Register, who: str, first: Month, last: Month) -> Bools:
    """Who belongs to the group in each month, shape (persons, months).

    Raises:
        Mistake: when the text cannot be read, or the register lacks what it names.
    """
    begin, end = register.column(first), register.column(last)
    inside = np.ones((register.status.shape[0], end - begin + 1), bool)
    for condition in read_group(who):
        inside &= condition(register, begin, end)
    return inside


@lru_cache
def read_group(who: str) -> tuple[Condition, ...]:
    """The conditions that a text names. Raises Mistake naming what is allowed."""
    return tuple(_condition(part.strip()) for part in who.split(";") if part.strip())


def _condition(text: str) -> Condition:
    key, _, value = (part.strip() for part in text.partition("="))
    if key == "age":
        return _of_age(value)
    if key not in _ALLOWED:
        raise unknown("group of persons", key, ["age", *_ALLOWED], where=text)
    values = [part.strip() for part in value.split("|")]
    for one in values:
        if one not in _ALLOWED[key]:
            raise unknown(key, one, _ALLOWED[key], where=text)
    if key in ("in", "not_in"):
        return lambda r, first, last: _in_spell(r, values, first, last) ^ (key == "not_in")
    wanted = [one == "yes" for one in values] if key in FLAGS else values
    return lambda r, _first, _last: np.isin(r.attribute(key), wanted)[:, None]


def _of_age(value: str) -> Condition:
    years = _YEARS.fullmatch(value)
    if years is None:
        raise Mistake(f"age={value!r} is not a range of whole years; write 18-29, or 50- without an upper end")
    youngest, oldest = int(years[1]), int(years[2] or 200)
    if youngest > oldest:
        raise Mistake(f"age={value!r} is empty; write the lower age first")

    def of_age(register: Register, first: int, last: int) -> Bools:
        months = register.first + np.arange(first, last + 1)
        age = (months - register.attribute("birth_month")[:, None]) // 12
        return np.asarray((age >= youngest) & (age <= oldest))

    return of_age


def _in_spell(register: Register, kinds: list[str], first: int, last: int) -> Bools:
    persons = register.status.shape[0]
    inside = [register.of_kind(kind).active(persons, first, last) for kind in kinds]
    return np.logical_or.reduce(inside)
