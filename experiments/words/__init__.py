"""Texts and numbers in English and Danish."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from agents.measures import MEASURES, SANCTIONS, SUPPORTS
from agents.money import ACCOUNTS
from agents.money import SECTORS as PURSES
from agents.statuses import BY_NAME, FAMILIES
from agents.target_groups import TARGET_GROUPS
from agents.workplaces import SECTORS, SIZE_CLASSES

Language = Literal["en", "da"]
LANGUAGES: tuple[Language, ...] = ("en", "da")
NAMED: dict[str, dict[str, tuple[str, str]]] = {
    "target_group": {g.name: (g.en, g.da) for g in TARGET_GROUPS},
    "kind": {m.name: (m.en, m.da) for m in MEASURES} | SUPPORTS,
    "sanction": SANCTIONS,
    "employers_of": SECTORS | SIZE_CLASSES,
    "account": {a.name: (a.en, a.da) for a in ACCOUNTS},
    "result": FAMILIES,
    "item": {a.name: (a.en, a.da) for a in ACCOUNTS} | PURSES,
}
"""Labels (English, Danish) that stand beside what they name, by the column it stands in."""

@lru_cache(maxsize=1)
def catalogues() -> dict[str, dict[str, Any]]:
    """All texts by language and key."""
    return tomllib.loads(Path(__file__).with_name("texts.toml").read_text(encoding="utf-8"))


class Words:
    """One language: texts by key, numbers as the language writes them, names of statuses."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self._texts = catalogues()[language]

    def __call__(self, key: str, **values: Any) -> str:
        """A text with its blanks filled."""
        return str(self._texts[key]).format(**values)

    def all(self, key: str) -> list[str]:
        """A list of texts."""
        return list(self._texts[key])

    def number(self, value: float, *, sign: bool = False, decimals: int = 0) -> str:
        """A number with thousands separators (English 1,234.5; Danish 1.234,5) and a true minus sign."""
        rounded = round(value, decimals) + 0.0
        text = f"{rounded:{'+' if sign and rounded else ''},.{decimals}f}".replace("-", "\u2212")
        return text if self.language == "en" else text.translate(str.maketrans(",.", ".,"))

    def percent(self, share: float) -> str:
        """A share as a percentage."""
        percent = float(f"{share * 100:.3g}")
        decimals = len(f"{percent:.10f}".rstrip("0").partition(".")[2])
        return f"{self.number(percent, decimals=decimals)} %"

    def status(self, name: str) -> str:
        """Label of a status, a family (``family:<name>``) or the total."""
        if name == "edge_total":
            return self("total")
        if name.startswith("family:"):
            return FAMILIES[name.removeprefix("family:")][self.language == "da"]
        return str(getattr(BY_NAME[name], self.language))

    def name(self, kind: str, key: str) -> str:
        """Label of whatever stands in a column of a chart's table (``kind`` is the column)."""
        if key in NAMED.get(kind, ()):
            return NAMED[kind][key][self.language == "da"]
        if kind == "status":
            return self.status(key)
        if kind == "group" and f"group_{key}" not in self._texts:  # a band of ages, a number of barriers, a decile
            return key
        if kind == "outcome":
            return self.status(key) if key in BY_NAME else self(f"decision_{key}")
        return self(f"{kind}_{key}")

    def includes(self, uncertainty: str) -> str:
        """Which uncertainty an interval holds (column ``includes``)."""
        return self("includes_parameters" if "parameters" in uncertainty else "includes_monte_carlo")

    def horizon(self, months: int) -> str:
        """A length of time: years when whole, else months."""
        if months % 12:
            return self("months_1") if months == 1 else self("months_n", n=months)
        return self("years_1") if months == 12 else self("years_n", n=months // 12)

    def month(self, label: str) -> str:
        """A month ``YYYY-MM`` in words."""
        return f"{self.all('months')[int(label[5:]) - 1]} {label[:4]}"

    def law(self, frozen: str | None) -> str:
        """Which law the run follows: the documented one, frozen at a month when the run goes beyond it."""
        return self("law_frozen", month=self.month(frozen)) if frozen else self("law_documented")
