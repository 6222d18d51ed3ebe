"""The catalogue of parameters as Markdown: every number of a vintage with unit, kind, range and source (docs/parameters.md)."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from sim.parameters import DEFAULT_VINTAGE, FOLDER, Parameter, load

_HEAD = (
    "| parameter | value | unit | kind | range or error | what | source or reason |",
    "|---|---|---|---|---|---|---|",
)
_UNITS = {
    "persons": "persons", "pct": "%", "share": "share", "per_year": "a year", "years": "years", "months": "months", "weeks": "weeks", "ratio": "ratio",
    "log_ratio": "log ratio", "exponent": "exponent", "yyyymm": "year and month", "DKK": "DKK", "DKK_million": "million DKK", "hours": "hours",
    "minutes": "minutes", "cases": "cases",
}


def markdown(vintage: str = DEFAULT_VINTAGE) -> str:
    """All parameters of a shipped vintage as Markdown: a section a file, a table a group. Raises Mistake as :func:`sim.parameters.load`."""
    parameters = load(vintage)
    counted = parameters.count_by_kind()
    lines = [
        "# Parameters", "",
        f"Written by `borgerflow parameters --markdown`; do not edit. {len(parameters):,} numbers of the vintage {vintage}: {counted['documented']} documented, "
        f"{counted['statute']} statute, {counted['calibrated']} calibrated, {counted['assumed']} assumed.", "",
        "*Documented*: a figure of the four documents, named by fact or by file and lines ([Evidence](evidence.md)). *Statute*: public law. *Calibrated*: fitted to "
        "documented figures, with a standard error. *Assumed*: no document says it; the range is what we hold possible, and the reason stands beside it.", "",
        "A scenario changes any of them by its name, within its range or what its unit allows. `borgerflow parameters WORD` lists those whose name or label holds a word.", "",
    ]
    for file in sorted((FOLDER / vintage).glob("*.toml")):
        lines += [f"## {file.name}", ""]
        group = ""
        for path in _paths(tomllib.loads(file.read_text(encoding="utf-8"))):
            first = path.partition(".")[0]
            if first != group:
                lines += [*([""] if group else []), f"### {first}", "", *_HEAD]
                group = first
            lines.append(_row(parameters[path]))
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _paths(table: Mapping[str, Any], before: str = "") -> Iterator[str]:
    """Dotted paths of the parameters of a file, in its order."""
    for key, value in table.items():
        if not key.startswith("_"):
            path = f"{before}{key}"
            if "value" in value:
                yield path
            else:
                yield from _paths(value, f"{path}.")


def _row(p: Parameter) -> str:
    def number(n: float) -> str:
        return f"{n:.0f}" if p.unit == "yyyymm" else f"{n:,.0f}" if abs(n) >= 1e4 else f"{n:.4g}"

    value = ", ".join(map(number, p.value if isinstance(p.value, list) else [p.value]))
    spread = f"se {number(p.se)}" if p.se is not None else ""
    if p.kind == "assumed" and p.low is not None and p.high is not None:
        spread = f"{number(p.low)} to {number(p.high)}"
    reason = "; ".join(text for text in (p.fact, p.source, p.note if p.kind == "assumed" else None) if text)
    cells = (f"`{p.path}`", value, _UNITS[p.unit], p.kind, spread, p.en, reason)
    return "| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in cells) + " |"

