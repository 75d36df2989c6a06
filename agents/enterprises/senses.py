"""Layout of the numbers an enterprise of the grid observes besides its surroundings [Wang2024].

A block of one number per price (0 to the highest) is named by its first position; the others are single numbers.
"""

from typing import NamedTuple

from learning.jit import rule

GOODS_SCALE = 0.01
"""Factor on permits, projects, coins and the sum of past sales."""


class Senses(NamedTuple):
    """Positions in the row of numbers; ``length`` : numbers in the row."""

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
        average_level=0,
        period=1,
        others_asks=2,
        others_bids=2 + prices,
        market_rate=2 + 2 * prices,
        own_asks=3 + 2 * prices,
        own_bids=3 + 3 * prices,
        past_sales=3 + 4 * prices,
        level=own,
        scale=own + 1,
        ability=own + 2,
        effective_investments=own + 3,
        time=own + 4,
        permits=own + 5,
        projects=own + 6,
        cash=own + 7,
        column=own + 8,
        row=own + 9,
        length=own + 10,
    )


class Recent(NamedTuple):
    """Positions in the row of numbers that the simulator does not show: the fine, and memories of own acts.

    The source's networks remember by themselves; policies without a memory read these.
    """

    penalty: int
    """Fine now, coins/t."""
    action: int
    """Its last action, a position in the list of actions."""
    coming: int
    """Successful investments that have not taken effect yet."""
    quiet: int
    """Steps since its last success or lapse of memory."""


RECENT = Recent(*range(len(Recent._fields)))
