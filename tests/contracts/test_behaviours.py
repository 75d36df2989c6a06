"""The contract of every behaviour of emitters: one file in `agents/emitters` with a registered class passes it."""

import numpy as np
import pytest

from agents.emitters.behaviours import BEHAVIOURS
from agents.emitters.planning import behaviour_of, plan
from learning.base import LEARNERS
from model.systems.emissions_trading import EmissionsTrading

PRICES = np.linspace(0.0, 400.0, 81)
QUARTERS = 12

of_every_behaviour = pytest.mark.parametrize("name", list(BEHAVIOURS))


def played(name, quarters=QUARTERS, **values):
    model = EmissionsTrading(rng=8, behaviour=name, n_firms=3, **values)
    for _ in range(quarters):
        model.step()
    return model


def wanted_at(model, prices):
    """Permits that each firm wants for later, float64[prices, n], t, in the market's present quarter.

    prices : €/t, float[prices], or [prices, n] if each firm is asked at its own.
    """
    n = len(model.firms)
    asked = np.array(prices, float) if np.ndim(prices) == 2 else np.repeat(prices, n).reshape(-1, n)
    wanted = np.full(asked.shape, np.nan)
    plan(model.planning, asked, model.outlook, 0, n, wanted)
    return wanted


@of_every_behaviour
def test_permits_wanted_are_numbers_and_never_rise_with_the_price(name):
    model = played(name)
    wanted = wanted_at(model, PRICES)
    assert np.isfinite(wanted).all()
    assert (np.diff(wanted, axis=0) <= 1e-9 * model.params.baseline).all()


@of_every_behaviour
def test_a_firms_plan_does_not_depend_on_who_else_is_asked(name):
    model = played(name)
    together = wanted_at(model, [45.0])
    for i in range(len(model.firms)):
        alone = np.zeros_like(together)
        plan(model.planning, np.full_like(together, 45.0), model.outlook, i, i + 1, alone)
        assert alone[0, i] == together[0, i]
        assert not np.delete(alone, i).any()


@of_every_behaviour
def test_a_plan_at_several_prices_is_that_at_each(name):
    model = played(name)
    each = [wanted_at(model, [price])[0] for price in PRICES]
    assert np.array_equal(wanted_at(model, PRICES), each)


@of_every_behaviour
def test_each_firm_is_asked_at_its_own_price(name):
    model, own = played(name), np.array([[45.0, 45.0, 30.0], [20.0, 60.0, 20.0]])
    together = [[wanted_at(model, [price])[0, i] for i, price in enumerate(row)] for row in own]
    assert np.array_equal(wanted_at(model, own), together)


@of_every_behaviour
def test_steps_and_compiled_quarters_agree_to_the_last_bit(name, same_history, same_bits):
    stepped, compiled = played(name), EmissionsTrading(rng=8, behaviour=name, n_firms=3)
    compiled.advance(QUARTERS)
    same_history(stepped, compiled)
    for one, other in zip(stepped.learners, compiled.learners, strict=True):
        assert same_bits(one.learner.memory, other.learner.memory)
        assert one.learner.rounds == other.learner.rounds == QUARTERS


@of_every_behaviour
def test_it_can_share_the_firms_with_another(name, same_history):
    mixture = f"{name}:1+thumb:2"
    same_history(played(mixture), advanced(mixture))


def advanced(name):
    model = EmissionsTrading(rng=8, behaviour=name, n_firms=3)
    model.advance(QUARTERS)
    return model


def test_every_learner_that_learns_from_rewards_is_a_behaviour():
    assert {name for name in BEHAVIOURS if behaviour_of(name) is None} == {
        name for name, learner in LEARNERS.items() if not learner.needs_payoffs
    }
    assert "regret_matching" not in BEHAVIOURS
