"""The facts of the documents, and what rests on them."""

import csv
import hashlib
import re
from pathlib import Path

import pytest

from agents.mistake import Mistake
from calibration.asked import asked
from calibration.evidence import FOLDER, UNITS, fact, facts
from sim.parameters import load, read_fit

HEADER = "id,kind,topic,measure,value,low,high,unit,population,from_state,to_state,period,horizon,breakdown,seed,lines,confidence,note"
KEY = ("kind", "topic", "measure", "unit", "population", "from_state", "to_state", "period", "horizon", "breakdown", "lines")
GOOD = "x-1,stock,t,m,5,,,persons,p,,,2014,,,004.txt,1-2,high,"


def rows() -> list[tuple[str, dict[str, str]]]:
    found = []
    for file in sorted(FOLDER.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as text:
            found += [(file.stem, row) for row in csv.DictReader(text)]
    return found


def test_every_row_is_read() -> None:
    """If this fails, a row of evidence is lost, or a column is missing in a file."""
    assert len(facts()) == len(rows()) > 2000
    for file in FOLDER.glob("*.csv"):
        assert file.read_text(encoding="utf-8").splitlines()[0] == HEADER, file.name


def test_ids_can_be_made_again() -> None:
    """If this fails, an id was written by hand, or a key column was changed under a parameter that rests on it."""
    wrong = []
    for stem, row in rows():
        key = "|".join(row[name] for name in KEY).encode()
        if row["id"] != f"{stem}-{hashlib.blake2b(key, digest_size=4).hexdigest()}":
            wrong.append(row["id"])
    assert not wrong


def test_ids_are_unique() -> None:
    """If this fails, two facts share an id and one of them is unreachable."""
    ids = [row["id"] for _, row in rows()]
    assert len(set(ids)) == len(ids)


def test_values_lie_in_their_ranges() -> None:
    """If this fails, a range is upside down, a percentage impossible, or a value not a number."""
    wrong = [
        f.id for f in facts().values()
        if (f.low is not None and f.value < f.low) or (f.high is not None and f.value > f.high)
        or f.value != f.value or (f.unit == "pct" and not -100 <= f.value <= 1000)
    ]
    assert not wrong
    assert {f.unit for f in facts().values()} == UNITS


def test_every_fact_has_a_source() -> None:
    """If this fails, a fact cannot be looked up."""
    for f in facts().values():
        assert re.fullmatch(r"\d{3}_[0-9a-f]{16}\.txt", f.seed), f.id
        assert re.fullmatch(r"[\d\-; ,]+", f.lines), (f.id, f.lines)
        assert f.citation.startswith(f.seed + ":")


def test_every_parameter_that_rests_on_a_fact_has_its_value() -> None:
    """If this fails, a number called documented is not the one in the documents."""
    resting = {p.path: p for p in load().values() if p.fact}
    assert len(resting) > 50
    wrong = {path: (p.value, fact(p.fact).value) for path, p in resting.items() if p.fact and p.value != fact(p.fact).value}
    assert not wrong


def test_every_documented_parameter_cites() -> None:
    """If this fails, `documented` is a claim without a place to look."""
    for p in load().values():
        if p.kind == "documented":
            assert p.fact or re.search(r"\d{3}_[0-9a-f]{16}\.txt:\d", p.source or ""), p.path


def test_the_table_of_the_fit_lists_everything_asked() -> None:
    """If this fails, the report hides a target, or shows one that is no longer asked for."""
    table, wanted = read_fit(), asked(load().value("selection.share"))
    assert [row["target"] for row in table] == [one.name for one in wanted]
    for row, one in zip(table, wanted, strict=True):
        assert float(row["asked"]) == pytest.approx(one.value, rel=1e-5)
        assert float(row["tolerance"]) == one.tolerance
        assert tuple(row["facts"].split()) == one.facts
        assert all(fact(id_) for id_ in one.facts)


@pytest.mark.parametrize(
    ("row", "named"),
    [
        (GOOD.replace("persons", "person"), ["x.csv, line 3", "'person'", "'persons'"]),
        (GOOD.replace(",5,", ",five,"), ["x.csv, line 3", "value", "'five'", "number"]),
        (GOOD.replace(",5,", ",,"), ["x.csv, line 3", "value"]),
        (GOOD.replace(",5,,", ",5,low,"), ["x.csv, line 3", "low", "'low'"]),
        (GOOD.replace("high", "hihg"), ["x.csv, line 3", "'hihg'", "'high'"]),
        (GOOD, ["x.csv, line 3", "'x-1'", "twice"]),
        (GOOD.replace("x-1", "x-2").replace(",5,", ",nan,"), ["x.csv, line 3", "value"]),
        (GOOD.replace("x-1", "x-2").replace(",5,", ",inf,"), ["x.csv, line 3", "value"]),
        ("x-2,stock,t,m,5", ["x.csv, line 3"]),
        (GOOD.replace("x-1", "x-2") + ",one,too,many", ["x.csv, line 3"]),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, row: str, named: list[str]) -> None:
    """If this fails, a slip in an evidence file ends in a Python error, or is taken for a fact."""
    (tmp_path / "x.csv").write_text(f"{HEADER}\n{GOOD}\n{row}\n")
    with pytest.raises(Mistake) as refused:
        facts(tmp_path)
    for text in named:
        assert text in str(refused.value)


def test_an_unknown_fact_has_a_nearest() -> None:
    """If this fails, a mistyped id is a KeyError."""
    known = next(iter(facts()))
    with pytest.raises(Mistake, match="did you mean"):
        fact(known[:-1] + ("0" if known[-1] != "0" else "1"))
