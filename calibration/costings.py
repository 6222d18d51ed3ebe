"""Published costings next to what the model and its law of money say, misses and all.

``python -m calibration.costings`` (part of ``make fit``) runs the baseline for a year, a few times with other luck, and writes
``costings.csv`` of the vintage, which every report shows. Nothing here is fitted. What kinds of rows there are:
:mod:`calibration.costing_rows`.
"""

import csv
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from calibration.costing_budgets import accounts_rows, package_rows, type_rows
from calibration.costing_cases import bonus_rows, ips_rows, revalidering_rows, value_rows
from calibration.costing_package import SKIPPED, package, package_run_rows
from calibration.costing_rows import COLUMNS, Costing
from calibration.costing_year import Year, year
from sim.parameters import DEFAULT_VINTAGE, FOLDER, Parameters, load

COSTINGS = FOLDER / DEFAULT_VINTAGE / "costings.csv"
SCALE, SEEDS = 0.05, (1, 2, 3)


def costings(years: Sequence[Year], runs: tuple[Sequence[Year], Sequence[Year]], p: Parameters) -> list[Costing]:
    """All rows, in the order of the report; ``runs``: the package's year without it and with it."""
    return [
        *accounts_rows(years), *type_rows(years), *package_rows(years, p), *package_run_rows(*runs, p), *ips_rows(years, p), *value_rows(years, p), *revalidering_rows(years, p),
        *bonus_rows(years),
    ]


def write(file: Path = COSTINGS, *, scale: float = SCALE, seeds: Sequence[int] = SEEDS) -> None:
    """Run the baseline and the expert group's package, and write the table."""
    p = load()
    years = [year(p, scale, seed) for seed in tqdm(seeds, unit="replication")]
    before, after = (
        [year(p, scale, seed, policies=policies, skipped=SKIPPED) for seed in tqdm(seeds, unit="replication")] for policies in ((), package())
    )
    rows = costings(years, (before, after), p)
    with file.open("w", encoding="utf-8", newline="") as text:
        table = csv.writer(text, lineterminator="\n")
        table.writerows([COLUMNS, *(row.cells() for row in rows)])
    tqdm.write(f"wrote {file}")


if __name__ == "__main__":
    write()
