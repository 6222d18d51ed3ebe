"""Everything a user can get wrong: exit code 2, one clear last line, nothing left behind."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

SMALL = ("--scale", "0.001", "--months", "2", "--jobs", "1", "--threads", "1", "--progress", "none", "--out", "o")
JOB_GOAL = 'name = "x"\n[[policies]]\nuse = "job_goal_under_30"\n'
POLICY = '''
from typing import ClassVar
from policies import Policy, Text

class Mine(Policy):
    """Does nothing."""
    name: ClassVar[str] = "{name}"
    label: ClassVar[Text] = Text(en="Mine", da="Min")
    sets: ClassVar[tuple[str, ...]] = {sets}
'''

Mistakes = Callable[..., str]


@pytest.mark.parametrize(
    ("args", "named"),
    [
        (["run", "basline"], ["'basline'", "'baseline'"]),
        (["run", "job_gaol_under_30"], ["'job_gaol_under_30'", "'job_goal_under_30'"]),
        (["compare", "baseline", "without_sygedagpenge_refom"], ["'without_sygedagpenge_reform'"]),
        (["compare", "baseline", "baseline"], ["'baseline'", "name of its own"]),
        (["policies", "job_goal_under30"], ["'job_goal_under_30'"]),
        (["parameters", "sygedagpengo.emplyment"], ["'sygedagpengo.emplyment'", "did you mean"]),
        (["run", "nowhere/at_all.toml"], ["nowhere/at_all.toml", "No such file"]),
        (["run", "missing.toml"], ["missing.toml"]),
        (["run", "."], ["folder"]),
        (["report", "nowhere"], ["nowhere", "does not exist"]),
        (["report", "."], ["not a run folder"]),
        (["compare", "baseline"], ["REFORMS"]),
        (["run"], ["SCENARIO"]),
        (["run", "baseline", "--language", "sv"], ["'sv'", "'en'", "'da'"]),
        (["run", "baseline", "--progress", "loud"], ["'loud'", "'json'"]),
        (["run", "baseline", "--sclae", "0.1"], ["--sclae", "--scale"]),
        (["simulate"], ["simulate"]),
    ],
)
def test_a_misspelt_name_is_refused_with_the_nearest(mistake: Mistakes, args: list[str], named: list[str]) -> None:
    """If this fails, a typing error runs something else, shows a traceback, or leaves the user guessing."""
    line = mistake(*args)
    for text in named:
        assert text in line


@pytest.mark.parametrize(
    ("option", "value", "named"),
    [
        ("--scale", "0", ["--scale 0", "0.001", "1"]),
        ("--scale", "2", ["--scale 2", "0.001", "1"]),
        ("--scale", "nan", ["--scale nan", "0.001"]),
        ("--scale", "inf", ["--scale inf", "0.001"]),
        ("--scale", "-1", ["--scale -1", "0.001"]),
        ("--scale", "0.0009", ["--scale 0.0009", "0.001"]),
        ("--scale", "large", ["--scale", "'large'"]),
        ("--months", "0", ["--months 0", "1 to 600"]),
        ("--months", "-3", ["--months -3", "1 to 600"]),
        ("--months", "601", ["--months 601", "1 to 600"]),
        ("--months", "1.5", ["--months", "'1.5'"]),
        ("--replications", "0", ["--replications 0", "1"]),
        ("--replications", "-1", ["--replications -1"]),
        ("--seed", "-1", ["--seed -1", "0"]),
        ("--seed", "9223372036854775808", ["--seed", "2^63"]),
        ("--seed", "x", ["--seed", "'x'"]),
        ("--jobs", "0", ["--jobs 0", "at least 1"]),
        ("--jobs", "-1", ["--jobs -1", "at least 1"]),
        ("--threads", "-1", ["--threads -1", "at least 1"]),
        ("--threads", "0", ["--threads 0", "at least 1"]),
    ],
)
def test_an_option_out_of_range_is_refused(mistake: Mistakes, option: str, value: str, named: list[str]) -> None:
    """If this fails, an impossible option is taken, or is silently replaced by another value."""
    line = mistake("run", "baseline", *SMALL, option, value)
    for text in named:
        assert text in line


@pytest.mark.parametrize("replications", ["0", "1", "-2"])
def test_a_comparison_needs_two_replications(mistake: Mistakes, replications: str) -> None:
    """If this fails, an interval is computed from a single pair (or none)."""
    line = mistake("compare", "baseline", "job_goal_under_30", *SMALL, "--months", "9", "--replications", replications)
    assert f"--replications {replications}" in line


def test_a_comparison_of_unequal_lengths_is_refused(mistake: Mistakes, tmp_path: Path) -> None:
    """If this fails, differences are taken between runs of different length."""
    (tmp_path / "short.toml").write_text('name = "short"\nmonths = 6\n')
    assert "'short'" in mistake("compare", "baseline", "short.toml", "--out", "o")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('name = "x"\nmonhts = 3', ["s.toml", "'monhts'", "'months'"]),
        ("months = 3", ["s.toml", "name"]),
        ("name = 3", ["s.toml", "name = 3", "string"]),
        ('name = ""', ["s.toml", "name = ''"]),
        ('name = "a/b"', ["s.toml", "name = 'a/b'"]),
        ('name = "x"\nmonths = 0', ["months = 0", "1"]),
        ('name = "x"\nmonths = 601', ["months = 601", "600"]),
        ('name = "x"\nmonths = 2.5', ["months = 2.5"]),
        ('name = "x"\nmonths = "many"', ["months = 'many'"]),
        ('name = "x"\nmonths = nan', ["months = nan"]),
        ('name = "x"\nstart = "2014-13"', ["start", "'2014-13'", "YYYY-MM"]),
        ('name = "x"\nstart = "2014-06"', ["start", "'2014-06'", "2014-05"]),
        ('name = "x"\nstart = "2015-01"', ["start", "'2015-01'", "2014-05"]),
        ('name = "x"\nstart = "May 2014"', ["start", "'May 2014'", "YYYY-MM"]),
        ('name = "x"\nstart = 2014-05-01', ["start", "string"]),
        ('name = "x"\ntitle = "t"', ["title = 't'"]),
        ('name = "x"\n[title]\nen = "t"', ["title.da"]),
        ('name = "x"\n[title]\nen = "t"\nda = "t"\nse = "t"', ["title.se"]),
        ('name = "x"\nparameters = 3', ["parameters = 3"]),
        ('name = "x"\npolicies = 3', ["policies = 3"]),
        ('name = "x"\n[policies]\nuse = "job_goal_under_30"', ["policies"]),
        ('name = "x"\n[[policies]]\nstart = "2014-05"', ["[[policies]] 1", "'use'"]),
        ('name = "x"\n[[policies]]\nuse = "job_gaol_under_30"', ["[[policies]] 1", "'job_goal_under_30'"]),
        (JOB_GOAL + "covrage = 0.1", ["'covrage'", "'coverage'"]),
        (JOB_GOAL + "coverage = 2", ["coverage = 2", "less than or equal to 1"]),
        (JOB_GOAL + "coverage = -0.1", ["coverage = -0.1", "greater than or equal to 0"]),
        (JOB_GOAL + "coverage = nan", ["coverage = nan"]),
        (JOB_GOAL + 'coverage = "much"', ["coverage = 'much'", "number"]),
        (JOB_GOAL + "coverage = [0.5]", ["coverage = [0.5]"]),
        (JOB_GOAL + 'start = "2014-13"', ["start = '2014-13'", "YYYY-MM"]),
        (JOB_GOAL + 'start = "2014-00"', ["start = '2014-00'"]),
        (JOB_GOAL + "start = 201405", ["start = 201405"]),
        (JOB_GOAL + 'start = "2014-06"\nend = "2014-05"', ["end 2014-05", "start 2014-06"]),
        (JOB_GOAL + 'start = "2030-01"', ["'job_goal_under_30'", "2030-01", "2014-06"]),
        (JOB_GOAL + 'end = "2014-04"', ["'job_goal_under_30'", "2014-04", "2014-05"]),
        (JOB_GOAL + '[[policies]]\nuse = "job_goal_under_30"', ["'job_goal_under_30'", "twice"]),
        ('name = "x"\n[[policies]]\nuse = "without_sygedagpenge_reform_2014"', ["2014-07", "2014-06"]),
        ('name = "x"\n[parameters]\nrate.sygedagpenge.emplyment = 1', ["emplyment", "'rate.sygedagpenge.employment'"]),
        ('name = "x"\n[parameters]\nrate.sygedagpenge = 1', ["'rate.sygedagpenge'"]),
        ('name = "x"\n[parameters]\nmeans_test.partner_income = 0.95', ["'means_test.partner_income'", "0.95", "0.4", "0.9"]),
        ('name = "x"\n[parameters]\nmeans_test.partner_income = nan', ["'means_test.partner_income'", "nan"]),
        ('name = "x"\n[parameters]\nwomen.sygedagpenge = 101', ["'women.sygedagpenge'", "101", "100"]),
        ('name = "x"\n[parameters]\nstock.fleksjob = -1', ["'stock.fleksjob'", "-1"]),
        ('name = "x"\n[parameters]\nmeans_test.partner_income = "a"', ["'means_test.partner_income'", "'a'", "number"]),
        ('name = "x"\n[parameters]\nmeans_test.partner_income = true', ["'means_test.partner_income'", "True", "number"]),
        ('name = "x"\n[parameters]\nmeans_test.partner_income = [0.5]', ["'means_test.partner_income'", "number"]),
        ('name = "x"\n[parameters]\nseniority.sygedagpenge = 1', ["'seniority.sygedagpenge'", "7"]),
        ('name = "x"\n[parameters]\nseniority.sygedagpenge = [0.5, 0.5]', ["'seniority.sygedagpenge'", "7"]),
    ],
)
def test_a_wrong_scenario_is_refused(mistake: Mistakes, tmp_path: Path, text: str, named: list[str]) -> None:
    """If this fails, a scenario with a wrong key, value or date runs, or its message does not say what is wrong."""
    (tmp_path / "s.toml").write_text(text)
    line = mistake("run", "s.toml", *SMALL)
    for part in named:
        assert part in line


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('name = "x"\nmonths = true', id="months = true would be one month"),
        pytest.param('name = "x"\nmonths = "2"', id="months as text"),
        pytest.param(JOB_GOAL + "coverage = true", id="coverage = true would be everybody"),
        pytest.param(JOB_GOAL + 'coverage = "0.5"', id="coverage as text"),
    ],
)
def test_a_value_of_the_wrong_type_is_not_read_as_something_else(mistake: Mistakes, tmp_path: Path, text: str) -> None:
    """If this fails, `true` counts as 1 or a text as a number, while [parameters] refuses both."""
    (tmp_path / "s.toml").write_text(text)
    mistake("run", "s.toml", "--scale", "0.001", "--jobs", "1", "--progress", "none", "--out", "o")


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", ["s.toml", "empty"]),
        (b"  \n\t\n", ["s.toml", "empty"]),
        (b"\x89PNG\r\n\x1a\n\x00\xff\xfe", ["s.toml", "UTF-8"]),
        ('name = "b\u00f8rn"\n'.encode("latin-1"), ["s.toml", "UTF-8"]),
        ('name = "x"\n'.encode("utf-16"), ["s.toml", "UTF-8"]),
        (b'name = "x\n', ["s.toml", "TOML"]),
        (b'name = "x"\nname = "y"\n', ["s.toml", "TOML"]),
        (b"just words", ["s.toml", "TOML"]),
    ],
)
def test_a_file_that_is_no_scenario_is_refused(
    mistake: Mistakes, tmp_path: Path, content: bytes, named: list[str]
) -> None:
    """If this fails, an empty, binary, Latin-1 or broken file is not named as what it is."""
    (tmp_path / "s.toml").write_bytes(content)
    line = mistake("run", "s.toml", *SMALL)
    for part in named:
        assert part in line


def test_a_folder_is_no_scenario(mistake: Mistakes, tmp_path: Path) -> None:
    """If this fails, naming a folder gives a traceback instead of a hint."""
    (tmp_path / "scenarios.toml").mkdir()
    line = mistake("run", "scenarios.toml", *SMALL)
    assert "scenarios.toml" in line
    assert "folder" in line


def test_a_very_long_name_is_a_mistake_not_a_crash(mistake: Mistakes) -> None:
    """If this fails, a scenario name longer than a file name may be ends as an OSError with exit code 1."""
    mistake("run", "a" * 300, *SMALL)


@pytest.mark.parametrize("order", [("one.py", "two.py"), ("two.py", "one.py")])
def test_two_policies_that_set_the_same_rule_conflict(mistake: Mistakes, tmp_path: Path, order: tuple[str, str]) -> None:
    """If this fails, one of two policies silently wins, depending on the order in the file."""
    (tmp_path / "one.py").write_text(POLICY.format(name="one", sets='("sygedagpenge",)'))
    (tmp_path / "two.py").write_text(POLICY.format(name="two", sets='("dagpenge", "sygedagpenge")'))
    uses = "".join(f'[[policies]]\nuse = "{Path(file).stem}"\n' for file in order)
    (tmp_path / "s.toml").write_text(f'name = "x"\n{uses}')
    line = mistake("run", "s.toml", *SMALL, "--policy", "one.py", "--policy", "two.py")
    for part in ("'one'", "'two'", "'sygedagpenge'"):
        assert part in line


@pytest.mark.usefixtures("short_report")
def test_policies_that_set_the_same_rule_one_after_the_other_do_not_conflict(
    cli: Callable[..., Result], tmp_path: Path
) -> None:
    """If this fails, a rule cannot be changed twice in a run, although the dates do not overlap."""
    (tmp_path / "one.py").write_text(POLICY.format(name="one", sets='("sygedagpenge",)'))
    (tmp_path / "two.py").write_text(POLICY.format(name="two", sets='("sygedagpenge",)'))
    (tmp_path / "s.toml").write_text(
        'name = "x"\n[[policies]]\nuse = "one"\nend = "2014-05"\n[[policies]]\nuse = "two"\nstart = "2014-06"\n'
    )
    result = cli("run", "s.toml", *SMALL, "--policy", "one.py", "--policy", "two.py")
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("file", "content", "named"),
    [
        ("p.py", None, ["p.py", "does not exist"]),
        (".", None, ["."]),
        ("p.txt", POLICY.format(name="mine", sets="()"), ["p.txt", "*.py"]),
        ("p.py", "class Broken(:\n", ["p.py", "SyntaxError"]),
        ("p.py", "This is prose; it does not parse.\n", ["p.py", "SyntaxError"]),
        ("p.py", "x = 1\n", ["p.py", "no policy"]),
        ("p.py", "from policies import Policy\n", ["p.py", "no policy"]),
        ("p.py", "import no_such_module_anywhere\n", ["p.py", "no_such_module_anywhere"]),
        ("p.py", "raise RuntimeError('not today')\n", ["p.py", "not today"]),
        ("p.py", POLICY.format(name="job_goal_under_30", sets="()"), ["p.py", "'job_goal_under_30'", "known already"]),
        ("p.py", POLICY.replace("    name", "    nom").format(name="mine", sets="()"), ["p.py", "Mine", "no name"]),
    ],
)
def test_a_file_that_holds_no_usable_policy_is_refused(
    mistake: Mistakes, tmp_path: Path, file: str, content: str | None, named: list[str]
) -> None:
    """If this fails, a policy file with a fault of its own crashes the run or is ignored."""
    if content is not None:
        (tmp_path / file).write_text(content)
    (tmp_path / "s.toml").write_text('name = "x"\n')
    line = mistake("run", "s.toml", *SMALL, "--policy", file)
    for part in named:
        assert part in line


def test_the_same_policy_file_twice_is_refused(mistake: Mistakes, tmp_path: Path) -> None:
    """If this fails, one policy is known twice and it is unclear which one runs."""
    (tmp_path / "p.py").write_text(POLICY.format(name="mine", sets="()"))
    assert "'mine'" in mistake("run", "baseline", *SMALL, "--policy", "p.py", "--policy", "p.py")


def test_a_policy_file_that_leaves_python_is_a_mistake(mistake: Mistakes, tmp_path: Path) -> None:
    """If this fails, `sys.exit(0)` in a policy file ends the command with exit code 0 and no result."""
    (tmp_path / "p.py").write_text("import sys\nsys.exit(0)\n")
    assert "p.py" in mistake("run", "baseline", *SMALL, "--policy", "p.py")


@pytest.mark.filterwarnings("default::RuntimeWarning")
@pytest.mark.parametrize(
    "line",
    [
        "population.age_16_64 = inf",
        "age_limit.uddannelseshjaelp = 1000",
        "young.without_education = 0",
        "stock.foertidspension = 5e6",
        "seniority.sygedagpenge = [1, 1, 1, 1, 1, 1, 1]",
        "limit.dagpenge.years = 0",
        "rate.sygedagpenge.employment = 1e9",
        "municipalities.hovedstaden = 300",
    ],
)
def test_an_impossible_parameter_is_refused_by_name(mistake: Mistakes, tmp_path: Path, line: str) -> None:
    """If this fails, a parameter that passes its own range but cannot be used crashes the run, wraps round in a
    column (municipality is a uint8), or the message does not say which parameter it is. A folder may be left: see
    test_after_a_mistake_is_put_right_the_same_command_works."""
    (tmp_path / "s.toml").write_text(f'name = "x"\n[parameters]\n{line}\n')
    message = mistake("run", "s.toml", *SMALL, leaves=True)
    assert any(word in message for word in (line.split(" = ", maxsplit=1)[0], *line.split(" = ", maxsplit=1)[0].split("."))), message


@pytest.mark.usefixtures("short_report")
@pytest.mark.parametrize("first", ["stock.foertidspension = 5e6", "limit.dagpenge.years = 0"])
def test_after_a_mistake_is_put_right_the_same_command_works(mistake: Mistakes, cli: Callable[..., Result], tmp_path: Path, first: str) -> None:
    """If this fails, a mistake that shows only while simulating leaves a folder that blocks the corrected run."""
    (tmp_path / "s.toml").write_text(f'name = "x"\n[parameters]\n{first}\n')
    mistake("run", "s.toml", *SMALL, leaves=True)
    (tmp_path / "s.toml").write_text('name = "x"\n')
    result = cli("run", "s.toml", *SMALL)
    assert result.exit_code == 0, result.stderr


def test_a_foreign_manifest_is_not_taken_for_a_run(mistake: Mistakes, tmp_path: Path) -> None:
    """If this fails, `report` on a web app's folder (manifest.json is a common name) says something misleading."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "manifest.json").write_text('{"name": "my app"}')
    assert "run folder" in mistake("report", "app")
