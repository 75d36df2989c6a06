"""Open the dashboard: the Solara page of every system, served from this computer.

It needs no internet. Stop it with Ctrl-C.
"""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

from batch_runs.usage import UsageError, add_plugins, whole

SUMMARY = "open the dashboard in the browser"
SERVER = "model.views.server"
"""Module that is run as the server."""
HEAP = {
    "PYTHONMALLOC": "malloc",
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "131072",
    "MALLOC_TRIM_THRESHOLD_": "131072",
}
"""Variables with which memory of sessions that have ended can go back to the system.

Python's own allocator keeps a megabyte as long as one small object lies in it, and takes only a twentieth less time.
Threads share two heaps, and large arrays lie in none.
"""
DRAWN = object()
"""Value of ``--token`` without a word."""
ROOT_PATH = re.compile(r"/?([\w.~-]+(/[\w.~-]+)*)?/?", re.ASCII)


def add_arguments(parser):
    """Declare the options."""
    parser.add_argument(
        "--host",
        default="localhost",
        help="address to listen on (localhost: this computer only; 0.0.0.0: all)",
    )
    parser.add_argument("--port", type=whole(1, 65535), default=8765, help="port to listen on (8765)")
    parser.add_argument(
        "--token",
        nargs="?",
        const=DRAWN,
        default="",
        metavar="WORD",
        help="ask every browser once for this word; without WORD one is drawn and printed, which nobody guesses",
    )
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="another name under which browsers reach the dashboard, such as that of a proxy; may be repeated",
    )
    parser.add_argument(
        "--root-path", default="", metavar="/PATH", help="path of the page behind a proxy, such as /carbon"
    )
    parser.add_argument("--no-open", action="store_true", help="do not open a browser")
    add_plugins(parser)


def run(options):
    """Become the server, after checking what can be checked here."""
    from batch_runs.work.plugins import environment_of, load_plugins
    from learning.compile_cache import cache_base
    from model.views.offline import page_assets, vega_bundle
    from model.views.server.settings import environment_with, framework_settings

    plugins = load_plugins(options.plugin)  # an error in one shows here, not in the server
    app = page()
    if not app.is_file():
        raise UsageError(f"{app}: no such file; the installation is not complete")
    place = place_of(options)
    check_free(place.host, place.port)
    vega_bundle()
    assets = page_assets()
    cache_base()  # where the usual folder cannot be written, the environment names another for the server
    settings = framework_settings(place, assets, app) | place.to_environment() | environment_of(plugins)
    settings["IPYTHONDIR"] = str(assets.parent / "ipython")  # the framework's sessions make one
    return serve(
        [sys.executable, "-P", "-m", SERVER], environment(app.parent, environment_with(settings, os.environ))
    )


def place_of(options):
    """The `Place` that the options name."""
    from model.views.server.place import Place
    from model.views.server.token import draw_token

    if not ROOT_PATH.fullmatch(options.root_path):
        raise UsageError(f"--root-path {options.root_path}: must be a path such as /carbon")
    drawn = options.token is DRAWN
    return Place(
        host=options.host,
        port=options.port,
        root_path=options.root_path,
        names=tuple(options.allow_host),
        token=draw_token() if drawn else options.token,
        drawn=drawn,
        opens_browser=not options.no_open,
    )


def page():
    """Path of the page's file: beside our packages, in a checkout as in an installation."""
    return Path(__file__).resolve().parents[2] / "app.py"


def environment(root, variables):
    """Environment of the server, in which our packages are found from any folder."""
    paths = [str(root), *filter(None, [variables.get("PYTHONPATH")])]
    return variables | {"PYTHONPATH": os.pathsep.join(paths)} | HEAP


def check_free(host, port):
    """Raise UsageError if the address cannot be listened on."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, proto) as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise UsageError(
            f"cannot listen on {host}:{port}: {error.strerror or error}; try another --port"
        ) from None


def serve(arguments, variables):
    """Replace this process by the server, so that signals reach it; where that is impossible, wait until it ends."""
    sys.stdout.flush()
    if os.name == "posix":
        os.execve(arguments[0], arguments, variables)
    server = subprocess.Popen(arguments, env=variables)
    try:
        return server.wait()
    finally:
        server.kill()
