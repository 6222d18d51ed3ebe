"""The statuses a citizen can have: exactly one per citizen and month. Statuses are data; no rule is written here."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from agents.calendar import Month, month
from agents.mistake import Mistake, unknown

Group = Literal["entry", "outside", "temporary", "edge", "gone"]
"""``edge`` + ``temporary`` are the 553,900 persons of Tabel 3.1; ``outside`` completes the working-age population;
``gone`` and ``entry`` (not yet 18) have no stock."""


@dataclass(frozen=True)
class Status:
    """One status: its name in code and files, its labels, and where it belongs.

    ``family`` gathers statuses that readers add up; ``begins`` and ``ends`` are the first and the last month of law
    (``"YYYY-MM"``) in which people may enter, or None. Who would have entered before ``begins`` had the ``predecessor``.
    """

    name: str
    group: Group
    family: str
    en: str
    da: str
    begins: str | None = None
    ends: str | None = None
    predecessor: str | None = None
    code: int = -1

    @property
    def is_support(self) -> bool:
        """Whether it is public support in the measures of long support, which count dagpenge but not efterløn, SU or
        parental leave (004_107fd277d1b391d8.txt:1153-1155)."""
        return self.group in ("edge", "temporary") or self.name == "dagpenge"

    @property
    def continues_spell(self) -> bool:
        """Whether moves within the family's system keep the spell: the sources count kontanthjælp and
        uddannelseshjælp as one (004_107fd277d1b391d8.txt:1914-1916;2137-2139)."""
        return self.family in ("kontanthjaelp", "uddannelseshjaelp")


_ROWS = (
    Status("entry", "entry", "entry", "Not yet 18", "Endnu ikke 18 år"),
    Status("employment", "outside", "employment", "Employment", "Beskæftigelse"),
    Status("education", "outside", "education", "Education (SU)", "Uddannelse (SU)"),
    Status("self_support", "outside", "self_support", "Self-support", "Selvforsørgelse"),
    Status("dagpenge", "outside", "dagpenge", "Unemployment insurance benefit (dagpenge)", "Dagpenge"),
    Status("barsel", "outside", "barsel", "Parental leave (barsel)", "Barsel"),
    Status("efterloen", "outside", "efterloen", "Early retirement (efterløn)", "Efterløn"),
    Status(
        "arbejdsmarkedsydelse", "temporary", "temporary", "Labour market benefit (arbejdsmarkedsydelse)",
        "Arbejdsmarkedsydelse", begins="2014-01", ends="2016-06", predecessor="saerlig_uddannelsesydelse",
    ),
    Status(
        "saerlig_uddannelsesydelse", "temporary", "temporary", "Special education benefit (særlig uddannelsesydelse)",
        "Særlig uddannelsesydelse", begins="2013-01", ends="2014-06", predecessor="dagpenge",
    ),
    Status("sygedagpenge", "edge", "sickness", "Sickness benefit (sygedagpenge)", "Sygedagpenge"),
    Status(
        "jobafklaring", "edge", "sickness", "Job clarification (jobafklaringsforløb)", "Jobafklaringsforløb",
        begins="2014-07", predecessor="sygedagpenge",
    ),
    Status(
        "kontanthjaelp_jobparat", "edge", "kontanthjaelp", "Kontanthjælp, job-ready", "Kontanthjælp, jobparat",
    ),
    Status(
        "kontanthjaelp_aktivitetsparat", "edge", "kontanthjaelp", "Kontanthjælp, activity-ready",
        "Kontanthjælp, aktivitetsparat",
    ),
    Status(
        "uddannelseshjaelp_aabenlyst_parat", "edge", "uddannelseshjaelp", "Uddannelseshjælp, obviously education-ready",
        "Uddannelseshjælp, åbenlyst uddannelsesparat", begins="2014-01", predecessor="kontanthjaelp_jobparat",
    ),
    Status(
        "uddannelseshjaelp_parat", "edge", "uddannelseshjaelp", "Uddannelseshjælp, education-ready",
        "Uddannelseshjælp, uddannelsesparat", begins="2014-01", predecessor="kontanthjaelp_jobparat",
    ),
    Status(
        "uddannelseshjaelp_aktivitetsparat", "edge", "uddannelseshjaelp", "Uddannelseshjælp, activity-ready",
        "Uddannelseshjælp, aktivitetsparat", begins="2014-01", predecessor="kontanthjaelp_aktivitetsparat",
    ),
    Status(
        "ressourceforloeb", "edge", "rehabilitation", "Resource programme (ressourceforløb)", "Ressourceforløb",
        begins="2013-01", predecessor="kontanthjaelp_aktivitetsparat",
    ),
    Status("revalidering", "edge", "rehabilitation", "Vocational rehabilitation (revalidering)", "Revalidering"),
    Status(
        "ledighedsydelse", "edge", "fleksjob", "Waiting for a fleksjob (ledighedsydelse)", "Ledighedsydelse",
    ),
    Status("fleksjob", "edge", "fleksjob", "Fleksjob", "Fleksjob"),
    Status("foertidspension", "edge", "pension", "Disability pension (førtidspension)", "Førtidspension"),
    Status("folkepension", "gone", "gone", "Old-age pension (folkepension)", "Folkepension"),
    Status("dead", "gone", "gone", "Dead", "Død"),
    Status("abroad", "gone", "gone", "Abroad", "I udlandet"),
)

STATUSES: tuple[Status, ...] = tuple(
    replace(s, code=code) for code, s in enumerate(_ROWS)
)
"""All statuses; the position is the code kept in columns (uint8)."""

BY_NAME: dict[str, Status] = {s.name: s for s in STATUSES}
CODE: dict[str, int] = {s.name: s.code for s in STATUSES}
NAMES: tuple[str, ...] = tuple(s.name for s in STATUSES)
COUNT = len(STATUSES)

CONTINUES_SPELL = np.array([s.continues_spell for s in STATUSES])
"""Whether moves between such statuses keep the spell, by code."""

RESIDENT: tuple[Status, ...] = tuple(s for s in STATUSES if s.group in ("outside", "temporary", "edge"))
"""Statuses that have a stock: adults who live in Denmark and have not reached the pension age."""

FAMILIES: dict[str, tuple[str, str]] = {
    "employment": ("Employment", "Beskæftigelse"),
    "education": ("Education", "Uddannelse"),
    "self_support": ("Self-support", "Selvforsørgelse"),
    "dagpenge": ("Dagpenge", "Dagpenge"),
    "barsel": ("Parental leave", "Barsel"),
    "efterloen": ("Efterløn", "Efterløn"),
    "temporary": ("Temporary benefits", "Midlertidige ydelser"),
    "sickness": ("Sygedagpenge and jobafklaring", "Sygedagpenge og jobafklaring"),
    "kontanthjaelp": ("Kontanthjælp", "Kontanthjælp"),
    "uddannelseshjaelp": ("Uddannelseshjælp", "Uddannelseshjælp"),
    "rehabilitation": ("Ressourceforløb and revalidering", "Ressourceforløb og revalidering"),
    "fleksjob": ("Fleksjob and ledighedsydelse", "Fleksjob og ledighedsydelse"),
    "pension": ("Førtidspension", "Førtidspension"),
}
"""Families with a stock, in reading order: (English, Danish)."""


def family_members(family: str) -> tuple[str, ...]:
    """Names of the statuses in a family."""
    return tuple(s.name for s in STATUSES if s.family == family)


def group_members(*groups: Group) -> tuple[str, ...]:
    """Names of the statuses in the given groups."""
    return tuple(s.name for s in STATUSES if s.group in groups)


def mask(names: tuple[str, ...] | list[str]) -> npt.NDArray[np.bool_]:
    """A look-up table over codes, shape (COUNT,): True for the named statuses."""
    table = np.zeros(COUNT, bool)
    for name in names:
        if name not in CODE:
            raise unknown("status", name, CODE)
        table[CODE[name]] = True
    return table


_NEVER: Month = month("9999-12")
_withheld: list[int] = []


@contextmanager
def withheld(*names: str) -> Iterator[None]:
    """As long as this lasts, the named benefits do not begin: whoever would enter one has its predecessor. For worlds in which
    a past reform did not come; models must be made and run inside."""
    for name in names:
        if name not in CODE:
            raise unknown("status", name, CODE)
        if BY_NAME[name].begins is None or BY_NAME[name].predecessor is None:
            raise Mistake(f"status {name!r} has no predecessor: it cannot be withheld")
    before = list(_withheld)
    _withheld.extend(CODE[name] for name in names)
    is_open.cache_clear()
    try:
        yield
    finally:
        _withheld[:] = before
        is_open.cache_clear()


def withheld_now() -> tuple[str, ...]:
    """Names of the benefits that do not begin (:func:`withheld`), in order of their codes."""
    return tuple(NAMES[code] for code in sorted(set(_withheld)))


def first_month(code: int) -> Month | None:
    """First month in which people may enter the status; None when they always could."""
    if code in _withheld:
        return _NEVER
    begins = STATUSES[code].begins
    return None if begins is None else month(begins)


def has_begun(code: int, now: Month) -> bool:
    """Whether the status exists in month ``now``, or has existed."""
    begins = first_month(code)
    return begins is None or now >= begins


@lru_cache(maxsize=4096)
def is_open(code: int, now: Month) -> bool:
    """Whether people may enter the status in month ``now``."""
    ends = STATUSES[code].ends
    return has_begun(code, now) and (ends is None or now <= month(ends))


def entered_instead(code: int, now: Month) -> int:
    """The status that people enter in month ``now`` instead of one that has not begun: itself once it has."""
    status = STATUSES[code]
    if status.predecessor is None or has_begun(code, now):
        return code
    return entered_instead(CODE[status.predecessor], now)
