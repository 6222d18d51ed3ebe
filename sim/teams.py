"""Rehabilitation teams: a queue with a limited number of cases a month, and what comes of it.

Before the teams (2013) the municipality decided. A case comes before the team the month after it was prepared at the soonest,
and a decision takes effect the month after it was taken. Cases wait in order of their deadline, then of keyed luck; fractions
of a case are carried over. Meetings are planned after what is submitted and what waits, with delay; a team that is slow for
its size has a queue that lasts.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from agents.calendar import Month, chance_in_a_month
from agents.citizen import GRANTED, QUEUED
from agents.column import Rows, Store
from agents.luck import Luck
from agents.municipality import row_of
from agents.rehabilitation_team import RehabilitationTeam
from agents.statuses import CODE, NAMES
from sim.decisions import AWARDS, IS_SICK, PUT_OFF_BELOW, Decisions
from sim.documentation import BEYOND_DOUBT, Documentation
from sim.in_force import InForce
from sim.parameters import Parameters
from sim.practice import shares_around
from sim.rules import Due

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint8]

OUTCOMES = (*AWARDS, "back", "returned")
"""What can become of a case before the team: an award, back to the ordinary effort, returned for more documents."""
_OUTCOME_OF = np.array([OUTCOMES.index(name) if name in AWARDS else 0 for name in NAMES])
"""Outcome by code of the award."""


@dataclass(frozen=True)
class Practice:
    """How municipalities differ in decisions: factors on the odds of refusal (pension, fleksjob) and of an award
    (revalidering), by municipality."""

    pension_restrictiveness: Floats
    fleksjob_restrictiveness: Floats
    revalidering_use: Floats

    def odds(self) -> dict[str, Floats]:
        """Factor on the odds of each award, by municipality."""
        return {
            "foertidspension": 1 / self.pension_restrictiveness, "fleksjob": 1 / self.fleksjob_restrictiveness,
            "ledighedsydelse": 1 / self.fleksjob_restrictiveness, "revalidering": self.revalidering_use,
        }


@dataclass(frozen=True)
class TeamMonth:
    """Cases decided in a month: rows, what was asked for, outcome (index into OUTCOMES), months before the team, months since
    the need arose."""

    rows: Rows
    asked: Codes
    outcome: npt.NDArray[np.int64]
    waited: npt.NDArray[np.int64]
    since_need: npt.NDArray[np.int64]


class Teams:
    """The teams of all practice districts.

    Attributes:
        teams: the teams, one a district.
        month: what was decided in the last month.
    """

    def __init__(
        self, model: Any, citizens: Store, documentation: Documentation, exits_to: Codes, p: InForce, luck: Luck, *,
        district: npt.NDArray[np.integer], share: Floats, speed: Floats, practice: Practice, scale: float, follows: float, first_id: int,
    ) -> None:
        """``exits_to``: destination of each exit, shape (statuses, slots); ``district``, ``share`` of the population and ``speed`` by
        municipality; ``follows``: speed at which plans follow what is submitted, a year."""
        self._citizens, self._documentation, self._p = citizens, documentation, p
        self._exits_to = exits_to
        self._district = district.astype(np.int64)
        self._odds = practice.odds()
        self._known: dict[tuple[str, float, float], Floats] = {}
        self._share = share
        self._streams = {name: luck.stream(f"team.{name}") for name in ("order", "return", "outcome")}
        n = int(self._district.max()) + 1
        by_district = np.bincount(self._district, share, n) / share.sum()
        self._speed = np.bincount(self._district, share * speed, n) / share.sum() / by_district
        self._follows = chance_in_a_month(follows)
        self.teams = Store(
            model, RehabilitationTeam, n, {"share": by_district, "planned": by_district * scale * p.value("team.cases")},
            first_id=first_id,
        )
        self.slots_factor = np.ones(n)
        self.price_odds = dict.fromkeys(AWARDS, 1.0)
        self._closed: list[tuple[int, npt.NDArray[np.bool_], int | None]] = []
        nobody = np.zeros(0, np.int64)
        self.month = TeamMonth(nobody, np.zeros(0, np.uint8), nobody, nobody, nobody)

    def decide(self, now: Month) -> None:
        """Each team decides as many cases as it can."""
        waiting = np.flatnonzero(self._citizens["stage"] == QUEUED)
        is_new = self._citizens["queued"][waiting] == now
        rows, team = self._in_order(waiting[~is_new], now)
        self._decide(rows[self._taken(team)], now)
        self._plan(np.bincount(self.team_of(waiting[is_new]), minlength=self.teams.size))

    def _plan(self, submitted: npt.NDArray[np.int64]) -> None:
        """Next months' meetings: what is submitted, and the queue within the months in which it is to be worked off."""
        queue, planned = self.teams["queue"], self.teams["planned"]
        planned += self._follows * (submitted + queue / self._p.months("team.clears") - planned)
        queue += submitted.astype(np.int32)

    def granted(self, now: Month) -> list[Due]:
        """Decisions of last month take effect; for those who have moved this month, next month."""
        c = self._citizens
        rows = np.flatnonzero((c["stage"] == GRANTED) & (c["since"] != now))
        to = c["need"][rows]
        self._documentation.drop(rows)
        return [Due(rows[to == code], to[to == code], f"team:{NAMES[code]}") for code in np.unique(to).tolist()]

    def team_of(self, rows: Rows) -> npt.NDArray[np.int64]:
        """District of each citizen's team."""
        return np.asarray(self._district[row_of(self._citizens, rows)])

    def _in_order(self, queue: Rows, now: Month) -> tuple[Rows, npt.NDArray[np.int64]]:
        c, p = self._citizens, self._p
        team = self.team_of(queue)
        weeks = np.where(IS_SICK[c["status"][queue]], p.months("team.deadline_sick_listed"), p.months("team.deadline"))
        deadline = (c["queued"][queue].astype(np.int64) + weeks).astype(np.uint64)
        luck = self._streams["order"].bits(now, queue) >> np.uint64(32)
        order = np.argsort((team.astype(np.uint64) << np.uint64(48)) | (deadline << np.uint64(32)) | luck, kind="stable")
        return queue[order], team[order]

    def _taken(self, team: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Which cases of a queue in order of team are decided now."""
        t = self.teams
        t["slots"][:] = t["planned"] * self._speed * self._p.value("team.capacity") * self.slots_factor
        self.slots_factor[:] = 1
        room = np.where(t["slots"] > 0, t["carried"] + t["slots"], 0.0)
        waiting = np.bincount(team, minlength=t.size)
        place = np.arange(team.size) - (np.cumsum(waiting) - waiting)[team]
        taken = place < np.floor(room + 1e-9)[team]
        done = np.bincount(team[taken], minlength=t.size)
        t["carried"][:] = np.minimum(room - done, 1.0)
        t["queue"][:] = waiting - done
        return np.asarray(taken)

    def _decide(self, rows: Rows, now: Month) -> None:
        c, p = self._citizens, self._p
        asked = c["need"][rows].copy()
        beyond_doubt = c["documented"][rows] >= BEYOND_DOUBT
        returned = (self._streams["return"].uniform(now, rows) < p.share("team.returned", rows)) & ~beyond_doubt
        granted, instead = self._chances(rows, asked, now)
        choice = self._streams["outcome"].choose(now, rows, np.stack([granted, instead, np.maximum(1 - granted - instead, 0)], axis=1))
        choice[beyond_doubt] = 0
        to = np.where(choice == 1, np.uint8(CODE["ressourceforloeb"]), asked)
        choice, to = self._without_closed(rows, choice, to)
        outcome = _OUTCOME_OF[to]
        outcome[choice == 2] = OUTCOMES.index("back")
        outcome[returned] = OUTCOMES.index("returned")
        self.month = TeamMonth(
            rows, asked, outcome, now - c["queued"][rows].astype(np.int64), now - c["need_since"][rows].astype(np.int64)
        )
        self._documentation.book.leave("team", rows, self.month.waited)
        awarded = (choice < 2) & ~returned
        c["stage"][rows] = GRANTED
        c["need"][rows[awarded]] = to[awarded]
        self._documentation.returned(rows[returned])
        self._documentation.drop(rows[(choice == 2) & ~returned])

    def _without_closed(self, rows: Rows, choice: npt.NDArray[np.int64], to: Codes) -> tuple[npt.NDArray[np.int64], Codes]:
        """Decisions without the awards that policies have closed this month: back (choice 2), or another award. To whom one policy
        closes an award it is closed, whatever another one gives instead."""
        awarded, before = choice < 2, to.copy()
        for award, closed, instead in sorted(self._closed, key=lambda c: (c[2] is None, c[2] or 0, c[0])):
            concerned = awarded & (before == award) & closed[rows]
            if instead is None:
                choice = np.where(concerned, 2, choice)
            else:
                to = np.where(concerned, np.uint8(instead), to)
        self._closed.clear()
        return choice, to

    def _chances(self, rows: Rows, asked: Codes, now: Month) -> tuple[Floats, Floats]:
        """Chances that each case is granted, and gets a ressourceforløb instead. The municipality's practice shifts the odds;
        over the country the chance is the national one."""
        c = self._citizens
        source = c["status"][rows]
        under_40 = (now - c["birth_month"][rows].astype(np.int64) < 12 * PUT_OFF_BELOW).astype(np.int64)
        granted, instead = self._national(rows, source, asked, under_40, now)
        municipality = row_of(c, rows)
        differences = np.broadcast_to(self._p.value("practice.differences", rows), rows.size)
        own_price = self._p.own.value("incentive.submission")
        local = granted.copy()
        for name, price in self.price_odds.items():
            asks = np.flatnonzero(asked == CODE[name])
            if name in self._odds:
                for mean, differs in sorted(set(zip(granted[asks].tolist(), differences[asks].tolist(), strict=True))):
                    these = asks[(granted[asks] == mean) & (differences[asks] == differs)]
                    local[these] = self._by_municipality(name, mean, differs)[municipality[these]]
            if price != 1:
                odds = price ** (self._p.value("incentive.submission", rows[asks]) / own_price)
                local[asks] = odds * local[asks] / (1 - local[asks] + odds * local[asks])
        rest = np.divide(1 - local, 1 - granted, out=np.zeros_like(local), where=granted < 1)
        return local, instead * rest

    def _by_municipality(self, award: str, mean: float, differences: float) -> Floats:
        """Chance of an award in each municipality when it is ``mean`` in the country, and municipalities differ so much."""
        if (award, mean, differences) not in self._known:
            self._known[award, mean, differences] = shares_around(mean, differences * np.log(self._odds[award]), self._share)
        return self._known[award, mean, differences]

    def _national(self, rows: Rows, source: Codes, asked: Codes, under_40: npt.NDArray[np.int64], now: Month) -> list[Floats]:
        """Chances that each case is granted, and gets a ressourceforløb instead, on average over municipalities."""
        tables = [decisions.at(now) for decisions in self._p.table(self._read_decisions)]
        version = self._p.version(rows) if len(tables) > 1 else np.zeros(rows.size, np.int64)
        return [np.stack([table[k] for table in tables])[version, source, asked, under_40] for k in (0, 1)]

    def _read_decisions(self, p: Parameters) -> Decisions:
        return Decisions(p, self._exits_to)

    def close(self, award: int, closed: npt.NDArray[np.bool_], instead: int | None = None) -> None:
        """Give nobody an award this month who is ``closed`` to it, one value a citizen: his case goes back to the ordinary effort, or
        gets the award ``instead``."""
        self._closed.append((award, closed, instead))

    def scale_slots(self, factor: float, where: Floats) -> None:
        """Multiply the cases that can be decided this month; ``where``: 1 in the municipalities that it concerns, 0 in others."""
        covered = np.bincount(self._district, self._share * (1 - where + factor * where), self.teams.size)
        self.slots_factor *= covered / np.bincount(self._district, self._share, self.teams.size)
