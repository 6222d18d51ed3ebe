"""The synthetic register of a run: persons, and the spells they lived, from the log of moves."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from agents.calendar import Month, timestamps
from agents.citizen import ORIGINS, SEXES
from agents.flags import FLAGS
from agents.household import HOUSEHOLDS, PARTNER_INCOMES
from agents.statuses import CODE, NAMES, group_members
from agents.traits import YES_NO
from sim.change_log import Events, change_table
from sim.record import Recorder

_FAR = 2**20
"""More months than any two dates lie apart: person x this + month orders spells by person and month."""
Programmes = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]
"""Persons, first months and planned ends of integration programmes."""


@dataclass(frozen=True)
class Spells:
    """Spells of status by person and start, as columns of one length.

    Attributes:
        person: person, ascending: a row of the population, or a negative number for someone who left before the start.
        status: status code.
        cause: index into ``causes``: what began the spell.
        start: first month.
    """

    person: npt.NDArray[np.int64]
    status: npt.NDArray[np.uint8]
    cause: npt.NDArray[np.int64]
    start: npt.NDArray[np.int64]
    causes: tuple[str, ...]

    def taken(self, chosen: npt.NDArray[np.int64]) -> "Spells":
        """The spells at the given positions."""
        return replace(self, person=self.person[chosen], status=self.status[chosen], cause=self.cause[chosen], start=self.start[chosen])


def spells_of(status: npt.NDArray[np.uint8], since: npt.NDArray[np.int16], recorder: Recorder, first_cause: str) -> Spells:
    """All spells of a run: those in which people enter it (with their true first month), then one a move."""
    present = np.flatnonzero(status != CODE["entry"])
    log = recorder.log
    person = np.concatenate([present, *(rows for _, rows, _, _, _ in log)])
    start = np.concatenate([since[present].astype(np.int64), *(np.full(rows.size, m) for m, rows, _, _, _ in log)])
    to = np.concatenate([status[present], *(to for _, _, _, to, _ in log)])
    causes = tuple(dict.fromkeys([first_cause, *(cause for *_, cause in log)]))
    number = {cause: i for i, cause in enumerate(causes)}
    cause = np.concatenate([np.zeros(present.size, np.int64), *(np.full(r.size, number[c]) for _, r, _, _, c in log)])
    order = np.lexsort((start, person))
    return Spells(person[order].astype(np.int64), to[order], cause[order], start[order], causes)


@dataclass(frozen=True)
class Past:
    """What was lived before the start: spells of the adults chosen (persons are their rows) and of those who left the
    population before the start (negative numbers), integration programmes begun (person, first month, planned end), who left, and what
    else changed, by kind (:mod:`sim.change_log`)."""

    spells: Spells
    programmes: Programmes
    gone: dict[str, npt.NDArray[Any]]
    changes: dict[str, Events]


def past_of(
    spells: Spells, programmes: Programmes,
    columns: dict[str, npt.NDArray[Any]], chosen: npt.NDArray[np.int64], changes: dict[str, Events],
) -> Past:
    """The past of the people chosen from a lived population.

    Args:
        spells, programmes: of everybody who lived, by their own rows.
        columns: their columns at the end.
        chosen: the row that each adult of the start population was chosen from.
        changes: what else changed, by kind.
    """
    gone = np.flatnonzero(np.isin(columns["status"], [CODE["dead"], CODE["folkepension"]]))
    rows = np.concatenate([gone, chosen])
    ids = np.concatenate([np.arange(-gone.size, 0), np.arange(chosen.size)])
    position, person = _positions(spells.person, rows, ids)
    order = np.argsort(programmes[0], kind="stable")
    begun, participant = _positions(programmes[0][order], rows, ids)
    return Past(
        replace(spells.taken(position), person=person), (participant, programmes[1][order][begun], programmes[2][order][begun]),
        {name: column[gone] for name, column in columns.items()},
        {kind: events.taken(*_positions(events.person, rows, ids)) for kind, events in changes.items()},
    )


def _positions(
    owner: npt.NDArray[np.int64], rows: npt.NDArray[np.int64], ids: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Positions in a table sorted by ``owner`` of the entries of each of ``rows``, and whose (``ids``) each then is."""
    first = np.searchsorted(owner, rows)
    length = np.searchsorted(owner, rows, side="right") - first
    return np.repeat(first - np.cumsum(length) + length, length) + np.arange(length.sum()), np.repeat(ids, length)


def persons_table(columns: dict[str, npt.NDArray[Any]], past: Past | None, weight: float) -> pd.DataFrame:
    """One row for each person who was in Denmark or turned 18 during the run, or who may arrive; with a past, also those
    who died or reached the pension age before the start, with negative numbers."""
    rows = np.flatnonzero(columns["status"] != CODE["entry"])
    now = {name: column[rows] for name, column in columns.items()}
    ids = rows.astype(np.int64)
    if past is not None:
        ids = np.concatenate([np.arange(-past.gone["status"].size, 0), ids])
        now = {name: np.concatenate([past.gone[name], column]) for name, column in now.items()}
    return pd.DataFrame(
        {
            "person_id": ids,
            "birth_month": timestamps(now["birth_month"]),
            "sex": np.array(SEXES)[now["sex"]],
            "origin": np.array(ORIGINS)[now["origin"]],
            "municipality": np.array([f"M{m:02d}" for m in range(100)])[now["municipality"]],
            "household": np.array(HOUSEHOLDS)[now["household"]],
            "partner_income": np.array(PARTNER_INCOMES)[now["partner_income"]],
            "education": np.where(now["flags"] & 1, "none", "qualifying"),
            **{flag: (now["flags"] >> bit & 1).astype(bool) for bit, flag in enumerate(FLAGS) if bit},
            **{trait: now[trait].astype(bool) for trait in YES_NO if trait != "public_debt"},
            "public_debt": now["public_debt"].astype(np.int64),
            "weight": np.full(ids.size, weight),
        }
    )


def spells_table(
    spells: Spells, past: Past | None, programmes: Programmes, changes: dict[str, Events],
) -> pd.DataFrame:
    """All spells, by kind, person and start: person_id, kind, value, cause, start, end (half-open; missing = running).

    With a past a person's first spell of the run goes on from the last spell before it, so only the past knows its cause.

    Args:
        spells, programmes, changes: of the run.
        past: of the years before it.
    """
    if past is not None:
        spells = _joined(past.spells, spells)
        changes = {kind: past.changes[kind].followed_by(events) for kind, events in changes.items()}
        programmes = tuple(np.concatenate(both) for both in zip(past.programmes, programmes, strict=True))  # type: ignore[assignment]
    end: npt.NDArray[np.datetime64] = np.full(spells.person.size, np.datetime64("NaT"), "datetime64[ms]")
    goes_on = np.flatnonzero(spells.person[1:] == spells.person[:-1])
    end[goes_on] = timestamps(spells.start[goes_on + 1])
    return pd.concat(
        [
            _table(spells.person, "status", np.array(NAMES)[spells.status], np.array(spells.causes)[spells.cause], spells.start, end),
            _programmes_table(*programmes, spells),
            *(change_table(kind, events) for kind, events in changes.items()),
        ],
        ignore_index=True,
    )


def _programmes_table(
    person: npt.NDArray[np.int64], start: npt.NDArray[np.int64], end: npt.NDArray[np.int64], spells: Spells
) -> pd.DataFrame:
    """Integration programmes: they end as planned, or when the person leaves the country or dies."""
    order = np.lexsort((start, person))
    person, start, end = person[order], start[order], end[order]
    away = spells.taken(np.flatnonzero(np.isin(spells.status, [CODE[n] for n in group_members("gone")])))
    leaves, begins = (p * _FAR + s for p, s in ((away.person, away.start), (person, start)))
    next_ = np.minimum(np.searchsorted(leaves, begins, side="right"), max(away.person.size - 1, 0))
    if away.person.size:
        own = (away.person[next_] == person) & (away.start[next_] > start)
        end = np.where(own, np.minimum(end, away.start[next_]), end)
    return _table(person, "programme", "integration", "arrival", start, timestamps(end))


def _table(person: Any, kind: str, value: Any, cause: Any, start: npt.NDArray[np.int64], end: Any) -> pd.DataFrame:
    dates = {"start": timestamps(start), "end": end}
    return pd.DataFrame({"person_id": person, "kind": kind, "value": value, "cause": cause, **dates}, index=range(len(person)))


def _joined(past: Spells, run: Spells) -> Spells:
    """The spells of the past, then those of the run that are not the last spell of the past going on."""
    causes = tuple(dict.fromkeys([*past.causes, *run.causes]))
    number = {cause: i for i, cause in enumerate(causes)}
    both = [replace(s, cause=np.array([number[c] for c in s.causes], np.int64)[s.cause]) for s in (past, run)]
    parts = {n: np.concatenate([getattr(s, n) for s in both]) for n in ("person", "status", "cause", "start")}
    order = np.argsort(parts["person"] * _FAR + parts["start"], kind="stable")
    merged = Spells(**{n: part[order] for n, part in parts.items()}, causes=causes)
    again = np.zeros(order.size, bool)
    again[1:] = (merged.person[1:] == merged.person[:-1]) & (merged.start[1:] == merged.start[:-1])
    return merged.taken(np.flatnonzero(~again))


def pensions_table(awarded_before: npt.NDArray[np.int64], recorder: Recorder, weight: float) -> pd.DataFrame:
    """Førtidspension month by month, split into awards before the start (running off) and awards since."""
    total = recorder.stocks[: recorder.done + 1, CODE["foertidspension"]]
    months: list[Month] = list(range(recorder.start - 1, recorder.start + recorder.done))
    return pd.DataFrame(
        {
            "month": timestamps(months),
            "awarded_before": awarded_before[: recorder.done + 1] * weight,
            "awarded_since": (total - awarded_before[: recorder.done + 1]) * weight,
        }
    )
