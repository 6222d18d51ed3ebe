"""The report as a reader meets it: opened from disk in a real browser, in both languages, wide and narrow."""

import base64
import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from experiments import compare, read_scenario, run_scenario
from experiments.report.run_report import write_run_report
from experiments.results import open_result, write_report
from experiments.scenario import Scenario

CHROMIUM = Path("/usr/bin/chromium")
REFORMS = ("revisitation_after_12_months", "without_sygedagpenge_reform")
LANGUAGES = ("en", "da")
browser_only = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not there")]


def browsed(test: Any) -> Any:
    """Mark a test that needs the browser."""
    for mark in browser_only:
        test = mark(test)
    return test


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A comparison of 14 months with its reports in both languages."""
    base, *reforms = (read_scenario(name).with_months(14) for name in ("baseline", *REFORMS))
    result = compare(base, reforms, out=tmp_path_factory.mktemp("report") / "o", scale=0.002, replications=2)
    for language in LANGUAGES:
        write_run_report(result, language)
    return result.folder


def file_of(folder: Path, language: str) -> Path:
    return folder / ("report.html" if language == "en" else f"report.{language}.html")


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The English report of a comparison of six months."""
    base = read_scenario("baseline").with_months(6)
    reform = Scenario(name="r", months=6, policies=({"use": "job_goal_under_30"},))
    result = compare(base, [reform], out=tmp_path_factory.mktemp("short") / "o", scale=0.001, replications=2)
    return write_run_report(result).read_text(encoding="utf-8")


@pytest.fixture(params=LANGUAGES)
def report(request: pytest.FixtureRequest, opened: Callable[[Path, int], Any], folder: Path) -> Any:
    """The English report in a wide window, the Danish one, whose words are longer, on a telephone."""
    return opened(file_of(folder, request.param), 1280 if request.param == "en" else 360)


def charts(page: Any) -> int:
    return int(page.locator(".js-plotly-plot").count())


@browsed
def test_it_opens_without_complaint(report: Any) -> None:
    """If this fails, the browser reports an error while the report is opened from disk."""
    assert not report.complaints


@browsed
def test_nothing_leaves_the_machine(report: Any) -> None:
    """If this fails, opening a report tells somebody outside that it was opened."""
    outside = [url for url in report.asked if not url.startswith(("file:", "data:", "blob:"))]
    assert not outside
    assert sum(url.startswith("file:") for url in report.asked) == 1


@browsed
def test_every_chart_is_drawn(report: Any) -> None:
    """If this fails, a chart is an empty space: expected are total, one a reform, stocks, flows and pensions, then three
    of caseworkers, three of queues and decisions, five of measures, three of employers, three of sanctions; a budget and the
    gains by group for each reform, spending and incomes."""
    page = report.page
    assert charts(page) == 1 + len(REFORMS) + 3 + 3 + 3 + 5 + 3 + 3 + 2 * len(REFORMS) + 2
    for i in range(charts(page)):
        chart = page.locator(".js-plotly-plot").nth(i)
        assert chart.locator("svg.main-svg").count() > 0
        box = chart.bounding_box()
        assert box["width"] > 300
        assert box["height"] > 200
        drawn = chart.locator("path.js-line, path.point, .sankey-link, path.js-fill, .errorbar, .bars path, .waterfalllayer path").count()
        assert drawn > 0


@browsed
def test_nothing_can_be_sent_to_the_cloud(report: Any) -> None:
    """If this fails, a click sends the data to Plotly's servers."""
    page = report.page
    page.locator(".js-plotly-plot").first.hover()
    titles = page.locator(".modebar-btn").evaluate_all("b => b.map(e => (e.dataset.title || e.textContent || ''))")
    assert titles
    assert not [t for t in titles if re.search(r"share|cloud|chart studio|edit in", t, re.IGNORECASE)]
    assert page.get_by_text("Share chart").count() == 0
    assert page.locator(".plotlyjsicon").count() == 0


@browsed
def test_every_chart_has_its_numbers_beside_it(report: Any) -> None:
    """If this fails, a chart has no table or no CSV, or they have no rows."""
    sections = report.page.evaluate(
        "[...document.querySelectorAll('section')].filter(s => s.querySelector('.js-plotly-plot')).map(s => ({"
        " title: s.querySelector('h2').innerText, name: s.querySelector('a[download]').getAttribute('download'),"
        " csv: s.querySelector('a[download]').getAttribute('href'), links: s.querySelectorAll('a[download]').length,"
        " rows: s.querySelectorAll('details table tbody tr').length,"
        " columns: s.querySelectorAll('details table thead th[scope=col]').length }))"
    )
    assert len(sections) == charts(report.page)
    for section in sections:
        assert section["title"].strip()
        assert section["links"] == 1
        assert section["name"].endswith(".csv")
        kind, _, content = section["csv"].partition(";base64,")
        assert kind == "data:text/csv"
        rows = list(csv.reader(io.StringIO(base64.b64decode(content).decode("utf-8"))))
        assert len(rows) > 1
        assert {len(row) for row in rows} == {len(rows[0])}
        assert section["rows"] == len(rows) - 1, section["title"]
        assert section["columns"] == len(rows[0]), section["title"]


@browsed
def test_the_csv_can_be_downloaded(report: Any, tmp_path: Path) -> None:
    """If this fails, the link opens nothing, or another file than it says."""
    page = report.page
    page.locator("section details summary").first.click()
    with page.expect_download() as waiting:
        page.locator("section details a[download]").first.click()
    waiting.value.save_as(tmp_path / "x.csv")
    assert not pd.read_csv(tmp_path / "x.csv").empty
    page.locator("section details summary").first.click()


@browsed
def test_the_keyboard_reaches_the_tables(report: Any) -> None:
    """If this fails, somebody without a mouse cannot open a table or scroll in it."""
    page = report.page
    page.evaluate("(h => { h.tabIndex = -1; h.focus(); })(document.querySelector('h1'))")
    reached = set()
    for _ in range(400):
        page.keyboard.press("Tab")
        tag = page.evaluate("document.activeElement.tagName + ' ' + document.activeElement.className")
        reached.add(tag.strip())
        if tag.startswith("SUMMARY"):
            break
    assert {"SUMMARY", "DIV wide"} <= reached
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    page.keyboard.press("Enter")
    assert not page.evaluate("document.activeElement.parentElement.open")


@browsed
def test_nobody_need_scroll_sideways(report: Any) -> None:
    """If this fails, the report is wider than its window (in Danish one of 360 pixels), closed or with all tables open."""
    page, width = report.page, report.width
    script = "document.documentElement.scrollWidth"
    too_wide = (
        f"[...document.querySelectorAll('main > *, section > *')].filter(e => e.getBoundingClientRect().right > {width + 1})"
        ".map(e => e.tagName + ': ' + e.textContent.slice(0, 60))"
    )
    assert page.evaluate(script) <= width, page.evaluate(too_wide)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate(script) <= width, page.evaluate(too_wide)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = false)")


# ---------------------------------------------------------------- what the file says
@pytest.mark.parametrize("language", LANGUAGES)
def test_language_and_self_containment(folder: Path, language: str) -> None:
    """If this fails, a screen reader reads Danish as English, or the file needs another file."""
    text = file_of(folder, language).read_text(encoding="utf-8")
    assert re.match(rf'<!doctype html>\s*<html lang="{language}">', text)
    body = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert not re.search(r'<(script|link|img|iframe)[^>]*\b(src|href)="(?!data:|#)', body)
    assert '<meta charset="utf-8">' in body
    assert "viewport" in body
    assert len(text) < 7_000_000


def headers(text: str) -> set[str]:
    return set(re.findall(r'<th scope="col">(.*?)</th>', text))


def test_the_danish_report_is_danish(folder: Path) -> None:
    """If this fails, headings of tables stay English in the Danish report (texts.toml has the words)."""
    english = {"family", "scenario", "month", "mean", "low", "high", "estimate", "reform", "replications", "source", "to",
               "persons", "horizon_months", "awarded_before", "awarded_since", "Target", "Asked"}
    assert not headers(file_of(folder, "da").read_text(encoding="utf-8")) & english


def test_numbers_in_the_danish_report_are_danish(folder: Path) -> None:
    """If this fails, 1,234 (one thousand) is read as one and a quarter."""
    body = re.sub(r"<script.*?</script>", "", file_of(folder, "da").read_text(encoding="utf-8"), flags=re.DOTALL)
    cells = re.findall(r"<td>(.*?)</td>", body)
    assert any(re.fullmatch(r"\d{1,3}(\.\d{3})+", cell) for cell in cells)
    assert not [cell for cell in cells if re.search(r"\d,\d{3}\b", cell)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reader_is_told_the_limits(folder: Path, language: str) -> None:
    """If this fails, the report leaves out law, limits, kinds of numbers, misses, sources or how to repeat it."""
    text = file_of(folder, language).read_text(encoding="utf-8")
    words = {
        "en": ("Law: documented law", "Honest limits", "Where the numbers come from", "Miss", "95 % interval", "Source"),
        "da": ("Lovgrundlag: dokumenteret ret", "Ærlige begrænsninger", "Hvor tallene kommer fra", "Afvigelse",
               "95 %-interval", "Kilde"),
    }[language]
    for word in words:
        assert word in text
    assert "(DS14-A15)" in text


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report of a run of one month, made from a notebook, whose title is a script."""
    nasty = "<script>alert(1)</script>&amp;"
    scenario = Scenario(name="x", months=1, title={"en": nasty, "da": nasty})  # type: ignore[arg-type]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["notebook", "--token=hush"])
        result = run_scenario(scenario, out=tmp_path_factory.mktemp("odd") / "o", scale=0.001)
        return write_run_report(result).read_text(encoding="utf-8")


def test_a_title_with_markup_is_text(odd: str) -> None:
    """If this fails, a scenario's title can put a script into somebody's browser."""
    assert "<script>alert" not in odd
    assert "&lt;script&gt;alert(1)" in odd


def test_a_short_comparison_has_tables_with_rows(short: str) -> None:
    """If this fails, a comparison shorter than a year has a chart whose table and CSV are empty."""
    links = re.findall(r'download="(.*?)" href="data:text/csv;base64,(.*?)"', short)
    assert len(links) == 26
    empty = [name for name, content in links if len(base64.b64decode(content).decode().splitlines()) < 2]
    assert not empty


def test_a_short_run_has_no_second_year(short: str) -> None:
    """If this fails, the report of six months says what happened `in the second year`."""
    assert "second year" not in re.sub(r"<script.*?</script>", "", short, flags=re.DOTALL)


def test_the_last_month_is_in_the_table(folder: Path) -> None:
    """If this fails, the table beside the chart of differences stops before the end the chart's title speaks of."""
    text = file_of(folder, "en").read_text(encoding="utf-8")
    content = re.search(r'download="difference.csv" href="data:text/csv;base64,(.*?)"', text)
    assert content
    table = pd.read_csv(io.BytesIO(base64.b64decode(content[1])))
    assert table["horizon_months"].max() == 14


def test_a_report_can_be_written_again(folder: Path) -> None:
    """If this fails, the same result gives two different reports (apart from Plotly's random chart ids)."""
    first = file_of(folder, "en").read_text(encoding="utf-8")
    again = Path(write_report(open_result(folder))).read_text(encoding="utf-8")
    ids = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
    assert ids.sub("", first) == ids.sub("", again)


def test_how_to_repeat_a_run_is_not_the_command_of_another_program(odd: str) -> None:
    """If this fails, a run made from Python (a notebook, pytest) is said to be repeated by `borgerflow` with the
    arguments of that program."""
    assert "--token=hush" not in odd
