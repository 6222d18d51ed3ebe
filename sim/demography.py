"""Birthdays and what they bring: age bands, 18-year-olds, the end of uddannelseshjælp at 30, the pension age.

Deaths and migration are clocks like all others (see :mod:`sim.intensities`): people leave to ``abroad`` and arrive from
it, so persons are conserved.
"""

import numpy as np

from agents.calendar import Month, month
from agents.citizen import AGE_BANDS
from agents.column import Rows, Store
from agents.household import is_barred
from agents.luck import Luck
from agents.population import ADULT_MONTHS
from agents.statuses import CODE, STATUSES, entered_instead, mask
from sim.parameters import Parameters
from sim.profiles import AGE_STEP, N_AGE, profile_of
from sim.rules import Due

AFTER_UDDANNELSESHJAELP = {
    s.code: CODE["kontanthjaelp_aktivitetsparat" if s.name.endswith("aktivitetsparat") else "kontanthjaelp_jobparat"]
    for s in STATUSES
    if s.family == "uddannelseshjaelp"
}
"""Status on kontanthjælp of those who turn 30 on uddannelseshjælp, by code."""
_ON_UDDANNELSESHJAELP = mask([s.name for s in STATUSES if s.code in AFTER_UDDANNELSESHJAELP])
_RETIRES = mask([s.name for s in STATUSES if s.group in ("outside", "temporary", "edge")])


class Demography:
    """Everybody's birthdays, sorted once.

    Attributes:
        profile: profile number of each row (see :mod:`sim.intensities`), kept current.
        may_take_efterloen: 1 for rows that have reached the efterløn age of their cohort, else 0.
    """

    def __init__(self, store: Store, p: Parameters, luck: Luck, *, now: Month) -> None:
        self._store = store
        birth = store["birth_month"]
        self._order = np.argsort(birth, kind="stable").astype(np.int32)
        self._first_birth = int(birth.min())
        self._begins = np.searchsorted(birth[self._order], np.arange(self._first_birth, int(birth.max()) + 2))
        years = (now - birth.astype(np.int32)) // 12
        band = np.clip(np.searchsorted(AGE_BANDS, years, side="right") - 1, 0, N_AGE - 1)
        barred = is_barred(store["partner_income"], store["wealthy"])
        self.profile = profile_of(band, store["sex"], store["origin"], barred, store["person_class"])
        entry = p.below("entry")
        self._entry_codes = np.array([CODE[name] for name in entry], np.uint8)
        self._entry_shares = np.array([p.share(f"entry.{name}") for name in entry])
        self._first_status = luck.stream("demography.first_status")
        self._retiring = _reaching(p, "pension_age")
        self._efterloen = _reaching(p, "efterloen_age")
        self.may_take_efterloen = np.zeros(store.size, np.float32)
        for month_, births in self._efterloen.items():
            if month_ <= now:
                for birth_month in births:
                    self.may_take_efterloen[self._born(birth_month)] = 1
        self._youth_ends = p.months("age_limit.uddannelseshjaelp")

    def live(self, now: Month) -> list[Due]:
        """Let everybody grow older by a month; returns the moves that a birthday brings."""
        for years in AGE_BANDS[1:]:
            self.profile[self._born(now - 12 * years)] += np.uint8(AGE_STEP)
        for birth in self._efterloen.get(now, ()):
            self.may_take_efterloen[self._born(birth)] = 1
        entrants = self._born(now - ADULT_MONTHS)
        codes = np.array([entered_instead(code, now) for code in self._entry_codes.tolist()], np.uint8)
        first = codes[self._first_status.choose(now, entrants, self._entry_shares)]
        moves = [Due(entrants, first, "turned 18"), self._leave_uddannelseshjaelp(now), self._retire(now)]
        return [move for move in moves if move.rows.size]

    def _leave_uddannelseshjaelp(self, now: Month) -> Due:
        rows = self._born(now - self._youth_ends)
        status = self._store["status"][rows]
        leaves = _ON_UDDANNELSESHJAELP[status]
        to = np.array([AFTER_UDDANNELSESHJAELP[code] for code in status[leaves].tolist()], np.uint8)
        return Due(rows[leaves], to, "rule:uddannelseshjælp ends at 30")

    def _retire(self, now: Month) -> Due:
        found = [self._born(birth) for birth in self._retiring.get(now, ())]
        rows = np.sort(np.concatenate(found)) if found else np.zeros(0, np.int64)
        rows = rows[_RETIRES[self._store["status"][rows]]]
        return Due(rows, np.full(rows.size, CODE["folkepension"], np.uint8), "rule:pension age")

    def _born(self, birth: Month) -> Rows:
        number = birth - self._first_birth
        if not 0 <= number < self._begins.size - 1:
            return np.zeros(0, np.int64)
        return self._order[self._begins[number] : self._begins[number + 1]].astype(np.int64)


def read_ages(p: Parameters, name: str) -> list[tuple[Month, int]]:
    """Pension or efterløn ages as pairs (born before, age in months), in order of birth; the last holds for all later."""
    ages = []
    for key in p.below(name):
        born_before = 2**15 if key == "later" else month(key.removeprefix("before_").replace("_", "-"))
        ages.append((born_before, p.months(f"{name}.{key}")))
    return sorted(ages)


def _reaching(p: Parameters, name: str) -> dict[Month, list[Month]]:
    """Months of birth that reach the pension age (or the efterløn age) in each month."""
    reach: dict[Month, list[Month]] = {}
    first, end = -100 * 12, 100 * 12
    for born_before, age in read_ages(p, name):
        for birth in range(first, min(born_before, end)):
            reach.setdefault(birth + age, []).append(birth)
        first = max(first, born_before)
    return reach
