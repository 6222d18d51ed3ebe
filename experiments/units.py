"""Units of work: a scenario (with its parameter draw, if any) and a replication, and what one of them simulates."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from agents.luck import Luck
from agents.mistake import Mistake
from experiments.scenario import Scenario
from experiments.split import Lives, lives_table
from policies.registry import Registry
from sim import SMALLEST_SCALE
from sim.draws import count_draws
from sim.fingerprint import digest, source_digest
from sim.parameters import SELECTION, Parameters

HORIZONS = (12, 60, 120)
"""Months after which differences are reported."""


def horizons(months: int) -> list[int]:
    """The reporting horizons that a run reaches, and its end."""
    return sorted({*(h for h in HORIZONS if h <= months), months})


TABLES = ("stocks", "flows", "pensions", "selection", "caseworkers", "queues", "decisions", "at_risk", "measures", "sanctions", "employers", "accounts", "groups")
REGISTER_TABLES = ("persons", "spells")
_RECORDS = frozenset({"caseworkers", "at_risk", "measures", "sanctions", "employers", "groups"})
"""Tables that a model makes of its records."""


@dataclass(frozen=True)
class Unit:
    """One unit of work: a scenario (with its parameter draw, if any) and a replication, counted over all draws."""

    scenario: Scenario
    replication: int
    seed: int
    scale: float
    register: bool = False
    files: tuple[str, ...] = ()
    lives: bool = False
    """Keep everybody's status at the horizons, so that scenarios can be compared person by person."""
    others: tuple[Scenario, ...] = ()
    """Scenarios whose law of money is applied to this unit's people too: what they would cost if everybody stayed put."""

    @cached_property
    def luck_seed(self) -> int:
        """Seed of this replication, the same for all scenarios, different for every (seed, replication)."""
        return int(digest([self.seed, self.replication])[:15], 16)

    def hash(self, rules: str) -> str:
        """Name of the unit's folder; ``rules`` is the digest of its scenario (:func:`scenario_digest`)."""
        others = [scenario_digest(other, "") for other in self.others]
        return digest([rules, self.replication, self.seed, self.scale, self.register, self.lives, *others])

    @cached_property
    def past(self) -> str:
        """Name of the past that this unit's people have lived: units of the same name share it."""
        from sim.history import past_digest

        return f"{past_digest(self.scenario.read_parameters())}|{self.replication}"

    @cached_property
    def past_months(self) -> int:
        """Months of history that are lived before the run."""
        p = self.scenario.read_parameters()
        return p.month("vintage.first_month") - p.month("vintage.history_from")

    def simulate(
        self, threads: int, tick: Callable[[], None] | None = None, *, registry: Registry | None = None, only: Collection[str] | None = None,
    ) -> dict[str, pd.DataFrame]:
        """Run the model and return its tables (of TABLES those in ``only``, by default all); ``registry``: what knows the policies of
        the unit's files, where one is there already."""
        from sim.model import BenefitModel  # Mesa takes two seconds to import

        registry = Registry(self.files) if registry is None else registry
        model = BenefitModel(
            scale=self.scale,
            months=self.scenario.months,
            start=self.scenario.start,
            seed=self.luck_seed,
            policies=self.scenario.make_policies(registry),
            parameters=self.scenario.read_parameters(),
            threads=threads,
            register=self.register,
            records=only is None or not _RECORDS.isdisjoint(only),
            progress=tick,
            other_laws={other.name: (other.read_parameters(), other.make_policies(registry)) for other in self.others},
        )
        lives: dict[int, Lives] = {0: _lives(model)} if self.lives else {}
        while model.running:
            model.step()
            if self.lives and model.recorder.done in horizons(self.scenario.months):
                lives[model.recorder.done] = _lives(model)
            if tick is not None:
                tick()
        model.recorder.check()
        made: dict[str, Callable[[], pd.DataFrame]] = {
            "stocks": model.stocks, "flows": model.flows, "pensions": model.pensions, "selection": model.selection,
            "caseworkers": model.casework, "queues": model.queues, "decisions": model.decisions, "at_risk": model.at_risk,
            "measures": model.measures, "sanctions": model.sanctions, "employers": model.employer_places,
            "accounts": model.accounts, "groups": model.groups,
        }
        tables = {name: make() for name, make in made.items() if only is None or name in only}
        if self.others:
            tables["static"] = model.static_accounts()
        if self.register:
            tables |= {"persons": model.persons(), "spells": model.spells()}
        for table in tables.values():
            table.insert(0, "replication", np.int16(self.replication))
            table.insert(0, "scenario", self.scenario.name)
        return tables | ({"lives": lives_table(lives), "deeds": _deeds(model)} if self.lives else {})


def _deeds(model: Any) -> pd.DataFrame:
    """What each policy's verbs came to."""
    return pd.DataFrame([(name, deed) for name, deeds in model.world.deeds.items() for deed in sorted(deeds)], columns=["policy", "deed"], dtype=str)


def _lives(model: Any) -> Lives:
    return Lives(model.population["status"].copy(), model.touched.copy(), model.world.covered())


def plan_units(
    scenarios: Sequence[Scenario], scale: float, replications: int, seed: int, register: bool, files: Sequence[str],
    lives: bool = False, with_others: bool = False, draws: int = 0,
) -> list[Unit]:
    """All units of a run or comparison, checked before anything is simulated. With ``lives`` everybody's status is kept at the
    horizons; ``with_others`` applies the other scenarios' law of money to the first one's people too. With ``draws`` every
    replication is made for each of so many draws of the uncertain parameters."""
    if not SMALLEST_SCALE <= scale <= 1:
        raise Mistake(f"--scale {scale:g}: must lie between {SMALLEST_SCALE:g} and 1 (1 = all of Denmark)")
    if not 1 <= replications <= 10_000:
        raise Mistake(f"--replications {replications}: must be 1 to 10000")
    if not 0 <= seed < 2**63:
        raise Mistake(f"--seed {seed}: must be a whole number from 0 to 2^63 - 1")
    names = [s.name for s in scenarios]
    twice = next((n for n in names if names.count(n) > 1), None)
    if twice:
        raise Mistake(f"two scenarios are called {twice!r}; give each a name of its own")
    if draws:
        check_draws(scenarios, draws)
    registry = Registry(files)
    for scenario in scenarios:
        scenario.make_policies(registry)
        check_parameters(scenario.read_parameters(), where=f"scenario {scenario.name!r}")
    paths = tuple(str(Path(f).resolve()) for f in files)
    by_draw = [[s.with_draw(number + 1) for s in scenarios] for number in range(draws)] or [list(scenarios)]
    return [
        Unit(s, number * replications + r, seed, scale, register, paths, lives, tuple(drawn[1:]) if with_others and s is drawn[0] else ())
        for number, drawn in enumerate(by_draw) for r in range(replications) for s in drawn
    ]


def check_draws(scenarios: Sequence[Scenario], draws: int) -> None:
    """Raises Mistake when a scenario has not so many draws, or chooses what draws choose."""
    for scenario in scenarios:
        there = count_draws(scenario.vintage)
        if not 2 <= draws <= there:
            raise Mistake(f"--draws {draws}: must be 2 to {there}, the draws of vintage {scenario.vintage!r}" if there else f"--draws {draws}: vintage {scenario.vintage!r} has no draws; `borgerflow calibrate` makes them")
        if scenario.draw is not None:
            raise Mistake(f"--draws {draws}: scenario {scenario.name!r} sets draw = {scenario.draw} itself; leave it out")
        if SELECTION in scenario.changed_parameters:
            raise Mistake(f"--draws {draws}: scenario {scenario.name!r} sets {SELECTION} itself, which draws hold; leave it out")


def check_parameters(p: Parameters, *, where: str) -> None:
    """Build everything that parameters decide, so that an impossible one is refused before anything is written."""
    from sim.benefit_law import LawBook
    from sim.history import history_months  # these import Mesa, which takes two seconds
    from sim.intensities import Intensities
    from sim.margins import at_the_beginning, read_margins
    from sim.rules import Rules

    try:
        history_months(p)
        margins = read_margins(p)
        Intensities(p, margins).refuse_too_fast()
        at_the_beginning(p, margins)
        Rules(p, Luck(0))
        LawBook(p)
    except Mistake as mistake:
        raise Mistake(f"{where}: {mistake}") from None


def number_of_draws(units: Sequence[Unit]) -> int:
    """Parameter draws over which units go; 0 when they have the vintage's own values."""
    return len({u.scenario.draw for u in units} - {None})


def scenario_digest(scenario: Scenario, plugins: str) -> str:
    """A hash of everything but luck and size that decides a run: scenario, numbers, code and plug-ins."""
    numbers = {path: p.value for path, p in scenario.read_parameters().items()}
    return digest([scenario.model_dump(exclude={"title"}), numbers, source_digest(), plugins])
