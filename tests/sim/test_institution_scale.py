"""Runs of different scale say the same of the institution within Monte Carlo error."""

import numpy as np
import pandas as pd
import pytest

from experiments.institution import SOURCES, institution_outcomes
from experiments.summary import SMALLEST_VALID
from sim.model import BenefitModel

COMPARED = (
    ("overdue_share", "all"), ("months_late", "all"), ("use_of_hours", "all"), ("wait_months", "team"), ("wait_months", "psychiatry"),
    ("months_to_decision", "team"), ("queue_length", "documentation"), ("decided_a_month", "foertidspension"),
    ("decided_a_month", "ressourceforloeb"), ("decided_a_month", "fleksjob"), ("citizens_per_caseworker", "activity_ready"),
)
SEEDS = 8


def second_year(scale: float, seed: int) -> pd.Series:
    model = BenefitModel(scale=scale, months=24, seed=seed).run()
    made = (model.casework(), model.queues(), model.decisions(), model.at_risk(), model.measures(), model.sanctions())
    tables = {name: t.assign(scenario="x", replication=0) for name, t in zip(SOURCES, made, strict=True)}
    outcomes = institution_outcomes(tables, scale)
    return outcomes[outcomes["month"] == outcomes["month"].max()].set_index(["outcome", "status"])["value"]


@pytest.fixture(scope="module")
def small() -> pd.DataFrame:
    return pd.DataFrame([second_year(SMALLEST_VALID, seed) for seed in range(SEEDS)])


@pytest.fixture(scope="module")
def large() -> pd.Series:
    return second_year(5 * SMALLEST_VALID, 0)


@pytest.mark.parametrize("row", COMPARED, ids=str)
def test_scales_agree(small, large, row):
    """If this fails small and large runs tell different stories about hours and queues: something is rounded away.

    The variance of a run is estimated from eight seeds of the smallest valid scale; that of the larger one is a fifth of it. The
    bound of 6.2 standard errors is Student's t with seven degrees of freedom at a false alarm of 0.05 % a figure.
    """
    values = small[row]
    error = values.std(ddof=1) * np.sqrt(1 / SEEDS + 1 / 5)
    assert abs(values.mean() - large[row]) < 6.2 * error
    assert error < 0.2 * abs(values.mean())  # else nothing is tested
