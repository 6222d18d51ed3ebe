"""Simulated citizens of a register: who they are, whose life a reform changes, and one life under every scenario."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from agents.past_support import IS_SUPPORT, WINDOW
from agents.risk_types import LIFE_ON_BENEFITS, LONG_UNDECIDED, LONG_UNDOCUMENTED, TYPES
from agents.statuses import CODE, NAMES, group_members
from experiments.result import RunResult

REPLICATION = 0
"""The replication that is looked at: every scenario has it, with the same luck."""
_EDGE = np.isin(NAMES, group_members("edge", "temporary"))
_UNDOCUMENTED = ("unseen", "documented")
"""Stages of a case before there is as much documentation as is asked for."""
ALL, CHANGED = "all", "changed"


@dataclass(frozen=True)
class Citizens:
    """The people of a register's first replication.

    Attributes:
        table: one row a person (index: person_id): attributes, ``at_start`` and, by scenario, ``end:<name>`` (statuses) and
            ``supported:<name>`` (months with support in the run), ``changed:<reform>`` (months with another status than in the base)
            and a column a type (whether ever in the run).
        start, months: first month and length of the run. scenarios: names, the base first.
    """

    table: pd.DataFrame
    start: pd.Timestamp
    months: int
    scenarios: list[str]

    @classmethod
    def read(cls, result: RunResult) -> "Citizens":
        """The people of a run. Raises FileNotFoundError without a register."""
        start, months = pd.Timestamp(result.summary["start"]), int(result.summary["months"])
        scenarios = [s["name"] for s in result.summary["scenarios"]]
        persons = result.register("persons", replication=REPLICATION, scenario=scenarios[0])
        persons = persons[persons["person_id"] >= 0].set_index("person_id").sort_index().drop(columns=["scenario", "replication"])
        columns = ["scenario", "person_id", "value", "start", "end"]
        spells = result.register("spells", columns, replication=REPLICATION, kind="status")
        lived = {name: _by_month(spells[spells["scenario"] == name], persons.index, start, months) for name in scenarios}
        base = lived[scenarios[0]]
        persons["at_start"] = _named(base[:, WINDOW])
        for name, status in lived.items():
            persons[f"supported:{name}"] = ((status >= 0) & IS_SUPPORT[status])[:, WINDOW:].sum(axis=1)
            persons[f"end:{name}"] = _named(status[:, -1])
            persons[f"changed:{name}"] = (status[:, WINDOW:] != base[:, WINDOW:]).sum(axis=1)
        cases = result.register("spells", columns, replication=REPLICATION, kind="case", scenario=scenarios[0])
        for kind, belongs in _types(persons, base, cases, start + pd.DateOffset(months=months)).items():
            persons[kind] = belongs
        return cls(persons, start, months, scenarios)

    @cached_property
    def groups(self) -> list[str]:
        """What people can be chosen by: everybody, whose life a reform changes, type, status at the start."""
        first = self.table["at_start"].unique()
        return [*([CHANGED] if len(self.scenarios) > 1 else []), ALL, *TYPES, *(f"start:{name}" for name in NAMES if name in first)]

    def rows(self, persons: list[int]) -> list[dict[str, Any]]:
        """Everything in the table of some persons, ``person_id`` too. Raises KeyError when one is not there."""
        return [{str(key): value for key, value in row.items()} for row in self.table.loc[persons].reset_index().to_dict("records")]

    def of(self, group: str, reform: str, most: int) -> list[int]:
        """Numbers of at most so many people of a group, those first whose life the reform changes most."""
        rows = np.flatnonzero(self._in(group, reform))
        order = np.argsort(-self._changed(reform)[rows], kind="stable")
        return [int(person) for person in self.table.index[rows[order[:most]]]]

    def number_of(self, group: str, reform: str) -> int:
        """How many people there are in a group."""
        return int(self._in(group, reform).sum())

    def _in(self, group: str, reform: str) -> npt.NDArray[np.bool_]:
        if group in TYPES:
            return np.asarray(self.table[group].to_numpy(), bool)
        if group.startswith("start:"):
            return np.asarray((self.table["at_start"] == group.removeprefix("start:")).to_numpy(), bool)
        return self._changed(reform) > 0 if group == CHANGED else np.ones(len(self.table), bool)

    def _changed(self, reform: str) -> npt.NDArray[np.int64]:
        return self.table[f"changed:{reform}"].to_numpy(np.int64) if reform else np.zeros(len(self.table), np.int64)


def _by_month(spells: pd.DataFrame, persons: pd.Index, start: pd.Timestamp, months: int) -> npt.NDArray[np.int8]:
    """Status code by person and month, from WINDOW months before the start on; -1 where a person has none."""
    begin = _months_after(spells["start"], start, 0) + WINDOW
    end = _months_after(spells["end"], start, months) + WINDOW
    row = persons.get_indexer(pd.Index(spells["person_id"]))
    length = WINDOW + months
    first, last = np.clip(begin, 0, length), np.clip(end, 0, length)
    kept = (row >= 0) & (last > first)
    row, first, size = row[kept], first[kept], (last - first)[kept]
    status = np.full((len(persons), length), -1, np.int8)
    within = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    code = np.array([CODE.get(name, -1) for name in spells["value"].cat.categories], np.int8)[spells["value"].cat.codes[kept]]
    status[np.repeat(row, size), np.repeat(first, size) + within] = np.repeat(code, size)
    return status


def _months_after(dates: pd.Series, start: pd.Timestamp, missing: int) -> npt.NDArray[np.int64]:
    """Months from the start to each date; ``missing`` where there is none."""
    months = (dates.dt.year - start.year) * 12 + dates.dt.month - start.month
    return np.asarray(months.fillna(missing).to_numpy(), np.int64)


def _named(codes: npt.NDArray[np.int8]) -> npt.NDArray[np.str_]:
    return np.where(codes >= 0, np.array(NAMES)[codes], "entry")


def _types(persons: pd.DataFrame, status: npt.NDArray[np.int8], cases: pd.DataFrame, end: pd.Timestamp) -> dict[str, Any]:
    """Whether each person belonged to each of the four types (:mod:`agents.risk_types`) at some time of the run, as far as a register
    shows it: of a case it knows the stage, not how much is documented."""
    mental = persons["psychotropic_medicine"] | persons["poor_mental_health"]
    physical = persons["poor_physical_health"] | persons["poor_physical_health_self_rated"]
    social = persons["sentence_served"] | persons["placed_as_child"] | persons["homeless"]
    problems = np.stack([column.to_numpy(bool) for column in (mental, physical, persons["addiction"], social)])
    on_edge = (status >= 0) & _EDGE[status]
    supported = np.cumsum((status >= 0) & IS_SUPPORT[status], axis=1, dtype=np.int32)
    last_years = supported[:, WINDOW:] - supported[:, :-WINDOW]
    needs = _needs(cases, end)
    start = end - pd.DateOffset(months=status.shape[1] - WINDOW)
    open_in_run = needs[needs["end"] > start]
    diffuse = open_in_run.loc[_months(open_in_run["since"], open_in_run["undocumented_until"]) >= LONG_UNDOCUMENTED, "person_id"]
    grey = open_in_run.loc[_months(open_in_run["since"], open_in_run["end"]) >= LONG_UNDECIDED, "person_id"]
    return {
        "multiple_problems": (problems.sum(axis=0) >= 2) & on_edge[:, WINDOW:].any(axis=1),
        "low_work_identity": ((last_years >= LIFE_ON_BENEFITS) & on_edge[:, WINDOW:]).any(axis=1),
        "diffuse": persons.index.isin(diffuse),
        "grey_zone": problems[:3].any(axis=0) & np.asarray(persons.index.isin(grey)),
    }


def _months(begin: pd.Series, end: pd.Series) -> pd.Series:
    return (end.dt.year - begin.dt.year) * 12 + end.dt.month - begin.dt.month


def _needs(cases: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """Needs from their first stage to their last: person_id, since, undocumented_until, end."""
    parts = cases["value"].astype(str).str.rsplit(" ", n=1, expand=True).reindex(columns=[0, 1])
    own = cases.assign(award=parts[0], early=parts[1].isin(_UNDOCUMENTED), end=cases["end"].fillna(end)).sort_values(["person_id", "start"])
    goes_on = (own["person_id"] == own["person_id"].shift()) & (own["award"] == own["award"].shift()) & (own["start"] == own["end"].shift())
    own["need"] = (~goes_on).cumsum()
    own["early_end"] = own["end"].where(own["early"])
    needs = own.groupby("need").agg(person_id=("person_id", "first"), since=("start", "min"), undocumented_until=("early_end", "max"), end=("end", "max"))
    return needs.assign(undocumented_until=needs["undocumented_until"].fillna(needs["since"]))
