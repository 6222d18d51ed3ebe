"""Tables about caseworkers: what they cost against what is documented, and the loop of load and turnover."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from experiments.charts.casework import PART
from experiments.charts.panels import first_year
from experiments.institution import country
from experiments.words import Words
from sim.parameters import Parameters
from sim.staff_loop import HIGHEST_LOAD, StaffLoop, at_corners, at_high_ends, staff_loop

LOADS = (1.0, 1.5)
"""Loads at which the gain is shown: where hours just suffice, and with half as much work again."""


@dataclass(frozen=True)
class Check:
    """A table with its finding and a note, in a part of the report."""

    part: str
    key: str
    title: str
    note: str
    table: pd.DataFrame


def casework_checks(caseworkers: pd.DataFrame, base: str, p: Parameters, scale: float, w: Words) -> Iterator[Check]:
    """The tables of a run's caseworkers: of the base scenario, first 12 months."""
    here = first_year(country(caseworkers), base)
    yield administration(here, p, scale, w)
    yield load_and_turnover(here, p, w)


def full_time(here: pd.DataFrame, p: Parameters, scale: float) -> float:
    """Caseworkers of the country by their hours, mean of the months: exact at every scale."""
    months = here["month"].nunique() * here["replication"].nunique()
    return float(here["minutes_available"].sum() / months / (p.value("casework.hours") * 60) / scale)


def administration(here: pd.DataFrame, p: Parameters, scale: float, w: Words) -> Check:
    """Caseworkers times their cost, against the documented administration of the jobcentres."""
    months = here["month"].nunique() * here["replication"].nunique()
    positions = float(here["caseworkers"].sum() / months / scale)
    cost, asked = p.value("casework.cost"), p.value("casework.administration")
    rows = []
    for key, number in (("check_positions", positions), ("check_full_time", full_time(here, p, scale))):
        bill = number * cost / 1e6
        rows.append([w(key), w.number(number), w.number(bill), w.number(100 * bill / asked)])
    asked_for = float(here["minutes_certificate"].sum() / max(p.value("minutes.certificate"), 1) / months * 12 / scale)
    bill = asked_for * p.value("certificate.price") / 1e6
    rows.append([w("check_certificates"), w.number(asked_for), w.number(bill), w.number(100 * bill / asked, decimals=1)])
    table = pd.DataFrame(rows, columns=[w("caseworkers"), w("number"), w("million_a_year"), w("share_of_administration")])
    title = w("check_administration", n=rows[0][1], bill=rows[0][2], share=rows[0][3], asked=w.number(asked))
    label = p["casework.administration"].en if w.language == "en" else p["casework.administration"].da
    return Check(PART, "administration", title, w("check_administration_note", label=label, cost=w.number(cost)), table)


def load_and_turnover(here: pd.DataFrame, p: Parameters, w: Words) -> Check:
    """The gain of the loop at the default and over the ranges of what is not known."""
    demand, caseload, readings = measured(here, p)

    def loop(parameters: Parameters) -> StaffLoop:
        return staff_loop(parameters, demand, caseload, readings)

    def row(name: str, gains: list[str], at: float | None) -> list[str]:
        never = w("not_reached", load=w.number(HIGHEST_LOAD))
        return [name, *gains, never if at is None else w.number(at, decimals=1)]

    def one(name: str, parameters: Parameters) -> list[str]:
        here = loop(parameters)
        return row(name, [w.number(here.gain(load), decimals=2) for load in LOADS], here.runs_away_at())

    language = "en" if w.language == "en" else "da"
    high = [
        one(w("at_high", label=getattr(q[path], language), value=w.number(q.value(path))), q) for path, q in at_high_ends(p)
    ]
    corners = [loop(q) for q in at_corners(p)]
    ends = []
    for name, choose in (("smallest", min), ("largest", max)):
        gains = [w.number(choose(c.gain(load) for c in corners), decimals=2) for load in LOADS]
        reached = [c.runs_away_at() or float("inf") for c in corners]
        at = (max if choose is min else min)(reached)
        ends.append(row(w(name), gains, None if at == float("inf") else at))
    columns = ["", *(w("gain_at", load=w.number(load, decimals=1)) for load in LOADS), w("gain_reaches_one")]
    table = pd.DataFrame([one(w("default"), p), *high, *ends], columns=columns)
    default = loop(p)
    key = "check_loop" if max(default.gain(load) for load in LOADS) < 1 else "check_loop_grows"
    title = w(key, gain=w.number(default.gain(LOADS[0]), decimals=2), more=w.number(default.gain(LOADS[1]), decimals=2),
              load=w.number(LOADS[1], decimals=1))
    note = w(
        "check_loop_note", demand=w.number(demand / 60), hours=w.number(p.value("casework.hours")),
        caseload=w.number(caseload), readings=w.number(readings, decimals=1), cost=w.number(default.cost, decimals=1),
    )
    return Check(PART, "loop", title, note, table)


def measured(here: pd.DataFrame, p: Parameters) -> tuple[float, float, float]:
    """What the loop needs from a run: minutes of work that wait a month and citizens, for a full-time position, and times
    ``minutes.reading`` that a case taken over is read for.

    Work that waits = what was done, reading left aside, and interviews that were due and not held, at the time of one that is.
    """
    done = sum(int(here[c].sum()) for c in here.columns if c.startswith("minutes_"))
    done -= int(here["minutes_available"].sum() + here["minutes_reading"].sum())
    waits = float((here["contacts_due"] - here["contacts_held"]).sum()) * p.value("minutes.contact")
    positions = here["minutes_available"].sum() / (p.value("casework.hours") * 60)
    taken_over = float(here["citizens_changed_caseworker"].sum()) * p.value("minutes.reading")
    readings = float(here["minutes_reading"].sum()) / taken_over if taken_over else 1.0
    return (done + waits) / positions, float(here["clients"].sum()) / positions, readings
