"""Compare: the law as it was against reforms, as headline figures, charts over time, a budget, who gains, and a table of everything."""

from collections.abc import Callable, Iterator
from typing import Any

import dash_mantine_components as dmc
import pandas as pd
from dash import Dash, Input, Output, State, ctx, html, no_update

from dashboard import frame
from dashboard.differences import columns, differences
from dashboard.headlines import Headline, headline_card, headlines, horizons_of
from dashboard.page import Page, Services, View, remember
from dashboard.parts import cards, chart_card, download, grid
from dashboard.results import Opened
from dashboard.titles import Titles
from dashboard.words import Words
from experiments.charts.chart import Chart, difference_by_status, difference_over_time, stocks_over_time
from experiments.charts.money import budget_of, gains_of
from experiments.report.run_report import headline_note, too_small, warnings

PARTS = ("time", "levels", "status", "money", "groups", "table")


def _layout(view: View) -> Any:
    w, opened = view.w, view.opened
    opened.comparison  # noqa: B018  tells when there is nothing to compare
    asked = view.choices("reform", opened.reforms)
    reforms = [name for name in opened.reforms if name in asked]
    months = [str(n) for n in horizons_of(opened)]
    horizon = view.choice("after", months, months[-1]) or months[-1]
    part = view.choice("show", list(PARTS)) or PARTS[0]
    titles = [{"value": name, "label": opened.title(name, w)} for name in opened.reforms]
    return [
        _about(opened, w),
        html.Div(
            [
                dmc.MultiSelect(id="compare-reforms", label=w("compare_reforms"), description=w("compare_reforms_note"), data=titles, value=reforms),
                dmc.Select(
                    id="compare-after", label=w("compare_after"), data=[{"value": n, "label": w.horizon(int(n))} for n in months], value=horizon,
                    allowDeselect=False,
                ),
            ], className="controls",
        ),
        html.Div(_cards(opened, reforms, int(horizon), w), id="compare-cards"),
        dmc.SegmentedControl(
            id="compare-show", data=[{"value": one, "label": w(f"compare_show_{one}")} for one in PARTS], value=part, className="parts",
            **{"aria-label": w("compare_show")},
        ),
        html.Div(_part(opened, part, reforms, int(horizon), w), id="compare-part"),
    ]  # fmt: skip


def _about(opened: Opened, w: Words) -> Any:
    """What was run, how, under which law, and what the intervals hold."""
    s = opened.summary
    lead = w("lead", months=s["months"], start=s["start"], last=s["last_month"], share=w.percent(s["scale"]), n=s["replications"])
    notes = [*warnings(s, w), *too_small(s, w)]
    policies = [_policies(told, w) for told in s["scenarios"][1:]]
    return html.Div(
        [
            html.P([lead, " ", w("law_short", law=w.law(s["law_frozen"])), " ", headline_note(s, w)], className="note"),
            html.Details([html.Summary(w("compare_what")), html.Ul(policies)]),
            *(frame.notice(text) for text in notes),
        ]
    )  # fmt: skip


def _policies(told: dict[str, Any], w: Words) -> Any:
    """The policies of a reform with their sources."""
    named = [html.Li(w("compare_policy", policy=w.text(p["label"]), source=p["citation"] or "–")) for p in told["policies"]]
    return html.Li([html.Strong(w.text(told["title"])), html.Ul(named)])


def _cards(opened: Opened, reforms: list[str], horizon: int, w: Words) -> list[Any]:
    """The headline figures of each reform."""
    if not reforms:
        return [frame.notice(w("compare_choose"), kind="info")]
    shown: list[Any] = []
    for reform in reforms:
        found = headlines(opened, reform, horizon, w)
        first = [headline_card(key, one, w) for key, one in found.items() if ":" not in key]
        families = [one for key, one in found.items() if ":" in key]
        title = w("compare_heading", reform=opened.title(reform, w), when=w("after", years=w.horizon(horizon)).lower())
        shown += [html.H2(title), html.Div([cards(first), _families(families, w)], className="headlines")]
    return shown


def _families(families: list[Headline], w: Words) -> Any:
    """Persons on benefits by family, in one card."""
    rows = [
        html.Tr([
            html.Th(one.name, scope="row"), html.Td(w.number(one.estimate, sign=True)),
            html.Td(f"{w.number(one.low, sign=True)} – {w.number(one.high, sign=True)}", className="small"),
        ])
        for one in families
    ]  # fmt: skip
    head = html.Thead(html.Tr([html.Th(w(key), scope="col") for key in ("compare_family", "difference", "interval")]))
    region = {"aria-label": w("compare_families")}
    table = html.Div(html.Table([head, html.Tbody(rows)]), className="wide", tabIndex=0, role="region", **region)
    return html.Div([html.P(w("compare_families"), className="label"), table], className="card families")


def _part(opened: Opened, part: str, reforms: list[str], horizon: int, w: Words) -> list[Any]:
    """What is shown under the cards."""
    if not reforms:
        return []
    if part == "table":
        table = differences(opened, reforms, horizon, w)
        file = f"{opened.name}-{horizon}.csv"
        return [html.P(download(table, file, w)), grid(table, columns(w), name="compare-table", label=w("compare_show_table"), w=w, height=640)]
    return list(_charts(opened, part, reforms, horizon, w))


def _charts(opened: Opened, part: str, reforms: list[str], horizon: int, w: Words) -> Iterator[Any]:
    """The charts of a part."""
    result, titles = opened.comparison, Titles.of(opened, (opened.base, *reforms), w)
    effects = result.persons_effects

    def made(key: str, about: Any, make: Callable[..., Chart], table: pd.DataFrame, *args: Any) -> Any:
        def card() -> Any:
            rows = titles.rows(table, "scenario" if part == "levels" else "reform")
            return chart_card(titles.chart(key, make, rows, *args, w), w)

        return opened.remember(("card", key, about, w.language), card)

    if part == "time":
        yield made("difference", tuple(reforms), difference_over_time, effects, opened.summary["start"], titles.legend)
    if part == "levels":
        yield made("stocks", tuple(reforms), stocks_over_time, result.stocks, titles.legend)
    groups = result.groups[["dimension", "group"]].drop_duplicates() if part == "groups" else result.groups[:0]
    order = [(str(d), str(g)) for d, g in groups[["dimension", "group"]].itertuples(index=False)]
    for reform in reforms:
        named = titles.sentence(reform)
        if part == "status":
            yield made(f"effects-{reform}", horizon, difference_by_status, effects, named, horizon)
        if part == "money":
            yield made(f"budget-{reform}", None, budget_of, result.budget, named)
        if part == "groups":
            yield made(f"gains-{reform}", horizon, gains_of, result.group_effects, named, horizon, order)


def _register(app: Dash, services: Services) -> None:
    controls = [Input("compare-reforms", "value"), Input("compare-after", "value"), Input("compare-show", "value")]
    remember(app, reform=controls[0], after=controls[1], show=controls[2])

    @app.callback(  # type: ignore[untyped-decorator]
        Output("compare-cards", "children"), Output("compare-part", "children"), *controls, State("language", "data"), State("run", "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    def show(reforms: list[str] | None, after: str, part: str, language: str, run: str) -> Any:
        w, opened = Words(language), services.results.open(run)
        chosen = [name for name in opened.reforms if name in (reforms or [])]
        months = horizons_of(opened)
        horizon = int(after) if after in map(str, months) else months[-1]
        cards_too = ctx.triggered_id != "compare-show"
        shown = _part(opened, part if part in PARTS else PARTS[0], chosen, horizon, w)
        return _cards(opened, chosen, horizon, w) if cards_too else no_update, shown


PAGE = Page(key="compare", path="/compare", layout=_layout, register=_register, shows_run=True)
