"""Rooms with the small game of the tests, served."""

import pytest

from model.classroom.base import GAMES
from model.classroom.log import Log
from model.classroom.room import Room
from tests.classroom_game import Hall, OnePrice
from tests.server.classroom.people import Served


@pytest.fixture(autouse=True)
def small_games():
    with GAMES.temporarily("one_price", OnePrice), GAMES.temporarily("hall", Hall):
        yield


@pytest.fixture
def make_room(tmp_path):
    """Function that makes a room by its code."""

    def make(code="room", game="one_price", **options):
        options = {"seats": 4, "seed": 7, "rounds": 3} | options
        return Room.create(Log.create(tmp_path / f"{code}.sqlite"), game, code=code, **options)

    return make


@pytest.fixture
def serve():
    """Function that serves rooms; all servers end with the test."""
    served = []

    def begin(*rooms):
        served.append(Served(*rooms))
        return served[-1]

    yield begin
    for each in served:
        each.stop()
