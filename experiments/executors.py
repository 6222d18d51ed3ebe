"""Who does the work of a batch: this process, several processes, or a Dask cluster. All are executors as the standard library has
them, so a batch does not know the difference."""

import gc
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import active_children, get_context, parent_process
from threading import Thread
from typing import Any, Literal

from agents.mistake import Mistake

Kind = Literal["local", "dask"]
PATIENCE = 10
"""Seconds in which a scheduler must answer."""
PATIENCE_WITH_WORKERS = 60
"""Seconds in which its first worker must come."""


@dataclass(frozen=True)
class Crew:
    """An executor, and how to count its workers: a cluster grows and shrinks while it works."""

    executor: Executor
    count: Callable[[], int]

    @property
    def workers(self) -> int:
        """How many tasks it works on at a time, now."""
        return max(1, self.count())


@contextmanager
def crew(kind: Kind, jobs: int, scheduler: str | None = None) -> Iterator[Crew]:
    """A crew of ``jobs`` processes here, or of all workers of the Dask cluster at ``scheduler`` (of a cluster of ``jobs`` processes
    on this machine without one). Raises Mistake when there is no such scheduler."""
    if scheduler is not None and kind != "dask":
        raise Mistake(f"--scheduler {scheduler} goes with --executor dask")
    if kind == "dask":
        yield from _dask(jobs, scheduler)
    elif jobs == 1:
        yield Crew(_Here(), lambda: 1)
    else:
        with processes(jobs) as pool:
            yield Crew(pool, lambda: jobs)


class _Here(Executor):
    """Does the work at once, in this process."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


@contextmanager
def processes(jobs: int, prepare: Callable[..., None] | None = None, *given: Any) -> Iterator[ProcessPoolExecutor]:
    """Processes that end at once, with what they were doing, on Ctrl-C and with the process that began them: it is done again.

    Args:
        prepare, given: called in each process before its first task.

    Raises:
        Mistake: when one of them ends on its own.
    """
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_prepare, initargs=(prepare, given)) as pool:
        try:
            yield pool
        except BaseException as error:
            pool.shutdown(wait=False, cancel_futures=True)
            for child in active_children():
                child.terminate()
            if isinstance(error, BrokenProcessPool):
                raise Mistake(
                    "a process that simulates has ended on its own: it was killed, or there was too little memory (use fewer --jobs). What is finished "
                    'is kept, and the same command goes on. A script must ask for several processes under `if __name__ == "__main__":`'
                ) from None
            raise


def _prepare(prepare: Callable[..., None] | None, given: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # no traceback
    Thread(target=_end_with_parent, daemon=True).start()
    if prepare is not None:
        prepare(*given)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _dask(jobs: int, scheduler: str | None) -> Iterator[Crew]:
    try:
        import distributed
    except ImportError:
        raise Mistake("--executor dask needs Dask; install borgerflow[cluster]") from None
    dask: Any = distributed  # it has no types
    gc.collect()  # a client that never connected closes itself when it is collected; while another begins, that would wait for itself for ever
    if scheduler is None:
        with dask.LocalCluster(n_workers=jobs, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0") as cluster, dask.Client(cluster) as client:
            yield Crew(client.get_executor(), lambda: jobs)
        return
    try:
        client = dask.Client(scheduler, timeout=PATIENCE)
    except (OSError, ValueError, TimeoutError) as error:
        raise Mistake(f"--scheduler {scheduler}: no Dask scheduler answers there ({error})") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE_WITH_WORKERS)
        except TimeoutError:
            raise Mistake(f"--scheduler {scheduler}: the cluster has no workers") from None
        yield Crew(client.get_executor(), lambda: sum(client.nthreads().values()))
