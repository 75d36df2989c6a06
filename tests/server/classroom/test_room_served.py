"""A room on the network: rounds are played, and nobody learns or does what is not theirs."""

import json
import time

import pytest
from websockets.exceptions import InvalidStatus

from model.classroom.log import Log, read_log
from model.classroom.recorded import read_session
from model.classroom.room import Room
from model.classroom.session import Session
from model.views.classroom import hub
from tests.server.classroom.people import Page, ask_http, join, lead, sit_down
from tests.waiting import wait_until


def names_and_phases(events):
    return [event.kind for event in events]


def test_a_class_plays_a_round(make_room, serve):
    room = make_room()
    url = serve(room).url
    (ada, _), (bo, _) = sit_down(url, "room", "Ada"), sit_down(url, "ROOM", "Bo")
    teacher, _ = lead(url, room)
    screen = Page(url, "room", "screen")
    assert teacher.until(lambda s: len(s["members"]) == 2)["bots"] == 2
    assert screen.until(lambda s: s["people"] == 2)["nicknames"] == ["Ada", "Bo"]
    assert teacher.ask("open", settings={"supply": 1}, announced=True)["sentence"] == ""
    assert ada.until(lambda s: s["phase"] == "open")["announced"] == [
        "New in this round. Supply: 1 t; before: 2 t."
    ]
    wrong = ada.submit(1000.0)
    assert wrong["field"] == "price" and "between 0 and 100" in wrong["error"]
    assert ada.submit(1.0)["sentence"] == "You bid 1 €/t."
    assert teacher.until(lambda s: s["progress"] == {"done": 1, "of": 2})["members"][0]["submitted"]
    assert ada.submit("2,5")["sentence"] == "You bid 2.5 €/t."
    teacher.ask("close")
    assert bo.until(lambda s: s["form"] and s["form"][0]["kind"] == "button")["outcome"]["sentence"]
    late = ada.ask("submit", stage=1, values={"price": 9.0})
    assert "too late" in late["error"]
    teacher.ask("close")
    for page in (ada, screen):  # what the round has brought stays with the teacher until it is revealed
        closed = page.until(lambda s: s["phase"] == "closed")
        assert closed["public"] is None and not closed.get("facts") and closed.get("outcome") is None
    assert teacher.until(lambda s: s["phase"] == "closed")["public"] is not None
    teacher.ask("reveal")
    assert ada.until(lambda s: s["phase"] == "revealed")["outcome"]["profit"] == 0.0
    screen.until(lambda s: s["phase"] == "revealed" and s["version"] == 1)
    wait_until(lambda: screen.take(0.01) or (screen.results and screen.results["rounds"]))
    assert set(screen.results["rounds"][0]["measures"]) == {"revenue"}


def test_a_stage_closes_by_itself_once_everybody_has_decided(make_room, serve, monkeypatch):
    monkeypatch.setattr("model.views.classroom.clock.GRACE", 0.3)
    room = make_room()
    url = serve(room).url
    ada, _ = sit_down(url, "room", "Ada")
    teacher, _ = lead(url, room)
    teacher.ask("open", settings={}, announced=False)
    ada.submit(1.0)
    assert ada.until(lambda s: s["stage"] == 2)["deadline"] is None
    teacher.ask("options", options={"closes_by_itself": False})
    ada.submit(1.0)
    time.sleep(0.8)
    assert room.session.stage == 2 and room.session.phase == "open"
    teacher.ask("timer", seconds=1)
    assert ada.until(lambda s: s["deadline"])["deadline"] > 1e12
    ada.until(lambda s: s["phase"] == "closed")


def test_bots_act_in_a_market_hall(make_room, serve):
    room = make_room(game="hall")
    url = serve(room).url
    teacher, _ = lead(url, room)
    teacher.ask("open", settings={}, announced=False)
    wait_until(lambda: len(room.session.game.bids) == 4)
    assert room.session.stage == 1 and "bots" in names_and_phases(room.events())


def test_a_paused_timer_waits(make_room, serve):
    room = make_room(seconds=2)
    url = serve(room).url
    ada, _ = sit_down(url, "room", "Ada")
    teacher, _ = lead(url, room)
    teacher.ask("open", settings={}, announced=False)
    ada.until(lambda s: s["deadline"])
    teacher.ask("pause")
    assert ada.until(lambda s: s["paused"])["deadline"] is None
    assert "paused" in ada.submit(1.0)["error"]
    time.sleep(2.5)
    assert room.session.stage == 1
    teacher.ask("go_on")
    ada.until(lambda s: s["stage"] == 2)


def test_a_timer_set_while_paused_waits_too(make_room, serve):
    room = make_room()
    teacher, _ = lead(serve(room).url, room)
    teacher.ask("open", settings={}, announced=False)
    teacher.ask("pause")
    teacher.ask("timer", seconds=1)
    assert teacher.until(lambda s: s["paused"])["deadline"] is None
    time.sleep(1.2)
    teacher.ask("go_on")
    assert teacher.until(lambda s: s["deadline"])["stage"] == 1


def test_a_resumed_stage_has_the_time_that_was_left(make_room, serve, tmp_path, monkeypatch):
    monkeypatch.setattr("model.views.classroom.hub.NOTED_EVERY", 0.3)
    room = make_room(seconds=100)
    served = serve(room)
    teacher, cookie = lead(served.url, room)
    teacher.ask("open", settings={}, announced=False)
    teacher.ask("timer", seconds=20)
    wait_until(lambda: (read_session(room.path).left or 99.0) <= 19.0)
    teacher.close()
    served.stop()
    room.close()
    time.sleep(1.5)  # the time while nobody serves does not count
    again = Room(Log.resume(room.path))
    began = 1000 * time.time()
    page = Page(serve(again).url, "room", "teacher", cookie)
    left = (page.until(lambda s: s["deadline"])["deadline"] - began) / 1000
    assert 17.0 < left < 20.0
    page.ask("close")
    following = page.until(lambda s: s["stage"] == 2 and s["deadline"])["deadline"]
    assert following - 1000 * time.time() > 95_000  # its whole time


def test_nobody_hears_the_facts_or_bids_of_others(make_room, serve):
    room = make_room(seats=6)
    room.session.kind.draw, before = (
        (lambda self, seat, what: 40.0 + seat + what / 1024),
        room.session.kind.draw,
    )
    try:
        url = serve(room).url
        pupils = [sit_down(url, "room", name)[0] for name in ("Ada", "Bo", "Cy")]
        teacher, _ = lead(url, room)
        screen = Page(url, "room", "screen")
        teacher.ask("open", settings={}, announced=False)
        for seat, pupil in enumerate(pupils):
            pupil.submit(30.07 + seat)
        teacher.until(lambda s: s["progress"] == {"done": 3, "of": 3})
        for pupil in (*pupils, screen):
            pupil.until(lambda s: s["progress"] == {"done": 3, "of": 3})
        hidden = {f"{40.0 + seat + 1 / 1024}" for seat in range(6)} | {f"{30.07 + seat}" for seat in range(3)}
        for seat, pupil in enumerate(pupils):
            own = {f"{40.0 + seat + 1 / 1024}", f"{30.07 + seat}"}
            assert own <= {number for number in hidden if number in "".join(pupil.heard)}
            assert not [number for number in hidden - own if number in "".join(pupil.heard)], seat
        for page in (screen, teacher):
            assert not [number for number in hidden if number in "".join(page.heard)]
        heard = "".join(text for page in (*pupils, screen, teacher) for text in page.heard)
        assert room.session.teacher not in heard
        assert not [m.key for m in room.session.members.values() if m.key in heard]
    finally:
        room.session.kind.draw = before


def test_a_message_cannot_name_another_seat(make_room, serve):
    room = make_room()
    url = serve(room).url
    (ada, _), _ = sit_down(url, "room", "Ada"), sit_down(url, "room", "Bo")
    teacher, _ = lead(url, room)
    teacher.ask("open", settings={}, announced=False)
    stage = ada.until(lambda s: s["phase"] == "open")["stage"]
    ada.ask("submit", seat=1, stage=stage, values={"price": 1.0})
    assert set(room.session.game.bids) == {0}
    assert "error" in ada.ask("submit", stage=stage, values={"price": 1.0, "seat": 1})
    for what in (
        "open",
        "close",
        "reveal",
        "pause",
        "end",
        "options",
        "remove",
        "delete",
        "learners",
        "timer",
        "shock",
        "fly",
    ):
        answer = ada.ask(
            what, seat=1, settings={}, announced=True, options={}, code="room", seconds=1, percent=20
        )
        assert answer["error"] == "The message was not understood."
    assert room.session.phase == "open" and set(room.session.members) == {0, 1}


def refused(*arguments, **options):
    """Whether a websocket is refused before it is open."""
    with pytest.raises(InvalidStatus) as caught:
        Page(*arguments, **options)
    return caught.value.response.status_code == 403


def test_pages_open_for_whom_they_are_only(make_room, serve):
    room, other = make_room("one"), make_room("two")
    url = serve(room, other).url
    _, cookie = sit_down(url, "one", "Ada")
    _, leads = lead(url, room)
    assert refused(url, "one", "pupil") and refused(url, "one", "teacher")
    assert refused(url, "one", "teacher", cookie) and refused(url, "two", "pupil", cookie)
    assert refused(url, "two", "teacher", leads) and refused(url, "none", "screen")
    assert refused(url, "two", "pupil", cookie.replace("seat-one", "seat-two"))
    assert refused(url, "one", "pupil", cookie, origin="http://evil.example")
    for path in ("", "/report", "/results", "/rows.csv"):
        assert ask_http(f"{url}/one/teacher{path}")[0] == 403
        assert ask_http(f"{url}/two/teacher{path}", cookie=leads)[0] == 403
        assert ask_http(f"{url}/one/teacher{path}", cookie=leads)[0] == 200
    assert ask_http(f"{url}/one/teacher/{other.session.teacher}")[0] == 404


def test_answers_carry_the_guards_headers_and_strangers_get_nothing(make_room, serve):
    url = serve(make_room()).url
    status, headers, text = ask_http(f"{url}/room")
    assert status == 200 and '<script type="module" src="/static/pupil.js">' in text
    assert "'unsafe" not in headers["content-security-policy"] and headers["x-frame-options"] == "DENY"
    assert "http" not in text.replace("http-equiv", "")
    assert ask_http(f"{url}/room", host="evil.example")[0] == 400
    for path in ("/static/../app.py", "/static/app.py", "/room/../../etc", "/a/b/c", "/%2e%2e/x", "/static/"):
        assert ask_http(url + path)[0] == 404, path
    assert ask_http(f"{url}/join", "POST", b"{}", origin="http://evil.example")[0] == 403
    assert ask_http(f"{url}/join", "POST", b"x" * 2000, origin=url)[0] == 413
    assert ask_http(f"{url}/join", "POST", b"[" * 900, origin=url)[0] == 400
    assert ask_http(f"{url}/room", "PUT", b"", origin=url)[0] == 405


def test_who_cannot_join_reads_why_at_the_field(make_room, serve):
    room = make_room(seats=1)
    url = serve(room).url
    assert join(url, "nope", "Ada")[1]["field"] == "code"
    assert join(url, "room", "")[1]["field"] == "nickname"
    status, _, cookie = join(url, "room", "Ada")
    assert status == 200 and cookie.startswith("carbon-seat-room=")
    assert join(url, "room", "Bo")[:2] == (
        409,
        {"error": "All seats are taken: ask the teacher to free one.", "field": ""},
    )
    assert join(url, "room", "Ada again", cookie=cookie)[0] == 200 and len(room.session.members) == 1
    assert json.loads(ask_http(f"{url}/room/me", cookie=cookie)[2]) == {"room": True, "seated": True}
    assert json.loads(ask_http(f"{url}/nope/me")[2]) == {"room": False, "seated": False}


def test_the_cookie_is_out_of_reach_of_scripts(make_room, serve):
    url = serve(make_room()).url
    body = json.dumps({"code": "room", "nickname": "Ada"}).encode()
    header = ask_http(f"{url}/join", "POST", body, origin=url)[1]["set-cookie"]
    assert "HttpOnly" in header and "SameSite=lax" in header


def test_who_leaves_is_replaced_and_finds_the_seat_again(make_room, serve, monkeypatch):
    monkeypatch.setattr(hub, "AWAY", 0.3)
    room = make_room()
    url = serve(room).url
    ada, cookie = sit_down(url, "room", "Ada")
    ada.until(lambda s: s["seat"] == 0)
    ada.close()
    wait_until(lambda: room.session.is_played_by_bot(0))
    again = Page(url, "room", "pupil", cookie)
    assert again.until(lambda s: True)["nickname"] == "Ada"
    assert not room.session.is_played_by_bot(0)


def test_who_is_removed_is_shut_out_at_once(make_room, serve):
    room = make_room(seats=1)
    url = serve(room).url
    ada, cookie = sit_down(url, "room", "Ada")
    ada.until(lambda s: True)
    teacher, _ = lead(url, room)
    teacher.ask("remove", seat=0)
    assert ada.is_shut() == 4403
    assert refused(url, "room", "pupil", cookie)
    bo, _ = sit_down(url, "room", "Bo")
    assert bo.until(lambda s: True)["nickname"] == "Bo"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "7",
        '{"do": 3}',
        '{"do": "submit"}',
        '{"do": "submit", "id": 1e999}',
        "x" * 9000,
        "[" * 5000,
    ],
)
def test_strange_messages_end_the_page_and_nothing_else(make_room, serve, text):
    room = make_room()
    url = serve(room).url
    (ada, cookie), (bo, _) = sit_down(url, "room", "Ada"), sit_down(url, "room", "Bo")
    ada.socket.send(text)
    assert ada.is_shut() in (1003, 1009)
    assert bo.ask("leave")["sentence"] == ""
    assert Page(url, "room", "pupil", cookie).until(lambda s: True)["nickname"] == "Ada"


@pytest.mark.parametrize("value", ["NaN", "-Infinity", "1e999", '"\\ud800"', '{"\\udfff": 1}'])
def test_a_value_that_no_log_can_hold_does_not_pause_the_game(make_room, serve, value):
    room = make_room()
    url = serve(room).url
    ada, _ = sit_down(url, "room", "Ada")
    room.open_round()
    ada.socket.send(
        f'{{"do": "submit", "id": 1, "stage": {room.session.stage}, "values": {{"price": {value}}}}}'
    )
    assert ada.is_shut() == 1003
    assert room.session.is_open and [event.kind for event in room.events()] == ["create", "join", "open"]


def test_a_flood_is_slowed_down(make_room, serve):
    room = make_room()
    url = serve(room).url
    ada, _ = sit_down(url, "room", "Ada")
    for number in range(200):
        ada.socket.send(json.dumps({"do": "return", "id": 1000 + number}))
    ada.number = 1199
    wait_until(lambda: ada.take(0.1) or len(ada.answers) == 200)
    assert sum("Too fast" in answer.get("error", "") for answer in ada.answers.values()) > 100


def test_one_person_keeps_few_pages_open(make_room, serve):
    room = make_room()
    url = serve(room).url
    first, cookie = sit_down(url, "room", "Ada")
    more = [Page(url, "room", "pupil", cookie) for _ in range(3)]
    assert first.is_shut() == 1008
    assert all(page.until(lambda s: True) for page in more)


def test_two_rooms_are_played_at_once(make_room, serve):
    rooms = [make_room("one"), make_room("two", seed=8)]
    url = serve(*rooms).url
    teachers = [lead(url, room)[0] for room in rooms]
    pupils = [sit_down(url, room.session.code, "Ada")[0] for room in rooms]
    teachers[1].ask("open", settings={"supply": 1}, announced=False)
    pupils[1].submit(3.0)
    assert rooms[0].session.phase == "lobby"
    teachers[0].ask("open", settings={}, announced=False)
    pupils[0].submit(4.0)
    assert [room.session.game.bids for room in rooms] == [{0: 4.0}, {0: 3.0}]
    teachers[0].ask("delete", code="one")
    assert pupils[0].is_shut() == 4404
    assert not rooms[0].path.exists()
    assert pupils[1].submit(3.5)["sentence"] == "You bid 3.5 €/t."
    assert ask_http(f"{url}/one/qr.svg")[0] == 404 and ask_http(f"{url}/two/qr.svg")[0] == 200


def test_deletion_needs_the_code(make_room, serve):
    room = make_room()
    teacher, _ = lead(serve(room).url, room)
    assert "error" in teacher.ask("delete") and "error" in teacher.ask("delete", code="x")
    assert room.path.exists()


def test_a_fault_of_a_game_pauses_the_room_and_says_so(make_room, serve, monkeypatch):
    room = make_room()
    url = serve(room).url
    ada, _ = sit_down(url, "room", "Ada")
    teacher, _ = lead(url, room)
    teacher.ask("open", settings={}, announced=False)
    ada.submit(1.0)

    def fail(self):
        self.bids = {}
        raise ZeroDivisionError("a fault")

    with monkeypatch.context() as patch:
        patch.setattr(room.session.kind, "close_stage", fail)
        assert "a fault" in teacher.ask("close")["error"]
        assert "a fault" in teacher.until(lambda s: s["problem"])["problem"]
    assert room.session.paused and room.session.game.bids == {0: 1.0}
    teacher.ask("go_on")
    assert teacher.ask("close")["sentence"] == ""


def test_what_was_played_is_replayed_from_the_log(make_room, serve):
    room = make_room()
    served = serve(room)
    ada, _ = sit_down(served.url, "room", "Ada")
    teacher, _ = lead(served.url, room)
    teacher.ask("open", settings={}, announced=False)
    ada.submit(1.0)
    teacher.ask("close")
    ada.until(lambda s: s["stage"] == 2)
    ada.submit(1.0)
    teacher.ask("close")
    rows, results = room.session.game.rows(), room.session.game.results()
    again = Session.of(read_log(room.path)).game
    assert (again.rows(), again.results()) == (rows, results)
    csv = ask_http(f"{served.url}/room/teacher/rows.csv", cookie=lead(served.url, room)[1])[2]
    assert (
        csv.splitlines()[0] == "round,seat,value,bid,paid" and len(csv.splitlines()) == 5 and "Ada" not in csv
    )
    served.stop()
    room.close()
    resumed = Room(Log.resume(room.path))
    assert resumed.session.game.rows() == rows
