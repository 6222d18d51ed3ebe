"""Charts of experiments: a finding, units, intervals and a table twin in both languages, and what they say when there is nothing to say."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from agents.mistake import Mistake
from experiments.analysis.cases import BASE, Decision, by_luck
from experiments.analysis.condition import Condition
from experiments.analysis.decisions import pareto, regret, satisficing
from experiments.analysis.discovery import discover
from experiments.analysis.information import value_of_information
from experiments.analysis.screening import morris
from experiments.analysis.sensitivity import Problem, sobol
from experiments.analysis.swings import swings
from experiments.batch.experiment import read_experiment
from experiments.charts.beside import sides
from experiments.charts.decisions import enough_bars, information_bars, pareto_points, regret_bars
from experiments.charts.discovery import box_figure
from experiments.charts.grid import effects, over_levers
from experiments.charts.sensitivity import importance, interactions, tornado, variance
from experiments.intervals import crossed_half
from experiments.report.batch_labels import labels_of
from experiments.report.page import chart_section
from experiments.words import LANGUAGES, Words
from experiments.words.labels import Labels

TWO = Problem({"a": (0.0, 1.0), "b": (0.0, 1.0)})
BETTER = {"cost": -1, "work": 1}


def runs(values, luck: float = 0.01) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    columns = pd.MultiIndex.from_product([[0], range(2)], names=["draw", "replication"])
    return pd.DataFrame(np.asarray(values)[:, None] + luck * rng.standard_normal((len(values), 2)), columns=columns)


def labels_in(language) -> Labels:
    return Labels(Words(language), {"a": "Alpha", "cost": "Net cost", "cap.cap": "Cap"}, {"cost": "DKK", "work": "persons"})


@pytest.fixture(scope="module")
def choice() -> Decision:
    """Doing nothing and two caps in 60 worlds: the tighter cap saves much when ``a`` is high."""
    rng = np.random.default_rng(1)
    worlds = pd.DataFrame({"a": rng.random(60), "idle": rng.random(60)})
    saved = (worlds["a"].to_numpy() - 0.5)[:, None] * [0, 100, 200] - [0, 5, 20]
    work = np.ones((60, 1)) * [0, 100.0, 200.0]
    own = {name: table[:, :, None] + rng.standard_normal((60, 3, 2)) for name, table in {"cost": -saved, "work": work}.items()}
    options = pd.DataFrame({"reform": [BASE, "r", "r"], "cap.cap": [np.nan, 40.0, 20.0]})
    return Decision(options, worlds, own, 1)


def grid(levers: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A design over caps and shares, and differences that grow with the share and fall with the cap."""
    combined = [(cap, share) for cap in (20.0, 30.0, 40.0) for share in ((0.1, 0.2) if levers == 2 else (0.1,))]
    design = pd.DataFrame([(p, "r", cap, share) for p, (cap, share) in enumerate(combined)], columns=["point", "reform", "cap.cap", "share"])
    rows = [(p, 0, r, "cost", 12, 1000 * share - cap + r) for p, (cap, share) in enumerate(combined) for r in range(3)]
    return design, pd.DataFrame(rows, columns=["point", "draw", "replication", "outcome", "horizon_months", "difference"])


def all_charts(choice: Decision, labels: Labels):
    samples = TWO.sobol(256, seed=1)
    found = sobol(TWO, samples, runs(samples["a"] + 5 * (samples["a"] - 0.5) * (samples["b"] - 0.5)), seed=1)
    yield from (variance(found, "cost", labels), interactions(found, "cost", labels))
    samples = TWO.morris(6, seed=1)
    yield importance(morris(TWO, samples, runs(samples["a"] * 3000), seed=1), "cost", labels)
    inputs = pd.DataFrame(np.random.default_rng(1).random((60, 2)), columns=["a", "b"])
    values = pd.Series(inputs["a"].to_numpy() * 10, index=pd.MultiIndex.from_product([range(60), [0]], names=["point", "draw"]))
    yield tornado(swings(inputs.assign(point=range(60), draw=0), values), "cost", labels)
    yield box_figure(discover(inputs, (inputs["a"] > 0.5).to_numpy(), seed=1, shuffles=19), inputs, "cost > 0", labels)
    yield regret_bars(regret(choice, "cost", -1), choice, "cost", labels)
    yield pareto_points(pareto(choice, BETTER), choice, BETTER, labels)
    yield enough_bars(satisficing(choice, Condition.read("cost < 0 and work > 50", BETTER)), choice, "cost < 0 and work > 50", labels)
    yield information_bars(value_of_information(choice, "cost", -1, seed=1, resamples=20), choice, "cost", labels)
    for levers in (1, 2):
        design, differences = grid(levers)
        table = over_levers(design, by_luck(differences, "cost"), ["cap.cap", "share"][:levers])
        yield effects(table, "cost", -1, labels)


FINDINGS = {
    "en": (
        "Alpha has part in", "Alpha and b work together", "Alpha moves Net cost most: 3,000 (", "Net cost goes from", "The reform fails (cost > 0) when Alpha is above",
        "Cap 40 has the least maximum regret in Net cost (", "3 of 3 options are beaten by none", "does enough in", "Knowing Alpha would be worth",
        "Net cost is best at Cap 40: +61.0 (", "Net cost is best at Cap 40, share 0.1: +61.0 (",
    ),
    "da": (
        "Alpha har del i", "Alpha og b spiller sammen", "Alpha flytter Net cost mest: 3.000 (", "Net cost går fra", "Reformen slår fejl (cost > 0), når Alpha er over",
        "Cap 40 har den laveste maksimale fortrydelse i Net cost (", "3 af 3 muligheder slås ikke af nogen", "gør nok i", "At kende Alpha ville være",
        "Net cost er bedst ved Cap 40: +61,0 (", "Net cost er bedst ved Cap 40, share 0,1: +61,0 (",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_has_finding_note_and_table(choice, language):
    """If this fails, a chart says nothing, something else than its numbers, lacks a word in a language, or cannot be drawn or shown as a table."""
    labels = labels_in(language)
    shown = list(all_charts(choice, labels))
    for (chart, twin), finding in zip(shown, FINDINGS[language], strict=True):
        assert finding in chart.title, (chart.key, chart.title)
        text = f"{chart.title} {chart.note} {' '.join(map(str, twin.columns))}"
        assert "{" not in text and "nan" not in text.lower().split() and "analysis_" not in text
        assert len(twin) > 0 and not twin.isna().any(axis=None) and len(chart.table) > 0
        go.Figure(chart.figure.to_dict())  # refuses what Plotly does not know
        assert len(chart.figure.data) > 0
        assert "<table>" in chart_section(chart, labels.w, twin)["twin"]


def test_intervals_are_drawn(choice):
    """If this fails, a chart shows estimates as if they were certain."""
    drawn = {chart.key: chart.figure.data for chart, _ in all_charts(choice, labels_in("en"))}
    for key in ("sobol-cost", "morris-cost", "tornado-cost", "enough", "information-cost", "pareto"):
        assert any(max(trace["error_x"]["array"]) > 0 for trace in drawn[key] if "array" in trace.get("error_x", {})), key
    assert any(trace.get("fill") == "toself" for trace in next(effects_line())[0].figure.data)


def effects_line():
    design, differences = grid(1)
    yield effects(over_levers(design, by_luck(differences, "cost"), ["cap.cap"]), "cost", 1, labels_in("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_to_say(choice, language):
    """If this fails, an experiment that shows nothing gets a finding, or its report ends in an error."""
    labels, texts = labels_in(language), Words(language)
    samples = TWO.sobol(8, seed=1)
    constant = sobol(TWO, samples, runs(np.ones(len(samples)), luck=0.0), seed=1)
    for chart, _ in (variance(constant, "cost", labels), interactions(constant, "cost", labels)):
        assert chart.title == texts("analysis_constant", outcome="Net cost")
        go.Figure(chart.figure.to_dict())
    samples = TWO.morris(4, seed=1)
    for luck, key in ((0.0, "analysis_constant"), (1.0, "analysis_morris_luck")):
        chart, _ = importance(morris(TWO, samples, runs(np.ones(len(samples)), luck=luck), seed=1), "cost", labels)
        assert chart.title == texts(key, outcome="Net cost")
    no_trend = pd.Series(np.tile([0.0, 1.0], 20), index=pd.MultiIndex.from_product([range(40), [0]], names=["point", "draw"]))
    inputs = pd.DataFrame({"point": range(40), "draw": 0, "a": np.arange(40.0)})
    assert tornado(swings(inputs, no_trend), "cost", labels)[0].title == texts("analysis_tornado_none", outcome="Net cost")
    rng = np.random.default_rng(4)
    alike = Decision(choice.options, choice.worlds[["idle"]], {"cost": rng.standard_normal((60, 3, 2)) - [[[0], [5], [9]]]}, 0)
    chart, _ = information_bars(value_of_information(alike, "cost", -1, seed=1, resamples=20), alike, "cost", labels)
    assert chart.title == texts("analysis_information_none", outcome="Net cost", option=labels.options(choice.options)[2])


@pytest.mark.parametrize("draws", [1, 4])
def test_luck_that_points_share_does_not_average_out(draws):
    """If this fails an effect over many settings looks known far better than the few replications, which all of them share, can tell: the
    interval then misses the truth in far more than 5 % of experiments (400 here; one in a million would have 40 misses or more)."""
    rng, points, replications = np.random.default_rng(5), 20, 3
    missed = 0
    for _ in range(400):
        shared = rng.standard_normal((1, draws, replications))
        own, setting, draw = rng.standard_normal((points, draws, replications)), rng.standard_normal((points, 1, 1)), rng.standard_normal((1, draws, 1))
        pairs = (3 * shared + 0.3 * own + 0.3 * setting + (draw if draws > 1 else 0)).reshape(points, -1)
        missed += abs(pairs.mean()) > crossed_half(pairs, draws)
    assert missed < 40
    alike = np.tile(rng.standard_normal(3), (20, 1))
    assert crossed_half(alike, 1) == pytest.approx(crossed_half(alike[:1], 1))
    assert np.isnan(crossed_half(alike[:, :1], 1))


def test_effects_over_levers_by_hand():
    """If this fails, a heat map shows other means than the runs', or an interval that is not that of the pairs."""
    design, differences = grid(2)
    results = by_luck(differences, "cost")
    table = over_levers(design, results, ["cap.cap"]).set_index("cap.cap")
    assert table["value"].tolist() == pytest.approx([131, 121, 111])
    luck, shares = 4.3027 / np.sqrt(3), 12.7062 * np.sqrt(5000 + 5000 / 2)  # Student's t of 3 replications; of 2 shares, 100 apart
    assert table.loc[20, "high"] - table.loc[20, "value"] == pytest.approx(np.hypot(luck, shares), rel=1e-4)
    both = over_levers(design, results, ["cap.cap", "share"]).set_index(["cap.cap", "share"])
    assert both.loc[(20, 0.2), "value"] == pytest.approx(181)
    assert both.loc[(20, 0.2), "high"] - 181 == pytest.approx(4.3027 / np.sqrt(3), rel=1e-4)
    with pytest.raises(Mistake, match="3 levers"):
        over_levers(design, results, ["cap.cap", "share", "reform"])


@pytest.mark.parametrize(
    ("table", "english", "danish"),
    [
        ({"reform": [BASE, "r"], "cap.cap": [np.nan, 35.0]}, ["no change", "Cap 35"], ["ingen ændring", "Cap 35"]),
        ({"reform": [BASE, "r", "r"], "cap.cap": [None, "none", "0.5"]}, ["no change", "Cap none", "Cap 0.5"], ["ingen ændring", "Cap ingen", "Cap 0,5"]),
        ({"reform": [BASE, "r", "s"], "cap.cap": [None, "20", "none"]}, ["no change", "r, Cap 20", "s"], ["ingen ændring", "r, Cap 20", "s"]),
        ({"reform": [BASE, "r"]}, ["no change", "r"], ["ingen ændring", "r"]),
    ],
)  # fmt: skip
def test_names_of_options(table, english, danish):
    """If this fails, two options have one name, or an option is called by what it does not have."""
    assert [labels_in(language).options(pd.DataFrame(table)) for language in LANGUAGES] == [english, danish]


@pytest.mark.parametrize(
    ("value", "english"), [(0, "0"), (0.01234, "0.0123"), (5.0, "5"), (5.678, "5.68"), (12345.6, "12,346"), (-0.5, "\u22120.5"), (np.nan, "–"), (999.6, "1,000")]
)
def test_numbers_have_three_digits(value, english):
    """If this fails, a limit of a box is shown with so few digits that nobody can set it, or with so many that it pretends."""
    assert labels_in("en").number(value) == english


def test_numbers_of_an_interval_have_the_same_decimals():
    """If this fails, an interval reads `100 (99.87 – 100)`."""
    assert labels_in("en").span(0.0799, -0.0253, 0.185) == "0.080 (\u22120.025 – 0.185)"
    assert labels_in("da").span(1000.4, np.nan, 1200.0, sign=True) == "+1.000 (– – +1.200)"


@pytest.mark.parametrize(("language", "called"), [("en", "Places broken off a month"), ("da", "Pladser der afbrydes om måneden")])
def test_what_is_uncertain_has_its_label(language: Any, called: str) -> None:
    """If this fails a report calls an uncertain parameter by its path, which only its author knows."""
    assert labels_of(read_experiment("company_places"), Words(language))("placement.broken") == called


class TestNamesBesideDots:
    REACH = (0.0, 0.0, 100.0, 100.0)

    def test_names_stand_towards_the_middle(self):
        """If this fails, names of options at the edge of a chart are cut off."""
        found = sides(np.array([0.0, 100.0]), np.array([50.0, 50.0]), ["far to the left", "far to the right"], np.empty((0, 2)), self.REACH)
        assert found == ["top right", "top left"]

    def test_close_names_stand_apart(self):
        """If this fails, names of options that are close lie over each other, or over a dot, and none can be read."""
        names = ["a rather long name"] * 3
        found = sides(np.full(3, 20.0), np.array([50.0, 50.5, 51.0]), names, np.empty((0, 2)), self.REACH)
        assert None not in found and len(set(found)) == 3
        above = np.array([[22.0, 55.0]])
        assert sides(np.array([20.0]), np.array([50.0]), names[:1], above, self.REACH) == ["bottom right"]

    def test_a_name_without_room_is_left_out(self):
        """If this fails, twenty options at one place are a black spot, or none of them is named."""
        found = sides(np.full(20, 50.0), np.full(20, 50.0), ["a rather long name"] * 20, np.empty((0, 2)), self.REACH)
        assert 2 <= len([side for side in found if side]) <= 6 and found.count(None) == 20 - len({*found} - {None})
