"""The lived history: rules of their years, the choice of the start population, and what everybody brings along."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.calendar import label, month
from agents.luck import Luck
from agents.mistake import Mistake
from agents.past_support import months_supported
from agents.population import largest_remainder, rake_cells, take_evenly
from agents.statuses import BY_NAME, CODE, NAMES, STATUSES, withheld
from sim.begin_and_end import enter_statuses
from sim.history import MONEY, choose, inflow_factors, live, past_digest
from sim.intensities import Intensities, select_classes
from sim.margins import at_the_beginning, read_margins
from sim.model import BenefitModel
from sim.parameters import Parameters, load

SUPPORT = [s.name for s in STATUSES if s.is_support]


@pytest.fixture(scope="module")
def past() -> BenefitModel:
    """The history itself, as a model."""
    p = load()
    months = p.month("vintage.first_month") - p.month("vintage.history_from")
    from sim.history import RulesOfTheirYears

    return BenefitModel(scale=0.01, months=months, start="2008-01", seed=7, policies=[RulesOfTheirYears()], register=True).run()


def test_a_benefit_that_is_withheld_holds_nobody_and_its_people_are_on_the_predecessor():
    """If this fails a world without uddannelseshjælp moves people to it in January 2014, or cannot be lived."""
    from sim.history import RulesOfTheirYears

    settings_ = {"scale": 0.002, "months": 76, "start": "2008-01", "seed": 3, "policies": [RulesOfTheirYears()]}
    names = [s.name for s in STATUSES if s.family == "uddannelseshjaelp"]
    with withheld(*names):
        without = BenefitModel(**settings_).run()
    with_it = BenefitModel(**settings_).run()
    codes = [CODE[name] for name in names]
    assert without.recorder.stocks[:, codes].max() == 0
    assert with_it.recorder.stocks[-1, codes].sum() > 50
    before = month("2014-01") - without.start
    assert (without.recorder.stocks[: before + 1] == with_it.recorder.stocks[: before + 1]).all()
    system = [s.code for s in STATUSES if s.continues_spell]
    assert without.recorder.stocks[-1, system].sum() > 0.9 * with_it.recorder.stocks[-1, system].sum()


class TestRulesOfTheirYears:
    def test_nobody_is_on_a_benefit_before_it_begins(self, past):
        """If this fails the past knows ressourceforløb, uddannelseshjælp or arbejdsmarkedsydelse too early."""
        for status in STATUSES:
            if status.begins and month(status.begins) < past.start + past.months:
                before = month(status.begins) - past.start
                assert past.recorder.stocks[: before + 1, status.code].max() == 0, status.name
                assert past.recorder.stocks[-1, status.code] > 0, status.name

    def test_uddannelseshjaelp_takes_over_the_young_on_its_day(self, past):
        """If this fails under-30s stay on kontanthjælp in 2014, older ones leave it, or somebody's seniority begins anew."""
        now = month("2014-01")
        moved = [(r, s) for m, r, s, _, cause in past.recorder.log if m == now and cause.endswith("uddannelseshjælp begins")]
        rows = np.concatenate([r for r, _ in moved])
        assert rows.size > 200
        age = (now - past.population["birth_month"][rows].astype(int)) // 12
        assert age.max() < 30
        still = past.population["since"][rows] == now  # have not moved since
        assert (past.population["spell_since"][rows[still]] < now).mean() > 0.95
        young = past.rows_in("kontanthjaelp_jobparat", "kontanthjaelp_aktivitetsparat")
        young = young[past.column("age", young) < 29]
        assert young.size < 0.35 * rows.size  # those with an education, and the integration programme

    def test_nobody_who_is_barred_gets_a_means_tested_benefit(self, past):
        """If this fails the gate leaks where people enter kontanthjælp instead of a benefit that has not begun."""
        store = past.population
        rows = past.rows_in("kontanthjaelp_jobparat", "kontanthjaelp_aktivitetsparat", *[s.name for s in STATUSES if s.family == "uddannelseshjaelp"])
        assert rows.size > 1000
        assert not ((store["partner_income"][rows] == 2) | (store["wealthy"][rows] == 1)).any()

    def test_dagpenge_lasts_four_years_until_2013(self, past):
        """If this fails people run out of dagpenge before the right was halved."""
        out = [m for m, r, _, _, cause in past.recorder.log if cause == "rule:dagpenge" for _ in r]
        by_year = np.bincount([m // 12 for m in out], minlength=15)
        assert by_year[13] > 5 * by_year[8:13].max()

    def test_factors_are_those_of_the_year(self):
        """If this fails the inflow of one year is that of another."""
        p = load()
        factor = {to: f for _, to, f in inflow_factors(p, month("2009-06")) if len(to) == 1}
        assert factor["foertidspension",] == p.values_of("past.inflow.foertidspension")[1]
        late = {to: f for _, to, f in inflow_factors(p, month("2030-01")) if len(to) == 1}
        assert late["foertidspension",] == p.values_of("past.inflow.foertidspension")[-1]

    def test_the_beginning_has_everybody(self):
        """If this fails people are lost or made when stocks are set back to 2008."""
        p = load()
        now = read_margins(p)
        then = at_the_beginning(p, now)
        assert then.stock.sum() == pytest.approx(now.stock.sum())
        assert then.stock[CODE["uddannelseshjaelp_parat"]] == then.stock[CODE["ressourceforloeb"]] == 0
        assert then.age.sum(axis=1)[then.stock > 0] == pytest.approx(1)


class TestChoice:
    def test_stocks_are_exact(self, finished):
        """If this fails the start stocks are not those of the count."""
        table = finished.selection().query("margin == 'stock' and category == 'persons'")
        assert (table["got"] == table["asked"]).all()
        counts = np.bincount(finished._before[0], minlength=len(NAMES))
        assert {r.status: int(r.got) for r in table.itertuples()} == {n: c for n, c in zip(NAMES, counts, strict=True) if c and n != "entry"}

    def test_composition_is_nearer_than_before(self):
        """If this fails choosing does not choose: at a twentieth of Denmark shares of large stocks lie within a point."""
        table = BenefitModel(scale=0.05, months=1, seed=2).selection()
        size = table[table["category"] == "persons"].set_index("status")["asked"]
        shares = table[table["margin"] != "stock"]
        large = shares[shares["status"].map(size) >= 2500]
        assert (large["got"] - large["asked"]).abs().max() < 0.01
        assert (shares["got"] - shares["asked"]).abs().mean() < 0.5 * (shares["lived"] - shares["asked"]).abs().mean()

    def test_a_status_that_nobody_has_lived_is_filled(self):
        """If this fails a small run stops, or loses a stock, because nobody reached a rare status."""
        past = BenefitModel(scale=0.005, months=1, start="2008-01", seed=3)  # long before ressourceforløb
        rows, status, table = choose(past.population.arrays, read_margins(load()), scale=0.005, now=past.month, luck=Luck(3))
        assert (status == CODE["ressourceforloeb"]).sum() == 20
        assert rows.size == status.size
        assert table.query("status == 'ressourceforloeb' and category == 'persons'")["lived"].item() == 0

    @settings(max_examples=60, deadline=None, derandomize=True, database=None)
    @given(st.integers(1, 400), st.integers(0, 1000), st.integers(0, 10**6))
    def test_take_evenly_takes_exactly_so_many(self, n, count, seed):
        """If this fails persons are lost or made, or one is taken far more often than its weight says."""
        rng = np.random.default_rng(seed)
        weights, codes = rng.random(n) + 0.01, [rng.integers(0, 3, n), rng.integers(0, 2, n)]
        taken = take_evenly(weights, codes, count, rng.integers(0, 2**60, n).astype(np.uint64))
        assert taken.sum() == count
        assert (np.abs(taken - weights / weights.sum() * count) < 1 + 1e-9).all()

    @settings(max_examples=60, deadline=None, derandomize=True, database=None)
    @given(st.integers(0, 10**6))
    def test_raking_reaches_both_characteristics(self, seed):
        """If this fails one characteristic is given up for the other."""
        rng = np.random.default_rng(seed)
        codes = [rng.integers(0, 3, 3000), rng.integers(0, 4, 3000)]
        shares = [rng.dirichlet(np.full(3, 5.0)), rng.dirichlet(np.full(4, 5.0))]
        weights = rake_cells(codes, shares)
        for code, share in zip(codes, shares, strict=True):
            assert np.bincount(code, weights) / weights.sum() == pytest.approx(share, abs=1e-3)

    def test_largest_remainder_of_nothing_to_give(self):
        """If this fails a stock of zero gets persons."""
        assert largest_remainder(np.array([1.0, 0.0]), 3).tolist() == [3, 0]


class TestBroughtAlong:
    def test_the_register_goes_back_to_the_beginning(self, finished):
        """If this fails the register forgets what was lived, or a person's past ends before the present begins."""
        spells = finished.spells().query("kind == 'status'")
        here = spells[spells["person_id"] >= 0]
        adults = here[here["person_id"] < finished.start_population.adults]
        assert (adults.groupby("person_id")["start"].min() < pd.Timestamp("2014-05-01")).all()
        lived = adults[(adults["start"] >= "2008-01-01") & (adults["start"] < "2014-05-01")]
        assert len(lived) > 30_000
        gone = spells[spells["person_id"] < 0]
        last = gone.groupby("person_id")["value"].last()
        assert set(last) == {"dead", "folkepension"}

    def test_support_of_the_last_five_years_is_that_of_the_register(self, finished):
        """If this fails the bit mask of support says another thing than the spells lived."""
        spells = finished.spells().query("kind == 'status' and person_id >= 0 and value in @SUPPORT")
        now = pd.Timestamp(f"{label(finished.month)}-01")
        begin = now - pd.DateOffset(months=59)
        start = spells["start"].clip(lower=begin)
        end = spells["end"].fillna(now + pd.DateOffset(months=1)).clip(lower=begin)
        months = (end.dt.year - start.dt.year) * 12 + end.dt.month - start.dt.month
        asked = months.clip(lower=0).groupby(spells["person_id"]).sum()
        citizens = finished.citizens
        got = pd.Series(citizens.months_supported(60), index=citizens.rows)
        wanted = asked.reindex(got.index).fillna(0)
        assert (got == wanted).all()
        assert 0.2 < (citizens.supported_last_60 > 0).mean() < 0.6

    @settings(max_examples=80, deadline=None, derandomize=True, database=None)
    @given(st.lists(st.tuples(st.booleans(), st.integers(1, 70)), min_size=1, max_size=6), st.integers(1, 60))
    def test_the_bit_mask_by_hand(self, lives, window):
        """If this fails months of support are counted in the wrong month."""
        one, mask, now, months = np.zeros(1, np.int64), np.zeros(1, np.uint64), 0, []
        is_support = np.array([False, True])
        for was, length in lives[:-1]:
            status, since, spell_since = np.full(1, was, np.uint8), np.full(1, now, np.int16), np.full(1, now, np.int16)
            now += length
            enter_statuses(now, one, status.copy(), np.zeros(1, np.uint8), is_support, is_support, 60, status, since, spell_since, mask)
            months += [was] * length
        is_now, length = lives[-1]
        months += [is_now] * length
        assert months_supported(mask[0], length - 1, is_now, window) == sum(months[-window:])

    def test_programmes_last_three_years_or_until_one_leaves(self, finished):
        """If this fails somebody stays in the integration programme for longer, or somebody western takes part."""
        programmes = finished.spells().query("kind == 'programme'")
        months = (programmes["end"].dt.year - programmes["start"].dt.year) * 12 + programmes["end"].dt.month - programmes["start"].dt.month
        assert months.max() == 36
        assert (months == 36).mean() > 0.8
        who = finished.persons().set_index("person_id").loc[programmes["person_id"], "origin"]
        assert set(who) == {"non_western_immigrant"}


class TestSharing:
    def test_scenarios_that_differ_later_share_the_past(self):
        """If this fails people are made anew for each scenario, or shared by scenarios whose pasts differ."""
        p = load()
        later = p.changed({"limit.sygedagpenge_2014.extended": 0.6, "rate.jobafklaring.employment": 0.9, "tax.municipal": 0.3})
        assert past_digest(later) == past_digest(p)
        for path, value in (("rate.employment.dagpenge", 0.03), ("limit.sygedagpenge_2013.extended", 0.6), ("selection.share", 1.0)):
            assert past_digest(p.changed({path: value})) != past_digest(p), path

    def test_no_past_reads_the_law_of_money(self, monkeypatch):
        """If this fails scenarios that differ in money share people whose past hangs on it, or a name left out is none any more."""
        p, read = load().drawn({}), set()
        assert not [name for name in MONEY if not any(path.startswith(name) for path in p)]
        getitem, below = Parameters.__getitem__, Parameters.below

        def noted(self, path):
            read.add(path)
            return getitem(self, path)

        def noted_below(self, prefix):
            found = below(self, prefix)
            read.update(f"{prefix}.{name}" for name in found)
            return found

        monkeypatch.setattr(Parameters, "__getitem__", noted)
        monkeypatch.setattr(Parameters, "below", noted_below)
        margins = read_margins(p)
        live(p, select_classes(margins, Intensities(p, margins)), scale=0.002, seed=1, register=True)
        assert len(read) > 500
        assert not [path for path in read if path.startswith(MONEY)]

    def test_a_withheld_benefit_is_another_past(self):
        """If this fails a model made while a benefit is withheld is given people who had it."""
        p = load()
        with withheld("ressourceforloeb"):
            other = past_digest(p)
        assert other != past_digest(p)

    def test_a_kept_past_is_the_same_as_a_new_one(self, forget_pasts):
        """If this fails a run depends on which runs came before it in the process."""
        first = BenefitModel(scale=0.002, months=3, seed=11).run()
        again = BenefitModel(scale=0.002, months=3, seed=11).run()
        forget_pasts()
        anew = BenefitModel(scale=0.002, months=3, seed=11, threads=2, block=2048).run()
        for name in first.population.arrays:
            assert np.array_equal(first.population[name], again.population[name]), name
            assert np.array_equal(first.population[name], anew.population[name]), name

    @pytest.mark.parametrize("start", ["2007-12", "2008-02", "2014-04"])
    def test_other_starts_are_refused(self, start):
        """If this fails a run begins with people of another month."""
        with pytest.raises(Mistake, match="the history begins in 2008-01"):
            BenefitModel(scale=0.002, months=2, start=start)

    def test_a_vintage_without_history(self):
        """If this fails a vintage of one's own cannot do without a past."""
        p = load()
        model = BenefitModel(scale=0.002, months=2, parameters=p.changed({"vintage.history_from": 201405})).run()
        assert model.lived is None
        assert model.selection().empty
        with pytest.raises(Mistake, match="is after"):
            BenefitModel(scale=0.002, months=2, parameters=p.changed({"vintage.history_from": 201406}))


def test_barred_people_are_not_on_means_tested_benefits(finished):
    """If this fails the means test lets people through whom a spouse's income or own wealth bars."""
    store = finished.population
    tested = np.isin(NAMES, [s.name for s in STATUSES if s.family in ("kontanthjaelp", "uddannelseshjaelp")])[store["status"]]
    barred = (store["partner_income"] == 2) | (store["wealthy"] == 1)
    assert tested.sum() > 1000
    assert not (tested & barred).any()
    assert 0.2 < barred[~tested].mean() < 0.6
    assert BY_NAME["self_support"].code in set(store["status"][barred].tolist())
