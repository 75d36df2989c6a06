"""Presentation of the supply chains."""

from model.views.presentation import Experiment, Times, present

present(
    "supply_chains",
    title="Green supply chains",
    question="How dear must permits get before companies avoid emissions?",
    sentence="Five supply chains bid for permits, and avoid emissions wherever that costs less than a permit.",
    level="some economics",
    minutes=20,
    speed=2,
    picture="auction_picture",
    basic=("phi", "auction", "reserve_price", "price_cap", "volume_cap", "unsold", "learner", "population"),
    experiments=(
        Experiment(
            "Cut permits by 20 %",
            change={"phi": Times(0.8)},
            metric="trading_price",
            rises=True,
            because="steeply, because the cheap ways to avoid emissions are used up",
        ),
        Experiment(
            "Let winners pay their own bids",
            change={"auction": "discriminatory"},
            metric="price_paid",
            rises=True,
            because="because the chains learn to shade their bids, but not enough",
        ),
        Experiment(
            "Allow no bid above 140 €/t",
            change={"price_cap": 140.0},
            metric="revenue",
            rises=False,
            because="because the highest bids are cut",
        ),
    ),
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
