"""Serve the app on this machine, and stop its runs when it ends."""

import logging
import signal
import sys
from pathlib import Path
from threading import Thread
from types import FrameType

import waitress

from agents.mistake import Mistake
from dashboard.app import make_app, make_services
from dashboard.page import Services, View
from dashboard.pages import PAGES
from dashboard.words import Words
from experiments.words import LANGUAGES

HOST = "127.0.0.1"
_THREADS = 8


def serve(results: Path, port: int) -> None:
    """Serve until somebody stops it. Raises Mistake when the results folder does not exist or the port is taken."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    services = make_services(results)
    app = make_app(services)
    try:
        server = waitress.create_server(app.server, host=HOST, port=port, threads=_THREADS, ident=None)
    except OSError as error:
        raise Mistake(f"--port {port}: {error.strerror or error}; choose another one") from None
    signal.signal(signal.SIGTERM, _end)
    Thread(target=_warm_up, args=(services,), daemon=True).start()
    print(f"Open http://{HOST}:{port} (Ctrl-C ends it)", file=sys.stderr, flush=True)  # noqa: T201
    try:
        server.run()
    finally:
        services.jobs.close()


def _end(number: int, stack: FrameType | None) -> None:
    sys.exit(0)


def _warm_up(services: Services) -> None:
    """Make the pages once, so that the first reader need not wait for what they remember."""
    run = next(iter(services.results.folders()), "")
    for page in PAGES:
        for language in LANGUAGES:
            try:
                page.layout(View(Words(language), {}, services, run))
            except Exception as error:
                logging.getLogger(__name__).warning("page %s is not ready: %r", page.key, error)
