"""Which way policies with moderate or strong evidence move what their sources speak of; and that sizes without evidence propagate."""

from typing import Any

import pytest

from experiments.directions import UNITS, find
from policies.catalogue import agreement
from policies.registry import Registry
from sim.model import BenefitModel

REGISTRY = Registry()
GRADED = [name for name in REGISTRY if REGISTRY[name].evidence in ("strong", "moderate") and set(REGISTRY[name].claims.values()) - {"?"}]
CLAIMS = [(name, outcome) for name in GRADED for outcome, claimed in REGISTRY[name].claims.items() if claimed != "?"]


def test_there_are_policies_with_evidence() -> None:
    """If this fails the tests below look at nothing."""
    assert len(GRADED) > 6 and len(CLAIMS) > 10


def test_policies_with_evidence_move_what_it_speaks_of() -> None:
    """Directions in a small country over a year and a half, four pairs with the same luck. One test, since all of it rests on the same runs.

    If this fails the 95 % interval of a policy's effect lies on the side opposite to what good evidence says (false alarm 2.5 % for
    each claim if the true effect were none; the same runs every time); or that cannot happen, because policies with good evidence do next
    to nothing; or a policy claims something that no run can find."""
    rows = find([REGISTRY[name] for name in GRADED], scale=0.005, months=18, replications=4, seed=5)
    found = {(row["policy"], row["outcome"]): row["found"] for row in rows}
    says = {(name, outcome): agreement(REGISTRY[name].claims[outcome], found[name, outcome]) for name, outcome in CLAIMS}
    assert [claim for claim, said in says.items() if said == "disagrees"] == []
    assert sum(said == "agrees" for said in says.values()) >= len(CLAIMS) / 4
    assert {outcome for name in REGISTRY for outcome in REGISTRY[name].claims} <= set(UNITS)
    assert {outcome for _, outcome in found} == set(UNITS)


@pytest.mark.parametrize("name", ["job_goal_under_30", "smoother_debt_repayment"])
def test_an_assumed_size_propagates(name: str) -> None:
    """If this fails the two ends of an assumed range give the same lives: its uncertainty is in no interval."""
    policy = REGISTRY[name]
    key, (low, high) = next(iter(policy.assumed().items()))
    ends: list[Any] = [BenefitModel(scale=0.004, months=10, seed=3, policies=[policy(**{key: end})]).run() for end in (low, high)]
    assert not ends[0].flows().equals(ends[1].flows())
