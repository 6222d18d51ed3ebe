"""The law of money in one month: what everybody gets, what is refunded, taxed and paid for, as tables.

Everybody belongs to a *cell* (status, age, household, children at home); amounts are tables over cells. So the accounts are
numbers of persons times amounts (:mod:`sim.accounts`), the effect of a rule on people who stay where they are is the same numbers
times other amounts, and a type case (:mod:`sim.income`) is one cell. Amounts are DKK a month at the price level of results.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from agents.calendar import Month
from agents.household import HOUSEHOLDS
from agents.measures import MEASURES, SUPPORTS
from agents.mistake import Mistake, unknown
from agents.statuses import CODE, COUNT, NAMES, STATUSES
from sim.parameters import Parameters

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

AGE_CLASSES = ("under_25", "from_25", "from_30")
FAMILIES = ("single", "cohabiting", "married_low", "married_high")
"""Household as benefits see it: alone, cohabiting, married to somebody with little or with much income."""
ACTIVITIES = ("passive", "education", "company")
"""What the old refund asks: passive or in guidance; in ordinary education; at an employer's."""
ACTIVITY_OF = np.array([0, *(2 if m.is_company else 1 if m.name == "uddannelse" else 0 for m in MEASURES)], np.uint8)
"""Activity by code of the measure (0 = none)."""
DURATIONS = ("first_month", "second_month", "first_year", "later")
"""Time on the benefit, in steps of the old refund: weeks 1-4, 5-8, 9-52, and from week 53."""
STEPS = ("weeks_1_4", "weeks_5_26", "weeks_27_52", "weeks_53")
"""Time on public support, in steps of the refund ladder of 2016."""
GRANTS = ("new", "old")
"""Whether førtidspension or fleksjob was granted before July 2014."""

PERSON_SHAPE = (COUNT, len(AGE_CLASSES), len(FAMILIES), 2)
"""Cells of persons: status, age class, family, whether a provider."""
REFUND_SHAPE = (len(ACTIVITIES), len(DURATIONS), len(STEPS), len(GRANTS))
"""What refunds ask besides."""

_SYSTEM = [s.name for s in STATUSES if s.family in ("kontanthjaelp", "uddannelseshjaelp")]
_IS_SYSTEM = np.isin(NAMES, _SYSTEM)
_KRONE_FOR_KRONE = [*_SYSTEM, "revalidering"]
_BY_SHARE = ["ressourceforloeb", "jobafklaring", "ledighedsydelse"]
_BY_TIME = ["dagpenge", "sygedagpenge", "barsel", "arbejdsmarkedsydelse", "saerlig_uddannelsesydelse"]
STATE_PAYS = np.isin(NAMES, ["education", "efterloen", "barsel", "dagpenge"])
"""Statuses whose benefit the state (or the unemployment funds) pays, by code."""
MUNICIPALITY_SHARES = np.isin(NAMES, ["dagpenge"])
"""Statuses whose benefit the state pays and the municipality pays a part of."""
BENEFITS = (
    *(s.name for s in STATUSES if s.group in ("edge", "temporary") and s.name != "fleksjob"), "dagpenge", "barsel", "efterloen", "education",
)
"""Statuses with a benefit of their own; fleksjob has a wage and a subsidy."""
SHARED = (*(s.name for s in STATUSES if s.name in BENEFITS and (not STATE_PAYS[s.code] or MUNICIPALITY_SHARES[s.code])), "fleksjob")
"""Statuses whose benefit or subsidy state and municipality share."""
LONGEST_FREE = 36
"""Most months without operating refund for job-ready people."""
JOB_READY = np.isin(NAMES, ["kontanthjaelp_jobparat", "uddannelseshjaelp_aabenlyst_parat"])


@dataclass
class TaxLaw:
    """Income tax a month."""

    labour_contribution: float
    municipal: float
    state: float
    health: float
    top: float
    top_from: float
    allowance: float
    work_deduction: float
    work_deduction_most: float

    @classmethod
    def read(cls, p: Parameters) -> "TaxLaw":
        """The tax law of the parameters, amounts a month."""
        rates = {name: p.share(f"tax.{name}") for name in ("labour_contribution", "municipal", "state", "health", "top", "work_deduction")}
        amounts = {name: p.value(f"tax.{name}") / 12 for name in ("top_from", "allowance", "work_deduction_most")}
        return cls(**rates, **amounts)

    def taxes(self, pay: npt.ArrayLike, benefit: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Tax to the municipality and to the state of people with so much pay and taxable benefit a month."""
        pay, benefit = np.asarray(pay, np.float64), np.asarray(benefit, np.float64)
        contribution = self.labour_contribution * pay
        income = pay - contribution + benefit
        deduction = np.minimum(self.work_deduction * pay, self.work_deduction_most)
        taxable = np.maximum(income - self.allowance - deduction, 0)
        state = self.health * taxable + self.state * np.maximum(income - self.allowance, 0) + self.top * np.maximum(income - self.top_from, 0)
        return self.municipal * taxable, contribution + state

    @property
    def on_top(self) -> tuple[float, float]:
        """Tax to the municipality and to the state of a krone that comes on top of a taxed benefit."""
        return self.municipal, self.state + self.health

    def after_tax(self, pay: npt.ArrayLike, benefit: npt.ArrayLike) -> Floats:
        """What is left of pay and benefit a month."""
        municipal, state = self.taxes(pay, benefit)
        return np.asarray(np.asarray(pay) + np.asarray(benefit) - municipal - state)


class BenefitLaw:
    """Amounts in force in a month. Policies amend it (:meth:`policies.protocol.Policy.amend`).

    Attributes:
        month: the month.
        benefit: benefit before tax, shape PERSON_SHAPE: the law's own times all factors, plus all amounts that policies add.
        disregard, offset_share, offset_by_time: how earnings are offset, by status: so much an hour is left alone, this share of
            the rest is taken; or the benefit is paid by the hour without work.
        refund: share of the benefit that the state pays, shape (COUNT, *REFUND_SHAPE).
        operation_refund: share of what a measure (then support) costs that the state pays, after the months in which job-ready
            have none.
        cost: cost of a full-time year by measure, then of a year by support.
        supplement: paid a month by status and measure, full time or not, shape (COUNT, measures).
        prices: other prices, see ``cost`` in the parameters.
        tax: income tax.
    """

    def __init__(self, p: Parameters, now: Month) -> None:
        self.month = now
        self.price = p.value("price.to_2015")
        self._own = _benefits(p, now) * self.price
        self._factor, self._added = np.ones(PERSON_SHAPE), np.zeros(PERSON_SHAPE)
        self._at_least: set[tuple[int, int]] = set()
        self.benefit = self._own.copy()
        self._set: dict[tuple[object, ...], object] = {}
        self.disregard, self.offset_share = np.zeros(COUNT), np.zeros(COUNT)
        self.offset_by_time = np.isin(NAMES, _BY_TIME)
        self.disregard[_codes(_KRONE_FOR_KRONE)] = p.value("offset.disregard") * self.price
        self.offset_share[_codes(_KRONE_FOR_KRONE)] = p.share("offset.kontanthjaelp")
        self.offset_share[_codes(_BY_SHARE)] = p.share("offset.ressourceforloeb")
        self.refund = _refunds(p, now)
        self.operation_refund = np.full(len(MEASURES) + len(SUPPORTS), p.share("refund.operation"))
        self.operation_free = np.full(len(MEASURES) + len(SUPPORTS), p.months("refund.operation_free_other"))
        self.operation_free[[m.name for m in MEASURES].index("uddannelse")] = p.months("refund.operation_free_education")
        self.operation_free[len(MEASURES):] = 0
        self.cost = np.array([p.value(f"cost.{_cost_name(m.name)}") for m in MEASURES] + [p.value(f"cost.{s}") for s in SUPPORTS])
        is_praktik = np.array([m.register in ("virksomhedspraktik", "nytteindsats") for m in MEASURES])
        self.supplement = np.where(_IS_SYSTEM[:, None] & is_praktik, p.value("supplement.praktik") * self.price, 0.0)
        self.prices = {name: p.value(f"cost.{name}") for name in ("psychiatry", "team_case", "outreach_hour")}
        self.prices |= {"caseworker": p.value("casework.cost"), "certificate": p.value("certificate.price")}
        self.grants = 0.0
        self._p = p
        self.tax = TaxLaw.read(p)
        self.consumption = p.share("tax.consumption")
        self.hour = p.value("wage.hourly") * self.price
        self.fleks_hour = p.value("wage.fleksjob") * self.price
        self.month_hours = p.value("wage.month_hours")
        self._fleksjob = {name: p.value(f"fleksjob_pay.{name}") for name in ("subsidy", "offset", "threshold", "offset_above", "old_subsidy", "old_wage")}

    # ---------------------------------------------------------------- what policies may change
    def scale_benefit(self, names: str | Iterable[str], factor: float, *, ages: Iterable[str] = AGE_CLASSES, provider: bool | None = None) -> None:
        """Multiply a benefit, for some ages, for providers or others only. Factors of several policies multiply."""
        _check("factor", factor, 0, 10)
        self._factor[self._cells(names, ages, provider)] *= factor
        self._reckon()

    def add_to_benefit(self, names: str | Iterable[str], amount: float, *, ages: Iterable[str] = AGE_CLASSES, provider: bool | None = None) -> None:
        """Add an amount a month (DKK, price level of results) to a benefit, after all factors; it does not fall below 0."""
        _check("amount", amount, -100_000, 100_000)
        self._added[self._cells(names, ages, provider)] += amount
        self._reckon()

    def _reckon(self) -> None:
        amounts = np.where(self._own > 0, np.maximum(self._own * self._factor + self._added, 0), 0)
        self.benefit = amounts.copy()
        for code, other in self._at_least:
            self.benefit[code] = np.maximum(self.benefit[code], amounts[other])

    def set_offset(self, names: str | Iterable[str], share: float, disregard: float = 0.0) -> None:
        """Offset this share of earnings beyond ``disregard`` (DKK an hour) in a benefit."""
        _check("share", share, 0, 1)
        _check("disregard", disregard, 0, 1000)
        for code in _codes(_names(names), BENEFITS):
            self._set_once(("offset", NAMES[code]), (share, disregard))
            self.offset_share[code], self.disregard[code], self.offset_by_time[code] = share, disregard, False

    def set_refund(self, names: str | Iterable[str], share: float, *, activity: str | None = None) -> None:
        """Set the state's share of a benefit, for one activity (``passive``, ``education``, ``company``) or for all."""
        _check("share", share, 0, 1)
        if activity is not None and activity not in ACTIVITIES:
            raise unknown("activity", activity, ACTIVITIES)
        which = slice(None) if activity is None else ACTIVITIES.index(activity)
        for code in _codes(_names(names), SHARED):
            for each in ACTIVITIES if activity is None else (activity,):
                self._set_once(("refund", NAMES[code], each), share)
            self.refund[code, which] = share

    def set_operation_refund(self, measure: str, share: float, *, free_months: int | None = None) -> None:
        """Set the state's share of what a measure or support costs, and the months in which job-ready people have none."""
        _check("share", share, 0, 1)
        at = _position(measure)
        self._set_once(("operating refund", measure), (share, free_months))
        self.operation_refund[at] = share
        if free_months is not None:
            if not isinstance(free_months, int) or not 0 <= free_months <= LONGEST_FREE:
                raise Mistake(f"free_months {free_months!r} must be a whole number from 0 to {LONGEST_FREE}")
            self.operation_free[at] = free_months

    def set_supplement(self, names: str | Iterable[str], measure: str, amount: float) -> None:
        """Pay a supplement a month (DKK) to those with some benefits who are in a measure."""
        _check("amount", amount, 0, 100_000)
        known = [m.name for m in MEASURES]
        if measure not in known:
            raise unknown("measure", measure, known)
        for code in _codes(_names(names), BENEFITS):
            self._set_once(("supplement", NAMES[code], measure), amount)
            self.supplement[code, known.index(measure)] = amount

    def set_cost(self, measure: str, amount: float) -> None:
        """Set what a full-time year of a measure, or a year of a support, costs (DKK)."""
        _check("amount", amount, 0, 10_000_000)
        at = _position(measure)
        self._set_once(("cost", measure), amount)
        self.cost[at] = amount

    def add_grant(self, amount: float) -> None:
        """Let the state spend so much a year (DKK) beside everything else: development, training, pools."""
        _check("amount", amount, 0, 1e12)
        self.grants += amount

    def abolish_mutual_support(self, names: str | Iterable[str], share: float = 1.0) -> None:
        """Let cohabitants of a share of those with some benefits no longer support each other (gensidig forsørgerpligt)."""
        _check("share", share, 0, 1)
        left = _mutual_support(self._p, self.month)
        for code in _codes(_names(names), _SYSTEM):
            what = ("mutual support", NAMES[code])
            if what not in self._set and left > 0:
                self._factor[code, 1:, FAMILIES.index("cohabiting")] *= (left + share * (1 - left)) / left
            self._set_once(what, share)
        self._reckon()

    def raise_to(self, names: str | Iterable[str], other: str) -> None:
        """Pay those with some benefits at least what another one pays to the same age and household, as policies leave it."""
        at_least = _codes([other], BENEFITS)[0]
        self._at_least |= {(code, at_least) for code in _codes(_names(names), BENEFITS)}
        self._reckon()

    def keep_old_refund(self) -> None:
        """Let the refund of before 2016 go on: by benefit and activity, not by time on support. What policies set stays set."""
        old = _refunds(self._p, self.month, ladder=False)
        for what in self._set:
            if what[0] == "refund":
                cells = CODE[str(what[1])], ACTIVITIES.index(str(what[2]))
                old[cells] = self.refund[cells]
        self.refund = old

    def _set_once(self, what: tuple[object, ...], value: object) -> None:
        """Raises Mistake when two policies set the same amount otherwise: the order would decide."""
        if self._set.setdefault(what, value) != value:
            raise Mistake(f"{' of '.join(map(str, what))} is set twice, to {self._set[what]} and to {value}: two policies conflict")

    def _cells(self, names: str | Iterable[str], ages: Iterable[str], provider: bool | None) -> Any:
        ages = [ages] if isinstance(ages, str) else list(ages)
        for age in ages:
            if age not in AGE_CLASSES:
                raise unknown("age class", age, AGE_CLASSES)
        which = [0, 1] if provider is None else [int(provider)]
        families = list(range(len(FAMILIES)))
        return np.ix_(_codes(_names(names), BENEFITS), [AGE_CLASSES.index(a) for a in ages], families, which)

    # ---------------------------------------------------------------- what follows
    def offset(self, status: npt.NDArray[np.integer], benefit: Floats, hours_a_month: Floats, hourly: float | None = None) -> Floats:
        """Benefit lost to so many paid hours a month beside it (never more than the benefit), at the law's wage an hour or another."""
        earned = hours_a_month * (self.hour if hourly is None else hourly)
        by_share = self.offset_share[status] * np.maximum(earned - self.disregard[status] * hours_a_month, 0)
        by_time = benefit * np.minimum(hours_a_month / self.month_hours, 1)
        return np.asarray(np.minimum(np.where(self.offset_by_time[status], by_time, by_share), benefit))

    def fleksjob(self, hours: npt.NDArray[np.integer], is_old: npt.NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
        """Wage from the employer, subsidy to the citizen, and subsidy to the employer, a month, by hours a week."""
        f, price = self._fleksjob, self.price
        wage = np.asarray(hours, np.float64) * self.month_hours / 37 * self.fleks_hour
        threshold = f["threshold"] * price
        taken = f["offset"] * np.minimum(wage, threshold) + f["offset_above"] * np.maximum(wage - threshold, 0)
        subsidy = np.maximum(f["subsidy"] * price - taken, 0)
        old = np.asarray(is_old, bool)
        return (
            np.where(old, f["old_wage"] * price, wage), np.where(old, 0.0, subsidy), np.where(old, f["old_subsidy"] * price, 0.0)
        )


class LawBook:
    """The law month by month: the parameters' own, as amended by policies in force.

    Raises Mistake when a rate is missing, or dates overlap.
    """

    def __init__(self, p: Parameters, policies: Iterable[Any] = ()) -> None:
        self._p = p
        self._amending = [policy for policy in policies if amends(policy)]
        self._kept: dict[tuple[bool, ...], BenefitLaw] = {}
        dates = ("mutual_support.from", "mutual_support.repealed")
        first, last = (p.month(name) for name in dates)
        if last < first:
            raise Mistake(f"parameter {dates[1]!r} = {p.value(dates[1]):g} is before {dates[0]!r} = {p.value(dates[0]):g}: the periods overlap")
        self._dates = (first, last, p.month("refund.ladder_from"))
        BenefitLaw(p, first)

    def at(self, now: Month) -> BenefitLaw:
        """The law in force in a month. Do not change it."""
        in_force = [policy for policy in self._amending if policy.in_force(now)]
        if not in_force:
            return self.own(now)
        law = BenefitLaw(self._p, now)
        for policy in in_force:
            try:
                policy.amend(law)
            except (Exception, SystemExit) as error:
                kind = "" if isinstance(error, Mistake) else f"{type(error).__name__}: "
                raise Mistake(f"policy {policy.name!r}, amend: {kind}{error}") from error
        return law

    def own(self, now: Month) -> BenefitLaw:
        """The law without the policies."""
        regime = tuple(now >= date for date in self._dates)
        if regime not in self._kept:
            self._kept[regime] = BenefitLaw(self._p, now)
        law = self._kept[regime]
        law.month = now
        return law


def amends(policy: Any) -> bool:
    """Whether a policy changes the law of money."""
    from policies.protocol import Policy

    return type(policy).amend is not Policy.amend


def _cost_name(measure: str) -> str:
    return measure.removesuffix("_privat").removesuffix("_offentlig") if measure != "nytteindsats" else "praktik"


def _names(names: str | Iterable[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _codes(names: list[str], among: Iterable[str] = NAMES) -> list[int]:
    """Codes of statuses. Raises Mistake for one that is unknown, or not among those on which an amendment acts."""
    for name in names:
        if name not in CODE:
            raise unknown("status", name, CODE)
        if name not in among:
            raise Mistake(f"status {name!r} has no such amount; it may be one of {', '.join(among)}")
    return [CODE[name] for name in names]


def _position(measure: str) -> int:
    """Where the costs of a measure, or of a support, stand. Raises Mistake for one that is unknown."""
    known = [m.name for m in MEASURES] + list(SUPPORTS)
    if measure not in known:
        raise unknown("measure", measure, known)
    return known.index(measure)


def _check(what: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise Mistake(f"{what} {value!r} must lie between {low:g} and {high:g}")


def _benefits(p: Parameters, now: Month) -> Floats:
    """Benefits at the level of 2014, shape PERSON_SHAPE."""
    table = np.zeros(PERSON_SHAPE)
    for name in BENEFITS:
        for provider in (0, 1):
            for a, rate in enumerate(_rates(p, name, bool(provider))):
                table[CODE[name], a, :, provider] = rate
    for name in ("dagpenge", "sygedagpenge", "barsel"):
        table[CODE[name]] *= p.share(f"benefit_of.{name}")
    table[CODE["revalidering"], :2] += p.share("benefit_of.revalidering_high") * (table[CODE["revalidering"], 2:] - table[CODE["revalidering"], :2])
    pension = table[CODE["foertidspension"]]
    pension *= p.share("benefit_of.pension")
    pension[:, 1:] *= p.share("benefit_of.pension_couple")
    at_home = 1 - p.share("benefit_of.at_home") * (1 - p.share("benefit_of.at_home_rate"))
    for name in ("uddannelseshjaelp_aabenlyst_parat", "uddannelseshjaelp_parat", "uddannelseshjaelp_aktivitetsparat", "education"):
        table[CODE[name], 0, 0, 0] *= at_home
    left = _mutual_support(p, now)
    if left < 1:
        for code in _codes(_SYSTEM):
            table[code, 1:, FAMILIES.index("cohabiting")] *= left
    return table


def _mutual_support(p: Parameters, now: Month) -> float:
    """What mutual support leaves of a cohabitant's benefit, on average."""
    in_force = p.month("mutual_support.from") <= now < p.month("mutual_support.repealed")
    return 1 - p.share("mutual_support.effect") * p.share("mutual_support.share") if in_force else 1.0


def _rates(p: Parameters, name: str, provider: bool) -> list[float]:
    """Rates of a benefit by age class; what the law does not say apart for an age is as for the next older, and for providers as
    for others. Raises Mistake when there is none."""
    found, rate = [], None
    for age in reversed(AGE_CLASSES):
        for path in (f"benefit.{name}.{age}_provider", f"benefit.{name}.{age}") if provider else (f"benefit.{name}.{age}",):
            if path in p:
                rate = p.value(path)
                break
        if rate is None:
            raise Mistake(f"parameter 'benefit.{name}.{age}' is missing: {name} is in force and has no rate")
        found.append(rate)
    return found[::-1]


def _refunds(p: Parameters, now: Month, *, ladder: bool = True) -> Floats:
    """The state's share by status and what refunds ask, shape (COUNT, *REFUND_SHAPE)."""
    table = np.zeros((COUNT, *REFUND_SHAPE))
    old = _old_refunds(p)
    if now < p.month("refund.ladder_from") or not ladder:
        table[:] = old[:, :, :, None, None]
    else:
        steps = [p.share(f"refund.ladder_{step}") for step in (1, 2, 3, 4)]
        table[:] = np.asarray(steps)[None, None, None, :, None]
        for name in ("foertidspension", "fleksjob"):
            table[CODE[name], ..., GRANTS.index("old")] = old[CODE[name], :, :, None]
    for name in ("education", "efterloen", "barsel"):
        table[CODE[name]] = 1.0
    return table


def _old_refunds(p: Parameters) -> Floats:
    """The refund of before 2016 by status, activity and duration, shape (COUNT, activities, durations)."""
    table = np.full((COUNT, len(ACTIVITIES), len(DURATIONS)), p.share("refund.passive"))
    table[:, 1:] = p.share("refund.active")
    table[CODE["revalidering"], ACTIVITIES.index("company")] = p.share("refund.revalidering_praktik")
    sick = table[CODE["sygedagpenge"]]
    sick[:, 0], sick[:, 1] = p.share("refund.sygedagpenge_first"), p.share("refund.sygedagpenge_second")
    sick[:, 3] = p.share("refund.sygedagpenge_long")
    table[CODE["dagpenge"], :, 0] = 1.0
    table[CODE["fleksjob"]] = p.share("refund.fleksjob")
    table[CODE["foertidspension"]] = p.share("refund.pension")
    return table


FAMILY_OF = np.array([[FAMILIES.index("single")] * 3, [1] * 3, [1] * 3, [2, 2, 3]], np.uint8)
"""Family by household type (agents.household.HOUSEHOLDS) and partner's income code."""
assert FAMILY_OF.shape[0] == len(HOUSEHOLDS)
