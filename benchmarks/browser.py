"""Benchmark of the dashboard in a real browser: first paint, change of page, change of a chart, and twenty people with two live runs.

``make browser-bench``. Every figure has the bound that it must keep; the exit code is 1 when one does not. Run it on a machine that has
nothing else to do. Needs Debian's Chromium.
"""

import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

from playwright.sync_api import sync_playwright

BOUNDS = {"first_paint": 3.0, "page_switch": 1.0, "chart_update": 0.3, "click_of_twenty": 2.0}
"""Seconds: the first picture of the first page; a page once it has been seen; a chart after a choice; the slowest tenth of clicks."""
CHROMIUM, FLAGS = "/usr/bin/chromium", ["--no-sandbox", "--disable-gpu"]
PAGES = ("build", "compare", "flows", "citizen", "jobcentres", "evidence", "teaching", "start")
PEOPLE, CLICKS = 20, 6
DRAWN = "[...document.querySelectorAll('.js-plotly-plot')].length && [...document.querySelectorAll('.js-plotly-plot')].every(g => g.querySelector('.main-svg'))"


def start(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """The dashboard as people start it, on a free port; returns when it has made its pages once."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "borgerflow", "dashboard", "--results", str(folder), "--port", str(port)])
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    time.sleep(15)  # what is remembered is made in the background
    return server, f"http://127.0.0.1:{port}"


def in_the_browser(address: str) -> dict[str, float]:
    """First paint, slowest change of page, and chart update."""
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        began = time.perf_counter()
        page.goto(address)
        page.wait_for_function(DRAWN, polling="raf")
        first = time.perf_counter() - began
        switches = {}
        for _ in range(2):  # scripts of charts and tables are loaded the first time
            for key in PAGES:
                began = time.perf_counter()
                page.locator(f"a[data-page={key}]").first.click()
                page.wait_for_selector(f".page-{key}", state="attached")
                switches[key] = time.perf_counter() - began
        page.goto(f"{address}/compare?reform=job_goal_under_30")  # one reform: one chart
        page.wait_for_selector(".page-compare")
        page.wait_for_function(DRAWN)
        updates = []
        for show in ("Budget", "By status", "Budget", "By status", "Budget"):
            began = time.perf_counter()
            page.locator("#compare-show").get_by_text(show, exact=True).click()
            page.wait_for_selector(f"[id^=chart-{'budget' if show == 'Budget' else 'effects'}] .main-svg")
            updates.append(time.perf_counter() - began)
        browser.close()
    print("pages:", {key: round(value, 2) for key, value in switches.items()})
    return {"first_paint": first, "page_switch": max(switches.values()), "chart_update": statistics.median(updates)}


def post(address: str, output: str, inputs: dict[str, Any], state: dict[str, Any]) -> bytes:
    """A callback as the browser asks for it. Raises when it is refused."""
    names = [one.split(".") for one in output.strip(".").split("...")]
    told = [{"id": i, "property": p} for i, p in names]

    def values(table: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"id": key.split(".")[0], "property": key.split(".")[1], "value": value} for key, value in table.items()]

    body = {"output": output, "outputs": told, "inputs": values(inputs), "state": values(state), "changedPropIds": list(inputs)[:1]}
    request = Request(f"{address}/_dash-update-component", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urlopen(request, timeout=120) as answer:
        return bytes(answer.read())


def with_live_runs(address: str) -> dict[str, float]:
    """Two live runs, and twenty people who go from page to page meanwhile: the slowest tenth of their clicks."""
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        for cap in (20, 25):
            page.goto(f"{address}/build?scenario={quote(json.dumps({'name': f'cap_{cap}', 'policies': [{'use': 'caseload_cap', 'cap': cap}]}))}")
            page.wait_for_selector("#build-run:not([disabled])")
            page.click("#build-run")
            page.wait_for_selector(f".runs li:has-text('cap_{cap}')")
        page.wait_for_function("document.querySelectorAll('.runs [role=progressbar]').length === 2")
        browser.close()
    output = "..header.children...main.children...footer.children...trouble.children...language.data...run.data...about.data.."

    def person(number: int) -> list[float]:
        passed = []
        for click in range(CLICKS):
            path = "/" if (key := PAGES[(number + click) % len(PAGES)]) == "start" else f"/{'institution' if key == 'jobcentres' else key}"
            began = time.perf_counter()
            answer = post(address, output, {"url.pathname": path, "url.search": f"?lang={'da' if number % 2 else 'en'}"}, {})
            passed.append(time.perf_counter() - began)
            if b"our fault" in answer or b"vores fejl" in answer:
                raise RuntimeError(f"{path} failed")
            time.sleep(1.0)
        return passed

    with ThreadPoolExecutor(PEOPLE) as people:
        clicks = sorted(one for person_ in people.map(person, range(PEOPLE)) for one in person_)
    return {"click_of_twenty": clicks[int(0.9 * len(clicks))]}


def main() -> int:
    """Measure, print, and say whether all bounds are kept."""
    with tempfile.TemporaryDirectory() as folder:
        server, address = start(Path(folder))
        try:
            found = in_the_browser(address) | with_live_runs(address)
        finally:
            server.terminate()
            server.wait(30)
    for name, seconds in found.items():
        print(f"{name:16} {seconds:6.2f} s   (bound {BOUNDS[name]:g} s) {'' if seconds <= BOUNDS[name] else 'MISSED'}")
    return int(any(seconds > BOUNDS[name] for name, seconds in found.items()))


if __name__ == "__main__":
    sys.exit(main())
