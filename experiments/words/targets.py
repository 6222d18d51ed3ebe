"""Labels of targets and their patterns, whose names in the evidence are half English, half codes of statuses."""

import csv
import re
from functools import lru_cache
from pathlib import Path

from experiments.words import Language

_FILE = Path(__file__).with_name("targets.csv")


def pattern_label(name: str, language: Language) -> str:
    """A pattern in words, with a capital letter; one without words of its own keeps its name."""
    label = _words("pattern", language).get(name, name)
    return label[:1].upper() + label[1:]


def target_label(name: str, language: Language) -> str:
    """A target in words, with a capital letter: known phrases are replaced, the longest first; the rest stays."""
    label = _phrases(language).sub(lambda found: _words("target", language)[found[0]], name)
    return label[:1].upper() + label[1:]


@lru_cache
def _words(of: str, language: Language) -> dict[str, str]:
    with _FILE.open(encoding="utf-8", newline="") as text:
        return {row["words"]: row[language] for row in csv.DictReader(text) if row["of"] == of}


@lru_cache
def _phrases(language: Language) -> re.Pattern[str]:
    longest_first = sorted(_words("target", language), key=len, reverse=True)
    return re.compile("|".join(rf"(?<![\w-]){re.escape(phrase)}(?![\w-])" for phrase in longest_first))
