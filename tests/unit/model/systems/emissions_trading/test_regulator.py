"""Regulators that change the policy from year to year: what they do to it, and what one learns."""

import numpy as np
import pytest

from model.systems.emissions_trading import EmissionsTrading
from model.systems.emissions_trading.regulator import reward_of

CERTAIN = {"common_spread": 0.0, "own_spread": 0.0, "n_firms": 3}
DAMAGED = CERTAIN | {"damage": 60.0, "damage_at": 70.0, "damage_slope": 1.0}
TAXED = DAMAGED | {"instrument": "tax", "tax": 60.0, "price_growth": 0.0}


def year_under(action):
    """A model after the first year under the tax of a regulator who always takes the same choice."""
    model = EmissionsTrading(rng=2, regulator="fixed", **{"fixed.action": action}, **TAXED)
    model.advance(4)
    return model


def welfare_of(model):
    """Welfare of the year, €."""
    return model.datacollector.model_vars["climate_welfare"][-1]


@pytest.mark.parametrize("seed", range(3))
def test_a_learner_finds_the_tax_that_brings_most_welfare(seed):
    learner = {
        "regulator": "q_learning",
        "q_learning.alpha_schedule": "visits",
        "q_learning.epsilon_rounds": 300,
    }
    model = EmissionsTrading(rng=seed, **learner, **TAXED)
    model.advance(40 * 50)
    best = int(np.argmax([welfare_of(year_under(action)) for action in range(5)]))
    assert best == 2
    # at 60 €/t marginal damage is 60 + (100 (1 - 60 / 200) - 70) = 60 €/t
    assert model.government.optimal_price == pytest.approx(60.0)
    model.explore = False
    model.advance(1)
    assert model.government.lever_action == best


def test_what_it_is_rewarded_with_is_welfare_and_a_constant():
    low, high = year_under(1), year_under(4)
    of_low, of_high = (reward_of(m.public.rows, m.room, m.setup) for m in (low, high))
    assert of_high - of_low == pytest.approx(welfare_of(high) - welfare_of(low), rel=1e-9)
    assert of_high - of_low < -1.0


def test_a_price_target_brings_the_price_closer_to_it():
    usual, steered = (
        EmissionsTrading(rng=2, regulator=name, lever="cap", **{"price_target.target": 60.0})
        for name in ("announced", "price_target")
    )
    target = 60.0 * 1.05 ** np.arange(10)
    apart = []
    for model in (usual, steered):
        model.advance(40)
        price = np.array(model.datacollector.model_vars["carbon_price"]).reshape(10, 4).mean(1)
        apart.append(np.abs(price / target - 1.0)[1:].mean())
    assert apart[1] < 0.7 * apart[0]


def test_a_tax_rises_step_by_step_until_emissions_meet_their_path():
    path = {"emission_target.first": 0.9, "emission_target.last": 0.9, "emission_target.by": 0.2}
    model = EmissionsTrading(
        rng=2, instrument="tax", tax=15.0, price_growth=0.0, regulator="emission_target", **path, **CERTAIN
    )
    model.advance(40)
    tax = np.array(model.datacollector.model_vars["carbon_price"])[::4]
    # 15 and 18 €/t leave 92.5 and 91 % of emissions at a choke price of 200 €/t, 21 €/t 89.5 %
    assert tax == pytest.approx([15.0, 18.0, *[21.0] * 8])
