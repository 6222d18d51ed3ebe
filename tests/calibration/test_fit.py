"""The fit: what was asked, and whether the shipped rates are its answer."""

import csv
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from agents.statuses import CODE
from calibration.asked import SELECTION, asked
from calibration.fit import ENDS, Problem, fit, slopes
from calibration.priors import held, read_priors
from calibration.twin_path import TwinPath, choose, falling_exits, twin_path
from sim.margins import read_margins
from sim.parameters import DEFAULT_VINTAGE, FOLDER, Parameters, load, read_fit


@pytest.fixture(scope="module")
def path() -> TwinPath:
    """The twin with the shipped parameters."""
    return twin_path(load())


def test_the_twin_says_what_the_table_says(path: TwinPath) -> None:
    """If this fails, the report's table of misses was made with other parameters than those shipped."""
    wrong = {}
    for row, one in zip(read_fit(), asked(load().value("selection.share")), strict=True):
        if float(row["twin"]) != pytest.approx(one.measure(path), rel=2e-3, abs=2e-4):
            wrong[one.name] = (row["twin"], one.measure(path))
    assert not wrong


def test_misses_are_those_of_the_simulation() -> None:
    """If this fails, a target that the simulation misses is shown as hit because the twin hits it."""
    for row, one in zip(read_fit(), asked(0.6), strict=True):
        got = float(row["simulated"] or row["twin"])
        assert float(row["miss"]) == pytest.approx(one.miss(got), abs=0.05), one.name


def test_the_fit_is_better_than_its_priors() -> None:
    """If this fails, the shipped rates are no nearer to what is asked than the guesses before the fit."""
    problem = Problem(tuple(read_priors()), 0.6)
    priors = problem.residuals(problem.start)[: len(problem.asked)]
    shipped = np.array([float(row["miss"]) for row in read_fit()])
    assert (shipped**2).sum() < 0.5 * (priors**2).sum()


class OneByOne:
    """A pool that works here and now, and counts its jobs."""

    jobs = 0

    def map(self, work: Any, jobs: Any, chunksize: int = 1) -> Any:
        """Results in order."""
        self.jobs += len(jobs)
        return map(work, jobs)


def test_known_parameters_are_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails, the fit does not find the parameters that its figures were made with. Two rates, all else fixed; the twin's
    own figures are asked, so only the priors (0.1 of their standard deviation at most) keep the fit from the truth."""
    free = ["rate.dagpenge.employment", "rate.sygedagpenge.employment"]
    problem = Problem(held(read_priors(), load(), free=free), 0.6)
    where = [i for i, prior in enumerate(problem.priors) if not prior.is_held]
    assert [problem.priors[i].path for i in where] == sorted(free, key=[p.path for p in problem.priors].index)
    truth = problem.start
    truth[where] = [0.6, -0.5]
    path = twin_path(problem.parameters(truth))
    less = {one.name: float(np.log(one.value / one.measure(path)) if one.log else one.value - one.measure(path)) for one in problem.asked}
    problem, pool, known, own = replace(problem, less=less), OneByOne(), {}, Problem.residuals

    def residuals(asked: Problem, x: np.ndarray) -> np.ndarray:
        """The twin's answer; the second fit goes where the first has been and need not ask again."""
        if (key := x.tobytes()) not in known:
            known[key] = own(asked, x)
        return known[key].copy()

    monkeypatch.setattr(Problem, "residuals", residuals)
    found = fit(problem, pool, problem.start, fresh=2, most=12)  # type: ignore[arg-type]
    assert found.x[where] == pytest.approx([0.6, -0.5], abs=0.1)
    assert np.delete(found.x, where) == pytest.approx(0)
    assert np.abs(found.misses).max() < 1
    assert (found.sd[where] < 0.5).all()
    used = pool.jobs
    again = fit(problem, pool, problem.start, fresh=1, most=12, jac=slopes(problem, problem.start, OneByOne()))  # type: ignore[arg-type]
    assert np.array_equal(again.x, found.x), "slopes known beforehand lead elsewhere"
    assert pool.jobs == 2 * used - len(where), "slopes known beforehand are worked out again"


def test_the_fit_can_start_from_its_priors() -> None:
    """If this fails, priors and parameters do not fit together, and `make fit` cannot run."""
    priors, known = read_priors(), load()
    assert {p.path for p in priors} <= set(known)
    assert {p.path for p in priors if p.slot is not None} == {f"rate.{path}" for path in known.below("rate")}
    assert all(known[p.path].slot == p.slot for p in priors)


def test_calibrated_means_informed() -> None:
    """If this fails, a rate that no target informs is called calibrated, or an assumption has no range round it."""
    problem = Problem(tuple(read_priors()), 0.6)
    base = problem.parameters(problem.start)
    for prior in read_priors():
        shipped = load()[prior.path]
        assert base[prior.path].value == pytest.approx(prior.prior)
        assert not isinstance(shipped.value, list)
        if shipped.kind == "calibrated":
            assert shipped.se is not None
            width = shipped.se / (shipped.value if prior.is_log else 1.0)
            assert width < prior.sd * 0.5**0.5 * 1.05
        else:
            assert shipped.low is not None
            assert shipped.high is not None
            assert shipped.low < shipped.value < shipped.high


class TestSelectionShare:
    def at(self, share: float) -> Parameters:
        return load().changed({"selection.share": share})

    @pytest.fixture(scope="class")
    @classmethod
    def at_shares(cls, path: TwinPath) -> dict[float, TwinPath]:
        """The twin at both ends of the range, and between them as shipped."""
        return {0.6: path} | {end: twin_path(load().changed({"selection.share": end})) for end in ENDS}

    def test_shipped_ends_are_read(self) -> None:
        """If this fails, rates at an end of the range are not those that were fitted there."""
        with (FOLDER / DEFAULT_VINTAGE / "selection.csv").open(newline="") as text:
            rows = list(csv.DictReader(text))
        assert len(rows) == len(read_priors())
        for end in ENDS:
            changed = self.at(end)
            assert all(changed.value(r["path"]) == pytest.approx(float(r[f"at_{end:g}"])) for r in rows)

    def test_between_the_ends_values_lie_between(self) -> None:
        """If this fails, a share between the default and an end gives rates that were fitted nowhere near it."""
        default, between, end = load(), self.at(0.4), self.at(0.2)
        for prior in read_priors():
            a, b, c = (p.value(prior.path) for p in (default, between, end))
            assert min(a, c) - 1e-12 <= b <= max(a, c) + 1e-12

    def test_the_order_of_changes_does_not_matter(self) -> None:
        """If this fails, going to an end and back gives other rates, or a rate set first is lost."""
        back = self.at(0.2).changed({"selection.share": 0.6})
        assert all(back.value(p.path) == load().value(p.path) for p in read_priors())
        first = load().changed({"rate.employment.dagpenge": 0.04}).changed({"selection.share": 0.2})
        assert first.value("rate.employment.dagpenge") == 0.04
        assert first.value("rate.dagpenge.employment") == self.at(0.2).value("rate.dagpenge.employment")

    def test_a_rate_set_by_hand_comes_on_top(self) -> None:
        """If this fails, a scenario's own rate is overwritten by the selection share."""
        changed = load().changed({"selection.share": 0.2, "rate.employment.dagpenge": 0.04})
        assert changed.value("rate.employment.dagpenge") == 0.04
        assert changed.value("rate.dagpenge.employment") == self.at(0.2).value("rate.dagpenge.employment")

    @pytest.mark.parametrize("benefit", list(SELECTION))
    def test_it_divides_one_and_the_same_fall(self, benefit: str, at_shares: dict[float, TwinPath]) -> None:
        """If this fails, the parameter does not mean what it says: the part of one and the same fall of exits that is who
        stays. Fitted shares are realised within 0.1, and the fall at both ends is the default's within 0.15 (log)."""
        realised = {}
        for share, path in at_shares.items():
            last = path.p.month("vintage.first_month") - 17
            realised[share] = falling_exits(path, SELECTION[benefit], last - 11, last)
        for share, (fall, duration) in realised.items():
            assert fall == pytest.approx(realised[0.6][0], abs=0.15)
            assert 1 - duration / fall == pytest.approx(share, abs=0.1)


class TestTwinPath:
    def test_the_choice_has_the_stocks_and_composition_of_the_count(self, path: TwinPath) -> None:
        """If this fails, the twin goes on with other people than the simulation."""
        margins = read_margins(load())
        chosen = choose(path.lived, margins).sum(axis=(1, 2))
        assert chosen == pytest.approx(margins.stock, rel=1e-3)
        assert path.chosen.sum(axis=(1, 2)) == pytest.approx(margins.stock, rel=1e-3)

    def test_uddannelseshjaelp_is_empty_before_it_begins(self, path: TwinPath) -> None:
        """If this fails, the past knows a benefit that came later."""
        code, begins = CODE["uddannelseshjaelp_parat"], path.row(14 * 12)
        assert path.stocks[: begins, code].max() == 0
        assert path.stocks[begins, code] > 1000
