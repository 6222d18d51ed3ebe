"""What is asked of the rates: the fit targets that the analytic twin can measure, and what is assumed beside them.

Beside targets it is asked that everybody who lived ends up with the stocks of the count, that main stocks stay in balance for
two years under the rules before it, and what part of falling exits is selection.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from agents.statuses import CODE, family_members
from calibration.probe import lived_name
from calibration.targets import Target, read_targets
from calibration.twin_path import AFTER, MEASURES, TwinPath, falling_exits
from sim.margins import read_margins
from sim.parameters import load

Floats = npt.NDArray[np.float64]

LIVED = {
    "employment": 0.01, "education": 0.03, "self_support": 0.04, "dagpenge": 0.06, "barsel": 0.04, "efterloen": 0.05,
    "arbejdsmarkedsydelse": 0.3, "saerlig_uddannelsesydelse": 0.3, "sygedagpenge": 0.03, "kontanthjaelp_jobparat": 0.04,
    "kontanthjaelp_aktivitetsparat": 0.03, "uddannelseshjaelp_aabenlyst_parat": 0.08, "uddannelseshjaelp_parat": 0.06,
    "uddannelseshjaelp_aktivitetsparat": 0.06, "ressourceforloeb": 0.15, "revalidering": 0.05, "ledighedsydelse": 0.06,
    "fleksjob": 0.04, "foertidspension": 0.03, "abroad": 0.05,
}
"""How nearly those who lived must have the stock of each status at the count: one standard deviation of the logarithm."""
BALANCE = {
    "employment": 0.02, "education": 0.06, "self_support": 0.10, "dagpenge": 0.08, "barsel": 0.10, "sygedagpenge": 0.06,
    "kontanthjaelp_jobparat": 0.08, "kontanthjaelp_aktivitetsparat": 0.06, "uddannelseshjaelp_aabenlyst_parat": 0.16,
    "uddannelseshjaelp_parat": 0.10, "uddannelseshjaelp_aktivitetsparat": 0.10, "revalidering": 0.16,
    "ledighedsydelse": 0.16, "fleksjob": 0.06, "abroad": 0.10,
}
"""How nearly stocks stay where they are in the two years after the count under the rules before it: the edge group was
stable for ten years (004_107fd277d1b391d8.txt:1041-1049); that each status was is an assumption."""
SELECTION = {"kontanthjælp": (*family_members("kontanthjaelp"), *family_members("uddannelseshjaelp")), "sygedagpenge": ("sygedagpenge",)}
"""Statuses whose falling exits the selection share divides."""


@dataclass(frozen=True)
class Asked:
    """One number asked of the twin. ``log`` compares ratios (for persons), else differences (for shares).

    Attributes:
        name, value, tolerance, log: what is asked; the tolerance is one standard deviation.
        measure: reads it off the twin's path.
        facts: ids of the facts it rests on; empty for an assumption.
        target: the target of ``targets.csv``, or None for assumptions.
    """

    name: str
    value: float
    tolerance: float
    log: bool
    measure: Callable[[TwinPath], float]
    facts: tuple[str, ...] = ()
    target: Target | None = None

    @property
    def group(self) -> str:
        """Everything that may have one cause when it is missed: a target's pattern, an assumption by itself."""
        return self.target.pattern if self.target else self.name

    def miss(self, got: float, less: float = 0.0) -> float:
        """Distance of ``got`` from what is asked less ``less`` (in the logarithm for persons), in tolerances."""
        difference = np.log(got / self.value) if self.log else got - self.value
        return float((difference + less) / self.tolerance)


def asked(
    selection_share: float, falls: Mapping[str, float] | None = None, left_out: Collection[str] = (),
) -> list[Asked]:
    """Everything asked of the twin at a selection share, but the targets ``left_out``; at the ends of its range with the
    ``falls`` of the default."""
    targets = [one for one in _targets() if one.name not in left_out]
    return [*targets, *_lived(), *_balanced(), *_selected(selection_share, falls or {})]


def fit_targets() -> list[Target]:
    """Targets that rates may be fitted to and that do not hold by construction."""
    return [t for t in read_targets() if t.role == "fit" and not t.is_identity]


def _targets() -> list[Asked]:
    def reading(target: Target) -> Callable[[TwinPath], float]:
        return lambda path: MEASURES[target.measure](path, **target.arguments)

    return [
        Asked(t.target, t.asked, t.tolerance, t.unit == "persons", reading(t), (t.fact,) if t.fact else (), t)
        for t in fit_targets() if t.measure in MEASURES
    ]


def _lived() -> list[Asked]:
    def reading(code: int) -> Callable[[TwinPath], float]:
        return lambda path: float(path.lived[code].sum())

    return [
        Asked(lived_name(name), float(_stocks()[CODE[name]]), tolerance, True, reading(CODE[name]))
        for name, tolerance in LIVED.items()
    ]


@lru_cache(maxsize=1)
def _stocks() -> Floats:
    """Stocks of the count, by status code."""
    return read_margins(load()).stock


def _balanced() -> list[Asked]:
    def reading(code: int) -> Callable[[TwinPath], float]:
        return lambda path: float(path.stocks[path.count + AFTER, code] / path.stocks[path.count, code])

    return [
        Asked(f"{name}: two years after the count, rules before it", 1.0, tolerance, True, reading(CODE[name]))
        for name, tolerance in BALANCE.items()
    ]


def _selected(share: float, falls: Mapping[str, float]) -> list[Asked]:
    """The part of falling exits that is selection; with ``falls``, that exits fall as much as at the default share."""

    def part(statuses: Sequence[str]) -> Callable[[TwinPath], float]:
        def measure(path: TwinPath) -> float:
            fall, duration = _fall(path, statuses)
            return 1 - duration / fall

        return measure

    def whole(statuses: Sequence[str]) -> Callable[[TwinPath], float]:
        return lambda path: _fall(path, statuses)[0]

    parts = [Asked(f"selection share of falling exits from {name}", share, 0.03, False, part(s)) for name, s in SELECTION.items()]
    return parts + [
        Asked(f"fall of exits from {name} as at the default", falls[name], 0.03, False, whole(SELECTION[name])) for name in falls
    ]


def _fall(path: TwinPath, statuses: Sequence[str]) -> tuple[float, float]:
    """How much exits from new spells of the calendar year before last fall, and the part that is duration itself."""
    last = path.p.month("vintage.first_month") - 17
    return falling_exits(path, statuses, last - 11, last)


def falls_at(path: TwinPath) -> dict[str, float]:
    """How much exits fall on this path, by benefit: what both ends of the selection share must explain."""
    return {name: _fall(path, statuses)[0] for name, statuses in SELECTION.items()}
