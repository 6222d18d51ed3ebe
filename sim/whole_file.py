"""Files that are whole or not there: written beside their place, then renamed."""

import csv
import uuid
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any


def replace(file: Path, write: Callable[[Path], Any]) -> None:
    """Let ``write`` make a file beside its place, then rename it."""
    part = file.with_name(f".{file.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        write(part)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def write_text(file: Path, text: str) -> None:
    """Write a text file."""
    replace(file, lambda part: part.write_text(text, encoding="utf-8"))


def write_table(file: Path, header: Sequence[object], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file."""

    def write(part: Path) -> None:
        with part.open("w", encoding="utf-8", newline="") as text:
            csv.writer(text, lineterminator="\n").writerows([header, *rows])

    replace(file, write)
