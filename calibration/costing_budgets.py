"""Published budgets and accounts: income support and measures by group in 2013, and the expert group's package of 2015."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agents.measures import FULL_TIME, MEASURES, SUPPORTS
from agents.statuses import CODE, STATUSES, family_members
from calibration.costing_rows import (
    ACCOUNTS,
    BY_TYPE,
    MILLION,
    PACKAGE,
    PERSONS,
    Costing,
    compared,
    fact_id,
    index,
    published,
)
from calibration.costing_year import SUBSIDIES, Year, active_spending
from calibration.evidence import fact
from sim.parameters import Parameters

Floats = npt.NDArray[np.float64]
_NAMES = [m.name for m in MEASURES]
_MENTOR = list(SUPPORTS).index("mentor")


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


# ---------------------------------------------------------------- 1: the accounts of 2013
def accounts_rows(years: Sequence[Year]) -> list[Costing]:
    """Table 2.1: income support and active spending by group; and schemes with accounts of their own."""
    def at(measure: str, population: str) -> str:
        return fact_id("table_2_1_total_expenditure", measure, population)

    rows = []
    for g in _TOTAL:
        people = np.mean([g.of(y.persons.sum(axis=(1, 2, 3))) for y in years])
        spent = np.mean([g.of(y.support) for y in years])
        note = f"{people:,.0f} persons at {1e6 * spent / people:,.0f} DKK a year. {g.note}".strip()
        kind = "reproduction"
        if g.in_total == "fleksjob_and_skaanejob":
            kind, note = "check", f"{note}; the subsidy of the old scheme was assumed with 9,901 million in view"
        if g.statuses == ("revalidering",):
            in_2013 = next(f for f in map(fact, index()["revalidering_stock_flow", "fulltime_persons_in_scheme", "revalidering", ""]) if f.period == "2013")
            note += f" The number of persons of 2013 is fact {in_2013.id}"
            rows.append(compared(
                ACCOUNTS, (f"Income support: {g.en}, {in_2013.value:,.0f} persons as in 2013", f"Forsørgelse: {g.da}, {in_2013.value:,.0f} personer som i 2013".replace(",0", ".0")),
                at("income_support_spend", g.in_total), [g.of(y.support) * in_2013.value / g.of(y.persons.sum(axis=(1, 2, 3))) for y in years], note=note,
            ))
        rows.append(compared(ACCOUNTS, (f"Income support: {g.en}", f"Forsørgelse: {g.da}"), at("income_support_spend", g.in_total), [g.of(y.support) for y in years], kind=kind, note=note))
    total = tuple(dict.fromkeys(name for g in _TOTAL for name in g.statuses))
    everybody = Group("all", "i alt", total, "attributable_groups_subtotal", "all_total")
    inner = Group("all but dagpenge", "alle uden dagpenge", total[1:], "", "")
    dagpenge = at("income_support_spend", "dagpenge")
    rows.append(compared(ACCOUNTS, ("Income support: all", "Forsørgelse: i alt"), at("income_support_spend", "attributable_groups_subtotal"), [everybody.of(y.support) for y in years]))
    rows.append(compared(
        ACCOUNTS, ("Income support: all but dagpenge", "Forsørgelse: alle uden dagpenge"),
        f"{at('income_support_spend', 'attributable_groups_subtotal')} - {dagpenge}", [inner.of(y.support) for y in years],
    ))
    rows += [
        compared(ACCOUNTS, (f"Active measures: {g.en}", f"Aktiv indsats: {g.da}"), at("active_spend", g.in_total), [g.of(active_spending(y)) for y in years], note=g.note)
        for g in GROUPS
    ]
    rows.append(compared(ACCOUNTS, ("Active measures: all", "Aktiv indsats: i alt"), at("active_spend", "attributable_groups_subtotal"), [everybody.of(active_spending(y)) for y in years]))
    fleksjob = GROUPS[-2]
    rows.append(compared(
        ACCOUNTS, ("The fleksjob scheme", "Fleksjobordningen"), fact_id("scheme_expenditure", "fleksjobordningen", "all"), [fleksjob.of(y.support) for y in years],
        kind="check", note="The subsidy of the old scheme (14,500 DKK a month) was assumed with this figure in view",
    ))
    rows.append(compared(
        ACCOUNTS, ("Mentors", "Mentorordningen"), fact_id("scheme_expenditure", "mentorordningen", "all"), [y.support_cost[:, _MENTOR].sum() for y in years],
        kind="check", note="The price of a mentor was assumed with this figure in view, and the chance of one with the hours of the package of 2015",
    ))
    rows.append(compared(
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
            if (topic, measure, g.in_types, "") in index():
                ids = fact_id(topic, measure, g.in_types)
                rows.append(compared(BY_TYPE, (f"{en}: {g.en}", f"{da}: {g.da}"), ids, [g.of(spent(y)) for y in years], kind=kind, note=note))
        if topic == table_2:
            ids = fact_id(topic, measure, "all_total")
            rows.append(compared(BY_TYPE, (f"{en}: all", f"{da}: i alt"), ids, [spent(y).sum() for y in years], kind=kind, note=note))
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
        return " + ".join(fact_id(topic, measure, population) for population in edge)

    mentors = fact_id("scheme_expenditure", "mentorordningen", "udkanten_all_incl_foertidspension_fleksjob_skaanejob")
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
        return fact_id("table_2_activity", f"fulltime_activated_{when}", people, f"measure={a}")

    def cost_fact(a: str, when: str) -> str:
        return fact_id("table_1_reallocation", f"structural_cost_{when}", people, f"component={a}")

    for a in found:
        note = "Hours over 37; all benefits but dagpenge"
        note = "Hours over 37; the chance of a mentor was to bring this figure about" if a.name == "mentor" else note
        rows.append(compared(
            PACKAGE, (f"Activity: {a.en}", f"Aktivitet: {a.da}"), activity_fact(a.name, "before"), [a.full_time(y)[_EDGE].sum() for y in years], PERSONS,
            "check", note,
        ))
    rows.append(compared(
        PACKAGE, ("Activity: all", "Aktivitet: i alt"), activity_fact("total", "before"),
        [sum(a.full_time(y)[_EDGE].sum() for a in found if not a.en.startswith("-")) for y in years], PERSONS, "check",
    ))
    for a in found:
        if not a.accounts:
            continue
        money = published(a.accounts)
        price = np.array([1e6 * money / a.full_time(y)[_PERMANENT].sum() for y in years])
        now = fact_id("table_1_reallocation", "gross_cost_loentilskud", people) if a.cost == "gross" else cost_fact(a.cost, "current")
        en, da = a.en.removeprefix("- "), a.da.removeprefix("- ")
        note = f"{money:,.0f} million of 2013 over the model's activity: {price.mean():,.0f} DKK a full-time year"
        costs = price * published(activity_fact(a.name, "before")) / 1e6
        rows.append(compared(PACKAGE, (f"Cost now, published activity: {en}", f"Udgift nu, offentliggjort aktivitet: {da}"), now, costs, note=note))
        rows.append(compared(
            PACKAGE, (f"Cost now, modelled activity: {en}", f"Udgift nu, modelleret aktivitet: {da}"), now, [money for _ in years], kind="identity",
            note="Activity cancels out: this is the accounts of 2013 against the budget of 2015",
        ))
        if a.cost == "gross":
            continue
        before += costs
        costs = price * published(activity_fact(a.name, "after")) / 1e6
        after += costs
        rows.append(compared(PACKAGE, (f"Cost after: {en}", f"Udgift efter: {da}"), cost_fact(a.cost, "new_package"), costs, note=note))
        change = price * (published(activity_fact(a.name, "after")) - published(activity_fact(a.name, "before"))) / 1e6
        rows.append(compared(PACKAGE, (f"Change of cost: {en}", f"Ændring i udgift: {da}"), cost_fact(a.cost, "change"), change, note=note))
    wanted = [a.cost for a in found if a.cost not in ("", "gross")]
    for when, label, label_da, costs in (("current", "Cost now", "Udgift nu", before), ("new_package", "Cost after", "Udgift efter", after)):
        ids = " + ".join(cost_fact(name, when) for name in wanted)
        rows.append(compared(PACKAGE, (f"{label}: guidance, education and mentors", f"{label_da}: vejledning, uddannelse og mentorer"), ids, costs))
    price_of = p.value("cost.brobygning")
    rows.append(compared(
        PACKAGE, ("Cost after: brobygning", "Udgift efter: brobygning"), cost_fact("bridge_to_education", "new_package"),
        [price_of * published(activity_fact("bridge_to_education", "after")) / 1e6], kind="identity", note="The price is this figure over its activity",
    ))
    ids = cost_fact("specially_designed_company_courses", "new_package")
    rows.append(Costing(PACKAGE, "Cost after: courses designed with companies", "Udgift efter: virksomhedsforløb", published(ids), None, MILLION, "check", ids, "Not in the model"))
    return rows
