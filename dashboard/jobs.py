"""Runs that are being made (stub of this commit; the manager follows)."""

from pathlib import Path


class Jobs:
    """Live runs in a results folder, at most so many at once."""

    def __init__(self, folder: Path, at_once: int = 2) -> None:
        self.folder, self.at_once = folder, at_once
