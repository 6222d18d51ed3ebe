"""Margins of the start population, made from parameters: who has which status, by age, sex, origin and place."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from agents.calendar import Month
from agents.citizen import CLASSES, ORIGINS, REGIONS
from agents.mistake import Mistake
from agents.population import AGES, SENIORITY_EDGES, Margins
from agents.statuses import CODE, COUNT, RESIDENT, STATUSES, entered_instead
from sim.household import read_households
from sim.parameters import Parameters

Floats = npt.NDArray[np.float64]

_STOCKED = (*(s.name for s in RESIDENT), "abroad")
_REST = "employment"
"""Everybody who has no other status is in employment: its composition is the remainder."""


_COMPOSITION = ("age", "sex_origin", "municipality", "seniority", "person_class")
"""Tables of margins by status whose rows are shares."""


def read_margins(p: Parameters) -> Margins:
    """Stocks and composition of week 20 as margins. Raises Mistake when they contradict each other."""
    if not sum(p.share(f"entry.{name}") for name in p.below("entry")) > 0:
        raise Mistake("the shares of entry.* must sum to more than 0: every 18-year-old needs a first status")
    everyone = p.value("population.age_16_64")
    flat = _tilted(np.arange(16, 65), np.ones(49), p.value("mean_age.population"))
    by_age = everyone * flat[2:]  # those aged 16 and 17 are the first entrants
    entrants = everyone * flat[:2].sum() / 24

    stock = np.zeros(COUNT)
    age = np.zeros((COUNT, AGES.size))
    sex_origin = np.zeros((COUNT, 2, len(ORIGINS)))
    region = np.zeros((COUNT, len(REGIONS)))
    population_sex_origin = _sex_origin(p, "population")
    population_region = _region(p, "population")
    for name in _STOCKED:
        if name == _REST:
            continue
        code = CODE[name]
        stock[code] = p.value(f"stock.{name}")
        age[code] = _age_shares(p, name)
        sex_origin[code] = _sex_origin(p, name)
        region[code] = _region(p, name)

    rest, others = CODE[_REST], [CODE[s.name] for s in RESIDENT if s.name != _REST]
    weight = stock[others, None]
    age[rest] = _remainder("age", by_age, (weight * age[others]).sum(0))
    stock[rest] = age[rest].sum()
    adults = by_age.sum()
    sex_origin[rest] = _remainder(
        "sex and origin", adults * population_sex_origin, (weight[:, :, None] * sex_origin[others]).sum(0)
    )
    region[rest] = _remainder("region", adults * population_region, (weight * region[others]).sum(0))
    for table in (age, sex_origin, region):
        table[rest] /= table[rest].sum()

    inside = _municipality_in_region(p)
    return Margins(
        stock=stock,
        age=age,
        sex_origin=sex_origin,
        municipality=region @ inside,
        seniority=_seniority(p),
        person_class=np.repeat(class_shares(p)[:, None, :], SENIORITY_EDGES.size - 1, axis=1),
        entrants=entrants,
        entrant_sex_origin=population_sex_origin,
        entrant_municipality=population_region @ inside,
        entrant_class=np.full(len(CLASSES), 1 / len(CLASSES)),
        household=read_households(p, age),
        regions=REGIONS,
        region_of=np.repeat(np.arange(len(REGIONS)), [int(p.value(f"municipalities.{r}")) for r in REGIONS]),
    )


def at_the_beginning(p: Parameters, margins: Margins) -> Margins:
    """Margins at the first month of the history: stocks as ``past.stock`` says against the count, the rest in employment,
    and people on benefits that had not begun on their predecessors."""
    stock = margins.stock.copy()
    for name in p.below("past.stock"):
        stock[CODE[name]] *= p.value(f"past.stock.{name}")
    here = [s.code for s in RESIDENT]
    stock[CODE[_REST]] += margins.stock[here].sum() - stock[here].sum()
    if stock[CODE[_REST]] <= 0:
        raise Mistake(f"past.stock leaves nobody for {_REST} at the beginning of the history")
    return before_they_began(replace(margins, stock=stock), p.month("vintage.history_from"))


def before_they_began(margins: Margins, when: Month) -> Margins:
    """Margins as of month ``when``: people on benefits that have not begun are on their predecessors, mixed in."""
    whole = replace(margins, **{n: getattr(margins, n).copy() for n in ("stock", *_COMPOSITION)})
    for status in reversed(STATUSES):
        to = entered_instead(status.code, when)
        stock = whole.stock[status.code]
        if to == status.code or not stock:
            continue
        share = stock / (stock + whole.stock[to])
        for name in _COMPOSITION:
            table = getattr(whole, name)
            table[to] = share * table[status.code] + (1 - share) * table[to]
        whole.stock[to] += stock
        whole.stock[status.code] = 0
    return whole


def class_shares(p: Parameters) -> Floats:
    """Share of each person class given status, shape (statuses, classes): an exponential tilt of equal shares.

    ``selection.spread`` multiplies all tilts: the wider it is, the more of falling exits is who stays.
    """
    shares = np.full((COUNT, len(CLASSES)), 1 / len(CLASSES))
    steps = np.arange(len(CLASSES)) - (len(CLASSES) - 1) / 2
    for name in _STOCKED:
        tilted = np.exp(p.value("selection.spread") * p.value(f"class_tilt.{name}") * steps)
        shares[CODE[name]] = tilted / tilted.sum()
    return shares


def _tilted(ages: npt.NDArray[np.int64], base: Floats, mean: float) -> Floats:
    """The distribution nearest to ``base`` (in relative entropy) whose mean completed age is ``mean``."""

    def shares(tilt: float) -> Floats:
        weight = base * np.exp(tilt * (ages - ages.mean()))
        return np.asarray(weight / weight.sum())

    inside = ages[base > 0]
    if not inside[0] < mean < inside[-1]:
        raise Mistake(f"mean age {mean:g} is impossible between {inside[0]} and {inside[-1]} years")
    return shares(float(brentq(lambda tilt: float(shares(tilt) @ ages) - mean, -5, 5, xtol=1e-12)))


def _age_shares(p: Parameters, name: str) -> Floats:
    youngest = p.value(f"age_from.{name}") if f"age_from.{name}" in p else AGES[0]
    oldest = p.value(f"age_to.{name}") if f"age_to.{name}" in p else AGES[-1]
    base = ((youngest <= AGES) & (oldest >= AGES)).astype(np.float64)
    mean = p.value(f"mean_age.{name}")
    if not name.startswith("kontanthjaelp"):
        return _tilted(AGES, base, mean)
    # The under-30s of the kontanthjælp system are those of uddannelseshjælp plus the few with a qualifying education.
    young = p.value("age_limit.uddannelseshjaelp") > AGES
    without = sum(p.value(f"stock.{s.name}") for s in RESIDENT if s.family == "uddannelseshjaelp")
    kontanthjaelp = sum(p.value(f"stock.{s.name}") for s in RESIDENT if s.family == "kontanthjaelp")
    young_share = without * (1 / p.share("young.without_education") - 1) / kontanthjaelp
    young_shares = base * young / (base * young).sum()
    older_mean = (mean - young_share * float(young_shares @ AGES)) / (1 - young_share)
    return young_share * young_shares + (1 - young_share) * _tilted(AGES, base * ~young, older_mean)


def _sex_origin(p: Parameters, name: str) -> Floats:
    """Shares of sex (man, woman) and origin, shape (2, origins)."""
    source = name if f"origin.{name}.danish" in p else "population"
    origin = np.array([p.value(f"origin.{source}.{o}") for o in ORIGINS])
    origin /= origin.sum()
    women = np.full(len(ORIGINS), p.share(f"women.{name}"))
    for table, member in (("women_danish", "danish"), ("women_non_western", "non_western_immigrant")):
        if f"{table}.{name}" in p:
            women[ORIGINS.index(member)] = p.share(f"{table}.{name}")
    return np.stack([origin * (1 - women), origin * women])


def _region(p: Parameters, name: str) -> Floats:
    source = name if f"region.{name}.{REGIONS[0]}" in p else "population"
    shares = np.array([p.value(f"region.{source}.{r}") for r in REGIONS])
    return np.asarray(shares / shares.sum())


def _municipality_in_region(p: Parameters) -> Floats:
    """Share of each (anonymous) municipality within each region, shape (regions, municipalities)."""
    counts = [int(p.value(f"municipalities.{r}")) for r in REGIONS]
    shares = np.zeros((len(REGIONS), sum(counts)))
    first = 0
    for region, count in enumerate(counts):
        size = np.arange(1, count + 1) ** -p.value("municipalities.size_exponent")
        shares[region, first : first + count] = size / size.sum()
        first += count
    return shares


def _seniority(p: Parameters) -> Floats:
    shares = np.zeros((COUNT, SENIORITY_EDGES.size - 1))
    for name in _STOCKED:
        path = f"seniority.{name}"
        if path not in p:
            if p.value(f"stock.{name}"):
                raise Mistake(f"stock.{name} is not 0 but there is no parameter {path!r}")
            continue
        shares[CODE[name]] = p.values_of(path)
        if abs(shares[CODE[name]].sum() - 1) > 1e-6:
            raise Mistake(f"parameter {path!r} must sum to 1, sums to {shares[CODE[name]].sum():g}")
    return shares


def _remainder(what: str, total: Floats, others: Floats) -> Floats:
    rest = total - others
    if (rest < 0).any():
        worst = int(np.argmin(rest.ravel()))
        raise Mistake(
            f"the stocks contradict the population: by {what} (cell {worst}) the other statuses hold "
            f"{others.ravel()[worst]:,.0f} of {total.ravel()[worst]:,.0f} persons, nobody is left for {_REST}"
        )
    return rest
