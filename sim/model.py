"""The model: read :meth:`BenefitModel.step` and you know what happens in a month."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import mesa
import numpy as np
import numpy.typing as npt
import pandas as pd
from mesa.agent import AgentSet

from agents.calendar import Month, label, month
from agents.caseworker import Caseworker
from agents.citizen import Citizen
from agents.column import Rows, Store
from agents.column_set import ColumnSet, MixedAgentSet
from agents.employer import Employer
from agents.luck import ALWAYS, Luck, Stream
from agents.measures import MEASURE_CODE, SUPPORTS
from agents.mistake import Mistake, unknown
from agents.municipality import Municipality
from agents.past_support import IS_SUPPORT, after_move
from agents.population import Margins
from agents.rehabilitation_team import RehabilitationTeam
from agents.statuses import CODE, CONTINUES_SPELL, COUNT, RESIDENT, mask
from agents.traits import TraitMargins, draw_traits
from policies.protocol import Policy
from policies.registry import refuse_conflicts
from sim.change_log import Events
from sim.coverage import joins
from sim.decisions import AWARDS
from sim.demography import Demography
from sim.history import SELECTION_COLUMNS, people_before, staffing_margins
from sim.household import Households
from sim.in_force import InForce
from sim.institution import AtOnce, Institution
from sim.integration import IntegrationProgramme
from sim.intensities import Intensities, select_classes
from sim.margins import read_margins
from sim.measures import OFFER
from sim.money import Money, Others
from sim.moves import Deed, MonthMoves, check_factor
from sim.parameters import Parameters, load
from sim.race import BLOCK, Race, RowFactor
from sim.record import Recorder
from sim.register import Past, Spells, past_of, pensions_table, persons_table, spells_of, spells_table
from sim.rules import Due, Moved, Rules
from sim.staff import SMALLEST_CAP
from sim.traits import read_traits

SMALLEST_SCALE = 0.001
_RESIDENT = mask([s.name for s in RESIDENT])


class BenefitModel(mesa.Model):  # type: ignore[misc]  # mesa is untyped
    """Denmark's benefit system, month by month.

    Args:
        scale: share of the population simulated, 0.001 to 1. Results are national: every citizen stands for
            1 / scale persons.
        months: number of months to simulate.
        start: first simulated month, ``"YYYY-MM"``: by default the vintage's, the one after its count, whose people have
            lived a history; the first month of that history gives the history itself.
        seed: luck. The same seed under two rule sets gives every citizen the same luck; None draws one.
        policies: policies in force.
        parameters: parameters, a vintage's by default.
        threads: threads for the clocks. Results do not depend on it.
        block: citizens handled at a time. Results do not depend on it.
        register: keep a log of every move.
        decide_at_once: decide every need in the month in which it arises, without caseworkers, hours and queues: the world
            of the analytic twin. What differs from it is congestion.
        citizen_class: your own subclass of Citizen.
        progress: called after each month of the history; nobody calls it when that has been lived already.
        other_laws: parameters and policies by name: what their law of money would cost if everybody stayed where they are.

    Attributes:
        deeds: what each policy did so far, by its name.
        touched: whether a policy has acted on each citizen's own moves or rules so far; the lives of others change through
            scarce hours and slots only.

    Raises:
        Mistake: for input that cannot be used, before anything is simulated.
    """

    def __init__(
        self,
        scale: float = 0.01,
        months: int = 120,
        start: str | None = None,
        seed: int | None = 1,
        policies: Sequence[Policy] = (),
        parameters: Parameters | None = None,
        threads: int = 1,
        block: int = BLOCK,
        register: bool = False,
        decide_at_once: bool = False,
        citizen_class: type[Citizen] = Citizen,
        progress: Callable[[], Any] | None = None,
        other_laws: Others | None = None,
    ) -> None:
        seed = secrets.randbits(62) if seed is None else seed
        super().__init__(rng=seed)
        if not SMALLEST_SCALE <= scale <= 1:
            raise Mistake(f"scale = {scale:g} must lie between {SMALLEST_SCALE:g} and 1 (1 = all of Denmark)")
        if months < 1:
            raise Mistake(f"months = {months} must be at least 1")
        refuse_conflicts(policies)
        self.parameters = parameters if parameters is not None else load()
        self.scale = scale
        self.months = months
        self.start: Month = self.parameters.month("vintage.first_month") if start is None else month(start)
        self.month: Month = self.start - 1
        self.luck = Luck(seed)
        self.policies = sorted(policies, key=lambda policy: policy.name)

        margins, self.intensities, traits = self.parameters.once(_foundations)
        self.start_population, self.lived = people_before(
            self.parameters, margins, scale=scale, start=self.start, cohorts=months, luck=self.luck,
            register=register, decide_at_once=decide_at_once, threads=threads, progress=progress,
        )
        people = self.start_population
        people.columns.update(draw_traits(traits, people.columns["status"], np.arange(people.size), self.luck))
        self.population = Store(self, citizen_class, people.size, people.columns)
        self.race = Race(self.population, self.luck, threads=threads, block=block)
        self._agent_sets = {citizen_class: ColumnSet(self.population, self._resident_rows)}
        self.in_force = InForce(self.parameters, self.population, margins.region_of.size)
        self.institution: Institution | None = None
        self._decides: Institution | AtOnce = AtOnce(self.parameters, self.intensities, self.luck)
        if not decide_at_once:
            self._decides = self.institution = Institution(
                self, self.population, self.in_force, self.intensities, margins,
                staffing_margins(self.parameters, margins), self.luck,
                scale=scale, start=self.start, months=months, state=self.lived.institution if self.lived else None, register=register,
            )
            self._agent_sets |= self.institution.agent_sets
        self._prepare_policies()
        self.touched = np.zeros(people.size, bool) if self.institution is None else self.institution.measures.touched
        self.money: Money | None = None
        if self.institution is not None and self.start >= self.parameters.month("vintage.first_month"):
            self.money = Money(
                self.population, self.parameters, self.policies, self.luck, self.intensities.to, start=self.start, months=months,
                weight=1 / scale, touched=self.touched, region=self.institution.municipalities["region"], staff=self.institution.staff_work,
                others=other_laws or {}, threads=threads,
            )
        self.rules = Rules(self.parameters, self.luck)
        self.demography = Demography(self.population, self.parameters, self.luck, now=self.month)
        self.households = Households(self.population, margins.household, self.luck)
        self.integration = IntegrationProgramme(self.population, self.in_force, self.luck)
        self._age_gates = [
            RowFactor.on_one(exit_.source, exit_.slot, self.demography.may_take_efterloen, 1.0)
            for exit_ in self.intensities.exits
            if exit_.to == CODE["efterloen"]
        ]
        self.recorder = Recorder(self.population, self.start, months, keep_log=register)
        self._before = (self.population["status"].copy(), self.population["since"].copy()) if register else None
        self._pensioners = self.rows_in("foertidspension")
        self._old_pensions = np.zeros(months + 1, np.int64)
        self._old_pensions[0] = self._pensioners.size
        self.datacollector = mesa.DataCollector(model_reporters={s.name: partial(_persons, code=s.code) for s in RESIDENT})
        self.datacollector.collect(self)

    def _prepare_policies(self) -> None:
        """Who acts, where, since when, with which draws, and what came of it."""
        self._acting: Policy | None = None
        self._joined = {id(policy): self._joins(policy) for policy in self.policies if policy.is_local}
        self._enacted: set[int] = set()
        self.deeds: dict[str, set[Deed]] = {policy.name: set() for policy in self.policies}
        self._policy_streams: dict[str, Stream] = {}

    # ---------------------------------------------------------------- the month
    def step(self) -> None:
        """One month. The order is part of the model; phases without a line belong to agents still to come."""
        self._open_month()
        self._bring_policies_into_force()  # 1 calendar and rules in force
        self._open_books()  # 1 the law of money, and what it does to people and municipalities
        self._apply(self.demography.live(self.month))  # 2 demography and migration
        self._apply(self.households.live(self.month, self.demography.profile))  # 2 households and the means test
        self._decides.keep_staff(self.month)  # 5 caseworkers leave and come, citizens are assigned
        self._apply(self._decides.meet_citizens(self.month))  # 6 contacts, plans, case preparation
        self._apply(self.integration.end(self.month))  # 7 the integration programme
        self._apply(self._decides.run_measures(self.month))  # 7 active measures, places with employers, sanctions
        self._apply(self._decides.take_effect(self.month))  # 8 what rehabilitation teams granted last month
        self._decides.decide_cases(self.month)  # 8 certificates come, rehabilitation teams decide
        self._apply(self._settle_moves())  # 9 moves between statuses
        self._close_books()  # 10 money
        self._record()  # 11 recording

    def run(self, progress: Any = None) -> "BenefitModel":
        """Run all months; ``progress`` is called after each."""
        while self.running:
            self.step()
            if progress is not None:
                progress()
        self.recorder.check()
        return self

    def _open_month(self) -> None:
        if not self.running:
            raise Mistake(f"the run of {self.months} months has ended with {label(self.month)}; make a longer one")
        self.month += 1

    def _bring_policies_into_force(self) -> None:
        for number, policy in enumerate(self.policies):
            if number in self._enacted and not policy.in_force(self.month):
                self._call(policy, "repeal", self)
                self._enacted.discard(number)
        for number, policy in enumerate(self.policies):
            if policy.in_force(self.month):
                if number not in self._enacted:
                    self._call(policy, "enact", self)
                    self._enacted.add(number)
                self._call(policy, "each_month", self)
        self.in_force.settle()

    def _open_books(self) -> None:
        if self.money is not None and self.institution is not None:
            self.institution.respond(self.money.open_month(self.month))

    def _settle_moves(self) -> list[Due]:
        """Policies adjust the moves, then clocks run, then what falls due."""
        if self.rules.replaced:
            self.touched |= mask(self.rules.replaced)[self.population["status"]]
        moves = MonthMoves(self, self.intensities, self.month, self.touched)
        for policy in self.policies:
            if policy.in_force(self.month):
                moves.policy, moves.covered = policy.name, self._covered_rows(policy)
                self._call(policy, "adjust", moves)
        due = self.rules.due(self.month, self.population)
        gates = [*self._age_gates, *self._decides.row_factors, *(self.money.factors if self.money is not None else [])]
        return moves.settle(self.race, self.population, self.demography.profile, gates, due, self._decides)

    def _apply(self, moves: Iterable[Due]) -> None:
        """Carry out the moves of a phase, in which nobody moves twice: the only place where a status changes."""
        store = self.population
        moved = Moved.from_here(moves, store["status"])
        rows, source, to = moved.rows, moved.source, moved.to
        if not rows.size:
            return
        self.recorder.moved(self.month, moved)
        self.integration.begin(self.month, moved)
        before = self.month - store["since"][rows]
        store["support"][rows] = after_move(store["support"][rows], before, IS_SUPPORT[source])
        store["status"][rows] = to
        store["since"][rows] = self.month
        begins = ~(CONTINUES_SPELL[source] & CONTINUES_SPELL[to])
        store["spell_since"][rows[begins]] = self.month
        self._decides.moved(moved, self.month)

    def _close_books(self) -> None:
        self._decides.record(self.month)
        if self.money is not None:
            self.money.close_month(self.month)

    def _record(self) -> None:
        self.recorder.close_month()
        store, rows = self.population, self._pensioners
        still = (store["status"][rows] == CODE["foertidspension"]) & (store["since"][rows] < self.start)
        self._pensioners = rows[still]
        self._old_pensions[self.recorder.done] = self._pensioners.size
        self.datacollector.collect(self)
        self.running = self.recorder.done < self.months

    # ---------------------------------------------------------------- results
    @property
    def weight(self) -> float:
        """Persons that one citizen stands for."""
        return 1 / self.scale

    def stocks(self) -> pd.DataFrame:
        """Stocks so far: month, status, citizens, persons, full_time_persons."""
        return self.recorder.stocks_table(self.weight)

    def flows(self) -> pd.DataFrame:
        """Moves so far: month, from_status, to_status, citizens, persons."""
        return self.recorder.flows_table(self.weight)

    def pensions(self) -> pd.DataFrame:
        """Førtidspension by month: month, awarded_before (the start), awarded_since, in persons."""
        return pensions_table(self._old_pensions, self.recorder, self.weight)

    def casework(self) -> pd.DataFrame:
        """What caseworkers did so far, by month, municipality and target group (``caseworkers.parquet``)."""
        return self._institution().recorder.casework_table()

    def queues(self) -> pd.DataFrame:
        """Queues so far, by month and municipality: doctors, documentation, rehabilitation teams (``queues.parquet``)."""
        return self._institution().recorder.queues_table()

    def decisions(self) -> pd.DataFrame:
        """Cases decided so far by month and outcome, in persons."""
        table = self._institution().recorder.decisions_table()
        return table.assign(persons=table["citizens"] * self.weight)

    def at_risk(self) -> pd.DataFrame:
        """Clients so far by month, target group and type at risk of staying (:mod:`agents.at_risk`), in persons."""
        table = self._institution().recorder.at_risk_table()
        return table.assign(persons=table["citizens"] * self.weight)

    def measures(self) -> pd.DataFrame:
        """Active measures and support so far by month, status and measure (``measures.parquet``)."""
        return self._institution().activity.measures_table()

    def sanctions(self) -> pd.DataFrame:
        """Sanctions so far by month, status and type (``sanctions.parquet``)."""
        return self._institution().activity.sanctions_table()

    def employer_places(self) -> pd.DataFrame:
        """Employers and their places so far by month, region, sector and size (``employers.parquet``)."""
        return self._institution().activity.employers_table()

    def accounts(self) -> pd.DataFrame:
        """Who paid whom how much so far, by month and account (``accounts.parquet``)."""
        return self._books().recorder.table()

    def static_accounts(self) -> pd.DataFrame:
        """The same under other laws, with everybody staying where they are in this run."""
        return self._books().static_table()

    def groups(self) -> pd.DataFrame:
        """Work, benefits, months of support and income by group of people (``groups.parquet``)."""
        return self._books().groups.table()

    def _books(self) -> Money:
        if self.money is None:
            raise Mistake("this model keeps no books: it has no caseworkers (decide_at_once=True), or lives the history")
        return self.money

    def _institution(self) -> Institution:
        if self.institution is None:
            raise Mistake("decide_at_once=True: this model has no caseworkers and no queues")
        return self.institution

    def selection(self) -> pd.DataFrame:
        """How the start population was chosen from those who lived: status, margin, category, asked, lived, got (see
        :func:`sim.history.choose`); empty without a history."""
        return self.lived.selection.copy() if self.lived is not None else pd.DataFrame(columns=list(SELECTION_COLUMNS))

    def persons(self) -> pd.DataFrame:
        """The register's persons: who they are."""
        return persons_table(self.population.arrays, self.lived.past if self.lived is not None else None, self.weight)

    def spells(self) -> pd.DataFrame:
        """The register's spells, those of the lived history included. Needs ``register=True``."""
        past = self.lived.past if self.lived is not None else None
        return spells_table(self._spells(), past, self.integration.spells(), self._changes())

    def past_of(self, chosen: Rows) -> Past:
        """What people chosen from this model's lived. Needs ``register=True``."""
        return past_of(self._spells(), self.integration.spells(), self.population.arrays, chosen, self._changes())

    def _changes(self) -> dict[str, Events]:
        return self.institution.changes() if self.institution is not None else {}

    def _spells(self) -> Spells:
        if self._before is None:
            raise Mistake("spells are kept only with register=True (--register)")
        return spells_of(*self._before, self.recorder, "start population")

    # ---------------------------------------------------------------- Mesa's view of the agents
    @property
    def citizens(self) -> ColumnSet:
        """Everybody who lives in Denmark now, is 18 or over and below the pension age. A set that stays current."""
        return next(iter(self._agent_sets.values()))

    @property
    def caseworkers(self) -> ColumnSet:
        """Everybody who holds a caseworker's position that is open now. A set that stays current."""
        return self._agents_of(Caseworker)

    @property
    def municipalities(self) -> ColumnSet:
        """The municipalities."""
        return self._agents_of(Municipality)

    @property
    def teams(self) -> ColumnSet:
        """The rehabilitation teams: one a municipality, or one a practice district in small runs."""
        return self._agents_of(RehabilitationTeam)

    @property
    def employers(self) -> ColumnSet:
        """The employers."""
        return self._agents_of(Employer)

    def _agents_of(self, kind: type) -> ColumnSet:
        if kind not in self._agent_sets:
            raise Mistake(f"decide_at_once=True: this model has no {kind.__name__}")
        return self._agent_sets[kind]

    @property
    def agents(self) -> AgentSet:
        """All agents: ordinary Mesa agents that you added, then citizens, municipalities, caseworkers, teams and employers."""
        return MixedAgentSet(super().agents, list(self._agent_sets.values()))

    @property
    def agent_types(self) -> list[type]:
        """Kinds of agents."""
        return [*super().agent_types, *self._agent_sets]

    @property
    def agents_by_type(self) -> dict[type, AgentSet]:
        """Sets of agents by kind."""
        return {**super().agents_by_type, **self._agent_sets}

    def _resident_rows(self) -> Rows:
        return np.flatnonzero(_RESIDENT[self.population["status"]])

    # ---------------------------------------------------------------- what a policy sees (policies.protocol.World)
    @property
    def population_size(self) -> int:
        """Number of rows."""
        return self.population.size

    def rows_in(self, *names: str) -> Rows:
        """Rows of everybody with one of the named statuses."""
        has = mask(list(names))[self.population["status"]]
        covered = self._covered_rows(self._acting)
        return np.flatnonzero(has if covered is None else has & covered)

    def column(self, name: str, rows: Rows | None = None) -> npt.NDArray[Any]:
        """A column, or a derived one (``age``, ``months_in_status``, ``months_in_spell``), of the given rows."""
        chosen = np.arange(self.population.size) if rows is None else rows
        return np.asarray(getattr(ColumnSet(self.population, chosen), name))

    def scale_hours(self, factor: float, *groups: str) -> None:
        """Multiply this month's hours of the caseworkers of some target groups, or of all."""
        check_factor(factor)
        self._note_factor(factor)
        if self.institution is not None:
            self.institution.scale_hours(factor, groups, self.where())

    def cap_caseload(self, cap: float, *groups: str) -> None:
        """Hire caseworkers this month so that none of some target groups, or of all, has more than ``cap`` citizens."""
        if not SMALLEST_CAP <= cap < np.inf:
            raise Mistake(f"cap {cap!r} must be a number of {SMALLEST_CAP} or more")
        self.note("acted")
        if self.institution is not None:
            self.institution.cap_caseload(cap, groups, self.where())

    def scale_slots(self, factor: float) -> None:
        """Multiply the cases that rehabilitation teams can decide this month."""
        check_factor(factor)
        self._note_factor(factor)
        if self.institution is not None:
            self.institution.scale_slots(factor, self.where())

    def scale_outreach(self, factor: float) -> None:
        """Multiply the hours in which jobcentres find places with employers this month."""
        check_factor(factor)
        self._note_factor(factor)
        if self.institution is not None:
            self.institution.scale_outreach(factor, self.where())

    def scale_quota(self, factor: float) -> None:
        """Multiply the supported persons that the law allows an employer this month (at least one each)."""
        check_factor(factor)
        self._note_factor(factor)
        if self.institution is not None:
            self.institution.scale_quota(factor, self.where())

    def offer_instead(self, measure: str, instead: str, share: float, rows: Rows | None = None) -> None:
        """Offer ``instead`` to a share of those (of ``rows``, or of all) who would be offered ``measure`` this month."""
        if not 0 <= share <= 1:
            raise Mistake(f"share {share!r} must lie between 0 and 1")
        for name in (measure, instead):
            if name not in MEASURE_CODE:
                raise unknown("measure", name, MEASURE_CODE)
        if self.institution is not None and self._acting is not None:
            self.note("neutral" if share == 0 else "nobody" if rows is not None and not len(rows) else "acted")
            by_row = self._by_row(rows, share)
            self.institution.measures.offer_instead(MEASURE_CODE[measure], MEASURE_CODE[instead], by_row, self._acting.name)

    def offer_to(self, rows: Rows, chance: float, support: str | None = None) -> None:
        """Give those of ``rows`` who are met this month, and have none, an offer of a measure, or of a support (a name of
        ``agents.measures.SUPPORTS``), with at least this chance."""
        if not 0 <= chance <= 1:
            raise Mistake(f"chance {chance!r} must lie between 0 and 1")
        if support is not None and support not in SUPPORTS:
            raise unknown("support", support, SUPPORTS)
        if self.institution is not None:
            self.note("acted" if len(rows) and chance else "nobody")
            self.institution.measures.at_least(support or OFFER, self._by_row(rows, chance))

    def change(self, path: str, *, factor: Any = None, value: Any = None) -> None:
        """Multiply a parameter of practice this month, or set it."""
        acting = self._acting
        assert acting is not None, "only a policy changes a parameter"
        if value is not None and path not in acting.sets:
            raise Mistake(f"parameter {path!r} is set and not multiplied: write {path!r} into the policy's class variable sets, so that conflicts are found")
        self.in_force.change(path, factor=factor, value=value, where=self.where() > 0, policy=acting.name)
        if not self._is_own(path, factor, value) and acting.touches:
            self._touch(self.rows_in(*acting.touches))

    def _is_own(self, path: str, factor: Any, value: Any) -> bool:
        """Whether a change of a parameter leaves it as it is; notes it."""
        neutral = np.all(np.asarray(factor) == 1) if value is None else np.array_equal(value, self.parameters[path].value)
        self.note("neutral" if neutral else "acted")
        return bool(neutral)

    def clarify(self, rows: Rows) -> None:
        """Decide what lasting work capacity calls for on the evidence at hand: cases of these rows are ready this month."""
        if self.institution is not None:
            self.institution.documentation.clarify(self._mine(rows), self.month)

    def release(self, rows: Rows) -> None:
        """Ask these rows to no interview this month."""
        if self.institution is not None:
            self.institution.casework.release(self._mine(rows))

    def invite(self, rows: Rows) -> None:
        """Ask these rows to an interview this month, if they have a caseworker."""
        if self.institution is not None:
            self.institution.casework.invite(self._mine(rows), self.month)

    def close_award(self, award: str, rows: Rows | None = None, *, instead: str | None = None) -> None:
        """Let teams give nobody (of these rows) this award this month, but none or another one."""
        for name in (award, instead or award):
            if name not in AWARDS:
                raise unknown("award", name, AWARDS)
        if self.institution is not None:
            closed = np.ones(self.population.size, bool) if rows is None else np.isin(np.arange(self.population.size), rows)
            covered = self._covered_rows(self._acting)
            closed = closed if covered is None else closed & covered
            self.note("acted")
            self._touch(np.flatnonzero(closed & (self.population["need"] > 0)))
            self.institution.teams.close(CODE[award], closed, None if instead is None else CODE[instead])

    def _by_row(self, rows: Rows | None, value: float) -> npt.NDArray[np.float64]:
        """A number for those of ``rows`` (or all) who live where the acting policy is in force, 0 for others, shape (population,)."""
        by_row = np.zeros(self.population.size)
        by_row[slice(None) if rows is None else rows] = value
        covered = self._covered_rows(self._acting)
        return by_row if covered is None else by_row * covered

    def _mine(self, rows: Rows) -> Rows:
        """Those of ``rows`` who live where the acting policy is in force: it acts on them, or on nobody."""
        covered = self._covered_rows(self._acting)
        found = rows if covered is None else rows[covered[rows]]
        self.note("acted" if len(found) else "nobody")
        self._touch(found)
        return found

    def _touch(self, rows: Rows) -> None:
        self.touched[rows] = True

    def note(self, deed: Deed) -> None:
        """Note what the acting policy did: so that a reform that changes nothing can be told why."""
        if self._acting is not None:
            self.deeds[self._acting.name].add(deed)

    def _note_factor(self, factor: Any) -> None:
        self.note("neutral" if np.all(np.asarray(factor) == 1) else "acted")

    def draw(self, name: str, rows: Rows) -> npt.NDArray[np.float64]:
        """A uniform draw in [0, 1) for each row this month."""
        return self._stream(name).uniform(self.month, rows)

    def draw_once(self, name: str, rows: Rows) -> npt.NDArray[np.float64]:
        """A uniform draw in [0, 1) for each row that is the same in every month."""
        return self._stream(name).uniform(ALWAYS, rows)

    def _stream(self, name: str) -> Stream:
        full = f"policy.{self._acting.name if self._acting else ''}.{name}"
        if full not in self._policy_streams:
            self._policy_streams[full] = self.luck.stream(full)
        return self._policy_streams[full]

    def _call(self, policy: Policy, hook: str, argument: Any) -> None:
        self._acting = policy
        columns = dict(self.population.arrays)
        statuses = None if type(policy).__module__.startswith("policies.") else columns["status"].tobytes()
        try:
            getattr(policy, hook)(argument)
            self._check_columns(columns, statuses)
        except (Exception, SystemExit) as error:
            kind = "" if isinstance(error, Mistake) else f"{type(error).__name__}: "
            raise Mistake(f"policy {policy.name!r}, {hook}, {label(self.month)}: {kind}{error}") from error
        finally:
            self._acting = None

    def _check_columns(self, before: dict[str, Any], statuses: bytes | None) -> None:
        """Raise Mistake when a policy has put another array in the place of a column, or has moved people behind the model's back."""
        for name, array in before.items():
            now = self.population.arrays.get(name)
            if now is not array:
                shape = "gone" if now is None else f"of shape {np.shape(now)}"
                raise Mistake(f"column {name!r} was replaced (now {shape}, it has shape {array.shape}); people change through the verbs of world and moves only")
        if statuses is not None and before["status"].tobytes() != statuses:
            raise Mistake("statuses were written; people move by moves.scale, moves.redirect and moves.due only")

    # ---------------------------------------------------------------- where policies are in force
    def _joins(self, policy: Policy) -> npt.NDArray[np.int64]:
        """Month in which each municipality joins a policy, shape (municipalities,)."""
        here = np.arange(self.in_force.version_of.size)
        district = here if self.institution is None else self.institution.municipalities["district"].astype(np.int64)
        begins = self.start if policy.start is None else max(self.start, month(policy.start))
        return joins(policy, district, begins)

    def where(self, policy: Policy | None = None) -> npt.NDArray[np.float64]:
        """1 in the municipalities in which a policy (the one that acts now, without one) is in force this month, 0 in others."""
        joined = self._joined.get(id(policy or self._acting))
        return np.ones(self.in_force.version_of.size) if joined is None else np.asarray(joined <= self.month, np.float64)

    def covered(self) -> npt.NDArray[np.bool_]:
        """Whether a policy that is not in force everywhere at once has joined where each citizen lives by this month."""
        here = np.zeros(self.population.size, bool)
        for policy in self.policies:
            rows = self._covered_rows(policy)
            here |= rows if rows is not None else False
        return here

    def _covered_rows(self, policy: Policy | None) -> npt.NDArray[np.bool_] | None:
        """Whether a policy is in force where each citizen lives; None when it is everywhere."""
        if id(policy) not in self._joined:
            return None
        return np.asarray(self.where(policy)[self.population["municipality"].astype(np.int64) - 1] > 0)


assert CONTINUES_SPELL.size == COUNT


def _foundations(p: Parameters) -> tuple[Margins, Intensities, TraitMargins]:
    """What parameters alone decide: who is there, how they move, and their traits."""
    margins = read_margins(p)
    intensities = Intensities(p, margins)
    return select_classes(margins, intensities), intensities, read_traits(p, margins.stock)


def _persons(model: BenefitModel, *, code: int) -> float:
    """A Mesa model reporter: persons with a status."""
    return float(model.recorder.stocks[model.recorder.done, code]) * model.weight
