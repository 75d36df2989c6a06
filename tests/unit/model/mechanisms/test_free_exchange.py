"""The free secondary market of supply chains, by hand and for any curves [Esmaeili2022, Section 4.4]."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.supply_chains.curve import EmissionCurve
from model.mechanisms.exchange.free import chosen, equilibrium, plans_of
from model.systems.supply_chains.equilibrium import lowest_price

HIGHEST = 1000.0


def curve(price, emissions):
    """A curve whose cost follows from its steps: at each the two plans cost the same with permits."""
    price, emissions = np.array(price, float), np.array(emissions, float)
    cost = 100.0 + np.concatenate([[0.0], np.cumsum(-price[1:] * np.diff(emissions))])
    share = np.linspace(0.0, 1.0, len(price))
    nothing = np.zeros((len(price), 0, 2))
    return EmissionCurve(
        price=price,
        cost=cost,
        emissions=emissions,
        green_production=share,
        green_transport=share / 2,
        made=nothing,
        to_warehouse=nothing[:, None],
        to_zone=nothing[:, None],
        price_max=HIGHEST,
        gap=0.0,
        milps=0,
        seconds=0.0,
    )


TWO = [curve([0, 50, 200], [100, 80, 70]), curve([0, 100], [60, 30])]
"""All emissions fall from 160 t to 140 at 50 €/t, to 110 at 100 €/t, to 100 at 200 €/t."""


def settled(permits, curves=TWO):
    """The market, and every chain's emissions and cost in it."""
    plans = plans_of(curves)
    market = equilibrium(plans, permits)
    emitted, cost = (
        np.array([chosen(values, plans, market, i) for i in range(len(curves))])
        for values in (plans.emitted, plans.cost)
    )
    return market, emitted, cost


def test_plans_are_put_in_the_order_of_their_prices():
    plans = plans_of(TWO)
    assert plans.price.tolist() == [50.0, 100.0, 200.0]
    assert plans.emissions.tolist() == [160.0, 140.0, 110.0, 100.0]
    assert plans.changes.tolist() == [0, 1, 0]
    assert plans.plan.tolist() == [[0, 0], [1, 0], [1, 1], [2, 1]]
    assert plans.emitted.tolist() == [[100.0, 80.0, 70.0], [60.0, 30.0, 30.0]]
    assert plans.price_max == HIGHEST


@pytest.mark.parametrize("permits", [160.0, 161.0, 1e6])
def test_where_no_permits_are_lacking_they_cost_nothing(permits):
    market, emitted, _ = settled(permits)
    assert (market.price, market.met, market.share) == (0.0, True, 1.0)
    assert emitted.tolist() == [100.0, 60.0]


def test_between_two_steps_the_marginal_chain_mixes_its_plans():
    """125 permits: chain 1 has changed (140 t), chain 2 changes by 15 of the 30 t: 60 - 15 = 45 t."""
    market, emitted, cost = settled(125.0)
    assert (market.price, market.change, market.met) == (100.0, 2, True)
    assert market.share == pytest.approx(0.5, rel=1e-12)
    assert emitted == pytest.approx([80.0, 45.0], rel=1e-12)
    assert cost == pytest.approx([100.0 + 20 * 50, 100.0 + 15 * 100], rel=1e-12)


def test_exactly_at_a_step_nobody_mixes():
    """140 permits: chain 1's change at 50 €/t is enough."""
    market, emitted, _ = settled(140.0)
    assert (market.price, market.change, market.share, market.met) == (50.0, 1, 1.0, True)
    assert emitted.tolist() == [80.0, 60.0]


@pytest.mark.parametrize("permits", [np.nextafter(140.0, 0.0), np.nextafter(140.0, 200.0)])
def test_nobody_mixes_for_rounding(permits):
    market, emitted, _ = settled(permits)
    assert (market.price, market.share, market.met) == (50.0, 1.0, True)
    assert emitted.tolist() == [80.0, 60.0]


def test_the_last_step_can_still_be_enough():
    market, emitted, _ = settled(100.0)
    assert (market.price, market.share, market.met) == (200.0, 1.0, True)
    assert emitted.tolist() == [70.0, 30.0]


def test_beyond_the_abatement_limit_the_price_is_the_highest_and_the_cap_not_met():
    market, emitted, _ = settled(90.0)
    assert (market.price, market.share, market.met) == (HIGHEST, 1.0, False)
    assert emitted.tolist() == [70.0, 30.0]


def test_chains_that_change_at_one_price_change_one_after_the_other():
    """Both change at 50 €/t by 20 t each: 30 t too much are avoided by the first and half of the second."""
    twins = [curve([0, 50], [100, 80]), curve([0, 50], [100, 80])]
    market, emitted, _ = settled(170.0, twins)
    assert market.price == 50.0
    assert emitted == pytest.approx([80.0, 90.0], rel=1e-12)


def test_mixed_plans_mix_what_is_green():
    plans = plans_of(TWO)
    market = equilibrium(plans, 125.0)
    assert chosen(plans.green_production, plans, market, 1) == pytest.approx(0.5, rel=1e-12)
    assert chosen(plans.green_transport, plans, market, 0) == 0.25  # of its second plan


@st.composite
def curves(draw):
    """Up to four chains with up to six plans each; prices often equal."""

    def one():
        n = draw(st.integers(1, 6))
        prices = draw(st.lists(st.integers(1, 30), min_size=n - 1, max_size=n - 1, unique=True))
        falls = draw(st.lists(st.floats(0.5, 20.0), min_size=n - 1, max_size=n - 1))
        start = sum(falls) + draw(st.floats(0.0, 50.0)) + 1.0
        return curve([0, *sorted(30.0 * p for p in prices)], start - np.cumsum([0.0, *falls]))

    return [one() for _ in range(draw(st.integers(1, 4)))]


@given(curves(), st.floats(0.01, 1.2))
def test_emissions_meet_the_permits_where_they_can(chains, share):
    total = sum(c.tec for c in chains)
    market, emitted, _ = settled(share * total, chains)
    least = sum(c.emissions[-1] for c in chains)
    assert market.met == (least <= share * total * (1 + 1e-9))
    if not market.met:
        assert (market.price, emitted.sum()) == (HIGHEST, pytest.approx(least))
    elif market.price > 0.0:  # a price means scarcity: all permits are used
        assert emitted.sum() == pytest.approx(share * total, rel=1e-8)
    else:
        assert emitted.sum() == pytest.approx(total)


@given(curves(), st.floats(0.01, 1.2), st.floats(0.0, 0.5))
def test_more_permits_never_raise_the_price(chains, share, more):
    total = sum(c.tec for c in chains)
    scarce, ample = (settled(s * total, chains)[0] for s in (share, share + more))
    assert ample.price <= scarce.price


@given(curves(), st.floats(0.01, 1.2))
def test_the_price_is_that_of_a_search_through_all_steps(chains, share):
    permits = share * sum(c.tec for c in chains)
    assert settled(permits, chains)[0].price == lowest_price(chains, permits, HIGHEST)


@given(curves(), st.floats(0.01, 1.2))
def test_every_chain_has_its_least_cost_at_the_price(chains, share):
    """Mixed or not: no other plan costs less with permits at the trading price, up to which a chain abates."""
    market, emitted, cost = settled(share * sum(c.tec for c in chains), chains)
    for c, e, k in zip(chains, emitted, cost, strict=True):
        least = (c.cost + market.price * c.emissions).min()
        assert k + market.price * e == pytest.approx(least, rel=1e-9)
