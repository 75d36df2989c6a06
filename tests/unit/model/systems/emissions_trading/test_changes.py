"""Changes of demand, cost and cap at a date: known from the start, or a surprise; and firms of very unequal sizes."""

import numpy as np
import pytest

from model.systems.emissions_trading import EmissionsTrading

SURE = {"common_spread": 0.0, "own_spread": 0.0, "reserve_price": 0.0}
CHANGES = {
    "demand": {"demand_change": 0.1, "demand_change_in": 17},
    "cost": {"cost_change": 0.3, "cost_change_in": 17},
    "cap": {"cap_change": -0.15, "cap_change_in": 5},
}
"""Each from the first quarter of year 5 on."""
of_every_change = pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)


def played(**values):
    model = EmissionsTrading(rng=3, **(SURE | values))
    model.advance(40)
    return model


def series(model, name):
    return np.array(model.datacollector.model_vars[name])


@of_every_change
@pytest.mark.parametrize("base", ["actual", "planned"])
def test_a_change_that_is_announced_is_in_the_price_from_the_start(change, base):
    """Without other news the outlook is perfect foresight, and the price rises at the rate of interest."""
    price, foreseen = (
        series(played(**change, announced=True, curve_base=base), name)
        for name in ("carbon_price", "foreseen_price")
    )
    assert price == pytest.approx(foreseen, rel=1e-9)
    assert price[1:] / price[:-1] == pytest.approx(1.05**0.25, rel=1e-9)
    assert price[0] > 1.02 * series(played(curve_base=base), "carbon_price")[0]


@of_every_change
def test_a_surprise_is_not_in_the_price_before_it_comes(change):
    price, usual = series(played(**change), "carbon_price"), series(played(), "carbon_price")
    assert price[:16] == pytest.approx(usual[:16], rel=1e-9)
    assert price[16] > 1.02 * usual[16]


@of_every_change
def test_foresight_knows_of_surprises(change):
    model = played(behaviour="foresight", **change)
    assert series(model, "carbon_price") == pytest.approx(series(model, "foreseen_price"), rel=1e-9)
    assert series(model, "cost_efficiency")[-1] == pytest.approx(1.0, rel=1e-9)


def test_a_change_of_the_cap_is_one_of_its_free_permits_too():
    model = played(cap_change=-0.2, cap_change_in=5, free_share=0.5)
    cap, usual = series(model, "yearly_cap"), series(played(), "yearly_cap")
    assert cap[:16] == pytest.approx(usual[:16])
    assert cap[16:] == pytest.approx(0.8 * usual[16:])
    _, firms = model.datacollector.rows()
    assert firms.free_permits.sum(-1)[::4] == pytest.approx(0.5 * cap[::4])


def test_a_change_of_costs_by_hand():
    """60 of 100 t for one firm with 2 €/t per t: the price is 80 €/t, and 1.3 times that where costs rise by 30 %."""
    values = {
        "n_firms": 1,
        "quarters": 1,
        "years": 2,
        "cap_table": "60 60",
        "banking": False,
        "penalty": 1000.0,
    }
    model = EmissionsTrading(rng=3, **SURE, **values, cost_change=0.3, cost_change_in=2)
    model.advance(2)
    assert series(model, "carbon_price") == pytest.approx([80.0, 104.0])
    assert series(model, "abatement_cost") == pytest.approx([1600.0, 2080.0])


def test_the_largest_firm_has_the_share_that_is_asked_for():
    usual, heavy = EmissionsTrading(rng=3), EmissionsTrading(rng=3, largest_share=1 / 3)
    weight, before = np.array(heavy.firms.rows.weight), np.array(usual.firms.rows.weight)
    largest = before.argmax()
    assert weight.argmax() == largest
    assert weight[largest] == pytest.approx(1 / 3)
    assert weight.sum() == pytest.approx(1.0)
    rest = np.arange(len(weight)) != largest
    assert weight[rest] / weight[rest].sum() == pytest.approx(before[rest] / before[rest].sum())
    assert 1.0 / (weight / heavy.firms.rows.choke_price).sum() == pytest.approx(200.0)


def test_a_single_firm_is_the_largest():
    assert EmissionsTrading(rng=3, n_firms=1, largest_share=0.4).firms.rows.weight.tolist() == [1.0]
