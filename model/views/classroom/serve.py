"""The classroom's process: what it prints, and its end."""

import os
import sys
import threading
import webbrowser
from contextlib import suppress
from signal import SIGINT

from model.views.classroom.app import Classroom
from model.views.classroom.qr import qr_text
from model.views.server.place import EVERYWHERE, address_in_network
from model.views.server.process import INTERRUPTED, run

LARGEST_MESSAGE = 8_192
"""Bytes that a page may send at a time."""


def serve(rooms, place):
    """Serve rooms at a `Place` until a signal ends the process."""
    address = place.url(address_in_network() if place.host in EVERYWHERE else place.host)
    classroom = Classroom(rooms, address)

    def begin():
        for room in rooms:
            print(welcome(room, address))
        print(who_reaches(place), flush=True)
        if place.opens_browser:
            link = teacher_link(rooms[0], place.url("localhost"))
            threading.Thread(target=webbrowser.open, args=(link,), daemon=True).start()

    def end(sig, frame=None):
        with suppress(Exception):  # all that was acknowledged is on the disk already
            for room in rooms:
                room.close()
        sys.stdout.flush()
        os._exit(INTERRUPTED if sig == SIGINT else 0)

    run(lambda: classroom.app(place), place, LARGEST_MESSAGE, begin, end)


def teacher_link(room, address):
    """Link with the secret that makes a browser the teacher's."""
    return f"{address}{room.session.code}/teacher/{room.session.teacher}"


def welcome(room, address):
    """Lines on one room: how pupils, the big screen and the teacher find it."""
    session = room.session
    join = f"{address}{session.code}"
    lines = [
        f"{session.kind.title}: room {session.code}, {session.seats} seats, {session.rounds} rounds",
        *("", qr_text(join)),
        f"Pupils:     {join}",
        f"Big screen: {join}/screen",
        f"Teacher:    {teacher_link(room, address)}  (keep it to yourself)",
        f"Kept in     {room.path}  (carbon class --resume {room.path} goes on)",
        "",
    ]
    return "\n".join(lines)


def who_reaches(place):
    """Line on who can reach the server."""
    if not place.is_shared:
        return "For this computer only (--host 0.0.0.0 lets phones in). Ctrl-C ends it."
    return "Everybody in the network reaches these pages, on purpose: phones must. Ctrl-C ends it."
