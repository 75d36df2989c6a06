"""The server's process: its start, and its end within a moment."""

import logging
import multiprocessing
import os
import signal
import sys
import threading
import webbrowser
from pathlib import Path

import uvicorn

from model.views.fields import MOST_UPLOAD
from model.views.offline import page_assets, vega_bundle
from model.views.server.place import Place, welcome
from model.views.session_folder import SERVER_FOLDER

MOST_CONNECTIONS = 1_000
"""Most connections at a time; those beyond are told to come back."""
INTERRUPTED = 130


class Server(uvicorn.Server):
    """A server that says where it is when it is ready, and that ends at once."""

    def __init__(self, config, place):
        super().__init__(config)
        self.place = place

    async def startup(self, sockets=None):
        """Begin to listen, and print the address."""
        await super().startup(sockets)
        if self.started:
            print(welcome(self.place), flush=True)
            if self.place.opens_browser:
                threading.Thread(target=webbrowser.open, args=(self.place.url(),), daemon=True).start()

    def handle_exit(self, sig, frame):
        """End this process; see `end`."""
        end(sig, frame)


def serve():
    """Serve until a signal ends the process."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    quieten()
    place = Place.from_environment()
    Server(config(guarded(place), place), place).run()
    end(signal.SIGTERM)


def guarded(place):
    """The framework's app behind the guard. The framework reads its settings when it is imported: here."""
    import solara.server.starlette as framework
    from solara.server.server import solara_static
    from starlette.staticfiles import StaticFiles

    from model.views.server.guard import Guard
    from model.views.server.memory import give_back_in_background
    from model.views.server.sender import Sender
    from model.views.server.sessions import Sessions
    from model.views.server.templates import read_templates_once

    framework.WebsocketWrapper = Sender
    read_templates_once()
    give_back_in_background()

    assets = StaticFiles(directory=Path(solara_static).parent / "assets")
    assets.all_directories.append(vega_bundle().parent)
    folders = {"/_solara/cdn/": StaticFiles(directory=page_assets()), "/static/assets/": assets}
    return Guard(framework.app, place, Sessions(), folders)


def config(app, place):
    """Settings of uvicorn."""
    return uvicorn.Config(
        app,
        host=place.host,
        port=place.port,
        loop="asyncio",
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        root_path="",
        ws_max_size=2 * MOST_UPLOAD,  # in base 64, with its name
        ws_max_queue=4,
        ws_ping_interval=20,
        ws_ping_timeout=30,
        ws_per_message_deflate=True,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=15,
    )


def quieten():
    """Leave out notes of libraries that an operator can do nothing about."""
    for name in ("solara", "websockets", "uvicorn"):
        logging.getLogger(name).setLevel(logging.ERROR)


def end(sig, frame=None):
    """Remove the sessions' files, kill workers, and end the process without waiting for threads.

    A thread may be in the midst of compiling or of a long computation, and an interpreter that shuts down around it
    aborts; nothing that it does is needed, and what is worth keeping is on the disk.
    """
    for worker in multiprocessing.active_children():
        worker.kill()
    SERVER_FOLDER.remove()
    sys.stdout.flush()
    os._exit(INTERRUPTED if sig == signal.SIGINT else 0)
