"""What a policy is, and what it may see and do.

A policy is a module with a name, a citation, dates in force, parameters and a few hooks. Write one by subclassing
:class:`Policy`; everything else is optional. The simulation implements :class:`World` and :class:`Moves`.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal, Protocol, Self

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from agents.calendar import Month, month

Rows = npt.NDArray[np.int64]
Names = str | Iterable[str]
"""One status name or several."""


class Numbers(Protocol):
    """Parameters of the run, read by dotted path."""

    def value(self, path: str) -> float:
        """The number of a parameter in its own unit."""
        ...

    def share(self, path: str) -> float:
        """A percentage or share as a share."""
        ...

    def values_of(self, path: str) -> npt.NDArray[np.float64]:
        """The numbers of a list parameter."""
        ...

    def month(self, path: str) -> Month:
        """A month written as yyyymm."""
        ...

    def below(self, prefix: str) -> Mapping[str, Any]:
        """Parameters under a dotted prefix."""
        ...


class TimeLimits(Protocol):
    """Time limits in force (sim.rules.Rules)."""

    def law(self, name: str) -> Any:
        """A limit as the law has it, by the name of its parameters, for example ``sygedagpenge_2013``."""
        ...

    def limit(self, name: str, now: Month) -> Any:
        """The limit of a benefit in force in a month."""
        ...

    def replace(self, name: str, limit: Any) -> None:
        """Put another limit in force."""
        ...

    def restore(self, name: str) -> None:
        """Put the law's own limit back."""
        ...


class World(Protocol):
    """What a policy may see. Arrays are one number per row of the population; ``rows`` are row numbers."""

    month: Month
    parameters: Numbers
    rules: TimeLimits

    @property
    def citizens(self) -> Any:
        """Everybody with a stock, as an AgentSet whose columns are arrays."""
        ...

    def rows_in(self, *names: str) -> Rows:
        """Rows of everybody with one of the named statuses."""
        ...

    def column(self, name: str, rows: Rows | None = None) -> npt.NDArray[Any]:
        """A column, or a derived one (``age``, ``months_in_status``, ``months_in_spell``), of the given rows."""
        ...

    def scale_hours(self, factor: float, *groups: str) -> None:
        """Multiply this month's hours of the caseworkers of some target groups (``job_ready``, ``activity_ready``, ``young``,
        ``sickness``, ``rehabilitation``, ``fleksjob``), or of all. Factors of several policies multiply."""
        ...

    def cap_caseload(self, cap: float, *groups: str) -> None:
        """Hire caseworkers this month so that none of some target groups, or of all, has more than ``cap`` citizens
        (5 or more)."""
        ...

    def scale_slots(self, factor: float) -> None:
        """Multiply the cases that rehabilitation teams can decide this month."""
        ...

    def scale_outreach(self, factor: float) -> None:
        """Multiply the hours in which jobcentres find places with employers this month."""
        ...

    def scale_quota(self, factor: float) -> None:
        """Multiply the supported persons that the law allows an employer this month (at least one each)."""
        ...

    def company_first(self, share: float) -> None:
        """Offer virksomhedspraktik instead of guidance to a share of those who would get guidance this month."""
        ...

    def draw(self, name: str, rows: Rows) -> npt.NDArray[np.float64]:
        """A uniform draw in [0, 1) for each row this month, from the stream ``name``."""
        ...

    def draw_once(self, name: str, rows: Rows) -> npt.NDArray[np.float64]:
        """A uniform draw in [0, 1) for each row that stays the same in every month: a trait of the person."""
        ...


class Moves(Protocol):
    """What a policy may do to the moves of one month, before clocks run."""

    world: World

    def scale(self, source: Names, to: Names, factor: float, rows: Rows | None = None) -> None:
        """Multiply the intensity of moves; for some rows only, or for all. Factors of several policies multiply."""
        ...

    def redirect(self, source: Names, old_to: Names, new_to: str, rows: Rows | None = None) -> None:
        """Send those who would move to ``old_to`` to ``new_to``."""
        ...

    def due(self, rows: Rows, to: str, cause: str) -> None:
        """A rule falls due for these rows: after the clocks, those who have not moved go to ``to``."""
        ...


class Law(Protocol):
    """The law of money in one month, as a policy may amend it (sim.benefit_law.BenefitLaw). Amounts are DKK a month at the price level
    of results, shares lie between 0 and 1, ages are ``under_25``, ``from_25`` (to 29) and ``from_30``."""

    month: Month

    def scale_benefit(self, names: Names, factor: float, *, ages: Names = ..., provider: bool | None = None) -> None:
        """Multiply a benefit, for some ages, for people with children at home (``provider``) or without."""
        ...

    def add_to_benefit(self, names: Names, amount: float, *, ages: Names = ..., provider: bool | None = None) -> None:
        """Add an amount to a benefit (below 0: take it off)."""
        ...

    def set_offset(self, names: Names, share: float, disregard: float = 0.0) -> None:
        """Offset this share of earnings beyond ``disregard`` DKK an hour in a benefit."""
        ...

    def set_refund(self, names: Names, share: float, *, activity: str | None = None) -> None:
        """Set the state's share of a benefit, for one activity (``passive``, ``education``, ``company``) or for all."""
        ...

    def set_operation_refund(self, measure: str, share: float, *, free_months: int | None = None) -> None:
        """Set the state's share of what a measure or support costs, and the months in which job-ready people have none."""
        ...

    def set_supplement(self, names: Names, measure: str, amount: float) -> None:
        """Pay a supplement to those with some benefits who are in a measure."""
        ...


class Text(BaseModel):
    """A text in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    en: str
    da: str


class Policy(BaseModel):
    """Base class of all policies: frozen, and every unknown key is refused.

    Class variables: ``name`` (as in scenario files), ``label``, ``citation`` (seed file and lines, or a law), ``kind``
    (``in_force``, ``agreed``, ``proposal``, ``counterfactual`` or ``user``) and ``sets``: rules that it replaces. Two
    policies that set the same rule conflict.

    Fields: ``start`` and ``end`` (first and last month in force, ``"YYYY-MM"``; without them the whole run), then the
    policy's own parameters.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: ClassVar[str]
    label: ClassVar[Text]
    citation: ClassVar[str] = ""
    kind: ClassVar[Literal["in_force", "agreed", "proposal", "counterfactual", "user"]] = "user"
    sets: ClassVar[tuple[str, ...]] = ()

    start: str | None = None
    end: str | None = None

    @field_validator("start", "end")
    @classmethod
    def _is_a_month(cls, value: str | None) -> str | None:
        if value is not None:
            month(value)
        return value

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.start and self.end and month(self.end) < month(self.start):
            raise ValueError(f"end {self.end} is before start {self.start}")
        return self

    def in_force(self, now: Month) -> bool:
        """Whether the policy applies in month ``now``."""
        return (self.start is None or now >= month(self.start)) and (self.end is None or now <= month(self.end))

    def enact(self, world: World) -> None:
        """Called once, in the first month in force: replace rules here."""

    def repeal(self, world: World) -> None:
        """Called once, in the month after the last one in force: undo what :meth:`enact` did."""

    def each_month(self, world: World) -> None:
        """Called every month in force, before anybody moves."""

    def adjust(self, moves: Moves) -> None:
        """Called every month in force: scale, redirect or add moves; ``moves.world`` is the world."""

    def amend(self, law: Law) -> None:
        """Change the law of money of a month in force: benefits, offsets, refunds, supplements. What it does may hang on
        ``law.month`` and on the policy's own parameters only: the same law is applied to people who stay where they are."""
