"""Where results lie: a unit of work is a folder that is written beside its place and renamed, so nothing half-written
is ever read, and running again skips what is finished."""

import json
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from agents.mistake import Mistake
from sim.fingerprint import digest
from sim.whole_file import replace

PLAN, MANIFEST = "plan.json", "manifest.json"


class Store:
    """The folder of one run or comparison."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, plan: dict[str, Any]) -> None:
        """Claim the folder for a plan. The same plan may be resumed or read again.

        Raises:
            Mistake: when the folder holds another run, other files, or cannot be written.
        """
        try:
            if self.folder.exists() and not self.folder.is_dir():
                raise Mistake(f"--out {self.folder} is a file; name a folder")
            self._refuse_other(plan)
            (self.folder / "units").mkdir(parents=True, exist_ok=True)
            if self._stored_plan().get("hash") != digest(plan):
                self.write_text(PLAN, json.dumps({"hash": digest(plan), "plan": plan}, indent=1, default=str))
        except OSError as error:
            raise Mistake(f"--out {self.folder} cannot be written: {error.strerror or error}") from None

    def _refuse_other(self, plan: dict[str, Any]) -> None:
        if not self.folder.exists() or all(_left_by_a_kill(file) for file in self.folder.iterdir()):
            return
        found = self._stored_plan()
        if "hash" not in found:
            raise Mistake(f"--out {self.folder} holds other files; name an empty or new folder")
        nothing_done = not self.finished and not any(self._finished_units())
        if found["hash"] != digest(plan) and not nothing_done:
            raise Mistake(
                f"--out {self.folder} holds another run (different: {changed_keys(found.get('plan'), plan)}); "
                "name a new folder, or delete this one"
            )

    def _stored_plan(self) -> dict[str, Any]:
        try:
            found = json.loads((self.folder / PLAN).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _finished_units(self) -> Iterator[Path]:
        return (file for file in (self.folder / "units").glob("[!.]*") if file.is_dir())

    @property
    def finished(self) -> bool:
        """Whether the run is complete: the manifest is written last."""
        return (self.folder / MANIFEST).exists()

    def unit(self, hash_: str) -> Path:
        """Folder of a unit; it exists only when the unit is finished."""
        return self.folder / "units" / hash_

    def write_unit(self, hash_: str, write: Callable[[Path], None]) -> None:
        """Let ``write`` fill a folder beside the unit's place, then rename it."""
        part = self.folder / "units" / f".{hash_}.{uuid.uuid4().hex[:8]}.part"
        part.mkdir(parents=True)
        try:
            write(part)
            if not self.unit(hash_).exists():
                part.replace(self.unit(hash_))
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def write_error(self, hash_: str, error: dict[str, Any]) -> None:
        """Note a unit that failed."""
        self.write_text(f"units/{hash_}.error.json", json.dumps(error, indent=1))

    def clean(self) -> None:
        """Remove what a killed run left behind, and notes of units that failed."""
        self.remove_parts()
        for note in (self.folder / "units").glob("*.error.json"):
            note.unlink(missing_ok=True)

    def remove_parts(self) -> None:
        """Remove what is half-written; nobody may be writing."""
        for part in (*self.folder.glob(".*.part"), *(self.folder / "units").glob(".*.part")):
            if part.is_dir():
                shutil.rmtree(part, ignore_errors=True)
            else:
                part.unlink(missing_ok=True)

    def write_text(self, name: str, text: str) -> None:
        """Write a file of the run, whole or not at all."""
        self.replace(name, lambda part: part.write_text(text, encoding="utf-8"))

    def replace(self, name: str, write: Callable[[Path], Any]) -> None:
        """Let ``write`` make a file beside its place, then rename it."""
        replace(self.folder / name, write)


def changed_keys(old: Any, plan: dict[str, Any]) -> str:
    """What differs between a stored plan and a new one, for a message."""
    changed = sorted(k for k in {*old, *plan} if old.get(k) != plan.get(k)) if isinstance(old, dict) else []
    if changed == ["units"]:
        return "what a scenario says"
    return ", ".join(key for key in changed if key != "units") or "plan"


def _left_by_a_kill(file: Path) -> bool:
    """Whether a file in a run folder can be what a run killed at its very start has left."""
    return (file.name == "units" and file.is_dir() and not any(file.glob("[!.]*"))) or (
        file.name.startswith(".") and file.suffix == ".part"
    )
