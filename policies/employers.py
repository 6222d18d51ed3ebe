"""Places with employers: what is offered, how they are found, and how many the law allows."""

from typing import ClassVar, Literal

from pydantic import Field

from policies.protocol import Policy, Text, World

_PRIVATE = 2 / 3
"""Private part of company places (004_107fd277d1b391d8.txt:4117-4119)."""


class CompanyFirst(Policy):
    """Company places instead of guidance and upskilling, for all who would get guidance (VIR-1).

    The expert group wants company places as the starting point and reckons that 63,900 full-time places would be needed in
    May 2014 against about 34,300 in use. No effect is stated. What gives way follows from hours of outreach, willing
    employers and the law's quota; who finds no place gets guidance after all.
    """

    name: ClassVar[str] = "company_first"
    label: ClassVar[Text] = Text(en="Company places instead of guidance", da="Virksomhedspladser i stedet for vejledning")
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:4134-4149;30-34 (VIR-1)"
    kind: ClassVar[Literal["proposal"]] = "proposal"

    share: float = Field(1.0, ge=0, le=1, description="Offers of guidance that become offers of virksomhedspraktik [share]")
    outreach: float = Field(1.0, ge=0, le=10, description="Hours of outreach against those of today [ratio]")

    def each_month(self, world: World) -> None:
        """Change this month's offers, and the hours to find places."""
        world.offer_instead("vejledning", "praktik_privat", self.share * _PRIVATE)
        world.offer_instead("vejledning", "praktik_offentlig", self.share * (1 - _PRIVATE))
        world.scale_outreach(self.outreach)


class OutreachHours(Policy):
    """More or fewer hours in which jobcentres find places with employers (VIR-4: consultants outside the service ceiling)."""

    name: ClassVar[str] = "outreach_hours"
    label: ClassVar[Text] = Text(en="Other hours of outreach to employers", da="Ændret antal timer til virksomhedskontakt")
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:4709-4714;4910-4914 (VIR-4)"
    kind: ClassVar[Literal["proposal"]] = "proposal"

    factor: float = Field(2.0, ge=0, le=10, description="Hours of outreach against those of today [ratio]")

    def each_month(self, world: World) -> None:
        """Multiply this month's hours."""
        world.scale_outreach(self.factor)


class SupportedQuota(Policy):
    """Employers may take more or fewer supported persons for each ordinary employee (VIR-7: rimelighedskravet)."""

    name: ClassVar[str] = "supported_quota"
    label: ClassVar[Text] = Text(en="Other quota of supported persons", da="Ændret rimelighedskrav")
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:4849-4857;3897-3909 (VIR-7)"
    kind: ClassVar[Literal["proposal"]] = "proposal"

    factor: float = Field(0.5, ge=0, le=1, description="Supported persons allowed against the law of 2014; one is always allowed [ratio]")

    def each_month(self, world: World) -> None:
        """Multiply this month's quota."""
        world.scale_quota(self.factor)
