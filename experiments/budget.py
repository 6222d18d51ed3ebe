"""The budget of a reform, as a ministry asks for it: what it costs if everybody stays where they are, what behaviour adds, and what
comes back through taxes, by year, purse and line, with paired intervals.

Amounts are million DKK a year at a fixed price level; plus is money spent, minus money saved. Behaviour is never part of clawback:
immediate effect, behaviour, income tax and clawback are added up line by line.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from agents.money import ACCOUNT, BUDGET_LINES, OERE, PUBLIC
from experiments.intervals import PLAIN, Design
from experiments.split import units_of

STATIC = "static.parquet"
"""File of a base's unit: the books of its people under the reforms' laws."""
BUDGET = "budget.parquet"
PERMANENT = 0
"""Year of the rows of the permanent level: the mean of the last years (:data:`LAST_YEARS`)."""
LAST_YEARS = 3
STAGES = ("immediate", "behaviour", "whole")
"""People stay where they are; what changes because people and institutions act otherwise; both."""
TOTALS = {
    "gross": ("benefits", "subsidies", "measures", "administration"),
    "after_tax": ("benefits", "subsidies", "measures", "administration", "tax"),
    "net": tuple(BUDGET_LINES),
}
"""Sums of lines: before tax, after income tax, after clawback."""
_NET = tuple(name for name, account in ACCOUNT.items() if account.line in TOTALS["net"])
REFUNDS = "refunds"
"""Line of what purses pay each other; it sums to zero over them."""
PURSES = (*PUBLIC, "public")
_MILLION = OERE * 1_000_000


def spending(accounts: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Public spending in million DKK: rows by ``keys``, purse and line. Income and refunds received count negative."""
    line = accounts["account"].map({name: a.line or REFUNDS for name, a in ACCOUNT.items()})
    table = accounts.assign(line=line, million=accounts["oere"] / _MILLION)
    table = table[table["account"] != "wages"]
    paid = table[table["payer"].isin(PUBLIC)].rename(columns={"payer": "purse"})
    received = table[table["receiver"].isin(PUBLIC)].rename(columns={"receiver": "purse"}).assign(million=lambda t: -t["million"])
    both = pd.concat([paid, received])[[*keys, "purse", "line", "million"]]
    everybody = both.assign(purse="public")
    found = pd.concat([both, everybody]).groupby([*keys, "purse", "line"], observed=True)["million"].sum()
    return found.reset_index()


def net_cost(accounts: pd.DataFrame, key: str) -> pd.Series:
    """Net public cost in million DKK, after tax and clawback, by a column, in its order: what public purses pay less what they
    receive, on accounts of the net (what purses pay each other sums to zero, and wages are paid to people for work)."""
    paid, received = (accounts[side].isin(PUBLIC).to_numpy(np.int64) for side in ("payer", "receiver"))
    oere = accounts["oere"] * (paid - received) * accounts["account"].isin(_NET)
    return oere.groupby(accounts[key]).sum().sort_index() / _MILLION


def budgets(folder: Path, accounts: pd.DataFrame, base: str, design: Design = PLAIN) -> pd.DataFrame:
    """The budget of each reform: reform, purse, line (or total), stage, year (0 = permanent level), estimate, low, high in million
    DKK a year, replications."""
    static = _static(folder, base)
    months = np.sort(accounts["month"].unique())
    year_of = pd.Series(np.arange(months.size) // 12 + 1, index=months)
    whole_years = months.size // 12
    tables = []
    own = _by_year(accounts, ["scenario", "replication"], year_of)
    at_rest = _by_year(static.rename(columns={"reform": "scenario"}), ["scenario", "replication"], year_of) if len(static) else None
    reforms = [name for name in accounts["scenario"].unique() if name != base]
    for reform in reforms:
        whole = own.loc[reform] - own.loc[base]
        immediate = whole * 0
        if at_rest is not None:
            immediate = at_rest.loc[reform] - own.loc[base]
        added = _capacity(accounts, reform, base, year_of)  # hours that the reform adds are there whatever people do
        immediate.loc[:, added.columns] += added
        stages = {"immediate": immediate, "behaviour": whole - immediate, "whole": whole}
        for stage, table in stages.items():
            tables.append(_intervals(_with_permanent(table, whole_years), design).assign(reform=reform, stage=stage))
    columns = ["reform", "purse", "line", "stage", "year", "estimate", "low", "high", "replications"]
    return pd.concat(tables, ignore_index=True)[columns]


def permanent_net(budget: pd.DataFrame) -> pd.DataFrame:
    """Rows of a budget: net public cost at the permanent level, by reform and stage."""
    return budget[(budget["year"] == PERMANENT) & (budget["line"] == "net") & (budget["purse"] == "public")]


def interactions(budget: pd.DataFrame, whole: str, alone: list[str]) -> pd.DataFrame:
    """What the policies of a reform do together beyond each alone: rows of the permanent net level, estimates only."""
    level = permanent_net(budget).pivot_table(index="reform", columns="stage", values="estimate")
    rows = level.loc[[*alone, whole]]
    rows.loc["interaction"] = level.loc[whole] - level.loc[alone].sum()
    return rows[list(STAGES)].reset_index()


def _static(folder: Path, base: str) -> pd.DataFrame:
    tables = []
    for (scenario, _), unit in units_of(folder):
        file = unit / STATIC
        if scenario == base and file.exists():
            tables.append(pd.read_parquet(file).drop(columns="scenario"))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _by_year(accounts: pd.DataFrame, keys: list[str], year_of: pd.Series) -> pd.DataFrame:
    """Spending with totals, a row by keys and year, a column by purse and line."""
    spent = spending(accounts.assign(year=accounts["month"].map(year_of)), [*keys, "year"])
    wide = spent.pivot_table(index=[*keys, "year"], columns=["purse", "line"], values="million", aggfunc="sum").fillna(0.0)
    columns = pd.MultiIndex.from_product([PURSES, [*BUDGET_LINES, REFUNDS]], names=["purse", "line"])
    wide = wide.reindex(columns=columns, fill_value=0.0)
    for total, members in TOTALS.items():
        for purse in PURSES:
            lines = [*members, *([REFUNDS] if purse != "public" else [])]
            wide[(purse, total)] = wide.loc[:, [(purse, line) for line in lines]].sum(axis=1)
    return wide


def _capacity(accounts: pd.DataFrame, reform: str, base: str, year_of: pd.Series) -> pd.DataFrame:
    """What hours that a reform adds cost, by replication and year; columns of the lines they belong to."""
    here = accounts[(accounts["account"] == "capacity") & accounts["scenario"].isin([reform, base])]
    wide = here.assign(year=here["month"].map(year_of), million=here["oere"] / _MILLION).pivot_table(
        index=["replication", "year"], columns="scenario", values="million", aggfunc="sum"
    ).reindex(columns=[reform, base]).fillna(0.0)
    index = pd.MultiIndex.from_product([accounts["replication"].unique(), year_of.unique()], names=["replication", "year"])
    added = (wide[reform] - wide[base]).reindex(index, fill_value=0.0)
    columns = pd.MultiIndex.from_product([("municipalities", "public"), ("administration", *TOTALS)], names=["purse", "line"])
    return pd.DataFrame(dict.fromkeys(columns, added)).reindex(columns=columns)


def _with_permanent(table: pd.DataFrame, whole_years: int) -> pd.DataFrame:
    """With the mean of the last whole years as the permanent level."""
    years = table.index.get_level_values("year")
    first = max(1, whole_years - LAST_YEARS + 1)
    last = table[(years >= first) & (years <= max(whole_years, 1))].groupby(level="replication").mean()
    last.index = pd.MultiIndex.from_product([last.index, [PERMANENT]], names=table.index.names)
    return pd.concat([table[years <= max(whole_years, 1)], last])


def _intervals(table: pd.DataFrame, design: Design) -> pd.DataFrame:
    """Mean over pairs and its 95 % interval, long."""
    mean = table.groupby(level="year", sort=False).mean()
    half, n = design.half_of(table, ["year"]), int(table.index.get_level_values("replication").nunique())
    years, columns = len(mean), mean.columns
    each = np.tile(np.arange(columns.size), years)  # by hand: DataFrame.stack takes twenty times as long
    found: dict[str, Any] = {"year": mean.index.repeat(columns.size), **{name: columns.get_level_values(name).take(each) for name in ("purse", "line")}}
    for name, part in (("estimate", mean), ("low", mean - half), ("high", mean + half)):
        found[name] = part.reindex_like(mean).to_numpy().ravel()
    return pd.DataFrame(found).assign(replications=np.int64(n))
