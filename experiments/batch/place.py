"""Where a batch lies: a folder of this machine, or any address that fsspec knows (``s3://``, ``gs://``, ``memory://`` ...).

A unit is finished when its last file is there. On this machine it is written beside its place and renamed; elsewhere, where nothing
can be renamed at once, its files are put in place one after the other, the last one last.
"""

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from agents.mistake import Mistake
from experiments.store import MANIFEST, PLAN, Store, changed_keys
from sim.fingerprint import digest


class Place(Protocol):
    """What a batch needs of the place where it lies."""

    name: str

    def begin(self, plan: dict[str, Any]) -> None:
        """Claim the place for a plan, or go on with it. Raises Mistake when it holds another, or cannot be written."""
        ...

    @property
    def finished(self) -> bool:
        """Whether the batch is complete."""
        ...

    def count_units(self) -> tuple[int, int]:
        """Units that are finished, and units that failed."""
        ...

    def read_unit(self, hash_: str, last: str) -> tuple[Any, dict[str, int]] | None:
        """A unit's facts (its file ``last``, None when unreadable) and the sizes of its other files; None when it is not there."""
        ...

    def set_aside(self, hash_: str) -> None:
        """Keep a damaged unit beside its place, so that it is made again and nothing is lost."""
        ...

    def write_unit(self, hash_: str, write: Callable[[Path], None]) -> None:
        """Let ``write`` fill a folder of this machine, and put it in place."""
        ...

    def write_error(self, hash_: str, error: dict[str, Any]) -> None:
        """Note a unit that failed."""
        ...

    def clean(self) -> None:
        """Remove what is half-written, and notes of units that failed."""
        ...

    def replace(self, name: str, write: Callable[[Path], Any]) -> None:
        """Let ``write`` make a file of this machine, and put it in place."""
        ...

    def open(self, name: str) -> Any:
        """A file of the batch, to read bytes from."""
        ...

    def free(self) -> int | None:
        """Bytes that still fit, where that can be known."""
        ...


def open_place(name: str) -> Place:
    """The place of this name. Raises Mistake for an address of an unknown kind."""
    if "://" not in name:
        return Folder(Path(name))
    return Address(name)


class Folder(Store):
    """A folder of this machine."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.name = str(folder)

    def count_units(self) -> tuple[int, int]:
        """Units that are finished, and units that failed."""
        return sum(1 for _ in self._finished_units()), sum(1 for _ in (self.folder / "units").glob("*.error.json"))

    def read_unit(self, hash_: str, last: str) -> tuple[Any, dict[str, int]] | None:
        """A unit's facts and the sizes of its other files; None when it is not there."""
        if not self.unit(hash_).is_dir():
            return None
        sizes = {file.name: file.stat().st_size for file in self.unit(hash_).iterdir() if file.name != last}
        try:
            return json.loads((self.unit(hash_) / last).read_text(encoding="utf-8")), sizes
        except (OSError, ValueError):
            return None, sizes

    def set_aside(self, hash_: str) -> None:
        """Keep a damaged unit beside its place."""
        aside = self.folder / "damaged" / hash_
        shutil.rmtree(aside, ignore_errors=True)
        aside.parent.mkdir(exist_ok=True)
        self.unit(hash_).replace(aside)

    def open(self, name: str) -> Any:
        """A file of the batch, to read bytes from."""
        return (self.folder / name).open("rb")

    def free(self) -> int | None:
        """Bytes that still fit."""
        return shutil.disk_usage(self.folder).free


class Address:
    """A place that fsspec knows."""

    def __init__(self, name: str) -> None:
        try:
            import fsspec
        except ImportError:
            raise Mistake(f"--out {name}: places beyond this machine need fsspec; install borgerflow[cluster]") from None
        self.name = name
        try:
            self._files, self._root = fsspec.core.url_to_fs(name)
        except (ValueError, ImportError) as error:
            raise Mistake(f"--out {name}: {error}") from None

    def begin(self, plan: dict[str, Any]) -> None:
        """Claim the place for a plan, or go on with it."""
        try:
            found = self._read_json(PLAN)
            if found is None and self._files.exists(self._root) and self._files.ls(self._root):
                raise Mistake(f"--out {self.name} holds other files; name an empty or new place")
            if found is not None and found.get("hash") != digest(plan):
                raise Mistake(f"--out {self.name} holds another batch (different: {changed_keys(found.get('plan'), plan)}); name a new place, or delete this one")
            if found is None:
                self._put(PLAN, json.dumps({"hash": digest(plan), "plan": plan}, indent=1, default=str).encode())
        except OSError as error:
            raise Mistake(f"--out {self.name} cannot be written: {error.strerror or error}") from None

    @property
    def finished(self) -> bool:
        """Whether the batch is complete."""
        return bool(self._files.exists(f"{self._root}/{MANIFEST}"))

    def count_units(self) -> tuple[int, int]:
        """Units that are finished (as far as their folders tell), and units that failed."""
        self._files.invalidate_cache()
        names = [str(f).rstrip("/") for f in self._files.ls(f"{self._root}/units", detail=False)] if self._files.exists(f"{self._root}/units") else []
        failed = sum(name.endswith(".error.json") for name in names)
        return len(names) - failed, failed

    def read_unit(self, hash_: str, last: str) -> tuple[Any, dict[str, int]] | None:
        """A unit's facts and the sizes of its other files; None when its last file is not there."""
        folder = f"{self._root}/units/{hash_}"
        if not self._files.exists(f"{folder}/{last}"):
            return None
        sizes = {Path(f["name"]).name: int(f["size"]) for f in self._files.ls(folder, detail=True)}
        sizes.pop(last)
        return self._read_json(f"units/{hash_}/{last}"), sizes

    def set_aside(self, hash_: str) -> None:
        """Keep a damaged unit beside its place."""
        self._files.mv(f"{self._root}/units/{hash_}", f"{self._root}/damaged/{hash_}", recursive=True)

    def write_unit(self, hash_: str, write: Callable[[Path], None]) -> None:
        """Let ``write`` fill a folder of this machine, and put its files in place, the last one last."""
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder))
            for file in sorted(Path(folder).iterdir(), key=lambda f: f.stat().st_mtime_ns):
                self._put(f"units/{hash_}/{file.name}", file.read_bytes())

    def write_error(self, hash_: str, error: dict[str, Any]) -> None:
        """Note a unit that failed."""
        self._put(f"units/{hash_}.error.json", json.dumps(error, indent=1).encode())

    def clean(self) -> None:
        """Remove notes of units that failed."""
        for note in self._files.glob(f"{self._root}/units/*.error.json"):
            self._files.rm(note)

    def replace(self, name: str, write: Callable[[Path], Any]) -> None:
        """Let ``write`` make a file of this machine, and put it in place."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / Path(name).name
            write(file)
            self._put(name, file.read_bytes())

    def open(self, name: str) -> Any:
        """A file of the batch, to read bytes from."""
        return self._files.open(f"{self._root}/{name}", "rb")

    def free(self) -> int | None:
        """Nobody knows."""
        return None

    def _put(self, name: str, content: bytes) -> None:
        target = f"{self._root}/{name}"
        self._files.makedirs(target.rpartition("/")[0], exist_ok=True)
        self._files.pipe_file(target, content)

    def _read_json(self, name: str) -> Any:
        try:
            return json.loads(self._files.cat_file(f"{self._root}/{name}"))
        except (FileNotFoundError, ValueError):
            return None
