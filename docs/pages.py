"""Writes the pages that hold numbers: `make pages`. Text stands in templates/, numbers are read from the shipped files.

`python docs/pages.py --check` writes nothing and ends with 1, naming the pages, when one is not what it would write.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


def pages() -> Iterator[tuple[Path, str]]:
    """Every page that is written: its file and its text."""
    from policies import catalogue as policy_catalogue
    from policies.registry import Registry
    from sim.parameters import catalogue as parameter_catalogue

    yield HERE / "policies.md", policy_catalogue.markdown(Registry())
    yield HERE / "parameters.md", parameter_catalogue.markdown()
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"), undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, autoescape=False,
    )
    environment.filters.update(number=_number, signed=_signed, percent=_percent, cell=_cell)
    known = figures()
    for name in sorted(environment.list_templates(extensions=["j2"])):
        page = name.removesuffix(".j2")
        head = f"<!-- Written by `make pages` from docs/templates/{name}; do not edit. -->\n\n"
        yield HERE / page, head + environment.get_template(name).render(**known)


def figures() -> dict[str, Any]:
    """All numbers that templates show."""
    return {**_evidence(), **_model(), **_calibration(), **_validation(), **_reproduced(), **_assumptions(), **_speed()}


def _evidence() -> dict[str, Any]:
    from calibration.coverage import read_coverage, topics
    from calibration.evidence import facts
    from calibration.targets import read_targets

    everything = facts().values()
    targets = read_targets()
    return {
        "facts": len(everything), "facts_by_seed": Counter(f.seed for f in everything), "confidence": Counter(f.confidence for f in everything),
        "mechanisms": read_coverage(), "mechanisms_by_answer": Counter(m.modelled for m in read_coverage()), "topics": topics(),
        "example": facts()["koch_2_target_groups-a367381c"], "targets": len(targets), "patterns": len({t.pattern for t in targets}),
        "targets_by_role": Counter(t.role for t in targets), "identities": sum(t.is_identity for t in targets),
        "patterns_by_role": Counter({t.pattern: t.role for t in targets}.values()),
    }


def _model() -> dict[str, Any]:
    from agents.measures import MEASURES, SANCTIONS, SUPPORTS
    from agents.statuses import STATUSES
    from agents.target_groups import TARGET_GROUPS
    from policies.catalogue import modules_of, read_levers
    from policies.registry import Registry
    from sim.parameters import load

    registry = Registry()
    modules = modules_of(registry)
    return {
        "statuses": STATUSES, "target_groups": TARGET_GROUPS, "measures": MEASURES, "supports": SUPPORTS, "sanctions": SANCTIONS,
        "policies": len(list(registry)), "levers": len(read_levers()), "levers_modelled": sum(bool(names) for names in modules.values()),
        "parameters": len(load()), "kinds": load().count_by_kind(), "selection": load()["selection.share"],
    }


def _calibration() -> dict[str, Any]:
    from sim.parameters import DEFAULT_VINTAGE, FOLDER, read_fit

    folder = FOLDER / DEFAULT_VINTAGE
    identified = pd.read_csv(folder / "identified.csv")
    known = identified.groupby("by")["verdict"].value_counts()
    simulated = identified[identified["by"] == "simulation"]
    directions = pd.read_csv(folder / "directions.csv")
    fit = [row for row in read_fit() if row["facts"]]
    return {
        "calibration": json.loads((folder / "calibration.json").read_text(encoding="utf-8")),
        "known": {(by, verdict): int(n) for (by, verdict), n in known.items()},
        "best_known": simulated.nlargest(10, "informed").to_dict("records"),
        "confused": _confused(simulated),
        "directions": {by: int((here["singular_value"] > 1).sum()) for by, here in directions.groupby("by")},
        "fit_asked": len(fit), "fit_hit": sum(abs(float(row["miss"])) <= 2 for row in fit),
    }


def _confused(known: pd.DataFrame) -> list[dict[str, Any]]:
    """The pairs of parameters that are most confused, each once."""
    pairs = known.assign(pair=[frozenset(both) for both in zip(known["parameter"], known["with"], strict=True)], size=known["correlation"].abs())
    return pairs.sort_values("size", ascending=False).drop_duplicates("pair").head(6).to_dict("records")


def _validation() -> dict[str, Any]:
    from sim.parameters import DEFAULT_VINTAGE, FOLDER, read_measured

    rows = pd.DataFrame(read_measured()).assign(miss=lambda t: pd.to_numeric(t["miss"]).abs())
    judged = rows[~rows["note"].str.startswith("Identity")]
    patterns = judged.groupby(["pattern", "role"]).agg(figures=("miss", "size"), hit=("miss", lambda m: int((m <= 2).sum())), largest=("miss", "max"))
    predictive = pd.read_csv(FOLDER / DEFAULT_VINTAGE / "predictive.csv").merge(judged[["target"]], on="target")
    return {
        "judged": {role: {"figures": len(here), "hit": int((here["miss"] <= 2).sum()), "unmeasured": int(here["miss"].isna().sum())} for role, here in judged.groupby("role")},
        "pattern_rows": patterns.reset_index().sort_values("largest", ascending=False).to_dict("records"),
        "worst": judged.nlargest(12, "miss").to_dict("records"),
        "predictive": {role: {"figures": len(here), "inside": int(here["inside"].sum())} for role, here in predictive.groupby("role")},
        "fingerprints": len(json.loads((FOLDER / DEFAULT_VINTAGE / "baseline.json").read_text(encoding="utf-8"))),
    }


def _reproduced() -> dict[str, Any]:
    from calibration.past_tables import outcome_table, read_worlds
    from sim.parameters import read_costings, read_trials

    costings = pd.DataFrame(read_costings())
    costings = costings[(costings["kind"] == "reproduction") & (costings["modelled"] != "")]
    published, modelled, low, high = (pd.to_numeric(costings[column]) for column in ("published", "modelled", "low", "high"))
    off = (modelled - published).abs() / published.abs()
    costings = costings.assign(near=off <= 0.1, fair=off <= 0.25, inside=(low <= published) & (published <= high))
    near = costings.groupby("costing").agg(rows=("near", "size"), near=("near", "sum"), fair=("fair", "sum"), inside=("inside", "sum"))
    past = outcome_table(read_worlds())
    past = past[past["documented_change"].notna()].assign(agrees=lambda t: (t["documented_change"] * t["simulated_change"]) > 0)
    return {
        "trials": [row for row in read_trials() if row["found"]], "costings": near.reset_index().to_dict("records"), "past": past.to_dict("records"),
    }


def _assumptions() -> dict[str, Any]:
    from experiments.assumptions import DEFAULTS, FOUND

    table = pd.read_csv(FOUND, keep_default_na=False)
    half = table[table["assumption"] == DEFAULTS].set_index("outcome").eval("(high - low) / 2")
    rows = []
    for name, here in table.groupby("assumption", sort=False):
        found = [(outcome, list(values["estimate"])) for outcome, values in here.groupby("outcome", sort=False)]
        ends = "" if name == DEFAULTS else " to ".join(f"{float(value):g}" for value in here["value"].unique())
        rows.append({"text": f"{here['text'].iloc[0]}, {ends}" if ends else "all at their defaults", "found": dict(found)})
    return {"assumptions": rows, "half": half.to_dict()}


def _speed() -> dict[str, Any]:
    whole, batch = (json.loads((ROOT / "benchmarks" / f"{name}.json").read_text(encoding="utf-8")) for name in ("reference", "reference_batch"))
    return {"speed": whole, "batch": batch, "decades": 10_000}


def _number(value: Any, decimals: int = 0) -> str:
    return f"{float(value):,.{decimals}f}"


def _signed(values: list[float]) -> str:
    from experiments.words import Words

    return " to ".join(Words("en").number(value, sign=True) for value in values)


def _percent(value: Any, decimals: int = 0) -> str:
    return f"{float(value):.{decimals}%}".replace("%", " %")


def _cell(text: str) -> str:
    return text.replace("|", "/").replace("\n", " ")


def main() -> int:
    """Write what differs, or with ``--check`` only name it."""
    stale = [(file, text) for file, text in pages() if not file.exists() or file.read_text(encoding="utf-8") != text]
    for file, text in stale:
        sys.stdout.write(f"{file.relative_to(ROOT)}\n")
        if "--check" not in sys.argv:
            file.write_text(text, encoding="utf-8")
    return int(bool(stale) and "--check" in sys.argv)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
