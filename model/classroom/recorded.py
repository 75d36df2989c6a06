"""Sessions from their logs, to analyse what a class did; sessions of bots alone, to try a game before the lesson."""

from model.classroom.log import Log, read_log
from model.classroom.room import Room
from model.classroom.session import Session

ACTS = 40
"""Times that every bot acts in a stage that trades at once."""


def read_session(path):
    """Play the session of a log again, to the same bits; LogError if the file cannot be used.

    ``session.rows()`` and ``session.results()`` are its data; the log may belong to a class that still plays.
    """
    return Session.of(read_log(path))


def rehearse(path, game, treatments, *, settings=None, seats=12, seed=1, code="bots"):
    """Let bots play a session in all seats and keep it in a new log, like that of a class; returns the path.

    treatments : for each round a dict of the settings that change before it, {} for none.
    """
    room = Room.create(
        Log.create(path), game, settings, seats=seats, seed=seed, rounds=len(treatments), code=code
    )
    try:
        for changes in treatments:
            room.open_round(changes)
            while room.session.is_open:
                for _ in range(ACTS * room.session.game.trades_at_once):
                    room.play_bots(room.session.bots())
                room.close_stage()
            room.reveal()
        room.end()
    finally:
        room.close()
    return path
