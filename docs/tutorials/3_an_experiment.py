# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # An experiment
#
# What does a cap on caseloads do to work, to waits before the rehabilitation team and to public purses, and is it the same when jobs are scarce? That is one
# question of many runs: three caps, two worlds, some repetitions. An experiment says it once.

# %% tags=["parameters"]
scale, months, replications = 0.02, 24, 3

# %%
from experiments import Experiment, run

experiment = Experiment(
    name="cap", levers={"caseload_cap.cap": (20, 40, 60)}, worlds=("baseline", "bust"),
    outcomes=("persons.employment", "wait_months.team", "net_cost"), months=months, scale=scale, replications=replications,
)
result = run(experiment, out="runs/cap")
result.design

# %% [markdown]
# A *lever* is a parameter of a policy: it changes the reform alone. A *world* (or an *uncertainty*) holds for base and reform alike, so what it does is
# no part of a difference.
#
# ## Effects

# %%
effects = result.effects
effects[["world", "caseload_cap.cap", "outcome", "estimate", "low", "high"]].round(2)

# %%
import matplotlib.pyplot as plt

waits = effects[effects["outcome"] == "wait_months.team"]
figure, axes = plt.subplots(figsize=(7, 3))
for world, points in waits.groupby("world"):
    error = [points["estimate"] - points["low"], points["high"] - points["estimate"]]
    axes.errorbar(points["caseload_cap.cap"], points["estimate"], yerr=error, capsize=3, label=world)
axes.axhline(0, color="black", linewidth=0.5)
axes.set(xlabel="citizens per caseworker, at most", ylabel="months", title="Wait before the rehabilitation team: cap minus none")
axes.legend()
plt.show()

# %% [markdown]
# A low cap costs most, since it acts where caseloads are above it. Did you expect shorter waits? Caseworkers with more time prepare more cases, and more cases
# come before the same teams: relief in one place can make a queue in the next. Where an interval holds zero, these runs cannot tell the effect from luck:
# add `replications`, or let `--precision` add them.
#
# ## Luck, pair by pair
#
# Base and reform have the same luck, so a difference varies much less than a level.

# %%
pairs = result.differences[result.differences["outcome"] == "persons.employment"]
pairs.groupby("point")[["base", "value", "difference"]].std().round(1)

# %% [markdown]
# What has run is not run again: the same call with more replications adds the new ones only, and a batch that was stopped goes on. The same from the
# command line, on this machine or a cluster, with a report: [Experiments](../experiments.md).
#
# Next: [follow a cohort](4_follow_a_cohort.py).
