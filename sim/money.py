"""Money in the model: the law of the month, the count of people, the books, and who responds to incentives."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from agents.calendar import Month
from agents.column import Store
from agents.luck import Luck
from agents.measures import NO_MEASURE
from agents.statuses import CODE, COUNT
from sim.accounts import Accountant, AccountsRecorder
from sim.benefit_law import BenefitLaw, LawBook
from sim.groups import Groups
from sim.incentives import LARGEST, RESPONDS, Incentives, Responses
from sim.intensities import SLOTS
from sim.parameters import Parameters
from sim.race import RowFactor
from sim.tally import REFUND_CELLS, Tallier, Tally, counts_alike, draw_ranks
from sim.thinning import rows_with

Others = dict[str, tuple[Parameters, Sequence[Any]]]
"""Other laws by name: parameters and policies."""


class Money:
    """The law, the books and the incentives of a run.

    Attributes:
        laws: the law month by month.
        incentives: what money does this month.
        factors: on each row's exits to work, and on visitation to activity-ready.
        recorder: the books.
        static: the books by name of another law, if everybody stayed where they are in this run.
        groups: outcomes by group of people, where they are counted.
        tally: numbers of citizens in the last month closed.
    """

    tally: Tally

    def __init__(
        self, citizens: Store, p: Parameters, policies: Sequence[Any], luck: Luck, exits_to: npt.NDArray[np.uint8], *,
        start: Month, months: int, weight: float, touched: npt.NDArray[np.bool_], region: npt.NDArray[np.integer], staff: Callable[[], dict[str, float]],
        others: Others, threads: int, records: bool,
    ) -> None:
        """``exits_to``: destination of each exit; ``touched``: written for those whose amounts a policy changes; ``region`` of each municipality; ``staff``: what staff did this month
        (:attr:`sim.tally.Tally.staff`); ``others``: laws whose effect on people who stay where they are is asked for; ``records``: count
        outcomes by group of people."""
        self._citizens, self._touched = citizens, touched
        self.laws = LawBook(p, policies)
        own = p.unchanged()
        self._responses = Responses(p, LawBook(own).at(own.month("vintage.first_month")))
        draw_ranks(citizens, luck)
        self._tallier = Tallier(citizens, p, staff, threads)
        self._accountant = Accountant(p, 1 / weight)
        self.recorder = AccountsRecorder(start, weight)
        self._others = {
            name: (LawBook(q, more), Accountant(q, 1 / weight), None if counts_alike(p, q) else Tallier(citizens, q, staff, threads))
            for name, (q, more) in others.items()
        }
        self.static = {name: AccountsRecorder(start, weight) for name in others}
        self.incentives: Incentives
        self._law: BenefitLaw | None = None
        self.to_work = np.ones(citizens.size, np.float32)
        acts = RESPONDS[:, None] & (exits_to == CODE["employment"]) & np.ones((COUNT, SLOTS), bool)
        down = np.isin(np.arange(COUNT), [CODE["kontanthjaelp_jobparat"]])[:, None] & (exits_to == CODE["kontanthjaelp_aktivitetsparat"])
        self.to_far = np.ones(citizens.size, np.float32)
        self.factors = [RowFactor(acts, self.to_work, LARGEST), RowFactor(down, self.to_far, LARGEST)]
        self._responding = np.zeros(0, np.int64)
        self._tallier.count(start - 1)
        self.groups = None
        if records:
            tie = luck.stream("money.decile").uniform(start, np.arange(citizens.size))
            self.groups = Groups(citizens, self._tallier.cell, p, region, tie, start, months, weight)

    def open_month(self, now: Month) -> Incentives:
        """The law of the month, and what it does to people and municipalities."""
        law = self.laws.at(now)
        if law is not self._law:
            self._law, self.incentives = law, self._responses.to(law)
        table, cell = self.incentives.work, self._tallier.cell
        self.to_work[self._responding] = 1
        acts = (table != 1).any()
        self._responding = rows_with(RESPONDS, self._citizens["status"]) if acts else np.zeros(0, np.int64)
        self._responding = self._responding[cell[self._responding] >= 0]
        self.to_work[self._responding] = table[cell[self._responding] // REFUND_CELLS, self._citizens["person_class"][self._responding]]
        if self.to_far[0] != np.float32(self.incentives.visitation):
            self.to_far[:] = self.incentives.visitation
        return self.incentives

    def close_month(self, now: Month) -> None:
        """Count everybody and close the books."""
        assert self._law is not None, "the month was not opened"
        self.tally = tally = self._tallier.count(now)
        self._touch(now)
        self.recorder.close_month(self._accountant.close(self._law, tally))
        for name, (laws, accountant, other) in self._others.items():
            self.static[name].close_month(accountant.close(laws.at(now), tally if other is None else other.count(now)))
        if self.groups is not None:
            self.groups.close_month(now, self._tallier.cell, self._law)

    def _touch(self, now: Month) -> None:
        """Note whose benefit, offset or supplement a policy has changed."""
        law, own = self._law, self.laws.own(now)
        assert law is not None
        if law is own:
            return
        c, cell = self._citizens, self._tallier.cell
        changed = (law.benefit != own.benefit).ravel()
        rows = np.flatnonzero(cell >= 0) if changed.any() else np.zeros(0, np.int64)
        self._touched[rows[changed[cell[rows] // REFUND_CELLS]]] = True
        rows = np.flatnonzero(c["paid_hours"] > 0)
        other = (law.offset_share != own.offset_share) | (law.disregard != own.disregard)
        self._touched[rows[other[c["status"][rows]]]] = True
        rows = np.flatnonzero(c["measure"] != NO_MEASURE)
        given = law.supplement != own.supplement
        self._touched[rows[given[c["status"][rows], c["measure"][rows].astype(np.int64) - 1]]] = True

    def static_table(self) -> pd.DataFrame:
        """The books under other laws: reform, month, payer, receiver, account, oere."""
        tables = [recorder.table().assign(reform=name) for name, recorder in self.static.items()]
        columns = ["reform", "month", "payer", "receiver", "account", "oere"]
        return pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)
