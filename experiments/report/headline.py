"""The headline table: stocks of the base and, for each reform, the differences with intervals."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from agents.statuses import FAMILIES, family_members
from experiments.words import Words

ROWS = [
    *(family_members(f)[0] if len(family_members(f)) == 1 else f"family:{f}" for f in FAMILIES),
    "edge_total",
]
"""Rows: every family, named by its only status where it has just one, then the total."""


@dataclass(frozen=True)
class Block:
    """One table: the base scenario or a reform; cells are text, the last row is the total if it has one."""

    title: str
    table: pd.DataFrame
    has_total: bool = True

    def text(self) -> str:
        """The table for a terminal. A title longer than the names stands on a line of its own."""
        names, *columns = (self.table[c].tolist() for c in self.table.columns)
        first = max(len(str(self.table.columns[0])), *map(len, names))
        above = len(self.title) > first
        widths = [max(len(h), *map(len, cells)) for h, cells in zip(self.table.columns[1:], columns, strict=True)]

        def line(name: str, cells: tuple[str, ...]) -> str:
            return name.ljust(first) + "".join(c.rjust(x + 3) for c, x in zip(cells, widths, strict=True))

        head = str(self.table.columns[0]) if above else self.title
        lines = [line(head, tuple(self.table.columns[1:]))]
        rule = "-" * len(lines[0])
        lines += [rule, *(line(name, cells) for name, cells in zip(names, zip(*columns, strict=True), strict=True))]
        if self.has_total:
            lines.insert(-1, rule)
        return "\n".join([self.title, *lines] if above else lines)


def headline(summary: dict[str, Any], w: Words) -> list[Block]:
    """The blocks of a run's headline table, the base first."""
    base = summary["scenarios"][0]["name"]
    stocks = {s["horizon_months"]: s["persons"] for s in summary["stocks"] if s["scenario"] == base}
    horizons = sorted(stocks)
    after = [w("start") if h == 0 else w("after", years=w.horizon(h)) for h in horizons]

    def persons(row: str, horizon: int) -> float:
        members = family_members(row.removeprefix("family:")) if row.startswith("family:") else (row,)
        return float(sum(stocks[horizon][m] for m in members))

    rows = [[w.status(row), *(w.number(persons(row, h)) for h in horizons)] for row in ROWS]
    blocks = [Block(f"{base}, {w('persons').lower()}", pd.DataFrame(rows, columns=[w("status"), *after]))]

    effects = {(e["reform"], e["status"], e["horizon_months"]): e for e in summary.get("effects", [])}
    for reform in dict.fromkeys(reform for reform, _, _ in effects):
        rows = [[w.status(row), *(difference(effects[reform, row, h], w) for h in horizons[1:])] for row in ROWS]
        title = f"{reform}: {w('difference').lower()} ({w('interval')})"
        blocks.append(Block(title, pd.DataFrame(rows, columns=[w("status"), *after[1:]])))
    return blocks


def at_the_ends(summary: dict[str, Any], ends: pd.DataFrame, w: Words) -> list[Block]:
    """For each reform, the differences at the last horizon at the default selection share and at both ends of its range."""
    last = summary["months"]
    effects = {(e["reform"], e["status"]): e for e in summary["effects"] if e["horizon_months"] == last}
    blocks = []
    for reform in dict.fromkeys(reform for reform, _ in effects):
        columns: dict[str, list[str]] = {w("status"): [w.status(row) for row in ROWS]}
        columns[w("at_default")] = [difference(effects[reform, row], w) for row in ROWS]
        for share, table in ends[(ends["reform"] == reform) & (ends["horizon_months"] == last)].groupby("selection_share"):
            rows = table.set_index("status").to_dict("index")
            columns[w("at_share", share=w.number(float(share), decimals=1))] = [difference(rows[row], w) for row in ROWS]
        title = f"{reform}: {w('difference').lower()} {w('after', years=w.horizon(last)).lower()} ({w('interval')})"
        blocks.append(Block(title, pd.DataFrame(columns)))
    return blocks


def difference(effect: dict[str, Any], w: Words) -> str:
    """A difference with its interval."""
    low, high = (w.number(effect[k], sign=True) for k in ("low", "high"))
    return f"{w.number(effect['estimate'], sign=True)} ({low} – {high})"
