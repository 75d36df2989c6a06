"""Actions of trained players: the same bits for a sample, whatever the batch it comes in.

A product of matrices adds up in an order that depends on their sizes, so in the last bits a sample's action
would depend on its batch. With compiled loops over one sample at a time it does not.
"""

from math import exp, tanh

import numpy as np

from learning.jit import jit, rule

TANH, RELU = 0, 1
ACTIVATIONS = ("tanh", "relu")


@jit
def act(observation, mean, deviation, limit, weights, widths, activation, squashed, action):
    """Write the action of every sample: scale the observation, apply the layers, squash if so configured.

    observation : float64[samples, players, numbers]; mean, deviation : float64[players, numbers]; limit :
    largest scaled number; weights : float64[players, all], layer by layer matrix [in, out] and bias [out];
    widths : int64[layers + 1]; action : float64[samples, players, widths[-1]], written.
    """
    here, there = np.empty(widths.max()), np.empty(widths.max())
    for sample in range(observation.shape[0]):
        for player in range(observation.shape[1]):
            for k in range(widths[0]):
                seen = (observation[sample, player, k] - mean[player, k]) / deviation[player, k]
                here[k] = min(max(seen, -limit), limit)
            go_through(weights[player], widths, activation, here, there)
            for k in range(widths[-1]):
                action[sample, player, k] = 0.5 * (tanh(0.5 * here[k]) + 1.0) if squashed else here[k]


@rule
def go_through(weights, widths, activation, here, there):
    """Replace ``here``, the numbers that enter the first layer, by those that leave the last one."""
    start, last = 0, widths.shape[0] - 2
    for layer in range(last + 1):
        rows, columns = widths[layer], widths[layer + 1]
        bias = start + rows * columns
        for j in range(columns):
            there[j] = 0.0
        for i in range(rows):
            for j in range(columns):
                there[j] += here[i] * weights[start + i * columns + j]
        for j in range(columns):
            y = there[j] + weights[bias + j]
            if layer < last:
                y = tanh(y) if activation == TANH else max(y, 0.0)
            here[j] = y
        start = bias + columns


@jit
def choose(observation, allowed, u, weights, widths, activation, actions):
    """Write an action of every sample, drawn from the probabilities of a categorical policy.

    observation : float32[samples, numbers]; allowed : int8[samples, actions], 1 where an action is; u :
    float64[samples] in [0, 1), picks it; weights, widths, activation : as for `act`, of one player; actions :
    int64[samples], written.
    """
    here, there = np.empty(widths.max()), np.empty(widths.max())
    for sample in range(actions.shape[0]):
        weigh_actions(observation[sample], allowed[sample], weights, widths, activation, here, there)
        actions[sample] = pick(here[: widths[-1]], u[sample])


@rule
def weigh_actions(observation, allowed, weights, widths, activation, here, there):
    """Write the relative probability of every action into ``here``: 1 for the likeliest, 0 where not allowed."""
    for k in range(widths[0]):
        here[k] = observation[k]
    go_through(weights, widths, activation, here, there)
    to_weights(here[: widths[-1]], allowed)


@rule
def to_weights(logits, allowed):
    """Replace logits by relative probabilities: 1 for the likeliest alternative, 0 where it is not allowed."""
    best = -np.inf
    for k in range(logits.shape[0]):
        if allowed[k] and logits[k] > best:
            best = logits[k]
    for k in range(logits.shape[0]):
        logits[k] = exp(logits[k] - best) if allowed[k] else 0.0


@rule
def pick(weights, u):
    """Return the position that ``u`` in [0, 1) picks, in proportion to the weights; never one of weight 0."""
    total, last = 0.0, 0
    for k in range(weights.shape[0]):
        total += weights[k]
        if weights[k] > 0.0:
            last = k
    left = u * total
    for k in range(last):
        left -= weights[k]
        if left < 0.0:
            return k
    return last


def layers_of(ppo):
    """Return widths, int64[layers + 1], and weights, float64[players, all], of the policies of a PPO."""
    layers = ppo.network.trunk.layers + ppo.network.actor.layers
    widths = np.array([layers[0].inputs, *(x.outputs for x in layers)])
    parts = [array.reshape(ppo.players, -1) for x in layers for array in (x.weight, x.bias)]
    return widths, np.concatenate(parts, axis=1).astype(np.float64)


class Network:
    """The policy network of one player, shared by all samples, as it is now; pickles as arrays and numbers.

    weights : float64[all], widths : int64[layers + 1], activation : a position in `ACTIVATIONS`.
    """

    def __init__(self, weights, widths, activation):
        self.weights, self.widths, self.activation = weights, widths, activation

    @classmethod
    def of(cls, ppo):
        """The policy of a `learning.ppo.PPO` with one player."""
        widths, weights = layers_of(ppo)
        return cls(weights[0], widths, ACTIVATIONS.index(ppo.settings.activation))

    def state(self):
        """Arrays and plain values for a checkpoint; half the size of the numbers it computes with."""
        return {
            "weights": self.weights.astype(np.float32),
            "widths": self.widths,
            "activation": self.activation,
        }

    @classmethod
    def from_state(cls, state):
        """The policy of a `state`; ValueError if its parts do not fit together."""
        widths, weights = state["widths"].astype(np.int64), state["weights"].astype(np.float64)
        needed = int((widths[:-1] * widths[1:]).sum() + widths[1:].sum())
        if weights.shape != (needed,) or not np.isfinite(weights).all():
            raise ValueError(
                f"{weights.size} weights for layers of widths {widths.tolist()}: must be {needed} numbers"
            )
        return cls(weights, widths, int(state["activation"]))

    def choose(self, observation, allowed, u):
        """Draw actions of a categorical policy, int64[samples]; arguments as for `choose`."""
        actions = np.empty(len(u), np.int64)
        choose(observation, allowed, u, self.weights, self.widths, self.activation, actions)
        return actions

    def probabilities(self, observation, allowed):
        """Probability of every action of a categorical policy for one sample, float64[actions]."""
        here, there = np.empty((2, self.widths.max()))
        weigh_actions(observation, allowed, self.weights, self.widths, self.activation, here, there)
        return here[: self.widths[-1]] / here[: self.widths[-1]].sum()


class Frozen:
    """Gaussian policies of a `learning.ppo.PPO`, frozen in their present state; pickled as arrays and numbers."""

    def __init__(self, ppo):
        self.players, self.observations = ppo.players, ppo.observations
        self.widths, self.weights = layers_of(ppo)
        self.activation = ACTIVATIONS.index(ppo.settings.activation)
        self.squashed = ppo.policy.mean == "sigmoid"
        self.mean, self.deviation = np.zeros((2, ppo.players, ppo.observations))
        self.deviation[:], self.limit = 1.0, np.inf
        if ppo.settings.normalise_observations:
            moments, self.limit = ppo.observation_scaler.moments, float(ppo.observation_scaler.limit)
            self.mean, self.deviation = moments.mean[:, 0].copy(), np.sqrt(moments.variance[:, 0] + 1e-8)

    def best(self, observation):
        """Mean actions float64[samples, players, actions] for ``observation`` [samples, players, numbers].

        ValueError if its shape does not fit.
        """
        observation = np.ascontiguousarray(observation, np.float64)
        if observation.ndim != 3 or observation.shape[1:] != (self.players, self.observations):
            wanted = f"(any number of samples, {self.players} players, {self.observations} numbers)"
            raise ValueError(f"observation has shape {observation.shape}: must be {wanted}")
        action = np.empty((*observation.shape[:2], self.widths[-1]))
        scaling = self.mean, self.deviation, self.limit
        act(observation, *scaling, self.weights, self.widths, self.activation, self.squashed, action)
        return action
