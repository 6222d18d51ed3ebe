"""How policies are found, made and kept apart."""

import importlib
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, ClassVar

import pytest
from click.testing import CliRunner
from pydantic import ValidationError

import policies.registry
from agents.mistake import Mistake
from borgerflow import main
from policies import Policy, Text
from policies.registry import ENTRY_POINTS, Registry, refuse_conflicts

SHIPPED = ("job_goal_under_30", "revisitation_after_12_months", "without_sygedagpenge_reform_2014")


class Installed(Policy):
    """Stands for a policy of another package."""

    name: ClassVar[str] = "installed"
    label: ClassVar[Text] = Text(en="Installed", da="Installeret")
    sets: ClassVar[tuple[str, ...]] = ("sygedagpenge",)


class Other(Policy):
    """Sets the same rule, and one more."""

    name: ClassVar[str] = "other"
    label: ClassVar[Text] = Text(en="Other", da="Anden")
    sets: ClassVar[tuple[str, ...]] = ("dagpenge", "sygedagpenge")


def install(monkeypatch: pytest.MonkeyPatch, *points: EntryPoint) -> None:
    def entry_points(*, group: str) -> tuple[EntryPoint, ...]:
        return points if group == ENTRY_POINTS else ()

    monkeypatch.setattr(policies.registry, "entry_points", entry_points)


def test_the_shipped_policies_are_found() -> None:
    """If this fails, a module in policies/ is not found, or an abstract helper is listed as a policy."""
    registry = Registry()
    assert set(SHIPPED) <= set(registry)
    assert list(registry) == sorted(registry)
    assert len(registry) == len(list(registry))
    assert "no_such" not in registry


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_policy_is_documented(name: str) -> None:
    """If this fails, a policy has no label in a language, no source, no explanation, or a parameter without unit."""
    policy = Registry()[name]
    assert policy.label.en.strip()
    assert policy.label.da.strip()
    assert policy.label.en != policy.label.da
    assert policy.citation
    assert policy.__doc__
    assert policy.kind in ("in_force", "agreed", "proposal", "counterfactual")
    for key, field in policy.model_fields.items():
        if key not in ("start", "end"):
            assert field.description and "[" in field.description, key


@pytest.mark.parametrize("name", SHIPPED)
def test_a_policy_is_frozen_and_refuses_what_it_does_not_know(name: str) -> None:
    """If this fails, a run can change its own rules, or a misspelt parameter is silently ignored."""
    kind = Registry()[name]
    policy = kind()
    with pytest.raises(ValidationError):
        policy.start = "2014-06"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        kind(no_such=1)


def test_an_installed_plug_in_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails, the entry-point group `borgerflow.policies` does not work."""
    install(monkeypatch, EntryPoint("installed", f"{__name__}:Installed", ENTRY_POINTS))
    monkeypatch.setattr(EntryPoint, "load", lambda self: Installed)
    registry = Registry()
    assert registry["installed"] is Installed
    assert registry.source("installed").startswith("plug-in ")
    assert isinstance(registry.make("installed", {}, where="here"), Installed)


def test_two_plug_ins_of_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails, which of two policies runs depends on the order of installation."""
    point = EntryPoint("installed", "somewhere:Installed", ENTRY_POINTS)
    install(monkeypatch, point, point)
    monkeypatch.setattr(EntryPoint, "load", lambda self: Installed)
    with pytest.raises(Mistake, match=r"'installed'.*known already"):
        Registry()


@pytest.mark.parametrize(
    "target", ["no_such_package_anywhere:Policy", "policies.young:NoSuchPolicy", "policies.young:_AKTIVITETSPARAT"]
)
def test_a_broken_plug_in_is_named(monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    """If this fails, one broken package makes every command end with a Python error that names nobody."""
    install(monkeypatch, EntryPoint("broken", target, ENTRY_POINTS))
    with pytest.raises(Mistake, match=target.partition(":")[0]):
        Registry()


def test_a_changed_plug_in_is_another_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """If this fails, an installed plug-in can change and a finished run with the old one is returned as current
    (contracts.md: the hash covers the content of plug-in files)."""
    text = (
        "from typing import ClassVar\nfrom policies import Policy, Text\nclass P(Policy):\n"
        '    name: ClassVar[str] = "installed"\n    label: ClassVar[Text] = Text(en="x", da="y")\n'
        "    def adjust(self, moves):\n        moves.scale('dagpenge', 'employment', {factor})\n"
    )
    module = tmp_path / "borgerflow_test_plug_in.py"
    module.write_text(text.format(factor=2))
    (tmp_path / "s.toml").write_text('name = "x"\n[[policies]]\nuse = "installed"\n')
    monkeypatch.syspath_prepend(tmp_path)
    install(monkeypatch, EntryPoint("installed", "borgerflow_test_plug_in:P", ENTRY_POINTS))
    args = ["run", str(tmp_path / "s.toml"), "--scale", "0.001", "--months", "1", "--jobs", "1", "--progress", "none",
            "--out", str(tmp_path / "o")]
    assert CliRunner().invoke(main, args).exit_code == 0
    module.write_text(text.format(factor=30))
    importlib.reload(sys.modules["borgerflow_test_plug_in"])
    again = CliRunner().invoke(main, args)
    assert again.exit_code == 2, "the finished run of the old plug-in was returned"
    assert "another run" in again.stderr


def test_make_names_the_nearest() -> None:
    """If this fails, a misspelt policy or parameter is not corrected."""
    registry = Registry()
    with pytest.raises(Mistake, match="here: unknown policy 'job_goal'; did you mean 'job_goal_under_30'"):
        registry.make("job_goal", {}, where="here")
    with pytest.raises(Mistake, match="'job_rato'; did you mean 'job_ratio'"):
        registry.make("job_goal_under_30", {"job_rato": 2}, where="here")


@pytest.mark.parametrize("values", [{"job_ratio": 0.5}, {"job_ratio": 4}, {"start": "2014-1"}, {"end": "14-05"}])
def test_make_refuses_impossible_values_in_one_line(values: dict[str, Any]) -> None:
    """If this fails, a value out of range is taken, or the message spills over several lines."""
    with pytest.raises(Mistake) as refused:
        Registry().make("job_goal_under_30", values, where="here")
    (key,) = values
    assert str(refused.value).startswith("here: policy 'job_goal_under_30': " + key)
    assert "\n" not in str(refused.value)
    assert repr(values[key]) in str(refused.value)


@pytest.mark.parametrize("order", [1, -1])
def test_a_conflict_names_both_in_either_order(order: int) -> None:
    """If this fails, a conflict is seen in one order only, or does not say between whom."""
    with pytest.raises(Mistake) as refused:
        refuse_conflicts([Installed(), Other()][::order])
    for text in ("'installed'", "'other'", "'sygedagpenge'"):
        assert text in str(refused.value)


@pytest.mark.parametrize(
    ("first", "second", "conflict"),
    [
        ((None, None), (None, None), True),
        ((None, "2014-12"), ("2015-01", None), False),
        ((None, "2015-01"), ("2015-01", None), True),
        (("2015-01", "2015-12"), ("2014-01", "2014-12"), False),
        (("2015-01", "2015-12"), (None, "2015-06"), True),
        (("2015-01", None), ("2016-01", None), True),
        (("2014-01", "2020-12"), ("2015-01", "2015-02"), True),
    ],
)
@pytest.mark.parametrize("swap", [False, True])
@pytest.mark.parametrize("same", [False, True])
def test_conflicts_follow_the_dates(
    first: tuple[str | None, str | None], second: tuple[str | None, str | None], conflict: bool, swap: bool, same: bool
) -> None:
    """If this fails, policies that never meet are refused, or two that do are let through."""
    a, b = Installed(start=first[0], end=first[1]), (Installed if same else Other)(start=second[0], end=second[1])
    pair = [b, a] if swap else [a, b]
    if conflict:
        with pytest.raises(Mistake):
            refuse_conflicts(pair)
    else:
        refuse_conflicts(pair)


def test_policies_that_share_no_rule_do_not_conflict() -> None:
    """If this fails, reforms cannot be combined."""
    registry = Registry()
    refuse_conflicts([registry[name]() for name in SHIPPED])


def test_a_file_is_found_by_content_not_by_name(tmp_path: Path) -> None:
    """If this fails, two files of the same name in two folders shadow each other."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "p.py").write_text(
            "from typing import ClassVar\nfrom policies import Policy, Text\n"
            f'class P(Policy):\n    name: ClassVar[str] = "{folder}"\n    label: ClassVar[Text] = Text(en="x", da="y")\n'
        )
    registry = Registry([tmp_path / "a" / "p.py", tmp_path / "b" / "p.py"])
    assert {"a", "b"} <= set(registry)
    assert registry.digest() != Registry([tmp_path / "a" / "p.py"]).digest()


def test_a_policy_without_label_is_refused_before_the_run(tmp_path: Path) -> None:
    """If this fails, a policy that lacks its label is simulated to the end and the results are then lost."""
    (tmp_path / "p.py").write_text(
        'from typing import ClassVar\nfrom policies import Policy\nclass P(Policy):\n    name: ClassVar[str] = "p"\n'
    )
    with pytest.raises(Mistake, match="label"):
        Registry([tmp_path / "p.py"])
