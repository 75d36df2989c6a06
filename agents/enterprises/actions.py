"""Actions of an enterprise of the grid, one in each step [Wang2024, simulator].

0 nothing, 1 produce, 2 invest, then a bid at each price 0, 1, …, then an ask at each price, then four moves.
"""

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
def order_of(action, max_price):
    """Side (`BID`, `ASK` or 0 for no order) and price of an action.

    >>> order_of(24, 20), order_of(3 + 17, 20), order_of(1, 20)
    ((-1, 0), (1, 17), (0, 0))
    """
    if action < FIRST_BID or action >= first_move(max_price):
        return 0, 0
    if action < first_ask(max_price):
        return BID, action - FIRST_BID
    return ASK, action - first_ask(max_price)


@rule
def move_of(action, max_price):
    """Direction of an action, 0 to 3 as in `MOVES`; -1 if it is no move."""
    direction = action - first_move(max_price)
    return direction if 0 <= direction < len(MOVES) else -1
