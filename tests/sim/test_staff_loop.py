"""The loop of load and turnover on paper."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from sim.parameters import Parameters
from sim.staff_loop import HIGHEST_LOAD, UNCERTAIN, StaffLoop, at_corners, at_high_ends, staff_loop

LOOP = StaffLoop(turnover=0.4, elasticity=2.0, vacancy=3.0, minutes=5000.0, demand=4000.0, reading=6000.0)
LOOPS = [replace(LOOP, elasticity=e, vacancy=v) for e, v in product((0.0, 0.5, 1.0, 1.7, 3.0), (0.0, 2.0, 12.0))]


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("load", [0.5, 1.2, 1.5, 4.0])
def test_the_gain_is_the_slope_of_the_next_load(loop: StaffLoop, load: float) -> None:
    """If this fails, the report's gain is not the derivative of what one load leads to."""
    step = 1e-5
    slope = (loop.next_load(load + step) - loop.next_load(load - step)) / (2 * step)
    assert loop.gain(load) == pytest.approx(slope, rel=1e-6, abs=1e-9)


def test_at_one_the_gain_is_the_slope_to_the_right() -> None:
    """If this fails, the gain where hours just suffice is that of a load which nobody feels: 0."""
    step = 1e-6
    assert LOOP.gain(1.0) == pytest.approx((LOOP.next_load(1 + step) - LOOP.next_load(1)) / step, rel=1e-4)
    assert LOOP.gain(1.0) > 0


def test_the_next_load_is_what_a_population_of_positions_gets() -> None:
    """If this fails, the formula books vacancies or reading wrongly: positions are simulated one by one, month by month,
    and their work is divided by their working time."""
    luck = np.random.default_rng(1)
    load, positions, months = 1.5, 4000, 240
    empty_for = np.zeros(positions, int)
    present = left = 0
    for month in range(months):
        here = empty_for == 0
        empty_for[~here] -= 1
        leaves = here & (luck.random(positions) < LOOP.leaving(load))
        empty_for[leaves] = int(LOOP.vacancy)
        if month >= 60:
            present += int(here.sum())
            left += int(leaves.sum())
    work = positions * (months - 60) * LOOP.demand + left * LOOP.reading
    assert work / (present * LOOP.minutes) == pytest.approx(LOOP.next_load(load), rel=0.01)


@pytest.mark.parametrize("loop", LOOPS)
def test_where_it_runs_away(loop: StaffLoop) -> None:
    """If this fails, the load at which the gain reaches 1 is not the first one on a fine grid."""
    grid = np.linspace(1, HIGHEST_LOAD, 90_001)[:-1]
    over = [load for load in grid if loop.gain(float(load)) >= 1]
    found = loop.runs_away_at()
    assert (found is None) == (not over)
    if found is not None:
        assert found == pytest.approx(over[0], abs=2e-4)


def test_parameters_have_their_units(parameters: Parameters) -> None:
    """If this fails, hours are taken for minutes, or a year for a month."""
    loop = staff_loop(parameters, demand=4000.0, caseload=50.0, readings=1.5)
    assert loop.minutes == parameters.value("casework.hours") * 60
    assert loop.leaving(0.3) == (parameters.value("turnover.job_change") + parameters.value("turnover.leave")) / 12
    assert loop.reading == 75 * parameters.value("minutes.reading")
    assert loop.cost == pytest.approx((4000 * parameters.months("turnover.vacancy") + loop.reading) / loop.minutes)


def test_corners_hold_the_ends_of_the_ranges(parameters: Parameters) -> None:
    """If this fails, the smallest and largest gain are not those of the range, or other parameters are changed too."""
    corners = list(at_corners(parameters))
    seen = {tuple(p.value(path) for path in UNCERTAIN) for p in corners}
    assert seen == set(product(*(parameters[path].bounds for path in UNCERTAIN)))
    for p in corners:
        assert {path for path in p if p[path].value != parameters[path].value} <= set(UNCERTAIN)
    for path, p in at_high_ends(parameters):
        assert p.value(path) == parameters[path].bounds[1]
        assert {other for other in p if p[other].value != parameters[other].value} <= {path}
    gains = [staff_loop(p, 4000, 50, 1.5).gain(1.5) for p in corners]
    default = staff_loop(parameters, 4000, 50, 1.5).gain(1.5)
    assert min(gains) < default < max(gains)
