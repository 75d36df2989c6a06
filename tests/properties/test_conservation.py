"""Whatever the parameters: permits and money are conserved after every step, and profits add up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.base import LEARNERS
from model import accounts
from model.compliance import COMPLIANCE, produce
from model.mechanisms.auctions.base import AUCTIONS
from model.systems.learning_bidders import LearningBidders
from model.systems.learning_bidders.params import VOLUME_RULES

CLOSE = 1e-9

markets = st.fixed_dictionaries(
    {
        "phi": st.floats(0.01, 2.0),
        "auction": st.sampled_from(list(AUCTIONS)),
        "learner": st.sampled_from(list(LEARNERS)),
        "compliance": st.sampled_from(COMPLIANCE),
        "volume_rule": st.sampled_from(VOLUME_RULES),
        "exchange": st.sampled_from(["compulsory", "voluntary"]),
        "penalty": st.floats(0.0, 100.0),
        "reserve_price": st.floats(0.0, 2.0),
        "trade_margin": st.floats(0.0, 0.99),
        "n_firms": st.integers(1, 40),
        "price_steps": st.integers(1, 8),
        "volume_steps": st.integers(1, 8),
        "price_bins": st.integers(1, 8),
        "uniform.undersubscribed": st.sampled_from(["lowest_bid", "reserve"]),
        "discriminatory.price_weights": st.sampled_from(["bids", "awards"]),
    }
)
seeds = st.integers(0, 2**53 - 1)


def some_market(market, seed):
    """A model with these parameters."""
    return LearningBidders(rng=seed, **market)


def recorded(market, seed, periods=8):
    """Rows of government and firms of a model with these parameters, and the model."""
    model = some_market(market, seed)
    model.advance(periods)
    return *model.datacollector.rows(), model


def close(a, b, size):
    return bool((np.abs(np.asarray(a) - b) <= CLOSE * (1e-300 + np.asarray(size))).all())


@given(market=markets, seed=seeds)
def test_permits_and_money_are_conserved_after_every_step(market, seed):
    model = some_market(market, seed)
    for _ in range(5):
        model.step()
        firms, government = model.firms.rows, model.public.rows
        turnover = np.abs(firms.cash).sum() + abs(government.cash[0]) + abs(government.product_market[0])
        assert close(accounts.permits_missing(firms, government), 0.0, government.issued[0])
        assert close(accounts.cash_missing(firms, government), 0.0, turnover)


@given(market=markets, seed=seeds)
def test_what_is_sold_is_within_the_cap_and_the_bids(market, seed):
    government, firms, _ = recorded(market, seed)
    assert (firms.award.sum(-1) <= government.cap[:, 0] * (1 + CLOSE)).all()
    assert (firms.award <= firms.bid_volume * (1 + CLOSE)).all()
    assert (firms.award >= 0).all()


@given(market=markets, seed=seeds)
def test_nobody_pays_above_its_bid_and_losers_pay_nothing(market, seed):
    _, firms, _ = recorded(market, seed)
    assert (firms.auction_payment <= firms.award * firms.bid_price * (1 + CLOSE)).all()
    assert (firms.auction_payment[firms.award == 0] == 0).all()


@given(market=markets, seed=seeds)
def test_bids_lie_between_reserve_and_private_value(market, seed):
    _, firms, model = recorded(market, seed)
    bidding = firms.bid_volume > 0
    low, high = model.params.reserve_price, model.firms.rows.private_value
    assert (firms.bid_price >= low * (1 - CLOSE))[bidding].all()
    assert (firms.bid_price <= high * (1 + CLOSE))[bidding].all()


@given(market=markets, seed=seeds)
def test_the_secondary_market_balances(market, seed):
    government, firms, model = recorded(market, seed)
    size = government.secondary_supply + government.secondary_demand
    assert close(firms.bought.sum(-1), 0.0, size[:, 0])
    traded = np.minimum(government.secondary_supply, government.secondary_demand)[:, 0]
    assert close(np.maximum(firms.bought, 0).sum(-1), traded, size[:, 0])
    assert (government.traded_volume[:, 0] == traded).all()
    assert (firms.bought <= np.maximum(firms.net_demand, 0.0) + CLOSE * firms.required_permits).all()
    assert (firms.bought >= -firms.award * (1 + CLOSE)).all()
    price = government.trading_price
    assert (np.isnan(price[:, 0]) <= (firms.bought == 0).all(-1)).all()  # no price, no trade
    assert close(firms.trade_payment, np.nan_to_num(price) * firms.bought, np.abs(firms.trade_payment))
    if model.params.exchange == "compulsory":
        assert (firms.bought * firms.net_demand >= 0).all()
        assert (np.abs(firms.bought) <= np.abs(firms.net_demand) * (1 + CLOSE)).all()
        assert not np.isnan(price).any()


@given(market=markets, seed=seeds)
def test_nobody_loses_by_voluntary_trade(market, seed):
    """Nobody buys above what a permit is worth to it, or sells a permit below what it is worth to it; where nothing is
    traded no price is quoted.
    """
    government, firms, model = recorded(market | {"exchange": "voluntary"}, seed)
    price, worth = np.nan_to_num(government.trading_price), model.setup.worth
    buys = firms.bought > CLOSE * firms.required_permits
    assert (price <= worth * (1 + CLOSE))[buys].all()
    parts_with_required = firms.award + firms.bought < np.minimum(firms.award, firms.required_permits) * (
        1 - CLOSE
    )
    assert (price >= worth * (1 - CLOSE))[parts_with_required].all()
    assert (np.isnan(government.trading_price[:, 0]) == (government.traded_volume[:, 0] == 0)).all()
    above, penalty = model.setup.fined_above, model.params.penalty
    for t, i in np.ndindex(firms.shape):
        firm = firms[t, i]
        alone = produce(firm, firm.award, above, penalty)
        without = alone[4] - alone[3] - firm.auction_payment
        assert firm.profit >= without - CLOSE * (1.0 + abs(without) + firm.value)


@given(market=markets, seed=seeds)
def test_emissions_are_covered_or_fined(market, seed):
    _, firms, model = recorded(market, seed)
    held = firms.award + firms.bought
    size = firms.required_permits
    assert close(firms.emissions - firms.shortfall, np.minimum(held, firms.required_permits), size)
    assert (firms.output <= firms.full_output * (1 + CLOSE)).all()
    assert close(firms.emissions, firms.emission_intensity * firms.output, size)
    if model.params.compliance == "curtail":
        assert (firms.shortfall == 0).all()
    else:
        assert close(
            firms.penalty_payment, model.params.penalty * firms.shortfall, model.params.penalty * size
        )


@given(market=markets, seed=seeds)
def test_efficiency_is_a_share_of_the_best_use_of_cap_or_emissions(market, seed):
    """0 <= efficiency <= 1; the best use has no more emissions than the cap, or than were actually made."""
    government, firms, model = recorded(market, seed)
    efficiency = np.array(model.datacollector.model_vars["efficiency"])
    assert ((efficiency >= 0) & (efficiency <= 1 + CLOSE)).all()
    emitted = firms.efficient_value / firms.private_value
    limit = np.maximum(government.cap[:, 0], firms.emissions.sum(-1))
    assert (emitted.sum(-1) <= limit * (1 + CLOSE)).all()
    assert (firms.value >= 0).all() and (emitted <= firms.required_permits * (1 + CLOSE)).all()


@given(market=markets, seed=seeds)
def test_nobody_who_chooses_does_worse_than_standing_still(market, seed):
    """Under best: a profit is at least that of producing nothing once permits are paid for; no bid exceeds the fine."""
    _, firms, model = recorded(market | {"compliance": "best"}, seed)
    paid = firms.auction_payment + firms.trade_payment
    assert (firms.profit >= -paid - CLOSE * (1e-300 + np.abs(paid) + firms.value)).all()
    bidding = firms.bid_volume > 0
    assert (firms.bid_price <= model.params.penalty * (1 + CLOSE))[bidding].all()


@given(market=markets, seed=seeds)
def test_profits_are_margin_less_payments_and_cash_is_their_sum(market, seed):
    """Added over firms, trades cancel: total profit = margins - auction revenue - fines."""
    _, firms, model = recorded(market, seed)
    margin = (firms.selling_price - firms.unit_cost) * firms.output
    size = margin + firms.auction_payment + np.abs(firms.trade_payment) + firms.penalty_payment
    own = margin - firms.auction_payment - firms.trade_payment - firms.penalty_payment
    assert close(firms.profit, own, size)
    total = (margin - firms.auction_payment - firms.penalty_payment).sum(-1)
    assert close(firms.profit.sum(-1), total, size.sum(-1))
    assert close(model.firms.rows.cash, firms.profit.sum(0), size.sum(0))


@given(market=markets, seed=seeds)
def test_prices_are_in_order(market, seed):
    """Reserve <= equilibrium and clearing price <= highest bid, and the trading price within its margin. Where
    winners pay bids that were accepted, they pay at least the lowest of them.
    """
    government, firms, model = recorded(market, seed)
    equilibrium, clearing = government.equilibrium_price[:, 0], government.clearing_price[:, 0]
    assert (equilibrium >= model.params.reserve_price).all()
    assert (clearing >= model.params.reserve_price * (1 - CLOSE)).all()
    if model.params.auction in ("uniform", "discriminatory"):
        assert (clearing >= equilibrium * (1 - CLOSE)).all()
    top = np.maximum(firms.bid_price.max(-1), model.params.reserve_price)
    assert (clearing <= top * (1 + CLOSE)).all()
    if model.params.exchange == "voluntary":
        return
    distance = np.abs(government.trading_price[:, 0] - clearing)
    assert (distance <= model.params.trade_margin * clearing * (1 + CLOSE)).all()


@given(market=markets, seed=seeds)
def test_steps_and_compiled_periods_agree_to_the_last_bit(market, seed):
    one, other = some_market(market, seed), some_market(market, seed)
    one.advance(4)
    for _ in range(4):
        other.step()
    assert one.firms.numbers.tobytes() == other.firms.numbers.tobytes()
    assert one.learner.memory.tobytes() == other.learner.memory.tobytes()


@given(market=markets, seed=seeds, more=st.floats(0.0, 1.0))
def test_with_the_bids_given_a_larger_cap_sells_and_emits_no_less(market, seed, more):
    """The true monotonicity: with bids fixed. Learned bids change with the cap, so nothing is claimed of
    them.
    """
    market = market | {"learner": "truthful", "volume_rule": "required", "phi": min(market["phi"], 1.0)}
    _, tight, _ = recorded(market, seed, periods=1)
    _, loose, _ = recorded(market | {"phi": market["phi"] + more}, seed, periods=1)
    assert (loose.bid_price == tight.bid_price).all()
    assert loose.award.sum() >= tight.award.sum() * (1 - CLOSE)
    assert loose.emissions.sum() >= tight.emissions.sum() * (1 - CLOSE)


@pytest.mark.parametrize("auction", AUCTIONS)
def test_a_cap_that_covers_everything_costs_no_output(auction):
    """phi >= 1 and truthful bids for what is needed: everybody is served, nobody trades, nothing is
    curtailed.
    """
    model = LearningBidders(phi=1.0, learner="truthful", auction=auction, rng=1)
    model.advance(1)
    firms = model.firms.rows
    assert firms.award == pytest.approx(firms.required_permits)
    assert firms.output == pytest.approx(firms.full_output)
    assert model.government.traded_volume == pytest.approx(0.0, abs=1e-6)
