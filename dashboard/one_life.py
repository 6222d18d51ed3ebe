"""One life on the page: who it is, the strip, what the reform changes, and every event in words beside the same month of the base."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
from dash import html

from agents.flags import FLAGS
from agents.past_support import IS_SUPPORT
from agents.risk_types import TYPES
from agents.statuses import CODE
from dashboard.charts_life import strip
from dashboard.parts import chart_card, download
from dashboard.reasons import told
from dashboard.words import Words
from experiments.charts.validation import records

TRAITS = (*FLAGS[1:], "addiction", "homeless", "poor_mental_health", "poor_physical_health_self_rated")
"""Barriers that a register has beside education and debt."""
_HISTORY = pd.Timestamp("2008-01-01")
_Event = tuple[str, str, str, Any]


@dataclass(frozen=True)
class Life:
    """One person under one scenario or two.

    Attributes:
        person: number. row: attributes (:class:`dashboard.lives.Citizens`).
        spells: spells by scenario, the base first. titles: of the scenarios. policies: labels by name.
        start, months: of the run.
    """

    person: int
    row: dict[str, Any]
    spells: dict[str, pd.DataFrame]
    titles: dict[str, str]
    policies: Mapping[str, str]
    start: pd.Timestamp
    months: int

    @property
    def end(self) -> pd.Timestamp:
        """First month after the run."""
        return self.start + pd.DateOffset(months=self.months)

    @cached_property
    def statuses(self) -> pd.DataFrame:
        """Status by month of the run (rows) and scenario (columns); "" where there is none."""
        months = pd.date_range(self.start, periods=self.months, freq="MS")
        found = {}
        for name, spells in self.spells.items():
            own = spells[spells["kind"] == "status"].sort_values("start")
            at = own["start"].searchsorted(months, side="right") - 1
            values = own["value"].astype(str).to_list()
            found[name] = [values[i] if i >= 0 else "" for i in at]
        return pd.DataFrame(found, index=months)

    def supported(self, scenario: str) -> int:
        """Months of the run with public support."""
        return sum(bool(status) and bool(IS_SUPPORT[CODE[status]]) for status in self.statuses[scenario])

    @cached_property
    def differs(self) -> pd.Timestamp | None:
        """First month in which anything differs between base and reform; None when nothing does, or there is no reform."""
        if len(self.spells) < 2:
            return None
        base, reform = (
            {(s["kind"], s["value"], s["cause"], side, s[side]) for s in records(spells) for side in ("start", "end") if not pd.isna(s[side])}
            for spells in self.spells.values()
        )
        return min((event[-1] for event in base ^ reform), default=None)


def shown(life: Life, money: dict[str, pd.DataFrame], from_2008: bool, w: Words) -> list[Any]:
    """The life on the page. ``money``: benefits by month by scenario, empty when they are not known."""
    lives = {name: told(spells, w, life.policies, life.end) for name, spells in life.spells.items()}
    first = _HISTORY if from_2008 else life.start
    chart = strip(lives, life.titles, money, first, life.end, life.differs, finding(life, w), w)
    return [
        _who(life, w), chart_card(chart, w, twin=_lanes(chart.table, life.titles, w)),
        _in_words(lives, life, first, w), html.P(w("citizen_left_out"), className="note"), *_without_contacts(life, w),
    ]


def _without_contacts(life: Life, w: Words) -> list[Any]:
    """That a register of before knows no dates of interviews."""
    known = any((spells["kind"] == "contact").any() or not (spells["kind"] == "caseworker").any() for spells in life.spells.values())
    return [] if known else [html.P(w("citizen_no_contacts"), className="note")]


def finding(life: Life, w: Words) -> str:
    """What the reform changes in this life, in a sentence."""
    base, *reforms = life.spells
    if not reforms:
        return w("citizen_finding_one", number=life.person, n=life.supported(base), months=life.months)
    reform = reforms[0]
    values = {"number": life.person, "base": life.supported(base), "reform": life.supported(reform)}
    if life.differs is None:
        return w("citizen_finding_same", **values)
    other = life.statuses[life.statuses[base] != life.statuses[reform]]
    if other.empty:
        return w("citizen_finding_beside", month=w.month(f"{life.differs:%Y-%m}"), **values)
    month = other.index[0]
    here, there = (w.status(str(other[name].iloc[0])) if other[name].iloc[0] else "–" for name in (base, reform))
    return w("citizen_finding", month=w.month(f"{month:%Y-%m}"), here=here, there=there, **values)


def _who(life: Life, w: Words) -> Any:
    """Attributes in words."""
    row = life.row
    traits = [w(f"citizen_trait_{trait}") for trait in TRAITS if row[trait]]
    if row["public_debt"] > 0:
        traits.append(w("citizen_trait_debt", debt=w.number(round(float(row["public_debt"]), -2))))
    types = [w(f"type_{kind}") for kind in TYPES if row[kind]]
    said = {
        "person": w("citizen_who", sex=w(f"citizen_sex_{row['sex']}"), born=w.month(f"{row['birth_month']:%Y-%m}"), origin=w(f"citizen_origin_{row['origin']}")),
        "education": w(f"citizen_education_{row['education']}"), "household": w(f"citizen_household_{row['household']}"),
        "municipality": w("citizen_municipality_name", code=row["municipality"]), "traits": "; ".join(traits) or w("citizen_none"),
        "types": "; ".join(types) or w("citizen_none"),
    }  # fmt: skip
    listed = [part for key, text in said.items() for part in (html.Dt(w(f"citizen_about_{key}")), html.Dd(text))]
    return html.Section([html.H2(w("citizen_heading", number=life.person)), html.Dl(listed, className="facts")], className="card")


def _lanes(table: pd.DataFrame, titles: dict[str, str], w: Words) -> pd.DataFrame:
    """The strip as a table."""
    return pd.DataFrame({
        w("scenario"): [titles[name] for name in table["scenario"]], w("citizen_from"): table["start"].dt.strftime("%Y-%m"),
        w("citizen_to"): table["end"].dt.strftime("%Y-%m").fillna("–"), w("citizen_what"): [w(f"citizen_kind_{kind}") for kind in table["kind"]],
        w("citizen_which"): table["text"], w("citizen_why"): table["why"],
    })  # fmt: skip


def _in_words(lives: dict[str, pd.DataFrame], life: Life, first: pd.Timestamp, w: Words) -> Any:
    """A row a month in which something begins, what and why, base and reform side by side."""
    events = {name: _by_month(told[told["end"].isna() | (told["end"] > first)], w) for name, told in lives.items()}
    reforms = len(events) > 1
    months = sorted(set().union(*events.values()))
    rows = []
    for month in months:
        cells = [events[name].get(month, []) for name in events]
        same = reforms and cells[0] == cells[1]
        shown = [html.Th(f"{month:%Y-%m}", scope="row"), _cell(cells[0], w)]
        if reforms:
            shown.append(html.Td(w("citizen_same"), className="prose quiet") if same else _cell(cells[1], w))
        rows.append(html.Tr(shown, className="" if same or not reforms else "differs"))
    head = html.Thead(html.Tr([html.Th(w("citizen_month"), scope="col"), *(html.Th(life.titles[name], scope="col") for name in events)]))
    heading = w("citizen_words")
    together = pd.concat([told.assign(scenario=name) for name, told in lives.items()], ignore_index=True)
    return html.Section([
        html.H2(heading), html.P(w("citizen_words_note" if reforms else "citizen_words_note_one"), className="note"),
        html.P(download(together, f"citizen-{life.person}.csv", w)),
        html.Div(html.Table([head, html.Tbody(rows)], className="plain life"), className="scroll tall", tabIndex=0, role="region", **{"aria-label": heading}),
    ], className="card chart")  # fmt: skip


def _by_month(told: pd.DataFrame, w: Words) -> dict[pd.Timestamp, list[_Event]]:
    found: dict[pd.Timestamp, list[_Event]] = {}
    for event in records(told):
        until = "" if pd.isna(event["end"]) else f"{event['end']:%Y-%m}"
        found.setdefault(event["start"], []).append((w(f"citizen_kind_{event['kind']}"), event["text"], event["why"], until))
    return found


def _cell(events: list[_Event], w: Words) -> Any:
    if not events:
        return html.Td("–", className="prose")
    items = [
        html.Li([html.Strong(f"{kind}: "), text, f" ({w('citizen_until', month=until)}). " if until else ". ", html.Span(why, className="quiet")])
        for kind, text, why, until in events
    ]
    return html.Td(html.Ul(items), className="prose")
