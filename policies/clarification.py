"""Clarification: doctors, documents, rehabilitation teams, and what is decided when."""

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np

from agents.calendar import month
from agents.statuses import family_members
from agents.target_groups import TARGET_GROUPS
from policies.casework import TargetGroup
from policies.protocol import Direction, Evidence, Law, Moves, Outcome, Policy, Text, World, parameter

_CLIENTS = tuple(name for group in TARGET_GROUPS for name in group.statuses)
_KONTANTHJAELP = family_members("kontanthjaelp")
_ACTIVITY_READY = ("kontanthjaelp_aktivitetsparat", "uddannelseshjaelp_aktivitetsparat")
_REHABILITATION = "ressourceforloeb"
_JOBAFKLARING = "jobafklaring"
_OTHERS = ("self_support", "dagpenge", "sygedagpenge", "revalidering", "ledighedsydelse")
"""Statuses outside kontanthjælp from which a ressourceforløb is given, by a clock or when a right runs out."""
_JOBAFKLARING_FROM = month("2014-07")
_OVER_25 = 25
_ENOUGH = 1000.0
"""Slots against those planned that are never short."""


# ---------------------------------------------------------------- doctors and certificates
class ShorterHealthWaits(Policy):
    """Doctors answer sooner: an incentive to answer in time (STAR-C4), or closer cooperation with general practitioners (EG-P.9)."""

    name: ClassVar[str] = "shorter_health_waits"
    label: ClassVar[Text] = Text(en="Shorter waits for doctors", da="Kortere ventetid på læger")
    about: ClassVar[Text] = Text(
        en="Doctors, and psychiatry, answer the jobcentre sooner. Jobcentres say that the health side has no incentive to hurry, and the expert group urges "
        "cooperation with general practitioners; neither gives a design, and contact between doctors alone was found to change nothing for citizens. "
        "How much shorter the waits become is assumed and may be nothing.",
        da="Læger og psykiatri svarer jobcentret hurtigere. Jobcentrene siger, at sundhedsvæsenet mangler tilskyndelse til at skynde sig, og ekspertgruppen opfordrer til "
        "samarbejde med praktiserende læger; ingen af dem giver en model, og kontakt alene mellem læger viste ingen virkning for borgerne. "
        "Hvor meget kortere ventetiden bliver, er antaget og kan være intet.",
    )
    citation: ClassVar[str] = "003_b8efe9f5cbc72a37.txt:245-249 (STAR-C4); 004_107fd277d1b391d8.txt:9338-9341;5445-5448 (EG-P.9)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _CLIENTS
    levers: ClassVar[Mapping[str, str]] = {"STAR-C4": "", "EG-P.9": "psychiatry=1.0"}
    mechanism: ClassVar[Text] = Text(
        en="Months until certificates come, so cases are ready for the team sooner.",
        da="Måneder til attester kommer, så sager er klar til teamet tidligere.",
    )
    evidence: ClassVar[Evidence] = "contested"

    doctor: float = parameter(
        0.75, low=0, high=2, unit="ratio", assumed=(0.5, 1), en="Wait for a doctor's certificate beyond the first month, against today",
        da="Ventetid på en lægeattest ud over den første måned, mod i dag",
    )
    psychiatry: float = parameter(
        0.75, low=0, high=2, unit="ratio", assumed=(0.5, 1), en="Wait for psychiatry beyond the first month, against today",
        da="Ventetid på psykiatrien ud over den første måned, mod i dag",
    )

    def each_month(self, world: World) -> None:
        """Multiply the waits."""
        world.change("certificate.wait", factor=self.doctor)
        world.change("certificate.wait_psychiatry", factor=self.psychiatry)


class PsychiatryGuarantee(Policy):
    """A right to psychiatric assessment within two months, from September 2015 one, and money for capacity (SEC-12)."""

    name: ClassVar[str] = "psychiatry_guarantee"
    label: ClassVar[Text] = Text(en="Guarantee and capacity in psychiatry", da="Ventetidsret og kapacitet i psykiatrien")
    about: ClassVar[Text] = Text(
        en="Who waits for psychiatry is assessed within two months, from September 2015 within one, where the guarantee is kept; the state pays 200 million DKK in 2015 and "
        "300 million a year from 2016. The right is law since 2014, but jobcentres still tell of waits of up to six months about 2022, and the baseline follows "
        "them. In how many cases it is kept is therefore assumed, from none to all.",
        da="Den, der venter på psykiatrien, udredes inden for to måneder, fra september 2015 inden for én, hvor garantien holdes; staten betaler 200 mio. kr. i 2015 og "
        "300 mio. kr. om året fra 2016. Retten er lov siden 2014, men jobcentre fortæller stadig om op til seks måneders ventetid omkring 2022, og det følger "
        "basisforløbet. I hvor mange tilfælde den holdes, er derfor antaget, fra ingen til alle.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:6548-6567 (SEC-12); 003_b8efe9f5cbc72a37.txt:245-249; 001_59b66c3903bf086b.txt:687-697"
    kind: ClassVar[Literal["in_force"]] = "in_force"
    touches: ClassVar[tuple[str, ...]] = _CLIENTS
    levers: ClassVar[Mapping[str, str]] = {"SEC-12": ""}
    mechanism: ClassVar[Text] = Text(
        en="Mean wait for psychiatry; a grant from the state.", da="Gennemsnitlig ventetid på psykiatrien; en statslig bevilling."
    )
    evidence: ClassVar[Evidence] = "contested"
    claims: ClassVar[dict[Outcome, Direction]] = {"waiting": "-", "public_cost": "+"}

    start: str | None = parameter("2014-09", unit="YYYY-MM", en="First month in force", da="Første måned i kraft")
    kept: float = parameter(
        0.5, low=0, high=1, unit="share", assumed=(0, 1), en="Cases in which the guarantee is kept", da="Sager hvor garantien holdes"
    )

    def each_month(self, world: World) -> None:
        """Shorten the mean wait beyond the first month: an exponential wait cut off at the guarantee, where it is kept."""
        mean = world.parameters.value("certificate.wait_psychiatry")
        beyond = 0 if world.month >= month("2015-09") else 1
        within = 1 - np.exp(-beyond / mean) if mean > 0 else 1.0
        world.change("certificate.wait_psychiatry", factor=float(1 - self.kept * (1 - within)))

    def amend(self, law: Law) -> None:
        """Pay for capacity."""
        if law.month >= month("2015-01"):
            law.add_grant(200e6 if law.month < month("2016-01") else 300e6)


class FewerCertificates(Policy):
    """A milder demand for certificate LÆ265 where a fresh status certificate is there (STAR-C2)."""

    name: ClassVar[str] = "fewer_certificates"
    label: ClassVar[Text] = Text(en="Milder demand for LÆ265", da="Lempet krav om LÆ265")
    about: ClassVar[Text] = Text(
        en="Some cases need no new certificate before the rehabilitation team, since a recent one is there and documents as much. Agreed in June 2022; the exact rule is "
        "not given, so the share of cases is assumed. Each saves a wait and about 2,000 DKK. It can be tried at any date.",
        da="Nogle sager kræver ingen ny attest før rehabiliteringsteamet, fordi en nyere attest findes og dokumenterer lige så meget. Aftalt i juni 2022; den præcise regel er "
        "ikke angivet, så andelen af sager er antaget. Hver sparer en ventetid og ca. 2.000 kr. Det kan prøves fra enhver dato.",
    )
    citation: ClassVar[str] = "003_b8efe9f5cbc72a37.txt:251-255 (STAR-C2)"
    kind: ClassVar[Literal["agreed"]] = "agreed"
    sets: ClassVar[tuple[str, ...]] = ("certificate.waived",)
    touches: ClassVar[tuple[str, ...]] = _CLIENTS
    levers: ClassVar[Mapping[str, str]] = {"STAR-C2": ""}
    mechanism: ClassVar[Text] = Text(
        en="Cases without a request for a certificate: no minutes, no wait, no price.", da="Sager uden attestbestilling: ingen minutter, ingen ventetid, ingen pris."
    )

    share: float = parameter(
        0.3, low=0, high=1, unit="share", assumed=(0.1, 0.6), en="Cases that need no new certificate", da="Sager der ikke kræver en ny attest"
    )

    def each_month(self, world: World) -> None:
        """Waive the certificate in a share of cases."""
        world.change("certificate.waived", value=self.share)


class CertificateQuality(Policy):
    """Quality assurance of doctors' certificates (STAR-C3)."""

    name: ClassVar[str] = "certificate_quality"
    label: ClassVar[Text] = Text(en="Quality assurance of certificates", da="Kvalitetssikring af lægeattester")
    about: ClassVar[Text] = Text(
        en="Fewer doctors' certificates are useless and have to be asked for again. Jobcentres wish for it; neither today's share of useless certificates nor what could be "
        "gained is documented. Both are assumed; what quality assurance costs is left out.",
        da="Færre lægeattester er ubrugelige og skal bestilles igen. Jobcentre ønsker det; hverken andelen af ubrugelige attester i dag eller gevinsten er "
        "dokumenteret. Begge er antaget; udgiften til kvalitetssikringen er ikke med.",
    )
    citation: ClassVar[str] = "003_b8efe9f5cbc72a37.txt:251-253 (STAR-C3)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _CLIENTS
    levers: ClassVar[Mapping[str, str]] = {"STAR-C3": ""}
    mechanism: ClassVar[Text] = Text(
        en="Certificates that cannot be used: the wait, the minutes and the price of another one.",
        da="Attester der ikke kan bruges: ventetid, minutter og pris for endnu en.",
    )

    unusable: float = parameter(
        0.5, low=0, high=1, unit="ratio", assumed=(0.2, 1), en="Certificates that cannot be used, against today", da="Attester der ikke kan bruges, mod i dag"
    )

    def each_month(self, world: World) -> None:
        """Multiply the useless ones."""
        world.change("certificate.unusable", factor=self.unusable)


class SocialEvidence(Policy):
    """Social workers' notes and round tables count as evidence, and waits get shorter (DS22-B12); social and psychiatric
    assessments weigh the same (STAR-C5)."""

    name: ClassVar[str] = "social_evidence"
    label: ClassVar[Text] = Text(en="Social evidence counts", da="Socialfaglig dokumentation tæller")
    about: ClassVar[Text] = Text(
        en="What a social worker notes of self-rated health and work capacity documents more of a case, and minutes of a round table with citizen and doctor replace some certificates; "
        "cooperation also shortens waits. Or social assessments count as much as psychiatric ones, as for people with addiction. Shorter waiting is claimed without a size: all sizes are assumed and may be nothing. "
        "Jobcentres also say that more with addiction could get førtidspension; what the team grants a case is unchanged here, so that is not in the model.",
        da="Socialrådgiverens notater om selvvurderet helbred og arbejdsevne dokumenterer mere af sagen, og referatet fra et rundbord med borger og læge afløser nogle attester; "
        "samarbejde forkorter også ventetiden. Eller socialfaglige vurderinger tæller lige så meget som psykiatriske, fx ved misbrug. Kortere ventetid "
        "nævnes uden størrelse: alle størrelser er antaget og kan være intet. Jobcentre siger også, at flere med misbrug kunne få førtidspension; hvad teamet bevilger i en sag, er uændret "
        "her, så det er ikke med i modellen.",
    )
    citation: ClassVar[str] = "001_59b66c3903bf086b.txt:687-720 (DS22-B12); 003_b8efe9f5cbc72a37.txt:265-271 (STAR-C5)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    sets: ClassVar[tuple[str, ...]] = ("certificate.waived",)
    touches: ClassVar[tuple[str, ...]] = _CLIENTS
    levers: ClassVar[Mapping[str, str]] = {"DS22-B12": "", "STAR-C5": "waits=1.0, meeting=1.0"}
    mechanism: ClassVar[Text] = Text(
        en="Documentation by interviews, cases without a request for a certificate, and waits; a round table takes caseworkers' time.",
        da="Dokumentation ved samtaler, sager uden attestbestilling og ventetid; et rundbord tager sagsbehandlertid.",
    )
    claims: ClassVar[dict[Outcome, Direction]] = {"waiting": "-"}

    documented: float = parameter(
        1.25, low=0, high=5, unit="ratio", assumed=(1, 1.75), en="Documentation that an interview adds to an open case, against today",
        da="Dokumentation som en samtale giver i en åben sag, mod i dag",
    )
    replaced: float = parameter(
        0.25, low=0, high=1, unit="share", assumed=(0, 0.6), en="Cases in which a round table or a social assessment replaces the certificate",
        da="Sager hvor et rundbord eller en socialfaglig vurdering afløser attesten",
    )
    meeting: float = parameter(
        1.1, low=0, high=5, unit="ratio", assumed=(1, 1.3), en="Time to prepare a case, round tables included, against today",
        da="Tid til at forberede en sag, rundborde medregnet, mod i dag",
    )
    waits: float = parameter(
        0.9, low=0, high=2, unit="ratio", assumed=(0.7, 1), en="Waits for certificates, against today", da="Ventetid på attester, mod i dag"
    )

    def each_month(self, world: World) -> None:
        """Let interviews document more, waive certificates, shorten waits."""
        world.change("documentation.by_contact", factor=self.documented)
        world.change("certificate.waived", value=self.replaced)
        world.change("minutes.team_case", factor=self.meeting)
        for wait in ("wait", "wait_psychiatry"):
            world.change(f"certificate.{wait}", factor=self.waits)


# ---------------------------------------------------------------- when a case is decided
class ClarificationGuarantee(Policy):
    """Everybody over 25 on kontanthjælp gets a decision within a year on the evidence at hand (DS22-B10), and a new one every year
    (DS22-B11)."""

    name: ClassVar[str] = "clarification_guarantee"
    label: ClassVar[Text] = Text(en="Clarification within a year", da="Afklaringsgaranti på ét år")
    about: ClassVar[Text] = Text(
        en="Who is over 25 and has been on kontanthjælp for 12 months has the case decided on the evidence at hand: where lasting work capacity is lost, it goes to the "
        "rehabilitation team without more certificates; others are called to an interview. The proposal asks for trained caseworkers and small caseloads first (DS22-B1, B4, B12). "
        "Without hours and team slots it only moves the queue. Those who are past the limit when it begins come at the next full year. How many of those whose capacity is lost are "
        "recognised is assumed; the others are called to an interview. The model decides as rightly on thinner evidence: wrong decisions are not in it.",
        da="Den, der er over 25 år og har fået kontanthjælp i 12 måneder, får sagen afgjort på foreliggende dokumentation: hvor arbejdsevnen varigt er tabt, går den til "
        "rehabiliteringsteamet uden flere attester; andre indkaldes til en samtale. Forslaget forudsætter uddannede sagsbehandlere og lave sagstal (DS22-B1, B4, B12). "
        "Uden timer og plads på teamets møder flytter det kun køen. De, der er over grænsen, når den indføres, kommer ved næste hele år. Hvor mange med tabt arbejdsevne der "
        "genkendes, er antaget; de øvrige indkaldes til en samtale. Modellen afgør lige så rigtigt på tyndere grundlag: forkerte afgørelser er ikke med.",
    )
    citation: ClassVar[str] = "001_59b66c3903bf086b.txt:137-141;579-683 (DS22-B10); 001_59b66c3903bf086b.txt:667-673 (DS22-B11)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _KONTANTHJAELP
    levers: ClassVar[Mapping[str, str]] = {"DS22-B10": "", "DS22-B11": "again=12"}
    mechanism: ClassVar[Text] = Text(
        en="Cases skip the wait for documents and join the caseworker's and the team's queues; interviews fall due.",
        da="Sager springer ventetiden på dokumentation over og går ind i sagsbehandlerens og teamets kø; samtaler skal holdes.",
    )
    claims: ClassVar[dict[Outcome, Direction]] = {"waiting": "-"}

    months: int = parameter(12, low=1, high=60, unit="months", en="Months on kontanthjælp within which to decide", da="Måneder på kontanthjælp inden for hvilke der afgøres")
    again: int = parameter(
        0, low=0, high=60, unit="months", en="Months until a new assessment of those still there (0: none); proposed 12",
        da="Måneder til en ny vurdering af dem, der stadig er der (0: ingen); foreslået 12",
    )
    claimed: float = parameter(
        0.5, low=0, high=1, unit="share", assumed=(0.2, 1), en="People who use their right to a new assessment", da="Borgere der bruger retten til en ny vurdering"
    )
    recognised: float = parameter(
        0.8, low=0, high=1, unit="share", assumed=(0.5, 1.0), en="People whose lasting work capacity is lost who are recognised on the evidence at hand",
        da="Borgere med varigt tabt arbejdsevne der genkendes på foreliggende dokumentation",
    )

    def each_month(self, world: World) -> None:
        """Decide the cases that fall due, and ask the others to an interview."""
        rows = world.rows_in(*_KONTANTHJAELP)
        rows = rows[world.column("age", rows) >= _OVER_25]
        stayed = world.column("months_in_spell", rows)
        begins = world.parameters.month("vintage.first_month")
        if self.start is not None:
            begins = max(begins, month(self.start))
        before = stayed - (world.month - begins)  # months on the benefit when the guarantee came in, below 0: began later
        first = self.months * np.maximum(1, np.ceil(before / self.months))
        falls_due = stayed == first
        if self.again:
            later = (stayed > first) & ((stayed - first) % self.again == 0)
            falls_due |= later & (world.draw("claims", rows) < self.claimed)
        due = rows[falls_due]
        recognised = (world.draw("recognised", due) < self.recognised) & (world.column("need", due) > 0)
        world.clarify(due[recognised])
        world.invite(due[~recognised])


class RessourceforloebAccess(Policy):
    """Ressourceforløb without the demand that all else is tried (DS14-A9), or earlier and for the young (DS14-A8)."""

    name: ClassVar[str] = "ressourceforloeb_access"
    label: ClassVar[Text] = Text(en="Easier way to ressourceforløb", da="Lettere adgang til ressourceforløb")
    about: ClassVar[Text] = Text(
        en="A ressourceforløb can begin before everything else has been tried, so less has to be documented; or its criteria are clarified so that it starts earlier and is "
        "given to more young people. Social workers claim that citizens are less worn down when it starts. How much less must be documented, and how many more young, is assumed.",
        da="Et ressourceforløb kan begynde, før alt andet er prøvet, så mindre skal dokumenteres; eller kriterierne præciseres, så det begynder tidligere og gives til "
        "flere unge. Socialrådgiverne siger, at borgeren så er mindre slidt ned. Hvor meget mindre der skal dokumenteres, og hvor mange flere unge, er antaget.",
    )
    citation: ClassVar[str] = "000_dac57679ce83ad5b.txt:189-191;727-739;823-824 (DS14-A9); 000_dac57679ce83ad5b.txt:187-189;709-750;820-821 (DS14-A8)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = (*_ACTIVITY_READY, "sygedagpenge", _JOBAFKLARING)
    levers: ClassVar[Mapping[str, str]] = {"DS14-A9": "", "DS14-A8": "demanded=0.8, young=1.5"}
    mechanism: ClassVar[Text] = Text(
        en="Documentation that a case for ressourceforløb must have; how often such a need arises among the young.",
        da="Den dokumentation, en sag om ressourceforløb skal have; hvor ofte behovet opstår blandt unge.",
    )
    claims: ClassVar[dict[Outcome, Direction]] = {"waiting": "-"}

    demanded: float = parameter(
        0.6, low=0, high=2, unit="ratio", assumed=(0.3, 1), en="Documentation demanded for ressourceforløb, against today",
        da="Dokumentation krævet til ressourceforløb, mod i dag",
    )
    young: float = parameter(
        1.0, low=0, high=4, unit="ratio", assumed=(1, 2), en="Activity-ready young people for whom a ressourceforløb is considered, against today",
        da="Aktivitetsparate unge for hvem et ressourceforløb overvejes, mod i dag",
    )

    def each_month(self, world: World) -> None:
        """Demand less."""
        world.change("documentation.demanded_for_ressourceforloeb", factor=self.demanded)

    def adjust(self, moves: Moves) -> None:
        """Consider more young people."""
        moves.scale(_ACTIVITY_READY[1], _REHABILITATION, self.young)


class RevalideringInCourse(Policy):
    """Revalidering must be considered in a ressourceforløb (DS14-A12)."""

    name: ClassVar[str] = "revalidering_in_course"
    label: ClassVar[Text] = Text(en="Revalidering considered in ressourceforløb", da="Revalidering overvejes i ressourceforløb")
    about: ClassVar[Text] = Text(
        en="In a ressourceforløb revalidering must be considered where it is relevant, so more cases for it come up. How many more is assumed and may be none; no effect is stated. "
        "The cases are documented and decided like others.",
        da="I et ressourceforløb skal revalidering overvejes, hvor det er relevant, så flere sager om det rejses. Hvor mange flere er antaget og kan være ingen; ingen virkning er angivet. "
        "Sagerne dokumenteres og afgøres som andre.",
    )
    citation: ClassVar[str] = "000_dac57679ce83ad5b.txt:200-201;755;830 (DS14-A12)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = (_REHABILITATION,)
    levers: ClassVar[Mapping[str, str]] = {"DS14-A12": ""}
    mechanism: ClassVar[Text] = Text(
        en="How often a need for revalidering arises in ressourceforløb.", da="Hvor ofte et behov for revalidering opstår i ressourceforløb."
    )

    considered: float = parameter(
        1.5, low=0, high=5, unit="ratio", assumed=(1, 3), en="Cases for revalidering that come up in ressourceforløb, against today",
        da="Sager om revalidering der rejses i ressourceforløb, mod i dag",
    )

    def adjust(self, moves: Moves) -> None:
        """Raise more cases."""
        moves.scale(_REHABILITATION, "revalidering", self.considered)


# ---------------------------------------------------------------- who decides, and how
class TeamAuthority(Policy):
    """The rehabilitation team decides with binding effect (EG-B.1, DS14-A10)."""

    name: ClassVar[str] = "team_authority"
    label: ClassVar[Text] = Text(en="Authority to the rehabilitation team", da="Kompetence til rehabiliteringsteamet")
    about: ClassVar[Text] = Text(
        en="The rehabilitation team makes the final decision and follows the case; departments no longer handle it again. The expert group expects shorter processing and has not "
        "estimated what it does to awards, so awards stay as they are here. That departments no longer decide once more could spare at most one month in the model, where a decision takes effect the month after it; "
        "that gain is not modelled. Less paper is assumed and may be nothing; whether teams return more or fewer cases is not said, so the range spans both. What the team follows takes none of its time here.",
        da="Rehabiliteringsteamet træffer den endelige afgørelse og følger sagen; forvaltningerne behandler den ikke igen. Ekspertgruppen venter kortere behandlingstid og har ikke "
        "skønnet virkningen på tilkendelser, så de er uændrede her. At forvaltningerne ikke afgør sagen en gang til, kan højst spare en måned i modellen, hvor en afgørelse virker måneden efter; "
        "den gevinst er ikke modelleret. Mindre papir er antaget og kan være intet; om team sender flere eller færre sager retur, siges ikke, så spændet rummer begge dele. Opfølgningen tager her ikke teamets tid.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:99-102;137;258-262;9357-9363;9416-9422;9896-9897 (EG-B.1); 000_dac57679ce83ad5b.txt:194-196;673-675;826 (DS14-A10)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _CLIENTS
    levers: ClassVar[Mapping[str, str]] = {"EG-B.1": "", "DS14-A10": ""}
    mechanism: ClassVar[Text] = Text(
        en="Caseworkers' minutes for a case, and cases that are returned.", da="Sagsbehandlernes minutter pr. sag og sager, der sendes retur."
    )
    claims: ClassVar[dict[Outcome, Direction]] = {"waiting": "-"}

    returned: float = parameter(
        1.0, low=0, high=2, unit="ratio", assumed=(0.8, 1.2), en="Cases returned for more documents, against today",
        da="Sager sendt retur efter mere dokumentation, mod i dag",
    )
    team_case: float = parameter(
        0.9, low=0, high=2, unit="ratio", assumed=(0.7, 1), en="Caseworkers' time for a case before the team, against today",
        da="Sagsbehandlernes tid til en sag for teamet, mod i dag",
    )

    def each_month(self, world: World) -> None:
        """Decide on less paper."""
        world.change("team.returned", factor=self.returned)
        world.change("minutes.team_case", factor=self.team_case)


class CaseworkerRecommendation(Policy):
    """The caseworker may give the team an assessment and a recommendation again (DS14-A11)."""

    name: ClassVar[str] = "caseworker_recommendation"
    label: ClassVar[Text] = Text(en="Caseworker may recommend to the team", da="Sagsbehandleren må indstille til teamet")
    about: ClassVar[Text] = Text(
        en="The caseworker's right to assess and recommend, removed in 2013, comes back. Social workers say that decisions become better informed; in the model fewer cases are then "
        "returned. Writing the recommendation takes some time. Both are assumed, and what teams award is not changed.",
        da="Sagsbehandlerens ret til at vurdere og indstille, fjernet i 2013, genindføres. Socialrådgiverne siger, at afgørelser bliver bedre oplyst; i modellen sendes færre sager så "
        "retur. At skrive indstillingen tager lidt tid. Begge dele er antaget, og hvad teamene tilkender, ændres ikke.",
    )
    citation: ClassVar[str] = "000_dac57679ce83ad5b.txt:196-197;535-539;689-693;828 (DS14-A11)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _CLIENTS
    levers: ClassVar[Mapping[str, str]] = {"DS14-A11": ""}
    mechanism: ClassVar[Text] = Text(
        en="Cases that teams return, and caseworkers' minutes for a case.", da="Sager som team sender retur, og sagsbehandlernes minutter pr. sag."
    )

    returned: float = parameter(
        0.8, low=0, high=2, unit="ratio", assumed=(0.5, 1), en="Cases returned for more documents, against today",
        da="Sager sendt retur efter mere dokumentation, mod i dag",
    )
    team_case: float = parameter(
        1.05, low=0, high=2, unit="ratio", assumed=(1, 1.2), en="Caseworkers' time for a case before the team, against today",
        da="Sagsbehandlernes tid til en sag for teamet, mod i dag",
    )

    def each_month(self, world: World) -> None:
        """Return fewer cases, each a little longer in the making."""
        world.change("team.returned", factor=self.returned)
        world.change("minutes.team_case", factor=self.team_case)


class NationalStandard(Policy):
    """One national definition of work capacity and one method to assess it (DS22-B18)."""

    name: ClassVar[str] = "national_standard"
    label: ClassVar[Text] = Text(en="National standard for work capacity", da="National standard for arbejdsevne")
    about: ClassVar[Text] = Text(
        en="Municipalities demand and decide more alike. The national level stays as it is: who lives in a strict municipality gets more, who lives in a lenient one less. "
        "Less variation is claimed without a size, so how much of it goes is assumed.",
        da="Kommunerne kræver og afgør mere ens. Landets niveau er uændret: borgere i restriktive kommuner får mere, borgere i lempelige mindre. "
        "Mindre variation nævnes uden størrelse, så hvor meget der forsvinder, er antaget.",
    )
    citation: ClassVar[str] = "001_59b66c3903bf086b.txt:823-845;887-905 (DS22-B18)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _CLIENTS
    levers: ClassVar[Mapping[str, str]] = {"DS22-B18": ""}
    mechanism: ClassVar[Text] = Text(
        en="How far municipalities differ in awards and in the documentation they demand.",
        da="Hvor meget kommuner er forskellige i tilkendelser og krav til dokumentation.",
    )

    differences: float = parameter(
        0.5, low=0, high=1.5, unit="ratio", assumed=(0.1, 1), en="Differences between municipalities, against today", da="Forskelle mellem kommuner, mod i dag"
    )

    def each_month(self, world: World) -> None:
        """Multiply the differences."""
        world.change("practice.differences", factor=self.differences)


class EconomyFirewall(Policy):
    """Assessments are independent of the municipality's budget (DS22-B19)."""

    name: ClassVar[str] = "economy_firewall"
    label: ClassVar[Text] = Text(en="Economy apart from assessment", da="Adskillelse af økonomi og vurdering")
    about: ClassVar[Text] = Text(
        en="What an award costs the municipality no longer bears on decisions. In the model that matters only where net prices have changed, as with the refund of 2016, and the "
        "elasticity is an assumption that includes none. Budgets may also have held awards back before: social workers say so without a size, so that factor spans both sides of no effect. "
        "One option proposed, a higher state refund of førtidspension, can be set too.",
        da="Hvad en tilkendelse koster kommunen, påvirker ikke længere afgørelser. I modellen betyder det kun noget, hvor nettopriser har ændret sig, som ved refusionen i 2016, og "
        "elasticiteten er en antagelse, der rummer ingen. Budgetter kan også før have holdt tilkendelser nede: det siger socialrådgiverne uden størrelse, så den faktor ligger på begge sider af ingen virkning. "
        "En foreslået mulighed, højere statsrefusion af førtidspension, kan også vælges.",
    )
    citation: ClassVar[str] = "001_59b66c3903bf086b.txt:837-841;907-945 (DS22-B19)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _CLIENTS
    levers: ClassVar[Mapping[str, str]] = {"DS22-B19": ""}
    mechanism: ClassVar[Text] = Text(
        en="How decisions answer to net prices; shares of cases that are granted; the refund of førtidspension.",
        da="Hvordan afgørelser reagerer på nettopriser; andele af sager der bevilges; refusionen af førtidspension.",
    )
    evidence: ClassVar[Evidence] = "contested"

    independence: float = parameter(
        1.0, low=0, high=1, unit="share", en="Part of the answer to prices that disappears", da="Del af reaktionen på priser der forsvinder"
    )
    granted: float = parameter(
        1.0, low=0.5, high=1.5, unit="ratio", assumed=(0.9, 1.1), en="Cases granted as documented, against today", da="Sager bevilget som dokumenteret, mod i dag"
    )
    pension_refund: float | None = parameter(
        None, low=0, high=1, unit="share", en="State refund of new and old førtidspension; left out: as the law has it",
        da="Statsrefusion af ny og gammel førtidspension; udeladt: som i loven",
    )

    def each_month(self, world: World) -> None:
        """Let decisions follow the documents alone."""
        world.change("incentive.submission", factor=1 - self.independence)
        for award in ("foertidspension", "fleksjob", "ledighedsydelse", "ressourceforloeb"):
            world.change(f"team.granted.{award}", factor=self.granted)

    def amend(self, law: Law) -> None:
        """Set the refund, if one is given."""
        if self.pension_refund is not None:
            law.set_refund("foertidspension", self.pension_refund)


# ---------------------------------------------------------------- instead of ressourceforløb
class JointUnit(Policy):
    """A joint unit of social, health and labour replaces ressourceforløb, jobafklaring and the rehabilitation team (DS22-B6)."""

    name: ClassVar[str] = "joint_unit"
    label: ClassVar[Text] = Text(en="Joint unit instead of ressourceforløb and team", da="Tværgående enhed i stedet for ressourceforløb og team")
    about: ClassVar[Text] = Text(
        en="One unit serves activity-ready people and those in ressourceforløb and jobafklaring. No new ressourceforløb begins: activity-ready people stay where they are, with the same caseworker, "
        "and others come in under jobafklaring, whose benefit it pays, without a case; those already in one finish it. Who would have had a pension put off goes on without an award. The unit decides without the rehabilitation team's "
        "queue, and returns no cases. The proposal is for over-25s; in the model the activity-ready young on uddannelseshjælp are included. The cap on caseloads does not reach jobafklaring, whose caseworkers the model shares with sygedagpenge, "
        "nor the young, unless you choose their groups. "
        "Caseloads, joined-up interventions and the time to decide are assumed; no effect is stated. The benefit floor of the proposal is a policy of its own (DS22-B8).",
        da="Én enhed betjener aktivitetsparate og borgere i ressourceforløb og jobafklaring. Ingen nye ressourceforløb begynder: aktivitetsparate bliver, hvor de er, med samme sagsbehandler, "
        "og andre kommer ind under jobafklaring, hvis ydelse den udbetaler, uden en sag; igangværende forløb gøres færdige. Den, der ville have fået pensionen udskudt, fortsætter uden bevilling. Enheden afgør uden "
        "rehabiliteringsteamets kø og sender ingen sager retur. Forslaget gælder borgere over 25 år; i modellen er aktivitetsparate unge på uddannelseshjælp med. Loftet over sagstal når ikke jobafklaring, hvis sagsbehandlere modellen deler med "
        "sygedagpenge, og heller ikke de unge, medmindre du vælger deres grupper. "
        "Sagstal, sammenhængende indsatser og tid til en afgørelse er antaget; ingen virkning er angivet. Forslagets ydelsesniveau er et særskilt tiltag (DS22-B8).",
    )
    citation: ClassVar[str] = "001_59b66c3903bf086b.txt:362-417;451-481;513-576;268-282 (DS22-B6)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    sets: ClassVar[tuple[str, ...]] = ("award.ressourceforloeb",)
    touches: ClassVar[tuple[str, ...]] = (*_ACTIVITY_READY, _REHABILITATION, _JOBAFKLARING, *_OTHERS)
    levers: ClassVar[Mapping[str, str]] = {"DS22-B6": ""}
    mechanism: ClassVar[Text] = Text(
        en="No new ressourceforløb, no queue before a team, cases that take less preparation, a cap on caseloads, and interventions for the activity-ready.",
        da="Ingen nye ressourceforløb, ingen kø foran et team, sager med mindre forberedelse, et loft over sagstal og indsatser til aktivitetsparate.",
    )

    cap: int = parameter(
        40, low=5, high=250, unit="citizens", assumed=(20, 60), en="Most citizens a caseworker of the unit has on average",
        da="Højeste antal borgere pr. sagsbehandler i enheden i gennemsnit",
    )
    groups: list[TargetGroup] = parameter(
        lambda: ["activity_ready", "rehabilitation"], unit="target groups", en="Target groups whose caseloads are capped (sickness: jobafklaring and sygedagpenge)",
        da="Målgrupper med loft over sagstal (sickness: jobafklaring og sygedagpenge)",
    )
    team_case: float = parameter(
        0.7, low=0, high=2, unit="ratio", assumed=(0.4, 1), en="Caseworkers' time to decide a case in the unit, against one before the team",
        da="Sagsbehandlernes tid til at afgøre en sag i enheden, mod en sag for teamet",
    )
    interventions: float = parameter(
        2.0, low=0, high=4, unit="ratio", assumed=(1, 4), en="Health and social interventions of the activity-ready, against today (4: as in ressourceforløb)",
        da="Sundhedsindsatser og sociale indsatser for aktivitetsparate mod i dag (4: som i ressourceforløb)",
    )

    def each_month(self, world: World) -> None:
        """Serve and decide in the unit."""
        world.cap_caseload(self.cap, *self.groups)
        world.change("support.aktivitetsparate", factor=self.interventions)
        world.change("minutes.team_case", factor=self.team_case)
        world.change("team.returned", factor=0.0)
        world.scale_slots(_ENOUGH)
        world.close_award(_REHABILITATION)

    def adjust(self, moves: Moves) -> None:
        """Keep in the unit who would get a ressourceforløb."""
        for name in _ACTIVITY_READY:
            moves.redirect(name, _REHABILITATION, name)
        there_is = moves.world.month >= _JOBAFKLARING_FROM
        moves.redirect((_JOBAFKLARING, *_OTHERS), _REHABILITATION, _JOBAFKLARING if there_is else _ACTIVITY_READY[0])


class WithoutNewRessourceforloeb(Policy):
    """The same effort within kontanthjælp instead of a ressourceforløb (STAR-C12)."""

    name: ClassVar[str] = "without_new_ressourceforloeb"
    label: ClassVar[Text] = Text(en="Effort within kontanthjælp, no ressourceforløb", da="Indsats inden for kontanthjælp, intet ressourceforløb")
    about: ClassVar[Text] = Text(
        en="Nobody on kontanthjælp or uddannelseshjælp gets a new ressourceforløb; activity-ready people get more health and social interventions where they are. Jobcentres say that it avoids a new caseworker "
        "and a long clarification, but the better pay per hour is lost. How much more is given is assumed. Who would have had a pension put off goes on without an award.",
        da="Ingen på kontanthjælp eller uddannelseshjælp får et nyt ressourceforløb; aktivitetsparate får flere sundhedsindsatser og sociale indsatser, hvor de er. Jobcentre siger, at det undgår ny sagsbehandler "
        "og lang afklaring, men den bedre gevinst pr. time mistes. Hvor meget mere der gives, er antaget. Den, der ville have fået pensionen udskudt, fortsætter uden bevilling.",
    )
    citation: ClassVar[str] = "003_b8efe9f5cbc72a37.txt:295;297-308 (STAR-C12)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    sets: ClassVar[tuple[str, ...]] = ("award.ressourceforloeb",)
    touches: ClassVar[tuple[str, ...]] = _ACTIVITY_READY
    levers: ClassVar[Mapping[str, str]] = {"STAR-C12": ""}
    mechanism: ClassVar[Text] = Text(
        en="No case for a ressourceforløb arises or is granted, so no change of caseworker; interventions for the activity-ready.",
        da="Ingen sag om ressourceforløb opstår eller bevilges, så intet skift af sagsbehandler; indsatser til aktivitetsparate.",
    )
    claims: ClassVar[dict[Outcome, Direction]] = {"turnover": "-", "benefit_income": "-"}

    interventions: float = parameter(
        1.5, low=0, high=4, unit="ratio", assumed=(1, 2.5), en="Health and social interventions of the activity-ready, against today",
        da="Sundhedsindsatser og sociale indsatser for aktivitetsparate, mod i dag",
    )

    def each_month(self, world: World) -> None:
        """Give interventions, and no ressourceforløb."""
        world.change("support.aktivitetsparate", factor=self.interventions)
        world.close_award(_REHABILITATION, world.rows_in(*_KONTANTHJAELP, *family_members("uddannelseshjaelp")))

    def adjust(self, moves: Moves) -> None:
        """Nobody's work capacity calls for one."""
        for name in _ACTIVITY_READY:
            moves.redirect(name, _REHABILITATION, name)
