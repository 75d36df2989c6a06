"""Who gets permits free, and what owners get for those that are sold for them."""

import numpy as np
import pytest

from model.systems.emissions_trading import EmissionsTrading

CERTAIN = {"common_spread": 0.0, "own_spread": 0.0}
NO_FLOOR = {"reserve_price": 0.0}


def played(seed=3, **values):
    """Metrics of a run, float64[quarters] by name, and the rows of government and firms."""
    model = EmissionsTrading(rng=seed, **values)
    model.advance(model.params.cycle)
    found = {name: np.array(each) for name, each in model.datacollector.model_vars.items()}
    return found, *model.datacollector.rows()


def test_owners_get_all_that_is_paid_for_their_permits():
    """All permits are free and consigned: every euro paid comes back, by the share in free permits."""
    found, government, firms = played(free_share=1.0, consigned_share=1.0, **NO_FLOOR)
    assert firms.proceeds.sum(1) == pytest.approx(found["revenue"])
    assert found["public_revenue"] == pytest.approx(0.0, abs=1e-9)
    assert firms.proceeds == pytest.approx(found["revenue"][:, None] * firms.weight)
    assert found["windfall"] == pytest.approx(found["revenue"])
    bought_back = firms.award - firms.consigned_sold
    assert firms.auction_payment - firms.proceeds == pytest.approx(
        found["clearing_price"][:, None] * bought_back
    )
    assert government.cash[-1, 0] == pytest.approx(found["fines"].sum(), abs=1e-6)


def test_consigned_permits_are_those_of_the_year_in_equal_parts():
    found, _, firms = played(free_share=0.5, consigned_share=0.6, **NO_FLOOR)
    cap = found["yearly_cap"]
    assert firms.consigned_sold.sum(1) == pytest.approx(0.5 * 0.6 * cap / 4)
    assert firms.free_permits.sum(1)[::4] == pytest.approx(0.5 * 0.4 * cap[::4])
    assert found["offered"] == pytest.approx((1.0 - 0.5 * 0.4) * cap / 4)


def test_consigned_permits_change_neither_prices_nor_emissions():
    usual, _, firms = played(**NO_FLOOR)
    other, _, others = played(**NO_FLOOR, free_share=0.7, consigned_share=1.0, free_rule="first")
    assert other["carbon_price"] == pytest.approx(usual["carbon_price"], rel=1e-9)
    assert others.emissions == pytest.approx(firms.emissions, rel=1e-9)


def test_a_floor_holds_for_free_permits_that_are_consigned():
    """Only permits that are sold can be withheld: given away, their price falls below the floor of 40 €/t."""
    loose = {
        "cap_first": 1.1,
        "cap_last": 0.9,
        "reserve_price": 40.0,
        "price_growth": 0.0,
        "free_share": 1.0,
        **CERTAIN,
    }
    given, *_ = played(**loose)
    consigned, *_ = played(**loose, consigned_share=1.0)
    assert given["carbon_price"].max() < 20.0
    assert consigned["carbon_price"].min() >= 40.0 * (1 - 1e-9)


def test_consigned_permits_are_sold_first_and_wait_if_nobody_wants_them():
    loose = {
        "cap_first": 1.5,
        "cap_last": 1.5,
        "banking": False,
        "free_share": 0.8,
        "consigned_share": 1.0,
        **CERTAIN,
    }
    found, government, firms = played(**loose, reserve_price=5.0, price_growth=0.0, unsold="cancel")
    assert (found["sold"] < found["offered"]).all()
    assert firms.consigned_sold.sum(1) == pytest.approx(found["sold"])
    assert firms.consigned.sum(1) == pytest.approx(
        0.8 * found["yearly_cap"].cumsum() / 4 - found["sold"].cumsum()
    )
    assert government.cancelled[-1, 0] == pytest.approx(0.2 * 1500.0)


def test_a_benchmark_follows_output_and_the_auction_gets_the_rest():
    """Half a permit per t of last year's emissions without abatement, as 100 t are planned and 50 t free."""
    flat = {"cap_first": 1.0, "cap_last": 1.0, "free_share": 0.5, "free_rule": "benchmark", **NO_FLOOR}
    found, _, firms = played(**flat)
    output = firms.baseline.reshape(10, 4, -1).sum(1)
    assert firms.free_permits[::4][1:] == pytest.approx(0.5 * output[:-1])
    given = firms.free_permits[::4].sum(1)
    assert found["offered"].reshape(10, 4).sum(1) == pytest.approx(100.0 - given)
    assert np.ptp(given) > 1.0


def test_a_benchmark_gives_no_more_than_the_cap():
    found, _, firms = played(
        free_share=1.0, free_rule="benchmark", demand_change=0.5, demand_change_in=1, **NO_FLOOR
    )
    assert firms.free_permits[::4].sum(1) == pytest.approx(found["yearly_cap"][::4])
    assert found["offered"] == pytest.approx(0.0, abs=1e-9)
