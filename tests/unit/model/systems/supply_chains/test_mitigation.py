"""Effects of a mitigation rate on the chains, from their curves and in a run."""

import numpy as np
import pytest

from model.systems.supply_chains import SupplyChains
from model.systems.supply_chains.mitigation import CASES, case_params, outlook, play_case


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.2, 0.25, 0.4])
def test_the_outlook_is_what_a_market_does_that_sells_all_permits(rate):
    market = SupplyChains(phi=1.0 - rate, learner="truthful", volume_cap=3000.0, price_cap=140.0, rng=1)
    market.advance(1)
    found, chains = outlook(market.plans, rate), market.firms.rows
    assert chains.award.sum() == pytest.approx(found.permits)
    assert found.price == pytest.approx(market.government.trading_price)
    assert found.emissions == pytest.approx(chains.emissions)
    assert found.abatement_cost == pytest.approx(chains.abatement_cost)
    assert found.shortfall == pytest.approx(chains.shortfall.sum())


def test_emissions_beyond_abatement_are_fined_at_the_highest_price():
    market = SupplyChains(rng=1)
    found = outlook(market.plans, market.abatement_limit + 0.01)
    assert not found.met and found.price == market.params.highest_trading_price and found.shortfall > 0
    assert outlook(market.plans, market.abatement_limit - 0.001).met


def test_with_caps_that_bind_all_share_alike():
    """Case 2 of [Esmaeili2022, Tables 7 and 9] at a mitigation rate of 40 %: 1521 t each."""
    caps = CASES["case 2, caps"]
    params = case_params(SupplyChains.Params(), 20_000, 0.4, "uniform", caps)
    rows = play_case(SupplyChains, params, 1, 20_000)
    assert [round(row["award"]) for row in rows] == [1521] * 5
    assert [row["paid"] for row in rows] == pytest.approx([140.0] * 5)
    assert np.sum([row["share"] for row in rows]) == pytest.approx(1.0)
