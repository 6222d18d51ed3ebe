"""The list of live runs: how far they are, how long they will take, and what can be done about them."""

from typing import Any

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, html, no_update

from dashboard import frame
from dashboard.draft import Draft, read_table
from dashboard.jobs import SIZES, Job, Jobs
from dashboard.parts import page_link
from dashboard.sources import draft_of
from dashboard.words import Trouble, Words

_SHOWN = 8


def drafts_beside(chosen: Any, saved: Any, w: Words) -> list[Draft]:
    """Drafts of the other reforms that a reform is compared with."""
    return [draft_of(str(source), saved, w) for source in (chosen or [])[:3]]


def live_runs(jobs: Jobs, w: Words) -> list[Any]:
    """The newest runs, with progress."""
    shown = [_job(job, w) for job in jobs.all()[:_SHOWN]]
    return [html.H3(w("build_runs")), html.Ul(shown, className="runs")] if shown else []


def states(jobs: Jobs) -> list[str]:
    """What the list shows apart from progress: while it stays the same, the list need not be written again, and keeps the focus."""
    return [f"{job.name} {job.state}" for job in jobs.all()[:_SHOWN]]


def progress(job: Job | None, w: Words) -> tuple[float, str]:
    """How far a run is, in per cent, and in words with the time that is left."""
    share = 100 * job.done / job.total if job is not None and job.total else 0.0
    return share, _left(job, share, w) if job is not None else ""


def _job(job: Job, w: Words) -> Any:
    """One run. What is said of its state is announced when it changes; the numbers are not."""
    parts: list[Any] = [html.Strong(job.title), html.Span(w(f"build_state_{job.state}"), role="status", className="state")]
    if job.state == "running":
        share, left = progress(job, w)
        bar = {"type": "build-bar", "job": job.name}
        parts.append(dmc.Progress(value=share, size="lg", id=bar, **{"aria-label": w("build_progress", title=job.title)}))
        parts.append(html.Span(left, className="small", id={"type": "build-left", "job": job.name}))
    if job.is_live:
        parts.append(dmc.Button(
            w("build_cancel"), id={"type": "build-cancel", "job": job.name}, size="xs", variant="default",
            **{"aria-label": w("build_cancel_this", title=job.title)},
        ))  # fmt: skip
    if job.state == "done":
        parts.append(page_link(w("build_see"), "/compare", f"run={job.name}"))
    if job.state == "failed":
        parts.append(html.P(w("build_failed", message=job.message[:300]), className="small"))
    return html.Li(parts, className="card")


def _left(job: Job, share: float, w: Words) -> str:
    """How far, and how much time is left."""
    seconds = job.seconds_left
    if seconds is None:
        return w("build_begins")
    minutes = max(1, round(seconds / 60))
    left = w("build_left_seconds") if seconds < 45 else w("build_left_minute") if minutes == 1 else w("build_left_minutes", n=minutes)
    return f"{w.number(share)} %, {left}"


def register_runs(app: Dash, jobs: Jobs) -> None:
    """Order and stop runs, and tell how far they are."""

    @app.callback(  # type: ignore[untyped-decorator]
        Output("build-runs", "children"), Output("build-states", "data"), Output("build-note", "children", allow_duplicate=True),
        Input("build-run", "n_clicks"), Input({"type": "build-cancel", "job": ALL}, "n_clicks"),
        State("build-draft", "data"), State("build-size", "value"), State("build-beside", "value"), State("build-saved", "data"),
        State("language", "data"), prevent_initial_call=True,
    )  # fmt: skip
    def run(clicks: Any, cancel: Any, table: dict[str, Any], size: str, beside: Any, saved: Any, language: str) -> Any:
        w, asked, note = Words(language), ctx.triggered_id, None
        if not ctx.triggered[0]["value"]:  # a button that has just come up
            return [no_update] * 3
        try:
            if asked == "build-run":
                jobs.submit([read_table(table), *drafts_beside(beside, saved, w)], SIZES[size])
            else:
                jobs.cancel(str(asked["job"]))
        except Trouble as trouble:
            note = frame.notice(trouble.told(w))
        return live_runs(jobs, w), states(jobs), note

    @app.callback(  # type: ignore[untyped-decorator]
        Output("build-runs", "children", allow_duplicate=True), Output("build-states", "data", allow_duplicate=True),
        Output({"type": "build-bar", "job": ALL}, "value"), Output({"type": "build-left", "job": ALL}, "children"),
        Input("build-tick", "n_intervals"), State("build-states", "data"), State("language", "data"), prevent_initial_call=True,
    )  # fmt: skip
    def tick(passed: int, before: list[str], language: str) -> Any:
        w, now = Words(language), states(jobs)
        bars = [control["id"]["job"] for control in ctx.outputs_list[2]]
        if now != before:
            return live_runs(jobs, w), now, [no_update] * len(bars), [no_update] * len(bars)
        found = [progress(jobs.get(name), w) for name in bars]
        return no_update, no_update, [share for share, _ in found], [left for _, left in found]
