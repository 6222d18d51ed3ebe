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
from agents.luck import Luck
from agents.mistake import Mistake
from agents.municipality import Municipality
from agents.past_support import IS_SUPPORT, WINDOW
from agents.population import Margins
from agents.rehabilitation_team import RehabilitationTeam
from agents.statuses import CODE, CONTINUES_SPELL, RESIDENT, mask
from agents.traits import TraitMargins, draw_traits
from policies.protocol import Policy
from policies.registry import refuse_conflicts
from sim import SMALLEST_SCALE
from sim.begin_and_end import enter_statuses
from sim.change_log import Events
from sim.demography import Demography
from sim.history import SELECTION_COLUMNS, people_before, staffing_margins
from sim.household import Households
from sim.in_force import InForce
from sim.institution import AtOnce, Institution
from sim.integration import IntegrationProgramme
from sim.intensities import Intensities, select_classes
from sim.margins import read_margins
from sim.money import Money, Others
from sim.moves import MonthMoves
from sim.parameters import Parameters, load
from sim.policy_world import PolicyWorld
from sim.race import BLOCK, Race, RowFactor
from sim.record import Recorder
from sim.register import Past, Spells, past_of, pensions_table, persons_table, spells_of, spells_table
from sim.rules import Due, Moved, Rules
from sim.traits import read_traits

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
        records: keep what caseworkers did, who was at risk, measures, sanctions, employers and groups of people, month by month. Nothing hangs on them; a run
            that is asked for other tables only saves a tenth of its time without.
        decide_at_once: decide every need in the month in which it arises, without caseworkers, hours and queues: the world
            of the analytic twin. What differs from it is congestion.
        citizen_class: your own subclass of Citizen.
        progress: called after each month of the history; nobody calls it when that has been lived already.
        other_laws: parameters and policies by name: what their law of money would cost if everybody stayed where they are.

    Attributes:
        world: the world as policies see it.
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
        records: bool = True,
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

        margins, self.intensities, traits = self.parameters.once(_foundations)
        self.start_population, self.lived = people_before(
            self.parameters, margins, scale=scale, start=self.start, cohorts=months, luck=self.luck,
            register=register, decide_at_once=decide_at_once, threads=threads, progress=progress,
        )
        people = self.start_population
        first = 0 if self.lived is None else people.adults  # who has lived has traits
        for name, values in draw_traits(traits, people.columns["status"][first:], np.arange(first, people.size), self.luck).items():
            people.columns[name][first:] = values
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
                records=records,
            )
            self._agent_sets |= self.institution.agent_sets
        self.touched = np.zeros(people.size, bool) if self.institution is None else self.institution.measures.offers.touched
        self.rules = Rules(self.parameters, self.luck)
        self.world = PolicyWorld(
            policies, self.citizens, start=self.start, weight=self.weight, luck=self.luck, rules=self.rules, in_force=self.in_force,
            institution=self.institution, touched=self.touched,
        )
        self.money: Money | None = None
        if self.institution is not None and self.start >= self.parameters.month("vintage.first_month"):
            self.money = Money(
                self.population, self.parameters, self.world.policies, self.luck, self.intensities.to, start=self.start, months=months,
                weight=1 / scale, touched=self.touched, region=self.institution.municipalities["region"], staff=self.institution.staff_work,
                others=other_laws or {}, threads=threads, records=records,
            )
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

    # ---------------------------------------------------------------- the month
    def step(self) -> None:
        """One month. The order is part of the model; the numbers are those of the list in docs/model.md."""
        self._open_month()
        self.world.bring_into_force()  # 1 calendar and rules in force
        self._open_books()  # 1 the law of money, and what it does to people and municipalities
        self._apply(self.demography.live(self.month))  # 2 demography and migration
        self._apply(self.households.live(self.month, self.demography.profile))  # 2 households and the means test
        self._decides.keep_staff(self.month)  # 3 caseworkers leave and come, citizens are assigned
        self._apply(self._decides.meet_citizens(self.month))  # 4 contacts, plans, case preparation
        self._apply(self.integration.end(self.month))  # 5 the integration programme
        self._apply(self._decides.run_measures(self.month))  # 5 active measures, places with employers, sanctions
        self._apply(self._decides.take_effect(self.month))  # 6 what rehabilitation teams granted last month
        self._decides.decide_cases(self.month)  # 6 certificates come, rehabilitation teams decide
        self._apply(self._settle_moves())  # 7 moves between statuses
        self._close_books()  # 8 money
        self._record()  # 8 recording

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

    def _open_books(self) -> None:
        if self.money is not None and self.institution is not None:
            self.institution.respond(self.money.open_month(self.month))

    def _settle_moves(self) -> list[Due]:
        """Policies adjust the moves, then clocks run, then what falls due."""
        moves = MonthMoves(self.world, self.intensities, self.month, self.touched)
        self.world.adjust(moves)
        due = self.rules.due(self.month, self.population)
        gates = [*self._age_gates, *self._decides.row_factors, *(self.money.factors if self.money is not None else [])]
        return moves.settle(self.race, self.population, self.demography.profile, gates, due, self._decides)

    def _apply(self, moves: Iterable[Due]) -> None:
        """Carry out the moves of a phase, in which nobody moves twice: the only place where a status changes."""
        store = self.population
        moved = Moved.from_here(moves, store["status"])
        if not moved.rows.size:
            return
        self.recorder.moved(self.month, moved)
        self.integration.begin(self.month, moved)
        columns = (store[name] for name in ("status", "since", "spell_since", "support"))
        enter_statuses(self.month, moved.rows, moved.source, moved.to, IS_SUPPORT, CONTINUES_SPELL, WINDOW, *columns)
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
        """Work, benefits, months of support and income by group of people (``groups.parquet``). Raises Mistake when no records are
        kept."""
        groups = self._books().groups
        if groups is None:
            raise Mistake("this model keeps no records of groups of people (records=False)")
        return groups.table()

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

    # ---------------------------------------------------------------- people
    def rows_in(self, *names: str) -> Rows:
        """Rows of everybody with one of the named statuses."""
        return np.flatnonzero(mask(list(names))[self.population["status"]])

    def column(self, name: str, rows: Rows) -> npt.NDArray[Any]:
        """A column, or a derived one (``age``, ``months_in_status``, ``months_in_spell``), of the given rows."""
        return np.asarray(getattr(ColumnSet(self.population, rows), name))

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


def _foundations(p: Parameters) -> tuple[Margins, Intensities, TraitMargins]:
    """What parameters alone decide: who is there, how they move, and their traits."""
    margins = read_margins(p)
    intensities = Intensities(p, margins)
    return select_classes(margins, intensities), intensities, read_traits(p, margins.stock)


def _persons(model: BenefitModel, *, code: int) -> float:
    """A Mesa model reporter: persons with a status."""
    return float(model.recorder.stocks[model.recorder.done, code]) * model.weight
