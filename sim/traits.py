"""Margins of the traits, made from parameters: register flags by status, and what clusters with them."""

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import gammaincinv, gammaln

from agents.flags import COMBINATIONS, FLAGS, clustering, independent, rake
from agents.mistake import Mistake
from agents.statuses import COUNT, RESIDENT, Status
from agents.traits import YES_NO, Amount, TraitMargins, chances
from sim.parameters import Parameters

Floats = npt.NDArray[np.float64]

_LIKE = {
    "uddannelseshjaelp_aabenlyst_parat": "kontanthjaelp_jobparat",
    "uddannelseshjaelp_parat": "kontanthjaelp_jobparat",
    "uddannelseshjaelp_aktivitetsparat": "kontanthjaelp_aktivitetsparat",
    "ressourceforloeb": "kontanthjaelp_aktivitetsparat",
    "jobafklaring": "sygedagpenge",
    "arbejdsmarkedsydelse": "dagpenge",
    "saerlig_uddannelsesydelse": "dagpenge",
}
"""Statuses that the documents do not know, and whose traits they are assumed to have."""

_RESIDENT = [s.code for s in RESIDENT]


def read_traits(p: Parameters, stock: Floats) -> TraitMargins:
    """Traits by status as margins.

    Args:
        p: parameters.
        stock: persons by status, shape (statuses,): the weights of the whole population and of groups that a document
            gives one figure for.

    Raises Mistake when shares and counts of flags contradict each other, or no distribution has the amounts of debt.
    """
    flags = _flags(p, stock)
    log_odds = {trait: _log_odds(p, trait) for trait in YES_NO}
    share = {trait: _shares(p, trait, flags, log_odds[trait], stock) for trait in YES_NO}
    ratio = np.ones(COUNT)
    for status in RESIDENT:
        ratio[status.code] = p.value(f"public_debt_ratio.{_row(p, 'public_debt_ratio', status)}")
    return TraitMargins(
        flags=flags,
        share=share,
        log_odds=log_odds,
        amount=fit_amount(*(p.value(f"public_debt_amount.{figure}") for figure in ("mean", "p10", "p90"))),
        amount_ratio=_with_everybody(ratio, stock * share["public_debt"]),
    )


def fit_amount(mean: float, p10: float, p90: float) -> Amount:
    """The generalised gamma distribution with this mean and these deciles, all in DKK.

    Of the two-parameter families with the two deciles, Weibull has a mean 16 % too low for the documented debts, and
    lognormal one 32 % too high; their common family of three parameters meets all three figures. What the figures do not
    say is the far tail: here one debtor in a hundred owes more than 1.9 million DKK, and half owe less than 28,500.

    Raises Mistake when no distribution between Weibull and lognormal has them.
    """
    if not 0 < p10 < p90:
        raise Mistake(f"public_debt_amount: p10 = {p10:g} must lie between 0 and p90 = {p90:g}")

    def with_shape(log_shape: float) -> tuple[Amount, float]:
        shape = float(np.exp(log_shape))
        low, high = gammaincinv(shape, [0.1, 0.9])
        power = float(np.log(high / low) / np.log(p90 / p10))
        log_scale = float(np.log(p90) - np.log(high) / power)
        log_mean = log_scale + float(gammaln(shape + 1 / power) - gammaln(shape))
        return Amount(shape, power, float(np.exp(log_scale))), log_mean - float(np.log(mean))

    weibull, nearly_lognormal = 0.0, float(np.log(100.0))
    least, most = sorted(mean * float(np.exp(with_shape(end)[1])) for end in (weibull, nearly_lognormal))
    if not least < mean < most:
        raise Mistake(
            f"public_debt_amount.mean = {mean:g} does not go with p10 = {p10:g} and p90 = {p90:g}: "
            f"allowed are {least:,.6g} to {most:,.6g} DKK"
        )
    return with_shape(brentq(lambda x: with_shape(x)[1], weibull, nearly_lognormal, xtol=1e-12))[0]


def _row(p: Parameters, table: str, status: Status) -> str:
    """The row of a table that holds for a status: its own, its family's, those of its like, its group's, or ``outside``."""
    like = next((s for s in RESIDENT if s.name == _LIKE.get(status.name)), status)
    for name in (status.name, status.family, like.name, like.family, status.group):
        if f"{table}.{name}" in p:
            return name
    return "outside"


def _log_odds(p: Parameters, trait: str) -> Floats:
    odds = p.values_of(f"odds_ratio.{trait}")
    if not (odds > 0).all():
        raise Mistake(f"parameter 'odds_ratio.{trait}': every ratio must be more than 0")
    return np.log(odds)


def _shares(p: Parameters, trait: str, flags: Floats, log_odds: Floats, stock: Floats) -> Floats:
    """Share with the trait by status. Where one row holds for several statuses, those with more flags have it more often,
    and the row's share is that of all of them together."""
    share = np.zeros(COUNT)
    rows: dict[str, list[int]] = {}
    for status in RESIDENT:
        rows.setdefault(_row(p, trait, status), []).append(status.code)
    for row, codes in rows.items():
        persons = stock[codes] if stock[codes].any() else np.ones(len(codes))
        share[codes] = flags[codes] @ chances(p.share(f"{trait}.{row}"), log_odds, persons @ flags[codes])
    return _with_everybody(share, stock)


def _with_everybody(of_status: Floats, weight: Floats) -> Floats:
    """Give statuses without a stock the mean of all residents, weighted."""
    of_residents = weight[_RESIDENT] if weight[_RESIDENT].any() else np.ones(len(_RESIDENT))
    mean = np.average(of_status[_RESIDENT], weights=of_residents)
    table = np.full(of_status.shape, mean)
    table[_RESIDENT] = of_status[_RESIDENT]
    return table


def _flags(p: Parameters, stock: Floats) -> Floats:
    """Shares of the combinations of register flags by status, shape (statuses, COMBINATIONS).

    Counts of flags per person are documented for the population, the edge group and kontanthjælp aktivitetsparat; other
    statuses of the edge group cluster like the whole group (assumed). Whoever is on none of these benefits has what is left
    of the population. Uddannelseshjælp is for people without a qualifying education. The persons with four flags were
    counted in 2012, when all aktivitetsparate were on kontanthjælp: both groups of today have their share.
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

    on_edge = [s for s in RESIDENT if s.group == "edge"]
    outside = np.maximum(everybody - stock[[s.code for s in on_edge]].sum() / stock[_RESIDENT].sum() * edge, 0)
    table = np.broadcast_to(everybody, (COUNT, COMBINATIONS)).copy()
    table[_RESIDENT] = outside / outside.sum()
    for status in on_edge:
        of_status = shares(_LIKE.get(status.name, status.name))
        four = p.share("flags_per_person.kontanthjaelp_aktivitetsparat.four") if _is_aktivitetsparat(status) else None
        if status.family == "uddannelseshjaelp":
            of_status[0] = 1.0
        if status.name == "kontanthjaelp_aktivitetsparat":
            table[status.code] = rake(independent(of_status), of_status, *counts(status.name), four)
        else:
            table[status.code] = rake(independent(of_status) * cluster, of_status, four=four)
    return table


def _is_aktivitetsparat(status: Status) -> bool:
    return status.name.endswith("aktivitetsparat")
