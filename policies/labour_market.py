"""The cycle: an exogenous index of openings in the labour market."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from agents.calendar import month
from agents.statuses import group_members
from policies.protocol import Moves, Policy, Text

_WITHOUT_WORK = tuple(name for name in group_members("outside", "temporary", "edge") if name not in ("employment", "foertidspension"))
_LOST_TO = ("dagpenge", "kontanthjaelp_jobparat", "self_support")
Index = Annotated[float, Field(ge=0.1, le=3)]


class LabourMarket(Policy):
    """Openings limit exits to work: a path of indices, one a year, against the years before 2014 (1 = as then).

    Without this policy openings stay as they were: the documents describe the group's stocks as insensitive to the cycle when
    dagpenge is left out (004_107fd277d1b391d8.txt:1041-1049), so 1 is the neutral default. The path is an assumption of the
    user's. Losses of jobs follow with the inverse of the index.
    """

    name: ClassVar[str] = "labour_market"
    label: ClassVar[Text] = Text(en="Labour market", da="Arbejdsmarked")
    citation: ClassVar[str] = "001_59b66c3903bf086b.txt:6-26 (M33)"
    kind: ClassVar[Literal["counterfactual"]] = "counterfactual"

    start: str | None = "2015-01"
    openings: list[Index] = Field(
        default_factory=lambda: [1.0], min_length=1, description="Openings by year from the start; the last goes on [ratio]"
    )
    losses: bool = Field(True, description="Whether losses of jobs follow with the inverse of the index [yes or no]")

    def adjust(self, moves: Moves) -> None:
        """Scale exits to work, and losses of work."""
        years = (moves.world.month - month(self.start or "2015-01")) // 12
        index = self.openings[min(max(years, 0), len(self.openings) - 1)]
        moves.scale(_WITHOUT_WORK, "employment", index)
        if self.losses:
            moves.scale("employment", _LOST_TO, 1 / index)
