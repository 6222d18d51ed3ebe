"""Serve the app on this machine, and stop its runs when it ends."""

import logging
import signal
import socket
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
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that clicks wait a moment for each other is no news
    services = make_services(results)
    app = make_app(services)
    listener = _listen(port)
    server = waitress.create_server(app.server, sockets=[listener], threads=_THREADS, ident=None)
    signal.signal(signal.SIGTERM, _end)
    Thread(target=_warm_up, args=(services,), daemon=True).start()
    print(f"Open http://{HOST}:{port} (Ctrl-C ends it)", file=sys.stderr, flush=True)  # noqa: T201
    try:
        server.run()
    finally:
        services.jobs.close()


def _listen(port: int) -> socket.socket:
    """A socket on this machine's own address. Raises Mistake when somebody else has the port."""
    listener = socket.socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise Mistake(f"--port {port}: {error.strerror or error}; choose another one") from None
    return listener


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
