"""Target groups: citizens who are served by the same caseworkers. Apart from the agents, so that reports need no Mesa."""

from dataclasses import dataclass

from agents.statuses import family_members


@dataclass(frozen=True)
class TargetGroup:
    """Citizens who are served by the same caseworkers: a name, labels and their statuses."""

    name: str
    en: str
    da: str
    statuses: tuple[str, ...]


TARGET_GROUPS: tuple[TargetGroup, ...] = (
    TargetGroup("job_ready", "Kontanthjælp, job-ready", "Kontanthjælp, jobparate", ("kontanthjaelp_jobparat",)),
    TargetGroup(
        "activity_ready", "Kontanthjælp, activity-ready", "Kontanthjælp, aktivitetsparate", ("kontanthjaelp_aktivitetsparat",)
    ),
    TargetGroup("young", "Uddannelseshjælp", "Uddannelseshjælp", family_members("uddannelseshjaelp")),
    TargetGroup("sickness", "Sygedagpenge and jobafklaring", "Sygedagpenge og jobafklaring", ("sygedagpenge", "jobafklaring")),
    TargetGroup(
        "rehabilitation", "Ressourceforløb and revalidering", "Ressourceforløb og revalidering",
        ("ressourceforloeb", "revalidering"),
    ),
    TargetGroup("fleksjob", "Ledighedsydelse", "Ledighedsydelse", ("ledighedsydelse",)),
)
"""Caseworkers are divided by target group; cases of people whose status has no caseworker go to ``rehabilitation``."""
