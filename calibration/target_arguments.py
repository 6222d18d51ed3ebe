"""Arguments of targets: months, groups of statuses, of persons and of events, written by name in ``targets.csv``."""

import inspect
import json
from typing import Any

from agents.calendar import month
from agents.mistake import Mistake, unknown
from agents.statuses import BY_NAME, family_members, group_members
from calibration.figures import LIVING
from calibration.groups import read_group
from calibration.measure import MEASURES, SUPPORTED
from calibration.spells import KINDS

_SYSTEM = family_members("kontanthjaelp") + family_members("uddannelseshjaelp")
_SICKNESS = ("sygedagpenge", "jobafklaring")
_OUT = ("employment", "education", "self_support")
_RUN_OUT = group_members("temporary")
_ANY_SUPPORT = (*group_members("edge", "temporary"), "dagpenge", "barsel", "efterloen")

GROUPS: dict[str, tuple[str, ...]] = {
    "kontanthjaelp": family_members("kontanthjaelp"),
    "uddannelsesparate": ("uddannelseshjaelp_aabenlyst_parat", "uddannelseshjaelp_parat"),
    "system": _SYSTEM,
    "sickness": _SICKNESS,
    "system_or_sickness": (*_SYSTEM, *_SICKNESS),
    "fleksjob_scheme": ("fleksjob", "ledighedsydelse"),
    "uddannelseshjaelp": family_members("uddannelseshjaelp"),
    "aktivitetsparate": ("kontanthjaelp_aktivitetsparat", "uddannelseshjaelp_aktivitetsparat"),
    "out": _OUT,
    "job_or_education": ("employment", "education"),
    "other_support": tuple(n for n in _ANY_SUPPORT if n not in _SYSTEM),
    "other_support_sickness": tuple(n for n in _ANY_SUPPORT if n not in _SICKNESS),
    "supported": SUPPORTED,
    "edge": group_members("edge", "temporary"),
    "edge_without_pension": tuple(n for n in group_members("edge", "temporary") if n != "foertidspension"),
    "edge_without_temporary": group_members("edge"),
    "transfers": (*group_members("edge", "temporary"), "dagpenge"),
    "other_after_dagpenge": tuple(n for n in _ANY_SUPPORT if n not in (*_SYSTEM, *_RUN_OUT, "sygedagpenge", "dagpenge")),
    "resident": LIVING,
}
"""Groups of statuses that targets name."""

EVENTS: dict[str, tuple[str, ...]] = {
    "company": ("virksomhedspraktik", "nytteindsats", "loentilskud"),
    "virksomhedspraktik": ("virksomhedspraktik",),
    "loentilskud": ("loentilskud",),
    "integration": ("integration",),
}
"""Values of spells beside the status, or groups of them, that targets name."""

_WHO = ("who", "against", "group")
"""Arguments that are groups of persons."""


def read_arguments(row: dict[str, str], where: str) -> dict[str, Any]:
    """Arguments of the measurement function, as it takes them. Raises Mistake naming the row for one that does not fit."""
    try:
        written = json.loads(row["arguments"], object_pairs_hook=_once)
    except ValueError as error:
        raise Mistake(f"{where}: arguments: {error}") from None
    if not isinstance(written, dict):
        raise Mistake(f"{where}: arguments must be an object in braces, with the names of arguments as keys")
    arguments = {key: _argument(key, value, where) for key, value in written.items()}
    names = [row["measure"]]
    if row["measure"] == "group_gap":
        names.append(str(arguments.get("figure_name")))
    for name in names:
        _bind(name, {k: v for k, v in arguments.items() if name == "group_gap" or k not in ("figure_name", "against")}, where)
    if "first" in arguments and "last" in arguments and arguments["first"] > arguments["last"]:
        raise Mistake(f"{where}: first = {written['first']!r} is after last = {written['last']!r}")
    return arguments


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that stands twice: JSON would keep the last."""
    keys = [key for key, _ in pairs]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise ValueError(f"{twice!r} stands twice")
    return dict(pairs)


def _bind(name: str, arguments: dict[str, Any], where: str) -> None:
    """Refuse arguments that do not fit the function."""
    if name not in MEASURES:
        raise unknown("measurement function", name, MEASURES, where=where)
    signature = inspect.signature(MEASURES[name])
    allowed = [key for key in signature.parameters if key != "register"]
    for key in arguments:
        if key not in allowed and name != "group_gap":
            raise unknown(f"argument of {name}", key, allowed, where=where)
    try:
        signature.bind(None, **arguments)
    except TypeError as error:
        raise Mistake(f"{where}: {name}: {error}") from None


def _argument(key: str, value: Any, where: str) -> Any:
    """Months, groups of statuses, of persons and of events by name; numbers as they are."""
    if not isinstance(value, str):
        return value
    if key in _WHO:
        try:
            read_group(value)
        except Mistake as error:
            raise Mistake(f"{where}: {key}: {error}") from None
        return value
    here = f"{where}: {key}"
    if key == "kind" and value not in KINDS:
        raise unknown("kind of spell", value, KINDS, where=here)
    if key == "values" and value not in EVENTS:
        raise unknown("value of spells", value, EVENTS, where=here)
    if key in ("kind", "values", "cause", "figure_name"):
        return EVENTS[value] if key == "values" else value
    if value[:2].isdigit():
        try:
            return month(value)
        except ValueError as error:
            raise Mistake(f"{here}: {error}") from None
    if value in GROUPS:
        return GROUPS[value]
    if value in BY_NAME:
        return (value,)
    groups = f"(allowed: statuses, and the groups {', '.join(GROUPS)})"
    raise Mistake(f"{unknown('population', value, [*GROUPS, *BY_NAME], where=here)} {groups}")
