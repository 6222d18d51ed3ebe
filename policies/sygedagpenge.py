"""Sickness benefit: the reform of July 2014 and what would have been without it."""

from typing import ClassVar, Literal

from pydantic import Field

from policies.protocol import Policy, Text, World


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
    citation: ClassVar[str] = "004_107fd277d1b391d8.txt:2196-2197;5538-5558"
    kind: ClassVar[Literal["counterfactual"]] = "counterfactual"
    sets: ClassVar[tuple[str, ...]] = ("sygedagpenge",)

    start: str | None = "2014-07"

    weeks: int = Field(52, ge=22, le=260, description="Weeks until the right is assessed [weeks]")
    extended: float | None = Field(
        None, ge=0, le=1,
        description="Share who are extended at each assessment [share]; left out: parameter limit.sygedagpenge_2013.extended",
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
