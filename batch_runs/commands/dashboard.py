"""Open the dashboard: the Solara page of every system, served from this computer.

It needs no internet. Stop it with Ctrl-C.
"""

import os
import socket
import subprocess
import sys
from pathlib import Path

from batch_runs.usage import UsageError, add_plugins, whole

SUMMARY = "open the dashboard in the browser"


def add_arguments(parser):
    """Declare the options."""
    parser.add_argument(
        "--host", default="localhost", help="address to listen on (localhost: this computer only)"
    )
    parser.add_argument("--port", type=whole(1, 65535), default=8765, help="port to listen on (8765)")
    parser.add_argument("--no-open", action="store_true", help="do not open a browser")
    add_plugins(parser)


def run(options):
    """Start the server and wait until it ends."""
    from batch_runs.work.plugins import environment_of, load_plugins
    from model.views.offline import server_environment

    plugins = load_plugins(options.plugin)  # an error in one shows here, not in the server
    app = page()
    if not app.is_file():
        raise UsageError(f"{app}: no such file; the installation is not complete")
    check_free(options.host, options.port)
    variables = environment(app.parent, server_environment()) | environment_of(plugins)
    return serve(command(app, options), variables)


def page():
    """Path of the page's file: beside our packages, in a checkout as in an installation."""
    return Path(__file__).resolve().parents[2] / "app.py"


def command(app, options):
    """Command line that starts the server."""
    flags = ["--no-open"] if options.no_open else []
    address = ["--host", options.host, "--port", str(options.port)]
    return [sys.executable, "-m", "solara", "run", str(app), *address, *flags]


def environment(root, ours):
    """Environment of the server: the user's settings override ours; our packages are found from any folder."""
    paths = [str(root), *filter(None, [os.environ.get("PYTHONPATH")])]
    return ours | dict(os.environ) | {"PYTHONPATH": os.pathsep.join(paths)}


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
    """Run the server until it ends. Ctrl-C reaches the server too, so it gets time to close."""
    server = subprocess.Popen(arguments, env=variables)
    try:
        return server.wait()
    except KeyboardInterrupt:
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
        raise
