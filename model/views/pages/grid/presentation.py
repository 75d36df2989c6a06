"""Presentation of the grid."""

from model.views.presentation import Experiment, Times, present

present(
    "grid",
    title="A small world",
    question="Can a government protect the climate without making people poor?",
    sentence="Enterprises settle, produce, pollute, trade permits and invest on a map, step by step.",
    level="research",
    minutes=25,
    picture="world",
    widest=640,
    basic=(
        "total_permits",
        "penalty",
        "climate_cost",
        "schedule",
        "indicator",
        "issuing",
        "policy",
        "n_firms",
    ),
    experiments=(
        Experiment(
            "Halve the permits",
            change={"total_permits": Times(0.5)},
            metric="settled_shortfall",
            rises=True,
            because="because enterprises emit all the same and pay the fine",
            periods=500,
        ),
        Experiment(
            "Double the fine",
            change={"penalty": Times(2.0)},
            metric="settled_shortfall",
            rises=False,
            because="because a permit or an investment is now cheaper than the fine",
            periods=500,
        ),
        Experiment(
            "Let the climate suffer twice as much",
            change={"climate_cost": Times(2.0)},
            metric="welfare",
            rises=False,
            because="because each tonne without a permit takes away twice as much",
            periods=500,
        ),
    ),
    words={"bids": "order book", "firms": "enterprises"},
    speed=10,
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
