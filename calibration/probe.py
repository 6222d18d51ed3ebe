"""A probe: a run of the baseline with other parameters, and everything that is read off its register.

A probe keeps its full summary, not its loss: other targets, other tolerances or another loss need no new run.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np

from agents.mistake import Mistake
from calibration.register import OutsideRegister, from_spells
from calibration.targets import read_targets
from sim.fingerprint import digest, source_digest
from sim.parameters import load


@dataclass(frozen=True)
class Plan:
    """What is run.

    Attributes:
        values: changed parameters by path; everything else is the vintage's.
        seed, scale, months: of the run.
    """

    values: Mapping[str, float]
    seed: int
    scale: float
    months: int

    @cached_property
    def name(self) -> str:
        """A hash of the plan and of the code and numbers that it is run with."""
        return digest([asdict(self), source_digest()])


@dataclass(frozen=True)
class Summary:
    """What a probe found, in persons.

    Attributes:
        plan: what was run.
        weight: persons that each simulated citizen stands for.
        figures: every target by name; NaN where the run cannot say it.
        lived: persons by status that those who lived had at the count, before the start population was chosen from them.
        stocks: persons by status at the count and at the end of every month.
        flows: moves by "from>to" in each year of the run.
    """

    plan: Plan
    weight: float
    figures: Mapping[str, float]
    lived: Mapping[str, float]
    stocks: Mapping[str, list[float]]
    flows: Mapping[str, list[float]]

    def asked(self) -> dict[str, float]:
        """Figures and lived stocks under the names that :mod:`calibration.asked` has for them."""
        return {**self.figures, **{lived_name(status): persons for status, persons in self.lived.items()}}

    def as_json(self) -> str:
        """The summary as text; numbers to six digits, NaN as null."""

        def plain(value: Any) -> Any:
            if isinstance(value, Mapping):
                return {key: plain(one) for key, one in value.items()}
            if isinstance(value, list):
                return [plain(one) for one in value]
            return (float(f"{value:.6g}") if np.isfinite(value) else None) if isinstance(value, float) else value

        return json.dumps({**plain(asdict(self)), "plan": asdict(self.plan)})

    @classmethod
    def from_json(cls, text: str, where: str) -> "Summary":
        """Read a summary. Raises Mistake when the text is none."""
        try:
            read = json.loads(text)
            figures = {str(key): float("nan") if value is None else float(value) for key, value in read.pop("figures").items()}
            return cls(plan=Plan(**read.pop("plan")), figures=figures, **read)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise damaged(where) from None


def damaged(file: str) -> Mistake:
    """The mistake of a file that was cut off or changed."""
    return Mistake(f"{file} is damaged and cannot be read; delete it and the same command works it out again")


def lived_name(status: str) -> str:
    """The name of what is asked of those who lived: the stock of a status at the count."""
    return f"{status}: lived to the count"


def run(plan: Plan) -> Summary:
    """Run the baseline and measure everything."""
    from sim.model import BenefitModel

    p = load().drawn(plan.values)
    model = BenefitModel(scale=plan.scale, months=plan.months, seed=plan.seed, parameters=p, register=True).run()
    register = from_spells(model.spells(), persons=model.persons(), last=model.month, weight=model.weight)
    figures = {}
    for target in read_targets():
        try:
            figures[target.target] = float(target.measured(register))
        except OutsideRegister:
            figures[target.target] = float("nan")
    selection = model.selection()
    chosen = selection[(selection["margin"] == "stock") & (selection["category"] == "persons")]
    stocks = model.stocks().pivot_table(index="month", columns="status", values="persons", observed=True)
    flows = model.flows()
    flows["year"] = (flows["month"].rank(method="dense") - 1) // 12
    by_year = flows.groupby(["from_status", "to_status", "year"], observed=True)["persons"].sum().unstack("year").fillna(0.0)
    return Summary(
        plan, model.weight, figures,
        {str(name): float(lived) * model.weight for name, lived in zip(chosen["status"], chosen["lived"], strict=True)},
        {str(name): [float(v) for v in column] for name, column in stocks.items()},
        {f"{a}>{b}": [float(v) for v in row] for (a, b), row in zip(by_year.index, by_year.to_numpy(), strict=True)},
    )
