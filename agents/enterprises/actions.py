"""Actions of an enterprise of the grid, one in each step [Wang2024, simulator].

0 nothing, 1 produce, 2 invest, then a bid at each price 0, 1, …, then an ask at each price, then four moves. Where
enterprises may order and act in one step, numbers beyond these are an action and an order beside it.
"""

import numpy as np

from learning.jit import rule

NOTHING, PRODUCE, INVEST, FIRST_BID = 0, 1, 2, 3
BID, ASK = 1, -1
MOVES = ((0, -1), (0, 1), (-1, 0), (1, 0))
"""Left, right, up, down, as (rows, columns)."""


@rule
def first_ask(max_price):
    """Action that asks at price 0; before it comes a bid for each price from 0 to ``max_price``."""
    return FIRST_BID + max_price + 1


@rule
def first_move(max_price):
    """Action that moves left."""
    return FIRST_BID + 2 * (max_price + 1)


@rule
def count_actions(max_price):
    """Number of actions: 49 for prices up to 20."""
    return first_move(max_price) + len(MOVES)


@rule
def with_order(act, order, max_price):
    """Number of the action that does ``act`` and posts ``order``, an action too, in the same step; 0: no order."""
    return act + count_actions(max_price) * order


@rule
def act_of(action, max_price):
    """Action of the list without the order beside it."""
    count = count_actions(max_price)
    return action if action < count else action % count


def count_with_orders(max_price):
    """Number of actions where every one may have an order beside it."""
    return count_actions(max_price) * first_move(max_price)


def acts_and_orders(max_price):
    """Actions that are no orders, and orders with 0, none, before them: int64[7] and int64[1 + 2 prices]."""
    move = first_move(max_price)
    acts = np.array([NOTHING, PRODUCE, INVEST, *range(move, count_actions(max_price))])
    return acts, np.array([NOTHING, *range(FIRST_BID, move)])


@rule
def order_of(action, max_price):
    """Side (`BID`, `ASK` or 0 for no order) and price of an action's order.

    >>> order_of(24, 20), order_of(3 + 17, 20), order_of(1, 20), order_of(with_order(1, 24, 20), 20)
    ((-1, 0), (1, 17), (0, 0), (-1, 0))
    """
    count = count_actions(max_price)
    if action >= count:
        action = action // count
    if action < FIRST_BID or action >= first_move(max_price):
        return 0, 0
    if action < first_ask(max_price):
        return BID, action - FIRST_BID
    return ASK, action - first_ask(max_price)


@rule
def move_of(action, max_price):
    """Direction of an action, 0 to 3 as in `MOVES`; -1 if it is no move."""
    direction = act_of(action, max_price) - first_move(max_price)
    return direction if 0 <= direction < len(MOVES) else -1
