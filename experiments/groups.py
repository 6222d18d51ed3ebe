"""Who gains: differences by group of people, the same table for every reform.

Groups are those of the start (:mod:`sim.groups`). Persons in work and on benefits are totals; months of support in a year and
disposable income a month are means a person. Groups of few simulated citizens are suppressed: chance would speak for them.
"""

import numpy as np
import pandas as pd

from experiments.intervals import PLAIN, Design

GROUP_EFFECTS = "group_effects.parquet"
SMALLEST = 100
"""Fewest citizens simulated, over all replications, of a group that is shown."""
MEANS = ("months_supported", "disposable_income")
"""Outcomes that are means a person."""
RESIDENTS = "residents"
_KEYS = ["dimension", "group", "outcome", "horizon_months"]


def group_effects(groups: pd.DataFrame, base: str, start: str, design: Design = PLAIN) -> pd.DataFrame:
    """Paired differences by group: reform, dimension, group, outcome, horizon_months, base (its level), estimate, low, high,
    citizens (simulated in the base, over all replications), suppressed. Numbers of suppressed groups are missing."""
    table = groups.copy()
    first = pd.Period(start, "M")
    table["horizon_months"] = [(period - first).n + 1 for period in table["month"].dt.to_period("M")]
    wide = table.pivot_table(
        index=[*_KEYS, "replication"], columns="scenario", values=["value", "citizens"], observed=True, sort=False
    )
    value = wide["value"]
    residents = value.xs(RESIDENTS, level="outcome")
    by_person = [k for k in value.index.names if k != "outcome"]
    per = residents.reindex(pd.MultiIndex.from_frame(value.index.to_frame(index=False)[by_person])).set_axis(value.index)
    is_mean = value.index.get_level_values("outcome").isin(MEANS)
    value = value.astype(float)
    value.loc[is_mean] = (value / per.replace(0, np.nan)).loc[is_mean]
    counts = wide.loc[:, ("citizens", base)].groupby(level=_KEYS, sort=False).sum()
    tables = []
    for reform in (name for name in groups["scenario"].unique() if name != base):
        pairs = pd.DataFrame({"difference": value[reform] - value[base]})
        difference = pairs["difference"].groupby(level=_KEYS, sort=False)
        n = int(value.index.get_level_values("replication").nunique())
        half = design.half_of(pairs, _KEYS)["difference"]
        mean = difference.mean()
        found = pd.DataFrame(
            {"base": pd.Series(value[base]).groupby(level=_KEYS, sort=False).mean(), "estimate": mean, "low": mean - half, "high": mean + half, "citizens": counts}
        ).reset_index()
        found["suppressed"] = found["citizens"] < SMALLEST
        found.loc[found["suppressed"], ["base", "estimate", "low", "high"]] = np.nan
        tables.append(found.assign(reform=reform, replications=np.int64(n)))
    columns = ["reform", *_KEYS, "base", "estimate", "low", "high", "citizens", "suppressed", "replications"]
    return pd.concat(tables, ignore_index=True)[columns]
