"""A year of the baseline counted for costings: money, hours, people and pay by status, for all of Denmark."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agents.measures import FULL_TIME, MEASURES, SUPPORTS
from agents.money import OERE, PUBLIC
from agents.statuses import CODE, COUNT, NAMES
from calibration.evidence import facts
from policies import Policy
from policies.money import ParticipationBonus
from sim.accounts import Accountant, Books, read_wages
from sim.benefit_law import PERSON_SHAPE, BenefitLaw, LawBook
from sim.parameters import Parameters
from sim.tally import REFUND_CELLS

Floats = npt.NDArray[np.float64]

MONTHS = 12
_MILLION = OERE * 1_000_000
INCOME_SUPPORT = ("benefits", "state_benefits", "offset", "sanctions", "fleksjob_subsidy")
"""Accounts of benefits and of the subsidies that stand in for them, before tax."""
ADMINISTRATION = ("caseworkers", "teams", "outreach", "capacity")
SUBSIDIES = tuple(m.name for m in MEASURES if m.register == "loentilskud")


@dataclass(frozen=True)
class Year:
    """What one replication says of a year. Amounts are million DKK a year, numbers of people the mean over months.

    Attributes:
        law: the law of the last month.
        support: income support by status.
        measure_cost: cost of measures by status and measure; of support beside them by status and support.
        support_cost: the latter.
        refunded: state's share of the operation of measures and support, by status.
        full_time: full-time persons in measures by status and measure.
        supported: persons with support by status and kind.
        persons: persons by cell of persons (PERSON_SHAPE).
        refund: state's share of the benefit by status, as paid.
        pay: mean pay a month of those with a status if they were in work, DKK, by status.
        administration, grants: what staff, and grants for development and training, cost.
        bonus: public spending of the participation bonus if everybody stays where they are: paid, and net of tax and clawback;
            and what the cut takes.
    """

    law: BenefitLaw
    support: Floats
    measure_cost: Floats
    support_cost: Floats
    refunded: Floats
    full_time: Floats
    supported: Floats
    persons: Floats
    refund: Floats
    pay: Floats
    administration: float
    grants: float
    bonus: dict[str, float]


def year(p: Parameters, scale: float, seed: int, *, policies: Sequence[Policy] = (), skipped: int = 0) -> Year:
    """Run the baseline, or a set of policies, and count a year: the first, or the one after ``skipped`` months."""
    from sim.model import BenefitModel

    model = BenefitModel(scale=scale, months=skipped + MONTHS, seed=seed, parameters=p, policies=policies)
    accountant, laws, bonus_laws = Accountant(p, scale), LawBook(p, policies), LawBook(p, [proposed_bonus()])
    for _ in range(skipped):
        model.step()
    kinds = len(MEASURES)
    support, refunded, administration, grants = np.zeros(COUNT), np.zeros(COUNT), 0.0, 0.0
    hours, supported = np.zeros((COUNT, kinds)), np.zeros((COUNT, len(SUPPORTS)))
    persons, by_state, paid = np.zeros(PERSON_SHAPE), np.zeros(COUNT), np.zeros(COUNT)
    bonus = dict.fromkeys(("paid", "cut", "net"), 0.0)
    while model.running:
        model.step()
        assert model.money is not None
        tally, law = model.money.tally, laws.at(model.month)
        for name in NAMES:
            books = accountant.close(law, tally.of(name))
            support[CODE[name]] += sum(public_spending(books, account) for account in INCOME_SUPPORT)
            refunded[CODE[name]] += sum(oere for key, oere in books.entries.items() if key[2] == "operation_refund") / _MILLION
        whole, other = accountant.close(law, tally), accountant.close(bonus_laws.at(model.month), tally)
        grants += public_spending(whole, "grants")
        administration += sum(public_spending(whole, account) for account in ADMINISTRATION)
        changes = {key[2]: public_spending(other, key[2]) - public_spending(whole, key[2]) for key in [*whole.entries, *other.entries]}
        bonus["paid"] += changes.get("supplement", 0.0)
        bonus["cut"] += sum(changes.get(account, 0.0) for account in INCOME_SUPPORT)
        bonus["net"] += sum(changes.values())
        hours += tally.hours.sum(axis=2)
        supported += tally.support
        cells = tally.cells.reshape(COUNT, -1, REFUND_CELLS)
        persons += cells.sum(axis=2).reshape(PERSON_SHAPE)
        benefit = law.benefit.reshape(COUNT, -1, 1)
        paid += (cells * benefit).sum(axis=(1, 2))
        by_state += (cells * benefit * law.refund.reshape(COUNT, 1, -1)).sum(axis=(1, 2))
    weight, c = model.weight, model.population
    per_year = weight / MONTHS
    full_time = hours * per_year / FULL_TIME
    wages = read_wages(p)[c["person_class"].astype(np.int64), c["wage_rank"].astype(np.int64)]
    heads = np.bincount(c["status"], minlength=COUNT)
    return Year(
        law=law, support=support * weight, measure_cost=full_time * law.cost[:kinds] / 1e6,
        support_cost=supported * per_year * law.cost[kinds:] / 1e6, refunded=refunded * weight, full_time=full_time,
        supported=supported * per_year, persons=persons * per_year, refund=by_state / np.maximum(paid, 1),
        pay=np.bincount(c["status"], wages, COUNT) / np.maximum(heads, 1), administration=administration * weight, grants=grants * weight,
        bonus={name: amount * weight for name, amount in bonus.items()},
    )


def proposed_bonus() -> ParticipationBonus:
    """The bonus and the cut as the expert group proposed them."""
    at = {f.measure: f.value for f in facts().values() if f.topic == "A5_participation_bonus"}
    return ParticipationBonus(bonus=at["weekly_bonus_in_praktik_or_nytteindsats"], cut=-at["general_monthly_benefit_cut_financing_bonus"])


def public_spending(books: Books, account: str) -> float:
    """What the public pays less what it receives on an account, million DKK."""
    return sum(
        oere * ((payer in PUBLIC) - (receiver in PUBLIC)) for (payer, receiver, name), oere in books.entries.items() if name == account
    ) / _MILLION


def active_spending(y: Year) -> Floats:
    """Cost of measures and of support beside them, by status."""
    return np.asarray(y.measure_cost.sum(axis=1) + y.support_cost.sum(axis=1))
