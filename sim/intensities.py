"""The table of legal moves: from, to, slot and the monthly intensity by time in the spell and by person.

A move that the rules do not allow has no row. Intensities are looked up, never computed per citizen:
``table[from, band, profile, slot]``.

Covariates act by detailed balance: a person with characteristic x moves from i to j with intensity
``rate x (P(x|j) / P(x|i)) ** 1/2``, scaled so that the mean over the people in i is the rate itself. Moves in both
directions then carry the same mix of people, and the documented composition of every status (Bilag 3.8 and 3.9)
holds while stocks are in balance. The same holds for the unobserved person class. The means test is a gate: whom it bars
does not move to kontanthjælp or uddannelseshjælp.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from agents.calendar import Month
from agents.citizen import AGE_BANDS
from agents.household import MEANS_TESTED
from agents.mistake import Mistake
from agents.population import SENIORITY_EDGES, Margins
from agents.statuses import BY_NAME, CODE, COUNT, RESIDENT, STATUSES, entered_instead, has_begun, is_open, mask
from sim.margins import class_shares
from sim.parameters import Parameters
from sim.profiles import BARRED, N_AGE, N_CLASS, PROFILES, by_age_band, by_origin_group

Floats = npt.NDArray[np.float64]
Factors = tuple[tuple[tuple[int, int], tuple[float, ...]], ...]
"""Factors on whole exits, by (status, slot)."""

SLOTS = 16
"""Exits a status can have. The last slot is death."""
DEATH_SLOT = SLOTS - 1

BAND_EDGES = np.array([0, 3, 6, 12, 24, 36, 60])
"""First month of each band of time in the spell; the last is open."""
BAND_MIDDLE = np.array([1.5, 4.5, 9.0, 18.0, 30.0, 48.0, 90.0])
BAND_OF_MONTH = (np.searchsorted(BAND_EDGES, np.arange(BAND_EDGES[-1] + 1), side="right") - 1).astype(np.uint8)
"""Band by months in the spell, for 0 to 60 (60 and more alike)."""
BANDS = len(BAND_EDGES)

HIGHEST = float(-np.log1p(-255 / 256)) * (1 - 1e-8)
"""Largest monthly intensity that the thinning of clocks can bound: about 5.5 a month."""

_SELF_SUFFICIENCY = mask(["employment", "education", "self_support"])
_ARRIVAL_AGES = (np.array(AGE_BANDS) < 60).astype(np.float64)
"""Nobody of 60 and over arrives from abroad: an assumption."""
_FLOOR = 0.002
"""Least share of an age band in a status, so that nobody is locked in."""


@dataclass(frozen=True)
class Exit:
    """One legal move. Its slot is unique within the from-status and never reused."""

    source: int
    to: int
    slot: int


class Intensities:
    """All legal moves and their monthly intensities, before policies.

    Attributes:
        exits: the legal moves.
        table: monthly intensity, shape (statuses, bands, profiles, slots); read-only, policies scale a copy.
        to: destination code of each slot, shape (statuses, slots); 255 where there is none.
    """

    def __init__(self, p: Parameters, margins: Margins) -> None:
        self.exits = _read_exits(p)
        self.table = np.zeros((COUNT, BANDS, PROFILES, SLOTS))
        self.to = np.full((COUNT, SLOTS), 255, np.uint8)
        strength = p.value("covariates.composition")
        shares = _composition(p, margins)
        for exit_ in self.exits:
            self.to[exit_.source, exit_.slot] = exit_.to
            if exit_.slot == DEATH_SLOT:
                by_person = _deaths(p, exit_.source)
            else:
                rate = p.value(f"rate.{STATUSES[exit_.source].name}.{STATUSES[exit_.to].name}")
                arrives = STATUSES[exit_.source].name == "abroad" and STATUSES[exit_.to].family == "kontanthjaelp"
                non_western = p.share("arrivals.non_western_on_kontanthjaelp") if arrives else None
                by_person = rate * _who_moves(shares, exit_, strength, _gates(p, exit_), non_western)
            self.table[exit_.source, :, :, exit_.slot] = _duration(p, exit_)[:, None] * by_person / 12
        self.table.setflags(write=False)
        self._slots = {(e.source, e.to): e.slot for e in self.exits}
        self._in_force: dict[tuple[bool, ...], Floats] = {}
        self._scaled: tuple[Floats, Factors, Floats, Floats] | None = None
        self._to_in: dict[tuple[bool, ...], npt.NDArray[np.uint8]] = {}

    def refuse_too_fast(self) -> None:
        """Raise Mistake when an intensity is larger than a month can carry."""
        refuse_too_fast(self.table.max(axis=1))

    def is_legal(self, source: str, to: str) -> bool:
        """Whether there is such a move; True for names that are no status, which :meth:`slot` refuses."""
        return source not in BY_NAME or to not in BY_NAME or (CODE[source], CODE[to]) in self._slots

    def slot(self, source: str, to: str) -> int:
        """The slot of a legal move. Raises Mistake naming the legal moves when there is none."""
        if source not in BY_NAME or to not in BY_NAME:
            raise Mistake(f"there is no status {source if source not in BY_NAME else to!r}")
        try:
            return self._slots[CODE[source], CODE[to]]
        except KeyError:
            legal = ", ".join(STATUSES[e.to].name for e in self.exits if e.source == CODE[source])
            raise Mistake(f"no legal move from {source!r} to {to!r}; from {source!r} one can move to {legal}") from None

    def in_force(self, now: Month) -> Floats:
        """The table with the moves into statuses that are closed in month ``now`` taken out, and moves that have become
        moves to the own status; the same object as long as the same statuses are closed."""
        closed = tuple(not is_open(s.code, now) for s in STATUSES)
        if closed not in self._in_force:
            to = self.destinations(now)
            shut = (to < COUNT) & np.array(closed)[np.minimum(to, COUNT - 1)]
            shut |= to == np.arange(COUNT)[:, None]
            tested = (to < COUNT) & MEANS_TESTED[np.minimum(to, COUNT - 1)]  # also before what it replaced began
            shut_out = shut[:, None, None, :] | (tested[:, None, None, :] & BARRED[:, None])
            self._in_force[closed] = np.where(shut_out, 0.0, self.table)
            self._in_force[closed].setflags(write=False)
        return self._in_force[closed]

    def scaled(self, now: Month, factors: Factors) -> tuple[Floats, Floats]:
        """The table in force with the factors of policies on whole exits, and its largest intensity by exit, shape (statuses,
        slots): the same objects as long as table and factors stay the same."""
        table = self.in_force(now)
        if self._scaled is None or self._scaled[0] is not table or self._scaled[1] != factors:
            scaled = table.copy() if factors else table
            for (source, slot), by in factors:
                for factor in by:
                    scaled[source, :, :, slot] *= factor
            self._scaled = (table, factors, scaled, scaled.max(axis=(1, 2)))
        return self._scaled[2:]

    def destinations(self, now: Month) -> npt.NDArray[np.uint8]:
        """Destination code of each slot in month ``now``, shape (statuses, slots): before a benefit begins, those who
        would enter it enter its predecessor."""
        not_yet = tuple(not has_begun(s.code, now) for s in STATUSES)
        if not_yet not in self._to_in:
            instead = np.array([entered_instead(s.code, now) for s in STATUSES], np.uint8)
            self._to_in[not_yet] = np.where(self.to < COUNT, instead[np.minimum(self.to, COUNT - 1)], self.to)
        return self._to_in[not_yet]


def refuse_too_fast(largest: Floats) -> None:
    """Raise Mistake when a monthly intensity, shape (statuses, profiles, slots), is larger than a month can carry."""
    if not largest.max() < HIGHEST:
        status, _, slot = np.unravel_index(int(largest.argmax()), largest.shape)
        raise Mistake(
            f"the intensity of exit {slot} from {STATUSES[status].name!r} is {largest.max() * 12:.3g} a year; "
            f"the largest that a month can carry is {HIGHEST * 12:.3g}"
        )


def _read_exits(p: Parameters) -> list[Exit]:
    exits = []
    taken: set[tuple[int, int]] = set()
    for path, parameter in p.below("rate").items():
        source, to = path.split(".")
        if source not in CODE or to not in CODE or parameter.slot is None:
            raise Mistake(f"parameter 'rate.{path}' needs two statuses and a slot")
        if not 0 <= parameter.slot < DEATH_SLOT or (CODE[source], parameter.slot) in taken:
            raise Mistake(f"parameter 'rate.{path}': slot {parameter.slot} is taken or not in 0 to {DEATH_SLOT - 1}")
        taken.add((CODE[source], parameter.slot))
        exits.append(Exit(CODE[source], CODE[to], parameter.slot))
    exits += [Exit(s.code, CODE["dead"], DEATH_SLOT) for s in RESIDENT]
    return exits


def _composition(p: Parameters, margins: Margins) -> dict[str, Floats]:
    """Share of each category of the axes of a profile given status; axes (statuses, categories)."""
    sex_origin = by_origin_group(margins.sex_origin).reshape(COUNT, 4)
    barred = margins.barred()
    return {
        "age": by_age_band(margins.age), "sex_origin": sex_origin, "barred": np.stack([1 - barred, barred], axis=1),
        "class": class_shares(p),
    }


def _who_moves(
    shares: dict[str, Floats], exit_: Exit, strength: float, gates: dict[str, Floats], non_western: float | None
) -> Floats:
    """Relative intensity of each profile, mean 1 over the people in the from-status; shape (PROFILES,).

    ``gates`` are weights by axis, ``non_western`` the share of those who move when it is given.
    """
    axes = []
    for name, share in shares.items():
        here, there = share[exit_.source], share[exit_.to]
        balance = (np.maximum(there, _FLOOR) / np.maximum(here, _FLOOR)) ** (strength / 2)
        if (name == "barred" and not here[1]) or (name == "age" and STATUSES[exit_.source].name == "abroad"):  # nobody on a means-tested benefit is barred from it
            balance[:] = 1.0
        elif name == "age" and STATUSES[exit_.source].family == "uddannelseshjaelp":  # nobody stays beyond 30
            balance[here == 0] = 1.0
        ratio = balance * gates.get(name, 1.0)
        if name == "sex_origin" and non_western is not None:
            moving = (here * ratio).reshape(2, 2).sum(axis=0)
            ratio = ratio * np.tile(np.array([1 - non_western, non_western]) / moving, 2)
        mean = float(here @ ratio) / here.sum() if here.sum() else 1.0
        axes.append(ratio / mean if mean > 0 else ratio)
    age, sex_origin, barred, person_class = axes
    return np.asarray((age[:, None, None, None] * sex_origin[:, None, None] * barred[:, None] * person_class).ravel())


def _gates(p: Parameters, exit_: Exit) -> dict[str, Floats]:
    """Weights by axis among those who may make a move: 0 where the law has no way in."""
    source, to = STATUSES[exit_.source], STATUSES[exit_.to]
    gates = {"age": _ARRIVAL_AGES if source.name == "abroad" else _age_weights(p, to.name)}
    if MEANS_TESTED[exit_.to]:
        gates["barred"] = np.array([1.0, 0.0])
    return gates


def _age_weights(p: Parameters, to: str) -> Floats:
    """Weight of each age band among those who may move to a status: 0 where the law has no way in."""
    first = np.array(AGE_BANDS)
    weights = np.ones(N_AGE)
    if BY_NAME[to].family == "uddannelseshjaelp":
        weights[first >= p.value("age_limit.uddannelseshjaelp")] = 0
    elif to == "efterloen":
        weights[first < min(p.months(f"efterloen_age.{key}") for key in p.below("efterloen_age")) / 12] = 0
    elif to == "barsel":
        weights[first >= p.value("age_limit.barsel")] = 0
    return weights


def _duration(p: Parameters, exit_: Exit) -> Floats:
    """Weibull duration dependence by band, 1 at nine months; shape (BANDS,)."""
    source, to = STATUSES[exit_.source], STATUSES[exit_.to]
    within_system = source.continues_spell and to.continues_spell
    if to.group == "gone" or within_system:
        return np.ones(BANDS)
    kind = "to_self_sufficiency" if _SELF_SUFFICIENCY[to.code] else "to_other_support"
    for key in (source.name, source.family):
        if f"duration.{kind}.{key}" in p:
            return np.asarray((BAND_MIDDLE / 9.0) ** -p.value(f"duration.{kind}.{key}"))
    return np.ones(BANDS)


def _deaths(p: Parameters, source: int) -> Floats:
    bands = [f"age_{a}_{b - 1}" for a, b in pairwise(AGE_BANDS)] + [f"age_{AGE_BANDS[-1]}_plus"]
    by_age = np.array([p.value(f"deaths.{band}") for band in bands])
    name = STATUSES[source].name
    if name == "foertidspension":
        by_age = by_age * p.value("deaths.ratio_foertidspension")
    elif name in ("sygedagpenge", "jobafklaring", "ressourceforloeb"):
        by_age = by_age * p.value("deaths.ratio_illness")
    return np.repeat(by_age, PROFILES // N_AGE)


def select_classes(margins: Margins, intensities: Intensities) -> Margins:
    """Margins whose person classes agree with time in the spell: those who stay longest are those who leave least.

    Within a status the class shares of a seniority band are proportional to an inflow mix times the survival of each
    class; the inflow mix is chosen so that the whole stock keeps its class shares.
    """
    middle = (SENIORITY_EDGES[:-1] + SENIORITY_EDGES[1:]) / 2
    months = np.arange(SENIORITY_EDGES[-1] + 1)
    band = BAND_OF_MONTH[np.minimum(months, BAND_OF_MONTH.size - 1)]
    selected = margins.person_class.copy()
    for status in RESIDENT:
        leaving = intensities.table[status.code].sum(axis=2).reshape(BANDS, PROFILES // N_CLASS, N_CLASS).mean(axis=1)
        survival = np.exp(-np.cumsum(leaving[band], axis=0))[middle.astype(int)]
        seniority, whole = margins.seniority[status.code], margins.person_class[status.code, 0]
        if not seniority.sum():
            continue
        inflow = whole.copy()
        for _ in range(200):
            shares = inflow * survival
            shares /= shares.sum(axis=1, keepdims=True)
            inflow *= whole / (seniority @ shares)
        selected[status.code] = shares
    return replace(margins, person_class=selected)
