"""Presentation of the auctions among firms with private costs."""

from model.views.presentation import present

present(
    "two_tier",
    labels={
        "equal_split_efficiency": "Efficiency of an equal split",
        "dri_marginal": "Bids below values at the margin",
        "quantity_reduction": "Permits not asked for",
    },
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
