"""What an enterprise of the grid knows besides its surroundings: where each number stands in its row [Wang2024].

Blocks of one number per price (0 to the highest) are named by their first position; the others are single numbers.
"""

from typing import NamedTuple

from learning.jit import rule

GOODS_SCALE = 0.01
"""Permits, projects, coins and summed past sales are shown times this."""


class Senses(NamedTuple):
    """Positions in the row of numbers, for ``prices`` prices; ``length`` in all."""

    average_level: int
    period: int
    others_asks: int
    others_bids: int
    market_rate: int
    own_asks: int
    own_bids: int
    past_sales: int
    level: int
    scale: int
    ability: int
    effective_investments: int
    time: int
    permits: int
    projects: int
    cash: int
    column: int
    row: int
    length: int


@rule
def senses_for(prices):
    """Positions for a market with this many prices: 118 numbers for 21.

    >>> senses_for(21).length
    118
    """
    own = 3 + 5 * prices
    return Senses(
        0,
        1,
        2,
        2 + prices,
        2 + 2 * prices,
        3 + 2 * prices,
        3 + 3 * prices,
        3 + 4 * prices,
        own,
        own + 1,
        own + 2,
        own + 3,
        own + 4,
        own + 5,
        own + 6,
        own + 7,
        own + 8,
        own + 9,
        own + 10,
    )
