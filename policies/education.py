"""Education and training: revalidering, apprentices, adapted education, and what the sick-listed can do."""

from typing import ClassVar, Literal

import numpy as np

from agents.calendar import month
from agents.flags import FLAGS
from agents.statuses import group_members
from policies.chosen import BENEFITS, UDDANNELSESHJAELP, long_on_support
from policies.protocol import Direction, Evidence, Law, Moves, Outcome, Policy, Rows, Text, World, parameter

_UNSKILLED = 1 << FLAGS.index("no_qualification")
_INTO_REVALIDERING = tuple(
    name for name in group_members("outside", "temporary", "edge") if name not in ("revalidering", "efterloen", "barsel", "foertidspension")
)


class TargetedRevalidering(Policy):
    """Revalidering only as qualifying education for people over 30, at most four years (EG-C.1).

    The limit of the plan and of the right are replaced; who is in revalidering already keeps the status. That the test of other
    routes goes away shows as less documentation demanded.
    """

    name: ClassVar[str] = "targeted_revalidering"
    label: ClassVar[Text] = Text(en="Revalidering as education for people over 30", da="Revalidering som uddannelse for personer over 30")
    about: ClassVar[Text | None] = Text(
        en="Revalidering becomes qualifying education for people over 30 who cannot stay in their field: nobody under 30 begins, offers in it are "
        "education and not places with employers, it lasts at most four years instead of five, and their open cases for it go back to the ordinary "
        "effort. The test that no other route is open goes "
        "away; how much less must then be documented is assumed, and may be nothing. The expert group expects no net cost and states no effect.",
        da="Revalidering bliver kompetencegivende uddannelse for personer over 30, der ikke kan blive i deres fag: ingen under 30 begynder, tilbud "
        "under den er uddannelse og ikke pladser hos arbejdsgivere, den varer højst fire år mod fem, og de yngres åbne sager går tilbage til den "
        "almindelige indsats. Kravet om, at ingen anden vej er åben, "
        "falder bort; hvor meget mindre der så skal dokumenteres, er antaget og kan være intet. Ekspertgruppen venter ingen nettoudgift og angiver "
        "ingen virkning.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:112-119;9646-9666;9893-9894 (EG-C.1)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    sets: ClassVar[tuple[str, ...]] = ("revalidering", "award.revalidering")
    touches: ClassVar[tuple[str, ...]] = ("revalidering",)
    levers: ClassVar[dict[str, str]] = {"EG-C.1": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="Who may be granted revalidering, what is documented and offered, and its longest time.",
        da="Hvem der kan få revalidering, hvad der dokumenteres og tilbydes, og den længste tid.",
    )
    evidence: ClassVar[Evidence] = "none"

    from_age: int = parameter(30, low=18, high=60, unit="years", en="Youngest who may begin", da="Yngste der kan begynde")
    years: int = parameter(4, low=1, high=10, unit="years", en="Longest revalidering", da="Længste revalidering")
    documented: float = parameter(
        0.8, low=0, high=2, assumed=(0.5, 1.0), unit="ratio", en="Documentation demanded for revalidering against today",
        da="Dokumentation krævet til revalidering mod i dag",
    )

    def enact(self, world: World) -> None:
        """Put the shorter limit in force."""
        law = world.rules.law("revalidering")
        world.rules.replace("revalidering", law.changed(months=12 * self.years))

    def repeal(self, world: World) -> None:
        """Put the law's own limit back."""
        world.rules.restore("revalidering")

    def each_month(self, world: World) -> None:
        """Education only, less documentation, plans within the limit; teams award it to nobody younger."""
        world.change("documentation.demanded_for_revalidering", factor=self.documented)
        rows = world.rows_in("revalidering")
        for old in ("vejledning", "praktik_privat", "praktik_offentlig", "loentilskud_privat", "loentilskud_offentlig"):
            world.offer_instead(old, "uddannelse", 1.0, rows)
        world.change("measure_length.uddannelse_revalidering", factor=min(self.years / 5, 1.0))
        world.close_award("revalidering", self._young(world, "barsel"))

    def adjust(self, moves: Moves) -> None:
        """Nobody younger begins."""
        young = self._young(moves.world)
        moves.scale(_INTO_REVALIDERING, "revalidering", 0.0, rows=young)
        moves.redirect("dagpenge", "revalidering", "self_support", rows=young)  # who has used up the right

    def _young(self, world: World, *more: str) -> Rows:
        rows = world.rows_in(*_INTO_REVALIDERING, *more)
        return rows[world.column("age", rows) < self.from_age]


class AdultApprentice(Policy):
    """A stronger voksenlærling scheme for people over 25 with more than two years on support (EG-C.2).

    As many begin as the stated money pays for at the stated subsidy; an apprentice is in ordinary work. The money is paid as the scheme
    fills up, over ``years`` from its first month; without a date, in full at once.
    """

    name: ClassVar[str] = "adult_apprentice"
    label: ClassVar[Text] = Text(en="Stronger voksenlærling scheme", da="Styrket voksenlærlingeordning")
    about: ClassVar[Text | None] = Text(
        en="People over 25 with more than two years on support become adult apprentices, with a subsidy to the employer of for example 50 DKK an hour and "
        "a mentor. The extension costs 10 million DKK a year, which pays for about a hundred full-time apprentices. In the ordinary scheme 70 against 58 "
        "per cent are in work after a year. Who begins is drawn among all who may; they are then in work, and lose it as often as others do. Since "
        "everyone who begins gets the job for certain, the effect here is larger than the 12 points of the source. The mentor, and that someone else would "
        "have got the place, are not modelled.",
        da="Personer over 25 med mere end to år på ydelse bliver voksenlærlinge med tilskud til arbejdsgiveren på fx 50 kr. i timen og en mentor. "
        "Udvidelsen koster 10 mio. kr. om året, som betaler ca. hundrede fuldtidslærlinge. I den almindelige ordning er 70 mod 58 procent i "
        "job efter et år. Hvem der begynder, trækkes blandt alle, der kan; de er så i job og mister det lige så ofte som andre. Da alle, der begynder, "
        "med sikkerhed får jobbet, er virkningen her større end kildens 12 procentpoint. Mentoren, og "
        "at en anden kunne have fået pladsen, er ikke modelleret.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:3673-3677;9632-9634;9668-9681;9871 (EG-C.2)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = BENEFITS
    levers: ClassVar[dict[str, str]] = {"EG-C.2": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="So many moves to work a year, and a grant.", da="Så mange overgange til job om året og en bevilling.",
    )
    evidence: ClassVar[Evidence] = "moderate"
    claims: ClassVar[dict[Outcome, Direction]] = {"work": "+", "public_cost": "+"}

    grant: float = parameter(10.0, low=0, high=1000, unit="DKK million a year", en="Money for subsidies", da="Midler til tilskud")
    subsidy: float = parameter(50.0, low=1, high=200, unit="DKK an hour", en="Subsidy to the employer", da="Tilskud til arbejdsgiveren")
    years: float = parameter(2.0, low=0.5, high=5, unit="years", en="Years with a subsidy, at most", da="År med tilskud, højst")
    months: int = parameter(
        24, low=0, high=59, unit="months", en="Months on support of the last 60 beyond which one may begin",
        da="Antal måneder på offentlig forsørgelse inden for de seneste 60, før man kan begynde",
    )

    @property
    def a_year(self) -> float:
        """Apprentices who begin each year, when the money pays for all who are in the scheme."""
        return self.grant * 1e6 / (self.subsidy * 37 * 52) / self.years

    def adjust(self, moves: Moves) -> None:
        """Some of those who may begin do."""
        world = moves.world
        rows = long_on_support(world, self.months, *BENEFITS)
        rows = rows[world.column("age", rows) > 25]
        if rows.size:
            chance = self.a_year / 12 / (rows.size * world.weight)
            moves.due(rows[world.draw("begins", rows) < chance], "employment", "adult apprentice")

    def amend(self, law: Law) -> None:
        """Pay the subsidies of those who are in the scheme: so many more each month until the first leave it."""
        filled = 1.0 if self.start is None else min((law.month - month(self.start) + 1) / (12 * self.years), 1.0)
        law.add_grant(self.grant * filled * 1e6)


class AdaptedEducation(Policy):
    """Education with more time, small classes and a mentor for young people with mental illness (DS14-A21)."""

    name: ClassVar[str] = "adapted_education"
    label: ClassVar[Text] = Text(en="Adapted education for young people with mental illness", da="Tilpasset uddannelse til psykisk syge unge")
    about: ClassVar[Text | None] = Text(
        en="Young people with poor mental health get education with more time, flexible hours, small classes and a social mentor. Social workers "
        "wish for it and name no effect. How much more often they begin an education, and how much less often they drop out, is assumed; both "
        "ranges include no effect. No cost is stated, and none is booked.",
        da="Unge med dårligt psykisk helbred får uddannelse med mere tid, fleksible timer, små hold og en social mentor. Socialrådgivere ønsker det og "
        "nævner ingen virkning. Hvor meget oftere de begynder på en uddannelse, og hvor meget sjældnere de falder fra, er antaget; begge spænd "
        "rummer ingen virkning. Ingen udgift er angivet, og ingen er bogført.",
    )
    citation: ClassVar[str] = "000_dac57679ce83ad5b.txt:1074-1078 (DS14-A21)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = ("education", *UDDANNELSESHJAELP)
    levers: ClassVar[dict[str, str]] = {"DS14-A21": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="Moves to education of young people with poor mental health, and their drop-out.",
        da="Overgang til uddannelse for unge med dårligt psykisk helbred og deres frafald.",
    )
    evidence: ClassVar[Evidence] = "none"

    starts: float = parameter(
        1.1, low=0.5, high=3, assumed=(0.9, 1.5), unit="ratio", en="Their moves to education against today", da="Deres overgang til uddannelse mod i dag",
    )
    drop_out: float = parameter(
        0.9, low=0, high=2, assumed=(0.6, 1.1), unit="ratio", en="Their drop-out to uddannelseshjælp against today",
        da="Deres frafald til uddannelseshjælp mod i dag",
    )

    def adjust(self, moves: Moves) -> None:
        """Scale starts and drop-out of the under-30s with poor mental health."""
        world = moves.world
        rows = world.rows_in("education", *UDDANNELSESHJAELP)
        ill = rows[(world.column("poor_mental_health", rows) > 0) & (world.column("age", rows) < 30)]
        moves.scale(UDDANNELSESHJAELP, "education", self.starts, rows=ill)
        moves.scale("education", UDDANNELSESHJAELP, self.drop_out, rows=ill)


class SkillAssessment(Policy):
    """Unskilled sick-listed people over 30 get their real competences assessed (EG-C.3)."""

    name: ClassVar[str] = "skill_assessment"
    label: ClassVar[Text] = Text(en="Assessment of the sick-listed's real skills", da="Afklaring af sygemeldtes realkompetencer")
    about: ClassVar[Text | None] = Text(
        en="Sick-listed people over 30 without a qualifying education get their real competences assessed, for 10 million DKK a year. No effect is "
        "stated. How much more often they go to education, revalidering or other work is assumed, and may be nothing or less.",
        da="Sygemeldte over 30 uden kompetencegivende uddannelse får afklaret deres realkompetencer for 10 mio. kr. om året. Ingen virkning er "
        "angivet. Hvor meget oftere de går til uddannelse, revalidering eller andet job, er antaget og kan være intet eller mindre.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:9683-9692;9870 (EG-C.3)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = ("sygedagpenge", "jobafklaring")
    levers: ClassVar[dict[str, str]] = {"EG-C.3": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="Moves of the unskilled sick-listed to education, revalidering and work, and a grant.",
        da="Ufaglærte sygemeldtes overgang til uddannelse, revalidering og job og en bevilling.",
    )
    evidence: ClassVar[Evidence] = "none"
    claims: ClassVar[dict[Outcome, Direction]] = {"public_cost": "+"}

    change: float = parameter(
        1.1, low=0.5, high=3, assumed=(0.9, 1.5), unit="ratio", en="Their moves to education and revalidering against today",
        da="Deres overgang til uddannelse og revalidering mod i dag",
    )
    work: float = parameter(
        1.0, low=0.5, high=2, assumed=(0.95, 1.05), unit="ratio", en="Their moves to work against today", da="Deres overgang til job mod i dag",
    )
    grant: float = parameter(10.0, low=0, high=1000, unit="DKK million a year", en="Money for assessments", da="Midler til afklaring")

    def adjust(self, moves: Moves) -> None:
        """Scale their moves."""
        world = moves.world
        rows = world.rows_in(*self.touches)
        unskilled = (world.column("flags", rows).astype(np.int64) & _UNSKILLED) > 0
        chosen = rows[unskilled & (world.column("age", rows) >= 30)]
        moves.scale(self.touches, ("education", "revalidering"), self.change, rows=chosen)
        moves.scale(self.touches, "employment", self.work, rows=chosen)

    def amend(self, law: Law) -> None:
        """Pay for the assessments."""
        law.add_grant(self.grant * 1e6)
