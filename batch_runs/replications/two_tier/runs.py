"""The trainings behind the replication of [TwoTier]: games x formats x seeds, independent PPO bidders.

A seed fixes costs, supply, ties, first weights and experiments, which are the same in all formats, so differences are
paired. Learned bids are measured on new auctions, without noise.
"""

from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import product

import numpy as np
import pandas as pd

from agents.abatement import marginal_value
from agents.bidders.demand_schedule import RATIO
from agents.bidders.policies import truthful_actions
from batch_runs.replications.common.tasks import digest
from learning.policies import Gaussian
from learning.ppo import PPO
from learning.ppo_settings import PPOSettings
from learning.rollout import Games
from model.envs.auction_games import AuctionGame, players_first
from model.metrics import METRICS
from model.streams import Streams
from model.systems.two_tier import TwoTier
from model.systems.two_tier.equilibrium import exploitability
from model.systems.two_tier.params import TwoTierParams

FORMATS = {
    "vcg": {"auction": "vcg"},
    "uniform_hrb": {"auction": "uniform", "uniform.price_rule": "highest_rejected"},
    "uniform_lab": {
        "auction": "uniform",
        "uniform.price_rule": "lowest_accepted",
        "uniform.undersubscribed": "lowest_bid",
    },
    "discriminatory": {"auction": "discriminatory", "discriminatory.undersubscribed": "lowest_bid"},
}
"""Knobs of the formats by name."""
VCG, HRB, LAB, PAY_AS_BID = FORMATS
TITLES = {
    "vcg": "VCG",
    "uniform_hrb": "uniform, HRB",
    "uniform_lab": "uniform, LAB",
    "discriminatory": "discriminatory",
}

INDICES = (
    "efficiency",
    "equal_split_efficiency",
    "dri_marginal",
    "dri_window",
    "tier_difference",
    "quantity_reduction",
    "revenue",
)
YARDSTICK = ("random_efficiency", "random_profit")
"""Efficiency and mean profit per firm, €, of random bids in the same auctions."""
MEASURED = (
    *INDICES,
    "unit_difference",
    "profit",
    "truthful_profit",
    *YARDSTICK,
    "exploitability",
    "auctions_until_truthful",
)
"""Numbers of a training: means over the new auctions in which they exist; the difference of the two in
`shading_by_half`; mean profit per firm, €, with learned bids and with bids as truthful as steps allow; YARDSTICK;
gain of a firm from other prices, share of its profit, in games of at most JUDGED firms; and the auctions after which
|dri_marginal| is first below NEARLY (infinite: never)."""
JUDGED = 5
LEARNING = {
    "batch": 1024,
    "epochs": 4,
    "minibatches": 4,
    "learning_rate": 1e-3,
    "clip": 0.2,
    "entropy": 0.0,
    "noise": 0.2,
    "noise_final": 0.03,
    "hidden": 32,
    "hidden_layers": 2,
    "activation": "tanh",
}
"""Knobs of PPO; the source names the learner only."""
CURVES = ("efficiency", "dri_marginal", "dri_window", "revenue")
NEARLY = 0.05
CURVE_AUCTIONS = 2000
UPDATES_BETWEEN = 4
TYPES = 21
"""Number of costs, evenly spread, at which learned schedules are read."""


def params_of(name, **about):
    """Parameters of the two-tier auction under the format ``name``."""
    return TwoTierParams.from_flat(FORMATS[name] | about)


@dataclass(frozen=True)
class Cell:
    """One training: a game, a format, a seed."""

    n: int
    need: int
    format: str
    seed: int
    samples: int
    auctions: int
    """New auctions on which it is measured."""

    @property
    def params(self):
        """The auction's parameters."""
        return params_of(self.format, n_firms=self.n, need=self.need)

    @property
    def settings(self):
        """Settings of PPO; knobs not named have their defaults."""
        return PPOSettings(
            samples=self.samples,
            **LEARNING,
        )

    @cached_property
    def key(self):
        """Name of the stored result."""
        return digest([asdict(self), self.params.flat(), self.settings.values()], __file__)


def cells(n, need, seeds, samples, auctions):
    """One training per format and seed of a game."""
    return [Cell(n, need, f, s, samples, auctions) for f, s in product(FORMATS, seeds)]


def play(cell):
    """Train and measure one cell.

    Returns ``numbers``, float64[MEASURED]; ``curve``, float64[points, 1 + CURVES], whose first column counts
    auctions; and ``bids``, float64[TYPES, n, need], €/t, as in `learned_bids`.
    """
    game = AuctionGame(cell.params)
    policy = Gaussian(game.actions, mean="sigmoid")
    ppo = PPO(cell.settings, policy, game.observations, game.players, cell.seed)
    curve = train(ppo, game, cell)
    numbers = measured(ppo, game, cell)
    numbers["auctions_until_truthful"] = first_below(curve)
    return {
        "numbers": np.array([numbers[name] for name in MEASURED]),
        "curve": curve,
        "bids": learned_bids(ppo, game),
    }


def train(ppo, game, cell):
    """Train to the end; return the learning curve, float64[points, 1 + CURVES]."""
    dealt = game.deal(Streams(cell.seed)["curve"], CURVE_AUCTIONS)
    points = [(0, *curve_point(ppo, game, dealt))]

    def watch(report):
        if report.updates % UPDATES_BETWEEN == 0 or report.samples >= cell.samples:
            points.append((report.samples, *curve_point(ppo, game, dealt)))

    ppo.train(Games(game), progress=watch)
    return np.array(points, float)


def curve_point(ppo, game, dealt):
    """CURVES of the bids learned so far, on the auctions ``dealt``."""
    observation, worlds = dealt
    game.play(worlds, ppo.best(observation))
    worlds.measure()
    return [known_mean(METRICS[name](None, worlds.rows)) for name in CURVES]


def measured(ppo, game, cell):
    """Numbers of the learned bids, by name, on new auctions."""
    observation, worlds = game.deal(Streams(cell.seed)["evaluation"], cell.auctions)
    situation, actions = worlds.situation(), np.zeros((cell.auctions, cell.n, game.actions))
    truthful_actions(situation.cost, situation.need, situation.top, RATIO, actions)
    worlds.play(actions)
    found = {"truthful_profit": float(worlds.rows.profit.mean())}
    game.play(worlds, ppo.best(observation))
    worlds.measure()
    found |= {name: known_mean(METRICS[name](None, worlds.rows)) for name in INDICES}
    found["profit"] = float(worlds.rows.profit.mean())
    first, second = shading_by_half(worlds)
    found |= random_play(worlds, Streams(cell.seed)["random play"])
    found["exploitability"] = exploited(ppo, cell) if cell.n <= JUDGED else np.nan
    return found | {"unit_difference": second - first}


def random_play(worlds, rng):
    """YARDSTICK by name, from bids equally likely anywhere in their ranges, which replace those of ``worlds``."""
    auctions, n = worlds.rows.profit.shape
    worlds.play(rng.random((auctions, n, 2 * worlds.params.steps)))
    worlds.measure()
    efficiency = known_mean(METRICS["efficiency"](None, worlds.rows))
    return dict(zip(YARDSTICK, (efficiency, float(worlds.rows.profit.mean()))))


class Best:
    """The policy that plays the learned bids in the Mesa model."""

    def __init__(self, ppo):
        self.ppo = ppo

    def act(self, situation, chance):
        """Return actions float64[worlds, n, 2 steps]; ``chance`` is not used."""
        return players_first(self.ppo.best(players_first(situation.observations))).astype(float)


def exploited(ppo, cell):
    """Gain of firms by other prices on a grid of 21, rivals given, share of their profit."""
    model = TwoTier(cell.params, rng=cell.seed)
    model.policy = Best(ppo)
    draws = min(cell.auctions // 50, 100)
    return exploitability(model, types=20, draws=draws, grid=21, seed=cell.seed).share


def known_mean(values):
    """Mean of the known numbers; NaN if there is none."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else np.nan


def unit_bids(worlds, need):
    """Bid, €/t, for each permit a firm needs, 0 if it does not bid for it: float64[worlds, n, need]."""
    price, reached = worlds.schedules.price, worlds.schedules.volume.cumsum(-1)
    step = (reached[..., None, :] < np.arange(1, need + 1)[:, None]).sum(-1)
    none = np.zeros((*price.shape[:2], 1))
    return np.take_along_axis(np.concatenate([price, none], -1), step, -1)


def shading_by_half(worlds):
    """Shading of the first and of the second half of the needed permits; those not bid for count as bids of 0."""
    need = worlds.params.need
    values = worlds.rows.cost[..., None] * (need - np.arange(need))
    bids = unit_bids(worlds, need)
    halves = slice(None, (need + 1) // 2), slice((need + 1) // 2, None)
    return [1.0 - float(bids[..., half].sum() / values[..., half].sum()) for half in halves]


def learned_bids(ppo, game):
    """Learned bid of every firm, €/t, for each permit, at TYPES costs and a supply of half the need."""
    params = game.params
    _, worlds = game.deal(np.random.default_rng(0), TYPES)
    worlds.rows.cost = costs_read(params)[:, None]
    worlds.supply = np.full(TYPES, np.round(0.5 * params.n_firms * params.need))
    observation = players_first(worlds.situation().observations)
    game.play(worlds, ppo.best(observation))
    return unit_bids(worlds, params.need)


def costs_read(params):
    """Costs, €/t², at which schedules are read."""
    return np.linspace(params.cost_min, params.cost_max, TYPES)


def true_values(params):
    """True marginal values, €/t, at those costs: float64[TYPES, need]."""
    need = params.need
    return np.array(
        [[marginal_value(c, float(need), k + 1.0) for k in range(need)] for c in costs_read(params)]
    )


def first_below(curve):
    """Auctions after which |dri_marginal| is first below NEARLY; infinite if never."""
    index = np.abs(curve[:, 1 + CURVES.index("dri_marginal")])
    reached = np.flatnonzero(index < NEARLY)
    return float(curve[reached[0], 0]) if len(reached) else np.inf


def run_table(done):
    """Return one row per training, with MEASURED. ``done`` : pairs (cell, its result)."""
    return pd.DataFrame([asdict(cell) | dict(zip(MEASURED, result["numbers"])) for cell, result in done])
