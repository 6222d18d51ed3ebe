"""A test kit for policies: what every policy must keep to, whoever wrote it.

In your own tests::

    from policies.testing import check_policy

    def test_my_policy():
        check_policy(MyPolicy(start="2014-09"))

It runs small models (a second or two) and raises ``AssertionError`` saying what is wrong: persons or money that appear from nowhere,
an effect before the first month in force, something that goes on after the last, a draw of somebody else that is disturbed, a
column that is resized or given another kind of number, no result when other policies are in force too.

This is the one module of the package that drives the simulation; nothing in the simulation uses it.
"""

import random
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from agents.calendar import Month, label, month
from policies.protocol import Policy

MONTHS = 9
"""Months simulated."""
_BEFORE, _IN_FORCE = 3, 4
"""Months before the policy begins and months in which it is in force, in the tests of dates."""


def check_policy(policy: Policy | type[Policy], *, others: Sequence[Policy] = (), scale: float = 0.002, seed: int = 3) -> None:
    """Everything a policy must keep to; its own dates are replaced by those of the tests.

    Args:
        policy: a policy, or a class of policies (then with its defaults).
        others: policies that it is also run together with.
        scale: share of the population simulated.
        seed: luck.

    Raises:
        AssertionError: saying what is wrong.
    """
    made = policy() if isinstance(policy, type) else policy
    first = _baseline(scale, seed).start
    check_texts(made)
    check_start(_dated(made, first + _BEFORE, None), scale=scale, seed=seed)
    check_repeal(_dated(made, first + 1, first + _IN_FORCE), scale=scale, seed=seed)
    if others:
        run(_dated(made, first, None), *others, scale=scale, seed=seed)


def check_texts(policy: Policy) -> None:
    """A policy has a name and labels in both languages, and says what its parameters are."""
    kind = type(policy)
    assert kind.name.isidentifier(), f"{kind.__name__}: name {kind.name!r} must be one word of letters, digits and _"
    assert kind.label.en and kind.label.da, f"{kind.name}: label is empty in a language"
    for name in kind.own_parameters():
        assert kind.model_fields[name].description, f"{kind.name}: parameter {name!r} has no description"


def check_start(policy: Policy, *, scale: float = 0.002, seed: int = 3) -> None:
    """Nothing changes before a policy's first month in force; and it uses keyed draws of its own (``world.draw``), never a common
    source of random numbers."""
    assert policy.start is not None, "give the policy a start"
    common = _common_source()
    after = run(policy, scale=scale, seed=seed)
    assert _common_source() == common, f"{policy.name}: draws from a common source of random numbers; use world.draw or world.draw_once"
    before = _baseline(scale, seed)
    foreign = {name for name in after.luck.streams - before.luck.streams if not name.startswith(f"policy.{policy.name}.")}
    assert not foreign, f"{policy.name}: sets up draws that are not its own: {', '.join(sorted(foreign))}"
    months = month(policy.start) - before.start
    for name in ("stocks", "flows", "accounts"):
        tables = [getattr(model, name)() for model in (before, after)]
        early = [t[t["month"] < t["month"].min() + _months(months)].reset_index(drop=True) for t in tables]
        assert early[0].equals(early[1]), f"{policy.name}: {name} differ before {policy.start}, its first month in force"


def check_repeal(policy: Policy, *, scale: float = 0.002, seed: int = 3) -> None:
    """After a policy's last month the law and the numbers of practice are what they were."""
    assert policy.end is not None, "give the policy an end"
    model = run(policy, scale=scale, seed=seed)
    assert not model.rules.replaced, f"{policy.name}: time limits of {', '.join(model.rules.replaced)} stay replaced after {policy.end}: write repeal()"
    assert model.in_force.versions == [model.parameters], f"{policy.name}: numbers of practice stay changed after {policy.end}"
    assert model.money is not None
    now = model.month
    assert model.money.laws.at(now) is model.money.laws.own(now), f"{policy.name}: the law of money stays amended after {policy.end}"


def run(*policies: Policy, scale: float = 0.002, seed: int = 3, months: int = MONTHS) -> Any:
    """A finished model with some policies, its invariants checked: persons are conserved and columns keep their size and kind."""
    from sim.model import BenefitModel  # the kit drives the simulation, which stands above policies

    model = BenefitModel(scale=scale, months=months, seed=seed, policies=policies)
    shape = {name: (array.dtype, array.size) for name, array in model.population.arrays.items()}
    model.run()
    names = ", ".join(repr(p.name) for p in policies) or "the baseline"
    for name, array in model.population.arrays.items():
        assert (array.dtype, array.size) == shape[name], f"{names}: column {name!r} is resized or has another kind of number"
    stocks, flows = model.stocks(), model.flows()
    wide = stocks.pivot_table(index="month", columns="status", values="citizens", observed=True)
    came = flows.pivot_table(index="month", columns="to_status", values="citizens", aggfunc="sum", observed=True).reindex(wide.index[1:]).fillna(0)
    left = flows.pivot_table(index="month", columns="from_status", values="citizens", aggfunc="sum", observed=True).reindex(wide.index[1:]).fillna(0)
    change = came.reindex(columns=wide.columns).fillna(0) - left.reindex(columns=wide.columns).fillna(0)
    assert np.array_equal(wide.diff().iloc[1:].to_numpy(), change.to_numpy()), f"{names}: persons are not conserved"
    assert np.isfinite(model.accounts()["oere"].to_numpy(np.float64)).all(), f"{names}: an account holds no number"
    return model


def _dated(policy: Policy, start: Month, end: Month | None) -> Policy:
    """The policy with other dates."""
    dates = {"start": label(start), "end": None if end is None else label(end)}
    values = {name: getattr(policy, name) for name in type(policy).model_fields}
    return type(policy)(**{**values, **dates})


def _months(number: int) -> Any:
    import pandas as pd

    return pd.DateOffset(months=number)


def _common_source() -> tuple[Any, str]:
    """The state of the sources of random numbers that everybody shares."""
    return random.getstate(), str(np.random.get_state())  # noqa: NPY002  # that source is what is looked at


@lru_cache(maxsize=2)
def _baseline(scale: float, seed: int) -> Any:
    """A finished model without policies."""
    return run(scale=scale, seed=seed)
