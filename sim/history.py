"""The past: people live from the first month of history to the count, under the rules and inflows of their years, and the
start population is chosen from them by quota.

The past is the same model, month by month, so everybody arrives at the count with time in status, earlier spells and
months with support that were lived. Nobody's characteristics are made up at the count: persons are chosen, some more
than once (then they are two persons with the same past), so that stocks and composition are those of the count.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from agents.calendar import Month, label, month
from agents.citizen import ENDS_WITH_THE_STATUS, ORIGINS, Citizen
from agents.column import Rows
from agents.household import HOUSEHOLDS, is_barred
from agents.luck import Luck
from agents.mistake import Mistake
from agents.population import (
    AGES,
    Margins,
    StartPopulation,
    add_entrants,
    largest_remainder,
    rake_cells,
    synthesise,
    take_evenly,
)
from agents.statuses import CODE, RESIDENT, STATUSES, family_members, first_month, group_members, withheld_now
from agents.traits import draw_traits
from policies.protocol import Moves, Numbers, Policy, Text
from sim.margins import at_the_beginning, before_they_began
from sim.parameters import Parameters
from sim.register import Past
from sim.traits import read_traits

Floats = npt.NDArray[np.float64]

SELECTION_COLUMNS = ("status", "margin", "category", "asked", "lived", "got")
KEPT = 2
"""Start populations kept in memory whatever their size."""
KEPT_CITIZENS = 500_000
"""Citizens of all that are kept when there are more: many small pasts are lived once a process."""
MONEY = (
    "benefit.", "benefit_of.", "casework.administration", "casework.cost", "cost.", "fleksjob_pay.", "incentive.hours", "incentive.instrument",
    "incentive.visitation", "incentive.work", "life.", "mutual_support.", "offset.", "price.", "provider.", "refund.", "sanction_cost.", "supplement.",
    "tax.", "wage.",
)
"""Parameters, or beginnings of their paths, of the law of money and of how people and municipalities respond to it: books are kept from
the count on, so no past reads them."""
_EVERYWHERE = group_members("outside", "temporary", "edge")
_FIVE_YEARS = (AGES - AGES[0]) // 5
"""Ages are chosen in groups of five years: only mean ages are documented."""


class RulesOfTheirYears(Policy):
    """What was other before the count: inflows of each year against the vintage's (``past.inflow``), and the day on which
    uddannelseshjælp took over the under-30s without a qualifying education, who keep their seniority."""

    name: ClassVar[str] = "history"
    label: ClassVar[Text] = Text(en="Rules and inflows of the years before the count", da="Regler og tilgang i årene før optællingen")

    def adjust(self, moves: Moves) -> None:
        """Scale inflows to their year; let uddannelseshjælp begin."""
        for source, to, factor in inflow_factors(moves.world.parameters, moves.world.month):
            moves.scale(source, to, factor)
        if moves.world.month == first_month(CODE["uddannelseshjaelp_parat"]):
            self._uddannelseshjaelp_begins(moves)

    def _uddannelseshjaelp_begins(self, moves: Moves) -> None:
        world, numbers = moves.world, moves.world.parameters
        share = obviously_ready(numbers)
        for old in family_members("kontanthjaelp"):
            rows = world.rows_in(old)
            rows = rows[(world.column("age", rows) < 30) & (world.column("programme_until", rows) <= world.month)]
            rows = rows[world.draw_once("without_education", rows) < numbers.share("young.without_education")]
            if old.endswith("aktivitetsparat"):
                moves.due(rows, "uddannelseshjaelp_aktivitetsparat", "uddannelseshjælp begins")
                continue
            is_obvious = world.draw_once("obviously_ready", rows) < share
            moves.due(rows[is_obvious], "uddannelseshjaelp_aabenlyst_parat", "uddannelseshjælp begins")
            moves.due(rows[~is_obvious], "uddannelseshjaelp_parat", "uddannelseshjælp begins")


def obviously_ready(p: Numbers) -> float:
    """Share of the uddannelsesparate who are obviously so, by the stocks of the count."""
    obvious, ready = (p.value(f"stock.uddannelseshjaelp_{n}") for n in ("aabenlyst_parat", "parat"))
    return obvious / (obvious + ready) if obvious + ready else 0.0


def inflow_factors(p: Numbers, now: Month) -> list[tuple[tuple[str, ...], tuple[str, ...], float]]:
    """Factors on the intensities of moves (from, to) in a month of the past (parameters ``past.inflow``)."""
    year = now // 12 - p.month("vintage.history_from") // 12
    found: list[tuple[tuple[str, ...], tuple[str, ...], float]] = []
    for name in p.below("past.inflow"):
        by_year = p.values_of(f"past.inflow.{name}")
        factor = float(by_year[min(year, by_year.size - 1)])
        arrivals = name == "arrivals_on_kontanthjaelp"
        found.append((("abroad",), family_members("kontanthjaelp"), factor) if arrivals else (_EVERYWHERE, (name,), factor))
    return found


@dataclass(frozen=True)
class Lived:
    """The start population chosen from those who lived.

    Attributes:
        columns: one value for each adult, in order of status, with the traits drawn for it.
        selection: asked, lived and got by status and characteristic (see :func:`choose`).
        past: what they lived, when a register was asked for.
        institution: what the institution ended with (:meth:`sim.institution.Institution.state`); None when needs are decided
            at once.
    """

    columns: dict[str, npt.NDArray[Any]]
    selection: pd.DataFrame
    past: Past | None
    institution: dict[str, npt.NDArray[Any]] | None


_kept: OrderedDict[str, Lived] = OrderedDict()


def people_before(
    p: Parameters, margins: Margins, *, scale: float, start: Month, cohorts: int, luck: Luck, register: bool,
    decide_at_once: bool = False, threads: int = 1, progress: Callable[[], Any] | None = None,
) -> tuple[StartPopulation, Lived | None]:
    """The people just before month ``start``, and ``cohorts`` months of future 18-year-olds.

    At the vintage's first month (or later) they have lived a history; at the first month of the history, or in a vintage
    without one, they are synthesised. The lived population depends on parameters, scale and seed only and is made once.

    Raises:
        Mistake: for another start.
    """
    begin, first = history_months(p)
    if start < first and start != begin:
        raise Mistake(f"start = {label(start)}: the start population is counted just before {label(first)}, the history begins in {label(begin)}")
    if start < first or begin == first:
        then = at_the_beginning(p, margins) if begin < first else before_they_began(margins, start)
        return synthesise(then, scale=scale, start=start, cohorts=cohorts, luck=luck), None
    key = f"{past_digest(p)}|{scale!r}|{luck.seed}|{decide_at_once}"
    lived = _kept.get(key)
    if lived is None or (register and lived.past is None):
        lived = live(
            p, margins, scale=scale, seed=luck.seed, register=register, decide_at_once=decide_at_once, threads=threads,
            progress=progress,
        )
    keep(key, lived)
    return add_entrants(lived.columns, margins, scale=scale, start=start, cohorts=cohorts, luck=luck), lived


def staffing_margins(p: Parameters, margins: Margins) -> Margins:
    """The people that staff is planned for: those at the beginning of the history; it follows clients from there."""
    begin, first = history_months(p)
    return at_the_beginning(p, margins) if begin < first else margins


def history_months(p: Parameters) -> tuple[Month, Month]:
    """The first month of the history and the first after the count. Raises Mistake when they are the wrong way round."""
    begin, first = p.month("vintage.history_from"), p.month("vintage.first_month")
    if begin > first:
        raise Mistake(f"vintage.history_from ({label(begin)}) is after vintage.first_month ({label(first)})")
    return begin, first


def keep(key: str, lived: Lived) -> None:
    """Keep a start population for the next model with the same past."""
    _kept[key] = lived
    _kept.move_to_end(key)
    while len(_kept) > KEPT and sum(one.columns["status"].size for one in _kept.values()) > KEPT_CITIZENS:
        _kept.popitem(last=False)


def past_digest(p: Parameters) -> str:
    """A hash of the numbers that decide the past. What only rules from the count on read is left out, and so is the law of
    money, which begins with the count: scenarios that do not differ before the start share their people."""
    written = "|".join([p.once(_numbers_of_the_past), *withheld_now()])
    return hashlib.blake2b(written.encode(), digest_size=12).hexdigest()


def _numbers_of_the_past(p: Parameters) -> str:
    first = p.month("vintage.first_month")
    later = {s.name for s in STATUSES if s.begins is not None and month(s.begins) >= first}
    if p.month("law.sygedagpenge_reform") >= first:
        later.add("sygedagpenge_2014")
    numbers = {
        path: (one.value, one.unit, one.slot) for path, one in p.items()
        if not path.startswith(MONEY) and not (path.startswith(("rate.", "limit.", "duration.")) and later & set(path.split(".")[1:]))
    }
    return json.dumps(numbers, sort_keys=True)


def live(
    p: Parameters, margins: Margins, *, scale: float, seed: int, register: bool, decide_at_once: bool = False, threads: int = 1,
    progress: Callable[[], Any] | None = None,
) -> Lived:
    """Let people live to the count and choose the start population from them."""
    from sim.model import BenefitModel  # the past is a model too

    begin, first = p.month("vintage.history_from"), p.month("vintage.first_month")
    past = BenefitModel(
        scale=scale, months=first - begin, start=label(begin), seed=seed, policies=[RulesOfTheirYears()], parameters=p,
        threads=threads, register=register, records=False, decide_at_once=decide_at_once,
    ).run(progress)
    donors, status, selection = choose(past.population.arrays, margins, scale=scale, now=first - 1, luck=past.luck)
    columns = {name: array[donors] for name, array in past.population.arrays.items()}
    moved = columns["status"] != status
    columns["status"] = status
    for name in ("since", "spell_since"):
        columns[name][moved] = first - 1
    for name, column in Citizen.columns().items():
        if name in ENDS_WITH_THE_STATUS:  # chosen to fill a status that nobody had lived
            columns[name][moved] = column.default
    columns |= draw_traits(read_traits(p, margins.stock), status, np.arange(status.size), Luck(seed))
    institution = past.institution.state() if past.institution is not None else None
    return Lived(columns, selection, past.past_of(donors) if register else None, institution)


def choose(
    columns: dict[str, npt.NDArray[Any]], margins: Margins, *, scale: float, now: Month, luck: Luck
) -> tuple[Rows, npt.NDArray[np.uint8], pd.DataFrame]:
    """Choose persons so that every status has its stock and, as nearly as whole persons allow, its ages, sexes, origins,
    regions and households.

    Returns:
        Rows chosen (a row may occur twice), in order of status and row; their status; and a table with columns status,
        margin, category, asked, lived and got: persons (as citizens) for margin ``stock`` (categories ``persons``,
        ``different`` = how many different persons were chosen), shares for the others.
    """
    counts = largest_remainder(margins.stock, round(margins.stock.sum() * scale))
    stream = luck.stream("history.choose")
    chosen, asked_and_got = [], []
    for status in STATUSES:
        count = int(counts[status.code])
        if not count:
            continue
        pool = np.flatnonzero(columns["status"] == status.code)
        lived = pool.size
        if not lived:  # in very small runs: others who live here and whom nothing bars
            barred = is_barred(columns["partner_income"], columns["wealthy"])
            pool = np.flatnonzero(np.isin(columns["status"], [s.code for s in RESIDENT]) & ~barred)
        axes = _axes({name: columns[name][pool] for name in _READ}, margins, status.code, now)
        weights = rake_cells([codes for _, _, codes, _ in axes], [share for *_, share in axes])
        picked = take_evenly(weights, [codes for _, _, codes, _ in axes], count, stream.bits(now, pool))
        chosen.append(np.repeat(pool, picked))
        asked_and_got.extend(_asked_and_got(status.name, axes, picked, count, lived))
    sizes = [rows.size for rows in chosen]
    codes = np.repeat([s.code for s in STATUSES if counts[s.code]], sizes).astype(np.uint8)
    return np.concatenate(chosen), codes, pd.DataFrame(asked_and_got, columns=list(SELECTION_COLUMNS))


_READ = ("birth_month", "sex", "origin", "municipality", "household")
_Axis = tuple[str, tuple[str, ...], npt.NDArray[np.int64], Floats]


def _axes(columns: dict[str, npt.NDArray[Any]], margins: Margins, code: int, now: Month) -> list[_Axis]:
    """What people are chosen by: name, categories, category of each person, share asked of each category."""
    age = (now - columns["birth_month"].astype(np.int64)) // 12
    five = np.clip((age - AGES[0]) // 5, 0, _FIVE_YEARS[-1])
    young = margins.age[code][AGES < 30].sum()
    households = young * margins.household.shares[code, 0] + (1 - young) * margins.household.shares[code, 1]
    sex_origin = [f"{sex} {origin}" for sex in ("men", "women") for origin in ORIGINS]
    return [
        ("age", tuple(f"{a}-{a + 4}" for a in range(AGES[0], AGES[-1] + 1, 5)), five, np.bincount(_FIVE_YEARS, margins.age[code])),
        ("sex and origin", tuple(sex_origin), columns["sex"].astype(np.int64) * len(ORIGINS) + columns["origin"], margins.sex_origin[code].ravel()),
        ("region", margins.regions, margins.region_of[columns["municipality"].astype(np.int64) - 1], np.bincount(margins.region_of, margins.municipality[code])),
        ("household", HOUSEHOLDS, columns["household"].astype(np.int64), households),
    ]


def _asked_and_got(
    status: str, axes: list[_Axis], picked: npt.NDArray[np.int64], count: int, lived: int
) -> list[tuple[str, str, str, float, float, float]]:
    rows: list[tuple[str, str, float, float, float]] = [
        ("stock", "persons", count, lived, int(picked.sum())), ("stock", "different", count, lived, int((picked > 0).sum())),
    ]
    for name, categories, codes, share in axes:
        before, after = (np.bincount(codes, w, minlength=len(categories)) for w in (None, picked))
        rows += zip([name] * len(categories), categories, share / share.sum(), before / before.sum(), after / after.sum(), strict=True)
    return [(status, *row) for row in rows]
