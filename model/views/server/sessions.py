"""The sessions on this server: who has one, and whether there is room for another."""

import threading
from collections import Counter

from solara.server import kernel_context

MOST = 64
"""Most sessions at a time."""
MOST_PER_BROWSER = 12
"""Most sessions of one browser at a time: its tabs."""

MOST_PER_SESSION = 6
"""Most connections of one session at a time: that of its page, and lost ones that have not been missed yet."""


class Sessions:
    """Sessions by the number of their connections; the framework lists one only some time after it has begun."""

    def __init__(self, most=MOST, most_per_browser=MOST_PER_BROWSER):
        self.most, self.most_per_browser = most, most_per_browser
        self._connections, self._owners = Counter(), {}
        self._lock = threading.Lock()

    def owners(self):
        """The browser, by its cookie, of every session, by the session's number."""
        listed = {key: context.session_id for key, context in list(kernel_context.contexts.items())}
        with self._lock:
            return listed | self._owners

    def has_room(self, browser):
        """Whether ``browser`` may begin another session."""
        owners = list(self.owners().values())
        return len(owners) < self.most and owners.count(browser) < self.most_per_browser

    def admits(self, session, browser):
        """Whether ``browser`` may connect to ``session``: to its own, or to a new one while there is room."""
        if self._connections.get(session, 0) >= MOST_PER_SESSION:
            return False
        owner = self.owners().get(session)
        return owner == browser if owner else self.has_room(browser)

    def connect(self, session, browser):
        """Count a connection."""
        with self._lock:
            self._connections[session] += 1
            self._owners[session] = browser

    def disconnect(self, session):
        """Count a connection less."""
        with self._lock:
            self._connections[session] -= 1
            if not self._connections[session]:
                del self._connections[session], self._owners[session]

    def may_close(self, session, page, browser):
        """Whether a request of ``browser`` may end ``page`` of ``session``: it must be its own."""
        context = kernel_context.contexts.get(session)
        return context is not None and context.session_id == browser and page in context.page_status
