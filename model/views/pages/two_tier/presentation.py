"""Presentation of the auctions among firms with private costs."""

from model.views.presentation import Experiment, Times, present

present(
    "two_tier",
    title="Bidding for less",
    question="Why do firms ask for fewer permits than they need?",
    sentence="Firms bid in schedules of a few steps: too few to tell all, so even honest ones ask for too little.",
    level="some economics",
    minutes=15,
    speed=1,
    picture="schedule_picture",
    basic=("phi", "phi_min", "phi_max", "auction", "reserve_price", "policy", "steps", "n_firms"),
    experiments=(
        Experiment(
            "Sell half as many permits",
            change={"phi_min": Times(0.5), "phi_max": Times(0.5)},
            metric="clearing_price",
            rises=True,
            because="because only the dearest ways to avoid emissions are still worth a permit",
            periods=300,
        ),
        Experiment(
            "Let firms bid what pays best",
            change={"policy": "best_response"},
            metric="quantity_reduction",
            rises=True,
            because="because asking for less lowers the price of everything a firm gets",
            periods=300,
            also=("clearing_price", "total_profit"),
        ),
        Experiment(
            "Let winners pay their own bids",
            change={"auction": "discriminatory"},
            metric="total_profit",
            rises=False,
            because="because honest bidders now hand over nearly all that permits are worth to them",
            periods=300,
        ),
    ),
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
