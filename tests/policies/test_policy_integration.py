"""The integration programme: newcomers only, from arrival on, until it ends."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from agents.measures import MEASURE_CODE
from agents.statuses import CODE
from policies.integration import (
    CompanyMeasureForNewcomers,
    MentorsForNewcomers,
    NoHourRuleForNewcomers,
    ShorterIntegrationProgramme,
    TeamBeforeProgrammeEnds,
)
from policies.protocol import Policy
from sim.model import BenefitModel

KONTANTHJAELP = ("kontanthjaelp_jobparat", "kontanthjaelp_aktivitetsparat")


class Watched(BenefitModel):
    """Keeps what policies ask of it."""

    def __init__(self, *policies: Policy, **settings: Any) -> None:
        super().__init__(**{"scale": 0.01, "months": 2, "seed": 5, "policies": list(policies), **settings})
        self.asked: list[tuple[str, np.ndarray]] = []
        self._offer_instead, self._clarify = self.world.offer_instead, self.world.clarify
        self.world.offer_instead, self.world.clarify = self.offer_instead, self.clarify  # type: ignore[method-assign]

    def offer_instead(self, measure: str, instead: str, share: float, rows: Any = None) -> None:
        self.asked.append((f"{measure} {instead} {share:.3f}", rows))
        self._offer_instead(measure, instead, share, rows)

    def clarify(self, rows: np.ndarray) -> None:
        self.asked.append(("clarify", rows))
        self._clarify(rows)


def newcomers(model: BenefitModel) -> np.ndarray:
    rows = model.rows_in(*KONTANTHJAELP)
    return rows[model.population["programme_until"][rows] > model.month]


def lengths(model: BenefitModel) -> list[int]:
    """Months of the programmes begun in the run, by the register, of those who stayed to its planned end."""
    programmes = model.spells().query("kind == 'programme'")
    begun = programmes[programmes["start"] >= "2014-05"]
    start, end = begun["start"], begun["end"]
    return sorted(set((end.dt.year - start.dt.year) * 12 + end.dt.month - start.dt.month))


def test_two_years_for_those_who_arrive() -> None:
    """If this fails those who arrived before get two years too, or the register goes on saying three."""
    base, short = (BenefitModel(scale=0.01, months=4, seed=5, policies=p, register=True).run() for p in ([], [ShorterIntegrationProgramme()]))
    assert max(lengths(base)) == 36
    assert max(lengths(short)) == 24
    before = base.population["programme_until"] - 36 < base.start
    assert (base.population["programme_until"] == short.population["programme_until"])[before].all()


def test_placements_for_newcomers_only() -> None:
    """If this fails others than newcomers are offered placements instead of guidance, or a newcomer still gets guidance."""
    model = Watched(CompanyMeasureForNewcomers())
    model._open_month()
    rows = newcomers(model)
    model.world.bring_into_force()
    assert [what for what, _ in model.asked] == ["vejledning praktik_privat 0.667", "vejledning praktik_offentlig 0.333"]
    assert all((asked == rows).all() for _, asked in model.asked)
    assert model.institution is not None
    kind = model.institution.measures.offers._instead(rows, np.full(rows.size, MEASURE_CODE["vejledning"]), model.month)
    assert set(kind.tolist()) == {MEASURE_CODE["praktik_privat"], MEASURE_CODE["praktik_offentlig"]}


def test_the_team_sees_those_whose_programme_ends_in_so_many_months() -> None:
    """If this fails a case is clarified at another time than so long before the end."""
    model = Watched(TeamBeforeProgrammeEnds(months=12, recognised=1.0), months=8)
    while model.running:
        model.step()
        rows = model.asked[-1][1]
        assert (model.population["programme_until"][rows] == model.month + 12).all()
    assert sum(rows.size for _, rows in model.asked)


def test_the_team_sees_only_those_who_are_recognised() -> None:
    """If this fails everybody whose lasting work capacity calls for an award is known before anybody has documented it."""
    asked: list[list[int]] = []
    world: Any = SimpleNamespace(
        month=100, rows_in=lambda *_: np.arange(4), column=lambda _, rows: np.array([106, 106, 106, 107])[rows],
        draw=lambda _, rows: np.array([0.1, 0.7, 0.9, 0.1])[rows], clarify=lambda rows: asked.append(rows.tolist()),
    )
    for recognised in (0.5, 0.8, 1.0):
        TeamBeforeProgrammeEnds(recognised=recognised).each_month(world)
    assert asked == [[0], [0, 1], [0, 1, 2]]


def test_mentors_for_newcomers_who_are_met() -> None:
    """If this fails newcomers get no mentor, somebody else gets more, or who has one gets another."""
    base, mentored = BenefitModel(scale=0.01, months=1, seed=5), BenefitModel(scale=0.01, months=1, seed=5, policies=[MentorsForNewcomers(share=1.0)])
    had = base.population["mentor_until"] > base.start
    rows = newcomers(base)
    for model in (base, mentored):
        model.run()
    now, then = mentored.population["mentor_until"], base.population["mentor_until"]
    others = np.setdiff1d(np.arange(base.population.size), rows)
    assert (now[others] == then[others]).all()
    more = rows[now[rows] != then[rows]]
    assert more.size
    assert not had[more].any()
    assert mentored.touched[more].all()


def test_fewer_hours_in_the_programme() -> None:
    """If this fails hours of others change, or those of newcomers do not."""
    model = BenefitModel(scale=0.002, months=1, seed=5, policies=[NoHourRuleForNewcomers()])
    model._open_month()
    model.world.bring_into_force()
    now, own = model.in_force.versions[0], model.parameters
    assert now.value("offers.programme_hours") == pytest.approx(0.8 * own.value("offers.programme_hours"))
    assert now.values_of("offers.mix.programme").tolist() == own.values_of("offers.mix.programme").tolist()
    assert CODE["kontanthjaelp_jobparat"] in {CODE[s] for s in model.world.policies[0].touches}
