"""The spread of practice that the documents show, and the parameters that rest on it."""

import csv
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import gamma

from agents.mistake import Mistake
from calibration.evidence import Fact, fact, facts
from calibration.practice import SanctionSpread, annual_share, sanction_spread
from sim.margins import read_margins
from sim.parameters import load
from sim.practice import factors, read_practice


@pytest.fixture(scope="module")
def spread() -> SanctionSpread:
    return sanction_spread()


def test_the_parameter_is_what_the_evidence_gives(spread: SanctionSpread) -> None:
    """Wrong if the strictness of sanctions is called calibrated and is another number."""
    p = load()["practice.sanction_strictness.spread"]
    assert p.kind == "calibrated"
    assert p.value == pytest.approx(spread.log_net, abs=5e-4)
    assert p.se == pytest.approx(spread.se, abs=5e-4)
    assert p.bounds[0] < spread.log_net < spread.log_net_clustered < p.bounds[1]


def test_the_evidence_is_what_was_read(spread: SanctionSpread) -> None:
    """Wrong if municipalities are lost on the way: mean and sd of the 98 shares were computed when the table was read."""
    assert spread.mean == pytest.approx(0.188, abs=5e-4)
    assert spread.gross == pytest.approx(0.070, abs=5e-4)


def test_noise_is_taken_off_and_is_small(spread: SanctionSpread) -> None:
    """Wrong if islands with few cases count as practice, or noise is taken off twice. Whatever the sanctions for each person
    sanctioned, it is little: the assumption on them does not decide the result."""
    assert 0.9 * spread.gross < spread.net < spread.gross
    most = sanction_spread(sanctions_each=1)
    assert spread.net < most.net < most.gross == spread.gross
    assert most.log_net == pytest.approx(spread.log_net, rel=0.03)


def test_annual_is_matched_with_annual(spread: SanctionSpread) -> None:
    """Wrong if the factors as dealt give annual shares that spread otherwise than the documented ones net of noise."""
    alike = np.full(98, 1 / 98)
    share = annual_share(-np.log1p(-spread.mean) * factors("sanction_strictness", alike, spread.log_net), 0.0)
    assert share.std(ddof=1) / share.mean() == pytest.approx(spread.net / spread.mean, rel=1e-6)
    assert share.mean() == pytest.approx(spread.mean, rel=0.03)


@pytest.mark.parametrize("clustering", [0.5, 3.0])
def test_sanctions_cluster_as_gamma(clustering: float) -> None:
    """Wrong if the share sanctioned were not that of persons whose intensities are gamma distributed, or clustering left
    as many persons sanctioned as none does."""
    chances = (np.arange(200_000) + 0.5) / 200_000
    persons = gamma.ppf(chances, 1 / clustering, scale=clustering)
    intensity = np.array([0.2, 0.9])
    expected = [1 - np.exp(-one * persons).mean() for one in intensity]
    assert annual_share(intensity, clustering) == pytest.approx(expected, rel=1e-3)
    assert (annual_share(intensity, clustering) < annual_share(intensity, 0.0)).all()


def test_a_known_spread_is_found_again(tmp_path: Path) -> None:
    """Wrong if the estimate is biased: made-up municipalities, half of them tiny, with a known factor and binomial noise."""
    rng = np.random.default_rng(3)
    true, found, gross = 0.4, [], []
    for trial in range(12):
        recipients = np.where(np.arange(98) % 2, 60, 4000)
        share = annual_share(0.2 * factors(f"trial {trial}", np.full(98, 1 / 98), true), 0.0)
        sanctioned = np.maximum(rng.binomial(recipients, share), 1)
        made = {f"m{i}": (100 * s / n, float(s)) for i, (s, n) in enumerate(zip(sanctioned, recipients, strict=True))}
        folder = tmp_path / str(trial)
        folder.mkdir()
        write(folder, made, heads=float(recipients.sum()))
        one = sanction_spread(folder)
        found.append(one.log_net)
        gross.append(one.gross / one.net)
    assert np.mean(found) == pytest.approx(true, abs=3 * np.std(found) / np.sqrt(12) + 0.01)
    assert np.mean(gross) > 1.1  # so that the noise matters in this test


def write(folder: Path, made: dict[str, tuple[float, float]], heads: float = 1000.0) -> None:
    """Evidence of made-up municipalities: share sanctioned (pct) and number of sanctions."""
    columns = [field.name for field in fields(Fact)]
    row = dict.fromkeys(columns, "") | {"kind": "x", "seed": "x", "lines": "1", "confidence": "high", "topic": "sanctions_municipal"}
    rows = [
        row | {"id": f"{name}-{measure}", "measure": measure, "value": str(value), "unit": unit, "breakdown": f"municipality={name}"}
        for name, pair in made.items()
        for measure, value, unit in zip(("share_recipients_sanctioned", "availability_sanctions_count"), pair, ("pct", "count"), strict=True)
    ]
    rows.append(row | {
        "id": "h", "topic": "stock_by_benefit", "measure": "persons_on_benefit", "population": "kontanthjaelp_jobparat",
        "period": "2014 week 20", "unit": "persons", "value": str(heads),
    })  # fmt: skip
    with (folder / "x.csv").open("w", encoding="utf-8", newline="") as text:
        table = csv.DictWriter(text, columns)
        table.writeheader()
        table.writerows(rows)


GOOD = {"a": (10.0, 20.0), "b": (20.0, 30.0), "c": (30.0, 60.0)}


@pytest.mark.parametrize(
    ("made", "named"),
    [
        ({"a": (10.0, 20.0), "b": (20.0, 30.0)}, "2 municipalities.*three at least"),
        ({**GOOD, "d": (0.0, 5.0)}, "municipality=d: 0 pct sanctioned and 5 sanctions"),
        ({**GOOD, "d": (100.0, 5.0)}, "municipality=d: 100 pct"),
        ({**GOOD, "d": (10.0, 0.0)}, "municipality=d: 10 pct sanctioned and 0 sanctions"),
    ],
)
def test_facts_that_do_not_fit_are_named(tmp_path: Path, made: dict[str, tuple[float, float]], named: str) -> None:
    """Wrong if a slip in the table ends in a division by zero, or the municipality is not named."""
    write(tmp_path, made)
    with pytest.raises(Mistake, match=named):
        sanction_spread(tmp_path)


def test_alike_municipalities_have_no_spread(tmp_path: Path) -> None:
    """Wrong if noise alone is taken for practice, or a negative variance for a number."""
    write(tmp_path, {f"m{i}": (20.0 + i % 2, 10.0) for i in range(20)})
    assert sanction_spread(tmp_path).net == 0
    assert sanction_spread(tmp_path).log_net == pytest.approx(0, abs=1e-9)


def test_company_places_reach_from_the_lowest_to_the_highest() -> None:
    """Wrong if no municipality is as the documented highest (about 12 pct) or lowest (below 5 pct) ones, or one is far beyond."""
    highest, lowest = fact("koch_4_companies-d9de6b38"), fact("koch_4_companies-b968566f")
    places = read_practice(load(), read_margins(load()))["company_places"]
    assert places.max() == pytest.approx(highest.value / 100, abs=0.005)
    assert 0.04 < places.min() < lowest.value / 100


def test_no_municipality_of_the_model_has_a_name() -> None:
    """Wrong if drawn practice belongs to a real place: names of the evidence stand nowhere in the parameters."""
    names = {f.breakdown.partition("=")[2] for f in facts().values() if f.topic == "sanctions_municipal" and f.breakdown}
    text = " ".join((p.note or "") + p.en + p.da for path, p in load().items() if path.startswith("practice."))
    assert not [name for name in names if name in text]
