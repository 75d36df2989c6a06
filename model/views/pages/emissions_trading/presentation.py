"""Presentation of the market over years."""

from model.views.presentation import present

present(
    "emissions_trading",
    key_numbers=(
        "carbon_price",
        "foreseen_price",
        "bank",
        "emissions",
        "abatement_cost",
        "revenue",
        "windfall",
        "shortfall",
    ),
)
