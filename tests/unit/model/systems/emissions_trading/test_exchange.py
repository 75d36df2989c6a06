"""The exchange of a market over years: order book, regulated price, or none, beside the call."""

import numpy as np
import pytest

from learning.knobs import ParameterError
from model import accounts
from model.systems.emissions_trading import EmissionsTrading
from model.systems.emissions_trading.venues import EXCHANGES

GIVEN = {"reserve_price": 0.0, "free_share": 1.0, "free_rule": "equal"}
"""Permits that many firms have and others need."""


def made(**values):
    """A market with permits given away."""
    return EmissionsTrading(rng=3, **GIVEN | values)


def played(quarters=40, **values):
    """Rows of government and firms of a run with permits given away, and the model."""
    model = made(**values)
    model.advance(quarters)
    government, firms = model.datacollector.rows()
    return government[:, 0], firms, model


def test_orders_trade_at_limit_prices_around_the_estimate():
    government, firms, model = played(exchange="order_book", order_width=0.1)
    traded = government.traded_volume > 0.0
    assert traded.mean() > 0.9
    price = government.trading_price[traded] / government.estimate[traded]
    assert ((price > 0.9 - 1e-3) & (price <= 1.1)).all()
    assert np.isnan(government.trading_price[~traded]).all()
    assert np.allclose(government.trading_price[traded], government.trading_price[traded].round(2), atol=1e-9)
    spread = government.best_ask - government.best_bid
    assert (spread[~np.isnan(spread)] > 0.0).all()
    turnover = np.abs(firms.trade_payment).sum(1) / 2.0
    assert (turnover <= 1.1 * government.estimate * government.traded_volume).all()
    assert abs(accounts.permits_missing(*model.ledgers()[0])) < 1e-9 * 750.0


def test_nobody_pays_more_than_a_permit_is_worth_to_it_or_sells_for_less():
    """With one round every firm trades once by an order of its own, at most what it wants at its limit price."""
    _, firms, _ = played(exchange="order_book", order_rounds=1)
    bought = firms.bought > 1e-9
    sold = firms.bought < -1e-9
    price = np.divide(firms.trade_payment, firms.bought, where=bought | sold, out=np.zeros_like(firms.bought))
    assert bought.sum() > 20 and sold.sum() > 20
    assert (firms.worth[bought] >= price[bought] - 0.011).all()
    assert (firms.worth[sold] <= price[sold] + 0.011).all()


def test_the_order_book_comes_close_to_the_price_of_the_call():
    call, by_orders = (played(exchange=name)[0].carbon_price for name in ("call", "order_book"))
    assert np.abs(by_orders / call - 1.0).mean() < 0.03


def test_more_rounds_leave_less_to_be_gained():
    """What permits are worth to firms differs less the more they trade, and most without an exchange."""
    few, many, none = (
        played(**values)[1].worth.std(1).mean()
        for values in (
            {"exchange": "order_book", "order_rounds": 1},
            {"exchange": "order_book", "order_rounds": 8},
            {"exchange": "none"},
        )
    )
    assert many < few < none


def test_the_regulated_price_is_tied_to_the_auctions():
    government, firms, _ = played(exchange="regulated", free_share=0.5, regulated_margin=0.2)
    traded = government.traded_volume > 0.0
    ratio = government.trading_price[traded] / government.clearing_price[traded]
    scarce = government.secondary_supply[traded] <= government.secondary_demand[traded] * (1.0 + 1e-9)
    assert scarce.any() and not scarce.all()
    assert np.allclose(ratio, np.where(scarce, 1.2, 0.8))
    assert np.allclose(firms.bought.sum(1), 0.0, atol=1e-9)


def test_too_many_firms_for_an_order_book_are_refused():
    params = EmissionsTrading.Params(exchange="order_book", order_rounds=8)
    with pytest.raises(
        ParameterError, match="order_book with 3000 firms: at most 2048 with order_rounds = 8"
    ):
        params.check_orders(3000)


@pytest.mark.parametrize("exchange", EXCHANGES)
def test_firm_by_firm_and_compiled_runs_are_the_same(exchange):
    compiled, stepped = (made(exchange=exchange, n_firms=4) for _ in range(2))
    compiled.advance(6)
    for _ in range(6):
        stepped.step()
    assert compiled.firms.numbers.tobytes() == stepped.firms.numbers.tobytes()
    assert compiled.public.numbers.tobytes() == stepped.public.numbers.tobytes()
