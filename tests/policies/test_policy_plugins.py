"""Policies of third parties, written from the documentation alone: good ones work, broken ones are named."""

import sys
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from agents.mistake import Mistake
from borgerflow import main
from policies.registry import Registry

pytestmark = pytest.mark.usefixtures("short_report")
HEAD = '''
from typing import ClassVar

import numpy as np
from pydantic import Field

from policies import Moves, Policy, Text, World


class Mine(Policy):
    """A policy of my own."""

    name: ClassVar[str] = "mine"
    label: ClassVar[Text] = Text(en="Mine", da="Min")
    citation: ClassVar[str] = "me"

    factor: float = Field(2.0, ge=0, description="How much [ratio]")

'''
BASE = 'name = "x"\n'
MINE = BASE + '[[policies]]\nuse = "mine"\nstart = "2014-06"\nend = "2014-07"\n'


def run(folder: Path, body: str, scenario: str = MINE, out: str = "o") -> Result:
    (folder / "mine.py").write_text(HEAD + body)
    (folder / "x.toml").write_text(scenario)
    return CliRunner().invoke(
        main,
        ["run", str(folder / "x.toml"), "--policy", str(folder / "mine.py"), "--scale", "0.002", "--months", "5",
         "--jobs", "1", "--progress", "none", "--out", str(folder / out)],
    )


def hook(name: str, *lines: str) -> str:
    argument = {"adjust": "moves: Moves"}.get(name, "world: World")
    return f"    def {name}(self, {argument}) -> None:\n" + "".join(f"        {line}\n" for line in lines)


def flows(folder: Path, out: str = "o") -> pd.Series:
    table = pd.read_parquet(folder / out / "flows.parquet")
    return table.set_index(["month", "from_status", "to_status"])["citizens"]


def month_of(table: pd.Series, month: str) -> dict[tuple[str, str], int]:
    return table.xs(pd.Timestamp(month), level="month").to_dict()


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> pd.Series:
    """Flows without the policy."""
    folder = tmp_path_factory.mktemp("base")
    assert run(folder, "", BASE).exit_code == 0
    return flows(folder)


def test_a_policy_that_does_nothing_changes_nothing(tmp_path: Path, base: pd.Series) -> None:
    """If this fails, the presence of a policy changes luck."""
    body = hook("enact", "pass") + hook("adjust", "moves.world.draw('luck', moves.world.rows_in('employment'))")
    assert run(tmp_path, body).exit_code == 0
    pd.testing.assert_series_equal(flows(tmp_path), base)


def test_scaling_an_exit_to_nothing(tmp_path: Path, base: pd.Series) -> None:
    """If this fails, factor 0 lets people through, or acts before `start` or after `end`."""
    body = hook("adjust", "moves.scale('sygedagpenge', 'employment', 0)")
    assert run(tmp_path, body).exit_code == 0
    mine = flows(tmp_path)
    pair = ("sygedagpenge", "employment")
    assert month_of(mine, "2014-05-01") == month_of(base, "2014-05-01")
    assert month_of(base, "2014-06-01")[pair] > 0
    due = 2  # the law's own limit before July 2014 may send somebody to work, a clock may not
    assert month_of(mine, "2014-06-01").get(pair, 0) <= due
    assert pair not in month_of(mine, "2014-07-01")
    assert month_of(mine, "2014-08-01")[pair] > 0


def test_scaling_touches_no_other_clock(tmp_path: Path, base: pd.Series) -> None:
    """If this fails, lives change for reasons that have nothing to do with the policy (in its first month)."""
    body = hook("adjust", "moves.scale('dagpenge', 'employment', self.factor)")
    assert run(tmp_path, body).exit_code == 0
    before, after = month_of(base, "2014-06-01"), month_of(flows(tmp_path), "2014-06-01")
    others = [{pair: n for pair, n in table.items() if pair[0] != "dagpenge"} for table in (before, after)]
    assert others[0] == others[1]
    assert after["dagpenge", "employment"] > before["dagpenge", "employment"]
    for pair, n in before.items():
        if pair[0] == "dagpenge" and pair[1] != "employment":
            assert after.get(pair, 0) <= n


def test_redirecting(tmp_path: Path, base: pd.Series) -> None:
    """If this fails, a redirection loses or adds people, or sends them somewhere else."""
    body = hook("adjust", "moves.redirect('sygedagpenge', 'employment', 'self_support')")
    assert run(tmp_path, body).exit_code == 0
    before, after = month_of(base, "2014-06-01"), month_of(flows(tmp_path), "2014-06-01")
    work, self_support = ("sygedagpenge", "employment"), ("sygedagpenge", "self_support")
    assert after[self_support] == before.get(self_support, 0) + before[work]
    assert work not in after
    rest = [{p: n for p, n in t.items() if p not in (work, self_support)} for t in (before, after)]
    assert rest[0] == rest[1]


def test_falling_due_takes_only_those_still_there(tmp_path: Path, base: pd.Series) -> None:
    """If this fails, a rule that falls due overrides a move that a clock made, or moves people twice in a month."""
    body = hook("adjust", "moves.due(moves.world.rows_in('revalidering'), 'employment', 'time is up')")
    assert run(tmp_path, body).exit_code == 0
    before, after = month_of(base, "2014-06-01"), month_of(flows(tmp_path), "2014-06-01")
    work = ("revalidering", "employment")
    rest = [{p: n for p, n in t.items() if p != work} for t in (before, after)]
    assert rest[0] == rest[1]
    stocks = pd.read_parquet(tmp_path / "o" / "stocks.parquet").set_index(["month", "status"])["citizens"]
    came = sum(n for (_, to), n in after.items() if to == "revalidering")
    assert stocks[pd.Timestamp("2014-06-01"), "revalidering"] == came


def test_falling_due_never_reaches_those_who_are_gone(tmp_path: Path) -> None:
    """If this fails, `due` with generous rows raises the dead, ends old-age pensions, fetches people from abroad and
    puts children to work."""
    body = hook("adjust", "moves.due(np.arange(moves.world.population_size), 'employment', 'everybody works')")
    result = run(tmp_path, body, BASE + '[[policies]]\nuse = "mine"\nstart = "2014-08"\n')
    if result.exit_code:  # refusing such rows is as good
        assert result.exit_code == 2
        assert "policy 'mine', adjust, 2014-08" in result.stderr
        return
    moved = flows(tmp_path)
    assert not {"dead", "folkepension"} & set(moved.index.get_level_values("from_status"))
    entered = {
        month: sum(n for (a, _), n in month_of(moved, month).items() if a == "entry") for month in ("2014-07-01", "2014-08-01")
    }
    assert entered["2014-08-01"] == entered["2014-07-01"]


@pytest.mark.filterwarnings("default::RuntimeWarning")
@pytest.mark.parametrize(
    ("where", "line", "named"),
    [
        ("enact", "raise RuntimeError('not today')", ["not today"]),
        ("each_month", "world.month.nothing", ["nothing"]),
        ("adjust", "raise ValueError('not today')", ["not today"]),
        ("adjust", "moves.nothing()", ["nothing"]),
        ("adjust", "moves.scale('sygedagpenge', 'employment', float('nan'))", ["factor", "nan", "0 or more"]),
        ("adjust", "moves.scale('sygedagpenge', 'employment', float('inf'))", ["factor", "inf"]),
        ("adjust", "moves.scale('sygedagpenge', 'employment', -0.5)", ["factor", "-0.5", "0 or more"]),
        ("adjust", "moves.scale('sygedagpenge', 'employment', 'much')", []),
        ("adjust", "moves.scale('sygedagpenge', 'employment', 1e9)", ["sygedagpenge"]),
        ("adjust", "moves.scale('sygedagpenge', 'employment', 1e9, rows=moves.world.rows_in('sygedagpenge'))", []),
        ("adjust", "moves.scale('sygedagpeng', 'employment', 2)", ["'sygedagpeng'"]),
        ("adjust", "moves.scale('sygedagpenge', 'emplyment', 2)", ["'emplyment'"]),
        ("adjust", "moves.scale('foertidspension', 'efterloen', 2)", ["no legal move", "'efterloen'"]),
        ("adjust", "moves.scale(('foertidspension', 'efterloen'), 'barsel', 2)", ["legal"]),
        ("adjust", "moves.scale('sygedagpenge', 'employment', 2, rows=[10**9])", ["rows", "1000000000"]),
        ("adjust", "moves.scale('sygedagpenge', 'employment', 2, rows=[-1])", ["rows", "-1"]),
        ("adjust", "moves.scale('sygedagpenge', 'employment', 2, rows=np.ones(7, bool))", ["7"]),
        ("adjust", "moves.scale('sygedagpenge', 'employment', 2, rows=np.array([0.5]))", ["float64"]),
        ("adjust", "moves.redirect('sygedagpenge', 'employment', 'dead')", ["'dead'"]),
        ("adjust", "moves.redirect('sygedagpenge', 'emplyment', 'education')", ["'emplyment'", "'employment'"]),
        ("adjust", "moves.due([1], 'folkepension', 'old')", ["'folkepension'"]),
        ("adjust", "moves.due(np.ones(3, bool), 'employment', 'x')", ["3"]),
        ("adjust", "moves.due([1.0], 'employment', 'x')", ["float64"]),
        ("adjust", "moves.world.rows_in('sygedagpeng')", ["sygedagpeng"]),
        ("adjust", "moves.world.column('salary')", ["'salary'"]),
        ("adjust", "moves.world.parameters.value('means_test.partner_incom')", ["'means_test.partner_income'"]),
        ("enact", "world.rules.replace('sygedagpeng', None)", ["'sygedagpenge'"]),
        ("enact", "world.rules.replace('sygedagpenge', 3)", []),
        ("enact", "self.factor = 3", ["frozen"]),
        ("each_month", "world.change('certificate.wat', factor=2)", ["'certificate.wait'"]),
        ("each_month", "world.change('certificate.wait', factor=float('nan'))", ["certificate.wait", "nan"]),
        ("each_month", "world.change('certificate.wait', factor=-1)", ["certificate.wait", "-1"]),
        ("each_month", "world.change('certificate.wait', value=1)", ["certificate.wait", "sets"]),
        ("each_month", "world.change('wage.median', factor=2)", ["wage.median", "read once"]),
        ("each_month", "world.offer_instead('vejledning', 'praktik', 0.5)", ["'praktik'"]),
        ("each_month", "world.offer_instead('vejledning', 'praktik_privat', 1.5)", ["1.5"]),
        ("each_month", "world.offer_to(np.arange(3), float('nan'))", ["nan"]),
        ("each_month", "world.close_award('employment')", ["'employment'"]),
        ("each_month", "world.scale_hours(float('nan'))", ["nan"]),
        ("each_month", "world.population.arrays['trust'] = np.ones(3)", ["'trust'", "(3,)"]),
        ("each_month", "world.population['status'][:] = 3", ["statuses were written"]),
        ("enact", "raise SystemExit(0)", []),
    ],
)
def test_a_broken_policy_is_named_with_hook_and_month(
    tmp_path: Path, where: str, line: str, named: list[str]
) -> None:
    """If this fails, a fault in somebody's policy ends in a traceback, exit 1 or even 0, or names nobody."""
    result = run(tmp_path, hook(where, line))
    last = (result.stderr.strip().splitlines() or ["(nothing)"])[-1]
    assert result.exit_code == 2, last
    assert "Traceback" not in result.output
    assert last.startswith("Error: ")
    for text in ("'mine'", where, "2014-06", *named):
        assert text in last
    assert not (tmp_path / "o" / "manifest.json").exists()


def test_after_a_policy_is_put_right_the_same_command_works(tmp_path: Path) -> None:
    """If this fails, the folder of a failed run blocks its own repair: it holds nothing but an error note."""
    assert run(tmp_path, hook("adjust", "raise ValueError('not today')")).exit_code == 2
    again = run(tmp_path, hook("adjust", "pass"))
    assert again.exit_code == 0, again.stderr


def test_a_policy_file_leaves_no_compiled_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails, a file put right within the second and to the same length still runs as it was before."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    assert run(tmp_path, hook("adjust", "raise ValueError('not today')")).exit_code == 2
    assert sorted(f.name for f in tmp_path.iterdir() if f.name != "o") == ["mine.py", "x.toml"]


def test_two_redirections_of_one_move_are_refused(tmp_path: Path) -> None:
    """If this fails, one of two policies silently wins."""
    second = HEAD.split("class Mine", 1)[1].replace('"mine"', '"yours"')
    body = (
        hook("adjust", "moves.redirect('employment', 'dagpenge', 'education')")
        + "\nclass Yours" + second + hook("adjust", "moves.redirect('employment', 'dagpenge', 'self_support')")
    )
    for order in (("mine", "yours"), ("yours", "mine")):
        result = run(tmp_path, body, BASE + "".join(f'[[policies]]\nuse = "{name}"\n' for name in order), out=order[0])
        last = result.stderr.splitlines()[-1]
        assert result.exit_code == 2
        for text in ("'mine'", "'yours'", "'employment'", "'dagpenge'"):
            assert text in last


def test_the_order_of_policies_in_the_file_does_not_matter(tmp_path: Path) -> None:
    """If this fails, results depend on the order in which somebody wrote down two policies."""
    second = HEAD.split("class Mine", 1)[1].replace('"mine"', '"yours"')
    rows = "moves.world.rows_in('dagpenge')[::2]"
    body = (
        hook("adjust", "moves.scale('dagpenge', 'employment', 1.7)", f"moves.scale('dagpenge', 'education', 3, rows={rows})")
        + "\nclass Yours" + second
        + hook("adjust", "moves.scale('dagpenge', 'employment', 0.3)", "moves.scale('dagpenge', 'education', 0.1)",
               "moves.due(moves.world.rows_in('barsel')[:9], 'dagpenge', 'x')")
    )
    found = []
    for order in (("mine", "yours"), ("yours", "mine")):
        uses = "".join(f'[[policies]]\nuse = "{name}"\n' for name in order)
        assert run(tmp_path, body, BASE + uses, out=order[0]).exit_code == 0
        found.append([(tmp_path / order[0] / f"{t}.parquet").read_bytes() for t in ("stocks", "flows")])
    assert found[0] == found[1]


def test_a_misspelt_hook_is_named(tmp_path):
    """If this fails a policy whose hook is misspelt does nothing, and its author reads that the reform has no effect."""
    file = tmp_path / "own.py"
    text = """
from typing import ClassVar
from policies import Policy, Text

class Own(Policy):
    name: ClassVar[str] = "own"
    label: ClassVar[Text] = Text(en="Own", da="Egen")
    citation: ClassVar[str] = "test"

    def {hook}(self, moves):
        pass

    def adjusted_share(self):
        return 0.5
"""
    file.write_text(text.format(hook="adjst"), encoding="utf-8")
    with pytest.raises(Mistake, match=r"own\.py: policy 'own' has a method 'adjst', which nothing calls; did you mean 'adjust'"):
        Registry([file])
    file.write_text(text.format(hook="adjust"), encoding="utf-8")
    assert "own" in Registry([file])


def test_a_forgotten_file_is_named():
    """If this fails who forgets --policy is sent to another policy with a similar name."""
    with pytest.raises(Mistake, match=r"unknown policy 'supported_fleksjobs'.*--policy FILE\.py"):
        Registry().make("supported_fleksjobs", {}, where="scenario 'x'")
