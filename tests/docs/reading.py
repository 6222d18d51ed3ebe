"""What the pages hold: code blocks, commands in them, links and cells of tutorials. Shared by the tests of the documentation."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
TUTORIALS = sorted((DOCS / "tutorials").glob("*.py"))


@dataclass(frozen=True)
class Block:
    """A fenced block: its page, language and text."""

    page: Path
    language: str
    text: str


def blocks_of(page: Path) -> list[Block]:
    """All fenced blocks of a page, in order; a directive's language is the directive, in braces."""
    found = re.findall(r"^```(\S*)[^\n]*\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.S | re.M)
    return [Block(page, language, text) for language, text in found]


def files_in(page: Path) -> dict[str, str]:
    """Files that a page shows, by name: blocks whose first line is a comment with the name."""
    named = [(re.match(r"# ([\w.]+\.\w+)\n", block.text), block.text) for block in blocks_of(page)]
    return {match[1]: text for match, text in named if match}


def commands_in(page: Path) -> list[list[str]]:
    """Every line of a page that a reader would type into a shell and that begins with ``borgerflow``, without its comment."""
    shown = [block.text for block in blocks_of(page) if block.language in ("sh", "console", "text")]
    lines = [line for text in shown for line in text.splitlines() if line.startswith("borgerflow ")]
    return [shlex.split(line, comments=True)[1:] for line in lines]


@dataclass(frozen=True)
class Cell:
    """A cell of a tutorial: its tags, and its source (code, or commented Markdown)."""

    kind: str
    text: str

    @property
    def is_code(self) -> bool:
        """Whether it is executed."""
        return "[markdown]" not in self.kind


def cells_of(tutorial: Path) -> list[Cell]:
    """The cells of a percent script."""
    parts = re.split(r"^# %%(.*)\n", tutorial.read_text(encoding="utf-8"), flags=re.M)[1:]
    return [Cell(kind, text) for kind, text in zip(parts[::2], parts[1::2], strict=True)]
