"""Actions of trained players without noise: the same bits for a sample, whatever the batch it comes in.

A product of matrices adds up in an order that depends on their sizes, so in the last bits a sample's action
would depend on its batch. With compiled loops over one sample at a time it does not.
"""

from math import tanh

import numpy as np

from learning.jit import jit, rule
from learning.networks import Dense

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


class Frozen:
    """Gaussian policies of a `learning.ppo.PPO`, frozen in their present state; pickled as arrays and numbers."""

    def __init__(self, ppo):
        layers = [x for x in ppo.network.trunk.layers + ppo.network.actor.layers if isinstance(x, Dense)]
        self.players, self.observations = ppo.players, ppo.observations
        self.widths = np.array([layers[0].inputs, *(x.outputs for x in layers)])
        parts = [array.reshape(ppo.players, -1) for x in layers for array in (x.weight, x.bias)]
        self.weights = np.concatenate(parts, axis=1).astype(np.float64)
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
