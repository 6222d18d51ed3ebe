"""The guided tour: its answers come from the shipped result, and the pages that it sends people to give them."""

import pytest
from dash import html

from dashboard.exercises import EXERCISES, _effect, _half, believe, late, one_life, pays, pensions
from dashboard.page import Services, View
from dashboard.pages import PAGES
from dashboard.pages.teaching import PAGE, _said
from dashboard.results import SHIPPED_NAME, Opened, Results
from dashboard.words import Trouble, Words
from experiments.result import RunResult


def text_of(component) -> str:
    """All that is written in a component."""
    if isinstance(component, (str, int, float)):
        return str(component)
    if isinstance(component, (list, tuple)):
        return " ".join(map(text_of, component))
    return text_of(getattr(component, "children", "") or "") if component is not None else ""


@pytest.mark.parametrize("key", list(EXERCISES))
@pytest.mark.parametrize("language", ["en", "da"])
def test_every_exercise_has_an_answer_and_a_place_to_look(services, opened, key, language):
    """Wrong if an exercise could not be answered, its answer were not offered, or its link led nowhere."""
    w = Words(language)
    asked = EXERCISES[key](opened, w)
    assert not asked.choices or (asked.right in asked.choices and len(asked.choices) > 2)
    assert asked.is_right(asked.right if asked.choices else float(asked.right)) is True
    assert "{" not in asked.question + asked.look + asked.why
    page = next(page for page in PAGES if page.path == asked.path)
    query = dict(pair.split("=", 1) for pair in asked.query.split("&"))
    shown = page.layout(View(w, query, services, SHIPPED_NAME))
    assert shown is not None


def test_pensions_come_from_where_most_come_from(opened):
    """Wrong if the answer were not that of the flows table."""
    flows = opened.result.flows
    here = flows[(flows["scenario"] == opened.base) & (flows["to_status"] == "foertidspension")]
    assert pensions(opened, Words("en")).right == here.groupby("from_status", observed=True)["persons"].sum().idxmax()


def test_half_of_an_effect_is_reached_first_in_that_year(opened):
    """Wrong if another year were called right."""
    year = _half(opened, "persons", "employment")
    last = _effect(opened, "persons", "employment", opened.summary["months"])["estimate"]
    reached = [_effect(opened, "persons", "employment", 12 * n)["estimate"] / last >= 0.5 for n in range(1, year + 1)]
    assert reached == [False] * (year - 1) + [True]
    assert late(opened, Words("en")).right == str(year)


def test_the_step_that_saves_most_is_the_lowest_of_the_budget(opened):
    """Wrong if the answer were not that of the waterfall."""
    budget = opened.comparison.budget
    here = budget[(budget["reform"] == "expert_group_package") & (budget["purse"] == "public") & (budget["year"] == 0)].set_index(["line", "stage"])["estimate"]
    steps = {"immediate": here["gross", "immediate"], **{line: here[line, "whole"] for line in ("tax", "clawback")},
             **{f"behaviour_{line}": here[line, "behaviour"] for line in ("benefits", "subsidies", "measures", "administration")}}
    assert pays(opened, Words("en")).right == min(steps, key=steps.get)


def test_the_months_of_a_life_stand_on_the_page_it_links_to(services, opened):
    """Wrong if somebody who reads the page could not find the answer there."""
    w = Words("en")
    asked = one_life(opened, w)
    query = dict(pair.split("=", 1) for pair in asked.query.split("&"))
    page = next(page for page in PAGES if page.path == asked.path)
    finding = next(line for line in text_of(page.layout(View(w, query, services, SHIPPED_NAME))).split("Citizen ") if "in the run" in line)
    numbers = [int(word) for word in finding.replace(",", " ").split("in the run")[1].split() if word.isdecimal()]
    assert numbers[0] - numbers[1] == int(asked.right)


def test_a_number_may_be_rounded_but_not_guessed(opened):
    """Wrong if a share given to the nearest per cent were refused, or any number accepted."""
    asked = believe(opened, Words("en"))
    held = float(asked.right)
    assert [asked.is_right(held + off) for off in (-1, 1, -2, 2)] == [True, True, False, False]
    assert [asked.is_right(nothing) for nothing in (None, "", "x", True)] == [None] * 4


@pytest.mark.parametrize("key", list(EXERCISES))
def test_an_answer_is_explained_whether_right_or_wrong(opened, key):
    """Wrong if a wrong answer left people without the right one, or a hostile value ended in an error."""
    w, asked = Words("da"), EXERCISES[key](opened, Words("da"))
    right = asked.right if asked.choices else float(asked.right)
    wrong = next(value for value in asked.choices if value != asked.right) if asked.choices else float(asked.right) + 50
    for answer, verdict in ((right, w("teaching_right")), (wrong, w("teaching_wrong", right=asked.told()))):
        said, answered = _said(key, answer, opened, w)
        assert answered
        assert verdict in text_of(said)
        assert asked.why in text_of(said)
    assert _said(key, {"x": 1}, opened, w)[1] is False


def test_without_what_it_is_about_an_exercise_says_so(opened):
    """Wrong if another shipped result ended in an error, or in an answer about something else."""

    alone = Opened("other", RunResult(opened.result.folder))
    alone.result.__dict__["summary"] = {**opened.summary, "scenarios": opened.summary["scenarios"][:1]}
    for exercise in (late, pays, one_life):
        with pytest.raises(Trouble, match="teaching_not_there"):
            exercise(alone, Words("en"))


def test_without_a_shipped_result_the_page_says_so(tmp_path, services):
    """Wrong if an installation without it ended in an error."""
    w = Words("en")
    view = View(w, {}, Services(Results(tmp_path, tmp_path / "none"), services.jobs))
    shown = PAGE.layout(view)
    assert isinstance(shown, html.Div)
    assert shown.children == w("teaching_no_result")
