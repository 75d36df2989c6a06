"""Governments: the issuer of permits, with the market's public numbers and the public accounts."""

from agents.population import Column, Member


class Government(Member):
    """The one government of a model. Its columns are the auction's public numbers and the public accounts."""

    cap = Column("t", "permits issued in the period [Esmaeili2021, Eq. 2.1]")
    clearing_price = Column("€/t", "auction price, as the auction format defines it")
    equilibrium_price = Column("€/t", "lowest accepted bid: that of the marginal bidder")

    permits = Column("t", "permits not sold")
    cash = Column("€", "auction revenue and fines since the first period")
    issued = Column("t", "permits issued since the first period")
    surrendered = Column("t", "permits handed in since the first period")
    expired = Column("t", "permits cancelled unused since the first period")
    product_market = Column(
        "€", "net receipts of customers and suppliers since the first period: minus the firms' margins"
    )

    @staticmethod
    def cap_proposal(phi, required):
        """Propose the cap, t: the share ``phi`` of the permits required without regulation [Esmaeili2021, Eq. 2.1]."""
        return phi * required


class TradingGovernment(Government):
    """A government that also publishes the numbers of a secondary market."""

    secondary_supply = Column("t", "permits offered on the secondary market [Esmaeili2021, Eq. 2.10]")
    secondary_demand = Column("t", "permits sought on the secondary market [Esmaeili2021, Eq. 2.9]")
    traded_volume = Column("t", "permits traded on the secondary market: the smaller of supply and demand")
    trading_price = Column(
        "€/t", "price of the secondary market [Esmaeili2021, Eq. 2.13; Esmaeili2022, Section 4.4]"
    )


class ExchangeGovernment(TradingGovernment):
    """A government that also shows the last price to bidders who learn."""

    state = Column("1", "bin of the last clearing price, which every bidder sees")


class CapGovernment(Government):
    """A government of the grid: caps emissions period by period, fines, and places certified projects [Wang2024]."""

    clock = Column("steps", "steps since the episode began")
    period = Column("1", "compliance period, as the simulator counts: clock // length")
    penalty = Column("coins/t", "fine per tonne that is not covered at the end of a period")
    project_permits = Column("1", "certified projects placed in the period, a permit each")
    unplaced = Column("1", "number of these projects that found no blank cell")
    average_level = Column("share", "mean emission level at the end of the last period")
    remaining = Column("t", "permits of the episode that are left to allocate; only for active governments")

    written_off = Column("t", "missing permits forgiven at the starts of periods, in the episode")
    endowed = Column("coins", "coins that enterprises began the episode with")

    permits_sold = Column("t", "permits sold by auction in the step")
    auction_proceeds = Column("coins", "payments of enterprises in auctions since the episode began")

    green_projects = Column("1", "certified projects built")
    trades = Column("t", "permits traded in the step", flow=True)
    trade_price = Column("coins/t", "price of the last trade")
    equality = Column("share", "1 - Gini index of the enterprises' coins, corrected for their number")
    welfare = Column("coins", "equality x mean coins x effect of uncovered emissions on the climate")
    welfare_if_settled = Column("coins", "welfare, had the permits missing now been settled as shortfall")
    reward = Column("coins", "change of welfare in the step", flow=True)
    positive_steps = Column(
        "steps", "steps of all episodes with a positive mean reward, which set the pace of labour's cost"
    )
    labour_weight = Column("share", "weight of labour in the utilities of the step")
