"""What the first rates are fitted to: documented outcomes, inflows and stocks, each measured on the analytic twin.

A target names the facts it rests on, the value asked for and a tolerance (one standard deviation of how far definition,
rounding and season may part model and source). Stocks are asked to stay where they were: the edge group was stable for
ten years (004_107fd277d1b391d8.txt:1041-1049), so under the rules before July 2014 inflows and exits must balance.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agents.statuses import CODE, COUNT, NAMES, family_members, mask
from sim.intensities import BAND_OF_MONTH, Intensities, select_classes
from sim.margins import read_margins
from sim.parameters import Parameters
from sim.rules import read_limit
from sim.twin import Twin, entrants_by_profile, expected_start

Floats = npt.NDArray[np.float64]

HORIZON = 24
KONTANTHJAELP = family_members("kontanthjaelp")
SYSTEM = KONTANTHJAELP + family_members("uddannelseshjaelp")
OUT = ("employment", "education", "self_support")
OTHER_SUPPORT = tuple(
    n for n in NAMES if n not in (*OUT, "entry", "folkepension", "dead", "abroad") and n not in SYSTEM
)


@dataclass(frozen=True)
class Outcome:
    """What the twin says: everything a target may measure.

    Attributes:
        stocks: expected stocks under the rules before July 2014, shape (HORIZON + 1, statuses).
        flows: expected flows by month, shape (HORIZON, statuses, statuses).
        kontanthjaelp, sygedagpenge: where new spells are after 12 months, share by status.
        other_support: share of exits from kontanthjælp that go to other support, at under 1 and at 1-3 years.
        exhausted: persons whose right to dagpenge ran out, by month, shape (HORIZON,).
        retention: share of the stock at 1-2 and at 2-3 years still in the same spell a year later.
    """

    stocks: Floats
    flows: Floats
    kontanthjaelp: Floats
    sygedagpenge: Floats
    other_support: tuple[float, float]
    exhausted: Floats
    retention: tuple[float, float]


@dataclass(frozen=True)
class Target:
    """One number asked for. ``log`` compares ratios (for persons), else differences (for shares)."""

    name: str
    asked: float
    tolerance: float
    measure: Callable[[Outcome], float]
    facts: tuple[str, ...] = ()
    log: bool = False

    def miss(self, got: float) -> float:
        """Distance from what is asked, in tolerances."""
        return float((np.log(got / self.asked) if self.log else got - self.asked) / self.tolerance)


def outcome(p: Parameters) -> Outcome:
    """Run the twin with these parameters."""
    margins = read_margins(p)
    intensities = Intensities(p, margins)
    margins = select_classes(margins, intensities)
    names = ("dagpenge", "arbejdsmarkedsydelse", "saerlig_uddannelsesydelse", "revalidering")
    limits = {name: read_limit(p, name) for name in names}
    limits["sygedagpenge"] = read_limit(p, "sygedagpenge_2013")
    start = expected_start(margins)
    before = p.month("vintage.first_month") - 1
    twin = Twin(p, intensities, start, before, limits=limits, ageing=True, entrants=entrants_by_profile(margins))
    exhausted: list[float] = []
    stocks, flows, spells = [twin.stocks], [], np.zeros((COUNT, start.shape[1]))
    for month in range(HORIZON):
        twin.step()
        stocks.append(twin.stocks)
        flows.append(twin.flows)
        exhausted.append(twin.fallen_due["dagpenge"])
        if month < 12:
            spells += twin.new_spells

    def follow(persons: Floats) -> Twin:
        cohort = Twin(p, intensities, persons, before, limits=limits)
        cohort.run(12)
        return cohort

    def after_a_year(names: tuple[str, ...]) -> Floats:
        new = np.zeros_like(start)
        new[mask(names), :, 0] = spells[mask(names)]
        share = follow(new).stocks
        share[[CODE["dead"], CODE["abroad"]]] = 0
        return share / share.sum()

    def retention(first: int, last: int) -> float:
        stock = np.zeros_like(start)
        rows = mask(KONTANTHJAELP)
        stock[rows, :, first:last] = start[rows, :, first:last]
        still = follow(stock).persons[mask(SYSTEM)][:, :, min(first + 12, start.shape[2] - 1) :]
        return float(still.sum() / stock.sum())

    return Outcome(
        np.array(stocks), np.array(flows), after_a_year(SYSTEM), after_a_year(("sygedagpenge",)),
        (_other_support(intensities, start, 0, 12), _other_support(intensities, start, 12, 36)),
        np.array(exhausted),
        (retention(12, 24), retention(24, 36)),
    )


def _other_support(intensities: Intensities, start: Floats, first: int, last: int) -> float:
    """Share of exits from kontanthjælp, by stock at the given months, that go to other public support."""
    bands = BAND_OF_MONTH[np.minimum(np.arange(first, last), BAND_OF_MONTH.size - 1)]
    exits = np.zeros(COUNT + 1)
    for name in KONTANTHJAELP:
        source = CODE[name]
        rate = intensities.table[source][bands]
        by_slot = np.einsum("pd,dps->s", start[source][:, first:last], rate)
        np.add.at(exits, np.minimum(intensities.to[source], COUNT), by_slot)
    other, out = exits[:COUNT][mask(OTHER_SUPPORT)].sum(), exits[:COUNT][mask(OUT)].sum()
    return float(other / (other + out))


def _into(to: tuple[str, ...], source: tuple[str, ...] | None = None) -> Callable[[Outcome], float]:
    """Persons a year who move into ``to``, from ``source`` or from anywhere else."""
    inside = mask(to)

    def measure(o: Outcome) -> float:
        year = o.flows[:12].sum(axis=0)
        rows = ~inside if source is None else mask(source)
        return float(year[rows][:, inside].sum())

    return measure


def _share(to: tuple[str, ...], source: tuple[str, ...]) -> Callable[[Outcome], float]:
    some, all_ = _into(to, source), _into(to)
    return lambda o: some(o) / all_(o)


def _stock(name: str, month: int) -> Callable[[Outcome], float]:
    return lambda o: float(o.stocks[month, CODE[name]] / o.stocks[0, CODE[name]])


def _cohort(which: str, names: tuple[str, ...]) -> Callable[[Outcome], float]:
    return lambda o: float(getattr(o, which)[mask(names)].sum())


def _touched(names: tuple[str, ...]) -> Callable[[Outcome], float]:
    """Persons seen in ten months: the stock and those who come in, a twentieth of whom were seen before."""

    def measure(o: Outcome) -> float:
        inside = mask(names)
        return float(o.stocks[0, inside].sum() + 0.95 * o.flows[:10][:, ~inside][:, :, inside].sum())

    return measure


_K2, _K5, _K6 = "koch_2_target_groups-", "koch_5_crosssector-", "koch_6_management_rehab_recommendations-"
_BALANCE = {
    "employment": 0.01, "education": 0.03, "self_support": 0.05, "dagpenge": 0.04, "barsel": 0.05,
    "sygedagpenge": 0.03, "kontanthjaelp_jobparat": 0.04, "kontanthjaelp_aktivitetsparat": 0.03,
    "uddannelseshjaelp_aabenlyst_parat": 0.08, "uddannelseshjaelp_parat": 0.05,
    "uddannelseshjaelp_aktivitetsparat": 0.05, "revalidering": 0.08, "ledighedsydelse": 0.08, "fleksjob": 0.03,
    "abroad": 0.05,
}
_UP = ("uddannelseshjaelp_aabenlyst_parat", "uddannelseshjaelp_parat")
_SICK = ("sygedagpenge", "jobafklaring")
_FLEKS = ("ledighedsydelse", "fleksjob")

TARGETS: tuple[Target, ...] = (
    Target("kontanthjælp spells: still on after 12 months", 0.55, 0.02, _cohort("kontanthjaelp", SYSTEM), (_K2 + "a367381c",)),
    Target("kontanthjælp spells: other support after 12 months", 0.04, 0.01, _cohort("kontanthjaelp", OTHER_SUPPORT), (_K2 + "ed9735a6",)),
    Target("kontanthjælp spells: work, education, self-support after 12 months", 0.41, 0.02, _cohort("kontanthjaelp", OUT), (_K2 + "5681feed",)),
    Target("sygedagpenge spells: still on after 12 months", 0.15, 0.02, _cohort("sygedagpenge", _SICK), (_K2 + "f801b81a",)),
    Target("sygedagpenge spells: other support after 12 months", 0.26, 0.02, lambda o: float(o.sygedagpenge[mask((*OTHER_SUPPORT, *SYSTEM))].sum() - o.sygedagpenge[mask(_SICK)].sum()), (_K2 + "d16cf3cd",)),
    Target("sygedagpenge spells: work, education, self-support after 12 months", 0.59, 0.02, _cohort("sygedagpenge", OUT), (_K2 + "eccd6a89",)),
    Target("exits from kontanthjælp to other support, under 1 year", 0.19, 0.02, lambda o: o.other_support[0], (_K2 + "f6cced16",)),
    Target("exits from kontanthjælp to other support, 1-3 years", 0.39, 0.03, lambda o: o.other_support[1], (_K2 + "700febc3",)),
    Target("kontanthjælp at 1-2 years still on a year later", 0.67, 0.03, lambda o: o.retention[0], ()),
    Target("kontanthjælp at 2-3 years still on a year later", 0.74, 0.03, lambda o: o.retention[1], ()),
    Target("awards of førtidspension a year", 6000, 0.08, _into(("foertidspension",)), (_K5 + "067b0589",), log=True),
    Target("førtidspension from kontanthjælp or sygedagpenge", 0.71, 0.04, _share(("foertidspension",), (*SYSTEM, "sygedagpenge")), (_K2 + "a23ca1e2",)),
    Target("førtidspension from sygedagpenge", 0.355, 0.05, _share(("foertidspension",), ("sygedagpenge",)), (_K2 + "a23ca1e2",)),
    Target("entries to the fleksjob scheme a year", 6000, 0.08, _into(_FLEKS), (_K5 + "cbf55e57",), log=True),
    Target("fleksjob scheme from kontanthjælp or sygedagpenge", 0.71, 0.04, _share(_FLEKS, (*SYSTEM, "sygedagpenge")), (_K2 + "787d883a",)),
    Target("ressourceforløb from kontanthjælp or sygedagpenge", 0.71, 0.04, _share(("ressourceforloeb",), (*SYSTEM, "sygedagpenge")), (_K2 + "278cb050",)),
    Target("entries to ressourceforløb a year", 3600, 0.25, _into(("ressourceforloeb",)), (_K2 + "ea1f3f8b",), log=True),
    Target("revalidering starts a year", 5000, 0.06, _into(("revalidering",)), (_K6 + "c08ae259",), log=True),
    Target("revalidering from sygedagpenge", 0.57, 0.03, _share(("revalidering",), ("sygedagpenge",)), (_K6 + "77fdce52",)),
    Target("revalidering from kontanthjælp", 0.21, 0.03, _share(("revalidering",), SYSTEM), (_K6 + "cc1ed955",)),
    Target("revalidering from self-support", 0.18, 0.03, _share(("revalidering",), ("self_support",)), (_K6 + "c04786b0",)),
    Target("right to dagpenge runs out, a month", 1475, 0.08, lambda o: float(o.exhausted[:8].mean()), (_K2 + "8e16c3c9",), log=True),
    Target("sygedagpenge from employment", 0.71, 0.03, _share(("sygedagpenge",), ("employment",)), (_K2 + "3b7dae95",)),
    Target("sygedagpenge from dagpenge", 0.16, 0.02, _share(("sygedagpenge",), ("dagpenge",)), (_K2 + "ba72f5fe",)),
    Target("kontanthjælp and uddannelseshjælp from work, education, self-support", 0.73, 0.03, _share(SYSTEM, OUT), (_K2 + "6f384a37",)),
    Target("kontanthjælp and uddannelseshjælp from education", 0.20, 0.02, _share(SYSTEM, ("education",)), (_K2 + "0697d0f9",)),
    Target("seen on kontanthjælp, jobparat, in ten months", 44000, 0.08, _touched(("kontanthjaelp_jobparat",)), (_K6 + "31830d9e",), log=True),
    Target("seen on kontanthjælp, aktivitetsparat, in ten months", 90000, 0.05, _touched(("kontanthjaelp_aktivitetsparat",)), (_K6 + "44c78a88",), log=True),
    Target("seen on uddannelseshjælp, uddannelsesparat, in ten months", 40600, 0.08, _touched(_UP), (_K6 + "4ebfc658",), log=True),
    Target("seen on uddannelseshjælp, aktivitetsparat, in ten months", 32400, 0.08, _touched(("uddannelseshjaelp_aktivitetsparat",)), (_K6 + "2c9934b9",), log=True),
    *(
        Target(f"{name} after {month} months against the start", 1.0, tolerance * (1 + month / 24), _stock(name, month))
        for name, tolerance in _BALANCE.items()
        for month in (12, 24)
    ),
)
"""All targets of the first fit."""
