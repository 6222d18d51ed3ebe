"""Money: benefits, earnings beside them, supplements, refunds and debt."""

from typing import ClassVar, Literal

from agents.measures import MEASURES
from agents.statuses import family_members
from policies.chosen import FAR, READY_FOR_EDUCATION
from policies.protocol import Direction, Evidence, Law, Moves, Outcome, Policy, Text, World, parameter

_KONTANTHJAELP, _UDDANNELSESHJAELP = family_members("kontanthjaelp"), family_members("uddannelseshjaelp")
_SYSTEM = _KONTANTHJAELP + _UDDANNELSESHJAELP
_AKTIVITETSPARATE = ("kontanthjaelp_aktivitetsparat", "uddannelseshjaelp_aktivitetsparat")
_SERVED = (*_SYSTEM, *family_members("sickness"), *family_members("rehabilitation"), "ledighedsydelse")
"""Statuses whose measures municipalities pay for, those of dagpenge apart."""
_PRAKTIK = ("praktik_privat", "praktik_offentlig", "nytteindsats")
_WEEKS = 52 / 12
_RESPONDS = "exits to work and what municipalities choose respond to money with assumed elasticities whose ranges include none"
_REAGERER = "afgang til arbejde og kommunernes valg reagerer på penge med antagne elasticiteter, hvis spænd rummer ingen reaktion"


class ParticipationBonus(Policy):
    """A bonus a week for kontanthjælp recipients in virksomhedspraktik or nytteindsats, paid for by a cut for all from 30 (A.5).

    The expert group proposes 250 DKK a week, financed by 110 DKK a month less for everybody from 30 on. That it motivates people to
    take part is expected, without a size: ``broken`` assumes how many fewer places are broken off. The parameter behind it is that of
    all who are far from work, on whatever benefit. Bonus and cut finance each other, so the bonus is no price to municipalities.
    """

    name: ClassVar[str] = "participation_bonus"
    label: ClassVar[Text] = Text(en="Bonus for taking part in company placements", da="Bonus for deltagelse i virksomhedspraktik")
    about: ClassVar[Text | None] = Text(
        en="People on kontanthjælp get 250 DKK a week in virksomhedspraktik or nytteindsats, and everybody from 30 on gets 110 DKK less a month. "
        "It is expected to motivate people to take part, without a size: how many fewer places of people far from work are broken off is "
        "assumed, and may be none. The model has one such rate for all who are far from work, so it also holds places of people on other benefits. "
        "Motivation to accept an offer is not modelled, so activity can rise through broken places only. The bonus is no price to municipalities, "
        f"since the cut pays for it. Otherwise {_RESPONDS}.",
        da="Modtagere af kontanthjælp får 250 kr. om ugen i virksomhedspraktik eller nytteindsats, og alle fra 30 år får 110 kr. mindre om måneden. "
        "Det ventes at motivere til at deltage, uden størrelse: hvor mange færre pladser der afbrydes for personer langt fra arbejde, er antaget "
        "og kan være ingen. Modellen har én sådan rate for alle langt fra arbejde, så også andre ydelsesmodtageres pladser holder bedre. "
        "Motivation til at tage imod et tilbud er ikke modelleret, så aktiviteten kan kun stige ved færre afbrudte pladser. Bonussen er ingen "
        f"pris for kommunerne, da nedsættelsen betaler den. I øvrigt gælder, at {_REAGERER}.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:9111-9114;9247-9254 (EG-A.5); 4545-4568;4598-4610 (VIR-9)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    sets: ClassVar[tuple[str, ...]] = ("supplement of kontanthjælp in praktik",)
    touches: ClassVar[tuple[str, ...]] = tuple(dict.fromkeys((*_KONTANTHJAELP, *FAR)))
    levers: ClassVar[dict[str, str]] = {"EG-A.5": "", "VIR-9": "cut=0.0"}
    mechanism: ClassVar[Text | None] = Text(
        en="The law of money: a supplement by measure, a lower benefit; fewer places broken off.",
        da="Ydelses-, refusions- og skattereglerne: et tillæg efter tilbud og en lavere ydelse; færre afbrudte pladser.",
    )
    evidence: ClassVar[Evidence] = "weak"
    claims: ClassVar[dict[Outcome, Direction]] = {"activity": "+"}

    bonus: float = parameter(
        250.0, unit="DKK", low=0, high=2000, en="Bonus a week in virksomhedspraktik or nytteindsats", da="Bonus om ugen i virksomhedspraktik eller nytteindsats"
    )
    cut: float = parameter(
        110.0, unit="DKK", low=0, high=2000, en="Less kontanthjælp a month for everybody from 30", da="Mindre kontanthjælp om måneden for alle fra 30 år"
    )
    broken: float = parameter(
        0.95, unit="ratio", low=0.5, high=1, assumed=(0.8, 1.0), en="Places of people far from work broken off with the bonus, against without",
        da="Afbrudte pladser for personer langt fra arbejde med bonus mod uden",
    )

    def each_month(self, world: World) -> None:
        """Fewer places are broken off."""
        world.change("placement.broken_far", factor=self.broken)

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
    about: ClassVar[Text | None] = Text(
        en="The state refunds nothing of guidance and upskilling, and half of company measures, mentors and brobygning, for job-ready people "
        "from the first day; ordinary education keeps its refund. The expert group expects guidance to fall by two thirds. In the model "
        "municipalities respond to net prices with an assumed elasticity whose range includes no response. Praktik has no operating cost in the "
        "model, so its refund changes nothing there; løntilskud has no operating refund in the accounts and is not changed.",
        da="Staten refunderer intet af vejledning og opkvalificering og halvdelen af virksomhedsrettede tilbud, mentorer og brobygning, for "
        "jobparate fra første dag; ordinær uddannelse beholder sin refusion. Ekspertgruppen venter, at vejledning falder med to tredjedele. "
        "I modellen reagerer kommunerne på nettopriser med en antaget elasticitet, hvis spænd rummer ingen reaktion. Virksomhedspraktik har ingen "
        "driftsudgift i modellen, så refusionen ændrer intet dér; løntilskud har ingen driftsrefusion i regnskabet og er ikke ændret.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:9216-9230;9851;9885-9891 (EG-A.3)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    sets: ClassVar[tuple[str, ...]] = ("operating refund of measures",)
    touches: ClassVar[tuple[str, ...]] = _SERVED
    levers: ClassVar[dict[str, str]] = {"EG-A.3": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="Net prices of measures, and the municipalities' choice among them.", da="Tilbuddenes nettopriser og kommunernes valg mellem dem."
    )
    evidence: ClassVar[Evidence] = "weak"
    claims: ClassVar[dict[Outcome, Direction]] = {"company_places": "+", "public_cost": "-"}

    guidance: float = parameter(
        0.0, unit="share", low=0, high=1, en="Refund of guidance and upskilling", da="Refusion af vejledning og opkvalificering"
    )
    others: float = parameter(
        0.5, unit="share", low=0, high=1, en="Refund of company measures, mentors and brobygning", da="Refusion af virksomhedsrettede tilbud, mentorer og brobygning"
    )

    def amend(self, law: Law) -> None:
        """Set the refunds; job-ready people have them from the first day."""
        law.set_operation_refund("vejledning", self.guidance, free_months=0)
        for measure in (*_PRAKTIK, "mentor", "brobygning"):
            law.set_operation_refund(measure, self.others, free_months=0)


class OneOperationRefund(Policy):
    """One state refund of what measures cost, for all measures and groups from the first day (SEC-7).

    The documents criticise two ceilings and rates by group and time and draw no new scheme; this is the simplest one. The ceilings
    are not in the model. Løntilskud is left out: the accounts refund nothing of it but the benefit.
    """

    name: ClassVar[str] = "one_operation_refund"
    label: ClassVar[Text] = Text(en="One simple refund of measures", da="Én enkel driftsrefusion")
    about: ClassVar[Text | None] = Text(
        en="The state refunds the same share of every measure but løntilskud, which has no operating refund in the accounts, for everybody from the first "
        "day, so job-ready people no longer go without; of praktik, which has no operating cost in the model, that is nothing. The documents say that "
        "today's rules push municipalities to call people activity-ready, without a size; the model's response is an assumed elasticity whose range "
        "includes none. The two ceilings on refunded costs are not in the model.",
        da="Staten refunderer samme andel af alle tilbud undtagen løntilskud, som ingen driftsrefusion har i regnskabet, til alle fra første dag, så jobparate "
        "ikke længere er uden refusion; af praktik, som ingen driftsudgift har i modellen, er det intet. Dokumenterne siger, at "
        "reglerne i dag skubber kommunerne til at visitere borgere som aktivitetsparate, uden størrelse; modellens reaktion er en antaget "
        "elasticitet, hvis spænd rummer ingen reaktion. De to lofter over refunderede udgifter er ikke med i modellen.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:6296-6318;7256-7258 (SEC-7)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    sets: ClassVar[tuple[str, ...]] = ("operating refund of measures", "operating refund of the preparatory course")
    touches: ClassVar[tuple[str, ...]] = _SERVED
    levers: ClassVar[dict[str, str]] = {"SEC-7": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="Net prices of measures, and visitation from job-ready to activity-ready.", da="Tilbuddenes nettopriser og visitation fra jobparat til aktivitetsparat."
    )
    evidence: ClassVar[Evidence] = "none"

    share: float = parameter(0.5, unit="share", low=0, high=1, assumed=(0.4, 0.6), en="Refund of all measures", da="Refusion af alle tilbud")

    def amend(self, law: Law) -> None:
        """Set one refund."""
        for measure in (*(m.name for m in MEASURES if m.register != "loentilskud"), "mentor", "brobygning"):
            law.set_operation_refund(measure, self.share, free_months=0)


class RevalideringCostParity(Policy):
    """Education in revalidering costs the municipality nothing, as SU does (DS14-A13).

    Social workers see municipalities avoid revalidering because they pay the education. The size of that bias is not documented:
    ``cases`` assumes it. Who pays is not moved in the accounts: the model has one price of education for all groups.
    """

    name: ClassVar[str] = "revalidering_cost_parity"
    label: ClassVar[Text] = Text(en="Education in revalidering free for the municipality", da="Uddannelse under revalidering gratis for kommunen")
    about: ClassVar[Text | None] = Text(
        en="Municipalities no longer pay the education of people in revalidering, so that it costs them the same as education on SU. Social "
        "workers say that today's rule makes municipalities avoid revalidering, without a size: how many more cases come up is assumed, and "
        "the range includes none. Who pays the education is not moved in the accounts.",
        da="Kommunen betaler ikke længere uddannelsen for revalidender, så den koster det samme som uddannelse på SU. Socialrådgivere siger, at "
        "reglen i dag får kommunerne til at undgå revalidering, uden størrelse: hvor mange flere sager der rejses, er en antagelse, og "
        "spændet rummer ingen. Hvem der betaler uddannelsen, er ikke flyttet i regnskabet.",
    )
    citation: ClassVar[str] = "000_dac57679ce83ad5b.txt:201-203;755-758;831-833 (DS14-A13)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _SERVED
    levers: ClassVar[dict[str, str]] = {"DS14-A13": ""}
    mechanism: ClassVar[Text | None] = Text(en="Cases for revalidering that come up.", da="Antallet af sager om revalidering.")
    evidence: ClassVar[Evidence] = "weak"

    cases: float = parameter(
        1.25, unit="ratio", low=0, high=3, assumed=(1.0, 1.5), en="Cases for revalidering that come up, against now", da="Sager om revalidering der rejses, mod nu"
    )

    def adjust(self, moves: Moves) -> None:
        """More cases come up."""
        moves.scale([name for name in _SERVED if name != "revalidering"], "revalidering", self.cases)


class BenefitLevel(Policy):
    """Higher or lower kontanthjælp and uddannelseshjælp, by any factor. No document proposes one."""

    name: ClassVar[str] = "benefit_level"
    label: ClassVar[Text] = Text(en="Another level of kontanthjælp and uddannelseshjælp", da="Ændret niveau for kontanthjælp og uddannelseshjælp")
    about: ClassVar[Text | None] = Text(
        en="Kontanthjælp and uddannelseshjælp are multiplied by a factor for everybody. No document proposes one. Practitioners report both that "
        f"low benefits push people to work and that they harm; here {_RESPONDS}.",
        da="Kontanthjælp og uddannelseshjælp ganges med en faktor for alle. Intet dokument foreslår en. Praktikere beretter både, at lave ydelser "
        f"får folk i arbejde, og at de skader; her gælder, at {_REAGERER}.",
    )
    citation: ClassVar[str] = "003_b8efe9f5cbc72a37.txt:291-305 (M19); 000_dac57679ce83ad5b.txt:881-893 (M21)"
    kind: ClassVar[Literal["user"]] = "user"
    touches: ClassVar[tuple[str, ...]] = _SYSTEM
    mechanism: ClassVar[Text | None] = Text(en="The law of money: benefits.", da="Ydelses-, refusions- og skattereglerne: ydelserne.")
    evidence: ClassVar[Evidence] = "contested"

    factor: float = parameter(1.05, unit="ratio", low=0.5, high=1.5, en="Benefit against that of the law", da="Ydelse mod lovens")

    def amend(self, law: Law) -> None:
        """Multiply the benefits."""
        law.scale_benefit(_SYSTEM, self.factor)


class HigherLowestBenefits(Policy):
    """The lowest benefits are raised: uddannelseshjælp of the uddannelsesparate and the rates of the young, without children (DS14-A14).

    Social workers want a level that one can live on and name no amount. The gap to kontanthjælp from 25 on is 4,832 DKK a month
    (10,689 less 5,857).
    """

    name: ClassVar[str] = "higher_lowest_benefits"
    label: ClassVar[Text] = Text(en="Higher lowest benefits", da="Hævede laveste ydelser")
    about: ClassVar[Text | None] = Text(
        en="Those on the lowest rates, without children, get more a month: uddannelsesparate under 30, the activity-ready under 25 and the "
        "job-ready under 30. Social workers ask for a level one can live on and name no amount, so it is assumed, up to the gap to "
        f"ordinary kontanthjælp. They claim fewer homeless and indebted, which the model does not follow; {_RESPONDS}.",
        da="De laveste satser for borgere uden børn hæves: uddannelsesparate under 30 år, aktivitetsparate under 25 år og jobparate under 30 år. "
        "Socialrådgivere ønsker et niveau, man kan leve af, og nævner intet beløb, så det er en antagelse, op til forskellen til almindelig "
        f"kontanthjælp. De peger på færre hjemløse og forgældede, som modellen ikke følger; {_REAGERER}.",
    )
    citation: ClassVar[str] = "000_dac57679ce83ad5b.txt:206;881-893;1187 (DS14-A14)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = (*_UDDANNELSESHJAELP, *_KONTANTHJAELP)
    levers: ClassVar[dict[str, str]] = {"DS14-A14": ""}
    mechanism: ClassVar[Text | None] = Text(en="The law of money: benefits of the young.", da="Ydelses-, refusions- og skattereglerne: de unges ydelser.")
    evidence: ClassVar[Evidence] = "rule"
    claims: ClassVar[dict[Outcome, Direction]] = {"benefit_income": "+"}

    amount: float = parameter(
        2500.0, unit="DKK", low=0, high=10000, assumed=(500, 4500), en="More a month for those on the lowest rates", da="Mere om måneden til dem på de laveste satser"
    )

    def amend(self, law: Law) -> None:
        """Add the amount to the rates below ordinary kontanthjælp."""
        law.add_to_benefit(READY_FOR_EDUCATION, self.amount, ages=("under_25", "from_25"), provider=False)
        law.add_to_benefit(_AKTIVITETSPARATE, self.amount, ages="under_25", provider=False)
        law.add_to_benefit("kontanthjaelp_jobparat", self.amount, ages=("under_25", "from_25"), provider=False)


class MutualSupportExemption(Policy):
    """Activity-ready cohabitants need not support each other (DS14-A16).

    The summary exempts all who are visited as activity-ready (wide), the chapter those with mental illness and a weighty reason to
    live with others (narrow). The duty was at half effect and was repealed from January 2016, so nothing changes after that.
    """

    name: ClassVar[str] = "mutual_support_exemption"
    label: ClassVar[Text] = Text(en="Exemption from mutual support of cohabitants", da="Undtagelse fra gensidig forsørgerpligt")
    about: ClassVar[Text | None] = Text(
        en="Cohabitants who are activity-ready keep their benefit whatever the other earns. Wide: all of them, as the summary of the source says. "
        "Narrow: those with mental illness and a weighty reason to live with others, as its chapter says; how many they are is assumed. The "
        "income follows from the rule; that couples split up because of the duty is reported and not in the model. The duty was repealed "
        "from January 2016, so nothing changes after that.",
        da="Samlevende, der er aktivitetsparate, beholder ydelsen, uanset hvad den anden tjener. Bredt: alle, som kildens resumé siger. Snævert: "
        "psykisk syge med vægtig grund til at bo med andre, som kapitlet siger; hvor mange de er, er en antagelse. Indkomsten følger af "
        "reglen; at par flytter fra hinanden på grund af pligten, er beskrevet og ikke med i modellen. Pligten blev ophævet fra januar 2016, "
        "så derefter ændres intet.",
    )
    citation: ClassVar[str] = "000_dac57679ce83ad5b.txt:214-216;935-978;1195-1197 (DS14-A16)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    sets: ClassVar[tuple[str, ...]] = ("mutual support",)
    touches: ClassVar[tuple[str, ...]] = _AKTIVITETSPARATE
    levers: ClassVar[dict[str, str]] = {"DS14-A16": ""}
    mechanism: ClassVar[Text | None] = Text(en="The law of money: benefits of cohabitants.", da="Ydelses-, refusions- og skattereglerne: samlevendes ydelser.")
    evidence: ClassVar[Evidence] = "rule"
    claims: ClassVar[dict[Outcome, Direction]] = {"benefit_income": "+"}

    who: Literal["wide", "narrow"] = parameter(
        "wide", unit="wide or narrow", en="Exempt: all activity-ready (wide), or the mentally ill with reason (narrow)",
        da="Undtaget: alle aktivitetsparate (wide) eller psykisk syge med vægtig grund (narrow)",
    )
    narrow_share: float = parameter(
        0.15, unit="share", low=0, high=1, assumed=(0.05, 0.25),
        en="Activity-ready cohabitants whom the narrow exemption covers", da="Aktivitetsparate samlevende som den snævre undtagelse dækker",
    )

    def amend(self, law: Law) -> None:
        """Exempt them."""
        law.abolish_mutual_support(_AKTIVITETSPARATE, 1.0 if self.who == "wide" else self.narrow_share)


class BenefitFloor(Policy):
    """Activity-ready people are paid on the terms of ressourceforløbsydelse, at least at that level (DS22-B8).

    The proposal is for all in a cross-sector unit: the activity-ready, and those in ressourceforløb and jobafklaring, who are paid so
    already. The rates are those of kontanthjælp; what differs is that a partner's income does not count among cohabitants, and that
    30 % of earnings are offset instead of all beyond a small amount. (That a spouse's income no longer bars the benefit is not
    in it.)
    """

    name: ClassVar[str] = "benefit_floor"
    label: ClassVar[Text] = Text(en="Activity-ready people paid as in ressourceforløb", da="Aktivitetsparate på vilkår som ressourceforløbsydelse")
    about: ClassVar[Text | None] = Text(
        en="Activity-ready people get at least ressourceforløbsydelse and keep 70 per cent of what they earn beside it. The rates are the same as "
        "those of kontanthjælp, so the gain is in earnings, and for cohabitants as long as they support each other (until 2015). The "
        f"unit of which the proposal is a part is another policy. The source gives no size; {_RESPONDS}.",
        da="Aktivitetsparate får mindst ressourceforløbsydelse og beholder 70 procent af, hvad de tjener ved siden af. Satserne er de samme som for "
        "kontanthjælp, så gevinsten ligger i lønnen og hos samlevende, så længe de forsørger hinanden (til 2015). Den enhed, som forslaget "
        f"er en del af, er et særskilt tiltag. Kilden giver ingen størrelse; {_REAGERER}.",
    )
    citation: ClassVar[str] = "001_59b66c3903bf086b.txt:482-490 (DS22-B8)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    sets: ClassVar[tuple[str, ...]] = ("offset of earnings in kontanthjælp",)
    touches: ClassVar[tuple[str, ...]] = _AKTIVITETSPARATE
    levers: ClassVar[dict[str, str]] = {"DS22-B8": ""}
    mechanism: ClassVar[Text | None] = Text(en="The law of money: rates and offsets.", da="Ydelses-, refusions- og skattereglerne: satser og modregning.")
    evidence: ClassVar[Evidence] = "rule"
    claims: ClassVar[dict[Outcome, Direction]] = {"benefit_income": "+"}

    offset: float = parameter(0.3, unit="share", low=0, high=1, en="Earnings offset: that of ressourceforløb", da="Modregning af løn: som i ressourceforløb")

    def amend(self, law: Law) -> None:
        """Pay at least the rate of ressourceforløb, and offset earnings as there."""
        law.raise_to(_AKTIVITETSPARATE, "ressourceforloeb")
        law.set_offset(_AKTIVITETSPARATE, self.offset)


class EarningsOffset(Policy):
    """Less offset of earnings beside kontanthjælp and uddannelseshjælp, so that small jobs pay (STAR-C7, M19).

    Agreed for a new kontanthjælp system; the size is not given. In ressourceforløb 30 % of earnings are offset. Easier rules
    about holiday pay are not in the model.
    """

    name: ClassVar[str] = "earnings_offset"
    label: ClassVar[Text] = Text(en="Less offset of earnings beside kontanthjælp", da="Mindre modregning af løn ved siden af kontanthjælp")
    about: ClassVar[Text | None] = Text(
        en="A share of what people earn beside kontanthjælp and uddannelseshjælp is offset, instead of all beyond about 25 DKK an hour. It is "
        "agreed without a size, so the share is assumed (ressourceforløb: 30 per cent). Practitioners say that the gain of an hour is too "
        "small today to motivate. How many more keep paid hours after a placement is an assumed elasticity whose range includes none; holiday "
        "pay is not in the model.",
        da="En andel af lønnen ved siden af kontanthjælp og uddannelseshjælp modregnes i stedet for alt ud over ca. 25 kr. i timen. Det er aftalt uden "
        "en størrelse, så andelen er en antagelse (ressourceforløb: 30 procent). Praktikere siger, at gevinsten ved en time i dag er for "
        "lille til at motivere. Hvor mange flere der beholder lønnede timer efter praktik, er en antaget elasticitet, hvis spænd rummer ingen "
        "reaktion; feriepenge er ikke med i modellen.",
    )
    citation: ClassVar[str] = "003_b8efe9f5cbc72a37.txt:291-305 (STAR-C7, M19)"
    kind: ClassVar[Literal["agreed"]] = "agreed"
    sets: ClassVar[tuple[str, ...]] = ("offset of earnings in kontanthjælp",)
    touches: ClassVar[tuple[str, ...]] = _SYSTEM
    levers: ClassVar[dict[str, str]] = {"STAR-C7": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="The gain of an hour beside the benefit, and paid hours after a placement.", da="Gevinsten ved en time ved siden af ydelsen og lønnede timer efter praktik."
    )
    evidence: ClassVar[Evidence] = "weak"
    claims: ClassVar[dict[Outcome, Direction]] = {"work": "+"}

    share: float = parameter(0.5, unit="share", low=0, high=1, assumed=(0.3, 0.7), en="Earnings offset", da="Løn der modregnes")

    def amend(self, law: Law) -> None:
        """Offset a share of every krone earned."""
        law.set_offset(_SYSTEM, self.share)


class SmootherDebtRepayment(Policy):
    """Public debt no longer begins to be repaid when people on kontanthjælp take a job (EG-D.1), or is relieved (SEC-15).

    That repayment, or worry about it, keeps people from work is a description without a size: ``work`` assumes one. What is not
    repaid is not in the accounts.
    """

    name: ClassVar[str] = "smoother_debt_repayment"
    label: ClassVar[Text] = Text(en="Smoother repayment of public debt", da="Mere smidig gældsafvikling")
    about: ClassVar[Text | None] = Text(
        en="People on kontanthjælp and uddannelseshjælp with public debt no longer lose income to repayment when they take a job. The documents "
        "describe that a job can lower income today, without a size of what follows: how many more go to work is assumed, and the range "
        "includes fewer. Debt counselling reaches only some debtors. Repayments are not in the accounts.",
        da="Borgere på kontanthjælp og uddannelseshjælp med gæld til det offentlige mister ikke længere indkomst til afdrag, når de får job. "
        "Dokumenterne beskriver, at et job i dag kan sænke indkomsten, uden at sige, hvor meget det betyder: hvor mange flere der kommer i "
        "arbejde, er en antagelse, og spændet rummer færre. Gældsrådgivning når kun nogle af skyldnerne. Afdrag er ikke med i regnskabet.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:154;9707-9710;12170-12178 (EG-D.1); 6851-6882 (SEC-15)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _SYSTEM
    levers: ClassVar[dict[str, str]] = {"EG-D.1": "", "SEC-15": "reach=0.2"}
    mechanism: ClassVar[Text | None] = Text(en="Exits to work of people with public debt.", da="Afgang til arbejde for borgere med gæld til det offentlige.")
    evidence: ClassVar[Evidence] = "weak"
    claims: ClassVar[dict[Outcome, Direction]] = {"work": "+"}

    work: float = parameter(
        1.1, unit="ratio", low=0, high=2, assumed=(0.95, 1.25), en="Exits to work of those reached, against without", da="Afgang til arbejde for dem der nås, mod uden"
    )
    reach: float = parameter(1.0, unit="share", low=0, high=1, en="Debtors who are reached", da="Skyldnere der nås")

    def adjust(self, moves: Moves) -> None:
        """More of those with debt go to work; who is reached is drawn once and for all."""
        rows = moves.world.rows_in(*_SYSTEM)
        owes = rows[moves.world.column("public_debt", rows) > 0]
        moves.scale(_SYSTEM, "employment", self.work, rows=owes[moves.world.draw_once("reached", owes) < self.reach])


class CitizensWage(Policy):
    """A citizen's wage (borgerløn) for the grey zone: benefit without demands (STAR-C11).

    Wished for by caseworkers for people over 30 with addiction who want no treatment, about 100 in one jobcentre. The amount
    is not stated: they are paid what they had.
    """

    name: ClassVar[str] = "citizens_wage"
    label: ClassVar[Text] = Text(en="Citizen's wage for the grey zone", da="Borgerløn til gråzonen")
    about: ClassVar[Text | None] = Text(
        en="Activity-ready people over 30 on kontanthjælp with addiction, long on the benefit and without treatment that they want, are asked to no "
        "interviews; they keep their benefit. Caseworkers wish for it, about 100 people in one jobcentre; the amount is not stated and no "
        "effect is known. Who wants no treatment is assumed. Addiction is now or ever in the model, so some chosen have left it behind, and that "
        "the proposal is for people without somatic damage is left out. Nobody documents their work capacity any more, and their "
        "caseworkers' time goes to others.",
        da="Aktivitetsparate over 30 år på kontanthjælp med misbrug, lang tid på ydelsen og uden ønske om behandling indkaldes ikke til samtaler; de "
        "beholder ydelsen. Sagsbehandlere ønsker det, ca. 100 personer i ét jobcenter; beløbet er ikke angivet, og ingen virkning er kendt. "
        "Hvem der ikke ønsker behandling, er en antagelse. Misbrug er i modellen nu eller tidligere, så nogle af de valgte har lagt det bag sig, og at "
        "forslaget gælder personer uden somatiske skader, er udeladt. Ingen dokumenterer længere deres arbejdsevne, og sagsbehandlernes tid går til andre.",
    )
    citation: ClassVar[str] = "003_b8efe9f5cbc72a37.txt:161-169; 002_e6536ececadabd9f.txt:529-541;560-590 (STAR-C11)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = ("kontanthjaelp_aktivitetsparat",)
    levers: ClassVar[dict[str, str]] = {"STAR-C11": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="Interviews that are no longer held, and the hours they took.", da="Samtaler der ikke længere holdes, og de timer de tog."
    )
    evidence: ClassVar[Evidence] = "none"

    age: int = parameter(30, unit="years", low=18, high=64, en="Age from which, documented", da="Alder hvorfra, dokumenteret")
    months: int = parameter(
        36, unit="months", low=0, high=240, assumed=(12, 60), en="Months on the benefit from which", da="Måneder på ydelsen hvorfra"
    )
    no_treatment: float = parameter(
        0.3, unit="share", low=0, high=1, assumed=(0.1, 0.5), en="People with addiction who want no treatment", da="Personer med misbrug der ikke ønsker behandling"
    )

    def each_month(self, world: World) -> None:
        """Ask them to no interview; who wants no treatment is drawn once and for all."""
        rows = world.rows_in("kontanthjaelp_aktivitetsparat")
        rows = rows[(world.column("age", rows) >= self.age) & (world.column("addiction", rows) == 1)]
        rows = rows[world.column("months_in_spell", rows) >= self.months]
        in_treatment = (world.column("sundhedsindsats_until", rows) > world.month) | (world.column("social_indsats_until", rows) > world.month)
        rows = rows[~in_treatment]
        world.release(rows[world.draw_once("no_treatment", rows) < self.no_treatment])
