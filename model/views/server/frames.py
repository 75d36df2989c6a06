"""Messages that a browser sends in parts: few parts each, and few bytes of unfinished ones together.

The framework's server keeps the parts of a message until the last one has come. It counts their bytes, of which a part
may have none, and it counts for each connection alone: a stranger who finishes nothing could fill the memory.
"""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

MOST_PARTS = 2_000
"""Parts of one message; a browser sends large ones in parts of some ten thousand bytes."""
MOST_UNFINISHED = 2**26
"""Bytes of all unfinished messages together; beyond, the connection that has kept one longest is closed."""
FAST = 1
"""Level at which messages are deflated: in a sixth of the usual time, to a fifth more bytes."""
TOO_BIG = 1009
"""Code with which a connection is closed whose message is too large."""


class BoundedWebSocket(WebSocketsSansIOProtocol):
    """uvicorn's websocket with bounds on what is kept of unfinished messages."""

    _unfinished = {}
    """Bytes kept for each connection that has begun a message, of this process; the one that began first is first."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for extension in self.conn.available_extensions or ():
            extension.compress_settings["level"] = FAST

    def data_received(self, data):
        """Take bytes, and close a connection if too much is kept."""
        super().data_received(data)
        kept = len(self.conn.reader.buffer) + sum(map(len, self.frames))
        if kept or self.frames:
            self._unfinished[self] = kept
        else:
            self._unfinished.pop(self, None)
        while sum(self._unfinished.values()) > MOST_UNFINISHED:
            next(iter(self._unfinished)).refuse()

    def handle_cont(self, event):
        """Take another part of a message."""
        super().handle_cont(event)
        if len(self.frames) > MOST_PARTS:
            self.refuse()

    def connection_lost(self, exc):
        """Keep nothing more."""
        self._forget()
        super().connection_lost(exc)

    def refuse(self):
        """Close the connection, whose message is too large."""
        self._forget()
        if self.conn.state.name == "OPEN":
            self.conn.fail(TOO_BIG, "too large")
            self.handle_parser_exception()
        self.transport.close()

    def _forget(self):
        self._unfinished.pop(self, None)
        self.frames = []
        self.conn.reader.buffer.clear()
