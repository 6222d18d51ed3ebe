# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Follow a cohort
#
# A run can keep a register: who had which status from when to when, with caseworkers, measures and sanctions. The people are synthetic, so you may look
# at single lives. Here you follow everyone who begins to draw sygedagpenge, and see how long they stay.

# %% tags=["parameters"]
scale, months = 0.02, 36

# %%
from sim import BenefitModel

model = BenefitModel(scale=scale, months=months, seed=1, register=True).run()
spells, persons = model.spells(), model.persons()
status = spells[spells["kind"] == "status"]
status.head()

# %% [markdown]
# ## One life

# %%
someone = status.loc[(status["value"] == "jobafklaring"), "person_id"].iloc[0]
status[status["person_id"] == someone][["value", "cause", "start", "end"]]

# %% [markdown]
# `cause` says what began a spell: a clock, a rule (here the time limit of sygedagpenge), a rehabilitation team, a policy. A missing `end` is a spell that
# still runs: it is *censored*, its length is at least so much.
#
# ## Two cohorts
#
# Those who began sygedagpenge in the two years before the reform of July 2014, and those who began after it.

# %%
import pandas as pd

sick = status[status["value"] == "sygedagpenge"].merge(persons[["person_id", "birth_month", "sex"]], on="person_id")
before = sick[(sick["start"] >= "2012-01") & (sick["start"] < "2013-07")]
after = sick[sick["start"] >= "2014-07"]
len(before), len(after)

# %% [markdown]
# ## Survival
#
# The Kaplan-Meier curve is the share still on sygedagpenge after so many months. A spell that runs past the end of the run counts up to there. Spells that began
# before the reform are followed for a year, so that they end under the old rules.

# %%
import matplotlib.pyplot as plt
from scipy.stats import CensoredData, ecdf

end_of_run = pd.Timestamp(status["start"].max())


def survival(cohort, longest=24):
    """Share still on the benefit, by months since it began."""
    lasted = (cohort["end"].fillna(end_of_run) - cohort["start"]).dt.days / 30.44
    ended = cohort["end"].notna() & (lasted <= longest)
    lasted = lasted.clip(upper=longest)
    return ecdf(CensoredData(uncensored=lasted[ended], right=lasted[~ended])).sf


figure, axes = plt.subplots(figsize=(7, 3))
for name, cohort, longest in (("began before the reform", before, 12), ("began after it", after, 24)):
    curve = survival(cohort, longest)
    band = curve.confidence_interval(0.95)
    axes.step(curve.quantiles, curve.probabilities, where="post", label=name)
    axes.fill_between(curve.quantiles, band.low.probabilities, band.high.probabilities, step="post", alpha=0.2)
axes.set(xlabel="months since sygedagpenge began", ylabel="share still on it", ylim=(0, 1))
axes.legend()
plt.show()

# %% [markdown]
# The new rules look at a case after five months; then many go to jobafklaring instead. Shorter sygedagpenge is not sooner work: count where they went.

# %%
where = after.loc[after["end"].notna(), ["person_id", "end"]]
following = status.rename(columns={"start": "end", "end": "until"})
where.merge(following, on=["person_id", "end"])["value"].value_counts(normalize=True).head(6).round(2)

# %% [markdown]
# A table of spells is what Danish register research works with, so what you know of survival and competing risks works here. `borgerflow run --register`
# writes it as Parquet: [Files](../files.md). Next: [the report's figures](5_the_reports_figures.py).
