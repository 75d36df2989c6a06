"""Spaces of the auction environments, and the conversion of their actions to [0, 1]."""

import numpy as np
from gymnasium.spaces import Box

from learning.registry import Registry
from model.systems.two_tier.params import TwoTierParams

ACTION_BOXES = Registry("action box")
ACTION_BOXES.register("centred")((-1.0, 1.0))
ACTION_BOXES.register("unit")((0.0, 1.0))


def params_from(params, flat):
    """Return `TwoTierParams` from an object or None, with the parameters in ``flat`` changed."""
    return (params or TwoTierParams()).replace(flat)


def action_space(params, action_box):
    """Price and quantity share of every step of a schedule, in [-1, 1] ("centred") or [0, 1] ("unit")."""
    low, high = ACTION_BOXES[action_box]
    return Box(low, high, (2 * params.steps,), np.float32)


def observation_space(params):
    """Own cost, own need, supply, and past prices, all scaled as `model.systems.two_tier.worlds.observations` does."""
    share = params.phi or params.phi_max
    highest_price = max(1.0, params.reserve_price / (params.cost_max * params.need))
    low = [-1.0, 0.0, -1.0, *[0.0] * params.history]
    high = [1.0, 1.0, max(1.0, 2.0 * share - 1.0) + 1e-6, *[highest_price] * params.history]
    return Box(np.array(low, np.float32), np.array(high, np.float32))


def in_unit(action, action_box, shape):
    """Convert actions of a box, float64[shape], to [0, 1]; values outside the box count as its border.

    ValueError if the shape differs or a number is not finite.
    """
    action = np.asarray(action, np.float64)
    if action.shape != shape or not np.isfinite(action).all():
        raise ValueError(f"action = {action}: must be {shape} finite numbers")
    low, high = ACTION_BOXES[action_box]
    return np.clip((action - low) / (high - low), 0.0, 1.0)
