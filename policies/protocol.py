"""What a policy is, and what it may see and do.

A policy is a module with a name, a citation, dates in force, parameters and a few hooks. Write one by subclassing
:class:`Policy`; everything else is optional. The simulation implements :class:`World` and :class:`Moves`.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal, Protocol, Self

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from agents.calendar import Month, month
from agents.luck import ALWAYS, Luck
from agents.workplaces import MUNICIPALITIES

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
    def weight(self) -> float:
        """Persons that each row stands for."""
        ...

    @property
    def population_size(self) -> int:
        """Number of rows."""
        ...

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

    def offer_instead(self, measure: str, instead: str, share: float, rows: Rows | None = None) -> None:
        """Offer one measure (``agents.measures.MEASURES``) instead of another to a share of those, of ``rows`` or of all, who
        would be offered it this month. Where shares of several policies add up to more than all, each gets its part."""
        ...

    def offer_to(self, rows: Rows, chance: float, support: str | None = None) -> None:
        """Give those of ``rows`` who are met this month, and have none, an offer of a measure, or of a support
        (``agents.measures.SUPPORTS``), with at least this chance, whatever practice is. It still takes an interview."""
        ...

    def change(self, path: str, *, factor: float | list[float] | None = None, value: float | list[float] | None = None) -> None:
        """Multiply a parameter of practice this month (``factor``; those of several policies multiply), or set it (``value``; then
        its path stands in the policy's ``sets``). What can be changed: ``sim.in_force.CHANGEABLE``."""
        ...

    def clarify(self, rows: Rows) -> None:
        """Decide what lasting work capacity calls for on the evidence at hand: cases of these rows, seen or not, are ready to be
        prepared for the rehabilitation team this month."""
        ...

    def release(self, rows: Rows) -> None:
        """Ask these rows to no interview this month."""
        ...

    def invite(self, rows: Rows) -> None:
        """Ask these rows to an interview this month, if they have a caseworker; whether it is held is for the hours to say."""
        ...

    def close_award(self, award: str, rows: Rows | None = None, *, instead: str | None = None) -> None:
        """Rehabilitation teams give nobody (of these rows) this award this month: such cases go back to the ordinary effort, or get
        another award."""
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

    def set_cost(self, measure: str, amount: float) -> None:
        """Set what a full-time year of a measure, or a year of a support, costs."""
        ...

    def add_grant(self, amount: float) -> None:
        """Let the state spend so much a year beside everything else: development, training, pools."""
        ...

    def abolish_mutual_support(self, names: Names, share: float = 1.0) -> None:
        """Let cohabitants of a share of those with some benefits no longer support each other (gensidig forsørgerpligt)."""
        ...

    def raise_to(self, names: Names, other: str) -> None:
        """Pay those with some benefits at least what another one pays to the same age and household."""
        ...

    def keep_old_refund(self) -> None:
        """Let the refund of before 2016 go on: by benefit and activity, not by time on support."""
        ...


class Text(BaseModel):
    """A text in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    en: str
    da: str


Outcome = Literal[
    "work", "education", "pension", "fleksjob", "waiting", "sanctions", "activity", "company_places", "turnover", "benefit_income",
    "public_cost", "trust",
]
"""What a source can claim that a policy changes."""
Direction = Literal["+", "-", "?"]
"""More, less, or contested: the sources disagree, or give no sign."""
Evidence = Literal["strong", "moderate", "weak", "contested", "none", "rule"]
"""How well the effect of a policy is known: ``rule`` where it follows from the rule itself (an amount, a date), ``none`` where the
documents name neither size nor sign."""


def parameter(default: Any, *, unit: str, en: str, da: str, low: float | None = None, high: float | None = None, assumed: tuple[float, float] | None = None) -> Any:
    """A field of a policy: default, unit, what it is in both languages, the values that are possible (``low`` to ``high``), and, where
    no document gives its size, the range that uncertainty analyses draw it from (``assumed``; the default is its median)."""
    bounds = {key: bound for key, bound in (("ge", low), ("le", high)) if bound is not None}
    described = f"{en} [{unit}]" + (f", assumed {assumed[0]:g}-{assumed[1]:g}" if assumed else "")
    factory: dict[str, Any] = {"default_factory": default} if callable(default) else {"default": default}
    extra: dict[str, Any] = {"en": en, "da": da, "unit": unit, "assumed": list(assumed) if assumed else None}
    field: Any = Field
    return field(**factory, **{**bounds, "description": described, "json_schema_extra": extra})


class Policy(BaseModel):
    """Base class of all policies: frozen, and every unknown key is refused.

    Class variables: ``name`` (as in scenario files), ``label``, ``about`` (what it does, in both languages), ``citation`` (seed file
    and lines, or a law), ``kind`` (``in_force``, ``agreed``, ``proposal``, ``counterfactual`` or ``user``), ``sets``: rules and
    parameters that it replaces (two policies that set the same one conflict), ``touches``: statuses of those it concerns directly,
    ``levers``: documented levers that it is (see ``policies/levers.csv``), each with the values of its parameters that make it
    so, ``mechanism``: through which part of the model it acts, ``evidence``: how well its effect is known, ``claims``: directions that
    the sources claim, by outcome.

    Fields: ``start`` and ``end`` (first and last month in force, ``"YYYY-MM"``; without them the whole run), who takes part
    (``municipalities`` by code, or a ``trial_share`` of them drawn with ``trial_seed``) and in how many months they join
    (``phase_in``), then the policy's own parameters.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: ClassVar[str]
    label: ClassVar[Text]
    citation: ClassVar[str] = ""
    kind: ClassVar[Literal["in_force", "agreed", "proposal", "counterfactual", "user"]] = "user"
    sets: ClassVar[tuple[str, ...]] = ()
    about: ClassVar[Text | None] = None
    touches: ClassVar[tuple[str, ...]] = ()
    levers: ClassVar[Mapping[str, str]] = {}
    mechanism: ClassVar[Text | None] = None
    evidence: ClassVar[Evidence] = "none"
    claims: ClassVar[Mapping[Outcome, Direction]] = {}

    start: str | None = parameter(None, unit="YYYY-MM", en="First month in force", da="Første måned i kraft")
    end: str | None = parameter(None, unit="YYYY-MM", en="Last month in force", da="Sidste måned i kraft")
    municipalities: list[int] = parameter(
        list, unit="codes 1-98", en="Municipalities that take part; left out: all", da="Kommuner der deltager; udeladt: alle"
    )
    trial_share: float = parameter(
        1.0, low=0.01, high=1, unit="share", en="Municipalities that take part, drawn at random", da="Kommuner der deltager, trukket tilfældigt"
    )
    trial_seed: int = parameter(0, low=0, unit="number", en="Which random draw of municipalities", da="Hvilken tilfældig trækning af kommuner")
    phase_in: int = parameter(
        0, low=0, high=240, unit="months", en="Months over which municipalities join, in random order", da="Måneder hvorover kommunerne kommer med, i tilfældig rækkefølge"
    )

    @field_validator("municipalities")
    @classmethod
    def _are_municipalities(cls, value: list[int]) -> list[int]:
        wrong = [code for code in value if not 1 <= code <= MUNICIPALITIES]
        if wrong:
            raise ValueError(f"{wrong[0]} is no municipality; codes are 1 to {MUNICIPALITIES}")
        return sorted(set(value))

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

    @model_validator(mode="after")
    def _is_national_if_it_changes_the_law(self) -> Self:
        national = [hook for hook in ("enact", "amend") if getattr(type(self), hook) is not getattr(Policy, hook)]
        if self.is_local and national:
            raise ValueError(
                f"policy {self.name!r} changes the law of the whole country ({national[0]}), so it takes no municipalities, trial_share or phase_in"
            )
        if self.municipalities and self.trial_share < 1:
            raise ValueError("give either municipalities or trial_share")
        return self

    @property
    def is_local(self) -> bool:
        """Whether it is not in force in all municipalities from its first month on."""
        return bool(self.municipalities) or self.trial_share < 1 or self.phase_in > 0

    @property
    def values(self) -> dict[str, Any]:
        """Dates and own parameters, and what it shares with all policies where that is not the default."""
        shared = {name for name in Policy.model_fields if name not in ("start", "end")}
        everything = self.model_dump()
        return {k: v for k, v in everything.items() if k not in shared or v != type(self).model_fields[k].get_default(call_default_factory=True)}

    @classmethod
    def own_parameters(cls) -> tuple[str, ...]:
        """Names of the parameters that it does not share with all policies."""
        return tuple(name for name in cls.model_fields if name not in Policy.model_fields)

    @classmethod
    def bounds(cls, name: str) -> tuple[float | None, float | None]:
        """Lowest and highest value that a parameter may have; None where there is no such bound."""
        facts = cls.model_json_schema()["properties"][name]
        kinds = [facts, *facts.get("anyOf", []), facts.get("items", {})]
        low, high = (next((kind[key] for kind in kinds if key in kind), None) for key in ("minimum", "maximum"))
        return low, high

    @classmethod
    def assumed(cls) -> dict[str, tuple[float, float]]:
        """Ranges of the parameters whose size no document gives, by name."""
        found = {}
        for name, field in cls.model_fields.items():
            extra: Any = field.json_schema_extra
            if isinstance(extra, dict) and extra.get("assumed"):
                low, high = extra["assumed"]
                found[name] = (float(low), float(high))
        return found

    @classmethod
    def drawn_sizes(cls, number: int) -> dict[str, float | int]:
        """The assumed parameters as draw ``number`` has them: uniform on either side of the default, which is the median."""
        luck, drawn = Luck(number), {}
        for name, (low, high) in cls.assumed().items():
            field = cls.model_fields[name]
            u = 2 * float(luck.stream(f"size.{cls.name}.{name}").uniform(ALWAYS, np.zeros(1, np.int64))[0]) - 1
            value = field.default + u * ((high - field.default) if u > 0 else (field.default - low))
            drawn[name] = round(value) if isinstance(field.default, int) else value
        return drawn

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
