"""Municipalities: anonymous codes, each with a practice of its own.

The documents say that pace, skill, cooperation and interpretation differ widely between municipalities
(000_dac57679ce83ad5b.txt:58-60,315-320; 001_59b66c3903bf086b.txt:198-200,340-358,793-795,825-831;
003_b8efe9f5cbc72a37.txt:263-273), but hardly ever which municipality has which practice. So a practice is dealt to codes,
never to names.
"""

import numpy as np
import numpy.typing as npt

from agents.column import Column, ColumnAgent, Rows, Store

FACTORS = (
    "sanction_strictness", "pension_restrictiveness", "fleksjob_restrictiveness", "revalidering_use", "team_speed",
    "health_cooperation", "caseload",
)
"""Practices that multiply something national: their mean, weighted by population, is 1."""
SHARES = ("company_places", "trained_share", "documentation_demand", "employer_cooperation")
"""Practices that are shares of something: their mean, weighted by population, is the national share."""
PRACTICES = (*FACTORS, *SHARES)


def row_of(citizens: Store, rows: Rows) -> npt.NDArray[np.int64]:
    """Row of each citizen's municipality in tables by municipality: its code less 1."""
    return citizens["municipality"][rows].astype(np.int64) - 1


class Municipality(ColumnAgent):
    """One municipality, in the row of its code less 1 (``Citizen.municipality`` is 1 in row 0)."""

    share = Column(np.float32, unit="share", doc="Share of the resident population.")
    region = Column(np.uint8, unit="code", doc="Region, see agents.citizen.REGIONS.")
    district = Column(
        np.uint8, unit="code", doc="Practice district, from 0: municipalities of one district share caseworkers in small runs."
    )
    team_district = Column(
        np.uint8, unit="code", doc="Team district, from 0: municipalities of one share a rehabilitation team in small runs."
    )
    sanction_strictness = Column(
        np.float32, unit="factor", default=1, doc="Chance of a sanction against the national one; weighted mean 1."
    )
    company_places = Column(
        np.float32, unit="share", doc="Full-time company places at one time for each person touched by the group's benefits."
    )
    pension_restrictiveness = Column(
        np.float32, unit="factor", default=1, doc="How hard førtidspension is to get; weighted mean 1, above it harder."
    )
    fleksjob_restrictiveness = Column(
        np.float32, unit="factor", default=1, doc="How hard a fleksjob is to be granted; weighted mean 1, above it harder."
    )
    revalidering_use = Column(
        np.float32, unit="factor", default=1, doc="Starts of revalidering against the national ones; weighted mean 1."
    )
    trained_share = Column(np.float32, unit="share", doc="Share of caseworkers who are trained social workers.")
    team_speed = Column(
        np.float32, unit="factor", default=1, doc="Cases the rehabilitation team decides for its size; weighted mean 1."
    )
    health_cooperation = Column(
        np.float32, unit="factor", default=1,
        doc="Waiting for doctors and psychiatry against the national waiting; weighted mean 1, below it shorter.",
    )
    caseload = Column(
        np.float32, unit="factor", default=1,
        doc="Cases a caseworker has against the national caseload of the target group; weighted mean 1, right-skewed.",
    )
    employer_cooperation = Column(np.float32, unit="share", doc="Share of employers who cooperate with the jobcentre, without experience.")
    documentation_demand = Column(
        np.float32, unit="share", doc="Share of full documentation that a case needs before the team takes it, 0 to 1."
    )
