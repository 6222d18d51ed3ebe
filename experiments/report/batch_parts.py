"""The parts of a batch's report: the points' effects, and each analysis that the design allows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from experiments.analysis.cases import Decision, by_case, by_luck, decision
from experiments.analysis.condition import Condition
from experiments.analysis.decisions import pareto, regret, satisficing
from experiments.analysis.discovery import FEWEST as FEWEST_CASES
from experiments.analysis.discovery import discover
from experiments.analysis.information import FEWEST as FEWEST_WORLDS
from experiments.analysis.information import value_of_information
from experiments.analysis.screening import morris
from experiments.analysis.sensitivity import sobol
from experiments.analysis.swings import swings
from experiments.batch.experiment import Experiment, make_experiment
from experiments.batch.points import problem_of, sample
from experiments.batch.result import BatchResult
from experiments.charts.decisions import enough_bars, information_bars, pareto_points, regret_bars
from experiments.charts.discovery import box_figure
from experiments.charts.grid import effects, over_levers
from experiments.charts.rows import Shown
from experiments.charts.sensitivity import importance, interactions, tornado, variance
from experiments.report.batch_effects import effect_blocks
from experiments.report.batch_labels import better_of, labels_of
from experiments.report.page import chart_section, html_table
from experiments.words import Words
from experiments.words.labels import Labels

ENOUGH_TO_SWING = 20
"""Cases from which a tornado is drawn."""


@dataclass(frozen=True)
class Part:
    """A part of the report: heading, note, charts as ``parts.html.j2`` shows them, and tables."""

    key: str
    title: str
    note: str
    charts: list[dict[str, Any]]
    tables: list[dict[str, Any]]


@dataclass(frozen=True)
class _Read:
    """A batch as its analyses read it."""

    result: BatchResult
    experiment: Experiment
    labels: Labels

    @property
    def better(self) -> dict[str, int]:
        return better_of(self.experiment, self.result.summary["outcomes"])

    def reforms(self) -> Iterator[tuple[str, pd.Index]]:
        """Each reform with the numbers of its points."""
        for reform, points in self.result.design.groupby("reform", sort=False):
            yield str(reform), pd.Index(points["point"])


def dependence(result: BatchResult, w: Words) -> list[Shown]:
    """Charts, with their tables, of what the outcomes of a batch depend on; none of a batch in which runs failed."""
    experiment = make_experiment(result.summary["experiment"])
    return [] if result.summary["failed"] else list(_dependence(_Read(result, experiment, labels_of(experiment, w))))


def parts_of(result: BatchResult, w: Words) -> list[Part]:
    """All parts that have something to show, in order; of a batch in which runs failed the tables alone."""
    experiment = make_experiment(result.summary["experiment"])
    read = _Read(result, experiment, labels_of(experiment, w))
    tables = [{"title": block.title, "table": html_table(block.table)} for block in effect_blocks(result, w)]
    if result.summary["failed"]:
        return [Part("effects", w("batch_effects"), f"{w('batch_effects_note')} {w('batch_incomplete')}", [], tables)]
    parts = [
        Part("effects", w("batch_effects"), w("batch_effects_note"), _sections(_effects(read), w), tables),
        Part("decision", w("batch_decision"), w("batch_decision_note"), _sections(_decisions(read), w), []),
        Part("failure", w("batch_failure"), w("batch_failure_note"), _sections(_failures(read), w), []),
        Part("dependence", w("batch_dependence"), w("batch_dependence_note"), _sections(_dependence(read), w), []),
    ]
    return [part for part in parts if part.charts or part.tables]


def _sections(shown: Iterator[Shown], w: Words) -> list[dict[str, Any]]:
    """Charts for the page, each with a key of its own."""
    found = []
    for number, (chart, twin) in enumerate(shown):
        named = replace(chart, key=f"{chart.key}-{number}", title=chart.title[:1].upper() + chart.title[1:])
        found.append(chart_section(named, w, twin))
    return found


def _effects(read: _Read) -> Iterator[Shown]:
    """Effects over a grid of one or two levers, for each reform."""
    levers = [name for name, axis in read.experiment.levers.items() if name not in read.experiment.ranges and len(axis) > 1]  # type: ignore[arg-type]
    if not 1 <= len(levers) <= 2 or read.experiment.kind != "grid":
        return
    for _, points in read.reforms():
        for outcome in read.experiment.outcomes:
            results = by_luck(read.result.differences, outcome)
            results = results.loc[results.index.intersection(points)]
            yield effects(over_levers(read.result.design, results, levers), outcome, read.better.get(outcome, 0), read.labels)


def _decisions(read: _Read) -> Iterator[Shown]:
    """Regret, doing enough, Pareto's front and what knowing would be worth, where every option was tried in the same worlds."""
    e, better = read.experiment, read.better
    options = read.result.design[["reform", *e.levers]].drop_duplicates()
    sampled = any(lever in e.ranges for lever in e.levers)
    if sampled or not better or len(options) < 2:
        return
    choice = decision(read.result.design, read.result.inputs, read.result.differences, list(e.levers))
    first = next(iter(better))
    if len(choice.worlds) > 1:
        yield regret_bars(regret(choice, first, better[first]), choice, first, read.labels)
    if len(better) > 1:
        yield pareto_points(pareto(choice, better), choice, better, read.labels)
    if e.enough is not None:
        yield enough_bars(satisficing(choice, Condition.read(e.enough, e.outcomes)), choice, e.enough, read.labels)
    yield from _information(choice, first, better[first], read.labels)


def _information(choice: Decision, outcome: str, better: int, labels: Labels) -> Iterator[Shown]:
    if len(choice.worlds) >= FEWEST_WORLDS and choice.worlds.shape[1]:
        yield information_bars(value_of_information(choice, outcome, better, seed=1), choice, outcome, labels)


def _failures(read: _Read) -> Iterator[Shown]:
    """Where each reform fails."""
    e = read.experiment
    if e.fails is None:
        return
    condition = Condition.read(e.fails, e.outcomes)
    for reform, cases, inputs in _cases(read):
        if len(cases) >= FEWEST_CASES:
            found = discover(inputs, condition.holds({name: cases[name].to_numpy() for name in condition.names}), seed=1)
            yield _named(box_figure(found, inputs, e.fails, read.labels), reform, read)


def _dependence(read: _Read) -> Iterator[Shown]:
    """What the outcomes depend on: Morris or Sobol where the design is theirs, else a tornado."""
    e = read.experiment
    for reform, points in read.reforms():
        for outcome in e.outcomes:
            if e.kind in ("morris", "sobol"):
                for shown in _indices(read, outcome, points):
                    yield _named(shown, reform, read)
    if e.kind in ("morris", "sobol"):
        return
    for reform, cases, inputs in _cases(read):
        if len(cases) >= ENOUGH_TO_SWING and inputs.shape[1]:
            both = inputs.reset_index()
            for outcome in e.outcomes:
                yield _named(tornado(swings(both, cases[outcome]), outcome, read.labels), reform, read)


def _indices(read: _Read, outcome: str, points: pd.Index) -> Iterator[Shown]:
    problem = problem_of(read.experiment)
    results = by_luck(read.result.differences, outcome)
    results, samples = results.loc[results.index.intersection(points)], sample(read.experiment)
    if read.experiment.kind == "morris":
        yield importance(morris(problem, samples, results, seed=1), outcome, read.labels)
        return
    found = sobol(problem, samples, results, seed=1)
    yield variance(found, outcome, read.labels)
    yield interactions(found, outcome, read.labels)


def _cases(read: _Read) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """For each reform its cases (point and draw): mean differences by outcome, and the numbers that vary."""
    means = by_case(read.result.differences).dropna()
    inputs = read.result.inputs.set_index(["point", "draw"])
    for reform, points in read.reforms():
        here = means[means.index.get_level_values("point").isin(points)]
        own = inputs.loc[here.index]
        yield reform, here, own.loc[:, own.nunique() > 1].dropna(axis=1)


def _named(shown: Shown, reform: str, read: _Read) -> Shown:
    """The chart with the reform's name before its finding, where there are several."""
    chart, twin = shown
    if len(read.experiment.reforms) < 2:
        return shown
    return replace(chart, title=f"{read.labels(reform)}: {chart.title}"), twin
