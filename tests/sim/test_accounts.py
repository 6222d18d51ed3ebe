"""The books: recomputed person by person in plain Python, balanced, the same for any threads, and moved by amounts alone.

No test here is one of chance.
"""

import math
from collections import defaultdict
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from agents.calendar import label, month
from agents.measures import MEASURES, SANCTIONS, SUPPORTS
from agents.mistake import Mistake
from agents.money import ACCOUNTS, SECTORS
from agents.statuses import CODE, COUNT, STATUSES
from policies.casework import CaseworkerHours
from policies.money import BenefitLevel, EarningsOffset, OperationRefund, ParticipationBonus
from policies.protocol import Policy, Text
from sim.accounts import Accountant, AccountsRecorder, Books
from sim.benefit_law import ACTIVITIES, BenefitLaw, LawBook
from sim.model import BenefitModel
from sim.parameters import load
from sim.tally import Tallier

P = load()
NO_RESPONSE = {f"incentive.{name}": 0.0 for name in ("work", "hours", "instrument", "visitation", "submission")}
STILL = P.changed(NO_RESPONSE)
"""Nobody responds to money."""
ALL = [BenefitLevel(factor=0.8), EarningsOffset(share=0.1), ParticipationBonus(broken=1.0), OperationRefund()]
STATE_PAYS = ("education", "efterloen", "barsel", "dagpenge")
SMALL = {"scale": 0.004, "months": 3, "start": "2015-11", "seed": 3}
"""The refund reform begins in the third month; a citizen stands for 250, so nothing is rounded."""


def oere(dkk):
    return round(float(dkk) * 100)


class Refunds(Policy):
    """Other refunds of benefits, for some months."""

    name = "refunds"
    label = Text(en="x", da="x")

    def amend(self, law):
        law.set_refund(["kontanthjaelp_aktivitetsparat", "dagpenge"], 0.9, activity="company")
        law.set_refund("foertidspension", 0.1)


def taxes_of(law, pay, benefit):
    t = law.tax
    contribution = t.labour_contribution * pay
    personal = pay - contribution + benefit
    taxable = max(personal - t.allowance - min(t.work_deduction * pay, t.work_deduction_most), 0)
    municipal = t.municipal * taxable
    state = t.health * taxable + t.state * max(personal - t.allowance, 0) + t.top * max(personal - t.top_from, 0)
    return oere(municipal), oere(contribution + state)


class Person:
    """What the books say of one citizen, from the columns alone."""

    def __init__(self, c, i, now, p):
        self.p, self.now = p, now
        self.values = {name: int(c[name][i]) for name in COLUMNS}
        self.status = STATUSES[self.values["status"]]
        years = (now - self.values["birth_month"]) // 12
        self.age = 0 if years < 25 else 1 if years < 30 else 2
        household = self.values["household"]
        self.family = 0 if household == 0 else 1 if household < 3 else 3 if self.values["partner_income"] == 2 else 2
        type_ = ("single", "cohabiting_no_common_children", "cohabiting_common_children", "married")[household]
        share = p.share(f"provider.{type_}") * (p.value("provider.under_25") if years < 25 and type_ != "cohabiting_common_children" else 1)
        self.provider = int(self.values["parent_rank"] <= min(round(share * 255), 255))
        self.there = now - self.values["since"]

    def benefit(self, law):
        return float(law.benefit[self.status.code, self.age, self.family, self.provider])

    def share(self, law):
        """The state's share of the benefit."""
        name = "" if not self.values["measure"] else MEASURES[self.values["measure"] - 1].name
        activity = ACTIVITIES.index("education" if name == "uddannelse" else "company" if name not in ("", "vejledning", "forberedende_forloeb") else "passive")
        is_system = self.status.family in ("kontanthjaelp", "uddannelseshjaelp")
        benefit = self.now - self.values["spell_since"] if is_system else self.there
        duration = 0 if benefit == 0 else 1 if benefit == 1 else 2 if benefit < 12 else 3
        supported = sum(
            self.status.is_support if back <= self.there else (self.values["support"] >> (back - self.there - 1)) & 1
            for back in range(self.p.months("refund.window"))
        )
        step = 0 if supported <= 1 else 1 if supported <= 6 else 2 if supported <= 12 else 3
        old = self.status.name in ("foertidspension", "fleksjob") and self.values["since"] <= self.p.month("refund.old_grants_until")
        return float(law.refund[self.status.code, activity, duration, step, int(old)])


COLUMNS = (
    "status", "since", "spell_since", "birth_month", "household", "partner_income", "parent_rank", "wage_rank", "person_class", "support",
    "measure", "measure_hours", "paid_hours", "fleks_hours", "sanction", "sanctioned", "sanction_until", *(f"{s}_until" for s in SUPPORTS),
)


def recomputed(c, now, law, p):
    """Accounts but staff's, person by person, in øre of the citizens simulated."""
    found = defaultdict(int)
    lost = [0.0, *(0.0 if name == "termination" else p.share(f"sanction_cost.{name}") for name in SANCTIONS)]

    def add(payer, receiver, account, amount):
        found[payer, receiver, account] += amount

    def tax(pay, benefit, sign=1):
        municipal, state = taxes_of(law, pay, benefit)
        add("citizens", "municipalities", "income_tax", sign * municipal)
        add("citizens", "state", "income_tax", sign * state)
        add("citizens", "state", "clawback", sign * round((oere(pay + benefit) - municipal - state) * law.consumption))

    by_measure, subsidised, by_support, supplements = defaultdict(int), 0, defaultdict(int), 0
    for i in range(c.size):
        if STATUSES[c["status"][i]].group in ("entry", "gone"):
            continue
        person = Person(c, i, now, p)
        status, v = person.status, person.values
        if status.name == "employment":
            level = p.value("wage.median") * p.value("price.to_2015") * p.share("wage.hours") * p.values_of("wage.classes")[v["person_class"]]
            pay = level * math.exp(p.value("wage.spread") * NormalDist().inv_cdf((v["wage_rank"] - 0.5) / 255))
            add("employers", "citizens", "wages", oere(pay))
            tax(pay, 0)
        elif status.name == "fleksjob":
            old = v["since"] <= p.month("fleksjob_pay.old_until")
            pay, subsidy, employer = (float(a[0]) for a in law.fleksjob(np.array([v["fleks_hours"]]), np.array([old])))
            add("employers", "citizens", "wages", oere(pay))
            add("municipalities", "citizens", "benefits", oere(subsidy))
            add("municipalities", "employers", "fleksjob_subsidy", oere(employer))
            add("state", "municipalities", "benefit_refund", round(oere(subsidy + employer) * person.share(law)))
            tax(pay, subsidy)
        else:
            benefit = person.benefit(law)
            payer = "state" if status.name in STATE_PAYS else "municipalities"
            add(payer, "citizens", "state_benefits" if payer == "state" else "benefits", oere(benefit))
            share = person.share(law)
            sanctioned = v["sanctioned"] == now or (v["sanction"] == 4 and v["sanction_until"] > now)
            withheld = lost[v["sanction"]] * benefit if sanctioned else 0.0
            hours = v["paid_hours"] * law.month_hours / 37
            offset = float(law.offset(np.array([status.code]), np.array([benefit - withheld]), np.array([hours]))[0])
            pay = hours * law.hour
            add("employers", "citizens", "wages", oere(pay))
            for account, amount in (("sanctions", withheld), ("offset", offset)):
                add("citizens", payer, account, oere(amount))
            if payer == "municipalities":
                add("state", "municipalities", "benefit_refund", round(oere(benefit) * share))
            if status.name == "dagpenge":
                add("municipalities", "state", "benefit_refund", oere(benefit) - round(oere(benefit) * share))
            for amount in (withheld, offset):
                back = round(oere(amount) * share)
                if payer == "municipalities":
                    add("municipalities", "state", "benefit_refund", back)
                elif status.name == "dagpenge":
                    add("state", "municipalities", "benefit_refund", oere(amount) - back)
            tax(pay, benefit - withheld - offset)
        if v["measure"]:
            kind = v["measure"] - 1
            cost = v["measure_hours"] * oere(law.cost[kind] / 12 / 37)
            if MEASURES[kind].register == "loentilskud":
                subsidised += cost
            else:
                is_system = status.family in ("kontanthjaelp", "uddannelseshjaelp")
                months = now - v["spell_since"] if is_system else person.there
                waits = status.name in ("kontanthjaelp_jobparat", "uddannelseshjaelp_aabenlyst_parat") and months < law.operation_free[kind]
                by_measure[kind, waits] += cost
            supplements += oere(law.supplement[status.code, kind])
        for k, name in enumerate(SUPPORTS):
            if v[f"{name}_until"] > now:
                by_support[k] += oere(law.cost[len(MEASURES) + k] / 12)
    add("municipalities", "employers", "wage_subsidy", subsidised)
    add("municipalities", "providers", "measures", sum(by_measure.values()))
    add("municipalities", "providers", "support", sum(by_support.values()))
    back = sum(
        round(cost * float(law.operation_refund[kind])) for (kind, waits), cost in by_measure.items() if not waits
    )
    back += sum(round(cost * float(law.operation_refund[len(MEASURES) + k])) for k, cost in by_support.items())
    add("state", "municipalities", "operation_refund", back)
    add("municipalities", "citizens", "supplement", supplements)
    taken = [round(supplements * law.tax.municipal), round(supplements * (law.tax.state + law.tax.health))]
    add("citizens", "municipalities", "income_tax", taken[0])
    add("citizens", "state", "income_tax", taken[1])
    add("citizens", "state", "clawback", round((supplements - sum(taken)) * law.consumption))
    return {key: amount for key, amount in found.items() if amount}


STAFF = ("caseworkers", "outreach", "capacity", "teams", "certificates")


def without_staff(books):
    return {key: n for key, n in books.items() if n and key[2] not in STAFF}


@pytest.fixture(scope="module")
def seen():
    """A run across January 2016: the model after its last month, and its books recomputed after each month."""
    model = BenefitModel(**SMALL)
    by_hand = []
    while model.running:
        model.step()
        by_hand.append(recomputed(model.population, model.month, BenefitLaw(P, model.month), P))
    return model, by_hand


@pytest.fixture(scope="module")
def doctored():
    """A population in which many have hours, sanctions and measures: tallied, with the month."""
    model = BenefitModel(**SMALL).run()
    c, rng, now = model.population, np.random.default_rng(8), model.month
    on_benefit = np.flatnonzero(~np.isin(c["status"], [CODE[n] for n in ("employment", "fleksjob", "entry", "dead", "abroad", "folkepension")]))
    some = rng.permutation(on_benefit)
    c["paid_hours"][some[:1500]] = rng.integers(1, 38, 1500)
    sanctioned = some[750:2600]
    c["sanction"][sanctioned] = rng.integers(1, 5, sanctioned.size)
    c["sanctioned"][sanctioned] = now - rng.integers(0, 3, sanctioned.size)
    c["sanction_until"][sanctioned] = now + rng.integers(-1, 3, sanctioned.size)
    clients = rng.permutation(np.flatnonzero(np.isin(c["status"], [s.code for s in STATUSES if s.group == "edge" or s.name == "dagpenge"])))
    c["measure"][clients[:2400]] = rng.integers(1, len(MEASURES) + 1, 2400)
    c["measure_hours"][clients[:2400]] = rng.integers(1, 38, 2400)
    for s in SUPPORTS:
        c[f"{s}_until"][rng.permutation(clients)[:400]] = now + rng.integers(0, 3, 400)
    idle = dict.fromkeys(("minutes", "minutes_added", "outreach_hours", "outreach_added", "decided", "certificates", "examinations"), 0.0)
    return c, now, Tallier(c, P, lambda: idle, 1).count(now)


class TestPersonByPerson:
    def test_each_month(self, seen):
        """If this fails an account of a month is not the sum over citizens of what each gets, pays or costs, to the øre."""
        model, by_hand = seen
        assert [label(model.start + i) for i in range(3)] == ["2015-11", "2015-12", "2016-01"]
        for entries, expected in zip(model.money.recorder.months, by_hand, strict=True):
            assert without_staff(entries) == {key: 250 * n for key, n in expected.items()}

    @pytest.mark.parametrize("when", ["2014-02", "2015-12", "2016-01"])
    @pytest.mark.parametrize("policies", [[], ALL, [Refunds()]], ids=["own", "all", "refunds"])
    def test_many_hours_sanctions_and_measures(self, doctored, when, policies):
        """If this fails offsets, sanctions, refunds, measures or their taxes are not those of each person: hours and sanctions
        together, dagpenge included, under the law before and after 2016, as amended."""
        c, now, tally = doctored
        law = LawBook(P, policies).at(month(when))
        assert without_staff(Accountant(P).close(law, tally).entries) == recomputed(c, now, law, P)

    def test_enough_to_see(self, doctored):
        """If this fails the doctored population lacks what its test is about."""
        _, _, tally = doctored
        assert tally.beside[:, 3].sum() > 1800
        assert ((tally.beside[:, 1] > 0) & (tally.beside[:, 2] > 0)).sum() > 100
        assert (tally.hours.sum(axis=(0, 2)) > 0).all()
        assert tally.hours[..., 0].sum() > 0
        assert (tally.support.sum(axis=0) > 0).all()
        assert (tally.fleksjob[:, 1] == 1).any()

    def test_staff(self):
        """If this fails a caseworker's month does not cost a twelfth of the year, or hours that reforms add are paid twice."""
        did = {
            "minutes": 100 * 60 * P.value("casework.hours"), "minutes_added": 40 * 60 * P.value("casework.hours"), "outreach_hours": 90.0,
            "outreach_added": 30.0, "decided": 7.0, "certificates": 3.0, "examinations": 2.0,
        }
        model = BenefitModel(scale=0.002, months=2, seed=3)
        tally = Tallier(model.population, P, lambda: did, 1).count(model.start)
        found = Accountant(P).close(BenefitLaw(P, model.start), tally).entries
        year, hour = P.value("casework.cost"), P.value("cost.outreach_hour")
        assert found["municipalities", "staff", "caseworkers"] == pytest.approx(60 * year / 12 * 100, abs=1)
        assert found["municipalities", "staff", "outreach"] == oere(60 * hour)
        assert found["municipalities", "staff", "capacity"] == pytest.approx((40 * year / 12 + 30 * hour) * 100, abs=1)
        assert found["municipalities", "staff", "teams"] == oere(7 * P.value("cost.team_case"))
        assert found["municipalities", "providers", "certificates"] == oere(3 * P.value("certificate.price"))
        assert found["regions", "providers", "certificates"] == oere(2 * P.value("cost.psychiatry"))

    @pytest.mark.parametrize("hours", [25, 37])
    def test_fewer_free_months(self, hours):
        """If this fails a policy that shortens the months without an operating refund changes nothing in the books."""
        model = BenefitModel(scale=0.002, months=2, seed=3)
        c, ready = model.population, CODE["kontanthjaelp_jobparat"]
        rows = model.rows_in("kontanthjaelp_jobparat")
        c["measure"][:], c["spell_since"][rows] = 0, model.start - 12
        c["measure"][rows], c["measure_hours"][rows] = 1, hours
        tally = Tallier(c, P, model.institution.staff_work, 1).count(model.start)
        law = BenefitLaw(P, model.start)
        before = Accountant(P).close(law, tally).entries["state", "municipalities", "operation_refund"]
        law.set_operation_refund("vejledning", 0.5, free_months=6)
        after = Accountant(P).close(law, tally).entries["state", "municipalities", "operation_refund"]
        assert tally.persons[ready].sum() == rows.size > 20
        assert after > before


class TestBooks:
    def test_balance(self, seen):
        """If this fails what all sectors get and pay in a month is not zero, or a name is none of the books'."""
        table = seen[0].accounts()
        assert set(table["payer"]) | set(table["receiver"]) <= set(SECTORS)
        assert set(table["account"]) <= {a.name for a in ACCOUNTS}
        assert (table["payer"] != table["receiver"]).all()
        for _, month_ in table.groupby("month"):
            got = month_.groupby("receiver")["oere"].sum().reindex(list(SECTORS), fill_value=0)
            paid = month_.groupby("payer")["oere"].sum().reindex(list(SECTORS), fill_value=0)
            assert (got - paid).sum() == 0

    def test_signs(self, seen):
        """If this fails somebody pays a negative amount though no policy takes hours away."""
        assert (seen[0].accounts()["oere"] > 0).all()

    def test_citizens_pay_for_nothing_they_have_not(self, seen):
        """If this fails citizens pay more in taxes and duties than they get."""
        table = seen[0].accounts()
        got, paid = (table[table[side] == "citizens"].groupby("month")["oere"].sum() for side in ("receiver", "payer"))
        assert (got > paid).all()

    def test_one_row_a_posting(self, seen):
        """If this fails a posting stands twice in the table."""
        assert not seen[0].accounts().duplicated(["month", "payer", "receiver", "account"]).any()

    def test_weights(self):
        """If this fails an amount for all of Denmark is not the simulated one times the weight, in whole øre."""
        books = Books()
        books.entries = {("state", "citizens", "benefits"): 3, ("citizens", "state", "income_tax"): 1}
        recorder = AccountsRecorder(month("2014-05"), 1 / 3)
        recorder.close_month(books)
        assert recorder.table()["oere"].tolist() == [0, 1]

    def test_no_books_without_caseworkers(self):
        """If this fails the analytic twin shows accounts that lack caseworkers' time."""
        with pytest.raises(Mistake, match="keeps no books"):
            BenefitModel(scale=0.001, months=1, decide_at_once=True).accounts()


def same(a, b):
    return a.reset_index(drop=True).equals(b.reset_index(drop=True))


@pytest.mark.parametrize("settings", [{"threads": 2}, {"block": 1000}, {"threads": 3, "block": 777}], ids=str)
def test_threads_and_blocks(seen, settings):
    """If this fails books or groups hang on threads or blocks."""
    other = BenefitModel(**SMALL, **settings).run()
    assert same(other.accounts(), seen[0].accounts())
    assert same(other.groups(), seen[0].groups())


LIFE = {"scale": 0.003, "months": 12, "seed": 5}
NUMBERS = {
    "benefit.kontanthjaelp_aktivitetsparat.from_30": 9000.0, "benefit_of.pension": 0.8, "tax.municipal": 0.3, "refund.passive": 20.0,
    "offset.disregard": 60.0, "cost.vejledning": 100_000.0, "fleksjob_pay.subsidy": 15_000.0, "sanction_cost.period": 0.5, "wage.median": 28_000.0,
}


@pytest.fixture(scope="module")
def still():
    """Nobody responds to money: as the law is, with the books under other laws."""
    other = {"all": (STILL, ALL), "refunds": (STILL, [Refunds(start="2014-09")]), "numbers": (STILL.changed(NUMBERS), ()), "own": (STILL, ())}
    return BenefitModel(**LIFE, parameters=STILL, other_laws=other).run()


@pytest.fixture(scope="module")
def lives(still):
    """The same people under each of the other laws."""
    return {
        "all": BenefitModel(**LIFE, parameters=STILL, policies=ALL).run(),
        "refunds": BenefitModel(**LIFE, parameters=STILL, policies=[Refunds(start="2014-09")]).run(),
        "numbers": BenefitModel(**LIFE, parameters=STILL.changed(NUMBERS)).run(),
    }


COUNTED = {
    "refund.operation_free_other": 6.0, "refund.window": 12.0, "refund.old_grants_until": 201001.0, "fleksjob_pay.old_until": 201006.0,
    "provider.single": 0.6,
}
"""Numbers of the law by which people are counted."""
COUNTING = {**SMALL, "scale": 0.003}


@pytest.fixture(scope="module")
def counted():
    """Nobody responds to money, with books under laws that count people otherwise."""
    return BenefitModel(**COUNTING, parameters=STILL, other_laws={path: (STILL.changed({path: n}), ()) for path, n in COUNTED.items()}).run()


class TestSameLuck:
    @pytest.mark.parametrize("name", ["all", "refunds", "numbers"])
    def test_amounts_alone_change_nobodys_life(self, still, lives, name):
        """If this fails a reform of amounts changes lives though nobody responds to money: somebody draws other luck."""
        here, there = lives[name].population, still.population
        assert here.arrays.keys() == there.arrays.keys()
        differ = [column for column in there.arrays if not np.array_equal(here[column], there[column])]
        assert differ == []
        assert same(lives[name].stocks(), still.stocks())
        assert same(lives[name].flows(), still.flows())

    @pytest.mark.parametrize("name", ["all", "refunds", "numbers"])
    def test_books_are_those_of_people_who_stay(self, still, lives, name):
        """If this fails the immediate effect is not the whole effect, to the øre, when nobody responds."""
        static = still.static_accounts()
        at_rest = static[static["reform"] == name].drop(columns="reform")
        assert same(at_rest, lives[name].accounts())
        assert not same(at_rest, still.accounts())

    def test_the_own_law_at_rest(self, still):
        """If this fails the books under the own law differ when they are kept as those of another law."""
        static = still.static_accounts()
        assert same(static[static["reform"] == "own"].drop(columns="reform"), still.accounts())

    def test_only_from_its_month(self, still, lives):
        """If this fails a policy changes books before it is in force."""
        before, after = (m.accounts().query("month < '2014-09-01'") for m in (still, lives["refunds"]))
        assert same(before, after)

    def test_touched(self, lives):
        """If this fails people whose amounts changed are not among those affected, or refunds touch citizens."""
        model = lives["all"]
        system = [s.name for s in STATUSES if s.family in ("kontanthjaelp", "uddannelseshjaelp")]
        assert model.touched[model.rows_in(*system)].all()
        assert not model.touched[model.rows_in("foertidspension")].all()
        assert not lives["refunds"].touched.any()

    @pytest.mark.parametrize("path", COUNTED)
    def test_whatever_the_parameter(self, counted, path):
        """If this fails the immediate effect of a scenario that changes this parameter is wrong."""
        base = counted
        other = BenefitModel(**COUNTING, parameters=STILL.changed({path: COUNTED[path]})).run()
        assert np.array_equal(base.population["status"], other.population["status"])
        assert not same(other.accounts(), base.accounts()), "the parameter does nothing at all"
        static = base.static_accounts()
        assert same(static[static["reform"] == path].drop(columns="reform"), other.accounts())

    def test_lives_change_when_people_respond(self, still):
        """If this fails the test of same luck proves nothing: even with strong responses nobody's life changes."""
        strong = P.changed({name: P[name].bounds[1] for name in NO_RESPONSE})
        a = BenefitModel(**LIFE, parameters=strong).run()
        b = BenefitModel(**LIFE, parameters=strong, policies=[BenefitLevel(factor=0.5)]).run()
        assert not np.array_equal(a.population["status"], b.population["status"])


def test_capacity_is_booked_apart():
    """If this fails hours that a reform adds are not their own account, or are there without the reform."""
    settings = {"scale": 0.003, "months": 3, "seed": 5}
    more, own = (BenefitModel(**settings, policies=p).run().accounts() for p in ([CaseworkerHours(factor=1.5)], []))
    totals = [t.groupby("account")["oere"].sum() for t in (more, own)]
    assert totals[0]["capacity"] > 0
    assert "capacity" not in totals[1]
    assert isinstance(more, pd.DataFrame)


def test_all_statuses_have_a_place():
    """If this fails a new status is in no list of who pays."""
    assert {s.code for s in STATUSES} == set(range(COUNT))
    assert set(STATE_PAYS) <= {s.name for s in STATUSES if s.group == "outside"}
