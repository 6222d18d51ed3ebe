"""A comparison to look at from several sides."""

import pytest

from experiments.compare import Comparison, compare
from experiments.scenario import read_scenario


@pytest.fixture(scope="session")
def half_hours(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Baseline against half the caseworkers' hours: scale 0.005, 14 months, two replications. Look at it, do not change it."""
    base, reform = (read_scenario(name).with_months(14) for name in ("baseline", "half_caseworker_hours"))
    return compare(base, [reform], out=tmp_path_factory.mktemp("half_hours") / "o", scale=0.005, replications=2)
