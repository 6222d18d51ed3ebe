"""What a finished batch holds, as tidy tables."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from experiments.batch.place import Place
from experiments.store import MANIFEST

DESIGN = "design.parquet"
"""What a batch has, and a run has not."""


@dataclass(frozen=True)
class BatchResult:
    """A finished batch; tables are read when asked for."""

    place: Place

    @property
    def folder(self) -> str:
        """Where it lies."""
        return self.place.name

    @cached_property
    def design(self) -> pd.DataFrame:
        """One row a point: point, reform, then its levers and uncertainties."""
        return self._table("design")

    @cached_property
    def inputs(self) -> pd.DataFrame:
        """One row for every point and draw (0 = the vintage's own values): all numbers that differ, levers, uncertainties and drawn
        parameters, one a column."""
        return self._table("inputs")

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """One row a run and outcome: scenario, draw, replication, outcome, horizon_months, value."""
        return self._table("outcomes")

    @cached_property
    def differences(self) -> pd.DataFrame:
        """One row a pair with the same luck: point, draw, replication, outcome, horizon_months, base, value, difference."""
        return self._table("differences")

    @cached_property
    def effects(self) -> pd.DataFrame:
        """One row a point, outcome and horizon: the mean difference (estimate) with its 95 % interval (low, high), pairs, includes
        (which uncertainty the interval holds), and the point's levers and uncertainties."""
        return self._table("effects").merge(self.design, on="point", how="left")

    @property
    def is_whole(self) -> bool:
        """Whether it is finished, all its tables can be read, and no unit failed: what is damaged or failed is made again."""
        if not self.place.finished:
            return False
        try:
            _ = self.effects, self.inputs, self.outcomes, self.differences
            return not self.summary["failed"]
        except (OSError, ValueError):  # a file is gone, or is not what was written
            return False

    @cached_property
    def summary(self) -> dict[str, Any]:
        """What was run, how many units failed, and what was looked at."""
        return dict(self._json("summary.json"))

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Versions, hashes, seed, scale, months, wall time."""
        return dict(self._json(MANIFEST))

    def _table(self, name: str) -> pd.DataFrame:
        with self.place.open(f"{name}.parquet") as file:
            return pd.read_parquet(file)

    def _json(self, name: str) -> Any:
        with self.place.open(name) as file:
            return json.loads(file.read())
