"""Charts of money: what a reform costs and why, who gains, and what an hour of work leaves."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from agents.calendar import month
from agents.money import ACCOUNT, OERE, PUBLIC
from experiments.budget import PERMANENT, TOTALS
from experiments.charts.chart import COLOURS, DASHES, Chart, finish, interval
from experiments.charts.figure import Figure
from experiments.charts.panels import bars, folded, side_by_side
from experiments.compare import Comparison
from experiments.result import RunResult
from experiments.summary import scenario_of
from experiments.units import horizons
from experiments.words import Words

PART = "money"
_GROSS = TOTALS["gross"]
_CASES = (("kontanthjaelp_jobparat", False), ("kontanthjaelp_jobparat", True), ("ressourceforloeb", False))
"""Type cases of the income curve: benefit, and whether children live at home; single, 35 years."""
_SHOWN = ("sex", "age", "origin", "education", "barriers", "support", "income")
"""Dimensions drawn; the table holds all."""


def money_charts(result: RunResult, titles: dict[str, str], w: Words) -> Iterator[Chart]:
    """The charts of a run's money, in the order in which they are read."""
    if isinstance(result, Comparison):
        order = [(str(d), str(g)) for d, g in result.groups[["dimension", "group"]].drop_duplicates().itertuples(index=False)]
        for reform in list(titles)[1:]:
            yield budget_of(result.budget, reform, w)
        for reform in list(titles)[1:]:
            yield gains_of(result.group_effects, reform, horizons(result.summary["months"])[-1], order, w)
    yield spending_by_account(result.accounts, titles, w)
    yield income_curves(result, w)


def budget_of(budget: pd.DataFrame, reform: str, w: Words) -> Chart:
    """A waterfall of the permanent level: people stay where they are, behaviour by line, tax, clawback, net."""
    here = budget[(budget["reform"] == reform) & (budget["purse"] == "public") & (budget["year"] == PERMANENT)]
    at = {(row["line"], row["stage"]): row for row in here.to_dict("records")}
    steps = [("immediate", at["gross", "immediate"])]
    steps += [(f"behaviour_{line}", at[line, "behaviour"]) for line in _GROSS]
    steps += [(line, at[line, "whole"]) for line in ("tax", "clawback")]
    net, gross = at["net", "whole"], at["gross", "whole"]
    rows = [*steps, ("net", net)]
    table = pd.DataFrame(
        {
            "step": [name for name, _ in rows],
            **{k: [float(row[k]) for _, row in rows] for k in ("estimate", "low", "high")},
        }
    )
    labels = [folded(w(f"step_{name}"), 18) for name, _ in rows]
    figure = Figure()
    figure.add(
        "waterfall", x=labels, y=table["estimate"], measure=["relative"] * len(steps) + ["total"], textposition="outside",
        text=[w.number(v, sign=True) for v in table["estimate"]], connector={"line": {"color": "#888", "width": 1}},
        increasing={"marker": {"color": COLOURS[1]}}, decreasing={"marker": {"color": COLOURS[0]}}, totals={"marker": {"color": "#555"}},
    )
    figure.update_yaxes(title={"text": w("million_a_year")})
    figure.add_line(y=0, line={"width": 1, "color": "#555"})
    finish(figure, 460, w)
    figure.update_layout(showlegend=False, margin={"t": 60, "b": 90})
    key = "chart_budget_costs" if net["estimate"] > 0 else "chart_budget_saves"
    if not table["estimate"].any():
        key = "chart_budget_nothing"
    title = w(
        key, reform=reform, net=w.number(abs(net["estimate"])), low=w.number(net["low"], sign=True), high=w.number(net["high"], sign=True),
        gross=w.number(gross["estimate"], sign=True), still=w.number(at["gross", "immediate"]["estimate"], sign=True),
    )
    return Chart(f"budget-{reform}", title, w("chart_budget_note"), figure, table, PART)


def gains_of(effects: pd.DataFrame, reform: str, horizon: int, order: list[tuple[str, str]], w: Words) -> Chart:
    """Differences in disposable income and in persons in work by group (in ``order``: dimension, group), with intervals."""
    here = effects[(effects["reform"] == reform) & (effects["horizon_months"] == horizon)]
    table = here[["dimension", "group", "outcome", "base", "estimate", "low", "high", "citizens"]].reset_index(drop=True).rename(columns={"outcome": "result"})
    residents = here[here["outcome"] == "residents"].set_index(["dimension", "group"])["base"]
    work = here[here["outcome"] == "employment"].set_index(["dimension", "group"])
    per_1000 = work[["estimate", "low", "high"]].div(residents / 1000, axis=0)
    income = here[here["outcome"] == "disposable_income"].set_index(["dimension", "group"])[["estimate", "low", "high"]]
    keys = [key for key in order if key[0] in _SHOWN and key in income.index]
    labels = [f"{w.name('dimension', d)}: {w.name('group', g)}" for d, g in keys]
    figure = Figure.grid(1, 2, shared_yaxes=True, horizontal_spacing=0.06, column_titles=[w("income_a_month"), w("work_per_1000")])
    for column, values in enumerate((income, per_1000), start=1):
        rows = values.reindex(pd.MultiIndex.from_tuples(keys))
        figure.add(
            "scatter", x=rows["estimate"], y=labels, mode="markers", marker={"size": 7, "color": COLOURS[column - 1], "symbol": ["circle", "diamond"][column - 1]},
            error_x=interval(rows["estimate"], rows["low"], rows["high"]), showlegend=False, row=1, col=column,
        )
        figure.add_line(x=0, line={"width": 1, "color": "#555"}, col=column)
    finish(figure, 160 + 20 * len(keys), w)
    figure.update_yaxes(autorange="reversed", automargin=True)
    figure.update_layout(margin={"t": 50})
    known = income.loc[keys].dropna()
    known = known[(known["low"] > 0) | (known["high"] < 0)]
    when = w("after", years=w.horizon(horizon)).lower()
    if known.empty:
        title = w("chart_gains_none", reform=reform, when=when)
    else:
        clear = known["estimate"].to_numpy(float)
        best, worst = ([str(part) for part in known.index[int(i)]] for i in (clear.argmax(), clear.argmin()))
        title = w(
            "chart_gains", reform=reform, when=when, best=f"{w.name('dimension', best[0])}: {w.name('group', best[1])}",
            most=w.number(float(clear.max()), sign=True, decimals=1), worst=f"{w.name('dimension', worst[0])}: {w.name('group', worst[1])}",
            least=w.number(float(clear.min()), sign=True, decimals=1),
        )
    return Chart(f"gains-{reform}", title, w("chart_gains_note"), figure, table, PART, decimals=1)


def spending_by_account(accounts: pd.DataFrame, titles: dict[str, str], w: Words) -> Chart:
    """What the public pays by account, and what each purse pays after refunds and taxes, the last twelve months."""
    last = np.sort(accounts["month"].unique())[-12:]
    here = accounts[accounts["month"].isin(last) & (accounts["account"] != "wages")]
    lines = [a.name for a in ACCOUNT.values() if a.line in _GROSS]
    rows = []
    for (scenario, replication), table in here.groupby(["scenario", "replication"], observed=True):
        million = table["oere"] / OERE / 1e6 * 12 / len(last)
        sign = table["payer"].isin(PUBLIC).astype(int) - table["receiver"].isin(PUBLIC).astype(int)
        for account in lines:
            of = table["account"] == account
            rows.append((scenario, replication, "account", account, float((million * sign)[of].sum())))
        for purse in PUBLIC:
            paid = million[table["payer"] == purse].sum() - million[table["receiver"] == purse].sum()
            rows.append((scenario, replication, "purse", purse, float(paid)))
    values = pd.DataFrame(rows, columns=["scenario", "replication", "by", "item", "value"])
    by = values.groupby(["by", "item", "scenario"], sort=False)["value"]
    table = pd.DataFrame({"mean": by.mean(), "low": by.quantile(0.025), "high": by.quantile(0.975)}).reset_index()
    figure = side_by_side([w("million_a_year")], [len(lines)], len(titles), w)
    shown = table[table["by"] == "account"].rename(columns={"item": "account"})
    bars(figure, shown, "account", titles, {"row": 1, "col": 1}, w, legend=True)
    base = table[table["scenario"] == next(iter(titles))].set_index("item")["mean"]
    title = w(
        "chart_accounts", benefits=w.number((base["benefits"] + base["state_benefits"]) / 1000), measures=w.number((base["measures"] + base["support"]) / 1000, decimals=1),
        staff=w.number((base["caseworkers"] + base["outreach"] + base["teams"]) / 1000, decimals=1),
    )
    return Chart("accounts", title, w("chart_accounts_note"), figure, table, PART)


def income_curves(result: RunResult, w: Words) -> Chart:
    """Disposable income by paid hours a week beside the benefit, for type cases, under each scenario's law in the last month."""
    from sim.benefit_law import LawBook  # these import numba
    from sim.income import TypeCase, income_by_hours

    summary = result.summary
    now = month(summary["last_month"])
    registry = result.registry()
    tables, per_hour = [], dict[tuple[str, bool], float]()
    figure = Figure.grid(1, len(_CASES), shared_yaxes=True, horizontal_spacing=0.04, titles=[folded(_case(c, w), 30) for c in _CASES])
    for j, told in enumerate(summary["scenarios"]):
        scenario = scenario_of(told, summary["months"])
        p = scenario.read_parameters()
        law = LawBook(p, scenario.make_policies(registry)).at(now)
        for i, (status, children) in enumerate(_CASES):
            table = income_by_hours(TypeCase(status=status, children=children), law, p)
            figure.add(
                "scatter", x=table["hours"], y=table["disposable"], mode="lines", name=told["name"], legendgroup=told["name"], showlegend=i == 0,
                line={"color": COLOURS[j % 7], "dash": DASHES[j % 6], "width": 2}, row=1, col=i + 1,
            )
            tables.append(table.assign(scenario=told["name"], type_case=_case((status, children), w)))
            per_hour.setdefault((status, children), float(table["gain_per_hour"].iloc[10]))
    figure.update_xaxes(title={"text": w("hours_a_week")})
    figure.update_yaxes(title={"text": w("dkk_a_month")}, col=1)
    figure.update_yaxes(rangemode="tozero")
    finish(figure, 420, w)
    figure.update_layout(margin={"t": 70, "b": 80}, legend={"y": -0.25})
    columns = ["scenario", "type_case", "hours", "pay", "benefit", "tax", "costs", "disposable", "gain", "gain_per_hour"]
    table = pd.concat(tables, ignore_index=True)[columns]
    table = table[table["hours"] % 5 == 0].reset_index(drop=True)
    title = w("chart_income", single=w.number(per_hour[_CASES[0]], sign=True), rf=w.number(per_hour[_CASES[2]], sign=True))
    return Chart("income", title, w("chart_income_note", month=w.month(summary["last_month"])), figure, table, PART)


def _case(case: tuple[str, bool], w: Words) -> str:
    status, children = case
    return f"{w.status(status)}, {w('with_children' if children else 'single_no_children')}"
