"""``solara run app.py`` has no guard: it is for one user on this computer, and says so to all others."""

from types import SimpleNamespace

import pytest
import solara
from solara.server import settings

from model.views.frame import Frame
from model.views.server import alone
from model.views.server.place import VARIABLE


@pytest.fixture
def asked(monkeypatch):
    """Function that sets the headers of the present browser's websocket."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(alone, "has_current_context", lambda: True)

    def ask(**headers):
        known = {name: [value] for name, value in headers.items()}
        monkeypatch.setattr(alone.solara.lab, "headers", SimpleNamespace(value=known))

    return ask


@pytest.mark.parametrize(
    ("host", "origin", "allowed"),
    [
        ("localhost:8765", "http://localhost:8765", True),
        ("127.0.0.1:8765", "http://127.0.0.1:8765", True),
        ("localhost:8765", "http://evil.example", False),
        ("localhost:8765", "http://localhost:9999", False),
        ("evil.example:8765", "http://evil.example:8765", False),
        ("192.168.1.7:8765", "http://192.168.1.7:8765", False),
        ("localhost:8765", "null", False),
    ],
)
def test_only_our_own_page_on_this_computer_is_drawn(asked, host, origin, allowed):
    asked(host=host, origin=origin)
    assert alone.refusal() == ("" if allowed else alone.NOT_FROM_HERE)
    drawn = []

    @solara.component
    def Page():
        drawn.append(1)
        solara.Text("page")

    _box, context = solara.render(Frame(children=[Page()]), handle_error=False)
    context.close()
    assert bool(drawn) == allowed


def test_who_sends_no_headers_is_refused_and_behind_the_guard_everything_has_been_checked(asked, monkeypatch):
    asked()
    assert alone.refusal()
    monkeypatch.setenv(VARIABLE, "{}")
    assert not alone.refusal()


def test_no_request_decides_the_path_of_the_page(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(settings.main, "root_path", None)
    alone.decide_addresses()
    assert settings.main.root_path == ""
