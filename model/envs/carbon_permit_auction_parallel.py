"""The two-tier auction for PettingZoo: all bidders act at once, and all may learn."""

import numpy as np
from pettingzoo import ParallelEnv

from model.envs.auction_worlds import AuctionWorlds, outcome
from model.envs.spaces import action_space, in_unit, observation_space, params_from


class CarbonPermitAuctionParallelEnv(ParallelEnv):
    """One market whose bidders ``bidder_0``, ``bidder_1``, … are all yours; ``policy`` plays no part.

    Arguments, rewards and infos as those of `carbon_permit_auction.CarbonPermitAuctionEnv`.
    """

    metadata = {"name": "carbon_permit_auction_v0", "render_modes": [], "is_parallelizable": True}

    def __init__(self, params=None, *, auctions=1, action_box="centred", render_mode=None, **flat):
        self.params = params_from(params, flat)
        self.market = AuctionWorlds(self.params, 1, auctions, None)
        self.action_box, self.render_mode = action_box, render_mode
        self.possible_agents = [f"bidder_{row}" for row in range(self.params.n_firms)]
        self.agents = []
        self.action_spaces = {name: action_space(self.params, action_box) for name in self.possible_agents}
        self.observation_spaces = {name: observation_space(self.params) for name in self.possible_agents}

    def observation_space(self, agent):
        """Return the bidder's observation space."""
        return self.observation_spaces[agent]

    def action_space(self, agent):
        """Return the bidder's action space."""
        return self.action_spaces[agent]

    def reset(self, seed=None, options=None):
        """Begin an episode; returns each bidder's observation and empty infos."""
        if seed is not None:
            self.market.rng = np.random.default_rng(seed)
        self.agents = list(self.possible_agents)
        seen = self.market.reset().observation
        return self._named(seen[:, 0].astype(np.float32)), {name: {} for name in self.agents}

    def step(self, actions):
        """Hold an auction; returns observations, rewards, terminations, truncations, infos by bidder."""
        shape = self.action_spaces[self.possible_agents[0]].shape
        chosen = [in_unit(actions[name], self.action_box, shape) for name in self.agents]
        reward = self.market.play(np.array(chosen)[:, None])[:, 0]
        seen = self.market.seen()[:, 0].astype(np.float32)
        over, single = self.market.is_over(), self.market.auctions == 1
        found = (
            self._named(seen),
            self._named(reward.tolist()),
            dict.fromkeys(self.agents, over and single),
            dict.fromkeys(self.agents, over and not single),
            {name: self._info(row) for row, name in enumerate(self.agents)},
        )
        self.agents = [] if over else self.agents
        return found

    def _named(self, rows):
        return dict(zip(self.agents, rows, strict=True))

    def _info(self, row):
        return {name: float(values[0]) for name, values in outcome(self.market, row).items()}
