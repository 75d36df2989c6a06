"""What learned enterprises choose in a step: one action of the list, or an action and an order beside it.

A network's outputs are the logits of one choice or of both; this module turns them into numbers of actions and back.
"""

import numpy as np

from agents.enterprises.actions import acts_and_orders, count_actions
from learning.categories import Categories, draw_choices, weigh_choices
from learning.policies import Categorical


class OneAction:
    """One action of the list in a step, as in the source; drawn are actions themselves."""

    def __init__(self, max_price):
        self.outputs = count_actions(max_price)
        self.sizes = (self.outputs,)
        self.policy = Categorical(self.outputs)

    def allowed(self, mask):
        """Which outputs stand for allowed actions, int8[..., outputs]; mask : int8[..., actions]."""
        return mask

    def to_actions(self, drawn):
        """Numbers of actions, int64[...], of what the policy has drawn."""
        return drawn

    def to_drawn(self, actions):
        """Inverse of `to_actions`."""
        return actions

    def draw(self, network, senses, mask, chance):
        """Draw actions, int64[samples], from a `learning.frozen.Network`; chance : float64[samples, 2] in [0, 1)."""
        return network.choose(senses, mask, np.ascontiguousarray(chance[:, 0]))

    def weigh(self, network, senses, mask):
        """Probability of every action of the list for one sample, float64[actions]."""
        return network.probabilities(senses, mask)


class OrderAndAct:
    """An action that is no order, and an order or none, drawn independently: int64[..., 2] positions in both lists."""

    def __init__(self, max_price):
        self.max_price, self.lists = max_price, acts_and_orders(max_price)
        self.sizes = tuple(map(len, self.lists))
        self.outputs = sum(self.sizes)
        self.policy = Categories(self.sizes)
        self.of_outputs = np.concatenate(self.lists)

    def allowed(self, mask):
        """Which outputs stand for allowed actions, int8[..., outputs]; mask : int8[..., actions]."""
        return np.ascontiguousarray(mask[..., self.of_outputs])

    def to_actions(self, drawn):
        """Numbers of actions, int64[...], of what the policy has drawn."""
        acts, orders = self.lists
        return acts[drawn[..., 0]] + count_actions(self.max_price) * orders[drawn[..., 1]]

    def to_drawn(self, actions):
        """Inverse of `to_actions`."""
        orders, acts = np.divmod(actions, count_actions(self.max_price))
        return np.stack([np.searchsorted(*pair) for pair in zip(self.lists, (acts, orders), strict=True)], -1)

    def draw(self, network, senses, mask, chance):
        """Draw actions, int64[samples], from a `learning.frozen.Network`; chance : float64[samples, 2] in [0, 1)."""
        return self.to_actions(draw_choices(network, self.sizes, senses, self.allowed(mask), chance))

    def weigh(self, network, senses, mask):
        """Probability of every action, and of every order beside it, for one sample, float64[actions].

        What is left to one is the probability of no order.
        """
        found = np.zeros(mask.shape)
        each = weigh_choices(network, self.sizes, senses, self.allowed(mask))
        acts = self.sizes[0]
        found[self.lists[0]], found[self.lists[1][1:]] = each[:acts], each[acts + 1 :]
        return found


def choices_for(max_price, order_and_act):
    """Return what enterprises choose in a step of a market."""
    return (OrderAndAct if order_and_act else OneAction)(max_price)
