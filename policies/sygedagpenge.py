"""Sickness benefit: the reform of July 2014 and what would have been without it; waiting for hospital beside its limit."""

from typing import ClassVar, Literal

from policies.protocol import Direction, Evidence, Moves, Outcome, Policy, Text, World, parameter


class WithoutSygedagpengeReform2014(Policy):
    """The baseline contains the reform (22 weeks with extension grounds, then jobafklaring); this takes it out.

    Then the longer right of 52 weeks goes on, with extension on legal grounds; after it follows kontanthjælp if the
    means test allows, else self-support, dagpenge or work. A difference shown is *without the reform minus with it*.
    """

    name: ClassVar[str] = "without_sygedagpenge_reform_2014"
    label: ClassVar[Text] = Text(
        en="Without the sickness benefit reform of 2014 (difference = without minus with)",
        da="Uden sygedagpengereformen fra 2014 (forskel = uden minus med)",
    )
    about: ClassVar[Text | None] = Text(
        en="Sygedagpenge is assessed after 52 weeks instead of 22, and whoever is not extended goes to kontanthjælp, work or dagpenge instead of "
        "jobafklaring. Documented are the rules, and that the flow from sygedagpenge to kontanthjælp drops considerably with the reform; no "
        "size is stated. Who is extended and where the others go is assumed. Early follow-up by need and the deadline of four weeks before "
        "the team stay. The reform is absent until the end date, so a later end moves it in time.",
        da="Sygedagpenge vurderes efter 52 uger i stedet for 22, og de, der ikke forlænges, går til kontanthjælp, arbejde eller dagpenge i stedet for "
        "jobafklaring. Reglerne er dokumenteret, og at overgangen fra sygedagpenge til kontanthjælp falder markant med reformen; ingen "
        "størrelse er angivet. Hvem der forlænges, og hvor de øvrige går hen, er antagelser. Tidlig opfølgning efter behov og fristen på fire "
        "uger til teamet bliver. Reformen er fraværende til slutdatoen, så en senere slutdato flytter den i tid.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:646-653;2196-2197;5538-5558;8530-8539 (REF-2014-SDP, SEC-5, TGT-5)"
    kind: ClassVar[Literal["counterfactual"]] = "counterfactual"
    sets: ClassVar[tuple[str, ...]] = ("sygedagpenge",)
    touches: ClassVar[tuple[str, ...]] = ("sygedagpenge",)
    levers: ClassVar[dict[str, str]] = {"REF-2014-SDP": "", "SEC-5": "", "TGT-5": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="The time limit of sygedagpenge and where it leads.", da="Varighedsgrænsen for sygedagpenge og hvor den fører hen."
    )
    evidence: ClassVar[Evidence] = "rule"

    start: str | None = parameter("2014-07", unit="YYYY-MM", en="First month in force", da="Første måned i kraft")
    weeks: int = parameter(
        52, unit="weeks", low=22, high=260, en="Weeks until the right is assessed", da="Uger til retten vurderes"
    )
    extended: float | None = parameter(
        None, unit="share", low=0, high=1,
        en="Share who are extended at each assessment; left out: parameter limit.sygedagpenge_2013.extended",
        da="Andel der forlænges ved hver vurdering; udeladt: parameteren limit.sygedagpenge_2013.extended",
    )

    def enact(self, world: World) -> None:
        """Put the right of before July 2014 in force."""
        before = world.rules.law("sygedagpenge_2013")
        changes: dict[str, float] = {"months": max(1, round(self.weeks * 12 / 52))}
        if self.extended is not None:
            changes["extended"] = self.extended
        world.rules.replace("sygedagpenge", before.changed(**changes))

    def repeal(self, world: World) -> None:
        """Put the law's own limit back."""
        world.rules.restore("sygedagpenge")


class HospitalWaitingOutsideLimit(Policy):
    """Time spent waiting for hospital does not count in the 22 weeks (EG-P.4).

    Those who wait are assessed so many months later. Who waits, and how long, is not documented. Nothing happens where the
    right does not lead to jobafklaring.
    """

    name: ClassVar[str] = "hospital_waiting_outside_limit"
    label: ClassVar[Text] = Text(
        en="Waiting for hospital outside the 22 weeks of sygedagpenge", da="Ventetid på sygehus uden for sygedagpengenes 22 uger"
    )
    about: ClassVar[Text | None] = Text(
        en="LO and FTF ask that time spent waiting for hospital does not count in the 22 weeks after which sygedagpenge is assessed. A share of "
        "the sick-listed wait, and are assessed that many months later; until then they are not sent to jobafklaring. No document says how "
        "many wait or how long, so both are assumed. Their waiting itself does not change.",
        da="LO og FTF ønsker, at ventetid på sygehus ikke tæller med i de 22 uger, hvorefter sygedagpenge vurderes. En andel af de sygemeldte "
        "venter og vurderes så mange måneder senere; indtil da sendes de ikke i jobafklaring. Intet dokument siger, hvor mange der venter "
        "eller hvor længe, så begge dele er antagelser. Selve ventetiden ændres ikke.",
    )
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:10544-10546;10559-10561 (EG-P.4)"
    kind: ClassVar[Literal["proposal"]] = "proposal"
    touches: ClassVar[tuple[str, ...]] = ("sygedagpenge", "jobafklaring")
    levers: ClassVar[dict[str, str]] = {"EG-P.4": ""}
    mechanism: ClassVar[Text | None] = Text(
        en="A later assessment of the right to sygedagpenge for those who wait.", da="En senere vurdering af retten til sygedagpenge for dem, der venter."
    )
    evidence: ClassVar[Evidence] = "none"
    claims: ClassVar[dict[Outcome, Direction]] = {}

    start: str | None = parameter("2014-07", unit="YYYY-MM", en="First month in force", da="Første måned i kraft")
    share: float = parameter(
        0.1, unit="share", low=0, high=1, assumed=(0.0, 0.18),
        en="Sick-listed people who wait for hospital before the assessment", da="Sygemeldte der venter på sygehus før vurderingen",
    )
    months: int = parameter(
        2, unit="months", low=1, high=12, assumed=(1, 3), en="Months of waiting that do not count", da="Måneders ventetid der ikke tæller med"
    )

    def adjust(self, moves: Moves) -> None:
        """Those who wait are assessed later, with the same chance of an extension."""
        world = moves.world
        limit = world.rules.limit("sygedagpenge", world.month)
        if "jobafklaring" not in limit.destinations:
            return
        rows = world.rows_in("sygedagpenge")
        waits = rows[world.draw_once("waits", rows) < self.share]
        months = world.column("months_in_status", waits)
        later = limit.months + self.months
        moves.redirect("sygedagpenge", "jobafklaring", "sygedagpenge", rows=waits[(months >= limit.months) & (months < later)])
        assessed = waits[(months == later) & ~limit.due_after(months)]
        moves.due(assessed[world.draw("assessed", assessed) >= limit.extended], "jobafklaring", "assessed after waiting for hospital")
