"""Places with employers: what is offered, how they are found, how willing employers are, and how many the law allows."""

from typing import ClassVar, Literal

import numpy as np

from agents.measures import FULL_TIME, IS_COMPANY
from policies.chosen import FAR, OFFERED
from policies.protocol import Direction, Evidence, Law, Moves, Outcome, Policy, Text, World, parameter

_PRIVATE = 2 / 3
"""Private part of company places (004_107fd277d1b391d8.txt:4117-4119)."""
_WITH_OFFERS = ("dagpenge", *OFFERED)


class CompanyFirst(Policy):
    """Company places instead of guidance and upskilling, for all who would get guidance (VIR-1).

    The expert group wants company places as the starting point and reckons that 63,900 full-time places would be needed in
    May 2014 against about 34,300 in use. No effect is stated. What gives way follows from hours of outreach, willing
    employers and the law's quota; who finds no place gets guidance after all.
    """

    name: ClassVar[str] = "company_first"
    label: ClassVar[Text] = Text(en="Company places instead of guidance", da="Virksomhedspladser i stedet for vejledning")
    about: ClassVar[Text | None] = Text(
        en="Offers of guidance and upskilling become virksomhedspraktik, two thirds of them in private firms. The expert group calls company "
        "measures the only tool with positive average effects in all groups, and reckons that 63,900 full-time places would be needed against "
        "about 34,300 in use in May 2014; no effect is stated. Who finds no place in time gets guidance after all. Some offers can become "
        "education instead, and guidance can take fewer hours: both are off unless you set them.",
        da="Tilbud om vejledning og opkvalificering bliver til virksomhedspraktik, to tredjedele i private virksomheder. Ekspertgruppen kalder "
        "virksomhedsrettede tilbud det eneste redskab med positiv gennemsnitlig effekt i alle grupper og regner med behov for 63.900 "
        "fuldtidspladser mod ca. 34.300 i brug i maj 2014; ingen virkning er angivet. Den, der ikke finder en plads i tide, får vejledning "
        "alligevel. Nogle tilbud kan i stedet blive til uddannelse, og vejledning kan fylde færre timer: begge dele kun, hvis man sætter dem.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:4134-4149;30-34 (VIR-1)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _WITH_OFFERS
    levers: ClassVar[dict[str, str]] = {"VIR-1": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="Other offers at interviews, and places that employers offer and jobcentres have hours to find.",
        da="Andre tilbud ved samtaler og pladser, som arbejdsgivere tilbyder, og jobcentre har timer til at finde.",
    )
    evidence: ClassVar[Evidence] = "moderate"
    claims: ClassVar[dict[Outcome, Direction]] = {"work": "+", "company_places": "+"}

    share: float = parameter(
        1.0, low=0, high=1, unit="share", en="Offers of guidance that become offers of virksomhedspraktik",
        da="Tilbud om vejledning der bliver til tilbud om virksomhedspraktik",
    )
    education: float = parameter(
        0.0, low=0, high=1, unit="share", en="Offers of guidance that become ordinary education", da="Tilbud om vejledning der bliver til ordinær uddannelse",
    )
    guidance_hours: float = parameter(
        1.0, low=0.3, high=2, unit="ratio", en="Hours a week of the guidance that is left, against today",
        da="Timer om ugen i den vejledning der er tilbage, mod i dag",
    )
    outreach: float = parameter(
        1.0, low=0, high=10, unit="ratio", en="Hours of outreach against those of today", da="Timer til virksomhedskontakt mod i dag",
    )

    def each_month(self, world: World) -> None:
        """Change this month's offers, and the hours to find places."""
        world.offer_instead("vejledning", "praktik_privat", self.share * _PRIVATE)
        world.offer_instead("vejledning", "praktik_offentlig", self.share * (1 - _PRIVATE))
        world.scale_outreach(self.outreach)
        if self.education:
            world.offer_instead("vejledning", "uddannelse", self.education)
        if self.guidance_hours != 1:
            world.change("measure_hours.vejledning", factor=self.guidance_hours)


class OutreachHours(Policy):
    """More or fewer hours in which jobcentres find places with employers (VIR-4: consultants outside the service ceiling)."""

    name: ClassVar[str] = "outreach_hours"
    label: ClassVar[Text] = Text(en="Other hours of outreach to employers", da="Ændret antal timer til virksomhedskontakt")
    about: ClassVar[Text | None] = Text(
        en="Jobcentres have more or fewer hours to find places with employers. Consultants' wages compete with schools and care under the "
        "municipal service ceiling today; outside it there could be more of them. How many more is not stated, and assumed. The hours are "
        "paid for; what they bring follows from willing employers and from people to place.",
        da="Jobcentrene har flere eller færre timer til at finde pladser hos arbejdsgivere. Konsulenternes løn konkurrerer i dag med skoler og "
        "pleje under kommunens serviceloft; uden for det kunne der være flere. Hvor mange flere er ikke angivet og er antaget. Timerne "
        "betales; hvad de giver, følger af villige arbejdsgivere og af, hvem der skal placeres.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:4709-4714;4910-4914 (VIR-4)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _WITH_OFFERS
    levers: ClassVar[dict[str, str]] = {"VIR-4": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="Hours in which places are found.", da="Timer til at finde pladser.",
    )
    evidence: ClassVar[Evidence] = "none"
    claims: ClassVar[dict[Outcome, Direction]] = {"company_places": "+"}

    factor: float = parameter(
        2.0, low=0, high=10, assumed=(1.0, 3.0), unit="ratio", en="Hours of outreach against those of today", da="Timer til virksomhedskontakt mod i dag",
    )

    def each_month(self, world: World) -> None:
        """Multiply this month's hours."""
        world.scale_outreach(self.factor)


class SupportedQuota(Policy):
    """Employers may take more or fewer supported persons for each ordinary employee (rimelighedskravet: VIR-7, EG-P.11, EG-A.6).

    Where the law allows more, the employers who would give a part of what is allowed give that part of it; the seven in ten who want
    few citizens at a time still want few.
    """

    name: ClassVar[str] = "supported_quota"
    label: ClassVar[Text] = Text(en="Other quota of supported persons", da="Ændret rimelighedskrav")
    about: ClassVar[Text | None] = Text(
        en="The law allows an employer one supported person for five ordinary staff up to 50, then one for ten. Here people far from work do not "
        "count (asked for by KL), or hours are counted instead of heads (the expert group; LO/FTF, DA and KL are against it), or the quota is "
        "another one. More than half of jobcentre staff say that the rule binds; employers who want few citizens at a time still take few. "
        "For how many of the others it binds is assumed, and may be none. No effect is stated.",
        da="Loven tillader en arbejdsgiver én støttet person pr. fem ordinært ansatte op til 50, derefter én pr. ti. Her tæller personer langt fra "
        "arbejde ikke med (KL's ønske), eller timer tælles i stedet for hoveder (ekspertgruppen; LO/FTF, DA og KL er imod), eller kvoten er en "
        "anden. Over halvdelen af jobcentrenes medarbejdere siger, at reglen begrænser; arbejdsgivere, der vil have få borgere ad gangen, tager "
        "stadig få. For hvor mange af de øvrige den begrænser, er antaget og kan være ingen. Ingen virkning er angivet.",
    )
    citation: ClassVar[str] = (
        "004_107fd277d1b391d8.txt:4849-4857;4157-4168;3897-3909 (VIR-7); 12034-12036 (EG-P.11); 9153-9160;9256-9262;12272-12279 (EG-A.6)"
    )
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _WITH_OFFERS
    levers: ClassVar[dict[str, str]] = {"VIR-7": "", "EG-P.11": "", "EG-A.6": 'counts="hours"'}
    mechanism: ClassVar[Text | None] = Text(
        en="The supported persons that the law allows an employer.", da="De støttede personer, som loven tillader en arbejdsgiver.",
    )
    evidence: ClassVar[Evidence] = "contested"
    claims: ClassVar[dict[Outcome, Direction]] = {"company_places": "+"}

    counts: Literal["not_far", "hours", "heads"] = parameter(
        "not_far", unit="rule", en="What the quota counts: those not far from work, hours, or heads as today",
        da="Hvad kvoten tæller: dem der ikke er langt fra arbejde, timer, eller hoveder som i dag",
    )
    factor: float = parameter(
        1.0, low=0, high=5, unit="ratio", en="Quota against the law of 2014, one always allowed", da="Kvote mod loven af 2014, én er altid tilladt",
    )
    binds: float = parameter(
        0.5, low=0, high=1, assumed=(0.0, 1.0), unit="share", en="Part of the wider quota that employers use",
        da="Del af den større kvote som arbejdsgiverne bruger",
    )

    def each_month(self, world: World) -> None:
        """Multiply this month's quota."""
        world.scale_quota(self.factor * (1 + self.binds * (self.room(world) - 1)))

    def room(self, world: World) -> float:
        """Persons that count today for each who counts under the rule: by hours, or without those far from work."""
        rows = world.rows_in(*_WITH_OFFERS)
        placed = rows[IS_COMPANY[world.column("measure", rows).astype(np.int64)]]
        if self.counts == "heads" or not placed.size:
            return 1.0
        if self.counts == "hours":
            return FULL_TIME / float(np.maximum(world.column("measure_hours", placed), 1).mean())
        far = np.isin(placed, world.rows_in(*FAR)).mean()
        return 1 / max(1 - float(far), 0.2)


class FirmService(Policy):
    """Better service to firms: one entrance, one contact, help with paperwork, follow-up (VIR-3, EG-A.7)."""

    name: ClassVar[str] = "firm_service"
    label: ClassVar[Text] = Text(en="Better service to firms", da="Bedre service til virksomheder")
    about: ClassVar[Text | None] = Text(
        en="Firms get one entrance to the jobcentre, one fixed contact, help with paperwork and close follow-up; six in ten jobcentres offered a "
        "fixed contact. Nine in ten staff call service decisive for firms' willingness, but no size is given. How much more willing firms "
        "become, how much less time a place takes to find and how much less a broken course costs in willingness is assumed; each may be "
        "nothing. No cost is stated.",
        da="Virksomheder får én indgang til jobcentret, én fast kontakt, hjælp til papirarbejde og tæt opfølgning; seks af ti jobcentre tilbød en "
        "fast kontakt. Ni af ti medarbejdere kalder servicen afgørende for villigheden, men ingen størrelse angives. Hvor meget mere villige "
        "virksomhederne bliver, hvor meget hurtigere en plads findes, og hvor meget mindre et afbrudt forløb koster i villighed, er antaget; "
        "hver kan være intet. Ingen udgift er angivet.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:4640-4659;4762-4765 (VIR-3); 9264-9276;11325-11334 (EG-A.7)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _WITH_OFFERS
    levers: ClassVar[dict[str, str]] = {"VIR-3": "", "EG-A.7": "follow_up=1"}
    mechanism: ClassVar[Text | None] = Text(
        en="Willingness of employers, time to find a place, and what experience does to willingness.",
        da="Arbejdsgiveres villighed, tid til at finde en plads, og hvad erfaringer gør ved villigheden.",
    )
    evidence: ClassVar[Evidence] = "weak"
    claims: ClassVar[dict[Outcome, Direction]] = {"company_places": "+"}

    willing: float = parameter(
        1.05, low=0.5, high=2, assumed=(1.0, 1.2), unit="ratio", en="Willingness of employers against today", da="Arbejdsgiveres villighed mod i dag",
    )
    minutes: float = parameter(
        0.9, low=0.3, high=2, assumed=(0.75, 1.0), unit="ratio", en="Working time to find a place against today", da="Arbejdstid til at finde en plads mod i dag",
    )
    follow_up: float = parameter(
        0.9, low=0, high=2, assumed=(0.6, 1.0), unit="ratio", en="Willingness that a broken course costs, against today",
        da="Villighed som et afbrudt forløb koster, mod i dag",
    )

    def each_month(self, world: World) -> None:
        """Make employers willing, and outreach quick."""
        world.change("employers.readiness", factor=self.willing)
        world.change("outreach.minutes", factor=self.minutes)
        world.change("employers.bad", factor=self.follow_up)


class ConsultantSkills(Policy):
    """A skills lift for the jobcentres' company consultants (EG-A.8).

    The stated money is spent once: what goes to recruitment buys hours of outreach, which the accounts pay for; the rest is a grant.
    """

    name: ClassVar[str] = "consultant_skills"
    label: ClassVar[Text] = Text(en="Skills lift for company consultants", da="Kompetenceløft til virksomhedskonsulenter")
    about: ClassVar[Text | None] = Text(
        en="The jobcentres' company consultants get 35 million DKK a year for training and recruitment. Staff who know firms are said to place "
        "people better; no size is given. How much goes to recruitment is assumed, and buys hours at what an hour of outreach costs; how much "
        "quicker trained consultants find a place is assumed too, and may be nothing.",
        da="Jobcentrenes virksomhedskonsulenter får 35 mio. kr. om året til uddannelse og rekruttering. Medarbejdere med kendskab til "
        "virksomhederne siges at placere bedre; ingen størrelse angives. Hvor meget der går til rekruttering, er antaget og køber timer til "
        "timeprisen for virksomhedskontakt; hvor meget hurtigere uddannede konsulenter finder en plads, er også antaget og kan være intet.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:9278-9294;9878;9963-9965 (EG-A.8)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _WITH_OFFERS
    levers: ClassVar[dict[str, str]] = {"EG-A.8": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="Hours of outreach, time to find a place, and a grant.", da="Timer til virksomhedskontakt, tid til at finde en plads og en bevilling.",
    )
    evidence: ClassVar[Evidence] = "none"
    claims: ClassVar[dict[Outcome, Direction]] = {"public_cost": "+"}

    grant: float = parameter(35.0, low=0, high=1000, unit="DKK million a year", en="Money for training and recruitment", da="Midler til uddannelse og rekruttering")
    recruitment: float = parameter(
        0.5, low=0, high=1, assumed=(0.0, 1.0), unit="share", en="Part of it that pays for more consultants", da="Del af dem der går til flere konsulenter",
    )
    minutes: float = parameter(
        0.97, low=0.3, high=2, assumed=(0.9, 1.0), unit="ratio", en="Working time to find a place against today", da="Arbejdstid til at finde en plads mod i dag",
    )

    def each_month(self, world: World) -> None:
        """Hours for the money of recruitment; quicker placement."""
        p = world.parameters
        bought = self.recruitment * self.grant * 1e6 / 12 / p.value("cost.outreach_hour")
        world.scale_outreach(1 + bought / p.value("outreach.hours"))
        world.change("outreach.minutes", factor=self.minutes)

    def amend(self, law: Law) -> None:
        """Pay for the training."""
        law.add_grant(self.grant * (1 - self.recruitment) * 1e6)


class LawInformation(Policy):
    """Employers get more information about the anti-discrimination act (EG-A.9)."""

    name: ClassVar[str] = "law_information"
    label: ClassVar[Text] = Text(en="Information about the anti-discrimination act", da="Oplysning om forskelsbehandlingsloven")
    about: ClassVar[Text | None] = Text(
        en="Employers learn more about the anti-discrimination act; uncertainty about it is said to hold hiring back. No size is given. How much "
        "more willing they become, to give places and to hire people in poor health, is assumed, and may be nothing or less.",
        da="Arbejdsgivere får mere at vide om forskelsbehandlingsloven; usikkerhed om den siges at holde ansættelser tilbage. Ingen størrelse "
        "angives. Hvor meget mere villige de bliver til at give pladser og ansætte personer med dårligt helbred, er antaget og kan være intet "
        "eller mindre.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:3866-3889;9296-9301;11353-11356;12039-12043 (EG-A.9)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _WITH_OFFERS
    levers: ClassVar[dict[str, str]] = {"EG-A.9": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="Willingness of employers, and moves to work of people in poor health.",
        da="Arbejdsgiveres villighed og overgang til job for personer med dårligt helbred.",
    )
    evidence: ClassVar[Evidence] = "none"
    claims: ClassVar[dict[Outcome, Direction]] = {"work": "+"}

    willing: float = parameter(
        1.02, low=0.5, high=2, assumed=(0.95, 1.1), unit="ratio", en="Willingness of employers against today", da="Arbejdsgiveres villighed mod i dag",
    )
    hired: float = parameter(
        1.02, low=0.5, high=2, assumed=(0.95, 1.1), unit="ratio", en="Moves to work of people in poor health against today",
        da="Overgang til job for personer med dårligt helbred mod i dag",
    )

    def each_month(self, world: World) -> None:
        """Make employers willing."""
        world.change("employers.readiness", factor=self.willing)

    def adjust(self, moves: Moves) -> None:
        """Scale moves to work of those in poor health."""
        world = moves.world
        rows = world.rows_in(*_WITH_OFFERS)
        ill = (world.column("poor_mental_health", rows) > 0) | (world.column("poor_physical_health_self_rated", rows) > 0)
        moves.scale(_WITH_OFFERS, "employment", self.hired, rows=rows[ill])


class PlaceMatching(Policy):
    """Places matched one by one, or virksomhedscentre with a fixed number of places (VIR-6)."""

    name: ClassVar[str] = "place_matching"
    label: ClassVar[Text] = Text(en="Individual match or company centre", da="Individuelt match eller virksomhedscenter")
    about: ClassVar[Text | None] = Text(
        en="A municipality may match each person to a firm, or fill a fixed number of places in a virksomhedscenter. Match is said to raise "
        "quality and centres to raise volume; no size is given. Here a share of places moves to centres: they take less time to find and are "
        "broken off more often; with a negative share it is the other way round. Both sizes are assumed, and may be none.",
        da="En kommune kan matche hver person med en virksomhed eller fylde et fast antal pladser i et virksomhedscenter. Match siges at øge "
        "kvaliteten og centre antallet; ingen størrelse angives. Her flyttes en andel af pladserne til centre: de er hurtigere at finde og "
        "afbrydes oftere; med en negativ andel er det omvendt. Begge størrelser er antaget og kan være ingen.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:4366-4373;4498-4506;4777-4784 (VIR-6)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _WITH_OFFERS
    levers: ClassVar[dict[str, str]] = {"VIR-6": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="Time to find a place, and places broken off.", da="Tid til at finde en plads og afbrudte pladser.",
    )
    evidence: ClassVar[Evidence] = "weak"
    claims: ClassVar[dict[Outcome, Direction]] = {"company_places": "+"}

    centre: float = parameter(
        0.3, low=-1, high=1, unit="share", en="Places that move to centres; below 0: from centres to individual match",
        da="Pladser der flyttes til centre; under 0: fra centre til individuelt match",
    )
    minutes: float = parameter(
        0.6, low=0.2, high=2, assumed=(0.3, 1.0), unit="ratio", en="Working time to find a place in a centre against an individual match",
        da="Arbejdstid til at finde en plads i et center mod et individuelt match",
    )
    broken: float = parameter(
        1.2, low=0.5, high=3, assumed=(1.0, 1.6), unit="ratio", en="Places broken off in a centre against an individual match",
        da="Afbrudte pladser i et center mod et individuelt match",
    )

    def each_month(self, world: World) -> None:
        """Change what places take, and how they hold."""
        world.change("outreach.minutes", factor=1 + self.centre * (self.minutes - 1))
        for path in ("placement.broken", "placement.broken_far"):
            world.change(path, factor=1 + self.centre * (self.broken - 1))
