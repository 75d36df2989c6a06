"""An open page and what waits for it."""

import asyncio
import json

from starlette.websockets import WebSocketDisconnect

from model.views.classroom.viewer import MOST_WAITING, Viewer, pages_to_shut
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


def open_from(*addresses):
    """Pages that are open, the oldest first."""
    return [Viewer(None, "screen", address=address) for address in addresses]


def shut(pages, address, most=4):
    """Positions of the pages that give way to a new one."""
    return [pages.index(page) for page in pages_to_shut(pages, address, most)]


def test_who_opens_screen_after_screen_shuts_only_their_own():
    pages = open_from("class", "stranger", "stranger", "stranger")
    for _ in range(20):
        (gone,) = pages_to_shut(pages, "stranger", 4)
        assert gone is next(page for page in pages if page.address == "stranger")
        pages = [page for page in pages if page is not gone] + open_from("stranger")
    assert pages[0].address == "class"
    assert shut(pages, "class") == [1]  # a second screen of the class gets a place of the stranger


def test_the_oldest_of_one_address_gives_way_and_nobody_while_there_is_room():
    assert shut(open_from("a", "a", "a"), "a") == []
    assert shut(open_from("a", "a", "a", "a"), "a") == [0]
    assert shut(open_from("a", "b", "c", "d"), "e") == [0]
    assert shut(open_from("a", "b", "c", "c"), "b") == [1]
    assert shut(open_from(*"abcdef"), "a") == [0, 1, 2]


def test_many_computers_of_one_stranger_leave_the_class_one_place_until_all_have_one():
    pages = open_from("class", "x", "x", "y")
    assert shut(pages, "y") == [3]
    assert shut(pages, "z") == [1]
