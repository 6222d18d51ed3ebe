"""How often offers are given and sanctions follow: fitted to documented shares by running the model.

``borgerflow calibrate`` runs the baseline with a register, measures Tabel 3.2, Tabel 4.1, first offers and
sanctions of 2011-2013 through their measurement functions, moves each rate by the ratio of what is asked to what came out, and
does it again (``ROUNDS`` times). Then it writes ``offers.toml`` and the fitted rows of ``sanctions.toml``. Every
rate has a figure of its own, so no least squares is needed; rates that reach a bound show as misses in ``measured.csv``.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from agents.calendar import month
from agents.measures import OFFERED
from agents.statuses import CODE, family_members
from calibration.evidence import facts
from calibration.measure import MEASURES as FIGURES
from calibration.register import Register, from_spells
from sim.parameters import Parameters

ROUNDS = 8
SCALE, SEED = 0.1, 1
MONTHS = 6
"""Months run from the count: Tabel 3.2 looks at May to July 2014, first offers of those who began by June at September."""
_SYSTEM = (*family_members("kontanthjaelp"), *family_members("uddannelseshjaelp"))
_MOST = 0.98
_LONG = "duration>=6m"
_NAMES = {
    "uddannelseshjaelp_aabenlyst_parat": "uddannelseshjaelp_aabenlyst_uddannelsesparat",
    "uddannelseshjaelp_parat": "uddannelseshjaelp_uddannelsesparat",
}
"""Names that the tables of facts have for statuses, where they differ."""
_FIRST = {
    "kontanthjaelp": family_members("kontanthjaelp"), "uddannelseshjaelp": family_members("uddannelseshjaelp"),
    "ledighedsydelse": ("ledighedsydelse",), "sygedagpenge": ("sygedagpenge",), "ressourceforloeb": ("ressourceforloeb",),
}
_COMPANY = {"virksomhedspraktik": ("praktik_privat", "praktik_offentlig"), "nytteindsats": ("nytteindsats",), "loentilskud": ("loentilskud_privat", "loentilskud_offentlig")}
_TABLE = {
    "praktik_privat": "virksomhedspraktik_privat", "praktik_offentlig": "virksomhedspraktik_offentlig", "nytteindsats": "nyttejob",
    "loentilskud_privat": "loentilskud_privat", "loentilskud_offentlig": "loentilskud_offentlig",
}


def _fact(topic: str, measure: str, population: str, breakdown: str = "") -> float | None:
    """The value of one fact in per cent, as a share; None where there is none."""
    found = [f for f in facts().values() if (f.topic, f.measure, f.population, f.breakdown or "") == (topic, measure, population, breakdown)]
    return float(found[0].value) / 100 if found else None


class Fit:
    """Rates on their way to what is asked.

    Attributes:
        values: parameter values by path.
        misses: largest miss by figure, in points, of the last run.
    """

    def __init__(self, p: Parameters) -> None:
        self._p = p
        paths = [path for path in p if path.startswith(("offers.first", "offers.next", "offers.hours", "offers.mix", "sanctions.rate"))]
        self.values: dict[str, Any] = {path: p[path].value for path in (*paths, "sanctions.young", "sanctions.clustering")}
        self.misses: dict[str, float] = {}

    def round(self) -> None:
        """Run the model, measure, and move every rate."""
        from sim.model import BenefitModel

        model = BenefitModel(scale=SCALE, months=MONTHS, seed=SEED, register=True, parameters=self._p.changed(self.values))
        intensity: dict[str, list[float]] = {}
        while model.running:
            model.step()
            if month("2014-05") <= model.month <= month("2014-07"):
                for name in model.parameters.below("offers.hours"):
                    rows = model.rows_in(name)
                    long = rows[model.column("months_in_spell" if name in _SYSTEM else "months_in_status", rows) >= 6]
                    intensity.setdefault(name, []).append(float(model.population["measure_hours"][long].mean()) / 37 if long.size else np.nan)
        register = from_spells(model.spells(), persons=model.persons(), last=model.month, weight=model.weight)
        self.misses = {}
        self._first(register)
        self._next(register)
        self._kinds(register)
        for name, seen in intensity.items():
            asked = _fact("activation", "aktiveringsgrad", _NAMES.get(name, name), _LONG)
            if asked is not None:
                self._scale(f"offers.hours.{name}", asked, float(np.mean(seen)), most=37, name=f"intensity {name}")
        self._sanctions(register)
        for kind in ("first", "next", "hours", "mix"):
            self.values[f"offers.{kind}.jobafklaring"] = self.values[f"offers.{kind}.ressourceforloeb"]

    def _scale(self, path: str, asked: float, got: float, *, most: float, name: str) -> None:
        self.misses[name] = got - asked
        factor = np.clip(asked / max(got, 1e-4), 0.5, 2)
        self.values[path] = float(np.clip(self.values[path] * factor, 1e-4, most))

    def _chance(self, path: str, asked: float, got: float, *, name: str) -> None:
        """Move a chance at an interview by the ratio of the hazards that two shares stand for."""
        self.misses[name] = got - asked
        factor = np.clip(np.log1p(-asked) / min(np.log1p(-min(got, 0.99)), -1e-4), 0.6, 1.7) ** 0.8
        self.values[path] = float(np.clip(self.values[path] * factor, 1e-4, _MOST))

    def _first(self, register: Register) -> None:
        for name, statuses in _FIRST.items():
            asked = _fact("activation_timing", "share_first_offer_within_3m", name)
            got = FIGURES["first_offer"](register, "measure", statuses, month("2014-01"), month("2014-06"), 3)
            if asked is not None:
                for status in statuses:
                    self._chance(f"offers.first.{status}", asked, got, name=f"first offer {name}")

    def _next(self, register: Register) -> None:
        for status in self._p.below("offers.next"):
            asked = _fact("activation", "share_activated_last_3m", _NAMES.get(status, status), _LONG)
            if asked is None:
                continue
            counted = _SYSTEM if status in _SYSTEM else None
            got = FIGURES["share_active"](register, "measure", (status,), month("2014-05"), month("2014-07"), 6, None, counted)
            self._chance(f"offers.next.{status}", asked, got, name=f"active {status}")
            if status in ("dagpenge", "revalidering"):
                self.values[f"offers.first.{status}"] = self.values[f"offers.next.{status}"]

    def _kinds(self, register: Register) -> None:
        """Kinds of company offers by Tabel 4.1; guidance and education take what is left."""
        names = [m.name for m in OFFERED]
        for status in self._p.below("offers.mix"):
            if status not in CODE or _fact("company_oriented_participation", "share_in_company_oriented_offer", _NAMES.get(status, status), "offer=any") is None:
                continue
            mix = dict(zip(names, self.values[f"offers.mix.{status}"], strict=True))
            counted = _SYSTEM if status in _SYSTEM else None
            for value, members in _COMPANY.items():
                table = {m: _fact("company_oriented_participation", "share_in_company_oriented_offer", _NAMES.get(status, status), f"offer={_TABLE[m]}") or 0.0 for m in members}
                if status == "uddannelseshjaelp_aabenlyst_parat" and value == "loentilskud":
                    table = dict.fromkeys(members, 0.0)  # cannot get wage subsidy (004_107fd277d1b391d8.txt:1610-1613)
                asked = sum(table.values())
                got = FIGURES["share_active"](register, "measure", (status,), month("2014-04"), month("2014-06"), 6, (value,), counted)
                total = sum(mix[m] for m in members) * float(np.clip(asked / max(got, 1e-4), 0.5, 2)) ** 0.6 if asked else 0.0
                self.misses[f"{value} {status}"] = got - asked
                for m in members:
                    mix[m] = total * table[m] / asked if asked else 0.0
            company = sum(mix[m] for members in _COMPANY.values() for m in members)
            others = mix["vejledning"] + mix["uddannelse"]
            shrink = min(1.0, 0.95 / company) if company else 1.0
            rest = 1 - company * shrink
            for m, part in mix.items():
                mix[m] = part * shrink if m not in ("vejledning", "uddannelse") else (part / others if others else 0.5) * rest
            self.values[f"offers.mix.{status}"] = [float(v) for v in mix.values()]

    def _sanctions(self, register: Register) -> None:
        """Mean quarters of 2011 to 2013: share sanctioned by visitation group, its ratio to the number, and the under-30s' part."""
        quarters = [(f"{y}-{q:02d}", f"{y}-{q + 2:02d}") for y in (2011, 2012, 2013) for q in (1, 4, 7, 10)]
        ratios = []
        for status in ("kontanthjaelp_jobparat", "kontanthjaelp_aktivitetsparat"):
            asked, got = [], []
            for first, last in quarters:
                period = f"{first[:4]}Q{(int(first[5:]) + 2) // 3}"
                share = _quarter("share_recipients_sanctioned", status, period) / 100
                count = _quarter("availability_sanctions_count", status, period)
                window = (month(first), month(last))
                asked.append((share, count))
                got.append((
                    FIGURES["share_with_event"](register, "sanction", (status,), *window),
                    FIGURES["events_begun"](register, "sanction", *window, (status,)),
                ))
            a, g = np.mean(asked, axis=0), np.mean(got, axis=0)
            self._scale(f"sanctions.rate.{status}", float(a[0]), float(g[0]), most=20, name=f"sanctioned {status}")
            ratios.append((a[1] / a[0], g[1] / max(g[0], 1e-9)))
        for status in ("uddannelseshjaelp_aabenlyst_parat", "uddannelseshjaelp_parat"):
            self.values[f"sanctions.rate.{status}"] = self.values["sanctions.rate.kontanthjaelp_jobparat"]
        self.values["sanctions.rate.uddannelseshjaelp_aktivitetsparat"] = self.values["sanctions.rate.kontanthjaelp_aktivitetsparat"]
        self.misses["sanctions for each share, ratio - 1"] = float(np.mean([g / a for a, g in ratios])) - 1
        more = float(np.mean([a / g for a, g in ratios]))
        self.values["sanctions.clustering"] = float(np.clip(self.values["sanctions.clustering"] * more**2, 0.1, 8))
        young = FIGURES["share_of_events"](register, "sanction", "age=18-29", month("2011-01"), month("2013-12"), family_members("kontanthjaelp"))
        self.misses["sanctions of the under-30s"] = young - 0.667
        odds = (0.667 / 0.333) / max(young / max(1 - young, 1e-9), 1e-6)
        self.values["sanctions.young"] = float(np.clip(self.values["sanctions.young"] * np.clip(odds, 0.6, 1.6), 0.2, 20))


def _quarter(measure: str, population: str, period: str) -> float:
    return next(float(f.value) for f in facts().values() if (f.measure, f.population, f.period) == (measure, population, period))


def write(values: Mapping[str, Any], folder: Path) -> None:
    """Put values into the files of the vintage in ``folder``, line by line, and leave everything else as it is."""
    for file in ("offers.toml", "sanctions.toml"):
        section, lines = "", []
        for written in (folder / file).read_text(encoding="utf-8").splitlines():
            line = written
            if line.startswith("["):
                section = line.strip("[]")
            path = f"{section}.{line.split(' = ')[0]}"
            if path in values:
                line = re.sub(r"value = (\[[^]]*\]|[^,}]+?)(?=[,\s}])", f"value = {rounded(values[path])}", line, count=1)
            lines.append(line)
        (folder / file).write_text("\n".join(lines) + "\n", encoding="utf-8")


def rounded(value: Any) -> Any:
    """A rate, or a list of them, to four digits, as the files have it."""
    if isinstance(value, list):
        return [float(f"{v:.4g}") for v in value]
    return float(f"{value:.4g}")
