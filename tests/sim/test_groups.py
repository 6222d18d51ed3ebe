"""Outcomes by group of people: recomputed person by person, complete, and with groups that stay as they were at the start.

No test here is one of chance.
"""

import math
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from agents.calendar import timestamps
from agents.citizen import AGE_BANDS, REGIONS, SEXES
from agents.flags import FLAGS
from agents.measures import MEASURES
from agents.statuses import CODE, FAMILIES, STATUSES
from policies.money import BenefitLevel, ParticipationBonus
from sim.benefit_law import BenefitLaw
from sim.groups import DIMENSIONS, INCOME, LATER, MONTHS, OUTCOMES, RESIDENTS
from sim.model import BenefitModel
from sim.parameters import load

P = load()
WEIGHT = 250
RUN = {"scale": 1 / WEIGHT, "months": 13, "seed": 3}
WITHOUT_LATER = ("sex", "origin", "education", "region", "barriers")


def there_of(c):
    return np.isin(c["status"], [s.code for s in STATUSES if s.group in ("outside", "temporary", "edge")])


def income_of(c, i, now, law):
    """What somebody has left a month without sanctions, DKK, in plain Python."""
    status = STATUSES[c["status"][i]]
    if status.name == "employment":
        level = P.value("wage.median") * P.value("price.to_2015") * P.share("wage.hours") * P.values_of("wage.classes")[c["person_class"][i]]
        pay, benefit = level * math.exp(P.value("wage.spread") * NormalDist().inv_cdf((int(c["wage_rank"][i]) - 0.5) / 255)), 0.0
    elif status.name == "fleksjob":
        old = int(c["since"][i]) <= P.month("fleksjob_pay.old_until")
        pay, benefit, _ = (float(a[0]) for a in law.fleksjob(np.array([int(c["fleks_hours"][i])]), np.array([old])))
    else:
        years = (now - int(c["birth_month"][i])) // 12
        household = int(c["household"][i])
        family = 0 if household == 0 else 1 if household < 3 else 3 if c["partner_income"][i] == 2 else 2
        type_ = ("single", "cohabiting_no_common_children", "cohabiting_common_children", "married")[household]
        share = P.share(f"provider.{type_}") * (P.value("provider.under_25") if years < 25 and type_ != "cohabiting_common_children" else 1)
        provider = int(c["parent_rank"][i] <= min(round(share * 255), 255))
        benefit = float(law.benefit[status.code, 0 if years < 25 else 1 if years < 30 else 2, family, provider])
        hours = int(c["paid_hours"][i]) * law.month_hours / 37
        benefit -= float(law.offset(np.array([status.code]), np.array([benefit]), np.array([hours]))[0])
        pay = hours * law.hour
        if c["measure"][i]:
            benefit += float(law.supplement[status.code, c["measure"][i] - 1])
    t = law.tax
    personal = pay * (1 - t.labour_contribution) + benefit
    municipal = (t.municipal + t.health) * max(personal - t.allowance - min(t.work_deduction * pay, t.work_deduction_most), 0)
    state = t.labour_contribution * pay + t.state * max(personal - t.allowance, 0) + t.top * max(personal - t.top_from, 0)
    return pay + benefit - municipal - state


def keys_at_start(c, start):
    """The group of each row in the dimensions that follow from columns, in plain Python."""
    age = [(start - int(b)) // 12 for b in c["birth_month"]]
    bands = [max((k for k, low in enumerate(AGE_BANDS) if a >= low), default=0) for a in age]
    flags = [int(f) for f in c["flags"]]
    return {
        "sex": [SEXES[s] for s in c["sex"]],
        "origin": [("danish", "western", "western", "non_western", "non_western")[o] for o in c["origin"]],
        "age": [DIMENSIONS["age"][band] for band in bands],
        "education": ["no_qualification" if f >> FLAGS.index("no_qualification") & 1 else "qualified" for f in flags],
        "barriers": [("0", "1", "2", "3+")[min(f.bit_count(), 3)] for f in flags],
    }


@pytest.fixture(scope="module")
def run():
    """A finished run, with what was known at the start."""
    model = BenefitModel(**RUN)
    c = model.population
    start = {"there": there_of(c), "keys": keys_at_start(c, model.start), "status": c["status"].copy(), "since": c["since"].copy(), "support": c["support"].copy()}
    groups = {name: codes.copy() for name, codes in model.money.groups._group.items()}
    lawful = BenefitLaw(P, model.start)
    start["income"] = np.array([income_of(c, i, model.start - 1, lawful) if start["there"][i] else 0 for i in range(c.size)])
    return model.run(), start, groups


def sums(model, month_=None):
    """Values of a month (the last), by dimension, group and outcome."""
    table = model.groups()
    chosen = table[table["month"] == (table["month"].max() if month_ is None else month_)]
    return chosen.set_index(["dimension", "group", "outcome"])["value"]


class TestComplete:
    def test_every_group_and_outcome_once(self, run):
        """If this fails a group or outcome is missing, stands twice, or is of another month than the 12th and the last."""
        table = run[0].groups()
        assert list(table.columns) == ["month", "dimension", "group", "outcome", "citizens", "value"]
        start = run[0].start
        assert list(table["month"].unique()) == list(pd.to_datetime(timestamps(np.array([start + 11, start + 12]))))
        asked = {(d, g, o) for d, groups in DIMENSIONS.items() for g in groups for o in OUTCOMES}
        for _, month_ in table.groupby("month"):
            found = list(zip(month_["dimension"], month_["group"], month_["outcome"], strict=True))
            assert len(found) == len(asked)
            assert set(found) == asked

    def test_persons_are_the_residents(self, run):
        """If this fails somebody is in no group of a dimension, or in two; families of statuses do not add up to persons."""
        model = run[0]
        residents = int(there_of(model.population).sum()) * WEIGHT
        found = sums(model)
        for dimension in DIMENSIONS:
            here = found[dimension]
            assert here.xs(RESIDENTS, level="outcome").sum() == residents
            by_family = here.unstack("outcome")[list(FAMILIES)].sum(axis=1)
            assert (by_family == here.xs(RESIDENTS, level="outcome")).all()

    def test_all_dimensions_tell_the_same_sums(self, run):
        """If this fails persons, months or income differ between dimensions."""
        totals = sums(run[0]).groupby(["dimension", "outcome"]).sum().unstack("dimension")
        for dimension in DIMENSIONS:
            assert totals[dimension].to_numpy() == pytest.approx(totals["sex"].to_numpy(), rel=1e-12)

    def test_stocks(self, run):
        """If this fails groups and stocks tell different numbers of people on a benefit."""
        stocks = run[0].stocks()
        last = stocks[stocks["month"] == stocks["month"].max()].set_index("status")["persons"]
        by_family = sums(run[0])["sex"].groupby("outcome").sum()
        for family in FAMILIES:
            assert by_family[family] == pytest.approx(sum(last[s.name] for s in STATUSES if s.family == family))

    def test_citizens(self, run):
        """If this fails the number of simulated citizens of a group, by which small groups are suppressed, is wrong."""
        table = run[0].groups()
        persons = table[table["outcome"] == RESIDENTS]
        assert (persons["citizens"] * WEIGHT == persons["value"].round()).all()


class TestPersonByPerson:
    def test_income_and_months(self, run):
        """If this fails income or months of support of a group are not the sums over its people: income to a krone a person on
        average of rounding (amounts are kept in single precision), months exactly."""
        model, start, _ = run
        c, now = model.population, model.month
        law = BenefitLaw(P, now)
        income, months = {}, {}
        for i in np.flatnonzero(there_of(c)):
            here = now - int(c["since"][i])
            is_support = STATUSES[c["status"][i]].is_support
            supported = sum(is_support if back <= here else (int(c["support"][i]) >> (back - here - 1)) & 1 for back in range(12))
            for dimension in ("sex", "origin"):
                key = dimension, start["keys"][dimension][i]
                income[key] = income.get(key, 0) + income_of(c, i, now, law)
                months[key] = months.get(key, 0) + supported
        found = sums(model)
        for key, amount in income.items():
            assert found[*key, INCOME] == pytest.approx(amount * WEIGHT, rel=1e-6)
            assert found[*key, MONTHS] == months[key] * WEIGHT

    def test_supplements(self, run):
        """If this fails a reform that pays people in placements shows no gain for them."""
        del run
        model = BenefitModel(scale=0.002, months=1, seed=3, policies=[ParticipationBonus(cut=0.0, bonus=2000.0)]).run()
        c, now = model.population, model.month
        law = model.money.laws.at(now)
        assert (law.supplement > 0).any()
        expected = sum(income_of(c, i, now, law) for i in np.flatnonzero(there_of(c))) * model.weight
        assert (np.isin(c["measure"], [3, 4, 5]) & np.isin(c["status"], [s.code for s in STATUSES if s.family == "kontanthjaelp"])).sum() > 5
        assert [MEASURES[code - 1].name for code in (3, 4, 5)] == ["praktik_privat", "praktik_offentlig", "nytteindsats"]
        assert sums(model)["sex"].xs(INCOME, level="outcome").sum() == pytest.approx(expected, rel=1e-6)

    def test_less_benefit_less_income(self):
        """If this fails a cut does not show in the income of groups."""
        p = P.changed({f"incentive.{n}": 0.0 for n in ("work", "hours", "instrument", "visitation", "submission")})
        own, cut = (
            sums(BenefitModel(scale=0.002, months=2, seed=3, parameters=p, policies=policies).run())["barriers"]
            for policies in ([], [BenefitLevel(factor=0.8)])
        )
        rows = own.index.get_level_values("outcome") == INCOME
        assert (cut[rows] <= own[rows]).all()
        assert (cut[rows] < own[rows]).any()
        assert (cut[~rows] == own[~rows]).all()


class TestGroupsOfTheStart:
    def test_by_hand(self, run):
        """If this fails somebody is in another group than the columns at the start say."""
        _, start, groups = run
        for dimension, keys in start["keys"].items():
            found = [DIMENSIONS[dimension][code] for code in groups[dimension]]
            expected = [k if t or dimension in WITHOUT_LATER else LATER for k, t in zip(keys, start["there"], strict=True)]
            assert found == expected

    def test_support_before(self, run):
        """If this fails time on support in the five years before the start is counted wrongly; the start itself is not among them."""
        model, start, groups = run
        for i in range(0, model.population.size, 7):
            name = DIMENSIONS["support"][groups["support"][i]]
            if not start["there"][i]:
                assert name == LATER
                continue
            here = model.start - 1 - int(start["since"][i])
            is_support = STATUSES[start["status"][i]].is_support
            months = sum(is_support if back <= here else (int(start["support"][i]) >> (back - here - 1)) & 1 for back in range(60))
            assert name == ("none" if months == 0 else "up_to_1_year" if months <= 12 else "1_to_4_years" if months <= 48 else "over_4_years")

    def test_deciles(self, run):
        """If this fails deciles are not of equal size, or somebody in a higher one had less at the start."""
        _, start, groups = run
        decile = groups["income"]
        sizes = np.bincount(decile[start["there"]], minlength=10)
        assert sizes.size == 10
        assert sizes.max() - sizes.min() <= 1
        assert (decile[~start["there"]] == 10).all()
        income = start["income"]
        for lower in range(9):
            assert income[decile == lower].max() <= income[decile == lower + 1].min() + 0.02

    def test_nobody_changes_group(self, run):
        """If this fails a reform changes who is in a group, and a gain may be another mix of people."""
        model, start, groups = run
        assert all(np.array_equal(groups[name], codes) for name, codes in model.money.groups._group.items())
        c, there = model.population, there_of(model.population)
        first = sums(model)["income"].xs(RESIDENTS, level="outcome")
        for code, name in enumerate(DIMENSIONS["income"]):
            assert first[name] == (there & (groups["income"] == code)).sum() * WEIGHT
        assert (c["status"] != start["status"]).any()

    def test_a_reform_does_not_move_the_groups(self, run):
        """If this fails groups hang on the policies of the run, unless those are in force in the first month."""
        other = BenefitModel(**RUN, policies=[BenefitLevel(factor=0.8, start="2014-06")])
        assert all(np.array_equal(codes, run[2][name]) for name, codes in other.money.groups._group.items())

    def test_not_even_in_its_first_month(self, run):
        """If this fails groups differ between a reform in force from the start and its base: the effect by decile is one of mix."""
        other = BenefitModel(**RUN, policies=[BenefitLevel(factor=0.5)])
        assert all(np.array_equal(codes, run[2][name]) for name, codes in other.money.groups._group.items())

    def test_regions(self, run):
        """If this fails a region has people of another one's municipalities."""
        model, _, groups = run
        region = model.institution.municipalities["region"]
        assert [REGIONS[r] for r in region[model.population["municipality"].astype(int) - 1]] == [DIMENSIONS["region"][g] for g in groups["region"]]

    def test_fits_into_a_code(self):
        """If this fails a dimension has more groups than a uint8 holds, or statuses changed their place."""
        assert all(len(groups) < 256 for groups in DIMENSIONS.values())
        assert CODE["employment"] == 1
