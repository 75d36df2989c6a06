"""An open page and what waits for it."""

import asyncio
import json

from starlette.websockets import WebSocketDisconnect

from model.views.classroom.viewer import MOST_WAITING, Viewer
from tests.waiting import run_async

MANY = 3 * MOST_WAITING


class Socket:
    """A websocket at which all messages of a page lie ready; it takes answers at once, or never."""

    def __init__(self, reads=True):
        self.ready = [json.dumps({"do": "return", "id": number}) for number in range(MANY)]
        self.reads, self.answers, self.code = reads, [], None

    async def receive_text(self):
        if not self.ready:
            raise WebSocketDisconnect
        return self.ready.pop(0)

    async def send_text(self, text):
        if not self.reads:
            await asyncio.Event().wait()
        self.answers.append(json.loads(text)["id"])

    async def close(self, code):
        self.code = code


def serve(socket):
    """Serve a page that says everything at once."""
    page = Viewer(socket, "pupil")
    run_async(page.serve(lambda viewer, message: {}, lambda: 0))
    return page


def test_messages_that_lie_ready_are_all_answered():
    """However many come at once, answers go out between them: a page that reads them is not shut."""
    socket = Socket()
    serve(socket)
    assert socket.code is None
    assert socket.answers == list(range(len(socket.answers))) and len(socket.answers) >= MANY - 2


def test_answers_that_are_not_read_are_bounded():
    page = serve(Socket(reads=False))
    assert page._close == 1008
