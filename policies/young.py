"""The under-30s on uddannelseshjælp: education or work as the goal, and who is taken for ready."""

from typing import ClassVar, Literal

from pydantic import Field

from policies.protocol import Moves, Policy, Text

_UDDANNELSESPARATE = ("uddannelseshjaelp_aabenlyst_parat", "uddannelseshjaelp_parat")
_AKTIVITETSPARAT = "uddannelseshjaelp_aktivitetsparat"
_UDDANNELSESHJAELP = (*_UDDANNELSESPARATE, _AKTIVITETSPARAT)


class JobGoalUnder30(Policy):
    """A job may be the goal before 30 (STAR-C9, mechanism M20).

    With education as the only goal, young people who do not want or cannot manage an education wait until 30. With a
    job goal more of them go to work; some who would have taken an education do not. The source is a trial agreed in 2021
    for exposed young people; here a share of all on uddannelseshjælp gets a job goal from the date you choose. The
    direction is from practitioners' reports; no effect size is documented: all sizes are assumptions with ranges.
    """

    name: ClassVar[str] = "job_goal_under_30"
    label: ClassVar[Text] = Text(en="Job goal for the under-30s", da="Jobmål for unge under 30")
    citation: ClassVar[str] = "003_b8efe9f5cbc72a37.txt:312-321 (STAR-C9)"
    kind: ClassVar[Literal["agreed"]] = "agreed"

    coverage: float = Field(0.3, ge=0, le=1, description="Share of the young who get a job goal [share], assumed 0.1-0.6")
    job_ratio: float = Field(
        1.5, ge=1, le=3, description="Intensity of moves to work with a job goal against without [ratio], assumed 1-2.5"
    )
    education_ratio: float = Field(
        0.8, ge=0, le=1, description="Intensity of moves to education with a job goal [ratio], assumed 0.5-1"
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
        da="Genvisitation til aktivitetsparat efter 12 måneder på uddannelseshjælp",
    )
    citation: ClassVar[str] = "000_dac57679ce83ad5b.txt:207-211;1189-1193 (DS14-A15)"
    kind: ClassVar[Literal["proposal"]] = "proposal"

    months: int = Field(12, ge=1, le=60, description="Longest time as uddannelsesparat [months], documented 12")
    share: float = Field(
        1.0, ge=0, le=1, description="Share of those who reach the limit who cannot study and are re-visited [share]"
    )

    label_effect: float = Field(
        0.5, ge=0, le=1, description="Share of the lower exits of aktivitetsparate that is the label [share], assumed 0-1"
    )

    def adjust(self, moves: Moves) -> None:
        """Those past the limit fall due; who can study after all is the person's luck, drawn once and for all."""
        world = moves.world
        rows = world.rows_in(*_UDDANNELSESPARATE)
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
            ready = world.parameters.value(f"rate.{_UDDANNELSESPARATE[1]}.{to}")
            not_ready = world.parameters.value(f"rate.{_AKTIVITETSPARAT}.{to}")
            moves.scale(_AKTIVITETSPARAT, to, (ready / not_ready) ** (1 - self.label_effect), rows=revisited)
