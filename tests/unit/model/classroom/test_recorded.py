"""A session is read from its log, and bots can play one alone."""

import pytest

import model.classroom.games  # noqa: F401 - fills GAMES
from model.classroom.log import LogError
from model.classroom.recorded import read_session, rehearse

SMALL = {
    "sealed_bid": {"permits": 2},
    "clock": {"increment": 10.0},
    "order_book": {"emissions": 4},
    "years": {"years": 2},
    "hall": {},
}


@pytest.mark.parametrize("game", SMALL)
def test_bots_play_a_session_that_is_read_from_its_log(game, tmp_path):
    path = rehearse(tmp_path / "bots.sqlite", game, [{}, {}], settings=SMALL[game], seats=3)
    session, again = read_session(path), read_session(path)
    assert session.phase == "ended" and session.members == {}
    assert [each["round"] for each in session.results()] == [1, 2]
    assert {row["seat"] for row in session.rows()} == {0, 1, 2}
    assert (again.rows(), again.results()) == (session.rows(), session.results())


def test_rounds_are_read_with_their_treatments_while_a_class_still_plays(make_room):
    room = make_room()
    room.open_round({"pays": "lowest"}, announced=False)
    assert read_session(room.path).results() == []
    room.close_stage()
    room.close_stage()
    (result,) = read_session(room.path).results()
    assert result["changed"] == {"pays": "lowest"} and result["announced"] is False


def test_what_is_no_log_is_refused(tmp_path):
    rehearse(tmp_path / "bots.sqlite", "one_price", [{}], seats=2)
    with pytest.raises(LogError, match="such a file already"):
        rehearse(tmp_path / "bots.sqlite", "one_price", [{}], seats=2)
    with pytest.raises(LogError, match="no such file"):
        read_session(tmp_path / "none.sqlite")
