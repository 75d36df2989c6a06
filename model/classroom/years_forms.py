"""Forms of the game over years: a bid; or an order, the price up to which to abate, and projects."""

import numpy as np

from model.classroom.fields import button, choice, number
from model.classroom.years_market import NONE, PLAN, TRADES
from model.systems.emissions_trading.plans import highest_price

STEP = 0.1
"""t and €/t: volumes and prices are multiples of it."""


def decision_fields(market, seat):
    """Fields of a seat's form in a `StagedMarket`."""
    seen, advice = (
        market.seen,
        button("advice", "Leave it to my adviser", help="Your adviser does what your firm has planned."),
    )
    top = max(float(np.ceil(highest_price(seen.room))), floor_of(seen))
    most = float(np.ceil(10.0 * seen.setup.planned[0]))
    if market.bids is None:
        return [*bid_fields(floor_of(seen), top, most), advice]
    price = round(min(float(seen.government.estimate), top), 1)
    trade = trade_fields(top, most, price) if seen.params.exchange != NONE else []
    help = "You avoid every tonne that costs less."
    abate = number("abate_price", "Abate up to", "€/t", 0.0, top, step=STEP, value=price, help=help)
    return [*trade, abate, *project_fields(seen, seat, top, price), advice]


def floor_of(seen):
    """Reserve price of the quarter, €/t, rounded up to a price that can be bid."""
    return round(float(np.ceil(seen.government.reserve_price / STEP - 1e-6)) * STEP, 1)


def bid_fields(floor, top, most):
    """Fields of the auction: up to ``top`` €/t and ``most`` t."""
    help = f"From the reserve price, {floor:g} €/t; lower bids win nothing."
    return [
        number("price", "Price", "€/t", 0.0, top, step=STEP, value=floor, help=help),
        number("volume", "Permits", "t", 0.0, most, step=STEP, value=0.0),
    ]


def trade_fields(top, most, price):
    """Fields of the exchange."""
    help = "the worst price that you accept"
    return [
        choice("trade", "On the exchange", TRADES, value=PLAN, help="after the auction"),
        number("trade_volume", "Volume", "t", 0.0, most, step=STEP, value=0.0),
        number("trade_limit", "Limit", "€/t", 0.0, top, step=STEP, value=price, help=help),
    ]


def project_fields(seen, seat, top, price):
    """Field of the projects that a seat has not begun."""
    owned = seen.room.projects.owner == seat
    if not np.isinf(seen.room.projects.works_from[owned]).any():
        return []
    help = "You begin projects that pay at this price. 0: none."
    return [number("project_price", "Projects up to", "€/t", 0.0, top, step=STEP, value=price, help=help)]
