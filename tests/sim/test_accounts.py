"""The books: who pays whom, counted again person by person."""

from collections import defaultdict

import numpy as np
import pytest

from agents.calendar import month
from agents.citizen import NEVER
from agents.measures import MEASURES, SANCTIONS
from agents.mistake import Mistake
from agents.money import ACCOUNT, PUBLIC, SECTORS
from agents.past_support import IS_SUPPORT, months_supported
from agents.statuses import CODE, NAMES, RESIDENT
from policies.money import BenefitLevel, EarningsOffset, OperationRefund, ParticipationBonus
from sim.accounts import Books, Wages
from sim.benefit_law import (
    AGE_CLASSES,
    FAMILIES,
    JOB_READY,
    MUNICIPALITY_SHARES,
    STATE_PAYS,
    LawBook,
)
from sim.model import BenefitModel
from sim.parameters import load
from sim.tally import provider_ranks

MONTHS = 14
NEUTRAL = {f"incentive.{name}": 0.0 for name in ("work", "hours", "instrument", "submission", "visitation")}


@pytest.fixture(scope="module")
def model() -> BenefitModel:
    """A small country for fourteen months."""
    return BenefitModel(scale=0.003, months=MONTHS, seed=3).run()


def person(model: BenefitModel, row: int) -> tuple[str, str, int, int]:
    """Status, family, age class and whether a provider, worked out from the columns of one citizen."""
    c, now = model.population, model.month
    age = (now - int(c["birth_month"][row])) // 12
    age_class = 0 if age < 25 else 1 if age < 30 else 2
    household = int(c["household"][row])
    family = ["single", "cohabiting", "cohabiting", "married"][household]
    if family == "married":
        family = "married_high" if int(c["partner_income"][row]) == 2 else "married_low"
    provider = int(c["parent_rank"][row]) <= int(provider_ranks(model.parameters)[age_class, household])
    return NAMES[c["status"][row]], family, age_class, int(provider)


def refund_of(model: BenefitModel, row: int) -> float:
    """The state's share of a citizen's benefit, by hand."""
    c, now, law = model.population, model.month, model.money.laws.at(model.month)
    status = int(c["status"][row])
    since = int(c["spell_since"][row]) if NAMES[status].startswith(("kontant", "uddannelseshj")) else int(c["since"][row])
    on_benefit = now - since
    duration = 0 if on_benefit < 1 else 1 if on_benefit < 2 else 2 if on_benefit < 12 else 3
    supported = months_supported(c["support"][row], now - int(c["since"][row]), IS_SUPPORT[status], 36)
    step = 0 if supported <= 1 else 1 if supported <= 6 else 2 if supported <= 12 else 3
    old = int(NAMES[status] in ("foertidspension", "fleksjob") and int(c["since"][row]) <= month("2014-06"))
    measure = int(c["measure"][row])
    activity = 0 if measure < 2 else 1 if measure == 2 else 2
    return float(law.refund[status, activity, duration, step, old])


def recount(model: BenefitModel) -> dict[str, float]:
    """Accounts of the last month in DKK of the citizens simulated, person by person."""
    c, p, now = model.population, model.parameters, model.month
    law = model.money.laws.at(now)
    wages = Wages.read(p).amount
    books: dict[str, float] = defaultdict(float)
    lost = {name: p.share(f"sanction_cost.{name}") for name in SANCTIONS}
    resident = {s.code for s in RESIDENT}

    def taxed(pay: float, benefit: float) -> None:
        municipal, state = law.tax.taxes(pay, benefit)
        books["income_tax"] += float(municipal) + float(state)
        books["clawback"] += (pay + benefit - float(municipal) - float(state)) * law.consumption

    for row in range(c.size):
        code = int(c["status"][row])
        if code not in resident:
            continue
        status, family, age, provider = person(model, row)
        if status == "employment":
            pay = float(wages[c["person_class"][row], c["wage_rank"][row]])
            books["wages"] += pay
            taxed(pay, 0.0)
            continue
        if status == "fleksjob":
            old = int(c["since"][row]) <= month("2012-12")
            pay, subsidy, to_employer = (float(v[0]) for v in law.fleksjob(np.array([c["fleks_hours"][row]]), np.array([old])))
            books["wages"] += pay
            books["benefits"] += subsidy
            books["fleksjob_subsidy"] += to_employer
            books["benefit_refund"] += (subsidy + to_employer) * refund_of(model, row)
            taxed(pay, subsidy)
            continue
        benefit = float(law.benefit[code, age, FAMILIES.index(family), provider])
        books["state_benefits" if STATE_PAYS[code] else "benefits"] += benefit
        withheld = 0.0
        kind = int(c["sanction"][row])
        runs = kind == list(SANCTIONS).index("tightened") + 1 and int(c["sanction_until"][row]) > now
        if kind and (int(c["sanctioned"][row]) == now or runs):
            withheld = lost[list(SANCTIONS)[kind - 1]] * benefit
        hours = int(c["paid_hours"][row]) * law.month_hours / 37
        offset = float(law.offset(np.array([code]), np.array([benefit - withheld]), np.array([hours]))[0]) if hours else 0.0
        books["sanctions"] += withheld
        books["offset"] += offset
        books["wages"] += hours * law.hour
        net = benefit - withheld - offset
        if not STATE_PAYS[code]:
            books["benefit_refund"] += net * refund_of(model, row)
        elif MUNICIPALITY_SHARES[code]:
            books["benefit_refund"] -= net * (1 - refund_of(model, row))
        taxed(hours * law.hour, net)
    return books


def booked(model: BenefitModel) -> dict[str, float]:
    """Accounts of the last month in DKK of the citizens simulated; refunds as what the state pays the municipalities net."""
    table = model.accounts()
    last = table[table["month"] == table["month"].max()]
    found: dict[str, float] = defaultdict(float)
    for row in last.itertuples():
        sign = -1 if row.account == "benefit_refund" and row.payer == "municipalities" else 1
        found[row.account] += sign * row.oere / 100 * model.scale
    return found


def test_the_books_equal_a_recount_person_by_person(model: BenefitModel) -> None:
    """If this fails money is counted otherwise than each citizen's own status, household, hours, sanction and refund say."""
    asked, got = recount(model), booked(model)
    residents = int(sum(model.recorder.stocks[-1]))
    for account in ("benefits", "state_benefits", "wages", "fleksjob_subsidy", "sanctions", "offset", "benefit_refund", "income_tax", "clawback"):
        # each amount is rounded to whole øre before it is counted: at most half an øre a person and step
        assert got[account] == pytest.approx(asked[account], abs=0.02 * residents), account
        assert account in ("sanctions", "offset") or asked[account] != 0


def test_the_books_balance_to_the_oere(model: BenefitModel) -> None:
    """If this fails an amount is paid that nobody receives."""
    table = model.accounts()
    assert table["month"].nunique() == MONTHS and table["oere"].dtype == np.int64
    for _, here in table.groupby("month"):
        paid, received = here.groupby("payer")["oere"].sum(), here.groupby("receiver")["oere"].sum()
        assert int(sum(received.get(s, 0) - paid.get(s, 0) for s in SECTORS)) == 0
    assert set(table["account"]) <= set(ACCOUNT) and set(table["payer"]) | set(table["receiver"]) <= set(SECTORS)


def test_measures_cost_their_hours(model: BenefitModel) -> None:
    """If this fails active measures are paid by other hours than the table of measures has."""
    measures = model.measures()
    last = measures[measures["month"] == measures["month"].max()]
    hours = last.groupby("measure")["hours"].sum()
    law = model.money.laws.at(model.month)
    asked = sum(
        float(hours.get(m.name, 0)) * round(law.cost[k] / 12 / 37 * 100) / 100
        for k, m in enumerate(MEASURES) if m.register != "loentilskud"
    )
    assert asked > 0
    assert booked(model)["measures"] == pytest.approx(asked, abs=1)


def test_threads_and_blocks_change_no_amount() -> None:
    """If this fails the books hang on how many threads count."""
    one, two = (BenefitModel(scale=0.002, months=3, seed=5, threads=threads, block=block).run() for threads, block in ((1, 262144), (3, 1000)))
    assert one.accounts().equals(two.accounts())
    assert one.groups().equals(two.groups())


@pytest.mark.parametrize("policy", [ParticipationBonus(), OperationRefund(), BenefitLevel(factor=0.9), EarningsOffset()])
def test_without_incentives_amounts_change_and_lives_do_not(policy) -> None:
    """If this fails a policy that only changes amounts changes somebody's life though nobody responds to money."""
    p = load().changed(NEUTRAL)
    told = {"reform": (p, [policy])}
    base = BenefitModel(scale=0.002, months=8, seed=2, parameters=p, other_laws=told).run()
    reform = BenefitModel(scale=0.002, months=8, seed=2, parameters=p, policies=[policy]).run()
    for name in ("status", "since", "measure", "paid_hours", "employer", "sanction"):
        assert (base.population[name] == reform.population[name]).all(), name
    static = base.static_accounts().drop(columns="reform")
    keys = ["month", "payer", "receiver", "account"]
    left, right = (t.sort_values(keys, ignore_index=True) for t in (static, reform.accounts()))
    assert left.equals(right), "people stay where they are: the static books must be those of the reform"
    assert isinstance(policy, EarningsOffset) or not base.accounts().equals(reform.accounts())


def test_a_reform_touches_those_whose_amounts_it_changes() -> None:
    """If this fails persons directly affected by a change of amounts are not counted, or others are."""
    p = load().changed(NEUTRAL)
    model = BenefitModel(scale=0.002, months=1, seed=2, parameters=p, policies=[BenefitLevel(factor=1.1)]).run()
    on_benefit = np.isin(model.population["status"], [CODE[n] for n in NAMES if n.startswith(("kontanthj", "uddannelseshj"))])
    assert (model.touched[on_benefit]).all()
    assert model.touched.sum() == on_benefit.sum()


class TestLaw:
    def test_rates_of_2014_are_those_of_the_documents(self) -> None:
        """If this fails a documented benefit rate is not paid."""
        law = LawBook(load()).at(month("2014-06"))
        price = load().value("price.to_2015")
        single, old = FAMILIES.index("single"), AGE_CLASSES.index("from_30")
        for status, provider, rate in (
            ("kontanthjaelp_jobparat", 0, 10689), ("kontanthjaelp_aktivitetsparat", 1, 14203), ("revalidering", 0, 17633), ("sygedagpenge", 0, 17658 * 0.95),
        ):
            assert law.benefit[CODE[status], old, single, provider] == pytest.approx(rate * price)

    def test_a_citizen_by_hand(self) -> None:
        """If this fails tax and disposable income of a single on kontanthjælp, or of somebody with a high wage, are not the law's."""
        law = LawBook(load()).at(month("2016-06"))
        benefit = 10689 * 1.015
        allowance = 43400 / 12
        municipal, state = 0.2569 * (benefit - allowance), 0.1208 * (benefit - allowance)
        got = law.tax.taxes(0.0, benefit)
        assert (float(got[0]), float(got[1])) == pytest.approx((municipal, state))
        pay = 60000.0
        income = pay * 0.92
        deduction = min(0.0805 * pay, 26800 / 12)
        asked = 0.08 * pay + 0.1208 * (income - allowance) + 0.15 * (income - 459200 / 12)
        got = law.tax.taxes(pay, 0.0)
        assert float(got[0]) == pytest.approx(0.2569 * (income - allowance - deduction))
        assert float(got[1]) == pytest.approx(asked)

    def test_fleksjob_by_hand(self) -> None:
        """If this fails flekslønstilskud is not offset by 30 % of the wage up to the threshold and 55 % above it."""
        law = LawBook(load()).at(month("2014-06"))
        wage, subsidy, to_employer = law.fleksjob(np.array([30]), np.array([False]))
        asked_wage = 30 * 160.33 / 37 * 150 * 1.015
        over = asked_wage - 13111 * 1.015
        assert over > 0
        assert float(wage[0]) == pytest.approx(asked_wage)
        assert float(subsidy[0]) == pytest.approx(max(0.0, 1.015 * (17305 - 0.3 * 13111) - 0.55 * over))
        assert float(to_employer[0]) == 0

    def test_refunds_before_and_after_2016(self) -> None:
        """If this fails the state refunds by activity after 2015, by time before, or forgets old grants."""
        book = LawBook(load())
        before, after = book.at(month("2015-12")), book.at(month("2016-01"))
        kh, sick, pension = CODE["kontanthjaelp_jobparat"], CODE["sygedagpenge"], CODE["foertidspension"]
        assert before.refund[kh, :, 2, 3, 0].tolist() == [0.3, 0.5, 0.5]
        assert before.refund[sick, 0, :, 0, 0].tolist() == [1.0, 0.5, 0.3, 0.0]
        assert after.refund[kh, 0, 2, :, 0].tolist() == [0.8, 0.4, 0.3, 0.2] == after.refund[kh, 2, 0, :, 0].tolist()
        assert after.refund[pension, 0, 3, 3, 1] == 0.35 and after.refund[pension, 0, 3, 3, 0] == 0.2

    def test_mutual_support_ends_with_2015(self) -> None:
        """If this fails cohabitants are offset in 2016, or not at half effect before."""
        book = LawBook(load())
        kh, old, together = CODE["kontanthjaelp_jobparat"], 2, FAMILIES.index("cohabiting")
        before, after = (book.at(month(m)).benefit[kh, old, together, 0] for m in ("2015-12", "2016-01"))
        assert before == pytest.approx(after * (1 - 0.5 * load().share("mutual_support.share")))

    def test_dates_that_overlap_and_missing_rates_are_refused(self) -> None:
        """If this fails a vintage with impossible dates, or a benefit without a rate, runs."""
        with pytest.raises(Mistake, match=r"mutual_support\.repealed"):
            LawBook(load().changed({"mutual_support.repealed": 201301}))
        from sim.parameters import Parameters

        p = load()
        bare = Parameters({k: v for k, v in p.items() if not k.startswith("benefit.ledighedsydelse")}, "mine")
        with pytest.raises(Mistake, match=r"benefit\.ledighedsydelse"):
            LawBook(bare)
        with pytest.raises(Mistake, match="outside the allowed"):
            p.changed({"benefit.dagpenge.from_30": -1})

    def test_unknown_accounts_and_sectors_are_refused(self) -> None:
        """If this fails money can vanish into an account nobody reads."""
        with pytest.raises(Mistake, match="unknown account 'benefit'"):
            Books().post("state", "citizens", "benefit", 1)
        with pytest.raises(Mistake, match="unknown sector 'stat'"):
            Books().post("stat", "citizens", "benefits", 1)
        assert set(PUBLIC) < set(SECTORS)

    def test_a_policy_that_fails_is_named(self) -> None:
        """If this fails a policy's mistake in amend is a traceback."""
        from typing import ClassVar

        from policies.protocol import Policy, Text

        class Wrong(Policy):
            name: ClassVar[str] = "wrong"
            label: ClassVar[Text] = Text(en="Wrong", da="Forkert")

            def amend(self, law) -> None:
                law.scale_benefit("kontanthjælp", 2)

        with pytest.raises(Mistake, match="policy 'wrong', amend: unknown status"):
            LawBook(load(), [Wrong()]).at(month("2015-01"))

    def test_operation_refund_waits_for_the_job_ready_only(self, model: BenefitModel) -> None:
        """If this fails municipalities get an operating refund for job-ready people in the first months."""
        tally = model.money._tallier.count(model.month)
        early = tally.hours[:, :, 1].sum(axis=1)
        assert early[JOB_READY].sum() > 0 and early[~JOB_READY].sum() == 0
        assert NEVER < 0
