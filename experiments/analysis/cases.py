"""Results of an experiment as its analyses read them: by point and luck, by case, and as options in worlds.

A point is a row of the design, a case is a point with one draw of the uncertain parameters. An option is what can be decided (a reform
with its levers), a world what cannot (the values of the uncertainties, with a draw). Values are paired differences, reform less base.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from agents.mistake import Mistake, unknown
from experiments.batch.experiment import NONE

Floats = npt.NDArray[np.float64]
BASE = "base"
"""The reform of the option to change nothing: every difference is 0."""


def at_horizon(differences: pd.DataFrame, horizon: int | None = None) -> pd.DataFrame:
    """Rows of one horizon in months, by default the last. Raises Mistake when there is no such horizon."""
    known = sorted(differences["horizon_months"].unique())
    if not known:
        raise Mistake("the experiment has no results")
    if horizon is None:
        horizon = int(known[-1])
    if horizon not in known:
        raise Mistake(f"no results after {horizon} months; there are: {', '.join(str(h) for h in known)}")
    return differences[differences["horizon_months"] == horizon]


def by_luck(differences: pd.DataFrame, outcome: str, horizon: int | None = None) -> pd.DataFrame:
    """One outcome's differences: a row a point (in order), a column each (draw, replication).

    Replications that failed somewhere are left out everywhere: points are compared with the same luck.

    Raises:
        Mistake: for an unknown outcome, or when no replication is whole.
    """
    here = _of(at_horizon(differences, horizon), outcome)
    wide = here.pivot_table(index="point", columns=["draw", "replication"], values="difference", sort=True)
    whole = wide.notna().all().groupby(level="replication").transform("all")
    if not whole.any():
        point = wide.index[wide.isna().any(axis=1)][0]
        raise Mistake(f"{outcome}: no replication has all runs (point {point} lacks one); run the experiment again to finish it")
    return wide.loc[:, whole]


def by_case(differences: pd.DataFrame, horizon: int | None = None) -> pd.DataFrame:
    """Mean difference over replications: a row each (point, draw), a column an outcome."""
    here = at_horizon(differences, horizon)
    return here.pivot_table(index=["point", "draw"], columns="outcome", values="difference", sort=True)


def absent(value: object) -> bool:
    """Whether a lever is at ``none``: its policy is left out."""
    return value == NONE or (isinstance(value, float) and np.isnan(value))


@dataclass(frozen=True)
class Decision:
    """Every option in every world.

    Attributes:
        options: a row an option: ``reform`` and a column a lever; the first is :data:`BASE`, which stands for an option without any lever that
            changes nothing too.
        worlds: a row a world: a column each uncertain parameter that differs between worlds (numbers).
        differences: by outcome, shape (worlds, options, replications).
        left_out: worlds in which some option was not tried.
    """

    options: pd.DataFrame
    worlds: pd.DataFrame
    differences: dict[str, Floats]
    left_out: int

    def payoffs(self, outcome: str, better: int) -> Floats:
        """Mean over replications, more is better: shape (worlds, options). ``better`` is +1 or -1. Raises Mistake for an unknown outcome."""
        return better * self.of(outcome).mean(axis=2)

    def of(self, outcome: str) -> Floats:
        """Differences of an outcome, shape (worlds, options, replications). Raises Mistake for an unknown one."""
        if outcome not in self.differences:
            raise unknown("outcome", outcome, self.differences)
        return self.differences[outcome]


def decision(
    design: pd.DataFrame, inputs: pd.DataFrame, differences: pd.DataFrame, levers: Sequence[str], horizon: int | None = None
) -> Decision:
    """Sort an experiment into options and worlds; ``levers`` are the design's columns that can be decided.

    Raises:
        Mistake: for an unknown lever, or when no world has every option: regret cannot be told then.
    """
    for lever in levers:
        if lever not in design:
            raise unknown("lever", lever, [str(c) for c in design if c not in ("point", "reform")])
    others = [str(c) for c in design if c not in ("point", "reform", *levers)]
    here = at_horizon(differences, horizon)
    here = here.assign(replication=here["replication"] - here.groupby("draw")["replication"].transform("min"))  # batches count them through all draws
    numbered = design[["point"]].assign(
        option=_number(design[["reform", *levers]]), state=_number(design[others]) if others else 0
    )
    cases = here[["point", "draw"]].drop_duplicates().merge(numbered, on="point")
    cases["world"] = _number(cases[["state", "draw"]])
    wide = here.merge(cases, on=["point", "draw"]).pivot_table(
        index="world", columns=["outcome", "option", "replication"], values="difference", sort=True
    )
    whole = wide.notna().all(axis=1)
    if not whole.any():
        raise Mistake("no world has every option: let levers be a grid, and let each of its points have the same uncertainties and draws")
    table = wide[whole]
    options = design.loc[numbered.drop_duplicates("option").index, ["reform", *levers]]
    cubes = {str(name): _cube(table[[name]], len(options)) for name in table.columns.unique("outcome")}
    bare = options[list(levers)].map(absent).all(axis=1) if levers else np.zeros(len(options), bool)
    again = np.append(False, bare) & np.all([(cube == 0).all(axis=(0, 2)) for cube in cubes.values()], axis=0)  # nothing is changed, twice
    worlds = _worlds(cases.merge(inputs, on=["point", "draw"]).drop(columns=["point", "draw", "option", "state", *levers], errors="ignore"))
    return Decision(
        pd.concat([pd.DataFrame({"reform": [BASE]}), options], ignore_index=True)[~again].reset_index(drop=True),
        worlds.loc[table.index].reset_index(drop=True),
        {name: cube[:, ~again] for name, cube in cubes.items()},
        int((~whole).sum()),
    )


def _worlds(inputs: pd.DataFrame) -> pd.DataFrame:
    """Numbers of each world that are the same for all its options and differ between worlds; sizes of a policy that only some options have
    count too."""
    by_world = inputs.groupby("world")
    values = by_world.first()
    keep = (by_world.nunique() == 1).all() & (values.nunique() > 1)
    return values.loc[:, keep].astype(np.float64)


def _of(differences: pd.DataFrame, outcome: str) -> pd.DataFrame:
    here = differences[differences["outcome"] == outcome]
    if here.empty:
        raise unknown("outcome", outcome, differences["outcome"].unique())
    return here


def _number(table: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Number different rows from 0, in order of appearance."""
    return np.asarray(table.groupby(list(table.columns), sort=False, dropna=False).ngroup(), np.int64)


def _cube(table: pd.DataFrame, options: int) -> Floats:
    """Worlds x options x replications, with the base before the options."""
    cube = table.to_numpy(np.float64).reshape(len(table), options, -1)
    return np.concatenate([np.zeros_like(cube[:, :1]), cube], axis=1)
