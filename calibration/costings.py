"""Published costings next to what the model and its law of money say, misses and all.

``python -m calibration.costings`` (part of ``make fit``) runs the baseline for a year, a few times with other luck, and writes
``costings.csv`` of the vintage, which every report shows. Nothing here is fitted. A row is of one kind:

- ``reproduction``: rates, prices and activity do not come from the published figure that they are compared with;
- ``identity``: the two are equal or close because a price or an activity was taken from that figure, or cancels out;
- ``check``: neither; an assumption was made with the figure in view, or the figure is of activity and not of money.
"""

import csv
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from agents.measures import FULL_TIME, MEASURES, SUPPORTS
from agents.statuses import CODE, STATUSES, family_members
from calibration.costing_year import SUBSIDIES, Year, year
from calibration.evidence import fact, facts
from sim.benefit_law import AGE_CLASSES, FAMILIES, BenefitLaw
from sim.income import TypeCase, value_of_a_year
from sim.parameters import DEFAULT_VINTAGE, FOLDER, Parameters, load

Floats = npt.NDArray[np.float64]
COSTINGS = FOLDER / DEFAULT_VINTAGE / "costings.csv"
SCALE, SEEDS = 0.05, (1, 2, 3)
COLUMNS = ("costing", "row", "row_da", "published", "modelled", "low", "high", "unit", "kind", "fact", "note")
ACCOUNTS, BY_TYPE, PACKAGE, IPS, VALUE, REVALIDERING, BONUS = (
    "accounts_2013", "active_spend_2013", "package_2015", "ips", "value_of_a_year", "revalidering", "participation_bonus",
)
"""Costings: groups of rows, in the order of the report."""
MILLION, DKK, PERSONS, WEEKS, YEARS = "million DKK", "DKK", "full-time persons", "weeks", "years"
_NAMES = [m.name for m in MEASURES]
_MENTOR, _BROBYGNING = (list(SUPPORTS).index(name) for name in ("mentor", "brobygning"))


@dataclass(frozen=True)
class Costing:
    """One published figure and what the model says. ``low`` and ``high``: over replications, or over what the note says."""

    costing: str
    row: str
    row_da: str
    published: float
    modelled: float | None
    unit: str
    kind: str
    fact: str
    note: str = ""
    low: float | None = None
    high: float | None = None

    def cells(self) -> list[str]:
        """The row as text."""
        decimals = 2 if self.unit in (WEEKS, YEARS) else 0
        numbers = ["" if n is None else f"{n:.{decimals}f}" for n in (self.modelled, self.low, self.high)]
        return [self.costing, self.row, self.row_da, f"{self.published:g}", *numbers, self.unit, self.kind, self.fact, self.note]


# ---------------------------------------------------------------- facts
@lru_cache(maxsize=1)
def _index() -> dict[tuple[str, str, str, str], list[str]]:
    table: dict[tuple[str, str, str, str], list[str]] = {}
    for f in facts().values():
        table.setdefault((f.topic, f.measure, f.population, f.breakdown), []).append(f.id)
    return table


def _fact(topic: str, measure: str, population: str, breakdown: str = "") -> str:
    found = _index()[topic, measure, population, breakdown]
    assert len(found) == 1, found
    return found[0]


def published(ids: str) -> float:
    """The published figure of a row: a fact, or facts added and subtracted (``a - b``)."""
    total, sign = 0.0, 1.0
    for word in ids.split():
        if word in ("+", "-"):
            sign = 1.0 if word == "+" else -1.0
        else:
            total += sign * fact(word).value
    return total


# ---------------------------------------------------------------- groups of the accounts
@dataclass(frozen=True)
class Group:
    """A group of the accounts of 2013: labels, its statuses of today, its name in tables 2.1 and in 2.2 and 2.3, and what to know."""

    en: str
    da: str
    statuses: tuple[str, ...]
    in_total: str
    in_types: str
    note: str = ""

    def of(self, by_status: Floats) -> float:
        """Sum over the group's statuses of a table by status."""
        return float(by_status[[CODE[name] for name in self.statuses]].sum())


def _was(name: str) -> tuple[str, ...]:
    """Statuses of kontanthjælp and uddannelseshjælp whose people had this status in 2013."""
    return tuple(s.name for s in STATUSES if s.continues_spell and name in (s.name, s.predecessor))


_KONTANTHJAELP = family_members("kontanthjaelp") + family_members("uddannelseshjaelp")
_NEW = "Kontanthjælp of 2013 is kontanthjælp and uddannelseshjælp of 2014; the young's rates fell in January 2014"
GROUPS = (
    Group("Dagpenge", "Dagpenge", ("dagpenge",), "dagpenge", "dagpenge", "2013 had more unemployed; the evidence has no stock of 2013"),
    Group(
        "Temporary benefits", "Midlertidige ydelser", ("arbejdsmarkedsydelse", "saerlig_uddannelsesydelse"), "uddannelsesydelse_midlertidig",
        "uddannelsesydelse_midlertidig", "2013: the education benefit for those who exhausted dagpenge; 2014: mostly arbejdsmarkedsydelse",
    ),
    Group("Kontanthjælp and uddannelseshjælp", "Kontanthjælp og uddannelseshjælp", _KONTANTHJAELP, "kontanthjaelp_all", "kontanthjaelp_all", _NEW),
    Group(
        "- of these job-ready", "- heraf arbejdsmarkedsparate", _was("kontanthjaelp_jobparat"), "kontanthjaelp_arbejdsmarkedsparate",
        "kontanthjaelp_arbejdsmarkedsparate", "Job-ready, and education-ready young, of 2014",
    ),
    Group(
        "- of these others", "- heraf ikke arbejdsmarkedsparate", _was("kontanthjaelp_aktivitetsparat"), "kontanthjaelp_ikke_arbejdsmarkedsparate",
        "kontanthjaelp_ikke_arbejdsmarkedsparate", "Activity-ready of 2014",
    ),
    Group("Revalidering", "Revalidering", ("revalidering",), "revalidering_incl_forrevalidering", "revalidering_incl_forrevalidering"),
    Group(
        "Sygedagpenge and jobafklaring", "Sygedagpenge og jobafklaring", ("sygedagpenge", "jobafklaring"), "sygedagpenge", "sygedagpenge",
        "Jobafklaring began in July 2014; its people had sygedagpenge or lost it before",
    ),
    Group("Ressourceforløb", "Ressourceforløb", ("ressourceforloeb",), "ressourceforloeb", "ressourceforloeb", "The scheme began in 2013: the accounts hold its first months"),
    Group("Ledighedsydelse", "Ledighedsydelse", ("ledighedsydelse",), "ledighedsydelse", "ledighedsydelse"),
    Group("Fleksjob", "Fleksjob", ("fleksjob",), "fleksjob_and_skaanejob", "fleksjob", "Skånejob are in the accounts and not in the model"),
    Group("Førtidspension", "Førtidspension", ("foertidspension",), "foertidspension", ""),
)
_TOTAL = tuple(g for g in GROUPS if not g.en.startswith("-"))
_EDGE_STATUSES = tuple(s.name for s in STATUSES if s.group in ("edge", "temporary"))
_EDGE = [CODE[name] for name in _EDGE_STATUSES]
_PERMANENT = [CODE[s.name] for s in STATUSES if s.group == "edge"]


def _spread(row: Costing, values: Iterable[float]) -> Costing:
    """The row with mean and range over replications."""
    numbers = [float(v) for v in values]
    return replace(row, modelled=float(np.mean(numbers)), low=min(numbers), high=max(numbers))


def _compared(costing: str, labels: tuple[str, str], ids: str, values: Iterable[float], unit: str = MILLION, kind: str = "reproduction", note: str = "") -> Costing:
    return _spread(Costing(costing, *labels, published(ids), None, unit, kind, ids, note), values)


# ---------------------------------------------------------------- 1: the accounts of 2013
def _active(y: Year) -> Floats:
    return y.measure_cost.sum(axis=1) + y.support_cost.sum(axis=1)


def accounts_rows(years: Sequence[Year]) -> list[Costing]:
    """Table 2.1: income support and active spending by group; and schemes with accounts of their own."""
    def at(measure: str, population: str) -> str:
        return _fact("table_2_1_total_expenditure", measure, population)

    rows = []
    for g in _TOTAL:
        people = np.mean([g.of(y.persons.sum(axis=(1, 2, 3))) for y in years])
        spent = np.mean([g.of(y.support) for y in years])
        note = f"{people:,.0f} persons at {1e6 * spent / people:,.0f} DKK a year. {g.note}".strip()
        kind = "reproduction"
        if g.in_total == "fleksjob_and_skaanejob":
            kind, note = "check", f"{note}; the subsidy of the old scheme was assumed with 9,901 million in view"
        if g.statuses == ("revalidering",):
            before = fact(next(i for i in _index()["revalidering_stock_flow", "fulltime_persons_in_scheme", "revalidering", ""] if fact(i).period == "2013")).value
            note += f" At the {before:,.0f} full-time persons of 2013: {spent / people * before:,.0f} million"
        rows.append(_compared(ACCOUNTS, (f"Income support: {g.en}", f"Forsørgelse: {g.da}"), at("income_support_spend", g.in_total), [g.of(y.support) for y in years], kind=kind, note=note))
    total = tuple(dict.fromkeys(name for g in _TOTAL for name in g.statuses))
    everybody = Group("all", "i alt", total, "attributable_groups_subtotal", "all_total")
    inner = Group("all but dagpenge", "alle uden dagpenge", total[1:], "", "")
    dagpenge = at("income_support_spend", "dagpenge")
    rows.append(_compared(ACCOUNTS, ("Income support: all", "Forsørgelse: i alt"), at("income_support_spend", "attributable_groups_subtotal"), [everybody.of(y.support) for y in years]))
    rows.append(_compared(
        ACCOUNTS, ("Income support: all but dagpenge", "Forsørgelse: alle uden dagpenge"),
        f"{at('income_support_spend', 'attributable_groups_subtotal')} - {dagpenge}", [inner.of(y.support) for y in years],
    ))
    for g in GROUPS:
        rows.append(_compared(ACCOUNTS, (f"Active measures: {g.en}", f"Aktiv indsats: {g.da}"), at("active_spend", g.in_total), [g.of(_active(y)) for y in years], note=g.note))
    rows.append(_compared(ACCOUNTS, ("Active measures: all", "Aktiv indsats: i alt"), at("active_spend", "attributable_groups_subtotal"), [everybody.of(_active(y)) for y in years]))
    fleksjob = GROUPS[-2]
    rows.append(_compared(
        ACCOUNTS, ("The fleksjob scheme", "Fleksjobordningen"), _fact("scheme_expenditure", "fleksjobordningen", "all"), [fleksjob.of(y.support) for y in years],
        kind="check", note="The subsidy of the old scheme (14,500 DKK a month) was assumed with this figure in view",
    ))
    rows.append(_compared(
        ACCOUNTS, ("Mentors", "Mentorordningen"), _fact("scheme_expenditure", "mentorordningen", "all"), [y.support_cost[:, _MENTOR].sum() for y in years],
        kind="identity", note="The price of a mentor was set from this figure, and mentors' hours from table 2 of the package of 2015",
    ))
    rows.append(_compared(
        ACCOUNTS, ("Administration of the jobcentres", "Jobcentrenes administration"), at("administration_spend", "jobcentre_administration"), [y.administration for y in years],
        kind="check", note="Caseworkers, teams and outreach; caseloads and the hour of outreach were assumed to stay near it; dagpenge is in the accounts",
    ))
    return rows


# ---------------------------------------------------------------- 2: active spending by type
def type_rows(years: Sequence[Year]) -> list[Costing]:
    """Tables 2.2 and 2.3: guidance and education, accompanying support, wage subsidies; education and guidance apart."""
    guidance, education = _NAMES.index("vejledning"), _NAMES.index("uddannelse")
    subsidies = [_NAMES.index(name) for name in SUBSIDIES]
    table_2, table_3 = "table_2_2_active_expenditure_by_type", "table_2_3_guidance_upskilling_expenditure"
    prices = "Prices of guidance and education are from the package of 2015"
    types: list[tuple[str, str, str, str, Callable[[Year], Floats], str, str]] = [
        ("Operation", "Drift", table_2, "operating_spend_guidance_upskilling", lambda y: y.measure_cost[:, [guidance, education]].sum(axis=1), "reproduction", prices),
        ("Accompanying", "Følgeudgifter", table_2, "accompanying_spend_mentor_aids_transport", lambda y: y.support_cost.sum(axis=1), "check",
         "Mentors, brobygning, health and social interventions of the model; the accounts hold aids and transport too"),
        ("Wage subsidies", "Løntilskud", table_2, "wage_subsidy_extra_spend_over_alternative_support", lambda y: y.measure_cost[:, subsidies].sum(axis=1), "check",
         "The price was assumed between the accounts' 580 million and the -40 of the package"),
        ("Ordinary education", "Ordinær uddannelse", table_3, "ordinary_education_spend", lambda y: y.measure_cost[:, education], "reproduction", prices),
        ("Other guidance", "Øvrig vejledning", table_3, "other_guidance_upskilling_spend", lambda y: y.measure_cost[:, guidance], "reproduction", prices),
    ]
    rows = []
    for en, da, topic, measure, spent, kind, note in types:
        for g in GROUPS:
            if (topic, measure, g.in_types, "") in _index():
                ids = _fact(topic, measure, g.in_types)
                rows.append(_compared(BY_TYPE, (f"{en}: {g.en}", f"{da}: {g.da}"), ids, [g.of(spent(y)) for y in years], kind=kind, note=note))
        if topic == table_2:
            ids = _fact(topic, measure, "all_total")
            rows.append(_compared(BY_TYPE, (f"{en}: all", f"{da}: i alt"), ids, [spent(y).sum() for y in years], kind=kind, note=note))
    return rows


# ---------------------------------------------------------------- 3: the package of 2015
@dataclass(frozen=True)
class Activity:
    """A row of the package's tables: labels, its names there, what the accounts of 2013 spent on it (facts), and its activity."""

    en: str
    da: str
    name: str
    cost: str
    accounts: str
    full_time: Callable[[Year], Floats]


def activities(p: Parameters) -> list[Activity]:
    """Activity of the package by full-time persons, by status."""
    def of(names: Sequence[str]) -> Callable[[Year], Floats]:
        columns = [_NAMES.index(name) for name in names]
        return lambda y: np.asarray(y.full_time[:, columns].sum(axis=1))

    companies = [m.name for m in MEASURES if m.is_company]
    praktik = [name for name in companies if name not in SUBSIDIES]
    share = p.value("support.mentor_hours") / FULL_TIME
    table_2, table_3 = "table_2_2_active_expenditure_by_type", "table_2_3_guidance_upskilling_expenditure"
    edge = ("kontanthjaelp_all", "revalidering_incl_forrevalidering", "sygedagpenge", "ledighedsydelse", "ressourceforloeb", "fleksjob")

    def spent(topic: str, measure: str) -> str:
        return " + ".join(_fact(topic, measure, population) for population in edge)

    mentors = _fact("scheme_expenditure", "mentorordningen", "udkanten_all_incl_foertidspension_fleksjob_skaanejob")
    return [
        Activity("guidance", "vejledning", "other_guidance_and_training", "other_guidance_and_training", spent(table_3, "other_guidance_upskilling_spend"), of(["vejledning"])),
        Activity("ordinary education", "ordinær uddannelse", "ordinary_education", "ordinary_education", spent(table_3, "ordinary_education_spend"), of(["uddannelse"])),
        Activity("company-oriented", "virksomhedsrettet", "company_oriented_total", "", "", of(companies)),
        Activity("- praktik", "- virksomhedspraktik", "virksomhedspraktik", "", "", of(praktik)),
        Activity("- wage subsidies", "- løntilskud", "loentilskud", "gross", spent(table_2, "wage_subsidy_extra_spend_over_alternative_support"), of(SUBSIDIES)),
        Activity("mentor", "mentor", "mentor", "mentor", mentors, lambda y: np.asarray(share * y.supported[:, _MENTOR])),
    ]


def package_rows(years: Sequence[Year], p: Parameters) -> list[Costing]:
    """Activity and cost of the package, now and after: prices are the accounts' money over the model's activity."""
    people = "borgere_i_udkanten"
    rows, before, after = [], np.zeros(len(years)), np.zeros(len(years))
    found = activities(p)

    def activity_fact(a: str, when: str) -> str:
        return _fact("table_2_activity", f"fulltime_activated_{when}", people, f"measure={a}")

    def cost_fact(a: str, when: str) -> str:
        return _fact("table_1_reallocation", f"structural_cost_{when}", people, f"component={a}")

    for a in found:
        is_set = a.name == "mentor"
        note = "Chances of a mentor were set from this figure" if is_set else "Hours over 37; all benefits but dagpenge"
        rows.append(_compared(
            PACKAGE, (f"Activity: {a.en}", f"Aktivitet: {a.da}"), activity_fact(a.name, "before"), [a.full_time(y)[_EDGE].sum() for y in years], PERSONS,
            "identity" if is_set else "check", note,
        ))
    rows.append(_compared(
        PACKAGE, ("Activity: all", "Aktivitet: i alt"), activity_fact("total", "before"),
        [sum(a.full_time(y)[_EDGE].sum() for a in found if not a.en.startswith("-")) for y in years], PERSONS, "check",
    ))
    for a in found:
        if not a.accounts:
            continue
        money = published(a.accounts)
        price = np.array([1e6 * money / a.full_time(y)[_PERMANENT].sum() for y in years])
        now = _fact("table_1_reallocation", "gross_cost_loentilskud", people) if a.cost == "gross" else cost_fact(a.cost, "current")
        en, da = a.en.removeprefix("- "), a.da.removeprefix("- ")
        note = f"{money:,.0f} million of 2013 over the model's activity: {price.mean():,.0f} DKK a full-time year"
        costs = price * published(activity_fact(a.name, "before")) / 1e6
        rows.append(_compared(PACKAGE, (f"Cost now, published activity: {en}", f"Udgift nu, offentliggjort aktivitet: {da}"), now, costs, note=note))
        rows.append(_compared(
            PACKAGE, (f"Cost now, modelled activity: {en}", f"Udgift nu, modelleret aktivitet: {da}"), now, [money for _ in years], kind="identity",
            note="Activity cancels out: this is the accounts of 2013 against the budget of 2015",
        ))
        if a.cost == "gross":
            continue
        before += costs
        costs = price * published(activity_fact(a.name, "after")) / 1e6
        after += costs
        rows.append(_compared(PACKAGE, (f"Cost after: {en}", f"Udgift efter: {da}"), cost_fact(a.cost, "new_package"), costs, note=note))
        change = price * (published(activity_fact(a.name, "after")) - published(activity_fact(a.name, "before"))) / 1e6
        rows.append(_compared(PACKAGE, (f"Change of cost: {en}", f"Ændring i udgift: {da}"), cost_fact(a.cost, "change"), change, note=note))
    wanted = [a.cost for a in found if a.cost not in ("", "gross")]
    for when, label, label_da, costs in (("current", "Cost now", "Udgift nu", before), ("new_package", "Cost after", "Udgift efter", after)):
        ids = " + ".join(cost_fact(name, when) for name in wanted)
        rows.append(_compared(PACKAGE, (f"{label}: guidance, education and mentors", f"{label}: vejledning, uddannelse og mentorer"), ids, costs))
    price_of = p.value("cost.brobygning")
    rows.append(_compared(
        PACKAGE, ("Cost after: brobygning", "Udgift efter: brobygning"), cost_fact("bridge_to_education", "new_package"),
        [price_of * published(activity_fact("bridge_to_education", "after")) / 1e6], kind="identity", note="The price is this figure over its activity",
    ))
    ids = cost_fact("specially_designed_company_courses", "new_package")
    rows.append(Costing(PACKAGE, "Cost after: courses designed with companies", "Udgift efter: virksomhedsforløb", published(ids), None, MILLION, "check", ids, "Not in the model"))
    return rows


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
    operation, refunded = 1e6 * _active(y)[codes].sum() / people, 1e6 * y.refunded[codes].sum() / people
    return Worth(
        benefit * np.array([1 - share, 0, share]), np.array([operation - refunded, 0, refunded]), np.array([at_home, 0, tax - at_home]),
        np.array([0, 0, part("clawback")]),
    )


def _pay(y: Year, names: Sequence[str], p: Parameters, *, full_time: bool) -> float:
    """Mean pay of these people if they were in work."""
    heads = np.array([y.persons[CODE[name]].sum() for name in names])
    return float((heads * [y.pay[CODE[name]] for name in names]).sum() / heads.sum()) / (p.share("wage.hours") if full_time else 1.0)


def _ends(p: Parameters, path: str) -> tuple[float, float]:
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
    ids = _fact("revalidering_cost_benefit", "public_gain_per_fulltime_year_in_job_instead_of_kontanthjaelp", "kontanthjaelp")

    def value(y: Year, wage: float = 1.0, clawback: float = 1.0, *, activation: bool = False) -> float:
        law = _with_clawback(y.law, clawback)
        return float(worth(y, names, wage * _pay(y, names, p, full_time=True), law).all(activation=activation).sum())

    pay = np.mean([_pay(y, names, p, full_time=True) for y in years])
    wages, clawbacks = _ends(p, "wage.median"), _ends(p, "tax.consumption")
    rows = []
    for label, label_da, activation in (
        ("Benefit, tax and clawback", "Ydelse, skat og tilbageløb", False), ("The same and the operation of measures", "Det samme og driften af tilbud", True),
    ):
        corners = [value(y, w, c, activation=activation) for y in years for w in wages for c in clawbacks]
        rows.append(Costing(
            VALUE, label, label_da, published(ids), float(np.mean([value(y, activation=activation) for y in years])), DKK, "reproduction", ids,
            f"At {pay:,.0f} DKK a month, the pay of full-time work of people with kontanthjælp; range over the median wage and the clawback", min(corners), max(corners),
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
        return fact(_fact(topic, measure, people)).value

    cost, duration, length = told("IPS_cost_per_person_per_year"), told("IPS_mean_duration") / 12, told("assumed_effect_length")
    points = (told("share_returning_to_labour_market_with_IPS") - told("share_attached_to_labour_market_without_help")) / 100
    pays = np.array([_pay(y, names, p, full_time=False) for y in years])
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
            ids = _fact(topic, "accumulated_net_result_per_person", people, f"payer={purse}; year={i + 1}")
            ends = sorted((least[purse][i], main[purse][i], most[purse][i]))
            kind = "identity" if i == 0 else "reproduction"
            why = "Cost only: the effect begins after 18 months" if i == 0 else note
            why = "The law of the model has no spending of regions on these people" if purse == "region" and i else why
            rows.append(Costing(
                IPS, f"After {i + 1} years: {en}", f"Efter {i + 1} år: {da}", published(ids), float(main[purse][i]), DKK, kind, ids, why, float(ends[0]), float(ends[-1]),
            ))
    for purse, measure, payer, label, label_da in (
        ("net", "payback_time_all_public", "all", "Payback: all public", "Tilbagebetalt: det offentlige i alt"),
        ("kommune", "payback_time_municipality", "kommune", "Payback: municipality", "Tilbagebetalt: kommune"),
    ):
        ids = _fact(topic, measure, people, f"payer={payer}")
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
        return _fact(topic, measure, population)

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

    ends = _ends(p, "tax.consumption")
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
    own = break_even(published(on_it) - published(instead) + education, published(_fact(topic, "public_gain_per_fulltime_year_in_job_instead_of_kontanthjaelp", "kontanthjaelp")), rate, span)
    rows.append(Costing(
        REVALIDERING, "The same from the published figures alone", "Det samme alene af de offentliggjorte tal", published(even), own, WEEKS, "identity", even, "Arithmetic: nothing of the model",
    ))
    return rows


# ---------------------------------------------------------------- the bonus for taking part
def bonus_rows(years: Sequence[Year]) -> list[Costing]:
    """250 DKK a week in praktik, paid by 110 DKK a month less for all from 30, if everybody stays where they are."""
    topic = "A5_participation_bonus"
    bonus = _fact(topic, "weekly_bonus_in_praktik_or_nytteindsats", "kontanthjaelp")
    cut = _fact(topic, "general_monthly_benefit_cut_financing_bonus", "kontanthjaelp", "age=30+")
    note = "The cut is to pay for the bonus: published as 0 where the text says so and gives no amount"
    made = [
        ("Bonus less cut, before tax", "Bonus minus nedsættelse, før skat", bonus, [y.bonus["paid"] + y.bonus["cut"] for y in years]),
        ("Bonus less cut, after tax and clawback", "Bonus minus nedsættelse, efter skat og tilbageløb", cut, [y.bonus["net"] for y in years]),
    ]
    paid, taken = (np.mean([y.bonus[key] for y in years]) for key in ("paid", "cut"))
    note += f"; bonuses {paid:,.0f} million, cut {-taken:,.0f} million"
    return [_spread(Costing(BONUS, en, da, 0.0, None, MILLION, "reproduction", ids, note), values) for en, da, ids, values in made]


def costings(years: Sequence[Year], p: Parameters) -> list[Costing]:
    """All rows, in the order of the report."""
    return [
        *accounts_rows(years), *type_rows(years), *package_rows(years, p), *ips_rows(years, p), *value_rows(years, p), *revalidering_rows(years, p),
        *bonus_rows(years),
    ]


def write(file: Path = COSTINGS, *, scale: float = SCALE, seeds: Sequence[int] = SEEDS) -> None:
    """Run the baseline and write the table."""
    p = load()
    rows = costings([year(p, scale, seed) for seed in tqdm(seeds, unit="replication")], p)
    with file.open("w", encoding="utf-8", newline="") as text:
        table = csv.writer(text, lineterminator="\n")
        table.writerows([COLUMNS, *(row.cells() for row in rows)])
    tqdm.write(f"wrote {file}")


if __name__ == "__main__":
    write()
