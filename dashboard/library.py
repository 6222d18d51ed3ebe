"""The policy library as people browse it: by family, with what each does, its source and its evidence, and a search."""

from typing import Any

from dash import html

from dashboard.draft import registry
from dashboard.words import Words
from policies.catalogue import by_family, read_levers
from policies.protocol import Policy


def library(w: Words, search: str = "") -> Any:
    """Families with their policies; with a search only those that hold all its words, and open."""
    wanted = search.lower().split()[:10]
    families, number = [], 0
    for label, members in by_family(registry()):
        hits = [policy for policy in members if all(word in _searched(policy, w, w.text(label)) for word in wanted)]
        if hits:
            number += len(hits)
            title = w("build_family", family=w.text(label), n=w.number(len(hits)))
            families.append(html.Details([html.Summary(title), html.Ul([_entry(policy, w) for policy in hits])], open=bool(wanted)))
    found = w("build_found", n=w.number(number)) if families else w("build_none_match", search=search[:60])
    return [html.P(found, className="note", role="status"), *families]


def _searched(policy: type[Policy], w: Words, family: str) -> str:
    texts = [policy.name, w.text(policy.label), family, *(w.text(policy.about) for _ in [0] if policy.about), *policy.levers, policy.citation]
    return " ".join(texts).lower()


def _entry(policy: type[Policy], w: Words) -> Any:
    name = w.text(policy.label)
    add = html.Button(
        w("build_add"), id={"type": "build-add", "policy": policy.name}, className="button small", n_clicks=0,
        **{"aria-label": w("build_add_this", policy=name)},
    )  # fmt: skip
    return html.Li([html.Details([html.Summary(name), about(policy, w)]), add], className="entry")


def about(policy: type[Policy], w: Words) -> Any:
    """What a policy does, through what, how well that is known, and where it stands."""
    levers = {lever.id: lever for lever in read_levers()}
    facts = [w.text(policy.about)] if policy.about else []
    facts += [w("build_mechanism", text=w.text(policy.mechanism))] if policy.mechanism else []
    facts.append(w("build_kind_and_evidence", kind=w(f"build_kind_{policy.kind}"), evidence=w(f"build_evidence_{policy.evidence}")))
    named = [f"{w.text(levers[one].label)} ({one})" for one in policy.levers if one in levers]
    facts += [w("build_levers", levers="; ".join(named))] if named else []
    facts.append(w("build_source", source=policy.citation or w("build_no_source")))
    return html.P("\n".join(facts), className="about")
