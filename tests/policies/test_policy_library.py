"""Every policy of the library keeps to what all policies keep to, alone and together; every lever of the documents is accounted for."""

import re
import tomllib
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from agents.mistake import Mistake
from agents.statuses import BY_NAME
from policies.catalogue import FAMILIES, agreement, family_of, markdown, modules_of, read_found, read_levers
from policies.protocol import Policy
from policies.registry import Registry, refuse_conflicts
from policies.testing import check_policy, run

REGISTRY = Registry()
SHIPPED = [name for name in REGISTRY if REGISTRY.source(name).startswith("policies/")]
ROOT = Path(__file__).resolve().parents[2]
SETS = 60
"""Sets of policies that are run together."""
TOGETHER = 24
"""Policies in a set, at most."""


@pytest.mark.parametrize("name", SHIPPED)
def test_a_policy_keeps_to_what_all_keep_to(name: str) -> None:
    """If this fails a shipped policy acts before its start, goes on after its end, loses persons or disturbs somebody else's draws."""
    check_policy(REGISTRY[name])


@pytest.mark.parametrize("name", SHIPPED)
def test_a_policy_says_what_it_is(name: str) -> None:
    """If this fails an analyst is not told, in both languages, what a policy does, for whom, how well that is known and from where."""
    policy = REGISTRY[name]
    assert policy.about and policy.mechanism, "about or mechanism is missing"
    for text in (policy.label, policy.about, policy.mechanism):
        assert text.en and text.da and text.en != text.da
    assert re.search(r"\d{3}_[0-9a-f]{16}\.txt:\d|Lov |Act ", policy.citation), policy.citation
    assert family_of(policy) in FAMILIES
    assert set(policy.touches) <= set(BY_NAME)
    for key in policy.own_parameters():
        extra = policy.model_fields[key].json_schema_extra
        assert isinstance(extra, dict) and extra.get("en") and extra.get("da") and extra.get("unit"), f"{key} has no text in both languages"


@pytest.mark.parametrize("name", SHIPPED)
def test_assumed_ranges_hold_the_default_and_are_possible(name: str) -> None:
    """If this fails draws of an assumed size leave what is possible, or its median is not the default."""
    policy = REGISTRY[name]
    for key, (low, high) in policy.assumed().items():
        default = policy.model_fields[key].default
        assert low <= default <= high and low < high, key
        policy(**{key: type(default)(low)})
        policy(**{key: type(default)(high)})
    draws = [policy(**policy.drawn_sizes(number)) for number in range(1, 4)]
    assert not policy.assumed() or draws[0] != draws[1] or draws[1] != draws[2]


def test_every_lever_is_accounted_for() -> None:
    """If this fails a lever of the documents is missing, both modelled and not, or a policy names one that no document has."""
    modules = modules_of(REGISTRY)
    known = {lever.id for lever in read_levers()}
    assert set(modules) == known, set(modules) ^ known
    without = [one.id for one in read_levers() if not modules[one.id] and one.not_modelled is None]
    both = [one.id for one in read_levers() if modules[one.id] and one.not_modelled is not None]
    assert not without and not both


def test_levers_of_the_contract_are_there() -> None:
    """If this fails the list has lost a lever of the expert group, the social workers, the agency, sanctions, companies or integration."""
    ids = {lever.id for lever in read_levers()}
    wanted = [
        *(f"EG-{letter}.{i}" for letter, n in (("A", 9), ("B", 10), ("C", 3), ("D", 6)) for i in range(1, n + 1)), *(f"DS14-A{i}" for i in range(1, 25)),
        *(f"DS22-B{i}" for i in range(1, 20)), *(f"STAR-C{i}" for i in range(1, 13)), *(f"SAN-{i}" for i in range(1, 8)), *(f"VIR-{i}" for i in range(1, 15)),
        *(f"INT-{i}" for i in range(1, 10)), "REF-2013", "REF-2014-KTH", "REF-2014-SDP", "REF-2015", "REF-2016",
    ]
    assert not set(wanted) - ids


@pytest.mark.parametrize("name", SHIPPED)
def test_the_values_that_make_a_lever_are_possible(name: str) -> None:
    """If this fails the catalogue names a value of a parameter that the policy refuses or does not have."""
    for lever, values in REGISTRY[name].levers.items():
        try:
            REGISTRY.make(name, tomllib.loads("\n".join(re.split(r",\s*(?=\w+\s*=)", values))), where=lever)
        except tomllib.TOMLDecodeError as error:
            pytest.fail(f"{lever}: {values!r} is not of the form key=value, key=value: {error}")


def test_the_catalogue_is_up_to_date() -> None:
    """If this fails docs/policies.md was not written again: `borgerflow policies --markdown > docs/policies.md`."""
    assert (ROOT / "docs" / "policies.md").read_text(encoding="utf-8") == markdown(REGISTRY)


def test_directions_are_found_for_every_policy_with_a_claim() -> None:
    """If this fails the catalogue shows claims without what runs find: `python -m experiments.directions`."""
    assert not [name for name in SHIPPED if set(REGISTRY[name].claims) - set(read_found().get(name, {}))]


@pytest.mark.parametrize(("claimed", "found", "says"), [("+", "+", "agrees"), ("+", "-", "disagrees"), ("-", "0", "no_effect"), ("?", "-", "contested")])
def test_agreement(claimed: str, found: str, says: str) -> None:
    """If this fails the catalogue says that a claim is borne out when it is not."""
    assert agreement(claimed, found) == says


def compatible(policies: list[Policy]) -> bool:
    try:
        refuse_conflicts(policies)
    except Mistake:
        return False
    return True


def random_sets() -> list[list[str]]:
    """Compatible sets, each begun with a pair that no set has yet; the same ones every time."""
    rng = np.random.default_rng(2014)
    open_pairs = {pair for pair in combinations(SHIPPED, 2) if compatible([REGISTRY[n]() for n in pair])}
    sets = []
    for _ in range(SETS):
        chosen = list(sorted(open_pairs)[rng.integers(len(open_pairs))]) if open_pairs else []
        for name in rng.permutation(SHIPPED).tolist():
            if len(chosen) < TOGETHER and name not in chosen and compatible([REGISTRY[n]() for n in (*chosen, name)]):
                chosen.append(name)
        open_pairs -= set(combinations(sorted(chosen), 2))
        sets.append(sorted(chosen))
    return sets


def test_sets_cover_most_pairs() -> None:
    """If this fails the sets below try few pairs of policies together."""
    pairs = {pair for chosen in random_sets() for pair in combinations(chosen, 2)}
    possible = [pair for pair in combinations(SHIPPED, 2) if compatible([REGISTRY[n]() for n in pair])]
    assert len(pairs) > 0.75 * len(possible)


@pytest.mark.parametrize("chosen", random_sets(), ids=lambda chosen: f"{len(chosen)} policies from {chosen[0]}")
def test_policies_compose(chosen: list[str]) -> None:
    """If this fails two policies cannot be in force together without breaking an invariant; the message names the pair."""
    dated = [REGISTRY[name](start="2014-07") for name in chosen]
    try:
        run(*dated, scale=0.001, months=6)
    except (AssertionError, Mistake) as failed:
        for pair in combinations(dated, 2):
            try:
                run(*pair, scale=0.001, months=6)
            except (AssertionError, Mistake) as smaller:
                pytest.fail(f"{pair[0].name} and {pair[1].name}: {smaller}")
        pytest.fail(f"{', '.join(chosen)} (no pair alone fails): {failed}")
