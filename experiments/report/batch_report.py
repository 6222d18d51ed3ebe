"""The report of a batch: what was run, what came out point by point, and what the analyses say of it."""

import json
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from experiments.batch.result import BatchResult
from experiments.report.batch_effects import cautions
from experiments.report.batch_parts import parts_of
from experiments.words import Language, Words


def write_batch_report(result: BatchResult, language: Language) -> str:
    """Write ``report.html`` (Danish ``report.da.html``) beside the batch's tables, and return where."""
    name = "report.html" if language == "en" else f"report.{language}.html"
    page = render(result, Words(language))
    result.place.replace(name, lambda file: file.write_text(page, encoding="utf-8"))
    return f"{result.folder.rstrip('/')}/{name}"


def render(result: BatchResult, w: Words) -> str:
    """The report as HTML."""
    e, facts = result.summary["experiment"], result.manifest
    title = (e["title"] or {}).get(w.language) or e["name"]
    draws = w("batch_plan_draws", draws=e["draws"]) if e["draws"] else ""
    counts = {"points": w.number(result.summary["points"]), "units": w.number(result.summary["units"])}
    lead = w("batch_plan", **counts, months=e["months"], scale=f"{e['scale']:g}", replications=e["replications"], draws=draws)
    template = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True)
    return template.get_template("batch_report.html.j2").render(
        w=w, plotlyjs=Markup(get_plotlyjs()), title=title, lead=lead, warnings=cautions(result, w), parts=parts_of(result, w),
        command=facts["command"], experiment=json.dumps(e, indent=1, ensure_ascii=False),
        version=facts["versions"]["borgerflow"], manifest_hash=facts["hash"],
    )
