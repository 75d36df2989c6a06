"""Presentation of the grid."""

from model.views.presentation import present

present(
    "grid",
    words={"bids": "order book", "firms": "enterprises"},
    speed=20,
    key_numbers=(
        "welfare",
        "equality",
        "mean_utility",
        "episode_emissions",
        "emission_level",
        "settled_shortfall",
        "permit_price",
        "certified_projects",
    ),
)
