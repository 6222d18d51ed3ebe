"""Money: who gets which amounts under each proposal, who is reached, and what composes."""

from types import SimpleNamespace

import numpy as np
import pytest

from agents.calendar import month
from agents.citizen import NEVER
from agents.measures import MEASURES, SUPPORTS
from agents.mistake import Mistake
from agents.statuses import CODE, family_members
from policies.measures import PreparatoryCourse
from policies.money import (
    BenefitFloor,
    CitizensWage,
    HigherLowestBenefits,
    MutualSupportExemption,
    OneOperationRefund,
    OperationRefund,
    ParticipationBonus,
    RevalideringCostParity,
    SmootherDebtRepayment,
)
from policies.protocol import Law, Policy, Text
from policies.registry import refuse_conflicts
from sim.benefit_law import AGE_CLASSES, FAMILIES, BenefitLaw, LawBook
from sim.model import BenefitModel
from sim.parameters import load

P = load()
NOW, LATER = month("2014-06"), month("2016-06")
FAR, READY, YOUNG = "kontanthjaelp_aktivitetsparat", "kontanthjaelp_jobparat", "uddannelseshjaelp_parat"
SYSTEM = (*family_members("kontanthjaelp"), *family_members("uddannelseshjaelp"))


def under(*policies: Policy, at: int = NOW) -> BenefitLaw:
    return LawBook(P, policies).at(at)


def amount(law: BenefitLaw, status: str, age: str = "from_30", family: str = "single", provider: int = 0) -> float:
    return float(law.benefit[CODE[status], AGE_CLASSES.index(age), FAMILIES.index(family), provider])


def test_only_the_lowest_rates_are_raised() -> None:
    """If this fails somebody on an ordinary rate gets more, or somebody on a low one does not."""
    law, own = under(HigherLowestBenefits(amount=1000.0)), under()
    raised = {(CODE[YOUNG], 0), (CODE[YOUNG], 1), (CODE["uddannelseshjaelp_aabenlyst_parat"], 0), (CODE["uddannelseshjaelp_aabenlyst_parat"], 1)}
    raised |= {(CODE["uddannelseshjaelp_aktivitetsparat"], 0), (CODE[FAR], 0), (CODE[READY], 0), (CODE[READY], 1)}
    more = law.benefit - own.benefit
    assert {(int(s), int(a)) for s, a in np.argwhere(more[:, :, 0, 0] != 0)} == raised
    assert more[more != 0] == pytest.approx(1000)
    assert not more[..., 1].any()


@pytest.mark.parametrize(("who", "share"), [("wide", 1.0), ("narrow", 0.15)])
def test_exemption_of_cohabitants(who: str, share: float) -> None:
    """If this fails the exemption covers others than activity-ready cohabitants, or another share of what the duty takes."""
    own, law = under(), under(MutualSupportExemption(who=who))
    lost = amount(own, FAR) - amount(own, FAR, family="cohabiting")
    assert lost > 0
    assert amount(law, FAR, family="cohabiting") - amount(own, FAR, family="cohabiting") == pytest.approx(share * lost)
    assert amount(law, READY, family="cohabiting") == amount(own, READY, family="cohabiting")
    assert (under(MutualSupportExemption(who=who), at=LATER).benefit == under(at=LATER).benefit).all()


class Exempts(Policy):
    """Exempts all of the system, as another policy would."""

    name = "exempts"
    label = Text(en="Exempts", da="Undtager")

    def amend(self, law: Law) -> None:
        law.abolish_mutual_support(SYSTEM)


def test_two_exemptions_are_one() -> None:
    """If this fails two policies that both exempt cohabitants pay them more than singles."""
    both = under(MutualSupportExemption(), Exempts())
    assert amount(both, FAR, family="cohabiting") == pytest.approx(amount(both, FAR))


class Floors(Policy):
    """Pays the activity-ready at least revalidering."""

    name = "floors"
    label = Text(en="Floors", da="Gulv")

    def amend(self, law: Law) -> None:
        law.raise_to(FAR, "revalidering")


def test_the_floor_is_ressourceforloebsydelse() -> None:
    """If this fails an activity-ready person gets less than ressourceforløbsydelse, loses more of earnings, or a higher floor is lost."""
    law = under(BenefitFloor())
    for age in AGE_CLASSES:
        for family in ("single", "cohabiting"):
            assert amount(law, FAR, age, family) == pytest.approx(amount(law, "ressourceforloeb", age, family))
    hours = np.array([40.0])
    lost = [float(law.offset(np.array([CODE[s]]), np.array([amount(law, s)]), hours)[0]) for s in (FAR, "ressourceforloeb")]
    assert lost[0] == pytest.approx(lost[1])
    for order in ([BenefitFloor(), Floors()], [Floors(), BenefitFloor()]):
        assert amount(under(*order), FAR) == amount(law, "revalidering") > amount(law, "ressourceforloeb")


def test_one_refund_for_all_measures_from_the_first_day() -> None:
    """If this fails a measure keeps its own refund, or job-ready people go on waiting for one."""
    law = under(OneOperationRefund(share=0.4))
    names = [*(m.name for m in MEASURES), *SUPPORTS]
    others = ["loentilskud_privat", "loentilskud_offentlig", "fleksibelt_loentilskud", "sundhedsindsats", "social_indsats"]  # not refunded in the accounts, or health
    refunded = [name not in others for name in names]
    assert law.operation_refund[refunded] == pytest.approx(0.4)
    assert (law.operation_free[refunded] == 0).all()
    assert (law.operation_refund[np.logical_not(refunded)] == under().operation_refund[np.logical_not(refunded)]).all()


def test_the_bonus_holds_places(watch) -> None:
    """If this fails the bonus breaks off no fewer places, or those of people near work."""
    world = watch.each_month(ParticipationBonus(broken=0.9), SimpleNamespace(world=None))
    assert world.of("change") == [(("placement.broken_far",), {"factor": 0.9})]


@pytest.mark.parametrize(
    ("one", "other"), [(OneOperationRefund, PreparatoryCourse), (OneOperationRefund, OperationRefund)]
)
def test_refunds_that_conflict(one: type[Policy], other: type[Policy]) -> None:
    """If this fails two policies that set the same refund otherwise are found out only in the middle of a run."""
    with pytest.raises(Mistake, match="refund"):
        refuse_conflicts([one(), other()])


class Watched(BenefitModel):
    """Keeps what policies do to rows."""

    def __init__(self, *policies: Policy, months: int = 1) -> None:
        super().__init__(scale=0.005, months=months, seed=5, policies=policies)
        self.released: list[tuple[np.ndarray, dict[str, np.ndarray]]] = []
        self._release = self.world.release
        self.world.release = self.release  # type: ignore[method-assign]

    def release(self, rows: np.ndarray) -> None:
        self.released.append((rows, {n: self.population[n][rows].astype(int) for n in ("addiction", "birth_month", "spell_since", "contact_due")}))
        self._release(rows)


def test_debtors_only_go_to_work_more_often() -> None:
    """If this fails repayment changes the lives of people without debt, or of debtors who are not reached."""
    model = Watched(SmootherDebtRepayment())
    rows = model.rows_in(*SYSTEM)
    owes = model.population["public_debt"] > 0
    model.run()
    assert owes[model.touched].all()
    assert model.touched[rows[owes[rows]]].mean() > 0.9  # others have left before moves are settled
    reached = np.count_nonzero(Watched(SmootherDebtRepayment(reach=0.2)).run().touched)
    assert 0.1 < reached / np.count_nonzero(model.touched) < 0.3


def test_who_gets_a_citizens_wage() -> None:
    """If this fails somebody young, new, in treatment or without addiction is freed from interviews, or somebody freed has one."""
    model = Watched(CitizensWage(no_treatment=1.0, months=24))
    model.step()
    rows, then = model.released[0]
    assert rows.size > 5
    assert (then["addiction"] == 1).all()
    assert ((model.month - then["birth_month"]) // 12 >= 30).all()
    assert (model.month - then["spell_since"] >= 24).all()
    c = model.population
    due = rows[(then["contact_due"] <= model.month) & (then["contact_due"] != NEVER) & (c["status"][rows] == CODE[FAR])]
    assert due.size
    assert (c["contact_due"][due] == model.month + 1).all()


def test_more_cases_for_revalidering_come_up() -> None:
    """If this fails the bias against revalidering is not lifted where cases come up. (Seeds are fixed.)"""
    needs = [
        np.count_nonzero(BenefitModel(scale=0.005, months=1, seed=5, policies=p).run().population["need"] == CODE["revalidering"])
        for p in ([], [RevalideringCostParity(cases=3.0)])
    ]
    assert needs[1] > needs[0]
