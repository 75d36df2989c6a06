"""The two-tier auction for Gymnasium: one bidder learns, the others bid by a policy.

``gymnasium.make("CarbonPermitAuction-v0", auction="vcg")`` after importing this module.
"""

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode
from gymnasium.vector.utils import batch_space

from model.envs.auction_worlds import AgainstRivals
from model.envs.spaces import action_space, in_unit, observation_space, params_from


class CarbonPermitAuctionEnv(gymnasium.Env):
    """One market, one learner. An episode is one auction, or ``auctions`` of them with ``history`` in view.

    params : `TwoTierParams`, or any of its parameters by flat name; ``policy`` is that of the rivals:
    truthful_schedule, random_schedule, or ppo_schedule with the checkpoint of a training. learner : row of
    the learner; action_box : "centred", [-1, 1], or "unit", [0, 1]. Rewards are profit / highest possible
    profit. ``info`` has award and payment, t and €, value and profit, €, and clearing_price, €/t.
    """

    metadata = {"render_modes": []}

    def __init__(self, params=None, *, learner=0, auctions=1, action_box="centred", render_mode=None, **flat):
        self.params = params_from(params, flat)
        self.market = AgainstRivals(self.params, 1, auctions, learner)
        self.action_box, self.render_mode = action_box, render_mode
        self.action_space = action_space(self.params, action_box)
        self.observation_space = observation_space(self.params)

    def reset(self, *, seed=None, options=None):
        """Begin an episode; returns the observation and an empty info."""
        super().reset(seed=seed)
        return self.market.reset(self.np_random)[0].astype(np.float32), {}

    def step(self, action):
        """Hold an auction with the learner's action; returns observation, reward, terminated, truncated, info."""
        action = in_unit(action, self.action_box, self.action_space.shape)
        reward, seen, results = self.market.play(action[None])
        over, single = self.market.worlds.is_over(), self.market.worlds.auctions == 1
        info = {name: float(values[0]) for name, values in results.items()}
        return seen[0].astype(np.float32), float(reward[0]), over and single, over and not single, info


class CarbonPermitAuctionVectorEnv(gymnasium.vector.VectorEnv):
    """``num_envs`` such markets played by one compiled call; arguments as `CarbonPermitAuctionEnv`.

    All episodes end together, and the next ones begin in the same step: ``info["final_obs"]`` has what was
    seen last. One generator draws for all markets.
    """

    metadata = {"render_modes": [], "autoreset_mode": AutoresetMode.SAME_STEP}

    def __init__(
        self,
        num_envs=64,
        params=None,
        *,
        learner=0,
        auctions=1,
        action_box="centred",
        render_mode=None,
        **flat,
    ):
        self.params = params_from(params, flat)
        self.num_envs, self.action_box, self.render_mode = num_envs, action_box, render_mode
        self.markets = AgainstRivals(self.params, num_envs, auctions, learner)
        self.single_action_space = action_space(self.params, action_box)
        self.single_observation_space = observation_space(self.params)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self.observation_space = batch_space(self.single_observation_space, num_envs)

    def reset(self, *, seed=None, options=None):
        """Begin new episodes in all markets; ``seed`` : one for all."""
        super().reset(seed=seed)
        return self.markets.reset(self.np_random).astype(np.float32), {}

    def step(self, actions):
        """Hold an auction in every market; arrays [num_envs, ...]."""
        actions = in_unit(actions, self.action_box, self.action_space.shape)
        reward, seen, results = self.markets.play(actions)
        over, single = self.markets.worlds.is_over(), self.markets.worlds.auctions == 1
        everywhere = np.ones(self.num_envs, bool)
        info = results | {f"_{name}": everywhere for name in results}
        seen = seen.astype(np.float32)
        if over:
            info |= {"final_info": dict(info), "final_obs": one_by_one(seen)}
            info |= {"_final_info": everywhere, "_final_obs": everywhere}
            seen = self.markets.reset().astype(np.float32)
        return seen, reward, everywhere & (over and single), everywhere & (over and not single), info


def one_by_one(rows):
    """Return the rows of an array as an array of arrays, the form of Gymnasium's final observations."""
    found = np.empty(len(rows), object)
    found[:] = list(rows)
    return found


gymnasium.register(
    "CarbonPermitAuction-v0",
    entry_point="model.envs.carbon_permit_auction:CarbonPermitAuctionEnv",
    vector_entry_point="model.envs.carbon_permit_auction:CarbonPermitAuctionVectorEnv",
)
