"""The runs behind the textbook statements: presets of the dashboard, with changes, over populations.

A population is a seed: it fixes the firms and all random numbers, which are the same in every case that has the same
number of firms.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from batch_runs.replications.common.tasks import digest
from batch_runs.replications.textbook.theory import competitive_price, steps_of
from model.base import SYSTEMS
from model.metrics import METRICS
from model.scenarios import scenarios
from model.systems.bidding.equilibrium import BidGame, relative_exploitability
from model.systems.two_tier.equilibrium import deviations

LEARN, READ_OUT = 10_000, 100
AUCTIONS = 500
"""Auctions of a population whose firms do not learn."""
TYPES, DRAWS = 40, 100
"""Situations of a firm in which other bids are tried, and draws of its rivals in each."""
PROFILES = 20
"""Profiles of rivals' bids to which a truthful bid is tried as a reply."""
BLOCK = 5
"""Populations per task."""
NEVER = 100_000_000
FIRM_COLUMNS = (
    "private_value",
    "required_permits",
    "award",
    "emissions",
    "auction_payment",
    "trade_payment",
    "penalty_payment",
    "profit",
    "value",
    "efficient_value",
    "abatement_cost",
    "no_policy_profit",
)
"""Columns of the firms that are kept, where the system has them."""


# -- one run ---------------------------------------------------------------------------------------------------------


def played(case, params, seed):
    """Let firms learn, then read out: the metrics and the firms' columns of every period."""
    model = SYSTEMS[case.system](params, rng=seed)
    model.advance(case.learn)
    government, firms = model.read_out(case.read_out)
    found = {name: METRICS[name](government, firms) for name in model.metrics}
    return found | {f"firm {name}": firms[name] for name in FIRM_COLUMNS if name in firms.dtype.names}


def while_learning(case, params, seed):
    """Mean revenue, €, of the first `READ_OUT` auctions of firms that learn, ``early``, and of the last, ``late``."""
    model = SYSTEMS[case.system](params.replace({"collect_every": 1}), rng=seed)
    model.advance(case.learn)
    revenue = METRICS["revenue"](*model.datacollector.rows())
    return {"early": revenue[:READ_OUT].mean(), "late": revenue[-READ_OUT:].mean()}


def with_costs(case, params, seed):
    """The same with ``step price``, €/t, and ``step tonnes``, t, of all that chains can avoid."""
    price, tonnes = steps_of(SYSTEMS[case.system](params, rng=seed).curves)
    return played(case, params, seed) | {"step price": price, "step tonnes": tonnes}


def deviating(case, params, seed):
    """Gain of the first firm of two-tier auctions from other prices against truthful rivals.

    Returns its expected gain as a ``share`` of its profit, and the largest gain in any single auction, ``most``, €.
    """
    found = deviations(SYSTEMS[case.system](params, rng=seed), 0, types=TYPES, draws=DRAWS, seed=seed)
    largest = (found.profit - found.own_profit).max()
    return {"share": np.array(found.gain() / found.own_profit.mean()), "most": np.array(largest)}


def deviating_once(case, params, seed):
    """Largest gain of any firm from other bids in one period, a ``share`` of its profit if permits were free."""
    model = SYSTEMS[case.system](params, rng=seed)
    model.advance(1)
    return {"share": relative_exploitability(model).max()}


def deviating_from_truth(case, params, seed):
    """Largest gain from other bids than the truth against any rivals, a ``share`` as in `deviating_once`."""
    model = SYSTEMS[case.system](params, rng=seed)
    model.advance(1)
    game, rng, most = BidGame(model), np.random.default_rng(seed), 0.0
    for actions in rng.integers(game.n_actions, size=(PROFILES, len(game.firms))):
        for i, truth in enumerate(game.sincere):
            game.place(np.where(np.arange(len(actions)) == i, truth, actions))
            payoffs = game.payoffs(i)
            most = max(most, (payoffs.max() - payoffs[truth]) / model.payoff_scale()[i])
    return {"share": np.array(most)}


# -- cases and tasks -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A preset with changes; what is the same for all populations."""

    scenario: str
    changes: tuple = ()
    """Pairs (knob, value)."""
    learn: int = 0
    """Periods played before the read-out."""
    read_out: int = READ_OUT
    reserve_share: float = 0.0
    """Reserve price / competitive price of the population; 0: that of the preset."""
    measure: Callable = played

    @property
    def system(self):
        """Name of the system."""
        return scenarios()[self.scenario].system

    def params(self, seed):
        """Parameters of one population."""
        params = scenarios()[self.scenario].params(**dict(self.changes), collect_every=NEVER)
        if not self.reserve_share:
            return params
        return params.replace({"reserve_price": self.reserve_share * self.competitive_price(params, seed)})

    def competitive_price(self, params, seed):
        """Competitive price of a population, €/t."""
        model = SYSTEMS[self.system](params, rng=seed)
        firms = model.firms.rows
        return competitive_price(firms.private_value, firms.required_permits, model.setup.cap)


def case(scenario, changes=None, **about):
    """Make a `Case`; changes : dict of knobs."""
    return Case(scenario, tuple((changes or {}).items()), **about)


@dataclass(frozen=True)
class Cell:
    """A block of populations of a case: one task."""

    case: Case
    seeds: tuple

    @cached_property
    def key(self):
        """Name of the stored result."""
        c = self.case
        parameters = [c.params(seed).flat() for seed in self.seeds]
        return digest([parameters, self.seeds, c.learn, c.read_out, c.measure.__name__], __file__)


def cells(cases, populations):
    """Return the tasks of all cases over populations 1, 2, …, each case once."""
    seeds = tuple(range(1, populations + 1))
    blocks = [seeds[k : k + BLOCK] for k in range(0, populations, BLOCK)]
    return [Cell(case, block) for case in dict.fromkeys(cases) for block in blocks]


def play(cell):
    """Play every population of the cell; arrays by name, each with a leading axis of populations."""
    c = cell.case
    found = [c.measure(c, c.params(seed), seed) for seed in cell.seeds]
    return {name: np.array([one[name] for one in found]) for name in found[0]}
