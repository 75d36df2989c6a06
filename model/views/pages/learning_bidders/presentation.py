"""Presentation of the firms that learn to bid."""

from model.views.presentation import present

present(
    "learning_bidders",
    key_numbers=(
        "clearing_price",
        "trading_price",
        "revenue",
        "total_profit",
        "efficiency",
        "emission_reduction",
        "traded_volume",
        "cap",
    ),
)
