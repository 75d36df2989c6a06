"""Presentation of the auctions of escape permits."""

from agents.farms.pollutants import POLLUTANTS
from model.views.presentation import Experiment, Times, present

present(
    "escape_permits",
    title="Farms and two pollutants",
    question="How are permits for pollutants that come together best sold?",
    sentence="Two farms bid in an auction whose prices rise round by round, for greenhouse gas and nutrients at once.",
    level="research",
    minutes=20,
    picture="clock_prices",
    basic=(
        "mechanism",
        "phi",
        "phi_nutrient",
        "phi_ammonia",
        "reserve_price",
        "increment_ghg",
        "increment_nutrient",
        "n_farms",
    ),
    experiments=(
        Experiment(
            "Sell each pollutant by itself",
            change={"mechanism": "separate_uniform"},
            metric="auction_efficiency",
            rises=False,
            because="because a farm that avoids one pollutant avoids some of the other, which separate bids cannot say",
            periods=600,
        ),
        Experiment(
            "Halve the permits for nutrients",
            change={"phi_nutrient": Times(0.5)},
            metric="joint_abatement_cost",
            rises=True,
            because="because farms must avoid more of both",
            periods=600,
        ),
        Experiment(
            "Let the clocks tick twice as fast",
            change={"increment_ghg": Times(2.0), "increment_nutrient": Times(2.0)},
            metric="rounds",
            rises=False,
            because="because prices reach the level sooner at which demand fits the cap",
            periods=600,
        ),
    ),
    words={"firms": "farms"},
    speed=2,
    key_numbers=(
        *(f"clock_price_{pollutant}" for pollutant in POLLUTANTS),
        "rounds",
        "auction_revenue",
        "surplus",
        "auction_efficiency",
        "joint_abatement_cost",
    ),
    at_present=tuple(f"clock_price_{pollutant}" for pollutant in POLLUTANTS),
)
