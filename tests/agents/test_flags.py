"""Register flags: documented shares and documented counts of flags per person both hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.flags import COUNT_OF, FLAGS, HAS, clustering, independent, rake
from agents.mistake import Mistake
from agents.statuses import CODE, RESIDENT
from sim.margins import read_margins
from sim.model import BenefitModel
from sim.parameters import load

KNOWN = (
    "kontanthjaelp_jobparat", "kontanthjaelp_aktivitetsparat", "sygedagpenge", "revalidering", "foertidspension",
    "fleksjob", "ledighedsydelse",
)


def counted(joint: np.ndarray) -> np.ndarray:
    """Shares with no, one, and two or more flags."""
    return np.array([joint[COUNT_OF == 0].sum(), joint[COUNT_OF == 1].sum(), joint[COUNT_OF >= 2].sum()])


@given(st.lists(st.floats(0.01, 0.99), min_size=5, max_size=5))
def test_independent_flags_have_their_shares(shares: list[float]) -> None:
    """Wrong if a combination were not the product of its flags."""
    joint = independent(np.array(shares))
    assert joint.sum() == pytest.approx(1)
    assert joint @ HAS == pytest.approx(shares)
    assert clustering(joint) == pytest.approx(np.ones(32))


def test_raking_gives_shares_and_counts() -> None:
    """Wrong if either the shares or the counts were given up for the other."""
    shares = np.array([0.58, 0.09, 0.32, 0.027, 0.13])
    joint = rake(independent(shares), shares, 0.22, 0.34)
    assert joint @ HAS == pytest.approx(shares, abs=1e-6)
    assert counted(joint) == pytest.approx([0.22, 0.44, 0.34], abs=1e-6)


def test_impossible_shares_and_counts_are_refused() -> None:
    """Wrong if a contradiction were settled in silence: nobody has a flag, but half have two."""
    shares = np.full(5, 0.01)
    with pytest.raises(Mistake, match="no distribution"):
        rake(independent(shares), shares, 0.25, 0.5)


@pytest.mark.parametrize("status", KNOWN)
def test_shares_by_status_are_those_of_bilag_3_12(status: str) -> None:
    """Wrong if clustering changed how many have a flag."""
    p = load()
    asked = [p.share(f"flag.{flag}.{status}") for flag in FLAGS]
    assert read_margins(p).flags[CODE[status]] @ HAS == pytest.approx(asked, abs=0.001)


@pytest.mark.parametrize(
    ("group", "statuses", "allowed"),
    [
        ("kontanthjaelp_aktivitetsparat", ["kontanthjaelp_aktivitetsparat"], 0.001),
        ("edge", [s.name for s in RESIDENT if s.group == "edge"], 0.01),
        ("population", [s.name for s in RESIDENT], 0.01),
    ],
)
def test_counts_of_flags_are_documented_ones(group: str, statuses: list[str], allowed: float) -> None:
    """Wrong if flags did not cluster in persons as they do (004_107fd277d1b391d8.txt:1480-1485)."""
    p = load()
    margins = read_margins(p)
    codes = [CODE[name] for name in statuses]
    joint = (margins.stock[codes, None] * margins.flags[codes]).sum(axis=0) / margins.stock[codes].sum()
    none, several = (p.share(f"flags_per_person.{group}.{key}") for key in ("none", "two_or_more"))
    assert counted(joint) == pytest.approx([none, 1 - none - several, several], abs=allowed)


def test_counts_that_were_not_used_come_out_near() -> None:
    """Wrong if the clustering taken over from the whole group were far from what is known of single benefits: the mean
    number of flags is 1.0 on ledighedsydelse and 1.4 on førtidspension (held out, 004_107fd277d1b391d8.txt:1464-1467)."""
    flags = read_margins(load()).flags
    assert flags[CODE["ledighedsydelse"]] @ COUNT_OF == pytest.approx(1.0, abs=0.15)
    assert flags[CODE["foertidspension"]] @ COUNT_OF == pytest.approx(1.4, abs=0.15)


def test_nobody_on_uddannelseshjaelp_has_a_qualifying_education() -> None:
    """Wrong if the law's condition for the benefit did not hold for those who get it."""
    model = BenefitModel(scale=0.01, months=1)
    rows = model.rows_in(*(s.name for s in RESIDENT if s.family == "uddannelseshjaelp"))
    assert (model.population["flags"][rows] & 1).all()


def test_the_start_population_has_the_quotas() -> None:
    """Wrong if matching flags to persons lost or doubled a combination."""
    model = BenefitModel(scale=0.05, months=1)
    rows = model.rows_in("foertidspension")
    seen = np.bincount(model.population["flags"][rows], minlength=32) / rows.size
    assert np.abs(seen - read_margins(load()).flags[CODE["foertidspension"]]).max() <= 1 / rows.size
