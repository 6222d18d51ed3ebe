"""What every shipped scenario changes in a small run, kept, so that no change of the code changes a reform's numbers unnoticed.

``python -m experiments.expected`` writes ``experiments/scenarios/expected.csv`` again. It is no result: the run is far too small for one.
"""

import click
import pandas as pd
from tqdm import tqdm

from experiments.budget import net_cost
from experiments.scenario import FOLDER, Scenario, read_scenario, shipped_scenarios
from policies.registry import Registry
from sim.whole_file import write_text

FILE = FOLDER / "expected.csv"
BASE = "baseline"
SCALE, MONTHS, SEED = 0.002, 24, 1


def expected(scenario: Scenario) -> pd.Series:
    """Citizens (not persons) by status at the end of a small run, and net public cost of its months (thousand DKK)."""
    from sim.model import BenefitModel

    scenario = scenario.with_months(MONTHS)
    model = BenefitModel(SCALE, MONTHS, seed=SEED, policies=scenario.make_policies(Registry()), parameters=scenario.read_parameters()).run()
    stocks = model.stocks()
    last = stocks[stocks["month"] == stocks["month"].max()].set_index("status")["citizens"]
    cost = net_cost(model.accounts().assign(scenario=scenario.name), "scenario").loc[scenario.name]
    return pd.concat([last.astype(int), pd.Series({"net_cost": round(float(cost) * 1000)})])


def differences() -> pd.DataFrame:
    """One row a scenario: the baseline's numbers, and by how much those of the others differ."""
    names = [BASE, *(name for name in shipped_scenarios() if name != BASE)]
    found = {name: expected(read_scenario(name)) for name in tqdm(names, unit="scenario", disable=None)}
    rows = {name: row - found[BASE] if name != BASE else row for name, row in found.items()}
    return pd.DataFrame(rows).T.rename_axis("scenario").reset_index()


@click.command()
def main() -> None:
    """Write the table again."""
    write_text(FILE, differences().to_csv(index=False, lineterminator="\n"))
    click.echo(f"{FILE}")


if __name__ == "__main__":
    main()
