"""The dashboard's process: the framework's app behind the guard."""

import multiprocessing
import os
import signal
import sys
import threading
import webbrowser
from pathlib import Path

from model.views.fields import MOST_UPLOAD
from model.views.offline import page_assets, vega_bundle
from model.views.server.place import Place, welcome
from model.views.server.process import INTERRUPTED, run
from model.views.session_folder import SERVER_FOLDER


def serve():
    """Serve until a signal ends the process."""
    place = Place.from_environment()

    def begin():
        from model.views.server.memory import give_back

        give_back()
        print(welcome(place), flush=True)
        if place.opens_browser:
            threading.Thread(target=webbrowser.open, args=(place.url(),), daemon=True).start()

    run(lambda: guarded(place), place, 2 * MOST_UPLOAD, begin, end)  # an upload is in base 64, with its name


def guarded(place):
    """The framework's app behind the guard. The framework reads its settings when it is imported: here."""
    import solara.server.starlette as framework
    from solara.server.server import solara_static
    from starlette.staticfiles import StaticFiles

    from model.views.server.guard import Guard
    from model.views.server.memory import give_back_in_background
    from model.views.server.sender import Sender
    from model.views.server.sessions import Sessions
    from model.views.server.shell import leave_out_commands
    from model.views.server.templates import read_templates_once
    from model.views.server.widgets import look_up_once

    framework.WebsocketWrapper = Sender
    read_templates_once()
    leave_out_commands()
    look_up_once()
    give_back_in_background()

    assets = StaticFiles(directory=Path(solara_static).parent / "assets")
    assets.all_directories.append(vega_bundle().parent)
    folders = {"/_solara/cdn/": StaticFiles(directory=page_assets()), "/static/assets/": assets}
    return Guard(framework.app, place, Sessions(), folders)


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
