"""Flows, lives, the institution, evidence and the tour as people use them, in a real browser: choices act, and stand in the address."""

from collections.abc import Callable
from typing import Any

import pytest

from dashboard.exercises import EXERCISES
from dashboard.lives import ALL, Citizens
from dashboard.results import SHIPPED_NAME
from dashboard.words import Words

Open = Callable[..., Any]


def choose(page: Any, control: str, label: str) -> None:
    """Choose an option of a select by its label, as a keyboard does."""
    page.locator(f"#{control}").click()
    page.get_by_role("option", name=label, exact=True).click()


@pytest.mark.browser
def test_flows_follow_what_is_chosen(served: Any, tab: Open) -> None:
    """Wrong if a choice changed nothing, or a link to what is chosen showed something else."""
    w, page = Words("en"), tab().page
    page.goto(f"{served.address}/flows?lang=en&first=1&last=1")
    page.wait_for_selector("#flows-body h2")
    choose(page, "flows-level", w("flows_level_status"))
    page.wait_for_function("document.querySelectorAll('#flows-body thead th').length > 18")
    choose(page, "flows-only", w.status("fleksjob"))
    page.wait_for_function("document.querySelector('#flows-body h2').innerText.includes('fleksjob')")
    page.wait_for_function("location.search.includes('only=fleksjob') && location.search.includes('level=status')")
    finding = page.locator("#flows-body h2").first.inner_text()
    page.reload()
    page.wait_for_selector("#flows-body h2")
    assert page.locator("#flows-body h2").first.inner_text() == finding


@pytest.mark.browser
def test_a_citizen_is_found_by_number(served: Any, tab: Open) -> None:
    """Wrong if a citizen could not be looked up, an unknown number broke the page, or a link showed another life."""
    citizens = Citizens.read(served.services.results.open(SHIPPED_NAME).result)
    number = citizens.of(ALL, "", 1000)[-1]
    page = tab().page
    page.goto(f"{served.address}/citizen?lang=da")
    page.wait_for_selector("#chart-life")
    page.fill("#citizen-number", "99999999")
    page.keyboard.press("Enter")
    page.wait_for_selector("#citizen-lost .notice")
    page.fill("#citizen-number", str(number))
    page.keyboard.press("Enter")
    page.wait_for_function(f"document.querySelector('#chart-life h2').innerText.includes('{number}')")
    page.wait_for_function(f"location.search.includes('person={number}')")
    assert page.locator("#citizen-lost .notice").count() == 0


@pytest.mark.browser
def test_the_institution_and_the_parameters_are_searched(served: Any, tab: Open) -> None:
    """Wrong if a topic, a search or a kind changed nothing, or the numbers could not be saved."""
    w, page = Words("en"), tab().page
    page.goto(f"{served.address}/institution?lang=en")
    page.wait_for_selector("#chart-rank-caseload")
    choose(page, "jobcentres-topic", w("jobcentres_topic_turnover"))
    page.wait_for_selector("#chart-turnover")
    page.goto(f"{served.address}/evidence?lang=en&part=parameters&search=casework.mean_caseload")
    page.wait_for_selector(".ag-cell")
    page.wait_for_function("document.querySelectorAll('.ag-center-cols-container .ag-row').length === 1")
    choose(page, "evidence-kind", w("kind_statute"))
    page.wait_for_function("document.querySelectorAll('.ag-center-cols-container .ag-row').length === 0")
    with page.expect_download() as saved:
        page.click("#evidence-csv")
    assert saved.value.suggested_filename.endswith(".csv")


@pytest.mark.browser
def test_the_tour_is_answered_from_the_app(served: Any, tab: Open) -> None:
    """Wrong if a right answer were refused, or answers were lost when somebody goes to look."""
    w, page = Words("en"), tab().page
    asked = EXERCISES["believe"](served.services.results.open(SHIPPED_NAME), w)
    page.goto(f"{served.address}/teaching?lang=en")
    page.wait_for_selector("#teaching-answer-believe")
    page.fill("#teaching-answer-believe", asked.right)
    page.click("#teaching-check-believe")
    page.wait_for_selector("#teaching-said-believe .notice")
    assert w("teaching_right") in page.locator("#teaching-said-believe").inner_text()
    page.locator(".exercise a").last.click()
    page.wait_for_selector(".page-evidence")
    page.go_back()
    page.wait_for_selector("#teaching-answer-believe")
    page.wait_for_function(f"document.getElementById('teaching-progress').innerText === '{w('teaching_progress', n=1, all=len(EXERCISES))}'")
    assert page.input_value("#teaching-answer-believe") == asked.right
