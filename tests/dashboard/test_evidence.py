"""The page of evidence, without a browser: nothing in it may be run or made up."""

import csv

import pandas as pd
import pytest

from calibration.evidence import facts
from calibration.targets import read_targets
from dashboard import evidence
from dashboard.charts_evidence import missed_patterns, misses
from dashboard.evidence_parts import PARTS, of_kind
from dashboard.page import View
from dashboard.pages.evidence import PAGE
from dashboard.results import Results
from dashboard.words import Trouble, Words
from sim.parameters import DEFAULT_VINTAGE, FOLDER, load


def test_every_target_is_shown_misses_first():
    """Wrong if a figure that is missed were left out, or stood behind one that is missed less."""
    table = evidence.targets()
    assert set(table["target"]) == {target.target for target in read_targets()}
    size = table["miss"].abs()
    measured = size[size.notna()]
    assert measured.is_monotonic_decreasing
    assert list(measured.index) == list(range(len(measured)))


def test_counts_are_those_of_the_table():
    """Wrong if the headline counted other figures than the shipped table holds, or put held-out figures among the fitted."""
    with (FOLDER / DEFAULT_VINTAGE / "measured.csv").open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    counts = evidence.counts()
    assert counts["n"].sum() == len(rows)
    held = [row for row in rows if row["role"] == "holdout" and not row["note"].startswith("Identity")]
    assert counts.loc["holdout", "n"] == len(held)
    assert counts.loc["holdout", "passed"] == sum(abs(float(row["miss"])) <= 2 for row in held if row["miss"])


def test_every_parameter_stands_there_with_kind_and_source():
    """Wrong if a parameter could not be found, or a documented one had no source."""
    p = load()
    rows = evidence.parameter_rows("en").set_index("path")
    assert set(rows.index) == set(p)
    for path, parameter in p.items():
        assert rows.loc[path, "kind"] == Words("en")(f"kind_{parameter.kind}")
        if parameter.kind in ("documented", "statute"):
            assert rows.loc[path, "source"]
        if parameter.fact:
            assert facts()[parameter.fact].citation in rows.loc[path, "source"]


def test_one_kind_alone():
    """Wrong if the choice of a kind showed others, or a hostile value hid everything."""
    w = Words("da")
    rows = evidence.parameter_rows(w.language)
    assert set(of_kind(rows, "statute", w)["kind"]) == {w("kind_statute")}
    assert len(of_kind(rows, "<script>", w)) == len(rows)


@pytest.mark.parametrize("language", ["en", "da"])
def test_charts_say_what_the_table_says(language):
    """Wrong if a pattern's picture counted other hits than its rows."""
    w = Words(language)
    chart, words = missed_patterns(w)
    table = evidence.targets()
    judged = table[(table["group"] != "identity") & table["miss"].notna()]
    assert chart.table["n"].sum() == len(judged)
    assert chart.table["passed"].sum() == judged["passed"].sum()
    assert len(words) == len(chart.table)
    worst = str(chart.table["pattern"].iloc[0])
    own, numbers = misses(worst, w)
    drawn = sum(len(trace["y"]) for trace in own.figure.data)
    assert drawn == len(numbers) == len(judged[judged["pattern"] == worst])


@pytest.mark.parametrize("part", list(PARTS))
def test_every_part_is_shown(services, part):
    """Wrong if a part failed in a language, or on a hostile address."""
    query = {"part": part, "pattern": "../x", "kind": "'", "search": "x" * 5000, "batch": "../.."}
    assert len(PAGE.layout(View(Words("da" if part in ("model", "validation") else "en"), query, services))) == 2


def test_the_description_stands_under_the_pages_heading():
    """Wrong if the description had the page's own heading once more, or links that lead nowhere."""
    text = evidence.description()
    assert text is not None
    assert text.startswith("## ")
    assert "](" not in text.replace("](http", "")


def test_without_description_it_is_said_where_to_read_it(monkeypatch):
    """Wrong if an installation without the description ended in an error."""
    monkeypatch.setattr(evidence, "_file", lambda: None)
    w = Words("en")
    shown = PARTS["model"](w, {}, None)
    assert [part.children for part in shown] == [w("evidence_no_description")]


def test_batches_are_no_runs_and_nothing_outside_is_opened(tmp_path):
    """Wrong if a batch were offered as a run, one a level deeper were missed, or a name reached beyond the folder."""
    runs = tmp_path / "runs"
    for folder in (runs / "one", runs / "sens" / "sobol", tmp_path / "secret"):
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text("{}", encoding="utf-8")
        pd.DataFrame({"point": [0]}).to_parquet(folder / "design.parquet")
    (runs / "link").symlink_to(tmp_path / "secret")
    results = Results(runs, tmp_path / "nothing")
    assert set(results.batches()) == {"one", "sens/sobol"}
    assert results.folders() == {}
    for name in ("../secret", "link", "", "/etc"):
        with pytest.raises(Trouble):
            results.open_batch(name)


def test_a_broken_batch_is_said_to_be_broken(tmp_path, services):
    """Wrong if a half-deleted batch ended in a traceback."""
    (tmp_path / "one").mkdir()
    for name in ("manifest.json", "design.parquet"):
        (tmp_path / "one" / name).write_text("{}", encoding="utf-8")
    from dashboard.evidence_parts import one_batch

    with pytest.raises(Trouble, match="frame_incomplete"):
        one_batch(Results(tmp_path, tmp_path / "nothing"), "one", Words("en"))
