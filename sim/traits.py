"""Margins of traits from parameters."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares
from scipy.special import gammaincinv, gammaln

from agents.flags import COMBINATIONS, FLAGS, clustering, independent, rake
from agents.mistake import Mistake
from agents.statuses import CODE, COUNT, RESIDENT, STATUSES
from agents.traits import BINARY, TraitMargins
from sim.parameters import Parameters

Floats = npt.NDArray[np.float64]

_LIKE = {
    "uddannelseshjaelp_aabenlyst_parat": "kontanthjaelp_jobparat",
    "uddannelseshjaelp_parat": "kontanthjaelp_jobparat",
    "uddannelseshjaelp_aktivitetsparat": "kontanthjaelp_aktivitetsparat",
    "ressourceforloeb": "kontanthjaelp_aktivitetsparat",
    "jobafklaring": "sygedagpenge",
}
"""Statuses that Bilag 3.12 does not know, and whose flags they are assumed to have."""


def read_traits(p: Parameters, stock: Floats) -> TraitMargins:
    """Margins of traits; ``stock`` is persons by status code."""
    return TraitMargins(
        flags=_flags(p, stock),
        shares={name: np.array([_share(p, name, s.name, s.family) for s in STATUSES]) for name in BINARY},
        odds=p.value("traits.odds_per_flag"),
        debt=_debt(*(p.value(f"debt.{key}") for key in ("mean", "p10", "p90"))),
    )


def _share(p: Parameters, trait: str, status: str, family: str) -> float:
    """Share with a trait: of the status, else of its family, else of all others."""
    return p.share(next(path for key in (status, family, "other") if (path := f"trait.{trait}.{key}") in p))


@lru_cache(maxsize=8)
def _debt(mean: float, p10: float, p90: float) -> tuple[float, float, float]:
    """Scale, shape and power of the generalised gamma distribution with this mean and these deciles, in DKK.

    The three documented figures fix its three parameters. (A lognormal with the two deciles has a mean a third too high.)
    Raises Mistake when no such distribution has them.
    """

    def misses(x: Floats) -> list[float]:
        scale, shape, power = np.exp(x)
        deciles = scale * gammaincinv(shape, np.array([0.1, 0.9])) ** (1 / power)
        log_mean = np.log(scale) + gammaln(shape + 1 / power) - gammaln(shape)
        return [log_mean - np.log(mean), *np.log(deciles / np.array([p10, p90]))]

    power = np.log(np.log(10) / -np.log(0.9)) / np.log(p90 / p10)  # a Weibull distribution has these deciles
    found = least_squares(misses, np.log([p90 / np.log(10) ** (1 / power), 1.0, power]), bounds=(np.log(1e-3), np.log(1e9)))
    if found.cost > 1e-8:
        raise Mistake(f"debt.mean = {mean:g}: no distribution of debt has this mean with deciles {p10:g} and {p90:g}")
    scale, shape, power = np.exp(found.x)
    return float(scale), float(shape), float(power)


def _flags(p: Parameters, stock: Floats) -> Floats:
    """Shares of the combinations of register flags by status, shape (statuses, COMBINATIONS); those of the population for
    people who are not yet 18.

    Counts of flags per person are documented for the population, the edge group and kontanthjælp aktivitetsparat; other
    statuses of the edge group cluster like the whole group (assumed). Whoever is on none of these benefits has what is left
    of the population. Uddannelseshjælp is for people without a qualifying education.
    """

    def counts(group: str) -> tuple[float, float]:
        return p.share(f"flags_per_person.{group}.none"), p.share(f"flags_per_person.{group}.two_or_more")

    def shares(name: str) -> Floats:
        return np.array([p.share(f"flag.{flag}.{name}") for flag in FLAGS])

    edge_shares, (edge_none, edge_several) = shares("edge"), counts("edge")
    edge = rake(independent(edge_shares), edge_shares, edge_none, edge_several)
    cluster = clustering(edge)
    several = (edge_shares.sum() - (1 - edge_none - edge_several)) / edge_several  # mean flags of those with two or more
    none, two = counts("population")
    population = shares("population")
    population[0] = 1 - none - two + several * two - population[1:].sum()  # ages 20-50, to whom the counts refer
    everybody = rake(independent(population), population, none, two)

    table = np.zeros((COUNT, COMBINATIONS))
    on_edge = [s for s in RESIDENT if s.group == "edge"]
    weight = stock[[s.code for s in on_edge]].sum() / stock[[s.code for s in RESIDENT]].sum()
    outside = np.maximum(everybody - weight * edge, 0)
    table[:] = outside / outside.sum()
    table[CODE["entry"]] = everybody
    for status in on_edge:
        name = _LIKE.get(status.name, status.name)
        of_status = shares(name)
        if status.family == "uddannelseshjaelp":
            of_status[0] = 1.0
        if status.name == "kontanthjaelp_aktivitetsparat":
            table[status.code] = rake(independent(of_status), of_status, *counts(status.name))
        else:
            table[status.code] = rake(independent(of_status) * cluster, of_status)
    return table
