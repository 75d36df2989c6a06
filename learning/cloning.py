"""Behaviour cloning: a policy learns to do what a demonstrator did, and its value what that earned [Pomerleau1989]."""

import numpy as np

from learning.networks import clip_norms
from learning.ppo_losses import squared_error
from learning.rollout import minibatches


def clone(ppo, batch, epochs, learning_rate, parts):
    """Fit the policy of ``ppo`` to the actions of ``batch`` by maximum likelihood, and its value to the targets.

    batch : `learning.rollout.Batch` with observations as the networks see them; parts : minibatches of an epoch.
    Returns the mean log-probability of the demonstrator's actions and the value loss in the last epoch, [players].
    """
    steps, done = epochs * parts, 0
    for _ in range(epochs):
        seen = []
        for part in minibatches(batch, parts, ppo.chance["shuffle"]):
            seen.append(_fit(ppo, part))
            ppo.adam.step(ppo.network.block, learning_rate * (1.0 - done / steps))
            done += 1
    log_prob, value_loss = (np.mean([pair[k] for pair in seen], axis=0) for k in range(2))
    return log_prob, value_loss


def _fit(ppo, part):
    """Write the gradient of a minibatch; return mean log-probability and value loss."""
    head, value = ppo.network.forward(part.observation)
    log_prob, _ = ppo.policy.evaluate(head, ppo.log_noise, part.action, part.allowed)
    loss, d_value = squared_error(value, value, part.target.astype(value.dtype), "off", 0.0)
    pull = np.full(log_prob.shape, -1.0 / len(part), log_prob.dtype)
    d_head, _ = ppo.policy.backward(pull, np.zeros_like(pull))
    ppo.network.backward(d_head, ppo.settings.value_coefficient * d_value)
    clip_norms(ppo.network.block.gradients, ppo.settings.max_gradient_norm)
    return log_prob.mean(1), loss
