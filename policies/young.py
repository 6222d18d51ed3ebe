"""The under-30s on uddannelseshjælp: education or work as the goal, who is taken for ready, and the way there."""

from typing import ClassVar, Literal

import numpy as np

from agents.flags import COUNT_OF
from agents.measures import IS_COMPANY
from policies.chosen import READY_FOR_EDUCATION, in_or_after
from policies.protocol import Direction, Evidence, Moves, Outcome, Policy, Text, World, parameter

_AKTIVITETSPARAT = "uddannelseshjaelp_aktivitetsparat"
_UDDANNELSESHJAELP = (*READY_FOR_EDUCATION, _AKTIVITETSPARAT)


class JobGoalUnder30(Policy):
    """A job may be the goal before 30 (STAR-C9, mechanism M20).

    With education as the only goal, young people who do not want or cannot manage an education wait until 30. With a
    job goal more of them go to work; some who would have taken an education do not. The source is a trial agreed in 2021
    for exposed young people; here a share of all on uddannelseshjælp gets a job goal from the date you choose. The
    direction is from practitioners' reports; no effect size is documented: all sizes are assumptions with ranges.
    """

    name: ClassVar[str] = "job_goal_under_30"
    label: ClassVar[Text] = Text(en="Job goal for the under-30s", da="Jobmål for unge under 30")
    about: ClassVar[Text | None] = Text(
        en="A share of the young people on uddannelseshjælp may have a job as their goal instead of an education. More of them go to work, and some "
        "who would have taken an education do not. Agreed in 2021 as a trial for exposed young people. The direction is from practitioners' "
        "reports; who gets a job goal and both sizes are assumed, and may be no effect.",
        da="En andel af de unge på uddannelseshjælp må have et job som mål i stedet for en uddannelse. Flere af dem går i job, og nogle, der ville "
        "have taget en uddannelse, gør det ikke. Aftalt i 2021 som forsøg for udsatte unge. Retningen kommer fra praktikere; hvem der får et "
        "jobmål, og begge størrelser er antaget og kan være ingen virkning.",
    )
    citation: ClassVar[str] = "003_b8efe9f5cbc72a37.txt:312-321 (STAR-C9)"
    kind: ClassVar[Literal["agreed"]] = "agreed"
    touches: ClassVar[tuple[str, ...]] = _UDDANNELSESHJAELP
    levers: ClassVar[dict[str, str]] = {"STAR-C9": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="Moves to work and to education of those who get a job goal.", da="Overgange til job og til uddannelse for dem, der får et jobmål.",
    )
    evidence: ClassVar[Evidence] = "weak"
    claims: ClassVar[dict[Outcome, Direction]] = {"work": "+"}

    coverage: float = parameter(
        0.3, low=0, high=1, assumed=(0.1, 0.6), unit="share", en="Share of the young who get a job goal", da="Andel af de unge der får et jobmål",
    )
    job_ratio: float = parameter(
        1.5, low=1, high=3, assumed=(1, 2.5), unit="ratio", en="Intensity of moves to work with a job goal against without",
        da="Intensitet af overgang til job med et jobmål mod uden",
    )
    education_ratio: float = parameter(
        0.8, low=0, high=1, assumed=(0.5, 1), unit="ratio", en="Intensity of moves to education with a job goal",
        da="Intensitet af overgang til uddannelse med et jobmål",
    )

    def adjust(self, moves: Moves) -> None:
        """Scale the moves of those with a job goal; who has one is the person's luck, drawn once and for all."""
        young = moves.world.rows_in(*_UDDANNELSESHJAELP)
        chosen = young[moves.world.draw_once("job_goal", young) < self.coverage]
        moves.scale(_UDDANNELSESHJAELP, "employment", self.job_ratio, rows=chosen)
        moves.scale(_UDDANNELSESHJAELP, "education", self.education_ratio, rows=chosen)


class RevisitationAfter12Months(Policy):
    """Uddannelsesparate who have not started an education after at most 12 months are re-visited as aktivitetsparate.

    Social workers proposed it as a safeguard against homelessness (DS14-A15): the low rate of uddannelseshjælp is meant
    for a short wait, aktivitetsparate get a supplement and a coordinating caseworker. Aktivitetsparate leave for work
    and education less often; how much of that is the label and how much is who they are, no source says.
    ``label_effect`` is that share: 0 = the re-visited keep the exits of uddannelsesparate, 1 = they take on those of
    aktivitetsparate. Its range spans both ends.
    """

    name: ClassVar[str] = "revisitation_after_12_months"
    label: ClassVar[Text] = Text(
        en="Re-visitation to aktivitetsparat after 12 months on uddannelseshjælp",
        da="Revisitation til aktivitetsparat efter 12 måneder på uddannelseshjælp",
    )
    about: ClassVar[Text | None] = Text(
        en="Young people who are taken for ready for education but have not started one after at most 12 months become aktivitetsparate, with a "
        "supplement and a coordinating caseworker. Social workers proposed it as a safeguard against loss of home; no effect is measured. "
        "Aktivitetsparate leave for work and education less often: how much of that is the label is assumed, from none to all. "
        "How many cannot study, and so are re-visited, is assumed too.",
        da="Unge, der anses for parate til uddannelse, men ikke er begyndt på en efter højst 12 måneder, bliver aktivitetsparate med tillæg og "
        "koordinerende sagsbehandler. Socialrådgivere foreslog det som sikring mod tab af bolig; ingen virkning er målt. Aktivitetsparate går "
        "sjældnere i job og uddannelse: hvor meget af det der skyldes selve visitationen, er antaget, fra intet til det hele. "
        "Hvor mange der ikke kan studere og derfor revisiteres, er også antaget.",
    )
    citation: ClassVar[str] = "000_dac57679ce83ad5b.txt:207-211;1189-1193 (DS14-A15)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _UDDANNELSESHJAELP
    levers: ClassVar[dict[str, str]] = {"DS14-A15": "", "DS14-A22": "months=3, share=0.2"}
    mechanism: ClassVar[Text | None] = Text(
        en="A rule that moves people to another visitation group, with its benefit, caseworkers and exits.",
        da="En regel, der flytter personer til en anden visitationsgruppe med dens ydelse, sagsbehandlere og afgang.",
    )
    evidence: ClassVar[Evidence] = "none"
    claims: ClassVar[dict[Outcome, Direction]] = {"benefit_income": "+"}

    months: int = parameter(
        12, low=1, high=60, unit="months", en="Longest time as uddannelsesparat", da="Længste tid som uddannelsesparat",
    )
    share: float = parameter(
        0.5, low=0, high=1, assumed=(0.2, 1.0), unit="share", en="Share of those who reach the limit who cannot study and are re-visited",
        da="Andel af dem der når grænsen, som ikke kan studere og revisiteres",
    )
    label_effect: float = parameter(
        0.5, low=0, high=1, assumed=(0, 1), unit="share", en="Share of the lower exits of aktivitetsparate that is the label",
        da="Andel af aktivitetsparates lavere afgang der skyldes selve visitationen",
    )

    def adjust(self, moves: Moves) -> None:
        """Those past the limit fall due; who can study after all is the person's luck, drawn once and for all."""
        world = moves.world
        rows = world.rows_in(*READY_FOR_EDUCATION)
        past = rows[world.column("months_in_spell", rows) >= self.months]
        cannot = past[world.draw_once("cannot_study", past) < self.share]
        moves.due(cannot, _AKTIVITETSPARAT, f"re-visited after {self.months} months")
        self._keep_part_of_own_exits(moves)

    def _keep_part_of_own_exits(self, moves: Moves) -> None:
        world = moves.world
        rows = world.rows_in(_AKTIVITETSPARAT)
        waited = world.column("months_in_spell", rows) - world.column("months_in_status", rows)
        revisited = rows[waited >= self.months]
        for to in ("employment", "education", "self_support"):
            ready = world.parameters.value(f"rate.{READY_FOR_EDUCATION[1]}.{to}")
            not_ready = world.parameters.value(f"rate.{_AKTIVITETSPARAT}.{to}")
            moves.scale(_AKTIVITETSPARAT, to, (ready / not_ready) ** (1 - self.label_effect), rows=revisited)


class YouthTransition(Policy):
    """Vulnerable young people are clarified by all sectors before they are 17½, so their case is there at 18 (EG-B.2).

    The model begins at 18: here the rehabilitation team has what it needs when a vulnerable person of 18 has a lasting need.
    """

    name: ClassVar[str] = "youth_transition"
    label: ClassVar[Text] = Text(en="Smoother transition from youth to adult system", da="Bedre overgang fra ung til voksen")
    about: ClassVar[Text | None] = Text(
        en="Vulnerable young people meet the rehabilitation team with all sectors before they are 17½, and their caseworker goes on at 18. The "
        "model begins at 18: here vulnerable 18-year-olds on uddannelseshjælp come with their papers, so that a lasting loss of work capacity "
        "is decided on the evidence at hand. Who is vulnerable is assumed: so many of the five registered problems. No effect is stated. "
        "How many needs are recognised on the papers is assumed; the model decides as rightly on thinner evidence, and wrong decisions are not in it.",
        da="Udsatte unge møder rehabiliteringsteamet med alle sektorer, før de er 17½, og deres sagsbehandler fortsætter ved 18. Modellen begynder "
        "ved 18: her kommer udsatte 18-årige på uddannelseshjælp med deres papirer, så et varigt tab af arbejdsevne afgøres på det foreliggende "
        "grundlag. Hvem der er udsat, er antaget: så mange af de fem registrerede problemer. Ingen virkning er angivet. "
        "Hvor mange behov der erkendes på papirerne, er antaget; modellen afgør lige så rigtigt på et tyndere grundlag, og forkerte afgørelser er ikke med.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:9424-9444 (EG-B.2)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _UDDANNELSESHJAELP
    levers: ClassVar[dict[str, str]] = {"EG-B.2": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="Cases of vulnerable 18-year-olds are documented when they arise.", da="Udsatte 18-åriges sager er dokumenteret, når de opstår.",
    )
    evidence: ClassVar[Evidence] = "none"

    problems: int = parameter(
        2, low=0, high=5, assumed=(1, 3), unit="problems", en="Registered problems from which a young person is vulnerable",
        da="Registrerede problemer hvorfra en ung er udsat",
    )
    until: int = parameter(19, low=19, high=25, unit="years", en="Age until which the papers hold", da="Alder indtil hvilken papirerne holder")
    recognised: float = parameter(
        0.8, low=0, high=1, assumed=(0.5, 1.0), unit="share", en="Vulnerable young people whose papers show the need", da="Udsatte unge hvis papirer viser behovet",
    )

    def each_month(self, world: World) -> None:
        """Clarify the needs of vulnerable 18-year-olds; whose papers show them is drawn once, since the papers stay the same."""
        rows = world.rows_in(*_UDDANNELSESHJAELP)
        vulnerable = COUNT_OF[world.column("flags", rows).astype(np.int64)] >= self.problems
        rows = rows[vulnerable & (world.column("age", rows) < self.until)]
        world.clarify(rows[world.draw_once("recognised", rows) < self.recognised])


class WorkExperienceForEducation(Policy):
    """Virksomhedspraktik or wage subsidy for the young whose education demands work experience (DS14-A18)."""

    name: ClassVar[str] = "work_experience_for_education"
    label: ClassVar[Text] = Text(en="Internship or wage subsidy for the young", da="Praktik eller løntilskud til unge")
    about: ClassVar[Text | None] = Text(
        en="Young people on uddannelseshjælp whose education demands work experience get virksomhedspraktik or a wage subsidy instead of guidance. "
        "Social workers say that it opens such an education, without a size. How many need it, and how much more often they begin an education "
        "in the year after, is assumed; the latter may be no effect.",
        da="Unge på uddannelseshjælp, hvis uddannelse kræver erhvervserfaring, får virksomhedspraktik eller løntilskud i stedet for vejledning. "
        "Socialrådgivere siger, at det åbner en sådan uddannelse, uden størrelse. Hvor mange der har brug for det, og hvor meget oftere de "
        "begynder på en uddannelse i året efter, er antaget; det sidste kan være ingen virkning.",
    )
    citation: ClassVar[str] = "000_dac57679ce83ad5b.txt:224-226;1099-1102;1199-1201 (DS14-A18)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _UDDANNELSESHJAELP
    levers: ClassVar[dict[str, str]] = {"DS14-A18": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="Other offers at interviews, and moves to education of those who need and got work experience.",
        da="Andre tilbud ved samtaler og overgang til uddannelse for dem, der mangler og har fået erhvervserfaring.",
    )
    evidence: ClassVar[Evidence] = "none"
    claims: ClassVar[dict[Outcome, Direction]] = {"education": "+"}

    need: float = parameter(
        0.15, low=0, high=1, assumed=(0.05, 0.3), unit="share", en="Young people whose education demands work experience",
        da="Unge hvis uddannelse kræver erhvervserfaring",
    )
    subsidy: float = parameter(
        0.3, low=0, high=1, assumed=(0.0, 1.0), unit="share", en="Those of them who get a wage subsidy; the others virksomhedspraktik",
        da="Andel af dem der får løntilskud; de øvrige virksomhedspraktik",
    )
    opens: float = parameter(
        1.3, low=0.5, high=3, assumed=(1.0, 2.0), unit="ratio", en="Their moves to education with work experience against without",
        da="Deres overgang til uddannelse med erhvervserfaring mod uden",
    )

    def each_month(self, world: World) -> None:
        """Offer them work experience."""
        rows = world.rows_in(*_UDDANNELSESHJAELP)
        rows = rows[world.draw_once("needs_experience", rows) < self.need]
        world.offer_instead("vejledning", "loentilskud_privat", self.subsidy, rows)
        world.offer_instead("vejledning", "praktik_privat", 1 - self.subsidy, rows)

    def adjust(self, moves: Moves) -> None:
        """Education opens to those who have been at an employer's within a year."""
        world = moves.world
        rows = world.rows_in(*_UDDANNELSESHJAELP)
        rows = rows[world.draw_once("needs_experience", rows) < self.need]
        done = (world.column("measure", rows) == 0) & in_or_after(world, rows, IS_COMPANY)
        moves.scale(_UDDANNELSESHJAELP, "education", self.opens, rows=rows[done])


class YouthGuidance(Policy):
    """Youth guidance is restored (DS14-A24), or its staff sit in the jobcentre and hear of drop-out early (SEC-16)."""

    name: ClassVar[str] = "youth_guidance"
    label: ClassVar[Text] = Text(en="More youth guidance", da="Mere ungdomsvejledning")
    about: ClassVar[Text | None] = Text(
        en="The cut in youth guidance (UU) is undone, or its staff sit in the jobcentre and hear early when somebody drops out. It has not been "
        "evaluated, and no source names an effect. How often young people drop out of education to uddannelseshjælp, and move from there to "
        "education, is assumed; both ranges lie on both sides of no effect.",
        da="Nedskæringen af ungdommens uddannelsesvejledning (UU) rulles tilbage, eller dens medarbejdere sidder i jobcentret og hører tidligt om "
        "frafald. Det er ikke evalueret, og ingen kilde nævner en virkning. Hvor ofte unge falder fra uddannelse til uddannelseshjælp og går "
        "derfra til uddannelse, er antaget; begge spænd ligger på begge sider af ingen virkning.",
    )
    citation: ClassVar[str] = "000_dac57679ce83ad5b.txt:1104-1106 (DS14-A24); 004_107fd277d1b391d8.txt:7022-7035 (SEC-16)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = ("education", *_UDDANNELSESHJAELP)
    levers: ClassVar[dict[str, str]] = {"DS14-A24": "", "SEC-16": "starts=1"}
    mechanism: ClassVar[Text | None] = Text(
        en="Moves from education to uddannelseshjælp, and back.", da="Overgang fra uddannelse til uddannelseshjælp og tilbage.",
    )
    evidence: ClassVar[Evidence] = "none"

    drop_out: float = parameter(
        0.97, low=0.5, high=2, assumed=(0.85, 1.05), unit="ratio", en="Drop-out from education to uddannelseshjælp against today",
        da="Frafald fra uddannelse til uddannelseshjælp mod i dag",
    )
    starts: float = parameter(
        1.02, low=0.5, high=2, assumed=(0.95, 1.1), unit="ratio", en="Moves from uddannelseshjælp to education against today",
        da="Overgang fra uddannelseshjælp til uddannelse mod i dag",
    )

    def adjust(self, moves: Moves) -> None:
        """Scale drop-out and starts."""
        moves.scale("education", _UDDANNELSESHJAELP, self.drop_out)
        moves.scale(_UDDANNELSESHJAELP, "education", self.starts)
