"""Submits of an open page with values that no form sends: refused in words at their field, and the game goes on."""

import json

import pytest

import model.classroom.games  # noqa: F401 - registers the games
from model.classroom.base import GAMES
from model.classroom.log import read_log
from model.classroom.session import Session
from tests.server.classroom.people import lead, sit_down

STRANGE = (
    *(
        1e308,
        -1e308,
        5e-324,
        -0.0,
        -1,
        10**30,
        0.1 + 0.2,
        True,
        None,
        "",
        " ",
        "NaN",
        "inf",
        "1e308",
        "1e999",
        "0x10",
    ),
    *("1_000", "1,000,000.5", "٣", "<b>1</b>", "1;2", "\u202e1", "a" * 500, [], [1], [[1]], {}, {"price": 1}),
    *([1] * 200, {"low": [1]}, False),
)
"""Values of a field. Those that no log can hold end the page, see `test_room_served`."""


def fields_of(state):
    return [field["name"] for field in state["form"] or ()]


def strange_submits(names):
    """Values by field, for fields of these names: one strange at a time, all, none, too many, and other fields."""
    yield {}
    yield {"seat": 1, "stage": 99, "__class__": "x", "": 1}
    yield {name: dict.fromkeys(names, 1) for name in names}
    yield dict.fromkeys([*names, *(f"{name}{k}" for name in names for k in range(20))], 1)
    for value in STRANGE:
        yield dict.fromkeys(names, value)
        for name in names[1:]:
            yield dict.fromkeys(names, 1) | {name: value}


def check(answer):
    """An answer confirms, or says what is wrong in words that a pupil reads."""
    told = answer.get("sentence") or answer.get("error") or ""
    assert told and len(told) < 600 and "Traceback" not in told and "Error" not in told, answer
    taken = answer.get("sentence") or ""
    assert not any(word in taken for word in ("nan", "inf ", "e+", "None")), answer


@pytest.fixture
def played(make_room, serve, monkeypatch):
    """Function that opens a game's first round; returns the room, a pupil's page and the teacher's."""
    monkeypatch.setattr("model.views.classroom.viewer.MESSAGES_AT_ONCE", 100_000)

    def begin(game):
        room = make_room(game=game)
        url = serve(room).url
        pupil, _ = sit_down(url, "room", "Ada")
        teacher, _ = lead(url, room)
        assert teacher.ask("open", settings={}, announced=False)["sentence"] == ""
        return room, pupil, teacher

    return begin


@pytest.mark.parametrize("game", sorted(GAMES))
def test_strange_values_are_refused_in_words_and_the_game_goes_on(played, game):
    room, pupil, teacher = played(game)
    while room.session.phase == "open":
        stage = room.session.stage
        state = pupil.until(lambda s, stage=stage: s["stage"] == stage and s["phase"] == "open")
        for values in strange_submits(fields_of(state)) if stage <= 2 else ():  # a clock has many stages
            check(pupil.ask("submit", stage=stage, values=values))
        for wrong in (0, -1, 10**20, stage + 1):
            assert "error" in pupil.ask("submit", stage=wrong, values={})
        assert teacher.ask("close")["sentence"] == "" and not room.session.paused
    late = pupil.ask("submit", stage=room.session.stage, values=dict.fromkeys(("price", "good"), 1))
    assert "too late" in late["error"]
    assert teacher.ask("reveal")["sentence"] == ""
    json.dumps(room.session.game.rows(), allow_nan=False)
    assert Session.of(read_log(room.path)).game.rows() == room.session.game.rows()
