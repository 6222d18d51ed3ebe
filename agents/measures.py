"""Active measures, support beside them, and sanctions. Apart from the agents, so that reports need no Mesa."""

from dataclasses import dataclass

import numpy as np

NO_MEASURE = 0
FULL_TIME = 37
"""Hours a week of full-time activation (004_107fd277d1b391d8.txt:1797)."""


@dataclass(frozen=True)
class Measure:
    """An active measure: its name, labels, the value it has in registers, and whether an employer holds the place (of which
    sector: True for public, None where it takes no employer, or either), and whether only reforms offer it."""

    name: str
    en: str
    da: str
    register: str
    is_company: bool = False
    is_public: bool | None = None
    is_new: bool = False


MEASURES: tuple[Measure, ...] = (
    Measure("vejledning", "Guidance and upskilling", "Vejledning og opkvalificering", "vejledning_og_opkvalificering"),
    Measure("uddannelse", "Ordinary education", "Ordinær uddannelse", "ordinaer_uddannelse"),
    Measure("praktik_privat", "Work placement, private", "Virksomhedspraktik, privat", "virksomhedspraktik", True, False),
    Measure("praktik_offentlig", "Work placement, public", "Virksomhedspraktik, offentlig", "virksomhedspraktik", True, True),
    Measure("nytteindsats", "Work for the benefit (nytteindsats)", "Nytteindsats", "nytteindsats", True, True),
    Measure("loentilskud_privat", "Wage subsidy, private", "Løntilskud, privat", "loentilskud", True, False),
    Measure("loentilskud_offentlig", "Wage subsidy, public", "Løntilskud, offentlig", "loentilskud", True, True),
    Measure("forberedende_forloeb", "Preparatory course for a company place", "Forberedende virksomhedsforløb", "forberedende_forloeb", is_new=True),
    Measure("fleksibelt_loentilskud", "Flexible private wage subsidy", "Fleksibelt privat løntilskud", "loentilskud", True, False, is_new=True),
)
"""All measures; the code in columns is the position plus one (0 = none)."""

MEASURE_CODE: dict[str, int] = {m.name: code for code, m in enumerate(MEASURES, start=1)}
OFFERED = tuple(m for m in MEASURES if not m.is_new)
"""Measures that practice offers without a reform; they come first."""
GUIDANCE = MEASURE_CODE["vejledning"]
KINDS = len(MEASURES) + 1
"""Codes of measures, none included."""
IS_COMPANY = np.array([False, *(m.is_company for m in MEASURES)])
"""Whether a measure is at an employer's, by code."""
IS_PUBLIC = np.array([False, *(bool(m.is_public) for m in MEASURES)])
"""Whether that is a public one."""

SUPPORTS: dict[str, tuple[str, str]] = {
    "mentor": ("Mentor", "Mentor"),
    "brobygning": ("Bridge to education (brobygning)", "Brobygning til uddannelse"),
    "sundhedsindsats": ("Health intervention", "Sundhedsindsats"),
    "social_indsats": ("Social intervention", "Social indsats"),
}
"""Support beside measures, with labels (English, Danish): several at a time; not counted as activation."""

SANCTIONS: dict[str, tuple[str, str]] = {
    "period": ("Period sanction", "Periodesanktion"),
    "point": ("Point sanction", "Punktsanktion"),
    "termination": ("Termination of the benefit", "Ophør af ydelsen"),
    "tightened": ("Tightened availability sanction", "Skærpet rådighedssanktion"),
}
"""Types of sanctions, with labels (English, Danish); the code in columns is the position plus one (0 = none)."""
