"""Market phase of a step: posting, matching and ageing of unit orders for permits [Wang2024]."""

from agents.enterprises.actions import BID, count_actions, order_of
from learning.jit import rule
from model import accounts
from model.mechanisms.exchange.double_auction import FREE, LATE, TRADE, Matching, grow_older, match, post

MEMORY = 0.995
"""Weight of past sales that remains after a step, share."""


@rule
def hold_market(world, setup, actions):
    """Post the orders among the actions, int64[n], in the order of enterprises; match them; age the rest."""
    posted = False
    for i in range(setup.n):
        sales = world.sales[i]
        for price in range(sales.shape[0]):
            sales[price] *= MEMORY
        posted |= post_order(world, setup, i, actions[i])
    world.government[0].trades = 0.0
    if posted:  # a matched book has no further match until an order is posted
        trade(world)
    age_orders(world, setup)


@rule
def post_order(world, setup, i, action):
    """Post the order of enterprise i if its action is an order that it can cover; return whether it did."""
    if action >= count_actions(setup.max_price) and not setup.order_and_act:
        return False
    side, price = order_of(action, setup.max_price)
    firm = world.firms[i]
    if side == 0 or firm.open_orders >= setup.max_orders:
        return False
    if not reserve(firm, side, price):
        return False
    post(world.book, i, side, price, 1, 0)
    firm.open_orders += 1.0
    firm.labour += setup.order_labour
    return True


@rule
def reserve(firm, side, price):
    """Reserve the coins of a bid or the permit of an ask; return whether the enterprise has them."""
    if side == BID:
        if firm.cash < price:
            return False
        accounts.reserve_cash(firm, float(price))
    else:
        if firm.permits < 1.0:
            return False
        accounts.reserve_permits(firm, 1.0)
    return True


@rule
def trade(world):
    """Match the book and settle every trade; the trades remain readable in ``world.trades``."""
    trades, public = world.trades, world.government[0]
    done = match(world.book, Matching(trades, world.desk.lines))
    for k in range(done):
        buyer, seller = world.firms[trades[k, TRADE.buyer]], world.firms[trades[k, TRADE.seller]]
        bid, price = trades[k, TRADE.bid], trades[k, TRADE.price]
        accounts.deliver(buyer, seller, float(bid), float(price))
        count_trade(buyer, seller, price)
        world.sales[trades[k, TRADE.seller], price] += 1.0
        public.trade_price = price
    public.trades = done


@rule
def count_trade(buyer, seller, price):
    """Count a trade of one permit at ``price``, coins, in the statistics of both enterprises."""
    buyer.open_orders -= 1.0
    seller.open_orders -= 1.0
    buyer.purchases += 1.0
    seller.sales += 1.0
    buyer.spent += price
    seller.earned += price


@rule
def age_orders(world, setup):
    """Age all orders and withdraw those past ``order_duration``."""
    late = world.desk.lines
    for k in range(grow_older(world.book, setup.order_duration, late)):
        withdraw(world, late[LATE.trader, k], late[LATE.slot, k])


@rule
def withdraw(world, i, slot):
    """Remove an order from the book and return its coins or permit from escrow."""
    firm, book = world.firms[i], world.book
    if book.side[i, slot] == BID:
        accounts.reserve_cash(firm, -float(book.price[i, slot]))
    else:
        accounts.reserve_permits(firm, -1.0)
    book.side[i, slot] = FREE
    firm.open_orders -= 1.0


@rule
def close_market(world, setup):
    """Empty the book at the start of a period; return the coins of bids (permits of asks have expired already)."""
    world.government[0].trades = 0.0
    for i in range(setup.n):
        for slot in range(setup.max_orders):
            if world.book.side[i, slot] == BID:
                accounts.reserve_cash(world.firms[i], -float(world.book.price[i, slot]))
            world.book.side[i, slot] = FREE
        world.firms[i].open_orders = 0.0
