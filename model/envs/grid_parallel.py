"""The grid for PettingZoo: all enterprises and the government act at once; all may learn, or some of them."""

import numpy as np
from gymnasium.spaces import Box, Dict, Discrete, MultiBinary, MultiDiscrete, Tuple
from pettingzoo import ParallelEnv

from agents.enterprises.choices import choices_for
from agents.government_policies import GOVERNMENTS
from model.envs.grid_batch import GridBatch
from model.systems.grid.masks import government_choices

GOVERNMENT = "government"


class GridParallelEnv(ParallelEnv):
    """One grid whose enterprises ``enterprise_0``, … and whose ``government`` are yours, or some of them.

    players : names of those who are yours, all if None. The other enterprises act by the parameters' ``policy``, a
    government that is not yours by ``government``: heuristic, learned, random ones or your own.

    Keywords are the parameters of `grid` by their flat names. ``policy`` also bids for all where permits are sold. With
    government="rules" the government has one choice, which does nothing. With order_and_act=True an enterprise has two
    choices, positions in the lists of `agents.enterprises.actions.acts_and_orders`. Observations are dicts with
    ``action_mask``, which is also in the infos, a tuple of masks where there are several choices. An episode ends by
    termination.
    """

    metadata = {"name": "grid_cap_and_trade_v0", "render_modes": [], "is_parallelizable": True}

    def __init__(self, params=None, *, players=None, render_mode=None, **flat):
        self.batch = GridBatch(params, 1, restart=False, **flat)
        p, self.setup = self.batch.params, self.batch.worlds.setup
        self.params, self.render_mode = p, render_mode
        self.enterprises = [f"enterprise_{i}" for i in range(p.n_firms)]
        self.possible_agents, self.agents = players_of([*self.enterprises, GOVERNMENT], players), []
        self.choices = choices_for(p.max_price, p.order_and_act)
        own = self._enterprise_space(), space_of(self.choices.sizes)
        spaces = dict.fromkeys(self.enterprises, own)
        spaces[GOVERNMENT] = self._government_space(), space_of(self._choices())
        self.observation_spaces = {name: spaces[name][0] for name in self.possible_agents}
        self.action_spaces = {name: spaces[name][1] for name in self.possible_agents}
        self.governing = GOVERNMENTS[p.government](p.parts[p.government])
        self.governing.learn_parameters(p.everything() | {"percentages": self.setup.percentages})
        self.chance = np.random.default_rng(0)

    def _enterprise_space(self):
        p, seen = self.params, self.batch.seen
        return Dict(
            {
                "map": Box(0, 1, seen.window.shape[2:], np.float32),
                "owners": Box(0, p.n_firms + 1, seen.owners.shape[2:], np.int16),
                "time": Box(0, 1, (1,), np.float32),
                "numbers": Box(-np.inf, np.inf, seen.flat.shape[2:], np.float32),
                "action_mask": mask_space(self.choices.sizes),
            }
        )

    def _government_space(self):
        p, public = self.params, self.batch.public
        return Dict(
            {
                "map": Box(0, 1, self.batch.maps.shape[1:], np.float32),
                "owners": Box(0, p.n_firms + 1, self.batch.owners.shape[1:], np.int16),
                "time": Box(0, 1, (1,), np.float32),
                "numbers": Box(-np.inf, np.inf, public.flat.shape[1:], np.float32),
                "enterprises": Box(-np.inf, np.inf, public.enterprises.shape[1:], np.float32),
                "action_mask": mask_space(self._choices()),
            }
        )

    def _choices(self):
        """Return the number of values of each of the government's decisions."""
        parts = self.setup.n + 2 if self.setup.active else 1
        return [government_choices(self.setup) // parts] * parts

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
            self.chance = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(1,)))
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
        earned = self.batch.step(self._actions(actions), self._decision(actions))
        last = earned.over[0]
        seen = self._observations()
        every = dict(zip(self.enterprises, earned.enterprises[0].tolist(), strict=True))
        every[GOVERNMENT] = float(earned.government[0])
        rewards = {name: every[name] for name in self.agents}
        ended, going = dict.fromkeys(self.agents, bool(last)), dict.fromkeys(self.agents, False)
        self.agents = [] if last else self.agents
        return seen, rewards, ended, going, _masks(seen)

    def _actions(self, given):
        """Return the actions of all enterprises, int64[1, n]: those given, and the policy's of the others."""
        n = self.params.n_firms
        if set(self.enterprises) <= given.keys():
            chosen = np.empty((1, n), np.int64)
        else:
            chosen = self.batch.bidder.act(self.batch.seen, self.chance.random((1, n, 2)))
        for i, name in enumerate(self.enterprises):
            if name in self.agents:
                chosen[0, i] = self.choices.to_actions(np.asarray(given[name]))
        return chosen

    def _decision(self, given):
        """Return the government's decision, int64[1, n + 2], given or of the parameters' government."""
        if not self.setup.active:
            return None
        if GOVERNMENT in self.agents:
            return np.asarray(given[GOVERNMENT], np.int64)[None]
        return self.governing.decide(self.batch.public, self.chance.random((1, self.params.n_firms + 2)))

    def _observations(self):
        share = self.batch.worlds.state.government.clock[0, 0] / self.params.episode
        time = np.array([share], np.float32)
        return {
            name: self._seen_by_government(time) if name == GOVERNMENT else self._seen_by(name, time.copy())
            for name in self.possible_agents
        }

    def _seen_by(self, name, time):
        seen, i = self.batch.seen, self.enterprises.index(name)
        return {
            "map": seen.window[0, i].astype(np.float32),
            "owners": seen.owners[0, i].astype(np.int16),
            "time": time,
            "numbers": seen.flat[0, i].copy(),
            "action_mask": masks_of(self.choices.allowed(seen.mask[0, i]), self.choices.sizes),
        }

    def _seen_by_government(self, time):
        public = self.batch.public
        return {
            "map": self.batch.maps[0].astype(np.float32),
            "owners": self.batch.owners[0].astype(np.int16),
            "time": time,
            "numbers": public.flat[0].copy(),
            "enterprises": public.enterprises[0].copy(),
            "action_mask": masks_of(public.mask[0], self._choices()),
        }


def players_of(names, players):
    """Return the names of those who are the user's, all if ``players`` is None; ValueError for others."""
    if players is None:
        return names
    chosen = [players] if isinstance(players, str) else list(players)
    if not chosen or len(set(chosen)) < len(chosen) or not set(chosen) <= set(names):
        raise ValueError(f"players = {players!r}: must be different ones of {', '.join(names)}, at least one")
    return [name for name in names if name in chosen]


def space_of(sizes):
    """Return the space of one choice, or of several at once."""
    return Discrete(sizes[0]) if len(sizes) == 1 else MultiDiscrete(sizes)


def mask_space(sizes):
    """Return the space of the masks of these choices."""
    masks = [MultiBinary(int(size)) for size in sizes]
    return masks[0] if len(masks) == 1 else Tuple(masks)


def masks_of(allowed, sizes):
    """Return copies of the mask of each choice, alone or in a tuple; allowed : int8[sum of sizes]."""
    masks = tuple(part.copy() for part in np.split(allowed, np.cumsum(sizes)[:-1]))
    return masks[0] if len(masks) == 1 else masks


def pace_of(seed, options):
    """Number of steps with a positive mean reward an episode begins with; None to keep the present number."""
    steps = options.get("positive_steps", None if seed is None else 0.0)
    if steps is not None and not (isinstance(steps, (int, float)) and 0.0 <= steps < np.inf):
        raise ValueError(f"positive_steps = {steps!r}: must be a number of at least 0")
    return steps


def _masks(seen):
    """Return infos with the masks, where some libraries look for them."""
    return {name: {"action_mask": observed["action_mask"]} for name, observed in seen.items()}
