"""Where a calibration lies: its plan, what each stage found, and every probe with its full summary. A killed calibration goes
on where it stopped."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from agents.mistake import Mistake
from calibration.probe import Plan, Summary, damaged, run
from sim.whole_file import write_text

PLAN = "calibration.json"
Progress = Callable[[int, int], None]
"""Told how many are done and how many there are."""


class CalibrationStore:
    """The folder of one calibration."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, plan: dict[str, Any], *, resume: bool) -> None:
        """Claim the folder for a plan.

        Raises:
            Mistake: when it holds other files, another calibration, or this one and ``resume`` is not given; or cannot be written.
        """
        file, plan = self.folder / PLAN, json.loads(json.dumps(plan))
        try:
            if self.folder.exists() and not self.folder.is_dir():
                raise Mistake(f"--out {self.folder} is a file; name a folder")
            if file.exists():
                self._compare(self._read(file), plan, resume=resume)
                return
            if self.folder.exists() and any(self.folder.iterdir()):
                raise Mistake(f"--out {self.folder} holds other files; name an empty or new folder")
            for name in ("stages", "probes"):
                (self.folder / name).mkdir(parents=True, exist_ok=True)
            write_text(file, json.dumps(plan, indent=1))
        except OSError as error:
            raise Mistake(f"--out {self.folder} cannot be written: {error.strerror or error}") from None

    def _compare(self, old: Any, plan: dict[str, Any], *, resume: bool) -> None:
        old = old if isinstance(old, dict) else {}
        changed = sorted(key for key in {*old, *plan} if old.get(key) != plan.get(key))
        if changed:
            raise Mistake(f"--out {self.folder} holds another calibration (different: {', '.join(changed)}); name a new folder, or delete it")
        if not resume:
            raise Mistake(f"--out {self.folder} holds this calibration already; add --resume to go on where it stopped")

    def stage(self, name: str, work: Callable[[], Any]) -> Any:
        """What a stage found, as plain data: read when it is done, else worked out and kept."""
        file = self.folder / "stages" / f"{name}.json"
        if file.exists():
            return self._read(file)
        found = work()
        file.parent.mkdir(exist_ok=True)
        write_text(file, json.dumps(found))
        return found

    def probes(self, plans: Sequence[Plan], pool: ProcessPoolExecutor, progress: Progress | None = None) -> list[Summary]:
        """Summaries of all plans in their order; those that are missing are run."""
        (self.folder / "probes").mkdir(exist_ok=True)
        missing = [plan for plan in plans if not self._file(plan).exists()]
        done = len(plans) - len(missing)
        for _ in self._run(missing, pool):
            done += 1
            if progress is not None:
                progress(done, len(plans))
        return [self._summary(plan) for plan in plans]

    def _run(self, plans: Iterable[Plan], pool: ProcessPoolExecutor) -> Iterator[None]:
        waiting = {pool.submit(run, plan): plan for plan in plans}
        for future in as_completed(waiting):
            write_text(self._file(waiting[future]), future.result().as_json())
            yield

    def _file(self, plan: Plan) -> Path:
        return self.folder / "probes" / f"{plan.name}.json"

    def _summary(self, plan: Plan) -> Summary:
        file = self._file(plan)
        return Summary.from_json(self._text(file), str(file))

    def _read(self, file: Path) -> Any:
        try:
            return json.loads(self._text(file))
        except ValueError:
            raise damaged(str(file)) from None

    def _text(self, file: Path) -> str:
        try:
            return file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise damaged(str(file)) from None
