"""What measures, support and paid hours do to the monthly chances of work and of education: during a measure (lock-in), and for a
while after one that was completed. The kernel is compiled, since it looks at everybody every month."""

from typing import NamedTuple

import numba as nb
import numpy as np
import numpy.typing as npt

from agents.calendar import Month
from agents.citizen import NEVER
from agents.column import Rows, Store
from agents.measures import IS_COMPANY, MEASURE_CODE, MEASURES
from agents.statuses import CODE, COUNT, STATUSES
from sim.benefit_law import JOB_READY
from sim.in_force import InForce
from sim.parameters import Parameters
from sim.race import RowFactor

Floats = npt.NDArray[np.float64]

ON_BENEFIT = np.array([s.group == "edge" or s.name == "dagpenge" for s in STATUSES])
"""Whether measures act on the exits of people with a status."""
_NYTTEINDSATS, _EDUCATION = MEASURE_CODE["nytteindsats"], MEASURE_CODE["uddannelse"]
_LARGEST = 3.0
"""Largest factor that measures together can have on an exit."""


class _Numbers(NamedTuple):
    """Parameters of effects, each by version (:mod:`sim.in_force`).

    Attributes:
        months: how long an effect lasts after its end.
        lock_in: factor on work during a measure, by code; after: after one, by code and unobserved class.
        health: factor on what follows a company measure with a health intervention; paid_hours, threat: on work.
        mentor_work, mentor_education: on those under 30; mentor_others: on all others; bridge_work, bridge_education: of brobygning.
    """

    months: npt.NDArray[np.int64]
    lock_in: Floats
    after: Floats
    health: Floats
    paid_hours: Floats
    threat: Floats
    mentor_work: Floats
    mentor_education: Floats
    mentor_others: Floats
    bridge_work: Floats
    bridge_education: Floats


class Effects:
    """Factors of measures on exits.

    Attributes:
        to_work, to_education: factors on each row's exits; factors: the same as the race reads them.
    """

    def __init__(self, citizens: Store, p: InForce, exits_to: npt.NDArray[np.uint8]) -> None:
        """``exits_to``: destination of each exit, shape (statuses, slots)."""
        self._citizens, self._p = citizens, p
        self.to_work, self.to_education = (np.ones(citizens.size, np.float32) for _ in range(2))
        acts = ON_BENEFIT[:, None] & (exits_to < COUNT)
        self.factors = [
            RowFactor(acts & (np.minimum(exits_to, COUNT - 1) == CODE[name]), factor, _LARGEST)
            for name, factor in (("employment", self.to_work), ("education", self.to_education))
        ]
        self._lasts = np.max([citizens[n] for n in ("measure_ended", "mentor_until", "brobygning_until")], axis=0) > NEVER

    def reckon(self, supported: Rows, now: Month) -> None:
        """Factors of this month, of everybody; ``supported``: who may have been given support this month."""
        c, p = self._citizens, self._p
        self._lasts[supported] = True
        dates = (c[f"{name}_until"] for name in ("mentor", "brobygning", "sundhedsindsats"))
        _reckon(
            now, c["status"], c["measure"], c["seeking"], c["paid_hours"], c["last_measure"], c["person_class"], c["birth_month"],
            c["measure_ended"], *dates, c["municipality"], p.version_of, p.numbers(_read), ON_BENEFIT, JOB_READY, IS_COMPANY, _NYTTEINDSATS,
            _EDUCATION, _LARGEST, self._lasts, self.to_work, self.to_education,
        )


@nb.njit(nogil=True, cache=True)
def _reckon(  # type: ignore[no-untyped-def]
    now, status, measure, seeking, paid_hours, last_measure, person_class, birth_month, measure_ended, mentor_until, bridge_until, health_until,
    municipality, version_of, p, on_benefit, job_ready, is_company, nytteindsats, education, largest, lasts, to_work, to_education,
):
    for row in range(status.size):
        to_work[row] = to_education[row] = 1
        active = (measure[row] | seeking[row] | paid_hours[row]) > 0
        if not (active or lasts[row]):
            continue
        v = version_of[municipality[row] - 1]
        begin = now - p.months[v]
        lasts[row] = active or max(measure_ended[row], mentor_until[row], bridge_until[row]) > begin
        if not (lasts[row] and on_benefit[status[row]]):
            continue
        work, school = 1.0, 1.0
        if measure[row] > 0:
            work = p.lock_in[v, measure[row]]
        elif measure_ended[row] > begin:
            last = last_measure[row]
            work = p.after[v, last, person_class[row]]
            if is_company[last] and health_until[row] > begin:
                work *= p.health[v]
            if last == education:
                school = work
        if paid_hours[row] > 0:
            work *= p.paid_hours[v]
        if seeking[row] == nytteindsats and job_ready[status[row]]:
            work *= p.threat[v]
        if mentor_until[row] > begin:
            young = now - birth_month[row] < 12 * 30
            work *= p.mentor_work[v] if young else p.mentor_others[v]
            school *= p.mentor_education[v] if young else p.mentor_others[v]
        if bridge_until[row] > begin:
            work *= p.bridge_work[v]
            school *= p.bridge_education[v]
        to_work[row], to_education[row] = min(work, largest), min(school, largest)


def _read(p: Parameters) -> _Numbers:
    lock_in, after = (np.array([1.0, *(p.value(f"{table}.{m.name}") for m in MEASURES)]) for table in ("lock_in", "after"))
    weak = p.share("effect_of.weak")  # more for those whose chance is low from the start

    def number(name: str) -> Floats:
        return np.asarray(p.value(f"effect_of.{name}"))

    return _Numbers(
        months=np.asarray(p.months("effect_of.months")), lock_in=lock_in, after=after[:, None] ** np.array([1 - weak, 1.0, 1 + weak]),
        health=number("health_with_company"), paid_hours=number("paid_hours"), threat=number("threat"), mentor_work=number("mentor_work"),
        mentor_education=number("mentor_education"), mentor_others=number("mentor_others"), bridge_work=number("brobygning_work"),
        bridge_education=number("brobygning_education"),
    )
