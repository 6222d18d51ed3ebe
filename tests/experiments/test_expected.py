"""Every shipped scenario has its numbers under test."""

import pandas as pd

from experiments.expected import BASE, FILE, differences
from experiments.scenario import shipped_scenarios


def test_shipped_scenarios_give_the_numbers_that_are_kept() -> None:
    """If this fails a reform's numbers have changed. When that is meant, say so in the changelog and write the table again: `python -m
    experiments.expected`."""
    kept, found = pd.read_csv(FILE), differences()
    assert kept.columns.tolist() == found.columns.tolist()
    both = kept.set_index("scenario").compare(found.set_index("scenario").astype(int), result_names=("kept", "found"))
    assert both.empty, f"\n{both}"


def test_the_table_can_tell_scenarios_apart() -> None:
    """If this fails a scenario could do nothing, or what another does, and the table above would not see it."""
    kept = pd.read_csv(FILE).set_index("scenario")
    assert set(kept.index) == set(shipped_scenarios())
    assert kept.loc[BASE, "employment"] > 1000
    others = kept.drop(BASE)
    assert (others != 0).any(axis=1).all()
    assert not others.duplicated().any()
