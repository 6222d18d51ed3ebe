"""The command line of Borgerflow: the front door. Everything is imported when it is needed."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

_PACKAGES = ("agents", "policies", "sim", "calibration", "experiments", "dashboard")


def _check_house() -> None:
    """Refuse to run when a folder of the user's hides one of ours: `policies/` in a notebook's folder would win."""
    from importlib.util import find_spec

    here = Path(__file__).resolve().parent
    for name in _PACKAGES:
        spec = find_spec(name)
        found = Path(spec.origin).resolve().parents[1] if spec and spec.origin else None
        if found != here:
            _fail(f"the package {name!r} is found in {found}, not in {here}; run from another folder or rename yours")


def _fail(message: str, code: int = 2) -> NoReturn:
    click.echo(f"Error: {' '.join(message.split())}", err=True)
    sys.exit(code)


class _Front(click.Group):
    """Turns the user's mistakes into one clear line and exit code 2, and Ctrl-C into 130."""

    def invoke(self, ctx: click.Context) -> Any:
        from concurrent.futures import BrokenExecutor

        from agents.mistake import Mistake

        _check_house()
        try:
            return super().invoke(ctx)
        except Mistake as mistake:
            _fail(str(mistake))
        except (KeyboardInterrupt, click.Abort):
            click.echo("stopped; run the same command again to go on", err=True)
            sys.exit(130)
        except BrokenExecutor:
            _fail("a worker process was stopped (out of memory?); run the same command again to go on", code=1)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except Exception as error:
            if os.environ.get("BORGERFLOW_TRACEBACK"):
                raise
            _fail(f"{type(error).__name__}: {error} (set BORGERFLOW_TRACEBACK=1 for details)", code=1)


@click.group(cls=_Front, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="borgerflow")
def main() -> None:
    """Borgerflow: what happens when the rules of the Danish benefit system change.

    Start with `borgerflow compare baseline job_goal_under_30`.
    """


def _run_options(function: F) -> F:
    options = [
        click.option("--scale", type=float, default=0.05, show_default=True, help="Share of the population simulated, 0.001 to 1."),
        click.option("--months", type=int, help="Months to simulate (default: as the scenario says)."),
        click.option("--seed", type=int, default=1, show_default=True, help="Luck; the same seed gives the same result."),
        click.option("--jobs", type=int, default=os.cpu_count() or 1, show_default="processors", help="Parallel processes."),
        click.option("--threads", type=int, help="Threads in each process (default: processors / jobs)."),
        click.option("--out", type=click.Path(path_type=Path), help="Folder for results (default: runs/...)."),
        click.option("--register", is_flag=True, help="Keep the synthetic register: persons and spells."),
        click.option("--policy", "policy_files", multiple=True, help="Python file with a policy of your own (repeatable)."),
        click.option("--progress", type=click.Choice(["bar", "json", "none"]), default="bar", show_default=True, help="How progress is shown (on stderr)."),
        click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON instead of a table."),
        click.option("--language", type=click.Choice(["en", "da"]), default="en", show_default=True, help="Language of table and report."),
    ]
    for option in reversed(options):
        function = option(function)
    return function


@main.command()
@click.argument("scenario")
@click.option("--replications", type=int, default=1, show_default=True, help="Repetitions with other luck.")
@_run_options
def run(scenario: str, **options: Any) -> None:
    """Run one SCENARIO: the name of a shipped one, or a TOML file."""
    from experiments.run_scenario import run_scenario
    from experiments.scenario import read_scenario

    chosen = read_scenario(scenario).with_months(options["months"])
    _carry_out(f"run-{chosen.name}", [chosen], options, 1, lambda **more: run_scenario(chosen, **more))


@main.command()
@click.argument("base")
@click.argument("reforms", nargs=-1, required=True)
@click.option("--replications", type=int, default=8, show_default=True, help="Pairs with the same luck.")
@click.option("--selection-ends", is_flag=True, help="Compare at both ends of the selection share too (three times the work).")
@click.option("--draws", type=int, default=0, show_default="none", help="Compare over so many draws of the uncertain parameters, with --replications each: intervals then hold their uncertainty too.")
@click.option("--decompose", is_flag=True, help="Run each policy of a reform alone too: what they do together stands in the budget.")
@_run_options
def compare(base: str, reforms: tuple[str, ...], selection_ends: bool, decompose: bool, draws: int, **options: Any) -> None:
    """Compare BASE with one or more REFORMS, all with the same luck.

    Exits from benefits fall with time; how much of that is who stays (selection) is not documented. With
    --selection-ends the effects are shown for both ends of its range as well.
    """
    from experiments.compare import compare as compare_scenarios
    from experiments.scenario import read_scenario

    scenarios = [read_scenario(name).with_months(options["months"]) for name in (base, *reforms)]
    name = "compare-" + "-".join(s.name for s in scenarios)
    units = len(scenarios) * max(1, options["replications"]) * max(1, draws)
    name += f"-draws{draws}" if draws else ""
    how: dict[str, Any] = {"selection_ends": selection_ends, "decompose": decompose, "draws": draws}
    _carry_out(name, scenarios, options, units, lambda **more: compare_scenarios(scenarios[0], scenarios[1:], **how, **more))


@main.command()
@click.argument("base")
@click.argument("reform")
@click.option("--share", type=float, default=0.5, show_default=True, help="Municipalities in the trial.")
@click.option("--assignments", type=int, default=4, show_default=True, help="How often municipalities are drawn.")
@click.option("--replications", type=int, default=2, show_default=True, help="Repetitions with other luck of each draw.")
@_run_options
def trial(base: str, reform: str, share: float, assignments: int, replications: int, **options: Any) -> None:
    """Put REFORM on trial in some municipalities, and say what its evaluator would find beside what it does.

    The evaluator compares municipalities in the trial with the others, before and after. Beside it stands the reform's true
    effect: all municipalities have it, against none, with the same luck.
    """
    from experiments.scenario import read_scenario
    from experiments.trial import try_out
    from experiments.words import Words

    scenarios = [read_scenario(name).with_months(options["months"]) for name in (base, reform)]
    out = options["out"] or Path("runs") / _folder(f"trial-{scenarios[1].name}", scenarios, {**options, "replications": replications})
    with _progress(options["progress"], f"trial {scenarios[1].name}") as progress:
        found = try_out(
            *scenarios, share=share, assignments=assignments, out=out, scale=options["scale"], replications=replications, seed=options["seed"],
            jobs=options["jobs"], threads=options["threads"] or 1, files=options["policy_files"], progress=progress,
        )
    if options["as_json"]:
        click.echo(json.dumps({"trial": found.table.to_dict("records"), "folder": str(found.folder)}, ensure_ascii=False))
        return
    words = Words(options["language"])
    for row in found.table.to_dict("records"):
        interval = words("tried_interval", low=words.number(row["low"], sign=True), high=words.number(row["high"], sign=True))
        click.echo(words(
            "tried_row", outcome=words(f"tried_{row['outcome']}"), months=row["horizon_months"], true=words.number(row["true"], sign=True),
            estimate=words.number(row["estimate"], sign=True), interval=interval, others=words.number(row["on_others"], sign=True),
        ))
    click.echo(words("tried_note", share=words.number(100 * share), n=assignments) + f"\n{found.folder}")


def _batch_options(function: F) -> F:
    options = [
        click.option("--jobs", type=int, default=os.cpu_count() or 1, show_default="processors", help="Parallel processes on this machine."),
        click.option("--out", help="Folder, or an address such as s3://bucket/batch (default: runs/...)."),
        click.option("--executor", type=click.Choice(["local", "dask"]), default="local", show_default=True, help="Who does the work."),
        click.option("--scheduler", help="Address of a Dask scheduler, tcp://host:port (default: a cluster of --jobs processes here)."),
        click.option("--scale", type=float, help="Share of the population simulated (default: as the experiment says)."),
        click.option("--months", type=int, help="Months to simulate (default: as the experiment says)."),
        click.option("--replications", type=int, help="Repetitions with other luck (default: as the experiment says)."),
        click.option("--draws", type=int, help="Draws of the uncertain parameters (default: as the experiment says)."),
        click.option("--seed", type=int, help="Luck (default: as the experiment says)."),
        click.option("--progress", type=click.Choice(["bar", "json", "none"]), default="bar", show_default=True, help="How progress is shown (on stderr)."),
        click.option("--json", "as_json", is_flag=True, help="Print what came out as JSON instead of a table."),
        click.option("--language", type=click.Choice(["en", "da"]), default="en", show_default=True, help="Language of table and report."),
    ]
    for option in reversed(options):
        function = option(function)
    return function


@main.command()
@click.argument("experiment")
@click.option("--resume", is_flag=True, help="Go on with a batch that was stopped (it does so anyway; without one there it is a mistake).")
@click.option("--precision", help="Add replications until half the interval of --of is so narrow: 5% of the difference, or 500 in its unit.")
@click.option("--of", "outcome", help="Outcome that --precision is about (default: the experiment's first).")
@click.option("--most", type=int, default=400, show_default=True, help="Most replications that --precision may make.")
@_batch_options
def batch(experiment: str, **options: Any) -> None:
    """Carry out EXPERIMENT: the name of a shipped one, or a TOML file. Many scenarios, in any order, on any number of machines.

    A batch that was stopped goes on where it was. `borgerflow experiments` lists those shipped, `borgerflow outcomes` what can be
    looked at.
    """
    from experiments.batch_command import carry_out_batch

    if not carry_out_batch(experiment, options, _counts(options["progress"], Path(experiment).stem)):
        sys.exit(1)


@main.command()
@click.argument("experiment")
@click.option("--trajectories", type=int, default=10, show_default=True, help="Trajectories of Morris' screening.")
@click.option("--samples", type=int, default=64, show_default=True, help="Base samples of the Sobol indices, a power of 2.")
@_batch_options
def sensitivity(experiment: str, **options: Any) -> None:
    """What the effects of EXPERIMENT depend on: its levers and uncertainties that have a range.

    Morris' screening first, then Sobol indices of what moves an outcome more than luck does. Each step leaves a batch with a report.
    """
    from experiments.sensitivity_command import carry_out_sensitivity

    carry_out_sensitivity(experiment, options, lambda step: _counts(options["progress"], f"{Path(experiment).stem} {step}"))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def experiments(as_json: bool) -> None:
    """List the shipped experiments."""
    from experiments.batch.experiment import read_experiment, shipped_experiments

    found = [read_experiment(name) for name in shipped_experiments()]
    if as_json:
        click.echo(json.dumps([e.model_dump(mode="json") for e in found], ensure_ascii=False))
        return
    for e in found:
        click.echo(f"{e.name:32} {e.title.en if e.title else ''}")


@main.command()
@click.argument("words", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--language", type=click.Choice(["en", "da"]), default="en", show_default=True, help="Language of units.")
def outcomes(words: tuple[str, ...], as_json: bool, language: Any) -> None:
    """List the outcomes that experiments can look at, with their units; WORDS choose names that hold one of them."""
    from experiments.batch.outcomes import OUTCOMES
    from experiments.words import Words

    w = Words(language)
    chosen = [o for o in OUTCOMES.values() if not words or any(word.lower() in o.name for word in words)]
    if as_json:
        click.echo(json.dumps([{"name": o.name, "unit": o.unit, "better": o.better} for o in chosen]))
        return
    for o in chosen:
        click.echo(f"{o.name:52} {w(f'outcome_unit_{o.unit}')}")


@main.command()
@click.option("--policy", required=True, help="Policy whose parameter is searched for.")
@click.option("--parameter", required=True, help="Its parameter.")
@click.option("--for", "goal", required=True, help="Outcome and the difference from the base it shall have: net_budget=0, employment=5000.")
@click.option("--between", nargs=2, type=float, help="Values to search between (default: the parameter's bounds).")
@click.option("--base", default="baseline", show_default=True, help="Scenario that the policy is added to.")
@click.option("--set", "others", multiple=True, help="Another parameter or date of the policy, key=value (repeatable).")
@click.option("--file", "policy_files", multiple=True, help="Python file with a policy of your own (repeatable).")
@click.option("--scale", type=float, default=0.02, show_default=True, help="Share of the population simulated.")
@click.option("--months", type=int, help="Months to simulate (default: as the scenario says).")
@click.option("--seed", type=int, default=1, show_default=True, help="Luck, the same in every step.")
@click.option("--replications", type=int, default=4, show_default=True, help="Pairs with the same luck in every step.")
@click.option("--jobs", type=int, default=1, show_default=True, help="Parallel processes; with one, a history is lived once for all steps.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the runs (default: runs/solve-...).")
@click.option("--progress", type=click.Choice(["bar", "json", "none"]), default="bar", show_default=True, help="How progress is shown (on stderr).")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def solve(policy: str, parameter: str, goal: str, others: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Find the value of a policy's parameter that brings a goal about, by bisection with the same luck.

    For example: borgerflow solve --policy benefit_level --parameter factor --for net_budget=0 --between 0.9 1.1
    """
    from dataclasses import asdict

    from experiments.scenario import read_scenario
    from experiments.solve import Goal
    from experiments.solve import solve as find

    base = read_scenario(options["base"]).with_months(options["months"])
    wanted = Goal.read(goal)
    out = options["out"] or Path("runs") / f"solve-{policy}-{parameter}-{wanted.outcome}-s{options['scale']:g}-seed{options['seed']}"
    with _progress(options["progress"], f"solve {policy}", "run") as progress:
        found = find(
            base, policy, parameter, wanted, out=out, between=options["between"], others=dict(map(_setting, others)), scale=options["scale"],
            replications=options["replications"], seed=options["seed"], jobs=options["jobs"], threads=os.cpu_count() or 1, files=options["policy_files"],
            progress=progress,
        )
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False))
        return
    unit = "million DKK a year" if wanted.is_money else "persons at the end"
    click.echo(f"{parameter:>12}  difference in {wanted.outcome} ({unit}), 95 % interval of luck")
    for step in found.steps:
        click.echo(f"{step.value:12.4g}  {step.estimate:+12,.0f}  ({step.low:+,.0f} to {step.high:+,.0f})")
    click.echo(f"\n{wanted.outcome} = {wanted.target:g} at {policy}.{parameter} = {found.value:.4g} ({found.low:.4g} to {found.high:.4g} as far as luck lets it be known)\nFolder: {out}")


def _setting(text: str) -> tuple[str, Any]:
    """A key and its value, read as TOML has it (a word without quotes is a text). Raises Mistake when there is no ``=``."""
    import tomllib

    from agents.mistake import Mistake

    key, equals, value = text.partition("=")
    if not equals or not key:
        raise Mistake(f"--set {text}: write key=value, for example start=2015-01")
    try:
        return key, tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return key, value


def _carry_out(name: str, scenarios: Sequence[Any], options: dict[str, Any], units: int, work: Callable[..., Any]) -> None:
    from experiments.compare import Comparison
    from experiments.report.headline import at_the_ends, headline
    from experiments.report.headline_money import budget_blocks, interaction_blocks
    from experiments.report.run_report import headline_note, too_small, warnings, write_run_report
    from experiments.words import Words

    began = time.perf_counter()
    jobs = options["jobs"]
    threads = options["threads"]
    if threads is None:
        threads = max(1, (os.cpu_count() or 1) // max(1, min(jobs, units)))
    out = options["out"] or Path("runs") / _folder(name, scenarios, options)
    with _progress(options["progress"], name) as progress:
        result = work(
            out=out, scale=options["scale"], replications=options["replications"], seed=options["seed"], jobs=jobs,
            threads=threads, register=options["register"], files=options["policy_files"], progress=progress,
        )
    report = write_run_report(result, options["language"])
    _name_unused_policies(options["policy_files"], result)
    if options["as_json"]:
        ends = getattr(result, "ends", None)
        more = {} if ends is None else {"selection_ends": ends[ends["horizon_months"] == result.summary["months"]].to_dict("records")}
        click.echo(json.dumps({**result.summary, **more, "folder": str(out), "report": str(report)}, ensure_ascii=False))
        return
    words = Words(options["language"])
    for warning in warnings(result.summary, words):
        click.echo(warning, err=True)
    blocks = headline(result.summary, words)
    if isinstance(result, Comparison):
        blocks += [*budget_blocks(result, words), *interaction_blocks(result, words)]
    if isinstance(result, Comparison) and result.ends is not None:
        blocks += at_the_ends(result.summary, result.ends, words)
    click.echo("\n\n".join(block.text() for block in blocks))
    if result.summary.get("draws"):
        click.echo("\n" + headline_note(result.summary, words))
    click.echo("\n" + "\n".join([words("law_short", law=words.law(result.summary["law_frozen"])), *too_small(result.summary, words)]))
    seconds = words.number(time.perf_counter() - began)
    click.echo(words("where", report=report, folder=out, seconds=seconds))


def _name_unused_policies(files: tuple[str, ...], result: Any) -> None:
    """Say so when a policy file was given but no scenario uses what it holds."""
    from policies.registry import Registry

    if files:
        registry = Registry(files)
        own = {name for name in registry if registry.source(name) in {str(Path(f)) for f in files}}
        used = {p["name"] for s in result.summary["scenarios"] for p in s["policies"]}
        for name in sorted(own - used):
            click.echo(f"Note: no scenario uses the policy {name!r}; add [[policies]] with use = {name!r}", err=True)


def _folder(name: str, scenarios: Sequence[Any], options: dict[str, Any]) -> str:
    """A name for the results that says what makes this run another one."""
    from experiments.again import mark

    months = f"-m{options['months']}" if options["months"] else ""
    return f"{name[:80]}{months}-s{options['scale']:g}-r{options['replications']}-seed{options['seed']}{mark(scenarios, options['policy_files'])}"


@contextmanager
def _progress(kind: str, name: str, unit: str = "month") -> Iterator[Callable[[int, int], None] | None]:
    """A progress bar, or JSON lines, on stderr; months over all units, or what ``unit`` says."""
    if kind == "none":
        yield None
    elif kind == "json":
        yield _json_lines()
    else:
        bar: Any = None

        def advance(done: int, whole: int) -> None:
            nonlocal bar
            if bar is None:
                from tqdm import tqdm

                bar = tqdm(desc=name[:40], total=whole, unit=unit, leave=False, mininterval=0.5)
            bar.update(done - bar.n)

        try:
            yield advance
        finally:
            if bar is not None:
                bar.close()


def _json_lines() -> Callable[..., None]:
    began = time.perf_counter()

    def line(done: int, whole: int, **more: int) -> None:
        facts = {"event": "progress", "done": done, "total": whole, **more, "seconds": round(time.perf_counter() - began, 2)}
        click.echo(json.dumps(facts), err=True)

    return line


@contextmanager
def _counts(kind: str, name: str) -> Iterator[Callable[[int, int, int], None] | None]:
    """The same for a batch, whose runs may fail: runs done, failed and in all."""
    if kind != "bar":
        line = _json_lines()
        yield None if kind == "none" else lambda done, failed, whole: line(done, whole, failed=failed)
        return
    from tqdm import tqdm

    with tqdm(desc=name[:40], unit="run", leave=False, mininterval=0.5) as bar:

        def advance(done: int, failed: int, whole: int) -> None:
            bar.total = whole
            if failed:
                bar.set_postfix(failed=failed, refresh=False)
            bar.update(done + failed - bar.n)

        yield advance


@main.command()
@click.argument("run_dir", type=click.Path(path_type=Path))
@click.option("--language", type=click.Choice(["en", "da"]), default="en", show_default=True, help="Language of the report.")
def report(run_dir: Path, language: Any) -> None:
    """Write the report of a finished run, comparison or batch again, for example in Danish."""
    from experiments.results import open_result, write_report

    click.echo(f"Report: {write_report(open_result(run_dir), language)}")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def scenarios(as_json: bool) -> None:
    """List the shipped scenarios."""
    from experiments.scenario import read_scenario, shipped_scenarios

    found = [read_scenario(name) for name in shipped_scenarios()]
    if as_json:
        click.echo(json.dumps([s.model_dump() for s in found], ensure_ascii=False))
        return
    for s in found:
        click.echo(f"{s.name:32} {s.title.en if s.title else ''}")


@main.command()
def statuses() -> None:
    """List the statuses a citizen can have, with the names that scenarios and policies use."""
    from agents.statuses import STATUSES

    for s in STATUSES:
        law = " ".join(f"{word} {month}" for word, month in (("from", s.begins), ("to", s.ends)) if month)
        click.echo(f"{s.name:36} {s.group:10} {s.en}{f' ({law})' if law else ''}")


@main.command()
@click.argument("name", required=False)
@click.option("--policy", "policy_files", multiple=True, help="Python file with a policy of your own (repeatable).")
@click.option("--levers", is_flag=True, help="List every lever that the documents name, and what becomes of it here.")
@click.option("--markdown", is_flag=True, help="Print the whole catalogue as Markdown (docs/policies.md).")
@click.option("--language", type=click.Choice(["en", "da"]), default="en", show_default=True, help="Language.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def policies(name: str | None, policy_files: tuple[str, ...], levers: bool, markdown: bool, language: str, as_json: bool) -> None:
    """List the policies by family, or show one with its parameters."""
    from policies import catalogue
    from policies.registry import Registry

    registry = Registry(policy_files)
    chosen = [registry[name]] if name else [registry[n] for n in registry]
    if markdown:
        click.echo(catalogue.markdown(registry), nl=False)
    elif levers:
        _print_levers(registry, language, as_json)
    elif as_json:
        click.echo(json.dumps([_describe(policy, registry.source(policy.name)) for policy in chosen], ensure_ascii=False))
    elif name:
        _print_policy(chosen[0], registry.source(name), language)
    else:
        for label, members in catalogue.by_family(registry):
            click.echo(getattr(label, language))
            for policy in members:
                click.echo(f"  {policy.name:36} {getattr(policy.label, language)}")


def _print_levers(registry: Any, language: str, as_json: bool) -> None:
    from policies import catalogue

    modules = catalogue.modules_of(registry)
    if as_json:
        table = [
            {"lever": one.id, "label": one.label.model_dump(), "change": one.change.model_dump(), "claim": one.claim.model_dump(), "source": one.source, "status": one.status,
             "policies": [{"policy": name, "values": values} for name, values in modules[one.id]],
             "not_modelled": one.not_modelled.model_dump() if one.not_modelled else None}
            for one in catalogue.read_levers()
        ]
        click.echo(json.dumps(table, ensure_ascii=False))
        return
    for one in catalogue.read_levers():
        here = "; ".join(f"{name} {values}".strip() for name, values in modules[one.id])
        reason = getattr(one.not_modelled, language) if one.not_modelled else ""
        click.echo(f"{one.id:14} {getattr(one.label, language)}: {here or f'({reason})'}")


def _describe(policy: Any, source: str) -> dict[str, Any]:
    import inspect

    schema = policy.model_json_schema()["properties"]
    return {
        "name": policy.name, "label": policy.label.model_dump(), "kind": policy.kind, "citation": policy.citation,
        "about": policy.about.model_dump() if policy.about else None, "mechanism": policy.mechanism.model_dump() if policy.mechanism else None,
        "evidence": policy.evidence, "touches": list(policy.touches), "levers": dict(policy.levers), "claims": dict(policy.claims),
        "sets": list(policy.sets), "from": source, "description": inspect.getdoc(policy) or "",
        "parameters": {key: {k: v for k, v in value.items() if k != "title"} for key, value in schema.items()},
    }


def _print_policy(policy: Any, source: str, language: str) -> None:
    import inspect

    click.echo(f"{policy.name}  ({policy.kind}, from {source})\n{policy.label.en}\n{policy.label.da}\nSource: {policy.citation}\n")
    click.echo(getattr(policy.about, language) if policy.about else inspect.getdoc(policy) or "")
    if policy.mechanism:
        click.echo(f"Acts through: {getattr(policy.mechanism, language)}  Evidence: {policy.evidence}.")
    if policy.levers:
        click.echo("Levers: " + ", ".join(f"{lever}{f' ({values})' if values else ''}" for lever, values in policy.levers.items()))
    click.echo("\nParameters:")
    for key, facts in policy.model_json_schema()["properties"].items():
        low, high = policy.bounds(key)
        bounds = f", {low:g} to {high:g}" if low is not None and high is not None else ""
        default = policy.model_fields[key].get_default(call_default_factory=True)
        text = f"{facts['da']} [{facts['unit']}]" if language == "da" and "da" in facts else facts.get("description", "")
        click.echo(f"  {key} = {default!r}{bounds}  {text}")


@main.command()
@click.argument("pattern", required=False, default="")
@click.option("--markdown", is_flag=True, help="Print all of them as Markdown (docs/parameters.md).")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def parameters(pattern: str, markdown: bool, as_json: bool) -> None:
    """List parameters whose path or label holds PATTERN, with value, unit, kind and source."""
    from agents.mistake import unknown
    from sim.parameters import catalogue, load

    if markdown:
        click.echo(catalogue.markdown(), nl=False)
        return
    everything = load()
    wanted = pattern.lower()
    chosen = [p for p in everything.values() if wanted in f"{p.path} {p.en} {p.da}".lower()]
    if not chosen:
        raise unknown("parameter", pattern, everything)
    if as_json:
        click.echo(json.dumps([p.model_dump() for p in chosen], ensure_ascii=False))
        return
    for p in chosen:
        value = p.value if isinstance(p.value, list) else f"{p.value:g}"
        spread = f" se {p.se:g}" if p.se is not None else f" [{p.low:g}, {p.high:g}]" if p.kind == "assumed" else ""
        click.echo(f"{p.path} = {value} {p.unit}{spread}  {p.kind}: {p.en} ({p.note if p.kind == 'assumed' else p.fact or p.source})")
    if not pattern:
        click.echo("  ".join(f"{kind}: {n}" for kind, n in everything.count_by_kind().items()))


@main.command()
@click.option("--status", default="kontanthjaelp_jobparat", show_default=True, help="Benefit, by the name of its status.")
@click.option("--age", type=int, default=35, show_default=True, help="Age in years.")
@click.option("--family", default="single", show_default=True, help="single, cohabiting, married_low or married_high (the spouse's income).")
@click.option("--children", is_flag=True, help="Children live at home.")
@click.option("--debt", is_flag=True, help="Owes the public: repays from a job.")
@click.option("--hourly", type=float, help="Wage an hour in DKK (default: the parameters').")
@click.option("--at-work", is_flag=True, help="The benefit has been left (otherwise hours are beside it).")
@click.option("--scenario", default="baseline", show_default=True, help="Whose law: a shipped scenario, or a TOML file.")
@click.option("--month", "month_", default="2015-06", show_default=True, help="Month of the law, YYYY-MM.")
@click.option("--policy", "policy_files", multiple=True, help="Python file with a policy of your own (repeatable).")
@click.option("--json", "as_json", is_flag=True, help="As JSON, every hour from 0 to 37.")
def income(scenario: str, month_: str, policy_files: tuple[str, ...], as_json: bool, at_work: bool, **case: Any) -> None:
    """Show what a type case has left a month by paid hours a week: benefit, pay, tax and the gain an hour."""
    from agents.calendar import month
    from agents.mistake import Mistake
    from experiments.scenario import read_scenario
    from policies.registry import Registry
    from sim.benefit_law import LawBook
    from sim.income import TypeCase, income_by_hours

    chosen = read_scenario(scenario)
    p = chosen.read_parameters()
    try:
        now = month(month_)
    except ValueError as error:
        raise Mistake(f"--month {month_!r}: {error}") from None
    law = LawBook(p, chosen.make_policies(Registry(policy_files))).at(now)
    table = income_by_hours(TypeCase(**case), law, p, at_work=at_work)
    if as_json:
        click.echo(table.to_json(orient="records"))
        return
    click.echo(f"{'hours':>6}{'pay':>10}{'benefit':>10}{'tax':>10}{'costs':>10}{'left':>10}{'gain':>10}{'an hour':>10}{'tax rate':>10}")
    for hours, *amounts, per_hour, rate in table.to_numpy()[[0, 2, 5, 10, 15, 20, 25, 30, 37]]:
        last = "-".rjust(10) * 2 if not hours else f"{per_hour:10,.0f}{100 * rate:9,.0f}%"
        click.echo(f"{hours:6,.0f}{''.join(f'{amount:10,.0f}' for amount in amounts)}{last}")
    click.echo("DKK a month at the price level of 2015. Costs: transport, housing support and day-care subsidies lost, debt repaid (assumed).")


@main.command()
@click.argument("words", nargs=-1)
@click.argument("run_dir", type=click.Path(path_type=Path))
@click.option("--scenario", help="Scenario of the run (default: the first).")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def measure(words: tuple[str, ...], run_dir: Path, scenario: str | None, as_json: bool) -> None:
    """Measure documented figures on the register of RUN_DIR, misses first.

    WORDS choose targets or patterns that hold one of them; without any, all are measured. The run must have been made
    with --register.
    """
    import math

    from agents.mistake import unknown
    from calibration.register import read_register
    from calibration.targets import read_targets
    from calibration.validation import measure_all

    chosen = [t for t in read_targets() if not words or any(w.lower() in f"{t.target} {t.pattern}".lower() for w in words)]
    if not chosen:
        raise unknown("target or pattern", words[0], {t.pattern for t in read_targets()})
    rows = measure_all(read_register(run_dir, scenario), chosen)
    if as_json:
        keys = ("target", "pattern", "role", "unit", "asked", "tolerance", "fact", "measure", "note")
        known = [{"got": r.got, "miss": r.miss} if not math.isnan(r.miss) else {"got": None, "miss": None} for r in rows]
        found = [{**{k: getattr(r.target, k) for k in keys}, **k} for r, k in zip(rows, known, strict=True)]
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    click.echo(f"scenario {scenario or 'of the run (the first)'}, replication 0")
    click.echo(f"{'target':76} {'role':8}{'asked':>10}{'got':>10}{'miss':>8}")
    waiting = False
    for r in rows:
        t, decimals = r.target, 0 if r.target.unit == "persons" else 3
        if math.isnan(r.miss) and not waiting:
            waiting = True
            click.echo("not yet measurable: the run does not reach these months, or the model has no such spells yet")
        got, miss = ("-", "-") if math.isnan(r.miss) else (f"{r.got:,.{decimals}f}", f"{r.miss:.1f}")
        click.echo(f"{t.target[:75]:76} {t.role:8}{t.asked:10,.{decimals}f}{got:>10}{miss:>8}")
        if abs(r.miss) > 2 and t.note:
            click.echo(f"    ({t.note})")
    for role in ("fit", "holdout"):
        measured = [r for r in rows if r.target.role == role and not math.isnan(r.miss)]
        misses = [abs(r.miss) for r in measured if not r.target.is_identity]
        later = sum(r.target.role == role and math.isnan(r.miss) for r in rows)
        identities = f", {len(measured) - len(misses)} hold by construction" if len(measured) > len(misses) else ""
        others = f", {later} not yet measurable" if later else ""
        click.echo(f"{role}: {sum(m <= 2 for m in misses)} of {len(misses)} within two tolerances{identities}{others}")


@main.command()
@click.option("--scale", type=float, default=0.04, show_default=True, help="Share of the population simulated, 0.001 to 1.")
@click.option("--replications", type=int, default=4, show_default=True, help="Repetitions with other luck.")
@click.option("--seed", type=int, default=1, show_default=True, help="Luck; the same seed gives the same result.")
@click.option("--jobs", type=int, default=os.cpu_count() or 1, show_default="processors", help="Parallel processes.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("runs/validation"), show_default=True, help="Folder for results.")
@click.option("--strict", is_flag=True, help="Exit with code 1 when a figure is missed or cannot be measured.")
@click.option("--progress", type=click.Choice(["bar", "json", "none"]), default="bar", show_default=True, help="How progress is shown (on stderr).")
@click.option("--json", "as_json", is_flag=True, help="Print the validation as JSON instead of a table.")
@click.option("--language", type=click.Choice(["en", "da"]), default="en", show_default=True, help="Language of table and page.")
def validate(out: Path, strict: bool, as_json: bool, language: Any, progress: str, **options: Any) -> None:
    """Validate the baseline against every documented figure, fitted and held out, misses first.

    Writes validation.html, .json and .parquet; the simulated run lies beside them and is used again. Exits with 0
    however many figures are missed, unless --strict is given.
    """
    from agents.calendar import month
    from calibration.validate import document, measure_run, months_needed, validation_table
    from experiments.report.validation_report import about, text_of, warnings, write_validation
    from experiments.run_scenario import run_scenario
    from experiments.scenario import read_scenario
    from experiments.words import Words

    began = time.perf_counter()
    replications, seed, jobs = options["replications"], options["seed"], options["jobs"]
    baseline = read_scenario("baseline")
    baseline = baseline.with_months(months_needed(month(baseline.start)))
    folder = out / f"{baseline.name}-s{options['scale']:g}-r{replications}-seed{seed}"
    threads = max(1, (os.cpu_count() or 1) // max(1, min(jobs, replications)))
    with _progress(progress, "validate") as told:
        result = run_scenario(baseline, out=folder, threads=threads, register=True, progress=told, **options)
    with _progress(progress, "measure", unit="replication") as told:
        targets = validation_table(measure_run(folder, replications, seed, jobs, told))
    found = document(targets, about(result))
    page = write_validation(out, found, targets, language)
    words = Words(language)
    for warning in warnings(found["about"], words):
        click.echo(warning, err=True)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        seconds = words.number(time.perf_counter() - began)
        click.echo(f"{text_of(found, words)}\n\n{words('validation_where_written', report=page, folder=out, seconds=seconds)}")
    if strict and not targets["passed"].all():
        sys.exit(1)


@main.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("runs/calibration"), show_default=True, help="Folder for everything the calibration finds.")
@click.option("--jobs", type=int, default=os.cpu_count() or 1, show_default="processors", help="Parallel processes.")
@click.option("--resume", is_flag=True, help="Go on with a calibration that was stopped.")
@click.option("--quick", is_flag=True, help="Twin and one polish only: rates, but no offers and no draws (a quarter of an hour).")
@click.option("--keep-rates", is_flag=True, help="Fit nothing: only what can be known of the shipped rates, and draws round them.")
@click.option("--probes", type=int, default=240, show_default=True, help="Runs in each of the two waves that draws are made from.")
@click.option("--scale", type=float, default=0.02, show_default=True, help="Share of the population simulated in those runs.")
@click.option("--draws", type=int, default=200, show_default=True, help="Parameter draws that come out.")
@click.option("--seed", type=int, default=1, show_default=True, help="Luck; the same seed gives the same result.")
@click.option("--leave-out", "left_out", type=float, default=0.0, show_default=True, help="Share of the fitted targets removed at random, and foretold.")
@click.option("--fix", multiple=True, help="Parameter, or pattern such as 'duration.*', held at its value (repeatable).")
@click.option("--free", multiple=True, help="Parameter or pattern that alone is fitted (repeatable).")
@click.option("--ship", is_flag=True, help="Let the result replace the shipped parameters.")
@click.option("--progress", type=click.Choice(["bar", "json", "none"]), default="bar", show_default=True, help="How progress is shown (on stderr).")
@click.option("--json", "as_json", is_flag=True, help="Print what came out as JSON instead of a table.")
def calibrate(out: Path, jobs: int, resume: bool, ship: bool, progress: str, as_json: bool, **options: Any) -> None:
    """Calibrate the parameters to the documented figures, from their priors, in stages.

    Every stage and every run is kept in --out, so that a stopped calibration goes on with --resume. What comes out is a
    vintage: name it in a scenario (vintage = "runs/calibration/vintage"), or let it replace the shipped one with --ship.
    """
    from calibration.calibrate import Settings, report, text_of
    from calibration.calibrate import calibrate as run_calibration
    from calibration.calibrate import ship as replace_shipped

    began = time.perf_counter()
    found = run_calibration(out, Settings(**options), jobs=jobs, resume=resume, shown=lambda name, unit: _progress(progress, name, unit))
    if ship:
        replace_shipped(found.folder)
    told = report(found)
    if as_json:
        click.echo(json.dumps({**told, "vintage": str(found.folder), "shipped": ship}, ensure_ascii=False))
        return
    click.echo(f"{text_of(told)}\n\nVintage: {found.folder}{' (shipped)' if ship else ''}   {time.perf_counter() - began:,.0f} s")


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8050, show_default=True, help="Port on this machine.")
@click.option("--results", type=click.Path(path_type=Path), help="Folder with runs, the only one that is read and written (default: runs, made when it is not there).")
def dashboard(port: int, results: Path | None) -> None:
    """Build reforms, run them and look at results in the browser (on this machine only)."""
    from dashboard.serve import serve

    if results is None:
        results = Path("runs")
        results.mkdir(exist_ok=True)
    serve(results, port)


if __name__ == "__main__":
    main()
