"""The regulator of several pollutants: issues permits of each, holds the auction, keeps the public accounts."""

from agents.farms.pollutants import for_each_pollutant
from agents.population import Column, Member


@for_each_pollutant(
    cap=("lots", "permits issued for the auction"),
    clock_price=("€/lot", "clock price of the round; the reserve price in sealed bids"),
    demand=("lots", "permits in the packages demanded in the round"),
    provisional=("lots", "permits in the provisional allocation"),
    sold=("lots", "permits sold in the auction that closed in this round"),
    revenue=("€", "revenue from them"),
    valve_sold=("lots", "permits sold by the safety valve"),
    permits=("lots", "permits not sold"),
    issued=("lots", "permits issued since the first auction"),
    surrendered=("lots", "permits handed in since the first auction"),
    expired=("lots", "permits cancelled unused since the first auction"),
)
class Regulator(Member):
    """The one regulator of a model. Results of an auction are 0 except in the round in which that auction closes."""

    pollutants = Column("1", "kinds of permit auctioned")
    clock = Column("1", "1 where prices rise round by round, 0 where bids are sealed")
    auction = Column("1", "number of the auction, from 1")
    clock_round = Column("1", "round of the auction, from 1")
    closed = Column("1", "1 in the round in which the auction closes")
    provisional_revenue = Column("€", "highest revenue possible with the bids of the auction so far")
    value = Column("€", "abatement cost that the permits sold save")
    best_value = Column("€", "highest abatement cost that the cap could save")
    cash = Column("€", "revenue since the first auction")
    product_market = Column("€", "farms' payments for abatement since the first auction")

    @staticmethod
    def cap_proposal(phi, baseline):
        """Propose the cap, whole lots: the share ``phi`` of the emissions without abatement."""
        return round(phi * baseline)
