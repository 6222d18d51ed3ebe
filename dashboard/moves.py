"""Moves from status to status (or from family to family) in a span of years, and how a reform changes them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from agents.statuses import BY_NAME, FAMILIES, NAMES, STATUSES
from experiments.institution import YEAR
from experiments.intervals import Design
from experiments.result import RunResult
from experiments.words import Words

Floats = npt.NDArray[np.float64]
LEVELS = ("family", "status")
_PLACE = {"status": list(NAMES), "family": [s.family if s.family in FAMILIES else s.name for s in STATUSES]}
"""Where a move begins or ends, by code of the status: families have a stock, the rest keeps its own name."""


def place_name(place: str, w: Words) -> str:
    """Label of a family, or of a status."""
    return w.status(f"family:{place}") if place in FAMILIES and place not in BY_NAME else w.status(place)


@dataclass(frozen=True)
class Moves:
    """Persons who moved, by scenario, replication, year of the run, from and to.

    Attributes:
        months: first day of every simulated month. scenarios: names, the base first.
        persons: shape (scenarios, replications, years, statuses, statuses); the last year may be shorter.
        design: how replications were paired.
    """

    months: pd.DatetimeIndex
    scenarios: list[str]
    persons: Floats
    design: Design

    @classmethod
    def read(cls, result: RunResult) -> "Moves":
        """The moves of a run. Raises FileNotFoundError or KeyError when its tables are not there."""
        flows, scenarios = result.flows, [s["name"] for s in result.summary["scenarios"]]
        months = pd.date_range(result.summary["start"], periods=int(result.summary["months"]), freq="MS")
        year = (months.get_indexer(pd.Index(flows["month"])) // YEAR).astype(np.int64)
        code = {name: number for number, name in enumerate(NAMES)}
        at = (
            flows["scenario"].map({name: i for i, name in enumerate(scenarios)}).to_numpy(np.int64), flows["replication"].to_numpy(np.int64), year,
            flows["from_status"].map(code).to_numpy(np.int64), flows["to_status"].map(code).to_numpy(np.int64),
        )  # fmt: skip
        persons = np.zeros((len(scenarios), int(at[1].max()) + 1, -(-len(months) // YEAR), len(NAMES), len(NAMES)))
        np.add.at(persons, at, flows["persons"].to_numpy(np.float64))
        return cls(months, scenarios, persons, Design(int(result.summary.get("draws") or 0)))

    @property
    def years(self) -> int:
        """Years of the run, a shorter last one among them."""
        return int(self.persons.shape[2])

    def span(self, first: int, last: int) -> tuple[pd.Timestamp, pd.Timestamp]:
        """First and last month of the years from ``first`` to ``last`` (from 1)."""
        return self.months[(first - 1) * YEAR], self.months[min(last * YEAR, len(self.months)) - 1]

    def between(self, scenario: str, first: int, last: int, level: str, only: str = "") -> tuple[list[str], Floats]:
        """Names of the places, and persons who moved between two of them in those years: shape (replications, from, to).

        Args:
            level: ``family`` or ``status``. only: a place from or to which moves are; "" for all.
        """
        places = list(dict.fromkeys(_PLACE[level]))
        into = np.zeros((len(NAMES), len(places)))
        into[np.arange(len(NAMES)), [places.index(place) for place in _PLACE[level]]] = 1.0
        persons = self.persons[self.scenarios.index(scenario), :, first - 1 : last].sum(axis=1)
        moved = np.einsum("fi,rft,tj->rij", into, persons, into, optimize=True)
        moved[:, np.arange(len(places)), np.arange(len(places))] = 0.0  # moves within a family
        if only in places:
            kept = np.zeros((len(places), len(places)), bool)
            kept[places.index(only)] = kept[:, places.index(only)] = True
            moved = moved * kept
        return places, moved

    def table(self, scenario: str, *asked: Any) -> pd.DataFrame:
        """Mean over replications by source and to, the largest first; only moves that happened. For ``asked`` see :meth:`between`."""
        places, moved = self.between(scenario, *asked)
        mean = moved.mean(axis=0)
        source, to = np.nonzero(mean)
        found = pd.DataFrame({"source": np.array(places)[source], "to": np.array(places)[to], "persons": mean[source, to]})
        return found.sort_values("persons", ascending=False, ignore_index=True, kind="stable")

    def differences(self, reform: str, *asked: Any) -> pd.DataFrame:
        """Reform minus base by source and to, with 95 % intervals: base, estimate, low, high; the largest first."""
        places, base = self.between(self.scenarios[0], *asked)
        difference = self.between(reform, *asked)[1] - base
        many = difference.shape[0] > 1
        mean, half = difference.mean(axis=0), self.design.half(difference) if many else np.zeros(difference.shape[1:])
        source, to = np.nonzero((base != 0).any(axis=0) | (difference != 0).any(axis=0))
        at = source, to
        found = pd.DataFrame({
            "source": np.array(places)[source], "to": np.array(places)[to], "base": base.mean(axis=0)[at],
            "estimate": mean[at], "low": (mean - half)[at], "high": (mean + half)[at],
        })  # fmt: skip
        return found.iloc[np.argsort(-found["estimate"].abs().to_numpy(), kind="stable")].reset_index(drop=True)

