"""The four overlapping types of citizens at risk of staying on benefit for years. Apart from the agents, so that readers of a
register need no Mesa; who belongs to one is read off in :mod:`agents.at_risk`.
"""

TYPES = ("multiple_problems", "low_work_identity", "diffuse", "grey_zone")
"""Two or more kinds of problems at once (mental, physical, addiction, social); a life on benefits (four of the last five
years); a need for a year that nobody could document; a case open for two years without a decision, with illness or
addiction in it."""

LIFE_ON_BENEFITS = 48
"""Months of support in the last five years from which a life is one on benefits."""
LONG_UNDOCUMENTED = 12
"""Months after which a need that nobody could document is a diffuse one."""
LONG_UNDECIDED = 24
"""Months after which a case without decision is in the grey zone."""
