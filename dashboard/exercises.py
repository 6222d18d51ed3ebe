"""Five exercises on the shipped result: what is asked, what is right, and why. Every number is read from the result when it is asked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agents.statuses import NAMES
from dashboard import evidence
from dashboard.lives import CHANGED, Citizens
from dashboard.moves import Moves
from dashboard.results import Opened
from dashboard.words import Trouble, Words
from experiments.charts.money import budget_of
from experiments.charts.validation import records
from experiments.institution import YEAR
from experiments.words.targets import target_label

_CAP, _PACKAGE, _GOAL = "social_workers_2022", "expert_group_package", "job_goal_under_30"
_PENSION = "foertidspension"
_NEVER = "never"
_OFFERED = 5
"""Answers offered where the right one is one of many."""


@dataclass(frozen=True)
class Asked:
    """An exercise with its numbers.

    Attributes:
        question: what is asked. look: what to do to find out. path, query: where.
        choices: labels by value; none where a number is typed.
        right: the right answer: a choice, or a number as text. within: how far a typed number may be off.
        why: the explanation, shown after an answer.
    """

    question: str
    look: str
    path: str
    query: str
    choices: dict[str, str]
    right: str
    why: str
    within: float = 0.0

    def is_right(self, answer: Any) -> bool | None:
        """Whether an answer is right; None when it is none."""
        if self.choices:
            return answer == self.right if isinstance(answer, str) and answer in self.choices else None
        if isinstance(answer, bool) or not isinstance(answer, int | float):
            return None
        return abs(answer - float(self.right)) <= self.within

    def told(self) -> str:
        """The right answer as people read it."""
        return self.choices.get(self.right, self.right)


def _needed(opened: Opened, reform: str) -> str:
    """The reform's title key. Raises Trouble when the result does not hold it."""
    if reform not in opened.reforms:
        raise Trouble("teaching_not_there")
    return reform


def pensions(opened: Opened, w: Words) -> Asked:
    """Flows: where those who get a disability pension come from."""
    moves = opened.remember(("moves",), lambda: Moves.read(opened.result))
    table = moves.table(opened.base, 1, moves.years, "status", _PENSION)
    into = table[table["to"] == _PENSION].head(_OFFERED)
    if into.empty:
        raise Trouble("teaching_not_there")
    offered = sorted(into["source"], key=NAMES.index)
    first, second = into.iloc[0], into.iloc[min(1, len(into) - 1)]
    all_ = float(table.loc[table["to"] == _PENSION, "persons"].sum())
    worked = float(table.loc[(table["to"] == _PENSION) & (table["source"] == "employment"), "persons"].sum())
    why = w(
        "teaching_pensions_why", first=w.status(first["source"]), persons=w.number(first["persons"]), share=w.number(100 * first["persons"] / all_),
        second=w.status(second["source"]), other=w.number(second["persons"]), worked=w.number(100 * worked / all_, decimals=1),
    )
    query = f"level=status&first=1&last={moves.years}&only={_PENSION}"
    return Asked(w("teaching_pensions_question", years=moves.years), w("teaching_pensions_look"), "/flows", query, {s: w.status(s) for s in offered}, first["source"], why)


def late(opened: Opened, w: Words) -> Asked:
    """Institution: a caseload cap helps late, since everything between hours and work takes its time."""
    _needed(opened, _CAP)
    years = range(1, opened.summary["months"] // YEAR + 1)
    caseload, decision, work = (
        _half(opened, outcome, status) for outcome, status in (("citizens_per_caseworker", "all"), ("months_to_decision", "team"), ("persons", "employment"))
    )
    last = opened.summary["months"]
    effect = _effect(opened, "persons", "employment", last)
    in_turn = 0 < caseload <= decision <= work
    why = w(
        "teaching_late_why" if in_turn else "teaching_late_why_not", caseload=_after(caseload, w), decision=_after(decision, w), work=_after(work, w),
        effect=w.number(effect["estimate"], sign=True), low=w.number(effect["low"], sign=True), high=w.number(effect["high"], sign=True), years=last // YEAR,
        first=w.number(_effect(opened, "persons", "employment", YEAR)["estimate"], sign=True),
    )  # fmt: skip
    choices = {str(n): w("teaching_year", n=n) for n in years} | {_NEVER: w("teaching_never")}
    return Asked(
        w("teaching_late_question", reform=w.text(opened.scenarios[_CAP]), years=last // YEAR), w("teaching_late_look"), "/compare",
        f"reform={_CAP}&show=time", choices, str(work) if work else _NEVER, f"{why} {_sure(effect, w)}",
    )  # fmt: skip


def _effect(opened: Opened, outcome: str, status: str, horizon: int, reform: str = _CAP) -> dict[str, Any]:
    effects = opened.comparison.effects
    here = effects[(effects["reform"] == reform) & (effects["outcome"] == outcome) & (effects["status"] == status) & (effects["horizon_months"] == horizon)]
    if here.empty:
        raise Trouble("teaching_not_there")
    return {str(key): value for key, value in here.iloc[0].items()}


def _half(opened: Opened, outcome: str, status: str) -> int:
    """First whole year at whose end an effect has half of its last size, and its sign; 0 when there is none at the end."""
    months = opened.summary["months"]
    last = _effect(opened, outcome, status, months)["estimate"]
    if not last:
        return 0
    ends = (year for year in range(1, months // YEAR + 1) if _effect(opened, outcome, status, YEAR * year)["estimate"] / last >= 0.5)
    return next(ends, 0)


def _after(years: int, w: Words) -> str:
    return w.horizon(YEAR * years) if years else w("teaching_never").lower()


def pays(opened: Opened, w: Words) -> Asked:
    """Compare: which step of the budget pays for a package, and what one sees who looks at the first step only."""
    _needed(opened, _PACKAGE)
    budget = opened.comparison.budget
    each = {str(row["step"]): row for row in records(budget_of(budget, _PACKAGE, w).table)}
    net = each.pop("net")
    lowest = min(each, key=lambda step: float(each[step]["estimate"]))
    saves = lowest if each[lowest]["estimate"] < 0 else _NEVER
    by_year = budget[(budget["reform"] == _PACKAGE) & (budget["purse"] == "public") & (budget["line"] == "net") & (budget["stage"] == "whole") & (budget["year"] > 0)]
    below = by_year.loc[by_year["estimate"] < 0, "year"]
    why = [
        w("teaching_pays_why", step=w(f"step_{saves}"), saved=w.number(each[saves]["estimate"], sign=True)) if saves != _NEVER else w("teaching_pays_nothing"),
        w("teaching_pays_net", still=w.number(each["immediate"]["estimate"], sign=True), net=w.number(net["estimate"], sign=True), low=w.number(net["low"], sign=True),
          high=w.number(net["high"], sign=True)),
        w("teaching_pays_first", year=int(below.min())) if len(below) else w("teaching_pays_at_no_time"), _sure(net, w),
    ]  # fmt: skip
    choices = {step: w(f"step_{step}") for step in each} | {_NEVER: w("teaching_none_saves")}
    question = w("teaching_pays_question", reform=w.text(opened.scenarios[_PACKAGE]))
    return Asked(question, w("teaching_pays_look"), "/compare", f"reform={_PACKAGE}&show=money", choices, saves, " ".join(why))


def _sure(effect: Any, w: Words) -> str:
    """Whether an effect is more than luck."""
    return w("teaching_sure") if effect["low"] * effect["high"] > 0 else w("teaching_unsure")


def one_life(opened: Opened, w: Words) -> Asked:
    """One citizen: what a single life says of a reform, and what it does not."""
    _needed(opened, _GOAL)
    if not opened.result.has_register:
        raise Trouble("teaching_not_there")
    citizens: Citizens = opened.remember(("citizens",), lambda: Citizens.read(opened.result))
    changed = citizens.of(CHANGED, _GOAL, len(citizens.table))
    if not changed:
        raise Trouble("teaching_not_there")
    rows = citizens.table.loc[changed]
    fewer = rows[f"supported:{opened.base}"] - rows[f"supported:{_GOAL}"]
    base, reform = (int(rows[f"supported:{name}"].iloc[0]) for name in (opened.base, _GOAL))
    effect = _effect(opened, "persons", "edge_total", opened.summary["months"], _GOAL)
    why = w(
        "teaching_life_why", base=base, reform=reform, people=len(rows), fewer=int((fewer > 0).sum()), more=int((fewer < 0).sum()), same=int((fewer == 0).sum()),
        effect=w.number(effect["estimate"], sign=True), low=w.number(effect["low"], sign=True), high=w.number(effect["high"], sign=True),
    )  # fmt: skip
    query = f"reform={_GOAL}&person={changed[0]}&span=run"
    return Asked(w("teaching_life_question", number=changed[0], reform=w.text(opened.scenarios[_GOAL])), w("teaching_life_look"), "/citizen", query, {}, str(base - reform), why)


def believe(opened: Opened, w: Words) -> Asked:
    """Evidence: how often the model is right about figures that it was not fitted to."""
    counts = {str(group): row for group, row in evidence.counts().to_dict("index").items()}
    table = evidence.targets()
    held, fit = (100 * counts[group]["passed"] / counts[group]["n"] for group in ("holdout", "fit"))
    worst = records(table[(table["group"] == "holdout") & table["miss"].notna()].head(1))[0]
    name = target_label(str(worst["target"]), w.language)
    why = w(
        "teaching_believe_why", held=w.number(held), fit=w.number(fit), passed=w.number(counts["holdout"]["passed"]), n=w.number(counts["holdout"]["n"]),
        worst=name[:1].lower() + name[1:], miss=w.number(worst["miss"], sign=True, decimals=1),
    )  # fmt: skip
    return Asked(w("teaching_believe_question"), w("teaching_believe_look"), "/evidence", "part=validation", {}, f"{held:.0f}", why, within=1.0)


EXERCISES: dict[str, Callable[[Opened, Words], Asked]] = {"pensions": pensions, "late": late, "pays": pays, "life": one_life, "believe": believe}
"""The exercises of the tour, in order."""
