"""Connections on which no whole request comes: they are closed, so that a stranger cannot hold all of them."""

from weakref import WeakKeyDictionary

from uvicorn.protocols.http.h11_impl import H11Protocol, h11

REQUEST_SECONDS = 15.0
"""Seconds in which a request must have come whole, from the beginning of a connection or the last answer on."""
MOST_WAITING = 500
"""Most connections at a time that wait for a request; beyond, the one that has waited longest is closed."""


class ImpatientProtocol(H11Protocol):
    """uvicorn's protocol, which by itself waits for ever for the first request, and for the rest of each."""

    _limit = None
    _all_waiting = WeakKeyDictionary()
    """Connections that wait, longest first (keys of a dict), of each server by its settings."""

    def connection_made(self, transport):
        """Begin to wait."""
        super().connection_made(transport)
        self._expect_request()

    def on_response_complete(self):
        """Begin to wait for the next request."""
        super().on_response_complete()
        self._expect_request()

    def handle_websocket_upgrade(self, event):
        """Wait no more: pings show whether a websocket lives."""
        self._stop_waiting()
        super().handle_websocket_upgrade(event)

    def connection_lost(self, exc):
        """Wait no more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _expect_request(self):
        self._stop_waiting()
        self._limit = self.loop.call_later(REQUEST_SECONDS, self._give_up)
        waiting = self._all_waiting.setdefault(self.config, {})
        waiting[self] = None
        if len(waiting) > MOST_WAITING:
            next(iter(waiting))._give_up()

    def _stop_waiting(self):
        if self._limit:
            self._limit.cancel()
        self._all_waiting.get(self.config, {}).pop(self, None)

    def _give_up(self):
        self._stop_waiting()
        if self.conn.their_state in (h11.IDLE, h11.SEND_BODY) and not self.transport.is_closing():
            self.transport.close()
