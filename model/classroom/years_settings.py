"""Treatments of the game over years: those parameters of `emissions_trading` that a class can follow."""

from dataclasses import replace

from agents.emitters.behaviours import BEHAVIOURS
from agents.emitters.planning import behaviour_of
from learning.knobs import Settings, knob, settings
from model.systems.emissions_trading.params import EmissionsTradingParams

KNOBS = EmissionsTradingParams.knobs()
TONNES = 20.0
"""Planned emissions per seat in the first year, t."""
SPREAD = 0.3
"""Spread of the sizes of firms: standard deviation of their logarithms."""
PROJECT_COST = 12.5, 50.0
"""Lowest and highest cost of a project, €/t avoided in each quarter of a run: those of the system over ten years."""


def like_the_system(name, default=None, **other):
    """Declare a knob as `emissions_trading` does, but for its default and ``other``."""
    default = KNOBS[name].default if default is None else default
    return knob(**vars(replace(KNOBS[name], default=default, **other)))


@settings
class YearsSettings(Settings):
    """Treatments of a market over years."""

    years: int = like_the_system("years", 4, high=15)
    quarters: int = like_the_system("quarters", 1, high=4)
    cap_first: float = like_the_system("cap_first", 0.9)
    cap_last: float = like_the_system("cap_last", 0.5)
    free_share: float = like_the_system("free_share", 0.2)
    free_rule: str = like_the_system("free_rule")
    banking: bool = like_the_system("banking")
    auction: str = like_the_system("auction")
    reserve_price: float = like_the_system("reserve_price", 20.0)
    exchange: str = like_the_system("exchange", choices=("call", "none"))
    penalty: float = like_the_system("penalty")
    projects: int = like_the_system("projects", high=3)
    common_spread: float = like_the_system("common_spread")
    own_spread: float = like_the_system("own_spread")
    choke_mean: float = like_the_system("choke_mean", low=20.0, high=1000.0)
    demand_change: float = like_the_system("demand_change")
    demand_change_in: int = like_the_system("demand_change_in", 3)
    bots: str = knob(
        "outlook",
        choices=tuple(name for name in BEHAVIOURS if behaviour_of(name)),
        help="how firms plan whose seats nobody has taken",
        group="bidding",
    )

    def __post_init__(self):
        super().__post_init__()
        self.params(seats=2)  # ParameterError for values that are not allowed together

    def params(self, seats):
        """Parameters of the market with a firm per seat; projects work after a quarter, and pay at usual prices."""
        shared = {name: value for name, value in self.values().items() if name in KNOBS}
        run = self.years * self.quarters
        market = {"n_firms": seats, "baseline": TONNES * seats, "size_spread": SPREAD, "behaviour": self.bots}
        projects = {
            "project_lead": 1,
            "project_cost_min": PROJECT_COST[0] * run,
            "project_cost_max": PROJECT_COST[1] * run,
        }
        return EmissionsTradingParams.from_flat(shared | market | projects)
