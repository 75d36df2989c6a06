"""Presentation of the auctions among firms with private costs."""

from model.views.presentation import present

present(
    "two_tier",
    key_numbers=(
        "clearing_price",
        "revenue",
        "total_profit",
        "efficiency",
        "equal_split_efficiency",
        "dri_marginal",
        "quantity_reduction",
        "cap",
    ),
)
