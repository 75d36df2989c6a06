"""The log: what is acknowledged is there again, to the same bits; other files are refused."""

import json
import sqlite3

import pytest

from model.classroom.base import SubmissionError
from model.classroom.log import Log, LogError, read_log
from model.classroom.room import Room, RoomError
from model.classroom.session import Session
from model.views.classroom.words import announcement
from tests.unit.model.classroom.test_room import play_round


def everything(session):
    """All that can be seen of a session, as text."""
    game, seats = session.game, range(session.seats)
    seen = [[game.facts(s), game.form(s), game.outcome(s), game.has_submitted(s)] for s in seats]
    members = [[seat, m.nickname, m.key, m.present] for seat, m in session.members.items()]
    state = [session.phase, session.round, session.stage, session.paused, session.treatments, members]
    return json.dumps([state, seen, game.public(), game.results(), game.rows()])


def play_session(room):
    for name in ("Ada", "Bo", "Cy"):
        room.join(name)
    play_round(room, 0, 1, price=0.3)
    room.leave(1)
    play_round(room, 0, 2, price=0.33, settings={"supply": 1})
    room.come_back(1)
    room.open_round({"pays": "lowest"}, announced=False)
    room.submit(1, room.session.stage, {"price": 0.67})
    room.close_stage()


def test_a_session_is_replayed_to_the_same_bits(make_room):
    room = make_room()
    play_session(room)
    assert everything(Session.of(room.events())) == everything(room.session)


def test_a_resumed_room_is_as_one_that_was_never_closed(make_room, tmp_path):
    room, other = make_room(name="one.sqlite"), make_room(name="other.sqlite")
    play_session(room)
    room.close()
    resumed = Room(Log.resume(tmp_path / "one.sqlite"))
    for event in resumed.events()[1:]:
        other.session.apply(event.kind, event.data)
    for each in (resumed, other):
        each.close_stage()
        each.reveal()
    assert everything(resumed.session) == everything(other.session)
    resumed.close()


def test_numbers_come_back_to_the_last_bit(tmp_path):
    log = Log.create(tmp_path / "log.sqlite")
    values = [0.1, 1 / 3, 5e-324, 1.7976931348623157e308, -0.0, 2**53]
    log.append("x", {"values": values})
    log.close()
    again = read_log(tmp_path / "log.sqlite")[0].data["values"]
    assert [number.hex() if isinstance(number, float) else number for number in again] == [
        number.hex() if isinstance(number, float) else number for number in values
    ]
    with pytest.raises(ValueError):
        Log.resume(tmp_path / "log.sqlite").append("x", {"value": float("nan")})


def test_a_log_is_written_by_one_process_and_read_by_any(make_room, tmp_path):
    room = make_room()
    with pytest.raises(LogError, match="another process plays this session"):
        Log.resume(tmp_path / "room.sqlite")
    assert [event.kind for event in read_log(tmp_path / "room.sqlite")] == ["create"]
    assert room.path.stat().st_mode & 0o077 == 0


def test_an_existing_file_is_not_overwritten(make_room, tmp_path):
    make_room().close()
    with pytest.raises(LogError, match="--resume continues it"):
        Log.create(tmp_path / "room.sqlite")


def spoil(path, statement):
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("PRAGMA application_id = 7", "not the log of a session"),
        ("PRAGMA user_version = 9", "version 9 of the log; this program reads version 1"),
        ("DELETE FROM events WHERE number = 2", "event 2 is missing"),
        ("UPDATE events SET data = '{' WHERE number = 2", "damaged"),
        ("UPDATE events SET kind = 'fly' WHERE number = 2", "cannot be played again"),
        ("DELETE FROM events", "cannot be played again"),
        ("DROP TABLE events", "damaged: no such table"),
        (
            "CREATE TRIGGER forget AFTER INSERT ON events BEGIN DELETE FROM events WHERE number > 1; END",
            "damaged: it holds 'forget' besides its table",
        ),
        ("ALTER TABLE events ADD COLUMN more", "damaged: it holds 'events' besides"),
    ],
)
def test_damaged_and_foreign_logs_are_refused(make_room, tmp_path, statement, reason):
    room = make_room()
    room.join("Ada")
    room.join("Bo")
    room.close()
    spoil(tmp_path / "room.sqlite", statement)
    with pytest.raises(LogError, match=reason):
        Room(Log.resume(tmp_path / "room.sqlite"))


def test_other_files_are_refused(tmp_path):
    text, folder, database = tmp_path / "a.txt", tmp_path / "folder", tmp_path / "other.sqlite"
    text.write_text("a text that is longer than the head of a database " * 20)
    folder.mkdir()
    spoil(database, "CREATE TABLE people (name TEXT)")
    for path in (text, folder, database, tmp_path / "nothing"):
        with pytest.raises(LogError, match=str(path)):
            Log.resume(path)
        with pytest.raises(LogError, match=str(path)):
            read_log(path)
    assert text.read_text().startswith("a text")
    assert {path.name for path in tmp_path.iterdir()} == {"a.txt", "folder", "other.sqlite"}


def test_damage_inside_a_log_is_noticed(make_room, tmp_path):
    room, path = make_room(), tmp_path / "room.sqlite"
    for k in range(4):
        room.join(f"Pupil {k}")
    room.close()
    data = bytearray(path.read_bytes())
    data[4096:4200] = b"\xff" * 104
    path.write_bytes(bytes(data))
    with pytest.raises(LogError, match="damaged"):
        Log.resume(path)


@pytest.mark.parametrize("game", ["sealed_bid", "clock", "order_book", "years"])
def test_a_shock_is_resumed_and_replayed_to_the_same_bits(game, make_room, tmp_path):
    room = make_room(game, seats=3)
    room.join("Ada")
    with pytest.raises(RoomError, match="open round"):
        room.shock(20)
    room.open_round()
    told = room.shock("50" if game != "sealed_bid" else "-50")
    assert told.startswith("Shock: ") and announcement(room.session) == [told]
    with pytest.raises(SubmissionError):
        room.shock("all")
    assert [event.kind for event in room.events()] == ["create", "join", "open", "shock"]
    room.close()
    resumed = Room(Log.resume(tmp_path / "room.sqlite"))
    assert everything(resumed.session) == everything(room.session)
    while resumed.session.is_open:
        resumed.close_stage()
    resumed.reveal()
    assert [each["shock"] for each in resumed.session.results()] == [told]
    assert everything(Session.of(resumed.events())) == everything(resumed.session)
    resumed.open_round()
    assert announcement(resumed.session) == []
    resumed.close()
