"""The table of targets: roles that never change, values that are the documents', and rows that cannot be used."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from agents.calendar import month
from agents.mistake import Mistake
from agents.statuses import CODE
from calibration.evidence import facts
from calibration.register import Register
from calibration.targets import COLUMNS, FILE, Target, read_targets
from calibration.validation import measure_all

FIT = """stocks; outcomes of new spells; exit splits; awards; revalidering; origin of awards; prior status of kontanthjælp;
prior status of sygedagpenge; persons seen in ten months; seniority of kontanthjælp; active shares; integration programme, starters;
dagpenge runs out in 2014; awards before the reform; first offer within three months; sanctions to 2013; seniority of sygedagpenge;
integration programme, who starts; origin by benefit; education of recipients; company offers in three months;
offers in ressourceforløb; age of the sanctioned"""
HOLDOUT = """support before awards; prior status of kontanthjælp, longer spells; prior status of sygedagpenge, longer spells;
supported 80 % of the last year; full-time persons; total of the edge group; persons with six months and more;
total of the edge group over time; integration programme, participants; integration programme, exits; dagpenge exhaustion 2013;
after dagpenge; aktivitetsparate by origin; first offers by origin; sanctions of 2014; sanctions by origin; all transfers;
persons with twelve weeks and more; dagpenge exhaustion to 2015; visitation in 2014; origin before the count; employment by origin;
company share of the activated; offers in the integration programme; passivity by time on the benefit;
offers by origin at two to three years"""


def patterns(text: str) -> set[str]:
    return {name.strip() for name in text.replace("\n", " ").split(";")}


def test_roles_are_frozen() -> None:
    """Wrong if a pattern changed its role, or a new one came without being frozen here."""
    roles = {t.pattern: t.role for t in read_targets()}
    assert {p for p, role in roles.items() if role == "fit"} == patterns(FIT)
    assert {p for p, role in roles.items() if role == "holdout"} == patterns(HOLDOUT)


def test_a_third_of_the_patterns_is_held_out() -> None:
    """Wrong if too little were left to test the model with."""
    assert len(patterns(HOLDOUT)) * 3 >= len(patterns(FIT) | patterns(HOLDOUT))


def test_every_value_is_its_facts() -> None:
    """Wrong if an asked value drifted from its fact, or was made up."""
    assert len(read_targets()) > 300
    for t in read_targets():
        if not t.note.startswith(("Derived: ", "Assumption: ")):
            scale = {"pct": 0.01, "persons_per_month": 12}.get(facts()[t.fact].unit, 1)
            assert t.asked == pytest.approx(facts()[t.fact].value * scale, rel=1e-4), t.target


def test_no_fact_is_both_fitted_and_held_out() -> None:
    """Wrong if a figure that is held out were fitted under another name."""
    roles: dict[str, set[str]] = {}
    for t in read_targets():
        roles.setdefault(t.fact, set()).add(t.role)
    assert [fact for fact, found in roles.items() if len(found) > 1] == []


def test_sanctions_are_asked_in_the_quarter_of_their_fact() -> None:
    """Wrong if a series had slipped by a quarter, or a group had another group's figures."""
    found = 0
    for t in read_targets():
        fact = facts()[t.fact] if t.fact else None
        if fact is not None and fact.kind == "sanction" and "Q" in fact.period:
            year, quarter = fact.period.split("Q")
            assert t.arguments["first"] == month(f"{year}-{3 * int(quarter) - 2:02d}"), t.target
            assert t.arguments["last"] == t.arguments["first"] + 2, t.target
            assert ("aktivitetsparat" in fact.population) == ("kontanthjaelp_jobparat" not in t.arguments["statuses"] and len(t.arguments["statuses"]) == 1)
            found += 1
    assert found > 100


GOOD = {
    "target": "t", "pattern": "p", "role": "fit", "unit": "persons", "asked": "28400", "tolerance": "0.1",
    "fact": "koch_2_target_groups-5a4c5008", "measure": "heads", "arguments": '{"statuses": "system", "when": "2014-04"}', "note": "",
}
GAP = '{"figure_name": "first_offer", "who": "sex=f", "against": "sex=m", "kind": "measure", "statuses": "system", "first": "2014-01", "last": "2014-06", "within": 3}'


def written(folder: Path, *rows: dict[str, str]) -> Path:
    with (folder / "targets.csv").open("w", encoding="utf-8", newline="") as text:
        table = csv.DictWriter(text, COLUMNS)
        table.writeheader()
        table.writerows(rows)
    return folder / "targets.csv"


def test_a_good_row_is_read(tmp_path: Path) -> None:
    """Wrong if the row from which the bad ones are made were itself refused."""
    (target,) = read_targets(written(tmp_path, GOOD))
    assert target.arguments["when"] == month("2014-04")
    assert "kontanthjaelp_jobparat" in target.arguments["statuses"]


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"role": "guess"}, "unknown role 'guess'; known: fit, holdout"),
        ({"role": "holdot"}, "unknown role 'holdot'; did you mean 'holdout'? (known: fit, holdout)"),
        ({"unit": "pct"}, "unknown unit 'pct'; known: persons, share"),
        ({"unit": "person"}, "did you mean 'persons'? (known: persons, share)"),
        ({"measure": "head"}, "did you mean 'heads'"),
        ({"measure": ""}, "unknown measurement function"),
        ({"fact": "koch_9-00000000"}, "unknown fact 'koch_9-00000000'"),
        ({"fact": "koch_2_target_groups-5a4c5009"}, "did you mean 'koch_2_target_groups-5a4c5008'? (allowed: ids in calibration/evidence)"),
        ({"fact": ""}, "fact is empty"),
        ({"fact": "", "note": "Derived: somehow"}, "fact is empty"),
        ({"tolerance": "0"}, "tolerance 0 must be above 0"),
        ({"tolerance": "-1"}, "must be above 0"),
        ({"tolerance": "nan"}, "not a finite number"),
        ({"asked": "many"}, "asked = 'many' is not a number"),
        ({"asked": "28500"}, "28400 persons"),
        ({"asked": "-28400"}, "must be above 0"),
        ({"asked": "284", "unit": "share"}, "is in persons"),
        ({"arguments": "{"}, "arguments"),
        ({"arguments": "[1]"}, "object in braces"),
        ({"arguments": '{"statuses": "kontanthjelp", "when": "2014-04"}'}, "statuses: unknown population 'kontanthjelp'; did you mean 'kontanthjaelp'"),
        ({"arguments": '{"statuses": "kontanthjelp", "when": "2014-04"}'}, "(allowed: statuses, and the groups kontanthjaelp, uddannelsesparate"),
        ({"arguments": '{"statuses": "system", "when": "2014-04", "when": "2014-05"}'}, "'when' stands twice"),
        ({"arguments": '{"statuses": "system"}'}, "heads: missing a required argument: 'when'"),
        ({"arguments": '{"statuses": "system", "wehn": "2014-04"}'}, "did you mean 'when'"),
        ({"arguments": '{"statuses": "system", "when": "2014-4"}'}, "'2014-4' is not a month"),
        ({"arguments": '{"statuses": "system", "when": "2014-04", "who": "origin=danis"}'}, "did you mean 'danish'"),
        ({"arguments": '{"statuses": "system", "when": "2014-04", "who": "age=30-20"}'}, "lower age first"),
        ({"measure": "persons_seen", "arguments": '{"statuses": "system", "first": "2014-04", "last": "2013-04"}'}, "is after last"),
        ({"measure": "event_starts", "arguments": '{"kind": "sanktion", "first": "2014-01", "last": "2014-04"}'}, "did you mean 'sanction'"),
        ({"measure": "event_starts", "arguments": '{"kind": "measure", "values": "firma", "first": "2014-01", "last": "2014-04"}'}, "unknown value of spells"),
        ({"measure": "group_gap", "arguments": GAP.replace("first_offer", "first_ofer")}, "did you mean 'first_offer'"),
        ({"measure": "group_gap", "arguments": GAP.replace("within", "witin")}, "did you mean 'within'"),
        ({"measure": "group_gap", "arguments": GAP.replace('"against": "sex=m", ', "")}, "against"),
    ],
)
def test_bad_rows_are_refused(tmp_path: Path, changed: dict[str, str], named: str) -> None:
    """Wrong if a target that cannot be measured, or is not the document's, were taken, or the row not named."""
    with pytest.raises(Mistake) as caught:
        read_targets(written(tmp_path, {**GOOD, "target": "first"}, {**GOOD, **changed}))
    assert "targets.csv, line 3" in str(caught.value)
    assert named in str(caught.value)


def test_a_target_twice_and_a_pattern_with_two_roles_are_refused(tmp_path: Path) -> None:
    """Wrong if a target counted twice, or part of a held-out pattern could be fitted."""
    with pytest.raises(Mistake, match=r"line 3: target 't' stands twice \(first in line 2\)"):
        read_targets(written(tmp_path, GOOD, GOOD))
    read_targets.cache_clear()
    with pytest.raises(Mistake, match=r"line 3: pattern 'p' has two roles, fit in line 2 and holdout here"):
        read_targets(written(tmp_path, GOOD, {**GOOD, "target": "u", "role": "holdout"}))


def test_a_row_with_a_column_too_few_is_refused(tmp_path: Path) -> None:
    """Wrong if a missing column were a Python error."""
    (tmp_path / "targets.csv").write_text("target,role\na,fit\n")
    with pytest.raises(Mistake, match=r"line 2: the row must have the columns target, pattern"):
        read_targets(tmp_path / "targets.csv")


@pytest.mark.parametrize(
    ("columns", "named"),
    [
        ("target,pattern,role,role", "the column 'role' stands twice; columns are target, pattern"),
        ("target,pattern,rolle", "unknown column 'rolle'; did you mean 'role'?"),
    ],
)
def test_a_column_twice_or_of_another_name_is_refused(tmp_path: Path, columns: str, named: str) -> None:
    """Wrong if of a role given twice the first were lost without a word."""
    (tmp_path / "targets.csv").write_text(f"{columns}\na,b,fit,holdout\n")
    with pytest.raises(Mistake) as caught:
        read_targets(tmp_path / "targets.csv")
    assert str(caught.value).startswith(f"targets.csv, line 1: {named}")


@pytest.mark.parametrize("note", ["Derived: half of the two together", "Assumption: in balance"])
def test_a_value_that_is_not_a_facts_says_how_it_follows(tmp_path: Path, note: str) -> None:
    """Wrong if a derived value or an assumption could not be stated as such."""
    changed = {"asked": "14200", "note": note, **({"fact": ""} if note.startswith("A") else {})}
    assert read_targets(written(tmp_path, {**GOOD, **changed}))[0].asked == 14200


def target(unit: str, asked: float, statuses: str, measure: str = "heads", **arguments: object) -> Target:
    return Target("t", "p", "fit", unit, asked, 0.1, "", measure, {"statuses": (statuses,), **arguments}, "")  # type: ignore[arg-type]


def test_nothing_is_a_miss_and_the_unknown_is_not() -> None:
    """Wrong if a figure that came out as 0 were shown as not yet measurable, or the other way round, or in between."""
    codes = np.full((10, 12), CODE["employment"], np.uint8)
    register = Register(codes, month("2014-01"), 10.0)
    rows = measure_all(register, [
        target("persons", 100, "fleksjob", when=month("2020-01")),
        target("share", 0.5, "employment", "supported", when=month("2014-12")),
        target("persons", 100, "employment", when=month("2014-02")),
        target("persons", 100, "fleksjob", when=month("2014-02")),
        target("share", 0.5, "employment", "share_with_event", kind="sanction", first=month("2014-02"), last=month("2014-04")),
    ])
    assert [(r.got, r.miss) for r in rows[:3]] == [(0.0, pytest.approx(np.log(5 / 100) / 0.1)), (0.0, pytest.approx(-5)), (100.0, 0.0)]
    assert all(math.isnan(r.got) and math.isnan(r.miss) for r in rows[3:])
    assert len(rows) == 5


def test_the_shipped_table_has_no_stray_spaces() -> None:
    """Wrong if WORDS of the command could not find a pattern because of how it is written."""
    with FILE.open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            assert all(value == value.strip() and "  " not in value for value in row.values()), row["target"]
