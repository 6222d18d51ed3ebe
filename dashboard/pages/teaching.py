"""Page teaching."""

from typing import Any

from dash import html

from dashboard.page import Page, View


def _layout(view: View) -> Any:
    return html.P(view.w("frame_later"))


PAGE = Page(key="teaching", path="/teaching", layout=_layout, shows_run=False)
