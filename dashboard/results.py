"""The results that can be looked at: the finished runs in the results folder, and the shipped ones. Nothing else reads that folder.

A name is looked for among the runs that are there; it is never made into a path, so no address reaches beyond the folder.
"""

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Lock, RLock
from typing import Any, TypeVar

from agents.mistake import Mistake
from dashboard.words import Trouble, Words
from experiments.batch.place import open_place
from experiments.batch.result import DESIGN, BatchResult
from experiments.compare import Comparison
from experiments.result import RunResult
from experiments.results import open_result
from experiments.store import MANIFEST

SHIPPED, SHIPPED_NAME = Path(__file__).with_name("shipped"), "reforms"
"""Folder of the shipped results, and the one that Start tells of."""
_KEPT, _REMEMBERED = 4, 300
"""How many results are kept open, and how many things made of each."""
_log = logging.getLogger(__name__)
T = TypeVar("T")


class Opened:
    """A result that is open, and what pages have made of it.

    Attributes:
        name: its name in the folder. result: its tables.
    """

    def __init__(self, name: str, result: RunResult) -> None:
        self.name, self.result = name, result
        self._made: dict[tuple[Any, ...], Any] = {}
        self._making = RLock()

    @property
    def summary(self) -> dict[str, Any]:
        """Headline figures."""
        return self.result.summary

    @property
    def scenarios(self) -> dict[str, dict[str, str]]:
        """Titles (in both languages) by name of scenario, the base first."""
        return {s["name"]: s["title"] for s in self.summary["scenarios"]}

    def title(self, name: str, w: Words) -> str:
        """Title of a scenario, as people read it; its name stands beside it only where another one has the same title."""
        titles = [w.text(both) for both in self.scenarios.values()]
        title = w.text(self.scenarios[name])
        return title if titles.count(title) == 1 else f"{title} ({name})"

    @property
    def base(self) -> str:
        """Name of the base scenario."""
        return next(iter(self.scenarios))

    @property
    def reforms(self) -> list[str]:
        """Names of the reforms; none for a run of one scenario."""
        return list(self.scenarios)[1:]

    @property
    def comparison(self) -> Comparison:
        """The result as a comparison. Raises Trouble for a run of one scenario."""
        if not isinstance(self.result, Comparison):
            raise Trouble("frame_not_compared", run=self.name)
        return self.result

    def remember(self, key: tuple[Any, ...], make: Callable[[], T]) -> T:
        """What was made for this key before, or what ``make`` makes now; of many people who ask at once, one makes it."""
        with self._making:
            if key not in self._made:
                try:
                    made = make()
                except (FileNotFoundError, KeyError) as error:  # deleted meanwhile, or tables of another version
                    _log.warning("result %s cannot be shown (%s): %r", self.name, key, error)
                    raise Trouble("frame_incomplete", run=self.name) from error
                while len(self._made) >= _REMEMBERED:
                    del self._made[next(iter(self._made))]
                self._made[key] = made
            return self._made[key]


class Results:
    """The runs in the results folder, and the shipped ones."""

    def __init__(self, folder: Path, shipped: Path = SHIPPED) -> None:
        self.folder, self._shipped = folder, shipped
        self._open: dict[tuple[Path, int], Opened] = {}
        self._lock = Lock()

    def folders(self) -> dict[str, Path]:
        """Folders of the finished runs by name: shipped ones first, then the newest."""
        shipped = {file.parent.name: file.parent for file in sorted(self._shipped.glob(f"*/{MANIFEST}"))}
        own = sorted(self.folder.glob(f"*/{MANIFEST}"), key=_when, reverse=True)
        inside = self.folder.resolve()
        return shipped | {
            f.parent.name: f.parent for f in own
            if f.resolve().parent.parent == inside and f.parent.name not in shipped and not (f.parent / DESIGN).exists()
        }

    def batches(self) -> dict[str, Path]:
        """Folders of the finished batches (``borgerflow batch``, ``borgerflow sensitivity``) by name, the newest first."""
        inside = self.folder.resolve()
        own = sorted((f for depth in ("*", "*/*") for f in self.folder.glob(f"{depth}/{MANIFEST}")), key=_when, reverse=True)
        return {str(f.parent.relative_to(self.folder)): f.parent for f in own if inside in f.resolve().parents and (f.parent / DESIGN).exists()}

    def open_batch(self, name: str) -> BatchResult:
        """A finished batch, by its name. Raises Trouble when it is not there."""
        folder = self.batches().get(name)
        if folder is None:
            raise Trouble("frame_no_such_run", run=name[:80])
        return BatchResult(open_place(str(folder)))

    def is_shipped(self, name: str) -> bool:
        """Whether a run came with the program."""
        folder = self.folders().get(name)
        return folder is not None and folder.parent == self._shipped

    def open(self, name: str) -> Opened:
        """A finished run, by its name. Raises Trouble when it is not there."""
        folder = self.folders().get(name)
        if folder is None:
            raise Trouble("frame_no_such_run", run=name[:80]) if name else Trouble("frame_no_run_yet")
        key = (folder, _when(folder / MANIFEST))
        with self._lock:
            if key not in self._open:
                try:
                    opened = Opened(name, _run(folder))
                    opened.summary  # noqa: B018  a broken file is found here
                except (Mistake, OSError, ValueError) as error:
                    _log.warning("result %s cannot be opened: %s", name, error)
                    raise Trouble("frame_incomplete", run=name) from error
                while len(self._open) >= _KEPT:
                    del self._open[next(iter(self._open))]
                self._open[key] = opened
            return self._open[key]


def _run(folder: Path) -> RunResult:
    """A finished run or comparison. Raises Mistake when there is none."""
    result = open_result(folder)
    if isinstance(result, RunResult):
        return result
    raise Mistake(f"{folder} is a batch")


def _when(file: Path) -> int:
    """When a file was written; 0 when it is gone."""
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0
