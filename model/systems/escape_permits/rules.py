"""Compiled rules for the permits of one pollutant after the auction."""

from learning.jit import rule
from model import accounts

LEDGER = {
    "award": "award",
    "auction_payment": "payment",
    "valve": "valve",
    "emissions": "emissions",
    "permits": "permits",
}
"""Columns of farms: the name that `settle` uses, and the column's own name without its pollutant suffix."""
ISSUER = ("permits", "issued", "surrendered", "expired")
"""Columns of the regulator that `settle` uses; their own names add the pollutant suffix only."""


@rule
def settle(farms, government, supply, valve_price):
    """Issue ``supply`` permits, lots, deliver those sold, surrender permits for emissions; the rest expires."""
    accounts.issue(government, supply)
    accounts.settle_auction(farms, government)
    for farm in farms:
        accounts.sell(farm, government, farm.valve, farm.valve * valve_price)
        accounts.hand_in(farm, government, min(farm.emissions, farm.permits))
    accounts.expire(farms, government)


@rule
def pay_abatement(farms, government):
    """Pay each farm's abatement cost from its cash."""
    for farm in farms:
        accounts.buy_goods(farm, government, farm.abatement_cost)
