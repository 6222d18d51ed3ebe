"""Comparisons over draws of the uncertain parameters, and what their intervals hold."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from agents.mistake import Mistake
from experiments.compare import Comparison, compare
from experiments.intervals import PLAIN, Design
from experiments.report.run_report import headline_note, write_run_report
from experiments.scenario import Scenario
from experiments.units import plan_units
from experiments.words import Words
from sim.draws import count_draws, drawn
from sim.parameters import DEFAULT_VINTAGE, FOLDER, load

PATH = "rate.dagpenge.employment"


@pytest.fixture(scope="module")
def vintage(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A vintage with three draws that differ in one rate."""
    folder = tmp_path_factory.mktemp("draws") / "own"
    shutil.copytree(FOLDER / DEFAULT_VINTAGE, folder)
    pd.DataFrame({PATH: [0.3, 0.6, 0.9], "selection.share": [0.6, 0.6, 0.6]}).to_parquet(folder / "draws.parquet")
    return str(folder)


def scenarios(vintage: str) -> tuple[Scenario, Scenario]:
    """A base and a reform of that vintage."""
    base = Scenario(name="base", vintage=vintage, months=3)
    return base, base.model_copy(update={"name": "reform", "policies": ({"use": "job_goal_under_30", "start": "2014-05"},)})


@pytest.fixture(scope="module")
def result(vintage: str, tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """A comparison over three draws with two replications each."""
    base, reform = scenarios(vintage)
    return compare(base, [reform], out=tmp_path_factory.mktemp("compared") / "out", scale=0.002, replications=2, draws=3)


class TestIntervals:
    def test_without_draws_they_are_those_of_the_mean(self) -> None:
        """If this fails, the intervals of ordinary comparisons have changed."""
        pairs = np.random.default_rng(1).normal(3, 2, (9, 4))
        half = stats.t.ppf(0.975, 8) * pairs.std(axis=0, ddof=1) / 3
        assert PLAIN.half(pairs) == pytest.approx(half)
        assert (PLAIN.includes, Design(4).includes) == ("monte_carlo", "monte_carlo+parameters")

    def test_they_hold_the_effect_of_a_parameter(self) -> None:
        """If this fails, intervals over draws shrink with the number of draws as if parameters could be averaged away, or hold
        luck that replications have shown to be luck. Effects spread by 5, luck by 3; with many draws the half is 1.96 times 5."""
        rng = np.random.default_rng(2)
        effects = rng.normal(0, 5, 2000)
        pairs = (effects[:, None] + rng.normal(0, 3, (2000, 4))).reshape(-1)
        assert Design(2000).half(pairs[:, None])[0] == pytest.approx(1.96 * 5, rel=0.06)
        single = effects + rng.normal(0, 3, 2000)
        assert Design(2000).half(single[:, None])[0] == pytest.approx(1.96 * np.hypot(5, 3), rel=0.06)

    def test_they_are_wide_enough(self) -> None:
        """If this fails, the interval holds the effect at a draw that nobody made less often than it says: at least 93 % of 2,000
        (95 % less four standard errors) with ten draws of two replications."""
        rng = np.random.default_rng(3)
        inside = 0
        for _ in range(2000):
            pairs = (rng.normal(0, 2, 10)[:, None] + rng.normal(0, 1, (10, 2))).reshape(-1)
            inside += abs(rng.normal(0, 2) - pairs.mean()) <= Design(10).half(pairs[:, None])[0]
        assert inside / 2000 > 0.93

    def test_tables_and_arrays_agree(self) -> None:
        """If this fails, budgets and persons have different intervals for the same pairs."""
        pairs = np.random.default_rng(4).normal(size=(6, 2))
        index = pd.MultiIndex.from_product([range(6), ["a", "b"]], names=["replication", "year"])
        table = pd.DataFrame({"x": pairs.ravel()}, index=index).sample(frac=1, random_state=1)
        for design in (PLAIN, Design(3)):
            assert design.half_of(table, ["year"])["x"].sort_index().to_numpy() == pytest.approx(design.half(pairs))


class TestComparison:
    def test_every_draw_is_run_with_the_same_luck_in_both(self, vintage: str) -> None:
        """If this fails, draws are not paired: base and reform of a pair have other parameters or other luck."""
        units = plan_units(scenarios(vintage), 0.002, 2, 1, register=False, files=(), draws=3)
        assert [(u.scenario.name, u.scenario.draw, u.replication) for u in units] == [
            (name, d, 2 * (d - 1) + r) for d in (1, 2, 3) for r in (0, 1) for name in ("base", "reform")
        ]
        assert len({u.luck_seed for u in units}) == 6
        rates = {u.scenario.read_parameters().value(PATH) for u in units if u.scenario.draw == 2}
        assert rates == {0.6}
        assert len({u.past for u in units}) == 6

    def test_it_says_what_its_intervals_hold(self, result: Comparison) -> None:
        """If this fails, a reader takes an interval with uncertain parameters for one without."""
        assert set(result.effects["includes"]) == {"monte_carlo+parameters"}
        assert result.summary["includes"] == "monte_carlo+parameters"
        assert (result.summary["draws"], result.summary["replications"]) == (3, 6)
        for language, told in (("en", "3 draws of the uncertain parameters"), ("da", "3 træk af de usikre parametre")):
            assert told in headline_note(result.summary, Words(language))  # type: ignore[arg-type]
            page = write_run_report(result, language).read_text(encoding="utf-8")  # type: ignore[arg-type]
            assert told in page
            assert "--seed 1 --replications 2 --draws 3" in page

    def test_rates_of_the_draws_are_lived(self, result: Comparison) -> None:
        """If this fails, draws are planned but the runs have the vintage's own rates: more leave dagpenge at a higher rate."""
        flows = result.flows[(result.flows["scenario"] == "base") & (result.flows["from_status"] == "dagpenge") & (result.flows["to_status"] == "employment")]
        moved = flows.groupby("replication")["persons"].sum().sort_index().to_numpy()
        assert moved.size == 6
        assert moved[:2].mean() < moved[2:4].mean() < moved[4:].mean()


class TestBadInput:
    @pytest.mark.parametrize(
        ("draws", "changes", "told"),
        [
            (4, {}, "--draws 4: must be 2 to 3"),
            (1, {}, "--draws 1: must be 2 to 3"),
            (3, {"draw": 2}, "sets draw = 2 itself"),
            (3, {"parameters": {"selection.share": 0.5}}, "sets selection.share itself"),
        ],
    )
    def test_what_cannot_be_drawn_is_refused(self, vintage: str, tmp_path: Path, draws: int, changes: dict[str, object], told: str) -> None:
        """If this fails, a comparison over draws that do not exist, or that a scenario overrides, begins."""
        base, reform = (s.model_copy(update=changes) for s in scenarios(vintage))
        with pytest.raises(Mistake, match=told):
            compare(base, [reform], out=tmp_path / "out", scale=0.002, replications=1, draws=draws)
        assert not (tmp_path / "out").exists()

    def test_a_vintage_without_draws_says_how_to_make_them(self, vintage: str, tmp_path: Path) -> None:
        """If this fails, nobody learns where draws come from."""
        folder = tmp_path / "bare"
        shutil.copytree(vintage, folder)
        (folder / "draws.parquet").unlink()
        base, reform = scenarios(str(folder))
        with pytest.raises(Mistake, match="borgerflow calibrate"):
            compare(base, [reform], out=tmp_path / "out", scale=0.002, replications=1, draws=3)
        assert count_draws(str(folder)) == 0

    @pytest.mark.parametrize(
        ("columns", "told"),
        [
            ({"rate.dagpenge.employmen": [0.3, 0.4]}, "did you mean 'rate.dagpenge.employment'"),
            ({PATH: [0.3, np.nan]}, "no number"),
            ({"past.inflow.dagpenge": [0.3, 0.4]}, "is a list"),
        ],
    )
    def test_a_file_that_does_not_fit_is_named(self, vintage: str, tmp_path: Path, columns: dict[str, list[float]], told: str) -> None:
        """If this fails, a file of another vintage's draws is run."""
        folder = tmp_path / "other"
        shutil.copytree(vintage, folder)
        pd.DataFrame(columns).to_parquet(folder / "draws.parquet")
        with pytest.raises(Mistake, match=told) as mistake:
            drawn(str(folder), 1)
        assert "draws.parquet" in str(mistake.value)


class TestShipped:
    def test_there_are_two_hundred(self) -> None:
        """If this fails, the shipped vintage has fewer draws than promised."""
        assert count_draws(DEFAULT_VINTAGE) >= 200

    def test_they_lie_round_the_shipped_values(self) -> None:
        """If this fails, draws belong to another fit: of a shipped value fewer than 1 % of the draws lie on one side for more
        than a twentieth of the parameters."""
        table, p = pd.read_parquet(FOLDER / DEFAULT_VINTAGE / "draws.parquet"), load()
        below = np.array([(table[path] < p.value(path)).mean() for path in table.columns])
        assert ((below < 0.01) | (below > 0.99)).mean() < 0.05
        assert (table.nunique() > 80).all()  # an assumption at the end of its range is there in half of them
