"""Knobs that a page hides change no number that it shows: each one whose declaration says when it acts (`Knob.when`)
is varied where it should not."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import model.systems  # noqa: F401 - registers the systems
from learning.knobs import ParameterError
from model.base import SYSTEMS
from model.views.knobs_shown import beside, without_effect
from tests.contracts.test_knobs import context_of, other_values

PERIODS = 60

CASES = [
    pytest.param(system, name, other, id=f"{system}-{name}-{other}")
    for system, kind in SYSTEMS.items()
    for name, declared in kind.Params.all_knobs().items()
    for other in declared.when
]


def refusing(system, name, other):
    """A value of the other knob under which this one is declared to have no effect."""
    knobs = SYSTEMS[system].Params.all_knobs()
    declared, condition = knobs[name], knobs[beside(name, other)]
    for value in (condition.default, *other_values(condition), 0):
        if not replace(declared, when={other: declared.when[other]}).acts({other: value}.get):
            return value
    pytest.fail(f"{name} acts under every value of {other} that was tried")


@cache
def played(system, context):
    """Every metric of a run under items of parameters, or None where these values do not go together."""
    try:
        market = SYSTEMS[system](**dict(context), rng=5)
    except ParameterError:
        return None
    market.advance(PERIODS)
    return {name: np.asarray(values).tobytes() for name, values in market.datacollector.model_vars.items()}


@pytest.mark.parametrize(("system", "name", "other"), CASES)
def test_a_hidden_knob_changes_nothing(system, name, other):
    knobs = SYSTEMS[system].Params.all_knobs()
    context = context_of(system, name) | {beside(name, other): refusing(system, name, other)}
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
