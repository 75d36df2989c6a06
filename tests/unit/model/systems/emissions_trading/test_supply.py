"""Offsets from outside the cap, and rules of auctions: lots, largest bids, cover, unsold permits that come back."""

import numpy as np
import pytest

from model.systems.emissions_trading import EmissionsTrading

ONE_YEAR = {
    "common_spread": 0.0,
    "own_spread": 0.0,
    "reserve_price": 0.0,
    "n_firms": 2,
    "quarters": 1,
    "choke_mean": 300.0,
}
"""100 t a year without abatement, at 3 €/t per t."""
OFFSETS = {"offset_price": 30.0, "offset_rise": 600.0}
"""The first offset costs 30 €/t, the tenth 90 €/t."""


def played(seed=3, **values):
    """Metrics of a run, float64[quarters] by name, and the rows of government and firms."""
    values = ONE_YEAR | {"years": len(values.get("cap_table", "").split()) or 10} | values
    model = EmissionsTrading(rng=seed, **values)
    model.advance(model.params.cycle)
    found = {name: np.array(each) for name, each in model.datacollector.model_vars.items()}
    return found, *model.datacollector.rows()


@pytest.mark.parametrize(
    ("limit", "price", "used", "paid"), [(0.1, 70.0, 20.0 / 3.0, 70.0), (0.05, 75.0, 5.0, 60.0)]
)
def test_offsets_are_bought_as_long_as_they_are_cheaper_than_permits(limit, price, used, paid):
    """70 permits for 100 t: without offsets 90 €/t. Up to their limit they cost as much as permits, at it less."""
    found, government, firms = played(cap_table="70", offset_limit=limit, **OFFSETS)
    assert found["carbon_price"] == pytest.approx(price, rel=1e-9)
    assert found["foreseen_price"] == pytest.approx(price, rel=1e-9)
    assert found["offsets"] == pytest.approx(used, rel=1e-9)
    assert firms.offset_payment.sum() == pytest.approx(used * paid)
    assert found["emissions"] == pytest.approx(70.0 + used)
    assert government.issued[:, 0] == pytest.approx(70.0 + used)
    assert found["shortfall"] == pytest.approx(0.0, abs=1e-9)


def test_prices_are_foreseen_under_the_policy_at_the_start_of_a_run():
    changed, other = (EmissionsTrading(rng=3, reserve_price=price) for price in (32.0, 120.0))
    before, after = (market.draw_chance(40).foreseen for market in (changed, other))
    assert (before < after).all()
    changed.change_policy(reserve_price=120.0)
    assert (changed.draw_chance(40).foreseen == other.draw_chance(40).foreseen).all()


def test_plans_count_the_offsets_of_later_years():
    found, *_ = played(cap_table="90 60 80", offset_limit=0.05, quarters=4, **OFFSETS)
    assert found["carbon_price"] == pytest.approx(found["foreseen_price"], rel=1e-9)


@pytest.mark.parametrize("tie_rule", ["pro_rata", "pro_rata_whole"])
def test_bids_and_awards_are_whole_lots(tie_rule):
    values = {"n_firms": 7, "own_spread": 0.1, "years": 5, "uniform.tie_rule": tie_rule, "lot": 0.5}
    found, _, firms = played(**values, reserve_price=30.0)
    lots = firms.award / 0.5
    assert lots == pytest.approx(np.round(lots), abs=1e-9)
    assert (found["sold"] <= found["offered"]).all()
    assert (found["offered"] - found["sold"] < 0.5 + 1e-9).any()
    assert found["clearing_price"] == pytest.approx(found["carbon_price"], rel=0.1)


def test_nobody_bids_for_more_than_its_limit():
    found, _, firms = played(n_firms=6, years=4, largest_bid=0.2, own_spread=0.1)
    assert (firms.award <= 0.2 * found["offered"][:, None] * (1 + 1e-12)).all()
    assert firms.award.max() == pytest.approx(0.2 * found["offered"].max())


def test_an_auction_without_enough_bids_is_cancelled():
    """Two firms bid for 96.7 of 120 t at 10 €/t: enough for a cover of 0.8, not of 0.9."""
    loose = {"cap_table": "120", "reserve_price": 10.0, "unsold": "cancel"}
    held, cancelled = (played(**loose, least_cover=cover) for cover in (0.8, 0.9))
    assert held[0]["sold"] == pytest.approx(100.0 - 10.0 / 3.0)
    assert cancelled[0]["sold"] == [0.0]
    assert cancelled[1].cancelled[:, 0] == pytest.approx(120.0)


def test_unsold_permits_come_back_after_two_auctions_above_the_reserve_price():
    """Three years of 120 permits leave 70 unsold at 10 €/t; after two years of 70 at 90 €/t a quarter more is offered.

    So 87.5 t are emitted at 37.5 €/t.
    """
    caps = "120 120 120 70 70 70 70 70"
    loose = {"cap_table": caps, "banking": False, "reserve_price": 10.0, "price_growth": 0.0}
    found, *_ = played(**loose, unsold="return")
    assert found["waiting"] == pytest.approx([70 / 3, 140 / 3, 70.0, 70.0, 70.0, 52.5, 35.0, 17.5])
    assert found["offered"] == pytest.approx([120.0, 120.0, 120.0, 70.0, 70.0, 87.5, 87.5, 87.5])
    assert found["carbon_price"] == pytest.approx([10.0, 10.0, 10.0, 90.0, 90.0, 37.5, 37.5, 37.5])


@pytest.mark.parametrize("auction", ["discriminatory", "vcg"])
def test_other_formats_sell_as_much_and_bring_about_as_much(auction):
    """Schedules of several steps around one price: own bids are paid a little above it, externalities below it.

    Where schedules do not reach far enough, others would not take what a large firm wins: it pays the reserve price.
    """
    values = {"n_firms": 10, "quarters": 4, "own_spread": 0.1, "common_spread": 0.05, "reserve_price": 20.0}
    usual, *_ = played(**values)
    other, _, firms = played(**values, auction=auction)
    assert other["sold"] == pytest.approx(usual["sold"])
    assert np.isfinite(firms.auction_payment).all()
    assert other["carbon_price"] == pytest.approx(usual["carbon_price"], rel=1e-6)
    ratio = other["clearing_price"] / usual["clearing_price"]
    if auction == "discriminatory":
        assert (ratio > 1.0 - 1e-9).all() and ratio.max() < 1.1
    else:
        assert (ratio < 1.0 + 1e-9).all() and np.median(ratio) > 0.95
