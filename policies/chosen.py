"""Whom modules choose: people by their time on support, and by what measure they are in or were in."""

import numpy as np
import numpy.typing as npt

from agents.calendar import Month, month
from agents.measures import MEASURE_CODE
from agents.past_support import IS_SUPPORT, months_supported
from agents.statuses import family_members, group_members
from policies.protocol import Policy, Rows, World

KONTANTHJAELP = family_members("kontanthjaelp")
UDDANNELSESHJAELP = family_members("uddannelseshjaelp")
READY_FOR_EDUCATION = ("uddannelseshjaelp_aabenlyst_parat", "uddannelseshjaelp_parat")
FAR = ("kontanthjaelp_aktivitetsparat", "uddannelseshjaelp_aktivitetsparat", "ressourceforloeb", "jobafklaring")
"""People far from work: activity-ready, ressourceforløb and jobafklaring."""
OFFERED = (
    *KONTANTHJAELP, *UDDANNELSESHJAELP, "sygedagpenge", "jobafklaring", "ressourceforloeb", "revalidering", "ledighedsydelse",
)
"""Benefits other than dagpenge on which measures are offered."""
BENEFITS = tuple(name for name in group_members("edge", "temporary") if name not in ("fleksjob", "foertidspension"))
EDUCATION = MEASURE_CODE["uddannelse"]


def months_on_support(world: World, rows: Rows, window: int = 60) -> npt.NDArray[np.int64]:
    """Months with public support of any kind among the last ``window`` (at most 60), this one included."""
    status = world.column("status", rows).astype(np.int64)
    found = months_supported(world.column("support", rows), world.column("months_in_status", rows), IS_SUPPORT[status], window)
    return np.asarray(found, np.int64)


def long_on_support(world: World, months: int, *names: str) -> Rows:
    """Rows of those on some benefits who have had support for more than so many months of the last five years."""
    rows = world.rows_in(*names)
    return rows[months_on_support(world, rows) > months]


def in_or_after(world: World, rows: Rows, which: npt.NDArray[np.bool_], months: int = 12) -> npt.NDArray[np.bool_]:
    """Who is in a measure of some kinds (by code), or completed one within so many months."""
    recent = (world.column("measure_ended", rows) > world.month - months) & which[world.column("last_measure", rows).astype(np.int64)]
    return np.asarray(which[world.column("measure", rows).astype(np.int64)] | recent)


def in_turn(world: World, policy: Policy, rows: Rows, *, a_year: float, months: int) -> Rows:
    """Those of ``rows`` who hold one of the places of a scheme: so many begin a year, each stays for so many months.

    Everybody has a number on a circle, drawn once; a window on it moves on, so that who comes into it stays for the months that
    it takes to pass. The scheme fills up in its first months; by luck it holds a few more or fewer than its places.
    """
    persons = rows.size * world.weight
    if not persons:
        return rows
    width = min(a_year / 12 * months / persons, 1.0)
    filled = world.month - begins(world, policy) + 1
    top = filled * width / months
    bottom = max(top - width, 0.0)
    return rows[(world.draw_once("place", rows) - bottom) % 1.0 < top - bottom]


def begins(world: World, policy: Policy) -> Month:
    """The first month in force."""
    first = world.parameters.month("vintage.first_month")
    return first if policy.start is None else max(month(policy.start), first)
