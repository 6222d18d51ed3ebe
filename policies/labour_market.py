"""The cycle: an exogenous index of openings in the labour market."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from agents.calendar import month
from agents.statuses import group_members
from policies.protocol import Direction, Evidence, Moves, Outcome, Policy, Text, parameter

_WITHOUT_WORK = tuple(name for name in group_members("outside", "temporary", "edge") if name not in ("employment", "foertidspension"))
_LOST_TO = ("dagpenge", "kontanthjaelp_jobparat", "self_support")
Index = Annotated[float, Field(ge=0.1, le=3)]


class LabourMarket(Policy):
    """Openings limit exits to work: a path of indices, one a year, against the years before 2014 (1 = as then).

    Without this policy openings stay as they were: the documents describe the group's stocks as insensitive to the cycle when
    dagpenge is left out (004_107fd277d1b391d8.txt:1041-1049), so 1 is the neutral default. The path is an assumption of the
    user's. Losses of jobs follow with the inverse of the index.
    """

    name: ClassVar[str] = "labour_market"
    label: ClassVar[Text] = Text(en="Labour market", da="Arbejdsmarked")
    about: ClassVar[Text | None] = Text(
        en="A boom or a bust from outside: exits to work from every benefit are multiplied by an index of openings, year by year, and losses of jobs "
        "follow with its inverse. The path is yours; 1 is as in the years before 2014. The documents call the group's stocks insensitive to "
        "the cycle when dagpenge is left out, and say that the newest fall of stocks came with more jobs.",
        da="En højkonjunktur eller et tilbageslag udefra: afgang til arbejde fra alle ydelser ganges med et indeks for jobåbninger, år for år, og tab af "
        "job følger med det omvendte. Forløbet er dit eget; 1 er som i årene før 2014. Dokumenterne kalder gruppens størrelse ufølsom over for "
        "konjunkturen, når dagpenge holdes ude, og siger, at det seneste fald kom med flere job.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:1041-1049; 001_59b66c3903bf086b.txt:6-26 (M33)"
    kind: ClassVar[Literal["counterfactual"]] = "counterfactual"
    touches: ClassVar[tuple[str, ...]] = (*_WITHOUT_WORK, "employment")
    mechanism: ClassVar[Text | None] = Text(en="Intensities of moves into and out of work.", da="Intensiteten af bevægelser ind i og ud af arbejde.")
    evidence: ClassVar[Evidence] = "contested"
    claims: ClassVar[dict[Outcome, Direction]] = {"work": "?"}

    start: str | None = parameter("2015-01", unit="YYYY-MM", en="First month in force", da="Første måned i kraft")
    openings: Annotated[list[Index], Field(min_length=1)] = parameter(
        lambda: [1.0], unit="ratio", en="Openings by year from the start; the last goes on", da="Jobåbninger pr. år fra start; den sidste fortsætter"
    )
    losses: bool = parameter(
        True, unit="yes or no", en="Whether losses of jobs follow with the inverse of the index", da="Om tab af job følger med det omvendte af indekset"
    )

    def adjust(self, moves: Moves) -> None:
        """Scale exits to work, and losses of work."""
        years = (moves.world.month - month(self.start or "2015-01")) // 12
        index = self.openings[min(max(years, 0), len(self.openings) - 1)]
        moves.scale(_WITHOUT_WORK, "employment", index)
        if self.losses:
            moves.scale("employment", _LOST_TO, 1 / index)
