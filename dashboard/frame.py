"""What stands round every page: header with navigation and language, the choice of the result, messages, and the foot."""

import logging
from collections.abc import Iterable
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from agents.mistake import Mistake
from dashboard.page import Page, View
from dashboard.words import Trouble, Words

_log = logging.getLogger(__name__)
_LANGUAGES = {"en": "English", "da": "Dansk"}
_THEME = {
    "fontFamily": "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif", "primaryColor": "blue", "primaryShade": 8,
    "focusRing": "always", "respectReducedMotion": True,
}


def frame() -> Any:
    """The layout of the app, before an address has been read."""
    return dmc.MantineProvider(
        [
            dcc.Location(id="url", refresh=False),
            dcc.Store(id="language"), dcc.Store(id="run"), dcc.Store(id="about"),
            html.Div(id="header"),
            html.Div(id="trouble", role="alert"),
            html.Main(id="main"),
            html.Footer(id="footer"),
        ],
        theme=_THEME, forceColorScheme="light",
    )  # fmt: skip


def header(pages: Iterable[Page], current: Page | None, w: Words) -> list[Any]:
    """Skip link, name, navigation and language."""
    links = [
        html.A(w(f"{page.key}_name"), href=page.path, **({"aria-current": "page"} if page is current else {}), **{"data-page": page.key})
        for page in pages
    ]
    languages = [
        html.Button(name, id=f"language-{code}", lang=code, n_clicks=0, **{"data-language": code, "aria-pressed": str(code == w.language).lower()})
        for code, name in _LANGUAGES.items()
    ]
    return [
        html.A(w("frame_skip"), href="#main", className="skip"),
        html.Header([
            html.Span("Borgerflow", className="name"),
            html.Nav(links, **{"aria-label": w("frame_pages")}),
            html.Div(languages, role="group", className="languages", **{"aria-label": w("frame_language")}),
        ]),
    ]  # fmt: skip


def main(page: Page | None, view: View) -> list[Any]:
    """Heading and content of a page; a message where it cannot be shown."""
    w = view.w
    if page is None:
        return [html.H1("Borgerflow", tabIndex=-1), notice(w("frame_no_page"))]
    lead = w(f"{page.key}_lead")
    shown = [html.H1(w(f"{page.key}_title"), tabIndex=-1), *([html.P(lead, className="lead")] if lead else [])]
    try:
        if page.shows_run:
            shown.append(_run_choice(view))
            view.opened  # noqa: B018  tells when it is not there
        return [*shown, html.Div(page.layout(view), className=f"page page-{page.key}")]
    except Exception as error:
        return [*shown, notice(told(error, w))]


def _run_choice(view: View) -> Any:
    """Choice of the result that is shown."""
    w, results = view.w, view.services.results
    names = list(results.folders())
    data = [{"value": n, "label": w("frame_shipped", run=n) if results.is_shipped(n) else n} for n in names]
    return dmc.Select(
        id="run-choice", label=w("frame_run"), data=data, value=view.run if view.run in names else None, allowDeselect=False, searchable=True,
        maw=480, mb="md", comboboxProps={"keepMounted": False},
    )


def told(error: Exception, w: Words) -> str:
    """What a person is told of an error; what is not theirs is logged."""
    if isinstance(error, Trouble):
        return error.told(w)
    if isinstance(error, Mistake):
        return w("frame_mistake", message=str(error))
    _log.error("a page failed", exc_info=error)
    return w("frame_broken")


def notice(text: Any, *, kind: str = "warning") -> Any:
    """A message on the page; ``kind`` is ``warning`` or ``info``."""
    return html.Div(text, className=f"notice {kind}", role="note")


def footer(w: Words) -> Any:
    """The foot of every page."""
    return html.P(w("frame_footer"))
