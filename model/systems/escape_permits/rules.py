"""What happens to permits of one pollutant after the auction, as compiled rules."""

from learning.jit import rule
from model import accounts

LEDGER = {
    "award": "award",
    "auction_payment": "payment",
    "valve": "valve",
    "emissions": "emissions",
    "permits": "permits",
}
"""Columns of farms under the names of `settle`, and what they are called, with a pollutant's name behind."""
ISSUER = ("permits", "issued", "surrendered", "expired")
"""The same for the regulator, whose names differ by the pollutant's only."""


@rule
def settle(farms, government, supply, valve_price):
    """Issue ``supply`` permits, lots, deliver those sold, let farms hand in what they emit; the rest expires."""
    accounts.issue(government, supply)
    accounts.settle_auction(farms, government)
    for farm in farms:
        accounts.sell(farm, government, farm.valve, farm.valve * valve_price)
        accounts.hand_in(farm, government, min(farm.emissions, farm.permits))
    accounts.expire(farms, government)


@rule
def pay_abatement(farms, government):
    """Let farms pay for their abatement."""
    for farm in farms:
        accounts.buy_goods(farm, government, farm.abatement_cost)
