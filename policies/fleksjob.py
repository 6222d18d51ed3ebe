"""Fleksjob: who may have one, how people come into it, and whether small ones grow."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from policies.protocol import Direction, Evidence, Moves, Outcome, Policy, Rows, Text, World, parameter

_THREATENED = ("kontanthjaelp_aktivitetsparat", "ressourceforloeb", "jobafklaring")
"""Those for whom the cross-sector effort is proposed (001_59b66c3903bf086b.txt:362-417;727-783)."""
_BEFORE_COURSE = ("kontanthjaelp_aktivitetsparat", "uddannelseshjaelp_aktivitetsparat", "sygedagpenge", "jobafklaring")
_OVER_25 = 25


class SmallFleksjobReview(Policy):
    """Municipalities really review fleksjob of few hours (DS14-A6)."""

    name: ClassVar[str] = "small_fleksjob_review"
    label: ClassVar[Text] = Text(en="Review of small fleksjob", da="Opfølgning på små fleksjob")
    about: ClassVar[Text] = Text(
        en="Municipalities review fleksjob of few hours as the guidance asks, so more of them grow to the next step of hours. Proposed is that the ministry follows them; what a review "
        "does is not known and may be nothing, so the factor is assumed. The time for reviews is not counted, since people in fleksjob have no caseworker in the model.",
        da="Kommunerne følger op på fleksjob med få timer, som vejledningen beder om, så flere vokser til næste trin af timer. Foreslået er, at ministeriet følger dem; hvad opfølgning "
        "gør, vides ikke og kan være intet, så faktoren er antaget. Tiden til opfølgning er ikke talt med, da fleksjobbere ingen sagsbehandler har i modellen.",
    )
    citation: ClassVar[str] = "000_dac57679ce83ad5b.txt:107-110;172-176;587-591;808-810 (DS14-A6)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = ("fleksjob",)
    levers: ClassVar[Mapping[str, str]] = {"DS14-A6": ""}
    mechanism: ClassVar[Text] = Text(
        en="Speed at which small fleksjob grow: wages, subsidies and taxes follow hours.", da="Hastighed hvormed små fleksjob vokser: løn, tilskud og skat følger timerne."
    )

    grows: float = parameter(
        1.5, low=0, high=5, unit="ratio", assumed=(1, 2.5), en="Small fleksjob that grow a year, against today", da="Små fleksjob der vokser om året, mod i dag"
    )

    def each_month(self, world: World) -> None:
        """Multiply the speed."""
        world.change("fleksjob.grows", factor=self.grows)


class SupportedFleksjob(Policy):
    """A fleksjob with support instead of a ressourceforløb, at the citizen's wish (DS14-A23)."""

    name: ClassVar[str] = "supported_fleksjob"
    label: ClassVar[Text] = Text(en="Supported fleksjob instead of ressourceforløb", da="Støttet fleksjob i stedet for ressourceforløb")
    about: ClassVar[Text] = Text(
        en="Some of those who would get a case for a ressourceforløb, or be given one by the team, ask for a fleksjob instead; it begins when an employer takes them. "
        "A practice in some municipalities, with hours that grow step by step. How many wish it is assumed; that it works better is not documented.",
        da="Nogle af dem, der ville få en sag om ressourceforløb eller få et af teamet, ønsker i stedet et fleksjob; det begynder, når en arbejdsgiver tager dem. "
        "En praksis i nogle kommuner, med timer der øges gradvist. Hvor mange der ønsker det, er antaget; at det virker bedre, er ikke dokumenteret.",
    )
    citation: ClassVar[str] = "000_dac57679ce83ad5b.txt:583-585;714-716 (DS14-A23)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    sets: ClassVar[tuple[str, ...]] = ("award.ressourceforloeb",)
    touches: ClassVar[tuple[str, ...]] = _BEFORE_COURSE
    levers: ClassVar[Mapping[str, str]] = {"DS14-A23": ""}
    mechanism: ClassVar[Text] = Text(
        en="Needs for ressourceforløb and decisions on them become fleksjob, which wait for an employer.",
        da="Behov for og afgørelser om ressourceforløb bliver til fleksjob, som venter på en arbejdsgiver.",
    )
    evidence: ClassVar[Evidence] = "weak"
    claims: ClassVar[dict[Outcome, Direction]] = {"fleksjob": "+"}

    wishes: float = parameter(
        0.2, low=0, high=1, unit="share", assumed=(0.05, 0.5), en="People who wish a fleksjob instead", da="Borgere der i stedet ønsker et fleksjob"
    )

    def each_month(self, world: World) -> None:
        """Let teams give those who wish it a fleksjob."""
        world.close_award("ressourceforloeb", self._who_wish(world), instead="fleksjob")

    def adjust(self, moves: Moves) -> None:
        """Let cases of those who wish it be about a fleksjob."""
        moves.redirect(_BEFORE_COURSE, "ressourceforloeb", "fleksjob", rows=self._who_wish(moves.world))

    def _who_wish(self, world: World) -> Rows:
        """Who they are is drawn once and for all."""
        rows = world.rows_in(*_BEFORE_COURSE)
        return rows[world.draw_once("wishes", rows) < self.wishes]


class DevelopmentFleksjob(Policy):
    """A right to udviklingsfleksjob for people whose work capacity is threatened (DS22-B13), with the right to later assessment (DS22-B14)."""

    name: ClassVar[str] = "development_fleksjob"
    label: ClassVar[Text] = Text(en="Right to udviklingsfleksjob", da="Ret til udviklingsfleksjob")
    about: ClassVar[Text] = Text(
        en="People over 25 whose work capacity is threatened but not lastingly lost may choose a fleksjob with effort alongside, decided on present evidence: here those activity-ready, in ressourceforløb or "
        "in jobafklaring whose capacity calls for no award. It begins when an employer takes them; until then they get ledighedsydelse. How many use the right is assumed. Choosing it closes no door: "
        "work, ledighedsydelse and pension stay open from it as from any fleksjob. The model does not end it after five years or review it at 2½ and 4½.",
        da="Borgere over 25 år, hvis arbejdsevne er truet, men ikke varigt tabt, kan vælge et fleksjob med sideløbende indsats, afgjort på nuværende dokumentation: her aktivitetsparate og borgere i ressourceforløb eller "
        "jobafklaring, hvis arbejdsevne ikke tilsiger en bevilling. Det begynder, når en arbejdsgiver tager dem; indtil da får de ledighedsydelse. Hvor mange der bruger retten, er antaget. Valget lukker ingen døre: "
        "arbejde, ledighedsydelse og pension er åbne som fra ethvert fleksjob. Modellen afslutter det ikke efter fem år og gør ikke status efter 2½ og 4½.",
    )
    citation: ClassVar[str] = "001_59b66c3903bf086b.txt:727-783 (DS22-B13); 001_59b66c3903bf086b.txt:785-789 (DS22-B14)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = _THREATENED
    levers: ClassVar[Mapping[str, str]] = {"DS22-B13": "", "DS22-B14": ""}
    mechanism: ClassVar[Text] = Text(
        en="A rule brings cases before the team without documents; they take caseworkers' hours, slots and employers.",
        da="En regel bringer sager for teamet uden dokumentation; de tager sagsbehandlertimer, mødepladser og arbejdsgivere.",
    )
    claims: ClassVar[dict[Outcome, Direction]] = {"fleksjob": "+", "work": "+"}

    chooses: float = parameter(
        0.04, low=0, high=0.5, unit="share a year", assumed=(0.01, 0.1), en="People with threatened capacity who choose it in a year",
        da="Borgere med truet arbejdsevne der vælger det på et år",
    )

    def adjust(self, moves: Moves) -> None:
        """Bring this month's cases before the team."""
        world = moves.world
        rows = world.rows_in(*_THREATENED)
        rows = rows[(world.column("age", rows) >= _OVER_25) & (world.column("need", rows) == 0)]
        a_month = 1 - (1 - self.chooses) ** (1 / 12)
        moves.due(rows[world.draw("chooses", rows) < a_month], "fleksjob", "chooses udviklingsfleksjob")


class LedighedsydelseMatching(Policy):
    """Intensive matching of people on ledighedsydelse to fleksjob (DS22-B15)."""

    name: ClassVar[str] = "ledighedsydelse_matching"
    label: ClassVar[Text] = Text(en="Intensive matching to fleksjob", da="Intensivt match til fleksjob")
    about: ClassVar[Text] = Text(
        en="People on ledighedsydelse meet a caseworker with few citizens, and are matched to employers more intensively. That more fleksjob are filled is claimed without a size: how much more often a match is "
        "tried successfully is assumed and may be no more than today; it still takes an employer who is willing. The caseworkers hired are paid for.",
        da="Ledighedsydelsesmodtagere møder en sagsbehandler med få borgere og matches mere intensivt med arbejdsgivere. At flere fleksjob besættes, nævnes uden størrelse: hvor meget oftere et match "
        "lykkes, er antaget og kan være som i dag; det kræver stadig en villig arbejdsgiver. De ansatte sagsbehandlere bliver betalt.",
    )
    citation: ClassVar[str] = "001_59b66c3903bf086b.txt:791-795 (DS22-B15)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = ("ledighedsydelse",)
    levers: ClassVar[Mapping[str, str]] = {"DS22-B15": ""}
    mechanism: ClassVar[Text] = Text(
        en="Intensity of moves from ledighedsydelse to fleksjob, as far as there are employers; caseworkers hired.",
        da="Intensiteten af skift fra ledighedsydelse til fleksjob, så langt arbejdsgivere rækker; ansatte sagsbehandlere.",
    )
    claims: ClassVar[dict[Outcome, Direction]] = {"fleksjob": "+"}

    cap: int = parameter(
        40, low=5, high=250, unit="citizens", assumed=(20, 70), en="Most citizens a caseworker has on average", da="Højeste antal borgere pr. sagsbehandler i gennemsnit"
    )
    matched: float = parameter(
        1.2, low=0, high=3, unit="ratio", assumed=(1, 1.5), en="Matches to a fleksjob, against today", da="Match til et fleksjob, mod i dag"
    )

    def each_month(self, world: World) -> None:
        """Hire caseworkers."""
        world.cap_caseload(self.cap, "fleksjob")

    def adjust(self, moves: Moves) -> None:
        """Match more often."""
        moves.scale("ledighedsydelse", "fleksjob", self.matched)


class RetentionFleksjob(Policy):
    """No 12 months on special terms before a fleksjob with the present employer (EG-P.3)."""

    name: ClassVar[str] = "retention_fleksjob"
    label: ClassVar[Text] = Text(en="Fastholdelsesfleksjob without the 12-month rule", da="Fastholdelsesfleksjob uden 12-månedersreglen")
    about: ClassVar[Text] = Text(
        en="Employees, on sick leave or not, can be granted a fleksjob where they work without 12 months on special terms first, so more cases come up. Unions say that these fleksjob fell sharply "
        "under the rule, without a figure: how many more there would be is assumed and may be none. In the model an employer is found as for other fleksjob.",
        da="Ansatte, sygemeldte eller ej, kan få fleksjob på deres arbejdsplads uden først 12 måneder på særlige vilkår, så flere sager rejses. Fagbevægelsen siger, at disse fleksjob faldt kraftigt "
        "med reglen, uden et tal: hvor mange flere der ville komme, er antaget og kan være ingen. I modellen findes en arbejdsgiver som til andre fleksjob.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:10591-10597;11387-11389 (EG-P.3)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = ("employment", "sygedagpenge")
    levers: ClassVar[Mapping[str, str]] = {"EG-P.3": ""}
    mechanism: ClassVar[Text] = Text(
        en="How often a need for fleksjob arises among employees; the cases are documented and decided like others.",
        da="Hvor ofte et behov for fleksjob opstår blandt ansatte; sagerne dokumenteres og afgøres som andre.",
    )
    evidence: ClassVar[Evidence] = "contested"
    claims: ClassVar[dict[Outcome, Direction]] = {"fleksjob": "+"}

    arises: float = parameter(
        1.3, low=0, high=5, unit="ratio", assumed=(1, 2), en="Cases for fleksjob among employees, against today", da="Sager om fleksjob blandt ansatte, mod i dag"
    )

    def adjust(self, moves: Moves) -> None:
        """Raise more cases."""
        moves.scale(("employment", "sygedagpenge"), "fleksjob", self.arises)
