"""Files that describe experiments: what is read from them, and how mistakes in them are told."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from agents.mistake import Mistake
from borgerflow import main
from experiments.batch.experiment import Experiment, Range, make_experiment, read_experiment, shipped_experiments
from experiments.batch.outcomes import OUTCOMES

CAP: dict[str, Any] = {"caseload_cap": {"cap": [20, 40]}}
SMALL: dict[str, Any] = {"name": "small", "levers": CAP}
RANGE: dict[str, Any] = {"caseload_cap": {"cap": {"low": 10, "high": 40}}}

MISTAKES: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    ({"name": "a b"}, ("name", "'a b'", "pattern")),
    ({"title": {"en": "x"}}, ("title.da", "required")),
    ({"title": {"en": "x", "dk": "y"}}, ("title", "'dk'", "'da'")),
    ({"levls": {}}, ("'levls'", "'levers'")),
    ({"levers": {}}, ("needs reforms or levers",)),
    ({"levers": {"cap": [1]}}, ("levers", "'cap'", "policy.parameter")),
    ({"levers": {"caseload_cap": {"cap": 40}}}, ("levers.caseload_cap.cap", "40", "list", "range")),
    ({"levers": {"caseload_cap": {"cap": []}}}, ("levers", "'caseload_cap.cap'", "the grid is empty")),
    ({"levers": {"caseload_cap": {"cap": [20, 20]}}}, ("levers", "'caseload_cap.cap'", "20 twice")),
    ({"levers": {"caseload_cap": {"cap": {"low": 1, "hihg": 3}}}}, ("levers.caseload_cap.cap", "'hihg'", "'high'")),
    ({"levers": {"caseload_cap": {"cap": {"low": 3, "high": 3}}}}, ("levers.caseload_cap.cap", "low = 3 must be less than high = 3")),
    ({"uncertainties": CAP}, ("'caseload_cap.cap'", "a lever and an uncertainty")),
    ({"design": {"sample": 4}}, ("design", "'sample'", "'samples'")),
    ({"design": {"kind": "sobl"}}, ("design.kind", "'sobl'", "'sobol'")),
    ({"design": {"kind": "sobol"}}, ("'caseload_cap.cap'", "'sobol'", "needs a range")),
    ({"design": {"kind": "grid"}, "levers": RANGE}, ("'caseload_cap.cap'", "a grid needs a list")),
    ({"design": {"kind": "sobol", "samples": 20}, "levers": RANGE}, ("design.samples", "20", "powers of 2")),
    ({"scale": 7}, ("scale", "7", "less than or equal to 1")),
    ({"replications": 0}, ("replications", "0", "greater than or equal to 1")),
    ({"months": 2.5}, ("months", "2.5", "integer")),
    ({"outcomes": []}, ("outcomes", "at least 1")),
    ({"outcomes": ["wait_months.teem"]}, ("outcomes", "'wait_months.teem'", "'wait_months.team'")),
    ({"outcomes": ["net_cost", "net_cost"]}, ("outcomes", "'net_cost'", "twice")),
    ({"reforms": ["boom", "boom"]}, ("reforms", "'boom'", "twice")),
    ({"worlds": "boom"}, ("worlds", "'boom'")),
    ({"horizons": [12, 61]}, ("horizons", "61", "60")),
    ({"tables": ["stock"]}, ("tables", "'stock'", "'stocks'")),
    ({"decide_by": "net_costs"}, ("decide_by", "'net_costs'", "'net_cost'")),
    ({"decide_by": "persons.sygedagpenge", "outcomes": ["persons.sygedagpenge"]}, ("decide_by", "'persons.sygedagpenge'", "another outcome")),
    ({"fails": "net_cost >"}, ("fails", "'net_cost >'", "write for example")),
    ({"enough": "net_costs > 0"}, ("enough", "'net_costs'", "'net_cost'")),
]
"""What is changed in a small experiment, and what the message must name."""


@pytest.mark.parametrize(("change", "named"), MISTAKES, ids=[" ".join(named[:2]) for _, named in MISTAKES])
def test_a_mistake_is_told_with_key_value_and_what_is_allowed(change: dict[str, Any], named: tuple[str, ...]) -> None:
    """If this fails a user who mistypes an experiment is not told where, what, or what would be right; or it is accepted."""
    with pytest.raises(Mistake) as told:
        make_experiment({**SMALL, **change}, where="experiment mine.toml")
    text = str(told.value)
    assert text.startswith("experiment mine.toml: "), text
    assert all(name in text for name in named), text
    assert "\n" not in text and "function-" not in text and "pydantic" not in text, text


@pytest.mark.parametrize(
    ("content", "named"), [(None, "cannot be read"), (b"name = ", "not valid TOML"), (b"\xff\xfe", "not valid TOML"), (b'name = "x"', "needs reforms or levers")],
)
def test_a_file_that_is_none_is_refused(content: bytes | None, named: str, tmp_path: Path) -> None:
    """If this fails a missing or broken file gives a traceback, or a message that does not name the file."""
    file = tmp_path / "mine.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(Mistake) as told:
        read_experiment(file)
    assert str(file) in str(told.value) and named in str(told.value)


def test_the_nearest_shipped_experiment_is_named() -> None:
    """If this fails a mistyped name leaves the user to search."""
    with pytest.raises(Mistake, match="'boom_and_bust'"):
        read_experiment("boom_and_burst")


def test_shipped_experiments_are_listed_with_titles() -> None:
    """If this fails a shipped experiment cannot be read, or is not found by its name."""
    listed = CliRunner().invoke(main, ["experiments"]).output
    for name in shipped_experiments():
        experiment = read_experiment(name)
        assert experiment.name == name and experiment.title is not None
        assert f"{name} " in listed and experiment.title.en in listed


def test_an_experiment_too_large_is_refused_before_it_is_laid_out() -> None:
    """If this fails a grid of trillions of points eats all memory before anybody is told."""
    levers = {f"policy.p{i}": list(range(1000)) for i in range(8)}
    with pytest.raises(Mistake, match=r"the most is 1,000,000"):
        make_experiment({"name": "huge", "levers": levers})
    with pytest.raises(Mistake, match=r"the most is 1,000,000"):
        make_experiment({**SMALL, "levers": RANGE, "design": {"kind": "sobol", "samples": 2**19}})


def test_dotted_and_nested_levers_are_the_same() -> None:
    """If this fails `caseload_cap.cap` and `[levers.caseload_cap]` mean different things."""
    assert make_experiment({"name": "small", "levers": {"caseload_cap.cap": [20, 40]}}) == make_experiment(SMALL)
    assert Experiment(name="small", levers={"caseload_cap.cap": (20, 40)}) == make_experiment(SMALL)


scalars = st.integers(-100, 100) | st.sampled_from(["none", "x"]) | st.floats(-10, 10).map(lambda x: round(x, 3))
ranges = st.tuples(st.floats(-1e3, 1e3), st.floats(1e-3, 1e3), st.booleans()).map(lambda t: {"low": t[0], "high": t[0] + t[1], "whole": t[2]})
axes = st.lists(scalars, min_size=1, max_size=4, unique=True) | ranges
anything = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5), lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=5), v, max_size=3), max_leaves=6)


@given(st.dictionaries(st.sampled_from(["a.b", "a.c", "d.e"]), axes, min_size=1), st.lists(st.sampled_from(sorted(OUTCOMES)), min_size=1, max_size=4, unique=True))
def test_what_is_read_is_what_was_written(levers: dict[str, Any], outcomes: list[str]) -> None:
    """If this fails an experiment changes when it is written down and read again, so a resumed batch is another one."""
    mixed = any(isinstance(a, dict) for a in levers.values())
    levers = {name: axis if isinstance(axis, dict) or not mixed else axis[:1] for name, axis in levers.items()}
    experiment = make_experiment({"name": "x", "levers": levers, "outcomes": outcomes})
    assert make_experiment(experiment.model_dump()) == experiment
    assert list(experiment.levers) == list(levers) and experiment.kind == ("latin_hypercube" if mixed else "grid")
    for name, axis in experiment.levers.items():
        assert axis == (Range(**levers[name]) if isinstance(axis, Range) else tuple(levers[name]))


@given(st.sampled_from(sorted(Experiment.model_fields)), anything)
def test_nothing_but_a_mistake_comes_of_nonsense(key: str, value: Any) -> None:
    """If this fails some value of a key gives a traceback instead of a message."""
    try:
        make_experiment({**SMALL, key: value})
    except Mistake as mistake:
        assert str(mistake).strip()
