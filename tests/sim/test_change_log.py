"""Spells of caseworkers and cases against a record made month by month."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.calendar import label, timestamps
from agents.citizen import NEVER
from agents.statuses import CODE
from sim.change_log import NOTHING, ChangeLog, case_values, caseworker_values, change_table, contact_values
from sim.institution_record import quantiles_by
from sim.model import BenefitModel


def test_by_hand():
    """If this fails a spell begins or ends in another month, or nothing is shown as a spell."""
    log = ChangeLog(np.array([NOTHING, 5 * 2**16, NOTHING]))
    log.note(10, np.array([3 * 2**16 + 1, 5 * 2**16, NOTHING]))
    log.note(11, np.array([3 * 2**16 + 2, 5 * 2**16, NOTHING]))
    log.note(13, np.array([NOTHING, 5 * 2**16, NOTHING]))
    table = change_table("caseworker", log.events())
    assert table["value"].tolist() == ["3-1", "3-2"]
    assert table["cause"].tolist() == ["assigned", "changed caseworker"]
    assert table["start"].tolist() == timestamps([10, 11]).tolist()
    assert table["end"].tolist() == timestamps([11, 13]).tolist()


def test_values_can_be_read_back():
    """If this fails two caseworkers or two cases have the same number."""
    who = caseworker_values(np.array([-1, 0, 7]), np.array([2, 0, 0, 0, 0, 0, 0, 9]))
    assert who.tolist() == [NOTHING, 2, 7 * 2**16 + 9]
    need = np.array([0, CODE["fleksjob"], CODE["foertidspension"]])
    assert case_values(need, np.array([0, 1, 4])).tolist() == [NOTHING, CODE["fleksjob"] * 16 + 1, CODE["foertidspension"] * 16 + 4]


def test_against_a_record_of_every_month():
    """If this fails the register's caseworkers, cases and interviews are not those that citizens had."""
    model = BenefitModel(scale=0.002, months=10, seed=2, register=True)
    seen = {}
    while model.running:
        model.step()
        c, holder = model.population, model.institution.staff.caseworkers["holder"]
        seen[model.month] = (caseworker_values(c["caseworker"], holder), case_values(c["need"], c["stage"]), contact_values(c["contact_due"]))
    spells = model.spells()
    for now, both in seen.items():
        when = timestamps([now])[0]
        for kind, values in zip(("caseworker", "case", "contact"), both, strict=True):
            here = spells[(spells["kind"] == kind) & (spells["start"] <= when) & (spells["end"].isna() | (spells["end"] > when))]
            here = here[here["person_id"] >= 0]
            assert not here["person_id"].duplicated().any()
            assert set(here["person_id"]) == set(np.flatnonzero(values != NOTHING).tolist()), (kind, now)
            names = here.set_index("person_id")["value"]
            for row in names.index[:50]:
                if kind == "caseworker":
                    assert names[row] == f"{values[row] // 2**16}-{values[row] % 2**16}"
                if kind == "contact":
                    assert names[row] == label(int(values[row]) + NEVER)
    assert isinstance(spells, pd.DataFrame)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 50)), max_size=60), st.floats(0.01, 1))
def test_quantiles_by_group(pairs, q):
    """If this fails caseload and waiting quantiles are not those of their group."""
    group, value = (np.array([p[i] for p in pairs], np.int64) for i in (0, 1))
    found = quantiles_by(group, value, 5, (q, 1.0))
    for g in range(5):
        own = value[group == g]
        assert found[g, 1] == (own.max() if own.size else 0)
        assert found[g, 0] == (np.quantile(own, q, method="inverted_cdf") if own.size else 0)
