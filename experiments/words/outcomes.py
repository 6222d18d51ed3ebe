"""Outcomes in words: their names, units and numbers in both languages."""

from agents.statuses import BY_NAME
from experiments.batch.outcomes import OUTCOMES
from experiments.institution import COUNTRY, PARTS
from experiments.words import Words

_PART_IN_WORDS = {"wait_months": "queue", "queue_length": "queue", "at_risk": "type", "decided_a_month": "outcome"}
"""Which labels the parts of an outcome have; statuses and target groups where nothing is said."""
_DECIMALS = {"months": 1, "persons_each": 1}


def outcome_label(w: Words, name: str) -> str:
    """An outcome's name for people, for example "Persons: Employment"."""
    kind, _, part = name.partition(".")
    if kind == "persons":
        return f"{w('persons')}: {w.status(part)}"
    text = w(f"outcome_{kind}" if kind not in _PART_IN_WORDS or kind == "decided_a_month" else f"outcome_of_{kind}")
    if kind not in PARTS or part in (COUNTRY, "any") or (kind == "months_to_decision"):
        return text
    if kind in _PART_IN_WORDS:
        return f"{text}: {w.name(_PART_IN_WORDS[kind], part)}"
    return f"{text}: {w.status(part) if part in BY_NAME else w.name('target_group', part)}"


def outcome_unit(w: Words, name: str) -> str:
    """An outcome's unit for people."""
    return w(f"outcome_unit_{OUTCOMES[name].unit}")


def outcome_number(w: Words, name: str, value: float, *, sign: bool = False) -> str:
    """A value, or with ``sign`` a difference, of an outcome; shares in percent or percentage points."""
    unit = OUTCOMES[name].unit
    if unit == "share":
        return w.number(100 * value, sign=sign, decimals=1) + ("" if sign else " %")
    return w.number(value, sign=sign, decimals=_DECIMALS.get(unit, 0))
