"""A batch's tables, from its units: whatever order they were simulated in, the tables are the same."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from experiments.batch.experiment import Experiment
from experiments.batch.outcomes import OUTCOMES
from experiments.batch.place import Place
from experiments.batch.points import Point, design_table
from experiments.carry_out import write_table
from experiments.intervals import Design
from experiments.units import Unit
from policies.registry import Registry
from sim.draws import draws_table

KEYS = ["draw", "replication", "outcome", "horizon_months"]


def write_tables(place: Place, points: Sequence[Point], units: Mapping[str, Unit], told: Mapping[str, Any], experiment: Experiment) -> None:
    """Write design, inputs, outcomes, differences, effects and the summary.

    Args:
        units, told: units by hash in the order of the plan, and the facts of those that did not fail.
    """
    outcomes = outcomes_table([told[h] for h in units if h in told])
    differences = paired(outcomes, points)
    tables = {
        "design": design_table(list(points)), "inputs": inputs_table(points, experiment), "outcomes": outcomes, "differences": differences,
        "effects": effects_table(differences, experiment),
    }
    for name, table in tables.items():
        place.replace(f"{name}.parquet", partial(write_table, table))
    summary = {
        "kind": "batch", "experiment": experiment.model_dump(mode="json"), "points": len(points), "units": len(units), "failed": len(units) - len(told),
        "horizons": list(experiment.at),
        "outcomes": {name: {"unit": OUTCOMES[name].unit, "better": OUTCOMES[name].better} for name in experiment.outcomes},
    }
    place.replace("summary.json", lambda file: file.write_text(json.dumps(summary, indent=1, ensure_ascii=False), encoding="utf-8"))


def outcomes_table(facts: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """One row a run and outcome: scenario, draw, replication, outcome, horizon_months, value."""
    lengths = [len(f["outcomes"]["value"]) for f in facts]
    runs = {key: np.repeat([f[key] for f in facts], lengths) for key in ("scenario", "draw", "replication")}
    values = {key: [v for f in facts for v in f["outcomes"][key]] for key in ("outcome", "horizon_months", "value")}
    types = {"draw": "int64", "replication": "int64", "horizon_months": "int64", "value": "float64"}
    return pd.DataFrame({**runs, **values}).astype(types)


def paired(outcomes: pd.DataFrame, points: Sequence[Point]) -> pd.DataFrame:
    """Each point's reform beside its base, run by run with the same luck; pairs of which one failed are left out."""
    by_scenario = {name: table.drop(columns="scenario") for name, table in outcomes.groupby("scenario", sort=False)}
    nothing = outcomes.drop(columns="scenario").iloc[:0]
    found = []
    for point in points:
        reform, base = (by_scenario.get(s.name, nothing) for s in (point.reform, point.base))
        both = reform.merge(base.rename(columns={"value": "base"}), on=KEYS, how="inner")
        found.append(both.assign(point=np.int64(point.number), difference=both["value"] - both["base"]))
    return pd.concat(found, ignore_index=True)[["point", *KEYS, "base", "value", "difference"]]


def effects_table(differences: pd.DataFrame, experiment: Experiment) -> pd.DataFrame:
    """The mean difference with its 95 % interval by point, outcome and horizon; without an interval where one pair is all there is."""
    rows = []
    for (point, outcome, horizon), table in differences.groupby(["point", "outcome", "horizon_months"], sort=False):
        pairs = table.sort_values(["draw", "replication"])["difference"].to_numpy()
        draws = table["draw"].nunique() if experiment.draws else 0
        whole = not draws or pairs.size == draws * (pairs.size // draws)
        design = Design(draws if whole else 0)
        half = float(design.half(pairs[:, None])[0]) if pairs.size > 1 and draws != 1 else np.nan
        mean = float(pairs.mean())
        rows.append((point, outcome, horizon, mean, mean - half, mean + half, pairs.size, design.includes))
    columns = ["point", "outcome", "horizon_months", "estimate", "low", "high", "pairs", "includes"]
    return pd.DataFrame(rows, columns=columns).astype({"point": "int64", "horizon_months": "int64", "pairs": "int64"})


def inputs_table(points: Sequence[Point], experiment: Experiment) -> pd.DataFrame:
    """All numbers that differ, by point and draw: levers and uncertainties, drawn parameters, drawn sizes of policies."""
    numeric = [
        name for name in experiment.axes
        if all(isinstance(p.values[name], (int, float)) and not isinstance(p.values[name], bool) for p in points)
    ]
    draws = range(1, experiment.draws + 1) if experiment.draws else [0]
    drawn = draws_table(points[0].base.vintage) if experiment.draws else None
    registry = Registry(experiment.policy_files)
    rows = []
    for point in points:
        own = {name: float(point.values[name]) for name in numeric}
        for draw in draws:
            row: dict[str, Any] = {"point": point.number, "draw": draw, **(drawn[draw - 1] if drawn else {})}
            if draw:
                for policy in point.reform.policies:
                    sizes = registry[str(policy["use"])].drawn_sizes(draw)
                    row |= {f"{policy['use']}.{name}": float(policy.get(name, size)) for name, size in sizes.items()}
            rows.append(row | own)
    return pd.DataFrame(rows).astype({"point": "int64", "draw": "int64"})
