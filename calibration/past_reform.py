"""Past reforms: what the reforms of 2013 and 2014 did in the model, rule and practice apart.

People live the history and go on to ``LAST`` in four worlds for each reform, all with the same luck: with both of its parts,
with each alone, with neither. A part is switched off where the model has it: a benefit is withheld, a month from which a rule
holds is put off, an inflow of earlier years goes on. ``python -m calibration.past_reform`` (``make fit`` does it) writes
``sim/parameters/2014/past_reforms.csv``: what was measured in each world and replication. What it says beside the documents is
in :mod:`calibration.past_tables`.

People are those who live on from the history; nobody is chosen anew at the count, so levels differ from those of a run that
starts there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from agents.calendar import label, month
from agents.mistake import Mistake
from agents.statuses import withheld
from calibration.past_figures import DAGPENGE, KONTANTHJAELP, PENSION, Figure, outcomes, series
from calibration.register import Register, from_spells
from sim.parameters import DEFAULT_VINTAGE, FOLDER, Parameters, load
from sim.whole_file import write_table

FILE = FOLDER / DEFAULT_VINTAGE / "past_reforms.csv"
SCALE, REPLICATIONS, SEED = 0.04, 6, 1
"""The runs behind the shipped file."""
LAST = "2015-04"
"""Last month lived: a year after the count, the last that a documented inflow is measured in."""
COLUMNS = ("reform", "world", "figure", "first", "last")
"""Columns of the file; those of the replications, numbered from 1, follow."""

BOTH, NEITHER = "both", "neither"
"""Worlds with both parts of a reform, and with neither; the other two have the name of the part that they keep."""
_PUT_OFF = 209912.0
"""The month (yyyymm) to which a rule is put off: after everything that can be simulated."""


@dataclass(frozen=True)
class Part:
    """What can be switched off of a reform.

    Attributes:
        name: its name in files.
        kind: a rule of law, or practice: how often cases come and are granted under it.
        en, da: what it is.
        benefits: benefits that begin with it.
        months: parameters that hold the month (or months) from which it is in force.
        none: parameters that are 0 without it.
        as_in: inflows by year (``past.inflow``) that without it stay as they were in the year before the reform.
    """

    name: str
    kind: Literal["rule", "practice"]
    en: str
    da: str
    benefits: tuple[str, ...] = ()
    months: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    as_in: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reform:
    """A reform: its name, the month in which it came into force with the fact that says so, and its two parts."""

    name: str
    en: str
    da: str
    fact: str
    begins: str
    parts: tuple[Part, Part]

    @property
    def worlds(self) -> tuple[str, str, str, str]:
        """Names of its worlds, the one that came about first."""
        return (BOTH, self.parts[0].name, self.parts[1].name, NEITHER)

    def without(self, world: str) -> tuple[Part, ...]:
        """Parts that are switched off in a world. Raises Mistake for another world's name."""
        if world not in self.worlds:
            raise Mistake(f"reform {self.name!r} has the worlds {', '.join(self.worlds)}, not {world!r}")
        return tuple(p for p in self.parts if world not in (BOTH, p.name))

    @property
    def has_practice(self) -> bool:
        """Whether the model has a practice of this reform that can be switched off."""
        return any(p.kind == "practice" for p in self.parts)


REFORMS: tuple[Reform, ...] = (
    Reform(
        PENSION, "Førtidspension and fleksjob, January 2013", "Førtidspension og fleksjob, januar 2013",
        "koch_5_crosssector-898964db", "2013-01",
        (
            Part(
                "rule", "rule", "Ressourceforløb, also instead of a pension under 40; fleksjob of few hours",
                "Ressourceforløb, også i stedet for pension under 40 år; fleksjob på få timer",
                benefits=("ressourceforloeb",), months=("fleksjob.hours_from",),
            ),
            Part(
                "practice", "practice", "Fewer cases for førtidspension come up each year, and fewer are granted",
                "Færre sager om førtidspension rejses hvert år, og færre bevilges",
                none=("team.tightening",), as_in=("foertidspension",),
            ),
        ),
    ),
    Reform(
        DAGPENGE, "Halved right to dagpenge, first felt in January 2013", "Halveret dagpengeret, første gang mærket i januar 2013",
        "koch_2_target_groups-7404ff47", "2013-01",
        (
            Part("rule", "rule", "Dagpenge for two years instead of four", "Dagpenge i to år i stedet for fire", months=("law.dagpenge_reform",)),
            Part(
                "practice", "practice", "Inflow to dagpenge by year (the labour market rather than practice)",
                "Tilgang til dagpenge efter år (arbejdsmarkedet snarere end praksis)", as_in=("dagpenge",),
            ),
        ),
    ),
    Reform(
        KONTANTHJAELP, "Kontanthjælp, January 2014", "Kontanthjælp, januar 2014", "koch_5_crosssector-19014c7f", "2014-01",
        (
            Part(
                "new_benefit", "rule", "Uddannelseshjælp for the under-30s without a qualifying education",
                "Uddannelseshjælp til unge under 30 uden erhvervskompetencegivende uddannelse",
                benefits=("uddannelseshjaelp_aabenlyst_parat", "uddannelseshjaelp_parat", "uddannelseshjaelp_aktivitetsparat"),
            ),
            Part(
                "sanction_rules", "rule", "Contact duty before a sanction, tightened sanctions, more interviews of the activity-ready",
                "Kontaktpligt før en sanktion, skærpede sanktioner, flere samtaler for aktivitetsparate",
                months=("sanctions.contact_duty_from", "sanctions.tightened_from", "contacts.from"),
            ),
        ),
    ),
)
"""The reforms. That of kontanthjælp has no practice in the model: nothing in it changes with the year but the law."""
BY_NAME = {r.name: r for r in REFORMS}


def figures_of(reform: str, world: str) -> list[Figure]:
    """All figures that a world of a reform must measure, each once: those of before it in the world that came about only, since
    worlds do not differ before."""
    asked = [f for o in outcomes() if o.reform == reform for f in (o.before, o.after) if f is not None]
    if world in (BOTH, NEITHER):
        asked += [f for s in series() if s.reform == reform for f in s.figures]
    begins = month(BY_NAME[reform].begins)
    found = {(f.name, f.first, f.last): f for f in asked if world == BOTH or month(f.last) >= begins}
    return list(found.values())


# ---------------------------------------------------------------- worlds
def without(parts: Sequence[Part], reform: Reform, p: Parameters) -> tuple[Parameters, tuple[str, ...]]:
    """Parameters of a world without some parts of a reform, and the benefits that are withheld in it."""
    values: dict[str, Any] = {}
    begins = int(reform.begins.replace("-", ""))
    for part in parts:
        for path in part.months:
            old = p[path].value
            values[path] = [m if m < begins else _PUT_OFF for m in old] if isinstance(old, list) else _PUT_OFF
        values |= dict.fromkeys(part.none, 0.0)
        for name in part.as_in:
            by_year = list(p.values_of(f"past.inflow.{name}"))
            year = month(reform.begins) // 12 - p.month("vintage.history_from") // 12
            values[f"past.inflow.{name}"] = [float(v) for v in by_year[:year]] + [float(by_year[year - 1])] * (len(by_year) - year)
    return p.changed(values), tuple(dict.fromkeys(b for part in parts for b in part.benefits))


def live_on(reform: Reform, world: str, *, scale: float, seed: int, last: str = LAST, threads: int = 1) -> Register:
    """The register of a world of a reform, lived from the first month of the history to ``last``."""
    from sim.history import RulesOfTheirYears
    from sim.model import BenefitModel

    p, benefits = without(reform.without(world), reform, load())
    begin = p.month("vintage.history_from")
    with withheld(*benefits):
        model = BenefitModel(
            scale=scale, months=month(last) - begin + 1, start=label(begin), seed=seed, policies=[RulesOfTheirYears()], parameters=p,
            threads=threads, register=True,
        ).run()
    return from_spells(model.spells(), persons=model.persons(), last=model.month, weight=model.weight)


def _written(figure: Figure, value: float) -> str:
    return f"{value:.0f}" if figure.unit == "persons" else f"{value:.5f}"


def write(file: Path = FILE, *, scale: float = SCALE, replications: int = REPLICATIONS, seed: int = SEED, threads: int = 1) -> None:
    """Live all worlds and write what is measured in each, a row for each world and figure and a column for each replication."""
    from tqdm import tqdm

    found: dict[tuple[str, ...], list[str]] = {}
    with tqdm(total=replications * (1 + 3 * len(REFORMS)), unit="world") as told:
        for replication in range(replications):
            came_about = live_on(REFORMS[0], BOTH, scale=scale, seed=seed + replication, threads=threads)
            told.update()
            for reform in REFORMS:
                for world in reform.worlds:
                    register = came_about
                    if world != BOTH:
                        register = live_on(reform, world, scale=scale, seed=seed + replication, threads=threads)
                        told.update()
                    for figure in figures_of(reform.name, world):
                        key = (reform.name, world, figure.name, figure.first, figure.last)
                        found.setdefault(key, []).append(_written(figure, figure.measured(register)))
    order = {r.name: i for i, r in enumerate(REFORMS)}
    rows = ([*key, *values] for key, values in sorted(found.items(), key=lambda item: order[item[0][0]]))
    write_table(file, [*COLUMNS, *range(1, replications + 1)], rows)
    print(f"wrote {file}: history to {LAST}, scale {scale:g}, {replications} replications from seed {seed}")


if __name__ == "__main__":
    write()
