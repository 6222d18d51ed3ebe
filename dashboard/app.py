"""The app: reads an address, and shows its page. Nothing leaves the machine; mesa is never imported.

There is an own small router instead of Dash's pages: their registry is one global of the process, so two apps (as in tests) would share
it, and an address here also holds language, result and what is chosen on a page.
"""

import logging
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from dash import Dash, Input, Output, State, set_props
from flask import Response, request

from agents.mistake import Mistake
from dashboard import frame
from dashboard.jobs import Jobs
from dashboard.page import Services, View
from dashboard.pages import PAGES
from dashboard.results import Results
from dashboard.words import Trouble, Words
from experiments.words import LANGUAGES

LONGEST_ADDRESS = 12_000
"""Most characters of an address that are read."""
_LARGEST_REQUEST = 2_000_000
"""Most bytes of a request: a scenario is a few thousand."""
_CHARTS_SOON = '<link rel="prefetch" as="script" href="/_dash-component-suites/plotly/package_data/plotly.min.js">'
"""Plotly is fetched while the page is being put together: Dash asks for it only when the first chart is there."""
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
}
"""The browser itself refuses whatever would leave the machine."""


def make_services(results: Path, *, at_once: int = 2) -> Services:
    """Results and runs of a folder, with at most so many runs at once. Raises Mistake when the folder does not exist."""
    if not results.is_dir():
        raise Mistake(f"--results {results} does not exist; make a run first, for example with: make run")
    return Services(Results(results), Jobs(results, at_once))


def make_app(services: Services) -> Dash:
    """The app over a results folder."""
    app = Dash(
        __name__, title="Borgerflow", update_title="", serve_locally=True, suppress_callback_exceptions=True, on_error=_show_error,
        enable_mcp=False,
    )
    app.server.config.update(MAX_CONTENT_LENGTH=_LARGEST_REQUEST, TRUSTED_HOSTS=["127.0.0.1", "localhost"])
    app.server.after_request(_guard)
    app.index_string = app.index_string.replace("<html>", '<html lang="en">').replace("{%css%}", _CHARTS_SOON + "{%css%}")
    app.layout = frame.frame()
    _route(app, services)
    for page in PAGES:
        page.register(app, services)
    return app


def _guard(response: Response) -> Response:
    response.headers.update(_HEADERS)
    return response


def _route(app: Dash, services: Services) -> None:
    pages = {page.path: page for page in PAGES}

    @app.callback(  # type: ignore[untyped-decorator]
        Output("header", "children"), Output("main", "children"), Output("footer", "children"), Output("trouble", "children"),
        Output("language", "data"), Output("run", "data"), Output("about", "data"), Input("url", "pathname"), Input("url", "search"),
    )  # fmt: skip
    def show(path: str | None, search: str | None) -> tuple[Any, ...]:
        query, trouble = read_query(search)
        w = Words(query.get("lang") or request.accept_languages.best_match(LANGUAGES))
        page = pages.get((path or "/").rstrip("/") or "/")
        run = query.get("run") or next(iter(services.results.folders()), "")
        view = View(w, query, services, run)
        title = f"{w(f'{page.key}_title')} · Borgerflow" if page else "Borgerflow"
        return (
            frame.header(PAGES, page, w), frame.main(page, view), frame.footer(w), frame.notice(trouble.told(w)) if trouble else None,
            w.language, run, {"title": title, "language": w.language, "page": page.key if page else ""},
        )  # fmt: skip

    app.clientside_callback("function(about) { window.borgerflow.arrived(about); }", Input("about", "data"))
    app.clientside_callback(
        "function(run, shown) { if (run && run !== shown) { window.borgerflow.go(null, {run: run}); } }",
        Input("run-choice", "value"), State("run", "data"), prevent_initial_call=True,
    )  # fmt: skip


def read_query(search: Any) -> tuple[dict[str, str], Trouble | None]:
    """What stands after ``?`` in an address, the last value of each key; and why nothing of it was read, if so."""
    if not isinstance(search, str) or not search:
        return {}, None
    try:
        if len(search) > LONGEST_ADDRESS:
            raise ValueError(search[:80])
        return dict(parse_qsl(search.removeprefix("?"), max_num_fields=60)), None
    except ValueError as error:
        logging.getLogger(__name__).warning("address not read: %s", error)
        return {}, Trouble("frame_address_long")


def _show_error(error: Exception) -> None:
    """Tell of a callback that failed in the language of the page it stands on."""
    sent = (request.get_json(silent=True) or {}).get("state") or []
    language = next((one.get("value") for one in sent if isinstance(one, dict) and one.get("id") == "language"), None)
    set_props("trouble", {"children": frame.notice(frame.told(error, Words(language)))})
