"""Adaptive precision: replications are added until an interval is narrow enough, and what came of it is told."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student

import experiments.batch.run
from agents.mistake import Mistake
from borgerflow import main
from experiments.batch.experiment import Experiment
from experiments.batch.precision import FEWEST, GROWTH, Precision, Reached, judge, run_until, wanted
from experiments.units import Unit

SMALL = Experiment(name="small", levers={"caseworker_hours.factor": (0.5, 1.5)}, outcomes=("persons.employment",), months=2, scale=0.001, replications=2)
EFFECTS = {"small.00000": -400.0, "small.00001": 900.0}
"""What the reforms below do to employment, in persons."""


def luck(*parts: object) -> float:
    """A number from luck that has no past: the same for the same parts."""
    return float(np.random.default_rng([hash_of(str(part)) for part in parts]).normal())


def hash_of(text: str) -> int:
    return int.from_bytes(text.encode(), "big") % 2**32


@pytest.fixture
def dice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs that are thrown, not simulated: a mean, luck that base and reform share (1000), and luck of their own (300)."""

    def throw(unit: Unit, **_: Any) -> dict[str, pd.DataFrame]:
        name = unit.scenario.name
        persons = 1e6 + EFFECTS.get(name, 0) + 1000 * luck("shared", unit.replication) + 300 * luck(name, unit.replication)
        months = pd.date_range("2014-04", periods=3, freq="MS")
        return {"stocks": pd.DataFrame({"month": months, "status": "employment", "persons": persons})}

    monkeypatch.setattr(Unit, "simulate", throw)


def by_hand(replications: int, point: int) -> tuple[float, float, float]:
    """Estimate, half interval and replications apart, straight from the dice."""
    name = f"small.{point:05d}"
    shared = np.array([1000 * luck("shared", r) for r in range(replications)])
    base, reform = (np.array([300 * luck(n, r) for r in range(replications)]) for n in ("baseline", name))
    pairs = EFFECTS[name] + reform - base
    half = student.ppf(0.975, replications - 1) * pairs.std(ddof=1) / math.sqrt(replications)
    apart = replications * ((shared + base).var(ddof=1) + (shared + reform).var(ddof=1)) / pairs.var(ddof=1)
    return float(pairs.mean()), float(half), float(apart)


@pytest.mark.usefixtures("dice")
class TestRunUntil:
    def test_it_stops_when_every_interval_is_narrow(self, tmp_path: Path) -> None:
        """If this fails a batch stops before it is as precise as asked, never stops, or misstates what common luck saves."""
        rounds: list[list[Reached]] = []
        result, found = run_until(SMALL, Precision("persons.employment", 150, False), out=tmp_path / "o", told=lambda r: rounds.append(list(r)))
        made = found[0].replications
        assert rounds[-1] == found and [r[0].replications for r in rounds] == sorted({r[0].replications for r in rounds})
        assert rounds[0][0].replications == FEWEST and not all(r.reached for r in rounds[-2])
        for r in found:
            estimate, half, apart = by_hand(made, r.point)
            assert (r.estimate, r.half) == pytest.approx((estimate, half), abs=1e-6)
            assert r.apart == pytest.approx(apart) and r.apart > 3 * made
            assert r.reached and r.half <= 150
        assert result.differences["replication"].nunique() == made
        assert result.effects["estimate"].tolist() == pytest.approx([r.estimate for r in found])

    def test_it_says_when_it_gave_up(self, tmp_path: Path) -> None:
        """If this fails a difference that luck hides is said to be known."""
        _, found = run_until(SMALL, Precision("persons.employment", 0.0001, True), out=tmp_path / "o", most=12)
        assert [r.replications for r in found] == [12, 12] and not any(r.reached for r in found)

    def test_stopped_between_rounds_it_comes_to_the_same(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """If this fails a precise batch that was stopped makes other replications, or forgets those it had."""
        asked = Precision("persons.employment", 200, False)
        straight, found = run_until(SMALL, asked, out=tmp_path / "straight")

        def stop(_: Any) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            run_until(SMALL, asked, out=tmp_path / "o", told=stop)
        resumed, again = run_until(SMALL, asked, out=tmp_path / "o")
        assert again == found
        for name in ("outcomes", "differences", "effects"):
            assert (tmp_path / "o" / f"{name}.parquet").read_bytes() == (tmp_path / "straight" / f"{name}.parquet").read_bytes()
        monkeypatch.setattr(experiments.batch.precision, "work_off", lambda *_: pytest.fail("it ran again"))
        read, same = run_until(SMALL, asked, out=tmp_path / "o")
        assert same == found and read.effects.equals(resumed.effects) and straight.effects.equals(read.effects)

    @pytest.mark.parametrize(("language", "said"), [("en", "as narrow as asked"), ("da", "så snævert som ønsket")])
    def test_the_command_says_what_it_took(self, language: str, said: str, tmp_path: Path) -> None:
        """If this fails one who asked for precision is not told what he got, or what luck apart would have cost."""
        file = tmp_path / "small.toml"
        file.write_text('name = "small"\noutcomes = ["persons.employment"]\nmonths = 2\nscale = 0.001\nlevers.caseworker_hours.factor = [0.5, 1.5]\n')
        command = ["batch", str(file), "--out", str(tmp_path / "o"), "--jobs", "1", "--progress", "none", "--language", language, "--precision", "25%", "--most", "20"]
        done = CliRunner().invoke(main, command)
        assert done.exit_code == 0, done.output
        lines = [line for line in done.output.splitlines() if line.startswith(("Point ", "Punkt ")) and "±" in line]
        assert len(lines) == 2 and said in lines[0] and said not in lines[1]
        shown = [f"{by_hand(20, point)[2]:.0f}" for point in (0, 1)]
        assert all(" 20 " in line and f" {n} " in line for line, n in zip(lines, shown, strict=True)), (lines, shown)


class TestJudge:
    def test_pairs_that_never_differ_are_known_at_once(self) -> None:
        """If this fails a reform that changes nothing is run to the limit, or divides by zero."""
        pairs = pd.DataFrame({"point": 0, "outcome": "net_cost", "horizon_months": 2, "base": [1.0, 2.0, 3.0], "value": [1.0, 2.0, 3.0], "difference": 0.0})
        (found,) = judge(pairs, Precision("net_cost", 0.05, True))
        assert found == Reached(0, 0.0, 0.0, 3, None, True)

    def test_the_last_horizon_is_what_counts(self) -> None:
        """If this fails replications stop at the precision of another month."""
        at = {"point": 0, "outcome": "net_cost", "base": 0.0}
        early = pd.DataFrame({**at, "horizon_months": 12, "value": [1.0, 1.1], "difference": [1.0, 1.1]})
        late = pd.DataFrame({**at, "horizon_months": 24, "value": [5.0, 9.0], "difference": [5.0, 9.0]})
        (found,) = judge(pd.concat([late, early]), Precision("net_cost", 1, False))
        assert found.estimate == 7 and not found.reached

    def test_too_many_failures_are_told(self) -> None:
        """If this fails one pair left gives a traceback."""
        pairs = pd.DataFrame({"point": [3], "outcome": ["net_cost"], "horizon_months": [2], "base": [1.0], "value": [2.0], "difference": [1.0]})
        with pytest.raises(Mistake, match="point 3 has 1 pairs left"):
            judge(pairs, Precision("net_cost", 1, False))

    @given(
        st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(0, 1e6)), min_size=1, max_size=4), st.integers(FEWEST, 400), st.integers(FEWEST, 1000),
        st.floats(1e-3, 1e3), st.booleans(),
    )
    def test_the_next_round_is_larger_and_within_bounds(self, points: list[tuple[float, float]], made: int, most: int, asked: float, share: bool) -> None:
        """If this fails a batch makes no headway, or more than it may."""
        precision = Precision("net_cost", asked, share)
        found = [Reached(i, e, h, made, None, h <= precision.half_of(e)) for i, (e, h) in enumerate(points)]
        more = wanted(found, precision, made, most)
        if all(r.reached for r in found) or made >= most:
            assert more is None
        else:
            assert more is not None and made < more <= min(most, math.ceil(made * GROWTH))


class TestWhatIsAsked:
    @pytest.mark.parametrize(("text", "half", "share"), [("5%", 0.05, True), (" 2.5 % ", 0.025, True), ("500", 500, False), ("0.1", 0.1, False)])
    def test_shares_and_numbers_are_read(self, text: str, half: float, share: bool) -> None:
        """If this fails 5% is taken for 5 persons, or 500 for a share."""
        asked = Precision.read(text, "net_cost", ["net_cost"])
        assert (asked.half, asked.is_share) == (pytest.approx(half), share)
        assert asked.half_of(-200) == pytest.approx(half * 200 if share else half)

    @pytest.mark.parametrize("text", ["five", "", "%", "0", "-5%", "nan", "inf"])
    def test_anything_else_is_told(self, text: str) -> None:
        """If this fails a mistyped precision gives a traceback, or a batch that never stops."""
        with pytest.raises(Mistake, match="write a share of the difference such as 5%"):
            Precision.read(text, "net_cost", ["net_cost"])

    def test_draws_and_few_replications_are_refused(self, tmp_path: Path) -> None:
        """If this fails precision is promised where luck is not what makes the interval wide."""
        asked = Precision("persons.employment", 1, False)
        with pytest.raises(Mistake, match="over draws"):
            run_until(SMALL.model_copy(update={"draws": 4}), asked, out=tmp_path / "o")
        with pytest.raises(Mistake, match="--most 2: must be at least"):
            run_until(SMALL, asked, out=tmp_path / "o", most=2)
        assert not list(tmp_path.iterdir())
