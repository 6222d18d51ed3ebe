"""How much the practice of municipalities differs, as far as the documents can tell."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import ndtri

from agents.mistake import Mistake
from calibration.evidence import FOLDER, Fact, facts

Floats = npt.NDArray[np.float64]

_SANCTIONED, _SANCTIONS = "share_recipients_sanctioned", "availability_sanctions_count"


@dataclass(frozen=True)
class SanctionSpread:
    """Spread over municipalities (each counting once) of who was sanctioned in a year.

    Attributes:
        mean: mean of the shares of recipients sanctioned at least once in the year.
        gross: standard deviation of the shares.
        net: the same less binomial noise.
        log_net: standard deviation of the logarithm of a lognormal factor on the intensity of sanctions, less noise.
        se: standard error of ``log_net``: what so few municipalities leave open.
        log_net_clustered: as ``log_net`` if sanctions cluster on persons as much as the national figures say.
    """

    mean: float
    gross: float
    net: float
    log_net: float
    se: float
    log_net_clustered: float


def sanction_spread(folder: Path = FOLDER, sanctions_each: float | None = None) -> SanctionSpread:
    """Spread of the annual shares of 2013 (Bilag 3, 004_107fd277d1b391d8.txt:3423-3530), net of sampling noise.

    1. Recipients. The table has sanctions and the share of *persons* sanctioned, but no recipients. Sanctions divided by the
       share are recipients times sanctions for each person sanctioned. That number is unknown; it is at least 1, and so
       large at most that the recipients of a year are those of one week (heads of week 20 of 2014, Tabel 3.1). It is taken
       at its largest (few recipients, much noise, little spread that is left) and alike everywhere; ``sanctions_each``
       takes another.
    2. Noise. The variance of a share p is p (1 - p) / recipients. Its mean over municipalities is subtracted from the
       variance between them.
    3. Factor. Annual is matched with annual: a lognormal factor on the intensity of sanctions, dealt as the model deals it,
       gives annual shares 1 - exp(-intensity) with the net coefficient of variation. That is for recipients who are alike and
       there all year. Where few persons get most sanctions the same shares need a wider factor: if intensities of persons are
       gamma distributed with variance c (mean 1), the share is 1 - (1 + c intensity)^(-1/c). Nationally c follows from the
       share sanctioned and the sanctions for each recipient.

    Citizen mix is not removed: no row says who the recipients of a municipality are. Raises Mistake when the facts do not
    fit together.
    """
    share, sanctions = _by_municipality(list(facts(folder).values()))
    known = sanctions / share
    each = known.sum() / _heads_of_one_week(folder) if sanctions_each is None else sanctions_each
    recipients = known / each
    mean, net = float(share.mean()), _net(share, share * (1 - share) / recipients)
    log_net = _log_spread(mean, net, 0.0, share.size)
    clustering = _clustering(sanctions.sum() / known.sum(), sanctions.sum() / recipients.sum())
    return SanctionSpread(
        mean=mean,
        gross=float(share.std(ddof=1)),
        net=net,
        log_net=log_net,
        se=float(log_net / np.sqrt(2 * (share.size - 1))),
        log_net_clustered=_log_spread(mean, net, clustering, share.size),
    )


def _log_spread(mean: float, net: float, clustering: float, count: int) -> float:
    """Log standard deviation of the factor whose annual shares have the coefficient of variation ``net / mean`` (step 3)."""
    steps = ndtri((np.arange(count) + 0.5) / count)

    def variation(spread: float) -> float:
        factor = np.exp(spread * steps / steps.std())
        shares = annual_share(_intensity(mean, clustering) * factor / factor.mean(), clustering)
        return float(shares.std(ddof=1) / shares.mean())

    return float(brentq(lambda spread: variation(spread) - net / mean, 0.0, 5.0))


def annual_share(intensity: Floats, clustering: float) -> Floats:
    """Share sanctioned at least once in a year, from sanctions for each recipient in a year."""
    return np.asarray(-np.expm1(-np.log1p(clustering * intensity) / clustering if clustering else -intensity))


def _intensity(share: float, clustering: float) -> float:
    """The intensity that gives a share: the inverse of :func:`annual_share`."""
    return float(np.expm1(-clustering * np.log1p(-share)) / clustering if clustering else -np.log1p(-share))


def _clustering(share: float, each: float) -> float:
    """Variance of a gamma distribution of persons in which ``each`` sanctions a head fall on a ``share`` of them; 0 when
    they are fewer than if all persons were alike."""

    def missed(c: float) -> float:
        return float(-np.log1p(c * each) / c - np.log1p(-share))

    return float(brentq(missed, 1e-9, 1e3)) if missed(1e-9) < 0 else 0.0


def _net(values: Floats, noise: Floats) -> float:
    """Standard deviation of values less the mean of their noise (variances)."""
    return float(np.sqrt(max(values.var(ddof=1) - noise.mean(), 0.0)))


def _by_municipality(known: list[Fact]) -> tuple[Floats, Floats]:
    """Share sanctioned and number of sanctions by municipality, in the order of their names."""
    tables: dict[str, dict[str, float]] = {
        measure: {
            f.breakdown: f.value for f in known
            if f.topic == "sanctions_municipal" and f.measure == measure and f.breakdown.startswith("municipality=")
        }
        for measure in (_SANCTIONED, _SANCTIONS)
    }
    names = sorted(tables[_SANCTIONED])
    if names != sorted(tables[_SANCTIONS]) or len(names) < 3:
        raise Mistake(
            f"sanctions_municipal: {len(names)} municipalities with {_SANCTIONED}, {len(tables[_SANCTIONS])} with {_SANCTIONS}; "
            "it must be the same, three at least"
        )
    share, sanctions = (np.array([tables[m][name] for name in names]) for m in (_SANCTIONED, _SANCTIONS))
    wrong = ~((share > 0) & (share < 100) & (sanctions > 0))
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        raise Mistake(
            f"sanctions_municipal, {names[first]}: {share[first]:g} pct sanctioned and {sanctions[first]:g} sanctions; "
            "the share must lie between 0 and 100, the number above 0"
        )
    return share / 100, sanctions


def _heads_of_one_week(folder: Path) -> float:
    """Persons on kontanthjælp or uddannelseshjælp in week 20 of 2014."""
    heads = [
        f.value for f in facts(folder).values()
        if f.topic == "stock_by_benefit" and f.measure == "persons_on_benefit" and f.period == "2014 week 20"
        and f.population.startswith(("kontanthjaelp", "uddannelseshjaelp"))
    ]
    if not heads:
        raise Mistake("stock_by_benefit: no heads of week 20 of 2014 on kontanthjaelp or uddannelseshjaelp")
    return sum(heads)
