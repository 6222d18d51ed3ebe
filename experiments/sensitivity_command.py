"""What `borgerflow sensitivity` does and says."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import click
import pandas as pd

from experiments.batch.experiment import Experiment, read_experiment
from experiments.batch.morris_then_sobol import Found, morris_then_sobol
from experiments.batch_command import with_options
from experiments.report.batch_labels import labels_of
from experiments.report.batch_report import write_batch_report
from experiments.report.headline import Block
from experiments.words import Words


def carry_out_sensitivity(name: str, options: Mapping[str, Any], shown: Callable[[str], Any]) -> None:
    """Screen an experiment's ranges and share out the variance; write both reports, and print what came out.

    Raises:
        Mistake: for anything that cannot be run.
    """
    w = Words(options["language"])
    experiment = with_options(read_experiment(name), options)
    out = options["out"] or f"runs/sensitivity-{experiment.name}-s{experiment.scale:g}-m{experiment.months}-seed{experiment.seed}"
    found = morris_then_sobol(
        experiment, out=out, trajectories=options["trajectories"], samples=options["samples"], jobs=options["jobs"], executor=options["executor"],
        scheduler=options["scheduler"], progress=shown,
    )
    reports = [write_batch_report(batch, options["language"]) for batch in (found.morris, found.sobol) if batch is not None]
    if options["as_json"]:
        told = {"screening": found.screening.to_dict("records"), "indices": found.indices.to_dict("records"), "reports": reports, "folder": out}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo("\n\n".join(block.text() for block in blocks(found, experiment, w)))
    if found.sobol is None:
        click.echo("\n" + w("sensitivity_no_sobol"))
    click.echo("\n" + "\n".join(w("sensitivity_where", report=report) for report in reports))


def blocks(found: Found, experiment: Experiment, w: Words) -> Iterator[Block]:
    """For each outcome, how far each parameter moves it, and its share of the variance."""
    labels = labels_of(experiment, w)
    for outcome, table in found.indices.groupby("outcome", sort=False):
        wide = {index: rows.set_index("parameter") for index, rows in table[table["other"] == ""].groupby("index", sort=False)}
        order = wide["mu_star"].sort_values("value", ascending=False, kind="stable").index
        cells = {w("analysis_parameter"): [labels(str(p)) for p in order]}
        for index in ("mu_star", "S1", "ST"):
            if index in wide:
                cells[w(f"analysis_{index}")] = [_span(wide[index], str(p), labels.span) for p in order]
        title = f"{labels(str(outcome))}{labels.unit(str(outcome))}"
        yield Block(title, pd.DataFrame(cells), has_total=False)


def _span(table: pd.DataFrame, parameter: str, span: Callable[[float, float, float], str]) -> str:
    if parameter not in table.index:
        return "–"
    value, low, high = table[["value", "low", "high"]].to_numpy()[table.index.get_loc(parameter)]
    return span(value, low, high)
