"""Bidders that choose a price and a volume from a grid, and may learn which bid pays best."""

from agents.population import Column, Member
from learning.jit import rule
from learning.knobs import Settings


@rule
def grid_bid(low_price, high_price, low_volume, high_volume, action, price_steps, volume_steps):
    """Bid ``(price €/t, volume t)`` of an action: equally spaced prices x volumes, both ends included.

    Action 0 is the lowest price and volume; further actions raise the volume first [Esmaeili2021, Section 3.2].
    """
    price_step, volume_step = action // volume_steps, action % volume_steps
    price_share = price_step / (price_steps - 1) if price_steps > 1 else 1.0
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
    trade_payment = Column("€", "payment on the secondary market; below zero: receipt")
    emissions = Column("t", "emissions of the period")
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
