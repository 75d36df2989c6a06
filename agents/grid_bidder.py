"""Bidders that choose a price and a volume from a grid, and may learn which bid pays best."""

from agents.population import Column, Member
from learning.jit import rule
from learning.knobs import Settings

PRICE_GRIDS = ("ends", "left", "middle")
"""Ways to choose prices from a range: equally spaced with both ends; or the range is cut into as many equal cells as
there are prices, and each price is the left end, or the middle, of its cell."""
ENDS, LEFT, MIDDLE = range(len(PRICE_GRIDS))


@rule
def price_share_of(step, steps, price_grid):
    """Position in its range, from 0 to 1, of price number ``step`` (from 0) of ``steps``.

    price_grid : ENDS, LEFT or MIDDLE. Both papers cut the range "equally" and leave open which price of a cell is
    bid [Esmaeili2021, Section 3.2; Esmaeili2022, Section 5].
    """
    if price_grid == LEFT:
        return step / steps
    if price_grid == MIDDLE:
        return (step + 0.5) / steps
    return step / (steps - 1) if steps > 1 else 1.0


@rule
def grid_bid(
    low_price, high_price, low_volume, high_volume, action, price_steps, volume_steps, price_grid=ENDS
):
    """Bid ``(price €/t, volume t)`` of an action: equally spaced prices x volumes; of volumes both ends are included.

    Action 0 is the lowest price and volume; further actions raise the volume first [Esmaeili2021, Section 3.2].
    """
    price_step = action // volume_steps
    volume_step = action - price_step * volume_steps  # cheaper than a second division
    price_share = price_share_of(price_step, price_steps, price_grid)
    volume_share = volume_step / (volume_steps - 1) if volume_steps > 1 else 0.0
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
