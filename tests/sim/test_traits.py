"""Traits against the documents: shares by status, numbers of flags, public debt, households; misses are named."""

import numpy as np
import pytest

from agents.flags import COUNT_OF, FLAGS, HAS
from agents.luck import Luck
from agents.mistake import Mistake
from agents.statuses import CODE, RESIDENT, STATUSES, group_members
from agents.traits import YES_NO, draw_traits
from calibration.evidence import fact
from sim.margins import read_margins
from sim.model import BenefitModel
from sim.traits import fit_amount, read_traits

KNOWN = (
    "kontanthjaelp_jobparat", "kontanthjaelp_aktivitetsparat", "sygedagpenge", "revalidering", "foertidspension",
    "fleksjob", "ledighedsydelse",
)
KONTANTHJAELP = ("kontanthjaelp_jobparat", "kontanthjaelp_aktivitetsparat")
UDDANNELSESHJAELP = tuple(s.name for s in RESIDENT if s.family == "uddannelseshjaelp")
SURVEYED = (*KONTANTHJAELP, *UDDANNELSESHJAELP, "sygedagpenge", "revalidering")
EVERYBODY = tuple(s.name for s in RESIDENT)


@pytest.fixture(scope="module")
def stock(parameters):
    return read_margins(parameters).stock


@pytest.fixture(scope="module")
def traits(parameters, stock):
    return read_traits(parameters, stock)


@pytest.fixture(scope="module")
def kontanthjaelp(traits, stock):
    """Everybody on kontanthjælp in week 20 of 2014, person by person."""
    status = np.repeat([CODE[s] for s in KONTANTHJAELP], [round(stock[CODE[s]]) for s in KONTANTHJAELP]).astype(np.uint8)
    return draw_traits(traits, status, np.arange(status.size), Luck(1))


def joint(traits, stock, names):
    """Combinations of flags in a group of statuses."""
    codes = [CODE[name] for name in names]
    return stock[codes] @ traits.flags[codes] / stock[codes].sum()


class TestFlags:
    @pytest.mark.parametrize("status", KNOWN)
    def test_shares_by_status_are_those_of_bilag_3_12(self, parameters, traits, status):
        """If this fails clustering changes how many have a flag."""
        asked = [parameters.share(f"flag.{flag}.{status}") for flag in FLAGS]
        assert traits.flags[CODE[status]] @ HAS == pytest.approx(asked, abs=0.001)

    @pytest.mark.parametrize(
        ("group", "statuses", "allowed"),
        [
            ("kontanthjaelp_aktivitetsparat", ["kontanthjaelp_aktivitetsparat"], 0.001),
            ("edge", group_members("edge"), 0.01),
            ("population", EVERYBODY, 0.01),
        ],
    )
    def test_counts_of_flags_are_documented_ones(self, parameters, traits, stock, group, statuses, allowed):
        """If this fails flags do not cluster in persons as they do (004_107fd277d1b391d8.txt:1480-1485)."""
        here = joint(traits, stock, statuses)
        none, several = (parameters.share(f"flags_per_person.{group}.{key}") for key in ("none", "two_or_more"))
        got = [here[COUNT_OF == 0].sum(), here[COUNT_OF == 1].sum(), here[COUNT_OF >= 2].sum()]
        assert got == pytest.approx([none, 1 - none - several, several], abs=allowed)

    def test_persons_with_four_flags(self, traits, stock):
        """If this fails the about 1,000 aktivitetsparate with four of five flags are missing (asked 1,000, got 1,005)."""
        both = ["kontanthjaelp_aktivitetsparat", "uddannelseshjaelp_aktivitetsparat"]
        four = joint(traits, stock, both)[COUNT_OF == 4].sum()
        assert four == pytest.approx(fact("koch_2_target_groups-a9cc6a2a").value / 100, abs=1e-4)
        persons = four * stock[[CODE[name] for name in both]].sum()
        assert persons == pytest.approx(fact("koch_2_target_groups-3ff3fa06").value, rel=0.02)

    @pytest.mark.parametrize(
        ("statuses", "id_", "got"),
        [
            (EVERYBODY, "koch_2_target_groups-81bc7898", 0.52),
            (group_members("edge"), "koch_2_target_groups-d99ab07f", 1.17),
            (("kontanthjaelp_aktivitetsparat",), "koch_2_target_groups-3057b845", 1.45),
            (("foertidspension",), "koch_2_target_groups-21428efb", 1.30),
            (("ledighedsydelse",), "koch_2_target_groups-d2825167", 1.01),
        ],
    )
    def test_mean_numbers_of_flags(self, traits, stock, statuses, id_, got):
        """If this fails a mean moves away from the documented one, or a miss is not the one that the model's page names.

        Means are of people aged 20-50, shares of people aged 16-64, and a mean is the sum of the shares: førtidspension
        (asked 1.4, shares sum to 1.30) and aktivitetsparate (asked 1.5, shares sum to 1.45) cannot have both.
        """
        mean = joint(traits, stock, statuses) @ COUNT_OF
        assert mean == pytest.approx(got, abs=0.005)
        assert mean == pytest.approx(fact(id_).value, abs=0.105)

    def test_nobody_on_uddannelseshjaelp_has_a_qualifying_education(self):
        """If this fails the law's condition for the benefit does not hold for those who get it."""
        model = BenefitModel(scale=0.01, months=1)
        assert (model.population["flags"][model.rows_in(*UDDANNELSESHJAELP)] & 1).all()


class TestOutsideTheFive:
    @pytest.mark.parametrize(
        ("trait", "statuses", "id_"),
        [
            ("addiction", KONTANTHJAELP, "koch_2_target_groups-e25af746"),
            ("public_debt", KONTANTHJAELP, "koch_2_target_groups-3e3c7b4c"),
            ("homeless", ("foertidspension",), "koch_2_target_groups-2c76cfc6"),
            ("poor_mental_health", SURVEYED, "koch_2_target_groups-f7caa7ef"),
            ("poor_mental_health", ("foertidspension",), "koch_2_target_groups-b14f94e4"),
            ("poor_mental_health", ("employment",), "koch_2_target_groups-ac26150d"),
            ("poor_mental_health", ("dagpenge",), "koch_2_target_groups-cc398dd1"),
            ("poor_physical_health_self_rated", SURVEYED, "koch_2_target_groups-bcb031d6"),
            ("poor_physical_health_self_rated", ("foertidspension",), "koch_2_target_groups-30842775"),
            ("poor_physical_health_self_rated", ("employment",), "koch_2_target_groups-fad5bf3b"),
            ("poor_physical_health_self_rated", ("dagpenge",), "koch_2_target_groups-27f79fdb"),
        ],
    )
    def test_documented_shares(self, traits, stock, trait, statuses, id_):
        """If this fails clustering, or sharing a row among statuses, changes how many have a trait."""
        codes = [CODE[name] for name in statuses]
        share = stock[codes] @ traits.share[trait][codes] / stock[codes].sum()
        assert share * 100 == pytest.approx(fact(id_).value, abs=1e-6)

    def test_homeless_persons(self, traits, stock):
        """If this fails there are too many or too few homeless: 4,000-4,200 on kontanthjælp as it was, 6,000-6,500 in all;
        on førtidspension half a percent are 1,147, a little more than the 1,000-1,100 of the document."""
        persons = {s.name: stock[s.code] * traits.share["homeless"][s.code] for s in RESIDENT}
        assert 4000 < sum(persons[name] for name in (*KONTANTHJAELP, *UDDANNELSESHJAELP)) < 4200
        assert 6000 < sum(persons.values()) < 6500
        assert persons["foertidspension"] == pytest.approx(1147, abs=1)

    @pytest.mark.parametrize("trait", YES_NO)
    def test_more_flags_more_of_the_rest(self, parameters, traits, stock, trait):
        """If this fails aktivitetsparate, who have more flags, have a trait less often than jobparate who share their row,
        or an odds ratio of 1 does not switch that off."""
        jobparat, aktivitetsparat = (CODE[name] for name in KONTANTHJAELP)
        assert traits.share[trait][aktivitetsparat] > traits.share[trait][jobparat]
        without = read_traits(parameters.changed({f"odds_ratio.{trait}": [1.0] * 5}), stock)
        assert without.share[trait][aktivitetsparat] == pytest.approx(without.share[trait][jobparat])

    def test_those_to_come_and_those_abroad_are_as_everybody(self, traits, stock):
        """If this fails future 18-year-olds and people abroad are not a cross-section of the population."""
        for name in ("entry", "abroad"):
            for trait in YES_NO:
                share = stock[[s.code for s in RESIDENT]] @ traits.share[trait][[s.code for s in RESIDENT]]
                assert traits.share[trait][CODE[name]] == pytest.approx(share / stock[[s.code for s in RESIDENT]].sum())
            assert traits.flags[CODE[name]] @ COUNT_OF == pytest.approx(0.516, abs=0.001)

    def test_margins_are_distributions(self, traits):
        """If this fails a status has shares that are none."""
        for status in STATUSES:
            assert traits.flags[status.code].sum() == pytest.approx(1)
            assert traits.flags[status.code].min() >= 0
            assert all(0 <= traits.share[trait][status.code] <= 1 for trait in YES_NO)
            assert traits.amount_ratio[status.code] > 0


class TestDebt:
    def test_documented_figures(self, kontanthjaelp):
        """If this fails debtors on kontanthjælp do not owe what they did in week 20 of 2014, person by person."""
        debt = kontanthjaelp["public_debt"]
        owing = debt[debt > 0]
        assert (debt > 0).mean() * 100 == pytest.approx(fact("koch_2_target_groups-3e3c7b4c").value, abs=0.002)
        assert owing.mean() == pytest.approx(fact("koch_2_target_groups-cf7f2da0").value, rel=0.002)
        assert np.quantile(owing, 0.1) == pytest.approx(fact("koch_2_target_groups-6db1fd88").value, rel=0.002)
        assert np.quantile(owing, 0.9) == pytest.approx(fact("koch_2_target_groups-7f92f2ca").value, rel=0.002)

    def test_the_total_comes_out_near(self, kontanthjaelp):
        """If this fails debts do not add up to about 8.9 billion DKK (not used; got 8.73, 2 % below, since the document's own
        share, mean and stock give 8.74)."""
        total = kontanthjaelp["public_debt"].sum(dtype=np.int64) / 1e6
        assert total == pytest.approx(8730, abs=10)
        assert total == pytest.approx(fact("koch_2_target_groups-aba204e9").value, rel=0.03)

    @pytest.mark.parametrize(("mean", "p10", "p90"), [(145_100, 1_680, 324_400), (100_000, 3_000, 230_000), (2_630, 300, 6_000)])
    def test_fit(self, mean, p10, p90):
        """If this fails the distribution has not the three figures it was made from."""
        amount = fit_amount(mean, p10, p90)
        luck = (np.arange(10**6) + 0.5) / 10**6
        from scipy.special import gammaincinv

        debts = amount.scale * gammaincinv(amount.shape, luck) ** (1 / amount.power)
        assert debts.mean() == pytest.approx(mean, rel=0.001)
        assert np.quantile(debts, [0.1, 0.9]) == pytest.approx([p10, p90], rel=1e-4)

    @pytest.mark.parametrize(("path", "value"), [("mean", 50_000.0), ("mean", 400_000.0), ("p10", 400_000.0), ("p10", 0.0)])
    def test_impossible_figures_are_refused(self, parameters, stock, path, value):
        """If this fails an own vintage whose figures contradict each other gets some other debts in silence."""
        with pytest.raises(Mistake, match="public_debt_amount"):
            read_traits(parameters.changed({f"public_debt_amount.{path}": value}), stock)

    def test_no_debts_at_all(self, parameters, stock):
        """If this fails a vintage in which nobody owes ends in an error."""
        none = {f"public_debt.{row}": 0.0 for row, p in parameters.below("public_debt").items() if p.kind == "documented"}
        least = {f"public_debt.{row}": p.low for row, p in parameters.below("public_debt").items() if p.kind == "assumed"}
        traits = read_traits(parameters.changed(none | least), stock)
        assert traits.share["public_debt"][CODE["kontanthjaelp_jobparat"]] == 0


class TestModel:
    def test_the_start_population_has_the_quotas(self, traits):
        """If this fails traits are lost between margins and citizens."""
        model = BenefitModel(scale=0.05, months=1)
        rows = model.rows_in("foertidspension")
        seen = np.bincount(model.population["flags"][rows], minlength=32) / rows.size
        assert np.abs(seen - traits.flags[CODE["foertidspension"]]).max() <= 1 / rows.size
        for trait in YES_NO:
            got = (model.population[trait][rows] > 0).sum()
            assert got == int(np.floor(traits.share[trait][CODE["foertidspension"]] * rows.size + 0.5))

    def test_run_length_changes_nobody(self):
        """If this fails a citizen has other traits in a longer run."""
        short, long = (BenefitModel(scale=0.002, months=m) for m in (6, 30))
        for name in ("flags", *YES_NO):
            assert np.array_equal(short.population[name], long.population[name][: short.population.size]), name

    def test_register(self, finished):
        """If this fails the register's persons lack a trait, or have another one than the citizen."""
        persons = finished.persons().query("person_id >= 0")  # the others left before the start
        rows = persons["person_id"].to_numpy()
        for trait in YES_NO:
            assert np.array_equal(persons[trait].to_numpy(), finished.population[trait][rows])
        assert persons["public_debt"].dtype == np.int64
        assert persons["addiction"].dtype == bool
