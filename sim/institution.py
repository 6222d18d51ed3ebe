"""The institution as a whole: municipalities, caseworkers, documentation and teams, and the needs that clocks raise.

:class:`Institution` decides with limited hours and slots. :class:`AtOnce` decides every need in the month in which it
arises, as the analytic twin does: congestion is what lies between the two.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from agents.calendar import Month
from agents.caseworker import Caseworker
from agents.citizen import GRANTED
from agents.column import Rows, Store
from agents.column_set import ColumnSet
from agents.employer import Employer
from agents.luck import Luck
from agents.measures import SUPPORTS
from agents.mistake import Mistake, unknown
from agents.municipality import Municipality
from agents.population import Margins
from agents.rehabilitation_team import RehabilitationTeam
from agents.statuses import CODE, STATUSES, mask
from agents.target_groups import TARGET_GROUPS
from sim.activity_record import ActivityRecorder
from sim.casework import Casework
from sim.change_log import (
    ChangeLog,
    Events,
    case_values,
    caseworker_values,
    contact_values,
    employer_values,
    measure_values,
    sanction_values,
    support_values,
)
from sim.decisions import DECIDED, IS_AWARD, REVISITED, UNDER_40, Decisions
from sim.documentation import Documentation
from sim.employers import Employers
from sim.fleksjob import FLEKSJOB, LEDIGHEDSYDELSE
from sim.in_force import InForce
from sim.incentives import Incentives
from sim.institution_record import InstitutionRecorder
from sim.intensities import Intensities
from sim.measures import Measures
from sim.parameters import Parameters
from sim.practice import districts, read_practice
from sim.race import RowFactor
from sim.rules import Due, Moved
from sim.sanctions import Sanctions
from sim.staff import Changes, Staff, expected_clients
from sim.teams import Practice, Teams

Floats = npt.NDArray[np.float64]
State = dict[str, npt.NDArray[Any]]

_QUICKLY = 4.0
"""Speed, a year, at which teams' meetings followed submissions before the count: within months."""
_ENDS_CASE = mask([s.name for s in STATUSES if s.group in ("gone",) or s.name in ("employment", "education", "efterloen")]) | IS_AWARD
"""Statuses whose entry ends an open case: work, education, retirement, an award."""


class AtOnce:
    """Every need is decided in the month in which it arises, without hours or queues: the world of the analytic twin."""

    def __init__(self, p: Parameters, intensities: Intensities, luck: Luck) -> None:
        self._decisions = Decisions(p, intensities.to)
        self._instead = luck.stream("at_once.ressourceforloeb_instead")
        self._kept: tuple[Floats, tuple[bool, bool], Floats] | None = None

    def thin(self, table: Floats, to: npt.NDArray[np.uint8], now: Month) -> Floats:
        """Awards that are not refused: the same table as long as the one given and the rules of decisions stay the same."""
        regime = self._decisions.regime(now)
        if self._kept is None or self._kept[0] is not table or self._kept[1] != regime:
            self._kept = (table, regime, self._decisions.kept(table, to, now)[0])
        return self._kept[2]

    def take(self, move: Due, source: npt.NDArray[np.uint8], profile: npt.NDArray[np.uint8], now: Month) -> Due:
        """Some of the awards that clocks ring for are a ressourceforløb instead."""
        if move.cause != "clock":
            return move
        granted, instead = self._decisions.at(now)
        under_40 = UNDER_40[profile].astype(np.int64)
        as_asked, other = (shares[source, move.to, under_40] for shares in (granted, instead))
        chance = np.divide(other, as_asked + other, out=np.zeros(move.rows.size), where=as_asked + other > 0)
        diverted = self._instead.uniform(now, move.rows) < chance
        return Due(move.rows, np.where(diverted, np.uint8(CODE["ressourceforloeb"]), move.to), move.cause)


    def keep_staff(self, now: Month) -> None:
        """Nobody is needed."""

    def meet_citizens(self, now: Month) -> list[Due]:
        """Nobody meets."""
        return []

    def take_effect(self, now: Month) -> list[Due]:
        """Nothing waits."""
        return []

    def decide_cases(self, now: Month) -> None:
        """Nothing waits."""

    def run_measures(self, now: Month) -> list[Due]:
        """There are no measures."""
        return []

    def moved(self, moved: Moved, now: Month) -> None:
        """No case is open."""

    def record(self, now: Month) -> None:
        """Nothing is kept."""

    @property
    def row_factors(self) -> list[RowFactor]:
        """Neither contact nor measures change anything."""
        return []


class Institution:
    """98 municipalities with their caseworkers and rehabilitation teams.

    Args:
        model: owner of the agents.
        citizens: the population.
        in_force: parameters as they are in force.
        intensities: the table of moves.
        margins, before: of the count, and of the first month of the history (the same without one): staff is planned for the
            people at the beginning and follows them from there.
        luck: where draws come from.
        scale: share of the population simulated.
        start: first month.
        months: number of months.
        state: what the institution of the past ended with, or None.
        register: keep a log of who had which caseworker.
        records: book what caseworkers did, who was at risk, measures, sanctions and employers.

    Attributes:
        municipalities, staff, documentation, casework, teams: the parts.
        recorder: what happened, month by month.
    """

    def __init__(
        self, model: Any, citizens: Store, in_force: InForce, intensities: Intensities, margins: Margins, before: Margins, luck: Luck, *,
        scale: float, start: Month, months: int, state: State | None, register: bool, records: bool,
    ) -> None:
        self._citizens = citizens
        p = in_force.own
        practice = read_practice(p, before)
        share = practice["share"].astype(np.float64)
        practice["district"] = districts(share, practice["caseload"], scale)
        practice["team_district"] = districts(share, practice["team_speed"], scale)
        self.municipalities = Store(model, Municipality, share.size, practice, first_id=citizens.size)
        in_the_past = start < p.month("vintage.first_month")
        columns = {name: column.astype(np.float64) for name, column in practice.items()}
        district = practice["district"]
        self.staff = Staff(
            model, citizens, in_force, luck, district=district, caseload=columns["caseload"], trained=columns["trained_share"],
            expected=expected_clients(before.stock, before.municipality),
            later=expected_clients(margins.stock, margins.municipality), scale=scale, now=start - 1,
            first_id=citizens.size + share.size, follows=np.inf if in_the_past else p.value("casework.follows"),
        )
        self.documentation = Documentation(
            citizens, self.staff, in_force, luck, share=share, demand=columns["documentation_demand"],
            health_cooperation=columns["health_cooperation"],
        )
        self.employers = Employers(
            model, citizens, in_force, luck, share=share, region=practice["region"], cooperation=columns["employer_cooperation"],
            outreach=columns["company_places"] / p.share("practice.company_places.mean"), scale=scale,
            first_id=citizens.size + share.size + self.staff.caseworkers.size + share.size,
        )
        self.measures = Measures(
            citizens, self.employers, in_force, luck, intensities.to, columns["company_places"] / p.share("practice.company_places.mean")
        )
        self.sanctions = Sanctions(citizens, in_force, luck, intensities.to, columns["sanction_strictness"])
        self.casework = Casework(
            citizens, self.staff, self.documentation, self.measures, in_force, luck, intensities.to, start - 1
        )
        self.teams = Teams(
            model, citizens, self.documentation, intensities.to, in_force, luck, district=practice["team_district"], share=share,
            speed=columns["team_speed"], scale=scale, first_id=citizens.size + share.size + self.staff.caseworkers.size, follows=_QUICKLY if in_the_past else p.value("team.follows"),
            practice=Practice(columns["pension_restrictiveness"], columns["fleksjob_restrictiveness"], columns["revalidering_use"]),
        )
        if state is not None:
            self.staff.take_over(state)
            self.employers.take_over(state)
            for name in ("carried", "planned"):
                self.teams.teams[name][:] = state[name]
        self._logs: dict[str, ChangeLog] = {}
        if register:
            self._logs = {kind: ChangeLog(values) for kind, values in self._values(start - 1).items()}
        self.measures.settle(start - 1)
        self.recorder = InstitutionRecorder(
            self.municipalities, self.staff, self.documentation, self.teams, start, months, of_clients=records
        )
        self._activity = None
        if records:
            self._activity = ActivityRecorder(citizens, self.measures, self.employers, practice["region"], start, months)
        self._changes: Changes

    # ---------------------------------------------------------------- phases of the month
    def keep_staff(self, now: Month) -> None:
        """Phase 5: caseworkers leave and come; everybody who needs one has a caseworker."""
        self._changes = self.staff.keep(now)

    def meet_citizens(self, now: Month) -> list[Due]:
        """Phase 6: contacts, plans, case preparation."""
        return self.casework.meet(now)

    def run_measures(self, now: Month) -> list[Due]:
        """Phase 7: measures end and begin, places are found, breaches are sanctioned."""
        self.measures.run(now)
        c = self._citizens
        has_time = np.zeros(c.size, bool)
        clients = self.staff.clients
        has_time[clients] = self.staff.caseworkers["minutes"][c["caseworker"][clients]] > 0
        sanctioned, moves = self.sanctions.decide(self.casework.missed, self.measures.broken, has_time, now)
        self.casework.book_sanctions(sanctioned)
        return moves

    def take_effect(self, now: Month) -> list[Due]:
        """Phase 8: what the teams granted last month takes effect; a fleksjob when an employer takes the citizen."""
        moves = []
        for move in self.teams.granted(now):
            to = move.to.copy()
            begins = np.flatnonzero(to == FLEKSJOB)
            if begins.size:
                found = self.measures.begin_fleksjob(move.rows[begins], now)
                to[begins[~found]] = LEDIGHEDSYDELSE
            stays = to == self._citizens["status"][move.rows]
            moves.append(Due(move.rows[~stays], to[~stays], move.cause))
        return moves

    def decide_cases(self, now: Month) -> None:
        """Phase 8: certificates come, teams decide."""
        self.documentation.progress(now)
        self.teams.decide(now)

    def respond(self, incentives: Incentives) -> None:
        """What the law of money does to the choice of measures, to paid hours and to decisions this month."""
        self.measures.offers.instrument, self.measures.hours_gain = incentives.instrument, incentives.hours
        self.teams.price_odds = incentives.awards

    def staff_work(self) -> dict[str, float]:
        """What staff did this month: minutes of caseworkers, those that policies added, hours of outreach, cases decided,
        certificates and psychiatric examinations asked for."""
        done = self.recorder.done - 1
        if done < 0:
            return dict.fromkeys(("minutes", "minutes_added", "outreach_hours", "outreach_added", "decided", "certificates", "examinations"), 0.0)
        asked = {queue: float(self.recorder.entered(queue)) for queue in ("certificate", "psychiatry")}
        return {
            "minutes": float(self.staff.caseworkers["minutes"].sum(dtype=np.int64)), "minutes_added": self.staff.minutes_added,
            "outreach_hours": self.employers.hours, "outreach_added": self.employers.hours_added,
            "decided": float(self.recorder.decided[done].sum()), "certificates": asked["certificate"], "examinations": asked["psychiatry"],
        }

    def record(self, now: Month) -> None:
        """Phase 11: book the month."""
        self.recorder.close_month(self._changes, self.casework.month, self.documentation)
        measures, sanctions = self.measures.close_month(), self.sanctions.close_month()
        if self._activity is not None:
            self._activity.close_month(now, measures, sanctions)
        if self._logs:
            for kind, values in self._values(now).items():
                self._logs[kind].note(now, values)

    @property
    def activity(self) -> ActivityRecorder:
        """Measures, sanctions and employers, month by month. Raises Mistake when no records are kept."""
        if self._activity is None:
            raise Mistake("this model keeps no records of what the institution did (records=False)")
        return self._activity

    def _values(self, now: Month) -> dict[str, npt.NDArray[np.int64]]:
        """What the register keeps beside the status, by kind of spell, one number a citizen."""
        c, employers = self._citizens, self.employers.employers
        return {
            "caseworker": caseworker_values(c["caseworker"], self.staff.caseworkers["holder"]),
            "case": case_values(c["need"], c["stage"]),
            "measure": measure_values(c["measure"], c["referred"]),
            "support": support_values([c[f"{name}_until"] for name in SUPPORTS], now),
            "sanction": sanction_values(c["sanction"], c["sanctioned"], c["sanction_until"], now),
            "employer": employer_values(c["employer"], employers["sector"], employers["size_class"]),
            "contact": contact_values(c["contact_due"]),
        }

    def changes(self) -> dict[str, Events]:
        """What changed beside the status, by kind of spell. Empty without a register."""
        return {kind: log.events() for kind, log in self._logs.items()}

    # ---------------------------------------------------------------- moves that are somebody's to decide
    def thin(self, table: Floats, to: npt.NDArray[np.uint8], now: Month) -> Floats:
        """Needs arise whether or not they will be met."""
        return table

    def take(self, move: Due, source: npt.NDArray[np.uint8], profile: npt.NDArray[np.uint8], now: Month) -> Due:
        """Clocks raise needs; what falls due by a rule comes before the team as clarified beyond doubt. Who has been granted
        an award waits for it, whatever a clock or the law says; only a policy's own rule takes him elsewhere."""
        if not move.cause.startswith("policy:"):
            free = self._citizens["stage"][move.rows] != GRANTED
            move, source = Due(move.rows[free], move.to[free], move.cause), source[free]
        decided = DECIDED[source, move.to]
        by_clock = move.cause == "clock"
        self.documentation.raise_needs(move.rows[decided], move.to[decided], now, beyond_doubt=not by_clock)
        at_once = ~decided
        if by_clock:
            revisited = REVISITED[source, move.to]
            no_case = self._citizens["need"][move.rows] == 0  # with an open case nobody asks for another visitation group
            self._citizens["label_need"][move.rows[revisited & no_case]] = move.to[revisited & no_case]
            at_once &= ~revisited
        rows, to = move.rows[at_once], move.to[at_once]
        begins = np.flatnonzero(to == FLEKSJOB)
        if begins.size:  # a fleksjob begins only with an employer
            found = self.measures.begin_fleksjob(rows[begins], now)
            kept = np.ones(rows.size, bool)
            kept[begins[~found]] = False
            rows, to = rows[kept], to[kept]
        return Due(rows, to, move.cause)

    def moved(self, moved: Moved, now: Month) -> None:
        """Citizens have moved: whose case that ends is no longer in any queue, whose measure that ends leaves it."""
        self.measures.moved(moved, now)
        self.sanctions.moved(moved, now)
        over = (self._citizens["need"][moved.rows] > 0) & _ENDS_CASE[moved.to]
        self.documentation.drop(moved.rows[over])

    # ---------------------------------------------------------------- what others read
    @property
    def row_factors(self) -> list[RowFactor]:
        """What contact, measures and sanctions do to exits."""
        return [self.casework.factor, *self.measures.factors, self.sanctions.factor]

    @property
    def agent_sets(self) -> dict[type, ColumnSet]:
        """Sets of agents by kind; caseworkers are those in positions that are open."""
        return {
            Municipality: ColumnSet(self.municipalities, np.arange(self.municipalities.size)),
            Caseworker: ColumnSet(self.staff.caseworkers, self.staff.open_positions),
            RehabilitationTeam: ColumnSet(self.teams.teams, np.arange(self.teams.teams.size)),
            Employer: ColumnSet(self.employers.employers, np.arange(self.employers.employers.size)),
        }

    def state(self) -> State:
        """Everything that is to go on in a model that starts where this one ends."""
        return {**self.staff.state(), **self.employers.state(), "carried": self.teams.teams["carried"], "planned": self.teams.teams["planned"]}

    # ---------------------------------------------------------------- what policies do, ``where`` (1 or 0 by municipality)
    def scale_hours(self, factor: float, groups: tuple[str, ...], where: Floats) -> None:
        """Multiply the hours of some target groups' caseworkers (of all without names) this month."""
        self.staff.scale_hours(factor, _groups(groups), where)

    def cap_caseload(self, cap: float, groups: tuple[str, ...], where: Floats) -> None:
        """Hire caseworkers so that none of some target groups (of all without names) has more than ``cap`` citizens."""
        self.staff.cap_caseload(cap, _groups(groups), where)

    def scale_slots(self, factor: float, where: Floats) -> None:
        """Multiply the cases that teams can decide this month."""
        self.teams.scale_slots(factor, where)

    def scale_outreach(self, factor: float, where: Floats) -> None:
        """Multiply the hours in which jobcentres find places with employers this month."""
        self.employers.outreach_factor *= 1 - where + factor * where

    def scale_quota(self, factor: float, where: Floats) -> None:
        """Multiply the supported persons that the law allows an employer this month."""
        self.employers.quota_factor *= 1 - where + factor * where



def _groups(names: tuple[str, ...]) -> Rows:
    """Numbers of target groups by name; of all without names."""
    known = [g.name for g in TARGET_GROUPS]
    for name in names:
        if name not in known:
            raise unknown("target group", name, known)
    return np.array([known.index(name) for name in names or known])
