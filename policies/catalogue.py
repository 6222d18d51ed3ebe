"""The catalogue: every lever that the documents name, and what becomes of it here.

A lever is *a module*, *a value of a module's parameter*, or *not modelled*, with the reason. Modules say which levers they are
(:attr:`policies.protocol.Policy.levers`); ``levers.csv`` holds what the documents say, and the reasons. ``directions.csv`` holds the
directions found in runs of every module (``python -m experiments.directions`` writes it).
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from policies.protocol import Policy, Text
from policies.registry import Registry

LEVERS = Path(__file__).with_name("levers.csv")
DIRECTIONS = Path(__file__).with_name("directions.csv")

FAMILIES: dict[str, Text] = {
    "history": Text(en="Reforms in force", da="Reformer i kraft"),
    "sygedagpenge": Text(en="Sygedagpenge", da="Sygedagpenge"),
    "casework": Text(en="Caseworkers and contact", da="Sagsbehandlere og kontakt"),
    "clarification": Text(en="Clarification, doctors and teams", da="Afklaring, læger og team"),
    "fleksjob": Text(en="Fleksjob", da="Fleksjob"),
    "measures": Text(en="Measures and support", da="Tilbud og støtte"),
    "employers": Text(en="Employers and their places", da="Virksomheder og deres pladser"),
    "health": Text(en="Health and sickness", da="Helbred og sygdom"),
    "education": Text(en="Education and revalidering", da="Uddannelse og revalidering"),
    "young": Text(en="The young", da="Unge"),
    "integration": Text(en="Integration", da="Integration"),
    "sanctions": Text(en="Sanctions and contact duty", da="Sanktioner og kontaktpligt"),
    "money": Text(en="Benefits, offsets and refunds", da="Ydelser, modregning og refusion"),
    "labour_market": Text(en="The labour market", da="Arbejdsmarkedet"),
}
"""Families of policies by the name of their module file, in the order of the catalogue."""

OTHERS = Text(en="Your own", da="Egne")


@dataclass(frozen=True)
class Lever:
    """A lever as the documents have it.

    Attributes:
        id: its stable id, for example ``DS22-B4``.
        label, change, claim: its name, what it changes, and what its source says that this does.
        source: seed file and lines.
        status: in_force, agreed, proposal, wish, practice or implied.
        not_modelled: why no module is this lever; None when one is.
    """

    id: str
    label: Text
    change: Text
    claim: Text
    source: str
    status: str
    not_modelled: Text | None


@lru_cache(maxsize=1)
def read_levers() -> tuple[Lever, ...]:
    """All levers, in the order of the file."""
    with LEVERS.open(encoding="utf-8", newline="") as text:
        return tuple(_lever(row) for row in csv.DictReader(text))


def _lever(row: dict[str, str]) -> Lever:
    def both(name: str) -> Text:
        return Text(en=row[f"{name}_en"], da=row[f"{name}_da"])

    reason = both("not_modelled") if row["not_modelled_en"] else None
    return Lever(row["lever"], Text(en=row["en"], da=row["da"]), both("change"), both("claim"), row["source"], row["status"], reason)


def family_of(policy: type[Policy]) -> str:
    """Family of a policy: the file that it stands in; empty for a plug-in's."""
    name = policy.__module__.rpartition(".")[2]
    return name if policy.__module__ == f"policies.{name}" and name in FAMILIES else ""


def by_family(registry: Registry) -> Iterator[tuple[Text, list[type[Policy]]]]:
    """Policies by family, in the order of the catalogue, with the families' labels."""
    for family, label in [*FAMILIES.items(), ("", OTHERS)]:
        members = [registry[name] for name in registry if family_of(registry[name]) == family]
        if members:
            yield label, members


def modules_of(registry: Registry) -> dict[str, list[tuple[str, str]]]:
    """Policies that are each lever, by its id, with the values of their parameters that make them so."""
    found: dict[str, list[tuple[str, str]]] = {lever.id: [] for lever in read_levers()}
    for name in registry:
        for lever, values in registry[name].levers.items():
            found.setdefault(lever, []).append((name, values))
    return found


@dataclass(frozen=True)
class Found:
    """The direction of one outcome that runs found for a policy: ``+``, ``-``, or ``0`` where the interval holds no change."""

    direction: str
    estimate: float
    low: float
    high: float
    unit: str


@lru_cache(maxsize=1)
def read_found() -> Mapping[str, Mapping[str, Found]]:
    """Directions found, by policy and outcome."""
    found: dict[str, dict[str, Found]] = {}
    with DIRECTIONS.open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            one = Found(row["found"], float(row["estimate"]), float(row["low"]), float(row["high"]), row["unit"])
            found.setdefault(row["policy"], {})[row["outcome"]] = one
    return found


def agreement(claimed: str, found: str) -> str:
    """How a direction claimed goes with the one found: agrees, disagrees, no_effect (nothing found where something is claimed),
    or contested (the source gives no sign)."""
    if claimed == "?":
        return "contested"
    if found == "0":
        return "no_effect"
    return "agrees" if claimed == found else "disagrees"


# ---------------------------------------------------------------- as text
GRADES: dict[str, str] = {
    "strong": "strong", "moderate": "moderate", "weak": "weak: single sources or practitioners' reports", "contested": "contested",
    "none": "none: the documents name no effect", "rule": "none needed: it follows from the rule",
}
"""Evidence grades in words."""
_SIGNS = {"+": "more", "-": "less", "?": "contested", "0": "no change"}
_GO = {"agrees": "agrees", "disagrees": "**disagrees**", "no_effect": "none found", "contested": "no sign claimed"}


def markdown(registry: Registry) -> str:
    """The catalogue as Markdown: families, modules with parameters, what sources claim and what runs find, and all levers."""
    modules, found = modules_of(registry), read_found()
    levers = {lever.id: lever for lever in read_levers()}
    number = sum(len(members) for _, members in by_family(registry))
    modelled = sum(bool(names) for names in modules.values())
    lines = [
        "# Policies", "",
        f"Written by `borgerflow policies --markdown`; do not edit. {number} policies; {modelled} of the {len(levers)} levers that the documents name are one of them, "
        f"or a value of one's parameters; the other {len(levers) - modelled} are not modelled, and the list at the end says why.", "",
        "*Claimed* is the direction that a source claims, *found* the one of runs with the default parameters against the baseline "
        "(`python -m experiments.directions`: the 95 % interval over replications lies on one side of no change). No policy is tuned to what its source claims. "
        "Sizes that no document gives are assumed, with the range that draws of the uncertain parameters take them from.", "",
        "Every policy also takes `start` and `end` (`\"YYYY-MM\"`). Those that do not change the law of the whole country take `municipalities` (codes), "
        "or `trial_share` and `trial_seed` (a share of them, drawn), and `phase_in` (months over which they join).", "",
    ]
    for label, members in by_family(registry):
        lines += [f"## {label.en} ({label.da})", ""]
        for policy in members:
            lines += _section(policy, levers, found.get(policy.name, {}))
    lines += ["## All levers of the documents", "", "| lever | what | status | here | source |", "|---|---|---|---|---|"]
    for lever in levers.values():
        here = "; ".join(f"`{name}`{f' with {values}' if values else ''}" for name, values in modules[lever.id])
        here = here or f"not modelled: {lever.not_modelled.en if lever.not_modelled else ''}"
        lines.append(f"| {lever.id} | {_cell(lever.label.en)}: {_cell(lever.change.en)} | {lever.status.replace('_', ' ')} | {_cell(here)} | {lever.source} |")
    return "\n".join(lines) + "\n"


def _section(policy: type[Policy], levers: Mapping[str, Lever], found: Mapping[str, Found]) -> list[str]:
    about, mechanism = policy.about, policy.mechanism
    lines = [f"### `{policy.name}`", "", f"**{policy.label.en}** ({policy.label.da})", ""]
    lines += [about.en, ""] if about else []
    lines += [f"Acts through: {mechanism.en}", ""] if mechanism else []
    whom = ", ".join(f"`{name}`" for name in policy.touches) or "nobody's own case: hours, places or money"
    lines += [f"Concerns: {whom}. Evidence of its effect: {GRADES[policy.evidence]}. Kind: {policy.kind.replace('_', ' ')}. Source: {policy.citation}.", ""]
    if policy.own_parameters():
        lines += ["| parameter | default | possible | unit | assumed range | what |", "|---|---|---|---|---|---|"]
        lines += [_parameter(policy, name) for name in policy.own_parameters()]
        lines += [""]
    for lever, values in policy.levers.items():
        lines.append(f"- {lever}: {levers[lever].label.en}{f' (`{values}`)' if values else ''}. Claim: {levers[lever].claim.en}")
    lines += [""] if policy.levers else []
    if policy.claims:
        lines += ["| outcome | claimed | found | difference | agreement |", "|---|---|---|---|---|"]
        for outcome, claimed in policy.claims.items():
            one = found.get(outcome)
            if one is None:
                lines.append(f"| {outcome.replace('_', ' ')} | {_SIGNS[claimed]} | not run | | |")
                continue
            size = f"{one.estimate:+,.4g} ({one.low:+,.4g} to {one.high:+,.4g}) {one.unit}"
            lines.append(f"| {outcome.replace('_', ' ')} | {_SIGNS[claimed]} | {_SIGNS[one.direction]} | {size} | {_GO[agreement(claimed, one.direction)]} |")
        lines += [""]
    return lines


def _parameter(policy: type[Policy], name: str) -> str:
    facts = policy.model_json_schema()["properties"][name]
    low, high = policy.bounds(name)
    possible = f"{low:g} to {high:g}" if low is not None and high is not None else ", ".join(facts.get("enum", [])) or "any"
    field = policy.model_fields[name]
    default = field.get_default(call_default_factory=True)
    assumed = policy.assumed().get(name)
    description = str(field.description or "")
    what, _, unit = description.partition(" [")
    return f"| `{name}` | {_cell(str(default))} | {possible} | {unit.partition(']')[0]} | {f'{assumed[0]:g} to {assumed[1]:g}' if assumed else ''} | {_cell(what)} |"


def _cell(text: str) -> str:
    return text.replace("|", "/").replace("\n", " ")
