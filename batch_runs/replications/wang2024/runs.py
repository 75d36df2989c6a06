"""The episodes behind the replication of [Wang2024]: nine allocation rules x scripted enterprises x seeds.

A seed fixes skills, positions, visiting orders, research and the cells of projects, so rules and populations of one
seed see the same chance and their differences are paired.
"""

from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import product

import numpy as np
import pandas as pd

from agents.enterprises.actions import INVEST, NOTHING, PRODUCE, move_of, order_of
from batch_runs.replications.common.tasks import digest
from model.allocation import INDICATORS, SCHEDULES
from model.issuing import FREE, ISSUING
from model.systems.grid import Grid
from model.systems.grid.params import GridParams
from model.systems.grid.rewards import measure_welfare
from model.systems.grid.state import POLLUTION

RULES = tuple(product(SCHEDULES, INDICATORS))
SHORT = {"size": "SI", "grandfathering": "GF", "benchmarking": "BM"}
HEURISTIC, RANDOM, IDLE = POPULATIONS = ("heuristic", "random_action", "idle")
USUAL, NO_TRADE, FULL, FULL_NO_TRADE = "usual", "no trade", "full labour", "full labour, no trade"
FORMATS = tuple(name for name in ISSUING if name != FREE)
SOLD_RULE = "flat", "size"
"""The rule that says how many permits are sold in a period."""
VARIANTS = {
    USUAL: {},
    NO_TRADE: {"heuristic.most_orders": 0},
    FULL: {"labour_warmup": 0.0},
    FULL_NO_TRADE: {"labour_warmup": 0.0, "heuristic.most_orders": 0},
} | {name: {"issuing": name} for name in FORMATS}
"""What differs from the defaults: heuristic enterprises that keep out of the market; labour at its full weight from
the first step, as at the end of training; both; permits sold by auction."""

CLIMATE_COSTS = (0.2, 0.05)
"""Economy-climate coefficients: that of the source's baselines, and that of its learned government."""

NUMBERS = {
    "welfare at c_e 0.2": "coins",
    "welfare at c_e 0.05": "coins",
    "equality": "share",
    "coins": "coins",
    "emissions": "t",
    "shortfall settled": "t",
    "shortfall left": "t",
    "properties": "",
    "investments": "",
    "projects": "",
    "trades": "t",
    "price": "coins/t",
    "labour": "",
    "utility": "",
    "emission level": "share",
    "fines": "coins",
    "polluted cells": "",
    "largest emission": "t",
    "auction proceeds": "coins",
    "auction price": "coins/t",
    "highest auction price": "coins/t",
}
"""Numbers of an episode and their units. Coins and counts are of all enterprises, labour and utility their means;
left: permits missing at the last step, which no later period settles; price: mean over trades; largest emission: of
one enterprise in one step; auction price: mean over permits sold."""
PERIOD_NUMBERS = ("properties", "missing", "emission level")
"""Numbers of a period at its end: cells produced on in it, t missing, before they are settled, and the mean level."""
ACTIONS = ("no-op", "produce", "invest", "bid", "ask", "move")


def title(rule):
    """Name of a rule as the source has it.

    >>> title(("flat", "size"))
    'flat SI'
    """
    return f"{rule[0]} {SHORT[rule[1]]}"


@dataclass(frozen=True)
class Cell:
    """One episode."""

    schedule: str
    indicator: str
    population: str
    seed: int
    variant: str = USUAL

    @property
    def rule(self):
        """Schedule and indicator."""
        return self.schedule, self.indicator

    @property
    def params(self):
        """Parameters of the grid; all others are the defaults."""
        usual = GridParams(schedule=self.schedule, indicator=self.indicator, policy=self.population)
        return usual.replace(VARIANTS[self.variant])

    @cached_property
    def key(self):
        """Name of the stored result."""
        return digest([asdict(self), self.params.flat()], __file__)


def cells(seeds):
    """One episode per rule, population and seed; variants of some of them."""
    varied = ((HEURISTIC, NO_TRADE), (HEURISTIC, FULL), (HEURISTIC, FULL_NO_TRADE), (RANDOM, FULL))
    played = [*((population, USUAL) for population in POPULATIONS), *varied]
    every = [Cell(*rule, who, s, variant) for rule, (who, variant), s in product(RULES, played, seeds)]
    return every + [Cell(*SOLD_RULE, HEURISTIC, s, name) for name, s in product(FORMATS, seeds)]


def play(cell):
    """Play an episode in a fresh environment; see `measured` for what is kept."""
    model = Grid(cell.params, rng=cell.seed)
    model.advance(cell.params.episode)
    public, firms = model.datacollector.rows()
    public = public[:, 0]
    phase = public.clock.astype(int) % cell.params.period_length
    allocated = phase == 1
    emitted = np.diff(firms.emissions, axis=0, prepend=0.0)
    return {
        "numbers": np.array([*measured(model), emitted.max(), *auctioned(public[allocated])]),
        "actions": shares(firms.action.astype(int).ravel(), cell.params.max_price),
        "listed": firms.listed[allocated],
        "placed": public.project_permits[allocated],
        "periods": ends_of_periods(firms[phase == 0]),
    }


def ends_of_periods(firms):
    """PERIOD_NUMBERS, float64[periods, 3]; firms : their rows at the ends of periods."""
    made = np.diff(firms.properties.sum(1), prepend=0.0)
    return np.stack([made, np.maximum(-firms.permits, 0.0).sum(1), firms.level.mean(1)], axis=1)


def measured(model):
    """NUMBERS of an episode that has ended, up to polluted cells."""
    firms, public = model.firms.rows, model.government
    sold, wealth = firms.sales.sum(), firms.cash + firms.cash_escrow
    yield from (welfare(model, cost) for cost in CLIMATE_COSTS)
    yield from (public.equality, wealth.sum(), firms.emissions.sum(), firms.shortfall.sum())
    yield np.maximum(-firms.permits, 0.0).sum()
    yield from (firms.properties.sum(), firms.investments.sum(), public.green_projects, sold)
    yield firms.earned.sum() / sold if sold else np.nan
    yield from (firms.labour.mean(), firms.utility.mean(), firms.level.mean(), firms.penalty_payment.sum())
    yield model.world.layers[..., POLLUTION].sum()


def auctioned(public):
    """Proceeds, mean and highest price of an episode's auctions; public : the government's rows after each."""
    proceeds, sold = public.auction_proceeds[-1], public.permits_sold
    yield from (proceeds, proceeds / sold.sum() if sold.any() else np.nan)
    yield public.clearing_price[sold > 0].max(initial=0.0)


def welfare(model, climate_cost):
    """Welfare of a model's present state under another economy-climate coefficient, which nobody reacts to."""
    measure_welfare(model.world, model.worlds.setup._replace(climate_cost=climate_cost))
    return model.government.welfare


def shares(actions, max_price):
    """Share of each of ACTIONS in int64[steps x n] choices."""
    kinds = np.bincount([kind_of(int(a), max_price) for a in actions], minlength=len(ACTIONS))
    return kinds / len(actions)


def kind_of(action, max_price):
    """Position of an action in ACTIONS."""
    if action in (NOTHING, PRODUCE, INVEST):
        return action
    side, _ = order_of(action, max_price)
    return 5 if move_of(action, max_price) >= 0 else 3 if side > 0 else 4


def run_table(done):
    """One row per episode. ``done`` : pairs (cell, its result)."""
    return pd.DataFrame(
        [
            asdict(cell) | dict(zip(NUMBERS, result["numbers"])) | dict(zip(ACTIONS, result["actions"]))
            for cell, result in done
        ]
    )
