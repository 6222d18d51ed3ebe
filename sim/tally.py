"""How many people are in each cell of the law of money, month by month: counted in one pass over everybody.

A cell says what benefits and refunds ask of a person (:mod:`sim.benefit_law`). What only few have (paid hours, a sanction, a fleksjob,
a measure) is counted beside it. Everything is a whole number of citizens, so sums do not depend on the order.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numba as nb
import numpy as np
import numpy.typing as npt

from agents.calendar import Month
from agents.citizen import CLASSES
from agents.column import Store
from agents.household import HOUSEHOLDS
from agents.luck import Luck
from agents.measures import MEASURES, SANCTIONS, SUPPORTS
from agents.past_support import IS_SUPPORT
from agents.statuses import CODE, CONTINUES_SPELL, COUNT, RESIDENT, mask
from sim.benefit_law import (
    ACTIVITY_OF,
    AGE_CLASSES,
    FAMILY_OF,
    GRANTS,
    JOB_READY,
    LONGEST_FREE,
    PERSON_SHAPE,
    REFUND_SHAPE,
)
from sim.parameters import Parameters

Integers = npt.NDArray[np.int64]

PERSON_CELLS = int(np.prod(PERSON_SHAPE))
REFUND_CELLS = int(np.prod(REFUND_SHAPE))
CELLS = PERSON_CELLS * REFUND_CELLS
RANKS = 256
"""Ranks of wages and of having children, 1 to 255 (0 = not drawn)."""
_RESIDENT = mask([s.name for s in RESIDENT])
_REFUNDED = ~mask(["employment", "education", "self_support", "barsel", "efterloen"])
"""Statuses whose benefit is paid or shared by municipalities, by code."""
_EMPLOYMENT, _FLEKSJOB = CODE["employment"], CODE["fleksjob"]
_KEEPS_GRANT = mask(["foertidspension", "fleksjob"])
_NOBODY = -1
_COUNTED = (
    "status", "birth_month", "household", "partner_income", "parent_rank", "measure", "since", "spell_since", "support",
    "person_class", "wage_rank",
)
"""Columns that say in which cell a person is, in the order of the kernel's arguments."""


@dataclass(frozen=True)
class Tally:
    """Numbers of citizens in one month.

    Attributes:
        cells: citizens by cell, shape (PERSON_CELLS, REFUND_CELLS).
        wages: citizens in ordinary work by class and rank of wage, shape (classes, RANKS).
        beside: those with paid hours beside a benefit or under a sanction: cell, hours a week, type of sanction (0 = none) and
            citizens, shape (n, 4).
        fleksjob: those in fleksjob: cell, whether of the old scheme, hours a week and citizens, shape (n, 4).
        hours: hours a week in measures by status, measure and months on the benefit (job-ready people up to LONGEST_FREE, which all
            others count as), shape (COUNT, measures, LONGEST_FREE + 1); persons: in the measure, shape (COUNT, measures).
        support: persons with support, shape (COUNT, supports).
        staff: minutes of caseworkers, hours of outreach, cases decided, certificates and psychiatric examinations asked for.
    """

    cells: Integers
    wages: Integers
    beside: Integers
    fleksjob: Integers
    hours: Integers
    persons: Integers
    support: Integers
    staff: dict[str, float]

    def of(self, *names: str) -> "Tally":
        """Only the citizens with some statuses, and no staff: their books alone."""
        wanted = mask(names)
        of_cell = np.repeat(wanted, PERSON_CELLS // COUNT)
        return Tally(
            self.cells * of_cell[:, None], self.wages * wanted[_EMPLOYMENT], self.beside[of_cell[self.beside[:, 0] // REFUND_CELLS]],
            self.fleksjob * wanted[_FLEKSJOB], self.hours * wanted[:, None, None], self.persons * wanted[:, None],
            self.support * wanted[:, None], dict.fromkeys(self.staff, 0.0),
        )


class Tallier:
    """Counts the population.

    Attributes:
        cell: cell of each row in the last month counted; negative for those who are not there.
    """

    def __init__(self, citizens: Store, p: Parameters, staff: Callable[[], dict[str, float]], threads: int) -> None:
        """``staff`` says what staff did this month (:attr:`Tally.staff`)."""
        self._citizens, self._staff, self._threads = citizens, staff, threads
        self._providers = provider_ranks(p)
        self._old_grants, self._window = p.month("refund.old_grants_until"), p.months("refund.window")
        self._old_scheme = p.month("fleksjob_pay.old_until")
        self.cell = np.full(citizens.size, _NOBODY, np.int32)

    def count(self, now: Month) -> Tally:
        """Count everybody in a month."""
        parts = list(pairwise(self.cell.size * part // self._threads for part in range(self._threads + 1)))
        if len(parts) == 1:
            counted = [self._count_part(now, *parts[0])]
        else:
            with ThreadPoolExecutor(len(parts)) as pool:
                counted = list(pool.map(lambda part: self._count_part(now, *part), parts))
        cells, wages = counted[0] if len(counted) == 1 else (np.sum(several, axis=0) for several in zip(*counted, strict=True))
        return Tally(
            cells.reshape(PERSON_CELLS, REFUND_CELLS), wages, *self._beside(now), *self._active(now), self._staff(),
        )

    def _count_part(self, now: Month, first: int, last: int) -> tuple[Integers, Integers]:
        """Cells and wages of some rows; writes their ``cell``."""
        part = slice(first, last)
        columns = (self._citizens[name][part] for name in _COUNTED)
        cells, wages = np.zeros(CELLS, np.int64), np.zeros((len(CLASSES), RANKS), np.int64)
        _count_cells(
            now, *columns, _RESIDENT, _REFUNDED, IS_SUPPORT, _KEEPS_GRANT, CONTINUES_SPELL, ACTIVITY_OF, FAMILY_OF, self._providers,
            self._old_grants, self._window, _EMPLOYMENT, cells, wages, self.cell[part],
        )
        return cells, wages

    def _beside(self, now: Month) -> tuple[Integers, Integers]:
        """Who has paid hours beside a benefit, or a sanction that began this month (a tightened one: that runs); and who is in
        fleksjob."""
        names = ("status", "since", "paid_hours", "fleks_hours", "sanction", "sanctioned", "sanction_until")
        beside, fleksjob = _find_beside(now, self.cell, *(self._citizens[name] for name in names), _TIGHTENED, _FLEKSJOB, self._old_scheme)
        return _counted(beside, (CELLS, _HOURS, len(SANCTIONS) + 1)), _counted(fleksjob, (CELLS, 2, _HOURS))

    def _active(self, now: Month) -> tuple[Integers, Integers, Integers]:
        """Hours and persons in measures, and persons with support."""
        c, kinds = self._citizens, len(MEASURES)
        hours, persons, support = (np.zeros((COUNT, *shape), np.int64) for shape in ((kinds, LONGEST_FREE + 1), (kinds,), (len(SUPPORTS),)))
        _count_active(
            now, *(c[name] for name in ("status", "measure", "measure_hours", "since", "spell_since")), tuple(c[f"{name}_until"] for name in SUPPORTS),
            CONTINUES_SPELL, JOB_READY, LONGEST_FREE, hours, persons, support,
        )
        return hours, persons, support


def draw_ranks(citizens: Store, luck: Luck) -> None:
    """Give everybody who has none a rank of wages and of having children."""
    for name in ("wage_rank", "parent_rank"):
        new = np.flatnonzero(citizens[name] == 0)
        citizens[name][new] = luck.stream(f"money.{name}").ranks(new)


def counts_alike(p: Parameters, other: Parameters) -> bool:
    """Whether two sets of parameters put everybody into the same cells."""
    paths = ("refund.window", "refund.old_grants_until", "fleksjob_pay.old_until", *(f"provider.{name}" for name in p.below("provider")))
    return all(p.value(path) == other.value(path) for path in paths)


def provider_ranks(p: Parameters) -> npt.NDArray[np.int64]:
    """Highest rank of having children that makes a provider, by age class and household type."""
    share = np.array([p.share(f"provider.{household}") for household in HOUSEHOLDS])
    young = np.where(np.array(HOUSEHOLDS) == "cohabiting_common_children", share, share * p.value("provider.under_25"))
    by_age = np.stack([young if age == AGE_CLASSES[0] else share for age in AGE_CLASSES])
    return np.asarray(np.minimum(np.round(by_age * (RANKS - 1)), RANKS - 1).astype(np.int64))


def _counted(keys: Integers, shape: tuple[int, ...]) -> Integers:
    """Different combinations, shape (number, axes), and how often each occurs, shape (n, axes + 1)."""
    found, times = np.unique(np.ravel_multi_index(tuple(keys.T), shape), return_counts=True)
    return np.column_stack([*np.unravel_index(found, shape), times]).astype(np.int64)


_HOURS = 256
"""Hours a week, from 0, as a column holds them."""
_TIGHTENED = list(SANCTIONS).index("tightened") + 1
_N_AGES, _N_FAMILIES = len(AGE_CLASSES), PERSON_SHAPE[2]
_N_ACTIVITIES, _N_DURATIONS, _N_STEPS, _N_GRANTS = REFUND_SHAPE
assert len(GRANTS) == _N_GRANTS
_M1, _M2, _M4 = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F)
_H01, _U1, _U2, _U4, _U56 = np.uint64(0x0101010101010101), np.uint64(1), np.uint64(2), np.uint64(4), np.uint64(56)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@nb.njit(inline="always")
def _ones(x):  # type: ignore[no-untyped-def]
    x = x - ((x >> _U1) & _M1)
    x = (x & _M2) + ((x >> _U2) & _M2)
    x = (x + (x >> _U4)) & _M4
    return np.int64((x * _H01) >> _U56)


@nb.njit(nogil=True, cache=True)
def _count_cells(  # type: ignore[no-untyped-def]
    now, status, birth_month, household, partner_income, parent_rank, measure, since, spell_since, support, person_class, wage_rank,
    is_resident, refunds, is_support, keeps_grant, continues, activity_of, family_of, providers, old_grants, window, employment,
    cells, wages, cell,
):
    """Write the cell of each row to ``cell`` and count cells and wages. Cells are numbered as ``np.ravel_multi_index`` would."""
    for i in range(status.size):
        s = status[i]
        if not is_resident[s]:
            cell[i] = -1
            continue
        months = now - birth_month[i]
        age = 0 if months < 300 else (1 if months < 360 else 2)
        h = household[i]
        provider = 1 if parent_rank[i] <= providers[age, h] else 0
        person = ((s * _N_AGES + age) * _N_FAMILIES + family_of[h, partner_income[i]]) * 2 + provider
        if not refunds[s]:  # nothing to refund: whoever works, studies or supports himself
            number = person * (_N_ACTIVITIES * _N_DURATIONS * _N_STEPS * _N_GRANTS)
            cell[i] = number
            cells[number] += 1
            if s == employment:
                wages[person_class[i], wage_rank[i]] += 1
            continue
        in_status = now - since[i]
        on_benefit = now - spell_since[i] if continues[s] else in_status
        duration = 0 if on_benefit < 1 else (1 if on_benefit < 2 else (2 if on_benefit < 12 else 3))
        here = min(in_status + 1, window)
        supported = here if is_support[s] else 0
        if here < window:
            supported += _ones(support[i] & (_ALL >> np.uint64(64 - (window - here))))
        step = 0 if supported <= 1 else (1 if supported <= 6 else (2 if supported <= 12 else 3))
        old = 1 if keeps_grant[s] and since[i] <= old_grants else 0
        refund = ((activity_of[measure[i]] * _N_DURATIONS + duration) * _N_STEPS + step) * _N_GRANTS + old
        number = person * (_N_ACTIVITIES * _N_DURATIONS * _N_STEPS * _N_GRANTS) + refund
        cell[i] = number
        cells[number] += 1


@nb.njit(nogil=True, cache=True)
def _count_active(  # type: ignore[no-untyped-def]
    now, status, measure, measure_hours, since, spell_since, support_until, continues, job_ready, longest_free, hours, persons, support,
):
    """Count hours and persons in measures, and persons with support; see :class:`Tally`."""
    for i in range(status.size):
        s = status[i]
        for k in range(len(support_until)):
            support[s, k] += support_until[k][i] > now
        if measure[i] > 0:
            months = now - (spell_since[i] if continues[s] else since[i])
            free = min(max(months, 0), longest_free) if job_ready[s] else longest_free
            hours[s, measure[i] - 1, free] += measure_hours[i]
            persons[s, measure[i] - 1] += 1


@nb.njit(nogil=True, cache=True)
def _find_beside(  # type: ignore[no-untyped-def]
    now, cell, status, since, paid_hours, fleks_hours, sanction, sanctioned, sanction_until, tightened, fleksjob, old_scheme,
):
    """Cell, hours and sanction of those who have hours or a sanction beside a benefit; cell, scheme and hours of those in fleksjob."""
    beside, in_fleksjob = np.empty((cell.size, 3), np.int64), np.empty((cell.size, 3), np.int64)
    n_beside = n_fleksjob = 0
    for i in range(cell.size):
        if cell[i] < 0:
            continue
        under = sanctioned[i] == now or (sanction[i] == tightened and sanction_until[i] > now)
        if under or paid_hours[i] > 0:
            beside[n_beside, 0], beside[n_beside, 1], beside[n_beside, 2] = cell[i], paid_hours[i], sanction[i] if under else 0
            n_beside += 1
        if status[i] == fleksjob:
            in_fleksjob[n_fleksjob, 0], in_fleksjob[n_fleksjob, 1], in_fleksjob[n_fleksjob, 2] = cell[i], since[i] <= old_scheme, fleks_hours[i]
            n_fleksjob += 1
    return beside[:n_beside].copy(), in_fleksjob[:n_fleksjob].copy()
