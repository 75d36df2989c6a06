"""Whatever the parameters of the supply chains: permits and money are conserved, and the market clears or fines."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.base import LEARNERS
from model import accounts
from model.mechanisms.auctions.base import AUCTIONS
from model.systems.supply_chains import SupplyChains
from tests.contracts.parts import without_file

CLOSE = 1e-9

LIMITS = ("private_value", "withheld"), ("private_value", "offered"), ("trading_price", "offered")
"""Limits of bids and uses of unsold permits with which every cap leaves permits in the market."""


def with_limits(drawn):
    """Parameters of a market from those drawn, with their pair of LIMITS."""
    values, (bid_limit, unsold) = drawn
    return values | {"bid_limit": bid_limit, "unsold": unsold}


markets = st.fixed_dictionaries(
    {
        "population": st.sampled_from(["table_5", "drawn"]),
        "cost_curve": st.sampled_from(["inferred", "steep"]),
        "problem_set": st.just("small"),
        "n_chains": st.integers(1, 4),
        "instance_seed": st.integers(1, 2),
        "phi": st.floats(0.1, 1.5),
        "auction": st.sampled_from(list(AUCTIONS)),
        "learner": st.sampled_from(without_file(LEARNERS)),
        "reserve_price": st.floats(0.0, 140.0),
        "price_cap": st.sampled_from([0.0, 140.0, 200.0]),
        "volume_cap": st.sampled_from([0.0, 100.0, 3000.0]),
        "price_steps": st.integers(1, 8),
        "volume_steps": st.integers(1, 8),
        "price_bins": st.integers(1, 8),
    }
)
markets = st.tuples(markets, st.sampled_from(LIMITS)).map(with_limits)
seeds = st.integers(0, 2**53 - 1)
few = settings(max_examples=30)


def close(a, b, size):
    return bool((np.abs(np.asarray(a) - b) <= CLOSE * (1e-300 + np.asarray(size))).all())


def in_use(government, chains, market):
    """Permits of every period that emissions are equated with, t."""
    return government.cap if market["unsold"] == "offered" else chains.award.sum(-1)


def recorded(market, seed, periods=6):
    """Rows of government (one per period) and chains, and the model."""
    model = SupplyChains(rng=seed, **market)
    model.advance(periods)
    government, chains = model.datacollector.rows()
    return government[:, 0], chains, model


@few
@given(market=markets, seed=seeds)
def test_permits_and_money_are_conserved_after_every_step(market, seed):
    model = SupplyChains(rng=seed, **market)
    for _ in range(5):
        model.step()
        chains, government = model.firms.rows, model.public.rows
        turnover = np.abs(chains.cash).sum() + abs(government.cash[0]) + abs(government.product_market[0])
        assert close(accounts.permits_missing(chains, government), 0.0, government.issued[0])
        assert close(accounts.cash_missing(chains, government), 0.0, turnover)


@few
@given(market=markets, seed=seeds)
def test_emissions_are_within_the_permits_in_use_or_fined_at_the_highest_price(market, seed):
    government, chains, model = recorded(market, seed)
    permits, emitted = in_use(government, chains, market), chains.emissions.sum(-1)
    short = np.maximum(emitted - permits, 0.0)
    assert close(chains.shortfall.sum(-1), short, emitted)
    fined = short > CLOSE * 100 * emitted
    assert (government.trading_price[fined] == model.plans.price_max).all()
    assert close(chains.penalty_payment, model.plans.price_max * chains.shortfall, chains.penalty_payment + 1)
    scarce = (government.trading_price > 0) & ~fined
    assert close(emitted[scarce], permits[scarce], 100 * emitted[scarce])  # all of them are used
    least = model.plans.emissions[-1]
    assert (emitted >= least * (1 - CLOSE)).all()


@few
@given(market=markets, seed=seeds)
def test_the_secondary_market_balances(market, seed):
    """The chains together buy what the government sells there: nothing, or a part of what the auction left."""
    government, chains, _ = recorded(market, seed)
    size = (government.secondary_supply + government.secondary_demand)[:, None]
    left = in_use(government, chains, market) - chains.award.sum(-1)
    supply = government.secondary_supply
    served = np.divide(government.traded_volume, supply, out=np.zeros(len(supply)), where=supply > 0)
    assert close(chains.bought.sum(-1), served * left, size[:, 0] + government.cap)
    assert close(np.maximum(chains.bought, 0).sum(-1), government.traded_volume, size[:, 0])
    assert (chains.bought * chains.net_demand >= 0).all()
    assert close(
        chains.trade_payment, government.trading_price[:, None] * chains.bought, np.abs(chains.trade_payment)
    )


@few
@given(market=markets, seed=seeds)
def test_profits_are_value_less_what_is_paid_and_cash_is_their_sum(market, seed):
    """Added over the chains, trades among them cancel [Esmaeili2022, Eq. 10]."""
    _, chains, model = recorded(market, seed)
    paid = chains.abatement_cost + chains.auction_payment + chains.penalty_payment
    size = chains.no_policy_profit + paid + np.abs(chains.trade_payment)
    assert close(chains.profit, chains.no_policy_profit - paid - chains.trade_payment, size)
    if market["unsold"] == "withheld":
        assert close(chains.profit.sum(-1), (chains.no_policy_profit - paid).sum(-1), size.sum(-1))
    assert close(model.firms.rows.cash, chains.profit.sum(0), size.sum(0))
    assert (chains.abatement_cost >= -CLOSE * chains.no_policy_cost - CLOSE).all()


@few
@given(market=markets, seed=seeds)
def test_the_trading_price_follows_from_the_permits_in_use_alone(market, seed):
    """Two periods that use as many have the same price, whoever won them; more never makes it dearer."""
    government, chains, _ = recorded(market, seed, periods=12)
    permits = in_use(government, chains, market)
    order = np.argsort(permits)
    price, permits = government.trading_price[order], permits[order]
    assert (np.diff(price)[np.diff(permits) > CLOSE * 100 * permits[:-1]] <= 0).all()


@few
@given(market=markets, seed=seeds)
def test_steps_and_compiled_periods_agree_to_the_last_bit(market, seed):
    one, other = SupplyChains(rng=seed, **market), SupplyChains(rng=seed, **market)
    one.advance(4)
    for _ in range(4):
        other.step()
    assert one.firms.numbers.tobytes() == other.firms.numbers.tobytes()
    assert one.learner.memory.tobytes() == other.learner.memory.tobytes()
