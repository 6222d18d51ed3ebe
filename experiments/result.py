"""What a finished run left on disk, read when asked for."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pyarrow.parquet as pq

from agents.mistake import Mistake
from experiments.store import MANIFEST
from policies.registry import Registry

_NAMES = ("scenario", "kind", "value", "cause")
"""Columns of the register that hold few different names."""


@dataclass(frozen=True)
class RunResult:
    """A finished run or comparison on disk; tables are read when asked for."""

    folder: Path

    @cached_property
    def stocks(self) -> pd.DataFrame:
        """Stocks by scenario, replication, month and status."""
        return pd.read_parquet(self.folder / "stocks.parquet")

    @cached_property
    def flows(self) -> pd.DataFrame:
        """Flows by scenario, replication, month, from_status and to_status."""
        return pd.read_parquet(self.folder / "flows.parquet")

    @cached_property
    def pensions(self) -> pd.DataFrame:
        """Førtidspension by month: awarded before the start and awarded since."""
        return pd.read_parquet(self.folder / "pensions.parquet")

    @cached_property
    def selection(self) -> pd.DataFrame:
        """How start populations were chosen from those who lived: asked, lived and got by status and characteristic."""
        return pd.read_parquet(self.folder / "selection.parquet")

    @cached_property
    def caseworkers(self) -> pd.DataFrame:
        """What caseworkers did by month, municipality ("all" = the country) and target group, in citizens simulated."""
        return pd.read_parquet(self.folder / "caseworkers.parquet")

    @cached_property
    def queues(self) -> pd.DataFrame:
        """Queues by month and municipality ("all" = the country), in citizens simulated; waiting times in months."""
        return pd.read_parquet(self.folder / "queues.parquet")

    @cached_property
    def decisions(self) -> pd.DataFrame:
        """Cases decided by rehabilitation teams, by month and outcome."""
        return pd.read_parquet(self.folder / "decisions.parquet")

    @cached_property
    def at_risk(self) -> pd.DataFrame:
        """Clients at risk of staying, by month, target group and type."""
        return pd.read_parquet(self.folder / "at_risk.parquet")

    @cached_property
    def measures(self) -> pd.DataFrame:
        """Active measures and support by month, status and measure, in citizens simulated."""
        return pd.read_parquet(self.folder / "measures.parquet")

    @cached_property
    def sanctions(self) -> pd.DataFrame:
        """Sanctions by month, status and type, in citizens simulated."""
        return pd.read_parquet(self.folder / "sanctions.parquet")

    @cached_property
    def employers(self) -> pd.DataFrame:
        """Employers and their places by month, region, sector and size, as simulated."""
        return pd.read_parquet(self.folder / "employers.parquet")

    @cached_property
    def accounts(self) -> pd.DataFrame:
        """Who paid whom how much, by month and account, in øre for all of Denmark."""
        return pd.read_parquet(self.folder / "accounts.parquet")

    @cached_property
    def groups(self) -> pd.DataFrame:
        """Outcomes by group of people at the horizons: sums for all of Denmark, and citizens simulated."""
        return pd.read_parquet(self.folder / "groups.parquet")

    @property
    def has_register(self) -> bool:
        """Whether the run kept a register (``--register``)."""
        return (self.folder / "persons.parquet").exists() and (self.folder / "spells.parquet").exists()

    def register(self, table: Literal["persons", "spells"], columns: list[str] | None = None, **only: Any) -> pd.DataFrame:
        """Rows of the register with some values of some columns (``kind="status"``, ``person_id=[1, 2]``), without reading the rest.

        Names come as categories: a register has millions of rows. Raises FileNotFoundError without a register.
        """
        file = self.folder / f"{table}.parquet"
        chosen = [(column, "in", value if isinstance(value, list) else [value]) for column, value in only.items()]
        names = [name for name in _NAMES if columns is None or name in columns]
        return pq.read_table(file, columns=columns, filters=chosen or None, read_dictionary=names).to_pandas()

    def registry(self) -> Registry:
        """What knows the policies of the run: the user's own as they were when it was made, or as they are now where the copy of one cannot be
        read (it may read a file that lies beside it)."""
        own: dict[str, str] = dict(self.manifest["policy_files"])
        try:
            return Registry([str(self.folder / copy) for copy in own.values()])
        except Mistake:
            return Registry(list(own))

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Versions, hashes, seed, scale, months, wall time."""
        return dict(json.loads((self.folder / MANIFEST).read_text(encoding="utf-8")))

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Headline figures."""
        return dict(json.loads((self.folder / "summary.json").read_text(encoding="utf-8")))
