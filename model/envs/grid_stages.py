"""Stages of a training of the grid: enterprises learn under governments, or a government learns with enterprises.

A stage improves until it is done; its state, taken between two improvements, is all that is needed to go on with it.
"""

import numpy as np

from agents.enterprises.bids import MARKDOWNS
from agents.enterprises.choices import choices_for
from agents.enterprises.compact import COMPACT
from agents.government_demand import INPUTS, ignore_others
from learning.categories import Categories
from learning.cloning import clone
from learning.cross_entropy import CrossEntropy
from learning.draws import uniform
from learning.frozen import TANH, Network
from learning.ppo import PPO
from learning.registry import Registry
from learning.rollout import Batch, Episodes
from model.envs.grid_episodes import play_episodes
from model.envs.grid_governments import LearnedGovernments
from model.envs.grid_players import (
    UTILITY_SCALE,
    WELFARE_SCALE,
    BidWorlds,
    CategoryWorlds,
    EnterpriseWorlds,
    GovernmentWorlds,
)
from model.envs.grid_scores import HEURISTIC, usual_policy

GOVERNMENT_LEARNERS = Registry("learner of a government")
DEMONSTRATIONS, CLONING_EPOCHS, CLONING_RATE, CLONING_PART = 2, 6, 3e-3, 2000
"""Episodes in every world that the heuristic shows; passes over them, step size and size of minibatches."""
ADAPTING = {"learning_rate": 8e-4, "entropy": 0.001}
"""Knobs of PPO for enterprises that go on learning: large steps would undo what they know."""
OF_GOVERNMENT = {
    "noise": 0.3,
    "noise_final": 0.05,
    "minibatches": 4,
    "epochs": 4,
    "gamma": 1.0,
    "hidden": 32,
    "hidden_layers": 1,
    "learning_rate": 3e-3,
}
"""Knobs of PPO for a government, which decides once per compliance period."""
OF_BIDS = {"minibatches": 4, "hidden": 32, "gamma": 1.0, "entropy": 0.01, "entropy_final": 0.001}
"""Knobs of PPO for bids, one per compliance period."""
WORLDS_OF_PPO = 8
"""Worlds of a government's PPO for each in which the cross-entropy method tries a rule."""
GENERATION = 2
"""Beside a stage's seed, that of the worlds of its generations; 0 and 1 are those of learner and episodes."""


class EnterpriseStage:
    """All enterprises share a policy and improve it by PPO; it begins as a copy of the heuristic, or from scratch.

    training : `model.envs.grid_training.GridTraining`; network : float32[1, all] of a PPO to go on from, or None.
    """

    def __init__(self, training, governments, updates, seed, network=None, stop=lambda: False):
        p, s = training.params, training.settings
        batch = s.worlds * p.n_firms * p.episode
        self.params, self.total, self.stop = p, updates, stop
        self.ppo = PPO(
            training.ppo_settings(updates * batch, batch, **{} if network is None else ADAPTING),
            choices_for(p.max_price, p.order_and_act).policy,
            COMPACT,
            seed=np.random.SeedSequence([*seed, 0]),
        )
        rng = np.random.default_rng([*seed, 1])
        self.worlds = EnterpriseWorlds(p, governments, s.worlds, rng, s.regime, stop)
        self.episodes = Episodes(self.worlds)
        self.clones = network is None and s.start == "clone"
        if network is not None:
            self.ppo.network.block.values[:] = network

    @property
    def done(self):
        """Improvements so far."""
        return self.ppo.updates

    def improve(self):
        """Play whole episodes and learn from them; return the mean utility of an episode."""
        if self.clones:
            self._clone_heuristic()
            self.clones = False
        report = self.ppo.improve(self.episodes)
        return float(report.score.mean()) * UTILITY_SCALE

    def _clone_heuristic(self):
        """Let the heuristic play, and fit policy and value to it."""
        shown = usual_policy(self.params, HEURISTIC)
        batch = demonstrate(shown, self.worlds, DEMONSTRATIONS, self.ppo.settings.gamma)
        clone(self.ppo, batch, CLONING_EPOCHS, CLONING_RATE, max(len(batch) // CLONING_PART, 1))

    @property
    def result(self):
        """The enterprises as they are now, as numbers of `learning.frozen.Network`."""
        return Network.of(self.ppo).state()

    def state(self):
        """Everything needed to go on later."""
        return {"clones": self.clones, "ppo": self.ppo.state(), "source": self.episodes.state()}

    def restore(self, state):
        """Go on from a `state`."""
        self.clones = state["clones"]
        self.ppo.restore(state["ppo"])
        self.episodes.restore(state["source"])


def demonstrate(policy, worlds, episodes, gamma):
    """Let a policy play ``episodes`` in `EnterpriseWorlds`; return a `Batch` of its decisions, targets discounted."""
    parts = [_demonstrate_once(policy, worlds, gamma) for _ in range(episodes)]
    observation, action, allowed, target = (np.concatenate(each, axis=1) for each in zip(*parts, strict=True))
    nothing = np.zeros(action.shape, np.float32)
    return Batch(observation, action, nothing, nothing, nothing, target, allowed)


def _demonstrate_once(policy, worlds, gamma):
    """Observations, actions, masks and returns of the decisions of an episode, [1, samples, ...]."""
    turn, rows, rewards, length = worlds.reset(), [], [], worlds.params.episode
    for _ in range(length):
        seen = worlds.batch.seen
        shown = policy.act(seen, uniform(worlds.rng, (*seen.flat.shape[:2], 2))).reshape(1, -1)
        action = worlds.choices.to_drawn(shown)
        rows.append((turn.observation, action, turn.allowed, turn.idle))
        turn = worlds.step(action)
        rewards.append(turn.reward)
    returns = np.array(rewards, np.float32)
    for step in range(length - 2, -1, -1):
        returns[step] += gamma * returns[step + 1]
    acting = [k for k, row in enumerate(rows) if not row[-1]]
    chosen = ([rows[k][j] for k in acting] for j in range(3))
    return *(np.concatenate(part, axis=1) for part in chosen), np.concatenate(
        [returns[k] for k in acting], axis=1
    )


@GOVERNMENT_LEARNERS.register("cross_entropy")
class CrossEntropyStage:
    """A government's linear rule by the cross-entropy method: every point plays the same worlds.

    enterprises : frozen `EnterprisePolicy`; start : numbers of a network like its result to go on from, or None.
    """

    def __init__(self, training, enterprises, seed, start=None, stop=lambda: False):
        self.training, self.enterprises, self.seed, self.stop = training, enterprises, seed, stop
        self.widths = np.array([INPUTS, 1])
        begin = None if start is None or len(start["widths"]) != 2 else start["weights"]
        self.total = training.cross_entropy.generations
        self.search = CrossEntropy(
            training.cross_entropy, INPUTS + 1, np.random.default_rng([*seed, 0]), begin
        )

    @property
    def done(self):
        """Generations so far."""
        return self.search.generation

    def improve(self):
        """Play a generation and move towards its best; return the mean welfare that the mean point earned."""
        s, points = self.training.settings, self.search.draw()
        ignore_others(points, (INPUTS, 1), s.government_weighs)
        worlds = s.government_worlds
        governments = LearnedGovernments(
            self.training.params, self._network(points[0]), np.repeat(points, worlds, 0)
        )
        scores = play_episodes(
            self.training.params,
            self.enterprises,
            governments,
            worlds * len(points),
            seed=[*self.seed, GENERATION, self.done],
            copies=len(points),
            regime=s.government_regime,
            stop=self.stop,
        )
        welfare = (scores.welfare_if_settled if s.settled else scores.welfare).reshape(len(points), worlds)
        self.search.fit(points, welfare.mean(1))
        return float(welfare[0].mean())

    def _network(self, weights):
        return Network(weights, self.widths, TANH)

    @property
    def result(self):
        """The government at the mean of the search, as numbers of `learning.frozen.Network`."""
        mean = self.search.mean.copy()
        ignore_others(mean, (INPUTS, 1), self.training.settings.government_weighs)
        return self._network(mean).state()

    def state(self):
        """Everything needed to go on later."""
        return self.search.state()

    def restore(self, state):
        """Go on from a `state`."""
        self.search.restore(state)


class PPOStage:
    """Base of stages in which one network, ``ppo``, learns from ``episodes`` by PPO, ``total`` improvements."""

    scale = 1.0
    """Score that counts as a reward of 1."""

    @property
    def done(self):
        """Improvements so far."""
        return self.ppo.updates

    def improve(self):
        """Play whole episodes and learn from them; return the mean score earned."""
        return float(self.ppo.improve(self.episodes).score.mean()) * self.scale

    @property
    def result(self):
        """The policy as it is now, without noise, as numbers of `learning.frozen.Network`."""
        return Network.of(self.ppo).state()

    def state(self):
        """Everything needed to go on later."""
        return {"ppo": self.ppo.state(), "source": self.episodes.state()}

    def restore(self, state):
        """Go on from a `state`."""
        self.ppo.restore(state["ppo"])
        self.episodes.restore(state["source"])


@GOVERNMENT_LEARNERS.register("ppo")
class GovernmentPPOStage(PPOStage):
    """A government's network by PPO: log(wanted / even share) of every enterprise is a Gaussian action."""

    scale, kind = WELFARE_SCALE, GovernmentWorlds

    def __init__(self, training, enterprises, seed, start=None, stop=lambda: False):
        p, s = training.params, training.settings
        worlds = s.government_worlds * WORLDS_OF_PPO
        policy, observations, samples = self.kind.learner(p)
        batch = worlds * samples * p.periods
        self.total = s.government_updates
        settings = training.ppo_settings(self.total * batch, batch, **OF_GOVERNMENT)
        self.ppo = PPO(settings, policy, observations, seed=np.random.SeedSequence([*seed, 0]))
        rng = np.random.default_rng([*seed, 1])
        self.weighed = s.government_weighs
        played = self.kind(p, enterprises, worlds, rng, s.settled, s.government_regime, self.weighed, stop)
        self.episodes = Episodes(played)

    @property
    def result(self):
        """The government without its noise, deaf to what it may not weigh, as numbers of `learning.frozen.Network`."""
        found = Network.of(self.ppo)
        ignore_others(found.weights, found.widths[:2], self.weighed)
        return found.state()


@GOVERNMENT_LEARNERS.register("categories")
class GovernmentCategoriesStage(GovernmentPPOStage):
    """The source's action space, by PPO: a category of 102 for every weight, the percentage and the penalty."""

    kind = CategoryWorlds


class BidStage(PPOStage):
    """How enterprises bid where permits are sold: shares of worth and of need, by PPO, shared by all of them."""

    scale = UTILITY_SCALE

    def __init__(self, training, enterprises, governments, seed, stop=lambda: False):
        p, s = training.params, training.settings
        batch = s.worlds * p.n_firms * p.periods
        self.total = s.bid_updates
        settings = training.ppo_settings(self.total * batch, batch, **OF_BIDS)
        self.ppo = PPO(settings, Categories(MARKDOWNS), COMPACT, seed=np.random.SeedSequence([*seed, 0]))
        rng = np.random.default_rng([*seed, 1])
        self.episodes = Episodes(BidWorlds(p, enterprises, governments, s.worlds, rng, s.regime, stop))
