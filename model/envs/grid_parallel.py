"""The grid for PettingZoo: all enterprises and the government act at once, and all may learn."""

import numpy as np
from gymnasium.spaces import Box, Dict, Discrete, MultiBinary, MultiDiscrete, Tuple
from pettingzoo import ParallelEnv

from agents.enterprises.actions import count_actions
from model.envs.grid_batch import GridBatch
from model.systems.grid.masks import government_choices

GOVERNMENT = "government"


class GridParallelEnv(ParallelEnv):
    """One grid whose enterprises ``enterprise_0``, … and whose ``government`` are yours.

    Keywords are the parameters of `grid` by their flat names; policies play no part, except
    that ``policy`` bids where permits are sold. With government="rules" the
    government has one choice, which does nothing. Observations are dicts with ``action_mask``, which is also in the
    infos; the government's is a tuple, a mask for each of its decisions. An episode ends by termination.
    """

    metadata = {"name": "grid_cap_and_trade_v0", "render_modes": [], "is_parallelizable": True}

    def __init__(self, params=None, *, render_mode=None, **flat):
        self.batch = GridBatch(params, 1, restart=False, **flat)
        self.params, self.setup = self.batch.params, self.batch.worlds.setup
        self.render_mode = render_mode
        self.enterprises = [f"enterprise_{i}" for i in range(self.params.n_firms)]
        self.possible_agents, self.agents = [*self.enterprises, GOVERNMENT], []
        own, public = self._enterprise_space(), self._government_space()
        self.observation_spaces = dict.fromkeys(self.enterprises, own) | {GOVERNMENT: public}
        choice = Discrete(count_actions(self.params.max_price))
        self.action_spaces = dict.fromkeys(self.enterprises, choice) | {GOVERNMENT: self._decision_space()}

    def _enterprise_space(self):
        p, seen = self.params, self.batch.seen
        return Dict(
            {
                "map": Box(0, 1, seen.window.shape[2:], np.float32),
                "owners": Box(0, p.n_firms + 1, seen.owners.shape[2:], np.int16),
                "time": Box(0, 1, (1,), np.float32),
                "numbers": Box(-np.inf, np.inf, seen.flat.shape[2:], np.float32),
                "action_mask": MultiBinary(seen.mask.shape[2]),
            }
        )

    def _government_space(self):
        p, public = self.params, self.batch.public
        masks = [MultiBinary(int(choices)) for choices in self._choices()]
        return Dict(
            {
                "map": Box(0, 1, self.batch.maps.shape[1:], np.float32),
                "owners": Box(0, p.n_firms + 1, self.batch.owners.shape[1:], np.int16),
                "time": Box(0, 1, (1,), np.float32),
                "numbers": Box(-np.inf, np.inf, public.flat.shape[1:], np.float32),
                "enterprises": Box(-np.inf, np.inf, public.enterprises.shape[1:], np.float32),
                "action_mask": Tuple(masks) if self.setup.active else masks[0],
            }
        )

    def _choices(self):
        """Return the number of values of each of the government's decisions."""
        parts = self.setup.n + 2 if self.setup.active else 1
        return [government_choices(self.setup) // parts] * parts

    def _decision_space(self):
        return MultiDiscrete(self._choices()) if self.setup.active else Discrete(1)

    def observation_space(self, agent):
        """Return the agent's observation space."""
        return self.observation_spaces[agent]

    def action_space(self, agent):
        """Return the agent's action space."""
        return self.action_spaces[agent]

    def reset(self, seed=None, options=None):
        """Begin an episode; returns observations, and infos with the masks.

        The weight of labour grows with the number of steps with a positive mean reward over all episodes, as in the
        source's simulator. A seed resets that number, so that the episode depends on seed and actions only.
        options : ``{"positive_steps": 10_000}`` sets the number (0 with a seed, otherwise unchanged).
        """
        if seed is not None:
            self.batch.rng = np.random.default_rng(seed)
        self.batch.reset(pace_of(seed, options or {}))
        self.agents = list(self.possible_agents)
        seen = self._observations()
        return seen, _masks(seen)

    def step(self, actions):
        """Play a step; returns observations, rewards, terminations, truncations, infos by agent."""
        if not self.agents:
            raise ValueError("the episode is over: call reset() before the next step")
        for name in self.agents:
            if name not in actions:
                raise ValueError(
                    f"{name}: no action; every agent must have one, of {self.action_spaces[name]}"
                )
            if not self.action_spaces[name].contains(actions[name]):
                raise ValueError(f"{name}: {actions[name]!r} is none of {self.action_spaces[name]}")
        chosen = np.array([[int(actions[name]) for name in self.enterprises]])
        decision = np.asarray(actions[GOVERNMENT], np.int64)[None] if self.setup.active else None
        earned = self.batch.step(chosen, decision)
        last = earned.over[0]
        seen = self._observations()
        rewards = dict(zip(self.enterprises, earned.enterprises[0].tolist(), strict=True))
        rewards[GOVERNMENT] = float(earned.government[0])
        ended, going = dict.fromkeys(self.agents, bool(last)), dict.fromkeys(self.agents, False)
        self.agents = [] if last else self.agents
        return seen, rewards, ended, going, _masks(seen)

    def _observations(self):
        seen, public = self.batch.seen, self.batch.public
        share = self.batch.worlds.state.government.clock[0, 0] / self.params.episode
        time = np.array([share], np.float32)
        found = {
            name: {
                "map": seen.window[0, i].astype(np.float32),
                "owners": seen.owners[0, i].astype(np.int16),
                "time": time.copy(),
                "numbers": seen.flat[0, i].copy(),
                "action_mask": seen.mask[0, i].copy(),
            }
            for i, name in enumerate(self.enterprises)
        }
        parts = tuple(public.mask[0].reshape(len(self._choices()), -1).copy())
        found[GOVERNMENT] = {
            "map": self.batch.maps[0].astype(np.float32),
            "owners": self.batch.owners[0].astype(np.int16),
            "time": time,
            "numbers": public.flat[0].copy(),
            "enterprises": public.enterprises[0].copy(),
            "action_mask": parts if self.setup.active else parts[0],
        }
        return found


def pace_of(seed, options):
    """Number of steps with a positive mean reward an episode begins with; None to keep the present number."""
    steps = options.get("positive_steps", None if seed is None else 0.0)
    if steps is not None and not (isinstance(steps, (int, float)) and 0.0 <= steps < np.inf):
        raise ValueError(f"positive_steps = {steps!r}: must be a number of at least 0")
    return steps


def _masks(seen):
    """Return infos with the masks, where some libraries look for them."""
    return {name: {"action_mask": observed["action_mask"]} for name, observed in seen.items()}
