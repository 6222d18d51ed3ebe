"""What measures come to after a year, next to what trials found; employers next to what they answered."""

import pandas as pd

from experiments.charts.employers import PART as EMPLOYERS
from experiments.charts.measures import PART
from experiments.charts.panels import first_year
from experiments.report.checks_casework import Check
from experiments.words import Words
from sim.parameters import Parameters, read_trials


def trials_check(w: Words) -> Check:
    """Everybody of a group given a measure against nobody, on the same luck (``calibration/trials.py``): in points."""
    rows = read_trials()

    def points(text: str) -> str:
        return w.number(100 * float(text), decimals=1, sign=True) if text else "–"

    table = pd.DataFrame(
        [
            [
                w.name("kind", r["trial"]), w.status(r["outcome"]), r["months"], w.number(float(r["persons"])),
                w.percent(round(float(r["control"]), 3)), points(r["effect"]),
                f"{points(r['low'])} – {points(r['high'])}", points(r["found"]),
            ]
            for r in rows
        ],
        columns=[w(f"trial_{c}") for c in ("measure", "outcome", "months", "persons", "control", "effect", "interval", "found")],
    )
    mentor = next(r for r in rows if (r["trial"], r["outcome"]) == ("mentor", "education"))
    title = w("check_trials", effect=points(mentor["effect"]), found=points(mentor["found"]), months=mentor["months"])
    return Check(PART, "trials", title, w("check_trials_note"), table)


def employers_check(employers: pd.DataFrame, base: str, p: Parameters, w: Words) -> Check:
    """Employers of the base scenario in the first 12 months against documented shares, in per cent."""
    here = first_year(employers, base)
    all_, private = here.sum(numeric_only=True), here[here["sector"] != "public"].sum(numeric_only=True)
    found = {
        "employers.cooperating": all_["cooperating"] / max(all_["employers"], 1),
        "employers.with_citizen": private["with_citizen"] / max(private["employers"], 1),
        "employers.private_places": private["places_used"] / max(all_["places_used"], 1),
    }
    language = "en" if w.language == "en" else "da"
    table = pd.DataFrame(
        [[getattr(p[path], language), w.number(100 * got, decimals=1), w.number(p.value(path), decimals=1)] for path, got in found.items()],
        columns=[w("figure"), w("simulated"), w("documented")],
    )
    title = w("check_employers", got=w.percent(round(found["employers.with_citizen"], 3)), asked=w.number(p.value("employers.with_citizen")))
    return Check(EMPLOYERS, "employers-asked", title, w("check_employers_note"), table)
