"""Published cases: what a year in work is worth, support into work (IPS), a spell of revalidering, and the bonus for taking part."""

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agents.statuses import CODE, family_members
from calibration.costing_rows import (
    BONUS,
    DKK,
    IPS,
    MILLION,
    REVALIDERING,
    VALUE,
    WEEKS,
    YEARS,
    Costing,
    fact_id,
    over_replications,
    published,
)
from calibration.costing_year import Year, active_spending
from calibration.evidence import fact
from sim.benefit_law import AGE_CLASSES, FAMILIES, BenefitLaw
from sim.income import TypeCase, value_of_a_year
from sim.parameters import Parameters

Floats = npt.NDArray[np.float64]


# ---------------------------------------------------------------- 4-6: a year in work
@dataclass(frozen=True)
class Worth:
    """What a year in work instead of a benefit is worth to each purse, DKK: benefit saved, operation of measures saved, taxes,
    clawback."""

    benefit: Floats
    activation: Floats
    tax: Floats
    clawback: Floats

    def all(self, *, taxes: bool = True, activation: bool = False) -> Floats:
        """The sum by purse (municipality, region, state)."""
        return np.asarray(self.benefit + taxes * (self.tax + self.clawback) + activation * self.activation)


def mixed(weights: Floats, names: Sequence[str], of: Callable[[TypeCase], float]) -> float:
    """Mean of a figure of type cases over the cells of some statuses, with the weights of persons (PERSON_SHAPE)."""
    total, mean = 0.0, 0.0
    ages = dict(zip(AGE_CLASSES, (20, 27, 45), strict=True))
    for name in names:
        for (a, f, children), weight in np.ndenumerate(weights[CODE[name]]):
            if weight:
                case = TypeCase(status=name, age=ages[AGE_CLASSES[a]], family=FAMILIES[f], children=bool(children))
                total, mean = total + weight, mean + weight * of(case)
    return mean / total


def worth(y: Year, names: Sequence[str], pay: float, law: BenefitLaw) -> Worth:
    """A year in work of those with some statuses, by purse, at the state's share of benefits and measures as modelled."""
    def part(key: str) -> float:
        return mixed(y.persons, names, lambda case: value_of_a_year(case, law, pay)[key])

    def refund() -> float:
        paid = {name: mixed(y.persons, [name], lambda case: case.benefit(law)) * y.persons[CODE[name]].sum() for name in names}
        return sum(paid[name] * y.refund[CODE[name]] for name in names) / sum(paid.values())

    def municipal(case: TypeCase) -> float:
        return 12 * float(law.tax.taxes(pay, 0.0)[0] - law.tax.taxes(0.0, case.benefit(law))[0])

    codes = [CODE[name] for name in names]
    benefit, share, tax, at_home = part("benefit"), refund(), part("tax"), mixed(y.persons, names, municipal)
    people = y.persons[codes].sum()
    operation, refunded = 1e6 * active_spending(y)[codes].sum() / people, 1e6 * y.refunded[codes].sum() / people
    return Worth(
        benefit * np.array([1 - share, 0, share]), np.array([operation - refunded, 0, refunded]), np.array([at_home, 0, tax - at_home]),
        np.array([0, 0, part("clawback")]),
    )


def mean_pay(y: Year, names: Sequence[str], p: Parameters, *, full_time: bool) -> float:
    """Mean pay of these people if they were in work."""
    heads = np.array([y.persons[CODE[name]].sum() for name in names])
    return float((heads * [y.pay[CODE[name]] for name in names]).sum() / heads.sum()) / (p.share("wage.hours") if full_time else 1.0)


def ends_of(p: Parameters, path: str) -> tuple[float, float]:
    """Both ends of a parameter's range against its value."""
    low, high = p[path].bounds
    return low / p.value(path), high / p.value(path)


def _with_clawback(law: BenefitLaw, factor: float) -> BenefitLaw:
    other = copy(law)
    other.consumption = law.consumption * factor
    return other


def value_rows(years: Sequence[Year], p: Parameters) -> list[Costing]:
    """A full-time year moved from kontanthjælp to work."""
    names = family_members("kontanthjaelp")
    ids = fact_id("revalidering_cost_benefit", "public_gain_per_fulltime_year_in_job_instead_of_kontanthjaelp", "kontanthjaelp")

    def value(y: Year, pay: float, clawback: float = 1.0, *, activation: bool = False) -> float:
        return float(worth(y, names, pay, _with_clawback(y.law, clawback)).all(activation=activation).sum())

    pays = [mean_pay(y, names, p, full_time=True) for y in years]
    hourly = [y.law.hour * y.law.month_hours for y in years]
    clawbacks = ends_of(p, "tax.consumption")
    rows = []
    for label, label_da, at, wage, activation in (
        ("Benefit, tax and clawback", "Ydelse, skat og tilbageløb", pays, "wage.median", False),
        ("The same and the operation of measures", "Det samme og driften af tilbud", pays, "wage.median", True),
        ("Benefit, tax and clawback at the wage of hours beside a benefit", "Ydelse, skat og tilbageløb ved lønnen for timer ved siden af ydelsen", hourly, "wage.hourly", False),
    ):
        pairs = list(zip(years, at, strict=True))
        corners = [value(y, end * pay, c, activation=activation) for y, pay in pairs for end in ends_of(p, wage) for c in clawbacks]
        whose = "of people with kontanthjælp, by class and rank of wage" if wage == "wage.median" else "at the wage an hour of the law"
        rows.append(Costing(
            VALUE, label, label_da, published(ids), float(np.mean([value(y, pay, activation=activation) for y, pay in pairs])), DKK, "reproduction", ids,
            f"At {np.mean(at):,.0f} DKK a month of full-time work, {whose}; range over {wage} and the clawback", min(corners), max(corners),
        ))
    return rows


# ---------------------------------------------------------------- the investment case of IPS
IPS_YEARS = 7
PURSES = {"kommune": ("municipality", "kommune"), "region": ("region", "region"), "stat": ("state", "stat"), "net": ("all public", "det offentlige i alt")}


def ips_series(gain: float, cost: float, duration: float, points: float, length: float) -> Floats:
    """Accumulated net result a person by year, DKK: ``cost`` a year for ``duration`` years, then for ``length`` years ``points``
    (share) more in work, each worth ``gain`` a year."""
    start = np.arange(IPS_YEARS)

    def share(first: float, last: float) -> Floats:
        return np.clip(np.minimum(start + 1, last) - np.maximum(start, first), 0, 1)

    return np.asarray(np.cumsum(points * gain * share(duration, duration + length) - cost * share(0, duration)))


def payback(series: Floats) -> float | None:
    """First year in which the accumulated result is not negative any more."""
    there = np.flatnonzero(series >= 0)
    return float(there[0] + 1) if there.size else None


def ips_rows(years: Sequence[Year], p: Parameters) -> list[Costing]:
    """Support into ordinary work (IPS) of people with mental illness, activity-ready kontanthjælp, by purse and year."""
    topic, people, names = "IPS_investment_case", "psykisk_lidelse_ledig", ("kontanthjaelp_aktivitetsparat",)

    def told(measure: str) -> float:
        return fact(fact_id(topic, measure, people)).value

    cost, duration, length = told("IPS_cost_per_person_per_year"), told("IPS_mean_duration") / 12, told("assumed_effect_length")
    points = (told("share_returning_to_labour_market_with_IPS") - told("share_attached_to_labour_market_without_help")) / 100
    pays = np.array([mean_pay(y, names, p, full_time=False) for y in years])
    worths = [worth(y, names, pay, y.law) for y, pay in zip(years, pays, strict=True)]

    def by_purse(*, taxes: bool, activation: bool) -> dict[str, Floats]:
        municipality, region, state = np.mean([v.all(taxes=taxes, activation=activation) for v in worths], axis=0)
        gains = {"kommune": municipality, "region": region, "stat": state, "net": municipality + region + state}
        return {purse: ips_series(gain, cost * (purse in ("kommune", "net")), duration, points, length) for purse, gain in gains.items()}

    main, least, most = by_purse(taxes=True, activation=False), by_purse(taxes=False, activation=False), by_purse(taxes=True, activation=True)
    note = f"Benefit, tax and clawback at {pays.mean():,.0f} DKK a month; range: benefit and refund only, to operation of measures saved too"
    rows = []
    for purse, (en, da) in PURSES.items():
        for i in range(IPS_YEARS):
            ids = fact_id(topic, "accumulated_net_result_per_person", people, f"payer={purse}; year={i + 1}")
            ends = sorted((least[purse][i], main[purse][i], most[purse][i]))
            kind = "identity" if i == 0 else "reproduction"
            why = "Cost only: the effect begins after 18 months" if i == 0 else note
            why = "The law of the model has no spending of regions on these people" if purse == "region" and i else why
            rows.append(Costing(
                IPS, f"After {i + 1} {'year' if i == 0 else 'years'}: {en}", f"Efter {i + 1} år: {da}", published(ids), float(main[purse][i]), DKK, kind, ids, why, float(ends[0]), float(ends[-1]),
            ))
    for purse, measure, payer, label, label_da in (
        ("net", "payback_time_all_public", "all", "Payback: all public", "Tilbagebetalt: det offentlige i alt"),
        ("kommune", "payback_time_municipality", "kommune", "Payback: municipality", "Tilbagebetalt: kommune"),
    ):
        ids = fact_id(topic, measure, people, f"payer={payer}")
        times = [payback(series[purse]) for series in (most, least)]
        rows.append(Costing(IPS, label, label_da, published(ids), payback(main[purse]), YEARS, "reproduction", ids, note, times[0], times[1]))
    return rows


# ---------------------------------------------------------------- revalidering
def annuity(rate: float, length: float) -> float:
    """What one a year for so many years is worth today."""
    return float(sum((1 + rate) ** -t for t in range(1, round(length) + 1)))


def break_even(extra: float, gain: float, rate: float, length: float) -> float:
    """Weeks a year of work that pay ``extra`` back over ``length`` years, at a full-time year's ``gain``."""
    return 52 * extra / annuity(rate, length) / gain


def revalidering_rows(years: Sequence[Year], p: Parameters) -> list[Costing]:
    """A spell of revalidering against kontanthjælp for the same people, and how much more work pays for it."""
    topic = "revalidering_cost_benefit"

    def told(measure: str, population: str = "revalidering") -> str:
        return fact_id(topic, measure, population)

    length = published(told("mean_spell_length")) / 52
    rate, span, education = published(told("discount_rate")) / 100, published(told("mean_remaining_working_life")), published(told("education_cost_per_spell"))
    on_it, instead = told("benefit_cost_per_spell"), told("alternative_kontanthjaelp_cost_per_spell", "kontanthjaelp")
    even = told("break_even_extra_employment")

    def net(law: BenefitLaw, case: TypeCase) -> float:
        benefit = case.benefit(law)
        taxes = sum(float(t) for t in law.tax.taxes(0.0, benefit))
        return 12 * length * (benefit - taxes - law.consumption * (benefit - taxes))

    def spell(y: Year, status: str, factor: float = 1.0) -> float:
        law = _with_clawback(y.law, factor)
        weights = np.zeros_like(y.persons)
        weights[CODE[status]] = y.persons[CODE["revalidering"]]
        return mixed(weights, [status], lambda case: net(law, case))

    ends = ends_of(p, "tax.consumption")
    rows = []
    for label, label_da, status, ids in (
        ("A spell of revalidering", "Et revalideringsforløb", "revalidering", on_it),
        ("Kontanthjælp for as long, the same people", "Kontanthjælp lige så længe, samme personer", "kontanthjaelp_aktivitetsparat", instead),
    ):
        corners = [spell(y, status, end) for y in years for end in ends]
        rows.append(Costing(
            REVALIDERING, label, label_da, published(ids), float(np.mean([spell(y, status) for y in years])), DKK, "reproduction", ids,
            "76 weeks, after tax and clawback; rates by age, family and children as modelled; range over the clawback", min(corners), max(corners),
        ))
    gains = [value_rows([y], p)[0] for y in years]

    def weeks(gain: Callable[[Costing], float | None]) -> list[float]:
        extra = [spell(y, "revalidering") - spell(y, "kontanthjaelp_aktivitetsparat") + education for y in years]
        return [break_even(e, gain(g) or np.nan, rate, span) for e, g in zip(extra, gains, strict=True)]

    main = float(np.mean(weeks(lambda g: g.modelled)))
    rows.append(Costing(
        REVALIDERING, "More work a year that pays it back", "Merbeskæftigelse om året der betaler det tilbage", published(even), main, WEEKS, "reproduction", even,
        "Just under 3 weeks published; education at the published 150,000; range over that of a year in work", min(weeks(lambda g: g.high)), max(weeks(lambda g: g.low)),
    ))
    own = break_even(published(on_it) - published(instead) + education, published(fact_id(topic, "public_gain_per_fulltime_year_in_job_instead_of_kontanthjaelp", "kontanthjaelp")), rate, span)
    rows.append(Costing(
        REVALIDERING, "The same from the published figures alone", "Det samme alene af de offentliggjorte tal", published(even), own, WEEKS, "identity", even, "Arithmetic: nothing of the model",
    ))
    return rows


# ---------------------------------------------------------------- the bonus for taking part
def bonus_rows(years: Sequence[Year]) -> list[Costing]:
    """250 DKK a week in praktik, paid by 110 DKK a month less for all from 30, if everybody stays where they are."""
    topic = "A5_participation_bonus"
    bonus = fact_id(topic, "weekly_bonus_in_praktik_or_nytteindsats", "kontanthjaelp")
    cut = fact_id(topic, "general_monthly_benefit_cut_financing_bonus", "kontanthjaelp", "age=30+")
    paid, taken = (np.mean([y.bonus[key] for y in years]) for key in ("paid", "cut"))
    note = f"0 stands for 'pays for itself': the text gives no amount ({bonus}, {cut}). Bonuses {paid:,.0f} million, cut {-taken:,.0f} million"
    made = [
        ("Bonus less cut, before tax", "Bonus minus nedsættelse, før skat", [y.bonus["paid"] + y.bonus["cut"] for y in years]),
        ("Bonus less cut, after tax and clawback", "Bonus minus nedsættelse, efter skat og tilbageløb", [y.bonus["net"] for y in years]),
    ]
    return [over_replications(Costing(BONUS, en, da, 0.0, None, MILLION, "reproduction", "", note), values) for en, da, values in made]
