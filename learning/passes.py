"""Passes over the arrays of networks and policies, compiled: one instead of several, with the bits of numpy."""

import numpy as np

from learning.jit import jit


@jit
def add_bias(y, bias):
    """Add float[players, 1, out] ``bias`` to ``y``, float[players, samples, out], in place."""
    for p in range(y.shape[0]):
        for s in range(y.shape[1]):
            for k in range(y.shape[2]):
                y[p, s, k] += bias[p, 0, k]


@jit
def cut_below_zero(y, bias, zero):
    """Write max(y + bias, 0) over ``y``, arrays as for `add_bias`; NaN stays. zero : of the type of ``y``."""
    for p in range(y.shape[0]):
        for s in range(y.shape[1]):
            for k in range(y.shape[2]):
                x = y[p, s, k] + bias[p, 0, k]
                y[p, s, k] = zero if x <= zero else x


@jit
def cut_slope(dy, y, zero):
    """Multiply ``dy`` by 0 where ``y``, of its shape, is not above 0: as numpy does, signs of zeros included."""
    for p in range(dy.shape[0]):
        for s in range(dy.shape[1]):
            for k in range(dy.shape[2]):
                dy[p, s, k] = dy[p, s, k] if y[p, s, k] > zero else dy[p, s, k] * zero


@jit
def slope_of_tanh(dy, y, one):
    """Multiply ``dy`` by 1 - y² of ``y``, of its shape, in place; one : 1, of the type of ``y``."""
    for p in range(dy.shape[0]):
        for s in range(dy.shape[1]):
            for k in range(dy.shape[2]):
                dy[p, s, k] *= one - y[p, s, k] * y[p, s, k]


@jit
def spread_back(dy, weight, dx):
    """Write ``dy`` [players, samples, 1] times ``weight`` [players, in, 1] into ``dx``, [players, samples, in].

    The product is an outer one, which matmul does slowly.
    """
    for p in range(dx.shape[0]):
        for s in range(dx.shape[1]):
            for k in range(dx.shape[2]):
                dx[p, s, k] = dy[p, s, 0] * weight[p, k, 0]


@jit
def move_by_adam(values, gradients, first, second, weights, epsilon, spread, rate):
    """Update Adam's moments and move the ``values``; all of one type, arrays [players, size] in place.

    weights : of the new gradient in the first and second moment; spread, rate : [players], root of the second moment's
    correction, and step size over the first one's.
    """
    for p in range(values.shape[0]):
        for k in range(values.shape[1]):
            slope = gradients[p, k]
            first[p, k] += (slope - first[p, k]) * weights[0]
            second[p, k] += (slope * slope - second[p, k]) * weights[1]
            root = (
                np.divide(np.sqrt(second[p, k]), spread[p]) + epsilon
            )  # `/` would look for zeros one by one
            values[p, k] -= np.divide(first[p, k], root) * rate[p]


@jit
def shift_below_zero(head, allowed, forbidden, shifted):
    """Write the logits less the largest one of their sample into ``shifted``, [players, samples, actions].

    allowed : bool as ``head``, or None; forbidden : logit of an action that is not, of the type of ``head``.
    """
    for p in range(head.shape[0]):
        for s in range(head.shape[1]):
            for a in range(head.shape[2]):
                free = allowed is None or allowed[p, s, a]
                shifted[p, s, a] = head[p, s, a] if free else forbidden
            top = shifted[p, s, 0]
            for a in range(1, head.shape[2]):
                top = max(top, shifted[p, s, a])
            for a in range(head.shape[2]):
                shifted[p, s, a] -= top


@jit
def draw_actions(weights, chance, action):
    """Write the action that ``chance`` in [0, 1) picks by inversion of the distribution; int64[players, samples]."""
    for p in range(action.shape[0]):
        for s in range(action.shape[1]):
            total = 0.0
            for a in range(weights.shape[2]):
                total += weights[p, s, a]
            # just below the total, so that rounding selects nothing beyond the last action
            target = min(chance[p, s] * total, np.nextafter(total, 0.0))
            mass, passed = 0.0, 0
            for a in range(weights.shape[2]):
                mass += weights[p, s, a]
                passed += mass <= target
            action[p, s] = passed


@jit
def slope_of_softmax(logits, weights, total, mean, action, d_log_prob, d_entropy, d_head):
    """Write the gradient of every logit, from those of the log-probability of ``action`` and of the entropy.

    logits, weights, d_head : [players, samples, actions], weights : exp(logits); total : their sum; mean : of the
    logits, weighted; the others [players, samples], too.
    """
    for p in range(logits.shape[0]):
        for s in range(logits.shape[1]):
            for a in range(logits.shape[2]):
                slope = (logits[p, s, a] - mean[p, s]) * d_entropy[p, s] + d_log_prob[p, s]
                d_head[p, s, a] = -(slope * np.divide(weights[p, s, a], total[p, s]))
            d_head[p, s, action[p, s]] += d_log_prob[p, s]
