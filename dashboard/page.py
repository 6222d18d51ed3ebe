"""What a page is: the contract between the frame and the pages.

A page is a module ``dashboard/pages/<key>.py`` with a constant ``PAGE = Page(...)`` that stands in ``dashboard/pages/__init__.py``, and
a file ``dashboard/texts/<key>.toml`` with its texts (tables ``[en]`` and ``[da]``, keys ``<key>_...``). The frame reads ``<key>_name``
(in the navigation), ``<key>_title`` (the heading) and ``<key>_lead`` (a sentence under it).

- ``layout(view)`` returns what stands under the heading. It is called whenever somebody comes to the page or changes language or run,
  and must be quick (under half a second): ``view.opened.remember`` keeps what takes longer.
- ``register(app, services)`` registers the page's callbacks, once. Every callback takes ``State("language", "data")`` and makes
  ``Words(language)`` of it, and ``State("run", "data")`` where it needs the run (``services.results.open(run)``).
- Ids begin with ``<key>-``.
- A view can be shared as a link: controls begin with what ``view.query`` says, and ``remember`` writes them back to the address.
- For what a person did wrong, raise ``Trouble`` (or ``Mistake``): the frame shows it. Everything else is logged, and said to be our fault.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dash import Dash, Input

from dashboard.jobs import Jobs
from dashboard.results import Opened, Results
from dashboard.words import Words


@dataclass(frozen=True)
class Services:
    """What pages can ask for: results on disk, and runs that are being made."""

    results: Results
    jobs: Jobs


@dataclass(frozen=True)
class View:
    """What an address asks for.

    Attributes:
        w: texts in the reader's language.
        query: what stands after ``?`` in the address, by key; strings as they came in, so check them.
        services: results and jobs.
        run: name of the chosen result, "" when there is none.
    """

    w: Words
    query: Mapping[str, str]
    services: Services
    run: str = ""

    @property
    def opened(self) -> Opened:
        """The chosen result. Raises Trouble when it is not there, or when there is none yet."""
        return self.services.results.open(self.run)

    def choice(self, key: str, allowed: Mapping[str, Any] | list[str], default: str | None = None) -> str | None:
        """The value of a key if it is allowed, else the default (without one: the first allowed)."""
        value = self.query.get(key, "")
        return value if value in allowed else default if default is not None else next(iter(allowed), None)

    def choices(self, key: str, allowed: Mapping[str, Any] | list[str]) -> list[str]:
        """The values of a key, separated by commas, that are allowed; all when there are none."""
        chosen = [value for value in self.query.get(key, "").split(",") if value in allowed]
        return chosen or list(allowed)


def _no_callbacks(app: Dash, services: Services) -> None:
    """A page without callbacks."""


@dataclass(frozen=True)
class Page:
    """A page of the dashboard.

    Attributes:
        key: its name, with which its texts and ids begin.
        path: its address, for example ``/flows``.
        layout: what stands under its heading.
        register: registers its callbacks.
        shows_run: whether it shows a result; then the frame lets people choose one, and tells them when it is not there.
    """

    key: str
    path: str
    layout: Callable[[View], Any]
    register: Callable[[Dash, Services], None] = field(default=_no_callbacks)
    shows_run: bool = False


def remember(app: Dash, **controls: Input) -> None:
    """Write controls to the address whenever they change, by key, so that the view can be shared as a link and is there again after
    a reload. Empty values are left out; several are separated by commas."""
    names = ", ".join(f'"{key}"' for key in controls)
    app.clientside_callback(
        f"function(...values) {{ window.borgerflow.remember([{names}], values); }}", *controls.values(), prevent_initial_call=True
    )
