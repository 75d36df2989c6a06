"""The sessions on this server: who has one, whether there is room for another, and which one gives way to it."""

import threading
import time
from collections import Counter, deque

from solara.server import kernel_context

MOST = 64
"""Most sessions at a time."""
MOST_PER_BROWSER = 12
"""Most sessions of one browser at a time: its tabs."""

MOST_PER_SESSION = 6
"""Most connections of one session at a time: that of its page, and lost ones that have not been missed yet."""
IDLE = 300.0
"""Seconds without a message, of its user or of a run that plays, after which a session may give way."""


class Sessions:
    """Sessions by the number of their connections; the framework lists one only some time after it has begun.

    Once all places are taken, a newcomer gets the place of a session that has no connection, or has been idle, or else
    of one of the address that has most of them and more than the newcomer's: so no address can keep all places from the
    others. Behind one address, such as a class behind its router, the browser that has most gives one to a browser that
    has at least two fewer: nobody keeps a second tab while another has none, and nobody loses the only one. Whoever
    gave way finds the run again by loading the page: it belongs to the visitor.

    A browser is known by its cookie, and somebody who makes up one for each place looks like a class. Against them, and
    only against them, one needs a token: who does not know it gets no place at all.
    """

    def __init__(self, most=MOST, most_per_browser=MOST_PER_BROWSER, now=time.monotonic):
        self.most, self.most_per_browser, self._now = most, most_per_browser, now
        self._connections, self._owners = Counter(), {}
        self._addresses, self._heard, self._ends = {}, {}, {}
        self._gone = deque(maxlen=1_000)
        self._lock = threading.Lock()

    def owners(self):
        """The browser, by its cookie, of every session, by the session's number."""
        listed = {key: context.session_id for key, context in list(kernel_context.contexts.items())}
        with self._lock:
            found = listed | self._owners
            return {session: browser for session, browser in found.items() if session not in self._gone}

    def has_room(self, browser, address=""):
        """Whether ``browser`` at ``address`` may begin another session."""
        owners = self.owners()
        if list(owners.values()).count(browser) >= self.most_per_browser:
            return False
        return len(owners) < self.most or self._first_to_go(owners, browser, address) is not None

    def admits(self, session, browser, address=""):
        """Whether ``browser`` may connect to ``session``: to its own, or to a new one while there is room."""
        if self._connections.get(session, 0) >= MOST_PER_SESSION or session in self._gone:
            return False
        owner = self.owners().get(session)
        return owner == browser if owner else self.has_room(browser, address)

    def connect(self, session, browser, address="", end=None):
        """Count a connection; ``end()`` ends it. If all places were taken, another session gives way."""
        owners = self.owners()
        if session not in owners and len(owners) >= self.most:
            self._let_go(self._first_to_go(owners, browser, address))
        with self._lock:
            self._connections[session] += 1
            self._owners[session], self._addresses[session] = browser, address
            if end:
                self._ends.setdefault(session, []).append(end)
        self.hear(session)

    def hear(self, session):
        """Note that a message has come."""
        self._heard[session] = self._now()

    def disconnect(self, session, end=None):
        """Count a connection less."""
        with self._lock:
            self._connections[session] -= 1
            if end:
                self._ends[session].remove(end)
            if self._connections[session]:
                return
            del self._connections[session], self._owners[session]
            self._ends.pop(session, None)
        if session in self._gone:
            self._close(session)

    def may_close(self, session, page, browser):
        """Whether a request of ``browser`` may end ``page`` of ``session``: it must be its own."""
        context = kernel_context.contexts.get(session)
        return context is not None and context.session_id == browser and page in context.page_status

    # -- giving way ------------------------------------------------------------------------------------------

    def _first_to_go(self, owners, browser, address):
        """The session that gives way to a newcomer, ``browser`` at ``address``; None if all keep their places."""
        for known in (self._addresses, self._heard):
            for session in known.keys() - owners.keys():
                del known[session]
        quietest = sorted(owners, key=lambda session: self._heard.get(session, 0.0))
        left = [session for session in quietest if not self._connections.get(session)]
        idle = [session for session in quietest if self._now() - self._heard.get(session, 0.0) > IDLE]
        of_address = Counter(self._addresses.get(session) for session in owners)
        fullest = max(of_address, key=of_address.get, default=None)
        many = [
            session
            for session in quietest
            if self._addresses.get(session) == fullest and of_address[fullest] > of_address[address] + 1
        ]
        return next(iter(left + idle + many + self._tabs(owners, quietest, browser, address)), None)

    def _tabs(self, owners, quietest, browser, address):
        """Sessions at ``address`` of the browser that has most there, if it can give one to ``browser``."""
        here = [session for session in quietest if self._addresses.get(session) == address]
        of_browser = Counter(owners[session] for session in here)
        fullest = max(of_browser, key=of_browser.get, default=None)
        gives = of_browser[fullest] > of_browser[browser] + 1
        return [session for session in here if owners[session] == fullest and gives]

    def _let_go(self, session):
        """Take a session's place: its page is ended, and cannot come back by itself."""
        self._gone.append(session)
        ends = self._ends.get(session, ())
        for end in list(ends):
            end()
        if not self._connections.get(session):
            self._close(session)

    def _close(self, session):
        """Let the framework forget a session, in a thread: it ends what its page has begun."""
        context = kernel_context.contexts.get(session)
        if context is not None:
            threading.Thread(target=context.close, args=("gave way",), daemon=True).start()
