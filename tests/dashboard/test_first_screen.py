"""The first screen in a real browser: it shows a run, in both languages, and nothing leaves the machine."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlparse

import pytest
from click.testing import CliRunner

from agents.mistake import Mistake
from borgerflow import main
from dashboard.app import finished_runs, make_app

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update", "--disable-sync",
    "--disable-background-networking",
]


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> Path:
    """A results folder with one finished comparison."""
    folder = tmp_path_factory.mktemp("results")
    made = CliRunner().invoke(
        main,
        ["compare", "baseline", "job_goal_under_30", "--scale", "0.002", "--months", "12", "--replications", "2",
         "--jobs", "1", "--out", str(folder / "mine"), "--progress", "none"],
    )
    assert made.exit_code == 0, made.output
    return folder


@pytest.fixture
def address(results: Path):
    """The app served on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "borgerflow", "dashboard", "--results", str(results), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ))
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait()


@pytest.mark.browser
@pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed")
def test_a_run_is_shown_in_both_languages(address: str) -> None:
    """Wrong if the page stayed empty, a chart failed, a language were missing, or a request left the machine."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        hosts: set[str | None] = set()
        problems: list[str] = []
        page.on("request", lambda request: hosts.add(urlparse(request.url).hostname))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(address)
        page.wait_for_selector("text=All on edge and temporary benefits")
        page.wait_for_selector(".js-plotly-plot svg")
        assert page.locator(".js-plotly-plot").count() >= 4
        page.get_by_text("Dansk").click()
        page.wait_for_selector("text=Alle på ydelser i udkanten og midlertidige ydelser")
        browser.close()
    assert hosts - {None} == {"127.0.0.1"}
    assert problems == []


def test_only_finished_runs_of_the_folder_are_listed(results: Path) -> None:
    """Wrong if unfinished folders, or anything outside the results folder, could be opened."""
    (results / "unfinished").mkdir(exist_ok=True)
    assert finished_runs(results) == ["mine"]


def test_a_missing_folder_is_a_mistake(tmp_path) -> None:
    """Wrong if a wrong --results gave a traceback or an empty screen."""
    with pytest.raises(Mistake, match="does not exist"):
        make_app(tmp_path / "nowhere")
