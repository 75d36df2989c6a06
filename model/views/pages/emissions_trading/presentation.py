"""Presentation of the market over years."""

from model.views.presentation import present

present(
    "emissions_trading",
    speed=2,
    by_run=True,
    without=(
        "prices",
        "revenue_and_profit",
        "award_concentration",
        "compared_prices",
        "compared_revenue",
        "compared_profit",
    ),
    tabs=(("market",), ("firms",), ("network",)),
    key_numbers=(
        "carbon_price",
        "bank",
        "emissions",
        "abatement",
        "abatement_cost",
        "revenue",
        "windfall",
        "fines",
    ),
    labels={
        "carbon_price": "Price of a permit",
        "bank": "Permits banked",
        "emissions": "Emissions, total",
        "abatement": "Emissions avoided, total",
        "abatement_cost": "Cost of abatement, total",
        "revenue": "Auction revenue, total",
        "windfall": "Value of free permits, total",
        "fines": "Fines, total",
    },
)
