"""Casework: hours, caseloads, contacts, paperwork, training and trust, and who knows the case."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from agents.statuses import family_members
from agents.target_groups import TARGET_GROUPS
from policies.protocol import Direction, Evidence, Law, Outcome, Policy, Text, World, parameter

TargetGroup = Literal["job_ready", "activity_ready", "young", "sickness", "rehabilitation", "fleksjob"]
Month = Annotated[int, Field(ge=1, le=60)]

_STATUSES = {group.name: group.statuses for group in TARGET_GROUPS}
_CLIENTS = tuple(name for statuses in _STATUSES.values() for name in statuses)
"""Statuses whose people have a caseworker."""
_JOB_READY = "kontanthjaelp_jobparat"
_ACTIVITY_READY = ("kontanthjaelp_aktivitetsparat", "uddannelseshjaelp_aktivitetsparat")
_GROUPS_EN = "Target groups; left out: all"
_GROUPS_DA = "Målgrupper; udeladt: alle"
_OVER_25 = 25
"""Age from which the proposals of about 2022 are made (001_59b66c3903bf086b.txt:419-455;493-511)."""
_YEAR = 12
"""Months between the invitations of the clarification guarantee (001_59b66c3903bf086b.txt:579-683)."""


def closes_gap(world: World, path: str, share: float) -> float:
    """Factor on a ratio below 1 that closes this share of its distance to 1."""
    own = world.parameters.value(path)
    return (own + share * max(1 - own, 0.0)) / own


# ---------------------------------------------------------------- hours and caseloads
class CaseworkerHours(Policy):
    """More or fewer caseworker hours, with the same caseworkers (DS14-A2: more resources for casework).

    Social workers ask for resources and name no amount or effect. What follows here follows from the hours alone: who is
    met in time, what is documented, how long a case waits.
    """

    name: ClassVar[str] = "caseworker_hours"
    label: ClassVar[Text] = Text(en="Other caseworker hours", da="Ændret antal sagsbehandlertimer")
    about: ClassVar[Text] = Text(
        en="Each caseworker has more (or fewer) hours for citizens, and the most exposed citizens may get more health and social "
        "interventions. The social workers who ask for resources name no amount, so how much more is assumed. What the hours do follows: "
        "who is met in time, what is documented, how long a case waits.",
        da="Hver sagsbehandler får flere (eller færre) timer til borgerne, og de mest udsatte kan få flere sundhedsindsatser og sociale indsatser. "
        "De socialrådgivere, der ønsker ressourcer, nævner intet beløb, så hvor meget mere er antaget. Resten følger af timerne: "
        "hvem der mødes til tiden, hvad der dokumenteres, og hvor længe en sag venter.",
    )
    citation: ClassVar[str] = "000_dac57679ce83ad5b.txt:145-149;376-377;401-404;553-559 (DS14-A2)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _CLIENTS
    levers: ClassVar[dict[str, str]] = {"DS14-A2": "groups=['activity_ready', 'rehabilitation'], support=1.25"}
    mechanism: ClassVar[Text] = Text(
        en="Hours of caseworkers, which are booked as a cost; chances of support at an interview.",
        da="Sagsbehandlernes timer, der bogføres som en udgift, og chancen for støtte ved en samtale.",
    )

    factor: float = parameter(
        2.0, low=0, high=10, unit="ratio", en="Hours against those of today", da="Timer mod i dag", assumed=(1, 3)
    )
    groups: list[TargetGroup] = parameter(list, unit="target groups", en=_GROUPS_EN, da=_GROUPS_DA)
    support: float = parameter(
        1.0, low=0, high=5, unit="ratio", assumed=(1, 2), en="Health and social interventions given at an interview, against today",
        da="Sundhedsindsatser og sociale indsatser givet ved en samtale, mod i dag",
    )

    def each_month(self, world: World) -> None:
        """Multiply this month's hours, and support."""
        world.scale_hours(self.factor, *self.groups)
        for kind in ("sundhedsindsats", "social_indsats"):
            world.change(f"support.{kind}", factor=self.support)


class CaseloadCap(Policy):
    """No caseworker has more than so many citizens: as many are hired as that takes (DS22-B4, DS14-A7).

    Proposed for citizens who are not labour-market ready, with 20 to 40 cases; said to give better cooperation and faster
    clarification, without a size. What follows here follows from the hours of those who are hired.
    """

    name: ClassVar[str] = "caseload_cap"
    label: ClassVar[Text] = Text(en="Cap on caseloads", da="Loft over sagstal")
    about: ClassVar[Text] = Text(
        en="No caseworker has more than so many citizens on average in a unit; as many are hired as that takes, and their pay is booked. "
        "Social workers propose 20 to 40 cases for citizens who are not labour-market ready and expect better cooperation and faster "
        "clarification, without a size. In 2014 they asked for a norm that stops caseloads of 80 to 100 for coordinators, without a number; the "
        "model's coordinators in ressourceforløb have 41 on average, so such a norm bites only in units where caseloads are higher.",
        da="Ingen sagsbehandler har i gennemsnit flere borgere end loftet i en enhed; der ansættes så mange, som det kræver, og deres løn bogføres. "
        "Socialrådgiverne foreslår 20 til 40 sager for borgere, der ikke er arbejdsmarkedsparate, og venter bedre samarbejde og hurtigere "
        "afklaring uden at angive en størrelse. I 2014 ønskede de en norm, der stopper sagstal på 80 til 100 for koordinatorer, uden et tal; "
        "modellens koordinatorer i ressourceforløb har 41 i gennemsnit, så en sådan norm virker kun i enheder med højere sagstal.",
    )
    citation: ClassVar[str] = "001_59b66c3903bf086b.txt:256-286 (DS22-B4); 000_dac57679ce83ad5b.txt:99-102;179-184;637-639;815-818 (DS14-A7)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _CLIENTS
    levers: ClassVar[dict[str, str]] = {"DS22-B4": "", "DS14-A7": "cap=40, groups=['rehabilitation']"}
    mechanism: ClassVar[Text] = Text(
        en="Caseworkers are hired, so there are more hours for each citizen; a new caseworker has first to read the case.",
        da="Der ansættes sagsbehandlere, så der er flere timer til hver borger; en ny sagsbehandler skal først læse sagen.",
    )
    evidence: ClassVar[Evidence] = "weak"
    claims: ClassVar[dict[Outcome, Direction]] = {"waiting": "-"}

    cap: int = parameter(
        30, low=5, high=250, unit="citizens", assumed=(20, 40), en="Most citizens a caseworker has on average in a unit, proposed 20-40",
        da="Højeste antal borgere pr. sagsbehandler i gennemsnit i en enhed, foreslået 20-40",
    )
    groups: list[TargetGroup] = parameter(
        lambda: ["activity_ready", "rehabilitation"], unit="target groups", en="Target groups; proposed for those not labour-market ready",
        da="Målgrupper; foreslået for borgere, der ikke er arbejdsmarkedsparate",
    )

    def each_month(self, world: World) -> None:
        """Hire where units are above the cap."""
        world.cap_caseload(self.cap, *self.groups)


class TeamCapacity(Policy):
    """Rehabilitation teams decide more or fewer cases a month."""

    name: ClassVar[str] = "team_capacity"
    label: ClassVar[Text] = Text(en="Other capacity of rehabilitation teams", da="Ændret kapacitet i rehabiliteringsteam")
    about: ClassVar[Text] = Text(
        en="Rehabilitation teams can decide more (or fewer) cases a month than they plan for. Social workers tell of queues before the teams, "
        "which departments staff from their own budgets. No size is documented: the factor is yours.",
        da="Rehabiliteringsteamene kan afgøre flere (eller færre) sager om måneden, end de planlægger efter. Socialrådgiverne fortæller om køer foran "
        "teamene, som forvaltningerne bemander af egne budgetter. Ingen størrelse er dokumenteret: faktoren vælger du selv.",
    )
    citation: ClassVar[str] = "000_dac57679ce83ad5b.txt:671-680"
    kind: ClassVar[Literal["user"]] = "user"
    touches: ClassVar[tuple[str, ...]] = _CLIENTS
    mechanism: ClassVar[Text] = Text(
        en="Slots of rehabilitation teams: how long the queue before them is.", da="Pladser på teamenes møder: hvor lang køen foran dem er."
    )

    factor: float = parameter(
        1.5, low=0, high=10, unit="ratio", assumed=(1, 2), en="Cases a month against those planned", da="Sager om måneden mod det planlagte"
    )

    def each_month(self, world: World) -> None:
        """Multiply this month's cases."""
        world.scale_slots(self.factor)


class CoordinatorForAll(Policy):
    """A coordinating caseworker for every activity-ready citizen from the start, as in ressourceforløb (EG-P.14)."""

    name: ClassVar[str] = "coordinator_for_all"
    label: ClassVar[Text] = Text(en="Coordinating caseworker for all", da="Koordinerende sagsbehandler til alle")
    about: ClassVar[Text] = Text(
        en="Activity-ready people on kontanthjælp and everybody on uddannelseshjælp get a coordinating caseworker from the start, with the caseload "
        "that coordinators in ressourceforløb have, and the activity-ready get more of the health and social interventions that are given there. The expert group says that quick follow-up raises the "
        "chance of moving on, without a size. How much more is joined up is assumed, and may be nothing.",
        da="Aktivitetsparate på kontanthjælp og alle på uddannelseshjælp får en koordinerende sagsbehandler fra start, med samme sagstal som koordinatorer "
        "i ressourceforløb, og de aktivitetsparate får flere af de sundhedsindsatser og sociale indsatser, der gives dér. Ekspertgruppen siger, at hurtig opfølgning øger chancen for at komme videre, "
        "uden en størrelse. Hvor meget mere indsatsen hænger sammen, er antaget og kan være intet.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:82-84;85-87;93-97;252-256;8936-8941;9036-9082 (EG-P.14)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _CLIENTS
    levers: ClassVar[dict[str, str]] = {"EG-P.14": ""}
    mechanism: ClassVar[Text] = Text(
        en="Caseworkers are hired for these groups, so interviews come in time; interventions are given as often as in ressourceforløb, or nearer to it.",
        da="Der ansættes sagsbehandlere til grupperne, så samtaler holdes til tiden; indsatser gives nærmere så ofte som i ressourceforløb.",
    )
    evidence: ClassVar[Evidence] = "weak"

    cap: int = parameter(
        41, low=5, high=250, unit="citizens", assumed=(30, 60), en="Most citizens a coordinator has, that of ressourceforløb by default",
        da="Højeste antal borgere pr. koordinator, som udgangspunkt det i ressourceforløb",
    )
    groups: list[TargetGroup] = parameter(
        lambda: ["activity_ready", "young"], unit="target groups", en="Target groups that get coordinators", da="Målgrupper, der får koordinatorer"
    )
    interventions: float = parameter(
        1.5, low=1, high=4, unit="ratio", assumed=(1, 4), en="Health and social interventions of the activity-ready against today (4: as in ressourceforløb)",
        da="Sundhedsindsatser og sociale indsatser for aktivitetsparate mod i dag (4: som i ressourceforløb)",
    )

    def each_month(self, world: World) -> None:
        """Hire coordinators; give interventions more often."""
        world.cap_caseload(self.cap, *self.groups)
        world.change("support.aktivitetsparate", factor=self.interventions)


# ---------------------------------------------------------------- paper and cadences
class LessPaperwork(Policy):
    """Less paper for caseworkers (DS14-A3), or fewer duty lists at interviews (STAR-C6)."""

    name: ClassVar[str] = "less_paperwork"
    label: ClassVar[Text] = Text(en="Less paperwork", da="Mindre papirarbejde")
    about: ClassVar[Text] = Text(
        en="Preparing a case for the rehabilitation team, papers on placements and double registration take less of caseworkers' time; or "
        "interviews carry fewer duty lists (guidance on sanctions, the 225-hour rule). Social workers and jobcentres say that this frees time "
        "and makes caseworkers easier to keep. No size is documented: all factors are assumed, and 1 is no effect.",
        da="Forberedelse af sager til rehabiliteringsteamet, papirer om praktik og nyttejob og dobbeltregistrering tager mindre af sagsbehandlernes tid; eller "
        "samtalerne rummer færre lister over pligter (vejledning om sanktioner, 225-timers-regel). Socialrådgivere og jobcentre siger, at det "
        "frigør tid og gør sagsbehandlere lettere at fastholde. Ingen størrelse er dokumenteret: alle faktorer er antaget, og 1 er ingen virkning.",
    )
    citation: ClassVar[str] = "000_dac57679ce83ad5b.txt:152-156;379-387;406-408 (DS14-A3); 003_b8efe9f5cbc72a37.txt:277-289 (STAR-C6)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _CLIENTS
    levers: ClassVar[dict[str, str]] = {
        "DS14-A3": "", "STAR-C6": "team_case=1.0, registration=1.0, interview=0.9, job_change=0.9",
    }
    mechanism: ClassVar[Text] = Text(
        en="Minutes that acts take: the hours reach further, and less work waits, which wears on fewer caseworkers.",
        da="Minutter pr. handling: timerne rækker længere, og mindre arbejde venter, så færre sagsbehandlere slides.",
    )
    claims: ClassVar[dict[Outcome, Direction]] = {"turnover": "-"}

    team_case: float = parameter(
        0.8, low=0, high=2, unit="ratio", assumed=(0.5, 1), en="Time to prepare a case for the team, against today",
        da="Tid til at forberede en sag til teamet, mod i dag",
    )
    registration: float = parameter(
        0.85, low=0, high=2, unit="ratio", assumed=(0.6, 1), en="Time for plans, referrals, certificates and sanction cases, against today",
        da="Tid til planer, henvisninger, attester og sanktionssager, mod i dag",
    )
    interview: float = parameter(
        1.0, low=0, high=2, unit="ratio", assumed=(0.8, 1), en="Time for an interview, against today", da="Tid til en samtale, mod i dag"
    )
    job_change: float = parameter(
        1.0, low=0, high=2, unit="ratio", assumed=(0.8, 1), en="Caseworkers who change jobs at the same load, against today",
        da="Sagsbehandlere der skifter job ved samme belastning, mod i dag",
    )

    def each_month(self, world: World) -> None:
        """Multiply minutes and turnover."""
        world.change("minutes.team_case", factor=self.team_case)
        for act in ("plan", "referral", "certificate", "sanction"):
            world.change(f"minutes.{act}", factor=self.registration)
        for act in ("first_interview", "contact"):
            world.change(f"minutes.{act}", factor=self.interview)
        world.change("turnover.job_change", factor=self.job_change)


class ContactCadence(Policy):
    """More or fewer interviews a year: need instead of fixed cadences (DS22-B5, EG-P.7)."""

    name: ClassVar[str] = "contact_cadence"
    label: ClassVar[Text] = Text(en="Another cadence of interviews", da="Ændret samtalekadence")
    about: ClassVar[Text] = Text(
        en="Interviews are held more or less often than practice is today. Proposed is to measure citizens' progress instead of counting "
        "processes, and to have fewer fixed steps, which frees caseworkers from fixed cadences; how often they would meet citizens then is "
        "not said, so the factor is assumed and may be 1. Fewer interviews free hours, but needs, offers and trust come from interviews too.",
        da="Samtaler holdes oftere eller sjældnere end i dag. Foreslået er at måle borgernes progression i stedet for at tælle processer og at have "
        "færre faste skridt, så sagsbehandlere frigøres fra faste kadencer; hvor tit de så ville møde borgerne, siges ikke, så faktoren er antaget "
        "og kan være 1. Færre samtaler frigør timer, men behov, tilbud og tillid kommer også af samtaler.",
    )
    citation: ClassVar[str] = "001_59b66c3903bf086b.txt:287-309 (DS22-B5); 004_107fd277d1b391d8.txt:12149-12152 (EG-P.7)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _CLIENTS
    levers: ClassVar[dict[str, str]] = {"DS22-B5": "", "EG-P.7": "groups=[]"}
    mechanism: ClassVar[Text] = Text(
        en="Interviews that are due: they cost hours, and they are where needs are seen, offers given and trust built.",
        da="Samtaler, der skal holdes: de koster timer, og det er dér, behov ses, tilbud gives og tillid opbygges.",
    )

    factor: float = parameter(
        0.8, low=0, high=4, unit="ratio", assumed=(0.6, 1), en="Interviews a year against today", da="Samtaler om året mod i dag"
    )
    groups: list[TargetGroup] = parameter(
        lambda: ["activity_ready", "young", "rehabilitation"], unit="target groups", en=_GROUPS_EN, da=_GROUPS_DA
    )

    def each_month(self, world: World) -> None:
        """Multiply the cadence."""
        for group in self.groups or _STATUSES:
            for name in _STATUSES[group]:
                world.change(f"contacts.{name}", factor=self.factor)


class WaivedInterviews(Policy):
    """No interviews for activity-ready people who cannot improve within months, such as in treatment of schizophrenia (DS14-A19)."""

    name: ClassVar[str] = "waived_interviews"
    label: ClassVar[Text] = Text(en="Interviews waived for the most ill", da="Samtaler udgår for de mest syge")
    about: ClassVar[Text] = Text(
        en="Some activity-ready people with poor mental health are asked to no interview, since meetings every second month waste their and the "
        "caseworker's time while they are in treatment. How many they are is assumed. Nobody who is not met gets offers or has a need seen.",
        da="Nogle aktivitetsparate med dårligt psykisk helbred indkaldes ikke til samtaler, fordi møder hver anden måned spilder både deres og sagsbehandlerens "
        "tid, mens de er i behandling. Hvor mange de er, er antaget. Den, der ikke mødes, får heller ingen tilbud og intet behov set.",
    )
    citation: ClassVar[str] = "000_dac57679ce83ad5b.txt:450-453;1128-1131 (DS14-A19)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _ACTIVITY_READY
    levers: ClassVar[dict[str, str]] = {"DS14-A19": ""}
    mechanism: ClassVar[Text] = Text(
        en="Interviews of those released cost no hours; nothing is documented or offered to them meanwhile.",
        da="Samtaler med fritagne borgere koster ingen timer; imens dokumenteres og tilbydes de intet.",
    )

    share: float = parameter(
        0.2, low=0, high=1, unit="share", assumed=(0.05, 0.5), en="Activity-ready people with poor mental health who cannot improve within months",
        da="Aktivitetsparate med dårligt psykisk helbred, der ikke kan bedres inden for måneder",
    )

    def each_month(self, world: World) -> None:
        """Release them; who they are is drawn once and for all."""
        rows = world.rows_in(*_ACTIVITY_READY)
        ill = rows[world.column("poor_mental_health", rows) == 1]
        world.release(ill[world.draw_once("cannot_improve", ill) < self.share])


class OptionalMeetings(Policy):
    """A digital jobcentre with optional meetings for job-ready people over 25 (DS22-B9)."""

    name: ClassVar[str] = "optional_meetings"
    label: ClassVar[Text] = Text(en="Optional meetings for the job-ready", da="Frivillige møder for jobparate")
    about: ClassVar[Text] = Text(
        en="After the first interview, job-ready people of 25 and over on kontanthjælp meet the jobcentre only if they want to; others use it "
        "digitally. A social worker gives early support to those who turn out to be less ready, and meets most of them. How many want to meet, and how many of the less "
        "ready are reached, is assumed. In every twelfth month on the benefit all are called, so that who is invited by the clarification guarantee (DS22-B10) is met; "
        "the model does so without the guarantee too. Offers and trust reach only those who meet. No effect is documented.",
        da="Efter den første samtale møder jobparate på 25 år og derover på kontanthjælp kun jobcentret, hvis de ønsker det; de øvrige bruger det digitalt. "
        "En socialrådgiver giver tidlig støtte til dem, der viser sig at være mindre parate, og møder de fleste af dem. Hvor mange der ønsker møder, og hvor mange "
        "mindre parate der nås, er antaget. I hver tolvte måned på ydelsen indkaldes alle, så de, som afklaringsgarantien (DS22-B10) indkalder, bliver mødt; det gør "
        "modellen også uden garantien. Tilbud og tillid når kun dem, der møder. Ingen virkning er dokumenteret.",
    )
    citation: ClassVar[str] = "001_59b66c3903bf086b.txt:493-511 (DS22-B9)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = (_JOB_READY,)
    levers: ClassVar[dict[str, str]] = {"DS22-B9": ""}
    mechanism: ClassVar[Text] = Text(
        en="Interviews of those who do not want them cost no hours, and give no offers.",
        da="Samtaler, som borgeren ikke ønsker, koster ingen timer og giver ingen tilbud.",
    )

    meets: float = parameter(
        0.4, low=0, high=1, unit="share", assumed=(0.1, 0.8), en="Job-ready people who want meetings", da="Jobparate der ønsker møder"
    )
    reached: float = parameter(
        0.8, low=0, high=1, unit="share", assumed=(0.5, 1), en="Of the others, those less ready than they seemed whom a social worker meets",
        da="Af de øvrige: mindre parate end antaget, som en socialrådgiver møder",
    )

    def each_month(self, world: World) -> None:
        """Release those who do not want to meet, have had their first interview, are not reached as less ready, and have no full year
        on the benefit this month."""
        rows = world.rows_in(_JOB_READY)
        rows = rows[(world.column("age", rows) >= _OVER_25) & (world.column("is_new", rows) == 0)]
        less_ready = (world.column("need", rows) > 0) | (world.column("label_need", rows) > 0)
        is_reached = less_ready & (world.draw_once("reached", rows) < self.reached)
        stayed = world.column("months_in_spell", rows)
        is_called = (stayed > 0) & (stayed % _YEAR == 0)
        world.release(rows[(world.draw_once("meets", rows) >= self.meets) & ~is_reached & ~is_called])


class EarlyJobTalks(Policy):
    """Six job talks within the first six months for the job-ready (EG-P.5)."""

    name: ClassVar[str] = "early_job_talks"
    label: ClassVar[Text] = Text(en="Job talks in the first months", da="Jobsamtaler i de første måneder")
    about: ClassVar[Text] = Text(
        en="Job-ready people on kontanthjælp are asked to an interview every month in their first half year: six talks instead of about two. The "
        "employers' association DA asks for it and states no effect. The talks take hours from others, and give offers and trust earlier.",
        da="Jobparate på kontanthjælp indkaldes til samtale hver måned i det første halve år: seks samtaler i stedet for omkring to. "
        "DA ønsker det og angiver ingen virkning. Samtalerne tager timer fra andre og giver tilbud og tillid tidligere.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:11849-11855 (EG-P.5)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = (_JOB_READY,)
    levers: ClassVar[dict[str, str]] = {"EG-P.5": ""}
    mechanism: ClassVar[Text] = Text(
        en="Interviews fall due sooner; whether they are held is for the hours to say.",
        da="Samtaler skal holdes tidligere; om de bliver det, afhænger af timerne.",
    )

    talks: int = parameter(6, low=1, high=60, unit="interviews", en="Interviews within the first months", da="Samtaler inden for de første måneder")
    months: Month = parameter(6, unit="months", en="Months from the beginning of the benefit", da="Måneder fra ydelsens begyndelse")

    def each_month(self, world: World) -> None:
        """Invite those in their first months who have had the first interview."""
        rows = world.rows_in(_JOB_READY)
        rows = rows[(world.column("months_in_spell", rows) < self.months) & (world.column("is_new", rows) == 0)]
        world.invite(rows[world.draw("talk", rows) < self.talks / self.months])


# ---------------------------------------------------------------- who the caseworkers are
class MicroTeam(Policy):
    """Colleagues know the case: micro-teams (STAR-C1), or two caseworkers on very complex cases (DS22-B3)."""

    name: ClassVar[str] = "micro_team"
    label: ClassVar[Text] = Text(en="Micro-teams and pairs of caseworkers", da="Mikroteam og makkerpar")
    about: ClassVar[Text] = Text(
        en="Fixed colleagues know the citizen beside the primary caseworker, so less is lost when that caseworker leaves: less trust, and less "
        "reading. Changes of caseworker become no fewer. Micro-teams are trials with no result in figures; knowing a case together takes time. "
        "What is kept, and what it takes, is assumed.",
        da="Faste kolleger kender borgeren ved siden af den primære sagsbehandler, så mindre går tabt ved et skift: mindre tillid og mindre læsning. Skiftene "
        "bliver ikke færre. Mikroteam er forsøg uden resultater i tal, og det tager tid at kende en sag sammen. "
        "Hvad der bevares, og hvad det koster i tid, er antaget.",
    )
    citation: ClassVar[str] = "003_b8efe9f5cbc72a37.txt:209 (STAR-C1); 001_59b66c3903bf086b.txt:248-250 (DS22-B3)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _CLIENTS
    levers: ClassVar[dict[str, str]] = {"STAR-C1": "", "DS22-B3": "kept=0.0, reading=0.9, contact=1.05"}
    mechanism: ClassVar[Text] = Text(
        en="Trust lost at a change of caseworker, and minutes to read a case; interviews take longer.",
        da="Tillid tabt ved skift af sagsbehandler og minutter til at læse en sag; samtaler tager længere tid.",
    )
    evidence: ClassVar[Evidence] = "weak"
    claims: ClassVar[dict[Outcome, Direction]] = {"trust": "+"}

    kept: float = parameter(
        0.5, low=0, high=1, unit="share", assumed=(0, 0.9), en="Part of the loss of trust that colleagues prevent, ordinary cases",
        da="Del af tillidstabet som kolleger forhindrer, almindelige sager",
    )
    kept_complex: float = parameter(
        0.5, low=0, high=1, unit="share", assumed=(0, 0.9), en="The same in complex or long cases", da="Det samme i komplekse eller lange sager"
    )
    reading: float = parameter(
        0.75, low=0, high=1, unit="ratio", assumed=(0.5, 1), en="Time to read a case taken over, against today",
        da="Tid til at læse en overtaget sag, mod i dag",
    )
    contact: float = parameter(
        1.1, low=0.5, high=2, unit="ratio", assumed=(1, 1.3), en="Time for an interview, colleagues' included, against today",
        da="Tid til en samtale, kollegers medregnet, mod i dag",
    )

    def each_month(self, world: World) -> None:
        """Lose less at a change, for more time in between."""
        world.change("trust.lost_at_change", factor=1 - self.kept)
        world.change("trust.lost_at_change_complex", factor=1 - self.kept_complex)
        world.change("minutes.reading", factor=self.reading)
        world.change("minutes.contact", factor=self.contact)


class WorkEnvironment(Policy):
    """Management and authorities watch the work environment in jobcentres, and act (DS14-A5)."""

    name: ClassVar[str] = "work_environment"
    label: ClassVar[Text] = Text(en="Better work environment in jobcentres", da="Bedre arbejdsmiljø i jobcentrene")
    about: ClassVar[Text] = Text(
        en="Management and authorities act on stress in jobcentres, so fewer caseworkers fall ill or leave, above all where work piles up. 56 pct of "
        "social workers saw more problems after the reforms; what a watch would do is not known, and may be nothing. Hours and cases stay as they are.",
        da="Ledelse og myndigheder griber ind over for stress i jobcentrene, så færre sagsbehandlere bliver syge eller siger op, især hvor arbejdet hober sig op. "
        "56 pct. af socialrådgiverne oplevede flere problemer efter reformerne; hvad en overvågning ville gøre, vides ikke, og det kan være intet. "
        "Timer og sager er uændrede.",
    )
    citation: ClassVar[str] = "000_dac57679ce83ad5b.txt:165-169;463-509;561-563 (DS14-A5)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _CLIENTS
    levers: ClassVar[dict[str, str]] = {"DS14-A5": ""}
    mechanism: ClassVar[Text] = Text(
        en="Turnover of caseworkers, and how it grows with work that hours do not cover.",
        da="Sagsbehandlernes personaleomsætning, og hvordan den vokser med arbejde, timerne ikke dækker.",
    )

    leave: float = parameter(
        0.9, low=0, high=2, unit="ratio", assumed=(0.7, 1), en="Caseworkers who change jobs or go on leave at the same load, against today",
        da="Sagsbehandlere der skifter job eller går på orlov ved samme belastning, mod i dag",
    )
    strain: float = parameter(
        0.75, low=0, high=2, unit="ratio", assumed=(0.5, 1), en="How turnover grows with load, against today",
        da="Hvordan personaleomsætningen vokser med belastningen, mod i dag",
    )

    def each_month(self, world: World) -> None:
        """Multiply turnover."""
        world.change("turnover.job_change", factor=self.leave)
        world.change("turnover.leave", factor=self.leave)
        world.change("turnover.load_elasticity", factor=self.strain)


class TrainedCaseworkers(Policy):
    """Only trained social workers have contact with vulnerable citizens (DS22-B1) or assess work capacity (DS22-B17)."""

    name: ClassVar[str] = "trained_caseworkers"
    label: ClassVar[Text] = Text(en="Only trained social workers", da="Kun uddannede socialrådgivere")
    about: ClassVar[Text] = Text(
        en="Everyone who meets vulnerable citizens, or assesses work capacity, is a trained socialrådgiver or socialformidler. Both proposals act here in "
        "the same way, since training matters in the model where work capacity is seen and documented. How much better the trained are is an "
        "assumption of the model that includes no difference (documentation.untrained). Use phase_in for the years that it takes; pay and recruitment are left out.",
        da="Alle, der møder udsatte borgere eller vurderer arbejdsevne, er uddannet socialrådgiver eller socialformidler. De to forslag virker her ens, fordi "
        "uddannelsen i modellen har betydning, hvor arbejdsevnen ses og dokumenteres. Hvor meget bedre de uddannede er, er en antagelse i modellen, der "
        "også rummer ingen forskel (documentation.untrained). Brug phase_in til de år, det tager; løn og rekruttering er ikke med.",
    )
    citation: ClassVar[str] = "001_59b66c3903bf086b.txt:198-201;236-240 (DS22-B1); 001_59b66c3903bf086b.txt:847-883 (DS22-B17)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _CLIENTS
    levers: ClassVar[dict[str, str]] = {"DS22-B1": "", "DS22-B17": ""}
    mechanism: ClassVar[Text] = Text(
        en="What an interview sees and documents of work capacity.", da="Hvad en samtale ser og dokumenterer af arbejdsevnen."
    )

    share: float = parameter(
        1.0, low=0, high=1, unit="share", en="Caseworkers without the training who are trained or replaced",
        da="Sagsbehandlere uden uddannelsen, der uddannes eller erstattes",
    )

    def each_month(self, world: World) -> None:
        """Close the gap in ability."""
        world.change("documentation.untrained", factor=closes_gap(world, "documentation.untrained", self.share))


class Supervision(Policy):
    """Mandatory peer sparring and supervision (DS22-B2)."""

    name: ClassVar[str] = "supervision"
    label: ClassVar[Text] = Text(en="Sparring and supervision", da="Faglig sparring og supervision")
    about: ClassVar[Text] = Text(
        en="Caseworkers get peer sparring and supervision every month, which helps those new in the job most. It takes working time from citizens. "
        "No effect is documented: what those new in the job gain is assumed and may be nothing.",
        da="Sagsbehandlere får faglig sparring og supervision hver måned, hvilket mest hjælper de nye i jobbet. Det tager arbejdstid fra borgerne. "
        "Ingen virkning er dokumenteret: hvad de nye får ud af det, er antaget og kan være intet.",
    )
    citation: ClassVar[str] = "001_59b66c3903bf086b.txt:242-246 (DS22-B2)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _CLIENTS
    levers: ClassVar[dict[str, str]] = {"DS22-B2": ""}
    mechanism: ClassVar[Text] = Text(
        en="What interviews of caseworkers new in the job document; every act takes a little longer.",
        da="Hvad samtaler med nye sagsbehandlere dokumenterer; hver handling tager lidt længere.",
    )

    gap: float = parameter(
        0.25, low=0, high=1, unit="share", assumed=(0, 0.6), en="Part of what those new in the job lack that supervision makes up for",
        da="Del af det, nye i jobbet mangler, som supervision opvejer",
    )
    hours: float = parameter(
        3.0, low=0, high=20, unit="hours", assumed=(1, 6), en="Hours a month that each caseworker uses for it",
        da="Timer om måneden, hver sagsbehandler bruger på det",
    )

    def each_month(self, world: World) -> None:
        """Make those new in the job better, and everything take longer: hours for citizens are fewer and cost the same."""
        world.change("documentation.new_in_the_job", factor=closes_gap(world, "documentation.new_in_the_job", self.gap))
        hours = max(world.parameters.value("casework.hours"), 1.0)
        for act in world.parameters.below("minutes"):
            world.change(f"minutes.{act}", factor=1 + min(self.hours / hours, 1.0))


# ---------------------------------------------------------------- trust and plans
class ParticipationDuty(Policy):
    """The municipality must let citizens plan with own goals (DS22-B16)."""

    name: ClassVar[str] = "participation_duty"
    label: ClassVar[Text] = Text(en="Duty to involve the citizen", da="Pligt til at inddrage borgeren")
    about: ClassVar[Text] = Text(
        en="Citizens set own job goals and milestones and take part in planning; plans take longer. Social workers expect trust, and that people who "
        "are met with trust use their potential. No size is documented: how much faster trust grows is assumed and may be nothing.",
        da="Borgerne sætter egne jobmål og delmål og planlægger med; planer tager længere tid. Socialrådgiverne venter tillid, og at borgere, der mødes med tillid, "
        "bruger deres potentiale. Ingen størrelse er dokumenteret: hvor meget hurtigere tilliden vokser, er antaget og kan være intet.",
    )
    citation: ClassVar[str] = "001_59b66c3903bf086b.txt:32-42;796-820 (DS22-B16)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _CLIENTS
    levers: ClassVar[dict[str, str]] = {"DS22-B16": ""}
    mechanism: ClassVar[Text] = Text(
        en="Trust that an interview builds, which fewer missed interviews and more exits follow; minutes for plans.",
        da="Tillid, som en samtale opbygger, og som giver færre udeblivelser og mere afgang; minutter til planer.",
    )
    claims: ClassVar[dict[Outcome, Direction]] = {"trust": "+"}

    trust: float = parameter(
        1.25, low=0, high=5, unit="ratio", assumed=(1, 2), en="Trust that an interview builds, against today",
        da="Tillid som en samtale opbygger, mod i dag",
    )
    planning: float = parameter(
        1.25, low=0, high=5, unit="ratio", assumed=(1, 2), en="Time for a plan, against today", da="Tid til en plan, mod i dag"
    )

    def each_month(self, world: World) -> None:
        """Build trust faster, plan longer."""
        world.change("trust.gain", factor=self.trust)
        world.change("minutes.plan", factor=self.planning)


class OnePlan(Policy):
    """One coordinated plan across sectors: a duty (DS14-A4), a shared digital plan (EG-B.4), or staff shared across areas (STAR-C10)."""

    name: ClassVar[str] = "one_plan"
    label: ClassVar[Text] = Text(en="One plan across sectors", da="Én plan på tværs af sektorer")
    about: ClassVar[Text] = Text(
        en="Social services, health and psychiatry work from one plan with the jobcentre. The documents expect that partners refuse or stay away less often and "
        "that the effort hangs together better; none gives a size. Assumed are what a plan is worth, how much sooner doctors answer, how many more "
        "interventions are given, and the time to coordinate; all may be 1, no effect.",
        da="Socialforvaltning, sundhedsvæsen og psykiatri arbejder efter samme plan som jobcentret. Dokumenterne venter, at samarbejdsparter sjældnere afviser eller "
        "udebliver, og at indsatsen hænger bedre sammen; intet giver en størrelse. Antaget er, hvad planen er værd, hvor meget før læger svarer, hvor "
        "mange flere indsatser der gives, og tiden til at koordinere; alt kan være 1, ingen virkning.",
    )
    citation: ClassVar[str] = (
        "000_dac57679ce83ad5b.txt:159-162;355-361;410-412 (DS14-A4); 004_107fd277d1b391d8.txt:93-97;140;9383-9387;9463-9469 (EG-B.4); "
        "003_b8efe9f5cbc72a37.txt:229-231 (STAR-C10)"
    )
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _CLIENTS
    levers: ClassVar[dict[str, str]] = {
        "DS14-A4": "", "EG-B.4": "waits=1.0, interventions=1.0, planning=1.0", "STAR-C10": "plan=1.0, waits=1.0",
    }
    mechanism: ClassVar[Text] = Text(
        en="What a plan does to exits, waits for certificates, chances of health and social interventions, and minutes for plans.",
        da="Hvad en plan gør ved afgang, ventetid på attester, chancen for sundheds- og sociale indsatser og minutter til planer.",
    )

    plan: float = parameter(
        1.5, low=0, high=4, unit="ratio", assumed=(1, 2.5), en="What a plan adds to exits to work and education, against today",
        da="Hvad en plan lægger til afgang til arbejde og uddannelse, mod i dag",
    )
    waits: float = parameter(
        0.9, low=0, high=2, unit="ratio", assumed=(0.7, 1), en="Waits for certificates, against today", da="Ventetid på attester, mod i dag"
    )
    interventions: float = parameter(
        1.2, low=0, high=5, unit="ratio", assumed=(1, 1.6), en="Health and social interventions given at an interview, against today",
        da="Sundhedsindsatser og sociale indsatser givet ved en samtale, mod i dag",
    )
    planning: float = parameter(
        1.25, low=0, high=5, unit="ratio", assumed=(1, 2), en="Time for a plan, against today", da="Tid til en plan, mod i dag"
    )

    def each_month(self, world: World) -> None:
        """Change what plans do and take, and what others contribute."""
        world.change("effect.plan", factor=self.plan)
        for wait in ("wait", "wait_psychiatry"):
            world.change(f"certificate.{wait}", factor=self.waits)
        for kind in ("sundhedsindsats", "social_indsats"):
            world.change(f"support.{kind}", factor=self.interventions)
        world.change("minutes.plan", factor=self.planning)


class MethodsAndTraining(Policy):
    """Money for methods and tools (EG-B.5) or for training rehabilitation teams (EG-B.6)."""

    name: ClassVar[str] = "methods_and_training"
    label: ClassVar[Text] = Text(en="Methods and training", da="Metoder og kompetenceløft")
    about: ClassVar[Text] = Text(
        en="The state pays for methods (progression tool, early clarification, investment tool): 30 million DKK a year; or for training rehabilitation teams: "
        "15 million in 2016-2017, taken as the sum of both years since the source does not say. It states no effect. What interviews then document and how often teams return cases "
        "is assumed within ranges on both sides of no effect.",
        da="Staten betaler for metoder (progressionsredskab, tidlig afklaring, investeringsredskab): 30 mio. kr. om året; eller for uddannelse af rehabiliteringsteam: "
        "15 mio. kr. i 2016-2017, taget som summen for begge år, da kilden ikke siger det. Den angiver ingen virkning. Hvad samtaler så dokumenterer, og hvor "
        "tit team sender sager retur, er antaget i spænd på begge sider af ingen virkning.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:97;141;9471-9500;9879;9967-9969 (EG-B.5); 004_107fd277d1b391d8.txt:142;9502-9505;9980-9982 (EG-B.6)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _CLIENTS
    levers: ClassVar[dict[str, str]] = {
        "EG-B.5": "", "EG-B.6": "million=7.5, documented=1.0, start='2016-01', end='2017-12'",
    }
    mechanism: ClassVar[Text] = Text(
        en="A grant from the state; what interviews document, and cases that teams return.",
        da="En statslig bevilling; hvad samtaler dokumenterer, og sager som team sender retur.",
    )
    claims: ClassVar[dict[Outcome, Direction]] = {"public_cost": "+"}

    million: float = parameter(30.0, low=0, high=1000, unit="DKK million a year", en="What the state spends", da="Statens udgift")
    documented: float = parameter(
        1.0, low=0, high=2, unit="ratio", assumed=(0.9, 1.1), en="Documentation that an interview adds, against today",
        da="Dokumentation som en samtale giver, mod i dag",
    )
    returned: float = parameter(
        1.0, low=0, high=2, unit="ratio", assumed=(0.9, 1.1), en="Cases that teams return, against today", da="Sager som team sender retur, mod i dag"
    )

    def each_month(self, world: World) -> None:
        """Change what interviews document and teams return."""
        world.change("documentation.by_contact", factor=self.documented)
        world.change("team.returned", factor=self.returned)

    def amend(self, law: Law) -> None:
        """Spend the grant."""
        law.add_grant(self.million * 1e6)


class FirstScreening(Policy):
    """Screening at the first interview (DS22-B7), or an early cross-disciplinary clarification (EG-P.15)."""

    name: ClassVar[str] = "first_screening"
    label: ClassVar[Text] = Text(en="Screening at the first interview", da="Screening ved første samtale")
    about: ClassVar[Text] = Text(
        en="The first interview becomes a longer screening by a trained social worker, who may consult the doctor: needs are seen earlier, and people in the "
        "wrong visitation group are recognised. Proposed for over-25s who claim kontanthjælp; here it lengthens all first interviews, those of the young and the sick included. No effect is stated. "
        "In the model any interview may see a need, so seeing and recognising more acts at all interviews of all groups; the assumed gain is therefore small and may be nothing.",
        da="Første samtale bliver en længere screening ved en uddannet socialrådgiver, der kan inddrage lægen: behov ses tidligere, og borgere i forkert "
        "visitationsgruppe genkendes. Foreslået for ansøgere over 25 år til kontanthjælp; her forlænges alle første samtaler, også de unges og de sygemeldtes. Ingen virkning er angivet. "
        "I modellen kan enhver samtale se et behov, så det at se og genkende mere virker ved alle samtaler i alle grupper; den antagne gevinst er derfor lille og kan være intet.",
    )
    citation: ClassVar[str] = "001_59b66c3903bf086b.txt:419-455 (DS22-B7); 004_107fd277d1b391d8.txt:89-91;248-250;9036-9082;9471-9500 (EG-P.15)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = (*family_members("kontanthjaelp"), *family_members("uddannelseshjaelp"))
    levers: ClassVar[dict[str, str]] = {"DS22-B7": "", "EG-P.15": "interventions=1.5"}
    mechanism: ClassVar[Text] = Text(
        en="Minutes of the first interview; chances that needs and wrong visitation groups are seen; interventions for the activity-ready.",
        da="Minutter til første samtale; chancen for at behov og forkert visitation ses; indsatser til aktivitetsparate.",
    )

    interview: float = parameter(
        1.5, low=0, high=5, unit="ratio", assumed=(1, 2), en="Time for the first interview, against today", da="Tid til første samtale, mod i dag"
    )
    seen: float = parameter(
        1.1, low=0, high=2, unit="ratio", assumed=(1, 1.3), en="Chance that an interview sees a need, against today",
        da="Chance for at en samtale ser et behov, mod i dag",
    )
    recognised: float = parameter(
        1.02, low=0, high=2, unit="ratio", assumed=(1, 1.05), en="People in the wrong visitation group who are recognised, against today (95 pct)",
        da="Borgere i forkert visitationsgruppe der genkendes, mod i dag (95 pct.)",
    )
    interventions: float = parameter(
        1.0, low=0, high=4, unit="ratio", assumed=(1, 3), en="Health and social interventions of the activity-ready, against today",
        da="Sundhedsindsatser og sociale indsatser for aktivitetsparate, mod i dag",
    )

    def each_month(self, world: World) -> None:
        """Lengthen first interviews; see more."""
        world.change("minutes.first_interview", factor=self.interview)
        world.change("documentation.seen", factor=self.seen)
        world.change("visitation.recognised", factor=self.recognised)
        world.change("support.aktivitetsparate", factor=self.interventions)


class MentorMerger(Policy):
    """A contact person who is already there may be the mentor (DS14-A17), or home support and mentor are one (SEC-17)."""

    name: ClassVar[str] = "mentor_merger"
    label: ClassVar[Text] = Text(en="Contact person as mentor", da="Kontaktperson som mentor")
    about: ClassVar[Text] = Text(
        en="A contact person under the social services act who is already there may fill the mentor's role, so a year with a mentor costs less on average: "
        "28,000 DKK by default in the model, 22,400 with one in five filled that way. Social workers claim less confusion and lower cost, without a size. "
        "Home support joined up with the mentor is taken in the same way. Contact persons and home support are not in the model themselves, and the mentor's effect is unchanged.",
        da="En kontaktperson efter serviceloven, som allerede er der, kan udfylde mentorrollen, så et år med mentor i gennemsnit koster mindre: 28.000 kr. i modellen, "
        "22.400 kr. når det sker for hver femte. Socialrådgiverne nævner mindre forvirring og lavere udgift uden en størrelse. "
        "Bostøtte, der samles med mentoren, regnes på samme måde. Kontaktpersoner og bostøtte er ikke selv med i modellen, og mentorens virkning er uændret.",
    )
    citation: ClassVar[str] = "000_dac57679ce83ad5b.txt:219-221;1164-1171;1203-1205 (DS14-A17); 004_107fd277d1b391d8.txt:5937-5942;6927-6935;6963-6977 (SEC-17)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    sets: ClassVar[tuple[str, ...]] = ("cost of a mentor",)
    touches: ClassVar[tuple[str, ...]] = (*_ACTIVITY_READY, "ressourceforloeb", "jobafklaring")
    levers: ClassVar[dict[str, str]] = {"DS14-A17": "", "SEC-17": ""}
    mechanism: ClassVar[Text] = Text(en="What a year with a mentor costs.", da="Hvad et år med mentor koster.")
    claims: ClassVar[dict[Outcome, Direction]] = {"public_cost": "-"}

    cost: float = parameter(
        22400.0, low=0, high=100000, unit="DKK", assumed=(14000, 28000), en="A year with a mentor, on average", da="Et år med mentor i gennemsnit"
    )

    def amend(self, law: Law) -> None:
        """Set the cost."""
        law.set_cost("mentor", self.cost)
