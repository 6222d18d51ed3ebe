"""Live runs: ``borgerflow compare`` as a process of its own, whose progress is read line by line. At most a few at once; others wait.

Not Dash's background callbacks: those end when somebody leaves or reloads the page, and a run must not. A run belongs to the
results folder and is shown to everybody who looks at it; its name comes from what is run, so the same order is never carried out twice.
"""

import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread
from typing import Literal

from dashboard.draft import BASE, Draft
from dashboard.words import Trouble
from experiments.store import MANIFEST
from sim.fingerprint import ROOT, digest, source_digest
from sim.whole_file import write_text

MOST_WAITING = 10
FILES = "scenarios"
"""Folder of the scenario files of live runs, in the results folder."""
_PATIENCE = 5.0
"""Seconds in which a cancelled run may end by itself."""
_log = logging.getLogger(__name__)
State = Literal["waiting", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True)
class Size:
    """How large a run is."""

    scale: float
    months: int
    replications: int
    seed: int = 1


SIZES = {"quick": Size(0.005, 60, 2), "standard": Size(0.02, 120, 4), "thorough": Size(0.05, 120, 8)}
"""What people can choose."""


@dataclass
class Job:
    """A live run.

    Attributes:
        name: of its result. title: of its first reform.
        done, total: simulated months, over all replications. message: the last word of a run that failed.
    """

    name: str
    title: str
    command: Sequence[str]
    state: State = "waiting"
    done: int = 0
    total: int = 0
    began: float = 0.0
    message: str = ""
    process: "subprocess.Popen[str] | None" = field(default=None, repr=False)

    @property
    def is_live(self) -> bool:
        """Whether it is waiting or running."""
        return self.state in ("waiting", "running")

    @property
    def seconds_left(self) -> float | None:
        """How long it will take if it goes on as it has; None while that is not known."""
        passed = time.monotonic() - self.began
        return passed * (self.total - self.done) / self.done if self.state == "running" and self.done and passed > 3 else None


class Jobs:
    """Live runs in a results folder, at most so many at once."""

    def __init__(self, folder: Path, at_once: int = 2) -> None:
        self._folder, self._at_once = folder, at_once
        self._jobs: dict[str, Job] = {}
        self._lock = Lock()

    def all(self) -> list[Job]:
        """All runs since the program was started, the newest first."""
        with self._lock:
            return list(reversed(self._jobs.values()))

    def get(self, name: str) -> Job | None:
        """A run by its name."""
        return self._jobs.get(name)

    def submit(self, drafts: Sequence[Draft], size: Size) -> Job:
        """Order a comparison of the baseline with reforms; the same order gives the same run. Raises Trouble when too many wait."""
        scenarios = [draft.scenario(size.months) for draft in drafts]
        name = f"{scenarios[0].name[:50]}-{digest([[s.model_dump() for s in scenarios], vars(size), source_digest()])[:8]}"
        with self._lock:
            job = self._jobs.get(name)
            if job and (job.is_live or job.state == "done"):
                return job
            if sum(one.state == "waiting" for one in self._jobs.values()) >= MOST_WAITING:
                raise Trouble("build_queue_full", most=MOST_WAITING)
            files = []
            for draft, scenario in zip(drafts, scenarios, strict=True):
                file = self._folder / FILES / name / f"{scenario.name}.toml"
                file.parent.mkdir(parents=True, exist_ok=True)
                write_text(file, draft.toml(size.months))
                files.append(str(file.resolve()))
            out = (self._folder / name).resolve()
            self._jobs.pop(name, None)
            job = self._jobs[name] = Job(name, drafts[0].title or scenarios[0].name, _command(files, size, out))
            if (out / MANIFEST).exists():
                job.state = "done"
            self._start_next()
            return job

    def cancel(self, name: str) -> None:
        """Stop a run, or take it out of the queue. What it has simulated is used when it is ordered again."""
        with self._lock:
            job = self._jobs.get(name)
            if job is None or not job.is_live:
                return
            job.state = "cancelled"
            process = job.process
            self._start_next()
        if process is not None:
            Thread(target=_end, args=(process,), daemon=True).start()

    def close(self) -> None:
        """Stop everything."""
        with self._lock:
            processes = [job.process for job in self._jobs.values() if job.process is not None and job.is_live]
            for job in self._jobs.values():
                job.state = "cancelled" if job.is_live else job.state
        for process in processes:
            _end(process)

    def _start_next(self) -> None:
        """Start what waits while there is room. The lock is held."""
        for job in self._jobs.values():
            if sum(one.state == "running" for one in self._jobs.values()) >= self._at_once:
                return
            if job.state == "waiting":
                job.state, job.began = "running", time.monotonic()
                Thread(target=self._carry_out, args=(job,), daemon=True).start()

    def _carry_out(self, job: Job) -> None:
        """Run a job to its end and read what it says."""
        said: list[str] = []
        code = 1
        try:
            with subprocess.Popen(
                job.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace",
                cwd=ROOT, start_new_session=True,
            ) as process:
                job.process = process
                if job.state == "cancelled":  # while it was being started
                    _end(process)
                for line in process.stderr or ():
                    if not _read_progress(job, line):
                        said = [*said[-20:], line.strip()]
            code = process.returncode
        except OSError as error:
            said.append(str(error))
        with self._lock:
            job.process = None
            if job.state != "cancelled":
                finished = code == 0 and (self._folder / job.name / MANIFEST).exists()
                job.state = "done" if finished else "failed"
                if not finished:
                    job.message = next((s.removeprefix("Error: ") for s in reversed(said) if s), "")
                    _log.error("run %s failed with code %s: %s", job.name, code, " / ".join(said))
            self._start_next()


def _command(files: list[str], size: Size, out: Path) -> list[str]:
    numbers = {"scale": size.scale, "months": size.months, "replications": size.replications, "seed": size.seed, "jobs": 1, "threads": 1}
    options = [f"--{key}={value:g}" for key, value in numbers.items()]
    return [sys.executable, "-m", "borgerflow", "compare", BASE, *files, *options, f"--out={out}", "--progress=json"]


def _read_progress(job: Job, line: str) -> bool:
    """Read a line of progress; False when it is something else."""
    try:
        facts = json.loads(line)
        job.done, job.total = int(facts["done"]), int(facts["total"])
    except (ValueError, KeyError, TypeError):
        return False
    return True


def _end(process: "subprocess.Popen[str]") -> None:
    """End a process and everything it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_PATIENCE)
            return
        os.killpg(process.pid, signal.SIGKILL)
