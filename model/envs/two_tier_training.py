"""Training of all bidders of the two-tier auction by independent PPO; its checkpoint knows the market."""

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
from model.streams import as_seed
from model.systems.two_tier import TwoTier
from model.systems.two_tier.params import TwoTierParams
from model.systems.two_tier.worlds import n_features

SYSTEM = TwoTier.name
USUAL_EPISODE = 20
"""Auctions per episode where firms see past prices, unless told otherwise."""
MARKETS = 64
"""Markets played side by side in repeated auctions."""
NOT_TRAINED_IN = ("policy", "ppo_schedule.checkpoint", "collect_every")
"""Parameters that play no part in a training."""


@dataclass(frozen=True)
class Training:
    """What a training is of. ``episode``: auctions per episode; 1 is the one-shot auction."""

    params: TwoTierParams
    settings: PPOSettings
    seed: int = 0
    episode: int = 1

    def about(self):
        """The same as plain values, kept in checkpoints."""
        market = {k: v for k, v in self.params.flat().items() if k not in NOT_TRAINED_IN}
        named = {"system": SYSTEM, "parameters": market}
        return named | {"seed": self.seed, "episode": self.episode}

    def source(self):
        """Where experience comes from: single auctions, or markets of several."""
        if self.episode == 1:
            return Known(Games(AuctionGame(self.params)), self.about())
        rng = np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(1,)))
        return Known(Episodes(AuctionWorlds(self.params, MARKETS, self.episode, rng)), self.about())

    def untrained(self):
        """Bidders that know nothing yet: one set of networks each."""
        params = self.params
        policy = Gaussian(actions=2 * params.steps, mean="sigmoid")
        return PPO(self.settings, policy, n_features(params), players=params.n_firms, seed=self.seed)


class Known:
    """A source of experience whose state says what it is of."""

    def __init__(self, source, about):
        self.source, self.about = source, about

    def collect(self, ppo):
        """Play one batch."""
        return self.source.collect(ppo)

    def state(self):
        """What it is of, and the source's own state."""
        return self.about | {"state": self.source.state()}

    def restore(self, state):
        """Go on from a `state`."""
        self.source.restore(state["state"])


def train_bidders(params, settings=None, seed=0, out=None, progress=None, *, episode=None, resume=False):
    """Train one set of networks per bidder against each other; the trained `PPO`.

    params : `TwoTierParams`; settings : `PPOSettings`, whose ``samples`` are auctions; out : checkpoint for
    policy="ppo_schedule", written now and then and at the end, whole or not at all; progress : called with a
    `learning.ppo.Report` after every update, ends the training early by returning False; episode : auctions
    per episode (1; with history 20). With ``resume``, goes on from ``out``, to the same bits as a training
    never interrupted. ParameterError if ``out`` is of another training.
    """
    episode = episode or usual_episode(params)
    return train(Training(params, settings or PPOSettings(), seed, episode), out, progress, resume)


def usual_episode(params):
    """Auctions per episode unless told otherwise: one, or some where firms look back at prices."""
    return USUAL_EPISODE if params.history else 1


def train(training, out=None, progress=None, resume=False):
    """Do a `Training`; everything else as `train_bidders`."""
    source = training.source()
    if resume:
        check_same(training, read_training(out), out)
        ppo = PPO.load(out, source, samples=training.settings.samples)
    else:
        ppo = training.untrained()
    ppo.train(source, progress, save_to=out)
    return ppo


def read_training(file):
    """The `Training` that a checkpoint is of; ParameterError if it is none."""
    try:
        state = checkpoint.load(file, "ppo")
        about = state["source"]
        if about.get("system") != SYSTEM:
            raise ParameterError(f"{file}: a training of something else than bidders in {SYSTEM}")
        params = TwoTierParams.from_flat(about["parameters"])
        return Training(params, PPOSettings(**state["settings"]), about["seed"], about["episode"])
    except (checkpoint.CheckpointError, KeyError, TypeError) as error:
        raise ParameterError(f"{error}") from None


def plan_training(begun, parameters, of_ppo, seed=None, episode=None):
    """The `Training` that flat parameters and knobs of PPO (numbers or text) describe.

    begun : the `Training` to take everything else from, or None. ParameterError for what is not possible.
    """
    params = begun.params.replace(parameters) if begun else TwoTierParams.from_flat(parameters)
    for name in of_ppo:
        if name not in PPOSettings.knobs():
            raise ParameterError(
                str(unknown("parameter", f"ppo.{name}", [f"ppo.{k}" for k in PPOSettings.knobs()]))
            )
    settings = PPOSettings(**(begun.settings.values() if begun else {}) | of_ppo)
    if seed is None:
        seed = begun.seed if begun else as_seed(None)
    return Training(params, settings, seed, episode or (begun.episode if begun else usual_episode(params)))


def check_same(wanted, found, file):
    """ParameterError naming the first thing in which two trainings differ; the length may."""
    mine, theirs = _flat(wanted), _flat(found)
    for name in mine | theirs:
        if name != "samples" and mine.get(name) != theirs.get(name):
            told = f"cannot go on with {name} = {mine.get(name)}"
            raise ParameterError(f"{file}: {told}, it was begun with {theirs.get(name)}")


def _flat(training):
    about = training.about()
    return about.pop("parameters") | about | training.settings.values()


def learned_indices(file, auctions=2000, seed=0):
    """Means of every metric over ``auctions`` auctions of a checkpoint's bidders, without noise; by name."""
    params = read_training(file).params
    chosen = {"policy": "ppo_schedule", "ppo_schedule.checkpoint": str(file)}
    if not params.history:
        chosen["costs"] = "every_auction"  # the mean over costs, not the luck of one draw
    model = TwoTier(params.replace(chosen), rng=seed)
    model.advance(auctions)
    return model.summary(auctions)
