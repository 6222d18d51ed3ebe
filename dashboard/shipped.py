"""Make the result that comes with the program: ``python -m dashboard.shipped`` (``make shipped-results``).

Compares the baseline with a few reforms and keeps what the dashboard shows, in files that are small enough for a repository:

- rows of single districts for the last year, and in the baseline for the first (of the whole country for every month);
- employers' rows for the first and the last year, and one month a quarter between them;
- differences in persons for every month, in what the institution did for whole years;
- the register of a few hundred citizens: some with every status at the start, and some whose lives each reform changes.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from agents.luck import ALWAYS, Luck
from dashboard.results import SHIPPED, SHIPPED_NAME
from experiments.budget import BUDGET
from experiments.compare import Comparison, compare
from experiments.groups import GROUP_EFFECTS
from experiments.institution import COUNTRY, YEAR
from experiments.scenario import read_scenario
from experiments.store import MANIFEST
from experiments.summary import PERSONS
from experiments.units import TABLES

REFORMS = ("job_goal_under_30", "expert_group_package", "social_workers_2022")
EACH_STATUS, EACH_REFORM = 8, 40
"""Citizens kept of each status at the start, and of those whose life a reform changes."""


@click.command()
@click.option("--scale", type=float, default=0.05, show_default=True, help="Share of the population simulated.")
@click.option("--replications", type=int, default=4, show_default=True, help="Pairs with the same luck.")
@click.option("--seed", type=int, default=1, show_default=True, help="Luck.")
@click.option("--jobs", type=int, default=2, show_default=True, help="Parallel processes.")
@click.option("--work", type=click.Path(path_type=Path), default=Path("runs/shipped"), show_default=True, help="Folder of the whole run; used again when it is there.")
def make(work: Path, **options: Any) -> None:
    """Make the shipped result again."""
    base, *reforms = (read_scenario(name) for name in ("baseline", *REFORMS))
    result = compare(base, reforms, out=work, register=True, **options)
    size = thin(result, SHIPPED / SHIPPED_NAME)
    click.echo(f"{SHIPPED / SHIPPED_NAME}: {size / 1e6:.2f} MB")


def thin(result: Comparison, folder: Path) -> int:
    """Write the small files of a comparison with a register to a folder, in place of what is there; returns their bytes."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in (*TABLES, "effects", Path(BUDGET).stem, Path(GROUP_EFFECTS).stem):
        table = pd.read_parquet(result.folder / f"{name}.parquet")
        _write(_THINNER.get(name, _whole)(table), folder / f"{name}.parquet")
    for name, table in _few_lives(result).items():
        _write(table, folder / f"{name}.parquet")
    (folder / "summary.json").write_text(json.dumps(_short(result.summary), ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    manifest = {key: value for key, value in result.manifest.items() if key != "machine"}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return sum(file.stat().st_size for file in folder.iterdir())


def _whole(table: pd.DataFrame) -> pd.DataFrame:
    return table


def _few_districts(table: pd.DataFrame) -> pd.DataFrame:
    """Every month of the country; of its districts the last year, and in the base (the first scenario) the first one."""
    months = np.sort(table["month"].unique())
    first = table["month"].isin(months[:YEAR]) & (table["scenario"] == table["scenario"].iloc[0])
    return table[(table["municipality"] == COUNTRY) | first | table["month"].isin(months[-YEAR:])]


def _few_months(employers: pd.DataFrame) -> pd.DataFrame:
    """The first and the last year, and one month a quarter between them."""
    months = np.sort(employers["month"].unique())
    return employers[employers["month"].isin({*months[:YEAR], *months[::3], *months[-YEAR:]})]


def _few_effects(effects: pd.DataFrame) -> pd.DataFrame:
    """Persons by month, the rest by year and at the end; to four decimals, which is beyond every interval."""
    horizon = effects["horizon_months"]
    kept = (effects["outcome"] == PERSONS) | (horizon % YEAR == 0) | (horizon == horizon.max())
    return effects[kept].round({"estimate": 4, "low": 4, "high": 4})


def _ordered(measures: pd.DataFrame) -> pd.DataFrame:
    """One row after the other of what changes slowly, which takes less room."""
    return measures.sort_values(["scenario", "replication", "status", "measure", "month"], kind="stable")


def _short(value: Any) -> Any:
    """Numbers of a summary to four decimals."""
    if isinstance(value, dict):
        return {key: _short(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_short(one) for one in value]
    return round(value, 4) if isinstance(value, float) else value


_THINNER = {
    "caseworkers": _few_districts, "queues": _few_districts, "employers": _few_months, "effects": _few_effects, "measures": _ordered,
}


def _few_lives(result: Comparison) -> dict[str, pd.DataFrame]:
    """Persons and spells of a few citizens in the first replication, under every scenario."""
    first = [("replication", "==", 0)]
    spells = pd.read_parquet(result.folder / "spells.parquet", filters=first)
    base, *reforms = [s["name"] for s in result.summary["scenarios"]]
    start = pd.Timestamp(result.summary["start"])
    status = spells[spells["kind"] == "status"]
    own = status[status["scenario"] == base]
    at_start = own[(own["start"] <= start) & (own["end"].isna() | (own["end"] > start)) & (own["person_id"] >= 0)]
    chosen = {int(p) for _, group in at_start.groupby("value") for p in _some(group["person_id"], EACH_STATUS)}
    lives = status.groupby("scenario")
    here = _fingerprints(lives.get_group(base))
    for reform in reforms:
        both = pd.concat([here, _fingerprints(lives.get_group(reform))], axis=1, keys=["base", "reform"])
        chosen |= {int(p) for p in _some(both.index[both["base"] != both["reform"]].to_series(), EACH_REFORM)}
    persons = pd.read_parquet(result.folder / "persons.parquet", filters=first)
    return {name: table[table["person_id"].isin(chosen)] for name, table in (("persons", persons), ("spells", spells))}


def _fingerprints(status: pd.DataFrame) -> pd.Series:
    """A number a person that differs when the life does."""
    each = pd.util.hash_pandas_object(status[["value", "start"]], index=False)
    return each.groupby(status["person_id"].to_numpy()).sum()


def _some(persons: pd.Series, number: int) -> list[Any]:
    """So many of the persons, the same ones whenever asked."""
    ids = np.sort(persons.to_numpy(np.int64))
    u = Luck(1).stream("shipped.lives").uniform(ALWAYS, ids)
    return list(ids[np.argsort(u, kind="stable")[:number]])


def _write(table: pd.DataFrame, file: Path) -> None:
    """Write a table as small as can be."""
    arrow = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
    for i, field in enumerate(arrow.schema):
        if pa.types.is_large_string(field.type):
            arrow = arrow.set_column(i, field.name, arrow.column(i).cast(pa.string()))
    pq.write_table(arrow, file, compression="zstd", compression_level=19)


if __name__ == "__main__":
    make()
