"""The verbs of a policy on the model itself, and what the shipped policies do."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest

from agents.calendar import label, month
from agents.statuses import CODE, family_members
from policies import Moves, Policy, Text, World
from policies.registry import Registry
from sim.model import BenefitModel

YOUNG = family_members("uddannelseshjaelp")
PARATE = ("uddannelseshjaelp_aabenlyst_parat", "uddannelseshjaelp_parat")


def finish(policies: Iterable[Policy] = (), **settings: Any) -> BenefitModel:
    return BenefitModel(**{"scale": 0.002, "months": 8, "seed": 11, "policies": list(policies), **settings}).run()


def made(adjust: Callable[[Policy, Moves], None], name: str = "made") -> type[Policy]:
    """A policy class with the given adjust."""
    text = Text(en=name, da=name)
    return type(name, (Policy,), {"name": name, "label": text, "adjust": adjust, "__annotations__": {
        "name": ClassVar[str], "label": ClassVar[Text]}})


def same(a: BenefitModel, b: BenefitModel) -> bool:
    return a.stocks().equals(b.stocks()) and a.flows().equals(b.flows()) and np.array_equal(
        a.population["status"], b.population["status"]
    )


# ---------------------------------------------------------------- verbs
def test_scaling_all_rows_is_scaling_without_rows() -> None:
    """If this fails, `rows` of everybody is not everybody: h = table x factor either way, bit for bit."""

    def every(self: Policy, moves: Moves) -> None:
        rows = np.arange(moves.world.population_size)
        moves.scale(("dagpenge", "sygedagpenge"), "employment", 1.3, rows=rows)

    def plain(self: Policy, moves: Moves) -> None:
        moves.scale(("dagpenge", "sygedagpenge"), "employment", 1.3)

    def masked(self: Policy, moves: Moves) -> None:
        rows = np.ones(moves.world.population_size, bool)
        moves.scale(("dagpenge", "sygedagpenge"), "employment", 1.3, rows=rows)

    a, b, c = (finish([made(f)()]) for f in (every, plain, masked))
    assert same(a, b)
    assert same(a, c)
    assert not same(a, finish())


def test_factor_one_and_no_rows_change_nothing() -> None:
    """If this fails, a policy without effect has an effect."""

    def nothing(self: Policy, moves: Moves) -> None:
        moves.scale("dagpenge", "employment", 1.0)
        moves.scale("dagpenge", "employment", 9.0, rows=[])
        moves.redirect("dagpenge", "employment", "education", rows=[])
        moves.due([], "employment", "nobody")

    assert same(finish([made(nothing)()]), finish())


def test_scaling_commutes() -> None:
    """If this fails, the order of two policies changes lives."""

    def up(self: Policy, moves: Moves) -> None:
        moves.scale("dagpenge", "employment", 1.7, rows=moves.world.rows_in("dagpenge")[::3])
        moves.scale("dagpenge", "employment", 1.1)

    def down(self: Policy, moves: Moves) -> None:
        moves.scale("dagpenge", "employment", 0.3, rows=moves.world.rows_in("dagpenge")[::2])
        moves.scale("dagpenge", "employment", 0.9)

    a, b = made(up, "a")(), made(down, "b")()
    assert same(finish([a, b]), finish([b, a]))


def test_a_higher_factor_moves_a_superset() -> None:
    """If this fails, luck is not common: raising an intensity loses somebody who moved with the lower one."""

    def scale(by: float) -> Callable[[Policy, Moves], None]:
        return lambda self, moves: moves.scale("dagpenge", "employment", by)

    low, high = (finish([made(scale(by))()], months=1) for by in (1.0, 1.5))
    moved = [set(np.flatnonzero(m.population["since"] == m.month)) for m in (low, high)]
    assert moved[0] < moved[1]


def test_redirecting_some_rows_only() -> None:
    """If this fails, `rows` of a redirection is ignored."""

    def some(self: Policy, moves: Moves) -> None:
        moves.redirect("employment", "dagpenge", "self_support", rows=moves.world.rows_in("employment")[::2])

    base, redirected = finish(months=1), finish([made(some)()], months=1)
    rows = np.flatnonzero(base.population["status"] != redirected.population["status"])
    assert rows.size
    assert (base.population["status"][rows] == CODE["dagpenge"]).all()
    assert (redirected.population["status"][rows] == CODE["self_support"]).all()


def test_a_trait_stays_and_a_draw_does_not() -> None:
    """If this fails, who has a job goal changes from month to month, or a monthly draw repeats itself."""
    seen: dict[str, list[np.ndarray]] = {"draw": [], "draw_once": []}

    def look(self: Policy, moves: Moves) -> None:
        for kind, found in seen.items():
            found.append(getattr(moves.world, kind)("x", np.arange(500)))

    finish([made(look)()], months=3)
    assert np.array_equal(seen["draw_once"][0], seen["draw_once"][2])
    assert not np.array_equal(seen["draw"][0], seen["draw"][1])
    for draws in seen.values():
        assert ((draws[0] >= 0) & (draws[0] < 1)).all()
        assert abs(draws[0].mean() - 0.5) < 0.07  # 5.4 standard errors: false alarm below 1e-7


def test_two_policies_have_luck_of_their_own() -> None:
    """If this fails, the same people are chosen by two policies that use the same name for a draw."""
    seen = []

    def look(self: Policy, moves: Moves) -> None:
        seen.append(moves.world.draw_once("x", np.arange(500)))

    finish([made(look, "a")(), made(look, "b")()], months=1)
    assert not np.array_equal(*seen)
    assert abs(np.corrcoef(*seen)[0, 1]) < 0.25  # 5.6 standard errors: false alarm below 1e-7


class Diary(Policy):
    """Writes down its hooks."""

    name: ClassVar[str] = "diary"
    label: ClassVar[Text] = Text(en="Diary", da="Dagbog")
    calls: ClassVar[list[tuple[str, str, str | None]]] = []

    def enact(self, world: World) -> None:
        self.calls.append((label(world.month), "enact", self.start))

    def repeal(self, world: World) -> None:
        self.calls.append((label(world.month), "repeal", self.start))

    def each_month(self, world: World) -> None:
        self.calls.append((label(world.month), "each_month", self.start))

    def adjust(self, moves: Moves) -> None:
        self.calls.append((label(moves.world.month), "adjust", self.start))


def test_hooks_are_called_as_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails, enact or repeal is not called exactly once, or a hook outside the months in force."""
    monkeypatch.setattr(Diary, "calls", [])
    finish([Diary(start="2014-06", end="2014-07")], months=5)
    start = "2014-06"
    assert Diary.calls == [
        ("2014-06", "enact", start), ("2014-06", "each_month", start), ("2014-06", "adjust", start),
        ("2014-07", "each_month", start), ("2014-07", "adjust", start), ("2014-08", "repeal", start),
    ]


def test_a_policy_twice_in_a_run_is_enacted_and_repealed_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails, a policy that comes in force twice (with other values) is repealed and enacted again every month,
    and the one that is not in force is called."""
    monkeypatch.setattr(Diary, "calls", [])
    finish([Diary(start="2014-06", end="2014-07"), Diary(start="2014-09", end="2014-10")], months=8)
    found = [c for c in Diary.calls if c[1] in ("enact", "repeal")]
    assert found == [
        ("2014-06", "enact", "2014-06"), ("2014-08", "repeal", "2014-06"),
        ("2014-09", "enact", "2014-09"), ("2014-11", "repeal", "2014-09"),
    ]


def test_an_end_date_lets_the_law_back() -> None:
    """If this fails, a rule that was replaced for some months stays replaced."""
    policy = Registry()["without_sygedagpenge_reform_2014"](start="2014-07", end="2014-10")
    model = BenefitModel(scale=0.001, months=12, policies=[policy])
    seen = []
    while model.running:
        model.step()
        seen.append((label(model.month), model.rules.limit("sygedagpenge", model.month)))
    before, after = model.rules.law("sygedagpenge_2013"), model.rules.law("sygedagpenge_2014")
    for now, limit in seen:
        if now < "2014-07":
            assert limit == before
        elif now <= "2014-10":
            assert limit == before.changed(months=12)
        else:
            assert limit == after


# ---------------------------------------------------------------- shipped policies
@pytest.mark.parametrize("name", ["job_goal_under_30", "revisitation_after_12_months", "without_sygedagpenge_reform_2014"])
def test_nothing_happens_before_the_start_date(name: str) -> None:
    """If this fails, a reform acts before it is in force, or its mere presence changes luck."""
    policy = Registry()[name](start="2015-01")
    base, reform = (finish(p, months=14, scale=0.005).stocks() for p in ([], [policy]))
    early = base["month"] < "2015-01-01"
    pd.testing.assert_frame_equal(base[early], reform[early])
    assert not base[~early].equals(reform[~early])


@lru_cache(maxsize=8)
def base_of_pair(seed: int, months: int) -> BenefitModel:
    """The base of a pair, the same for all policies. Look at it, do not change it."""
    return finish(seed=seed, scale=0.01, months=months)


def differences(policy: Policy, measure: Callable[[BenefitModel], np.ndarray], months: int, pairs: int = 6) -> np.ndarray:
    """Reform minus base, a row a pair with the same luck."""
    reforms = [finish([policy], seed=seed, scale=0.01, months=months) for seed in range(pairs)]
    return np.array([measure(reform) - measure(base_of_pair(seed, months)) for seed, reform in enumerate(reforms)])


def at_end(model: BenefitModel, *names: str) -> float:
    stocks = model.stocks()
    return float(stocks[(stocks["month"] == stocks["month"].max()) & stocks["status"].isin(names)]["persons"].sum())


def test_a_job_goal_brings_work() -> None:
    """If this fails, a job goal for all does not raise employment and lower uddannelseshjælp after 18 months.

    The means (about +12,000 and -8,000 persons) lie more than 20 standard errors of six pairs from 0: a false alarm
    has a chance below 1e-6; seeds are fixed, so it cannot come and go.
    """
    policy = Registry()["job_goal_under_30"](start="2014-07", coverage=1, job_ratio=3)
    found = differences(policy, lambda m: np.array([at_end(m, "employment"), at_end(m, *YOUNG)]), 18)
    assert found[:, 0].min() > 0
    assert found[:, 1].max() < 0


def test_without_the_reform_nobody_is_in_jobafklaring() -> None:
    """If this fails, the counterfactual still has the reform's benefit, or its people go nowhere near kontanthjælp.

    Kontanthjælp from sygedagpenge in 18 months: about +5,000 persons, 9 standard deviations of one pair, in each of six
    pairs: a false alarm has a chance below 1e-9.
    """

    def measure(m: BenefitModel) -> np.ndarray:
        flows, stocks = m.flows(), m.stocks()
        moved = flows[(flows["from_status"] == "sygedagpenge") & flows["to_status"].str.startswith("kontanthjaelp")]
        return np.array([moved["persons"].sum(), stocks.loc[stocks["status"] == "jobafklaring", "persons"].max()])

    found = differences(Registry()["without_sygedagpenge_reform_2014"](), measure, 18)
    assert found[:, 0].min() > 0
    assert found[:, 1].max() < 0
    model = finish([Registry()["without_sygedagpenge_reform_2014"]()], months=18)
    assert (model.recorder.stocks[:, CODE["jobafklaring"]] == 0).all()


def test_re_visitation_leaves_nobody_waiting() -> None:
    """If this fails, an uddannelsesparat is still so after 12 months in the spell, or fewer are aktivitetsparate.

    Whoever became uddannelsesparat this very month, with a longer spell behind them, falls due next month. More
    aktivitetsparate after 18 months: about +5,000, 8 standard deviations of one pair: false alarm below 1e-9.
    """
    policy = Registry()["revisitation_after_12_months"](start="2014-07", share=1)
    model = BenefitModel(scale=0.01, months=18, policies=[policy], seed=2)
    long_before = 0
    while model.running:
        model.step()
        rows = model.rows_in(*PARATE)
        long = rows[(model.column("months_in_spell", rows) >= 12) & (model.column("months_in_status", rows) > 0)]
        if model.month < month("2014-07"):
            long_before += long.size
        else:
            assert not long.size, label(model.month)
    assert long_before > 0
    found = differences(policy, lambda m: np.array([at_end(m, "uddannelseshjaelp_aktivitetsparat")]), 18, pairs=3)
    assert found.min() > 0


def test_re_visitation_of_nobody_changes_no_visitation() -> None:
    """If this fails, `share = 0` still re-visits somebody."""
    policy = Registry()["revisitation_after_12_months"](start="2014-07", share=0)
    model = finish([policy], months=12, register=True)
    assert not model.spells()["cause"].str.startswith(f"policy:{policy.name}").any()


def test_same_luck_makes_small_differences_visible() -> None:
    """If this fails, base and reform do not share luck: a paired difference is as uncertain as an unpaired one.

    Measured with 8 pairs at scale 0.01 after 18 months: the variance of the unpaired difference is 74 times (uddannelseshjælp)
    that of the paired one. A ratio below 10 has a chance of 0.1 % when the true one is 74 (F(14, 7); seeds are fixed, so it
    cannot come and go), one above 10 a chance of 0.3 % when luck is not shared.
    """
    policy = Registry()["job_goal_under_30"](start="2014-07")
    base, reform = (
        np.array([at_end(model(s), *YOUNG) for s in range(8)])
        for model in (lambda s: base_of_pair(s, 18), lambda s: finish([policy], seed=s, scale=0.01, months=18))
    )
    paired = (reform - base).var(ddof=1)
    unpaired = base.var(ddof=1) + reform.var(ddof=1)
    assert unpaired > 10 * paired


def test_common_luck_pays() -> None:
    """If this fails common random numbers gain nothing: the effect on a stock varies between seeds as if the two
    runs had luck of their own. Over eight seeds the standard deviation must be at least halved. The effect is small on
    purpose: that of a reform which moves n people varies by the root of n whatever the luck. Luck of its own is that of
    another of the seeds."""
    code = CODE["sygedagpenge"]

    def faster(self: Policy, moves: Moves) -> None:
        moves.scale("sygedagpenge", "employment", 1.15)

    base = np.array([base_of_pair(seed, 18).recorder.stocks[12, code] for seed in range(8)])
    reform = np.array([finish([made(faster)()], seed=seed, scale=0.01, months=12).recorder.stocks[12, code] for seed in range(8)])
    together, apart = reform - base, np.roll(reform, 1) - base
    assert np.std(together) < np.std(apart) / 2
    assert np.mean(together) < 0
