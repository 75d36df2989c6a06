"""Parameters of the grid: policy and choices; defaults are those of the source's published episodes."""

import numpy as np

import agents.enterprises.heuristic  # noqa: F401 - registers the heuristic
from agents.enterprises.actions import count_actions, count_with_orders
from agents.enterprises.enterprise import ENTERPRISES
from agents.enterprises.policies import ENTERPRISE_POLICIES
from agents.government_policies import GOVERNMENTS
from learning.knobs import ParameterError, knob, settings
from model import shared_knobs
from model.allocation import INDICATORS, MANUAL, ROUNDINGS, SCHEDULES, numbers, percentages, rank_weights
from model.issuing import FREE, ISSUING
from model.systems.grid.state import Setup
from model.systems.grid.world_params import SOURCE, GridWorldParams

ACTIVE = ("random_decision", "learned")
"""Governments that decide, rather than follow fixed rules."""


@settings
class GridParams(GridWorldParams):
    """Parameters of the grid."""

    government: str = knob(
        "rules",
        choices=GOVERNMENTS,
        help="who allocates: fixed rules, or an active government that decides period by period",
        source=SOURCE,
        group="policy",
    )
    schedule: str = knob(
        "flat",
        choices=(*SCHEDULES, MANUAL),
        help="how permits are spread over periods",
        source=SOURCE,
        group="policy",
    )
    indicator: str = knob(
        "size",
        choices=(*INDICATORS, MANUAL),
        help="what enterprises are ranked by; manual: weights by enterprise",
        source=SOURCE,
        group="policy",
    )
    manual_percentages: str = knob(
        "10",
        help="percentage of all permits for each period, with spaces between; the last one is repeated",
        group="policy",
        when={"schedule": ("manual",)},
    )
    manual_weights: str = knob(
        "1",
        help="weight of each enterprise, with spaces between; the last one is repeated",
        group="policy",
        when={"indicator": ("manual",)},
    )
    rounding: str = knob(
        "down",
        choices=ROUNDINGS,
        help="whole permits, what is cut off lost; whole permits without loss; or fractions",
        source=SOURCE,
        group="policy",
    )
    issuing: str = knob(
        FREE, choices=ISSUING, help="whether permits are given away, or sold in an auction", group="policy"
    )
    reserve_price: float = shared_knobs.reserve_price(
        unit="coins/t", step=0.5, when={"issuing": ("discriminatory", "uniform", "vcg")}
    )
    fixed_penalty: bool = knob(
        True,
        help="whether the penalty is fixed, or an active government chooses it",
        source=SOURCE,
        group="policy",
        when={"government": ACTIVE},
    )
    most_percent: float = knob(
        25.0,
        low=0.0,
        high=100.0,
        unit="%",
        step=1.0,
        help="most of all permits that an active government may allocate to one period",
        source=SOURCE,
        group="policy",
        when={"government": ACTIVE},
    )
    government_actions: str = knob(
        "simulator",
        choices=("simulator", "clean"),
        help="choices of an active government: 102, two of them without effect, or 101, each meaning its number",
        source=SOURCE,
        group="policy",
        when={"government": ACTIVE},
    )
    policy: str = shared_knobs.policy(default="heuristic", choices=ENTERPRISE_POLICIES, group="population")
    enterprise: str = knob("enterprise", choices=ENTERPRISES, help="kind of enterprise", group="population")
    skills: str = knob(
        "drawn",
        choices=("drawn", "evaluation"),
        help="research abilities and sizes: drawn for every episode, or the simulator's five for evaluation, in turn",
        source=SOURCE,
        group="population",
    )
    research: str = knob(
        "exponential",
        choices=("exponential", "logarithmic"),
        help="how levels follow from effective investments",
        source=SOURCE,
        group="research",
    )
    pollution_cells: str = knob(
        "simulator",
        choices=("simulator", "neighbours"),
        help="which cells may be polluted: the simulator's uneven list, or the eight neighbours",
        source=SOURCE,
        group="production",
    )
    utility_in_debt: str = knob(
        "simulator",
        choices=("simulator", "continuous"),
        help="utility below zero coins: with the simulator's jump at zero, or without",
        source=SOURCE,
        group="reward",
    )

    period_name = "step"
    usual_window = 1  # totals of an episode are whole at its end only

    @property
    def usual_periods(self):
        """Steps of one episode."""
        return self.episode

    @property
    def cycle(self):
        """Steps of one episode; the next one begins anew."""
        return self.episode

    @property
    def choices(self):
        """Actions that an enterprise chooses from, numbered from 0; with ``order_and_act``, each with every order."""
        return (count_with_orders if self.order_and_act else count_actions)(self.max_price)

    @property
    def periods(self):
        """Compliance periods of an episode, an unfinished last one included."""
        return -(-self.episode // self.period_length)

    def check(self):
        """Check the limits that involve several knobs."""
        if self.delay >= self.forget:
            raise ParameterError(f"delay = {self.delay} steps: must be below forget = {self.forget} steps")
        if self.n_firms >= self.height * self.width:
            raise ParameterError(
                f"n_firms = {self.n_firms}: must be below the {self.height * self.width} cells of the grid"
            )
        for name in ("manual_percentages", "manual_weights"):
            if getattr(self, name):
                numbers(name, getattr(self, name))  # also where no rule reads them
        percentages(self.schedule, self.periods, self.manual_percentages)
        rank_weights(self.schedule, self.indicator, self.n_firms, self.manual_weights)

    def setup(self):
        """Return the parameters as plain numbers for compiled rules."""
        return self.fill(
            Setup,
            n=self.n_firms,
            margin=self.view,
            symmetric_pollution=self.pollution_cells == "neighbours",
            logarithmic=self.research == "logarithmic",
            continuous_utility=self.utility_in_debt == "continuous",
            active=GOVERNMENTS[self.government].active,
            clean_actions=self.government_actions == "clean",
            rounding=ROUNDINGS.index(self.rounding),
            by_rank=self.indicator != MANUAL,
            indicator=INDICATORS.index(self.indicator) if self.indicator != MANUAL else 0,
            percentages=percentages(self.schedule, self.periods, self.manual_percentages),
            weights=rank_weights(self.schedule, self.indicator, self.n_firms, self.manual_weights),
            auctioned=self.issuing != FREE,
            auction=np.array(self.parts[self.issuing].vector()),
        )
