"""What money does to people and municipalities: more exits to work where working pays more than it did, other offers and decisions
where their net price has changed.

Everything is relative to the vintage's own law in its first month: as long as amounts are as they were when the rates were
fitted, every factor is 1. Elasticities are assumptions whose ranges include 0 (parameters ``incentive``). A supplement to
people in a measure is not in its net price: the one that is proposed is paid for by a lower benefit
(004_107fd277d1b391d8.txt:9247-9254).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agents.citizen import CLASSES
from agents.measures import FULL_TIME, MEASURES
from agents.statuses import CODE, COUNT, NAMES
from sim.accounts import wage_levels
from sim.benefit_law import ACTIVITY_OF, BENEFITS, DURATIONS, FAMILIES, JOB_READY, PERSON_SHAPE, BenefitLaw
from sim.decisions import AWARDS
from sim.parameters import Parameters

Floats = npt.NDArray[np.float64]

LARGEST = 2.0
"""No factor is above this or below its inverse."""
LEAST_GAIN = 500.0
"""DKK a month: incomes, gains and prices below this count as this, so that a ratio means something."""
_HOURS = 20
"""Hours a week at which municipalities compare what measures cost."""
_FAMILY = FAMILIES.index("single")
_STEP = 2
"""Step of the refund ladder at which municipalities compare prices: half a year to a year."""
_GUIDANCE = [m.name for m in MEASURES].index("vejledning")
_DURATION = DURATIONS.index("first_year")


@dataclass(frozen=True)
class Incentives:
    """Factors in force in a month.

    Attributes:
        work: on exits to work, by cell of persons and unobserved class, shape (cells, classes).
        hours: on paid hours beside the benefit after a placement, by status.
        instrument: on the choice of each measure, by status, shape (COUNT, measures).
        awards: on the odds of each award that teams grant, by name.
        visitation: on moves from job-ready to activity-ready.
    """

    work: Floats
    hours: Floats
    instrument: Floats
    awards: dict[str, float]
    visitation: float

    @property
    def is_neutral(self) -> bool:
        """Whether money changes nothing."""
        tables = (self.work, self.hours, self.instrument, np.array([self.visitation, *self.awards.values()]))
        return all(bool((table == 1).all()) for table in tables)


class Responses:
    """How people and municipalities respond when the law of money is not what it was."""

    def __init__(self, p: Parameters, reference: BenefitLaw) -> None:
        """``reference`` is the law at which the rates were fitted."""
        self._elasticity = {name: p.value(f"incentive.{name}") for name in ("work", "hours", "instrument", "visitation", "submission")}
        self._pay = wage_levels(p)
        self._transport = p.value("life.transport")
        self._lost = p.share("life.support_lost")
        self._reference = reference
        self._at_reference = self._measured(reference)

    def to(self, law: BenefitLaw) -> Incentives:
        """The factors under a law."""
        measured = self._at_reference if law is self._reference else self._measured(law)
        e, (gain, per_hour, net, price, extra) = self._elasticity, measured
        gain_0, per_hour_0, net_0, price_0, extra_0 = self._at_reference
        return Incentives(
            _factor(gain, gain_0, e["work"]), _factor(per_hour, per_hour_0, e["hours"]), _factor(net, net_0, -e["instrument"]),
            {name: float(_factor(np.array(price[name]), np.array(price_0[name]), -e["submission"])) for name in AWARDS},
            float(_factor(np.array(extra), np.array(extra_0), e["visitation"])),
        )

    def _measured(self, law: BenefitLaw) -> tuple[Floats, Floats, Floats, dict[str, float], float]:
        """Income at work against that on the benefit by cell and class, gain an hour beside the benefit and net price of measures
        by status, of awards by name, and what guidance costs the municipality for job-ready people against others."""
        benefit = law.benefit.ravel()
        idle = law.tax.after_tax(np.zeros(benefit.size), benefit)
        at_work = law.tax.after_tax(self._pay, np.zeros(len(CLASSES))) - self._lost * self._pay - self._transport
        gain = 10_000 * at_work[None, :] / np.maximum(idle, LEAST_GAIN)[:, None]
        status = np.arange(COUNT)
        own = law.benefit[:, -1, _FAMILY, 0]
        month = np.full(COUNT, 10 * law.month_hours / FULL_TIME)
        left = own - law.offset(status, own, month)
        per_hour = (law.tax.after_tax(month * law.hour, left) - law.tax.after_tax(np.zeros(COUNT), own)) / month
        net = np.zeros((COUNT, len(MEASURES)))
        for k in range(len(MEASURES)):
            kept = 1 - law.refund[:, ACTIVITY_OF[k + 1], _DURATION, _STEP, 0]
            refunded = np.where(JOB_READY & (law.operation_free[k] > 0), 0.0, law.operation_refund[k])
            operation = law.cost[k] / 12 * _HOURS / FULL_TIME * (1 - refunded)
            net[:, k] = kept * own + operation
        prices = {name: (1 - law.refund[CODE[name], 0, 3, 3, 0]) * float(_of_award(law, name)) for name in AWARDS}
        alternative = (1 - law.refund[CODE["kontanthjaelp_aktivitetsparat"], 0, 3, 3, 0]) * float(own[CODE["kontanthjaelp_aktivitetsparat"]])
        relative = {name: price / max(alternative, LEAST_GAIN) * 10_000 for name, price in prices.items()}
        for_others = max(1 - float(law.operation_refund[_GUIDANCE]), 0.05)
        for_job_ready = 1.0 if law.operation_free[_GUIDANCE] > 0 else for_others
        return gain, per_hour * 100, net, relative, 10_000 * for_job_ready / for_others


def _of_award(law: BenefitLaw, name: str) -> float:
    """What an award costs a month."""
    if name == "fleksjob":
        _, citizen, employer = law.fleksjob(np.array([12]), np.array([False]))
        return float(citizen[0] + employer[0])
    return float(law.benefit[CODE[name], -1, _FAMILY, 0])


def _factor(now: Floats, reference: Floats, elasticity: float) -> Floats:
    """What a change of a gain or price does, between 1 / LARGEST and LARGEST; exactly 1 where nothing has changed."""
    ratio = np.maximum(now, LEAST_GAIN) / np.maximum(reference, LEAST_GAIN)
    return np.where(now == reference, 1.0, np.clip(ratio**elasticity, 1 / LARGEST, LARGEST))


RESPONDS = np.isin(NAMES, BENEFITS) & ~np.isin(NAMES, ["education", "efterloen", "barsel"])
"""Statuses whose exits to work respond to the gain from working, by code."""
assert PERSON_SHAPE[0] == COUNT
