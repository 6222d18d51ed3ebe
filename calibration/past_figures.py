"""What is measured before and after the reforms of 2013 and 2014: figures with the documented facts they are compared with."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from agents.calendar import label, month
from calibration.evidence import facts
from calibration.measure import MEASURES
from calibration.register import Register
from calibration.target_arguments import GROUPS

PENSION, DAGPENGE, KONTANTHJAELP = "foertidspension_2013", "dagpenge_2013", "kontanthjaelp_2014"
"""Names of the reforms."""


@dataclass(frozen=True)
class Figure:
    """One thing measured in one window.

    Attributes:
        name: what it is, in files.
        unit: ``persons`` (or what else is counted) or ``share``.
        measure, arguments: measurement function and what it is called with, the window aside.
        first, last: the window; a figure of one month has it twice.
        facts: ids of documented facts; several are added up.
        follows_from: ids of facts that a parameter or a fit target rests on and that all but decide this figure.
    """

    name: str
    unit: Literal["persons", "share"]
    measure: str
    arguments: Mapping[str, Any]
    first: str
    last: str
    facts: tuple[str, ...] = ()
    follows_from: tuple[str, ...] = ()

    def measured(self, register: Register) -> float:
        """What a register says."""
        window = {"when": month(self.last)} if self.measure in ("heads", "composition") else {"first": month(self.first), "last": month(self.last)}
        return MEASURES[self.measure](register, **self.arguments, **window)


@dataclass(frozen=True)
class Outcome:
    """A figure before and after a reform.

    Attributes:
        reform: the reform's name.
        en, da: what it is.
        before: None when there was nothing to measure.
        note_en, note_da: how to read it.
    """

    reform: str
    en: str
    da: str
    after: Figure
    before: Figure | None = None
    note_en: str = ""
    note_da: str = ""


@dataclass(frozen=True)
class Series:
    """A figure quarter by quarter, with and without a reform."""

    reform: str
    name: str
    en: str
    da: str
    figures: tuple[Figure, ...] = field(repr=False)


# ---------------------------------------------------------------- what is measured
_READY = ("kontanthjaelp_jobparat", *GROUPS["uddannelsesparate"])
_ONLY_WITH_IT = (
    "Nobody has uddannelseshjælp without the reform: only the level can be compared", "Ingen har uddannelseshjælp uden reformen: kun niveauet kan sammenlignes",
)
_ASSUMED = (
    "The same quarter a year apart. How much fewer sanctions the contact duty leaves is assumed (sanctions.contact_duty)",
    "Samme kvartal med et års mellemrum. Hvor mange færre sanktioner kontaktpligten giver, er antaget (sanctions.contact_duty)",
)
_SEASON = ("The same quarter a year apart, so that season does not count", "Samme kvartal med et års mellemrum, så sæson ikke tæller med")


def _quarters(first: str, last: str) -> Iterator[tuple[str, str, str]]:
    """Quarters from one month to another: first month, last month, and name as in the evidence."""
    for m in range(month(first), month(last), 3):
        yield label(m), label(m + 2), f"{label(m)[:4]}Q{m % 12 // 3 + 1}"


def _printed(measure: str, population: str, period: str) -> tuple[str, ...]:
    """The fact of a quarter's sanctions, if there is one."""
    return tuple(f.id for f in facts().values() if (f.measure, f.population, f.period) == (measure, population, period) and not f.breakdown)


_SHARE, _COUNT = "share_recipients_sanctioned", "availability_sanctions_count"
_POPULATION = {
    "kontanthjaelp": "kontanthjaelp_all", "kontanthjaelp_jobparat": "kontanthjaelp_jobparat",
    "kontanthjaelp_aktivitetsparat": "kontanthjaelp_aktivitetsparat", "uddannelseshjaelp": "uddannelseshjaelp_all",
    "uddannelsesparate": "uddannelseshjaelp_uddannelsesparat_all", "uddannelseshjaelp_aktivitetsparat": "uddannelseshjaelp_aktivitetsparat",
}
"""Populations of the tables of sanctions by the name of statuses or groups here."""


def _sanctioned(group: str, first: str, last: str, period: str) -> Figure:
    """The share sanctioned at least once in a quarter. In the first quarter of 2014 those whom the reform moved are left out, as in
    the targets."""
    arguments: dict[str, Any] = {"kind": "sanction", "statuses": GROUPS.get(group, (group,))}
    if period == "2014Q1" and group.startswith("kontanthjaelp"):
        arguments["opening"] = False
    return Figure(f"sanctioned_{group}", "share", "share_with_event", arguments, first, last, _printed(_SHARE, _POPULATION[group], period))


def _sanctions(name: str, statuses: tuple[str, ...], groups: Sequence[str], first: str, last: str, period: str) -> Figure:
    """The number of sanctions in a quarter; what the tables print by group is added up."""
    printed = tuple(fact for group in groups for fact in _printed(_COUNT, _POPULATION[group], period))
    return Figure(f"sanctions_{name}", "persons", "events_begun", {"kind": "sanction", "statuses": statuses}, first, last, printed)


def _inflow(name: str, first: str, last: str, *documented: str) -> Figure:
    """Persons a year who begin a benefit."""
    return Figure(f"inflow_{name}", "persons", "inflow", {"statuses": GROUPS.get(name, (name,))}, first, last, documented)


def _runs_out(first: str, last: str, *documented: str) -> Figure:
    """Persons whose right to dagpenge runs out in a window."""
    return Figure("dagpenge_runs_out", "persons", "persons_changing", {"source": ("dagpenge",), "cause": "rule:dagpenge"}, first, last, documented)


def outcomes() -> tuple[Outcome, ...]:
    """Everything that is compared before and after a reform, in reading order."""
    year_before, year_after = ("2012-01", "2012-12"), ("2014-05", "2015-04")
    spring, spring_before = ("2014-04", "2014-06", "2014Q2"), ("2013-04", "2013-06", "2013Q2")
    far = GROUPS["aktivitetsparate"]
    system = (*GROUPS["kontanthjaelp"], *GROUPS["uddannelseshjaelp"])
    began_then = ("Ressourceforløb began in January 2013", "Ressourceforløb begyndte i januar 2013")
    return (
        Outcome(
            PENSION, "Awards of førtidspension a year", "Tilkendelser af førtidspension om året",
            _inflow("foertidspension", *year_after, "koch_5_crosssector-067b0589"), _inflow("foertidspension", *year_before, "koch_5_crosssector-7ae4ee61"),
            "Documented: twelve times about 1,000 a month before and about 500 in September 2014", "Dokumenteret: tolv gange ca. 1.000 om måneden før og ca. 500 i september 2014",
        ),
        Outcome(
            PENSION, "Entries to the fleksjob scheme a year", "Tilgang til fleksjobordningen om året",
            _inflow("fleksjob_scheme", *year_after, "koch_5_crosssector-cbf55e57"), _inflow("fleksjob_scheme", *year_before),
            "No figure of before the reform", "Intet tal fra før reformen",
        ),
        Outcome(
            PENSION, "Persons on ressourceforløb, week 20 of 2014", "Personer i ressourceforløb, uge 20 i 2014",
            Figure("persons_ressourceforloeb", "persons", "heads", {"statuses": ("ressourceforloeb",)}, "2014-04", "2014-04", ("koch_2_target_groups-ea1f3f8b",)),
            None, *began_then,
        ),
        Outcome(
            PENSION, "Persons six months and more on ressourceforløb, May to July 2014", "Personer seks måneder eller mere i ressourceforløb, maj til juli 2014",
            Figure(
                "long_ressourceforloeb", "persons", "persons_touched", {"statuses": ("ressourceforloeb",), "at_least": 6}, "2014-05", "2014-07",
                ("koch_2_target_groups-4d316e23",), ("koch_2_target_groups-ea1f3f8b",),
            ),
            None, *began_then,
        ),
        Outcome(
            PENSION, "Revalidering begun in a year", "Revalideringer påbegyndt på et år",
            _inflow("revalidering", "2013-01", "2013-12", "koch_6_management_rehab_recommendations-c08ae259"), _inflow("revalidering", *year_before),
            "Falls in the documents since 2004 (15,000); that fall is in the inflow by year and is not the reform's",
            "Falder i dokumenterne siden 2004 (15.000); det fald ligger i tilgangen efter år og er ikke reformens",
        ),
        Outcome(
            DAGPENGE, "Right to dagpenge runs out, 2013", "Dagpengeretten opbruges, 2013",
            _runs_out("2013-01", "2013-12", "koch_2_target_groups-9ad3ae7b"), _runs_out(*year_before),
            "No figure of before the reform; the months after (January to August 2014) are a fit target", "Intet tal fra før reformen; månederne efter (januar til august 2014) er tilpasset",
        ),
        Outcome(
            DAGPENGE, "Right to dagpenge runs out, January to August 2014", "Dagpengeretten opbruges, januar til august 2014",
            _runs_out("2014-01", "2014-08", "koch_2_target_groups-8e16c3c9"), _runs_out("2012-01", "2012-08"),
            "No figure of before the reform", "Intet tal fra før reformen",
        ),
        Outcome(
            DAGPENGE, "Right to dagpenge runs out, 2013 to March 2015", "Dagpengeretten opbruges, 2013 til marts 2015",
            _runs_out("2013-01", "2015-03", "koch_6_management_rehab_recommendations-d17dd680"), None,
            "About 50,000, a statement by unions; the months of the two figures above are in it, and those of 2014 are a fit target",
            "Ca. 50.000 efter fagforeningernes udsagn; de to tal ovenfor indgår, og tallet for 2014 er tilpasset",
        ),
        Outcome(
            KONTANTHJAELP, "Sanctions in a quarter, kontanthjælp and uddannelseshjælp", "Sanktioner på et kvartal, kontanthjælp og uddannelseshjælp",
            _sanctions("system", system, ("kontanthjaelp", "uddannelseshjaelp"), *spring), _sanctions("system", system, ("kontanthjaelp", "uddannelseshjaelp"), *spring_before), *_SEASON,
        ),
        Outcome(
            KONTANTHJAELP, "of these, of the job-ready and the uddannelsesparate", "heraf til jobparate og uddannelsesparate",
            _sanctions("ready", _READY, ("kontanthjaelp_jobparat", "uddannelsesparate"), *spring),
            _sanctions("ready", _READY, ("kontanthjaelp_jobparat", "uddannelsesparate"), *spring_before), *_SEASON,
        ),
        Outcome(
            KONTANTHJAELP, "of these, of the activity-ready", "heraf til aktivitetsparate",
            _sanctions("far", far, ("kontanthjaelp_aktivitetsparat", "uddannelseshjaelp_aktivitetsparat"), *spring),
            _sanctions("far", far, ("kontanthjaelp_aktivitetsparat", "uddannelseshjaelp_aktivitetsparat"), *spring_before),
            *_ASSUMED,
        ),
        *(
            Outcome(KONTANTHJAELP, en, da, _sanctioned(group, *spring), _sanctioned(group, *spring_before), *(_ASSUMED if group.endswith("aktivitetsparat") else _SEASON))
            for group, en, da in (
                ("kontanthjaelp", "Sanctioned in a quarter, kontanthjælp", "Sanktioneret på et kvartal, kontanthjælp"),
                ("kontanthjaelp_jobparat", "Sanctioned in a quarter, kontanthjælp, job-ready", "Sanktioneret på et kvartal, kontanthjælp, jobparate"),
                ("kontanthjaelp_aktivitetsparat", "Sanctioned in a quarter, kontanthjælp, activity-ready", "Sanktioneret på et kvartal, kontanthjælp, aktivitetsparate"),
            )
        ),
        *(
            Outcome(KONTANTHJAELP, en, da, _sanctioned(group, *spring), None, *_ONLY_WITH_IT)
            for group, en, da in (
                ("uddannelsesparate", "Sanctioned in a quarter, uddannelsesparate", "Sanktioneret på et kvartal, uddannelsesparate"),
                ("uddannelseshjaelp_aktivitetsparat", "Sanctioned in a quarter, uddannelseshjælp, activity-ready", "Sanktioneret på et kvartal, uddannelseshjælp, aktivitetsparate"),
            )
        ),
        Outcome(
            KONTANTHJAELP, "Activity-ready of those on uddannelseshjælp, June 2014", "Aktivitetsparate blandt modtagere af uddannelseshjælp, juni 2014",
            Figure(
                "visitation_uddannelseshjaelp", "share", "composition", {"part": ("uddannelseshjaelp_aktivitetsparat",), "whole": GROUPS["uddannelseshjaelp"]},
                "2014-06", "2014-06", ("koch_6_management_rehab_recommendations-a569f83d",), tuple(
                    f.id for f in facts().values() if (f.topic, f.measure, f.population) == ("stock_by_benefit", "persons_on_benefit", "uddannelseshjaelp_aktivitetsparat")
                ),
            ),
            None, *_ONLY_WITH_IT,
        ),
    )  # fmt: skip


def series() -> tuple[Series, ...]:
    """What is shown quarter by quarter, in reading order."""
    documented = {
        ("foertidspension", "2012Q3"): "koch_5_crosssector-7ae4ee61", ("foertidspension", "2014Q3"): "koch_5_crosssector-067b0589",
        ("fleksjob_scheme", "2014Q3"): "koch_5_crosssector-cbf55e57",
    }
    inflows = (
        ("foertidspension", "Førtidspension", "Førtidspension"), ("fleksjob_scheme", "Fleksjob scheme", "Fleksjobordningen"),
        ("ressourceforloeb", "Ressourceforløb", "Ressourceforløb"),
    )
    shares = (
        ("kontanthjaelp_jobparat", "Kontanthjælp, job-ready", "Kontanthjælp, jobparate"),
        ("kontanthjaelp_aktivitetsparat", "Kontanthjælp, activity-ready", "Kontanthjælp, aktivitetsparate"),
        ("kontanthjaelp", "Kontanthjælp, all", "Kontanthjælp, alle"), ("uddannelseshjaelp", "Uddannelseshjælp, all", "Uddannelseshjælp, alle"),
    )
    return (
        *(
            Series(PENSION, f"inflow_{name}", en, da, tuple(
                _inflow(name, first, last, *([documented[name, period]] if (name, period) in documented else []))
                for first, last, period in _quarters("2010-01", "2015-03")
            ))
            for name, en, da in inflows
        ),
        *(
            Series(KONTANTHJAELP, f"sanctioned_{group}", en, da, tuple(_sanctioned(group, *quarter) for quarter in _quarters("2011-01", "2014-12")))
            for group, en, da in shares
        ),
    )
