"""What `borgerflow batch` does and says: the plan, the estimate, the table of effects, the report."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import click

from agents.mistake import Mistake
from experiments.batch.experiment import Experiment, make_experiment, read_experiment
from experiments.batch.precision import Precision, Reached, run_until
from experiments.batch.run import Batch, Estimate, Progress, run_batch
from experiments.report.batch_effects import cautions, effect_blocks
from experiments.report.batch_report import write_batch_report
from experiments.store import PLAN
from experiments.words import Words
from experiments.words.outcomes import outcome_label, outcome_number

CHANGEABLE = ("scale", "months", "replications", "draws", "seed")
"""Keys of an experiment that the command line overrides."""


def carry_out_batch(name: str, options: Mapping[str, Any], shown: AbstractContextManager[Progress | None]) -> bool:
    """Carry out an experiment, write its report, and print what came out. Whether no run failed.

    Raises:
        Mistake: for anything that cannot be run; nothing is written then.
    """
    began = time.perf_counter()
    w = Words(options["language"])
    experiment = with_options(read_experiment(name), options)
    precise = Precision.read(options["precision"], options["outcome"] or experiment.outcomes[0], experiment.outcomes) if options["precision"] else None
    if options["outcome"] and precise is None:
        raise Mistake(f"--of {options['outcome']} goes with --precision")
    out = options["out"] or default_folder(experiment, precise)
    if options["resume"] and "://" not in out and not (Path(out) / PLAN).is_file():
        raise Mistake(f"--resume: there is no batch in {out}")
    work = {"out": out, "jobs": options["jobs"], "executor": options["executor"], "scheduler": options["scheduler"]}
    quiet = options["as_json"]

    def say(line: str) -> None:
        if not quiet:
            click.echo(line, err=True)

    batch = Batch(experiment)
    say(plan_text(batch, w))
    reached: list[Reached] = []
    with shown as progress:
        if precise is None:
            result = run_batch(batch, progress=progress, estimated=lambda e: say(estimate_text(e, w)), **work)
        else:
            result, reached = run_until(experiment, precise, most=options["most"], progress=progress, **work)
    report = write_batch_report(result, options["language"])
    failed = result.summary["failed"]
    if quiet:
        told = {**result.summary, "effects": result.effects.to_dict("records"), "precision": [vars(r) for r in reached], "folder": result.folder, "report": report}
        click.echo(json.dumps(told, ensure_ascii=False, default=str))
        return failed == 0
    click.echo("\n\n".join(block.text() for block in effect_blocks(result, w, last_only=True)))
    for line in reached_texts(reached, precise, w):
        click.echo(line)
    for caution in cautions(result, w):
        click.echo(caution, err=True)
    click.echo("\n" + w("batch_where", report=report, folder=result.folder, seconds=w.number(time.perf_counter() - began)))
    return failed == 0


def with_options(experiment: Experiment, options: Mapping[str, Any]) -> Experiment:
    """The experiment with what the command line overrides; in a shorter run, the end stands for the horizons beyond it. Raises
    Mistake for an impossible value."""
    changed = {key: options[key] for key in CHANGEABLE if options.get(key) is not None}
    if "months" in changed:
        changed["horizons"] = sorted({min(h, changed["months"]) for h in experiment.horizons})
    return make_experiment({**experiment.model_dump(), **changed}, where=f"experiment {experiment.name!r}") if changed else experiment


def default_folder(experiment: Experiment, precise: Precision | None) -> str:
    """Where a batch lies that was given no place: what tells it from others of the same experiment stands in the name."""
    e = experiment
    name = f"batch-{e.name}-s{e.scale:g}-m{e.months}-seed{e.seed}" + (f"-draws{e.draws}" if e.draws else "")
    return str(Path("runs") / (f"{name}-precise" if precise else f"{name}-r{e.replications}"))


def plan_text(batch: Batch, w: Words) -> str:
    """What will be run, in one line."""
    experiment = batch.experiment
    draws = w("batch_plan_draws", draws=experiment.draws) if experiment.draws else ""
    return w(
        "batch_plan", points=w.number(len(batch.points)), units=w.number(len(batch.units)), months=experiment.months, scale=f"{experiment.scale:g}",
        replications=experiment.replications, draws=draws,
    )


def estimate_text(estimate: Estimate, w: Words) -> str:
    """What it will take, in one line."""
    minutes = w.number(estimate.seconds / 60, decimals=1)
    return w("batch_estimate", minutes=minutes, megabytes=w.number(estimate.bytes / 1e6, decimals=1), units=w.number(estimate.units))


def reached_texts(reached: Sequence[Reached], precise: Precision | None, w: Words) -> Iterator[str]:
    """How many replications each point took, with and without common luck."""
    if precise is None:
        return
    for r in reached:
        yield w(
            "batch_reached", point=r.point, outcome=outcome_label(w, precise.outcome), estimate=outcome_number(w, precise.outcome, r.estimate, sign=True),
            half=outcome_number(w, precise.outcome, r.half), n=r.replications,
            apart=w("batch_apart", n=w.number(r.apart)) if r.apart is not None else "", not_reached="" if r.reached else w("batch_not_reached"),
        )


