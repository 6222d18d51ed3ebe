"""Headline figures of a comparison: what a reform changes for work, benefits, money, waiting and months on benefits, with intervals."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from agents.statuses import FAMILIES, family_members, group_members
from dashboard.parts import card
from dashboard.results import Opened
from dashboard.words import Words
from experiments.budget import permanent_net
from experiments.compare import TOTAL
from experiments.groups import group_effects
from experiments.institution import KEYS, SOURCES, institution_outcomes
from experiments.intervals import Design
from experiments.summary import PERSONS

EVERYBODY = "everybody"


@dataclass(frozen=True)
class Headline:
    """One figure: the difference with its interval, beside the base's level.

    ``is_clear`` says whether the interval lies on one side of no change.
    """

    name: str
    estimate: float
    low: float
    high: float
    base: float | None
    decimals: int = 0

    @property
    def is_clear(self) -> bool:
        """Whether chance alone would hardly give such a difference."""
        return self.low > 0 or self.high < 0


def headlines(opened: Opened, reform: str, horizon: int, w: Words) -> dict[str, Headline]:
    """The cards of a reform after so many months: work, benefits, cost, waiting, months, then a family each (``family:<name>``)."""
    effects = effects_at(opened, reform, horizon)
    stocks = next(s["persons"] for s in opened.summary["stocks"] if s["scenario"] == opened.base and s["horizon_months"] == horizon)
    found = {
        "work": _headline(w("compare_work"), effects[PERSONS, "employment"], stocks["employment"]),
        "benefits": _headline(w("compare_benefits"), effects[PERSONS, TOTAL], stocks[TOTAL]),
        "cost": _headline(w("compare_cost"), _cost(opened, reform), None),
        "waiting": _headline(w("compare_waiting"), effects["wait_months", "team"], level(opened, horizon, "wait_months", "team"), 2),
        "months": _headline(w("compare_months"), *_months(opened, reform, horizon), 3),
    }
    on_benefits = [family for family in FAMILIES if set(family_members(family)) & set(group_members("edge", "temporary"))]
    for family in ["dagpenge", *(f for f in on_benefits if f != "dagpenge")]:
        members = family_members(family)
        key = members[0] if len(members) == 1 else f"family:{family}"
        found[f"family:{family}"] = _headline(FAMILIES[family][w.language == "da"], effects[PERSONS, key], sum(stocks[m] for m in members))
    return found


def headline_card(key: str, one: Headline, w: Words) -> Any:
    """The card of a headline figure, with its unit, its interval, and the level under the law as it was."""
    low, high = (w.number(value, sign=True, decimals=one.decimals) for value in (one.low, one.high))
    base = w("compare_permanent") if key == "cost" else "" if one.base is None else w("compare_base", value=w.number(one.base, decimals=one.decimals))
    interval = w("compare_interval", low=low, high=high) + ("" if one.is_clear else f" {w('compare_unclear')}")
    return card(one.name, w.number(one.estimate, sign=True, decimals=one.decimals), interval, base, w(f"compare_unit_{key}"))


def horizons_of(opened: Opened) -> list[int]:
    """Months after which differences are told, ascending."""
    return sorted({s["horizon_months"] for s in opened.summary["stocks"]} - {0})


def _headline(name: str, effect: dict[str, Any], base: float | None, decimals: int = 0) -> Headline:
    return Headline(name, float(effect["estimate"]), float(effect["low"]), float(effect["high"]), base, decimals)


def effects_at(opened: Opened, reform: str, horizon: int) -> dict[tuple[str, str], dict[str, Any]]:
    """Effects of a reform at a horizon by outcome and status."""

    def make() -> dict[tuple[str, str], dict[str, Any]]:
        effects = opened.comparison.effects
        here = effects[(effects["reform"] == reform) & (effects["horizon_months"] == horizon)]
        return {(str(row["outcome"]), str(row["status"])): {str(key): value for key, value in row.items()} for row in here.to_dict("records")}

    return opened.remember(("effects", reform, horizon), make)


def level(opened: Opened, horizon: int, outcome: str, status: str) -> float | None:
    """Level of an outcome in the base scenario after so many months, mean over replications."""

    def make() -> pd.Series:
        tables = {name: getattr(opened.result, name) for name in SOURCES}
        own = {name: table[table["scenario"] == opened.base] for name, table in tables.items()}
        values = institution_outcomes(own, opened.summary["scale"])
        return values.groupby(["outcome", "status", KEYS[2]], observed=True)["value"].mean().sort_index()

    levels = opened.remember(("levels",), make)
    try:
        return float(levels[outcome, status].iloc[horizon - 1])
    except (KeyError, IndexError):
        stocks = next(s["persons"] for s in opened.summary["stocks"] if s["scenario"] == opened.base and s["horizon_months"] == horizon)
        members = family_members(status.removeprefix("family:")) if status.startswith("family:") else (status,)
        return float(sum(stocks[m] for m in members)) if outcome == PERSONS and set(members) <= set(stocks) else None


def _cost(opened: Opened, reform: str) -> dict[str, Any]:
    """Net public cost a year at the permanent level, million DKK."""
    net = permanent_net(opened.comparison.budget)
    chosen = net[(net["reform"] == reform) & (net["stage"] == "whole")]
    return {str(key): value for key, value in chosen.iloc[0].items()}


def _months(opened: Opened, reform: str, horizon: int) -> tuple[dict[str, Any], float]:
    """Months a person has public support in the year up to the horizon, over everybody; and the base's level."""

    def make() -> pd.DataFrame:
        groups, summary = opened.result.groups, opened.summary
        one = groups[groups["dimension"] == "sex"]
        keys = ["scenario", "replication", "month", "dimension", "outcome"]
        whole = one.groupby(keys, observed=True, sort=False)[["citizens", "value"]].sum().reset_index().assign(group=EVERYBODY)
        return group_effects(whole, opened.base, summary["start"], Design(summary.get("draws", 0) or 0))

    table = opened.remember(("months",), make)
    here = table[(table["reform"] == reform) & (table["outcome"] == "months_supported") & (table["horizon_months"] == horizon)]
    row = {str(key): value for key, value in here.iloc[0].items()}
    return row, float(row["base"])
