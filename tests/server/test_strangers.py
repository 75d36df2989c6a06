"""What a stranger does to a running server, and that others do not notice."""

import json
import os
import uuid

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from model.views.server.messages import UPDATED
from tests.server.visitor import Visitor, load


@pytest.fixture
def visitor(dashboard):
    with Visitor(dashboard.url) as opened:
        yield opened
    assert dashboard.process.poll() is None


def refused(visitor):
    """Whether a visitor cannot even connect."""
    try:
        visitor.open(run=False)
    except InvalidStatus as error:
        return error.response.status_code == 403
    visitor.close()
    return False


def ended(visitor):
    """Whether the server has ended a connection."""
    while visitor.read(5):
        pass
    return True


def still_serves(dashboard, visitor):
    """Whether an earlier visitor can go on."""
    assert load(dashboard.url)[0] == 200
    before = len(visitor.widgets)
    visitor.click("Step")
    visitor.until(lambda: visitor.shows("period 1"))
    return before > 50


@pytest.mark.parametrize(
    "sent",
    [
        *("", "{", "null", "[]", "[" * 10_000, json.dumps({"header": {"msg_type": "shutdown_request"}})),
        *(b"", b"\x00", b"\xff" * 100, b"\x7f\xff\xff\xff" * 4),
        json.dumps({"header": {"msg_type": "comm_msg"}, "channel": 1, "content": []}),
    ],
    ids=lambda sent: repr(sent[:12]),
)
def test_malformed_messages_end_the_connection_of_who_sends_them(dashboard, visitor, sent):
    hostile = Visitor(dashboard.url).open(run=False)
    hostile.socket.send(sent)
    assert ended(hostile)
    assert still_serves(dashboard, visitor)
    assert "Traceback" not in dashboard.text()


def test_a_message_of_16_mb_is_not_taken(dashboard, visitor):
    hostile = Visitor(dashboard.url).open(run=False)
    with pytest.raises(ConnectionClosed):
        hostile.socket.send("x" * 16_000_000)
        hostile.socket.recv(timeout=60)
    assert still_serves(dashboard, visitor)


def test_sessions_of_others_are_closed_to_strangers(dashboard, visitor):
    assert refused(Visitor(dashboard.url, session=visitor.session))
    assert refused(
        Visitor(dashboard.url, cookie=visitor.browser, session=visitor.session, origin="http://evil.example")
    )
    assert still_serves(dashboard, visitor)


def test_values_of_wrong_types_change_nothing_for_others(dashboard, visitor):
    with Visitor(dashboard.url) as hostile:
        for number, state in list(hostile.widgets.items())[:200]:
            wrong = {name: 10**400 for name in UPDATED if name in state}
            hostile.ask(number, method="update", state=wrong)
            for event in (*(state.get("events") or ()), "change"):
                hostile.event(number, event.removeprefix("event_"), {"x": [None]})
        hostile.ask(str(uuid.uuid4()), method="update", state={"v_model": 1})
        assert hostile.read(2)
    assert still_serves(dashboard, visitor)


def test_no_message_to_a_widget_makes_objects_or_reads_a_file(dashboard, visitor, tmp_path):
    (tmp_path / "secret.txt").write_text("the secret of this computer")
    asked = [
        {"update_ref": str(tmp_path / "secret.txt"), "prop": "template_file"},
        {"update_ref": {"functionRef": "__init__"}, "prop": "x"},
        {"create_widget": ["ipyvuetify", "Html"], "props": {"tag": "b"}},
    ]
    for content in asked:
        with Visitor(dashboard.url) as hostile:
            widget, before = hostile.find("_component_instances"), set(hostile.widgets)
            hostile.ask(widget, method="custom", content=content | {"id": widget})
            assert ended(hostile) and set(hostile.widgets) <= before
    assert still_serves(dashboard, visitor)


@pytest.mark.parametrize("name", ["firms", "q_learning.checkpoint", "seed", "scenario"])
def test_a_link_with_a_file_shows_why_it_is_refused(dashboard, name, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with Visitor(dashboard.url, f"/learning-bidders?seed=7&{name}={tmp_path / 'pipe'}") as opened:
        opened.until(lambda: opened.shows("period 0"))
        assert opened.shows("a link may set") or opened.shows("must be")


def test_many_links_at_the_limits_do_not_fill_the_memory(dashboard):
    highest = "n_firms=200&price_steps=101&volume_steps=101&price_bins=101"
    before = resident(dashboard)
    for _ in range(3):
        with Visitor(dashboard.url, f"/learning-bidders?seed=7&{highest}") as opened:
            opened.until(lambda: opened.shows("at most 128 MB"))
    assert resident(dashboard) < before + 200_000_000


def resident(dashboard):
    """Resident memory of a server, bytes."""
    with open(f"/proc/{dashboard.process.pid}/status") as status:
        return next(int(line.split()[1]) * 1000 for line in status if line.startswith("VmRSS"))
