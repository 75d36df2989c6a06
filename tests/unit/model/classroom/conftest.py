"""Rooms that play the small game of the tests."""

import pytest

from model.classroom.base import GAMES
from model.classroom.log import Log
from model.classroom.room import Room
from tests.classroom_game import Hall, OnePrice


@pytest.fixture(autouse=True)
def small_games():
    with GAMES.temporarily("one_price", OnePrice), GAMES.temporarily("hall", Hall):
        yield


@pytest.fixture
def make_room(tmp_path):
    """Function that makes a room; all are closed with the test."""
    made = []

    def make(game="one_price", settings=None, name="room.sqlite", **options):
        options = {"seats": 4, "seed": 7, "rounds": 3, "code": "room"} | options
        made.append(Room.create(Log.create(tmp_path / name), game, settings, **options))
        return made[-1]

    yield make
    for room in made:
        room.close()
