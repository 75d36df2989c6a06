"""The runs behind the replication of [Esmaeili2021]: populations x phi x format x learner x reading.

A population is a seed: it fixes the firms and all random numbers, which are the same in both formats, at all phi and
under all readings, so differences are paired.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
import pandas as pd

from batch_runs.replications.common.invasion import RANDOM
from batch_runs.replications.common.tasks import digest
from learning.shares import one_among
from model import systems  # noqa: F401 - registers the system
from model.base import SYSTEMS
from model.scenarios import scenarios
from model.systems.bidding.equilibrium import pure_equilibria, relative_exploitability
from model.systems.bidding.settling import LAST_PART, settling
from model.systems.learning_bidders import LearningBidders

FORMATS = ("uniform", "discriminatory")
LEARNERS = ("q_learning", "roth_erev", "modified_roth_erev")
YARDSTICK = "truthful"
"""Learner of the cells in which equilibria are searched; these depend on the game only, not on the learner."""
MAIN = "esmaeili2021"
ROUNDS = 10_000
READ_OUT = 100
STARTS = 3
NEVER = 100_000_000

EQUILIBRIUM = ("equilibria", "equilibrium_low", "equilibrium_mean", "equilibrium_high", "equilibrium_profit")
METRICS = (*LearningBidders.metrics, "bid_variance", "exploitability", *EQUILIBRIUM)
"""Columns of a run: means over the read-out, of ``best_bid_changes`` over the last tenth of learning; then the
variance of the firms' mean bid prices, (€/t)², `mean_exploitability` and `equilibrium_numbers`."""

FIRM_COLUMNS = (
    "private_value",
    "required_permits",
    "full_output",
    "lowest_volume",
    "highest_volume",
    "bid_price",
    "bid_volume",
    "award",
    "bought",
    "emissions",
    "profit",
    "marginal",
    "below_value",
    "price_position",
    "volume_position",
)
"""Columns of a firm in a run: means over the read-out; the last four as defined in `firm_means`."""


@dataclass(frozen=True)
class Cell:
    """All populations of one reading, learner, format and phi: one task."""

    reading: str
    learner: str
    auction: str
    phi: float
    seeds: tuple
    rounds: int = ROUNDS
    read_out: int = READ_OUT
    starts: int = 0
    """Number of profiles from which pure equilibria are searched."""

    @property
    def params(self):
        """Parameters of the runs."""
        return scenarios("learning_bidders")[self.reading].params(
            auction=self.auction, learner=self.learner, phi=self.phi, collect_every=NEVER
        )

    @cached_property
    def key(self):
        """Name of the stored result; readings that differ only in an unused learner share it."""
        parameters = self.params.flat()
        return digest([parameters, self.seeds, self.rounds, self.read_out, self.starts], __file__)


def cells(readings, learners, phis, seeds, rounds=ROUNDS):
    """Return every cell of the product, and those of the equilibria; ``phis`` float, ``seeds`` int."""
    seeds = tuple(seeds)
    learned = [Cell(r, k, a, f, seeds, rounds) for r, k, a, f in product(readings, learners, FORMATS, phis)]
    games = [Cell(r, YARDSTICK, a, f, seeds, 0, 1, STARTS) for r, a, f in product(readings, FORMATS, phis)]
    return learned + games


def among(invader, others):
    """Value of ``learner`` by which the first firm learns by the rule ``invader`` and the rest by ``others``."""
    return one_among(invader, others, LearningBidders.Params().n_firms)


def comparisons(reading, phis, seeds, rounds=ROUNDS):
    """Return the cells of one reading in which firms bid at random, or one learns in another way than all others."""
    q_learning, roth_erev = LEARNERS[:2]
    learners = (RANDOM, among(q_learning, roth_erev), among(roth_erev, q_learning))
    return [Cell(reading, k, a, f, tuple(seeds), rounds) for k, a, f in product(learners, FORMATS, phis)]


def play(cell):
    """Let every population of the cell learn, then read out the learned bids.

    Returns ``model``, float64[populations, METRICS], and ``firms``, float64[populations, firms,
    FIRM_COLUMNS].
    """
    params = cell.params
    both = [play_one(params, seed, cell) for seed in cell.seeds]
    return {"model": np.array([row for row, _ in both]), "firms": np.array([firms for _, firms in both])}


def play_one(params, seed, cell):
    """Play one population; return metrics float64[METRICS] and firms float64[firms, FIRM_COLUMNS]."""
    model = SYSTEMS["learning_bidders"](params, rng=seed)
    learn(model, cell.rounds)
    settled = settling(model)
    government, firms = shown = model.read_out(cell.read_out)
    found = shown.summary()
    if settled:  # in a greedy read-out nobody learns
        found["best_bid_changes"] = settled.changes
    found["bid_variance"] = firms.bid_price.mean(0).var()
    if cell.learner == LEARNERS[0]:
        found["exploitability"] = mean_exploitability(model, firms)
    if cell.starts:
        found |= equilibrium_numbers(pure_equilibria(model, starts=cell.starts))
    return np.array([found.get(name, np.nan) for name in METRICS]), firm_means(
        government, firms, params.reserve_price
    )


def learn(model, rounds):
    """Let firms learn for ``rounds`` rounds, and collect the last tenth, which shows whether they settle."""
    usual, last = model.collect_every, rounds // LAST_PART
    model.advance(rounds - last)
    model.collect_every = 1
    model.advance(last)
    model.collect_every = usual


def firm_means(government, firms, reserve_price):
    """Means over the read-out, float64[firms, FIRM_COLUMNS].

    marginal : share of periods in which the firm's accepted bid is the equilibrium price;
    below_value : share of periods in which it bids below its private value;
    price_position : (bid price - reserve) / (private value - reserve); volume_position : the same of volumes.
    """
    served = firms.award > 0.0
    derived = {
        "marginal": served & (firms.bid_price == government.equilibrium_price),
        "below_value": firms.bid_price < firms.private_value,
        "price_position": position(firms.bid_price, reserve_price, firms.private_value),
        "volume_position": position(firms.bid_volume, firms.lowest_volume, firms.highest_volume),
    }
    columns = [derived[name] if name in derived else firms[name] for name in FIRM_COLUMNS]
    return np.array([column.mean(0) for column in columns]).T


def position(value, low, high):
    """Position of ``value`` between ``low`` (0) and ``high`` (1)."""
    return (value - low) / (high - low)


def mean_exploitability(model, firms):
    """Most a firm could gain by another bid of its grid, % of its full margin: mean over firms and read-out.

    Greedy bids repeat, so each different profile is evaluated once and weighted by the number of its periods.
    """
    _, first, counts = np.unique(firms.action, axis=0, return_index=True, return_counts=True)
    gains = [100.0 * relative_exploitability(model, firms[k]).mean() for k in first]
    return float(np.average(gains, weights=counts))


def equilibrium_numbers(found):
    """Return EQUILIBRIUM: number of equilibria found, their clearing prices, €/t, and mean profit per firm, €."""
    if not found:
        return {"equilibria": 0.0}
    prices = [e.clearing_price for e in found]
    profit = float(np.mean([e.profit for e in found]))
    return dict(zip(EQUILIBRIUM, (len(found), min(prices), float(np.mean(prices)), max(prices), profit)))


def run_table(done):
    """Return one row per run, with METRICS. ``done`` : pairs (cell, its result)."""
    return pd.concat(
        [_labelled(cell, result["model"], METRICS, cell.seeds) for cell, result in done], ignore_index=True
    )


def firm_table(done):
    """Return one row per run and firm, with FIRM_COLUMNS."""
    frames = []
    for cell, result in done:
        populations, n, _ = result["firms"].shape
        frame = _labelled(
            cell, result["firms"].reshape(populations * n, -1), FIRM_COLUMNS, np.repeat(cell.seeds, n)
        )
        frame.insert(5, "firm", np.tile(np.arange(n), populations))
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _labelled(cell, numbers, names, seeds):
    frame = pd.DataFrame(numbers, columns=list(names))
    for name in ("phi", "auction", "learner", "reading"):
        frame.insert(0, name, getattr(cell, name))
    frame.insert(4, "seed", seeds)
    return frame
