"""The contract of every kind of trader: one file in `agents/traders` with a registered class passes it."""

import numpy as np
import pytest

from agents.emitters.planning import plan
from agents.traders.trader import TRADERS, Trader
from model import accounts
from model.mechanisms.auctions.base import AUCTIONS
from model.systems.emissions_trading import EmissionsTrading

QUARTERS, CAPITAL = 12, 300.0
PRICES = np.repeat(np.linspace(0.0, 400.0, 81)[:, None], 5, 1)
"""€/t, each for all firms and traders."""
SMALL = {"n_firms": 3, "years": 2, "reserve_price": 0.0, "n_traders": 2, "trader_capital": CAPITAL}

of_every_trader = pytest.mark.parametrize("name", list(TRADERS))


def made(name, **values):
    return EmissionsTrading(rng=8, trader=name, **SMALL | values)


@of_every_trader
def test_permits_wanted_are_numbers_and_never_rise_with_the_price(name):
    model = made(name, trader_capital=50.0)
    for _ in range(5):
        model.step()
    wanted = np.zeros_like(PRICES)
    plan(model.planning, PRICES, model.outlook, 3, 5, wanted)
    assert np.isfinite(wanted).all()
    assert (wanted >= 0.0).all()
    assert (np.diff(wanted, axis=0) <= 1e-9).all()


@of_every_trader
@pytest.mark.parametrize("past", [0.0, 5e-324, 1e-300])
def test_permits_wanted_are_numbers_where_prices_were_next_to_nothing(name, past):
    model = made(name)
    model.step()
    model.room.past_prices[:] = past
    wanted = np.zeros_like(PRICES)
    plan(model.planning, PRICES * 1e-322, model.outlook, 3, 5, wanted)
    assert np.isfinite(wanted).all() and (wanted >= 0.0).all()


@of_every_trader
@pytest.mark.parametrize("exchange", ["call", "order_book"])
def test_they_spend_only_what_they_have_and_sell_only_what_they_hold(name, exchange):
    model = made(name, exchange=exchange, trader_capital=5000.0)
    for _ in range(QUARTERS):
        model.advance(1)
        traders = model.firms.rows[3:]
        assert (traders.cash + traders.credit >= -1e-9 * 5000.0).all()
        assert (traders.permits >= -1e-9).all()
        ledger = model.ledgers()[0]
        assert abs(accounts.permits_missing(*ledger)) < 1e-9 * ledger[1][0].issued
        assert abs(accounts.cash_missing(*ledger)) < 1e-9 * np.abs(model.firms.rows.cash).sum()
    assert isinstance(model.firms[3], Trader)


@of_every_trader
@pytest.mark.parametrize("auction", list(AUCTIONS))
def test_in_auctions_they_bid_for_no_more_than_their_money_pays_for(name, auction):
    model = made(name, years=3, auction=auction, traders_bid=True, trader_capital=40.0, reserve_price=20.0)
    won = 0.0
    for _ in range(QUARTERS):
        before = np.maximum(model.firms.rows.cash + model.firms.rows.credit, 0.0)[3:]
        model.advance(1)
        if model.steps == 1:
            continue  # money of the run comes with its first quarter
        traders = model.firms.rows[3:]
        assert ((model.room.price * model.room.volume).sum(axis=1)[3:] <= before + 1e-9 * 40.0).all()
        assert (traders.auction_payment <= before + 1e-9 * 40.0).all()
        assert (traders.cash + traders.credit >= -1e-9 * 40.0).all()
        ledger = model.ledgers()[0]
        assert abs(accounts.permits_missing(*ledger)) < 1e-9 * ledger[1][0].issued
        assert abs(accounts.cash_missing(*ledger)) < 1e-9 * np.abs(model.firms.rows.cash).sum()
        won += traders.award.sum()
    assert won > 0.01


@of_every_trader
def test_bidding_steps_and_compiled_quarters_agree_to_the_last_bit(name, same_history):
    compiled, stepped = (made(name, traders_bid=True, exchange="order_book") for _ in range(2))
    compiled.advance(QUARTERS)
    for _ in range(QUARTERS):
        stepped.step()
    same_history(stepped, compiled)
    assert compiled.datacollector.rows()[1].award[:, 3:].any()


@pytest.mark.parametrize("exchange", ["regulated", "none"])
def test_they_do_not_bid_where_they_could_not_sell(exchange):
    model = made("value", traders_bid=True, exchange=exchange)
    model.advance(QUARTERS)
    assert not model.datacollector.rows()[1].bid_volume[:, 3:].any()


@of_every_trader
@pytest.mark.parametrize("bids", [False, True])
def test_they_end_a_run_without_permits(name, bids):
    model = made(name, years=10, trader_capital=100.0, traders_bid=bids)
    model.advance(40)
    _, firms = model.datacollector.rows()
    assert firms.permits[:, 3:].max() > 0.5
    assert firms.permits[-1, 3:].max() < 1e-9


@of_every_trader
def test_steps_and_compiled_quarters_agree_to_the_last_bit(name, same_history):
    compiled, stepped = made(name), made(name)
    compiled.advance(QUARTERS)
    for _ in range(QUARTERS):
        stepped.step()
    same_history(stepped, compiled)


def test_traders_change_no_shock_and_several_kinds_share_the_market():
    alone, traded = made("value", n_traders=0), made("value+momentum:2", n_traders=3)
    for model in (alone, traded):
        model.advance(QUARTERS)
    assert traded.names[3:] == ["trader 1", "trader 2", "trader 3"]
    before, after = (model.datacollector.rows()[1].baseline[:, :3] for model in (alone, traded))
    assert before.tobytes() == after.tobytes()


def test_free_permits_are_for_firms_that_emit():
    model = made("value", free_share=1.0, free_rule="equal")
    model.advance(1)
    assert model.firms.rows.free_permits[:3].min() > 0.0
    assert not model.firms.rows.free_permits[3:].any()
