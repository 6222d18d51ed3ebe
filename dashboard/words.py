"""The dashboard's texts beside those of reports, in English and Danish, and messages for people in their own language."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from experiments import words as reports
from experiments.words import LANGUAGES, Language

FOLDER = Path(__file__).with_name("texts")


@lru_cache(maxsize=1)
def catalogues() -> dict[Language, dict[str, Any]]:
    """The dashboard's own texts by language and key: one flat catalogue a language, read from a file a page. A page's keys begin with
    its name and an underscore, so that no two files have the same."""
    found: dict[Language, dict[str, Any]] = {language: {} for language in LANGUAGES}
    for file in sorted(FOLDER.glob("*.toml")):
        for language, texts in tomllib.loads(file.read_text(encoding="utf-8")).items():
            found["da" if language == "da" else "en"].update(texts)
    return found


class Words(reports.Words):
    """One language: the texts of dashboard and reports by key, numbers as the language writes them, names of statuses."""

    def __init__(self, language: Any) -> None:
        chosen: Language = "da" if language == "da" else "en"
        super().__init__(chosen)
        self._texts = {**self._texts, **catalogues()[chosen]}

    def short(self, value: float) -> str:
        """A number with the decimals that it has, six figures at most."""
        return self.number(value, decimals=len(f"{value:.6g}".partition(".")[2])) if abs(value) < 1e6 else self.number(value)

    def text(self, both: Any) -> str:
        """A text that comes in both languages: a dictionary, or an object with ``en`` and ``da``."""
        return str(both[self.language] if isinstance(both, dict) else getattr(both, self.language))


class Trouble(Exception):
    """Something that a person can be told in their own language: a key of the texts, and what fills its blanks."""

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key, values)
        self.key, self.values = key, values

    def told(self, w: Words) -> str:
        """The message."""
        return w(self.key, **self.values)
