"""Tables of money: the budget by year, and what policies do alone and together."""

import pandas as pd

from experiments.budget import PERMANENT, PURSES, STAGES, interactions
from experiments.compare import ALONE, Comparison
from experiments.report.headline import Block, difference
from experiments.words import Words

_ROWS = (
    ("gross", "public", "immediate"), ("gross", "public", "behaviour"), ("gross", "public", "whole"), ("tax", "public", "whole"),
    ("clawback", "public", "whole"), ("net", "public", "whole"),
)
"""Rows of a budget: line, purse, stage."""


def budget_blocks(result: Comparison, w: Words) -> list[Block]:
    """For each reform, the budget in million DKK by year and at the permanent level, the net last, and who carries it."""
    blocks = []
    for reform in result.budget["reform"].unique():
        here = result.budget[result.budget["reform"] == reform].set_index(["line", "purse", "stage", "year"])
        years = [year for year in sorted(here.index.get_level_values("year").unique()) if year != PERMANENT]
        shown = [year for year in years if year <= 5 or year == years[-1]]
        names = [*(w(f"budget_{line}_{stage}") for line, _, stage in _ROWS[:-1]), *(w(f"purse_{purse}") for purse in PURSES[:-1]), w("budget_net")]
        keys = [*_ROWS[:-1], *(("net", purse, "whole") for purse in PURSES[:-1]), _ROWS[-1]]
        columns: dict[str, list[str]] = {w("million_a_year"): names}
        for year in shown:
            columns[w("budget_year", n=year)] = [w.number(here.loc[(*key, year), "estimate"], sign=True) for key in keys]
        columns[w("permanent_level")] = [difference(here.loc[(*key, PERMANENT)].to_dict(), w) for key in keys]
        affected = result.summary.get("affected", {}).get(reform)
        title = f"{reform}: {w('budget_title')}"
        if affected is not None:
            title += f". {w('affected', n=w.number(affected))}"
        blocks.append(Block(title, pd.DataFrame(columns)))
    return blocks


def interaction_blocks(result: Comparison, w: Words) -> list[Block]:
    """For each reform whose policies were run alone too: each alone, all together, and what they do beyond that."""
    reforms = list(result.budget["reform"].unique())
    blocks = []
    for reform in reforms:
        alone = [name for name in reforms if name.startswith(f"{reform}{ALONE}")]
        if not alone:
            continue
        found = interactions(result.budget, reform, alone)
        names = [*(name.removeprefix(f"{reform}{ALONE}") for name in alone), w("all_together"), w("interaction")]
        columns = {w("million_a_year"): names} | {w(f"stage_{stage}"): [w.number(v, sign=True) for v in found[stage]] for stage in STAGES}
        blocks.append(Block(f"{reform}: {w('interaction_title')}", pd.DataFrame(columns)))
    return blocks
