"""The loop of load and turnover: overload makes caseworkers leave, and whoever leaves costs hours (evidence M4 to M6).

A cell of caseworkers on average, with hours and work per position and month:

* Of those at work, ``tau(L)`` leave a month (1/month): ``turnover / 12 * max(1, L) ** elasticity``, as in
  :class:`sim.staff.Staff` at a stress that has settled at the load ``L`` (work that waits / working time, no unit).
* Each leaves the position empty for ``vacancy`` months. Filled for ``1 / tau`` months and empty for ``vacancy``, a position
  is filled a share ``1 / (1 + tau * vacancy)`` of the time, and so many times ``tau`` leave it a month.
* Each leaves a caseload to read: ``reading`` minutes. Other work that waits is ``demand`` minutes a position and month.

Working time is then ``minutes / (1 + tau * vacancy)`` and work ``demand + reading * tau / (1 + tau * vacancy)``, both in
minutes a position and month; their ratio is the load that the load ``L`` leads to::

    next(L) = (demand * (1 + tau * vacancy) + reading * tau) / minutes = demand / minutes + tau(L) * cost
    cost = (demand * vacancy + reading) / minutes                    months of a position's working time for each who leaves

and the gain of the loop (no unit), what a rise of the load adds to itself::

    g(L) = d next / d L = tau'(L) * cost,   tau'(L) = turnover / 12 * elasticity * L ** (elasticity - 1) for L >= 1, else 0

Below 1 a push of the load dies out; at 1 and above it grows. Stress smooths over half a year: that sets the pace, not the
gain. Left out: demand is held fixed (work not done waits on, and overdue citizens leave later), staff does not follow
clients, and new caseworkers document less of a case.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from sim.parameters import Parameters

UNCERTAIN = ("turnover.load_elasticity", "turnover.vacancy", "minutes.reading", "turnover.job_change")
"""Parameters whose ranges are tried."""
HIGHEST_LOAD = 10.0
"""Load beyond which nobody feels more of it (:meth:`sim.staff.Staff.feel`): gains are looked for below."""


@dataclass(frozen=True)
class StaffLoop:
    """Load, turnover and what those who leave cost.

    Attributes:
        turnover: caseworkers who leave a year, of those at work, at a load that hours cover.
        elasticity: how turnover grows with load.
        vacancy: months a position stands empty.
        minutes: working time of a position in a month.
        demand: minutes of work that wait for a position in a month, reading of cases taken over left aside.
        reading: minutes it takes to read the caseload of one who left.
    """

    turnover: float
    elasticity: float
    vacancy: float
    minutes: float
    demand: float
    reading: float

    def leaving(self, load: float) -> float:
        """Caseworkers who leave a month, of those at work."""
        return float(self.turnover / 12 * max(1.0, load) ** self.elasticity)

    @property
    def cost(self) -> float:
        """What one who leaves costs, in months of a position's working time."""
        return (self.demand * self.vacancy + self.reading) / self.minutes

    def next_load(self, load: float) -> float:
        """The load to which a load leads."""
        return self.demand / self.minutes + self.leaving(load) * self.cost

    def gain(self, load: float) -> float:
        """What a small rise of the load adds to itself; at 1 the derivative to the right."""
        if load < 1:
            return 0.0
        return float(self.turnover / 12 * self.elasticity * load ** (self.elasticity - 1) * self.cost)

    def runs_away_at(self) -> float | None:
        """The lowest load, from 1 to HIGHEST_LOAD, at which the gain is 1 or more; None when there is none."""
        at_one = self.gain(1.0)
        if at_one >= 1:
            return 1.0
        if self.elasticity <= 1 or at_one == 0:
            return None
        load = float((1 / at_one) ** (1 / (self.elasticity - 1)))
        return load if load < HIGHEST_LOAD else None


def staff_loop(p: Parameters, demand: float, caseload: float, readings: float) -> StaffLoop:
    """The loop at some parameters.

    Args:
        p: parameters.
        demand: minutes of work that wait for a full-time position in a month, reading left aside.
        caseload: citizens a full-time position.
        readings: times ``minutes.reading`` that a case taken over is read for (twice for complex and long ones).
    """
    return StaffLoop(
        p.value("turnover.job_change") + p.value("turnover.leave"), p.value("turnover.load_elasticity"),
        p.months("turnover.vacancy"), p.value("casework.hours") * 60, demand, caseload * readings * p.value("minutes.reading"),
    )


def at_high_ends(p: Parameters) -> Iterator[tuple[str, Parameters]]:
    """Each uncertain parameter alone at the high end of its range."""
    for path in UNCERTAIN:
        yield path, p.changed({path: p[path].bounds[1]})


def at_corners(p: Parameters) -> Iterator[Parameters]:
    """All combinations of the ends of the uncertain parameters' ranges."""
    for ends in product(*(p[path].bounds for path in UNCERTAIN)):
        yield p.changed(dict(zip(UNCERTAIN, ends, strict=True)))
