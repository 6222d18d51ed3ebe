"""Caseworkers: how many there are, who comes and goes, and who has which citizens.

Staff of a cell (practice district x target group) = clients / caseload. Hours are exact at every scale: they are divided
among a whole number of positions, at least one. Citizens are dealt to the open positions of their cell by keyed luck, so
who comes next door changes nobody's caseworker.
"""

from dataclasses import dataclass
from typing import Any

import numba as nb
import numpy as np
import numpy.typing as npt

from agents.calendar import Month, chance_in_a_month
from agents.caseworker import GROUP_OF, GROUPS, NO_GROUP, NOBODY, OTHERS, Caseworker
from agents.citizen import NEVER
from agents.column import Rows, Store
from agents.column_set import ColumnSet
from agents.flags import COUNT_OF
from agents.luck import Luck
from agents.past_support import WINDOW
from agents.statuses import CODE
from agents.target_groups import TARGET_GROUPS
from sim.in_force import InForce
from sim.parameters import Parameters

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

SMALLEST_CAP = 5
"""Fewest citizens a caseworker that a cap may ask for: so many positions can be opened."""
_GROWTH = 1.5
"""Clients for whom positions can be opened, against those expected at the most."""
_HYSTERESIS = 0.75
"""A position opens or closes when the staff planned is so far from the number of positions: not at every ripple."""
_ENDLESS = 2.0**30
"""More minutes than anybody could use in a month."""
_EXPERIENCED = 24
"""Months after which a caseworker is no longer new in the job."""


@dataclass(frozen=True)
class Changes:
    """What happened to staff in a month, by cell: caseworkers who left, citizens who changed caseworker."""

    left: Counts
    changed: Counts


class Staff:
    """The caseworkers of the country.

    Args:
        model: owner of the agents.
        citizens: the population.
        p: parameters.
        luck: where draws come from.
        district: practice district of each municipality, shape (municipalities,).
        caseload: municipality's factor on caseloads, trained: share of trained social workers; same shape.
        expected, later: expected clients by municipality and target group at the beginning and at the count, national persons,
            shape (municipalities, GROUPS): staff is planned for the first, and there is room for the second.
        scale: share of the population simulated.
        now: month before the first.
        follows: speed at which staff follows the number of clients, a year.
        first_id: ``unique_id`` of the first position.

    Attributes:
        citizens, caseworkers: the population and the positions.
        minutes_added: this month's minutes that policies added.
        clients: rows of the citizens who have or need a caseworker this month.
        cell: cell of each client.
        cell_of: cell of each position.
    """

    def __init__(
        self, model: Any, citizens: Store, p: InForce, luck: Luck, *, district: npt.NDArray[np.integer], caseload: Floats,
        trained: Floats, expected: Floats, later: Floats, scale: float, now: Month, follows: float, first_id: int,
    ) -> None:
        self.citizens = citizens
        self._p = p
        self._district = district.astype(np.int64)
        self.districts = int(self._district.max()) + 1
        self.cells = self.districts * GROUPS
        norm = np.array([p.value(f"caseload.{g.name}") for g in TARGET_GROUPS])
        a_position = norm * caseload[:, None] / scale
        self._plan = self._by_cell(expected / a_position)
        self._clients_per_position = self._by_cell((expected + later) * scale) / self._by_cell((expected + later) / a_position)
        self._number = np.maximum(1, np.round(self._plan)).astype(np.int64)
        most = np.maximum(self._plan, self._by_cell(later / a_position))
        clients = self._by_cell(np.maximum(expected, later) * scale)
        room = np.ceil(_GROWTH * np.maximum(most, clients / SMALLEST_CAP) + 1).astype(np.int64)
        self._first = np.concatenate([[0], np.cumsum(room)])[:-1]
        self._last = self._first + room
        self.cell_of = np.repeat(np.arange(self.cells), room)
        self._clients_by_place = later.sum(axis=1)
        trained_share = self._by_district(trained)
        self._trained_share = np.repeat(trained_share, GROUPS)[self.cell_of]
        self._streams = {
            name: luck.stream(f"staff.{name}")
            for name in ("assign", "handover", "leave", "reorganise", "reassign", "trained")
        }
        self.caseworkers = Store(model, Caseworker, int(room.sum()), self._columns(now), first_id=first_id)
        self.hours_factor = np.ones(self.cells)
        self._capped = np.zeros(self.cells)
        self.minutes_added = 0.0
        self._cap = np.full(self.cells, np.inf)
        self.clients = np.flatnonzero(citizens["caseworker"] != NOBODY)
        self.cell = np.zeros(0, np.int64)
        self._follows = chance_in_a_month(follows)

    def _by_cell(self, by_municipality: Floats) -> Floats:
        out = np.zeros((self.districts, GROUPS))
        np.add.at(out, self._district, by_municipality)
        return out.ravel()

    def _by_district(self, by_municipality: Floats) -> Floats:
        """Means by practice district, weighted by clients."""
        share = np.bincount(self._district, self._clients_by_place, self.districts)
        return np.asarray(np.bincount(self._district, self._clients_by_place * by_municipality, self.districts) / np.maximum(share, 1e-9))

    def _here(self, path: str) -> Floats:
        """A number in force by practice district, shape (districts,)."""
        if len(self._p.versions) == 1:
            return np.full(self.districts, self._p.value(path))
        return self._by_district(self._p.by_municipality(Parameters.value, path))

    def _columns(self, now: Month) -> dict[str, npt.NDArray[Any]]:
        size = self.cell_of.size
        rows = np.arange(size)
        trained = self._streams["trained"].uniform(now, rows) < self._trained_share
        return {
            "district": self.cell_of // GROUPS, "group": self.cell_of % GROUPS,
            "is_open": rows - self._first[self.cell_of] < self._number[self.cell_of],
            "hired": np.full(size, now - _EXPERIENCED), "absent_until": np.full(size, NEVER), "trained": trained,
            "ability": np.where(trained, 1.0, self._here("documentation.untrained")[self.cell_of // GROUPS]),
        }

    # ---------------------------------------------------------------- the month
    def keep(self, now: Month) -> Changes:
        """Let caseworkers leave and come, staff follow clients, and everybody who needs one have a caseworker."""
        self._find_clients()
        left = self._leave(now)
        moved = self._follow_clients(now)
        changed = self._assign(now, left, moved)
        self._give_hours(now)
        staff = self.caseworkers
        staff["ability"][:] = np.where(staff["trained"] == 1, 1.0, self._here("documentation.untrained")[self.cell_of // GROUPS])
        has = self.citizens["caseworker"][self.clients]
        staff["caseload"][:] = np.bincount(has, minlength=staff.size)
        return Changes(np.bincount(self.cell_of[left], minlength=self.cells), changed)

    def _find_clients(self) -> None:
        """Citizens whose status has caseworkers or who have a case; others no longer have one."""
        c = self.citizens
        columns = (c[name] for name in ("status", "need", "municipality", "caseworker", "contact_due", "unread", "label_need"))
        self.clients, self.cell = _find_clients(self.clients, GROUP_OF, NO_GROUP, OTHERS, GROUPS, self._district, NOBODY, NEVER, *columns)

    def _leave(self, now: Month) -> Rows:
        """Caseworkers who leave, for another job or on leave: their positions stand empty for a while."""
        staff, p = self.caseworkers, self._p
        rows = np.flatnonzero((staff["is_open"] == 1) & (staff["absent_until"] <= now))
        at = self.cell_of[rows] // GROUPS
        a_year = (self._here("turnover.job_change") + self._here("turnover.leave"))[at]
        strain = np.maximum(1.0, staff["stress"][rows].astype(np.float64)) ** self._here("turnover.load_elasticity")[at]
        left = rows[self._streams["leave"].uniform(now, rows) < chance_in_a_month(a_year * strain)]
        back = now + p.months("turnover.vacancy")
        self._hire(left, back)
        return left

    def _hire(self, positions: Rows, begins: Month) -> None:
        """Somebody new in some positions, from month ``begins``."""
        staff = self.caseworkers
        staff["holder"][positions] += 1
        staff["absent_until"][positions] = begins
        staff["hired"][positions] = begins
        staff["trained"][positions] = self._streams["trained"].uniform(begins, positions) < self._trained_share[positions]

    def _follow_clients(self, now: Month) -> Rows:
        """Open and close positions as staff follows clients; returns clients handed over to new positions."""
        clients = np.bincount(self.cell, minlength=self.cells)
        if self._follows:
            self._plan += self._follows * (clients / self._clients_per_position - self._plan)
        needed = self._capped * clients / self._cap + (1 - self._capped) * self._plan
        self._plan = np.minimum(np.maximum(self._plan, needed), self._last - self._first)
        self._cap[:], self._capped[:] = np.inf, 0
        before = self._number.copy()
        far = np.abs(self._plan - before) > _HYSTERESIS
        self._number[far] = np.maximum(1, np.round(self._plan[far])).astype(np.int64)
        staff = self.caseworkers
        opened = self._number > before
        for cell in np.flatnonzero(opened):
            new = np.arange(self._first[cell] + before[cell], self._first[cell] + self._number[cell])
            self._hire(new, now)
        staff["is_open"][:] = np.arange(staff.size) - self._first[self.cell_of] < self._number[self.cell_of]
        if not opened.any():
            return np.zeros(0, np.int64)
        share = np.where(opened, 1 - before / self._number, 0.0)
        has = self.citizens["caseworker"][self.clients].astype(np.int64)
        candidates = np.flatnonzero(opened[self.cell] & (has != NOBODY) & (self.cell_of[np.maximum(has, 0)] == self.cell))
        rows = self.clients[candidates]
        handed = self._streams["handover"].uniform(now, rows) < share[self.cell[candidates]]
        self._hand_to_new(rows[handed], self.cell[candidates][handed], before, now)
        return rows[handed]

    def _hand_to_new(self, rows: Rows, cell: Counts, before: Counts, now: Month) -> None:
        new = self._number[cell] - before[cell]
        drawn = (self._streams["assign"].uniform(now, rows) * new).astype(np.int64)
        self.citizens["caseworker"][rows] = self._first[cell] + before[cell] + drawn

    def _assign(self, now: Month, left: Rows, handed: Rows) -> Counts:
        """Deal citizens without a caseworker of their cell to open positions; the rest follow from who left."""
        c, staff, clients = self.citizens, self.caseworkers, self.clients
        has = c["caseworker"][clients].astype(np.int64)
        none = has == NOBODY
        at = np.maximum(has, 0)
        other_cell = ~none & (self.cell_of[at] != self.cell)
        stays = ~none & ~other_cell & (staff["is_open"][at] == 1)
        reorganised = stays & self._reorganised(now)
        moves_on = ~stays | reorganised
        rows, cell, own = clients[moves_on], self.cell[moves_on], at[moves_on]
        others = self._number[cell] - reorganised[moves_on]
        drawn = self._first[cell] + (self._streams["assign"].uniform(now, rows) * others).astype(np.int64)
        c["caseworker"][rows] = drawn + (reorganised[moves_on] & (drawn >= own))  # one of the others
        begins = clients[none | other_cell]
        c["is_new"][begins] = c["spell_since"][begins] == c["since"][begins]  # no first interview for another visitation group
        c["has_plan"][begins] = 0
        c["contact_due"][begins] = NEVER
        changed = moves_on & ~none
        if handed.size:
            changed |= np.isin(clients, handed)
        if left.size:
            has_left = np.zeros(staff.size, bool)
            has_left[left] = True
            changed |= ~none & has_left[at]
        self._start_over(clients[changed])
        return np.bincount(self.cell[changed], minlength=self.cells)

    def _reorganised(self, now: Month) -> npt.NDArray[np.bool_]:
        cells = np.arange(self.cells)
        chance = chance_in_a_month(self._here("turnover.reorganisation")[cells // GROUPS])
        hit = self._streams["reorganise"].uniform(now, cells) < chance
        moved = (hit & (self._number > 1))[self.cell]
        where = np.flatnonzero(moved)
        if where.size:
            stays = self._streams["reassign"].uniform(now, self.clients[where]) >= self._p.share("turnover.reassigned", self.clients[where])
            moved[where[stays]] = False
        return moved

    def _start_over(self, rows: Rows) -> None:
        """A new caseworker: trust is lost, more of it in complex and long cases, and the case has to be read (M1-M3)."""
        c, p = self.citizens, self._p
        lost = np.where(
            self.is_complex(rows), p.share("trust.lost_at_change_complex", rows), p.share("trust.lost_at_change", rows)
        ) * (1 - p.share("trust.kept_by_colleagues", rows))
        c["trust"][rows] = np.round(c["trust"][rows] * (1 - lost)).astype(np.uint8)
        c["unread"][rows] = 1

    def is_complex(self, rows: Rows) -> npt.NDArray[np.bool_]:
        """Whether cases are complex (two or more register flags) or long."""
        c = self.citizens
        long = ColumnSet(c, rows).months_supported(WINDOW) >= self._p.months("trust.complex_from", rows)
        return np.asarray(long | (COUNT_OF[c["flags"][rows]] >= 2))

    def _give_hours(self, now: Month) -> None:
        """Working time of each position: the hours of the cell over its positions; none in empty ones."""
        staff = self.caseworkers
        positions = self._plan / self._number
        hours = np.repeat(self._here("casework.hours"), GROUPS)
        minutes = np.round(np.minimum(positions * hours * 60 * self.hours_factor, _ENDLESS))[self.cell_of]
        own = np.round(np.minimum(positions * self._p.own.value("casework.hours") * 60, _ENDLESS))[self.cell_of]
        at_work = (staff["is_open"] == 1) & (staff["absent_until"] <= now)
        staff["minutes"][:] = np.where(at_work, minutes, 0)
        self.minutes_added = float((minutes - own)[at_work].sum())
        self.hours_factor[:] = 1

    # ---------------------------------------------------------------- what others read
    def open_positions(self) -> Rows:
        """Rows of the positions that are open."""
        return np.flatnonzero(self.caseworkers["is_open"] == 1)

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Everything that is to go on in a model that starts where this one ends."""
        return {"plan": self._plan, "number": self._number, **self.caseworkers.arrays}

    def take_over(self, state: dict[str, npt.NDArray[Any]]) -> None:
        """Go on with the caseworkers of another model of the same country, scale and parameters."""
        for name, array in state.items():
            if name in self.caseworkers.arrays:
                self.caseworkers.arrays[name][:] = array
        self._plan, self._number = state["plan"].copy(), state["number"].copy()

    def scale_hours(self, factor: float, groups: Rows, where: Floats) -> None:
        """Multiply this month's hours of some target groups; ``where``: 1 in the municipalities that it concerns, 0 in others."""
        self.hours_factor.reshape(self.districts, GROUPS)[:, groups] *= self._by_district(1 - where + factor * where)[:, None]

    def cap_caseload(self, cap: float, groups: Rows, where: Floats) -> None:
        """Hire as many caseworkers this month as keep the citizens of each at ``cap`` in some target groups, ``where`` it
        concerns. Of several caps in a district the lowest holds, in the largest part of it that one of them covers."""
        here, capped = (table.reshape(self.districts, GROUPS) for table in (self._cap, self._capped))
        covered = self._by_district(where)[:, None]
        here[:, groups] = np.where(covered > 0, np.minimum(here[:, groups], cap), here[:, groups])
        capped[:, groups] = np.maximum(capped[:, groups], covered)

    def ability(self, caseworker: npt.NDArray[np.integer], now: Month) -> Floats:
        """How much of a case a contact with each caseworker documents: training and experience."""
        staff = self.caseworkers
        tenure = np.clip((now - staff["hired"][caseworker].astype(np.int64)) / _EXPERIENCED, 0, 1)
        new = self._here("documentation.new_in_the_job")[self.cell_of[caseworker] // GROUPS]
        return np.asarray(staff["ability"][caseworker] * (new + (1 - new) * tenure))

    def feel(self, load: Floats) -> None:
        """Load of each position (work that waits over working time) becomes stress."""
        stress = self.caseworkers["stress"]
        stress += (np.minimum(load, 10.0) - stress) * (1 / np.round(self._here("turnover.stress_months")))[self.cell_of // GROUPS]


@nb.njit(nogil=True, cache=True)
def _find_clients(  # type: ignore[no-untyped-def]
    before, group_of, no_group, others, groups, district, nobody, never, status, need, municipality, caseworker, contact_due, unread, label_need,
):
    """Rows and cells of everybody whose status has caseworkers or who has a case (in target group ``others``); who was a client
    ``before`` and is none now has no caseworker, and nothing due."""
    for row in before:
        if group_of[status[row]] == no_group and need[row] == 0:
            caseworker[row], contact_due[row] = nobody, never
            unread[row] = label_need[row] = 0
    clients, cell = np.empty(status.size, np.int64), np.empty(status.size, np.int64)
    found = 0
    for row in range(status.size):
        group = group_of[status[row]]
        if group == no_group and need[row] == 0:
            continue
        clients[found] = row
        cell[found] = district[municipality[row] - 1] * groups + (others if group == no_group else group)
        found += 1
    return clients[:found].copy(), cell[:found].copy()


def expected_clients(stock: Floats, municipality: Floats) -> Floats:
    """Expected clients by municipality and target group, shape (municipalities, GROUPS).

    Args:
        stock: persons by status.
        municipality: share of each municipality given status, shape (statuses, municipalities).
    """
    found = np.zeros((municipality.shape[1], GROUPS))
    for i, group in enumerate(TARGET_GROUPS):
        for name in group.statuses:
            found[:, i] += stock[CODE[name]] * municipality[CODE[name]]
    return found
