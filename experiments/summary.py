"""Headline figures of a run or comparison, as plain data: what a table, a report or a screen shows first."""

from pathlib import Path
from typing import Any

import pandas as pd

from agents.calendar import label
from agents.statuses import group_members
from experiments.intervals import Design
from experiments.scenario import Scenario
from experiments.store import Store
from experiments.units import Unit, horizons, number_of_draws
from experiments.words import Words
from policies.registry import Registry

PERSONS = "persons"
"""Outcome: persons with a status."""
SMALLEST_VALID = 0.02
"""Scale from which waiting times, lateness, decisions and inflows agree with those of the whole country within Monte Carlo error
(tests/sim/test_institution_scale.py): in smaller runs practice districts are few and rounding to whole caseworkers shows."""
FEW = 4
"""Fewer replications than this give intervals that can look exact by chance."""

def summarise_run(store: Store, units: list[Unit]) -> dict[str, Any]:
    """Stocks at the start and at the horizons, mean over replications."""
    stocks = pd.read_parquet(store.folder / "stocks.parquet")
    return {"kind": "run", **_about(units), "stocks": _stocks(stocks, units[0].scenario)}


def summarise_comparison(
    folder: Path, units: list[Unit], stocks: pd.DataFrame, effects: pd.DataFrame
) -> dict[str, Any]:
    """Stocks of every scenario and differences with intervals at the horizons; names reforms that change nothing."""
    scenario = units[0].scenario
    at_horizons = effects[effects["horizon_months"].isin(horizons(scenario.months))]
    is_stock = at_horizons["outcome"] == PERSONS
    at = at_horizons[is_stock]
    size = effects[["estimate", "low", "high"]].abs().max(axis=1).groupby(effects["reform"], sort=False).max()
    return {
        "kind": "comparison",
        **_about(units),
        "base": scenario.name,
        "stocks": _stocks(stocks, scenario),
        "effects": at.drop(columns=["includes"]).to_dict("records"),
        "other_effects": at_horizons[~is_stock].drop(columns=["includes"]).to_dict("records"),
        "includes": Design(number_of_draws(units)).includes,
        "few_replications": 1 + max(u.replication for u in units) < FEW,
        "other_past": sorted({u.scenario.name for u in units if u.replication == 0 and u.past != units[0].past}),
        "changes_nothing": [str(name) for name, largest in size.items() if largest == 0],
    }


def _about(units: list[Unit]) -> dict[str, Any]:
    first = units[0]
    registry = Registry(first.files)
    frozen = first.scenario.law_frozen
    draws = number_of_draws(units)
    scenarios = {u.scenario.name: u.scenario.model_copy(update={"draw": None}) if draws > 1 else u.scenario for u in units}
    return {
        "scenarios": [_describe(s, registry) for s in scenarios.values()],
        "start": first.scenario.start,
        "months": first.scenario.months,
        "last_month": label(first.scenario.last_month),
        "scale": first.scale,
        "replications": 1 + max(u.replication for u in units),
        "draws": draws,
        "seed": first.seed,
        "law": Words("en").law(frozen),
        "law_frozen": frozen,
    }


def _describe(scenario: Scenario, registry: Registry) -> dict[str, Any]:
    title = scenario.title.model_dump() if scenario.title else {"en": scenario.name, "da": scenario.name}
    policies = [
        {"name": p.name, "label": p.label.model_dump(), "citation": p.citation, "kind": p.kind, "values": p.values}
        for p in scenario.make_policies(registry)
    ]
    return {
        "name": scenario.name, "title": title, "policies": policies, "changed_parameters": scenario.parameters,
        "vintage": scenario.vintage, "draw": scenario.draw,
        "parameter_kinds": scenario.read_parameters().count_by_kind(),
    }


def scenario_of(told: dict[str, Any], months: int) -> Scenario:
    """The scenario of a run of so many months that a summary tells of."""
    policies = [{"use": p["name"], **{k: v for k, v in p["values"].items() if v is not None}} for p in told["policies"]]
    values = {"name": told["name"], "vintage": told["vintage"], "months": months, "parameters": told["changed_parameters"], "draw": told["draw"]}
    return Scenario.model_validate(values | {"policies": policies})


def _stocks(stocks: pd.DataFrame, scenario: Scenario) -> list[dict[str, Any]]:
    months = sorted(stocks["month"].unique())
    wanted = {0: months[0], **{h: months[h] for h in horizons(scenario.months)}}
    mean = stocks.groupby(["scenario", "status", "month"], observed=True, sort=False)["persons"].mean()
    edge = group_members("edge", "temporary")
    rows = []
    for name in stocks["scenario"].unique():
        for after, month in wanted.items():
            here = mean.loc[name].xs(month, level="month")
            persons = {str(k): round(float(v), 1) for k, v in here.items()}
            persons["edge_total"] = round(sum(v for k, v in persons.items() if k in edge), 1)
            rows.append({"scenario": str(name), "horizon_months": after, "persons": persons})
    return rows
