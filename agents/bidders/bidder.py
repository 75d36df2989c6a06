"""Firms of the two-tier auctions: a private quadratic abatement cost, a need of whole permits, a demand schedule."""

from agents.population import Column, Member
from learning.knobs import Settings
from learning.registry import Registry

BIDDERS = Registry("kind of bidder")


@BIDDERS.register("bidder")
class Bidder(Member):
    """An emitter that values permits by the abatement they save [TwoTier]. It proposes a schedule; the model clears.

    A subclass with a ``bid`` of its own is a bidder in plain Python.
    """

    Settings = Settings

    cost = Column("€/t²", "slope of its marginal abatement cost; private")
    need = Column("t", "permits that would save all abatement; private")

    high_price = Column("€/t", "price of the first step of its demand schedule")
    high_volume = Column("t", "volume of the first step")
    low_price = Column("€/t", "price of the last step")
    low_volume = Column("t", "volume of the last step")
    award = Column("t", "permits it gets in the auction")
    auction_payment = Column("€", "payment for its permits in the auction")
    value = Column("€", "abatement cost its permits save")
    profit = Column("€", "value less payment")

    efficient_award = Column("t", "permits it gets in the allocation of highest total value")
    efficient_value = Column("€", "value of the efficient award")
    equal_split_value = Column("€", "value of an equal share of the supply")
    bid_at_margin = Column("€/t", "its bid for the last permit of the efficient award")
    value_at_margin = Column("€/t", "true value of the last permit of the efficient award")
    bid_in_window = Column(
        "€/t", "sum of its bids for the last permit of the efficient award and the next one"
    )
    value_in_window = Column("€/t", "sum of the true values of these two permits")
    high_value = Column("€", "true value of the permits in the first step")
    low_value = Column("€", "true value of the permits in the last step")
    true_demand = Column("t", "permits worth at least the clearing price to it")
    met_demand = Column("t", "true demand, but no more than it bids for at the clearing price")

    permits = Column("t", "permits on its account")
    cash = Column("€", "money on its account since the first auction")

    def bid(self, market):
        """Propose a schedule, ``(prices €/t, volumes t)``, highest first: that of the policy's action."""
        return market.schedule_of(self.row)
