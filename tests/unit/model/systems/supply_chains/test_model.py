"""The market of supply chains by hand, and the worked numbers of [Esmaeili2022, Tables 6-9]."""

import networkx as nx
import numpy as np
import pytest

from learning.knobs import ParameterError
from model.mechanisms.auctions.base import AUCTIONS
from model.metrics import METRICS
from model.systems.bidding.equilibrium import (
    BidGame,
    exploitability,
    pure_equilibria,
    relative_exploitability,
)
from model.systems.supply_chains import SupplyChains

SMALL = {"population": "drawn", "problem_set": "small", "n_chains": 3}
CAPS = {"price_cap": 140.0, "volume_cap": 3000.0}
TEC = (2511.0, 2774.0, 2111.0, 2705.0, 2572.0)
VALUE = (140.0, 150.0, 225.0, 160.0, 220.0)


def played(periods=1, seed=1, **values):
    model = SupplyChains(**values, rng=seed)
    model.advance(periods)
    return model


def top_action(volume_step, steps=16):
    """Number of the action that bids the highest price for the volume of this step."""
    return 40 * steps + volume_step


# -- the paper's numbers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("auction", ["uniform", "discriminatory"])
@pytest.mark.parametrize(("phi", "award"), [(0.9, 2281), (0.8, 2028), (0.7, 1774), (0.6, 1521)])
def test_equal_bids_at_both_caps_get_equal_shares(auction, phi, award):
    """Case 2: everybody bids (140, 3000) [Tables 8 and 9]."""
    model = played(phi=phi, auction=auction, learner="fixed", **{"fixed.action": top_action(15)}, **CAPS)
    chains = model.firms.rows
    assert (chains.bid_price == 140.0).all() and (chains.bid_volume == 3000.0).all()
    assert np.rint(chains.award).tolist() == [award] * 5
    assert chains.auction_payment == pytest.approx(140.0 * chains.award)


@pytest.mark.parametrize("auction", ["uniform", "discriminatory"])
def test_at_forty_percent_the_strong_chains_take_all(auction):
    """Case 1: private value for 1.1 TEC, 40 % missing: chains 3, 5 and 4 are served in turn [Tables 6 and 7].

    The paper prints 2452 for chain 4 and 2830 for chain 5; 1.1 x 2572 = 2829.2, so its TEC is rounded.
    """
    model = played(phi=0.6, auction=auction, learner="fixed", **{"fixed.action": top_action(15)})
    award = model.firms.rows.award
    assert award[[0, 1]].tolist() == [0.0, 0.0]
    assert award[[2, 4]] == pytest.approx([1.1 * 2111, 1.1 * 2572])
    assert award[3] == pytest.approx(0.6 * sum(TEC) - 1.1 * (2111 + 2572))
    assert award[[2, 3, 4]] == pytest.approx([2322, 2452, 2830], abs=1.0)


def test_without_a_missing_permit_everybody_gets_its_emissions_at_the_reserve():
    """lambda = 0 and everybody bids its TEC at 100 [Tables 6 to 9]: no price of permits, no abatement."""
    model = played(phi=1.0, learner="fixed", **{"fixed.action": 0})
    chains = model.firms.rows
    assert chains.award == pytest.approx(TEC)
    assert model.government.clearing_price == 100.0
    assert model.government.trading_price == 0.0
    assert chains.profit == pytest.approx((np.array(VALUE) - 100.0) * TEC)
    assert (chains.abatement_cost == 0).all() and (chains.bought == 0).all()


def test_truthful_chains_bid_their_value_for_their_emissions():
    model = played(phi=0.9, learner="truthful", volume_steps=101)
    chains = model.firms.rows
    assert chains.bid_price == pytest.approx(VALUE)
    assert chains.bid_volume == pytest.approx(TEC)


@pytest.mark.parametrize(
    ("cost_curve", "prices"),
    [
        ("inferred", {1.0: 0.0, 0.9: 805.0, 0.8: 1610.0, 0.7: 2415.0, 0.6: 3220.0}),
        ("steep", {1.0: 0.0, 0.9: 179.0, 0.8: 932.0, 0.75: 2412.0, 0.6: 10_000.0}),
    ],
)
def test_the_trading_price_of_table_5_is_that_of_its_cost_curve(cost_curve, prices):
    """The price at which the curve avoids the mitigation rate; the auction must not move it."""
    for phi, wanted in prices.items():
        for seed in (1, 2):
            found = played(30, seed, phi=phi, cost_curve=cost_curve).government.trading_price
            assert found == pytest.approx(wanted)


def test_only_what_is_green_is_unknown_of_the_chains_of_table_5():
    model = played(3)
    unknown = {name for name in model.firms.rows.dtype.names if np.isnan(model.firms.rows[name]).any()}
    assert unknown == {"green_production", "green_transport"}
    assert {name for name in model.metrics if METRICS[name].why_unknown(model)} == unknown
    assert {
        name for name in model.metrics if not METRICS[name].applies(model)
    } == unknown  # pages leave it out
    with pytest.raises(ParameterError, match="no plans to show"):
        model.flows(0)


# -- profit [Eq. 10] ---------------------------------------------------------------------------------------------


def test_profit_by_hand_where_permits_change_hands():
    """lambda = 10 %, caps: each wins 2280.6 t, abates 10 % (at most 805 €/t) and trades the rest at 805 €/t.

    Chain 3: value 225 x 2111 = 474,975 €; emits 1899.9 t; sells 380.7 t.
    """
    model = played(phi=0.9, learner="fixed", **{"fixed.action": top_action(15)}, **CAPS)
    third, public = model.firms.rows[2], model.government
    price, award = 805.0, 0.9 * sum(TEC) / 5
    steps = price / 20 * np.arange(1, 21)  # €/t at which each of 20 steps of half a percent is taken
    abated = 0.005 * 2111 * steps.sum()
    assert public.trading_price == pytest.approx(price)
    assert third.award == pytest.approx(award)
    assert third.emissions == pytest.approx(0.9 * 2111)
    assert third.abatement_cost == pytest.approx(abated)
    assert third.bought == pytest.approx(0.9 * 2111 - award)
    expected = 225 * 2111 - abated - 140 * award - price * (0.9 * 2111 - award)
    assert third.profit == pytest.approx(expected)
    assert third.shortfall == 0.0 == public.marginal_chain


def test_beyond_the_abatement_limit_the_shortfall_is_fined_at_the_highest_price():
    """lambda = 40 %: chains avoid at most 28 %, 12 % of all emissions are fined at 10,000 €/t."""
    model = played(phi=0.6, cost_curve="steep", learner="fixed", **{"fixed.action": top_action(15)}, **CAPS)
    chains = model.firms.rows
    assert model.abatement_limit == pytest.approx(0.28)
    assert model.government.trading_price == 10_000.0
    assert chains.emissions == pytest.approx(0.72 * np.array(TEC))
    assert chains.shortfall.sum() == pytest.approx(0.12 * sum(TEC))
    assert chains.penalty_payment == pytest.approx(10_000.0 * chains.shortfall)
    missing = chains.emissions - chains.award
    expected = chains.no_policy_profit - chains.abatement_cost - chains.auction_payment - 10_000.0 * missing
    assert chains.profit == pytest.approx(expected)


def test_the_average_change_of_profit_is_the_mean_of_the_chains_changes():
    """Eqs. 11 and 12, not the change of the sum: each chain counts alike, however much it earns.

    lambda = 0, everybody bids its TEC at 100 €/t: chain s loses 100 / v_s.
    """
    model = played(phi=1.0, learner="fixed", **{"fixed.action": 0})
    found = model.summary(1)
    assert found["mean_profit_change"] == pytest.approx(-np.mean([100.0 / v for v in VALUE]))
    total = sum(v * t for v, t in zip(VALUE, TEC))
    assert found["profit_change"] == pytest.approx(-100.0 * sum(TEC) / total)


@pytest.mark.parametrize("auction", ["uniform", "discriminatory"])
def test_the_price_paid_is_payments_over_awards(auction):
    """Eqs. 6 and 7 at 40 %: 2322.1 t, 2829.2 t go for 225 and 220 €/t, the other 2452.5 t for 160 €/t.

    The marginal chain counts with its award, not with the 2975.5 t it bids for.
    """
    model = played(phi=0.6, auction=auction, learner="fixed", **{"fixed.action": top_action(15)})
    third, fifth, cap = 1.1 * 2111, 1.1 * 2572, 0.6 * sum(TEC)
    bids = (225 * third + 220 * fifth + 160 * (cap - third - fifth)) / cap
    assert model.summary(1)["price_paid"] == pytest.approx(160.0 if auction == "uniform" else bids)


@pytest.mark.parametrize("unsold", ["withheld", "offered"])
@pytest.mark.parametrize("learner", ["random", "q_learning"])
@pytest.mark.parametrize("phi", [0.6, 0.87, 1.0])
@pytest.mark.parametrize("auction", AUCTIONS)
def test_what_an_action_would_earn_is_what_it_then_earns(auction, phi, learner, unsold):
    model = played(20, phi=phi, auction=auction, learner=learner, unsold=unsold, **SMALL)
    chains, game = model.firms.rows, BidGame(model)
    assert game.profits() == pytest.approx(chains.profit, rel=1e-9, abs=1e-6)
    for i in range(len(chains)):
        assert game.payoffs(i)[int(chains.action[i])] == pytest.approx(chains.profit[i], rel=1e-9, abs=1e-6)


# -- what a permit is worth [Eq. 2], and permits left unsold [Section 3.2.5] ----------------------------------------


@pytest.mark.parametrize(("phi", "price"), [(0.9, 805.0), (0.6, 3220.0)])
def test_bids_limited_by_the_trading_price_reach_it(phi, price):
    """By Eq. 2 nobody bids above 225 €/t where a permit is resold for 3220 €/t."""
    chains = played(phi=phi, bid_limit="trading_price", learner="truthful").firms.rows
    assert chains.highest_price == pytest.approx(price)
    assert chains.bid_price == pytest.approx(price)
    assert played(phi=phi).firms.rows.highest_price.max() == 225.0


def test_a_price_cap_binds_below_the_trading_price():
    assert (played(bid_limit="trading_price", **CAPS).firms.rows.highest_price == 140.0).all()


def test_nobody_pays_for_permits_that_are_worth_nothing():
    """lambda = 0: the trading price is 0, below the reserve. By Eq. 2 chains pay 100 €/t all the same."""
    model = played(phi=1.0, bid_limit="trading_price", unsold="offered")
    chains = model.firms.rows
    assert chains.award.sum() == 0.0 and np.isnan(model.summary(1)["price_paid"])
    assert model.government.trading_price == 0.0
    assert chains.emissions == pytest.approx(TEC) and (chains.shortfall == 0.0).all()
    assert chains.profit == pytest.approx(chains.no_policy_profit)


def test_permits_left_unsold_are_withheld_or_offered_at_the_trading_price():
    """lambda = 10 %, nobody may buy more than 2000 t: 10,000 of 11,405.7 t are sold.

    Withheld: emissions meet 10,000 t, 21.1 % less than 12,673 t: the 43rd step, 8050 x 0.215 €/t.
    Offered: they meet the cap at 805 €/t, and the government earns that on the 1,405.7 t.
    """
    about = {"phi": 0.9, "volume_cap": 2000.0, "learner": "fixed", "fixed.action": 0}
    withheld, offered = (played(unsold=unsold, **about) for unsold in ("withheld", "offered"))
    left = 0.9 * sum(TEC) - 10_000.0
    assert withheld.government.trading_price == pytest.approx(8050 * 0.215)
    assert withheld.firms.rows.emissions.sum() == pytest.approx(10_000.0)
    assert withheld.government.cash == pytest.approx(100 * 10_000.0)
    assert offered.government.trading_price == pytest.approx(805.0)
    assert offered.firms.rows.emissions.sum() == pytest.approx(0.9 * sum(TEC))
    assert offered.firms.rows.bought.sum() == pytest.approx(left)
    assert offered.government.cash == pytest.approx(100 * 10_000.0 + 805 * left)


# -- equilibrium of bids -----------------------------------------------------------------------------------------


def test_exploitability_is_a_gain_that_deviating_then_brings():
    model = played(50, phi=0.8, **SMALL)
    gain = exploitability(model)
    assert (gain >= 0).all() and gain.max() > 0
    assert relative_exploitability(model) == pytest.approx(gain / model.firms.rows.no_policy_profit)
    game, i = BidGame(model), int(gain.argmax())
    before, best = game.profits()[i], int(game.payoffs(i).argmax())
    game.firms.bid_price[i], game.firms.bid_volume[i] = model.bid_of(i, best)
    assert game.profits()[i] - before == pytest.approx(gain[i])


def test_nobody_gains_by_leaving_a_pure_equilibrium():
    model = played(phi=0.8, price_steps=4, volume_steps=3, **SMALL)
    found = pure_equilibria(model, starts=5)
    assert found
    for equilibrium in found:
        chains = model.firms.rows
        chains.bid_price[:], chains.bid_volume[:] = equilibrium.bid_price, equilibrium.bid_volume
        assert exploitability(model) == pytest.approx(0.0, abs=1e-9 * chains.no_policy_profit.max())


# -- caps, facts and errors --------------------------------------------------------------------------------------


def test_caps_bound_every_bid():
    model = played(40, learner="random", **CAPS)
    _, chains = model.datacollector.rows()
    assert chains.bid_price.max() <= 140.0 and chains.bid_volume.max() <= 3000.0
    assert chains.bid_price.min() >= 100.0 and (chains.bid_volume.min(0) >= TEC).all()


def test_a_chain_worth_less_than_the_reserve_bids_for_nothing():
    model = played(10, reserve_price=155.0, learner="random")
    chains = model.firms.rows
    assert (chains.bid_volume[:2] == 0).all() and (chains.award[:2] == 0).all()
    assert (chains.award[2:] > 0).any()


def test_the_cap_can_change_while_it_runs():
    model = played(5, phi=1.0, learner="truthful", **SMALL)
    assert model.government.trading_price == 0.0
    model.change_policy(phi=0.8)
    model.advance(1)
    assert model.government.trading_price > 0.0
    assert model.government.cap == pytest.approx(0.8 * model.firms.rows.required_permits.sum())


def test_flows_carry_what_is_demanded():
    model = played(phi=0.8, **SMALL)
    for chain, data in enumerate(model.instance.chains):
        graph = model.flows(chain)
        assert isinstance(graph, nx.DiGraph)
        into_zones = [
            edge["regular"] + edge["green"] for _, end, edge in graph.edges(data=True) if end[0] == "zone"
        ]
        assert sum(into_zones) == pytest.approx(data.demand.sum())


def test_private_values_are_the_runs_own_or_the_instances():
    drawn = [played(seed=seed, **SMALL).firms.rows.private_value for seed in (1, 2)]
    assert (drawn[0] == drawn[1]).all() and (drawn[0] >= 140).all() and (drawn[0] <= 225).all()
    own = played(private_values="150, 160,170", **SMALL).firms.rows
    assert own.private_value.tolist() == [150.0, 160.0, 170.0]
    assert own.no_policy_profit == pytest.approx(own.private_value * own.required_permits)


def test_nothing_is_sold_at_a_reserve_price_nobody_can_pay():
    for values in ({"reserve_price": 300.0}, {"phi": 1.0, "bid_limit": "trading_price"}):
        chains = played(**SMALL | values).firms.rows
        assert (chains.award == 0).all() and (chains.auction_payment == 0).all()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"price_cap": 90.0}, "price_cap = 90.0 €/t: below reserve_price = 100.0 €/t"),
        ({"private_values": "150,160"}, "2 numbers for 5 chains"),
        ({"private_values": "150,cheap"}, "must be positive numbers"),
        ({"private_value_min": 230.0}, "above private_value_max"),
        ({"instance": "nowhere.json"}, "no such file"),
        ({"population": "drawn", "problem_set": "s3"}, "did you mean"),
    ],
)
def test_bad_values_are_explained(values, message):
    with pytest.raises(ParameterError, match=message):
        SupplyChains(**values, rng=1)
