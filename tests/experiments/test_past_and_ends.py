"""Start populations are shared, and effects are shown at both ends of the selection share."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from agents.mistake import Mistake
from agents.statuses import CODE
from calibration.register import read_register
from experiments import compare
from experiments.compare import Comparison
from experiments.report.headline import at_the_ends
from experiments.report.run_report import _chosen, render, warnings
from experiments.results import open_result
from experiments.scenario import Scenario
from experiments.words import Words
from sim import history
from sim.parameters import load

POLICY = {"use": "job_goal_under_30", "coverage": 1.0}


def small(name: str, **values: object) -> Scenario:
    return Scenario.model_validate({"name": name, "months": 4, **values})


def test_the_past_is_lived_once_for_scenarios_that_share_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forget_pasts: Callable[[], None]
) -> None:
    """If this fails, three scenarios live three pasts, or one whose past differs gets that of the others."""
    lived: list[int] = []
    live = history.live

    def counting(*args, **kwargs):
        lived.append(kwargs["seed"])
        return live(*args, **kwargs)

    monkeypatch.setattr(history, "live", counting)
    forget_pasts()
    other = {"limit": {"sygedagpenge_2014": {"extended": 0.6}}}
    compare(small("a"), [small("b", policies=(POLICY,)), small("c", parameters=other)], out=tmp_path / "o", scale=0.002, replications=2)
    assert len(lived) == len(set(lived)) == 2
    compare(small("a"), [small("d", parameters={"rate": {"employment": {"dagpenge": 0.03}}})], out=tmp_path / "p", scale=0.002, replications=2)
    assert len(lived) == 4  # the pasts of "a" were kept, "d" has its own


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """A comparison at both ends too."""
    out = tmp_path_factory.mktemp("ends") / "o"
    reform = small("b", months=12, policies=(POLICY,))
    return compare(small("a", months=12), [reform], out=out, scale=0.002, replications=2, selection_ends=True)


class TestEnds:
    def test_both_ends_are_there(self, result) -> None:
        """If this fails, effects at an end are missing, or are those of the default."""
        ends = result.ends
        assert sorted(ends["selection_share"].unique()) == list(load()["selection.share"].bounds)
        default = result.effects.set_index(["status", "horizon_months"])["estimate"]
        for _, table in ends.groupby("selection_share"):
            assert not table.set_index(["status", "horizon_months"])["estimate"].equals(default)

    def test_the_default_is_untouched(self, result, tmp_path: Path) -> None:
        """If this fails, asking for the ends changes the comparison itself."""
        plain = compare(small("a", months=12), [small("b", months=12, policies=(POLICY,))], out=tmp_path / "o", scale=0.002, replications=2)
        assert plain.ends is None
        pd.testing.assert_frame_equal(plain.effects, result.effects)

    def test_the_report_shows_them(self, result) -> None:
        """If this fails, a reader does not see how much rests on what is not known, or in one language only."""
        shown = open_result(result.folder)
        for language in ("en", "da"):
            w = Words(language)
            block, = at_the_ends(shown.summary, shown.ends, w)
            assert block.table.shape[1] == 4
            assert w("ends_title") in render(shown, w)

    def test_the_report_says_how_the_start_population_was_chosen(self, result) -> None:
        """If this fails, nobody sees how many of the people are different persons."""
        chosen = _chosen(result.selection, Words("en"))
        assert chosen is not None
        assert "different persons" in chosen["finding"]
        assert "Employment" in chosen["table"]


def test_scenarios_that_set_the_share_themselves_are_refused(tmp_path: Path) -> None:
    """If this fails, a reform's own share is overwritten in silence at the ends, and nothing is compared."""
    reform = small("b", parameters={"selection": {"share": 0.4}})
    with pytest.raises(Mistake, match="leave it out"):
        compare(small("a"), [reform], out=tmp_path / "o", scale=0.002, replications=2, selection_ends=True)
    assert not (tmp_path / "o").exists()


def test_a_reform_with_another_past_is_named_and_has_its_own_persons(tmp_path: Path) -> None:
    """If this fails, nobody is told that a reform's people are others, or its spells are joined to the base's persons."""
    reform = small("b", parameters={"rate": {"sygedagpenge": {"employment": 1.2}}})
    later = small("c", parameters={"limit": {"sygedagpenge_2014": {"extended": 0.6}}})
    result = compare(small("a"), [reform, later], out=tmp_path / "o", scale=0.002, replications=2, register=True)
    assert result.summary["other_past"] == ["b"]
    assert any("another history" in text for text in warnings(result.summary, Words("en")))
    persons = pd.read_parquet(result.folder / "persons.parquet")
    a, b, c = (persons[(persons["scenario"] == s) & (persons["replication"] == 0)].reset_index(drop=True) for s in "abc")
    fixed = ["person_id", "birth_month", "sex", "origin"]
    pd.testing.assert_frame_equal(a[fixed], c[fixed])
    assert not a["birth_month"].equals(b["birth_month"])
    own = read_register(result.folder, "b")
    young = own.status[:, -1] == CODE["uddannelseshjaelp_parat"]
    assert ((own.last - own.attribute("birth_month")[young]) // 12 < 30).all()


def test_a_vintage_without_other_fits_refuses_another_share() -> None:
    """If this fails, a vintage of one's own silently takes rates fitted to another country."""
    from sim.parameters import Parameters

    own = Parameters(dict(load().items()), "own")
    with pytest.raises(Mistake, match=r"no selection\.csv"):
        own.changed({"selection.share": 0.3})
    with pytest.raises(Mistake, match="outside the allowed"):
        load().changed({"selection.share": 0.1})
