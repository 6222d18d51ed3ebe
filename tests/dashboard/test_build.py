"""Build a reform as people do it: choose, set, be told, run, stop, share, keep and open again."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from dashboard.jobs import SIZES

Open = Callable[..., Any]
REFORM = quote(json.dumps({"name": "mine", "title": "Min reform", "policies": [{"use": "caseload_cap", "cap": 25}]}))


def says(page: Any, where: str, text: str) -> None:
    """Wait until a part of the page says something."""
    page.wait_for_function("([where, text]) => document.querySelector(where)?.innerText.includes(text)", arg=[where, text])


@pytest.mark.browser
def test_a_reform_is_built_shared_and_kept(served: Any, tab: Open, tmp_path: Path) -> None:
    """Wrong if a policy could not be found or set, if a mistake were not told, or if link, file or memory held another reform;
    or if what was saved could not be deleted again."""
    page = tab().page
    page.goto(f"{served.address}/build")
    page.wait_for_selector("#build-search")
    assert page.locator("#build-run").is_disabled()
    page.fill("#build-search", "caseloads")
    page.get_by_role("button", name="Add: Cap on caseloads").click()
    says(page, "#build-remarks", "Nothing speaks against")
    page.locator("input[id*='\"cap\"']").fill("999")
    says(page, "#build-remarks", "it can be 5 to 250")
    page.wait_for_function("document.querySelector('#build-run').disabled")
    page.locator("input[id*='\"cap\"']").fill("20")
    says(page, "#build-remarks", "Nothing speaks against")
    page.fill("#build-title", "Færre sager")
    page.wait_for_function("location.search.includes('faerre_sager')")
    page.click("#build-save")
    says(page, "#build-done", "Færre sager")
    with page.expect_download() as waiting:
        page.click("#build-download")
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    address = page.url
    page.click("#build-clear")
    says(page, "#build-form", "Nothing chosen yet")
    page.set_input_files("#build-upload input", file)
    page.wait_for_selector("section.policy")
    assert page.input_value("input[id*='\"cap\"']") == "20"
    other = tab().page
    other.goto(address)
    other.wait_for_selector("section.policy")
    assert other.input_value("#build-title") == "Færre sager"
    assert other.input_value("input[id*='\"cap\"']") == "20"
    page.reload()
    page.wait_for_selector("#build-load")
    page.click("#build-load")
    page.get_by_role("option", name="Færre sager").click()
    page.wait_for_selector("section.policy")
    page.click("#build-forget")
    says(page, "#build-done", "no longer saved")
    page.click("#build-load")
    page.wait_for_selector("[role=option]")
    assert page.get_by_role("option", name="Færre sager").count() == 0


@pytest.mark.browser
@pytest.mark.parametrize(("language", "warning"), [("en", "not for numbers"), ("da", "ikke til tal")])
def test_fields_are_read_in_full_and_stand_in_line(served: Any, tab: Open, language: str, warning: str) -> None:
    """Wrong if the choice of how thorough a run is were cut off, if fields side by side stood at different heights, or if nobody were told
    that a quick run is for trying and not for its numbers."""
    page = tab(1280).page
    for size in SIZES:
        page.goto(f"{served.address}/build?lang={language}&size={size}&scenario={REFORM}")
        page.wait_for_selector("section.policy")
        assert page.locator("#build-size").evaluate("field => field.scrollWidth <= field.clientWidth"), size
        told = page.locator(".mantine-Select-root:has(#build-size)").inner_text()
        assert (warning in told) == (size == "quick")
    for part in (".mantine-InputWrapper-label", ".mantine-InputWrapper-description", ".mantine-Input-wrapper"):
        tops = page.locator(f"section.policy > * > details > .controls {part}").evaluate_all("all => all.map(one => one.getBoundingClientRect().top)")
        assert [abs(left - right) < 1 for left, right in zip(tops[::2], tops[1::2], strict=True)] == [True, True], part


@pytest.mark.browser
def test_a_file_that_is_none_is_told(served: Any, tab: Open, tmp_path: Path) -> None:
    """Wrong if a broken upload gave no word, or took away what had been built."""
    page = tab().page
    page.goto(f"{served.address}/build?lang=da&scenario={REFORM}")
    page.wait_for_selector("section.policy")
    (tmp_path / "x.toml").write_text("use = [", encoding="utf-8")
    page.set_input_files("#build-upload input", tmp_path / "x.toml")
    says(page, "#build-note", "ikke et scenarie")
    assert page.locator("section.policy").count() == 1


@pytest.mark.browser
def test_a_run_goes_on_without_its_page_and_can_be_stopped(tmp_path: Path, serve: Any, tab: Open, pretended: Any) -> None:
    """Wrong if a run ended when its page was reloaded, if its progress were not shown, or if it could not be stopped."""
    pretended(3000)
    with serve(tmp_path) as own:
        page = tab().page
        page.goto(f"{own.address}/build?scenario={REFORM}")
        page.wait_for_selector("#build-run:not([disabled])")
        page.click("#build-run")
        says(page, "#build-runs", "running")
        page.reload()
        says(page, "#build-runs", "running")
        page.wait_for_selector("#build-runs [role=progressbar]")
        stop = page.get_by_role("button", name="Stop: Min reform")
        stop.focus()
        far = page.locator("#build-runs .small").inner_text()
        page.wait_for_function("far => document.querySelector('#build-runs .small').innerText !== far", arg=far)
        assert stop.evaluate("b => b === document.activeElement")  # progress does not take the keyboard away
        page.keyboard.press("Enter")
        says(page, "#build-runs", "stopped")
        assert [job.state for job in own.services.jobs.all()] == ["cancelled"]


@pytest.mark.browser
@pytest.mark.parametrize(("way", "word"), [("works", "færdig"), ("fails", "no such luck")])
def test_the_end_of_a_run_is_told(tmp_path: Path, serve: Any, tab: Open, pretended: Any, way: str, word: str) -> None:
    """Wrong if nobody were told that a run is done or has failed, or where to look; if the address of its result were still the one of
    Build, so that a reload or a link lost the result; or if a result that is broken stopped the app."""
    pretended(2, way)
    with serve(tmp_path) as own:
        page = tab().page
        page.goto(f"{own.address}/build?lang=da&scenario={REFORM}")
        page.wait_for_selector("#build-run:not([disabled])")
        page.click("#build-run")
        says(page, "#build-runs", word)
        if way == "works":
            page.get_by_role("link", name="Se resultatet").click()
            page.wait_for_selector(".notice:has-text('kan ikke vises')")  # it only pretended
            (done,) = own.services.jobs.all()
            assert page.url == f"{own.address}/compare?lang=da&run={done.name}"
            page.reload()
            page.wait_for_selector(".notice:has-text('kan ikke vises')")


def test_a_run_that_is_asked_for_twenty_times(tmp_path: Path, serve: Any, pretended: Any) -> None:
    """Wrong if twenty people who click at once, with two runs going, got an error from the app."""
    from concurrent.futures import ThreadPoolExecutor
    from urllib.request import Request, urlopen

    pretended(4000)
    with serve(tmp_path) as own:
        from dashboard.draft import Draft

        for name in ("a", "b"):
            own.services.jobs.submit([Draft(name, policies=[{"use": "caseload_cap"}])], SIZES["quick"])

        def click(number: int) -> list[int]:
            codes = []
            for path in ("/build", "/compare"):
                body = json.dumps({
                    "output": "..header.children...main.children...footer.children...trouble.children...language.data...run.data...about.data..",
                    "outputs": [{"id": i, "property": p} for i, p in (("header", "children"), ("main", "children"), ("footer", "children"), ("trouble", "children"), ("language", "data"), ("run", "data"), ("about", "data"))],
                    "inputs": [{"id": "url", "property": "pathname", "value": path}, {"id": "url", "property": "search", "value": f"?lang={'da' if number % 2 else 'en'}"}],
                    "changedPropIds": ["url.pathname"], "state": [],
                }).encode()  # fmt: skip
                with urlopen(Request(f"{own.address}/_dash-update-component", body, {"Content-Type": "application/json"})) as answer:
                    codes.append(answer.status)
                    assert b"notice warning" not in answer.read()
            return codes

        with ThreadPoolExecutor(20) as people:
            assert {code for codes in people.map(click, range(20)) for code in codes} == {200}
        time.sleep(0.1)
        assert [job.state for job in own.services.jobs.all()] == ["running", "running"]
