"""Parameters of a system under flat names."""

import copy
import pickle
from collections import defaultdict
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

import model.systems  # noqa: F401 - registers the systems
from learning.knobs import ParameterError
from model import shared_knobs
from model.base import SYSTEMS
from model.params import Params
from model.systems.learning_bidders import LearningBidders
from model.systems.learning_bidders.params import LearningBiddersParams


def allowed(declared):
    """Strategy: values a knob allows."""
    if declared.choices is not None:
        return st.sampled_from(list(declared.choices))
    if declared.type is bool:
        return st.booleans()
    if declared.type is int:
        return st.integers(declared.low, declared.high)
    if declared.type is float:
        return st.floats(declared.low, declared.high or 1e6)
    return st.just(declared.default)


def any_params(system):
    knobs = SYSTEMS[system].Params.all_knobs()
    return st.fixed_dictionaries({}, optional={name: allowed(declared) for name, declared in knobs.items()})


KNOBS = [
    pytest.param(system, name, declared, id=f"{system}-{name}")
    for system, made in SYSTEMS.items()
    for name, declared in made.Params.all_knobs().items()
]
of_every_knob = pytest.mark.parametrize(("system", "name", "declared"), KNOBS)
of_every_system = pytest.mark.parametrize("system", SYSTEMS)


@of_every_system
@given(data=st.data())
def test_parameters_survive_their_flat_names(system, data):
    kind = SYSTEMS[system].Params
    try:
        params = kind.from_flat(data.draw(any_params(system)))
    except ParameterError:
        return  # single values allowed, but not together
    assert kind.from_flat(params.everything()) == params
    assert kind.from_flat(params.flat()).flat() == params.flat()
    assert kind.from_flat({k: str(v) for k, v in params.everything().items()}) == params
    assert params.replace({}) == params == pickle.loads(pickle.dumps(params)) == copy.deepcopy(params)
    assert set(params.everything()) == set(kind.all_knobs())


@of_every_system
def test_flat_names_only_the_parts_chosen(system):
    params = SYSTEMS[system].Params()
    shown = {name.split(".")[0] for name in params.flat() if "." in name}
    assert shown <= {str(value) for value in params.values().values()}


@of_every_knob
def test_every_knob_says_what_it_is(system, name, declared):
    assert declared.help
    assert isinstance(declared.default, declared.type)
    assert declared.check(name, declared.default) == declared.default
    if declared.type in (int, float) and "price" in name and declared.type is float:
        assert declared.unit


@of_every_knob
def test_every_limit_is_kept_and_named(system, name, declared):
    kind = SYSTEMS[system].Params
    for limit, beyond, word in (
        (declared.low, -1, "below its minimum"),
        (declared.high, 1, "above its maximum"),
    ):
        if limit is None:
            continue
        assert declared.check(name, limit) == limit
        value = limit + beyond
        with pytest.raises(ParameterError) as error:
            kind.from_flat({name: value})
        for part in (f"{name} = ", f"{declared.type(value)}", word, f"{limit}", declared.unit):
            assert part in str(error.value)


@of_every_knob
def test_every_choice_is_kept_and_the_nearest_suggested(system, name, declared):
    if declared.choices is None:
        return
    kind = SYSTEMS[system].Params
    for choice in declared.choices:
        assert kind.from_flat({name: choice}).everything()[name] == choice
        with pytest.raises(ParameterError, match=f"{name} = {choice}x: unknown choice .*did you mean"):
            kind.from_flat({name: choice + "x"})


@of_every_knob
def test_what_is_no_number_is_refused(system, name, declared):
    if declared.type not in (int, float):
        return
    for value in ("much", None, float("nan"), float("inf"), "", [1]):
        with pytest.raises(ParameterError, match=f"{name} = "):
            SYSTEMS[system].Params.from_flat({name: value})


@of_every_knob
def test_an_unknown_name_suggests_the_nearest(system, name, declared):
    with pytest.raises(ParameterError, match=r"unknown parameter .*; did you mean"):
        SYSTEMS[system].Params.from_flat({name + "x": 1})


def test_a_model_takes_flat_names_or_params_or_both():
    given_params = LearningBiddersParams.from_flat({"phi": 0.8, "q_learning.alpha": 0.3})
    model = LearningBidders(given_params, rng=1, phi=0.95)
    assert (model.params.phi, model.params.parts["q_learning"].alpha) == (0.95, 0.3)
    assert given_params.phi == 0.8
    assert LearningBidders(rng=1, **{"q_learning.alpha": 0.2}).learner.settings.alpha == 0.2
    with pytest.raises(ParameterError, match="unknown parameter 'fi'"):
        LearningBidders(rng=1, fi=0.9)


def test_settings_of_a_part_follow_its_choice():
    params = LearningBiddersParams.from_flat({"fixed.action": 3})
    assert "fixed.action" not in params.flat()
    assert params.replace({"learner": "fixed"}).flat()["fixed.action"] == 3


@pytest.mark.parametrize("name", ["selling_price", "unit_cost", "emission_intensity", "output"])
def test_a_range_must_be_one(name):
    low = LearningBiddersParams().everything()[f"{name}_max"] + 1
    with pytest.raises(ParameterError, match=f"{name}_min = {low}: above {name}_max"):
        LearningBiddersParams.from_flat({f"{name}_min": low})


def test_a_firm_that_could_not_earn_is_refused():
    with pytest.raises(
        ParameterError, match=r"unit_cost_max = 12.5 €/unit: must be below selling_price_min = 12.0"
    ):
        LearningBiddersParams.from_flat({"unit_cost_max": 12.5})


def test_a_reserve_price_nobody_can_pay_is_refused():
    with pytest.raises(ParameterError, match=r"reserve_price = 50.0 €/t: above every private value"):
        LearningBidders(rng=1, reserve_price=50)


class Numbers(NamedTuple):
    """Parameters as a compiled rule might want them."""

    price_steps: int
    penalty: float
    doubled: float
    penalise: bool = False


def test_a_tuple_is_filled_from_the_knobs_of_its_names():
    params = LearningBiddersParams(price_steps=7, penalty=3.0)
    assert params.fill(Numbers, doubled=6.0, penalise=True) == (7, 3.0, 6.0, True)


def test_a_derived_value_wins_over_the_knob_of_its_name():
    assert (
        LearningBiddersParams(penalty=3.0).fill(Numbers, doubled=1.0, penalty=9.0, penalise=True).penalty
        == 9.0
    )


def test_a_field_without_a_value_is_refused():
    """A default of the tuple is no value: a field that nobody fills would be a knob without effect."""
    with pytest.raises(TypeError, match=r"Numbers\.doubled: neither a knob nor a derived value"):
        LearningBiddersParams().fill(Numbers, penalise=True)
    with pytest.raises(TypeError, match=r"Numbers\.penalise: neither a knob"):
        LearningBiddersParams().fill(Numbers, doubled=1.0)


def test_a_value_without_a_field_is_refused():
    with pytest.raises(TypeError, match=r"Numbers\.fine: no field of that name"):
        LearningBiddersParams().fill(Numbers, doubled=1.0, penalise=True, fine=2.0)


SHARED = defaultdict(dict)
for system, made in SYSTEMS.items():
    for name in made.Params.knobs().keys() - Params.knobs().keys():
        SHARED[name][system] = made.Params.knobs()[name]
SHARED = {name: found for name, found in SHARED.items() if len(found) > 1}


@pytest.mark.parametrize("name", sorted(SHARED))
def test_a_knob_of_several_systems_is_declared_once(name):
    """So its help begins alike in all of them, and whether it is live is the same."""
    declared = getattr(shared_knobs, name)
    for system, found in SHARED[name].items():
        assert found.help == declared.help or found.help.startswith(f"{declared.help}, "), system
    assert len({found.live for found in SHARED[name].values()}) == 1
    assert len({found.type for found in SHARED[name].values()}) == 1


def test_every_shared_declaration_is_shared():
    declared = {name for name, made in vars(shared_knobs).items() if hasattr(made, "help")}
    assert declared == set(SHARED)
