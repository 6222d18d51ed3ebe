# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Write a policy
#
# Suppose jobcentres put more hours into finding a fleksjob for those who wait for one. You say what the rule does; the model finds out what follows.
#
# A policy is a class in a file of its own. It has a name, labels in both languages, parameters, and hooks that are called in the months in force.

# %% tags=["parameters"]
scale, months, replications = 0.02, 24, 3

# %%
from pathlib import Path

written = Path("sooner_fleksjob.py").write_text('''
from typing import ClassVar

from policies import Moves, Policy, Text, parameter


class SoonerFleksjob(Policy):
    """Those who wait for a fleksjob find one sooner."""

    name: ClassVar[str] = "sooner_fleksjob"
    label: ClassVar[Text] = Text(en="A fleksjob sooner", da="Hurtigere fleksjob")

    factor: float = parameter(
        1.3, low=0, high=5, assumed=(1.0, 1.6), unit="ratio", en="Fleksjob found, against now", da="Fundne fleksjob, mod nu"
    )

    def adjust(self, moves: Moves) -> None:
        moves.scale("ledighedsydelse", "fleksjob", self.factor)
''', encoding="utf-8")

# %% [markdown]
# `factor` is a size that no document gives. So it has an assumed range: runs over draws of the uncertain parameters take it from there.
#
# ## Test it
#
# The kit runs small models and says what is wrong: persons or money from nowhere, an effect before the first month in force, other people's luck
# disturbed. Silence is good.

# %%
from policies.registry import Registry
from policies.testing import check_policy

SoonerFleksjob = Registry(["sooner_fleksjob.py"])["sooner_fleksjob"]
check_policy(SoonerFleksjob)

# %% [markdown]
# ## Run it
#
# A scenario names the policy, its dates and its parameters. It is a TOML file, or made from another one.

# %%
from experiments import compare, read_scenario

baseline = read_scenario("baseline").with_months(months)
reform = baseline.with_policy("sooner_fleksjob", name="sooner", start="2014-09", factor=1.5)
result = compare(baseline, [reform], out="runs/sooner", scale=scale, replications=replications, files=["sooner_fleksjob.py"])
effects = result.persons_effects
last = effects[effects["horizon_months"] == months].set_index("status")
last.loc[["fleksjob", "ledighedsydelse", "employment", "edge_total"], ["estimate", "low", "high"]].round()

# %% [markdown]
# People move from ledighedsydelse to fleksjob, and the total on benefits of the edge hardly changes: both belong to it. The factor acts on how fast people find one,
# so the number in fleksjob changes by much less than a half.
#
# ## A mistake
#
# Misspell something, and you are told before anything runs.

# %%
from agents.mistake import Mistake

try:
    baseline.with_policy("sooner_fleksjob", factr=2).make_policies(Registry(["sooner_fleksjob.py"]))
except Mistake as mistake:
    print(mistake)

# %% [markdown]
# [Write a policy](../write_a_policy.md) has all hooks and verbs. Next: [an experiment](3_an_experiment.py) over many values.
