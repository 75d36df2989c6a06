"""Treatments of the order book."""

from learning.knobs import ParameterError, Settings, knob, settings
from model import shared_knobs
from model.classroom.rounds import FULL, INFORMATION

EQUAL, CONCENTRATED = ALLOCATIONS = "equal", "concentrated"
TRUTHFUL, ZERO_INTELLIGENCE = BOTS = "truthful", "zero_intelligence"


@settings
class OrderBookSettings(Settings):
    """Treatments of the order book."""

    phi: float = shared_knobs.phi(default=0.5)
    emissions: int = knob(
        6, low=1, high=20, unit="t", help="emissions of each seat without abatement", group="population"
    )
    cost_min: float = knob(
        1.0, low=0.5, high=100.0, unit="€/t²", help="lowest rise of abatement costs drawn", group="population"
    )
    cost_max: float = knob(
        10.0, low=0.5, high=100.0, unit="€/t²", help="highest rise drawn", group="population"
    )
    penalty: float = shared_knobs.penalty(default=40.0, low=1.0, high=1000.0)
    allocation: str = knob(
        EQUAL,
        choices=ALLOCATIONS,
        help="free permits: as many to each seat, or all of them to every second one",
        group="policy",
    )
    information: str = knob(
        FULL,
        choices=INFORMATION,
        help="what all see of the market: the last price, or also the orders, without names",
        group="policy",
    )
    bots: str = knob(
        TRUTHFUL,
        choices=BOTS,
        help="orders of seats that nobody has taken: at what a permit is worth to them, or at any price that brings "
        "no loss",
        source="GodeSunder1993: zero intelligence",
        group="bidding",
    )

    def __post_init__(self):
        super().__post_init__()
        if self.cost_min > self.cost_max:
            raise ParameterError(f"cost_min = {self.cost_min} €/t²: above cost_max = {self.cost_max} €/t²")
