"""What is modelled and what is not: the mechanisms that the documents name, and what targets and parameters make of their facts."""

import csv
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from agents.mistake import Mistake, unknown
from agents.statuses import RESIDENT
from calibration.evidence import facts
from sim.parameters import load

FILE = Path(__file__).with_name("coverage.csv")
COLUMNS = ("mechanism", "modelled", "en", "da", "source", "where", "reason_en", "reason_da")
ANSWERS = ("no", "partly", "yes")


@dataclass(frozen=True)
class Mechanism:
    """A mechanism that social workers or the agency's study of long cases name.

    Attributes:
        mechanism: its number in the evidence, M1 to M38.
        modelled: whether the model has it.
        en, da: what it is.
        source: seed files and lines.
        where: files, parameters and [tables of parameters] that hold it; empty when it is not modelled.
        reason_en, reason_da: how, or why not.
    """

    mechanism: str
    modelled: Literal["no", "partly", "yes"]
    en: str
    da: str
    source: str
    where: str
    reason_en: str
    reason_da: str


def read_coverage(file: Path = FILE) -> tuple[Mechanism, ...]:
    """All mechanisms, in file order. Raises Mistake naming file and line for a row that cannot be used."""
    found: dict[str, Mechanism] = {}
    with file.open(encoding="utf-8", newline="") as text:
        rows = csv.DictReader(text)
        for row in rows:
            where = f"{file.name}, line {rows.line_num}"
            if set(row) != set(COLUMNS) or None in row.values():
                raise Mistake(f"{where}: the row must have the columns {', '.join(COLUMNS)}, no more and no fewer")
            if not re.fullmatch(r"M\d+", row["mechanism"]) or row["mechanism"] in found:
                raise Mistake(f"{where}: mechanism = {row['mechanism']!r} must be M and a number, each once")
            if row["modelled"] not in ANSWERS:
                raise unknown("answer to modelled", row["modelled"], ANSWERS, where=where)
            empty = next((key for key in COLUMNS if not row[key] and key != "where"), None)
            if empty or bool(row["where"]) == (row["modelled"] == "no"):
                raise Mistake(f"{where}: {empty or 'where'} must be filled in; only what is not modelled has no place (where)")
            found[row["mechanism"]] = Mechanism(**row)  # type: ignore[arg-type]
    return tuple(found.values())


def topics() -> list[dict[str, Any]]:
    """Topics of the evidence: how many facts each has, and how many of them a target or a parameter names by id; those with
    most facts that neither names come first. Facts that only a note or a source line cites count as not named."""
    from calibration.targets import read_targets  # needs the agents: not for those who only read what is modelled

    asked = {t.fact for t in read_targets()}
    used = {p.fact for p in load().values() if p.fact}
    known = Counter(f.topic for f in facts().values())
    by_target = Counter(f.topic for f in facts().values() if f.id in asked)
    by_parameter = Counter(f.topic for f in facts().values() if f.id in used)
    neither = Counter(f.topic for f in facts().values() if f.id not in asked | used)
    rows = [
        {"topic": t, "facts": n, "targets": by_target[t], "parameters": by_parameter[t], "neither": neither[t]}
        for t, n in known.items()
    ]
    return sorted(rows, key=lambda row: (-row["neither"], row["topic"]))


def statuses() -> list[dict[str, Any]]:
    """Statuses that residents can have, and how many targets, identities aside, are about people with that status alone, or
    name it otherwise: with other statuses, as an outcome, or as where people came from."""
    from calibration.targets import read_targets

    alone: Counter[str] = Counter()
    named: Counter[str] = Counter()
    for t in read_targets():
        if not t.is_identity:
            groups = {key: value for key, value in t.arguments.items() if isinstance(value, tuple) and key != "values"}
            alone.update(groups["statuses"] if len(groups.get("statuses", ())) == 1 else ())
            named.update({name for group in groups.values() for name in group})
    return [{"status": s.name, "alone": alone[s.name], "otherwise": named[s.name] - alone[s.name]} for s in RESIDENT]
