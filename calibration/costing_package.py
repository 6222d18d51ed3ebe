"""The expert group's whole package of 2015 as it runs: activity and direct costs against its tables 1 and 2.

The package is the shipped scenario ``expert_group_package``. It is in force from January 2016 and counted in 2018; the baseline is
counted in the same months. The published figures are structural levels on either side of the package; its effect on employment has
no published figure, so none is compared here.
"""

import tomllib
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from agents.calendar import month
from agents.measures import MEASURES, SUPPORTS
from agents.statuses import CODE, STATUSES
from calibration.costing_budgets import activities
from calibration.costing_rows import (
    MILLION,
    PACKAGE_RUN,
    PERSONS,
    Costing,
    compared,
    fact_id,
    over_replications,
    published,
)
from calibration.costing_year import Year
from policies import Policy
from policies.registry import Registry
from sim.fingerprint import ROOT
from sim.parameters import Parameters, load

Floats = npt.NDArray[np.float64]

SCENARIO = ROOT / "experiments" / "scenarios" / "expert_group_package.toml"
COUNTED = "2018-01"
SKIPPED = month(COUNTED) - load().month("vintage.first_month")
_PEOPLE = "borgere_i_udkanten"
_EDGE = [CODE[s.name] for s in STATUSES if s.group in ("edge", "temporary")]
_NAMES = [m.name for m in MEASURES]
_BROBYGNING = list(SUPPORTS).index("brobygning")
_NOTE = "All benefits but dagpenge, 2018 of the run with the package less the same months without"


def package() -> list[Policy]:
    """The package's policies."""
    registry = Registry()
    tables = tomllib.loads(SCENARIO.read_text(encoding="utf-8"))["policies"]
    return [registry.make(t["use"], {k: v for k, v in t.items() if k != "use"}, where=str(SCENARIO)) for t in tables]


def package_run_rows(before: Sequence[Year], after: Sequence[Year], p: Parameters) -> list[Costing]:
    """Activity with the package, what it changes, and what that costs."""
    def full_time(*names: str) -> Callable[[Year], Floats]:
        columns = [_NAMES.index(name) for name in names]
        return lambda y: np.asarray(y.full_time[:, columns].sum(axis=1))

    kinds = [(a.en.removeprefix("- "), a.da.removeprefix("- "), a.name, a.full_time) for a in activities(p) if a.name not in ("company_oriented_total", "loentilskud")]
    kinds += [
        ("preparatory courses", "forberedende virksomhedsforløb", "specially_designed_company_courses", full_time("forberedende_forloeb")),
        ("flexible private wage subsidy", "fleksibelt privat løntilskud", "flexible_private_wage_subsidy", full_time("fleksibelt_loentilskud")),
        ("wage subsidies", "løntilskud", "loentilskud", full_time("loentilskud_privat", "loentilskud_offentlig")),
        ("brobygning", "brobygning", "bridge_to_education", lambda y: np.asarray(y.supported[:, _BROBYGNING])),
    ]
    rows, totals = [], np.zeros((2, len(after)))
    for en, da, name, count in kinds:
        there, was = (np.array([count(y)[_EDGE].sum() for y in years]) for years in (after, before))
        totals += [there, was]
        rows += _activity(en, da, name, there, was)
    rows += _activity("all", "i alt", "total", *totals)
    for en, da, component, cost in _COSTS:
        changes = [cost(a) - cost(b) for a, b in zip(after, before, strict=True)]
        rows.append(compared(PACKAGE_RUN, (f"Change of cost: {en}", f"Ændring i udgift: {da}"), fact_id("table_1_reallocation", "structural_cost_change", _PEOPLE, f"component={component}"), changes, MILLION, "check", _NOTE))
    return rows


def _activity(en: str, da: str, name: str, after: Floats, before: Floats) -> list[Costing]:
    ids = {when: fact_id("table_2_activity", f"fulltime_activated_{when}", _PEOPLE, f"measure={name}") for when in ("before", "after")}
    change = f"{ids['after']} - {ids['before']}"
    note = "All benefits but dagpenge, 2018 of the run"
    return [
        compared(PACKAGE_RUN, (f"Activity with the package: {en}", f"Aktivitet med pakken: {da}"), ids["after"], after, PERSONS, "check", note),
        over_replications(Costing(PACKAGE_RUN, f"Change of activity: {en}", f"Ændring i aktivitet: {da}", published(change), None, PERSONS, "check", change, _NOTE), after - before),
    ]


def _measure(*names: str) -> Callable[[Year], float]:
    columns = [_NAMES.index(name) for name in names]
    return lambda y: float(y.measure_cost[np.ix_(_EDGE, columns)].sum())


def _support(name: str) -> Callable[[Year], float]:
    column = list(SUPPORTS).index(name)
    return lambda y: float(y.support_cost[_EDGE, column].sum())


def _all(y: Year) -> float:
    return float(y.measure_cost[_EDGE].sum() + y.support_cost[_EDGE].sum()) + y.grants


_COSTS: tuple[tuple[str, str, str, Callable[[Year], float]], ...] = (
    ("guidance", "vejledning", "other_guidance_and_training", _measure("vejledning")),
    ("ordinary education", "ordinær uddannelse", "ordinary_education", _measure("uddannelse")),
    ("preparatory courses", "forberedende virksomhedsforløb", "specially_designed_company_courses", _measure("forberedende_forloeb")),
    ("mentor", "mentor", "mentor", _support("mentor")),
    ("brobygning", "brobygning", "bridge_to_education", _support("brobygning")),
    ("all direct expenditure", "direkte udgifter i alt", "total_direct_expenditure", _all),
)
"""Components of the package's table 1: labels, its name there, and what the model spends, million DKK a year."""
