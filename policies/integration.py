"""The integration programme: newcomers from non-western countries on kontanthjælp.

The model has them as kontanthjælp recipients with a date at which the programme ends. They get offers more often and for more
hours than others, and have the same caseworkers.
"""

from typing import Any, ClassVar, Literal

from agents.statuses import family_members
from policies.protocol import Direction, Evidence, Outcome, Policy, Rows, Text, World, parameter

_KONTANTHJAELP = family_members("kontanthjaelp")
_PRIVATE = 2 / 3
"""Private part of company places (004_107fd277d1b391d8.txt:4117-4119)."""


def _months_left(world: World) -> tuple[Rows, Any]:
    """Kontanthjælp recipients in the programme, and the months that each has left of it."""
    rows = world.rows_in(*_KONTANTHJAELP)
    left = world.column("programme_until", rows).astype("int64") - world.month
    return rows[left > 0], left[left > 0]


class ShorterIntegrationProgramme(Policy):
    """The integration programme lasts two years instead of three, for those who arrive from the start on (INT-1)."""

    name: ClassVar[str] = "shorter_integration_programme"
    label: ClassVar[Text] = Text(en="Integration programme of two years", da="Integrationsprogram på to år")
    about: ClassVar[Text | None] = Text(
        en="The integration programme for newly arrived refugees and reunified family members lasts two years instead of three, for those who arrive "
        "from the start on. After it they have the offers of others on their benefit, which come less often, and the under-30s without an "
        "education go to uddannelseshjælp. No effect is documented; whether a shorter programme makes them learn faster is not in the model.",
        da="Integrationsprogrammet for nyankomne flygtninge og familiesammenførte varer to år i stedet for tre for dem, der ankommer fra startdatoen. "
        "Derefter får de tilbud som andre på ydelsen, og de kommer sjældnere, og unge under 30 år uden uddannelse går til uddannelseshjælp. "
        "Ingen virkning er dokumenteret; om et kortere program får dem til at lære hurtigere, er ikke med i modellen.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:12550-12625;12829-12832;13341-13353 (INT-1)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    sets: ClassVar[tuple[str, ...]] = ("integration.years",)
    touches: ClassVar[tuple[str, ...]] = _KONTANTHJAELP
    levers: ClassVar[dict[str, str]] = {"INT-1": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="When the programme's offers end and uddannelseshjælp begins.", da="Hvornår programmets tilbud ophører og uddannelseshjælp begynder."
    )
    evidence: ClassVar[Evidence] = "none"

    years: float = parameter(2.0, unit="years", low=0.5, high=10, en="Length of the programme, proposed 2", da="Programmets længde, foreslået 2")

    def each_month(self, world: World) -> None:
        """Those who arrive this month have so many years."""
        world.change("integration.years", value=self.years)


class CompanyMeasureForNewcomers(Policy):
    """A company-oriented measure is obligatory in the integration programme: it is offered instead of guidance (INT-4).

    There is moderate evidence that virksomhedspraktik in the programme leads to work, and strong evidence for private løntilskud.
    Places have to be found.
    """

    name: ClassVar[str] = "company_measure_for_newcomers"
    label: ClassVar[Text] = Text(en="Obligatory company measure in the integration programme", da="Obligatorisk virksomhedsrettet tilbud i integrationsprogrammet")
    about: ClassVar[Text | None] = Text(
        en="Newcomers in the integration programme who would be offered guidance are offered virksomhedspraktik, two thirds of it in the private "
        "sector. The documents name moderate evidence for praktik, without a size; the model's effects of placements hold here too. Places "
        "must be found in the hours and with the employers there are, and who finds none gets guidance after all.",
        da="Nyankomne i integrationsprogrammet, der ville få tilbudt vejledning, får tilbudt virksomhedspraktik, to tredjedele i den private sektor. "
        "Dokumenterne nævner moderat evidens for praktik, uden størrelse; modellens virkninger af praktik gælder også her. Pladserne skal "
        "findes inden for de timer og hos de arbejdsgivere, der er, og den, der ingen finder, får alligevel vejledning.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:12550-12625;13216-13250;13267-13271 (INT-4)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _KONTANTHJAELP
    levers: ClassVar[dict[str, str]] = {"INT-4": ""}
    mechanism: ClassVar[Text | None] = Text(en="Kinds of offers in the programme, and places with employers.", da="Tilbuddenes art i programmet og pladser hos arbejdsgivere.")
    evidence: ClassVar[Evidence] = "moderate"
    claims: ClassVar[dict[Outcome, Direction]] = {"work": "+"}

    share: float = parameter(
        1.0, unit="share", low=0, high=1, en="Offers of guidance in the programme that become praktik", da="Tilbud om vejledning i programmet der bliver til praktik"
    )

    def each_month(self, world: World) -> None:
        """Change this month's offers to those in the programme."""
        rows, _ = _months_left(world)
        world.offer_instead("vejledning", "praktik_privat", self.share * _PRIVATE, rows=rows)
        world.offer_instead("vejledning", "praktik_offentlig", self.share * (1 - _PRIVATE), rows=rows)


class TeamBeforeProgrammeEnds(Policy):
    """The case is put before the rehabilitation team before the integration programme ends (INT-5).

    That is done for those whose lasting work capacity calls for an award; others have nothing for the team to decide.
    """

    name: ClassVar[str] = "team_before_programme_ends"
    label: ClassVar[Text] = Text(en="Rehabilitation team before the integration programme ends", da="Rehabiliteringsteam før integrationsprogrammet udløber")
    about: ClassVar[Text | None] = Text(
        en="Some months before the integration programme ends, newcomers whose lasting work capacity calls for an award, and who are recognised, are "
        "prepared for the rehabilitation team on the evidence at hand. Cases take caseworkers' hours and the team's meetings. No effect is "
        "documented; how long before the end it happens and how many are recognised is assumed. The model decides as rightly on thinner "
        "evidence: wrong decisions are not in it.",
        da="Nogle måneder før integrationsprogrammet udløber, forberedes sagerne for nyankomne, hvis varige arbejdsevne tilsiger en bevilling, og som genkendes, "
        "til rehabiliteringsteamet på det foreliggende grundlag. Sagerne tager sagsbehandlertimer og møder i teamet. Ingen virkning er "
        "dokumenteret; hvor længe før udløb det sker, og hvor mange der genkendes, er antagelser. Modellen afgør lige så rigtigt på tyndere "
        "grundlag: forkerte afgørelser er ikke med.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:12550-12625 (INT-5)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _KONTANTHJAELP
    levers: ClassVar[dict[str, str]] = {"INT-5": ""}
    mechanism: ClassVar[Text | None] = Text(en="Cases before the rehabilitation team.", da="Sager for rehabiliteringsteamet.")
    evidence: ClassVar[Evidence] = "none"

    months: int = parameter(
        6, unit="months", low=1, high=24, assumed=(3, 9), en="Months before the end of the programme", da="Måneder før programmets udløb"
    )
    recognised: float = parameter(
        0.8, unit="share", low=0, high=1, assumed=(0.5, 1.0),
        en="People whose lasting work capacity calls for an award who are recognised on the evidence at hand",
        da="Personer, hvis varige arbejdsevne tilsiger en bevilling, der genkendes på det foreliggende grundlag",
    )

    def each_month(self, world: World) -> None:
        """Clarify the cases of those who have so many months left and are recognised."""
        rows, left = _months_left(world)
        rows = rows[left == self.months]
        world.clarify(rows[world.draw("recognised", rows) < self.recognised])


class MentorsForNewcomers(Policy):
    """Newcomers get a mentor in the integration programme (INT-8).

    Matched registers find no effect of mentors on work beyond the young, biased downwards; the model's factor is 1
    (``effect_of.mentor_others``), and its range spans 1.
    """

    name: ClassVar[str] = "mentors_for_newcomers"
    label: ClassVar[Text] = Text(en="Mentors in the integration programme", da="Mentorer i integrationsprogrammet")
    about: ClassVar[Text | None] = Text(
        en="Newcomers in the integration programme who are met and have no mentor get one. Trials with the young show more in education and work; for "
        "others registers show no effect, with bias. The model uses those effects: more for the under-30s, none by default for others. "
        "Mentors cost what they cost now.",
        da="Nyankomne i integrationsprogrammet, der er til samtale og ikke har en mentor, får en. Forsøg med unge viser flere i uddannelse og arbejde; "
        "for andre viser registre ingen virkning, med skævhed. Modellen bruger de virkninger: mere for unge under 30 år, som udgangspunkt "
        "ingen for andre. Mentorer koster det samme som nu.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:12550-12625;6050-6090;6116-6130 (INT-8)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _KONTANTHJAELP
    levers: ClassVar[dict[str, str]] = {"INT-8": ""}
    mechanism: ClassVar[Text | None] = Text(en="Support beside measures.", da="Støtte ved siden af tilbud.")
    evidence: ClassVar[Evidence] = "contested"

    share: float = parameter(
        0.5, unit="share", low=0, high=1, assumed=(0.2, 0.8), en="Chance of a mentor at an interview in the programme", da="Chance for en mentor ved en samtale i programmet"
    )

    def each_month(self, world: World) -> None:
        """Give mentors to those in the programme."""
        rows, _ = _months_left(world)
        world.offer_to(rows, self.share, "mentor")


class NoHourRuleForNewcomers(Policy):
    """The integration programme need no longer take 37 hours a week (INT-9).

    Practice is 23 to 24 hours among the active already; whether it would fall without the demand is not documented.
    """

    name: ClassVar[str] = "no_hour_rule_for_newcomers"
    label: ClassVar[Text] = Text(en="Integration programme without the demand of 37 hours", da="Integrationsprogram uden 37-timers-kravet")
    about: ClassVar[Text | None] = Text(
        en="The demand that the integration programme takes 37 hours a week is dropped. Practice is 23 to 24 hours among the active today; how far it "
        "falls without the demand is not documented, so it is assumed, and the range includes no change. Fewer hours cost less; the model's "
        "effects of measures do not depend on hours.",
        da="Kravet om, at integrationsprogrammet fylder 37 timer om ugen, udgår. Praksis er i dag 23-24 timer blandt de aktive; hvor meget den falder "
        "uden kravet, er ikke dokumenteret, så det er en antagelse, og spændet rummer ingen ændring. Færre timer koster mindre; modellens "
        "virkninger af tilbud afhænger ikke af timetallet.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:12550-12625;12752-12760;13286-13287;13311-13313 (INT-9)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _KONTANTHJAELP
    levers: ClassVar[dict[str, str]] = {"INT-9": ""}
    mechanism: ClassVar[Text | None] = Text(en="Hours a week in measures.", da="Timer om ugen i tilbud.")
    evidence: ClassVar[Evidence] = "none"

    hours: float = parameter(
        0.8, unit="ratio", low=0.2, high=1.5, assumed=(0.6, 1.0), en="Hours a week in measures in the programme, against now", da="Timer om ugen i tilbud i programmet, mod nu"
    )

    def each_month(self, world: World) -> None:
        """Fewer hours in the offers that begin this month."""
        world.change("offers.programme_hours", factor=self.hours)
