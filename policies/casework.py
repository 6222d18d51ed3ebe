"""Caseworkers and rehabilitation teams: how much time there is for citizens."""

from typing import ClassVar, Literal

from pydantic import Field

from policies.protocol import Policy, Text, World

TargetGroup = Literal["job_ready", "activity_ready", "young", "sickness", "rehabilitation", "fleksjob"]
_NOT_READY: list[TargetGroup] = ["activity_ready", "rehabilitation"]


class CaseworkerHours(Policy):
    """More or fewer caseworker hours, with the same caseworkers (DS14-A2: more resources for casework).

    Social workers ask for resources and name no amount or effect. What follows here follows from the hours alone: who is
    met in time, what is documented, how long a case waits.
    """

    name: ClassVar[str] = "caseworker_hours"
    label: ClassVar[Text] = Text(en="Other caseworker hours", da="Ændret antal sagsbehandlertimer")
    citation: ClassVar[str] = "000_dac57679ce83ad5b.txt:145-149;376-377;401-404 (DS14-A2)"
    kind: ClassVar[Literal["proposal"]] = "proposal"

    factor: float = Field(2.0, ge=0, le=10, description="Hours against those of today [ratio]")
    groups: list[TargetGroup] = Field(default_factory=list, description="Target groups; left out: all")

    def each_month(self, world: World) -> None:
        """Multiply this month's hours."""
        world.scale_hours(self.factor, *self.groups)


class CaseloadCap(Policy):
    """No caseworker has more than so many citizens: as many are hired as that takes (DS22-B4).

    Proposed for citizens who are not labour-market ready, with 20 to 40 cases; said to give better cooperation and faster
    clarification, without a size. What follows here follows from the hours of those who are hired.
    """

    name: ClassVar[str] = "caseload_cap"
    label: ClassVar[Text] = Text(en="Cap on caseloads", da="Loft over sagstal")
    citation: ClassVar[str] = "001_59b66c3903bf086b.txt:256-286 (DS22-B4)"
    kind: ClassVar[Literal["proposal"]] = "proposal"

    cap: int = Field(30, ge=5, le=250, description="Most citizens a caseworker has on average in a unit [citizens], proposed 20-40")
    groups: list[TargetGroup] = Field(
        default_factory=lambda: list(_NOT_READY),
        description="Target groups; proposed for those not labour-market ready",
    )

    def each_month(self, world: World) -> None:
        """Hire where units are above the cap."""
        world.cap_caseload(self.cap, *self.groups)


class TeamCapacity(Policy):
    """Rehabilitation teams decide more or fewer cases a month."""

    name: ClassVar[str] = "team_capacity"
    label: ClassVar[Text] = Text(en="Other capacity of rehabilitation teams", da="Ændret kapacitet i rehabiliteringsteam")
    citation: ClassVar[str] = "000_dac57679ce83ad5b.txt:671-680 (DS14-A2, DS14-A10)"
    kind: ClassVar[Literal["proposal"]] = "proposal"

    factor: float = Field(1.5, ge=0, le=10, description="Cases a month against those planned [ratio]")

    def each_month(self, world: World) -> None:
        """Multiply this month's cases."""
        world.scale_slots(self.factor)
