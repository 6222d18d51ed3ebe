"""What a reform's effects come to over the ranges of assumptions, one at a time, with the same luck.

``python -m experiments.assumptions`` compares base and reform at both ends of each assumption of ``assumptions.toml`` and at the defaults, and writes
``sim/parameters/2014/assumptions.csv``, which the documentation shows. Comparisons that are there already are used again.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from experiments.budget import permanent_net
from experiments.compare import TOTAL, Comparison, compare
from experiments.scenario import read_scenario
from sim.parameters import DEFAULT_VINTAGE, FOLDER
from sim.whole_file import write_table

ASKED = Path(__file__).with_suffix(".toml")
FOUND = FOLDER / DEFAULT_VINTAGE / "assumptions.csv"
DEFAULTS = "defaults"
"""The row at the values that the parameters have."""
STATUSES = ("employment", "family:sickness", "family:kontanthjaelp", TOTAL)
FIELDS = ("assumption", "text", "value", "outcome", "estimate", "low", "high")


def settings() -> Iterator[dict[str, Any]]:
    """Every setting that is compared: the defaults, and each assumption at both ends (``changes``: value by parameter)."""
    asked = tomllib.loads(ASKED.read_text(encoding="utf-8"))
    parameters = read_scenario(asked["base"]).read_parameters()
    yield {"assumption": DEFAULTS, "text": "", "value": "", "changes": {}}
    for one in asked["assumptions"]:
        low, high = parameters[one["parameters"][0]].bounds
        for value in (one.get("low", low), one.get("high", high)):
            yield {"assumption": one["name"], "text": one["text"], "value": value, "changes": dict.fromkeys(one["parameters"], value)}


def effects_of(result: Comparison) -> Iterator[dict[str, Any]]:
    """Of a comparison with one reform: differences in persons at the end, and in net public cost of the last years (million DKK a year)."""
    effects = result.persons_effects
    last = effects[effects["horizon_months"] == effects["horizon_months"].max()].set_index("status")
    net = permanent_net(result.budget)
    rows = {status: last.loc[status] for status in STATUSES} | {"net_cost": net[net["stage"] == "whole"].squeeze()}
    for outcome, row in rows.items():
        yield {"outcome": outcome, **{k: f"{row[k]:.0f}" for k in ("estimate", "low", "high")}}


@click.command()
@click.option("--scale", type=float, default=0.05, show_default=True, help="Share of the population simulated.")
@click.option("--replications", type=int, default=8, show_default=True, help="Pairs with the same luck.")
@click.option("--jobs", type=int, default=2, show_default=True, help="Parallel processes.")
@click.option("--months", type=int, default=None, help="Months simulated instead of the scenarios' own.")
@click.option("--work", type=click.Path(path_type=Path), default=Path("runs/assumptions"), show_default=True, help="Folder of the comparisons.")
@click.option("--out", type=click.Path(path_type=Path), default=FOUND, help="Where the table is written.")
def main(scale: float, replications: int, jobs: int, months: int | None, work: Path, out: Path) -> None:
    """Compare at every setting and write the table."""
    asked = tomllib.loads(ASKED.read_text(encoding="utf-8"))
    rows: list[list[Any]] = []
    for number, setting in enumerate(tqdm(list(settings()), unit="comparison")):
        scenarios = [read_scenario(asked[role]) for role in ("base", "reform")]
        for path, value in setting.pop("changes").items():
            scenarios = [scenario.with_parameter(path, value) for scenario in scenarios]
        base, reform = (scenario.with_months(months) if months else scenario for scenario in scenarios)
        result = compare(base, [reform], out=work / f"{number}_{setting['assumption']}", scale=scale, replications=replications, jobs=jobs)
        rows += [[*setting.values(), *row.values()] for row in effects_of(result)]
    write_table(out, FIELDS, rows)


if __name__ == "__main__":
    main()
