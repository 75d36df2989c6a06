"""Presentation of the firms that learn to bid."""

from model.views.presentation import Experiment, Times, present

present(
    "learning_bidders",
    title="Auction of permits",
    question="Should winners pay one price, or their own bid?",
    sentence="Firms bid for permits, again and again, and learn from what they earn.",
    level="first steps",
    minutes=10,
    speed=2,
    picture="auction_picture",
    basic=("phi", "auction", "reserve_price", "compliance", "penalty", "exchange", "learner", "n_firms"),
    experiments=(
        Experiment(
            "Cut permits by 20 %",
            change={"phi": Times(0.8)},
            metric="clearing_price",
            rises=True,
            because="because the last permit goes to a firm to which it is worth more",
            periods=2_000,
            also=("emission_reduction",),
        ),
        Experiment(
            "Let winners pay their own bids",
            change={"auction": "discriminatory"},
            metric="mean_bid_price",
            rises=False,
            because="because a high bid now costs money: firms learn to bid less than a permit is worth to them",
            periods=2_000,
            also=("revenue", "total_profit"),
            closing="Lower bids can bring the government more: it now gets from each winner that firm's own bid, and "
            "no longer the lowest one served. Which rule brings more depends on the firms; theory names no winner.",
        ),
        Experiment(
            "Accept no bid below 2 €/t",
            change={"reserve_price": 2.0},
            metric="revenue",
            rises=True,
            because="because firms can no longer learn to bid next to nothing together",
            periods=2_000,
        ),
    ),
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
