"""A server of the small game in a process of its own: ``python -m tests.server.classroom.killed FILE PORT``."""

import sys
from pathlib import Path

from model.classroom.base import GAMES
from model.classroom.log import Log
from model.classroom.room import Room
from model.views.classroom.serve import serve
from model.views.server.place import Place
from tests.classroom_game import OnePrice


def main(path, port):
    """Resume the session of a file, or begin one."""
    GAMES.register("one_price")(OnePrice)
    if path.exists():
        room = Room(Log.resume(path))
    else:
        room = Room.create(Log.create(path), "one_price", seats=5, seed=7, rounds=100, code="room")
    serve([room], Place("127.0.0.1", port))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
