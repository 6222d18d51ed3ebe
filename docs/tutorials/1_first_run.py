# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # First run
#
# You compare two rule sets: the law as it was in 2014 to 2016, and the same law with a job goal for the under-30s on uddannelseshjælp.
# The same simulated people live under both, with the same luck. So whatever differs comes from the rule.
#
# A twentieth of Denmark or more is for answers. Here it is a fiftieth, two years and three repetitions, so that it takes a minute.

# %% tags=["parameters"]
scale, months, replications = 0.02, 24, 3

# %%
from experiments import compare, read_scenario

base = read_scenario("baseline").with_months(months)
reform = read_scenario("job_goal_under_30").with_months(months)
result = compare(base, [reform], out="runs/first", scale=scale, replications=replications)

# %% [markdown]
# ## What differs
#
# `effects` has a row for each outcome, status and horizon: the mean difference, reform minus base, and its 95 % interval.

# %%
effects = result.persons_effects
last = effects[effects["horizon_months"] == months].set_index("status")
last.loc[["employment", "education", "family:uddannelseshjaelp", "edge_total"], ["estimate", "low", "high"]].round()

# %% [markdown]
# Figures are persons in all of Denmark. **The interval holds luck only**: what another draw of the same people would have shown. How far the
# parameters may be wrong is not in it; [Calibration and uncertainty](../calibration.md) shows how to have that too.
#
# ## How it comes about
#
# One row a month: draw the difference in employment with its interval.

# %%
import matplotlib.pyplot as plt

path = effects[effects["status"] == "employment"]
figure, axes = plt.subplots(figsize=(7, 3))
axes.fill_between(path["horizon_months"], path["low"], path["high"], alpha=0.2)
axes.plot(path["horizon_months"], path["estimate"])
axes.axhline(0, color="black", linewidth=0.5)
axes.set(xlabel="months after the start", ylabel="persons", title="Employment: reform minus base")
plt.show()

# %% [markdown]
# ## Whose lives changed
#
# The rule acts on some people. Others are touched because caseworkers' hours, and places with employers, go elsewhere: congestion.

# %%
split = result.effects[result.effects["outcome"].str.startswith("persons_") & (result.effects["horizon_months"] == months)]
split.pivot_table(index="status", columns="outcome", values="estimate").loc[["employment", "edge_total"]].round()

# %% [markdown]
# ## What it costs
#
# Million DKK a year at prices of 2015, all public purses together; plus is money spent. Year 0 is the mean of the last three years, or of as many as
# there are.

# %%
budget = result.budget
budget[(budget["purse"] == "public") & (budget["line"] == "net") & (budget["year"] == 0)][["stage", "estimate", "low", "high"]].round()

# %% [markdown]
# The same from the command line, with a report in HTML beside it:
#
# ```text
# borgerflow compare baseline job_goal_under_30 --months 24 --scale 0.02 --replications 3
# ```
#
# Next: [write a policy](2_write_a_policy.py) of your own.
