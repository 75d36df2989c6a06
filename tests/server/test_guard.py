"""What a stranger asks of the server and does not get, by kind."""

import json

import pytest
from starlette.staticfiles import StaticFiles

from model.views.server import sessions
from model.views.server.gate import REQUEST_HEADERS
from model.views.server.guard import Guard
from model.views.server.place import Place
from model.views.server.sessions import Sessions
from model.views.server.token import draw_token
from tests.server.asgi import Framework, request

SOCKET = "/jupyter/api/kernels/7a/channels"
OWN = {"cookie": "solara-session-id=me", "origin": "http://localhost:8765"}


class Context:
    """A session as the framework lists it."""

    def __init__(self, owner, page="p"):
        self.session_id, self.page_status = owner, {page: "connected"}


@pytest.fixture
def framework():
    return Framework()


@pytest.fixture
def listed(monkeypatch):
    found = {}
    monkeypatch.setattr(sessions.kernel_context, "contexts", found)
    return found


@pytest.fixture
def guard(framework, listed, tmp_path):
    (tmp_path / "library.js").write_text("1")
    return Guard(framework, Place(), Sessions(), {"/_solara/cdn/": StaticFiles(directory=tmp_path)})


def socket(app, text=(), query="session_id=p", path=SOCKET, **headers):
    return request(app, path, query=query, kind="websocket", messages=text, **headers)


def message(kind="comm_msg", **content):
    header = {"msg_type": kind, "msg_id": "7"}
    return json.dumps({"header": header, "channel": "shell", "content": content})


def custom(**content):
    """Message to a widget."""
    return message(comm_id="a", data={"method": "custom", "content": content})


def shared(framework, **about):
    return Guard(framework, Place("0.0.0.0", **about), Sessions(), {})


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "localhost.evil.example", "evil.example:8765", "x@localhost", "", "a b"),
        *("[fe80::1%; script-src *]", "[fe80::1%'*']"),
    ],
)
def test_names_that_are_not_ours_are_refused(guard, framework, host):
    assert request(guard, host=host).status == 400 and not framework.scopes
    assert socket(guard, **OWN | {"host": host, "origin": f"http://{host}"}).status == 403


@pytest.mark.parametrize("host", ["localhost:8765", "127.0.0.1:8765", "[::1]:8765", "LOCALHOST"])
def test_our_names_are_accepted(guard, host):
    assert request(guard, host=host).status == 200


def test_a_shared_server_is_reached_by_address_and_by_the_names_it_was_given(framework, listed):
    app = shared(framework, names=("Lab.Example",))
    assert request(app, host="192.168.1.5:8765").status == 200
    assert request(app, host="lab.example").status == 200
    assert request(app, host="evil.example").status == 400


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "", "http://localhost:9999", "file://localhost:8765", "localhost:8765"],
)
def test_other_pages_cannot_open_a_websocket(guard, framework, origin):
    assert socket(guard, **OWN | {"origin": origin}).status == 403 and not framework.scopes


def test_our_own_page_can(guard):
    assert socket(guard, **OWN).status == 101


def test_only_listed_headers_reach_the_framework(guard, framework):
    strange = (
        "x-script-name",
        "script-name",
        "forwarded",
        "via",
        "x-real-ip",
        "x-http-method-override",
        "prefix",
    )
    headers = dict.fromkeys(
        [*strange, "x-forwarded-host", "x-forwarded-proto", "x-forwarded-prefix"], "//evil.example"
    )
    request(guard, **headers, accept="text/html")
    names = {name for name, _ in framework.scopes[0]["headers"]}
    assert names == {b"host", b"accept"} and names <= REQUEST_HEADERS


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/resourcez",
            "/Resourcez",
            "/resourcez/",
            "/_solara/api/evict/7a",
            "/_solara/auth/login",
            "/jupyter/api/kernels/7a",
        ),
        *(
            "/static/../resourcez",
            "/_solara/cdn/vue@3/vue.js",
            "/_solara/cdn/../../etc/passwd",
            "/_solara/cdn/",
            "/static",
        ),
    ],
)
def test_addresses_of_the_framework_that_no_page_needs_are_not_found(guard, framework, path):
    assert request(guard, path).status == 404 and not framework.scopes


def test_installed_files_are_served_and_nothing_is_fetched(guard, framework):
    assert request(guard, "/_solara/cdn/library.js").body == b"1"
    assert not framework.scopes


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_a_page_can_only_be_read(guard, framework, method):
    assert request(guard, method=method, **OWN).status == 405 and not framework.scopes


def test_long_addresses_and_large_bodies_are_refused(guard):
    assert request(guard, "/" + "a" * 10_000).status == 414
    assert request(guard, query="a" * 10_000).status == 414
    assert request(guard, "/token", "POST", body=b"a" * 2_000, **OWN).status == 413


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_body_whose_length_two_servers_may_see_differently_is_refused(guard, framework, method):
    answer = request(guard, method=method, transfer_encoding="chunked", origin="http://localhost:8765")
    assert (answer.status, answer.headers["connection"]) == (400, "close") and framework.scopes == []


def test_who_leaves_before_a_form_has_come_whole_is_no_fault(framework, listed):
    guard = shared(framework, token="larch")
    own = {"origin": "http://localhost:8765", "content_length": "12"}
    assert request(guard, "/token", "POST", leaves=True, **own).status is None
    assert request(guard, "/token", "POST", body=b"token=larch1", **own).status == 401


@pytest.mark.parametrize("path", ["", "*", "http://evil.example/", "learning-bidders", "?"])
def test_an_address_that_is_no_path_is_not_found(guard, framework, path):
    assert request(guard, path).status == 404 and not framework.scopes


def test_only_the_browser_of_a_session_can_close_it(guard, framework, listed):
    listed["7a"] = Context("me")
    path, query = "/_solara/api/close/7a", "session_id=p"
    foreign = {"cookie": "solara-session-id=other"}
    assert request(guard, path, "POST", query, **OWN | foreign).status == 403
    assert request(guard, path, "POST", query, **OWN | {"origin": "http://evil.example"}).status == 403
    assert request(guard, path, "POST", "session_id=unknown", **OWN).status == 403
    assert request(guard, path, "GET", query, **OWN).status == 405
    assert not framework.scopes
    assert request(guard, path, "POST", query, **OWN).status == 200


def test_a_session_is_for_its_browser_alone(guard, listed):
    listed["7a"] = Context("somebody else")
    assert socket(guard, **OWN).status == 403
    listed["7a"] = Context("me")
    assert socket(guard, **OWN).status == 101


def test_a_websocket_needs_a_browser_that_has_loaded_a_page_and_nothing_else(guard):
    assert socket(guard, origin=OWN["origin"]).status == 403
    assert socket(guard, query="", **OWN).status == 403
    assert socket(guard, query="session_id=p&kernelid=other", **OWN).status == 403
    assert socket(guard, path="/jupyter/api/kernels/7a/other", **OWN).status == 403


@pytest.mark.parametrize(
    "wrong",
    [
        *(
            "",
            "no json",
            "[]",
            "{}",
            "null",
            "[" * 100_000,
            json.dumps({"header": "x", "content": {}, "channel": ""}),
        ),
        message("shutdown_request"),
        message("execute_request", code="1"),
        message("comm_open", comm_id="a", target_name="jupyter.widget"),
        message("comm_msg", comm_id="a", data={"method": "evict"}),
        message("comm_msg", comm_id="a", data={"method": "reload"}),
        message("comm_msg", comm_id="a", data={"method": "update", "state": [1]}),
        message("comm_msg", comm_id="a", data={"method": "update", "state": {"style_": "x"}}),
        message("comm_msg", comm_id="a", data={"method": "update", "state": {"v_model": "x" * 5_000}}),
        message("comm_msg", comm_id="a", data={"method": "update", "state": {"v_model": ["x"]}}),
        message(
            "comm_msg",
            comm_id="a",
            data={"method": "custom", "content": {"event": "x", "data": "x" * 70_000}},
        ),
        message("comm_info_request", target_name="x" * 70_000),
        message("comm_msg", comm_id="a", data={"method": "run", "args": {"path": 1}}),
        message("comm_msg", comm_id=1, data={"method": "custom"}),
        message("comm_msg", comm_id="a", data=[]),
        message(
            "comm_msg", comm_id="a", data={"method": "update", "state": {}, "buffer_paths": [["v_model"]]}
        ),
        message(comm_id="a", data={"method": "custom", "content": None}),
        message().replace('"7"', "7"),
        message().replace("msg_id", "id"),
        custom(create_widget=["os", "system"], props={}, id="a"),
        custom(update_ref={"functionRef": "__init__"}, id="a", prop="x"),
        custom(destroy_widget="a"),
        custom(event="x", data=1, create_widget=["os", "system"]),
        *(custom(event=event) for event in (None, 7, ["x"], {})),
        custom(event="loaded", data=[1] * 1_000_000),
        custom(event="loaded", data=[{}] * 1_000_000),
        custom(event="loaded", data={str(k): "" for k in range(100_000)}),
    ],
    ids=lambda wrong: repr(wrong[:40]),
)
def test_a_message_that_no_page_sends_ends_its_connection(guard, framework, wrong):
    known = message("kernel_info_request")
    socket(guard, text=[known, wrong, known], **OWN)
    assert framework.messages == [known]


def test_a_page_sets_its_fields_and_sends_files(guard, framework):
    data = [
        {"method": "update", "state": {"v_model": "7", "dark_effective": True}},
        {"method": "update", "state": {"location": "/grid?seed=7", "hash": ""}},
        {
            "method": "custom",
            "content": {"event": "loaded", "data": {"name": "firms.csv", "data": "x" * 1_000_000}},
        },
    ]
    sent = [message("comm_msg", comm_id="a", data=each) for each in data]
    socket(guard, text=sent, **OWN)
    assert framework.messages == sent


def test_a_connection_makes_the_page_once(guard, framework):
    run = message("comm_msg", comm_id="a", data={"method": "run", "args": {"path": ""}})
    socket(guard, text=[run, run], **OWN)
    assert framework.messages == [run]


def test_answers_have_security_headers_and_safe_cookies(listed):
    cookie = b"solara-session-id=7; Path=/; SameSite=none; Secure"
    app = Guard(Framework([(b"set-cookie", cookie)]), Place(), Sessions(), {})
    found = request(app).headers
    assert "frame-ancestors 'none'" in found["content-security-policy"]
    assert (
        "evil"
        not in request(app, host="localhost:8765", origin="http://evil").headers["content-security-policy"]
    )
    assert (found["x-content-type-options"], found["x-frame-options"]) == ("nosniff", "DENY")
    assert "HttpOnly" in found["set-cookie"] and "SameSite=lax" in found["set-cookie"]


def test_visitors_beyond_the_most_get_a_page_that_says_so(framework, listed):
    places = Sessions(most=2)
    app = Guard(framework, Place(), places, {})
    listed.update(a=Context("me"), b=Context("other"))
    places.connect("a", "me", "127.0.0.1")
    places.connect("b", "other", "127.0.0.1")
    full = request(app, cookie="solara-session-id=third")
    assert full.status == 503 and b"All places are taken" in full.body
    assert socket(app, path="/jupyter/api/kernels/c/channels", **OWN).status == 403
    assert socket(app, path="/jupyter/api/kernels/a/channels", **OWN).status == 101
    assert request(app, "/readyz").status == 200
    places.disconnect("b")
    assert request(app).status == 200


def test_one_browser_cannot_take_all_places(listed):
    places = Sessions(most=10, most_per_browser=2)
    listed.update(a=Context("me"), b=Context("me"))
    assert not places.has_room("me") and places.has_room("other")


def test_connections_count_before_the_framework_lists_them(listed):
    places = Sessions(most=1)
    places.connect("a", "me")
    assert not places.has_room("other") and places.admits("a", "me") and not places.admits("a", "other")
    places.disconnect("a")
    assert places.has_room("other")


def test_the_token_is_asked_once_per_browser(framework, listed):
    app = shared(framework, token="larch")
    own = {"origin": "http://localhost:8765"}
    assert request(app).status == 401 and b"token" in request(app).body
    assert request(app, "/static/main.js").status == 401
    assert socket(app, **OWN).status == 403
    assert request(app, "/token", "POST", body=b"token=spruce", **own).status == 401
    app.door.forget()
    given = request(app, "/token", "POST", body=b"token=larch", **own)
    cookie = given.headers["set-cookie"].partition(";")[0]
    assert given.status == 303 and "HttpOnly" in given.headers["set-cookie"] and "larch" not in cookie
    assert request(app, cookie=cookie).status == 200
    assert socket(app, **OWN | {"cookie": f"{OWN['cookie']}; {cookie}"}).status == 101
    assert request(shared(framework, token="larch"), cookie=cookie).status == 401


@pytest.mark.parametrize("value", ["\xe9", "\xff\x80", '"\\351"', "a" * 4_000])
def test_a_cookie_of_any_letters_is_no_token(framework, listed, value):
    app = shared(framework, token="larch")
    cookie = f"carbon-token={value}"
    assert request(app, cookie=cookie).status == 401
    assert socket(app, **OWN | {"cookie": f"{OWN['cookie']}; {cookie}"}).status == 403


def test_words_cannot_be_tried_in_quick_succession(framework, listed):
    app = shared(framework, token="larch")
    own = {"origin": "http://localhost:8765"}
    assert b"not the token" in request(app, "/token", "POST", body=b"token=spruce", **own).body
    again = request(app, "/token", "POST", body=b"token=larch", **own)
    assert again.status == 401 and b"try again in a second" in again.body


def test_one_computer_with_many_addresses_waits_as_with_one(framework, listed):
    app = shared(framework, token="larch")
    own = {"origin": "http://localhost:8765"}
    tried = [
        request(app, "/token", "POST", body=b"token=spruce", client=f"2001:db8::{k}", **own).body
        for k in range(3)
    ]
    assert [b"not the token" in body for body in tried] == [True, False, False]
    other = request(app, "/token", "POST", body=b"token=larch", client="2001:db8:0:1::1", **own)
    assert other.status == 303


def test_a_class_behind_one_router_gives_its_token_at_once(framework, listed):
    app = shared(framework, token="larch")
    own = {"origin": "http://localhost:8765"}
    assert {request(app, "/token", "POST", body=b"token=larch", **own).status for _ in range(30)} == {303}


def test_who_keeps_trying_shuts_nobody_out_where_the_token_was_drawn(framework, listed):
    app = shared(framework, token=draw_token(), drawn=True)
    own = {"origin": "http://localhost:8765"}
    assert {request(app, "/token", "POST", body=b"token=larch", **own).status for _ in range(30)} == {401}
    right = f"token={app.place.token}".encode()
    assert request(app, "/token", "POST", body=right, **own).status == 303


@pytest.mark.parametrize("path", ["/carbon/grid", "/grid"])
def test_a_proxy_may_keep_the_root_path_or_strip_it(framework, listed, path):
    app = Guard(framework, Place(root_path="carbon/"), Sessions(), {})
    request(app, path)
    assert framework.scopes[0]["path"] == "/grid"
    assert request(app, "/carbon/resourcez").status == 404
