"""What people may do in a room and when."""

import pytest

from learning.knobs import ParameterError
from model.classroom.base import SubmissionError
from model.classroom.log import Log
from model.classroom.room import Room, RoomError


def play_round(room, *people, price=5.0, **treatment):
    room.open_round(**treatment)
    for seat in people:
        room.submit(seat, room.session.stage, {"price": price + seat})
    room.close_stage()
    for seat in people:
        room.submit(seat, room.session.stage, {"good": True})
    room.close_stage()
    room.reveal()


def test_people_take_free_seats_and_are_known_by_their_secret(make_room):
    room = make_room()
    (first, secret), (second, other) = room.join("Ada"), room.join("Bo")
    assert (first, second) == (0, 1) and secret != other
    assert room.seat_of(secret) == 0 and room.seat_of(other) == 1
    assert room.seat_of("") is None and room.seat_of("guess") is None
    assert secret not in str(room.events())


def test_no_more_people_than_seats_until_the_teacher_frees_one(make_room):
    room = make_room(seats=1)
    _, secret = room.join("Ada")
    with pytest.raises(RoomError, match="All seats are taken"):
        room.join("Bo")
    room.remove(0)
    assert room.seat_of(secret) is None
    assert room.join("Bo")[0] == 0


@pytest.mark.parametrize("name", ["", "  ", "\u202e\u200b", "a" * 21, None, 7, "ADA", " ada "])
def test_nicknames_are_short_visible_and_unique(make_room, name):
    room = make_room()
    room.join("Ada")
    with pytest.raises(SubmissionError) as caught:
        room.join(name)
    assert caught.value.field == "nickname"
    assert len(room.session.members) == 1


def test_a_nickname_is_kept_as_it_was_meant(make_room):
    room = make_room()
    room.join("  <b>\u202eÄnne\t & Bo ")
    assert room.session.members[0].nickname == "<b>Änne & Bo"


def test_a_submission_may_be_revised_until_the_stage_is_closed(make_room):
    room = make_room(seats=2, settings={"supply": 2})
    room.join("Ada")
    room.open_round()
    for price in (3.0, 4.5):
        assert room.submit(0, 1, {"price": price}) == f"You bid {price:g} €/t."
    room.close_stage()
    assert room.session.game.paid[0] == 4.5
    with pytest.raises(RoomError, match="too late"):
        room.submit(0, 1, {"price": 1.0})


def test_what_is_not_allowed_names_its_field_and_changes_nothing(make_room):
    room = make_room()
    room.join("Ada")
    with pytest.raises(RoomError):
        room.submit(0, 0, {"price": 1.0})
    room.open_round()
    for value in ("many", "1,000", -1, 101, True, "1_0", [], "9" * 60, "", None):
        with pytest.raises(SubmissionError) as caught:
            room.submit(0, 1, {"price": value})
        assert caught.value.field == "price"
    for values in ({"price": 99.0}, {"seat": 1}, None, [1]):
        with pytest.raises(SubmissionError) as caught:
            room.submit(0, 1, values)
        assert caught.value.field == ""
    assert [event.kind for event in room.events()] == ["create", "join", "open"]
    assert not room.session.game.bids


def test_seats_without_people_are_played_by_bots_and_people_find_their_seat_again(make_room):
    room = make_room(seats=3)
    _, secret = room.join("Ada")
    room.join("Bo")
    assert room.session.bots() == [2]
    room.open_round()
    room.submit(1, 1, {"price": 1.0})
    room.leave(1)
    room.leave(0)
    room.leave(0)
    assert room.session.bots() == [0, 1, 2]
    room.close_stage()
    bids = room.session.game.bids
    assert set(bids) == {0, 1, 2} and bids[1] == 1.0  # what Bo had submitted stands
    room.come_back(room.seat_of(secret))
    assert room.session.bots() == [1, 2]
    assert room.join("Late")[0] == 2 and room.session.bots() == [1]


def test_who_is_there_and_silent_is_not_played_by_a_bot(make_room):
    room = make_room(seats=2)
    room.join("Ada")
    room.open_round()
    assert not room.session.have_all_submitted()
    room.close_stage()
    assert set(room.session.game.bids) == {1}


def test_a_session_passes_through_its_phases(make_room):
    room = make_room(rounds=2)
    room.join("Ada")
    for too_early in (room.close_stage, room.reveal, room.pause):
        with pytest.raises(RoomError):
            too_early()
    play_round(room, 0)
    assert room.session.phase == "revealed" and room.session.round == 1
    play_round(room, 0)
    with pytest.raises(RoomError, match="All 2 rounds"):
        room.open_round()
    room.end()
    room.end()
    assert room.session.phase == "ended"
    with pytest.raises(RoomError, match="ended"):
        room.join("Bo")


def test_a_paused_room_takes_no_submissions(make_room):
    room = make_room()
    room.join("Ada")
    room.open_round()
    room.pause()
    with pytest.raises(RoomError, match="paused"):
        room.submit(0, 1, {"price": 1.0})
    room.go_on()
    room.submit(0, 1, {"price": 1.0})
    assert room.session.have_all_submitted()


def test_treatments_change_rules_from_round_to_round(make_room):
    room = make_room(settings={"supply": 3})
    room.join("Ada")
    play_round(room, 0)
    play_round(room, 0, settings={"pays": "lowest"}, announced=False)
    assert room.session.announced() == {}
    play_round(room, 0, settings={"supply": "1"})
    assert room.session.announced() == {"supply": 1}
    shown = [
        (result["settings"]["supply"], result["settings"]["pays"]) for result in room.session.game.results()
    ]
    assert shown == [(3, "own"), (3, "lowest"), (1, "lowest")]
    assert room.session.settings_now() == {"supply": 1, "pays": "lowest"}


def test_settings_that_do_not_exist_or_are_out_of_range_are_refused(make_room):
    room = make_room()
    with pytest.raises(ParameterError, match="supply = 99 t: above its maximum"):
        room.open_round({"supply": 99})
    with pytest.raises(ParameterError, match="price: no setting of this game; known: supply, pays"):
        room.open_round({"price": 1})
    assert room.session.phase == "lobby"


def test_options_of_a_session_have_limits(make_room):
    room = make_room(seats=4)
    room.join("Ada")
    room.join("Bo")
    for wrong in ({"seats": 1}, {"rounds": 0}, {"seconds": -1}, {"seats": 10**6}, {"seats": "3"}, {"x": 1}):
        with pytest.raises((RoomError, SubmissionError)):
            room.change_options(wrong)
    room.change_options({"seats": 2, "rounds": 5, "seconds": 30, "closes_by_itself": False})
    session = room.session
    assert (session.seats, session.rounds, session.seconds, session.closes_by_itself) == (2, 5, 30, False)
    room.open_round()
    with pytest.raises(RoomError):
        room.change_options({"seats": 3})


def test_bots_act_during_a_stage_that_trades_at_once(make_room):
    room = make_room("hall", seats=3)
    room.join("Ada")
    room.open_round()
    assert not room.session.have_all_submitted()
    room.play_bots([1, 2])
    assert set(room.session.game.bids) == {1, 2}


def test_two_rooms_do_not_know_of_each_other(make_room):
    one, other = make_room(name="one.sqlite", code="AAAA"), make_room(name="other.sqlite")
    _, secret = one.join("Ada")
    assert other.seat_of(secret) is None and not other.session.members
    other.join("Ada")
    one.open_round()
    assert other.session.phase == "lobby" and one.session.code == "aaaa"
    assert one.is_teacher(one.session.teacher) and not other.is_teacher(one.session.teacher)


def test_a_deleted_session_leaves_no_file(make_room, tmp_path):
    room = make_room()
    room.join("Ada")
    room.delete()
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fails_loses_the_event_for_everybody(make_room, tmp_path, monkeypatch):
    room = make_room()
    room.join("Ada")
    room.open_round()
    room.submit(0, 1, {"price": 1.0})

    def fail(kind, data):
        raise OSError("No space left on device")

    monkeypatch.setattr(room._log, "append", fail)
    with pytest.raises(OSError):
        room.submit(0, 1, {"price": 2.0})
    assert room.session.game.bids == {0: 1.0}
    room.close()
    assert Room(Log.resume(tmp_path / "room.sqlite")).session.game.bids == {0: 1.0}
