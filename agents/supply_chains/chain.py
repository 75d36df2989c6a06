"""Supply chains as bidders: a chain's plan depends only on the trading price, its payments on the permits it won."""

import mesa

from agents.government import ExchangeGovernment
from agents.grid_bidder import GridBidder
from agents.population import Column
from learning.registry import Registry

CHAINS = Registry("kind of chain")


@CHAINS.register("supply_chain")
class SupplyChain(GridBidder):
    """A chain of centres, warehouses and zones that buys permits for the emissions of its best plan [Esmaeili2022].

    ``required_permits`` is its TEC, the emissions of the plan that is best when permits cost nothing.
    """

    no_policy_profit = Column(
        "€", "profit when permits cost nothing: private value x TEC [Esmaeili2022, Eq. 2]"
    )
    cost = Column("€", "cost of its plan without permits [Esmaeili2022, Eq. 13]")
    no_policy_cost = Column("€", "cost of the plan that is best when permits cost nothing")
    abatement_cost = Column(
        "€", "cost of the plan less that of the plan that is best when permits cost nothing"
    )
    green_production = Column("share", "units made on green machines")
    green_transport = Column("share", "units carried by green modes, both stages")


class PermitAuthority(ExchangeGovernment):
    """A government whose secondary market is free: the price follows from the chains' plans."""

    marginal_chain = Column("1", "number of the chain between two plans at the trading price; 0: none")
    marginal_share = Column("share", "weight of the cleaner of its two plans")


class Facility(mesa.Agent):
    """A manufacturing centre, warehouse or customer zone of a chain, placed on the map."""

    def __init__(self, model, chain, kind, number):
        """chain, number : from 0; kind : "centre", "warehouse" or "zone"."""
        super().__init__(model)
        self.chain, self.kind, self.number = chain, kind, number
