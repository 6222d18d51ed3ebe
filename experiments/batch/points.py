"""The points of an experiment: which values are combined, and the two scenarios, base and reform, that each comes to."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from agents.mistake import Mistake, unknown
from experiments.analysis.sensitivity import Problem
from experiments.batch.experiment import NONE, Experiment, Range, Value
from experiments.scenario import Scenario
from policies.registry import Registry


@dataclass(frozen=True)
class Point:
    """One combination: a reform in a world, with the base in the same world.

    Attributes:
        number: counted from 0.
        of: name of the reform's scenario, before levers.
        values: the world if there are several, levers and uncertainties by name.
        base, reform: what is run; points in the same world share the base.
    """

    number: int
    of: str
    values: Mapping[str, Value]
    base: Scenario
    reform: Scenario


def lay_out(experiment: Experiment, registry: Registry) -> list[Point]:
    """All points: in each world, for each reform, every row of the design. Raises Mistake for a lever or uncertainty that does not exist or cannot
    have a value, and where two points would be the same."""
    _check_levers(experiment, registry)
    base = experiment.scenario(experiment.base)
    reforms = [experiment.scenario(name) for name in experiment.reforms] or [base.model_copy(update={"name": experiment.name, "title": experiment.title})]
    settings: list[Scenario | None] = [experiment.scenario(name) for name in experiment.worlds]
    _refuse_others(experiment, [base, *reforms], [s for s in settings if s])
    bases: dict[str, Scenario] = {}
    points: list[Point] = []
    for setting, reform, row in product(settings or [None], reforms, rows_of(experiment)):
        levers, world = ({name: row[name] for name in axes} for axes in (experiment.levers, experiment.uncertainties))
        values: dict[str, Value] = {**({"world": setting.name} if setting else {}), **row}
        key = repr((setting and setting.name, world))
        name = f"{reform.name}.{len(points):05d}" if row or setting else reform.name
        with _at(experiment, values):
            if key not in bases:
                alone = not (world or setting)
                bases[key] = _in_world(base, setting, world, base.name if alone else f"{base.name}.{len(bases):05d}")
            changed = _in_world(_with_levers(reform, levers), setting, world, name)
            for scenario in (bases[key], changed):
                scenario.make_policies(registry)
        points.append(Point(len(points), reform.name, values, bases[key], changed))
    _refuse_twins(experiment, points)
    return points


def design_table(points: list[Point]) -> pd.DataFrame:
    """One row a point: point, reform, then a column for the world if there are several, and each lever and uncertainty; mixed with ``none`` they are texts."""
    table = pd.DataFrame([{"point": p.number, "reform": p.of, **p.values} for p in points]).astype({"point": "int64"})
    for column in table.columns[2:]:
        if table[column].map(lambda v: isinstance(v, str)).any():
            table[column] = table[column].map(str)
    return table


def rows_of(experiment: Experiment) -> list[dict[str, Value]]:
    """The rows of the design: values by lever and uncertainty. Whole-number ranges are rounded."""
    listed = {name: axis for name, axis in experiment.axes.items() if not isinstance(axis, Range)}
    combined = [dict(zip(listed, values, strict=True)) for values in product(*listed.values())]
    if experiment.kind == "grid":
        return combined
    whole = {name for name, axis in experiment.ranges.items() if axis.whole}
    rows = sample(experiment).to_dict("records")
    drawn = [{str(k): round(v) if k in whole else float(v) for k, v in row.items()} for row in rows]
    return [{name: {**row, **combined[0]}[name] for name in experiment.axes} for row in drawn]


def problem_of(experiment: Experiment) -> Problem:
    """The ranges of an experiment as a sensitivity analysis asks for them. Raises Mistake where there are fewer than two."""
    return Problem({name: (axis.low, axis.high) for name, axis in experiment.ranges.items()})


def sample(experiment: Experiment) -> pd.DataFrame:
    """The design's sample of the ranges, before rounding: one row a point, one column a lever or uncertainty."""
    from scipy.stats import qmc

    design, ranges = experiment.design, experiment.ranges
    if experiment.kind == "morris":
        return problem_of(experiment).morris(design.samples, design.seed)
    if experiment.kind == "sobol":
        return problem_of(experiment).sobol(design.samples, design.seed)
    unit = qmc.LatinHypercube(len(ranges), rng=np.random.default_rng(design.seed)).random(design.samples)
    low, high = np.array([(axis.low, axis.high) for axis in ranges.values()]).T
    return pd.DataFrame(low + unit * (high - low), columns=list(ranges))


@contextmanager
def _at(experiment: Experiment, values: Mapping[str, Value]) -> Iterator[None]:
    """Says at which values a scenario of the experiment cannot be."""
    try:
        yield
    except Mistake as mistake:
        chosen = ", ".join(f"{name} = {value}" for name, value in values.items())
        raise Mistake(f"experiment {experiment.name!r}{f' at {chosen}' if chosen else ''}: {mistake}") from None


def _check_levers(experiment: Experiment, registry: Registry) -> None:
    where = f"experiment {experiment.name!r} [levers]"
    for lever in experiment.levers:
        policy, _, parameter = lever.partition(".")
        if policy not in registry:
            raise unknown("policy", policy, registry, where=where)
        if parameter not in registry[policy].model_fields:
            raise unknown(f"parameter of policy {policy!r}", parameter, registry[policy].own_parameters(), where=where)


def _with_levers(reform: Scenario, levers: Mapping[str, Value]) -> Scenario:
    """The reform with its levers at these values: a policy that it has is changed, one that it has not is added, and one with a
    lever at ``none`` is left out."""
    tables = [dict(table) for table in reform.policies]
    for policy in dict.fromkeys(lever.partition(".")[0] for lever in levers):
        chosen = {lever.partition(".")[2]: value for lever, value in levers.items() if lever.partition(".")[0] == policy}
        own = [table for table in tables if table.get("use") == policy]
        if NONE in chosen.values():
            tables = [table for table in tables if table.get("use") != policy]
            continue
        if not own:
            own = [{"use": policy}]
            tables += own
        for table in own:
            table.update(chosen)
    return reform.model_copy(update={"policies": tuple(tables)})


def _in_world(scenario: Scenario, setting: Scenario | None, world: Mapping[str, Value], name: str) -> Scenario:
    """The scenario with what a setting's scenario has, and parameters of the world on top."""
    parameters = {**(setting.changed_parameters if setting else {}), **scenario.changed_parameters, **world}
    policies = (*scenario.policies, *(p for p in (setting.policies if setting else ()) if p not in scenario.policies))
    changed = scenario.model_copy(update={"name": name, "parameters": parameters, "policies": policies})
    changed.read_parameters()
    return changed


def _refuse_others(experiment: Experiment, scenarios: list[Scenario], settings: list[Scenario]) -> None:
    """Raises Mistake where two scenarios or two worlds have one name, or one has another vintage than the base."""
    twice = next((one.name for together in (scenarios, settings) for i, one in enumerate(together) if one.name in {s.name for s in together[:i]}), None)
    if twice:
        raise Mistake(f"experiment {experiment.name!r}: two scenarios are called {twice!r}; give each a name of its own")
    other = next((s.name for s in (*scenarios, *settings) if (s.start, s.vintage) != (scenarios[0].start, scenarios[0].vintage)), None)
    if other:
        raise Mistake(f"experiment {experiment.name!r}: scenario {other!r} has another vintage than the base")


def _refuse_twins(experiment: Experiment, points: list[Point]) -> None:
    seen: dict[str, int] = {}
    for point in points if experiment.kind == "grid" else ():
        content = repr((point.reform.policies, sorted(point.reform.changed_parameters.items()), point.base.policies))
        if content in seen:
            raise Mistake(
                f"experiment {experiment.name!r}: points {seen[content]} and {point.number} are the same reform "
                f"({', '.join(f'{k} = {v}' for k, v in point.values.items())}); give {NONE!r} to one lever of a policy, not to several"
            )
        seen[content] = point.number
