"""The books: who paid whom how much in each month, from numbers of people (:mod:`sim.tally`) and the law (:mod:`sim.benefit_law`).

Double entry: every amount has a payer and a receiver, so what all sectors receive and pay sums to zero. Amounts are whole øre,
for all of Denmark.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from agents.calendar import Month, timestamps
from agents.measures import FULL_TIME, MEASURES, SANCTIONS
from agents.mistake import unknown
from agents.money import ACCOUNT, OERE, SECTORS
from agents.statuses import CODE
from sim.benefit_law import MUNICIPALITY_SHARES, STATE_PAYS, BenefitLaw
from sim.parameters import Parameters
from sim.tally import PERSON_CELLS, RANKS, REFUND_CELLS, Tally

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Key = tuple[str, str, str]
"""Payer, receiver, account."""

_STATUS_OF = np.arange(PERSON_CELLS) // (PERSON_CELLS // len(CODE))
"""Status of each cell of persons."""
_IS_SUBSIDY = np.array([m.register == "loentilskud" for m in MEASURES])
_MUNICIPALITY_SHARES = np.flatnonzero(MUNICIPALITY_SHARES[_STATUS_OF])
"""Cells of persons whose benefit the state pays and the municipality pays a part of."""


class Books:
    """Postings of one month, in øre of the citizens simulated."""

    def __init__(self) -> None:
        self.entries: dict[Key, int] = defaultdict(int)

    def post(self, payer: str, receiver: str, account: str, oere: float) -> None:
        """Book an amount; a negative one the other way round. Raises Mistake for an unknown sector or account."""
        for sector in (payer, receiver):
            if sector not in SECTORS:
                raise unknown("sector", sector, SECTORS)
        if account not in ACCOUNT:
            raise unknown("account", account, ACCOUNT)
        self.entries[payer, receiver, account] += round(oere)


def wage_levels(p: Parameters) -> Floats:
    """Median wage a month of people in ordinary work by unobserved class, DKK, shape (classes,)."""
    return p.value("wage.median") * p.value("price.to_2015") * p.share("wage.hours") * p.values_of("wage.classes")


def read_wages(p: Parameters) -> Floats:
    """What people in ordinary work earn a month by unobserved class and rank, DKK, shape (classes, RANKS): lognormal."""
    rank = (np.arange(RANKS) - 0.5).clip(0.5) / (RANKS - 1)
    return np.asarray(wage_levels(p)[:, None] * np.exp(p.value("wage.spread") * ndtri(rank)))


Taxes = tuple[Integers, Integers, Integers]
"""What somebody pays in income tax to the municipality and to the state, and what consumption claws back, in øre."""


@dataclass(frozen=True)
class _Priced:
    """A law in øre, by cell: worked out once, since most months have the law of the month before.

    Attributes:
        benefit: shape (PERSON_CELLS,).
        to_municipalities: what the state refunds of it, shape (PERSON_CELLS, REFUND_CELLS); from_municipalities: what they pay
            the state, the same for the cells in which they share.
        on_benefit, on_wages: taxes of people with the benefit, and with the wages of each class and rank.
        wages: by class and rank.
    """

    benefit: Integers
    to_municipalities: Integers
    from_municipalities: Integers
    on_benefit: Taxes
    on_wages: Taxes
    wages: Integers

    @classmethod
    def read(cls, law: BenefitLaw, wages: Floats) -> "_Priced":
        """The amounts of a law; ``wages`` in DKK."""
        benefit = _in_oere(law.benefit.ravel())
        share = law.refund.reshape(len(CODE), REFUND_CELLS)[_STATUS_OF]
        refunded = np.rint(benefit[:, None] * share).astype(np.int64)
        return cls(
            benefit, np.where(STATE_PAYS[_STATUS_OF, None], 0, refunded), (benefit[:, None] - refunded)[_MUNICIPALITY_SHARES],
            _taxes(law, np.zeros(benefit.size), law.benefit.ravel()), _taxes(law, wages, np.zeros(wages.size)), _in_oere(wages),
        )


def _taxes(law: BenefitLaw, pay: Floats, benefit: Floats) -> Taxes:
    """Income tax and clawback of people with these incomes."""
    municipal, state = (_in_oere(part) for part in law.tax.taxes(pay, benefit))
    left = _in_oere(pay + benefit) - municipal - state
    return municipal, state, np.rint(left * law.consumption).astype(np.int64)


class Accountant:
    """Turns tallies into postings."""

    def __init__(self, p: Parameters, scale: float = 1.0) -> None:
        """``scale``: share of the population that is counted."""
        self._scale = scale
        self._wages = read_wages(p)
        # whoever is terminated has left the benefit when people are counted
        self._lost = np.array([0.0, *(p.share(f"sanction_cost.{name}") if name != "termination" else 0.0 for name in SANCTIONS)])
        self._caseworker_minutes = p.value("casework.hours") * 60
        self._kept: tuple[BenefitLaw, _Priced] | None = None

    def close(self, law: BenefitLaw, tally: Tally) -> Books:
        """The books of a month. A law that was used is not to be changed."""
        if self._kept is None or self._kept[0] is not law:
            self._kept = (law, _Priced.read(law, self._wages.ravel()))
        priced = self._kept[1]
        books = Books()
        self._benefits(books, priced, tally)
        self._beside(books, law, priced, tally)
        self._fleksjob(books, law, tally)
        self._wages_paid(books, priced, tally)
        self._measures(books, law, tally)
        self._staff(books, law, tally)
        return books

    def _benefits(self, books: Books, priced: _Priced, tally: Tally) -> None:
        persons = tally.cells.sum(axis=1)
        paid = persons * priced.benefit
        by_state = STATE_PAYS[_STATUS_OF]
        books.post("state", "citizens", "state_benefits", paid[by_state].sum())
        books.post("municipalities", "citizens", "benefits", paid[~by_state].sum())
        # the state pays its share of the municipalities' benefits, and they theirs of dagpenge
        books.post("state", "municipalities", "benefit_refund", int(np.vdot(tally.cells, priced.to_municipalities)))
        shared = tally.cells[_MUNICIPALITY_SHARES]
        books.post("municipalities", "state", "benefit_refund", int(np.vdot(shared, priced.from_municipalities)))
        self._tax(books, persons, priced.on_benefit)

    def _tax(self, books: Books, persons: npt.NDArray[np.integer], taxes: Taxes) -> None:
        """Income tax and clawback of so many persons; negative numbers take back."""
        municipal, state, clawback = taxes
        books.post("citizens", "municipalities", "income_tax", (persons * municipal).sum())
        books.post("citizens", "state", "income_tax", (persons * state).sum())
        books.post("citizens", "state", "clawback", (persons * clawback).sum())

    def _beside(self, books: Books, law: BenefitLaw, priced: _Priced, tally: Tally) -> None:
        """Paid hours beside a benefit and sanctions: what they take from the benefit, and what is earned."""
        cell, hours, sanction, persons = tally.beside.T
        person, refund = cell // REFUND_CELLS, cell % REFUND_CELLS
        status = _STATUS_OF[person]
        benefit = law.benefit.ravel()[person]
        withheld = self._lost[sanction] * benefit
        month_hours = hours * law.month_hours / FULL_TIME
        offset = law.offset(status, benefit - withheld, month_hours)
        pay = month_hours * law.hour
        share = law.refund.reshape(len(CODE), REFUND_CELLS)[status, refund]
        for account, amount in (("sanctions", withheld), ("offset", offset)):
            lost = _in_oere(amount)
            by_state = STATE_PAYS[status]
            books.post("citizens", "municipalities", account, (persons * lost)[~by_state].sum())
            books.post("citizens", "state", account, (persons * lost)[by_state].sum())
            back = np.rint(lost * share).astype(np.int64)
            books.post("municipalities", "state", "benefit_refund", (persons * back)[~by_state].sum())
            part = MUNICIPALITY_SHARES[status]
            books.post("state", "municipalities", "benefit_refund", (persons * (lost - back))[part].sum())
        books.post("employers", "citizens", "wages", (persons * _in_oere(pay)).sum())
        municipal, state, clawback = (tax[person] for tax in priced.on_benefit)
        self._tax(books, -persons, (municipal, state, clawback))
        self._tax(books, persons, _taxes(law, pay, benefit - withheld - offset))

    def _fleksjob(self, books: Books, law: BenefitLaw, tally: Tally) -> None:
        cell, is_old, hours, persons = tally.fleksjob.T
        wage, to_citizen, to_employer = law.fleksjob(hours, is_old == 1)
        books.post("employers", "citizens", "wages", (persons * _in_oere(wage)).sum())
        books.post("municipalities", "citizens", "benefits", (persons * _in_oere(to_citizen)).sum())
        books.post("municipalities", "employers", "fleksjob_subsidy", (persons * _in_oere(to_employer)).sum())
        share = law.refund.reshape(len(CODE), REFUND_CELLS)[CODE["fleksjob"], cell % REFUND_CELLS]
        books.post("state", "municipalities", "benefit_refund", (persons * np.rint(_in_oere(to_citizen + to_employer) * share)).sum())
        self._tax(books, persons, _taxes(law, wage, to_citizen))

    def _wages_paid(self, books: Books, priced: _Priced, tally: Tally) -> None:
        persons = tally.wages.ravel()
        books.post("employers", "citizens", "wages", (persons * priced.wages).sum())
        self._tax(books, persons, priced.on_wages)

    def _measures(self, books: Books, law: BenefitLaw, tally: Tally) -> None:
        kinds = len(MEASURES)
        by_hour = _in_oere(law.cost[:kinds] / 12 / FULL_TIME)
        by_month = _in_oere(law.cost[kinds:] / 12)
        months = np.arange(tally.hours.shape[2])
        early = tally.hours.sum(axis=0) * (months < law.operation_free[:kinds, None])
        cost = np.stack([tally.hours.sum(axis=(0, 2)) - early.sum(axis=1), early.sum(axis=1)], axis=1) * by_hour[:, None]
        books.post("municipalities", "employers", "wage_subsidy", cost[_IS_SUBSIDY].sum())
        books.post("municipalities", "providers", "measures", cost[~_IS_SUBSIDY].sum())
        support = tally.support.sum(axis=0) * by_month
        books.post("municipalities", "providers", "support", support.sum())
        refunded = np.rint(cost[~_IS_SUBSIDY, 0] * law.operation_refund[:kinds][~_IS_SUBSIDY])
        books.post("state", "municipalities", "operation_refund", refunded.sum() + np.rint(support * law.operation_refund[kinds:]).sum())
        paid = (tally.persons * _in_oere(law.supplement)).sum()
        books.post("municipalities", "citizens", "supplement", paid)
        municipal, state = (round(paid * rate) for rate in law.tax.on_top)
        books.post("citizens", "municipalities", "income_tax", municipal)
        books.post("citizens", "state", "income_tax", state)
        books.post("citizens", "state", "clawback", (paid - municipal - state) * law.consumption)

    def _staff(self, books: Books, law: BenefitLaw, tally: Tally) -> None:
        did, price = tally.staff, law.prices
        minute = price["caseworker"] / 12 / max(self._caseworker_minutes, 1e-9) * OERE
        hour = price["outreach_hour"] * OERE
        books.post("state", "providers", "grants", law.grants / 12 * OERE * self._scale)
        books.post("municipalities", "staff", "caseworkers", (did["minutes"] - did["minutes_added"]) * minute)
        books.post("municipalities", "staff", "outreach", (did["outreach_hours"] - did["outreach_added"]) * hour)
        books.post("municipalities", "staff", "capacity", did["minutes_added"] * minute + did["outreach_added"] * hour)
        books.post("municipalities", "staff", "teams", did["decided"] * price["team_case"] * OERE)
        books.post("municipalities", "providers", "certificates", did["certificates"] * price["certificate"] * OERE)
        books.post("regions", "providers", "certificates", did["examinations"] * price["psychiatry"] * OERE)


class AccountsRecorder:
    """Keeps the books, month by month, for all of Denmark."""

    def __init__(self, start: Month, weight: float) -> None:
        self._start, self._weight = start, weight
        self.months: list[dict[Key, int]] = []

    def close_month(self, books: Books) -> None:
        """Book a month. That the books balance needs no check: an entry has a payer and a receiver."""
        self.months.append({key: round(oere * self._weight) for key, oere in books.entries.items() if oere})

    def table(self) -> pd.DataFrame:
        """Tidy accounts: month, payer, receiver, account, oere (for all of Denmark)."""
        rows = [(i, *key, oere) for i, entries in enumerate(self.months) for key, oere in sorted(entries.items())]
        found = pd.DataFrame(rows, columns=["month", "payer", "receiver", "account", "oere"]).astype({"oere": np.int64})
        found["month"] = timestamps(self._start + found["month"].to_numpy(np.int64))
        return found


def _in_oere(dkk: Floats) -> Integers:
    return np.rint(np.asarray(dkk) * OERE).astype(np.int64)
