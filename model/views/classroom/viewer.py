"""One open page: its websocket, from which bounded messages come, and to which the newest state goes."""

import asyncio
import json
from collections import Counter, deque

from starlette.websockets import WebSocketDisconnect

from model.views.server.bucket import Bucket

MESSAGES_PER_SECOND, MESSAGES_AT_ONCE = 8, 40
MOST_WAITING = 100
"""Answers that wait for a page; one that fetches no more of them is shut."""
GONE, REFUSED = 4404, 4403
"""Codes with which a websocket is closed for good: the session is deleted; the seat is taken away."""


class Viewer:
    """A page of one kind ("pupil", "teacher", "screen"); seat, key : of a pupil, else None; address : of its computer.

    A page that is slow misses states, never answers: only the newest state waits for it.
    """

    def __init__(self, socket, kind, seat=None, key=None, address=""):
        self.socket, self.kind, self.seat, self.key, self.address = socket, kind, seat, key, address
        self._waiting, self._state, self._sent, self._wake = deque(), None, None, asyncio.Event()
        self._close = None
        self._bucket = Bucket(MESSAGES_PER_SECOND, MESSAGES_AT_ONCE)
        self.version = None
        """Number of rounds of which it has the results."""

    @property
    def is_open(self):
        """Whether it has not been told to close."""
        return self._close is None

    def show(self, state):
        """Send the state, text of JSON without the time, unless the page has it."""
        if state != (self._state or self._sent):
            self._state = state
            self._wake.set()

    def say(self, message):
        """Send a message."""
        self._waiting.append(json.dumps(message))
        if len(self._waiting) > MOST_WAITING:
            self.shut(1008)
        self._wake.set()

    def shut(self, code):
        """Close the websocket once everything said so far is sent."""
        self._close = self._close or code
        self._wake.set()

    async def serve(self, hear, now):
        """Exchange messages until the page is left. hear : function of a message; now : function, time in ms."""
        sending = asyncio.create_task(self._send(now))
        hearing = asyncio.create_task(self._hear(hear))
        try:
            await asyncio.wait((sending, hearing), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, hearing):
                task.cancel()
            await asyncio.gather(sending, hearing, return_exceptions=True)

    async def _send(self, now):
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                await self.socket.send_text(self._waiting.popleft())
            if self._state is not None:
                state, self._state = self._state, None
                self._sent = state
                await self.socket.send_text(f'{{"kind": "state", "now": {now()}, "state": {state}}}')
            if self._close is not None:
                return await self.socket.close(self._close)

    async def _hear(self, hear):
        while True:
            try:
                text = await self.socket.receive_text()
            except (WebSocketDisconnect, RuntimeError, KeyError):  # left; closed by us; not a text
                return
            await asyncio.sleep(0)  # messages that lie ready need no waiting: answers go out between them
            message = read_message(text)
            if message is None:
                return self.shut(1003)
            if not self._bucket.takes(asyncio.get_running_loop().time()):
                self.say({"kind": "answer", "id": message["id"], "error": "Too fast: wait a moment."})
                continue
            answer = hear(self, message)
            if asyncio.iscoroutine(answer):
                answer = await answer
            self.say({"kind": "answer", "id": message["id"]} | answer)


def pages_to_shut(open_pages, address, most):
    """Pages, of those open from the oldest on, that give way to a new one of an ``address``, if there are ``most``.

    Those of the address with most pages go first, the newcomer counted: nobody who opens screen after screen shuts the
    screen of the class.
    """
    left, shut = list(open_pages), []
    while len(left) >= most:
        of_address = Counter(page.address for page in left)
        of_address[address] += 1
        fullest = max(of_address, key=lambda each: (of_address[each], each == address))
        shut.append(next((page for page in left if page.address == fullest), left[0]))
        left.remove(shut[-1])
    return shut


def read_message(text):
    """Message of a page, {do, id, …}; None for anything else.

    What JSON or a file cannot hold again (NaN, infinity, half of a character) is nothing that a page sends: the log
    could not write it, which would look like a full disk and pause the game for everybody.
    """
    try:
        message = json.loads(text)
        json.dumps(message, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict) or not isinstance(message.get("do"), str):
        return None
    number = message.get("id")
    return message if isinstance(number, int) and abs(number) < 2**53 else None
