"""What policies see and do in a run: when each is in force, where, what it may ask of caseworkers and teams, and what came of it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from agents.calendar import Month, label, month
from agents.column import Rows, Store
from agents.column_set import ColumnSet
from agents.luck import ALWAYS, Luck, Stream
from agents.measures import MEASURE_CODE, SUPPORTS
from agents.mistake import Mistake, unknown
from agents.statuses import CODE, mask
from policies.protocol import Policy
from sim.coverage import joins
from sim.decisions import AWARDS
from sim.in_force import InForce
from sim.institution import Institution
from sim.moves import Deed, MonthMoves, check_factor
from sim.offers import OFFER
from sim.parameters import Parameters
from sim.rules import Rules
from sim.staff import SMALLEST_CAP


class PolicyWorld:
    """The world as policies see it; implements :class:`policies.protocol.World`.

    A verb acts for the policy whose hook runs: in the municipalities in which that policy is in force, with draws of its own.

    Args:
        policies: policies of the run, without conflicts.
        citizens: everybody who lives in Denmark now.
        start: first simulated month.
        institution: None in a model that decides at once, where verbs on caseworkers and teams do nothing.
        touched: marked for citizens that a policy acts on, shape (population,).

    Attributes:
        deeds: what each policy did so far, by its name.

    Raises:
        Mistake: for a trial that needs municipalities of their own at too small a scale.
    """

    def __init__(
        self,
        policies: Sequence[Policy],
        citizens: ColumnSet,
        *,
        start: Month,
        weight: float,
        luck: Luck,
        rules: Rules,
        in_force: InForce,
        institution: Institution | None,
        touched: npt.NDArray[np.bool_],
    ) -> None:
        self.policies = sorted(policies, key=lambda policy: policy.name)
        self.citizens = citizens
        self.population: Store = citizens.store
        self.weight = weight
        self.parameters: Parameters = in_force.own
        self.rules = rules
        self.touched = touched
        self.deeds: dict[str, set[Deed]] = {policy.name: set() for policy in self.policies}
        self._in_force = in_force
        self._institution = institution
        self._luck = luck
        self._acting: Policy | None = None
        self._joined = {id(policy): self._joins(policy, start) for policy in self.policies if policy.is_local}
        self._enacted: set[int] = set()
        self._streams: dict[str, Stream] = {}

    # ---------------------------------------------------------------- the month
    def bring_into_force(self) -> None:
        """Repeal what ends this month, enact what begins, and let every policy in force act."""
        now = self.month
        for number, policy in enumerate(self.policies):
            if number in self._enacted and not policy.in_force(now):
                self._call(policy, "repeal", self)
                self._enacted.discard(number)
        for number, policy in enumerate(self.policies):
            if policy.in_force(now):
                if number not in self._enacted:
                    self._call(policy, "enact", self)
                    self._enacted.add(number)
                self._call(policy, "each_month", self)
        self._in_force.settle()

    def adjust(self, moves: MonthMoves) -> None:
        """Let every policy in force adjust the moves of this month."""
        if self.rules.replaced:
            self.touched |= mask(self.rules.replaced)[self.population["status"]]
        for policy in self.policies:
            if policy.in_force(self.month):
                moves.policy, moves.covered = policy.name, self._covered_rows(policy)
                self._call(policy, "adjust", moves)

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

    # ---------------------------------------------------------------- what a policy sees and asks for
    @property
    def month(self) -> Month:
        """The month that is simulated now; before the first, the one before it."""
        return int(self.population.model.month)

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
        if self._institution is not None:
            self._institution.scale_hours(factor, groups, self.where())

    def cap_caseload(self, cap: float, *groups: str) -> None:
        """Hire caseworkers this month so that none of some target groups, or of all, has more than ``cap`` citizens."""
        if not SMALLEST_CAP <= cap < np.inf:
            raise Mistake(f"cap {cap!r} must be a number of {SMALLEST_CAP} or more")
        self.note("acted")
        if self._institution is not None:
            self._institution.cap_caseload(cap, groups, self.where())

    def scale_slots(self, factor: float) -> None:
        """Multiply the cases that rehabilitation teams can decide this month."""
        check_factor(factor)
        self._note_factor(factor)
        if self._institution is not None:
            self._institution.scale_slots(factor, self.where())

    def scale_outreach(self, factor: float) -> None:
        """Multiply the hours in which jobcentres find places with employers this month."""
        check_factor(factor)
        self._note_factor(factor)
        if self._institution is not None:
            self._institution.scale_outreach(factor, self.where())

    def scale_quota(self, factor: float) -> None:
        """Multiply the supported persons that the law allows an employer this month (at least one each)."""
        check_factor(factor)
        self._note_factor(factor)
        if self._institution is not None:
            self._institution.scale_quota(factor, self.where())

    def offer_instead(self, measure: str, instead: str, share: float, rows: Rows | None = None) -> None:
        """Offer ``instead`` to a share of those (of ``rows``, or of all) who would be offered ``measure`` this month."""
        if not 0 <= share <= 1:
            raise Mistake(f"share {share!r} must lie between 0 and 1")
        for name in (measure, instead):
            if name not in MEASURE_CODE:
                raise unknown("measure", name, MEASURE_CODE)
        if self._institution is not None and self._acting is not None:
            self.note("neutral" if share == 0 else "nobody" if rows is not None and not len(rows) else "acted")
            by_row = self._by_row(rows, share)
            self._institution.measures.offers.offer_instead(MEASURE_CODE[measure], MEASURE_CODE[instead], by_row, self._acting.name)

    def offer_to(self, rows: Rows, chance: float, support: str | None = None) -> None:
        """Give those of ``rows`` who are met this month, and have none, an offer of a measure, or of a support (a name of
        ``agents.measures.SUPPORTS``), with at least this chance."""
        if not 0 <= chance <= 1:
            raise Mistake(f"chance {chance!r} must lie between 0 and 1")
        if support is not None and support not in SUPPORTS:
            raise unknown("support", support, SUPPORTS)
        if self._institution is not None:
            self.note("acted" if len(rows) and chance else "nobody")
            self._institution.measures.offers.at_least(support or OFFER, self._by_row(rows, chance))

    def change(self, path: str, *, factor: Any = None, value: Any = None) -> None:
        """Multiply a parameter of practice this month, or set it."""
        acting = self._acting
        assert acting is not None, "only a policy changes a parameter"
        if value is not None and path not in acting.sets:
            raise Mistake(f"parameter {path!r} is set and not multiplied: write {path!r} into the policy's class variable sets, so that conflicts are found")
        self._in_force.change(path, factor=factor, value=value, where=self.where() > 0, policy=acting.name)
        if not self._is_own(path, factor, value) and acting.touches:
            self.touched[self.rows_in(*acting.touches)] = True

    def _is_own(self, path: str, factor: Any, value: Any) -> bool:
        """Whether a change of a parameter leaves it as it is; notes it."""
        neutral = np.all(np.asarray(factor) == 1) if value is None else np.array_equal(value, self.parameters[path].value)
        self.note("neutral" if neutral else "acted")
        return bool(neutral)

    def clarify(self, rows: Rows) -> None:
        """Decide what lasting work capacity calls for on the evidence at hand: cases of these rows are ready this month."""
        if self._institution is not None:
            self._institution.documentation.clarify(self._mine(rows), self.month)

    def release(self, rows: Rows) -> None:
        """Ask these rows to no interview this month."""
        if self._institution is not None:
            self._institution.casework.release(self._mine(rows))

    def invite(self, rows: Rows) -> None:
        """Ask these rows to an interview this month, if they have a caseworker."""
        if self._institution is not None:
            self._institution.casework.invite(self._mine(rows), self.month)

    def close_award(self, award: str, rows: Rows | None = None, *, instead: str | None = None) -> None:
        """Let teams give nobody (of these rows) this award this month, but none or another one."""
        for name in (award, instead or award):
            if name not in AWARDS:
                raise unknown("award", name, AWARDS)
        if self._institution is not None:
            closed = np.ones(self.population.size, bool) if rows is None else np.isin(np.arange(self.population.size), rows)
            covered = self._covered_rows(self._acting)
            closed = closed if covered is None else closed & covered
            self.note("acted")
            self.touched |= closed & (self.population["need"] > 0)
            self._institution.teams.close(CODE[award], closed, None if instead is None else CODE[instead])

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
        self.touched[found] = True
        return found

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
        if full not in self._streams:
            self._streams[full] = self._luck.stream(full)
        return self._streams[full]

    # ---------------------------------------------------------------- where policies are in force
    def _joins(self, policy: Policy, start: Month) -> npt.NDArray[np.int64]:
        """Month in which each municipality joins a policy, shape (municipalities,)."""
        here = np.arange(self._in_force.version_of.size)
        district = here if self._institution is None else self._institution.municipalities["district"].astype(np.int64)
        begins = start if policy.start is None else max(start, month(policy.start))
        return joins(policy, district, begins)

    def where(self, policy: Policy | None = None) -> npt.NDArray[np.float64]:
        """1 in the municipalities in which a policy (the one that acts now, without one) is in force this month, 0 in others."""
        joined = self._joined.get(id(policy or self._acting))
        return np.ones(self._in_force.version_of.size) if joined is None else np.asarray(joined <= self.month, np.float64)

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
