"""Firms that make one product, emit, and must hold permits for their emissions."""

from agents.grid_bidder import GridBidder
from agents.population import Column
from learning.registry import Registry

FIRMS = Registry("kind of firm")


@FIRMS.register("firm")
class Firm(GridBidder):
    """An emitter that bids for the permits its production needs."""

    selling_price = Column("€/unit", "price of its product [Esmaeili2021, Table 2]")
    unit_cost = Column("€/unit", "production cost [Esmaeili2021, Table 2]")
    emission_intensity = Column("t/unit", "permits needed per unit of product [Esmaeili2021, Table 2]")
    full_output = Column("units", "output if permits were no limit [Esmaeili2021, Table 2]")
    output = Column("units", "what it produces")
    value = Column("€", "margin of its output: the value of its emissions")
    efficient_value = Column("€", "margin of its output where as many emissions are worth most")
