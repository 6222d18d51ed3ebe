"""The form of a reform: its title, and for each policy dates and parameters with unit, what is in force now, and what is proposed."""

from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard.checks import what
from dashboard.draft import Draft, registry
from dashboard.library import about
from dashboard.words import Words
from policies.protocol import Policy
from sim.parameters import load

FEW = 4
"""So many policies stand open beside each other; of more only the last one."""
LOCAL = ("municipalities", "trial_share", "trial_seed", "phase_in")
"""Parameters of every policy that say where it holds; asked for under a heading of their own."""


def form(draft: Draft, w: Words) -> list[Any]:
    """The controls of a draft; nothing but a hint while it is empty."""
    if not draft.policies and not draft.parameters:
        return [html.P(w("build_hint"), className="note")]
    few = len(draft.policies) <= FEW
    last = len(draft.policies) - 1
    return [*(_policy(i, table, w, opened=few or i == last) for i, table in enumerate(draft.policies)), *_changed(draft, w)]


def _policy(row: int, table: dict[str, Any], w: Words, *, opened: bool) -> Any:
    policy = registry()[table["use"]]
    name = w.text(policy.label)
    dates = [_month(row, policy, key, table.get(key), w) for key in ("start", "end")]
    own = [_parameter(row, policy, key, table.get(key), w) for key in policy.own_parameters()]
    where = [] if _is_law(policy) else [_where(row, policy, table, w)]
    remove = dmc.Button(
        w("build_remove"), id={"type": "build-remove", "row": row}, size="xs", variant="subtle", className="away",
        **{"aria-label": w("build_remove_this", policy=name)},
    )  # fmt: skip
    controls = [
        html.Details([html.Summary(w("build_what_it_does")), about(policy, w)]),
        html.Div(dates, className="controls"), *([html.Div(own, className="controls")] if own else []), *where,
    ]  # fmt: skip
    folded = html.Details([html.Summary(html.H3(name)), *controls], open=opened)
    return html.Section(html.Div([folded, remove], className="entry"), className="card policy", **{"aria-label": name})


def _is_law(policy: type[Policy]) -> bool:
    """Whether it changes the law of the whole country, so that it cannot hold in some municipalities only."""
    return any(getattr(policy, hook) is not getattr(Policy, hook) for hook in ("enact", "amend"))


def _id(row: int, use: str, key: str) -> dict[str, Any]:
    return {"type": "build-value", "row": row, "policy": use, "key": key}


def _month(row: int, policy: type[Policy], key: str, value: Any, w: Words) -> Any:
    return dmc.TextInput(
        id=_id(row, policy.name, key), label=w(f"build_{key}"), description=w(f"build_{key}_note"), placeholder="2015-01", value=value or "", debounce=400,
    )


def _parameter(row: int, policy: type[Policy], key: str, value: Any, w: Words) -> Any:
    """The control of a parameter: a number, a choice, or several choices."""
    facts = policy.model_json_schema()["properties"][key]
    default = default_of(policy, key)
    shown = default if value is None else value
    told: dict[str, Any] = {"id": _id(row, policy.name, key), "label": what(policy, key, w), "description": _now(policy, key, default, w)}
    options = facts.get("enum") or facts.get("items", {}).get("enum")
    if facts.get("type") == "boolean":
        data = [{"value": answer, "label": w(f"build_{answer}")} for answer in ("yes", "no")]
        return dmc.Select(**told, data=data, value="yes" if shown else "no", allowDeselect=False)
    if options:
        data = [{"value": one, "label": option(one, w)} for one in options]
        if facts.get("type") == "array":
            return dmc.MultiSelect(**told, data=data, value=list(shown))
        return dmc.Select(**told, data=data, value=shown, allowDeselect=False)
    if facts.get("type") == "array":
        return dmc.TextInput(**told, value=_numbers(shown, w), debounce=400)
    low, high = policy.bounds(key)
    whole = facts.get("type") == "integer"
    step = 1 if whole or (high or 0) > 20 else 0.05
    return dmc.NumberInput(
        **told, value="" if shown is None else shown, min=low, max=high, step=step, allowDecimal=not whole, clampBehavior="none", debounce=400,
        decimalSeparator="." if w.language == "en" else ",",
    )


def option(value: str, w: Words) -> str:
    """A choice in words."""
    try:
        return w.name("target_group", value)
    except KeyError:
        return w(f"build_option_{value}")


def default_of(policy: type[Policy], key: str) -> Any:
    """What a parameter is when it is left out."""
    return policy.model_fields[key].get_default(call_default_factory=True)


def _now(policy: type[Policy], key: str, default: Any, w: Words) -> str:
    """Unit, what is in force now, what is proposed, and the range that is assumed where no document gives a size."""
    unit = policy.model_json_schema()["properties"][key]["unit"]
    now = w("build_now_ratio") if unit == "ratio" else w("build_now_law") if policy.sets else w("build_now_none")
    proposed = _written(default, w)
    parts = [w(f"build_unit_{unit.replace(' ', '_')}"), w("build_now_and_proposed", now=now, value=proposed)]
    if assumed := policy.assumed().get(key):
        parts.append(w("build_assumed", low=_written(assumed[0], w), high=_written(assumed[1], w)))
    return ". ".join(parts) + "."


def _written(value: Any, w: Words) -> str:
    """A value as people write it."""
    if isinstance(value, bool):
        return w("build_yes" if value else "build_no")
    if isinstance(value, int | float):
        return w.short(value)
    if isinstance(value, list) and value and not isinstance(value[0], str):
        return _numbers(value, w)
    if isinstance(value, list):
        return ", ".join(option(one, w) for one in value) or w("build_all")
    return option(value, w) if value else w("build_as_in_law")


def _numbers(values: list[float], w: Words) -> str:
    """Numbers as people write several of them."""
    return "; ".join(_written(value, w) for value in values)


def _where(row: int, policy: type[Policy], table: dict[str, Any], w: Words) -> Any:
    """Where it holds: in some municipalities, in a share of them, joining over some months."""
    controls = [
        dmc.TextInput(
            id=_id(row, policy.name, "municipalities"), label=what(policy, "municipalities", w), description=w("build_municipalities_note"), debounce=400,
            value=", ".join(map(str, table.get("municipalities", []))),
        )
    ]  # fmt: skip
    for key in LOCAL[1:]:
        low, high = policy.bounds(key)
        controls.append(dmc.NumberInput(
            id=_id(row, policy.name, key), label=what(policy, key, w), value=table.get(key, default_of(policy, key)), min=low, max=high, clampBehavior="none", debounce=400,
            step=0.05 if key == "trial_share" else 1, allowDecimal=key == "trial_share", decimalSeparator="." if w.language == "en" else ",",
        ))  # fmt: skip
    opened = any(key in table for key in LOCAL)
    return html.Details([html.Summary(w("build_where")), html.Div(controls, className="controls")], open=opened)


def _changed(draft: Draft, w: Words) -> list[Any]:
    """Changed parameters of the model that came with a file: now and proposed."""
    known = load()
    rows = []
    for path, value in draft.parameters.items():
        if path in known:
            now = known[path]
            rows.append(html.Li(w("build_parameter", what=w.text(now), unit=now.unit, now=str(now.value), value=str(value), path=path)))
        else:
            rows.append(html.Li(path))
    return [html.Section([html.H3(w("build_changed")), html.Ul(rows)], className="card")] if rows else []


def entered(policy: type[Policy], key: str, value: Any) -> Any:
    """What a control's value means for the draft; None where it says nothing but the default."""
    facts = policy.model_json_schema()["properties"].get(key, {})
    if value is None or value == "":
        return None
    if facts.get("type") == "boolean":
        value = value == "yes"
    elif key == "municipalities" and isinstance(value, str):
        value = [int(part) if part.isdigit() and len(part) < 4 else part for part in value.replace(",", " ").split()]
    elif facts.get("type") == "array" and isinstance(value, str):
        value = [_number(part) for part in value.replace(";", " ").split()]
    elif isinstance(value, float) and facts.get("type") == "integer" and value.is_integer():
        value = int(value)
    return None if value == default_of(policy, key) else value


def _number(text: str) -> Any:
    """A number with a decimal point or comma; the text itself when it is none, so that it can be told what is wrong."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return text
