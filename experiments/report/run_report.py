"""The report: one self-contained HTML file with findings, charts, tables and limits, in English or Danish."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from agents.mistake import Mistake
from experiments.charts.casework import casework_charts
from experiments.charts.chart import (
    Chart,
    difference_by_status,
    difference_over_time,
    flows_between_families,
    pensions_running_off,
    stocks_over_time,
)
from experiments.charts.employers import employer_charts
from experiments.charts.measures import measure_charts
from experiments.charts.money import money_charts
from experiments.charts.queues import queue_charts
from experiments.charts.sanctions import sanction_charts
from experiments.compare import Comparison
from experiments.report.checks_casework import casework_checks
from experiments.report.checks_measures import employers_check, trials_check
from experiments.report.checks_money import costing_checks
from experiments.report.headline import Block, at_the_ends, headline
from experiments.report.headline_institution import institution_block, split_blocks
from experiments.report.headline_money import budget_blocks, interaction_blocks
from experiments.report.page import chart_section, html_table
from experiments.result import RunResult
from experiments.store import Store
from experiments.summary import SMALLEST_VALID, scenario_of
from experiments.units import horizons
from experiments.words import Language, Words
from sim.parameters import Parameters, read_fit, read_measured

_FIT_COLUMNS = ("asked", "twin", "simulated", "miss")
_KINDS = ("documented", "statute", "calibrated", "assumed")


def write_run_report(result: RunResult, language: Language = "en") -> Path:
    """Write ``report.html`` (English) or ``report.da.html`` (Danish) into the run's folder and return its path."""
    name = "report.html" if language == "en" else f"report.{language}.html"
    try:
        Store(result.folder).write_text(name, render(result, Words(language)))
    except OSError as error:
        raise Mistake(f"the report cannot be written to {result.folder}: {error.strerror}") from None
    return result.folder / name


def render(result: RunResult, w: Words) -> str:
    """The report as HTML."""
    summary = result.summary
    names = [s["name"] for s in summary["scenarios"]]
    title = (
        w("title_compare", base=names[0], reforms=", ".join(names[1:])) if len(names) > 1
        else w("title_run", base=names[0])
    )
    frozen = summary["law_frozen"]
    ends = [(block.title, html_table(block.table, strong_last=True)) for block in _ends(result, w)]
    template = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True)
    return template.get_template("run_report.html.j2").render(
        w=w, title=title, plotlyjs=Markup(get_plotlyjs()),
        lead=w(
            "lead", months=summary["months"], start=summary["start"], last=summary["last_month"],
            share=w.percent(summary["scale"]), n=summary["replications"],
        ),
        law=w("law_short", law=w.law(frozen)) + (f" {w('law_beyond', month=w.month(frozen))}" if frozen else ""),
        warnings=[*warnings(summary, w), *too_small(summary, w)],
        headline=[(block.title, html_table(block.table, strong_last=True)) for block in headline(summary, w)],
        headline_note=headline_note(summary, w),
        split=[(block.title, html_table(block.table, strong_last=True)) for block in split_blocks(summary, w)],
        budget=_budget(result, w),
        institution=html_table(institution_block(result, w).table),
        ends=ends,
        chosen=_chosen(result.selection, w),
        scenarios=summary["scenarios"],
        parts=_parts([chart_section(chart, w) for chart in charts_of(result, w)], _checks(result, w), w),
        fit=_fit(w),
        measured=_measured(w),
        kinds=html_table(_kinds(summary["scenarios"][0]["parameter_kinds"], w)),
        command=result.manifest["command"],
        version=result.manifest["versions"]["borgerflow"], manifest_hash=result.manifest["hash"],
    )


def headline_note(summary: dict[str, Any], w: Words) -> str:
    """What differences are and which uncertainty their intervals hold; nothing for a single run."""
    if len(summary["scenarios"]) == 1:
        return ""
    return w("headline_note_draws", draws=summary.get("draws")) if summary.get("draws") else w("headline_note")


def warnings(summary: dict[str, Any], w: Words) -> list[str]:
    """What a reader must know before the first number: reforms that change nothing, intervals from few replications."""
    few = [w("few", n=summary["replications"])] if summary.get("few_replications") else []
    other = [w("other_past", reform=r) for r in summary.get("other_past", [])]
    return [*(_silent(summary, r, w) for r in summary.get("changes_nothing", [])), *other, *few]


def _silent(summary: dict[str, Any], reform: str, w: Words) -> str:
    """That a reform changes nothing, and why."""
    because = summary.get("changes_nothing_because", {}).get(reform, {})
    reasons = [w(f"silent_{deed}", policy=policy) for policy, deed in because.items()]
    return w("silent", reform=reform, reasons="; ".join(reasons) or w("silent_base"))


def too_small(summary: dict[str, Any], w: Words) -> list[str]:
    """What a reader must know of a run below the smallest valid scale."""
    return [w("small", smallest=w.number(SMALLEST_VALID, decimals=2))] if summary["scale"] < SMALLEST_VALID else []


def charts_of(result: RunResult, w: Words) -> Iterable[Chart]:
    """The charts of a run or comparison, in the order in which they are read."""
    summary = result.summary
    titles = {s["name"]: s["name"] for s in summary["scenarios"]}
    base, *reforms = titles
    if isinstance(result, Comparison):
        yield difference_over_time(result.persons_effects, summary["start"], titles, w)
        for reform in reforms:
            yield difference_by_status(result.persons_effects, reform, horizons(summary["months"])[-1], w)
    yield stocks_over_time(result.stocks, titles, w)
    yield flows_between_families(result.flows, base, w)
    yield pensions_running_off(result.pensions, result.flows, base, w)
    p, scale = _parameters(summary), summary["scale"]
    yield from casework_charts(result.caseworkers, titles, p, scale, w)
    yield from queue_charts(result.queues, result.decisions, result.at_risk, result.caseworkers, titles, scale, w)
    yield from measure_charts(result.measures, titles, p, scale, w)
    yield from employer_charts(result.employers, result.measures, titles, p, scale, w)
    yield from sanction_charts(result.sanctions, result.measures, titles, p, scale, w)
    yield from money_charts(result, titles, w)


def _parameters(summary: dict[str, Any]) -> Parameters:
    """The base scenario's parameters."""
    return scenario_of(summary["scenarios"][0], summary["months"]).read_parameters()


def _checks(result: RunResult, w: Words) -> list[dict[str, Any]]:
    """Tables beside charts: caseworkers' cost and the loop of load and turnover; measures next to what trials found."""
    summary = result.summary
    base = summary["scenarios"][0]["name"]
    found = [*casework_checks(result.caseworkers, base, _parameters(summary), summary["scale"], w), trials_check(w), employers_check(result.employers, base, _parameters(summary), w), *costing_checks(w)]
    return [{"part": c.part, "key": c.key, "title": c.title, "note": c.note, "table": html_table(c.table)} for c in found]


def _parts(shown: list[dict[str, Any]], checks: list[dict[str, Any]], w: Words) -> list[dict[str, Any]]:
    """The report's parts with their charts and tables, in order; the first has no heading."""
    return [
        {
            "key": part, "title": w(f"part_{part}") if part else "", "charts": [c for c in shown if c["part"] == part],
            "checks": [c for c in checks if c["part"] == part],
        }
        for part in dict.fromkeys(chart["part"] for chart in shown)
    ]


def _budget(result: RunResult, w: Words) -> list[tuple[str, Markup]]:
    """What reforms cost, and what their policies do alone and together."""
    if not isinstance(result, Comparison):
        return []
    budgets = [(block.title, html_table(block.table, strong_last=True)) for block in budget_blocks(result, w)]
    return [*budgets, *((block.title, html_table(block.table)) for block in interaction_blocks(result, w))]


def _ends(result: RunResult, w: Words) -> list[Block]:
    """Differences at both ends of the selection share, when the comparison was made there too."""
    ends = result.ends if isinstance(result, Comparison) else None
    return at_the_ends(result.summary, ends, w) if ends is not None else []


def _chosen(selection: pd.DataFrame, w: Words) -> dict[str, Any] | None:
    """How the start population was chosen from those who lived: asked, lived and different persons by status, and how far
    the shares of its characteristics are from those asked."""
    if selection.empty:
        return None
    first = selection[(selection["scenario"] == selection["scenario"].iloc[0]) & (selection["replication"] == 0)]
    stock = first[first["margin"] == "stock"].pivot(index="status", columns="category", values="got")
    size = first[(first["margin"] == "stock") & (first["category"] == "persons")].set_index("status")
    stock = stock.loc[size.index]
    shares = first[first["margin"] != "stock"]
    worst = (shares["got"] - shares["asked"]).abs().groupby(shares["status"]).max()
    before = (shares["lived"] - shares["asked"]).abs().groupby(shares["status"]).max()
    frame = pd.DataFrame(
        {
            w("status"): [w.status(s) for s in size.index],
            w("asked"): [w.number(v) for v in size["asked"]],
            w("lived_share"): [w.percent(round(v, 3)) for v in size["lived"] / size["asked"]],
            w("different_share"): [w.percent(round(v, 3)) for v in stock["different"] / stock["persons"]],
            w("off_lived"): [w.number(100 * before[s], decimals=1) for s in size.index],
            w("off_got"): [w.number(100 * worst[s], decimals=1) for s in size.index],
        }
    )
    all_different = w.percent(round(float(stock["different"].sum() / stock["persons"].sum()), 3))
    return {"finding": w("chosen_finding", share=all_different), "table": html_table(frame)}


def _fit(w: Words) -> dict[str, Any]:
    rows = sorted(read_fit(), key=lambda r: -abs(float(r["miss"])))
    documented = [abs(float(r["miss"])) <= 2 for r in rows if r["facts"]]
    balance = [abs(float(r["miss"])) <= 2 for r in rows if not r["facts"]]
    finding = w(
        "fit_finding", hit=sum(documented), n=len(documented), balance_hit=sum(balance), balance=len(balance)
    )

    def shown(text: str) -> str:
        return w.number(float(text), decimals=0 if abs(float(text)) >= 100 else 2) if text else "–"

    frame = pd.DataFrame(
        [
            [r["target"], w("kind_documented" if r["facts"] else "kind_assumed"), *(shown(r[k]) for k in _FIT_COLUMNS)]
            for r in rows
        ],
        columns=[w("target"), w("source_kind"), *(w(k) for k in _FIT_COLUMNS)],
    )
    return {"finding": finding, "table": html_table(frame)}


def _measured(w: Words) -> dict[str, Any]:
    """Targets measured on the register of a run of the baseline, misses first, fitted and held out."""
    rows = [r for r in read_measured() if r["miss"] and not r["note"].startswith("Identity")]
    fitted = {r["target"] for r in read_fit()}
    roles = {r["target"]: "open" if r["role"] == "fit" and r["target"] not in fitted else r["role"] for r in rows}
    counts = {
        role: (sum(abs(float(r["miss"])) <= 2 for r in rows if roles[r["target"]] == role), list(roles.values()).count(role))
        for role in ("fit", "holdout")
    }
    finding = w("measured_finding", hit=counts["holdout"][0], n=counts["holdout"][1], fit=counts["fit"][0], fits=counts["fit"][1])

    def shown(row: dict[str, str], key: str) -> str:
        return w.number(float(row[key]), decimals=0 if row["unit"] == "persons" and key != "miss" else 2)

    frame = pd.DataFrame(
        [[r["target"], w(f"role_{roles[r['target']]}"), shown(r, "asked"), shown(r, "got"), shown(r, "miss"), r["note"]] for r in rows],
        columns=[w("target"), w("role"), w("asked"), w("simulated"), w("miss"), w("note")],
    )
    return {"finding": finding, "table": html_table(frame)}


def _kinds(counts: dict[str, int], w: Words) -> pd.DataFrame:
    return pd.DataFrame([[w(f"kind_{k}"), w.number(counts[k])] for k in _KINDS], columns=["", "n"])
