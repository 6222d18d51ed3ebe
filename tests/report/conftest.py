"""The browser that opens pages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update", "--disable-sync",
         "--disable-background-networking"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One browser for all tests of a file."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Opened:
    """A page that is open, the width of its window, and what it said and asked for while it was opened."""

    page: Any
    width: int
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def complaints(self) -> list[str]:
        """Errors and warnings, but what a browser without a graphics card says by itself."""
        return [text for text in self.said if "WebGL" not in text]


@pytest.fixture(scope="module")
def opened(chromium: Any) -> Iterator[Callable[[Path, int], Opened]]:
    """Opens a file from disk in a window so wide. Drawing its charts takes seconds, so the tests of a file share the page: leave it as it was."""
    pages: dict[tuple[Path, int], Opened] = {}

    def open_file(file: Path, width: int) -> Opened:
        if (file, width) not in pages:
            page = chromium.new_page(viewport={"width": width, "height": 900 if width > 600 else 740})
            found = pages[file, width] = Opened(page, width)
            page.on("console", lambda m: found.said.append(m.text) if m.type in ("error", "warning") else None)
            page.on("pageerror", lambda e: found.said.append(str(e)))
            page.on("request", lambda r: found.asked.append(r.url))
            page.goto(file.as_uri())
            page.wait_for_function("document.querySelectorAll('.main-svg').length > 0")
            page.wait_for_timeout(300)
        return pages[file, width]

    yield open_file
    for one in pages.values():
        one.page.close()
