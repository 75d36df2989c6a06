"""Bidders that choose a price and a volume from a grid, and may learn which bid pays best."""

from functools import lru_cache

import numpy as np

from agents.population import Column, Member
from learning.jit import rule
from learning.knobs import Settings
from learning.rows import natural

PRICE_GRIDS = ENDS, LEFT, MIDDLE = "ends", "left", "middle"
"""Ways to choose prices from a range: equally spaced with both ends; or the range is cut into as many equal cells as
there are prices, and each price is the left end, or the middle, of its cell. Both papers cut the range "equally" and
leave open which price of a cell is bid [Esmaeili2021, Section 3.2; Esmaeili2022, Section 5]."""


def price_shares(step, steps, price_grid):
    """Positions in their range, from 0 to 1, of the prices number ``step`` (int64[m], from 0) of ``steps``."""
    if price_grid == LEFT:
        return step / steps
    if price_grid == MIDDLE:
        return (step + 0.5) / steps
    return step / (steps - 1) if steps > 1 else np.ones(len(step))


@lru_cache(maxsize=8)
def shares_on_grid(price_steps, volume_steps, price_grid=ENDS):
    """Positions in their ranges, from 0 to 1, of price and volume of every possible bid, float64[actions, 2].

    Action 0 is the lowest price and volume; further actions raise the volume first [Esmaeili2021, Section 3.2]. Prices
    and volumes are equally spaced; of volumes both ends are included. A table, because the three divisions of a bid
    would take a twentieth of a round.
    """
    price_step, volume_step = np.divmod(np.arange(price_steps * volume_steps), volume_steps)
    return np.stack(
        [price_shares(price_step, price_steps, price_grid), volume_step / max(volume_steps - 1, 1)], axis=-1
    )


@rule
def grid_bid(low_price, high_price, low_volume, high_volume, action, shares):
    """Bid ``(price €/t, volume t)`` of an action; shares : `shares_on_grid`."""
    price_share, volume_share = shares[natural(action), 0], shares[natural(action), 1]
    price = low_price + price_share * (high_price - low_price)
    return price, low_volume + volume_share * (high_volume - low_volume)


class GridBidder(Member):
    """A buyer of permits in a sealed-bid auction with a secondary market. Only the model moves permits or money.

    A subclass with a ``bid`` (and ``learn``) of its own is a bidder in plain Python; see `agents/README.md`.
    """

    Settings = Settings

    required_permits = Column("t", "permits it would use if they cost nothing")
    private_value = Column("€/t", "profit per permit, the most it would pay [Esmaeili2021, Eq. 2.2]")
    held = Column("t", "permits it holds before the auction")
    highest_price = Column("€/t", "highest price it may bid")
    lowest_volume = Column("t", "smallest volume it may bid")
    highest_volume = Column("t", "largest volume it may bid")

    action = Column("1", "position of its bid among the possible ones; -1 for a bid outside them")
    bid_price = Column("€/t", "price it bids per permit")
    bid_volume = Column("t", "permits it bids for")
    award = Column("t", "permits it gets in the auction")
    auction_payment = Column("€", "payment in the auction")
    net_demand = Column(
        "t", "permits it still needs after the auction; below zero: has too many [Esmaeili2021, Eq. 2.9]"
    )
    bought = Column("t", "permits bought on the secondary market; below zero: sold")
    trade_payment = Column("€", "what it pays for them; below zero: receives")
    best_bid_changed = Column(
        "1",
        "1 if the period changed which bid it holds for best in the state it bid in; NaN while nobody learns",
    )
    emissions = Column("t", "what it emits")
    shortfall = Column("t", "emissions not covered by permits")
    penalty_payment = Column("€", "fine for the shortfall")
    profit = Column("€", "profit of the period [Esmaeili2021, Eqs. 3.5-3.6; Esmaeili2022, Eq. 10]")
    permits = Column("t", "permits on its account")
    cash = Column("€", "money on its account since the first period")

    def bid(self, market):
        """Propose ``(price €/t, volume t)``: the point of the bid grid that the learner chooses in the state."""
        self.action = market.learner.choose_one(
            self.row, market.state, market.chance_of(self.row), market.explore
        )
        return market.bid_of(self.row, int(self.action))

    def learn(self, market):
        """Update the learner with the period's profit, unless the bid was not on the grid."""
        if self.action < 0:
            return
        market.learner.learn_one(
            self.row,
            market.seen_state,
            int(self.action),
            self.profit,
            market.state,
            market.payoffs_of(self.row),
        )

    @classmethod
    def plays_the_learner(cls):
        """Whether the kind bids and learns as this class does, so that a compiled loop can run it."""
        return cls.bid is GridBidder.bid and cls.learn is GridBidder.learn
