"""Live runs: how many at once, what becomes of them, and that nothing of them is left behind."""

import os
import time
from typing import Any

import pytest

from dashboard.draft import Draft
from dashboard.jobs import MOST_WAITING, SIZES, Job, Jobs, Size
from dashboard.words import Trouble

QUICK = SIZES["quick"]


def draft(name: str) -> Draft:
    return Draft(name, policies=[{"use": "caseload_cap"}])


def until(jobs: Jobs, job: Job, *states: str) -> Job:
    """Wait until a run has one of these states."""
    for _ in range(1000):
        now = jobs.get(job.name)
        assert now is not None
        if now.state in states:
            return now
        time.sleep(0.02)
    raise AssertionError(f"{job.name} is {now.state}")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def jobs(tmp_path):
    made = Jobs(tmp_path, at_once=2)
    yield made
    made.close()


def test_two_run_and_the_third_waits_its_turn(jobs: Jobs, pretended: Any) -> None:
    """Wrong if everybody's runs were started at once and the machine came to a stop, or the third were never started."""
    pretended(20)
    ordered = [jobs.submit([draft(name)], QUICK) for name in "abc"]
    assert [job.state for job in ordered] == ["running", "running", "waiting"]
    for job in ordered:
        assert until(jobs, job, "done", "failed").state == "done"
    assert ordered[2].done == ordered[2].total == 20


def test_the_same_order_is_the_same_run(jobs: Jobs, pretended: Any) -> None:
    """Wrong if a second click started the same simulation again beside the first."""
    pretended(20)
    assert jobs.submit([draft("a")], QUICK) is jobs.submit([draft("a")], QUICK)
    assert jobs.submit([draft("a")], SIZES["standard"]).name != jobs.submit([draft("a")], QUICK).name


def test_a_stopped_run_is_gone(jobs: Jobs, pretended: Any) -> None:
    """Wrong if a stopped run went on in the background, or took the place of the next one."""
    pretended(4000)
    first, second, third = (jobs.submit([draft(name)], QUICK) for name in "abc")
    while first.process is None or not first.done:
        time.sleep(0.02)
    process = first.process
    jobs.cancel(first.name)
    assert until(jobs, third, "running").state == "running"
    assert process.wait(10) != 0
    assert not alive(process.pid)
    jobs.cancel(third.name)
    assert jobs.get(third.name).state == "cancelled"
    assert second.state == "running"


def test_everything_ends_with_the_program(jobs: Jobs, pretended: Any) -> None:
    """Wrong if runs went on after the dashboard had been closed."""
    pretended(4000)
    job = jobs.submit([draft("a")], QUICK)
    while job.process is None:
        time.sleep(0.02)
    process = job.process
    jobs.close()
    assert process.wait(10) != 0
    assert job.state == "cancelled"


def test_a_failure_is_told(jobs: Jobs, pretended: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Wrong if a run that failed looked finished, or nobody could find out why."""
    pretended(1, "fails")
    job = until(jobs, jobs.submit([draft("a")], QUICK), "failed", "done")
    assert (job.state, job.message) == ("failed", "no such luck")
    assert "no such luck" in caplog.text
    pretended(1)
    assert until(jobs, jobs.submit([draft("a")], QUICK), "failed", "done").state == "done"


def test_the_queue_has_an_end(jobs: Jobs, pretended: Any) -> None:
    """Wrong if somebody could order runs without end."""
    pretended(4000)
    for number in range(2 + MOST_WAITING):
        jobs.submit([draft(f"r{number}")], QUICK)
    with pytest.raises(Trouble, match="build_queue_full"):
        jobs.submit([draft("one_too_many")], QUICK)


def test_a_real_run_becomes_a_result(tmp_path) -> None:
    """Wrong if the command line did not understand the dashboard's orders, or its result could not be opened."""
    from dashboard.results import Results

    jobs = Jobs(tmp_path)
    try:
        job = jobs.submit([Draft("mine", "Min reform", [{"use": "caseload_cap", "cap": 25}])], Size(0.001, 2, 2))
        for _ in range(6000):
            if not job.is_live:
                break
            time.sleep(0.05)
        assert (job.state, job.message) == ("done", "")
        opened = Results(tmp_path, tmp_path / "nothing_shipped").open(job.name)
        assert opened.scenarios == {"baseline": opened.scenarios["baseline"], "mine": {"en": "Min reform", "da": "Min reform"}}
        assert opened.summary["scenarios"][1]["policies"][0]["values"]["cap"] == 25
    finally:
        jobs.close()
