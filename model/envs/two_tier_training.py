"""Training of all bidders of the two-tier auction by independent PPO; its checkpoint records the market."""

from dataclasses import dataclass

import numpy as np

from learning import checkpoint
from learning.knobs import ParameterError
from learning.policies import Gaussian
from learning.ppo import PPO
from learning.ppo_settings import PPOSettings
from learning.registry import unknown
from learning.rollout import Episodes, Games
from model.envs.auction_games import AuctionGame
from model.envs.auction_worlds import AuctionWorlds
from model.metrics import METRICS
from model.streams import as_seed
from model.systems.two_tier import TwoTier
from model.systems.two_tier.params import TwoTierParams
from model.systems.two_tier.worlds import n_features

SYSTEM = TwoTier.name
UNIT, TRAINED = "auctions", "bidders"
HEADING = "what they have learned, played without noise:"
LENGTHS = "auctions", "episode"
LENGTH_HELP = "its length is --auctions"
PPO_PREFIX = "ppo."
USUAL_EPISODE = 20
"""Default number of auctions per episode where firms see past prices."""
MARKETS = 64
"""Markets played side by side in repeated auctions."""
NOT_TRAINED_IN = ("policy", "ppo_schedule.checkpoint", "collect_every")
"""Parameters without effect on a training."""


@dataclass(frozen=True)
class Training:
    """Market and settings of a training. ``episode``: auctions per episode; 1 is the one-shot auction."""

    params: TwoTierParams
    settings: PPOSettings
    seed: int = 0
    episode: int = 1

    def about(self):
        """Return the training's description as plain values, which checkpoints store."""
        market = {k: v for k, v in self.params.flat().items() if k not in NOT_TRAINED_IN}
        named = {"system": SYSTEM, "parameters": market}
        return named | {"seed": self.seed, "episode": self.episode}

    def source(self):
        """Return the source of experience: single auctions, or markets with several auctions per episode."""
        if self.episode == 1:
            return Known(Games(AuctionGame(self.params)), self.about())
        rng = np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(1,)))
        return Known(Episodes(AuctionWorlds(self.params, MARKETS, self.episode, rng)), self.about())

    def untrained(self):
        """Return untrained bidders: one set of networks each."""
        params = self.params
        policy = Gaussian(actions=2 * params.steps, mean="sigmoid")
        return PPO(self.settings, policy, n_features(params), players=params.n_firms, seed=self.seed)


class Known:
    """A source of experience whose state includes the training's description."""

    def __init__(self, source, about):
        self.source, self.about = source, about

    def collect(self, ppo):
        """Play one batch."""
        return self.source.collect(ppo)

    def state(self):
        """Return the training's description and the source's own state."""
        return self.about | {"state": self.source.state()}

    def restore(self, state):
        """Continue from a `state`."""
        self.source.restore(state["state"])


def train_bidders(params, settings=None, seed=0, out=None, progress=None, *, episode=None, resume=False):
    """Train one set of networks per bidder against each other; returns the trained `PPO`.

    params : `TwoTierParams`; settings : `PPOSettings`, whose ``samples`` are auctions; out : checkpoint for
    policy="ppo_schedule", written now and then and at the end, whole or not at all; progress : called with a
    `learning.ppo.Report` after every update, ends the training early by returning False; episode : auctions
    per episode (1; with history 20). With ``resume``, goes on from ``out``, to the same bits as a training
    never interrupted. ParameterError if ``out`` is of another training.
    """
    episode = episode or usual_episode(params)
    return train(Training(params, settings or PPOSettings(), seed, episode), out, progress, resume)


def usual_episode(params):
    """Default number of auctions per episode: one, or several where firms see past prices."""
    return USUAL_EPISODE if params.history else 1


def train(training, out=None, progress=None, resume=False):
    """Run a `Training`; other arguments as for `train_bidders`."""
    source = training.source()
    if resume:
        check_same(training, read_training(out), out)
        ppo = PPO.load(out, source, samples=training.settings.samples)
    else:
        ppo = training.untrained()
    ppo.train(source, progress, save_to=out)
    return ppo


def read_training(file):
    """Read the `Training` that a checkpoint belongs to; ParameterError if the file is not one of a training."""
    try:
        state = checkpoint.load(file, "ppo")
        about = state["source"]
        if about.get("system") != SYSTEM:
            raise ParameterError(f"{file}: a training of something else than bidders in {SYSTEM}")
        params = TwoTierParams.from_flat(about["parameters"])
        return Training(params, PPOSettings(**state["settings"]), about["seed"], about["episode"])
    except (checkpoint.CheckpointError, KeyError, TypeError) as error:
        raise ParameterError(f"{error}") from None


def training_knobs():
    """Return the knobs of a training by flat name."""
    return {f"{PPO_PREFIX}{name}": declared for name, declared in PPOSettings.knobs().items()}


def is_of_training(name):
    """Return whether a flat name is that of a knob of the training, not of the market."""
    return name.startswith(PPO_PREFIX)


def describe(training):
    """Return market and settings as plain values by heading."""
    about = training.about()
    settings = {"training": training.settings.values(), "episode": training.episode}
    return {"parameters": about["parameters"]} | settings


def length_of(training):
    """Return the auctions of a whole training."""
    return training.settings.samples


def train_to(training, out, progress, resume=False, stop=lambda: False):
    """Train into a checkpoint; return the auctions done. progress : called with them and some words on the present."""

    def report(found):
        return progress(found.samples, f"reward={found.score.mean():.4f}, noise={found.noise:.3f}")

    return train(training, out, report, resume).samples


def rows_of(metrics):
    """Return `learned_indices` as rows of a table."""
    return [
        {"metric": name, "mean": f"{value:.6g}", "unit": METRICS[name].unit, "": METRICS[name].help}
        for name, value in metrics.items()
    ]


def plan_training(begun, parameters, of_training, seed=None, episode=None, auctions=None):
    """Make the `Training` that flat parameters and knobs of PPO (numbers or text) describe.

    begun : the `Training` that supplies everything else, or None. ParameterError for impossible settings.
    """
    params = begun.params.replace(parameters) if begun else TwoTierParams.from_flat(parameters)
    known = training_knobs()
    for name in of_training:
        if name not in known:
            raise ParameterError(str(unknown("parameter", name, known)))
    of_ppo = {name.removeprefix(PPO_PREFIX): value for name, value in of_training.items()}
    if auctions is not None:
        of_ppo["samples"] = auctions
    settings = PPOSettings(**(begun.settings.values() if begun else {}) | of_ppo)
    if seed is None:
        seed = begun.seed if begun else as_seed(None)
    return Training(params, settings, seed, episode or (begun.episode if begun else usual_episode(params)))


def check_same(wanted, found, file):
    """Raise ParameterError naming the first difference between two trainings; their lengths may differ."""
    mine, theirs = _flat(wanted), _flat(found)
    for name in mine | theirs:
        if name != "samples" and mine.get(name) != theirs.get(name):
            problem = f"cannot go on with {name} = {mine.get(name)}"
            raise ParameterError(f"{file}: {problem}, it was begun with {theirs.get(name)}")


def _flat(training):
    about = training.about()
    return about.pop("parameters") | about | training.settings.values()


def learned_indices(file, auctions=2000, seed=0):
    """Compute the mean of every metric over ``auctions`` auctions of a checkpoint's bidders, without noise."""
    params = read_training(file).params
    chosen = {"policy": "ppo_schedule", "ppo_schedule.checkpoint": str(file)}
    if not params.history:
        chosen["costs"] = "every_auction"  # the mean over costs, not one random draw
    model = TwoTier(params.replace(chosen), rng=seed)
    model.advance(auctions)
    return model.summary(auctions)
