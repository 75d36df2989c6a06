"""The process of a server: how it listens, what it does when it is ready, and its end within a moment."""

import signal

import uvicorn

from model.views.server.frames import BoundedWebSocket
from model.views.server.impatient import ImpatientProtocol
from model.views.server.logs import be_brief

MOST_CONNECTIONS = 1_000
"""Most connections at a time; those beyond are told to come back."""
INTERRUPTED = 130
"""Exit code after Ctrl-C."""


class Server(uvicorn.Server):
    """A server that calls ``begin()`` when it is ready, and ``end(signal, frame)`` as soon as a signal asks for it."""

    def __init__(self, config, begin, end):
        super().__init__(config)
        self.begin, self.end = begin, end

    async def startup(self, sockets=None):
        """Begin to listen."""
        await super().startup(sockets)
        if self.started:
            self.begin()

    def handle_exit(self, sig, frame):
        """End at once."""
        self.end(sig, frame)


def run(make_app, place, largest_message, begin, end):
    """Serve what ``make_app()`` returns at a `Place`, until a signal ends the process.

    largest_message : bytes that a websocket may send at a time; begin, end : as in `Server`.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    be_brief()
    Server(config(make_app(), place, largest_message), begin, end).run()
    end(signal.SIGTERM, None)


def config(app, place, largest_message):
    """Settings of uvicorn."""
    return uvicorn.Config(
        app,
        host=place.host,
        port=place.port,
        loop="asyncio",
        http=ImpatientProtocol,
        ws=BoundedWebSocket,
        log_level="error",
        log_config=None,  # be_brief() has decided where notes go
        access_log=False,
        proxy_headers=False,
        server_header=False,
        root_path="",
        ws_max_size=largest_message,
        ws_max_queue=4,
        ws_ping_interval=20,
        ws_ping_timeout=30,
        ws_per_message_deflate=True,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=15,
    )
