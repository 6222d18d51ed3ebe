"""Health: support at a workplace for people with mental illness, treatment beside measures, and the way back of the sick-listed."""

from typing import ClassVar, Literal

from agents.measures import IS_COMPANY
from policies.chosen import EDUCATION, FAR, OFFERED, in_or_after, in_turn
from policies.protocol import Direction, Evidence, Law, Moves, Outcome, Policy, Text, World, parameter


class IndividualPlacement(Policy):
    """IPS: a workplace and support at the same time for people with mental illness (EG-B.8, VIR-11, SEC-11).

    58 of 100 are back in work against 23-24 without help in the investment case (004_107fd277d1b391d8.txt:8067-8083). If exits
    are as likely in every month, the ratio of their intensities is log(1 - 0.58) / log(1 - 0.235) = 3.24: the default. The source
    calls 58 an input of a scenario, and the trials behind it are of severe mental illness. It holds while people are in IPS, as
    long as the stated 18 months; nothing is assumed after it.
    """

    name: ClassVar[str] = "individual_placement"
    label: ClassVar[Text] = Text(en="IPS for people with mental illness", da="IPS til personer med psykisk sygdom")
    about: ClassVar[Text | None] = Text(
        en="So many people with poor mental health who are far from work get IPS: job search soon after joining, and support at a workplace. The evidence "
        "is strong for severe mental illness; the model knows only self-rated poor mental health, which is another and wider group, so the effect may be "
        "smaller here, or none. An investment case reckons with 58 per cent back in work against 23 to 24 without, for 55,000 DKK a year in 18 months. The factor "
        "on moves to work follows from these two, and holds for the months in IPS. How many places there would be is assumed, and so is their cost, the "
        "number times that price: neither is in the group's table. Those who join are drawn among all who may, while real participants want to.",
        da="Så mange personer med dårligt psykisk helbred langt fra arbejde får IPS: jobsøgning kort efter start og støtte på en arbejdsplads. Evidensen "
        "er stærk for svær psykisk sygdom; modellen kender kun selvvurderet dårligt psykisk helbred, som er en anden og bredere gruppe, så virkningen "
        "her kan være mindre eller ingen. En investeringscase regner med 58 procent tilbage i job mod 23 til 24 uden, for 55.000 kr. om året i 18 måneder. "
        "Faktoren på overgang til job følger af de to tal og gælder i månederne med IPS. Hvor mange pladser der ville være, er antaget, og det er "
        "udgiften, antallet gange prisen, dermed også: ingen af dem står i ekspertgruppens tabel. Deltagerne trækkes blandt alle, der kan, mens virkelige "
        "deltagere selv vil.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:8067-8083;9519-9523 (EG-B.8); 3737-3771;5104-5106 (VIR-11); 5439-5443;6105-6109 (SEC-11)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = FAR
    levers: ClassVar[dict[str, str]] = {"EG-B.8": "", "VIR-11": "", "SEC-11": "a_year=200"}
    mechanism: ClassVar[Text | None] = Text(
        en="Moves to work of those who hold one of a limited number of places, and what the places cost.",
        da="Overgang til job for dem, der har en af et begrænset antal pladser, og hvad pladserne koster.",
    )
    evidence: ClassVar[Evidence] = "moderate"
    claims: ClassVar[dict[Outcome, Direction]] = {"work": "+"}

    a_year: float = parameter(
        2000.0, low=0, high=50_000, assumed=(500, 5000), unit="persons a year", en="People who begin IPS", da="Personer der begynder IPS",
    )
    months: int = parameter(18, low=1, high=60, unit="months", en="Months in IPS", da="Måneder i IPS")
    work: float = parameter(
        3.24, low=0.5, high=5, assumed=(1.0, 3.5), unit="ratio", en="Moves to work in IPS against without", da="Overgang til job i IPS mod uden",
    )
    price: float = parameter(55_000.0, low=0, high=500_000, unit="DKK", en="A year of IPS", da="Et år med IPS")

    def adjust(self, moves: Moves) -> None:
        """Scale moves to work of those in IPS."""
        world = moves.world
        rows = world.rows_in(*FAR)
        ill = rows[world.column("poor_mental_health", rows) > 0]
        moves.scale(FAR, "employment", self.work, rows=in_turn(world, self, ill, a_year=self.a_year, months=self.months))

    def amend(self, law: Law) -> None:
        """Pay for the places that are held when the scheme is full."""
        law.add_grant(self.a_year * self.months / 12 * self.price)


class HealthPurchase(Policy):
    """Municipalities buy health services and treatment beside a company measure or education (EG-P.2).

    The pool is booked as a grant, so what it buys is not booked as health support once more.
    """

    name: ClassVar[str] = "health_purchase"
    label: ClassVar[Text] = Text(en="Purchase of health services beside measures", da="Køb af sundhedsydelser ved siden af tilbud")
    about: ClassVar[Text | None] = Text(
        en="A pool of 60 million DKK a year buys health services and treatment for people in poor health who are in a company measure or education. "
        "No effect of the pool is stated; studies say that health measures bring work mostly where a workplace is involved, without a size. "
        "How many people the pool reaches follows from an assumed price, and what the treatment does is assumed, and may be nothing.",
        da="En pulje på 60 mio. kr. om året køber sundhedsydelser og behandling til personer med dårligt helbred i et virksomhedsrettet tilbud eller "
        "uddannelse. Puljens virkning er ikke angivet; undersøgelser siger, at sundhedsindsats mest giver job, hvor en arbejdsplads er med, "
        "uden størrelse. Hvor mange puljen når, følger af en antaget pris, og hvad behandlingen gør, er antaget og kan være intet.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:9957;9971-9975;5437-5448 (EG-P.2)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = OFFERED
    levers: ClassVar[dict[str, str]] = {"EG-P.2": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="Moves to work of those treated beside a measure and after it, as many as the pool pays for, and a grant.",
        da="Overgang til job for dem, der behandles ved siden af et tilbud og efter det, så mange som puljen betaler, og en bevilling.",
    )
    evidence: ClassVar[Evidence] = "weak"
    claims: ClassVar[dict[Outcome, Direction]] = {"public_cost": "+"}

    pool: float = parameter(60.0, low=0, high=5000, unit="DKK million a year", en="The pool", da="Puljen")
    price: float = parameter(
        24_000.0, low=1000, high=500_000, assumed=(5000, 60_000), unit="DKK", en="A course of treatment", da="Et behandlingsforløb",
    )
    work: float = parameter(
        1.15, low=0.5, high=3, assumed=(1.0, 1.4), unit="ratio", en="Moves to work with treatment against without", da="Overgang til job med behandling mod uden",
    )
    months: int = parameter(12, low=1, high=36, assumed=(6, 24), unit="months", en="Months that it acts", da="Måneder den virker")

    def adjust(self, moves: Moves) -> None:
        """Scale moves to work of those treated."""
        world = moves.world
        rows = world.rows_in(*OFFERED)
        which = IS_COMPANY.copy()
        which[EDUCATION] = True
        ill = (world.column("poor_mental_health", rows) > 0) | (world.column("poor_physical_health_self_rated", rows) > 0)
        may = rows[ill & in_or_after(world, rows, which, self.months)]
        treated = in_turn(world, self, may, a_year=self.pool * 1e6 / self.price, months=self.months)
        moves.scale(OFFERED, "employment", self.work, rows=treated)

    def amend(self, law: Law) -> None:
        """Pay the pool."""
        law.add_grant(self.pool * 1e6)


class PartlyFitStaff(Policy):
    """A trial of 2016: municipal staff on long sick leave are presumed partly fit for work (EG-D.4)."""

    name: ClassVar[str] = "partly_fit_staff"
    label: ClassVar[Text] = Text(en="Trial: partly fit sick-listed municipal staff", da="Forsøg: delvist raske sygemeldte kommunalt ansatte")
    about: ClassVar[Text | None] = Text(
        en="In 2016 municipal staff on long sick leave are presumed partly fit for work and have a first meeting in week 3 or 4. The trial costs 10 "
        "million DKK; no effect is stated. How many of the sick-listed are municipal staff in the trial, and how much more often they go back to "
        "work, is assumed; the range of the latter includes no effect.",
        da="I 2016 formodes langtidssygemeldte kommunalt ansatte at være delvist raske og har et første møde i uge 3 eller 4. Forsøget koster 10 mio. "
        "kr.; ingen virkning er angivet. Hvor mange af de sygemeldte der er kommunalt ansatte i forsøget, og hvor meget oftere de går tilbage i "
        "job, er antaget; spændet for det sidste rummer ingen virkning.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:9731-9740;9988-9991 (EG-D.4)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = ("sygedagpenge",)
    levers: ClassVar[dict[str, str]] = {"EG-D.4": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="Moves from sygedagpenge to work of those in the trial, and a grant.", da="Overgang fra sygedagpenge til job for deltagerne og en bevilling.",
    )
    evidence: ClassVar[Evidence] = "none"
    claims: ClassVar[dict[Outcome, Direction]] = {"public_cost": "+"}

    start: str | None = "2016-01"
    end: str | None = "2016-12"
    municipal: float = parameter(
        0.1, low=0, high=1, assumed=(0.02, 0.2), unit="share", en="Sick-listed people who are municipal staff in the trial",
        da="Sygemeldte der er kommunalt ansatte i forsøget",
    )
    work: float = parameter(
        1.1, low=0.5, high=2, assumed=(0.9, 1.4), unit="ratio", en="Their moves to work against without the trial", da="Deres overgang til job mod uden forsøget",
    )
    grant: float = parameter(10.0, low=0, high=1000, unit="DKK million a year", en="Money for the trial", da="Midler til forsøget")

    def adjust(self, moves: Moves) -> None:
        """Scale moves to work of those in the trial."""
        rows = moves.world.rows_in("sygedagpenge")
        staff = rows[moves.world.draw_once("municipal_staff", rows) < self.municipal]
        moves.scale("sygedagpenge", "employment", self.work, rows=staff)

    def amend(self, law: Law) -> None:
        """Pay for the trial."""
        law.add_grant(self.grant * 1e6)


class GradualReturn(Policy):
    """More gradual return to work, and fast track, for the sick-listed (VIR-13)."""

    name: ClassVar[str] = "gradual_return"
    label: ClassVar[Text] = Text(en="More gradual return and fast track", da="Mere gradvis tilbagevenden og fast track")
    about: ClassVar[Text | None] = Text(
        en="More people who have been sick for over eight weeks go back to work step by step, and employers ask for early follow-up more often (fast "
        "track), so that first interviews come sooner. Several studies of partial return and early contact with the employer are positive; there "
        "is no estimate for the rules of 2014, which the baseline holds. How many more, and how much sooner, is assumed, and may be nothing.",
        da="Flere, der har været syge i over otte uger, vender gradvist tilbage til arbejdet, og arbejdsgivere beder oftere om tidlig opfølgning (fast "
        "track), så første samtale kommer før. Flere undersøgelser af delvis tilbagevenden og tidlig kontakt med arbejdsgiveren er positive; for "
        "reglerne fra 2014, som basisforløbet rummer, findes intet skøn. Hvor mange flere, og hvor meget før, er antaget og kan være intet.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:3733-3735;4188-4192;4227-4236;5098-5102 (VIR-13)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = ("sygedagpenge",)
    levers: ClassVar[dict[str, str]] = {"VIR-13": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="Moves to work of those sick for over two months, and when the first interview comes.",
        da="Overgang til job for dem, der er syge i over to måneder, og hvornår første samtale kommer.",
    )
    evidence: ClassVar[Evidence] = "moderate"
    claims: ClassVar[dict[Outcome, Direction]] = {"work": "+"}

    coverage: float = parameter(
        0.2, low=0, high=1, assumed=(0.05, 0.5), unit="share", en="Those sick for over eight weeks who begin a gradual return and did not before",
        da="Andel af dem der er syge i over otte uger, som begynder gradvist og ikke gjorde det før",
    )
    work: float = parameter(
        1.2, low=0.5, high=3, assumed=(1.0, 1.6), unit="ratio", en="Their moves to work against without", da="Deres overgang til job mod uden",
    )
    first_interview: float = parameter(
        0.9, low=0.2, high=2, assumed=(0.6, 1.0), unit="ratio", en="Time to the first interview on sygedagpenge against today",
        da="Tid til første samtale på sygedagpenge mod i dag",
    )

    def each_month(self, world: World) -> None:
        """First interviews come sooner."""
        world.change("first_interview.sygedagpenge", factor=self.first_interview)

    def adjust(self, moves: Moves) -> None:
        """Scale moves to work of those who begin a gradual return."""
        world = moves.world
        rows = world.rows_in("sygedagpenge")
        long = rows[world.column("months_in_status", rows) >= 2]
        moves.scale("sygedagpenge", "employment", self.work, rows=long[world.draw_once("gradual", long) < self.coverage])
