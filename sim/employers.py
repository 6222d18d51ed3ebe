"""Employers and their places: who offers how many, who is placed with whom, and what experience does to willingness.

Supported places (virksomhedspraktik, nytteindsats, løntilskud) are scarce three times: by law, by willingness, and by the
hours in which jobcentres look for places. A place is found in the citizen's municipality, else with somebody in the region.
"""

from typing import Any

import numba as nb
import numpy as np
import numpy.typing as npt

from agents.calendar import Month, chance_in_a_month
from agents.column import Rows, Store
from agents.employer import NO_EMPLOYER, PUBLIC, SIZE_EDGES, Employer, most_supported
from agents.luck import ALWAYS, Luck
from agents.municipality import row_of
from agents.population import largest_remainder
from agents.statuses import CODE
from agents.workplaces import SECTORS, SIZE_CLASSES
from sim.in_force import InForce
from sim.parameters import Parameters
from sim.places import hand_out, places_asked_for

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_FLEKSJOB = CODE["fleksjob"]
_CARRIED = 2.0
"""Months of outreach that can be saved up."""


class Employers:
    """The employers of the country.

    Attributes:
        employers: the workplaces.
        hours, hours_added: hours of outreach this month, and those of them that policies added.
        allowed: most supported persons that the law has allowed each employer so far.
        outreach_factor, quota_factor: factors on this month's hours of outreach and on the law's quota; set back each month.
    """

    def __init__(
        self, model: Any, citizens: Store, p: InForce, luck: Luck, *, share: Floats, region: npt.NDArray[np.integer],
        cooperation: Floats, outreach: Floats, scale: float, first_id: int,
    ) -> None:
        """``share`` of the population, ``region``, share of employers who cooperate and factor on ``outreach``, by
        municipality."""
        self._citizens, self._p = citizens, p
        self._region = region.astype(np.int64)
        names = ("sector", "public", "few", "reserve", "fleks", "slots", "applicants", "commute", "placed")
        self._streams = {name: luck.stream(f"employers.{name}") for name in names}
        columns = self._columns(share, cooperation, scale)
        self.employers = Store(model, Employer, columns["staff"].size, columns, first_id=first_id)
        self._scale, self._share, self._outreach = scale, share, outreach
        self.hours = self.hours_added = 0.0
        self._carried = np.zeros(share.size)
        self.allowed = self.employers["cap"].astype(np.int64)
        self.outreach_factor = np.ones(share.size)
        self.quota_factor = np.ones(share.size)

    def _columns(self, share: Floats, cooperation: Floats, scale: float) -> dict[str, npt.NDArray[Any]]:
        p = self._p
        numbers = np.round(p.values_of("employers.number") * scale).astype(np.int64)
        by_place = [largest_remainder(share, int(n)) for n in numbers]
        size_class = np.repeat(np.arange(len(SIZE_CLASSES)), numbers)
        municipality = np.concatenate([np.repeat(np.arange(share.size), counts) for counts in by_place])
        size, rows = size_class.size, np.arange(size_class.size)
        low, high = np.array(SIZE_EDGES[:-1])[size_class], np.array(SIZE_EDGES[1:])[size_class]
        staff = np.floor(low * (high / low) ** self._trait("placed", rows)).astype(np.int64)
        private = np.array([p.value(f"employers.sectors.{name}") for name in list(SECTORS)[:PUBLIC]])
        sector = np.searchsorted(np.cumsum(private) / max(private.sum(), 1e-9), self._trait("sector", rows), side="right")
        is_public = self._trait("public", rows) < p.values_of("employers.public")[size_class]
        sector = np.where(is_public, PUBLIC, np.minimum(sector, PUBLIC - 1))
        willing = np.array([p.value(f"employers.willing.{name}") for name in SECTORS])[sector]
        willing /= willing.mean() if size else 1.0
        cap = most_supported(staff)
        few = ~is_public & (self._trait("few", rows) < p.share("employers.few"))
        many = np.maximum(1, np.round(cap * p.value("employers.many_places")))
        wanted = np.minimum(cap, np.where(few, round(p.value("employers.few_places")), many))
        base = np.clip(cooperation[municipality] * willing, 0, 1)
        fleks = np.maximum(1, staff // round(p.value("employers.fleks_places")))
        return {
            "municipality": municipality + 1, "sector": sector, "size_class": size_class, "staff": staff, "cap": cap,
            "wanted": wanted, "fleks_wanted": fleks, "base": base, "willingness": base, "reserve": self._trait("reserve", rows),
        }

    def _trait(self, name: str, rows: Rows) -> Floats:
        return self._streams[name].uniform(ALWAYS, rows)

    # ---------------------------------------------------------------- month by month
    def open_month(self) -> None:
        """Experience fades a little; employers say how many places they offer; outreach hours of the month come."""
        e, p = self.employers, self._p
        willingness = e["willingness"]
        willingness += (e["base"] - willingness) * chance_in_a_month(self._at("employers.forgets"))
        quota = self.quota_factor[e["municipality"].astype(np.int64) - 1]
        cap = np.where(quota == 1, e["cap"], np.maximum(1, np.floor(e["cap"] * quota)))
        few = e["wanted"] <= round(p.own.value("employers.few_places"))
        wanted = np.where(few | (quota <= 1), e["wanted"], np.floor(e["wanted"] * quota))  # a part of what is allowed
        offered = np.where(e["willingness"] * self._at("employers.readiness") >= e["reserve"], np.minimum(wanted, cap), 0)
        e["offered"][:] = np.maximum(offered, np.minimum(e["used"], cap))
        self.allowed = np.maximum(self.allowed, cap.astype(np.int64))
        hours = self._places() * self.outreach_factor
        minutes = p.by_municipality(Parameters.value, "outreach.minutes")
        own = p.own.value("outreach.hours") * self._scale * self._share / self._share.sum() * self._outreach
        worked = hours * minutes / 60
        self.hours, self.hours_added = float(worked.sum()), float((worked - own).sum())
        saved = np.maximum(_CARRIED * np.maximum(hours, 1.0), self._carried)
        self._carried = np.minimum(self._carried + hours, saved)
        self.outreach_factor[:] = self.quota_factor[:] = 1

    def _places(self) -> Floats:
        """Places that outreach finds in a month, by municipality."""
        hours, minutes = (self._p.by_municipality(Parameters.value, f"outreach.{name}") for name in ("hours", "minutes"))
        return np.asarray(hours * 60 / minutes * self._scale * self._share / self._share.sum() * self._outreach)

    def _at(self, path: str) -> Any:
        """A number in force where each employer is, or one for all."""
        if len(self._p.versions) == 1:
            return self._p.value(path)
        return self._p.by_municipality(Parameters.value, path)[self.employers["municipality"].astype(np.int64) - 1]

    def place(self, rows: Rows, is_public: Bools, since: npt.NDArray[np.integer], now: Month) -> Integers:
        """Find places for citizens, those who have waited longest first, as far as outreach hours and offered places go.

        Returns the employer of each of ``rows``, NO_EMPLOYER where none was found. Places found are taken.
        """
        order = np.lexsort((self._streams["applicants"].bits(now, rows), since))
        return self._matched(rows, is_public, order, "used", now, self._carried)

    def place_fleksjob(self, rows: Rows, now: Month) -> Integers:
        """Find employers for people approved for fleksjob: no legal quota and no outreach, but willing employers."""
        order = np.argsort(self._streams["applicants"].bits(now, rows))
        return self._matched(rows, np.zeros(rows.size, bool), order, "fleks_used", now, np.full(self._region.size, np.inf))

    def _matched(self, rows: Rows, is_public: Bools, order: Rows, used: str, now: Month, hours: Floats) -> Integers:
        """Pair citizens, in ``order``, with free places: in the municipality, then in the region, as many as ``hours`` of each
        municipality (in places found) allow; what is used of them is taken off."""
        found = np.full(rows.size, NO_EMPLOYER, np.int64)
        if not order.size:
            return found
        e, at, free = self.employers, row_of(self._citizens, rows), self._free(used)
        municipality = e["municipality"].astype(np.int64) - 1
        public = (e["sector"] == PUBLIC) & (used == "used")  # fleksjob asks for no sector
        luck = self._streams["slots"].bits(now, np.arange(e.size)) >> np.uint64(16)
        commutes = self._streams["commute"].uniform(now, rows) < self._p.share("outreach.commute", rows)
        taken, kinds = np.zeros(e.size, np.int64), 2 * self._region.size
        for place_of, who in ((np.arange(self._region.size), np.ones(rows.size, bool)), (self._region, commutes)):
            queue = order[(found[order] == NO_EMPLOYER) & who[order]]
            asks = place_of[at] * 2 + is_public
            places, kind, turn = places_asked_for(queue, asks, place_of[municipality] * 2 + public, kinds, free, taken, luck)
            if places.size:
                by_turn = np.lexsort((turn, kind))
                hand_out(queue, asks, at, kinds, places[by_turn], kind[by_turn], hours, found, taken)
        e[used][:] += taken.astype(e[used].dtype)
        e["last_citizen"][taken > 0] = now
        return found

    def _free(self, used: str) -> Integers:
        """Free places of each employer: supported ones (``used``), or for fleksjob."""
        e = self.employers
        if used == "used":
            return np.maximum(e["offered"].astype(np.int64) - e["used"], 0)
        willing = e["willingness"] * self._at("employers.fleks_willing") * self._at("employers.readiness") >= e["reserve"]
        return np.maximum(np.where(willing, e["fleks_wanted"], 0).astype(np.int64) - e["fleks_used"], 0)

    def leave(self, employer: npt.NDArray[np.integer]) -> None:
        """Supported persons leave their places."""
        np.subtract.at(self.employers["used"], employer, 1)

    def learn(self, employer: npt.NDArray[np.integer], *, good: bool) -> None:
        """Courses with these employers (as often as each occurs) have ended: completed ones raise willingness, broken ones lower
        it."""
        if not employer.size:
            return
        e = self.employers
        rate, count, goal = (_good, "good", 1.0) if good else (_bad, "bad", 0.0)
        _learn(employer, goal, self._p.version_of, self._p.stacked(rate), e["municipality"], e["willingness"], e[count])

    # ---------------------------------------------------------------- the beginning
    def take_over(self, state: dict[str, npt.NDArray[Any]]) -> None:
        """Go on with the employers of another model of the same country, scale and parameters."""
        for name, array in self.employers.arrays.items():
            array[:] = state[f"employer.{name}"]
        self._carried = state["outreach_carried"].copy()

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Everything that is to go on in a model that starts where this one ends."""
        return {f"employer.{name}": array for name, array in self.employers.arrays.items()} | {"outreach_carried": self._carried}

    def count(self, supported: npt.NDArray[np.integer], in_fleksjob: npt.NDArray[np.integer]) -> Bools:
        """Count who is where anew; returns which of ``supported`` (employers, one a person) are more than the law allows."""
        e = self.employers
        e["fleks_used"][:] = np.bincount(in_fleksjob, minlength=e.size)
        order = np.argsort(supported, kind="stable")
        within = _rank(supported[order], e.size)
        too_many = np.zeros(supported.size, bool)
        too_many[order] = within >= e["cap"][supported[order]]
        e["used"][:] = np.bincount(supported[~too_many], minlength=e.size)
        return too_many

    def anywhere(self, rows: Rows, now: Month) -> Integers:
        """Employers for people who are in fleksjob before the first month: any in their municipality, else in the country."""
        at = row_of(self._citizens, rows)
        by_place = np.argsort(self.employers["municipality"], kind="stable")
        number = np.bincount(self.employers["municipality"].astype(np.int64) - 1, minlength=self._region.size)
        first = np.cumsum(number) - number
        draw = self._streams["fleks"].uniform(now, rows)
        here = np.where(number[at] > 0, first[at] + (draw * number[at]).astype(np.int64), (draw * by_place.size).astype(np.int64))
        return np.asarray(by_place[here] if by_place.size else np.full(rows.size, NO_EMPLOYER))


@nb.njit(nogil=True, cache=True)
def _learn(employer, goal, version_of, rate, municipality, willingness, count):  # type: ignore[no-untyped-def]
    """Move the willingness of employers towards a goal, by a ``rate`` for each time that one occurs, and count the times. Columns of all
    employers: ``municipality``, ``willingness`` and ``count``; the last two are written."""
    times = np.zeros(willingness.size)
    for e in employer:
        times[e] += 1
        count[e] += 1
    for e in employer:
        if times[e] > 0:
            left = (1 - rate[version_of[municipality[e] - 1]]) ** times[e]
            willingness[e] += (np.float32(goal) - willingness[e]) * (1 - left)
            times[e] = 0


def _good(p: Parameters) -> float:
    """How much of what is missing to full willingness a course that went well adds."""
    return p.value("employers.good")


def _bad(p: Parameters) -> float:
    """How much of willingness a course that was broken off takes."""
    return p.value("employers.bad")


def _rank(key: npt.NDArray[np.integer], keys: int) -> Integers:
    """Position of each entry among those with its key; ``key`` is sorted."""
    count = np.bincount(key, minlength=keys)
    return np.asarray(np.arange(key.size) - (np.cumsum(count) - count)[key])
