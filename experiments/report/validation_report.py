"""The page of a validation: findings, misses first, a chart for each pattern, and what is and is not modelled."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from agents.mistake import Mistake
from experiments.charts.known import known_charts, last_known
from experiments.charts.past import EXPLAINED, PENSION, SANCTIONS, SHARE, past_charts, row_of, spanned, written
from experiments.charts.validation import GROUPS, Figures, against_memoryless, pattern_charts, records
from experiments.report.page import chart_section, html_table
from experiments.result import RunResult
from experiments.store import Store
from experiments.summary import FEW, SMALLEST_VALID
from experiments.words import Language, Words
from experiments.words.targets import pattern_label, target_label

KINDS = ("documented", "statute", "calibrated", "assumed")
DOCUMENT, TABLE = "validation.json", "validation.parquet"
PAST_TABLES = {"outcomes": "past_reforms.parquet", "series": "past_series.parquet"}
"""Files of what past reforms did, by their key in the document."""


def about(result: RunResult) -> dict[str, Any]:
    """What a validation says of the run that it rests on."""
    plan, versions = result.manifest["plan"], result.manifest["versions"]
    numbers = {key: plan[key] for key in ("scale", "replications", "seed")}
    command = " ".join(["borgerflow validate", *(f"--{key} {value}" for key, value in numbers.items())])
    return {
        "scenario": plan["scenarios"][0], "start": result.summary["start"], "last_month": result.summary["last_month"],
        "months": plan["months"], **numbers, "command": command, "version": versions["borgerflow"], "commit": result.manifest["commit"],
        "hash": result.manifest["hash"],
    }  # fmt: skip


def write_validation(folder: Path, document: dict[str, Any], targets: pd.DataFrame, language: Language) -> Path:
    """Write ``validation.json``, ``validation.parquet``, the tables of past reforms and the page (``validation.html``, in
    Danish ``validation.da.html``) into a folder, and return the page's path.

    Args:
        document: plain data, see docs/files.md.
        targets: one row a target.

    Raises:
        Mistake: when the folder cannot be written.
    """
    store, page = Store(folder), "validation.html" if language == "en" else f"validation.{language}.html"
    try:
        store.write_text(DOCUMENT, json.dumps(document, indent=1, ensure_ascii=False))
        store.replace(TABLE, lambda file: targets.to_parquet(file, index=False))
        for key, name in PAST_TABLES.items():
            store.replace(name, pd.DataFrame(document["past_reforms"][key]).to_parquet)
        store.write_text(page, render(document, targets, Words(language)))
    except OSError as error:
        raise Mistake(f"the validation cannot be written to {folder}: {error.strerror or error}") from None
    return folder / page


def render(document: dict[str, Any], targets: pd.DataFrame, w: Words) -> str:
    """The page as HTML."""
    about, figures = document["about"], Figures(targets, w)
    missed = targets.set_index("target").loc[[row["target"] for row in _missed(document)]].reset_index()
    largest = missed["miss"].abs().max()
    patterns = pd.DataFrame(document["patterns"]).astype({"score": float, "memoryless_score": float, "score_compared": float})
    template = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True)
    return template.get_template("validation_report.html.j2").render(
        w=w, plotlyjs=Markup(get_plotlyjs()), title=title(document, w),
        lead=w("validation_lead", n=about["replications"], share=w.percent(about["scale"]), months=about["months"]),
        warnings=warnings(about, w),
        groups=html_table(groups_table(document, w)),
        misses_title=w("validation_misses", n=len(missed), largest=w.number(largest, decimals=1)) if len(missed) else w("validation_misses_none"),
        misses=_figures(figures, missed),
        patterns=_patterns(patterns, w),
        chain=[chart_section(*chart) for chart in against_memoryless(patterns, w)],
        past=_past(document["past_reforms"], w),
        known=_known(document["calibration"], document["parameters"], w) if document["calibration"] else None,
        parts=[
            (part, w(f"part_{part}"), [chart_section(chart, w, twin) for chart, twin in charts])
            for part, charts in pattern_charts(figures, patterns)
        ],
        all_title=w("validation_all", n=len(targets)), everything=_figures(figures, targets),
        coverage=_coverage(document["coverage"]["mechanisms"], w),
        statuses=_statuses(document["coverage"]["statuses"], w),
        topics=_topics(document["coverage"]["topics"], w),
        kinds=html_table(pd.DataFrame([[w(f"kind_{k}"), w.number(document["parameters"][k])] for k in KINDS], columns=["", "n"])),
        uncertainty=[
            text.format(n=about["replications"], weight=w.number(1 / about["scale"])) for text in w.all("validation_uncertainty_items")
        ],
        command=about["command"], version=about["version"], manifest_hash=about["hash"],
    )


def _missed(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Figures that are not hit, in the document's order: the largest miss first."""
    return [row for row in document["targets"] if not row["passed"]]


def title(document: dict[str, Any], w: Words) -> str:
    """The finding above all: how many held-out and fitted figures are hit and lie inside their interval."""
    fit, holdout = document["headline"]["fit"], document["headline"]["holdout"]
    return w(
        "validation_title", holdout=holdout["passed"], holdouts=holdout["figures"], fit=fit["passed"], fits=fit["figures"],
        inside=holdout["inside"] + fit["inside"], all=holdout["figures"] + fit["figures"],
    )


def warnings(about: dict[str, Any], w: Words) -> list[str]:
    """What a reader must know first: few replications, or a run below the smallest valid scale."""
    few = [w("few", n=about["replications"])] if about["replications"] < FEW else []
    small = [w("small", smallest=w.number(SMALLEST_VALID, decimals=2))] if about["scale"] < SMALLEST_VALID else []
    return few + small


def groups_table(document: dict[str, Any], w: Words) -> pd.DataFrame:
    """How many figures of each group there are, are hit, lie inside their interval and could not be measured."""
    rows = [
        [w(f"validation_{group}"), *(w.number(document["headline"][group][key]) for key in ("figures", "passed", "inside", "not_measured"))]
        for group in GROUPS
    ]
    columns = ["group", "count", "passed", "inside", "not_measured"]
    return pd.DataFrame(rows, columns=[w(f"validation_{c}") for c in columns])


def _figures(figures: Figures, rows: pd.DataFrame) -> Markup:
    """Figures with everything that is known of each, as people write it."""
    w = figures.w
    table = figures.readable(rows)
    table[w("role")] = [w(f"role_{r['role']}" if r["group"] in ("fit", "holdout") else f"validation_{r['group']}") for r in records(figures.grouped(rows))]
    table[w("validation_source")] = rows["source"].to_numpy()
    table[w("note")] = rows["note"].to_numpy()
    return html_table(table, prose=[w("validation_source"), w("note")])


def _patterns(patterns: pd.DataFrame, w: Words) -> dict[str, Any]:
    judged = patterns[~patterns["near_mechanical"]]
    good = int((judged["inside"] >= 0.9 * judged["figures"]).sum())

    def scored(value: float) -> str:
        return "–" if pd.isna(value) else w.number(value, decimals=1)

    rows = [
        [
            pattern_label(r["pattern"], w.language), w("validation_near_mechanical" if r["near_mechanical"] else f"role_{r['role']}"),
            w.number(r["figures"]), w.number(r["passed"]), f"{w.number(r['inside'])} ({w.percent(round(r['inside'] / r['figures'], 2))})",
            scored(r["largest_miss"]), scored(r["score"]), w.number(r["compared"]), scored(r["score_compared"]), scored(r["memoryless_score"]),
        ]
        for r in records(patterns)
    ]  # fmt: skip
    columns = ["pattern", "role", "count", "passed", "inside", "largest", "score", "compared", "model", "chain"]
    names = [w("role") if c == "role" else w(f"validation_{c}") for c in columns]
    best = w.number(float(patterns["score"].min()), decimals=1)
    return {
        "title": w("validation_patterns", n=good, all=len(judged)), "note": w("validation_patterns_note", best=best),
        "table": html_table(pd.DataFrame(rows, columns=names)),
    }


def _past(document: dict[str, Any], w: Words) -> dict[str, Any]:
    """What past reforms did: the finding, plain sentences, every outcome as a table, charts."""
    about, table = document["about"], pd.DataFrame(document["outcomes"])
    pension, sanctions = row_of(table, PENSION), row_of(table, SANCTIONS)
    known = table[table["basis"] != ""]
    foreseen = known[known["basis"] != EXPLAINED]
    off = np.abs(np.log(foreseen["simulated_after"].to_numpy() / foreseen["documented_after"].to_numpy()))
    worst = records(foreseen)[int(off.argmax())]
    share = row_of(table, SHARE)
    values = {
        "explained": len(known) - len(foreseen), "predicted": len(foreseen), "all": len(known), "worst": worst[w.language][:1].lower() + worst[w.language][1:],
        "got": written(worst["simulated_after"], worst["unit"], w), "asked": written(worst["documented_after"], worst["unit"], w),
        **{f"sanctions_{side}": w.number(sanctions[f"simulated_{side}"]) for side in ("before", "after")},
        **{f"asked_{side}": w.number(sanctions[f"documented_{side}"]) for side in ("before", "after")},
        "share": w.number(100 * share["simulated_change"], sign=True, decimals=1), "share_new": w.number(100 * share["new_benefit"], sign=True, decimals=1),
    }
    return {
        "title": w(
            "past_title", pension=_relative(pension, "simulated", w), pension_documented=_relative(pension, "documented", w),
            sanctions=_relative(sanctions, "simulated", w), sanctions_documented=_relative(sanctions, "documented", w),
        ),
        "items": [text.format(**values) for text in w.all("past_items")],
        "run": w("past_run", file=about["file"], n=about["replications"], share=w.percent(about["scale"]), last=about["last_month"], seed=about["seed"], command=about["command"]),
        "table": _outcomes(document, w), "charts": [chart_section(chart, w, twin) for chart, twin in past_charts(document, w)],
    }


def _known(calibration: dict[str, Any], kinds: dict[str, int], w: Words) -> dict[str, Any]:
    """What can be known of the parameters: the finding, plain sentences, charts."""
    numbers, table = calibration["numbers"], last_known(pd.DataFrame(calibration["identified"]))
    recovery, left = numbers["recovery"], numbers["left_out"]
    counts = table["verdict"].value_counts()
    unreachable = [target_label(name, w.language) for name in numbers["unreachable"]]
    values = {
        "fitted": numbers["fitted"], "ranges": numbers["ranges"], "fixed": kinds["assumed"] - numbers["drawn_assumed"],
        "draws": numbers["draws"], "probes": numbers["probes"], "scale": w.percent(numbers["scale"]), "ruled_out": _rate(numbers["ruled_out"], w),
        "effective": w.number(numbers["effective"]), "evened": w.number(numbers["evened"], decimals=2), "misfit": w.number(numbers["misfit"], decimals=2),
        "unreachable": len(unreachable), "asked": numbers["figures_asked"], "names": "; ".join(unreachable) or w("known_none"),
        "data_sets": recovery["data_sets"], "joint": _rate(recovery["inside_joint"], w), "error": _rate(recovery["error"], w), "inside": _rate(recovery["inside"], w),
        "left_inside": _rate(left["inside_90"], w), "left_near": _rate(left["within_two"], w), "left_kept": _rate(left["within_two_when_kept"], w),
        "explained": _rate(numbers["explained"]["0.5"], w),
    }  # fmt: skip
    return {
        "title": w("known_title", all=len(table), informed=int(counts.get("informed", 0)), partly=int(counts.get("partly", 0)), none=int(counts.get("not", 0))),
        "items": [text.format(**values) for text in w.all("known_items")],
        "charts": [chart_section(chart, w, twin) for chart, twin in known_charts(calibration, w)],
    }


def _rate(share: float, w: Words) -> str:
    """A share in whole per cent."""
    return f"{w.number(100 * share)} %"


def _relative(row: dict[str, Any], of: str, w: Words) -> str:
    """A change in per cent of what was before."""
    before = row[f"{of}_before"]
    return f"{w.number(100 * (row[f'{of}_after'] - before) / before, sign=True)} %"


def _outcomes(document: dict[str, Any], w: Words) -> Markup:
    reforms = {r["reform"]: r[w.language] for r in document["reforms"]}
    rows = [
        [
            r[w.language], reforms[r["reform"]], _window(r, "before"), written(r["documented_before"], r["unit"], w), spanned(r, "simulated_before", w, sign=False),
            _window(r, "after"), written(r["documented_after"], r["unit"], w), spanned(r, "simulated_after", w, sign=False),
            w(f"past_{r['basis']}") if r["basis"] else "–", r["rests_on"] or "–", r["source_after"], r[f"note_{w.language}"],
        ]
        for r in records(pd.DataFrame(document["outcomes"]))
    ]  # fmt: skip
    columns = [
        w("outcome"), w("past_reform"), w("past_before"), w("past_documented_before"), w("past_simulated_before"), w("past_after"), w("past_documented_after"),
        w("past_simulated_after"), w("past_basis"), w("past_rests_on"), w("validation_source"), w("note"),
    ]  # fmt: skip
    return html_table(pd.DataFrame(rows, columns=columns), prose=[columns[1], *columns[9:]])


def _window(row: dict[str, Any], side: str) -> str:
    first, last = row[f"{side}_first"], row[f"{side}_last"]
    return (first if first == last else f"{first} – {last}") or "–"


def _coverage(mechanisms: list[dict[str, str]], w: Words) -> dict[str, Any]:
    count = {answer: sum(m["modelled"] == answer for m in mechanisms) for answer in ("yes", "partly", "no")}
    order = sorted(mechanisms, key=lambda m: ("no", "partly", "yes").index(m["modelled"]))
    rows = [
        [f"{m['mechanism']}: {m[w.language]}", w(f"validation_modelled_{m['modelled']}"), m[f"reason_{w.language}"], m["where"], m["source"]]
        for m in order
    ]
    columns = [w(f"validation_{c}") for c in ("mechanism", "modelled", "reason", "where", "source")]
    return {
        "title": w("validation_coverage", n=len(rows), **count), "note": w("validation_coverage_note"),
        "table": html_table(pd.DataFrame(rows, columns=columns), prose=columns[2:]),
    }


def _statuses(found: list[dict[str, Any]], w: Words) -> dict[str, Any]:
    without = [s["status"] for s in found if not s["alone"]]
    names = ", ".join(w.status(s) for s in without)
    rows = [[w.status(s["status"]), w.number(s["alone"]), w.number(s["otherwise"])] for s in sorted(found, key=lambda s: s["alone"])]
    columns = [w("status"), w("validation_alone"), w("validation_otherwise")]
    return {
        "title": w("validation_statuses", n=len(without), all=len(found), names=names) if without else w("validation_statuses_none"),
        "note": w("validation_statuses_note"), "table": html_table(pd.DataFrame(rows, columns=columns)),
    }


def _topics(found: list[dict[str, Any]], w: Words) -> dict[str, Any]:
    unasked = [t for t in found if not t["targets"]]
    keys = ("facts", "targets", "parameters", "neither")
    rows = [[t["topic"], *(w.number(t[key]) for key in keys)] for t in found]
    columns = [w(f"validation_{c}") for c in ("topic", "facts", "by_target", "by_parameter", "neither")]
    return {
        "title": w("validation_topics", n=len(unasked), all=len(found), neither=sum(not t["parameters"] for t in unasked)),
        "note": w("validation_topics_note"), "table": html_table(pd.DataFrame(rows, columns=columns)),
    }


def text_of(document: dict[str, Any], w: Words, longest: int = 20) -> str:
    """The finding, how many of each group, and the largest misses, as a terminal shows them."""
    head = groups_table(document, w)
    width = max(len(v) for v in head.iloc[:, 0]) + 2
    lines = [title(document, w), "", "".join([str(head.columns[0]).ljust(width), *(f"{c:>26}" for c in head.columns[1:])])]
    lines += ["".join([row[0].ljust(width), *(f"{v:>26}" for v in row[1:])]) for row in head.to_numpy()]
    missed = _missed(document)
    lines += ["", f"{w('target'):76}{w('asked'):>12}{w('simulated'):>12}{w('miss'):>8}"]
    for row in missed[:longest]:
        decimals = 0 if row["unit"] == "persons" else 3
        got = ["–", "–"] if row["miss"] is None else [w.number(row["simulated"], decimals=decimals), w.number(row["miss"], decimals=1)]
        lines.append(f"{target_label(row['target'], w.language)[:75]:76}{w.number(row['asked'], decimals=decimals):>12}{got[0]:>12}{got[1]:>8}")
    return "\n".join([*lines, *([w("validation_more", n=len(missed) - longest)] if len(missed) > longest else [])])
