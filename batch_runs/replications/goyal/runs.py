"""The auctions behind the replication of [Goyal]: cases x formats x instances; an instance is a seed's cost curves."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from agents.farms.curves import MONEY
from batch_runs.replications.common.tasks import digest
from batch_runs.replications.goyal.cases import (
    CLOCK,
    CMRA,
    COMPARED,
    FIRST_PRICE,
    FORMATS,
    OF_CLOCK,
    OF_CMRA,
    OF_FIRST_PRICE,
    SWEEP,
)
from model.mechanisms.combinatorial.cmra import CLOSE_ENOUGH
from model.mechanisms.combinatorial.winners.determination import determine_winners
from model.systems.escape_permits.auction import best_value, play, value_of
from model.systems.escape_permits.comparison import draw_instance, result_of
from model.systems.escape_permits.deviations import best_gains, gain_of_target, surpluses
from model.systems.escape_permits.params import EscapePermitsParams

BLOCK = 50
"""Instances of a task."""
GHG, NUTRIENT = 0, 1
FAULTS = (
    "more sold than the cap",
    "a payment that is not the winner's bid",
    "a package won that was not bid for",
    "a price below the reserve",
    "a payment above the value",
    "less revenue than if somebody were left out",
)
"""Possible faults of a closed CMRA, each counted once per auction."""
CHANGES = (-10.0, -1.0, -0.1, 0.1, 1.0, 10.0)
"""€: by how much one farm alone changes its profit target at the first price."""


@dataclass(frozen=True)
class Extent:
    """Number of instances."""

    instances: int
    """Of the defaults, other rules, correlations and kinds."""
    swept: int
    """Of each configuration of the sweep, and of each closing rule of the English clock."""


@dataclass(frozen=True)
class Cell:
    """A block of instances of one case, played in one or all formats: one task."""

    case: str
    knobs: tuple
    """Pairs (name, value) that differ from the defaults."""
    formats: tuple
    first: int
    count: int

    @property
    def params(self):
        """Parameters of the auction."""
        return EscapePermitsParams.from_flat(dict(self.knobs))

    @property
    def seeds(self):
        """Seeds of the instances."""
        return range(self.first, self.first + self.count)

    @cached_property
    def key(self):
        """Name of the stored result: that of equal parameters, whatever the case is called."""
        return digest([self.params.everything(), self.formats, self.first, self.count], __file__)


def cells(extent):
    """All tasks."""
    return [
        *(c for case in COMPARED.items() for c in _blocks(case, FORMATS, extent.instances)),
        *(c for case in OF_CMRA.items() for c in _blocks(case, (CMRA,), extent.instances)),
        *(c for case in OF_FIRST_PRICE.items() for c in _blocks(case, (FIRST_PRICE,), extent.instances)),
        *(c for case in OF_CLOCK.items() for c in _blocks(case, (CLOCK,), extent.swept)),
        *(c for case in SWEEP.items() for c in _blocks(case, (CMRA,), extent.swept)),
    ]


def _blocks(case, formats, instances):
    name, knobs = case
    for first in range(1, instances + 1, BLOCK):
        yield Cell(name, tuple(knobs.items()), formats, first, min(BLOCK, instances + 1 - first))


def play_block(cell):
    """Play all formats on every instance of a block; arrays with leading axes of instances and formats.

    ``award`` int[S, F, n, m], lots; ``payment`` float[S, F, n, m] and ``value`` float[S, F, n], €; ``efficiency``,
    ``rounds`` float[S, F]; ``supply`` int[S, m]. Where there is a CMRA: its ``faults`` bool[S, FAULTS]; a first price:
    ``gain`` float[S, n], €, the most each farm could gain by other bids, and ``changed`` float[S, 2, CHANGES], €, what
    changes of their surplus target gain the first two.
    """
    params = cell.params
    played = [_play_instance(params, draw_instance(params, seed), cell.formats) for seed in cell.seeds]
    return {name: np.array([one[name] for one in played]) for name in played[0]}


def _play_instance(params, instance, formats):
    best = best_value(instance)
    auctions = {name: play(params.replace({"mechanism": name}), instance) for name in formats}
    results = [result_of(name, auction, instance, best) for name, auction in auctions.items()]
    played = {
        "award": [r.award for r in results],
        "payment": [r.payment for r in results],
        "value": [r.value for r in results],
        "efficiency": [r.efficiency for r in results],
        "rounds": [r.rounds for r in results],
        "supply": instance.terms.supply,
    }
    if CMRA in auctions:
        played["faults"] = faults(auctions[CMRA], instance)
    if FIRST_PRICE in auctions:
        played |= deviations(auctions[FIRST_PRICE], instance)
    return played


def deviations(auction, instance):
    """``gain`` and ``changed`` of a closed first-price auction, as `play_block` gives them."""
    had = surpluses(auction, instance)
    changed = [
        [gain_of_target(auction, instance, i, had[i] + round(each * MONEY)) for each in CHANGES]
        for i in range(2)
    ]
    return {"gain": best_gains(auction, instance) / MONEY, "changed": np.array(changed) / MONEY}


def faults(auction, instance):
    """Find the FAULTS of a closed CMRA: bool[FAULTS]."""
    terms, outcome, rows = instance.terms, auction.outcome, np.arange(len(instance.value))
    lots, paid = terms.packages.lots[outcome.package], outcome.payment.sum(1)
    bid = auction.book[rows, outcome.package]
    return np.array(
        [
            (lots.sum(0) > terms.supply).any(),
            (paid != bid).any(),
            (bid < 0).any(),
            (paid < lots @ terms.reserve).any(),
            (value_of(instance, outcome.package) < paid).any(),
            paid.sum() < highest_revenue(auction.book, terms) * (1.0 - CLOSE_ENOUGH),
        ]
    )


def highest_revenue(book, terms):
    """Highest revenue of at most one bid of everybody, €/1e6; of two farms by trying all pairs of bids."""
    if len(book) != 2:
        return determine_winners(terms.packages.lots, book, terms.supply, optional=True).revenue
    first, second = (np.flatnonzero(bids > 0) for bids in book)
    lots, bids = terms.packages.lots, np.maximum(book, 0)
    fit = (lots[first][:, None] + lots[second] <= terms.supply).all(-1)
    together = np.where(fit, bids[0, first][:, None] + bids[1, second], 0)
    return max(together.max(initial=0), bids.max())
