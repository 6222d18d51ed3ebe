"""Comparison: a base and reforms with the same luck, and the paired differences with intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from agents.mistake import Mistake
from agents.statuses import FAMILIES, family_members, group_members
from experiments.again import Asked
from experiments.budget import BUDGET, budgets
from experiments.carry_out import Progress, carry_out, write_table
from experiments.groups import GROUP_EFFECTS, group_effects
from experiments.institution import OUTCOMES, SOURCES, institution_outcomes
from experiments.intervals import PLAIN, Design
from experiments.result import RunResult
from experiments.scenario import Scenario
from experiments.split import deeds_of, persons_affected, split_effects
from experiments.store import Store
from experiments.summary import PERSONS, summarise_comparison
from experiments.units import Unit, number_of_draws, plan_units
from policies.protocol import Policy
from policies.registry import Registry
from sim.parameters import SELECTION

TOTAL = "edge_total"
"""All on the benefits of the edge of the labour market and the temporary ones: 553,900 persons in week 20 of 2014."""

ENDS = "effects_selection.parquet"
ALONE = ".only_"
"""Between the names of a reform and of the one policy that is run alone."""


@dataclass(frozen=True)
class Comparison(RunResult):
    """A finished comparison on disk."""

    @cached_property
    def effects(self) -> pd.DataFrame:
        """Paired differences: reform, outcome, status, horizon_months, estimate, low, high, replications, includes.

        Outcomes are ``persons`` by status, their split into those directly affected and the rest (:mod:`experiments.split`),
        and what the institution did (:mod:`experiments.institution`; status is a target group, a queue or the like)."""
        return pd.read_parquet(self.folder / "effects.parquet")

    @property
    def persons_effects(self) -> pd.DataFrame:
        """The paired differences in persons by status."""
        return self.effects[self.effects["outcome"] == PERSONS]

    @cached_property
    def budget(self) -> pd.DataFrame:
        """What reforms cost (:mod:`experiments.budget`): reform, purse, line, stage, year, estimate, low, high, replications."""
        return pd.read_parquet(self.folder / BUDGET)

    @cached_property
    def group_effects(self) -> pd.DataFrame:
        """Who gains (:mod:`experiments.groups`): differences by group of people."""
        return pd.read_parquet(self.folder / GROUP_EFFECTS)

    @property
    def ends(self) -> pd.DataFrame | None:
        """The same at both ends of the selection share, with a column selection_share; None when it was not asked for."""
        file = self.folder / ENDS
        return pd.read_parquet(file) if file.exists() else None


def compare(
    base: Scenario, reforms: Sequence[Scenario], *, out: Path | str, scale: float = 0.05, replications: int = 8,
    seed: int = 1, jobs: int = 1, threads: int = 1, register: bool = False, files: Sequence[str] = (),
    progress: Progress | None = None, selection_ends: bool = False, decompose: bool = False, draws: int = 0, asked: Asked | None = None,
) -> Comparison:
    """Run base and reforms with the same luck over replications; write tables, effects and summary to ``out``.

    With ``selection_ends`` the comparison is made at both ends of the selection share too (parameter ``selection.share``: how
    much of falling exits is who stays), in folders of their own, and ``effects_selection.parquet`` holds their effects. With
    ``decompose`` every policy that a reform has beyond the base is run alone too (``<reform>.only_<policy>``), so that the budget shows
    what they do together beyond each alone. With ``draws`` everything is compared for each of so many draws of the uncertain
    parameters, with ``replications`` each, and intervals hold the uncertainty of the parameters too. ``asked`` says what was asked for
    where that was not a comparison.
    """
    if not reforms:
        raise Mistake("compare needs a base and at least one reform")
    if replications < 2 and not draws:
        raise Mistake(f"--replications {replications}: a comparison needs at least 2, an interval needs variation")
    if draws and selection_ends:
        raise Mistake(f"--draws {draws} does not go with --selection-ends: draws hold the selection share")
    different = [s.name for s in reforms if s.months != base.months or s.start != base.start]
    if different:
        raise Mistake(f"scenario {different[0]!r} has other months than {base.name!r}; set --months")
    if asked is None:
        flags = {"--draws": draws, "--selection-ends": selection_ends, "--decompose": decompose}
        told = [[flag] if value is True else [flag, f"{value}"] for flag, value in flags.items() if value]
        asked = Asked("compare", (base, *reforms), tuple(word for words in told for word in words))
    if decompose:
        reforms = [*reforms, *(alone for reform in reforms for alone in _each_alone(base, reform))]
    units = plan_units([base, *reforms], scale, replications, seed, register, files, lives=True, with_others=True, draws=draws)
    ends = _at_ends([base, *reforms]) if selection_ends else {}
    planned = {end: plan_units(scenarios, scale, replications, seed, register, files) for end, scenarios in ends.items()}
    result = carry_out(asked, units, Path(out), jobs, threads, progress, _finish, base=base.name)
    if planned:
        found = []
        for end, units in planned.items():
            folder = Path(out) / f"selection_{end:g}"
            at_end = Asked("compare", tuple(ends[end]))
            carry_out(at_end, units, folder, jobs, threads, progress, _finish, base=base.name)
            found.append(Comparison(folder).persons_effects.assign(selection_share=end))
        Store(result.folder).replace(ENDS, lambda file: write_table(pd.concat(found, ignore_index=True), file))
    return Comparison(result.folder)


def _each_alone(base: Scenario, reform: Scenario) -> list[Scenario]:
    """The base with one of the reform's own policies each, its changed parameters as one more; none where there is just one."""
    own = [policy for policy in reform.policies if policy not in base.policies]
    parts: list[tuple[str, dict[str, Any]]] = []
    for number, policy in enumerate(own, start=1):
        same = sum(other.get("use") == policy.get("use") for other in own) > 1
        parts.append((f"{policy.get('use')}{number if same else ''}", {"policies": (*base.policies, policy), "parameters": base.parameters}))
    if reform.changed_parameters != base.changed_parameters:
        parts.append(("parameters", {"policies": base.policies, "parameters": reform.parameters}))
    if len(parts) < 2:
        return []
    return [reform.model_copy(update={"name": f"{reform.name}{ALONE}{name}", "title": None, **what}) for name, what in parts]


def _at_ends(scenarios: Sequence[Scenario]) -> dict[float, list[Scenario]]:
    """The scenarios at both ends of the selection share. Raises Mistake when one sets it itself or has another range."""
    for scenario in scenarios:
        if SELECTION in scenario.changed_parameters:
            raise Mistake(f"--selection-ends: scenario {scenario.name!r} sets {SELECTION} itself; leave it out")
    ranges = {scenario.read_parameters()[SELECTION].bounds for scenario in scenarios}
    if len(ranges) > 1:
        raise Mistake(f"--selection-ends: the scenarios' vintages have different ranges of {SELECTION}")
    return {end: [s.with_parameter(SELECTION, end) for s in scenarios] for end in next(iter(ranges))}


def _finish(store: Store, units: list[Unit]) -> dict[str, Any]:
    names = list(dict.fromkeys(unit.scenario.name for unit in units))
    stocks = pd.read_parquet(store.folder / "stocks.parquet")
    design = Design(number_of_draws(units))
    tables = [paired_effects(stocks, names[0], design), institution_effects(store.folder, names[0], units[0].scale, design)]
    if units[0].lives:
        tables.append(split_by_person(store.folder, names[0], units[0].scale, design))
    effects = pd.concat(tables, ignore_index=True)
    store.replace("effects.parquet", lambda file: write_table(effects, file))
    if units[0].others:
        accounts, groups = (pd.read_parquet(store.folder / f"{name}.parquet") for name in ("accounts", "groups"))
        budget, gains = budgets(store.folder, accounts, names[0], design), group_effects(groups, names[0], units[0].scenario.start, design)
        store.replace(BUDGET, lambda file: write_table(budget, file))
        store.replace(GROUP_EFFECTS, lambda file: write_table(gains, file))
    affected = persons_affected(store.folder, names[0], units[0].scale) if units[0].lives else {}
    summary = summarise_comparison(store.folder, units, stocks, effects)
    because = {name: _why_nothing(store.folder, units, name) for name in summary["changes_nothing"]} if units[0].lives else {}
    return {**summary, "affected": affected, "changes_nothing_because": because}


def _why_nothing(folder: Path, units: list[Unit], reform: str) -> dict[str, str]:
    """Why each own policy of a reform that changes nothing changes nothing: it asked for nothing, for what is in force already
    (``neutral``), concerns ``nobody``, or ``acted`` on what decides nobody's life."""
    registry = Registry(units[0].files)
    scenarios = {u.scenario.name: u.scenario for u in units}
    base = scenarios[units[0].scenario.name].make_policies(registry)
    found = {}
    deeds = deeds_of(folder, reform)
    for policy in scenarios[reform].make_policies(registry):
        if policy in base:
            continue
        done = deeds.get(policy.name, set())
        changes_law = type(policy).amend is not Policy.amend or type(policy).enact is not Policy.enact
        found[policy.name] = "acted" if changes_law else next((d for d in ("acted", "nobody", "neutral") if d in done), "asked")
    return found


def paired_effects(stocks: pd.DataFrame, base: str, design: Design = PLAIN) -> pd.DataFrame:
    """Mean paired difference reform minus base with its 95 % interval, by status, family and total, for every month.

    The interval is Student's t over pairs with the same luck; ``design`` says what it holds.
    """
    return _paired(with_totals(stocks).rename(columns={"persons": "value"}), base, PERSONS, design)


def institution_effects(folder: Path, base: str, scale: float, design: Design = PLAIN) -> pd.DataFrame:
    """Paired differences in what the institution did."""
    outcomes = institution_outcomes({name: pd.read_parquet(folder / f"{name}.parquet") for name in SOURCES}, scale)
    return pd.concat([_paired(outcomes[outcomes["outcome"] == name], base, name, design) for name in OUTCOMES], ignore_index=True)


def split_by_person(folder: Path, base: str, scale: float, design: Design = PLAIN) -> pd.DataFrame:
    """The differences in persons at the horizons, split into persons directly affected and the rest."""
    split = split_effects(folder, base, scale)
    keys = ["scenario", "replication", "month", "outcome"]
    split = with_totals(split.rename(columns={"horizon_months": "month"}), keys, ["value"])
    tables = []
    for (outcome, reform), table in split.groupby(["outcome", "scenario"], sort=False):
        wide = table.pivot_table(index=["replication", "month"], columns="status", values="value")
        months = wide.index.get_level_values("month").unique().sort_values().to_numpy()
        difference = wide.to_numpy().reshape(-1, months.size, wide.shape[1])
        tables.append(_effects(difference, str(reform), str(outcome), wide.columns.to_numpy(), months, design))
    return pd.concat(tables, ignore_index=True)


def _paired(values: pd.DataFrame, base: str, outcome: str, design: Design) -> pd.DataFrame:
    """Paired differences of one outcome: scenario, replication, month, status and value in, effects out."""
    wide = values.pivot_table(index=["scenario", "replication", "month"], columns="status", values="value", sort=True, observed=True)
    months = wide.index.get_level_values("month").unique().sort_values()
    n = wide.index.get_level_values("replication").nunique()

    def cube(scenario: str) -> Any:
        return wide.loc[scenario].to_numpy().reshape(n, months.size, wide.shape[1])

    horizon = np.arange(months.size) + (0 if outcome == PERSONS else 1)  # stocks begin before the first month
    reforms = [s for s in values["scenario"].unique() if s != base]
    tables = [_effects(cube(reform) - cube(base), reform, outcome, wide.columns.to_numpy(), horizon, design) for reform in reforms]
    found = pd.concat(tables, ignore_index=True)
    return found[found["horizon_months"] > 0]


def _effects(difference: Any, reform: str, outcome: str, status: Any, horizon: Any, design: Design) -> pd.DataFrame:
    """Mean over replications with its interval; ``difference`` has shape (replications, horizons, statuses)."""
    n = difference.shape[0]
    estimate = difference.mean(axis=0)
    half = design.half(difference)
    return pd.DataFrame(
        {
            "reform": reform, "outcome": outcome, "status": np.tile(status, len(horizon)),
            "horizon_months": np.repeat(np.asarray(horizon, np.int64), len(status)),
            "estimate": estimate.ravel(), "low": (estimate - half).ravel(), "high": (estimate + half).ravel(),
            "replications": np.int64(n), "includes": design.includes,
        }
    )


def with_totals(
    stocks: pd.DataFrame, keys: Sequence[str] = ("scenario", "replication", "month"),
    values: Sequence[str] = ("citizens", "persons", "full_time_persons"),
) -> pd.DataFrame:
    """Stocks with rows for families of more than one status (``family:<name>``) and for the whole edge group."""

    def added(name: str, members: tuple[str, ...]) -> pd.DataFrame:
        sums = stocks[stocks["status"].isin(members)].groupby([*keys], observed=True, sort=True)[[*values]].sum()
        return sums.reset_index().assign(status=name)

    families = [added(f"family:{f}", family_members(f)) for f in FAMILIES if len(family_members(f)) > 1]
    return pd.concat([stocks, *families, added(TOTAL, group_members("edge", "temporary"))], ignore_index=True)
