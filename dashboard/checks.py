"""What can be said of a reform before it is run: what is wrong with it, what conflicts, and what will have no effect."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from agents.calendar import label, month
from agents.mistake import Mistake
from dashboard.draft import Draft, registry
from dashboard.words import Trouble, Words
from policies.catalogue import read_found
from policies.protocol import Policy
from policies.registry import conflicts
from sim.parameters import load

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Remark:
    """Something about a draft: ``stops`` it from being run, or is good to know."""

    text: str
    stops: bool = False


def remarks(draft: Draft, months: int, w: Words) -> list[Remark]:
    """All remarks on a draft that is to run for so many months, those that stop it first."""
    found = [Remark(text, stops=True) for text in _wrong(draft, months, w)]
    if not found:
        try:
            scenario = draft.scenario(months)
            scenario.read_parameters()
            made = [registry().make(p["use"], {k: v for k, v in p.items() if k != "use"}, where=p["use"]) for p in draft.policies]
            found += [Remark(_conflict(one.first, one.second, one.rule, w), stops=True) for one in conflicts(made)]
            if not found:
                scenario.make_policies(registry())
                found += [Remark(text) for text in _without_effect(draft, made, w)]
        except Trouble as trouble:
            found.append(Remark(trouble.told(w), stops=True))
        except Mistake as mistake:
            found.append(Remark(w("frame_mistake", message=str(mistake)), stops=True))
    return found


def _wrong(draft: Draft, months: int, w: Words) -> Iterator[str]:
    """Values that are impossible, in the reader's language."""
    begins = load().month("vintage.first_month")
    last = begins + months - 1
    for table in draft.policies:
        policy = registry()[table["use"]]
        name = w.text(policy.label)
        for key in ("start", "end"):
            if (value := table.get(key)) is not None and not (isinstance(value, str) and _MONTH.fullmatch(value)):
                yield w("build_bad_month", policy=name, value=str(value)[:20])
                return
        start, end = table.get("start"), table.get("end")
        if start and month(start) > last:
            yield w("build_after_end", policy=name, start=start, last=label(last))
        if end and month(end) < begins:
            yield w("build_before_begin", policy=name, end=end, first=label(begins))
        if start and end and month(end) < month(start):
            yield w("build_end_before_start", policy=name)
        for key, value in table.items():
            low, high = policy.bounds(key) if key in policy.model_fields else (None, None)
            if isinstance(value, int | float) and not isinstance(value, bool) and ((low is not None and value < low) or (high is not None and value > high)):
                yield w("build_out_of_bounds", policy=name, what=what(policy, key, w), value=w.short(value), low=w.short(low or 0), high=w.short(high or 0))


def _conflict(first: Policy, second: Policy, rule: str, w: Words) -> str:
    names = {"first": w.text(first.label), "second": w.text(second.label)}
    return w("build_conflict", **names, rule=rule) if rule else w("build_twice", policy=names["first"])


def _without_effect(draft: Draft, made: list[Policy], w: Words) -> Iterator[str]:
    """Policies that ask for nothing, and those for which runs have found nothing."""
    found = read_found()
    for table, policy in zip(draft.policies, made, strict=True):
        name = w.text(policy.label)
        if is_neutral(policy):
            yield w("build_neutral", policy=name)
        elif not set(table) - {"use", "start", "end"} and (known := found.get(policy.name)) and all(one.direction == "0" for one in known.values()):
            yield w("build_none_found", policy=name)
    for path, value in draft.parameters.items():
        if load()[path].value == value:
            yield w("build_same_parameter", path=path)


def is_neutral(policy: Policy) -> bool:
    """Whether a policy asks for what is in force anyhow: every ratio is 1, and every share and every grant 0."""
    facts: dict[str, Any] = type(policy).model_json_schema()["properties"]
    neutral = {"ratio": 1, "share": 0, "DKK million a year": 0}
    own = [(facts[key]["unit"], getattr(policy, key)) for key in policy.own_parameters()]
    return bool(own) and all(unit in neutral and value in (neutral[unit], [neutral[unit]]) for unit, value in own)


def what(policy: type[Policy], key: str, w: Words) -> str:
    """What a parameter of a policy is, in words."""
    extra: Any = policy.model_fields[key].json_schema_extra
    return str(extra[w.language])
