"""Reforms that come from outside: links and files, good, broken and hostile; and what is said of them before they are run."""

import contextlib
import json
import tomllib

import pytest

from dashboard.checks import remarks
from dashboard.draft import LARGEST_FILE, LONGEST_LINK, Draft, name_of, read_file, read_link
from dashboard.form import entered
from dashboard.sources import draft_of, uploaded
from dashboard.words import Trouble, Words
from experiments.scenario import shipped_scenarios
from policies.registry import Registry

W = {language: Words(language) for language in ("en", "da")}
GOOD = Draft("mine", "Min æøå", [{"use": "caseload_cap", "cap": 25, "groups": ["young"]}, {"use": "benefit_level", "start": "2016-01"}], {"selection.share": 0.4})


def test_a_link_and_a_file_give_the_reform_again():
    """Wrong if somebody who got a link or a file saw another reform."""
    assert read_link(GOOD.link()) == GOOD
    assert read_file(GOOD.toml(120).encode()) == GOOD
    assert tomllib.loads(GOOD.toml(60))["months"] == 60


@pytest.mark.parametrize("name", [name for name in shipped_scenarios() if name != "baseline"])
def test_every_shipped_reform_can_be_opened_and_shared(name):
    """Wrong if a ready reform could not be opened, were said to be impossible, or were too long for a link."""
    draft = draft_of(f"shipped:{name}", None, W["da"])
    assert read_link(draft.link()) == draft
    assert not [one.text for one in remarks(draft, 120, W["da"]) if one.stops]


HOSTILE = {
    "no json": "{", "a list": "[]", "a number": "7", "a deep hole": "[" * 7000, "too long": json.dumps({"title": "a" * LONGEST_LINK}),
    "not a number": '{"policies":[{"use":"caseload_cap","cap":NaN}]}',
    "endless": '{"policies":[{"use":"caseload_cap","cap":1e999}]}',
    "a huge number": '{"policies":[{"use":"caseload_cap","cap":' + "9" * 400 + "}]}",
    "a vintage": '{"vintage":"../../secret","policies":[{"use":"caseload_cap"}]}',
    "a draw": '{"draw":3,"policies":[{"use":"caseload_cap"}]}',
    "a policy file": '{"policies":[{"use":"evil.py"}]}', "no policy": '{"policies":[{"cap":3}]}', "no table": '{"policies":["caseload_cap"]}',
    "a path as a name": '{"name":"../../x","policies":[{"use":"caseload_cap"}]}', "a number as a name": '{"name":3}',
    "an unknown key": '{"files":["/etc/passwd"]}', "an unknown parameter": '{"policies":[{"use":"caseload_cap","__class__":1}]}',
    "a nested value": '{"policies":[{"use":"caseload_cap","cap":{"a":1}}]}', "many": json.dumps({"policies": [{"use": "caseload_cap"}] * 200}),
    "parameters as a list": '{"parameters":[1]}', "a table as a parameter": '{"parameters":{"a":[[1]]}}', "a title that is a list": '{"title":[1]}',
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_link_is_a_message(text):
    """Wrong if a link could read a file, keep the server busy, or end in a traceback; or the message had no Danish."""
    with pytest.raises(Trouble) as caught:
        read_link(text)
    for w in W.values():
        assert caught.value.told(w)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a = ", b"x" * (LARGEST_FILE + 1), b"vintage = '/etc'", b"a.b.c = 1", b"policies = 3", b"name = ''\n[[policies]]\nuse = 3"])
def test_a_broken_file_is_a_message(content):
    """Wrong if an upload could end in a traceback."""
    if content == b"":
        assert read_file(content) == Draft()
        return
    with pytest.raises(Trouble):
        read_file(content)


@pytest.mark.parametrize("contents", [None, "", "data:;base64,%%%", "data:;base64," + "A" * 300_000, 7])
def test_what_is_no_upload_is_a_message(contents):
    """Wrong if a browser that sends nonsense could end in a traceback."""
    with contextlib.suppress(Trouble):
        assert uploaded(contents) == Draft()


def test_a_title_is_only_text():
    """Wrong if somebody's title could name a file of its own choice."""
    assert name_of("../../Æbler & <script>") == "aebler_script"
    assert name_of("🙂") == "my_reform"


def told(draft: Draft, language: str = "en", months: int = 120) -> list[str]:
    return [f"{'stop' if one.stops else 'note'}: {one.text}" for one in remarks(draft, months, W[language])]


@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize(
    ("policies", "months", "key", "stops"),
    [
        ([{"use": "caseload_cap", "cap": 1000}], 120, "build_out_of_bounds", True),
        ([{"use": "caseload_cap", "start": "next year"}], 120, "build_bad_month", True),
        ([{"use": "caseload_cap", "start": "2015-13"}], 120, "build_bad_month", True),
        ([{"use": "caseload_cap", "start": "2020-01"}], 60, "build_after_end", True),
        ([{"use": "caseload_cap", "end": "2013-01"}], 120, "build_before_begin", True),
        ([{"use": "caseload_cap", "start": "2016-02", "end": "2016-01"}], 120, "build_end_before_start", True),
        ([{"use": "caseload_cap"}, {"use": "caseload_cap"}], 120, "build_twice", True),
        ([{"use": "benefit_floor"}, {"use": "earnings_offset"}], 120, "build_conflict", True),
        ([{"use": "team_capacity", "factor": 1.0}], 120, "build_neutral", False),
    ],
)
def test_what_is_wrong_is_said_before_a_run(language, policies, months, key, stops):
    """Wrong if a reform that is impossible, conflicts with itself or has no effect were run first and explained later."""
    found = told(Draft("x", policies=policies), language, months)
    begins = W[language](key, **dict.fromkeys(("policy", "what", "value", "low", "high", "start", "end", "first", "last", "second", "rule"), "\0")).split("\0")
    assert len(found) == 1
    assert found[0].startswith("stop" if stops else "note")
    assert all(part in found[0] for part in begins)


def test_policies_one_after_the_other_do_not_conflict():
    """Wrong if a policy could not be changed on the way."""
    both = [{"use": "caseload_cap", "cap": 30, "end": "2015-12"}, {"use": "caseload_cap", "cap": 20, "start": "2016-01"}]
    assert told(Draft("x", policies=both)) == []


def test_the_name_of_the_law_is_taken():
    """Wrong if a reform could be called like what it is compared with."""
    assert told(Draft("baseline", policies=[{"use": "caseload_cap"}])) == [f"stop: {W['en']('build_name_taken', name='baseline')}"]


def test_unknown_and_unchanged_parameters_are_told():
    """Wrong if a mistyped parameter were found out only when the run fails, or one that changes nothing not at all."""
    assert told(Draft("x", parameters={"selection.shar": 1}))[0].startswith("stop")
    from sim.parameters import load

    assert told(Draft("x", parameters={"selection.share": load()["selection.share"].value}))[0].startswith("note")


@pytest.mark.parametrize(
    ("policy", "key", "value", "meaning"),
    [
        ("caseload_cap", "cap", 25.0, 25), ("caseload_cap", "cap", "", None), ("caseload_cap", "cap", 30, None), ("caseload_cap", "municipalities", "3, 1", [3, 1]),
        ("labour_market", "openings", "0,9; 1.1", [0.9, 1.1]), ("labour_market", "losses", "no", False), ("labour_market", "losses", "yes", None),
        ("benefit_level", "start", "2015-01", "2015-01"), ("caseload_cap", "groups", ["young"], ["young"]),
    ],
)  # fmt: skip
def test_what_is_entered_is_what_is_meant(policy, key, value, meaning):
    """Wrong if a number that somebody entered became another one, or a default took room in the link."""
    assert entered(Registry()[policy], key, value) == meaning
