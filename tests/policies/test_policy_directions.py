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


@pytest.fixture(scope="module")
def found() -> dict[tuple[str, str], str]:
    """Directions in a small country over a year and a half, four pairs with the same luck, by policy and outcome."""
    rows = find([REGISTRY[name] for name in GRADED], scale=0.005, months=18, replications=4, seed=5)
    return {(row["policy"], row["outcome"]): row["found"] for row in rows}


def test_there_are_policies_with_evidence() -> None:
    """If this fails the tests below look at nothing."""
    assert len(GRADED) > 6 and len(CLAIMS) > 10


@pytest.mark.parametrize(("name", "outcome"), CLAIMS)
def test_no_policy_goes_against_good_evidence(found: dict[tuple[str, str], str], name: str, outcome: str) -> None:
    """If this fails the 95 % interval of a policy's effect lies on the side opposite to what good evidence says (false alarm 2.5 % for
    each claim if the true effect were none; the same runs every time)."""
    assert agreement(REGISTRY[name].claims[outcome], found[name, outcome]) != "disagrees"


def test_many_effects_are_found(found: dict[tuple[str, str], str]) -> None:
    """If this fails the test above cannot fail: policies with good evidence do next to nothing."""
    agree = [claim for claim in CLAIMS if agreement(REGISTRY[claim[0]].claims[claim[1]], found[claim]) == "agrees"]
    assert len(agree) >= len(CLAIMS) / 4


def test_every_outcome_has_a_unit(found: dict[tuple[str, str], str]) -> None:
    """If this fails a policy claims something that no run can find."""
    assert {outcome for name in REGISTRY for outcome in REGISTRY[name].claims} <= set(UNITS)
    assert {outcome for _, outcome in found} == set(UNITS)


@pytest.mark.parametrize("name", ["job_goal_under_30", "smoother_debt_repayment"])
def test_an_assumed_size_propagates(name: str) -> None:
    """If this fails the two ends of an assumed range give the same lives: its uncertainty is in no interval."""
    policy = REGISTRY[name]
    key, (low, high) = next(iter(policy.assumed().items()))
    ends: list[Any] = [BenefitModel(scale=0.004, months=10, seed=3, policies=[policy(**{key: end})]).run() for end in (low, high)]
    assert not ends[0].flows().equals(ends[1].flows())
