"""Every page as people meet it: in both languages, narrow and wide, for the keyboard and for screen readers; and nothing leaves the machine."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe

from dashboard.pages import PAGES
from dashboard.words import Words

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
"""All rules of WCAG 2.1 AA; what is no violation is counted only, not described: that takes half of the time."""
Open = Callable[..., Any]


def shown(page: Any, key: str) -> None:
    """Wait until a page is there and quiet."""
    page.wait_for_selector(f".page-{key}", state="attached")
    page.wait_for_function("!document.querySelector('[data-dash-is-loading=true]')")


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("da", 360)])
def test_every_page_can_be_walked_to(served: Any, tab: Open, language: str, width: int) -> None:
    """Wrong if a page could not be reached, were in the wrong language, failed, were wider than the window, or broke a rule of WCAG
    2.1 AA that axe-core can test; or if the browser complained, or asked another machine for something."""
    w, opened = Words(language), tab(width)
    page = opened.page
    page.goto(f"{served.address}/?lang={language}")
    for one in PAGES:
        page.locator(f"a[data-page={one.key}]").first.click()
        shown(page, one.key)
        assert page.locator("main h1").inner_text() == w(f"{one.key}_title")
        assert page.title().startswith(w(f"{one.key}_title"))
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator(".notice.warning").all_inner_texts() == []
        assert page.locator("nav a[aria-current=page]").inner_text() == w(f"{one.key}_name")
        page.wait_for_function("!document.querySelector('.dash-graph--pending') && ![...document.querySelectorAll('.ag-theme-quartz')].some(g => !g.querySelector('.ag-cell'))")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, one.key
        found = Axe().run(page, options=WCAG).response["violations"]
        assert [(v["id"], [n["html"][:200] for n in v["nodes"][:2]]) for v in found] == [], one.key


@pytest.mark.browser
def test_the_language_can_be_changed_in_place(served: Any, tab: Open) -> None:
    """Wrong if a change of language lost the page, its address or its figures, or left English numbers in Danish."""
    page = tab(2560).page
    page.goto(f"{served.address}/compare?reform=job_goal_under_30&show=money")
    shown(page, "compare")
    english = page.locator(".figure").first.inner_text()
    page.get_by_role("button", name="Dansk").click()
    page.wait_for_function("document.documentElement.lang === 'da'")
    page.wait_for_selector("text=Sammenlign regler")
    assert "lang=da" in page.url
    assert "show=money" in page.url
    danish = page.locator(".figure").first.inner_text()
    assert english.split()[0].replace(",", ".") == danish.split()[0]
    assert page.evaluate("document.documentElement.scrollWidth") <= 2560


@pytest.mark.browser
def test_the_keyboard_is_enough(served: Any, tab: Open) -> None:
    """Wrong if somebody without a mouse could not skip the navigation, see where they are, go to a page, or open an answer."""
    page = tab().page
    page.goto(served.address)
    shown(page, "start")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.question").first.evaluate("d => d.open")
    page.locator("a[data-page=compare]").first.focus()
    page.keyboard.press("Enter")
    shown(page, "compare")
    page.wait_for_function("document.activeElement.tagName === 'H1'")


@pytest.mark.browser
def test_a_chart_has_its_numbers_beside_it(served: Any, tab: Open) -> None:
    """Wrong if a chart's table were empty, were not the chart's, or if the CSV were not the numbers themselves."""
    page = tab().page
    page.goto(f"{served.address}/compare?show=money&reform=job_goal_under_30")
    shown(page, "compare")
    card = page.locator("#chart-budget-job_goal_under_30")
    card.locator("summary").click()
    assert card.locator("thead th[scope=col]").count() == 4
    rows = card.locator("tbody tr").count()
    page.get_by_text("Who gains").click()
    gains = page.locator("#chart-gains-job_goal_under_30")
    gains.locator("summary").click()
    gains.locator("tbody tr").nth(rows).wait_for()
    with page.expect_download() as waiting:
        gains.locator("a[download]").click()
    table = pd.read_csv(waiting.value.path())
    assert len(table) == gains.locator("tbody tr").count() > rows


@pytest.mark.browser
def test_back_brings_the_page_back(served: Any, tab: Open) -> None:
    """Wrong if the browser's own way back led nowhere."""
    page = tab().page
    page.goto(f"{served.address}/build?from=job_goal_under_30")
    shown(page, "build")
    page.locator("a[data-page=teaching]").first.click()
    shown(page, "teaching")
    page.go_back()
    shown(page, "build")
    page.wait_for_selector("section.policy")


@pytest.mark.browser
def test_a_broken_address_is_a_friendly_page(served: Any, tab: Open) -> None:
    """Wrong if a broken or hostile link gave an empty page, or stopped the app for others."""
    page = tab().page
    for address in ("/nowhere", "/compare?run=../../etc", "/build?scenario=%7B", "/build?from=../x", "/?lang=%00&" + "a=1&" * 100):
        page.goto(served.address + address)
        page.wait_for_selector("main .notice, #trouble .notice")
        assert page.locator("main h1").inner_text().strip()
    page.goto(served.address + "/compare?reform=nobody&after=x&show=y")
    page.wait_for_selector(".figure")
