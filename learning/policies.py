"""Policies: a network's outputs as random actions, with log-probabilities, entropies and gradients.

Arrays have the players first: ``head`` [players, samples, outputs] comes from the network, ``log_noise``
[players or 1, 1, actions] is the logarithm of the Gaussian's standard deviation (None for categorical
actions), ``allowed`` is bool[players, samples, actions] or None. Random numbers are an input: `draw_chance`
draws them, `draw` uses them.
"""

import numpy as np

from learning.draws import uniform
from learning.passes import draw_actions, shift_below_zero, slope_of_softmax
from learning.registry import Registry

POLICIES = Registry("policy")

FORBIDDEN = -1e8
"""Logit of an action that is not allowed: probability and gradient are exactly zero [Huang2022, masking]."""

LOG_2PI = float(np.log(2.0 * np.pi))


@POLICIES.register("categorical")
class Categorical:
    """One of ``actions`` alternatives, drawn by softmax; forbidden ones are never drawn."""

    noises = 0

    def __init__(self, actions):
        self.actions = self.outputs = actions

    def about(self):
        """Registered name and arguments, from which an equal policy can be made."""
        return {"policy": "categorical", "actions": self.actions}

    @staticmethod
    def draw_chance(rng, players, samples):
        """Draw one uniform number per decision, float64[players, samples]."""
        return uniform(rng, (players, samples))

    def _weigh(self, head, allowed):
        """Logits less the largest one of their sample, and their exponentials, relative probabilities."""
        shifted = np.empty(head.shape, head.dtype)
        shift_below_zero(head, allowed, head.dtype.type(FORBIDDEN), shifted)
        return shifted, np.exp(shifted)

    @staticmethod
    def _total(weights):
        """Sum over actions, [players, samples]: a product with ones takes a third of the time of ``sum``."""
        return np.matmul(weights, np.ones(weights.shape[-1], weights.dtype))

    def probabilities(self, head, allowed=None):
        """Probability of each action, [players, samples, actions]."""
        _, weights = self._weigh(head, allowed)
        return weights / self._total(weights)[..., None]

    def draw(self, head, log_noise, chance, allowed=None):
        """Action int64[players, samples] picked by ``chance`` in [0, 1), and its log-probability."""
        (shifted, weights), action = self._weigh(head, allowed), np.empty(chance.shape, np.int64)
        draw_actions(weights, chance, action)
        return action, self._chosen(shifted, action) - np.log(self._total(weights))

    def _chosen(self, numbers, action):
        """Numbers of the chosen actions, [players, samples]."""
        rows = numbers.reshape(-1, self.actions)
        return rows[np.arange(action.size), action.ravel()].reshape(action.shape)

    def mode(self, head, allowed=None):
        """Most probable action, int64[players, samples]; the first of equally probable ones."""
        return self._weigh(head, allowed)[0].argmax(-1)

    def evaluate(self, head, log_noise, action, allowed=None):
        """Log-probability of ``action`` and entropy, each [players, samples]; kept for `backward`.

        With weights w that sum to W and their logarithms s, log p = s - log W and H = log W - (sum of w s) / W.
        """
        shifted, weights = self._weigh(head, allowed)
        total = self._total(weights)
        mean, log_total = np.einsum("psa,psa->ps", weights, shifted) / total, np.log(total)
        self._kept = shifted, weights, total, mean, action
        return self._chosen(shifted, action) - log_total, log_total - mean

    def backward(self, d_log_prob, d_entropy):
        """Gradient of the head, from those of log-probability and entropy [players, samples]; None for the noise.

        d log p_a / d z = 1[a] - p and d H / d z = -p (log p + H).
        """
        shifted, *others = self._kept
        d_head = np.empty_like(shifted)
        slope_of_softmax(shifted, *others, d_log_prob, d_entropy, d_head)
        return d_head, None


def sigmoid(x):
    """1 / (1 + exp(-x)) without overflow."""
    return 0.5 * (np.tanh(0.5 * x) + 1.0)


MEANS = ("identity", "sigmoid")


@POLICIES.register("gaussian")
class Gaussian:
    """``actions`` independent normal numbers around the network's output, or around its sigmoid in (0, 1).

    Actions are returned as drawn, even outside the range of the game: the game clips them, and the
    log-probability remains that of the number drawn [Huang2022, continuous detail 5].
    """

    def __init__(self, actions, mean="identity"):
        if mean not in MEANS:
            raise ValueError(f"mean = {mean!r}: must be one of {', '.join(MEANS)}")
        self.actions = self.outputs = self.noises = actions
        self.mean = mean

    def about(self):
        """Registered name and arguments, from which an equal policy can be made."""
        return {"policy": "gaussian", "actions": self.actions, "mean": self.mean}

    def draw_chance(self, rng, players, samples):
        """Draw standard normal numbers, float64[players, samples, actions]."""
        return rng.standard_normal((players, samples, self.actions))

    def _mean(self, head):
        return sigmoid(head) if self.mean == "sigmoid" else head

    def draw(self, head, log_noise, chance, allowed=None):
        """Action [players, samples, actions], mean + noise * chance, and its log-density [players, samples]."""
        action = self._mean(head) + np.exp(log_noise) * chance.astype(head.dtype)
        return action, self.evaluate(head, log_noise, action)[0]

    def mode(self, head, allowed=None):
        """The mean, [players, samples, actions]."""
        return self._mean(head)

    def evaluate(self, head, log_noise, action, allowed=None):
        """Log-density [players, samples] of ``action`` and entropy [players or 1, 1]; kept for `backward`."""
        mean, noise = self._mean(head), np.exp(log_noise)
        distance = (action - mean) / noise
        self._kept = mean, noise, distance
        entropy = (log_noise + 0.5 * (1.0 + LOG_2PI)).sum(-1)
        constant = log_noise.sum(-1) + 0.5 * self.actions * LOG_2PI
        return -0.5 * np.einsum("psa,psa->ps", distance, distance) - constant, entropy

    def backward(self, d_log_prob, d_entropy):
        """Gradients with respect to head [players, samples, actions] and log_noise [players, 1, actions]."""
        mean, noise, distance = self._kept
        d_head = d_log_prob[..., None] * distance
        d_log_noise = (d_head * distance).sum(1, keepdims=True)
        d_log_noise += (d_entropy - d_log_prob).sum(1)[:, None, None]
        d_head /= noise
        if self.mean == "sigmoid":
            d_head *= mean * (1.0 - mean)
        return d_head, d_log_noise
