"""Grids as worlds in which one level learns: all enterprises with one policy, or the government."""

import numpy as np

from agents.enterprises.compact import COMPACT
from agents.enterprises.learned import law_from, sense
from agents.government_demand import ALL, INPUTS, is_weighed, sense_all, write_decisions
from agents.government_learned import budget_from
from learning.rollout import Turn
from model.envs.grid_batch import GridBatch
from model.envs.grid_episodes import FULL, REGIMES, StopTraining, active
from model.systems.grid.step import ALLOCATION

UTILITY_SCALE = 20.0
"""Utility that counts as a reward of 1."""
WELFARE_SCALE = 200.0
"""Welfare, coins, that counts as a reward of 1."""
MIXED = "mixed"
BETWEEN = 30_000.0
"""Longest warm-up, steps, of the episodes of a mixture that are neither first ones nor at full labour."""


def draw_regimes(rng, regime, worlds):
    """Steps of the labour warm-up that episodes begin with, float64[worlds].

    regime : a key of `REGIMES`; or `MIXED`: half of them first episodes, a quarter at full labour, a quarter between.
    """
    if regime != MIXED:
        return np.full(worlds, REGIMES[regime])
    u, between = rng.random(worlds), rng.uniform(0.0, BETWEEN, worlds)
    return np.where(u < 0.5, 0.0, np.where(u < 0.75, FULL, between))


class WholeEpisodes:
    """Base of worlds whose state is asked for only between whole episodes; ``before``: the generator at such a time."""

    def state(self):
        """Return the generator as it was before the present episode, of which nothing has been played."""
        return {"chance": self.before}

    def restore(self, state):
        """Begin the same episode again."""
        self.rng.bit_generator.state = state["chance"]
        self.reset()


class EnterpriseWorlds(WholeEpisodes):
    """Whole episodes for `learning.rollout.Episodes`: every enterprise of every world is a sample of one player.

    governments : decides, as in `model.envs.grid_governments`; one with ``draw`` is drawn anew for every episode.
    regime : as for `draw_regimes`; stop : asked before every step; `StopTraining` once it is true.
    """

    def __init__(self, params, governments, worlds, rng, regime=MIXED, stop=lambda: False):
        self.params, self.governments, self.rng, self.regime, self.stop = (
            params,
            governments,
            rng,
            regime,
            stop,
        )
        self.law = law_from(params.everything())
        self.batch = GridBatch(active(params), worlds, rng, restart=False)

    def reset(self):
        """Begin an episode in every world."""
        self.before = self.rng.bit_generator.state
        if hasattr(self.governments, "draw"):
            self.governments.draw(self.rng)
        self.batch.reset(draw_regimes(self.rng, self.regime, self.batch.worlds.size))
        return self._turn()

    def _turn(self):
        shown = sense(self.batch.seen, self.law).reshape(1, -1, COMPACT)
        allowed = self.batch.seen.mask.reshape(1, shown.shape[1], -1) != 0
        phase = (self._clock() + 1) % self.params.period_length
        return Turn(shown, allowed=allowed, idle=phase == ALLOCATION)

    def _clock(self):
        return int(self.batch.worlds.state.government.clock[0, 0])

    def step(self, action):
        """Play a step in every world; action : int64[1, worlds x n]. After an episode's last step the next begins."""
        if self.stop():
            raise StopTraining
        allocates = self._clock() % self.params.period_length == 0
        decisions = self.governments.decide(self.batch) if allocates else None
        earned = self.batch.step(action.reshape(self.batch.seen.flat.shape[:2]), decisions)
        turn = self.reset() if earned.over.all() else self._turn()
        turn.reward = earned.enterprises.reshape(1, -1) / UTILITY_SCALE
        turn.terminated = np.repeat(earned.over, self.params.n_firms)[None]
        turn.truncated = np.zeros_like(turn.terminated)
        return turn


class GovernmentWorlds(WholeEpisodes):
    """Whole episodes for `learning.rollout.Episodes`, a decision per compliance period; enterprises are frozen.

    The government wants permits for each enterprise: every enterprise of every world is a sample of one player, and
    all samples of a world earn the change of welfare. settled : whether that includes the permits missing now;
    weighed : a key of `agents.government_demand.WEIGHED`, the other inputs are shown as 0.
    """

    def __init__(
        self, params, enterprises, worlds, rng, settled=True, regime="first", weighed=ALL, stop=lambda: False
    ):
        self.params, self.enterprises, self.rng = params, enterprises, rng
        self.settled, self.regime, self.stop = settled, regime, stop
        self.weighed = is_weighed(weighed)
        self.budget = budget_from(params.everything())
        self.batch = GridBatch(active(params), worlds, rng, restart=False)
        self.batch.bidder = enterprises

    def reset(self):
        """Begin an episode in every world."""
        self.before = self.rng.bit_generator.state
        self.batch.reset(draw_regimes(self.rng, self.regime, self.batch.worlds.size))
        self.welfare = self._welfare()
        return self._turn()

    def _welfare(self):
        public = self.batch.worlds.state.government
        return np.array((public.welfare_if_settled if self.settled else public.welfare)[:, 0])

    def _turn(self):
        inputs = np.empty((self.batch.worlds.size, self.params.n_firms, INPUTS))
        sense_all(self.batch.public.flat, self.batch.public.enterprises, self.budget, inputs)
        return Turn(np.where(self.weighed, inputs, 0.0).reshape(1, -1, INPUTS))

    def step(self, action):
        """Play a compliance period in every world; action : float[1, worlds x n, 1], log(wanted / even share)."""
        size, n = self.batch.worlds.size, self.params.n_firms
        decisions = np.zeros((size, n + 2), np.int64)
        wishes = np.ascontiguousarray(action, np.float64).reshape(size, n)
        write_decisions(wishes, self.batch.public.flat, self.budget, decisions)
        over = False
        for step in range(self.params.period_length):
            if self.stop():
                raise StopTraining
            acts = self.enterprises.act(self.batch.seen, self.rng.random((size, n, 2)))
            over = self.batch.step(acts, decisions if step == 0 else None).over.all()
            if over:
                break
        welfare = self._welfare()
        earned, self.welfare = welfare - self.welfare, welfare
        turn = self.reset() if over else self._turn()
        turn.reward = np.repeat(earned, n)[None] / WELFARE_SCALE
        turn.terminated = np.full(turn.reward.shape, over)
        turn.truncated = np.zeros_like(turn.terminated)
        return turn
