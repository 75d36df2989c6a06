"""Farms as bidders for packages of escape permits: several pollutants, abated jointly [Goyal]."""

from agents.farms.pollutants import for_each_pollutant
from agents.population import Column, Member
from learning.knobs import Settings, knob, settings
from learning.registry import Registry

FARMS = Registry("kind of farm")


@FARMS.register("farm")
@for_each_pollutant(
    baseline=("lots", "emissions without abatement"),
    correlation=("lots/lot", "abated with a lot of the first pollutant"),
    demand=("lots", "in its package demanded at the clock prices of the round"),
    award=("lots", "permits it won in the auction that closed in this round"),
    payment=("€", "its part of the farm's payment for its package"),
    valve=("lots", "permits it bought from the safety valve"),
    permits=("lots", "permits on its account"),
    emissions=("lots", "emissions after abatement"),
)
class Farm(Member):
    """A farm that bids straightforwardly: its best package, and others at the same surplus [Goyal].

    It proposes bids; only the regulator awards. Amounts are millionths of a euro. A subclass with a ``bid`` of its
    own is a farm in plain Python. Results of an auction are 0 except in the round in which that auction closes.
    """

    Settings = Settings

    surplus = Column("€", "value of its headline demand at the clock prices, less their price")
    eligibility = Column(
        "points", "the largest headline demand its activity still allows; 0 without an activity rule"
    )
    bids = Column("1", "packages it has bid for in this auction")
    leading = Column("€", "its bid in the provisional allocation")

    award = Column("lots", "permits it won, of all pollutants")
    auction_payment = Column("€", "payment for its permits in the auction")
    value = Column("€", "abatement cost its permits save")
    profit = Column("€", "value less payment, of auction and safety valve")
    valve_payment = Column("€", "payment for permits from the safety valve")
    abatement_cost = Column("€", "cost of abating the emissions that its permits do not cover")
    cash = Column("€", "money on its account since the first auction")

    @classmethod
    def waits(cls, settings, row):
        """Rounds of an auction in which farm number ``row`` demands nothing."""
        return 0

    def bid(self, market):
        """Propose ``(headline, amount)`` for this round.

        headline : number of the package demanded at ``market.auction.price``; amount : int64[K], a bid for every
        package, -1: none. A sealed-bid auction reads the amounts only.
        """
        return market.straightforward_bid(self.row)


@settings
class SniperSettings(Settings):
    """Settings of `Sniper`."""

    waits: int = knob(
        10, low=0, high=1000, unit="rounds", help="rounds of an auction in which it demands nothing"
    )
    every: int = knob(
        2,
        low=1,
        high=1000,
        help="one farm in so many waits, others bid at once; 1: all wait; 2: just those of the second kind",
    )


@FARMS.register("sniper")
class Sniper(Farm):
    """Hides its demand in the first rounds to keep prices low, which activity rules are meant to prevent.

    In these rounds it makes no bid, not even zero for the empty package, which would let the auction close without it.
    """

    Settings = SniperSettings

    @classmethod
    def waits(cls, settings, row):
        """``waits`` rounds for every ``every``-th farm; 0 for the others."""
        return settings.waits if (row + 1) % settings.every == 0 else 0
