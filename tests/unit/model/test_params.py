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


def test_a_run_of_the_grid_is_one_episode_by_default_and_that_is_its_cycle():
    params = SYSTEMS["grid"].Params.from_flat({"episode": 70})
    assert (params.usual_periods, params.usual_window, params.cycle) == (70, 1, 70)
    assert params.period_name == "step"


@pytest.mark.parametrize("system", SYSTEMS)
def test_usual_means_fit_into_a_usual_run_and_facts_are_no_knobs(system):
    params = SYSTEMS[system].Params()
    assert 1 <= params.usual_window <= params.usual_periods
    assert not {"usual_periods", "usual_window", "cycle", "period_name"} & set(params.all_knobs())


of_every_system = pytest.mark.parametrize("system", SYSTEMS)


@of_every_system
@given(data=st.data())
def test_parameters_survive_their_flat_names(system, data):
    kind = SYSTEMS[system].Params
    try:
        params = kind.from_flat(data.draw(any_params(system)))
    except ParameterError:
        return  # single values allowed, but not together
    assert kind.from_flat(params.everything()) == params == kind.from_flat(params.changed())
    assert kind.from_flat(params.flat()).flat() == params.flat()
    assert kind.from_flat({k: str(v) for k, v in params.everything().items()}) == params
    assert params.replace({}) == params == pickle.loads(pickle.dumps(params)) == copy.deepcopy(params)
    assert set(params.everything()) == set(kind.all_knobs())


@of_every_system
def test_flat_names_only_the_parts_chosen(system):
    params = SYSTEMS[system].Params()
    shown = {name.split(".")[0] for name in params.flat() if "." in name}
    assert shown <= {str(value) for value in params.values().values()}


def refusal(system, name, value):
    """Error message of a system for a value of a knob; empty if it accepts it."""
    try:
        SYSTEMS[system].Params.from_flat({name: value})
    except ParameterError as error:
        return str(error)
    return ""


def knobs_of(system):
    """Names and declarations of a system's knobs."""
    return SYSTEMS[system].Params.all_knobs().items()


@of_every_system
def test_every_knob_has_a_help(system):
    for name, declared in knobs_of(system):
        assert declared.help, name
        assert isinstance(declared.default, declared.type), name
        assert declared.check(name, declared.default) == declared.default, name


@of_every_system
def test_every_price_has_a_unit(system):
    assert not [n for n, knob in knobs_of(system) if "price" in n and knob.type is float and not knob.unit]


@of_every_system
def test_every_limit_is_kept_and_named(system):
    passed = []
    for name, declared in knobs_of(system):
        for limit, beyond, word in (
            (declared.low, -1, "below its minimum"),
            (declared.high, 1, "above its maximum"),
        ):
            if limit is None:
                continue
            assert declared.check(name, limit) == limit, name
            value = limit + beyond
            told = refusal(system, name, value)
            parts = (f"{name} = ", f"{declared.type(value)}", word, f"{limit}", declared.unit)
            if not told or not all(part in told for part in parts):
                passed.append((name, value, told))
    assert not passed


@of_every_system
def test_every_choice_is_kept_and_the_nearest_suggested(system):
    kind, wrong = SYSTEMS[system].Params, []
    for name, declared in knobs_of(system):
        for choice in declared.choices or ():
            told = refusal(system, name, choice + "x")
            if f"{name} = {choice}x: unknown choice" not in told or "did you mean" not in told:
                wrong.append((name, choice, told))
            if kind.from_flat({name: choice}).everything()[name] != choice:
                wrong.append((name, choice))
    assert not wrong


@of_every_system
def test_non_numbers_are_rejected(system):
    numbers = [name for name, declared in knobs_of(system) if declared.type in (int, float)]
    others = ("much", None, float("nan"), float("inf"), "", [1])
    assert numbers
    assert not [(n, value) for n in numbers for value in others if f"{n} = " not in refusal(system, n, value)]


@of_every_system
def test_an_unknown_name_suggests_the_nearest(system):
    told = {name: refusal(system, name + "x", 1) for name, _ in knobs_of(system)}
    assert not {n: t for n, t in told.items() if "unknown parameter" not in t or "did you mean" not in t}


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


def test_nothing_is_sold_at_a_reserve_price_nobody_can_pay():
    for auction in ("uniform", "discriminatory", "vcg"):
        stepped, advanced = (LearningBidders(rng=1, reserve_price=50, auction=auction) for _ in range(2))
        for _ in range(5):
            stepped.step()
        advanced.advance(5)
        for market in (stepped, advanced):
            public = market.government
            assert (public.clearing_price, public.equilibrium_price) == (50, 50)
            assert (market.firms.rows.award == 0).all() and (market.firms.rows.auction_payment == 0).all()


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
