"""Presentation of the auctions of escape permits."""

from agents.farms.pollutants import POLLUTANTS
from model.views.presentation import present

present(
    "escape_permits",
    words={"firms": "farms"},
    speed=5,
    key_numbers=(
        *(f"clock_price_{pollutant}" for pollutant in POLLUTANTS),
        *(f"excess_demand_{pollutant}" for pollutant in POLLUTANTS),
        "provisional_revenue",
        "rounds",
        "auction_revenue",
        "auction_efficiency",
    ),
)
