"""Whatever the parameters: permits and money are conserved per pollutant, and prices, values, revenues in order."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.farms.bids import ADDITIONAL_BIDS
from agents.farms.curves import VALUES
from agents.farms.farm import FARMS
from agents.farms.pollutants import columns_of
from model import accounts
from model.mechanisms.combinatorial.base import PACKAGE_AUCTIONS
from model.systems.escape_permits import EscapePermits
from model.systems.escape_permits.auction import best_value
from tests.package_instances import any_values

ROUNDS = 30
EURO_ROUNDING = 1e-5

markets = st.fixed_dictionaries(
    {
        "mechanism": st.sampled_from(list(PACKAGE_AUCTIONS)),
        "n_farms": st.integers(1, 5),
        "n_pollutants": st.integers(1, 3),
        "phi": st.floats(0.0, 2.0),
        "phi_nutrient": st.floats(0.0, 2.0),
        "reserve_price": st.floats(0.0, 3.0),
        "valve_price": st.sampled_from([0.0, 0.1, 1.0, 10.0]),
        "increment_ghg": st.floats(0.2, 2.0),
        "increment_nutrient": st.floats(0.5, 5.0),
        "baseline_ghg": st.integers(1, 6),
        "baseline_nutrient": st.integers(1, 4),
        "baseline_ammonia": st.integers(1, 2),
        "correlation_odd": st.floats(0.0, 3.0),
        "correlation_even": st.floats(0.0, 3.0),
        "cost_ghg": st.floats(0.0, 3.0),
        "cost_spread": st.floats(0.0, 1.0),
        "additional_bids": st.sampled_from(ADDITIONAL_BIDS),
        "value": st.sampled_from(VALUES),
        "farm": st.sampled_from(list(FARMS)),
        "costs": st.sampled_from(["once", "every_auction"]),
        "sniper.waits": st.integers(0, 5),
        "cmra.activity": st.booleans(),
    }
)


@given(values=markets, seed=st.integers(0, 2**32))
@settings(max_examples=60)
def test_accounts_close_and_outcomes_are_in_order(values, seed):
    model = EscapePermits(**values, rng=seed)
    m = len(model.pollutants)
    for _ in range(ROUNDS):
        model.step()
        for farms, government in model.ledgers():
            assert abs(accounts.permits_missing(farms, government)) <= 1e-9
            assert abs(accounts.cash_missing(farms, government)) <= 1e-7
            assert (farms.permits == 0).all()
        if model.government.closed:
            in_order(model, m)


def in_order(model, m):
    """Check the properties of a closed auction."""
    farms, public, p = model.firms.rows, model.government, model.params
    award, valve = columns_of(farms, "award", m), columns_of(farms, "valve", m)
    cap = columns_of(model.public.rows, "cap", m)[0]
    assert (award + valve).sum(0).tolist() <= cap.tolist()
    assert ((award + valve) <= model.curves.baseline).all()
    assert (farms.auction_payment >= p.reserve_price * farms.award - EURO_ROUNDING).all()
    assert (columns_of(farms, "payment", m)[award == 0] == 0).all()
    assert valve.sum() == 0 or p.valve_price > 0
    assert public.value <= public.best_value + EURO_ROUNDING
    if p.mechanism != "separate_uniform":
        assert (farms.auction_payment <= farms.value + EURO_ROUNDING).all()
        assert farms.auction_payment.sum() <= public.best_value + EURO_ROUNDING
    assert (farms.profit + EURO_ROUNDING >= farms.value - farms.auction_payment).all()  # the valve only adds
    own = farms.leading if p.mechanism in ("cmra", "first_price", "vcg") else farms.auction_payment
    assert (farms.auction_payment <= own + EURO_ROUNDING).all()  # nobody pays above its bid


@given(
    seed=st.integers(0, 10_000),
    n=st.integers(1, 4),
    most=st.lists(st.integers(1, 3), min_size=1, max_size=3),
    extra=st.lists(st.integers(0, 3), min_size=3, max_size=3),
)
def test_more_supply_never_lowers_the_best_value(seed, n, most, extra):
    instance = any_values(seed, n, most)
    supply = instance.terms.supply + np.array(extra[: len(most)])
    more = instance._replace(terms=instance.terms._replace(supply=supply))
    assert best_value(more) >= best_value(instance)
    assert best_value(more) <= instance.value.max(1).sum()


@pytest.mark.parametrize("mechanism", PACKAGE_AUCTIONS)
@settings(max_examples=10)
@given(seed=st.integers(0, 10_000), factor=st.sampled_from([2, 10]))
def test_the_unit_of_money_does_not_matter(mechanism, seed, factor):
    """Costs, prices and steps times a factor: the same permits, payments times the factor, to a few units of money."""
    usual = {"reserve_price": 0.25, "increment_ghg": 0.5, "increment_nutrient": 1.0, "baseline_ghg": 5}
    costs = {"cost_ghg": 1.0, "cost_nutrient": 1.0}
    scaled = {k: v * factor for k, v in (usual | costs).items() if not k.startswith("baseline")}
    models = [EscapePermits(**usual | each, mechanism=mechanism, rng=seed) for each in ({}, scaled)]
    for model in models:
        model.step()
        while not model.government.closed:
            model.step()
    one, other = (model.firms.rows for model in models)
    assert models[0].government.clock_round == models[1].government.clock_round
    assert other.auction_payment.sum() == pytest.approx(
        one.auction_payment.sum() * factor, rel=1e-4, abs=1e-3
    )
