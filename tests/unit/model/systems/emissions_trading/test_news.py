"""News within a run: emissions change, and everybody knows of it."""

import pytest

from model.systems.emissions_trading import EmissionsTrading
from model.systems.emissions_trading.news import change_emissions

MARKET = {"years": 3, "n_firms": 4, "n_traders": 1, "emission_noise": 0.1, "behaviour": "foresight"}
CHANGE = {"announced": True, "demand_change": 0.3, "demand_change_in": 6}


@pytest.mark.parametrize("share", [0.3, -0.4])
def test_news_before_the_first_quarter_are_an_announced_change_of_demand(share):
    told = EmissionsTrading(rng=1, **MARKET)
    known = EmissionsTrading(rng=1, **MARKET | CHANGE | {"demand_change": share})
    change_emissions(told, share, 5)
    assert told.setup.planned == pytest.approx(known.setup.planned)
    for ours, theirs in zip(told.draw_chance(12), known.draw_chance(12), strict=True):
        assert ours == pytest.approx(theirs, rel=1e-9)


def test_quarters_before_and_chance_stay_as_they_were():
    calm, told = (EmissionsTrading(rng=1, **MARKET) for _ in range(2))
    for market in (calm, told):
        market.draw_chance(4)
    change_emissions(told, 0.5, 6)
    change_emissions(told, 1.0, 8)
    ours, before = told.draw_chance(8), calm.draw_chance(8)
    assert (ours.baseline[:2] == before.baseline[:2]).all() and (ours.noise[:2] == before.noise[:2]).all()
    assert ours.baseline[2:4] == pytest.approx(1.5 * before.baseline[2:4])
    assert ours.baseline[4:] == pytest.approx(3.0 * before.baseline[4:])
    assert (ours.foreseen > before.foreseen).all()  # had it been foreseen, prices had risen before
    assert (ours.tie_key == before.tie_key).all()


def test_they_last_until_the_policy_is_made_anew():
    market = EmissionsTrading(rng=1, **MARKET)
    planned = market.setup.planned
    change_emissions(market, 0.5, 0)
    assert market.setup.planned == pytest.approx(1.5 * planned)
    market.apply_policy()
    assert (market.setup.planned == planned).all()
