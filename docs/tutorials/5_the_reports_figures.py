# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # The report's 12-month figures
#
# The expert group of 2015 says where people are twelve months after they began on kontanthjælp or sygedagpenge. You measure the same in the synthetic
# register, as the source defines it, and see how far the model is off.

# %% tags=["parameters"]
scale = 0.05

# %% [markdown]
# ## What the report says
#
# Every figure that the model is held against is a target: with the fact it comes from, a tolerance, and a role. *Fitted* figures were used to choose rates, so
# hitting them is no proof of much. *Held-out* ones were not.

# %%
from calibration.evidence import facts
from calibration.targets import read_targets

targets = [t for t in read_targets() if t.pattern == "outcomes of new spells"]
for t in targets:
    print(f"{t.asked:5.0%}  {t.role:7}  {t.target}  ({facts()[t.fact].citation})")

# %% [markdown]
# ## What the model says
#
# People live the history from 2008, so a register reaches back over the years of the source. One month beyond the count is enough.

# %%
from calibration.register import from_spells
from sim import BenefitModel

model = BenefitModel(scale=scale, months=1, seed=1, register=True).run()
register = from_spells(model.spells(), persons=model.persons(), last=model.month, weight=model.weight)

# %%
import pandas as pd

found = pd.DataFrame(
    [(t.target, t.role, t.asked, t.measured(register), t.tolerance) for t in targets], columns=["target", "role", "asked", "simulated", "tolerance"]
)
found["miss"] = (found["simulated"] - found["asked"]) / found["tolerance"]
found.set_index("target").round(3)

# %% [markdown]
# `miss` is in tolerances. Two or less counts as hit. The tolerance is how far definition, rounding and season may part model and source; the luck of a small
# run comes on top.
#
# ## The definition behind a figure
#
# Each target names a function. For these it is the share of *new* spells with an outcome after twelve months; who died, emigrated or reached the pension age
# is left out. You can ask the same of other people or other times.

# %%
from agents.calendar import month
from calibration.measure import outcome_of_new_spells
from calibration.targets import GROUPS

for who in ("age=18-29", "age=30-49", "age=50-"):
    share = outcome_of_new_spells(register, GROUPS["system"], GROUPS["out"], month("2012-01"), month("2012-12"), who=who)
    print(f"{who}: {share:.0%} of new spells of kontanthjælp are in work, education or self-support after 12 months")

# %% [markdown]
# ## All of them
#
# The six above are fitted. What counts is the rest, and most of all what was held out:
#
# ```text
# borgerflow validate
# ```
#
# measures every documented figure, misses first, with intervals and plain models beside it. [TRACE](../trace.md) sums up what it found.
