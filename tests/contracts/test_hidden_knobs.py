"""Knobs that a page hides change no number that it shows: each one whose declaration says when it acts (`Knob.when`)
is varied where it should not. Beside a file those that it shows change some, too."""

from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest

import model.systems  # noqa: F401 - registers the systems
from learning.knobs import ParameterError
from model.base import SYSTEMS
from model.views.knobs_shown import beside, without_effect
from tests.contracts.test_knobs import context_of, other_values, special_values

PERIODS = 60

CASES = [
    pytest.param(system, name, others, id="-".join((system, name, *sorted(others))))
    for system, kind in SYSTEMS.items()
    for name, declared in kind.Params.all_knobs().items()
    for others in dict.fromkeys(frozenset(each) for each in product(*declared.ways()))
    if others
]
"""Every way in which a knob may be without effect: a condition fails in each of the ways in which it would act."""
BESIDE_FILES = [
    pytest.param(system, file, name, id=f"{system}-{file}-{name}")
    for system, kind in SYSTEMS.items()
    for file, declared in kind.Params.knobs().items()
    for name, other in kind.Params.knobs().items()
    if declared.file
    and declared.group == other.group == "population"
    and name not in (file, *declared.replaces)
]


@pytest.fixture(scope="module")
def special(tmp_path_factory):
    """Values for knobs whose neighbours do not do, files among them."""
    return special_values(tmp_path_factory.mktemp("files"))


def refusing(system, name, other, special):
    """A value of the other knob under which this one is declared to have no effect."""
    knobs = SYSTEMS[system].Params.all_knobs()
    declared, condition = knobs[name], knobs[beside(name, other)]
    way = next(way for way in declared.ways() if other in way)
    for value in (condition.default, *tried(other, condition, special), 0):
        if not replace(declared, when={other: way[other]}).acts({other: value}.get):
            return value
    pytest.fail(f"{name} acts under every value of {other} that was tried")


def tried(name, declared, special):
    """Values of a knob to try besides its default."""
    return [special[name]] if name in special else other_values(declared)


@cache
def played(system, context):
    """Every metric of a run under items of parameters, or None where these values do not go together."""
    try:
        market = SYSTEMS[system](**dict(context), rng=5)
    except ParameterError:
        return None
    market.advance(PERIODS)
    return {name: np.asarray(values).tobytes() for name, values in market.datacollector.model_vars.items()}


@pytest.mark.parametrize(("system", "name", "others"), CASES)
def test_a_hidden_knob_changes_nothing(system, name, others, special):
    knobs = SYSTEMS[system].Params.all_knobs()
    context = context_of(system, name)
    context |= {beside(name, other): refusing(system, name, other, special) for other in others}
    usual = played(system, tuple(context.items()))
    values = other_values(knobs[name])[:2]
    found = [played(system, tuple((context | {name: value}).items())) for value in values]
    assert usual is not None and any(found), "no value was allowed"
    assert all(each == usual for each in found if each is not None)


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_knob_that_a_file_replaces_and_one_without_a_choice_are_hidden(system):
    params = SYSTEMS[system].Params
    usual = params().everything()
    hidden = without_effect(params, usual)
    knobs = params.all_knobs()
    assert {
        name for name, knob in knobs.items() if knob.choices is not None and len(knob.choices) == 1
    } <= hidden
    for name, knob in knobs.items():
        if knob.file:
            assert set(knob.replaces) <= without_effect(params, usual | {name: "mine.csv"})


@pytest.mark.parametrize(("system", "file", "name"), BESIDE_FILES)
def test_a_knob_shown_beside_a_file_changes_something(system, file, name, special):
    params = SYSTEMS[system].Params
    knobs = params.knobs()
    wanted = context_of(system, name) | {file: special[file]}
    context = {each: value for each, value in wanted.items() if each not in knobs[file].replaces}
    assert name not in without_effect(params, params.from_flat(context).everything())
    usual = played(system, tuple(context.items()))
    values = tried(name, knobs[name], special)
    found = [played(system, tuple((context | {name: value}).items())) for value in values]
    assert any(each not in (usual, None) for each in found)
