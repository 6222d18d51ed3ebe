"""Which way each policy moves what its sources speak of: runs of every policy against the baseline, with the same luck.

``python -m experiments.directions`` writes ``policies/directions.csv``, which the catalogue shows beside what the sources claim. A
direction is found when the 95 % interval over replications lies on one side of no change; nothing is tuned to it.
"""

import csv
import sys
from collections.abc import Callable, Iterable, Mapping
from io import StringIO
from typing import Any

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from agents.measures import MEASURES
from agents.statuses import group_members
from experiments.budget import net_cost
from experiments.intervals import half_width
from policies.catalogue import DIRECTIONS
from policies.protocol import Policy
from policies.registry import Registry
from sim import whole_file

Floats = npt.NDArray[np.float64]

SCALE, MONTHS, REPLICATIONS, SEED = 0.02, 36, 4, 77
BEGINS = "2014-11"
"""Month from which the policies are in force, when they name none themselves."""
FIELDS = ("policy", "outcome", "found", "estimate", "low", "high", "unit")
_EDGE = group_members("edge", "temporary")
_ON_BENEFIT = tuple(name for name in _EDGE if name != "fleksjob")
_COMPANY = tuple(m.name for m in MEASURES if m.is_company)


def outcomes(model: Any) -> dict[str, float]:
    """Everything that a source can speak of, in a finished model; the last year where it is a flow."""
    last = model.month - 11
    persons = model.stocks()
    end = persons[persons["month"] == persons["month"].max()].set_index("status")["persons"]
    measures, sanctions, accounts = (_from(getattr(model, name)(), last, model.start) for name in ("measures", "sanctions", "accounts"))
    queues, casework = (_from(getattr(model, name)(), last, model.start) for name in ("queues", "casework"))
    country = casework[casework["municipality"] == "all"]
    active = measures[measures["measure"].isin([m.name for m in MEASURES])]
    paid = accounts[accounts["account"].isin(["benefits", "state_benefits", "supplement"])]["oere"].sum()
    withheld = accounts[accounts["account"].isin(["sanctions", "offset"])]["oere"].sum()
    on_benefit = sum(float(end.get(name, 0.0)) for name in _ON_BENEFIT)
    clients = model.population["caseworker"] >= 0
    teams = queues[(queues["municipality"] == "all") & (queues["queue"] == "team")]
    return {
        "work": float(end["employment"]), "education": float(end["education"]), "pension": float(end["foertidspension"]),
        "fleksjob": float(end["fleksjob"]), "waiting": float(teams["months_since_need"].sum() / max(teams["left"].sum(), 1)),
        "sanctions": float(sanctions["begun"].sum()) * model.weight, "activity": float(active["hours"].sum()) / 37 / 12 * model.weight,
        "company_places": float(active[active["measure"].isin(_COMPANY)]["hours"].sum()) / 37 / 12 * model.weight,
        "turnover": float(country["citizens_changed_caseworker"].sum()) * model.weight, "benefit_income": (paid - withheld) / 100 / 12 / max(on_benefit, 1.0),
        "public_cost": float(net_cost(accounts, "month").sum()), "trust": float(model.population["trust"][clients].mean()),
    }


UNITS: Mapping[str, str] = {
    "work": "persons", "education": "persons", "pension": "persons", "fleksjob": "persons", "waiting": "months from need to decision",
    "sanctions": "sanctions a year", "activity": "full-time persons", "company_places": "full-time persons", "turnover": "changes of caseworker a year",
    "benefit_income": "DKK a month for each recipient", "public_cost": "million DKK in the last year", "trust": "points of 100",
}
"""Units of the outcomes."""


def _from(table: Any, last: int, start: int) -> Any:
    """Rows of the last year."""
    months = np.sort(table["month"].unique())
    return table[table["month"] >= months[max(0, last - start)]]


def find(policies: Iterable[type[Policy]], *, scale: float = SCALE, months: int = MONTHS, replications: int = REPLICATIONS, seed: int = SEED, tell: Callable[[], Any] | None = None) -> list[dict[str, Any]]:
    """Rows of ``directions.csv`` for some policies with their defaults."""
    from sim.model import BenefitModel

    policies = list(policies)
    found: dict[str, list[dict[str, float]]] = {p.name: [] for p in policies}
    base: list[dict[str, float]] = []
    for r in range(replications):
        def run(*in_force: Policy, luck: int = seed + r) -> dict[str, float]:
            return outcomes(BenefitModel(scale=scale, months=months, seed=luck, policies=in_force, threads=2).run())

        base.append(run())
        for policy in policies:
            default = policy.model_fields["start"].default
            found[policy.name].append(run(policy(start=default or BEGINS)))
            if tell is not None:
                tell()
    rows = []
    for policy in policies:
        for outcome, unit in UNITS.items():
            pairs = np.array([a[outcome] - b[outcome] for a, b in zip(found[policy.name], base, strict=True)])
            mean, half = float(pairs.mean()), float(half_width(float(pairs.std(ddof=1)), pairs.size))
            sign = "+" if mean - half > 0 else "-" if mean + half < 0 else "0"
            rows.append({"policy": policy.name, "outcome": outcome, "found": sign, "estimate": mean, "low": mean - half, "high": mean + half, "unit": unit})
    return rows


def write(rows: Iterable[Mapping[str, Any]]) -> None:
    """Write ``policies/directions.csv``."""
    text = StringIO()
    table = csv.DictWriter(text, FIELDS, lineterminator="\n")
    table.writeheader()
    for row in rows:
        table.writerow({k: f"{v:.5g}" if isinstance(v, float) else v for k, v in row.items()})
    whole_file.write_text(DIRECTIONS, text.getvalue())


def main(names: list[str]) -> None:
    """Find the directions of all shipped policies, or of some, and write them beside those of the others."""
    registry = Registry()
    chosen = [registry[name] for name in names or registry]
    with tqdm(total=len(chosen) * REPLICATIONS, unit="run") as bar:
        rows = find(chosen, tell=bar.update)
    with DIRECTIONS.open(encoding="utf-8", newline="") as text:
        kept = [row for row in csv.DictReader(text) if names and row["policy"] not in names]
    write(sorted([*kept, *rows], key=lambda row: row["policy"]))


if __name__ == "__main__":
    main(sys.argv[1:])
