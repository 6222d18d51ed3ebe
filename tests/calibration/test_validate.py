"""Validation: intervals that hold what they should, scores, plain worlds, tables, and what is modelled and what is not."""

import csv
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from agents.calendar import month
from agents.luck import Luck
from agents.mistake import Mistake
from agents.statuses import CODE, COUNT, RESIDENT
from calibration.benchmarks import memoryless, still
from calibration.coverage import COLUMNS, read_coverage, statuses, topics
from calibration.evidence import facts
from calibration.measure import heads, inflow, persons_with_seniority
from calibration.register import OutsideRegister, Register
from calibration.targets import Target, read_targets
from calibration.validate import (
    HIT,
    Replication,
    document,
    headline,
    interval_score,
    misses_first,
    months_needed,
    pattern_table,
    predict,
    validation_table,
)
from experiments.words.targets import pattern_label, target_label
from sim.parameters import load

ROOT = Path(__file__).resolve().parents[2]
FIRST = month("2014-01")


# ---------------------------------------------------------------- plain worlds
@pytest.fixture(scope="module")
def lives() -> Register:
    """Three statuses; half of the people move every month, the others never: nothing but memory tells them apart."""
    rng = np.random.default_rng(3)
    codes = np.array([CODE[name] for name in ("employment", "sygedagpenge", "fleksjob")], np.uint8)
    status = codes[rng.integers(3, size=(3000, 1)).repeat(24, axis=1)]
    status[::2] = codes[rng.integers(3, size=(1500, 24))]
    return Register(status, FIRST, 10.0, {"sex": np.repeat("f", 3000)})


def test_the_memoryless_chain_has_the_stocks_and_flows_of_the_model(lives: Register) -> None:
    """Wrong if the chain that the model is compared with had other stocks or flows in any month."""
    chain = memoryless(lives, Luck(1))
    for column in range(1, 24):
        flows = [np.bincount(COUNT * w[:, column - 1].astype(int) + w[:, column], minlength=COUNT**2) for w in (lives.status, chain.status)]
        assert (flows[0] == flows[1]).all()
    for figure in (heads(chain, ("fleksjob",), FIRST + 9) - heads(lives, ("fleksjob",), FIRST + 9), inflow(chain, ("fleksjob",), FIRST + 1, FIRST + 9) - inflow(lives, ("fleksjob",), FIRST + 1, FIRST + 9)):
        assert figure == 0


def test_the_memoryless_chain_forgets(lives: Register) -> None:
    """Wrong if who leaves still depended on how long somebody had been there."""
    chain = memoryless(lives, Luck(1))
    long = [persons_with_seniority(w, ("fleksjob",), lives.last, at_least=20) for w in (lives, chain)]
    assert long[0] > 4000  # a third of those who never move
    assert long[1] < 200
    assert not chain.persons
    assert not chain.spells


def test_the_memoryless_chain_is_the_same_again_and_another_with_other_luck(lives: Register) -> None:
    """Wrong if a validation could not be repeated, or replications shared their shuffling."""
    first, again, other = (memoryless(lives, Luck(seed)).status for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_in_the_still_world_nobody_moves(lives: Register) -> None:
    """Wrong if figures were called near-mechanical that need somebody to move."""
    world = still(lives, FIRST + 12)
    assert (world.status == lives.status[:, [12]]).all()
    assert inflow(world, ("fleksjob",), FIRST + 1, FIRST + 9) == 0
    with pytest.raises(OutsideRegister):
        still(lives, FIRST + 24)


# ---------------------------------------------------------------- intervals and scores
SHARE = Target("t", "p", "fit", "share", 0.5, 0.02, "", "supported", {}, "")
PERSONS = replace(SHARE, unit="persons", asked=1000.0, tolerance=0.1, measure="heads")


def test_one_replication_leaves_the_tolerance() -> None:
    """Wrong if the interval of a single run were not the 90 % interval of the tolerance."""
    found = predict(SHARE, [0.53], 20.0)
    assert (found.low, found.high) == (pytest.approx(0.53 - 1.6449 * 0.02, abs=1e-5), pytest.approx(0.53 + 1.6449 * 0.02, abs=1e-5))
    assert found.miss == pytest.approx(1.5)
    assert found.noise == 0
    assert found.score == pytest.approx(2 * 1.6449, abs=1e-3)


def test_persons_are_compared_in_the_logarithm() -> None:
    """Wrong if an interval of persons could go below zero, or were not alike up and down as a ratio."""
    found = predict(PERSONS, [900.0, 1100.0, 1300.0], 20.0)
    assert found.value == pytest.approx(1100)
    assert found.high / found.value == pytest.approx(found.value / found.low)
    assert found.miss == pytest.approx(np.log(1.1) / 0.1)
    assert predict(PERSONS, [0.0, 0.0], 20.0).miss == pytest.approx(np.log(5 / 1000) / 0.1)


def test_what_was_not_measured_is_left_out_and_said() -> None:
    """Wrong if a replication that could not measure a figure counted as zero, or nothing at all as a hit."""
    found = predict(SHARE, [0.5, float("nan"), 0.52], 20.0)
    assert found.replications == 2
    assert found.value == pytest.approx(0.51)
    nothing = predict(SHARE, [float("nan")] * 3, 20.0)
    assert nothing.replications == 0
    assert np.isnan([nothing.value, nothing.low, nothing.miss, nothing.score]).all()


def test_shares_stay_shares_and_gaps_may_be_negative() -> None:
    """Wrong if an interval of a share went below 0 or above 1, or one of a difference of shares were cut at 0."""
    assert predict(SHARE, [0.01], 20.0).low == 0
    assert predict(SHARE, [0.99], 20.0).high == 1
    assert predict(replace(SHARE, measure="group_gap"), [0.01], 20.0).low < 0


def test_intervals_hold_nine_in_ten() -> None:
    """Wrong if intervals were too narrow or too wide for their own error model: few replications, one noisy country, and
    a tolerance between model and source."""
    rng = np.random.default_rng(5)
    inside = []
    for _ in range(4000):
        noise, weight = rng.choice([0.005, 0.02, 0.05]), rng.choice([2.0, 20.0])
        truth = 0.5 + noise / weight**0.5 * rng.standard_normal() + 0.02 * rng.standard_normal()
        found = predict(replace(SHARE, asked=truth), list(0.5 + noise * rng.standard_normal(4)), weight)
        inside.append(found.low <= truth <= found.high)
    assert np.mean(inside) == pytest.approx(0.9, abs=0.02)


def test_the_interval_score_is_length_and_twenty_for_each_unit_outside() -> None:
    """Wrong if scores were not those of Gneiting and Raftery."""
    assert interval_score(1, 3, 2) == 2
    assert interval_score(1, 3, 0.5) == pytest.approx(2 + 20 * 0.5)
    assert interval_score(1, 3, 4) == pytest.approx(2 + 20)
    draws = np.random.default_rng(1).standard_normal(20_000)
    mean = {half: np.mean([interval_score(-half, half, x) for x in draws]) for half in (1.2, 1.645, 2.2)}
    assert min(mean, key=lambda half: mean[half]) == 1.645  # the true quantiles score best


# ---------------------------------------------------------------- tables
def replications(model: Sequence[float], chain: Sequence[float] | None = None, frozen: Sequence[float] | None = None) -> list[Replication]:
    nothing = [float("nan")] * len(model)
    return [Replication(list(model), list(chain or nothing), list(frozen or nothing), 20.0)] * 3


@pytest.fixture(scope="module")
def perfect() -> pd.DataFrame:
    """A validation in which the model says what every source says."""
    return validation_table(replications([t.asked for t in read_targets()]))


def test_a_perfect_model_hits_everything(perfect: pd.DataFrame) -> None:
    """Wrong if a figure could be missed by saying exactly what is asked, or a target left out."""
    assert perfect["target"].tolist() == [t.target for t in read_targets()]
    assert perfect["passed"].all()
    assert perfect["inside"].all()
    assert np.allclose(perfect["score"], 2 * 1.6449, atol=1e-3)
    counts = headline(perfect)
    assert sum(c["figures"] for c in counts.values()) == len(perfect)
    assert all(c["figures"] == c["passed"] == c["inside"] for c in counts.values())
    assert counts["identity"]["figures"] == sum(t.is_identity for t in read_targets())


def test_every_figure_has_its_source(perfect: pd.DataFrame) -> None:
    """Wrong if a reader could not find seed file and lines of what is asked."""
    named = perfect[perfect["fact"] != ""]
    assert len(named) > 300
    assert named["source"].str.fullmatch(r"00\d_[0-9a-f]{16}\.txt:[\d\-;]+").all()
    assert (named["source"] == [facts()[f].citation for f in named["fact"]]).all()


def test_misses_come_first_and_the_unmeasured_are_no_hits() -> None:
    """Wrong if a miss could hide below hits, or a figure that could not be measured passed."""
    values = [t.asked for t in read_targets()]
    values[3], values[40], values[41] = values[3] * 3, values[40] + 0.3, float("nan")
    table = validation_table(replications(values))
    ordered = misses_first(table)
    assert ordered["target"].tolist()[:3] == [table["target"][i] for i in (3, 40, 41)]
    assert (ordered["passed"].tolist()[:3], ordered["passed"].tolist()[3:]) == ([False] * 3, [True] * (len(table) - 3))
    assert headline(table)[table["role"][41]]["not_measured"] == 1


def test_figures_that_a_still_world_hits_are_counted_apart() -> None:
    """Wrong if figures that hardly anything can miss made the model look good."""
    asked = [t.asked for t in read_targets()]
    chosen = [t.pattern == "full-time persons" for t in read_targets()]
    table = validation_table(replications(asked, frozen=[a if c else float("nan") for a, c in zip(asked, chosen, strict=True)]))
    assert table.loc[table["near_mechanical"], "pattern"].unique().tolist() == ["full-time persons"]
    assert headline(table)["near_mechanical"]["figures"] == sum(chosen)
    assert pattern_table(table)["near_mechanical"].tolist()[-1]


def test_the_chain_is_compared_where_it_can_differ() -> None:
    """Wrong if figures that the chain has by construction, or cannot have, were part of the comparison."""
    asked = [t.asked for t in read_targets()]
    chain = [a + 0.2 if t.pattern == "outcomes of new spells" else a if t.unit == "persons" else float("nan") for t, a in zip(read_targets(), asked, strict=True)]
    patterns = pattern_table(validation_table(replications(asked, chain))).set_index("pattern")
    assert patterns.index[patterns["compared"] > 0].tolist() == ["outcomes of new spells"]
    row = patterns.loc["outcomes of new spells"]
    assert row["memoryless_score"] > row["score_compared"]
    assert (row["memoryless_passed"], row["passed_compared"]) == (0, 6)


def test_patterns_add_up_and_the_worst_comes_first() -> None:
    """Wrong if a pattern lost figures, or the bad ones stood below the good ones."""
    table = validation_table(replications([t.asked * 1.15 for t in read_targets()]))
    patterns = pattern_table(table)
    assert patterns["figures"].sum() == (~table["identity"]).sum()
    assert patterns["score"].is_monotonic_decreasing
    for row in patterns.to_dict("records"):
        here = table[(table["pattern"] == row["pattern"]) & ~table["identity"]]
        assert row["passed"] == (here["miss"].abs() <= HIT).sum()


def test_the_document_is_plain_data(perfect: pd.DataFrame) -> None:
    """Wrong if the JSON held NaN, which other programs cannot read, or left a part out."""
    table = perfect.assign(memoryless=float("nan"))
    read = json.loads(json.dumps(document(table, {"seed": 1}), allow_nan=False))
    assert set(read) == {"about", "interval", "headline", "patterns", "targets", "past_reforms", "calibration", "coverage", "parameters"}
    assert read["interval"] == {"level": 0.9, "holds": ["tolerance", "monte_carlo"], "leaves_out": ["parameters", "missing_mechanisms"]}
    assert len(read["targets"]) == len(read_targets())
    assert read["targets"][0]["memoryless"] is None
    assert read["parameters"] == load().count_by_kind()


def test_a_run_is_long_enough_for_every_window() -> None:
    """Wrong if a validation ended before a month that a target needs."""
    first = load().month("vintage.first_month")
    last = first + months_needed(first) - 1
    named = [t.arguments[key] + t.arguments.get("after", 0) for t in read_targets() for key in ("first", "last", "when") if key in t.arguments]
    assert max(named) == last


# ---------------------------------------------------------------- coverage
def test_every_mechanism_of_the_evidence_is_answered() -> None:
    """Wrong if a mechanism were left out of the list, or an answer had no place or no reason."""
    assert [m.mechanism for m in read_coverage()] == [f"M{i}" for i in range(1, 39)]
    assert {m.modelled for m in read_coverage()} == {"yes", "partly", "no"}
    seeds = {f.seed for f in facts().values()}
    for m in read_coverage():
        assert all(source.partition(":")[0] in seeds and re.fullmatch(r"[\d\-;]+", source.partition(":")[2]) for source in m.source.split())
        assert m.reason_en != m.reason_da


def test_every_place_of_a_mechanism_exists() -> None:
    """Wrong if the list named a file, a parameter or a table of parameters that is not there any more."""
    p = load()
    for m in read_coverage():
        for place in m.where.split("; ") if m.where else ():
            if place.endswith(".py"):
                assert (ROOT / place).exists(), place
            elif place.startswith("["):
                assert any(path.startswith(f"{place[1:-1]}.") for path in p), place
            else:
                assert place in p, place


GOOD = {"mechanism": "M1", "modelled": "yes", "en": "a", "da": "b", "source": "x:1", "where": "y.py", "reason_en": "c", "reason_da": "d"}


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"modelled": "yess"}, "did you mean 'yes'? (known: no, partly, yes)"),
        ({"mechanism": "7"}, "mechanism = '7' must be M and a number"),
        ({"mechanism": "M0"}, "each once"),
        ({"reason_da": ""}, "reason_da must be filled in"),
        ({"where": ""}, "where must be filled in"),
        ({"modelled": "no"}, "only what is not modelled has no place"),
    ],
)
def test_bad_rows_of_coverage_are_refused(tmp_path: Path, changed: dict[str, str], named: str) -> None:
    """Wrong if an answer without a reason, or a word that pages do not know, were taken, or the row not named."""
    with (tmp_path / "coverage.csv").open("w", encoding="utf-8", newline="") as text:
        table = csv.DictWriter(text, COLUMNS)
        table.writeheader()
        table.writerows([{**GOOD, "mechanism": "M0"}, {**GOOD, **changed}])
    with pytest.raises(Mistake, match=r"coverage\.csv, line 3: ") as caught:
        read_coverage(tmp_path / "coverage.csv")
    assert named in str(caught.value)


def test_topics_and_statuses_count_every_fact_and_target() -> None:
    """Wrong if evidence without a target could be left out of the list of what is not covered."""
    found = topics()
    assert sum(t["facts"] for t in found) == len(facts())
    assert sum(t["targets"] for t in found) == len({t.fact for t in read_targets() if t.fact})
    assert [t["neither"] for t in found] == sorted((t["neither"] for t in found), reverse=True)
    assert [s["status"] for s in statuses()] == [s.name for s in RESIDENT]
    assert {s["status"]: s["alone"] for s in statuses()}["jobafklaring"] == 0


# ---------------------------------------------------------------- words
ENGLISH = re.compile(
    r"\b(the|of|and|from|persons|months?|years?|share|within|under (30|1)$|week|after|before|other|support|work|offers?|sanction(s|ed)|"
    r"women|men|seen|on|three|ten|active|highest|lowest|all|but|a|spells?|entries|starters|who|education|employment)\b"
)


@pytest.mark.parametrize("language", ["en", "da"])
def test_labels_of_targets_are_words_and_tell_them_apart(language: str) -> None:
    """Wrong if a chart named a figure by a code, named two alike, or named one in English on a Danish page."""
    for names, label in (([t.target for t in read_targets()], target_label), ({t.pattern for t in read_targets()}, pattern_label)):
        shown = {label(name, language) for name in names}  # type: ignore[arg-type]
        assert len(shown) == len(names)
        assert not [text for text in shown if re.search(r"_|=|aa|oe|\by\b", text)]
        if language == "da":
            assert not [text for text in shown if ENGLISH.search(text)]
