"""Metrics of an auction's bids, from what each system keeps of them."""

import numpy as np
import pytest

from model.auction_metrics import median_price
from model.base import SYSTEMS
from model.metrics import METRICS

NAMES = ("cover_ratio", "bidders", "auction_winners", "lowest_bid", "median_bid", "highest_bid")


def test_of_single_bids_they_are_those_by_hand():
    model = SYSTEMS["learning_bidders"](rng=3)
    model.advance(20)
    firms, found = model.firms.rows, {name: model.datacollector.model_vars[name][-1] for name in NAMES}
    assert found["cover_ratio"] == firms.bid_volume.sum() / model.government.cap
    assert (found["bidders"], found["auction_winners"]) == (5.0, (firms.award > 0.0).sum())
    assert (found["lowest_bid"], found["highest_bid"]) == (firms.bid_price.min(), firms.bid_price.max())
    order = np.argsort(-firms.bid_price)
    reached = firms.bid_volume[order].cumsum()
    assert found["median_bid"] == firms.bid_price[order][np.searchsorted(reached, 0.5 * reached[-1])]


def test_of_two_step_schedules_they_count_both_steps_and_of_longer_ones_say_why_not():
    model = SYSTEMS["two_tier"](rng=3)
    model.advance(3)
    firms, found = model.firms.rows, {name: model.datacollector.model_vars[name][-1] for name in NAMES}
    assert found["cover_ratio"] == (firms.high_volume + firms.low_volume).sum() / model.government.cap
    assert found["lowest_bid"] <= found["median_bid"] <= found["highest_bid"] == firms.high_price.max()
    longer = SYSTEMS["two_tier"](rng=3, steps=3)
    assert "first and last step" in METRICS["cover_ratio"].why_unknown(longer)


def test_without_bids_a_price_is_not_a_number():
    assert np.isnan(median_price(np.array([3.0, 1.0]), np.zeros(2)))


@pytest.mark.parametrize("system", ["learning_bidders", "supply_chains", "two_tier", "emissions_trading"])
def test_every_sealed_auction_reports_them(system):
    assert set(NAMES) <= set(SYSTEMS[system].metrics)
