"""Several categorical choices at once, drawn independently of each other from one network's outputs.

A head [players, samples, outputs] has the logits of the first choice, then those of the second, and so on; ``allowed``
is laid out in the same way. `choose_each` draws from a trained network sample by sample, to the same bits in any batch.
"""

import numpy as np

from learning.draws import uniform
from learning.frozen import go_through, pick, to_weights
from learning.jit import jit
from learning.policies import POLICIES, Categorical


@POLICIES.register("categories")
class Categories:
    """One of ``sizes[k]`` alternatives for every choice k; actions are int64[players, samples, choices]."""

    noises = 0

    def __init__(self, sizes):
        self.parts = [Categorical(int(size)) for size in sizes]
        self.ends = np.cumsum([part.actions for part in self.parts])
        self.outputs = int(self.ends[-1])

    def about(self):
        """Registered name and arguments, from which an equal policy can be made."""
        return {"policy": "categories", "sizes": [part.actions for part in self.parts]}

    def draw_chance(self, rng, players, samples):
        """Draw one uniform number per choice, float64[players, samples, choices]."""
        return uniform(rng, (players, samples, len(self.parts)))

    def _split(self, head, allowed):
        """Yield every choice with its number, its logits, and its mask or None."""
        masks = [None] * len(self.parts) if allowed is None else np.split(allowed, self.ends[:-1], -1)
        yield from zip(self.parts, np.split(head, self.ends[:-1], -1), masks, strict=True)

    def draw(self, head, log_noise, chance, allowed=None):
        """Choices int64[players, samples, choices] picked by ``chance`` in [0, 1), and their log-probability."""
        drawn = [
            part.draw(logits, log_noise, chance[..., k], mask)
            for k, (part, logits, mask) in enumerate(self._split(head, allowed))
        ]
        return np.stack([action for action, _ in drawn], -1), sum(log for _, log in drawn)

    def mode(self, head, allowed=None):
        """Most probable alternative of every choice, int64[players, samples, choices]."""
        return np.stack([part.mode(logits, mask) for part, logits, mask in self._split(head, allowed)], -1)

    def evaluate(self, head, log_noise, action, allowed=None):
        """Log-probability of all choices of ``action`` together and their entropy; kept for `backward`."""
        found = [
            part.evaluate(logits, log_noise, np.ascontiguousarray(action[..., k]), mask)
            for k, (part, logits, mask) in enumerate(self._split(head, allowed))
        ]
        return sum(log for log, _ in found), sum(entropy for _, entropy in found)

    def backward(self, d_log_prob, d_entropy):
        """Gradient of the head, from those of log-probability and entropy [players, samples]; None for the noise."""
        return np.concatenate([part.backward(d_log_prob, d_entropy)[0] for part in self.parts], -1), None


@jit
def choose_each(observation, allowed, u, sizes, weights, widths, activation, choices):
    """Write the choices of every sample, drawn from a network whose outputs are the logits of `Categories`.

    observation : float64[samples, numbers]; allowed : int8[samples, outputs], 1 where an alternative is; u :
    float64[samples, choices] in [0, 1), picks them; sizes : int64[choices]; weights, widths, activation : as for
    `learning.frozen.choose`; choices : int64[samples, choices], written.
    """
    here, there = np.empty(widths.max()), np.empty(widths.max())
    for sample in range(choices.shape[0]):
        for k in range(widths[0]):
            here[k] = observation[sample, k]
        go_through(weights, widths, activation, here, there)
        start = 0
        for k in range(sizes.shape[0]):
            stop = start + sizes[k]
            to_weights(here[start:stop], allowed[sample, start:stop])
            choices[sample, k] = pick(here[start:stop], u[sample, k])
            start = stop


def draw_choices(network, sizes, observation, allowed, u):
    """Draw choices int64[samples, choices] of a `learning.frozen.Network`; arguments as for `choose_each`."""
    choices = np.empty(u.shape, np.int64)
    network = network.weights, network.widths, network.activation
    choose_each(observation, allowed, np.ascontiguousarray(u), np.asarray(sizes, np.int64), *network, choices)
    return choices


def weigh_choices(network, sizes, observation, allowed):
    """Probability of every alternative of every choice for one sample, float64[outputs]."""
    here, there = np.empty((2, network.widths.max()))
    here[: network.widths[0]] = observation
    go_through(network.weights, network.widths, network.activation, here, there)
    for stop, size in zip(np.cumsum(sizes), sizes, strict=True):
        part = here[stop - size : stop]
        to_weights(part, allowed[stop - size : stop])
        part /= part.sum()
    return here[: network.widths[-1]].copy()
