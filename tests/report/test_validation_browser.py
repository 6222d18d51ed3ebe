"""The page of a validation as a reader meets it: opened from disk in a real browser, in both languages, wide and narrow."""

import base64
import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from calibration.targets import read_targets
from calibration.validate import Replication, document, validation_table
from experiments.report.validation_report import render, write_validation
from experiments.words import Words
from sim.parameters import DEFAULT_VINTAGE, FOLDER

CHROMIUM = Path("/usr/bin/chromium")
Open = Callable[[Path, int], Any]
ABOUT = {
    "scenario": "baseline", "start": "2014-05", "last_month": "2017-08", "months": 40, "scale": 0.04, "replications": 4, "seed": 1,
    "command": "borgerflow validate --scale 0.04 --replications 4 --seed 1", "version": "0.1.0", "commit": None, "hash": "0123456789ab",
}
PATTERNS = len({t.pattern for t in read_targets()})
PAST = 3
"""Charts of past reforms."""


def made_up() -> pd.DataFrame:
    """A validation of four replications: most figures near what is asked, some missed, one not measured, a script among the remarks."""
    rng = np.random.default_rng(2)
    off = rng.standard_normal(len(read_targets())) * 1.5

    def values(more: float) -> list[float]:
        got = [
            t.asked * np.exp((o + more + e) * t.tolerance) if t.unit == "persons" else t.asked + (o + more + e) * t.tolerance
            for t, o, e in zip(read_targets(), off, 0.5 * rng.standard_normal(off.size), strict=True)
        ]
        got[60] = float("nan")
        return [float(v) for v in got]

    table = validation_table([Replication(values(0), values(4), [float("nan")] * off.size, 25.0) for _ in range(4)])
    table.loc[0, "note"] = "<script>alert(1)</script>"
    return table


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages of a made-up validation in both languages."""
    out, table = tmp_path_factory.mktemp("validation"), made_up()
    for language in ("en", "da"):
        write_validation(out, document(table, ABOUT), table, language)  # type: ignore[arg-type]
    return out


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not there")
@pytest.mark.parametrize(("name", "width"), [("validation.html", 1280), ("validation.da.html", 360)])
def test_a_reader_can_use_the_page(opened: Open, folder: Path, name: str, width: int) -> None:
    """If this fails, the browser complains, a chart is empty or has no numbers beside it, the page asks somebody outside for
    something, the keyboard does not reach the tables, or a telephone must scroll sideways."""
    found = opened(folder / name, width)
    page = found.page
    page.wait_for_function(f"document.querySelectorAll('.js-plotly-plot .main-svg').length >= {2 * (PATTERNS + 1 + PAST)}")
    assert not found.complaints
    assert not [url for url in found.asked if not url.startswith(("file:", "data:", "blob:"))]

    drawn = page.evaluate(
        "[...document.querySelectorAll('section:has(.js-plotly-plot):not([aria-labelledby^=h-past]):not([aria-labelledby^=h-known])')].map(s => ({"
        " points: s.querySelectorAll('path.point').length, bars: s.querySelectorAll('.errorbar').length,"
        " width: s.querySelector('.js-plotly-plot').getBoundingClientRect().width,"
        " rows: s.querySelectorAll('details tbody tr').length, title: s.querySelector('h2').innerText,"
        " csv: s.querySelector('a[download]').href, ticks: [...s.querySelectorAll('.ytick text, .y2tick text')].map(t => t.textContent) }))"
    )
    assert len(drawn) == PATTERNS + 1
    for chart in drawn:
        rows = list(csv.DictReader(io.StringIO(base64.b64decode(chart["csv"].partition(";base64,")[2]).decode())))
        assert len(rows) == chart["rows"] > 0, chart["title"]
        assert chart["points"] >= 2 * len(rows) - 1, chart["title"]  # one figure could not be measured
        assert len(chart["ticks"]) == len(rows), chart["title"]
        assert chart["width"] > 600
        assert not [t for t in chart["ticks"] if "_" in t]
    assert sum(chart["bars"] for chart in drawn) >= 2 * len(read_targets()) - 1

    page.evaluate("(h => { h.tabIndex = -1; h.focus(); })(document.querySelector('h1'))")
    for _ in range(3):
        page.keyboard.press("Tab")
    reached = {page.evaluate("document.activeElement.className")}
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open")
    assert reached <= {"wide", "scroll"}
    unnamed = page.locator("[role=region]:not([aria-label]), [role=img]:not([aria-label]), [tabindex='0']:not([aria-label])")
    assert unnamed.evaluate_all("all => all.filter(e => !e.closest('svg')).length") == 0

    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = false)")


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not there")
def test_past_reforms_are_drawn(opened: Open, folder: Path) -> None:
    """If this fails, the browser complains about the charts of past reforms, a documented point, a part of an effect or the
    month of a reform is not drawn, units are missing, or the numbers beside a chart are not its own."""
    found = opened(folder / "validation.html", 1280)
    page = found.page
    page.wait_for_function("document.querySelectorAll('[aria-labelledby^=h-past] .main-svg').length >= 6")
    assert not found.complaints
    drawn = page.evaluate(
        "[...document.querySelectorAll('section[aria-labelledby^=h-past]')].map(s => ({"
        " key: s.querySelector('h2').id, title: s.querySelector('h2').innerText, points: s.querySelectorAll('.scatterlayer path.point').length,"
        " lines: s.querySelectorAll('path.js-line').length, bars: s.querySelectorAll('.barlayer .point path').length,"
        " shapes: s.querySelectorAll('.shapelayer path').length, notes: [...s.querySelectorAll('.annotation-text')].map(t => t.textContent).join(' '),"
        " axes: [...s.querySelectorAll('.xtitle, .x2title, .x3title, .x4title, .ytitle')].map(t => t.textContent),"
        " rows: s.querySelectorAll('details tbody tr').length, csv: s.querySelector('a[download]').href,"
        " cells: [...s.querySelectorAll('details tbody tr:first-child td')].map(t => t.textContent) }))"
    )
    assert [chart["key"] for chart in drawn] == ["h-past-inflow", "h-past-sanctions", "h-past-parts"]
    for chart in drawn:
        rows = list(csv.DictReader(io.StringIO(base64.b64decode(chart["csv"].partition(";base64,")[2]).decode())))
        assert len(rows) == chart["rows"] > 10, chart["title"]
        assert all(axis.strip() and "_" not in axis for axis in chart["axes"]), chart["axes"]
        if "past-parts" in chart["key"]:
            effects = [row for row in rows if row["reform"] != "kontanthjaelp_2014"]
            assert chart["bars"] >= 4 * len(effects) and len(chart["axes"]) == 4
            assert chart["points"] == sum(bool(row[c]) for row in rows for c in ("simulated_change", "documented_change"))
            total = float(rows[0]["rule"]) + float(rows[0]["practice"]) + float(rows[0]["interaction"])
            assert total == pytest.approx(float(rows[0]["total"]), abs=1e-6)
        else:
            assert chart["shapes"] == 2
            assert chart["notes"] == "Reform of 2013 Reform of 2014"
            assert chart["lines"] > len({row["series"] for row in rows})  # with the reform, and without it
            assert chart["points"] == sum(bool(row["documented"]) for row in rows)
            assert len(chart["axes"]) == 1


# ---------------------------------------------------------------- what the page says
def without_scripts(folder: Path, name: str) -> str:
    return re.sub(r"<script.*?</script>", "", (folder / name).read_text(encoding="utf-8"), flags=re.DOTALL)


def test_misses_come_before_everything_else(folder: Path) -> None:
    """If this fails, a reader meets what the model hits before what it misses."""
    text = without_scripts(folder, "validation.html")
    places = [text.index(f'id="{name}"') for name in ("misses", "patterns", "h-memoryless", "past", "holdout", "fit", "mechanical", "all", "coverage")]
    assert places == sorted(places)
    first = re.search(r'id="misses".*?<tbody>(.*?)</tbody>', text, re.DOTALL)
    assert first
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in first[1].split("</tr>") if row]
    misses = [abs(float(c[3].replace("\u2212", "-"))) for c in cells if c[3] != "–"]
    assert misses == sorted(misses, reverse=True)
    assert all(c[4] == "no" for c in cells)
    assert cells[-1][3] == "–"  # what could not be measured is no hit


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("validation.html", ("<html lang=\"en\">", "90 % interval", "held out", "Honest limits", "calibrated", "borgerflow validate --scale 0.04",
                             "mechanisms that the documents name", "have no figure of their own", "topics of the evidence", "Not in them", "004_107fd277d1b391d8.txt:")),
        ("validation.da.html", ("<html lang=\"da\">", "90 %-interval", "tilbageholdt", "Ærlige begrænsninger", "kalibreret", "borgerflow validate --scale 0.04",
                                "mekanismer, som dokumenterne nævner", "har intet tal for sig selv", "emner i materialet", "Ikke i dem", "004_107fd277d1b391d8.txt:")),
    ],
)
def test_everything_is_on_the_page(folder: Path, name: str, words: tuple[str, ...]) -> None:
    """If this fails, the page leaves out intervals, roles, limits, kinds of parameters, coverage, sources or how to repeat it."""
    text = without_scripts(folder, name)
    assert not [word for word in words if word.lower() not in text.lower()]
    assert not re.search(r'<(script|link|img|iframe)[^>]*\b(src|href)="(?!data:|#)', text)
    assert len(re.findall(r'<section aria-labelledby="h-pattern-', text)) == PATTERNS


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("validation.html", ("explained and not predicted", "Predicted: 10 of them", "Rule and practice apart", "python -m calibration.past_reform", "Documented after", "Rule alone")),
        ("validation.da.html", ("forklaret og ikke forudsagt", "Forudsagt: 10 af dem", "Regel og praksis hver for sig", "python -m calibration.past_reform", "Dokumenteret efter", "Regel alene")),
    ],
)
def test_past_reforms_say_what_was_fitted(folder: Path, name: str, words: tuple[str, ...]) -> None:
    """If this fails, a reader takes what was fitted for a prediction, cannot tell rule from practice, or not repeat the runs."""
    text = without_scripts(folder, name)
    assert not [word for word in words if word not in text]
    data = json.loads((folder / "validation.json").read_text(encoding="utf-8"))["past_reforms"]
    table = re.search(r'id="past".*?<tbody>(.*?)</tbody>', text, re.DOTALL)
    assert table
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in table[1].split("</tr>") if row]
    word = dict(zip(("explained", "predicted"), ("forklaret", "forudsagt") if ".da." in name else ("explained", "predicted"), strict=True))
    assert [row[8] for row in rows] == [word[o["basis"]] for o in data["outcomes"]]
    assert all((row[9] == "–") == (row[8] == word["predicted"]) for row in rows)  # what rests on it
    assert all(row[10].startswith("004_") for row in rows)


def test_the_danish_page_is_danish(folder: Path) -> None:
    """If this fails, headings or numbers stay English in Danish: 1,234 would be read as one and a quarter."""
    text = without_scripts(folder, "validation.da.html")
    headers = set(re.findall(r'<th scope="col"[^>]*>(.*?)</th>', text))
    assert not headers & {"Target", "Asked", "Simulated", "Miss", "Role", "Source", "Note", "Pattern", "Hit", "Topic", "Mechanism", "Modelled", "Basis", "Before", "After", "Rule alone", "Outcome"}
    cells = re.findall(r"<td>(.*?)</td>", text)
    assert any(re.fullmatch(r"\d{1,3}(\.\d{3})+", cell) for cell in cells)
    assert not [cell for cell in cells if re.search(r"\d,\d{3}\b", cell)]


def test_a_page_without_anything_to_compare_or_miss_is_written() -> None:
    """If this fails, a model that hits everything, or a chain that could not be measured, stops the page."""
    nothing = [float("nan")] * len(read_targets())
    table = validation_table([Replication([t.asked for t in read_targets()], nothing, nothing, 25.0)] * 2)
    table = table[table["pattern"].isin(["awards", "stocks", "revalidering"])]
    text = re.sub(r"<script.*?</script>", "", render(document(table, ABOUT), table, Words("en")), flags=re.DOTALL)
    assert "No figure is missed" in text
    assert "h-memoryless" not in text


def test_markup_in_a_target_is_text(folder: Path) -> None:
    """If this fails, a name in the table of targets can put a script into somebody's browser."""
    text = (folder / "validation.html").read_text(encoding="utf-8")
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not there")
def test_what_can_be_known_is_drawn(opened: Open, folder: Path) -> None:
    """If this fails, directions, parameters or the check of the draws are not drawn, or a parameter is not in the table."""
    found = opened(folder / "validation.da.html", 360)
    page = found.page
    page.wait_for_function("document.querySelectorAll('[aria-labelledby^=h-known] .main-svg').length >= 6")
    rows = page.evaluate("[...document.querySelectorAll('[aria-labelledby^=h-known]')].map(s => s.querySelectorAll('details tbody tr').length)")
    points = page.evaluate("[...document.querySelectorAll('[aria-labelledby^=h-known]')].map(s => s.querySelectorAll('path.point, .bars path').length)")
    drawn = len(pd.read_parquet(FOLDER / DEFAULT_VINTAGE / "draws.parquet").columns)
    assert rows == [len(pd.read_csv(FOLDER / DEFAULT_VINTAGE / "directions.csv")), drawn, len(pd.read_csv(FOLDER / DEFAULT_VINTAGE / "predictive.csv"))]
    assert points[1] == drawn
    assert points[2] == 20
    assert not found.complaints
