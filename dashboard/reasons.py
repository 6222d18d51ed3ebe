"""What happens in a life, in words: what begins, and why."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from agents.measures import MEASURES, SUPPORTS
from agents.statuses import BY_NAME
from dashboard.words import Words
from experiments.charts.validation import records

KINDS = ("status", "programme", "measure", "support", "case", "contact", "caseworker", "sanction", "employer")
"""Kinds of spells in a register, in the order in which a life is read."""
_RULES = {
    "pension age": "pension_age", "means test": "means_test", "uddannelseshjælp ends at 30": "turned_30",
    "integration programme ends": "integration",
}
"""Rules that are no limit in time, by their name in a register."""
_MEASURE = {m.register: m for m in reversed(MEASURES)}
_SEVERAL = {"loentilskud": "citizen_wage_subsidy", "virksomhedspraktik": "citizen_praktik"}
"""Measures that have one name in a register and several in the model."""


def value_name(kind: str, value: str, w: Words) -> str:
    """A spell's value in words."""
    return _NAMES[kind](value, w) if kind in _NAMES else w(f"citizen_{value}")


def _measure(value: str, w: Words) -> str:
    return w(_SEVERAL[value]) if value in _SEVERAL else str(getattr(_MEASURE[value], w.language))


def _case(value: str, w: Words) -> str:
    award, stage = value.rsplit(" ", 1)
    return w("citizen_case", award=w.status(award), stage=w(f"citizen_stage_{stage}"))


def _caseworker(value: str, w: Words) -> str:
    position, holder = value.split("-")
    return w("citizen_caseworker", position=position, holder=int(holder) + 1)


def _employer(value: str, w: Words) -> str:
    number, sector, size = value.split(" ")
    return w("citizen_employer", number=number, sector=w.name("employers_of", sector), size=w.name("employers_of", size))


def _contact(value: str, w: Words) -> str:
    return w("citizen_contact", month=w.month(value))


_NAMES: dict[str, Callable[[str, Words], str]] = {
    "status": lambda value, w: w.status(value), "measure": _measure, "case": _case, "caseworker": _caseworker, "employer": _employer, "contact": _contact,
    "support": lambda value, w: " + ".join(SUPPORTS[name][w.language == "da"] for name in value.split("+")),
    "sanction": lambda value, w: w.name("sanction", value),
}


def reason(kind: str, value: str, cause: str, before: str, w: Words, policies: Mapping[str, str]) -> str:
    """Why a spell of some kind, value and cause began, in words.

    Args:
        before: the value of the same kind that ended when it began, "" for none.
        policies: labels by name.
    """
    if kind == "status":
        return _why_moved(value, cause, before, w, policies)
    if kind == "case":
        return w(f"citizen_why_stage_{value.rsplit(' ', 1)[1]}")
    if kind == "caseworker" and before:
        same = before.split("-", 1)[:1] == value.split("-", 1)[:1]
        return w("citizen_why_caseworker_left" if same else "citizen_why_caseworker_other")
    return w(f"citizen_why_{cause.replace(' ', '_')}")


def _why_moved(to: str, cause: str, before: str, w: Words, policies: Mapping[str, str]) -> str:
    sort, _, name = cause.partition(":")
    if sort == "clock":
        if before == "abroad":
            return w("citizen_why_from_abroad")
        return w(f"citizen_why_clock_{BY_NAME[to].family}" if BY_NAME[to].group != "gone" else f"citizen_why_clock_{to}")
    if sort == "rule":
        return w(f"citizen_why_{_RULES[name]}") if name in _RULES else w("citizen_why_limit", status=w.status(name) if name in BY_NAME else name)
    if sort == "team":
        return w("citizen_why_team", award=w.status(name))
    if sort == "policy":
        policy = name.partition(":")[0]
        return w("citizen_why_law_2014") if policy == "history" else w("citizen_why_policy", policy=policies.get(policy, policy))
    return w(f"citizen_why_{cause.replace(':', '_').replace(' ', '_')}")


def told(spells: pd.DataFrame, w: Words, policies: Mapping[str, str], end: pd.Timestamp) -> pd.DataFrame:
    """What began when, in words: start, end, kind, value, text, why, late; ordered by month and kind.

    ``spells`` are those of one person under one scenario, ``end`` is the first month after the run; ``late`` are months that an interview
    was overdue.
    """
    rows = []
    for kind in KINDS:
        before: str = ""
        ended: Any = pd.NaT
        for spell in records(spells[spells["kind"] == kind].sort_values("start")):
            value, last = str(spell["value"]), before if ended == spell["start"] else ""
            why = reason(kind, value, str(spell["cause"]), last, w, policies)
            late = _months_late(value, spell["end"], end) if kind == "contact" else 0
            text = value_name(kind, value, w) + (w("citizen_contact_late", months=w.horizon(late)) if late else "")
            rows.append((spell["start"], spell["end"], kind, value, text, why, late))
            before, ended = value, spell["end"]
    found = pd.DataFrame(rows, columns=["start", "end", "kind", "value", "text", "why", "late"])
    order = found["kind"].map({kind: i for i, kind in enumerate(KINDS)})
    return found.assign(order=order).sort_values(["start", "order"], kind="stable", ignore_index=True).drop(columns="order")


def _months_late(due: str, until: Any, end: pd.Timestamp) -> int:
    """Months from the month in which an interview was due to that in which the date changed, or the run ended."""
    when = end if pd.isna(until) else until
    return max(0, (when.year - int(due[:4])) * 12 + when.month - int(due[5:]) - int(pd.isna(until)))
