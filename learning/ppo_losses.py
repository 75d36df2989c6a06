"""Terms of PPO's loss and their derivatives, for all players at once: arrays [players, samples]."""

import numpy as np

LARGEST_CHANGE = 20.0
"""Largest change of a log-probability; beyond it the ratio would overflow, and the objective is clipped anyway."""


def normalised(advantage):
    """Shift and scale ``advantage`` [players, samples] to mean 0 and variance 1 for each player."""
    return (advantage - advantage.mean(1, keepdims=True)) / (advantage.std(1, keepdims=True) + 1e-8)


def clipped_objective(log_prob, before, advantage, clip):
    """Mean of max(-A r, -A clip(r, 1 ± clip)), r = p / p_before [Schulman2017, Eq. 7], for each player.

    Returns loss [players], its derivative by log_prob [players, samples], and two measures of the policy's change:
    an estimate of the KL divergence, the mean of (r - 1) - log r [Schulman2020], and the share of samples clipped.
    """
    change = log_prob - before
    ratio = np.exp(np.minimum(change, LARGEST_CHANGE))
    plain = -advantage * ratio
    limited = -advantage * np.clip(ratio, 1.0 - clip, 1.0 + clip)
    d_log_prob = np.where(plain >= limited, plain, 0.0)
    d_log_prob /= ratio.shape[1]
    drift = {"kl": (ratio - 1.0 - change).mean(1), "clipped": (np.abs(ratio - 1.0) > clip).mean(1)}
    return np.maximum(plain, limited).mean(1), d_log_prob, drift


def squared_error(value, before, target, rule, limit):
    """Mean of (value - target)² / 2 for each player, and its derivative by value [players, samples].

    rule "change" : the larger of this loss and that of the value clipped to within ``limit`` of ``before``
    [Huang2022, detail 9]; rule "loss" : squared errors above ``limit`` count as ``limit`` (RLlib).
    """
    error = value - target
    loss, slope = error * error, error
    if rule == "change":
        moved = np.clip(value - before, -limit, limit)
        kept_error = before + moved - target
        kept_loss = kept_error * kept_error
        inside = np.abs(value - before) < limit
        slope = np.where(loss >= kept_loss, error, np.where(inside, kept_error, 0.0))
        loss = np.maximum(loss, kept_loss)
    elif rule == "loss":
        slope = np.where(loss <= limit, error, 0.0)
        loss = np.minimum(loss, limit)
    return 0.5 * loss.mean(1), slope / value.shape[1]


def explained_variance(batch):
    """Share of the targets' variance explained by the values, [players]; 0 if the targets do not vary."""
    total = batch.target.var(1, dtype=np.float64)
    left = (batch.target - batch.value).var(1, dtype=np.float64)
    return 1.0 - np.divide(left, total, out=np.ones_like(total), where=total > 0)
