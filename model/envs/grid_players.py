"""Grids as worlds in which one level learns: all enterprises with one policy, or the government."""

import numpy as np

from agents.enterprises.bids import bid_worth_of_all, mark_down_all
from agents.enterprises.choices import choices_for
from agents.enterprises.compact import COMPACT
from agents.enterprises.learned import facts_from, law_from, sense
from agents.government_demand import ALL, INPUTS, is_weighed, sense_all, write_decisions
from agents.government_learned import budget_from, choices_of
from learning.categories import Categories
from learning.draws import uniform
from learning.policies import Gaussian
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
        self.choices = choices_for(params.max_price, params.order_and_act)
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
        allowed = self.choices.allowed(self.batch.seen.mask).reshape(1, shown.shape[1], -1) != 0
        phase = (self._clock() + 1) % self.params.period_length
        return Turn(shown, allowed=allowed, idle=phase == ALLOCATION)

    def _clock(self):
        return int(self.batch.worlds.state.government.clock[0, 0])

    def step(self, action):
        """Play a step in every world; after an episode's last step the next one begins.

        action : int64[1, worlds x n], or with an axis more, as drawn by the policy of ``choices``.
        """
        if self.stop():
            raise StopTraining
        allocates = self._clock() % self.params.period_length == 0
        decisions = self.governments.decide(self.batch) if allocates else None
        actions = self.choices.to_actions(action).reshape(self.batch.seen.flat.shape[:2])
        earned = self.batch.step(actions, decisions)
        turn = self.reset() if earned.over.all() else self._turn()
        turn.reward = earned.enterprises.reshape(1, -1) / UTILITY_SCALE
        turn.terminated = np.repeat(earned.over, self.params.n_firms)[None]
        turn.truncated = np.zeros_like(turn.terminated)
        return turn


class PeriodWorlds(WholeEpisodes):
    """Base of worlds with a decision per compliance period, in which enterprises act by a frozen policy."""

    def play_period(self, decisions):
        """Play a period under a government's decisions, int64[worlds, n + 2]; return whether episodes end with it."""
        shape = *self.batch.seen.flat.shape[:2], 2
        for step in range(self.params.period_length):
            if self.stop():
                raise StopTraining
            acts = self.enterprises.act(self.batch.seen, uniform(self.rng, shape))
            if self.batch.step(acts, decisions if step == 0 else None).over.all():
                return True
        return False

    def turn_with(self, earned, over):
        """Return the `Turn` after a period, of a new episode if one is over; earned : float64[samples]."""
        turn = self.reset() if over else self._turn()
        turn.reward = earned[None]
        turn.terminated = np.full(turn.reward.shape, over)
        turn.truncated = np.zeros_like(turn.terminated)
        return turn


class GovernmentWorlds(PeriodWorlds):
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
        over = self.play_period(self._decisions(action))
        welfare = self._welfare()
        earned, self.welfare = welfare - self.welfare, welfare
        return self.turn_with(np.repeat(earned, action.shape[1] // len(earned)) / WELFARE_SCALE, over)

    def _decisions(self, action):
        size, n = self.batch.worlds.size, self.params.n_firms
        decisions = np.zeros((size, n + 2), np.int64)
        wishes = np.ascontiguousarray(action, np.float64).reshape(size, n)
        write_decisions(wishes, self.batch.public.flat, self.budget, decisions)
        return decisions

    @classmethod
    def learner(cls, params):
        """Return policy, count of observed numbers, and samples per world of a learner that decides here."""
        return Gaussian(1), INPUTS, params.n_firms


class CategoryWorlds(GovernmentWorlds):
    """The same, but a government that draws its decisions from the source's categories: a sample per world."""

    def _turn(self):
        inputs = super()._turn().observation.reshape(1, self.batch.worlds.size, -1)
        return Turn(inputs, allowed=self.batch.public.mask[None] != 0)

    def _decisions(self, action):
        return action[0]

    @classmethod
    def learner(cls, params):
        """Return policy, count of observed numbers, and samples per world of a learner that decides here."""
        choices = choices_of(params.n_firms, params.government_actions == "clean")
        return Categories(choices), INPUTS * params.n_firms, 1


class BidWorlds(PeriodWorlds):
    """Whole episodes in which all enterprises learn how to bid for permits, a bid per compliance period.

    Every enterprise of every world is a sample of one player; it earns the change of its utility until the next
    auction. governments : as for `EnterpriseWorlds`; enterprises : the frozen `EnterprisePolicy` by which they act.
    """

    def __init__(self, params, enterprises, governments, worlds, rng, regime=MIXED, stop=lambda: False):
        self.params, self.enterprises, self.governments = params, enterprises, governments
        self.rng, self.regime, self.stop = rng, regime, stop
        self.law, self.facts = law_from(params.everything()), facts_from(params.everything())
        self.batch = GridBatch(active(params), worlds, rng, restart=False)
        self.batch.bidder = self

    def reset(self):
        """Begin an episode in every world."""
        self.before = self.rng.bit_generator.state
        if hasattr(self.governments, "draw"):
            self.governments.draw(self.rng)
        self.batch.reset(draw_regimes(self.rng, self.regime, self.batch.worlds.size))
        self.utility = self._utility()
        return self._turn()

    def _utility(self):
        return np.array(self.batch.worlds.state.firms.utility)

    def _turn(self):
        return Turn(sense(self.batch.seen, self.law).reshape(1, -1, COMPACT))

    def step(self, action):
        """Play a compliance period in every world; action : int64[1, worlds x n, 2], as for `mark_down_all`."""
        self.drawn = action[0]
        over = self.play_period(self.governments.decide(self.batch))
        utility = self._utility()
        earned, self.utility = utility - self.utility, utility
        return self.turn_with(earned.ravel() / UTILITY_SCALE, over)

    def bid(self, seen, chance, bids):
        """Write the bids drawn for this period; draws no chance."""
        bid_worth_of_all(seen.flat, seen.labour, self.facts, bids)
        mark_down_all(bids, self.drawn)
