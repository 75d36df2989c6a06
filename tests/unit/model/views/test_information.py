"""The text of each system: its sections, and that what it names exists."""

import re

import pytest

import model.systems  # noqa: F401 - registers the systems
from learning.base import LEARNERS
from model.base import SYSTEMS
from model.mechanisms.auctions.base import AUCTIONS
from model.metrics import METRICS
from model.scenarios import scenarios
from model.views.information import FOLDER, sections

TITLES = [
    "What is it",
    "How it works",
    "How to use it",
    "Things to notice",
    "Things to try",
    "Extending the model",
    "Related",
    "Credits and references",
]

texts = pytest.mark.parametrize("system", sorted(file.stem for file in FOLDER.glob("*.md")))


@texts
def test_a_text_has_the_sections_that_modellers_expect_in_their_order(system):
    assert [title for title, _ in sections(system)] == TITLES
    assert all(len(body) > 200 for _, body in sections(system))


@texts
def test_a_text_is_about_a_system_and_its_settings_exist(system):
    knobs = SYSTEMS[system].Params.all_knobs()
    words = {word for _, body in sections(system) for word in re.findall(r"`([a-z_.]+)`", body)}
    values = {value for knob in knobs.values() for value in knob.choices or ()}
    known = {*knobs, *values, *METRICS, *LEARNERS, *AUCTIONS, "bid"}
    assert {word for word in words if "." not in word or word in knobs} <= known


@texts
def test_settings_named_with_values_are_allowed(system):
    knobs = SYSTEMS[system].Params.all_knobs()
    text = "\n".join(body for _, body in sections(system))
    for name, value in re.findall(r"`([a-z_.]+) = ([a-z_0-9.]+)`", text):
        knobs[name].check(name, value)
    for name in re.findall(r"scenario \*([^*]+)\*", text):
        assert any(name in scenario.title for scenario in scenarios(system).values()), name


@texts
def test_a_text_cites_what_it_lists(system):
    text = dict(sections(system))
    listed = set(re.findall(r"^- \[(\w+)\]", text["Credits and references"], flags=re.M))
    cited = set(re.findall(r"\[(\w+\d{4})\]", "\n".join(text.values())))
    assert cited == listed


@texts
def test_formulas_are_readable_as_they_are_typed(system):
    assert not re.search(r"\$|\\\(|\\frac", "\n".join(body for _, body in sections(system)))


def test_a_system_without_text_has_no_sections():
    assert sections("none such") == ()
