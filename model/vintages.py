"""Permits by the periods for which they are still valid, float64[periods], t: first those that expire next."""

from learning.jit import rule


@rule
def take_oldest(valid, volume, taken):
    """Take ``volume``, t, out of holdings, the oldest first, and add them to ``taken``, both float64[periods]."""
    left = volume
    for k in range(valid.shape[0]):
        part = min(max(valid[k], 0.0), left)
        valid[k] -= part
        taken[k] += part
        left -= part


@rule
def start_period(valid):
    """Turn to the next period; return the permits, t, that have expired.

    >>> import numpy as np
    >>> valid = np.array([3.0, 0.0, 8.0])
    >>> start_period(valid), valid
    (3.0, array([0., 8., 0.]))
    """
    expired, last = valid[0], valid.shape[0] - 1
    for k in range(last):
        valid[k] = valid[k + 1]
    valid[last] = 0.0
    return expired
