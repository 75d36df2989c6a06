"""Decisions that firms in plain Python, or a person in a firm's place, make beside their bids; firm by firm.

A firm of another kind leaves them to its behaviour, so they change nothing there.
"""

from itertools import islice

import numpy as np

from model.systems.emissions_trading.exchange import is_true_up
from model.systems.emissions_trading.rules import invest


def emitters_of(market):
    """Iterate over the firms that emit, the first rows; those behind them are traders."""
    return islice(market.firms, market.emitters)


def take_orders(market, true_up=False):
    """Write every firm's order on the exchange, or in the true-up where one is held; ValueError if it is not one."""
    if true_up and not is_true_up(market.government.population.rows, market.setup):
        return
    for firm in emitters_of(market):
        order = firm.order(market, true_up)
        if order is not None and not (np.isfinite(order).all() and order[1] >= 0.0):
            raise ValueError(
                f"firm {firm.row} orders {order}: must be a volume, t, and a limit, €/t, of at least 0"
            )
        market.room.orders[firm.row] = np.nan if order is None else (*order, bought_before(firm, true_up))


def bought_before(firm, true_up):
    """Permits, t, that a firm has bought in the quarter before it orders; the exchange counts from 0."""
    return firm.bought if true_up else 0.0


def take_prices(market, decide):
    """Let every firm set the price up to which it abates or invests: ``decide(firm)``, €/t; ValueError below 0."""
    for firm in emitters_of(market):
        price = decide(firm)
        if not 0.0 <= price < np.inf:
            raise ValueError(
                f"firm {firm.row} abates or invests at {price!r} €/t: must be a price of at least 0"
            )
        firm.worth = price


def abate_as_decided(market):
    """Let every firm set the price up to which it abates, after the exchange."""
    take_prices(market, lambda firm: firm.abate(market))


def invest_as_decided(market):
    """Let every firm begin the projects that pay at the price it sets; its price of abatement stays."""
    firms = market.firms.rows
    abated_to = firms.worth.copy()
    take_prices(market, lambda firm: firm.invest(market))
    invest(firms, market.government.population.rows, market.room, market.setup)
    firms.worth = abated_to
