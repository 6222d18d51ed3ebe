"""The table of asked and got against a fresh look at the twin."""

import numpy as np
import pytest

from calibration.first_rates import parameters_at, read_priors, residuals
from calibration.first_targets import TARGETS, Outcome, outcome
from sim.parameters import load, read_fit


@pytest.fixture(scope="module")
def got() -> Outcome:
    """What the twin says with the shipped parameters."""
    return outcome(load())


def test_got_is_what_the_twin_says(got: Outcome) -> None:
    """If this fails, the report's table of misses was made with other parameters than those shipped."""
    wrong = {}
    for row, target in zip(read_fit(), TARGETS, strict=True):
        value = target.measure(got)
        if float(row["got"]) != pytest.approx(value, rel=1e-3):
            wrong[target.name] = (row["got"], value)
    assert not wrong


def test_misses_are_stated(got: Outcome) -> None:
    """If this fails, a target that is missed is shown as hit."""
    for row, target in zip(read_fit(), TARGETS, strict=True):
        assert float(row["miss"]) == pytest.approx(target.miss(target.measure(got)), abs=0.02), target.name


def test_a_miss_is_counted_in_tolerances() -> None:
    """If this fails, the report's misses are on another scale than it says."""
    share, persons = (next(t for t in TARGETS if t.log is log) for log in (False, True))
    assert share.miss(share.asked + 2 * share.tolerance) == pytest.approx(2)
    assert persons.miss(persons.asked * np.exp(-3 * persons.tolerance)) == pytest.approx(-3)
    assert share.miss(share.asked) == persons.miss(persons.asked) == 0


def test_the_fit_can_start_from_its_priors() -> None:
    """If this fails, priors and parameters do not fit together, and `make fit` cannot run."""
    priors = read_priors()
    known = load()
    assert {p.path for p in priors} <= set(known)
    assert {p.path for p in priors if p.slot is not None} == {f"rate.{path}" for path in known.below("rate")}
    assert all(known[p.path].slot == p.slot for p in priors)
    missed = residuals(np.zeros(len(priors)))
    assert missed.size == len(TARGETS) + len(priors)
    assert np.isfinite(missed).all()


def test_the_fit_is_better_than_its_priors() -> None:
    """If this fails, the shipped rates are no nearer the targets than the guesses before the fit."""
    priors = residuals(np.zeros(len(read_priors())))[: len(TARGETS)]
    shipped = np.array([float(row["miss"]) for row in read_fit()])
    assert (shipped**2).sum() < 0.5 * (priors**2).sum()


def test_calibrated_means_informed() -> None:
    """If this fails, a rate that no target informs is called calibrated, or an assumption has no range round it."""
    base = parameters_at(np.zeros(len(read_priors())))
    for prior in read_priors():
        shipped = load()[prior.path]
        assert base[prior.path].value == pytest.approx(prior.prior)
        assert not isinstance(shipped.value, list)
        if shipped.kind == "calibrated":
            assert shipped.se is not None
            width = shipped.se / (shipped.value if prior.slot is not None else 1.0)
            assert width < prior.sd * 0.5**0.5 * 1.05
        else:
            assert shipped.low is not None
            assert shipped.high is not None
            assert shipped.low < shipped.value < shipped.high
