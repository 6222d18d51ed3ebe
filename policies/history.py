"""Rules and practice in force: past reforms as switches that take them out of the baseline, deadlines kept, local practice.

A counterfactual "without ..." shows *without minus with*. The people of the count stay who and where they are: they have lived
with the reform, and what it did to them before the first month is not undone (that is what the validation of past reforms is
for). From ``start`` on the reform is absent, until ``end``; a later ``end`` therefore moves the reform in time.
"""

from typing import ClassVar, Literal

import numpy as np

from agents.statuses import family_members, group_members
from policies.protocol import Direction, Evidence, Law, Moves, Outcome, Policy, Text, World, parameter

_KONTANTHJAELP, _UDDANNELSESHJAELP = family_members("kontanthjaelp"), family_members("uddannelseshjaelp")
_SYSTEM = (*_KONTANTHJAELP, *_UDDANNELSESHJAELP)
_AKTIVITETSPARATE = ("kontanthjaelp_aktivitetsparat", "uddannelseshjaelp_aktivitetsparat")
_ON_SUPPORT = (*group_members("edge", "temporary"), "dagpenge", "self_support")
_AWARDS = ("foertidspension", "fleksjob", "ledighedsydelse")
_SMALL_FLEKSJOB = [0.0, 0.0, 1.0, 1.0, 1.0]
"""Factors on the classes of hours that people approved for a fleksjob can work: the two below ten hours came with the reform."""
PensionPart = Literal["ressourceforloeb", "pension", "fleksjob"]
KontanthjaelpPart = Literal["benefit", "education_order", "offers", "mutual_support", "nytteindsats", "sanctions", "contacts"]
_PENSION_PARTS: list[PensionPart] = ["ressourceforloeb", "pension", "fleksjob"]
_KONTANTHJAELP_PARTS: list[KontanthjaelpPart] = [
    "benefit", "education_order", "offers", "mutual_support", "nytteindsats", "sanctions", "contacts",
]


class WithoutPensionReform2013(Policy):
    """The baseline contains the reform of førtidspension and fleksjob of January 2013; this takes it out.

    Awards fell from about 1,000 to about 500 a month. How much of that is the rule under 40, tighter practice, and cases that no
    longer come up is not documented; ``cases`` is the last (1 = as many as now, 2 = as many as before 2013, parameter
    ``past.inflow``), from benefits and self-support. The model cannot tell the rehabilitation team from the municipality that decided before it, so the team
    stays. Fleksjob go on being paid by the wage and subsidy rules since 2013 (so this is not lever VIR-12).
    """

    name: ClassVar[str] = "without_pension_reform_2013"
    label: ClassVar[Text] = Text(
        en="Without the førtidspension and fleksjob reform of 2013 (difference = without minus with)",
        da="Uden førtidspensions- og fleksjobreformen fra 2013 (forskel = uden minus med)",
    )
    about: ClassVar[Text | None] = Text(
        en="No new ressourceforløb: people on kontanthjælp or uddannelseshjælp who would get one stay where they are, others go to kontanthjælp. Førtidspension under 40 is decided as for "
        "others, practice is as before 2013, and nobody is newly approved for a fleksjob of less than ten hours a week; the wage and subsidy rules "
        "of 2013 stay. Documented is "
        "that awards of førtidspension halved to about 500 a month and that those of fleksjob rose marginally; how many more cases would come up, "
        "and how many would be refused a fleksjob, is assumed. "
        "Those in ressourceforløb at the start finish it. The reform is absent until the end date, so a later end moves it in time.",
        da="Ingen nye ressourceforløb: de på kontanthjælp eller uddannelseshjælp, der ville få et, bliver, hvor de er, og andre går til kontanthjælp. Førtidspension under 40 år afgøres som for "
        "andre, praksis er som før 2013, og ingen bliver nyvisiteret til et fleksjob på under ti timer om ugen. Løn- og tilskudsreglerne fra 2013 bliver; "
        "kun fleksjob under ti timer bortfalder. Det er dokumenteret, at "
        "tilkendelserne af førtidspension blev halveret til ca. 500 om måneden, og at tilgangen til fleksjob steg en anelse; hvor mange flere "
        "sager der ville komme, og hvor mange der ville få afslag på fleksjob, er antagelser. Igangværende ressourceforløb gøres færdige. Reformen er fraværende til slutdatoen, så en senere slutdato flytter den i tid.",
    )
    citation: ClassVar[str] = (
        "004_107fd277d1b391d8.txt:632-643;5477-5488;5505-5511;8505-8517; 000_dac57679ce83ad5b.txt:4-8;579-583 (REF-2013, SEC-1)"
    )
    kind: ClassVar[Literal["counterfactual"]] = "counterfactual"
    sets: ClassVar[tuple[str, ...]] = ("team.pension_under_40", "award.ressourceforloeb")
    touches: ClassVar[tuple[str, ...]] = (*_AKTIVITETSPARATE, *family_members("sickness"), *family_members("rehabilitation"), "ledighedsydelse", "fleksjob")
    levers: ClassVar[dict[str, str]] = {
        "REF-2013": "", "SEC-1": 'parts=["ressourceforloeb", "pension"]',
    }
    mechanism: ClassVar[Text | None] = Text(
        en="Decisions of rehabilitation teams, the cases that come up, and the hours that people approved for a fleksjob can work.",
        da="Rehabiliteringsteamenes afgørelser, antallet af sager og de timer, som fleksjobvisiterede kan arbejde.",
    )
    evidence: ClassVar[Evidence] = "moderate"
    claims: ClassVar[dict[Outcome, Direction]] = {"pension": "+", "fleksjob": "-"}

    parts: list[PensionPart] = parameter(
        lambda: list(_PENSION_PARTS), unit="list", en="Parts of the reform that are absent", da="Dele af reformen der er fraværende"
    )
    cases: float = parameter(
        1.5, unit="ratio", low=1, high=3, assumed=(1.0, 2.0),
        en="Cases for førtidspension that come up without the reform, against now", da="Sager om førtidspension der rejses uden reformen, mod nu",
    )
    refused: float = parameter(
        0.5, unit="share", low=0, high=1, assumed=(0.0, 1.0),
        en="People who can work less than ten hours and are not approved for a fleksjob without the reform; others are, for more hours",
        da="Personer der kan arbejde under ti timer og ikke visiteres til fleksjob uden reformen; øvrige visiteres, til flere timer",
    )

    def each_month(self, world: World) -> None:
        """Decide as before 2013."""
        if "ressourceforloeb" in self.parts:
            world.change("team.granted.ressourceforloeb", factor=0.0)
            for award in _AWARDS:
                world.change(f"team.ressourceforloeb_instead.{award}", factor=0.0)
        if "pension" in self.parts:
            world.change("team.tightening", factor=0.0)
            world.change("team.pension_under_40", value=1.0)
        if "fleksjob" in self.parts:
            hours = world.parameters.values_of("fleksjob.hours")
            small = float(hours[np.array(_SMALL_FLEKSJOB) == 0].sum() / hours.sum())
            world.change("fleksjob.hours", factor=_SMALL_FLEKSJOB)
            for award in ("fleksjob", "ledighedsydelse"):
                world.change(f"team.granted.{award}", factor=1 - self.refused * small)

    def adjust(self, moves: Moves) -> None:
        """More cases for pension come up; who would go to a ressourceforløb stays on kontanthjælp or
        uddannelseshjælp, or goes to kontanthjælp."""
        if "pension" in self.parts:
            moves.scale([name for name in _ON_SUPPORT if name != "foertidspension"], "foertidspension", self.cases)
        if "ressourceforloeb" in self.parts:
            for source in _ways_to(moves.world, "ressourceforloeb"):
                moves.redirect(source, "ressourceforloeb", source if source in _SYSTEM else "kontanthjaelp_aktivitetsparat")


def _ways_to(world: World, to: str) -> list[str]:
    """Statuses from which a clock or a time limit leads to a status."""
    clocks = (path.split(".")[0] for path in world.parameters.below("rate") if path.endswith(f".{to}"))
    limits = (path.split(".")[0] for path in world.parameters.below("limit") if path.endswith(f".destinations.{to}"))
    return sorted({name.rstrip("_0123456789") for name in (*clocks, *limits)})


class WithoutKontanthjaelpReform2014(Policy):
    """The baseline contains the kontanthjælp reform of January 2014; this takes it out, whole or in parts.

    The young keep their own group and visitation in tables, because the model's rates belong to who they are: what changes is
    what the reform changed for them. ``benefit``: they are paid as kontanthjælp was (6,889 under 25, 10,689 from 25, providers
    14,203), those of 25-29 on kontanthjælp too; who lives with parents is paid as others. ``education_order``: none for ages
    25-29 (those under 25 had one before). ``offers``: some activity-ready people were passive, and had no mentor. Sizes of
    the last two are assumptions.
    """

    name: ClassVar[str] = "without_kontanthjaelp_reform_2014"
    label: ClassVar[Text] = Text(
        en="Without the kontanthjælp reform of 2014 (difference = without minus with)",
        da="Uden kontanthjælpsreformen fra 2014 (forskel = uden minus med)",
    )
    about: ClassVar[Text | None] = Text(
        en="The under-30s are paid as kontanthjælp was before 2014, those aged 25-29 have no education order, cohabitants do not support "
        "each other, there is no nytteindsats, sanctions need no contact first and are not tightened, and activity-ready people have an "
        "interview every third month. Documented are the rules and fewer sanctions; effects on exits were not measured, so those of the "
        "education order and of offers to all are assumptions whose ranges include none. Fewer mentors are given to all who get one at "
        "interviews, so also in ressourceforløb and jobafklaring, which the reform did not change. The reform is absent until the end date, so "
        "a later end moves it in time.",
        da="Unge under 30 år får ydelse som kontanthjælpen før 2014, unge på 25-29 år har intet uddannelsespålæg, samlevende forsørger ikke "
        "hinanden, der er ingen nytteindsats, sanktioner kræver ikke forudgående kontakt og skærpes ikke, og aktivitetsparate har samtale "
        "hver tredje måned. Reglerne og færre sanktioner er dokumenteret; virkningen på afgang er ikke målt, så virkningen af "
        "uddannelsespålæg og tilbud til alle er antagelser, hvis spænd rummer ingen virkning. Færre får mentor ved samtaler i alle grupper, altså "
        "også i ressourceforløb og jobafklaring, som reformen ikke ændrede. Reformen er fraværende til slutdatoen, så en "
        "senere slutdato flytter den i tid.",
    )
    citation: ClassVar[str] = (
        "004_107fd277d1b391d8.txt:624-629;1700-1706;4197-4214;5514-5536;7058-7063;7136-7139; 000_dac57679ce83ad5b.txt:450-452;859;928-976 "
        "(REF-2014-KTH, TGT-6, SEC-3, SEC-4)"
    )
    kind: ClassVar[Literal["counterfactual"]] = "counterfactual"
    sets: ClassVar[tuple[str, ...]] = ("sanctions.contact_duty", "mutual support")
    touches: ClassVar[tuple[str, ...]] = _SYSTEM
    levers: ClassVar[dict[str, str]] = {
        "REF-2014-KTH": "", "TGT-6": 'parts=["benefit", "sanctions"]', "SEC-3": 'parts=["offers"]', "SEC-4": 'parts=["education_order"]',
    }
    mechanism: ClassVar[Text | None] = Text(
        en="The law of money, sanctions, interviews, offers, and the moves to education and work of those aged 25-29.",
        da="Ydelses-, refusions- og skattereglerne, sanktioner, samtaler, tilbud samt overgangen til uddannelse og arbejde for de 25-29-årige.",
    )
    evidence: ClassVar[Evidence] = "weak"
    claims: ClassVar[dict[Outcome, Direction]] = {"sanctions": "+", "benefit_income": "+", "education": "-"}

    parts: list[KontanthjaelpPart] = parameter(
        lambda: list(_KONTANTHJAELP_PARTS), unit="list", en="Parts of the reform that are absent", da="Dele af reformen der er fraværende"
    )
    education: float = parameter(
        0.9, unit="ratio", low=0, high=2, assumed=(0.7, 1.1),
        en="Moves to education at 25-29 without the education order, against with", da="Overgang til uddannelse for 25-29-årige uden uddannelsespålæg, mod med",
    )
    work: float = parameter(
        1.1, unit="ratio", low=0, high=2, assumed=(0.9, 1.3),
        en="Moves to work at 25-29 without the education order, against with", da="Overgang til arbejde for 25-29-årige uden uddannelsespålæg, mod med",
    )
    offers: float = parameter(
        0.85, unit="ratio", low=0, high=1, assumed=(0.7, 1.0),
        en="Offers to the activity-ready on kontanthjælp when not all must have one", da="Tilbud til aktivitetsparate på kontanthjælp, når ikke alle skal have et",
    )
    mentors: float = parameter(
        0.7, unit="ratio", low=0, high=1, assumed=(0.4, 1.0),
        en="Mentors without the duty to give one instead of an offer, against with", da="Mentorer uden pligten til at give en i stedet for et tilbud, mod med",
    )

    def each_month(self, world: World) -> None:
        """Offers, sanctions and interviews as before 2014."""
        if "offers" in self.parts:
            for which in ("first", "next"):
                world.change(f"offers.{which}.kontanthjaelp_aktivitetsparat", factor=self.offers)
            world.change("support.mentor", factor=self.mentors)
        if "nytteindsats" in self.parts:
            world.offer_instead("nytteindsats", "praktik_offentlig", 1.0)
        if "sanctions" in self.parts:
            world.change("sanctions.contact_duty", value=1.0)
            world.change("sanctions.tightened", factor=0.0)
        if "contacts" in self.parts:
            for status in _AKTIVITETSPARATE:
                world.change(f"contacts.{status}", factor=[1.0, 4 / 6, 1.0])

    def adjust(self, moves: Moves) -> None:
        """No education order from 25 on."""
        if "education_order" in self.parts:
            young = moves.world.rows_in(*_UDDANNELSESHJAELP)
            young = young[moves.world.column("age", young) >= 25]
            moves.scale(_UDDANNELSESHJAELP, "education", self.education, rows=young)
            moves.scale(_UDDANNELSESHJAELP, "employment", self.work, rows=young)

    def amend(self, law: Law) -> None:
        """Pay the young as kontanthjælp; let cohabitants be."""
        if "benefit" in self.parts:
            law.raise_to((*_UDDANNELSESHJAELP, "kontanthjaelp_jobparat"), "kontanthjaelp_aktivitetsparat")
        if "mutual_support" in self.parts:
            law.abolish_mutual_support(_SYSTEM)


class WithoutContactRules2015(Policy):
    """The baseline contains the contact rules of January 2015 (at least four interviews in twelve months); this takes them out.

    Then the cadence of 2014, every second month, goes on. (Before 2014 it was every third month: ``a_year = 4`` where the reform
    of 2014 is absent too.) The first interview within a week was practice already.
    """

    name: ClassVar[str] = "without_contact_rules_2015"
    label: ClassVar[Text] = Text(
        en="Without the contact rules of 2015 (difference = without minus with)", da="Uden kontaktreglerne fra 2015 (forskel = uden minus med)"
    )
    about: ClassVar[Text | None] = Text(
        en="Activity-ready people on kontanthjælp and uddannelseshjælp go on having an interview every second month, as in 2014, instead "
        "of at least four a year. No effect is documented. What follows comes from the caseworkers' hours: more interviews for these "
        "people, less time for everything else. The rules are absent until the end date, so a later end moves them in time.",
        da="Aktivitetsparate på kontanthjælp og uddannelseshjælp har fortsat samtale hver anden måned som i 2014 i stedet for mindst fire om "
        "året. Ingen virkning er dokumenteret. Virkningen kommer fra sagsbehandlernes timer: flere samtaler med denne gruppe og mindre tid "
        "til alt andet. Reglerne er fraværende til slutdatoen, så en senere slutdato flytter dem i tid.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:1589-1592;3553-3587; 000_dac57679ce83ad5b.txt:450-452 (REF-2015, SAN-7)"
    kind: ClassVar[Literal["counterfactual"]] = "counterfactual"
    touches: ClassVar[tuple[str, ...]] = _AKTIVITETSPARATE
    levers: ClassVar[dict[str, str]] = {"REF-2015": "", "SAN-7": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="Interviews due, and so the hours of caseworkers.", da="Antallet af samtaler og dermed sagsbehandlernes timer."
    )
    evidence: ClassVar[Evidence] = "none"

    start: str | None = parameter("2015-01", unit="YYYY-MM", en="First month in force", da="Første måned i kraft")
    a_year: float = parameter(
        6.0, unit="interviews a year", low=0, high=52,
        en="Interviews a year that go on, documented for 2014", da="Samtaler om året der fortsætter, dokumenteret for 2014",
    )

    def each_month(self, world: World) -> None:
        """Meet the activity-ready as in 2014."""
        for status in _AKTIVITETSPARATE:
            now = world.parameters.values_of(f"contacts.{status}")[-1]
            world.change(f"contacts.{status}", factor=[1.0, 1.0, self.a_year / max(float(now), 1e-9)])


class WithoutRefundReform2016(Policy):
    """The baseline contains the refund reform of January 2016 (by time on support); this takes it out."""

    name: ClassVar[str] = "without_refund_reform_2016"
    label: ClassVar[Text] = Text(
        en="Without the refund reform of 2016 (difference = without minus with)", da="Uden refusionsreformen fra 2016 (forskel = uden minus med)"
    )
    about: ClassVar[Text | None] = Text(
        en="The state goes on refunding benefits by kind and activity: 50 per cent in company offers and education, 30 per cent "
        "otherwise, instead of 80, 40, 30 and 20 per cent by time on support. No effect on people is documented. Municipalities "
        "respond to net prices with assumed elasticities whose ranges include no response. The reform is absent until the end date, so "
        "a later end moves it in time.",
        da="Staten refunderer fortsat ydelser efter art og aktivitet: 50 procent under virksomhedsrettede tilbud og uddannelse og 30 procent "
        "ellers i stedet for 80, 40, 30 og 20 procent efter tid på offentlig forsørgelse. Ingen virkning på borgerne er dokumenteret. "
        "Kommunerne reagerer på nettopriser med antagne elasticiteter, hvis spænd rummer ingen reaktion. Reformen er fraværende til "
        "slutdatoen, så en senere slutdato flytter den i tid.",
    )
    citation: ClassVar[str] = (
        "004_107fd277d1b391d8.txt:4256-4258;4684-4690;6264-6290;8972-8978;9126-9135; 001_59b66c3903bf086b.txt:923-931 (REF-2016, SEC-6, VIR-2)"
    )
    kind: ClassVar[Literal["counterfactual"]] = "counterfactual"
    touches: ClassVar[tuple[str, ...]] = (*group_members("edge", "temporary"), "dagpenge")
    levers: ClassVar[dict[str, str]] = {"REF-2016": "", "SEC-6": "", "VIR-2": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="The refund of benefits, and what municipalities choose and grant at other net prices.",
        da="Refusionen af ydelser samt kommunernes valg og bevillinger ved andre nettopriser.",
    )
    evidence: ClassVar[Evidence] = "contested"
    claims: ClassVar[dict[Outcome, Direction]] = {"company_places": "+"}

    start: str | None = parameter("2016-01", unit="YYYY-MM", en="First month in force", da="Første måned i kraft")

    def amend(self, law: Law) -> None:
        """Keep the refund of before."""
        law.keep_old_refund()


class WithoutDagpengeCut(Policy):
    """The baseline contains two years of dagpenge (adopted in 2010, first felt in January 2013); this takes it out."""

    name: ClassVar[str] = "without_dagpenge_cut"
    label: ClassVar[Text] = Text(
        en="Dagpenge for four years, without the cut to two (difference = without minus with)",
        da="Dagpenge i fire år, uden nedsættelsen til to (forskel = uden minus med)",
    )
    about: ClassVar[Text | None] = Text(
        en="The right to dagpenge lasts four years again for everybody who has it. In 2013 33,600 people lost the right; what they would "
        "have done with a longer one is not documented, and the model lets nobody search more or less because of it. Those past two "
        "years when the cut comes back lose the right within half a year. The cut is absent until the end date, so a later end moves it "
        "in time.",
        da="Retten til dagpenge varer igen fire år for alle, der har den. I 2013 mistede 33.600 personer retten; hvad de ville have gjort med en "
        "længere ret, er ikke dokumenteret, og modellen lader ingen søge mere eller mindre af den grund. De, der har passeret to år, når "
        "nedsættelsen vender tilbage, mister retten inden for et halvt år. Nedsættelsen er fraværende til slutdatoen, så en senere "
        "slutdato flytter den i tid.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:1223-1226 (TGT-8)"
    kind: ClassVar[Literal["counterfactual"]] = "counterfactual"
    sets: ClassVar[tuple[str, ...]] = ("dagpenge",)
    touches: ClassVar[tuple[str, ...]] = ("dagpenge",)
    levers: ClassVar[dict[str, str]] = {"TGT-8": ""}
    mechanism: ClassVar[Text | None] = Text(en="The time limit of dagpenge.", da="Varighedsgrænsen for dagpenge.")
    evidence: ClassVar[Evidence] = "rule"

    def enact(self, world: World) -> None:
        """Put the right of before in force."""
        world.rules.replace("dagpenge", world.rules.law("dagpenge_2012"))

    def repeal(self, world: World) -> None:
        """Put the law's own limit back."""
        world.rules.restore("dagpenge")


class OfferDeadlinesKept(Policy):
    """The law's deadlines for offers are kept, as far as there are interviews to give them at.

    In the baseline practice lags the deadlines, as documented; who is past one is counted. The deadlines of dagpenge changed in
    2015 and are in the baseline; how practice answered is not documented.
    """

    name: ClassVar[str] = "offer_deadlines_kept"
    label: ClassVar[Text] = Text(en="Deadlines for offers are kept", da="Frister for tilbud overholdes")
    about: ClassVar[Text | None] = Text(
        en="People on kontanthjælp and uddannelseshjælp who are past the law's deadline for the first or the next offer get one at their next "
        "interview. Deadlines are 3 and 6 months for job-ready people, 6 and 12 for activity-ready people, 1 month and 4 weeks on "
        "uddannelseshjælp; practice is documented to lag them. The offers come out of the same hours and the same places. On dagpenge the "
        "deadlines of 2015 can be kept too.",
        da="Borgere på kontanthjælp og uddannelseshjælp, der har passeret lovens frist for det første eller næste tilbud, får et ved næste "
        "samtale. Fristerne er 3 og 6 måneder for jobparate, 6 og 12 for aktivitetsparate, 1 måned og 4 uger på uddannelseshjælp; det er "
        "dokumenteret, at praksis halter efter. Tilbuddene skal findes inden for de samme timer og pladser. På dagpenge kan fristerne fra "
        "2015 også overholdes.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:1583-1604;1680-1688;1814-1820;1836-1855 (TGT-10, TGT-9)"
    kind: ClassVar[Literal["in_force"]] = "in_force"
    sets: ClassVar[tuple[str, ...]] = ("deadline.kept", "deadline.dagpenge.kept")
    touches: ClassVar[tuple[str, ...]] = _SYSTEM
    levers: ClassVar[dict[str, str]] = {"TGT-10": "", "TGT-9": 'kept=0.0, kept_dagpenge=1.0, start="2015-07"'}
    mechanism: ClassVar[Text | None] = Text(
        en="The chance of an offer at an interview past the deadline.", da="Chancen for et tilbud ved en samtale efter fristen."
    )
    evidence: ClassVar[Evidence] = "rule"
    claims: ClassVar[dict[Outcome, Direction]] = {"activity": "+"}

    kept: float = parameter(
        1.0, unit="share", low=0, high=1,
        en="Interviews past the deadline that end with an offer, kontanthjælp and uddannelseshjælp",
        da="Samtaler efter fristen der ender med et tilbud, kontanthjælp og uddannelseshjælp",
    )
    kept_dagpenge: float = parameter(
        0.0, unit="share", low=0, high=1,
        en="People on dagpenge past the deadline who get an offer in a month", da="Personer på dagpenge efter fristen der får et tilbud i løbet af en måned",
    )

    def each_month(self, world: World) -> None:
        """Keep the deadlines."""
        world.change("deadline.kept", value=self.kept)
        world.change("deadline.dagpenge.kept", value=self.kept_dagpenge)


class LocalScreening(Policy):
    """Only well documented cases come before the rehabilitation team (DS14-E3).

    Some jobcentres screen so, seen about 2022: to avoid wasted meetings. Cases that come through can be sent back all the same.
    """

    name: ClassVar[str] = "local_screening"
    label: ClassVar[Text] = Text(en="Local screening before the rehabilitation team", da="Lokal screening før rehabiliteringsteamet")
    about: ClassVar[Text | None] = Text(
        en="A case must be better documented before it comes before the rehabilitation team, and fewer are returned. Practitioners say that it "
        "spares meetings and lengthens cases; no size is documented, so both are assumed. Some jobcentres do it: choose municipalities "
        "or a share of them.",
        da="En sag skal være bedre dokumenteret, før den kommer for rehabiliteringsteamet, og færre sager sendes retur. Praktikere siger, at det "
        "sparer møder og forlænger sagerne; ingen størrelse er dokumenteret, så begge dele er antagelser. Nogle jobcentre gør det: vælg "
        "kommuner eller en andel af dem.",
    )
    citation: ClassVar[str] = "003_b8efe9f5cbc72a37.txt:273 (DS14-E3)"
    kind: ClassVar[Literal["in_force"]] = "in_force"
    touches: ClassVar[tuple[str, ...]] = (*_AKTIVITETSPARATE, *family_members("sickness"), *family_members("rehabilitation"))
    levers: ClassVar[dict[str, str]] = {"DS14-E3": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="The documentation that a case needs, and the cases that teams return.", da="Den dokumentation, en sag kræver, og de sager, teamet sender retur."
    )
    evidence: ClassVar[Evidence] = "weak"
    claims: ClassVar[dict[Outcome, Direction]] = {"waiting": "+"}

    demanded: float = parameter(
        1.4, unit="ratio", low=0, high=2, assumed=(1.0, 1.7),
        en="Documentation demanded before the team, against practice", da="Dokumentation krævet før teamet, mod praksis",
    )
    returned: float = parameter(
        0.7, unit="ratio", low=0, high=2, assumed=(0.4, 1.0), en="Cases returned, against practice", da="Sager sendt retur, mod praksis"
    )

    def each_month(self, world: World) -> None:
        """Ask for more, return fewer."""
        world.change("documentation.demanded", factor=self.demanded)
        world.change("team.returned", factor=self.returned)


class JobFocusedProjects(Policy):
    """Hands-on help towards a job or paid hours for activity-ready people (DS14-E4: JobFirst, Flere skal med, BIP).

    Practitioners and STAR credit the projects with moves to jobs, with a lag and without a size.
    """

    name: ClassVar[str] = "job_focused_projects"
    label: ClassVar[Text] = Text(en="Job-focused projects for activity-ready people", da="Jobrettede projekter for aktivitetsparate")
    about: ClassVar[Text | None] = Text(
        en="Part of the activity-ready people on kontanthjælp get company placements instead of guidance, their caseworkers have more hours, and "
        "more placements end with paid hours beside the benefit. Practitioners credit such projects with moves to a job, with a lag; no "
        "size is documented, so all sizes are assumed and the range of paid hours includes no effect. In the model the caseworkers' hours reach all "
        "activity-ready people on kontanthjælp, and the paid hours all placements, on all benefits; both grow in proportion to the share in a "
        "project. Choose municipalities for a local project.",
        da="En del af de aktivitetsparate på kontanthjælp får virksomhedspraktik i stedet for vejledning, deres sagsbehandlere får flere timer, og "
        "flere praktikker ender med lønnede timer ved siden af ydelsen. Praktikere tilskriver sådanne projekter overgang til job, med "
        "forsinkelse; ingen størrelse er dokumenteret, så alle størrelser er antagelser, og spændet for lønnede timer rummer ingen virkning. I "
        "modellen når sagsbehandlertimerne alle aktivitetsparate på kontanthjælp og de lønnede timer alle praktikker, på alle ydelser; begge "
        "vokser i forhold til andelen i et projekt. Vælg kommuner for et lokalt projekt.",
    )
    citation: ClassVar[str] = "003_b8efe9f5cbc72a37.txt:25;189;195; 001_59b66c3903bf086b.txt:56-62 (DS14-E4)"
    kind: ClassVar[Literal["in_force"]] = "in_force"
    touches: ClassVar[tuple[str, ...]] = ("kontanthjaelp_aktivitetsparat",)
    levers: ClassVar[dict[str, str]] = {"DS14-E4": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="Kinds of offers, caseworkers' hours, and paid hours after a placement.", da="Tilbuddenes art, sagsbehandlertimer og lønnede timer efter praktik."
    )
    evidence: ClassVar[Evidence] = "weak"
    claims: ClassVar[dict[Outcome, Direction]] = {"work": "+"}

    reach: float = parameter(
        0.3, unit="share", low=0, high=1, assumed=(0.1, 0.5),
        en="Activity-ready people on kontanthjælp who are in a project", da="Aktivitetsparate på kontanthjælp der er med i et projekt",
    )
    hours: float = parameter(
        1.2, unit="ratio", low=0, high=5, assumed=(1.0, 1.4),
        en="Hours of caseworkers for those in a project, against now", da="Sagsbehandlertimer til dem, der er med i et projekt, mod nu",
    )
    paid_hours: float = parameter(
        1.5, unit="ratio", low=0, high=5, assumed=(1.0, 2.0),
        en="Placements in a project after which the citizen gets paid hours there, against now",
        da="Praktikker i et projekt, hvorefter borgeren får lønnede timer samme sted, mod nu",
    )

    def each_month(self, world: World) -> None:
        """Placements instead of guidance for those in a project; more hours and paid hours, by how many are in one."""
        rows = world.rows_in("kontanthjaelp_aktivitetsparat")
        world.offer_instead("vejledning", "praktik_privat", 1.0, rows=rows[world.draw_once("project", rows) < self.reach])
        world.scale_hours(1 + self.reach * (self.hours - 1), "activity_ready")
        world.change("placement.hours_after", factor=1 + self.reach * (self.paid_hours - 1))
