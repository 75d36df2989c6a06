"""Every setting of the framework's server is chosen; where the dashboard is, and who can use it."""

import pytest
import solara.server.settings as theirs
import solara.settings as general
from solara.minisettings import BaseSettings

from model.views.server.place import Place, address_in_network, same_origin, welcome
from model.views.server.settings import LEFT_UNSET, environment_with, framework_settings


def settings():
    return framework_settings(Place(), "assets", "app.py")


def known():
    """Variables of every setting of the framework, with its default."""
    classes = [
        kind for module in (general, theirs) for kind in vars(module).values() if isinstance(kind, type)
    ]
    fields = [
        field
        for kind in classes
        if issubclass(kind, BaseSettings)
        for field in vars(kind).values()
        if hasattr(field, "env")
    ]
    return {field.env.upper(): field.default for field in fields}


def test_every_setting_of_the_framework_is_chosen_or_left_on_purpose():
    found, chosen = set(known()), set(settings()) - {"SOLARA_APP", "PYTHONWARNINGS"}
    assert found == chosen | LEFT_UNSET, found ^ (chosen | LEFT_UNSET)
    assert not chosen & LEFT_UNSET


def test_nothing_that_a_request_could_decide_is_left_open():
    open_ended = {name for name, default in known().items() if default is None}
    assert {"SOLARA_ROOT_PATH", "SOLARA_SESSION_HTTPS_ONLY"} <= open_ended
    assert open_ended - set(settings()) <= LEFT_UNSET
    assert settings()["SOLARA_BASE_URL"] and settings()["SOLARA_SESSION_SECRET_KEY"] != "change me"


def test_settings_of_the_user_do_not_reach_the_framework():
    found = environment_with(
        settings(), {"SOLARA_ASSETS_EXTRA_LOCATIONS": "/", "SOLARA_MODE": "development", "A": "1"}
    )
    assert found == settings() | {"A": "1"} | {
        "SOLARA_SESSION_SECRET_KEY": found["SOLARA_SESSION_SECRET_KEY"]
    }


def test_a_place_reaches_another_process(monkeypatch):
    place = Place("0.0.0.0", 8000, "/carbon", ("Lab",), "larch", True)
    for name, value in place.to_environment().items():
        monkeypatch.setenv(name, value)
    assert Place.from_environment() == place


@pytest.mark.parametrize("path", ["carbon", "/carbon", "/carbon/", "carbon/"])
def test_a_root_path_is_written_in_one_way(path):
    assert Place(root_path=path).url() == "http://localhost:8765/carbon/"


def test_a_port_that_is_usual_may_be_left_out():
    assert same_origin("http://lab.example", "lab.example:80")
    assert same_origin("https://lab.example", "lab.example")
    assert not same_origin("http://lab.example:8765", "lab.example")


def test_the_first_line_says_who_can_use_it_and_what_to_type():
    assert "this computer only" in welcome(Place())
    everybody = welcome(Place("0.0.0.0"))
    assert "everybody in the network without a password" in everybody and "--token" in everybody
    assert f"http://{address_in_network()}:8765/" in everybody
    with_token = welcome(Place("0.0.0.0", token="larch"))
    assert "without a password" not in with_token and "Token, asked once per browser: larch" in with_token
