"""Money: benefits, earnings beside them, supplements and refunds."""

from typing import ClassVar, Literal

from pydantic import Field

from agents.statuses import family_members
from policies.protocol import Law, Policy, Text

_KONTANTHJAELP = family_members("kontanthjaelp")
_SYSTEM = _KONTANTHJAELP + family_members("uddannelseshjaelp")
_PRAKTIK = ("praktik_privat", "praktik_offentlig", "nytteindsats")
_WEEKS = 52 / 12


class ParticipationBonus(Policy):
    """A bonus a week for kontanthjælp recipients in virksomhedspraktik or nytteindsats, paid for by a cut for all from 30 (A.5).

    The expert group proposes 250 DKK a week, financed by 110 DKK a month less for everybody from 30 on. What it does to behaviour is
    not stated.
    """

    name: ClassVar[str] = "participation_bonus"
    label: ClassVar[Text] = Text(en="Bonus for taking part in company placements", da="Bonus for deltagelse i virksomhedspraktik")
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:9247-9254 (EG-A.5)"
    kind: ClassVar[Literal["proposal"]] = "proposal"

    bonus: float = Field(250.0, ge=0, le=2000, description="Bonus a week in virksomhedspraktik or nytteindsats [DKK]")
    cut: float = Field(110.0, ge=0, le=2000, description="Less kontanthjælp a month for everybody from 30 [DKK]")

    def amend(self, law: Law) -> None:
        """Pay the bonus, cut the benefit."""
        for measure in _PRAKTIK:
            law.set_supplement(_KONTANTHJAELP, measure, self.bonus * _WEEKS)
        law.add_to_benefit(_KONTANTHJAELP, -self.cut, ages="from_30")


class OperationRefund(Policy):
    """Another state refund of what measures cost: none for guidance, half for company measures, mentors and brobygning (A.3).

    The expert group expects municipalities to cut guidance by two thirds; here they respond to net prices with an assumed
    elasticity (parameter ``incentive.instrument``).
    """

    name: ClassVar[str] = "operation_refund"
    label: ClassVar[Text] = Text(en="Refund of measures by kind", da="Driftsrefusion efter tilbudstype")
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:9216-9230 (EG-A.3)"
    kind: ClassVar[Literal["proposal"]] = "proposal"

    guidance: float = Field(0.0, ge=0, le=1, description="Refund of guidance and upskilling [share]")
    others: float = Field(0.5, ge=0, le=1, description="Refund of company measures, mentors and brobygning [share]")

    def amend(self, law: Law) -> None:
        """Set the refunds; job-ready people have them from the first day."""
        law.set_operation_refund("vejledning", self.guidance, free_months=0)
        for measure in (*_PRAKTIK, "mentor", "brobygning"):
            law.set_operation_refund(measure, self.others, free_months=0)


class BenefitLevel(Policy):
    """Higher or lower kontanthjælp and uddannelseshjælp (INT-1)."""

    name: ClassVar[str] = "benefit_level"
    label: ClassVar[Text] = Text(en="Another level of kontanthjælp and uddannelseshjælp", da="Ændret niveau for kontanthjælp og uddannelseshjælp")
    citation: ClassVar[str] = "003_b8efe9f5cbc72a37.txt:291-305 (M19); 000_dac57679ce83ad5b.txt:881-893 (M21)"
    kind: ClassVar[Literal["user"]] = "user"

    factor: float = Field(1.05, ge=0.5, le=1.5, description="Benefit against that of the law [ratio]")

    def amend(self, law: Law) -> None:
        """Multiply the benefits."""
        law.scale_benefit(_SYSTEM, self.factor)


class EarningsOffset(Policy):
    """Less offset of earnings beside kontanthjælp and uddannelseshjælp, so that small jobs pay (M19)."""

    name: ClassVar[str] = "earnings_offset"
    label: ClassVar[Text] = Text(en="Less offset of earnings beside kontanthjælp", da="Mindre modregning af løn ved siden af kontanthjælp")
    citation: ClassVar[str] = "003_b8efe9f5cbc72a37.txt:291-305 (M19)"
    kind: ClassVar[Literal["user"]] = "user"

    share: float = Field(0.3, ge=0, le=1, description="Earnings offset: that of ressourceforløb by default [share]")

    def amend(self, law: Law) -> None:
        """Offset a share of every krone earned."""
        law.set_offset(_SYSTEM, self.share)
