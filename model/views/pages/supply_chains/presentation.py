"""Presentation of the supply chains."""

from model.views.presentation import present

present(
    "supply_chains",
    preparing=("solving the chains' plans", "chain", "programs"),
    key_numbers=(
        "clearing_price",
        "trading_price",
        "revenue",
        "total_profit",
        "emission_reduction",
        "green_production",
        "green_transport",
        "traded_volume",
    ),
)
