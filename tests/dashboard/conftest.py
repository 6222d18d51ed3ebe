"""The app as people meet it: served from this process over a results folder, and opened in a real browser."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlparse

import pytest
import waitress

from dashboard import jobs
from dashboard.app import make_app, make_services
from dashboard.page import Services
from dashboard.results import SHIPPED_NAME, Opened, Results

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update", "--disable-sync",
    "--disable-background-networking",
]  # fmt: skip
IN_THE_WAY = ("WebGL", "swiftshader")
"""What a browser without a graphics card says by itself."""


@dataclass
class Served:
    """An app that is served: its address, its results folder and its services."""

    address: str
    folder: Path
    services: Services


@contextmanager
def _serve(folder: Path) -> Iterator[Served]:
    """Serve a results folder (and the shipped results) on a free port."""
    services = make_services(folder)
    server = waitress.create_server(make_app(services).server, host="127.0.0.1", port=0, threads=8)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield Served(f"http://127.0.0.1:{server.effective_port}", folder, services)
    finally:
        services.jobs.close()
        server.trigger.pull_trigger(server.close)  # in the thread that listens: another would close what it waits for
        thread.join(10)


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Services:
    """What pages are made with, over the shipped results alone."""
    folder = tmp_path_factory.mktemp("results")
    return Services(Results(folder), jobs.Jobs(folder))


@pytest.fixture(scope="module")
def opened(services: Services) -> Opened:
    """The shipped result."""
    return services.results.open(SHIPPED_NAME)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The app with the shipped results."""
    with _serve(tmp_path_factory.mktemp("results")) as one:
        yield one


@pytest.fixture
def serve() -> Any:
    """Serves a folder of a test's own: ``with serve(folder) as own``."""
    return _serve


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all tests."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not there")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Tab:
    """An open page, what the browser complained of, and the hosts that were asked for something."""

    page: Any
    said: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)


@pytest.fixture
def tab(chromium: Any) -> Iterator[Any]:
    """Opens pages: ``tab(width)``. Fails when the browser complained, or anything left the machine."""
    opened: list[Tab] = []

    def open_page(width: int = 1280, **more: Any) -> Tab:
        page = chromium.new_page(viewport={"width": width, "height": 900}, **more)
        page.set_default_timeout(120_000)  # the machine may have other things to do
        one = Tab(page)
        page.on("console", lambda m: one.said.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: one.said.append(str(e)))
        page.on("request", lambda r: one.hosts.add(urlparse(r.url).hostname or "") if r.url.startswith(("http", "ws")) else None)
        opened.append(one)
        return one

    yield open_page
    for one in opened:
        one.page.close()
        assert [text for text in one.said if not any(word in text for word in IN_THE_WAY)] == []
        assert one.hosts <= {"127.0.0.1"}


FAKE = """
import json, pathlib, sys, time
out, months, way = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
for done in range(months + 1):
    print(json.dumps({"event": "progress", "done": done, "total": months}), file=sys.stderr, flush=True)
    time.sleep(0.05)
if way == "fails":
    print("Error: no such luck", file=sys.stderr)
    sys.exit(2)
out.mkdir(parents=True, exist_ok=True)
(out / "manifest.json").write_text("{}")
"""


@pytest.fixture
def pretended(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs that only pretend: ``pretended(months, way)`` says how long they take, and whether they fail."""

    def use(months: int, way: str = "works") -> None:
        def command(files: list[str], size: jobs.Size, out: Path) -> list[str]:
            return [sys.executable, "-c", FAKE, str(out), str(months), way]

        monkeypatch.setattr(jobs, "_command", command)

    return use
